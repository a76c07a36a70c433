"""Columns whose names say thousands, percent or rates: multiplied, or asked about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from reconcile.errors import DataProblem
from reconcile.ledger.tables.columns_asked import quoted
from reconcile.ledger.tables.header_units import HeaderUnit, header_unit
from reconcile.ledger.tables.number_columns import read_numbers
from reconcile.ledger.tables.raw_table import RawTable, blank

__all__ = ["multiplied", "units_asked", "units_of"]


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
    tidy: RawTable, units: Mapping[str, HeaderUnit], ignored: frozenset[str]
) -> tuple[list[DataProblem], list[str]]:
    """Problems and remarks for the columns of `units` that became numbers of claims.

    A column that became nothing stands in the tidy table under its own name. Percent and rates are
    asked about but where a scale other than that of counts is given.
    """
    used = {n: u for n, u in units.items() if n not in tidy.names and n not in ignored}
    scales = {str(cell).strip() for cell in tidy.get("scale") if not blank(cell)}
    scaled = bool(scales) and scales <= {"logit", "linear"}
    problems: list[DataProblem] = []
    remarks: list[str] = []
    for name, unit in used.items():
        if unit.kind == "multiple":
            remarks.append(
                f"{name!r}: the numbers are multiplied by {unit.factor:,.0f}, as the column's name "
                f"says ({unit.words})"
            )
        elif not scaled or unit.kind == "unclear":
            problems.append(_asked(tidy.file, name, unit))
    return problems + _in_cells(tidy, scaled), remarks


def _in_cells(tidy: RawTable, scaled: bool) -> list[DataProblem]:
    """Rows whose unit, or whose quantity by its name, says that their numbers are multiples."""
    problems: list[DataProblem] = []
    for name, mark in (("unit", "x "), ("quantity", "")):
        if "_column" in tidy or name not in tidy:
            continue
        cells = [str(cell) for cell in tidy[name]]
        for text in dict.fromkeys(cells):
            unit = header_unit(mark + text)
            percent = name == "quantity" and "%" in text and not scaled
            if unit is not None and (unit.kind == "multiple" or percent):
                line, rows = tidy.lines[cells.index(text)], cells.count(text)
                came = f"{text!r:.60} ({rows} row{'s' * (rows > 1)})"
                expected = "numbers in full, and no word of a multiple beside them"
                if percent:
                    expected = "counts; for percent a column 'scale' that says logit (or linear)"
                problems.append(DataProblem(tidy.file, line, name, came, expected))
    return problems


def _asked(file: str, name: str, unit: HeaderUnit) -> DataProblem:
    if unit.kind == "unclear":
        came = f"a column that may hold multiples ({unit.words})"
        expected = "the numbers in full, below a name without a unit"
        return DataProblem(file, None, name, came, expected)
    came = f"a column that holds no counts by its name ({unit.words})"
    other = (
        "shares: --columns scale==logit (or linear)"
        if unit.kind == "percent"
        else "numbers that are no counts: --columns scale==linear"
    )
    expected = f"counts; leave it out: --columns ignore={quoted(name)}; {other}"
    return DataProblem(file, None, name, came, expected)
