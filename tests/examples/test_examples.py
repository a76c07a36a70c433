"""Every script of examples/ runs, and says what its docstring promises."""

from __future__ import annotations

import runpy
import sys
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parents[2] / "examples"
# What each prints, whatever the numbers are.
SAYS = {
    "own_ledger.py": ("'eleven' reads 11 to 11",),
    "five_documents.py": ("casualties (killed and wounded) by 18 Dec 2024", "cannot all be true"),
    "disaster_with_revisions.py": (
        *("known on 13 May", "41 is active", "41 is superseded"),
        "known on 18 May",
    ),
    "belligerents.py": ("southmark_ministry", "4 claims by 2 sources"),
    "polls.py": ("above 0.5: ", "pooled: 0."),
    "experts.py": ("learn='others': ", "linear pool: "),
    "extraction_to_report.py": ("left out, for you to judge", "report.html"),
    "batch.py": ("Arden", "Belmar", "Corwen: LedgerError"),
}
FIGURES = {
    "five_documents.py": "casualties-2024-12-18.svg",
    "extraction_to_report.py": "report.html",
}


def test_every_script_is_tried() -> None:
    assert {path.name for path in EXAMPLES.glob("*.py")} == {*SAYS, "render.py"}


@pytest.mark.parametrize("name", SAYS)
def test_it_runs_from_anywhere(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", [name, str(tmp_path / "made")])
    runpy.run_path(str(EXAMPLES / name), run_name="__main__")
    printed = capsys.readouterr().out
    assert [said for said in SAYS[name] if said not in printed] == []
    if name in FIGURES:
        assert (tmp_path / "made" / FIGURES[name]).stat().st_size > 1000
