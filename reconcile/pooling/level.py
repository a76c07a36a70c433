"""How high an item stands among others: guesses of small things run high, of large ones low."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from reconcile.numerics.arrays import Array, Ints
from reconcile.pooling.crowd import Block

__all__ = ["Levels"]

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
