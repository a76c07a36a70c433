"""The record of sources: sums over items whose truth is known, and the habits they show.

Sums are all that is kept, so that "all items but one" and "all known by then" cost no refit.
Arrays carry a leading axis `R` of records kept side by side (one, or one per left-out item).
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from math import fsum

import numpy as np

from reconcile.numerics.arrays import Array, Flags, Ints
from reconcile.pooling.crowd import Block, weighted_sum

FAR = 6.0
"""Errors beyond so many units teach as if they were this large."""
NEAR = 0.1
"""Errors within a tenth of a unit are all called hits."""
BIAS_PRIOR, SKILL_PRIOR, STRETCH_PRIOR = 10.0, 8.0, 10.0
"""Prior number of items whose chance variance equals the variance between sources."""
PRIOR_SOURCES = 5.0
"""What the prior of a variance between sources is worth, in sources."""
STANCE_ITEMS = 4.0
"""Claims of a stance that count as showing no bias, before any is known."""
LONE = 0.5
"""The part of a lone witness's error that is put down to itself; of n witnesses 1 / n^2 of it."""
AGE_PRIOR = 50.0
"""Prior number of witnesses of no difference between early and late ones."""
OLD = 1.5
"""Age alone raises the log error by at most so much."""
SLOPE_SD = 0.4
"""Prior standard deviation of how errors grow with the level of an item, about none."""
GROUP_SLOPE_SD = 0.4
"""The same, for one group around all: groups may differ as much as the slope may be."""


@dataclass(frozen=True)
class TableSize:
    """How many sources, stances and groups there are to keep a record of."""

    sources: int
    stances: int
    groups: int


@dataclass(frozen=True, eq=False)
class ErrorSums:
    """Sums over known items, of R records.

    Per source (R, S): `n` witnesses and `bias`, their signed errors in units, net of the error
    that all sources of the item share; `n_skill`, `miss` (log error relative to the item's
    crowd), `age`; `n_width`, `over` (log error against log stated width, relative to the crowd).
    Per stance (R, K): `n_stance`, `stance`; `cross` (R, S, K) counts. `total` (R, 8): squares
    and products. `items` (R, G) counts of items a group; `level` (R, 3, 6): sums, by scale, of
    1, t, e, t^2, te, e^2 for the item's error e and standardised level t.
    """

    n: Array
    bias: Array
    n_skill: Array
    miss: Array
    age: Array
    n_width: Array
    over: Array
    n_stance: Array
    stance: Array
    cross: Array
    total: Array
    items: Array
    level: Array

    @classmethod
    def empty(cls, size: TableSize) -> ErrorSums:
        """No item known."""
        source, stance = (1, size.sources), (1, size.stances)
        shapes = (
            *[source] * 7, stance, stance, (1, size.sources, size.stances), (1, 8),
            (1, size.groups), (1, 3, 6),
        )  # fmt: skip
        return cls(*(np.zeros(shape) for shape in shapes))

    def __add__(self, other: ErrorSums) -> ErrorSums:
        return ErrorSums(*(getattr(self, name) + getattr(other, name) for name in _FIELDS))

    def added(self, keep: Flags) -> ErrorSums:
        """The sum of those of its R records that `keep` (R,) names, in their order."""
        return ErrorSums(
            *(getattr(self, name)[keep].sum(axis=0, keepdims=True) for name in _FIELDS)
        )

    def with_level(self, level: Array) -> ErrorSums:
        """The record with other sums of error against level."""
        return replace(self, level=level)

    @staticmethod
    def stack(records: list[ErrorSums]) -> ErrorSums:
        """Several records side by side."""
        return ErrorSums(*(np.concatenate([getattr(r, name) for r in records]) for name in _FIELDS))


_FIELDS = tuple(field.name for field in fields(ErrorSums))


def sums_of(
    block: Block, truth: Array, unit: Array, level: Array, size: TableSize, *, shared: bool
) -> ErrorSums:
    """The record of one block whose truths (I,) are all known.

    `level` (I,): how high the item stands among the known ones (standard deviations). With
    `shared`, part of each error is put down to what all sources of the item share; without (a
    consensus in place of the truth) none is, and nothing is learnt of age: the latest claims need
    not be those that agree.
    """
    mass, present = block.mass, block.present
    even = mass / block.count[:, None]
    off = np.clip((block.point - truth[:, None]) / unit[:, None], -FAR, FAR)
    common = weighted_sum(even, off) * (1 - LONE / block.count**2)
    bias = off - common[:, None] if shared else off
    miss, over, has_width = _misses(block, truth, unit, even)
    several = np.logical_and(present, np.expand_dims(block.count > 1, 1))
    aged = several if shared else np.zeros_like(several)
    age = np.where(aged, block.age - weighted_sum(even, block.age)[:, None], 0.0)
    miss = np.where(several, miss, 0.0)
    has_width = np.logical_and(has_width, several)
    held = _Sums(block.source, size.sources, block.stance, size.stances, present)
    stanced = present & (block.stance >= 0)
    total = np.array(
        [[
            np.sum(bias[present] ** 2), np.sum(miss**2), np.sum(miss * age), np.sum(age**2),
            np.sum(over[has_width] ** 2), np.sum(bias[stanced] ** 2), 0.0, 0.0,
        ]]
    )  # fmt: skip
    return ErrorSums(
        held.by_source(present), held.by_source(present, bias),
        held.by_source(several), held.by_source(several, miss), held.by_source(several, age),
        held.by_source(has_width), held.by_source(has_width, over),
        held.by_stance(stanced), held.by_stance(stanced, bias), held.cross(stanced), total,
        np.bincount(block.group, minlength=size.groups)[None].astype(float),
        level_sums(block.scale, level, (truth - block.middle) / unit),
    )  # fmt: skip


def _misses(block: Block, truth: Array, unit: Array, even: Array) -> tuple[Array, Array, Array]:
    """Log errors relative to the item's crowd (I, n), the same against log widths, and for whom."""
    error = np.abs(block.point - truth[:, None])
    miss = np.log(error + NEAR * unit[:, None])
    relative = miss - weighted_sum(even, miss)[:, None]
    has_width = block.stated & block.present
    width = np.log(np.maximum(block.width, 1e-3 * unit[:, None]))
    stating = np.maximum(has_width.sum(axis=1), 1)
    ratio = np.where(has_width, miss - width, 0.0)
    over = np.where(has_width, ratio - (ratio.sum(axis=1) / stating)[:, None], 0.0)
    return relative, over, has_width & (stating > 1)[:, None]


@dataclass(frozen=True, eq=False)
class _Sums:
    """Sums by source and by stance, each in the order of items and witnesses."""

    source: Ints
    sources: int
    stance: Ints
    stances: int
    present: Flags

    def by_source(self, of: Flags, values: Array | None = None) -> Array:
        weights = None if values is None else values[of]
        counted = np.bincount(self.source[of], weights=weights, minlength=self.sources)
        return counted[None].astype(float)

    def by_stance(self, of: Flags, values: Array | None = None) -> Array:
        weights = None if values is None else values[of]
        counted = np.bincount(self.stance[of], weights=weights, minlength=self.stances)
        return counted[None].astype(float)

    def cross(self, of: Flags) -> Array:
        cell = self.source[of] * max(self.stances, 1) + self.stance[of]
        counted = np.bincount(cell, minlength=self.sources * self.stances)
        return counted[: self.sources * self.stances].reshape(1, self.sources, -1).astype(float)


def level_sums(scale: Ints, level: Array, error: Array, worth: Array | None = None) -> Array:
    """Sums (1, 3, 6) by `scale` (I,) of products of level and error (I,), weighed by `worth`."""
    e = np.clip(error, -FAR, FAR)
    parts = np.stack([np.ones(len(e)), level, e, level**2, level * e, e**2])
    parts = parts if worth is None else parts * worth
    sums = [np.bincount(scale, weights=part, minlength=3) for part in parts]
    return np.stack(sums, axis=1)[None].astype(np.float64)


@dataclass(frozen=True, eq=False)
class SourceHabits:
    """What a record shows, shrunk to the crowd, of R records.

    Per source (R, S): `bias` in units; `skill`, the log of its typical error relative to the
    crowd's (below 0 is better); `stretch`, the log factor for its stated widths. `stance`
    (R, K): bias of a stance. `age` (R,): log error gained by a unit of age.
    `slope` (R, 3), by scale: how the crowd's error grows with the level of an item.
    """

    bias: Array
    skill: Array
    stretch: Array
    stance: Array
    age: Array
    slope: Array

    @classmethod
    def of(cls, record: ErrorSums) -> SourceHabits:
        """Empirical Bayes from the sums: variances by moments, with a prior worth 5 sources."""
        stance = record.stance / (record.n_stance + STANCE_ITEMS)
        bias_sum = record.bias
        for k in range(stance.shape[1]):  # one by one: an unknown stance must not change the sum
            bias_sum = bias_sum - record.cross[:, :, k] * stance[:, [k]]
        total = record.total
        told = np.maximum(_sum(record.n_skill), 1)
        age = total[:, 2] / np.maximum(total[:, 3] * (1 + AGE_PRIOR / told), 1e-300)
        miss_sum = record.miss - age[:, None] * record.age
        return cls(
            _shrunk(record.n, bias_sum, total[:, 0], BIAS_PRIOR),
            _shrunk(record.n_skill, miss_sum, total[:, 1], SKILL_PRIOR),
            _shrunk(record.n_width, record.over, total[:, 4], STRETCH_PRIOR),
            stance,
            age,
            _slopes(record),
        )

    def tilt(self, block: Block, row: Ints, level: Array) -> Array:
        """The shift (I,) of each item, in units, for its `level` (I,)."""
        return self.slope[row, block.scale] * level

    def at(self, block: Block, row: Ints) -> tuple[Array, Array, Array]:
        """Bias, log error and stretch (I, n) of each witness; `row` (I,): which record."""
        where = row[:, None]
        bias = self.bias[where, block.source]
        if self.stance.shape[1]:
            stance = self.stance[where, np.maximum(block.stance, 0)]
            bias = bias + np.where(block.stance >= 0, stance, 0.0)
        old = np.clip(self.age[row][:, None] * block.age, -OLD, OLD)
        skill = self.skill[where, block.source] + old
        return bias, skill, self.stretch[where, block.source]


def _sum(values: Array) -> Array:
    """Sum (R,) over sources; exactly rounded for a single record, whatever their order."""
    if len(values) == 1:
        return np.array([fsum(values[0].tolist())])
    return values.sum(axis=1)


def _shrunk(n: Array, total: Array, squares: Array, prior: float) -> Array:
    """Means `total / n` (R, S) shrunk to 0.

    The variance between sources is found by moments and mixed with one `1 / prior` of the
    variance within, as if `PRIOR_SOURCES` more sources had shown it.
    """
    some = n > 0
    mean = np.where(some, total / np.maximum(n, 1), 0.0)
    between = _sum(n * mean**2)
    count, sources = _sum(n), _sum(some.astype(float))
    free = np.maximum(count - sources, 0)
    within = (np.maximum(squares - between, 0) + PRIOR_SOURCES) / (free + PRIOR_SOURCES)
    excess = np.maximum(between - sources * within, 0) / np.maximum(count, 1)
    variance = (excess * sources + PRIOR_SOURCES * within / prior) / (sources + PRIOR_SOURCES)
    weight = n / (n + (within / variance)[:, None])
    return weight * mean


def _slopes(record: ErrorSums) -> Array:
    """Slope (R, 3) of error on level, shrunk to 0: the posterior mean under N(0, 0.4^2).

    Groups (cycles) vary in slope by 0.4 too, so that few groups prove little.
    """
    n, t, e, tt, te, ee = np.moveaxis(record.level, 2, 0)
    many = np.maximum(n, 1)
    stt, ste, see = tt - t * t / many, te - t * e / many, ee - e * e / many
    rough = np.maximum(see, 0) / np.maximum(n - 1, 1)
    noise = (rough * n + 1.0) / (n + 1)
    named = record.items[:, :-1]
    groups = named.sum(axis=1) ** 2 / np.maximum((named**2).sum(axis=1), 1)
    unsure = np.where(groups > 0, GROUP_SLOPE_SD**2 / np.maximum(groups, 1), 0.0)
    some = stt > 1e-9
    safe = np.where(some, stt, 1.0)
    error = noise / safe + unsure[:, None]
    return np.where(some, SLOPE_SD**2 / (error + SLOPE_SD**2) * ste / safe, 0.0)
