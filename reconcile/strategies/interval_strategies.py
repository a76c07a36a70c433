"""Intervals and arrays of intervals, with the cases that break arithmetic drawn often."""

from __future__ import annotations

from math import inf, isinf, nextafter
from typing import Any

from hypothesis import strategies as st
from hypothesis.extra import numpy as extra

from reconcile.intervals import Interval, IntervalArray
from reconcile.intervals.rounding.float_rounding import MAX, TINY
from reconcile.intervals.scalar import Closed

Shape = int | tuple[int, ...]
_CLOSED: tuple[Closed, ...] = ("both", "left", "right", "neither")
# Where rounding, scaling and case distinctions change.
_SPECIAL = (
    *(1.0 - 2.0**-53, 1.0 + 2.0**-52, 0.1, 1 / 3, 2.0**53, 2.0**-1022, 2.0**-1022 - TINY),
    *(TINY, MAX, 1e200, 1e-200, 2.0**-537, 2.0**512, 709.782712893384, 745.1332191019411),
)


def bounds(
    min_value: float = -inf, max_value: float = inf, *, allow_subnormal: bool = True
) -> st.SearchStrategy[float]:
    """Finite floats: small whole numbers, the edges of floating point, anything.

    >>> from hypothesis import find
    >>> find(bounds(), lambda x: x > 3)
    4.0
    """
    edges = [
        edge
        for size in _SPECIAL
        for edge in (size, -size)
        if min_value <= edge <= max_value and (allow_subnormal or size >= 2.0**-1022)
    ]
    low, high = max(min_value, -100.0), min(max_value, 100.0)
    whole = [st.integers(int(-(-low // 1)), int(high // 1)).map(float)] if low <= high // 1 else []
    anything = st.floats(
        None if isinf(min_value) else min_value,
        None if isinf(max_value) else max_value,
        allow_nan=False,
        allow_infinity=False,
        allow_subnormal=None if allow_subnormal else False,
    )
    return st.one_of(*whole, *([st.sampled_from(edges)] if edges else []), anything)


def intervals(
    min_value: float = -inf,
    max_value: float = inf,
    *,
    allow_empty: bool = True,
    allow_unbounded: bool = True,
    allow_subnormal: bool = True,
    closed: Closed | None = "both",
) -> st.SearchStrategy[Interval]:
    """`Interval`s within [min_value, max_value]: wide, thin, unbounded, empty.

    `closed`: which ends belong to them, None for any (a thin one is always closed). Unbounded
    ones are drawn only on a side where there is no limit.

    >>> from hypothesis import find
    >>> find(intervals(), lambda x: x.width > 2).width > 2
    True
    """
    ends = bounds(min_value, max_value, allow_subnormal=allow_subnormal)
    kinds = ["bounded", "thin"]
    kinds += ["half-line up"] * (allow_unbounded and isinf(max_value))
    kinds += ["half-line down"] * (allow_unbounded and isinf(min_value))
    kinds += ["entire"] * (allow_unbounded and isinf(max_value) and isinf(min_value))
    kinds += ["empty"] * allow_empty
    sides = st.sampled_from(_CLOSED) if closed is None else st.just(closed)
    return st.builds(_interval, st.sampled_from(kinds), ends, ends, sides)


def _interval(kind: str, first: float, second: float, closed: Closed) -> Interval:
    """Every kind draws both ends: to shrinking, less drawn is simpler, and bounded should be."""
    if kind == "empty":
        return Interval.empty()
    lower, upper = min(first, second), max(first, second)
    if kind == "thin" or (kind == "bounded" and lower == upper):
        return Interval(lower, lower)
    below, above = kind in ("half-line down", "entire"), kind in ("half-line up", "entire")
    return Interval(-inf if below else lower, inf if above else upper, closed)


def members(x: Interval) -> st.SearchStrategy[float]:
    """Array in an interval, its ends and its middle often; nothing where it holds no float.

    >>> from hypothesis import find
    >>> find(members(Interval(2, 7)), lambda number: number > 2) in Interval(2, 7)
    True
    """
    low = x.lower if x.lower_closed else nextafter(x.lower, inf)
    high = x.upper if x.upper_closed else nextafter(x.upper, -inf)
    if low > high:
        return st.nothing()
    ends = [end for end in (x.lower, x.upper, x.midpoint) if end in x]
    inside = st.floats(low, high, allow_nan=False, allow_infinity=False)
    return st.one_of(st.sampled_from(ends), inside) if ends else inside


def subintervals(x: Interval) -> st.SearchStrategy[Interval]:
    """Closed intervals within a closed one; the empty set and itself among them."""
    if x.is_empty:
        return st.just(x)
    pairs = st.tuples(members(x), members(x)).map(lambda pair: Interval(min(pair), max(pair)))
    return st.one_of(pairs, st.just(x), st.just(Interval.empty()))


@st.composite
def interval_pairs(
    draw: st.DrawFn, elements: st.SearchStrategy[Interval] | None = None
) -> tuple[Interval, Interval]:
    """(part, whole) with part a subset of whole, for tests of inclusion isotonicity."""
    whole = draw(intervals() if elements is None else elements)
    return draw(subintervals(whole)), whole


@st.composite
def interval_arrays(
    draw: st.DrawFn,
    shape: Shape | st.SearchStrategy[Any] | None = None,
    *,
    elements: st.SearchStrategy[Interval] | None = None,
) -> IntervalArray:
    """`IntervalArray`s of a shape (a strategy for shapes; by default small ones of any kind).

    `elements` are closed intervals, by default `intervals()`.

    >>> from hypothesis import given, settings
    >>> @settings(max_examples=5, deadline=None)
    ... @given(interval_arrays((2,)))
    ... def test_it_has_the_shape(x):
    ...     assert x.shape == (2,)
    >>> test_it_has_the_shape()
    """
    if shape is None:
        shape = extra.array_shapes(min_dims=1, max_dims=2, min_side=0, max_side=4)
    size = draw(shape) if isinstance(shape, st.SearchStrategy) else shape
    dimensions = (size,) if isinstance(size, int) else tuple(size)
    count = 1
    for side in dimensions:
        count *= side
    items = st.lists(intervals() if elements is None else elements, min_size=count, max_size=count)
    return IntervalArray(draw(items)).reshape(dimensions)
