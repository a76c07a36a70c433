"""exp, exp2, log, log2 and log10 of one float: the floats right below and above the exact value.

Fixed-point integer arithmetic with a proven error bound, repeated with more bits until both ends
of the bound round to the same two neighbours (Ziv's strategy). It ends, because by Lindemann's
theorem (and, for powers of 2 and 10, unique factorisation) the only arguments with a result
that is itself a float are the ones answered up front. Pure Python, the same on every machine.

A fixed-point number F with P bits stands for F / 2**P; "units" are units of 2**-P.

References: Ziv (1991), doi:10.1145/114697.116813; Brent (1976), doi:10.1145/321941.321944.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import lru_cache
from math import inf

from reconcile.intervals.rounding.float_rounding import MAX, TINY, scaled_around

Around = tuple[float, float]

_START_BITS = 128
_HALVINGS = 8  # exp(r) = exp(r / 2**8) ** (2**8)
_EXP_UNITS = 1 << 17  # error of exp_fixed; see there
_LOG_UNITS = 1 << 13  # error of log_fixed; see there
_POWERS_OF_TEN = {float(10**n): float(n) for n in range(23)}


@lru_cache(maxsize=32)
def ln2(bits: int) -> int:
    """log(2) in fixed point, to one unit."""
    return 2 * _atanh(1 << (bits + 32), 3 << (bits + 32), bits + 32) >> 32


@lru_cache(maxsize=32)
def ln10(bits: int) -> int:
    """log(10) = 3 log(2) + log(5/4) in fixed point, to one unit."""
    fine = bits + 32
    return 3 * ln2(fine) + 2 * _atanh(1 << fine, 9 << fine, fine) >> 32


def _atanh(numerator: int, denominator: int, bits: int) -> int:
    """atanh(numerator / denominator) for a ratio of at most 1/5 (1/3: slower) in size.

    The series of t, cut where terms vanish; each of its K terms is off by at most 3 units, the
    rest of the series by less than one.
    """
    t = (numerator << bits) // denominator
    square = t * t >> bits
    total, power, k = t, t, 1
    while abs(power) > 1:
        power = power * square >> bits
        k += 2
        total += power // k
    return total


def exp_fixed(x: int, bits: int) -> tuple[int, int]:
    """(M, n) with exp(x) = M * 2**(n - bits), M in about [2**bits / 1.5, 1.5 * 2**bits].

    `x` is fixed point, off by at most one unit, of size at most 800. The error of M is below
    2**17 units: x and n log 2 give |n| + 1 <= 1155 units to the reduced r, 2**-8 of that to its
    2**-8th part, K <= 200 Taylor terms 2 units each; the eight squarings multiply the error by
    at most 2**8 * 1.5 and add 3 units each.
    """
    period = ln2(bits)
    n = (2 * x + period) // (2 * period)
    r = (x - n * period) >> _HALVINGS
    one = 1 << bits
    total, term, k = one + r, r, 1
    while abs(term) > 1:
        k += 1
        term = (term * r >> bits) // k
        total += term
    for _ in range(_HALVINGS):
        total = total * total >> bits
    return total, n


def log_fixed(mantissa: int, exponent: int, bits: int) -> int:
    """log(mantissa * 2**exponent) in fixed point, off by less than 2**13 units.

    With f = mantissa scaled into [3/4, 3/2): 2 atanh((f-1)/(f+1)) gives 2 * (3 K + 3) units for
    K <= bits / 4.6 + 2 terms (bits <= 2,000), the multiple of log 2 at most 1,100.
    """
    length = mantissa.bit_length()
    shift = length if 4 * mantissa >= 3 << length else length - 1
    one, f = 1 << shift, mantissa
    return 2 * _atanh(f - one, f + one, bits) + (exponent + shift) * ln2(bits)


def _ziv(bound: Callable[[int], tuple[int, int, int]]) -> Around:
    """Array around the value that `bound(bits)` gives as (middle, units of error, exponent)."""
    bits = _START_BITS
    while True:
        middle, units, exponent = bound(bits)
        down, up = scaled_around(middle - units, middle + units, exponent)
        if math.nextafter(down, inf) == up:
            return down, up
        bits *= 2


def _fixed(x: float, bits: int) -> int:
    numerator, denominator = x.as_integer_ratio()
    return (numerator << bits) // denominator


def exp(x: float) -> Around:
    """The floats around exp(x); both are the value where it is a float.

    >>> exp(1.0), exp(0.0)
    ((2.718281828459045, 2.7182818284590455), (1.0, 1.0))
    """
    if x == 0.0:
        return 1.0, 1.0
    if abs(x) < 2.0**-54 or abs(x) > 746.0:
        return _extreme(x)

    def bound(bits: int) -> tuple[int, int, int]:
        middle, n = exp_fixed(_fixed(x, bits), bits)
        return middle, _EXP_UNITS, n - bits

    return _ziv(bound)


def exp2(x: float) -> Around:
    """The floats around 2**x.

    >>> exp2(-3.0), exp2(0.5)
    ((0.125, 0.125), (1.414213562373095, 1.4142135623730951))
    """
    if -1074.0 <= x <= 1023.0 and x == math.floor(x):
        return math.ldexp(1.0, int(x)), math.ldexp(1.0, int(x))
    if abs(x) < 2.0**-54 or not -1075 < x < 1024:
        return _extreme(x)
    whole = round(x)

    def bound(bits: int) -> tuple[int, int, int]:
        scaled = _fixed(x - whole, bits) * ln2(bits) >> bits
        middle, n = exp_fixed(scaled, bits)
        return middle, 4 * _EXP_UNITS, n + whole - bits

    return _ziv(bound)


def _extreme(x: float) -> Around:
    """Where 1, 0 or infinity is a neighbour of exp(x) (and of 2**x)."""
    if abs(x) < 1.0:
        return (1.0, math.nextafter(1.0, 2.0)) if x > 0 else (math.nextafter(1.0, 0.0), 1.0)
    if math.isinf(x):
        return (inf, inf) if x > 0 else (0.0, 0.0)
    return (MAX, inf) if x > 0 else (0.0, TINY)


def log(x: float) -> Around:
    """The floats around log(x), for x >= 0.

    >>> log(2.0), log(1.0)
    ((0.6931471805599453, 0.6931471805599454), (0.0, 0.0))
    """
    return _logarithm(x, {1.0: 0.0}, lambda value, bits: (value, _LOG_UNITS))


def log2(x: float) -> Around:
    """The floats around the logarithm of x >= 0 to base 2.

    >>> log2(8.0), log2(10.0)
    ((3.0, 3.0), (3.321928094887362, 3.3219280948873626))
    """
    if math.frexp(x)[0] == 0.5:
        whole = float(math.frexp(x)[1] - 1)
        return whole, whole
    return _logarithm(x, {}, lambda value, bits: _divided(value, ln2(bits), bits))


def log10(x: float) -> Around:
    """The floats around the logarithm of x >= 0 to base 10.

    >>> log10(1000.0), log10(0.001)
    ((3.0, 3.0), (-3.0, -2.9999999999999996))
    """
    return _logarithm(x, _POWERS_OF_TEN, lambda value, bits: _divided(value, ln10(bits), bits))


def _divided(value: int, base: int, bits: int) -> tuple[int, int]:
    """value / base and its error: twice that of `value`, and size * 2.1 from one unit of base."""
    return (value << bits) // base, 2 * _LOG_UNITS + 4096


def _logarithm(
    x: float, exact: dict[float, float], finish: Callable[[int, int], tuple[int, int]]
) -> Around:
    if x in exact:
        return exact[x], exact[x]
    if x == 0.0 or x == inf:
        return (-inf, -inf) if x == 0.0 else (inf, inf)
    numerator, denominator = x.as_integer_ratio()

    def bound(bits: int) -> tuple[int, int, int]:
        value, units = finish(log_fixed(numerator, 1 - denominator.bit_length(), bits), bits)
        return value, units, -bits

    return _ziv(bound)
