"""Truths and ledgers drawn from the prior: ranks are uniform and intervals hold what they promise.

A short form of `python benchmarks/sbc.py` (600 ledgers of up to 300 claims) on fixed seeds, with
floors that a right engine misses in fewer than one of a thousand designs. Sixteen ledgers
find intervals of half the right width in 99 of a hundred designs, of two thirds of it in 59.
"""

import numpy as np
import one_total_world as world
import pytest
from scipy import stats

import reconcile
from reconcile.check import Ranks

DRAWS, LEDGERS = 99, 16
GROUPS = {"totals": (0, 1, 2), "rates": (3, 4), "house effects": (5, 6, 7)}


@pytest.fixture(scope="module")
def found():
    """Ranks (N, 8) of the truths among draws."""
    ranks = []
    for seed in range(LEDGERS):
        rng = np.random.default_rng([seed, 7])
        n = round(float(np.exp(rng.uniform(np.log(3), np.log(40)))))
        truth, days, ledger = world.drawn_world(rng, n)
        drawn = world.asked(reconcile.fit(ledger).draws(DRAWS, seed), days)
        ranks.append((drawn < truth).sum(axis=0))
    return Ranks(np.array(ranks, dtype=np.int64), DRAWS, world.NAMES)


def test_ranks_are_uniform(found):
    assert np.all(found.p_values(bins=4) > 1e-3 / len(world.NAMES)), found.counts(bins=4)


@pytest.mark.parametrize("group", list(GROUPS))
def test_intervals_hold_what_they_promise(found, group):
    """Of one ledger the totals and rates are about one independent question, the effects two."""
    u = (found.ranks[:, list(GROUPS[group])] + 0.5) / (DRAWS + 1)
    n = LEDGERS * (2 if group == "house effects" else 1)
    for level in (0.5, 0.9):
        held = np.mean(np.abs(u - 0.5) < level / 2)
        assert held > stats.binom.ppf(1e-3, n, level) / n
