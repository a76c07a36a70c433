"""Second ways for the tests: exact rationals, many digits, and awkward floats."""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction

import mpmath
import numpy as np

MAX = float(np.finfo(np.float64).max)
TINY = 5e-324
AWKWARD = [
    *(0.0, 1.0, -1.0, 2.0, -3.0, 0.1, -0.3, 10.0, 1e22, 1e23, 2.0**53, 2.0**53 + 2),
    *(TINY, -TINY, 2.0**-1022, -(2.0**-1022), 2.0**-1022 - TINY, 2.0**-1021, 3 * TINY),
    *(MAX, -MAX, 2.0**1023, 2.0**-537, 2.0**-538, 2.0**512, 1e200, -1e200, 1e-200),
    *(1 + 2.0**-52, 1 - 2.0**-53, -1 - 2.0**-52, 134217729.0, 2.0**-960, 2.0**990),
]
PRECISE: dict[str, Callable[[mpmath.mpf], mpmath.mpf]] = {
    "exp": mpmath.exp,
    "exp2": lambda x: mpmath.power(2, x),
    "log": mpmath.log,
    "log2": lambda x: mpmath.log(x) / mpmath.log(2),
    "log10": lambda x: mpmath.log(x) / mpmath.log(10),
}


def awkward_floats(rng: np.random.Generator, size: int) -> np.ndarray:
    """Random bit patterns, small integers, powers of two and their neighbours, edge cases."""
    kind = rng.integers(0, 5, size)
    bits = rng.integers(0, 2**64, size, dtype=np.uint64, endpoint=False).view(np.float64)
    bits = np.where(np.isfinite(bits), bits, 1.5)
    near_powers = np.ldexp(
        1 + rng.integers(-3, 4, size) * 2.0**-52, rng.integers(-1070, 1020, size)
    )
    choices = [
        bits,
        rng.normal(size=size),
        rng.integers(-60, 60, size).astype(float),
        rng.choice([-1.0, 1.0], size) * near_powers,
        np.array(AWKWARD)[rng.integers(0, len(AWKWARD), size)],
    ]
    return np.choose(kind, choices)


def awkward_bounds(
    rng: np.random.Generator, size: int, *, special: float = 0.15
) -> tuple[np.ndarray, np.ndarray]:
    """Bounds of intervals: some thin, some unbounded, some empty."""
    a, b = awkward_floats(rng, size), awkward_floats(rng, size)
    lower, upper = np.minimum(a, b), np.maximum(a, b)
    pick = rng.random(size)
    lower = np.where(pick < special, -np.inf, lower)
    pick = rng.random(size)
    upper = np.where(pick < special, np.inf, upper)
    empty, thin = rng.random(size) < special / 3, rng.random(size) < special
    upper = np.where(thin & np.isfinite(lower), lower, upper)
    return np.where(empty, np.inf, lower), np.where(empty, -np.inf, upper)


def floor(value: Fraction) -> float:
    """The largest float <= value, by search from the nearest."""
    return _neighbour(value, -math.inf)


def ceiling(value: Fraction) -> float:
    """The smallest float >= value."""
    return _neighbour(value, math.inf)


def _neighbour(value: Fraction, direction: float) -> float:
    try:
        near = float(value)
    except OverflowError:
        near = math.inf if value > 0 else -math.inf
    if math.isinf(near):
        return near if near == direction else math.copysign(MAX, near)
    wrong = near > value if direction < 0 else near < value
    return math.nextafter(near, direction) if wrong else near


def steps_between(a: float, b: float) -> int:
    """How many floats lie from a up to b (0 for the same)."""

    def index(x: float) -> int:
        bits = int(np.float64(x).view(np.int64))
        return bits if bits >= 0 else -(bits & 0x7FFFFFFFFFFFFFFF)

    return index(b) - index(a)
