"""`Posterior`: what the claims of one component say, ready to be asked.

Everything above this room sees numbers by date, claim id and source id, never matrices.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from reconcile.inference.density import Density, Point
from reconcile.inference.marginal import Marginal, functional_at, marginal, with_functional
from reconcile.inference.nodes import Node, Nodes, integrate
from reconcile.model import Design, Place
from reconcile.numerics.threads import one_thread

__all__ = ["HouseEffect", "Posterior", "Pull", "fit_posterior"]

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class HouseEffect:
    """How far a source's numbers on `root` lie from the truth, on the model's scale.

    `learnt` is the share of the prior variance that the claims took away.
    """

    source: str
    root: str
    mean: float
    sd: float
    learnt: float


@dataclass(frozen=True, slots=True)
class Pull:
    """What one claim does to a functional, on the model's scale.

    contribution: gain x (what it said - what the prior expected), linearised at the mode. weight:
    its share of the information, (S t)' B (S t) / t' S t with B the curvature it adds; those of
    prior and claims sum to 1. influence: the shift of the mode that it causes (one step of
    leaving it out).
    """

    claim: str
    contribution: float
    weight: float
    influence: float


@dataclass(frozen=True, eq=False)
class Posterior:
    """The posterior of one component: a `design` and its integrated hyperparameters."""

    design: Design
    nodes: Nodes
    _marginals: dict[Place, Marginal] = field(default_factory=dict[Place, Marginal])

    @one_thread
    def marginal(self, place: Place) -> Marginal:
        """The corrected marginal of a functional; asked again, it is remembered."""
        if place not in self._marginals:
            self._marginals[place] = marginal(self.design, self.nodes, place)
        return self._marginals[place]

    @cached_property
    def house_effects(self) -> list[HouseEffect]:
        """The effect of every source with a claim: its own and its part of its parent's."""
        terms = self.design.border.terms
        found: list[HouseEffect] = []
        for column, term in enumerate(terms):
            if term.kind != "house" or term.source is None or term.root is None:
                continue
            load = np.zeros(len(terms))
            load[column] = 1.0
            own = self.design.Z[self.design.Z[:, column] != 0]
            for other, parent in enumerate(terms):
                if parent.kind == "parent" and own[0, other] != 0:
                    load[other] = own[0, other]
            mean, sd = self._border_moments(load)
            scale = np.array([0.0 if np.isnan(other.sd) else other.sd for other in terms])
            before = float(np.sum((load * scale) ** 2))
            found.append(HouseEffect(term.source, term.root, mean, sd, 1 - sd**2 / before))
        return found

    def _border_moments(self, load: Array) -> tuple[float, float]:
        """Mean and sd of a combination of border terms, over the nodes."""
        means, variances = [], []
        for node in self.nodes.nodes:
            x = node.mode.point.x
            t = np.zeros(len(x))
            t[len(x) - len(load) :] = load
            means.append(float(t @ x))
            variances.append(float(t @ node.mode.factor.solve(t)))
        w, mu = self.nodes.weights, np.array(means)
        mean = float(w @ mu)
        return mean, float(np.sqrt(w @ (np.array(variances) + (mu - mean) ** 2)))

    def error_sd(self) -> float:
        """The posterior mean of the scale of a claim's own error, on the log scale."""
        return float(self.nodes.weights @ [node.mode.density.sigma for node in self.nodes.nodes])

    def prior_median(self, place: Place) -> float:
        """The functional at the prior's centre, at the heaviest node."""
        asked = with_functional(self.design, place)
        return functional_at(asked, self.nodes.nodes[0].mode.density.start())[0]

    @one_thread
    def pulls(self, place: Place) -> list[Pull]:
        """What each claim does to the functional `place`, averaged over the nodes."""
        asked = with_functional(self.design, place)
        tables = [_pulls_at(asked, node) for node in self.nodes.nodes]
        mixed = sum(w * table for w, table in zip(self.nodes.weights, tables, strict=True))
        return [
            Pull(claim.id, *(float(value) for value in row))
            for claim, row in zip(self.design.claims, np.asarray(mixed), strict=True)
        ]


@one_thread
def fit_posterior(design: Design, seed: int = 0) -> Posterior:
    """Integrate the hyperparameters of `design` and keep the modes."""
    return Posterior(design, integrate(design, seed))


def _pulls_at(asked: Design, node: Node) -> Array:
    """(contribution, weight, influence) of each claim (N, 3) at one node."""
    density = replace(node.mode.density, design=asked)
    point = density.at(node.mode.point.x)
    _, t = functional_at(asked, point.x)
    q = node.mode.factor.solve(t)
    y = point.x - density.start()
    own, along = _bilinear(density, point, q, y), _bilinear(density, point, q, q)
    push = density.claim_gradients(point, np.ones(len(asked.claims), dtype=bool)) @ q
    variance = float(t @ q)
    share = np.clip(along / variance, 0.0, 0.95)
    return np.column_stack([own + push, share, push / (1 - share)])


def _bilinear(density: Density, point: Point, q: Array, y: Array) -> Array:
    """q' B_i y (N,) with B_i the curvature that claim i adds, its functional's bend included."""
    design, terms = density.design, point.claims
    n_path, b0 = design.n_path, len(point.x) - design.Z.shape[1]
    Z = design.Z[design.claim_of]

    def along(v: Array) -> tuple[Array, Array, Array]:
        rows = point.slopes[design.place] @ v[:n_path] + Z @ v[b0:]
        return rows, point.bent[design.place] @ v[:n_path], design.membership @ (terms.score * rows)

    rows_q, bent_q, claim_q = along(q)
    rows_y, bent_y, claim_y = along(y)
    bend = point.bent[design.place] @ (q[:n_path] * y[:n_path]) - bent_q * bent_y
    rows = terms.curve * rows_q * rows_y - terms.score * bend
    return design.membership @ rows + claim_q * claim_y
