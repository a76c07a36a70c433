"""`Timeline`: an answer for each of many dates, whichever method gave it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import TYPE_CHECKING, Any

import pandas as pd

from reconcile.errors import DateError
from reconcile.intervals import Interval
from reconcile.values.annex import Annex, Printed, figure
from reconcile.values.annex_tables import (
    bound_headers,
    claims_annex,
    envelope_row,
    known_title,
    spread_figures,
    spread_row,
)
from reconcile.values.deferred import Deferred
from reconcile.values.distribution import Distribution
from reconcile.values.estimate import Estimate
from reconcile.values.notebook_display import Displayed, page_of
from reconcile.values.registry import Quantity
from reconcile.values.wording import counted, spread_words

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_COLUMNS = [
    *("date", "median", "lower50", "upper50", "lower80", "upper80", "lower95", "upper95"),
    *("lower", "upper", "level", "envelope_lower", "envelope_upper", "n_claims", "method"),
]


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class Timeline(Printed, Displayed):
    """An estimate for each of `dates`; `timeline[date]` is the whole `Estimate` of that day.

    `counts` (T,) is how many claims speak of the time up to each date; `envelopes` (T,), what the
    claims allow, is found when it is first read.
    """

    about: Quantity
    dates: tuple[date, ...]
    level: float
    as_of: date | None
    method: str
    distributions: tuple[Distribution, ...]
    envelopes: Deferred[tuple[Interval, ...]] = Deferred()
    counts: tuple[int, ...]
    claims: Deferred[pd.DataFrame] = Deferred()
    warnings: tuple[str, ...]
    answer: Callable[[date], Estimate]

    def __getstate__(self) -> dict[str, Any]:
        """Every field, those not yet read found first."""
        return {each.name: getattr(self, each.name) for each in fields(self)}

    @property
    def quantity(self) -> str:
        """The id of the quantity."""
        return self.about.id

    def __len__(self) -> int:
        return len(self.dates)

    def __getitem__(self, day: str | date) -> Estimate:
        asked = pd.Timestamp(day).date()
        if asked not in self.dates:
            raise DateError(
                f"expected a date of this timeline ({self.dates[0]} to {self.dates[-1]}), got {day}"
            )
        return self.answer(asked)

    def to_frame(self) -> pd.DataFrame:
        """One row for each date: median, bounds at 50, 80, 95% and `level`, envelope, claims."""
        rows = [
            spread_row(day, spread, self.level)
            | envelope_row(envelope, count)
            | {"method": self.method}
            for day, spread, envelope, count in zip(
                self.dates, self.distributions, self.envelopes, self.counts, strict=True
            )
        ]
        return pd.DataFrame(rows)[_COLUMNS]

    def plot(self, **options: Any) -> Axes:
        """Draw `reconcile.plot.timeline` of this timeline; options go through."""
        from reconcile.plot import timeline  # the one upward import the floors allow

        return timeline(self, **options)

    def _annexes(self) -> Mapping[str, Callable[[], Annex]]:
        named = f"Claims on {self.about.label or self.quantity}"
        return {
            "timeline": self._days_annex,
            "claims": lambda: claims_annex(self.claims, named, weighed=False),
        }

    def _days_annex(self) -> Annex:
        """One row for each date."""
        rows = tuple(
            (row["date"].date().isoformat(), *spread_figures(row), figure(float(row["n_claims"])))
            for row in self.to_frame().to_dict("records")
        )
        title = f"{known_title(self.about, self.as_of)}, {self.dates[0]} to {self.dates[-1]}"
        notes = ("claims: how many speak of the time up to the date.", *self.warnings)
        return Annex(title, ("date", "median", *bound_headers(self.level), "claims"), rows, notes)

    def _page(self, picture: str) -> str:
        words = repr(self).strip("<>")
        return page_of(words, picture, self.warnings, self.to_html(), "The numbers")

    def __str__(self) -> str:
        """The first, the middle and the last day, each with its median and interval."""
        shown = dict.fromkeys((0, len(self) // 2, len(self) - 1))
        lines = [f"{repr(self).strip('<>')} ({100 * self.level:.3g}% intervals)"]
        for k in shown:
            spread = self.distributions[k]
            span = spread.interval(self.level)
            told = spread_words(spread.median, span.lower, span.upper)
            lines.append(f"  {self.dates[k]}  {told}")
        return "\n".join(lines)

    def __repr__(self) -> str:
        return (
            f"<Timeline {self.about.label or self.quantity}, {self.dates[0]} to {self.dates[-1]}, "
            f"{counted(len(self.claims), 'claim')}>"
        )
