"""How often the sources of a table copy each other's numbers: of each claim, by all others.

A share c of the claims copies, its log odds normal. A claim that repeats a number of another
source is a copy or not, one that does not is none. What a claim tells of c is left out where c is
asked for that claim, so that a lone repeat does not vouch for itself; where many numbers are
repeated that their sources would not have said, the next one is likelier a copy.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from reconcile.inference.claim_law import ClaimLaw, Mass
from reconcile.ledger.audit.agreement import COPIES
from reconcile.model.priors import COPIES_LOG_SD, COPIES_MEDIAN
from reconcile.model.problem import Problem
from reconcile.numerics.arrays import Array
from reconcile.numerics.sums import sum_by

__all__ = ["learnt_copies"]

# Nodes of the log odds of c, in sds of its prior.
_NODES = np.linspace(-3.0, 3.5, 27)


def learnt_copies(problem: Problem, law: ClaimLaw, told: Sequence[tuple[float, Mass]]) -> Array:
    """By how much (R,) the log odds that a row's number is a copy lie above the usual ones, where
    `told` has weighted masses of the rows under `law`, with the usual ones."""
    rows, N = problem.rows, len(problem.claims)
    copied = sum_by(rows.claim, law.copied, N)
    repeats = np.flatnonzero(copied > 0)
    if not len(repeats):
        return np.zeros(len(rows.claim))
    centre = np.log(COPIES_MEDIAN / (1 - COPIES_MEDIAN))
    share = 1 / (1 + np.exp(-centre - COPIES_LOG_SD * _NODES))
    logs = np.zeros((len(share), len(repeats)))
    for weight, mass in told:
        own = np.maximum(sum_by(rows.claim, mass.mass, N) - copied, 1e-290)[repeats]
        either = (
            own * (1 - share[:, None]) / (1 - COPIES) + copied[repeats] * share[:, None] / COPIES
        )
        logs += weight * np.log(either)
    plain = N - len(repeats) - 1
    whole = logs.sum(axis=1) + plain * np.log1p(-share) - 0.5 * _NODES**2
    others = whole[:, None] - logs
    weights = np.exp(others - others.max(axis=0))
    expected = share @ weights / weights.sum(axis=0)
    shift = np.zeros(N)
    shift[repeats] = np.log(expected / (1 - expected)) - np.log(COPIES / (1 - COPIES))
    return shift[rows.claim]
