"""Newton's method to modes of the log posterior, from several starts side by side.

The exact curvature where it is positive definite, else as much of the safe one added as makes it
so; no state moves further than a few units at once, and steps are halved until the value rises.
Climbs of one problem at different settings are independent lanes of the same arrays: a small
problem costs NumPy's overhead once for all of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.linalg import eigh

from reconcile.errors import FitError
from reconcile.inference.objective import Objective, Spot
from reconcile.numerics.arrays import Array, Flags, Index
from reconcile.numerics.dense import Factor, factorise

# Steps at most; a climb that has not settled by then is on a ridge without a top.
_ROUNDS = 80
_LONGEST = 4.0  # of a step, in logs
_SHORTEST = 2e-4  # share of a step below which nothing is gained by halving
# Shares of the safe curvature that are tried; three times the first that suffices is added, since a
# curvature that is barely definite sends one unknown far away and holds up all others.
_DAMPINGS, _MARGIN = (0.03, 0.1, 0.3, 1.0, 3.0), 3.0
_SETTLED = 1e-4  # nats that another step would gain
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
    objectives: Sequence[Objective],
    starts: Sequence[Array],
    *,
    anneal: Sequence[float] | None = None,
    settled: float = _SETTLED,
    rounds: int = _ROUNDS,
) -> list[Peak]:
    """The modes of `objectives`, all of one problem, reached each from its own start (size,); where
    `anneal` says so, with the claims' errors so many times wider.

    A climb ends where another step would gain less than `settled` nats; that gain is in the
    evidence. What a climb finds does not depend on the others. Raises `FitError` where the prior
    has a flat direction.
    """
    if not objectives:
        return []
    problem = objectives[0].problem
    most = max(_BATCH // max(5 * len(problem.rows.of), problem.size**2), 1)
    found: list[Peak] = []
    for first in range(0, len(objectives), most):
        batch = slice(first, first + most)
        wider = np.ones(len(starts[batch])) if anneal is None else np.array(anneal[batch])
        found += _Climbs(objectives[batch], np.stack(starts[batch]), wider, settled).run(rounds)
    return found


class _Climbs:
    """A batch of climbs on their way: `spot` holds where each lane is."""

    def __init__(
        self, objectives: Sequence[Objective], x: Array, anneal: Array, settled: float
    ) -> None:
        self.objectives, self.anneal, self.settled = objectives, anneal[:, None], settled
        self.stacked = Objective.stacked(objectives)
        self.spot = self.stacked.at(x, self.anneal)
        self.tries = np.zeros(len(x), dtype=int)
        self.peaks: list[Peak | None] = [None] * len(x)

    def run(self, rounds: int) -> list[Peak]:
        for left in range(rounds, -1, -1):
            active = np.array([i for i, peak in enumerate(self.peaks) if peak is None])
            if not len(active):
                break
            self._round(active, last=left == 0)
        return [peak for peak in self.peaks if peak is not None]

    def _round(self, active: Index, last: bool) -> None:
        """One Newton step of the `active` lanes; those that are done become peaks."""
        every = len(active) == len(self.peaks)
        objective, spot = self.stacked, self.spot
        if not every:
            objective, spot = objective.lanes(active), spot.lanes(active)
        curvature = objective.curvature(spot)
        factors, exact = _factors(objective, spot, curvature)
        steps = np.stack([f.solve(g) for f, g in zip(factors, spot.gradient, strict=True)])
        gains = np.einsum("bi,bi->b", spot.gradient, steps)
        done = np.full(len(active), last)
        for b in np.flatnonzero(gains < self.settled):
            if exact[b] or self.tries[active[b]] >= _SADDLE_TRIES:
                done[b] = True
            elif not last:
                self.tries[active[b]] += 1
                steps[b] = _off_saddle(curvature[b], spot.gradient[b])
                gains[b] = 0.0
        moving = np.flatnonzero(~done)
        if len(moving):
            held, here = objective, spot
            if len(moving) < len(active):
                held, here = objective.lanes(moving), spot.lanes(moving)
            anneal = self.anneal[active[moving]]
            trial = _line_search(held, here, steps[moving], gains[moving], anneal)
            risen = trial.value > here.value + 1e-9
            done[moving[~risen]] = True
            if every and len(moving) == len(active) and risen.all():
                self.spot = trial
            else:
                self.spot.put(active[moving[risen]], trial.lanes(np.flatnonzero(risen)))
        limit = 0.05 if last else 100 * self.settled
        ended = np.flatnonzero(done)
        if len(ended):  # lanes that ended have not moved: `spot` still holds them
            self._end(
                objective.lanes(ended), spot.lanes(ended), curvature[ended], active[ended],
                [(factors[b], float(gains[b]), bool(gains[b] < limit), bool(exact[b]))
                 for b in ended],
            )  # fmt: skip

    def _end(
        self, objective: Objective, spot: Spot, curvature: Array, where: Index,
        told: Sequence[tuple[Factor, float, bool, bool]],
    ) -> None:  # fmt: skip
        """Peaks with their evidence; none where even the steadied curvature has no volume."""
        steadied = objective.steadied(spot, curvature)
        volume = objective.log_volume(spot)
        for b, (i, (factor, gain, settled, exact)) in enumerate(zip(where, told, strict=True)):
            volumed = factorise(steadied[b])
            evidence = -np.inf
            if volumed is not None:
                step = 0.5 * gain if settled and exact else 0.0
                evidence = spot.value[b] + step - 0.5 * volumed.log_det - volume[b]
            evidence = evidence if np.isfinite(evidence) else -np.inf
            self.peaks[i] = Peak(
                self.objectives[i], spot.lanes(b), factor, float(evidence), settled, exact
            )


def _factors(objective: Objective, spot: Spot, curvature: Array) -> tuple[list[Factor], Flags]:
    """The factors of the exact curvatures, or of those that the safe ones make definite."""
    found = [factorise(one) for one in curvature]
    exact = np.array([factor is not None for factor in found])
    bad = np.flatnonzero(~exact)
    if len(bad):
        safe = objective.lanes(bad).curvature(spot.lanes(bad), safe=True)
        for b, own in zip(bad, safe, strict=True):
            enough = (d for d in _DAMPINGS if factorise(curvature[b] + d * own) is not None)
            damping = next(enough, None)
            damped = own if damping is None else curvature[b] + _MARGIN * damping * own
            found[b] = factorise(damped)
    factors = [factor for factor in found if factor is not None]
    if len(factors) < len(found):
        raise FitError("expected a positive definite curvature; the prior has a flat direction")
    return factors, exact


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


def _off_saddle(curvature: Array, gradient: Array) -> Array:
    """The direction of the most negative curvature, on the side where the gradient rises."""
    _, vectors = eigh(curvature, subset_by_index=[0, 0])
    way = np.asarray(vectors[:, 0], dtype=np.float64)
    return way if float(way @ gradient) >= 0 else -way
