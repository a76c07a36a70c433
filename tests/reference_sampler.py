"""Two slow ways to the posterior of `reference_model`: tempered SMC, and quadrature for one day.

Sequential Monte Carlo (Del Moral, Doucet and Jasra 2006): particles from the prior are taken to the
posterior through powers of the likelihood, resampled, and moved by Metropolis steps that leave each
power's law unchanged. Where all claims speak of one day every unknown but kappa and sigma_0 is
integrated on a grid of logs.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray
from reference_model import Reference, Said, claim_mass, tukey
from scipy.signal import fftconvolve
from scipy.special import lambertw, ndtr

from reconcile import Ledger

__all__ = ["Exact", "Sampled", "quadrature", "smc"]

Array = NDArray[np.float64]


# ------------------------------------------------------------------ tempered SMC


@dataclass(frozen=True)
class Sampled:
    """Particles z (N, D) of the posterior, equally weighted; log evidence; powers taken."""

    reference: Reference
    z: Array
    log_evidence: float
    powers: tuple[float, ...]

    def quantile(self, day: date, p: float) -> float:
        """Of the total at the end of `day`."""
        return float(np.exp(np.quantile(self.reference.log_total_at(self.z, day), p)))

    def holds(self, day: date, lower: float, upper: float) -> float:
        """The posterior mass between two totals."""
        low, high = np.log(max(lower, 1e-9)), np.log(max(upper, 1e-9))
        totals = self.reference.log_total_at(self.z, day)
        return float(np.mean((totals >= low) & (totals <= high)))


def smc(
    reference: Reference, n: int = 4000, *, seed: int = 0, sweeps: int = 10, keep: float = 0.7
) -> Sampled:
    """Sample the posterior; `keep`: effective share of particles at each step of the power."""
    rng = np.random.default_rng(seed)
    z = rng.standard_normal((n, reference.size))
    log_p = reference.log_likelihood(z)
    power, powers, evidence, scale = 0.0, [0.0], 0.0, 0.4
    while power < 1:
        step = _next(log_p, 1 - power, keep)
        weights = step * log_p
        evidence += float(np.logaddexp.reduce(weights) - np.log(n))
        power = min(power + step, 1.0)
        powers.append(power)
        chosen = _resampled(weights, rng)
        z, log_p = z[chosen], log_p[chosen]
        extra = 3 if power == 1 else 1
        for _ in range(sweeps * extra):
            z = _trades(reference, z, rng)
            z, log_p, scale = _sweep(reference, z, log_p, power, scale, rng)
    return Sampled(reference, z, evidence, tuple(powers))


def _next(log_p: Array, most: float, keep: float) -> float:
    """The step of the power at which `keep` of the particles stay effective."""

    def share(step: float) -> float:
        w = np.exp(step * (log_p - log_p.max()))
        return float(w.sum() ** 2 / (w @ w) / len(w))

    if share(most) >= keep:
        return most
    low, high = 0.0, most
    for _ in range(40):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if share(middle) >= keep else (low, middle)
    return max(low, 1e-8)


def _resampled(log_weights: Array, rng: np.random.Generator) -> NDArray[np.intp]:
    w = np.exp(log_weights - log_weights.max())
    at = (np.arange(len(w)) + rng.random()) / len(w)
    return np.minimum(np.searchsorted(np.cumsum(w / w.sum()), at), len(w) - 1)


def _sweep(
    reference: Reference,
    z: Array,
    log_p: Array,
    power: float,
    scale: float,
    rng: np.random.Generator,
) -> tuple[Array, Array, float]:
    """One random walk along the particles' covariance, a block moved along the prior, one
    coordinate drawn afresh, and one walk along the difference of two other particles."""
    n, size = z.shape
    factor = np.linalg.cholesky(np.cov(z.T) + 1e-6 * np.eye(size))
    step = scale * 2.4 / math.sqrt(size) * rng.standard_normal((n, size)) @ factor.T
    z, log_p, taken = _walk(reference, z, log_p, power, z + step, rng)
    scale = float(np.clip(scale * math.exp(taken - 0.25), 0.02, 3.0))

    block = rng.random((n, size)) < rng.uniform(0.05, 0.5)
    much = rng.uniform(0.1, 0.9)
    along = math.sqrt(1 - much**2) * z + much * rng.standard_normal((n, size))
    z, log_p = _along_prior(reference, z, log_p, power, np.where(block, along, z), rng)

    fresh = z.copy()
    fresh[np.arange(n), rng.integers(size, size=n)] = rng.standard_normal(n)
    z, log_p = _along_prior(reference, z, log_p, power, fresh, rng)

    one, other = rng.permutation(n), rng.permutation(n)
    much = 1.0 if rng.random() < 0.2 else 1.7 / math.sqrt(2 * size)
    apart = much * (z[one] - z[other]) + 1e-4 * rng.standard_normal((n, size))
    z, log_p, _ = _walk(reference, z, log_p, power, z + apart, rng)
    return z, log_p, scale


def _trades(reference: Reference, z: Array, rng: np.random.Generator) -> Array:
    """Moves that leave every claim's expected value, and so the likelihood, as it is.

    The whole path moves up and all house effects, or the common error, move down by as much; kappa
    grows and the house effects' units shrink. Without them the level and kappa hardly mix.
    """
    c, at = reference.c, reference.groups
    grades = {s.source: c.spread[s.grade] for s in reference.said}
    g = np.array([grades[name] for name in reference.sources])
    for _ in range(3):
        kappa = c.kappa * np.abs(tukey(z[:, at["kappa"]], c.kappa_tail)) + 1e-300
        by = rng.standard_normal((len(z), 1)) * np.exp(rng.uniform(-4, 1, (len(z), 1)))
        to, stretch = z.copy(), np.zeros(len(z))
        to[:, at["mu"]] += by / c.mean_sd
        if rng.random() < 0.7:
            unit = math.sqrt(1 - c.rho) * kappa * g
            house, stretch = _moved(z[:, at["house"]], c.house_tail, 1.0, -by / unit)
            to[:, at["house"]] = house
        else:
            to[:, at["common"]] -= by / (math.sqrt(c.rho) * float(g.mean()) * kappa)
        z = _by_prior(z, to, stretch, rng)

        by = np.exp(rng.standard_normal((len(z), 1)) * np.exp(rng.uniform(-3, 1)))
        to = z.copy()
        to[:, at["kappa"]], grown = _moved(z[:, at["kappa"]], c.kappa_tail, by, 0.0)
        to[:, at["house"]], shrunk = _moved(z[:, at["house"]], c.house_tail, 1 / by, 0.0)
        to[:, at["common"]] /= by
        z = _by_prior(z, to, grown + shrunk - np.log(by)[:, 0], rng)
    return z


def _moved(z: Array, h: float, times: Array | float, plus: Array | float) -> tuple[Array, Array]:
    """z' with H(z') = times H(z) + plus, and the log of |dz' / dz| summed over columns."""
    x = np.clip(times * tukey(z, h) + plus, -1e100, 1e100)
    to = np.sign(x) * np.sqrt(lambertw(h * x * x).real / h)

    def steep(z: Array) -> Array:
        return 0.5 * h * z * z + np.log1p(h * z * z)

    return to, np.sum(steep(z) - steep(to) + np.log(times), axis=1)


def _by_prior(z: Array, to: Array, stretch: Array, rng: np.random.Generator) -> Array:
    gain = 0.5 * (np.sum(z * z, 1) - np.sum(to * to, 1)) + stretch
    return np.where((np.log(rng.random(len(z))) < gain)[:, None], to, z)


def _walk(
    reference: Reference, z: Array, log_p: Array, power: float, to: Array, rng: np.random.Generator
) -> tuple[Array, Array, float]:
    """Metropolis with a symmetric proposal; the share that moved."""
    there = reference.log_likelihood(to)
    gain = power * (there - log_p) + 0.5 * (np.sum(z * z, 1) - np.sum(to * to, 1))
    moved = np.log(rng.random(len(z))) < gain
    return np.where(moved[:, None], to, z), np.where(moved, there, log_p), float(moved.mean())


def _along_prior(
    reference: Reference, z: Array, log_p: Array, power: float, to: Array, rng: np.random.Generator
) -> tuple[Array, Array]:
    """Metropolis with a proposal that leaves the prior unchanged."""
    there = reference.log_likelihood(to)
    moved = np.log(rng.random(len(z))) < power * (there - log_p)
    return np.where(moved[:, None], to, z), np.where(moved, there, log_p)


# ------------------------------------------------------------------ claims of one day

STEP = 0.002  # of the grid of logs
HALF = 8192  # points on either side


@dataclass(frozen=True)
class Exact:
    """The posterior of log C on a grid: masses that sum to 1."""

    grid: Array
    mass: Array

    def quantile(self, p: float) -> float:
        return float(np.exp(np.interp(p, np.cumsum(self.mass) - 0.5 * self.mass, self.grid)))

    def holds(self, lower: float, upper: float) -> float:
        cdf = np.cumsum(self.mass) - 0.5 * self.mass
        low, high = np.interp(np.log(np.maximum([lower, upper], 1e-9)), self.grid, cdf)
        return float(high - low)


def quadrature(reference: Reference, *, kappas: int = 48, sigmas: int = 9, own: int = 7) -> Exact:
    """The posterior of the total on the one day that all claims speak of, one a source."""
    _check(reference)
    c, said = reference.c, reference.said
    grid = float(np.log(np.median([s.number for s in said]))) + STEP * np.arange(-HALF, HALF)
    prior = _prior(reference, grid)
    z_kappa = np.geomspace(3e-4, 4.5, kappas)  # where all agree, kappa runs to 0
    w_kappa = z_kappa * np.exp(-0.5 * z_kappa**2)
    z_sigma, w_sigma = np.polynomial.hermite_e.hermegauss(sigmas)
    spreads = [c.spread[s.grade] for s in said]
    total = np.zeros(len(grid))
    for zs, ws in zip(z_sigma, w_sigma, strict=True):
        laws = [
            _law(s, grid, c.sigma * math.exp(c.sigma_log_sd * zs), reference, own) for s in said
        ]
        for zk, wk in zip(z_kappa, w_kappa, strict=True):
            kappa = c.kappa * float(tukey(np.array(zk), c.kappa_tail))
            shared = math.sqrt(c.rho) * float(np.mean(spreads)) * kappa
            blur = _normal(math.hypot(shared, c.meaning))
            each = [
                _smoothed(law, _house(math.sqrt(1 - c.rho) * g * kappa, c.house_tail))
                for law, g in zip(laws, spreads, strict=True)
            ]
            total += ws * wk * prior * _smoothed(np.prod(each, axis=0), blur)
    return Exact(grid, total / total.sum())


def _check(reference: Reference) -> None:
    said = reference.said
    one_each = len({s.source for s in said}) == len(said)
    if len({s.end for s in said}) > 1 or not one_each or any(s.start is not None for s in said):
        raise NotImplementedError("quadrature is for totals of one day, one of each source")
    if reference.epoch is not None or any(s.shift for s in said):
        raise NotImplementedError("quadrature is for exact numbers and ranges without an epoch")


def _prior(reference: Reference, grid: Array) -> Array:
    """Density of log P = mu + log age + past_sd H: a normal beside a Tukey law."""
    c = reference.c
    nodes, weights = np.polynomial.hermite_e.hermegauss(41)
    middle = reference.centre + math.log(c.age) + c.past_sd * tukey(nodes, c.past_tail)
    return np.exp(-0.5 * ((grid[:, None] - middle) / c.mean_sd) ** 2) @ weights


def _law(s: Said, grid: Array, sigma: float, reference: Reference, own: int) -> Array:
    """p of a claim by eta, the stream's own error scale and its slow error integrated out.

    A narrow cell is averaged over a step of the grid, so that no peak falls between two points.
    """
    c = reference.c
    nodes, weights = np.polynomial.hermite_e.hermegauss(own)
    inside = (np.arange(5) - 2) / 5 * STEP
    found = np.zeros(len(grid))
    for z, w in zip(nodes, weights, strict=True):
        own_log = c.stream_log_sd * float(tukey(np.float64(z), c.stream_tail))
        sd = np.full(len(grid), sigma * math.exp(own_log))
        fine = sd[0] < 3 * STEP
        for shift in inside if fine else (0.0,):
            found += w * claim_mass(s, grid + shift, sd, c) / (len(inside) if fine else 1)
    if not c.omega:
        return found
    slow = np.zeros(len(grid))
    for z, w in zip(nodes, weights, strict=True):
        slow += w * _smoothed(found, _normal(c.omega * math.exp(c.omega_log_sd * z)))
    return slow


def _normal(sd: float) -> Array:
    """Masses of a normal on the steps around 0."""
    reach = min(int(6 * sd / STEP) + 1, HALF)
    edges = STEP * (np.arange(-reach, reach + 2) - 0.5)
    return np.diff(ndtr(edges / max(sd, 1e-9)))


def _house(sd: float, tail: float) -> Array:
    """Masses of sd H(z, tail) on the steps around 0."""
    z = np.linspace(0, 8, 4001)
    size = sd * tukey(z, tail)
    reach = int(min(np.interp(5.5, z, size) / STEP + 1, HALF - 1))
    edges = STEP * (np.arange(reach + 1) + 0.5)
    upper = ndtr(np.interp(edges, np.maximum.accumulate(size), z))
    right = np.diff(upper)
    return np.r_[right[::-1], 2 * upper[0] - 1, right]


def _smoothed(law: Array, masses: Array) -> Array:
    return law if len(masses) == 1 else fftconvolve(law, masses, mode="same").clip(0)


def of_one_day(ledger: Ledger, **options: int) -> Exact:
    """`quadrature` of a ledger as the engine is built."""
    return quadrature(Reference.of(ledger), **options)
