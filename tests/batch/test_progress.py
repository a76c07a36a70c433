"""What takes long says so: on a terminal, below a cell, to a callback; nowhere else."""

from __future__ import annotations

import copy
import os
import pickle
import pty
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

import reconcile
from reconcile.batch import progress_line as lines
from reconcile.batch.progress_line import ProgressLine, progress_line
from reconcile.errors import OptionError
from reconcile.questions.fit_many import fit_many

Told = list[tuple[float, str]]


def two_towns() -> reconcile.Ledger:
    rows = [
        {"quantity": f"dead-{town}", "source": "mayor", "value": 30 + n, "on": "2024-10-30"}
        for n, town in enumerate(("aldaia", "picanya"))
    ]
    return reconcile.read_ledger(rows)


def test_a_fit_of_several_components_tells_each_of_them() -> None:
    told: Told = []
    fit = reconcile.fit(two_towns(), progress=lambda done, what: told.append((done, what)))
    assert told == []  # nothing is fitted before it is asked for
    fit.sources()
    first, second = "fit of dead-aldaia", "fit of dead-picanya"
    assert told == [(0.0, first), (0.5, ""), (0.5, second), (1.0, "")]
    fit.sources()
    assert len(told) == 4  # nothing is fitted again


def test_a_timeline_goes_on_when_its_fit_is_found() -> None:
    told: Told = []
    ledger = two_towns().select(quantity="dead-aldaia")
    fit = reconcile.fit(ledger, progress=lambda done, what: told.append((done, what)))
    fit.timeline("dead-aldaia", "2024-10-29", "2024-10-31")
    assert told[0] == (0.0, "timeline of dead-aldaia")
    assert (1.0, "timeline of dead-aldaia") in told[2:-1]
    assert told[-1] == (1.0, "")
    assert [what for _, what in told].count("fit of dead-aldaia") >= 1


def test_a_callback_that_fails_stops_the_fit_and_its_like_goes_on() -> None:
    def broken(done: float, what: str) -> None:
        raise RuntimeError("no screen")

    fit = reconcile.fit(two_towns(), progress=broken)
    with pytest.raises(RuntimeError, match="no screen"):
        fit.estimate("dead-aldaia", "2024-10-30")


def test_a_copy_of_a_fit_tells_nobody() -> None:
    fit = reconcile.fit(two_towns(), progress=lambda done, what: None)
    assert pickle.loads(pickle.dumps(fit)).progress is None
    assert copy.deepcopy(fit).progress is None
    with pytest.raises(OptionError, match="a function or True for progress, got 5"):
        reconcile.fit(two_towns(), progress=5)  # pyright: ignore[reportArgumentType]


def test_progress_does_not_move_an_answer() -> None:
    quiet, loud = (
        reconcile.fit(two_towns(), progress=progress).estimate("dead-aldaia", "2024-10-30")
        for progress in (None, lambda done, what: None)
    )
    assert quiet.to_json() == loud.to_json()


def test_a_line_is_silent_for_a_second_then_counts_and_is_erased(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(lines, "_PATIENCE", 0.2)
    monkeypatch.setattr(lines, "_STEP", 0.02)
    shown: list[str] = []
    line = ProgressLine(shown.append)
    line(0.0, "fit of a")
    line(0.25, "")
    assert shown == []  # sooner than anybody looks
    line(0.25, "fit of b")
    time.sleep(0.5)
    line(0.5, "")
    assert shown[0] == " 25% fit of b, 0 s"
    assert shown[-1] == ""
    count = len(shown)
    assert count >= 4
    time.sleep(0.1)
    assert len(shown) == count  # nothing is under way, nothing is written


def test_off_a_terminal_there_is_no_line() -> None:
    assert not sys.stderr.isatty()
    assert progress_line() is None


def test_below_a_cell_one_display_is_written_over(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the two functions of IPython that are called; a kernel tells a notebook from a shell."""
    seen: list[str] = []

    def display(data: dict[str, str], *, raw: bool, display_id: bool) -> SimpleNamespace:
        seen.append("new: " + data["text/plain"])
        return SimpleNamespace(update=lambda data, raw: seen.append(data["text/plain"]))

    shell = SimpleNamespace(kernel=object())
    monkeypatch.setitem(sys.modules, "IPython", SimpleNamespace(get_ipython=lambda: shell))
    monkeypatch.setitem(sys.modules, "IPython.display", SimpleNamespace(display=display))
    monkeypatch.setattr(lines, "_PATIENCE", 0.0)
    line = progress_line()
    assert line is not None
    line(0.0, "fit of a")
    line(0.5, "")
    line(0.5, "fit of b")
    line(1.0, "")
    assert seen == ["new: fit of a, 0 s", "", " 50% fit of b, 0 s", ""]
    del shell.kernel
    assert progress_line() is None  # IPython in a pipe is no notebook


def on_terminal(program: str) -> tuple[str, str]:
    """What a program writes to a terminal on its stderr, and into a pipe on its stdout."""
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-c", program], stdout=subprocess.PIPE, stderr=theirs, text=True
    ) as run:
        os.close(theirs)
        seen = b""
        while True:
            try:
                block = os.read(ours, 1 << 16)
            except OSError:  # how Linux says that the other end is closed
                break
            if not block:
                break
            seen += block
        assert run.stdout is not None
        told = run.stdout.read()
    os.close(ours)
    assert run.returncode == 0, seen.decode()
    return seen.decode(), told


SOON = "from reconcile.batch import progress_line as p; p._PATIENCE = 0.0\n"


def test_the_command_line_tells_a_terminal_and_leaves_it_clean() -> None:
    seen, told = on_terminal(
        SOON + "from reconcile.cli import main; main(['estimate', 'brigades'])"
    )
    assert "fit of brigades" in seen
    assert seen.rpartition("\r")[2].strip() == "" or "fit of" not in seen.rpartition("\r")[2]
    assert "fit of" not in told
    assert "brigades" in told


def test_many_units_tell_their_pace_on_a_terminal(tmp_path: Path) -> None:
    rows = [
        {"town": town, "quantity": "dead", "source": "mayor", "value": 30, "on": "2024-10-30"}
        for town in ("Aldaia", "Picanya")
    ]
    pd.DataFrame(rows).to_csv(tmp_path / "claims.csv", index=False)
    words = ["batch", str(tmp_path / "claims.csv"), "--by", "town", "--workers", "1"]
    words += ["--out", str(tmp_path / "out")]
    seen, told = on_terminal(SOON + f"from reconcile.cli import main; main({words!r})")
    assert "2 units done, 0 without an answer" in seen
    assert seen.replace("\r", "\n").rstrip().endswith("2 units, 0 without an answer")
    assert told == f"{tmp_path / 'out' / 'results.csv'}\n"


def test_a_callback_of_many_units_is_called_and_true_is_silent_in_a_pipe(
    capsys: pytest.CaptureFixture[str],
) -> None:
    rows = pd.DataFrame({"town": ["A"], "quantity": "dead", "source": "m", "value": [30]})
    rows["on"] = "2024-10-30"
    seen: list[Any] = []
    fit_many(rows, by="town", workers=1, progress=lambda *n: seen.append(n))
    assert seen == [(1, 0)]
    fit_many(rows, by="town", workers=1, progress=True)
    captured = capsys.readouterr()
    assert (captured.out, captured.err) == ("", "")
