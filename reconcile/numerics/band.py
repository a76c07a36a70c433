"""Symmetric banded systems: Cholesky, solves, and the entries of the inverse inside the band.

A matrix A (n, n) with ``A[i, j] = 0`` for ``i - j > w`` is kept as its lower band (n, w + 1),
``band[j, i - j] = A[i, j]``: the columns of LAPACK's lower form, one after another.

Many chains share one band: chain k has J_k cells of P_k unknowns each, and a cell is coupled to
the `reach` cells before it and to no other chain. The factorisation takes no notice of that; the
selected inverse does, walks all chains of one shape together, and so needs only as many steps as
the longest chain has cells.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.linalg.lapack import dpbtrf, dpbtrs

__all__ = ["BandFactor", "Chains", "band_factorise", "selected_inverse"]

Array = NDArray[np.float64]
Index = NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Chains:
    """K chains, one after another in the band: `first` unknown, number of `cells`, `size` P of a
    cell and `reach` in cells, each (K,)."""

    first: Index
    cells: Index
    size: Index
    reach: Index

    @property
    def n(self) -> int:
        """The number of unknowns."""
        return int(np.sum(self.cells * self.size))

    def shapes(self) -> Iterator[tuple[int, int, Index]]:
        """(P, reach, which chains) for each shape that occurs."""
        shapes = np.stack([self.size, self.reach], axis=1)
        for size, reach in np.unique(shapes, axis=0):
            yield int(size), int(reach), np.flatnonzero(np.all(shapes == (size, reach), axis=1))


@dataclass(frozen=True, eq=False)
class BandFactor:
    """A = L L', L in the form of the band (n, w + 1)."""

    L: Array

    @property
    def log_det(self) -> float:
        """log |A|."""
        return 2.0 * float(np.sum(np.log(self.L[:, 0])))

    def solve(self, b: Array) -> Array:
        """A^-1 b for b of shape (n,) or (n, k)."""
        x, info = dpbtrs(self.L.T, b, lower=1)
        if info != 0:
            raise ValueError(f"expected a right-hand side of {len(self.L)} rows, got {b.shape}")
        return np.asarray(x).reshape(b.shape)

    def half_solve(self, z: Array) -> Array:
        """L'^-1 z for z (n, k): draws from N(0, A^-1) for standard normal z."""
        L, width = self.L, self.L.shape[1] - 1
        x = np.array(z, dtype=np.float64)
        for j in range(len(L) - 1, -1, -1):
            reach = min(width, len(L) - 1 - j)
            if reach:
                x[j] -= L[j, 1 : reach + 1] @ x[j + 1 : j + 1 + reach]
            x[j] /= L[j, 0]
        return x


def band_factorise(band: Array) -> BandFactor | None:
    """The factor of the matrix with the lower `band` (n, w + 1), or None if it is not positive."""
    L, info = dpbtrf(band.T, lower=1)
    return BandFactor(np.ascontiguousarray(L.T)) if info == 0 else None


def selected_inverse(factor: BandFactor, chains: Chains) -> Array:
    """The entries of A^-1 inside the band (n, w + 1), by Takahashi's recursion cell by cell.

    With L_j the diagonal block of cell j, M_j the block below it and W_j = M_j L_j^-1:
    Z[below, j] = -Z[below, below] W_j and Z[j, j] = (L_j L_j')^-1 + W_j' Z[below, below] W_j
    (Takahashi, Fagan & Chen 1973; Erisman & Tinney 1975, doi 10.1145/360680.360704).
    """
    flat = np.append(factor.L.ravel(), 0.0)
    out = np.zeros(factor.L.size + 1)
    for size, reach, members in chains.shapes():
        _invert_shape(flat, out, factor.L.shape, chains, size, reach, members)
    return out[:-1].reshape(factor.L.shape)


def _invert_shape(
    flat: Array, out: Array, shape: tuple[int, int], chains: Chains, P: int, reach: int,
    members: Index,
) -> None:  # fmt: skip
    members = members[np.argsort(-chains.cells[members], kind="stable")]
    cells = chains.cells[members]
    inside = _inside(shape, P, reach)
    window = np.zeros((len(members), reach * P, reach * P))
    for back in range(int(cells[0])):
        active = int(np.searchsorted(-cells, -back, side="left"))
        first = chains.first[members[:active]] + (cells[:active] - 1 - back) * P
        at = _positions(first, shape, P, inside)
        L = flat[at[:, :P]]
        inverse = np.linalg.inv(L)
        W = flat[at[:, P:]] @ inverse
        old = window[:active]
        Z = -old @ W
        own = np.swapaxes(inverse, 1, 2) @ inverse - np.swapaxes(W, 1, 2) @ Z
        own = 0.5 * (own + np.swapaxes(own, 1, 2))  # else rounding grows from cell to cell
        out[at] = np.concatenate([own, Z], axis=1)
        window[:active] = _slid(old, own, Z, P)


def _inside(shape: tuple[int, int], P: int, reach: int) -> Index:
    """Offset i - j (P + reach P, P) of each entry of a cell's columns; -1 outside of the band."""
    offset = np.arange(P + reach * P)[:, None] - np.arange(P)
    return np.where((offset < 0) | (offset >= shape[1]), -1, offset)


def _positions(first: Index, shape: tuple[int, int], P: int, inside: Index) -> Index:
    """Flat positions (k, P + reach P, P) in the band; one past its end where there is no entry."""
    column = first[:, None, None] + np.arange(P)
    row = column + inside
    absent = (inside < 0) | (row >= shape[0])
    return np.where(absent, shape[0] * shape[1], column * shape[1] + inside)


def _slid(old: Array, own: Array, Z: Array, P: int) -> Array:
    """The window of the cell before: this cell comes in front, the last one drops out."""
    new = np.empty_like(old)
    rest = old.shape[1] - P
    new[:, :P, :P] = own
    new[:, P:, :P] = Z[:, :rest]
    new[:, :P, P:] = np.swapaxes(Z[:, :rest], 1, 2)
    new[:, P:, P:] = old[:, :rest, :rest]
    return new
