"""Rows that stand twice in a table: a line pasted again says nothing more."""

from __future__ import annotations

from collections.abc import Hashable

from reconcile.ledger.tables.raw_table import RawTable, first_lines
from reconcile.values.wording import counted


def without_copies(table: RawTable) -> RawTable:
    """The table without the rows that are alike an earlier one in every cell, which are said.

    They are one statement, as no source gives two numbers of one thing: also two equal events of
    one day would not add up.
    """
    seen: set[tuple[Hashable, ...]] = set()
    kept: list[int] = []
    for i, cells in enumerate(zip(*table.columns, strict=True)):
        row = tuple(c if isinstance(c, Hashable) else str(c) for c in cells)
        if row not in seen:
            seen.add(row)
            kept.append(i)
    if len(kept) == len(table):
        return table
    copies = sorted({*range(len(table))}.difference(kept))
    lines = first_lines([table.lines[i] for i in copies])
    told = f"{counted(len(copies), 'row')} alike an earlier one in every cell, set aside"
    return table.taken(kept).remarked(f"{told}: line {lines}")
