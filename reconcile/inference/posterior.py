"""`Posterior`: what the claims of one component say, ready to be asked.

Everything above this room sees numbers by date, claim id and source id, never matrices.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from reconcile.inference.account import Account, Pull, Stack, by_cause, mixed, stacked, value_at
from reconcile.inference.density import Density, Point
from reconcile.inference.marginal import Marginal, marginal
from reconcile.inference.nodes import Node, Nodes, integrate
from reconcile.model import Design, Place, functionals
from reconcile.model.functional import Functionals
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

    @cached_property
    def doubted(self) -> dict[str, float]:
        """The probability of each claim that it is a gross error, over the nodes."""
        nodes, weights = self.nodes.nodes, self.nodes.weights
        shares = [node.mode.density.gross_shares(node.mode.point) for node in nodes]
        found = weights @ np.array(shares)
        return {c.id: float(p) for c, p in zip(self.design.claims, found, strict=True)}

    def error_sd(self) -> float:
        """The posterior mean of the scale of a claim's own error, on the log scale."""
        return float(self.nodes.weights @ [node.mode.density.sigma for node in self.nodes.nodes])

    @cached_property
    def _stacks(self) -> list[Stack]:
        return [stacked(self.design, node) for node in self.nodes.nodes]

    @one_thread
    def account(self, place: Place) -> Account:
        """What moved the functional `place` off its prior, averaged over the nodes."""
        design, weights = self.design, self.nodes.weights
        asked = functionals([place], design.component, design.grid)
        wholes, claims = [], []
        for stack, node in zip(self._stacks, self.nodes.nodes, strict=True):
            q, along, influence = _leverage(design, asked, node)
            ends, moved = stack.moved(design, asked)
            variance, share = stack.variance(q, along)
            wholes.append(np.r_[ends, variance])
            claims.append(np.column_stack([moved, share, influence]))
        whole, parts = mixed(weights, wholes, claims)
        start, limits, end, *variance = whole.tolist()
        pulls = tuple(
            Pull(claim.id, *part)
            for claim, part in zip(self.design.claims, parts.tolist(), strict=True)
        )
        rest = {"limits between quantities": limits} if limits else {}
        return Account(start, pulls, rest, end, by_cause(variance))


@one_thread
def fit_posterior(design: Design, seed: int = 0) -> Posterior:
    """Integrate the hyperparameters of `design` and keep the modes."""
    return Posterior(design, integrate(design, seed))


def _leverage(design: Design, asked: Functionals, node: Node) -> tuple[Array, Array, Array]:
    """S t (n,) for the functional `asked`; q' B_i q and the shift by each claim (N,)."""
    density, point = node.mode.density, node.mode.point
    t = np.zeros(len(point.x))
    t[: design.n_path] = value_at(asked, design, point.x)[1]
    q = node.mode.factor.solve(t)
    push = density.claim_gradients(point, np.ones(len(design.claims), dtype=bool)) @ q
    along = _curved_along(density, point, q)
    return q, along, push / (1 - np.clip(along / float(t @ q), 0.0, 0.95))


def _curved_along(density: Density, point: Point, q: Array) -> Array:
    """q' B_i q (N,) with B_i the curvature that claim i adds, its functional's bend included."""
    design, terms = density.design, point.claims
    n_path, b0 = design.n_path, len(point.x) - design.Z.shape[1]
    slopes = point.slopes[design.place] @ q[:n_path] + (design.Z @ q[b0:])[design.claim_of]
    bent = point.bent[design.place] @ q[:n_path]
    bend = point.bent[design.place] @ q[:n_path] ** 2 - bent**2
    own = design.membership @ (terms.curve * slopes**2 - terms.score * bend)
    return own + (design.membership @ (terms.score * slopes)) ** 2
