"""`columns`, `audit`, `validate --explain` and the options of tables: words, JSON, exit codes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from reconcile.cli import main
from reconcile.ledger import read_ledger
from reconcile.ledger.tables.column_names import MEANINGS

TABLE = """\
event_date;who;deaths
13/05/2026;town;15.020
14/05/2026;town;15.080
15/05/2026;town;1.515
16/05/2026;town;15.200
"""
OPTIONS = ["--columns", "on=event_date,source=who,value=deaths,quantity==dead", "--decimal", ","]


def run(*args: str, **more: object) -> Result:
    return CliRunner().invoke(main, list(args), **more)


@pytest.fixture
def table(tmp_path: Path) -> str:
    path = tmp_path / "claims.csv"
    path.write_text(TABLE)
    return str(path)


def test_columns_lists_every_name_within_80_columns() -> None:
    shown = run("columns")
    assert shown.exit_code == 0
    assert all(meaning.name in shown.stdout for meaning in MEANINGS)
    assert max(map(len, shown.stdout.splitlines())) <= 80
    told = json.loads(run("columns", "--json").stdout)
    assert [item["name"] for item in told] == [meaning.name for meaning in MEANINGS]


def test_a_table_that_is_not_understood_says_what_to_pass(table: str) -> None:
    shown = run("validate", table)
    assert shown.exit_code == 1
    told = " ".join(shown.stderr.split())
    assert "--columns on=event_date" in told
    assert "--columns source==" in told or "--columns source=who" in told
    assert max(map(len, shown.stderr.splitlines())) <= max(80, len(table) + 24)


def test_what_the_error_says_can_be_passed_to_every_command(table: str) -> None:
    shown = run("validate", table, *OPTIONS, "--explain")
    assert shown.exit_code == 0, shown.stderr
    assert "row-1: town says 15,020 of dead, a running total by the end of 13 May" in " ".join(
        shown.stdout.split()
    )
    assert "DMY" in shown.stderr
    assert "valid: 4 claims" in shown.stdout
    claims = run("claims", "--ledger", table, *OPTIONS, "--json")
    assert [claim["lower"] for claim in json.loads(claims.stdout)] == [15020, 15080, 1515, 15200]
    falls = run("falls", "--ledger", table, *OPTIONS)
    assert "15,080 -> 1,515" in falls.stdout


def test_audit_tells_and_writes_a_copy(table: str, tmp_path: Path) -> None:
    target = tmp_path / "checked.toml"
    shown = run("audit", "--ledger", table, *OPTIONS, "--write", str(target))
    assert shown.exit_code == 0, shown.stderr
    assert "number of row-3: 15,150" in " ".join(shown.stdout.split())
    assert max(map(len, shown.stdout.splitlines())) <= 80
    assert read_ledger(target)["row-3"].phrase.nominal == 15150
    assert Path(table).read_text() == TABLE
    told = json.loads(run("audit", "--ledger", table, *OPTIONS, "--json").stdout)
    assert {"check", "quantity", "claims", "text", "edit"} <= set(told["findings"][0])


def test_audit_overwrites_nothing(table: str) -> None:
    shown = run("audit", "--ledger", table, *OPTIONS, "--write", table)
    assert shown.exit_code == 2
    assert "is there already" in shown.stderr
    assert Path(table).read_text() == TABLE


def test_the_standard_input_is_a_table() -> None:
    shown = run("validate", "-", *OPTIONS, input=TABLE.encode())
    assert shown.exit_code == 0, shown.stderr
    assert "valid: 4 claims" in shown.stdout


def test_many_problems_take_twenty_lines_and_json_has_them_all(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    rows = [f"q{n},town,x{n},2026-13-{n % 28 + 1:02d}" for n in range(3000)]
    path.write_text("quantity,source,value,on\n" + "\n".join(rows))
    shown = run("validate", str(path))
    assert shown.exit_code == 1
    assert len(shown.stderr.splitlines()) <= 20
    told = json.loads(run("validate", str(path), "--json").stdout)
    assert len(told["problems"]) == 6000


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["--columns", "on"], "OURS=THEIRS"),
        (["--columns", "on=nowhere"], "a column of the table"),
        (["--decimal", ";"], "'.', ','"),
        (["--dates", "DYM"], "one of ISO"),
        (["--quantity-by", "x"], "events"),
    ],
)
def test_options_that_do_not_fit_end_with_2(table: str, args: list[str], words: str) -> None:
    shown = run("validate", table, *args)
    assert shown.exit_code == 2
    assert words in " ".join(shown.stderr.split())


def test_a_ledger_begins_with_a_table_and_texts_join_it(tmp_path: Path) -> None:
    table, text, case = tmp_path / "t.csv", tmp_path / "a.txt", tmp_path / "case"
    table.write_text("Date,Who,Dead,Missing\n2025-08-12,Coast guard,3,60\n2025-08-13,Union,9,41\n")
    text.write_text("The Times, 14 August 2025\n\nThe coast guard said 29 people were killed.\n")
    columns = ["--columns", "source=Who"]
    made = run("init", str(case), "--from", str(table), *columns)
    assert f"To check them: reconcile validate {case}" in made.output
    assert f"--ledger {case} -o {case}/articles.toml" in made.output.splitlines()[-1]
    run("extract", str(text), "--ledger", str(case), "-o", str(case / "articles.toml"))
    ledger = read_ledger(case)
    assert [(c.quantity, c.source, c.lower) for c in ledger if c.report is not None] == [
        ("dead", "Coast guard", 29)
    ]
    assert len(ledger) == 5
    both = run("init", str(tmp_path / "two"), "--from", str(case), "--from", str(table), *columns)
    assert both.exit_code == 0
    assert len(read_ledger(tmp_path / "two")) == 5  # what both hold alike is kept once
    again = CliRunner().invoke(main, ["init", str(case), "--from", str(table), *columns])
    assert again.exit_code == 2
    assert "which holds files already" in " ".join(again.output.split())
