"""The mode of a density by Newton's method, with annealing and step halving."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import eigh

from reconcile.errors import FitError
from reconcile.inference.density import Density, Point, Target
from reconcile.numerics.dense import Factor, factorise

__all__ = ["Mode", "find_mode"]

Array = NDArray[np.float64]

# The claims' errors start 16 times as wide: a cold start at their final width ends in a worse mode.
ANNEALING = (16.0, 4.0, 1.0)
TOLERANCE = 1e-8
MOST_STEPS = 100
_LONGEST = 3.0
_SHORTEST = 1e-12
# A step that raises nothing any more, and promises less than this, ends in rounding.
_NO_DIGITS = 1e-3
_DAMPINGS = (0.03, 0.1, 0.3, 1.0, 3.0)


@dataclass(frozen=True, eq=False)
class Mode:
    """The mode of `density` (with `target` held): the point there and the factor of its curvature.

    `steps` is how many Newton steps it took.
    """

    density: Density
    target: Target | None
    point: Point
    factor: Factor
    steps: int

    @property
    def log_evidence(self) -> float:
        """Laplace: log p(claims) up to the constant (n/2) log 2 pi."""
        return self.point.value - 0.5 * self.factor.log_det


def find_mode(
    density: Density,
    start: Array | None = None,
    target: Target | None = None,
    tolerance: float = TOLERANCE,
) -> Mode:
    """The mode from `start`; from the prior's centre, annealed, where there is none.

    It has settled when another Newton step would gain less than `tolerance` nats.

    Raises `FitError` if it does not settle.
    """
    if start is not None:
        return _newton(density, start, target, 1.0, tolerance)
    x = density.start()
    for anneal in ANNEALING[:-1]:
        x = _newton(density, x, target, anneal, 1e-3).point.x
    return _newton(density, x, target, ANNEALING[-1], tolerance)


def _newton(
    density: Density, x: Array, target: Target | None, anneal: float, tolerance: float
) -> Mode:
    point = density.at(x, anneal, target)
    gain, stalled = np.inf, False
    for step in range(MOST_STEPS):
        factor, exact = _direction(density, point, target)
        move = factor.solve(point.gradient)
        gain = float(point.gradient @ move)
        settled = gain < (max(tolerance, _NO_DIGITS) if stalled else tolerance)
        if settled and exact:
            return Mode(density, target, point, factor, step)
        if settled:  # a saddle: the way down from it, if there is one
            move, gain = _off_saddle(density, point, target), 0.0
        moved = _line_search(density, point, move, gain, anneal, target)
        if settled and moved.value <= point.value + tolerance:
            return Mode(density, target, point, factor, step)
        stalled = moved.value <= point.value
        point = moved
    raise FitError(
        f"expected the mode to settle within {MOST_STEPS} Newton steps; the last step would still "
        f"gain {gain:.2g} nats"
    )


def _direction(density: Density, point: Point, target: Target | None) -> tuple[Factor, bool]:
    """The factor of the exact curvature, or of one that the safe curvature makes definite."""
    curvature = density.curvature(point, target)
    factor = factorise(curvature)
    if factor is not None:
        return factor, True
    safe = density.curvature(point, target, safe=True)
    for damping in _DAMPINGS:
        factor = factorise(curvature + damping * safe)
        if factor is not None:
            return factor, False
    factor = factorise(safe)
    if factor is None:
        raise FitError("expected a positive definite curvature; the prior has a flat direction")
    return factor, False


def _off_saddle(density: Density, point: Point, target: Target | None) -> Array:
    """The direction of the most negative curvature, on the side where the gradient rises."""
    _, vectors = eigh(density.curvature(point, target), subset_by_index=[0, 0])
    way = np.asarray(vectors[:, 0], dtype=np.float64)
    return way if float(way @ point.gradient) >= 0 else -way


def _line_search(
    density: Density, point: Point, move: Array, gain: float, anneal: float, target: Target | None
) -> Point:
    """Halve the step until the log posterior rises (no path moves more than `_LONGEST` at once)."""
    size = min(1.0, _LONGEST / max(float(np.max(np.abs(move))), 1e-12))
    trial = density.at(point.x + size * move, anneal, target)
    while trial.value < point.value + 1e-4 * size * gain - 1e-10 and size > _SHORTEST:
        size *= 0.5
        trial = density.at(point.x + size * move, anneal, target)
    return trial
