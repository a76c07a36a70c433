"""Axes of values and of dates."""

from __future__ import annotations

import math
from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.figure import Figure
from plot_cases import CASUALTIES, MARGIN

from reconcile.plot.parts.dates_axis import day_ticks, tick_labels
from reconcile.plot.parts.values_axis import ValueAxis, thin_ticks, tick_words, value_axis
from reconcile.values import Quantity

MONEY = Quantity("money", unit="USD")


@given(st.lists(st.floats(0, 1e9), min_size=1, max_size=20))
def test_the_way_to_the_axis_and_back_is_the_identity(values) -> None:
    axis = ValueAxis(True, 0.0, 1e10, 1.0)
    back = axis.from_scale(axis.to_scale(values))
    assert np.allclose(back, values, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("threshold", [0.01, 1.0, 1000.0])
def test_the_scale_is_that_of_matplotlib(threshold: float) -> None:
    """Oracle: matplotlib's own transform of the same axis."""
    axis = ValueAxis(True, 0.0, 1e6 * threshold, threshold)
    ax = Figure().add_subplot()
    axis.apply(ax, "y")
    values = threshold * np.array([0.0, 0.3, 1.0, 7.0, 200.0, 1e5])
    theirs = ax.transData.transform(np.c_[np.zeros(6), values])[:, 1]
    ours = axis.to_scale(values)
    share = (theirs - theirs[0]) / (theirs[-1] - theirs[0])
    assert np.allclose(share, (ours - ours[0]) / (ours[-1] - ours[0]), atol=1e-9)


@given(
    st.lists(st.floats(0.01, 1e8), min_size=2, max_size=12),
    st.sampled_from(["auto", "log", "linear"]),
    st.booleans(),
)
def test_all_values_lie_inside(values, scale, zero) -> None:
    axis = value_axis(values, CASUALTIES, scale, zero)
    assert axis.lower <= min(values) or (axis.log and axis.lower <= axis.threshold)
    assert max(values) <= axis.upper
    if zero and (not axis.log or min(values) < axis.threshold):  # far from zero a log axis has none
        assert axis.lower <= 0
    if axis.log:
        ticks = axis.log_ticks(6)
        assert all(axis.lower <= tick <= axis.upper * 1.001 for tick in ticks)
        assert ticks == sorted(set(ticks))


def test_a_log_axis_where_values_span_more_than_one_and_a_half_decades() -> None:
    assert not value_axis([100, 100 * 10**1.5], CASUALTIES).log
    assert value_axis([100, 100 * 10**1.52], CASUALTIES).log
    assert not value_axis([1, 1e6], MARGIN).log
    assert value_axis([5, 6], CASUALTIES, "log").log
    assert not value_axis([1, 1e6], CASUALTIES, "linear").log
    assert value_axis([0.02, 5.0], MONEY).log
    assert not value_axis([0.02, 5.0], CASUALTIES).log  # less than one person is no decade


@given(st.floats(1, 1e5), st.floats(0.05, 0.35))
def test_arrows_have_room(bound, share) -> None:
    axis = value_axis([bound, 50 * bound], CASUALTIES).with_room([50 * bound], [], share)
    low, high = axis.to_scale([axis.lower, axis.upper])
    assert axis.to_scale(50 * bound) + share * (high - low) <= high + 1e-9


def test_ticks_that_come_too_close_are_dropped_and_zero_stays() -> None:
    ax = Figure(figsize=(4, 1), dpi=100).add_subplot()
    ValueAxis(True, 0.0, 20_000.0, 1.0).apply(ax, "y")
    before = list(ax.get_yticks())
    thin_ticks(ax, "y", 25.0)
    after = list(ax.get_yticks())
    at = ax.transData.transform(np.c_[np.zeros(len(after)), after])[:, 1]
    assert (np.diff(at) >= 25).all()
    assert 0.0 in after
    assert len(after) < len(before)


@given(st.floats(min_value=-1e14, max_value=1e14, allow_nan=False).filter(lambda v: abs(v) > 1e-4))
def test_words_of_ticks_say_the_number(value) -> None:
    text = tick_words(value).replace("−", "-").replace(",", "")
    units = {"tn": 1e12, "bn": 1e9, "m": 1e6}
    unit = next((unit for unit in units if text.endswith(unit)), "")
    number = float(text.removesuffix(unit)) * units.get(unit, 1.0)
    assert number == pytest.approx(value, rel=5.1e-4)


days = st.dates(date(1990, 1, 1), date(2060, 1, 1))


@given(days, st.integers(1, 20_000), st.integers(3, 9))
def test_date_ticks_are_few_and_inside(first, length, most) -> None:
    start = pd.Timestamp(first)
    end = start + pd.Timedelta(days=length)
    ticks = day_ticks(start, end, most)
    assert 1 <= len(ticks) <= max(most, 2)
    assert all(start <= tick <= end for tick in ticks)
    labels = tick_labels(ticks)
    assert len(labels) == len(ticks)
    assert len(set(labels)) == len(labels) or length > 300
    assert str(ticks[0].year) in labels[0]


def test_dates_say_the_year_once() -> None:
    ticks = day_ticks(pd.Timestamp("2024-10-01"), pd.Timestamp("2025-02-27"), 8)
    assert tick_labels(ticks) == ["Oct\n2024", "Nov", "Dec", "Jan\n2025", "Feb"]
    few = day_ticks(pd.Timestamp("2024-12-14"), pd.Timestamp("2024-12-19"), 8)
    assert tick_labels(few)[:2] == ["14 Dec\n2024", "15 Dec"]
    years = day_ticks(pd.Timestamp("2001-03-01"), pd.Timestamp("2031-03-01"), 5)
    assert all(label.isdigit() for label in tick_labels(years))


def test_nothing_to_show_has_an_axis() -> None:
    axis = value_axis([], CASUALTIES)
    assert axis.lower <= 0 < axis.upper
    flat = value_axis([5.0, 5.0, math.inf], MARGIN)
    assert flat.lower < 5 < flat.upper
