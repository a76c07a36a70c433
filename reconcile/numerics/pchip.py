"""Monotone cubic interpolation, without the second that `scipy.interpolate` takes to load."""

from __future__ import annotations

import numpy as np

from reconcile.numerics.arrays import Array


def pchip(at: Array, x: Array, y: Array) -> Array:
    """The piecewise cubic through `x` (P,), rising, and `y` (P,), at the points `at`.

    It is smooth in its first derivative, and has no wiggles: where `y` rises, so does it. `at` lies
    within `x`; P is at least 2.

    References
    ----------
    Fritsch and Butland (1984), A method for constructing local monotone piecewise cubic
    interpolants, SIAM J. Sci. Stat. Comput. 5(2), 300-304

    Examples
    --------
    >>> import numpy as np
    >>> pchip(np.array([0.5, 1.5]), np.array([0.0, 1.0, 2.0]), np.array([0.0, 1.0, 1.0]))
    array([0.6875, 1.    ])
    """
    h = np.diff(x)
    slope = np.diff(y) / h
    d = _derivatives(h, slope)
    k = np.clip(np.searchsorted(x, at, side="right") - 1, 0, len(h) - 1)
    t = at - x[k]
    c = (3 * slope[k] - 2 * d[k] - d[k + 1]) / h[k]
    b = (d[k] + d[k + 1] - 2 * slope[k]) / h[k] ** 2
    return y[k] + t * (d[k] + t * (c + t * b))


def _derivatives(h: Array, slope: Array) -> Array:
    """The derivative (P,) at each node: a weighted harmonic mean of the slopes beside it."""
    if len(h) == 1:
        return np.repeat(slope, 2)
    left, right = slope[:-1], slope[1:]
    first, second = 2 * h[1:] + h[:-1], h[1:] + 2 * h[:-1]
    turns = left * right <= 0
    safe_left, safe_right = np.where(turns, 1.0, left), np.where(turns, 1.0, right)
    inner = (first + second) / (first / safe_left + second / safe_right)
    ends = _end(h[0], h[1], slope[0], slope[1]), _end(h[-1], h[-2], slope[-1], slope[-2])
    return np.r_[ends[0], np.where(turns, 0.0, inner), ends[1]]


def _end(near: float, far: float, slope: float, beyond: float) -> float:
    """The derivative at an end: of three points, kept from turning the curve."""
    found = ((2 * near + far) * slope - near * beyond) / (near + far)
    if np.sign(found) != np.sign(slope):
        return 0.0
    if np.sign(slope) != np.sign(beyond) and abs(found) > 3 * abs(slope):
        return 3 * slope
    return found
