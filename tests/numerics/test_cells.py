"""Cells of error laws against scipy, in the middle and far out in the tails."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate, stats

from reconcile.numerics.cells import NARROW, student_cell, thinned_cell

LAWS = {"student": student_cell, "thinned": thinned_cell}


def _exact(law: str, lower: float, upper: float, eta: float, sigma: float) -> float:
    if law == "student":
        tail = stats.t(4, eta, sigma)
    else:  # eta - X + sigma Z mirrored is an exponentially modified normal
        tail = stats.exponnorm(1 / sigma, -eta, sigma)
        lower, upper = -upper, -lower
    return (
        tail.sf(lower) - tail.sf(upper)
        if lower > tail.median()
        else tail.cdf(upper) - tail.cdf(lower)
    )


@pytest.mark.parametrize("law", LAWS)
@given(
    lower=st.floats(-6, 6),
    width=st.floats(0.05, 8),
    eta=st.floats(-6, 6),
    sigma=st.floats(0.1, 2),
)
def test_mass_is_that_of_the_law(
    law: str, lower: float, width: float, eta: float, sigma: float
) -> None:
    arrays = (np.array([value]) for value in (lower, lower + width, eta, sigma))
    mass = LAWS[law](*arrays)[0][0]
    assert mass == pytest.approx(_exact(law, lower, lower + width, eta, sigma), rel=1e-6, abs=1e-9)


@pytest.mark.parametrize("law", LAWS)
@given(
    lower=st.floats(-4, 4),
    width=st.one_of(st.just(0.0), st.floats(1e-4, 5)),
    eta=st.floats(-3, 3),
    sigma=st.floats(0.15, 1.5),
)
def test_derivatives_are_those_of_the_mass(
    law: str, lower: float, width: float, eta: float, sigma: float
) -> None:
    def at(where: float) -> tuple[float, ...]:
        cell = (np.array([value]) for value in (lower, lower + width, where, sigma))
        return tuple(float(part[0]) for part in LAWS[law](*cell))

    h = 1e-5
    scale = max(at(eta)[0], 1e-3) / sigma**2
    slope = (at(eta + h)[0] - at(eta - h)[0]) / (2 * h)
    bend = (at(eta + h)[1] - at(eta - h)[1]) / (2 * h)
    assert at(eta)[1] == pytest.approx(slope, rel=1e-4, abs=1e-4 * scale)
    assert at(eta)[2] == pytest.approx(bend, rel=1e-4, abs=1e-4 * scale)


def test_the_tail_keeps_its_digits() -> None:
    z = np.array([50.0, 1e3, 1e5])
    mass = student_cell(z, z + 1, np.zeros(3), np.ones(3))[0]
    exact = [integrate.quad(stats.t(4).pdf, a, a + 1, epsabs=0)[0] for a in z]
    np.testing.assert_allclose(mass, exact, rtol=1e-9)


@pytest.mark.parametrize("law", LAWS)
def test_a_narrow_cell_is_its_density_times_its_width(law: str) -> None:
    """The two forms meet where one gives way to the other."""
    lower, eta, sigma = np.array([0.4]), np.array([0.1]), np.array([0.7])
    just, over = 0.999 * NARROW * sigma, 1.001 * NARROW * sigma
    ratio = (
        LAWS[law](lower, lower + over, eta, sigma)[0]
        / LAWS[law](lower, lower + just, eta, sigma)[0]
    )
    assert ratio[0] == pytest.approx(over[0] / just[0], rel=1e-4)
    density = LAWS[law](lower, lower, eta, sigma)[0]
    tiny = LAWS[law](lower, lower + 1e-6, eta, sigma)[0] / 1e-6
    assert density[0] == pytest.approx(tiny[0], rel=1e-5)


def test_an_unbounded_cell_is_a_tail() -> None:
    eta, sigma = np.array([1.0]), np.array([0.5])
    left = student_cell(np.array([-np.inf]), np.array([0.2]), eta, sigma)
    assert left[0][0] == pytest.approx(stats.t.cdf(-1.6, 4), rel=1e-10)
    assert left[1][0] == pytest.approx(-stats.t.pdf(-1.6, 4) / 0.5, rel=1e-10)


@pytest.mark.parametrize("sigma", [0.3, 1.0, 2.5])
@pytest.mark.parametrize("above", [2.0, 4.0, 6.0])
def test_a_part_far_above_its_whole_keeps_its_digits(sigma: float, above: float) -> None:
    """Mass and derivatives in the upper tail, against each other: no 1 - 1 there."""
    lower, upper = np.array([13.35]), np.array([13.55])
    eta, step = lower - above * sigma, 1e-4 * sigma
    scale = np.array([sigma])
    at, low, high = (thinned_cell(lower, upper, eta + move, scale) for move in (0.0, -step, step))
    assert at[0] > 0
    slope = (high[0] - low[0]) / (2 * step)
    np.testing.assert_allclose(at[1], slope, rtol=1e-5)
    bend = (high[1] - low[1]) / (2 * step)
    np.testing.assert_allclose(at[2], bend, rtol=1e-5)
