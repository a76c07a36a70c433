"""Answers: the crowds of a block, and the quantile function of every item's truth."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri

from reconcile.numerics.arrays import Array, Ints
from reconcile.pooling.crowd import Block
from reconcile.pooling.record import ErrorSums, SourceHabits
from reconcile.pooling.shape import GAP, TO_SCALE, WEIGHTING, Crowd, Shape, crowd_of
from reconcile.pooling.unit import Units

PROBABILITIES = np.unique(
    np.r_[0.0005, 0.001, 0.002, 0.0035, np.arange(1, 200) / 200, 0.9965, 0.998, 0.999, 0.9995]
)
"""Every half percent, and finer levels in the tails, which the ends of wide intervals need."""
ON_GRID = np.searchsorted(
    PROBABILITIES,
    np.r_[0.0005, 0.002, 0.005, 0.01, 0.025, np.arange(1, 20) / 20, 0.075, 0.925,
          0.975, 0.99, 0.995, 0.998, 0.9995] - 1e-9,
)  # fmt: skip
"""Where the levels of `GRID` stand among all."""
ON_GRID.sort()
GRID = PROBABILITIES[ON_GRID]
"""The levels at which candidates are compared and mixed: some hundred tables of all levels would
not fit a small machine."""
PIECE = 1024
"""Witnesses worked on at a time: what fits a cache."""
OFFSETS = np.array([-6, -3.5, -2, -1.2, -0.6, 0, 0.6, 1.2, 2, 3.5, 6.0])
"""Where a density is evaluated on both sides of a point, in its scales: denser in the middle."""


@dataclass(frozen=True, eq=False)
class Answers:
    """`quantiles` (I, P) at `PROBABILITIES` on the items' scales (NaN where nobody spoke), and
    what was learnt from all known items: `habits`, their `record`, the `shape` of a new group and
    the `units`. `taught` (I,): how many items' truths stood behind each answer."""

    quantiles: Array
    habits: SourceHabits
    record: ErrorSums
    shape: Shape
    units: Units
    taught: Array


def cdf(z: Array) -> Array:
    """Distribution function of Student's t with 5 degrees of freedom."""
    u = z / np.sqrt(5.0)
    square = 1 / (1 + u * u)
    return 0.5 + (np.arctan(u) + u * square * (1 + 2 / 3 * square)) / np.pi


def quantiles_of(crowd: Crowd, shapes: Sequence[Shape]) -> Array:
    """Quantiles (I, P) of the truth of each item under its shape, at `PROBABILITIES`."""
    told = np.array([(s.rho, s.omega, s.c, s.c_variance) for s in shapes])
    rho, omega, shift, c_variance = (told[:, [k]] for k in range(4))
    unit, middle = crowd.unit[:, None], crowd.middle[:, None]
    own = TO_SCALE * (1 - rho**2) * crowd.averaging[:, None] + omega**2 + TO_SCALE * c_variance
    scale = np.sqrt(own * unit**2 + (rho * GAP * crowd.gap) ** 2)
    at = (1 - rho) * middle + rho * crowd.nodes + shift * unit
    points = (at[..., None] + OFFSETS * scale[..., None]).reshape(len(at), -1)
    points = np.sort(points, axis=1)
    below = np.zeros_like(points)
    for j in range(at.shape[1]):
        below += cdf((points - at[:, [j]]) / scale[:, [j]])
    below /= at.shape[1]
    rows = zip(below, points, strict=True)
    found = [np.interp(PROBABILITIES, low, point) for low, point in rows]
    return np.array(found).reshape(len(at), len(PROBABILITIES))


def from_grid(table: Array) -> Array:
    """Quantiles (I, P) at `PROBABILITIES` from those at `GRID`, linear in the normal score."""
    z, whole = (np.asarray(ndtri(p)) for p in (GRID, PROBABILITIES))
    left = np.clip(np.searchsorted(z, whole, side="right") - 1, 0, len(z) - 2)
    part = (whole - z[left]) / (z[left + 1] - z[left])
    found = table[:, left] + part * (table[:, left + 1] - table[:, left])
    found[:, ON_GRID] = table
    return np.maximum.accumulate(found, axis=1)


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
