"""Tables as strangers bring them: read, or told in a line what to do; nothing is lost unsaid."""

from __future__ import annotations

from pathlib import Path

import pytest
from strange_tables import TABLES, Strange

from reconcile.errors import LedgerError, OptionError
from reconcile.ledger import read_ledger


def written(table: Strange, folder: Path) -> Path:
    path = folder / table.file
    content = table.content
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def test_there_are_enough_and_each_has_its_own_name() -> None:
    assert len({table.name for table in TABLES}) == len(TABLES) >= 80


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_a_strange_table_is_read_or_told_what_to_do(table: Strange, tmp_path: Path) -> None:
    path = written(table, tmp_path)
    if table.reads:
        ledger = read_ledger(path, **table.options)
        found = [(c.quantity, c.source, c.lower, c.upper, str(c.period)) for c in ledger]
        assert found == list(table.reads)
        words = "\n".join(ledger.warnings)
        assert all(word in words for word in table.warns), words
        return
    if not table.says:
        with pytest.raises(OptionError, match="expected"):
            read_ledger(path, **table.options)
        return
    with pytest.raises(LedgerError) as caught:
        read_ledger(path, **table.options)
    found = [(p.line, f"{p.field} {p.expected} {p.came}") for p in caught.value.problems]
    for line, words in table.says:
        assert any(at == line and words in told for at, told in found), found
    assert len(found) == len(table.says), found
    assert len(str(caught.value).splitlines()) <= 20
