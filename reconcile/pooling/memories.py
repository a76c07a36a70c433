"""Several stacks of candidates, of long and of short memory, weighed by how they did of late.

A stack that remembers all is best where skill stays, one that forgets where sources drift or swap;
which it is can't be known beforehand, so that both are experts of one more aggregation (`online`).
"""

from __future__ import annotations

import numpy as np

from reconcile.numerics.arrays import Array, Ints
from reconcile.pooling.aggregate import AT, PLACES, Memory, WeightPath, mixed, walk
from reconcile.pooling.online import Weights, moments_in_order

SLOW = 1.0
"""What was told when n items were known counts n / N once N are: candidates that learn get
better."""
STACKS = (
    (0.4, Memory(forget=SLOW)),
    (0.2, Memory(forget=SLOW, by_part=True)),
    (0.2, Memory(50.0, by_part=True)),
    (0.2, Memory(10.0, by_part=True, belief=0.5)),
)
"""The stacks and their weights before anything is known: the plainest has twice the others'. The
shortest memory tells few candidates apart, the longer one some; between them a factor of five. In
ten moments a candidate earns no weight from a prior of a hundredth: there the prior's square root
stands (simulated fields whose sources swap or herd: 2 to 3 % better, others the same).
Of other memories (25, 12) and weights none did better by 1 % on the simulated fields."""
FADE = 1 - 1 / 50
"""Regrets of the stacks count 1 / e after 50 moments: with 20, and with all, a hundredth worse."""


def remembered(
    table: Array, truth: Array, scale: Ints, known: Array, asked: Array, prior: Array
) -> WeightPath:
    """Candidates `table` (K, I, P) weighed as `aggregate.walk` does it, by all stacks together."""
    share = np.array([share for share, _ in STACKS])
    paths = [walk(table, truth, scale, known, asked, prior, memory) for _, memory in STACKS]
    each, unit = np.stack([path.mixture for path in paths]), paths[0].unit
    weights, mixture = Weights(share, 1, FADE), np.full(table.shape[1:], np.nan)
    for told, now in moments_in_order(known, asked, np.isfinite(truth)):
        told = told[np.isfinite(mixture[told, 0])]
        if len(told):
            weights.learn(_regret(each[:, told], mixture[told], truth[told], unit[told])[:, None])
        mixture[now] = mixed(each[:, now], weights.now[:, 0])
    last = weights.now[:, 0] @ np.array([path.weights[-1] for path in paths])
    return WeightPath(np.array([prior, last]), paths[0].stage, mixture, unit)


def _regret(each: Array, mixture: Array, truth: Array, unit: Array) -> Array:
    """What each expert (E,) would have gained on the items of one moment, to first order: so the
    mixture vies with the best mixture of the experts too."""
    ours = mixture[:, PLACES]
    side = np.where(ours > truth[:, None], 1 - AT, -AT)
    return (side * (ours - each[:, :, PLACES]) / unit[:, None]).mean(axis=(1, 2))
