"""How large the errors of each series are to be expected, for what it says next.

Where a series has few claims its house effect is integrated out. As a normal around its mode the
effect would take the errors of three claims for its own: the mode lies on one of them, and the
error of the series stays where it began.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np

from reconcile.inference.claim_law import claim_law
from reconcile.inference.climb import Peak
from reconcile.inference.objective import Setting
from reconcile.inference.stream_errors import (
    FEWEST,
    ODDS,
    SIZES,
    SLICES,
    USUAL_SD,
    Errors,
    log_mass,
    log_prior,
    moments,
    row_slopes,
)
from reconcile.model.priors import ODDS_SD, STREAM_LOG_SD
from reconcile.model.problem import Rows
from reconcile.model.tukey import penalty
from reconcile.numerics.arrays import Array, Flags, Index
from reconcile.numerics.sums import sum_by

# The house effect is integrated out in streams of up to so many rows; of more claims it is known
# well, and the step from a normal around its mode is nearly the same.
_INTEGRATED = 8
# Where the house effect is looked at: around each claim, in errors of the claim.
_AROUND = np.array([-4.0, -2.0, -1.0, -0.4, 0.0, 0.4, 1.0, 2.0, 4.0])


@dataclass(frozen=True, eq=False)
class _Outlook:
    """What each row (R,) expects to be said at a mode: `eta` with the sd `spread`, of which
    `given` is left where the house effect is known; the `house` effect that it loads on, -1 for
    none, with the weight `load`."""

    eta: Array
    spread: Array
    given: Array
    house: Index
    load: Array


def _outlook_of(peak: Peak) -> _Outlook:
    """What the claims of a mode's problem expect."""
    problem, spot = peak.objective.problem, peak.spot
    rows, effects, border = problem.rows, problem.effects, problem.border
    pattern, slopes, back = row_slopes(peak)
    solved = peak.factor.solve(np.ascontiguousarray(slopes.T))
    variance = np.einsum("ij,ji->i", slopes, solved)
    houses = np.array([effect.kind == "house" for effect in effects.effects], dtype=bool)
    some = houses[effects.column]
    house = np.full(effects.patterns, -1, dtype=np.intp)
    house[effects.pattern[some]] = effects.column[some]
    load = np.zeros(effects.patterns)
    load[effects.pattern[some]] = effects.weight[some]
    of = house[pattern]
    known = np.flatnonzero(of >= 0)
    shared = solved[border + of[known], known]
    given = variance.copy()
    given[known] -= shared**2 / peak.factor.variances()[border + of[known]]
    eta = spot.f[rows.place] + effects.values(spot.x[border:])[rows.load]
    spread, left = np.sqrt(np.maximum([variance, given], 0.0))[:, back]
    return _Outlook(eta, spread, left, house[rows.load], load[rows.load])


def heard_errors(peak: Peak, errors: Errors, setting: Setting) -> Errors:
    """The `errors` of a mode at `setting` with what is to be expected of each stream: of the log of
    its error the mean and the sd, and its odds of a gross error.

    What is usual is found with them: where one tally of many claims is steady to a thousandth, the
    sigma_0 of the lattice is that of the tally, and not what others are to be taken for.
    """
    problem = peak.objective.problem
    told = _told(peak, setting, errors.lags) + log_prior(ODDS / ODDS_SD)
    of_size = np.logaddexp.reduce(told, axis=2)
    # by the shift of all from sigma_0: (shifts, sizes), (streams, shifts, sizes), (streams, shifts)
    joint = log_prior((SIZES - SIZES[:, None]) / STREAM_LOG_SD) + of_size[:, None]
    of_shift = np.logaddexp.reduce(joint, axis=2)
    enough = np.bincount(problem.rows.stream, minlength=len(told)) >= FEWEST
    if not enough.any():
        return errors
    logs = -0.5 * (setting.error + SIZES) ** 2 + of_shift[enough].sum(axis=0)
    shift = np.exp(logs - np.logaddexp.reduce(logs))
    middle, around = moments(shift)
    weight = shift @ np.exp(joint - of_shift[..., None])
    sizes, sd = moments(weight)
    odds = np.einsum("sg,sgo,o->s", weight, np.exp(told - of_size[..., None]), ODDS)
    return replace(
        errors,
        sigma=np.exp(np.where(enough, sizes, middle)),
        sigma_sd=np.where(enough, sd, np.hypot(around, USUAL_SD)),
        odds=np.where(enough, odds, 0.0),
    )


def _told(peak: Peak, setting: Setting, lags: Array) -> Array:
    """Log likelihoods (S + 1, sizes, odds) of each stream's error and odds; 0 without claims."""
    problem = peak.objective.problem
    rows, streams, outlook = problem.rows, len(problem.streams) + 1, _outlook_of(peak)
    few = np.bincount(rows.stream, minlength=streams) <= _INTEGRATED
    few[rows.stream[outlook.house < 0]] = False
    thin = few[rows.stream]
    houses = _Houses.thin(peak, outlook, thin)
    unit = problem.error * float(np.exp(setting.error))
    told = np.zeros((streams, len(SIZES), len(ODDS)))
    for g, size in enumerate(SIZES):
        sigma = np.hypot(unit * np.exp(size), lags)
        law = claim_law(rows, sigma, problem.log_scale)
        for at, share in SLICES:
            masses = log_mass(law.at(outlook.eta + at * outlook.spread), rows.gross, ODDS[:, None])
            told[:, g] += share * sum_by(rows.stream, masses, streams).T
        if thin.any():
            told[houses.streams, g] = houses.told(sigma[thin], problem.log_scale)
    return told


@dataclass(frozen=True, eq=False)
class _Houses:
    """The house effects of thin `streams` (T,): where they stand at a mode, x, with their prior,
    and the `rows` (R,) of these streams, with the number of each one's `stream` among them and its
    `rank` in it; eta, `given` and `load` as in `_Outlook`."""

    streams: Index
    x: Array
    centre: Array
    scale: Array
    tail: Array
    rows: Rows
    stream: Index
    rank: Index
    eta: Array
    given: Array
    load: Array

    @classmethod
    def thin(cls, peak: Peak, outlook: _Outlook, thin: Flags) -> _Houses:
        """Those of the streams whose rows (R,) are `thin`."""
        problem, terms = peak.objective.problem, peak.objective.terms
        rows = _some(problem.rows, thin)
        streams, first, of = np.unique(rows.stream, return_index=True, return_inverse=True)
        order = np.argsort(of, kind="stable")
        rank = np.empty(len(of), dtype=np.intp)
        rank[order] = np.arange(len(of)) - np.searchsorted(of[order], of[order])
        house = outlook.house[thin][first]
        term = len(terms.centre) - len(problem.effects.effects) + house
        return cls(
            streams, peak.spot.x[problem.border + house], terms.centre[term], terms.scale[term],
            terms.tail[term], rows, of, rank, outlook.eta[thin], outlook.given[thin],
            outlook.load[thin],
        )  # fmt: skip

    def told(self, sigma: Array, log_scale: bool) -> Array:
        """Log likelihoods (T, odds) where the rows err by `sigma` (R,)."""
        width = np.hypot(sigma, self.given) / self.load
        away = (self.rows.said - self.eta) / self.load
        nodes = np.zeros((len(self.streams), _INTEGRATED + 1, len(_AROUND)))
        nodes[self.stream, self.rank] = away[:, None] + _AROUND * width[:, None]
        moved = np.sort(nodes.reshape(len(self.streams), -1), axis=1).T
        step = np.diff(moved, axis=0, prepend=moved[:1], append=moved[-1:])
        volume = np.log(np.maximum(0.5 * (step[1:] + step[:-1]), 1e-300))
        found = penalty((self.x + moved - self.centre) / self.scale, self.tail)
        prior = volume - found.value - found.log_stretch - np.log(self.scale)
        law = claim_law(self.rows, sigma, log_scale)
        logs = np.zeros((len(moved), len(ODDS), len(self.streams)))
        eta = self.eta + self.load * moved[:, self.stream]
        for at, share in SLICES:
            mass = law.at(eta + at * self.given)
            each = replace(mass, mass=mass.mass[:, None], gross=mass.gross[:, None])
            masses = log_mass(each, self.rows.gross, ODDS[:, None])
            logs = logs + share * sum_by(self.stream, masses, len(self.streams))
        return np.logaddexp.reduce(logs + prior[:, None], axis=0).T


def _some(rows: Rows, keep: Flags) -> Rows:
    """The rows (R,) to `keep`."""
    cells = keep[rows.of]
    by_cell = {"of", "lower", "upper", "weight"}
    table: dict[str, Any] = {
        field.name: getattr(rows, field.name)[cells if field.name in by_cell else keep]
        for field in fields(Rows)
    }
    table["of"] = (np.cumsum(keep) - 1)[rows.of[cells]]
    return Rows(**table)
