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
from reconcile.pooling.past_errors import SHRINK, by_group, enough, spread_of, teaches
from reconcile.pooling.seen import Seen

__all__ = ["chain_ladder", "on_sources", "regression"]

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
    told = items.witnesses
    teach = np.flatnonzero(teaches(items, seen) & np.isfinite(centre))
    teach = teach[np.argsort(items.known[teach], kind="stable")]
    if not len(teach):
        return found
    starts = np.searchsorted(told.item, np.arange(len(centre) + 1))
    state = _Normal()
    asked = np.argsort(items.asked, kind="stable")
    asked = asked[np.isfinite(centre[asked])]
    cuts = np.searchsorted(items.asked[asked], np.unique(items.known[teach]), side="left")
    when = np.unique(items.known[teach])
    bounds = np.r_[cuts, len(asked)]
    place = np.searchsorted(items.known[teach], when)
    place = np.r_[place, len(teach)]
    for m in range(len(when)):
        state.fade(seen.fade)
        for i in teach[place[m] : place[m + 1]]:
            rows = slice(starts[i], starts[i + 1])
            off = (told.x[rows, 2] - centre[i]) / unit[i]
            error = (items.truth[i] - centre[i]) / unit[i]
            state.add(told.source[rows], off, float(centre[i] / unit[i]), float(error))
        now = asked[bounds[m] : bounds[m + 1]]
        if not len(now) or len(state.place) > MOST_SOURCES:
            continue
        coefficients = state.solve()
        for i in now:
            rows = slice(starts[i], starts[i + 1])
            off = (told.x[rows, 2] - centre[i]) / unit[i]
            move = state.predict(coefficients, told.source[rows], off, float(centre[i] / unit[i]))
            found[i] = centre[i] + unit[i] * move
    return found


class _Normal:
    """The normal equations, growing by a row when a source first speaks of a known item."""

    def __init__(self) -> None:
        self.place: dict[int, int] = {}
        self.cross = np.zeros((2, 2))
        self.right = np.zeros(2)
        self.square, self.weight = 0.0, 0.0

    def fade(self, by: float) -> None:
        if by < 1:
            self.cross, self.right = by * self.cross, by * self.right
            self.square, self.weight = by * self.square, by * self.weight

    def add(self, source: Ints, off: Array, level: float, error: float) -> None:
        for s in source.tolist():
            if s not in self.place:
                self.place[s] = len(self.place)
                self.cross = np.pad(self.cross, (0, 1))
                self.right = np.pad(self.right, (0, 1))
        row = self._row(source, off, level)
        self.cross = self.cross + row[:, None] * row
        self.right = self.right + row * error
        self.square, self.weight = self.square + error * error, self.weight + 1

    def _row(self, source: Ints, off: Array, level: float) -> Array:
        row = np.zeros(2 + len(self.place))
        row[0], row[1] = 1.0, level
        for s, x in zip(source.tolist(), off.tolist(), strict=True):
            if s in self.place:
                row[2 + self.place[s]] += x
        return row

    def solve(self) -> Array:
        size = len(self.right)
        noise = (self.square + 1e-9) / max(self.weight, 1.0)
        prior = np.full(size, noise / SHARE_SD**2)
        prior[0] = 0.01
        middle = self.cross[0, 1] / max(self.weight, 1e-9)
        across = self.cross[1, 1] - middle * self.cross[0, 1]
        prior[1] = noise / SLOPE_SD**2 + 1e-9 * max(across, 1e-9)
        found = np.linalg.solve(self.cross + np.diag(prior), self.right)
        return np.asarray(found, dtype=np.float64)

    def predict(self, coefficients: Array, source: Ints, off: Array, level: float) -> float:
        row = self._row(source, off, level)
        return float((row * coefficients).sum())
