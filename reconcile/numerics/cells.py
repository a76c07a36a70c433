"""Probability of a cell [a, b] under an error law, with its first two derivatives.

Every law here is standardised: the error is ``z = (y - eta) / sigma`` and the cell is known in `y`.
The functions return ``(L, L', L'')``, the mass and its derivatives in `eta`, all on the natural
scale, so that mixtures are sums. A cell narrower than `NARROW` sigmas is its density times its
width (differences of distribution functions lose their digits there); a cell of no width is the
density alone.
"""

from __future__ import annotations

import numpy as np
from scipy.special import erfcx, ndtr

from reconcile.numerics.arrays import Array

Mass = tuple[Array, Array, Array]

# Below this width, in sigmas, the density times the width is right to 2e-5.
NARROW = 0.02
# Of the normal density.
_SQRT_2PI = np.sqrt(2 * np.pi)
# Ends of a cell further out are as good as infinite, and their squares are still finite.
_FAR = 1e60


def student_t(z: Array) -> Mass:
    """Density of Student's t with 4 degrees of freedom at `z` and its first two derivatives in z.

    f(z) = 3/8 (1 + z^2/4)^(-5/2).
    """
    base = 1 / (1 + 0.25 * z * z)
    f = 0.375 * base * base * np.sqrt(base)
    slope = -1.25 * z * base
    return f, f * slope, f * (slope * slope - 1.25 * base + 0.625 * z * z * base * base)


def _student_slope(z: Array) -> tuple[Array, Array]:
    """The density at `z` and its first derivative."""
    base = 1 / (1 + 0.25 * z * z)
    f = 0.375 * base * base * np.sqrt(base)
    return f, -1.25 * f * z * base


def student_cell(lower: Array, upper: Array, eta: Array, sigma: Array) -> Mass:
    """Mass of the cell [lower, upper] under eta + sigma t_4, with derivatives in eta; shapes (N,).

    With s = z / sqrt(4 + z^2) the distribution function is 1/2 + (3 s - s^3)/4 (closed form for 4
    degrees of freedom), written in 1 - |s| so that both tails keep their digits.
    """
    a, b = _standardised(lower, upper, eta, sigma)
    width = b - a
    unit = np.where(width > 0, width, 1 / sigma)
    f, f1, f2 = student_t(0.5 * (a + b))
    # in the order of rows, so that a flat view can be written to
    mass, slope, bend = (np.ascontiguousarray(part * unit) for part in (f, f1, f2))
    broad = np.flatnonzero(width >= NARROW)
    if len(broad):
        a, b = a.ravel()[broad], b.ravel()[broad]
        (fa, ga), (fb, gb) = _student_slope(a), _student_slope(b)
        mass.reshape(-1)[broad] = _student_mass(a, b)
        slope.reshape(-1)[broad] = fb - fa
        bend.reshape(-1)[broad] = gb - ga
    return mass, -slope / sigma, bend / sigma**2


def _standardised(lower: Array, upper: Array, eta: Array, sigma: Array) -> tuple[Array, Array]:
    """Both ends as z; an unbounded end lies so far out that its square still has a place."""
    a, b = (np.clip((end - eta) / sigma, -_FAR, _FAR) for end in (lower, upper))
    return a, b


def _student_mass(a: Array, b: Array) -> Array:
    flip = a + b > 0
    low, high = np.where(flip, -b, a), np.where(flip, -a, b)  # now the cell lies to the left
    return _student_left(high) - _student_left(low)


def _student_left(z: Array) -> Array:
    """P(t_4 <= z), with full relative precision in the left tail."""
    square = z * z
    u = 4 / ((4 + square) * (1 + np.abs(z) / np.sqrt(4 + square)))  # 1 - |s|
    tail = 0.25 * u * u * (3 - u)
    return np.where(z < 0, tail, 1 - tail)


def thinned_cell(lower: Array, upper: Array, eta: Array, sigma: Array) -> Mass:
    """Mass of the cell [lower, upper] under eta - X + sigma Z, X ~ Exp(1), Z ~ N(0, 1).

    The law of log(share x truth) with the share uniform on (0, 1), said with error: what a part
    says about its whole. With y = value - eta its distribution function is
    Phi(y/sigma) + exp(y + sigma^2/2) Phi(-y/sigma - sigma).
    """
    a, b = np.maximum(lower - eta, -1e3), upper - eta  # nothing lies below: keeps 0 x inf away
    width = b - a
    narrow = ~(width >= NARROW * sigma)
    f, f1, f2 = _thinned_density(0.5 * (a + b), sigma)
    unit = np.where(width > 0, width, 1.0)
    fa, ga, _ = _thinned_density(a, sigma)
    fb, gb, _ = _thinned_density(b, sigma)
    left = _thinned_left(b, sigma) - _thinned_left(a, sigma)
    right = _thinned_right(a, sigma) - _thinned_right(b, sigma)  # what is left of 1, far above
    mass = np.maximum(np.where(a > 0, right, left), 0)
    return (
        np.where(narrow, f * unit, mass),
        np.where(narrow, -f1 * unit, fa - fb),
        np.where(narrow, f2 * unit, gb - ga),
    )


def _thinned_excess(y: Array, sigma: Array) -> Array:
    """exp(y + sigma^2/2) Phi(-y/sigma - sigma), without overflow for large y."""
    t = y / sigma + sigma
    scaled = 0.5 * erfcx(np.maximum(t, 0) / np.sqrt(2)) * np.exp(-0.5 * (y / sigma) ** 2)
    plain = np.exp(np.minimum(y + 0.5 * sigma**2, 700)) * ndtr(-t)
    return np.where(t > 0, scaled, plain)


def _thinned_left(y: Array, sigma: Array) -> Array:
    return ndtr(y / sigma) + _thinned_excess(y, sigma)


def _thinned_right(y: Array, sigma: Array) -> Array:
    return ndtr(-y / sigma) - _thinned_excess(y, sigma)


def _thinned_density(y: Array, sigma: Array) -> Mass:
    """Density and derivatives: f = g, f' = g - n, f'' = f' + n y/sigma^2, n the normal density."""
    g = _thinned_excess(y, sigma)
    n = np.exp(-0.5 * (y / sigma) ** 2) / (_SQRT_2PI * sigma)
    return g, g - n, g - n + n * y / sigma**2
