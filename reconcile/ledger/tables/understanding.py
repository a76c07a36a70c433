"""What the columns of a stranger's table mean: mapped, recognised, or asked for."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from reconcile.errors import DataProblem, LedgerError, OptionError
from reconcile.ledger.io.row_cells import hint
from reconcile.ledger.tables.bound_names import with_bound_names
from reconcile.ledger.tables.column_looks import (
    NAMES,
    NUMBERS,
    TIMES,
    columns_of_numbers,
    numbers_in_words,
)
from reconcile.ledger.tables.column_names import (
    PLACES,
    counted_name,
    folded,
)
from reconcile.ledger.tables.columns_asked import complete, quoted
from reconcile.ledger.tables.copied_rows import without_copies
from reconcile.ledger.tables.counted_columns import counted_rows, of_one_number
from reconcile.ledger.tables.date_columns import looks_like_dates, read_dates
from reconcile.ledger.tables.date_formats import is_day_of_year
from reconcile.ledger.tables.error_columns import tells_error, with_plain_errors
from reconcile.ledger.tables.hours import last_of_each_day
from reconcile.ledger.tables.missing_years import days_of_names, lack_years, with_year_column
from reconcile.ledger.tables.multiples import multiplied, titles_asked, units_asked, units_of
from reconcile.ledger.tables.named_columns import with_our_names
from reconcile.ledger.tables.number_columns import looks_like_numbers
from reconcile.ledger.tables.numbers_meant import all_meant, all_named, no_codes
from reconcile.ledger.tables.public_tables import (
    Imported,
    ImportOptions,
    hxl_named,
    recognise,
    slug,
)
from reconcile.ledger.tables.qualifying_columns import qualifying_columns
from reconcile.ledger.tables.raw_table import RawTable
from reconcile.ledger.tables.stated_kinds import named, parted, with_kinds
from reconcile.ledger.tables.total_rows import sums_asked
from reconcile.ledger.tables.wide_tables import melted, with_places

OWN_FORM = frozenset({"lower", "upper", "closed", "kind"})
"""Columns that only a table written by `write_ledger` has together; nothing in it is guessed."""


@dataclass(frozen=True, slots=True)
class TableOptions:
    """What the caller says of a table: its columns, dates and marks, and what makes a quantity.

    `far` accepts dates far from all others; `year` is that of dates without one.
    """

    columns: Mapping[str, str | Sequence[str]] = field(default_factory=dict[str, str])
    dates: str | None = None
    decimal: str | None = None
    by: str | None = None
    far: bool = False
    year: int | None = None
    convention: str = "default"

    @classmethod
    def of(
        cls,
        columns: Mapping[str, str | Sequence[str]] | None,
        dates: str | None,
        decimal: str | None,
        by: str | None,
        convention: str,
    ) -> TableOptions:
        """`dates` may add a year and "far" to an order: "DMY,2024,far"."""
        said = [word.strip() for word in (dates or "").split(",") if word.strip()]
        years = {int(word) for word in said if re.fullmatch(r"[12]\d{3}", word)}
        words = [word for word in said if not re.fullmatch(r"[12]\d{3}", word)]
        orders = [
            word.upper() if word.upper() in ("ISO", "DMY", "MDY", "YMD") else word for word in words
        ]
        order = next((word for word in orders if word != "far"), None)
        if len([word for word in words if word != "far"]) > 1 or len(years) > 1:
            raise OptionError(f"expected dates to be one order and one year, got {dates!r}")
        if order is not None:
            read_dates((), order)
        year = min(years, default=None)
        return cls(columns or {}, order, decimal, by, "far" in words, year, convention)


def understood(table: RawTable, options: TableOptions, known: Sequence[str] = ()) -> Imported:
    """The table under the names of ledger columns, with what its importer knows of it.

    `known` are quantities of registries, by id, label and synonym. Raises `LedgerError` where a
    needed column is absent, or one that looks like a date, a number or a source has no meaning.
    """
    if set(table.names) >= OWN_FORM and not options.columns:
        return Imported("", table)
    as_came = table.names
    columns, kinds = parted(table, options.columns)
    dated = "on" in table
    table = with_bound_names(with_plain_errors(table), _spoken_of(columns))
    units = {name: unit for name, unit in units_of(table).items() if not tells_error(name)}
    table, unread = multiplied(table, units, options.decimal)
    ignored = frozenset(_ignored(table, columns))
    table, counted = _mapped(hxl_named(table), columns)
    asked = ImportOptions(options.by, options.decimal, options.dates)
    needed = {"quantity", "source"} <= set(table.names) and set(NUMBERS) & set(table.names)
    imported = None if needed else recognise(table, asked)
    if options.by is not None and (imported is None or not imported.events):
        raise OptionError(
            "expected by with a table of events (UCDP, ACLED), which this is not; "
            "a column that says where is given with columns={'its name': 'place'}"
        )
    whole = imported is not None and {"quantity", "source"} <= set(imported.table.names)
    own = table if ignored else without_copies(table)
    inner = with_year_column(own, options.year) if imported is None else imported.table
    spoken = [name for names in kinds.values() for name in names]
    stated = _Stated(counted, known, spoken, imported is not None, options.dates, options.year)
    tidy = inner if whole else _long(with_our_names(inner), stated)
    tidy = named(tidy) if whole else _placed(named(tidy))
    tidy, missing = with_kinds(tidy, kinds)
    tidy = last_of_each_day(tidy)
    if not whole:
        complete(tidy, as_came)
    if missing is not None:
        raise missing
    if imported is None:
        problems, remarks = units_asked(tidy, units, ignored, known)
        problems += titles_asked(table.around, tidy)
        problems += sums_asked(tidy, table.sums)
        problems += qualifying_columns(tidy, ignored)
        problems += [p for name, p in unread.items() if name not in {*tidy.names, *ignored}]
        if problems:
            raise LedgerError(problems)
        tidy = tidy.remarked(*remarks)
    imported = Imported("", tidy) if imported is None else imported
    return replace(imported, table=tidy, dated=dated)


# ---------------------------------------------------------------- what the caller says


@dataclass(frozen=True, slots=True)
class _Stated:
    """What is known of columns of numbers: those that the caller calls quantities, names of a
    registry, names of which the caller says a kind, whether the table is of a known project, the
    order of dates and their year."""

    counted: Sequence[str]
    names: Sequence[str]
    spoken: Sequence[str]
    imported: bool
    dates: str | None
    year: int | None


def _mapped(
    table: RawTable, columns: Mapping[str, str | Sequence[str]]
) -> tuple[RawTable, list[str]]:
    """The table under the names that the caller gives, theirs to ours or ours to theirs; and the
    columns of numbers that are quantities."""
    pairs = [
        (a, b)
        for a, named in columns.items()
        for b in ([named] if isinstance(named, str) else named)
    ]
    targets: dict[str, list[str]] = {}
    for a, b in pairs:
        if b.startswith("=") and a in NAMES:
            table = table.of({**table.to_dict(), a: [b[1:]] * len(table)})
            continue
        theirs, ours = _pair(table, a, b)
        targets.setdefault(ours, []).append(theirs)
    gone = targets.pop("ignore", [])
    table = table.without(gone)
    if gone:
        table = table.remarked(f"columns ignored as asked: {', '.join(map(repr, gone))}")
    counted: list[str] = []
    for ours, theirs in targets.items():
        many = len(theirs) > 1 or (
            ours in ("quantity", "source") and _holds_numbers(table, theirs[0], targets)
        )
        if many and ours == "quantity":
            counted = theirs
        elif (many and ours == "source") or (len(theirs) > 1 and ours == "on"):
            table = melted(table, {name: name for name in theirs}, ours)
        elif many and ours != "place":
            raise OptionError(f"expected one column for {ours!r}, got {', '.join(theirs)}")
    single = {
        theirs[0]: ours
        for ours, theirs in targets.items()
        if theirs[0] in table and len(theirs) == 1 and theirs != counted and ours != "place"
    }
    moved = {
        name: f"{name} (as it stands)"
        for name in table.names
        if name in single.values() and single.get(name) != name
    }
    renamed = table.renamed(moved).renamed(single)
    places = [name for name in targets.get("place", []) if name in renamed]
    return renamed.renamed({name: f"place {name}" for name in places}), counted


def _holds_numbers(table: RawTable, name: str, targets: Mapping[str, Sequence[str]]) -> bool:
    """Whether a column named as a quantity or source holds its numbers, and not names."""
    return looks_like_numbers(table[name]) or (
        not set(NUMBERS) & {*table.names, *targets} and numbers_in_words(table[name])
    )


def _spoken_of(columns: Mapping[str, Sequence[str]]) -> frozenset[str]:
    """All names that the caller uses, ours and theirs."""
    return frozenset([*columns, *(name for names in columns.values() for name in names)])


def _ignored(table: RawTable, columns: Mapping[str, str | Sequence[str]]) -> list[str]:
    """The columns of the table that the caller asks to ignore."""
    named = [(a, b) for a, own in columns.items() for b in ([own] if isinstance(own, str) else own)]
    return [_pair(table, a, b)[0] for a, b in named if "ignore" in (a, b)]


def _pair(table: RawTable, a: str, b: str) -> tuple[str, str]:
    """Their name and ours of a pair, whichever way round it is given."""
    names = (*NAMES, "ignore")
    for theirs, ours in ((a, b), (b, a)):
        found = next((n for n in table.names if n == theirs), None) or next(
            (n for n in table.names if folded(n) == folded(theirs)), None
        )
        if found is not None and ours in names:
            return found, ours
    raise OptionError(
        f"expected a column of the table ({', '.join(table.names)}) and a name of ours "
        f"(on, value, quantity, source, ...; `reconcile columns`), got {a!r} and {b!r}"
        f"{hint(a, table.names) or hint(b, table.names)}"
    )


# ---------------------------------------------------------------- wide tables and places


def _long(table: RawTable, stated: _Stated) -> RawTable:
    """One row for each claim: columns that are quantities, sources or days become rows."""
    have = set(table.names)
    numbers = columns_of_numbers(table)
    known = {*map(folded, stated.names), *map(folded, of_one_number(numbers))}
    counted = [n for n in numbers if counted_name(n) or folded(n) in known]
    spoken = set(map(folded, stated.spoken))
    if counted or "source" not in have:
        counted = [n for n in numbers if n in counted or folded(n) in spoken]
    read = have & set(NUMBERS)
    if stated.counted and "quantity" not in have:
        return counted_rows(table, stated.counted)
    if not have & set(TIMES):
        days, remark = _day_columns(table, stated.dates, stated.year)
        if days:
            return melted(table, days, "on").remarked(*filter(None, [remark]))
    if "quantity" not in have:
        if stated.imported and "value" in have:
            numbers, read = [*numbers, "value"], have & {"phrase"}
        chosen = counted if counted and not stated.imported else numbers if "source" in have else []
        if chosen and not read:
            no_codes(table, numbers, counted)
            all_meant(table, chosen, numbers)
            all_named(table, chosen)
            return counted_rows(table, chosen)
    elif "source" not in have and not read and len(numbers) > 1 and not counted:
        return melted(table, {name: name.strip() for name in numbers}, "source")
    return table


def _day_columns(
    table: RawTable, order: str | None, year: int | None
) -> tuple[dict[str, str], str]:
    """The columns whose names are days in one format, at least three (two in ISO or without a
    year): as ISO text; and what to say of their year."""
    names = [name for name in table.names if any(c.isdigit() for c in name)]
    plain = [n for n in names if looks_like_dates([n]) or re.fullmatch(r"(1[5-9]|20)\d\d", n)]
    days = [name for name in names if is_day_of_year(name)]
    days = days if lack_years(days) else []
    names = [n for n in names if n in plain or n in days]
    plainly = all(re.fullmatch(r"\d{4}-\d\d-\d\d", n) or n in days for n in names)
    if len(names) < (2 if plainly else 3):
        return {}, ""
    named, remark = days_of_names(table, names, year)
    reading = read_dates(list(named.values()), order)
    if reading.question:
        came = "columns named by days that read two ways"
        raise LedgerError([DataProblem(table.file, None, names[0], came, reading.asked)])
    if reading.hint:
        return {}, ""
    return {name: str(day) for name, day in zip(named, reading.cells, strict=True)}, remark


def _placed(table: RawTable) -> RawTable:
    """The table with its places in its quantities, where they differ from row to row."""
    if "quantity" not in table:
        return table
    stated = [name for name in table.names if name.startswith("place ")]
    names = stated or [n for n in table.names if folded(n) in PLACES and n not in NAMES[:2]]
    chosen: list[str] = []
    for name in sorted(names, key=lambda n: PLACES.index(folded(n)) if folded(n) in PLACES else -1):
        if not stated and len({str(cell) for cell in table.filled(name)}) < 2:
            continue
        if not stated and _goes_with(table, [*chosen, "quantity"], name):
            continue
        if not stated and "source" in table and _goes_with(table, ["source"], name):
            came = f"a column {name!r}, which says the same for all rows of a source"
            expected = (
                f"the place of what is counted (--columns place={quoted(name)}) or a word about "
                f"the source (--columns ignore={quoted(name)})"
            )
            raise LedgerError([DataProblem(table.file, None, name, came, expected)])
        chosen.append(name)
    return with_places(table, chosen, slug) if chosen else table


def _goes_with(table: RawTable, keys: Sequence[str], name: str) -> bool:
    """Whether the cells of `name` follow from those of `keys`, which differ."""
    found: dict[tuple[str, ...], set[str]] = {}
    for i, cell in enumerate(table[name]):
        key = tuple(str(table[k][i]) for k in keys)
        found.setdefault(key, set()).add(str(cell))
    return len(found) > 1 and all(len(cells) == 1 for cells in found.values())
