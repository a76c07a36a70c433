"""Hyperparameters integrated out: a cloud of nodes with weights, and the mode at each.

A sparse ledger can't estimate its hyperparameters, so they are averaged over. In the standardised
coordinates z of their lognormal priors a star of points about the prior's centre finds where the
posterior lies along each axis; a low-discrepancy cloud drawn from there, reweighted by
prior x evidence / proposal, does the averaging. The seed only rotates that cloud.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri
from scipy.stats import qmc

from reconcile.inference.density import Density
from reconcile.inference.mode import Mode, find_mode
from reconcile.model import Design, Hyper

__all__ = ["Node", "Nodes", "hyper_values", "integrate"]

Array = NDArray[np.float64]

N_NODES = 16
# The proposal is a little wider than what the star found, so that no weight runs away.
_WIDEN = 1.15
_STAR = 1.2


@dataclass(frozen=True, eq=False)
class Node:
    """One point of hyperparameters `z` (d,) with the mode there and its share of the posterior."""

    z: Array
    mode: Mode
    weight: float


@dataclass(frozen=True, eq=False)
class Nodes:
    """The cloud, heaviest first.

    `restart_gain`: by how many nats a cold start beats the warm one at the heaviest node; where it
    is not small, the posterior has several modes.
    """

    nodes: tuple[Node, ...]
    restart_gain: float

    @property
    def weights(self) -> Array:
        """Shares of the posterior (K,), summing to 1."""
        return np.array([node.weight for node in self.nodes])

    @property
    def effective(self) -> float:
        """1 / sum of squared weights."""
        return float(1 / np.sum(self.weights**2))


def hyper_values(hypers: Sequence[Hyper], z: Array) -> dict[str, float]:
    """The hyperparameters at standardised coordinates z (d,): median exp(log_sd z)."""
    return {
        hyper.name: hyper.median * float(np.exp(hyper.log_sd * at))
        for hyper, at in zip(hypers, z, strict=True)
    }


def integrate(design: Design, seed: int = 0, n: int = N_NODES) -> Nodes:
    """The nodes of `design`, `n` of them."""
    d = len(design.hypers)
    cold = find_mode(_density(design, np.zeros(d)))
    centre, spread = _star(design, cold)
    cloud = centre + spread * ndtri(qmc.Sobol(d, seed=seed).random(n))
    modes: list[Mode] = []
    at = cold.point.x
    for z in cloud:
        modes.append(find_mode(_density(design, z), at))
    heavy = max(range(n), key=lambda k: modes[k].log_evidence)
    restarted = find_mode(_density(design, cloud[heavy]))
    log_weight = np.array([mode.log_evidence for mode in modes])
    log_weight += -0.5 * np.sum(cloud**2, axis=1) + 0.5 * np.sum(
        ((cloud - centre) / spread) ** 2, axis=1
    )
    weight = np.exp(log_weight - log_weight.max())
    weight /= weight.sum()
    order = np.argsort(-weight, kind="stable")
    return Nodes(
        tuple(Node(cloud[k], modes[k], float(weight[k])) for k in order),
        restarted.log_evidence - modes[heavy].log_evidence,
    )


def _density(design: Design, z: Array) -> Density:
    return Density.of(design, hyper_values(design.hypers, z))


def _star(design: Design, cold: Mode) -> tuple[Array, Array]:
    """Centre and spread (d,) of the posterior: a parabola through three points on each axis."""
    d = len(design.hypers)
    middle = cold.log_evidence
    centre, spread = np.zeros(d), np.ones(d)
    for axis in range(d):
        z = np.zeros(d)
        ends: list[float] = []
        for side in (-_STAR, _STAR):
            z[axis] = side
            ends.append(find_mode(_density(design, z), cold.point.x).log_evidence - 0.5 * side**2)
        slope = (ends[1] - ends[0]) / (2 * _STAR)
        bend = max(-(ends[1] - 2 * middle + ends[0]) / _STAR**2, 0.3)
        centre[axis] = np.clip(slope / bend, -2, 2)
        spread[axis] = _WIDEN / np.sqrt(bend)
    return centre, spread


def named(design: Design, node: Node) -> Mapping[str, float]:
    """The hyperparameters of `node` by name."""
    return hyper_values(design.hypers, node.z)
