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
    allowed = _allowed(tidy)
    problems: list[DataProblem] = []
    remarks: list[str] = []
    for name, unit in used.items():
        if unit.kind == "multiple":
            remarks.append(
                f"{name!r}: the numbers are multiplied by {unit.factor:,.0f}, as the column's name "
                f"says ({unit.words})"
            )
        elif unit.kind not in allowed:
            problems.append(_asked(tidy.file, name, unit))
    return problems + _in_cells(tidy, allowed, frozenset(map(folded, known))), remarks


def _allowed(tidy: RawTable) -> frozenset[str]:
    """The kinds of numbers that other columns say how to take."""
    scales = _words_of(tidy, "scale")
    kinds = {kind.casefold() for kind in _words_of(tidy, "quantity_kind")}
    levels = bool(kinds) and kinds <= {"stock", "level", "constant"}
    levels = levels or (bool(scales) and scales <= {"logit", "linear"})
    periods = any(tidy.filled(n) for n in ("during", "during_start", "days") if n in tidy)
    plain = ["percent", "rate"] if levels else []
    return frozenset([*plain, "flow"] if periods or levels else plain)


def _words_of(tidy: RawTable, name: str) -> set[str]:
    """What the cells of a column say, if there is such a column."""
    return {str(cell).strip() for cell in tidy.filled(name)} if name in tidy else set()


def titles_asked(told: Sequence[str], tidy: RawTable) -> list[DataProblem]:
    """Problems for lines above or below the table that say what all its numbers are."""
    allowed = _allowed(tidy)
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


def _in_cells(tidy: RawTable, allowed: frozenset[str], known: frozenset[str]) -> list[DataProblem]:
    """Rows whose unit, or whose quantity by its name, says that their numbers are no totals."""
    if "_column" in tidy:
        return []
    problems: list[DataProblem] = []
    for name, said in (("unit", unit_of_cell), ("quantity", _unit_of_quantity)):
        cells = list(map(str, tidy[name])) if name in tidy else []
        for text in dict.fromkeys(cells):
            unit = said(text.strip())
            if unit is None or unit.kind in allowed or folded(text) in known:
                continue
            line, rows = tidy.lines[cells.index(text)], cells.count(text)
            came = f"{text!r:.60} ({rows} row{'s' * (rows > 1)})"
            problems.append(DataProblem(tidy.file, line, name, came, _FULL[unit.kind]))
    return problems


def _unit_of_quantity(text: str) -> HeaderUnit | None:
    return header_unit(text) or (
        HeaderUnit("flow", 1.0, text, text) if counts_a_day(text) and counted_name(text) else None
    )


_IN_FULL_ONLY = "numbers in full, and no word of a multiple beside them"
_FULL = {
    "multiple": _IN_FULL_ONLY,
    "unclear": _IN_FULL_ONLY,
    "percent": "counts; for percent a column 'scale' that says logit (or linear)",
    "rate": "counts; for other numbers a column 'scale' that says linear",
    "flow": "running totals; for what was counted in a period a column during (the day, week or "
    "month), or during_start and during_end; for levels a column quantity_kind that says stock",
}


def _asked(file: str, name: str, unit: HeaderUnit) -> DataProblem:
    if unit.kind == "unclear":
        came = f"a column that may hold multiples ({unit.words})"
        expected = "the numbers in full, below a name without a unit"
        return DataProblem(file, None, name, came, expected)
    leave = f"leave it out: --columns ignore={quoted(name)}"
    if unit.kind == "flow":
        came = f"a column that by its name holds no running total ({unit.words})"
        expected = (
            f"running totals; {leave}; counts of the day, week or month that the date names: "
            "--columns during=<the column of dates>; of the week that the date ends: --columns "
            "during_end=<the column of dates>,days==7; levels: --columns quantity_kind==stock"
        )
        return DataProblem(file, None, name, came, expected)
    came = f"a column that holds no counts by its name ({unit.words})"
    other = (
        "shares: --columns scale==logit (or linear)"
        if unit.kind == "percent"
        else "numbers that are no counts: --columns scale==linear"
    )
    return DataProblem(file, None, name, came, f"counts; {leave}; {other}")
