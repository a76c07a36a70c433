"""Units in column names, rows of totals and notes, dates and sources: asked, said or read right."""

from __future__ import annotations

import tomllib
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
from table_cases import dated, dates_are, fails, told

from reconcile.ledger import read_ledger

CASES: dict[str, Any] = tomllib.loads(
    Path(__file__).with_name("headers_and_rows.toml").read_text("utf-8")
)


@pytest.mark.parametrize("name", CASES["headers"])
def test_a_unit_in_a_column_name_is_applied_or_asked_about(name: str, tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text(f'date,source,"{name}"\n2024-03-05,Reuters,12\n2024-03-06,AP,15\n', "utf-8")
    expected = CASES["headers"][name]
    if expected.startswith("! "):
        fails(expected[2:], path)
        return
    ledger = read_ledger(path)
    assert f"{ledger[0].quantity} {ledger[0].lower:.12g}" == expected
    assert ledger[1].upper * 12 == ledger[0].upper * 15
    assert any("multiplied" in text for text in ledger.warnings) == (ledger[0].lower > 12)


@pytest.mark.parametrize("name", CASES["table"])
def test_a_table_is_read_or_told_what_to_do(name: str, tmp_path: Path) -> None:
    case = CASES["table"][name]
    path = tmp_path / "t.csv"
    path.write_text(case["content"], "utf-8")
    options = {key: case[key] for key in ("columns", "dates") if key in case}
    if "says" in case:
        fails(case["says"], path, **options)
        return
    ledger = read_ledger(path, **options)
    assert told(ledger) == case["reads"]
    assert case.get("warns", "") in "\n".join(ledger.warnings)


@pytest.mark.parametrize("texts", CASES["dates"])
def test_a_date_that_is_no_plain_day_is_a_problem(texts: str) -> None:
    dates_are(texts, CASES["dates"][texts])


def test_other_calendars_are_read_where_they_are_meant() -> None:
    assert str(read_ledger(dated(["1402-12-05"]), dates="far")[0].period) == "1402-12-05"


def test_numbers_taken_for_nanoseconds_are_no_days() -> None:
    fails("since 1 January 1970", dated(list(pd.to_datetime([20240305, 20240306]))))
    fails("since 1 January 1970", dated(list(pd.to_datetime([3, 9], unit="D"))))
    days = pd.to_datetime(["1970-01-05", "1971-02-06"])
    assert len(read_ledger(dated(list(days)))) == 2


@pytest.mark.parametrize("name", CASES["sources"])
def test_a_source_that_is_none_or_several_is_told(name: str, tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    rows = "\n".join(f'2024-03-05,"{source}",12' for source in ("Reuters", name, "AP"))
    path.write_text(f"date,source,killed\n{rows}\n", "utf-8")
    expected = CASES["sources"][name]
    if expected.startswith("! "):
        fails(expected[2:], path)
        return
    ledger = read_ledger(path)
    assert [claim.source for claim in ledger] == ["Reuters", name, "AP"]
    warnings = "\n".join(ledger.warnings)
    assert ("may name several" in warnings) == bool(expected)
    assert expected.removeprefix("? ") in warnings


def test_a_registry_that_lists_a_source_of_this_name_is_believed(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("date,source,killed\n2024-03-05,World,12\n", "utf-8")
    (tmp_path / "sources.toml").write_text(
        '[[source]]\nid = "World"\nlabel = "The World"\nreliability = "C"\n'
    )
    assert read_ledger(tmp_path / "t.csv")[0].source == "World"


def _workbook(path: Path, last: str, kind: bytes = b"") -> Path:
    """A workbook whose last cell is a formula without a stored value; `kind` of its result."""
    book = openpyxl.Workbook()
    page: Any = book.active
    for row in (["date", "source", "killed"], ["2024-03-05", "AP", 12], ["2024-03-06", "AP", last]):
        page.append(row)
    book.save(path)
    with zipfile.ZipFile(path) as parts:
        told = {name: parts.read(name) for name in parts.namelist()}
    with zipfile.ZipFile(path, "w") as parts:
        for name, data in told.items():
            parts.writestr(name, data.replace(b'<c r="C3"><f>', b'<c r="C3"' + kind + b"><f>"))
    return path


def test_a_formula_that_was_never_calculated_is_a_problem(tmp_path: Path) -> None:
    fails("without a stored value in C3", _workbook(tmp_path / "t.xlsx", "=C2+3"))
    fails("never calculated: open the file", tmp_path / "t.xlsx")
    empty = _workbook(tmp_path / "empty.xlsx", '=IF(C2>1,"",1)', b' t="str"')
    assert told(read_ledger(empty)) == ["killed | AP | 12..12 | 2024-03-05"]
    assert len(read_ledger(_workbook(tmp_path / "plain.xlsx", "15"))) == 2
