"""The prior of the border of many series: mean paces, house effects, leans, and what is shared.

A house effect is what a source does on a whole side (and, of that, what its parent does) and what
it does on one block; the habits of one-sided words belong to everyone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from reconcile.model.blocks import Block, Blocks
from reconcile.model.border import SHIFTS
from reconcile.model.prior import prior_of, walk_basis
from reconcile.model.reading import house_sd
from reconcile.model.spoken import border_places

__all__ = ["BorderPrior", "border_prior", "mean_of", "shared_names"]

Array = NDArray[np.float64]
Index = NDArray[np.intp]

# Of a house effect's variance, half is common to all that the source says about one side; of that
# half is its parent's.
SIDE_SHARE, PARENT_SHARE = 0.5, 0.5
PART_SD = 0.2


@dataclass(frozen=True, eq=False)
class BorderPrior:
    """Prior rows of the border: mu (K, l, l) precision and its mean; house rows.

    `house_at` (H, 2) block and local column, `house_sd` (H,), `kind` (H,) 1 house 2 lean;
    `parents` (H, 2) shared columns of side and parent effect with `loads` (H, 2) (0: none);
    shared_mean, shared_sd, shared_kind (S,): kind -1 fixed, 0 side.
    """

    mu: Array
    mu_pull: Array
    house_at: Index
    house_sd: Array
    kind: Index
    parents: Index
    loads: Array
    shared_mean: Array
    shared_sd: Array
    shared_kind: Index

    def widened(self, by: float) -> BorderPrior:
        """The same with every sd times `by`."""
        return replace(
            self,
            mu=self.mu / by**2,
            mu_pull=self.mu_pull / by**2,
            house_sd=self.house_sd * by,
            shared_sd=self.shared_sd * by,
        )


def mean_of(block: Block) -> Array:
    """The prior mean (m,) of the log rate or level of each leaf."""
    name = "level" if block.level else "rate"
    median, _ = prior_of(block.walk.root, name)
    if block.m == 1:
        return np.array([np.log(median)])
    ratios = np.array([1.0, *(prior_of(leaf, "ratio")[0] for leaf in block.walk.leaves[1:])])
    return np.log(median * ratios / ratios.sum())


def shared_names(blocks: Blocks) -> tuple[tuple[tuple[str, int, str], ...], Index]:
    """The shared border: two habits, then effects on a side; and which of them each block has."""
    names: dict[tuple[str, int, str], int] = {("shift", 0, "low"): 0, ("shift", 0, "high"): 1}
    at_source = {source.id: i for i, source in enumerate(blocks.sources)}
    lists: list[list[int]] = []
    for block in blocks.blocks:
        mine = [0, 1]
        for source in block.sources:
            for key in _effects(blocks, source, block.side, at_source):
                place = names.setdefault(key, len(names))
                if place not in mine:
                    mine.append(place)
        lists.append(mine)
    names[("none", 0, "")] = len(names)
    wide = max(len(mine) for mine in lists)
    at = np.array([mine + [len(names) - 1] * (wide - len(mine)) for mine in lists])
    return tuple(names), at


def _effects(
    blocks: Blocks, source: int, side: str, at_source: dict[str, int]
) -> list[tuple[str, int, str]]:
    parent = blocks.sources[source].parent
    found = [("side", source, side)]
    if parent is not None and parent in at_source:
        found.append(("parent", at_source[parent], side))
    return found


def border_prior(blocks: Blocks, names: Sequence[tuple[str, int, str]]) -> BorderPrior:
    """The prior rows of the border of `blocks`, the shared places being `names`."""
    place = {name: i for i, name in enumerate(names)}
    at_source = {source.id: i for i, source in enumerate(blocks.sources)}
    m = max(block.m for block in blocks.blocks)
    mu, pull = np.zeros((len(blocks.blocks), m, m)), np.zeros((len(blocks.blocks), m))
    rows: list[tuple[int, int, float, int, int, int, float, float]] = []
    for k, block in enumerate(blocks.blocks):
        mu[k, : block.m, : block.m], pull[k, : block.m] = _mu_prior(block)
        houses, leans = border_places(block)
        for source, at in houses.items():
            grade = house_sd(blocks.sources[source])
            effects = [place[key] for key in _effects(blocks, source, block.side, at_source)]
            side, parent = [*effects, len(names) - 1][:2]
            sd = float(grade * np.sqrt(1 - SIDE_SHARE))
            rows.append((k, at, sd, 1, side, parent, 1.0, float(len(effects) > 1)))
        none = len(names) - 1
        rows += [(k, at, PART_SD, 2, none, none, 0.0, 0.0) for at in leans.values()]
    table = np.array(rows, dtype=float).reshape(-1, 8)
    mean, sd, kind = _shared_prior(blocks, names)
    return BorderPrior(
        mu=mu,
        mu_pull=pull,
        house_at=table[:, :2].astype(np.intp),
        house_sd=table[:, 2],
        kind=table[:, 3].astype(np.intp),
        parents=table[:, 4:6].astype(np.intp),
        loads=table[:, 6:],
        shared_mean=mean,
        shared_sd=sd,
        shared_kind=kind,
    )


def _mu_prior(block: Block) -> tuple[Array, Array]:
    """Precision (m, m) of mu, and precision times its mean."""
    _, sd = prior_of(block.walk.root, "level" if block.level else "rate")
    ratio = [prior_of(leaf, "ratio")[1] for leaf in block.walk.leaves[1:]]
    spread = float(np.sqrt(np.mean(np.square(ratio)))) if ratio else 0.0
    variance = np.full(block.m, spread**2 / 2)
    variance[0] += block.m * sd**2
    basis = walk_basis(block.m)
    precision = basis.T @ (basis / variance[:, None])
    return precision, precision @ mean_of(block)


def _shared_prior(
    blocks: Blocks, names: Sequence[tuple[str, int, str]]
) -> tuple[Array, Array, Index]:
    known = {source.id for source in blocks.sources}
    mean, sd, kind = np.zeros(len(names)), np.ones(len(names)), np.full(len(names), -1)
    for i, (what, source, which) in enumerate(names):
        if what == "shift":
            mean[i], sd[i] = SHIFTS[which]
        elif what in ("side", "parent"):
            who = blocks.sources[source]
            has = who.parent is not None and who.parent in known and what == "side"
            share = (1 - PARENT_SHARE if has else 1.0) if what == "side" else PARENT_SHARE
            sd[i] = house_sd(who) * np.sqrt(SIDE_SHARE * share)
            kind[i] = 0
    return mean, sd, kind
