"""What recent errors tell of the next: crowds lag a wave, or share a model that drifts."""

from __future__ import annotations

import numpy as np
from scipy.signal import lfilter

from reconcile.numerics.arrays import Array, Ints

FADE = 0.7
"""What became known one moment earlier counts so much less."""
FEW = 1.0
"""Recent errors are shrunk to 0 as if one more item had shown none."""
FOLLOW_SD = 0.5
"""Prior standard deviation of how far recent errors carry on; 1 would be wholly."""


def recent_errors(
    error: Array, group: Ints, known: Array, asked_group: Ints, asked: Array
) -> Array:
    """The mean error of late, fading, as seen by each asked item (A,); 0 where nothing is known.

    `error`, `group`, `known` (N,) are those of known items, in any order; `asked_group`, `asked`
    (A,) the groups and times of the asked ones, which see what was known by then in their group.
    Later errors enter in no way: the filter runs forward.
    """
    found = np.zeros(len(asked))
    for g in np.unique(asked_group).tolist():
        mine = np.flatnonzero(group == g)
        if not len(mine):
            continue
        moments, period = np.unique(known[mine], return_inverse=True)
        total = np.bincount(period, weights=error[mine])
        sums = np.asarray(lfilter([1.0], [1.0, -FADE], total), dtype=np.float64)
        count = np.bincount(period).astype(float)
        number = np.asarray(lfilter([1.0], [1.0, -FADE], count), dtype=np.float64)
        late = np.r_[0.0, sums / (number + FEW)]
        at = np.flatnonzero(asked_group == g)
        found[at] = late[np.searchsorted(moments, asked[at], side="right")]
    return found


def follow(recent: Array, error: Array, worth: Array) -> float:
    """How far the next error follows the recent ones: a slope, its posterior mean under
    N(0, 0.5^2). All (N,), of known items; `worth`: how many independent items each counts as."""
    square = float((worth * recent * recent).sum())
    if square <= 1e-9:
        return 0.0
    slope = float((worth * recent * error).sum()) / square
    rough = float((worth * (error - slope * recent) ** 2).sum())
    noise = (rough + 1.0) / (float(worth.sum()) + 1.0)
    return FOLLOW_SD**2 / (noise / square + FOLLOW_SD**2) * slope
