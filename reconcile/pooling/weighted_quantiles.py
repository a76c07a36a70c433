"""Weighted quantiles along the rows of a table, each row for itself."""

from __future__ import annotations

import numpy as np

from reconcile.numerics.arrays import Array


def row_quantiles(values: Array, weights: Array, levels: Array) -> Array:
    """Quantiles (I, P) at `levels` (P,) of each row of `values` (I, n) with `weights` (I, n).

    The k-th smallest value stands at the middle of its weight; between the values the quantile
    is linear, outside the outermost ones constant. Values without weight are left out; weights
    need not sum to 1, but one of each row must be positive.

    >>> row_quantiles(np.array([[3.0, 1.0, 9.0]]), np.array([[1.0, 1.0, 0.0]]), np.array([0.5]))
    array([[2.]])
    """
    order = np.argsort(np.where(weights > 0, values, np.inf), axis=1, kind="stable")
    values = np.take_along_axis(values, order, axis=1)
    weights = np.take_along_axis(weights, order, axis=1)
    upto = np.cumsum(weights, axis=1)
    at = (upto - 0.5 * weights) / upto[:, -1:]
    last = (weights > 0).sum(axis=1) - 1
    high = np.minimum((at[:, :, None] < levels).sum(axis=1), last[:, None])
    low = np.maximum(high - 1, 0)
    left, right = (np.take_along_axis(at, side, axis=1) for side in (low, high))
    gap = right - left
    part = np.where(gap > 0, (levels - left) / np.where(gap > 0, gap, 1.0), 1.0)
    part = np.clip(part, 0.0, 1.0)
    below, above = (np.take_along_axis(values, side, axis=1) for side in (low, high))
    return below * (1 - part) + above * part


def row_median(values: Array, weights: Array) -> Array:
    """The weighted median (I,) of each row of `values` (I, n)."""
    return row_quantiles(values, weights, np.array([0.5]))[:, 0]
