"""Simulated worlds with known truths: the intervals hold what they promise, with one set of
defaults. Each floor is what a correct program clears with room for the simulation's own noise."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pool_worlds
import pytest

from reconcile.pooling.pool import Pooled, pool


def _truth(frame: pd.DataFrame, pooled: Pooled) -> np.ndarray:
    return frame.groupby("item").truth.first().reindex(pooled.item_ids).to_numpy(dtype=float)


def _covered(frame: pd.DataFrame, pooled: Pooled, skip: int = 0) -> float:
    """The share of 90 % intervals that hold the truth, without the first `skip` items."""
    answers, truth = pooled.to_frame(), _truth(frame, pooled)
    inside = (truth >= answers["lower"]) & (truth <= answers["upper"])
    return float(inside[skip:].mean())


def _scores(frame: pd.DataFrame, pooled: Pooled, skip: int = 0) -> np.ndarray:
    answers, y = pooled.to_frame(), _truth(frame, pooled)
    low, high = answers["lower"].to_numpy(), answers["upper"].to_numpy()
    return (high - low + 20 * np.maximum(low - y, 0) + 20 * np.maximum(y - high, 0))[skip:]


@pytest.mark.parametrize("base", [6.0, 400.0])
def test_epidemic_forecasts_as_quantiles_with_horizons(base: float) -> None:
    frame = pool_worlds.forecasts(1, base=base, weeks=32)
    pooled = pool(frame)
    assert 0.84 <= _covered(frame, pooled, 150) <= 0.97
    simple = pool(frame, method="quantile-average")
    assert _covered(frame, simple, 150) < 0.84
    assert _scores(frame, pooled, 150).mean() < _scores(frame, simple, 150).mean()


def test_temperature_forecasts_with_errors_in_common() -> None:
    frame = pool_worlds.temperatures(2)
    pooled = pool(frame)
    assert 0.84 <= _covered(frame, pooled, 120) <= 0.95
    assert _covered(frame, pool(frame, method="mean"), 120) < 0.6


def test_errors_that_remember_the_day_before_are_followed() -> None:
    frames = [pool_worlds.drifting(seed, stations=3, days=110) for seed in (60, 61)]
    ours, linear, covered = [], [], []
    for frame in frames:
        pooled = pool(frame)
        covered.append(_covered(frame, pooled, 60))
        ours.append(_scores(frame, pooled, 60).mean())
        linear.append(_scores(frame, pool(frame, method="linear-pool"), 60).mean())
    assert 0.84 <= np.mean(covered) <= 0.95
    assert np.mean(ours) < 0.75 * np.mean(linear)


def _log_scores(frame: pd.DataFrame, pooled: Pooled, skip: int = 0) -> np.ndarray:
    """Interval scores of log(count + 1): on counts themselves the largest item is all there is."""
    ends = pooled.to_frame()[["lower", "upper"]].clip(lower=0)  # no count lies below 0
    answers, y = np.log1p(ends), np.log1p(_truth(frame, pooled))
    low, high = answers["lower"].to_numpy(), answers["upper"].to_numpy()
    return (high - low + 20 * np.maximum(low - y, 0) + 20 * np.maximum(y - high, 0))[skip:]


@pytest.mark.parametrize("base", [8.0, 200.0])
def test_forecasters_who_learn_what_they_do_not_know(base: float) -> None:
    frame = pool_worlds.maturing(70, base=base, places=4, weeks=40, models=7)
    pooled = pool(frame)
    assert 0.85 <= _covered(frame, pooled, 100) <= 0.98
    simple = pool(frame, method="linear-pool")
    assert _log_scores(frame, pooled, 100).mean() < _log_scores(frame, simple, 100).mean()


@pytest.mark.parametrize("share", [0.1, 0.3])
def test_any_tenth_or_third_of_the_edits_may_be_wild(share: float) -> None:
    frame = pool_worlds.vandalised(80, share=share, items=150)
    pooled, linear = (pool(frame, method=m, learn=None) for m in ("hierarchical", "linear-pool"))
    assert _covered(frame, pooled) >= 0.93
    assert _log_scores(frame, pooled).mean() < 0.7 * _log_scores(frame, linear).mean()


def test_edits_with_vandals_are_answered_by_agreement() -> None:
    frame = pool_worlds.edits(3)
    pooled = pool(frame, learn=None)
    assert _covered(frame, pooled) >= 0.93
    off = np.abs(np.log((pooled.to_frame()["median"] + 0.5) / (_truth(frame, pooled) + 0.5)))
    assert np.median(off) < 1e-3
    assert off.mean() < 0.2
    width = np.log((pooled.to_frame()["upper"] + 0.5) / (pooled.to_frame()["lower"] + 0.5))
    assert np.median(width) < 0.2


def test_constants_in_units_of_their_own() -> None:
    frames = [pool_worlds.constants(seed, items=24) for seed in (4, 5)]
    covered = [_covered(frame, pool(frame, learn="others")) for frame in frames]
    assert 0.85 <= np.mean(covered) <= 0.99
    assert np.mean([_covered(f, pool(f, method="common-effect")) for f in frames]) < 0.8


def test_studies_of_overconfident_experts() -> None:
    frames = [pool_worlds.experts(seed) for seed in range(10, 15)]
    pooled = [pool(frame, learn="others") for frame in frames]
    covered = np.mean([_covered(f, p) for f, p in zip(frames, pooled, strict=True)])
    assert 0.85 <= covered <= 0.98
    alone = [(f.truth >= f.lower) & (f.truth <= f.upper) for f in frames]
    assert np.mean([a.mean() for a in alone]) < 0.7


def test_polls_walking_forward() -> None:
    frames = [pool_worlds.races(seed) for seed in (20, 21)]
    pooled = [pool(frame) for frame in frames]
    covered = np.mean([_covered(f, p, 60) for f, p in zip(frames, pooled, strict=True)])
    assert 0.86 <= covered <= 0.96
    assert np.mean([_covered(f, pool(f, method="random-effects"), 60) for f in frames]) < 0.75


def test_guesses_are_corrected_for_the_bias_of_the_whole_crowd() -> None:
    frames = [pool_worlds.guesses(seed) for seed in range(40, 43)]
    ours, plain, covered = [], [], []
    for frame in frames:
        pooled = pool(frame, learn="others")
        truth = _truth(frame, pooled)
        covered.append(_covered(frame, pooled))
        ours.append(np.abs(np.log(pooled.to_frame()["median"] / truth)).mean())
        middle = pool(frame, method="median").to_frame()["median"]
        plain.append(np.abs(np.log(middle / truth)).mean())
    assert np.mean(covered) >= 0.85
    assert np.mean(ours) < 0.85 * np.mean(plain)


def test_independent_sources_sharpen_with_their_number() -> None:
    rng = np.random.default_rng(40)
    widths = {}
    for count in (3, 12):
        truth = rng.normal(0, 10, 24)
        said = truth[:, None] + rng.normal(0, 1, (24, count))
        frame = pd.DataFrame(
            {
                "item": np.repeat(np.arange(24), count), "source": np.tile(np.arange(count), 24),
                "value": said.ravel(), "truth": np.repeat(truth, count),
            }
        )  # fmt: skip
        pooled = pool(frame, learn="others")
        assert 0.84 <= _covered(frame, pooled) <= 0.99
        widths[count] = np.median(pooled.to_frame()["upper"] - pooled.to_frame()["lower"])
    assert widths[12] < 0.65 * widths[3]


def test_a_source_of_many_gross_errors_loses_its_say() -> None:
    frame = pool_worlds.races(50, stances=True)
    frame.loc[frame["source"] == "p3", "value"] += 25.0
    frame = frame.drop(columns=["lower", "upper", "level"])
    pooled = pool(frame)
    table = pooled.sources().set_index("source")
    assert table.loc["p3", "error"] == table["error"].max()
    assert table.loc["p3", "bias"] == table["bias"].max()
