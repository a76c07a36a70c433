"""Exact agreement: points that several witnesses give to the digit are no spread.

The number that most witnesses of an item give may be known to all of them, copied from one, or
equal by chance (MODEL.md, section 2). How likely chance is depends on how odd the number is; how
often witnesses of this field agree beyond chance, and how often the number agreed on was the
truth, is learnt from the items that an answer may know; so is how often the middle one of three
numbers, no two of which agree, was the truth to its last digit (a single vandal moves no median).
An answer is mixed with the number's rounding cell at the very end: what weighs and recalibrates
answers learns from the other truths, those that no such number tells.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy import stats

from reconcile.ledger.audit.agreement import exact_agreement
from reconcile.numerics.arrays import Array, Flags, Ints
from reconcile.pooling.answer import PROBABILITIES
from reconcile.pooling.items import Items
from reconcile.pooling.items_claims import half_cell
from reconcile.pooling.items_scale import LINEAR, LOG, LOGIT, to_scale
from reconcile.pooling.seen import Seen

AGREE, PAIRS = 0.03, 10.0
"""Two witnesses agree to the digit beyond chance in 3 % of pairs, before anything is known: the
middle of 0 (independent trackers), 3 % (news) and 31 % (historians, who copy); worth ten pairs."""
KNOWN = 0.75
"""The part of agreement beyond chance that is knowledge, not copying."""
CASES = 4.0
"""What the prior shares of numbers that were the truth are worth, in items."""
PRIOR_TRUE = np.array([0.66, 0.9, 0.5, 0.7, 0.35, 0.005])
"""The number of two witnesses, of three or more, the same beside another that two agree on, a
number with as many for another one (.66 is what `exact_agreement` has for two), and the middle one
of three or more that no two agree on: that it is exact must show."""
SHARES = (np.arange(60) + 0.5) / 60
"""The shares between which known items tell."""
LONE = 5
"""The last of these cases."""
USUAL_LOG, USUAL_RELATIVE = 0.5, 0.25
"""The spread of independent claims where their own tells nothing: a factor of 1.6; a quarter."""
RARE = 0.05
"""A number that one alone would say with less probability is the truth by no chance."""
LEAST = 0.01
"""Claims of less weight than this are left out."""


@dataclass(frozen=True, eq=False)
class _Agreed:
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


@dataclass(frozen=True, eq=False)
class Repeats:
    """The numbers agreed on in a table of I items: of the items at `place` (A,), how likely the
    number is the truth (`share`), and its rounding cell from `low` to `high` on the item's scale.

    `exact` (I,): the truth is this number, and not by chance: it tells nothing of how far claims
    that are not exact may be off. It hangs on the item's own claims and truth alone. `alone` (I,):
    how likely the agreement is mere chance.
    """

    place: Ints
    share: Array
    low: Array
    high: Array
    exact: Flags
    alone: Array
    agreed: _Agreed

    def beyond(self, items: Items, quantiles: Array, learn: str | None) -> Repeats:
        """The same, told of what hits go beyond those of the answers (I, P): where these hold the
        number anyway, as counts of none or one do, hitting it tells of no knowledge."""
        held = np.isfinite(quantiles[self.place]).all(axis=1)
        at, chance = self.place[held], self.agreed.chance.copy()
        chance[at] = _mass(quantiles[at], self.low[held], self.high[held])
        share = _true_share(items, self.agreed, chance, self.alone, self.place, learn)
        return replace(self, share=(1 - self.alone[self.place]) * share)

    def with_shares(self, items: Ints, share: Array) -> Repeats:
        """The same with the shares (A,) of the `items` in place of theirs."""
        return replace(self, share=np.where(np.isin(self.place, items), share, self.share))

    def added(self, quantiles: Array) -> Array:
        """The answers (I, P), on the items' scales, mixed with the numbers agreed on."""
        found = quantiles.copy()
        whole = np.isfinite(quantiles[self.place]).all(axis=1) & (self.share > LEAST)
        for k in np.flatnonzero(whole).tolist():
            i = int(self.place[k])
            share, low, high = (float(part[k]) for part in (self.share, self.low, self.high))
            found[i] = _mixed(quantiles[i], share, low, high)
        return found


def repeats_of(items: Items, learn: str | None) -> Repeats:
    """The numbers that several witnesses of an item give to the digit; `learn` as in
    `reconcile.pool`, None where no truth is known."""
    agreed = _agreed(items)
    ask = np.flatnonzero(agreed.count >= 1)
    alone = _alone(items, agreed, ask, learn)
    share = (1 - alone[ask]) * _true_share(items, agreed, agreed.chance, alone, ask, learn)
    half = half_cell(agreed.number[ask])
    scale, shift = items.scale[ask], items.shift[ask]
    low = to_scale(agreed.number[ask] - half, scale, shift)
    high = to_scale(agreed.number[ask] + half, scale, shift)
    exact = _hits(items, agreed) & (agreed.chance < RARE)
    return Repeats(ask, share, low, high, exact, alone, agreed)


def _mass(quantiles: Array, low: Array, high: Array) -> Array:
    """The probability (A,) of each answer (A, P) between `low` and `high` (A,)."""
    ends = zip(quantiles, low, high, strict=True)
    return np.array([np.diff(np.interp((a, b), row, PROBABILITIES))[0] for row, a, b in ends])


def _mixed(row: Array, share: float, low: float, high: float) -> Array:
    """Quantiles (P,) of (1 - share) x the answer + share x a uniform from `low` to `high`."""
    below, above = (float(np.interp(x, row, PROBABILITIES)) for x in (low, high))
    below, above = (1 - share) * below, share + (1 - share) * above
    p = PROBABILITIES
    left = np.interp(p / (1 - share), p, row)
    right = np.interp((p - share) / (1 - share), p, row)
    inside = low + (high - low) * (p - below) / max(above - below, 1e-300)
    found = np.where(p < below, np.minimum(left, low), np.where(p > above, right, inside))
    return np.maximum.accumulate(found)


def _agreed(items: Items) -> _Agreed:
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
    return _Agreed(number, most, rival, chance, pairs, agree,
                   np.where(pairs > 0, expected * pairs, 0.0))  # fmt: skip


def _middle(which: Ints, lone: Ints, distinct: Ints, fine: Array) -> Ints:
    """The places of the middle numbers of the items `lone`; of two, that with more digits."""
    first = np.searchsorted(which, lone)
    low, high = first + (distinct - 1) // 2, first + distinct // 2
    return np.where(fine[high] < fine[low], high, low)


def written(raw: Array) -> Array:
    """Numbers as they were written, which the way to a scale and back has blurred."""
    digits = 12 - np.ceil(np.log10(np.maximum(np.abs(raw), 1e-300)))
    factor = 10.0 ** np.clip(digits, -300, 300)
    return np.round(raw * factor) / factor


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


def _seen(items: Items, learn: str | None) -> Seen:
    return Seen("past" if learn == "past" else "others", items.asked, items.known)


def _hits(items: Items, agreed: _Agreed) -> Flags:
    """Whether each truth (I,) is the number agreed on, to its last digit."""
    truth = items.raw_truth()
    off = np.abs(truth - agreed.number)
    return np.asarray(off <= half_cell(agreed.number) * (1 + 1e-9), dtype=bool)


def _alone(items: Items, agreed: _Agreed, ask: Ints, learn: str | None) -> Array:
    """How likely the agreement of each of the items `ask` is mere chance (I,); 1 elsewhere."""
    teach = np.flatnonzero(agreed.pairs > 0)
    if learn == "past":
        teach = teach[np.isfinite(items.known[teach])]
    told = np.c_[agreed.pairs, agreed.agree - agreed.expected][teach]
    key = np.zeros(len(ask), dtype=np.int64)
    sums = _seen(items, learn).sums(np.zeros(len(teach), dtype=np.int64), teach, told, key, ask)
    beyond = (sums[:, 1] + PAIRS * AGREE) / (sums[:, 0] + PAIRS)
    beyond = np.clip(beyond, 1e-5, 0.9)
    found = np.ones(len(agreed.count))
    found[agreed.count == 1] = 0.0  # nobody agrees: what is asked is whether it is exact
    for i, b in zip(ask.tolist(), beyond.tolist(), strict=True):
        if agreed.count[i] < 2:
            continue
        knows, copies = float(np.sqrt(KNOWN * b)), (1 - KNOWN) * b
        parts = exact_agreement(agreed.count[i], agreed.chance[i], knows=knows, copies=copies)
        found[i] = float(parts[..., 0])
    return found


def _true_share(
    items: Items, agreed: _Agreed, chance: Array, alone: Array, ask: Ints, learn: str | None
) -> Array:
    """How likely each of the numbers agreed on not by chance is the truth (A,): of cases like
    this one whose truth is known, shrunk to the prior's share; `chance` (I,) of being the truth
    anyway."""
    case = (agreed.count >= 3) + 2 * (agreed.rival >= 2) * (agreed.rival < agreed.count)
    case = np.where(agreed.rival >= agreed.count, 4, case).astype(np.int64)
    case[agreed.count == 1] = LONE
    prior = PRIOR_TRUE[case[ask]]
    if learn is None:
        return prior
    hit = _hits(items, agreed)
    teach = np.flatnonzero((agreed.count >= 1) & np.isfinite(items.truth))
    if learn == "past":
        teach = teach[np.isfinite(items.known[teach])]
    sure, c = 1 - alone[teach, None], chance[teach, None]
    likely = c + (1 - c) * sure * SHARES
    told = np.log(np.maximum(np.where(hit[teach, None], likely, 1 - likely), 1e-9))
    log = _seen(items, learn).sums(case[teach], teach, told, case[ask], ask)
    log = log + stats.beta.logpdf(SHARES, CASES * prior[:, None], CASES * (1 - prior[:, None]))
    weight = np.exp(log - log.max(axis=1, keepdims=True))
    return (weight @ SHARES) / weight.sum(axis=1)
