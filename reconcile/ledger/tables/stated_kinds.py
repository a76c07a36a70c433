"""What the caller says of single quantities of a table: `stock=missing`, `flow="new cases"`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from reconcile.errors import OptionError
from reconcile.ledger.io.row_cells import hint
from reconcile.ledger.tables.column_looks import NAMES
from reconcile.ledger.tables.column_names import folded
from reconcile.ledger.tables.raw_table import RawTable, blank

_SAID = {
    "total": ("quantity_kind", "cumulative"),
    "stock": ("quantity_kind", "stock"),
    "constant": ("quantity_kind", "constant"),
    "log": ("scale", "log"),
    "linear": ("scale", "linear"),
    "logit": ("scale", "logit"),
}
KIND_WORDS = (*_SAID, "flow", "week")
"""What stands before the name of a quantity, or of the column that holds it."""

Columns = Mapping[str, str | Sequence[str]]


def parted(table: RawTable, columns: Columns) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """What the caller says of columns, and what of kinds: the names by each of `KIND_WORDS`."""
    rest: dict[str, list[str]] = {}
    kinds: dict[str, list[str]] = {}
    for a, named in columns.items():
        for b in [named] if isinstance(named, str) else named:
            if a in KIND_WORDS and not (a in table and b in (*NAMES, "ignore")):
                kinds.setdefault(a, []).append(b)
            elif b in KIND_WORDS and b not in table and a not in NAMES:
                kinds.setdefault(b, []).append(a)
            else:
                rest.setdefault(a, []).append(b)
    return rest, kinds


def with_kinds(
    table: RawTable, kinds: Mapping[str, Sequence[str]]
) -> tuple[RawTable, OptionError | None]:
    """The table with what is said of quantities in its columns; an error for names it lacks.

    A quantity goes by its own name or that of its column, with its place or without.
    """
    missing: OptionError | None = None
    for word, names in kinds.items():
        for name in names:
            rows = _rows_of(table, name)
            if not rows:
                there = list(dict.fromkeys(map(str, table.get("_named"))))
                missing = missing or OptionError(
                    f"expected {word}= with a quantity, or the column of its numbers "
                    f"({', '.join(there):.200}), got {name!r}{hint(name, there)}"
                )
                continue
            flow = word in ("flow", "week")
            if flow and not {"during_start", "during_end"} & {*table.names}:
                table = _of_their_dates(table, rows, week=word == "week")
            field, value = _SAID["total" if flow else word]  # what is added up is a total
            own = table.get(field)
            cells = [value if i in rows else cell for i, cell in enumerate(own)]
            table = table.of(table.to_dict() | {field: cells})
    return table, missing


def named(table: RawTable) -> RawTable:
    """The table with what the reader calls the quantity of each row, before places make more."""
    if "quantity" not in table or "_named" in table:
        return table
    return table.of(table.to_dict() | {"_named": list(map(str, table["quantity"]))})


def _rows_of(table: RawTable, name: str) -> set[int]:
    if "_named" not in table:
        return set()
    called = folded(name)
    every = zip(table["_named"], table["quantity"], strict=True)
    return {i for i, both in enumerate(every) if called in {folded(str(n)) for n in both}}


def _of_their_dates(table: RawTable, rows: set[int], *, week: bool) -> RawTable:
    """The dates of these rows as the days, weeks or months in which was counted, or as the last
    days of weeks."""
    dated = [
        a if blank(b) else b for a, b in zip(table.get("on"), table.get("during"), strict=True)
    ]
    if not {"on", "during"} & set(table.names):
        return table
    made = {"during_end": dated, "days": [7] * len(table)} if week else {"during": dated}
    columns = table.to_dict()
    for name in ("on", "during"):
        if name in columns:
            columns[name] = [None if i in rows else cell for i, cell in enumerate(columns[name])]
    for name, cells in made.items():
        own = columns.get(name, [None] * len(table))
        columns[name] = [
            c if i in rows else o for i, (c, o) in enumerate(zip(cells, own, strict=True))
        ]
    return table.of(columns)
