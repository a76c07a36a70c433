"""The numbers that witnesses of an item give to the digit, and how odd they are.

The number that most witnesses give may be known to all of them, copied from one, or equal by chance
(MODEL.md, section 2). How likely chance is depends on how odd the number is; how often witnesses of
this field agree beyond chance is learnt from the items that an answer may know.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from reconcile.numerics.arrays import Array, Flags, Ints
from reconcile.pooling.items import Items
from reconcile.pooling.items_claims import half_cell
from reconcile.pooling.items_scale import LINEAR, LOG, LOGIT, to_scale
from reconcile.pooling.seen import Seen

AGREE, PAIRS = 0.03, 10.0
"""Two witnesses agree to the digit beyond chance in 3 % of pairs, before anything is known: the
middle of 0 (independent trackers), 3 % (news) and 31 % (historians, who copy); worth ten pairs."""
KNOWN = 0.75
"""The part of agreement beyond chance that is knowledge, not copying."""
USUAL_LOG, USUAL_RELATIVE = 0.5, 0.25
"""The spread of independent claims where their own tells nothing: a factor of 1.6; a quarter."""


@dataclass(frozen=True, eq=False)
class Agreed:
    """By item (I,): the `number` agreed on (raw, NaN without), by how many (`count`; 1: it is the
    middle one of three or more), how many for the next number (`rival`), the `chance` that one
    alone says it; `pairs` of witnesses with a bare point, those that `agree`, and the `expected`
    number by chance."""

    number: Array
    count: Array
    rival: Array
    chance: Array
    pairs: Array
    agree: Array
    expected: Array
    spread: Array


def granularity(value: Array) -> Array:
    """The largest power of ten that divides each number (N,), as far as its digits tell.

    >>> granularity(np.array([137946.0, 138000.0, 2.5, 0.0])).tolist()
    [1.0, 1000.0, 0.1, inf]
    """
    found = 2 * half_cell(value)
    for digits in range(1, 16):
        unit = 10.0**digits
        found = np.where(np.mod(np.abs(value), unit) == 0, unit, found)
    return np.where(value == 0, np.inf, found)


def written(raw: Array) -> Array:
    """Numbers as they were written, which the way to a scale and back has blurred."""
    digits = 12 - np.ceil(np.log10(np.maximum(np.abs(raw), 1e-300)))
    factor = 10.0 ** np.clip(digits, -300, 300)
    return np.round(raw * factor) / factor


def agreed_numbers(items: Items) -> Agreed:
    """The number of each item that most of its bare points give, and its rivals."""
    told, count = items.witnesses, len(items.item_ids)
    bare = np.flatnonzero(~told.stated & (told.sound > 0.5))  # placeholders agree on nothing
    item, z = told.item[bare], told.x[bare, 2]
    raw = items.to_raw(z[:, None], item)[:, 0]
    order = np.lexsort((z, item))
    item, z, raw = item[order], z[order], raw[order]
    fresh = np.r_[True, (item[1:] != item[:-1]) | (z[1:] != z[:-1])] if len(item) else item > 0
    start = np.flatnonzero(fresh)
    votes = np.diff(np.r_[start, len(item)]).astype(float)
    which, value = item[start], written(raw[start])
    fine = granularity(value)
    n = np.bincount(item, minlength=count).astype(float)
    distinct = np.bincount(which, minlength=count)
    best = np.lexsort((-fine, votes, which))
    last = np.flatnonzero(np.r_[which[best][1:] != which[best][:-1], True]) if len(best) else best
    top = best[last]
    at = which[top]
    number, most, rival = np.full(count, np.nan), np.zeros(count), np.zeros(count)
    chance = np.ones(count)
    number[at], most[at] = value[top], votes[top]
    second = np.where(distinct[at] > 1, votes[best[np.maximum(last - 1, 0)]], 0.0)
    rival[at] = second
    spread = _spreads(items, which, z[start], number, distinct)
    chance[at] = np.clip(fine[top] / (np.sqrt(2 * np.pi) * spread[at]), 0.0, 1.0)
    usual = np.full(count, np.inf)
    np.minimum.at(usual, which, fine)
    expected = np.clip(usual / (2 * np.sqrt(np.pi) * spread), 0.0, 1.0)
    pairs = np.maximum(n - 1, 0)
    agree = np.bincount(which, votes * (votes - 1), count) / np.maximum(n, 1)
    lone = np.flatnonzero((most == 1) & (distinct >= 3))
    number[most < 2], most[most < 2] = np.nan, 0.0
    middle = _middle(which, lone, distinct[lone], fine)
    number[lone], most[lone] = value[middle], 1.0
    chance[lone] = np.clip(fine[middle] / (np.sqrt(2 * np.pi) * spread[lone]), 0.0, 1.0)
    return Agreed(number, most, rival, chance, pairs, agree,
                   np.where(pairs > 0, expected * pairs, 0.0), spread)  # fmt: skip


def _middle(which: Ints, lone: Ints, distinct: Ints, fine: Array) -> Ints:
    """The places of the middle numbers of the items `lone`; of two, that with more digits."""
    first = np.searchsorted(which, lone)
    low, high = first + (distinct - 1) // 2, first + distinct // 2
    return np.where(fine[high] < fine[low], high, low)


def _spreads(items: Items, which: Ints, z: Array, number: Array, distinct: Ints) -> Array:
    """The spread (I,), in raw units near the number, of claims that are made alone: that of the
    distinct numbers about it, moderated by the usual one as if that were one more."""
    count = len(number)
    size = np.maximum(np.abs(number), 1e-300)
    usual = np.where(items.scale == LINEAR, USUAL_RELATIVE * size, USUAL_LOG)
    at = to_scale(np.nan_to_num(number), items.scale, items.shift)
    away = np.abs(z - at[which])
    order = np.lexsort((away, which))
    start = np.searchsorted(which[order], np.arange(count))
    middle = order[np.minimum(start + distinct // 2, max(len(order) - 1, 0))] if len(order) else []
    own = 1.4826 * away[middle] if len(order) else np.zeros(count)
    own = np.where((distinct > 1) & (own > 0), own, usual)
    own = np.exp((np.maximum(distinct - 1, 0) * np.log(own) + np.log(usual))
                 / np.maximum(distinct, 1))  # fmt: skip
    per = np.where(items.scale == LOG, size, 1.0)
    share = np.clip(number, 0.01, 0.99)
    per = np.where(items.scale == LOGIT, share * (1 - share), per)
    return own * per


def seen_by(items: Items, learn: str | None) -> Seen:
    """How an answer sees other items: without truths, all of them."""
    return Seen("past" if learn == "past" else "others", items.asked, items.known)


def within(truth: Array, number: Array) -> Flags:
    """Whether each truth (N,) is the number, to the number's last digit."""
    return np.asarray(np.abs(truth - number) <= half_cell(number) * (1 + 1e-9), dtype=bool)


def agreeing_pairs(items: Items, agreed: Agreed, ask: Ints, learn: str | None) -> Array:
    """In which part of the pairs of witnesses (A,) two agree beyond chance, as `ask` know it."""
    teach = np.flatnonzero(agreed.pairs > 0)
    if learn == "past":
        teach = teach[np.isfinite(items.known[teach])]
    told = np.c_[agreed.pairs, agreed.agree - agreed.expected][teach]
    key = np.zeros(len(ask), dtype=np.int64)
    sums = seen_by(items, learn).sums(np.zeros(len(teach), dtype=np.int64), teach, told, key, ask)
    beyond = (sums[:, 1] + PAIRS * AGREE) / (sums[:, 0] + PAIRS)
    return np.clip(beyond, 1e-5, 0.9)
