"""The textbook methods under the same call, and `Pooled` itself."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pool_worlds
import pytest
from scipy import stats

from reconcile.errors import OptionError
from reconcile.pooling.pool import METHODS, Pooled, pool
from reconcile.textbook import mean_interval, median_interval, random_effects


@pytest.fixture(scope="module")
def study() -> pd.DataFrame:
    return pool_worlds.experts(1, questions=8, panel=7)


@pytest.mark.parametrize("method", METHODS)
def test_every_method_answers_with_the_same_columns(study: pd.DataFrame, method: str) -> None:
    answers = pool(study, method=method, scale="log", learn="others").to_frame()
    assert list(answers) == [
        "item", "median", "lower", "upper", "level", "lower50", "upper50", "n_claims", "n_sources",
    ]  # fmt: skip
    assert len(answers) == 8
    told = answers.dropna()
    assert (told["lower"] <= told["lower50"]).all()
    assert (told["lower50"] <= told["median"]).all()
    assert (told["median"] <= told["upper50"]).all()
    assert (told["upper50"] <= told["upper"]).all()


def test_mean_and_median_are_those_of_combine(study: pd.DataFrame) -> None:
    for method, rule in (("mean", mean_interval), ("median", median_interval)):
        answers = pool(study, method=method, scale="linear", learn=None).to_frame()
        for row in answers.itertuples():
            middle, span = rule(study.loc[study["item"] == row.item, "value"].to_numpy(), 0.9)
            assert row.median == pytest.approx(middle)
            assert (row.lower, row.upper) == pytest.approx((span.lower, span.upper), rel=1e-9)


def test_random_effects_are_those_of_combine() -> None:
    frame = pool_worlds.races(2, cycles=1, per_cycle=6)
    frame = frame.drop_duplicates(["item", "source"])
    answers = pool(frame, method="random-effects", scale="linear", learn=None).to_frame()
    for row in answers.itertuples():
        mine = frame[frame["item"] == row.item]
        v = ((mine["upper"] - mine["lower"]) / 3.29) ** 2
        found = random_effects(mine["value"].to_numpy(), v.to_numpy(), test="adhoc")
        assert row.median == pytest.approx(found.estimate, rel=1e-3)
        assert row.upper - row.median == pytest.approx(
            stats.t.ppf(0.95, len(mine) - 1) * found.se, rel=1e-2
        )


def test_random_effects_by_other_estimators_are_those_of_combine() -> None:
    frame = pool_worlds.races(2, cycles=1, per_cycle=4).drop_duplicates(["item", "source"])
    asked = {"random-effects-dl": ("DL", "z"), "random-effects-ml": ("ML", "z")}
    for method, (between, test) in {**asked, "random-effects-pm": ("PM", "knha")}.items():
        answers = pool(frame, method=method, scale="linear", learn=None).to_frame()
        for row in answers.itertuples():
            mine = frame[frame["item"] == row.item]
            v = ((mine["upper"] - mine["lower"]) / 3.29) ** 2
            found = random_effects(
                mine["value"].to_numpy(), v.to_numpy(), method=between, test=test
            )
            assert row.median == pytest.approx(found.estimate, rel=1e-3, abs=1e-2)
            assert row.upper == pytest.approx(found.interval(0.9).upper, rel=1e-2, abs=2e-2)


def test_the_prediction_interval_holds_a_further_truth() -> None:
    rng = np.random.default_rng(3)
    truth, count = rng.normal(0, 5, 300), 20
    own = truth[:, None] + rng.normal(0, 2, (300, count + 1))
    said = own[:, 1:] + rng.normal(0, 1, (300, count))
    frame = pd.DataFrame(
        {
            "item": np.repeat(np.arange(300), count), "source": np.tile(np.arange(count), 300),
            "value": said.ravel(), "lower": said.ravel() - 1.645, "upper": said.ravel() + 1.645,
            "level": 0.9,
        }
    )  # fmt: skip
    covered = {}
    for method in ("random-effects", "random-effects-prediction"):
        answers = pool(frame, method=method, scale="linear", learn=None).to_frame()
        covered[method] = ((own[:, 0] >= answers["lower"]) & (own[:, 0] <= answers["upper"])).mean()
    assert 0.86 <= covered["random-effects-prediction"] <= 0.94
    assert covered["random-effects"] < 0.7


def test_the_beta_transform_makes_a_pool_of_truths_calibrated() -> None:
    frames = [pool_worlds.races(seed, per_cycle=20) for seed in (4, 5)]
    off = {"linear-pool": 0.0, "beta-transformed-linear-pool": 0.0}
    for frame in frames:
        wide = frame.assign(lower=frame["value"] - 25, upper=frame["value"] + 25)
        for method in off:
            answers = pool(wide, method=method).to_frame().iloc[60:]
            truth = frame.groupby("item").truth.first().reindex(answers["item"]).to_numpy()
            inside = (truth >= answers["lower50"]) & (truth <= answers["upper50"])
            off[method] += float(inside.mean() - 0.5) / len(frames)
    assert off["linear-pool"] > 0.2
    assert abs(off["beta-transformed-linear-pool"]) < 0.6 * off["linear-pool"]


def test_the_log_pool_of_normals_is_normal() -> None:
    frame = pd.DataFrame({"item": "a", "source": list("xy"), "value": [0.0, 3.0]})
    frame = frame.assign(lower=[-1.645, -0.29], upper=[1.645, 6.29], level=0.9)
    answer = pool(frame, method="log-pool", scale="linear", learn=None).to_frame().iloc[0]
    assert answer["median"] == pytest.approx(3 * 0.25 / 1.25, rel=1e-3)
    assert answer["upper"] - answer["median"] == pytest.approx(1.645 / np.sqrt(0.625), rel=1e-3)


def test_performance_weights_prefer_who_was_right() -> None:
    rng = np.random.default_rng(3)
    truth = rng.normal(0, 10, 14)
    good, bad = truth + rng.normal(0, 1, 14), truth + 8 + rng.normal(0, 1, 14)
    said = np.r_[good, bad]
    frame = pd.DataFrame(
        {
            "item": np.tile(np.arange(14), 2), "source": np.repeat(["good", "bad"], 14),
            "value": said, "lower": said - 1.645, "upper": said + 1.645, "level": 0.9,
            "truth": np.tile(truth, 2),
        }
    )  # fmt: skip
    weighted = pool(frame, method="performance-weighted", scale="linear", learn="others")
    assert weighted.score()["mae"] < 1.2
    with pytest.raises(OptionError, match="learns from truths"):
        pool(frame, method="performance-weighted", learn=None)


def _pooled() -> Pooled:
    return pool(pool_worlds.races(4, cycles=3, per_cycle=10))


def test_quantiles_are_indexed_by_item_and_ascend() -> None:
    pooled = _pooled()
    found = pooled.quantile([0.05, 0.5, 0.95])
    assert found.index.name == "item"
    assert list(found.columns) == [0.05, 0.5, 0.95]
    assert (np.diff(found.to_numpy(), axis=1) > 0).all()
    frame = pooled.to_frame().set_index("item")
    assert found[0.05].tolist() == pytest.approx(frame["lower"].tolist())
    with pytest.raises(OptionError, match="between 0 and 1"):
        pooled.quantile([0.5, 1.0])


def test_the_level_only_chooses_the_interval() -> None:
    frame = pool_worlds.races(5, cycles=2, per_cycle=6)
    narrow, wide = pool(frame, level=0.5).to_frame(), pool(frame, level=0.95).to_frame()
    assert narrow["lower"].tolist() == narrow["lower50"].tolist() == wide["lower50"].tolist()
    assert (wide["lower"] < narrow["lower"]).all()


def test_scores_are_those_counted_by_hand() -> None:
    pooled = _pooled()
    answers = pooled.to_frame()
    truth = answers["median"] + np.where(np.arange(len(answers)) % 5 == 0, 40.0, 1.0)
    given = dict(zip(answers["item"], truth, strict=True))
    found = pooled.score(given)
    low, high = answers["lower"], answers["upper"]
    inside = (truth >= low) & (truth <= high)
    penalty = 20 * np.maximum(low - truth, 0) + 20 * np.maximum(truth - high, 0)
    assert found["n"] == 30
    assert 0 < found["coverage"] == pytest.approx(inside.mean())
    assert found["interval_score"] == pytest.approx((high - low + penalty).mean())
    assert found["mae"] == pytest.approx((6 * 40 + 24 * 1) / 30)
    assert found["bias"] == pytest.approx(-(6 * 40 + 24 * 1) / 30)
    as_frame = pd.DataFrame({"item": answers["item"], "truth": truth})
    assert pooled.score(as_frame)["crps"] == pytest.approx(found["crps"])
    assert pooled.check(given).score == pytest.approx(found["crps"])
    with pytest.raises(OptionError, match="at least one item"):
        pooled.score({"no such item": 1.0})


def test_points_without_intervals_are_scored_as_points() -> None:
    pooled = pool(pool_worlds.guesses(6, items=5, people=30, each=10), method="crh", learn=None)
    found = pooled.score()
    assert np.isnan(found["coverage"])
    assert found["mae"] > 0
    assert any("points, no intervals" in note for note in pooled.warnings)
