"""The log posterior of a design at given hyperparameters, with gradient and curvature.

Unknowns x (n,) = (lambda (m J,), mu (m,), border (Q,)). Derivatives are exact: the curvature holds
the bend of f itself (f = log of a sum of exponentials) and the spread between the placements of an
imprecise claim, so it can be indefinite away from the mode. The majorised curvature leaves out
what is negative and is always positive definite: a safe direction to descend.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.special import log_ndtr

from reconcile.model import Design, prior_rows
from reconcile.model.prior import PriorRows
from reconcile.numerics.cells import normal_cell, student_cell, thinned_cell

__all__ = ["ClaimTerms", "Density", "Point", "Target"]

Array = NDArray[np.float64]

# Inequalities hold up to 5%: a wall that Newton's method can feel.
WALL_SD = 0.05
# Of the wide law's curvature at its centre: where a likelihood is flat, so much is safe.
_FLATTEST = 0.1
_STEEPEST = 1e6
_LEAST_MASS = 1e-290
_LOG_SQRT_2PI = 0.5 * float(np.log(2 * np.pi))


@dataclass(frozen=True, slots=True)
class Target:
    """A pseudo-observation of functional `index`: N(value, sd^2). It holds f in its place."""

    index: int
    value: float
    sd: float = 0.05


@dataclass(frozen=True, eq=False)
class ClaimTerms:
    """The claims' log likelihoods (N,), and each row's share in them (R,).

    score: derivative in the row's eta; curve: minus the second derivative, the placements of a
    claim taken one by one (what they share is the outer product of the claim's own score). safe: a
    positive stand-in, each placement's own curvature times its share, as in an EM step.
    """

    loglik: Array
    score: Array
    curve: Array
    safe: Array


@dataclass(frozen=True, eq=False)
class Linear:
    """Further terms, linear in x: rows X (r, n) with log density, score and curvature (r,) each."""

    X: Array
    loglik: float
    score: Array
    curve: Array
    safe: Array


@dataclass(frozen=True, eq=False)
class _Laws:
    """The error laws of rows and shared errors (R + E each), narrow ones first, then wide ones.

    errors (E,): the columns of the border that are errors of origins; share and gross (R + E,);
    floor (E,): a curvature that is always safe.
    """

    lower: Array
    upper: Array
    sigma: Array
    thinned: NDArray[np.bool_]
    share: Array
    gross: Array
    errors: NDArray[np.intp]
    floor: Array


@dataclass(frozen=True, eq=False)
class Point:
    """The log posterior at `x`: its value and its gradient (n,), and what the curvature needs.

    f (F,): the functionals; slopes (F, m J): their gradients, of which `bent` is the log's part.
    """

    x: Array
    value: float
    gradient: Array
    f: Array
    slopes: Array
    bent: Array
    claims: ClaimTerms
    linear: Linear


@dataclass(frozen=True, eq=False)
class Density:
    """log p(claims, x | hyperparameters) of a `design`; `sigma` is the scale of a claim's error.

    `gaussian` takes heavy tails and gross errors away: normal errors, for laws that hold only then.
    """

    design: Design
    sigma: float
    normal: PriorRows
    student: PriorRows
    precision: Array
    constant: float
    gaussian: bool = False

    @classmethod
    def of(cls, design: Design, values: Mapping[str, float], gaussian: bool = False) -> Density:
        """The density at the hyperparameters `values` (name -> value)."""
        rows = prior_rows(design.component, design.grid, values, design.border, design.prior_scale)
        normal, student = rows.split()
        scaled = normal.A / normal.sd[:, None]
        constant = -float(np.sum(np.log(rows.sd))) - _LOG_SQRT_2PI * len(normal.sd)
        return cls(design, values["error"], normal, student, scaled.T @ scaled, constant, gaussian)

    def start(self) -> Array:
        """The prior's centre: every walk at its mean, every border term at its own."""
        root_weight = 1 / self.normal.sd
        free = self.precision + 1e-9 * np.eye(len(self.precision))
        target = self.normal.A.T @ (self.normal.a * root_weight**2)
        return np.asarray(np.linalg.solve(free, target), dtype=np.float64)

    def at(self, x: Array, anneal: float = 1.0, target: Target | None = None) -> Point:
        """Evaluate at `x`; `anneal` widens the claims' errors, `target` holds a functional."""
        design, n_path = self.design, self.design.n_path
        f, bent = design.functionals.evaluate(x[:n_path], design.exposure)
        slopes = bent + design.functionals.levels
        border = x[n_path + len(design.component.leaves) :]
        masses = self._masses(f, border, anneal)
        rows = len(design.place)
        claims = _claim_terms(design, *(part[:rows] for part in masses))
        mass, slope, bend = (part[rows:] for part in masses)
        linear = self._linear(x, f, slopes, (mass, slope, bend), target)
        residual = (self.normal.A @ x - self.normal.a) / self.normal.sd
        gradient = -self.normal.A.T @ (residual / self.normal.sd) + linear.X.T @ linear.score
        by_f = np.bincount(design.place, claims.score, len(f))
        gradient[:n_path] += slopes.T @ by_f
        by_claim = np.bincount(design.claim_of, claims.score, len(design.claims))
        gradient[len(x) - len(border) :] += design.Z.T @ by_claim
        value = (
            float(claims.loglik.sum())
            + linear.loglik
            - 0.5 * float(residual @ residual)
            + self.constant
        )
        return Point(x, value, gradient, f, slopes, bent, claims, linear)

    @cached_property
    def _laws(self) -> _Laws:
        laws = _laws(self.design, self.sigma)
        return replace(laws, gross=np.zeros_like(laws.gross)) if self.gaussian else laws

    def _masses(self, f: Array, border: Array, anneal: float) -> tuple[Array, Array, Array]:
        """Mass and derivatives in eta of every row (R,), then of every shared error (E,)."""
        mass, slope, bend = (own + gross for own, gross in self._both(f, border, anneal))
        return mass, slope, bend

    def _both(self, f: Array, border: Array, anneal: float) -> Iterator[tuple[Array, Array]]:
        """Of mass and each derivative what is no gross error, and what is one (R + E,)."""
        design, laws = self.design, self._laws
        eta = np.r_[f[design.place] + (design.Z @ border)[design.claim_of], -border[laws.errors]]
        both, n = np.r_[eta, eta], len(eta)
        law = normal_cell if self.gaussian else student_cell
        parts = cell_law(law, laws.lower, laws.upper, both, anneal * laws.sigma, laws.thinned)
        for part in parts:
            yield laws.share * (1 - laws.gross) * part[:n], laws.share * laws.gross * part[n:]

    def gross_shares(self, point: Point) -> Array:
        """The probability (N,) of each claim that it is grossly wrong, at `point`.

        That of an origin's shared error stands at each of its members.
        """
        design, laws = self.design, self._laws
        border = point.x[design.n_path + len(design.component.leaves) :]
        rows, N = len(design.place), len(design.claims)
        narrow, wide = next(self._both(point.f, border, 1.0))
        whole = np.bincount(design.claim_of, (narrow + wide)[:rows], N)
        own = np.bincount(design.claim_of, wide[:rows], N) / np.maximum(whole, 1e-300)
        shared = wide[rows:] / np.maximum(narrow[rows:] + wide[rows:], 1e-300)
        loaded = design.Z[:, laws.errors] != 0
        return np.where(loaded.any(axis=1), np.max(loaded * shared, axis=1, initial=0.0), own)

    def _linear(
        self,
        x: Array,
        f: Array,
        slopes: Array,
        errors: tuple[Array, Array, Array],
        target: Target | None,
    ) -> Linear:
        pieces = [
            _student_rows(self.student, x),
            _error_rows(self._laws, errors, len(x) - self.design.Z.shape[1], len(x)),
            _wall_rows(self.design, f, slopes, len(x)),
        ]
        if target is not None:
            pieces.append(_target_row(target, f, slopes, len(x)))
        return Linear(
            np.vstack([piece.X for piece in pieces]),
            sum(piece.loglik for piece in pieces),
            np.concatenate([piece.score for piece in pieces]),
            np.concatenate([piece.curve for piece in pieces]),
            np.concatenate([piece.safe for piece in pieces]),
        )

    def curvature(self, point: Point, target: Target | None = None, safe: bool = False) -> Array:
        """Minus the second derivative (n, n) at `point`; `safe`: the majorised one."""
        design, G, terms = self.design, point.slopes, point.claims
        n_f, n_path = len(point.f), design.n_path
        b0 = len(point.x) - design.Z.shape[1]
        Z = design.Z[design.claim_of]
        once = design.placed_once[design.claim_of]
        weight = terms.safe if safe else terms.curve + np.where(once, terms.score**2, 0.0)
        by_f = np.bincount(design.place, weight, n_f)
        pull = self._pull(point, target)
        bend = np.minimum(pull, 0) if safe else pull
        hessian = self.precision.copy()
        said, bent = np.flatnonzero(by_f), np.flatnonzero(bend)
        stacked = np.vstack([G[said], point.bent[bent]])
        hessian[:n_path, :n_path] += (stacked.T * np.r_[by_f[said], bend[bent]]) @ stacked
        hessian[np.arange(n_path), np.arange(n_path)] -= bend[bent] @ point.bent[bent]
        hessian[:n_path, b0:] += (G[design.place].T * weight) @ Z
        hessian[b0:, :n_path] = hessian[:n_path, b0:].T
        hessian[b0:, b0:] += (Z.T * weight) @ Z
        linear = point.linear
        if safe:
            return hessian + (linear.X.T * linear.safe) @ linear.X
        spread = self.claim_gradients(point, ~design.placed_once)
        rows = np.vstack([spread, linear.X])
        return hessian + (rows.T * np.r_[np.ones(len(spread)), linear.curve]) @ rows

    def _pull(self, point: Point, target: Target | None) -> Array:
        """The score (F,) on each flow functional, whose bend it multiplies."""
        design = self.design
        pull = np.bincount(design.place, point.claims.score, len(point.f))
        walls = _wall_scores(design, point.f)
        np.add.at(pull, design.above, walls)
        np.add.at(pull, design.below, -walls)
        if target is not None:
            pull[target.index] += (target.value - point.f[target.index]) / target.sd**2
        return np.where(design.functionals.flow, pull, 0.0)

    def claim_gradients(self, point: Point, keep: NDArray[np.bool_]) -> Array:
        """The gradients (k, n) of the log likelihoods of the claims to `keep` (N,)."""
        design = self.design
        member = design.membership[keep] * point.claims.score
        out = np.zeros((len(member), len(point.x)))
        out[:, : design.n_path] = member @ point.slopes[design.place]
        out[:, len(point.x) - design.Z.shape[1] :] = member.sum(axis=1)[:, None] * design.Z[keep]
        return out


def _laws(design: Design, sigma: float) -> _Laws:
    at = design.claim_of
    terms = [(i, term) for i, term in enumerate(design.border.terms) if term.kind == "error"]
    own = np.where(design.own, sigma, design.wording)
    narrow = np.sqrt(own**2 + design.extra**2)[at]
    wide = np.sqrt(design.wide**2 + design.extra**2)[at]
    error_wide = np.array([term.wide for _, term in terms])
    zero = np.zeros(len(terms))
    lower, upper = np.r_[design.lower[at], zero], np.r_[design.upper[at], zero]
    thinned = np.r_[(design.thinned & design.own)[at], [term.thinned for _, term in terms]]
    return _Laws(
        lower=np.r_[lower, lower],
        upper=np.r_[upper, upper],
        sigma=np.r_[narrow, zero + sigma, wide, error_wide],
        thinned=np.r_[thinned, thinned].astype(bool),
        share=np.r_[np.exp(design.log_share), zero + 1.0],
        gross=np.r_[np.where(design.own, design.gross, 0.0)[at], [t.gross for _, t in terms]],
        errors=np.array([i for i, _ in terms], dtype=np.intp),
        floor=_FLATTEST / error_wide**2,
    )


def cell_law(
    law: Callable[[Array, Array, Array, Array], tuple[Array, Array, Array]],
    lower: Array,
    upper: Array,
    eta: Array,
    sigma: Array,
    thinned: NDArray[np.bool_],
) -> tuple[Array, Array, Array]:
    """Mass and derivatives of each cell under `law`, of a part's under the thinned law."""
    out = law(lower, upper, eta, sigma)
    if not thinned.any():
        return out
    part = thinned_cell(lower[thinned], upper[thinned], eta[thinned], sigma[thinned])
    for whole, piece in zip(out, part, strict=True):
        whole[thinned] = piece
    return out


def _student_rows(rows: PriorRows, x: Array) -> Linear:
    z = (rows.A @ x - rows.a) / rows.sd
    base = rows.df + z * z
    loglik = -0.5 * float(np.sum((rows.df + 1) * np.log1p(z * z / rows.df)))
    safe = (rows.df + 1) / base / rows.sd**2
    return Linear(
        rows.A,
        loglik,
        -safe * z * rows.sd,
        safe * (rows.df - z * z) / base,
        safe,
    )


def _error_rows(laws: _Laws, masses: tuple[Array, Array, Array], b0: int, n: int) -> Linear:
    """The shared error of an origin has the density that a claim's own error would have."""
    X = np.zeros((len(laws.errors), n))
    X[np.arange(len(laws.errors)), b0 + laws.errors] = 1.0
    mass, slope, bend = masses
    score = -slope / mass
    curve = score**2 - bend / mass
    return Linear(X, float(np.sum(np.log(mass))), score, curve, np.maximum(curve, laws.floor))


def _claim_terms(design: Design, mass: Array, slope: Array, bend: Array) -> ClaimTerms:
    """Sum the rows (R,) of each claim's placements."""
    total = np.maximum(np.bincount(design.claim_of, mass, len(design.claims)), _LEAST_MASS)
    at_row = total[design.claim_of]
    felt = at_row > _LEAST_MASS  # beyond it the likelihood is flat, and so are its derivatives
    share = np.maximum(mass / at_row, 1e-12)
    score = np.clip(np.where(felt, slope, 0.0) / at_row, -_STEEPEST, _STEEPEST)
    curve = np.clip(np.where(felt, -bend, 0.0) / at_row, -(_STEEPEST**2), _STEEPEST**2)
    floor = _FLATTEST * share / design.wide[design.claim_of] ** 2
    safe = np.clip(curve + score**2 / share, floor, _STEEPEST**1.5)
    return ClaimTerms(np.log(total), score, curve, safe)


def _wall_scores(design: Design, f: Array) -> Array:
    z = (f[design.above] - f[design.below]) / WALL_SD
    return np.exp(-0.5 * z * z - _LOG_SQRT_2PI - log_ndtr(z)) / WALL_SD


def _wall_rows(design: Design, f: Array, slopes: Array, n: int) -> Linear:
    """log Phi((f_above - f_below) / sd) for each inequality that is felt at all."""
    z = (f[design.above] - f[design.below]) / WALL_SD
    score = _wall_scores(design, f)
    felt = score > 1e-12
    X = np.zeros((int(felt.sum()), n))
    X[:, : design.n_path] = slopes[design.above[felt]] - slopes[design.below[felt]]
    score, z = score[felt], z[felt]
    curve = score * (score + z / WALL_SD)
    return Linear(X, float(np.sum(log_ndtr(z))), score, curve, np.maximum(curve, 0))


def _target_row(target: Target, f: Array, slopes: Array, n: int) -> Linear:
    X = np.zeros((1, n))
    X[0, : slopes.shape[1]] = slopes[target.index]
    z = (target.value - f[target.index]) / target.sd
    curve = np.array([target.sd**-2])
    return Linear(X, -0.5 * z * z, np.array([z / target.sd]), curve, curve)
