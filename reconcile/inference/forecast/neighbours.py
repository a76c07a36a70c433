"""What a stream said before and after: the number itself again, or one in between.

A source that keeps a tally repeats its last number (no new count), and seldom steps out of the
range of its own neighbouring numbers. How often is learnt from the claims of the fit, each looked
at without itself: against its neighbours and, for wider gaps, against those 2, 4, 8 .. places away.
A claim then says one of its two neighbours' numbers with learnt probabilities; else it comes from
what the model expects, whose mass in five zones (far below, below, inside, above, far above) is
tilted by learnt factors, shrunk from stream to source to all.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from reconcile.inference.forecast.expected import Expected
from reconcile.inference.forecast.said_table import SaidTable
from reconcile.numerics.arrays import Array, Flags, Index

# How many claims before and after are passed over to find neighbours, in doubling steps.
_LAGS = (1, 2, 4, 8, 16, 32)
# Limits of the classes of days to the neighbours, in doubling steps.
_GAPS = np.array([0.5, 1.5, 3.5, 7.5, 15.5, 31.5])
# Limits of the classes of the distance between the numbers of two neighbours, in counts.
_SIZES = np.array([0.5, 1.5, 3.5, 9.5])
# A claim is looked at from twelve places; as many looks weigh against a context's parent.
_PRIOR_COUNT = 12.0
# Usual errors beyond which a number is far from what is expected and from its neighbours.
_FAR = 3.0
# Nine tenths of the looks that the zones are learnt from are less vague than this.
_VAGUE = 4.0
# Rounds in which a tilt and what it makes expected are computed in turn.
_ROUNDS = 4
# Claims that are looked at for each of these at most: more change little and cost time.
_MOST = 20_000


@dataclass(frozen=True, eq=False)
class Near:
    """The neighbours of N claims: `low` and `high` (N,) the smaller and the larger number (in
    counts; nan: none), `rising` whether the later is the larger, and what habits depend on.

    kind (N,): 0 none, 1 one before, 2 one after, 3 equal ones, 4 rising, 5 falling; gap (N,) the
    buckets of the days to the nearer, wide (N,) to the farther, size (N,) of the difference.
    """

    low: Array
    high: Array
    kind: Index
    gap: Index
    wide: Index
    size: Index
    stream: Index
    source: Index


@dataclass(frozen=True, eq=False)
class NeighbourHabits:
    """Learnt tables: `levels` maps the code of a context to probabilities of (low again, high
    again) and to tilts of the five zones."""

    codes: tuple[Index, ...]
    again: tuple[Array, ...]
    tilt: tuple[Array, ...]

    def of(self, near: Near, mass: Array, vague: Array) -> tuple[Array, Array]:
        """Probabilities (N, 2) of the neighbours' numbers, and of the zones (N, 5).

        `mass` (N, 5) is what the model expects there. The tilts are learnt where other claims tell
        what is spoken of; where it is far vaguer (`vague` (N,) as in `Expected`) they say little.
        """
        contexts = _contexts(near)
        again = np.tile([0.1, 0.1], (len(near.kind), 1))
        tilt = np.ones((len(near.kind), 5))
        for code, known, p, t in zip(contexts, self.codes, self.again, self.tilt, strict=True):
            if not len(known):
                continue  # no series of the fit has two numbers
            at = np.searchsorted(known, code)
            found = (at < len(known)) & (known[np.minimum(at, len(known) - 1)] == code)
            again = np.where(found[:, None], p[np.minimum(at, len(p) - 1)], again)
            tilt = np.where(found[:, None], t[np.minimum(at, len(t) - 1)], tilt)
        again = again * _possible(near)
        plain = np.maximum(mass, 1e-9) * _open(near)
        tilted = plain * tilt
        trust = np.minimum(1.0, _VAGUE / np.maximum(vague, 1e-9))[:, None]
        plain, tilted = (each / each.sum(axis=1, keepdims=True) for each in (plain, tilted))
        return again, trust * tilted + (1 - trust) * plain


def near_of(asked: SaidTable, known: SaidTable) -> Near:
    """The nearest totals of the same stream among `known`, before (or on the day) and after."""
    total = np.flatnonzero(known.total & np.isfinite(known.value))
    day = known.last
    order = total[np.lexsort((known.value[total], day[total], known.stream[total]))]
    far = float(max(day.max(initial=0), asked.last.max(initial=0)) + 10)
    key = known.stream[order] * far + day[order]
    at = np.searchsorted(key, asked.stream * far + np.maximum(asked.last, 0), side="right")
    asks = asked.total & (asked.stream >= 0)
    return _near(order, at - 1, at, known.stream, known.value, day, asked.last, asked.stream,
                 asked.source, asks)  # fmt: skip


def near_itself(known: SaidTable) -> Near:
    """The neighbours of each of the fit's own claims (N,), itself not among them."""
    value, stream, day = known.value, known.stream, known.last
    total = np.flatnonzero(known.total & np.isfinite(value))
    order = total[np.lexsort((value[total], day[total], stream[total]))]
    place = np.full(len(value), -5, dtype=np.intp)
    place[order] = np.arange(len(order))
    return _near(order, place - 1, place + 1, stream, value, day, day, stream, known.source,
                 place >= 0)  # fmt: skip


def _near(
    order: Index, before: Index, after: Index, known_stream: Index, value: Array, day: Array,
    when: Array, stream: Index, source: Index, asks: Flags,
) -> Near:  # fmt: skip
    if not len(order):
        order = np.zeros(1, dtype=np.intp)
        asks = np.zeros_like(asks)
    last = len(order) - 1
    b, a = order[np.clip(before, 0, last)], order[np.clip(after, 0, last)]
    has_b = asks & (before >= 0) & (before <= last) & (known_stream[b] == stream)
    has_a = asks & (after >= 0) & (after <= last) & (known_stream[a] == stream)
    vb, va = np.where(has_b, value[b], np.nan), np.where(has_a, value[a], np.nan)
    gap_b = np.where(has_b, np.abs(when - day[b]), np.inf)
    gap_a = np.where(has_a, np.abs(day[a] - when), np.inf)
    both = has_b & has_a
    kind = np.where(has_b, 1, np.where(has_a, 2, 0))
    kind = np.where(both, np.where(vb == va, 3, np.where(va > vb, 4, 5)), kind)
    low, high = np.fmin(vb, va), np.fmax(vb, va)
    size = np.where(both, high - low, 0.0)
    near, wide = np.minimum(gap_a, gap_b), np.where(both, np.maximum(gap_a, gap_b), 0)
    near = np.where(np.isfinite(near), near, 0)
    return Near(
        low, high, kind, np.searchsorted(_GAPS, near), np.searchsorted(_GAPS, wide),
        np.searchsorted(_SIZES, size), stream, source,
    )  # fmt: skip


def learn_habits(known: SaidTable, without: Expected) -> NeighbourHabits:
    """The habits of the fit's streams; `without` is each claim as expected without itself (N,)."""
    nears, picks = _looks(known)
    value = known.value
    contexts = [np.concatenate(each) for each in zip(*(_contexts(n) for n in nears), strict=True)]
    pick = np.concatenate(picks)
    low, high = (np.concatenate([getattr(n, end) for n in nears]) for end in ("low", "high"))
    there = without.taken(pick)
    ends = zone_ends(there, low, high)
    mass = zone_masses(there, ends)
    said = value[pick]
    is_low, is_high = said == low, (said == high) & (high > low)
    zone = np.where(said < low, np.where(said < ends[:, 1], 0, 1), 2)
    zone = np.where(said > high, np.where(said > ends[:, 8], 4, 3), zone)
    opened = np.concatenate([_open(n) for n in nears])
    return _tables(contexts, is_low, is_high, zone, mass * opened)


def _looks(known: SaidTable) -> tuple[list[Near], list[Index]]:
    """Each total of the fit against its neighbours at several distances."""
    value, stream, day = known.value, known.stream, known.last
    total = np.flatnonzero(known.total & np.isfinite(value))
    order = total[np.lexsort((value[total], day[total], stream[total]))]
    key = stream[order] * (float(day.max(initial=0)) + 10) + day[order]
    end = np.searchsorted(key, key, side="right") - 1  # the last of the same stream and day
    nears: list[Near] = []
    picks: list[Index] = []
    for lag in _LAGS:
        at = np.arange(len(order))
        if len(order) > _MOST:
            at = np.sort(np.random.default_rng(lag).choice(at, _MOST, replace=False))
        mine = order[at]
        earlier = end[at] - lag + 1
        earlier = np.where(earlier <= at, earlier - 1, earlier)  # itself is not among them
        later = end[at] + lag
        for before, after in ((earlier, later), (earlier, later + len(order) + 1)):
            near = _near(order, before, after, stream, value, day, day[mine], stream[mine],
                         known.source[mine], np.ones(len(mine), dtype=bool))  # fmt: skip
            keep = near.kind > 0
            nears.append(Near(*(getattr(near, name)[keep] for name in Near.__dataclass_fields__)))
            picks.append(mine[keep])
    return nears, picks


def zone_ends(expected: Expected, low: Array, high: Array) -> Array:
    """From and to (N, 10), in counts, of the five zones around the neighbours' numbers.

    Far is beyond `_FAR` usual errors of both the expectation and the neighbours. Without
    neighbours everything is inside.
    """
    alone = np.isnan(low)
    reach = _FAR * expected.usual
    bottom = np.exp(np.clip(np.fmin(expected.mean, np.log(np.maximum(low, 0.5))) - reach, -30, 60))
    top = np.exp(np.clip(np.fmax(expected.mean, np.log(np.maximum(high, 0.5))) + reach, -30, 60))
    zero, inf = np.zeros(len(low)), np.full(len(low), np.inf)
    under = np.where(alone, 0.0, np.maximum(low - 0.5, 0.0))
    over = np.where(alone, inf, high + 0.5)
    bottom = np.where(alone, 0.0, np.minimum(bottom, under))
    top = np.where(alone, inf, np.maximum(top, over))
    return np.column_stack(
        [
            zero, bottom, bottom, under,
            np.where(alone, 0.0, low + 0.5), np.where(alone, inf, high - 0.5),
            over, top, top, inf,
        ]
    )  # fmt: skip


def zone_masses(expected: Expected, ends: Array) -> Array:
    """What the model expects in each zone (N, 5)."""
    known = np.clip(ends[:, [1, 3, 4, 5, 6, 7]], 1e-9, 1e300)
    a, b, c, d, e, f = expected.below(np.log(known)).T
    return np.maximum(np.column_stack([a, b - a, d - c, f - e, 1 - f]), 0.0)


def _possible(near: Near) -> Array:
    """Which of (low again, high again) there are (N, 2)."""
    return np.column_stack([near.kind > 0, near.kind >= 4]).astype(float)


def _open(near: Near) -> Array:
    """Which of the zones hold a whole number (N, 5)."""
    some = near.kind > 0
    inside = ~some | (near.high - near.low > 1.5)
    below = some & (near.low > 0.5)
    return np.column_stack([below, below, inside, some, some]).astype(float)


def _contexts(near: Near) -> list[Index]:
    """Codes of a claim's context, from all claims down to its own stream."""
    base = near.kind * 8 + near.size
    shape = (base * 8 + near.gap) * 8 + near.wide
    by_source = (near.source + 1) * 8192 + base * 8 + near.gap
    by_stream = (near.stream + 1) * 8192 + base * 8 + near.gap
    return [base, shape, by_source, by_stream]


def _tables(
    contexts: list[Index],
    is_low: Flags,
    is_high: Flags,
    zone: Index,
    mass: Array,
) -> NeighbourHabits:
    """Dirichlet counts for the numbers again, factors of observed to expected for the zones."""
    M = len(zone)
    again, tilt = np.tile([0.1, 0.1], (M, 1)), np.ones((M, 5))
    other = ~(is_low | is_high)
    hit = np.zeros((M, 5))
    hit[np.arange(M), zone] = other
    mass = np.maximum(mass, 1e-9)
    codes: list[Index] = []
    agains: list[Array] = []
    tilts: list[Array] = []
    for context in contexts:
        known, at = np.unique(context, return_inverse=True)
        n = np.bincount(at)
        first = np.zeros(len(known), dtype=np.intp)
        first[at] = np.arange(M)
        hits = np.column_stack([np.bincount(at, is_low), np.bincount(at, is_high)])
        p = (hits + _PRIOR_COUNT * again[first]) / (n + _PRIOR_COUNT)[:, None]
        parent = tilt[first]
        t = parent.copy()
        observed = np.column_stack([np.bincount(at, hit[:, z]) for z in range(5)])
        for _ in range(_ROUNDS):
            total = (mass * t[at]).sum(axis=1)
            expected = np.column_stack(
                [np.bincount(at, other * mass[:, z] / total) for z in range(5)]
            )
            t = (observed + _PRIOR_COUNT * parent) / (expected + _PRIOR_COUNT)
        again, tilt = p[at], t[at]
        codes.append(known)
        agains.append(p)
        tilts.append(t)
    return NeighbourHabits(tuple(codes), tuple(agains), tuple(tilts))
