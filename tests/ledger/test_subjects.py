"""Tables of twenty subjects (`subjects.toml`): asked about first, and read as by hand."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from table_cases import fails, told

from reconcile.ledger import read_ledger

CASES: dict[str, Any] = tomllib.loads(Path(__file__).with_name("subjects.toml").read_text("utf-8"))
_LONG = re.compile(r"(\d+\.\d{3})\d+")


@pytest.mark.parametrize("name", CASES["table"])
def test_a_table_of_a_subject_is_asked_about_and_then_read(name: str, tmp_path: Path) -> None:
    case = CASES["table"][name]
    path = tmp_path / case["file"]
    path.write_text(case["content"], "utf-8")
    fails(case["asks"], path)
    ledger = read_ledger(path, **case["answers"])
    assert [_LONG.sub(r"\1", line) for line in told(ledger)] == case["reads"]
    assert {q.kind for q in ledger.quantities.values()} == {case["kind"]}
