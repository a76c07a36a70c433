"""Candidates weighed in several ways, these weighed in turn by how they did of late.

A stack that remembers all is best where skill stays, one that forgets where sources drift or swap;
the weights of an online aggregation need the fewest items, and where the model is right from the
start nothing need be learnt. Which it is can't be known beforehand, so that all are experts of one
more aggregation (`online`).
"""

from __future__ import annotations

import numpy as np

from reconcile.numerics.arrays import Array, Ints
from reconcile.pooling.aggregate import AT, PLACES, Memory, WeightPath, mixed, walk
from reconcile.pooling.online import Weights, moments_in_order

SLOW = 1.0
"""What was told when n items were known counts n / N once N are: candidates that learn get
better."""
ALONE, ONLINE = 0.25, 0.25
"""Weights before anything is known: of the model alone, and of the candidates' online aggregation,
whose regret is bounded against each of them. Without the two, with a stack of common weights in
their place, fields that the model answers best were scored 1 to 3 % worse (seeds 1, 11, 12)."""
STACKS = (
    (0.2, Memory(forget=SLOW, by_part=True)),
    (0.15, Memory(50.0, by_part=True)),
    (0.15, Memory(10.0, by_part=True, belief=0.5)),
)
"""The stacks and their weights before anything is known. The shortest memory tells few candidates
apart, the longer one some; between them a factor of five. In ten moments a candidate earns no
weight from a prior of a hundredth: there the prior's square root stands (simulated fields whose
sources swap or herd: 2 to 3 % better, others the same). Of other memories (25, 12) and weights none
did better by 1 % on the simulated fields."""
FADE = 1 - 1 / 50
"""Regrets of the experts count 1 / e after 50 moments: with 20, and with all, a hundredth worse."""


def remembered(
    table: Array, truth: Array, scale: Ints, known: Array, asked: Array, prior: Array
) -> WeightPath:
    """Candidates `table` (K, I, P), the model the first of them, weighed as `aggregate.walk` does
    it, by all experts together."""
    paths = [walk(table, truth, scale, known, asked, prior, memory) for _, memory in STACKS]
    unit, alone = paths[0].unit, np.eye(len(prior))[0]
    online, last = _aggregated(table, truth, unit, known, asked, prior, 1.0)
    each = np.stack([table[0], online, *(path.mixture for path in paths)])
    share = np.array([ALONE, ONLINE, *(share for share, _ in STACKS)])
    mixture, weights = _aggregated(each, truth, unit, known, asked, share, FADE)
    last = weights @ np.array([alone, last, *(path.weights[-1] for path in paths)])
    return WeightPath(np.array([prior, last]), paths[0].stage, mixture, unit)


def _aggregated(
    table: Array, truth: Array, unit: Array, known: Array, asked: Array, prior: Array, fade: float
) -> tuple[Array, Array]:
    """The experts `table` (E, I, P) mixed (I, P) by weights learnt moment by moment, and the last
    of these (E,)."""
    weights, mixture = Weights(prior, 1, fade), np.full(table.shape[1:], np.nan)
    for told, now in moments_in_order(known, asked, np.isfinite(truth)):
        told = told[np.isfinite(mixture[told, 0])]
        if len(told):
            regret = _regret(table[:, told], mixture[told], truth[told], unit[told])
            weights.learn(regret[:, None])
        mixture[now] = mixed(table[:, now], weights.now[:, 0])
    return mixture, weights.now[:, 0]


def _regret(each: Array, mixture: Array, truth: Array, unit: Array) -> Array:
    """What each expert (E,) would have gained on the items of one moment, to first order: so the
    mixture vies with the best mixture of the experts too. Nothing while it sleeps."""
    ours = mixture[:, PLACES]
    side = np.where(ours > truth[:, None], 1 - AT, -AT)
    gain = side * (ours - each[:, :, PLACES]) / unit[:, None]
    return np.where(np.isfinite(gain), gain, 0.0).mean(axis=(1, 2))
