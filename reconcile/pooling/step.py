"""The two steps that all ways of learning share: lay out the crowds, and answer."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from reconcile.numerics.arrays import Array, Ints
from reconcile.pooling.answer import quantiles_of
from reconcile.pooling.crowd import Block
from reconcile.pooling.record import SourceHabits
from reconcile.pooling.shape import WEIGHTING, Crowd, Shape, crowd_of

__all__ = ["PIECE", "answer", "crowds"]

PIECE = 1024
"""Witnesses worked on at a time: what fits a cache."""


def crowds(block: Block, unit: Array, habits: SourceHabits, row: Ints, shift: Array) -> Crowd:
    """The crowds (W I,) of a block, by one weighting of the grid after the other; `shift` (I,) in
    units."""
    many = np.tile(np.arange(len(block)), len(WEIGHTING))
    whole, weights = block.take(many), np.repeat(WEIGHTING, len(block), axis=0)
    return crowd_of(whole, unit[many], habits.at(whole, row[many]), weights, shift[many])


def answer(
    block: Block,
    unit: Array,
    habits: SourceHabits,
    row: Ints,
    shift: Array,
    shape: Callable[[int], Shape],
) -> Array:
    """Quantiles (I, P) of the truths of a block, each under the `shape` of its group."""
    of_group = {group: shape(group) for group in np.unique(block.group).tolist()}
    shapes = [of_group[group] for group in block.group.tolist()]
    weights = np.array([(s.precision, s.robust, s.undone) for s in shapes])
    return quantiles_of(crowd_of(block, unit, habits.at(block, row), weights, shift), shapes)
