"""How many numbers of a table are copied, and how many known: for each claim, by all others.

Of the claims that repeat a number of another source a share c copies and a share k knows the
number, their log odds normal; the others are equal by chance. What a claim tells of the shares is
left out where they are asked for that claim, so that a lone repeat does not vouch for itself; where
many numbers are repeated that their sources would not have said, the next one is likelier a copy.
Claims that repeat nothing tell nothing here: whether there was anything to copy is not known.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from reconcile.inference.claim_law import USUAL_SHARES, ClaimLaw, Mass
from reconcile.model.priors import COPIES_LOG_SD, COPIES_MEDIAN, KNOWS_LOG_SD, KNOWS_MEDIAN
from reconcile.model.problem import Problem
from reconcile.numerics.arrays import Array
from reconcile.numerics.sums import sum_by

# Nodes of the log odds of the shares, in sds of their priors.
_NODES = np.linspace(-3.0, 3.5, 20)
# What is left for numbers that are neither.
_LEAST_OWN = 0.02


def learnt_shares(
    problem: Problem, law: ClaimLaw, told: Iterable[tuple[float, Mass]]
) -> tuple[Array, Array]:
    """The shares (R,) of copies and of known numbers for each row, where `told` has weighted masses
    of the rows under `law`, which has the usual ones."""
    rows, N = problem.rows, len(problem.claims)
    usual = [np.full(len(rows.claim), share) for share in USUAL_SHARES]
    repeats = np.unique(rows.claim[rows.air > 0])
    if not len(repeats):
        return usual[0], usual[1]
    z, y = (each.ravel() for each in np.meshgrid(_NODES, _NODES))
    copies = _share(COPIES_MEDIAN, COPIES_LOG_SD, z)
    knows = _share(KNOWS_MEDIAN, KNOWS_LOG_SD, y)
    own = np.maximum(1 - copies - knows, _LEAST_OWN)
    c, k = USUAL_SHARES
    odd, copied = np.zeros(N), sum_by(rows.claim, law.copied, N)[repeats] / c
    odd[rows.claim] = rows.odd
    equal = own[:, None] + knows[:, None] * odd[repeats]
    before = 1 - c - k + k * odd[repeats]
    logs = np.zeros((len(z), len(repeats)))
    for weight, mass in told:
        fair = np.maximum(sum_by(rows.claim, mass.mass, N)[repeats] - c * copied, 1e-290) / before
        logs += weight * np.log(fair * equal + copied * copies[:, None])
    whole = logs.sum(axis=1) - 0.5 * (z * z + y * y)
    others = whole[:, None] - logs
    weights = np.exp(others - others.max(axis=0))
    weights /= weights.sum(axis=0)
    found = []
    for share, each in zip((copies, knows), usual, strict=True):
        by_claim = np.full(N, each[0])
        by_claim[repeats] = share @ weights
        found.append(by_claim[rows.claim])
    return found[0], found[1]


def _share(median: float, log_sd: float, nodes: Array) -> Array:
    """The shares at `nodes` of the log odds, in sds."""
    return 1 / (1 + (1 - median) / median * np.exp(-log_sd * nodes))
