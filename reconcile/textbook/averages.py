"""The mean and the median of claimed values, with the intervals of the textbook."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy import stats

from reconcile.errors import OptionError
from reconcile.intervals import Interval
from reconcile.numerics.arrays import Array
from reconcile.numerics.demands import demand
from reconcile.values import Distribution
from reconcile.values.distribution import checked_level


def mean_interval(values: ArrayLike, level: float = 0.9) -> tuple[float, Interval]:
    """The mean of `values` (k,) and its Student t interval; unbounded for a single value.

    It treats the values as independent measurements of one truth with a common error, which
    claims of the same event are not: on 36 items guessed by 84 people each, 90 % intervals held
    the truth for 11 % of them. Raises `OptionError` for no values or a level outside 0 to 1.

    >>> mean_interval([1.0, 2.0, 6.0], 0.9)[0]
    3.0
    """
    x = _checked(values, level)
    if len(x) == 1:
        return float(x[0]), Interval(-np.inf, np.inf)
    reach = stats.t.ppf((1 + level) / 2, len(x) - 1) * x.std(ddof=1) / np.sqrt(len(x))
    return float(x.mean()), Interval(x.mean() - reach, x.mean() + reach)


def median_interval(values: ArrayLike, level: float = 0.9) -> tuple[float, Interval]:
    """The median of `values` (k,) and the sign-test interval between two of the values.

    Free of assumptions about the errors' shape, at a confidence of at least `level`; unbounded
    where there are too few values for it. Raises `OptionError` as `mean_interval`. Reference:
    Thompson (1936), Ann. Math. Stat. 7, 122-128.

    >>> median_interval([3.0, 1.0, 2.0, 9.0, 4.0, 8.0, 5.0, 7.0, 6.0], 0.9)
    (5.0, Interval(2.0, 8.0))
    """
    x = np.sort(_checked(values, level))
    outside = int(stats.binom.ppf((1 - level) / 2, len(x), 0.5))
    if stats.binom.cdf(outside, len(x), 0.5) > (1 - level) / 2:
        outside -= 1
    if outside < 0:
        return float(np.median(x)), Interval(-np.inf, np.inf)
    return float(np.median(x)), Interval(x[outside], x[len(x) - 1 - outside])


def normals_of(
    intervals: ArrayLike, level: float = 0.9, *, log: bool = False
) -> tuple[Array, Array]:
    """Values and variances (k,) of normals whose central `level` intervals are `intervals` (k, 2).

    With `log`, of lognormals, on the log scale. Raises `OptionError` for bounds that are not
    finite, don't ascend, or have no logarithm.

    >>> [round(float(x[0]), 4) for x in normals_of([[10, 40]], 0.9, log=True)]
    [2.9957, 0.1776]
    """
    ends = np.asarray(intervals, dtype=float).reshape(-1, 2)
    if log:
        demand(ends > 0, "bounds above 0 on a log scale", ends)
    proper = np.isfinite(ends).all(axis=1) & (ends[:, 0] <= ends[:, 1])
    demand(proper, "finite bounds, the lower one first", ends[:, 0], ends[:, 1])
    ends = np.log(ends) if log else ends
    reach = float(stats.norm.ppf((1 + checked_level(level)) / 2))
    return ends.mean(axis=1), ((ends[:, 1] - ends[:, 0]) / (2 * reach)) ** 2


def normal_mean(mean: float, sd: float, *, log: bool = False) -> Distribution:
    """N(mean, sd^2), with `log` the lognormal of it, without the outermost 1e-4 of probability.

    >>> round(normal_mean(10.0, 2.0).median, 3)
    10.0
    """
    if not sd >= 0:
        raise OptionError(f"expected a standard deviation of at least 0, got {sd}")
    p = np.r_[5e-5, np.linspace(0.0025, 0.9975, 399), 1 - 5e-5]
    points = mean + sd * np.asarray(stats.norm.ppf(p))
    return Distribution(np.exp(points) if log else points, (p - p[0]) / (p[-1] - p[0]))


def _checked(values: ArrayLike, level: float) -> Array:
    x = np.asarray(values, dtype=float)
    if x.ndim != 1 or not len(x) or not np.isfinite(x).all():
        raise OptionError(f"expected a list of finite values, at least one; got {values!r:.80}")
    checked_level(level)
    return x
