"""An account of an answer: what moved its median off the prior's, and what its variance is made of.

Along the straight line from the prior's centre x0 to the mode x1 a functional rises by exactly
``f(x1) - f(x0) = g'(x1 - x0)``, g the mean of its gradient on that line (Aumann & Shapley 1974).
With any positive stand-ins B_i for the claims' curvatures and ``S = (Q + sum B_i)^-1`` the mode is

    x1 - x0 = S sum_i (B_i (x1 - x0) + score_i),

so each claim has a part of its own, gain x (what it said - what the prior expected), and nothing is
left over. The variance ``t'St`` is the sum of ``w_r (r'St)^2`` over the rows r of prior and claims
(MODEL 4.11): what each row's noise adds. A claim's noise is partly the width of its words.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reconcile.inference.density import Density, Point
from reconcile.inference.nodes import Node
from reconcile.model import Design
from reconcile.model.functional import Functionals
from reconcile.model.prior import CAUSES, PRIORS, SOURCES, WORDS
from reconcile.numerics.dense import Factor, factorise

__all__ = [
    "Account",
    "Pull",
    "Stack",
    "by_cause",
    "one_hot",
    "secant",
    "stacked",
    "value_at",
    "words_share",
]

Array = NDArray[np.float64]
Index = NDArray[np.intp]

# Steps along the line and their shares, on [-1, 1].
STEPS, SHARES = np.polynomial.legendre.leggauss(12)


@dataclass(frozen=True, slots=True)
class Pull:
    """What one claim does to a functional, on the model's scale.

    contribution: gain x (what it said - what the prior expected). weight: its share of the
    information; those of prior and claims sum to 1. influence: the shift of the mode that it causes
    (one step of leaving it out).
    """

    claim: str
    contribution: float
    weight: float
    influence: float


@dataclass(frozen=True, eq=False)
class Account:
    """``start + the pulls' contributions + rest = end``, on the model's scale.

    start: the functional at the prior's centre; rest: what is no claim's here, by name; end: its
    mode. variance: by cause, words, sources, time and priors.
    """

    start: float
    pulls: tuple[Pull, ...]
    rest: Mapping[str, float]
    end: float
    variance: Mapping[str, float]


@dataclass(frozen=True, eq=False)
class Stack:
    """All rows (R, n) of one node at its mode, whatever is asked about it; first the claims'
    `placements`.

    x0 and x1 (n,): the prior's centre and the mode. weight (R,): positive curvatures; pushed (R,):
    weight x row (x1 - x0) + score; owner (R,): the claim of a row, N for a limit, N + 1 for the
    prior; noise (R, 4): which share of a row's noise each cause has; factor: of S^-1.
    """

    placements: int
    x0: Array
    x1: Array
    rows: Array
    weight: Array
    pushed: Array
    owner: Index
    noise: Array
    factor: Factor

    def moved(self, design: Design, asked: Functionals) -> tuple[Array, Array]:
        """(start, limits, end) (3,) of the functional `asked`, and what each claim adds (N,)."""
        start, end = (value_at(asked, design, x)[0] for x in (self.x0, self.x1))
        mean, n = self._mean_gradient(asked, design, end - start), len(design.claims)
        gain = self.rows @ self.factor.solve(mean)
        moved: Array = np.bincount(self.owner, self.pushed * gain, n + 2).astype(float)
        return np.array([start, moved[n], end]), moved[:n]

    def variance(self, q: Array, along: Array) -> tuple[Array, Array]:
        """The variance by cause (4,), and each claim's share of it (N,).

        q (n,) is S t and `along` (N,) q' B_i q, both with the exact curvature: what of it is
        negative (a claim far out tells less than nothing) counts as none.
        """
        n, said = len(along), slice(0, self.placements)
        spread = self.weight * (self.rows @ q) ** 2
        own = np.bincount(self.owner[said], spread[said], n)
        spread[said] *= (np.maximum(along, 0.0) / np.maximum(own, 1e-300))[self.owner[said]]
        share = np.bincount(self.owner, spread, n + 2)[:n] / spread.sum()
        return spread @ self.noise, share

    def _mean_gradient(self, asked: Functionals, design: Design, rise: float) -> Array:
        y = self.x1 - self.x0
        mean = np.zeros(len(y))
        for step, share in zip(0.5 * (STEPS + 1), 0.5 * SHARES, strict=True):
            mean[: design.n_path] += share * value_at(asked, design, self.x0 + step * y)[1]
        return secant(mean, y, rise)


def secant(gradient: Array, y: Array, rise: float) -> Array:
    """The nearest gradient by which a move `y` (n,) rises by `rise` to the last digit."""
    return gradient + y * (rise - float(gradient @ y)) / max(float(y @ y), 1e-30)


def value_at(asked: Functionals, design: Design, x: Array) -> tuple[float, Array]:
    """Value of the one functional `asked` at `x`, and its gradient in the paths (m J,)."""
    lam = x[: design.n_path]
    f, bent = asked.evaluate(lam, design.exposure)
    return float(f[0]), bent[0] + asked.levels[0]


def one_hot(cause: Index) -> Array:
    """All of the noise of each row (R,) from one cause: (R, 4)."""
    return np.eye(len(CAUSES))[cause]


def words_share(width: Array, extra: Array, own: Array) -> Array:
    """Which shares (R, 4) of claims' noise are the meaning of words, and which their sources'.

    A cell of that `width` has the variance width^2 / 12; `extra` is the sd of the habit of
    one-sided words; `own` the scale of a Student t with 4 degrees of freedom: variance 2 own^2.
    """
    said = np.where(np.isfinite(width), width, 0.0) ** 2 / 12 + extra**2
    words = said / (said + 2 * own**2)
    kinds = np.array([WORDS, SOURCES], dtype=np.intp)
    return np.column_stack([words, 1 - words]) @ one_hot(kinds)


def by_cause(variance: Sequence[float]) -> Mapping[str, float]:
    """Variances (4,) under the names of their causes."""
    return dict(zip(CAUSES, variance, strict=True))


def stacked(design: Design, node: Node) -> Stack:
    """The stack at `node`. Normal rows of the prior push nothing: its centre satisfies them."""
    density, point = node.mode.density, node.mode.point
    x0, x1, linear, n = density.start(), point.x, point.linear, len(design.claims)
    heads = _heads(design)
    tails = len(density.student.sd) + len(heads)
    drawn = np.vstack([_said_rows(design, point), linear.X])
    weight = np.r_[
        point.claims.safe, _drawn_home(density, point, tails), np.maximum(linear.curve[tails:], 0)
    ]
    score = np.r_[point.claims.score, linear.score]
    normal = density.normal
    factor = factorise(density.precision + (drawn.T * weight) @ drawn)
    assert factor is not None  # the prior is proper and no weight is negative
    students, walls = len(density.student.sd), len(linear.X) - tails
    own = np.where(design.own, density.sigma, design.wording)
    noise = words_share(design.upper - design.lower, design.extra, own)[design.claim_of]
    causes = np.r_[np.full(tails, SOURCES), np.full(walls, PRIORS), normal.cause]
    return Stack(
        placements=len(design.claim_of),
        x0=x0,
        x1=x1,
        rows=np.vstack([drawn, normal.A]),
        weight=np.r_[weight, normal.sd**-2],
        pushed=np.r_[weight * (drawn @ (x1 - x0)) + score, np.zeros(len(normal.sd))],
        owner=np.r_[
            design.claim_of,
            np.full(students, n + 1),
            heads,
            np.full(walls, n),
            np.full(len(normal.sd), n + 1),
        ],
        noise=np.vstack([noise, one_hot(causes)]),
        factor=factor,
    )


def _heads(design: Design) -> Index:
    """The claim that stands for each shared error: the head of its origin."""
    at = {claim.id: i for i, claim in enumerate(design.claims)}
    errors = [term.name for term in design.border.terms if term.kind == "error"]
    return np.array([at[name.partition(":")[2]] for name in errors], dtype=np.intp)


def _said_rows(design: Design, point: Point) -> Array:
    """The gradients (R, n) of what each placement of a claim expects to be said."""
    rows = np.zeros((len(design.place), len(point.x)))
    rows[:, : design.n_path] = point.slopes[design.place]
    rows[:, len(point.x) - design.Z.shape[1] :] = design.Z[design.claim_of]
    return rows


def _drawn_home(density: Density, point: Point, tails: int) -> Array:
    """Weights of the rows that are not normal: -score / residual, by which they push nothing.

    The error of a part leans to one side (its share is below 1): where that is no weight, the safe
    one stands, and the lean is its origin's doing.
    """
    linear, student = point.linear, density.student
    residual = linear.X[:tails] @ point.x
    residual[: len(student.sd)] -= student.a
    home = np.abs(residual) < 1e-6
    weight = -linear.score[:tails] / np.where(home, 1.0, residual)
    return np.where(home | (weight <= 0), linear.safe[:tails], weight)


def mixed(weights: Array, wholes: Sequence[Array], parts: Sequence[Array]) -> tuple[Array, Array]:
    """Averages over nodes; that the nodes' modes differ counts as variance of the priors."""
    table = np.array(wholes)
    whole = weights @ table
    whole[3 + PRIORS] += float(weights @ (table[:, 2] - whole[2]) ** 2)
    return whole, np.einsum("k,kij->ij", weights, np.array(parts))
