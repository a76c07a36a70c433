"""The questions: `estimate` and `timeline`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from reconcile.ledger import Ledger, read_ledger
from reconcile.questions.fit import Fit, checked_level, checked_method, fit
from reconcile.values import Estimate, Timeline

__all__ = ["estimate", "timeline"]


def estimate(
    quantity: str,
    date: Any = None,
    *,
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
    its last day, for a stock its mean; constants ignore the date. `as_of` answers with what was
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
    return known.estimate(quantity, date, method=method)


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
    checked_level(level)
    whole = read_ledger(convention=convention) if ledger is None else ledger
    left = whole.select(exclude=exclude) if exclude else whole
    return fit(left, as_of=as_of, level=level, convention=convention, seed=seed)
