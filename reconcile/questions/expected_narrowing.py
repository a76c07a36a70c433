"""`expected_narrowing`: whose next number would narrow an answer most?"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Collection, Iterable
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from reconcile.errors import OptionError
from reconcile.intervals import Interval
from reconcile.ledger import Ledger, read_ledger
from reconcile.model.scale import to_scale
from reconcile.questions.fit import fit
from reconcile.questions.posterior_estimate import asked_days, spread_at
from reconcile.values import Claim, Days, Distribution, Period, Phrase, Quantity, Source
from reconcile.values.distribution import checked_level

if TYPE_CHECKING:
    from reconcile.questions.fit import Fit

NEW_SOURCE = "(a new source)"
"""Stands for a source that the ledger does not know, of grade B."""

# Gauss-Hermite quadrature with three points: a normal at -sqrt(3), 0 and sqrt(3) sd, exact for
# polynomials up to degree 5 (Abramowitz and Stegun 1964, 25.4.46).
_NODES = (0.041632258331775, 0.5, 0.958367741668225)
_WEIGHTS = (1 / 6, 2 / 3, 1 / 6)
_HYPOTHETICAL = "(what it would say)"
_MOST = 6  # sources that are asked about unless named: each takes three fits


def expected_narrowing(
    quantity: str,
    date: Any = None,
    *,
    ledger: Ledger | None = None,
    sources: Collection[str] | None = None,
    level: float = 0.9,
    as_of: Any = None,
    convention: str = "default",
    exclude: str | Iterable[str] = (),
    seed: int = 0,
    progress: Callable[[float, str], None] = lambda done, what: None,
) -> pd.DataFrame:
    """By how much the interval would narrow if a source gave one exact number for `date`.

    The fit predicts what each source would say. Three such numbers, the 4, 50 and 96 % quantiles,
    are added in turn, and the claims are fitted anew with each. The expected width is the mean of
    the three widths with the weights 1/6, 2/3 and 1/6 (a quadrature). It is an approximation:
    differences of less than .05 mean nothing.

    The frame has one row for each source, the most useful first, with these columns:

    - `source`, `label`, `reliability`, and `n_claims` about the quantity;
    - `said_low`, `said_median`, `said_high`: what the source would say;
    - `narrowing`: the expected decrease of the width, as a share of it, on the model's scale.
      Below 0 the interval is expected to widen: a surprise shows that the sources differ more;
    - `narrowing_low`, `narrowing_median`, `narrowing_high`: the same with each of the numbers.

    Parameters
    ----------
    quantity, date, ledger : as in `reconcile.estimate`
    sources : collection of str, optional
        The sources to ask about; by default the six with the most claims about the quantity, and a
        new source of grade B. Each takes three fits.
    level, as_of, convention, exclude, seed : as in `reconcile.estimate`
    progress : callable
        Called with the share that is done, from 0 to 1, and the source that is asked about.

    Raises
    ------
    UnknownQuantityError
        If the ledger does not know the quantity; the near misses are named.
    UnknownSourceError
        If the ledger does not know one of `sources`.
    DateError
        If a date is malformed, or missing where the quantity changes with time.
    OptionError
        If an argument is outside of its range, or the day is before the epoch.
    FitError
        If the ledger has no claims.

    References
    ----------
    Raiffa and Schlaifer (1961), *Applied Statistical Decision Theory*, ch. 4 (preposterior
    analysis); Abramowitz and Stegun (1964), 25.4.46 (quadrature).

    Examples
    --------
    >>> said = [{"quantity": "guests", "quantity_kind": "constant", "source": "host", "value": 90}]
    >>> found = expected_narrowing("guests", ledger=read_ledger(said))
    >>> found["source"].tolist(), bool(0.1 < found["narrowing"][0] < 0.9)
    (['(a new source)', 'host'], True)
    """
    checked_level(level)
    whole = read_ledger(convention=convention) if ledger is None else ledger
    chosen = whole.select(exclude=exclude) if exclude else whole
    base = fit(chosen, as_of=as_of, level=level, convention=convention, seed=seed)
    about = base.about(quantity)
    days = asked_days(about, date)
    if days is not None and about.epoch is not None and days.last < about.epoch:
        raise OptionError(
            f"expected a day from {about.epoch} on, when {about.id} begins, got {days.last}: "
            "before it is 0"
        )
    said = Counter(c.source for c in base.ledger if c.quantity == about.id)
    named = _asked(said, base, sources)
    start = spread_at(base, quantity, date)
    rows: list[dict[str, Any]] = []
    for number, name in enumerate(named):
        progress(number / len(named), name)
        rows.append(_row(base, about, days, date, name, start, level) | {"n_claims": said[name]})
    progress(1.0, "")
    found = pd.DataFrame(rows)[_COLUMNS]
    return found.sort_values("narrowing", ascending=False, kind="stable", ignore_index=True)


_ENDS = ("low", "median", "high")
_COLUMNS = [
    *("source", "label", "reliability", "n_claims"),
    *(f"said_{end}" for end in _ENDS),
    "narrowing",
    *(f"narrowing_{end}" for end in _ENDS),
]


def _asked(said: Counter[str], base: Fit, sources: Collection[str] | None) -> list[str]:
    if sources is None:
        return [*(name for name, _ in said.most_common(_MOST)), NEW_SOURCE]
    if not sources:
        raise OptionError("expected at least one source to ask about, got none")
    return [name if name == NEW_SOURCE else base.ledger.source(name).id for name in sources]


def _row(
    base: Fit,
    about: Quantity,
    days: Days | None,
    when: Any,
    name: str,
    start: Distribution,
    level: float,
) -> dict[str, Any]:
    """One source: what it would say, and the widths that follow."""
    source = base.ledger.sources.get(name) or Source(name, "any new source", reliability="B")

    def heard(number: float) -> Ledger:
        claim = _claim(base, about, days, name, number)
        known = dict(base.ledger.sources) | {name: source}
        return Ledger.of([claim], base.ledger.quantities, known)

    expected = base.predictive(heard(_sayable(start.median, about))).quantile(_NODES)[0]
    taken = {c.phrase.nominal for c in base.ledger if c.quantity == about.id and c.source != name}
    numbers = [_beside(_sayable(float(value), about), about, taken) for value in expected]
    widths = {
        number: _width(spread_at(base.update(heard(number)), about.id, when), about, level)
        for number in dict.fromkeys(numbers)
    }
    shares = [1 - widths[number] / _width(start, about, level) for number in numbers]
    return {
        "source": name,
        "label": source.label or name,
        "reliability": source.reliability,
        "narrowing": float(np.dot(_WEIGHTS, shares)),
        **{f"said_{end}": number for end, number in zip(_ENDS, numbers, strict=True)},
        **{f"narrowing_{end}": share for end, share in zip(_ENDS, shares, strict=True)},
    }


def _claim(base: Fit, about: Quantity, days: Days | None, source: str, number: float) -> Claim:
    """What the source would say, public at once: on the day asked, or where knowledge ends."""
    last = days.last if days is not None else base.horizon(base.component(about.id))
    said = Days.of(base.as_of or _latest(base.ledger, last))
    phrase = Phrase(f"{number:.12g}", "exact", Interval(number, number), nominal=number)
    return Claim(_HYPOTHETICAL, about.id, source, phrase, Period.on(last), said=said)


def _latest(ledger: Ledger, day: date) -> date:
    return max([day, *(claim.said.last for claim in ledger if claim.said is not None)])


def _sayable(value: float, about: Quantity) -> float:
    """A number as somebody would say it: a whole count, a share in tenths of a percent."""
    if about.scale == "logit":
        return min(max(round(value, 3), 0.001), 0.999)
    if about.scale == "linear":
        return float(f"{value:.4g}")
    return max(float(round(value)), 0.0) if value >= 1 or about.unit == "count" else value


def _beside(number: float, about: Quantity, taken: Collection[float | None]) -> float:
    """The next number that no other source gave: an equal one would tell of copying, by chance."""
    step = 1.0 if number == round(number) else 10.0 ** (math.floor(math.log10(abs(number))) - 3)
    while number in taken:
        number += 0.001 if about.scale == "logit" else step
    return number


def _width(spread: Distribution, about: Quantity, level: float) -> float:
    """The width of the interval on the model's scale; below half a count nothing is told apart."""
    span = spread.interval(level)
    least = 0.5 if about.scale == "log" else -math.inf
    low, high = (to_scale(max(end, least), about) for end in (span.lower, span.upper))
    return max(high - low, 1e-9)
