"""What many claims cost: pace over processes and Dask, a killed worker, slopes, cold starts.

    python benchmarks/scale.py pace --series 100             # two processes, a sample of the table
    python benchmarks/scale.py pace --series 100 --dask      # a local Dask cluster of two workers
    python benchmarks/scale.py pace --series 10000 --out big # 1e6 claims; goes on where it stopped
    python benchmarks/scale.py kill --series 40              # a worker dies half way; also --dask
    python benchmarks/scale.py slopes                        # cost by claims, days, sources, ...
    python benchmarks/scale.py cold                          # commands beside bare imports
    python benchmarks/scale.py page                          # tables and figure of docs/scale.md

Each adds what it measured to benchmarks/results/scale.json, from which the page is made. Seconds
are of processor time where nothing else is said: other work on the machine moves them less. Peak
memory is that of the largest process.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

import reconcile

sys.path.insert(0, str(Path(__file__).parent))

from scale_page import write_page
from scale_tables import SHAPES, write_table

RESULTS = Path(__file__).parent / "results" / "scale.json"
CLAIMS = 100  # of one series of the large table


def keep(name: str, found: Any) -> None:
    """Put what was measured beside what was measured before, with date and machine."""
    known: dict[str, Any] = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
    where = f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    stamp = {"measured": f"{datetime.now(UTC):%Y-%m-%d}", "on": where}
    known[name] = stamp | {"load": round(os.getloadavg()[0], 1), "found": found}
    RESULTS.write_text(json.dumps(known, indent=1, sort_keys=True) + "\n")
    print(json.dumps(known[name], indent=1))


# ---------------------------------------------------------------- many series


def pace(count: int, workers: int, out: Path, *, dask: bool) -> dict[str, Any]:
    """Claims a second for `count` series; what an earlier run into `out` did is not done again."""
    table = _table(out, count)
    begun, before = time.perf_counter(), _processor_seconds()
    with _executor(workers, dask=dask) as executor:
        found = reconcile.fit_many(
            table, by="series", executor=executor, workers=workers, sink=out / "answers",
            progress=_told(count),
        )  # fmt: skip
    wall, spent = time.perf_counter() - begun, _processor_seconds() - before
    return {
        "series": count,
        "claims": count * CLAIMS,
        "workers": f"{workers} of Dask" if dask else f"{workers} processes",
        "failed": len(found.failed),
        "wall": round(wall, 1),
        "processor": round(spent, 1),
        "claims_per_second": round(count * CLAIMS / wall, 1),
        "claims_per_processor_second": round(count * CLAIMS / spent, 1),
        "parent_mb": _peak(resource.RUSAGE_SELF),
        "worker_mb": _peak(resource.RUSAGE_CHILDREN),
    }


def kill(count: int, workers: int, out: Path, *, dask: bool) -> dict[str, Any]:
    """A worker is killed half way (kill -9): are the answers those of a run that nobody touched?"""
    table = _table(out, count)
    shutil.rmtree(out / "killed", ignore_errors=True)
    calm = reconcile.fit_many(table, by="series", workers=workers, sink=out / "calm")
    killed: list[int] = []
    with _executor(workers, dask=dask) as executor:

        def at_half(done: int, failed: int) -> None:
            if not killed and 2 * done >= count:
                killed.append(max(_descendants()))
                os.kill(killed[0], signal.SIGKILL)

        begun = time.perf_counter()
        hurt = reconcile.fit_many(
            table, by="series", executor=executor, workers=workers, sink=out / "killed",
            progress=at_half,
        )  # fmt: skip
    assert calm.path is not None
    assert hurt.path is not None
    return {
        "series": count,
        "workers": f"{workers} of Dask" if dask else f"{workers} processes",
        "workers_killed": len(killed),
        "answers": int((hurt.frame["error"] == "").sum()),
        "failed": len(hurt.failed),
        "same_bytes": calm.path.read_bytes() == hurt.path.read_bytes(),
        "wall": round(time.perf_counter() - begun, 1),
    }


@contextmanager
def _executor(workers: int, *, dask: bool) -> Generator[Executor | None]:
    if not dask:
        yield None
        return
    from distributed import Client, LocalCluster

    with (
        LocalCluster(n_workers=workers, threads_per_worker=1, dashboard_address=None) as cluster,
        Client(cluster) as client,
    ):
        yield client.get_executor()


def _table(out: Path, count: int) -> Path:
    out.mkdir(parents=True, exist_ok=True)
    path = out / f"claims-{count}.csv"
    if not path.exists():
        write_table(path, count, CLAIMS)
    return path


def _told(count: int) -> Callable[[int, int], None]:
    def tell(done: int, failed: int) -> None:
        print(f"{datetime.now():%H:%M:%S} {done:,} of {count:,}, {failed} failed", file=sys.stderr)

    return tell


def _descendants() -> list[int]:
    """The processes that work for this one: not the helpers of multiprocessing."""
    parents: dict[int, int] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                told = (entry / "stat").read_text().rpartition(")")[2].split()
                line = (entry / "cmdline").read_bytes()
            except OSError:
                continue
            if b"resource_tracker" not in line and told[0] != "Z":
                parents[int(entry.name)] = int(told[1])
    found = {os.getpid()}
    while more := {pid for pid, parent in parents.items() if parent in found} - found:
        found |= more
    return sorted(found - {os.getpid()})


def _processor_seconds() -> float:
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(each.ru_utime + each.ru_stime for each in used)


def _peak(who: int) -> int:
    return round(resource.getrusage(who).ru_maxrss / 1024)


# ---------------------------------------------------------------- slopes


def slopes(names: list[str], limit: float) -> Iterator[tuple[str, dict[str, Any]]]:
    """The cost of each size of each shape, in a process of its own; sizes that take more than
    `limit` seconds end their row."""
    for name in names or list(SHAPES):
        rows: list[dict[str, float]] = []
        for size in SHAPES[name].sizes:
            command = [sys.executable, __file__, "point", name, str(size)]
            ran = subprocess.run(command, check=True, capture_output=True, text=True)
            rows.append(json.loads(ran.stdout))
            print(name, rows[-1], file=sys.stderr, flush=True)
            if rows[-1]["whole"] > limit:
                break
        slope, _ = np.polyfit(*(np.log([row[key] for row in rows]) for key in ("size", "whole")), 1)
        yield name, {"rows": rows, "slope": round(float(slope), 2)}


def point(name: str, size: int) -> dict[str, float]:
    """Read, answer with all tables, and draw a timeline: seconds of processor time of each."""
    shape = SHAPES[name]
    _asked_once()
    ledger, read = _timed(lambda: shape.ledger(size))
    fit = reconcile.fit(ledger)
    asked = shape.asked(ledger)
    last = max(claim.period.last for claim in ledger)
    answers, answer = _timed(lambda: [fit.estimate(quantity, last) for quantity in asked])
    _, tables = _timed(lambda: [each.to_json() for each in answers])
    _, timeline = _timed(lambda: [fit.timeline(quantity, freq="W") for quantity in asked])
    parts = {"read": read, "answer": answer, "tables": tables, "timeline": timeline}
    rounded = {key: round(value, 3) for key, value in parts.items()}
    whole = {"whole": round(sum(parts.values()), 3), "mb": _peak(resource.RUSAGE_SELF)}
    return {"size": size, "claims": len(ledger)} | rounded | whole


def _asked_once() -> None:
    """Loads what the measured steps load, so that they are not charged for it."""
    claim = {"quantity": "dead", "source": "mayor", "value": 30, "on": "2024-05-02"}
    fit = reconcile.fit(reconcile.read_ledger([claim]))
    fit.estimate("dead", "2024-05-02").to_json()
    fit.timeline("dead", "2024-05-02", "2024-05-09", freq="W")


def _timed(work: Callable[[], Any]) -> tuple[Any, float]:
    begun = time.process_time()
    found = work()
    return found, time.process_time() - begun


# ---------------------------------------------------------------- cold starts

_COMMAND = "from reconcile.cli import main; main([{}], standalone_mode=False)"
_ASKED = "'casualties', '2024-12-18'"
PROGRAMS = {
    "python alone": "pass",
    "import numpy, pandas, scipy.linalg": "import numpy, pandas, scipy.linalg",
    "import reconcile": "import reconcile",
    "reconcile --help": _COMMAND.format("'--help'"),
    "reconcile estimate, nothing kept": _COMMAND.format(f"'estimate', {_ASKED}"),
    "reconcile estimate, kept (--cache)": _COMMAND.format(f"'estimate', {_ASKED}, '--cache', 'C'"),
}


def cold(passes: int) -> dict[str, Any]:
    """Seconds of processor time of new processes (the least of several), and of a warm fit."""
    found: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as folder:
        for label, program in PROGRAMS.items():
            made = program.replace("'C'", repr(folder))
            subprocess.run([sys.executable, "-c", made], check=True, capture_output=True)
            found[label] = round(min(_child_seconds(made) for _ in range(passes)), 3)
    fit = reconcile.fit()
    fit.estimate("casualties", "2024-12-18")
    days = ("2024-12-17", "2025-01-05", "2024-12-24")
    warm = [_timed(lambda day=day: fit.estimate("casualties", day))[1] for day in days]
    printed = [_timed(lambda day=day: str(fit.estimate("casualties", day)))[1] for day in days]
    found["second question, warm fit"] = round(max(warm), 4)
    found["the same, printed"] = round(max(printed), 4)
    return found


def _child_seconds(program: str) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-c", program], check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    """Read the arguments and run."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("what", choices=["pace", "kill", "slopes", "point", "cold", "page"])
    parser.add_argument("names", nargs="*", help="of slopes: which (default: all)")
    parser.add_argument("--series", type=int, default=100)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--dask", action="store_true")
    parser.add_argument("--out", type=Path, help="where the run is kept; default: nowhere")
    parser.add_argument("--limit", type=float, default=30.0, help="seconds of the largest size")
    parser.add_argument("--passes", type=int, default=5)
    given = parser.parse_args()
    if given.what in ("pace", "kill"):
        runs = {"pace": pace, "kill": kill}
        with tempfile.TemporaryDirectory() as folder:
            out = given.out or Path(folder)
            found = runs[given.what](given.series, given.workers, out, dask=given.dask)
        keep(f"{given.what} {'dask' if given.dask else 'processes'} {given.series}", found)
    elif given.what == "point":
        print(json.dumps(point(given.names[0], int(given.names[1]))))
    elif given.what == "slopes":
        for name, found in slopes(given.names, given.limit):
            keep(f"slope {name}", found)
    elif given.what == "cold":
        keep("cold", cold(given.passes))
    else:
        write_page(json.loads(RESULTS.read_text()))


if __name__ == "__main__":
    main()
