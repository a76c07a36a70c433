"""The parts of the model against second, slower ways."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pool_worlds
import pytest
from scipy import stats

from reconcile.pooling import pool_items
from reconcile.pooling import shape as shapes
from reconcile.pooling.answer import PROBABILITIES, cdf, quantiles_of
from reconcile.pooling.crowd import blocks
from reconcile.pooling.forward import checkpoints, worth_of
from reconcile.pooling.items import read_items
from reconcile.pooling.leave import _Folds
from reconcile.pooling.pool import pool
from reconcile.pooling.recent import follow, recent_errors
from reconcile.pooling.record import ErrorSums, SourceHabits, TableSize
from reconcile.pooling.shape import Crowd, Shape, likelihood
from reconcile.pooling.weighted_quantiles import row_quantiles


def _crowd(seed: int, items: int = 5) -> Crowd:
    rng = np.random.default_rng(seed)
    nodes = np.sort(rng.normal(3, 2, (items, 20)), axis=1)
    unit = np.exp(rng.normal(0, 0.5, items))
    gap = np.gradient(nodes, axis=1)
    return Crowd(nodes.mean(axis=1), rng.uniform(0.05, 0.5, items), nodes, gap, unit)


def _mixture(crowd: Crowd, i: int, rho: float, omega: float, c: float) -> tuple[np.ndarray, ...]:
    """Centres and scales of the 20 t distributions, written out."""
    middle, unit = crowd.middle[i], crowd.unit[i]
    centres = middle + c * unit + rho * (crowd.nodes[i] - middle)
    square = 0.6 * (1 - rho**2) * crowd.averaging[i] * unit**2 + (omega * unit) ** 2
    return centres, np.sqrt(square + (0.6 * rho * crowd.gap[i]) ** 2)


@pytest.mark.parametrize(("s", "o", "r"), [(8, 2, 4), (3, 5, 1), (15, 0, 2)])
def test_the_likelihood_is_that_of_a_mixture_of_t(s: int, o: int, r: int) -> None:
    crowd, truth = _crowd(1), np.array([2.0, 4.4, -1.0, 9.0, 3.3])
    found = likelihood(crowd, truth)
    for i in range(5):
        parts = _mixture(crowd, i, shapes.RHO[r], shapes.OMEGA[o], shapes.SHIFTS[s])
        density = stats.t.pdf(truth[i], 5, *parts).mean() * crowd.unit[i]
        assert found[i, s, o, r] == pytest.approx(np.log(density), rel=1e-9)


def test_quantiles_invert_the_distribution_function_of_the_mixture() -> None:
    crowd = _crowd(2)
    shape = Shape(0.3, 0.02, 0.4, 0.8, 0.0, 0.0, 1.0, 0.2)
    found = quantiles_of(crowd, [shape] * len(crowd.unit))
    for i in range(5):
        parts = _mixture(crowd, i, 0.8, np.sqrt(0.4**2 + 0.6 * 0.02), 0.3)
        at = stats.t.cdf(found[i][:, None], 5, *parts).mean(axis=1)
        assert at == pytest.approx(PROBABILITIES, abs=4e-3)


def test_the_t_distribution_function_in_closed_form() -> None:
    z = np.linspace(-9, 9, 41)
    assert cdf(z) == pytest.approx(stats.t.cdf(z, 5), abs=1e-12)


def test_log_likelihoods_are_found_between_the_points_of_the_grid(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rng, count = np.random.default_rng(3), 400
    nodes = np.sort(rng.normal(0, 1, (count, 20)), axis=1)
    crowd = Crowd(
        nodes.mean(axis=1), np.full(count, 0.1), nodes, np.gradient(nodes, axis=1), np.ones(count)
    )
    truth = crowd.middle + 1.9 * rng.standard_t(5, count)
    coarse = likelihood(crowd, truth).sum(axis=0)[8, :, -1]
    monkeypatch.setattr(shapes, "OMEGA", shapes.FINE_OMEGA)
    exact = likelihood(crowd, truth).sum(axis=0)[8, :, -1]
    near = np.abs(np.log(shapes.FINE_OMEGA / 1.9)) < 0.8
    assert (shapes.FINER_OMEGA @ coarse)[near] == pytest.approx(exact[near], abs=1.0)
    assert (shapes.FINER_OMEGA @ coarse).argmax() == exact.argmax()


def test_row_quantiles_are_those_of_each_row_alone() -> None:
    rng = np.random.default_rng(4)
    values, weights = rng.normal(0, 5, (6, 9)), rng.uniform(0.1, 2, (6, 9))
    weights[2, 4:] = 0.0
    levels = np.array([0.02, 0.3, 0.5, 0.81, 0.99])
    found = row_quantiles(values, weights, levels)
    for row in range(6):
        kept = weights[row] > 0
        order = np.argsort(values[row][kept])
        x, w = values[row][kept][order], weights[row][kept][order]
        at = (np.cumsum(w) - w / 2) / w.sum()
        assert found[row] == pytest.approx(np.interp(levels, at, x))


def test_records_without_an_item_equal_records_made_without_it() -> None:
    frame = pool_worlds.guesses(5, items=9, people=30, each=12)
    items = read_items(frame, scale="log", learn="others")
    size = TableSize(len(items.source_ids), 0, 1)
    folds = _Folds(items, blocks(items), size, shared=True)
    for fold in range(folds.count):
        ((part, habits, row),) = folds.left_out(fold)
        others = [folds._record_of(k) for k in range(9) if k != part.items[0]]
        slow = ErrorSums.empty(size)
        for one in others:
            slow = slow + one
        expected = SourceHabits.of(slow)
        assert habits.bias[row[0]] == pytest.approx(expected.bias[0], abs=1e-12)
        assert habits.skill[row[0]] == pytest.approx(expected.skill[0], abs=1e-12)
        assert habits.slope[row[0]] == pytest.approx(expected.slope[0], abs=1e-12)


@pytest.mark.parametrize("lean", [0.0, 1.0])
def test_known_biases_and_skills_are_found(lean: float) -> None:
    rng = np.random.default_rng(6)
    truth, bias, sd = rng.normal(0, 10, 160), lean * np.linspace(-1, 1, 6), np.linspace(0.4, 3, 6)
    said = truth[:, None] + rng.normal(0, 1, (160, 1)) + bias + sd * rng.normal(size=(160, 6))
    frame = pd.DataFrame(
        {
            "item": np.repeat(np.arange(160), 6), "source": np.tile(np.arange(6), 160),
            "value": said.ravel(), "truth": np.repeat(truth, 6),
        }
    )  # fmt: skip
    table = pool(frame, scale="linear", learn="others").sources()
    if lean:
        assert np.corrcoef(table["bias"], bias)[0, 1] > 0.97
    else:
        assert np.corrcoef(table["error"], sd)[0, 1] > 0.95
        assert table["bias"].abs().max() < 0.25  # three standard errors of the roughest source


def _error_of(frame: pd.DataFrame, start: int = 60) -> float:
    truth = frame.groupby("item").truth.first()
    found = pool(frame).to_frame().set_index("item")["median"]
    return float(np.abs(found - truth.reindex(found.index)).iloc[start:].mean())


def test_the_lean_of_a_stance_is_found() -> None:
    frames = [pool_worlds.races(seed, stances=True) for seed in range(7, 10)]
    plain = [_error_of(frame.drop(columns="stance")) for frame in frames]
    assert np.mean([_error_of(frame) for frame in frames]) < np.mean(plain)


def _leaning(seed: int, *, borne_out: bool) -> pd.DataFrame:
    """Three sources say 4 more than three others, and either half speaks now and then. The truth
    is where the lower half says it is, or (else) where the mean of those who speak is."""
    rng = np.random.default_rng(seed)
    speaks = rng.random((150, 6)) < np.repeat(rng.uniform(0.2, 1, (150, 2)), 3, axis=1)
    speaks[np.arange(150), rng.integers(0, 6, 150)] = True
    said = np.array([4.0, 4, 4, 0, 0, 0]) + rng.normal(0, 10, (150, 1)) + rng.normal(0, 1, (150, 6))
    part = speaks if not borne_out else np.broadcast_to(np.arange(6) > 2, speaks.shape)
    truth = (said * part).sum(axis=1) / part.sum(axis=1) + rng.normal(0, 0.4, 150)
    item, source = np.nonzero(speaks)
    return pd.DataFrame(
        {
            "item": item, "source": source, "value": said[item, source], "truth": truth[item],
            "time": item, "resolved": item + 1,
        }
    )  # fmt: skip


@pytest.mark.parametrize("borne_out", [True, False])
def test_leans_are_undone_where_truths_bear_it_out(borne_out: bool) -> None:
    items = read_items(_leaning(2, borne_out=borne_out), learn="past")
    undone = pool_items(items, "past").shape.undone
    assert undone > 0.95 if borne_out else undone < 0.3


def test_items_of_one_moment_are_worth_less_when_they_err_together() -> None:
    rng = np.random.default_rng(8)
    known, group = np.repeat(np.arange(40.0), 10), np.zeros(400, dtype=np.int64)
    alone = worth_of(rng.normal(0, 1, 400), group, known)
    together = worth_of(np.repeat(rng.normal(0, 1, 40), 10), group, known)
    assert alone.min() > 0.6
    assert together == pytest.approx(0.1, abs=0.02)
    cycles = np.repeat(np.arange(40), 10)
    assert worth_of(np.repeat(rng.normal(0, 1, 40), 10), cycles, known).min() > 0.99


def test_recent_errors_fade_and_know_no_later_ones() -> None:
    rng = np.random.default_rng(12)
    known, group = np.sort(rng.integers(0, 25, 80)).astype(float), rng.integers(0, 2, 80)
    error, asked = rng.normal(0, 1, 80), np.arange(-1.0, 27.0)
    for g in (0, 1):
        found = recent_errors(error, group, known, np.full(28, g), asked)
        for at, when in enumerate(asked):
            seen = (group == g) & (known <= when)
            steps = np.unique(known[seen])[::-1].tolist()
            weight = np.array([0.7 ** steps.index(t) for t in known[seen]])
            expected = (weight * error[seen]).sum() / (weight.sum() + 1.0)
            assert found[at] == pytest.approx(expected, abs=1e-12)
            early = recent_errors(error[seen], group[seen], known[seen], np.array([g]), asked[[at]])
            assert early[0] == found[at]


@pytest.mark.parametrize("true", [0.8, 0.0, -0.5])
def test_how_far_errors_follow_is_found(true: float) -> None:
    rng = np.random.default_rng(13)
    recent = rng.normal(0, 1, 600)
    error = true * recent + rng.normal(0, 0.8, 600)
    assert follow(recent, error, np.ones(600)) == pytest.approx(true, abs=0.1)
    few = abs(follow(recent[:6], error[:6], np.full(6, 0.3)))
    assert few < abs((recent[:6] * error[:6]).sum() / (recent[:6] ** 2).sum())


def test_checkpoints_depend_on_the_times_before_them() -> None:
    known = np.sort(np.random.default_rng(9).integers(0, 60, 300)).astype(float)
    whole = checkpoints(known)
    for cut in (10, 100, 250):
        end = int(np.searchsorted(known, known[cut], side="right"))
        part = checkpoints(known[:end])
        assert part.tolist() == whole[: len(part)].tolist()


@pytest.mark.parametrize(("method", "close"), [("hierarchical", 1e-9), ("auto", 1e-4)])
def test_the_order_of_rows_does_not_matter(method: str, close: float) -> None:
    """But for rounding, which the search for the weights of "auto" enlarges."""
    frame = pool_worlds.races(10, cycles=3, per_cycle=8)
    shuffled = frame.sample(frac=1, random_state=1)
    first = pool(frame, method=method).to_frame().set_index("item")
    second = pool(shuffled, method=method).to_frame().set_index("item").reindex(first.index)
    pd.testing.assert_frame_equal(first, second, rtol=close)


def test_answers_follow_the_unit_of_the_claims() -> None:
    frame = pool_worlds.experts(11)
    columns = ["lower", "value", "upper", "truth"]
    tons = frame.assign(**{c: frame[c] * 1000 for c in columns})
    grams = pool(frame, scale="log", learn="others").table
    assert pool(tons, scale="log", learn="others").table == pytest.approx(1000 * grams, rel=1e-6)
