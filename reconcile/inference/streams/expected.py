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
from numpy.typing import NDArray
from scipy.special import ndtr

from reconcile.inference.streams.hyper import (
    LOOSE,
    RATIO,
    Learnt,
    sigma_pieces,
    sigma_without,
)
from reconcile.inference.streams.mode import Curved
from reconcile.model.reading import _GROSS, GRADE_SD  # pyright: ignore[reportPrivateUsage]
from reconcile.model.rows import Rows
from reconcile.model.said import Said
from reconcile.model.spoken import hastes, spoken
from reconcile.values import Source

__all__ = ["Expected", "expected", "left_out", "mixture_of", "moments"]

Array = NDArray[np.float64]
Index = NDArray[np.intp]


def _student_scales(count: int) -> tuple[Array, Array]:
    """Scales 1/sqrt(u) and weights that turn normals into t_4: u ~ Gamma(2, rate 2)."""
    grid = np.linspace(np.log(0.004), np.log(7.0), count)
    weight = np.exp(2 * grid - 2 * np.exp(grid))
    return np.exp(-0.5 * grid), weight / weight.sum()


_NARROW = _student_scales(13)
_WIDE = _student_scales(7)
_NONE = -20.0
# The sd of the log of how strongly a party to the events leans, beside the sources heard so far.
_PARTY_SD = 0.7
# Three points of a normal: for the uncertainty of log sigma.
_NODES = np.array([-np.sqrt(3.0), 0.0, np.sqrt(3.0)]), np.array([1, 4, 1]) / 6.0
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

    def taken(self, keep: Index) -> Expected:
        """Those at the places `keep`."""
        offset = self.offset if len(self.offset) == 1 else self.offset[keep]
        return Expected(
            self.mean[keep], offset, self.sd[keep], self.weight[keep], self.usual[keep],
            self.vague[keep],
        )  # fmt: skip


@dataclass(frozen=True, eq=False)
class _Scales:
    """Error scales (N,) of claims: narrow with the sd of its log, loose and wide; the shares of
    loose numbers and gross errors; the variance of a drift that has no unknowns of its own."""

    narrow: Array
    loose: Array
    some: Array
    narrow_sd: Array
    wide: Array
    gross: Array
    drift: Array


def expected(curved: Curved, learnt: Learnt, claims: Said, sources: Sequence[Source]) -> Expected:
    """What each of `claims` is expected to say (those without a placement: nothing useful).

    `sources` are those of the fit, followed by any that it does not know.
    """
    mean, variance = moments(curved, learnt, claims, sources)
    variance = variance * _uncertain(curved, learnt, claims, sources)
    blocks, paths = curved.system.blocks, curved.system.paths
    groups = spoken(blocks, paths, claims, curved.system.local)
    haste = hastes(claims, paths, groups, curved.point.state.lam, curved.point.totals)
    return _mixture(mean, variance, _scales(curved, learnt, claims, sources, haste), claims)


def left_out(curved: Curved, learnt: Learnt) -> Expected:
    """What each claim of the fit would have been expected to say without it (one step, N)."""
    system, point = curved.system, curved.point
    claims = system.claims
    mean, variance, score, weight = (np.zeros(len(claims.at)) for _ in range(4))
    counts = np.bincount(claims.claim_of, minlength=len(claims.at))
    said, _ = system.coefs(point)
    split = zip(
        system.spoken, said, point.f, system.split(point.claims.score),
        system.split(point.claims.tight.sum(axis=0)), strict=True,
    )  # fmt: skip
    for group, c, f, s, w in split:
        of = claims.claim_of[group.row]
        np.add.at(mean, of, group.eta(f, point.state.x, point.state.beta) / counts[of])
        np.add.at(variance, of, curved.variances(group.rows, c) / counts[of])
        np.add.at(score, of, s)
        np.add.at(weight, of, w)
    pieces = sigma_pieces(curved, learnt.hyper, curved.said_variances())
    less = sigma_without(system, pieces)
    scales = _scales(curved, learnt, claims, system.blocks.sources, learnt.hyper.haste, less)
    without = variance / np.maximum(1 - variance * np.maximum(weight, 0), 0.1)
    wider = without * _uncertain(curved, learnt, claims, system.blocks.sources)
    return _mixture(mean - without * score, wider, scales, claims)


def moments(
    curved: Curved, learnt: Learnt, claims: Said, sources: Sequence[Source]
) -> tuple[Array, Array]:
    """Mean and variance (N,) of eta: functional, drift, house effect, lean and habit.

    What the fit does not know of a source or a stream has its prior's mean and variance.
    """
    system, state = curved.system, curved.point.state
    N = len(claims.at)
    mean, square, spread = np.zeros(N), np.zeros(N), np.zeros(N)
    counts = np.maximum(np.bincount(claims.claim_of, minlength=N), 1)
    for group in spoken(system.blocks, system.paths, claims, system.local):
        f = group.values(state.lam, curved.point.totals)
        coefs = group.coefs(curved.point.totals, f)
        of = claims.claim_of[group.row]
        more, extra, place = _unknown(curved, learnt, claims.source[of], group.rows, sources)
        t = np.zeros((len(f), state.beta.shape[1]))
        loads = curved.border_loads(group.rows, coefs)
        t[:, : loads.shape[1]] = loads
        known = place >= 0
        t[np.flatnonzero(known), place[known]] += 1.0
        inside = curved.inside(group.rows, coefs)
        V = inside + extra + curved.border_variances(group.rows, t)
        eta = group.eta(f, state.x, state.beta) + more
        np.add.at(mean, of, eta / counts[of])
        np.add.at(square, of, eta**2 / counts[of])
        np.add.at(spread, of, V / counts[of])
    nothing = np.bincount(claims.claim_of, minlength=N) == 0  # before the epoch: none
    mean = np.where(nothing, _NONE, mean)
    return mean, np.where(nothing, 0.0, np.maximum(spread + square - mean**2, spread)) + 1e-12


def _uncertain(curved: Curved, learnt: Learnt, claims: Said, sources: Sequence[Source]) -> Array:
    """How much wider (N,) the variance of eta is when its scales are not known exactly.

    It goes with the squares of pace and drift, whose logs are normal: E exp(2 d) = exp(2 sd^2).
    Where the fit has no such stream, what a party says may be biased by far more than the sources
    heard so far; of one that takes no part nothing of the kind is known.
    """
    blocks = curved.system.blocks
    owner = np.array([blocks.block_of.get(q, -1) for q in range(len(blocks.quantities))])
    stream = blocks.streams_of(claims)
    party = np.array([source.side is not None for source in sources])[claims.source]
    scale = np.where(stream >= 0, learnt.drift_sd[stream], np.where(party, _PARTY_SD, 0.0))
    return np.exp(2 * (learnt.pace_sd[owner[claims.quantity]] ** 2 + scale**2))


def _unknown(
    curved: Curved, learnt: Learnt, source: Index, rows: Rows, sources: Sequence[Source]
) -> tuple[Array, Array, Index]:
    """Of rows whose source has no house effect in the block: what its effects elsewhere add to the
    mean, what is added to the variance, and the border place (or -1) of its effect on the side."""
    system, hyper = curved.system, learnt.hyper
    blocks = system.blocks
    place_of = {name: i for i, name in enumerate(system.shared_names)}
    more, extra = np.zeros(len(source)), np.zeros(len(source))
    place = np.full(len(source), -1)
    new = rows.weights[:, 0] == 0
    pairs = {(int(s), int(b)) for s, b in zip(source[new], rows.block[new], strict=True)}
    for s, b in pairs:
        who = new & (source == s) & (rows.block == b)
        sd = GRADE_SD[sources[s].reliability] * np.sqrt(0.5)
        extra[who] += (sd * hyper.house[1]) ** 2
        shared = place_of.get(("side", s, blocks.blocks[b].side))
        if shared is None:
            extra[who] += (sd * hyper.house[0]) ** 2
            continue
        more[who] += curved.point.state.shared[shared]
        here = np.flatnonzero(system.shared_at[b] == shared)
        if len(here):
            place[who] = system.local + here[0]
        else:
            extra[who] += curved.factor.outer[shared, shared]
    return more, extra, place


def _scales(
    curved: Curved, learnt: Learnt, claims: Said, sources: Sequence[Source], haste: Array,
    less: Array | float = 1.0,
) -> _Scales:  # fmt: skip
    """`haste` (N,) as in `Hyper`; `less` (N,) multiplies sigma."""
    system, hyper = curved.system, learnt.hyper
    stream = system.blocks.streams_of(claims)
    flow, S = claims.flow, len(system.blocks.sources)
    known = stream >= 0
    present = np.isin(claims.source, [t.source for t in system.blocks.streams])
    of = np.where(present, claims.source, S)
    kind = np.where(present, claims.source + S * flow, 2 * S)
    new_sd = 0.9
    drifts = np.array([t.drift for t in system.blocks.streams])
    sigma = less * np.where(known, hyper.sigma[stream], np.exp(learnt.sigma_of[kind]))
    drift = np.where(known, hyper.drift[stream], np.exp(learnt.drift_of[of])) ** 2
    grade = np.array([_GROSS[source.reliability] for source in sources])
    own = np.where(present, claims.source, 0)
    ratio = np.where(present, hyper.ratio[own], np.exp(RATIO[0]))
    gross = np.where(claims.gross >= 0.5, claims.gross,
                     np.where(present, hyper.gross[own], grade[claims.source]))  # fmt: skip
    lag = np.where(present, hyper.lag[own], learnt.lag_of)
    error = sigma**2 + (lag * haste) ** 2
    narrow = error + claims.extra**2
    return _Scales(
        np.sqrt(narrow),
        np.sqrt(error * ratio**2 + claims.extra**2),
        np.where(present, hyper.loose[own], LOOSE),
        np.where(known, learnt.sigma_sd[stream], new_sd) * sigma**2 / narrow,
        np.hypot(claims.wide, claims.extra),
        gross,
        np.where((known & (drifts[stream] >= 0)) | flow, 0.0, drift),
    )


def mixture_of(
    mean: Array, variance: Array, sigma: Array, sigma_sd: Array, extra: Array, gross: Array,
    wide: Array, thinned: Array,
) -> Expected:  # fmt: skip
    """Mixtures for claims that have no stream: N(mean, variance) and an error of scale sigma."""
    narrow = np.hypot(sigma, extra)
    zero = np.zeros(len(mean))
    scales = _Scales(narrow, narrow, zero, sigma_sd, np.hypot(wide, extra), gross, zero)
    return _mixed(mean, variance, scales, thinned.astype(bool))


def _mixture(mean: Array, variance: Array, scales: _Scales, claims: Said) -> Expected:
    return _mixed(mean, variance, scales, claims.thinned)


def _mixed(mean: Array, variance: Array, scales: _Scales, thinned: NDArray[np.bool_]) -> Expected:
    base = (variance + scales.drift)[:, None]
    at, share = _NODES
    own = scales.narrow[:, None] * np.exp(scales.narrow_sd[:, None] * at)
    fair = 1 - scales.gross
    errors = [
        (own[:, :, None] * _NARROW[0]).reshape(len(mean), -1),
        scales.loose[:, None] * _WIDE[0],
        scales.wide[:, None] * _WIDE[0],
    ]
    weights = [
        np.outer(fair * (1 - scales.some), np.outer(share, _NARROW[1]).ravel()),
        np.outer(fair * scales.some, _WIDE[1]),
        np.outer(scales.gross, _WIDE[1]),
    ]
    sd = np.sqrt(base + np.concatenate(errors, axis=1) ** 2)
    weight = np.concatenate(weights, axis=1)
    usual = np.sqrt(base[:, 0] + scales.narrow**2)
    vague = base[:, 0] / np.maximum(scales.narrow**2, 1e-12)
    if not thinned.any():
        return Expected(mean, np.zeros((1, 1)), sd, weight, usual, vague)
    shares = np.where(thinned[:, None], -_SHARES, 0.0)
    offset = np.repeat(shares, sd.shape[1], axis=1)
    k = len(_SHARES)
    return Expected(mean, offset, np.tile(sd, (1, k)), np.tile(weight / k, (1, k)), usual, vague)
