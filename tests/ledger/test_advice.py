"""Tables whose advice is followed: what is printed leads to a reading, or to another question."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest
from following import columns_of, printed
from table_cases import fails, told

from reconcile.errors import LedgerError, OptionError
from reconcile.ledger import Ledger, read_ledger

CASES: dict[str, Any] = tomllib.loads(Path(__file__).with_name("advice.toml").read_text("utf-8"))


@pytest.mark.parametrize("name", CASES["table"])
def test_a_table_is_read_or_asked_and_then_read(name: str, tmp_path: Path) -> None:
    case = CASES["table"][name]
    path = tmp_path / "t.csv"
    path.write_text(case["content"], "utf-8")
    options: dict[str, Any] = {}
    if "asks" in case:
        fails(case["asks"], path, error=(LedgerError, OptionError))
    for step in case.get("then", ()):
        with pytest.raises(LedgerError) as caught:
            read_ledger(path, **options)
        if case.get("printed", True):
            assert step in [text for _, text in printed(caught.value)]
        options = following_step(options, step)
    ledger = read_ledger(path, **options)
    assert told(ledger) == case["reads"]
    assert case.get("warns", "") in "\n".join(ledger.warnings)
    assert [c.phrase.level for c in ledger] == case.get("levels", [None] * len(ledger))
    for quantity, kind in case.get("kinds", {}).items():
        assert _kind(ledger, quantity) == kind


def following_step(options: dict[str, Any], step: str) -> dict[str, Any]:
    if step == "far":
        return options | {"dates": "far"}
    return options | {"columns": columns_of(step, options.get("columns"))}


def _kind(ledger: Ledger, quantity: str) -> str:
    """How the numbers of a quantity were taken: "during" where all are of periods."""
    claims = [claim for claim in ledger if claim.quantity == quantity]
    flows = {claim.period.kind for claim in claims} == {"during"}
    return "during" if flows else ledger.quantities[quantity].kind
