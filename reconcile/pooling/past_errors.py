"""Point rules made distributions by the errors they had on items whose truth was known.

An error is told in a unit: that of the item's scale, or the spread of the item's own claims. Its
mean (a constant under-count, a bias) and its spread are those of the item's group (a delay, a
horizon), shrunk to those of all items; what became known at one moment counts as one.
"""

from __future__ import annotations

import numpy as np
from scipy import stats

from reconcile.numerics.arrays import Array, Flags, Ints
from reconcile.pooling.answer import GRID
from reconcile.pooling.items import Items
from reconcile.pooling.seen import Seen

DOF = 8.0
"""Errors have the tails of Student's t: heavier than normal, as forecasts' errors are."""
SHRINK = 3.0
"""Moments of its own at which a group or a source counts as much as all others together."""
LEAST_MOMENTS = 3.0
"""Moments that must be known before a rule answers with its past errors."""
REACH = np.asarray(stats.t.ppf(GRID, DOF)) * np.sqrt((DOF - 2) / DOF)
"""The quantiles of such a t of variance 1 on the grid."""


def teaches(items: Items, seen: Seen) -> Flags:
    """The items (I,) whose truth may ever teach others."""
    told: Flags = np.isfinite(items.truth)
    return np.logical_and(told, np.isfinite(items.known)) if seen.learn == "past" else told


def moments(items: Items, seen: Seen, key: Ints, item: Ints) -> Array:
    """1 / m for each of the m rows (N,) that teach about one key at one moment: ten forecasts
    that become known together are one moment."""
    if seen.learn == "others":
        return np.ones(len(item))
    _, when = np.unique(items.known[item], return_inverse=True)
    _, pair, count = np.unique(
        key * (when.max(initial=0) + 1) + when, return_inverse=True, return_counts=True
    )
    return 1.0 / count[pair]


def by_group(items: Items, seen: Seen, values: Array, asked: Ints) -> tuple[Array, Array]:
    """Sums (A, F) of `values` (I, F) (NaN: not told) over all past items of the scale and over
    those of the item's group, as the items `asked` (A,) see them."""
    teach = np.flatnonzero(teaches(items, seen) & np.isfinite(values).all(axis=1))
    kind = len(items.groups) + 1
    found: list[Array] = []
    for key in (items.scale, items.scale * kind + items.group):
        if not len(teach):
            found.append(np.zeros((len(asked), values.shape[1])))
            continue
        share = moments(items, seen, key[teach], teach)
        told = values[teach] * share[:, None]
        found.append(seen.sums(key[teach], teach, told, key[asked], asked))
    return found[0], found[1]


def enough(seen: Seen, n: Array) -> Flags:
    """Whether `n` moments (A,), faded, are enough to answer."""
    most = 0.9 / (1 - seen.fade) if seen.fade < 1 else np.inf
    return n >= min(LEAST_MOMENTS, most)


def spread_of(mean: Array, spread: Array, told: Flags) -> Array:
    """Quantiles (A, P) of a Student t by mean and standard deviation, NaN where not `told`."""
    rows = mean[:, None] + spread[:, None] * REACH
    return np.where(told[:, None], rows, np.nan)


def with_error(items: Items, centre: Array, unit: Array, seen: Seen) -> Array:
    """A point rule `centre` (I,) with the mean and the spread of its past errors in `unit` (I,)."""
    fine = np.isfinite(centre) & (unit > 0)
    ask = np.flatnonzero(fine)
    found = np.full((len(centre), len(GRID)), np.nan)
    error = np.where(fine, items.truth - centre, np.nan) / np.where(fine, unit, 1.0)
    values = np.c_[np.ones_like(error), error, error**2]
    whole, own = by_group(items, seen, np.where(np.isfinite(error)[:, None], values, np.nan), ask)
    n = np.maximum(whole[:, 0], 1e-9)
    mean, square = whole[:, 1] / n, whole[:, 2] / n
    weight = own[:, 0] + SHRINK
    mean = (own[:, 1] + SHRINK * mean) / weight
    square = (own[:, 2] + SHRINK * square) / weight
    variance = np.maximum(square - mean**2, 1e-12 * np.maximum(square, 1e-12))
    variance = variance * (1 + 1 / np.minimum(n, weight))
    told = enough(seen, whole[:, 0])
    rows = spread_of(mean, np.sqrt(variance), told)
    found[ask] = centre[ask, None] + unit[ask, None] * rows
    return found


PSEUDO = 12
"""Points of the Student t that are added to past errors, so that few of them leave tails."""


def with_past_quantiles(items: Items, centre: Array, unit: Array, seen: Seen) -> Array:
    """A point rule with the quantiles of its past errors in `unit`: many exact answers and some
    wild ones have no standard deviation to speak of (split conformal; Lei et al. 2018, doi
    10.1080/01621459.2017.1307116). Walking forward, learnt anew as the known grow by a tenth."""
    fine = np.isfinite(centre) & (unit > 0)
    error = np.where(fine, items.truth - centre, np.nan) / np.where(fine, unit, 1.0)
    teach = np.flatnonzero(teaches(items, seen) & np.isfinite(error))
    found = np.full((len(centre), len(GRID)), np.nan)
    if seen.learn == "others":
        for i in np.flatnonzero(fine):
            past = error[teach[(teach != i) & (items.scale[teach] == items.scale[i])]]
            if len(past) >= LEAST_MOMENTS:
                found[i] = centre[i] + unit[i] * _past_quantiles(past)
        return found
    for scale in np.unique(items.scale):
        mine = teach[items.scale[teach] == scale]
        mine = mine[np.argsort(items.known[mine], kind="stable")]
        known = items.known[mine]
        ends = np.flatnonzero(np.r_[known[1:] != known[:-1], True]) + 1 if len(mine) else []
        kept: list[int] = []
        for end in ends:
            if end >= LEAST_MOMENTS and (not kept or end >= 1.1 * kept[-1]):
                kept.append(int(end))
        if not kept:
            continue
        rows = np.array([_past_quantiles(error[mine[:end]]) for end in kept])
        ask = np.flatnonzero(fine & (items.scale == scale))
        at = np.searchsorted(known[np.array(kept) - 1], items.asked[ask], side="right")
        ask, at = ask[at > 0], at[at > 0] - 1
        found[ask] = centre[ask, None] + unit[ask, None] * rows[at]
    return found


def _past_quantiles(error: Array) -> Array:
    middle = float(np.median(error))
    spread = max(float(np.mean(np.abs(error - middle))), 1e-12)
    pseudo = middle + spread * stats.t.ppf((np.arange(PSEUDO) + 0.5) / PSEUDO, 3)
    weight = min(1.0, 3.0 / len(error))
    values = np.r_[error, pseudo]
    weights = np.r_[np.ones(len(error)), np.full(PSEUDO, weight)]
    order = np.argsort(values, kind="stable")
    upto = np.cumsum(weights[order])
    return np.interp(GRID, (upto - 0.5 * weights[order]) / upto[-1], values[order])
