"""The table of docs/pool.md is what `benchmarks/truth.py --write` writes."""

from __future__ import annotations

import re
import runpy
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "pool.md"
# The default of the pool, its model, and the model of `fit`.
OURS = ("auto", "hierarchical", "state-space")


@pytest.fixture(scope="module")
def program() -> dict[str, Any]:
    return runpy.run_path(str(ROOT / "benchmarks" / "truth.py"))


def _between(text: str, program: dict[str, Any]) -> str:
    return text.split(program["START"])[1].split(program["END"])[0].strip("\n")


def _rows(table: str, program: dict[str, Any]) -> list[Any]:
    """The rows of a table, read back."""
    lines = table.removeprefix(program["HEAD"]).split("\n\n")[0].strip("\n").splitlines()
    found: list[Any] = []
    for line in lines:
        data, method, n, *numbers = [cell.strip() for cell in line.strip("|").split("|")]
        *holds, score, error = map(float, numbers)
        found.append(program["Row"](data, method, int(n), tuple(holds), score, error))
    return found


def test_the_table_has_the_form_that_the_program_writes(program: dict[str, Any]) -> None:
    text = PAGE.read_text(encoding="utf-8")
    table = _between(text, program)
    rows = _rows(table, program)
    again = "\n".join([program["HEAD"], *map(str, rows), "", program["NOTE"]])
    assert program["written"](text, again) == text
    for one in rows:
        assert len(one.holds) == len(program["LEVELS"])
        assert list(one.holds) == sorted(one.holds)
        assert one.n > 0
        assert 0 <= one.error <= one.score


def test_our_row_is_in_each_part(program: dict[str, Any]) -> None:
    rows = _rows(_between(PAGE.read_text(encoding="utf-8"), program), program)
    ours = {row.data for row in rows if row.method in OURS}
    assert ours == {row.data for row in rows}
    assert len(ours) == 6


def test_a_table_is_put_between_its_markers(program: dict[str, Any]) -> None:
    start, end = program["START"], program["END"]
    text = f"before\n{start}\nold\n{end}\nafter\n"
    assert program["written"](text, "| new |") == f"before\n{start}\n| new |\n{end}\nafter\n"
    for wrong in ("before\nafter\n", f"{start}\n{start}\n{end}", f"{end} only"):
        with pytest.raises(ValueError, match=re.escape(start)):
            program["written"](wrong, "| new |")
