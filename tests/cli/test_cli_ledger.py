"""Commands about ledgers, and the frame that all commands share."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from reconcile.cli import main
from reconcile.cli.command_group import COMMANDS
from reconcile.cli.terminal import table
from reconcile.ledger import read_ledger

BROKEN = """\
[[claim]]
id = "a"
quantity = "casualties"
source = "kirbi"
phrase = "about 200"
on = "2024-13-17"
"""


def run(*args: str) -> Result:
    return CliRunner().invoke(main, list(args))


def shell(*args: str, **env: str) -> subprocess.CompletedProcess[str]:
    """The program in a process of its own."""
    program = [sys.executable, "-c", "from reconcile.cli import main; main()", *args]
    return subprocess.run(
        program, capture_output=True, text=True, env=os.environ | env, check=False
    )


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    (tmp_path / "claims.toml").write_text(BROKEN)
    return tmp_path


def test_help_shows_examples_first_and_a_line_for_every_command() -> None:
    shown = run("--help").stdout
    assert shown.index("Examples:") < shown.index("Without --ledger")
    for name, (_, line) in COMMANDS.items():
        assert name in shown
        assert line in shown
    assert max(map(len, shown.splitlines())) <= 80


@pytest.mark.parametrize("command", list(COMMANDS))
def test_every_command_exists_and_begins_its_help_with_examples(command: str) -> None:
    result = run(command, "--help")
    assert result.exit_code == 0, result.output
    lines = [line.strip() for line in result.stdout.splitlines()]
    assert lines[2] == "Examples:"
    assert lines[3].startswith(f"reconcile {command}")
    assert max(map(len, result.stdout.splitlines())) <= 80


@pytest.mark.parametrize("command", list(COMMANDS))
def test_help_has_every_option_once_and_the_shared_ones_in_sections_after_the_rest(
    command: str,
) -> None:
    shown = run(command, "--help").stdout
    found = main.get_command(click.Context(main), command)
    assert found is not None
    heads = [line.split()[:2] for line in shown.splitlines() if line.startswith("  -")]
    listed = [word.rstrip(",") for head in heads for word in head if word.startswith("-")]
    options = [p for p in found.params if isinstance(p, click.Option)]
    assert sorted(listed) == sorted([*(o for p in options for o in p.opts), "-h", "--help"])
    sections = ("Options:", "Claims:", "A table as ledger:", "Figure:", "Computation:", "Output:")
    titles = [line for line in shown.splitlines() if line in sections]
    assert titles == [title for title in sections if title in titles]
    assert titles[-1] == "Output:"


@pytest.mark.parametrize(
    ("args", "code", "message"),
    [
        (["clams"], 2, "Did you mean 'claims'"),
        (["claims", "--quantty", "x"], 2, "--quantity"),
        (["claims", "--quantity", "casulties"], 2, "Did you mean 'casualties'"),
        (["claims", "--source", "kirbi"], 2, "Did you mean 'kirby'"),
        (["claims", "--exclude", "abc-gur-3"], 2, "'abc-gur-30'"),
        (["claims", "--as-of", "2024-13-01"], 2, "ISO 8601"),
        (["claims", "--ledger", "nowhere"], 2, "does not exist"),
        (["claims", "--convention", "acleed"], 2, "'acled'"),
        (["validate", "nowhere"], 2, "does not exist"),
        ([], 2, "Usage:"),
    ],
)
def test_wrong_usage_ends_with_2_and_a_message_on_stderr(
    args: list[str], code: int, message: str
) -> None:
    result = run(*args)
    assert result.exit_code == code
    assert message in result.stderr
    assert result.stdout == ""


@pytest.mark.parametrize(
    "args", [["validate"], ["claims", "--ledger"], ["sources", "--ledger"]], ids=" ".join
)
def test_invalid_data_end_with_1_and_every_problem_on_stderr(args: list[str], broken: Path) -> None:
    result = run(*args, str(broken))
    assert result.exit_code == 1
    assert result.stdout == ""
    file = str(broken / "claims.toml")
    told = " ".join(result.stderr.split())
    assert f"{file}:4: source: expected a known source (did you mean 'kirby'?)" in told
    assert f"{file}:6: on: expected a date" in told


def test_validate_gives_problems_as_json(broken: Path) -> None:
    result = run("validate", str(broken), "--json")
    found = json.loads(result.stdout)
    assert result.exit_code == 1
    assert not found["valid"]
    assert [(p["line"], p["field"]) for p in found["problems"]] == [(4, "source"), (6, "on")]


def test_validate_says_what_is_there() -> None:
    result = run("validate")
    assert result.exit_code == 0
    assert result.stdout.startswith("valid: 37 claims on 15 quantities")
    found = json.loads(run("validate", "--json").stdout)
    assert found["valid"]
    assert found["hash"] == read_ledger().hash


def test_claims_as_a_table_name_every_claim_in_full() -> None:
    result = run("claims")
    assert result.exit_code == 0
    assert all(claim.id in result.stdout for claim in read_ledger())
    assert max(map(len, result.stdout.splitlines())) <= 80
    assert "37 claims" in result.stderr


def test_claims_are_chosen_by_quantity_source_day_and_exclusion() -> None:
    chosen = ["--quantity", "casualties", "--as-of", "2024-12-18", "--exclude", "kirby", "--json"]
    found = json.loads(run("claims", *chosen).stdout)
    ledger = read_ledger().as_of("2024-12-18").select(quantity="casualties", exclude="kirby")
    assert [claim["id"] for claim in found] == [claim.id for claim in ledger]
    first = found[0]
    assert (first["phrase"], first["lower"], first["upper"]) == ("at least 30", 30.0, None)
    assert (first["scope"], first["status"], first["said"]) == (
        "part",
        "active",
        "2024-12-16/2024-12-18",
    )


def test_claims_under_another_convention() -> None:
    args = ["claims", "--quantity", "casualties", "--json", "--convention"]
    found = {name: json.loads(run(*args, name).stdout) for name in ("default", "acled")}
    lower = {
        name: next(c["lower"] for c in claims if c["id"] == "ki-hundreds")
        for name, claims in found.items()
    }
    assert lower == {"default": 200.0, "acled": 100.0}


def test_sources_with_grades_and_counts() -> None:
    found = {source["id"]: source for source in json.loads(run("sources", "--json").stdout)}
    assert found["nurse"]["claims"] == 4
    assert (found["nurse"]["reliability"], found["kirby"]["parent"]) == ("F", "united_states")
    assert "ukraine" not in found
    everyone = json.loads(run("sources", "--all", "--json").stdout)
    assert {source["id"] for source in everyone} == set(read_ledger().sources)
    assert "gur" in run("sources").stdout


def test_init_makes_a_ledger_that_validates_and_overwrites_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    assert run("init", str(folder)).exit_code == 0
    assert run("validate", str(folder)).exit_code == 0
    ledger = read_ledger(folder)
    assert not ledger.warnings
    assert ledger.duplicates == {}
    before = {file: file.read_text() for file in folder.iterdir()}
    again = run("init", str(folder))
    assert again.exit_code == 2
    assert "new or empty folder" in again.stderr
    assert {file: file.read_text() for file in folder.iterdir()} == before


def test_add_appends_a_checked_claim(tmp_path: Path) -> None:
    folder = tmp_path / "mine"
    run("init", str(folder))
    args = ["add", str(folder), "--quantity", "flood_dead", "--source", "mayor"]
    result = run(*args, "--phrase", "several dozen", "--on", "2024-10-31", "--scope", "part")
    assert result.exit_code == 0, result.stderr
    assert "reads 36–99 (vague)" in result.stdout
    claim = read_ledger(folder)["mayor-several-dozen"]
    assert (claim.scope, claim.additional, str(claim.period)) == ("part", False, "2024-10-31")
    run(*args, "--phrase", "several dozen", "--on", "2024-11-01")
    assert "mayor-several-dozen-2" in read_ledger(folder)


@pytest.mark.parametrize(
    ("more", "message"),
    [
        (["--phrase", "a great many", "--on", "2024-10-31"], "a phrase with a number"),
        (["--phrase", "30", "--on", "2024-10-32"], "a date"),
        (["--phrase", "30"], "a day (on) or a window"),
        (["--phrase", "30", "--on", "2024-10-31", "--origin", "agency-59"], "'agency-95'"),
    ],
)
def test_add_changes_nothing_where_the_claim_is_wrong(
    tmp_path: Path, more: list[str], message: str
) -> None:
    folder = tmp_path / "mine"
    run("init", str(folder))
    before = {file.name: file.read_text() for file in folder.iterdir()}
    result = run("add", str(folder), "--quantity", "flood_dead", "--source", "mayor", *more)
    assert result.exit_code == 2
    assert message in result.stderr
    assert {file.name: file.read_text() for file in folder.iterdir()} == before


def test_a_closed_pipe_ends_quietly() -> None:
    line = f"{sys.executable} -c 'from reconcile.cli import main; main()' claims --json | head -1"
    done = subprocess.run(
        ["bash", "-c", f"{line}; echo ${{PIPESTATUS[0]}} >&2"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "[\n"
    assert done.stderr.strip() in ("0", "141")  # 0 where the whole output fitted into the pipe


def test_no_colour_off_a_terminal() -> None:
    assert "\x1b" not in shell("claims", FORCE_COLOR="").stdout


def test_a_table_cuts_text_but_neither_names_nor_numbers() -> None:
    text = table(
        ["id", "words", "count"],
        [["a-long-name-that-is-kept", "w" * 50, 1234567], ["b", "", 12]],
        width=50,
    )
    lines = text.splitlines()
    assert max(map(len, lines)) == 50
    assert "a-long-name-that-is-kept" in text
    assert "1,234,567" in text
    assert "w…" in text
    assert lines[3].endswith("       12")


def test_a_table_of_nothing_has_its_head() -> None:
    assert table(["id", "count"], []).splitlines() == ["id  count", "--  -----"]
