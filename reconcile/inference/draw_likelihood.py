"""How likely each claim is under each joint draw, and what it is expected to say there."""

from __future__ import annotations

import numpy as np
from scipy.special import logsumexp

from reconcile.inference.draws import PathDraws
from reconcile.inference.posterior import Posterior
from reconcile.numerics.arrays import Array
from reconcile.numerics.threads import one_thread

_MOST_NUMBERS = 2_000_000  # of one block of draws, claims' cells included


@one_thread
def log_likelihood_in(posterior: Posterior, drawn: PathDraws) -> Array:
    """log p(what claim i says | draw s) (n, N), claims as in `posterior.problem.claims`.

    The claims' errors are those of the lattice's hyperparameters, averaged by their weights.
    """
    problem = posterior.problem
    found = np.zeros((len(drawn.states), len(problem.claims)))
    size = max(_MOST_NUMBERS // max(5 * len(problem.rows.of) + problem.size, 1), 1)
    for first in range(0, len(found), size):
        block = slice(first, first + size)
        states = drawn.states[block]
        # Between states and effects stand the means of the walks, of which no claim speaks.
        means = np.zeros((len(states), problem.border - problem.states.size))
        x = np.hstack([states, means, drawn.effects[block]])
        of_nodes = [node.peak.objective.at(x).loglik for node in posterior.cloud.nodes]
        weights = posterior.cloud.weights[:, None, None]
        found[block] = logsumexp(np.array(of_nodes), axis=0, b=weights)
    return found


def expected_in(posterior: Posterior, drawn: PathDraws, rng: np.random.Generator) -> Array:
    """What each claim would say in each draw (n, N), on the model's scale, its usual error drawn.

    Of an imprecise period the likeliest placement counts.
    """
    problem, rows = posterior.problem, posterior.problem.rows
    likeliest = np.zeros(len(problem.claims), dtype=np.intp)
    for row in np.argsort(rows.log_share, kind="stable"):
        likeliest[rows.claim[row]] = row
    f, _ = problem.functionals.values(drawn.states)
    houses = problem.effects.values(drawn.effects)
    eta = f[:, rows.place[likeliest]] + houses[:, rows.load[likeliest]]
    sigma = posterior.cloud.nodes[0].peak.objective.law.sigma[likeliest]
    return np.asarray(eta + sigma * rng.standard_normal(eta.shape))
