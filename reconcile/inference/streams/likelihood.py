"""What many claims contribute: log likelihood, score, safe weight, and what sigma learns from them.

p_i = rho [the number repeats the stream's last] + (1 - rho) sum over placements and over
(sigma, ratio sigma, wide) of Student-t cells: a claim's own error, a loose number, a gross error.
The weight of a cell is the expectation of the
half-quadratic weight of the t law inside it,

    w = [F_{nu+2}(kappa b) - F_{nu+2}(kappa a)] / [F_nu(b) - F_nu(a)] / sigma^2,

kappa = sqrt((nu + 2)/nu): always positive, so that a step along it descends.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from reconcile.numerics.cells import NARROW, student_cell, student_t, thinned_cell

__all__ = ["Evidence", "Law", "evidence", "half_quadratic"]

Array = NDArray[np.float64]
Index = NDArray[np.intp]

_FAR = 1e60
_LEAST = 1e-150


@dataclass(frozen=True, eq=False)
class Law:
    """The error laws of R rows: cell, the three scales and their probabilities; see the module.

    `weight` is each claim's say; `repeat` is rho where the number repeats the last one, else 0, and
    `fresh` is 1 - rho. `anneal` has been applied to the scales.
    """

    claim_of: Index
    lower: Array
    upper: Array
    scales: tuple[Array, Array, Array]
    parts: tuple[Array, Array, Array]
    share: Array
    thinned: NDArray[np.bool_]
    repeat: Array
    fresh: Array
    weight: Array


@dataclass(frozen=True, eq=False)
class Evidence:
    """loglik (N,); rows (R,): score, safe weight, observed curvature.

    Of each law (3, R): `held` its responsibility, `tight` that times its weight. repeated (N,): the
    probability of a mere repeat. law, eta and mass (3, R) are what it was worked out from.
    """

    loglik: Array
    score: Array
    safe: Array
    curve: Array
    held: Array
    tight: Array
    repeated: Array
    law: Law
    eta: Array
    mass: tuple[Array, ...]

    @cached_property
    def spread(self) -> Array:
        """Responsibilities times E[u z^2] (3, R), which the scales learn from."""
        pairs = zip(self.law.scales, self.mass, strict=True)
        return self.held * [_squared(self.law, self.eta, s, mass) for s, mass in pairs]


def evidence(law: Law, eta: Array) -> Evidence:
    """The claims at the expected values `eta` (R,)."""
    cells = [_cell(law, eta, scale) for scale in law.scales]
    shares = [law.share * part for part in law.parts]
    of, n = law.claim_of, len(law.repeat)
    mass, slope, bend = (
        sum(share * cell[i] for share, cell in zip(shares, cells, strict=True)) for i in range(3)
    )
    # a part that is 1e40 times its whole has a mass of no digits: it pulls at nothing
    total = np.maximum(np.bincount(of, mass, n), _LEAST)
    p = law.repeat + law.fresh * total
    part = np.where(total > _LEAST, law.weight * law.fresh / p, 0.0)[of]
    held = np.array([part * share * c[0] for share, c in zip(shares, cells, strict=True)])
    tight = held * [half_quadratic(law.lower, law.upper, eta, scale) for scale in law.scales]
    score = part * slope
    return Evidence(
        loglik=law.weight * np.log(p),
        score=score,
        safe=_safe(law, held.sum(axis=0), tight.sum(axis=0), np.stack([mass, slope, bend])),
        curve=score * score / np.maximum(law.weight[of], 1e-12) - part * bend,
        held=held,
        tight=tight,
        repeated=law.repeat / p,
        law=law,
        eta=eta,
        mass=tuple(cell[0] for cell in cells),
    )


def _safe(law: Law, held: Array, tight: Array, mass: Array) -> Array:
    """A positive weight: a part's own curvature where positive; never flatter than a wide law."""
    flat = 0.1 * held / law.scales[2] ** 2
    if not law.thinned.any():
        return np.maximum(tight, flat)
    # where the mass has no digits left, its derivatives say nothing: the wide law's weight holds
    slope, bend = mass[1:] * (mass[0] > _LEAST) / np.maximum(mass[0], _LEAST)
    return np.maximum(np.where(law.thinned, held * (slope * slope - bend), tight), flat)


def _cell(law: Law, eta: Array, sigma: Array) -> tuple[Array, Array, Array]:
    found = student_cell(law.lower, law.upper, eta, sigma)
    if law.thinned.any():
        at = law.thinned
        part = thinned_cell(law.lower[at], law.upper[at], eta[at], sigma[at])
        for whole, piece in zip(found, part, strict=True):
            whole[at] = piece
    return found


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


def _squared(law: Law, eta: Array, sigma: Array, mass: Array) -> Array:
    """E[u z^2 | cell] = 1 + d log mass / d log sigma, u the half-quadratic weight."""
    a, b = (np.clip((end - eta) / sigma, -1e30, 1e30) for end in (law.lower, law.upper))
    middle = 0.5 * (a + b)
    point = 5 * middle * middle / (4 + middle * middle)
    edges = a * student_t(a)[0] - b * student_t(b)[0]
    fine = (b - a > NARROW) & (mass > 1e-14)
    return np.clip(np.where(fine, 1 + edges / np.where(fine, mass, 1.0), point), 0.0, 5.0)
