"""The questions: `estimate`, `timeline` and `combine`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from reconcile.ledger import Ledger
from reconcile.questions.fit import Fit, checked_method, fit
from reconcile.values import Estimate, Timeline


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
    """What is known about a quantity at a date: a distribution, and what it rests on.

    A cumulative answer is for the end of the day.

    Parameters
    ----------
    quantity : str
        The id of the quantity.
    date : date-like, optional
        The day asked about (ISO 8601, `date`, `datetime`, `Timestamp`, `datetime64`). "2024-12" is
        its last day, for a stock the mean of the month. Constants need none.
    since : date-like, optional
        Ask what was added to a total after the end of that day, up to `date`; of a level how it
        changed, which may be a fall.
    ledger : Ledger, optional
        The claims; by default the bundled ledger.
    level : float
        The probability of the interval, between 0 and 1.
    as_of : date-like, optional
        Use only what was public by the end of that day.
    method : str
        "state-space", or a textbook method for comparison: "random-effects", "linear-pool",
        "log-pool", "quantile-average", "performance-weighted", "hull", "intersection",
        "agreement".
    exclude : str or iterable of str
        Ids of claims or sources to leave out.
    convention : str
        How vague words are read: default, acled, crowd, survey, experiment, or a TOML file.
    seed : int
        Kept with the answer; the default method draws nothing at random.

    Raises
    ------
    UnknownQuantityError
        If the ledger does not know the quantity; the near misses are named.
    DateError
        If a date is malformed, or missing where the quantity changes with time.
    OptionError
        If an argument lies outside of what it may be.
    LedgerError
        If the ledger can't be read; every problem is named.
    FitError
        If no claim bears on the question.

    References
    ----------
    docs/model.md

    Examples
    --------
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
    """What a formula of quantities gives at a date: a sum, a difference, a ratio.

    It is asked of joint draws, so that what moves together does. `explain` and the influence of
    the claims follow from the quantities by the chain rule.

    Parameters
    ----------
    expression : str
        Quantities and numbers joined by + - * / and parentheses: "killed_north + killed_south",
        "killed / troops". An id with other signs in it is read as a whole where it stands as one;
        in backticks it always is.
    date : date-like, optional
        The day asked about; "2024-12" is its last day. Constants need none.
    since : date-like, optional
        Ask how the result changed from the end of that day to `date`.
    ledger : Ledger, optional
        The claims; by default the bundled ledger.
    level : float
        The probability of the interval, between 0 and 1.
    as_of : date-like, optional
        Use only what was public by the end of that day.
    exclude : str or iterable of str
        Ids of claims or sources to leave out.
    convention : str
        How vague words are read: default, acled, crowd, survey, experiment, or a TOML file.
    seed : int
        For the draws: another one moves an end of the interval by a few hundredths of its width.

    Raises
    ------
    OptionError
        If the expression is no such formula, or divides by 0.
    UnknownQuantityError
        If the ledger does not know one of the quantities; the near misses are named.
    DateError
        If a date is malformed, missing, or `since` lies after `date`.
    LedgerError
        If the ledger can't be read; every problem is named.
    FitError
        If no claim bears on the question.

    References
    ----------
    docs/questions.md

    Examples
    --------
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
    """The estimate of a quantity for each date of a range.

    Parameters
    ----------
    quantity : str
        The id of the quantity.
    start, end : date-like, optional
        The range; by default from the epoch of the quantity to the last day that a claim speaks
        of.
    freq : str
        The step: "D", "W", "MS" or any other frequency of pandas.
    ledger : Ledger, optional
        The claims; by default the bundled ledger.
    level : float
        The probability of the interval, between 0 and 1.
    as_of : date-like, optional
        Use only what was public by the end of that day.
    method : str
        "state-space", or a textbook method for comparison: "random-effects", "linear-pool",
        "log-pool", "quantile-average", "performance-weighted", "hull", "intersection",
        "agreement".
    exclude : str or iterable of str
        Ids of claims or sources to leave out.
    convention : str
        How vague words are read: default, acled, crowd, survey, experiment, or a TOML file.
    seed : int
        Kept with the answer; the default method draws nothing at random.

    Raises
    ------
    UnknownQuantityError
        If the ledger does not know the quantity; the near misses are named.
    DateError
        If a date is malformed, or missing where the quantity changes with time.
    OptionError
        If an argument lies outside of what it may be.
    LedgerError
        If the ledger can't be read; every problem is named.
    FitError
        If no claim bears on the question.

    References
    ----------
    docs/model.md

    Examples
    --------
    >>> import reconcile
    >>> days = reconcile.timeline("troops_deployed", "2024-12-16", "2024-12-18")
    >>> days.to_frame()["n_claims"].is_monotonic_increasing
    True
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
