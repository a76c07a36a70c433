"""The two steps that all ways of learning share: lay out the crowds, and answer."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from reconcile.inference.pool.answer import quantiles_of
from reconcile.inference.pool.crowd import Block
from reconcile.inference.pool.evidence import Evidence
from reconcile.inference.pool.record import Habits
from reconcile.inference.pool.shape import WEIGHTING, Crowd, Shape, crowd_of

__all__ = ["PIECE", "answer", "crowds", "untaught"]

Array = NDArray[np.float64]
Ints = NDArray[np.int64]

PIECE = 4096
"""Witnesses worked on at a time: what fits a cache."""


def crowds(block: Block, unit: Array, habits: Habits, row: Ints, level: Array) -> list[Crowd]:
    """The crowds of a block, one for each weighting of the grid."""
    found = habits.at(block, row)
    slope = habits.slope[row, block.scale] * level
    return [crowd_of(block, unit, found, p, r, slope) for p, r in WEIGHTING.tolist()]


def answer(
    block: Block, unit: Array, habits: Habits, row: Ints, level: Array, shape: Shape
) -> Array:
    """Quantiles (I, P) of the truths of a block under one `shape`."""
    found = habits.at(block, row)
    slope = habits.slope[row, block.scale] * level
    crowd = crowd_of(block, unit, found, shape.precision, shape.robust, slope)
    return quantiles_of(crowd, shape)


def untaught() -> Shape:
    """The shape where no truth is known: the prior's, and vandals are let go."""
    return replace(Evidence({}).shape(-1), robust=1.0)
