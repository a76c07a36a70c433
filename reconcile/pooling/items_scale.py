"""The scale on which the claims about an item are compared: chosen, reached and left again.

On the log scale x becomes log(x + shift). `shift` is 0 unless zeros are claimed or known among
the items: then it is 0.25, so that a count of 0, the cell [0, 0.5], lies at finite distance and
counts above a few are plain logarithms.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import expit, logit

from reconcile.numerics.arrays import Array, Flags, Ints

LINEAR, LOG, LOGIT = 0, 1, 2
"""Codes of the scales."""
SCALES = {"linear": LINEAR, "log": LOG, "logit": LOGIT}
SHIFT = 0.25
"""Half of the cell [0, 0.5] of a count of 0."""
TINY = 1e-300
"""Keeps logs and ratios finite at 0."""
SHARE_EDGE = 1e-4
"""On the logit scale shares stop at 0.0001 and 0.9999; answers within twice that are 0 or 1."""
BLUR = 1e-13
"""The relative error of a number that goes to a scale and back, some hundred roundings at most."""
SHARE_CELL = 0.005
"""Half the rounding cell of a share said as 0 or 1."""
LEAST_SHARE = 0.001
"""Shares below a thousandth are no evidence for the logit scale: they look like rates."""
RATIO = 2.0
"""Claims about one item that differ by this factor speak for the log scale."""
LONE_RATIO = 10.0
"""The same, for an item that has fewer than three comparable ones."""
WILD_RATIO = 100.0
"""The same where other items have negative numbers: this one then has a unit of its own."""
LEVEL_SD = 1.0
"""Levels of items that spread wider than this, in logs, speak for the log scale."""
COMMON = 0.1
"""Zeros in at least this share of the items are usual, and need a scale that has them."""


@dataclass(frozen=True, eq=False)
class Extent:
    """What the choice of a scale looks at, of each item (I,): bounds of its claims and truth."""

    low: Array
    high: Array
    level: Array
    zero: Flags
    fractional: Flags


def to_scale(x: Array, scale: Ints, shift: Array) -> Array:
    """Values on the items' scale; `scale`, `shift` broadcast against `x`.

    >>> to_scale(np.array([0.0, 0.75]), np.array([LOG]), np.array([0.25])).round(3)
    array([-1.386,  0.   ])
    """
    log = np.log(np.maximum(x, 0.0) + np.maximum(shift, TINY))
    share = logit(np.clip(x, SHARE_EDGE, 1 - SHARE_EDGE))
    return np.where(scale == LOG, log, np.where(scale == LOGIT, share, x))


def share_cells(x: Array, bare: Flags, scale: Ints) -> Array:
    """Quantiles (N, 5) with those of bare points kept within half a per cent on the logit scale:
    0 and 1 are whole numbers, but no counts."""
    near = np.clip(x, x[:, [2]] - SHARE_CELL, x[:, [2]] + SHARE_CELL)
    return np.where((bare & (scale == LOGIT))[:, None], near, x)


def from_scale(z: Array, scale: Ints, shift: Array) -> Array:
    """The inverse of `to_scale`; what lies in the cell of a count of 0 is 0, and whole numbers,
    which the way there and back has blurred, are whole."""
    plain = np.exp(np.where(scale == LOG, np.minimum(z, 700.0), 0.0))
    count = np.where(plain < 2 * shift, 0.0, plain - shift)
    share = expit(np.where(scale == LOGIT, z, 0.0))
    share = np.where(share < 2 * SHARE_EDGE, 0.0, np.where(share > 1 - 2 * SHARE_EDGE, 1.0, share))
    counted = np.where(shift > 0, count, plain)
    whole = np.round(counted)
    counted = np.where(np.abs(counted - whole) <= BLUR * counted, whole, counted)
    return np.where(scale == LOG, counted, np.where(scale == LOGIT, share, z))


def choose(own: Extent, knows: Counts) -> tuple[Ints, Array]:
    """Scale (I,) and shift (I,) of each item, from its own claims and what it `knows` of others.

    Claims below 0 anywhere mean linear (unless the item alone spans two powers of ten above 0:
    items with units of their own); shares all within [0, 1] mean logit; otherwise the log scale
    where claims within items commonly differ by a factor of 2, or levels across items by more
    than a factor of e in standard deviation.
    """
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        ratio = np.where(own.low > 0, own.high / np.maximum(own.low, TINY), np.inf)
        log_level = np.where(own.level > 0, np.log(np.maximum(own.level, TINY)), np.nan)
    n = knows.n + 1
    spread = (knows.spread + (ratio >= RATIO)) / n
    within = np.where(n >= 3, spread >= 0.5, ratio >= LONE_RATIO)
    levels = knows.n_level + np.isfinite(log_level)
    total = knows.level + np.nan_to_num(log_level)
    square = knows.level_square + np.nan_to_num(log_level) ** 2
    variance = square / np.maximum(levels, 1) - (total / np.maximum(levels, 1)) ** 2
    across = (levels >= 3) & (variance > LEVEL_SD**2)
    positive = own.low >= 0
    log = positive & (knows.negative == 0) & (within | across)
    log |= (own.low > 0) & (knows.negative > 0) & (ratio >= WILD_RATIO)
    moderate = own.zero | ((own.level >= LEAST_SHARE) & (own.level <= 1 - LEAST_SHARE))
    share = positive & (own.high <= 1) & own.fractional & moderate & (knows.not_share == 0)
    scale = np.where(share, LOGIT, np.where(log, LOG, LINEAR)).astype(np.int64)
    return scale, shift_of(scale, own, knows)


def shift_of(scale: Ints, own: Extent, knows: Counts) -> Array:
    """The shift (I,) of the log scale: `SHIFT` of whole numbers, which may turn out to be 0, and
    where zeros are claimed, or commonly known.

    Items counted in a finer unit (a level below 1) get a share of it.
    """
    common = (knows.zero > 0) & (knows.zero >= COMMON * knows.n)
    small = own.zero | ((common | ~own.fractional) & (own.level >= 1))
    unit = np.where(own.level > 0, np.minimum(own.level, 1.0), 1.0)
    return np.where((scale == LOG) & small, SHIFT * unit, 0.0)


@dataclass(frozen=True, eq=False)
class Counts:
    """What is known of other items when an item is answered: sums (I,) over those items."""

    n: Array
    negative: Array
    zero: Array
    not_share: Array
    spread: Array
    n_level: Array
    level: Array
    level_square: Array

    @classmethod
    def of(cls, extent: Extent, know: Ints, order: Ints) -> Counts:
        """Sums over the first `know` (I,) items of `order`, which may leave items out."""
        columns = _columns(extent, order)
        sums = [np.concatenate([[0.0], np.cumsum(column)])[know] for column in columns]
        return cls(*sums)

    @classmethod
    def of_all(cls, extent: Extent) -> Counts:
        """Sums over all items, an item's own included."""
        n = len(extent.low)
        columns = _columns(extent, np.arange(n))
        return cls(*(np.full(n, column.sum()) for column in columns))


def _columns(extent: Extent, order: Ints) -> tuple[Array, ...]:
    low, high, level = extent.low[order], extent.high[order], extent.level[order]
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        wide = np.where(low > 0, high >= RATIO * low, True)
        log_level = np.where(level > 0, np.log(np.maximum(level, TINY)), np.nan)
    valid = np.isfinite(log_level)
    log_level = np.nan_to_num(log_level)
    columns = (
        np.ones(len(order)),
        low < 0,
        extent.zero[order],
        (low < 0) | (high > 1),
        wide,
        valid,
        log_level,
        log_level**2,
    )
    return tuple(column.astype(float) for column in columns)
