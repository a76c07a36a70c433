"""What is printed fits 80 columns; names are cut where it does not, numbers and dates never."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from reconcile.cli import main
from reconcile.cli.terminal import table

LONG = "united_nations_office_for_the_coordination_of_humanitarian_affairs"


@pytest.mark.parametrize(
    ("reads", "day"),
    [
        ("9,900–12,400", "2022-08-01/29"),
        (">= 1,234,567,890", "2022-08-02"),
        ("any", "2024-12-15/31, 7 days"),
        ("0.25", "2022-08-02/2023-01-31"),
    ],
)
def test_numbers_and_dates_are_never_cut(reads: str, day: str) -> None:
    row = (f"{LONG}-1", LONG, "between nine and twelve thousand people", reads, day)
    lines = table(["id", "source", "says", "reads", "of"], [row, row], width=80).splitlines()
    assert max(map(len, lines)) <= 80
    assert all(f" {reads} " in line and line.endswith(day) for line in lines[2:])


def test_the_first_column_is_cut_last() -> None:
    shown = table(["id", "says", "of"], [("c" * 30, "word " * 30, "2022-08-02")], width=80)
    assert "c" * 30 in shown


def test_a_number_within_words_is_whole_or_not_there() -> None:
    shown = table(["id", "says", "of"], [("c1", "between 9,900 and 12,400", "2022-08")], width=26)
    assert "9,9" not in shown
    assert "between …" in shown


def _told(*words: str) -> str:
    result = CliRunner().invoke(main, list(words))
    return result.stdout + result.stderr


def test_messages_fit_and_have_plurals(tmp_path: Path) -> None:
    folder = tmp_path / "a folder of claims with quite a long name"
    folder.mkdir()
    (folder / "c.csv").write_text(
        "source,value,on\nPolice,150,2024-03-01\npolice,140,2024-03-02\nmayor,90,2024-03-05\n"
        "judge,40,2024-03-06\n"
    )
    path = str(folder / "c.csv")
    asked = _told("audit", path, "--write", str(folder / "a-copy.toml"), "--as-of", "2024-04-01")
    command = asked.partition("to answer all at once:\n")[2]
    assert command.splitlines()[0].endswith("\\")
    longest = max(len(f"'{path}'"), 80)
    assert all(len(line) <= max(80, longest + 16) for line in command.splitlines())
    told = _told("audit", path, "--columns", "quantity==dead")
    last = told[told.rindex("findings:") - 3 :]
    assert "1 second name" in last
    assert "contradictions" in last
    assert "1 missing grade" in last
    assert all(len(line) <= 80 for line in last.splitlines())


def test_one_cell_of_a_wide_table_is_no_row_and_plain_words_get_no_hint(tmp_path: Path) -> None:
    path = tmp_path / "w.csv"
    path.write_text("date,source,dead,injured,where\n2024-03-01,a,10,20,x\n2024-03-02,a,12,n/a,x\n")
    told = " ".join(_told("claims", str(path)).split())
    assert "1 cell is set aside, its number is given as n/a: line 3" in told
    assert "'where' (did you mean" not in told


@pytest.mark.parametrize(
    ("kind", "second", "words"),
    [
        ("stock", "2022-09-02", "no two claims of one day contradict"),
        ("stock", "2022-09-03", "1. gap"),
        ("cumulative", "2022-09-02", "all claims can be true"),
    ],
)
def test_levels_of_different_days_are_not_praised(
    tmp_path: Path, kind: str, second: str, words: str
) -> None:
    path = tmp_path / "camp.csv"
    path.write_text(
        "quantity,quantity_kind,source,value,on\n"
        f"camp,{kind},A,15600,2022-09-03\ncamp,{kind},B,8000,{second}\n"
    )
    told = " ".join(_told("conflicts", "--ledger", str(path)).split())
    assert words in told
    assert ("all claims can be true" in told) == (kind == "cumulative")
