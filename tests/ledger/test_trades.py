"""Tables of other trades and countries (`trades.toml`), and workbooks as offices keep them."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from table_cases import fails, told

from reconcile.errors import LedgerError, OptionError
from reconcile.ledger import read_ledger

CASES: dict[str, Any] = tomllib.loads(Path(__file__).with_name("trades.toml").read_text("utf-8"))


@pytest.mark.parametrize("name", CASES["table"])
def test_a_table_of_a_trade_is_read_or_told_what_to_do(name: str, tmp_path: Path) -> None:
    case = CASES["table"][name]
    path = tmp_path / "t.csv"
    path.write_text(case["content"], "utf-8")
    options = {key: case[key] for key in ("columns",) if key in case}
    if "says" in case:
        fails(case["says"], path, error=(LedgerError, OptionError), **options)
        return
    ledger = read_ledger(path, **options)
    shown = zip(told(ledger), ledger, strict=True)
    assert [t.replace(" | 2", " + | 2") if c.additional else t for t, c in shown] == case["reads"]
    assert case.get("warns", "") in "\n".join(ledger.warnings)


def _book(path: Path, rows: list[list[Any]]) -> tuple[openpyxl.Workbook, Any]:
    book = openpyxl.Workbook()
    page: Any = book.active
    for row in rows:
        page.append(row)
    book.save(path)
    return book, page


HEADER = ["date", "source", "killed"]
BOTH = ["killed | AP | 12..12 | 2024-03-01", "killed | AP | 14..14 | 2024-03-02"]


def test_a_merged_cell_counts_in_each_of_its_rows(tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    book, page = _book(path, [HEADER, ["2024-03-01", "AP", 12], ["2024-03-02", None, 14]])
    fails("the id of a source", path)
    page.merge_cells("B2:B3")
    book.save(path)
    ledger = read_ledger(path)
    assert told(ledger) == BOTH
    assert "merged cells count in each of their rows: B2:B3" in "\n".join(ledger.warnings)


def test_a_merged_number_is_one_claim(tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    book, page = _book(path, [HEADER, ["2024-03-01", "AP", 12], ["2024-03-02", "AP", None]])
    page.merge_cells("C2:C3")
    book.save(path)
    assert told(read_ledger(path)) == ["killed | AP | 12..12 | 2024-03-01"]


def test_what_is_shown_as_percent_is_percent(tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    rows = [["date", "source", "yes"], ["2024-03-01", "ICM", 0.674], ["2024-03-02", "YouGov", 0.64]]
    book, page = _book(path, rows)
    for cell in ("C2", "C3"):
        page[cell].number_format = "0.0%"
    book.save(path)
    fails("logit=yes", path)
    shares = read_ledger(path, columns={"scale": "=logit"})
    assert told(shares) == [
        "yes | ICM | 0.674..0.674 | 2024-03-01",
        "yes | YouGov | 0.64..0.64 | 2024-03-02",
    ]


def test_hidden_rows_are_read_and_told(tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    book, page = _book(path, [HEADER, ["2024-03-01", "AP", 12], ["2024-03-02", "AP", 14]])
    page.row_dimensions[3].hidden = True
    book.save(path)
    ledger = read_ledger(path)
    assert len(ledger) == 2
    assert "1 hidden row is read as all others: line 3" in "\n".join(ledger.warnings)


def test_files_that_are_no_tables_say_what_to_do(tmp_path: Path) -> None:
    for name, data, words in (
        ("old.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "save it as .xlsx or CSV"),
        ("page.html", b"<!DOCTYPE html><table>", "save its table as CSV"),
        ("scan.pdf", b"%PDF-1.7", "reconcile extract"),
        ("slides.pptm", b"anything else", "expected a folder, a .toml file or a table"),
    ):
        (tmp_path / name).write_bytes(data)
        fails(words, tmp_path / name, error=(LedgerError, OptionError))
    text = tmp_path / "text.xls"
    text.write_text("date\tsource\tkilled\n2024-03-01\tAP\t12\n")
    assert told(read_ledger(text)) == ["killed | AP | 12..12 | 2024-03-01"]
