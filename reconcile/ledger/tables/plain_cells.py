"""Cells as plain Python values, whatever the table kept them as."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from reconcile.ledger.tables.raw_table import RawTable

_PLAIN = frozenset({str, int, float, bool, type(None), date, datetime})
_MISSING = ("NAType", "NaTType")


def plain(table: RawTable) -> RawTable:
    """The table with texts, numbers, truth values, days, lists and gaps as its only cells.

    Numbers of NumPy, decimals and fractions become numbers, bytes text; of anything else the text
    that it prints as is taken, which its column's reader then judges. Durations and complex numbers
    stay: no text of theirs may pass for a number.
    """
    columns = {name: _column(cells) for name, cells in table.to_dict().items()}
    return table.of(columns)


def _column(cells: Sequence[Any]) -> Sequence[Any]:
    if set(map(type, cells)) <= _PLAIN:
        return cells
    return [cell if type(cell) in _PLAIN else _cell(cell) for cell in cells]


def without_unseen(table: RawTable) -> RawTable:
    """The table whose names and texts have no marks around them that nobody sees, as pages and
    exports leave them (marks of direction, of byte order, blanks without width)."""
    columns = {_seen(name): _all_seen(cells) for name, cells in table.to_dict().items()}
    return table.of(columns) if len(columns) == len(table.names) else table


def _all_seen(cells: Sequence[Any]) -> Sequence[Any]:
    if "".join([cell for cell in cells if type(cell) is str]).isascii():
        return cells
    return [_seen(cell) if type(cell) is str else cell for cell in cells]


_UNSEEN = "".join(
    [
        "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\u2061\u2062\u2063\ufeff",
        "\u202a\u202b\u202c\u202d\u202e",
    ]
)


def _seen(text: str) -> str:
    return text if text.isascii() else text.strip(_UNSEEN)


def _cell(cell: Any) -> Any:
    if type(cell).__name__ in _MISSING:
        return None
    if isinstance(cell, datetime | date | str | dict | timedelta | complex):
        return cell
    if isinstance(cell, Decimal | Fraction):
        return _number(cell)
    if isinstance(cell, bytes | bytearray):
        return bytes(cell).decode("utf-8", errors="backslashreplace")
    kind = getattr(getattr(cell, "dtype", None), "kind", "")
    if kind in "biuf" and kind and hasattr(cell, "item") and getattr(cell, "ndim", 1) == 0:
        return cell.item()
    if kind == "M" and getattr(cell, "ndim", 1) == 0:
        day = str(cell.astype("datetime64[D]"))
        return None if day == "NaT" else day
    if isinstance(cell, list | tuple):
        return [_cell(item) if type(item) not in _PLAIN else item for item in cell]  # pyright: ignore[reportUnknownVariableType]
    return str(cell)


def _number(cell: Decimal | Fraction) -> float | str | None:
    try:
        number = float(cell)
    except (OverflowError, ValueError):
        return str(cell)
    return None if math.isnan(number) else number
