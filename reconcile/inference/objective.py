"""The log posterior of a problem at given hyperparameters, with gradient and curvature.

In the whitened unknowns z (`model/tukey.py`) the prior is ``-|z|^2 / 2``; the same function is
climbed in x, where its terms touch few unknowns each. Derivatives are exact: the curvature holds
the bend of functionals and the spread between the placements of an imprecise claim, so it can be
indefinite away from the mode; the safe curvature leaves out what is negative.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, replace
from functools import cache
from typing import Any

import numpy as np
from scipy.special import log_ndtr

from reconcile.inference.claim_law import ClaimLaw, Mass
from reconcile.model.functionals import Functionals, Sums, gram
from reconcile.model.problem import Problem
from reconcile.model.tukey import Penalty, penalty
from reconcile.model.walks import Terms
from reconcile.numerics.arrays import Array, Flags, Index
from reconcile.numerics.arrowhead import Arrowhead
from reconcile.numerics.sums import sum_by

# Inequalities between quantities hold up to 5 %: a wall that Newton's method can feel.
_WALL_SD = 0.05
# Keeps the log of a probability finite.
_LEAST_MASS = 1e-290
# No gradient or curvature is larger: rounding cells make them so, and steps would overflow.
_STEEPEST = 1e7
# Of the wide law's curvature at its centre: where a likelihood is flat, so much is safe.
_FLATTEST = 0.1
# Of the whitened prior's curvature, what is added where a volume is measured.
_STEADY = 0.25
# Of the normal density.
_LOG_2PI = float(np.log(2 * np.pi))


@dataclass(frozen=True, slots=True)
class Setting:
    """Hyperparameters: log kappa; the volatility, in log sds above its median; log sigma_0 in sds
    above its median."""

    log_kappa: float = -0.7
    pace: float = 0.0
    error: float = 0.0


@dataclass(frozen=True, eq=False)
class Hold:
    """A pseudo-observation N(value, sd^2) of the one functional `laid`, which holds it in its
    place; value and sd are numbers, or (lanes,)."""

    laid: Functionals
    value: Array | float
    sd: Array | float


@dataclass(frozen=True, eq=False)
class Held:
    """The functional that is held: its value, its gradient `slope` (n,), and its sums."""

    value: Array
    slope: Array
    sums: Sums


@dataclass(frozen=True, eq=False)
class Spot:
    """The log posterior at `x`: its value and gradient, and what the curvature needs.

    f (F,): the functionals, with their `sums`; loglik (N,) of the claims; score, curve, safe (R,)
    of the rows; penalty: of the prior's terms. All may have a leading axis of lanes.
    """

    x: Array
    value: Array
    gradient: Array
    f: Array
    sums: Sums
    loglik: Array
    score: Array
    curve: Array
    safe: Array
    penalty: Penalty
    held: Held | None

    def lanes(self, index: Index | int) -> Spot:
        """Some of the lanes, or one of them."""
        return _mapped(self, lambda a: a[index])

    @staticmethod
    def joined(several: Sequence[Spot]) -> Spot:
        """The lanes of all, one after the other."""
        arrays = iter([np.concatenate(each) for each in zip(*map(_leaves, several), strict=True)])
        return _mapped(several[0], lambda _: next(arrays))

    def put(self, index: Index, other: Spot) -> None:
        """Write the lanes of `other` in the places `index`."""
        for one, new in zip(_leaves(self), _leaves(other), strict=True):
            one[index] = new


_Tree = Spot | Sums | Penalty | Held


@cache
def _names(kind: type[_Tree]) -> tuple[str, ...]:
    return tuple(f.name for f in fields(kind))


def _leaves(tree: _Tree) -> list[Array]:
    """The arrays of a spot, in order."""
    found: list[Array] = []
    for name in _names(type(tree)):
        value = getattr(tree, name)
        if isinstance(value, np.ndarray):
            found.append(value)
        elif value is not None:
            found += _leaves(value)
    return found


def _mapped(tree: Any, change: Callable[[Array], Array]) -> Any:
    """The spot with every array changed."""
    if isinstance(tree, np.ndarray):
        return change(tree)
    if tree is None:
        return None
    return type(tree)(*[_mapped(getattr(tree, name), change) for name in _names(type(tree))])


@dataclass(frozen=True, eq=False)
class Objective:
    """log p(claims, z) of a `problem`.

    `terms` and `law` are those of one setting of the hyperparameters; `hold` is one more functional
    that is held. Several settings are evaluated side by side, in lanes (`stacked`): then every
    array has a leading axis.
    """

    problem: Problem
    terms: Terms
    law: ClaimLaw
    hold: Hold | None = None

    @staticmethod
    def stacked(several: Sequence[Objective]) -> Objective:
        """Objectives of one problem in lanes."""
        first = several[0]
        scale = np.stack([one.terms.scale for one in several])
        holds = [one.hold for one in several if one.hold is not None]
        hold = (
            Hold(
                Functionals.stacked([one.laid for one in holds]),
                np.array([one.value for one in holds]),
                np.array([one.sd for one in holds]),
            )
            if holds
            else None
        )
        law = ClaimLaw.stacked([one.law for one in several])
        return Objective(first.problem, replace(first.terms, scale=scale), law, hold)

    @staticmethod
    def joined(several: Sequence[Objective]) -> Objective:
        """The lanes of all, one after the other; none may hold a functional."""
        assert all(one.hold is None for one in several)
        first, scale = several[0], np.concatenate([one.terms.scale for one in several])
        law = ClaimLaw.stacked([one.law for one in several], np.concatenate)
        return replace(first, terms=replace(first.terms, scale=scale), law=law)

    def lanes(self, index: Index | slice | int) -> Objective:
        """Some of the lanes, or one of them."""
        terms = replace(self.terms, scale=self.terms.scale[index])
        hold = self.hold and Hold(
            self.hold.laid.taken(index),
            np.asarray(self.hold.value)[index],
            np.asarray(self.hold.sd)[index],
        )
        return Objective(self.problem, terms, self.law.lanes(index), hold)

    def at(self, x: Array, anneal: Array | float = 1.0) -> Spot:
        """Evaluate at `x` (..., size); `anneal`, a number or (lanes, 1), widens the claims'
        errors."""
        problem, rows = self.problem, self.problem.rows
        n, effects = problem.states.size, problem.effects
        f, sums = problem.functionals.values(x[..., :n])
        eta = f[..., rows.place] + effects.values(x[..., problem.border :])[..., rows.load]
        loglik, score, curve, safe = _claims(problem, self.law.at(eta, anneal))
        prior = penalty(self.terms.errors(x), self.terms.tail)
        pushed = prior.slope / self.terms.scale
        coef = (self.terms.coef * pushed[..., None]).reshape(*pushed.shape[:-1], -1)
        gradient = -sum_by(self.terms.at.ravel(), coef, x.shape[-1])
        by_f = sum_by(rows.place, score, f.shape[-1])
        value = loglik.sum(axis=-1) - prior.value.sum(axis=-1)
        wall, wall_score = self._walls(f)
        by_f += self._pulls(wall_score, f.shape[-1])
        gradient[..., :n] += problem.functionals.pulled(x[..., :n], sums, by_f[..., None])[..., 0]
        gradient[..., problem.border :] += effects.pulled(
            sum_by(rows.load, score, effects.patterns)
        )
        value = np.asarray(value + wall)
        held = self._held(x[..., :n])
        if self.hold is not None and held is not None:
            off = (self.hold.value - held.value) / self.hold.sd
            value = value - 0.5 * off * off
            gradient[..., :n] += (off / self.hold.sd)[..., None] * held.slope
        return Spot(x, value, gradient, f, sums, loglik, score, curve, safe, prior, held)

    def _held(self, x: Array) -> Held | None:
        if self.hold is None:
            return None
        value, sums = self.hold.laid.values(x)
        return Held(value[..., 0], self.hold.laid.gradients(x, sums)[..., 0, :], sums)

    def slopes(self, spot: Spot, places: Index) -> Array:
        """The gradients (..., k, n) in the states of the functionals at `places` (k,)."""
        taken = self.problem.functionals.taken(places)
        sums = Sums(spot.sums.amounts, spot.sums.totals[..., places])
        return taken.gradients(spot.x[..., : self.problem.states.size], sums)

    def _walls(self, f: Array) -> tuple[Array, Array]:
        """log Phi((f_above - f_below) / sd) of the inequalities, and its slope (..., I) in
        f_above."""
        z = (f[..., self.problem.above] - f[..., self.problem.below]) / _WALL_SD
        held = log_ndtr(z)
        return held.sum(axis=-1), np.exp(-0.5 * (z * z + _LOG_2PI) - held) / _WALL_SD

    def _pulls(self, wall_score: Array, size: int) -> Array:
        """The scores (..., F) of the walls by functional."""
        problem = self.problem
        above = sum_by(problem.above, wall_score, size)
        return above - sum_by(problem.below, wall_score, size)

    def curvature(self, spot: Spot, safe: bool = False, walls: bool = True) -> Arrowhead:
        """Minus the second derivative at `spot`, over (..., size, size); `safe`: the one that is
        always positive definite; not `walls`: without the inequalities between quantities."""
        problem, rows, laid = self.problem, self.problem.rows, self.problem.functionals
        n, m = problem.states.size, problem.core
        x, sums = spot.x[..., :n], spot.sums
        weight = spot.safe if safe else spot.curve + self._alone(spot)
        F = spot.f.shape[-1]
        by_f = sum_by(rows.place, weight, F)
        pulled = np.zeros_like(by_f) if safe else sum_by(rows.place, spot.score, F)
        hessian = self._prior_curvature(spot, safe)
        core = hessian.core
        if walls and len(problem.below):
            core[..., :n, :n] += self._wall_curvature(spot, pulled)
        core[..., :n, :n] += laid.curvature(x, sums, by_f, 0.0 * pulled if safe else pulled)
        if self.hold is not None and spot.held is not None:
            core[..., :n, :n] += self._hold_curvature(spot.x[..., :n], spot.held, safe)
        self._add_effects(hessian, x, sums, weight)
        if not safe and not problem.placed_once.all():
            spread = self.claim_gradients(spot, ~problem.placed_once)
            self._add_spread(hessian, spread[..., :m], spread[..., m:])
        return hessian

    def _add_spread(self, hessian: Arrowhead, inner: Array, outer: Array) -> None:
        """Add the squares of gradients (..., k, core) and (..., k, tip)."""
        turned = np.swapaxes(inner, -1, -2)
        hessian.core[...] += turned @ inner
        if self.problem.tip:
            owner = self.problem.owner
            hessian.cross[...] += turned @ outer
            hessian.diagonal[...] += (outer**2).sum(axis=-2)
            last = outer[..., outer.shape[-1] - len(owner) :]
            hessian.link[...] += (last * outer[..., owner]).sum(axis=-2)

    def _add_effects(self, hessian: Arrowhead, x: Array, sums: Sums, weight: Array) -> None:
        """Add what claims of curvature `weight` (..., R) tell of the effects."""
        problem, rows = self.problem, self.problem.rows
        n, b0, m = problem.states.size, problem.border, problem.core
        F, Q = sums.totals.shape[-1], len(problem.effects.effects)
        if not Q:
            return
        row, column, load = problem.row_loads
        cross = sum_by(rows.place[row] * Q + column, weight[..., row] * load, F * Q)
        mixed = problem.functionals.pulled(x, sums, cross.reshape(*cross.shape[:-1], F, Q))
        hessian.core[..., :n, b0:] += mixed[..., : m - b0]
        hessian.core[..., b0:, :n] += np.swapaxes(mixed[..., : m - b0], -1, -2)
        squares = problem.load_squares
        by_load = sum_by(rows.load, weight, problem.effects.patterns)
        squares.core.add(hessian.core, by_load)
        if problem.tip:
            hessian.cross[..., :n, :] += mixed[..., m - b0 :]
            squares.cross.add(hessian.cross, by_load)
            squares.diagonal.add(hessian.diagonal[..., None, :], by_load)
            squares.link.add(hessian.link[..., None, :], by_load)

    def _hold_curvature(self, x: Array, held: Held, safe: bool) -> Array:
        """What the pseudo-observation adds (..., n, n)."""
        assert self.hold is not None
        precision = np.asarray(self.hold.sd, dtype=float) ** -2
        outer = held.slope[..., :, None] * held.slope[..., None, :]
        if safe:
            return precision[..., None, None] * outer
        off = np.asarray((self.hold.value - held.value) * precision)[..., None]
        bent = self.hold.laid.curvature(x, held.sums, 0.0 * off, off)
        return precision[..., None, None] * outer + bent

    def _alone(self, spot: Spot) -> Array:
        """The square of the score (..., R) of rows that are their claim's only one."""
        return np.where(self.problem.placed_once[self.problem.rows.claim], spot.score**2, 0.0)

    def _prior_curvature(self, spot: Spot, safe: bool) -> Arrowhead:
        weight = self.secants(spot) if safe else spot.penalty.curve / self.terms.scale**2
        return self._over_terms(weight)

    def secants(self, spot: Spot) -> Array:
        """Of each prior term (..., T) the slope over the distance from its centre: the curvature of
        the normal that pulls as much."""
        terms, prior = self.terms, spot.penalty
        near = np.abs(prior.z) <= 1e-6
        curve = np.where(near, 1.0, prior.slope / np.where(near, 1.0, terms.errors(spot.x)))
        return curve / terms.scale**2

    def _wall_curvature(self, spot: Spot, pulled: Array) -> Array:
        """Add the walls' scores to `pulled`; their curvature (..., n, n) in the states."""
        problem = self.problem
        _, score = self._walls(spot.f)
        pulled += self._pulls(score, pulled.shape[-1])
        z = (spot.f[..., problem.above] - spot.f[..., problem.below]) / _WALL_SD
        curve = np.maximum(score * (z / _WALL_SD + score), 0.0)
        felt = np.flatnonzero((curve > 1e-9).reshape(-1, curve.shape[-1]).any(axis=0))
        above = self.slopes(spot, problem.above[felt])
        return gram(above - self.slopes(spot, problem.below[felt]), curve[..., felt])

    def claim_gradients(self, spot: Spot, keep: Flags) -> Array:
        """The gradients (..., k, size) of the log likelihoods of the claims to `keep` (N,)."""
        problem, rows = self.problem, self.problem.rows
        n, mine = problem.states.size, np.flatnonzero(keep[rows.claim])
        of = (np.flatnonzero(keep)[:, None] == rows.claim[mine]).astype(float)
        score = spot.score[..., mine, None]
        by_state = of @ (score * self.slopes(spot, rows.place[mine]))
        by_effect = of @ (score * problem.effects.loads[rows.load[mine]])
        out = np.zeros((*by_state.shape[:-1], problem.size))
        out[..., :n], out[..., problem.border :] = by_state, by_effect
        return out

    def steadied(self, spot: Spot, curvature: Arrowhead) -> Arrowhead:
        """`curvature` with a share of the whitened prior's added.

        Where the likelihood bends away as much as the prior bends in, a direction seems flat though
        a little further it is not: without this its volume would have no limit. Directions that the
        claims determine hardly feel it.
        """
        terms = self.terms
        weight = _STEADY * np.exp(-2 * spot.penalty.log_stretch) / terms.scale**2
        return curvature.plus(self._over_terms(weight))

    def _over_terms(self, weight: Array) -> Arrowhead:
        """``sum_t weight_t l_t l_t'`` over the rows l of the prior's terms."""
        problem, others = self.problem, weight.shape[-1] - self.problem.tip
        found = Arrowhead.zeros(weight.shape[:-1], problem.core, problem.tip, problem.owner)
        problem.term_squares.add(found.core, weight[..., :others])
        found.diagonal[...] = weight[..., others:]
        return found

    def log_volume(self, spot: Spot) -> Array:
        """log |dx / dz| (...,): of the map from the whitened unknowns."""
        return (np.log(self.terms.scale) + spot.penalty.log_stretch).sum(axis=-1)


def _claims(problem: Problem, mass: Mass) -> tuple[Array, Array, Array, Array]:
    """Log likelihoods (..., N), and each row's score, minus second derivative and a safe one."""
    rows, N = problem.rows, len(problem.claims)
    total = np.maximum(sum_by(rows.claim, mass.mass, N), _LEAST_MASS)
    at_row = total[..., rows.claim]
    felt = at_row > _LEAST_MASS
    share = np.maximum(mass.mass / at_row, 1e-12)
    score = np.clip(np.where(felt, mass.slope, 0.0) / at_row, -_STEEPEST, _STEEPEST)
    curve = np.clip(np.where(felt, -mass.bend, 0.0) / at_row, -(_STEEPEST**2), _STEEPEST**2)
    floor = _FLATTEST * share / rows.wide**2
    safe = np.clip(curve + score**2 / share, floor, _STEEPEST**2)
    return np.log(total), score, curve, safe
