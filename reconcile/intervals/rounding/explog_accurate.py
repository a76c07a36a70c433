"""The second stage of `explog`: a pair of floats for everything, to about 2^-75.

Same tables, but the reduced argument, its polynomial and the product with the table value carry
their rounding errors along. Slower by an order of magnitude, so it is given only what the first
stage left open, and whatever that can't reach: results near the ends of the range of floats,
subnormals, infinities, the neighbourhood of 1 for logarithms.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from reconcile.intervals.rounding import explog_tables as tables
from reconcile.intervals.rounding import ziv
from reconcile.intervals.rounding.directed import Directed
from reconcile.intervals.rounding.float_rounding import MAX, TINY
from reconcile.intervals.rounding.twofold import Array, quick_two_sum, two_product, two_sum

# Proven: 2^-76 (exp), 2^-75.5 (log). The margin is for the reader's peace.
_EPSILON = 2.0**-74
_FEW = 24  # so many single numbers are faster one by one

_ZIV: dict[str, Callable[[float], tuple[float, float]]] = {
    "exp": ziv.exp,
    "exp2": ziv.exp2,
    "log": ziv.log,
    "log2": ziv.log2,
    "log10": ziv.log10,
}
_Rounded = tuple[Array, NDArray[np.bool_]]


def accurate(function: str, directed: Directed, x: Array, *, up: bool) -> Array:
    """`function(x)` for one of exp, exp2, log, log2, log10, rounded up or down, tightest.

    Logarithms of numbers <= 0 are -inf.
    """
    directed.nearest()
    if not x.size:
        return np.empty(0)
    if x.size <= _FEW:
        return _one_by_one(function, x, up)
    work = _exponential if function.startswith("exp") else _logarithm
    result, undecided = work(function, directed, x, up)
    directed.nearest()
    if undecided.any():
        result[undecided] = _one_by_one(function, x[undecided], up)
    return result


def _one_by_one(function: str, x: Array, up: bool) -> Array:
    values, back = np.unique(x, return_inverse=True)
    if function.startswith("log"):
        values = np.maximum(values, 0.0)
    answers = np.array([_ZIV[function](value)[up] for value in values.tolist()])
    return answers[back]


def _exponential(function: str, directed: Directed, x: Array, up: bool) -> _Rounded:
    result, simple = _exponential_limits(function, x, up)
    work = np.where(simple, 0.5, x)
    n, high, low = (_exp_reduced if function == "exp" else _exp2_reduced)(work)
    h, c, k = _power(n, high, low)
    value, undecided = _scaled(directed, up, (h, c), k)
    result[~simple] = value[~simple]
    return result, undecided & ~simple


def _exponential_limits(function: str, x: Array, up: bool) -> tuple[Array, NDArray[np.bool_]]:
    """The results that need no arithmetic: exact, or next to 0, 1 or infinity."""
    bottom, top = (-745.2, 709.79) if function == "exp" else (-1074.0, np.nextafter(1024.0, 0.0))
    near_one = np.abs(x) < 2.0**-54
    step = np.nextafter(1.0, np.where((x > 0) == up, 2.0 if up else 0.0, 1.0))
    result = np.where(near_one, np.where(x == 0, 1.0, step), x)
    result = np.where(x > top, np.where(np.isinf(x) | up, np.inf, MAX), result)
    result = np.where(x < bottom, np.where(np.isinf(x) | (not up), 0.0, TINY), result)
    simple = near_one | (x > top) | (x < bottom)
    if function == "exp2":
        whole = ~simple & (x == np.rint(x))
        result[whole] = np.ldexp(1.0, x[whole].astype(np.int32))
        simple |= whole
    return result, simple


def _exp_reduced(x: Array) -> tuple[NDArray[np.int64], Array, Array]:
    """(n, q, q'): exp(x) = 2**(n / POWERS) * (1 + q + q')."""
    first, second, third = tables.exp_step()
    n = np.rint(x / (first + second))
    r, rest = two_sum(x - n * first, -(n * second))
    rest = rest - n * third
    series = r * r * (0.5 + r * (1 / 6 + r * (1 / 24 + r * (1 / 120 + r * (1 / 720)))))
    q, low = quick_two_sum(r, series)
    return n.astype(np.int64), q, low + (rest + rest * r)


def _exp2_reduced(x: Array) -> tuple[NDArray[np.int64], Array, Array]:
    """(n, q, q'): 2**x = 2**(n / POWERS) * (1 + q + q')."""
    n = np.rint(x * tables.POWERS)
    part = x - n / tables.POWERS
    high, low = _LN2
    r, rest = two_product(part, np.full_like(part, high))
    rest = rest + part * low
    series = r * r * (0.5 + r * (1 / 6 + r * (1 / 24 + r * (1 / 120 + r * (1 / 720)))))
    q, tail = quick_two_sum(r, series)
    return n.astype(np.int64), q, tail + (rest + rest * r)


_LN2 = (0.6931471805599453, 2.3190468138462996e-17)


def _power(n: NDArray[np.int64], q: Array, low: Array) -> tuple[Array, Array, NDArray[np.int64]]:
    """2**(n / POWERS) * (1 + q + low) as h + c and a power of two."""
    table, tail = tables.power_table()
    index = n & (tables.POWERS - 1)
    t, t_low = table[index], tail[index]
    product, error = two_product(t, q)
    error = error + (t * low + t_low * q)
    s, rest = two_sum(product, t_low)
    h, c = quick_two_sum(t, s)
    return h, c + (rest + error), n >> (tables.POWERS.bit_length() - 1)


def _scaled(
    directed: Directed, up: bool, parts: tuple[Array, Array], k: NDArray[np.int64]
) -> _Rounded:
    """(h + c) * 2**k rounded once, into the subnormals too.

    There, adding B makes the unit in the last place that of the result (h < 2 <= B, and h + B
    stays below 2 B); h + B = s + e exactly, and e + c is off by less than 2^-53 units. Just at the
    border, k = -1022 and h < 1, nothing is decided here.
    """
    h, c = parts
    low, border = k <= -1023, (k == -1022) & (h < 1.0)
    unit = np.ldexp(1.0, np.where(low, -1074 - k, 0).astype(np.int32))
    shift = np.where(low, 2.0**52 * unit, 0.0)
    s, e = two_sum(shift, h)
    s, c = np.where(low, s, h), np.where(low, e + c, c)
    epsilon = _EPSILON + np.where(low, unit * 2.0**-52, 0.0)
    value, other = np.empty_like(h), np.empty_like(h)
    below, above = c - epsilon, c + epsilon
    rounded = directed.up if up else directed.down
    rounded(np.add, s, below, value)
    rounded(np.add, s, above, other)
    directed.nearest()
    result = np.ldexp(value - shift, k.astype(np.int32))
    return result if up else np.minimum(result, MAX), (value != other) | border


def _logarithm(function: str, directed: Directed, x: Array, up: bool) -> _Rounded:
    result, simple = _logarithm_limits(function, x)
    work = np.where(simple, 2.0, x)
    base = {"log": None, "log2": 2, "log10": 10}[function]
    s, c, epsilon = log_parts(work, tables.log_base(base))
    value, other = np.empty_like(x), np.empty_like(x)
    below, above = c - epsilon, c + epsilon
    rounded = directed.up if up else directed.down
    rounded(np.add, s, below, value)
    rounded(np.add, s, above, other)
    directed.nearest()
    result[~simple] = value[~simple]
    return result, (value != other) & ~simple


def _logarithm_limits(function: str, x: Array) -> tuple[Array, NDArray[np.bool_]]:
    """The logarithms that are floats."""
    result = np.where(x <= 0.0, -np.inf, np.where(x == 1.0, 0.0, x))
    simple = (x <= 0.0) | (x == 1.0) | (x == np.inf)
    if function == "log2":
        mantissa, exponent = np.frexp(x)
        result = np.where(~simple & (mantissa == 0.5), exponent - 1.0, result)
        simple |= mantissa == 0.5
    if function == "log10":
        n = np.rint(np.log10(np.where(simple, 1.0, x)))
        tens = np.array([10.0**j for j in range(23)])
        exact = ~simple & (n > 0) & (n < 23) & (tens[np.clip(n, 0, 22).astype(np.intp)] == x)
        result = np.where(exact, n, result)
        simple |= exact
    return result, simple


def log_parts(x: Array, table: tables.LogBase) -> tuple[Array, Array, Array]:
    """(s, c, error): the logarithm of x is s + c to within `error`.

    With k = 0 and the centre at 1 nothing but the series is left, and the error is relative.
    """
    k, m, centre, index = _cell(x)
    difference = m - centre
    z = difference / centre
    product, error = two_product(z, centre)
    rest = ((difference - product) - error) / centre
    square, tail = two_product(z, z)
    cubic = z * square * (1 / 3 + z * (-1 / 4 + z * (1 / 5 + z * (-1 / 6 + z * (1 / 7)))))
    high, low = two_sum(z, -0.5 * square)
    low = low + (cubic + (rest - z * rest) - 0.5 * tail)
    high, low = _times(high, low, table.scale)
    first, second, third = table.two
    s = k * first + table.high[index]
    w, w_low = two_sum(k * second, table.low[index])
    a, a_low = two_sum(s, high)
    b, b_low = two_sum(a_low, w)
    c = b + (b_low + (w_low + (k * third + low)))
    near = (k == 0) & (centre == 1.0)
    bound = np.where(near, np.abs(z) * 2.0**-73, _EPSILON)
    return a, c, bound


def _times(high: Array, low: Array, scale: tuple[float, float]) -> tuple[Array, Array]:
    if scale == (1.0, 0.0):
        return high, low
    product, error = two_product(high, np.full_like(high, scale[0]))
    return product, error + (high * scale[1] + low * scale[0])


def _cell(x: Array) -> tuple[Array, Array, Array, NDArray[np.int64]]:
    """x = m * 2**k with m near the centre of one of the tabulated cells; and the cell's index."""
    small = x < 2.0**-1022
    bits = (x * np.where(small, 2.0**54, 1.0)).view(np.int64)
    shifted = bits + (tables.CELL // 2 - tables.FIRST)
    exponent = shifted & ~((1 << 52) - 1)
    index = (shifted & ((1 << 52) - 1)) >> (tables.CELL.bit_length() - 1)
    centre = (tables.FIRST + index * tables.CELL).view(np.float64)
    k = (exponent >> 52) - 54 * small
    return k.astype(np.float64), (bits - exponent).view(np.float64), centre, index
