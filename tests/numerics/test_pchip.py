"""The monotone cubic against that of SciPy."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.interpolate import PchipInterpolator

from reconcile.numerics.pchip import pchip

values = st.floats(-50, 50).map(lambda v: round(v, 3))


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(st.floats(0.05, 5), values), min_size=2, max_size=15))
def test_it_is_that_of_scipy(points: list[tuple[float, float]]) -> None:
    steps, y = (np.array(column) for column in zip(*points, strict=True))
    x = np.cumsum(steps)
    at = np.linspace(x[0], x[-1], 41).reshape(-1, 1).repeat(2, axis=1)
    expected = PchipInterpolator(x, y)(at)
    assert pchip(at, x, y) == pytest.approx(expected, rel=1e-9, abs=1e-9)


def test_it_goes_through_its_nodes() -> None:
    x, y = np.array([0.0, 1.0, 4.0, 5.0]), np.array([0.0, -3.0, 2.0, 2.0])
    assert pchip(x, x, y) == pytest.approx(y, abs=1e-12)
