"""The likelihood of known items under every shape, added up by group."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from reconcile.inference.pool.shape import (
    GRID,
    TAU,
    Crowd,
    Shape,
    by_tau,
    likelihood,
    log_sum,
    shape_of,
)

__all__ = ["Evidence", "add_tables"]

Array = NDArray[np.float64]
Ints = NDArray[np.int64]
PIECE = 64


def add_tables(
    tables: dict[int, Array], crowds: list[Crowd], truth: Array, group: Ints
) -> dict[int, Array]:
    """`tables` by group with the log likelihoods of items added; `crowds` one a weighting."""
    tables = dict(tables)
    for piece in _pieces(len(truth)):
        found = [likelihood(crowd.take(piece), truth[piece]) for crowd in crowds]
        logs = np.stack(found, axis=-1)
        for log, g in zip(logs, group[piece].tolist(), strict=True):
            tables[g] = tables[g] + log if g in tables else log
    return tables


def _pieces(n: int) -> Iterator[slice]:
    for start in range(0, n, PIECE):
        yield slice(start, start + PIECE)


class Evidence:
    """Shapes by group from `tables` {group: (C, O, R, W)}, in the order they became known."""

    def __init__(self, tables: dict[int, Array]) -> None:
        self.tables = tables
        groups = [log_sum(by_tau(table), 1) for table in tables.values()]
        shape = (len(groups), len(TAU), *GRID.prior.shape)
        self._sums = np.stack(groups) if groups else np.zeros(shape)
        self._place = {group: place for place, group in enumerate(tables)}

    def shape(self, group: int) -> Shape:
        """The shape for an item of `group`."""
        place = self._place.get(group)
        if place is None:
            return shape_of(self._added(self._sums), None)
        rest = np.concatenate([self._sums[:place], self._sums[place + 1 :]])
        return shape_of(self._added(rest), self.tables[group])

    def _added(self, sums: Array) -> Array:
        total = np.zeros((len(TAU), *GRID.prior.shape))
        for one in sums:
            total = total + one
        return total
