"""The law of advice: followed to the letter each advice reads the table or asks something else, and
after three more steps at most the table is read, or only cells are left to mend, with their lines;
three in all are enough for some."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from following import followed, printed
from strange_tables import TABLES

from reconcile.errors import LedgerError, OptionError
from reconcile.ledger import read_ledger

_STEPS = 3
_BRANCHES = 6  # answers that are tried at each step
_HERE = Path(__file__).parent


def _tables() -> Iterator[tuple[str, str, bytes, dict[str, Any]]]:
    """Name, file, content and options of every small table of this folder."""
    for page in ("advice", "fields", "habits", "headers_and_rows", "subjects", "trades"):
        cases = tomllib.loads((_HERE / f"{page}.toml").read_text("utf-8"))
        for name, case in cases["table"].items():
            options = {key: case[key] for key in ("columns", "dates", "by") if key in case}
            yield f"{page}: {name}", case.get("file", "t.csv"), case["content"].encode(), options
    for table in TABLES:
        text = table.content
        content = text.encode() if isinstance(text, str) else text
        yield f"strange: {table.name}", table.file, content, table.options


CASES = {name: rest for name, *rest in _tables()}


def _asked(path: Path, options: dict[str, Any]) -> LedgerError | None:
    try:
        read_ledger(path, **options)
    except LedgerError as error:
        return error
    return None


def _told(error: LedgerError) -> set[tuple[Any, ...]]:
    return {(p.line, p.field, p.came, p.expected) for p in error.problems}


def _asks_for_an_edit(error: LedgerError) -> bool:
    """Whether no option answers, and every problem tells the line of a cell to mend."""
    return not printed(error) and all(p.line is not None for p in error.problems)


def _ends(path: Path, options: dict[str, Any], error: LedgerError, steps: int) -> bool:
    """Whether some answers read the table in so many more steps, or leave cells to mend."""
    if _asks_for_an_edit(error):
        return True
    for name, value in printed(error)[-_BRANCHES:] if steps else ():
        given = followed(options, name, value)
        try:
            after = _asked(path, given)
        except OptionError:
            continue
        if after is None or _ends(path, given, after, steps - 1):
            return True
    return False


@pytest.mark.parametrize("name", CASES)
def test_advice_leads_on_and_ends_in_three_steps(name: str, tmp_path: Path) -> None:
    file, content, options = CASES[name]
    path = tmp_path / file
    path.write_bytes(content)
    options = {k: v for k, v in options.items() if k != "columns"} | (
        {"columns": {k: [v] if isinstance(v, str) else v for k, v in options["columns"].items()}}
        if "columns" in options
        else {}
    )
    try:
        error = _asked(path, options)
    except OptionError:
        return
    if error is None or not printed(error):
        return
    for option, value in printed(error):
        given = followed(options, option, value)
        after = _asked(path, given)
        assert after is None or _told(after) != _told(error), (option, value)
        assert after is None or _ends(path, given, after, _STEPS), (option, value)
    assert _ends(path, options, error, _STEPS)
