"""Columns of numbers that are to be quantities: asked about where they may be something else."""

from __future__ import annotations

from collections.abc import Sequence

from reconcile.errors import DataProblem, LedgerError
from reconcile.ledger.tables.columns_asked import quoted
from reconcile.ledger.tables.date_formats import is_day_of_year
from reconcile.ledger.tables.number_columns import looks_like_numbers
from reconcile.ledger.tables.raw_table import RawTable


def all_meant(table: RawTable, chosen: Sequence[str], numbers: Sequence[str]) -> None:
    """Raise `LedgerError` where beside columns that count by their names others hold numbers."""
    rest = [name for name in numbers if name not in chosen]
    if not rest:
        return
    every = ",".join(f"quantity={quoted(name)}" for name in (*chosen, *rest))
    none = ",".join(f"ignore={quoted(name)}" for name in rest)
    came = f"columns of numbers, {', '.join(rest):.80}, beside {', '.join(chosen):.80}"
    expected = f"what they are; quantities too: --columns {every}; nothing: --columns {none}"
    raise LedgerError([DataProblem(table.file, None, rest[0], came, expected)])


def no_codes(table: RawTable, names: Sequence[str], counted: Sequence[str]) -> None:
    """Raise `LedgerError` for a column of numbers that come again and tell apart rows which are
    alike but for their numbers: polling stations, wards or ages by their number."""
    held = [table[name] for name in table.names if not looks_like_numbers(table[name])]
    alike: dict[tuple[str, ...], list[int]] = {}
    for i, cells in enumerate(zip(*held, strict=True) if len(names) > 1 else ()):
        alike.setdefault(tuple(map(str, cells)), []).append(i)
    several = [rows for rows in alike.values() if len(rows) > 1]
    for name in names if several else ():
        if name in counted:
            continue
        told = list(map(str, table[name]))
        apart = all(len({told[i] for i in rows}) == len(rows) for rows in several)
        if apart and 2 * len(set(told)) <= len(told):
            every = ",".join(f"quantity={quoted(n)}" for n in names)
            came = f"a column of numbers that come again ({', '.join(dict.fromkeys(told))!r:.40})"
            expected = (
                f"what it is; whose numbers the others are: --columns place={quoted(name)}; "
                f"a quantity as they are: --columns {every}"
            )
            raise LedgerError([DataProblem(table.file, None, name, came, expected)])


def all_named(table: RawTable, chosen: Sequence[str]) -> None:
    """Raise `LedgerError` where a column of counts has a number for a name, or 05-Mar for 3-5."""
    odd = [name for name in chosen if name.isdigit() or is_day_of_year(name)]
    if odd:
        came = f"columns named {', '.join(map(repr, odd)):.80}"
        expected = "names of what they count (a day and month may be what a program made of 3-5)"
        raise LedgerError([DataProblem(table.file, None, odd[0], came, expected)])
