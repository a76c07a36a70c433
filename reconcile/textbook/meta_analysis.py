"""Common effect and random effects: y_i = x_i'b + u_i + e_i, u ~ N(0, tau2), e_i ~ N(0, v_i)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import ArrayLike
from scipy import optimize, stats

from reconcile.errors import OptionError
from reconcile.intervals import Interval
from reconcile.numerics.arrays import Array
from reconcile.numerics.demands import demand
from reconcile.values import Distribution
from reconcile.values.distribution import checked_level

Between = Literal["FE", "DL", "HE", "PM", "ML", "REML"]
Test = Literal["z", "knha", "adhoc"]


@dataclass(frozen=True, eq=False)
class PooledEffect:
    """A pooled effect, with the heterogeneity found among k values.

    `estimate` and `se` are those of the first coefficient (without moderators: the mean),
    `coefficients` (p,) and `covariance` (p, p) of all. `tau2` is the variance between the values'
    own truths, `q` Cochran's statistic on `df` degrees of freedom, `i2` the share (0 to 1) of
    variation that is not sampling error; `weights` (k,) sum to 1.
    """

    coefficients: Array
    covariance: Array
    tau2: float
    q: float
    df: int
    i2: float
    weights: Array
    method: str
    test: str
    values: Array
    variances: Array
    design: Array

    @property
    def estimate(self) -> float:
        """The pooled value."""
        return float(self.coefficients[0])

    @property
    def se(self) -> float:
        """Its standard error."""
        return float(np.sqrt(self.covariance[0, 0]))

    @property
    def reference(self) -> Any:
        """The distribution of (estimate - truth) / se: normal, or t for Hartung and Knapp."""
        return stats.norm() if self.test == "z" or not self.df else stats.t(self.df)

    def interval(self, level: float = 0.9) -> Interval:
        """The confidence interval of the pooled value."""
        reach = self.reference.ppf((1 + checked_level(level)) / 2) * self.se
        return Interval(self.estimate - reach, self.estimate + reach)

    def prediction(self, level: float = 0.9) -> Interval:
        """Where the truth of one further value lies: t on k - p - 1 degrees of freedom.

        Raises `OptionError` for fewer than p + 2 values. Reference: Higgins, Thompson and
        Spiegelhalter (2009), JRSS A 172, 137-159, eq. 12, doi 10.1111/j.1467-985X.2008.00552.x.
        """
        if self.df < 2:
            raise OptionError(
                f"expected more values for a prediction interval, got {len(self.values)}"
            )
        spread = np.hypot(self.se, np.sqrt(self.tau2))
        reach = stats.t(self.df - 1).ppf((1 + checked_level(level)) / 2) * spread
        return Interval(self.estimate - reach, self.estimate + reach)

    def tau2_interval(self, level: float = 0.9) -> Interval:
        """The Q-profile confidence interval of `tau2`.

        Reference: Viechtbauer (2007), Statistics in Medicine 26, 37-52, doi 10.1002/sim.2514.
        """
        if not self.df:
            return Interval(0.0, np.inf)
        tail = (1 - checked_level(level)) / 2
        bounds = [stats.chi2.ppf(p, self.df) for p in (1 - tail, tail)]
        lower, upper = (_profile(self.values, self.variances, self.design, b) for b in bounds)
        return Interval(lower, upper)

    def distribution(self, *, new: bool = False) -> Distribution:
        """The pooled value as a distribution (`new`: the truth of one further value)."""
        spread, reference = self.se, self.reference
        if new:
            spread, reference = (
                float(np.hypot(self.se, np.sqrt(self.tau2))),
                stats.t(max(self.df - 1, 1)),
            )
        p = np.r_[0.0005, np.linspace(0.005, 0.995, 199), 0.9995]
        points = self.estimate + spread * reference.ppf(p)
        return Distribution(np.asarray(points), (p - p[0]) / (p[-1] - p[0]))


def common_effect(values: ArrayLike, variances: ArrayLike) -> PooledEffect:
    """All `values` (k,) with known `variances` (k,) measure one truth: the inverse-variance mean.

    Raises `OptionError` for empty or unequal arrays, and variances that are not positive.
    Reference: Birge (1932), Phys. Rev. 40, 207-227; Cochran (1954), Biometrics 10, 101-129.

    >>> found = common_effect([1.0, 3.0], [1.0, 3.0])
    >>> round(found.estimate, 6), round(found.se**2, 6)
    (1.5, 0.75)
    """
    return random_effects(values, variances, method="FE")


def random_effects(
    values: ArrayLike,
    variances: ArrayLike,
    *,
    method: Between = "REML",
    test: Test = "z",
    moderators: ArrayLike | None = None,
) -> PooledEffect:
    """Each of `values` (k,) has a truth of its own, around a common mean; `variances` (k,) known.

    `method` estimates the variance between truths: "FE" takes it as 0, "DL" DerSimonian and Laird
    (1986, Controlled Clinical Trials 7, 177-188), "HE" Hedges (1983, Psych. Bulletin 93, 388-395),
    "PM" Paule and Mandel (1982, J. Res. NBS 87, 377-385), "ML" and "REML" the maximum of the
    likelihood and of the restricted one (Viechtbauer 2005, J. Educ. Behav. Stat. 30, 261-293).
    `test` "z" takes it as known; "knha" is the t interval of Hartung and Knapp (2001, Statistics
    in Medicine 20, 3875-3889), "adhoc" the same, but never narrower than its "z" weights say.
    `moderators` (k, p-1) are columns of a regression beside the mean.

    Raises `OptionError` for arrays that don't fit, or fewer values than coefficients.

    >>> found = random_effects([0.0, 2.0, 4.0, 6.0], [1.0, 1.0, 1.0, 1.0], method="DL")
    >>> round(found.tau2, 6), round(found.i2, 6)
    (5.666667, 0.85)
    """
    y, v, design = _checked(values, variances, moderators)
    for given, allowed, what in ((method, Between, "method"), (test, Test, "test")):
        if given not in get_args(allowed):
            raise OptionError(f"expected a {what} of {get_args(allowed)}, got {given!r}")
    tau2 = _BETWEEN[method](y, v, design) if len(y) > design.shape[1] else 0.0
    return _effects(y, v, design, max(tau2, 0.0), method, test)


def _effects(
    y: Array, v: Array, design: Array, tau2: float, method: str, test: str
) -> PooledEffect:
    k, p = design.shape
    covariance, coefficients, rest = _least_squares(y, v + tau2, design)
    q = float(_least_squares(y, v, design)[2])
    if test != "z" and k > p:
        scale = rest / (k - p)
        covariance = covariance * (max(1.0, scale) if test == "adhoc" else scale)
    typical = (k - p) / _trace(v, design) if k > p else np.inf
    weights = 1 / (v + tau2)
    return PooledEffect(
        coefficients=coefficients,
        covariance=covariance,
        tau2=tau2,
        q=q,
        df=k - p,
        i2=tau2 / (tau2 + typical),
        weights=weights / weights.sum(),
        method=method,
        test=test,
        values=y,
        variances=v,
        design=design,
    )


def _least_squares(y: Array, variances: Array, design: Array) -> tuple[Array, Array, float]:
    """Covariance, coefficients and weighted sum of squares left over."""
    weighted = design / variances[:, None]
    covariance = np.asarray(np.linalg.inv(design.T @ weighted), dtype=np.float64)
    coefficients = covariance @ (weighted.T @ y)
    residual = y - design @ coefficients
    return covariance, coefficients, float(np.sum(residual**2 / variances))


def _trace(variances: Array, design: Array) -> float:
    """tr(P), P = W - W X (X'W X)^-1 X'W."""
    weighted = design / variances[:, None]
    inner = np.linalg.solve(design.T @ weighted, weighted.T @ weighted)
    return float(np.sum(1 / variances) - np.trace(inner))


def _none(y: Array, v: Array, design: Array) -> float:
    return 0.0


def _dersimonian_laird(y: Array, v: Array, design: Array) -> float:
    k, p = design.shape
    return (_least_squares(y, v, design)[2] - (k - p)) / _trace(v, design)


def _hedges(y: Array, v: Array, design: Array) -> float:
    k, p = design.shape
    equal = np.ones_like(v)
    hat = design @ np.linalg.solve(design.T @ design, design.T)
    return (_least_squares(y, equal, design)[2] - float(np.sum(v * (1 - np.diag(hat))))) / (k - p)


def _paule_mandel(y: Array, v: Array, design: Array) -> float:
    return _profile(y, v, design, float(len(y) - design.shape[1]))


def _profile(y: Array, v: Array, design: Array, target: float) -> float:
    """The tau2 >= 0 at which Q(tau2), which falls with it, is `target`; 0 where it starts below."""

    def excess(tau2: float) -> float:
        return _least_squares(y, v + tau2, design)[2] - target

    if excess(0.0) <= 0:
        return 0.0
    if target <= 0:
        return np.inf
    top = float(np.ptp(y) ** 2 + v.max())
    while excess(top) > 0:
        top *= 4
    return float(optimize.brentq(excess, 0.0, top, xtol=1e-14 * top, rtol=1e-14, maxiter=500))


def _likelihood(restricted: bool) -> Callable[[Array, Array, Array], float]:
    """At the greatest of all local maxima: the best of a grid, then the root of the slope."""

    def between(y: Array, v: Array, design: Array) -> float:
        def slope(tau2: float) -> float:
            return _slope(y, v, design, tau2, restricted)

        top = float(np.ptp(y) ** 2 + v.max())
        grid = np.r_[0.0, np.geomspace(min(float(v.min()), top) * 1e-6, top * 4, 200)]
        best = int(np.argmin(_deviance(y, v, design, grid, restricted)))
        lower, upper = float(grid[max(best - 1, 0)]), float(grid[min(best + 1, len(grid) - 1)])
        if slope(lower) >= 0 or slope(upper) <= 0:
            return float(grid[best])
        return float(optimize.brentq(slope, lower, upper, xtol=1e-15 * top, rtol=1e-14))

    return between


def _deviance(y: Array, v: Array, design: Array, tau2: Array, restricted: bool) -> Array:
    """-2 log (restricted) likelihood for each of `tau2` (G,), up to a constant."""
    w = 1 / (v + tau2[:, None])
    inner = np.einsum("gk,kp,kq->gpq", w, design, design)
    coefficients = np.linalg.solve(inner, np.einsum("gk,kp,k->gp", w, design, y)[:, :, None])
    residual = y - (coefficients[:, :, 0] @ design.T)
    found = (w * residual**2).sum(axis=1) - np.log(w).sum(axis=1)
    return found + np.linalg.slogdet(inner)[1] if restricted else found


def _slope(y: Array, v: Array, design: Array, tau2: float, restricted: bool) -> float:
    """Its derivative: tr(P) - y'PPy, for the plain likelihood tr(W) - y'PPy."""
    coefficients = _least_squares(y, v + tau2, design)[1]
    pulled = float(np.sum(((y - design @ coefficients) / (v + tau2)) ** 2))
    free = _trace(v + tau2, design) if restricted else float(np.sum(1 / (v + tau2)))
    return free - pulled


_BETWEEN: dict[str, Callable[[Array, Array, Array], float]] = {
    "FE": _none,
    "DL": _dersimonian_laird,
    "HE": _hedges,
    "PM": _paule_mandel,
    "ML": _likelihood(restricted=False),
    "REML": _likelihood(restricted=True),
}


def _checked(
    values: ArrayLike, variances: ArrayLike, moderators: ArrayLike | None
) -> tuple[Array, Array, Array]:
    y, v = np.asarray(values, dtype=float), np.asarray(variances, dtype=float)
    if y.ndim != 1 or y.shape != v.shape or not len(y):
        raise OptionError(
            f"expected as many variances as values, at least one, got {v.shape} and {y.shape}"
        )
    usable = np.isfinite(y) & np.isfinite(v) & (v > 0)
    demand(usable, "finite values and finite variances above 0", y, v)
    columns = (
        [] if moderators is None else [np.asarray(moderators, dtype=float).reshape(len(y), -1)]
    )
    design = np.column_stack([np.ones(len(y)), *columns])
    if np.linalg.matrix_rank(design) < design.shape[1]:
        raise OptionError(
            f"expected independent moderators, fewer than the {len(y)} values; got "
            f"{design.shape[1] - 1}, of which one follows from the others or is constant"
        )
    return y, v, design
