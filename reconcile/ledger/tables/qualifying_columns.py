"""Columns that nothing reads and whose cells change what the numbers mean: asked about."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from reconcile.errors import DataProblem
from reconcile.ledger.tables.column_looks import NAMES, NO, SPREADS, YES, holds_names
from reconcile.ledger.tables.column_names import ERRORS, GROUPS, folded
from reconcile.ledger.tables.columns_asked import quoted
from reconcile.ledger.tables.date_columns import looks_like_dates
from reconcile.ledger.tables.number_columns import looks_like_numbers
from reconcile.ledger.tables.raw_table import RawTable, blank


def _bag(text: str) -> frozenset[str]:
    return frozenset(part.strip() for part in text.replace("\n", "|").split("|"))


_EXACT = _bag("=|==|exact|exactly|equal|eq|none|no|actual|precise")
_BOUNDS = _bag(
    """>|<|>=|<=|≥|≤|=>|=<|~|≈|gt|lt|ge|le|gte|lte|+|±|at least|at most|up to|more than|less than
    fewer than|over|under|above|below|about|around|approx|approx.|approximately|circa|ca.|c.|nearly
    almost|roughly|minimum|maximum|min|max|no more than|no fewer than|not less than|as many as
    lower bound|upper bound|some|exceeding|estimated"""
)
_TIMES = _bag(
    """hour|hourly|day|daily|24h|week|weekly|7d|fortnight|month|monthly|quarter|quarterly|year
    yearly|annual|annually|new|increment|incremental|flow|change|period|d|w|m|q|a"""
)
_TOTALS = _bag("cumulative|total|to date|running total|cum|stock|level|snapshot|point in time")
_MULTIPLES = _bag(
    """hundred|hundreds|thousand|thousands|million|millions|billion|billions|mn|bn|k|000|'000|000s
    10|100|1000|1,000|10000|100000|1000000|1e3|1e6|1e9|1000000000|3|6|9"""
)
_NAMED_MULTIPLE = re.compile(r"(^|_)(multiplier|factor|unit_mult|magnitude|multiple|power|scale)$")
_TO_COME = _bag(
    """forecast|forecasted|projected|projection|prediction|predicted|planned|plan|target|expected
    scenario|simulated|modelled|modeled|hypothetical|budget"""
)
_TAKEN_BACK = _bag(
    """denied|is_denied|retracted|withdrawn|deleted|is_deleted|invalid|rejected|superseded|excluded
    exclude|duplicate|is_duplicate|wrong|false|obsolete|cancelled|canceled"""
)
_HELD = _bag(
    "valid|is_valid|include|included|active|is_active|use|used|accepted|keep|cumulative|is_total"
)
_RANGE = re.compile(
    r"[(\[]?\s*\d[\d.,\s]*(?:[-–—;]|to|,\s)\s*\d[\d.,\s]*[)\]]?$|±\s*\d[\d.,]*\s*%?$"
)
_Say = Callable[[RawTable, str, Sequence[str]], str | None]


def qualifying_columns(table: RawTable, ignored: frozenset[str]) -> Iterator[DataProblem]:
    """A problem for each column without a meaning here whose cells say what the numbers are.

    Bounds, multiples, periods, forecasts, claims taken back, errors, groups of people, and a year
    that is not that of the date, and names that tell rows apart.
    """
    yield from _bounds_as_notes(table)
    for name in table.names:
        if name in NAMES or name in ignored or name.startswith(("_", "place ")):
            continue
        cells = [_told(cell) for cell in table.filled(name)]
        for say in _SAID:
            expected = say(table, name, cells) if cells else None
            if expected is not None:
                first = next(i for i, cell in enumerate(table[name]) if not blank(cell))
                came = f"a column that nothing reads ({str(table[name][first])!r:.40})"
                leave = f"; where it does not matter: --columns ignore={quoted(name)}"
                yield DataProblem(table.file, table.lines[first], name, came, expected + leave)
                break


def _bounds_as_notes(table: RawTable) -> Iterator[DataProblem]:
    """A note that is nothing but a bound ("at least")."""
    for cell, line in zip(table.get("note"), table.lines, strict=True):
        if not blank(cell) and _told(cell) in _BOUNDS and len(_told(cell)) > 2:
            expected = "a bound in the cell of its number ('at least 10')"
            yield DataProblem(table.file, line, "note", f"{cell!r}", expected)


def _told(cell: object) -> str:
    return str(cell).strip().casefold().removesuffix(".0")


def _bounds(table: RawTable, name: str, cells: Sequence[str]) -> str | None:
    said = set(cells)
    if not said <= _BOUNDS | _EXACT or not said & _BOUNDS:
        return None
    if said & _BOUNDS <= {"min", "m"}:
        return None
    return "a bound or a measure of care in the cell of its number ('>10', 'at least 10')"


def _multiples(table: RawTable, name: str, cells: Sequence[str]) -> str | None:
    said = set(cells) - {"1", "0"}
    if not said or not said <= _MULTIPLES:
        return None
    if not _NAMED_MULTIPLE.search(folded(name)) and any(c[:1].isdigit() for c in said):
        return None
    return "numbers in full: multiply them by what this column says"


def _periods(table: RawTable, name: str, cells: Sequence[str]) -> str | None:
    said = set(cells)
    if not said <= _TIMES | _TOTALS or not said & _TIMES or len(max(said, key=len)) < 2:
        return None
    if {"during", "during_start", "during_end", "quantity_kind"} & set(table.names):
        return None
    return (
        "running totals; for what was counted in a period the columns during_start and during_end, "
        "or during (the day, week or month)"
    )


def _to_come(table: RawTable, name: str, cells: Sequence[str]) -> str | None:
    if not set(cells) & _TO_COME or len(set(cells)) > 4:
        return None
    return "claims of what was: leave out the rows of what was only expected"


def _taken_back(table: RawTable, name: str, cells: Sequence[str]) -> str | None:
    plain, said = folded(name), set(cells)
    if plain == "cumulative" and said <= YES | NO and said & NO:
        return "running totals; what was counted in a period needs during_start and during_end"
    if (plain in _TAKEN_BACK and said <= YES | NO and said & YES) or (
        plain in _HELD and said <= YES | NO and said & NO
    ):
        return "only claims that hold, or a column status (active, retracted, superseded)"
    return None


def _errors(table: RawTable, name: str, cells: Sequence[str]) -> str | None:
    if {"lower", "upper", *ERRORS} & set(table.names) or "value" not in table:
        return None
    numeric = all(re.fullmatch(r"[±+\-−]?[\d.,]+", cell) for cell in cells)
    if folded(name) in (*SPREADS, *ERRORS) and numeric:
        own = quoted(name)
        return (
            f"what it is; the standard error of the number: --columns se={own}; its margin of "
            f"error, half of an interval of 95 %: --columns moe={own}"
        )
    if all(_around(*both) for both in zip(table["value"], table[name], strict=True)):
        return "bounds in two columns, lower and upper (with their level, such as 0.95)"
    return None


def _around(value: object, cell: object) -> bool:
    """Whether a cell is bounds of the number beside it: "1100-1300" of 1200, "±50"."""
    if blank(cell):
        return True
    text = str(cell).strip()
    if text.startswith("±"):
        return _RANGE.match(text) is not None
    ends = [float(end.replace(",", "")) for end in re.findall(r"\d[\d,]*(?:\.\d+)?", text)]
    number = re.fullmatch(r"\d[\d,]*(?:\.\d+)?", str(value).strip())
    within = number is not None and len(ends) == 2 and _RANGE.match(text) is not None
    return within and ends[0] <= float(str(value).replace(",", "")) <= ends[1]


def _groups(table: RawTable, name: str, cells: Sequence[str]) -> str | None:
    if folded(name) not in GROUPS or len(set(cells)) < 2:
        return None
    return (
        "numbers of one group of people under one quantity; for quantities of their own: "
        f"--columns place={quoted(name)}"
    )


def _year(table: RawTable, name: str, cells: Sequence[str]) -> str | None:
    if folded(name) != "year" or "on" not in table:
        return None
    years = [None if blank(c) else _told(c) for c in table[name]]
    for day, year in zip(table["on"], years, strict=True):
        told = re.findall(r"(?<!\d)(?:1[5-9]|20)\d\d(?!\d)", str(day))
        if year is not None and re.fullmatch(r"\d{4}", year) and told and year not in told:
            return f"the year of the date beside it ({day!s:.20}), not {year}"
    return None


def _names(table: RawTable, name: str, cells: Sequence[str]) -> str | None:
    """Names that tell rows apart which stand on days of their own.

    Ignored, the count of a hospital would be followed by that of another as if they were one. What
    follows from the quantity or from the source, and what is true or false, tells no rows apart.
    """
    if name.startswith("#") or not holds_names(table, name) or set(cells) <= YES | NO:
        return None
    if looks_like_numbers(table[name]) or looks_like_dates(table[name]):
        return None
    if not _return(table, name) or any(_follows(table, key, name) for key in _OWNERS):
        return None
    own = quoted(name)
    note = "" if "note" in table else f"; words about the claims: --columns note={own}"
    return f"what `{name}` says; quantities of their own: --columns place={own}{note}"


_OWNERS = ("quantity", "source")
_NAME = re.compile(r"[^\W\d_a-z][^\d]*$")


def _return(table: RawTable, name: str) -> bool:
    """Whether some of two or more names come again, or there are three and more of capital letters
    and few words, as places and persons have."""
    lines: dict[str, set[int]] = {}
    for cell, line in zip(table[name], table.lines, strict=True):
        if not blank(cell):
            lines.setdefault(str(cell).strip(), set()).add(line)
    again = any(len(found) > 1 for found in lines.values())
    named = all(_NAME.match(text) and len(text.split()) < _WORDY for text in lines)
    return len(lines) > 1 and (again or (named and len(lines) > 2))


_WORDY = 4  # words from which on a text that comes once is a title or a sentence


def _follows(table: RawTable, key: str, name: str) -> bool:
    """Whether the cells of `name` follow from those of `key`, of which some come again."""
    found: dict[str, set[str]] = {}
    for owner, cell in zip(map(str, table[key]), table[name], strict=True):
        found.setdefault(owner, set()).add(str(cell))
    return 1 < len(found) < len(table) and all(len(cells) == 1 for cells in found.values())


_SAID: tuple[_Say, ...] = (
    _bounds,
    _multiples,
    _periods,
    _to_come,
    _taken_back,
    _errors,
    _groups,
    _year,
    _names,
)
