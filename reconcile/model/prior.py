"""The prior of a component: the walk of each leaf, its mean, and the hyperparameters.

Every term of the prior is a row: ``(A x - a) / sd``, normal or Student t. The unknowns are
``x = (lambda (m, J), mu (m,), border (Q,))``: log daily rates or log levels by leaf and cell, the
means that the walks revert to, and the border of house effects and shifts.

Parts of one whole (m leaves) move by a common walk and by their ratios. In the orthonormal
coordinates u_0 = 1/sqrt(m), u_1 ... of a walk the increments are independent:
Var u_0'dlambda = dt (m s^2 + s_rho^2), Var u_c'dlambda = dt s_rho^2.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from reconcile.model.border import Border
from reconcile.model.component import Component, Grid, Walk, unbounded
from reconcile.model.scale import unit_of
from reconcile.values import Prior, Quantity

__all__ = ["CAUSES", "Hyper", "PriorRows", "hypers", "prior_rows", "walk_basis"]

Array = NDArray[np.float64]

# Why an answer is uncertain: what words mean, that sources differ, what happened between the
# claims, and what nobody claims at all.
CAUSES = ("words", "sources", "time", "priors")
WORDS, SOURCES, TIME, PRIORS = range(4)

# Where the registry says nothing about a quantity (medians, log sds): the reasons of MODEL 2 for
# counts of people, with a wider pace since tanks and casualties differ.
_DEFAULTS = {
    "initial_rate": (0.1, 2.5),
    "rate": (5.0, 2.5),
    "initial_level": (1000.0, 4.0),
    "level": (1000.0, 4.0),
    "volatility": (0.6, 0.35),
    "reversion": (21.0, 0.5),
    "initial_retention": (1.0, 0.1),
    "retention": (0.9, 0.15),
    "ratio": (1.0, 1.0),
    "error": (0.2, 0.4),
}
_STOCK_DEFAULTS = {"volatility": (0.05, 0.5), "reversion": (60.0, 0.5)}
_SHARE_DEFAULTS = {"initial_level": (0.0, 1.5), "level": (0.0, 1.5)}
_FED_DEFAULTS = {"volatility": (0.03, 0.5), "reversion": (60.0, 0.5)}
# Of what had happened before the first claim of a total without an epoch: nothing is known. The log
# of a count, and its sd.
BEFORE = (math.log(100.0), 5.0)
# Ratios of parts (wounded to killed) change slowly: 0.1 per sqrt(day) and a reversion of three
# weeks leave them within a factor of 1.6 of their mean.
RATIO_WALK = 0.1


@dataclass(frozen=True, slots=True)
class Hyper:
    """A hyperparameter with a lognormal prior: log value ~ N(log median, log_sd^2)."""

    name: str
    median: float
    log_sd: float


@dataclass(frozen=True, eq=False)
class PriorRows:
    """Rows ``(A x - a) / sd`` of the log prior; `df` is infinite where a row is normal.

    `cause`: which of `CAUSES` the row's noise is.
    """

    A: Array
    a: Array
    sd: Array
    df: Array
    cause: NDArray[np.intp]

    def split(self) -> tuple[PriorRows, PriorRows]:
        """The normal rows and the Student rows."""
        normal = np.isinf(self.df)
        return self.taken(normal), self.taken(~normal)

    def taken(self, keep: NDArray[np.bool_]) -> PriorRows:
        """The rows to `keep`."""
        return PriorRows(*(getattr(self, part.name)[keep] for part in fields(self)))


def prior_of(quantity: Quantity, name: str) -> tuple[float, float]:
    """Median and log sd of the registry's prior, or of the default."""
    found: Prior | None = quantity.prior(name)
    if found is not None:
        return found.median, found.log_sd
    if name == "initial_level" and quantity.scale == "linear":
        return prior_of(quantity, "level")
    stock = _FED_DEFAULTS if quantity.arrivals else _STOCK_DEFAULTS
    shares = _SHARE_DEFAULTS if quantity.scale == "logit" else {}
    return (_DEFAULTS | (stock if quantity.kind == "stock" else {}) | shares)[name]


def hypers(component: Component, scale: float = 1.0) -> tuple[Hyper, ...]:
    """Volatility and reversion of every walk that moves, and the scale of the claims' errors."""
    wanted = [
        (f"{name}:{walk.root.id}", *prior_of(walk.root, name))
        for walk in component.walks
        if walk.root.kind != "constant"
        for name in ("volatility", "reversion")
    ]
    wanted.append(("error", *_DEFAULTS["error"]))
    return tuple(Hyper(name, median, log_sd * scale) for name, median, log_sd in wanted)


def walk_basis(m: int) -> Array:
    """Orthonormal coordinates (m, m), a row each: the common one, then contrasts (Helmert)."""
    basis = np.zeros((m, m))
    basis[0] = 1 / math.sqrt(m)
    for c in range(1, m):
        basis[c, :c] = 1.0
        basis[c, c] = -c
        basis[c] /= math.sqrt(c * (c + 1))
    return basis


def prior_rows(
    component: Component,
    grid: Grid,
    values: Mapping[str, float],
    border: Border,
    scale: float = 1.0,
) -> PriorRows:
    """All prior rows at the hyperparameters `values`; errors of origins have a density instead.

    `scale` multiplies the sd of every row that is not the increment of a walk.
    """
    mean, sd, df, errors = border.prior()
    m, J, Q = len(component.leaves), len(grid.widths), len(mean)
    n = m * J + m + Q
    pieces: list[PriorRows] = []
    first = 0
    for walk in component.walks:
        pieces.extend(_walk_rows(walk, grid, values, first, m, n, scale))
        first += len(walk.leaves)
    tail = np.zeros((Q, n))
    tail[:, n - Q :] = np.eye(Q)
    words = np.array([term.kind == "shift" for term in border.terms], dtype=bool)
    cause = np.where(words, WORDS, SOURCES)
    rows = PriorRows(tail, mean, scale * sd, df, cause)
    pieces.append(rows.taken(~errors))
    return PriorRows(
        *(np.concatenate([getattr(piece, part.name) for piece in pieces]) for part in fields(rows))
    )


def _walk_rows(
    walk: Walk, grid: Grid, values: Mapping[str, float], first: int, m: int, n: int, scale: float
) -> list[PriorRows]:
    """Rows for the means mu, the first cell and the increments of one walk."""
    root, size, J = walk.root, len(walk.leaves), len(grid.widths)
    basis = walk_basis(size)
    centre, centre_sd = _leaf_means(walk, _mean_name(root))
    ratio_sd = _ratio_sd(walk)
    spread = np.array(
        [math.sqrt(size * centre_sd**2 + ratio_sd**2 / 2)] + [ratio_sd / math.sqrt(2)] * (size - 1)
    )
    mean_at = m * J + first + np.arange(size)
    rows = [_rows(n, basis, mean_at, basis @ centre, scale * spread)]
    if root.kind == "constant":
        rows.append(_tied(n, basis, _columns(first, size, J, slice(0, J)), mean_at))
        return rows
    s, tau = values[f"volatility:{root.id}"], values[f"reversion:{root.id}"]
    step = np.array([math.sqrt(size * s**2 + RATIO_WALK**2)] + [RATIO_WALK] * (size - 1))
    if size == 1:
        step = np.array([s])
    start, start_sd = _leaf_means(walk, f"initial_{_mean_name(root)}")
    j = 0
    if unbounded(walk):
        columns = _columns(first, size, J, slice(0, 1))[:, 0]
        mean, sd = BEFORE
        rows.append(_rows(n, basis, columns, basis @ np.full(size, mean), np.full(size, sd)))
        j = 1
    if j < J:
        columns = _columns(first, size, J, slice(j, j + 1))[:, 0]
        rows.append(_first_rows(n, basis, columns, start, scale * start_sd, step, tau, mean_at))
    rows.append(_increment_rows(n, basis, grid, first, step, tau, mean_at, j))
    return rows


def _mean_name(root: Quantity) -> str:
    """What the walk is the log of: a stock fed by arrivals moves by the share that stays."""
    if root.kind == "cumulative":
        return "rate"
    return "retention" if root.arrivals else "level"


def _leaf_means(walk: Walk, name: str) -> tuple[Array, float]:
    """Prior mean of each leaf on the model's scale, from the whole's prior and the ratios."""
    median, log_sd = prior_of(walk.root, name)
    if walk.root.scale != "log":
        unit = unit_of(walk.root)
        return np.full(len(walk.leaves), median / unit), log_sd / unit
    ratios = np.array([1.0, *(prior_of(leaf, "ratio")[0] for leaf in walk.leaves[1:])])
    return np.log(median * ratios / ratios.sum()), log_sd


def _ratio_sd(walk: Walk) -> float:
    sds = [prior_of(leaf, "ratio")[1] for leaf in walk.leaves[1:]]
    return float(np.sqrt(np.mean(np.square(sds)))) if sds else 0.0


def _columns(first: int, size: int, J: int, cells: slice) -> NDArray[np.intp]:
    """Columns (size, cells) of the leaves of a walk in x."""
    return (first + np.arange(size))[:, None] * J + np.arange(J)[cells]


def _normal(A: Array, mean: Array, sd: Array, cause: int) -> PriorRows:
    return PriorRows(A, mean, sd, np.full(len(sd), math.inf), np.full(len(sd), cause))


def _rows(n: int, basis: Array, at: NDArray[np.intp], mean: Array, sd: Array) -> PriorRows:
    A = np.zeros((len(basis), n))
    A[:, at] = basis
    return _normal(A, mean, sd, PRIORS)


def _tied(n: int, basis: Array, at: NDArray[np.intp], mean_at: NDArray[np.intp]) -> PriorRows:
    """Rows that hold every cell of a constant at its mean."""
    size, J = at.shape
    A = np.zeros((size * J, n))
    rows = np.arange(size * J)
    A[rows, at.ravel()] = 1.0
    A[rows, np.repeat(mean_at, J)] = -1.0
    return _normal(A, np.zeros(size * J), np.full(size * J, 1e-4), PRIORS)


def _first_rows(
    n: int, basis: Array, columns: NDArray[np.intp], start: Array, start_sd: float, step: Array,
    tau: float, mean_at: NDArray[np.intp],
) -> PriorRows:  # fmt: skip
    """The first cell: the common pace has a prior of its own, the ratios start at their means."""
    size = len(basis)
    A = np.zeros((size, n))
    A[:, columns] = basis
    A[1:, mean_at] = -basis[1:]
    mean = basis @ start
    mean[1:] = 0.0
    sd = step * math.sqrt(tau / 2)
    sd[0] = math.sqrt(size) * start_sd
    return _normal(A, mean, sd, PRIORS)


def _increment_rows(
    n: int, basis: Array, grid: Grid, first: int, step: Array, tau: float,
    mean_at: NDArray[np.intp], begin: int = 0,
) -> PriorRows:  # fmt: skip
    """From cell `begin` on, cell to cell:
    lambda_j - mu = phi (lambda_{j-1} - mu) + N(0, step^2 tau (1 - phi^2)/2)."""
    size, J = len(basis), len(grid.widths)
    phi = np.exp(-np.diff(grid.middles) / tau)
    A = np.zeros((J - 1, size, n))
    at = _columns(first, size, J, slice(0, J))
    j = np.arange(J - 1)
    for c in range(size):
        for k in range(size):
            A[j, c, at[k, 1:]] = basis[c, k]
            A[j, c, at[k, :-1]] = -phi * basis[c, k]
            A[j, c, mean_at[k]] = -(1 - phi) * basis[c, k]
    sd = step * np.sqrt(tau * (1 - phi**2) / 2)[:, None]
    rows = size * max(J - 1 - begin, 0)
    return _normal(A[begin:].reshape(rows, n), np.zeros(rows), sd[begin:].ravel(), TIME)
