"""Marzullo's agreement: the interval that most independent origins allow."""

from __future__ import annotations

from collections.abc import Hashable
from typing import cast

import numpy as np
from numpy.typing import NDArray

from reconcile.constraints.hull_intersection import EMPTY, Bounds, Intervals, bounds_of, interval_of
from reconcile.errors import OptionError
from reconcile.intervals import Interval
from reconcile.numerics.arrays import Array, Flags, Ints
from reconcile.values import Consensus


def agreement(claims_or_intervals: Intervals, *, k: int | None = None) -> Consensus:
    """The interval that most independent origins allow, and who is outside of it.

    Claims that share an origin vote once: for what all of them allow or, where they contradict
    each other, for what any of them allows. `agreeing` is the number of origins that have a number
    in the interval in common; `outside` names the claims (of intervals the indexes) that share no
    number with it. Open and closed ends are told apart. One sweep over the sorted ends, O(n log
    n).

    Parameters
    ----------
    claims_or_intervals : intervals or claims
        N intervals, a ledger or claims.
    k : int, optional
        Without it, the interval where the count of origins is highest (among equals the narrowest,
        then the lowest). With it, the smallest interval that holds every number which at least `k`
        origins allow: with k = n - f it holds the truth if at most f of n are wrong.

    Raises
    ------
    OptionError
        If nothing is given, or `k` lies outside of 1 to the number of origins.

    References
    ----------
    Marzullo, K. (1984), Maintaining the time in a distributed system, PhD thesis, Stanford, ch. 3;
    ACM TOCS 8(4), 1990, 284-304, doi 10.1145/128733.128735.

    Examples
    --------
    >>> agreement([(8, 12), (11, 13), (14, 15)])
    Consensus(interval=Interval(11.0, 12.0), agreeing=2, origins=3, outside=(2,))
    >>> agreement([(8, 12), (11, 13), (14, 15)], k=1).interval
    Interval(8.0, 15.0)
    """
    return agreement_of(bounds_of(claims_or_intervals), k)


def agreement_of(found: Bounds, k: int | None = None) -> Consensus:
    """`agreement` of intervals already read."""
    origins = len(set(found.origins))
    if not origins:
        raise OptionError("expected at least one claim or interval, got none")
    if k is not None and not 1 <= k <= origins:
        raise OptionError(f"expected k from 1 to {origins} (the number of origins), got {k}")
    positions, after, votes = _sweep(_one_vote_each(found))
    most = int(votes.max(initial=0))
    span, agreeing = EMPTY, 0
    if k is None and most:
        span, agreeing = _narrowest(positions, after, votes == most), most
    elif k is not None and most >= k:
        enough = np.flatnonzero(votes >= k)
        span, agreeing = _stretch(positions, after, int(enough[0]), int(enough[-1]) + 1), most
    return Consensus(span, agreeing, origins, _outside(found, span))


def _one_vote_each(found: Bounds) -> Bounds:
    """Disjoint intervals that every origin votes for."""
    kept = np.flatnonzero(~found.empty)
    groups: dict[Hashable, list[int]] = {}
    for index in kept:
        groups.setdefault(found.origins[index], []).append(int(index))
    if all(len(members) == 1 for members in groups.values()):
        return _taken(found, kept)
    spans: list[tuple[float, bool, float, bool]] = []
    owners: list[Hashable] = []
    for origin, members in groups.items():
        votes = _common_or_any(_taken(found, np.array(members)))
        spans += votes
        owners += [origin] * len(votes)
    lower, lower_open, upper, upper_open = zip(*spans, strict=True)
    return Bounds(
        np.array(lower), np.array(upper), np.array(lower_open), np.array(upper_open),
        tuple(range(len(spans))), tuple(owners),
    )  # fmt: skip


def _common_or_any(group: Bounds) -> list[tuple[float, bool, float, bool]]:
    """What all of `group` allow, else the disjoint intervals that any of them allows."""
    lower, upper = group.lower.max(), group.upper.min()
    common = interval_of(
        lower,
        upper,
        bool(group.lower_open[group.lower == lower].any()),
        bool(group.upper_open[group.upper == upper].any()),
    )
    if common != EMPTY:
        return [(common.lower, not common.lower_closed, common.upper, not common.upper_closed)]
    ends = sorted(zip(group.lower, group.lower_open, group.upper, group.upper_open, strict=True))
    merged = [ends[0]]
    for low, low_open, high, high_open in ends[1:]:
        last = merged[-1]
        apart = low > last[2] or (low == last[2] and low_open and last[3])
        if apart:
            merged.append((low, low_open, high, high_open))
        elif (high, not high_open) > (last[2], not last[3]):
            merged[-1] = (last[0], last[1], high, high_open)
    return [(float(a), bool(b), float(c), bool(d)) for a, b, c, d in merged]


def _taken(found: Bounds, index: NDArray[np.int64]) -> Bounds:
    return Bounds(
        found.lower[index], found.upper[index], found.lower_open[index], found.upper_open[index],
        tuple(found.names[i] for i in index), tuple(found.origins[i] for i in index),
    )  # fmt: skip


def _sweep(votes: Bounds) -> tuple[Array, Flags, Ints]:
    """Cuts of the line in order: where, whether just after that number, the votes from there on.

    A closed lower and an open upper end cut before their number, the others after it.
    """
    n = len(votes.lower)
    position = np.r_[votes.lower, votes.upper]
    after = np.r_[votes.lower_open, ~votes.upper_open]
    step = np.r_[np.ones(n, dtype=np.int64), -np.ones(n, dtype=np.int64)]
    order = np.lexsort((after, position))
    position, after, step = position[order], after[order], step[order]
    changes = (position[1:] != position[:-1]) | (after[1:] != after[:-1])
    last = np.flatnonzero(np.r_[changes, True]) if n else np.zeros(0, dtype=np.int64)
    return position[last], after[last], np.cumsum(step)[last]


def _narrowest(positions: Array, after: Flags, best: Flags) -> Interval:
    """The narrowest of the stretches with the `best` count, then the lowest."""
    edges = np.diff(np.r_[False, best, False].astype(np.int8))
    starts, ends = np.flatnonzero(edges == 1), np.flatnonzero(edges == -1)
    bounded = np.isfinite(positions[starts]) & np.isfinite(positions[ends])
    widths = np.full(len(starts), np.inf)
    widths[bounded] = positions[ends[bounded]] - positions[starts[bounded]]
    choice = int(np.argmin(widths))
    return _stretch(positions, after, int(starts[choice]), int(ends[choice]))


def _stretch(positions: Array, after: Flags, first: int, last: int) -> Interval:
    """From one cut to another."""
    return interval_of(
        float(positions[first]), float(positions[last]), bool(after[first]), not after[last]
    )


def _outside(found: Bounds, span: Interval) -> tuple[str, ...] | tuple[int, ...]:
    """Names of the intervals that share no number with `span`."""
    out = found.empty | _apart(found, span)
    return cast("tuple[str, ...]", tuple(found.names[i] for i in np.flatnonzero(out)))


def _apart(found: Bounds, span: Interval) -> Flags:
    if span == EMPTY:
        return np.ones(len(found.lower), dtype=bool)
    below = (found.upper < span.lower) | (
        (found.upper == span.lower) & (found.upper_open | (not span.lower_closed))
    )
    above = (found.lower > span.upper) | (
        (found.lower == span.upper) & (found.lower_open | (not span.upper_closed))
    )
    return below | above
