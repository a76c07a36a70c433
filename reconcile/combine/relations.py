"""Which sums can't exceed which others, and what that says about pairs of claims."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from reconcile.combine.system import System

__all__ = ["Relations"]

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]


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

    def _held(self, rows: Bools, others: Bools) -> Bools:
        """Whether each of `rows` (a, V) is part of each of `others` (b, V): (a, b)."""
        outside = rows.astype(np.float32) @ (~others).T.astype(np.float32)
        free = ~self._nonnegative
        extra = (~rows[:, free]).astype(np.float32) @ others[:, free].T.astype(np.float32)
        return (outside == 0) & (extra == 0)

    def below(self, rows: Bools, others: Bools) -> Bools:
        """Whether the sum over each of `rows` can't exceed that over each of `others`: (a, b)."""
        found = self._held(rows, others)
        if len(self._inner) and self._nonnegative.any():
            into = self._held(rows, self._inner).astype(np.float32)
            out_of = self._held(self._outer, others).astype(np.float32)
            found |= (into @ self._reach @ out_of) > 0
        return found

    def always_below(self, rows: Bools, others: Bools) -> Bools:
        """The same for nodes against `others`: whichever placement is right (nodes, b)."""
        return self._over_placements(self.below(rows, others))

    def _over_placements(self, found: Bools) -> Bools:
        return np.logical_and.reduceat(found, self.starts, axis=0)

    @property
    def starts(self) -> Ints:
        """Where the placements of each node begin in `placements`."""
        counts = [max(len(node.rows), 1) for node in self._system.nodes]
        return np.r_[0, np.cumsum(counts)[:-1]].astype(np.int64)

    def placements(self) -> tuple[Bools, Bools]:
        """The cells of every placement of every node (P, V), and which nodes have any (N,)."""
        nodes = self._system.nodes
        rows = [row for node in nodes for row in (node.rows or (0,))]
        return self._system.member[rows], np.array([bool(node.rows) for node in nodes])

    def clashing(self) -> tuple[Bools, Bools]:
        """Nodes that are wrong by themselves (N,), and pairs (i, j): the lower of i, upper of j."""
        nodes = self._system.nodes
        lower = np.array([node.lower for node in nodes])
        upper = np.array([node.upper for node in nodes])
        cells, placed = self.placements()
        inside = cells[:, self._nonnegative].any(axis=1) | cells[:, ~self._nonnegative].any(axis=1)
        empty = ~np.logical_or.reduceat(inside, self.starts)
        positive = np.logical_and.reduceat(~cells[:, ~self._nonnegative].any(axis=1), self.starts)
        alone = placed & ((empty & (lower > 0)) | (positive & (upper < 0)) | (lower > upper))
        held = self.always_below(cells, cells)
        held = np.logical_and.reduceat(held, self.starts, axis=1)
        pairs = held & (lower[:, None] > upper[None, :]) & placed[:, None] & placed[None, :]
        pairs[alone] = False
        pairs[:, alone] = False
        return alone, pairs
