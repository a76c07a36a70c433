"""Pools of what the sources state themselves: mixture, mean and median of quantiles."""

from __future__ import annotations

import numpy as np
from scipy.special import ndtri

from reconcile.numerics.arrays import Array
from reconcile.pooling.answer import GRID
from reconcile.pooling.crowd import Block, weighted_sum
from reconcile.pooling.items_claims import LEVELS, TAIL
from reconcile.pooling.weighted_quantiles import row_median

Z = np.asarray(ndtri(GRID), dtype=np.float64)
Z5 = np.asarray(ndtri(LEVELS), dtype=np.float64)


def stated_pools(count: int, table: list[Block]) -> dict[str, Array]:
    """Quantiles (I, P) of `count` items by pool, where most sources state a width."""
    empty = np.full((count, len(GRID)), np.nan)
    found = {n: empty.copy() for n in ("linear-pool", "quantile-average", "quantile-median")}
    for block in table:
        wide = weighted_sum(block.mass, block.stated.astype(np.float64)) > 0.5 * block.count
        part = block.take(wide)
        if len(part):
            share = part.mass / part.mass.sum(axis=1, keepdims=True)
            found["linear-pool"][part.items] = mixture(part.x, share)
            mean = np.stack([weighted_sum(share, part.x[..., j]) for j in range(5)], axis=1)
            found["quantile-average"][part.items] = spread_out(mean)
            middle = np.stack([row_median(part.x[..., j], part.mass) for j in range(5)], axis=1)
            found["quantile-median"][part.items] = spread_out(middle)
    return found


def spread_out(five: Array) -> Array:
    """Quantiles (I, P) from those at `LEVELS` (I, 5): linear in the normal score."""
    knots = np.r_[-5.0, Z5, 5.0]
    low = five[:, :1] + (five[:, 1:2] - five[:, :1]) / (Z5[1] - Z5[0]) * (-5 - Z5[0])
    high = five[:, 4:] + (five[:, 4:] - five[:, 3:4]) / (Z5[4] - Z5[3]) * (5 - Z5[4])
    rows = np.hstack([low, five, high])
    at = np.clip(np.searchsorted(knots, Z) - 1, 0, len(knots) - 2)
    part = (Z - knots[at]) / (knots[at + 1] - knots[at])
    return rows[:, at] * (1 - part) + rows[:, at + 1] * part


def mixture(x: Array, share: Array) -> Array:
    """Quantiles (I, P) of the mixture of claims `x` (I, n, 5) with weights `share` (I, n)."""
    low = x[..., :1] - TAIL * (x[..., 2:3] - x[..., :1])
    high = x[..., 4:] + TAIL * (x[..., 4:] - x[..., 2:3])
    knots = np.concatenate([low, x, high], axis=-1)
    mass = np.diff(np.r_[0.0, LEVELS, 1.0])
    reach = np.maximum(knots.max(axis=(1, 2)) - knots.min(axis=(1, 2)), 1e-12)
    step = np.maximum(np.diff(knots, axis=-1), 1e-9 * reach[:, None, None])
    knots = np.concatenate([low, low + np.cumsum(step, axis=-1)], axis=-1)
    density = share[..., None] * mass / step
    jump = np.diff(density, axis=-1, prepend=0.0, append=0.0)
    knots, jump = (part.reshape(len(x), -1) for part in (knots, jump))
    order = np.argsort(knots, axis=1, kind="stable")
    knots, jump = (np.take_along_axis(part, order, axis=1) for part in (knots, jump))
    rise = np.maximum(np.cumsum(jump, axis=1)[:, :-1], 0.0) * np.diff(knots, axis=1)
    below = np.cumsum(np.c_[np.zeros(len(x)), rise], axis=1)
    below /= below[:, -1:]
    rows = zip(below, knots, strict=True)
    return np.array([np.interp(GRID, f, k) for f, k in rows])
