"""The latent paths of all blocks on one axis, and the rows of their prior.

Leaf cells are numbered leaf by leaf (L of them). With c = h exp(lambda) and C the running total,
d lambda_j = (C_j v_j - C_{j-1} v_{j-1}) / c_j for v = d log C; for a level v is d lambda itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reconcile.model.blocks import Block
from reconcile.model.prior import BEFORE, RATIO_WALK, prior_of, walk_basis
from reconcile.model.rows import Rows
from reconcile.numerics.band import Chains

__all__ = ["Paths", "Totals", "WalkRows", "build_paths", "walk_rows"]

Array = NDArray[np.float64]
Index = NDArray[np.intp]

# An operation whose beginning is known starts within a factor of e^1.5 of its mean pace.
_START_SD = 1.5


@dataclass(frozen=True, eq=False)
class Totals:
    """c, C at the end and `prev` at the start of every leaf cell (L,); for levels c = C = 1."""

    c: Array
    C: Array
    prev: Array

    @property
    def own(self) -> Array:
        """d lambda_j / d v_j."""
        return self.C / self.c

    @property
    def back(self) -> Array:
        """- d lambda_j / d v_{j-1}."""
        return self.prev / self.c


@dataclass(frozen=True, eq=False)
class Paths:
    """Where everything lies. For each leaf cell (L,): its band unknown `vi`, width `h`, `leaf`,
    `block`; `first` (leaves,) leaf cell of each leaf, `square` (leaves, J) leaf cells, L for none.
    """

    blocks: tuple[Block, ...]
    chains: Chains
    vi: Index
    h: Array
    leaf: Index
    block: Index
    level: NDArray[np.bool_]
    first: Index
    leaf_first_of_block: Index
    square: Index

    def totals(self, lam: Array) -> Totals:
        """Running totals at the log rates `lam` (L,)."""
        c = self.h * np.exp(lam)
        padded = np.append(c, 0.0)[self.square]
        running = np.cumsum(padded, axis=1)
        inside = self.square < len(lam)
        C = running[inside]
        prev = np.concatenate([np.zeros((len(running), 1)), running[:, :-1]], axis=1)[inside]
        level = self.level
        return Totals(np.where(level, 1.0, c), np.where(level, 1.0, C), np.where(level, 0.0, prev))

    def moved(self, totals: Totals, v: Array) -> Array:
        """d lambda (L,) for the step `v` (n,) of the band."""
        before = np.append(0.0, v[self.vi][:-1])
        return totals.own * v[self.vi] - totals.back * before


@dataclass(frozen=True, eq=False)
class WalkRows:
    """Increments of the walks of m leaves: rows (R,) with the leaf cells `at` (R, m) they end in.

    basis (R, m): the coordinate of each row; phi (R,); mean (R,): a fixed mean (of what came
    before); variance per unit of s^2 `common` (R,) and fixed variance `fixed` (R,); `walk` (R,) the
    block whose s the row learns, -1 where it learns none.
    """

    rows: Rows
    at: Index
    basis: Array
    phi: Array
    mean: Array
    common: Array
    fixed: Array
    walk: Index

    def coefs(self, totals: Totals) -> Array:
        """Coefficients (R, 3 m) of v_j, v_{j-1}, v_{j-2} of each leaf."""
        at, phi = self.at, self.phi[:, None]
        one = np.maximum(at - 1, 0)
        moves = phi != 0
        parts = [
            self.basis * totals.own[at],
            self.basis * (-totals.back[at] - np.where(moves, phi * totals.own[one], 0.0)),
            self.basis * np.where(moves, phi * totals.back[one], 0.0),
        ]
        return np.concatenate(parts, axis=1)

    def residuals(self, lam: Array, beta: Array) -> Array:
        """basis (lambda_j - phi lambda_{j-1}) - (1 - phi) basis mu - mean, at beta (K, b)."""
        step = lam[self.at] - self.phi[:, None] * lam[np.maximum(self.at - 1, 0)]
        inside = np.einsum("rm,rm->r", self.basis, step)
        border = np.einsum(
            "rp,rp->r", self.rows.weights, beta[self.rows.block[:, None], self.rows.loads]
        )
        return inside + border - self.mean


def build_paths(blocks: Sequence[Block], reach: Sequence[int]) -> Paths:
    """Number the unknowns of `blocks`, whose rows span `reach` cells."""
    cells = np.array([block.cells for block in blocks])
    size = np.array([block.size for block in blocks])
    first = np.r_[0, np.cumsum(cells * size)[:-1]]
    m = np.array([block.m for block in blocks])
    leaf_block = np.repeat(np.arange(len(blocks)), m)
    leaf_cells = cells[leaf_block]
    leaf_first = np.r_[0, np.cumsum(leaf_cells)[:-1]]
    leaf = np.repeat(np.arange(len(leaf_block)), leaf_cells)
    j = np.arange(len(leaf)) - leaf_first[leaf]
    first_leaf = np.r_[0, np.cumsum(m)[:-1]]
    block = leaf_block[leaf]
    vi = first[block] + j * size[block] + leaf - first_leaf[block]
    J = int(cells.max())
    square = leaf_first[:, None] + np.arange(J)
    square = np.where(np.arange(J) < leaf_cells[:, None], square, len(leaf))
    widths = [np.tile(np.diff(b.edges), b.m) for b in blocks]
    level = np.repeat(np.array([b.level for b in blocks]), m)[leaf]
    h = np.where(level, 1.0, np.concatenate(widths))
    chains = Chains(first, cells, size, np.array(reach))
    return Paths(tuple(blocks), chains, vi, h, leaf, block, level, leaf_first, first_leaf, square)


def walk_rows(paths: Paths, tau_scale: float = 1.0) -> list[WalkRows]:
    """The increments of all walks, together those of equally many leaves."""
    found: list[WalkRows] = []
    for m in sorted({block.m for block in paths.blocks}):
        members = [k for k, block in enumerate(paths.blocks) if block.m == m]
        found.append(_joined([_of_block(paths, k, tau_scale) for k in members]))
    return found


def _of_block(paths: Paths, k: int, tau_scale: float) -> WalkRows:
    block = paths.blocks[k]
    m, J = block.m, block.cells
    tau = prior_of(block.walk.root, "reversion")[0] * tau_scale
    gaps = np.diff(block.middles)
    phi = np.r_[0.0, np.exp(-gaps / tau)]
    if block.before:
        phi[1] = 0.0
    basis = walk_basis(m)
    spread = tau * (1 - phi**2) / 2  # variance per unit of s^2
    common = np.tile(spread, (m, 1)) * np.r_[m, np.zeros(m - 1)][:, None] if m > 1 else spread[None]
    ratio = RATIO_WALK**2 * np.tile(spread, (m, 1)) if m > 1 else np.zeros((1, J))
    fixed, mean, load = ratio.copy(), np.zeros((m, J)), np.tile(1 - phi, (m, 1))
    start = 1 if block.before else 0
    if start < J:
        fixed[0, start] += m * _START_SD**2
    if block.before:
        mean[:, 0] = basis @ np.full(m, BEFORE[0])
        fixed[:, 0], common[:, 0], load[:, 0] = BEFORE[1] ** 2, 0.0, 0.0
    if block.walk.root.kind == "constant":
        common[:], fixed[:] = 0.0, 1e-8
    leaf0 = paths.leaf_first_of_block[k]
    at = (paths.first[leaf0 : leaf0 + m][:, None] + np.arange(J)).T  # (J, m)
    c, j = np.divmod(np.arange(m * J), J)
    cells = at[j]
    back1 = np.where((j > 0)[:, None], cells - 1, cells)
    back2 = np.where((j > 1)[:, None], cells - 2, back1)
    cols = np.concatenate([paths.vi[cells], paths.vi[back1], paths.vi[back2]], axis=1)
    rows = Rows(
        np.full(m * J, k),
        cols,
        np.tile(np.arange(m), (m * J, 1)),
        -load.ravel()[:, None] * basis[c],
    )
    learns = (common.ravel() > 0) & (c == 0) & (fixed.ravel() <= 1.01 * ratio.ravel())
    return WalkRows(
        rows, cells, basis[c], phi[j], mean.ravel(), common.ravel(), fixed.ravel(),
        np.where(learns, k, -1),
    )  # fmt: skip


def _joined(parts: Sequence[WalkRows]) -> WalkRows:
    rows = Rows(
        *(
            np.concatenate([getattr(part.rows, name) for part in parts])
            for name in ("block", "cols", "loads", "weights")
        )
    )
    names = ("at", "basis", "phi", "mean", "common", "fixed", "walk")
    return WalkRows(rows, *(np.concatenate([getattr(p, name) for p in parts]) for name in names))
