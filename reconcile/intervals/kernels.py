"""Interval operations on blocks of bounds: a fast common case and what the rest needs.

A kernel gets `directed` arithmetic, the bounds of its operands (blocks, or numbers that stand
for the whole block) and writes the bounds of the result; what it returns is true for elements
that are special (empty or unbounded operands, divisors around zero, overflow). Those are done
again by the careful function of the same name.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from reconcile.intervals.rounding.directed import Directed
from reconcile.intervals.rounding.twofold import Array
from reconcile.numerics.arrays import Flags

Bounds = tuple[Array, Array]


class Scratch(NamedTuple):
    """Buffers of the size of a block."""

    number: Array
    first: Flags
    second: Flags


class Kernel(NamedTuple):
    """`fast(directed, operands, result, scratch)` marks what `careful(directed, operands)` does."""

    fast: Callable[[Directed, list[Array], Bounds, Scratch], Flags | None]
    careful: Callable[[Directed, list[Array]], Bounds]


def _unsign_zeros(directed: Directed, result: Bounds) -> None:
    for bound in result:
        directed.near(np.add, bound, 0.0, bound)


def _out_of_order(result: Bounds, scratch: Scratch) -> Flags | None:
    np.less_equal(*result, scratch.first)
    return None if scratch.first.all() else np.logical_not(scratch.first, scratch.first)


def _not_finite(result: Bounds, scratch: Scratch) -> Flags | None:
    np.isfinite(result[0], scratch.first)
    np.isfinite(result[1], scratch.second)
    if scratch.first.all() and scratch.second.all():
        return None
    np.logical_and(scratch.first, scratch.second, scratch.first)
    return np.logical_not(scratch.first, scratch.first)


def _add(
    directed: Directed, operands: list[Array], result: Bounds, scratch: Scratch
) -> Flags | None:
    a, b, c, d = operands
    directed.down(np.add, a, c, result[0])
    directed.up(np.add, b, d, result[1])
    _unsign_zeros(directed, result)
    return _out_of_order(result, scratch)


def _subtract(
    directed: Directed, operands: list[Array], result: Bounds, scratch: Scratch
) -> Flags | None:
    a, b, c, d = operands
    directed.down(np.subtract, a, d, result[0])
    directed.up(np.subtract, b, c, result[1])
    _unsign_zeros(directed, result)
    return _out_of_order(result, scratch)


def _empty(directed: Directed, operands: list[Array]) -> Bounds:
    """Sums and differences are out of order only where an operand is empty."""
    shape = np.broadcast_shapes(*(bound.shape for bound in operands))
    return np.full(shape, np.inf), np.full(shape, -np.inf)


def _extremes(
    directed: Directed, ufunc: np.ufunc, operands: list[Array], result: Bounds, spare: Array
) -> None:
    """The least and the greatest of `ufunc` at the four corners."""
    a, b, c, d = operands
    for rounded, pick, out in (
        (directed.down, np.minimum, result[0]),
        (directed.up, np.maximum, result[1]),
    ):
        rounded(ufunc, a, c, out)
        for x, y in ((a, d), (b, c), (b, d)):
            rounded(ufunc, x, y, spare)
            pick(out, spare, out=out)


def _multiply(
    directed: Directed, operands: list[Array], result: Bounds, scratch: Scratch
) -> Flags | None:
    _extremes(directed, np.multiply, operands, result, scratch.number)
    _unsign_zeros(directed, result)
    return _not_finite(result, scratch)


def _careful_multiply(directed: Directed, operands: list[Array]) -> Bounds:
    a, b, c, d = np.broadcast_arrays(*operands)
    corners: list[Bounds] = []
    for x, y in ((a, c), (a, d), (b, c), (b, d)):
        low, high = np.empty(x.shape), np.empty(x.shape)
        directed.down(np.multiply, x, y, low)
        directed.up(np.multiply, x, y, high)
        zero = (x == 0.0) | (y == 0.0)
        corners.append((np.where(zero, 0.0, low), np.where(zero, 0.0, high)))
    directed.nearest()
    lower = np.minimum.reduce([low for low, _ in corners])
    upper = np.maximum.reduce([high for _, high in corners])
    return _emptied((a > b) | (c > d), lower + 0.0, upper + 0.0)


def _divide(
    directed: Directed, operands: list[Array], result: Bounds, scratch: Scratch
) -> Flags | None:
    _extremes(directed, np.divide, operands, result, scratch.number)
    _unsign_zeros(directed, result)
    special = _not_finite(result, scratch)
    # Zero in the divisor, or an empty one: its bounds have no positive product.
    np.multiply(operands[2], operands[3], scratch.number)
    np.greater(scratch.number, 0.0, scratch.second)
    if scratch.second.all():
        return special
    divisor = np.logical_not(scratch.second, scratch.second)
    return divisor if special is None else np.logical_or(special, divisor, special)


def _careful_divide(directed: Directed, operands: list[Array]) -> Bounds:
    """By the sign of the divisor; one below zero is reflected, with the numerator."""
    a, b, c, d = np.broadcast_arrays(*operands)
    empty = (a > b) | (c > d) | ((c == 0.0) & (d == 0.0))
    zero, entire = (a == 0.0) & (b == 0.0), (c < 0.0) & (d > 0.0)
    below = d <= 0.0
    a, b = np.where(below, -b, a) + 0.0, np.where(below, -a, b) + 0.0
    c, d = np.where(below, -d, c) + 0.0, np.where(below, -c, d) + 0.0
    lower = _quotient(directed.down, a, np.where(a >= 0.0, d, c), -np.inf)
    upper = _quotient(directed.up, b, np.where(b >= 0.0, c, d), np.inf)
    directed.nearest()
    lower, upper = np.where(entire & ~zero, -np.inf, lower), np.where(entire & ~zero, np.inf, upper)
    lower, upper = np.where(zero, 0.0, lower), np.where(zero, 0.0, upper)
    return _emptied(empty, lower + 0.0, upper + 0.0)


def _quotient(
    rounded: Callable[..., None], numerator: Array, divisor: Array, at_zero: float
) -> Array:
    out = np.empty(numerator.shape)
    rounded(np.divide, numerator, divisor, out)
    out = np.where(divisor == 0.0, at_zero, out)
    return np.where((numerator == 0.0) | np.isinf(divisor), 0.0, out)


def _square(
    directed: Directed, operands: list[Array], result: Bounds, scratch: Scratch
) -> Flags | None:
    a, b = operands
    np.negative(b, result[0])
    np.maximum(result[0], a, out=result[0])
    np.negative(a, result[1])
    np.maximum(result[1], b, out=result[1])  # the magnitude; result[0] is the mignitude where > 0
    np.maximum(result[0], 0.0, out=result[0])
    directed.down(np.multiply, result[0], result[0], result[0])
    directed.up(np.multiply, result[1], result[1], result[1])
    _unsign_zeros(directed, result)
    return _not_finite(result, scratch)


def _careful_square(directed: Directed, operands: list[Array]) -> Bounds:
    a, b = operands
    small, large = np.maximum(np.maximum(a, -b), 0.0), np.maximum(-a, b)
    lower, upper = np.empty_like(small), np.empty_like(large)
    directed.down(np.multiply, small, small, lower)
    directed.up(np.multiply, large, large, upper)
    directed.nearest()
    return _emptied(a > b, lower + 0.0, upper)


def _sqrt(
    directed: Directed, operands: list[Array], result: Bounds, scratch: Scratch
) -> Flags | None:
    a, b = operands
    np.maximum(a, 0.0, out=result[0])
    directed.down(np.sqrt, result[0], result[0])
    directed.up(np.sqrt, b, result[1])
    return _out_of_order(result, scratch)


def _emptied(empty: Flags, lower: Array, upper: Array) -> Bounds:
    return np.where(empty, np.inf, lower), np.where(empty, -np.inf, upper)


ADD = Kernel(_add, _empty)
SUBTRACT = Kernel(_subtract, _empty)
MULTIPLY = Kernel(_multiply, _careful_multiply)
DIVIDE = Kernel(_divide, _careful_divide)
SQUARE = Kernel(_square, _careful_square)
SQRT = Kernel(_sqrt, _empty)
