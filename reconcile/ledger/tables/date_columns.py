"""Dates of a whole column: ISO, or the one other format that all of its cells fit."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any

from reconcile.errors import OptionError
from reconcile.ledger.tables.raw_table import blank

ORDERS = ("ISO", "DMY", "MDY", "YMD", "excel", "unix")
"""What `dates` may name: the order of day, month and year, or a count of days or seconds."""

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan januar jänner janvier janv enero ene janeiro gennaio",
            "february feb februar fevrier février febrero fevereiro febbraio",
            "march mar märz maerz mars marzo março",
            "april apr avril avr abril abr aprile",
            "may mai mayo maio maggio",
            "june jun juni juin junio junho giugno",
            "july jul juli juillet juil julio julho luglio",
            "august aug août aout agosto ago",
            "september sept sep septembre septiembre setembro settembre",
            "october oct oktober okt octobre octubre outubro ottobre",
            "november nov novembre noviembre novembro",
            "december dec dezember dez décembre decembre déc diciembre dic dezembro dicembre",
        ),
        start=1,
    )
    for name in names.split()
}
_EXCEL_ZERO = date(1899, 12, 30)
_ISO_DAY = re.compile(r"\d{4}(-\d{1,2}){0,2}(/\d{4}(-\d{2}){0,2})?$")
_NUMBERS = re.compile(r"(\d{1,4})\s*([/.\-])\s*(\d{1,2})\s*\2\s*(\d{2,4})\.?$")
_TIME = re.compile(
    r"(?<=\d)(?:T|\s+|,\s*)(?:[01]?\d|2[0-3]|24(?=:00)):[0-5]\d(?::[0-5]\d(?:[.,]\d+)?)?\s*(?:[ap]\.?m\.?)?\s*"
    r"(?:Z|UTC|GMT|[+-]\d{2}:?\d{2})?$|(?<=\d{8})T(?:[01]\d|2[0-3])[0-5]\d(?:[0-5]\d)?(?:Z|[+-]\d{2}:?\d{2})?$",
    re.IGNORECASE,
)
_MONTH = r"(?P<month>[^\W\d]+)\.?"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th|er|\.|º)?"
_WEEKDAYS = {
    name: number
    for number, names in enumerate(
        (
            "monday mon montag mo lundi lun lunes lunedì segunda",
            "tuesday tues tue dienstag di mardi mar martes martedì terça",
            "wednesday weds wed mittwoch mi mercredi mer miércoles mié mercoledì quarta",
            "thursday thurs thur thu donnerstag do jeudi jeu jueves jue giovedì gio quinta",
            "friday fri freitag fr vendredi ven viernes vie venerdì sexta",
            "saturday sat samstag sonnabend sa samedi sam sábado sáb sabato sab",
            "sunday sun sonntag so dimanche dim domingo dom domenica",
        )
    )
    for name in names.split()
}
_WEEKDAY = rf"(?:(?P<weekday>{'|'.join(_WEEKDAYS)}|on|the|le|el|il|den|am)[,.]*\s+)?"
"""A day of the week, or a word that changes nothing; "before" and "not" do."""
_GAP = r"[\s/,.\-]+(?:de\s+|of\s+)?"
_WORDED = tuple(
    re.compile(pattern + "$", re.IGNORECASE)
    for pattern in (
        rf"{_WEEKDAY}{_DAY}{_GAP}{_MONTH}{_GAP}(?P<year>\d{{4}}|\d{{2}})",
        rf"{_WEEKDAY}{_MONTH}[\s\-]+{_DAY}{_GAP}(?P<year>\d{{4}})",
        rf"(?P<year>\d{{4}}){_GAP}{_MONTH}{_GAP}{_DAY}",
        rf"{_MONTH}{_GAP}(?P<year>\d{{4}})",
        rf"(?P<year>\d{{4}}){_GAP}{_MONTH}",
    )
)
_DIRECTION = re.compile(
    r"(?:before|after|since|until|till|not|from|by|around|about|circa|c\.|ca\.|early|late|mid|vor|"
    r"nach|seit|bis|avant|après|depuis|jusqu'au|antes|después|desde|hasta)(?!\w)",
    re.IGNORECASE,
)
_MONTH_YEAR = re.compile(r"(\d{1,2})[/.\-]((?:1[89]|2[01])\d{2})$")
_QUARTER = re.compile(r"(?:(\d{4})[\s\-]?Q([1-4])|Q([1-4])[\s\-/](\d{4}))$", re.IGNORECASE)
_WEEK = re.compile(r"(\d{4})[-\s]?(?:W|KW)\s?(\d{1,2})$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class DateReading:
    """The cells of a column as ISO text (a cell that is no date as it came), and what to say.

    `remark` tells the format where it is not ISO, `question` what must be asked where the cells
    fit two, whose names are `answers`; `hint` what many of the cells that fit none may be.
    """

    cells: list[Any]
    remark: str = ""
    question: str = ""
    hint: str = ""
    answers: tuple[str, ...] = ()

    @property
    def asked(self) -> str:
        """What is expected of a column that fits two formats."""
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
    texts = {cell: _plain(cell) for cell in dict.fromkeys(c for c in cells if type(c) is str)}
    plain = [texts[cell] if type(cell) is str else _plain(cell) for cell in cells]
    told = list(dict.fromkeys(text for text in plain if text is not None))
    if order in (None, "ISO") and all(_iso(text) for text in told):
        table = {text: _iso(text) for text in told}
        asked = _two_years(told) if order is None else ""
        return DateReading(_put(cells, plain, table), question=asked, answers=("ISO",))
    if order is not None:
        return DateReading(_put(cells, plain, _partly(order, told)))
    names = list(_FORMATS)
    fits = [table for name in names if (table := _table(name, told)) is not None]
    differing = list({tuple(table.items()): table for table in fits}.values())
    if len(differing) == 1:
        name = next(name for name in names if _table(name, told) == differing[0])
        return DateReading(_put(cells, plain, differing[0]), f"as {_FORMATS[name][1]}")
    if differing:
        question, answers = _asked(names, told)
        return DateReading(_put(cells, plain, differing[0]), question=question, answers=answers)
    worded = 2 * sum(_fits("words", text) is not None for text in told) >= len(told)
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


def iso_text(cell: Any) -> str | None:
    """The ISO text of a cell that is a date by itself, else None."""
    text = _plain(cell)
    return None if text is None else _iso(text)


def month_number(text: str) -> int | None:
    """The number of a month by its name in English or a few other languages.

    >>> month_number("March"), month_number("déc."), month_number("noon")
    (3, 12, None)
    """
    return _MONTHS.get(text.strip().rstrip(".").casefold())


def is_day_of_year(text: str) -> bool:
    """Whether a text is a day and a month by its name, with or without a year.

    >>> is_day_of_year("15-May"), is_day_of_year("May 15"), is_day_of_year("15 men")
    (True, True, False)
    """
    found = re.fullmatch(r"(?:\d{1,2}[\s\-/.]+)?([^\W\d]+)\.?(?:[\s\-/.]+\d{1,4})?", text.strip())
    return found is not None and text.strip() != found[1] and found[1].casefold() in _MONTHS


def looks_like_dates(cells: Sequence[Any]) -> bool:
    """Whether most of the cells are dates; bare numbers are not, but for years and 20240517."""
    told = [cell for cell in cells if not blank(cell)][:200]
    if not told:
        return False
    if all(isinstance(cell, int | float) and not isinstance(cell, bool) for cell in told):
        return all(19000101 <= cell <= 21001231 and _compact(str(int(cell))) for cell in told)
    texts = [text for cell in told if (text := _plain(cell)) is not None]
    dated = [t for t in texts if not t.isdigit() or len(t) == 8]
    fits = [t for t in dated if _iso(t) or any(_FORMATS[n][0](t) for n in _CALENDAR)]
    return len(fits) > 0.6 * len(told)


# ---------------------------------------------------------------- one cell


def _plain(cell: Any) -> str | None:
    """A cell as text, a time of day cut off; None for a gap."""
    if blank(cell):
        return None
    if isinstance(cell, datetime):
        return None if str(cell) == "NaT" else cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    if getattr(getattr(cell, "dtype", None), "kind", "") == "M":
        return str(cell.astype("datetime64[D]"))
    if isinstance(cell, float) and abs(cell) < 1e15 and cell.is_integer():
        return str(int(cell))
    text = str(cell).strip()
    if "/" in text and _ISO_DAY.match(text.replace(" ", "")):
        return text.replace(" ", "")
    return _TIME.sub("", text).strip()


def _iso(text: str) -> str | None:
    """An ISO day, month, year or range, as it is read everywhere; 2024-1-5 is filled up."""
    if not _ISO_DAY.match(text):
        return None
    ends = text.split("/")
    filled = ["-".join(p.zfill(2) for p in end.split("-")) for end in ends]
    return "/".join(filled) if all(_is_date(end) for end in filled) else None


def _is_date(text: str) -> bool:
    year, month, day = (*map(int, text.split("-")), 1, 1)[:3]
    return _day(year, month, day) is not None


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except (ValueError, OverflowError):
        return None


def _ordered(order: str) -> Callable[[str], str | None]:
    """Reads three numbers in this order; two digits of a year are of the nearest century."""

    def read(text: str) -> str | None:
        found = _NUMBERS.match(text)
        if found is None:
            return None
        parts = dict(zip(order, (found[1], found[3], found[4]), strict=True))
        if len(parts["Y"]) not in (2, 4) or max(len(parts["D"]), len(parts["M"])) > 2:
            return None
        year = int(parts["Y"])
        if len(parts["Y"]) == 2:
            year += 2000 if year < 70 else 1900
        made = _day(year, int(parts["M"]), int(parts["D"]))
        return None if made is None else made.isoformat()

    return read


def _worded(text: str) -> str | None:
    """10 May 2026, May 10, 2026, 10-May-26, 2026 May 10, May 2026."""
    for pattern in _WORDED:
        found = pattern.match(text)
        number = None if found is None else _MONTHS.get(found["month"].casefold())
        if found is None or number is None:
            continue
        parts = found.groupdict()
        weekday = _WEEKDAYS.get((parts.get("weekday") or "").casefold())
        year = int(parts["year"]) + (2000 if len(parts["year"]) == 2 else 0)
        if "day" not in parts:
            return f"{year:04d}-{number:02d}"
        made = _day(year, number, int(parts["day"]))
        fits = made is not None and weekday in (None, made.weekday())
        return made.isoformat() if made is not None and fits else None
    return None


def _compact(text: str) -> str | None:
    if not (len(text) == 8 and text.isascii() and text.isdigit()):
        return None
    made = _day(int(text[:4]), int(text[4:6]), int(text[6:]))
    return None if made is None or not 1000 <= made.year < 3000 else made.isoformat()


def _week(text: str) -> str | None:
    found = _WEEK.match(text)
    if found is None:
        return None
    try:
        first = date.fromisocalendar(int(found[1]), int(found[2]), 1)
    except ValueError:
        return None
    return f"{first.isoformat()}/{(first + timedelta(6)).isoformat()}"


def _month_year(text: str) -> str | None:
    """03/2024: a month."""
    found = _MONTH_YEAR.match(text)
    return None if found is None else _iso(f"{found[2]}-{found[1]}")


def _quarter(text: str) -> str | None:
    """2024-Q1, Q1 2024: the months of a quarter."""
    found = _QUARTER.match(text)
    if found is None:
        return None
    year, number = found[1] or found[4], int(found[2] or found[3])
    return _iso(f"{year}-{3 * number - 2}/{year}-{3 * number:02d}")


def _excel(text: str) -> str | None:
    """Days since 30 December 1899, 1954 to 2119; a fraction is a time of day."""
    if not re.fullmatch(r"\d{5}(\.\d+)?", text):
        return None
    number = int(float(text))
    return (_EXCEL_ZERO + timedelta(number)).isoformat() if 20_000 <= number < 80_500 else None


def _unix(text: str) -> str | None:
    """Seconds or milliseconds since 1970, 2001 to 2100."""
    if not re.fullmatch(r"\d{10}|\d{13}", text):
        return None
    seconds = int(text) / (1000 if len(text) == 13 else 1)
    return datetime.fromtimestamp(seconds, UTC).date().isoformat() if seconds < 4.1e9 else None


_FORMATS: dict[str, tuple[Callable[[str], str | None], str]] = {
    "DMY": (_ordered("DMY"), "day/month/year (DMY)"),
    "MDY": (_ordered("MDY"), "month/day/year (MDY)"),
    "YMD": (_ordered("YMD"), "year/month/day (YMD)"),
    "words": (_worded, "days with the month in words"),
    "compact": (_compact, "year, month and day in eight digits"),
    "week": (_week, "ISO weeks, Monday to Sunday"),
    "month": (_month_year, "month/year"),
    "quarter": (_quarter, "quarters of a year"),
    "excel": (_excel, "Excel's day numbers (excel)"),
    "unix": (_unix, "seconds since 1970 in UTC (unix)"),
}
_CALENDAR = ("DMY", "MDY", "YMD", "words", "compact", "week", "month", "quarter")


# ---------------------------------------------------------------- a column


@cache
def _fits(name: str, text: str) -> str | None:
    return _FORMATS[name][0](text)


def _table(name: str, told: Sequence[str]) -> dict[str, str] | None:
    """What each text reads as under a format; None where one does not fit it.

    Texts that are ISO already may stand beside those with the month in words, which cannot be
    mistaken.
    """
    found: dict[str, str] = {}
    for text in told:
        read = _fits(name, text) or (_iso(text) if name == "words" else None)
        if read is None:
            return None
        found[text] = read
    return found


def _partly(order: str, told: Sequence[str]) -> dict[str, str]:
    """What the texts that fit `order`, or ISO, read as; the others are left out."""
    reads = (
        (text, _iso(text) or (None if order == "ISO" else _fits(order, text))) for text in told
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
            read = _fits(name, text)
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
    others = [text for text in told if not _iso(text)]
    turned = next((found[0] for text in others if (found := _DIRECTION.match(text))), "")
    if turned:
        return f" (a day, or first/last; {turned.strip()!r} is neither)"
    if any(re.match(rf"(?:{'|'.join(_WEEKDAYS)})[,.]*\s", text, re.I) for text in others):
        return " (is it the day of the week that stands before it?)"
    counts = {name: sum(_fits(name, text) is not None for text in others) for name in _FORMATS}
    best = max(counts, key=lambda name: counts[name])
    if not others or counts[best] < 0.5 * len(others) or best not in ORDERS:
        return ""
    return f" (did you mean --dates {best}?)"
