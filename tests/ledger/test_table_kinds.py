"""Every kind of table that is taken: files by their first bytes, frames by their protocol."""

from __future__ import annotations

import io
import json
import sqlite3
import sys
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.feather
import pyarrow.parquet
import pytest

from reconcile.errors import LedgerError, OptionError
from reconcile.ledger import Ledger, read_ledger

COLUMNS: dict[str, list[Any]] = {
    "quantity": ["dead", "dead"],
    "source": ["town", "press"],
    "value": [30, 41],
    "on": ["2024-03-01", "2024-03-02"],
}
ROWS = [dict(zip(COLUMNS, row, strict=True)) for row in zip(*COLUMNS.values(), strict=True)]
CSV = "quantity,source,value,on\ndead,town,30,2024-03-01\ndead,press,41,2024-03-02\n"


def content(ledger: Ledger) -> list[tuple[object, ...]]:
    return [(c.quantity, c.source, c.lower, c.upper, str(c.period)) for c in ledger]


EXPECTED = [("dead", "town", 30, 30, "2024-03-01"), ("dead", "press", 41, 41, "2024-03-02")]


class OnlyArrow:
    """A table that gives itself through Arrow's C stream alone."""

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return pa.table(COLUMNS).__arrow_c_stream__(requested_schema)


class OnlyInterchange:
    """A table that gives itself through the dataframe interchange protocol alone."""

    def __dataframe__(self, nan_as_null: bool = False, allow_copy: bool = True) -> object:
        return pa.table(COLUMNS).__dataframe__(nan_as_null, allow_copy)


FRAMES: dict[str, Callable[[], object]] = {
    "pandas": lambda: pd.DataFrame(COLUMNS),
    "pandas of Arrow": lambda: pd.DataFrame(COLUMNS).convert_dtypes(dtype_backend="pyarrow"),
    "pandas with days": lambda: pd.DataFrame(COLUMNS).assign(on=lambda f: pd.to_datetime(f["on"])),
    "pandas, DatetimeIndex": lambda: (
        pd.DataFrame(COLUMNS).set_index(pd.DatetimeIndex(COLUMNS["on"])).drop(columns="on")
    ),
    "pandas, named index": lambda: pd.DataFrame(COLUMNS).set_index("on"),
    "pandas, MultiIndex": lambda: pd.DataFrame(COLUMNS).set_index(["quantity", "on"]),
    "pandas, categories": lambda: pd.DataFrame(COLUMNS).astype({"source": "category"}),
    "polars": lambda: pl.DataFrame(COLUMNS),
    "polars, lazy": lambda: pl.LazyFrame(COLUMNS),
    "polars with days": lambda: pl.DataFrame(COLUMNS).with_columns(pl.col("on").str.to_date()),
    "Arrow": lambda: pa.table(COLUMNS),
    "Arrow batch": lambda: pa.table(COLUMNS).to_batches()[0],
    "Arrow C stream": OnlyArrow,
    "interchange": OnlyInterchange,
    "list of dicts": lambda: ROWS,
    "iterator of dicts": lambda: iter(ROWS),
    "dict of columns": lambda: COLUMNS,
    "tuple of dicts with datetimes": lambda: tuple(
        row | {"on": datetime.fromisoformat(f"{row['on']}T10:00")} for row in ROWS
    ),
    "days as dates": lambda: [row | {"on": date.fromisoformat(row["on"])} for row in ROWS],
}


@pytest.mark.parametrize("name", FRAMES)
@pytest.mark.filterwarnings("ignore")  # of the packages that make the frames
def test_a_table_in_memory_is_read_whatever_made_it(name: str) -> None:
    assert content(read_ledger(FRAMES[name]())) == EXPECTED


def _excel(path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Deaths in the flood"])
    sheet.append([])
    sheet.append(list(COLUMNS))
    for row in ROWS:
        cells = [*row.values()][:3]
        sheet.append([*cells, datetime.fromisoformat(row["on"])])
    book.create_sheet("notes, empty")
    book.save(path)


def _sqlite(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute(
            "create table claims (nr integer primary key autoincrement, quantity, source, value, "
            '"on")'
        )
        for row in ROWS:
            connection.execute("insert into claims values (null, ?, ?, ?, ?)", list(row.values()))
    connection.close()


FILES: dict[str, Callable[[Path], object]] = {
    "t.csv": lambda path: path.write_text(CSV),
    "t.txt": lambda path: path.write_text(CSV.replace(",", ";")),
    "t": lambda path: path.write_text(CSV),
    "t.xlsx": _excel,
    "really.csv": _excel,
    "t.json": lambda path: path.write_text(json.dumps(ROWS)),
    "t.jsonl": lambda path: path.write_text("\n".join(map(json.dumps, ROWS))),
    "t.parquet": lambda path: pa.parquet.write_table(pa.table(COLUMNS), path),
    "t.feather": lambda path: pyarrow.feather.write_feather(pa.table(COLUMNS), str(path)),
    "x#1.db": _sqlite,
    "t.sqlite": _sqlite,
}


@pytest.mark.parametrize("name", FILES)
@pytest.mark.filterwarnings("ignore")
def test_a_file_is_read_for_what_it_is(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    FILES[name](path)
    assert content(read_ledger(path)) == EXPECTED
    assert [file.name for file in tmp_path.iterdir()] == [name]


def test_problems_of_a_workbook_have_its_row(tmp_path: Path) -> None:
    _excel(tmp_path / "t.xlsx")
    book = openpyxl.load_workbook(tmp_path / "t.xlsx")
    assert book.active is not None
    book.active["C5"] = "many"
    book.save(tmp_path / "t.xlsx")
    with pytest.raises(LedgerError) as caught:
        read_ledger(tmp_path / "t.xlsx")
    assert [(p.line, p.field) for p in caught.value.problems] == [(5, "value")]


def test_a_sheet_is_named_where_there_are_several(tmp_path: Path) -> None:
    _excel(tmp_path / "t.xlsx")
    book = openpyxl.load_workbook(tmp_path / "t.xlsx")
    book.create_sheet("More").append(["quantity", "source", "value", "on"])
    book["More"].append(["hurt", "town", 7, "2024-03-01"])
    book.save(tmp_path / "t.xlsx")
    with pytest.raises(LedgerError, match=r"name it: .*t\.xlsx#Sheet"):
        read_ledger(tmp_path / "t.xlsx")
    assert read_ledger(f"{tmp_path}/t.xlsx#More")[0].quantity == "hurt"
    with pytest.raises(LedgerError, match="one of the sheets"):
        read_ledger(f"{tmp_path}/t.xlsx#Mor")


def test_the_standard_input_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(CSV.encode())))
    assert content(read_ledger("-")) == EXPECTED


@pytest.mark.parametrize("backend", [None, "pandas", "polars", "pyarrow"])
@pytest.mark.filterwarnings("ignore")
def test_the_frame_of_a_ledger_reads_back_from_any_backend(backend: str | None) -> None:
    ledger = read_ledger()
    assert read_ledger(ledger.to_frame(backend)).claims == ledger.claims


@pytest.mark.parametrize(
    "odd",
    [5, "", "  ", b"x", 3.5, object(), pd.Series([1]), pl.Series([1]), lambda: 1, True],
    ids=lambda odd: type(odd).__name__,
)
def test_what_is_no_table_is_refused_in_our_words(odd: object) -> None:
    with pytest.raises(OptionError, match="expected"):
        read_ledger(odd)


@pytest.mark.parametrize("empty", [{}, [], pd.DataFrame(), pl.DataFrame(), iter(())])
def test_an_empty_table_is_told(empty: object) -> None:
    with pytest.raises(LedgerError, match="at least one claim"):
        read_ledger(empty)


def test_backends_that_are_not_there_are_named() -> None:
    with pytest.raises(OptionError, match="pandas, polars or pyarrow"):
        read_ledger().to_frame("modin")


def test_five_thousand_bad_dates_are_told_in_twenty_lines(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    rows = (f"dead,town,{n},{n % 28 + 1}/13/2026" for n in range(5000))
    path.write_text("quantity,source,value,on\ndead,town,1,2026-01-01\n" + "\n".join(rows))
    with pytest.raises(LedgerError) as caught:
        read_ledger(path)
    told = str(caught.value)
    assert len(caught.value.problems) == 5000
    assert len(told.splitlines()) == 2
    assert "5,000 rows, the first: line 3, got '1/13/2026'" in told


@pytest.mark.parametrize(
    ("cell", "lower"),
    [
        (np.int64(5), 5),
        (np.float32(2.5), 2.5),
        (Decimal("12"), 12),
        (Fraction(7, 2), 3.5),
        (b"30", 30),
        (np.str_("30"), 30),
    ],
    ids=lambda cell: type(cell).__name__,
)
def test_a_cell_of_any_library_is_the_number_it_is(cell: object, lower: float) -> None:
    assert read_ledger([ROWS[0] | {"value": cell}])[0].lower == lower


@pytest.mark.parametrize(
    "cell",
    [
        *(pd.NA, pd.NaT, np.nan, Decimal("NaN"), complex(1, 2), object(), [1], {"a": 1}, (1, 2)),
        *(np.array([1, 2]), pd.Interval(1, 2), 10**400, "9" * 5000, True, timedelta(3), "\ud800"),
    ],
    ids=lambda cell: type(cell).__name__,
)
@pytest.mark.parametrize("key", ["quantity", "value", "on", "lower", "credibility", "parts"])
def test_no_cell_raises_what_is_not_ours(cell: object, key: str) -> None:
    try:
        told = read_ledger([ROWS[0] | {key: cell}]).warnings
    except LedgerError as error:
        told = tuple(problem.expected for problem in error.problems)
    assert told
