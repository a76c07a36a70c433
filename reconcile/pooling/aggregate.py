"""Weights of candidates by how they did on known items, walked forward: a stack of quantiles.

The weights are those whose mixture had the least loss, with KL(w, prior) as the penalty (Yao,
Vehtari, Simpson and Gelman 2018, doi 10.1214/17-BA1091; of quantiles: Fakoor et al. 2023, arXiv
2103.00083): a follower of the regularised leader (Shalev-Shwartz 2012, doi 10.1561/2200000018),
whose mean loss comes near that of the best mixture, and so of the best candidate, as known items
grow. The prior is of families: near-duplicates share the weight of one.

Tails and middle may have weights of their own (Berrisch and Ziel 2023, doi
10.1016/j.jeconom.2021.11.008), shrunk to the common ones: who knows the middle need not know how
far off it may be. With a `memory`, what was told that many moments ago counts 1 / e.

The loss of an item is counted in the half width of the mixture that it was answered with, but not
less than the typical one: items of any size and unit count alike. What becomes known at one moment
counts as fewer items, as far as regrets go together; so do items of which few hold most of the
loss. A candidate without an answer sleeps: the
others share its weight.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri

from reconcile.numerics.arrays import Array, Ints
from reconcile.pooling.answer import GRID
from reconcile.pooling.forward import PAIRS, checkpoints
from reconcile.pooling.items_scale import LINEAR

AT = np.array([0.025, 0.05, 0.25, 0.5, 0.75, 0.95, 0.975])
"""Levels at which candidates are judged."""
PLACES = np.searchsorted(GRID, AT - 1e-9)
"""Where these levels stand in the grid."""
MODEL, MODEL_SHARE = "model", 0.9
"""The family of the hierarchical model and its weight before anything is known: others must earn
theirs. On simulated fields of few dates 0.7 lost 1 % more, on those of many it gained nothing."""
TOGETHER, DOUBT = 0.3, 5.0
"""Errors of one time go together by 0.3, until more times than five have shown how far: two
elections can't, however many the races."""
LATEST = 1000
"""Known items, the latest ones, that weights are learnt from."""
GROW = 1.15
"""Weights are found anew when the known items have grown by so much."""
STEPS, DONE = 40, 1e-4
"""Steps of the descent, at most, and the gain in log likelihood that is not worth another."""
PARTS = (slice(0, 2), slice(2, 5), slice(5, 7))
"""The lower tail, the middle and the upper tail among the levels `AT`."""
SQUARE = {(0, 7): 1.50, (0, 2): 2.34, (2, 5): 1.53, (5, 7): 2.34}
"""The mean square of losses of mean 1 over the levels of a part, errors being normal as stated."""
KNOTS = np.asarray(ndtri([0.05, 0.25, 0.75, 0.95]), dtype=np.float64)
"""Normal scores between which the weights pass from those of a tail to those of the middle."""
KEPT = 0.9
"""Weights by part are shrunk to the common ones, a tenth to the prior's: no candidate is lost."""
OFTEN = 5
"""Weights with a memory are found anew so many times within it."""
LOST = 4
"""What was told so many memories ago, which counts 2 %, is left out."""
NEAR = 5.0
"""Widths of a 95 % interval beyond which no candidate's quantile lies."""
LEAST_TOLD = 3
"""With fewer known items every candidate keeps its prior weight: two truths tell nothing."""


def prior_weights(families: Sequence[str]) -> Array:
    """Weights (K,) before anything is known, from the family of each candidate: equal by family
    but for the model's, and within a family."""
    others = set(families) - {MODEL}
    share = {name: (1 - MODEL_SHARE) / len(others) for name in others} | {MODEL: MODEL_SHARE}
    found = np.array([share[name] / families.count(name) for name in families])
    return found / found.sum()


def losses(table: Array, truth: Array, unit: Array) -> Array:
    """Mean quantile losses (K, I) of candidates `table` (K, I, P) over `AT`, in units (I,)."""
    return _pinball((table[:, :, PLACES] - truth[:, None]) / unit[:, None]).mean(axis=2)


def kept_near(table: Array, truth: Array) -> tuple[Array, Array]:
    """Candidates' quantiles (K, I, P) and truths (I,), none further from the candidates' median
    middle than `NEAR` times their median width: what runs away on one item ruins no mixture."""
    ends = [np.searchsorted(GRID, p - 1e-9) for p in (0.025, 0.5, 0.975)]
    low, middle, high = (table[:, :, e] for e in ends)
    awake = np.asarray(np.isfinite(low).any(axis=0), dtype=bool)
    centre, width = np.zeros(len(awake)), np.full(len(awake), np.inf)
    centre[awake] = np.nanmedian(middle[:, awake], axis=0)
    width[awake] = np.nanmedian((high - low)[:, awake], axis=0)
    reach = NEAR * np.maximum(width, 1e-300)
    bottom, top = centre - reach, centre + reach
    return np.clip(table, bottom[:, None], top[:, None]), np.clip(truth, bottom, top)


def half_width(quantiles: Array) -> Array:
    """The distance (I,) of the quartiles, not less than a twentieth of that of the outer ends."""
    ends = [np.searchsorted(GRID, p - 1e-9) for p in (0.025, 0.25, 0.75, 0.975)]
    outer, inner = (quantiles[:, ends[-1 - j]] - quantiles[:, ends[j]] for j in (0, 1))
    found = np.maximum(np.maximum(inner, 0.05 * outer), 1e-300)
    return np.where(np.isfinite(found), found, 1.0)


def mixed(table: Array, weights: Array) -> Array:
    """The weighted mean (I, P) of the quantiles (K, I, P) by `weights` (K,) or, by part, (3, K);
    in order where parts disagree (Chernozhukov, Fernandez-Val and Galichon 2010)."""
    by_part = np.broadcast_to(weights, (len(PARTS), len(table)))[[0, 1, 1, 2]]
    w = np.array([np.interp(ndtri(GRID), KNOTS, one) for one in by_part.T])
    awake = np.asarray(np.isfinite(table).all(axis=2))
    total, mass = np.zeros((2, *table.shape[1:]))
    for one, on, each in zip(table, awake, w, strict=True):  # added one by one: the same in
        total += each * np.where(on[:, None], one, 0.0)  # every table, to the last digit
        mass += each * on[:, None]
    found = total / np.where(mass > 0, mass, np.nan)
    return np.sort(found, axis=1) if weights.ndim > 1 else np.maximum.accumulate(found, axis=1)


@dataclass(frozen=True, eq=False)
class Told:
    """What known items tell, n of them in the order they became known: candidates' quantiles less
    the truth `q` (K, n, L), their losses at each level `loss` (K, n, L), NaN asleep, those of the
    `mixture` (n, L), all in units, and the `moment` (n,) of each."""

    q: Array
    loss: Array
    mixture: Array
    moment: Array

    def stacked(
        self,
        prior: Array,
        start: Array,
        count: Array,
        part: slice = slice(None),
        penalty: float = 1.0,
        *,
        wary: bool = False,
    ) -> Array:
        """The weights (K,) whose mixture has the least loss over the levels of a `part`, near the
        prior; items count `count` (n,). A mirror descent from `start` (Beck and Teboulle 2003,
        doi 10.1016/S0167-6377(02)00231-6), each step kept only if it gains."""
        awake = np.isfinite(self.loss[:, :, 0])
        q = np.where(awake[:, :, None], self.q[:, :, part], 0.0)
        flat, shape, at = q.reshape(len(q), -1), q.shape[1:], AT[part]
        ours = self.mixture[:, part].mean(axis=1)
        scale = max(float((ours * count).sum() / count.sum()), 1e-300)
        if wary:
            penalty = penalty * _heaviness(ours / scale, count, part)

        def value(w: Array) -> tuple[float, Array]:
            mass = np.maximum(w @ awake, 1e-300)
            mixture = (w @ flat).reshape(shape) / mass[:, None]
            side = np.where(mixture > 0, 1 - at, -at) / len(at)
            each = (side * mixture).sum(axis=1)
            worth = count / mass / scale
            gradient = flat @ (side * worth[:, None]).ravel() - awake @ (each * worth)
            away = np.log(np.maximum(w, 1e-300) / prior)
            loss = float((count * each).sum()) / scale + penalty * float((w * away).sum())
            return loss, gradient + penalty * away

        return _descended(value, KEPT * start + (1 - KEPT) * prior, penalty)

    def counts(self, weights: Array, fade: Array) -> tuple[Array, Array]:
        """How many items each counts as (n,), for common weights and for those by part: of one
        moment as far as regrets go together, and one in all, since a common error makes tails."""
        regret = np.nan_to_num(self.loss.mean(axis=2) - self.mixture.mean(axis=1))
        size, together = _together(regret, self.moment)
        return fade / (1 + (size - 1) * float((weights * together).sum())), fade / size


def _heaviness(loss: Array, count: Array, part: slice) -> float:
    """How many times as many items it takes for the mean of these losses (n,), of mean 1, to be as
    sure as that of a normal error's: where few items hold most of the loss, the others tell
    little."""
    square = float((count * loss**2).sum() / count.sum())
    return max(square / SQUARE[part.start or 0, part.stop or len(AT)], 1.0)


def _descended(value: Callable[[Array], tuple[float, Array]], w: Array, penalty: float) -> Array:
    best, gradient = value(w)
    step = 1 / (penalty + float(np.abs(gradient - w @ gradient).max()))
    for number in range(STEPS):
        log = np.log(np.maximum(w, 1e-300)) - step * (gradient - w @ gradient)
        tried = np.exp(log - log.max())
        tried = tried / tried.sum()
        found, there = value(tried)
        if found >= best:
            step *= 0.4
            continue
        small = best - found < DONE
        w, best, gradient, step = tried, found, there, 1.5 * step
        if small and number > STEPS // 4:
            break
    return w


def _penalty(part: slice) -> float:
    """The penalty at which weights are as sure as errors let them be: the variance of the loss's
    gradient over its curvature, in units of the mean loss, of a normal error (Lyddon, Holmes and
    Walker 2019, doi 10.1093/biomet/asz006). Tails tell less than their losses seem to."""
    p = AT[part]
    density = np.exp(-(ndtri(p) ** 2) / 2) / np.sqrt(2 * np.pi)
    return float((np.minimum.outer(p, p) - np.outer(p, p)).mean() / density.mean() ** 2)


PENALTIES = tuple(_penalty(part) for part in PARTS)


def _together(regret: Array, moment: Array) -> tuple[Array, Array]:
    """How many items (n,) share the moment of each, and how far r (K,) a candidate's regrets of
    one moment go together: m items count as m / (1 + (m - 1) r)."""
    starts = np.flatnonzero(np.r_[True, moment[1:] != moment[:-1]])
    size = np.diff(np.r_[starts, len(moment)])
    total = np.add.reduceat(regret, starts, axis=1)
    square = (regret**2).sum(axis=1)
    pairs = float((size * (size - 1)).sum())
    shared = ((total**2).sum(axis=1) - square) / (pairs + PAIRS)
    r = np.clip(shared / np.maximum(square / len(moment), 1e-300), 0.0, 1.0)
    r = (len(size) * r + DOUBT * TOGETHER) / (len(size) + DOUBT)
    return np.repeat(size, size), r


@dataclass(frozen=True)
class Memory:
    """What a stack makes of time: `moments` that it remembers (None: all), what was told when n
    items were known counting (n / N)^`forget` once N are; whether weights are `by_part`;
    the power of the prior that it starts from (`belief`); and whether it is `wary` of losses of
    which few items hold most."""

    moments: float | None = None
    forget: float = 0.0
    by_part: bool = False
    belief: float = 1.0
    wary: bool = False

    def fade(self, moment: Array) -> Array:
        """How much each of the items counts whose `moment` (n,) is given in order."""
        runs = np.flatnonzero(np.r_[True, moment[1:] != moment[:-1], True])
        if self.moments is None:
            return (np.repeat(runs[1:], np.diff(runs)) / len(moment)) ** self.forget
        age = np.arange(len(runs) - 1)[::-1] / self.moments
        return np.repeat(np.exp(-age), np.diff(runs))

    def checkpoints(self, known: Array) -> Ints:
        """How many items (ascending times `known` (N,)) are known at each time of learning."""
        if self.moments is None:
            return _grown(checkpoints(known))
        ends = np.flatnonzero(np.r_[known[1:] != known[:-1], True]) + 1 if len(known) else []
        return np.array(ends[:: max(1, round(self.moments / OFTEN))], dtype=np.int64)

    def kept(self, rows: Ints, known: Array) -> Ints:
        """Those of the known items `rows`, in order, that still count."""
        rows = rows[-LATEST:]
        if self.moments is None or not len(rows):
            return rows
        moments = np.unique(known[rows])
        return rows[known[rows] > moments[max(0, len(moments) - 1 - round(LOST * self.moments))]]


@dataclass(frozen=True, eq=False)
class WeightPath:
    """Weights (M + 1, K) after each of M times of learning, the mean over the levels, which of
    them each item (I,) may use, the mixtures (I, P), and the unit (I,) that losses were told in."""

    weights: Array
    stage: Ints
    mixture: Array
    unit: Array


def walk(
    table: Array,
    truth: Array,
    scale: Ints,
    known: Array,
    asked: Array,
    prior: Array,
    memory: Memory = Memory(),
) -> WeightPath:
    """Candidates `table` (K, I, P) weighed anew as items become known.

    `truth` (I,) and `table` on the items' `scale` (I,); `known` (I,) from when a truth may teach
    (inf: never), `asked` (I,) when the item is answered.
    """
    prior = prior**memory.belief / (prior**memory.belief).sum()
    order = np.argsort(known, kind="stable")
    order = order[np.isfinite(known[order]) & np.isfinite(truth[order])]
    upto = memory.checkpoints(known[order])
    when = known[order][upto - 1] if len(upto) else np.zeros(0)
    stage = np.searchsorted(when, asked, side="right")
    mixture, unit = np.full(table.shape[1:], np.nan), np.ones(len(truth))
    found, places = [np.tile(prior, (1 + len(PARTS), 1))], np.ascontiguousarray(table[:, :, PLACES])
    floor = np.zeros(3)
    for number in range(len(upto) + 1):
        told = order[: int(upto[number - 1])] if number else order[:0]
        if number:
            answered = memory.kept(told[np.isfinite(mixture[told, 0])], known)
            seen = _told(places, truth, mixture, unit, known, answered)
            found.append(_weighed(seen, prior, found[-1], memory))
            for k in np.unique(scale[told]).tolist():
                mine = unit[told[scale[told] == k]]
                floor[k] = np.median(mine) if k == LINEAR else mine.mean()
        now = np.flatnonzero(stage == number)
        mixture[now] = mixed(table[:, now], found[-1][1:] if memory.by_part else found[-1][0])
        unit[now] = np.maximum(half_width(mixture[now]), floor[scale[now]])
    share = np.array([len(AT[part]) for part in PARTS]) / len(AT)
    each = [share @ w[1:] if memory.by_part else w[0] for w in found]
    return WeightPath(np.array(each), stage, mixture, unit)


def _weighed(told: Told, prior: Array, before: Array, memory: Memory) -> Array:
    """The common weights and those by part (1 + 3, K), from those `before`."""
    if len(told.moment) < LEAST_TOLD:
        return np.tile(prior, (len(before), 1))
    count, apart = told.counts(before[0], memory.fade(told.moment))
    common = told.stacked(prior, before[0], count, wary=memory.wary)
    if not memory.by_part:
        return np.tile(common, (len(before), 1))
    near = KEPT * common + (1 - KEPT) * prior
    parts = [
        told.stacked(near, start, apart, part, penalty)
        for part, start, penalty in zip(PARTS, before[1:], PENALTIES, strict=True)
    ]
    return np.array([common, *parts])


def _told(
    places: Array, truth: Array, mixture: Array, unit: Array, known: Array, rows: Ints
) -> Told:
    by = unit[rows, None]
    q = (places[:, rows] - truth[rows, None]) / by
    ours = (mixture[rows][:, PLACES] - truth[rows, None]) / by
    return Told(q, _pinball(q), _pinball(ours), known[rows])


def _pinball(q: Array) -> Array:
    return np.where(q > 0, (1 - AT) * q, -AT * q)


def _grown(upto: Ints) -> Ints:
    kept: list[int] = []
    for end in upto.tolist():
        if not kept or end >= GROW * kept[-1]:
            kept.append(end)
    return np.array(kept, dtype=np.int64)
