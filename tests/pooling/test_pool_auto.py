"""Hedging over methods: no peeking by any candidate, and hardly worse than the best of them."""

from __future__ import annotations

import runpy
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pool_worlds
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import ndtri

from reconcile.ledger.audit.agreement import exact_agreement
from reconcile.pooling.aggregate import (
    MODEL,
    MODEL_SHARE,
    Memory,
    kept_near,
    losses,
    prior_weights,
    walk,
)
from reconcile.pooling.answer import GRID, ON_GRID
from reconcile.pooling.auto import hedge, views_of
from reconcile.pooling.candidates import candidates, family
from reconcile.pooling.items import read_items
from reconcile.pooling.learn import pool_items
from reconcile.pooling.memories import remembered
from reconcile.pooling.online import Weights
from reconcile.pooling.pool import ALONE, pool
from reconcile.pooling.recalibrate import (
    TRACKED,
    Answered,
    Z,
    follow_levels,
    level_scores,
    levels_of,
    moved,
)
from reconcile.pooling.stated import mixture
from reconcile.pooling.whole import whole_numbers

FIELDS = runpy.run_path(str(Path(__file__).parents[2] / "benchmarks" / "pool_fields.py"))
nowcasts: Callable[..., pd.DataFrame] = FIELDS["nowcasts"]
vandals: Callable[..., pd.DataFrame] = FIELDS["vandals"]


def common_dates(seed: int, *, dates: int = 30, places: int = 8) -> pd.DataFrame:
    """Forecasts in quantiles of many places on few dates, whose errors are one error."""
    rng = np.random.default_rng(seed)
    rows: list[tuple[object, ...]] = []
    for day in range(dates):
        shock = rng.normal(0, 0.5)
        for place in range(places):
            truth = np.exp(rng.normal(5, 1))
            for model in range(5):
                middle = np.log(truth) + shock + rng.normal(0, 0.15)
                said = np.exp(middle + 0.3 * np.array([-1.645, -0.674, 0, 0.674, 1.645]))
                name = f"{place}|{day}"
                rows.append((name, f"m{model}", *said, day, round(truth, 3), day + 2))
    columns = ["item", "source", "q05", "q25", "q50", "q75", "q95", "time", "truth", "resolved"]
    return pd.DataFrame(rows, columns=columns)


FORWARD: list[Callable[[], pd.DataFrame]] = [
    lambda: nowcasts(1, weeks=14),
    lambda: common_dates(2, dates=8, places=3),
    lambda: pool_worlds.drifting(3, stations=2, days=20, models=4),
    lambda: pool_worlds.races(4, cycles=4, per_cycle=8),
    lambda: vandals(5, items=30, dated=True),
]


def _all(frame: pd.DataFrame, learn: str) -> tuple[dict[str, np.ndarray], list[object]]:
    views = views_of(lambda on: read_items(frame, learn=learn, on=on))
    model, logs = (pool_items(v, learn).quantiles[:, ON_GRID] for v in (views.own, views.logs))
    found = candidates(views, learn, model, logs)
    return found | {"auto": hedge(views, learn).quantiles}, list(views.own.item_ids)


@pytest.mark.parametrize("world", FORWARD)
def test_no_candidate_knows_the_future(world: Callable[[], pd.DataFrame]) -> None:
    frame = world()
    whole, names = _all(frame, "past")
    asked = frame.groupby("item")["time"].max()
    known = frame.groupby("item")["resolved"].max()
    for item in [names[len(names) // 2], names[-1]]:
        later = frame["item"].map(known) > asked[item]
        untold = frame.assign(truth=frame["truth"].mask(later | (frame["item"] == item)))
        told, order = _all(untold, "past")
        for name, table in whole.items():
            same = told[name][order.index(item)].tobytes() == table[names.index(item)].tobytes()
            assert same, (name, item)


@settings(max_examples=2, deadline=None)
@given(st.integers(0, 50), st.integers(0, 5))
def test_no_candidate_knows_its_own_truth(seed: int, place: int) -> None:
    frame = pool_worlds.experts(seed, questions=6, panel=4)
    whole, names = _all(frame, "others")
    wrong = frame["truth"].where(frame["item"] != names[place], 7e6)
    told, _ = _all(frame.assign(truth=wrong), "others")
    for name, table in whole.items():
        assert told[name][place].tobytes() == table[place].tobytes(), name


def test_numbers_agreed_on_do_not_tell_their_own_truth() -> None:
    frame = vandals(6, items=16)
    whole, names = _all(frame, "others")
    for place in (0, 7):
        wrong = frame["truth"].where(frame["item"] != names[place], 7e6)
        told, _ = _all(frame.assign(truth=wrong), "others")
        for name, table in whole.items():
            assert told[name][place].tobytes() == table[place].tobytes(), (name, place)


@pytest.mark.parametrize(
    "world",
    [lambda: nowcasts(5, weeks=60), lambda: common_dates(6, dates=70, places=3)],
)
def test_auto_is_hardly_worse_than_the_best_candidate(world: Callable[[], pd.DataFrame]) -> None:
    """Within 2 % of the best, but for two standard errors of the difference, dates being
    independent."""
    frame = world()
    views = views_of(lambda on: read_items(frame, on=on))
    items, hedged = views.own, hedge(views, "past")
    model, logs = (pool_items(v, "past").quantiles[:, ON_GRID] for v in (views.own, views.logs))
    found = candidates(views, "past", model, logs) | {"auto": hedged.quantiles[:, ON_GRID]}
    half, unit = len(items.truth) // 2, np.ones(len(items.truth))
    logged = {name: np.log1p(np.maximum(items.to_raw(t), 0)) for name, t in found.items()}
    truth = np.log1p(items.to_raw(items.truth[:, None])[:, 0])
    every = {n: losses(t[None], truth, unit)[0, half:] for n, t in logged.items()}
    ours = every.pop("auto")
    for name, theirs in every.items():
        common = np.isfinite(theirs) & np.isfinite(ours)  # a candidate answers what it can
        if common.mean() > 0.5:
            apart = pd.Series((ours - theirs)[common]).groupby(items.asked[half:][common]).mean()
            noise = 2 * float(apart.std()) / np.sqrt(len(apart))
            assert ours[common].mean() <= 1.02 * theirs[common].mean() + noise, name
    low, high = (ON_GRID[np.searchsorted(GRID, p - 1e-9)] for p in (0.05, 0.95))
    held = (items.truth >= hedged.quantiles[:, low]) & (items.truth <= hedged.quantiles[:, high])
    assert 0.84 <= held[half:].mean() <= 0.96


def _walked(spread: tuple[float, ...], moments: np.ndarray) -> np.ndarray:
    """The last weights of candidates that are right but for their spread."""
    rng = np.random.default_rng(1)
    count = len(moments)
    z = np.array([np.quantile(rng.normal(size=4000), p) for p in GRID])
    each = [rng.normal(0, s, count)[:, None] + max(s, 0.3) * z for s in spread]
    families = [MODEL, *"abcdefg"[: len(spread) - 1]]
    found = walk(
        np.stack(each), np.zeros(count), np.zeros(count, np.int64), moments + 0.5, moments,
        prior_weights(families),
    )  # fmt: skip
    return found.weights


def test_weights_go_to_the_better_candidate_and_start_at_the_prior() -> None:
    weights = _walked((1.5, 0.4, 1.5), np.arange(200.0))
    rest = (1 - MODEL_SHARE) / 2
    assert weights[0] == pytest.approx([MODEL_SHARE, rest, rest])
    assert weights[-1][1] > 0.8
    assert weights.sum(axis=1) == pytest.approx(1)


def test_errors_of_one_moment_teach_less_than_as_many_apart() -> None:
    rng = np.random.default_rng(3)
    shock = np.repeat(rng.normal(0.15, 1, 10), 30)
    z = np.linspace(-1, 1, len(GRID))
    table = np.stack([shock[:, None] + z, 0 * shock[:, None] + z])
    truth, scale = np.zeros(300), np.zeros(300, np.int64)
    prior, apart_at = prior_weights([MODEL, "a"]), np.arange(300.0)
    at = np.repeat(np.arange(10.0), 30)
    together = walk(table, truth, scale, at + 0.5, at, prior)
    apart = walk(table, truth, scale, apart_at + 0.5, apart_at, prior)
    assert 0.6 < together.weights[-1][1] <= apart.weights[-1][1]
    assert together.weights[1][1] < 0.999


@pytest.mark.parametrize("unit", [1e9, 1e-9])
def test_weights_are_the_same_in_every_unit(unit: float) -> None:
    rng = np.random.default_rng(6)
    off = rng.normal(0, [[0.5], [1.5]], (2, 120))
    table, time = off[:, :, None] + np.linspace(-1, 1, len(GRID)), np.arange(120.0)
    last = [walk(table * by, np.zeros(120), np.zeros(120, np.int64), time + 0.5, time,
                 prior_weights([MODEL, "a"])).weights[-1] for by in (1.0, unit)]  # fmt: skip
    assert last[1] == pytest.approx(last[0], rel=1e-6)


def test_losses_do_not_hang_on_the_unit_or_on_one_huge_item() -> None:
    rng = np.random.default_rng(4)
    size = np.exp(rng.normal(0, 3, 150))
    z = np.linspace(-1, 1, len(GRID))
    good = rng.normal(0, 0.5, 150)[:, None] + z
    bad = rng.normal(0, 1.5, 150)[:, None] + z
    bad[np.argmax(size)], good[np.argmax(size)] = z, 3 + z
    scale, time = np.zeros(150, np.int64), np.arange(150.0)
    for unit in (1.0, 1e9, 1e-9):
        table = np.stack([bad, good]) * size[:, None] * unit
        found = walk(table, np.zeros(150), scale, time + 0.5, time,
                     prior_weights([MODEL, "a"]))  # fmt: skip
        # errors of 0.5 and 1.5, independent: the best mixture weighs by inverse squares, 9 to 1
        assert found.weights[-1][1] == pytest.approx(0.9, abs=0.05)


def test_a_rule_that_runs_away_is_held_near() -> None:
    z = np.linspace(-1, 1, len(GRID))
    table = np.stack([np.tile(z, (4, 1)), np.tile(z + 0.2, (4, 1)), np.tile(1e40 * z, (4, 1))])
    near, truth = kept_near(table, np.array([0.0, 0.5, np.nan, 1e300]))
    assert np.abs(near).max() < 12
    assert np.isnan(truth[2])
    assert 5 < truth[3] < 12
    assert near[0].tobytes() == table[0].tobytes()


def test_near_duplicates_share_the_weight_of_one() -> None:
    once, twice = (prior_weights([MODEL, "a", *["b"] * n]) for n in (1, 2))
    assert once[1] == pytest.approx(twice[1])
    assert twice[2:].sum() == pytest.approx(once[2])


def standard(z: np.ndarray) -> Answered:
    """Standard normal answers to items whose truths are `z` (I,)."""
    return answered(np.ones(len(z))[:, None] * Z, z)


def answered(table: np.ndarray, truth: np.ndarray) -> Answered:
    """Items that were answered by `table` (I, P), losses counted as they are."""
    scores = level_scores(table, np.repeat(truth[:, None], 3, axis=1))
    return Answered(table, truth, scores, np.ones(len(truth)))


def test_levels_follow_errors_that_are_twice_as_wide() -> None:
    z = 2 * np.random.default_rng(2).normal(size=1500)
    time = np.arange(1500.0)
    scores = follow_levels(standard(z), time + 0.5, time, np.zeros(1500, np.int64))
    below = (z[:, None] <= scores)[700:].mean(axis=0)
    assert below == pytest.approx(TRACKED, abs=0.03)


def test_a_correction_of_scores_that_makes_answers_worse_gets_little_weight() -> None:
    """Nine items of ten are answered too widely, the tenth, in a unit of a thousand, too narrowly:
    what is gained by the score is lost a thousand times over on the tenth."""
    rng = np.random.default_rng(5)
    count = 400
    large = np.arange(count) % 10 == 0
    z, size = rng.normal(size=count) * np.where(large, 1.5, 0.3), np.where(large, 1000.0, 1.0)
    told = answered(size[:, None] * Z, size * z)
    low, high = (int(np.searchsorted(TRACKED, p)) for p in (0.05, 0.95))
    plain = levels_of(standard(z))
    wary = levels_of(told)
    assert plain[high] - plain[low] < 0.85 * (wary[high] - wary[low])


def test_a_level_goes_no_further_than_its_errors_into_a_tail() -> None:
    """Answers whose tails reach a thousand times as far as their quartiles, and truths a fifth too
    far out: intervals grow by a fifth, not by the next level of the tail."""
    rng = np.random.default_rng(1)
    answer = np.sign(Z) * np.where(np.abs(Z) > 1.7, 1000.0, np.abs(Z))
    truth = 1.2 * rng.normal(size=2000)
    table = np.tile(answer, (2000, 1))
    scores = levels_of(answered(table, truth))
    low, high = (int(np.searchsorted(GRID, p - 1e-9)) for p in (0.05, 0.95))
    found = moved(table, scores)[0]
    assert 1.1 * 1.645 < found[high] < 1.3 * 1.645
    assert -1.3 * 1.645 < found[low] < -1.1 * 1.645
    same = np.asarray(ndtri(TRACKED))
    assert moved(table, same) == pytest.approx(table)


def test_each_group_has_levels_of_its_own() -> None:
    group, time = np.arange(1200) % 2, np.arange(1200.0)
    low, high = (int(np.searchsorted(TRACKED, p)) for p in (0.05, 0.95))
    held = []
    for seed in (3, 4, 5):
        z = np.random.default_rng(seed).normal(size=1200) * np.where(group, 2.5, 0.5)
        scores = follow_levels(standard(z), time + 0.5, time, group)
        held.append((z >= scores[:, low]) & (z <= scores[:, high]))
    for g in (0, 1):  # one level for both groups would hold all of the one and .8 of the other
        share = np.mean([one[600:][group[600:] == g] for one in held])
        assert share == pytest.approx(0.9, abs=0.06)


def test_levels_learn_from_no_item_whose_number_is_the_likely_truth() -> None:
    """Two sources that mostly say the truth to the digit, and a third that is far off: of the items
    on which the two agree, levels would learn from those alone on which they are wrong."""
    rng = np.random.default_rng(4)
    rows = []
    for day in range(120):
        truth = int(np.exp(rng.normal(9, 1)))
        wrong = int(truth * np.exp(rng.normal(0, 2))) if day % 10 == 0 else truth
        said = [wrong, wrong, int(truth * np.exp(rng.normal(0, 0.1)))]
        rows += [(day, f"s{s}", v, day, truth, day + 1) for s, v in enumerate(said)]
    columns = ["item", "source", "value", "time", "truth", "resolved"]
    views = views_of(lambda on: read_items(pd.DataFrame(rows, columns=columns), on=on))
    told = hedge(views, "past").repeats.told[20:]
    right = np.arange(20, 120) % 10 != 0
    assert told[right].mean() > 0.9
    assert told[~right].mean() > 0.9


def test_a_group_learns_its_levels_though_others_go_the_other_way() -> None:
    """Nine groups are answered too narrowly, one far too widely, all of them at each moment."""
    group, time = np.arange(2000) % 10, np.arange(2000.0) // 10
    z = np.random.default_rng(9).normal(size=2000) * np.where(group == 0, 0.25, 1.3)
    scores = follow_levels(standard(z), time + 0.5, time, group)
    low, high = (int(np.searchsorted(TRACKED, p)) for p in (0.05, 0.95))
    width = (scores[:, high] - scores[:, low])[1500:]
    assert width[group[1500:] == 0].mean() < 0.6 * 3.29
    assert width[group[1500:] != 0].mean() > 1.1 * 3.29
    new = follow_levels(standard(z), time + 0.5, time, np.where(time < 199, group, 99))
    assert (new[:, high] - new[:, low])[-10:].mean() > 3.29


def test_levels_narrow_where_intervals_hold_too_much() -> None:
    """Several items a moment, errors of two thirds of what was said: from nearly all to 0.9."""
    z = np.random.default_rng(7).normal(size=1200) / 1.5
    time = np.repeat(np.arange(150.0), 8)
    scores = follow_levels(standard(z), time + 0.5, time, 0 * time.astype(int))
    low, high = (int(np.searchsorted(TRACKED, p)) for p in (0.05, 0.95))
    held = ((z >= scores[:, low]) & (z <= scores[:, high]))[800:].mean()
    assert (np.abs(z) < 1.645)[800:].mean() > 0.97
    assert held < 0.95


def test_weights_go_where_regrets_point_and_back_when_they_turn() -> None:
    weights = Weights(np.array([0.8, 0.2]), 1, fade=1 - 1 / 20)
    start = weights.now.copy()
    for _ in range(60):
        weights.learn(np.array([[-0.5], [0.5]]))
    there = weights.now[1, 0]
    for _ in range(60):
        weights.learn(np.array([[0.5], [-0.5]]))
    assert start[:, 0] == pytest.approx([0.8, 0.2])
    assert there > 0.9
    assert weights.now[0, 0] > 0.9


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000), st.integers(2, 5))
def test_regret_against_the_best_expert_is_bounded(seed: int, experts: int) -> None:
    """Any losses in [0, 1]: sum of regrets below 2 sqrt(T log E) + 2 log E."""
    rng = np.random.default_rng(seed)
    loss = rng.uniform(0, 1, (300, experts)) ** rng.uniform(0.2, 5, experts)
    loss[150:] = loss[150:, ::-1]
    weights, ours = Weights(np.full(experts, 1 / experts), 1), 0.0
    for one in loss:
        mean = float(weights.now[:, 0] @ one)
        ours += mean
        weights.learn((mean - one)[:, None])
    assert ours - loss.sum(axis=0).min() <= 2 * np.sqrt(300 * np.log(experts)) + 2 * np.log(experts)


def test_a_swap_of_skill_is_followed() -> None:
    """Two candidates swap half-way: the mixture is near the better one soon after."""
    rng, count = np.random.default_rng(8), 240
    spread = np.where((np.arange(count) < 120) == np.array([[True], [False]]), 0.4, 3.0)
    z = np.array([np.quantile(rng.normal(size=4000), p) for p in GRID])
    table = rng.normal(0, 1, (2, count))[:, :, None] * spread[..., None] + spread[..., None] * z
    time, prior = np.arange(count, dtype=float), np.array([0.5, 0.5])
    truth, scale, unit = np.zeros(count), np.zeros(count, np.int64), np.ones(count)
    found = remembered(table, truth, scale, time + 0.5, time, prior).mixture
    slow = walk(table, truth, scale, time + 0.5, time, prior, Memory(forget=1.0)).mixture
    ours, theirs = (losses(t[None], truth, unit)[0, 120:].sum() for t in (found, slow))
    best = losses(table, truth, unit)[1, 120:].sum()
    assert ours - best < 0.6 * (theirs - best)


def test_one_moment_moves_no_level_far_however_many_items() -> None:
    z = np.full(400, 6.0)
    scores = follow_levels(standard(z), np.r_[np.zeros(399), 5.0] + 1, np.r_[np.ones(399), 2.0],
                           np.zeros(400, np.int64))  # fmt: skip
    assert np.abs(scores[-1] - scores[0]).max() < 1.0


@pytest.mark.parametrize(("learn", "weeks"), [("past", 12), ("others", 6)])
def test_counts_are_answered_in_whole_numbers_once_that_is_known(learn: str, weeks: int) -> None:
    frame = nowcasts(3, weeks=weeks, level=6.0)
    answers = pool(frame, learn=learn).quantile([0.05, 0.5, 0.95])
    last = answers.to_numpy()[-8:]
    assert last == pytest.approx(np.round(last), abs=1e-9)
    views = read_items(frame.assign(truth=frame["truth"] + 0.25), learn=learn)
    table = np.random.default_rng(0).normal(1, 0.1, (len(views.truth), 5)).cumsum(axis=1)
    assert whole_numbers(views, table, learn).tobytes() == table.tobytes()


def test_every_candidate_has_a_family() -> None:
    for learn in ("past", "others"):
        frame = pool_worlds.experts(1, questions=5, panel=3)
        frame = frame.assign(time=1, resolved=2) if learn == "past" else frame
        views = views_of(lambda on, f=frame, w=learn: read_items(f, learn=w, on=on))
        model = np.zeros((len(views.own.truth), len(GRID)))
        found = candidates(views, learn, model, model)
        assert {family(name) for name in found} >= {MODEL, "stated", "point rule"}
        assert len(found) <= 30


def test_the_mixture_is_that_of_its_own_distribution_functions() -> None:
    x = np.array([[[0.0, 1, 2, 3, 4], [10, 11, 12, 13, 14]]])
    found = mixture(x, np.array([[0.25, 0.75]]))[0]
    assert np.interp(0.125, GRID, found) == pytest.approx(2.0, abs=0.02)
    assert np.interp(0.625, GRID, found) == pytest.approx(12.0, abs=0.02)


def test_without_truths_the_model_answers_and_says_so() -> None:
    pooled = pool(pool_worlds.edits(1, items=20), learn=None, method="auto")
    assert ALONE in pooled.warnings
    assert pooled.methods()["method"].tolist() == ["hierarchical"]


def test_methods_tells_weights_and_scores() -> None:
    found = pool(nowcasts(7, weeks=40), method="auto").methods()
    assert found["weight"].sum() == pytest.approx(1)
    assert {"hierarchical", "chain ladder", "median with past error"} <= set(found["method"])
    assert np.isfinite(found["loss"]).any()


def test_exact_agreement_of_three_on_an_odd_number_is_no_chance() -> None:
    alone, known, copied = exact_agreement([3], [1e-5])[0]
    assert alone < 1e-6
    assert known == pytest.approx(0.008 / (0.008 + 0.0004), abs=1e-3)
    assert copied == pytest.approx(1 - known, abs=1e-5)
    assert exact_agreement([2], [0.9])[0, 0] > 0.9
