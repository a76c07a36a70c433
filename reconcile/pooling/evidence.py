"""The likelihood of known items under every shape, added up by group."""

from __future__ import annotations

import numpy as np

from reconcile.numerics.arrays import Array, Ints
from reconcile.pooling.shape import (
    GRID,
    TAU,
    WEIGHTING,
    Crowd,
    Shape,
    by_tau,
    likelihood,
    log_sum,
    shape_of,
)

PIECE = 4
"""Groups whose tables are held at once: a table has some 100,000 numbers."""


def add_tables(
    tables: dict[int, Array], crowd: Crowd, truth: Array, group: Ints, worth: Array
) -> dict[int, Array]:
    """`tables` by group with the log likelihoods of items added; `crowd` (W I,) as `step.crowds`.

    `worth` (I,): how many independent items each item counts as.
    """
    tables, count, ways = dict(tables), len(truth), len(WEIGHTING)
    first = np.arange(ways)[:, None] * count
    for start in range(0, count, PIECE):
        at = np.arange(start, min(start + PIECE, count))
        found = likelihood(crowd.take((first + at).ravel()), np.tile(truth[at], ways))
        logs = np.moveaxis(found.reshape(ways, len(at), *found.shape[1:]), 0, -1)
        logs = logs * worth[at, None, None, None, None]
        for log, g in zip(logs, group[at].tolist(), strict=True):
            tables[g] = tables[g] + log if g in tables else log
    return tables


class Evidence:
    """Shapes by group from `tables` {group: (C, O, R, W)}, in the order they became known.

    `before` is the evidence of which these tables are a later state: what groups without news
    contribute is taken from there, times `fade`.
    """

    def __init__(
        self, tables: dict[int, Array], before: Evidence | None = None, fade: float = 1.0
    ) -> None:
        self.tables = tables
        self._integrated = {
            group: _integrated(group, table, before, fade) for group, table in tables.items()
        }
        self._shapes: dict[int | None, Shape] = {}

    def shape(self, group: int) -> Shape:
        """The shape for an item of `group`."""
        key = group if group in self.tables else None
        if key not in self._shapes:
            self._shapes[key] = shape_of(self._rest(key), self.tables.get(group))
        return self._shapes[key]

    def of_group(self, group: int) -> Array:
        """The log evidence (TAU, O, R, W) of one group, its shift integrated out."""
        return self._integrated[group]

    def _rest(self, without: int | None) -> Array:
        sums = [one for group, one in self._integrated.items() if group != without]
        zero = np.zeros((len(TAU), *GRID.prior.shape))
        return np.add.reduce([zero, *sums], axis=0)


def _integrated(group: int, table: Array, before: Evidence | None, fade: float) -> Array:
    if before is not None and before.tables.get(group) is table:
        return fade * before.of_group(group)
    return log_sum(by_tau(table), 1)
