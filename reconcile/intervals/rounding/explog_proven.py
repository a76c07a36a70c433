"""exp, exp2, log, log2 and log10 of float arrays, rounded down or up, with a proven error bound.

Made of +, -, * and / alone, so that the floats are the same on every machine. A table and a short
polynomial give the result as h + c, a float and a small correction, with |h + c - exact| <
EPSILON (of 2**k for exp). Where h + (c - EPSILON) and h + (c + EPSILON) round to the same float,
that is the tightest answer; all but about 1 number in 300. The others are left open.

EPSILON in units of w = 2**-65. exp: the reduced argument |r| < 2**-12.5 and the polynomial in it
are off by 1.8 w (cut after r**4: 0.05 w), times a table value below 2; product, sum with the
table's tail and the shift by 2 EPSILON round by 1 w each: 6.5 w. exp2: 6.1 w. log: the quotient
|z| <= 2**-12 is off by 0.5 w; z**5 is replaced by the best multiple of z**3: 0.85 w; two sums of
1 w: 3.4 w. log2: times 1.443, rounded: 6 w. log10: 1.7 w.

References: Tang (1989), doi:10.1145/63522.214389; Tang (1990), doi:10.1145/98267.98294.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from reconcile.intervals.rounding import explog_tables as tables
from reconcile.intervals.rounding.directed import Directed
from reconcile.intervals.rounding.twofold import Array

Function = Literal["exp", "exp2", "log", "log2", "log10"]
Bounds = tuple[Array, Array]

_EPSILON = {
    name: units * 2.0**-65
    for name, units in {"exp": 8.0, "exp2": 8.0, "log": 5.0, "log2": 7.5, "log10": 2.5}.items()
}
_BASE: dict[str, int | None] = {"log": None, "log2": 2, "log10": 10}
_MAGIC = 1.5 * 2.0**52  # adding it leaves the nearest integer in the low bits
_EXPONENT = ~((1 << 52) - 1)
_CELL = ((1 << 52) - 1) & ~(tables.CELL - 1)
_HALF = tables.CELL // 2 - tables.FIRST
_CELL_BITS = tables.CELL.bit_length() - 1
_POWER_BITS = tables.POWERS.bit_length() - 1
_LN2 = 0.6931471805599453
_EXP2 = (_LN2, _LN2**2 / 2, _LN2**3 / 6, _LN2**4 / 24)
_FIFTH = 0.8685 * 2.0**-24 / 5  # z**5 / 5 is nearly _FIFTH * z**3


class Space(NamedTuple):
    """Buffers for one block; `open` tells which elements have no answer yet."""

    a: Array
    b: Array
    c: Array
    d: Array
    e: Array
    place: NDArray[np.int64]
    exponent: NDArray[np.int64]
    open: NDArray[np.bool_]

    def cut(self, size: int) -> Space:
        """The same buffers, for a shorter block."""
        return Space._make(buffer[:size] for buffer in self)


def new_space(size: int) -> Space:
    """Buffers for blocks of this size."""
    a, b, c, d, e = (np.empty(size) for _ in range(5))
    place, exponent = (np.empty(size, np.int64) for _ in range(2))
    return Space(a, b, c, d, e, place, exponent, np.empty(size, np.bool_))


# Stage 1: (x, space) -> h, c - EPSILON, and the bits of 2**k by which the sum is scaled
_Stage = Callable[[Array, Space], tuple[Array, Array, NDArray[np.int64] | None]]


def first_parts(
    function: Function, x: Array, space: Space
) -> tuple[Array, Array, NDArray[np.int64] | None]:
    """(h, c, k): `function(x)` is h + c + EPSILON, for exp and exp2 times 2**(k / 2**52).

    The parts are buffers of `space`. Rounding must be to nearest.
    """
    return _STAGES[function](x, space)


def proven_stage(
    function: Function, directed: Directed, x: Array, out: Array, space: Space, *, up: bool
) -> None:
    """Round `function(x)` into `out`; `space.open` becomes true where two answers are left.

    `x` and `out` are one-dimensional, contiguous, of one block, and inside `REACH`; an infinity
    or NaN beyond it is left open by exp and exp2, and gives nonsense for the logarithms.
    """
    directed.nearest()
    h, c, exponent = first_parts(function, x, space)
    other = space.e
    np.add(c, 2.0 * _EPSILON[function], other)
    rounded = directed.up if up else directed.down
    rounded(np.add, h, c, out)
    rounded(np.add, h, other, other)
    np.not_equal(out, other, space.open)
    if exponent is not None:
        bits = out.view(np.int64)
        np.add(bits, exponent, bits)


def _exp(x: Array, space: Space) -> tuple[Array, Array, NDArray[np.int64]]:
    n, s, r, q = space.a, space.b, space.c, space.d
    first, second, third = tables.exp_step()
    np.multiply(x, 1.0 / (first + second), n)
    np.add(n, _MAGIC, n)
    np.subtract(n, _MAGIC, s)
    np.multiply(s, first, r)
    np.subtract(x, r, r)
    np.multiply(s, second + third, s)
    np.subtract(r, s, r)
    np.multiply(r, 1 / 24, q)
    for coefficient in (1 / 6, 0.5, 1.0):
        np.add(q, coefficient, q)
        np.multiply(q, r, q)
    return _times_power("exp", q, space)


def _exp2(x: Array, space: Space) -> tuple[Array, Array, NDArray[np.int64]]:
    n, r, q = space.a, space.c, space.d
    np.add(x, _MAGIC / tables.POWERS, n)
    np.subtract(n, _MAGIC / tables.POWERS, r)
    np.subtract(x, r, r)
    np.multiply(r, _EXP2[3], q)
    for coefficient in _EXP2[2::-1]:
        np.add(q, coefficient, q)
        np.multiply(q, r, q)
    return _times_power("exp2", q, space)


def _times_power(function: str, q: Array, space: Space) -> tuple[Array, Array, NDArray[np.int64]]:
    """2**(n / POWERS) * (1 + q) in two parts and a power of two; n is in the low bits of `a`."""
    high, low = _power_table(function)
    n, h, tail = space.a.view(np.int64), space.b, space.c
    np.bitwise_and(n, tables.POWERS - 1, space.place)
    high.take(space.place, None, h, "clip")
    low.take(space.place, None, tail, "clip")
    np.multiply(q, h, q)
    np.add(q, tail, q)
    np.right_shift(n, _POWER_BITS, n)
    np.left_shift(n, 52, n)
    return h, q, n


@cache
def _power_table(function: str) -> Bounds:
    high, low = tables.power_table()
    return high, low - _EPSILON[function]


def _log(function: str, x: Array, space: Space) -> tuple[Array, Array, None]:
    z, q, s, w, centre = space.a, space.b, space.c, space.d, space.e
    high, low, (first, second), scale = _log_table(function)
    bits, index, exponent = x.view(np.int64), space.place, space.exponent
    np.add(bits, _HALF, index)
    np.bitwise_and(index, _EXPONENT, exponent)
    np.bitwise_and(index, _CELL, index)
    np.add(index, tables.FIRST, centre.view(np.int64))
    np.subtract(bits, exponent, z.view(np.int64))
    np.subtract(z, centre, z)
    np.divide(z, centre, z)
    np.right_shift(index, _CELL_BITS, index)
    high.take(index, None, s, "clip")
    low.take(index, None, w, "clip")
    np.copyto(centre, exponent)  # as a number: 2**52 times the exponent
    np.multiply(centre, first, q)
    np.add(s, q, s)
    if second:
        np.multiply(centre, second, centre)
        np.add(w, centre, w)
    _add_series(z, q, w, scale)
    return s, w, None


def _add_series(z: Array, q: Array, w: Array, scale: float) -> None:
    """Add scale * log(1 + z) to w; q is scratch, z is lost."""
    np.multiply(z, -scale / 4, q)
    np.add(q, scale * (1 / 3 + _FIFTH), q)
    np.multiply(q, z, q)
    np.add(q, -scale / 2, q)
    np.multiply(q, z, q)
    np.multiply(q, z, q)
    np.add(w, q, w)
    if scale != 1.0:
        np.multiply(z, scale, z)
    np.add(w, z, w)


@cache
def _log_table(function: str) -> tuple[Array, Array, tuple[float, float], float]:
    table = tables.log_base(_BASE[function])
    first, second, third = (part * 2.0**-52 for part in table.two)
    return table.high, table.low - _EPSILON[function], (first, second + third), table.scale[0]


def _log_stage(function: str) -> _Stage:
    return lambda x, space: _log(function, x, space)


_STAGES: dict[Function, _Stage] = {
    "exp": _exp,
    "exp2": _exp2,
    "log": _log_stage("log"),
    "log2": _log_stage("log2"),
    "log10": _log_stage("log10"),
}
_POSITIVE = (2.0**-1022, float(np.finfo(np.float64).max))
REACH: dict[Function, tuple[float, float]] = {
    "exp": (-708.0, 709.0),
    "exp2": (-1021.0, 1023.0),
    "log": _POSITIVE,
    "log2": _POSITIVE,
    "log10": _POSITIVE,
}
