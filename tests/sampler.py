"""A sampler for the posterior of a design: the slow second way to the same answer.

Hamiltonian Monte Carlo on the unknowns given the hyperparameters, and Metropolis steps on the
hyperparameters, once with the unknowns held and once with the walks' whitened innovations held.
It shares the log density with the package (which has its own oracles) and nothing of the Laplace
approximation but the mass matrix.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import solve_triangular

from reconcile.inference.density import Density, Point
from reconcile.inference.mode import find_mode
from reconcile.inference.nodes import hyper_values
from reconcile.model import Design, Place, functionals

Array = NDArray[np.float64]


@dataclass
class Chain:
    """Where the chain stands: standardised hyperparameters z, unknowns and their density."""

    z: Array
    density: Density
    point: Point


def sample(design: Design, places: Sequence[Place], n: int, seed: int) -> Array:
    """Draws (n, T) of the functionals at `places` on the model scale, after a tenth of burn-in."""
    rng = np.random.default_rng(seed)
    chain = _start(design)
    safe = chain.density.curvature(chain.point, safe=True)
    mass = np.linalg.cholesky(safe)
    laid = functionals(places, design.component, design.grid)
    kept = np.zeros((n, len(places)))
    with np.errstate(all="ignore"):
        for i in range(-n // 10, n):
            _hamiltonian(chain, mass, rng)
            for _ in range(2):
                _metropolis(chain, design, rng, whitened=False)
            _metropolis(chain, design, rng, whitened=True)
            if i >= 0:
                lam = chain.point.x[: design.n_path]
                kept[i] = laid.evaluate(lam, design.exposure)[0]
    return kept


def _start(design: Design) -> Chain:
    z = np.zeros(len(design.hypers))
    density = Density.of(design, hyper_values(design.hypers, z))
    return Chain(z, density, density.at(find_mode(density).point.x))


def _hamiltonian(chain: Chain, mass: Array, rng: np.random.Generator) -> None:
    def pull(point: Point) -> Array:
        return solve_triangular(mass, point.gradient, lower=True, check_finite=False)

    momentum = rng.standard_normal(len(chain.point.x))
    energy = chain.point.value - 0.5 * momentum @ momentum
    step = 0.2 * rng.uniform(0.6, 1.3)
    point = chain.point
    momentum = momentum + 0.5 * step * pull(point)
    for _ in range(rng.integers(6, 13)):
        move = solve_triangular(mass, momentum, trans="T", lower=True)
        point = chain.density.at(point.x + step * move)
        if not np.isfinite(point.gradient).all():
            return
        momentum = momentum + step * pull(point)
    momentum = momentum - 0.5 * step * pull(point)
    if np.log(rng.random()) < point.value - 0.5 * momentum @ momentum - energy:
        chain.point = point


def _metropolis(chain: Chain, design: Design, rng: np.random.Generator, whitened: bool) -> None:
    z = chain.z.copy()
    axis = rng.integers(len(z))
    z[axis] += rng.normal() * (0.4 if whitened else 0.6)
    density = Density.of(design, hyper_values(design.hypers, z))
    x, jacobian = chain.point.x, 0.0
    if whitened:
        x = np.linalg.solve(
            _whitening(density),
            _whitening(chain.density) @ x + _offset(density, chain.density, len(x)),
        )
        jacobian = float(
            np.sum(np.log(density.normal.sd)) - np.sum(np.log(chain.density.normal.sd))
        )
    point = density.at(x)
    gain = point.value - chain.point.value - 0.5 * z @ z + 0.5 * chain.z @ chain.z + jacobian
    if np.isfinite(gain) and np.log(rng.random()) < gain:
        chain.z, chain.density, chain.point = z, density, point


def _whitening(density: Density) -> Array:
    """The normal rows over their sds, and the unknowns without a normal row as they are."""
    free = ~np.any(density.normal.A != 0, axis=0)
    return np.vstack([density.normal.A / density.normal.sd[:, None], np.eye(len(free))[free]])


def _offset(new: Density, old: Density, n: int) -> Array:
    shift = new.normal.a / new.normal.sd - old.normal.a / old.normal.sd
    return np.r_[shift, np.zeros(n - len(shift))]
