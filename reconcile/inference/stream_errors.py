"""The error of each series, and the part of it that comes from when a count was made.

A source's own error in a series is ``sigma_stream = sigma_0 exp(.5 z)``, z standard normal: found
by the EM algorithm from the residuals and from how far the path itself is known, and shrunk so that
a short series keeps the usual error. A running total errs with its pace as well: the hour to which
a count refers varies by a tenth of a day.
"""

from __future__ import annotations

import numpy as np

from reconcile.inference.claim_law import claim_law
from reconcile.inference.climb import Peak
from reconcile.model.tukey import penalty
from reconcile.numerics.arrays import Array

__all__ = ["root_shifts", "stream_errors"]

# The sd of the log of a stream's error around that of all, and the hours by which counts vary.
STREAM_LOG_SD = 0.5
LAG_DAYS = 0.1
# Around the spread of the sources of all quantities of one system, that of each: a factor of 1.6.
ROOT_LOG_SD = 0.5
# No lag makes an error of more than the whole total.
_MOST_LAG = 1.0
_GRID = np.linspace(-3.0, 3.0, 13)
# t with 4 degrees of freedom as normals of these variances: the mean of 1 / Gamma(2, rate 2)
# slices.
_NODES = np.array([-np.sqrt(3.0), 0.0, np.sqrt(3.0)]), np.array([1.0, 4.0, 1.0]) / 6.0


def stream_errors(peak: Peak, before: Array, error: float) -> tuple[Array, Array]:
    """(sigma (S,) in units of sigma_0, lags (R,)) at a mode that was found with sigma `before`,
    where
    sigma_0 lies `error` log sds above its median."""
    problem, spot = peak.objective.problem, peak.spot
    rows = problem.rows
    lags = np.where(rows.pace & problem.log_scale, LAG_DAYS * _pace(peak), 0.0)
    border = spot.x[problem.border :]
    eta = spot.f[rows.place] + (problem.effects.loads @ border)[rows.load]
    spread = np.sqrt(np.maximum(_eta_variance(peak), 0.0))
    count = np.bincount(rows.stream, minlength=len(before))
    unit = problem.error * float(np.exp(error))
    logs = np.tile(-0.5 * _GRID**2, (len(before), 1))
    for g, z in enumerate(_GRID):
        own = np.hypot(unit * np.exp(STREAM_LOG_SD * z), lags)
        for at, share in zip(*_NODES, strict=True):
            mass = claim_law(rows, own, problem.log_scale).at(eta + at * spread).mass
            told = np.log(np.maximum(mass, 1e-290))
            logs[:, g] += share * np.bincount(rows.stream, told, len(before))
    weight = np.exp(logs - logs.max(axis=1, keepdims=True))
    found = np.exp(STREAM_LOG_SD * (weight @ _GRID) / weight.sum(axis=1))
    return np.where(count >= 3, found, before), lags


def root_shifts(peak: Peak, before: Array, log_kappa: float) -> Array:
    """How far log kappa of each root quantity lies from that of all: one step of the EM algorithm
    from the house effects at a mode, and from how far these are known. One root has no shift."""
    problem, terms = peak.objective.problem, peak.objective.terms
    roots, of = problem.term_roots
    if len(roots) < 2:
        return np.zeros(len(roots))
    first = len(of) - len(problem.effects.effects)
    x, border = peak.spot.x, problem.border
    spread = np.sqrt(np.diagonal(peak.factor.solve(np.eye(len(x)))))[border:]
    base = problem.terms
    shifts = before.copy()
    grid = np.linspace(-2.5, 2.5, 41)
    for root in range(len(roots)):
        mine = np.flatnonzero(of == root)
        columns = mine - first
        logs = -0.5 * (grid / ROOT_LOG_SD) ** 2
        for g, shift in enumerate(grid):
            scale = base.scale[mine] * np.exp(log_kappa + shift)
            for at, share in zip(*_NODES, strict=True):
                b = x[border + columns] - base.centre[mine] + at * spread[columns]
                found = penalty(b / scale, terms.tail[mine])
                logs[g] -= share * float(np.sum(found.value + np.log(scale) + found.log_stretch))
        weight = np.exp(logs - logs.max())
        shifts[root] = float(weight @ grid / weight.sum())
    return shifts


def _pace(peak: Peak) -> Array:
    """d log C / dt (R,) at the time of each row's total, in 1 / day, at most `_MOST_LAG / lag`."""
    problem, spot = peak.objective.problem, peak.spot
    states, rows = problem.states, problem.rows
    amounts = states.log_amounts(spot.x[: states.size])
    rate = np.full(len(problem.asked), -np.inf)
    ends = states.grid.edges[1:]
    for place, asked in enumerate(problem.asked):
        quantity = states.component.quantities[asked.quantity]
        if quantity.kind != "cumulative" or asked.start is not None or asked.end <= 0:
            continue
        track = states.track(asked.quantity)
        if asked.end > ends[track.stop - 1] + 1e-9:
            continue  # nothing happens any more
        cell = min(
            int(np.searchsorted(ends[track.start :], asked.end)), track.stop - 1 - track.start
        )
        width = states.grid.widths[track.start + cell]
        leaves = states.component.leaf_ids(asked.quantity)
        parts = [
            amounts[track.at(k)][cell + track.past]
            for k, leaf in enumerate(track.walk.leaves)
            if leaf.id in leaves
        ]
        rate[place] = float(np.logaddexp.reduce(parts)) - np.log(width)
    pace = np.exp(np.minimum(rate - spot.f, np.log(_MOST_LAG / LAG_DAYS)))
    return pace[rows.place]


def _eta_variance(peak: Peak) -> Array:
    """The posterior variance of what each row (R,) expects to be said."""
    problem, spot = peak.objective.problem, peak.spot
    rows, n = problem.rows, problem.states.size
    pairs, back = np.unique(np.column_stack([rows.place, rows.load]), axis=0, return_inverse=True)
    t = np.zeros((len(pairs), problem.size))
    t[:, :n] = peak.objective.slopes(spot, pairs[:, 0])
    t[:, problem.border :] = problem.effects.loads[pairs[:, 1]]
    variance = np.einsum("ij,ji->i", t, peak.factor.solve(np.ascontiguousarray(t.T)))
    return variance[back.ravel()]
