"""A fit of many claims from one of fewer: the mode and the hyperparameters are taken along.

Blocks are known again by their root quantity, streams by source, quantity and kind, effects by
their names; what is new starts where a fresh fit would start it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from reconcile.inference.streams.hyper import start
from reconcile.inference.streams.system import Hyper, State, System
from reconcile.model.blocks import Block
from reconcile.model.spoken import border_places

__all__ = ["warmed"]

Array = NDArray[np.float64]
Index = NDArray[np.intp]


def warmed(system: System, old: System, state: State, hyper: Hyper) -> tuple[State, Hyper]:
    """The `state` and `hyper` of `old`, laid out for `system`."""
    at, shift = system.start(), old.claims.origin.toordinal() - system.claims.origin.toordinal()
    lam, x, beta = at.lam.copy(), at.x.copy(), at.beta.copy()
    streams = _taken(_streams(system), _streams(old))
    roots = {block.walk.root.id: b for b, block in enumerate(old.blocks.blocks)}
    for b, block in enumerate(system.blocks.blocks):
        k = roots.get(block.walk.root.id)
        if k is None or old.blocks.blocks[k].walk != block.walk:
            continue
        _paths(system, old, state, b, k, float(shift), lam)
        _drifts(system, old, state, b, k, float(shift), streams, x)
        beta[b, : block.m] = state.beta[k, : block.m]
        _borders(system, old, state, b, k, beta)
    shared = at.shared.copy()
    places = _taken(_shared(system), _shared(old))
    shared[places >= 0] = state.shared[places[places >= 0]]
    moved = system.tied(replace(at, lam=lam, x=x, beta=beta, shared=shared))
    return moved, _hyper(system, old, hyper, streams)


def _paths(
    system: System, old: System, state: State, b: int, k: int, shift: float, lam: Array
) -> None:
    block, before = system.blocks.blocks[b], old.blocks.blocks[k]
    for leaf in range(block.m):
        to = int(system.paths.first[system.paths.leaf_first_of_block[b] + leaf])
        of = int(old.paths.first[old.paths.leaf_first_of_block[k] + leaf])
        path = state.lam[of : of + before.cells]
        found = np.interp(block.middles, before.middles + shift, path)
        lam[to : to + block.cells] = found


def _drifts(
    system: System, old: System, state: State, b: int, k: int, shift: float, streams: Index,
    x: Array,
) -> None:  # fmt: skip
    block, before = system.blocks.blocks[b], old.blocks.blocks[k]
    to, of = int(system.paths.chains.first[b]), int(old.paths.chains.first[k])
    cells = state.x[of : of + before.cells * before.size].reshape(before.cells, before.size)
    for stream, t in zip(system.blocks.streams, streams.tolist(), strict=True):
        drift = old.blocks.streams[t].drift if t >= 0 else -1
        if stream.block == b and stream.drift >= 0 and drift >= 0:
            at = to + np.arange(block.cells) * block.size + block.m + stream.drift
            path = cells[:, before.m + drift]
            x[at] = np.interp(block.middles, before.middles + shift, path)


def _borders(system: System, old: System, state: State, b: int, k: int, beta: Array) -> None:
    before = {_effect(old, key): at for key, at in _effects(old.blocks.blocks[k])}
    for key, at in _effects(system.blocks.blocks[b]):
        if _effect(system, key) in before:
            beta[b, at] = state.beta[k, before[_effect(system, key)]]


def _effects(block: Block) -> list[tuple[tuple[int, int], int]]:
    """House effects, as (source, -1), and leans, as (source, quantity), with their columns."""
    house, leans = border_places(block)
    return [((source, -1), at) for source, at in house.items()] + list(leans.items())


def _effect(system: System, key: tuple[int, int]) -> tuple[str, str]:
    source, quantity = key
    name = "" if quantity < 0 else system.blocks.quantities[quantity].id
    return system.blocks.sources[source].id, name


def _streams(system: System) -> list[object]:
    sources, quantities = system.blocks.sources, system.blocks.quantities
    return [
        (sources[s.source].id, quantities[s.quantity].id, s.flow) for s in system.blocks.streams
    ]


def _shared(system: System) -> list[object]:
    sources = system.blocks.sources
    return [
        (what, sources[source].id if what in ("side", "parent") else "", which)
        for what, source, which in system.shared_names
    ]


def _hyper(system: System, old: System, hyper: Hyper, streams: Index) -> Hyper:
    new, blocks, before = start(system), system.blocks, old.blocks
    walks = _taken(
        [block.walk.root.id for block in blocks.blocks],
        [block.walk.root.id for block in before.blocks],
    )
    people = _taken([who.id for who in blocks.sources], [who.id for who in before.sources])
    by = {"s": walks} | dict.fromkeys(("sigma", "drift", "repeat"), streams)
    by |= dict.fromkeys(("gross", "ratio", "loose", "lag"), people)
    changed = {
        name: np.where(at >= 0, getattr(hyper, name)[at], getattr(new, name))
        for name, at in by.items()
    }
    return replace(new, house=hyper.house.copy(), **changed)


def _taken(names: Sequence[object], known: Sequence[object]) -> Index:
    """Where each of `names` stands among `known`, -1 for new ones."""
    place = {name: i for i, name in enumerate(known)}
    return np.array([place.get(name, -1) for name in names], dtype=np.intp)
