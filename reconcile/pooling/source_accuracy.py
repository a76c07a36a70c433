"""Numbers by who says them: a register that is always exact is believed against sites that copy."""

from __future__ import annotations

import numpy as np

from reconcile.numerics.arrays import Array, Ints
from reconcile.pooling.agreed_numbers import (
    AGREE,
    KNOWN,
    PAIRS,
    Agreed,
    agreeing_pairs,
    granularity,
    seen_by,
    within,
    written,
)
from reconcile.pooling.items import Items

EXACT = float(np.sqrt(KNOWN * AGREE))
"""How often a claim is exact before anything is known: so often two agree as they know it."""
ALIKE = np.array([1.0, 3.0, 10.0, 30.0, 100.0])
"""Known claims of its own at which a source's exactness may count as much as everyone's."""


def numbers_by_accuracy(
    items: Items, agreed: Agreed, learn: str
) -> tuple[Ints, Array, Array, Array, Array, Array]:
    """By item with bare points (A,): its place, the number most likely to be known, how many say
    it and how many the next one, the probability that it is the truth, known to those who say it,
    and how often claims are exact.

    A source is exact as often as it was on known items, beyond chance, shrunk to how often all
    are. Whoever says a number after another knows it, copies it or has it by chance (Dong,
    Berti-Equille and Srivastava 2009, doi 10.14778/1687627.1687690)."""
    told = items.witnesses
    bare = np.flatnonzero(~told.stated & (told.sound > 0.5))
    raw = written(items.to_raw(told.x[bare][:, [2]], told.item[bare])[:, 0])
    order = np.lexsort((raw, told.item[bare]))
    item, source, raw = told.item[bare][order], told.source[bare][order], raw[order]
    fresh = np.r_[True, (item[1:] != item[:-1]) | (raw[1:] != raw[:-1])][: len(item)]
    start, group = np.flatnonzero(fresh), np.cumsum(fresh) - 1
    which, value = item[start], raw[start]
    if not len(start):
        return start, value, value, value, value, value
    chance = granularity(value) / (np.sqrt(2 * np.pi) * agreed.spread[which])
    chance = np.clip(chance, 1e-9, 1.0)[group]
    place = np.unique(item)
    row = np.searchsorted(place, item)
    usual, own = _exactness(items, item, source, raw, chance, place, learn)
    agreeing = agreeing_pairs(items, agreed, place, learn)
    copied = np.maximum((1 - KNOWN) * agreeing, agreeing - usual**2)[row]
    odds = own / (1 - own)
    more = np.log1p(odds / (copied + chance))
    best = np.lexsort((odds, group))[np.r_[start[1:], len(item)] - 1]  # who is surest says it first
    more[best] = np.log(odds[best])
    log = np.add.reduceat(more, start)
    top = np.lexsort((log, which))[np.searchsorted(which, place, side="right") - 1]
    votes = np.diff(np.r_[start, len(item)]).astype(float)
    others = votes.copy()
    others[top] = 0.0
    rival = np.maximum.reduceat(others, np.searchsorted(which, place))
    total = np.logaddexp.reduceat(log, np.searchsorted(which, place))
    likely = np.exp(log[top] - np.logaddexp(0.0, total))
    return place, value[top], votes[top], rival, likely, usual


def _exactness(
    items: Items, item: Ints, source: Ints, raw: Array, chance: Array, place: Ints, learn: str
) -> tuple[Array, Array]:
    """How often claims are exact beyond chance, as each item at `place` (A,) knows it, and those
    of each claim's source (N,): shrunk to the former as far as sources turned out to be alike."""
    truth = items.raw_truth()[item]
    teach = np.isfinite(truth)
    if learn == "past":
        teach &= np.isfinite(items.known[item])
    seen, nought = seen_by(items, learn), np.zeros(len(item), dtype=np.int64)
    hit, row = within(truth, raw), np.searchsorted(place, item)

    def by_all(values: Array) -> Array:
        return seen.sums(nought[teach], item[teach], values[teach], nought[: len(place)], place)

    values = np.c_[np.ones(len(item)), hit - chance]
    everyone = by_all(values)
    n, exact = seen.sums(source[teach], item[teach], values[teach], source, item).T[:, :, None]
    usual = (everyone[:, 1] + PAIRS * EXACT) / (everyone[:, 0] + PAIRS)
    usual = np.clip(usual, 1e-4, 0.95)
    own = (np.maximum(exact, 0.0) + ALIKE * usual[row, None]) / (n + ALIKE)
    own = np.clip(own, 1e-4, 1 - 1e-4)
    likely = chance[:, None] + (1 - chance[:, None]) * own
    log = by_all(np.log(np.maximum(np.where(hit[:, None], likely, 1 - likely), 1e-9)))
    weight = np.exp(log - log.max(axis=1, keepdims=True))
    weight = weight / weight.sum(axis=1, keepdims=True)
    return usual, (weight[row] * own).sum(axis=1)
