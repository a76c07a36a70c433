"""The candidates that `method="auto"` weighs: each answers every item from what it may know.

Beside the hierarchical model these are the pools of the literature: the linear pool, the mean and
the median of quantiles, the mean of quantiles weighted by past scores, and point rules (mean,
median, most frequent number, sources less their past bias by inverse square error: Bates and
Granger 1969, doi 10.1057/jors.1969.103) with the errors they had in the past, of all items or of
the item's group (a table of completeness by delay is one of these).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import stats
from scipy.special import ndtri

from reconcile.pooling.answer import PROBABILITIES
from reconcile.pooling.crowd import Block, weighted_sum
from reconcile.pooling.items import Items
from reconcile.pooling.items_claims import LEVELS
from reconcile.pooling.rows import row_median
from reconcile.pooling.seen import Seen

__all__ = ["candidates"]

Array = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

Z = np.asarray(ndtri(PROBABILITIES), dtype=np.float64)
Z5 = np.asarray(ndtri(LEVELS), dtype=np.float64)
TAIL = 0.6
"""A stated distribution ends 0.6 of the way beyond its outer quantiles, as in the model."""
DOF = 8.0
"""Errors have the tails of Student's t: heavier than normal, as forecasts' errors are."""
LATE = 0.9
"""The fast memory: what was told one moment earlier counts a tenth less."""
SHRINK = 3.0
"""Moments of its own at which a group or a source counts as much as all others together."""
LEAST_MOMENTS = 3.0
"""Moments that must be known before a rule answers with its past errors."""


def candidates(items: Items, table: list[Block], learn: str, model: Array) -> dict[str, Array]:
    """Quantiles (I, P) on the items' scales by candidate; NaN where a candidate has no answer.

    `learn` is "past" or "others"; `model` (I, P) the hierarchical model's answers.
    """
    found: dict[str, Array] = {"hierarchical": model}
    found |= _stated(items, table)
    memories = {"": Seen(learn, items.asked, items.known)}
    if learn == "past":
        memories[", recent"] = Seen(learn, items.asked, items.known, LATE)
    centres = _centres(items, table)
    # leaving one item out, another item's learnt centre knows the truth that is left out
    if learn == "past":
        centres["hierarchical"] = model[:, len(PROBABILITIES) // 2]
    for suffix, seen in memories.items():
        found[f"quantile-average by past score{suffix}"] = _scored(items, table, seen)
        own = {f"{name}{suffix}": centre for name, centre in centres.items()}
        if learn == "past":
            own[f"sources less bias{suffix}"] = _less_bias(items, table, seen)
        for name, centre in own.items():
            found[f"{name} with past error"] = _with_error(items, centre, seen)
    return found


def _empty(items: Items) -> Array:
    return np.full((len(items.item_ids), len(PROBABILITIES)), np.nan)


def _stated(items: Items, table: list[Block]) -> dict[str, Array]:
    """Pools of what the sources state, where most of them state a width."""
    found = {n: _empty(items) for n in ("linear-pool", "quantile-average", "quantile-median")}
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
    return np.array([np.interp(PROBABILITIES, f, k) for f, k in rows])


def _centres(items: Items, table: list[Block]) -> dict[str, Array]:
    found = {name: np.full(len(items.item_ids), np.nan) for name in ("mean", "median", "mode")}
    for block in table:
        found["mean"][block.items] = weighted_sum(block.mass, block.point) / block.mass.sum(axis=1)
        found["median"][block.items] = row_median(block.point, block.mass)
        found["mode"][block.items] = _mode(block)
    return found


def _mode(block: Block) -> Array:
    """The number that most witnesses give to the digit; the median where none is given twice."""
    middle = row_median(block.point, block.mass)
    if block.mass.shape[1] > 64:  # quadratic; larger crowds have their median
        return middle
    same = block.point[:, :, None] == block.point[:, None, :]
    votes = (same * block.mass[:, None, :]).sum(axis=2) * block.present
    best = votes.argmax(axis=1)
    rows = np.arange(len(block))
    return np.where(votes[rows, best] >= 1.5, block.point[rows, best], middle)


def _teaches(items: Items, seen: Seen) -> Flags:
    told: Flags = np.isfinite(items.truth)
    return np.logical_and(told, np.isfinite(items.known)) if seen.learn == "past" else told


def _moments(items: Items, seen: Seen, key: Ints, item: Ints) -> Array:
    """1 / m for each of the m rows (N,) that teach about one key at one moment: ten forecasts
    that become known together are one moment."""
    if seen.learn == "others":
        return np.ones(len(item))
    _, when = np.unique(items.known[item], return_inverse=True)
    _, pair, count = np.unique(
        key * (when.max(initial=0) + 1) + when, return_inverse=True, return_counts=True
    )
    return 1.0 / count[pair]


def _with_error(items: Items, centre: Array, seen: Seen) -> Array:
    """A point rule with the mean and the spread of its past errors: of the item's group, shrunk
    to those of all items."""
    told = np.isfinite(centre)
    teach = np.flatnonzero(np.logical_and(told, _teaches(items, seen)))
    ask = np.flatnonzero(told)
    found = _empty(items)
    if not len(teach):
        return found
    error = items.truth[teach] - centre[teach]
    kind = len(items.groups) + 1
    states: list[Array] = []
    for key in (items.scale, items.scale * kind + items.group):
        share = _moments(items, seen, key[teach], teach)
        values = np.c_[np.ones_like(error), error, error**2] * share[:, None]
        states.append(seen.sums(key[teach], teach, values, key[ask], ask))
    whole, own = states
    enough = whole[:, 0] >= min(LEAST_MOMENTS, 0.9 / (1 - seen.fade) if seen.fade < 1 else np.inf)
    n = np.maximum(whole[:, 0], 1e-9)
    mean = whole[:, 1] / n
    square = whole[:, 2] / n
    weight = own[:, 0] + SHRINK
    mean = (own[:, 1] + SHRINK * mean) / weight
    square = (own[:, 2] + SHRINK * square) / weight
    variance = np.maximum(square - mean**2, 1e-12 * np.maximum(square, 1e-12))
    variance = variance * (1 + 1 / np.minimum(n, weight))
    reach = stats.t.ppf(PROBABILITIES, DOF) * np.sqrt((DOF - 2) / DOF)
    rows = (centre[ask] + mean)[:, None] + np.sqrt(variance)[:, None] * reach
    found[ask] = np.where(enough[:, None], rows, np.nan)
    return found


def _per_witness(items: Items, seen: Seen, values: Array) -> Array:
    """Sums (N, F) over the past of each witness's source; `values` (N, F) of its own items."""
    told = items.witnesses
    teach = np.flatnonzero(
        np.logical_and(_teaches(items, seen)[told.item], np.isfinite(values).all(axis=1))
    )
    if not len(teach):
        return np.zeros_like(values)
    share = _moments(items, seen, told.source[teach], told.item[teach])
    return seen.sums(
        told.source[teach], told.item[teach], values[teach] * share[:, None], told.source, told.item
    )


def _unit(items: Items, table: list[Block]) -> Array:
    """The unit (I,) of errors across sources: a linear item's own spread, else 1."""
    unit = np.ones(len(items.item_ids))
    for block in table:
        unit[block.items] = np.where(block.scale == 0, np.maximum(block.spread, 1e-12), 1.0)
    return unit


def _less_bias(items: Items, table: list[Block], seen: Seen) -> Array:
    """The mean of the sources less their past bias, weighted by their past square errors."""
    told = items.witnesses
    error = items.truth[told.item] - told.x[:, 2]
    past = _per_witness(items, seen, np.c_[np.ones_like(error), error, error**2])
    n = past[:, 0]
    bias = past[:, 1] / (n + SHRINK)
    rough = np.maximum(past[:, 2] / np.maximum(n, 1e-9) - bias**2, 0.0)
    count = len(items.item_ids)
    typical = np.bincount(told.item, rough * (n > 0), count)
    typical = typical / np.maximum(np.bincount(told.item, n > 0, count), 1)
    base = np.where(typical > 0, typical, 1.0)[told.item]
    variance = (n * rough + 2 * SHRINK * base) / (n + 2 * SHRINK) + 1e-3 * base
    weight = told.weight / variance
    total = np.bincount(told.item, weight, count)
    centre = np.bincount(told.item, weight * (told.x[:, 2] + bias), count)
    return np.where(total > 0, centre / np.where(total > 0, total, 1.0), np.nan)


def _scored(items: Items, table: list[Block], seen: Seen) -> Array:
    """The mean of stated quantiles, weighted by the inverse square of past quantile losses."""
    told = items.witnesses
    unit = _unit(items, table)[told.item]
    off = (items.truth[told.item, None] - told.x) / unit[:, None]
    loss = np.where(off > 0, LEVELS * off, (LEVELS - 1) * off).mean(axis=1)
    past = _per_witness(items, seen, np.c_[np.ones_like(loss), loss])
    count = len(items.item_ids)
    total = np.bincount(told.item, past[:, 1], count) / np.maximum(
        np.bincount(told.item, past[:, 0], count), 1e-9
    )
    base = np.where(total > 0, total, 1.0)[told.item]
    mean = (past[:, 1] + SHRINK * base) / (past[:, 0] + SHRINK)
    weight = told.weight / np.maximum(mean, 1e-3 * base) ** 2
    whole = np.maximum(np.bincount(told.item, weight, count), 1e-300)
    five = np.stack(
        [np.bincount(told.item, weight * told.x[:, j], count) / whole for j in range(5)], axis=1
    )
    wide = np.bincount(told.item, told.stated, count) > 0.5 * np.bincount(
        told.item, minlength=count
    )
    return np.where(wide[:, None], spread_out(five), np.nan)
