"""Leave one out: each item is answered with what all others teach, by their truths or, where
none are known, by agreement alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from reconcile.numerics.arrays import Array, Ints
from reconcile.pooling.answer import PIECE, PROBABILITIES, Answers, answer, crowds
from reconcile.pooling.crowd import Block
from reconcile.pooling.evidence import Evidence, add_tables
from reconcile.pooling.items import Items
from reconcile.pooling.record import ErrorSums, SourceHabits, TableSize, sums_of
from reconcile.pooling.shape import Crowd, Shape, untaught
from reconcile.pooling.unit import Levels, Units

FOLDS, FEW_FOLDS, LEAST_FOLDS, COARSE = 32, 16, 8, 4
"""Parts in which items are left out: more where items are few, as each counts more."""
FEW_ITEMS, MANY_ITEMS = 64, 400
"""Up to so many items there are `FOLDS` parts, up to the second number `FEW_FOLDS`."""
MOST_TAUGHT = 600
"""Items whose likelihood is computed to learn the shape of the crowd."""
ROUNDS = 2
"""Times that a consensus and what is learnt from it are computed in turn."""


def leave_one_out(
    items: Items, table: list[Block], size: TableSize, *, coarse: bool = False
) -> Answers:
    """Habits of sources from the truths of all other items; the few numbers of the shape too,
    with up to 32 items exactly, beyond that from all folds of items but the item's own (with
    `coarse` there are four)."""
    folds = _Folds(items, table, size, shared=True, most=COARSE if coarse else FOLDS)
    quantiles = np.full((len(items.item_ids), len(PROBABILITIES)), np.nan)
    for fold in range(folds.count):
        evidence = Evidence(folds.evidence(fold))
        shape_of = evidence.shape if evidence.tables else _untaught
        for part, habits, row in folds.left_out(fold):
            unit = folds.units.of(part)
            shift = habits.tilt(part, row, folds.levels.at(part))
            quantiles[part.items] = answer(part, unit, habits, row, shift, shape_of)
    record = folds.record(())
    shape = Evidence(folds.evidence(None)).shape(-1)
    known = sum(float((~np.isnan(block.truth)).sum()) for block in table)
    taught = np.maximum(known - ~np.isnan(items.truth), 0.0)
    return Answers(quantiles, SourceHabits.of(record), record, shape, folds.units, taught)


def _untaught(_: int) -> Shape:
    return untaught()


def agree(items: Items, table: list[Block], size: TableSize) -> Answers:
    """As if the crowd's robust middle were the truth of each other item: sources that stand
    alone there weigh less here. Learns no error that sources share: only truths tell it."""
    count = len(items.item_ids)
    quantiles = np.full((count, len(PROBABILITIES)), np.nan)
    half = int(np.flatnonzero(PROBABILITIES == 0.5)[0])
    folds = None
    for _ in range(ROUNDS):
        middle = quantiles[:, half]
        consensus = [
            replace(b, truth=b.middle if folds is None else middle[b.items]) for b in table
        ]
        folds = _Folds(items, consensus, size, shared=False)
        for fold in range(folds.count):
            for part, habits, row in folds.left_out(fold):
                unit, none = folds.units.of(part), np.zeros(len(part))
                quantiles[part.items] = answer(part, unit, habits, row, none, _untaught)
    record = folds.record(()) if folds else ErrorSums.empty(size)
    units = folds.units if folds else Units.empty()
    habits = SourceHabits.of(record)
    return Answers(quantiles, habits, record, untaught(), units, np.zeros(count))


def _folds_for(count: int) -> int:
    if count <= FEW_ITEMS:
        return FOLDS
    return FEW_FOLDS if count <= MANY_ITEMS else LEAST_FOLDS


class _Folds:
    """Items dealt into folds by their place in the table, never by their truth, and the record
    of each fold."""

    def __init__(
        self,
        items: Items,
        table: list[Block],
        size: TableSize,
        *,
        shared: bool,
        most: int = FOLDS,
    ) -> None:
        self.table, self.size, self.shared = table, size, shared
        self.total = len(items.item_ids)
        self.count = min(self.total, most, _folds_for(self.total))
        self.fold = np.arange(self.total) % self.count
        self.units = Units.empty()
        for block in table:
            self.units = self.units.with_block(block)
        middle = np.concatenate([b.middle for b in table]) if table else np.zeros(0)
        scale = np.concatenate([b.scale for b in table]) if table else np.zeros(0, np.int64)
        self.levels = Levels.of(middle, scale)
        self._records = ErrorSums.stack([self._record_of(fold) for fold in range(self.count)])

    def _sums(self, block: Block) -> ErrorSums:
        unit, level = self.units.of(block), self.levels.at(block)
        return sums_of(block, block.truth, unit, level, self.size, shared=self.shared)

    def _record_of(self, fold: int) -> ErrorSums:
        record = ErrorSums.empty(self.size)
        for whole in self.table:
            block = whole.take((self.fold[whole.items] == fold) & ~np.isnan(whole.truth))
            if len(block):
                record = record + self._sums(block)
        return record

    def record(self, without: Sequence[int]) -> ErrorSums:
        """The record of all folds but those of `without`, added in their order."""
        return self._records.added(~np.isin(np.arange(self.count), without))

    def left_out(self, fold: int) -> list[tuple[Block, SourceHabits, Ints]]:
        """The items of a fold in pieces, with habits from all items but each."""
        base = self.record((fold,))
        mine = [block.take(self.fold[block.items] == fold) for block in self.table]
        parts = [part for block in mine for part in block.pieces(PIECE) if len(part)]
        if not parts:
            return []
        singles = [self._sums_or_none(part, i) for part in parts for i in range(len(part))]
        habits = self._habits_without_each(base, singles)
        starts = np.cumsum([0, *(len(part) for part in parts)])
        return [
            (part, habits, start + np.arange(len(part)))
            for part, start in zip(parts, starts[:-1].tolist(), strict=True)
        ]

    def _sums_or_none(self, part: Block, i: int) -> ErrorSums | None:
        one = part.take(slice(i, i + 1))
        return None if np.isnan(one.truth[0]) else self._sums(one)

    def _habits_without_each(
        self, base: ErrorSums, singles: list[ErrorSums | None]
    ) -> SourceHabits:
        """Habits (R rows, one an item) from `base` and all of `singles` but the item's own.

        Sums from the front and from the back: subtracting would leave a trace of the item.
        """
        ahead = [base]
        for one in singles[:-1]:
            ahead.append(ahead[-1] if one is None else ahead[-1] + one)
        behind: ErrorSums | None = None
        found: list[ErrorSums] = []
        for before, one in zip(reversed(ahead), reversed(singles), strict=True):
            found.append(before if behind is None else before + behind)
            if one is not None:
                behind = one if behind is None else one + behind
        return SourceHabits.of(ErrorSums.stack(found[::-1]))

    def evidence(self, fold: int | None) -> dict[int, Array]:
        """Likelihood tables by group of the known items outside `fold`, each computed with the
        habits that neither `fold` nor the item's own fold has shaped."""
        outside = [
            self.record((other,) if fold is None else (fold, other)) for other in range(self.count)
        ]
        habits = SourceHabits.of(ErrorSums.stack(outside))
        step = -(-self.total // MOST_TAUGHT)
        tables: dict[int, Array] = {}
        for whole in self.table:
            teach = ~np.isnan(whole.truth) & (self.fold[whole.items] != fold)
            chosen = whole.take(teach & (whole.items // self.count % step == 0))
            for block in chosen.pieces(PIECE):
                found = self._crowds(block, habits)
                alone = np.ones(len(block))
                tables = add_tables(tables, found, block.truth, block.group, alone)
        return tables

    def _crowds(self, block: Block, habits: SourceHabits) -> Crowd:
        row = self.fold[block.items]
        shift = habits.tilt(block, row, self.levels.at(block))
        return crowds(block, self.units.of(block), habits, row, shift)
