"""The modes of a problem, from several starts.

Beside those that climbs of the whole posterior reach there are modes in which a claim is a gross
error, or a copy: plateaus around a narrower mode, found with a law in which that is certain; and
modes where the sources differ a lot, which are none at smaller spreads.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from reconcile.errors import FitError
from reconcile.inference.climb import Peak
from reconcile.inference.lanes import Climb, Work, at_once, side_by_side
from reconcile.inference.objective import Setting
from reconcile.inference.starts import start_without, starts
from reconcile.inference.stream_errors import Errors
from reconcile.model.problem import Problem
from reconcile.numerics.arrays import Array
from reconcile.numerics.sums import sum_by

# The middle of the hyperparameters' prior.
MIDDLE = Setting(log_kappa=float(np.log(0.5)))
# Two sds off, where modes are looked for that are none at the middle: the sources differ a lot, or
# the path moves a lot.
_ELSEWHERE = Setting(log_kappa=float(np.log(2.5))), replace(MIDDLE, pace=2.0)
# Modes this much less likely than the best, in nats, are left out; twice as much where they have
# lattices of their own, as their best hyperparameters may be others (sources that agree, or copy).
LEFT_OUT = 3.5
# Modes followed at a point of the lattice, the likeliest ones: of one path, and of a system of
# several (parts, limits, arrivals). By a sampler the 90 % intervals of the five documents held .6
# to .9 of the mass at ten dates with three modes, and hold .77 to .92 with twelve, which are all
# within reach. Tables of one path gained nothing from a fourth.
_MOST_MODES, _MOST_OF_SYSTEMS = 3, 12
# Errors of the claims are first taken so many times too wide, so that no climb is caught by one
# claim: from the first start in each of these ways (of 13 PNAS series of 75 to 561 claims these
# three found a mode within 2.4 nats of the best that ten ways found, the first alone within 7.5, a
# start with the errors as they are within 18 to 85). Such a climb ends where little is gained.
_ANNEALINGS, _NEAR = ((16.0, 2.0), (24.0, 2.0), (16.0,)), 0.1
# Systems of so many unknowns are also climbed from every start, at the middle and elsewhere, larger
# ones from fewer, as a climb costs the square of the unknowns (of those 13 series none had its best
# mode from there, of nine with 4 to 32 claims three had). Systems of several paths are climbed from
# every start at the middle: of the five documents half of the mass lies at modes found from there.
_ALL_STARTS = 60
# In tables of up to so many claims each of the last three is once taken for a gross error, and what
# other sources said before once for copies.
_FORCED, _MOST_FORCED = 3, 40


def modes(problem: Problem, errors: Errors) -> tuple[list[Peak], list[tuple[Setting, Peak]]]:
    """Different modes at the middle, from several starts; and those elsewhere, each at its setting,
    that are none at the middle: others than those that the first become there. The latter are
    looked for in small systems."""
    begin = starts(problem)
    small = problem.size <= _ALL_STARTS
    cold = len(begin) if _system(problem) else _cold_starts(len(begin), problem.size)
    far = (_ELSEWHERE if problem.terms.pace.any() else _ELSEWHERE[:1]) if small else ()
    plain, annealed, *outer = side_by_side(
        problem, errors,
        [at_once([Climb(MIDDLE, start) for start in begin[:cold]]), _annealed(begin[0]),
         *(at_once([Climb(setting, start) for start in begin]) for setting in far)],
    )  # fmt: skip
    kept = distinct([*plain, *annealed])
    if not kept:
        raise FitError("expected a mode of the posterior; none was found")
    again, *known = side_by_side(
        problem, errors,
        [_plateaus(problem, kept),
         *(at_once([Climb(setting, peak.spot.x) for peak in kept]) for setting in far)],
    )  # fmt: skip
    found = distinct([*kept, *again], 2 * LEFT_OUT)
    told: list[tuple[Setting, Peak]] = []
    for setting, ends, there in zip(far, outer, known, strict=True):
        became = [end for peak, end in zip(kept, there, strict=True) if peak in found]
        others = distinct([*became, *ends])
        told += [(setting, p) for p in others if not any(same_mode(p, q) for q in became)]
    return found, told


def _annealed(start: Array) -> Work[list[Peak]]:
    """The peaks of climbs whose claims' errors are at first too wide, then less, in each way."""
    ends = [start] * len(_ANNEALINGS)
    for stage in range(max(map(len, _ANNEALINGS))):
        lanes = [i for i, widths in enumerate(_ANNEALINGS) if stage < len(widths)]
        peaks = yield [
            Climb(MIDDLE, ends[i], anneal=_ANNEALINGS[i][stage], settled=_NEAR) for i in lanes
        ]
        for i, peak in zip(lanes, peaks, strict=True):
            ends[i] = peak.spot.x
    return (yield [Climb(MIDDLE, end) for end in ends])


def _plateaus(problem: Problem, kept: Sequence[Peak]) -> Work[list[Peak]]:
    """The modes of a table of few claims where some that a `kept` mode takes for fair tell nothing:
    one of the last that is a gross error; all that say again what another source said; without
    those that are among the `kept` ones."""
    if len(problem.claims) > _MOST_FORCED:
        return []
    doubts = [np.add(*told_apart(problem, peak)) for peak in kept]
    ends = [claim.period.last for claim in problem.claims]
    order = sorted(range(len(ends)), key=lambda i: ends[i], reverse=True)
    repeated = np.unique(problem.rows.claim[problem.rows.air > 0]).tolist()
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
    peaks = yield [
        Climb(MIDDLE, start, np.isin(problem.rows.claim, claims)) for claims, start in pairs
    ]
    return [
        peak
        for (claims, _), peak in zip(pairs, peaks, strict=True)
        if not any(
            doubt[claims].min() > 0.5 and _apart(peak, other) < 0.5
            for doubt, other in zip(doubts, kept, strict=True)
        )
    ]


def told_apart(problem: Problem, peak: Peak) -> tuple[Array, Array]:
    """The probabilities (N,) of each claim that it is a gross error, and that it is a copy, at a
    mode."""
    rows, spot, N = problem.rows, peak.spot, len(problem.claims)
    effects = problem.effects.values(spot.x[problem.border :])
    law = peak.objective.law
    mass = law.at(spot.f[rows.place] + effects[rows.load])
    whole = np.maximum(sum_by(rows.claim, mass.mass, N), 1e-300)
    gross, copied = sum_by(rows.claim, mass.gross, N), sum_by(rows.claim, law.copied, N)
    return gross / whole, copied / whole


def distinct(peaks: Sequence[Peak], within: float = LEFT_OUT) -> list[Peak]:
    """Different modes, the likeliest first, `within` so many nats of the best."""
    ordered = sorted(peaks, key=lambda p: (not p.exact, -p.log_evidence))
    ordered = [p for p in ordered if np.isfinite(p.log_evidence)]
    best = max((p.log_evidence for p in ordered if p.exact), default=-np.inf)
    kept: list[Peak] = []
    for peak in ordered:
        if kept and (not peak.exact or peak.log_evidence < best - within):
            continue
        if all(not same_mode(peak, other) for other in kept):
            kept.append(peak)
    return kept[: _most_modes(kept[0].objective.problem)] if kept else kept


def _most_modes(problem: Problem) -> int:
    """How many modes are followed."""
    return _MOST_OF_SYSTEMS if _system(problem) else _MOST_MODES


def _system(problem: Problem) -> bool:
    """Whether several paths hang together, by parts, limits or arrivals."""
    return sum(track.size for track in problem.states.tracks) > 1


def _cold_starts(starts: int, size: int) -> int:
    """From how many of the starts one path of so many unknowns is climbed."""
    return int(starts * min((_ALL_STARTS / size) ** 2, 1.0))


def same_mode(a: Peak, b: Peak) -> bool:
    """Whether two climbs ended at one mode: in units of its curvature, within a tenth."""
    if not np.array_equal(a.objective.law.wrong, b.objective.law.wrong):
        return False  # the plateau of a gross error lies around a narrow mode
    distance = _apart(a, b)
    near = abs(float(a.spot.value) - float(b.spot.value)) < 0.05
    return (near and distance < 0.5) or distance < 0.05


def _apart(a: Peak, b: Peak) -> float:
    """How far apart two modes lie, in sds of the first."""
    off = a.spot.x - b.spot.x
    return float(np.linalg.norm(a.factor.whitened(off))) / float(np.sqrt(len(off)))
