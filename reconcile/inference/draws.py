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
from numpy.typing import NDArray
from scipy.special import ndtr

from reconcile.errors import OptionError
from reconcile.inference.lattice import Cloud
from reconcile.inference.profile import Marginal, laplace, value_and_gradient
from reconcile.model.problem import Problem
from reconcile.model.scale import from_scale
from reconcile.model.states import Asked, Functionals, functionals
from reconcile.values import Quantity

__all__ = ["PathDraws", "draw_paths"]

Array = NDArray[np.float64]

_PER_DRAW = 4
_AT_LEAST = 4000
_BINS = np.linspace(0, 1, 21)
_ROUNDS = 30
_WINDOWS = 8
# Log rates beyond this, either way of the mode, are no paths of anything.
_FARTHEST = 25.0


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
        totals = np.exp(self._log_amounts()) @ laid.weights.T
        fed = laid.linear.any(axis=1)
        share = np.exp(np.where(fed, np.minimum(levels, 0.0), 0.0))
        return np.where(laid.inside, totals * share, from_scale(levels, about))

    def _log_amounts(self) -> Array:
        states = self.problem.states
        if states.plain:
            return np.clip(self.states, -250.0, 250.0) + states.log_width
        return np.array([states.log_amounts(row) for row in self.states])

    def on_scale(self, laid: Functionals) -> Array:
        """Functionals (n, T) on the model's scale."""
        levels = self.states @ laid.linear.T
        if not laid.inside.any():
            return levels
        totals = np.exp(self._log_amounts()) @ laid.weights.T
        return levels + np.where(laid.inside, np.log(np.maximum(totals, 1e-290)), 0.0)

    def in_order(self) -> NDArray[np.bool_]:
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


def draw_paths(
    cloud: Cloud, marginal_of: Callable[[Asked], Marginal], n: int, rng: np.random.Generator
) -> PathDraws:
    """`n` joint draws that agree with the marginals of flows, totals and levels."""
    if n < 1:
        raise OptionError(f"expected at least one draw, got {n}")
    problem = cloud.problem
    windows = _windows(problem)
    drawn = _rates(cloud, marginal_of, windows, _PER_DRAW * n + _AT_LEAST, rng)
    weights = _raked(drawn, _ends(problem, windows), marginal_of)
    start = rng.random()
    taken = np.searchsorted(np.cumsum(weights), (start + np.arange(n)) / n * (1 - 1e-12))
    chosen = rng.permutation(np.minimum(taken, len(weights) - 1))
    return PathDraws(problem, drawn.states[chosen], drawn.effects[chosen])


def _windows(problem: Problem) -> list[Asked]:
    """Disjoint windows of whole cells for each total, and one level for each constant."""
    edges = problem.grid.edges
    cuts = np.unique(np.round(np.linspace(0, len(edges) - 1, _WINDOWS + 1)).astype(int))
    found: list[Asked] = []
    for track in problem.states.tracks:
        root = track.walk.root
        if root.kind == "cumulative":
            spans = [(float(edges[a]), float(edges[b])) for a, b in pairwise(cuts)]
            begin, over = float(edges[track.start]), float(edges[track.stop])
            found += [Asked(root.id, max(a, begin), b) for a, b in spans if b > begin and a < over]
        elif root.kind == "constant":
            found.append(Asked(root.id, None, float(edges[-1])))
    return found


def _ends(problem: Problem, windows: Sequence[Asked]) -> list[Asked]:
    """Totals and levels at the end of every other window."""
    roots = [track.walk.root for track in problem.states.tracks]
    ends = sorted({window.end for window in windows if window.start is not None})[1::2]
    return [Asked(root.id, None, end) for root in roots if root.kind != "constant" for end in ends]


def _rates(
    cloud: Cloud, marginal_of: Callable[[Asked], Marginal], windows: Sequence[Asked], n: int,
    rng: np.random.Generator,
) -> PathDraws:  # fmt: skip
    """Gaussian at the nodes, then moved so that each window has its own marginal."""
    problem = cloud.problem
    laid = functionals(windows, problem.states)
    means, sds = laplace(cloud, laid)
    counts = rng.multinomial(n, cloud.weights)
    pieces: list[Array] = []
    linear: list[Array] = []
    for k, (node, count) in enumerate(zip(cloud.nodes, counts, strict=True)):
        if not count:
            continue
        x = node.peak.spot.x
        step = node.peak.factor.half_solve(rng.standard_normal((len(x), int(count))))
        slopes = value_and_gradient(problem, node.peak, laid)[1]
        pieces.append((x[:, None] + np.clip(step, -_FARTHEST, _FARTHEST)).T)
        linear.append(means[k] + step.T @ slopes)
    x, wanted = np.vstack(pieces), np.vstack(linear)
    states = x[:, : problem.states.size].copy()
    drawn = PathDraws(problem, states, x[:, problem.border :])
    for a, window in enumerate(windows):
        below = cloud.weights @ ndtr((wanted[:, a] - means[:, a, None]) / sds[:, a, None])
        goal = marginal_of(window).quantile(below)
        now = drawn.on_scale(functionals([window], problem.states))[:, 0]
        track = problem.states.track(window.quantity)
        cells = np.zeros(problem.states.size, dtype=bool)
        cells[track.at(0)] = (laid.weights[a] + laid.linear[a])[track.at(0)] > 0
        states[:, cells] += (goal - now)[:, None]
    return drawn


def _raked(
    drawn: PathDraws, ends: Sequence[Asked], marginal_of: Callable[[Asked], Marginal]
) -> Array:
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
            np.searchsorted(marginal_of(asked).quantile(_BINS[1:-1]), column)
            for asked, column in zip(ends, values.T, strict=True)
        ]
    )
    for _ in range(_ROUNDS):
        for cell in cells:
            held = np.bincount(cell, weights, len(_BINS) - 1)
            wanted = (held > 0) / np.count_nonzero(held)
            weights = weights * (wanted / np.where(held > 0, held, 1.0))[cell]
    return weights / weights.sum()
