"""What `validation/` computes anew is what stands in the tests; the quick part of it."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.mark.parametrize("name", ["cooke", "scores", "elementary"])
def test_reference_values_are_computed_anew(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "validation"))
    monkeypatch.delitem(sys.modules, name, raising=False)
    found = list(import_module(name).values())
    assert found
    wrong = [row for row in found if abs(row[3] - row[4]) > row[5]]
    assert wrong == []
    assert all((ROOT / row[0]).exists() for row in found)
    sys.modules.pop(name)


def test_the_trials_give_the_printed_figures(bench: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RECONCILE_BENCH", str(bench))
    monkeypatch.syspath_prepend(str(ROOT / "validation"))
    found = list(import_module("random_effects").values())
    assert len(found) == 16
    assert [row for row in found if abs(row[3] - row[4]) > row[5]] == []
    sys.modules.pop("random_effects")
