"""`reconcile falls`, `origins` and `sources --fit`: tables of 80 columns, JSON, exit codes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from reconcile.cli import main
from reconcile.ledger import falls, propose_origins, read_ledger

TABLE = """\
id,quantity,source,value,on
a1,lost,army,1000,2030-01-01
a2,lost,army,1437,2030-01-03
a3,lost,army,1290,2030-01-05
b1,lost,blog,1437,2030-01-04
a4,lost,army,1561,2030-01-07
"""


def run(*args: str) -> Result:
    return CliRunner().invoke(main, list(args))


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "claims.csv"
    path.write_text(TABLE)
    return path


def test_falls_are_listed_with_their_reason(table: Path) -> None:
    shown = run("falls", "--ledger", str(table))
    assert shown.exit_code == 0, shown.stderr
    assert "2030-01-05  1,437 -> 1,290  correction" in shown.stdout
    assert "1 fall: 1 correction" in shown.stderr
    assert max(map(len, shown.stdout.splitlines())) <= 80
    by_source = run("falls", "--ledger", str(table), "--by", "source", "--json")
    (fall,) = json.loads(by_source.stdout)
    (expected,) = falls(read_ledger(table), by="source")
    assert (fall["claim"], fall["drop"], fall["kind"]) == ("a3", 147.0, expected.kind)
    assert fall["chance"] is None
    none = run("falls", "--quantity", "officers", "--json")
    assert (none.exit_code, json.loads(none.stdout)) == (0, [])


def test_origins_are_proposed_and_written_only_when_asked(table: Path, tmp_path: Path) -> None:
    shown = run("origins", "--ledger", str(table))
    assert shown.exit_code == 0, shown.stderr
    assert "b1     a2" in shown.stdout
    assert "the same 1,437 1 day later" in shown.stdout
    assert "by chance it would be about" in " ".join(shown.stderr.split())
    assert table.read_text() == TABLE
    told = json.loads(run("origins", "--ledger", str(table), "--json").stdout)
    expected = propose_origins(read_ledger(table))
    assert [p["claim"] for p in told["proposals"]] == [p.claim for p in expected] == ["b1"]
    assert told["coincidences"] == 1
    target = tmp_path / "checked.toml"
    written = run("origins", "--ledger", str(table), "--write", str(target))
    assert written.exit_code == 0, written.stderr
    assert read_ledger(target)["b1"].origin == "a2"


def test_sources_with_the_grade_they_earn() -> None:
    flood = str(Path(__file__).parents[2] / "data" / "examples" / "flood")
    shown = run("sources", "--fit", "--ledger", flood)
    assert shown.exit_code == 0, shown.stderr
    assert shown.stdout.splitlines()[0].split()[-2:] == ["given", "earned"]
    assert max(map(len, shown.stdout.splitlines())) <= 80
    told = json.loads(run("sources", "--fit", "--ledger", flood, "--json").stdout)
    post = next(row for row in told if row["source"] == "anonymous_post")
    assert post["grade"] == "F"
    assert sum(post[f"p_{letter}"] for letter in "ABCDE") == pytest.approx(1)


def test_an_estimate_in_icd_203_words_when_asked(table: Path) -> None:
    asked = ["estimate", "lost", "2030-01-06", "--ledger", str(table)]
    plain = json.loads(run(*asked, "--json").stdout)
    asked += ["--above", "2000", "--above", "1400"]
    shown = run(*asked)
    assert shown.exit_code == 0, shown.stderr
    joined = " ".join(shown.stdout.split())
    assert "6 Jan 2030, above 2,000: " in joined
    assert "Analytic confidence is " in joined
    told = json.loads(run(*asked, "--json").stdout)
    assert [item["above"] for item in told["likelihoods"]] == [2000.0, 1400.0]
    assert told["confidence"] in joined
    assert all(item["text"] in joined for item in told["likelihoods"])
    assert not {"likelihoods", "confidence"} & set(plain)


@pytest.mark.parametrize(
    ("args", "code", "words"),
    [
        (["falls", "--quantity", "kiled"], 2, "Did you mean 'killed'"),
        (["falls", "--by", "day"], 2, "is not one of"),
        (["origins", "--least", "2"], 2, "not in the range"),
        (["origins", "--as-of", "2024-13-01"], 2, "ISO 8601"),
    ],
)
def test_what_was_mistyped_is_named(args: list[str], code: int, words: str) -> None:
    shown = run(*args)
    assert shown.exit_code == code
    assert words in shown.stderr
