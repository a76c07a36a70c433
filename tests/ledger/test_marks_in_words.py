"""Marks of numbers within words: decided by their column, asked about, never a silent fraction."""

from __future__ import annotations

from typing import Any

import pytest

import reconcile
from reconcile.errors import LedgerError


def _rows(key: str, cells: list[str]) -> list[dict[str, Any]]:
    return [
        {"quantity": "dead", "source": "town", key: cell, "on": f"2024-01-{i + 1:02d}"}
        for i, cell in enumerate(cells)
    ]


READ = [
    # key, cells, the decimal mark that is given, (lower, upper) of the first
    ("value", ["at least 1.038", "950"], ",", (1038, float("inf"))),
    ("value", ["1.038+", "950"], ",", (1038, float("inf"))),
    ("value", ["at least 1.038", "950"], ".", (1.038, float("inf"))),
    ("value", ["over 12,000", "7"], None, (12000, float("inf"))),
    ("value", ["at least 1.200", "1.300", "1.400,5"], None, (1200, float("inf"))),
    ("phrase", ["at least 1.038 people", "950"], ",", (1038, float("inf"))),
    ("phrase", ["between 1.200 and 1.500 dead"], ",", (1200, 1500)),
    ("phrase", ["between 1,200 and 1,500 dead"], None, (1200, 1500)),
    ("phrase", ["at least 1.500.000", "2.500"], None, (1500000, float("inf"))),
    ("phrase", ["at least 1.5 million", "950"], None, (1500000, float("inf"))),
    ("phrase", ["more than 2.5k", "950"], None, (2500, float("inf"))),
    ("phrase", ["12", "thirteen"], None, (12, 12)),
]


@pytest.mark.parametrize(("key", "cells", "decimal", "bounds"), READ)
def test_the_column_decides(
    key: str, cells: list[str], decimal: str | None, bounds: tuple[float, float]
) -> None:
    ledger = reconcile.read_ledger(_rows(key, cells), decimal=decimal)
    assert (ledger[0].lower, ledger[0].upper) == bounds


ASKED = [
    ("value", ["at least 1.038", "950"]),
    ("value", ["1.038 (est.)", "950"]),
    ("value", ["3,5 killed", "4"]),
    ("phrase", ["1.038", "950"]),
    ("phrase", ["950", "about 12.500 men"]),
    ("phrase", ["some 1.038 dead"]),
    ("phrase", ["up to 3,5", "4"]),
]


@pytest.mark.parametrize(("key", "cells"), ASKED)
def test_what_reads_two_ways_is_asked_with_its_line(key: str, cells: list[str]) -> None:
    with pytest.raises(LedgerError, match="--decimal") as caught:
        reconcile.read_ledger(_rows(key, cells))
    (problem,) = caught.value.problems
    shown = next(i for i, cell in enumerate(cells) if "." in cell or "," in cell)
    assert (problem.field, problem.line) == (key, shown)


@pytest.mark.parametrize("text", ["1.250 km", "2.500 kg", "3.750 %"])
def test_a_unit_tells_the_mark(text: str) -> None:
    rows = [row | {"unit": "any"} for row in _rows("phrase", [text])]
    assert reconcile.read_ledger(rows)[0].number == float(text.split()[0])


def test_a_ledger_in_toml_warns(tmp_path: Any) -> None:
    claim = '[[claim]]\nid = "a"\nquantity = "dead"\nsource = "town"\n'
    registries = '[[quantity]]\nid = "dead"\n[[source]]\nid = "town"\n'
    path = tmp_path / "ledger.toml"
    for phrase, warned in (("1.038 dead", True), ("1,038 dead", False), ("1.5 dead", False)):
        text = f'{registries}{claim}phrase = "{phrase}"\non = "2024-01-02"\n'
        path.write_text(text, encoding="utf-8")
        warnings = reconcile.read_ledger(path).warnings
        assert any("write 1,038" in warning for warning in warnings) is warned


AGAINST = [
    # key, cells, the decimal mark that is given, the cells that are faults
    ("value", ["over 100,000", "120.000", "130.500", "131.000"], ",", ["over 100,000"]),
    ("value", ["120.000", "98,500", "130.500"], ",", ["98,500"]),
    ("value", ["1.234.567", "1.300.000", "950,000"], None, ["950,000"]),
    ("value", ["12,500", "at least 13.750"], ".", ["at least 13.750"]),
    ("value", ["1,60", "120", "130", "131"], ",", ["1,60"]),
    ("value", ["120", "130", "some 1.31", "135"], ".", ["some 1.31"]),
    ("phrase", ["over 100,000", "120.000 people", "130.500"], ",", ["over 100,000"]),
    ("value", ["1,250", "3,125", "2,500"], ",", []),  # said by the user, and nothing against it
    ("value", ["1.250", "1,200.5", "2.500"], ".", []),
    ("value", ["4.50", "5", "6", "7"], None, []),
    ("value", ["over 120.000", "130.500"], ",", []),
]


@pytest.mark.parametrize(("key", "cells", "decimal", "faults"), AGAINST)
def test_a_cell_against_the_marks_of_its_column_is_a_problem(
    key: str, cells: list[str], decimal: str | None, faults: list[str]
) -> None:
    try:
        reconcile.read_ledger(_rows(key, cells), decimal=decimal)
        problems = ()
    except LedgerError as error:
        problems = error.problems
    assert [p.came.strip("'") for p in problems] == faults
    assert all("write" in p.expected for p in problems)


def test_the_words_of_a_cell_are_shown_as_they_were_written() -> None:
    ledger = reconcile.read_ledger(_rows("value", ["over 120.000", "130.500"]), decimal=",")
    assert any("'over 120.000' as more than 120,000" in text for text in ledger.warnings)
