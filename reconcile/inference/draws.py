"""Joint draws of all paths: identities exact, every path a sum of positive increments.

Rates are drawn around the modes of the nodes (never totals: a Gaussian in totals would let them
fall) and integrated to totals. A sum of exponentials of Gaussians lies too high on sparse data, so
within each of a dozen windows the rates are moved together until the flow through the window has
the quantile in its corrected marginal that its linear form had among the Gaussians: the marginals
of the flows are exact, their dependence is that of the Gaussian. Weights then make the totals agree
with their own marginals (raking, Deming and Stephan 1940, doi 10.1214/aoms/1177731829).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from reconcile.errors import OptionError
from reconcile.inference.path import laplace_by_node
from reconcile.inference.posterior import Posterior
from reconcile.model import Design, Place
from reconcile.model.functional import functionals
from reconcile.numerics.threads import one_thread

__all__ = ["PathDraws", "draw_paths"]

Array = NDArray[np.float64]

_PER_DRAW = 4
_AT_LEAST = 4000
_BINS = np.linspace(0, 1, 21)
_ROUNDS = 30
_WINDOWS = 8


@dataclass(frozen=True, eq=False)
class PathDraws:
    """`lam` (n, m J): log rates and log levels of every leaf; `design` says where they lie.
    `border` (n, Q): house effects and the other terms of the border."""

    design: Design
    lam: Array
    border: Array

    def at(self, places: Sequence[Place]) -> tuple[Array, NDArray[np.bool_]]:
        """The functionals at `places` (T,) in every draw (n, T), and which (T,) are totals.

        Totals are on their own scale, so that a whole is the sum of its parts; levels are on the
        model's. A stock fed by arrivals is what arrived times the share that stays, at most all.
        """
        laid = functionals(places, self.design.component, self.design.grid)
        totals = (self.design.exposure * np.exp(self.lam)) @ laid.flows.T
        levels = self.lam @ laid.levels.T
        fed = laid.flow & laid.levels.any(axis=1)
        share = np.exp(np.where(fed, np.minimum(levels, 0.0), 0.0))
        return np.where(laid.flow, totals * share, levels), laid.flow

    def houses(self) -> dict[tuple[str, str], Array]:
        """The house effect (n,) of each source on each root quantity, with its parent's part."""
        return {key: self.border @ load for key, load in _house_loads(self.design).items()}

    def in_order(self) -> NDArray[np.bool_]:
        """Whether each draw (n,) keeps every inequality between totals at the end of every cell."""
        quantities, ends = self.design.component.quantities, self.design.grid.edges[1:]
        keeps = np.ones(len(self.lam), dtype=bool)
        for quantity in quantities.values():
            for name in quantity.within:
                if quantity.kind == quantities[name].kind == "cumulative":
                    small, large = (
                        self.at([Place(which, 0.0, float(end)) for end in ends])[0]
                        for which in (quantity.id, name)
                    )
                    keeps &= np.all(small <= large, axis=1)
        return keeps

    def on_scale(self, places: Sequence[Place]) -> Array:
        """The functionals (n, T) on the model's scale."""
        values, totals = self.at(places)
        return np.where(totals, np.log(np.where(totals, values, 1.0)), values)


def _house_loads(design: Design) -> dict[tuple[str, str], Array]:
    """What of the border (Q,) is the house effect of each source on each root quantity: its own
    term and its part of its parent's."""
    terms = design.border.terms
    parents = [i for i, term in enumerate(terms) if term.kind == "parent"]
    found: dict[tuple[str, str], Array] = {}
    for column, term in enumerate(terms):
        if term.kind == "house" and term.source is not None and term.root is not None:
            row = design.Z[np.flatnonzero(design.Z[:, column])[0]]
            load = np.zeros(len(terms))
            load[parents] = row[parents]
            load[column] = 1.0
            found[term.source, term.root] = load
    return found


@one_thread
def draw_paths(posterior: Posterior, n: int, seed: int | np.random.Generator) -> PathDraws:
    """`n` joint draws that agree with the corrected marginals of flows, totals and levels."""
    if n < 1:
        raise OptionError(f"expected at least one draw, got {n}")
    rng = np.random.default_rng(seed)
    windows = _windows(posterior.design)
    many = _PER_DRAW * n + _AT_LEAST
    drawn = PathDraws(posterior.design, *_rates(posterior, windows, many, rng))
    weights = _raked(drawn, _ends(posterior.design, windows), posterior)
    start = rng.random()
    taken = np.searchsorted(np.cumsum(weights), (start + np.arange(n)) / n * (1 - 1e-12))
    chosen = rng.permutation(np.minimum(taken, len(weights) - 1))
    return PathDraws(posterior.design, drawn.lam[chosen], drawn.border[chosen])


def _windows(design: Design) -> list[Place]:
    """Disjoint windows of whole cells for each total, and one level for each constant."""
    edges = design.grid.edges
    cuts = np.unique(np.round(np.linspace(0, len(edges) - 1, _WINDOWS + 1)).astype(int))
    found: list[Place] = []
    for walk in design.component.walks:
        if walk.root.kind == "cumulative":
            spans = pairwise(float(edges[cut]) for cut in cuts)
            found += [Place(walk.root.id, start, end) for start, end in spans]
        elif walk.root.kind == "constant":
            found.append(Place(walk.root.id, None, float(edges[-1])))
    return found


def _ends(design: Design, windows: Sequence[Place]) -> list[Place]:
    """Totals and levels at the end of every other window."""
    roots = [walk.root for walk in design.component.walks if walk.root.kind != "constant"]
    ends = sorted({window.end for window in windows if window.start is not None})[1::2]
    return [
        Place(root.id, 0.0 if root.kind == "cumulative" else None, end)
        for root in roots
        for end in ends
    ]


def _rates(
    posterior: Posterior, windows: Sequence[Place], n: int, rng: np.random.Generator
) -> tuple[Array, Array]:
    """Rates (n, m J): Gaussian at the nodes, moved so that each window has its own marginal; and
    the border (n, Q) that was drawn with them."""
    design, nodes = posterior.design, posterior.nodes
    means, sds, slopes = laplace_by_node(design, nodes, windows)
    counts = rng.multinomial(n, nodes.weights)
    laid = functionals(windows, design.component, design.grid)
    pieces: list[Array] = []
    border: list[Array] = []
    linear: list[Array] = []
    Q = len(design.border.terms)
    for k, (node, count) in enumerate(zip(nodes.nodes, counts, strict=True)):
        x = node.mode.point.x
        step = node.mode.factor.half_solve(rng.standard_normal((len(x), int(count))))
        drawn = (x[:, None] + step).T
        pieces.append(np.clip(drawn[:, : design.n_path], -30.0, 30.0))
        border.append(drawn[:, len(x) - Q :])
        linear.append(means[k] + step.T @ slopes[k])
    lam, wanted, edge = np.vstack(pieces), np.vstack(linear), np.vstack(border)
    for a, place in enumerate(windows):
        below = nodes.weights @ ndtr((wanted[:, a] - means[:, a, None]) / sds[:, a, None])
        goal = posterior.marginal(place).quantile(below)
        now = PathDraws(design, lam, edge).on_scale([place])[:, 0]
        cells = (laid.flows[a] + laid.levels[a]) > 0
        lam[:, cells] += (goal - now)[:, None]
    return lam, edge


def _raked(drawn: PathDraws, ends: Sequence[Place], posterior: Posterior) -> Array:
    """Weights (n,) under which the totals at `ends` have the quantiles of their marginals.

    Draws that break an inequality (more casualties than troops sent) have none.
    """
    values = drawn.on_scale(ends)
    weights = drawn.in_order().astype(float)
    cells = [
        np.searchsorted(posterior.marginal(place).quantile(_BINS[1:-1]), column)
        for place, column in zip(ends, values.T, strict=True)
    ]
    for _ in range(_ROUNDS):
        for cell in cells:
            held = np.bincount(cell, weights, len(_BINS) - 1)
            wanted = (held > 0) / np.count_nonzero(held)
            weights = weights * (wanted / np.where(held > 0, held, 1.0))[cell]
    return weights / weights.sum()
