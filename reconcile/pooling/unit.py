"""The unit of an item: in which its errors are counted, so that items of any kind compare.

It is the item's own spread, moderated: the logarithms of the spreads of known items of the same
scale have a mean and a variance beyond chance, and an item's own logarithm is shrunk to the mean
as far as its few witnesses leave it uncertain (Smyth 2004, doi 10.2202/1544-6115.1027, on the log
scale). Items in the same unit share it; items in units of their own keep theirs. `Levels` tell how
high an item stands among others: guesses of small things run high, of large ones low.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from reconcile.numerics.arrays import Array, Ints
from reconcile.pooling.crowd import Block
from reconcile.pooling.items_scale import LINEAR

UNKNOWN_SPREAD = 0.5
"""Spread of claims on the log and logit scales where nothing is known: a factor of 1.6."""
UNKNOWN_RELATIVE = 0.25
"""The same on the linear scale, relative to the claim."""
PRIOR_VARIANCE = 0.25
"""Before anything is known, the variance of claims on the log and logit scales: `UNKNOWN_SPREAD`
squared."""
PRIOR_ITEMS = 3.0
"""What it is worth, in items."""
LEAST_VARIANCE = 0.02
"""No item has a smaller one: sources that copy agree exactly and know nothing more."""


@dataclass(frozen=True, eq=False)
class Units:
    """Sums over known items, by scale (3,): their number, log spreads, squares, chance variance."""

    n: Array
    log: Array
    square: Array
    chance: Array

    @classmethod
    def empty(cls) -> Units:
        """Nothing known."""
        return cls(*(np.zeros(3) for _ in range(4)))

    def with_block(self, block: Block) -> Units:
        """The sums with the items of `block` that several witnesses, or a stated width, inform."""
        told = block.dof > 0
        scale = block.scale[told]
        log, chance = np.log(block.spread[told]), 0.5 / block.dof[told]
        parts = (np.ones(len(log)), log, log**2, chance)
        sums = (np.bincount(scale, weights=part, minlength=3) for part in parts)
        held = (self.n, self.log, self.square, self.chance)
        return Units(*(old + new for old, new in zip(held, sums, strict=True)))

    def of(self, block: Block) -> Array:
        """The unit (I,) of each item."""
        n, scale = np.maximum(self.n, 1), block.scale
        mean = (self.log / n)[scale]
        within = self.square - self.log**2 / n
        variance = (within + PRIOR_ITEMS * PRIOR_VARIANCE) / (self.n + PRIOR_ITEMS)
        variance = np.maximum(variance - self.chance / n, LEAST_VARIANCE)
        few = self.n < 3
        variance = np.where(few, 1.0, variance)[scale]
        mean = np.where(few[scale], np.log(_unknown(block)), mean)
        own = variance / (variance + 0.5 / np.maximum(block.dof, 1e-9))
        own = np.where(block.dof > 0, own, 0.0)
        return np.exp(own * np.log(block.spread) + (1 - own) * mean)


def _unknown(block: Block) -> Array:
    level = np.abs(block.middle)
    relative = np.where(level > 0, UNKNOWN_RELATIVE * level, 1.0)
    return np.where(block.scale == LINEAR, relative, UNKNOWN_SPREAD)


REACH = 2.5
"""Standard deviations beyond which an item counts as no more extreme: one item must not set a
slope."""


@dataclass(frozen=True, eq=False)
class Levels:
    """Median and robust standard deviation (3,) of the middles of items, by scale."""

    median: Array
    sd: Array

    @classmethod
    def of(cls, middle: Array, scale: Ints) -> Levels:
        """From the middles (I,) of the items that are known."""
        median, sd = np.zeros(3), np.full(3, np.inf)
        for code in np.unique(scale):
            at = middle[scale == code]
            median[code] = np.median(at)
            spread = 1.4826 * np.median(np.abs(at - median[code]))
            sd[code] = spread if spread > 0 else np.inf
        return cls(median, sd)

    def at(self, block: Block) -> Array:
        """The standardised level (I,) of each item, at most `REACH`."""
        return self.standard(block.middle, block.scale)

    def standard(self, middle: Array, scale: Ints) -> Array:
        """The same from middles and scales (I,)."""
        return np.clip((middle - self.median[scale]) / self.sd[scale], -REACH, REACH)
