"""The log posterior of a problem at given hyperparameters, with gradient and curvature.

In the whitened unknowns z (`model/tukey.py`) the prior is ``-|z|^2 / 2``; the same function is
climbed in x, where its terms touch few unknowns each. Derivatives are exact: the curvature holds
the bend of functionals and the spread between the placements of an imprecise claim, so it can be
indefinite away from the mode; the safe curvature leaves out what is negative.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, replace

import numpy as np
from numpy.typing import NDArray
from scipy.special import log_ndtr

from reconcile.inference.claim_law import ClaimLaw, Mass
from reconcile.model.growth import completeness
from reconcile.model.problem import Problem
from reconcile.model.states import Functionals
from reconcile.model.tukey import Penalty, penalty
from reconcile.model.walks import Terms
from reconcile.numerics.sums import sum_by

__all__ = ["Hold", "Objective", "Setting", "Spot"]

Array = NDArray[np.float64]
Index = NDArray[np.intp]

# Inequalities between quantities hold up to 5 %: a wall that Newton's method can feel.
_WALL_SD = 0.05
_LEAST_MASS = 1e-290
_STEEPEST = 1e7
# Of the wide law's curvature at its centre: where a likelihood is flat, so much is safe.
_FLATTEST = 0.1
# Of the whitened prior's curvature, what is added where a volume is measured.
_STEADY = 0.25
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
class Spot:
    """The log posterior at `x`: its value and gradient, and what the curvature needs.

    f (F,): the functionals, one that is held behind those of the claims, with gradients `slopes`
    (F, n), in log amounts `bent` (F, n). loglik (N,) of the claims; score, curve, safe (R,) of the
    rows; penalty: of the prior's terms. All may have a leading axis of lanes.
    """

    x: Array
    value: Array
    gradient: Array
    f: Array
    slopes: Array
    bent: Array
    loglik: Array
    score: Array
    curve: Array
    safe: Array
    penalty: Penalty

    def lanes(self, index: Index | int) -> Spot:
        """Some of the lanes, or one of them, as copies."""
        return _each(lambda a: np.array(a[index]), self)

    def put(self, index: Index, other: Spot) -> None:
        """Write the lanes of `other` in the places `index`."""
        for one, new in zip(_arrays(self), _arrays(other), strict=True):
            one[index] = new


def _arrays(spot: Spot) -> list[Array]:
    own = [getattr(spot, f.name) for f in fields(Spot) if f.name != "penalty"]
    return own + [getattr(spot.penalty, f.name) for f in fields(Penalty)]


def _each(change: Callable[[Array], Array], spot: Spot) -> Spot:
    *own, z, value, slope, curve, stretch = (change(a) for a in _arrays(spot))
    return Spot(*own, Penalty(z, value, slope, curve, stretch))


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

    def lanes(self, index: Index) -> Objective:
        """Some of the lanes."""
        terms = replace(self.terms, scale=self.terms.scale[index])
        hold = self.hold and Hold(
            self.hold.laid.lanes(index),
            np.asarray(self.hold.value)[index],
            np.asarray(self.hold.sd)[index],
        )
        return Objective(self.problem, terms, self.law.lanes(index), hold)

    def at(self, x: Array, anneal: float = 1.0) -> Spot:
        """Evaluate at `x` (..., size); `anneal` widens the claims' errors."""
        problem, rows = self.problem, self.problem.rows
        n, loads = problem.states.size, problem.effects.loads
        f, slopes, bent = self._functionals(x[..., :n])
        eta = f[..., rows.place] + (x[..., problem.border :] @ loads.T)[..., rows.load]
        loglik, score, curve, safe = _claims(problem, self.law.at(eta, anneal))
        prior = penalty(self.terms.errors(x), self.terms.tail)
        pushed = prior.slope / self.terms.scale
        coef = (self.terms.coef * pushed[..., None]).reshape(*pushed.shape[:-1], -1)
        gradient = -sum_by(self.terms.at.ravel(), coef, x.shape[-1])
        by_f = sum_by(rows.place, score, f.shape[-1])
        value = loglik.sum(axis=-1) - prior.value.sum(axis=-1)
        wall, wall_score = self._walls(f)
        self._pull(by_f, wall_score)
        value = np.asarray(value + wall)
        if self.hold is not None:
            off = (self.hold.value - f[..., -1]) / self.hold.sd
            value = value - 0.5 * off * off
            by_f[..., -1] += off / self.hold.sd
        gradient[..., :n] += (by_f[..., None, :] @ slopes)[..., 0, :]
        gradient[..., problem.border :] += sum_by(rows.load, score, len(loads)) @ loads
        return Spot(x, value, gradient, f, slopes, bent, loglik, score, curve, safe, prior)

    def _functionals(self, x: Array) -> tuple[Array, Array, Array]:
        """Values, gradients in the states and in log amounts, of what claims speak of and of what
        is held."""
        states, found = self.problem.states, []
        for laid in (self.problem.functionals, self.hold.laid if self.hold else None):
            if laid is not None:
                f, bent = laid.values(states, x)
                found.append((f, laid.gradients(states, x, bent), bent))
        if len(found) == 1:
            return found[0]
        (f, slopes, bent), (f1, slopes1, bent1) = found
        return (
            np.concatenate([f, f1], axis=-1),
            np.concatenate([slopes, slopes1], axis=-2),
            np.concatenate([bent, bent1], axis=-2),
        )

    def _walls(self, f: Array) -> tuple[Array, Array]:
        """log Phi((f_above - f_below) / sd) of the inequalities, and its slope (..., I) in
        f_above."""
        z = (f[..., self.problem.above] - f[..., self.problem.below]) / _WALL_SD
        held = log_ndtr(z)
        return held.sum(axis=-1), np.exp(-0.5 * (z * z + _LOG_2PI) - held) / _WALL_SD

    def _pull(self, by_f: Array, wall_score: Array) -> None:
        """Add the scores of the walls to those of the functionals."""
        if len(self.problem.below):
            np.add.at(by_f, (..., self.problem.above), wall_score)
            np.add.at(by_f, (..., self.problem.below), -wall_score)

    def curvature(self, spot: Spot, safe: bool = False) -> Array:
        """Minus the second derivative at `spot`, (..., size, size); `safe`: the one that is always
        positive definite."""
        problem, rows = self.problem, self.problem.rows
        n, b0, loads = problem.states.size, problem.border, problem.effects.loads
        weight = spot.safe if safe else spot.curve + self._alone(spot)
        F, U = spot.f.shape[-1], len(loads)
        by_f = sum_by(rows.place, weight, F)
        pulled = sum_by(rows.place, spot.score, F)
        hessian = self._prior_curvature(spot, safe)
        if len(problem.below):
            hessian[..., :n, :n] += self._wall_curvature(spot, pulled)
        if self.hold is not None:
            precision = np.asarray(self.hold.sd) ** -2
            by_f[..., -1] += precision
            pulled[..., -1] += (self.hold.value - spot.f[..., -1]) * precision
        S = spot.slopes
        hessian[..., :n, :n] += _gram(S, by_f)
        if U:
            cross = sum_by(rows.place * U + rows.load, weight, F * U)
            cross = cross.reshape(*cross.shape[:-1], F, U) @ loads
            mixed = np.swapaxes(S, -1, -2) @ cross
            hessian[..., :n, b0:] += mixed
            hessian[..., b0:, :n] += np.swapaxes(mixed, -1, -2)
            by_load = sum_by(rows.load, weight, U)
            hessian[..., b0:, b0:] += (loads.T * by_load[..., None, :]) @ loads
        if safe:
            return hessian
        self._bend(spot, pulled, hessian)
        if not problem.placed_once.all():
            spread = self.claim_gradients(spot, ~problem.placed_once)
            hessian += np.swapaxes(spread, -1, -2) @ spread
        return hessian

    def _alone(self, spot: Spot) -> Array:
        """The square of the score (..., R) of rows that are their claim's only one."""
        return np.where(self.problem.placed_once[self.problem.rows.claim], spot.score**2, 0.0)

    def _prior_curvature(self, spot: Spot, safe: bool) -> Array:
        terms, prior = self.terms, spot.penalty
        curve = prior.curve
        if safe:
            near = np.abs(prior.z) <= 1e-6
            curve = np.where(near, 1.0, prior.slope / np.where(near, 1.0, terms.errors(spot.x)))
        return _outer_sum(terms, curve / terms.scale**2, spot.x.shape[-1])

    def _wall_curvature(self, spot: Spot, pulled: Array) -> Array:
        """Add the walls' scores to `pulled`; their curvature (..., n, n) in the states."""
        problem = self.problem
        _, score = self._walls(spot.f)
        self._pull(pulled, score)
        z = (spot.f[..., problem.above] - spot.f[..., problem.below]) / _WALL_SD
        curve = np.maximum(score * (z / _WALL_SD + score), 0.0)
        felt = np.flatnonzero((curve > 1e-9).reshape(-1, curve.shape[-1]).any(axis=0))
        S = spot.slopes
        return _gram(
            S[..., problem.above[felt], :] - S[..., problem.below[felt], :], curve[..., felt]
        )

    def _bend(self, spot: Spot, pulled: Array, hessian: Array) -> None:
        """Take away ``sum_f pulled_f Hess(f)``: what the logs of sums bend."""
        states = self.problem.states
        n, x = states.size, spot.x[..., : states.size]
        laid, held = self.problem.functionals, self.hold.laid if self.hold else None
        inside, log_age = laid.inside, laid.log_age
        if held is not None:
            lead = x.shape[:-1]
            inside, log_age = (
                np.concatenate([np.broadcast_to(a, (*lead, len(a))), b], axis=-1)
                for a, b in ((inside, held.inside), (log_age, held.log_age))
            )
        if states.grows:
            bends = completeness(log_age, x[..., -2:-1], x[..., -1:]).bends
            half, both, slope = np.moveaxis((pulled[..., None] * bends).sum(axis=-2), -1, 0)
            block = np.stack([np.stack([half, both], -1), np.stack([both, slope], -1)], -1)
            hessian[..., n - 2 : n, n - 2 : n] -= block
        push = np.where(inside, pulled, 0.0)
        felt = np.flatnonzero(push.reshape(-1, push.shape[-1]).any(axis=0))
        if not len(felt):
            return
        G, push = spot.bent[..., felt, :], push[..., felt]
        total = (push[..., None, :] @ G)[..., 0, :]
        if states.plain:
            hessian[..., :n, :n] += _gram(G, push)
            hessian[..., np.arange(n), np.arange(n)] -= total
            return
        hessian[..., :n, :n] += _gram(states.pulled_back(x, G), push) - states.bend(x, total)

    def claim_gradients(self, spot: Spot, keep: NDArray[np.bool_]) -> Array:
        """The gradients (..., k, size) of the log likelihoods of the claims to `keep` (N,)."""
        problem, rows = self.problem, self.problem.rows
        n, mine = problem.states.size, np.flatnonzero(keep[rows.claim])
        of = (np.flatnonzero(keep)[:, None] == rows.claim[mine]).astype(float)
        score = spot.score[..., mine, None]
        by_state = of @ (score * spot.slopes[..., rows.place[mine], :])
        by_effect = of @ (score * problem.effects.loads[rows.load[mine]])
        out = np.zeros((*by_state.shape[:-1], problem.size))
        out[..., :n], out[..., problem.border :] = by_state, by_effect
        return out

    def steadied(self, spot: Spot, curvature: Array) -> Array:
        """`curvature` with a share of the whitened prior's added.

        Where the likelihood bends away as much as the prior bends in, a direction seems flat though
        a little further it is not: without this its volume would have no limit. Directions that the
        claims determine hardly feel it.
        """
        terms = self.terms
        weight = _STEADY * np.exp(-2 * spot.penalty.log_stretch) / terms.scale**2
        return curvature + _outer_sum(terms, weight, spot.x.shape[-1])

    def log_volume(self, spot: Spot) -> Array:
        """log |dx / dz| (...,): of the map from the whitened unknowns."""
        return (np.log(self.terms.scale) + spot.penalty.log_stretch).sum(axis=-1)


def _gram(rows: Array, weight: Array) -> Array:
    """``sum_f weight_f r_f r_f'`` (..., n, n) of the `rows` (..., F, n)."""
    return (np.swapaxes(rows, -1, -2) * weight[..., None, :]) @ rows


def _outer_sum(terms: Terms, weight: Array, size: int) -> Array:
    """``sum_t weight_t l_t l_t'`` (..., size, size) over the rows l of the prior's terms."""
    table = (weight[..., None] * terms.coef)[..., :, None] * terms.coef[:, None, :]
    where = terms.at[:, :, None] * size + terms.at[:, None, :]
    lead = weight.shape[:-1]
    return sum_by(where.ravel(), table.reshape(*lead, -1), size * size).reshape(*lead, size, size)


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
