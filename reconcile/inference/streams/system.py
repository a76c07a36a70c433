"""The joint system of many series: its log posterior, gradient, and curvature as an arrow.

Unknowns: log rates lambda (L,), drifts in x (n,), the border of each block (K, l): mu, house
effects, leans; and the shared border (S,): habits of one-sided words, effects of a source (and of
its parent) on a side. Newton moves v = d log C, in which the curvature is banded.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from reconcile.inference.streams.border import BorderPrior, mean_of
from reconcile.inference.streams.likelihood import Evidence, Law, evidence
from reconcile.model.blocks import Blocks
from reconcile.model.paths import Paths, Totals, WalkRows
from reconcile.model.reading import TRUTH, TRUTH_SD
from reconcile.model.rows import Plan, Rows, Shape, accumulate, gather
from reconcile.model.said import Said
from reconcile.model.spoken import Spoken, hastes
from reconcile.numerics.arrow import Arrow, ArrowFactor, arrow_factorise

__all__ = ["Hyper", "Point", "State", "System"]

Array = NDArray[np.float64]
Index = NDArray[np.intp]

_RIDGES = (1e-12, 1e-10, 1e-8, 1e-6)


@dataclass(frozen=True, eq=False)
class Hyper:
    """Hyperparameters: s (K,) pace of each walk; sigma and drift sd (T,) of each stream; gross (S,)
    share of gross errors of each source; repeat (T,) of each stream; house (3,) multiplies the
    prior sds of side effects, house effects and leans. Loose numbers of a source: `ratio` (S,) of
    their scale to sigma, and their share `loose` (S,). lag (S,): by how many days the hour of a
    source's counts varies; haste (N,): how fast, a day, the log of what each claim tells of grew.
    """

    s: Array
    sigma: Array
    drift: Array
    gross: Array
    repeat: Array
    house: Array
    ratio: Array
    loose: Array
    lag: Array
    haste: Array


@dataclass(frozen=True, eq=False)
class State:
    """Where the unknowns stand: lam (L,), x (n,) the drifts, beta (K, b) and shared (S,)."""

    lam: Array
    x: Array
    beta: Array
    shared: Array


@dataclass(frozen=True, eq=False)
class Point:
    """The log posterior at a state: its value and what gradient and curvature are made of."""

    state: State
    value: float
    totals: Totals
    f: tuple[Array, ...]
    claims: Evidence
    walk_residuals: tuple[Array, ...]
    drift_residuals: Array


@dataclass(frozen=True, eq=False)
class System:
    """Rows, places and priors of all blocks; `stream` (N,) is the stream of each claim."""

    blocks: Blocks
    paths: Paths
    claims: Said
    walks: tuple[WalkRows, ...]
    spoken: tuple[Spoken, ...]
    drifts: Rows
    drift_phi: Array
    drift_stream: Index
    prior: BorderPrior
    shape: Shape
    local: int
    shared_at: Index
    stream: Index
    repeats: NDArray[np.bool_]
    shared_names: tuple[tuple[str, int, str], ...]

    @cached_property
    def row_order(self) -> Index:
        """Which placement stands at each row of the groups of `spoken`, one after another."""
        return np.concatenate([group.row for group in self.spoken])

    def start(self) -> State:
        """The prior's centre: every walk at its mean."""
        beta = np.zeros((len(self.blocks.blocks), self.local + self.shared_at.shape[1]))
        lam = np.zeros(len(self.paths.vi))
        for k, block in enumerate(self.blocks.blocks):
            beta[k, : block.m] = mean_of(block)
        for walk in self.walks:
            lam[walk.at] = beta[walk.rows.block[:, None], np.arange(walk.at.shape[1])]
        state = State(lam, np.zeros(self.shape.n), beta, self.prior.shared_mean.copy())
        return self.tied(state)

    def tied(self, state: State) -> State:
        """The state with the shared border written into each block's border."""
        beta = state.beta.copy()
        beta[:, self.local :] = state.shared[self.shared_at]
        return replace(state, beta=beta)

    # ------------------------------------------------------------ the posterior at a state

    def law(self, hyper: Hyper, anneal: float, less: Array | None = None) -> Law:
        """The error laws of the placements, in the order of `row_order`.

        `less` (N,) multiplies the sigma of each claim's stream.
        """
        claims, stream = self.claims, self.stream
        of = claims.claim_of[self.row_order]
        sigma = hyper.sigma[stream] * (1.0 if less is None else less)
        own = sigma**2 + np.where(self._steady, 0.0, hyper.drift[stream] ** 2)
        own = own + (hyper.lag[claims.source] * hyper.haste) ** 2
        narrow = np.sqrt(anneal**2 * own + claims.extra**2)
        loose = np.sqrt(anneal**2 * own * hyper.ratio[claims.source] ** 2 + claims.extra**2)
        wide = np.maximum(np.hypot(claims.wide, claims.extra), narrow)
        counts = np.bincount(claims.claim_of, minlength=len(claims.at))
        calm = anneal == 1.0
        rho = np.where(calm, hyper.repeat[stream], 0.0)
        gross, some = self._gross(hyper), hyper.loose[claims.source]
        if self.true.any():
            narrow = np.where(self.true, anneal * TRUTH_SD, narrow)
            gross, some, rho = (np.where(self.true, 0.0, part) for part in (gross, some, rho))
        return Law(
            claim_of=of,
            lower=claims.lower[of],
            upper=claims.upper[of],
            scales=(narrow[of], loose[of], wide[of]),
            parts=(((1 - gross) * (1 - some))[of], ((1 - gross) * some)[of], gross[of]),
            share=1.0 / counts[of],
            thinned=claims.thinned[of],
            repeat=np.where(self.repeats, rho, 0.0),
            fresh=1 - rho,
            weight=claims.weight,
        )

    def haste(self, point: Point) -> Array:
        """d log C / dt (N,) at the time of each claim of a running total, else 0."""
        return hastes(self.claims, self.paths, self.spoken, point.state.lam, point.totals)

    @cached_property
    def true(self) -> NDArray[np.bool_]:
        """Which claims (N,) are the truth's own."""
        return np.array([s.kind == TRUTH for s in self.blocks.sources])[self.claims.source]

    def _gross(self, hyper: Hyper) -> Array:
        """A claim marked unsupported keeps its own probability."""
        learnt = hyper.gross[self.claims.source]
        return np.where(self.claims.gross >= 0.5, self.claims.gross, learnt)

    @cached_property
    def _steady(self) -> NDArray[np.bool_]:
        """Claims (N,) whose own error holds no drift: it has unknowns of its own, or is a flow."""
        steady = np.array([stream.drift >= 0 or stream.flow for stream in self.blocks.streams])
        return steady[self.stream]

    def at(self, state: State, hyper: Hyper, anneal: float = 1.0, law: Law | None = None) -> Point:
        """Evaluate the log posterior (its constants left out); `law` is known along a climb."""
        totals = self.paths.totals(state.lam)
        f = tuple(group.values(state.lam, totals) for group in self.spoken)
        claims = evidence(law or self.law(hyper, anneal), self._eta(state, f))
        residuals = tuple(walk.residuals(state.lam, state.beta) for walk in self.walks)
        at = self.drifts.cols
        drift = state.x[at[:, 0]] - self.drift_phi * state.x[at[:, 1]]
        value = float(claims.loglik.sum()) + self._border_value(state, hyper)
        for walk, r in zip(self.walks, residuals, strict=True):
            value -= 0.5 * float(np.sum(r * r / self.walk_variance(walk, hyper)))
        value -= 0.5 * float(np.sum(drift * drift / self.drift_variance(hyper)))
        return Point(state, value, totals, f, claims, residuals, drift)

    def eta(self, point: Point) -> Array:
        """What each row (R,) of the claims is expected to say at `point`."""
        return self._eta(point.state, point.f)

    def _eta(self, state: State, f: Sequence[Array]) -> Array:
        both = zip(self.spoken, f, strict=True)
        return np.concatenate([group.eta(v, state.x, state.beta) for group, v in both])

    def walk_variance(self, walk: WalkRows, hyper: Hyper) -> Array:
        """Variances of the increments (R,)."""
        return hyper.s[walk.rows.block] ** 2 * walk.common + walk.fixed

    def drift_variance(self, hyper: Hyper) -> Array:
        """Variances of the steps of the drifts (R,)."""
        return hyper.drift[self.drift_stream] ** 2 * (1 - self.drift_phi**2)

    def house_residuals(self, state: State) -> Array:
        """House effects and leans without what their source does everywhere (H,)."""
        prior = self.prior
        own = state.beta[prior.house_at[:, 0], prior.house_at[:, 1]]
        return own - np.einsum("hp,hp->h", prior.loads, state.shared[prior.parents])

    def border_sds(self, hyper: Hyper) -> tuple[Array, Array]:
        """Prior sds of house effects and leans (H,), and of the shared border (S,)."""
        prior = self.prior
        factor = np.where(prior.shared_kind == 0, hyper.house[0], 1.0)
        return prior.house_sd * hyper.house[prior.kind], prior.shared_sd * factor

    def _border_value(self, state: State, hyper: Hyper) -> float:
        sd, shared_sd = self.border_sds(hyper)
        m = self.prior.mu.shape[1]
        mu = state.beta[:, :m]
        value = -0.5 * float(np.einsum("ki,kij,kj->", mu, self.prior.mu, mu))
        value += float(np.sum(mu * self.prior.mu_pull))
        value -= 0.5 * float(np.sum((self.house_residuals(state) / sd) ** 2))
        return value - 0.5 * float(
            np.sum(((state.shared - self.prior.shared_mean) / shared_sd) ** 2)
        )

    # ------------------------------------------------------------ gradient and curvature

    def split(self, values: Array) -> list[Array]:
        """Values by row (R,) as one array for each group of `spoken`."""
        cuts = np.cumsum([len(group.row) for group in self.spoken])[:-1]
        return np.split(values, cuts)

    def coefs(self, point: Point) -> tuple[list[Array], list[Array]]:
        """Coefficients of the claims' rows and of the walks' rows."""
        said = [g.coefs(point.totals, f) for g, f in zip(self.spoken, point.f, strict=True)]
        return said, [walk.coefs(point.totals) for walk in self.walks]

    @cached_property
    def drift_coefs(self) -> Array:
        """1 and -phi (R, 2)."""
        return np.column_stack([np.ones_like(self.drift_phi), -self.drift_phi])

    def gradient(self, point: Point, hyper: Hyper) -> tuple[Array, Array, Array]:
        """The gradient in v and drifts (n,), in the border (K, b), in the shared border (S,)."""
        said, walked = self.coefs(point)
        groups = [
            (g.rows, c, s)
            for g, c, s in zip(self.spoken, said, self.split(point.claims.score), strict=True)
        ]
        for walk, c, r in zip(self.walks, walked, point.walk_residuals, strict=True):
            groups.append((walk.rows, c, -r / self.walk_variance(walk, hyper)))
        groups.append(
            (self.drifts, self.drift_coefs, -point.drift_residuals / self.drift_variance(hyper))
        )
        band, coupled = gather(self.shape, groups)
        border = np.zeros_like(point.state.beta)
        border[:, : coupled.shape[1]] = coupled
        return band, *self._border_gradient(point.state, hyper, border)

    def _border_gradient(self, state: State, hyper: Hyper, border: Array) -> tuple[Array, Array]:
        prior = self.prior
        sd, shared_sd = self.border_sds(hyper)
        m = prior.mu.shape[1]
        border[:, :m] += prior.mu_pull - np.einsum("kij,kj->ki", prior.mu, state.beta[:, :m])
        pull = -self.house_residuals(state) / sd**2
        np.add.at(border, (prior.house_at[:, 0], prior.house_at[:, 1]), pull)
        shared = -(state.shared - prior.shared_mean) / shared_sd**2
        np.add.at(shared, prior.parents, -pull[:, None] * prior.loads)
        return border, shared

    def arrow(
        self, point: Point, hyper: Hyper, weights: Array,
        bend: tuple[Array, Array] | None = None,
    ) -> Arrow:  # fmt: skip
        """The curvature with `weights` (R,) of the claims' rows, as an arrow.

        `bend`: what f's own curvature adds, to single cells (L,) and as weights (R,) of the rows of
        f alone, without drift and border.
        """
        said, walked = self.coefs(point)
        coefs = [*said, *walked, self.drift_coefs]
        w = [*self.split(weights), *(1 / self.walk_variance(walk, hyper) for walk in self.walks)]
        w.append(1 / self.drift_variance(hyper))
        if bend is None:
            sums = accumulate(self._plan, coefs, w)
        else:
            totals = point.totals
            cells = np.column_stack([totals.own, -totals.back])
            bare = [c[:, :-1] for c in said]
            sums = accumulate(
                self._plan_bent, [*coefs, cells, *bare], [*w, bend[0], *self.split(bend[1])]
            )
        b = point.state.beta.shape[1]
        border = np.zeros((len(point.state.beta), b, b))
        border[:, : self.shape.border, : self.shape.border] = sums.border
        border, shared = self._border_curvature(hyper, border)
        return Arrow(
            sums.band, sums.coupling, border, shared, self.paths.chains, self._widths,
            self._coupled, self.local, self.shared_at,
        )  # fmt: skip

    @cached_property
    def _plan(self) -> Plan:
        rows = [group.rows for group in self.spoken] + [walk.rows for walk in self.walks]
        return Plan.of(self.shape, [*rows, self.drifts])

    @cached_property
    def _plan_bent(self) -> Plan:
        """With a row for every leaf cell, d lambda itself, and one for every f."""
        vi, leaf = self.paths.vi, self.paths.leaf
        before = np.maximum(np.arange(len(vi)) - 1, 0)
        before = np.where(leaf[before] == leaf, before, np.arange(len(vi)))
        none = np.zeros((len(vi), 0))
        rows = Rows(self.paths.block, np.column_stack([vi, vi[before]]), none.astype(np.intp), none)
        bare = [
            Rows(r.block, r.cols[:, :-1], r.loads[:, :0], r.weights[:, :0])
            for r in (group.rows for group in self.spoken)
        ]
        return Plan.of(self.shape, [*self._plan.groups, rows, *bare])

    def _border_curvature(self, hyper: Hyper, border: Array) -> tuple[Array, Array]:
        prior, local = self.prior, self.local
        sd, shared_sd = self.border_sds(hyper)
        m = prior.mu.shape[1]
        border[:, :m, :m] += prior.mu
        pad = np.arange(local) >= self._coupled[:, None]
        border[:, np.arange(local), np.arange(local)] += pad
        k, at = prior.house_at.T
        precision = 1 / sd**2
        np.add.at(border, (k, at, at), precision)
        shared = np.diag(1 / shared_sd**2)
        flat = prior.parents
        outer = precision[:, None, None] * prior.loads[:, :, None] * prior.loads[:, None, :]
        np.add.at(shared, (flat[:, :, None], flat[:, None, :]), outer)
        for p in range(prior.parents.shape[1]):
            used = prior.loads[:, p] != 0
            column = local + self.shared_place[used, p]
            cross = -precision[used] * prior.loads[used, p]
            np.add.at(border, (k[used], at[used], column), cross)
            np.add.at(border, (k[used], column, at[used]), cross)
        return border, shared

    @cached_property
    def shared_place(self) -> Index:
        """Where each house effect's shared columns stand in its block's list (H, 2)."""
        k = self.prior.house_at[:, 0]
        found = self.shared_at[k][:, None, :] == self.prior.parents[:, :, None]
        return np.argmax(found, axis=2)

    @cached_property
    def _coupled(self) -> Index:
        return np.array([block.n_local for block in self.blocks.blocks])

    @cached_property
    def _widths(self) -> Index:
        chains = self.paths.chains
        return np.minimum((chains.reach + 1) * chains.size - 1, chains.cells * chains.size - 1)

    def factor(self, point: Point, hyper: Hyper, weights: Array) -> ArrowFactor | None:
        """The factorised curvature.

        Where a pace all but stops, C / c is so large that rounding makes it singular: then with as
        small a ridge as will do.
        """
        arrow = self.arrow(point, hyper, weights)
        found = arrow_factorise(arrow)
        for ridge in _RIDGES:
            if found is not None:
                break
            band = arrow.band.copy()
            band[:, 0] *= 1 + ridge
            found = arrow_factorise(replace(arrow, band=band))
        return found

    def moved(self, point: Point, step: tuple[Array, Array, Array], size: float) -> State:
        """The state after `size` of a step in v, border and shared border."""
        state = point.state
        v, beta, shared = step
        is_v = np.zeros(len(v), dtype=bool)
        is_v[self.paths.vi] = True
        lam = state.lam + size * self.paths.moved(point.totals, v)
        moved = State(
            np.clip(lam, -25.0, 25.0),
            state.x + size * np.where(is_v, 0.0, v),
            state.beta + size * beta,
            state.shared + size * shared,
        )
        return self.tied(moved)
