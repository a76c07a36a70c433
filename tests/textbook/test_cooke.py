"""Cooke's classical model against an example worked by hand and its own laws."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from reconcile.errors import OptionError
from reconcile.textbook import Panel, performance_weights
from reconcile.textbook.cooke import calibration

P = (0.05, 0.5, 0.95)


def experts_with_hits(hits: list[tuple[int, int, int, int]]) -> np.ndarray:
    """Experts for ten truths of 100, whose quantiles put them into the bins as often as `hits`."""
    quantiles = {0: (110, 120, 130), 1: (80, 120, 130), 2: (80, 90, 130), 3: (70, 80, 90)}
    return np.array(
        [[quantiles[b] for b in range(4) for _ in range(own[b])] for own in hits], dtype=float
    )


def test_calibration_by_hand() -> None:
    """Ten truths in bins 1, 4, 4, 1 of expected .05, .45, .45, .05.

    I(s; p) = 2 (.1 ln 2) + 2 (.4 ln(8/9)) = .0444030; 2 N I = .8880602; P(chi2_3 > .8880602), by
    the closed form erfc(sqrt(x/2)) + sqrt(2x/pi) exp(-x/2), is .8283082.
    """
    said = experts_with_hits([(1, 4, 4, 1), (5, 0, 0, 5)])
    panel = Panel.of(said, P, truths=np.full(10, 100.0))
    bins = panel.bins(np.full(10, 100.0))
    assert [np.sum(bins[0] == b) for b in range(4)] == [1, 4, 4, 1]
    first, second = calibration(bins, np.array(P))

    def upper_tail(x: float) -> float:
        return math.erfc(math.sqrt(x / 2)) + math.sqrt(2 * x / math.pi) * math.exp(-x / 2)

    by_hand = 20 * (0.2 * math.log(2) + 0.8 * math.log(8 / 9))
    assert by_hand == pytest.approx(0.8880602, abs=1e-7)
    assert first == pytest.approx(upper_tail(by_hand), abs=1e-12)
    assert first == pytest.approx(0.8283082, abs=1e-7)
    assert second == pytest.approx(upper_tail(20 * math.log(10)), abs=1e-12)


def test_information_by_hand() -> None:
    """Two experts on one question: 10, 20, 30 and 0, 20, 100; overshoot 10 % of 0 to 100.

    The background is -10 to 110, 120 wide. The first has bins 20, 10, 10, 80 wide:
    .05 ln(.05 120/20) + .9 ln(.45 120/10) + .05 ln(.05 120/80) = 1.3280471.
    """
    panel = Panel.of([[[10, 20, 30]], [[0, 20, 100]]], P)
    first, second = panel.information()[:, 0]
    assert (panel.lower[0], panel.upper[0]) == (-10, 110)
    by_hand = 0.05 * math.log(0.3) + 0.9 * math.log(5.4) + 0.05 * math.log(0.075)
    assert first == pytest.approx(by_hand, abs=1e-12)
    assert first == pytest.approx(1.3280471, abs=1e-7)
    assert second == pytest.approx(
        0.05 * math.log(0.6) + 0.45 * math.log(2.7) + 0.45 * math.log(0.675) + 0.05 * math.log(0.6)
    )


def test_weights_are_calibration_times_information_above_the_cutoff() -> None:
    said = experts_with_hits([(1, 4, 4, 1), (0, 5, 5, 0), (5, 0, 0, 5)])
    found = performance_weights(said, np.full(10, 100.0), cutoff=0.05)
    raw = found.calibration * found.information * (found.calibration >= 0.05)
    assert found.weights == pytest.approx(raw / raw.sum())
    assert found.weights[2] == 0
    everybody = performance_weights(said, np.full(10, 100.0), cutoff=0.0)
    assert everybody.weights[2] > 0


def test_the_cutoff_is_the_best_for_the_decision_maker() -> None:
    rng = np.random.default_rng(4)
    truths = rng.normal(50, 10, 12)
    z = stats.norm.ppf(P)
    sds = np.array([3.0, 6.0, 2.0, 12.0, 5.0])
    errors = np.array([3.0, 5.0, 9.0, 8.0, 5.0])
    centres = truths + errors[:, None] * rng.normal(size=(5, 12))
    said = centres[:, :, None] + sds[:, None, None] * z
    best = performance_weights(said, truths)
    merits = []
    for score in np.unique(best.calibration):
        tried = performance_weights(said, truths, cutoff=float(score))
        merits.append(tried.decision_maker[0] * tried.decision_maker[1])
    assert best.decision_maker[0] * best.decision_maker[1] == pytest.approx(max(merits))
    assert best.cutoff in best.calibration


def test_a_lone_expert_with_weight_is_the_decision_maker() -> None:
    """Also where a truth equals one of his quantiles, and on a log scale."""
    said = experts_with_hits([(1, 4, 4, 1), (9, 0, 0, 1)])
    said[0, 3] = (80, 100, 130)
    for log in (False, True):
        found = performance_weights(said, np.full(10, 100.0), cutoff=0.5, log=log)
        assert found.weights.tolist() == [1, 0]
        assert found.decision_maker == pytest.approx((found.calibration[0], found.information[0]))


def test_the_unit_of_a_question_does_not_matter() -> None:
    rng = np.random.default_rng(9)
    said = np.sort(rng.lognormal(3, 1, (4, 8, 3)), axis=2)
    truths = rng.lognormal(3, 1, 8)
    units = rng.lognormal(0, 3, 8)
    a = performance_weights(said, truths, log=[True] * 4 + [False] * 4)
    b = performance_weights(said * units[:, None], truths * units, log=[True] * 4 + [False] * 4)
    assert b.weights == pytest.approx(a.weights, rel=1e-6)
    assert b.decision_maker == pytest.approx(a.decision_maker, rel=1e-3)


def test_silence_is_no_answer() -> None:
    said = experts_with_hits([(1, 4, 4, 1), (1, 4, 4, 1)])
    said[1, 5:] = np.nan
    found = performance_weights(said, np.full(10, 100.0), cutoff=0.0)
    # the second answered five: one in the lowest bin, four in the next
    by_hand = 2 * 5 * (0.2 * math.log(0.2 / 0.05) + 0.8 * math.log(0.8 / 0.45))
    assert found.calibration[1] == pytest.approx(stats.chi2.sf(by_hand, 3))
    panel = Panel.of(said, P)
    assert panel.pool([0.5, 0.5], 9).median == pytest.approx(said[0, 9, 1], rel=1e-6)


def test_the_pool_has_the_stated_quantiles_of_one_expert() -> None:
    panel = Panel.of([[[10, 20, 90]], [[15, 40, 60]]], P, log=True)
    assert panel.distribution(0, 0).quantile(P) == pytest.approx([10, 20, 90])
    # halfway in probability between two quantiles is halfway in logarithm
    assert panel.distribution(0, 0).quantile(0.275) == pytest.approx(math.sqrt(200), rel=1e-3)


def test_item_weights_follow_the_information_on_the_item() -> None:
    found = performance_weights(
        experts_with_hits([(1, 4, 4, 1), (0, 5, 5, 0)]), [100.0] * 10, cutoff=0
    )
    weights = found.on_item([1.0, 3.0])
    raw = found.calibration * [1.0, 3.0]
    assert weights == pytest.approx(raw / raw.sum())


def test_on_a_real_panel_one_expert_takes_all(bench: Path) -> None:
    """Nine experts, ten questions on log scales, most of them badly calibrated."""
    frame = pd.read_csv(bench / "truth" / "cooke_dev.csv.gz")
    study = frame[frame["item"].str.startswith("Arsenic D-R|")]
    said = study.pivot(index="source", columns="item", values=["lower", "value", "upper"])
    stated = said.to_numpy().reshape(len(said), 3, -1).transpose(0, 2, 1)
    truths = study.groupby("item")["truth"].first().to_numpy()
    log = study.groupby("item")["extra"].first().fillna("").str.contains("LOG").to_numpy()
    found = performance_weights(stated, truths, P, log=log)
    assert stated.shape == (9, 10, 3)
    best = found.calibration.argmax()
    assert found.weights.argmax() == best
    assert np.sum(found.weights > 0) == 1
    assert found.decision_maker == pytest.approx((found.calibration[best], found.information[best]))
    hits = np.sum(truths[None, :, None] > stated, axis=2)[best]
    counts = np.bincount(hits, minlength=4)
    shares = counts[counts > 0] / 10
    against = np.array([0.05, 0.45, 0.45, 0.05])[counts > 0]
    by_hand = 20 * np.sum(shares * np.log(shares / against))
    assert found.calibration[best] == pytest.approx(stats.chi2.sf(by_hand, 3))


def test_bad_input_is_named() -> None:
    with pytest.raises(OptionError, match="don't fall"):
        Panel.of([[[3, 2, 1]]], P)
    with pytest.raises(OptionError, match="shape"):
        Panel.of([[1, 2, 3]], P)
    with pytest.raises(OptionError, match="above 0"):
        Panel.of([[[-1, 2, 3]]], P, log=True)
    with pytest.raises(OptionError, match="ascending"):
        Panel.of([[[1, 2, 3]]], (0.5, 0.05, 0.95))
    with pytest.raises(OptionError, match="known truth"):
        performance_weights([[[1, 2, 3]]], [np.nan])
