"""Tukey's h distribution: a normal centre with the tails of Student's t, and no latent scale.

``H(z, h) = z exp(h z^2 / 2)`` with z standard normal has the tails of Student's t with 1/h degrees
of freedom (Tukey 1977; Hoaglin 1985). Every unknown of the model is ``centre + scale H(z, h)``, so
its log prior in z is ``-z^2 / 2``: one scale for Newton's method and for samplers.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import lambertw

from reconcile.numerics.arrays import Array

_FAR = 1e150  # its square still has a place


@dataclass(frozen=True, slots=True)
class Penalty:
    """``z^2 / 2`` at ``e = H(z, h)``: value, derivatives in e, and ``log dH/dz``; (..., T)."""

    z: Array
    value: Array
    slope: Array
    curve: Array
    log_stretch: Array


def tukey_h(z: Array, h: Array | float) -> Array:
    """``z exp(h z^2 / 2)``."""
    return np.asarray(z * np.exp(0.5 * h * z * z), dtype=np.float64)


def penalty(e: Array, h: Array) -> Penalty:
    """The penalty ``z^2 / 2`` of the errors `e` (..., T) with tails `h` (T,), h >= 0.

    From ``h z^2 exp(h z^2) = h e^2`` follows ``h z^2 = W(h e^2)``, W Lambert's function.

    >>> found = penalty(np.array([0.0, tukey_h(np.array(2.0), 0.45)]), np.array([0.45, 0.45]))
    >>> found.value.round(6).tolist()
    [0.0, 2.0]
    """
    felt = np.clip(e, -_FAR, _FAR)
    heavy = np.flatnonzero(h > 0)
    z = felt.copy()
    if len(heavy):
        tail, err = h[heavy], felt[..., heavy]
        square = np.asarray(tail * err * err, dtype=np.complex128)
        w = lambertw(square).real  # pyright: ignore[reportArgumentType]
        z[..., heavy] = np.sign(err) * np.sqrt(w / tail)
    square = h * z * z
    grow = np.exp(0.5 * square)
    stretch = (1 + square) * grow
    slope = z / stretch
    bend = -grow * h * z * (3 + square) / stretch**3  # d2z / de2
    return Penalty(z, 0.5 * z * z, slope, stretch**-2 + z * bend, np.log(stretch))
