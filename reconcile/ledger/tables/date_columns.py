"""Dates of a whole column: ISO, or the one other format that all of its cells fit."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from reconcile.errors import OptionError
from reconcile.ledger.tables.date_formats import (
    CALENDAR,
    DIRECTION,
    FORMATS,
    WEEKDAYS,
    compact_date,
    fits_format,
    iso_date,
    plain_date,
)
from reconcile.ledger.tables.raw_table import blank

ORDERS = ("ISO", "DMY", "MDY", "YMD", "excel", "unix")
"""What `dates` may name: the order of day, month and year, or a count of days or seconds."""


@dataclass(frozen=True, slots=True)
class DateReading:
    """The cells of a column as ISO text (a cell that is no date as it came), and what to say.

    `remark` tells the format where it is not ISO, `question` what must be asked where the cells
    fit two, whose names are `answers`; `hint` what many of the cells that fit none may be. `came`
    is what is asked about.
    """

    cells: list[Any]
    remark: str = ""
    question: str = ""
    hint: str = ""
    answers: tuple[str, ...] = ()
    came: str = "dates that read two ways"

    @property
    def asked(self) -> str:
        """What is expected of a column that fits two formats, or none without more."""
        if not self.answers:
            return self.question
        told = ", ".join(self.answers[:-1]) + " or " * (len(self.answers) > 1) + self.answers[-1]
        return f"dates that read one way: {self.question}; pass --dates {told}"


def read_dates(cells: Sequence[Any], order: str | None = None) -> DateReading:
    """The dates of a column.

    ISO 8601 needs no word; else the whole column must fit exactly one format (day, month and year
    in some order with two or four digits, months in words, weeks, Excel's day numbers, seconds
    since 1970), which is said. Where it fits two that differ it is asked; where it fits none, the
    cells stay as they are and the reader of each row tells. `order` is one of `ORDERS`. A time of
    day counts on its own day, whatever its time zone.

    >>> read_dates(["13/05/2026", "02/06/2026"]).cells
    ['2026-05-13', '2026-06-02']
    >>> read_dates(["03/05/2026", "02/06/2026"]).question
    "3 May 2026 (DMY) or 5 March 2026 (MDY) for '03/05/2026'"
    """
    if order is not None and order not in ORDERS:
        raise OptionError(f"expected dates to be one of {', '.join(ORDERS)}, got {order!r}")
    texts = {cell: plain_date(cell) for cell in dict.fromkeys(c for c in cells if type(c) is str)}
    plain = [texts[cell] if type(cell) is str else plain_date(cell) for cell in cells]
    told = list(dict.fromkeys(text for text in plain if text is not None))
    if order in (None, "ISO") and all(iso_date(text) for text in told):
        table = {text: iso_date(text) for text in told}
        asked = _two_years(told) if order is None else ""
        return DateReading(_put(cells, plain, table), question=asked, answers=("ISO",))
    if order is not None:
        return DateReading(_put(cells, plain, _partly(order, told)))
    names = list(FORMATS)
    fits = [table for name in names if (table := _table(name, told)) is not None]
    differing = list({tuple(table.items()): table for table in fits}.values())
    if len(differing) == 1:
        name = next(name for name in names if _table(name, told) == differing[0])
        return DateReading(_put(cells, plain, differing[0]), f"as {FORMATS[name][1]}")
    if differing:
        question, answers = _asked(names, told)
        return DateReading(_put(cells, plain, differing[0]), question=question, answers=answers)
    worded = 2 * sum(fits_format("words", text) is not None for text in told) >= len(told)
    found = _partly("words" if worded else "ISO", told)
    return DateReading(_put(cells, plain, found), hint=_hint(told))


def read_together(
    columns: Mapping[str, Sequence[Any]], order: str | None = None
) -> tuple[dict[str, DateReading], list[str]]:
    """The readings of a table's columns of dates, by name, and what to say of them.

    A column that fits two formats is read in the order of the others, where these fit one.
    """
    readings = {name: read_dates(cells, order) for name, cells in columns.items()}
    ends = ("DMY)", "MDY)", "YMD)")
    orders = {r.remark[-4:-1] for r in readings.values() if r.remark.endswith(ends)}
    remarks: list[str] = []
    for name, reading in readings.items():
        if reading.question and len(orders) == 1:
            (other,) = orders
            readings[name] = read_dates(columns[name], other)
            remarks.append(f"column {name!r} is read in the order of the others, {other}")
        if readings[name].remark:
            remarks.append(f"dates in {name!r} are read {readings[name].remark}")
    return readings, remarks


def looks_like_dates(cells: Sequence[Any]) -> bool:
    """Whether most of the cells are dates; bare numbers are not, but for years and 20240517."""
    told = [cell for cell in cells if not blank(cell)][:200]
    if not told:
        return False
    if all(isinstance(cell, int | float) and not isinstance(cell, bool) for cell in told):
        return all(19000101 <= cell <= 21001231 and compact_date(str(int(cell))) for cell in told)
    texts = [text for cell in told if (text := plain_date(cell)) is not None]
    dated = [t for t in texts if not t.isdigit() or len(t) == 8]
    fits = [t for t in dated if iso_date(t) or any(FORMATS[n][0](t) for n in CALENDAR)]
    return len(fits) > 0.6 * len(told)


# ---------------------------------------------------------------- a column


def _table(name: str, told: Sequence[str]) -> dict[str, str] | None:
    """What each text reads as under a format; None where one does not fit it.

    Texts that are ISO already may stand beside those with the month in words, which cannot be
    mistaken.
    """
    found: dict[str, str] = {}
    for text in told:
        read = fits_format(name, text) or (iso_date(text) if name == "words" else None)
        if read is None:
            return None
        found[text] = read
    return found


def _partly(order: str, told: Sequence[str]) -> dict[str, str]:
    """What the texts that fit `order`, or ISO, read as; the others are left out."""
    reads = (
        (text, iso_date(text) or (None if order == "ISO" else fits_format(order, text)))
        for text in told
    )
    return {text: read for text, read in reads if read}


def _put(cells: Sequence[Any], plain: Sequence[str | None], table: dict[str, Any]) -> list[Any]:
    return [
        None if text is None else table.get(text, cell)
        for cell, text in zip(cells, plain, strict=True)
    ]


def _asked(names: Sequence[str], told: Sequence[str]) -> tuple[str, tuple[str, ...]]:
    """The readings of the first text that has two, and the formats that give them."""
    for text in told:
        reads: dict[str, str] = {}
        for name in names:
            read = fits_format(name, text)
            if read is not None:
                reads.setdefault(read, name)
        if len(reads) > 1:
            said = [f"{_said(read)} ({name})" for read, name in reads.items()]
            return f"{' or '.join(said)} for {text!r}", tuple(reads.values())
    return f"two formats fit {told[0]!r}", ORDERS


def _two_years(told: Sequence[str]) -> str:
    """2009-10, 2010-11 and nothing else: months, or years that begin in one and end in the next.

    2023/2024 is two years in ISO 8601, and a year of account in many offices.
    """
    both = [re.fullmatch(r"(\d{4})/(\d{4})", text) for text in told]
    if told and all(m and int(m[2]) == int(m[1]) + 1 for m in both):
        return f"two years or the year from {told[0][:4]} into the next for {told[0]!r}"
    found = [re.fullmatch(r"(\d{2})(\d{2})-(\d{2})", text) for text in told]
    if len(told) < 2 or not all(m and int(m[3]) == (int(m[2]) + 1) % 100 for m in found):
        return ""
    return f"a month or the year from {told[0][:4]} into the next for {told[0]!r}"


def _said(iso: str) -> str:
    if len(iso) != 10:
        return iso
    day = date.fromisoformat(iso)
    return f"{day.day} {day:%B} {day.year}"


def _hint(told: Sequence[str]) -> str:
    """The order that most of the cells which are no ISO date fit, if one does."""
    others = [text for text in told if not iso_date(text)]
    turned = next((found[0] for text in others if (found := DIRECTION.match(text))), "")
    if turned:
        return f" (a day, or first/last; {turned.strip()!r} is neither)"
    if any(re.match(rf"(?:{'|'.join(WEEKDAYS)})[,.]*\s", text, re.I) for text in others):
        return " (is it the day of the week that stands before it?)"
    counts = {name: sum(fits_format(name, text) is not None for text in others) for name in FORMATS}
    best = max(counts, key=lambda name: counts[name])
    if not others or counts[best] < 0.5 * len(others) or best not in ORDERS:
        return ""
    return f" (did you mean --dates {best}?)"
