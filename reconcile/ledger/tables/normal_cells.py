"""Dates and numbers of a tidy table, decided column by column before rows are read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from reconcile.errors import DataProblem
from reconcile.ledger.tables.bounds_in_cells import with_bounds
from reconcile.ledger.tables.column_looks import HIDDEN
from reconcile.ledger.tables.error_columns import with_errors_read
from reconcile.ledger.tables.marks_in_words import in_english_marks
from reconcile.ledger.tables.missing_years import read_with_years
from reconcile.ledger.tables.number_columns import read_numbers
from reconcile.ledger.tables.other_calendars import looks_like
from reconcile.ledger.tables.raw_table import RawTable, blank
from reconcile.ledger.tables.understanding import OWN_FORM, TableOptions
from reconcile.values import Quantity

_DATES = (
    *("on", "during", "during_start", "during_end", "said", "retracted_on"),
    *("epoch", "quantity_closed"),
)
_NUMBERS = ("value", "lower", "upper")


@dataclass(frozen=True, slots=True)
class NormalCells:
    """The table with ISO dates and numbers; by row and column what was no number.

    `words` are cells of `value` to be read as a phrase, `written` these as they came, `aside`
    cells that say that there is no number, `hints` what may help where a date could not be read, by
    column.
    """

    table: RawTable
    words: dict[int, str] = field(default_factory=dict[int, str])
    aside: dict[tuple[int, str], str] = field(default_factory=dict[tuple[int, str], str])
    percent: frozenset[int] = frozenset()
    hints: dict[str, str] = field(default_factory=dict[str, str])
    problems: tuple[DataProblem, ...] = ()
    remarks: tuple[str, ...] = ()
    written: dict[int, str] = field(default_factory=dict[int, str])


def normalised(
    table: RawTable, options: TableOptions, quantities: dict[str, Quantity]
) -> NormalCells:
    """The table made plain. A table that `write_ledger` wrote is taken as it is."""
    if set(table.names) >= OWN_FORM and not options.columns:
        return NormalCells(table)
    table = with_bounds(table)
    columns = table.to_dict()
    problems: list[DataProblem] = []
    remarks: list[str] = []
    hints = _dates(table, options, columns, problems, remarks)
    written: dict[int, str] = {}
    words, aside, percent = _numbers(
        table, options, columns, quantities, problems, remarks, written
    )
    remarks += with_errors_read(table, columns, options.decimal, problems)
    _phrases(table, options, columns, quantities, problems, remarks)
    if "during" in columns:
        _split_windows(columns)
    made = table.of({name: cells for name, cells in columns.items() if name not in HIDDEN})
    return NormalCells(made, words, aside, percent, hints, tuple(problems), tuple(remarks), written)


# ---------------------------------------------------------------- dates


def _dates(
    table: RawTable,
    options: TableOptions,
    columns: dict[str, Any],
    problems: list[DataProblem],
    remarks: list[str],
) -> dict[str, str]:
    """Reads the date columns in place; a column that fits two formats follows one that fits one."""
    dated = {name: table[name] for name in _DATES if name in table}
    readings, told = read_with_years(table, dated, options.dates, options.year)
    remarks += told
    for name, reading in readings.items():
        if reading.question:
            problems.append(DataProblem(table.file, None, name, reading.came, reading.asked))
        columns[name] = reading.cells
        other = "" if options.far else looks_like(reading.cells, table[name])
        if other:
            first = next(i for i, cell in enumerate(reading.cells) if not blank(cell))
            expected = f"Gregorian dates; these look like {other} (if they are meant: --dates far)"
            came = f"{table[name][first]!s:.40}"
            problems.append(DataProblem(table.file, table.lines[first], name, came, expected))
    return {name: reading.hint for name, reading in readings.items() if reading.hint}


def _split_windows(columns: dict[str, Any]) -> None:
    """`during`, a day or first/last, as the ends of a window."""
    cells = [None if blank(cell) else str(cell) for cell in columns.pop("during")]
    for key, part in (("during_start", 0), ("during_end", -1)):
        own = columns.get(key, [None] * len(cells))
        made = [None if cell is None else _end(cell, part) for cell in cells]
        columns[key] = [b if blank(a) else a for a, b in zip(own, made, strict=True)]


def _end(text: str, part: int) -> str:
    """The first or last day of a day, month, year or range; what is no date as it came."""
    from reconcile.errors import DateError
    from reconcile.values import Days

    try:
        days = Days.of(text)
    except DateError:
        return text
    return (days.first if part == 0 else days.last).isoformat()


# ---------------------------------------------------------------- numbers


def _numbers(
    table: RawTable,
    options: TableOptions,
    columns: dict[str, Any],
    quantities: dict[str, Quantity],
    problems: list[DataProblem],
    remarks: list[str],
    written: dict[int, str],
) -> tuple[dict[int, str], dict[tuple[int, str], str], frozenset[int]]:
    """Reads the number columns in place: marks are those of all of them together.

    Of a table that was wide each column is looked at by itself.
    """
    names = [name for name in _NUMBERS if name in table]
    words: dict[int, str] = {}
    aside: dict[tuple[int, str], str] = {}
    percent: set[int] = set()
    for rows in _groups(table):
        cells = [table[name][i] for name in names for i in rows]
        reading = read_numbers(cells, options.decimal, counts=_are_counts(table, rows, quantities))
        where = f"column {table['_column'][rows[0]]!r}" if "_column" in table else "the numbers"
        if reading.question:
            field = str(table["_column"][rows[0]]) if "_column" in table else names[0]
            first = _first(cells, reading.question)
            line = table.lines[rows[first % len(rows)]] if first is not None else None
            problems.append(DataProblem(table.file, line, field, _TWO_MARKS, reading.asked))
        for at, expected in reading.contrary.items():
            i, name = rows[at % len(rows)], names[at // len(rows)]
            field = str(table["_column"][i]) if "_column" in table else name
            came = f"{table[name][i]!r:.40}"
            problems.append(DataProblem(table.file, table.lines[i], field, came, expected))
        if reading.remark:
            remarks.append(f"{where}: {reading.remark}")
        for k, name in enumerate(names):
            column = list(columns[name])
            for j, i in enumerate(rows):
                column[i] = reading.cells[k * len(rows) + j]
            columns[name] = column
        for at, text in reading.words.items():
            name, i = names[at // len(rows)], rows[at % len(rows)]
            if name == "value" and "phrase" not in table and _may_be_words(text):
                words[i], written[i] = text, reading.written[at]
        for at, why in reading.aside.items():
            aside[rows[at % len(rows)], names[at // len(rows)]] = why
        percent |= {rows[at % len(rows)] for at in reading.percent}
    return words, aside, frozenset(percent)


def _phrases(
    table: RawTable,
    options: TableOptions,
    columns: dict[str, Any],
    quantities: dict[str, Quantity],
    problems: list[DataProblem],
    remarks: list[str],
) -> None:
    """Reads the marks of the numbers in `phrase`, which its words do not tell, in place."""
    if "phrase" not in table or not _are_counts(table, range(len(table)), quantities):
        return
    texts = [cell if isinstance(cell, str) else None for cell in table["phrase"]]
    reading = read_numbers(texts, options.decimal)
    if reading.question:
        first = _first(texts, reading.question)
        line = None if first is None else table.lines[first]
        problems.append(DataProblem(table.file, line, "phrase", _TWO_MARKS, reading.asked))
    for i, expected in reading.contrary.items():
        came = f"{texts[i]!r:.40}"
        problems.append(DataProblem(table.file, table.lines[i], "phrase", came, expected))
    if reading.decimal == "," and not reading.question:
        columns["phrase"] = [
            cell if text is None else in_english_marks(text, ",")
            for cell, text in zip(columns["phrase"], texts, strict=True)
        ]
        remarks.append("the numbers in 'phrase': a comma is read as the decimal mark")


_TWO_MARKS = "a mark that can be two"


def _first(cells: Sequence[Any], question: str) -> int | None:
    """The position of the cell that a question shows."""
    shown = question.partition("'")[2].partition("'")[0]
    return next((i for i, c in enumerate(cells) if not blank(c) and shown in str(c)), None)


def _may_be_words(text: str) -> bool:
    return text.casefold().lstrip("+-") not in ("inf", "infinity", "nan")


def _groups(table: RawTable) -> list[range | list[int]]:
    if not len(table):
        return []
    if "_column" not in table:
        return [range(len(table))]
    found: dict[str, list[int]] = {}
    for i, name in enumerate(table["_column"]):
        found.setdefault(name, []).append(i)
    return list(found.values())


_COUNTS = frozenset(["", "none", "count", "counts", "number", "people", "persons", "individuals"])
"""Units of what is counted one by one."""


def _are_counts(table: RawTable, rows: Any, quantities: dict[str, Quantity]) -> bool:
    """Whether the numbers count something: no scale or unit says otherwise."""
    scales = {str(table["scale"][i]).strip() for i in rows} if "scale" in table else set[str]()
    units = {str(table["unit"][i]).strip().casefold() for i in rows} if "unit" in table else set()
    if scales - {"log", "", "None"} or units - _COUNTS:
        return False
    ids = {str(table["quantity"][i]).strip() for i in rows} if quantities else set[str]()
    known = [quantities[name] for name in ids if name in quantities]
    return all(q.scale == "log" and q.unit == "count" for q in known)
