"""Dates without a year ("14 March", "03-14"): completed from what tells the year, or asked."""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import PurePath
from typing import Any

from reconcile.errors import DataProblem, LedgerError
from reconcile.ledger.tables.column_looks import TIMES
from reconcile.ledger.tables.column_names import folded, meaning_of
from reconcile.ledger.tables.date_columns import DateReading, read_together
from reconcile.ledger.tables.date_formats import (
    WEEKDAYS,
    is_day_of_year,
    month_number,
    plain_date,
)
from reconcile.ledger.tables.named_columns import PART_OF
from reconcile.ledger.tables.raw_table import RawTable, blank

_NUMBERS = re.compile(r"(?:--)?(\d{1,2})\s*([/.\-])\s*(\d{1,2})\.?$")
_MONTH_FIRST = re.compile(r"[^\W\d]+\.?[\s\-/.]+(\d{1,2})$")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)(?![-_.]?\d\d)")
_LATE, _EARLY = "-11", "-02"  # months on either side of the turn of a year


def read_with_years(
    table: RawTable, columns: Mapping[str, Sequence[Any]], order: str | None, year: int | None
) -> tuple[dict[str, DateReading], list[str]]:
    """As `read_together`; dates without a year take `year`, else that of a column `year` or of the
    file's name, which is said, else it is asked."""
    missing = [name for name, cells in columns.items() if lack_years(cells)]
    if not missing:
        return read_together(columns, order)
    years, where = _years(table, year)
    made = dict(columns)
    for name in missing:
        pairs = zip(columns[name], years or [_LEAP] * len(table), strict=True)
        made[name] = [cell if own is None else in_year(cell, own) for cell, own in pairs]
    readings, remarks = read_together(made, order)
    for name in missing:
        first = next(str(cell) for cell in columns[name] if _lacks_year(cell))
        reading = readings[name]
        if not years:
            reading = replace(reading, question=_asked(first), answers=(), came=_CAME)
        elif year is not None and reading.question:  # both are said: MDY,2024
            answers = tuple(f"{answer},{year}" for answer in reading.answers)
            reading = replace(reading, answers=answers)
        elif where != _COLUMN and _turns(reading.cells):
            reading = replace(reading, question=_TURN, answers=(), came=_CAME)
        readings[name] = reading
    told = ", ".join(map(repr, missing))
    return readings, [*remarks, *([f"dates without a year in {told}: {where}"] if years else [])]


_CAME = "dates without a year"
_TURN = "dates with their years: they pass the end of one"
_LEAP = 2024  # any year with a 29 February: the rows are read on, and what is asked is asked once


def _asked(first: str) -> str:
    return f"the year of {first!r} and the others; where it is 2024: --dates 2024"


_COLUMN = "the year is that of the column 'year'"


def with_year_column(table: RawTable, year: int | None) -> RawTable:
    """The table of months, or of months and days, with a column of their year.

    Raises `LedgerError` where nothing tells the year.
    """
    parts = {PART_OF.get(folded(name), ""): name for name in table.names}
    dated = [name for name in table.names if meaning_of(name) in TIMES]
    months = "month" in parts and all(map(_is_month, table.filled(parts["month"])))
    if not months or {*dated} - {parts["month"], parts.get("day", "")} or "year" in parts:
        return table
    years, where = _years(table, year)
    if not years:
        expected = _asked(str(next(iter(table.filled(parts["month"])), "")))
        raise LedgerError([DataProblem(table.file, None, "on", "months without a year", expected)])
    return table.of({"year": years, **table.to_dict()}).remarked(f"months without a year: {where}")


def _is_month(cell: Any) -> bool:
    text = str(cell).strip().removesuffix(".0")
    return month_number(text) is not None or (text.isdecimal() and 1 <= int(text) <= 12)


def days_of_names(
    table: RawTable, names: Sequence[str], year: int | None
) -> tuple[dict[str, str], str]:
    """Names of columns that are days, those without a year with it, and what to say of it.

    Raises `LedgerError` where nothing tells the year.
    """
    if not lack_years(names):
        return {name: name for name in names}, ""
    years, where = _years(table.without(names), year)
    if not years or years[0] is None:
        came = f"columns named {', '.join(map(repr, names)):.80}"
        expected = f"{_asked(names[0])} (or names of what they count, if a program made it of 3-5)"
        raise LedgerError([DataProblem(table.file, None, names[0], came, expected)])
    return {name: in_year(name, years[0]) for name in names}, f"columns of days: {where}"


def _years(table: RawTable, year: int | None) -> tuple[list[int | None], str]:
    """The year of each row, and where it comes from; none where nothing tells it."""
    if year is not None:
        return [year] * len(table), f"the year is {year}, as asked"
    own = next((name for name in table.names if folded(name) == "year"), None)
    if own is not None:
        cells = [str(cell).removesuffix(".0").strip() for cell in table[own]]
        if all(
            blank(a) or re.fullmatch(r"\d{4}", b) for a, b in zip(table[own], cells, strict=True)
        ):
            return [int(cell) if cell.isdecimal() else None for cell in cells], _COLUMN
    named = set(_YEAR.findall(PurePath(table.file).stem))
    if len(named) == 1:
        found = int(named.pop())
        return [found] * len(table), f"the year is {found}, from the name of the file"
    return [], ""


def in_year(cell: Any, year: int) -> Any:
    """A day and month with the year behind them; any other cell as it came.

    >>> in_year("14 March", 2024), in_year("Mar 14", 2024), in_year("03-14", 2024)
    ('14 March 2024', 'Mar 14 2024', '03-14-2024')
    """
    if not _lacks_year(cell):
        return cell
    text = plain_date(cell) or ""
    if text.startswith("--"):  # ISO 8601
        return f"{year}{text[1:]}"
    numbers = _NUMBERS.match(text)
    if numbers is not None:
        return f"{numbers[1]}{numbers[2]}{numbers[3]}{numbers[2]}{year}"
    return f"{text} {year}"


def lack_years(cells: Sequence[Any]) -> bool:
    """Whether a column has days and months without a year; "Jan-24, Feb-24" are of one year."""
    told = [str(cell).strip() for cell in cells if not blank(cell)]
    behind = [found[1] for text in told if (found := _MONTH_FIRST.match(text))]
    months = len(behind) == len(told) > 1 and len(set(behind)) == 1 < len(set(told))
    return not months and any(map(_lacks_year, cells))


def _lacks_year(cell: Any) -> bool:
    if not isinstance(cell, str):
        return False
    text = plain_date(cell) or ""
    if _NUMBERS.match(text) is not None:
        return True
    first, _, rest = text.partition(" ")
    texts = [text, rest] if first.rstrip(",.").casefold() in WEEKDAYS else [text]
    return any(_is_day_and_month(told) for told in texts)


def _is_day_and_month(text: str) -> bool:
    plain = re.sub(r"(?<=\d)(?:st|nd|rd|th)\b", "", text)
    numbers = re.findall(r"\d+", plain)
    return len(numbers) == 1 and len(numbers[0]) <= 2 and is_day_of_year(plain)


def _turns(cells: Sequence[Any]) -> bool:
    """Whether days in the order of their rows fall from the end of a year to its beginning."""
    days = [str(cell)[4:7] for cell in cells if not blank(cell) and len(str(cell)) == 10]
    return any(a >= _LATE and b <= _EARLY for a, b in itertools.pairwise(days))
