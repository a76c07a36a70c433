"""Newton's method to modes of the log posterior, from several starts side by side.

The exact curvature where it is positive definite, else as much of the safe one added as makes it
so; no state moves further than a few units at once, and steps are halved until the value rises.
Climbs of one problem at different settings are independent lanes of the same arrays: a small
problem costs NumPy's overhead once for all of them.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from reconcile.errors import FitError
from reconcile.inference.objective import Objective, Spot
from reconcile.model.problem import Problem
from reconcile.numerics.arrays import Array, Flags, Index
from reconcile.numerics.arrowhead import Arrowhead, Factor, factorise

# Steps at most; a climb that has not settled by then is on a ridge without a top.
_ROUNDS = 80
_LONGEST = 4.0  # of a step, in logs
_SHORTEST = 2e-4  # share of a step below which nothing is gained by halving
# Shares of the safe curvature that are tried; three times the first that suffices is added, since a
# curvature that is barely definite sends one unknown far away and holds up all others.
_DAMPINGS, _MARGIN = (0.03, 0.1, 0.3, 1.0, 3.0), 3.0
SETTLED = 1e-4  # nats that another step would gain
# Times that a climb is moved off a saddle, or off a ridge, before it counts as settled.
_SADDLE_TRIES = 3
# Numbers in the largest array of one batch: about what a processor's cache holds.
_BATCH = 400_000


@dataclass(frozen=True, eq=False)
class Peak:
    """A mode of `objective`: where, the factor of the curvature, and Laplace's log evidence.

    `settled`: whether the climb ended at a mode; `exact`: whether the curvature there is the exact
    one.
    """

    objective: Objective
    spot: Spot
    factor: Factor
    log_evidence: float
    settled: bool
    exact: bool


def climbs(
    objective: Objective,
    starts: Array,
    *,
    anneal: Array | None = None,
    settled: Array | float = SETTLED,
    rounds: int = _ROUNDS,
) -> list[Peak]:
    """The modes of an `objective` in lanes, reached each from its own start (lanes, size); where
    `anneal` (lanes,) says so, with the claims' errors so many times wider.

    A climb ends where another step would gain less than `settled` nats, one number or (lanes,);
    that gain is in the evidence. What a climb finds does not depend on the others. Raises
    `FitError` where the prior has a flat direction.
    """
    count = len(starts)
    wider = np.ones(count) if anneal is None else anneal
    near = np.broadcast_to(np.asarray(settled, dtype=float), (count,))
    most, found = most_lanes(objective.problem), {}
    for first in range(0, count, most):
        batch = slice(first, first + most)
        lanes = Climbs(rounds)
        lanes.add(objective.lanes(batch), starts[batch], wider[batch], near[batch])
        while lanes.count:
            found |= {first + place: peak for place, peak in lanes.round()}
    return [found[i] for i in range(count)]


def most_lanes(problem: Problem) -> int:
    """How many climbs of `problem` go side by side at most."""
    return max(_BATCH // max(5 * len(problem.rows.of), problem.core * problem.size), 1)


@dataclass(eq=False)
class _Lanes:
    """Climbs that are not done: where they are, how wide their errors are (lanes, 1), and for each
    (lanes,) the gain that is too little, the times it was moved off a saddle, the rounds left, and
    its place."""

    objective: Objective
    spot: Spot
    anneal: Array
    settled: Array
    tries: Index
    left: Index
    place: Index

    def put_on(self, objective: Objective, spot: Spot, kept: Index) -> _Lanes:
        """The lanes `kept`, where they are now."""
        own = (getattr(self, name)[kept] for name in _OWN)
        return _Lanes(objective, spot, *own)

    def joined(self, other: _Lanes) -> _Lanes:
        """These lanes and then those of another."""
        own = (np.concatenate([getattr(self, n), getattr(other, n)]) for n in _OWN)
        objective = Objective.joined([self.objective, other.objective])
        return _Lanes(objective, Spot.joined([self.spot, other.spot]), *own)


_OWN = ("anneal", "settled", "tries", "left", "place")


class Climbs:
    """Climbs on their way, each for so many `rounds` at most; more can be added at any time."""

    def __init__(self, rounds: int = _ROUNDS) -> None:
        self.rounds, self.added = rounds, 0
        self.lanes: _Lanes | None = None

    @property
    def count(self) -> int:
        """How many are not done."""
        return 0 if self.lanes is None else len(self.lanes.place)

    def add(self, objective: Objective, x: Array, anneal: Array, settled: Array) -> None:
        """Take up more climbs (lanes) from `x`; they have the next places, in their order."""
        fresh, wider = len(x), anneal[:, None]
        new = _Lanes(
            objective, objective.at(x, wider), wider, settled, np.zeros(fresh, dtype=np.intp),
            np.full(fresh, self.rounds), self.added + np.arange(fresh),
        )  # fmt: skip
        self.lanes = new if self.lanes is None else self.lanes.joined(new)
        self.added += fresh

    def round(self) -> list[tuple[int, Peak]]:
        """One Newton step of all; the places and peaks of those that are done."""
        lanes = self.lanes
        if lanes is None:
            return []
        objective, spot = lanes.objective, lanes.spot
        curvature = objective.curvature(spot)
        factors, exact = _factors(objective, spot, curvature)
        steps = np.stack([f.solve(g) for f, g in zip(factors, spot.gradient, strict=True)])
        gains = np.einsum("bi,bi->b", spot.gradient, steps)
        last = lanes.left == 0
        done = last.copy()
        for b in np.flatnonzero((gains < lanes.settled) & ~last):
            if exact[b] or lanes.tries[b] >= _SADDLE_TRIES:
                done[b] = True
            else:
                lanes.tries[b] += 1
                steps[b] = _off_saddle(curvature.lanes(int(b)), spot.gradient[b])
                gains[b] = 0.0
        lanes.left -= 1
        self.lanes, moved = _moved(lanes, np.flatnonzero(~done), steps, gains)
        ended = np.setdiff1d(np.arange(len(gains)), moved)
        if not len(ended):
            return []
        settled = gains < np.where(last, 0.05, 100 * lanes.settled)
        told = [(factors[b], float(gains[b]), bool(settled[b]), bool(exact[b])) for b in ended]
        peaks = _peaks(objective.lanes(ended), spot.lanes(ended), curvature.lanes(ended), told)
        return list(zip(lanes.place[ended].tolist(), peaks, strict=True))


def _moved(lanes: _Lanes, moving: Index, steps: Array, gains: Array) -> tuple[_Lanes | None, Index]:
    """The lanes of `moving` that rise along `steps`, where that leads them, and which they are."""
    if not len(moving):
        return None, moving
    held, here = lanes.objective, lanes.spot
    if len(moving) < len(gains):
        held, here = held.lanes(moving), here.lanes(moving)
    trial = _line_search(held, here, steps[moving], gains[moving], lanes.anneal[moving])
    risen = np.flatnonzero(trial.value > here.value + 1e-9)
    if len(risen) < len(moving):
        held, trial, moving = held.lanes(risen), trial.lanes(risen), moving[risen]
    if len(moving) == len(gains):
        return replace(lanes, spot=trial), moving
    return lanes.put_on(held, trial, moving) if len(moving) else None, moving


def _peaks(
    objective: Objective, spot: Spot, curvature: Arrowhead,
    told: Sequence[tuple[Factor, float, bool, bool]],
) -> list[Peak]:  # fmt: skip
    """Peaks with their evidence; none where even the steadied curvature has no volume."""
    steadied = objective.steadied(spot, curvature)
    volume = objective.log_volume(spot)
    found: list[Peak] = []
    for b, (factor, gain, settled, exact) in enumerate(told):
        volumed = factorise(steadied.lanes(b))
        evidence = -np.inf
        if volumed is not None:
            step = 0.5 * gain if settled and exact else 0.0
            evidence = spot.value[b] + step - 0.5 * volumed.log_det - volume[b]
        evidence = float(evidence) if np.isfinite(evidence) else -np.inf
        found.append(Peak(objective.lanes(b), spot.lanes(b), factor, evidence, settled, exact))
    return found


def _factors(objective: Objective, spot: Spot, curvature: Arrowhead) -> tuple[list[Factor], Flags]:
    """The factors of the exact curvatures, or of those that the safe ones make definite."""
    found = [factorise(curvature.lanes(b)) for b in range(len(spot.value))]
    exact = np.array([factor is not None for factor in found])
    bad = np.flatnonzero(~exact)
    if len(bad):
        safe = objective.lanes(bad).curvature(spot.lanes(bad), safe=True)
        for i, b in enumerate(bad.tolist()):
            exactly, own = curvature.lanes(b), safe.lanes(i)
            damping = _enough(exactly, own)
            damped = own if damping is None else exactly.plus(own, _MARGIN * damping)
            found[b] = factorise(damped)
    factors = [factor for factor in found if factor is not None]
    if len(factors) < len(found):
        raise FitError("expected a positive definite curvature; the prior has a flat direction")
    return factors, exact


def _enough(exact: Arrowhead, safe: Arrowhead) -> float | None:
    """The least of `_DAMPINGS` that makes a curvature definite; what suffices, more does too."""

    def definite(damping: float) -> bool:
        return factorise(exact.plus(safe, damping)) is not None

    place = bisect_left(_DAMPINGS, True, key=definite)
    return _DAMPINGS[place] if place < len(_DAMPINGS) else None


def _line_search(
    objective: Objective, spot: Spot, steps: Array, gains: Array, anneal: Array
) -> Spot:
    """Halve the steps until the log posterior rises."""
    size = np.minimum(1.0, _LONGEST / np.maximum(np.abs(steps).max(axis=1), 1e-12))
    trial = objective.at(spot.x + size[:, None] * steps, anneal)
    while True:
        fair = spot.value + 1e-4 * size * gains - 1e-10
        short = np.flatnonzero(~(trial.value > fair) & (size > _SHORTEST))
        if not len(short):
            return trial
        size[short] *= 0.4
        x = spot.x[short] + size[short, None] * steps[short]
        trial.put(short, objective.lanes(short).at(x, anneal[short]))


def _off_saddle(curvature: Arrowhead, gradient: Array) -> Array:
    """The direction of the most negative curvature, on the side where the gradient rises."""
    way = curvature.downward()
    return way if float(way @ gradient) >= 0 else -way
