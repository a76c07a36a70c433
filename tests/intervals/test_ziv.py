"""exp and the logarithms of one float: neighbours of the exact value, by many digits."""

from __future__ import annotations

import math

import mpmath
import numpy as np
import pytest
from interval_oracles import MAX, PRECISE, TINY

from reconcile.intervals.rounding import ziv


def _arguments(name: str) -> list[float]:
    rng = np.random.default_rng(3)
    if name.startswith("exp"):
        edge = 709.782712893384 if name == "exp" else 1023.9999999999999
        bottom = 745.1332191019411 if name == "exp" else 1074.5
        small = (rng.choice([-1, 1], 150) * 10.0 ** rng.uniform(-320, -1, 150)).tolist()
        low = rng.uniform(-bottom, -bottom + 40, 100).tolist()
        return [
            *small,
            *low,
            edge,
            -bottom,
            *rng.normal(size=200) * 20,
            *map(float, range(-20, 20)),
        ]
    near = (1 + rng.choice([-1, 1], 150) * 2.0 ** -rng.uniform(1, 52, 150)).tolist()
    wide = np.ldexp(rng.random(150) + 0.01, rng.integers(-1070, 1023, 150)).tolist()
    return [*near, *wide, TINY, MAX, *map(float, range(1, 120)), *(10.0**n for n in range(-9, 25))]


@pytest.mark.parametrize("name", PRECISE)
def test_both_are_neighbours_of_the_exact_value(name):
    exact_results = 0
    with mpmath.workprec(1300):
        for x in _arguments(name):
            low, high = getattr(ziv, name)(x)
            value = PRECISE[name](mpmath.mpf(x))
            if low == high:
                exact_results += 1
                assert abs(value - mpmath.mpf(low)) <= mpmath.mpf(2) ** -1200, x
            else:
                assert math.nextafter(low, math.inf) == high, x
                assert mpmath.mpf(low) < value, x
                assert high == math.inf or value < mpmath.mpf(high), x
    assert exact_results >= 1


@pytest.mark.parametrize(
    ("name", "x", "value"),
    [
        ("exp", 0.0, 1.0),
        ("exp2", -1074.0, TINY),
        ("exp2", 1023.0, 2.0**1023),
        ("log", 1.0, 0.0),
        ("log2", TINY, -1074.0),
        ("log10", 1e22, 22.0),
    ],
)
def test_results_that_are_floats_stay_exact(name, x, value):
    assert getattr(ziv, name)(x) == (value, value)


@pytest.mark.parametrize(
    ("name", "x", "around"),
    [
        ("exp", 1e5, (MAX, math.inf)),
        ("exp", -1e5, (0.0, TINY)),
        ("exp2", 1024.0, (MAX, math.inf)),
        ("exp2", -1075.0, (0.0, TINY)),
        ("exp", math.inf, (math.inf, math.inf)),
        ("exp", -math.inf, (0.0, 0.0)),
        ("log", 0.0, (-math.inf, -math.inf)),
        ("log10", math.inf, (math.inf, math.inf)),
        ("exp", 1e-300, (1.0, 1.0 + 2.0**-52)),
        ("exp2", -1e-300, (1.0 - 2.0**-53, 1.0)),
    ],
)
def test_limits(name, x, around):
    assert getattr(ziv, name)(x) == around
