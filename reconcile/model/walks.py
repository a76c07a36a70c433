"""The prior of the paths: mean-reverting walks with heavy-tailed increments.

Each unknown has one term ``(sum of coef x - centre) / scale = H(z, tail)``, z standard normal:

    lambda_1 - mu = S H(z, .45)           or the registry's initial rate
    lambda_j - mu = phi (lambda_{j-1} - mu) + S sqrt(1 - phi^2) H(z, .45),  phi = exp(-dt / tau);
                                          after the last claim H(z, 0)
    mu = m + 4 z                          or the registry's rate
    log P = mu + log(60 days) + 1.5 H(z, .25)

The centre m comes from the claims (`model/centre.py`) and is weak; so no count is usual or unusual,
and multiplying all counts by a constant moves every answer by that constant.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace

import numpy as np

from reconcile.model.priors import (
    AHEAD_TAIL,
    FIRST_RETENTION,
    GROWTH_SLOPE,
    HALF_TIME,
    LEAP_TAIL,
    LEVEL_LOG_SD,
    LEVEL_REVERSION,
    LEVEL_STEP,
    MEAN_SD,
    PACE_LOG_SD,
    PACE_SD,
    PAST_DAYS,
    PAST_SD,
    PAST_TAIL,
    RATIO_MEAN_SD,
    RATIO_REVERSION,
    RATIO_SD,
    RETENTION,
    RETENTION_REVERSION,
    RETENTION_STEP,
    REVERSION,
)
from reconcile.model.scale import unit_of
from reconcile.model.states import States, Track
from reconcile.numerics.arrays import Array, Index
from reconcile.values import Quantity

# Why an answer is uncertain: what words mean, that sources differ, what happened between the
# claims, and what nobody claims at all.
CAUSES = ("words", "sources", "time", "priors")
WORDS, SOURCES, TIME, PRIORS = range(4)  # their places in `CAUSES`


@dataclass(frozen=True, eq=False)
class Terms:
    """T prior terms over up to four unknowns each: `at` and `coef` (T, 4), `centre`, `scale` and
    `tail` (T,). `cause` (T,) says what kind of ignorance a term is; `pace` and `kappa` (T,) how the
    scale follows the hyperparameters (`scaled`)."""

    at: Index
    coef: Array
    centre: Array
    scale: Array
    tail: Array
    cause: Index
    pace: Array
    kappa: Array

    def scaled(
        self, pace: Array | float, log_kappa: Array | float, shift: Array | float = 0.0
    ) -> Terms:
        """With the volatility `pace` log sds above its median, and the spread of sources kappa;
        `shift` (T,) is added to its log where several root quantities have one each."""
        factor = np.exp(self.pace * pace + self.kappa * (log_kappa + shift))
        return replace(self, scale=self.scale * factor)

    def errors(self, x: Array) -> Array:
        """``(sum of coef x - centre) / scale`` (..., T) at `x` (..., size)."""
        return ((self.coef * x[..., self.at]).sum(axis=-1) - self.centre) / self.scale


def stacked_terms(pieces: Sequence[Terms]) -> Terms:
    """All terms of `pieces`, in their order."""
    return Terms(*(np.concatenate([getattr(p, f.name) for p in pieces]) for f in fields(Terms)))


def mean_columns(states: States) -> list[Index]:
    """For each track the columns of mu and of the ratio means, behind the states."""
    at = states.size
    found: list[Index] = []
    for track in states.tracks:
        count = track.size if track.walk.root.kind != "constant" else track.size - 1
        found.append(np.arange(at, at + count))
        at += count
    return found


def walk_terms(
    states: States, centres: Mapping[str, float], scale: float = 1.0, last: float = math.inf
) -> Terms:
    """The terms of every state and mean at the median volatility. `centres`: m by root quantity;
    `scale` multiplies every sd but the increments'; the last claims speak of the time `last`."""
    columns = mean_columns(states)
    found = [
        _track_terms(states, track, means, centres[track.walk.root.id], scale, last)
        for track, means in zip(states.tracks, columns, strict=True)
    ]
    if states.grows:
        found.append(_growth_terms(states, scale))
    return stacked_terms(found)


def _growth_terms(states: States, scale: float) -> Terms:
    """The half-time and the slope of the completeness of an event that is over."""
    over = [q for q in states.component.quantities.values() if q.closed is not None]
    stated = [(q.prior("half_time"), q.prior("slope")) for q in over]
    half = next((h for h, _ in stated if h is not None), None)
    slope = next((s for _, s in stated if s is not None), None)
    rows = [
        _row([states.size + column], [1.0], math.log(median), scale * log_sd, 0.0, TIME)
        for column, (median, log_sd) in (
            (-2, (half.median, half.log_sd) if half else HALF_TIME),
            (-1, (slope.median, slope.log_sd) if slope else GROWTH_SLOPE),
        )
    ]
    return _built(rows)


def _track_terms(
    states: States, track: Track, means: Index, centre: float, scale: float, last: float
) -> Terms:
    root = track.walk.root
    whole = np.arange(*track.at(0).indices(states.size))
    mid, mid_sd = _mean_prior(root, centre)
    if root.kind == "constant":
        rows = [_row([whole[0]], [1.0], mid, scale * mid_sd, 0.0, PRIORS)]
        return _built(rows + _ratio_rows(track, states, means, scale))
    mu = int(means[0])
    S, tau, log_sd = _volatility(root)
    rows = [_row([mu], [1.0], mid, scale * mid_sd, 0.0, PRIORS)]
    if track.past:
        rows.append(
            _row(
                [whole[0], mu], [1.0, -1.0], math.log(PAST_DAYS), scale * PAST_SD, PAST_TAIL, PRIORS
            )
        )
        whole = whole[1:]
    rows.append(_first_row(root, int(whole[0]), mu, S, scale, log_sd))
    phi = np.exp(-_steps(states, track) / tau)
    begins = states.grid.edges[track.start + 1 : track.stop]
    tails = np.where(begins > last - 1e-9, AHEAD_TAIL, LEAP_TAIL)
    for j, (step, tail) in enumerate(zip(phi, tails, strict=True)):
        rows.append(
            _row(
                [whole[j + 1], whole[j], mu], [1.0, -step, step - 1.0], 0.0,
                S * math.sqrt(1 - step**2), float(tail), TIME, log_sd,
            )
        )  # fmt: skip
    return _built(rows + _ratio_rows(track, states, means[1:], scale))


_Row = tuple[list[int], list[float], float, float, float, int, float]


def _row(
    at: Sequence[int | np.intp], coef: Sequence[float | np.float64], centre: float, scale: float,
    tail: float, cause: int, pace: float = 0.0,
) -> _Row:  # fmt: skip
    return [int(a) for a in at], [float(c) for c in coef], centre, scale, tail, cause, pace


def _built(rows: Sequence[_Row]) -> Terms:
    at = np.array([row[0] + [row[0][0]] * (4 - len(row[0])) for row in rows], dtype=np.intp)
    coef = np.array([row[1] + [0.0] * (4 - len(row[1])) for row in rows])
    rest = [np.array([row[i] for row in rows], dtype=float) for i in (2, 3, 4)]
    cause = np.array([row[5] for row in rows], dtype=np.intp)
    pace = np.array([row[6] for row in rows], dtype=float)
    return Terms(at, coef, rest[0], rest[1], rest[2], cause, pace, np.zeros(len(rows)))


def _steps(states: States, track: Track) -> Array:
    """Days (steps - 1,) between the middles of cells, or between the ends where levels are
    known."""
    grid = states.grid
    times = grid.middles if track.walk.root.kind == "cumulative" else grid.edges[1:]
    return np.diff(times[track.start : track.stop])


def _prior(root: Quantity, name: str) -> tuple[float, float] | None:
    found = root.prior(name)
    if found is None:
        return None
    if root.scale == "log":
        return math.log(found.median), found.log_sd
    unit = unit_of(root)
    return found.median / unit, found.log_sd / unit


def _mean_name(root: Quantity) -> str:
    if root.kind == "cumulative":
        return "rate"
    return "retention" if root.arrivals else "level"


def _mean_prior(root: Quantity, centre: float) -> tuple[float, float]:
    stated = _prior(root, _mean_name(root))
    if stated is None and root.arrivals:
        return math.log(RETENTION[0]), RETENTION[1]
    return stated or (centre, MEAN_SD[root.scale])


def _first_row(root: Quantity, first: int, mu: int, S: float, scale: float, log_sd: float) -> _Row:
    stated = _prior(root, f"initial_{_mean_name(root)}")
    if stated is None and root.arrivals:
        stated = math.log(FIRST_RETENTION[0]), FIRST_RETENTION[1]
    if stated is not None:
        return _row([first], [1.0], stated[0], scale * stated[1], 0.0, PRIORS)
    return _row([first, mu], [1.0, -1.0], 0.0, S, LEAP_TAIL, PRIORS, log_sd)


def _volatility(root: Quantity) -> tuple[float, float, float]:
    """The stationary sd S, the reversion tau in days, and the log sd of S; the registry states the
    sd per square root of a day, and tau."""
    stated, tau = root.prior("volatility"), root.prior("reversion")
    total, fed = root.kind == "cumulative", root.arrivals is not None
    days = REVERSION if total else RETENTION_REVERSION if fed else LEVEL_REVERSION
    days = tau.median if tau else days
    if stated:
        return _stationary(stated.median, days), days, stated.log_sd
    if total:
        return PACE_SD, days, PACE_LOG_SD
    return _stationary(RETENTION_STEP if fed else LEVEL_STEP, days), days, LEVEL_LOG_SD


def _stationary(step: float, days: float) -> float:
    return step * math.sqrt(days / 2)


def moved_before(root: Quantity, days: float, pace: Array) -> Array:
    """How far (sd) a level of `root` lay, so many `days` before its first claim, from what it was
    at that claim, at volatilities `pace` log sds above their median: the stationary walk read
    backwards, its mean unknown."""
    S, tau, log_sd = _volatility(root)
    return S * np.exp(log_sd * pace) * math.sqrt(2 * (1 - math.exp(-days / tau)))


def _ratio_rows(track: Track, states: States, means: Index, scale: float) -> list[_Row]:
    """Log ratios of parts to the first part: an Ornstein-Uhlenbeck walk around their mean."""
    rows: list[_Row] = []
    constant = track.walk.root.kind == "constant"
    steps = np.zeros(0) if constant else _steps(states, track)
    for number, leaf in enumerate(track.walk.leaves[1:], start=1):
        stated = leaf.prior("ratio")
        mid, sd = (math.log(stated.median), stated.log_sd) if stated else (0.0, RATIO_MEAN_SD)
        mean = int(means[number - 1])
        own = np.arange(*track.at(number).indices(states.size))
        rows.append(_row([mean], [1.0], mid, scale * sd, 0.0, PRIORS))
        if track.past:
            rows.append(_row([own[0], mean], [1.0, -1.0], 0.0, RATIO_SD, 0.0, PRIORS))
            own = own[1:]
        rows.append(_row([own[0], mean], [1.0, -1.0], 0.0, RATIO_SD, 0.0, PRIORS))
        for j, phi in enumerate(np.exp(-steps / RATIO_REVERSION)):
            rows.append(
                _row(
                    [own[j + 1], own[j], mean], [1.0, -phi, phi - 1.0], 0.0,
                    RATIO_SD * math.sqrt(1 - phi**2), 0.0, TIME,
                )
            )  # fmt: skip
    return rows
