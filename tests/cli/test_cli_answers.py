"""Commands that answer, on the small ledger of the examples."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import reconcile
from reconcile.cli import main
from reconcile.ledger import read_ledger

EXAMPLES = Path(__file__).parent.parent.parent / "examples"
FLOOD = str(EXAMPLES / "flood")
ASK = ["estimate", "flood_dead", "2023-06-09", "--ledger", FLOOD]


def run(*args: str) -> Result:
    return CliRunner().invoke(main, list(args))


def one_line(text: str) -> str:
    return " ".join(text.split())


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What one command finds of the flood, the next one need not find again."""
    return str(tmp_path_factory.mktemp("cache"))


def test_estimate_prints_the_sentence_and_the_claims_behind_it() -> None:
    result = run(*ASK)
    assert result.exit_code == 0, result.stderr
    answer = reconcile.estimate("flood_dead", "2023-06-09", ledger=read_ledger(FLOOD))
    shown, told = " ".join(result.stdout.split()), " ".join(result.stderr.split())
    assert shown.startswith(" ".join(str(answer).split()))
    assert set(answer.claims["source"]) == {s for s in answer.claims["source"] if s in shown}
    assert set(answer.claims["phrase"]) == {p for p in answer.claims["phrase"] if p in shown}
    assert [text for text in answer.warnings if f"warning: {text}" not in told] == []
    assert max(map(len, result.stdout.splitlines())) <= 80


def test_estimate_as_json_holds_what_the_library_answers() -> None:
    args = ["--json", "--level", "0.8", "--as-of", "2023-06-07", "--exclude", "mayor"]
    result = run(*ASK, *args)
    assert result.exit_code == 0, result.stderr
    found = json.loads(result.stdout)
    ledger = read_ledger(FLOOD)
    options = {"level": 0.8, "as_of": "2023-06-07", "exclude": ["mayor"]}
    answer = reconcile.estimate("flood_dead", "2023-06-09", ledger=ledger, **options)
    assert (found["level"], found["as_of"]) == (0.8, "2023-06-07")
    assert found["median"] == pytest.approx(answer.median)
    assert (found["lower"], found["upper"]) == pytest.approx((answer.lower, answer.upper))
    assert found["lower"] < found["median"] < found["upper"]
    assert "mayor-dozens" not in [row["claim"] for row in found["claims"]]


def test_what_came_later_does_not_move_an_answer_as_of_then() -> None:
    """The 31 of 10 June stays out of the answer of 7 June, and the deleted post in it."""
    before, after = (
        json.loads(run(*ASK, "--as-of", day, "--json").stdout)
        for day in ("2023-06-07", "2023-06-12")
    )
    assert "province-31" not in [row["claim"] for row in before["claims"]]
    assert after["upper"] < before["upper"]


def test_timeline_as_a_table_csv_and_json() -> None:
    args = ["timeline", "flood_dead", "2023-06-03", "2023-06-10", "--ledger", FLOOD]
    shown = run(*args)
    assert shown.exit_code == 0, shown.stderr
    assert shown.stdout.splitlines()[0].split() == [
        *("date", "median", "lower", "90%", "upper", "90%", "claims"),
    ]
    rows = list(csv.DictReader(io.StringIO(run(*args, "--csv").stdout)))
    records = json.loads(run(*args, "--json").stdout)
    assert [row["date"] for row in rows] == [f"2023-06-{day:02}" for day in range(3, 11)]
    assert [float(row["median"]) for row in rows] == pytest.approx([r["median"] for r in records])
    medians = [record["median"] for record in records]
    assert medians == sorted(medians)
    assert medians[0] < medians[-1]


@pytest.mark.parametrize(("name", "starts"), [("a.svg", b"<?xml"), ("b.png", b"\x89PNG")])
def test_plot_writes_a_figure_and_says_where(
    tmp_path: Path, cache: str, name: str, starts: bytes
) -> None:
    target = tmp_path / name
    args = ["plot", "flood_dead", "--ledger", FLOOD, "-o", str(target), "--size", "column"]
    args += ["--cache", cache]
    if name == "b.png":
        args.insert(2, "2023-06-09")
    result = run(*args)
    assert result.exit_code == 0, result.stderr
    assert result.stdout.strip() == str(target)
    assert target.read_bytes().startswith(starts)
    assert [file.name for file in tmp_path.iterdir()] == [name]


@pytest.mark.filterwarnings("default:no font")
def test_letters_that_no_font_has_are_told_once_as_a_warning(tmp_path: Path, cache: str) -> None:
    target = str(tmp_path / "made.png")
    asked = ["plot", "flood_dead", "--ledger", FLOOD, "--cache", cache, "-o", target]
    result = run(*asked, "--title", "\U00016f00\U00016f01")
    assert result.exit_code == 0, result.stderr
    told = one_line(result.stderr)
    assert told.count("no font on this machine has 2 of the letters") == 1
    assert "warning: no font" in told
    assert "UserWarning" not in told


@pytest.mark.parametrize("figure", ["forest", "sources", "conflicts", "revisions", "sensitivity"])
def test_each_figure_is_drawn_from_the_shell(tmp_path: Path, cache: str, figure: str) -> None:
    target = tmp_path / "a.svg"
    args = ["plot", figure, "flood_dead", "2023-06-09", "--ledger", FLOOD, "-o", str(target)]
    if figure == "sensitivity":
        args += ["--as-of", "2023-06-06"]  # two sources: each line needs a fit of its own
    result = run(*args, "--title", "Dead & <gone>", "--cache", cache)
    assert result.exit_code == 0, result.stderr
    assert "Dead &amp; &lt;gone&gt;" in target.read_text("utf-8")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["timeline", "flood_dead", "--locale", "fr", "--size", "120x90"], "Dead in the flood"),
        (["calibration", "flood_dead", "--subtitle", "As it is"], "As it is"),
        (["compare", "flood_dead", "2023-06-07", "2023-06-09", "--locale", "de"], "9. Juni 2023"),
        (["compare", "flood_dead", "2023-06-09", "--against", "random-effects"], "Random effects"),
        (["spread", "flood_dead", "2023-06-09", "--bands", "0.5,0.95"], "50% and 95% credible"),
    ],
)
def test_authors_options_work_from_the_shell(
    tmp_path: Path, cache: str, words: list[str], told: str
) -> None:
    target = tmp_path / "a.svg"
    result = run("plot", *words, "--ledger", FLOOD, "-o", str(target), "--cache", cache)
    assert result.exit_code == 0, result.stderr
    assert told in target.read_text("utf-8")


@pytest.mark.parametrize(
    "words",
    [
        ["timeline", "flood_dead"],
        ["spread", "flood_dead", "2023-06-09"],
        ["forest", "flood_dead", "2023-06-09"],
        ["sources", "flood_dead", "2023-06-09"],
        ["conflicts", "flood_dead", "2023-06-09"],
        ["revisions", "flood_dead", "2023-06-09"],
        ["calibration", "flood_dead"],
        ["facets", "flood_dead", "flood_dead"],
    ],
)
def test_a_figure_tells_its_words_and_numbers_as_json(
    tmp_path: Path, cache: str, words: list[str]
) -> None:
    target = tmp_path / "a.svg"
    result = run("plot", *words, "--ledger", FLOOD, "-o", str(target), "--json", "--cache", cache)
    assert result.exit_code == 0, result.stderr
    told = json.loads(result.stdout)
    assert (told["figure"], told["file"]) == (words[0], str(target))
    assert len(told["alt"]) > 60
    assert told["alt"].replace("&", "&amp;") in target.read_text("utf-8")
    assert bool(told["data"]) is (words[0] != "conflicts")  # nothing contradicts here
    days = [value for row in told["data"] for key, value in row.items() if key == "date"]
    assert all(re.fullmatch(r"2023-06-\d\d", day) for day in days if day)


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["plot", "flood_dead", "--size", "huge"], "WIDTHxHEIGHT in mm, got 'huge'"),
        (["plot", "flood_dead", "--bands", "a,b"], "levels like 0.5,0.8,0.9"),
        (["plot", "flood_dead", "--colour", "mayor:red"], "SOURCE=#RRGGBB"),
        (["plot", "flood_dead", "--locale", "xx"], "expected a locale of"),
        (["plot", "forest", "flood_dead", "2023-06-09", "--against", "hull"], "for compare"),
        (["plot", "stacked", "flood_dead"], "flood_dead has no parts in its registry"),
        (["plot", "sources", "flood_dead", "2023-06-09", "--scale", "log"], "got 'scale'"),
        (["estimate", "flood_ded", "2023-06-09"], "Did you mean 'flood_dead'"),
        (["estimate", "flood_dead", "2023-06-31"], "2023-06-31"),
        (["estimate", "flood_dead", "2023-06-09", "--level", "90"], "0<x<1"),
        (["estimate", "flood_dead", "2023-06-09", "--method", "magic"], "magic"),
        (["estimate", "flood_dead", "2023-06-09", "--exclude", "major"], "'mayor'"),
        (["timeline", "flood_dead", "--freq", "fortnight"], "fortnight"),
        (["plot", "flood_dead", "-o", "a.gif"], ".svg, .png or .pdf"),
        (["plot", "flood_dead", "2023-06-09", "--start", "2023-06-01"], "not both"),
        (["plot", "flood_dead", "2023-06-09", "--title", "x", "--end", "2023-06-09"], "not both"),
        (["plot", "timeline", "flood_dead", "2023-06-09"], "takes no DATE"),
        (["plot", "forrest", "flood_dead", "2023-06-09"], "did you mean 'forest'"),
        (["plot", "forest", "flood_dead", "2023-06-09", "x"], "got 'forest flood_dead"),
        (["plot", "revisions", "flood_dead", "--method", "median"], "state-space alone"),
        (["estimate"], "QUANTITY"),
    ],
)
def test_wrong_questions_end_with_2(args: list[str], message: str) -> None:
    result = run(*args, "--ledger", FLOOD)
    assert result.exit_code == 2, result.output
    assert message in " ".join(result.stderr.split())  # usage errors are wrapped at 80 columns
    assert result.stdout == ""


def test_a_broken_ledger_ends_with_1(tmp_path: Path) -> None:
    (tmp_path / "claims.toml").write_text('[[claim]]\nid = "a"\n')
    result = run("estimate", "casualties", "2024-12-18", "--ledger", str(tmp_path))
    assert result.exit_code == 1
    told = " ".join(result.stderr.split())
    assert "claims.toml:1: source: expected the id of a source, got nothing" in told


def test_the_example_script_runs_as_it_stands(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, str(EXAMPLES / "own_ledger.py")],
        capture_output=True,
        text=True,
        check=True,
        cwd=tmp_path,
        env=os.environ,
    )
    lines = done.stdout.splitlines()
    assert lines[0].startswith("<Ledger: 8 claims")
    assert [line for line in lines if "as known on 12 Jun 2023" in line] == [lines[-1]]


# ---------------------------------------------------------------- parts, small shares, one claim


@pytest.fixture
def parts(tmp_path: Path) -> Path:
    """Dead within affected, hurt and dead together, a claim of a part, a source with one claim."""
    folder = tmp_path / "parts"
    folder.mkdir()
    quantities = [
        'id = "dead"\nwithin = ["hit"]',
        'id = "hurt"',
        'id = "hit"',
        'id = "harmed"\nparts = ["dead", "hurt"]',
    ]
    claims = [
        ("a", "dead", "north", "12", "2024-03-01"),
        ("b", "dead", "south", "13", "2024-03-01"),
        ("c", "hit", "south", "40", "2024-03-01"),
        ("d", "harmed", "north", "50", "2024-03-01"),
        ("e", "dead", "north", "14", "2024-03-02"),
    ]
    text = "".join(f"[[quantity]]\n{entry}\n" for entry in quantities)
    text += "".join(
        f'[[source]]\nid = "{name}"\nreliability = "B"\n' for name in ("north", "south")
    )
    text += "".join(
        f'[[claim]]\nid = "{i}"\nquantity = "{q}"\nsource = "{s}"\nphrase = "{p}"\non = {day}\n'
        for i, q, s, p, day in claims
    )
    text += '[[claim]]\nid = "f"\nquantity = "dead"\nsource = "south"\nphrase = "5"\n'
    text += 'scope = "part"\non = 2024-03-02\n'
    (folder / "claims.toml").write_text("bundled = false\n" + text)
    return folder


def test_what_is_a_part_of_what_is_said(parts: Path) -> None:
    explained = one_line(run("validate", str(parts), "--explain").stdout)
    assert "f: south says 5 of a part of dead" in explained
    assert "dead is a part of hit" in explained
    assert "dead is a part of harmed" in explained
    assert "hurt is a part" not in explained  # nobody speaks of it
    edited = one_line(run("edit", "f", "--ledger", str(parts), "--phrase", "6").stdout)
    assert "of a part of dead" in edited
    assert "dead is a part of hit" in edited
    told = one_line(run("estimate", "dead", "2024-03-02", "--ledger", str(parts)).stdout)
    assert "6 (a part)" in told
    assert "dead is a part of hit" in told


def test_a_share_that_is_small_is_not_nothing(parts: Path) -> None:
    told = run("estimate", "dead", "2024-03-02", "--ledger", str(parts)).stdout
    data = json.loads(
        run("estimate", "dead", "2024-03-02", "--ledger", str(parts), "--json").stdout
    )
    small = [c for c in data["claims"] if 0 < c["weight"] < 0.005]
    assert told.count(" <1%") == len(small)


def test_one_claim_earns_no_grade(parts: Path) -> None:
    shown = run("sources", "--fit", "--ledger", str(parts)).stdout
    rows = [line.split() for line in shown.splitlines() if line.startswith(("north", "south"))]
    assert {row[-1] == "-" for row in rows if row[2] == "1"} == {True}
    assert {row[-1] == "-" for row in rows if row[2] != "1"} == {False}
    for row in json.loads(run("sources", "--fit", "--ledger", str(parts), "--json").stdout):
        assert row["n_claims"] > 1 or row["posterior_grade"] == row["grade"]
