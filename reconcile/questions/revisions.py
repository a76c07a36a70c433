"""`revisions`: how the answer for one date moved as claims came in; what was known when."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

from reconcile.batch.progress_line import Progress
from reconcile.errors import FitError, OptionError
from reconcile.ledger import Ledger, read_ledger
from reconcile.questions.answer_tables import origin_sources
from reconcile.questions.dates import day_of, days_of, span
from reconcile.questions.fit import Fit, fit
from reconcile.questions.leave_out import bounds_of
from reconcile.questions.posterior_estimate import asked_days, claims_about
from reconcile.questions.refits import Execution, Refit, spreads_of
from reconcile.values import Claim, Distribution, Quantity
from reconcile.values.distribution import checked_level
from reconcile.values.plain import ToJson
from reconcile.values.wording import day_words, number_words

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# More vintages than this are thinned to evenly spaced ones; a fit each is no matter of patience.
_MOST = 60


@dataclass(frozen=True, eq=False, repr=False)
class Revisions(ToJson):
    """The answers for one `date`, by what was public on each day on which something came in.

    `to_frame()` has one row for each day of knowledge: `as_of`, `date`, `median`, the bounds at 50,
    80 and 95% and at `level`, `n_claims`, `n_origins`, `news` (what came in, in words), and
    `change`, the factor by which the median moved (on a linear or logit scale the difference).
    """

    about: Quantity
    date: dt.date | None
    level: float
    frame: pd.DataFrame
    warnings: tuple[str, ...] = ()

    @property
    def quantity(self) -> str:
        """The id of the quantity."""
        return self.about.id

    def __len__(self) -> int:
        return len(self.frame)

    def to_frame(self) -> pd.DataFrame:
        """One row for each day of knowledge."""
        return self.frame.copy()

    def to_dict(self) -> dict[str, Any]:
        """Plain data: what is asked, the rows (days as ISO 8601), and the warnings."""
        return {
            "quantity": self.quantity,
            "date": None if self.date is None else self.date.isoformat(),
            "level": self.level,
            "rows": self._records(),
            "warnings": list(self.warnings),
        }

    def _records(self) -> list[dict[str, Any]]:
        days = {name: self.frame[name].dt.strftime("%Y-%m-%d") for name in ("as_of", "date")}
        plain = self.frame.assign(**days).astype(object)
        plain = plain.where(plain.notna(), None)
        return [{str(key): value for key, value in row.items()} for row in plain.to_dict("records")]

    def plot(self, **options: Any) -> Axes:
        """Draw `reconcile.plot.revisions` of these revisions; options go through."""
        from reconcile.plot import revisions  # Matplotlib comes in only here

        return revisions(self.frame, about=self.about, **options)

    def __repr__(self) -> str:
        when = "" if self.date is None else f" for {day_words(self.date)}"
        if not len(self.frame):
            return f"<Revisions of {self.about.id}{when}: none>"
        ends = [self.frame.iloc[0], self.frame.iloc[-1]]
        told = " to ".join(
            f"{number_words(row['median'], row['upper'] - row['lower'])} "
            f"(known on {day_words(row['as_of'].date())})"
            for row in ends
        )
        return f"<Revisions of {self.about.id}{when}: {len(self.frame)}, from {told}>"


def revisions(
    quantity: str,
    date: Any = None,
    *,
    ledger: Ledger | None = None,
    level: float = 0.9,
    as_of: Any = None,
    freq: str | None = None,
    exclude: str | Iterable[str] = (),
    convention: str = "default",
    seed: int = 0,
    workers: int | None = 1,
    executor: Executor | None = None,
    progress: Progress | bool | None = None,
) -> Revisions:
    """How the answer for a quantity at a date moved as claims came in.

    Each row is `reconcile.estimate(..., as_of=day)`, fitted anew with what was public then.

    Parameters
    ----------
    quantity, date, ledger, level : as in `reconcile.estimate`
    as_of : date-like, or list of them, optional
        A day: the last day of knowledge; only what was public by its end is used. A list: the
        days of knowledge, one row for each.
    freq : str, optional
        One row for each "D", "W" or "MS" up to the last day. By default one for each day on which
        a claim about the quantity (its parts, its whole, its arrivals) became public, was
        withdrawn or corrected; at most 60 of them, evenly thinned, with a warning.
    exclude, convention, seed : as in `reconcile.estimate`
    workers, executor, progress : as in `reconcile.sensitivity`

    Raises
    ------
    UnknownQuantityError, DateError, OptionError
        As `reconcile.estimate` does.
    FitError
        If no claim about the quantity was ever public.

    References
    ----------
    docs/questions.md

    Examples
    --------
    >>> import reconcile
    >>> moved = reconcile.revisions("brigades", as_of=["2024-12-18"])
    >>> moved.to_frame()[["n_claims", "n_origins"]].to_numpy().tolist()
    [[2, 1]]
    """
    checked_level(level)
    execution = Execution(workers, executor, progress)
    wanted, last = _days_of_knowledge(as_of, freq)
    whole = read_ledger(convention=convention) if ledger is None else ledger.reread(convention)
    chosen = whole.select(exclude=exclude) if exclude else whole
    public = chosen if last is None else chosen.as_of(last)
    about = public.quantity(quantity)
    asked = asked_days(about, date)
    day = None if asked is None else asked.last
    events = _events(public, quantity)
    days, warnings = (wanted, ()) if wanted else _vintages(events, freq, last)
    fits = [fit(public, as_of=d, level=level, convention=convention, seed=seed) for d in days]
    refits = [
        Refit(known, ((quantity, date),), f"as known on {d}")
        for d, known in zip(days, fits, strict=True)
    ]
    spreads = [spread for (spread,) in spreads_of(refits, execution)]
    told = zip(fits, spreads, _with_news(days, events), strict=True)
    frame = pd.DataFrame([_row(*one, about, day, level) for one in told])
    ratio = about.scale == "log"
    last = frame["median"].shift(1)
    frame["change"] = frame["median"] / last if ratio else frame["median"] - last
    return Revisions(about, day, level, frame, warnings)


def _days_of_knowledge(as_of: Any, freq: str | None) -> tuple[Sequence[dt.date], dt.date | None]:
    """The days that a list names, in order, or none; and the last day, where it is one."""
    if isinstance(as_of, str) or not isinstance(as_of, Iterable):
        return (), day_of(as_of)
    wanted = sorted({days_of(day).last for day in as_of})
    if not wanted:
        raise OptionError("expected at least one day in as_of, got none")
    if freq is not None:
        raise OptionError(f"expected a list of days in as_of, or freq, got both: freq={freq!r}")
    return wanted, None


def _row(
    fitted: Fit, spread: Distribution, told: tuple[dt.date, str], about: Quantity,
    day: dt.date | None, level: float,
) -> dict[str, Any]:  # fmt: skip
    known, news = told
    used = [claim for claim in claims_about(fitted, about.id) if claim.status == "active"]
    return {
        "as_of": pd.Timestamp(known),
        "date": pd.NaT if day is None else pd.Timestamp(day),
        **bounds_of(spread, level),
        "n_claims": len(used),
        "n_origins": len({*origin_sources((claim.id for claim in used), fitted.ledger)}),
        "news": news,
    }


def _events(ledger: Ledger, quantity: str) -> dict[dt.date, list[str]]:
    """What became known on each day about `quantity`, in words."""
    found: dict[dt.date, list[str]] = {}
    if not len(ledger):
        raise FitError(f"expected claims about {quantity} that were public by then, got none")
    known = fit(ledger)
    for claim in claims_about(known, quantity):
        found.setdefault(claim.public_on, []).append(f"{_who(claim, ledger)}: {claim.phrase.text}")
        if claim.retracted_on is not None:
            found.setdefault(claim.retracted_on, []).append(f"{_who(claim, ledger)} withdrawn")
    for item in ledger.resolutions:
        if item.quantity == quantity:
            found.setdefault(item.known_on, []).append(f"truth known: {item.value:,g}")
    if found and (last := _last_heard(known, quantity)) > max(found):
        found[last] = []  # what came in about other quantities
    if not found:
        raise FitError(f"expected claims about {quantity}, got none: there is nothing to revise")
    return dict(sorted(found.items()))


def _last_heard(known: Fit, quantity: str) -> dt.date:
    """The day on which the last claim of the whole component became public."""
    return max(claim.public_on for claim in known.claims_of(known.component(quantity)))


def _who(claim: Claim, ledger: Ledger) -> str:
    """A short name: what stands before the first comma of the label."""
    return ledger.sources[claim.source].label.partition(",")[0] or claim.source


def _vintages(
    events: dict[dt.date, list[str]], freq: str | None, last: dt.date | None
) -> tuple[Sequence[dt.date], tuple[str, ...]]:
    days = list(events)
    if freq is not None:
        return span(days[0], last or days[-1], freq), ()
    if len(days) <= _MOST:
        return days, ()
    chosen = [days[round(i * (len(days) - 1) / (_MOST - 1))] for i in range(_MOST)]
    note = (
        f"{len(days):,} days brought news: {_MOST} of them are shown, evenly spaced; "
        "a list of days in as_of= names others, freq= takes one in each week or month"
    )
    return chosen, (note,)


def _with_news(
    days: Sequence[dt.date], events: dict[dt.date, list[str]]
) -> list[tuple[dt.date, str]]:
    """Each day with what came in since the one before."""
    found: list[tuple[dt.date, str]] = []
    since = dt.date.min
    for day in days:
        news = [text for when, texts in events.items() if since < when <= day for text in texts]
        more = f" and {len(news) - 3:,} more" if len(news) > 3 else ""
        found.append((day, "; ".join(news[:3]) + more))
        since = day
    return found
