"""The constants of the code are those of docs/model.md."""

from __future__ import annotations

import re
from importlib import import_module
from pathlib import Path

import pytest

PAGE = Path(__file__).parents[2] / "docs" / "model.md"
ROW = re.compile(r"^\|[^|]*\| `(\w+)\.(\w+)` \| ([\d.]+) \|", re.M)
ROOMS = {"priors": "model"}
ROWS = ROW.findall(PAGE.read_text(encoding="utf-8"))


def test_the_table_is_found() -> None:
    assert len(ROWS) >= 25


@pytest.mark.parametrize(("file", "name", "value"), ROWS)
def test_a_constant_is_the_one_that_the_page_names(file: str, name: str, value: str) -> None:
    module = import_module(f"reconcile.{ROOMS.get(file, 'inference')}.{file}")
    assert getattr(module, name) == pytest.approx(float(value), rel=1e-12)
