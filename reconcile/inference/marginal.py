"""The marginal of one functional, corrected where plain Laplace is not good enough.

On a grid of values the functional f is held by a pseudo-observation, the mode is found again from
its neighbour, and log p(f) = log posterior - 1/2 log|H| there (MODEL 3), walking out from the mode
to both sides. The heaviest nodes get a grid each; the mean of the shapes they find, standardised,
is carried to the others. (Walking back over the grid to meet further modes cost twice as much and
held the exact mass no better: the nodes lie in different modes already.)
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import CubicSpline

from reconcile.inference.density import Density, Target
from reconcile.inference.mode import Mode, find_mode
from reconcile.inference.nodes import Node, Nodes
from reconcile.model import Design, Place
from reconcile.model.functional import functionals

__all__ = ["Marginal", "functional_at", "marginal", "with_functional"]

Array = NDArray[np.float64]

GRID = np.linspace(-3.4, 3.4, 7)
_FINE = np.linspace(-4.5, 4.5, 361)
_SETTLED = 1e-3


@dataclass(frozen=True, eq=False)
class Marginal:
    """The density of a functional on the model's scale: `points` (T,) and `cdf` (T,) there."""

    points: Array
    cdf: Array

    def quantile(self, p: Array) -> Array:
        """Values at the probabilities `p`."""
        return np.interp(p, self.cdf, self.points)


def marginal(design: Design, nodes: Nodes, place: Place, shapes: int = 2) -> Marginal:
    """The marginal of the functional `place`, mixed over `nodes`; `shapes` of them get a grid."""
    asked = with_functional(design, place)
    laplace = [_laplace(asked, node) for node in nodes.nodes]
    grids = [_grid_density(asked, node.mode) for node in nodes.nodes[:shapes]]
    share = nodes.weights[:shapes] / nodes.weights[:shapes].sum()
    shape = sum(w * np.exp(log_p) for w, log_p in zip(share, grids, strict=True))
    low = min(f - 5 * sd for f, sd in laplace)
    high = max(f + 5 * sd for f, sd in laplace)
    points = np.linspace(low, high, 1201)
    density = np.zeros_like(points)
    for k, (node, (f, sd)) in enumerate(zip(nodes.nodes, laplace, strict=True)):
        own = np.exp(grids[k]) if k < shapes else shape
        density += node.weight * np.interp((points - f) / sd, _FINE, own, left=0, right=0) / sd
    cdf = np.r_[0.0, np.cumsum(0.5 * (density[1:] + density[:-1]) * np.diff(points))]
    return Marginal(points, cdf / cdf[-1])


def with_functional(design: Design, place: Place) -> Design:
    """The design with the functional of `place` as its last one."""
    more = functionals([place], design.component, design.grid)
    return replace(design, functionals=design.functionals.extended(more))


def _laplace(asked: Design, node: Node) -> tuple[float, float]:
    """Mode and sd of the functional (the last of `asked`) at one node."""
    value, slope = functional_at(asked, node.mode.point.x)
    return value, float(np.sqrt(slope @ node.mode.factor.solve(slope)))


def functional_at(asked: Design, x: Array) -> tuple[float, Array]:
    """Value and gradient (n,) at `x` of the last functional of `asked`."""
    lam = x[: asked.n_path]
    f, bent = asked.functionals.evaluate(lam, asked.exposure)
    slope = np.zeros(len(x))
    slope[: asked.n_path] = bent[-1] + asked.functionals.levels[-1]
    return float(f[-1]), slope


def _grid_density(asked: Design, mode: Mode) -> Array:
    """Log density, normalised, at f + sd x `_FINE` (T,)."""
    density = replace(mode.density, design=asked)
    centre, slope = functional_at(asked, mode.point.x)
    gain = mode.factor.solve(slope)
    sd = float(np.sqrt(slope @ gain))
    start = _Walk(density, mode.point.x, centre, gain / sd**2)
    goals, middle = centre + sd * GRID, len(GRID) // 2
    log_p = np.zeros(len(GRID))
    for way in (range(middle, len(GRID)), range(middle - 1, -1, -1)):
        walk = start
        for i in way:
            walk, log_p[i] = walk.to(float(goals[i]))
    return _normalised(CubicSpline(GRID, log_p)(np.clip(_FINE, *GRID[[0, -1]])), log_p)


@dataclass(frozen=True, eq=False)
class _Walk:
    """Where a walk along the functional stands: x, the functional's value there, and dx / df."""

    density: Density
    x: Array
    value: float
    push: Array

    def to(self, goal: float) -> tuple[_Walk, float]:
        """Hold the functional at `goal`: the walk there, and the log evidence."""
        held = find_mode(self.density, self._towards(goal), Target(-1, goal), _SETTLED)
        value, slope = functional_at(self.density.design, held.point.x)
        gain = held.factor.solve(slope)
        walk = _Walk(self.density, held.point.x, value, gain / float(slope @ gain))
        return walk, held.log_evidence

    def _towards(self, goal: float) -> Array:
        """A start for `goal`: a step along `push`, shorter where the functional bends it away."""
        step = goal - self.value
        for size in (1.0, 0.5, 0.25):
            start = self.x + size * step * self.push
            if abs(functional_at(self.density.design, start)[0] - goal) < abs(step):
                return start
        return self.x


def _normalised(inner: Array, log_p: Array) -> Array:
    """Continue the spline by straight lines in the log, and normalise over `_FINE`."""
    below, above = GRID[0] - _FINE, _FINE - GRID[-1]
    fall_low = max((log_p[1] - log_p[0]) / (GRID[1] - GRID[0]), 1.0)
    fall_high = max((log_p[-2] - log_p[-1]) / (GRID[-1] - GRID[-2]), 1.0)
    log_density = inner - fall_low * np.maximum(below, 0) - fall_high * np.maximum(above, 0)
    log_density -= log_density.max()
    mass = np.trapezoid(np.exp(log_density), _FINE)
    return log_density - np.log(mass)
