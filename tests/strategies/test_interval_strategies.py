"""The strategies draw what they promise and shrink to what a person would write."""

from __future__ import annotations

from math import inf

import pytest
from hypothesis import assume, find, given, settings
from hypothesis import strategies as st

from reconcile import strategies
from reconcile.intervals import Interval, IntervalArray

_FIND = settings(max_examples=5000, derandomize=True, database=None)


@pytest.mark.parametrize(
    ("what", "simplest"),
    [
        (lambda x: not x.is_empty, Interval(0, 0)),
        (lambda x: x.is_empty, Interval.empty()),
        (lambda x: 4 < x.width < inf, Interval(0, 5)),
        (lambda x: x.lower > 6, Interval(7, 7)),
        (lambda x: not x.is_bounded and 5 in x, Interval(0, inf)),
    ],
)
def test_shrinking_ends_at_small_whole_numbers(what, simplest):
    assert find(strategies.intervals(), what, settings=_FIND) == simplest


@pytest.mark.parametrize(
    "what",
    [
        lambda x: x == Interval.entire(),
        lambda x: 0 < x.lower < 2.0**-1022,
        lambda x: x.upper == 1.7976931348623157e308,
        lambda x: x.lower == x.upper != 0,
        lambda x: x.lower == -inf and x.upper < 0,
        lambda x: 0 < x.width < 1e-15,
    ],
)
def test_the_awkward_ones_are_found(what):
    assert what(find(strategies.intervals(), what, settings=_FIND))


@given(st.data())
def test_limits_are_kept(data):
    low = data.draw(st.floats(-1e3, 1e3))
    high = data.draw(st.floats(low, 1e4))
    x = data.draw(strategies.intervals(low, high))
    assert x.issubset(Interval(low, high))
    y = data.draw(strategies.intervals(low, allow_empty=False))
    assert low <= y.lower
    z = data.draw(strategies.intervals(allow_empty=False, allow_unbounded=False))
    assert z.is_bounded
    assert not z.is_empty


@given(strategies.intervals(closed=None), st.data())
def test_members_belong(x, data):
    inside = strategies.members(x)
    assume(not inside.is_empty)
    assert data.draw(strategies.members(x)) in x


@given(strategies.interval_pairs())
def test_parts_are_parts(pair):
    assert pair[0].issubset(pair[1])


@given(strategies.intervals(closed="left"))
def test_the_closed_side_is_kept(x):
    assert x.closed == "left" or x.lower == x.upper or x.is_empty


@given(strategies.interval_arrays((2, 3)), strategies.interval_arrays(st.just(4)))
def test_arrays_have_the_shape(x, y):
    assert isinstance(x, IntervalArray)
    assert (x.shape, y.shape) == ((2, 3), (4,))


@given(strategies.interval_arrays(elements=strategies.intervals(0, 1, allow_empty=False)))
def test_arrays_are_made_of_the_elements(x):
    assert (x.lower >= 0).all()
    assert (x.upper <= 1).all()
    assert x.ndim in (1, 2)


@pytest.mark.parametrize(
    "x",
    [
        Interval.empty(),
        Interval(1, 1 + 2.0**-52, "neither"),
        Interval(-inf, -1.7976931348623157e308, "left"),
    ],
)
def test_there_is_nothing_to_draw_where_no_float_belongs(x):
    assert strategies.members(x).is_empty
