"""Items side by side: rows of equal length, so that whole tables are worked on at once.

A `Block` holds the items whose number of witnesses lies under one power of two, in arrays
(I, n) padded with witnesses of no mass. Every number of an item is computed along its own row,
so that no other item can change it, not by a bit.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace

import numpy as np

from reconcile.numerics.arrays import Array, Flags, Ints
from reconcile.pooling.items import Items
from reconcile.pooling.weighted_quantiles import row_median

TAIL = 4.0
"""Degrees of freedom of the Student weights that let go of vandals."""
ROUNDS = 4
"""Reweightings: the weights of a crowd settle within four."""
TO_SD = 3.2897072539029444
"""Width of a normal's 90 % interval in standard deviations."""
FLOOR = 1e-290
"""Keeps the variance of a crowd without any spread above 0."""


@dataclass(frozen=True, eq=False)
class Block:
    """I items of up to n witnesses; `items` (I,) their places in the table.

    `mass` (I, n) of each witness (0 in the padding), `x` (I, n, 5) its quantiles, `stated`,
    `source`, `stance`, `age` (I, n); of the item `truth`, `group`, `scale`, and, from the claims
    alone: `middle` (I,) a robust centre, `spread` (I,) the standard deviation of a claim drawn
    from a witness drawn at random, `dof` (I,) how well it is known, `trust` (I, n) in (0, 1],
    small for a witness far from all others.
    """

    items: Ints
    mass: Array
    x: Array
    stated: Flags
    source: Ints
    stance: Ints
    age: Array
    truth: Array
    group: Ints
    scale: Ints
    middle: Array
    spread: Array
    dof: Array
    trust: Array

    def __len__(self) -> int:
        return len(self.items)

    def take(self, keep: Flags | Ints | slice) -> Block:
        """The items of the block at `keep`."""
        return Block(*(getattr(self, f.name)[keep] for f in fields(self)))

    def pieces(self, size: int) -> Iterator[Block]:
        """The block in parts of at most `size` witnesses (one item at least)."""
        step = max(1, size // self.mass.shape[1])
        for start in range(0, len(self), step):
            yield self.take(slice(start, start + step))

    @property
    def present(self) -> Flags:
        """(I, n): a witness, not padding."""
        return self.mass > 0

    @property
    def point(self) -> Array:
        """(I, n): the middle of each claim."""
        return self.x[..., 2]

    @property
    def width(self) -> Array:
        """(I, n): the standard deviation that each claim states."""
        return (self.x[..., 4] - self.x[..., 0]) / TO_SD

    @property
    def count(self) -> Array:
        """(I,): witnesses, those of one origin counting as one."""
        return np.maximum(weighted_sum(self.mass, np.ones(())), 1e-9)


def weighted_sum(mass: Array, values: Array) -> Array:
    """Sum (I,) of `mass * values` along each row, in the order of the witnesses."""
    products = np.ascontiguousarray(np.broadcast_to(mass * values, mass.shape))
    return products.sum(axis=1)


def blocks(items: Items) -> list[Block]:
    """All items that somebody speaks of, in blocks of like size."""
    told = items.witnesses
    count = np.bincount(told.item, minlength=len(items.item_ids))
    start = np.cumsum(count) - count
    size = 2 ** np.ceil(np.log2(np.maximum(count, 1))).astype(int)
    made: list[Block] = []
    for n in np.unique(size[count > 0]):
        rows = np.flatnonzero((size == n) & (count > 0))
        slots = np.arange(n)
        present = slots < count[rows, None]
        index = start[rows, None] + np.where(present, slots, 0)
        mass = np.where(present, _relative(told.weight[index], present), 0.0)
        zero = np.zeros(len(rows))
        block = Block(
            rows, mass, told.x[index], told.stated[index] & present, told.source[index],
            told.stance[index], told.age[index], items.truth[rows], items.group[rows],
            items.scale[rows], zero, zero, zero, mass,
        )  # fmt: skip
        made.append(_described(block))
    return made


def _relative(weight: Array, present: Flags) -> Array:
    """Weights (I, n) of mean 1 within each item."""
    weight = np.where(present, weight, 0.0)
    mean = weight.sum(axis=1) / present.sum(axis=1)
    return weight / mean[:, None]


def _described(block: Block) -> Block:
    """The block with middle, spread, dof and trust, from the claims alone."""
    point, width, count = block.point, block.width, block.count
    even = block.mass / count[:, None]
    middle = row_median(point, even)
    away = np.abs(point - middle[:, None])
    typical = 1.4826 * row_median(away, even)
    reach = np.maximum(typical, 0.1 * weighted_sum(even, away))
    trust = np.ones_like(point)
    for _ in range(ROUNDS):
        scatter = width**2 + reach[:, None] ** 2 + FLOOR
        trust = (TAIL + 1) / (TAIL + (point - middle[:, None]) ** 2 / scatter)
        pull = even * trust
        pull = pull / pull.sum(axis=1)[:, None]
        middle = weighted_sum(pull, point)
        reach = np.sqrt(weighted_sum(pull, (point - middle[:, None]) ** 2))
    pull = even * trust
    pull = pull / pull.sum(axis=1)[:, None]
    unbiased = np.where(count > 1, count / np.maximum(count - 1, 0.5), 1.0)
    square = weighted_sum(pull, width**2) + unbiased * reach**2
    dof = np.maximum(count - 1, 0) + weighted_sum(block.mass, block.stated.astype(float))
    spread = np.sqrt(np.maximum(square, FLOOR))
    return replace(block, middle=middle, spread=spread, dof=dof, trust=trust)


def centre(point: Array, pull: Array) -> tuple[Array, Array]:
    """Weighted mean (I,) and the share of variance (I,) that averaging leaves."""
    return weighted_sum(pull, point), weighted_sum(pull, pull)
