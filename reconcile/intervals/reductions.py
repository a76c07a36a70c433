"""Sums, products, extremes, hulls and intersections of arrays of intervals along axes."""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from math import inf

import numpy as np

from reconcile.intervals import bounds
from reconcile.intervals.bounds import Bounds
from reconcile.intervals.rounding.directed import rounding
from reconcile.intervals.rounding.float_rounding import add_down, add_up, ratio_down, ratio_up
from reconcile.intervals.rounding.twofold import Array, two_sum

Axis = int | tuple[int, ...] | None


def total(x: Bounds, axis: Axis = None, *, keepdims: bool = False) -> Bounds:
    """The tightest sums."""
    lower, upper = (_reduced(bound, axis) for bound in x)
    low, high = _directed_total(lower, up=False), _directed_total(upper, up=True)
    return _kept(_emptied_if_any(x, axis, (low, high)), x, axis, keepdims)


def mean(x: Bounds, axis: Axis = None, *, keepdims: bool = False) -> Bounds:
    """The sums by the number of summands."""
    count = _reduced(x[0], axis).shape[0]
    number = np.array(float(count))
    return bounds.div(total(x, axis, keepdims=keepdims), (number, number))


def minimum(x: Bounds, axis: Axis = None, *, keepdims: bool = False) -> Bounds:
    """The least number that one number from each can give."""
    return _bound_by_bound(np.minimum, np.minimum, x, axis, keepdims)


def maximum(x: Bounds, axis: Axis = None, *, keepdims: bool = False) -> Bounds:
    """The greatest number that one number from each can give."""
    return _bound_by_bound(np.maximum, np.maximum, x, axis, keepdims)


def _bound_by_bound(low: np.ufunc, high: np.ufunc, x: Bounds, axis: Axis, keepdims: bool) -> Bounds:
    result = low.reduce(x[0], axis=axis), high.reduce(x[1], axis=axis)
    return _kept(_emptied_if_any(x, axis, result), x, axis, keepdims)


def hull(x: Bounds, axis: Axis = None, *, keepdims: bool = False) -> Bounds:
    """The smallest intervals around all; of none the empty set."""
    return (
        np.asarray(np.minimum.reduce(x[0], axis=axis, keepdims=keepdims, initial=inf)),
        np.asarray(np.maximum.reduce(x[1], axis=axis, keepdims=keepdims, initial=-inf)),
    )


def intersection(x: Bounds, axis: Axis = None, *, keepdims: bool = False) -> Bounds:
    """The numbers in all; of none the whole line."""
    lower = np.asarray(np.maximum.reduce(x[0], axis=axis, keepdims=keepdims, initial=-inf))
    upper = np.asarray(np.minimum.reduce(x[1], axis=axis, keepdims=keepdims, initial=inf))
    return np.where(lower > upper, inf, lower), np.where(lower > upper, -inf, upper)


def prod(x: Bounds, axis: Axis = None, *, keepdims: bool = False) -> Bounds:
    """The products; each multiplication rounds outward."""
    rows = _reduced(x[0], axis), _reduced(x[1], axis)
    one = np.ones((1, *rows[0].shape[1:]))
    rows = rows if len(rows[0]) else (one, one)
    while len(rows[0]) > 1:
        rows = _halved(rows)
    return _kept((rows[0][0], rows[1][0]), x, axis, keepdims)


def _halved(rows: Bounds) -> Bounds:
    """The rows multiplied two by two."""
    half = len(rows[0]) // 2
    first = rows[0][:half], rows[1][:half]
    second = rows[0][half : 2 * half], rows[1][half : 2 * half]
    lower, upper = bounds.mul(first, second)
    rest = rows[0][2 * half :], rows[1][2 * half :]
    return np.concatenate([lower, rest[0]]), np.concatenate([upper, rest[1]])


def accumulate(function: Callable[[Bounds, Bounds], Bounds], x: Bounds, axis: int = 0) -> Bounds:
    """All intermediate results of a binary operation along an axis, from the first on."""
    rows = np.moveaxis(x[0], axis, 0), np.moveaxis(x[1], axis, 0)
    lower, upper = rows[0].copy(), rows[1].copy()
    for i in range(1, lower.shape[0]):
        before, row = (lower[i - 1], upper[i - 1]), (rows[0][i], rows[1][i])
        lower[i], upper[i] = function(before, row)
    return np.moveaxis(lower, 0, axis), np.moveaxis(upper, 0, axis)


def _reduced(x: Array, axis: Axis) -> Array:
    """The axes that are summed over, as one first axis."""
    axes = range(x.ndim) if axis is None else np.atleast_1d(axis) % max(x.ndim, 1)
    axes = tuple(int(a) for a in axes)
    rest = [a for a in range(x.ndim) if a not in axes]
    return x.transpose(*axes, *rest).reshape(-1, *(x.shape[a] for a in rest))


def _kept(result: Bounds, x: Bounds, axis: Axis, keepdims: bool) -> Bounds:
    lower, upper = np.asarray(result[0]), np.asarray(result[1])
    if not keepdims:
        return lower, upper
    shape = np.add.reduce(np.empty(x[0].shape, np.bool_), axis=axis, keepdims=True).shape
    return lower.reshape(shape), upper.reshape(shape)


def _emptied_if_any(x: Bounds, axis: Axis, result: Bounds) -> Bounds:
    empty = np.logical_or.reduce(x[0] > x[1], axis=axis)
    return np.where(empty, inf, result[0]), np.where(empty, -inf, result[1])


def _directed_total(x: Array, *, up: bool) -> Array:
    """Sums over the first axis rounded up or down, tightest; infinite where a summand is.

    A tree of exact sums: the rounding errors are added up apart, which gives the total to about
    twice the precision. Where that leaves two answers, it is done again exactly.
    """
    infinite = np.isinf(x).any(axis=0)
    x = np.where(np.isinf(x), 0.0, x)
    with rounding() as directed:
        directed.nearest()
        total, error, slack = _tree(x)
        below, above = np.subtract(error, slack), np.add(error, slack)
        value, other = np.empty_like(total), np.empty_like(total)
        step = directed.up if up else directed.down
        step(np.add, total, below, value)
        step(np.add, total, above, other)
        directed.near(np.add, value, 0.0, value)
    left = (value != other) | ~np.isfinite(value)
    for index in np.argwhere(left & ~infinite):
        place = tuple(index)
        value[place] = _exact_total(x[(slice(None), *place)].tolist(), up)
    return np.where(infinite, inf if up else -inf, value)


def _tree(x: Array) -> tuple[Array, Array, Array]:
    """(sum, its error, how far that is off at most), over the first axis."""
    count = x.shape[0]
    error, size = np.zeros(x.shape[1:]), np.zeros(x.shape[1:])
    if not count:
        return error, error, size
    while x.shape[0] > 1:
        half = x.shape[0] // 2
        total, rest = two_sum(x[:half], x[half : 2 * half])
        error, size = error + rest.sum(axis=0), size + np.abs(rest).sum(axis=0)
        x = np.concatenate([total, x[2 * half :]])
    return x[0], error, size * ((count + 2) * 2.0**-52)


def _exact_total(row: list[float], up: bool) -> float:
    try:
        near = math.fsum(row)
        rest = math.fsum([*row, -near])
    except OverflowError:
        exact = sum(map(Fraction, row), Fraction(0))
        return (ratio_up if up else ratio_down)(exact.numerator, exact.denominator)
    return add_up(near, rest) if up else add_down(near, rest)
