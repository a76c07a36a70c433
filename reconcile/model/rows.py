"""Everything is a row: increments of walks, drifts and claims as sparse rows of one system.

A row has `q` unknowns of the band with coefficients that may change with the state, and a few
border unknowns of its block with fixed ones. Band, coupling and border are accumulated from rows by
`bincount` over flat positions that are worked out once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations_with_replacement

import numpy as np
from numpy.typing import NDArray

__all__ = ["Plan", "Rows", "Shape", "accumulate", "gather"]

Array = NDArray[np.float64]
Index = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Shape:
    """Sizes of the system: n unknowns in the band of half width w, K blocks, b border columns."""

    n: int
    width: int
    blocks: int
    border: int


@dataclass(frozen=True, eq=False)
class Rows:
    """R rows: `block` (R,), band `cols` (R, q), border `loads` (R, p) with `weights` (R, p)."""

    block: Index
    cols: Index
    loads: Index
    weights: Array

    def taken(self, keep: NDArray[np.bool_]) -> Rows:
        """The rows to `keep` (R,)."""
        return Rows(self.block[keep], self.cols[keep], self.loads[keep], self.weights[keep])

    @cached_property
    def pairs(self) -> tuple[tuple[int, int], ...]:
        """Pairs (a, b), a <= b, of positions within a row."""
        return tuple(combinations_with_replacement(range(self.cols.shape[1]), 2))

    @cached_property
    def folded(self) -> Array:
        """2 (pairs, R) where two positions of a row hold the same unknown, else 1."""
        same = [self.cols[:, a] == self.cols[:, b] if a != b else None for a, b in self.pairs]
        one = np.ones(len(self.cols))
        return np.array([one if each is None else 1.0 + each for each in same])

    def flat_pairs(self, shape: Shape) -> Index:
        """Positions (pairs, R) in the lower band (n, w + 1)."""
        first = self.cols[:, [a for a, _ in self.pairs]].T
        second = self.cols[:, [b for _, b in self.pairs]].T
        low, high = np.minimum(first, second), np.maximum(first, second)
        return low * (shape.width + 1) + high - low

    def products(self, coefs: Array) -> Array:
        """Products of coefficients (pairs, R)."""
        left = coefs[:, [a for a, _ in self.pairs]]
        return (left * coefs[:, [b for _, b in self.pairs]]).T

    def variances(self, shape: Shape, coefs: Array, inverse: Array) -> Array:
        """r' Z r (R,) for Z known inside the band (n, w + 1)."""
        twice = np.array([1.0 if a == b else 2.0 for a, b in self.pairs])
        found = inverse.ravel()[self.flat_pairs(shape)]
        return np.einsum("pr,pr,p->r", self.products(coefs), found, twice)


@dataclass(frozen=True, eq=False)
class Sums:
    """What rows add up to: band (n, w + 1), coupling (n, b) and border (K, b, b)."""

    band: Array
    coupling: Array
    border: Array


@dataclass(frozen=True, eq=False)
class Plan:
    """Where the products of the rows of several groups go: worked out once, used at every step."""

    shape: Shape
    groups: tuple[Rows, ...]
    band: Index
    coupling: Index
    border: Index

    @classmethod
    def of(cls, shape: Shape, groups: Sequence[Rows]) -> Plan:
        """The positions for `groups`."""
        b = shape.border
        band = [rows.flat_pairs(shape).ravel() for rows in groups]
        coupling = [(rows.cols[:, None, :] * b + rows.loads[:, :, None]).ravel() for rows in groups]
        border = [
            (
                ((rows.block[:, None] * b + rows.loads) * b)[:, :, None] + rows.loads[:, None, :]
            ).ravel()
            for rows in groups
        ]
        return cls(shape, tuple(groups), *map(np.concatenate, (band, coupling, border)))


def accumulate(plan: Plan, coefs: Sequence[Array], weights: Sequence[Array]) -> Sums:
    """Sum of w r r' over the rows of each group, of coefficients (R, q) and weights w (R,)."""
    shape, groups = plan.shape, plan.groups
    n, b = shape.n, shape.border
    band = [
        (rows.products(c) * rows.folded * w).ravel()
        for rows, c, w in zip(groups, coefs, weights, strict=True)
    ]
    coupling = [
        ((c * w[:, None])[:, None, :] * rows.weights[:, :, None]).ravel()
        for rows, c, w in zip(groups, coefs, weights, strict=True)
    ]
    border = [
        ((rows.weights * w[:, None])[:, :, None] * rows.weights[:, None, :]).ravel()
        for rows, w in zip(groups, weights, strict=True)
    ]
    return Sums(
        _summed(plan.band, band, (n, shape.width + 1)),
        _summed(plan.coupling, coupling, (n, b)),
        _summed(plan.border, border, (shape.blocks, b, b)),
    )


def _summed(at: Index, values: Sequence[Array], shape: tuple[int, ...]) -> Array:
    found = np.bincount(at, np.concatenate(values), int(np.prod(shape)))
    return np.asarray(found, dtype=np.float64).reshape(shape)


def gather(shape: Shape, groups: Sequence[tuple[Rows, Array, Array]]) -> tuple[Array, Array]:
    """Sum of score x row: in the band (n,) and in the border (K, b)."""
    b = shape.border
    band, border = np.zeros(shape.n), np.zeros(shape.blocks * b)
    for rows, coefs, score in groups:
        band += np.bincount(rows.cols.ravel(), (coefs * score[:, None]).ravel(), shape.n)
        if rows.loads.shape[1]:
            at = rows.block[:, None] * b + rows.loads
            border += np.bincount(at.ravel(), (rows.weights * score[:, None]).ravel(), len(border))
    return band, border.reshape(shape.blocks, b)
