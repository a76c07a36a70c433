"""Dense symmetric systems: Cholesky, its determinant, and solves."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.linalg import solve_triangular
from scipy.linalg.lapack import dpotrf, dpotrs

from reconcile.numerics.arrays import Array


@dataclass(frozen=True, eq=False)
class Factor:
    """H = L L', from `factorise`."""

    L: Array

    @property
    def log_det(self) -> float:
        """log |H|."""
        return 2.0 * float(np.sum(np.log(np.diagonal(self.L))))

    def solve(self, b: Array) -> Array:
        """H^-1 b for b of shape (n,) or (n, k)."""
        x, info = dpotrs(self.L, b, lower=1)
        if info != 0:
            raise ValueError(f"expected a right-hand side of {len(self.L)} rows, got {b.shape}")
        return x.reshape(b.shape)

    def half_solve(self, z: Array) -> Array:
        """L'^-1 z: a draw from N(0, H^-1) for standard normal z (n,) or (n, k)."""
        return solve_triangular(self.L, z, trans="T", lower=True)


def factorise(H: Array) -> Factor | None:
    """The factor of a symmetric matrix (its lower triangle is read), or None if not positive."""
    L, info = dpotrf(H, lower=1, clean=1)
    return Factor(L) if info == 0 else None
