"""A dated table of what the library costs here: `make bench`.

    python benchmarks/record.py            # prints it, and writes benchmarks/results/<date>.md

Seconds are of processor time on one core, the best of several passes. Two tables are comparable
where machine and versions are the same; ratios within a table are comparable everywhere.
"""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

import reconcile
from reconcile.intervals import IntervalArray
from reconcile.ledger.audit.auditing import audit

sys.path.insert(0, str(Path(__file__).parent))

from language import best, phrases, quiet

FOLDER = Path(__file__).parent / "results"
SIZE = 1_000_000


def measures() -> Iterator[tuple[str, str, str]]:
    """What is measured, how much, and in which unit."""
    yield "import reconcile", f"{1000 * _import_seconds():.0f}", "ms, a new process"
    short, sentences = phrases()
    for name, read, texts in (
        ("parse", reconcile.parse, short),
        ("extract", reconcile.extract, sentences),
    ):
        speed = len(texts) / best(partial(quiet, read, texts), 9)
        yield f"{name}, {len(texts)} texts", f"{speed:,.0f}", "texts/s"
    yield from _interval_measures()
    yield from _ledger_measures()
    yield from _question_measures()


def _import_seconds() -> float:
    program = (
        "import time; t = time.process_time(); import reconcile; print(time.process_time() - t)"
    )
    runs = [
        subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
        for _ in range(3)
    ]
    return min(float(run.stdout) for run in runs)


def _interval_measures() -> Iterator[tuple[str, str, str]]:
    rng = np.random.default_rng(1)
    low = rng.uniform(0.5, 2, SIZE)
    x = IntervalArray(low, low + 0.1)
    works: dict[str, Callable[[], object]] = {
        "add": lambda: x + x,
        "mul": lambda: x * x,
        "div": lambda: x / x,
        "exp": lambda: np.exp(x),  # pyright: ignore[reportCallIssue, reportArgumentType]
    }
    for name, run in works.items():
        yield f"interval {name}, {SIZE:,} elements", f"{best(run, 3) / SIZE * 1e9:.1f}", "ns each"


def table_rows(count: int) -> list[dict[str, Any]]:
    """A total told by seven sources, three claims a day."""
    return [
        {"quantity": "dead", "source": f"s{i % 7}", "value": 1000 + i, "on": str(day)}
        for i, day in ((i, date(2000, 1, 1) + timedelta(i // 3)) for i in range(count))
    ]


def _ledger_measures() -> Iterator[tuple[str, str, str]]:
    rows = table_rows(10_000)
    read = partial(reconcile.read_ledger, rows)
    yield "read_ledger, 10,000 rows", f"{best(read, 2):.2f}", "s"
    ledger = read()
    yield "audit, 10,000 claims", f"{best(partial(audit, ledger), 1):.2f}", "s"


def _question_measures() -> Iterator[tuple[str, str, str]]:
    ledger = reconcile.read_ledger()
    ask = partial(reconcile.estimate, "casualties", "2024-12-18", ledger=ledger)
    yield "estimate, the main question", f"{best(ask, 3):.2f}", "s"
    run = partial(reconcile.timeline, "casualties", ledger=ledger)
    yield "timeline, the main question", f"{best(run, 1):.2f}", "s"
    find = partial(reconcile.conflicts, ledger, quantity="casualties")
    yield "conflicts, the main question", f"{best(find, 3):.3f}", "s"
    yield "update, one claim on one of ten totals", f"{_update_share():.2f}", "of a fresh fit"


def _update_share() -> float:
    """What an update costs beside the fit: a fifth is much, a tenth is one of the ten totals."""
    rows = [
        {"quantity": f"q{i}", "source": f"s{k % 4}", "on": f"2024-03-{k + 1:02d}", "value": 10 + k}
        for i in range(10)
        for k in range(8)
    ]
    ledger = reconcile.read_ledger(rows)
    late = replace(ledger[0], id="late", quantity="q3", source="s1")

    def answered(known: reconcile.Fit) -> reconcile.Fit:
        for name in ledger.quantities:
            known.estimate(name, "2024-03-09")
        return known

    base = answered(reconcile.fit(ledger))
    fresh = best(lambda: answered(reconcile.fit(ledger)), 2)
    return best(lambda: answered(base.update([late])), 2) / fresh


def table(rows: list[tuple[str, str, str]]) -> str:
    """The measures as a page."""
    names = ("numpy", "scipy", "pandas")
    versions = ", ".join(f"{name} {version(name)}" for name in names)
    known = (
        f"# {datetime.now(UTC):%Y-%m-%d %H:%M} UTC",
        f"reconcile {reconcile.__version__}, Python {platform.python_version()}, {versions}; "
        f"{platform.machine()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}.",
        "| measure | value | unit |\n|---|---|---|",
    )
    return "\n\n".join(known) + "".join(f"\n| {' | '.join(row)} |" for row in rows) + "\n"


if __name__ == "__main__":
    page = table(list(measures()))
    FOLDER.mkdir(exist_ok=True)
    file = FOLDER / f"{datetime.now(UTC):%Y-%m-%d}.md"
    file.write_text(page, encoding="utf-8")
    print(page)
    print(f"written to {file}", file=sys.stderr)
