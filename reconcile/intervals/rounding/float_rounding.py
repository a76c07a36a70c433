"""Sums, products, quotients, roots and powers of two floats, rounded down or up.

Pure Python, no change of the processor's rounding mode: the nearest result comes first, the sign
of its exact error decides whether it moves by one float. Every result is the tightest: the
largest float below (``*_down``) or the smallest above (``*_up``) the exact value. An exact
result beyond the largest float M rounds down to M and up to infinity.

Reference: Dekker (1971), doi:10.1007/BF01397083 (exact products by splitting);
Boldo, Graillat, Muller (2017), doi:10.1145/3054947 (when the sum's error is exact).
"""

from __future__ import annotations

import math
from math import inf, nextafter

MAX = math.ldexp(1.0 - 2.0**-53, 1024)
TINY = 2.0**-1074
_SPLIT = 134217729.0  # 2^27 + 1 (Veltkamp)
# Between these, a product, its factors and its error can't over- or underflow when split.
_SMALL, _LARGE = 2.0**-960, 2.0**990
_EXACT_BITS = 20_000  # powers up to this length are computed exactly


def _below(x: float) -> float:
    return nextafter(x, -inf)


def _above(x: float) -> float:
    return nextafter(x, inf)


def add_down(a: float, b: float) -> float:
    """The largest float <= a + b.

    >>> add_down(1.0, 2.0**-60), add_down(1.0, -(2.0**-60))
    (1.0, 0.9999999999999999)
    """
    s = a + b
    if s - s != 0.0:
        return MAX if s == inf and a != inf and b != inf else s
    if abs(a) < abs(b):
        a, b = b, a
    return nextafter(s, -inf) if b - (s - a) < 0.0 else s


def add_up(a: float, b: float) -> float:
    """The smallest float >= a + b.

    >>> add_up(1.0, 2.0**-60)
    1.0000000000000002
    """
    s = a + b
    if s - s != 0.0:
        return -MAX if s == -inf and a != -inf and b != -inf else s
    if abs(a) < abs(b):
        a, b = b, a
    return nextafter(s, inf) if b - (s - a) > 0.0 else s


def _split_error(a: float, b: float, p: float) -> float:
    """a*b - p, exactly, for p = a*b rounded to nearest and nothing near over- or underflow."""
    c = a * _SPLIT
    ah = c - (c - a)
    al = a - ah
    c = b * _SPLIT
    bh = c - (c - b)
    bl = b - bh
    return al * bl - (((p - ah * bh) - al * bh) - ah * bl)


def _product_error(a: float, b: float, p: float) -> float:
    """A number with the sign of a*b - p, for p = a*b rounded to nearest, a and b finite."""
    if _SMALL < abs(p) < _LARGE and abs(a) < _LARGE and abs(b) < _LARGE:
        return _split_error(a, b, p)
    if a == 0.0 or b == 0.0:
        return 0.0
    if p - p != 0.0:
        return -p
    (an, ad), (bn, bd), (pn, pd) = (x.as_integer_ratio() for x in (a, b, p))
    error = an * bn * pd - pn * ad * bd
    return float((error > 0) - (error < 0))


def mul_down(a: float, b: float) -> float:
    """The largest float <= a * b, with 0 * inf = 0.

    >>> mul_down(0.1, 3.0), mul_up(0.1, 3.0), mul_down(0.0, float("inf"))
    (0.3, 0.30000000000000004, 0.0)
    """
    p = a * b
    if p - p != 0.0 and (a - a != 0.0 or b - b != 0.0):
        return 0.0 if p != p else p
    return nextafter(p, -inf) if _product_error(a, b, p) < 0.0 else p


def mul_up(a: float, b: float) -> float:
    """The smallest float >= a * b, with 0 * inf = 0."""
    p = a * b
    if p - p != 0.0 and (a - a != 0.0 or b - b != 0.0):
        return 0.0 if p != p else p
    return nextafter(p, inf) if _product_error(a, b, p) > 0.0 else p


def _quotient_error(a: float, b: float, q: float) -> float:
    """A number with the sign of a/b - q, for q = a/b rounded to nearest, a and b finite."""
    if _SMALL < abs(a) < _LARGE and _SMALL < abs(q) < _LARGE and abs(b) < _LARGE:
        p = q * b
        rest = (a - p) - _split_error(q, b, p)
        return rest if b > 0.0 else -rest
    if a == 0.0:
        return 0.0
    if q - q != 0.0:
        return -q
    (an, ad), (bn, bd), (qn, qd) = (x.as_integer_ratio() for x in (a, b, q))
    error = an * bd * qd - qn * bn * ad
    return float((error > 0) - (error < 0)) if b > 0.0 else float((error < 0) - (error > 0))


def div_down(a: float, b: float) -> float:
    """The largest float <= a / b, for b not 0 and with x / inf = 0 for every x.

    >>> div_down(1.0, 10.0)
    0.09999999999999999
    """
    if a - a != 0.0 or b - b != 0.0:
        return _unbounded_quotient(a, b)
    q = a / b
    return nextafter(q, -inf) if _quotient_error(a, b, q) < 0.0 else q


def div_up(a: float, b: float) -> float:
    """The smallest float >= a / b, for b not 0 and with x / inf = 0 for every x."""
    if a - a != 0.0 or b - b != 0.0:
        return _unbounded_quotient(a, b)
    q = a / b
    return nextafter(q, inf) if _quotient_error(a, b, q) > 0.0 else q


def _unbounded_quotient(a: float, b: float) -> float:
    return 0.0 if b - b != 0.0 else a / b


def _root_error(x: float, s: float) -> float:
    """A number with the sign of sqrt(x) - s, for s = sqrt(x) rounded to nearest, x > 0."""
    if _SMALL < x < _LARGE:
        p = s * s
        return (x - p) - _split_error(s, s, p)
    (xn, xd), (sn, sd) = x.as_integer_ratio(), s.as_integer_ratio()
    error = xn * sd * sd - sn * sn * xd
    return float((error > 0) - (error < 0))


def sqrt_down(x: float) -> float:
    """The largest float <= sqrt(x), for x >= 0.

    >>> sqrt_down(2.0), sqrt_down(9.0)
    (1.414213562373095, 3.0)
    """
    if x == 0.0 or x == inf:
        return x
    s = math.sqrt(x)
    return _below(s) if _root_error(x, s) < 0.0 else s


def sqrt_up(x: float) -> float:
    """The smallest float >= sqrt(x), for x >= 0."""
    if x == 0.0 or x == inf:
        return x
    s = math.sqrt(x)
    return _above(s) if _root_error(x, s) > 0.0 else s


def ratio_down(numerator: int, denominator: int) -> float:
    """The largest float <= numerator / denominator, for denominator > 0 and any size of both.

    >>> ratio_down(1, 10), ratio_down(1, 4)
    (0.09999999999999999, 0.25)
    """
    q = _nearest(numerator, denominator)
    if q == inf:
        return MAX
    return q if q == -inf or _ratio_error(numerator, denominator, q) >= 0 else _below(q)


def ratio_up(numerator: int, denominator: int) -> float:
    """The smallest float >= numerator / denominator, for denominator > 0 and any size of both."""
    return 0.0 - ratio_down(-numerator, denominator)


def _nearest(numerator: int, denominator: int) -> float:
    try:
        return numerator / denominator
    except OverflowError:
        return inf if numerator > 0 else -inf


def _ratio_error(numerator: int, denominator: int, q: float) -> int:
    n, d = q.as_integer_ratio()
    return numerator * d - n * denominator


def pow_down(x: float, n: int) -> float:
    """The largest float <= x**n, for finite x (not 0 if n < 0).

    >>> pow_down(3.0, 2), pow_down(0.1, 3), pow_down(3.0, -1)
    (9.0, 0.001, 0.3333333333333333)
    """
    if x < 0.0 and n % 2:
        return 0.0 - _power(-x, n)[1]
    return _power(abs(x), n)[0]


def pow_up(x: float, n: int) -> float:
    """The smallest float >= x**n, for finite x (not 0 if n < 0)."""
    if x < 0.0 and n % 2:
        return 0.0 - _power(-x, n)[0]
    return _power(abs(x), n)[1]


def _power(x: float, n: int) -> tuple[float, float]:
    """The floats around x**n, for x >= 0."""
    if n == 0 or x == 0.0 or x == 1.0:
        value = 1.0 if n == 0 or x == 1.0 else 0.0
        return value, value
    size = n * math.log2(x)
    if size > 1025:
        return MAX, inf
    if size < -1076:
        return 0.0, TINY
    mantissa, exponent = _odd(x)
    if mantissa.bit_length() * abs(n) <= _EXACT_BITS:
        whole = mantissa ** abs(n)
        return scaled_around(whole, whole, exponent * n, n < 0)
    return _long_power(mantissa, exponent, n)


def _odd(x: float) -> tuple[int, int]:
    """x > 0 as an odd integer times a power of two."""
    numerator, denominator = x.as_integer_ratio()
    shift = (numerator & -numerator).bit_length() - 1
    return numerator >> shift, shift - (denominator.bit_length() - 1)


def scaled_around(low: int, high: int, exponent: int, inverse: bool = False) -> tuple[float, float]:
    """The floats closest around [low, high] * 2**exponent, or [1/high, 1/low] * 2**exponent."""
    up, down = (1 << exponent, 1) if exponent >= 0 else (1, 1 << -exponent)
    if inverse:
        return ratio_down(up, high * down), ratio_up(up, low * down)
    return ratio_down(low * up, down), ratio_up(high * up, down)


def _long_power(mantissa: int, exponent: int, n: int) -> tuple[float, float]:
    """x**n from a truncated power with ever more bits, until both ends round to neighbours.

    It ends: a power of an odd mantissa > 1 this long lies strictly between two floats.
    """
    bits = 128 + abs(n).bit_length()
    while True:
        low, high, shift = _truncated_power(mantissa, abs(n), bits)
        scale = exponent * n + (shift if n > 0 else -shift)
        down, up = scaled_around(low, high, scale, n < 0)
        if _above(down) == up:
            return down, up
        bits *= 2


def _truncated_power(mantissa: int, n: int, bits: int) -> tuple[int, int, int]:
    """(low, high, shift) with low <= mantissa**n / 2**shift <= high, about `bits` bits long."""
    low, high, shift = 1, 1, 0
    for digit in bin(n)[2:]:
        factor = mantissa if digit == "1" else 1
        low, high, shift = low * low * factor, high * high * factor, 2 * shift
        excess = max(0, low.bit_length() - bits)
        low, high, shift = low >> excess, -(-high >> excess), shift + excess
    return low, high, shift
