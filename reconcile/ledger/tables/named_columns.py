"""The columns of a stranger's table whose names are understood, under our names."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from reconcile.errors import DataProblem, LedgerError
from reconcile.ledger.tables.column_looks import NAMES, TIMES, all_constant
from reconcile.ledger.tables.column_names import ERRORS, MEANINGS, folded, meaning_of
from reconcile.ledger.tables.columns_asked import asking, quoted
from reconcile.ledger.tables.date_columns import looks_like_dates
from reconcile.ledger.tables.error_columns import errors_beside
from reconcile.ledger.tables.number_columns import looks_like_numbers
from reconcile.ledger.tables.raw_table import RawTable, blank, repeated_names
from reconcile.ledger.tables.wide_tables import joined_days


def with_our_names(table: RawTable) -> RawTable:
    """The table with the names that are understood turned into ours."""
    exact = {n: folded(n) for n in table.names if folded(n) in NAMES and folded(n) not in ERRORS}
    table = table.renamed(exact)
    repeated_names(table.file, table.names)
    table = _flags(_interval_or_day(table))
    taken = set(table.names)
    found: dict[str, list[str]] = {}
    for name in table.names:
        ours = meaning_of(name)
        if ours is not None and name != ours and ours not in (*taken, *ERRORS):
            found.setdefault(ours, []).append(name)
    if "on" in found and taken & {"during_start", "during_end", "during"}:
        found.pop("on")
    if "said" in found and not ({*found} | taken) & {*TIMES} and not all_constant(table):
        found.pop("said")  # it may be the day that is missing: asked for, not taken
    for name, ours in errors_beside(table).items():
        if name != ours:
            found[ours] = [name]
    parts = _parts_of_day(table, found.get("on", ()))
    if parts:
        found.pop("on")
        table = joined_days(table, parts)
    problems: list[DataProblem] = []
    renames: dict[str, str] = {}
    for ours, names in found.items():
        best = _first(ours, names)
        if len(names) > 1 and best is None:
            came = f"the columns {', '.join(map(repr, names))}"
            expected = f"one column {ours!r}; say which: --columns {ours}={quoted(names[0])}"
            problems.append(DataProblem(table.file, None, ours, came, expected))
        else:
            renames[best or names[0]] = ours
    if not problems:
        problems += _finer_date(table, renames)
    if problems:
        raise LedgerError(problems)
    told = [f"{a!r} as {b}" for a, b in renames.items()]
    remark = [f"columns read: {', '.join(told)}"] if told else []
    return table.renamed(renames).remarked(*remark)


def _parts_of_day(table: RawTable, dated: Sequence[str]) -> dict[str, str]:
    """The columns of year and month (and day), or year and week or quarter, that make a date."""
    names = {PART_OF.get(folded(name), ""): name for name in dated}
    if "year" not in names or "" in names or not _all_years(table[names["year"]]):
        return {}
    if "month" in names:
        return {part: names[part] for part in ("year", "month", "day") if part in names}
    for part in ("week", "quarter"):
        own = next((name for name in table.names if PART_OF.get(folded(name)) == part), None)
        if own is not None:
            return {"year": names["year"], part: own}
    return {}


def _all_years(cells: Sequence[Any]) -> bool:
    return all(re.fullmatch(r"\d{4}(\.0)?", str(cell).strip()) for cell in cells if not blank(cell))


_PARTS = {
    "year": "year jahr année annee año ano anno",
    "month": "month monat mois mes mês mese",
    "day": "day",
    "week": "week iso_week isoweek epi_week epiweek week_number week_no woche kalenderwoche kw "
    "semaine semana settimana",
    "quarter": "quarter qtr quartal trimestre",
}
PART_OF = {name: part for part, names in _PARTS.items() for name in names.split()}
"""The part of a date that a column holds by its name."""


def _finer_date(table: RawTable, renames: Mapping[str, str]) -> list[DataProblem]:
    """A year beside a column of days that has no meaning: the year would be taken for the day."""
    year = next(
        (a for a, b in renames.items() if b == "on" and PART_OF.get(folded(a)) in _COARSE), None
    )
    if year is None:
        return []
    others = [n for n in table.names if n not in renames and n not in NAMES]
    finer = [n for n in others if looks_like_dates(table[n]) and not looks_like_numbers(table[n])]
    if not finer:
        return []
    expected = f"one column of days{asking('on', finer)} (or --columns on={quoted(year)})"
    came = f"the column {year!r} beside {', '.join(map(repr, finer))}"
    return [DataProblem(table.file, None, "on", came, expected)]


_COARSE = ("year", "month")


def _first(ours: str, names: Sequence[str]) -> str | None:
    """Of several names for a date or a text the one that says it best; of numbers none."""
    if len(names) == 1:
        return names[0]
    if ours in ("value", "lower", "upper", "quantity", "source"):
        return None
    order = next(meaning.also for meaning in MEANINGS if meaning.name == ours)
    return min(names, key=lambda name: order.index(folded(name)))


def _interval_or_day(table: RawTable) -> RawTable:
    """`closed` as the day on which a quantity closes, where its cells are no kinds of interval."""
    if "closed" not in table:
        return table
    words = {str(cell).strip() for cell in table.filled("closed")}
    return (
        table
        if words <= {"both", "left", "right", "neither"}
        else table.renamed({"closed": "quantity_closed"})
    )


def _flags(table: RawTable) -> RawTable:
    """`minimum` and `maximum` as bounds, where they are no flags."""
    names: dict[str, str] = {}
    for name, bound in (("minimum", "lower"), ("maximum", "upper")):
        if name in table and bound not in table:
            cells = {str(cell).strip().casefold() for cell in table.filled(name)}
            if not cells <= _FLAG_WORDS:
                names[name] = bound
    return table.renamed(names)


_FLAG_WORDS = frozenset(["0", "1", "0.0", "1.0", "true", "false", "yes", "no", "t", "f", "y", "n"])
