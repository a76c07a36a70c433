"""Rows of sums above or below a table: set aside; where they add up what stands in the days of the
table, these are counts of each day and no running totals."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from reconcile.errors import DataProblem
from reconcile.ledger.tables.assumed_totals import kinds_asked
from reconcile.ledger.tables.column_names import meaning_of
from reconcile.ledger.tables.date_columns import looks_like_dates
from reconcile.ledger.tables.number_columns import number_of
from reconcile.ledger.tables.raw_table import RawTable, blank, never_blank
from reconcile.ledger.tables.total_names import is_total

_ENDS = 3  # rows at either end among which sums are looked for


def without_totals(table: RawTable) -> RawTable:
    """The table without its rows of sums, which are said; `sums` are the columns that they add up.

    Such a row has a name of sums and numbers, and a gap, or that name, where others have a date or
    a name. One that is whole may be a place of its own ("World").
    """
    ends = {*range(min(_ENDS, len(table))), *range(max(0, len(table) - _ENDS), len(table))}
    found = {i: name for i in sorted(ends) if (name := _named_sum(table, i)) is not None}
    rest = [i for i in range(len(table)) if i not in found]
    if not found or not rest:
        return table
    kept = table.taken(rest)
    found = {i: name for i, name in found.items() if _has_gap(table, kept, i)}
    if not found:
        return table
    kept = table.taken([i for i in range(len(table)) if i not in found])
    sums = {
        name: table.lines[i]
        for i in found
        for name, cell in zip(table.names, (c[i] for c in table.columns), strict=True)
        if _adds_up(kept[name], cell)
    }
    told = ", ".join(f"{name!r} (line {table.lines[i]})" for i, name in found.items())
    return replace(kept.remarked(f"rows of sums, set aside: {told}"), sums=sums)


def sums_asked(tidy: RawTable, sums: Mapping[str, int]) -> Iterator[DataProblem]:
    """A problem for each column of running totals whose numbers a row of sums adds up."""
    for name, line in sums.items():
        columns = tidy.get("_column")
        rows = [
            i
            for i in range(len(tidy))
            if (columns[i] == name if "_column" in tidy else meaning_of(name) == "value")
            and not blank(tidy.get("on")[i])
            and blank(tidy.get("quantity_kind")[i])
        ]
        keys = [(str(tidy.get("quantity")[i]), str(tidy.get("source")[i])) for i in rows]
        if len(keys) > len(set(keys)):
            called = dict.fromkeys(str(tidy.get("_named")[i]) for i in rows)
            came = "a row that adds up the numbers above it, as no one does with running totals"
            expected = f"what they are: {kinds_asked(list(called))}"
            yield DataProblem(tidy.file, line, name, came, expected)


def _named_sum(table: RawTable, i: int) -> str | None:
    """The name of sums in a row that holds numbers besides."""
    cells = [cells[i] for cells in table.columns if not blank(cells[i])]
    texts = [str(cell).strip() for cell in cells if _number(cell) is None]
    return texts[0] if len(texts) == 1 and len(cells) > 1 and is_total(texts[0]) else None


def _has_gap(table: RawTable, kept: RawTable, i: int) -> bool:
    for name in table.names:
        cell = table[name][i]
        if blank(cell) and len(kept) and never_blank(kept[name]):
            return True
        if isinstance(cell, str) and is_total(cell) and looks_like_dates(kept[name]):
            return True
    return False


def _adds_up(cells: Sequence[Any], cell: Any) -> bool:
    total = None if blank(cell) else _number(cell)
    numbers = [number for c in cells if not blank(c) and (number := _number(c)) is not None]
    return total is not None and len(numbers) > 1 and numbers[-1] < total == sum(numbers)


def _number(cell: Any) -> float | None:
    if isinstance(cell, str):
        return number_of(cell)
    number = isinstance(cell, int | float) and not isinstance(cell, bool) and abs(cell) < _MOST
    return float(cell) if number else None


_MOST = 1e300
