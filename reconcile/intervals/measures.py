"""Numbers and truths about intervals: bounds, sizes, relations, by their names in IEEE 1788.1.

An `Interval` (or a number) gives one answer, anything with more elements an array of answers.
Functions of two arguments broadcast. The numbers of the empty set are NaN, except its bounds.

Reference: IEEE Std 1788.1-2017, tables 4.3 to 4.6; IEEE Std 1788-2015, 10.6.4 (overlap).
"""

from __future__ import annotations

from collections.abc import Callable
from math import isfinite
from typing import Any

import numpy as np

from reconcile.intervals import bounds
from reconcile.intervals.bounds import Bounds
from reconcile.intervals.functions import bounds_pair
from reconcile.intervals.scalar import Interval, is_number


def _single(x: object) -> Interval | None:
    if isinstance(x, Interval):
        return x
    return Interval.of(x) if is_number(x) else None


def _of_one(one: Callable[[Interval], Any], many: Callable[[Bounds], Any], x: object) -> Any:
    single = _single(x)
    return many(bounds_pair(x)) if single is None else one(single)


def _of_two(
    one: Callable[[Interval, Interval], Any],
    many: Callable[[Bounds, Bounds], Any],
    x: object,
    y: object,
) -> Any:
    first, second = _single(x), _single(y)
    if first is None or second is None:
        return many(bounds_pair(x), bounds_pair(y))
    return one(first, second)


def inf(x: Any) -> Any:
    """The lower bounds, inf for the empty set; a zero is -0.0.

    >>> inf(Interval(1, 2)), inf(Interval.empty())
    (1.0, inf)
    """
    return _of_one(lambda a: a.lower or -0.0, lambda p: np.where(p[0] == 0.0, -0.0, p[0]), x)


def sup(x: Any) -> Any:
    """The upper bounds, -inf for the empty set; a zero is +0.0.

    >>> sup(Interval(1, 2)), sup(Interval.empty())
    (2.0, -inf)
    """
    return _of_one(lambda a: a.upper, lambda p: p[1].copy(), x)


def mid(x: Any) -> Any:
    """The midpoints, to nearest; 0 for the whole line, the largest float on a half-line.

    >>> mid(Interval(1, 4))
    2.5
    """
    return _of_one(lambda a: a.midpoint, bounds.mid, x)


def rad(x: Any) -> Any:
    """The smallest r with [mid - r, mid + r] around x.

    >>> rad(Interval(1, 4))
    1.5
    """
    return _of_one(lambda a: a.radius, bounds.rad, x)


def wid(x: Any) -> Any:
    """The widths, rounded up.

    >>> wid(Interval(1, 4))
    3.0
    """
    return _of_one(lambda a: a.width, bounds.wid, x)


def mag(x: Any) -> Any:
    """The largest absolute values.

    >>> mag(Interval(-3, 2))
    3.0
    """
    return _of_one(lambda a: a.magnitude, bounds.mag, x)


def mig(x: Any) -> Any:
    """The smallest absolute values.

    >>> mig(Interval(-3, -2)), mig(Interval(-3, 2))
    (2.0, 0.0)
    """
    return _of_one(lambda a: a.mignitude, bounds.mig, x)


def is_empty(x: Any) -> Any:
    """Whether there is no number in x.

    >>> is_empty(Interval.empty()), is_empty(0)
    (True, False)
    """
    return _of_one(lambda a: a.is_empty, bounds.is_empty, x)


def is_entire(x: Any) -> Any:
    """Whether all numbers are in x.

    >>> is_entire(Interval.entire())
    True
    """
    return _of_one(
        lambda a: a == Interval.entire(), lambda p: (p[0] == -np.inf) & (p[1] == np.inf), x
    )


def is_singleton(x: Any) -> Any:
    """Whether there is one number in x.

    >>> is_singleton(Interval(2, 2))
    True
    """
    return _of_one(lambda a: a.lower == a.upper, lambda p: p[0] == p[1], x)


def is_common_interval(x: Any) -> Any:
    """Whether x is bounded and not empty.

    >>> is_common_interval(Interval(1, 2)), is_common_interval(Interval(1, float("inf")))
    (True, False)
    """
    return _of_one(
        lambda a: isfinite(a.lower) and isfinite(a.upper),
        lambda p: np.isfinite(p[0]) & np.isfinite(p[1]),
        x,
    )


def is_member(number: Any, x: Any) -> Any:
    """Whether a number is in x; infinities and NaN are in none.

    >>> is_member(2, Interval(1, 2)), is_member(float("inf"), Interval.entire())
    (True, False)
    """
    single = _single(x)
    if single is not None and is_number(number):
        return number in single
    return bounds.is_member(np.asarray(number), bounds_pair(x))


def equal(x: Any, y: Any) -> Any:
    """Whether x and y are the same set; also ``x == y``.

    >>> equal(Interval(1, 2), Interval(1, 2))
    True
    """
    return _of_two(lambda a, b: a == b, bounds.equal, x, y)


def subset(x: Any, y: Any) -> Any:
    """Whether all of x is in y.

    >>> subset(Interval(1, 2), Interval(1, 2, closed="left"))
    False
    """
    return _of_two(Interval.issubset, bounds.subset, x, y)


def interior(x: Any, y: Any) -> Any:
    """Whether x is in the interior of y: inside, and off its ends.

    >>> interior(Interval(1, 2), Interval(0, 2)), interior(Interval(1, 2), Interval(0, 3))
    (False, True)
    """
    return _of_two(Interval.interior, bounds.interior, x, y)


def less(x: Any, y: Any) -> Any:
    """Weakly less: every number in x has one >= it in y, every one in y one <= it in x.

    >>> less(Interval(1, 3), Interval(2, 3))
    True
    """
    return _of_two(Interval.less, bounds.less, x, y)


def strict_less(x: Any, y: Any) -> Any:
    """Strictly less: every number in x has one > it in y, every one in y one < it in x.

    >>> strict_less(Interval(1, 3), Interval(2, 3))
    False
    """
    return _of_two(Interval.strict_less, bounds.strict_less, x, y)


def precedes(x: Any, y: Any) -> Any:
    """Whether no number of x is above one of y.

    >>> precedes(Interval(1, 2), Interval(2, 3))
    True
    """
    return _of_two(Interval.precedes, bounds.precedes, x, y)


def strict_precedes(x: Any, y: Any) -> Any:
    """Whether every number of x is below every one of y.

    >>> strict_precedes(Interval(1, 2), Interval(2, 3))
    False
    """
    return _of_two(Interval.strict_precedes, bounds.strict_precedes, x, y)


def disjoint(x: Any, y: Any) -> Any:
    """Whether no number is in both.

    >>> disjoint(Interval(1, 2), Interval(2, 3)), disjoint(Interval(1, 2), Interval(3, 4))
    (False, True)
    """
    return _of_two(Interval.isdisjoint, bounds.disjoint, x, y)


def overlap(x: Any, y: Any) -> Any:
    """How the closures lie to each other: a state of `Overlap`, for arrays its name.

    >>> overlap(Interval(1, 2), Interval(2, 3))
    <Overlap.MEETS: 'meets'>
    """
    return _of_two(Interval.overlap, bounds.overlap, x, y)
