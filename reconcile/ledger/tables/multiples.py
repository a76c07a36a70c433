"""Columns whose names say thousands, percent or rates: multiplied, or asked about."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from reconcile.errors import DataProblem
from reconcile.ledger.tables.column_names import counted_name, folded
from reconcile.ledger.tables.columns_asked import quoted
from reconcile.ledger.tables.counted_columns import counts_a_day
from reconcile.ledger.tables.header_units import (
    HeaderUnit,
    header_unit,
    title_unit,
    unit_of_cell,
)
from reconcile.ledger.tables.number_columns import read_numbers
from reconcile.ledger.tables.raw_table import RawTable, blank


def units_of(table: RawTable) -> dict[str, HeaderUnit]:
    """The columns of numbers whose names say that these are no counts one by one."""
    found = {name: header_unit(name) for name in table.names}
    return {
        name: unit
        for name, unit in found.items()
        if unit is not None and _hold_digits(table.filled(name))
    }


def _hold_digits(cells: Sequence[Any]) -> bool:
    told = [any(c.isdigit() for c in str(cell)) for cell in cells]
    return 2 * sum(told) >= len(told) > 0


def multiplied(
    table: RawTable, units: Mapping[str, HeaderUnit], decimal: str | None
) -> tuple[RawTable, dict[str, DataProblem]]:
    """The table with its numbers in full ("12" below "[1000]" is 12,000); what could not be."""
    columns = table.to_dict()
    problems: dict[str, DataProblem] = {}
    for name, unit in units.items():
        if unit.kind != "multiple":
            continue
        made = _in_full(columns[name], unit.factor, decimal)
        if isinstance(made, str):
            expected = f"{made}, or the numbers in full below a name without {unit.words!r}"
            came = f"a column of multiples, {unit.factor:,.0f} each"
            problems[name] = DataProblem(table.file, None, name, came, expected)
        else:
            columns[name] = made
    return table.of(columns), problems


def _in_full(cells: Sequence[Any], factor: float, decimal: str | None) -> list[Any] | str:
    """The cells times `factor`; or what is expected of them, where one does not read so."""
    texts = [cell if isinstance(cell, str) else None for cell in cells]
    texts = [None if text is None or text.startswith("#") else text for text in texts]
    reading = read_numbers(texts, decimal)
    if " or " in reading.question:
        return reading.asked
    if reading.question:  # a fraction: no wonder among multiples
        reading = read_numbers(texts, decimal, counts=False)
    if reading.words or reading.percent:
        first = next(iter([*reading.words, *reading.percent]))
        return f"plain numbers (not {texts[first]!r:.40})"
    out: list[Any] = []
    for cell, text, number in zip(cells, texts, reading.cells, strict=True):
        value = cell if text is None else number
        if isinstance(value, int | float) and not isinstance(value, bool) and not blank(value):
            value = round(value * factor, 6)
            out.append(int(value) if value == int(value) else value)
        elif text is None or blank(text) or number is None:
            out.append(cell)
        else:
            return f"plain numbers (not {text!r:.40})"
    return out


def units_asked(
    tidy: RawTable,
    units: Mapping[str, HeaderUnit],
    ignored: frozenset[str],
    known: Collection[str] = (),
) -> tuple[list[DataProblem], list[str]]:
    """Problems and remarks for the columns of `units` that became numbers of claims.

    A column that became nothing stands in the tidy table under its own name. Percent, rates and
    statistics are asked about but where a scale other than that of counts is given, counts of a
    period but where the table has periods. `known` are quantities that a registry describes.
    """
    speakers = {str(cell) for cell in tidy.get("source")} if "_column" in tidy else set[str]()
    used = {n: u for n, u in units.items() if n not in tidy.names and n not in ignored}
    used = {n: u for n, u in used.items() if n not in speakers or u.kind not in ("flow", "rate")}
    problems: list[DataProblem] = []
    remarks: list[str] = []
    for name, unit in used.items():
        rows = [i for i, cell in enumerate(tidy.get("_column")) if cell == name]
        if unit.kind == "multiple":
            remarks.append(
                f"{name!r}: the numbers are multiplied by {unit.factor:,.0f}, as the column's name "
                f"says ({unit.words})"
            )
        elif unit.kind not in _allowed(tidy, rows or range(len(tidy))):
            called = [name] if rows else dict.fromkeys(map(str, tidy.get("_named")))
            problems.append(_asked(tidy.file, name, unit, list(called)))
    return problems + _in_cells(tidy, frozenset(map(folded, known))), remarks


def _allowed(tidy: RawTable, rows: Sequence[int]) -> frozenset[str]:
    """The kinds of numbers that other columns say of these rows how to take."""
    scales = _words_of(tidy, "scale", rows)
    kinds = {kind.casefold() for kind in _words_of(tidy, "quantity_kind", rows)}
    stated = bool(kinds) and "" not in kinds
    levels = stated and kinds <= {"stock", "level", "constant"}
    levels = levels or (bool(scales) and scales <= {"logit", "linear"})
    times = [name for name in ("during", "during_start", "days") if name in tidy]
    periods = any(not blank(tidy[name][i]) for name in times for i in rows)
    plain = ["percent", "rate"] if levels else []
    return frozenset([*plain, "flow"] if periods or levels or stated else plain)


def _words_of(tidy: RawTable, name: str, rows: Sequence[int]) -> set[str]:
    """What the cells of a column say in these rows, if there is such a column; "" for a gap."""
    cells = tidy.to_dict().get(name, ())
    return {"" if blank(cells[i]) else str(cells[i]).strip() for i in rows} if cells else set()


def titles_asked(told: Sequence[str], tidy: RawTable) -> list[DataProblem]:
    """Problems for lines above or below the table that say what all its numbers are."""
    allowed = _allowed(tidy, range(len(tidy)))
    problems: list[DataProblem] = []
    for text in told:
        unit = title_unit(text)
        if unit is not None and unit.kind not in allowed:
            expected = (
                f"numbers in full and running totals, or what {unit.words!r} says in the names of "
                "the columns that it is meant for ('displaced [1000]'); where it is meant for none "
                "of them, take the line out"
            )
            problems.append(DataProblem(tidy.file, None, "title", f"{text!r:.60}", expected))
    return problems


def _in_cells(tidy: RawTable, known: frozenset[str]) -> list[DataProblem]:
    """Rows whose unit, or whose quantity by its name, says that their numbers are no totals."""
    if "_column" in tidy:
        return []
    problems: list[DataProblem] = []
    for name, said in (("unit", unit_of_cell), ("quantity", _unit_of_quantity)):
        shown = tidy.get("_named" if name == "quantity" else name)
        cells = list(map(str, shown)) if name in tidy else []
        for text in dict.fromkeys(cells):
            unit = said(text.strip())
            if unit is None or folded(text) in known:
                continue
            rows = [i for i, cell in enumerate(cells) if cell == text]
            if unit.kind in _allowed(tidy, rows):
                continue
            called = dict.fromkeys(str(tidy.get("_named")[i]) for i in rows)
            came = f"{text!r:.60} ({len(rows)} row{'s' * (len(rows) > 1)})"
            expected = _expected(unit, list(called), "")
            problems.append(DataProblem(tidy.file, tidy.lines[rows[0]], name, came, expected))
    return problems


def _unit_of_quantity(text: str) -> HeaderUnit | None:
    return header_unit(text) or (
        HeaderUnit("flow", 1.0, text, text) if counts_a_day(text) and counted_name(text) else None
    )


def _asked(file: str, name: str, unit: HeaderUnit, called: Sequence[str]) -> DataProblem:
    came = {
        "unclear": f"a column that may hold multiples ({unit.words})",
        "flow": f"a column that by its name holds no running total ({unit.words})",
    }.get(unit.kind, f"a column that holds no counts by its name ({unit.words})")
    if unit.kind == "unclear":
        expected = "the numbers in full, below a name without a unit"
    else:
        expected = _expected(unit, called, f"; leave it out: --columns ignore={quoted(name)}")
    return DataProblem(file, None, name, came, expected)


def _expected(unit: HeaderUnit, called: Sequence[str], leave: str) -> str:
    """What is expected of the quantities `called` so, and how to say what their numbers are."""

    def every(word: str) -> str:
        return f"--columns {','.join(f'{word}={quoted(name)}' for name in called)}"

    if unit.kind == "flow":
        return (
            f"running totals{leave}; counts of the day, week or month that the date names: "
            f"{every('flow')}; of the week that it ends: {every('week')}; levels: "
            f"{every('stock')}; totals all the same: {every('total')}"
        )
    if unit.kind == "percent":
        return f"counts{leave}; shares: {every('logit')}; other percent: {every('linear')}"
    if unit.kind == "rate":
        return f"counts{leave}; numbers that are no counts: {every('linear')}"
    return "numbers in full, and no word of a multiple beside them"
