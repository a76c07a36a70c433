"""Weighted sums of outer products of sparse rows: what most of a curvature is made of."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from reconcile.numerics.arrays import Array, Index
from reconcile.numerics.sums import sum_by


@dataclass(frozen=True, eq=False)
class OuterSums:
    """``sum_f weight_f t_f t_f'`` for rows t_f (n,) of few entries.

    Each pair of entries of a row is one of P `product`s, from row `row` (P,), and is added to entry
    number `entry` (P,) of those that are not zero, which lie at `place` (K,) in the flat (n, n).
    """

    row: Index
    product: Array
    entry: Index
    place: Index

    @classmethod
    def of(cls, rows: Iterable[tuple[Index, Array]], size: int) -> OuterSums:
        """Of rows given as their places (k,) among `size` and their entries (k,)."""
        listed = list(rows)
        return cls.between(listed, listed, size)

    @classmethod
    def between(
        cls, rows: Iterable[tuple[Index, Array]], others: Iterable[tuple[Index, Array]], size: int
    ) -> OuterSums:
        """``sum_f weight_f t_f u_f'`` of `rows` t and as many `others` u (`size`,)."""
        found = [
            (
                np.full(len(at) * len(to), f),
                (at[:, None] * size + to).ravel(),
                np.outer(t, u).ravel(),
            )
            for f, ((at, t), (to, u)) in enumerate(zip(rows, others, strict=True))
        ]
        if not found:
            empty = np.zeros(0, dtype=np.intp)
            return cls(empty, np.zeros(0), empty, empty)
        row, where, product = (np.concatenate(column) for column in zip(*found, strict=True))
        place, entry = np.unique(where, return_inverse=True)
        return cls(row, product, entry, place)

    @classmethod
    def of_table(cls, table: Array) -> OuterSums:
        """Of the rows of a table (F, n)."""
        some = [np.flatnonzero(row) for row in table]
        return cls.of(((at, row[at]) for at, row in zip(some, table, strict=True)), table.shape[1])

    def add(self, matrices: Array, weight: Array) -> None:
        """Add the sum for `weight` (..., F) to contiguous `matrices` (..., n, `size`).

        >>> sums = OuterSums.of([(np.array([0, 1]), np.array([1.0, 2.0]))], 2)
        >>> found = np.zeros((2, 2))
        >>> sums.add(found, np.array([3.0]))
        >>> found.tolist()
        [[3.0, 6.0], [6.0, 12.0]]
        """
        if not len(self.place):
            return
        flat = matrices.reshape(*matrices.shape[:-2], -1)
        flat[..., self.place] += sum_by(
            self.entry, weight[..., self.row] * self.product, len(self.place)
        )
