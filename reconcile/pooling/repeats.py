"""Numbers that are known to the digit: points that several witnesses give are no spread.

The number that most witnesses of an item give may be known to all of them, copied from one, or
equal by chance (MODEL.md, section 2). How likely chance is depends on how odd the number is; how
often witnesses of this field agree beyond chance, and how often the number agreed on was the
truth, is learnt from the items that an answer may know; so is how often the middle one of three
numbers, no two of which agree, was the truth to its last digit (a single vandal moves no median).
Who says a number tells too: a register that is always exact is believed against three sites that
copy another one's number, and where claims are never exact, no agreement is knowledge.

An answer is mixed with the number's rounding cell at the very end: what weighs and recalibrates
answers learns from the other truths, those that no such number tells.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy import stats

from reconcile.ledger.audit.agreement import exact_agreement
from reconcile.numerics.arrays import Array, Flags, Ints
from reconcile.pooling.agreed_numbers import (
    KNOWN,
    Agreed,
    agreed_numbers,
    agreeing_pairs,
    seen_by,
    within,
)
from reconcile.pooling.answer import PROBABILITIES
from reconcile.pooling.items import Items
from reconcile.pooling.items_claims import half_cell
from reconcile.pooling.items_scale import to_scale
from reconcile.pooling.source_accuracy import EXACT, numbers_by_accuracy

HARDLY = 0.005
"""The least share before anything is known: that such numbers are exact must show."""
CASES = 4.0
"""What the prior shares of numbers that were the truth are worth, in items."""
PRIOR_TRUE = np.array([0.66, 0.9, 0.5, 0.7, 0.35, HARDLY])
"""The number of two witnesses, of three or more, the same beside another that two agree on, a
number with as many for another one (.66 is what `exact_agreement` has for two), and the middle one
of three or more that no two agree on: that it is exact must show."""
SHARES = (np.arange(60) + 0.5) / 60
"""The shares between which known items tell."""
LONE = 5
"""The last of these cases."""
SOUND = 0.9
"""The share of numbers which are the truth where those who say them are likely to know: copies of
what was false, and truths that have changed since, must show."""
MORE = 0.5
"""A number that one source tells is in question where it is more likely than not."""
RARE = 0.05
"""A number that one alone would say with less probability is the truth by no chance."""
LEAST = 0.01
"""Claims of less weight than this are left out."""


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
    agreed: Agreed

    @property
    def told(self) -> Flags:
        """Items (I,) whose number is more likely than not the truth, as claims and other truths
        have it: their own truth would tell of levels only where it is another, far-off number."""
        found = np.zeros(len(self.exact), dtype=bool)
        found[self.place[self.share > MORE]] = True
        return found

    def beyond(self, items: Items, quantiles: Array, learn: str) -> Repeats:
        """The same, told of what hits go beyond those of the answers (I, P): where these hold the
        number anyway, as counts of none or one do, hitting it tells of no knowledge. Where who
        says a number tells more of it than how many do, it is that one."""
        said, usual = self._by_accuracy(items, quantiles, learn)
        chance, exact = self.agreed.chance.copy(), np.ones(len(self.agreed.chance))
        chance[self.place] = _held(quantiles[self.place], self.low, self.high)
        exact[said.place] = np.minimum(usual / EXACT, 1.0)
        share = _true_share(items, self.agreed, chance, self.alone, self.place, learn, exact)
        voted = replace(self, share=(1 - self.alone[self.place]) * share)
        shares = np.zeros((2, len(chance)))
        shares[0, voted.place], shares[1, said.place] = voted.share, said.share
        surer = (shares[1] > shares[0]) & (shares[1] > MORE)
        return voted.with_those_of(said, np.flatnonzero(surer))

    def _by_accuracy(self, items: Items, quantiles: Array, learn: str) -> tuple[Repeats, Array]:
        """The numbers that those say who are likely to know, and how often claims are exact."""
        place, number, votes, rival, likely, usual = numbers_by_accuracy(items, self.agreed, learn)
        low, high = _cell(items, place, number)
        chance = _held(quantiles[place], low, high)
        hit, prior = within(items.raw_truth()[place], number), np.full(len(place), SOUND)
        case = _case(votes, rival)
        sound = _learnt_share(items, place, case, hit, chance, likely, prior, learn)
        return replace(self, place=place, share=likely * sound, low=low, high=high), usual

    def with_those_of(self, other: Repeats, items: Ints) -> Repeats:
        """The same, but of the `items` what the `other` has."""
        mine, theirs = (np.isin(one.place, items) for one in (self, other))
        place = np.r_[self.place[~mine], other.place[theirs]]
        share, low, high = (
            np.r_[getattr(self, name)[~mine], getattr(other, name)[theirs]]
            for name in ("share", "low", "high")
        )
        return replace(self, place=place, share=share, low=low, high=high)

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
    agreed = agreed_numbers(items)
    ask = np.flatnonzero(agreed.count >= 1)
    alone = _alone(items, agreed, ask, learn)
    share = (1 - alone[ask]) * _true_share(items, agreed, agreed.chance, alone, ask, learn)
    low, high = _cell(items, ask, agreed.number[ask])
    exact = _hits(items, agreed) & (agreed.chance < RARE)
    return Repeats(ask, share, low, high, exact, alone, agreed)


def _cell(items: Items, place: Ints, number: Array) -> tuple[Array, Array]:
    """The ends of the rounding cell of a `number` (A,) of each item at `place`, on its scale."""
    half, scale, shift = half_cell(number), items.scale[place], items.shift[place]
    return to_scale(number - half, scale, shift), to_scale(number + half, scale, shift)


def _held(quantiles: Array, low: Array, high: Array) -> Array:
    """The probability (A,) of each answer (A, P) between `low` and `high` (A,); 1 of none."""
    ends = zip(quantiles, low, high, strict=True)
    mass = [np.diff(np.interp((a, b), row, PROBABILITIES))[0] for row, a, b in ends]
    return np.where(np.isfinite(quantiles).all(axis=1), mass, 1.0)


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


def _hits(items: Items, agreed: Agreed) -> Flags:
    """Whether each truth (I,) is the number agreed on, to its last digit."""
    return within(items.raw_truth(), agreed.number)


def _alone(items: Items, agreed: Agreed, ask: Ints, learn: str | None) -> Array:
    """How likely the agreement of each of the items `ask` is mere chance (I,); 1 elsewhere."""
    beyond = agreeing_pairs(items, agreed, ask, learn)
    found = np.ones(len(agreed.count))
    found[agreed.count == 1] = 0.0  # nobody agrees: what is asked is whether it is exact
    for i, b in zip(ask.tolist(), beyond.tolist(), strict=True):
        if agreed.count[i] < 2:
            continue
        knows, copies = float(np.sqrt(KNOWN * b)), (1 - KNOWN) * b
        parts = exact_agreement(agreed.count[i], agreed.chance[i], knows=knows, copies=copies)
        found[i] = float(parts[..., 0])
    return found


def _case(count: Array, rival: Array) -> Ints:
    """Which of the cases of `PRIOR_TRUE` a number is that `count` (A,) say, `rival` the next."""
    case = (count >= 3) + 2 * (rival >= 2) * (rival < count)
    case = np.where(rival >= count, 4, case)
    return np.where(count == 1, LONE, case).astype(np.int64)


def _true_share(
    items: Items, agreed: Agreed, chance: Array, alone: Array, ask: Ints, learn: str | None,
    exact: Array | float = 1.0,
) -> Array:  # fmt: skip
    """How likely each of the numbers agreed on not by chance is the truth (A,): of cases like
    this one whose truth is known, shrunk to the prior's share; `chance` (I,) of being the truth
    anyway; `exact` (I,) how often claims are exact, as a part of what is usual."""
    case = _case(agreed.count[ask], agreed.rival[ask])
    prior = np.maximum(PRIOR_TRUE[case] * np.broadcast_to(exact, len(chance))[ask], HARDLY)
    if learn is None:
        return prior
    hit, sure = _hits(items, agreed)[ask], 1 - alone[ask]
    return _learnt_share(items, ask, case, hit, chance[ask], sure, prior, learn)


def _learnt_share(
    items: Items, place: Ints, case: Ints, hit: Flags, chance: Array, sure: Array, prior: Array,
    learn: str,
) -> Array:  # fmt: skip
    """The share (A,) of numbers that are the truth where they are `sure` (A,), case by case: the
    mean of a beta posterior, a hit having the probability chance + (1 - chance) sure share."""
    teach = np.isfinite(items.truth[place])
    if learn == "past":
        teach &= np.isfinite(items.known[place])
    c = chance[teach, None]
    likely = c + (1 - c) * sure[teach, None] * SHARES
    told = np.log(np.maximum(np.where(hit[teach, None], likely, 1 - likely), 1e-9))
    log = seen_by(items, learn).sums(case[teach], place[teach], told, case, place)
    log = log + stats.beta.logpdf(SHARES, CASES * prior[:, None], CASES * (1 - prior[:, None]))
    weight = np.exp(log - log.max(axis=1, keepdims=True))
    return (weight @ SHARES) / weight.sum(axis=1)
