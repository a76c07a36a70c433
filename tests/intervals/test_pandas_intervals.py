"""A pandas column of intervals: what users do with one."""

from __future__ import annotations

import io
import operator
import pickle
import subprocess
import sys
from math import inf, nan

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconcile import strategies
from reconcile.errors import IntervalError, IntervalOrderError
from reconcile.intervals import Interval, IntervalArray, exp
from reconcile.intervals.extension import IntervalColumn, IntervalDtype

NAME = "reconcile.interval"
_ROWS = [
    Interval(1, 2), None, Interval(1000, inf, "neither"), Interval(0.1, 0.2, "left"),
    Interval.empty(), Interval(-inf, 3, "right"), Interval(1, 2), Interval(1, 2, "left"),
]  # fmt: skip


def _series() -> pd.Series:
    return pd.Series(_ROWS, dtype=NAME, name="said")


def _same(first: pd.Series, second: pd.Series) -> None:
    """Equal also in how infinite ends are written."""
    pd.testing.assert_series_equal(first, second)
    assert first.array.closed.tolist() == second.array.closed.tolist()


_column = st.lists(st.one_of(st.none(), strategies.intervals(closed=None)), max_size=8).map(
    lambda rows: pd.Series(rows, dtype=NAME, name="said")
)


@given(_column)
def test_csv_gives_the_same_column_back(series):
    text = series.to_frame().to_csv(index=False)
    _same(
        pd.read_csv(io.StringIO(text), dtype={"said": NAME}, skip_blank_lines=False)["said"], series
    )


@given(_column)
def test_arrow_gives_the_same_column_back(series):
    import pyarrow as pa

    _same(pa.Table.from_pandas(series.to_frame()).to_pandas()["said"], series)


def test_parquet_gives_the_same_column_back_and_others_can_read_it(tmp_path):
    import pyarrow.parquet as pq

    frame = _series().to_frame().assign(key=list("aabbccdd"))
    frame.to_parquet(tmp_path / "claims.parquet")
    again = pd.read_parquet(tmp_path / "claims.parquet")
    pd.testing.assert_frame_equal(again, frame)
    rows = pq.read_table(tmp_path / "claims.parquet").column("said").to_pylist()
    assert rows[1] is None
    assert rows[2] == {"lower": 1000.0, "upper": inf, "closed": "neither"}
    for engine in ("orient", "feather"):
        if engine == "feather":
            frame.to_feather(tmp_path / "claims.feather")
            pd.testing.assert_frame_equal(pd.read_feather(tmp_path / "claims.feather"), frame)


def test_cells_of_text_are_read_as_numbers_are():
    series = pd.Series(["[0.1, 0.2]", "(1/3, 2]", "3.5?1", None, ""], dtype=NAME)
    assert series[0] == Interval(0.1, 0.2)
    assert series[1] == Interval.from_text("(1/3, 2]")
    assert series[2] == Interval.from_text("3.5?1")
    assert series.isna().tolist() == [False, False, False, True, True]
    with pytest.raises(IntervalError, match="about 3"):
        pd.Series(["about 3"], dtype=NAME)


def test_group_by_and_group():
    frame = pd.DataFrame({"key": list("aabbccaa"), "said": _series()})
    sums = frame.groupby("key")["said"].sum()
    assert sums["a"] == Interval(3, 6)
    assert sums["b"] == Interval(1000.0999999999999, inf)
    assert sums["c"].is_empty
    sizes = frame.groupby("said").size()
    assert sizes[Interval(1, 2)] == 2
    assert sizes[Interval(1, 2, "left")] == 1
    assert frame.groupby("said", dropna=False).size().sum() == 8
    first = frame.groupby("key")["said"].first()
    assert first.dtype == NAME


def test_concat_merge_and_pivot():
    series = _series()
    both = pd.concat([series, series[:2]], ignore_index=True)
    assert both.dtype == NAME
    assert len(both) == 10
    table = pd.DataFrame({"said": [Interval(1, 2), Interval(1000, inf, "neither")], "n": [7, 8]})
    table["said"] = table["said"].astype(NAME)
    merged = series.to_frame().merge(table, on="said", how="left")
    assert merged["n"].fillna(0).tolist() == [7, 0, 8, 0, 0, 0, 7, 0]
    assert merged["said"].dtype == NAME
    assert series.drop_duplicates().size == 7
    assert series.value_counts()[Interval(1, 2)] == 2
    wide = pd.DataFrame({"a": series[:2], "b": series[:2]}).melt()
    assert wide["value"].dtype == NAME


def test_rows_are_sorted_by_lower_end_then_by_upper():
    ordered = _series().sort_values().tolist()
    assert ordered[:5] == [
        Interval(-inf, 3), Interval(0.1, 0.2, "left"), Interval(1, 2, "left"),
        Interval(1, 2), Interval(1, 2),
    ]  # fmt: skip
    assert ordered[-1] is pd.NA
    with pytest.raises(IntervalOrderError, match="precedes"):
        _series().lt(_series())


def test_equality_knows_open_ends_and_missing_rows():
    series = _series()
    same = series == Interval(1, 2)
    assert same.dtype == "boolean"
    assert same.tolist() == [True, pd.NA, False, False, False, False, True, False]
    assert (series != series).dropna().sum() == 0
    assert (series == series.astype(object).tolist()).dropna().all()
    assert series.equals(series.copy())
    assert not series.equals(series.shift())
    with pytest.raises(ValueError, match="Lengths"):
        operator.eq(series.array, series.array[:2])


def test_arithmetic_takes_the_closure_and_keeps_what_is_missing():
    series = _series()
    doubled = series * 2
    assert doubled[2] == Interval(2000, inf)
    assert doubled.isna().tolist() == series.isna().tolist()
    assert (1 - series)[0] == Interval(-1, 0)
    assert (series + series)[3] == Interval(0.2, 0.4)
    assert (series - pd.NA).isna().all()
    assert (-series)[5] == Interval(-3, inf)
    assert np.exp(series)[0] == exp(IntervalArray([1.0], [2.0]))[0]
    assert np.add(series, 1)[0] == (1 + series)[0] == Interval(2, 3)
    assert (series / [1, 2, 4, 1, 1, 1, 1, 1])[2] == Interval(250, inf)
    assert (series + series.to_frame()["said"])[0] == Interval(2, 4)
    with pytest.raises(TypeError):
        series + "one"


def test_reductions():
    series = pd.Series([Interval(1, 2), None, Interval(0, 5, "left")], dtype=NAME)
    assert series.sum() == Interval(1, 7)
    assert series.mean() == Interval(0.5, 3.5)
    assert series.min() == Interval(0, 2)
    assert series.max() == Interval(1, 5)
    assert series.sum(skipna=False) is pd.NA
    assert series[1:2].max() is pd.NA
    with pytest.raises(TypeError, match="median"):
        series.median()


def test_missing_rows_are_filled_and_dropped():
    series = _series()
    assert series.fillna(Interval(0, 0))[1] == Interval(0, 0)
    assert series.dropna().size == 7
    assert series.ffill()[1] == Interval(1, 2)
    series[0] = None
    assert series[0] is pd.NA
    series[1] = 5
    assert series[1] == Interval(5, 5)
    series.iloc[2:4] = [Interval(0, 1), None]
    assert series.isna().tolist()[:4] == [True, False, False, True]
    with pytest.raises(TypeError, match="expected intervals"):
        series.array[0] = object()


def test_made_from_columns_and_taken_apart():
    column = IntervalColumn([1, nan, 0], [2, nan, inf], ["left", "both", "neither"])
    table = column.to_frame()
    assert table["lower"].tolist()[0] == 1.0
    assert table["closed"].tolist()[2] == "neither"
    again = IntervalColumn(table["lower"], table["upper"], table["closed"].to_numpy(object))
    assert pd.Series(again).equals(pd.Series(column))
    assert column[[0, 2]].closure().tolist() == [Interval(1, 2), Interval(0, inf)]
    with pytest.raises(IntervalError, match="missing"):
        column.closure()
    assert pd.Series(IntervalArray([1.0], [2.0]), dtype=NAME)[0] == Interval(1, 2)
    theirs = pd.Series(pd.arrays.IntervalArray.from_tuples([(0, 1), None], closed="right"))
    assert theirs.astype(NAME).tolist() == [Interval(0, 1, "right"), pd.NA]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (([1, 3], [2, 2]), "row 1: expected a number between"),
        (([1], [1], "left"), "row 0"),
        (([1, 2], [nan, 3]), "row 0"),
        (([1], [2], "open"), "'neither', 'left', 'right', 'both'"),
        (([1, 2, 3], [4, 5, 6], ["left", "both"]), "1 or 3 values"),
    ],
)
def test_rows_that_make_no_interval_are_refused(arguments, message):
    with pytest.raises(IntervalError, match=message):
        IntervalColumn(*arguments)


def test_json_pickle_and_hash():
    series = _series()
    assert (
        pd.read_json(io.StringIO(series.to_json()), typ="series", dtype=NAME).tolist()
        == series.tolist()
    )
    _same(pickle.loads(pickle.dumps(series)), series)
    hashes = pd.util.hash_pandas_object(series, index=False)
    assert hashes[0] == hashes[6]
    assert hashes.nunique() == 7


def test_the_name_is_ours_and_pandas_keeps_its_own():
    assert pd.api.types.pandas_dtype(NAME) == IntervalDtype()
    assert isinstance(pd.api.types.pandas_dtype("interval"), pd.IntervalDtype)


def test_arrays_do_not_load_pandas():
    code = (
        "import sys; from reconcile import IntervalArray; IntervalArray([1.0]) + 1; "
        "print('pandas' in sys.modules)"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "False"
