"""What each claim is expected to say: of claims to come, and of the fit's own without
themselves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.special import gammaincinv

from reconcile.inference.claim_law import shifted_odds
from reconcile.inference.forecast.expected import Expected, Scales, mixture
from reconcile.inference.forecast.said_table import stream_of
from reconcile.inference.forecast.stream_sizes import heard_errors
from reconcile.inference.lanes import Climb, climbed
from reconcile.inference.lattice import Cloud, Node
from reconcile.inference.profile import value_and_gradient
from reconcile.inference.stream_errors import timing_of
from reconcile.model.functionals import Asked, Functionals, functionals
from reconcile.model.houses import Effects, effects_of
from reconcile.model.lineage import Lineage
from reconcile.model.observations import Observation, observed
from reconcile.model.placements import placements
from reconcile.model.priors import CONTAMINATED, CONTAMINATED_SCALE, HOUSE_TAIL
from reconcile.model.scale import unit_of
from reconcile.model.truth import TrackRecord
from reconcile.numerics.arrays import Array, Index
from reconcile.numerics.sums import sum_by
from reconcile.values import Claim, Source

# Slices of a new source's house effect, by its variance: the last hold its tail.
_NEW_SLICES = np.array([0.5, 0.3, 0.15, 0.05])
# A claim that holds nearly all of its own variance is looked at as if it held nine tenths.
_LEAST_LEFT = 0.1


def expected_of(cloud: Cloud, claims: Sequence[Claim], sources: Mapping[str, Source]) -> Expected:
    """What each of `claims` (N, each alone) is expected to say: logs, log odds, or the number."""
    cloud = _as_heard(cloud)
    problem = cloud.problem
    quantities = problem.component.quantities
    line = Lineage(tuple(claims), {}, {claim.id: claim for claim in claims})
    readings = [observed(c, quantities[c.quantity], sources[c.source]) for c in claims]
    effects, of = effects_of(
        problem.component, claims, line, readings, sources, {}, TrackRecord({})
    )
    placed = [placements(c, quantities[c.quantity], problem.grid.origin) for c in claims]
    counts = np.array([len(found) for found in placed])
    laid = functionals([p for found in placed for p in found], problem.states)
    loads = effects.loads[of]
    known, new = _matched(cloud, effects)
    found = [
        _moments(cloud, node, laid, counts, loads[:, known[:, 0]], known[:, 1])
        for node in cloud.nodes
    ]
    mean, variance = _mixed(cloud, found)
    fresh = np.zeros(len(claims))
    for column in new:
        effect = effects.effects[column]
        mean = mean + loads[:, column] * effect.mean
        add = (loads[:, column] * effect.sd) ** 2
        if effect.learnt:
            fresh += add
        else:
            variance = variance + add
    stream = {name: i for i, name in enumerate(problem.streams)}
    number = np.array([stream.get(stream_of(claim), -1) for claim in claims], dtype=np.intp)
    told = _Told(cloud, claims, readings, number, _timing(cloud, claims, placed))
    scale, share = _new_effects(cloud)
    fixed, some = variance[:, None], fresh > 0
    pieces = [
        (np.flatnonzero(~some), fixed, None),
        (np.flatnonzero(some), fixed + fresh[:, None] * scale, share),
    ]
    pieces = [piece for piece in pieces if len(piece[0])]
    found = Expected.joined([told.mixture(at, mean, var, share) for at, var, share in pieces])
    return found.taken(np.argsort(np.concatenate([at for at, *_ in pieces])))


def left_out(cloud: Cloud) -> Expected:
    """What each claim of the fit (N) would have been expected to say had it not been there: one
    step from the mode of each node, as Newton's method would take it."""
    problem = cloud.problem
    mean, variance = _mixed(cloud, [_without(cloud, node) for node in cloud.nodes])
    rows = problem.rows
    first = np.searchsorted(rows.claim, np.arange(len(problem.claims)))
    readings = [
        Observation(
            (),
            "",
            float(rows.extra[i]),
            bool(rows.thinned[i]),
            float(rows.gross[i]),
            float(rows.wide[i]),
        )
        for i in first
    ]
    told = _Told(cloud, problem.claims, readings, rows.stream[first], cloud.errors.lags[first])
    return told.mixture(np.arange(len(first)), mean, variance[:, None])


def _timing(cloud: Cloud, claims: Sequence[Claim], placed: Sequence[Sequence[Asked]]) -> Array:
    """The sds of the logs of totals that `claims` state (N,), as the time of a count varies."""
    problem, x = cloud.problem, cloud.nodes[0].peak.spot.x[: cloud.problem.states.size]
    timed = [problem.log_scale and claim.period.kind == "on" and bool(found)
             for claim, found in zip(claims, placed, strict=True)]  # fmt: skip
    first = [found[0] for found, told in zip(placed, timed, strict=True) if told]
    sds = np.zeros(len(claims))
    f, _ = functionals(first, problem.states).values(x)
    sds[timed] = timing_of(problem.states, x, first, f).errors(cloud.errors.lag)
    return sds


def _sigma(cloud: Cloud) -> tuple[float, float]:
    """The posterior mean of sigma_0, and the sd of its log."""
    error = np.array([node.setting.error for node in cloud.nodes])
    middle = float(cloud.weights @ error)
    sd = float(np.sqrt(cloud.weights @ (error - middle) ** 2))
    return cloud.problem.error * float(cloud.weights @ np.exp(error)), sd


def _as_heard(cloud: Cloud) -> Cloud:
    """With the errors of its series as they are to be expected, found at the heaviest node; once
    more with the path and house effects that go with these."""
    node, (usual, _) = cloud.nodes[0], _sigma(cloud)
    errors = heard_errors(node.peak, cloud.errors, node.setting)
    if errors is cloud.errors:
        return cloud
    again = Climb(node.setting, node.peak.spot.x, node.peak.objective.law.wrong)
    (peak,) = climbed(cloud.problem, errors, [again])
    errors = heard_errors(peak, errors, node.setting)
    unit = cloud.problem.error * float(np.exp(node.setting.error))
    return replace(cloud, errors=replace(errors, sigma=errors.sigma * unit / usual))


def _new_effects(cloud: Cloud) -> tuple[Array, Array]:
    """The variance of a house effect that no claim tells of, in squares of its grade's spread, in
    slices, and their shares: kappa squared times a scale mixture of normals, t with 1 / h degrees
    of freedom in place of H(z, h)."""
    shape = 0.5 / HOUSE_TAIL
    precision = gammaincinv(shape, (np.arange(99) + 0.5) / 99) / shape
    kappa = np.exp([2 * node.setting.log_kappa for node in cloud.nodes])
    scale = (kappa[:, None] / precision).ravel()
    weight = np.repeat(cloud.weights, len(precision)) / len(precision)
    order = np.argsort(scale)
    slices = np.searchsorted(np.cumsum(_NEW_SLICES)[:-1], np.cumsum(weight[order]))
    share = sum_by(slices, weight[order], len(_NEW_SLICES))
    return sum_by(slices, (weight * scale)[order], len(_NEW_SLICES)) / share, share


def _matched(cloud: Cloud, effects: Effects) -> tuple[Index, Index]:
    """(K, 2) columns of `effects` that the fit knows, and which of its own they are; the others."""
    known = {effect.name: i for i, effect in enumerate(cloud.problem.effects.effects)}
    pairs = [(i, known[e.name]) for i, e in enumerate(effects.effects) if e.name in known]
    new = [i for i, e in enumerate(effects.effects) if e.name not in known]
    return np.array(pairs, dtype=np.intp).reshape(-1, 2), np.array(new, dtype=np.intp)


def _moments(
    cloud: Cloud, node: Node, laid: Functionals, counts: Index, loads: Array, at: Index
) -> tuple[Array, Array]:
    """Mean and variance (N,) of functional and known effects at one node."""
    problem, x = cloud.problem, node.peak.spot.x
    f, t = value_and_gradient(problem, node.peak, laid)
    of = np.repeat(np.arange(len(counts)), counts)
    t[problem.border + at] = loads[of].T
    variance = np.einsum("ij,ij->j", t, node.peak.factor.solve(t))
    value = f + (loads @ x[problem.border + at])[of]
    n, N = np.maximum(counts, 1), len(counts)
    mean = np.bincount(of, value, N) / n
    square = np.bincount(of, value**2 + variance, N) / n
    none = counts == 0
    return np.where(none, -20.0, mean), np.where(none, 1e-9, square - mean**2)


def _mixed(cloud: Cloud, found: Sequence[tuple[Array, Array]]) -> tuple[Array, Array]:
    w = cloud.weights
    mean = w @ np.array([m for m, _ in found])
    return mean, w @ np.array([v + (m - mean) ** 2 for m, v in found])


@dataclass(frozen=True, eq=False)
class _Told:
    """Claims (N,) with the `number` of the stream of each, and the sd that comes from when a count
    was made."""

    cloud: Cloud
    claims: Sequence[Claim]
    readings: Sequence[Observation]
    number: Index
    timing: Array

    def mixture(
        self, some: Index, mean: Array, variance: Array, share: Array | None = None
    ) -> Expected:
        """What is expected of `some` of the claims: `mean` (N,), `variance` (N, K) with the
        probabilities `share` (K,) of each."""
        errors, readings = self.cloud.errors, [self.readings[i] for i in some]
        quantities = self.cloud.problem.component.quantities
        unit = np.array([unit_of(quantities[self.claims[i].quantity]) for i in some])
        usual, usual_sd = _sigma(self.cloud)
        number = self.number[some]
        own = usual * errors.sigma[number]
        sigma = np.hypot(own, self.timing[some])
        extra = np.array([reading.extra for reading in readings])
        narrow = np.hypot(sigma, extra)
        gross = np.array([reading.gross for reading in readings])
        scales = Scales(
            unit * narrow,
            np.hypot(errors.sigma_sd[number], usual_sd) * own**2 / np.maximum(narrow**2, 1e-12),
            unit * np.hypot(CONTAMINATED_SCALE * sigma, extra),
            np.full(len(some), CONTAMINATED),
            unit * np.hypot([reading.wide for reading in readings], extra),
            shifted_odds(gross, errors.odds[number]),
            np.array([reading.thinned for reading in readings], dtype=bool),
        )
        return mixture(unit * mean[some], unit[:, None] ** 2 * variance[some], scales, share)


def _without(cloud: Cloud, node: Node) -> tuple[Array, Array]:
    """Mean and variance (N,) of what each claim is expected to say without it, at one node."""
    problem, spot = cloud.problem, node.peak.spot
    rows, N = problem.rows, len(problem.claims)
    t = np.zeros((problem.size, len(rows.claim)))
    t[: problem.states.size] = node.peak.objective.slopes(spot, rows.place).T
    t[problem.border :] = problem.effects.loads[rows.load].T
    counts = np.bincount(rows.claim, minlength=N)
    eta = spot.f[rows.place] + problem.effects.values(spot.x[problem.border :])[rows.load]
    variance = np.einsum("ij,ij->j", t, node.peak.factor.solve(t))
    mean = np.bincount(rows.claim, eta, N) / counts
    square = np.bincount(rows.claim, eta**2 + variance, N) / counts
    within = np.bincount(rows.claim, variance, N) / counts
    curve = spot.curve + np.where(problem.placed_once[rows.claim], spot.score**2, 0.0)
    weight = np.bincount(rows.claim, np.maximum(curve, 0.0), N)
    without = within / np.maximum(1 - within * weight, _LEAST_LEFT)
    shifted = mean - without * np.bincount(rows.claim, spot.score, N)
    return shifted, without + np.maximum(square - mean**2 - within, 0.0)
