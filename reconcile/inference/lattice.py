"""Hyperparameters integrated out on a lattice, the modes found again at each of its points.

Three are averaged over: kappa, the spread of the sources (half of H(z, .25) times .8), the
volatility, and sigma_0, the usual error within a series. The lattice lies around the mode of their
posterior, its steps follow the posterior's widths (a rule of equal steps is exact to many digits
for smooth densities: Trefethen and Weideman 2014), and it reaches as far as there is any mass.
Several modes of the paths are followed side by side and summed; those in which a claim is an error
or a copy have lattices of their own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
from scipy.special import lambertw

from reconcile.inference.climb import Peak
from reconcile.inference.lanes import Climb, Work, climbed, side_by_side
from reconcile.inference.modes import (
    MIDDLE,
    distinct,
    modes,
    same_mode,
)
from reconcile.inference.objective import Setting
from reconcile.inference.stream_errors import Errors, learnt_errors
from reconcile.model.priors import KAPPA, KAPPA_TAIL
from reconcile.model.problem import Problem
from reconcile.numerics.arrays import Array
from reconcile.numerics.sums import sum_by

# Steps of the lattice in sds of the posterior (equal steps of 1.7 sds integrate a normal to 0.2 %;
# along kappa where groups of sources disagree, half as wide ones: 13 tables of one date held .87 to
# .92 of the exact mass), and the widest ones, in units of the prior.
_STEP, _WIDEST = np.array([0.75, 1.5, 1.5]), np.array([0.4, 1.5, 1.5])
# Steps to both sides by which the posterior's widths are measured: at first in units of the prior,
# then in widths.
_ASIDE, _ASIDE_WIDTHS, _LEAST_ASIDE = 0.7, 1.4, 0.1
# How often the centre is moved at most, before and after the errors of the series are learnt; it is
# near enough within a third of a width, as any lattice is right.
_ROUGH_MOVES, _MOST_MOVES, _NEAR_ENOUGH = 2, 5, 0.35
# A setting with no mode of a finite volume counts as so many nats less likely.
_HOPELESS = 50.0
# Twice the fall over `_ASIDE` below which the posterior counts as flat.
_FLAT = 0.05
# A climb from a neighbouring point ends where another step would gain less than this, in nats.
_CLOSE = 5e-3
# The lattice ends where the posterior has fallen by so many nats below its best; along kappa, which
# alone makes the tails of a lone claim, further out.
_REACH, _REACH_KAPPA = 3.6, 5.5
# A lattice has no more points than this for a system of so many unknowns, fewer for a larger one,
# in inverse proportion and with wider steps, but never fewer than the last.
_MOST_POINTS, _SMALL, _FEW_POINTS = 300, 20, 15
# Systems of more unknowns than this have wider steps, by at most this factor.
_STEPS_KEPT, _COARSEST = 40, 1.6
# Lattices of modes that are this much less likely than the best, in nats, are left out: they have
# less than one percent of its mass.
_LIGHT = 4.6
# The lightest nodes that together hold less than this are left out. (Not all below some weight: a
# claim that is an error one time in twenty has that mass on a hundred light nodes.)
_LEFT_OUT_MASS = 0.0005
# Steps of the EM algorithm to the errors of the series: a third moves none by a tenth.
_EM_STEPS = 2


@dataclass(frozen=True, eq=False)
class Node:
    """One mode at one point of the lattice, and its share of the posterior."""

    setting: Setting
    peak: Peak
    weight: float
    mode: int


@dataclass(frozen=True, eq=False)
class Cloud:
    """All nodes of a `problem`, heaviest first.

    settled: whether every climb ended at a mode. `points`: of the lattice.
    """

    problem: Problem
    nodes: tuple[Node, ...]
    errors: Errors
    settled: bool
    points: int

    @property
    def weights(self) -> Array:
        """Shares of the posterior (K,), summing to 1."""
        return np.array([node.weight for node in self.nodes])

    @property
    def mode_shares(self) -> Array:
        """The share of the posterior of each mode of the paths that was followed."""
        modes = np.array([node.mode for node in self.nodes], dtype=np.intp)
        return sum_by(modes, self.weights, int(modes.max()) + 1)

    def heaviest(self, mode: int) -> Node:
        """The heaviest node of one mode."""
        return next(node for node in self.nodes if node.mode == mode)


_At = tuple[int, int, int]
_Peaks = dict[int, Peak]
# The work at one point of the lattice; it ends with the work at points beyond.
_Step = Work["list[_Step]"]
_Entry = tuple[Setting, Peak, float, int]


def integrate(problem: Problem) -> Cloud:
    """The nodes of `problem`. Raises `FitError` if no climb settles."""
    errors = Errors.usual(problem)
    found, elsewhere = modes(problem, errors)
    peaks = dict(enumerate(found))
    plain = {i: peak for i, peak in peaks.items() if not peak.objective.law.forced} or {0: found[0]}
    main = _Lattice(problem, errors, plain, MIDDLE)
    if len(problem.claims) > 2:
        side_by_side(problem, errors, [main.settle(_ROUGH_MOVES)])
    main.refine()
    alone = [(MIDDLE, i, peak) for i, peak in peaks.items() if len(plain) > 1 or i not in plain]
    alone += [(at, len(peaks) + j, peak) for j, (at, peak) in enumerate(elsewhere)]
    errors = main.errors
    others = [_Lattice(problem, errors, {i: peak}, at) for at, i, peak in alone]
    side_by_side(problem, errors, [lattice.begin() for lattice in others])
    others = [lattice for lattice in others if np.isfinite(lattice.mass)]
    pieces = [main.settle(_MOST_MOVES), *(lattice.settle(_ROUGH_MOVES) for lattice in others)]
    side_by_side(problem, errors, pieces)
    lattices = [main]
    for lattice in others:
        if lattice.plain:
            main.reach(lattice)
        else:
            lattices.append(lattice)
    best = max(lattice.mass for lattice in lattices)
    lattices = [lattice for lattice in lattices if lattice.mass >= best - _LIGHT]
    side_by_side(problem, errors, [lattice.seed() for lattice in lattices])
    steps = [step for lattice in lattices for step in lattice.fill()]
    side_by_side(problem, errors, steps, follow=iter)
    return _cloud(problem, lattices)


@dataclass(eq=False)
class _Lattice:
    """The lattice while it grows: `found` holds the peaks at each point (i, j, k), by mode, `logs`
    their weights; `begun` are the points found or under way, `far` lattices of other modes."""

    problem: Problem
    errors: Errors
    peaks: _Peaks
    centre: Setting
    steps: Array = field(default_factory=_WIDEST.copy)

    def __post_init__(self) -> None:
        self.found: dict[_At, _Peaks] = {}
        self.logs: dict[_At, float] = {}
        self.begun: set[_At] = set()
        self.far: list[_Lattice] = []

    def weight(self, peaks: _Peaks, setting: Setting) -> float:
        """Log prior x evidence, summed over the modes."""
        logs = np.array([peak.log_evidence for peak in peaks.values()])
        return float(np.logaddexp.reduce(logs)) + _log_prior(setting)

    def climbed(self, settings: Sequence[Setting], near: Sequence[_Peaks]) -> Work[list[_Peaks]]:
        """The peaks at each of `settings`, each climbed to from those of a place `near` it."""
        found = iter((yield _wanted(settings, near)))
        return [{mode: next(found) for mode in peaks} for peaks in near]

    def settle(self, most: int) -> Work[None]:
        """Move the centre to the mode of the hyperparameters' posterior and measure its widths: a
        parabola along each of them, until none asks for a step; at most so many steps."""
        here = self.weight(self.peaks, self.centre)
        aside = np.full(len(self.axes), _ASIDE)
        for _ in range(most):
            steps = [
                (axis, sign * by)
                for axis, by in zip(self.axes, aside.tolist(), strict=True)
                for sign in (-1.0, 1.0)
            ]
            settings = [_moved(self.centre, *step) for step in steps]
            around = yield from self.climbed(settings, [self.peaks] * len(steps))
            logs = np.array(
                [self.weight(p, s) for p, s in zip(around, settings, strict=True)]
            ).reshape(-1, 2)
            logs = np.maximum(logs, here - _HOPELESS)
            bend = 2 * here - logs.sum(axis=1)
            rise = logs[:, 1] - logs[:, 0]
            curved = np.maximum(bend, _FLAT)
            widths = _WIDEST.copy()
            widths[self.axes] = aside / np.sqrt(curved)
            self.steps = self.coarseness * np.minimum(_STEP * widths, _WIDEST)
            shift = np.clip(0.5 * aside * rise / curved, -2 * aside, 2 * aside)
            if np.all(np.abs(shift) < _NEAR_ENOUGH * widths[self.axes]):
                return
            best = int(np.argmax(logs))
            options = [(settings[best], around[best], float(logs.ravel()[best]))]
            goal = self.centre
            for axis, by in zip(self.axes, shift, strict=True):
                goal = _moved(goal, axis, float(by))
            (peaks,) = yield from self.climbed([goal], [self.peaks])
            options.append((goal, peaks, self.weight(peaks, goal)))
            setting, peaks, weight = max(options, key=lambda option: option[2])
            if weight <= here:
                return
            here, self.centre, self.peaks = weight, setting, peaks
            aside = np.clip(_ASIDE_WIDTHS * widths[self.axes], _LEAST_ASIDE, _ASIDE)

    @property
    def coarseness(self) -> float:
        """How much wider the steps are than those of a small system."""
        return float(np.clip((self.problem.size / _STEPS_KEPT) ** (1 / 3), 1.0, _COARSEST))

    @cached_property
    def axes(self) -> list[int]:
        """Which of the hyperparameters matter; kappa always does, for sources not yet heard."""
        felt = (True, bool(self.problem.terms.pace.any()), True)
        return [axis for axis, some in enumerate(felt) if some]

    def refine(self) -> None:
        """Find the errors of the series, and the spreads of the roots, at the centre."""
        for _ in range(_EM_STEPS):
            first = next(iter(self.peaks.values()))
            self.errors = learnt_errors(first, self.errors, self.centre)
            peaks = climbed(self.problem, self.errors, _wanted([self.centre], [self.peaks]))
            found = dict(zip(self.peaks, peaks, strict=True))
            kept = distinct([*found.values()])
            self.peaks = {
                mode: peak for peak in kept for mode in found if found[mode] is peak
            } or self.peaks

    def begin(self) -> Work[None]:
        """Climb to the peaks again, as the errors of the series are others by now."""
        (self.peaks,) = yield from self.climbed([self.centre], [self.peaks])

    def reach(self, other: _Lattice) -> None:
        """Walk also from the centre of `other`: a mode whose hyperparameters lie elsewhere."""
        self.far.append(other)
        self.steps = np.minimum(self.steps, other.steps)

    def seed(self) -> Work[None]:
        """Take up the centre, and the points next to those of other modes."""
        self.found = {(0, 0, 0): self.peaks}
        for other in self.far:
            at = self.nearest(other.centre)
            near = other.peaks | self.found.get(at, self.peaks)
            (self.found[at],) = yield from self.climbed([self.setting(at)], [near])
        self.logs = {at: self.weight(found, self.setting(at)) for at, found in self.found.items()}
        self.begun = set(self.found)

    def fill(self) -> list[_Step]:
        """Walk outwards from the points at hand to wherever there is mass: the first steps."""
        return [step for at in list(self.found) for step in self._onward(at)]

    @property
    def most(self) -> int:
        """The number of points at most."""
        most = int(np.clip(_MOST_POINTS * _SMALL / self.problem.size, _FEW_POINTS, _MOST_POINTS))
        return most * (1 + len(self.far))

    def _step(self, to: _At, near: _Peaks) -> _Step:
        """Climb at the point `to` from the peaks `near` it; what follows are further steps."""
        setting = self.setting(to)
        (self.found[to],) = yield from self.climbed([setting], [near])
        self.logs[to] = self.weight(self.found[to], setting)
        return self._onward(to)

    def _onward(self, at: _At) -> list[_Step]:
        """Steps to the neighbours of a point that has mass."""
        reach = _REACH_KAPPA if at[1] == at[2] == 0 else _REACH
        steps: list[_Step] = []
        if self.logs[at] >= max(self.logs.values()) - reach:
            for to in self._neighbours(at):
                if to not in self.begun and len(self.begun) < self.most:
                    self.begun.add(to)
                    steps.append(self._step(to, self.found[at]))
        return steps

    def _neighbours(self, at: _At) -> list[_At]:
        found: list[_At] = []
        for axis in self.axes:
            for by in (1, -1):
                i, j, k = (n + by * (axis == other) for other, n in enumerate(at))
                found.append((i, j, k))
        return found

    def setting(self, at: _At) -> Setting:
        """The hyperparameters at a lattice point."""
        moved = self.centre
        for axis, (i, step) in enumerate(zip(at, self.steps, strict=True)):
            moved = _moved(moved, axis, i * step)
        return moved

    def nearest(self, setting: Setting) -> _At:
        """The lattice point next to `setting`."""
        here, there = self.centre, setting
        off = (there.log_kappa - here.log_kappa, there.pace - here.pace, there.error - here.error)
        i, j, k = (round(by / step) for by, step in zip(off, self.steps.tolist(), strict=True))
        return i, j, k

    @property
    def plain(self) -> bool:
        """Whether no claim is forced to be an error or a copy."""
        return all(not peak.objective.law.forced for peak in self.peaks.values())

    @property
    def mass(self) -> float:
        """About the log of its share of the posterior, up to a constant of the problem."""
        return self.weight(self.peaks, self.centre) + self.log_cell

    @property
    def log_cell(self) -> float:
        """log of what a point of the lattice stands for, in units of the hyperparameters."""
        return float(np.log(self.steps[self.axes]).sum())

    def entries(self) -> list[_Entry]:
        """All points and modes with their log weights. A mode that two climbs reached counts
        once."""
        entries: list[_Entry] = []
        for at, peaks in self.found.items():
            setting = self.setting(at)
            before: list[Peak] = []
            for mode, peak in peaks.items():
                if peak.exact and not any(same_mode(peak, other) for other in before):
                    weight = peak.log_evidence + _log_prior(setting) + self.log_cell
                    entries.append((setting, peak, weight, mode))
                before.append(peak)
        return entries


def _cloud(problem: Problem, lattices: Sequence[_Lattice]) -> Cloud:
    """Nodes of all points and modes of the `lattices`; the errors are those of the first."""
    entries = [entry for lattice in lattices for entry in lattice.entries()]
    if not entries:
        mode, peak = next(iter(lattices[0].peaks.items()))
        entries = [(lattices[0].centre, peak, 0.0, mode)]
    logs = np.array([entry[2] for entry in entries])
    weights = np.exp(logs - logs.max())
    weights /= weights.sum()
    ascending = np.sort(weights)
    least = ascending[np.searchsorted(np.cumsum(ascending), _LEFT_OUT_MASS)]
    nodes = [
        Node(setting, peak, float(weight), mode)
        for (setting, peak, _, mode), weight in zip(entries, weights, strict=True)
        if weight >= least
    ]
    total = sum(node.weight for node in nodes)
    nodes = [replace(node, weight=node.weight / total) for node in nodes]
    nodes.sort(key=lambda node: -node.weight)
    return Cloud(
        problem, tuple(nodes), lattices[0].errors,
        all(node.peak.settled for node in nodes), sum(len(lattice.found) for lattice in lattices),
    )  # fmt: skip


def _wanted(settings: Sequence[Setting], near: Sequence[_Peaks]) -> list[Climb]:
    """Climbs at each of `settings` from each of the peaks `near` it."""
    return [
        Climb(setting, peak.spot.x, peak.objective.law.wrong, settled=_CLOSE)
        for setting, peaks in zip(settings, near, strict=True)
        for peak in peaks.values()
    ]


def _moved(setting: Setting, axis: int, by: float) -> Setting:
    name = ("log_kappa", "pace", "error")[axis]
    return replace(setting, **{name: getattr(setting, name) + by})


def _log_prior(setting: Setting) -> float:
    """Log density of log kappa and of the standard normals pace and error, up to a constant."""
    z = _kappa_score(setting.log_kappa)
    return -0.5 * (z * z + setting.pace**2 + setting.error**2) - float(
        np.log(1 / z + KAPPA_TAIL * z)
    )


def _kappa_score(log_kappa: float) -> float:
    """z > 0 with KAPPA H(z, KAPPA_TAIL) = kappa."""
    ratio = np.exp(log_kappa) / KAPPA
    return float(np.sqrt(lambertw(KAPPA_TAIL * ratio**2).real / KAPPA_TAIL))
