"""Wide tables (one column for each quantity, source or day) as one row for each claim."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Literal

from reconcile.ledger.tables.date_formats import month_number
from reconcile.ledger.tables.raw_table import RawTable, blank, first_lines
from reconcile.ledger.tables.total_names import is_total


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
    if key == "quantity":
        found["_named"] = found["_column"]
    empty = len(names) * len(table) - len(cells)
    told = ", ".join(f"{name!r}" for name in names[:6])
    more = f" and {len(names) - 6} more" if len(names) > 6 else ""
    what = {"quantity": "a quantity", "source": "a source", "on": "a day"}[key]
    remark = f"each of the columns {told}{more} is {what}"
    sums = [name for name in names if key == "quantity" and is_total(columns[name])]
    if sums:
        told = ", ".join(map(repr, sums))
        remark += f"; {told} by its name a sum, is read as a quantity of its own{_SUM_TOLD}"
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


_SUM_TOLD = (
    ", which nothing ties to the others: name its parts (quantities.toml, parts) or leave it out"
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
    return made.of(made.to_dict() | {"quantity": ids}).remarked(remark, *_sums_told(table, places))


def _sums_told(table: RawTable, places: Sequence[str]) -> Iterator[str]:
    """What to say of rows whose place is a sum of the others."""
    for name in places:
        at = {
            line: str(cell).strip()
            for cell, line in zip(table[name], table.lines, strict=True)
            if not blank(cell) and is_total(str(cell))
        }
        if at:
            told = ", ".join(map(repr, dict.fromkeys(at.values())))
            yield (
                f"{told} in column {name!r} (line {first_lines(list(at))}), by its name a sum of "
                f"other rows, is read as a place of its own{_SUM_TOLD}"
            )


def joined_days(table: RawTable, names: Mapping[str, str]) -> RawTable:
    """The table with its columns of year, month and day (or week, or quarter) as one, ``on``.

    `names` are the columns by those words. A month may be a word; a row without a day speaks of its
    month, one without a month of its year, and how many do is said.
    """
    days = [_day_of(dict(zip(names, cells, strict=True))) for cells in _rows_of(table, names)]
    coarse = sum(d is not None and d.count("-") < len(names) - 1 for d in days)
    made = table.without(names.values())
    told = ", ".join(map(repr, names.values()))
    remark = f"the columns {told} are read as the day `on`"
    remark += " (ISO weeks, Monday to Sunday)" if "week" in names else ""
    if coarse:
        remark += f"; {coarse} row{'s' * (coarse > 1)} with a gap in them, as the month or year"
    return made.of(made.to_dict() | {"on": days}).remarked(remark)


_NUMBERED = re.compile(r"[^\W\d]*\.?\s*(\d{1,2})\.?")


def _rows_of(table: RawTable, names: Mapping[str, str]) -> Iterator[tuple[Any, ...]]:
    return zip(*(table[name] for name in names.values()), strict=True)


def _day_of(cells: Mapping[str, Any]) -> str | None:
    """The text of a date from its parts, as far as they are given; None without a year."""
    texts = [(k, "" if blank(c) else str(c).strip().removesuffix(".0")) for k, c in cells.items()]
    given: list[str] = []
    for part, text in texts:
        if not text:
            break
        mark = {"week": "W", "quarter": "Q"}.get(part, "")
        number = month_number(text) if part == "month" else None
        within = _NUMBERED.fullmatch(text) if mark else None  # Q1, T1, KW 9, week 9
        plain = within[1] if within else text if number is None else str(number)
        given.append(mark + (plain.zfill(2) if given and mark != "Q" else plain))
    return "-".join(given) or None
