"""Scores against scoringrules where that is right, against integrals, and by hand."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
import scoringrules as sr
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate, stats

from reconcile.check import (
    crps_censored,
    crps_lognormal,
    crps_normal,
    crps_quantiles,
    crps_samples,
    interval_score,
    log_score_lognormal,
    log_score_normal,
    log_score_quantiles,
    quantile_score,
    weighted_interval_score,
)
from reconcile.errors import OptionError

RNG = np.random.default_rng(20)
TRUTH = RNG.lognormal(3, 1, 40)
MEAN, SD = RNG.normal(3, 0.5, 40), RNG.uniform(0.2, 1.5, 40)
SAMPLES = RNG.lognormal(MEAN, SD, (57, 40))
P = np.array([0.025, 0.1, 0.25, 0.5, 0.75, 0.9, 0.975])
QUANTILES = np.exp(stats.norm.ppf(P, MEAN[:, None], SD[:, None]))


def test_interval_score_agrees_with_scoringrules() -> None:
    low, high = QUANTILES[:, 1], QUANTILES[:, 5]
    ours = interval_score(low, high, TRUTH, 0.8)
    assert ours == pytest.approx(sr.interval_score(TRUTH, low, high, 0.2))
    inside = (low <= TRUTH) & (high >= TRUTH)
    assert 0 < inside.sum() < len(inside)


def test_quantile_score_agrees_with_scoringrules() -> None:
    theirs = sr.quantile_score(TRUTH[:, None], QUANTILES, P)
    assert quantile_score(QUANTILES, P, TRUTH) == pytest.approx(theirs)


def test_weighted_interval_score_by_hand() -> None:
    """Truth 22 under median 15, 50 % of 12 to 18, 90 % of 10 to 20.

    IS_50 = 6 + 2/.5 (22 - 18) = 22, IS_90 = 10 + 2/.1 (22 - 20) = 50;
    (|22 - 15|/2 + .25 x 22 + .05 x 50) / 2.5 = (3.5 + 5.5 + 2.5) / 2.5 = 4.6.
    """
    found = weighted_interval_score([15.0], [[12.0, 10.0]], [[18.0, 20.0]], [0.5, 0.9], [22.0])
    assert found == pytest.approx([4.6])
    # on the other side of the median: IS_50 = 6 + 4 (12 - 9) = 18, IS_90 = 10 + 20 (10 - 9) = 30
    found = weighted_interval_score([15.0], [[12.0, 10.0]], [[18.0, 20.0]], [0.5, 0.9], [9.0])
    assert found == pytest.approx([(3.0 + 4.5 + 1.5) / 2.5])


def test_weighted_interval_score_is_the_mean_pinball_loss() -> None:
    """Bracher et al. (2021), section 2.2; scoringrules' numpy version lacks an absolute value."""
    low, high = QUANTILES[:, [2, 1, 0]], QUANTILES[:, [4, 5, 6]]
    ours = weighted_interval_score(QUANTILES[:, 3], low, high, [0.5, 0.8, 0.95], TRUTH)
    assert ours == pytest.approx(2 * quantile_score(QUANTILES, P, TRUTH).mean(axis=1))


def test_crps_of_samples() -> None:
    ours = crps_samples(SAMPLES, TRUTH)
    assert ours == pytest.approx(sr.crps_ensemble(TRUTH, SAMPLES, m_axis=0, estimator="nrg"))
    fair = crps_samples(SAMPLES, TRUTH, fair=True)
    assert fair == pytest.approx(sr.crps_ensemble(TRUTH, SAMPLES, m_axis=0, estimator="fair"))
    x = SAMPLES[:, 0]
    slow = np.abs(x - TRUTH[0]).mean() - np.abs(x[:, None] - x).mean() / 2
    assert ours[0] == pytest.approx(slow)


def test_crps_closed_forms() -> None:
    assert crps_normal(MEAN, SD, TRUTH) == pytest.approx(sr.crps_normal(TRUTH, MEAN, SD))
    assert crps_lognormal(MEAN, SD, TRUTH) == pytest.approx(sr.crps_lognormal(TRUTH, MEAN, SD))
    many = np.random.default_rng(3).lognormal(2.0, 0.5, (40_000, 1))
    assert crps_samples(many, [11.0])[0] == pytest.approx(
        float(crps_lognormal(2.0, 0.5, 11.0)), rel=0.02
    )
    # a truth of 0: the mean less half the mean difference
    assert crps_lognormal(2.0, 0.5, 0.0) == pytest.approx(
        2 * np.exp(2.125) * (1 - stats.norm.cdf(0.5 / np.sqrt(2)))
    )


def test_crps_of_quantiles() -> None:
    even = (np.arange(99) + 0.5) / 99
    q = np.exp(stats.norm.ppf(even, MEAN[:, None], SD[:, None]))
    assert crps_quantiles(q, even, TRUTH) == pytest.approx(sr.crps_quantile(TRUTH, q, even))
    assert crps_quantiles(q, even, TRUTH) == pytest.approx(
        crps_lognormal(MEAN, SD, TRUTH), rel=0.05
    )
    # unequal steps: .1, .5, .9 stand for .3, .4, .3 of the probabilities
    uneven = crps_quantiles([[1.0, 2.0, 5.0]], [0.1, 0.5, 0.9], [4.0])
    assert uneven == pytest.approx([2 * (0.3 * 0.3 + 0.4 * 1.0 + 0.3 * 0.1)])


def by_integral(samples: np.ndarray, lower: float, upper: float) -> float:
    """The score's definition on the empirical distribution, step by step."""
    steps = np.sort(np.r_[samples, [x for x in (lower, upper) if np.isfinite(x)]])
    total = 0.0
    for a, b in pairwise(steps):
        f = np.mean(samples <= a)
        if b <= lower:
            total += f**2 * (b - a)
        elif a >= upper:
            total += (1 - f) ** 2 * (b - a)
    return total


ends = st.one_of(st.just(-np.inf), st.floats(-20, 60), st.just(np.inf))


@given(st.lists(st.floats(-10, 50), min_size=1, max_size=8), ends, ends)
def test_crps_censored_is_its_integral(drawn: list[float], a: float, b: float) -> None:
    lower, upper = min(a, b), max(a, b)
    if lower == np.inf or upper == -np.inf:
        return
    x = np.array(drawn)
    found = crps_censored(x[:, None], [lower], [upper])
    assert found == pytest.approx([by_integral(x, lower, upper)], abs=1e-9)


def test_crps_censored_of_a_known_truth_is_the_crps() -> None:
    assert crps_censored(SAMPLES, TRUTH, TRUTH) == pytest.approx(crps_samples(SAMPLES, TRUTH))
    everything = crps_censored(SAMPLES, np.full(40, -np.inf), np.full(40, np.inf))
    assert everything == pytest.approx(np.zeros(40))


def test_crps_censored_is_proper_only_with_its_limits() -> None:
    """Truths above a cut are told as 'at least': with the cut known, the right forecast wins."""
    rng = np.random.default_rng(8)
    truth, cut = rng.normal(10, 3, 3000), rng.uniform(6, 14, 3000)
    lower = np.minimum(truth, cut)
    upper = np.where(truth > cut, np.inf, truth)
    shared = rng.normal(size=(60, 3000))

    def winner(**options: tuple[float, np.ndarray]) -> tuple[float, float]:
        scores = {
            (m, s): crps_censored(m + s * shared, lower, upper, **options).mean()
            for m, s in ((10, 3), (9, 3), (11, 3), (10, 2), (10, 4.5))
        }
        return min(scores, key=scores.__getitem__)

    assert winner(limits=(-np.inf, cut)) == (10, 3)
    assert winner() == (9, 3)
    inside = crps_censored(10 + 3 * shared, lower, upper, limits=(-np.inf, cut))
    theirs = sr.twcrps_ensemble(truth, 10 + 3 * shared, b=20.0, m_axis=0, estimator="nrg")
    ours = crps_censored(10 + 3 * shared, truth, truth, limits=(-np.inf, np.full(3000, 20.0)))
    assert ours == pytest.approx(theirs)
    assert (inside <= crps_samples(10 + 3 * shared, truth) + 1e-9).all()


def test_log_scores() -> None:
    y = MEAN + SD * RNG.normal(0, 2, 40)
    assert log_score_normal(MEAN, SD, y) == pytest.approx(sr.logs_normal(y, MEAN, SD))
    # scoringrules takes the logarithm of a density that underflows: by hand, 40 sd off
    assert log_score_normal(0, 1, 40) == pytest.approx(800 + np.log(2 * np.pi) / 2)
    assert log_score_lognormal(MEAN, SD, TRUTH) == pytest.approx(sr.logs_lognormal(TRUTH, MEAN, SD))
    assert log_score_lognormal(2.0, 0.5, 0.0) == np.inf
    assert np.isnan(log_score_lognormal(2.0, 0.5, np.nan))


def test_log_score_of_quantiles_is_of_a_density() -> None:
    q, p = np.array([2.0, 3.0, 7.0]), np.array([0.2, 0.5, 0.9])

    def density(y: float) -> float:
        return float(np.exp(-log_score_quantiles([q], p, [y])[0]))

    edges = [-60, 2, 3, 7, 120]
    masses = [integrate.quad(density, a, b, limit=200)[0] for a, b in pairwise(edges)]
    assert masses == pytest.approx([0.2, 0.3, 0.4, 0.1], abs=1e-6)
    assert density(5.0) == pytest.approx(0.1)


def test_unknown_truths_have_unknown_scores() -> None:
    y = [5.0, np.nan]
    q = [[1.0, 2.0], [1.0, 2.0]]
    for found in (
        interval_score([1, 1], [2, 2], y, 0.9),
        quantile_score(q, [0.1, 0.9], y).sum(axis=1),
        weighted_interval_score([1, 1], [[0], [0]], [[2], [2]], [0.9], y),
        crps_quantiles(q, [0.1, 0.9], y),
        crps_samples(np.array(q).T, y),
        log_score_quantiles(q, [0.1, 0.9], y),
    ):
        assert np.isfinite(found[0])
        assert np.isnan(found[1])


def test_bad_input_is_named() -> None:
    with pytest.raises(OptionError, match="levels"):
        interval_score(1, 2, 1.5, 90)
    with pytest.raises(OptionError, match="not above"):
        interval_score(3, 2, 1.5, 0.9)
    with pytest.raises(OptionError, match="don't fall"):
        quantile_score([[2, 1]], [0.1, 0.9], [1.0])
    with pytest.raises(OptionError, match=r"quantiles \(N, 2\)"):
        quantile_score([[1, 2, 3]], [0.1, 0.9], [1.0])
    with pytest.raises(OptionError, match="ascending"):
        crps_quantiles([[1, 2]], [0.9, 0.1], [1.0])
    with pytest.raises(OptionError, match=r"samples \(n, N\)"):
        crps_samples([1.0, 2.0], [1.0])
    with pytest.raises(OptionError, match="median and truth"):
        weighted_interval_score([1.0], [[0.0, 1.0]], [[2.0, 3.0]], [0.9], [1.0])
    with pytest.raises(OptionError, match="width"):
        log_score_quantiles([[1, 1]], [0.1, 0.9], [1.0])
