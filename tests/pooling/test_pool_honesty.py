"""No answer changes, not by a byte, when anything that it must not know is taken away."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pool_worlds
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reconcile.pooling.pool import NO_TRUTH_YET, Pooled, pool

P = [0.01, 0.05, 0.25, 0.5, 0.9, 0.95]


def _bytes(pooled: Pooled, item: object) -> bytes:
    return pooled.quantile(P).loc[[item]].to_numpy().tobytes()


def _check_past(frame: pd.DataFrame, items: list[object], scale: str = "auto") -> None:
    whole = pool(frame, scale=scale)
    asked, known = (frame.groupby("item")[c].max() for c in ("time", "resolved"))
    for item in items:
        later = frame["item"].map(known) > asked[item]
        own = frame["item"] == item
        untold = frame.assign(truth=frame["truth"].mask(later | own))
        gone = untold[~later | own]
        assert _bytes(pool(untold, scale=scale), item) == _bytes(whole, item), (item, "truths")
        assert _bytes(pool(gone, scale=scale), item) == _bytes(whole, item), (item, "items")


def _some(frame: pd.DataFrame, count: int) -> list[object]:
    items = frame["item"].unique()
    return list(items[np.linspace(0, len(items) - 1, count).astype(int)])


def test_polls_know_only_the_past() -> None:
    frame = pool_worlds.races(1, cycles=5, per_cycle=9, stances=True)
    _check_past(frame, _some(frame, 4))


def test_forecasts_of_counts_know_only_the_past() -> None:
    frame = pool_worlds.forecasts(2, places=3, weeks=11, base=4.0)
    _check_past(frame, _some(frame, 3))


def test_drifting_errors_know_only_the_past() -> None:
    frame = pool_worlds.drifting(4, stations=2, days=30, models=4)
    _check_past(frame, _some(frame, 3))


def test_temperatures_know_only_the_past() -> None:
    frame = pool_worlds.temperatures(3, stations=3, days=24)
    _check_past(frame, _some(frame, 3))


@st.composite
def tables(draw: st.DrawFn) -> pd.DataFrame:
    """Small tables whose items overlap in time in every way."""
    rows: list[tuple[object, ...]] = []
    for item in range(draw(st.integers(3, 8))):
        truth = draw(st.floats(-50, 400).map(lambda x: round(x, 1)))
        start, wait = draw(st.integers(0, 12)), draw(st.integers(-2, 9))
        group, stance = draw(st.sampled_from("gh")), draw(st.sampled_from(["", "D", "R"]))
        for source in draw(st.lists(st.integers(0, 4), min_size=1, max_size=6)):
            value = round(truth + draw(st.floats(-30, 30)), 1)
            time = start + draw(st.integers(0, 3))
            rows.append((item, source, value, time, truth, start + wait, group, stance))
    columns = ["item", "source", "value", "time", "truth", "resolved", "group", "stance"]
    return pd.DataFrame(rows, columns=columns)


def test_a_later_item_of_a_table_of_zeros_moves_nothing() -> None:
    """The scale of item 1 is in doubt; once that woke the candidate on logs of all items."""
    said = [(1, 0.0, 8, 8), *[(2, v, 0, 0) for v in (0.0, 0.0, 0.0, -17.4, 0.0, 0.0)]]
    said += [(3, 0.0, 0, 0)] * 2 + [(4, -22.9, 2, 0), (5, 0.0, 0, 0), (6, 0.0, 0, 0)]
    said += [(7, 0.0, 0, 0)] * 4
    rows = [(i, 0, v, time, -22.9 if i == 4 else 0.0, resolved) for i, v, time, resolved in said]
    columns = ["item", "source", "value", "time", "truth", "resolved"]
    _check_past(pd.DataFrame(rows, columns=columns), [4])


@settings(max_examples=5, deadline=None)
@given(tables(), st.data())
def test_any_table_knows_only_the_past(frame: pd.DataFrame, data: st.DataObject) -> None:
    items = sorted(frame["item"].unique())
    _check_past(frame, data.draw(st.permutations(items))[:2])


@settings(max_examples=4, deadline=None)
@given(tables(), st.data())
def test_any_item_knows_nothing_of_its_own_truth(frame: pd.DataFrame, data: st.DataObject) -> None:
    frame = frame.drop(columns=["time", "resolved"])
    item = data.draw(st.sampled_from(sorted(frame["item"].unique())))
    hidden = frame.assign(truth=frame["truth"].mask(frame["item"] == item))
    assert _bytes(pool(hidden, learn="others"), item) == _bytes(pool(frame, learn="others"), item)


def test_a_truth_of_zero_below_claims_moves_no_scale() -> None:
    """A truth of 0 where claims reach below it once shifted the logarithms of all items."""
    said = {"a": [228, 240], "b": [180, 203], "c": [-6, 3], "d": [127, 130], "e": [306, 299]}
    truth = {"a": 230, "b": 180, "c": 0, "d": 127, "e": 306}
    rows = [(i, f"s{k}", v, truth[i]) for i, each in said.items() for k, v in enumerate(each)]
    frame = pd.DataFrame(rows, columns=["item", "source", "value", "truth"])
    hidden = frame.assign(truth=frame["truth"].mask(frame["item"] == "c"))
    assert _bytes(pool(hidden, learn="others"), "c") == _bytes(pool(frame, learn="others"), "c")


@pytest.mark.parametrize(
    "frame",
    [
        pool_worlds.guesses(5, items=10, each=20),
        pool_worlds.experts(6, questions=9),
        pool_worlds.constants(7, items=10),
    ],
)
def test_left_out_items_know_nothing_of_their_own_truth(frame: pd.DataFrame) -> None:
    whole = pool(frame, learn="others")
    for item in _some(frame, 2):
        hidden = frame.assign(truth=frame["truth"].mask(frame["item"] == item))
        wrong = frame.assign(truth=frame["truth"].where(frame["item"] != item, 7.0))
        assert _bytes(pool(hidden, learn="others"), item) == _bytes(whole, item)
        assert _bytes(pool(wrong, learn="others"), item) == _bytes(whole, item)


def test_other_truths_do_teach() -> None:
    frame = pool_worlds.guesses(8, each=30)
    first = frame["item"].iloc[0]
    doubled = frame.assign(truth=frame["truth"].where(frame["item"] == first, 2 * frame["truth"]))
    answers = [pool(f, learn="others").quantile(0.5) for f in (frame, doubled)]
    before, after = (answer.loc[first, 0.5] for answer in answers)
    assert 1.4 < after / before < 3.5


def test_agreement_looks_at_no_truth() -> None:
    frame = pool_worlds.edits(9, items=60)
    with_truth, without = pool(frame, learn=None), pool(frame.drop(columns="truth"), learn=None)
    assert with_truth.table.tobytes() == without.table.tobytes()


@pytest.mark.parametrize("timed", [True, False])
def test_past_without_any_date_of_truth_is_agreement_with_a_warning(timed: bool) -> None:
    frame = pool_worlds.races(10, cycles=2, per_cycle=8).drop(columns="resolved")
    frame = frame if timed else frame.drop(columns="time")
    past, agreed = pool(frame), pool(frame, learn=None)
    pd.testing.assert_frame_equal(past.to_frame(), agreed.to_frame(), check_exact=True)
    assert NO_TRUTH_YET in past.warnings
    assert NO_TRUTH_YET not in agreed.warnings
