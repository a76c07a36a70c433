"""Blocks of series for ledgers of many claims: cells of time, streams, and where unknowns lie.

A block is a walk (a series, or the parts of one whole). Its unknowns are one chain of the band:
cell after cell (v_1 .. v_m, e_1 .. e_E), v = d log C of each leaf and e the drifting error of each
stream (source and quantity) with several claims. Beside the band stands the border of the block:
mu of each leaf, house effect of each source, lean of each part, then the habits of one-sided words.
Effects of a source on a whole side couple the house effects of blocks and nothing else.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from reconcile.model.component import Component, Walk
from reconcile.model.reading import TRUTH
from reconcile.model.said import Said
from reconcile.values import Quantity, Source

__all__ = ["Block", "Blocks", "Stream", "build_blocks"]

Array = NDArray[np.float64]
Index = NDArray[np.intp]

# A stream of fewer claims has no drift of its own in the band: its error covers it.
MIN_DRIFT = 3
_WIDEST = 28.0
_WEEK = 7.0


@dataclass(frozen=True, slots=True)
class Stream:
    """What one source says about one quantity, its totals or its flows over windows: two habits.

    `drift` is its place among the block's e, or -1: a running total drifts, a flow does not.
    """

    source: int
    quantity: int
    flow: bool
    block: int
    drift: int


@dataclass(frozen=True, eq=False)
class Block:
    """One walk on its cells: `edges` (J + 1,) in days; with `before` the first cell holds what had
    happened before the first claim (a total whose epoch nobody knows)."""

    walk: Walk
    component: Component
    edges: Array
    before: bool
    n_drifts: int
    sources: tuple[int, ...]
    leans: tuple[tuple[int, int], ...]
    side: str

    @property
    def m(self) -> int:
        """The number of leaves."""
        return len(self.walk.leaves)

    @property
    def size(self) -> int:
        """P, the unknowns of a cell."""
        return self.m + self.n_drifts

    @property
    def cells(self) -> int:
        """J."""
        return len(self.edges) - 1

    @property
    def middles(self) -> Array:
        """The middles of the cells (J,)."""
        return 0.5 * (self.edges[1:] + self.edges[:-1])

    @property
    def level(self) -> bool:
        """Whether the walk is the log of a level, not of a rate."""
        return self.walk.root.kind != "cumulative"

    @property
    def n_local(self) -> int:
        """mu, house effects and leans."""
        return self.m + len(self.sources) + len(self.leans)


@dataclass(frozen=True, eq=False)
class Blocks:
    """All blocks and streams of a ledger; `stream_of` finds a stream by (source, quantity)."""

    blocks: tuple[Block, ...]
    streams: tuple[Stream, ...]
    quantities: tuple[Quantity, ...]
    sources: tuple[Source, ...]
    block_of: Mapping[int, int]

    @cached_property
    def stream_of(self) -> dict[tuple[int, int, bool], int]:
        """Stream by (source, quantity, flow)."""
        return {(s.source, s.quantity, s.flow): i for i, s in enumerate(self.streams)}

    def streams_of(self, claims: Said) -> Index:
        """The stream (N,) of each claim, -1 where the fit has none."""
        known = self.stream_of
        keys = zip(
            claims.source.tolist(), claims.quantity.tolist(), claims.flow.tolist(), strict=True
        )
        return np.array([known.get(key, -1) for key in keys], dtype=np.intp)


def build_blocks(
    components: Sequence[Component],
    quantities: Sequence[Quantity],
    sources: Sequence[Source],
    claims: Said,
    last: float,
    widest: float | None,
) -> Blocks:
    """Lay out the walks of `components` up to `last` (days since the claims' origin).

    `widest` is the widest cell in days; None: a week, wider where few days have claims.
    """
    at = {quantity.id: i for i, quantity in enumerate(quantities)}
    names = _names(components, at)
    walks = [(walk, component) for component in components for walk in component.walks]
    block_of = {q: b for b, (walk, _) in enumerate(walks) for q in names[walk.root.id]}
    pairs, counts = _counted(claims, len(quantities))
    true = {i for i, source in enumerate(sources) if source.kind == TRUTH}
    streams = _streams(pairs, counts, block_of, len(quantities), true)
    ends = claims.last
    by_block = np.array([block_of.get(int(q), -1) for q in range(len(quantities))])[claims.quantity]
    order = np.argsort(by_block, kind="stable")
    cuts = np.searchsorted(by_block[order], np.arange(len(walks) + 1))
    of_block: list[list[Stream]] = [[] for _ in walks]
    for stream in streams:
        of_block[stream.block].append(stream)
    blocks = [
        _block(walk, component, of_block[b], claims, ends,
               order[cuts[b] : cuts[b + 1]], last, widest, true)
        for b, (walk, component) in enumerate(walks)
    ]  # fmt: skip
    return Blocks(tuple(blocks), tuple(streams), tuple(quantities), tuple(sources), block_of)


def _names(components: Sequence[Component], at: Mapping[str, int]) -> dict[str, list[int]]:
    """The indices of the quantities of each walk: its root and everything below it."""
    found: dict[str, list[int]] = {}
    for component in components:
        for walk in component.walks:
            found[walk.root.id] = []
        for name in component.quantities:
            found[component.root(name)].append(at[name])
    return found


def _counted(claims: Said, n: int) -> tuple[Index, Index]:
    """Streams with claims, as one number each, and on how many days they speak."""
    key = (claims.source * n + claims.quantity) * 2 + claims.flow
    days = np.unique(np.stack([key, claims.last.astype(np.intp)]), axis=1)[0]
    return np.unique(days, return_counts=True)


def _streams(
    pairs: Index, counts: Index, block_of: Mapping[int, int], n: int, true: Set[int]
) -> list[Stream]:
    drifts: dict[int, int] = {}
    found: list[Stream] = []
    for pair, count in zip(pairs.tolist(), counts.tolist(), strict=True):
        source, quantity = divmod(pair // 2, n)
        flow, block = bool(pair % 2), block_of[quantity]
        drift = -1
        if count >= MIN_DRIFT and not flow and source not in true:
            drift = drifts.get(block, 0)
            drifts[block] = drift + 1
        found.append(Stream(source, quantity, flow, block, drift))
    return found


def _block(
    walk: Walk, component: Component, own: Sequence[Stream], claims: Said, ends: Array,
    mine: Index, last: float, widest: float | None, true: Set[int],
) -> Block:  # fmt: skip
    by_source: dict[int, list[int]] = {}
    for stream in own:
        named = by_source.setdefault(stream.source, [])
        if stream.quantity not in named:
            named.append(stream.quantity)
    several = {s: found for s, found in by_source.items() if len(found) > 1 and s not in true}
    leans = tuple((s, q) for s, found in several.items() for q in found)
    edges, before = _edges(walk, claims, ends, mine, last, widest)
    return Block(
        walk=walk,
        component=component,
        edges=edges,
        before=before,
        n_drifts=sum(stream.drift >= 0 for stream in own),
        sources=tuple(by_source),
        leans=leans,
        side=walk.root.side or "",
    )


def _edges(
    walk: Walk, claims: Said, ends: Array, mine: Index, last: float, widest: float | None
) -> tuple[Array, bool]:
    """The cells of a walk: even ones, no wider than a week (or `widest`) where claims are many."""
    if walk.root.kind == "constant":
        return np.array([0.0, 1.0]), False
    epochs = [leaf.epoch for leaf in walk.leaves if leaf.epoch is not None]
    before = not epochs and walk.root.kind == "cumulative"
    start = _first_day(claims, mine) if not epochs else float((min(epochs) - claims.origin).days)
    span = max(last - start, 1.0)
    days = len(np.unique(ends[mine]))
    width = widest or min(max(_WEEK, span / (2 * days + 8)), _WIDEST)
    count = max(math.ceil(span / width - 1e-9), 1)
    edges = start + np.minimum(np.arange(count + 1) * (span / count), span)
    return (np.r_[start - 1, edges] if before else edges), before


def _first_day(claims: Said, mine: Index) -> float:
    """The first moment that a claim speaks of."""
    if not len(mine):
        return 0.0
    rows = np.isin(claims.claim_of, mine)
    starts = np.where(np.isfinite(claims.start), claims.start, claims.end - 1)[rows]
    return float(starts.min())
