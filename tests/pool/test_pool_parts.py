"""The parts of the model against second, slower ways."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pool_worlds
import pytest
from scipy import stats

from reconcile.api.pooling import pool
from reconcile.inference.pool import shape as shapes
from reconcile.inference.pool.answer import PROBABILITIES, cdf, quantiles_of
from reconcile.inference.pool.crowd import blocks
from reconcile.inference.pool.forward import checkpoints, worth_of
from reconcile.inference.pool.leave import _Folds
from reconcile.inference.pool.record import Habits, Record, Size
from reconcile.inference.pool.rows import row_quantiles
from reconcile.inference.pool.shape import Crowd, Shape, likelihood
from reconcile.model.items import read_items


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
    shape = Shape(0.3, 0.02, 0.4, 0.8, 0.0, 0.0, 0.2)
    found = quantiles_of(crowd, shape)
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
    size = Size(len(items.source_ids), 0, 1)
    folds = _Folds(items, blocks(items), size, shared=True)
    for fold in range(folds.count):
        ((part, habits, row),) = folds.left_out(fold)
        others = [one for k, one in enumerate(folds._records) if k != part.items[0]]
        slow = Record.empty(size)
        for one in others:
            slow = slow + one
        expected = Habits.of(slow)
        assert habits.bias[row[0]] == pytest.approx(expected.bias[0], abs=1e-12)
        assert habits.skill[row[0]] == pytest.approx(expected.skill[0], abs=1e-12)
        assert habits.slope[row[0]] == pytest.approx(expected.slope[0], abs=1e-12)


@pytest.mark.parametrize("lean", [0.0, 1.0])
def test_known_biases_and_skills_are_found(lean: float) -> None:
    rng = np.random.default_rng(6)
    truth, bias, sd = rng.normal(0, 10, 400), lean * np.linspace(-1, 1, 6), np.linspace(0.5, 2, 6)
    said = truth[:, None] + rng.normal(0, 1, (400, 1)) + bias + sd * rng.normal(size=(400, 6))
    frame = pd.DataFrame(
        {
            "item": np.repeat(np.arange(400), 6), "source": np.tile(np.arange(6), 400),
            "value": said.ravel(), "truth": np.repeat(truth, 6),
        }
    )  # fmt: skip
    table = pool(frame, scale="linear", learn="others").sources()
    if lean:
        assert np.corrcoef(table["bias"], bias)[0, 1] > 0.98
    else:
        assert np.corrcoef(table["error"], sd)[0, 1] > 0.95
        assert table["bias"].abs().max() < 0.25  # three standard errors of the roughest source


def test_the_lean_of_a_stance_is_found() -> None:
    frame = pool_worlds.races(7, stances=True)
    plain = pool(frame.drop(columns="stance")).to_frame()
    told = pool(frame).to_frame()
    truth = frame.groupby("item").truth.first()
    error = [
        np.abs(f.set_index("item")["median"] - truth.reindex(f["item"])).iloc[60:].mean()
        for f in (plain, told)
    ]
    assert error[1] < error[0]


def test_items_of_one_moment_are_worth_less_when_they_err_together() -> None:
    rng = np.random.default_rng(8)
    known, group = np.repeat(np.arange(40.0), 10), np.zeros(400, dtype=np.int64)
    alone = worth_of(rng.normal(0, 1, 400), group, known)
    together = worth_of(np.repeat(rng.normal(0, 1, 40), 10), group, known)
    assert alone.min() > 0.6
    assert together == pytest.approx(0.1, abs=0.02)
    cycles = np.repeat(np.arange(40), 10)
    assert worth_of(np.repeat(rng.normal(0, 1, 40), 10), cycles, known).min() > 0.99


def test_checkpoints_depend_on_the_times_before_them() -> None:
    known = np.sort(np.random.default_rng(9).integers(0, 60, 300)).astype(float)
    whole = checkpoints(known)
    for cut in (10, 100, 250):
        end = int(np.searchsorted(known, known[cut], side="right"))
        part = checkpoints(known[:end])
        assert part.tolist() == whole[: len(part)].tolist()


def test_the_order_of_rows_does_not_matter() -> None:
    frame = pool_worlds.races(10, cycles=3, per_cycle=8)
    shuffled = frame.sample(frac=1, random_state=1)
    first = pool(frame).to_frame().set_index("item")
    second = pool(shuffled).to_frame().set_index("item").reindex(first.index)
    pd.testing.assert_frame_equal(first, second, rtol=1e-9)


def test_answers_follow_the_unit_of_the_claims() -> None:
    frame = pool_worlds.experts(11)
    columns = ["lower", "value", "upper", "truth"]
    tons = frame.assign(**{c: frame[c] * 1000 for c in columns})
    grams = pool(frame, scale="log", learn="others").table
    assert pool(tons, scale="log", learn="others").table == pytest.approx(1000 * grams, rel=1e-6)
