"""From what users have (numbers, lists, arrays, intervals) to arrays of bounds, and to text."""

from __future__ import annotations

from math import inf
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from reconcile.errors import IntervalError
from reconcile.intervals.rounding.twofold import Array
from reconcile.intervals.scalar import Interval, outer_float

Bounds = tuple[Array, Array]


class HasBounds:
    """An array that keeps its bounds in two float arrays of one shape."""

    __slots__ = ("_lower", "_upper")
    _lower: Array
    _upper: Array

    @property
    def _pair(self) -> Bounds:
        return self._lower, self._upper


def bounds_from(lower: object, upper: object = None) -> Bounds:
    """New arrays of bounds; without `upper`, those of numbers or intervals themselves.

    Raises `IntervalError` for what is no number, for NaN, and for bounds in the wrong order.
    """
    if upper is None:
        if isinstance(lower, HasBounds):
            return lower._lower.copy(), lower._upper.copy()  # pyright: ignore[reportPrivateUsage]
        if isinstance(lower, Interval):
            return np.array(lower.lower), np.array(lower.upper)
        upper = lower
    low, high = np.broadcast_arrays(_floats(lower, up=False), _floats(upper, up=True))
    _check(low, high)
    return low + 0.0, high + 0.0


def _floats(values: object, *, up: bool) -> Array:
    """Numbers as floats, rounded outward where they are none; of intervals the bound there."""
    array = np.asarray(values)
    kind, size = array.dtype.kind, array.dtype.itemsize
    if kind == "f" and size <= 8:
        return array.astype(np.float64, copy=False)
    if kind == "b" or (kind in "iu" and (size <= 4 or _fits(array))):
        return array.astype(np.float64)
    if kind in "iufO":
        flat = [_outer(value, up) for value in array.reshape(-1).tolist()]
        return np.array(flat, np.float64).reshape(array.shape)
    raise IntervalError(
        f"expected numbers or intervals, got {array.dtype}; texts: IntervalArray.from_text"
    )


def _fits(integers: NDArray[Any]) -> bool:
    """Whether floats hold these integers exactly."""
    return integers.size == 0 or bool(integers.max() <= 2**53 and integers.min() >= -(2**53))


def _outer(value: Any, up: bool) -> float:
    if isinstance(value, Interval):
        return value.upper if up else value.lower
    return outer_float(value, up=up)


def _check(lower: Array, upper: Array) -> None:
    ordered = lower <= upper
    if ordered.all() and not np.any((lower == inf) | (upper == -inf)):
        return
    good = (ordered & (lower < inf) & (upper > -inf)) | ((lower == inf) & (upper == -inf))
    if good.all():
        return
    place = tuple(int(i) for i in np.argwhere(~good)[0])
    where = f" at index {place[0] if len(place) == 1 else place}" if place else ""
    raise IntervalError(
        f"expected lower <= upper with a number between them, got "
        f"{lower[place]} and {upper[place]}{where}; the empty set is (inf, -inf)"
    )


def texts(pair: Bounds, prefix: str) -> str:
    """The intervals as NumPy prints an array; only those that are shown are formatted."""
    lower, upper = pair
    flat = lower.reshape(-1), upper.reshape(-1)

    def text(index: Any) -> str:
        return str(Interval(float(flat[0][index]), float(flat[1][index])))

    places = np.arange(lower.size).reshape(lower.shape)
    formatter = cast(Any, {"int": text})
    return np.array2string(places, separator=", ", prefix=prefix, formatter=formatter)
