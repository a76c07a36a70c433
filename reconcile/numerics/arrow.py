"""Bordered banded systems: many chains, each with a border of its own, and a border of them all.

The matrix is symmetric. Block k has a chain in the band, coupled by G to its b border unknowns: l
local ones, then global ones that other blocks share. Chains are eliminated block by block, local
borders by a batch of small inverses, and what is left is dense.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reconcile.numerics.band import BandFactor, Chains, band_factorise, selected_inverse

__all__ = ["Arrow", "ArrowFactor", "arrow_factorise"]

Array = NDArray[np.float64]
Index = NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Arrow:
    """The matrix: band (n, w + 1) with half width `widths` (K,) in each chain; coupling (n, c) to
    the first c border unknowns of its block; border (K, b, b); shared (S, S), the border of all.

    The first `local` border unknowns of a block are its own, the other b - local are those at
    `shared_at` (K, b - local) of the shared border.
    """

    band: Array
    coupling: Array
    border: Array
    shared: Array
    chains: Chains
    widths: Index
    coupled: Index
    local: int
    shared_at: Index


@dataclass(frozen=True, eq=False)
class ArrowFactor:
    """The factorised matrix, from `arrow_factorise`."""

    arrow: Arrow
    factors: tuple[BandFactor, ...]
    X: Array
    inner: Array
    reach: Array
    outer: Array
    log_det: float

    def solve(self, band: Array, border: Array, shared: Array) -> tuple[Array, Array, Array]:
        """Solution for the right-hand side band (n,), border (K, b) (local part) and shared (S,).

        What stands in the global part of `border` is added to `shared`.
        """
        arrow, local = self.arrow, self.arrow.local
        y = (
            np.concatenate(
                [
                    factor.solve(band[part])
                    for factor, part in zip(self.factors, _parts(arrow), strict=True)
                ]
            )
            if len(self.factors)
            else band.copy()
        )
        left = border - _by_block(arrow, self.X, band, border.shape[1])
        inside = np.einsum("kij,kj->ki", self.inner, left[:, :local])
        outside = left[:, local:] - np.einsum("kig,ki->kg", self.reach, left[:, :local])
        right = shared + np.bincount(arrow.shared_at.ravel(), outside.ravel(), len(shared))
        gamma = self.outer @ right
        at = gamma[arrow.shared_at]
        beta = inside - np.einsum("kig,kg->ki", self.reach, at)
        both = np.concatenate([beta, at], axis=1)
        return y - _spread(arrow, self.X, both), both, gamma

    def border_covariance(self) -> Array:
        """The inverse among the border unknowns of each block (K, b, b), global ones included."""
        at = self.arrow.shared_at
        outer = self.outer[at[:, :, None], at[:, None, :]]
        cross = -self.reach @ outer
        own = self.inner - cross @ np.swapaxes(self.reach, 1, 2)
        top = np.concatenate([own, cross], axis=2)
        return np.concatenate([top, np.concatenate([np.swapaxes(cross, 1, 2), outer], 2)], axis=1)

    def selected(self) -> Array:
        """Entries inside the band of the inverse of the band alone (n, w + 1)."""
        L = np.zeros_like(self.arrow.band)
        for factor, part in zip(self.factors, _parts(self.arrow), strict=True):
            L[part, : factor.L.shape[1]] = factor.L
        return selected_inverse(BandFactor(L), self.arrow.chains)


def arrow_factorise(arrow: Arrow) -> ArrowFactor | None:
    """The factor, or None if the matrix is not positive."""
    factors: list[BandFactor] = []
    X = np.zeros_like(arrow.coupling)
    T = arrow.border.copy()
    for k, (part, width, c) in enumerate(
        zip(_parts(arrow), arrow.widths, arrow.coupled, strict=True)
    ):
        factor = band_factorise(np.ascontiguousarray(arrow.band[part, : width + 1]))
        if factor is None:
            return None
        factors.append(factor)
        G = arrow.coupling[part]
        used = np.r_[np.arange(c), np.arange(arrow.local, G.shape[1])]
        solved = factor.solve(np.asfortranarray(G[:, used]))
        X[part][:, used] = solved
        T[k][np.ix_(used, used)] -= G[:, used].T @ solved
    return _eliminated(arrow, factors, X, T)


def _eliminated(arrow: Arrow, factors: list[BandFactor], X: Array, T: Array) -> ArrowFactor | None:
    local, at, S = arrow.local, arrow.shared_at, len(arrow.shared)
    inner_log = _log_det(T[:, :local, :local])
    if inner_log is None:
        return None
    inner = _inverse(T[:, :local, :local])
    reach = inner @ T[:, :local, local:]
    left = T[:, local:, local:] - np.swapaxes(T[:, :local, local:], 1, 2) @ reach
    flat = (at[:, :, None] * S + at[:, None, :]).ravel()
    outer = arrow.shared + np.bincount(flat, left.ravel(), S * S).reshape(S, S)
    outer_log = _log_det(outer)
    if outer_log is None:
        return None
    log_det = sum(f.log_det for f in factors) + inner_log + outer_log
    return ArrowFactor(arrow, tuple(factors), X, inner, reach, _inverse(outer), log_det)


def _inverse(A: Array) -> Array:
    return np.asarray(np.linalg.inv(A), dtype=np.float64)


def _log_det(A: Array) -> float | None:
    """log |A| summed over a batch of matrices, or None if one of them is not positive."""
    try:
        L = np.linalg.cholesky(A)
    except np.linalg.LinAlgError:
        return None
    return 2.0 * float(np.sum(np.log(np.diagonal(L, axis1=-2, axis2=-1))))


def _parts(arrow: Arrow) -> list[slice]:
    """The slice of each chain."""
    sizes = arrow.chains.cells * arrow.chains.size
    return [slice(int(a), int(a + s)) for a, s in zip(arrow.chains.first, sizes, strict=True)]


def _by_block(arrow: Arrow, X: Array, band: Array, b: int) -> Array:
    """X' band, chain by chain (K, b)."""
    out = np.zeros((len(arrow.chains.first), b))
    out[:, : X.shape[1]] = np.add.reduceat(X * band[:, None], arrow.chains.first, axis=0)
    return out


def _spread(arrow: Arrow, X: Array, both: Array) -> Array:
    """X beta, row by row (n,)."""
    of = np.repeat(np.arange(len(both)), arrow.chains.cells * arrow.chains.size)
    return np.einsum("ij,ij->i", X, both[of, : X.shape[1]])
