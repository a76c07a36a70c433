"""Scores of intervals, quantiles and densities. All are losses: lower is better.

Shapes: N truths; bounds and medians (N,), quantiles (N, P) at probabilities (P,). A NaN truth
has a NaN score.

Not by scoringrules, against which the tests hold them: it checks no shapes or order of bounds, its
weighted interval score lacks an absolute value, and its import takes a third of a second.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from reconcile.errors import OptionError
from reconcile.numerics.arrays import Array
from reconcile.numerics.demands import demand


def interval_score(lower: ArrayLike, upper: ArrayLike, truth: ArrayLike, level: ArrayLike) -> Array:
    """(u - l) + 2/a (l - y)+ + 2/a (y - u)+ with a = 1 - `level`: width plus a price for a miss.

    Raises `OptionError` for a level outside 0 to 1 or a lower bound above its upper one.
    Reference: Gneiting and Raftery (2007), JASA 102, 359-378, eq. 43,
    doi 10.1198/016214506000001437.

    >>> interval_score([10, 10, 10], [20, 20, 20], [15, 22, 9], 0.9).round(9).tolist()
    [10.0, 50.0, 30.0]
    """
    low, high, y = (np.asarray(x, dtype=float) for x in (lower, upper, truth))
    tail = 1 - np.asarray(level, dtype=float)
    if ((tail <= 0) | (tail >= 1)).any():
        raise OptionError(f"expected levels between 0 and 1, got {level!r}")
    demand(~(low > high), "lower bounds that are not above the upper ones", low, high)
    return high - low + 2 / tail * (np.maximum(low - y, 0) + np.maximum(y - high, 0) + 0 * y)


def quantile_score(quantiles: ArrayLike, probabilities: ArrayLike, truth: ArrayLike) -> Array:
    """The pinball loss (N, P): (1{y < q} - p)(q - y), least in expectation at the true quantile.

    Raises `OptionError` for shapes that don't fit. Reference: Gneiting (2011), International
    Journal of Forecasting 27, 197-207, doi 10.1016/j.ijforecast.2009.12.015.

    >>> quantile_score([[10.0, 20.0]], [0.25, 0.75], [26.0]).tolist()
    [[4.0, 4.5]]
    """
    q, p, y = checked_quantiles(quantiles, probabilities, truth)
    miss = y[:, None] - q
    return np.maximum(p * miss, (p - 1) * miss) + 0 * miss


def weighted_interval_score(
    median: ArrayLike, lower: ArrayLike, upper: ArrayLike, levels: ArrayLike, truth: ArrayLike
) -> Array:
    """(|y - m| / 2 + sum_k a_k / 2 IS_k) / (K + 1/2) of K central intervals, a_k = 1 - level_k.

    `median` and `truth` are (N,), `lower` and `upper` (N, K), `levels` (K,). It is twice the mean
    pinball loss of the median and all bounds, and an approximation of the CRPS.
    Raises `OptionError` for shapes that don't fit. Reference: Bracher, Ray, Gneiting and Reich
    (2021), PLOS Computational Biology 17, e1008618, eq. 2, doi 10.1371/journal.pcbi.1008618.

    >>> weighted_interval_score([15.0], [[10.0]], [[20.0]], [0.9], [22.0]).round(6).tolist()
    [4.0]
    """
    m, y = np.asarray(median, dtype=float), np.asarray(truth, dtype=float)
    low, high = np.asarray(lower, dtype=float), np.asarray(upper, dtype=float)
    at = np.asarray(levels, dtype=float)
    if m.shape != y.shape or low.shape != (*y.shape, len(at)) or high.shape != low.shape:
        raise OptionError(
            f"expected median and truth (N,), bounds (N, {len(at)}), got {m.shape}, {y.shape}, "
            f"{low.shape} and {high.shape}"
        )
    spread = (1 - at) / 2 * interval_score(low, high, y[:, None], at)
    return (np.abs(y - m) / 2 + spread.sum(axis=1)) / (len(at) + 0.5)


def log_score_normal(mean: ArrayLike, sd: ArrayLike, truth: ArrayLike) -> Array:
    """-log density of N(mean, sd^2) at the truth (N,), in nats.

    Reference: Good (1952), JRSS B 14, 107-114.

    >>> round(float(log_score_normal(0.0, 1.0, 2.0)), 3)
    2.919
    """
    m, s, y = (np.asarray(x, dtype=float) for x in (mean, sd, truth))
    return np.asarray(np.log(s) + 0.5 * np.log(2 * np.pi) + 0.5 * ((y - m) / s) ** 2)


def log_score_lognormal(mean: ArrayLike, sd: ArrayLike, truth: ArrayLike) -> Array:
    """-log density at the truth (N,) of a number whose logarithm is N(mean, sd^2).

    >>> round(float(log_score_lognormal(0.0, 0.5, 2.0)), 3)
    1.88
    """
    y = np.asarray(truth, dtype=float)
    log_y = np.log(np.where(y > 0, y, 1.0))
    elsewhere = np.where(np.isnan(y), np.nan, np.inf)
    return np.where(y > 0, log_score_normal(mean, sd, log_y) + log_y, elsewhere)


def log_score_quantiles(quantiles: ArrayLike, probabilities: ArrayLike, truth: ArrayLike) -> Array:
    """-log density (N,) of the piecewise-uniform density between `quantiles` (N, P).

    Beyond the outermost quantiles it falls exponentially, continuing the outermost bin's density.
    Raises `OptionError` for shapes that don't fit or bins without width.

    >>> log_score_quantiles([[8.0, 10.0, 12.0]], [0.1, 0.5, 0.9], [11.0]).round(3)
    array([1.609])
    """
    q, p, y = checked_quantiles(quantiles, probabilities, truth)
    widths = np.diff(q, axis=1)
    rising = "quantiles that rise (a bin without width has no density)"
    demand(~(widths <= 0), rising, q[:, :-1], q[:, 1:])
    density = np.diff(p) / widths
    row = np.arange(len(y))
    bin_ = np.clip((q <= y[:, None]).sum(axis=1) - 1, 0, len(p) - 2)
    inner = np.log(density[row, bin_])
    # a tail of mass t that starts at density d falls as d exp(-d x / t)
    below, above = np.maximum(q[:, 0] - y, 0), np.maximum(y - q[:, -1], 0)
    fall = density[:, 0] * below / p[0] + density[:, -1] * above / (1 - p[-1])
    return -(inner - fall) + 0 * y


def checked_quantiles(
    quantiles: ArrayLike, probabilities: ArrayLike, truth: ArrayLike
) -> tuple[Array, Array, Array]:
    """Quantiles (N, P), probabilities (P,) and truths (N,), checked against each other."""
    q, y = np.asarray(quantiles, dtype=float), np.asarray(truth, dtype=float)
    p = np.asarray(probabilities, dtype=float)
    if q.shape != (*y.shape, len(p)) or y.ndim != 1:
        raise OptionError(
            f"expected quantiles (N, {len(p)}) and truth (N,), got {q.shape}, {y.shape}"
        )
    if (np.diff(p) <= 0).any() or ((p <= 0) | (p >= 1)).any():
        raise OptionError(f"expected ascending probabilities between 0 and 1, got {p.tolist()}")
    falling = np.diff(q, axis=1) < 0
    demand(~falling, "quantiles that don't fall with their probability", q[:, :-1], q[:, 1:])
    return q, p, y
