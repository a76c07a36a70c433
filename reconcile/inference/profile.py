"""The marginal of one functional: profiled where the posterior is not normal.

At each node a functional has a mode and a sd (Laplace). At the heaviest nodes it is held at a row
of values by a pseudo-observation, walking out from the mode to both sides until nothing is left;
there log p(f) = log posterior - 1/2 log|H| (Tierney and Kadane 1986). The standardised shape found
there is carried to the other nodes of the same mode; all nodes are summed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import PchipInterpolator

from reconcile.inference.climb import Peak, climb
from reconcile.inference.lattice import Cloud, Node
from reconcile.inference.objective import Objective, Spot, Target
from reconcile.model.problem import Problem
from reconcile.model.states import Asked, Functionals, functionals

__all__ = [
    "Marginal",
    "Ridge",
    "correlation",
    "laplace",
    "marginal",
    "moments",
    "traced",
    "value_and_gradient",
]

Array = NDArray[np.float64]

# The pseudo-observation is this wide, in sds of the functional: so narrow that it blurs nothing.
_HOLD = 0.07
# First steps away from the mode, in sds; later ones grow, as tails may be heavy.
_STEP, _GROWTH, _MOST_STEPS = 0.75, 1.25, 12
# Where log p has fallen by so much nothing is left.
_NOTHING = 9.0
_SETTLED = 1e-3


@dataclass(frozen=True, eq=False)
class Marginal:
    """The density of a functional on the model's scale: `points` (T,) and `cdf` (T,) there."""

    points: Array
    cdf: Array

    def quantile(self, p: Array) -> Array:
        """Values at the probabilities `p`."""
        return np.interp(p, self.cdf, self.points)


@dataclass(frozen=True, eq=False)
class _Shape:
    """log p at standardised `offsets` (P,) from the mode, continued by straight lines, and the
    unknowns there: `spots` (P, size)."""

    offsets: Array
    log_p: Array
    spots: Array

    def at(self, z: Array) -> Array:
        inner = PchipInterpolator(self.offsets, self.log_p)(
            np.clip(z, self.offsets[0], self.offsets[-1])
        )
        ends = np.diff(self.log_p) / np.diff(self.offsets)
        low, high = max(ends[0], 0.1), min(ends[-1], -0.1)
        inner += low * np.minimum(z - self.offsets[0], 0)
        inner += high * np.maximum(z - self.offsets[-1], 0)
        return inner


@dataclass(frozen=True, eq=False)
class Ridge:
    """Where the posterior goes as one functional is held at other values: its `values` (P,), and
    the
    unknowns `spots` (P, size) at the heaviest mode."""

    values: Array
    spots: Array

    def carried(self, problem: Problem, asked: Asked, known: Marginal) -> Marginal:
        """The marginal of `asked` if it moves with the functional of the ridge, which is
        `known`."""
        laid = functionals([asked], problem.states)
        n = problem.states.size
        other = np.array([laid.values(problem.states, x[:n])[0][0] for x in self.spots])
        other = np.maximum.accumulate(other)
        inner = np.interp(known.points, self.values, other)
        slopes = np.diff(other)[[0, -1]] / np.diff(self.values)[[0, -1]]
        inner += slopes[0] * np.minimum(known.points - self.values[0], 0)
        inner += slopes[1] * np.maximum(known.points - self.values[-1], 0)
        return Marginal(inner, known.cdf)


def marginal(cloud: Cloud, asked: Asked) -> Marginal:
    """The marginal of what is `asked`, over all nodes of `cloud`."""
    return traced(cloud, asked)[0]


def traced(cloud: Cloud, asked: Asked) -> tuple[Marginal, Ridge]:
    """The marginal of what is `asked`, and the ridge along it at the heaviest mode."""
    laid = functionals([asked], cloud.problem.states)
    held = _holding(cloud.problem, laid)
    nodes, weights = cloud.nodes, cloud.weights
    table = laplace(cloud, laid)
    means, sds = table[0][:, 0], table[1][:, 0]
    shapes = _shapes(cloud, held, means, sds)
    ends = [
        (m - s * _reach(shapes[n.mode], -1), m + s * _reach(shapes[n.mode], 1))
        for n, m, s in zip(nodes, means, sds, strict=True)
    ]
    near, far = min(end[0] for end in ends), max(end[1] for end in ends)
    points = _points(near, far, means, sds, weights)
    density = np.zeros_like(points)
    for node, m, s, w in zip(nodes, means, sds, weights, strict=True):
        own = np.exp(shapes[node.mode].at((points - m) / s))
        mass = np.trapezoid(own, points)
        if mass > 0:
            density += w * own / mass
    cdf = np.r_[0.0, np.cumsum(0.5 * (density[1:] + density[:-1]) * np.diff(points))]
    first = shapes[nodes[0].mode]
    ridge = Ridge(means[0] + sds[0] * first.offsets, first.spots)
    return Marginal(points, cdf / cdf[-1]), ridge


def correlation(cloud: Cloud, one: Asked, other: Asked) -> float:
    """The posterior correlation of two functionals, over the nodes."""
    laid = functionals([one, other], cloud.problem.states)
    total, means = np.zeros((2, 2)), np.zeros((len(cloud.nodes), 2))
    for k, node in enumerate(cloud.nodes):
        means[k], slopes = value_and_gradient(cloud.problem, node.peak, laid)
        total += node.weight * (slopes.T @ node.peak.factor.solve(slopes))
    off = means - cloud.weights @ means
    total += (off.T * cloud.weights) @ off
    return float(total[0, 1] / np.sqrt(max(total[0, 0] * total[1, 1], 1e-300)))


def _reach(shape: _Shape, side: int) -> float:
    """How many sds from the mode there is anything left."""
    end = shape.offsets[-1] if side > 0 else -shape.offsets[0]
    left = shape.log_p[-1 if side > 0 else 0] + _NOTHING
    slope = abs((np.diff(shape.log_p) / np.diff(shape.offsets))[-1 if side > 0 else 0])
    return float(end + min(max(left, 0.0) / max(slope, 0.1), 60.0))


def _points(near: float, far: float, means: Array, sds: Array, weights: Array) -> Array:
    """Points that are dense where any node has its mass."""
    heavy = np.argsort(-weights)[:40]
    local = means[heavy, None] + sds[heavy, None] * np.linspace(-4, 4, 33)
    inside = local[(local > near) & (local < far)]
    return np.unique(np.r_[np.linspace(near, far, 801), inside])


def laplace(cloud: Cloud, laid: Functionals) -> tuple[Array, Array]:
    """Mode and sd (K, T) of T functionals at each node."""
    means = np.zeros((len(cloud.nodes), len(laid.inside)))
    sds = np.zeros_like(means)
    for k, node in enumerate(cloud.nodes):
        means[k], slopes = value_and_gradient(cloud.problem, node.peak, laid)
        sds[k] = np.sqrt(np.einsum("ij,ij->j", slopes, node.peak.factor.solve(slopes)))
    return means, np.maximum(sds, 1e-9)


def value_and_gradient(problem: Problem, peak: Peak, laid: Functionals) -> tuple[Array, Array]:
    """Values (T,) of functionals at a mode, and their gradients (size, T)."""
    n = problem.states.size
    f, bent = laid.values(problem.states, peak.spot.x[:n])
    slopes = np.zeros((problem.size, len(f)))
    slopes[:n] = laid.gradients(problem.states, peak.spot.x[:n], bent).T
    return f, slopes


def _holding(problem: Problem, laid: Functionals) -> Problem:
    """The problem with the functional that is to be held as its last one."""
    return replace(problem, functionals=problem.functionals.extended(laid))


def _shapes(cloud: Cloud, held: Problem, means: Array, sds: Array) -> dict[int, _Shape]:
    """The shape at the heaviest node of each mode."""
    found: dict[int, _Shape] = {}
    for node, m, s in zip(cloud.nodes, means, sds, strict=True):
        if node.mode not in found:
            found[node.mode] = _shape(held, node, float(m), float(s))
    return found


def _shape(held: Problem, node: Node, middle: float, sd: float) -> _Shape:
    old = node.peak.objective
    objective = Objective(held, old.terms, old.law)
    spot = objective.at(node.peak.spot.x)
    gain = node.peak.factor.solve(_last_slope(objective, spot)) / sd**2
    start = climb(objective, spot.x, target=Target(middle, _HOLD * sd), settled=_SETTLED)
    found = [(0.0, start.log_evidence, start.spot.x)]
    for side in (-1.0, 1.0):
        found += _walk(objective, start, middle, sd, side, gain, start.log_evidence)
    found.sort(key=lambda each: each[0])
    offsets, log_p = np.array([each[0] for each in found]), np.array([each[1] for each in found])
    return _Shape(offsets, log_p - log_p.max(), np.array([each[2] for each in found]))


def _walk(
    objective: Objective, start: Peak, middle: float, sd: float, side: float, gain: Array,
    top: float,
) -> list[tuple[float, float, Array]]:  # fmt: skip
    """(offset, log p, unknowns) from the mode outwards to one side."""
    found: list[tuple[float, float, Array]] = []
    at, step, peak = 0.0, _STEP, start
    for _ in range(_MOST_STEPS):
        at += side * step
        goal = middle + at * sd
        guess = _towards(objective, peak, goal, gain)
        held = climb(objective, guess, target=Target(goal, _HOLD * sd), settled=_SETTLED, rounds=25)
        log_p = held.log_evidence
        if not np.isfinite(log_p):
            break
        found.append((at, log_p, held.spot.x))
        if log_p < top - _NOTHING:
            break
        top = max(top, log_p)
        slope = _last_slope(objective, held.spot)
        pull = held.factor.solve(slope)
        gain, peak = pull / max(float(slope @ pull), 1e-300), held
        step *= _GROWTH
    return found


def _towards(objective: Objective, peak: Peak, goal: float, gain: Array) -> Array:
    """A start for `goal`: a step along `gain`, shorter where the functional bends it away."""
    missing = goal - float(peak.spot.f[-1])
    for size in (1.0, 0.5, 0.25):
        push = np.clip(size * missing * gain, -3.0, 3.0)
        x = peak.spot.x + push
        if abs(objective.at(x).f[-1] - goal) < abs(missing):
            return x
    return peak.spot.x


def _last_slope(objective: Objective, spot: Spot) -> Array:
    slope = np.zeros(len(spot.x))
    slope[: objective.problem.states.size] = spot.slopes[-1]
    return slope


def moments(means: Array, sds: Array, weights: Sequence[float] | Array) -> tuple[Array, Array]:
    """Mean and sd (T,) of mixtures of normals over nodes: means and sds (K, T)."""
    w = np.asarray(weights)
    mean = w @ means
    return mean, np.sqrt(w @ (sds**2 + (means - mean) ** 2))
