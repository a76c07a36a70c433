"""The continuous ranked probability score: the integral of (F(x) - 1{x >= y})^2.

In units of the truth, lower is better, for a point forecast the absolute error. Reference:
Gneiting and Raftery (2007), JASA 102, 359-378, section 4.2, doi 10.1198/016214506000001437.
Shapes: N truths; samples (n, N); quantiles (N, P).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtr

from reconcile.check.scores import quantile_score
from reconcile.errors import OptionError
from reconcile.numerics.arrays import Array
from reconcile.numerics.demands import demand


def crps_samples(samples: ArrayLike, truth: ArrayLike, *, fair: bool = False) -> Array:
    """E|X - y| - E|X - X'|/2 from `samples` (n, N), (N,); O(n log n).

    `fair` corrects the second mean for the finite n, so that the expectation is that of the
    distribution the samples come from (Ferro 2014, QJRMS 140, 1917-1923). Raises `OptionError`
    for shapes that don't fit.

    >>> crps_samples([[1.0], [2.0], [6.0]], [4.0]).round(6).tolist()
    [1.222222]
    """
    x, y = _checked(samples, truth)
    n = len(x)
    if fair and n < 2:
        raise OptionError(f"expected at least two samples for a fair score, got {n}")
    ordered = np.sort(x, axis=0)
    rank = np.arange(1, n + 1)[:, None]
    # the sum of |x_i - x_j| over all pairs is 2 sum (2 i - n - 1) x_(i)
    spread = 2 * np.sum((2 * rank - n - 1) * ordered, axis=0) / (n * (n - 1) if fair else n * n)
    return np.mean(np.abs(x - y), axis=0) - spread / 2


def crps_quantiles(quantiles: ArrayLike, probabilities: ArrayLike, truth: ArrayLike) -> Array:
    """Twice the integral of the pinball loss over p, from `quantiles` (N, P): (N,).

    Each probability stands for the part of (0, 1) nearest to it. Raises `OptionError` for shapes
    that don't fit. Reference: Laio and Tamea (2007), HESS 11, 1267-1277.

    >>> crps_quantiles([[8.0, 10.0, 12.0]], [0.1, 0.5, 0.9], [11.0]).round(3)
    array([0.64])
    """
    p = np.asarray(probabilities, dtype=float)
    edges = np.r_[0.0, (p[1:] + p[:-1]) / 2, 1.0]
    return 2 * quantile_score(quantiles, p, truth) @ np.diff(edges)


def crps_normal(mean: ArrayLike, sd: ArrayLike, truth: ArrayLike) -> Array:
    """Of N(mean, sd^2), in closed form.

    >>> round(float(crps_normal(0.0, 1.0, 0.0)), 6)
    0.233695
    """
    m, scale, y = (np.asarray(x, dtype=float) for x in (mean, sd, truth))
    z = (y - m) / scale
    half = z * (2 * ndtr(z) - 1) + 2 * np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi) - 1 / np.sqrt(np.pi)
    return np.asarray(scale * half)


def crps_lognormal(mean: ArrayLike, sd: ArrayLike, truth: ArrayLike) -> Array:
    """Of a number whose logarithm is N(mean, sd^2), in closed form.

    Reference: Baran and Lerch (2015), QJRMS 141, 2289-2299, doi 10.1002/qj.2521.

    >>> round(float(crps_lognormal(0.0, 0.5, 2.0)), 3)
    0.648
    """
    m, s, y = (np.asarray(x, dtype=float) for x in (mean, sd, truth))
    with np.errstate(divide="ignore"):
        z = (np.log(np.maximum(y, 0)) - m) / s
    whole = np.exp(m + s**2 / 2)
    inner = ndtr(z - s) + ndtr(s / np.sqrt(2)) - 1
    return np.asarray(y * (2 * ndtr(z) - 1) - 2 * whole * inner)


def crps_censored(
    samples: ArrayLike,
    lower: ArrayLike,
    upper: ArrayLike,
    *,
    limits: tuple[ArrayLike, ArrayLike] = (-np.inf, np.inf),
) -> Array:
    """The score (N,) where of the truth only `lower` <= y <= `upper` is known.

    The integral of F^2 below `lower` and of (1 - F)^2 above `upper`: nothing is charged inside,
    where the truth may be anywhere. Of a known truth (lower = upper) it is the CRPS; bounds may be
    infinite ("at least 500" is 500 to inf). By itself it is not proper: it favours forecasts that
    lean to where truths are told exactly (Rindt et al. 2022, AISTATS, PMLR 151, 1190-1205). Where
    it is known between which `limits` ((N,) each) a truth would have been told exactly, only what
    lies between them counts, and it is proper (the threshold-weighted CRPS of Gneiting and Ranjan
    2011, JBES 29, 411-422). Raises `OptionError` for shapes that don't fit. Reference: Avati et
    al. (2020), Countdown regression, UAI, PMLR 115, 145-155.

    >>> crps_censored([[1.0], [2.0], [6.0]], [4.0], [np.inf]).round(6).tolist()
    [1.0]
    """
    low, high = np.asarray(lower, dtype=float), np.asarray(upper, dtype=float)
    demand(~(low > high), "lower bounds that are not above the upper ones", low, high)
    start, end = (np.asarray(limit, dtype=float) for limit in limits)
    low, high = np.clip(low, start, end), np.clip(high, start, end)
    x, low = _checked(np.clip(np.asarray(samples, dtype=float), start, end), low)
    _, high = _checked(x, high)
    ordered = np.sort(x, axis=0)
    n = len(x)
    reached = np.arange(1, n + 1)[:, None] / n
    # F is i/n from the i-th sample to the next; up to `low`, and from `high` on
    with np.errstate(invalid="ignore"):
        ends = np.vstack([ordered[1:], np.full((1, x.shape[1]), np.inf)])
        below = np.clip(np.minimum(ends, low) - ordered, 0, None)
        above = np.clip(ends[:-1] - np.maximum(ordered[:-1], high), 0, None)
        first = np.clip(ordered[0] - high, 0, None)
    below = np.where(np.isfinite(low), below, 0.0)
    above = np.where(np.isfinite(high), above, 0.0)
    first = np.where(np.isfinite(high), first, 0.0)
    under = np.sum(reached**2 * below, axis=0)
    return under + first + np.sum((1 - reached[:-1]) ** 2 * above, axis=0)


def _checked(samples: ArrayLike, truth: ArrayLike) -> tuple[Array, Array]:
    x, y = np.asarray(samples, dtype=float), np.asarray(truth, dtype=float)
    if x.ndim != 2 or y.shape != x.shape[1:] or not len(x):
        raise OptionError(f"expected samples (n, N) and N truths, got {x.shape} and {y.shape}")
    return x, y
