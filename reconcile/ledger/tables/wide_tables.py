"""Wide tables (one column for each quantity, source or day) as one row for each claim."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

from reconcile.ledger.tables.raw_table import RawTable, blank

__all__ = ["joined_days", "melted", "with_places"]


def melted(
    table: RawTable, columns: Mapping[str, str], key: Literal["quantity", "source", "on"]
) -> RawTable:
    """One row for each cell of `columns`; what their names mean (its values) becomes `key`.

    An empty cell is no claim; how many there were is said.
    """
    names = [name for name in table.names if name in columns]
    kept = [name for name in table.names if name not in columns and name != key]
    cells = [(i, name) for i in range(len(table)) for name in names if not blank(table[name][i])]
    found: dict[str, Sequence[Any]] = {
        name: [column[i] for i, _ in cells] for name in kept for column in [table[name]]
    }
    alike = len(set(columns.values())) < len(columns)
    found["id"] = [_id(table, i, name if alike else columns[name]) for i, name in cells]
    found[key] = [columns[name] for _, name in cells]
    by_name = {name: table[name] for name in names}
    found["value"] = [by_name[name][i] for i, name in cells]
    found["_column"] = [name for _, name in cells]
    empty = len(names) * len(table) - len(cells)
    told = ", ".join(f"{name!r}" for name in names[:6])
    more = f" and {len(names) - 6} more" if len(names) > 6 else ""
    what = {"quantity": "a quantity", "source": "a source", "on": "a day"}[key]
    remark = f"each of the columns {told}{more} is {what}"
    if empty:
        remark += f"; {empty} empty cell{'s are' if empty > 1 else ' is'} no claim"
    return RawTable(
        table.file,
        tuple(found),
        tuple(found.values()),
        [table.lines[i] for i, _ in cells],
        (*table.remarks, remark),
        table.problems,
    )


def _id(table: RawTable, i: int, name: str) -> str:
    given = table["id"][i] if "id" in table else None
    return f"row-{i + 1}-{name}" if blank(given) else f"{given}-{name}"


def with_places(table: RawTable, places: Sequence[str], slug: Callable[[str], str]) -> RawTable:
    """The table whose quantities carry the places of their rows: ``killed-gaza``."""
    columns = [table[name] for name in places]
    ids: list[Any] = []
    for i, quantity in enumerate(table["quantity"]):
        parts = [slug(str(column[i])) for column in columns if not blank(column[i])]
        ids.append(quantity if blank(quantity) else "-".join([str(quantity).strip(), *parts]))
    made = table.without(places)
    remark = f"each place makes quantities of its own (column {', '.join(map(repr, places))})"
    return made.of(made.to_dict() | {"quantity": ids}).remarked(remark)


def joined_days(table: RawTable, names: Sequence[str]) -> RawTable:
    """The table with its columns of year, month and perhaps day as one column ``on``."""
    parts = [table[name] for name in names]
    days: list[Any] = []
    for cells in zip(*parts, strict=True):
        texts = ["" if blank(cell) else str(cell).strip().removesuffix(".0") for cell in cells]
        filled = all(texts) and all(text.isdigit() for text in texts)
        days.append("-".join([texts[0], *(t.zfill(2) for t in texts[1:])]) if filled else None)
    made = table.without(names)
    remark = f"the columns {', '.join(map(repr, names))} are read as the day `on`"
    return made.of(made.to_dict() | {"on": days}).remarked(remark)
