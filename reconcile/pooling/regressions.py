"""Regressions of the truth on the claims: on a point rule, on all sources, and the chain ladder.

All are walked forward, by group (a delay, a horizon) shrunk to all items, with long or short
memory: the rolling regressions of weather forecasts (Gneiting et al. 2005, doi
10.1175/MWR2904.1) and the nowcasts of counts that fill up (Mack 1993, doi
10.2143/AST.23.2.2005092).
"""

from __future__ import annotations

import numpy as np

from reconcile.numerics.arrays import Array, Ints
from reconcile.pooling.answer import GRID
from reconcile.pooling.items import Items
from reconcile.pooling.online import moments_in_order
from reconcile.pooling.past_errors import SHRINK, by_group, enough, spread_of, teaches
from reconcile.pooling.seen import Seen

SLOPE_SD = 0.5
"""Prior standard deviation of a slope about 1."""
SHARE_SD = 0.3
"""Prior standard deviation of a source's coefficient about an equal share."""
MOST_SOURCES = 40
"""With more sources than this there are too many coefficients for the items of a table."""
LEAST_LEVEL = 0.5
"""A level below half a count is taken as half a count, so that its log is finite."""


def regression(items: Items, centre: Array, seen: Seen) -> Array:
    """truth = a + b centre + error, slope and intercept by group, shrunk to those of all items."""
    fine = np.isfinite(centre)
    ask = np.flatnonzero(fine)
    found = np.full((len(centre), len(GRID)), np.nan)
    e = items.truth - centre
    values = np.c_[np.ones_like(e), centre, e, centre**2, centre * e, e**2]
    whole, own = by_group(items, seen, np.where(np.isfinite(e)[:, None], values, np.nan), ask)
    told = enough(seen, whole[:, 0])
    n = np.maximum(whole[:, :1], 1e-9)
    sums = own + SHRINK * whole / n
    weight = np.maximum(sums[:, 0], 1e-9)
    x, y, xx, xy, yy = (sums[:, j] / weight for j in range(1, 6))
    across = np.maximum(xx - x * x, 0.0)
    noise = np.maximum(yy - y * y, 1e-12 * np.maximum(yy, 1e-12))
    few = np.minimum(n[:, 0], weight)
    ridge = noise / SLOPE_SD**2 / few
    slope = (xy - x * y) / np.maximum(across + ridge, 1e-300)
    rest = np.maximum(noise - slope**2 * across, 1e-9 * noise)
    away = centre[ask] - x
    lever = (1 + away**2 / np.maximum(across + ridge, 1e-300)) / few
    spread = np.sqrt(rest * (1 + np.minimum(lever, 9.0)))
    rows = spread_of(y + slope * away, spread, told)
    found[ask] = centre[ask, None] + rows
    return found


def chain_ladder(items: Items, count: Array, truth: Array, seen: Seen) -> Array:
    """Quantiles (I, P) in raw units: truth = ratio of the group x `count` (I,), with a variance
    in proportion to the count; `truth` (I,) in raw units."""
    level = np.where(count >= 0, np.maximum(count, LEAST_LEVEL), np.nan)
    fine = np.isfinite(level)
    ask = np.flatnonzero(fine)
    found = np.full((len(count), len(GRID)), np.nan)
    # sums in units of the level itself would lose the ladder's weights: large counts tell more
    values = np.c_[np.ones_like(level), level, truth, truth**2 / level]
    told_of = np.isfinite(values).all(axis=1) & np.isfinite(truth)
    whole, own = by_group(items, seen, np.where(told_of[:, None], values, np.nan), ask)
    told = enough(seen, whole[:, 0]) & (whole[:, 1] > 0)
    sums = own + SHRINK * whole / np.maximum(whole[:, :1], 1e-9)
    n, x, t, tt = (np.maximum(sums[:, j], 1e-300) for j in range(4))
    ratio = t / x
    phi = np.maximum(tt - ratio * t, 1e-9 * tt) / n
    expected = ratio * level[ask]
    spread = np.sqrt(phi * level[ask] * (1 + level[ask] / x))
    found[ask] = expected[:, None] + spread_of(np.zeros(len(ask)), spread, told)
    return found


def on_sources(items: Items, centre: Array, unit: Array, seen: Seen) -> Array:
    """The centre (I,), moved by a ridge regression on the sources' deviations from it, walking
    forward: truth - centre = a + b (centre - its mean) + sum_s w_s (claim_s - centre).

    A source that is silent deviates by 0. NaN with more than `MOST_SOURCES` sources, before
    anything is known, and where leaving one out (another item's truth would tell this one's).
    """
    found = np.full(len(centre), np.nan)
    if seen.learn != "past":
        return found
    teach = np.flatnonzero(teaches(items, seen) & np.isfinite(centre))
    told = np.isin(np.arange(len(centre)), teach)
    state = _Normal(items, centre, unit)
    for new, now in moments_in_order(items.known, items.asked, told):
        if not len(new):
            continue
        state.fade(seen.fade)
        state.add(new)
        now = now[np.isfinite(centre[now])]
        if len(now) and state.sources <= MOST_SOURCES:
            found[now] = centre[now] + unit[now] * state.predicted(now)
    return found


class _Normal:
    """The normal equations, growing by a row when a source first speaks of a known item."""

    def __init__(self, items: Items, centre: Array, unit: Array) -> None:
        self.items, self.centre, self.unit = items, centre, unit
        self.starts = np.searchsorted(items.witnesses.item, np.arange(len(centre) + 1))
        self.place = np.full(len(items.source_ids), -1, dtype=np.int64)
        self.sources = 0
        self.cross, self.right = np.zeros((2, 2)), np.zeros(2)
        self.square, self.weight = 0.0, 0.0

    def fade(self, by: float) -> None:
        if by < 1:
            self.cross, self.right = by * self.cross, by * self.right
            self.square, self.weight = by * self.square, by * self.weight

    def add(self, new: Ints) -> None:
        """Take in the items `new`, told at one moment."""
        fresh = self.items.witnesses.source[self._spoken(new)[1]]
        fresh = fresh[self.place[fresh] < 0]
        names = fresh[np.sort(np.unique(fresh, return_index=True)[1])]
        self.place[names] = self.sources + np.arange(len(names))
        self.sources += len(names)
        self.cross, self.right = (np.pad(a, (0, len(names))) for a in (self.cross, self.right))
        error = (self.items.truth[new] - self.centre[new]) / self.unit[new]
        rows = self._rows(new)
        self.cross = self.cross + rows.T @ rows
        self.right = self.right + rows.T @ error
        self.square, self.weight = self.square + float(error @ error), self.weight + len(new)

    def _spoken(self, at: Ints) -> tuple[Ints, Ints]:
        """Which of the items `at` (n,) each of their witnesses speaks of, and its place."""
        count = self.starts[at + 1] - self.starts[at]
        row = np.repeat(np.arange(len(at)), count)
        before = np.cumsum(count) - count
        return row, np.arange(len(row)) + (self.starts[at] - before)[row]

    def _rows(self, at: Ints) -> Array:
        row, flat = self._spoken(at)
        place = self.place[self.items.witnesses.source[flat]]
        off = (self.items.witnesses.x[flat, 2] - self.centre[at][row]) / self.unit[at][row]
        found = np.zeros((len(at), 2 + self.sources))
        found[:, 0], found[:, 1] = 1.0, self.centre[at] / self.unit[at]
        seen = place >= 0
        np.add.at(found, (row[seen], 2 + place[seen]), off[seen])
        return found

    def _solved(self) -> Array:
        noise = (self.square + 1e-9) / max(self.weight, 1.0)
        prior = np.full(len(self.right), noise / SHARE_SD**2)
        prior[0] = 0.01
        middle = self.cross[0, 1] / max(self.weight, 1e-9)
        across = self.cross[1, 1] - middle * self.cross[0, 1]
        prior[1] = noise / SLOPE_SD**2 + 1e-9 * max(across, 1e-9)
        found = np.linalg.solve(self.cross + np.diag(prior), self.right)
        return np.asarray(found, dtype=np.float64)

    def predicted(self, asked: Ints) -> Array:
        """The moves (A,) of the items `asked`, in units."""
        return (self._rows(asked) * self._solved()).sum(axis=1)
