"""Columns of the error of the number beside them ("stderr", "margin of error"), as bounds."""

from __future__ import annotations

import re
from collections.abc import Sequence
from statistics import NormalDist
from typing import Any

from reconcile.errors import DataProblem
from reconcile.ledger.tables.column_looks import SPREADS, columns_of_numbers
from reconcile.ledger.tables.column_names import ERRORS, folded, meaning_of
from reconcile.ledger.tables.number_columns import read_numbers
from reconcile.ledger.tables.raw_table import RawTable, blank, first_lines

_LEVEL = 0.95  # what margins of error and bounds of two standard errors stand for by custom
_SIGNS = ("±", "+/-", "+-", "+/−", "+−")
_HALVES = {"moe": 1.0, "ci_width": 0.5}


def with_plain_errors(table: RawTable) -> RawTable:
    """The table with names of errors that can be typed: "±", "95% CI width", with that level.

    A column called "se" that is no error of the others goes by "SE".
    """
    named = {name: "plus_minus" for name in table.names if name.strip() in _SIGNS}
    named = named if len(named) == 1 and "plus_minus" not in table else {}
    table = table.renamed(named)
    for name in table.names:
        found = _WITH_LEVEL.fullmatch(name.strip())
        ours = meaning_of(found["before"] + found["after"]) if found else None
        if found and ours in ERRORS and ours not in table:
            table = table.renamed({name: ours})
            if not any(meaning_of(other) == "level" for other in table.names):
                levels = [int(found["level"]) / 100] * len(table)
                table = table.of(table.to_dict() | {"level": levels})
    real = errors_beside(table)
    return table.renamed({n: n.upper() for n in ERRORS if n in table and n not in real})


_WITH_LEVEL = re.compile(
    r"(?P<before>[^\d%]*?)[\s_(,]*(?P<level>[5-9]\d)\s*(?:%|pct|percent)?[\s_),]*(?P<after>[^\d%]*)"
)


def tells_error(name: str) -> bool:
    """Whether a column is the error of a number, or the spread of what was measured, by its name.

    >>> tells_error("Std. error"), tells_error("sd"), tells_error("mean")
    (True, True, False)
    """
    return meaning_of(name) in ERRORS or folded(name) in SPREADS


def errors_beside(table: RawTable) -> dict[str, str]:
    """The column that is the error of the numbers of a table by its name, and our name for it.

    Only a margin of error may be that of several columns of numbers, as in polls: "SE" beside
    several may be a region, and so may one with numbers as large.
    """
    named = {name: ours for name in table.names if (ours := meaning_of(name)) in ERRORS}
    if len(named) != 1 or {"lower", "upper"} & {*table.names}:
        return {}
    numbers = [n for n in columns_of_numbers(table) if n not in named]
    numbers += [name for name in ("value",) if name in table]
    name, ours = next(iter(named.items()))
    if not numbers or (len(numbers) > 1 and ours != "moe"):
        return {}
    errors = _plain(table[name], None)
    pairs = [pair for n in numbers for pair in zip(_plain(table[n], None), errors, strict=True)]
    told = [(value, error) for value, error in pairs if value is not None and error is not None]
    small = all(0 <= error < abs(value) or value == 0 for value, error in told)
    return {name: ours} if told and (small or len(folded(name)) > len("moe")) else {}


def with_errors_read(
    table: RawTable, columns: dict[str, Any], decimal: str | None, problems: list[DataProblem]
) -> list[str]:
    """Puts bounds in place of a column of errors, and what to say of it.

    The bounds lie 1.96 standard errors, a margin of error or half a width from the number, with
    level 0.95; a column `level` tells another. Those of counts end at 0.
    """
    own = next((name for name in ERRORS if name in columns), None)
    if own is None or "value" not in columns or {"lower", "upper"} & columns.keys():
        return []
    if own != "moe" and len({*map(str, table.get("_column"))} - {"None"}) > 1:
        expected = "one column of numbers beside a column of errors, or bounds of each"
        problems.append(DataProblem(table.file, None, own, "the error of several", expected))
        return []
    errors, values = _plain(columns.pop(own), decimal), columns["value"]
    levels = [
        _LEVEL if blank(cell) else _share(cell)
        for cell in columns.get("level", [None] * len(table))
    ]
    scales = columns.get("scale", [None] * len(table))
    ends: list[tuple[float, float] | None] = []
    for value, error, level, scale in zip(values, errors, levels, scales, strict=True):
        if error is None or level is None or not isinstance(value, int | float):
            ends.append(None)
            continue
        half = error * (NormalDist().inv_cdf((1 + level) / 2) if own == "se" else _HALVES[own])
        floor = 0.0 if value >= 0 and str(scale) != "linear" else float("-inf")
        ends.append((max(floor, value - half), value + half))
    columns["lower"] = [None if end is None else end[0] for end in ends]
    columns["upper"] = [None if end is None else end[1] for end in ends]
    columns["level"] = [
        None if end is None else level for end, level in zip(ends, levels, strict=True)
    ]
    bare = [line for line, end in zip(table.lines, ends, strict=True) if end is None]
    without = f"; none in line {first_lines(bare)}" if bare else ""
    used = sorted({level for level in columns["level"] if level is not None})
    told = ", ".join(f"{level:g}" for level in used[:3])
    return [f"{_READ[own]}, level {told}{without}"]


_READ = {
    "se": "standard errors are read as bounds around the number (1.96 of them for 0.95)",
    "moe": "margins of error are read as bounds that far from the number",
    "ci_width": "widths of intervals are read as bounds half of them from the number",
}


def _plain(cells: Sequence[Any], decimal: str | None) -> list[float | None]:
    """The numbers of a column, without "±" before them."""
    bare = [cell.strip().lstrip("±").strip() if isinstance(cell, str) else cell for cell in cells]
    found = read_numbers(bare, decimal, counts=False).cells
    return [
        float(cell) if isinstance(cell, int | float) and not isinstance(cell, bool) and cell == cell
        else None
        for cell in found
    ]  # fmt: skip


def _share(cell: Any) -> float | None:
    """A level as a share: 0.9, 90, "90%"; None for what is none."""
    try:
        number = float(str(cell).strip().rstrip("% "))
    except ValueError:
        return None
    number = number / 100 if number > 1 else number
    return number if 0 < number < 1 else None
