"""Arithmetic on one closed interval given as a pair of floats, tightest, in pure Python.

The empty set is (inf, -inf); no function here is given or gives any other pair with
lower > upper. Results are the smallest pairs of floats around the exact range.

Reference: IEEE Std 1788.1-2017, tables 4.1 and 4.2; Hickey, Ju, van Emden (2001),
doi:10.1145/502102.502106 (division).
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from math import inf, nan

from reconcile.intervals.rounding import ziv
from reconcile.intervals.rounding.float_rounding import (
    MAX,
    add_down,
    add_up,
    div_down,
    div_up,
    mul_down,
    mul_up,
    pow_down,
    pow_up,
    sqrt_down,
    sqrt_up,
)

Pair = tuple[float, float]
EMPTY: Pair = (inf, -inf)
ENTIRE: Pair = (-inf, inf)


def mul(a: float, b: float, c: float, d: float) -> Pair:
    """[a, b] * [c, d], both not empty."""
    if a >= 0.0:
        if c >= 0.0:
            return mul_down(a, c), mul_up(b, d)
        if d <= 0.0:
            return mul_down(b, c), mul_up(a, d)
        return mul_down(b, c), mul_up(b, d)
    if b <= 0.0:
        if c >= 0.0:
            return mul_down(a, d), mul_up(b, c)
        if d <= 0.0:
            return mul_down(b, d), mul_up(a, c)
        return mul_down(a, d), mul_up(a, c)
    if c >= 0.0:
        return mul_down(a, d), mul_up(b, d)
    if d <= 0.0:
        return mul_down(b, c), mul_up(a, c)
    return min(mul_down(a, d), mul_down(b, c)), max(mul_up(a, c), mul_up(b, d))


def div(a: float, b: float, c: float, d: float) -> Pair:
    """[a, b] / [c, d], both not empty: the hull of all quotients that exist."""
    if c == 0.0 == d:
        return EMPTY
    if a == 0.0 == b:
        return 0.0, 0.0
    if c >= 0.0:
        return _by_positive(a, b, c, d)
    if d <= 0.0:
        return _by_positive(-b, -a, -d, -c)
    return ENTIRE


def _by_positive(a: float, b: float, c: float, d: float) -> Pair:
    """[a, b] / [c, d] for 0 <= c and 0 < d, [a, b] not [0, 0]."""
    lowest, highest = (d if a >= 0.0 else c), (c if b >= 0.0 else d)
    lower = div_down(a, lowest) if lowest > 0.0 else -inf
    upper = div_up(b, highest) if highest > 0.0 else inf
    # With c = 0, a zero end of the numerator still meets divisors as small as you like.
    return (0.0 if a == 0.0 else lower), (0.0 if b == 0.0 else upper)


def absolute(a: float, b: float) -> Pair:
    """The absolute values of [a, b], not empty."""
    return mig(a, b), mag(a, b)


def sqr(a: float, b: float) -> Pair:
    """The squares of [a, b], not empty."""
    small, large = mig(a, b), mag(a, b)
    return mul_down(small, small), mul_up(large, large)


def sqrt(a: float, b: float) -> Pair:
    """The square roots of the part of [a, b] that has any."""
    return EMPTY if b < 0.0 else (sqrt_down(max(a, 0.0)), sqrt_up(b))


def pown(a: float, b: float, n: int) -> Pair:
    """The n-th powers of [a, b], not empty; x**0 = 1, and 0 has no negative power."""
    if n == 0:
        return 1.0, 1.0
    if n < 0 and a == 0.0 == b:
        return EMPTY
    if n % 2 == 0:
        return _even_power(mig(a, b), mag(a, b), n)
    if n < 0 and a < 0.0 < b:
        return ENTIRE
    if n > 0:
        return _low(a, n), _high(b, n)
    return (-inf if b == 0.0 else _low(b, n)), (inf if a == 0.0 else _high(a, n))


def _even_power(small: float, large: float, n: int) -> Pair:
    if n > 0:
        return _low(small, n), _high(large, n)
    return _low(large, n), (inf if small == 0.0 else _high(small, n))


def _low(x: float, n: int) -> float:
    return _infinite_power(x, n) if x - x != 0.0 else pow_down(x, n)


def _high(x: float, n: int) -> float:
    return _infinite_power(x, n) if x - x != 0.0 else pow_up(x, n)


def _infinite_power(x: float, n: int) -> float:
    if n < 0:
        return 0.0
    return -inf if x < 0.0 and n % 2 else inf


def exp(a: float, b: float) -> Pair:
    """e to the power of [a, b], not empty."""
    return ziv.exp(a)[0], ziv.exp(b)[1]


def exp2(a: float, b: float) -> Pair:
    """2 to the power of [a, b], not empty."""
    return ziv.exp2(a)[0], ziv.exp2(b)[1]


def log(a: float, b: float) -> Pair:
    """The natural logarithms of the positive part of [a, b]."""
    return _logarithm(ziv.log, a, b)


def log2(a: float, b: float) -> Pair:
    """The logarithms to base 2 of the positive part of [a, b]."""
    return _logarithm(ziv.log2, a, b)


def log10(a: float, b: float) -> Pair:
    """The logarithms to base 10 of the positive part of [a, b]."""
    return _logarithm(ziv.log10, a, b)


def _logarithm(function: Callable[[float], Pair], a: float, b: float) -> Pair:
    return (function(max(a, 0.0))[0], function(b)[1]) if b > 0.0 else EMPTY


def cancel_minus(a: float, b: float, c: float, d: float) -> Pair:
    """The tightest z with [c, d] + z around [a, b], or everything where there is none."""
    if a > b:
        return EMPTY if c > d or (c > -inf and d < inf) else ENTIRE
    if c > d or -inf in (a, c) or inf in (b, d) or not _as_wide(a, b, c, d):
        return ENTIRE
    return add_down(a, -c), add_up(b, -d)


def _as_wide(a: float, b: float, c: float, d: float) -> bool:
    """Whether b - a >= d - c, exactly."""
    return Fraction(b) - Fraction(a) >= Fraction(d) - Fraction(c)


def mid(a: float, b: float) -> float:
    """The midpoint, to nearest; of a half-line the largest float on it, of everything 0."""
    if a > b:
        return nan
    if a == -inf:
        return 0.0 if b == inf else -MAX
    if b == inf:
        return MAX
    total = a + b
    return (0.5 * total if total - total == 0.0 else 0.5 * a + 0.5 * b) + 0.0


def rad(a: float, b: float) -> float:
    """The smallest r with [mid - r, mid + r] around [a, b]."""
    if a > b:
        return nan
    middle = mid(a, b)
    return max(add_up(middle, -a), add_up(b, -middle))


def wid(a: float, b: float) -> float:
    """The width, rounded up."""
    return nan if a > b else add_up(b, -a)


def mag(a: float, b: float) -> float:
    """The largest absolute value."""
    return nan if a > b else max(abs(a), abs(b))


def mig(a: float, b: float) -> float:
    """The smallest absolute value."""
    return nan if a > b else max(a, -b, 0.0) + 0.0
