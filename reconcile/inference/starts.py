"""Where to begin the climbs: the posterior may have several modes.

The prior's centre; the path through all claims; through the claims but for those far from the
others; and, where the claims of one time fall into groups, through each group alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from reconcile.model.growth import completeness
from reconcile.model.problem import Problem
from reconcile.model.states import Track
from reconcile.model.walks import mean_columns
from reconcile.numerics.arrays import Array, Flags, Index

# Claims this far from the path of the others (a factor of 2.5) may be gross errors, or leaps.
_FAR = 0.9
# The rate in a cell in which nothing seems to happen, beside the usual rate (a factor of 150).
_QUIET = 5.0
# No start has a rate that lies further below the usual one, in logs: it would take long to return.
_DEAD = 12.0
# Starts at most: every one costs a climb, and the first ones find the modes that matter.
_MOST_STARTS = 8


@dataclass(frozen=True, eq=False)
class _Points:
    """What claims say of one track: times `at` (N,), values `y` on the model's scale, days of the
    window (0 of totals and levels), and the index of each claim."""

    at: Array
    y: Array
    days: Array
    claim: Index

    def taken(self, keep: Flags) -> _Points:
        return _Points(self.at[keep], self.y[keep], self.days[keep], self.claim[keep])


def prior_centre(problem: Problem) -> Array:
    """The unknowns at the centres of all prior terms."""
    terms, border = problem.terms, problem.border
    table = np.zeros((border, border))
    np.add.at(table, (np.arange(border)[:, None], terms.at[:border]), terms.coef[:border])
    paths = np.linalg.solve(table, terms.centre[:border])
    return np.r_[paths, terms.centre[border:]]


def starts(problem: Problem) -> list[Array]:
    """Starting points for the climbs, the likeliest first; at least one."""
    centre = prior_centre(problem)
    found = [centre]
    points = [_points(problem, track) for track in problem.states.tracks]
    if not any(len(p.at) for p in points):
        return found
    choices = [np.ones(len(problem.claims), dtype=bool), *_alternatives(problem, points)]
    return [_through(problem, points, keep) for keep in choices[:_MOST_STARTS]] + found


def start_without(problem: Problem, groups: Sequence[Sequence[int]]) -> list[Array]:
    """For each group of claims (indices) a path through all others."""
    points = [_points(problem, track) for track in problem.states.tracks]
    N = len(problem.claims)
    return [_through(problem, points, _without(N, np.array(group))) for group in groups]


def _through(problem: Problem, points: Sequence[_Points], keep: Flags) -> Array:
    """The unknowns of a path through the claims to `keep` (N,)."""
    x = prior_centre(problem)
    for track, own, means in zip(
        problem.states.tracks, points, mean_columns(problem.states), strict=True
    ):
        _lay(x, problem, track, own.taken(keep[own.claim]), means)
    return x


def _points(problem: Problem, track: Track) -> _Points:
    """The numbers said about the walk's whole, or about a part divided by its usual share."""
    rows, component = problem.rows, problem.component
    usual = problem.states.shares(track, prior_centre(problem)) if track.size > 1 else None
    names = [leaf.id for leaf in track.walk.leaves]
    known = _completeness_of(problem)
    found: list[tuple[float, float, float, int]] = []
    seen: set[int] = set()
    for row in range(len(rows.claim)):
        claim, asked = int(rows.claim[row]), problem.asked[rows.place[row]]
        if claim in seen or component.root_walk(asked.quantity) != track.walk.root.id:
            continue
        if component.quantities[asked.quantity].arrivals is not None:
            continue
        seen.add(claim)
        y = float(rows.said[row]) - float(known[rows.place[row]])
        leaves = component.leaf_ids(asked.quantity)
        if usual is not None and len(leaves) < track.size:
            y -= float(np.log(usual[[names.index(leaf) for leaf in leaves], 0].sum()))
        days = 0.0 if asked.start is None else asked.end - asked.start
        found.append((asked.end, float(y), days, claim))
    table = np.array(found, dtype=float).reshape(-1, 4)
    order = np.argsort(table[:, 0], kind="stable")
    table = table[order]
    return _Points(table[:, 0], table[:, 1], table[:, 2], table[:, 3].astype(np.intp))


def _completeness_of(problem: Problem) -> Array:
    """The usual log completeness (F,) of what is known; 0 where the event is not over."""
    log_age = problem.functionals.log_age
    if not problem.states.grows:
        return np.zeros(len(log_age))
    half, slope = prior_centre(problem)[problem.states.size - 2 : problem.states.size]
    return completeness(log_age, float(half), float(slope)).value


def _alternatives(problem: Problem, points: Sequence[_Points]) -> list[Flags]:
    """Which claims to go through: without those far off, and each group of one time alone."""
    N = len(problem.claims)
    found: list[Flags] = []
    for own in points:
        totals = own.taken(own.days == 0)
        far = _far_off(totals)
        if far.any() and not far.all():
            found.append(_without(N, totals.claim[far]))
            last = totals.claim[far][-1]
            found.append(_without(N, np.array([last])))
            found += [_without(N, np.array([c])) for c in totals.claim[far][:-1][:2]]
        for time in np.unique(totals.at):
            same = totals.at == time
            groups = _groups(totals.y[same])
            if len(np.unique(groups)) > 1:
                claims = totals.claim[same]
                found += [_without(N, claims[groups != g]) for g in np.unique(groups)]
    unique: dict[bytes, Flags] = {keep.tobytes(): keep for keep in found if keep.any()}
    return list(unique.values())


def _without(count: int, left_out: Index) -> Flags:
    keep = np.ones(count, dtype=bool)
    keep[left_out] = False
    return keep


def _far_off(points: _Points) -> Flags:
    """Claims (N,) far from the median of the five nearest others in time."""
    n = len(points.at)
    far = np.zeros(n, dtype=bool)
    if n < 3 or n > 2000:
        return far
    for i in range(n):
        near = [j for j in range(max(i - 3, 0), min(i + 4, n)) if j != i]
        far[i] = abs(points.y[i] - float(np.median(points.y[near]))) > _FAR
    return far


def _groups(y: Array) -> Index:
    """The number of the group of each value: a gap wider than `_FAR` begins another."""
    order = np.argsort(y, kind="stable")
    steps = np.r_[0, np.cumsum(np.diff(y[order]) > _FAR)]
    groups = np.zeros(len(y), dtype=np.intp)
    groups[order] = steps
    return groups


def _lay(x: Array, problem: Problem, track: Track, points: _Points, means: Index) -> None:
    """Set the whole's states of one track to a path through `points`."""
    if not len(points.at) or track.walk.root.arrivals is not None:
        return
    grid, whole = problem.states.grid, np.arange(*track.at(0).indices(problem.states.size))
    ends = grid.edges[1 + track.start : 1 + track.stop]
    totals, flows = points.taken(points.days == 0), points.taken(points.days > 0)
    kind = track.walk.root.kind
    if kind == "constant":
        x[whole] = np.median(points.y)
        return
    if kind == "stock":
        times = np.unique(totals.at)
        x[whole] = np.interp(ends, times, [np.median(totals.y[totals.at == t]) for t in times])
        x[means[0]] = np.median(totals.y)
        return
    rate = np.full(len(ends), x[means[0]])
    for at, y, days in zip(flows.at, flows.y, flows.days, strict=True):
        rate[grid.overlap(at - days, at)[track.start : track.stop] > 0] = y - np.log(days)
    if len(totals.at):
        past, rate = _rates(totals, grid.edges[track.start : track.stop + 1], track.past, rate)
        if track.past:
            x[whole[0]] = past
    x[whole[-len(rate) :]] = rate
    x[means[0]] = np.median(rate)


def _rates(totals: _Points, edges: Array, past: bool, usual: Array) -> tuple[float, Array]:
    """log P and the log rates (J,) of a path that goes through the totals' running medians."""
    times = np.unique(totals.at)
    logs = _rising(
        np.array([np.median(totals.y[totals.at == t]) for t in times]),
        np.array([np.sum(totals.at == t) for t in times], dtype=float),
    )
    known = np.exp(logs - logs.max())
    first = known[0] * (0.97 if past else 0.0)
    grid = np.r_[min(edges[0], times[0] - 1), times]
    C = np.interp(edges, grid, np.r_[first, known])
    widths = np.diff(edges)
    after = edges[1:] > times[-1] + 1e-9
    floor = np.log(known[-1]) + logs.max() - np.log(max(times[-1] - edges[0], 1.0)) - _QUIET
    with np.errstate(divide="ignore"):
        rate = np.log(np.diff(C) / widths) + logs.max()
    quiet = max(float(floor), float(np.median(usual)) - _DEAD)
    rate = np.maximum(rate, quiet)
    if after.any():
        rate[after] = np.median(rate[~after]) if (~after).any() else usual[after]
    return float(np.log(max(first, 1e-12)) + logs.max()), rate


def _rising(values: Array, weights: Array) -> Array:
    """The nearest rising sequence: pool adjacent violators (Barlow et al. 1972)."""
    levels: list[tuple[float, float, int]] = []
    for value, weight in zip(values.tolist(), weights.tolist(), strict=True):
        levels.append((value, weight, 1))
        while len(levels) > 1 and levels[-2][0] > levels[-1][0]:
            (v1, w1, n1), (v2, w2, n2) = levels[-2], levels[-1]
            levels[-2:] = [((v1 * w1 + v2 * w2) / (w1 + w2), w1 + w2, n1 + n2)]
    return np.concatenate([np.full(n, v) for v, _, n in levels])
