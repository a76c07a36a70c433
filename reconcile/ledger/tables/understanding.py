"""What the columns of a stranger's table mean: mapped, recognised, or asked for."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from reconcile.errors import DataProblem, LedgerError, OptionError, near_misses
from reconcile.ledger.io.row_cells import hint
from reconcile.ledger.tables.column_names import (
    MEANINGS,
    PLACES,
    counted_name,
    folded,
    meaning_of,
)
from reconcile.ledger.tables.counted_columns import counted_rows
from reconcile.ledger.tables.date_columns import looks_like_dates, read_dates
from reconcile.ledger.tables.number_columns import looks_like_numbers, missing_reason
from reconcile.ledger.tables.public_tables import (
    Imported,
    ImportOptions,
    hxl_named,
    recognise,
    slug,
)
from reconcile.ledger.tables.raw_table import RawTable, blank, repeated_names
from reconcile.ledger.tables.wide_tables import joined_days, melted, with_places

__all__ = ["OWN_FORM", "TableOptions", "understood"]

_NAMES = tuple(meaning.name for meaning in MEANINGS)
_NUMBERS = ("phrase", "value", "lower", "upper")
_TIMES = ("on", "during", "during_start", "during_end")
OWN_FORM = frozenset({"lower", "upper", "closed", "kind"})
"""Columns that only a table written by `write_ledger` has together; nothing in it is guessed."""

_LIKE_SOURCE = frozenset(
    """
ref refs reference references publisher outlet agency newspaper media speaker author reported_by
according_to authority provider who
""".split()  # noqa: SIM905
)
_LIKE_DATE = (
    "timestamp",
    "datetime",
    "date",
    "datum",
    "fecha",
    "data",
    "day",
    "time",
    "week",
    "period",
    "when",
)
_NO_COUNT = frozenset(
    """
id code index no row lat latitude lon lng longitude x y year month population zip priority
geo_precision time_precision timestamp iso fips geoid objectid fid rank postcode zipcode phone
""".split()  # noqa: SIM905
)


@dataclass(frozen=True, slots=True)
class TableOptions:
    """What the caller says of a table: its columns, dates and marks, and what makes a quantity.

    `far` accepts dates far from all others.
    """

    columns: Mapping[str, str | Sequence[str]] = field(default_factory=dict[str, str])
    dates: str | None = None
    decimal: str | None = None
    by: str | None = None
    far: bool = False
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
        """`dates` may add "far" to an order: "DMY,far"."""
        words = [word.strip() for word in (dates or "").split(",") if word.strip()]
        orders = [
            word.upper() if word.upper() in ("ISO", "DMY", "MDY", "YMD") else word for word in words
        ]
        order = next((word for word in orders if word != "far"), None)
        if len([word for word in words if word != "far"]) > 1:
            raise OptionError(f"expected dates to be one order, got {dates!r}")
        if order is not None:
            read_dates((), order)
        return cls(columns or {}, order, decimal, by, "far" in words, convention)


def understood(table: RawTable, options: TableOptions, known: Iterable[str] = ()) -> Imported:
    """The table under the names of ledger columns, with what its importer knows of it.

    `known` are quantities of registries, by id, label and synonym. Raises `LedgerError` where a
    needed column is absent, or one that looks like a date, a number or a source has no meaning.
    """
    if set(table.names) >= OWN_FORM and not options.columns:
        return Imported("", table)
    table = _mapped(hxl_named(table), options.columns)
    asked = ImportOptions(options.by, options.decimal, options.dates)
    needed = {"quantity", "source"} <= set(table.names) and set(_NUMBERS) & set(table.names)
    imported = None if needed else recognise(table, asked)
    if options.by is not None and (imported is None or not imported.events):
        raise OptionError(
            "expected by with a table of events (UCDP, ACLED), which this is not; "
            "a column that says where is given with columns={'its name': 'place'}"
        )
    if imported is not None and {"quantity", "source"} <= set(imported.table.names):
        return imported
    inner = table if imported is None else imported.table
    tidy = _long(_synonyms(inner), tuple(known), imported is not None, options.dates)
    _complete(tidy)
    return Imported("", tidy) if imported is None else replace(imported, table=tidy)


# ---------------------------------------------------------------- what the caller says


def _mapped(table: RawTable, columns: Mapping[str, str | Sequence[str]]) -> RawTable:
    """The table under the names that the caller gives, theirs to ours or ours to theirs."""
    pairs = [
        (a, b)
        for a, named in columns.items()
        for b in ([named] if isinstance(named, str) else named)
    ]
    targets: dict[str, list[str]] = {}
    for a, b in pairs:
        if b.startswith("=") and a in _NAMES:
            table = table.of({**table.to_dict(), a: [b[1:]] * len(table)})
            continue
        theirs, ours = _pair(table, a, b)
        targets.setdefault(ours, []).append(theirs)
    gone = targets.pop("ignore", [])
    table = table.without(gone)
    if gone:
        table = table.remarked(f"columns ignored as asked: {', '.join(map(repr, gone))}")
    for ours, theirs in targets.items():
        many = len(theirs) > 1 or (
            ours in ("quantity", "source") and looks_like_numbers(table[theirs[0]])
        )
        if many and ours in ("quantity", "source"):
            table = melted(table, {name: _label(name, ours) for name in theirs}, ours)
        elif many and ours != "place":
            raise OptionError(f"expected one column for {ours!r}, got {', '.join(theirs)}")
    single = {
        theirs[0]: ours
        for ours, theirs in targets.items()
        if theirs[0] in table and len(theirs) == 1
    }
    moved = {
        name: f"{name} (as it stands)"
        for name in table.names
        if name in single.values() and single.get(name) != name
    }
    renamed = table.renamed(moved).renamed(single)
    places = [name for name in targets.get("place", []) if name in renamed]
    return renamed.renamed({name: f"place {name}" for name in places})


def _label(name: str, ours: str) -> str:
    return slug(name) if ours == "quantity" else name


def _pair(table: RawTable, a: str, b: str) -> tuple[str, str]:
    """Their name and ours of a pair, whichever way round it is given."""
    names = (*_NAMES, "ignore")
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


# ---------------------------------------------------------------- names that are understood


def _synonyms(table: RawTable) -> RawTable:
    """The table with the names that are understood turned into ours."""
    exact = {name: folded(name) for name in table.names if folded(name) in _NAMES}
    table = table.renamed(exact)
    repeated_names(table.file, table.names)
    table = _flags(_interval_or_day(table))
    taken = set(table.names)
    found: dict[str, list[str]] = {}
    for name in table.names:
        ours = meaning_of(name)
        if ours is not None and name != ours and ours not in taken:
            found.setdefault(ours, []).append(name)
    if "on" in found and taken & {"during_start", "during_end", "during"}:
        found.pop("on")
    if "said" in found and not ({*found} | taken) & {*_TIMES} and not _all_constant(table):
        found.pop("said")  # it may be the day that is missing: asked for, not taken
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
            expected = f"one column {ours!r}; say which: --columns {ours}={_quoted(names[0])}"
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
    names = {folded(name): name for name in dated}
    if "year" not in names or "date" in names or not _all_years(table[names["year"]]):
        return {}
    if "month" in names:
        return {part: names[part] for part in ("year", "month", "day") if part in names}
    for part, called in _PARTS.items():
        own = next((name for name in table.names if folded(name) in called), None)
        if own is not None:
            return {"year": names["year"], part: own}
    return {}


def _all_years(cells: Sequence[Any]) -> bool:
    return all(re.fullmatch(r"\d{4}(\.0)?", str(cell).strip()) for cell in cells if not blank(cell))


_PARTS = {
    "week": {"week", "iso_week", "isoweek", "epi_week", "epiweek", "week_number", "week_no"},
    "quarter": {"quarter", "qtr"},
}


def _finer_date(table: RawTable, renames: Mapping[str, str]) -> list[DataProblem]:
    """A year beside a column of days that has no meaning: the year would be taken for the day."""
    year = next((a for a, b in renames.items() if b == "on" and folded(a) in _COARSE), None)
    if year is None:
        return []
    others = [n for n in table.names if n not in renames and n not in _NAMES]
    finer = [n for n in others if looks_like_dates(table[n]) and not looks_like_numbers(table[n])]
    if not finer:
        return []
    expected = f"one column of days{_asking('on', finer)} (or --columns on={_quoted(year)})"
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


# ---------------------------------------------------------------- wide tables and places


def _long(
    table: RawTable, known: Sequence[str], imported: bool, dates: str | None = None
) -> RawTable:
    """One row for each claim: columns that are quantities, sources or days become rows."""
    have = set(table.names)
    numbers = [name for name in table.names if _is_number_column(table, name)]
    counted = [n for n in numbers if counted_name(n) or folded(n) in {folded(k) for k in known}]
    read = have & set(_NUMBERS)
    if not have & set(_TIMES):
        days = _day_columns(table, dates)
        if days:
            return _placed(melted(table, days, "on"))
    if "quantity" not in have:
        if imported and "value" in have:
            numbers, read = [*numbers, "value"], have & {"phrase"}
        chosen = counted if counted and not imported else numbers if "source" in have else []
        if chosen and not read:
            _all_meant(table, chosen, numbers)
            return _placed(counted_rows(table, chosen))
    elif "source" not in have and not read and len(numbers) > 1 and not counted:
        return _placed(melted(table, {name: name.strip() for name in numbers}, "source"))
    return _placed(table)


def _is_number_column(table: RawTable, name: str) -> bool:
    """Whether a column that has no meaning yet holds counts."""
    plain = folded(name)
    if (
        name in _NAMES
        or plain in _NO_COUNT
        or plain.endswith(("_id", "_code", "_no", "year", "month", "_day", "iday", "eventid"))
        or name.startswith("#")
    ):
        return False
    if counted_name(name) and _hold_digits(table.filled(name)):
        return True
    return looks_like_numbers(table[name]) and not looks_like_dates(table[name])


def _hold_digits(cells: Sequence[Any]) -> bool:
    """Whether most cells have a digit, as words around a number do ("at least 24"), or say none."""
    told = [str(cell) for cell in cells[:200]]
    fits = sum(any(c.isdigit() for c in t) or missing_reason(t) is not None for t in told)
    return 2 * fits >= len(told) and not looks_like_dates(cells)


def _all_meant(table: RawTable, chosen: Sequence[str], numbers: Sequence[str]) -> None:
    """Raise `LedgerError` where beside columns that count by their names others hold numbers."""
    rest = [name for name in numbers if name not in chosen]
    if not rest:
        return
    every = ",".join(f"quantity={_quoted(name)}" for name in (*chosen, *rest))
    none = ",".join(f"ignore={_quoted(name)}" for name in rest)
    came = f"columns of numbers, {', '.join(rest):.80}, beside {', '.join(chosen):.80}"
    expected = f"what they are; quantities too: --columns {every}; nothing: --columns {none}"
    raise LedgerError([DataProblem(table.file, None, rest[0], came, expected)])


def _day_columns(table: RawTable, order: str | None) -> dict[str, str]:
    """The columns whose names are days in one format, at least three (two in ISO): as ISO text."""
    names = [name for name in table.names if any(c.isdigit() for c in name)]
    names = [n for n in names if looks_like_dates([n]) or re.fullmatch(r"(1[5-9]|20)\d\d", n)]
    if len(names) < (2 if all(re.fullmatch(r"\d{4}-\d\d-\d\d", n) for n in names) else 3):
        return {}
    reading = read_dates(names, order)
    if reading.question:
        came = "columns named by days that read two ways"
        raise LedgerError([DataProblem(table.file, None, names[0], came, reading.asked)])
    if reading.hint:
        return {}
    return {name: str(day) for name, day in zip(names, reading.cells, strict=True)}


def _placed(table: RawTable) -> RawTable:
    """The table with its places in its quantities, where they differ from row to row."""
    if "quantity" not in table:
        return table
    stated = [name for name in table.names if name.startswith("place ")]
    names = stated or [n for n in table.names if folded(n) in PLACES and n not in _NAMES[:2]]
    chosen: list[str] = []
    for name in sorted(names, key=lambda n: PLACES.index(folded(n)) if folded(n) in PLACES else -1):
        if not stated and len({str(cell) for cell in table.filled(name)}) < 2:
            continue
        if not stated and _goes_with(table, [*chosen, "quantity"], name):
            continue
        if not stated and "source" in table and _goes_with(table, ["source"], name):
            came = f"a column {name!r}, which says the same for all rows of a source"
            expected = (
                f"the place of what is counted (--columns place={_quoted(name)}) or a word about "
                f"the source (--columns ignore={_quoted(name)})"
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


# ---------------------------------------------------------------- what is missing


def _complete(table: RawTable) -> None:
    """Raise `LedgerError` where a needed column is absent, naming those that look like it."""
    if not len(table):
        return
    have = set(table.names)
    unknown = [name for name in table.names if name not in _NAMES and name != "_column"]
    problems: list[DataProblem] = []
    numbers = [n for n in unknown if _is_number_column(table, n)]
    dates = [n for n in unknown if looks_like_dates(table[n]) or _named_date(table, n)]
    texts = [n for n in unknown if n not in numbers and n not in dates]
    neither = not have & {"quantity", "source", *_NUMBERS} and len(numbers) > 1
    if neither:
        problems.append(_wide_asked(table, numbers))
    if "quantity" not in have and not neither:
        problems.append(_quantity_asked(table, texts))
    if "source" not in have and not neither:
        problems.append(_source_asked(table, texts))
    if not have & set(_NUMBERS) and not neither:
        like = _asking("value", numbers)
        problems.append(_missing(table, "phrase", f"phrase, value, or lower and upper{like}"))
    constant = _all_constant(table)
    if not have & set(_TIMES) and not constant and (dates or not problems):
        like = _asking("on", dates)
        expected = f"a day of each claim, and there is no column 'on'{like}"
        expected += "" if dates else " (what does not depend on time: quantity_kind = constant)"
        problems.append(_missing(table, "on", expected))
    stray = [n for n in numbers if counted_name(n) and "value" in have]
    problems += [
        DataProblem(
            table.file,
            None,
            name,
            "a column of numbers beside the column 'value'",
            f"what it means: --columns value={_quoted(name)} or --columns ignore={_quoted(name)}",
        )
        for name in stray
    ]
    bounds = [n for n in numbers if n not in stray and _LIKE_BOUND & set(folded(n).split("_"))]
    problems += [
        DataProblem(
            table.file,
            None,
            name,
            "a column of numbers that is not understood",
            f"what it means: --columns lower={_quoted(name)} (or upper, value, ignore)",
        )
        for name in bounds
    ]
    if not problems and have & set(_TIMES):
        problems += _told_apart(table, [n for n in unknown if n not in dates], numbers)
    if problems:
        raise LedgerError(problems)


_LIKE_BOUND = frozenset("lower upper low high min max minimum maximum".split())  # noqa: SIM905


def _told_apart(table: RawTable, names: Sequence[str], numbers: Sequence[str]) -> list[DataProblem]:
    """Columns without a meaning by which a source's numbers of one quantity and day differ.

    Ignored, two sites (sexes, candidates) would be one quantity of which a source says two things.
    A column of numbers counts where they come again, as codes do.
    """
    if not names:
        return []
    same = _same_told(table)
    codes = [n for n in numbers if len({*map(str, table[n])}) * 2 <= len(table)]
    found = [
        name
        for name in names
        if (name in codes if name in numbers else _short_words(table, name))
        and 2 * sum(len({str(table[name][i]) for i in rows}) == len(rows) for rows in same)
        > len(same)
    ]
    if not same or not found:
        return []
    lines = ", ".join(str(table.lines[i]) for i in same[0][:3])
    told = ", ".join(f"`{name}`" for name in found[:3])
    expected = (
        f"one number of a source for a quantity and day, and lines {lines} hold several; {told} "
        f"tell{'s' * (len(found) == 1)} them apart: pass --columns place={_quoted(found[0])} "
        f"(quantities of their own), or --columns ignore={_quoted(found[0])}"
    )
    return [
        DataProblem(table.file, table.lines[same[0][1]], found[0], "a column ignored", expected)
    ]


def _short_words(table: RawTable, name: str) -> bool:
    """Whether a column's cells are names rather than sentences or addresses of pages."""
    told = [str(cell) for cell in table.filled(name)][:200]
    return bool(told) and sum(map(len, told)) < 40 * len(told) and "://" not in told[0]


def _same_told(table: RawTable) -> list[list[int]]:
    """The rows of one quantity, source and time whose numbers differ, by their positions."""
    keys = [n for n in table.names if n in _NAMES and n not in (*_NUMBERS, "id", "note", "level")]
    told = [table[name] for name in _NUMBERS if name in table]
    groups: dict[tuple[str, ...], list[int]] = {}
    for i, cells in enumerate(zip(*(table[name] for name in keys), strict=True)):
        if not all(blank(column[i]) for column in told):
            groups.setdefault(tuple(map(str, cells)), []).append(i)
    several = [rows for rows in groups.values() if len(rows) > 1]
    return [rows for rows in several if len({tuple(str(c[i]) for c in told) for i in rows}) > 1]


def _named_date(table: RawTable, name: str) -> bool:
    parts = folded(name).split("_")
    if not any(part in _LIKE_DATE for part in parts):
        return False
    cells = [str(cell) for cell in table.filled(name)][:200]
    return sum(any(c.isdigit() for c in cell) for cell in cells) > 0.6 * max(len(cells), 1)


def _all_constant(table: RawTable) -> bool:
    if "quantity_kind" not in table:
        return False
    kinds = {str(cell).strip().casefold() for cell in table["quantity_kind"] if not blank(cell)}
    return kinds == {"constant"} and not any(map(blank, table["quantity_kind"]))


def _wide_asked(table: RawTable, numbers: Sequence[str]) -> DataProblem:
    """Several columns of numbers, and nothing tells whether they are quantities or sources."""
    one = ",".join(f"quantity={_quoted(name)}" for name in numbers[:3])
    other = ",".join(f"source={_quoted(name)}" for name in numbers[:3])
    expected = (
        f"what the columns of numbers are; each a quantity: --columns {one},source==ministry; "
        f"each a source: --columns {other},quantity==deaths"
    )
    return _missing(table, "quantity", expected)


def _quantity_asked(table: RawTable, texts: Sequence[str]) -> DataProblem:
    near = near_misses("quantity", texts)
    like = _asking("quantity", near) or _said_or_named("quantity", texts, "deaths")
    return _missing(table, "quantity", f"a column 'quantity'{hint('quantity', texts)}{like}")


def _source_asked(table: RawTable, texts: Sequence[str]) -> DataProblem:
    near = near_misses("source", texts)
    named = [name for name in texts if set(folded(name).split("_")) & _LIKE_SOURCE]
    found = tuple(dict.fromkeys((*near, *named)))
    like = _asking("source", found) or _said_or_named("source", texts, "ministry")
    return _missing(table, "source", f"a column 'source'{hint('source', texts)}{like}")


def _said_or_named(ours: str, texts: Sequence[str], example: str) -> str:
    """What to pass where a column says it, and where it is the same for all rows."""
    said = " or ".join(f"{ours}={_quoted(name)}" for name in texts[:3] if name not in PLACES)
    column = f"; where a column says it: --columns {said}" if said else ""
    return f"{column}; to name one for all rows: --columns {ours}=={example}"


def _asking(ours: str, names: Sequence[str]) -> str:
    """``; `event_date` looks like it: pass --columns on=event_date``."""
    if not names:
        return ""
    if len(names) == 1:
        return f"; `{names[0]}` looks like it: pass --columns {ours}={_quoted(names[0])}"
    told = " or ".join(f"--columns {ours}={_quoted(name)}" for name in names[:3])
    return f"; {', '.join(f'`{n}`' for n in names[:3])} look like it: pass {told}"


def _quoted(name: str) -> str:
    """A column name as a shell takes it."""
    return name if all(c.isalnum() or c in "_-." for c in name) else f'"{name}"'


def _missing(table: RawTable, field: str, expected: str) -> DataProblem:
    shown = ", ".join(name for name in table.names if name != "_column")
    shown = shown if len(shown) <= 200 else f"{shown[:200]}..."
    return DataProblem(table.file, None, field, f"the columns {shown}", expected)
