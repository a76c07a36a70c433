"""The first ten minutes: init, add on a terminal, edit, doctor, completion, what comes next."""

from __future__ import annotations

import json
import os
import pty
import select
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from reconcile.cli import main
from reconcile.cli.command_group import COMMANDS
from reconcile.ledger import read_ledger
from reconcile.ledger.io.starter import example_names

PROGRAM = [sys.executable, "-c", "from reconcile.cli import main; main()"]


def run(*args: str) -> Result:
    return CliRunner().invoke(main, list(args))


def terminal(*args: str, typed: tuple[str, ...] = (), **env: str) -> str:
    """What a person sees who runs the program on a terminal and types these lines."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [*PROGRAM, *args],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env=os.environ | {"COLUMNS": "80", "TERM": "xterm"} | env,
        close_fds=True,
    )
    os.close(theirs)
    shown, lines, until = b"", list(typed), time.monotonic() + 60
    while time.monotonic() < until:
        ready = select.select([ours], [], [], 0.2)[0]
        try:
            piece = os.read(ours, 65536) if ready else b""
        except OSError:  # the program has ended
            break
        shown += piece
        if lines and shown.endswith(b": ") and not piece:
            os.write(ours, lines.pop(0).encode() + b"\n")
            shown += b"\n"
        if not ready and process.poll() is not None:
            break
    process.wait(10)
    os.close(ours)
    return shown.decode().replace("\r\n", "\n")


@pytest.fixture
def flood(tmp_path: Path) -> Path:
    assert run("init", str(tmp_path / "flood")).exit_code == 0
    return tmp_path / "flood"


# ---------------------------------------------------------------- init


@pytest.mark.parametrize("name", example_names())
def test_an_example_is_a_complete_ledger_that_validates(tmp_path: Path, name: str) -> None:
    folder = tmp_path / name
    made = run("init", str(folder), "--example", name)
    assert made.exit_code == 0
    assert all(Path(line).is_file() for line in made.stdout.splitlines())
    checked = json.loads(run("validate", str(folder), "--json").stdout)
    assert (checked["valid"], checked["warnings"]) == (True, [])
    ledger = read_ledger(folder)
    spoken = {claim.source for claim in ledger}
    assert all(ledger.sources[source].note for source in spoken)
    assert len(spoken) == 4
    assert all(claim.report in ledger.reports for claim in ledger)


def test_an_unknown_example_names_the_near_ones(tmp_path: Path) -> None:
    result = run("init", str(tmp_path / "x"), "--example", "floods")
    assert result.exit_code == 2
    assert "'flood'" in result.stderr
    assert not (tmp_path / "x").exists()


def test_a_folder_in_place_of_a_quantity_is_told_where_it_goes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "case").mkdir()
    result = run("estimate", "case", "2024-12-18")
    assert result.exit_code == 2
    assert "case is there as a file or folder: pass --ledger case" in result.stderr
    assert "pass --ledger" not in run("estimate", "casulties", "2024-12-18").stderr


# ---------------------------------------------------------------- add on a terminal


def test_add_asks_for_what_is_missing_and_again_where_it_is_wrong(flood: Path) -> None:
    typed = (
        *("flood_ded", "flood_dead"),  # a slip, then the quantity
        *("red cross", "y", "The Red Cross"),  # a new source
        *("nothing", "at least 101"),  # no number, then one
        *("tomorrow", "2024-11-02"),
        "2024-11-03",
    )
    shown = terminal("add", str(flood), typed=typed)
    assert "Did you mean flood_dead" in shown
    assert "casualties" not in shown  # only names of this ledger are offered
    assert "reads >= 101 (at_least)" in shown
    assert "next: reconcile estimate flood_dead 2024-11-02 --ledger" in shown
    ledger = read_ledger(flood)
    claim = next(c for c in ledger if c.source == "red cross")
    assert (claim.phrase.text, str(claim.period.last), str(claim.said)) == (
        *("at least 101", "2024-11-02"),
        "2024-11-03",
    )
    assert (ledger.sources["red cross"].label, ledger.sources["red cross"].reliability) == (
        *("The Red Cross",),
        "F",
    )


def test_add_asks_nothing_where_all_is_given(flood: Path) -> None:
    given = ("--quantity", "flood_dead", "--source", "mayor", "--phrase", "97")
    shown = terminal("add", str(flood), *given, "--on", "2024-11-01")
    assert shown.startswith("mayor-97: '97' reads 97 (exact) of flood_dead, 2024-11-01")


def test_add_takes_a_window_on_a_terminal(flood: Path) -> None:
    typed = ("about 12", "2024-11-01..2024-11-03", "")
    terminal("add", str(flood), "--quantity", "flood_dead", "--source", "mayor", typed=typed)
    claim = read_ledger(flood)["mayor-about-12"]
    assert (claim.period.kind, str(claim.period.first)) == ("during", "2024-11-01")


def test_off_a_terminal_what_is_missing_is_named_and_nothing_asked(flood: Path) -> None:
    result = run("add", str(flood), "--quantity", "flood_dead")
    assert result.exit_code == 2
    assert "--source, --phrase" in result.stderr


# ---------------------------------------------------------------- edit


def test_edit_changes_a_claim_and_shows_how_it_reads(flood: Path) -> None:
    result = run("edit", "agency-95", "--ledger", str(flood), "--phrase", "at least 97")
    assert result.exit_code == 0
    assert "at least 97" in result.stdout
    assert read_ledger(flood)["agency-95"].lower == 97


def test_a_correction_keeps_the_old_claim(flood: Path) -> None:
    given = ("--supersede", "--phrase", "102", "--said", "2024-11-03", "--json")
    result = run("edit", "agency-95", "--ledger", str(flood), *given)
    assert json.loads(result.stdout)["id"] == "agency-95-2"
    ledger = read_ledger(flood)
    assert ledger["agency-95"].superseded_by == "agency-95-2"
    assert ledger.as_of("2024-11-01")["agency-95"].status == "active"


@pytest.mark.parametrize(
    ("given", "code", "said"),
    [
        ((), 2, "expected a field to change"),
        (("--phrase", "1", "--supersede"), 2, "--said"),
        (("--phrase", "1", "--new-id", "x"), 2, "--supersede"),
        (("--unset", "phrase"), 2, "--unset"),
        (("--unset", "colour"), 2, "colour"),
        (("--phrase", "some"), 2, "none in 'some'"),
        (("--source", "red_cross"), 2, '[[source]] with id = "red_cross" in'),
        (("--credibility", "7"), 2, "7"),
        (("--on", "2024-10-32"), 2, "2024-10-32"),
    ],
)
def test_edit_refuses_with_what_was_expected(
    flood: Path, given: tuple[str, ...], code: int, said: str
) -> None:
    before = {file: file.read_bytes() for file in flood.iterdir()}
    result = run("edit", "agency-95", "--ledger", str(flood), *given)
    assert result.exit_code == code, result.output
    assert said in " ".join(result.output.split())
    assert {file: file.read_bytes() for file in flood.iterdir()} == before


# ---------------------------------------------------------------- doctor and completion


def test_doctor_finds_versions_data_and_a_working_answer() -> None:
    result = run("doctor", "--json")
    found = json.loads(result.stdout)
    assert result.exit_code == 0
    assert found["healthy"] is True
    told = {finding["what"]: finding["found"] for finding in found["findings"]}
    assert told["Python"].startswith(f"{sys.version_info[0]}.{sys.version_info[1]}")
    assert Path(told["data"]).is_dir()
    assert "2 claims" in told["estimate"]
    shown = run("doctor").stdout
    assert "all is well" in shown


def test_doctor_says_what_is_amiss(monkeypatch: pytest.MonkeyPatch) -> None:
    from reconcile import _bundle

    monkeypatch.setattr(_bundle, "_PACKAGE", Path("/nowhere/reconcile"))
    result = run("doctor")
    assert result.exit_code == 1
    assert "<- problem" in result.stdout
    assert "Install reconcile again" in " ".join(result.stdout.split())


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_prints_a_script_that_calls_the_program(shell: str) -> None:
    assert f"_RECONCILE_COMPLETE={shell}_complete" in run("completion", shell).stdout


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        ("reconcile se", "plain,sensitivity"),
        ("reconcile estimate --as", "plain,--as-of"),
        ("reconcile edit x --su", "plain,--supersede"),
    ],
)
def test_a_shell_gets_commands_and_options(words: str, wanted: str) -> None:
    env = {"COMP_WORDS": words, "COMP_CWORD": str(len(words.split()) - 1)}
    env["_RECONCILE_COMPLETE"] = "bash_complete"
    ran = subprocess.run(PROGRAM, env=os.environ | env, capture_output=True, text=True, check=False)
    assert wanted in ran.stdout.splitlines()


# ---------------------------------------------------------------- what comes next, colours


def test_the_next_command_is_suggested_on_a_terminal_alone(flood: Path) -> None:
    asked = ("validate", str(flood))
    assert f"next: reconcile estimate flood_dead --ledger {flood}" in terminal(*asked)
    assert "next:" not in run(*asked).output
    assert "next:" not in terminal(*asked, "--json")


def test_the_suggestion_keeps_what_was_asked_under(tmp_path: Path) -> None:
    table = tmp_path / "my claims.csv"
    table.write_text("when,who,dead\n2024-05-03,mayor,30\n2024-05-04,agency,34\n")
    given = ("--ledger", str(table), "--columns", "on=when,source=who", "--as-of", "2024-05-06")
    shown = terminal("explain", "dead", "2024-05-04", *given)
    line = shown[shown.index("next:") :]
    assert f"sensitivity dead 2024-05-04 --next --ledger '{table}'" in line
    assert "--columns on=when,source=who --as-of 2024-05-06" in line


def test_no_color_takes_all_colour_away(flood: Path) -> None:
    asked = ("claims", "--ledger", str(flood))
    assert "\x1b[" in terminal(*asked, NO_COLOR="")
    assert "\x1b[" not in terminal(*asked, NO_COLOR="1")
    assert "\x1b[" not in terminal("validate", str(flood), NO_COLOR="1")


# ---------------------------------------------------------------- JSON everywhere

# A call of each command that answers quickly; {flood} is the starter ledger, {tmp} a folder.
CALLS = {
    "estimate": "estimate flood_affected 2024-10-30 --ledger {flood}",
    "timeline": "timeline flood_affected 2024-10-29 2024-10-30 --ledger {flood}",
    "combine": "combine flood_affected+flood_dead 2024-10-30 --ledger {flood}",
    "plot": "plot flood_affected 2024-10-30 --ledger {flood} -o {tmp}/a.svg",
    "explain": "explain flood_affected 2024-10-30 --ledger {flood}",
    "conflicts": "conflicts flood_dead --ledger {flood}",
    "revisions": "revisions flood_affected 2024-10-30 --ledger {flood}",
    "sensitivity": "sensitivity dead 2024-05-02 --next --source who --ledger {tmp}/series.csv",
    "diff": "diff {flood} {flood}",
    "report": "report flood_affected --ledger {flood} --out {tmp}/page --quick",
    "batch": "batch {tmp}/series.csv --by series --out {tmp}/answers --workers 1",
    "claims": "claims --ledger {flood}",
    "sources": "sources --ledger {flood}",
    "origins": "origins --ledger {flood}",
    "falls": "falls --ledger {flood}",
    "parse": "parse several dozen",
    "extract": "extract {tmp}/text.txt --published 2024-10-30 --new {tmp}/draft",
    "audit": "audit --ledger {flood}",
    "columns": "columns",
    "validate": "validate {flood}",
    "init": "init {tmp}/new",
    "add": "add {flood} --quantity flood_dead --source mayor --phrase 97 --on 2024-11-01",
    "edit": "edit agency-95 --ledger {flood} --note seen",
    "doctor": "doctor",
    "completion": "completion fish",
}


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_prints_json_and_nothing_else(
    command: str, flood: Path, tmp_path: Path
) -> None:
    rows = "series,quantity,source,value,on\nx,dead,mayor,30,2024-05-02\nx,dead,who,31,2024-05-02\n"
    (tmp_path / "series.csv").write_text(rows)
    (tmp_path / "text.txt").write_text("The mayor said on Monday that 30 people were killed.")
    words = CALLS[command].format(flood=flood, tmp=tmp_path).split()
    result = run(*words, "--json")
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout) is not None
    assert "NaN" not in result.stdout


def test_many_contradictions_name_the_claim_that_they_share(tmp_path: Path) -> None:
    assert run("init", str(tmp_path / "flood"), "--example", "flood").exit_code == 0
    shown = run("estimate", "flood_dead", "2024-05-18", "--ledger", str(tmp_path / "flood")).stdout
    told = " ".join(shown.split())
    assert "The claim post-hundreds is in 6 of the 12 contradictions" in told
    assert shown.count("Contradiction:") == 2
    assert "10 more contradictions" in told
