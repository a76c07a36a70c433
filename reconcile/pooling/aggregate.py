"""Weights of candidates by how they did on known items, walked forward: a stack of quantiles.

The weights are those whose mixture had the least loss, with KL(w, prior) as the penalty (Yao,
Vehtari, Simpson and Gelman 2018, doi 10.1214/17-BA1091; of quantiles: Fakoor et al. 2023, arXiv
2103.00083). In units of the mixture's own mean loss, losses are log likelihoods (asymmetric
Laplace), so that the mixture loses to the best candidate no more than log(1 / prior) / n of that
unit after n independent items (Cesa-Bianchi and Lugosi 2006, theorem 3.2), and may do better than
any of them. The prior is of families: near-duplicates share the weight of one.

The loss of an item is counted in the half width of the mixture that it was answered with, but not
less than the typical one: items of any size and unit count alike. What becomes known at one moment
counts as fewer items, as far as regrets go together; what was told long ago counts less. A
candidate without an answer sleeps: the others share its weight.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from reconcile.numerics.arrays import Array, Ints
from reconcile.pooling.answer import GRID
from reconcile.pooling.forward import DOUBT, PAIRS, TOGETHER, checkpoints

__all__ = [
    "AT",
    "WeightPath",
    "half_width",
    "kept_near",
    "losses",
    "mixed",
    "prior_weights",
    "walk",
]


AT = np.array([0.025, 0.05, 0.25, 0.5, 0.75, 0.95, 0.975])
"""Levels at which candidates are judged."""
PLACES = np.searchsorted(GRID, AT - 1e-9)
"""Where these levels stand in the grid."""
MODEL, MODEL_SHARE = "model", 0.9
"""The family of the hierarchical model and its weight before anything is known: others must earn
theirs. On simulated fields of few dates 0.7 lost 1 % more, on those of many it gained nothing."""
LATEST = 1000
"""Known items, the latest ones, that weights are learnt from."""
GROW = 1.15
"""Weights are found anew when the known items have grown by so much."""
STEPS, DONE = 40, 1e-4
"""Steps of the descent, at most, and the gain in log likelihood that is not worth another."""
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
    return _losses(table[:, :, PLACES], truth, unit)


def _losses(at: Array, truth: Array, unit: Array) -> Array:
    off = (truth[:, None] - at) / unit[:, None]
    return np.where(off > 0, AT * off, (AT - 1) * off).mean(axis=2)


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
    """The weighted mean (I, P) of the quantiles (K, I, P) by `weights` (K,)."""
    awake = np.isfinite(table).all(axis=2)
    w = weights[:, None] * awake
    mass = w.sum(axis=0)
    w = w / np.where(mass > 0, mass, 1.0)
    total = np.zeros(table.shape[1:])
    for one, on, each in zip(table, np.asarray(awake), w, strict=True):
        total += each[:, None] * np.where(on[:, None], one, 0.0)
    found = np.where(mass[:, None] > 0, total, np.nan)
    return np.maximum.accumulate(found, axis=1)


@dataclass(frozen=True, eq=False)
class Told:
    """What known items tell, n of them in the order they became known: candidates' quantiles less
    the truth `q` (K, n, L), their losses `loss` (K, n), NaN asleep, those of the `mixture` (n,),
    all in units, and the `moment` (n,) of each."""

    q: Array
    loss: Array
    mixture: Array
    moment: Array


def stacked(told: Told, prior: Array, start: Array, forget: float) -> Array:
    """The weights (K,) whose mixture has the least loss, near the prior: a mirror descent from
    `start` (Beck and Teboulle 2003, doi 10.1016/S0167-6377(02)00231-6), each step kept only if it
    gains. What was told when n items were known counts (n / N)^`forget` once N are."""
    awake = np.isfinite(told.loss)
    q = np.where(awake[:, :, None], told.q, 0.0)
    regret = np.where(awake, told.loss - told.mixture, 0.0)
    size, together = _together(regret, told.moment)
    count = 1 / (1 + (size - 1) * float((start * together).sum()))
    runs = np.flatnonzero(np.r_[True, told.moment[1:] != told.moment[:-1], True])
    known = np.repeat(runs[1:], np.diff(runs))  # items of one moment are known together
    count = count * (known / len(count)) ** forget
    scale = max(float((told.mixture * count).sum() / count.sum()), 1e-300)

    def value(w: Array) -> tuple[float, Array]:
        mass = np.maximum(w @ awake, 1e-300)
        mixture = np.tensordot(w, q, 1) / mass[:, None]
        side = np.where(mixture > 0, 1 - AT, -AT) / len(AT)
        each = (side * mixture).sum(axis=1)
        worth = count / mass / scale
        gradient = np.tensordot(q, side * worth[:, None], 2) - awake @ (each * worth)
        away = np.log(np.maximum(w, 1e-300) / prior)
        return float((count * each).sum()) / scale + float((w * away).sum()), gradient + away

    w = 0.9 * start + 0.1 * prior
    best, gradient = value(w)
    step = 1 / (1 + float(np.abs(gradient - w @ gradient).max()))
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


@dataclass(frozen=True, eq=False)
class WeightPath:
    """Weights (M + 1, K) after each of M times of learning, which of them each item (I,) may
    use, and the mixtures (I, P)."""

    weights: Array
    stage: Ints
    mixture: Array


def walk(
    table: Array,
    truth: Array,
    scale: Ints,
    known: Array,
    asked: Array,
    prior: Array,
    forget: float = 0.0,
) -> WeightPath:
    """Candidates `table` (K, I, P) weighed anew whenever the known items have grown by `GROW`.

    `truth` (I,) and `table` on the items' `scale` (I,); `known` (I,) from when a truth may teach
    (inf: never), `asked` (I,) when the item is answered; `forget` as in `stacked`.
    """
    order = np.argsort(known, kind="stable")
    order = order[np.isfinite(known[order]) & np.isfinite(truth[order])]
    upto = _grown(checkpoints(known[order]))
    when = known[order][upto - 1] if len(upto) else np.zeros(0)
    stage = np.searchsorted(when, asked, side="right")
    mixture, unit = np.full(table.shape[1:], np.nan), np.ones(len(truth))
    found, places = [prior], np.ascontiguousarray(table[:, :, PLACES])
    for number in range(len(upto) + 1):
        told = order[: int(upto[number - 1])] if number else order[:0]
        if number:
            answered = told[np.isfinite(mixture[told]).all(axis=1)][-LATEST:]
            if len(answered) < LEAST_TOLD:
                found.append(prior)
            else:
                seen = _told(places, truth, mixture, unit, known, answered)
                found.append(stacked(seen, prior, found[-1], forget))
        now = np.flatnonzero(stage == number)
        mixture[now] = mixed(table[:, now], found[-1])
        floor = np.array([np.median(unit[told[scale[told] == k]]) if (scale[told] == k).any()
                          else 0.0 for k in range(3)])  # fmt: skip
        unit[now] = np.maximum(half_width(mixture[now]), floor[scale[now]])
    return WeightPath(np.array(found), stage, mixture)


def _told(
    places: Array, truth: Array, mixture: Array, unit: Array, known: Array, rows: Ints
) -> Told:
    at = places[:, rows]
    ours = losses(mixture[None, rows], truth[rows], unit[rows])[0]
    q = (at - truth[rows, None]) / unit[rows, None]
    return Told(q, _losses(at, truth[rows], unit[rows]), ours, known[rows])


def _grown(upto: Ints) -> Ints:
    kept: list[int] = []
    for end in upto.tolist():
        if not kept or end >= GROW * kept[-1]:
            kept.append(end)
    return np.array(kept, dtype=np.int64)
