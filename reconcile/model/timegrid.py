"""The cells of time: at the days that claims speak of, with filler between, never many more.

How fine the grid is follows from the claims alone, never from the days asked: an answer for a day
inside a cell is interpolated.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

import numpy as np

from reconcile.numerics.arrays import Array

# Gaps between claims are filled with cells of a week at least, or a thirtieth of the whole span:
# halving them moves no end of an interval by more than 3 %.
_WEEK, _PIECES = 7.0, 30.0
# A table of more days has cells of several days. More cells cost their square and tell no more: a
# fifth of the PNAS claims was foretold with 150, 100 and 75 cells alike (CRPS .113, .112, .110).
MOST_CELLS = 100
# Of a table of many days this share of the cells stays at its last days, where questions are.
_FINE_END = 40
# The others are spread evenly by so much, and else like squares: a total grows fastest at first.
_EVENLY = 0.4
# What lies beyond the last claim is laid out up to one of these horizons, in days.
_HORIZONS = (7, 14, 28, 56, 112, 224, 448, 896, 1792, 3584, 7168, 14336)


@dataclass(frozen=True, eq=False)
class TimeGrid:
    """`edges` (J + 1,) in days since the start of `origin`, ascending from 0."""

    origin: date
    edges: Array

    @property
    def widths(self) -> Array:
        """Days in each cell (J,)."""
        return np.diff(self.edges)

    @property
    def middles(self) -> Array:
        """The middle of each cell (J,)."""
        return 0.5 * (self.edges[1:] + self.edges[:-1])

    def day(self, when: date) -> float:
        """Days from the start of `origin` to the start of `when`."""
        return float((when - self.origin).days)

    def overlap(self, start: float, end: float) -> Array:
        """The share (J,) of each cell that lies between `start` and `end`."""
        inside = np.minimum(self.edges[1:], end) - np.maximum(self.edges[:-1], start)
        return np.clip(inside, 0, None) / self.widths

    def between(self, at: float) -> Array:
        """Weights (J,) that interpolate a level known at the ends of the cells to the time `at`."""
        ends = self.edges[1:]
        weights = np.zeros(len(ends))
        right = int(np.searchsorted(ends, at))
        if right == 0 or right == len(ends):
            weights[min(right, len(ends) - 1)] = 1.0
            return weights
        share = (at - ends[right - 1]) / (ends[right] - ends[right - 1])
        weights[right - 1], weights[right] = 1 - share, share
        return weights


def claim_edges(marks: Iterable[float], last: float, most: int = MOST_CELLS) -> Array:
    """Edges from 0 to `last` through the days `marks`, with filler, at most `most` of them.

    Where claims speak of more days than that, those of the last days stay, and of the others as
    many as fit, evenly.
    """
    stops = np.array(sorted({0.0, float(last), *(float(m) for m in marks if 0 < m < last)}))
    if len(stops) > most:
        early = stops[: -_FINE_END - 1]
        share = np.linspace(0, 1, most - _FINE_END)
        share = _EVENLY * share + (1 - _EVENLY) * share**2
        kept = np.unique(np.floor(share * (len(early) - 1) + 1e-9).astype(int))
        return np.r_[early[kept], stops[-_FINE_END - 1 :]]
    widest = max(_WEEK, last / _PIECES)
    return _filled(stops, widest, 3 * len(stops) + 10)


def beyond(edges: Array, horizon: float) -> Array:
    """`edges`, continued to the next of the fixed horizons that reaches `horizon`."""
    last = float(edges[-1])
    if horizon <= last:
        return edges
    reach = next((h for h in _HORIZONS if last + h >= horizon), horizon - last)
    steps = [0.0, *(h for h in (1, 3, *_HORIZONS) if h < reach), float(reach)]
    return _filled(np.r_[edges[:-1], last + np.array(steps)], np.inf, len(edges) + len(steps))


def _filled(stops: Array, widest: float, most: int) -> Array:
    """`stops` with gaps cut into equal cells of whole days no wider than `widest`.

    Wider ones where that would make more than `most` cells.
    """
    span = float(stops[-1] - stops[0])
    widest = max(widest, span / most)
    edges: list[float] = [float(stops[0])]
    for start, end in pairwise(stops.tolist()):
        pieces = max(int(np.ceil((end - start) / widest)), 1)
        edges.extend(np.round(start + (end - start) * np.arange(1, pieces + 1) / pieces))
    return np.unique(np.array(edges))
