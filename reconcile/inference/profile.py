"""The marginal of one functional: profiled where the posterior is not normal.

At each node a functional has a mode and a sd (Laplace). At the heaviest nodes it is held at a row
of values by a pseudo-observation, walking out from the mode to both sides until nothing is left;
there log p(f) = log posterior - 1/2 log|H| (Tierney and Kadane 1986). The standardised shape found
there is carried to the other nodes of the same mode; all nodes are summed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from reconcile.inference.climb import Peak, climbs
from reconcile.inference.lattice import Cloud, Node
from reconcile.inference.objective import Hold, Objective
from reconcile.model.functionals import Asked, Functionals, functionals
from reconcile.model.problem import Problem
from reconcile.numerics.arrays import Array
from reconcile.numerics.pchip import pchip

# The pseudo-observation is this wide, in sds of the functional: so narrow that it blurs nothing.
_HOLD = 0.07
# First steps away from the mode, in sds; later ones grow, as tails may be heavy.
_STEP, _GROWTH, _MOST_STEPS = 0.75, 1.25, 12
# Values in a row at which a held climb may find no mode (it ends on a saddle between two of them):
# so many are stepped over.
_MISSES = 2
# Where log p has fallen by so much nothing is left.
_NOTHING = 9.0
# Modes of a smaller share of the posterior are taken as normal: they hardly move a 90 % interval.
_PROFILED = 0.03
# Nats that another step of a held climb would gain: far below what a marginal shows.
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
        """log p at `z` (...), in sds from the mode."""
        inner = pchip(np.clip(z, self.offsets[0], self.offsets[-1]), self.offsets, self.log_p)
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
        other = np.array([laid.values(x[:n])[0][0] for x in self.spots])
        other = np.maximum.accumulate(other)
        inner = np.interp(known.points, self.values, other)
        slopes = np.diff(other)[[0, -1]] / np.diff(self.values)[[0, -1]]
        inner += slopes[0] * np.minimum(known.points - self.values[0], 0)
        inner += slopes[1] * np.maximum(known.points - self.values[-1], 0)
        return Marginal(inner, known.cdf)


def marginals(cloud: Cloud, asked: Sequence[Asked]) -> list[tuple[Marginal, Ridge]]:
    """The marginal of each of what is `asked`, and the ridge along it at the heaviest mode."""
    if not asked:
        return []
    laid = functionals(asked, cloud.problem.states)
    means, sds = laplace(cloud, laid)
    shapes = _shapes(cloud, laid, means, sds)
    return [
        _summed(cloud, means[:, t], sds[:, t], {mode: found[t] for mode, found in shapes.items()})
        for t in range(len(asked))
    ]


def _summed(
    cloud: Cloud, means: Array, sds: Array, shapes: Mapping[int, _Shape]
) -> tuple[Marginal, Ridge]:
    """One marginal, over all nodes with their `means` and `sds` (K,)."""
    nodes, weights = cloud.nodes, cloud.weights
    ends = [
        (m - s * _reach(shapes[n.mode], -1), m + s * _reach(shapes[n.mode], 1))
        for n, m, s in zip(nodes, means, sds, strict=True)
    ]
    near, far = min(end[0] for end in ends), max(end[1] for end in ends)
    points = _points(near, far, means, sds, weights)
    modes = np.array([node.mode for node in nodes])
    density = np.zeros_like(points)
    for mode, shape in shapes.items():
        mine = np.flatnonzero(modes == mode)
        own = np.exp(shape.at((points - means[mine, None]) / sds[mine, None]))
        mass = np.trapezoid(own, points, axis=1)
        density += (weights[mine] / np.where(mass > 0, mass, np.inf)) @ own
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
    f, sums = laid.values(peak.spot.x[:n])
    slopes = np.zeros((problem.size, len(f)))
    slopes[:n] = laid.gradients(peak.spot.x[:n], sums).T
    return f, slopes


def _shapes(cloud: Cloud, laid: Functionals, means: Array, sds: Array) -> dict[int, list[_Shape]]:
    """By mode, the shapes of all T functionals at its heaviest node."""
    T = means.shape[1]
    each = [laid.taken(np.array([t])) for t in range(T)]
    first = {node.mode: k for k, node in reversed(list(enumerate(cloud.nodes)))}
    shares = cloud.mode_shares
    heaviest = {mode: k for mode, k in first.items() if shares[mode] >= _PROFILED or k == 0}
    lanes = [
        _Held(cloud.nodes[k], each[t], float(means[k, t]), float(sds[k, t]))
        for k in heaviest.values()
        for t in range(T)
    ]
    starts = climbs(
        Objective.stacked([lane.objective(lane.middle) for lane in lanes]),
        np.stack([lane.node.peak.spot.x for lane in lanes]),
        settled=_SETTLED,
    )
    walks = [
        _ProfileWalk(lane, start, side)
        for lane, start in zip(lanes, starts, strict=True)
        for side in (-1.0, 1.0)
    ]
    for _ in range(_MOST_STEPS):
        going = [walk for walk in walks if walk.going]
        if not going:
            break
        guesses = _towards(going)
        goals = [walk.lane.objective(walk.goal) for walk in going]
        peaks = climbs(Objective.stacked(goals), guesses, settled=_SETTLED, rounds=25)
        for walk, peak in zip(going, peaks, strict=True):
            walk.step_to(peak)
    found = [
        _shape(start, walks[2 * i].found + walks[2 * i + 1].found) for i, start in enumerate(starts)
    ]
    light = {mode: [_normal(cloud.nodes[k].peak)] * T for mode, k in first.items()}
    return light | {mode: found[i * T : (i + 1) * T] for i, mode in enumerate(heaviest)}


@dataclass(frozen=True, eq=False)
class _Held:
    """A functional `laid` (one) that is held at a node, where its mode is `middle`."""

    node: Node
    laid: Functionals
    middle: float
    sd: float

    def objective(self, value: float) -> Objective:
        """The node's objective with the functional held at `value`."""
        return replace(self.node.peak.objective, hold=Hold(self.laid, value, _HOLD * self.sd))


class _ProfileWalk:
    """A walk of a held functional from its mode to one side; `found` holds (offset, log p,
    unknowns); `last` and `log_p` are those of the last mode found."""

    def __init__(self, lane: _Held, start: Peak, side: float) -> None:
        self.lane, self.side, self.peak = lane, side, start
        self.step, self.at = _STEP, side * _STEP
        self.top = self.log_p = start.log_evidence
        self.last, self.misses = 0.0, 0
        self.found: list[tuple[float, float, Array]] = []
        self.going = bool(np.isfinite(self.top))
        self.gain = _gain(start)

    @property
    def held(self) -> float:
        """The value of the functional where the walk is."""
        held = self.peak.spot.held
        return self.lane.middle if held is None else float(held.value)

    @property
    def goal(self) -> float:
        """The value that comes next."""
        return self.lane.middle + self.at * self.lane.sd

    def step_to(self, peak: Peak) -> None:
        """Note the next peak, and whether anything is left beyond it."""
        log_p = peak.log_evidence
        if not np.isfinite(log_p):
            self._over()
            return
        self.found.append((self.at, log_p, peak.spot.x))
        if log_p < self.top - _NOTHING:
            self.going = False
            return
        self.top = max(self.top, log_p)
        self.gain, self.peak = _gain(peak), peak
        self.last, self.log_p, self.misses = self.at, log_p, 0
        self._onward()

    def _over(self) -> None:
        """Step over a value at which there is no mode. Where there are none further on either, the
        walk ends and what lies beyond the last falls as a normal does: a slope at the mode's
        shoulder, carried on, would hardly end."""
        self.misses += 1
        if self.misses <= _MISSES:
            self._onward()
            return
        self.going = False
        end = np.sqrt(self.last**2 + 2 * (self.log_p - self.top + _NOTHING))
        for at in self.side * np.linspace(abs(self.last), end, 4)[1:]:
            moved = self.peak.spot.x + self.gain * (at - self.last) * self.lane.sd
            fallen = self.log_p - 0.5 * (at**2 - self.last**2)
            self.found.append((float(at), float(fallen), moved))

    def _onward(self) -> None:
        self.step *= _GROWTH
        self.at += self.side * self.step


def _gain(peak: Peak) -> Array:
    """How the unknowns (size,) move where the held functional is moved by one."""
    assert peak.spot.held is not None
    slope = np.zeros(len(peak.spot.x))
    slope[: len(peak.spot.held.slope)] = peak.spot.held.slope
    pull = peak.factor.solve(slope)
    return pull / max(float(slope @ pull), 1e-300)


def _towards(walks: Sequence[_ProfileWalk]) -> Array:
    """A start (walks, size) for each walk's next value: a step along its gain, shorter where the
    functional bends it away."""
    states = walks[0].peak.objective.problem.states
    laid = Functionals.stacked([walk.lane.laid for walk in walks])
    here = np.stack([walk.peak.spot.x for walk in walks])
    gain = np.stack([walk.gain for walk in walks])
    goal = np.array([walk.goal for walk in walks])
    missing = goal - np.array([walk.held for walk in walks])
    found = here.copy()
    for size in (0.25, 0.5, 1.0):
        x = here + np.clip(size * missing[:, None] * gain, -3.0, 3.0)
        value = laid.values(x[:, : states.size])[0][:, 0]
        nearer = np.abs(value - goal) < np.abs(missing)
        found[nearer] = x[nearer]
    return found


def _shape(start: Peak, walked: Sequence[tuple[float, float, Array]]) -> _Shape:
    """The shape from what both walks found."""
    if len(walked) < 2:  # nothing could be held
        return _normal(start)
    found = sorted([(0.0, start.log_evidence, start.spot.x), *walked], key=lambda each: each[0])
    offsets, log_p = np.array([each[0] for each in found]), np.array([each[1] for each in found])
    return _Shape(offsets, log_p - log_p.max(), np.array([each[2] for each in found]))


def _normal(peak: Peak) -> _Shape:
    """The shape of a normal around a mode."""
    z = np.linspace(-3.0, 3.0, 7)
    return _Shape(z, -0.5 * z * z, np.tile(peak.spot.x, (len(z), 1)))


def moments(means: Array, sds: Array, weights: Sequence[float] | Array) -> tuple[Array, Array]:
    """Mean and sd (T,) of mixtures of normals over nodes: means and sds (K, T)."""
    w = np.asarray(weights)
    mean = w @ means
    return mean, np.sqrt(w @ (sds**2 + (means - mean) ** 2))
