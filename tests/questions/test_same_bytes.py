"""The same ledger gives the same bytes: in any order, place, language, time zone, process."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from pathlib import Path

import pytest

import reconcile
from reconcile.ledger import Ledger, write_ledger

PROGRAM = """
import sys, reconcile
ledger = reconcile.read_ledger(sys.argv[1])
fit = reconcile.fit(ledger)
for name in ("dead", "missing"):
    print(fit.estimate(name, "2024-10-31").to_json())
print(fit.timeline("dead", "2024-10-29", "2024-10-31").to_frame().to_csv())
print(fit.combine("dead + missing", "2024-10-31").to_json())
print(reconcile.conflicts(ledger), ledger.hash, ledger.warnings, reconcile.audit(ledger))
"""
WORLDS = [
    {"PYTHONHASHSEED": "1", "TZ": "Pacific/Kiritimati", "LC_ALL": "C", "OMP_NUM_THREADS": "1"},
    {"PYTHONHASHSEED": "77", "TZ": "America/Adak", "LC_ALL": "tr_TR.UTF-8"}
    | {"OMP_NUM_THREADS": "2", "OPENBLAS_NUM_THREADS": "2", "PYTHONUTF8": "1"},
]


def few() -> Ledger:
    rows = [
        {"quantity": quantity, "source": source, "value": number + 7 * day, "on": f"2024-10-{day}"}
        for quantity, number in (("dead", -150), ("missing", -190))
        for day, source in ((29, "İçişleri"), (30, "mayor"), (30, "agency"), (31, "mayor"))
    ]
    kind = {"dead": "cumulative", "missing": "stock"}
    return reconcile.read_ledger([row | {"quantity_kind": kind[row["quantity"]]} for row in rows])


def told(world: dict[str, str], ledger: Path, place: Path) -> str:
    """What the program prints in such a world, where its working directory is `place`."""
    home = str(Path(reconcile.__file__).parent.parent)
    paths = os.pathsep.join(filter(None, [home, os.environ.get("PYTHONPATH", "")]))
    ran = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(ledger)],
        env={**os.environ, "PYTHONPATH": paths, **world},
        cwd=place,
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


def test_hash_seed_time_zone_locale_threads_and_place_move_no_byte(tmp_path: Path) -> None:
    write_ledger(few(), tmp_path / "ledger")
    (tmp_path / "elsewhere").mkdir()
    places = (tmp_path, tmp_path / "elsewhere")
    first, second = (
        told(world, tmp_path / "ledger", place) for world, place in zip(WORLDS, places, strict=True)
    )
    assert len(first) > 5_000
    assert first == second


@pytest.mark.parametrize("seed", [1, 2])
def test_the_order_of_claims_sources_and_quantities_moves_no_byte(seed: int) -> None:
    ledger = few()
    mixed = random.Random(seed)

    def shuffled(mapping):  # type: ignore[no-untyped-def]
        return mixed.sample(list(mapping.values()), len(mapping))

    claims = mixed.sample(list(ledger.claims), len(ledger))
    other = Ledger.of(
        claims, shuffled(ledger.quantities), shuffled(ledger.sources), shuffled(ledger.reports),
        ledger.resolutions, ledger.warnings,
    )  # fmt: skip
    assert other.hash == ledger.hash
    answers = [reconcile.estimate("dead", "2024-10-31", ledger=one) for one in (ledger, other)]
    assert answers[0].to_json() == answers[1].to_json()
    assert answers[0].explain().to_csv() == answers[1].explain().to_csv()
