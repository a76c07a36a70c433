"""The bars on real data with known truth (docs/pool.md); read where $RECONCILE_BENCH points."""

from __future__ import annotations

import runpy
from pathlib import Path
from typing import Any

import pytest

TRUTH = Path(__file__).parents[2] / "benchmarks" / "truth.py"


@pytest.fixture(scope="module")
def program() -> dict[str, Any]:
    return runpy.run_path(str(TRUTH))


def test_experts_are_covered_and_sharper_than_the_linear_pool(
    bench: Path, program: dict[str, Any]
) -> None:
    rows = {row.method: row for row in program["cooke"](bench, ["hierarchical", "linear-pool"])}
    ours = rows["hierarchical"]
    assert 0.87 <= ours.coverage <= 0.93
    assert ours.score < rows["linear-pool"].score


def test_polls_are_covered_and_sharper_than_house_effects(
    bench: Path, program: dict[str, Any]
) -> None:
    rows = {row.method: row for row in program["polls"](bench, ["hierarchical"])}
    ours = rows["hierarchical"]
    assert 0.88 <= ours.coverage <= 0.92
    assert ours.score < rows["DL + house + past"].score


def test_calories_are_covered_and_corrected(bench: Path, program: dict[str, Any]) -> None:
    rows = {row.method: row for row in program["calories"](bench, ["hierarchical"])}
    assert rows["hierarchical"].coverage >= 0.85
    assert rows["hierarchical"].error < 0.30
