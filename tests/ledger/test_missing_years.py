"""Dates without a year: asked for, taken as told, from a column `year` or from the file's name."""

from __future__ import annotations

from pathlib import Path

import pytest
from table_cases import fails

from reconcile.errors import OptionError
from reconcile.ledger import read_ledger

_ROWS = "source,date,deaths\nA,{},12\nB,{},14\n"
_READ = ["2024-03-14", "2024-03-15"]


def _days(path: Path, **options: str) -> list[str]:
    return [str(claim.period) for claim in read_ledger(path, **options)]


def _file(folder: Path, *days: str, name: str = "t.csv") -> Path:
    path = folder / name
    path.write_text(_ROWS.format(*days), "utf-8")
    return path


@pytest.mark.parametrize(
    "days",
    [
        ("14 March", "15 March"),
        ("March 14", "March 15"),
        ("Mar 14", "Mar 15"),
        ("14-Mar", "15-Mar"),
        ("14. März", "15. März"),
        ("14th March", "15th March"),
        ("Thu 14 March", "Fri 15 March"),
        ("03-14", "03-15"),
        ("3/14", "3/15"),
        ("14/03", "15/03"),
        ("14.03.", "15.03."),
        ("--03-14", "--03-15"),
        ("14 March 2024", "15 March"),
    ],
)
def test_the_year_is_asked_for_and_taken_as_told(tmp_path: Path, days: tuple[str, str]) -> None:
    path = _file(tmp_path, *days)
    first = days[1] if "2024" in days[0] else days[0]
    fails(f"the year of {first!r}", path)
    assert _days(path, dates="2024") == _READ
    assert "the year is 2024, as asked" in "\n".join(read_ledger(path, dates="2024").warnings)


def test_both_an_order_and_a_year_may_be_needed(tmp_path: Path) -> None:
    path = _file(tmp_path, "03/04", "05/04")
    fails("--dates DMY,2024 or MDY,2024", path, dates="2024")
    assert _days(path, dates="DMY,2024") == ["2024-04-03", "2024-04-05"]
    fails("one year", path, dates="2023,2024", error=OptionError)


def test_a_day_of_the_week_must_be_that_of_the_year(tmp_path: Path) -> None:
    fails("the day of the week", _file(tmp_path, "Thu 14 March", "Fri 15 March"), dates="2023")


def test_days_that_pass_the_end_of_a_year_need_theirs(tmp_path: Path) -> None:
    fails("they pass the end of one", _file(tmp_path, "28 Dec", "2 Jan"), dates="2024")


def test_the_name_of_the_file_or_a_column_tells_the_year_and_it_is_said(tmp_path: Path) -> None:
    path = _file(tmp_path, "14 March", "15 March", name="deaths-2024.csv")
    assert _days(path) == _READ
    assert "2024, from the name of the file" in "\n".join(read_ledger(path).warnings)
    fails("the year of", _file(tmp_path, "14 March", "15 March", name="export-2024-05-01.csv"))
    fails("the year of", _file(tmp_path, "14 March", "15 March", name="2023_to_2024.csv"))
    rows = [
        {"source": "A", "year": 2023, "date": "30 Dec", "deaths": 12},
        {"source": "A", "year": 2024, "date": "2 Jan", "deaths": 14},
    ]
    ledger = read_ledger(rows)
    assert [str(claim.period) for claim in ledger] == ["2023-12-30", "2024-01-02"]
    assert "that of the column 'year'" in "\n".join(ledger.warnings)


def test_months_with_two_digits_of_a_year_are_no_days(tmp_path: Path) -> None:
    fails("a date", _file(tmp_path, "Jan-24", "Feb-24"))


def test_columns_of_months_and_of_days_take_the_year(tmp_path: Path) -> None:
    rows = [{"source": "A", "month": "March", "day": day, "deaths": day} for day in (14, 15)]
    fails("the year of 'March'", rows)
    assert [str(claim.period) for claim in read_ledger(rows, dates="2024")] == _READ
    path = tmp_path / "t.csv"
    path.write_text("source,quantity,14 Mar,15 Mar,16 Mar\nA,deaths,12,13,14\n", "utf-8")
    fails("--dates 2024", path)
    ledger = read_ledger(path, dates="2024")
    assert [str(claim.period) for claim in ledger] == [*_READ, "2024-03-16"]
    assert "the year is 2024" in "\n".join(ledger.warnings)
