"""The command line in the world: full disks, closed streams, odd encodings, interrupts, paths."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from reconcile.cli import main
from reconcile.cli.streams import visible

CODE = "from reconcile.cli import main; main()"


def run(*args: str) -> Result:
    return CliRunner().invoke(main, list(args))


def shell(line: str, **env: str) -> subprocess.CompletedProcess[bytes]:
    """`line` in a shell, where RECONCILE is the program."""
    program = f"{sys.executable} -c '{CODE}'"
    return subprocess.run(
        ["bash", "-c", line.replace("RECONCILE", program)],
        capture_output=True,
        env=os.environ | env,
        check=False,
    )


@pytest.fixture
def flood(tmp_path: Path) -> Path:
    assert run("init", str(tmp_path / "flood")).exit_code == 0
    return tmp_path / "flood"


ADD = ("--quantity", "flood_dead", "--source", "mayor", "--on", "2024-10-31")


# ---------------------------------------------------------------- streams


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_behind_stdout_is_said_without_a_traceback() -> None:
    for command in ("sources", "parse 12", "claims --json"):
        ran = shell(f"RECONCILE {command} > /dev/full")
        assert (ran.returncode, ran.stdout) == (1, b"")
        assert b"No space left on device" in ran.stderr
        assert b"Traceback" not in ran.stderr
        assert b"Exception ignored" not in ran.stderr


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("RECONCILE parse 12 >&-", 1),
        ("RECONCILE parse 12 2>&-", 0),
        ("RECONCILE parse 12 <&-", 0),
        ("RECONCILE extract - <&- ", 0),
        ("RECONCILE parse nothing 2>&-", 1),
        ("RECONCILE parse 12 <&- >&- 2>&-", 1),
        ("RECONCILE sources | head -n 1 > /dev/null; exit ${PIPESTATUS[0]}", None),
    ],
)
def test_closed_streams_end_the_program_with_a_code(line: str, code: int | None) -> None:
    ran = shell(line)
    assert ran.returncode in ((0, 141) if code is None else (code,)), ran.stderr
    assert b"Traceback" not in ran.stderr
    assert b"Error" not in ran.stderr


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252", "utf-8"])
def test_output_fits_the_encoding_of_the_terminal(encoding: str) -> None:
    ran = shell("RECONCILE parse '200–300 — перевезли'", PYTHONIOENCODING=encoding)
    assert ran.returncode == 0, ran.stderr
    shown = ran.stdout.decode("utf-8" if encoding == "ascii" else encoding)  # click's own choice
    assert "200–300" in shown if encoding != "latin-1" else "200-300" in shown
    assert b"Traceback" not in ran.stderr


@pytest.mark.parametrize("text", [b"about 200 caf\xe9", b"\xff\xfe 30", b"30 \xed\xa0\x80"])
def test_stray_bytes_in_an_argument_end_in_an_answer_or_a_message(text: bytes) -> None:
    ran = subprocess.run(
        [sys.executable, "-c", CODE, "parse", text], capture_output=True, check=False
    )
    assert ran.returncode in (0, 1)
    assert b"Traceback" not in ran.stderr


def test_a_stray_byte_is_not_written_into_a_ledger(flood: Path) -> None:
    before = {file: file.read_bytes() for file in flood.iterdir()}
    words = [b"add", os.fsencode(flood), *map(str.encode, ADD), b"--phrase", b"about 30 \xe9"]
    ran = subprocess.run([sys.executable, "-c", CODE, *words], capture_output=True, check=False)
    assert ran.returncode in (1, 2)
    assert b"Traceback" not in ran.stderr
    assert {file: file.read_bytes() for file in flood.iterdir()} == before


def test_stdin_in_another_encoding_is_read() -> None:
    ran = shell("printf 'Caf\\xe9: 30 people were killed on Tuesday' | RECONCILE extract -")
    assert ran.returncode == 0, ran.stderr
    assert b"30" in ran.stdout


# ---------------------------------------------------------------- interrupts


@pytest.mark.parametrize("after", [0.6, 1.2])
def test_an_interrupt_ends_with_130_and_no_traceback(after: float) -> None:
    code = (
        "import time, reconcile.cli.text_commands as t\n"
        "from reconcile.cli import main\n"
        "print('ready', flush=True)\n"
        "t.parse_phrase = lambda *a, **k: time.sleep(60)\n"
        "main()"
    )
    program = [sys.executable, "-c", code, "parse", "12"]
    running = subprocess.Popen(program, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert running.stdout is not None
    running.stdout.readline()
    time.sleep(after)
    running.send_signal(signal.SIGINT)
    _, said = running.communicate(timeout=60)
    assert running.returncode == 130
    assert said.strip().splitlines()[-1] == b"interrupted"
    assert b"Traceback" not in said


# ---------------------------------------------------------------- hostile text


ESCAPES = ("\x1b[2J", "\x1b]0;owned\x07", "\x9b31m", "\u202e", "\x08\x08", "\r")


@pytest.mark.parametrize("escape", ESCAPES)
def test_no_escape_of_others_reaches_the_terminal(flood: Path, escape: str, tmp_path: Path) -> None:
    ledger = flood / "2024-10-30-the-daily.toml"
    written = (
        "\\u"
        + f"{ord(escape[0]):04x}"
        + escape[1:].encode("unicode_escape").decode().replace("\\x", "\\u00")
    )
    ledger.write_text(ledger.read_text().replace('"about 40"', f'"about 40 {written}"', 1))
    article = tmp_path / "article.txt"
    article.write_text(f"At least 30 {escape} soldiers were killed on 3 May 2024, officials said.")
    for command in (
        ("claims", "--ledger", str(flood)),
        ("extract", str(article)),
        ("parse", f"about 40 {escape}"),
        ("estimate", f"flood{escape}dead", "--ledger", str(flood)),
    ):
        shown = run(*command)
        assert not any(mark in shown.output for mark in "\x1b\x07\x9b\u202e\x08\r"), command
        assert shown.exit_code in (0, 1, 2)


def test_text_without_controls_stays_as_it_is() -> None:
    for text in ("перевезли 200–300", "דיווח 30", "line\nline\tcell", "👩‍👩‍👧 3"):
        assert visible(text) == text


# ---------------------------------------------------------------- places


def test_places_that_are_something_else_are_said_plainly(flood: Path, tmp_path: Path) -> None:
    (tmp_path / "x.toml").mkdir()
    (tmp_path / "broken.toml").symlink_to(tmp_path / "nowhere.toml")
    (tmp_path / "loop.toml").symlink_to(tmp_path / "loop.toml")
    (tmp_path / "a.txt").write_text("30 people were killed on 3 May 2024.")
    article = str(tmp_path / "a.txt")
    for command in (
        ("validate", str(tmp_path / "x.toml")),
        ("validate", str(tmp_path / "broken.toml")),
        ("validate", str(tmp_path / "loop.toml")),
        ("validate", ""),
        ("validate", "a\0b"),
        ("claims", "--ledger", ""),
        ("init", str(tmp_path / "a.txt")),
        ("init", "/proc/flood"),
        ("add", str(tmp_path / "x.toml"), *ADD, "--phrase", "30"),
        ("add", str(tmp_path / "a.txt"), *ADD, "--phrase", "30"),
        ("add", str(flood), *ADD, "--phrase", "30", "--file", "../x.toml"),
        ("add", str(flood), *ADD, "--phrase", "30", "--file", "claims.txt"),
        ("add", str(flood), *ADD, "--phrase", "no number"),
        ("extract", article, "-o", str(tmp_path / "x.toml")),
        ("extract", article, "-o", str(tmp_path / "a.txt" / "b.toml")),
        ("extract", article, "-o", "/proc/b.toml"),
        ("extract", str(tmp_path), "-o", "b.toml"),
        ("origins", "--write", str(tmp_path / "x.toml")),
        ("origins", "--write", "/proc/b.toml"),
    ):
        ran = run(*command)
        assert ran.exit_code in (1, 2), (command, ran.output)
        assert isinstance(ran.exception, SystemExit), (command, ran.exception)
        assert "fault of reconcile" not in ran.output, (command, ran.output)
        assert ran.stderr.strip(), command


def test_what_is_there_is_replaced_only_when_asked(flood: Path, tmp_path: Path) -> None:
    article, target = tmp_path / "a.txt", tmp_path / "mine.toml"
    article.write_text("30 people were killed on 3 May 2024.")
    target.write_text("# mine")
    for command in (
        ("extract", str(article), "-o", str(target)),
        ("origins", "--ledger", str(flood), "--write", str(target)),
    ):
        refused = run(*command)
        assert refused.exit_code == 2
        assert "--overwrite replaces it" in refused.stderr
        assert target.read_text() == "# mine"
    assert (
        run("origins", "--ledger", str(flood), "--write", str(target), "--overwrite").exit_code == 0
    )
    assert run("validate", str(target)).exit_code == 0


@pytest.mark.parametrize("number", ["nan", "inf", "-inf", "1e400"])
def test_a_bound_that_is_no_number_is_refused_before_anything_is_printed(number: str) -> None:
    ran = run("estimate", "casualties", "2024-12-18", "--above", number)
    assert (ran.exit_code, ran.stdout) == (2, "")
    assert "expected a number" in ran.stderr


def test_a_fault_of_our_own_is_owned_and_shown_when_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*args: object, **options: object) -> None:
        raise ZeroDivisionError("by zero")

    monkeypatch.setattr("reconcile.cli.text_commands.parse_phrase", broken)
    ran = run("parse", "12")
    assert ran.exit_code == 1
    assert "This is a fault of reconcile" in ran.stderr
    monkeypatch.setenv("RECONCILE_TRACEBACK", "1")
    assert isinstance(run("parse", "12").exception, ZeroDivisionError)
