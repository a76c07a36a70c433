"""Numbers that stand for nothing: 0, 1 or 999 said of many items, far from all that others say.

Two edits that agree on such a number know no more than one, and a middle of three that is one tells
nothing. How many items a number was said of, far off the others' middle, is held against how many
chance would have: a normal of all numbers on the items' scale. No truth is used, only claims on the
items that an answer may learn from.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy.special import ndtr, pdtrc

from reconcile.numerics.arrays import Array, Flags, Ints
from reconcile.pooling.agreed_numbers import written
from reconcile.pooling.items import Items
from reconcile.pooling.items_claims import half_cell
from reconcile.pooling.items_scale import to_scale
from reconcile.pooling.seen import Seen

RARE = 0.05
"""The part of numbers that are placeholders, before any is seen. A placeholder may be said of any
number of the items, each as likely as the others."""
FAR = 5.0
"""A number is far off at this many times the usual distance from the others' middle."""
ROUNDS = 2
"""Once more without the placeholders that were found, since two of them on one item hide each
other."""


def doubted(items: Items, learn: str | None) -> Items:
    """The items, a witness weighing as the square of how likely its number means anything: one that
    may be off by any factor must not move a mean."""
    told = items.witnesses
    rows = np.flatnonzero(~told.stated)
    rows = rows[np.lexsort((told.x[rows, 2], told.item[rows]))]
    if not len(rows):
        return items
    sound = np.ones(len(told.item))
    for _ in range(ROUNDS):
        sound[rows] = _soundness(items, learn, rows, sound[rows] > 0.5)
    return replace(items, witnesses=replace(told, sound=sound, weight=told.weight * sound**2))


def _distances(item: Ints, z: Array, base: Flags) -> Array:
    """How far each number `z` (n,), in order by `item`, is from the median of the item's other
    numbers in `base`; NaN without any."""
    first, last = (np.searchsorted(item, item, side=side) for side in ("left", "right"))
    before = np.r_[0, np.cumsum(base)]
    start, count = before[first], before[last] - before[first] - base
    places, rank = np.flatnonzero(base), before[: len(item)] - start
    some = np.flatnonzero(count > 0)
    middle = np.full(len(item), np.nan)
    ends = []
    for step in (1, 0):
        place = (count[some] - step) // 2
        skip = base[some] & (place >= rank[some])
        ends.append(z[places[start[some] + place + skip]])
    middle[some] = (ends[0] + ends[1]) / 2
    return np.abs(z - middle)


def _soundness(items: Items, learn: str | None, rows: Ints, base: Flags) -> Array:
    """How likely the numbers of the witnesses `rows` (n,) mean anything, if those in `base` do."""
    item, z = items.witnesses.item[rows], items.witnesses.x[rows, 2]
    taught = learn == "past" and items.dated
    seen = Seen("past" if taught else "others", items.asked, items.known)
    raw = written(items.to_raw(z[:, None], item)[:, 0])
    number = np.unique(raw, return_inverse=True)[1].ravel()
    away = _distances(item, z, base)
    far = _far(items, seen, item, away)
    # an item counts once, however many of its witnesses say the number
    once = np.unique(np.c_[number, item], axis=0, return_index=True)[1]
    told = once[np.isfinite(away[once])]
    said = np.c_[np.ones(len(told)), far[told]]
    count, off = seen.sums(number[told], item[told], said, number, item).T
    expected = _expected(items, seen, once, item, z, raw)
    by_chance = np.where(off > 0, pdtrc(np.maximum(off - 1, 0), expected), 1.0)
    heads = np.unique(item)
    one = np.zeros(len(heads), dtype=np.int64)
    table = seen.sums(one, heads, np.ones((len(heads), 1)), one, heads)[:, 0]
    empty = RARE / (1 + table[np.searchsorted(heads, item)])
    empty = empty / (empty + by_chance)
    return 1 - empty * (off + 0.5) / (count + 1)


def _far(items: Items, seen: Seen, item: Ints, away: Array) -> Flags:
    """Whether each distance (n,) is `FAR` times the usual (geometric mean) one on its scale."""
    scale, some = items.scale[item], np.flatnonzero(away > 0)
    logs = np.c_[np.ones(len(some)), np.log(away[some])]
    sums = seen.sums(scale[some], item[some], logs, scale, item)
    usual = np.exp(sums[:, 1] / np.maximum(sums[:, 0], 1.0))
    return np.asarray((sums[:, 0] > 0) & (away > FAR * usual), dtype=bool)


def _expected(items: Items, seen: Seen, once: Ints, item: Ints, z: Array, raw: Array) -> Array:
    """How many items (n,) each number would be said of by chance."""
    scale, shift = items.scale[item], items.shift[item]
    told = np.c_[np.ones(len(once)), z[once], z[once] ** 2]
    n, total, square = seen.sums(scale[once], item[once], told, scale, item).T
    many = np.maximum(n, 1.0)
    mean = total / many
    spread = np.sqrt(np.maximum(square / many - mean**2, 1e-12))
    half = half_cell(raw)
    low, high = (ndtr((to_scale(raw + h, scale, shift) - mean) / spread) for h in (-half, half))
    return np.maximum(n * (high - low), 1e-12)
