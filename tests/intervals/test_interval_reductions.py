"""Sums are the tightest, whatever cancels; the other reductions are loops over elements."""

from __future__ import annotations

import functools
from fractions import Fraction
from math import inf

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from interval_oracles import awkward_bounds, ceiling, floor

from reconcile import intervals as iv
from reconcile import strategies
from reconcile.intervals import Interval, IntervalArray
from reconcile.intervals.rounding import directed as rounding


def _exact_sum(items: list[Interval]) -> Interval:
    if any(item.is_empty for item in items):
        return Interval.empty()
    lower, upper = [item.lower for item in items], [item.upper for item in items]
    return Interval(
        -inf if -inf in lower else floor(sum(map(Fraction, lower), Fraction(0))),
        inf if inf in upper else ceiling(sum(map(Fraction, upper), Fraction(0))),
    )


@pytest.mark.parametrize("way", ["switched", "emulated"])
@given(strategies.interval_arrays(st.integers(0, 9)))
def test_sums_are_the_tightest(way, x):
    if way == "switched" and not rounding.switching_works():
        pytest.skip("the rounding mode can't be set here")
    with rounding.using(way):
        assert x.sum() == _exact_sum(x.tolist())


@pytest.mark.parametrize("size", [2, 3, 17, 1000])
def test_sums_that_cancel_and_overflow_on_the_way(size):
    rng = np.random.default_rng(size)
    for scale in (1.0, 1e300, 1e-300):
        values = rng.normal(size=size) * 10.0 ** rng.uniform(-16, 7, size) * scale
        x = IntervalArray(np.concatenate([values, -values, [scale * 1e-20]]))
        assert x.sum() == _exact_sum(x.tolist())
    big = np.full(size, 1.7e308)
    assert IntervalArray(np.concatenate([big, -big, [1.0]])).sum() == Interval(1, 1)
    assert IntervalArray(big).sum() == Interval(np.finfo(float).max, inf)


def test_exact_sums_stay_exact():
    assert IntervalArray(np.arange(100001.0)).sum() == Interval(5000050000, 5000050000)
    assert IntervalArray([0.1, 0.2, -0.2, -0.1]).sum() == Interval(0, 0)


@pytest.mark.parametrize("axis", [None, 0, 1, -1, 2, (0, 2), (0, 1, 2)])
@pytest.mark.parametrize("keepdims", [False, True])
def test_axes(axis, keepdims):
    rng = np.random.default_rng(31)
    lower = rng.integers(-9, 9, (2, 3, 4)) / 4
    x = IntervalArray(lower, lower + rng.integers(0, 9, (2, 3, 4)) / 4)
    for method, low, high in (
        ("sum", np.sum, np.sum),
        ("min", np.min, np.min),
        ("max", np.max, np.max),
        ("hull", np.min, np.max),
    ):
        result = IntervalArray(getattr(x, method)(axis, keepdims=keepdims))
        np.testing.assert_array_equal(result.lower, low(x.lower, axis=axis, keepdims=keepdims))
        np.testing.assert_array_equal(result.upper, high(x.upper, axis=axis, keepdims=keepdims))
    common = IntervalArray(x.intersection(axis, keepdims=keepdims))
    low, high = x.lower.max(axis=axis, keepdims=keepdims), x.upper.min(axis=axis, keepdims=keepdims)
    np.testing.assert_array_equal(common.is_empty, low > high)
    np.testing.assert_array_equal(common.lower[low <= high], low[low <= high])


@given(strategies.interval_arrays(st.integers(1, 7)))
def test_reductions_are_loops_over_elements(x):
    items = x.tolist()
    assert x.hull() == functools.reduce(iv.convex_hull, items)
    assert x.intersection() == functools.reduce(iv.intersection, items)
    assert x.min() == functools.reduce(iv.minimum, items)
    assert x.max() == functools.reduce(iv.maximum, items)
    assert x.mean() == x.sum() / len(items)


@given(strategies.interval_arrays((5,), elements=strategies.intervals(-8, 8)), st.data())
def test_products_hold_every_product(x, data):
    if x.is_empty.any():
        assert x.prod().is_empty
    else:
        product = Fraction(1)
        for item in x.tolist():
            product *= Fraction(data.draw(strategies.members(item)))
        assert x.prod().lower <= product <= x.prod().upper


def test_of_nothing():
    none = IntervalArray(np.empty((0, 2)))
    assert none.sum(0).tolist() == [Interval(0, 0)] * 2
    assert none.prod(0).tolist() == [Interval(1, 1)] * 2
    assert none.hull(0).tolist() == [Interval.empty()] * 2
    assert none.intersection(0).tolist() == [Interval.entire()] * 2
    with pytest.raises(ValueError, match="zero-size"):
        none.min(0)


def test_numpy_calls_the_reductions():
    x = IntervalArray(*awkward_bounds(np.random.default_rng(32), 60, special=0.0)).reshape(6, 10)
    assert (np.add.reduce(x) == x.sum(0)).all()
    assert (np.sum(x, axis=1) == x.sum(1)).all()
    assert np.maximum.reduce(x, axis=None) == x.max()
    assert (np.bitwise_or.reduce(x, axis=1) == x.hull(1)).all()
    assert (np.min(x, axis=0) == x.min(0)).all()
    assert np.mean(x[0]) == x[0].mean()
    assert (np.cumsum(x[0]) == x[0].cumsum()).all()
    assert np.prod(x[0]) == x[0].prod()
    sums = np.add.accumulate(x, axis=1)
    assert (sums[:, -1] == functools.reduce(iv.add, [x[:, i] for i in range(10)])).all()
    out = IntervalArray.empty(10)
    assert np.sum(x, axis=0, out=out) is out
    assert (out == x.sum(0)).all()
    running = np.maximum.accumulate(x, axis=0)
    assert (running[-1] == x.max(0)).all()
