"""The questions: `estimate`, `timeline` and `combine`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from reconcile.ledger import Ledger
from reconcile.questions.fit import Fit, checked_method, fit
from reconcile.values import Estimate, Timeline

__all__ = ["combine", "estimate", "timeline"]


def estimate(
    quantity: str,
    date: Any = None,
    *,
    since: Any = None,
    ledger: Ledger | None = None,
    level: float = 0.9,
    as_of: Any = None,
    method: str = "state-space",
    exclude: str | Iterable[str] = (),
    convention: str = "default",
    seed: int = 0,
) -> Estimate:
    """What is known about `quantity` at `date`: a number with an honest interval.

    `ledger` None is the bundled one. A cumulative answer is for the end of the day; a month means
    its last day, for a stock its mean; constants ignore the date. `since` asks what was added to a
    total after the end of that day, of a level how it changed (it may fall). `as_of` answers with what was
    public by then; `exclude` takes claim or source ids; `convention` says how vague words are read;
    `method` may be a textbook one, for comparison ("random-effects", "linear-pool", "hull", ...).

    Raises `UnknownQuantityError` (naming the near misses), `DateError`, `OptionError`,
    `LedgerError`, `FitError`.

    >>> import reconcile
    >>> answer = reconcile.estimate("troops_deployed", "2024-12-18")
    >>> 9_500 < answer.median < 12_500
    True
    """
    checked_method(method)
    known = _fitted(ledger, level, as_of, exclude, convention, seed)
    return known.estimate(quantity, date, since=since, method=method)


def combine(
    expression: str,
    date: Any = None,
    *,
    since: Any = None,
    ledger: Ledger | None = None,
    level: float = 0.9,
    as_of: Any = None,
    exclude: str | Iterable[str] = (),
    convention: str = "default",
    seed: int = 0,
) -> Estimate:
    """What a formula of quantities gives at `date`: "killed_north + killed_south", "killed / sent".

    Quantities and numbers may be joined by + - * / and parentheses; an id that is no plain word
    stands in backticks where it could be misread (`` `dead (north)` ``). It is asked of joint
    draws, so that what moves together does; a month means its last day. `since` asks how the
    result changed after that day. `explain` and the claims' `influence` follow from the quantities
    by the chain rule. The other arguments are those of `estimate`.

    Raises `OptionError` for what is no such formula or divides by 0, and what `estimate` raises.

    >>> import reconcile
    >>> answer = reconcile.combine("killed / casualties", "2024-12-18")
    >>> 0 < answer.lower < answer.upper <= 1
    True
    """
    known = _fitted(ledger, level, as_of, exclude, convention, seed)
    return known.combine(expression, date, since=since)


def timeline(
    quantity: str,
    start: Any = None,
    end: Any = None,
    *,
    freq: str = "D",
    ledger: Ledger | None = None,
    level: float = 0.9,
    as_of: Any = None,
    method: str = "state-space",
    exclude: str | Iterable[str] = (),
    convention: str = "default",
    seed: int = 0,
) -> Timeline:
    """The estimate of `quantity` for each date from `start` to `end` at the frequency `freq`.

    `start` defaults to the quantity's epoch, `end` to the last day that a claim speaks of. The
    other arguments, and what is raised, are those of `estimate`.
    """
    checked_method(method)
    known = _fitted(ledger, level, as_of, exclude, convention, seed)
    return known.timeline(quantity, start, end, freq=freq, method=method)


def _fitted(
    ledger: Ledger | None,
    level: float,
    as_of: Any,
    exclude: str | Iterable[str],
    convention: str,
    seed: int,
) -> Fit:
    return fit(ledger, as_of=as_of, level=level, exclude=exclude, convention=convention, seed=seed)
