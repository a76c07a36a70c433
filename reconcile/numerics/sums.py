"""Sums of values by the place that each belongs to."""

from __future__ import annotations

import math

import numpy as np

from reconcile.numerics.arrays import Array, Index


def sum_by(place: Index, values: Array, size: int) -> Array:
    """The sum (..., size) of `values` (..., N) at each place; `place` (N,) says where each belongs.

    >>> sum_by(np.array([0, 2, 2]), np.array([1.0, 2.0, 3.0]), 3).tolist()
    [1.0, 0.0, 5.0]
    """
    if values.ndim == 1:
        return np.asarray(np.bincount(place, values, size), dtype=np.float64)
    lead = values.shape[:-1]
    lanes = math.prod(lead)
    where = place if lanes == 1 else (np.arange(lanes)[:, None] * size + place).ravel()
    total = np.bincount(where, values.ravel(), lanes * size)
    return np.asarray(total, dtype=np.float64).reshape(*lead, size)
