"""`StreamPosterior`: one component of a `StreamFit`, asked as the posterior of few claims is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from reconcile.inference.account import Account, Pull, by_cause
from reconcile.inference.marginal import Marginal
from reconcile.inference.posterior import HouseEffect
from reconcile.inference.streams.fitted import StreamFit
from reconcile.inference.streams.mode import Curved
from reconcile.inference.streams.system import Point
from reconcile.model import Component, Place
from reconcile.model.blocks import Block
from reconcile.model.component import Grid
from reconcile.model.lineage import Lineage, lineage
from reconcile.model.paths import Paths
from reconcile.model.reading import GRADE_SD
from reconcile.model.said import Said
from reconcile.model.spoken import border_places, cells_of, spoken
from reconcile.numerics.band import Chains

__all__ = ["StreamPaths", "StreamPosterior"]

Array = NDArray[np.float64]
Index = NDArray[np.intp]

_Z = np.linspace(-6, 6, 481)
# Cells between the knots of `_risen`; at 8 the lowest tenth of simulated rates came up too often.
_KNOTS = 2
# Claims about other quantities are shown from this share of the information on.
_FELT = 1e-4


@dataclass(frozen=True, eq=False)
class _Laid:
    """What the answers show of the layout."""

    grid: Grid
    lineage: Lineage


@dataclass(frozen=True, eq=False)
class _Found:
    """What the answers show of the search: one set of hyperparameters, one mode."""

    restart_gain: float = 0.0
    effective: float = float("inf")


@dataclass(frozen=True, eq=False)
class StreamPosterior:
    """The posterior of `component` within the joint fit of all."""

    fit: StreamFit
    component: Component
    nodes: _Found = _Found()

    @cached_property
    def design(self) -> _Laid:
        """Grid and lineage."""
        edges = max((self._blocks[b].edges for b in self.mine), key=len)
        claims = [c for c in self.fit.claims if c.quantity in self.component.quantities]
        return _Laid(Grid(self.fit.origin, edges), lineage(claims))

    @property
    def _blocks(self) -> tuple[Block, ...]:
        return self.fit.system.blocks.blocks

    @cached_property
    def mine(self) -> list[int]:
        """The blocks of the component."""
        roots = {walk.root.id for walk in self.component.walks}
        return [b for b, block in enumerate(self._blocks) if block.walk.root.id in roots]

    # ------------------------------------------------------------ functionals

    def _moments(self, places: Sequence[Place]) -> tuple[Array, Array]:
        """Means and variances (K, T) of the functionals at `places`, at each of K nodes."""
        system, nodes = self.fit.system, self.fit.nodes
        groups = spoken(system.blocks, system.paths, self._asked(places), system.local)
        values, variances = (np.zeros((len(nodes), len(places))) for _ in range(2))
        for k, curved in enumerate(nodes):
            for group in groups:
                f = group.values(curved.point.state.lam, curved.point.totals)
                values[k, group.row] = f
                coefs = group.coefs(curved.point.totals, f)
                variances[k, group.row] = curved.variances(group.rows, coefs)
        return values, variances

    def _asked(self, places: Sequence[Place]) -> Said:
        """The places as claims of nobody: no error, no house effect."""
        T = len(places)
        at = {quantity.id: i for i, quantity in enumerate(self.fit.system.blocks.quantities)}
        begin = np.array([np.nan if p.start is None else p.start for p in places], dtype=float)
        opened = [self._opened(place.quantity) for place in places]
        zero, none = np.zeros(T), np.zeros(T, dtype=np.intp)
        return Said(
            at=np.arange(T),
            quantity=np.array([at[place.quantity] for place in places], dtype=np.intp),
            source=none - 1,
            lower=zero, upper=zero, extra=zero, gross=zero, wide=zero + 1,
            thinned=np.zeros(T, dtype=bool),
            shift=none,
            weight=zero + 1,
            claim_of=np.arange(T),
            start=np.where(begin > opened, begin, np.nan),
            end=np.array([place.end for place in places], dtype=float),
            origin=self.fit.origin,
        )  # fmt: skip

    def _opened(self, quantity: str) -> float:
        """The day from which a total of `quantity` is counted."""
        epoch = self.component.quantities[quantity].epoch
        return 0.0 if epoch is None else float((epoch - self.fit.origin).days)

    def marginal(self, place: Place) -> Marginal:
        """The marginal of a functional: a mixture of normals on the model's scale."""
        return self.path([place])[0]

    def path(self, places: Sequence[Place]) -> list[Marginal]:
        """The marginals at `places`."""
        values, variances = self._moments(places)
        sds = np.sqrt(np.maximum(variances, 1e-18))
        return [_mixed(f, sd) for f, sd in zip(values.T, sds.T, strict=True)]

    # ------------------------------------------------------------ what claims and sources do

    def account(self, place: Place) -> Account:
        """What moved the functional `place` off its prior."""
        system, accounts = self.fit.system, self.fit.accounts
        asked = spoken(system.blocks, system.paths, self._asked([place]), system.local)[0]
        start, moved, end = accounts.moved(asked)
        causes, share, influence = accounts.variance(asked)
        mine, claims = self.component.quantities, self.fit.claims
        pulls = [
            Pull(claims[i].id, *part)
            for i, part in zip(
                system.claims.at, np.column_stack([moved, share, influence]).tolist(), strict=True
            )
            if claims[i].quantity in mine or part[1] > _FELT
        ]
        elsewhere = float(moved.sum()) - sum(pull.contribution for pull in pulls)
        rest = {"claims about other quantities": elsewhere}
        return Account(start, tuple(pulls), rest, end, by_cause(causes.tolist()))

    @cached_property
    def house_effects(self) -> list[HouseEffect]:
        """The effect of every source with a claim about the component, by root quantity."""
        system, house = self.fit.system, self.fit.learnt.hyper.house
        nodes = self.fit.nodes
        found: list[HouseEffect] = []
        for b in self.mine:
            block = self._blocks[b]
            for source, at in border_places(block)[0].items():
                who = system.blocks.sources[source]
                means = np.array([node.point.state.beta[b, at] for node in nodes])
                inside = np.mean([max(float(node.border[b, at, at]), 0.0) for node in nodes])
                sd = float(np.sqrt(inside + np.var(means)))
                prior = GRADE_SD[who.reliability] * np.sqrt(np.mean(house[:2] ** 2))
                learnt = float(np.clip(1 - sd**2 / prior**2, 0.0, 1.0))
                root = self.component.root(block.walk.root.id)
                found.append(HouseEffect(who.id, root, float(means.mean()), sd, learnt))
        return found

    @cached_property
    def doubted(self) -> dict[str, float]:
        """The probability of each claim of the component that it is a gross error."""
        system, claims = self.fit.system, self.fit.claims
        gross = self.fit.curved.point.claims.held[2]
        of = system.claims.claim_of[system.row_order]
        found = np.bincount(of, gross, len(system.claims.at))
        mine = self.component.quantities
        return {
            claims[i].id: float(p)
            for i, p in zip(system.claims.at, found, strict=True)
            if claims[i].quantity in mine
        }

    def error_sd(self) -> float:
        """The median over the component's streams of the scale of a claim's own error."""
        streams = self.fit.system.blocks.streams
        mine = [t for t, stream in enumerate(streams) if stream.block in self.mine]
        if not mine:
            return float(np.exp(self.fit.learnt.sigma_of[-1]))
        return float(np.median(self.fit.learnt.hyper.sigma[mine]))

    # ------------------------------------------------------------ draws

    def draw(self, n: int, rng: np.random.Generator, seed: int = 0) -> StreamPaths:
        """`n` joint draws of the component's paths: totals never fall, wholes are sums.

        What blocks have in common (habits, effects of a source on a side) is drawn from `seed`
        alone, so that components drawn with one seed agree about it.
        """
        chance, nodes = np.random.default_rng([seed, n]), self.fit.nodes
        which = chance.permutation(np.arange(n) % len(nodes))
        lam = np.zeros((n, len(self.fit.system.paths.vi)))
        borders = {b: np.zeros((n, nodes[0].border.shape[1])) for b in self.mine}
        for k, curved in enumerate(nodes):
            own = which == k
            common = _common(curved, int(own.sum()), chance)
            drawn, found = self._drawn_at(curved, common, rng)
            lam[own] = drawn
            for b, border in found.items():
                borders[b][own] = border
        return StreamPaths(self, lam, borders)

    def _drawn_at(
        self, curved: Curved, common: Array, rng: np.random.Generator
    ) -> tuple[Array, dict[int, Array]]:
        """Log rates (n, L) and the blocks' borders (n, b) around the mode of one node."""
        paths = self.fit.system.paths
        lam = np.tile(curved.point.state.lam, (len(common), 1))
        borders: dict[int, Array] = {}
        for b in self.mine:
            v, step = _drawn(curved, b, common, rng)
            borders[b] = curved.point.state.beta[b] + step
            for leaf in range(self._blocks[b].m):
                first = paths.first[paths.leaf_first_of_block[b] + leaf]
                cells = slice(int(first), int(first) + self._blocks[b].cells)
                lam[:, cells] = _risen(paths, curved.point, cells, v, int(paths.chains.first[b]))
        return lam, borders


def _drawn(curved: Curved, b: int, common: Array, rng: np.random.Generator) -> tuple[Array, Array]:
    """Draws (n, of the chain) of the band unknowns of block `b`, and (n, b) of its border, about
    their mode, given those of the shared border (n, S)."""
    factor = curved.factor
    chains: Chains = factor.arrow.chains
    size = int(chains.cells[b] * chains.size[b])
    part = slice(int(chains.first[b]), int(chains.first[b]) + size)
    inside = factor.factors[b].half_solve(rng.standard_normal((size, len(common))))
    shared = common[:, factor.arrow.shared_at[b]]
    root = _root(factor.inner[b])
    own = rng.standard_normal((len(common), len(root))) @ root.T
    border = np.concatenate([own - shared @ factor.reach[b].T, shared], axis=1)
    X = factor.X[part]
    return inside.T - border[:, : X.shape[1]] @ X.T, border


def _mixed(mean: Array, sd: Array) -> Marginal:
    """The marginal of a mixture of K normals that count alike."""
    if len(mean) == 1:
        return Marginal(mean + sd * _Z, np.r_[0.0, ndtr(_Z[1:-1]), 1.0])
    points = np.linspace(np.min(mean - 6 * sd), np.max(mean + 6 * sd), 2 * len(_Z))
    cdf = ndtr((points - mean[:, None]) / sd[:, None]).mean(axis=0)
    return Marginal(points, np.r_[0.0, cdf[1:-1], 1.0])


def _common(curved: Curved, n: int, rng: np.random.Generator) -> Array:
    """Draws (n, S) of the shared border, about its mode."""
    outer = curved.factor.outer
    return rng.standard_normal((n, len(outer))) @ _root(outer).T


def _root(covariance: Array) -> Array:
    values, vectors = np.linalg.eigh(covariance)
    return vectors * np.sqrt(np.maximum(values, 0.0))


def _risen(paths: Paths, point: Point, cells: slice, v: Array, first: int) -> Array:
    """Log rates (n, J) of draws: rates as drawn, moved so that totals at knots are as drawn.

    A Gaussian in totals may fall and exponentials of Gaussian rates lie too high; so within each
    window between knots the drawn rates are scaled to the growth that the drawn totals have, which
    is held above a hundredth of what the rates alone would give.
    """
    totals, lam = point.totals, point.state.lam[cells]
    step = v[:, paths.vi[cells] - first]
    own, back = totals.own[cells], totals.back[cells]
    before = np.concatenate([np.zeros((len(step), 1)), step[:, :-1]], axis=1)
    rates = np.clip(lam + own * step - back * before, -25.0, 25.0)
    if paths.level[cells][0]:
        return rates
    flows = paths.h[cells] * np.exp(rates)
    wanted = totals.C[cells] * np.exp(np.clip(step, -20.0, 20.0))
    J = flows.shape[1]
    ends = np.unique(np.r_[np.arange(_KNOTS - 1, J, _KNOTS), J - 1])
    start, reached = 0, np.zeros(len(flows))
    for end in ends:
        window = slice(start, end + 1)
        drawn = flows[:, window].sum(axis=1)
        growth = np.maximum(wanted[:, end] - reached, 0.01 * drawn)
        rates[:, window] += np.log(growth / drawn)[:, None]
        reached = reached + growth
        start = int(end) + 1
    return rates


@dataclass(frozen=True, eq=False)
class StreamPaths:
    """`lam` (n, L): drawn log rates and log levels of all leaf cells; `borders`: the drawn border
    (n, b) of each block of the component."""

    posterior: StreamPosterior
    lam: Array
    borders: Mapping[int, Array]

    def houses(self) -> dict[tuple[str, str], Array]:
        """The house effect (n,) of each source on each root quantity."""
        system, component = self.posterior.fit.system, self.posterior.component
        found: dict[tuple[str, str], Array] = {}
        for b in self.posterior.mine:
            block = system.blocks.blocks[b]
            for source, at in border_places(block)[0].items():
                key = system.blocks.sources[source].id, component.root(block.walk.root.id)
                found[key] = self.borders[b][:, at].copy()
        return found

    def at(self, places: Sequence[Place]) -> tuple[Array, NDArray[np.bool_]]:
        """The functionals at `places` (T,) in every draw (n, T), and which (T,) are totals."""
        system = self.posterior.fit.system
        quantities = self.posterior.component.quantities
        values = np.zeros((len(self.lam), len(places)))
        totals = np.array([quantities[p.quantity].kind == "cumulative" for p in places])
        for b in self.posterior.mine:
            block = system.blocks.blocks[b]
            for number, leaf in enumerate(block.walk.leaves):
                first = int(system.paths.first[system.paths.leaf_first_of_block[b] + number])
                lam = self.lam[:, first : first + block.cells]
                mine = np.array([self._holds(p.quantity, leaf.id) for p in places])
                end = np.array([place.end for place in places])[mine]
                if block.level:
                    values[:, mine] += lam[:, cells_of(block, end)[0]]
                    continue
                start = [np.nan if p.start is None else p.start for p in places]
                begin = np.array(start, dtype=float)[mine]
                flow = begin > block.edges[0]
                values[:, mine] += _total(block, lam, end) - np.where(
                    flow, _total(block, lam, np.where(flow, begin, block.edges[0])), 0.0
                )
        return values, totals

    def _holds(self, quantity: str, leaf: str) -> bool:
        component = self.posterior.component
        names = [other.id for other in component.leaves]
        return component.leaf_mask(quantity)[names.index(leaf)] > 0


def _total(block: Block, lam: Array, t: Array) -> Array:
    """The running total (n, T) at the times `t`."""
    c = np.diff(block.edges) * np.exp(lam)
    C = np.concatenate([np.zeros((len(lam), 1)), np.cumsum(c, axis=1)], axis=1)
    j, fr = cells_of(block, t)
    return C[:, j] + fr * c[:, j]
