"""What a fit expects a claim to say, before its neighbours in the stream are looked at.

On the model's scale it is a mixture of normals around one mean: the posterior of eta (normal) plus
an error t_4, which is a scale mixture of normals, sigma itself uncertain, and the wide law of gross
errors. Distribution functions are then sums of Phi, right whether the posterior is wider than the
noise or the other way round (Gauss-Hermite nodes are not).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr

from reconcile.numerics.arrays import Array, Flags, Index


def _student_scales(count: int) -> tuple[Array, Array]:
    """Scales 1/sqrt(u) and weights that turn normals into t_4: u ~ Gamma(2, rate 2)."""
    grid = np.linspace(np.log(0.004), np.log(7.0), count)
    weight = np.exp(2 * grid - 2 * np.exp(grid))
    return np.exp(-0.5 * grid), weight / weight.sum()


# Nodes of the usual error, which decides the middle; fewer do for the wide errors.
_NARROW, _WIDE = _student_scales(13), _student_scales(7)
# Points of a normal for the uncertainty of log sigma: of a series of few claims it is a factor of
# ten either way, which three points do not fill.
_POINTS, _SHARE = np.polynomial.hermite_e.hermegauss(5)
_NODES = _POINTS, _SHARE / _SHARE.sum()
# Exp(1) in eight slices of equal probability, by their means: of a part, log of the share.
_SHARES = np.array([0.0653, 0.2086, 0.3761, 0.5774, 0.8301, 1.1699, 1.6931, 3.0794])


@dataclass(frozen=True, eq=False)
class Expected:
    """Mixtures on the model's scale: mean (N,), offsets, sds and weights (N, c).

    usual (N,): the sd of what is neither loose nor gross; vague (N,): the variance of what a claim
    speaks of, in those of its own error.
    """

    mean: Array
    offset: Array
    sd: Array
    weight: Array
    usual: Array
    vague: Array

    def below(self, x: Array) -> Array:
        """The probability of a value of at most `x`, (N,) or (N, T)."""
        if not len(self.mean):
            return np.zeros(x.shape)
        wide = x.reshape(len(self.mean), -1) - self.mean[:, None]
        total = np.zeros(wide.shape)
        for c in range(self.sd.shape[1]):
            offset = self.offset[:, min(c, self.offset.shape[1] - 1), None]
            total += self.weight[:, c, None] * ndtr((wide - offset) / self.sd[:, c, None])
        return total.reshape(x.shape)

    def density(self, x: Array) -> Array:
        """The density (N,) at `x` (N,)."""
        z = ((x - self.mean)[:, None] - self.offset) / self.sd
        return np.einsum("nc,nc->n", self.weight / self.sd, np.exp(-0.5 * z * z)) / np.sqrt(
            2 * np.pi
        )

    @staticmethod
    def joined(pieces: Sequence[Expected]) -> Expected:
        """Several, one after the other; those with fewer components are padded by empty ones."""
        width = max(piece.sd.shape[1] for piece in pieces)

        def wide(piece: Expected, name: str, fill: float) -> Array:
            table: Array = getattr(piece, name)
            n = len(piece.mean)
            rows = np.broadcast_to(table, (n, table.shape[1])) if len(table) == 1 else table
            if rows.shape[1] == 1:
                rows = np.broadcast_to(rows, (n, piece.sd.shape[1]))
            more = np.full((n, width - rows.shape[1]), fill)
            return np.concatenate([rows, more], axis=1)

        columns = {
            name: np.concatenate([wide(piece, name, fill) for piece in pieces])
            for name, fill in (("offset", 0.0), ("sd", 1.0), ("weight", 0.0))
        }
        flat = {
            name: np.concatenate([getattr(piece, name) for piece in pieces])
            for name in ("mean", "usual", "vague")
        }
        return Expected(**columns, **flat)

    def taken(self, keep: Index) -> Expected:
        """Those at the places `keep`."""
        offset = self.offset if len(self.offset) == 1 else self.offset[keep]
        return Expected(
            self.mean[keep], offset, self.sd[keep], self.weight[keep], self.usual[keep],
            self.vague[keep],
        )  # fmt: skip


@dataclass(frozen=True, eq=False)
class Scales:
    """Error scales (N,) of claims: narrow with the sd of its log, loose and wide; the shares of
    loose numbers and gross errors; thinned: claims about a part."""

    narrow: Array
    narrow_sd: Array
    loose: Array
    some: Array
    wide: Array
    gross: Array
    thinned: Flags


def mixture(mean: Array, variance: Array, scales: Scales, share: Array | None = None) -> Expected:
    """What is expected of claims (N,) whose functional and house effect are normal around `mean`
    (N,), with one of the variances (N, K) that have the probabilities `share` (K,)."""
    thinned, at, by = scales.thinned, *_NODES
    own = scales.narrow[:, None] * np.exp(scales.narrow_sd[:, None] * at)
    fair = 1 - scales.gross
    errors = [
        (own[:, :, None] * _NARROW[0]).reshape(len(mean), -1),
        scales.loose[:, None] * _WIDE[0],
        scales.wide[:, None] * _WIDE[0],
    ]
    weights = [
        np.outer(fair * (1 - scales.some), np.outer(by, _NARROW[1]).ravel()),
        np.outer(fair * scales.some, _WIDE[1]),
        np.outer(scales.gross, _WIDE[1]),
    ]
    shares = np.ones(1) if share is None else share
    squares = np.concatenate(errors, axis=1)[:, None] ** 2
    sd = np.sqrt(variance[:, :, None] + squares).reshape(len(mean), -1)
    weight = np.concatenate(weights, axis=1)[:, None] * shares[:, None]
    weight = weight.reshape(len(mean), -1)
    base = variance @ shares
    usual = np.sqrt(base + scales.narrow**2)
    vague = base / np.maximum(scales.narrow**2, 1e-12)
    if not thinned.any():
        return Expected(mean, np.zeros((1, 1)), sd, weight, usual, vague)
    lower = np.where(thinned[:, None], -_SHARES, 0.0)
    offset = np.repeat(lower, sd.shape[1], axis=1)
    k = len(_SHARES)
    return Expected(mean, offset, np.tile(sd, (1, k)), np.tile(weight / k, (1, k)), usual, vague)
