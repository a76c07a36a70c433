"""What many claims contribute: log likelihood, score, safe weight, and what sigma learns from them.

p_i = rho [the number repeats the stream's last] + (1 - rho) sum over placements and over
(1 - pi, sigma) and (pi, wide) of Student-t cells. The weight of a cell is the expectation of the
half-quadratic weight of the t law inside it,

    w = [F_{nu+2}(kappa b) - F_{nu+2}(kappa a)] / [F_nu(b) - F_nu(a)] / sigma^2,

kappa = sqrt((nu + 2)/nu): always positive, so that a step along it descends.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reconcile.numerics.cells import NARROW, student_cell, student_t, thinned_cell

__all__ = ["Evidence", "Law", "evidence", "half_quadratic"]

Array = NDArray[np.float64]
Index = NDArray[np.intp]

_FAR = 1e60


@dataclass(frozen=True, eq=False)
class Law:
    """The error laws of R rows: cell, both scales, and probabilities; see the module.

    `weight` is each claim's say; `repeat` is rho where the number repeats the last one, else 0, and
    `fresh` is 1 - rho. `anneal` has been applied to the scales.
    """

    claim_of: Index
    lower: Array
    upper: Array
    sigma: Array
    wide: Array
    share: Array
    gross: Array
    thinned: NDArray[np.bool_]
    repeat: Array
    fresh: Array
    weight: Array


@dataclass(frozen=True, eq=False)
class Evidence:
    """loglik (N,); rows (R,): score, safe weight, observed curvature; narrow (R,): responsibility of
    the narrow law; spread (R,): that times E[u z^2]; gross (N,) and repeated (N,): probabilities.
    """

    loglik: Array
    score: Array
    safe: Array
    curve: Array
    narrow: Array
    tight: Array
    spread: Array
    gross: Array
    repeated: Array


def evidence(law: Law, eta: Array) -> Evidence:
    """The claims at the expected values `eta` (R,)."""
    near, far = (_cell(law, eta, sigma) for sigma in (law.sigma, law.wide))
    of, n = law.claim_of, len(law.repeat)
    a, b = law.share * (1 - law.gross), law.share * law.gross
    mass, slope, bend = (a * x + b * y for x, y in zip(near, far, strict=True))
    total = np.maximum(np.bincount(of, mass, n), 1e-300)
    p = law.repeat + law.fresh * total
    part = (law.weight * law.fresh / p)[of]
    narrow, broad = part * a * near[0], part * b * far[0]
    score = part * slope
    w_near = half_quadratic(law.lower, law.upper, eta, law.sigma)
    w_far = half_quadratic(law.lower, law.upper, eta, law.wide)
    flat = 0.1 * (narrow + broad) / law.wide**2
    steep = _thinned_weight(law, part * mass, slope / np.maximum(mass, 1e-300), bend / np.maximum(mass, 1e-300))
    safe = np.where(law.thinned, steep, np.maximum(narrow * w_near + broad * w_far, flat))
    return Evidence(
        loglik=law.weight * np.log(p),
        score=score,
        safe=safe,
        curve=score * score / np.maximum(law.weight[of], 1e-12) - part * bend,
        narrow=narrow,
        tight=narrow * w_near,
        spread=narrow * _squared(law, eta, near[0]),
        gross=np.bincount(of, broad, n),
        repeated=law.repeat / p,
    )


def _cell(law: Law, eta: Array, sigma: Array) -> tuple[Array, Array, Array]:
    found = student_cell(law.lower, law.upper, eta, sigma)
    if law.thinned.any():
        at = law.thinned
        part = thinned_cell(law.lower[at], law.upper[at], eta[at], sigma[at])
        for whole, piece in zip(found, part, strict=True):
            whole[at] = piece
    return found


def _thinned_weight(law: Law, say: Array, slope: Array, bend: Array) -> Array:
    """A part's own curvature, where positive; a little of the wide law's where it is flat."""
    curve = slope * slope - bend
    return say * np.maximum(curve, 0.1 / law.wide**2)


def half_quadratic(lower: Array, upper: Array, eta: Array, sigma: Array) -> Array:
    """E[5 / (4 + z^2) | cell] / sigma^2, the weight of each cell under t with 4 degrees."""
    a, b = (np.clip((end - eta) / sigma, -_FAR, _FAR) for end in (lower, upper))
    middle = 0.5 * (np.clip(a, -1e8, 1e8) + np.clip(b, -1e8, 1e8))
    point = 5 / (4 + middle * middle)
    flip = a + b > 0
    low, high = np.where(flip, -b, a), np.where(flip, -a, b)
    top = _six(high) - _six(low)
    bottom = _four(high) - _four(low)
    fine = (b - a > NARROW) & (bottom > 1e-14)
    inside = np.where(fine, top / np.where(fine, bottom, 1.0), point)
    return np.clip(inside, 1e-16, 1.25) / sigma**2


def _six(z: Array) -> Array:
    """P(t_6 <= kappa z), kappa = sqrt(6/4): the integral of 5 / (4 + z^2) times the t_4 density.

    With s = z / sqrt(4 + z^2) it is 1/2 + (15 s - 10 s^3 + 3 s^5)/16, written in 1 - |s|.
    """
    u = _gap(z)
    tail = u**3 * (20 - 15 * u + 3 * u * u) / 16
    return np.where(z < 0, tail, 1 - tail)


def _four(z: Array) -> Array:
    u = _gap(z)
    tail = 0.25 * u * u * (3 - u)
    return np.where(z < 0, tail, 1 - tail)


def _gap(z: Array) -> Array:
    """1 - |s| with its digits."""
    square = z * z
    return 4 / ((4 + square) * (1 + np.abs(z) / np.sqrt(4 + square)))


def _squared(law: Law, eta: Array, mass: Array) -> Array:
    """E[u z^2 | cell] = 1 + d log mass / d log sigma, u the half-quadratic weight."""
    a, b = (np.clip((end - eta) / law.sigma, -1e30, 1e30) for end in (law.lower, law.upper))
    middle = 0.5 * (a + b)
    point = 5 * middle * middle / (4 + middle * middle)
    edges = a * student_t(a)[0] - b * student_t(b)[0]
    fine = (b - a > NARROW) & (mass > 1e-14)
    return np.clip(np.where(fine, 1 + edges / np.where(fine, mass, 1.0), point), 0.0, 5.0)
