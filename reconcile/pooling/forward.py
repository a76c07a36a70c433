"""Walk forward: each item is answered with what was known at its latest claim."""

from __future__ import annotations

import numpy as np

from reconcile.numerics.arrays import Array, Ints
from reconcile.pooling.answer import PIECE, PROBABILITIES, Answers, answer, crowds
from reconcile.pooling.crowd import Block
from reconcile.pooling.evidence import Evidence, add_tables
from reconcile.pooling.items import Items
from reconcile.pooling.recent import follow, recent_errors
from reconcile.pooling.record import FAR, ErrorSums, SourceHabits, TableSize, level_sums, sums_of
from reconcile.pooling.shape import NODES, WEIGHTING, Crowd, Shape, untaught
from reconcile.pooling.unit import Levels, Units

PAIRS = 20.0
"""Pairs of items of one time that count as showing no common error, before any is known."""
REFRESH = 1.05
"""Learn anew when the number of known items has grown by a twentieth."""
MOST_AT_ONCE = 40
"""Items told at one time whose likelihood is computed: of more, evenly spaced ones stand for all;
a shape has few numbers, and a thousand items are known by then."""
FORGET = 0.5
"""What was told when n items were known counts (n / N)^0.5 once N are: forecasters mature."""


def walk_forward(items: Items, table: list[Block], size: TableSize) -> Answers:
    """Answer items stage by stage; a stage is a set of known items, prefixes of one another.

    An item belongs to the last stage that its latest claim may know. When its truth becomes
    known, it teaches with the crowd and the unit it was answered with.
    """
    order = np.argsort(items.known, kind="stable")
    order = order[np.isfinite(items.known[order])]
    upto = checkpoints(items.known[order])
    when = items.known[order][upto - 1] if len(upto) else np.zeros(0)
    stage = np.searchsorted(when, items.asked, side="right")
    told = [np.sort(part) for part in np.split(order, upto)[: len(upto)]]
    walk = _ForwardState(items, table, size, stage, told)
    walk.answer_stage(0)
    for number, new in enumerate(told, start=1):
        walk.learn(new)
        walk.answer_stage(number)
    taught = np.concatenate([[0], upto])[stage].astype(float)
    return Answers(
        walk.quantiles, walk.habits, walk.record, walk.evidence.shape(-1), walk.units, taught
    )


def checkpoints(known: Array) -> Ints:
    """How many items (ascending times `known` (N,)) are known at each time of learning anew.

    Decided by the times up to it alone, so that later truths move no checkpoint.
    """
    ends = np.flatnonzero(np.r_[known[1:] != known[:-1], True]) + 1 if len(known) else []
    found: list[int] = []
    for end in ends:
        if not found or end >= REFRESH * found[-1]:
            found.append(int(end))
    return np.array(found, dtype=np.int64)


def worth_of(error: Array, group: Ints, known: Array) -> Array:
    """How many independent items each item (N,) counts as: 1 / (1 + (m - 1) r).

    m items became known at the same time, and r is the correlation of the errors of such items,
    each relative to the mean of its group, shrunk to 0 as if `PAIRS` more pairs had shown none.
    """
    if not len(error):
        return np.ones(0)
    _, group = np.unique(group, return_inverse=True)
    _, period = np.unique(known, return_inverse=True)
    count = np.bincount(group)
    off = error - (np.bincount(group, weights=error) / count)[group]
    size, total = np.bincount(period), np.bincount(period, weights=off)
    pairs = float((size * (size - 1)).sum())
    square = float((off**2).sum())
    shared = (float((total**2).sum()) - square) / (pairs + PAIRS)
    r = min(max(shared / max(square / len(off), 1e-12), 0.0), 1.0)
    return 1 / (1 + (size[period] - 1) * r)


def _thinned(new: Ints) -> Ints:
    """Those of the items `new` whose likelihood is computed."""
    return new[:: max(1, -(-len(new) // MOST_AT_ONCE))]


class _ForwardState:
    """The state of the walk: what was answered, and the sums over what is known so far."""

    def __init__(
        self, items: Items, table: list[Block], size: TableSize, stage: Ints, told: list[Ints]
    ) -> None:
        count = len(items.item_ids)
        self.items, self.table, self.size, self.stage = items, table, size, stage
        self.quantiles = np.full((count, len(PROBABILITIES)), np.nan)
        self.record, self.habits = ErrorSums.empty(size), SourceHabits.of(ErrorSums.empty(size))
        self.units, self.levels = Units.empty(), Levels.of(np.zeros(0), np.zeros(0, np.int64))
        self.tables: dict[int, Array] = {}
        self._news: dict[int, int] = {}
        self.evidence = Evidence(self.tables)
        self.known: Ints = np.zeros(0, dtype=np.int64)
        self._unit, self._middle = np.zeros(count), np.zeros(count)
        self._worth, self._recent, self._follow = np.ones(count), np.zeros(count), 0.0
        weightings, nodes = len(WEIGHTING), len(NODES)
        self._centres = np.zeros((2, weightings, count))
        self._nodes = np.zeros((2, weightings, count, nodes))
        spoken = np.zeros(count, dtype=bool)
        for block in table:
            spoken[block.items] = True
        usable = spoken & ~np.isnan(items.truth)
        self._teaches = np.zeros(count, dtype=bool)
        for new in told:
            self._teaches[_thinned(new[usable[new]])] = True

    def answer_stage(self, number: int) -> None:
        """Answer the items of one stage, and keep what their truths will be compared with."""
        chosen = [whole.take(self.stage[whole.items] == number) for whole in self.table]
        for block in chosen:
            self._unit[block.items], self._middle[block.items] = self.units.of(block), block.middle
        self._look_back(np.flatnonzero(self.stage == number))
        for block in (block for whole in chosen for block in whole.pieces(PIECE)):
            unit, row = self._unit[block.items], np.zeros(len(block), dtype=np.int64)
            shift = self.habits.tilt(block, row, self.levels.at(block))
            shift = shift + self._follow * self._recent[block.items]
            self.quantiles[block.items] = answer(block, unit, self.habits, row, shift, self._shape)
            at = np.flatnonzero(self._teaches[block.items])
            if len(at):
                part = block.take(at)
                self._keep(part, crowds(part, unit[at], self.habits, row[at], shift[at]))

    def _look_back(self, asked: Ints) -> None:
        """The errors of late, as each of the items `asked` could see them."""
        items = self.items
        by_now = items.asked[asked].max(initial=-np.inf)
        at = self._told(np.flatnonzero(items.known <= by_now))
        self._recent[asked] = recent_errors(
            self._error(at), items.group[at], items.known[at], items.group[asked],
            items.asked[asked],
        )  # fmt: skip

    def _error(self, at: Ints) -> Array:
        """The errors of the crowds of the items `at`, as they are, in units."""
        off = (self.items.truth[at] - self._middle[at]) / self._unit[at]
        return np.clip(off, -FAR, FAR)

    def _shape(self, group: int) -> Shape:
        return self.evidence.shape(group) if self.tables else untaught()

    def _keep(self, block: Block, found: Crowd) -> None:
        at, ways = block.items, (len(WEIGHTING), len(block))
        for i, part in enumerate((found.middle, found.averaging)):
            self._centres[i, :, at] = part.reshape(ways).T
        for i, part in enumerate((found.nodes, found.gap)):
            self._nodes[i, :, at] = part.reshape(*ways, -1).swapaxes(0, 1)

    def learn(self, new: Ints) -> None:
        """Take in the truths of the items `new`, by now known."""
        before = len(self.known)
        self.known = np.sort(np.concatenate([self.known, new]))
        fade = (before / len(self.known)) ** FORGET
        truth, scale = self.items.truth, self.items.scale
        self.levels = Levels.of(self._middle[self.known], scale[self.known])
        is_new = np.zeros(len(truth), dtype=bool)
        is_new[new] = True
        for whole in self.table:
            block = whole.take(is_new[whole.items] & ~np.isnan(whole.truth))
            if len(block):
                unit, level = self._unit[block.items], self.levels.at(block)
                told = sums_of(block, block.truth, unit, level, self.size, shared=True)
                self.record = self.record + told
                self.units = self.units.with_block(block)
        self._learn_worth(new)
        self._learn_level()
        self.habits = SourceHabits.of(self.record)
        self._learn_follow()
        told = self._told(new)
        new = _thinned(told)
        found = self._crowds(new)
        group, worth = self.items.group[new], len(told) / max(len(new), 1) * self._worth[new]
        self.tables = add_tables(self._faded(group), found, truth[new], group, worth)
        self.evidence = Evidence(self.tables, self.evidence, fade)

    def _faded(self, fresh: Ints) -> dict[int, Array]:
        """The tables, with those of the groups `fresh` faded since they last had news."""
        count, tables = len(self.known), dict(self.tables)
        for group in np.unique(fresh).tolist():
            if group in tables:
                tables[group] = tables[group] * (self._news[group] / count) ** FORGET
            self._news[group] = count
        return tables

    def _told(self, at: Ints) -> Ints:
        """Those of the items `at` that were answered and have a truth on their scale."""
        return at[(self._unit[at] > 0) & ~np.isnan(self.items.truth[at])]

    def _learn_worth(self, new: Ints) -> None:
        """How many independent items each of `new` is worth: those whose truths became known at
        one time share an error, as far as all known items show."""
        at = self._told(self.known)
        median = self.quantiles[at, len(PROBABILITIES) // 2]
        error = np.clip((self.items.truth[at] - median) / self._unit[at], -FAR, FAR)
        worth = worth_of(error, self.items.group[at], self.items.known[at])
        fresh = np.isin(at, new)
        self._worth[at[fresh]] = worth[fresh]

    def _learn_level(self) -> None:
        """The sums of error against level anew: the level itself is relative to what is known."""
        at = self._told(self.known)
        scale, middle = self.items.scale[at], self._middle[at]
        level = self.levels.standard(middle, scale)
        sums = level_sums(scale, level, self._error(at), self._worth[at])
        self.record = self.record.with_level(sums)

    def _learn_follow(self) -> None:
        """How far errors follow those before them, beyond what their level tells."""
        at = self._told(self.known)
        scale = self.items.scale[at]
        level = self.levels.standard(self._middle[at], scale)
        error = self._error(at) - self.habits.slope[0, scale] * level
        self._follow = follow(self._recent[at], error, self._worth[at])

    def _crowds(self, at: Ints) -> Crowd:
        """The crowds (W I,) that the items `at` were answered with."""
        middle, averaging = self._centres[:, :, at].reshape(2, -1)
        nodes, gap = self._nodes[:, :, at].reshape(2, len(WEIGHTING) * len(at), len(NODES))
        return Crowd(middle, averaging, nodes, gap, np.tile(self._unit[at], len(WEIGHTING)))
