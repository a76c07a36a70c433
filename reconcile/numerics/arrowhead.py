"""Symmetric systems of which many unknowns meet only a few others: arrowhead matrices.

``[[core, cross], [cross', tip]]`` with a tip of H + C unknowns: no two of the first H meet, and
each of the last C meets one of the first H, its owner, and no other of the tip. So the C are
eliminated one by one, then the H, and a dense Cholesky factor is needed of the core alone, less
what they take from it (the Schur complement; Golub and Van Loan 2013, section 4.3). Without a tip
it is the plain dense one.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.linalg import eigh, solve_triangular
from scipy.linalg.lapack import dpotrf, dpotrs

from reconcile.numerics.arrays import Array, Index
from reconcile.numerics.sums import sum_by


@dataclass(frozen=True, eq=False)
class Arrowhead:
    """Matrices of m + H + C unknowns: core (..., m, m), cross (..., m, H + C); of the tip the
    diagonal (..., H + C) and the `link` (..., C) of each of the last with its `owner` (C,)."""

    core: Array
    cross: Array
    diagonal: Array
    link: Array
    owner: Index

    @staticmethod
    def zeros(lead: tuple[int, ...], m: int, tip: int, owner: Index) -> Arrowhead:
        """Zeros, with the leading axes `lead`."""
        shapes = (m, m), (m, tip), (tip,), (len(owner),)
        core, cross, diagonal, link = (np.zeros((*lead, *shape)) for shape in shapes)
        return Arrowhead(core, cross, diagonal, link, owner)

    def lanes(self, index: Index | int) -> Arrowhead:
        """Some of the lanes, or one of them."""
        return Arrowhead(
            self.core[index], self.cross[index], self.diagonal[index], self.link[index], self.owner
        )

    def plus(self, other: Arrowhead, times: float = 1.0) -> Arrowhead:
        """The sum with `times` the other."""
        return Arrowhead(
            self.core + times * other.core,
            self.cross + times * other.cross,
            self.diagonal + times * other.diagonal,
            self.link + times * other.link,
            self.owner,
        )

    def dense(self) -> Array:
        """The whole matrix (..., n, n)."""
        m, tip = self.cross.shape[-2:]
        found = np.zeros((*self.core.shape[:-2], m + tip, m + tip))
        found[..., :m, :m], found[..., :m, m:] = self.core, self.cross
        found[..., m:, :m] = np.swapaxes(self.cross, -1, -2)
        each = np.arange(m, m + tip)
        found[..., each, each] = self.diagonal
        last, owner = each[tip - len(self.owner) :], m + self.owner
        found[..., last, owner] = found[..., owner, last] = self.link
        return found

    def downward(self) -> Array:
        """A direction (n,) along which one matrix, which is not positive definite, is negative."""
        m, tip = self.cross.shape
        C = len(self.owner)
        H = tip - C
        last = self.diagonal[H:]
        if C and last.min() <= 0:
            lone = np.zeros(m + tip)
            lone[m + H + int(np.argmin(last))] = 1.0
            return lone
        rest, cross, own = _without_last(self)
        way = np.zeros(m + H)
        if H and own.min() <= 0:
            way[m + int(np.argmin(own))] = 1.0
        else:
            _, vectors = eigh(rest - (cross / own) @ cross.T, subset_by_index=[0, 0])
            way[:m] = vectors[:, 0]
            way[m:] = -(cross.T @ way[:m]) / own
        back = self.cross[:, H:].T @ way[:m] + self.link * way[m:][self.owner]
        return np.r_[way, -back / last]


@dataclass(frozen=True, eq=False)
class Factor:
    """H = M M', from `factorise`: M has the triangular `L` (m, m) of what is left of the core, and
    beside it, for what was eliminated, `cross` and `link` over the root of `diagonal`, and it."""

    L: Array
    cross: Array
    diagonal: Array
    link: Array
    owner: Index

    @property
    def log_det(self) -> float:
        """log |H|."""
        core = 2.0 * float(np.sum(np.log(np.diagonal(self.L))))
        return core + float(np.sum(np.log(self.diagonal))) if len(self.diagonal) else core

    def solve(self, b: Array) -> Array:
        """H^-1 b for b of shape (n,) or (n, k)."""
        if not len(self.diagonal):
            return self._core_solved(b)
        m, C, one = len(self.L), len(self.owner), b.ndim == 1
        H, table = len(self.diagonal) - C, b[:, None] if one else b
        over = table[m:] / self.diagonal[:, None]
        if C:
            told = sum_by(self.owner, (self.link[:, None] * over[H:]).T, H).T
            over[:H] -= told / self.diagonal[:H, None]
        first = self._core_solved(table[:m] - self.cross @ over)
        found = np.concatenate([first, over - (self.cross.T @ first) / self.diagonal[:, None]])
        if C:
            more = self.link[:, None] * found[m : m + H][self.owner]
            found[m + H :] -= more / self.diagonal[H:, None]
        return found[:, 0] if one else found

    def _core_solved(self, b: Array) -> Array:
        x, info = dpotrs(self.L, b, lower=1)
        if info != 0:
            raise ValueError(f"expected a right-hand side of {len(self.L)} rows, got {b.shape}")
        return x.reshape(b.shape)

    def half_solve(self, z: Array) -> Array:
        """M'^-1 z: a draw from N(0, H^-1) for standard normal z (n,) or (n, k)."""
        m, tip = self.cross.shape
        first = solve_triangular(self.L, z[:m], trans="T", lower=True)
        if not tip:
            return first
        column = self.diagonal.reshape(-1, *[1] * (z.ndim - 1))
        found = np.concatenate([first, z[m:] / np.sqrt(column) - self.cross.T @ first / column])
        C = len(self.owner)
        if C:
            H = tip - C
            over = (self.link / self.diagonal[H:]).reshape(-1, *[1] * (z.ndim - 1))
            found[m + H :] -= over * found[m : m + H][self.owner]
        return found

    def whitened(self, x: Array) -> Array:
        """M' x (n,): of length sqrt(x' H x)."""
        m, tip = self.cross.shape
        H = tip - len(self.owner)
        pushed = self.diagonal * x[m:] + self.cross.T @ x[:m]
        pushed[H:] += self.link * x[m : m + H][self.owner]
        return np.r_[self.L.T @ x[:m], pushed / np.sqrt(self.diagonal)]

    def variances(self) -> Array:
        """The diagonal (n,) of H^-1."""
        m, tip = self.cross.shape
        H = tip - len(self.owner)
        inverse = self._core_solved(np.eye(m))
        carried, own = self.cross / self.diagonal, 1 / self.diagonal
        over = self.link / self.diagonal[H:]
        carried[:, H:] -= over * carried[:, self.owner]
        own[H:] += over**2 * own[self.owner]
        return np.r_[np.diagonal(inverse), own + (carried * (inverse @ carried)).sum(axis=0)]


def factorise(matrix: Arrowhead) -> Factor | None:
    """The factor of one matrix (of its core the lower triangle is read), or None if it is not
    positive definite.

    >>> none = np.zeros(0)
    >>> H = Arrowhead(np.array([[2.0]]), np.array([[1.0]]), np.array([1.0]), none, none.astype(int))
    >>> factor = factorise(H)
    >>> factor.solve(np.array([3.0, 2.0])).tolist()
    [1.0, 1.0]
    """
    core, cross, diagonal = matrix.core, matrix.cross, matrix.diagonal
    if len(diagonal):
        H = len(diagonal) - len(matrix.owner)
        if not np.all(diagonal[H:] > 0):
            return None
        core, met, own = _without_last(matrix)
        if not np.all(own > 0):
            return None
        core = core - (met / own) @ met.T
        cross = np.concatenate([met, cross[:, H:]], axis=1)
        diagonal = np.r_[own, diagonal[H:]]
    L, info = dpotrf(core, lower=1, clean=1)
    return Factor(L, cross, diagonal, matrix.link, matrix.owner) if info == 0 else None


def _without_last(matrix: Arrowhead) -> tuple[Array, Array, Array]:
    """What is left of the core, of the first H columns of the cross and of the diagonal when the
    last C unknowns are eliminated."""
    H = len(matrix.diagonal) - len(matrix.owner)
    last, met = matrix.diagonal[H:], matrix.cross[:, :H]
    if not len(last):
        return matrix.core, met, matrix.diagonal
    beside = matrix.cross[:, H:] / last
    core = matrix.core - beside @ matrix.cross[:, H:].T
    met = met - sum_by(matrix.owner, beside * matrix.link, H)
    own = matrix.diagonal[:H] - sum_by(matrix.owner, matrix.link**2 / last, H)
    return core, met, own
