"""Which sums can't exceed which others, and what that says about pairs of claims."""

from __future__ import annotations

from functools import cached_property

import numpy as np

from reconcile.constraints.linear_system import System
from reconcile.numerics.arrays import Flags, Ints


class Relations:
    """Comparisons of sums over sets of cells (rows of booleans) of one `System`.

    A sum over cells that are never negative can't exceed the sum over more cells; and nothing
    `within` can exceed what it is within. That is all that two claims alone can break.
    """

    def __init__(self, system: System) -> None:
        self._system = system
        self._nonnegative = (system.floor >= 0)[system.variable]
        inner = [tie.inner for tie in system.ties]
        outer = [tie.outer for tie in system.ties]
        width = system.cells.count
        self._inner = np.array(inner, dtype=bool).reshape(-1, width)
        self._outer = np.array(outer, dtype=bool).reshape(-1, width)
        reach = np.eye(len(inner), dtype=bool) | self._held(self._outer, self._inner)
        while True:
            further = (reach.astype(np.float32) @ reach) > 0
            if (further == reach).all():
                break
            reach = further
        self._reach = reach

    def _held(self, rows: Flags, others: Flags) -> Flags:
        """Whether each of `rows` (a, V) is part of each of `others` (b, V): (a, b)."""
        outside = rows.astype(np.float32) @ (~others).T.astype(np.float32)
        free = ~self._nonnegative
        extra = (~rows[:, free]).astype(np.float32) @ others[:, free].T.astype(np.float32)
        return (outside == 0) & (extra == 0)

    def below(self, rows: Flags, others: Flags) -> Flags:
        """Whether the sum over each of `rows` can't exceed that over each of `others`: (a, b)."""
        found = self._held(rows, others)
        if len(self._inner):
            into = self._held(rows, self._inner).astype(np.float32) @ self._reach
            found |= (into @ self._held(self._outer, others).astype(np.float32)) > 0
        return found

    def never_above(self, row: Flags) -> Flags:
        """Nodes (N,) whose sum can't exceed that over `row` (V,), whichever placement is right."""
        cells, placed = self.placements
        found = self._within(cells, row)
        if len(self._inner):
            found |= (self._into & self._within(self._outer, row)).any(axis=1)
        return np.logical_and.reduceat(found, self.starts) & placed

    def never_below(self, row: Flags) -> Flags:
        """Nodes (N,) whose sum is at least that over `row` (V,), whichever placement is right."""
        cells, placed = self.placements
        found = self._around(row, cells)
        if len(self._inner):
            found |= (self._out_of & self._around(row, self._inner)[:, None]).any(axis=0)
        return np.logical_and.reduceat(found, self.starts) & placed

    def _within(self, rows: Flags, other: Flags) -> Flags:
        """Whether each of `rows` (a, V) is part of `other` (V,)."""
        free = ~self._nonnegative
        beyond = (rows & ~other).any(axis=1) | (~rows[:, free] & other[free]).any(axis=1)
        return np.asarray(~beyond)

    def _around(self, row: Flags, others: Flags) -> Flags:
        """Whether `row` (V,) is part of each of `others` (b, V)."""
        free = ~self._nonnegative
        beyond = (row & ~others).any(axis=1) | (~row[free] & others[:, free]).any(axis=1)
        return np.asarray(~beyond)

    @cached_property
    def _into(self) -> Flags:
        """Whether each placement can't exceed the inner side of each tie, if through others."""
        cells = self.placements[0]
        return (self._held(cells, self._inner).astype(np.float32) @ self._reach) > 0

    @cached_property
    def _out_of(self) -> Flags:
        """Whether the inner side of each tie can't exceed each placement, by its outer side."""
        cells = self.placements[0]
        return (self._reach.astype(np.float32) @ self._held(self._outer, cells)) > 0

    @cached_property
    def starts(self) -> Ints:
        """Where the placements of each node begin in `placements`."""
        counts = [max(len(node.rows), 1) for node in self._system.nodes]
        return np.r_[0, np.cumsum(counts)[:-1]].astype(np.int64)

    @cached_property
    def placements(self) -> tuple[Flags, Flags]:
        """The cells of every placement of every node (P, V), and which nodes have any (N,)."""
        nodes = self._system.nodes
        rows = [row for node in nodes for row in (node.rows or (0,))]
        return self._system.member[rows], np.array([bool(node.rows) for node in nodes])

    def clashing(self) -> tuple[Flags, Flags]:
        """Nodes that are wrong by themselves (N,), and pairs (i, j): the lower of i, upper of j."""
        nodes = self._system.nodes
        lower = np.array([node.lower for node in nodes])
        upper = np.array([node.upper for node in nodes])
        cells, placed = self.placements
        inside = cells[:, self._nonnegative].any(axis=1) | cells[:, ~self._nonnegative].any(axis=1)
        empty = ~np.logical_or.reduceat(inside, self.starts)
        positive = np.logical_and.reduceat(~cells[:, ~self._nonnegative].any(axis=1), self.starts)
        alone = placed & ((empty & (lower > 0)) | (positive & (upper < 0)) | (lower > upper))
        held = np.logical_and.reduceat(self.below(cells, cells), self.starts, axis=0)
        held = np.logical_and.reduceat(held, self.starts, axis=1)
        pairs = held & (lower[:, None] > upper[None, :]) & placed[:, None] & placed[None, :]
        pairs[alone] = False
        pairs[:, alone] = False
        return alone, pairs
