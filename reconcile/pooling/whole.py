"""Counts are whole numbers, and so are the quantiles of a count."""

from __future__ import annotations

import numpy as np

from reconcile.numerics.arrays import Array, Flags
from reconcile.pooling.items import Items
from reconcile.pooling.items_scale import to_scale

LEAST = 10
"""Known truths, all whole numbers, that tell that truths of this field are."""


def whole_numbers(items: Items, quantiles: Array, learn: str) -> Array:
    """The answers (I, P), on the items' scales, with quantiles that are whole numbers where all
    truths that the item may know are: an interval from 2.6 to 5.4 holds the counts 3 to 5."""
    found = quantiles.copy()
    counted = np.flatnonzero(_counted(items, learn) & np.isfinite(quantiles).all(axis=1))
    raw = items.to_raw(quantiles[counted], counted)
    scale, shift = items.scale[counted, None], items.shift[counted, None]
    with np.errstate(divide="ignore", invalid="ignore"):
        rounded = to_scale(np.round(raw), scale, shift)
    # 0 has no logarithm, 0 and 1 no logit
    found[counted] = np.where(np.isfinite(rounded), rounded, quantiles[counted])
    return np.maximum.accumulate(found, axis=1)


def cells(items: Items, learn: str) -> Array:
    """The upper end, the middle and the lower end (I, 3) of the truth's cell, on the items'
    scales: half a unit about a count, else the truth itself."""
    truth = np.repeat(items.truth[:, None], 3, axis=1)
    counted = np.flatnonzero(_counted(items, learn) & np.isfinite(items.truth))
    raw = items.raw_truth()[counted, None] + np.array([0.5, 0.0, -0.5])
    ends = to_scale(raw, items.scale[counted, None], items.shift[counted, None])
    truth[counted] = np.where(np.isfinite(ends), ends, truth[counted])
    truth[:, 1] = items.truth
    return truth


def _counted(items: Items, learn: str) -> Flags:
    """Whether each item (I,) knows of `LEAST` truths and all are whole numbers."""
    truth = items.raw_truth()
    told, size = np.isfinite(truth), np.maximum(np.abs(truth), 1.0)
    broken = told & (np.abs(truth - np.round(truth)) > 1e-9 * size)
    if learn == "others":
        return (told.sum() - told >= LEAST) & (broken.sum() - broken == 0)
    order = np.argsort(np.where(told, items.known, np.inf), kind="stable")
    known = items.known[order][: int((told & np.isfinite(items.known)).sum())]
    upto = np.searchsorted(known, items.asked, side="right")
    broken_by = np.r_[0, np.cumsum(broken[order][: len(known)])]
    return (upto >= LEAST) & (broken_by[upto] == 0)
