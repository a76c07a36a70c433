"""exp, exp2, log, log2 and log10 of float arrays by NumPy, moved outward by two floats.

Several times faster than `explog_proven` and not proven: NumPy takes these functions from vector
libraries and from the C library, whose errors are known by measurement. Measured at most: 0.74
units in the last place (exp, exp2) and 0.63 (the logarithms) in NumPy's AVX-512 loops, 0.55 in
glibc except for its log10 (1.6), on 10**8 numbers each or about that
(`benchmarks/intervals.py errors`). So a function is used only if on this machine, on some 12,000
numbers spread over its whole range, each result is one of the two floats around the exact value;
two floats more to each side is then ample, and the result stays within two of the tightest.

Where the result is a float (the exponential of 0, the logarithm of 1, powers of 2 and 10) the
element is left open, for `explog_accurate` to answer exactly.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np

from reconcile.intervals.rounding.directed import rounding
from reconcile.intervals.rounding.explog_accurate import accurate
from reconcile.intervals.rounding.explog_proven import REACH, Function, Space
from reconcile.intervals.rounding.twofold import Array

_STEPS = 2
_INFINITY = 0x7FF0000000000000
_MANTISSA = (1 << 52) - 1
_NUMPY: dict[Function, np.ufunc] = {
    "exp": np.exp,
    "exp2": np.exp2,
    "log": np.log,
    "log2": np.log2,
    "log10": np.log10,
}


def library_stage(function: Function, x: Array, out: Array, space: Space, *, up: bool) -> None:
    """Two floats beyond NumPy's result; `space.open` becomes true where it may be a float.

    The rounding mode must be to nearest. Arguments beyond the domain give nonsense.
    """
    _NUMPY[function](x, out)
    _EXACT[function](x, out, space)
    bits = out.view(np.int64)
    if function.startswith("exp"):
        np.add(bits, _STEPS if up else -_STEPS, bits)
        if up:
            np.minimum(bits, _INFINITY, out=bits)
        else:
            np.maximum(bits, 0, out=bits)
    else:
        # Minus one where the result is negative and its bits count downward.
        sign, step = np.right_shift(bits, 63, space.place), _STEPS if up else -_STEPS
        np.bitwise_xor(sign, step, space.exponent)
        np.subtract(space.exponent, sign, space.exponent)
        np.add(bits, space.exponent, bits)


def _one_argument(argument: float) -> Callable[[Array, Array, Space], None]:
    def mark(x: Array, result: Array, space: Space) -> None:
        np.equal(x, argument, space.open)

    return mark


def _whole_argument(x: Array, result: Array, space: Space) -> None:
    np.rint(x, space.a)
    np.equal(x, space.a, space.open)


def _power_of_two(x: Array, result: Array, space: Space) -> None:
    np.bitwise_and(x.view(np.int64), _MANTISSA, space.place)
    np.equal(space.place, 0, space.open)


def _nearly_whole_result(x: Array, result: Array, space: Space) -> None:
    np.rint(result, space.a)
    np.subtract(result, space.a, space.a)
    np.abs(space.a, space.a)
    np.less(space.a, 2.0**-46, space.open)


_EXACT: dict[Function, Callable[[Array, Array, Space], None]] = {
    "exp": _one_argument(0.0),
    "exp2": _whole_argument,
    "log": _one_argument(1.0),
    "log2": _power_of_two,
    "log10": _nearly_whole_result,
}


@cache
def is_faithful(function: Function) -> bool:
    """Whether NumPy's function gives one of the floats around the exact value, by trial."""
    x = _trial(function)
    with rounding() as directed:
        low = accurate(function, directed, x, up=False)
        high = accurate(function, directed, x, up=True)
        near = _NUMPY[function](x)
    return bool(np.all((low <= near) & (near <= high)))


def _trial(function: Function) -> Array:
    """Numbers over the whole range, close to the hard places, in every cell of a table."""
    steps = np.asarray((np.arange(4096.0) * 0.6180339887498949) % 1.0, np.float64)
    shift = -(np.arange(4096) % 60).astype(np.int32)
    least, most = REACH[function]
    if function.startswith("exp"):
        wide = least + (most - least) * steps
        small = np.asarray(np.ldexp(steps - 0.5, shift), np.float64)
        return np.concatenate([wide, small, 64.0 * (steps - 0.5)])
    exponent = (np.arange(4096) % 2000 - 1000).astype(np.int32)
    wide = np.asarray(np.ldexp(0.5 + 0.5 * steps, exponent), np.float64)
    near = 1.0 + np.asarray(np.ldexp(steps - 0.5, shift), np.float64)
    return np.concatenate([wide, near, 0.5 + 1.5 * steps])
