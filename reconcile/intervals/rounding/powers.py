"""Integer powers of float arrays, rounded down or up, tightest.

Repeated squaring of a pair of floats (about 106 bits), the exponents of 2 counted apart so that
nothing over- or underflows. Each step is off by less than 2^-101 of the result, so that the n-th
power is off by less than n * 2^-100. Where that bound leaves two answers, and where the result
leaves the normal range, `float_rounding` settles it in integers. A power whose mantissa fits a
float is exact all along.

Reference: Ogita, Rump, Oishi (2005), doi:10.1137/030601818.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from reconcile.intervals.rounding.directed import rounding
from reconcile.intervals.rounding.float_rounding import pow_down, pow_up
from reconcile.intervals.rounding.twofold import Array, quick_two_sum, two_product

_BLOCK = 8192
_LARGEST_EXPONENT = 1 << 20  # beyond it the pair of floats loses too many bits
_Parts = tuple[Array, Array, NDArray[np.int64]]


def power(x: Array, n: int, *, up: bool) -> Array:
    """x**n rounded up or down, for one-dimensional x >= 0 and n != 0; 0 and inf give the limits.

    >>> power(np.array([3.0, 0.1]), 3, up=True).tolist()
    [27.0, 0.0010000000000000002]
    """
    out = np.empty_like(x)
    for first in range(0, x.size, _BLOCK):
        cut = slice(first, first + _BLOCK)
        out[cut] = _block(x[cut], n, up)
    return out


def _block(x: Array, n: int, up: bool) -> Array:
    limit = (x == 0.0) | np.isinf(x)
    work = np.where(limit, 1.0, x)
    out, open_ = np.empty_like(x), np.ones(x.shape, np.bool_)
    if abs(n) <= _LARGEST_EXPONENT:
        out, open_ = _rounded(work, n, up)
    if open_.any():
        values, back = np.unique(work[open_], return_inverse=True)
        single = pow_up if up else pow_down
        out[open_] = np.array([single(value, n) for value in values.tolist()])[back]
    ends = np.where(x == 0.0, np.inf if n < 0 else 0.0, 0.0 if n < 0 else np.inf)
    return np.where(limit, ends, out)


def _rounded(x: Array, n: int, up: bool) -> tuple[Array, NDArray[np.bool_]]:
    """x**n, and where the error bound or the range leaves it open."""
    mantissa, exponent = np.frexp(x)
    with rounding() as directed:
        directed.nearest()
        high, low, k = _pair_power(mantissa, abs(n))
        if n < 0:
            high, low, k = _reciprocal(high, low, k)
        k = k + n * exponent.astype(np.int64)
        exact = mantissa == 0.5 if n < 0 else _length(mantissa) * n <= 53
        epsilon = np.where(exact, 0.0, abs(n) * 2.0**-99)
        below, above = np.subtract(low, epsilon), np.add(low, epsilon)
        value, other = np.empty_like(x), np.empty_like(x)
        step = directed.up if up else directed.down
        step(np.add, high, below, value)
        step(np.add, high, above, other)
        directed.nearest()
        inside = (k > -1020) & (k < 1022)
        result = np.ldexp(value, np.where(inside, k, 0).astype(np.int32))
    return result, ~inside | (value != other)


def _pair_power(mantissa: Array, n: int) -> _Parts:
    """mantissa**n = (high + low) * 2**k with high in [1/2, 1)."""
    high, low, k = mantissa, np.zeros_like(mantissa), np.zeros(mantissa.shape, np.int64)
    for digit in bin(n)[3:]:
        square, error = two_product(high, high)
        high, low = quick_two_sum(square, error + 2.0 * (high * low))
        high, low, k = _normal(high, low, 2 * k)
        if digit == "1":
            product, error = two_product(high, mantissa)
            high, low = quick_two_sum(product, error + low * mantissa)
            high, low, k = _normal(high, low, k)
    return high, low, k


def _normal(high: Array, low: Array, k: NDArray[np.int64]) -> _Parts:
    high, shift = np.frexp(high)
    return high, np.ldexp(low, -shift), k + shift


def _reciprocal(high: Array, low: Array, k: NDArray[np.int64]) -> _Parts:
    inverse = 1.0 / high
    product, error = two_product(inverse, high)
    rest = ((1.0 - product) - error) - inverse * low
    inverse, tail = quick_two_sum(inverse, rest / high)
    return inverse, tail, -k


def _length(mantissa: Array) -> NDArray[np.int64]:
    """How many bits the mantissas (in [1/2, 1)) have up to their last 1."""
    whole = np.ldexp(mantissa, 53).astype(np.int64)
    last = np.frexp((whole & -whole).astype(np.float64))[1]
    return (54 - last).astype(np.int64)
