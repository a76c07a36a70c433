"""The two steps that all ways of learning share: lay out the crowds, and answer."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from reconcile.inference.pool.answer import quantiles_of
from reconcile.inference.pool.crowd import Block
from reconcile.inference.pool.record import Habits
from reconcile.inference.pool.shape import WEIGHTING, Crowd, Shape, crowd_of

__all__ = ["PIECE", "answer", "crowds"]

Array = NDArray[np.float64]
Ints = NDArray[np.int64]

PIECE = 4096
"""Witnesses worked on at a time: what fits a cache."""


def crowds(block: Block, unit: Array, habits: Habits, row: Ints, shift: Array) -> list[Crowd]:
    """The crowds of a block, one for each weighting of the grid; `shift` (I,) in units."""
    found = habits.at(block, row)
    return [crowd_of(block, unit, found, weights, shift) for weights in WEIGHTING.tolist()]


def answer(
    block: Block, unit: Array, habits: Habits, row: Ints, shift: Array, shape: Shape
) -> Array:
    """Quantiles (I, P) of the truths of a block under one `shape`."""
    weights = (shape.precision, shape.robust, shape.undone)
    return quantiles_of(crowd_of(block, unit, habits.at(block, row), weights, shift), shape)
