"""Recalibration by conformal inference: each level moves until it holds its share of truths.

An error is told as its normal score under the answer, z = Phi^-1(F(truth)), and beyond a level's
own quantile as that level's score times the ratio of their distances from the median (CQR-r:
Kivaranovic, Johnson and Leeb 2020, arXiv 1905.10634; Sesia and Candes 2020, doi 10.1002/sta4.261).
Of each level p there are four answers, in scores:

- the one of the mixture itself;
- the p-quantile of the scores known so far (conformal inference), shrunk to a normal's and that to
  the nominal one, in units of their group's spread, shrunk to that of all;
- each of the two with a shift that follows its misses, down as well as up, in steps that get
  smaller as misses add up (quantile tracking: Angelopoulos, Candes and Tibshirani 2023, arXiv
  2307.16895; decaying steps: Angelopoulos, Barber and Bates 2024, arXiv 2402.01139; of a size that
  the misses tell: Bhatnagar et al. 2023, arXiv 2302.07869), so that its long-run share is p
  whatever the data do.

They are weighed level by level by the quantile losses of the answers (aggregated adaptive conformal
inference: Zaffran et al. 2022, arXiv 2202.07282), so that what needs no correction gets little.
Each group (a delay, a horizon) has its own quantiles, shifts and weights, in which what other
groups tell counts the less the more its own items have told.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri

from reconcile.numerics.arrays import Array, Flags, Ints
from reconcile.pooling.answer import GRID
from reconcile.pooling.forward import checkpoints
from reconcile.pooling.online import Weights, moments_in_order

Z = np.asarray(ndtri(GRID), dtype=np.float64)
TRACKED = np.array([0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.975, 0.99])
"""Levels whose coverage is tracked: those of the usual intervals."""
START = np.asarray(ndtri(TRACKED), dtype=np.float64)
AT_TRACKED, MIDDLE = np.searchsorted(GRID, TRACKED - 1e-9), len(TRACKED) // 2
"""Where these levels stand in the grid, and where the median stands among them."""
OUTER = 0.6
"""Levels beyond this score, the quartiles and further out, are stretched by distance: nearer to the
median, distances are too small to tell a factor."""
SIDE = np.asarray(np.sign(TRACKED - 0.5) + 1, dtype=np.int64)
"""Which end of a truth's cell a level is held to: the upper, the middle, the lower."""
SLOW, SMOOTH = 100.0, 100.0
"""Independent items that no stretch, and the normal's shape, count as: of so many, five are
expected beyond a level of 5 %. Shifts are not corrected: the candidates have done so."""
SHARED = 20.0
"""Independent items of its own at which what a group tells counts as much as what all do."""
PSEUDO = np.asarray(ndtri((np.arange(400) + 0.5) / 400), dtype=np.float64)
"""The normal, as 400 equally likely scores, to which the errors seen are shrunk."""
FEW = SMOOTH / len(PSEUDO)
"""What each of them counts."""
FORGET = 1.0
"""What was told when n items were known counts n / N once N are: answers improve."""
EXPERTS = (0.5, 0.25, 0.125, 0.125)
"""Weights before anything is known: of the mixture, of the conformal scores, and of each with its
misses followed. What is right already should stay: a correction must earn its weight."""
STEP = 0.2
"""The largest shift, in scores, at which a level follows its misses, in units of their root sum of
squares: with 0.5 to 1, answers that need no shift were scored 2 to 10 % worse."""
MOMENTS = 60
"""Moments of chance misses that stand before the first one: ten elections move no level far."""
NEAR = 4.0
"""Truths beyond this score count as this far in the losses by which experts are weighed."""
MOST = 3000
"""Known items, the latest ones, that scores are learnt from: more change nothing and cost time."""
FAR, OUTLIER = 12.0, 4.0
"""Scores are told apart up to here; in a spread, up to here."""


def level_scores(table: Array, cell: Array) -> Array:
    """z (I, L) of each truth's `cell` (I, 3: its upper end, its middle, its lower end) at the
    levels `TRACKED`: the score that the level would have to be asked for at.

    A count is below an interval of whole numbers only if all of its cell is: lower levels are held
    to the upper ends, upper levels to the lower ends.
    """
    plain = np.stack([normal_scores(table, cell[:, side]) for side in range(3)], axis=1)[:, SIDE]
    middle, own = table[:, [len(Z) // 2]], table[:, AT_TRACKED]
    with np.errstate(divide="ignore", invalid="ignore"):
        stretch = (cell[:, SIDE] - middle) / (own - middle)
    outside = (stretch > 1) & np.isfinite(stretch) & (np.abs(START) > OUTER)
    return np.where(outside, np.clip(START * np.where(outside, stretch, 1), -FAR, FAR), plain)


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


@dataclass(frozen=True, eq=False)
class Answered:
    """Items that were answered by `table` (I, P) and their `truth` (I,), NaN where it does not
    count; `z` (I, L) as `level_scores` has them; `unit` (I,) in which losses are counted."""

    table: Array
    truth: Array
    z: Array
    unit: Array

    def told(self) -> Flags:
        """Whether the truth of each (I,) tells of levels."""
        return np.asarray(np.isfinite(self.z).all(axis=1) & np.isfinite(self.truth))

    def gains(self, rows: Ints, ours: Array, experts: Array) -> Array:
        """What each of E experts would have gained (E, n, L) on the items `rows` (n,): their scores
        (E, n, L) in place of `ours` (n, L), to first order. Losses are those of the answers, not
        of their scores: an item in doubt, whose score is worth more, counts for more."""
        table, near = self.table[rows], np.clip(self.z[rows][:, [MIDDLE]], -NEAR, NEAR)
        truth, mixture = _rows_at(near, table), _asked_at(ours, table)
        side = np.where(truth <= mixture, 1 - TRACKED, -TRACKED) / self.unit[rows, None]
        return np.stack([side * (mixture - _asked_at(one, table)) for one in experts])


def follow_levels(past: Answered, known: Array, asked: Array, group: Ints) -> Array:
    """Scores (I, L) to ask each item for at `TRACKED`, learnt anew as items become known; those
    that became known at one time count as one. `group` (I,) as in the table."""
    z, (kinds, kind) = past.z, np.unique(group, return_inverse=True)
    # what was answered before anything was known tells nothing of later answers
    told = past.told() & (asked >= known.min(initial=np.inf))
    fixed = np.stack([np.tile(START, (len(z), 1)), _conformal(z, known, asked, kind, told)])
    every, found = np.concatenate([fixed, fixed]), np.empty_like(fixed[0])
    state = _Followed(len(kinds))
    for rows, now in moments_in_order(known, asked, told):
        if len(rows):
            missed = (z[rows] <= every[2:, rows]) - TRACKED
            gain = past.gains(rows, found[rows], every[:, rows])
            state.learn(missed, gain, kind[rows])
        every[2:, now] += state.shift()[:, kind[now]]
        found[now] = (state.weights()[:, kind[now]] * every[:, now]).sum(axis=0)
    return found


class _Followed:
    """Shifts and weights of G groups, from what their own items told and what those of all others
    did, which counts less the more moments the own ones have told."""

    def __init__(self, groups: int) -> None:
        self._shape = (groups, len(TRACKED))
        self._shift = np.zeros((2, 2, *self._shape))  # own and others', of two answers
        self._square = np.tile(MOMENTS * TRACKED * (1 - TRACKED), (2, 2, groups, 1))
        games = groups * len(TRACKED)
        self._weights = [Weights(np.array(EXPERTS), games) for _ in range(2)]
        self._told = np.zeros((groups, 1))

    def learn(self, missed: Array, gain: Array, group: Ints) -> None:
        """Take in the misses (2, n, L) and gains (E, n, L) of the items of one moment."""
        groups = self._shape[0]
        for k, (off, by) in enumerate(
            zip(_by_group(missed, group, groups), _by_group(gain, group, groups), strict=True)
        ):
            self._square[k] += off**2
            self._shift[k] -= STEP * off / np.sqrt(self._square[k])
            self._weights[k].learn(by.reshape(len(EXPERTS), -1))
        self._told[np.unique(group)] += 1

    def _share(self) -> Array:
        return SHARED / (SHARED + self._told)

    def shift(self) -> Array:
        """By how much the misses of two answers shift each level (2, G, L)."""
        return self._shift[0] + self._share() * self._shift[1]

    def weights(self) -> Array:
        """The weights (E, G, L) of the answers."""
        own, others = (one.evidence.reshape(-1, *self._shape) for one in self._weights)
        log = np.log(EXPERTS)[:, None, None] + own + self._share() * others
        weight = np.exp(log - log.max(axis=0))
        return weight / weight.sum(axis=0)


def _by_group(told: Array, group: Ints, groups: int) -> tuple[Array, Array]:
    """Means (E, G, L) of what one moment tells (E, n, L) of items of a `group` (n,): of those of
    each group, and of all others; 0 of none."""
    total = np.zeros((len(told), groups, told.shape[2]))
    np.add.at(total.swapaxes(0, 1), group, told.swapaxes(0, 1))
    count = np.bincount(group, minlength=groups)[:, None]
    rest = total.sum(axis=1, keepdims=True) - total
    return total / np.maximum(count, 1), rest / np.maximum(count.sum() - count, 1)


def _conformal(z: Array, known: Array, asked: Array, group: Ints, told: Flags) -> Array:
    """The quantiles (I, L) of the scores that each item may know."""
    order = np.argsort(known, kind="stable")
    order = order[told[order] & np.isfinite(known[order])]
    upto = checkpoints(known[order])
    when = known[order][upto - 1] if len(upto) else np.zeros(0)
    stage = np.searchsorted(when, asked, side="right")
    found = np.tile(START, (len(z), 1))
    for number, end in enumerate(upto.tolist(), start=1):
        rows, now = order[max(0, end - MOST) : end], np.flatnonzero(stage == number)
        fade = (np.searchsorted(known[order[:end]], known[rows], side="right") / end) ** FORGET
        weight = _worth(known[rows], group[rows]) * fade
        spread = _spreads(z[rows, MIDDLE], weight, group[rows], int(group.max()) + 1)
        scores = _of_levels(z[rows] / spread[group[rows], None], weight, group[rows], group[now])
        found[now] = spread[group[now], None] * scores
    return found


def _worth(known: Array, group: Ints) -> Array:
    """1 / m for each (N,) of the m items of its group that became known at one moment: an election
    tells of one common error and not of its tails, however many the races."""
    _, when = np.unique(known, return_inverse=True)
    key = when * (group.max(initial=0) + 1) + group
    _, at, count = np.unique(key, return_inverse=True, return_counts=True)
    return 1.0 / count[at]


def _spreads(z: Array, weight: Array, group: Ints, kinds: int) -> Array:
    """The root mean square of the scores `z` (N,) of each group (kinds,), shrunk on the scale of
    logs to that of all, which is shrunk to 1."""
    found, told = np.ones(kinds), np.bincount(group, weight, kinds)
    for _ in range(2):  # what is an outlier is told in the group's own spread
        square = weight * np.minimum(np.abs(z), OUTLIER * found[group]) ** 2
        whole = (float(square.sum()) + SLOW) / (float(weight.sum()) + SLOW)
        own = np.log((np.bincount(group, square, kinds) + whole) / (told + 1))
        found = np.exp((told * own + SHARED * np.log(whole)) / (told + SHARED) / 2)
    return found


def _of_levels(z: Array, weight: Array, group: Ints, asked: Ints) -> Array:
    """The quantile at each level (A, L), for items of the groups `asked` (A,), of the scores `z`
    (N, L) told at it: those of other groups count less, the more the own one has told.

    They are shrunk to those of a normal of their spread, in turn shrunk to 1: ten independent
    errors tell a spread, but no tail.
    """
    kinds, at = np.unique(asked, return_inverse=True)
    own = group == kinds[:, None]
    others = SHARED / (SHARED + (own * weight).sum(axis=1, keepdims=True))
    each = np.c_[weight * np.where(own, 1.0, others), np.full((len(kinds), len(PSEUDO)), FEW)]
    near = np.clip(z, -OUTLIER, OUTLIER)
    total, square = float(weight.sum()), (weight[:, None] * near**2).sum(axis=0)
    values = np.concatenate([z, PSEUDO[:, None] * np.sqrt((square + SLOW) / (total + SLOW))])
    found = np.empty((len(kinds), len(TRACKED)))
    for k, level in enumerate(TRACKED.tolist()):
        order = np.argsort(values[:, k], kind="stable")
        ordered = each[:, order]
        upto = np.cumsum(ordered, axis=1)
        places = (upto - 0.5 * ordered) / upto[:, -1:]
        found[:, k] = [np.interp(level, place, values[order, k]) for place in places]
    return found[at]


def levels_of(past: Answered) -> Array:
    """Scores (L,) at `TRACKED` for items without a time: the mixture's own and the quantiles of
    all scores, weighed by their losses one item after the other."""
    rows = np.flatnonzero(past.told())
    group, asked = np.zeros(len(rows), dtype=np.int64), np.zeros(1, dtype=np.int64)
    both = np.stack([START, _of_levels(past.z[rows], np.ones(len(rows)), group, asked)[0]])
    prior = np.array(EXPERTS[:2]) / sum(EXPERTS[:2])
    weights = Weights(prior, len(TRACKED))
    for row in rows[:, None]:
        ours = (weights.now * both).sum(axis=0)
        weights.learn(past.gains(row, ours[None], both[:, None])[:, 0])
    return np.asarray((weights.now * both).sum(axis=0), dtype=np.float64)


def moved(table: Array, scores: Array) -> Array:
    """The answers (I, P) at the `scores` (I, L), or (L,) for all, that hold each level."""
    found = np.full_like(table, np.nan)
    whole = np.isfinite(table).all(axis=1)
    kinds, at = np.unique(np.broadcast_to(scores, (len(table), len(START))), axis=0,
                          return_inverse=True)  # fmt: skip
    for number, one in enumerate(kinds):
        mine = np.flatnonzero((at == number) & whole)
        score = np.tile(Z + np.interp(Z, START, one - START), (len(mine), 1))
        found[mine] = _stretched(score, table[mine], Z, table[mine])
    half = len(Z) // 2  # scores of two levels have no order: what is further out lies no nearer
    found[:, half:] = np.maximum.accumulate(found[:, half:], axis=1)
    found[:, half::-1] = np.minimum.accumulate(found[:, half::-1], axis=1)
    return found


def _asked_at(score: Array, table: Array) -> Array:
    """The quantiles (I, L) of the answers (I, P) at the `score` (I, L) that each level of
    `TRACKED` is asked for at."""
    return _stretched(score, table, START, table[:, AT_TRACKED])


def _stretched(score: Array, table: Array, usual: Array, own: Array) -> Array:
    """Quantiles at the `score` (I, L) of levels whose `usual` one (L,) gives their `own` (I, L):
    drawn in by level, stretched by distance from the median. The tail of an answer in doubt lies
    so far out that a level further is no correction."""
    middle = table[:, [len(Z) // 2]]
    stretch = score / np.where(usual != 0, usual, 1.0)
    outside = (np.abs(usual) > OUTER) & (stretch > 1) & (own != middle)
    return np.where(outside, middle + (own - middle) * stretch, _rows_at(score, table))


def _rows_at(z: Array, table: Array) -> Array:
    """The quantiles (I, L) at the normal scores `z` (I, L) of each row of the `table` (I, P),
    linear beyond its ends."""
    half = table.shape[1] // 2
    left = np.clip(np.searchsorted(Z, z) - 1, 0, len(Z) - 2)
    part = np.clip((z - Z[left]) / (Z[left + 1] - Z[left]), 0.0, 1.0)
    low, high = (np.take_along_axis(table, left + step, axis=1) for step in (0, 1))
    inside = low + part * (high - low)
    middle = table[:, [half]]
    below = middle + (table[:, [0]] - middle) * z / Z[0]
    above = middle + (table[:, [-1]] - middle) * z / Z[-1]
    return np.where(z < Z[0], below, np.where(z > Z[-1], above, inside))
