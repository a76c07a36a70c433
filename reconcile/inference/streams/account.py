"""The account of an answer within the joint fit of many claims; see `reconcile.inference.account`.

The line from the prior's centre to the mode is straight in log rates. What is linear there is
linear in Newton's unknown v = d log C too, so rows and factor of the mode serve as they are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from reconcile.errors import FitError
from reconcile.inference.account import SHARES, STEPS, one_hot, secant, words_share
from reconcile.inference.streams.hyper import Learnt
from reconcile.inference.streams.mode import Curved
from reconcile.inference.streams.system import State, System
from reconcile.model.paths import Paths
from reconcile.model.prior import PRIORS, SOURCES, TIME, WORDS
from reconcile.model.rows import Rows
from reconcile.model.spoken import Spoken
from reconcile.numerics.arrow import ArrowFactor

__all__ = ["Accounts"]

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class _Move:
    """A move of all unknowns: v and drifts in the band (n,), border (K, b), shared border (S,)."""

    band: Array
    border: Array
    shared: Array

    def along(self, rows: Rows, coefs: Array) -> Array:
        """What the rows (R,) make of it."""
        border = self.border[rows.block[:, None], rows.loads]
        return np.sum(coefs * self.band[rows.cols], axis=1) + np.sum(rows.weights * border, axis=1)


@dataclass(frozen=True, eq=False)
class Accounts:
    """What accounts of any functional share: the mode, and the way from the prior's centre."""

    curved: Curved
    learnt: Learnt

    @property
    def _system(self) -> System:
        return self.curved.system

    @cached_property
    def centre(self) -> State:
        """The prior's centre: all rows of the prior are satisfied there."""
        start = self._system.start()
        lam = start.lam.copy()
        for walk in self._system.walks:
            free = (walk.phi == 0) & (np.abs(walk.rows.weights).sum(axis=1) == 0)
            lam[walk.at[free]] = 0.0
            np.add.at(lam, walk.at[free], walk.basis[free] * walk.mean[free][:, None])
        return replace(start, lam=lam)

    @cached_property
    def _way(self) -> _Move:
        system, point, centre = self._system, self.curved.point, self.centre
        paths, totals = system.paths, point.totals
        step = point.state.lam - centre.lam
        running = _running(paths, totals.c * step) / totals.C
        band = point.state.x - centre.x
        band[paths.vi] = np.where(paths.level, step, running)
        return _Move(band, point.state.beta - centre.beta, point.state.shared - centre.shared)

    @cached_property
    def _factor(self) -> ArrowFactor:
        point = self.curved.point
        factor = self._system.factor(point, self.learnt.hyper, point.claims.safe)
        if factor is None:
            raise FitError("expected a positive curvature of many claims; a claim lies too far out")
        return factor

    @cached_property
    def _said(self) -> Sequence[Array]:
        return [
            group.coefs(self.curved.point.totals, f)
            for group, f in zip(self._system.spoken, self.curved.point.f, strict=True)
        ]

    @cached_property
    def _pushed(self) -> Array:
        """weight x row (x1 - x0) + score (R,) of the claims' rows."""
        claims = self.curved.point.claims
        return claims.safe * self._claims_along(self._way) + claims.score

    def _claims_along(self, move: _Move) -> Array:
        groups = zip(self._system.spoken, self._said, strict=True)
        return np.concatenate([move.along(group.rows, coefs) for group, coefs in groups])

    def _by_claim(self, values: Array) -> Array:
        """Sums (N,) of values by row."""
        claims = self._system.claims
        of = claims.claim_of[self._system.row_order]
        return np.bincount(of, values, len(claims.at)).astype(float)

    # ------------------------------------------------------------ the median

    def moved(self, asked: Spoken) -> tuple[float, Array, float]:
        """The functional `asked` (one row) at the centre, what each claim adds (N,), its mode."""
        system, point = self._system, self.curved.point
        start = float(asked.values(self.centre.lam, system.paths.totals(self.centre.lam))[0])
        end = float(asked.values(point.state.lam, point.totals)[0])
        gradient = self._mean_gradient(asked, end - start)
        gain = self._solved(self._factor, self._in_band(gradient))
        return start, self._by_claim(self._pushed * self._claims_along(gain)), end

    def _mean_gradient(self, asked: Spoken, rise: float) -> Array:
        paths, first = self._system.paths, self.centre.lam
        y = self.curved.point.state.lam - first
        mean = np.zeros(len(y))
        inside = _weights(paths, asked)
        for step, share in zip(0.5 * (STEPS + 1), 0.5 * SHARES, strict=True):
            c = inside * (1.0 if asked.level[0] else paths.h * np.exp(first + step * y))
            mean += share * c / c.sum()
        return np.where(mean != 0, secant(mean, np.where(mean != 0, y, 0.0), rise), 0.0)

    def _in_band(self, gradient: Array) -> Array:
        """A gradient in log rates (L,) as one in the unknowns of the band (n,)."""
        paths, totals = self._system.paths, self.curved.point.totals
        band = np.zeros(self._system.shape.n)
        np.add.at(band, paths.vi, totals.own * gradient)
        before = np.append(0, paths.vi[:-1])
        np.add.at(band, before, -totals.back * gradient)
        return band

    def _solved(self, factor: ArrowFactor, band: Array) -> _Move:
        state = self.curved.point.state
        return _Move(*factor.solve(band, np.zeros_like(state.beta), np.zeros_like(state.shared)))

    # ------------------------------------------------------------ the variance

    def variance(self, asked: Spoken) -> tuple[Array, Array, Array]:
        """The variance of `asked` by cause (4,); each claim's share and its influence (N,)."""
        point = self.curved.point
        coefs = asked.coefs(point.totals, asked.values(point.state.lam, point.totals))
        band = np.zeros(self._system.shape.n)
        np.add.at(band, asked.rows.cols[0], coefs[0])
        q = self._solved(self.curved.factor, band)
        along = self._claims_along(q)
        told = np.maximum(point.claims.curve, 0.0) * along**2
        causes = told @ self._noise + self._prior_variance(q)
        share = self._by_claim(told) / causes.sum()
        push = self._by_claim(point.claims.score * along)
        return causes, share, push / (1 - np.clip(share, 0.0, 0.95))

    @cached_property
    def _noise(self) -> Array:
        """What the noise of each row of the claims (R, 4) is made of."""
        claims, hyper = self._system.claims, self.learnt.hyper
        own = hyper.sigma[self._system.stream]
        noise = words_share(claims.upper - claims.lower, claims.extra, own)
        return noise[claims.claim_of[self._system.row_order]]

    def _prior_variance(self, q: _Move) -> Array:
        """What the noise of the prior's rows adds to the variance, by cause (4,)."""
        system, hyper, totals = self._system, self.learnt.hyper, self.curved.point.totals
        found = np.zeros(4)
        for walk in system.walks:
            spread = q.along(walk.rows, walk.coefs(totals)) ** 2 / system.walk_variance(walk, hyper)
            found += spread @ one_hot(np.where(walk.phi == 0, PRIORS, TIME))
        drift = q.along(system.drifts, system.drift_coefs) ** 2 / system.drift_variance(hyper)
        found[SOURCES] += drift.sum()
        m = system.prior.mu.shape[1]
        found[PRIORS] += np.einsum("ki,kij,kj->", q.border[:, :m], system.prior.mu, q.border[:, :m])
        sd, shared_sd = system.border_sds(hyper)
        houses = system.house_residuals(State(totals.c, q.band, q.border, q.shared))
        found[SOURCES] += np.sum((houses / sd) ** 2)
        shared = (q.shared / shared_sd) ** 2
        habits = np.array([name[0] == "shift" for name in system.shared_names])
        found[WORDS] += shared[habits].sum()
        found[SOURCES] += shared[~habits].sum()
        return found


def _running(paths: Paths, values: Array) -> Array:
    """Running sums (L,) of values by cell, leaf by leaf."""
    padded = np.append(values, 0.0)[paths.square]
    return np.cumsum(padded, axis=1)[paths.square < len(values)]


def _weights(paths: Paths, asked: Spoken) -> Array:
    """How much of each cell (L,) the one row of `asked` holds."""
    found = np.zeros(len(paths.vi))
    for cell, share, sign in zip(asked.at[0], asked.fr[0], asked.sign[0], strict=True):
        if asked.level[0]:
            found[cell] = 1.0
            continue
        found[paths.first[paths.leaf[cell]] : cell] += sign
        found[cell] += sign * share
    return found
