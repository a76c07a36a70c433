"""The log posterior of a problem at given hyperparameters, with gradient and curvature.

In the whitened unknowns z (`model/tukey.py`) the prior is ``-|z|^2 / 2``; the same function is
climbed in x, where its terms touch few unknowns each. Derivatives are exact: the curvature holds
the bend of functionals and the spread between the placements of an imprecise claim, so it can be
indefinite away from the mode; the safe curvature leaves out what is negative.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import log_ndtr

from reconcile.inference.claim_law import ClaimLaw, Mass
from reconcile.model.growth import completeness
from reconcile.model.problem import Problem
from reconcile.model.tukey import Penalty, penalty
from reconcile.model.walks import Terms

__all__ = ["Objective", "Setting", "Spot", "Target"]

Array = NDArray[np.float64]

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


@dataclass(frozen=True, slots=True)
class Target:
    """A pseudo-observation N(value, sd^2) of a functional, which holds it in its place."""

    value: float
    sd: float


@dataclass(frozen=True, eq=False)
class Spot:
    """The log posterior at `x`: its value and gradient, and what the curvature needs.

    f (F,): the functionals, with gradients `slopes` (F, n), in log amounts `bent` (F, n). loglik,
    (N,) of the claims; score, curve, safe (R,) of the rows; penalty: of the prior's terms.
    """

    x: Array
    value: float
    gradient: Array
    f: Array
    slopes: Array
    bent: Array
    loglik: Array
    score: Array
    curve: Array
    safe: Array
    penalty: Penalty


@dataclass(frozen=True, eq=False)
class Objective:
    """log p(claims, z) of a `problem`.

    `terms` and `law` are those of one setting of the hyperparameters; `asked` is one more
    functional, behind those of the claims, that a target may hold.
    """

    problem: Problem
    terms: Terms
    law: ClaimLaw

    def at(self, x: Array, anneal: float = 1.0, target: Target | None = None) -> Spot:
        """Evaluate at `x`; `anneal` widens the claims' errors; `target` holds the last
        functional."""
        problem, rows = self.problem, self.problem.rows
        n, border = problem.states.size, x[problem.border :]
        f, bent = problem.functionals.values(problem.states, x[:n])
        slopes = problem.functionals.gradients(problem.states, x[:n], bent)
        eta = f[rows.place] + (problem.effects.loads @ border)[rows.load]
        loglik, score, curve, safe = _claims(problem, self.law.at(eta, anneal))
        prior = penalty(self.terms.errors(x), self.terms.tail)
        pushed = prior.slope / self.terms.scale
        gradient = -np.bincount(
            self.terms.at.ravel(), (self.terms.coef * pushed[:, None]).ravel(), len(x)
        )
        by_f = np.bincount(rows.place, score, len(f))
        value = float(loglik.sum()) - float(prior.value.sum())
        wall, wall_score = self._walls(f)
        np.add.at(by_f, problem.above, wall_score)
        np.add.at(by_f, problem.below, -wall_score)
        value += wall
        if target is not None:
            off = (target.value - f[-1]) / target.sd
            value -= 0.5 * off * off
            by_f[-1] += off / target.sd
        gradient[:n] += by_f @ slopes
        by_load = np.bincount(rows.load, score, len(problem.effects.loads))
        gradient[problem.border :] += by_load @ problem.effects.loads
        return Spot(x, value, gradient, f, slopes, bent, loglik, score, curve, safe, prior)

    def _walls(self, f: Array) -> tuple[float, Array]:
        """log Phi((f_above - f_below) / sd) of the inequalities, and its slope (I,) in f_above."""
        if not len(self.problem.below):
            return 0.0, np.zeros(0)
        z = (f[self.problem.above] - f[self.problem.below]) / _WALL_SD
        held = log_ndtr(z)
        return float(held.sum()), np.exp(-0.5 * (z * z + _LOG_2PI) - held) / _WALL_SD

    def curvature(self, spot: Spot, target: Target | None = None, safe: bool = False) -> Array:
        """Minus the second derivative at `spot`, square in the unknowns; `safe`: the one that is
        always positive definite."""
        problem, rows = self.problem, self.problem.rows
        n, size, b0 = problem.states.size, problem.size, problem.border
        hessian = self._prior_curvature(spot, safe)
        weight = spot.safe if safe else spot.curve + self._alone(spot)
        F, U = len(spot.f), len(problem.effects.loads)
        by_f = np.bincount(rows.place, weight, F)
        pulled = np.bincount(rows.place, spot.score, F)
        drop = self._wall_curvature(spot, by_f, pulled, hessian)
        if target is not None:
            by_f[-1] += target.sd**-2
            pulled[-1] += (target.value - spot.f[-1]) / target.sd**2
        S = spot.slopes
        hessian[:n, :n] += (S.T * by_f) @ S + drop
        if U:
            cross = np.bincount(rows.place * U + rows.load, weight, F * U).reshape(F, U)
            loads = problem.effects.loads
            mixed = S.T @ (cross @ loads)
            hessian[:n, b0:] += mixed
            hessian[b0:, :n] += mixed.T
            by_load = np.bincount(rows.load, weight, U)
            hessian[b0:, b0:] += (loads.T * by_load) @ loads
        if safe:
            return hessian
        self._bend(spot, pulled, hessian)
        if not problem.placed_once.all():
            spread = self.claim_gradients(spot, ~problem.placed_once)
            hessian += spread.T @ spread
        assert len(hessian) == size
        return hessian

    def _alone(self, spot: Spot) -> Array:
        """The square of the score (R,) of rows that are their claim's only one."""
        return np.where(self.problem.placed_once[self.problem.rows.claim], spot.score**2, 0.0)

    def _prior_curvature(self, spot: Spot, safe: bool) -> Array:
        terms, size = self.terms, len(spot.x)
        if safe:
            curve = np.where(
                np.abs(spot.penalty.z) > 1e-6,
                spot.penalty.slope
                / np.where(spot.penalty.z == 0, 1.0, terms.errors(spot.x) + 1e-300),
                1.0,
            )
        else:
            curve = spot.penalty.curve
        return _outer_sum(terms, curve / terms.scale**2, size)

    def _wall_curvature(self, spot: Spot, by_f: Array, pulled: Array, hessian: Array) -> Array:
        """Add the walls' scores to `pulled`; their curvature (n, n) in the states."""
        problem = self.problem
        if not len(problem.below):
            return np.zeros((problem.states.size,) * 2)
        _, score = self._walls(spot.f)
        np.add.at(pulled, problem.above, score)
        np.add.at(pulled, problem.below, -score)
        z = (spot.f[problem.above] - spot.f[problem.below]) / _WALL_SD
        curve = np.maximum(score * (z / _WALL_SD + score), 0.0)
        felt = curve > 1e-9
        X = spot.slopes[problem.above[felt]] - spot.slopes[problem.below[felt]]
        return (X.T * curve[felt]) @ X

    def _bend(self, spot: Spot, pulled: Array, hessian: Array) -> None:
        """Take away ``sum_f pulled_f Hess(f)``: what the logs of sums bend."""
        problem = self.problem
        n, states = problem.states.size, problem.states
        if states.grows:
            log_age, x = problem.functionals.log_age, spot.x[:n]
            half, both, slope = pulled @ completeness(log_age, x[-2], x[-1]).bends
            hessian[n - 2 : n, n - 2 : n] -= np.array([[half, both], [both, slope]])
        push = np.where(problem.functionals.inside, pulled, 0.0)
        felt = np.flatnonzero(push)
        if not len(felt):
            return
        G = spot.bent[felt]
        total = push[felt] @ G
        if states.plain:
            hessian[:n, :n] += (G.T * push[felt]) @ G
            hessian[np.arange(n), np.arange(n)] -= total
            return
        x = spot.x[:n]
        back = states.pulled_back(x, G)
        hessian[:n, :n] += (back.T * push[felt]) @ back - states.bend(x, total)

    def claim_gradients(self, spot: Spot, keep: NDArray[np.bool_]) -> Array:
        """The gradients (k, size) of the log likelihoods of the claims to `keep` (N,)."""
        problem, rows = self.problem, self.problem.rows
        index = np.cumsum(keep) - 1
        mine = np.flatnonzero(keep[rows.claim])
        out = np.zeros((int(keep.sum()), problem.size))
        at = index[rows.claim[mine]]
        score = spot.score[mine, None]
        np.add.at(out[:, : problem.states.size], at, score * spot.slopes[rows.place[mine]])
        np.add.at(out[:, problem.border :], at, score * problem.effects.loads[rows.load[mine]])
        return out

    def steadied(self, spot: Spot, curvature: Array) -> Array:
        """`curvature` with a share of the whitened prior's added.

        Where the likelihood bends away as much as the prior bends in, a direction seems flat though
        a little further it is not: without this its volume would have no limit. Directions that the
        claims determine hardly feel it.
        """
        terms, size = self.terms, len(spot.x)
        weight = _STEADY * np.exp(-2 * spot.penalty.log_stretch) / terms.scale**2
        return curvature + _outer_sum(terms, weight, size)

    def log_evidence(self, spot: Spot, log_det: float) -> float:
        """Laplace's log of the integral over z, from the mode and log|H| in x there."""
        stretch = np.log(self.terms.scale) + spot.penalty.log_stretch
        return spot.value - 0.5 * log_det - float(stretch.sum())


def _outer_sum(terms: Terms, weight: Array, size: int) -> Array:
    """``sum_t weight_t l_t l_t'`` (size, size) over the rows l of the prior's terms."""
    table = (weight[:, None] * terms.coef)[:, :, None] * terms.coef[:, None, :]
    where = terms.at[:, :, None] * size + terms.at[:, None, :]
    return np.bincount(where.ravel(), table.ravel(), size * size).reshape(size, size)


def _claims(problem: Problem, mass: Mass) -> tuple[Array, Array, Array, Array]:
    """Log likelihoods (N,), and each row's score, minus second derivative and a safe one (R,)."""
    rows, N = problem.rows, len(problem.claims)
    total = np.maximum(np.bincount(rows.claim, mass.mass, N), _LEAST_MASS)
    at_row = total[rows.claim]
    felt = at_row > _LEAST_MASS
    share = np.maximum(mass.mass / at_row, 1e-12)
    score = np.clip(np.where(felt, mass.slope, 0.0) / at_row, -_STEEPEST, _STEEPEST)
    curve = np.clip(np.where(felt, -mass.bend, 0.0) / at_row, -(_STEEPEST**2), _STEEPEST**2)
    floor = _FLATTEST * share / rows.wide**2
    safe = np.clip(curve + score**2 / share, floor, _STEEPEST**2)
    return np.log(total), score, curve, safe
