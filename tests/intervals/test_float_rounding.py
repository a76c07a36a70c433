"""Sums, products, quotients, roots and powers of two floats: exactly the neighbouring floats."""

from __future__ import annotations

import itertools
import math
from fractions import Fraction

import numpy as np
import pytest
from interval_oracles import AWKWARD, MAX, TINY, awkward_floats, ceiling, floor

from reconcile.intervals.rounding import float_rounding as fr

_PAIRS = [
    *itertools.product(AWKWARD, AWKWARD),
    *zip(*awkward_floats(np.random.default_rng(1), 8000).reshape(2, -1).tolist(), strict=True),
]


@pytest.mark.parametrize(
    ("down", "up", "exact"),
    [
        (fr.add_down, fr.add_up, lambda a, b: a + b),
        (fr.mul_down, fr.mul_up, lambda a, b: a * b),
        (fr.div_down, fr.div_up, lambda a, b: a / b if b else None),
    ],
    ids=["add", "mul", "div"],
)
def test_neighbours_of_the_exact_value(down, up, exact):
    for a, b in _PAIRS:
        value = exact(Fraction(a), Fraction(b))
        if value is not None:
            assert (down(a, b), up(a, b)) == (floor(value), ceiling(value)), (a, b)


def test_square_roots_enclose_and_are_next_to_each_other():
    for x in sorted({abs(a) for a, _ in _PAIRS}):
        low, high = fr.sqrt_down(x), fr.sqrt_up(x)
        assert Fraction(low) ** 2 <= Fraction(x) <= Fraction(high) ** 2
        assert high == (low if Fraction(low) ** 2 == x else math.nextafter(low, math.inf))


@pytest.mark.parametrize("n", [-9, -3, -2, -1, 0, 1, 2, 3, 5, 8, 17])
def test_powers(n):
    for x in [a for a, _ in _PAIRS[::3] if a or n >= 0]:
        value = Fraction(x) ** n
        assert (fr.pow_down(x, n), fr.pow_up(x, n)) == (floor(value), ceiling(value)), x


@pytest.mark.parametrize("x", [1 + 2.0**-52, 1 - 2.0**-53, 1.0000001])
@pytest.mark.parametrize("n", [2**21, 10**6 + 1, -(10**6)])
def test_long_powers_are_neighbours_around_many_digits(x, n):
    import mpmath

    with mpmath.workprec(400):
        value = mpmath.power(mpmath.mpf(x), n)
        low, high = fr.pow_down(x, n), fr.pow_up(x, n)
        assert mpmath.mpf(low) < value < mpmath.mpf(high)
    assert math.nextafter(low, math.inf) == high


def test_limits():
    assert fr.add_down(MAX, MAX) == MAX
    assert fr.add_up(MAX, TINY) == math.inf
    assert fr.add_up(-MAX, -MAX) == -MAX
    assert fr.mul_down(0.0, math.inf) == 0.0
    assert fr.mul_up(-math.inf, 0.0) == 0.0
    assert fr.mul_up(TINY, 0.5) == TINY
    assert fr.mul_down(-TINY, 0.5) == -TINY
    assert fr.div_up(5.0, math.inf) == 0.0
    assert fr.pow_down(1e300, 10**9) == MAX
    assert fr.pow_up(1e-300, 10**9) == TINY


@pytest.mark.parametrize(("p", "q"), [(1, 3), (-1, 3), (10**400, 7), (7, 10**400), (5, 2)])
def test_ratios_of_integers_of_any_size(p, q):
    value = Fraction(p, q)
    assert fr.ratio_down(p, q) == floor(value)
    assert fr.ratio_up(p, q) == ceiling(value)
