"""Many units of one table: the same answers on every executor, after every stop."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from multiprocessing import active_children
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from click.testing import CliRunner

import reconcile
from reconcile.batch import pieces
from reconcile.cli import main
from reconcile.errors import LedgerError, OptionError
from reconcile.questions import fit_many as many
from reconcile.questions.fit_many import fit_many

TOWNS = ("Aldaia", "Picanya", "Paiporta", "=Catarroja()", "'Alfafar", "Benetússer")


def table(towns: tuple[str, ...] = TOWNS) -> pd.DataFrame:
    """Rows of all towns mixed, as a newsroom's list has them; one town is broken."""
    rows = [
        {
            "town": town,
            "id": f"{k}-{source}",
            "quantity": "dead",
            "source": source,
            "phrase": "none of your business" if town == "Paiporta" else f"about {20 + 7 * k + s}",
            "on": f"2024-10-{30 - s}",
        }
        for s, source in enumerate(("mayor", "agency"))
        for k, town in enumerate(towns)
    ]
    return pd.DataFrame(rows)


@pytest.fixture(scope="module")
def expected() -> pd.DataFrame:
    with ThreadPoolExecutor(1) as executor:
        return fit_many(table(), by="town", executor=executor).frame


def same(found: pd.DataFrame, expected: pd.DataFrame) -> None:
    pd.testing.assert_frame_equal(found, expected, check_exact=True, check_dtype=False)


@pytest.fixture
def small_tasks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pieces, "_MOST_UNITS", 1)


def test_each_unit_is_answered_as_its_own_ledger_would_be(expected: pd.DataFrame) -> None:
    town = table()[table()["town"] == "Picanya"].drop(columns="town").reset_index(drop=True)
    alone = reconcile.estimate("dead", "2024-10-30", ledger=reconcile.read_ledger(town))
    row = expected.set_index("unit").loc["Picanya"]
    assert (row["median"], row["lower"], row["upper"]) == (alone.median, alone.lower, alone.upper)
    assert (row["n_claims"], row["date"], row["error"]) == (2, "2024-10-30", "")
    assert list(expected["unit"]) == list(TOWNS)


def test_a_unit_that_cannot_be_read_has_its_reason_and_stops_nothing(
    expected: pd.DataFrame,
) -> None:
    broken = expected[expected["error"] != ""]
    assert list(broken["unit"]) == ["Paiporta"]
    assert "none of your business" in broken["error"].iloc[0]
    assert broken["median"].isna().all()


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_files_and_processes_give_the_same(
    tmp_path: Path, expected: pd.DataFrame, form: Any, small_tasks: None
) -> None:
    source = tmp_path / f"claims.{form}"
    table().to_csv(source, index=False) if form == "csv" else table().to_parquet(source)
    found = fit_many(source, by="town", workers=2, sink=tmp_path / "out", form=form)
    same(found.frame, expected)
    assert found.path == tmp_path / "out" / f"results.{form}"
    assert sorted(f.name for f in (tmp_path / "out").iterdir()) == [
        "manifest.json",
        f"results.{form}",
    ]


def test_a_table_in_pieces_gives_every_unit_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, expected: pd.DataFrame
) -> None:
    source = tmp_path / "claims.csv"
    table().to_csv(source, index=False)
    monkeypatch.setattr(pieces, "_PIECE", 3)
    units = [unit for task in pieces.tasks(source, ["town"]) for unit in task]
    assert sorted(name for name, _ in units) == sorted(TOWNS)
    assert all(len(rows) == 2 for _, rows in units)
    with ThreadPoolExecutor(1) as executor:
        found = fit_many(source, by="town", executor=executor).frame
    same(
        found.sort_values("unit", ignore_index=True),
        expected.sort_values("unit", ignore_index=True),
    )


def test_a_dask_cluster_whose_worker_is_killed_gives_the_same(
    expected: pd.DataFrame, tmp_path: Path
) -> None:
    pytest.importorskip("distributed", reason="the extra 'distributed' is not installed")
    source = tmp_path / "claims.csv"
    table(TOWNS[:4]).to_csv(source, index=False)
    program = f"""
import os, signal
from distributed import Client, LocalCluster
from reconcile.batch import pieces
from reconcile.questions.fit_many import fit_many
pieces._MOST_UNITS = 1
if __name__ == "__main__":
    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster:
        with Client(cluster) as client:
            options = dict(executor=client.get_executor(), sink={str(tmp_path / "out")!r})

            def kill(done, failed):
                if done == 2:
                    os.kill(sorted(client.run(os.getpid).values())[0], signal.SIGKILL)

            fit_many({str(source)!r}, by="town", progress=kill, **options)
"""
    script = tmp_path / "run.py"
    script.write_text(program)
    ran = subprocess.run([sys.executable, str(script)], timeout=240, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
    found = pd.read_csv(tmp_path / "out" / "results.csv")
    numbers = ["median", "lower", "upper", "n_claims"]
    pd.testing.assert_frame_equal(found[numbers], expected[numbers][:4], rtol=1e-12)
    told = [name if name[0] != "=" else f"'{name}" for name in TOWNS[:4]]  # no formula
    assert list(found["unit"]) == told


def test_a_worker_that_is_killed_half_way_costs_no_unit(
    expected: pd.DataFrame, small_tasks: None, tmp_path: Path
) -> None:
    killed: list[int] = []

    def kill(done: int, failed: int) -> None:
        if done >= 2 and not killed:
            workers = active_children()
            killed.append(len(workers))
            os.kill(workers[0].pid or 0, signal.SIGKILL)

    found = fit_many(table(), by="town", workers=2, sink=tmp_path / "out", progress=kill)
    assert killed == [2]
    same(found.frame, expected)


def test_where_there_is_no_room_the_run_stops_and_goes_on_when_there_is(
    tmp_path: Path, expected: pd.DataFrame
) -> None:
    """A process that may write files of 1,000 bytes, as on a disk that is nearly full."""
    source, out = tmp_path / "claims.csv", tmp_path / "out"
    table().to_csv(source, index=False)
    program = (
        "import resource\n"
        "from concurrent.futures import ThreadPoolExecutor\n"
        "from reconcile.errors import StorageError\n"
        "from reconcile.questions.fit_many import fit_many\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1_000, 1_000))\n"
        "try:\n"
        "    with ThreadPoolExecutor(1) as executor:\n"
        f"        fit_many({str(source)!r}, by='town', executor=executor, sink={str(out)!r})\n"
        "except StorageError as error:\n"
        "    print(error)\n"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert "File too large" in ran.stdout, ran.stderr
    assert not list(out.glob("results*"))
    with ThreadPoolExecutor(1) as executor:
        same(fit_many(source, by="town", executor=executor, sink=out).frame, expected)


def test_a_run_that_was_killed_goes_on_where_it_stopped(
    tmp_path: Path, expected: pd.DataFrame, small_tasks: None
) -> None:
    source, out = tmp_path / "claims.csv", tmp_path / "out"
    table().to_csv(source, index=False)
    program = (
        "from concurrent.futures import ThreadPoolExecutor\n"
        "from reconcile.batch import pieces\n"
        "from reconcile.questions.fit_many import fit_many\n"
        "pieces._MOST_UNITS = 1\n"
        "with ThreadPoolExecutor(1) as executor:\n"
        f"    options = dict(executor=executor, sink={str(out)!r}, workers=1)\n"
        f"    fit_many({str(source)!r}, by='town', **options)\n"
    )
    run = subprocess.Popen([sys.executable, "-c", program])
    for _ in range(6000):
        if len(list(out.glob("parts/part-*"))) >= 2:
            break
        time.sleep(0.01)
    run.send_signal(signal.SIGKILL)
    run.wait()
    kept = {file.name: file.stat().st_ino for file in out.glob("parts/part-*")}
    assert 2 <= len(kept) < len(TOWNS)
    seen: list[tuple[int, int]] = []
    asked: list[str] = []
    original = many._unit_answers  # pyright: ignore[reportPrivateUsage]

    def counted(unit: Any, *rest: Any) -> Any:
        asked.append(unit[0])
        return original(unit, *rest)

    with pytest.MonkeyPatch.context() as patch, ThreadPoolExecutor(1) as executor:
        patch.setattr("reconcile.questions.fit_many._unit_answers", counted)
        found = fit_many(
            source, by="town", executor=executor, sink=out, progress=lambda *n: seen.append(n)
        )
    same(found.frame, expected)
    assert len(asked) == len(TOWNS) - len(kept)
    assert seen[-1] == (len(TOWNS), 1)
    with ThreadPoolExecutor(1) as executor:  # and a third time nothing is done at all
        same(fit_many(source, by="town", executor=executor, sink=out).frame, expected)


def test_another_run_in_the_same_folder_is_refused_and_begins_anew_when_told(
    tmp_path: Path,
) -> None:
    few = table(TOWNS[:1])
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "notes.txt").write_text("mine")
    with ThreadPoolExecutor(1) as executor:
        first = fit_many(few, by="town", executor=executor, sink=tmp_path / "out")
        with pytest.raises(OptionError, match=r"another run .other level"):
            fit_many(few, by="town", executor=executor, sink=tmp_path / "out", level=0.8)
        with pytest.raises(OptionError, match=r"another run .other source"):
            fit_many(few.iloc[:1], by="town", executor=executor, sink=tmp_path / "out")
        again = fit_many(
            few, by="town", executor=executor, sink=tmp_path / "out", level=0.8, resume=False
        )
    assert again.frame["upper"].iloc[0] < first.frame["upper"].iloc[0]
    assert (tmp_path / "out" / "notes.txt").read_text() == "mine"
    assert json.loads((tmp_path / "out" / "manifest.json").read_text())["complete"] is True


def test_rows_without_a_unit_are_a_failure_that_is_told() -> None:
    rows = table(TOWNS[:1])
    rows.loc[1, "town"] = None
    with ThreadPoolExecutor(1) as executor:
        found = fit_many(rows, by="town", executor=executor)
    assert found.failed.to_dict("records") == [
        {"unit": "", "error": "1 rows without a value in the column town"}
    ]


def test_what_cannot_be_read_is_said_plainly(tmp_path: Path) -> None:
    (tmp_path / "empty.csv").touch()
    (tmp_path / "x.txt").write_text("town\nA\n")
    with pytest.raises(OptionError, match="did you mean 'town'"):
        fit_many(table(), by="towm")
    with pytest.raises(OptionError, match=r"\.csv, \.tsv or \.parquet"):
        fit_many(tmp_path / "x.txt", by="town")
    with pytest.raises(LedgerError, match="a CSV table"):
        fit_many(tmp_path / "empty.csv", by="town")
    with pytest.raises(LedgerError, match="no file there"):
        fit_many(tmp_path / "nothing.csv", by="town")
    with pytest.raises(OptionError, match="expected a path or a dataframe, got int"):
        fit_many(5, by="town")  # pyright: ignore[reportArgumentType]


def test_the_command_writes_the_table_and_names_what_failed(tmp_path: Path) -> None:
    source = tmp_path / "claims.csv"
    table(("Aldaia", "Picanya", "Paiporta")).to_csv(source, index=False)
    words = ["batch", str(source), "--by", "town", "--out", str(tmp_path / "out"), "--workers", "1"]
    result = CliRunner().invoke(main, words)
    assert result.exit_code == 0, result.output
    assert result.stdout == f"{tmp_path / 'out' / 'results.csv'}\n"
    assert "3 units, 1 without an answer" in result.stderr
    assert "Paiporta: " in result.stderr
    wrong = CliRunner().invoke(main, [*words[:3], "city", *words[4:]])
    assert wrong.exit_code == 2
    assert os.path.exists(tmp_path / "out" / "results.csv")
