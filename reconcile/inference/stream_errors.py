"""The errors of each series: how large, how often gross, and the part that comes from when a count
was made.

A series has its own error ``sigma_stream = sigma_0 exp(.5 H(z, .25))`` and its own odds of a gross
error, ``exp(.5 H(z, .25))`` times those of its source's grade. A running total errs with its pace
as well: the hour to which a count refers varies by ``.1 exp(.8 z)`` days, alike in all series. All
are found by steps of the EM algorithm from the residuals and from how far the path itself is known;
few claims leave them near their medians.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from reconcile.inference.claim_law import USUAL_SHARES, Mass, Shares, claim_law, shifted_odds
from reconcile.inference.climb import Peak
from reconcile.inference.copies import learnt_shares
from reconcile.inference.objective import Setting
from reconcile.model.functionals import Asked
from reconcile.model.priors import (
    DAY_SPREAD,
    LAG_DAYS,
    LAG_LOG_SD,
    ODDS_SD,
    ROOT_LOG_SD,
    STREAM_LOG_SD,
    STREAM_TAIL,
)
from reconcile.model.problem import Problem
from reconcile.model.states import States
from reconcile.model.tukey import penalty
from reconcile.numerics.arrays import Array, Flags, Index
from reconcile.numerics.sums import sum_by

# No lag makes an error of more than the whole total.
_MOST_LAG = 1.0
# Nodes of the logs of a stream's error and odds, and of the scores of the lag.
SIZES, ODDS, _LAGS = (
    np.linspace(-4.0, 6.0, 31),
    np.linspace(-2.0, 5.0, 15),
    np.linspace(-2, 3, 11),
)
# Streams of fewer claims keep the usual error.
FEWEST = 3
# The sd of the log of a stream's error where it has said nothing: of H(z, h), (1 - 2 h)^(-3/4).
USUAL_SD = STREAM_LOG_SD * (1 - 2 * STREAM_TAIL) ** -0.75
# t with 4 degrees of freedom as normals of these variances: the mean of 1 / Gamma(2, rate 2)
# slices.
_NODES = np.array([-np.sqrt(3.0), 0.0, np.sqrt(3.0)]), np.array([1.0, 4.0, 1.0]) / 6.0
SLICES = tuple(zip(*_NODES, strict=True))


@dataclass(frozen=True, eq=False)
class Errors:
    """What is found once, at the middle of the hyperparameters.

    Of each stream, and last of one without claims (S + 1,): sigma, its error in units of sigma_0;
    sigma_sd, the sd of the log of it; odds, the log of its odds of a gross error in units of the
    grade's. lag: the sd of the time of a count, in days; lags (R,): the sds of the rows that come
    from it; shifts (roots,): of log kappa of each root quantity from that of all; copies, knows
    (R,): the shares of numbers that are copied, and known, by what all other claims tell.
    """

    sigma: Array
    sigma_sd: Array
    odds: Array
    lag: float
    lags: Array
    shifts: Array
    copies: Array
    knows: Array

    @property
    def repeats(self) -> Shares:
        """The shares of copies and of known numbers."""
        return self.copies, self.knows

    @classmethod
    def usual(cls, problem: Problem) -> Errors:
        """Before anything is known."""
        streams = len(problem.streams) + 1
        rows, roots = len(problem.rows.claim), len(problem.term_roots[0])
        usual = (np.full(rows, share) for share in USUAL_SHARES)
        return cls(
            np.ones(streams), np.full(streams, USUAL_SD), np.zeros(streams), LAG_DAYS,
            np.zeros(rows), np.zeros(roots), *usual,
        )  # fmt: skip


def learnt_errors(peak: Peak, before: Errors, setting: Setting) -> Errors:
    """The errors at a mode that was found with those `before`, at `setting`: one EM step."""
    problem, spot = peak.objective.problem, peak.spot
    rows = problem.rows
    eta = spot.f[rows.place] + problem.effects.values(spot.x[problem.border :])[rows.load]
    spread = np.sqrt(np.maximum(_eta_variance(peak), 0.0))
    timing = timing_of(problem.states, spot.x[: problem.states.size], problem.asked, spot.f)
    timing = timing.taken(rows.place, rows.pace & problem.log_scale)
    unit = problem.error * float(np.exp(setting.error))
    sigma, sigma_sd, odds = _streams(problem, eta, spread, unit, timing.errors(before.lag))
    own = unit * sigma[rows.stream]
    lag = _lag(problem, eta, spread, own, odds[rows.stream], timing)
    shifts = _root_shifts(peak, before.shifts, setting.log_kappa)
    lags = timing.errors(lag)
    law = claim_law(rows, np.hypot(own, lags), problem.log_scale, odds=odds[rows.stream])
    masses = ((share, law.at(eta + at * spread)) for at, share in SLICES)
    return Errors(sigma, sigma_sd, odds, lag, lags, shifts, *learnt_shares(problem, law, masses))


def _streams(
    problem: Problem, eta: Array, spread: Array, unit: float, lags: Array
) -> tuple[Array, Array, Array]:
    """Of the log of each stream's error (S + 1,) the posterior mean, as its exponential, and the
    sd; and the mean of its log odds. The last is a stream without claims."""
    rows, S = problem.rows, len(problem.streams) + 1
    size_prior, odds_prior = log_prior(SIZES / STREAM_LOG_SD), log_prior(ODDS / ODDS_SD)
    logs = np.tile(size_prior[:, None] + odds_prior, (S, 1, 1))
    for g, size in enumerate(SIZES):
        law = claim_law(rows, np.hypot(unit * np.exp(size), lags), problem.log_scale)
        for at, share in SLICES:
            mass = law.at(eta + at * spread)
            told = log_mass(mass, rows.gross, ODDS[:, None])
            logs[:, g] += share * sum_by(rows.stream, told, S).T
    weight = np.exp(logs - logs.max(axis=(1, 2), keepdims=True))
    weight /= weight.sum(axis=(1, 2), keepdims=True)
    enough = np.bincount(rows.stream, minlength=S) >= FEWEST
    of_size, odds = weight.sum(axis=2), weight.sum(axis=1) @ ODDS
    sizes, sd = moments(of_size)
    return (
        np.exp(np.where(enough, sizes, 0.0)),
        np.where(enough, sd, USUAL_SD),
        np.where(enough, odds, 0.0),
    )


def log_prior(deviation: Array) -> Array:
    """Log density of `deviation` (..., K) from a stream's usual error, up to a constant."""
    found = penalty(deviation, np.full(deviation.shape[-1], STREAM_TAIL))
    return -(found.value + found.log_stretch)


def _lag(
    problem: Problem, eta: Array, spread: Array, own: Array, odds: Array, timing: Timing
) -> float:
    """The posterior mean of the log of the lag, as its exponential, in days."""
    logs = -0.5 * _LAGS**2
    for g, score in enumerate(_LAGS):
        lag = LAG_DAYS * np.exp(LAG_LOG_SD * score)
        law = claim_law(
            problem.rows, np.hypot(own, timing.errors(lag)), problem.log_scale, odds=odds
        )
        for at, share in SLICES:
            mass = law.at(eta + at * spread).mass
            logs[g] += share * float(np.sum(np.log(np.maximum(mass, 1e-290))))
    weight = np.exp(logs - logs.max())
    return float(LAG_DAYS * np.exp(LAG_LOG_SD * (weight @ _LAGS) / weight.sum()))


def log_mass(mass: Mass, gross: Array, odds: Array) -> Array:
    """Log probabilities (K, R) of claims where the log odds of a gross error rise by `odds`
    (K, 1)."""
    share = shifted_odds(gross, odds)
    fair = (mass.mass - mass.gross) * (1 - share) / (1 - gross)
    return np.log(np.maximum(fair + mass.gross * share / np.maximum(gross, 1e-300), 1e-290))


def _root_shifts(peak: Peak, before: Array, log_kappa: float) -> Array:
    """How far log kappa of each root quantity lies from that of all: one step of the EM algorithm
    from the house effects at a mode, and from how far these are known. One root has no shift."""
    problem, terms = peak.objective.problem, peak.objective.terms
    roots, of = problem.term_roots
    if len(roots) < 2:
        return np.zeros(len(roots))
    first = len(of) - len(problem.effects.effects)
    x, border = peak.spot.x, problem.border
    spread = np.sqrt(peak.factor.variances())[border:]
    base = problem.terms
    shifts = before.copy()
    grid = np.linspace(-2.5, 2.5, 41)
    for root in range(len(roots)):
        mine = np.flatnonzero(of == root)
        columns = mine - first
        logs = -0.5 * (grid / ROOT_LOG_SD) ** 2
        for g, shift in enumerate(grid):
            scale = base.scale[mine] * np.exp(log_kappa + shift)
            for at, share in SLICES:
                b = x[border + columns] - base.centre[mine] + at * spread[columns]
                found = penalty(b / scale, terms.tail[mine])
                logs[g] -= share * float(np.sum(found.value + np.log(scale) + found.log_stretch))
        weight = np.exp(logs - logs.max())
        shifts[root] = float(weight @ grid / weight.sum())
    return shifts


@dataclass(frozen=True, eq=False)
class Timing:
    """How totals err with their pace (T,), d log C / dt in 1 / day, at most `_MOST_LAG / LAG_DAYS`;
    between (T,): the sd, in days, of where in a cell its growth lies."""

    pace: Array
    between: Array

    def errors(self, lag: float) -> Array:
        """The sds of the logs of the totals, where the time of a count varies by `lag` days."""
        return self.pace * np.hypot(lag, self.between)

    def taken(self, index: Index, some: Flags) -> Timing:
        """Those at `index`; where not `some`, without an error."""
        return Timing(np.where(some, self.pace[index], 0.0), self.between[index])


def timing_of(states: States, x: Array, places: Sequence[Asked], f: Array) -> Timing:
    """How totals at `places`, whose logs are `f`, err with their pace at the states `x`."""
    edges = states.grid.edges
    ends = np.clip([asked.end for asked in places], edges[0], edges[-1])
    right = np.clip(np.searchsorted(edges, ends), 1, len(edges) - 1)
    before, after = ends - edges[right - 1], edges[right] - ends
    between = np.sqrt(DAY_SPREAD * before * after / (before + after))
    return Timing(_pace(states, x, places, f), between)


def _pace(states: States, x: Array, places: Sequence[Asked], f: Array) -> Array:
    """d log C / dt (F,) of totals at `places`, where the log totals are `f`, in 1 / day, at most
    `_MOST_LAG / LAG_DAYS`; 0 for all others."""
    amounts = states.log_amounts(x)
    rate = np.full(len(places), -np.inf)
    ends = states.grid.edges[1:]
    for place, asked in enumerate(places):
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
    return np.exp(np.minimum(rate - f, np.log(_MOST_LAG / LAG_DAYS)))


def _eta_variance(peak: Peak) -> Array:
    """The posterior variance of what each row (R,) expects to be said."""
    _, slopes, back = row_slopes(peak)
    return np.einsum("ij,ji->i", slopes, peak.factor.solve(np.ascontiguousarray(slopes.T)))[back]


def row_slopes(peak: Peak) -> tuple[Index, Array, Index]:
    """The patterns of the effects (P,) and the gradients (P, size) of what is expected to be said,
    for each different pair of a functional and a pattern, and which of them each row (R,) has."""
    problem, spot = peak.objective.problem, peak.spot
    rows = problem.rows
    pairs, back = np.unique(np.column_stack([rows.place, rows.load]), axis=0, return_inverse=True)
    slopes = np.zeros((len(pairs), problem.size))
    slopes[:, : problem.states.size] = peak.objective.slopes(spot, pairs[:, 0])
    slopes[:, problem.border :] = problem.effects.loads[pairs[:, 1]]
    return pairs[:, 1], slopes, back.ravel()


def moments(weight: Array) -> tuple[Array, Array]:
    """Means and sds (...) of log sizes with the weights (..., sizes)."""
    mean = weight @ SIZES
    return mean, np.sqrt(np.maximum(weight @ SIZES**2 - mean**2, 0.0))
