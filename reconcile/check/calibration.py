"""Coverage and the probability integral transform (PIT).

A forecast is calibrated if its `level` intervals hold the truth with that frequency, for every
level: if its distribution function at the truth is uniform. Reference: Gneiting, Balabdaoui and
Raftery (2007), JRSS B 69, 243-268, doi 10.1111/j.1467-9868.2007.00587.x.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.special import chdtrc, ndtri

from reconcile.check.scores import checked_quantiles
from reconcile.errors import OptionError
from reconcile.intervals import Interval
from reconcile.numerics.arrays import Array
from reconcile.numerics.demands import demand


def coverage(lower: ArrayLike, upper: ArrayLike, truth: ArrayLike) -> tuple[float, Interval]:
    """The share of truths (N,) inside their closed intervals, and the 95 % interval of that share.

    The interval is Wilson's (1927, JASA 22, 209-212). Truths that are NaN are passed over. Raises
    `OptionError` where none is left.

    >>> share, span = coverage([0, 0, 0, 0], [1, 1, 1, 1], [0.5, 1.0, 2.0, float("nan")])
    >>> round(share, 3), round(span.lower, 3), round(span.upper, 3)
    (0.667, 0.208, 0.939)
    """
    low, high, y = (np.asarray(x, dtype=float) for x in (lower, upper, truth))
    known = ~np.isnan(y)
    if not known.any():
        raise OptionError("expected at least one known truth, got none (all are NaN)")
    inside = ((low <= y) & (y <= high))[known]
    return float(inside.mean()), _wilson(int(inside.sum()), int(known.sum()))


def _wilson(hits: int, n: int) -> Interval:
    z = float(ndtri(0.975))
    centre = (hits + z**2 / 2) / (n + z**2)
    reach = z * np.sqrt(hits * (n - hits) / n + z**2 / 4) / (n + z**2)
    return Interval(max(centre - reach, 0.0), min(centre + reach, 1.0))


def coverage_table(pit: ArrayLike, levels: Sequence[float] = (0.5, 0.8, 0.9, 0.95)) -> pd.DataFrame:
    """The coverage of central intervals at `levels`, from PIT values (N,).

    Columns `level`, `covered`, `n`, and `lower`, `upper`, the 95 % interval of `covered`.

    >>> coverage_table([0.04, 0.3, 0.5, 0.96], [0.9]).round(2).to_dict("records")
    [{'level': 0.9, 'covered': 0.5, 'n': 4, 'lower': 0.15, 'upper': 0.85}]
    """
    u = _pit(pit)
    rows: list[dict[str, float]] = []
    for level in levels:
        if not 0 < level < 1:
            raise OptionError(f"expected levels between 0 and 1, got {level!r}")
        tail = (1 - level) / 2
        share, span = coverage(np.full(len(u), tail), np.full(len(u), 1 - tail), u)
        rows.append(
            {
                "level": level,
                "covered": share,
                "n": len(u),
                "lower": span.lower,
                "upper": span.upper,
            }
        )
    return pd.DataFrame(rows, columns=["level", "covered", "n", "lower", "upper"])


def pit_between(below: ArrayLike, upto: ArrayLike, *, seed: int | np.random.Generator = 0) -> Array:
    """Randomised PIT (N,) of discrete truths: uniform between F(y-) = `below` and F(y) = `upto`.

    Of a calibrated discrete forecast it is exactly uniform, which F(y) is not. Raises
    `OptionError` for probabilities that fall or leave 0 to 1. Reference: Smith (1985), Journal of
    Forecasting 4, 283-291; Czado, Gneiting and Held (2009), Biometrics 65, 1254-1261.

    >>> found = pit_between([0.2, 0.5], [0.4, 0.5])
    >>> bool(0.2 <= found[0] <= 0.4), float(found[1])
    (True, 0.5)
    """
    low, high = np.asarray(below, dtype=float), np.asarray(upto, dtype=float)
    demand(~((low > high) | (low < 0) | (high > 1)), "0 <= below <= upto <= 1", low, high)
    return low + np.random.default_rng(seed).random(np.broadcast(low, high).shape) * (high - low)


def pit_of_samples(
    samples: ArrayLike, truth: ArrayLike, *, seed: int | np.random.Generator = 0
) -> Array:
    """The PIT (N,) from `samples` (n, N): the truth's rank among them, ties broken at random.

    Uniform, if the truth is one more draw, on (0, 1) without steps.

    >>> bool(0.5 < pit_of_samples([[1.0], [2.0], [3.0]], [2.5])[0] < 0.75)
    True
    """
    x, y = np.asarray(samples, dtype=float), np.asarray(truth, dtype=float)
    if x.ndim != 2 or y.shape != x.shape[1:]:
        raise OptionError(f"expected samples (n, N) and N truths, got {x.shape} and {y.shape}")
    n = len(x)
    return pit_between(
        (x < y).sum(axis=0) / (n + 1), ((x <= y).sum(axis=0) + 1) / (n + 1), seed=seed
    )


def pit_of_quantiles(quantiles: ArrayLike, probabilities: ArrayLike, truth: ArrayLike) -> Array:
    """The PIT (N,) from `quantiles` (N, P): linear between them, exponential tails beyond.

    Where several quantiles equal the truth, the middle of their probabilities is taken. Raises
    `OptionError` for shapes that don't fit or fewer than two quantiles.

    >>> pit_of_quantiles([[8.0, 10.0, 12.0]], [0.1, 0.5, 0.9], [11.0])
    array([0.7])
    """
    q, p, y = checked_quantiles(quantiles, probabilities, truth)
    if len(p) < 2:
        raise OptionError(f"expected at least two quantiles, got {len(p)}")
    row = np.arange(len(y))
    at = np.clip((q < y[:, None]).sum(axis=1), 1, len(p) - 1)
    left, right = q[row, at - 1], q[row, at]
    share = np.clip((y - left) / np.where(right > left, right - left, 1.0), 0.0, 1.0)
    found = p[at - 1] + share * (p[at] - p[at - 1])
    tied = q == y[:, None]
    first, last = p[tied.argmax(axis=1)], p[::-1][tied[:, ::-1].argmax(axis=1)]
    found = np.where(tied.any(axis=1), (first + last) / 2, found)
    span = np.maximum(q[:, -1] - q[:, 0], 1e-300)
    rate = (p[-1] - p[0]) / span
    below, above = np.maximum(q[:, 0] - y, 0), np.maximum(y - q[:, -1], 0)
    found = np.where(below > 0, p[0] * np.exp(-rate * below / p[0]), found)
    return np.where(above > 0, 1 - (1 - p[-1]) * np.exp(-rate * above / (1 - p[-1])), found)


def uniformity(pit: ArrayLike, bins: int = 10) -> tuple[NDArray[np.int64], float]:
    """Counts of PIT values (N,) in equal bins, and the chi-square p-value of their uniformity.

    Raises `OptionError` for fewer than two bins or fewer values than bins.

    >>> counts, p = uniformity([0.1, 0.2, 0.6, 0.7], bins=2)
    >>> counts.tolist(), float(p)
    ([2, 2], 1.0)
    """
    u = _pit(pit)
    if bins < 2 or len(u) < bins:
        raise OptionError(f"expected 2 to {len(u)} bins for {len(u)} values, got {bins}")
    counts = np.histogram(u, bins=bins, range=(0, 1))[0].astype(np.int64)
    expected = len(u) / bins
    return counts, float(chdtrc(bins - 1, np.sum((counts - expected) ** 2) / expected))


def _pit(pit: ArrayLike) -> Array:
    u = np.asarray(pit, dtype=float)
    u = u[~np.isnan(u)]
    demand((u >= 0) & (u <= 1), "PIT values from 0 to 1", u)
    return u
