"""Weights of candidates by how they did on known items, walked forward.

Two mixtures of the candidates' quantiles are made, and mixed in turn with the model's own answer:

- *by score* (exponential weights: Cesa-Bianchi and Lugosi 2006, chapter 2; Wintenberger 2017, doi
  10.1007/s10994-016-5592-6): w_k in proportion to prior_k exp(-regret_k / s), where s is the
  mixture's mean loss, so that losses are log likelihoods (asymmetric Laplace) whatever the unit;
  after n independent items it loses to the best candidate no more than log(1 / prior) / n of s.
- *stacked* (Yao, Vehtari, Simpson and Gelman 2018, doi 10.1214/17-BA1091; of quantiles: Fakoor et
  al. 2023, arXiv 2103.00083): the weights whose mixture had the least loss, with KL(w, prior) as
  the penalty; it may do better than any candidate.

The loss of an item is counted in the half width of the mixture that it was answered with, but not
less than the typical one: items of any size and unit count alike. What becomes known at one moment
counts as fewer items, as far as regrets go together. A candidate without an answer sleeps: the
others share its weight.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize

from reconcile.numerics.arrays import Array, Ints
from reconcile.pooling.answer import GRID
from reconcile.pooling.forward import DOUBT, PAIRS, TOGETHER, checkpoints

__all__ = ["AT", "WeightPath", "kept_near", "losses", "mixed", "prior_weights", "score_weights",
           "stacked_weights", "walk"]  # fmt: skip


AT = np.array([0.025, 0.05, 0.25, 0.5, 0.75, 0.95, 0.975])
"""Levels at which candidates are judged."""
PLACES = np.searchsorted(GRID, AT - 1e-9)
"""Where these levels stand in the grid."""
MODEL_SHARE = 0.6
"""Weight of the hierarchical model before anything is known; the others share the rest."""
SCORED, STACKED = 3000, 1000
"""Known items, the latest ones, that weights are learnt from."""
STEPS = 40
"""Steps of the search for weights at most: more change no weight that is printed."""
NEAR = 5.0
"""Widths of a 95 % interval beyond which no candidate's quantile lies."""
LEAST_TOLD = 3
"""With fewer known items every candidate keeps its prior weight: two truths tell nothing."""
"""Known items before which no weight moves."""


def prior_weights(names: Sequence[str]) -> Array:
    """Weights (K,) before anything is known."""
    other = (1 - MODEL_SHARE) / max(len(names) - 1, 1)
    return np.array([MODEL_SHARE if name == "hierarchical" else other for name in names])


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


Weigh = Callable[[Told, Array, Array], Array]


def score_weights(told: Told, prior: Array, _: Array) -> Array:
    """Exponential weights (K,) by regret against the mixture."""
    told = _latest(told, SCORED)
    regret = np.where(np.isfinite(told.loss), told.loss - told.mixture, 0.0)
    scale = max(float(told.mixture.mean()), 1e-300)
    log = np.log(prior) - _counted(regret, told.moment)[0] / scale
    w = np.exp(log - log.max())
    return w / w.sum()


def _latest(told: Told, most: int) -> Told:
    return Told(told.q[:, -most:], told.loss[:, -most:], told.mixture[-most:], told.moment[-most:])


def _counted(regret: Array, moment: Array) -> tuple[Array, Array]:
    """Sums (K,) of regrets (K, n), each moment of m items counted as m / (1 + (m - 1) r) items,
    where r (K,), also returned, is how far a candidate's regrets of one moment go together."""
    starts = np.flatnonzero(np.r_[True, moment[1:] != moment[:-1]])
    size = np.diff(np.r_[starts, len(moment)])
    total = np.add.reduceat(regret, starts, axis=1)
    square = (regret**2).sum(axis=1)
    pairs = float((size * (size - 1)).sum())
    shared = ((total**2).sum(axis=1) - square) / (pairs + PAIRS)
    r = np.clip(shared / np.maximum(square / len(moment), 1e-300), 0.0, 1.0)
    r = (len(size) * r + DOUBT * TOGETHER) / (len(size) + DOUBT)
    return (total / (1 + (size - 1) * r[:, None])).sum(axis=1), r


def stacked_weights(told: Told, prior: Array, start: Array) -> Array:
    """The weights (K,) whose mixture has the least loss, near the prior."""
    told = _latest(told, STACKED)
    awake = np.isfinite(told.loss)
    q = np.where(awake[:, :, None], told.q, 0.0)
    regret = np.where(awake, told.loss - told.mixture, 0.0)
    r = float((start * _counted(regret, told.moment)[1]).sum())
    _, period, size = np.unique(told.moment, return_inverse=True, return_counts=True)
    count = 1 / (1 + (size[period] - 1) * r)
    scale = max(float(told.mixture.mean()), 1e-300)

    def value(theta: Array) -> tuple[float, Array]:
        w = _softmax(theta)
        mass = np.maximum((w[:, None] * awake).sum(axis=0), 1e-300)
        mixture = (w[:, None, None] * q).sum(axis=0) / mass[:, None]
        side = np.where(mixture > 0, 1 - AT, -AT) / len(AT)
        each = (side * mixture).sum(axis=1)
        toward = np.where(awake, np.einsum("kil,il->ki", q, side) - each, 0.0)
        gradient = (toward * (count / mass)).sum(axis=1) / scale
        away = np.log(np.maximum(w, 1e-300) / prior)
        gradient = gradient + away
        total = float((count * each).sum()) / scale + float((w * away).sum())
        return total, w * (gradient - float((w * gradient).sum()))

    theta = 0.9 * np.log(np.maximum(start, 1e-9)) + 0.1 * np.log(prior)
    found = minimize(value, theta, jac=True, method="L-BFGS-B", options={"maxiter": STEPS})
    return _softmax(np.asarray(found.x, dtype=np.float64))


def _softmax(theta: Array) -> Array:
    w = np.exp(theta - theta.max())
    return w / w.sum()


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
    weigh: Weigh,
    grow: float = 1.0,
) -> WeightPath:
    """Candidates `table` (K, I, P) weighed anew whenever the known items have grown by `grow`.

    `truth` (I,) and `table` on the items' `scale` (I,); `known` (I,) from when a truth may teach
    (inf: never), `asked` (I,) when the item is answered.
    """
    order = np.argsort(known, kind="stable")
    order = order[np.isfinite(known[order]) & np.isfinite(truth[order])]
    upto = _grown(checkpoints(known[order]), grow)
    when = known[order][upto - 1] if len(upto) else np.zeros(0)
    stage = np.searchsorted(when, asked, side="right")
    mixture, unit = np.full(table.shape[1:], np.nan), np.ones(len(truth))
    found, places = [prior], np.ascontiguousarray(table[:, :, PLACES])
    for number in range(len(upto) + 1):
        told = order[: int(upto[number - 1])] if number else order[:0]
        if number:
            answered = told[np.isfinite(mixture[told]).all(axis=1)][-SCORED:]
            if len(answered) < LEAST_TOLD:
                found.append(prior)
            else:
                seen = _told(places, truth, mixture, unit, known, answered)
                found.append(weigh(seen, prior, found[-1]))
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


def _grown(upto: Ints, grow: float) -> Ints:
    kept: list[int] = []
    for end in upto.tolist():
        if not kept or end >= grow * kept[-1]:
            kept.append(end)
    return np.array(kept, dtype=np.int64)
