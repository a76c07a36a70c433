"""Reading intervals from whatever holds them; their hull and intersection."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from typing import Any, Literal, Protocol, runtime_checkable

import numpy as np

from reconcile.errors import IntervalError, OptionError
from reconcile.intervals import Interval
from reconcile.ledger.origins import roots
from reconcile.numerics.arrays import Array, Flags
from reconcile.values import Claim

Pair = tuple[float, float]

EMPTY = Interval.empty()


@runtime_checkable
class _Array(Protocol):
    """What an `IntervalArray` shows: its bounds as arrays."""

    @property
    def lower(self) -> Any: ...
    @property
    def upper(self) -> Any: ...


Intervals = Iterable[Interval] | Iterable[Claim] | Iterable[Pair] | _Array


@dataclass(frozen=True, slots=True)
class Bounds:
    """N intervals as arrays (N,): bounds, which ends are open, a name and an origin of each."""

    lower: Array
    upper: Array
    lower_open: Flags
    upper_open: Flags
    names: tuple[str, ...] | tuple[int, ...]
    origins: tuple[Hashable, ...]

    @property
    def empty(self) -> Flags:
        """Which of them hold no number (N,)."""
        pinched = (self.lower == self.upper) & (self.lower_open | self.upper_open)
        beyond = (self.lower == np.inf) | (self.upper == -np.inf)
        return (self.lower > self.upper) | pinched | beyond


def interval_of(lower: float, upper: float, lower_open: bool, upper_open: bool) -> Interval:
    """An `Interval` by its ends; unbounded ends are open; canonical where it holds no number.

    >>> interval_of(1, 2, True, False)
    Interval(1.0, 2.0, closed='right')
    """
    lower_open, upper_open = lower_open or lower == -np.inf, upper_open or upper == np.inf
    if lower > upper or (lower == upper and (lower_open or upper_open)):
        return EMPTY
    closed: dict[tuple[bool, bool], Literal["both", "left", "right", "neither"]] = {
        (False, False): "both",
        (False, True): "left",
        (True, False): "right",
        (True, True): "neither",
    }
    return Interval(lower, upper, closed=closed[lower_open, upper_open])


def bounds_of(items: Intervals) -> Bounds:
    """Read `Claim`s, `Interval`s, an interval array or (lower, upper) pairs as `Bounds`.

    A claim about a part bounds the whole from below. Claims are named by their ids and share the
    origin that they go back to; intervals are named by their index, each an origin of its own.
    Raises `OptionError` for anything else and `IntervalError` for a bound that is no number.
    """
    if isinstance(items, _Array) and not isinstance(items, (Interval, Claim)):
        return _from_arrays(items.lower, items.upper, getattr(items, "closed", None))
    rows: list[Any] = list(items)  # pyright: ignore[reportArgumentType]
    if rows and all(isinstance(row, Claim) for row in rows):
        return _from_claims(rows)
    spans = [row if isinstance(row, Interval) else _from_pair(row, i) for i, row in enumerate(rows)]
    return bounds_together(spans, tuple(range(len(spans))), tuple(range(len(spans))))


def _from_pair(row: Any, index: int) -> Interval:
    try:
        lower, upper = row
        return Interval(float(lower), float(upper))
    except (TypeError, ValueError) as error:
        if isinstance(error, IntervalError):
            raise
        raise OptionError(
            "expected claims, intervals, an interval array or (lower, upper) pairs, "
            f"got {row!r} at position {index}"
        ) from None


def bounds_together(
    spans: list[Interval], names: tuple[str, ...] | tuple[int, ...], origins: tuple[Hashable, ...]
) -> Bounds:
    """The bounds of intervals, with the name and the origin of each."""
    return Bounds(
        np.array([span.lower for span in spans], dtype=float),
        np.array([span.upper for span in spans], dtype=float),
        np.array([not span.lower_closed for span in spans], dtype=bool),
        np.array([not span.upper_closed for span in spans], dtype=bool),
        names,
        origins,
    )


def _from_claims(claims: list[Claim]) -> Bounds:
    spans = [
        interval_of(claim.lower, np.inf, not claim.phrase.interval.lower_closed, True)
        if claim.scope == "part"
        else claim.phrase.interval
        for claim in claims
    ]
    root = roots(claims)
    origins = tuple(root[claim.id] for claim in claims)
    return bounds_together(spans, tuple(claim.id for claim in claims), origins)


def _from_arrays(lower: Any, upper: Any, closed: Any) -> Bounds:
    below, above = np.broadcast_arrays(
        np.asarray(lower, dtype=float).ravel(), np.asarray(upper, dtype=float).ravel()
    )
    if np.any(np.isnan(below) | np.isnan(above)):
        raise IntervalError("expected numbers as bounds, got NaN")
    shut = np.broadcast_to(np.asarray("both" if closed is None else closed, dtype=str), below.shape)
    index = tuple(range(len(below)))
    return Bounds(
        below.copy(), above.copy(), ~np.isin(shut, ("both", "left")),
        ~np.isin(shut, ("both", "right")), index, index,
    )  # fmt: skip


def hull(items: Intervals) -> Interval:
    """The smallest interval that holds all of them; empty intervals are passed over.

    Parameters
    ----------
    items : intervals or claims
        N intervals: `Interval` values, pairs (lower, upper), an `IntervalArray`, a ledger or
        claims.

    Raises
    ------
    OptionError
        If nothing is given: the hull of nothing would allow nothing.

    References
    ----------
    IEEE Std 1788.1-2017, 9.3 (convexHull)

    Examples
    --------
    >>> hull([(1, 3), (10, 12)])
    Interval(1.0, 12.0)
    """
    found = _some(items)
    kept = ~found.empty
    if not kept.any():
        return EMPTY
    lower, upper = found.lower[kept].min(), found.upper[kept].max()
    return interval_of(
        float(lower),
        float(upper),
        bool(found.lower_open[kept & (found.lower == lower)].all()),
        bool(found.upper_open[kept & (found.upper == upper)].all()),
    )


def intersection(items: Intervals) -> Interval:
    """What all of them allow; empty where they can't all be true.

    Parameters
    ----------
    items : intervals or claims
        N intervals: `Interval` values, pairs (lower, upper), an `IntervalArray`, a ledger or
        claims.

    Raises
    ------
    OptionError
        If nothing is given.

    References
    ----------
    IEEE Std 1788.1-2017, 9.3 (intersection)

    Examples
    --------
    >>> intersection([(1, 5), (3, 12)])
    Interval(3.0, 5.0)
    >>> intersection([(1, 2), (3, 4)])
    Interval.empty()
    """
    found = _some(items)
    lower, upper = found.lower.max(), found.upper.min()
    return interval_of(
        float(lower),
        float(upper),
        bool(found.lower_open[found.lower == lower].any()),
        bool(found.upper_open[found.upper == upper].any()),
    )


def _some(items: Intervals) -> Bounds:
    found = bounds_of(items)
    if not len(found.lower):
        raise OptionError("expected at least one claim or interval, got none")
    return found
