"""Slips of a new user: dates of another form or year, names that are not known, mistyped paths."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from reconcile.cli import main
from reconcile.values.dates_meant import dates_meant


def run(*args: str) -> Result:
    return CliRunner().invoke(main, list(args))


def one_line(text: str) -> str:
    return " ".join(text.split())


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    folder = tmp_path / "mine"
    run("init", str(folder))
    return folder


def add(folder: Path, **more: str) -> Result:
    given = {"quantity": "flood_dead", "source": "mayor", "phrase": "96", "on": "2024-10-31"} | more
    return run("add", str(folder), *(f"--{k.replace('_', '-')}={v}" for k, v in given.items()))


# ---------------------------------------------------------------- dates


@pytest.mark.parametrize(
    ("text", "dates"),
    [
        ("20/08/2024", ["2024-08-20"]),
        ("08/20/2024", ["2024-08-20"]),
        ("8.9.2024", ["2024-09-08", "2024-08-09"]),
        ("08/09/24", ["2024-09-08", "2024-08-09"]),
        ("5/5/2024", ["2024-05-05"]),
        ("2024/8/20", ["2024-08-20"]),
        ("2024-8-9", ["2024-08-09"]),
        ("20240820", ["2024-08-20"]),
        ("20 August 2024", ["2024-08-20"]),
        ("Aug. 20th, 2024", ["2024-08-20"]),
        ("31/02/2024", []),
        ("Tuesday", []),
        ("2024-02-30", []),
        ("20/08/2024-21/08/2024", []),
        ("", []),
    ],
)
def test_an_error_says_which_iso_date_is_meant(mine: Path, text: str, dates: list[str]) -> None:
    assert list(dates_meant(text)) == dates
    for result in (
        add(mine, on=text) if text else run("estimate", "flood_dead", text, "--ledger", str(mine)),
        run("edit", "agency-95", "--ledger", str(mine), "--said", text or "x"),
        run("estimate", "flood_dead", text, "--ledger", str(mine)),
        run("estimate", "flood_dead", "2024-10-31", "--as-of", text, "--ledger", str(mine)),
    ):
        assert result.exit_code == 2
        assert f"is {' or '.join(dates)})" in one_line(result.stderr) if dates else True
        assert dates or " is 2" not in result.stderr


def test_yesterday_is_said_as_a_day(mine: Path) -> None:
    assert "(yesterday is 20" in one_line(add(mine, on="yesterday").stderr)


@pytest.mark.parametrize("day", ["2134-10-29", "2042-10-29", "2204-10-29"])
def test_a_slipped_year_is_said(mine: Path, day: str) -> None:
    result = add(mine, on=day)
    assert result.exit_code == 0
    told = one_line(result.stderr)
    assert f"speaks of {day}, far from all others" in told
    assert "after today" in told
    changed = run("edit", "mayor-96", "--ledger", str(mine), "--on", "2024-10-31")
    assert changed.exit_code == 0
    assert "far from" not in changed.stderr
    again = one_line(run("edit", "mayor-96", "--ledger", str(mine), "--on", day, "--json").stderr)
    assert f"speaks of {day}, far from all others" in again


@pytest.mark.parametrize("day", ["2134-10-29", "2031-10-29"])
def test_a_slipped_year_is_said_at_every_later_look(mine: Path, day: str) -> None:
    add(mine, on=day)
    for command in ("validate", "audit"):
        result = run(command, str(mine))
        told = one_line(result.stderr + result.stdout)
        assert f"speaks of {day}" in told, command
        assert "after today" in told, command
        assert ("far from all others" in told) == (day != "2031-10-29"), command
    run("edit", "mayor-96", "--ledger", str(mine), "--on", "2024-10-31")
    for command in ("validate", "audit"):
        result = run(command, str(mine))
        assert "after today" not in result.stderr + result.stdout
        assert "far from" not in result.stderr + result.stdout


def test_a_day_that_is_usual_is_not_remarked_on(mine: Path) -> None:
    assert add(mine, on="2024-11-05").stderr == ""
    assert "was said 2134-01-01, which is after today" in one_line(
        add(mine, said="2134-01-01").stderr
    )


def test_a_second_name_of_a_source_is_asked_about_when_it_is_added(mine: Path) -> None:
    assert add(mine, source="who", new_source="World Health Organization").stderr == ""
    told = add(mine, source="world_health", new_source="The World Health Organisation").stderr
    assert "look like one body" in one_line(told)


# ---------------------------------------------------------------- names

UNKNOWN = [
    ("estimate", "deathes", "2024-10-31"),
    ("timeline", "deathes"),
    ("combine", "deathes + 1", "2024-10-31"),
    ("explain", "deathes", "2024-10-31"),
    ("conflicts", "deathes", "2024-10-31"),
    ("revisions", "deathes", "2024-10-31"),
    ("sensitivity", "deathes", "2024-10-31"),
    ("plot", "deathes", "-o", "x.svg"),
    ("claims", "--quantity", "deathes"),
    ("claims", "--source", "nobody"),
    ("claims", "--exclude", "nobody"),
    ("falls", "--quantity", "deathes"),
    ("edit", "nope", "--phrase", "5"),
    ("edit", "agency-95", "--source", "nobody"),
    ("edit", "agency-95", "--origin", "nope"),
    ("edit", "agency-95", "--report", "nope"),
    ("edit", "agency-95", "--superseded-by", "nope"),
]


@pytest.mark.parametrize("words", UNKNOWN, ids=lambda words: "-".join(words[:3]))
def test_an_unknown_name_ends_with_2_everywhere(mine: Path, words: tuple[str, ...]) -> None:
    result = run(words[0], *words[1:], "--ledger", str(mine))
    assert result.exit_code == 2, result.output
    assert "known" in result.stderr


@pytest.mark.parametrize("field", ["quantity", "source", "origin", "report"])
def test_add_says_what_to_do_with_a_name_that_is_new(mine: Path, field: str) -> None:
    before = (mine / "claims.toml").exists()
    result = add(mine, **{field: "UNICEF"})
    told = one_line(result.stderr)
    assert result.exit_code == 2
    assert f"--{field}: expected a known" in told
    assert "toml:" not in told  # no line of a file that was not written
    assert "nothing was written" in told
    assert (mine / "claims.toml").exists() == before
    if field == "source":
        assert '--new-source "' in told


def test_what_is_wrong_in_the_file_itself_ends_with_1(mine: Path) -> None:
    (mine / "more.toml").write_text('[[claim]]\nid = "a"\nquantity = "nope"\nsource = "mayor"\n')
    result = add(mine)
    assert result.exit_code == 1
    assert "more.toml:3" in result.stderr


def test_a_quantity_is_known_by_its_synonyms_too(mine: Path) -> None:
    told = run("estimate", "deathes", "2024-10-31", "--ledger", str(mine)).stderr
    assert "Did you mean 'flood_dead'?" in one_line(told)
    assert told.index("flood_dead") < told.index("brigade") if "brigade" in told else True


# ---------------------------------------------------------------- paths


@pytest.mark.parametrize(
    "words",
    [
        ("validate", "csae"),
        ("validate", "--ledger", "csae"),
        ("estimate", "flood_dead", "2024-10-31", "--ledger", "csae"),
        ("add", "csae"),
        ("edit", "x", "--ledger", "csae"),
        ("csae",),
        ("init", "new", "--from", "csae"),
        ("diff", "csae", "case"),
    ],
)
def test_a_mistyped_folder_is_recognised(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    monkeypatch.chdir(tmp_path)
    run("init", "case")
    result = run(*words)
    assert result.exit_code == 2
    assert "'case'" in result.stderr


def test_a_folder_in_place_of_a_command_is_recognised(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    run("init", "case")
    told = one_line(run("case").stderr)
    assert "reconcile validate case" in told


# ---------------------------------------------------------------- errors as JSON


@pytest.mark.parametrize(
    ("words", "code", "kind"),
    [
        (("estimate", "deathes", "2024-10-31", "--json"), 2, "UnknownQuantityError"),
        (("estimate", "flood_dead", "20/08/2024", "--json"), 2, "DateError"),
        (("estimate", "flood_dead", "2024-10-31", "--levle", "1", "--json"), 2, "NoSuchOption"),
        (("estimate", "--json"), 2, "MissingParameter"),
        (("claims", "--source", "nobody", "--json"), 2, "UnknownSourceError"),
        (("edit", "nope", "--phrase", "5", "--json"), 2, "UnknownNameError"),
        (("edit", "agency-95", "--source", "nobody", "--json"), 2, "OptionError"),
        (("claims", "--csv", "--json"), 2, "UsageError"),
    ],
)
def test_with_json_an_error_is_json_too(
    mine: Path, words: tuple[str, ...], code: int, kind: str
) -> None:
    result = run(words[0], "--ledger", str(mine), *words[1:])
    assert result.exit_code == code
    error = json.loads(result.stdout)["error"]
    assert (error["code"], error["kind"]) == (code, kind)
    assert one_line(error["message"])[:30] in one_line(result.stderr)


def test_problems_of_a_ledger_are_listed_in_json(mine: Path) -> None:
    (mine / "more.toml").write_text('[[claim]]\nid = "a"\nquantity = "nope"\nsource = "mayor"\n')
    result = run("estimate", "flood_dead", "--ledger", str(mine), "--json")
    assert result.exit_code == 1
    problems = json.loads(result.stdout)["error"]["problems"]
    assert {"file", "line", "field", "came", "expected"} == set(problems[0])
    assert json.loads(run("validate", str(mine), "--json").stdout)["problems"] == problems


def test_doctor_says_where_the_cache_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("RECONCILE_CACHE", raising=False)
    assert "RECONCILE_CACHE" in run("doctor").output
    monkeypatch.setenv("RECONCILE_CACHE", str(tmp_path / "kept"))
    assert "kept" in one_line(run("doctor").output)
    assert json.loads(run("doctor", "--json").stdout)
