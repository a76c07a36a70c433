"""From a frame to arrays: ways of speaking, scales, witnesses, and errors that name the place."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pool_worlds
import pytest

from reconcile.errors import OptionError
from reconcile.pooling.items import IDLE, read_items
from reconcile.pooling.items_claims import claim_table, half_cell
from reconcile.pooling.items_scale import LINEAR, LOG, LOGIT, from_scale, to_scale
from reconcile.pooling.learn import APART, LONE
from reconcile.pooling.pool import Pooled, pool


def _claims(**columns: object) -> np.ndarray:
    return claim_table(pd.DataFrame({name: [value] for name, value in columns.items()})).quantiles[
        0
    ]


def test_an_interval_with_a_level_is_a_normal_about_its_value() -> None:
    assert _claims(value=10.0, lower=8.0, upper=14.0, level=0.9) == pytest.approx(
        [8, 9.1799, 10, 11.6402, 14], abs=1e-3
    )
    wider = _claims(lower=9.0, upper=11.0, level=0.5)
    assert wider == pytest.approx([10 - 2.4387, 9, 10, 11, 10 + 2.4387], abs=1e-3)


def test_an_interval_without_a_level_is_uniform_between_hard_bounds() -> None:
    assert _claims(lower=100.0, upper=300.0) == pytest.approx([110, 150, 200, 250, 290])


def test_missing_quantiles_are_filled_by_the_shape_of_a_normal() -> None:
    assert _claims(q05=1.0, q50=3.0, q95=7.0) == pytest.approx([1, 2.1799, 3, 4.6402, 7], abs=1e-3)
    assert _claims(q25=2.0, q75=6.0)[2] == pytest.approx(4.0)
    assert _claims(value=5.0, q95=9.0) == pytest.approx([1, 3.3598, 5, 6.6402, 9], abs=1e-3)


def test_a_point_and_a_zero_width_interval_are_rounding_cells() -> None:
    cell = [1199.55, 1199.75, 1200, 1200.25, 1200.45]
    assert _claims(value=1200.0) == pytest.approx(cell)
    assert _claims(lower=1200.0, upper=1200.0, level=0.9) == pytest.approx(cell)
    assert half_cell(np.array([7.0, 0.3, 2.125, 0.0])) == pytest.approx([0.5, 0.05, 0.0005, 0.5])


def test_a_lone_bound_opens_to_its_side() -> None:
    frame = pd.DataFrame({"item": list("ab"), "source": "s", "lower": [100.0, None]})
    items = read_items(frame.assign(upper=[None, 50.0]), scale="log", learn=None)
    least, most = np.exp(items.witnesses.x)
    assert least[2] > 100 > least[0]
    assert least[4] - 100 > 3 * (100 - least[0])
    assert most[2] < 50 < most[4]


def test_scales_go_there_and_back() -> None:
    x = np.array([[0.0, 0.2, 3.0, 1e6]])
    for code, shift, at in ((LINEAR, 0.0, x), (LOG, 0.25, x), (LOGIT, 0.0, x[:, 1:2])):
        scale, shifts = np.array([[code]]), np.array([[shift]])
        back = from_scale(to_scale(at, scale, shifts), scale, shifts)
        expected = np.where(at < 0.5, 0.0, at) if code == LOG else at
        assert back == pytest.approx(expected)


@pytest.mark.parametrize(
    ("values", "scale"),
    [
        ([[3, 9], [20, 70], [500, 100]], LOG),
        ([[-3, 9], [2, 7], [5, 1]], LINEAR),
        ([[14.1, 15.2], [20.5, 19.0], [18.0, 17.2]], LINEAR),
        ([[0.21, 0.3], [0.55, 0.61], [0.8, 0.72]], LOGIT),
    ],
)
def test_auto_chooses_the_scale_from_the_claims(values: list[list[float]], scale: int) -> None:
    said = np.array(values, dtype=float)
    frame = pd.DataFrame(
        {"item": np.repeat(np.arange(3), 2), "source": np.tile([0, 1], 3), "value": said.ravel()}
    )
    assert read_items(frame, learn=None).scale.tolist() == [scale] * 3


def test_the_scale_of_one_item_can_be_told() -> None:
    frame = pd.DataFrame(
        {"item": list("aabb"), "source": list("xyxy"), "value": [3.0, 4, 5, 6]}
    ).assign(scale=["log", None, "auto", "auto"])
    assert read_items(frame, learn=None).scale.tolist() == [LOG, LINEAR]


def test_a_later_word_counts_most_and_a_repeat_is_no_news() -> None:
    frame = pd.DataFrame({"item": "a", "source": "s", "value": [10.0, 16.0], "time": [1, 2]})
    told = read_items(frame, scale="linear", learn=None).witnesses
    assert len(told.item) == 1
    assert told.x[0, 2] == pytest.approx(14.0)
    again = pd.concat([frame, frame.iloc[[1]].assign(time=3)])
    assert read_items(again, scale="linear", learn=None).witnesses.x[0, 2] == pytest.approx(14.0)


@pytest.mark.parametrize("copies", [2, 7])
def test_copies_within_an_origin_change_nothing(copies: int) -> None:
    frame = pd.DataFrame(
        {"item": "a", "source": list("xyz"), "value": [90.0, 100, 130], "origin": list("pqr")}
    )
    extra = [frame.iloc[[2]].assign(source=f"copy{k}") for k in range(copies)]
    before, after = (
        pool(f, scale="log", learn=None).table for f in (frame, pd.concat([frame, *extra]))
    )
    assert after == pytest.approx(before, rel=1e-12)


def test_dates_of_every_kind_are_the_same_times() -> None:
    frame = pool_worlds.races(1, cycles=3, per_cycle=6)
    origin = pd.Timestamp("2001-01-01")
    dated = frame.assign(
        time=origin + pd.to_timedelta(frame["time"], unit="D"),
        resolved=(origin + pd.to_timedelta(frame["resolved"], unit="D")).dt.strftime("%Y-%m-%d"),
    )
    assert pool(dated).table == pytest.approx(pool(frame).table, rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("form", ["%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y %H:%M", "%d %B %Y"])
def test_days_and_months_are_in_one_order_all_down_a_column(form: str) -> None:
    frame = pool_worlds.races(1, cycles=3, per_cycle=6)
    origin = pd.Timestamp("2001-01-01")
    days = {name: origin + pd.to_timedelta(frame[name], unit="D") for name in ("time", "resolved")}
    dated = frame.assign(**{name: day.dt.strftime(form) for name, day in days.items()})
    mixed = dated.assign(time=dated["time"].where(frame.index % 2 == 0, days["time"].astype(str)))
    for one in (dated, mixed):
        assert pool(one).table == pytest.approx(pool(frame).table, rel=1e-9, abs=1e-9)


def test_times_may_be_numbers_in_texts() -> None:
    frame = pool_worlds.races(1, cycles=3, per_cycle=6)
    told = frame.astype({"time": str, "resolved": str})
    assert pool(told).table.tobytes() == pool(frame).table.tobytes()


def test_dates_that_read_two_ways_and_two_kinds_of_times_are_refused() -> None:
    for columns, words in (
        ({"time": ["01/02/2024", "03/04/2024"]}, "read one way, got '01/02/2024'"),
        ({"time": [2004, 2008], "resolved": "2008-11-04"}, "or dates in both"),
        ({"time": ["morning", "noon"]}, "column 'time': expected dates or numbers"),
    ):
        with pytest.raises(OptionError, match=words):
            pool(_table(**columns))


def _table(**columns: object) -> pd.DataFrame:
    base = {"item": ["a", "a"], "source": ["x", "y"], "value": [1.0, 2.0]}
    return pd.DataFrame({**base, **columns})


@pytest.mark.parametrize(
    ("frame", "words"),
    [
        (_table(truth=[1.0, 2.0]), "item 'a' has two values of 'truth'"),
        (_table(resolved=["2020-01-01", "2020-01-02"]), "item 'a' has two values of 'resolved'"),
        (_table(value=["1", "many"]), "column 'value', row 1: expected a number"),
        (_table(value=[1.0, np.inf]), "row 1: expected a finite value"),
        (_table(lower=[3.0, 0.0], upper=[2.0, 3.0]), "row 0: expected a lower bound not above"),
        (_table(level=[0.9, 90.0]), "row 1: expected a level between 0 and 1"),
        (_table(weight=[1.0, -1.0]), "column 'weight', row 1"),
        (_table(source=["x", None]), "column 'source', row 1: expected a name"),
        (_table(time=["soon", "later"]), "column 'time': expected dates or numbers"),
        (_table(value=[-1.0, 2.0], scale="log"), "item 'a': the log scale does not admit"),
        (_table(scale="cubic"), "column 'scale', row 0: expected one of"),
        (_table().drop(columns="source"), "expected a column 'source'"),
        (_table().drop(columns="value"), "expected at least one column of value"),
        (_table().iloc[:0], "got no row"),
    ],
)
def test_a_table_that_cannot_be_read_says_where(frame: pd.DataFrame, words: str) -> None:
    with pytest.raises(OptionError, match=words):
        pool(frame, learn=None)


def test_wrong_options_name_the_right_ones() -> None:
    with pytest.raises(OptionError, match="did you mean 'random-effects'"):
        pool(_table(), method="random-effect")
    with pytest.raises(OptionError, match="learn to be 'past', 'others' or None"):
        pool(_table(), learn="future")
    with pytest.raises(OptionError, match="a level between 0 and 1"):
        pool(_table(), level=90)


def test_every_asked_item_is_answered_and_other_columns_are_named() -> None:
    frame = _table(truth=[1.5, np.nan], colour="red", n=3)
    truth_only = pd.DataFrame({"item": ["b"], "source": [None], "value": [np.nan], "truth": [4.0]})
    pooled = pool(pd.concat([frame, truth_only]), learn="others")
    assert pooled.to_frame()["item"].tolist() == ["a", "b"]
    assert pooled.to_frame()["n_claims"].tolist() == [2, 0]
    assert np.isnan(pooled.to_frame()["median"]).tolist() == [False, True]
    assert pooled.warnings[0] == "columns ignored: colour, n"
    assert "'b'" in pooled.warnings[1]


def _alone(rows: list[tuple[object, ...]], *columns: str) -> Pooled:
    return pool(pd.DataFrame(rows, columns=["item", "source", *columns]), learn=None)


NOBODY = float("nan")


@pytest.mark.parametrize(
    ("bounds", "least", "most"),
    [
        ([(10, NOBODY), (40, NOBODY)], 40, 60),  # both hold above 40
        ([(NOBODY, 90), (NOBODY, 50)], 35, 50),
        ([(40, NOBODY), (40, NOBODY)], 40, 60),
        ([(48, 52), (49, 53), (10, NOBODY)], 48, 53),
        ([(48, 52), (49, 53), (50, 51), (1, NOBODY)], 48, 53),
        ([(10, NOBODY), (NOBODY, 50)], 10, 50),
        ([(48, 52), (49, 53), (70, NOBODY)], 49, 80),  # a bound that others break is a claim
    ],
)
def test_a_bound_that_others_keep_moves_no_answer(
    bounds: list[tuple[float, float]], least: float, most: float
) -> None:
    rows = [("a", f"s{k}", *pair) for k, pair in enumerate(bounds)]
    median = float(_alone(rows, "lower", "upper").to_frame()["median"].iloc[0])
    assert least <= median <= most


def test_a_huge_lone_bound_does_not_silence_the_others() -> None:
    rows = [("a", "x", 40.0, NOBODY), ("a", "y", 45.0, NOBODY), ("a", "z", 1e9, NOBODY)]
    assert _alone(rows, "lower", "upper").to_frame()["lower"].iloc[0] < 100


def test_idle_bounds_are_counted_in_the_warnings() -> None:
    rows = [("a", "x", 10.0, NOBODY), ("a", "y", 40.0, NOBODY)]
    assert IDLE.format(1) in _alone(rows, "lower", "upper").warnings
    none = _alone(rows[1:], "lower", "upper").warnings
    assert not any(text.startswith(IDLE[:10]) for text in none)


def test_without_truths_lone_sources_and_conflicts_are_said() -> None:
    rows = [("a", "x", 99.0, 101.0, 0.9), ("a", "y", 149.0, 151.0, 0.9), ("b", "x", 5, 6, 0.9)]
    columns = ("lower", "upper", "level")
    said = _alone(rows, *columns).warnings
    assert APART.format(1, 2, "a") in said
    assert LONE.format(1, 2, "b") in said
    calm = _alone([rows[0], ("a", "y", 100.0, 103.0, 0.9)], *columns).warnings
    assert not {text[:11] for text in calm} & {APART[:11], LONE[:11]}


def test_few_truths_are_said() -> None:
    rows = [(name, s, v, t) for name, t in (("a", 11.0), ("b", NOBODY)) for s, v in
            (("x", 10.0), ("y", 12.0))]  # fmt: skip
    frame = pd.DataFrame(rows, columns=["item", "source", "value", "truth"])
    assert any("few truths are known (1)" in w for w in pool(frame, learn="others").warnings)


def test_a_truth_of_none_ruins_no_scale_on_which_none_was_looked_for() -> None:
    """Forecasts in fractions whose count turns out to be 0: its log is that of less than one."""
    rng = np.random.default_rng(8)
    rows = []
    for week in range(40):
        truth = 0 if week == 20 else int(rng.poisson(60)) + 1
        for s in range(3):
            said = (2.5 if week == 20 else truth) * np.exp(rng.normal(0, 0.2)) + 0.3
            rows.append((week, f"s{s}", said, week, truth, week + 1))
    columns = ["item", "source", "value", "time", "truth", "resolved"]
    frame = pd.DataFrame(rows, columns=columns)
    items = read_items(frame, on="log")
    assert items.truth[20] == pytest.approx(np.log(0.25))
    assert items.raw_truth()[20] == 0.0
    answers = pool(frame)
    assert answers.truth[20] == 0.0
    last = answers.quantile([0.05, 0.95]).to_numpy()[-5:]
    assert (last[:, 1] < 3 * last[:, 0]).all()
