"""The unknowns of a component's paths.

Of a total they are ``log P``, the past before the first claim where no epoch is known, and the log
daily rate ``lambda_j`` of each cell; of a level its log at the end of each cell; of a constant its
log. Parts of one whole have the whole's rate and log ratios ``r_l`` to the first part instead, so
that their amounts ``a`` add up exactly. Functionals are ``log(sum of w a) + sum of A x``; of an
event that is over, what is known of it at an age adds the log of its completeness
(`model/growth.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from reconcile.model.component import Component, Walk, unbounded
from reconcile.model.timegrid import TimeGrid
from reconcile.numerics.arrays import Array

# Log amounts beyond this are no number of anything.
_FARTHEST = 250.0


@dataclass(frozen=True, slots=True)
class Track:
    """Where one walk's unknowns lie: state (leaf l, step i) is ``first + l * steps + i``.

    steps: a past (where `past`) and the cells from `start` up to `stop`; of a constant one.
    """

    walk: Walk
    first: int
    steps: int
    start: int
    stop: int
    past: bool

    @property
    def size(self) -> int:
        """m, the number of leaves."""
        return len(self.walk.leaves)

    def at(self, leaf: int) -> slice:
        """The states of one leaf."""
        return slice(self.first + leaf * self.steps, self.first + (leaf + 1) * self.steps)

    @property
    def all(self) -> slice:
        """The states of all leaves."""
        return slice(self.first, self.first + self.size * self.steps)


@dataclass(frozen=True, eq=False)
class States:
    """All tracks of a component on a grid. `log_width` (n,): log of the days of a state's cell.

    `grows`: whether the last two states are the half-time and the slope of an event's completeness.
    """

    component: Component
    grid: TimeGrid
    tracks: tuple[Track, ...]
    log_width: Array
    grows: bool

    @property
    def size(self) -> int:
        """n, the number of states."""
        return len(self.log_width)

    def track(self, quantity: str) -> Track:
        """The track of the walk that holds the leaves of `quantity`."""
        wanted = self.component.leaf_ids(quantity)
        return next(t for t in self.tracks if wanted[0] in {leaf.id for leaf in t.walk.leaves})

    def first_level(self, quantity: str) -> float | None:
        """The time of the first level that is laid out, before which a level is as unknown as it
        is after the last; of no total or constant, nor where an epoch or a flow tells what was
        before."""
        track = self.track(quantity)
        known = any(leaf.epoch is not None for leaf in track.walk.leaves)
        if track.walk.root.kind != "stock" or track.walk.root.arrivals or known:
            return None
        return float(self.grid.edges[track.start + 1])

    def log_amounts(self, x: Array) -> Array:
        """log a (..., n) at `x` (..., n): of each leaf and cell what happened in it, or its
        level."""
        felt = np.clip(x, -_FARTHEST, _FARTHEST) + self.log_width
        for track in self.tracks:
            if track.size > 1:
                shares = np.log(np.maximum(self.shares(track, x), 1e-290))
                amounts = felt[..., None, track.at(0)] + shares
                felt[..., track.all] = amounts.reshape(*x.shape[:-1], -1)
        return felt

    def shares(self, track: Track, x: Array) -> Array:
        """The share (..., m, steps) of each leaf in its whole, at `x` (..., n)."""
        ratios = x[..., track.all].reshape(*x.shape[:-1], track.size, track.steps).copy()
        ratios[..., 0, :] = 0.0
        top = np.exp(ratios - ratios.max(axis=-2, keepdims=True))
        return top / top.sum(axis=-2, keepdims=True)

    @property
    def blocks(self) -> list[slice]:
        """The states of every leaf, in order; those of a completeness are none."""
        return [track.at(leaf) for track in self.tracks for leaf in range(track.size)]

    @property
    def plain(self) -> bool:
        """Whether every walk has one leaf: then log amounts are the states but for widths."""
        return all(track.size == 1 for track in self.tracks)

    def pulled_back(self, x: Array, rows: Array, tracks: Sequence[Track] | None = None) -> Array:
        """Gradients in log a (..., F, n) as gradients in the states (..., F, n); or where they hold
        the columns of some `tracks` alone, one after another, those."""
        chosen = self.tracks if tracks is None else tracks
        if all(track.size == 1 for track in chosen):
            return rows
        out, lead, first = rows.copy(), rows.shape[:-1], 0
        for track in chosen:
            mine = slice(first, first + track.size * track.steps)
            if track.size > 1:
                block = rows[..., mine].reshape(*lead, track.size, track.steps)
                whole = block.sum(axis=-2)
                moved = block - self.shares(track, x)[..., None, :, :] * whole[..., None, :]
                moved[..., 0, :] = whole
                out[..., mine] = moved.reshape(*lead, track.size * track.steps)
            first = mine.stop
        return out

    def bend(self, x: Array, pushed: Array) -> Array:
        """``sum_i pushed_i (grad log a_i grad log a_i' + Hess log a_i)`` (..., n, n), for a
        gradient `pushed` (..., n) in log a: it couples the states of one cell only."""
        out = np.zeros((*pushed.shape, self.size))
        diagonal = np.arange(self.size)
        out[..., diagonal, diagonal] = pushed
        for track in self.tracks:
            if track.size == 1:
                continue
            pushes = pushed[..., track.all].reshape(*pushed.shape[:-1], track.size, -1)
            total, p = pushes.sum(axis=-2), self.shares(track, x)
            at = track.first + np.arange(track.size)[:, None] * track.steps + np.arange(track.steps)
            for k in range(track.size):
                for o in range(track.size):
                    out[..., at[k], at[o]] = _coupled(k, o, pushes, total, p)
        return out


def _coupled(k: int, o: int, pushes: Array, total: Array, p: Array) -> Array:
    """What couples the states k and o of a cell (..., steps): 0 is the whole, others are log
    ratios; pushes and p are (..., m, steps)."""
    if k == o == 0:
        return total
    if k == 0 or o == 0:
        part = max(k, o)
        return pushes[..., part, :] - p[..., part, :] * total
    pk, po = p[..., k, :], p[..., o, :]
    own = pushes[..., k, :] if k == o else np.zeros_like(total)
    outer = own - pushes[..., k, :] * po - pushes[..., o, :] * pk + total * pk * po
    return outer - total * (pk * (k == o) - pk * po)


def states_of(component: Component, grid: TimeGrid) -> States:
    """Lay the walks of `component` over `grid`."""
    tracks: list[Track] = []
    widths: list[Array] = []
    first = 0
    for walk in component.walks:
        track, own = _track(walk, grid, first)
        tracks.append(track)
        widths.append(np.tile(own, track.size))
        first += track.size * track.steps
    grows = any(quantity.closed is not None for quantity in component.quantities.values())
    if grows:
        widths.append(np.zeros(2))
    return States(component, grid, tuple(tracks), np.concatenate(widths), grows)


def _track(walk: Walk, grid: TimeGrid, first: int) -> tuple[Track, Array]:
    if walk.root.kind == "constant":
        return Track(walk, first, 1, 0, 1, False), np.zeros(1)
    start, stop = _begin(walk, grid), len(grid.widths)
    if walk.root.kind == "stock":
        return Track(walk, first, stop - start, start, stop, False), np.zeros(stop - start)
    if walk.root.closed is not None:
        over = grid.day(walk.root.closed) + 1
        stop = min(max(int(np.searchsorted(grid.edges, over - 1e-9)), start + 1), stop)
    widths = np.log(grid.widths[start:stop])
    past = unbounded(walk)
    own = np.r_[0.0, widths] if past else widths
    return Track(walk, first, len(own), start, stop, past), own


def _begin(walk: Walk, grid: TimeGrid) -> int:
    """The first cell after the walk's epoch."""
    epochs = [leaf.epoch for leaf in walk.leaves if leaf.epoch is not None]
    if not epochs:
        return 0
    begin = max(grid.day(min(epochs)), 0.0)
    return min(int(np.searchsorted(grid.edges, begin, side="right")) - 1, len(grid.widths) - 1)
