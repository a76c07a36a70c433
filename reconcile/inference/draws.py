"""Joint draws of all paths: identities exact, every path a sum of positive increments.

Rates are drawn around the modes of the nodes (never totals: a Gaussian in totals would let them
fall) and integrated to totals. A sum of exponentials of Gaussians lies too high on sparse data, so
within each of a dozen windows the rates are moved together until the flow through the window has
the quantile in its own marginal that its linear form had among the Gaussians: the marginals of the
flows are exact, their dependence is that of the Gaussian. Weights then make the totals agree with
their own marginals (raking, Deming and Stephan 1940, doi 10.1214/aoms/1177731829).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from scipy.special import ndtr

from reconcile.errors import OptionError
from reconcile.inference.ahead import beyond_last, walked_on
from reconcile.inference.lattice import Cloud
from reconcile.inference.profile import Marginal, laplace, value_and_gradient
from reconcile.model.functionals import Asked, Functionals, functionals
from reconcile.model.problem import Problem
from reconcile.model.scale import from_scale
from reconcile.numerics.arrays import Array, Flags
from reconcile.values import Quantity

# Candidates for each draw, and so many more: a few draws need candidates to choose from as well.
_PER_DRAW, _AT_LEAST = 4, 4000
# Levels at which draws of a total are matched to its marginal: every twentieth.
_BINS = np.linspace(0, 1, 21)
# Rounds of raking weights to all marginals at most.
_ROUNDS = 30
# Windows of each total to which the weights are matched, and its level at the end of each.
_WINDOWS = 8
# Log rates beyond this, either way of the mode, are no paths of anything.
_FARTHEST = 25.0
# Paths beyond the last claim: the upper end of a 90 % interval is known to 1.6 % of an sd.
_AHEAD = 8192


@dataclass(frozen=True, eq=False)
class PathDraws:
    """`states` (n, states) and `effects` (n, Q) of n draws of a `problem`."""

    problem: Problem
    states: Array
    effects: Array

    def at(self, about: Quantity, asked: Sequence[Asked]) -> Array:
        """What is `asked` (T) of `about` in every draw (n, T), in its own unit.

        A total is a sum over cells, so that a whole is the sum of its parts and never falls. A
        stock fed by arrivals is what arrived times the share that stays, at most all.
        """
        laid = functionals(asked, self.problem.states)
        levels = self.states @ laid.linear.T
        if not laid.inside.any():
            return from_scale(levels, about)
        totals = np.exp(self.problem.states.log_amounts(self.states)) @ laid.weights.T
        fed = laid.linear.any(axis=1)
        share = np.exp(np.where(fed, np.minimum(levels, 0.0), 0.0))
        return np.where(laid.inside, totals * share, from_scale(levels, about))

    def on_scale(self, laid: Functionals) -> Array:
        """Functionals (n, T) on the model's scale."""
        levels = self.states @ laid.linear.T
        if not laid.inside.any():
            return levels
        totals = np.exp(self.problem.states.log_amounts(self.states)) @ laid.weights.T
        return levels + np.where(laid.inside, np.log(np.maximum(totals, 1e-290)), 0.0)

    def in_order(self) -> Flags:
        """Whether each draw (n,) keeps every inequality between totals at the end of every cell."""
        quantities, ends = self.problem.component.quantities, self.problem.grid.edges[1:]
        keeps = np.ones(len(self.states), dtype=bool)
        for quantity in quantities.values():
            for name in quantity.within:
                if quantity.kind == quantities[name].kind == "cumulative":
                    small, large = (
                        self.at(quantities[n], [Asked(n, None, float(end)) for end in ends])
                        for n in (quantity.id, name)
                    )
                    keeps &= np.all(small <= large, axis=1)
        return keeps


MarginalsOf = Callable[[Sequence[Asked]], list[Marginal]]
"""Finds the marginals of several functionals."""


def draw_paths(
    cloud: Cloud, marginals_of: MarginalsOf, n: int, rng: np.random.Generator
) -> PathDraws:
    """`n` joint draws that agree with the marginals of flows, totals and levels."""
    if n < 1:
        raise OptionError(f"expected at least one draw, got {n}")
    problem = cloud.problem
    windows = _windows(problem)
    drawn = _rates(cloud, marginals_of, windows, _PER_DRAW * n + _AT_LEAST, rng)
    return _taken(drawn, _raked(drawn, _ends(problem, windows), marginals_of), n, rng)


def draw_at(
    cloud: Cloud, marginals_of: MarginalsOf, asked: Sequence[Asked], n: int,
    rng: np.random.Generator,
) -> PathDraws:  # fmt: skip
    """`n` joint draws that agree with the marginals of what is `asked`, and of nothing else."""
    asked = list(dict.fromkeys(asked))
    drawn = _rates(cloud, marginals_of, _windows_to(cloud.problem, asked), 2 * n, rng)
    return _taken(drawn, _raked(drawn, asked, marginals_of), n, rng)


def _taken(drawn: PathDraws, weights: Array, n: int, rng: np.random.Generator) -> PathDraws:
    """`n` of the draws, each as often as its weight says."""
    start = rng.random()
    taken = np.searchsorted(np.cumsum(weights), (start + np.arange(n)) / n * (1 - 1e-12))
    chosen = rng.permutation(np.minimum(taken, len(weights) - 1))
    return PathDraws(drawn.problem, drawn.states[chosen], drawn.effects[chosen])


def paths_ahead(cloud: Cloud, marginals_of: MarginalsOf) -> PathDraws:
    """Paths for days beyond the last claim, where each total and each level by that claim has its
    marginal. The same for the same cloud: no answer hangs on a seed."""
    problem = cloud.problem
    roots = [track.walk.root for track in problem.states.tracks]
    windows = [
        Asked(root.id, None, problem.last)
        for root in roots
        if root.kind == "cumulative" or (root.kind == "stock" and root.arrivals is None)
    ]
    drawn = _rates(cloud, marginals_of, windows, _AHEAD, np.random.default_rng(0))
    keeps = drawn.in_order()
    if not keeps.any():
        return drawn
    return PathDraws(problem, drawn.states[keeps], drawn.effects[keeps])


def _windows(problem: Problem) -> list[Asked]:
    """Disjoint windows of whole cells for each total, and one level for each constant."""
    edges = problem.grid.edges
    told = int(np.searchsorted(edges, problem.last - 1e-9))
    cuts = np.unique(np.round(np.linspace(0, min(told, len(edges) - 1), _WINDOWS + 1)).astype(int))
    found: list[Asked] = []
    for track in problem.states.tracks:
        root = track.walk.root
        if root.kind == "cumulative":
            spans = [(float(edges[a]), float(edges[b])) for a, b in pairwise(cuts)]
            begin, over = float(edges[track.start]), float(edges[track.stop])
            spans = [(a, b) for a, b in spans if b <= problem.last + 1e-9]
            found += [Asked(root.id, max(a, begin), b) for a, b in spans if b > begin and a < over]
        elif root.kind == "constant":
            found.append(Asked(root.id, None, float(edges[-1])))
    return found


def _windows_to(problem: Problem, asked: Sequence[Asked]) -> list[Asked]:
    """What every root of a total that is asked about counts up to the first time that is asked
    for, and from each to the next; a level or a constant that is asked about once."""
    component, edges = problem.component, problem.grid.edges
    found: list[Asked] = []
    for track in problem.states.tracks:
        root = track.walk.root
        times = {one.end for one in asked if component.root(one.quantity) == root.id}
        if root.kind == "cumulative":
            begin = float(edges[track.start])
            ends = sorted({min(t, problem.last) for t in times if track.past or t > begin})
            found += [Asked(root.id, a, b) for a, b in pairwise([None, *ends]) if b is not None]
        elif len(times) == 1:
            found.append(Asked(root.id, None, times.pop()))
    return found


def _ends(problem: Problem, windows: Sequence[Asked]) -> list[Asked]:
    """Totals and levels at the end of every other window."""
    roots = [track.walk.root for track in problem.states.tracks]
    ends = sorted({window.end for window in windows if window.start is not None})[1::2]
    return [Asked(root.id, None, end) for root in roots if root.kind != "constant" for end in ends]


def _rates(
    cloud: Cloud, marginals_of: MarginalsOf, windows: Sequence[Asked], n: int,
    rng: np.random.Generator,
) -> PathDraws:  # fmt: skip
    """Gaussian at the nodes, then moved so that each window has its own marginal; beyond the last
    claim simulated."""
    problem, border = cloud.problem, cloud.problem.border
    laid = functionals(windows, problem.states)
    means, sds = laplace(cloud, laid)
    steps = beyond_last(problem)
    z = rng.standard_normal(((n + 1) // 2, problem.size))
    z = np.concatenate([z, -z])[:n]  # antithetic: odd moments are exact
    ends = np.round(n * np.cumsum(cloud.weights)).astype(int)
    owned = [slice(a, b) for a, b in pairwise([0, *ends])]
    order = rng.permutation(n)
    x, linear = np.zeros((n, problem.size)), np.zeros((n, len(windows)))
    for k, (node, rows) in enumerate(zip(cloud.nodes, owned, strict=True)):
        step = node.peak.factor.half_solve(z[order[rows]].T).T
        slopes = value_and_gradient(problem, node.peak, laid)[1]
        x[rows] = node.peak.spot.x + np.clip(step, -_FARTHEST, _FARTHEST)
        linear[rows] = means[k] + step @ slopes
    drawn = PathDraws(problem, x[:, : problem.states.size], x[:, border:])
    for a, (window, marginal) in enumerate(zip(windows, marginals_of(windows), strict=True)):
        below = cloud.weights @ ndtr((linear[:, a] - means[:, a, None]) / sds[:, a, None])
        goal = marginal.quantile(below)
        now = drawn.on_scale(functionals([window], problem.states))[:, 0]
        track = problem.states.track(window.quantity)
        cells = np.zeros(problem.size, dtype=bool)
        cells[track.at(0)] = (laid.weights[a] + laid.linear[a])[track.at(0)] > 0
        x[:, cells] += (goal - now)[:, None]
    ahead = rng.standard_normal((n, len(steps)))
    for node, rows in zip(cloud.nodes, owned, strict=True):
        x[rows] = walked_on(x[rows], node.peak.objective.terms, steps, ahead[rows])
    return drawn


def _raked(drawn: PathDraws, ends: Sequence[Asked], marginals_of: MarginalsOf) -> Array:
    """Weights (n,) under which the totals at `ends` have the quantiles of their marginals.

    Draws that break an inequality (more casualties than troops sent) have none.
    """
    weights = drawn.in_order().astype(float)
    if not weights.any():
        weights[:] = 1.0
    values = drawn.on_scale(functionals(ends, drawn.problem.states)) if ends else None
    cells = (
        []
        if values is None
        else [
            np.searchsorted(marginal.quantile(_BINS[1:-1]), column)
            for marginal, column in zip(marginals_of(ends), values.T, strict=True)
        ]
    )
    for _ in range(_ROUNDS):
        for cell in cells:
            held = np.bincount(cell, weights, len(_BINS) - 1)
            wanted = (held > 0) / np.count_nonzero(held)
            weights = weights * (wanted / np.where(held > 0, held, 1.0))[cell]
    return weights / weights.sum()
