"""Units in column names, rows of totals and notes, dates and sources: asked, said or read right."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from reconcile.errors import LedgerError
from reconcile.ledger import Ledger, read_ledger

CASES: dict[str, Any] = tomllib.loads(
    Path(__file__).with_name("headers_and_rows.toml").read_text("utf-8")
)


def told(ledger: Ledger) -> list[str]:
    return [
        f"{c.quantity} | {c.source} | {c.lower:.12g}..{c.upper:.12g} | {c.period}" for c in ledger
    ]


def fails(words: str, *arguments: Any, **options: Any) -> None:
    with pytest.raises(LedgerError) as caught:
        read_ledger(*arguments, **options)
    assert words in str(caught.value)


@pytest.mark.parametrize("name", CASES["headers"])
def test_a_unit_in_a_column_name_is_applied_or_asked_about(name: str, tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text(f'date,source,"{name}"\n2024-03-05,Reuters,12\n2024-03-06,AP,15\n', "utf-8")
    expected = CASES["headers"][name]
    if expected.startswith("! "):
        fails(expected[2:], path)
        return
    ledger = read_ledger(path)
    assert f"{ledger[0].quantity} {ledger[0].lower:.12g}" == expected
    assert ledger[1].upper * 12 == ledger[0].upper * 15
    assert any("multiplied" in text for text in ledger.warnings) == (ledger[0].lower > 12)


@pytest.mark.parametrize("name", CASES["table"])
def test_a_table_is_read_or_told_what_to_do(name: str, tmp_path: Path) -> None:
    case = CASES["table"][name]
    path = tmp_path / "t.csv"
    path.write_text(case["content"], "utf-8")
    options = {key: case[key] for key in ("columns", "dates") if key in case}
    if "says" in case:
        fails(case["says"], path, **options)
        return
    ledger = read_ledger(path, **options)
    assert told(ledger) == case["reads"]
    assert case.get("warns", "") in "\n".join(ledger.warnings)
