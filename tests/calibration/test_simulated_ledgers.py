"""Truths and ledgers drawn from the prior: ranks are uniform and intervals hold what they promise.

A short form of benchmarks/sbc.py on fixed seeds. The floors are such that a right engine misses one
in fewer than one of a thousand designs; an engine whose intervals are two thirds as wide as they
should be misses several.
"""

import numpy as np
import prior_world as world
import pytest
from scipy import stats

import reconcile
from reconcile.check import Ranks

DRAWS = 99
# Ledgers, and their least and most claims and days; up to 60 claims go to the engine of few.
DESIGNS = {"few": (20, 30, 60, 40, 90), "many": (30, 61, 160, 60, 140)}
NAMES = (*world.NAMES, "growth")
GROUPS = {"levels": (0, 1, 2, 3), "rates": (4, 5), "house effects": (6, 7, 8), "growth": (9,)}


def _simulated(engine, seed):
    _, least, most, short, long = DESIGNS[engine]
    rng = np.random.default_rng([seed, len(engine)])
    n, days = int(rng.integers(least, most + 1)), int(rng.integers(short, long + 1))
    plans = world.plan(rng, n, days, origins=engine == "few")
    truth, ledger = getattr(world, engine)(rng, plans)
    return plans, np.append(truth.asked(plans), world.growth(truth, plans)), ledger


@pytest.fixture(scope="module", params=list(DESIGNS))
def found(request):
    """Ranks (N, 10) of the truths among draws, and the leave-one-out PIT of every claim."""
    ranks, pit = [], []
    for seed in range(DESIGNS[request.param][0]):
        plans, asked, ledger = _simulated(request.param, seed)
        fit = reconcile.fit(ledger)
        assert bool(fit.streamed) == (request.param == "many")
        draws = fit.draws(DRAWS, seed)
        drawn = np.column_stack([world.of_draws(draws, plans), world.growth_of_draws(draws, plans)])
        ranks.append((drawn < asked).sum(axis=0))
        pit.append(fit.check(seed).pit)
    return Ranks(np.array(ranks, dtype=np.int64), DRAWS, NAMES), pit


def test_ranks_are_uniform(found):
    ranks, _ = found
    assert np.all(ranks.p_values(bins=4) > 1e-3 / len(NAMES)), ranks.counts(bins=4)


@pytest.mark.parametrize("group", list(GROUPS))
def test_intervals_hold_what_they_promise(found, group):
    """Of one ledger the four levels, the two rates and the three effects are about two, two and
    three independent questions; 3.1 standard errors are one in a thousand."""
    ranks, _ = found
    u = (ranks.ranks[:, list(GROUPS[group])] + 0.5) / (DRAWS + 1)
    n = len(u) * {"levels": 2, "rates": 2, "house effects": 3, "growth": 1}[group]
    for level in (0.5, 0.9):
        held = np.mean(np.abs(u - 0.5) < level / 2)
        assert held > stats.binom.ppf(1e-3, n, level) / n


def test_claims_left_out_are_foretold(found):
    """The scatter between ledgers gives the standard error: their claims share hyperparameters."""
    _, pit = found
    held = np.array([np.mean(np.abs(u - 0.5) < 0.45) for u in pit])
    error = held.std(ddof=1) / np.sqrt(len(held))
    assert held.mean() > 0.9 - 3.1 * max(error, 0.005)
    assert held.mean() < 0.97
