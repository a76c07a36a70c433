"""Hyperparameters from the claims: MacKay's fixed point, with shrinkage, at an annealed mode.

For a scale with log theta the Laplace evidence has the gradient A - B, where A sums the squared
standardised residuals and B the rows less what their own variance explains (MacKay 1992,
doi 10.1162/neco.1992.4.3.415). To both belongs a normal prior of theta around the mean of its
kind, which is learnt in the same way.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from reconcile.inference.streams.likelihood import evidence
from reconcile.inference.streams.mode import Curved, climb, observed
from reconcile.inference.streams.system import Hyper, State, System
from reconcile.model.reading import _GROSS  # pyright: ignore[reportPrivateUsage]

__all__ = [
    "LOOSE",
    "RATIO",
    "Learnt",
    "learn",
    "refine",
    "relearn",
    "resume",
    "sigma_pieces",
    "sigma_without",
]

Array = NDArray[np.float64]
Index = NDArray[np.intp]

# log medians and log sds: of the mean over all, of a source around it, of a stream around that.
_SIGMA = (np.log(0.05), 1.5, 0.7, 0.7)
_DRIFT = (np.log(0.05), 1.0, 0.5, 0.5)
_PACE = (np.log(0.3), 0.7, 0.5, 0.5)
_LAG = (np.log(0.5), 1.0, 0.5, 0.7)
_HOUSE_SD = 0.4
# Loose numbers: some six times as far off as a source's usual ones, a tenth of all.
RATIO = (np.log(6.0), 0.4)
LOOSE = 0.1
_LOOSE_COUNT = 10.0
# Prior claims behind the share of gross errors of a grade, and behind a repeat rate.
_GROSS_COUNT, _REPEAT_COUNT, _REPEAT = 20.0, 10.0, 0.1


@dataclass(frozen=True, eq=False)
class Learnt:
    """Hyperparameters with the sds of their logs, and the means that streams are shrunk to.

    sigma_of (2 S + 1,): the log mean of each source's totals, then flows, then of an unknown
    source; drift_of (S + 1,).
    """

    hyper: Hyper
    sigma_sd: Array
    drift_sd: Array
    pace_sd: Array
    lag_sd: Array
    house_sd: Array
    sigma_of: Array
    drift_of: Array
    repeat_of: Array
    lag_of: float
    rounds: int


def start(system: System) -> Hyper:
    """The prior's hyperparameters."""
    T, blocks = len(system.blocks.streams), system.blocks
    return Hyper(
        s=np.full(len(blocks.blocks), np.exp(_PACE[0])),
        sigma=np.full(T, 0.1),
        drift=np.full(T, np.exp(_DRIFT[0])),
        gross=np.array([_GROSS[source.reliability] for source in blocks.sources]),
        repeat=np.full(T, _REPEAT),
        house=np.ones(3),
        ratio=np.full(len(blocks.sources), np.exp(RATIO[0])),
        loose=np.full(len(blocks.sources), LOOSE),
        lag=np.full(len(blocks.sources), np.exp(_LAG[0])),
        haste=np.zeros(len(system.claims.at)),
    )


def learn(system: System, rounds: int = 12, tolerance: float = 0.02) -> tuple[Learnt, Curved]:
    """Mode, curvature and hyperparameters; annealed from wide errors to their own."""
    hyper = start(system)
    at = system.start()
    for anneal, steps in ((16.0, 8), (4.0, 6)):
        at = climb(system, at, hyper, anneal, steps, 0.5 * _scale(system))[0].state
    return _rounds(system, at, hyper, rounds, tolerance)


def relearn(system: System, at: State, hyper: Hyper, rounds: int) -> tuple[Learnt, Curved]:
    """As `learn`, from a state and hyperparameters that are already near."""
    return _rounds(system, at, hyper, rounds, 0.02)


def _scale(system: System) -> float:
    """Gains in log posterior that are too small to follow grow with the number of claims."""
    return max(1.0, len(system.claims.at) / 5000)


def _settled(system: System) -> float:
    """The gain in log posterior below which a mode is found, a millionth or two for each claim."""
    return 1e-4 * max(1.0, len(system.claims.at) / 50)


def refine(
    system: System, coarse: System, state: State, hyper: Hyper, rounds: int = 4
) -> tuple[Learnt, Curved]:
    """As `learn`, on finer cells of the same blocks, from what wider cells have found."""
    return _rounds(system, _carried(system, coarse, state), hyper, rounds, 0.02)


def _carried(system: System, coarse: System, state: State) -> State:
    """A state on the cells of `coarse` as one on those of `system`."""
    lam, x = np.zeros(len(system.paths.vi)), np.zeros(system.shape.n)
    both = zip(system.blocks.blocks, coarse.blocks.blocks, strict=True)
    for b, (fine, wide) in enumerate(both):
        for leaf in range(fine.m):
            to = system.paths.first[system.paths.leaf_first_of_block[b] + leaf]
            of = coarse.paths.first[coarse.paths.leaf_first_of_block[b] + leaf]
            path = state.lam[of : of + wide.cells]
            lam[to : to + fine.cells] = np.interp(fine.middles, wide.middles, path)
        cell = np.clip(np.searchsorted(wide.edges, fine.middles) - 1, 0, wide.cells - 1)
        to, of = system.paths.chains.first[b], coarse.paths.chains.first[b]
        old = state.x[of : of + wide.cells * wide.size].reshape(wide.cells, wide.size)
        x[to : to + fine.cells * fine.size] = old[cell].ravel()
    return State(lam, x, state.beta, state.shared)


def _rounds(
    system: System, at: State, hyper: Hyper, rounds: int, tolerance: float
) -> tuple[Learnt, Curved]:
    learnt: Learnt | None = None
    hyper = replace(hyper, haste=system.haste(system.at(at, replace(hyper, haste=np.zeros(1)))))
    for number in range(rounds):
        point, factor = climb(system, at, hyper, 1.0, 2, 0.2 * _scale(system))
        at = point.state
        learnt = update(Curved(system, point, factor), hyper, number + 1)
        change = _change(hyper, learnt.hyper)
        hyper = learnt.hyper
        if change < tolerance:
            break
    assert learnt is not None
    point, _ = climb(system, at, hyper, 1.0, 60, _settled(system))
    return learnt, observed(system, point, hyper)


def resume(system: System, hyper: Hyper) -> Curved:
    """Mode and curvature at known hyperparameters, annealed as at first."""
    at = system.start()
    for anneal, steps in ((16.0, 8), (4.0, 6), (1.0, 60)):
        least = 0.1 * _settled(system) if anneal == 1 else 0.5
        at = climb(system, at, hyper, anneal, steps, least)[0].state
    return observed(system, system.at(at, hyper), hyper)


def _change(old: Hyper, new: Hyper) -> float:
    """The root mean square change of the logs."""
    pairs = ((old.s, new.s), (old.sigma, new.sigma), (old.drift, new.drift))
    return float(np.sqrt(max(np.mean(np.log(b / a) ** 2) for a, b in pairs)))


def update(at: Curved, hyper: Hyper, number: int) -> Learnt:
    """One round of the fixed point."""
    system = at.system
    T, streams = len(system.blocks.streams), system.blocks.streams
    source = np.array([stream.source for stream in streams])
    S = len(system.blocks.sources)
    flow = np.array([stream.flow for stream in streams])
    kind = source + S * flow
    variance = at.said_variances()
    pieces = sigma_pieces(at, hyper, variance)
    sums = _summed(system, pieces, T)
    held = _held_without(at, hyper, variance, sigma_without(system, pieces))
    sigma, sigma_sd, sigma_of = _shrunk(hyper.sigma, *sums, kind, 2 * S, _SIGMA)
    drift, drift_sd, drift_of = _shrunk(hyper.drift, *_drift_sums(at, hyper, T), source, S, _DRIFT)
    one = np.zeros(len(hyper.s), dtype=np.intp)
    s, pace_sd, _ = _shrunk(hyper.s, *_pace_sums(at, hyper), one, 1, _PACE)
    repeat, repeat_of = _repeat(system, at.point.claims.repeated, source, S)
    lag, lag_sd, lag_of = _lag(at, hyper, variance)
    house, house_sd = _house(at, hyper)
    new = replace(
        hyper,
        lag=lag,
        haste=system.haste(at.point),
        s=s,
        sigma=sigma,
        drift=drift,
        gross=_gross(system, held),
        repeat=repeat,
        house=house,
        ratio=_ratio(at, hyper),
        loose=_loose(system, held),
    )
    return Learnt(new, sigma_sd, drift_sd, pace_sd, lag_sd, house_sd, sigma_of, drift_of,
                  repeat_of, lag_of, number)  # fmt: skip


def _shrunk(
    old: Array, A: Array, B: Array, group: Index, n: int, prior: tuple[float, float, float, float]
) -> tuple[Array, Array, Array]:
    """New scales, the sd of their logs, and the log mean of each group (n + 1,), last of a new one.

    Maximises -A/2 exp(-2 (theta - theta0)) - B theta - (theta - mean)^2 / 2 tau^2 over theta.
    """
    base, base_sd, group_sd, own_sd = prior
    B = np.maximum(B, 1e-3)
    free = np.log(old) + np.clip(0.5 * np.log(np.maximum(A, 1e-6) / B), -1.5, 1.5)
    info = 1 / (own_sd**2 + 1 / (2 * B))
    info = np.where(B > 0.05, info, 0.0)
    weight = np.bincount(group, info, n)
    centre = np.bincount(group, info * free, n) / np.maximum(weight, 1e-12)
    between = np.where(weight > 0, 1 / (group_sd**2 + 1 / np.maximum(weight, 1e-12)), 0.0)
    top = (base / base_sd**2 + between @ centre) / (1 / base_sd**2 + between.sum())
    mean = (top / group_sd**2 + weight * centre) / (1 / group_sd**2 + weight)
    theta0, goal = np.log(old), mean[group]
    theta = theta0.copy()
    for _ in range(8):
        pull = A * np.exp(-2 * (theta - theta0))
        slope = pull - B - (theta - goal) / own_sd**2
        theta += np.clip(slope / (2 * pull + 1 / own_sd**2), -1.0, 1.0)
    own = 1 / (2 * B + 1 / own_sd**2)
    loose = own / own_sd**2  # the share that rests on the mean of its group, itself uncertain
    sd = np.sqrt(own + loose**2 / (1 / group_sd**2 + weight[group]))
    return np.exp(theta), sd, np.append(mean, top)


def _held_without(at: Curved, hyper: Hyper, variance: Array, less: Array) -> Array:
    """Responsibilities (3, R) of the laws, each claim judged by what the others say of it.

    At the mode a claim has drawn the fit to itself, and gross errors of thin streams look small.
    The others' view is that of the mode without the claim's own pull (one step), as wide as that.
    """
    system, claims = at.system, at.point.claims
    weight = claims.tight.sum(axis=0)
    without = variance / np.maximum(1 - variance * weight, 0.1)
    eta = system.eta(at.point) - without * claims.score
    law = system.law(hyper, 1.0, less)
    scales = tuple(np.sqrt(scale**2 + without) for scale in law.scales)
    return evidence(replace(law, scales=scales), eta).held


def sigma_pieces(at: Curved, hyper: Hyper, variance: Array) -> tuple[Array, Array]:
    """What each row (R,) adds to A and B of its stream's sigma."""
    system = at.system
    of = system.claims.claim_of[system.row_order]
    return _pieces(at, hyper, variance, hyper.sigma[system.stream[of]])


def _pieces(at: Curved, hyper: Hyper, variance: Array, part: Array) -> tuple[Array, Array]:
    """What each row (R,) adds to A and B of a scale that is a `part` (R,) of a claim's own."""
    system, claims = at.system, at.point.claims
    of = system.claims.claim_of[system.row_order]
    laws = system.law(hyper, 1.0)
    A, B = np.zeros(len(of)), np.zeros(len(of))
    for law in (0, 1):
        scale = part * (hyper.ratio[system.claims.source[of]] if law else 1.0)
        share = np.minimum(scale**2 / laws.scales[law] ** 2, 1.0)
        share = np.where(laws.thinned, 0.0, share)
        seen = np.minimum(claims.tight[law] * variance, claims.held[law])
        A += share * claims.spread[law]
        B += share * (claims.held[law] - seen)
    return A, B


def _lag(at: Curved, hyper: Hyper, variance: Array) -> tuple[Array, Array, float]:
    """By how many days each source's counts vary, the sd of its log, and that of a new one."""
    claims, S = at.system.claims, len(hyper.lag)
    of = claims.claim_of[at.system.row_order]
    source = claims.source[of]
    pieces = _pieces(at, hyper, variance, hyper.lag[source] * hyper.haste[of])
    A, B = (np.bincount(source, piece, S).astype(np.float64) for piece in pieces)
    lag, sd, mean = _shrunk(hyper.lag, A, B, np.zeros(S, dtype=np.intp), 1, _LAG)
    return lag, sd, float(np.exp(mean[0]))


def _summed(system: System, pieces: tuple[Array, Array], T: int) -> tuple[Array, Array]:
    stream = system.stream[system.claims.claim_of[system.row_order]]
    A, B = (np.bincount(stream, piece, T).astype(np.float64) for piece in pieces)
    return A, B


def sigma_without(system: System, pieces: tuple[Array, Array]) -> Array:
    """The factor (N,) by which each claim's sigma would be other without the claim itself.

    The stream's equation, A exp(-2 d) - B = d / tau^2 once it holds at d = 0, less the claim's
    own A and B, by Newton steps.
    """
    T, N = len(system.blocks.streams), len(system.claims.at)
    A = _summed(system, pieces, T)[0][system.stream]
    of = system.claims.claim_of[system.row_order]
    a, b = (np.bincount(of, piece, N) for piece in pieces)
    stiff = 1 / _SIGMA[3] ** 2
    d = np.zeros(N)
    for _ in range(5):
        pull = np.maximum(A - a, 0.0) * np.exp(-2 * d)
        slope = pull - (A - b) - d * stiff
        d += np.clip(slope / (2 * pull + stiff), -1.0, 1.0)
    return np.exp(d)


def _ratio(at: Curved, hyper: Hyper) -> Array:
    """How far off the loose numbers of each source are, in its sigmas."""
    system, claims = at.system, at.point.claims
    of = system.claims.source[system.claims.claim_of[system.row_order]]
    A = np.bincount(of, claims.spread[1], len(hyper.ratio))
    B = np.bincount(of, claims.held[1], len(hyper.ratio))
    return np.array([_scaled(r, a, b, *RATIO) for r, a, b in zip(hyper.ratio, A, B, strict=True)])


def _loose(system: System, held: Array) -> Array:
    of = system.claims.source[system.claims.claim_of[system.row_order]]
    S = len(system.blocks.sources)
    both = np.bincount(of, held[0] + held[1], S)
    return (np.bincount(of, held[1], S) + _LOOSE_COUNT * LOOSE) / (both + _LOOSE_COUNT)


def _drift_sums(at: Curved, hyper: Hyper, T: int) -> tuple[Array, Array]:
    system = at.system
    v = system.drift_variance(hyper)
    share = at.variances(system.drifts, system.drift_coefs) / v
    A = np.bincount(system.drift_stream, at.point.drift_residuals**2 / v, T)
    B = np.bincount(system.drift_stream, 1 - np.minimum(share, 1.0), T)
    return A.astype(np.float64), B.astype(np.float64)


def _pace_sums(at: Curved, hyper: Hyper) -> tuple[Array, Array]:
    system, K = at.system, len(hyper.s)
    A, B = np.zeros(K), np.zeros(K)
    _, walked = system.coefs(at.point)
    for walk, c, r in zip(system.walks, walked, at.point.walk_residuals, strict=True):
        keep = walk.walk >= 0
        v = system.walk_variance(walk, hyper)
        own = (hyper.s[walk.rows.block] ** 2 * walk.common / v)[keep]
        share = (at.variances(walk.rows, c) / v)[keep]
        A += np.bincount(walk.walk[keep], own * (r * r / v)[keep], K)
        B += np.bincount(walk.walk[keep], own * (1 - np.minimum(share, 1.0)), K)
    return A, B


def _house(at: Curved, hyper: Hyper) -> tuple[Array, Array]:
    """Multipliers of the prior sds of side effects, house effects and leans; sds of their logs."""
    system, prior = at.system, at.system.prior
    new, rows = hyper.house.copy(), np.zeros(3)
    k, place = prior.house_at.T
    cov = at.border
    residual = system.house_residuals(at.point.state)
    variance = cov[k, place, place]
    for p in range(prior.parents.shape[1]):
        column = system.local + system.shared_place[:, p]
        load = prior.loads[:, p]
        variance = (
            variance + load * load * cov[k, column, column] - 2 * load * cov[k, place, column]
        )
    sd = prior.house_sd * hyper.house[prior.kind]
    for kind in (1, 2):
        mine = prior.kind == kind
        A = float(np.sum((residual[mine] / sd[mine]) ** 2))
        B = float(np.sum(1 - np.minimum(variance[mine] / sd[mine] ** 2, 1.0)))
        new[kind], rows[kind] = _scaled(hyper.house[kind], A, B), B
    mine = prior.shared_kind == 0
    sd_shared = prior.shared_sd[mine] * hyper.house[0]
    A = float(np.sum((at.point.state.shared[mine] / sd_shared) ** 2))
    var_shared = np.diag(at.factor.outer)[mine]
    B = float(np.sum(1 - np.minimum(var_shared / sd_shared**2, 1)))
    new[0], rows[0] = _scaled(hyper.house[0], A, B), B
    return new, 1 / np.sqrt(2 * rows + 1 / _HOUSE_SD**2)


def _scaled(old: float, A: float, B: float, mean: float = 0.0, sd: float = _HOUSE_SD) -> float:
    """A scale whose log has the prior N(mean, sd^2), given A and B at its `old` value."""
    theta0 = theta = float(np.log(old))
    for _ in range(8):
        pull = A * np.exp(-2 * (theta - theta0))
        slope = pull - B - (theta - mean) / sd**2
        theta += np.clip(slope / (2 * pull + 1 / sd**2), -1.0, 1.0)
    return float(np.exp(theta))


def _gross(system: System, held: Array) -> Array:
    """The share of gross errors among the claims of each source that are no mere repeats."""
    sources, claims = system.blocks.sources, system.claims
    of, S = claims.claim_of[system.row_order], len(sources)
    prior = np.array([_GROSS[source.reliability] for source in sources])
    plain = np.where(claims.gross[of] < 0.5, 1.0, 0.0)
    count = np.bincount(claims.source[of], plain * held.sum(axis=0), S)
    hits = np.bincount(claims.source[of], plain * held[2], S)
    return np.clip((hits + _GROSS_COUNT * prior) / (count + _GROSS_COUNT), 1e-4, 0.6)


def _repeat(system: System, found: Array, source: Index, S: int) -> tuple[Array, Array]:
    """The probability that a stream says its last number again, shrunk to its source."""
    T = len(source)
    hits = np.bincount(system.stream, np.where(system.repeats, found, 0.0), T)
    count = np.bincount(system.stream, system.claims.total.astype(float), T)
    by_source = np.bincount(source, hits, S), np.bincount(source, count, S)
    mean = (by_source[0] + _REPEAT_COUNT * _REPEAT) / (by_source[1] + _REPEAT_COUNT)
    rate = (hits + _REPEAT_COUNT * mean[source]) / (count + _REPEAT_COUNT)
    return np.clip(rate, 1e-4, 0.95), np.append(mean, _REPEAT)
