"""The system of a ledger's claims, laid out on its blocks."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from reconcile.inference.streams.border import border_prior, shared_names
from reconcile.inference.streams.system import System
from reconcile.model.blocks import Blocks
from reconcile.model.paths import Paths, build_paths, walk_rows
from reconcile.model.rows import Rows, Shape
from reconcile.model.said import Said
from reconcile.model.spoken import reaches, spoken

__all__ = ["build_system"]

Array = NDArray[np.float64]
Index = NDArray[np.intp]

# A source that repeats its own tally drifts over about two months.
DRIFT_DAYS = 60.0


def build_system(blocks: Blocks, claims: Said, prior_scale: float = 1.0) -> System:
    """The system of `claims` on `blocks`; `prior_scale` multiplies the prior sds of the border."""
    paths = build_paths(blocks.blocks, reaches(blocks, claims))
    local = max(block.n_local for block in blocks.blocks)
    names, at = shared_names(blocks)
    groups = tuple(spoken(blocks, paths, claims, local))
    drifts, phi, of = _drift_rows(blocks, paths)
    chains = paths.chains
    width = int(np.max((chains.reach + 1) * chains.size)) - 1
    stream = blocks.streams_of(claims)
    return System(
        blocks=blocks,
        paths=paths,
        claims=claims,
        walks=tuple(walk_rows(paths)),
        spoken=groups,
        drifts=drifts,
        drift_phi=phi,
        drift_stream=of,
        prior=border_prior(blocks, names).widened(prior_scale),
        shape=Shape(chains.n, width, len(blocks.blocks), local + 2),
        local=local,
        shared_at=at,
        stream=stream,
        repeats=_repeats(claims, stream),
        shared_names=names,
    )


def _drift_rows(blocks: Blocks, paths: Paths) -> tuple[Rows, Array, Index]:
    """Steps of every drift: e_j - phi e_{j-1}, the first cell stationary."""
    cols, phis, streams, owner = [], [], [], []
    for t, stream in enumerate(blocks.streams):
        if stream.drift < 0:
            continue
        block = blocks.blocks[stream.block]
        at = (
            paths.chains.first[stream.block]
            + np.arange(block.cells) * block.size + block.m + stream.drift
        )  # fmt: skip
        cols.append(np.column_stack([at, np.r_[at[:1], at[:-1]]]))
        phis.append(np.r_[0.0, np.exp(-np.diff(block.middles) / DRIFT_DAYS)])
        streams.append(np.full(block.cells, t))
        owner.append(np.full(block.cells, stream.block))
    if not cols:
        none = np.zeros(0, dtype=np.intp)
        empty = Rows(none, np.zeros((0, 2), dtype=np.intp), np.zeros((0, 0), dtype=np.intp),
                     np.zeros((0, 0)))  # fmt: skip
        return empty, np.zeros(0), none
    R = sum(len(part) for part in owner)
    rows = Rows(
        np.concatenate(owner), np.concatenate(cols), np.zeros((R, 0), dtype=np.intp),
        np.zeros((R, 0)),
    )  # fmt: skip
    return rows, np.concatenate(phis), np.concatenate(streams)


def _repeats(claims: Said, stream: Index) -> NDArray[np.bool_]:
    """Which claims (N,) say the number that their stream said last: totals and levels only."""
    total = np.flatnonzero(claims.total & np.isfinite(claims.lower))
    order = total[np.lexsort((claims.at[total], claims.last[total], stream[total]))]
    found = np.zeros(len(claims.at), dtype=bool)
    same = (
        (stream[order[1:]] == stream[order[:-1]])
        & (claims.lower[order[1:]] == claims.lower[order[:-1]])
        & (claims.upper[order[1:]] == claims.upper[order[:-1]])
    )
    found[order[1:][same]] = True
    return found
