"""An account of an answer: what moved its median off the prior's, and what its variance is made of.

Along the straight line from the prior's centre x0 to the mode x1 a functional rises by exactly
``f(x1) - f(x0) = g'(x1 - x0)``, g the mean of its gradient on that line (Aumann & Shapley 1974).
With any positive stand-ins B_i for the claims' curvatures and ``S = (Q + sum B_i)^-1`` the mode is

    x1 - x0 = S sum_i (B_i (x1 - x0) + score_i),

so each claim has a part of its own, gain x (what it said - what the prior expected), and nothing is
left over. The variance ``t'St`` is the sum of ``w_r (r'St)^2`` over the rows r of prior and claims:
what each row's noise adds. A claim's noise is partly the width of its words.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from reconcile.inference.climb import Peak
from reconcile.inference.lattice import Cloud
from reconcile.inference.profile import value_and_gradient
from reconcile.inference.starts import prior_centre
from reconcile.model.functionals import Asked, Functionals, functionals
from reconcile.model.problem import Problem
from reconcile.model.walks import CAUSES, PRIORS, SOURCES, WORDS
from reconcile.numerics.arrays import Array
from reconcile.numerics.arrowhead import factorise
from reconcile.numerics.sums import sum_by

# Nodes that hold nearly all of the posterior, and no more than so many, are accounted for.
_MOST_NODES, _ENOUGH = 12, 0.95
# Gauss and Legendre: exact for the smooth path from the prior to the mode.
_POINTS, _SHARES = np.polynomial.legendre.leggauss(12)


@dataclass(frozen=True, slots=True)
class Pull:
    """What one claim does to a functional, on the model's scale.

    contribution: gain x (what it said - what the prior expected). weight: its share of the
    information; those of prior and claims sum to 1. influence: the shift of the mode that it causes
    (one step of leaving it out).
    """

    claim: str
    contribution: float
    weight: float
    influence: float


@dataclass(frozen=True, eq=False)
class Account:
    """``start + the pulls' contributions + rest = end``, on the model's scale.

    start: the functional at the prior's centre; rest: what is no claim's here, by name; end: its
    mode. variance: by cause, words, sources, time and priors.
    """

    start: float
    pulls: tuple[Pull, ...]
    rest: Mapping[str, float]
    end: float
    variance: Mapping[str, float]


def account(cloud: Cloud, asked: Asked) -> Account:
    """What moved the functional `asked` off its prior, averaged over the heaviest nodes."""
    problem = cloud.problem
    laid = functionals([asked], problem.states)
    x0 = prior_centre(problem)
    count = int(np.searchsorted(np.cumsum(cloud.weights), _ENOUGH)) + 1
    nodes = cloud.nodes[: min(count, _MOST_NODES)]
    weights = np.array([node.weight for node in nodes])
    weights /= weights.sum()
    wholes, parts = zip(*(_of_node(problem, n.peak, laid, x0) for n in nodes), strict=True)
    table = np.array(wholes)
    whole = weights @ table
    whole[3 + PRIORS] += float(weights @ (table[:, 2] - whole[2]) ** 2)
    mean = np.einsum("k,kij->ij", weights, np.array(parts))
    start, limits, end, *variance = whole.tolist()
    pulls = tuple(
        Pull(claim.id, *part) for claim, part in zip(problem.claims, mean.tolist(), strict=True)
    )
    rest = {"limits between quantities": limits} if limits else {}
    return Account(start, pulls, rest, end, dict(zip(CAUSES, variance, strict=True)))


def _of_node(problem: Problem, peak: Peak, laid: Functionals, x0: Array) -> tuple[Array, Array]:
    """(start, limits, end, variance by cause) (7,), and of each claim (N, 3) contribution, weight
    and influence."""
    spot, rows, N = peak.spot, problem.rows, len(problem.claims)
    y = spot.x - x0
    said = _row_gradients(problem, peak)
    secant = peak.objective.secants(spot)
    factor = factorise(peak.objective.curvature(spot, safe=True, walls=False))
    assert factor is not None  # the prior is proper and no weight is negative
    f, slopes = value_and_gradient(problem, peak, laid)
    start, _ = laid.values(x0[: problem.states.size])
    rise = float(f[0] - start[0])
    gain = said @ factor.solve(_mean_gradient(problem, laid, x0, y, rise))
    moved = sum_by(rows.claim, (spot.safe * (said @ y) + spot.score) * gain, N)
    q = peak.factor.solve(slopes[:, 0])
    variance, share = _variance(problem, peak, said, secant, q)
    limits = rise - float(moved.sum())
    whole = np.r_[start[0], limits if len(problem.below) else 0.0, f[0], variance]
    if not len(problem.below):
        moved = moved + limits * _spread_out(moved)
    return whole, np.column_stack([moved, share, _influence(problem, peak, said, q)])


def _spread_out(moved: Array) -> Array:
    """What rounding leaves over, shared among the claims by the size of their parts."""
    size = np.abs(moved)
    return size / size.sum() if size.sum() > 0 else np.full(len(moved), 1 / max(len(moved), 1))


def _row_gradients(problem: Problem, peak: Peak) -> Array:
    """The gradients (R, size) of what each placement of a claim expects to be said."""
    rows = problem.rows
    said = np.zeros((len(rows.claim), problem.size))
    said[:, : problem.states.size] = peak.objective.slopes(peak.spot, rows.place)
    said[:, problem.border :] = problem.effects.loads[rows.load]
    return said


def _mean_gradient(problem: Problem, laid: Functionals, x0: Array, y: Array, rise: float) -> Array:
    """The mean gradient (size,) on the line from x0, by which a move of y rises by `rise`."""
    n = problem.states.size
    mean = np.zeros(len(y))
    for point, share in zip(0.5 * (_POINTS + 1), 0.5 * _SHARES, strict=True):
        x = (x0 + point * y)[:n]
        _, sums = laid.values(x)
        mean[:n] += share * laid.gradients(x, sums)[0]
    return mean + y * (rise - float(mean @ y)) / max(float(y @ y), 1e-30)


def _variance(
    problem: Problem, peak: Peak, said: Array, secant: Array, q: Array
) -> tuple[Array, Array]:
    """The variance by cause (4,), and each claim's share of it (N,)."""
    rows, terms = problem.rows, peak.objective.terms
    told = sum_by(rows.claim, _curved_along(problem, peak, said, q), len(problem.claims))
    told = np.maximum(told, 0.0)
    along = (terms.coef * q[terms.at]).sum(axis=1)
    prior = secant * along**2
    words = _words_share(problem, peak)
    by_cause = sum_by(terms.cause, prior, len(CAUSES))
    by_cause[WORDS] += float(told @ words)
    by_cause[SOURCES] += float(told @ (1 - words))
    total = max(float(by_cause.sum()), 1e-300)
    return by_cause, told / total


def _curved_along(problem: Problem, peak: Peak, said: Array, q: Array) -> Array:
    """q' B q (R,) with B the curvature that each row adds."""
    spot, rows = peak.spot, problem.rows
    alone = np.where(problem.placed_once[rows.claim], spot.score**2, 0.0)
    return (spot.curve + alone) * (said @ q) ** 2


def _words_share(problem: Problem, peak: Peak) -> Array:
    """Which share (N,) of a claim's noise is the meaning of its words: the width of its cell, as a
    variance, and the habit of one-sided words, beside its source's error (t_4: 2 sigma^2)."""
    rows = problem.rows
    width = np.where(np.isfinite(rows.upper - rows.lower), rows.upper - rows.lower, 0.0)
    least = np.full(len(rows.claim), np.inf)
    np.minimum.at(least, rows.of, width)
    said = least**2 / 12 + rows.extra**2
    share = said / (said + 2 * peak.objective.law.sigma**2)
    N = len(problem.claims)
    return sum_by(rows.claim, share, N) / np.maximum(np.bincount(rows.claim, minlength=N), 1)


def _influence(problem: Problem, peak: Peak, said: Array, q: Array) -> Array:
    """How far the mode of the functional moves by each claim (N,): one step of leaving it out."""
    rows, N = problem.rows, len(problem.claims)
    push = sum_by(rows.claim, peak.spot.score * (said @ q), N)
    own = np.zeros(N)
    solved = peak.factor.solve(np.ascontiguousarray(said.T))
    spread = np.einsum("ij,ji->i", said, solved)
    alone = np.where(problem.placed_once[rows.claim], peak.spot.score**2, 0.0)
    held = np.maximum(peak.spot.curve + alone, 0.0) * spread
    np.add.at(own, rows.claim, held)
    return push / (1 - np.clip(own, 0.0, 0.95))
