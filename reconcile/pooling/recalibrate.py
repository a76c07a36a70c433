"""Recalibration by conformal inference: each level moves until it holds its share of truths.

An error is told as its normal score under the answer, z = Phi^-1(F(truth)). Each level p is asked
at the p-quantile of the scores known so far (conformal inference), shrunk to a normal's and that
to the nominal one, so that few truths move little. Walking forward, the level itself follows
its misses (adaptive conformal inference: Gibbs and Candes 2021, arXiv 2106.00170; quantile
tracking: Angelopoulos, Candes and Tibshirani 2023, arXiv 2307.16895), so that its long-run share
is p whatever the data do.
"""

from __future__ import annotations

import numpy as np
from scipy.special import ndtri

from reconcile.numerics.arrays import Array, Ints
from reconcile.pooling.answer import GRID
from reconcile.pooling.forward import DOUBT, checkpoints, worth_of

__all__ = ["follow_levels", "moved", "normal_scores", "quantile_scores"]

Z = np.asarray(ndtri(GRID), dtype=np.float64)
TRACKED = np.array([0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.975, 0.99])
"""Levels whose coverage is tracked: those of the usual intervals."""
START = np.asarray(ndtri(TRACKED), dtype=np.float64)
CENTRED, SLOW, SMOOTH = 150.0, 50.0, 60.0
"""Independent items that no shift, no stretch, and the normal's shape count as: the candidates
have had their shifts corrected already."""
PSEUDO = np.asarray(ndtri((np.arange(400) + 0.5) / 400), dtype=np.float64)
"""The normal, as 400 equally likely scores, to which the errors seen are shrunk."""
FORGET = 1.0
"""What was told when n items were known counts n / N once N are: answers improve."""
PACE = 0.5
"""The share of its misses so far, of n items told one by one, that a level makes good at once."""
MOST = 3000
"""Known items, the latest ones, that scores are learnt from: more change nothing and cost time."""
FAR, OUTLIER = 12.0, 4.0
"""Scores are told apart up to here; in how far they go together, up to here."""


def normal_scores(table: Array, truth: Array) -> Array:
    """z (I,) of each truth under the answer (I, P); linear beyond the table's ends, the middle
    where several levels have the truth as their quantile."""
    fine = np.isfinite(truth) & np.isfinite(table).all(axis=1)
    row, y = table[fine], truth[fine, None]
    low, high = (row < y).sum(axis=1), (row <= y).sum(axis=1)
    last, half = row.shape[1] - 1, row.shape[1] // 2
    pick = np.arange(len(row))
    left, right = np.clip(low - 1, 0, last), np.clip(low, 0, last)
    step = row[pick, right] - row[pick, left]
    part = np.where(step > 0, (y[:, 0] - row[pick, left]) / np.where(step > 0, step, 1.0), 0.0)
    inside = Z[left] + part * (Z[right] - Z[left])
    flat = (Z[np.clip(low, 0, last)] + Z[np.clip(high - 1, 0, last)]) / 2
    z = np.where(high - low > 1, flat, inside)
    for out, end in ((low > last, last), (high == 0, 0)):
        reach = row[:, end] - row[:, half]
        off = y[:, 0] - row[:, half]
        far = Z[end] * off / np.where(reach != 0, reach, 1.0)
        z = np.where(out, np.where(reach != 0, far, np.sign(off) * FAR), z)
    found = np.full(len(table), np.nan)
    found[fine] = np.clip(z, -FAR, FAR)
    return found


def follow_levels(z: Array, known: Array, asked: Array, group: Ints) -> tuple[Array, Ints]:
    """Scores (M + 1, L) to ask for at `TRACKED` after each of M times of learning, and which of
    them each item (I,) may use. Items that became known at one time count as fewer than their
    number, as far as their errors, less the mean of their `group` (I,), go together."""
    order = np.argsort(known, kind="stable")
    order = order[np.isfinite(z[order]) & np.isfinite(known[order])]
    # what was answered before anything was known tells nothing of later answers
    order = order[asked[order] >= known.min(initial=np.inf)]
    upto = checkpoints(known[order])
    when = known[order][upto - 1] if len(upto) else np.zeros(0)
    stage = np.searchsorted(when, asked, side="right")
    found, start = [START], 0
    missed, told = np.zeros(len(TRACKED)), 0.0
    for end in upto.tolist():
        first = max(0, end - MOST)
        rows = order[first:end]
        worth = worth_of(np.clip(z[rows], -OUTLIER, OUTLIER), group[rows], known[rows], DOUBT)
        fresh, each = order[start:end], worth[max(start - first, 0) :]
        fresh = fresh[-len(each) :]
        held = z[fresh, None] <= np.array(found)[stage[fresh]]
        missed = missed + (each[:, None] * (TRACKED - held)).sum(axis=0)
        told += float(each.sum())
        level = TRACKED + PACE * missed / (told + SLOW)
        level = np.clip(level, TRACKED / 4, 1 - (1 - TRACKED) / 4)
        fade = (np.searchsorted(known[order[:end]], known[rows], side="right") / end) ** FORGET
        found.append(_quantiles(z[rows], worth * fade, level))
        start = end
    return np.array(found), stage


def _quantiles(z: Array, weight: Array, level: Array) -> Array:
    """Quantiles of `z` (n,), shrunk to those of a normal whose mean and spread are theirs, in
    turn shrunk to 0 and 1: ten independent errors tell a spread, but no tail."""
    total, near = float(weight.sum()), np.clip(z, -OUTLIER, OUTLIER)
    mean = float((weight * near).sum()) / (total + CENTRED)
    square = float((weight * (near - mean) ** 2).sum())
    spread = np.sqrt((square + SLOW) / (total + SLOW))
    values = np.r_[z, mean + spread * PSEUDO]
    weights = np.r_[weight, np.full(len(PSEUDO), SMOOTH / len(PSEUDO))]
    order = np.argsort(values, kind="stable")
    weights = weights[order]
    upto = np.cumsum(weights)
    found = np.interp(level, (upto - 0.5 * weights) / upto[-1], values[order])
    return np.maximum.accumulate(found)


def quantile_scores(z: Array) -> Array:
    """Scores (L,) at `TRACKED`: quantiles of `z` (n,), shrunk to the normal's as by 20 items."""
    z = z[np.isfinite(z)]
    return _quantiles(z, np.ones(len(z)), TRACKED)


def moved(table: Array, scores: Array, at: Ints) -> Array:
    """The answers (I, P) at the scores that hold each level; item i by `scores` [at[i]]."""
    found = np.full_like(table, np.nan)
    for stage in np.unique(at).tolist():
        mine = np.flatnonzero((at == stage) & np.isfinite(table).all(axis=1))
        shift = np.interp(Z, START, scores[stage] - START)
        found[mine] = _at(Z + shift, table[mine])
    return np.maximum.accumulate(found, axis=1)


def _at(z: Array, table: Array) -> Array:
    """The quantiles (I, P) at normal scores `z` (P,), linear beyond the table's ends."""
    half = table.shape[1] // 2
    left = np.clip(np.searchsorted(Z, z) - 1, 0, len(Z) - 2)
    part = np.clip((z - Z[left]) / (Z[left + 1] - Z[left]), 0.0, 1.0)
    inside = table[:, left] + part * (table[:, left + 1] - table[:, left])
    middle = table[:, [half]]
    low = middle + (table[:, [0]] - middle) * z / Z[0]
    high = middle + (table[:, [-1]] - middle) * z / Z[-1]
    return np.where(z < Z[0], low, np.where(z > Z[-1], high, inside))
