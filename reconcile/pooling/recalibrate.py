"""Recalibration by conformal inference: each level moves until it holds its share of truths.

An error is told as its normal score under the answer, z = Phi^-1(F(truth)). Walking forward each
level p follows its own quantile of z (quantile tracking: Angelopoulos, Candes and Tibshirani 2023,
arXiv 2307.16895; Gibbs and Candes 2021, arXiv 2106.00170); its long-run share is p whatever the
data do. Leaving out, z's quantiles are shrunk to the normal's.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from reconcile.pooling.answer import PROBABILITIES

__all__ = ["follow_levels", "moved", "normal_scores", "quantile_scores"]

Array = NDArray[np.float64]
Ints = NDArray[np.int64]

Z = np.asarray(ndtri(PROBABILITIES), dtype=np.float64)
TRACKED = np.array([0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.975, 0.99])
START = np.asarray(ndtri(TRACKED), dtype=np.float64)
STEP = 1 / (np.exp(-(START**2) / 2) / np.sqrt(2 * np.pi))
"""The step of the best stochastic approximation of a quantile: 1 / density there."""
SLOW = 20.0
"""Moments, or items, that the nominal levels count as."""
LEAST = 0.01
"""The least step: drift is followed within a hundred moments."""
FAR = 12.0


def normal_scores(table: Array, truth: Array) -> Array:
    """z (I,) of each truth under the answer (I, P); linear beyond the table's ends."""
    found = np.full(len(table), np.nan)
    for i in np.flatnonzero(np.isfinite(truth) & np.isfinite(table).all(axis=1)):
        row, y = table[i], truth[i]
        half = len(row) // 2
        end = 0 if y < row[0] else -1
        if y < row[0] or y > row[-1]:
            reach = row[end] - row[half]
            found[i] = (
                Z[end] * (y - row[half]) / reach if reach != 0 else np.sign(y - row[half]) * FAR
            )
        else:
            low, high = np.searchsorted(row, y), np.searchsorted(row, y, side="right")
            flat = high - low > 1
            found[i] = (Z[low] + Z[high - 1]) / 2 if flat else np.interp(y, row, Z)
    return np.clip(found, -FAR, FAR)


def follow_levels(z: Array, known: Array, asked: Array) -> tuple[Array, Ints]:
    """Scores (M + 1, L) to ask for at `TRACKED` after each moment, and which each item may use."""
    told = np.flatnonzero(np.isfinite(z) & np.isfinite(known))
    told = told[np.argsort(known[told], kind="stable")]
    moments, start = np.unique(known[told], return_index=True)
    at, found = START.copy(), [START]
    for number, rows in enumerate(np.split(told, start[1:]) if len(told) else []):
        share = (z[rows, None] <= at).mean(axis=0)
        at = at + STEP * max(1 / (number + SLOW), LEAST) * (TRACKED - share)
        at = np.maximum.accumulate(at)
        found.append(at)
    return np.array(found), np.searchsorted(moments, asked, side="right")


def quantile_scores(z: Array) -> Array:
    """Scores (L,) at `TRACKED`: quantiles of `z` (n,), shrunk to the normal's as by 20 items."""
    z = np.sort(z[np.isfinite(z)])
    pseudo = ndtri((np.arange(int(SLOW)) + 0.5) / SLOW)
    return np.quantile(np.sort(np.r_[z, pseudo]), TRACKED, method="hazen")


def moved(table: Array, scores: Array, at: Ints) -> Array:
    """The answers (I, P) at the scores that hold each level; item i by `scores` [at[i]]."""
    shift = np.array([np.interp(Z, START, row - START) for row in scores])
    found = np.full_like(table, np.nan)
    for i in np.flatnonzero(np.isfinite(table).all(axis=1)):
        found[i] = _at(Z + shift[at[i]], table[i])
    return np.maximum.accumulate(found, axis=1)


def _at(z: Array, row: Array) -> Array:
    half = len(row) // 2
    inside = np.interp(z, Z, row)
    low = row[half] + (row[0] - row[half]) * z / Z[0]
    high = row[half] + (row[-1] - row[half]) * z / Z[-1]
    return np.where(z < Z[0], low, np.where(z > Z[-1], high, inside))
