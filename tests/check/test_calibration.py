"""Coverage, PIT, checks, runners and simulation-based calibration."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from scipy import stats
from statsmodels.stats.proportion import proportion_confint

from reconcile.check import (
    by_folds,
    check_distributions,
    check_quantiles,
    check_samples,
    coverage,
    coverage_table,
    crps_samples,
    leave_one_source_out,
    pit_between,
    pit_of_quantiles,
    pit_of_samples,
    simulation_based_calibration,
    uniformity,
    walk_forward,
)
from reconcile.errors import OptionError
from reconcile.intervals import Interval
from reconcile.ledger import Ledger
from reconcile.plot import calibration
from reconcile.values import Claim, Days, Distribution, Period, Phrase, Quantity, Source

P = np.array([0.05, 0.25, 0.5, 0.75, 0.95])


def forecasts(n: int, spread: float = 1.0, bias: float = 0.0, seed: int = 0):
    """Truths N(m, 1) of known m, with quantiles of N(m + bias, spread^2)."""
    rng = np.random.default_rng(seed)
    m = rng.normal(0, 10, n)
    truth = m + rng.normal(size=n)
    return m[:, None] + bias + spread * stats.norm.ppf(P), truth


def test_coverage_and_its_interval() -> None:
    """8 of 10: Wilson's 95 % interval is 0.490 to 0.943 (Wilson 1927; statsmodels agrees)."""
    share, span = coverage(np.zeros(10), np.ones(10), [0.5] * 7 + [1.0] + [1.1, -0.1])
    assert share == 0.8
    assert (span.lower, span.upper) == pytest.approx(proportion_confint(8, 10, method="wilson"))
    assert span.lower == pytest.approx(0.490, abs=5e-4)
    with pytest.raises(OptionError, match="known truth"):
        coverage([0.0], [1.0], [np.nan])


def test_pit_of_quantiles_by_hand() -> None:
    q, p = [[10.0, 20.0, 40.0]], [0.1, 0.5, 0.9]
    for y, expected in ((10, 0.1), (15, 0.3), (20, 0.5), (35, 0.8), (40, 0.9)):
        assert pit_of_quantiles(q, p, [float(y)]) == pytest.approx([expected])
    # density .8/30 continues below 10 with mass .1: .1 exp(-(.8/30) 5 / .1)
    assert pit_of_quantiles(q, p, [5.0]) == pytest.approx([0.1 * np.exp(-4 / 3)])
    assert pit_of_quantiles(q, p, [45.0]) == pytest.approx([1 - 0.1 * np.exp(-4 / 3)])
    # a run of equal quantiles: an atom, of which the middle is taken
    assert pit_of_quantiles([[1.0, 7.0, 7.0, 9.0]], [0.1, 0.4, 0.8, 0.9], [7.0]) == pytest.approx(
        [0.6]
    )


def test_honest_quantiles_are_found_honest_and_others_not() -> None:
    honest = check_quantiles(forecasts(4000)[0], P, forecasts(4000)[1])
    table = honest.coverage.set_index("level")
    for level in (0.5, 0.9):
        assert table.loc[level, "lower"] < level < table.loc[level, "upper"]
    narrow = check_quantiles(forecasts(4000, 0.5)[0], P, forecasts(4000)[1])
    assert narrow.coverage["covered"].iloc[2] == pytest.approx(
        2 * stats.norm.cdf(1.645 / 2) - 1, abs=0.03
    )
    biased = check_quantiles(forecasts(4000, 1, 0.7)[0], P, forecasts(4000)[1])
    assert narrow.uniformity() < 1e-6
    assert biased.uniformity() < 1e-6
    assert honest.score < min(narrow.score, biased.score)
    assert honest.rows["log_score"].mean() < narrow.rows["log_score"].mean()


def test_randomised_pit_of_counts_is_uniform_and_the_plain_one_is_not() -> None:
    rng = np.random.default_rng(6)
    rate = rng.uniform(0.5, 4, 4000)
    truth = rng.poisson(rate)
    below, upto = stats.poisson.cdf(truth - 1, rate), stats.poisson.cdf(truth, rate)
    assert uniformity(pit_between(below, upto, seed=1))[1] > 0.01
    assert uniformity(upto)[1] < 1e-6
    assert (pit_between(below, upto, seed=1) == pit_between(below, upto, seed=1)).all()
    with pytest.raises(OptionError, match="below"):
        pit_between([0.5], [0.4])


def test_pit_of_samples_is_uniform_with_ties() -> None:
    rng = np.random.default_rng(7)
    truth, samples = rng.poisson(2.0, 3000), rng.poisson(2.0, (39, 3000))
    u = pit_of_samples(samples, truth, seed=2)
    assert uniformity(u)[1] > 0.01
    assert stats.kstest(u, "uniform").pvalue > 0.01
    assert pit_of_samples([[1.0], [2.0], [3.0]], [2.5])[0] == pytest.approx(0.625, abs=0.125)


def test_the_table_counts_central_intervals() -> None:
    table = coverage_table([0.01, 0.3, 0.45, 0.96, np.nan], [0.5, 0.95])
    assert table["covered"].tolist() == [0.5, 0.75]
    assert table["n"].tolist() == [4, 4]
    with pytest.raises(OptionError):
        coverage_table([1.2])
    with pytest.raises(OptionError, match="bins"):
        uniformity([0.5, 0.6], bins=10)


def test_scores_by_source_and_block() -> None:
    good, truth = forecasts(300)
    poor, _ = forecasts(300, 3.0, 1.0)
    check = check_quantiles(
        np.vstack([good, poor]), P, np.r_[truth, truth],
        source=["good"] * 300 + ["poor"] * 300, block=np.tile([1, 2, 3], 200),
    )  # fmt: skip
    assert check.scores["source"].tolist() == ["good", "poor"]
    own = check.rows[check.rows["source"] == "poor"]
    assert check.scores["score"].iloc[1] == pytest.approx(own["score"].mean())
    inside = (own["pit"] - 0.5).abs() <= 0.45
    assert check.scores["covered90"].iloc[1] == pytest.approx(inside.mean())
    cells = check.by("source", "block")
    assert len(cells) == 6
    assert cells["n"].sum() == 600
    assert check.to_frame()["covered90"].mean() == pytest.approx(check.coverage["covered"].iloc[2])
    assert "600 truths" in str(check)
    with pytest.raises(OptionError, match="columns"):
        check.by("country")
    with pytest.raises(OptionError, match="source for each"):
        check_quantiles(good, P, truth, source=["a"])


def test_samples_and_distributions_give_the_same_check() -> None:
    rng = np.random.default_rng(9)
    truth = rng.normal(5, 2, 200)
    samples = rng.normal(5, 2, (3000, 200))
    by_samples = check_samples(samples, truth)
    made = [Distribution.from_samples(samples[:, i]) for i in range(200)]
    by_distribution = check_distributions(made, truth)
    assert by_distribution.pit == pytest.approx(by_samples.pit, abs=2e-3)
    assert by_distribution.score == pytest.approx(by_samples.score, rel=0.01)
    assert by_samples.score == pytest.approx(crps_samples(samples, truth).mean())


def test_discrete_truths_stand_for_their_cell() -> None:
    rng = np.random.default_rng(1)
    rate = rng.uniform(1, 6, 400)
    cells = np.arange(-1, 40)
    made = [Distribution(cells + 0.5, np.r_[0, stats.poisson.cdf(cells[1:], r)]) for r in rate]
    truth = rng.poisson(rate)
    assert check_distributions(made, truth, discrete=True).uniformity() > 0.01


def test_a_check_can_be_drawn() -> None:
    q, truth = forecasts(120)
    check = check_quantiles(q, P, truth, source=np.tile(["a", "b", "c"], 40))
    ax = calibration(check)
    assert ax.figure is not None
    plt.close(ax.figure)


# ---------------------------------------------------------------- runners

SOURCES = ("s0", "s1", "s2", "s3")


def ledger(seed: int = 0, n: int = 60) -> Ledger:
    """Constants of 10 quantities, claimed by four sources on successive days, exact numbers."""
    rng = np.random.default_rng(seed)
    truth = rng.lognormal(5, 1, 10)
    claims = []
    for i in range(n):
        k, s = i % 10, SOURCES[int(rng.integers(4))]
        value = float(np.round(truth[k] * np.exp(0.2 * rng.normal())))
        day = Days.of(f"2024-{1 + i // 28:02}-{1 + i % 28:02}")
        phrase = Phrase(str(value), "exact", Interval(value, value), nominal=value)
        claims.append(Claim(f"c{i:02}", f"q{k}", s, phrase, Period.on(day), said=day))
    quantities = [Quantity(f"q{k}", kind="constant") for k in range(10)]
    return Ledger.of(claims, quantities, [Source(s) for s in SOURCES])


@dataclass
class MeanFit:
    """Expects each claim to be lognormal around the mean of the known ones; keeps a diary."""

    known: Ledger
    diary: list[tuple[set[str], set[str]]]

    def predictive(self, claims):
        self.diary.append(({c.id for c in self.known}, {c.id for c in claims}))
        logs = {
            q: [np.log(c.lower) for c in self.known if c.quantity == q]
            for q in {c.quantity for c in self.known}
        }
        centre = np.array([np.mean(logs.get(c.quantity, [5.0])) for c in claims])
        heard = np.array([len(logs.get(c.quantity, [])) for c in claims])
        spread = np.where(heard > 0, 0.2 * np.sqrt(1 + 1 / np.maximum(heard, 1)), 1.1)
        return Lognormals(centre, spread)


@dataclass
class Lognormals:
    centre: np.ndarray
    spread: np.ndarray

    def samples(self, n: int, seed: int = 0) -> np.ndarray:
        rng = np.random.default_rng(seed)
        return np.exp(self.centre + self.spread * rng.normal(size=(n, len(self.centre))))

    @property
    def log_density(self) -> np.ndarray:
        return -np.log(self.spread)


def test_walk_forward_sees_only_what_was_public() -> None:
    diary: list[tuple[set[str], set[str]]] = []
    known = ledger(n=80)
    cuts = ["2024-01-15", "2024-02-10", "2024-02-28"]
    check = walk_forward(known, lambda part: MeanFit(part, diary), cuts=cuts)
    said = {c.id: c.said.last for c in known}
    for (seen, asked), cut in zip(diary, cuts, strict=True):
        assert max(said[i] for i in seen) <= pd.Timestamp(cut).date() < min(said[i] for i in asked)
    assert set.union(*(asked for _, asked in diary)) == {
        i for i, day in said.items() if day > pd.Timestamp("2024-01-15").date()
    }
    assert check.rows["block"].unique().tolist() == cuts
    assert {"log_density", "quantity", "item"} <= set(check.rows)
    assert 0.75 < check.coverage["covered"].iloc[2] <= 1
    with pytest.raises(OptionError, match="cut"):
        walk_forward(known, lambda part: MeanFit(part, diary), cuts=[])
    with pytest.raises(OptionError, match="nothing to check"):
        walk_forward(known, lambda part: MeanFit(part, diary), cuts=["2025-01-01"])


def test_a_source_is_predicted_without_its_claims_and_their_repeats() -> None:
    diary: list[tuple[set[str], set[str]]] = []
    known = ledger(n=40)
    first = next(c for c in known if c.source == "s0")
    echo = Claim(
        "echo", first.quantity, "s1", first.phrase, first.period, said=first.said, origin=first.id
    )
    check = leave_one_source_out(known.extended([echo]), lambda part: MeanFit(part, diary))
    assert len(diary) == 4
    by_source = {c.id: c.source for c in known} | {"echo": "s1"}
    for (seen, asked), source in zip(diary, SOURCES, strict=True):
        assert {by_source[i] for i in asked} == {source}
        assert source not in {by_source[i] for i in seen}
    assert "echo" not in diary[0][0]
    assert first.id not in diary[1][0]
    assert sorted(check.rows["item"]) == sorted(by_source)
    assert check.scores["n"].sum() == 41


def test_folds_of_ones_own() -> None:
    diary: list[tuple[set[str], set[str]]] = []
    known = ledger(n=30)
    folds = {c.id: i % 3 for i, c in enumerate(known) if i < 24}
    check = by_folds(known, lambda part: MeanFit(part, diary), folds, draws=400)
    always = {c.id for i, c in enumerate(known) if i >= 24}
    for fold, (seen, asked) in enumerate(diary):
        assert asked == {i for i, f in folds.items() if f == fold}
        assert seen == {c.id for c in known} - asked
        assert always <= seen
    assert len(check) == 24


def test_a_retraction_of_later_is_not_known_then() -> None:
    known = ledger(n=20)
    withdrawn = replace(known[2], status="retracted", retracted_on=date(2024, 1, 19))
    after = Ledger.of(
        [withdrawn if c.id == withdrawn.id else c for c in known], known.quantities, known.sources
    )
    diary: list[tuple[set[str], set[str]]] = []
    seen: list[str] = []

    def fit(part: Ledger) -> MeanFit:
        seen.append(part[withdrawn.id].status)
        return MeanFit(part, diary)

    walk_forward(after, fit, cuts=["2024-01-10", "2024-01-19"])
    assert seen == ["active", "retracted"]


def test_a_wrong_shape_of_predictions_is_named() -> None:
    class Bad:
        def predictive(self, claims):
            return self

        def samples(self, n, seed):
            return np.zeros((n, 1))

    with pytest.raises(OptionError, match="expected samples"):
        leave_one_source_out(ledger(n=20), lambda _: Bad())


# ---------------------------------------------------------------- simulation-based calibration


def normal_model(rng):
    truth = rng.normal(1.0, 2.0, 2)
    return truth, truth[0] + truth[1] + rng.normal(size=1)


def exact_posterior(width: float, shift: float):
    def fit(y, rng):
        prior, row = 4.0 * np.eye(2), np.ones(2)
        gain = prior @ row / (row @ prior @ row + 1)
        mean = 1.0 + gain * (y[0] - 2.0) + shift
        cov = (prior - np.outer(gain, row @ prior)) * width**2
        return rng.multivariate_normal(mean, cov, size=99)

    return fit


def test_the_right_posterior_passes_and_wrong_ones_fail() -> None:
    right = simulation_based_calibration(
        normal_model, exact_posterior(1, 0), n=600, names=["a", "b"], seed=3
    )
    assert right.counts().sum(axis=0).tolist() == [600, 600]
    assert (right.p_values() > 0.005).all()
    narrow = simulation_based_calibration(normal_model, exact_posterior(0.6, 0), n=600, seed=3)
    shifted = simulation_based_calibration(normal_model, exact_posterior(1, 0.8), n=600, seed=3)
    assert (narrow.p_values() < 1e-4).all()
    assert (shifted.p_values() < 1e-4).all()
    # a valley for the overconfident one, a slope for the biased one
    ends = narrow.counts()[[0, -1]].sum(axis=0)
    assert (ends > 2 * 120).all()
    assert (shifted.counts()[0] > 1.5 * shifted.counts()[-1]).all()
    assert right.to_frame().columns.tolist() == ["a", "b"]
    assert uniformity(right.pit)[1] > 0.005


def test_ranks_are_counted_by_hand() -> None:
    found = simulation_based_calibration(
        lambda rng: ([5.0, 0.0], None), lambda _, rng: np.array([[1.0, 1], [6, 2], [4, 3]]), n=2
    )
    assert found.ranks.tolist() == [[2, 0], [2, 0]]
    assert found.counts(2).tolist() == [[0, 2], [2, 0]]
    with pytest.raises(OptionError, match="divides 4"):
        found.counts(3)
    with pytest.raises(OptionError, match="draws"):
        simulation_based_calibration(lambda rng: ([1.0], None), lambda _, rng: np.ones((3, 2)), n=2)
    with pytest.raises(OptionError, match="names"):
        simulation_based_calibration(
            lambda rng: ([1.0], None), lambda _, rng: np.ones(3), n=2, names=["a", "b"]
        )


def test_ties_are_broken_evenly() -> None:
    found = simulation_based_calibration(
        lambda rng: (rng.integers(0, 3, 1), None), lambda _, rng: rng.integers(0, 3, (9, 1)), n=3000
    )
    assert found.p_values()[0] > 0.005


def test_a_check_is_drawn_with_the_number_of_truths_of_each_source() -> None:
    rng = np.random.default_rng(21)
    p = np.array([0.025, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.975])
    quantiles = np.tile(stats.norm.ppf(p), (120, 1))
    source = np.array(["north", "south", "south"] * 40)
    checked = check_quantiles(quantiles, p, rng.normal(0, 1, 120), source=source)
    host = calibration(checked)
    panels = host.child_axes
    assert [panel.get_title(loc="left") for panel in panels] == [
        "Share of truths inside", "Truths in each tenth", "Score by source",
    ]  # fmt: skip
    labels = {text.get_text() for text in panels[2].get_yticklabels()}
    assert labels == {"north (40)", "south (80)"}
    drawn = panels[0].lines[1].get_ydata()
    assert list(drawn) == pytest.approx(checked.coverage["covered"].tolist())
    plt.close(host.figure)
