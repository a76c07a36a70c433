"""Writers: one at a time, whole or not at all, whatever is killed, full, linked or in the way."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from reconcile.errors import LedgerError, OptionError, ReconcileError, StorageError
from reconcile.ledger import Ledger, read_ledger, write_ledger
from reconcile.ledger.io.append import append_claim
from reconcile.ledger.io.starter import write_starter
from reconcile.ledger.io.storing import locked, new_file, new_folder, replace_files

RECORD = {
    "quantity": "flood_dead",
    "source": "mayor",
    "phrase": "97",
    "on": "2024-10-31",
}

APPENDING = """
import sys
from pathlib import Path
from reconcile.ledger.io.append import append_claim
record = {"quantity": "flood_dead", "source": "mayor", "phrase": "97", "on": "2024-10-31"}
for name in sys.argv[2:]:
    append_claim(Path(sys.argv[1]), {"id": name} | record)
    print(name, flush=True)
"""


def started(script: str, *args: object) -> subprocess.Popen[str]:
    program = [sys.executable, "-c", script, *map(str, args)]
    return subprocess.Popen(program, stdout=subprocess.PIPE, text=True)


@pytest.fixture
def flood(tmp_path: Path) -> Path:
    write_starter(tmp_path / "flood")
    return tmp_path / "flood"


def hidden(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.iterdir() if file.name.startswith("."))


def small(ledger: Ledger, source: str = "gur") -> Ledger:
    return ledger.select(source=source)


# ---------------------------------------------------------------- several writers


def test_of_twenty_writers_at_once_none_is_lost(flood: Path) -> None:
    names = [f"claim-{n}" for n in range(20)]
    writers = [started(APPENDING, flood, *names[n::4]) for n in range(4)]
    assert [writer.communicate()[0].split() for writer in writers] == [
        names[n::4] for n in range(4)
    ]
    assert set(names) <= {claim.id for claim in read_ledger(flood)}
    assert hidden(flood) == []


def test_ids_made_for_a_claim_are_made_under_the_lock(flood: Path) -> None:
    code = "from reconcile.cli import main; main()"
    words = ["add", str(flood), "--quantity", "flood_dead", "--source", "mayor"]
    words += ["--phrase", "97", "--on", "2024-10-31"]
    program = [sys.executable, "-c", code, *words]
    writers = [subprocess.Popen(program, stdout=subprocess.DEVNULL) for _ in range(2)]
    assert [writer.wait() for writer in writers] == [0, 0]
    found = {claim.id for claim in read_ledger(flood)}
    assert {"mayor-97", "mayor-97-2"} <= found


def test_a_writer_waits_for_another_and_says_so_when_it_takes_too_long(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reconcile.ledger.io.storing._WAIT", 0.05)
    with locked(tmp_path), pytest.raises(StorageError, match="another program has been writing it"):
        new_file(tmp_path / "a.toml", b"x")
    new_file(tmp_path / "a.toml", b"x")
    assert (tmp_path / "a.toml").read_bytes() == b"x"


def test_where_folders_cannot_be_locked_a_file_in_them_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reconcile.ledger.io.storing._flocked", lambda folder: None)
    monkeypatch.setattr("reconcile.ledger.io.storing._WAIT", 0.05)
    with locked(tmp_path), pytest.raises(StorageError, match="to be free"):
        new_file(tmp_path / "a.toml", b"x")
    new_file(tmp_path / "a.toml", b"x")
    assert (tmp_path / "a.toml").exists()


# ---------------------------------------------------------------- killed writers


def test_killed_a_hundred_times_the_files_are_of_one_writing(tmp_path: Path) -> None:
    """Four files written together again and again by a process that is killed at any moment."""
    chance, last = random.Random(7), 0
    replace_files({tmp_path / f"{k}.toml": b"0\n" * 2000 for k in range(4)})
    for _ in range(100):
        begun, say = os.pipe()
        writer = os.fork()
        if writer == 0:  # a fork starts at once, so that a hundred fit in a test
            os.write(say, b".")
            while True:
                last += 1
                with locked(tmp_path):
                    content = f"{last}\n".encode() * 2000
                    replace_files({tmp_path / f"{k}.toml": content for k in range(4)})
        os.read(begun, 1)
        time.sleep(chance.uniform(0.0, 0.04))
        os.kill(writer, signal.SIGKILL)
        os.waitpid(writer, 0)
        os.close(begun)
        os.close(say)
        with locked(tmp_path):  # the next writer finishes or takes away what is left
            found = {(tmp_path / f"{k}.toml").read_bytes() for k in range(4)}
        assert len(found) == 1
        (content,) = found
        number = int(content.split(b"\n")[0])
        assert content == f"{number}\n".encode() * 2000
        assert number >= last
        assert hidden(tmp_path) == []
        last = number
    assert last > 0


def test_claims_that_were_confirmed_outlive_the_writers_death(flood: Path) -> None:
    confirmed: list[str] = []
    for turn in range(3):
        writer = started(APPENDING, flood, *(f"turn-{turn}-{n}" for n in range(500)))
        assert writer.stdout is not None
        confirmed += [writer.stdout.readline().strip() for _ in range(1 + turn % 3)]
        writer.send_signal(signal.SIGKILL)
        confirmed += writer.stdout.read().split()
        writer.wait()
        writer.stdout.close()
    assert set(confirmed) <= {claim.id for claim in read_ledger(flood)}
    append_claim(flood, {"id": "after"} | RECORD)
    assert hidden(flood) == []


@pytest.mark.parametrize("kill_at", range(1, 14))
def test_killed_at_each_step_a_folder_is_old_or_new(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kill_at: int
) -> None:
    """Every `os.replace` and `fsync` of a rewriting, in turn, is the last thing that happens."""
    old = small(read_ledger())
    new = replace(old, claims=tuple(replace(c, note="checked again") for c in old.claims))
    target = tmp_path / "ledger"
    write_ledger(old, target)
    steps = 0

    def counted(real: Any) -> Any:
        def step(*args: object) -> object:
            nonlocal steps
            steps += 1
            if steps == kill_at:
                os._exit(9)
            return real(*args)

        return step

    child = os.fork()
    if child == 0:
        monkeypatch.setattr(os, "replace", counted(os.replace))
        monkeypatch.setattr(os, "fsync", counted(os.fsync))
        write_ledger(new, target)
        os._exit(0)
    os.waitpid(child, 0)
    seen = read_ledger(target)
    assert seen in (old, new)
    write_ledger(new, target)
    assert read_ledger(target) == new
    assert hidden(target) == []


# ---------------------------------------------------------------- readers meanwhile


def test_a_reader_sees_the_old_ledger_or_the_new_one(tmp_path: Path) -> None:
    whole = read_ledger()
    old = whole.select(source=["gur", "zelensky"])
    new = replace(old, claims=tuple(replace(c, note="checked again") for c in old.claims))
    target = tmp_path / "ledger"
    write_ledger(old, target)
    writer = os.fork()
    if writer == 0:
        while True:
            write_ledger(new, target)
            write_ledger(old, target)
    try:
        seen = [read_ledger(target) for _ in range(25)]
    finally:
        os.kill(writer, signal.SIGKILL)
        os.waitpid(writer, 0)
    assert all(ledger in (old, new) for ledger in seen)


# ---------------------------------------------------------------- full, read-only, in the way


def no_room(*args: object) -> None:
    raise OSError(28, "No space left on device")


@pytest.mark.parametrize("form", ["folder", "one.toml", "t.csv", "t.jsonl"])
def test_on_a_full_disk_what_was_there_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    old = small(read_ledger())
    target = tmp_path / "kept" / form
    write_ledger(old, target)
    before = {file: file.read_bytes() for file in target.parent.rglob("*") if file.is_file()}
    monkeypatch.setattr(os, "fsync", no_room)
    with pytest.raises(StorageError, match="No space left"):
        write_ledger(old[:1], target)
    monkeypatch.undo()
    after = {file: file.read_bytes() for file in target.parent.rglob("*") if file.is_file()}
    assert after == before
    assert read_ledger(target) == old


def test_a_new_folder_on_a_full_disk_is_not_there_at_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "fsync", no_room)
    with pytest.raises(StorageError, match="No space left"):
        write_starter(tmp_path / "flood")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(not Path("/proc/version").exists(), reason="needs a folder nobody may write")
def test_a_folder_that_nobody_may_write_is_said_plainly() -> None:
    for path in ("/proc/ledger", "/proc/ledger.toml", "/proc/t.csv"):
        with pytest.raises(StorageError, match="could not write /proc"):
            write_ledger(small(read_ledger()), path)


def test_a_file_where_a_folder_should_be_is_said_plainly(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("a file")
    with pytest.raises(ReconcileError, match=r"file"):
        write_ledger(small(read_ledger()), tmp_path / "file" / "one.toml")
    with pytest.raises(OptionError, match="expected a folder"):
        write_ledger(small(read_ledger()), tmp_path / "file")


def test_a_folder_where_a_file_should_be_is_said_plainly(tmp_path: Path) -> None:
    (tmp_path / "x.toml").mkdir()
    with pytest.raises(StorageError, match=r"x\.toml"):
        write_ledger(small(read_ledger()), tmp_path / "x.toml")
    with pytest.raises(OptionError, match="expected a file, got the folder"):
        append_claim(tmp_path, {"id": "a"} | RECORD, "x.toml")
    assert list((tmp_path / "x.toml").iterdir()) == []


# ---------------------------------------------------------------- what is kept


def test_links_stay_links(flood: Path, tmp_path: Path) -> None:
    real = tmp_path / "elsewhere" / "claims-of-the-mayor.toml"
    real.parent.mkdir()
    (flood / "claims.toml").symlink_to(real)
    append_claim(flood, {"id": "first"} | RECORD)
    append_claim(flood, {"id": "second"} | RECORD)
    assert (flood / "claims.toml").is_symlink()
    assert real.read_text().count("[[claim]]") == 2
    assert {"first", "second"} <= {claim.id for claim in read_ledger(flood)}
    assert hidden(real.parent) == []


def test_line_ends_a_byte_order_mark_comments_and_rights_are_kept(flood: Path) -> None:
    file = flood / "2024-10-30-the-daily.toml"
    crlf = b"\xef\xbb\xbf" + file.read_bytes().replace(b"\n", b"\r\n")
    file.write_bytes(crlf)
    file.chmod(0o640)
    append_claim(flood, {"id": "later"} | RECORD, file.name)
    after = file.read_bytes()
    assert after.startswith(crlf)
    assert after.count(b"\n") == after.count(b"\r\n")
    assert file.stat().st_mode & 0o777 == 0o640
    assert read_ledger(flood)["later"].lower == 97


def test_new_files_get_the_rights_that_the_user_gives_to_new_files(tmp_path: Path) -> None:
    mask = os.umask(0o027)
    try:
        new_file(tmp_path / "a.toml", b"x")
        new_folder(tmp_path / "b", {"c.toml": b"y"})
    finally:
        os.umask(mask)
    assert (tmp_path / "a.toml").stat().st_mode & 0o777 == 0o640
    assert (tmp_path / "b").stat().st_mode & 0o777 == 0o750


def test_a_folder_keeps_the_files_that_are_no_ledger(tmp_path: Path) -> None:
    ledger = small(read_ledger())
    write_ledger(ledger, tmp_path / "kept")
    (tmp_path / "kept" / "README.md").write_text("mine")
    (tmp_path / "kept" / "scans").mkdir()
    write_ledger(ledger, tmp_path / "kept")
    assert (tmp_path / "kept" / "README.md").read_text() == "mine"
    assert (tmp_path / "kept" / "scans").is_dir()


# ---------------------------------------------------------------- places outside the ledger


@pytest.mark.parametrize(
    "file",
    ["claims.txt", "sub/x.toml", "../x.toml", "/tmp/x.toml", "", ".toml", ".x.toml", "a\\b.toml"],
)
def test_a_claim_is_not_added_where_the_ledger_is_not_read(flood: Path, file: str) -> None:
    before = sorted(flood.parent.rglob("*"))
    with pytest.raises(OptionError, match="would not be read"):
        append_claim(flood, {"id": "a"} | RECORD, file)
    assert sorted(flood.parent.rglob("*")) == before


def test_a_claim_that_a_ledger_would_refuse_changes_nothing(flood: Path) -> None:
    before = {file: file.read_bytes() for file in flood.iterdir()}
    with pytest.raises(LedgerError, match="mayer"):
        append_claim(flood, {"id": "a"} | RECORD | {"source": "mayer"})
    with pytest.raises(OptionError, match="stray byte"):
        append_claim(flood, {"id": "a"} | RECORD | {"note": "caf\udce9"})
    assert {file: file.read_bytes() for file in flood.iterdir()} == before


def test_a_ledger_in_another_encoding_is_named_with_its_line(flood: Path) -> None:
    (flood / "claims.toml").write_bytes("# one\n# caf\xe9\n".encode("latin-1"))
    with pytest.raises(LedgerError, match=r"claims.toml:2: file: expected UTF-8 text"):
        read_ledger(flood)
    with pytest.raises(LedgerError, match=r"claims.toml:2: file: expected UTF-8 text"):
        append_claim(flood, {"id": "a"} | RECORD)


def test_a_new_file_never_takes_the_place_of_another_unasked(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text("mine")
    (tmp_path / "link.toml").symlink_to(tmp_path / "nowhere" / "x.toml")
    for name in ("mine.toml", "link.toml"):
        with pytest.raises(StorageError, match="there already"):
            new_file(tmp_path / name, b"theirs")
    new_file(tmp_path / "mine.toml", b"theirs", replace=True)
    assert (tmp_path / "mine.toml").read_text() == "theirs"
