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

from reconcile.errors import FitError
from reconcile.inference.claim_law import claim_law
from reconcile.inference.climb import Peak, climbs
from reconcile.inference.objective import Objective, Setting
from reconcile.inference.starts import start_without, starts
from reconcile.inference.stream_errors import Errors, learnt_errors
from reconcile.model.problem import Problem
from reconcile.numerics.arrays import Array, Flags
from reconcile.numerics.sums import sum_by

__all__ = ["Cloud", "Node", "integrate", "posed", "told_apart"]

# kappa = KAPPA |H(z, KAPPA_TAIL)|: fitted to the spreads between sources of 14 public data sets.
KAPPA, KAPPA_TAIL = 0.8, 0.25
# Where the lattice begins: the middle of kappa's prior; and where modes of sources that differ a lot
# are looked for, some of which are none at the middle: two sds of its prior.
_MIDDLE, _QUARREL = float(np.log(0.5)), float(np.log(2.5))
# Modes this much less likely than the best, in nats, are left out; twice as much where they have
# lattices of their own, as their best hyperparameters may be others (sources that agree, or copy).
_LEFT_OUT = 3.5
# Steps of the lattice in sds of the posterior (equal steps of 1.7 sds integrate a normal to 0.2 %;
# along kappa where groups of sources disagree, half as wide ones: 13 tables of one date held .87 to
# .92 of the exact mass), and the widest ones, in units of the prior.
_STEP, _WIDEST = np.array([0.75, 1.5, 1.5]), np.array([0.4, 1.5, 1.5])
# Modes followed at a point of the lattice, the likeliest ones.
_MOST_MODES = 3
# Errors of the claims are first taken so many times too wide, so that no climb is caught by one
# claim: from the first start in each of these ways (of 13 PNAS series of 75 to 561 claims these
# three found a mode within 2.4 nats of the best that ten ways found, the first alone within 7.5, a
# start with the errors as they are within 18 to 85). Such a climb ends where little is gained.
_ANNEALINGS, _NEAR = ((16.0, 2.0), (24.0, 2.0), (16.0,)), 0.1
# Systems of so many unknowns are also climbed from every start, larger ones from fewer, as a climb
# costs the square of the unknowns (of those 13 series none had its best mode from there, of nine
# with 4 to 32 claims three had).
_ALL_STARTS = 60
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
# In tables of up to so many claims each of the last three is once taken for a gross error, and what
# other sources said before once for copies.
_FORCED, _MOST_FORCED = 3, 40
# A lattice has no more points than this for a system of so many unknowns, fewer for a larger one,
# in inverse proportion and with wider steps, but never fewer than the last.
_MOST_POINTS, _SMALL, _FEW_POINTS = 300, 20, 15
# Systems of more unknowns than this have wider steps, by at most this factor.
_STEPS_KEPT, _COARSEST = 40, 1.6
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


def posed(
    problem: Problem, setting: Setting, errors: Errors, wrong: Flags | None = None
) -> Objective:
    """The objective of `problem` at `setting`, with the `errors` of its series; `wrong` as in
    `ClaimLaw`."""
    own = problem.error * np.exp(setting.error) * errors.sigma[problem.rows.stream]
    of = problem.term_roots[1]
    shift = np.where(of >= 0, np.r_[errors.shifts, 0.0][of], 0.0)
    terms = problem.terms.scaled(setting.pace, setting.log_kappa, shift)
    odds = errors.odds[problem.rows.stream]
    law = claim_law(problem.rows, np.hypot(own, errors.lags), problem.log_scale, wrong, odds)
    return Objective(problem, terms, law)


def integrate(problem: Problem) -> Cloud:
    """The nodes of `problem`. Raises `FitError` if no climb settles."""
    middle = Setting(log_kappa=_MIDDLE)
    errors = Errors.usual(problem)
    peaks = _modes(problem, middle, errors)
    plain = [peak for peak in peaks if peak.objective.law.wrong is None] or peaks[:1]
    main = _Lattice(problem, errors, plain, middle)
    if len(problem.claims) > 2:
        main.settle(_ROUGH_MOVES)
    main.refine()
    far = [(middle, peak) for peak in plain if len(plain) > 1]
    far += _quarrels(problem, errors, peaks)
    silent = [(middle, peak) for peak in peaks if all(peak is not known for known in plain)]
    alone = [_Lattice(problem, main.errors, [peak], at) for at, peak in far + silent]
    for lattice in alone:
        lattice.begin()
    for lattice in [main, *alone]:
        lattice.settle(_MOST_MOVES)
    for lattice in alone[: len(far)]:
        main.reach(lattice)
    lattices = [main, *alone[len(far) :]]
    best = max(lattice.mass for lattice in lattices)
    lattices = [lattice for lattice in lattices if lattice.mass > best - 2 * _LEFT_OUT]
    for lattice in lattices:
        lattice.fill()
    return _cloud(problem, lattices)


def _modes(problem: Problem, setting: Setting, errors: Errors) -> list[Peak]:
    """Different modes at one setting, from several starts."""
    objective = posed(problem, setting, errors)
    begin = starts(problem)
    cold = int(len(begin) * min((_ALL_STARTS / problem.size) ** 2, 1.0))
    begin = [*begin[:cold], *_annealed(objective, begin[0])]
    kept = _distinct(climbs([objective] * len(begin), begin))
    if not kept:
        raise FitError("expected a mode of the posterior; none was found")
    return _distinct([*kept, *_plateaus(problem, setting, errors, kept)], 2 * _LEFT_OUT)


def _quarrels(
    problem: Problem, errors: Errors, peaks: Sequence[Peak]
) -> list[tuple[Setting, Peak]]:
    """The modes of a table of few claims that are modes only where the sources differ a lot: others
    than those that the `peaks` become there."""
    if len(problem.claims) > _MOST_FORCED:
        return []
    setting = Setting(log_kappa=_QUARREL)
    known = [peak.spot.x for peak in peaks if peak.objective.law.wrong is None]
    begin = [*known, *starts(problem)]
    found = climbs([posed(problem, setting, errors)] * len(begin), begin)
    there, kept = found[: len(known)], _distinct(found)
    return [(setting, p) for p in kept if not any(_same(p, other) for other in there)]


def _annealed(objective: Objective, start: Array) -> list[Array]:
    """Where climbs end whose claims' errors are at first too wide, then less, in each way."""
    ends = [start] * len(_ANNEALINGS)
    for stage in range(max(map(len, _ANNEALINGS))):
        lanes = [i for i, widths in enumerate(_ANNEALINGS) if stage < len(widths)]
        wider = [_ANNEALINGS[i][stage] for i in lanes]
        begin = [ends[i] for i in lanes]
        peaks = climbs([objective] * len(lanes), begin, anneal=wider, settled=_NEAR)
        for i, peak in zip(lanes, peaks, strict=True):
            ends[i] = peak.spot.x
    return ends


def _plateaus(
    problem: Problem, setting: Setting, errors: Errors, kept: Sequence[Peak]
) -> list[Peak]:
    """The modes of a table of few claims where some that a `kept` mode takes for fair tell nothing:
    one of the last that is a gross error; all that say again what another source said; without
    those that are among the `kept` ones."""
    if len(problem.claims) > _MOST_FORCED:
        return []
    doubts = [np.add(*told_apart(problem, peak)) for peak in kept]
    ends = [claim.period.last for claim in problem.claims]
    order = sorted(range(len(ends)), key=lambda i: ends[i], reverse=True)
    repeated = np.unique(problem.rows.claim[problem.rows.copied > 0]).tolist()
    forced = [[claim] for claim in order[:_FORCED] if claim not in repeated]
    forced += [repeated] if repeated else []
    pairs = [
        (claims, peak.spot.x)
        for peak, doubt in zip(kept, doubts, strict=True)
        for claims in forced
        if doubt[claims].min() < 0.5
    ]
    forced = [claims for claims in forced if any(claims is told for told, _ in pairs)]
    pairs += zip(forced, start_without(problem, forced), strict=True)
    silent = [np.isin(problem.rows.claim, claims) for claims, _ in pairs]
    objectives = [posed(problem, setting, errors, rows) for rows in silent]
    return [
        peak
        for (claims, _), peak in zip(
            pairs, climbs(objectives, [start for _, start in pairs]), strict=True
        )
        if not any(
            doubt[claims].min() > 0.5 and _apart(peak, other) < 0.5
            for doubt, other in zip(doubts, kept, strict=True)
        )
    ]


def told_apart(problem: Problem, peak: Peak) -> tuple[Array, Array]:
    """The probabilities (N,) of each claim that it is a gross error, and that it is a copy, at a
    mode."""
    rows, spot, N = problem.rows, peak.spot, len(problem.claims)
    effects = problem.effects.loads @ spot.x[problem.border :]
    law = peak.objective.law
    mass = law.at(spot.f[rows.place] + effects[rows.load])
    whole = np.maximum(sum_by(rows.claim, mass.mass, N), 1e-300)
    gross, copied = sum_by(rows.claim, mass.gross, N), sum_by(rows.claim, law.copied, N)
    return gross / whole, copied / whole


def _distinct(peaks: Sequence[Peak], within: float = _LEFT_OUT) -> list[Peak]:
    """Different modes, the likeliest first, `within` so many nats of the best."""
    ordered = sorted(peaks, key=lambda p: (not p.exact, -p.log_evidence))
    ordered = [p for p in ordered if np.isfinite(p.log_evidence)]
    best = max((p.log_evidence for p in ordered if p.exact), default=-np.inf)
    kept: list[Peak] = []
    for peak in ordered:
        if kept and (not peak.exact or peak.log_evidence < best - within):
            continue
        if all(not _same(peak, other) for other in kept):
            kept.append(peak)
    return kept[:_MOST_MODES]


def _same(a: Peak, b: Peak) -> bool:
    """Whether two climbs ended at one mode: in units of its curvature, within a tenth."""
    if a.objective.law.wrong is not b.objective.law.wrong and not _alike(a, b):
        return False  # the plateau of a gross error lies around a narrow mode
    distance = _apart(a, b)
    near = abs(float(a.spot.value) - float(b.spot.value)) < 0.05
    return (near and distance < 0.5) or distance < 0.05


def _apart(a: Peak, b: Peak) -> float:
    """How far apart two modes lie, in sds of the first."""
    off = a.spot.x - b.spot.x
    return float(np.linalg.norm(a.factor.L.T @ off)) / float(np.sqrt(len(off)))


def _alike(a: Peak, b: Peak) -> bool:
    """Whether the same claims are taken for gross errors."""
    one, other = a.objective.law.wrong, b.objective.law.wrong
    return one is not None and other is not None and bool(np.array_equal(one, other))


@dataclass(eq=False)
class _Lattice:
    """The lattice while it grows: `found` holds the peaks at each point (i, j, k)."""

    problem: Problem
    errors: Errors
    peaks: list[Peak]
    centre: Setting
    steps: Array = field(default_factory=_WIDEST.copy)

    def __post_init__(self) -> None:
        self.found: dict[tuple[int, int, int], list[Peak]] = {}
        self.far: list[_Lattice] = []

    def weight(self, peaks: Sequence[Peak], setting: Setting) -> float:
        """Log prior x evidence, summed over the modes."""
        logs = np.array([peak.log_evidence for peak in peaks])
        return float(np.logaddexp.reduce(logs)) + _log_prior(setting)

    def climbed(
        self, settings: Sequence[Setting], near: Sequence[Sequence[Peak]]
    ) -> list[list[Peak]]:
        """The peaks at each of `settings`, each climbed to from those of a place `near` it."""
        objectives, begin = [], []
        for setting, peaks in zip(settings, near, strict=True):
            for peak in peaks:
                wrong = peak.objective.law.wrong
                objectives.append(posed(self.problem, setting, self.errors, wrong))
                begin.append(peak.spot.x)
        found = iter(climbs(objectives, begin, settled=_CLOSE))
        return [[next(found) for _ in peaks] for peaks in near]

    def settle(self, most: int) -> None:
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
            around = self.climbed(settings, [self.peaks] * len(steps))
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
            (peaks,) = self.climbed([goal], [self.peaks])
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
            self.errors = learnt_errors(self.peaks[0], self.errors, self.centre)
            (found,) = self.climbed([self.centre], [self.peaks])
            self.peaks = _distinct(found) or self.peaks

    def begin(self) -> None:
        """Climb to the peaks again, as the errors of the series are others by now."""
        (self.peaks,) = self.climbed([self.centre], [self.peaks])

    def reach(self, other: _Lattice) -> None:
        """Walk also from the centre of `other`: a mode whose hyperparameters lie elsewhere."""
        self.far.append(other)
        self.steps = np.minimum(self.steps, other.steps)

    def fill(self) -> None:
        """Walk outwards from the centre, and from those of other modes, to wherever there is
        mass."""
        most = int(np.clip(_MOST_POINTS * _SMALL / self.problem.size, _FEW_POINTS, _MOST_POINTS))
        self.found = {(0, 0, 0): self.peaks}
        for other in self.far:
            at = self.nearest(other.centre)
            if at not in self.found:
                near = [*other.peaks, *self.peaks]
                (self.found[at],) = self.climbed([self.setting(at)], [near])
        logs = {at: self.weight(peaks, self.setting(at)) for at, peaks in self.found.items()}
        left = list(self.found)
        while left and len(self.found) < most:
            best = max(logs.values())
            wanted: dict[tuple[int, int, int], tuple[int, int, int]] = {}
            for at in sorted(left, key=lambda at: -logs[at]):
                reach = _REACH_KAPPA if at[1] == at[2] == 0 else _REACH
                if logs[at] >= best - reach:
                    for to in self._neighbours(at):
                        if to not in self.found:
                            wanted.setdefault(to, at)
            left = list(wanted)[: most - len(self.found)]
            settings = [self.setting(to) for to in left]
            peaks = self.climbed(settings, [self.found[wanted[to]] for to in left])
            self.found.update(zip(left, peaks, strict=True))
            for to, setting in zip(left, settings, strict=True):
                logs[to] = self.weight(self.found[to], setting)

    def _neighbours(self, at: tuple[int, int, int]) -> list[tuple[int, int, int]]:
        found: list[tuple[int, int, int]] = []
        for axis in self.axes:
            for by in (1, -1):
                i, j, k = (n + by * (axis == other) for other, n in enumerate(at))
                found.append((i, j, k))
        return found

    def setting(self, at: tuple[int, int, int]) -> Setting:
        """The hyperparameters at a lattice point."""
        moved = self.centre
        for axis, (i, step) in enumerate(zip(at, self.steps, strict=True)):
            moved = _moved(moved, axis, i * step)
        return moved

    def nearest(self, setting: Setting) -> tuple[int, int, int]:
        """The lattice point next to `setting`."""
        here, there = self.centre, setting
        off = (there.log_kappa - here.log_kappa, there.pace - here.pace, there.error - here.error)
        i, j, k = (round(by / step) for by, step in zip(off, self.steps.tolist(), strict=True))
        return i, j, k

    @property
    def mass(self) -> float:
        """About the log of its share of the posterior, up to a constant of the problem."""
        return self.weight(self.peaks, self.centre) + self.log_cell

    @property
    def log_cell(self) -> float:
        """log of what a point of the lattice stands for, in units of the hyperparameters."""
        return float(np.log(self.steps[self.axes]).sum())

    def entries(self, first: int) -> list[_Entry]:
        """All points and modes with their log weights; the modes are numbered from `first`. A mode
        that two climbs reached counts once."""
        entries: list[_Entry] = []
        for at, peaks in self.found.items():
            setting = self.setting(at)
            for mode, peak in enumerate(peaks):
                if any(_same(peak, other) for other in peaks[:mode]) or not peak.exact:
                    continue
                weight = peak.log_evidence + _log_prior(setting) + self.log_cell
                entries.append((setting, peak, weight, first + mode))
        return entries


_Entry = tuple[Setting, Peak, float, int]


def _cloud(problem: Problem, lattices: Sequence[_Lattice]) -> Cloud:
    """Nodes of all points and modes of the `lattices`; the errors are those of the first."""
    entries: list[_Entry] = []
    for lattice in lattices:
        entries += lattice.entries(max((entry[3] + 1 for entry in entries), default=0))
    if not entries:
        entries = [(lattices[0].centre, lattices[0].peaks[0], 0.0, 0)]
    logs = np.array([entry[2] for entry in entries])
    weights = np.exp(logs - logs.max())
    weights /= weights.sum()
    nodes = [
        Node(setting, peak, float(weight), mode)
        for (setting, peak, _, mode), weight in zip(entries, weights, strict=True)
        if weight > 1e-4
    ]
    total = sum(node.weight for node in nodes)
    nodes = [replace(node, weight=node.weight / total) for node in nodes]
    nodes.sort(key=lambda node: -node.weight)
    return Cloud(
        problem, tuple(nodes), lattices[0].errors,
        all(node.peak.settled for node in nodes), sum(len(lattice.found) for lattice in lattices),
    )  # fmt: skip


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
