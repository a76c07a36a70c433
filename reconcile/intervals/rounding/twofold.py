"""Sums and products of float arrays together with their rounding errors, and directed rounding.

The second way to directed rounding, where the processor's rounding mode can't be set: the nearest
result and the sign of its exact error. It gives the same bits as the first (`rounding`), a test
holds them to each other.

References: Knuth, TAOCP 2, 4.2.2 (two_sum); Dekker (1971), doi:10.1007/BF01397083 (two_product);
Ogita, Rump, Oishi (2005), doi:10.1137/030601818.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from reconcile.numerics.arrays import Array

_SPLIT = 134217729.0  # 2^27 + 1
_TINY = 2.0**-1074
# Between these a product, its factors and its error can't over- or underflow.
_SMALL, _LARGE = 2.0**-960, 2.0**990


def two_sum(a: Array, b: Array) -> tuple[Array, Array]:
    """(s, e) with s + e = a + b exactly and s the nearest float, where nothing overflows.

    >>> s, e = two_sum(np.array([1.0]), np.array([2.0**-60]))
    >>> float(s[0]), float(e[0]) == 2.0**-60
    (1.0, True)
    """
    s = a + b
    t = s - a
    return s, (a - (s - t)) + (b - t)


def quick_two_sum(a: Array, b: Array) -> tuple[Array, Array]:
    """The same as `two_sum` where |a| >= |b| or a = 0."""
    s = a + b
    return s, b - (s - a)


def two_product(a: Array, b: Array) -> tuple[Array, Array]:
    """(p, e) with p + e = a * b exactly and p the nearest float, where nothing over- or underflows.

    >>> p, e = two_product(np.array([1 + 2.0**-52]), np.array([1 + 2.0**-52]))
    >>> float(e[0]) == 2.0**-104
    True
    """
    p = a * b
    ah, bh = _upper_half(a), _upper_half(b)
    al, bl = a - ah, b - bh
    return p, al * bl - (((p - ah * bh) - al * bh) - ah * bl)


def _upper_half(a: Array) -> Array:
    c = a * _SPLIT
    return c - (c - a)


def add(a: Array, b: Array, *, up: bool) -> Array:
    """a + b rounded up or down. Finite operands that overflow give the largest float or inf."""
    s, error = two_sum(a, b)
    if not np.isfinite(error).all():
        error = _careful_sum_error(*np.broadcast_arrays(a, b, s))
    return _moved(s, error, up)


def _careful_sum_error(a: Array, b: Array, s: Array) -> Array:
    """The error of s where a step of `two_sum` may overflow, or s itself does."""
    large = np.abs(a) >= np.abs(b)
    first, second = np.where(large, a, b), np.where(large, b, a)
    return _overflow_aware(s, second - (s - first), np.isfinite(a) & np.isfinite(b))


def multiply(a: Array, b: Array, *, up: bool) -> Array:
    """a * b rounded up or down; NaN for 0 * inf, as in floating point."""
    p, error = two_product(a, b)
    safe = _moderate(p) & (np.abs(a) < _LARGE) & (np.abs(b) < _LARGE)
    if not safe.all():
        far = ~safe
        operands = (np.broadcast_to(x, p.shape)[far] for x in (a, b, p))
        error[far] = _careful_product_error(*operands)
    return _moved(p, error, up)


def _careful_product_error(a: Array, b: Array, p: Array) -> Array:
    """A number with the sign of a*b - p, computed with the exponents taken out."""
    (am, ae), (bm, be) = np.frexp(a), np.frexp(b)
    pm, error = two_product(am, bm)
    error = _rescaled_error(p, pm, error, -(ae + be))
    return _overflow_aware(p, error, np.isfinite(a) & np.isfinite(b))


def divide(a: Array, b: Array, *, up: bool) -> Array:
    """a / b rounded up or down; division by zero as in floating point."""
    q = np.divide(a, b)
    p, e = two_product(q, b)
    error = ((a - p) - e) * np.sign(b)
    safe = _moderate(a) & _moderate(q) & (np.abs(b) < _LARGE)
    if not safe.all():
        far = ~safe
        operands = (np.broadcast_to(x, q.shape)[far] for x in (a, b, q))
        error[far] = _careful_quotient_error(*operands)
    return _moved(q, error, up)


def _careful_quotient_error(a: Array, b: Array, q: Array) -> Array:
    """A number with the sign of a/b - q, computed with the exponents taken out."""
    (am, ae), (bm, be) = np.frexp(a), np.frexp(b)
    qm = np.divide(am, bm)
    p, e = two_product(qm, bm)
    error = _rescaled_error(q, qm, ((am - p) - e) * np.sign(bm), be - ae)
    return _overflow_aware(q, error, np.isfinite(a) & np.isfinite(b) & (b != 0))


def sqrt(a: Array, *, up: bool) -> Array:
    """The square root rounded up or down; NaN below zero."""
    m, e = np.frexp(a)
    m = np.ldexp(m, e & 1)
    s = np.sqrt(m)
    p, rest = two_product(s, s)
    error = np.where(np.isfinite(a), (m - p) - rest, 0.0)
    return _moved(np.sqrt(a), error, up)


def _moderate(x: Array) -> NDArray[np.bool_]:
    """Where x is far enough from zero and infinity for its error to be exact."""
    size = np.abs(x)
    return (size > _SMALL) & (size < _LARGE)


def _rescaled_error(
    result: Array, mantissa: Array, error: Array, shift: NDArray[np.int32]
) -> Array:
    """The error's sign where `result` is subnormal and so lost more bits than its mantissa."""
    lost = mantissa - np.ldexp(result, shift)
    return np.where(lost != 0.0, lost, error)


def _overflow_aware(result: Array, error: Array, finite: NDArray[np.bool_]) -> Array:
    """Error 0 for unbounded operands; towards zero where finite operands overflow."""
    error = np.where(np.isfinite(result), error, -result)
    return np.where(finite, error, 0.0)


def _moved(x: Array, error: Array, up: bool) -> Array:
    """Each x whose exact value lies beyond it, moved to the next float there.

    Seen as integers, the floats away from zero count up. A zero moves to the smallest number.
    """
    move = error > 0.0 if up else error < 0.0
    zero = move & (x == 0.0)
    step = np.where((x > 0.0) == up, 1, -1)
    np.multiply(step, move, out=step)
    bits = x.view(np.int64)
    np.add(bits, step, out=bits)
    if zero.any():
        x[zero] = _TINY if up else -_TINY
    return x


Directed = Callable[..., Array]


def directed(ufunc: np.ufunc) -> Directed:
    """The directed counterpart of `np.add`, `subtract`, `multiply`, `divide` or `sqrt`."""
    return _DIRECTED[ufunc]


def _subtract(a: Array, b: Array, *, up: bool) -> Array:
    return add(a, np.negative(b), up=up)


_DIRECTED: dict[np.ufunc, Directed] = {
    np.add: add,
    np.subtract: _subtract,
    np.multiply: multiply,
    np.divide: divide,
    np.sqrt: sqrt,
}
