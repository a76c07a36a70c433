"""Claims about an item become witnesses: one a source (and origin), however often it speaks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reconcile.numerics.arrays import Array, Flags, Ints
from reconcile.pooling.items_scale import LOG

OPEN_SIDE = np.array([-0.15, 0.03, 0.13, 0.35, 0.8])
"""Quantiles of log(truth / bound) after "at least": the truth lies some 13 % above the number
said, more often just above it than far above."""
LATER = 0.5
"""Each earlier word of a source counts half as much as the next one."""


@dataclass(frozen=True, eq=False)
class Witnesses:
    """N witnesses, ordered by item: `item, source, stance` (N,) codes (stance -1 for none);
    `x` (N, 5) quantiles on the item's scale; `stated` (N,) where a width was given; `weight`
    (N,) given by the user; `age` (N,): how long before the item's latest claim it spoke last;
    `sound` (N,): how likely its number means anything (`placeholders`).
    """

    item: Ints
    source: Ints
    stance: Ints
    x: Array
    stated: Flags
    weight: Array
    age: Array
    sound: Array


def sided(z: Array, side: NDArray[np.int8], item: Ints, scale: Ints) -> Array:
    """Give one-sided claims (their bound in all columns of `z` (N, 5)) a spread beyond the bound.

    On the log scale the truth is `OPEN_SIDE` above "at least"; on the others the same in units
    of the item's claims that have a middle, else of the bound itself.
    """
    if not side.any():
        return z
    count = len(scale)
    rows = np.flatnonzero((side == 0) & np.isfinite(z[:, 2]))
    low, high = np.full(count, np.inf), np.full(count, -np.inf)
    np.minimum.at(low, item[rows], z[rows, 0])
    np.maximum.at(high, item[rows], z[rows, 4])
    spread = np.where(high > low, (high - low) / 2, np.nan)
    bound = np.where(z[:, 2] == 0, 1.0, np.abs(z[:, 2]))
    unit = np.where(np.isnan(spread[item]), bound, spread[item])
    unit = np.where(scale[item] == LOG, 1.0, unit)
    above = z + unit[:, None] * OPEN_SIDE
    below = z - unit[:, None] * OPEN_SIDE[::-1]
    return np.where(side[:, None] > 0, above, np.where(side[:, None] < 0, below, z))


def kept_to(point: Array, side: NDArray[np.int8], item: Ints, spoken: Flags) -> Flags:
    """The one-sided claims (N,) that more than half of the other claims on their item keep to:
    "at least 10" among three who say 50 speaks of nothing lower, and moves no answer. `point` (N,)
    the middle of a claim or its bound; claims bounded on the other side do not count."""
    found = np.zeros(len(side), dtype=bool)
    for sign in (1, -1):
        rows = np.flatnonzero(spoken & (side != -sign) & np.isfinite(point))
        if not (side[rows] == sign).any():
            continue
        rows = rows[np.lexsort((sign * point[rows], item[rows]))]
        which, at = item[rows], point[rows]
        ends = np.flatnonzero(np.r_[which[1:] != which[:-1], True])
        runs = np.flatnonzero(np.r_[(which[1:] != which[:-1]) | (at[1:] != at[:-1]), True])
        place = np.arange(len(rows))
        of_item = np.searchsorted(ends, place)
        beyond = ends[of_item] - runs[np.searchsorted(runs, place)]
        others = np.diff(np.r_[-1, ends])[of_item] - 1
        found[rows[(side[rows] == sign) & (2 * beyond > others)]] = True
    return found


def witnesses(
    z: Array,
    stated: Flags,
    item: Ints,
    source: Ints,
    stance: Ints,
    time: Array,
    weight: Array,
    origin: Ints,
    rows: Ints,
) -> Witnesses:
    """Merge the claims `rows` of one source, or of one origin, about one item.

    A word that only repeats the source's previous one replaces it. The latest counts most, each
    earlier one half as much; claims of one time count alike. Widths are averaged, never reduced.
    """
    time = np.where(np.isnan(time), -np.inf, time)
    who = _who(item, source, origin, rows)
    chain = np.lexsort((time[rows], who))
    order, who = rows[chain], who[chain]
    repeat = np.zeros(len(order), dtype=bool)
    repeat[:-1] = (who[1:] == who[:-1]) & (z[order[1:]] == z[order[:-1]]).all(axis=1)
    order, who = order[~repeat], who[~repeat]
    starts = np.cumsum(np.r_[True, who[1:] != who[:-1]]) - 1 if len(who) else who
    steps = _steps_back(starts, time[order])
    share = LATER**steps
    total = np.bincount(starts, weights=share)
    part = share / total[starts]
    last = np.flatnonzero(np.r_[np.diff(starts) != 0, True]) if len(starts) else starts
    head = order[last]
    first = order[np.flatnonzero(np.r_[True, starts[1:] != starts[:-1]])] if len(starts) else head
    x = np.stack([_summed(starts, part * z[order, q]) for q in range(5)], axis=1)
    lone = np.bincount(starts) == 1
    x[lone] = z[head[lone]]
    given = _summed(starts, part * weight[order])
    keep = given > 0
    head, first = head[keep], first[keep]
    return Witnesses(
        item[head],
        source[first],
        stance[head],
        x[keep],
        stated[head],
        given[keep],
        _ages(item[head], time[head]),
        np.ones(len(head)),
    )


def _summed(index: Ints, values: Array) -> Array:
    return np.bincount(index, weights=values).astype(np.float64)


def _who(item: Ints, source: Ints, origin: Ints, rows: Ints) -> Ints:
    """A code (N,) of each row's witness: by item, then by its first row within the item, an
    order that no other item can change."""
    told = origin[rows] >= 0
    keys = np.stack([item[rows], told, np.where(told, origin[rows], source[rows])])
    _, first, who = np.unique(keys, axis=1, return_index=True, return_inverse=True)
    place = np.lexsort((rows[first], item[rows[first]]))
    rank = np.empty(len(first), dtype=np.int64)
    rank[place] = np.arange(len(first))
    return rank[who.ravel()]


def _steps_back(starts: Ints, time: Array) -> Array:
    """How many distinct times of the same witness come after each of its words (N,)."""
    if not len(starts):
        return np.zeros(0)
    later = np.r_[(time[1:] != time[:-1]) & (starts[1:] == starts[:-1]), False].astype(float)
    from_end = np.cumsum(later[::-1])[::-1]
    last = np.r_[np.diff(starts) != 0, True]
    ends = np.flatnonzero(last)
    return from_end - from_end[ends][np.searchsorted(ends, np.arange(len(starts)))]


def _ages(item: Ints, time: Array) -> Array:
    """How long before its item's latest claim each witness last spoke (N,); 0 without a time."""
    if not len(item):
        return np.zeros(0)
    last = np.full(int(item.max()) + 1, -np.inf)
    np.maximum.at(last, item, time)
    timed = np.isfinite(time)
    return np.where(timed, last[item] - np.where(timed, time, 0.0), 0.0)
