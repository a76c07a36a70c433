"""Small tables as strangers bring them, with the answers that anybody would give by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from reconcile.errors import OptionError
from reconcile.pooling.items_claims import half_cell
from reconcile.pooling.pool import ALONE, Pooled, pool


def _table(values: list[object], **columns: object) -> pd.DataFrame:
    """One item of which sources x, y, z ... each say a value."""
    sources = [chr(ord("x") - k) for k in range(len(values))]
    return pd.DataFrame({"item": "a", "source": sources, "value": values, **columns})


def _median(frame: pd.DataFrame, learn: str | None = None) -> float:
    return float(pool(frame, learn=learn).to_frame()["median"].iloc[0])


@pytest.mark.parametrize(
    ("values", "numbers"),
    [
        (["1,234", "1,300", "1,250"], [1234, 1300, 1250]),
        (["1,234.5", "1,300", "950"], [1234.5, 1300, 950]),
        (["1.234,5", "1.300", "950"], [1234.5, 1300, 950]),
        (["12,5", "13,0", "12,25"], [12.5, 13.0, 12.25]),
        (["1 234", "1\u00a0300", " 1250 "], [1234, 1300, 1250]),
        (["−5", "-6", "(7)"], [-5, -6, -7]),
        (["45", "n/a", "-", "", "47"], [45, np.nan, np.nan, np.nan, 47]),
        (["45%", "47 %", "44.5%"], [0.45, 0.47, 0.445]),
        (["45%", 0.47, "44.5%"], [0.45, 0.47, 0.445]),
        (["1e3", "2.5E+3"], [1000, 2500]),
    ],
)
def test_numbers_in_texts_are_numbers(values: list[object], numbers: list[float]) -> None:
    told, meant = (pool(_table(list(v)), learn=None) for v in (values, numbers))
    assert told.table.tobytes() == meant.table.tobytes()


def test_marks_are_read_in_one_way_down_all_columns() -> None:
    frame = pd.DataFrame({"item": ["a", "a"], "source": ["x", "y"], "lower": ["1,5", "1,1"],
                          "upper": ["1.002,25", "2,5"], "level": ["90%", "0,9"]})  # fmt: skip
    meant = frame.assign(lower=[1.5, 1.1], upper=[1002.25, 2.5], level=0.9)
    assert pool(frame, learn=None).table.tobytes() == pool(meant, learn=None).table.tobytes()


@pytest.mark.parametrize(
    ("values", "words"),
    [
        (["45%", "47%", 44.5], "row 2: expected a share beside others in per cent, got 44.5"),
        (["1,200", "1.100"], "expected numbers that read one way"),
        (["12", "a few"], "row 1: expected a number or an empty cell, got 'a few'"),
    ],
)
def test_texts_that_are_no_numbers_or_two_are_refused(values: list[object], words: str) -> None:
    with pytest.raises(OptionError, match=words):
        pool(_table(values), learn=None)


def test_one_source_alone_is_believed_with_doubt() -> None:
    answer = pool(_table([100.0])).to_frame().iloc[0]
    assert answer["median"] == pytest.approx(100)
    assert answer["lower"] < 75
    assert answer["upper"] > 125


def test_one_item_is_the_middle_of_its_claims() -> None:
    answer = pool(_table([100.0, 110.0, 90.0]))
    assert answer.to_frame()["median"].iloc[0] == pytest.approx(100)
    assert ALONE in answer.warnings


def test_exact_agreement_beats_a_number_far_off() -> None:
    assert _median(_table([137946, 0, 137946])) == pytest.approx(137946, abs=0.5)
    sure = pool(_table([250, 250, 250]), learn=None).to_frame().iloc[0]
    assert sure["median"] == pytest.approx(250)
    assert sure["upper"] - sure["lower"] < 4


def _pair(**columns: object) -> pd.DataFrame:
    return pd.DataFrame({"item": ["a", "a"], "source": ["x", "y"], **columns})


def test_quantiles_that_cross_stand_in_the_frame_and_ends_that_do_are_refused() -> None:
    crossed = pool(_pair(q05=[6.0, 3.0], q50=[5.0, 5.0], q95=[8.0, 9.0]), learn=None).to_frame()
    assert "put in order" in crossed["note"].iloc[0]
    with pytest.raises(OptionError, match="row 0: expected q05 not above q95, got 12 and 8"):
        pool(_pair(q05=[12.0, 3.0], q95=[8.0, 9.0]), learn=None)


def test_items_in_units_of_their_own_keep_them() -> None:
    rows = {
        "mass": (6.02e23, 6.03e23, 6.01e23),
        "cold": (-40, -41, -39),
        "share": (0.5, 0.52, 0.51),
    }
    frame = pd.DataFrame([(item, s, v) for item, each in rows.items()
                          for s, v in zip("xyz", each, strict=True)],
                         columns=["item", "source", "value"])  # fmt: skip
    found = pool(frame, learn=None).to_frame()
    assert found["median"].to_numpy() == pytest.approx([6.02e23, -40, 0.51], rel=0.02)
    assert (found["lower"] < found["median"]).all()


def test_numbers_smaller_than_any_decimal_place_are_no_zeros() -> None:
    assert half_cell(np.array([6.62e-34])) == pytest.approx([6.62e-38], rel=1e-9, abs=0)
    assert half_cell(np.array([0.1 + 0.2, 0.0])) == pytest.approx([0.05, 0.5])
    answer = pool(_table([6.62e-34, 6.63e-34, 6.60e-34]), learn=None).to_frame().iloc[0]
    assert answer["median"] == pytest.approx(6.62e-34, rel=0.01)
    assert 0.5 < answer["upper"] / 6.6e-34 < 1.5


def test_rows_that_stand_twice_change_nothing() -> None:
    once = _table([10.0, 20.0, 12.0])
    twice = pd.concat([once, once, once.iloc[[1]]])
    assert pool(twice, learn=None).table == pytest.approx(pool(once, learn=None).table)


def test_missing_claims_are_no_claims() -> None:
    frame = pd.DataFrame({"item": list("aabb"), "source": list("xyxy"),
                          "value": [10.0, np.nan, None, np.nan]})  # fmt: skip
    found = pool(frame, learn=None).to_frame()
    assert found["n_claims"].tolist() == [1, 0]
    assert found["note"].tolist() == ["", "no claim"]


def test_a_weight_of_0_is_no_claim() -> None:
    frame = _table([10.0, 20.0, 300.0], weight=[1, 1, 0])
    kept = _table([10.0, 20.0])
    assert pool(frame, learn=None).table.tobytes() == pool(kept, learn=None).table.tobytes()
    assert pool(frame.assign(weight=0), learn=None).to_frame()["note"].tolist() == ["no claim"]


def _races(times: list[str], resolved: list[str]) -> Pooled:
    rows = [(k, s, v + 10 * k, times[k], 10 * k + 1.0, resolved[k])
            for k in range(len(times)) for s, v in (("x", 0.0), ("y", 1.0))]  # fmt: skip
    columns = ["item", "source", "value", "time", "truth", "resolved"]
    return pool(pd.DataFrame(rows, columns=columns))


def test_days_before_months_are_the_same_days() -> None:
    european = _races(["13/02/2024", "01/03/2024", "05/04/2024"], ["20/02/2024"] * 3)
    iso = _races(["2024-02-13", "2024-03-01", "2024-04-05"], ["2024-02-20"] * 3)
    assert european.table.tobytes() == iso.table.tobytes()


def test_months_may_be_periods() -> None:
    frame = _pair(value=[10.0, 20.0], time=pd.PeriodIndex(["2024-01", "2024-02"], freq="M"))
    dated = frame.assign(time=["2024-01-01", "2024-02-01"])
    assert pool(frame).table.tobytes() == pool(dated).table.tobytes()


def test_a_column_that_stands_twice_is_refused() -> None:
    frame = pd.concat([_table([1.0, 2.0]), _table([1.0, 2.0])[["value"]]], axis=1)
    with pytest.raises(OptionError, match="different names, got 'value' twice"):
        pool(frame)


def test_truths_without_a_date_are_said_not_to_teach() -> None:
    rows = [(k, s, v + 10 * k, k, 10 * k + 1.0, k + 1.0 if k < 3 else None)
            for k in range(4) for s, v in (("x", 0.0), ("y", 1.0))]  # fmt: skip
    columns = ["item", "source", "value", "time", "truth", "resolved"]
    notes = pool(pd.DataFrame(rows, columns=columns)).to_frame()["note"].tolist()
    assert notes[:3] == ["", "", ""]
    assert "no date" in notes[3]


def test_yes_and_no_are_answered_by_probabilities() -> None:
    rows = [(k, s, p if k % 2 == 0 else 1 - p, k % 2 == 0) for k in range(12)
            for s, p in (("x", 0.9), ("y", 0.7))]  # fmt: skip
    frame = pd.DataFrame(rows, columns=["item", "source", "value", "truth"])
    median = pool(frame, learn="others").to_frame()["median"].to_numpy()
    assert (median[::2] > 0.6).all()
    assert (median[1::2] < 0.4).all()


def test_names_of_any_kind_are_kept() -> None:
    frame = pd.DataFrame({"item": [7, 7], "source": pd.Categorical(["x", "y"]),
                          "value": pd.array([10, None], dtype="Int64")})  # fmt: skip
    found = pool(frame, learn=None).to_frame()
    assert found["item"].tolist() == [7]
    assert found["n_claims"].tolist() == [1]
