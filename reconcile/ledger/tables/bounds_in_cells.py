"""Cells that hold a number with its bounds, as epidemiologists write it: "30 (95% CI 25-35)"."""

from __future__ import annotations

import re
from typing import Any

from reconcile.ledger.tables.raw_table import RawTable, first_lines

_NUMBER = r"[-−]?\d[\d.,'’]*(?:\s\d{3})*"
_CELL = re.compile(
    rf"(?P<value>{_NUMBER})\s*[(\[]\s*"
    r"(?:(?P<level>\d{2}(?:\.\d+)?)\s?%\s*(?:[CUP]r?I|interval)?\s*[:,=]?\s*)?"
    rf"(?P<lower>{_NUMBER})\s*(?:-|–|—|to|;|,\s)\s*(?P<upper>{_NUMBER})\s*[)\]]$",
    re.IGNORECASE,
)


def with_bounds(table: RawTable) -> RawTable:
    """The table with the bounds that stand in cells of `value` as columns of their own.

    Nothing is done where the table has such columns.
    """
    if "value" not in table or {"lower", "upper", "level"} & set(table.names):
        return table
    found = [_CELL.match(c.strip()) if isinstance(c, str) else None for c in table["value"]]
    lines = [line for line, match in zip(table.lines, found, strict=True) if match]
    if not lines:
        return table
    cells: dict[str, list[Any]] = {
        name: [None if match is None else match[name] for match in found]
        for name in ("lower", "upper", "level")
    }
    cells["level"] = [None if cell is None else float(cell) / 100 for cell in cells["level"]]
    value = [
        cell if match is None else match["value"]
        for cell, match in zip(table["value"], found, strict=True)
    ]
    told = first_lines(lines)
    remark = f"cells of a number with its bounds in brackets are read as both: line {told}"
    return table.of(table.to_dict() | {"value": value} | cells).remarked(remark)
