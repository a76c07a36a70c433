"""`Estimate`: an answer at a date, whichever method gave it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import TYPE_CHECKING, Any, overload

import numpy as np
import pandas as pd

from reconcile.errors import OptionError
from reconcile.intervals import Interval
from reconcile.numerics.arrays import Array
from reconcile.values.annex import Annex, Cell, Printed, figure
from reconcile.values.annex_tables import (
    bound_headers,
    claims_annex,
    envelope_row,
    known_title,
    sources_annex,
    spread_row,
)
from reconcile.values.deferred import Deferred, Later
from reconcile.values.distribution import Distribution
from reconcile.values.finding import Conflict, Consensus, Contribution
from reconcile.values.likelihood import confidence_words, probability_words
from reconcile.values.notebook_display import Displayed, page_of
from reconcile.values.period import Days
from reconcile.values.plain import ToJson, finite
from reconcile.values.registry import Quantity
from reconcile.values.wording import counted, day_words, number_words

if TYPE_CHECKING:
    from matplotlib.axes import Axes

SCHEMA_VERSION = 1
OTHER_MODES = 0.15
"""Of the mass, in other modes than the heaviest: an interval at 90 % may miss one."""


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class Estimate(Printed, Displayed, ToJson):
    """What is known about `quantity` at `date`, given the claims public by `as_of`.

    `distribution` is the posterior (or what stands for it under a textbook `method`); `envelope`
    the hull of what consistent sets of claims allow; `consensus` where most independent origins
    agree. `claims` has one row for each claim (claim, source, phrase, lower, upper, period, weight,
    influence), `sources` one a source (house effect as a factor, with its interval). `terms` are
    the contributions to the median on the model's scale, the prior's median first;
    `variance_shares` is what the width comes from: words, sources, time, priors (they sum to 1).

    With `since` it is what was added to a total after that day up to `date`, of a level the change;
    with `expression` what a formula of quantities gives, with `mean_of` the mean level of those
    days. All but the distribution and the counts
    is found when it is first read.
    """

    about: Quantity
    date: date | None
    level: float
    as_of: date | None
    method: str
    distribution: Distribution
    envelope: Deferred[Interval] = Deferred()
    consensus: Deferred[Consensus | None] = Deferred()
    claims: Deferred[pd.DataFrame] = Deferred()
    sources: Deferred[pd.DataFrame] = Deferred()
    n_claims: int
    n_origins: int
    n_effective: Deferred[float] = Deferred()
    conflicts: Deferred[tuple[Conflict, ...]] = Deferred(())
    warnings: Deferred[tuple[str, ...]] = Deferred(())
    diagnostics: Deferred[Mapping[str, float]] = Deferred(Later(dict[str, float]))
    terms: Deferred[tuple[Contribution, ...]] = Deferred(())
    variance_shares: Deferred[Mapping[str, float]] = Deferred(Later(dict[str, float]))
    settings: Deferred[Mapping[str, Any]] = Deferred(Later(dict[str, Any]))
    since: date | None = None
    expression: str | None = None
    mean_of: Days | None = None

    def __getstate__(self) -> dict[str, Any]:
        """Every field, those not yet read found first: what is kept needs no fit."""
        return {each.name: getattr(self, each.name) for each in fields(self)}

    @property
    def quantity(self) -> str:
        """The id of the quantity."""
        return self.about.id

    @property
    def median(self) -> float:
        """The posterior median."""
        return self.distribution.median

    @property
    def mean(self) -> float:
        """The posterior mean."""
        return self.distribution.mean

    @property
    def sd(self) -> float:
        """The posterior standard deviation."""
        return self.distribution.sd

    @property
    def lower(self) -> float:
        """The lower end of the interval at `level`."""
        return self.interval().lower

    @property
    def upper(self) -> float:
        """The upper end of the interval at `level`."""
        return self.interval().upper

    def interval(self, level: float | None = None) -> Interval:
        """The equal-tailed credible interval at `level` (default: the estimate's own)."""
        return self.distribution.interval(self.level if level is None else level)

    @overload
    def quantile(self, p: float) -> float: ...
    @overload
    def quantile(self, p: Sequence[float] | Array) -> Array: ...
    def quantile(self, p: float | Sequence[float] | Array) -> float | Array:
        """The value below which a share `p` of the probability lies."""
        return self.distribution.quantile(p)

    @overload
    def cdf(self, x: float) -> float: ...
    @overload
    def cdf(self, x: Sequence[float] | Array) -> Array: ...
    def cdf(self, x: float | Sequence[float] | Array) -> float | Array:
        """The probability of at most `x`."""
        return self.distribution.at(x)

    def probability(self, lower: float = -np.inf, upper: float = np.inf) -> float:
        """The probability of a value above `lower` and of at most `upper`.

        Raises `OptionError` for bounds that are no numbers, or not in order.
        """
        if not lower <= upper:
            raise OptionError(f"expected lower <= upper, got {lower!r} and {upper!r}")
        above = 0.0 if lower == -np.inf else self.distribution.at(lower)
        return (1.0 if upper == np.inf else self.distribution.at(upper)) - above

    def likelihood_words(self, lower: float = -np.inf, upper: float = np.inf) -> str:
        """How likely a value above `lower` and of at most `upper` is, in the words of ICD 203.

        One sentence; see `reconcile.values.likelihood.probability_words`. How well the judgement
        is grounded is another matter and another sentence: `confidence_words`. Raises
        `OptionError` without any bound, or where `lower` is not below `upper`.
        """
        if not lower < upper:
            raise OptionError(f"expected lower below upper, got {lower!r} and {upper!r}")
        if lower == -np.inf and upper == np.inf:
            raise OptionError("expected a bound, got none: give lower, upper, or both")
        words = probability_words(min(1.0, max(0.0, self.probability(lower, upper))))
        above = f"above {lower:,.15g}" if lower > -np.inf else ""
        below = f"at most {upper:,.15g}" if upper < np.inf else ""
        which = " and ".join(part for part in (above, below) if part)
        return f"{self._matter()}, {which}: {words}."

    def confidence_words(self) -> str:
        """Analytic confidence in one sentence: low, moderate or high, and its grounds.

        From the independent origins, the share of the variance that is prior, and the
        contradictions; see `reconcile.values.likelihood.confidence_words`.
        """
        share = self.variance_shares.get("priors", np.nan)
        counts = self.n_origins, float(share), len(self.conflicts)
        return confidence_words(
            *counts,
            float(self.n_effective),
            several=self.several_explanations,
            one_day=self._meet() if self.about.kind == "stock" else None,
        )

    def _meet(self) -> bool:
        """Whether two sources speak of one day."""
        if not len(self.claims):
            return False
        used = self.claims[(self.claims["status"] == "active") & ~self.claims["during"]]
        return bool((used.groupby(["quantity", "start", "end"])["source"].nunique() > 1).any())

    @property
    def several_explanations(self) -> bool:
        """Whether several explanations fit about as well (which claims are gross errors)."""
        return self.diagnostics.get("other_modes", 0.0) > OTHER_MODES

    def samples(self, n: int, seed: int | np.random.Generator = 0) -> Array:
        """`n` draws (n,) from the distribution."""
        return self.distribution.samples(n, seed)

    def explain(self, by: str = "claim") -> pd.DataFrame:
        """The median taken apart on the model's scale (for counts: natural log).

        One row for each term: `term`, `contribution`, `claims` (how many it stands for) and, `by`
        claim,
        their `source` and `origin`; `by` "source" or "origin" sums over those. The first row is
        the prior's median, and the contributions sum to the median's value on that scale.

        Raises `OptionError` for another `by`.
        """
        if by not in ("claim", "source", "origin"):
            raise OptionError(f'expected by = "claim", "source" or "origin", got {by!r}')
        rows = pd.DataFrame(
            {
                "term": [term.name for term in self.terms],
                "contribution": [term.value for term in self.terms],
                "source": [term.source for term in self.terms],
                "origin": [term.origin for term in self.terms],
                "claims": [int(bool(term.source)) for term in self.terms],
            }
        )
        if by == "claim":
            return rows
        named = rows.assign(term=rows[by].where(rows["claims"] > 0, rows["term"]))
        summed = named.groupby("term", sort=False)[["contribution", "claims"]].sum()
        return summed.reset_index()

    def to_dict(self) -> dict[str, Any]:
        """Plain data, ready for JSON (what is infinite is None), with the schema version and what
        is needed to repeat it."""
        span = self.interval()
        return finite(
            {
                "schema": SCHEMA_VERSION,
                "quantity": self.quantity,
                "label": self.about.label,
                "date": None if self.date is None else self.date.isoformat(),
                "since": None if self.since is None else self.since.isoformat(),
                "expression": self.expression,
                "as_of": None if self.as_of is None else self.as_of.isoformat(),
                "method": self.method,
                "level": self.level,
                "median": self.median,
                "mean": self.mean,
                "sd": self.sd,
                "lower": span.lower,
                "upper": span.upper,
                "quantiles": {
                    f"{p:g}": self.quantile(p)
                    for p in (0.025, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.975)
                },
                "envelope": _bounds(self.envelope),
                "consensus": _consensus(self.consensus),
                "n_claims": self.n_claims,
                "n_origins": self.n_origins,
                "n_effective": self.n_effective,
                "conflicts": [
                    {"claims": list(c.claims), "gap": c.gap, "text": c.text} for c in self.conflicts
                ],
                "warnings": list(self.warnings),
                "diagnostics": dict(self.diagnostics),
                "explain": {term.name: term.value for term in self.terms},
                "variance_shares": dict(self.variance_shares),
                "claims": _records(self.claims),
                "sources": _records(self.sources),
                "settings": dict(self.settings),
            }
        )

    def to_frame(self) -> pd.DataFrame:
        """One row with the columns of `Timeline.to_frame`."""
        return pd.DataFrame(
            [
                spread_row(self.date, self.distribution, self.level)
                | envelope_row(self.envelope, self.n_claims)
                | {"method": self.method}
            ]
        )

    def plot(self, **options: Any) -> Axes:
        """Draw `reconcile.plot.spread` of this estimate; options go through."""
        from reconcile.plot import spread  # the one upward import the floors allow

        return spread(self, **options)

    def __str__(self) -> str:
        return f"{self._subject()}: {self._spread_words()}, {self._support_words()}"

    def _subject(self) -> str:
        when = "" if self.date is None else f" {_preposition(self.about)} {day_words(self.date)}"
        if self.mean_of is not None:
            first, last = map(day_words, (self.mean_of.first, self.mean_of.last))
            when = f", the mean from {first} to {last}"
        known = "" if self.as_of is None else f", as known on {day_words(self.as_of)}"
        return f"{self.about.label or self.quantity}{when}{known}"

    def _matter(self) -> str:
        """What the number is the number of: the subject, or how it changed."""
        if self.since is None:
            return self._subject()
        return f"{self._subject()}, the change from {day_words(self.since)}"

    def _spread_words(self) -> str:
        span = self.interval()
        width = span.upper - span.lower
        kind = "credible" if self.method == "state-space" else f"by {self.method}"
        middle, *ends = (number_words(x, width) for x in (self.median, span.lower, span.upper))
        if self.since is not None:
            middle = _changed(self.median, width, f"on {day_words(self.since)}")
            ends = _changes(span, width)
        if width == 0:
            return middle
        return f"about {middle} ({100 * self.level:.3g}% {kind} {ends[0]} to {ends[1]})"

    def _support_words(self) -> str:
        active = self.claims["status"] == "active" if len(self.claims) else []
        n_sources = self.claims[active]["source"].nunique() if len(self.claims) else 0
        least = "" if self.diagnostics.get("conflicts_complete", 1.0) else "at least "
        tail = f"; {least}{counted(len(self.conflicts), 'contradiction')}" if self.conflicts else ""
        return (
            f"from {counted(self.n_claims, 'claim')} by {counted(n_sources, 'source')} "
            f"({counted(self.n_origins, 'independent origin')}){tail}"
        )

    def __repr__(self) -> str:
        return f"<Estimate {self}>"

    def _annexes(self) -> Mapping[str, Callable[[], Annex]]:
        return {
            "estimate": self._answer_annex,
            "claims": lambda: claims_annex(self.claims, f"Claims on {self._subject()}"),
            "sources": lambda: sources_annex(self.sources, self.level),
        }

    def _answer_annex(self) -> Annex:
        """One row: the answer, its interval, and what it rests on."""
        span = self.interval()
        width = span.upper - span.lower
        row: tuple[Cell, ...] = (
            self.about.label or self.quantity,
            "" if self.date is None else self.date.isoformat(),
            figure(self.median, width),
            figure(span.lower, width),
            figure(span.upper, width),
            figure(float(self.n_claims)),
            figure(float(self.n_origins)),
            "" if self.as_of is None else self.as_of.isoformat(),
            self.method,
        )
        headers = (
            *("quantity", "date", "median", *bound_headers(self.level), "claims", "origins"),
            *("as known on", "method"),
        )
        title = f"{known_title(self.about, self.as_of)}: the answer"
        return Annex(title, headers, (row,), (str(self), *self.warnings))

    def _page(self, picture: str) -> str:
        table, count = self.to_html("claims"), counted(len(self.claims), "claim")
        return page_of(str(self), picture, self.warnings, table, f"The {count} behind it")


def _changed(value: float, width: float, then: str) -> str:
    """A difference in words: 120 more than on 3 Mar 2024."""
    said = number_words(abs(value), width)
    return f"as many as {then}" if said == "0" else f"{_more(value, width)} than {then}"


def _changes(span: Interval, width: float) -> list[str]:
    """The ends of a difference: with their signs in words where they are not the same."""
    ends = (span.lower, span.upper)
    if span.lower < 0 < span.upper:
        return [_more(end, width) for end in ends]
    return [number_words(end, width) for end in sorted(map(abs, ends))]


def _more(value: float, width: float) -> str:
    return f"{number_words(abs(value), width)} {'less' if value < 0 else 'more'}"


def _preposition(quantity: Quantity) -> str:
    return "by" if quantity.kind == "cumulative" else "on"


def _bounds(interval: Interval) -> dict[str, float]:
    return {"lower": interval.lower, "upper": interval.upper}


def _consensus(found: Consensus | None) -> dict[str, Any] | None:
    if found is None:
        return None
    return _bounds(found.interval) | {
        "agreeing": found.agreeing,
        "origins": found.origins,
        "outside": list(found.outside),
    }


def _records(table: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(key): value for key, value in row.items()} for row in table.to_dict("records")]
