"""Pools of distributions against closed forms and sampling."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from reconcile.errors import FitError, OptionError
from reconcile.textbook import (
    beta_transformed_linear_pool,
    fit_beta_transform,
    linear_pool,
    log_pool,
    normal_mean,
    quantile_average,
)
from reconcile.values import Distribution

A, B, C = normal_mean(40.0, 3.0), normal_mean(52.0, 5.0), normal_mean(45.0, 2.0)
X = np.linspace(30, 65, 71)


def mixture(x: np.ndarray, weights: tuple[float, ...]) -> np.ndarray:
    members = ((40, 3), (52, 5), (45, 2))
    return sum(w * stats.norm.cdf(x, *m) for w, m in zip(weights, members, strict=True))


def test_the_linear_pool_is_the_mixture() -> None:
    pool = linear_pool([A, B, C], [1, 2, 1])
    assert pool.at(X) == pytest.approx(mixture(X, (0.25, 0.5, 0.25)), abs=1e-3)
    assert pool.mean == pytest.approx((40 + 2 * 52 + 45) / 4, abs=0.02)


@st.composite
def steps(draw: st.DrawFn) -> Distribution:
    """Distributions with flats, jumps and values on both sides of 0 and 1."""
    points = sorted(draw(st.lists(st.integers(-3, 30), min_size=2, max_size=6)))
    cdf = sorted(draw(st.lists(st.integers(0, 8), min_size=len(points), max_size=len(points))))
    shares = np.array(cdf, dtype=float)
    shares[0], shares[-1] = 0, 8
    return Distribution(np.array(points, dtype=float), shares / 8)


def at(one: Distribution, x: float) -> float:
    """The probability of at most x, by hand."""
    below = 0.0
    points, cdf = one.points, one.cdf
    for i in range(len(points)):
        if points[i] <= x:
            below = cdf[i]
        if i and points[i - 1] <= x < points[i]:
            scale = [z if z <= 1 else 1 + np.log(z) for z in (points[i - 1], x, points[i])]
            share = (scale[1] - scale[0]) / (scale[2] - scale[0])
            below = cdf[i - 1] + share * (cdf[i] - cdf[i - 1])
    return below


@given(st.lists(st.tuples(steps(), st.integers(0, 3)), min_size=1, max_size=4))
def test_the_linear_pool_is_exact_with_jumps(items: list[tuple[Distribution, int]]) -> None:
    weights = [w for _, w in items]
    if sum(weights) == 0:
        weights[0] = 1
    pool = linear_pool([one for one, _ in items], weights)
    for x in np.arange(-4, 31, 0.5):
        expected = sum(w * at(one, x) for (one, _), w in zip(items, weights, strict=True))
        assert at(pool, x) == pytest.approx(expected / sum(weights), abs=1e-12)


def test_the_log_pool_of_normals_is_normal() -> None:
    """Precision-weighted: f ~ prod N(m, s^2)^w has precision sum w / s^2."""
    w = np.array([0.2, 0.5, 0.3])
    precision = w / np.array([9.0, 25.0, 4.0])
    mean = np.sum(precision * [40, 52, 45]) / precision.sum()
    pool = log_pool([A, B, C], w)
    # the members end at 3.89 standard deviations, and the pool where the first of them does
    normal = stats.norm(mean, precision.sum() ** -0.5)
    start, end = normal.cdf([max(40 - 3 * 3.89, 45 - 2 * 3.89), 40 + 3 * 3.89])
    assert pool.at(X) == pytest.approx(
        np.clip((normal.cdf(X) - start) / (end - start), 0, 1), abs=0.01
    )


def test_the_log_pool_keeps_one_member_and_vetoes() -> None:
    assert log_pool([A, B], [1, 0]).at(X) == pytest.approx(A.at(X), abs=1e-9)
    low = Distribution(np.array([0.0, 10.0]), np.array([0.0, 1.0]))
    high = Distribution(np.array([20.0, 30.0]), np.array([0.0, 1.0]))
    with pytest.raises(FitError, match="overlap"):
        log_pool([low, high])
    with pytest.raises(OptionError, match="atoms"):
        log_pool([low, Distribution.point(3.0)])


def test_the_quantile_average_of_normals_is_normal() -> None:
    """Mean and standard deviation are averaged (Lichtendahl et al. 2013, section 2)."""
    pool = quantile_average([A, B, C], [1, 2, 1])
    mean, sd = (40 + 104 + 45) / 4, (3 + 10 + 2) / 4
    p = np.array([0.05, 0.25, 0.5, 0.75, 0.95])
    assert pool.quantile(p) == pytest.approx(stats.norm.ppf(p, mean, sd), abs=0.02)
    assert pool.sd < linear_pool([A, B, C], [1, 2, 1]).sd


def test_the_geometric_quantile_average_of_lognormals_is_lognormal() -> None:
    members = [normal_mean(3.0, 0.4, log=True), normal_mean(5.0, 0.8, log=True)]
    pool = quantile_average(members, scale="log")
    p = np.array([0.1, 0.5, 0.9])
    assert np.log(pool.quantile(p)) == pytest.approx(stats.norm.ppf(p, 4.0, 0.6), abs=0.01)
    with pytest.raises(OptionError, match="logarithms"):
        quantile_average(
            [A, Distribution(np.array([-1.0, 2.0]), np.array([0.0, 1.0]))], scale="log"
        )


@given(st.lists(steps(), min_size=1, max_size=4), st.floats(0.01, 0.99))
def test_the_quantile_average_is_the_average(members: list[Distribution], p: float) -> None:
    grid = np.linspace(0, 1, 257)
    p = float(grid[int(p * 256)]) + 1e-4
    pool = quantile_average(members)
    expected = np.mean([one.quantile(p) for one in members])
    spread = max(float(np.ptp(one.points)) for one in members)
    assert pool.quantile(p) == pytest.approx(expected, abs=0.02 * spread + 1e-9)


def test_the_beta_transform() -> None:
    plain = linear_pool([A, B])
    assert beta_transformed_linear_pool([A, B], 1, 1).at(X) == pytest.approx(plain.at(X), abs=1e-3)
    sharp = beta_transformed_linear_pool([A, B], 3, 2)
    assert sharp.at(X) == pytest.approx(stats.beta.cdf(plain.at(X), 3, 2), abs=2e-3)
    with pytest.raises(OptionError, match="above 0"):
        beta_transformed_linear_pool([A], 0, 1)


def test_the_beta_transform_is_learnt() -> None:
    u = np.random.default_rng(2).beta(3.0, 1.5, 4000)
    alpha, beta = fit_beta_transform(u)
    theirs = stats.beta.fit(u, floc=0, fscale=1)[:2]
    assert (alpha, beta) == pytest.approx(theirs, rel=1e-4)
    closer = fit_beta_transform(u[:40], shrink=1000)
    assert abs(np.log(closer)).max() < 0.2
    with pytest.raises(OptionError):
        fit_beta_transform([0.5, 1.2])


@pytest.mark.parametrize("weights", [[1], [1, -1], [0, 0], [1, np.nan]])
def test_bad_weights_are_refused(weights: list[float]) -> None:
    for pool in (linear_pool, log_pool, quantile_average):
        with pytest.raises(OptionError, match="weight"):
            pool([A, B], weights)


def test_a_pool_of_equals_is_each_of_them() -> None:
    for pool in (linear_pool, log_pool, quantile_average):
        assert pool([B, B, B]).at(X) == pytest.approx(B.at(X), abs=2e-3)
