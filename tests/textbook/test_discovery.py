"""Truth discovery: fixed points, recovery, and what must not matter."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from reconcile.errors import OptionError
from reconcile.textbook import catd, crh, gtm, mean_interval, median_interval, normals_of

METHODS = {"crh": crh, "catd": catd, "gtm": gtm}


def crowd(seed: int = 3, items: int = 120) -> tuple[np.ndarray, ...]:
    """Seven sources of growing error, each silent on a third of the items."""
    rng = np.random.default_rng(seed)
    truth = rng.normal(100, 30, items)
    sds = np.array([1.0, 2, 3, 5, 8, 12, 40])
    item, source = np.meshgrid(np.arange(items), np.arange(7), indexing="ij")
    value = truth[:, None] + sds * rng.normal(size=(items, 7))
    heard = rng.random((items, 7)) < 2 / 3
    heard[:, 0] |= ~heard.any(axis=1)
    return item[heard], source[heard], value[heard], truth


@pytest.mark.parametrize("method", METHODS.values(), ids=METHODS)
def test_good_sources_count_more_and_truths_beat_the_mean(method) -> None:
    item, source, value, truth = crowd()
    found = method(item, source, value)
    assert found.converged
    assert found.weights.sum() == pytest.approx(1)
    # two good sources may change places, a good and a bad one not
    assert stats.spearmanr(found.weights, -np.arange(7)).statistic > 0.9
    mean = np.bincount(item, value) / np.bincount(item)
    assert np.mean(np.abs(found.truths - truth)) < 0.6 * np.mean(np.abs(mean - truth))


def standardised(item: np.ndarray, value: np.ndarray) -> np.ndarray:
    z = np.empty_like(value)
    for i in np.unique(item):
        own = item == i
        sd = value[own].std()
        z[own] = (value[own] - value[own].mean()) / (sd if sd > 0 else 1)
    return z


@pytest.mark.parametrize("name", ["crh", "catd", "gtm"])
def test_the_answer_is_a_fixed_point_of_the_published_equations(name: str) -> None:
    """Recomputed with plain loops."""
    item, source, value, _ = crowd(seed=8, items=25)
    found = METHODS[name](item, source, value)
    z = standardised(item, value)
    truth = np.empty(25)
    for i in range(25):
        own = item == i
        sd = value[own].std()
        truth[i] = (found.truths[i] - value[own].mean()) / (sd if sd > 0 else 1)
    weights = np.empty(7)
    for s in range(7):
        own = source == s
        loss = np.sum((z[own] - truth[item[own]]) ** 2)
        match name:
            case "crh":
                weights[s] = loss / own.sum()
            case "catd":
                weights[s] = stats.chi2.ppf(0.025, own.sum()) / max(loss, 0.01 * own.sum())
            case _:
                spread = sum(
                    1 / (1 + sum(found_precision[t] for t in source[item == i]))
                    for found_precision in [_precision(found.weights, item, source, z, truth)]
                    for i in item[own]
                )
                weights[s] = (2 * 11 + own.sum()) / (20 + loss + spread)
    if name == "crh":
        weights = -np.log(weights / weights.sum())
    assert found.weights == pytest.approx(weights / weights.sum(), rel=1e-4)


def _precision(weights, item, source, z, truth) -> np.ndarray:
    """Source precisions on their own scale, from the truths: truth = sum p z / (1 + sum p)."""
    top = sum(weights[source[k]] * z[k] for k in np.flatnonzero(item == item[0]))
    low = sum(weights[source[k]] for k in np.flatnonzero(item == item[0]))
    # c top / (1 + c low) = truth of the item
    c = truth[item[0]] / (top - truth[item[0]] * low)
    return c * weights


@pytest.mark.parametrize("method", METHODS.values(), ids=METHODS)
def test_units_and_order_do_not_matter(method) -> None:
    item, source, value, _ = crowd(seed=5, items=30)
    a = method(item, source, value)
    unit = np.exp(np.random.default_rng(1).normal(0, 2, 30))
    b = method(item, source, 7 + unit[item] * value)
    assert b.truths == pytest.approx(7 + unit * a.truths, rel=1e-6)
    order = np.random.default_rng(2).permutation(len(item))
    c = method(item[order], source[order], value[order])
    assert c.truths == pytest.approx(a.truths, abs=1e-7)
    assert c.weights == pytest.approx(a.weights, abs=1e-9)


def test_catd_trusts_a_rare_source_less() -> None:
    """Equal mean squared distance, five times the claims: the confidence-aware weight is more."""
    item, source, value, _ = crowd(seed=4, items=100)
    rare = (source == 1) & (item >= 12)
    kept = ~rare
    plenty = catd(item, source, value)
    scarce = catd(item[kept], source[kept], value[kept])
    others = [0, 2, 3, 4]
    assert scarce.weights[1] / scarce.weights[others].sum() < (
        plenty.weights[1] / plenty.weights[others].sum()
    )


def test_gtm_spread_covers_where_its_model_holds() -> None:
    item, source, value, truth = crowd(seed=6, items=400)
    found = gtm(item, source, value, shape=1, scale=1)
    inside = np.abs(found.truths - truth) < 1.645 * found.spread
    assert 0.75 < inside.mean() <= 1
    assert found.spread.min() > 0


def test_agreeing_and_single_claims_stay_finite() -> None:
    for method in METHODS.values():
        same = method([1, 1, 2, 2], ["a", "b", "a", "b"], [5.0, 5, 7, 7])
        assert same.truths == pytest.approx([5, 7])
        assert np.isfinite(same.weights).all()
        assert method([1], ["a"], [3.0]).truths == pytest.approx([3])
        with pytest.raises(OptionError, match="one length"):
            method([1, 2], ["a"], [3.0])
        with pytest.raises(OptionError, match="finite"):
            method([1], ["a"], [np.nan])


def test_mean_and_median_intervals() -> None:
    x = [3.1, 4.7, 2.2, 8.9, 5.5, 6.1, 4.0, 3.3]
    mean, span = mean_interval(x, 0.95)
    theirs = stats.ttest_1samp(x, 0.0).confidence_interval(0.95)
    assert (mean, span.lower, span.upper) == pytest.approx((np.mean(x), theirs.low, theirs.high))
    # of 8 values, the 2nd and 7th hold the median with 1 - 2 (1 + 8) / 256 = 0.93
    assert median_interval(x, 0.9)[1].lower == sorted(x)[1]
    assert median_interval(x, 0.94)[1].lower == sorted(x)[0]
    assert median_interval(x, 0.999)[1].lower == -np.inf
    assert mean_interval([4.0])[1].upper == np.inf
    with pytest.raises(OptionError):
        mean_interval([])
    with pytest.raises(OptionError):
        median_interval([1.0, 2.0], 1.0)


def test_intervals_become_normals() -> None:
    value, variance = normals_of([[10, 40], [5, 5]], 0.5, log=True)
    assert value == pytest.approx([np.log(20), np.log(5)])
    assert stats.norm.cdf(np.log(40), value[0], variance[0] ** 0.5) == pytest.approx(0.75)
    assert variance[1] == 0
    with pytest.raises(OptionError):
        normals_of([[0, 4]], log=True)
    with pytest.raises(OptionError):
        normals_of([[4, np.inf]])
