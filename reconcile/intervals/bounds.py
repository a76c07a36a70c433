"""The operations of IEEE 1788.1 on arrays of closed intervals, given as pairs of bounds.

A pair (lower, upper) of float arrays of one shape; the empty set is (inf, -inf). Nothing here
checks its arguments or knows `IntervalArray`. Tables: IEEE Std 1788.1-2017, 4.1 to 4.6.
"""

from __future__ import annotations

from functools import partial
from math import inf, nan

import numpy as np
from numpy.typing import NDArray

from reconcile.intervals import kernels, scalar_arithmetic
from reconcile.intervals.blocks import Bounds, elementary, run
from reconcile.intervals.overlap_states import OVERLAPS, Overlap
from reconcile.intervals.rounding.directed import rounding
from reconcile.intervals.rounding.float_rounding import MAX
from reconcile.intervals.rounding.powers import power
from reconcile.intervals.rounding.twofold import Array, two_sum
from reconcile.numerics.arrays import Flags

add = partial(run, kernels.ADD)
sub = partial(run, kernels.SUBTRACT)
mul = partial(run, kernels.MULTIPLY)
div = partial(run, kernels.DIVIDE)
sqr = partial(run, kernels.SQUARE)
sqrt = partial(run, kernels.SQRT)
exp = partial(elementary, "exp")
exp2 = partial(elementary, "exp2")
log = partial(elementary, "log")
log2 = partial(elementary, "log2")
log10 = partial(elementary, "log10")

_ONE: Bounds = (np.array(1.0), np.array(1.0))


def recip(x: Bounds) -> Bounds:
    """1 / x."""
    return div(_ONE, x)


def pos(x: Bounds) -> Bounds:
    """A copy."""
    return x[0].copy(), x[1].copy()


def neg(x: Bounds) -> Bounds:
    """-x, without a negative zero."""
    return 0.0 - x[1], 0.0 - x[0]


def absolute(x: Bounds) -> Bounds:
    """The absolute values."""
    empty = is_empty(x)
    return _emptied(empty, (_mignitude(x), np.maximum(np.abs(x[0]), np.abs(x[1]))))


def minimum(x: Bounds, y: Bounds) -> Bounds:
    """The smaller of a number from each."""
    return _emptied(is_empty(x) | is_empty(y), (np.minimum(x[0], y[0]), np.minimum(x[1], y[1])))


def maximum(x: Bounds, y: Bounds) -> Bounds:
    """The larger of a number from each."""
    return _emptied(is_empty(x) | is_empty(y), (np.maximum(x[0], y[0]), np.maximum(x[1], y[1])))


def intersection(x: Bounds, y: Bounds) -> Bounds:
    """The numbers in both."""
    lower, upper = np.maximum(x[0], y[0]), np.minimum(x[1], y[1])
    return _emptied(lower > upper, (lower, upper))


def convex_hull(x: Bounds, y: Bounds) -> Bounds:
    """The smallest intervals around both."""
    return np.minimum(x[0], y[0]), np.maximum(x[1], y[1])


def _emptied(empty: Flags, x: Bounds) -> Bounds:
    if not np.any(empty):
        return x
    return np.where(empty, inf, x[0]), np.where(empty, -inf, x[1])


def pown(x: Bounds, n: int) -> Bounds:
    """The n-th powers; x**0 = 1, and 0 has no negative power."""
    if n == 0:
        one = np.ones_like(x[0])
        return _emptied(is_empty(x), (one, one.copy()))
    if n in _SHORT_POWERS:
        return _SHORT_POWERS[n](x)
    empty = is_empty(x) | ((n < 0) & (x[0] == 0.0) & (x[1] == 0.0))
    safe = np.where(empty, 1.0, x[0]), np.where(empty, 1.0, x[1])
    return _emptied(empty, _even_power(safe, n) if n % 2 == 0 else _odd_power(safe, n))


_SHORT_POWERS = {1: pos, 2: sqr, -1: recip}


def _even_power(x: Bounds, n: int) -> Bounds:
    small, large = _mignitude(x), np.maximum(np.abs(x[0]), np.abs(x[1]))
    if n < 0:
        small, large = large, small
    return _power(small, n, up=False), _power(large, n, up=True)


def _odd_power(x: Bounds, n: int) -> Bounds:
    lower, upper = x
    if n > 0:
        return _power(lower, n, up=False), _power(upper, n, up=True)
    around = (lower < 0.0) & (upper > 0.0)
    low = np.where(around | (upper == 0.0), -inf, _power(upper, n, up=False))
    high = np.where(around | (lower == 0.0), inf, _power(lower, n, up=True))
    return low, high


def _power(x: Array, n: int, *, up: bool) -> Array:
    """x**n of either sign; for negative numbers the power of -x rounded the other way."""
    flat = np.abs(x).reshape(-1)
    negative = (x < 0.0).reshape(-1) & (n % 2 == 1)
    out = np.empty(flat.shape)
    out[~negative] = power(flat[~negative], n, up=up)
    out[negative] = 0.0 - power(flat[negative], n, up=not up)
    return out.reshape(x.shape)


def cancel_minus(x: Bounds, y: Bounds) -> Bounds:
    """The tightest z with y + z around x, or everything where there is none."""
    a, b, c, d = np.broadcast_arrays(*x, *y)
    lower, upper = np.empty(a.shape), np.empty(a.shape)
    with rounding() as directed:
        directed.down(np.subtract, a, c, lower)
        directed.up(np.subtract, b, d, upper)
        directed.nearest()
        (wide, tail), (other, other_tail) = two_sum(b, -a), two_sum(d, -c)
        fits = (wide > other) | ((wide == other) & (tail >= other_tail))
        overflown = ~np.isfinite(wide - other)
    bounded = (a > -inf) & (b < inf) & (c > -inf) & (d < inf)
    first, second = a > b, c > d
    fits &= bounded & ~first & ~second
    lower, upper = np.where(fits, lower + 0.0, -inf), np.where(fits, upper + 0.0, inf)
    for row in np.argwhere(bounded & ~first & ~second & overflown):
        index = tuple(row)
        ends = (float(bound[index]) for bound in (a, b, c, d))
        lower[index], upper[index] = scalar_arithmetic.cancel_minus(*ends)
    return _emptied(first & (second | ((c > -inf) & (d < inf))), (lower, upper))


def cancel_plus(x: Bounds, y: Bounds) -> Bounds:
    """`cancel_minus` of x and -y."""
    return cancel_minus(x, neg(y))


def mid(x: Bounds) -> Array:
    """The midpoints, to nearest; of half-lines the largest float on them, of everything 0."""
    lower, upper = x
    with np.errstate(all="ignore"):
        total = lower + upper
        middle = np.where(np.isfinite(total), 0.5 * total, 0.5 * lower + 0.5 * upper) + 0.0
    middle = np.where(lower == -inf, np.where(upper == inf, 0.0, -MAX), middle)
    middle = np.where((upper == inf) & (lower > -inf), MAX, middle)
    return np.where(is_empty(x), nan, middle)


def rad(x: Bounds) -> Array:
    """The smallest r with [mid - r, mid + r] around x."""
    middle = mid(x)
    left, right = np.empty(middle.shape), np.empty(middle.shape)
    with rounding() as directed:
        directed.up(np.subtract, middle, x[0], left)
        directed.up(np.subtract, x[1], middle, right)
    return np.maximum(left, right)


def wid(x: Bounds) -> Array:
    """The widths, rounded up."""
    width = np.empty(x[0].shape)
    with rounding() as directed:
        directed.up(np.subtract, x[1], x[0], width)
    return np.where(is_empty(x), nan, width + 0.0)


def mag(x: Bounds) -> Array:
    """The largest absolute values."""
    return np.where(is_empty(x), nan, np.maximum(np.abs(x[0]), np.abs(x[1])))


def mig(x: Bounds) -> Array:
    """The smallest absolute values."""
    return np.where(is_empty(x), nan, _mignitude(x))


def _mignitude(x: Bounds) -> Array:
    return np.maximum(np.maximum(x[0], -x[1]), 0.0) + 0.0


def is_empty(x: Bounds) -> Flags:
    """Whether there is no number in it."""
    return np.greater(x[0], x[1])


def is_member(number: Array, x: Bounds) -> Flags:
    """Whether a real number is in it."""
    return (x[0] <= number) & (number <= x[1]) & np.isfinite(number)


def equal(x: Bounds, y: Bounds) -> Flags:
    """Whether both are the same set."""
    return (x[0] == y[0]) & (x[1] == y[1])


def subset(x: Bounds, y: Bounds) -> Flags:
    """Whether all of x is in y."""
    return (y[0] <= x[0]) & (x[1] <= y[1])


def interior(x: Bounds, y: Bounds) -> Flags:
    """Whether x is in the interior of y; an infinite end has no boundary."""
    left = (y[0] < x[0]) | ((y[0] == x[0]) & np.isinf(x[0]))
    right = (x[1] < y[1]) | ((x[1] == y[1]) & np.isinf(x[1]))
    return left & right | is_empty(x)


def less(x: Bounds, y: Bounds) -> Flags:
    """Weakly less, bound by bound."""
    return (x[0] <= y[0]) & (x[1] <= y[1])


def strict_less(x: Bounds, y: Bounds) -> Flags:
    """Strictly less, bound by bound, where they are finite."""
    left = (x[0] < y[0]) | ((x[0] == y[0]) & np.isinf(x[0]))
    right = (x[1] < y[1]) | ((x[1] == y[1]) & np.isinf(x[1]))
    return left & right & (is_empty(x) == is_empty(y))


def precedes(x: Bounds, y: Bounds) -> Flags:
    """Whether no number of x is above one of y."""
    return x[1] <= y[0]


def strict_precedes(x: Bounds, y: Bounds) -> Flags:
    """Whether every number of x is below every one of y."""
    return (x[1] < y[0]) | is_empty(x) | is_empty(y)


def disjoint(x: Bounds, y: Bounds) -> Flags:
    """Whether there is no number in both."""
    return (x[1] < y[0]) | (y[1] < x[0]) | is_empty(x) | is_empty(y)


def overlap(x: Bounds, y: Bounds) -> NDArray[np.str_]:
    """The names of the states of `Overlap`."""
    a, b, c, d = np.broadcast_arrays(*x, *y)
    first, second = a > b, c > d
    touching = (a < b) & (c < d)
    states = [
        (first & second, Overlap.BOTH_EMPTY),
        (first, Overlap.FIRST_EMPTY),
        (second, Overlap.SECOND_EMPTY),
        (b < c, Overlap.BEFORE),
        (d < a, Overlap.AFTER),
        (touching & (b == c), Overlap.MEETS),
        (touching & (a == d), Overlap.MET_BY),
        ((a == c) & (b == d), Overlap.EQUALS),
        ((a == c) & (b < d), Overlap.STARTS),
        ((a == c) & (b > d), Overlap.STARTED_BY),
        ((a > c) & (b == d), Overlap.FINISHES),
        ((a < c) & (b == d), Overlap.FINISHED_BY),
        ((a > c) & (b < d), Overlap.CONTAINED_BY),
        ((a < c) & (b > d), Overlap.CONTAINS),
        (a < c, Overlap.OVERLAPS),
    ]
    names = np.array([state.value for state in OVERLAPS])
    conditions = [condition for condition, _ in states]
    values = [names[OVERLAPS.index(state)] for _, state in states]
    return np.select(conditions, values, Overlap.OVERLAPPED_BY.value)
