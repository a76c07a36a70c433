"""Pooling distributions: linear, logarithmic, quantile average, beta-transformed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike
from scipy import optimize, stats

from reconcile.errors import FitError, OptionError
from reconcile.numerics.arrays import Array
from reconcile.numerics.demands import demand
from reconcile.values import Distribution

Side = Literal["left", "right"]


def linear_pool(
    distributions: Sequence[Distribution], weights: ArrayLike | None = None
) -> Distribution:
    """The mixture F(x) = sum w_e F_e(x), with `weights` (E,) scaled to sum to 1 (None: equal).

    Exact, atoms too. Raises `OptionError` for weights that don't fit. Reference: Stone (1961),
    Ann. Math. Stat. 32, 1339-1342; Genest and Zidek (1986), Statistical Science 1, 114-135.

    >>> pool = linear_pool([Distribution.point(1.0), Distribution.point(3.0)], [1, 3])
    >>> pool.at([0.9, 1.0, 2.9, 3.0]).tolist()
    [0.0, 0.25, 0.25, 1.0]
    """
    shares = _weights(distributions, weights)
    return _mixed(distributions, shares, None)


def beta_transformed_linear_pool(
    distributions: Sequence[Distribution],
    alpha: float,
    beta: float,
    weights: ArrayLike | None = None,
) -> Distribution:
    """B(F(x); alpha, beta) of the linear pool F: the linear pool alone is too wide (Hora 2004).

    Learn `alpha` and `beta` from resolved items with `fit_beta_transform`; (1, 1) is the linear
    pool. Reference: Ranjan and Gneiting (2010), JRSS B 72, 71-91, eq. 5; Gneiting and Ranjan
    (2013), Electron. J. Stat. 7, 1747-1782, doi 10.1214/13-EJS823.

    >>> wide = Distribution(np.array([0.0, 1.0]), np.array([0.0, 1.0]))
    >>> narrow = beta_transformed_linear_pool([wide], 2.0, 2.0)
    >>> narrow.quantile(0.95) < wide.quantile(0.95)
    True
    """
    if not (alpha > 0 and beta > 0):
        raise OptionError(f"expected alpha and beta above 0, got {alpha} and {beta}")
    shares = _weights(distributions, weights)
    return _mixed([_refined(one) for one in distributions], shares, (alpha, beta))


def fit_beta_transform(pit: ArrayLike, *, shrink: float = 0.0) -> tuple[float, float]:
    """alpha and beta of greatest likelihood, given the linear pool's `pit` (N,) at N truths.

    Each PIT value is the pool's probability of at most the truth. `shrink` adds that many
    uniform observations, which shrink it towards (1, 1). Raises `OptionError` for values outside
    [0, 1] or none.

    >>> alpha, beta = fit_beta_transform([0.4, 0.45, 0.5, 0.55, 0.6])
    >>> alpha > 1, beta > 1  # all truths lie in the middle: the pool was too wide
    (True, True)
    """
    u = np.asarray(pit, dtype=float)
    if not len(u):
        raise OptionError("expected at least one PIT value, got none")
    demand((u >= 0) & (u <= 1), "PIT values from 0 to 1", u)
    u = np.clip(u, 1e-6, 1 - 1e-6)
    weight = len(u) + shrink
    mean_log = (np.log(u).sum() - shrink) / weight
    mean_log1 = (np.log1p(-u).sum() - shrink) / weight

    def cost(log_ab: Array) -> float:
        a, b = np.exp(log_ab)
        log_beta = stats.beta.logpdf(0.5, a, b) - (a + b - 2) * np.log(0.5)
        return float(-(log_beta + (a - 1) * mean_log + (b - 1) * mean_log1))

    found = optimize.minimize(
        cost,
        np.zeros(2),
        method="Nelder-Mead",
        options={"xatol": 1e-9, "fatol": 1e-12, "maxiter": 4000},
    )
    alpha, beta = np.exp(found.x)
    return float(alpha), float(beta)


def log_pool(
    distributions: Sequence[Distribution], weights: ArrayLike | None = None
) -> Distribution:
    """The normalised product of densities f_e(x)^w_e, weights (E,) scaled to sum to 1.

    Unlike the linear pool it is as narrow as its members, and it vetoes: where one of positive
    weight sees no probability, the pool sees none. Raises `OptionError` where the members share
    no support, or have atoms (a density to multiply is needed). Reference: Genest, McConway and
    Schervish (1986), Ann. Stat. 14, 487-501.

    >>> wide = Distribution(np.array([0.0, 1.0]), np.array([0.0, 1.0]))
    >>> half = Distribution(np.array([0.5, 1.5]), np.array([0.0, 1.0]))
    >>> log_pool([wide, half]).quantile([0, 0.5, 1]).tolist()
    [0.5, 0.75, 1.0]
    """
    shares = _weights(distributions, weights)
    active = [(one, share) for one, share in zip(distributions, shares, strict=True) if share > 0]
    if any((np.diff(one.points) <= 0).any() for one, _ in active):
        raise OptionError(
            "expected distributions without atoms, got one that has two probabilities at the same "
            "point: there it has no density to pool"
        )
    x = np.unique(np.concatenate([one.points for one, _ in active]))
    width = np.diff(_scaled(x))
    log_mass = np.log(width)
    for one, share in active:
        with np.errstate(divide="ignore"):
            log_mass = log_mass + share * np.log(np.diff(_cdf(one, x, "right")) / width)
    if not np.isfinite(log_mass).any():
        raise FitError(
            "expected distributions that overlap somewhere, got none that do: the log pool is empty"
        )
    mass = np.exp(log_mass - log_mass[np.isfinite(log_mass)].max())
    kept = np.flatnonzero(mass > 0)
    first, last = kept[0], kept[-1] + 1
    cdf = np.r_[0.0, np.cumsum(mass[first:last])]
    return Distribution(x[first : last + 1], cdf / cdf[-1])


def quantile_average(
    distributions: Sequence[Distribution],
    weights: ArrayLike | None = None,
    *,
    scale: Literal["linear", "log"] = "linear",
) -> Distribution:
    """The weighted mean of the quantile functions (on `scale` "log" of their logarithms).

    Of members of one location-scale family it is of that family; it is never wider than the
    linear pool. Raises `OptionError` for values that have no logarithm. Reference: Vincent (1912),
    Archives of Psychology 22; Lichtendahl, Grushka-Cockayne and Winkler (2013), Management Science
    59, 1594-1611, doi 10.1287/mnsc.1120.1667.

    >>> members = [Distribution.point(1.0), Distribution.point(3.0)]
    >>> round(quantile_average(members, [1, 3]).median, 9)
    2.5
    """
    shares = _weights(distributions, weights)
    if scale == "log":
        lowest = np.array([one.points[0] for one in distributions])
        demand(lowest > 0, "values above 0 for an average of logarithms", lowest)
    p = np.unique(np.concatenate([np.linspace(0, 1, 257), *(one.cdf for one in distributions)]))
    sides: list[Array] = []
    for side in ("left", "right"):
        each = [_quantile(one, p, side) for one in distributions]
        if scale == "log":
            sides.append(np.exp(np.average(np.log(each), axis=0, weights=shares)))
        else:
            sides.append(np.average(each, axis=0, weights=shares))
    points = np.maximum.accumulate(np.column_stack(sides).ravel())
    return _tidy(points, np.repeat(p, 2))


def _mixed(
    distributions: Sequence[Distribution], shares: Array, transform: tuple[float, float] | None
) -> Distribution:
    x = np.unique(np.concatenate([one.points for one in distributions]))
    sides = [
        np.average([_cdf(one, x, side) for one in distributions], axis=0, weights=shares)
        for side in ("left", "right")
    ]
    cdf = np.clip(np.column_stack(sides).ravel(), 0.0, 1.0)
    cdf = cdf if transform is None else np.asarray(stats.beta.cdf(cdf, *transform))
    return _tidy(np.repeat(x, 2), np.maximum.accumulate(cdf))


def _tidy(points: Array, cdf: Array) -> Distribution:
    """Without repeated pairs, and with the whole probability in it."""
    new = np.r_[True, (np.diff(points) > 0) | (np.diff(cdf) > 0)]
    points, cdf = points[new], cdf[new]
    if cdf[0] > 0:
        points, cdf = np.r_[points[0], points], np.r_[0.0, cdf]
    if len(points) == 1:
        points, cdf = np.repeat(points, 2), np.array([0.0, 1.0])
    return Distribution(points, cdf)


def _refined(one: Distribution) -> Distribution:
    """The same distribution with more points, so that a curve through them stays smooth."""
    p = np.unique(np.r_[one.cdf, np.linspace(0, 1, 257)])
    pairs = [_quantile(one, p, side) for side in ("left", "right")]
    return _tidy(np.column_stack(pairs).ravel(), np.repeat(p, 2))


def _scaled(x: Array) -> Array:
    """The coordinate in which a `Distribution` is linear between its points."""
    return np.where(x > 1, 1 + np.log(np.maximum(x, 1)), x)


def _cdf(one: Distribution, x: Array, side: Side) -> Array:
    """The probability of less than (side left) or of at most (right) each of `x` (T,)."""
    z, points = _scaled(x), _scaled(one.points)
    return _between(z, points, np.asarray(one.cdf, dtype=float), side, 0.0, 1.0)


def _quantile(one: Distribution, p: Array, side: Side) -> Array:
    """The quantiles at `p` (T,), at a gap its lower (side left) or upper (right) end."""
    points = _scaled(one.points)
    z = _between(p, one.cdf, points, side, points[0], points[-1])
    return np.where(z > 1, np.exp(np.maximum(z, 1) - 1), z)


def _between(
    asked: Array, at: Array, values: Array, side: Side, below: float, above: float
) -> Array:
    """Linear interpolation with jumps, from the left or from the right."""
    after = np.searchsorted(at, asked, side=side)
    inner = np.clip(after, 1, len(at) - 1)
    left, right = at[inner - 1], at[inner]
    gap = np.where(right > left, right - left, 1.0)
    share = np.clip((asked - left) / gap, 0.0, 1.0)
    found = values[inner - 1] + share * (values[inner] - values[inner - 1])
    return np.where(after == 0, below, np.where(after == len(at), above, found))


def _weights(distributions: Sequence[Distribution], weights: ArrayLike | None) -> Array:
    count = len(distributions)
    shares = np.ones(count) if weights is None else np.asarray(weights, dtype=float)
    if not count or shares.shape != (count,):
        raise OptionError(
            f"expected a weight for each of {count} distributions, got {shares.shape}"
        )
    if not np.isfinite(shares).all() or (shares < 0).any() or shares.sum() <= 0:
        raise OptionError(
            f"expected weights of at least 0 that are not all 0, got {shares.tolist()}"
        )
    return shares / shares.sum()
