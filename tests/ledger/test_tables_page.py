"""docs/tables.md says what the code does: names, examples, problems."""

from __future__ import annotations

import re
from pathlib import Path

import reconcile
from reconcile.ledger.tables.column_names import MEANINGS, PLACES

PAGE = (Path(__file__).parents[2] / "docs" / "tables.md").read_text(encoding="utf-8")


def test_every_name_on_the_page_is_understood() -> None:
    rows = re.findall(r"^\| (`\w+`(?:, `\w+`)*) \| .* \| (.*) \|$", PAGE, flags=re.M)
    ours = {name for cell, _ in rows for name in re.findall(r"`(\w+)`", cell)}
    also = {n for _, cell in rows for n in re.findall(r"\b[a-z]+(?:_\w+)?\b", cell)}
    known = {meaning.name for meaning in MEANINGS}
    others = {name for meaning in MEANINGS for name in meaning.also} | set(PLACES)
    claims = {name for name in ours if name in known}
    assert len(claims) >= 15
    understood = {name for name in also if name in others}
    assert len(understood) >= 30
    assert not {n for n in also if "_" in n} - others - {"output_type_id", "output_type"}


def test_the_example_of_the_page_does_what_it_says() -> None:
    code = re.findall(r"```python\n(.*?)```", PAGE, flags=re.S)[0]
    space: dict[str, object] = {}
    exec(code, space)
    ledger = space["ledger"]
    assert isinstance(ledger, reconcile.Ledger)
    assert [claim.quantity for claim in ledger] == ["killed", "injured", "killed"]
    words = "\n".join(ledger.warnings)
    for part in ("set aside", "read as words", "assumed"):
        assert part in words
