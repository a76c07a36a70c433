"""Newton's method to a mode of the log posterior.

The exact curvature where it is positive definite, else as much of the safe one added as makes it
so; no state moves further than a few units at once, and steps are halved until the value rises.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import eigh

from reconcile.errors import FitError
from reconcile.inference.objective import Objective, Spot, Target
from reconcile.numerics.dense import Factor, factorise

__all__ = ["Peak", "climb"]

Array = NDArray[np.float64]

_ROUNDS = 80
_LONGEST = 4.0  # of a step, in logs
_SHORTEST = 2e-4  # share of a step below which nothing is gained by halving
_DAMPINGS = (0.1, 1.0, 10.0)
_SETTLED = 1e-4  # nats that another step would gain
_SADDLE_TRIES = 3


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


def climb(
    objective: Objective,
    x: Array,
    *,
    anneal: float = 1.0,
    target: Target | None = None,
    settled: float = _SETTLED,
    rounds: int = _ROUNDS,
) -> Peak:
    """The mode reached from `x`."""
    spot = objective.at(x, anneal, target)
    tries = 0
    for _ in range(rounds):
        factor, exact = _direction(objective, spot, target)
        step = factor.solve(spot.gradient)
        gain = float(spot.gradient @ step)
        if gain < settled:
            if exact or tries >= _SADDLE_TRIES:
                return _peak(objective, spot, factor, True, exact, target)
            tries += 1
            step = _off_saddle(objective, spot, target)
            gain = 0.0
        moved = _line_search(objective, spot, step, gain, anneal, target)
        if moved.value <= spot.value + 1e-9:
            return _peak(objective, spot, factor, gain < 100 * settled, exact, target)
        spot = moved
    factor, exact = _direction(objective, spot, target)
    gain = float(spot.gradient @ factor.solve(spot.gradient))
    return _peak(objective, spot, factor, gain < 0.05, exact, target)


def _peak(
    objective: Objective, spot: Spot, factor: Factor, settled: bool, exact: bool,
    target: Target | None,
) -> Peak:  # fmt: skip
    """The mode with its evidence; without a volume where even the steadied curvature has none."""
    steadied = factorise(objective.steadied(spot, objective.curvature(spot, target)))
    evidence = -np.inf if steadied is None else objective.log_evidence(spot, steadied.log_det)
    return Peak(objective, spot, factor, float(evidence), settled, exact)


def _direction(objective: Objective, spot: Spot, target: Target | None) -> tuple[Factor, bool]:
    """The factor of the exact curvature, or of one that the safe curvature makes definite."""
    curvature = objective.curvature(spot, target)
    factor = factorise(curvature)
    if factor is not None:
        return factor, True
    safe = objective.curvature(spot, target, safe=True)
    for damping in _DAMPINGS:
        factor = factorise(curvature + damping * safe)
        if factor is not None:
            return factor, False
    factor = factorise(safe)
    if factor is None:
        raise FitError("expected a positive definite curvature; the prior has a flat direction")
    return factor, False


def _off_saddle(objective: Objective, spot: Spot, target: Target | None) -> Array:
    """The direction of the most negative curvature, on the side where the gradient rises."""
    _, vectors = eigh(objective.curvature(spot, target), subset_by_index=[0, 0])
    way = np.asarray(vectors[:, 0], dtype=np.float64)
    return way if float(way @ spot.gradient) >= 0 else -way


def _line_search(
    objective: Objective, spot: Spot, step: Array, gain: float, anneal: float,
    target: Target | None,
) -> Spot:  # fmt: skip
    """Halve the step until the log posterior rises."""
    size = min(1.0, _LONGEST / max(float(np.max(np.abs(step))), 1e-12))
    trial = objective.at(spot.x + size * step, anneal, target)
    while not trial.value > spot.value + 1e-4 * size * gain - 1e-10 and size > _SHORTEST:
        size *= 0.4
        trial = objective.at(spot.x + size * step, anneal, target)
    return trial
