"""Placements of claims as rows on the paths: totals, flows over windows, levels, wholes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reconcile.model.blocks import Block, Blocks
from reconcile.model.paths import Paths, Totals
from reconcile.model.rows import Rows
from reconcile.model.said import Said

__all__ = ["Spoken", "border_places", "cells_of", "hastes", "reaches", "spoken"]

Array = NDArray[np.float64]
Index = NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Spoken:
    """Rows (R,) of one number of points: f = log sum_p sign (prev + fr c) over its points.

    at (R, p): leaf cells; fr, sign (R, p); level (R,): f is lambda of the only point; drift (R,):
    the stream's drift loads; row (R,): which placement of the claims this is.
    """

    rows: Rows
    at: Index
    fr: Array
    sign: Array
    level: NDArray[np.bool_]
    drift: NDArray[np.bool_]
    row: Index

    def values(self, lam: Array, totals: Totals) -> Array:
        """The functional f (R,), without errors."""
        inside = self.sign * (totals.prev[self.at] + self.fr * totals.c[self.at])
        flow = np.log(np.maximum(inside.sum(axis=1), 1e-300))
        return np.where(self.level, lam[self.at[:, 0]], flow)

    def coefs(self, totals: Totals, f: Array) -> Array:
        """Coefficients (R, 2 p + 1): v at the cells, v before them, and the drift."""
        scale = np.where(self.level, 1.0, np.exp(-f))[:, None] * self.sign
        fr = np.where(self.level[:, None], 1.0, self.fr)
        own = scale * fr * totals.C[self.at]
        back = scale * (1 - fr) * totals.prev[self.at]
        return np.concatenate([own, back, self.drift[:, None].astype(float)], axis=1)

    def eta(self, f: Array, x: Array, beta: Array) -> Array:
        """What is expected to be said (R,): f, the drift in x (n,), the border beta (K, b)."""
        rows = self.rows
        border = np.einsum("rp,rp->r", rows.weights, beta[rows.block[:, None], rows.loads])
        return f + np.where(self.drift, x[rows.cols[:, -1]], 0.0) + border


def hastes(
    claims: Said, paths: Paths, groups: Sequence[Spoken], lam: Array, totals: Totals
) -> Array:
    """d log C / dt (N,) where `claims`, laid out as `groups`, speak of running totals, else 0."""
    found = np.zeros(len(claims.at))
    counts = np.maximum(np.bincount(claims.claim_of, minlength=len(found)), 1)
    rate = totals.c / paths.h
    for group in groups:
        f = group.values(lam, totals)
        total = ~group.level & (group.sign.min(axis=1) > 0)
        of = claims.claim_of[group.row]
        pace = rate[group.at].sum(axis=1) * np.exp(-f)
        np.add.at(found, of, np.where(total, pace, 0.0) / counts[of])
    return np.minimum(found, 1.0)


def cells_of(block: Block, t: Array) -> tuple[Index, Array]:
    """Cell and share of it that has passed at the times `t`."""
    edges = block.edges
    j = np.clip(np.searchsorted(edges, t, side="left") - 1, 0, block.cells - 1)
    return j, np.clip((t - edges[j]) / (edges[j + 1] - edges[j]), 0.0, 1.0)


def reaches(blocks: Blocks, claims: Said) -> list[int]:
    """How many cells back the rows of each block reach: 2, or more for a long window."""
    found = [2] * len(blocks.blocks)
    flows = np.flatnonzero(np.isfinite(claims.start))
    owner = _owners(blocks)[claims.quantity[claims.claim_of[flows]]]
    for b in np.unique(owner):
        block = blocks.blocks[b]
        mine = flows[owner == b]
        last, _ = cells_of(block, claims.end[mine])
        begin, _ = cells_of(block, claims.start[mine])
        found[b] = min(max(2, int(np.max(last - begin)) + 1), block.cells)
    return found


def _owners(blocks: Blocks) -> Index:
    return np.array([blocks.block_of.get(q, -1) for q in range(len(blocks.quantities))])


def border_places(block: Block) -> tuple[dict[int, int], dict[tuple[int, int], int]]:
    """Local border columns: of each source's house effect and of each lean."""
    house = {source: block.m + i for i, source in enumerate(block.sources)}
    after = block.m + len(block.sources)
    return house, {pair: after + i for i, pair in enumerate(block.leans)}


def spoken(blocks: Blocks, paths: Paths, claims: Said, local: int) -> list[Spoken]:
    """Lay the placements of `claims` on `paths`; `local` border columns belong to a block.

    Claims of streams that `blocks` does not know have no drift and no house effect of their own.
    """
    owner = _owners(blocks)[claims.quantity[claims.claim_of]]
    pieces: dict[int, list[Spoken]] = {}
    order = np.argsort(owner, kind="stable")
    cuts = np.searchsorted(owner[order], np.arange(len(blocks.blocks) + 1))
    streams = blocks.stream_of
    for b, block in enumerate(blocks.blocks):
        mine = order[cuts[b] : cuts[b + 1]]
        if len(mine):
            for piece in _of_block(blocks, paths, claims, local, b, block, mine, streams):
                pieces.setdefault(piece.at.shape[1], []).append(piece)
    return [_joined(found) for _, found in sorted(pieces.items())]


def _of_block(
    blocks: Blocks, paths: Paths, claims: Said, local: int, b: int, block: Block, mine: Index,
    streams: Mapping[tuple[int, int, bool], int],
) -> list[Spoken]:  # fmt: skip
    found: list[Spoken] = []
    claim = claims.claim_of[mine]
    for quantity in np.unique(claims.quantity[claim]):
        of_quantity = mine[claims.quantity[claim] == quantity]
        begins = np.where(
            block.level | ~(claims.start[of_quantity] > block.edges[0]), np.nan,
            claims.start[of_quantity],
        )  # fmt: skip
        kinds = np.isfinite(claims.start[of_quantity]) + 1 * np.isfinite(begins)
        for kind in (0, 1, 2):
            chosen = of_quantity[kinds == kind]
            if len(chosen):
                found.append(
                    _piece(blocks, paths, claims, local, b, block, int(quantity), chosen, kind,
                           streams)
                )  # fmt: skip
    return found


def _piece(
    blocks: Blocks, paths: Paths, claims: Said, local: int, b: int, block: Block, quantity: int,
    chosen: Index, kind: int, streams: Mapping[tuple[int, int, bool], int],
) -> Spoken:  # fmt: skip
    mask = block.component.leaf_mask(blocks.quantities[quantity].id)
    names = [leaf.id for leaf in block.component.leaves]
    mine = [i for i, leaf in enumerate(block.walk.leaves) if mask[names.index(leaf.id)] > 0]
    leaves = paths.first[paths.leaf_first_of_block[b] + np.array(mine)]
    ends = [(1.0, claims.end[chosen])]
    if kind == 2:
        ends.append((-1.0, claims.start[chosen]))
    at, fr, sign = [], [], []
    for weight, t in ends:
        j, share = cells_of(block, t)
        at.append(leaves + j[:, None])
        fr.append(np.repeat(share[:, None], len(leaves), axis=1))
        sign.append(np.full((len(chosen), len(leaves)), weight))
    source = claims.source[claims.claim_of[chosen]]
    drift_at, has_drift = _drifts(
        blocks, paths, block, b, quantity, kind > 0, source, ends[0][1], streams
    )
    cells = np.concatenate(at, axis=1)
    back = np.where(paths.leaf[np.maximum(cells - 1, 0)] == paths.leaf[cells], cells - 1, cells)
    cols = np.concatenate([paths.vi[cells], paths.vi[np.maximum(back, 0)], drift_at[:, None]], 1)
    loads, weights = _loads(block, quantity, source, claims.shift[claims.claim_of[chosen]], local)
    return Spoken(
        Rows(np.full(len(chosen), b), cols, loads, weights),
        cells,
        np.concatenate(fr, axis=1),
        np.concatenate(sign, axis=1),
        np.full(len(chosen), block.level),
        has_drift,
        chosen,
    )


def _drifts(
    blocks: Blocks, paths: Paths, block: Block, b: int, quantity: int, is_flow: bool, source: Index,
    t: Array, streams: Mapping[tuple[int, int, bool], int],
) -> tuple[Index, NDArray[np.bool_]]:  # fmt: skip
    j, _ = cells_of(block, t)
    at = paths.chains.first[b] + j * block.size
    place = np.full(len(source), -1)
    for s in np.unique(source):
        stream = streams.get((int(s), quantity, is_flow))
        if stream is not None:
            place[source == s] = blocks.streams[stream].drift
    return np.where(place >= 0, at + block.m + place, at), place >= 0


def _loads(
    block: Block, quantity: int, source: Index, shift: Index, local: int
) -> tuple[Index, Array]:
    """House effect, lean and the habit of one-sided words: border columns (R, 3) and weights."""
    house, lean = border_places(block)
    loads, weights = np.zeros((len(source), 3), dtype=np.intp), np.zeros((len(source), 3))
    for s in np.unique(source):
        who = source == s
        for place, at in enumerate((house.get(int(s)), lean.get((int(s), quantity)))):
            if at is not None:
                loads[who, place], weights[who, place] = at, 1.0
    loads[:, 2] = local + np.where(shift > 0, shift - 1, 0)
    weights[:, 2] = shift > 0
    return loads, weights


def _joined(parts: Sequence[Spoken]) -> Spoken:
    rows = Rows(
        *(
            np.concatenate([getattr(part.rows, name) for part in parts])
            for name in ("block", "cols", "loads", "weights")
        )
    )
    names = ("at", "fr", "sign", "level", "drift", "row")
    return Spoken(rows, *(np.concatenate([getattr(p, name) for p in parts]) for name in names))
