"""Cells of `source` that name no single source: totals, lines below a table, several sources."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence

from reconcile.errors import DataProblem
from reconcile.ledger.tables.note_rows import begins_as_note
from reconcile.ledger.tables.raw_table import RawTable, blank, first_lines
from reconcile.ledger.tables.total_names import is_total

_PARTED = re.compile(r"\s*[;|\n]\s*|(?<=[^\W\d])\s*/\s*(?=[^\W\d])")
_CITING = re.compile(
    r"(?<!^)\b(?:via|citing|cites|cited by|quoting|quoted by|quotes|according to|as reported by|"
    r"reported by|relaying|laut|nach Angaben|unter Berufung auf|citant|selon|citando|según)\b",
    re.IGNORECASE,
)
_JOINED = re.compile(r"\s*(?:,|&|\+|\band\b|\bund\b|\bet\b|\by\b)\s*", re.IGNORECASE)
_SHOWN = 6
_MEANS = (
    "average",
    "mean",
    "median",
    "durchschnitt",
    "mittelwert",
    "moyenne",
    "promedio",
    "médiane",
)


def no_sources(table: RawTable, known: Collection[str]) -> Iterator[DataProblem]:
    """A problem for each source that is the name of a sum or a line below the table."""
    at = _lines(table)
    notes = [name for name in at if begins_as_note(name) and "://" not in name]
    for name in at:
        if name in known:
            continue
        if is_total(name) or name.casefold() in _MEANS:
            expected = (
                "who says it; leave a row of totals out (a source of this name: list it in "
                "sources.toml)"
            )
            yield _problem(table, at[name], f"{name!r}, which names a sum or mean", expected)
        elif name in notes and len(notes) < len(at):
            expected = "who says it; leave out the lines below the table"
            yield _problem(table, at[name], f"{name!r:.60}, which begins as a note", expected)


def _problem(table: RawTable, lines: Sequence[int], came: str, expected: str) -> DataProblem:
    more = f" (lines {first_lines(lines)})" if len(lines) > 1 else ""
    return DataProblem(table.file, lines[0], "source", came + more, expected)


def several_sources(table: RawTable, known: Collection[str]) -> list[str]:
    """What to say of cells that name more than one source, if there are any."""
    at = _lines(table)
    names = {name.casefold() for name in at}
    found = [name for name in at if name not in known and _several(name, names)]
    if not found:
        return []
    told = ", ".join(f"{name!r:.60} (line {first_lines(at[name])})" for name in found[:_SHOWN])
    more = f" and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
    return [
        f"cells of 'source' that may name several: {told}{more}; each is read as one source of its "
        "own, independent of the others; where one repeats another, name the one who speaks and "
        "give the id of the claim it repeats in a column 'origin'; where each says it, write a row "
        "for each"
    ]


def _several(name: str, names: Collection[str]) -> bool:
    if "://" in name:
        return False
    if _CITING.search(name) or len([part for part in _PARTED.split(name) if part]) > 1:
        return True
    parts = [part.casefold() for part in _JOINED.split(name) if part]
    return len(parts) > 1 and any(part in names for part in parts)


def _lines(table: RawTable) -> Mapping[str, list[int]]:
    """The lines on which each source stands."""
    found: dict[str, dict[int, None]] = {}
    for cell, line in zip(table.get("source"), table.lines, strict=True):
        if not blank(cell):
            found.setdefault(str(cell).strip(), {})[line] = None
    return {name: list(lines) for name, lines in found.items()}
