"""Dates of one cell: the formats that a day, week, month or quarter may be written in."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any

from reconcile.ledger.tables.raw_table import blank

MONTH_NAMES = {
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
WEEKDAYS = {
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
_WEEKDAY = rf"(?:(?P<weekday>{'|'.join(WEEKDAYS)}|on|the|le|el|il|den|am)[,.]*\s+)?"
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
DIRECTION = re.compile(
    r"(?:before|after|since|until|till|not|from|by|around|about|circa|c\.|ca\.|early|late|mid|vor|"
    r"nach|seit|bis|avant|après|depuis|jusqu'au|antes|después|desde|hasta)(?!\w)",
    re.IGNORECASE,
)
_MONTH_YEAR = re.compile(r"(\d{1,2})[/.\-]((?:1[89]|2[01])\d{2})$")
_QUARTER = re.compile(r"(?:(\d{4})[\s\-]?Q([1-4])|Q([1-4])[\s\-/](\d{4}))$", re.IGNORECASE)
_WEEK = re.compile(r"(\d{4})[-\s]?(?:W|KW)\s?(\d{1,2})$", re.IGNORECASE)


def iso_text(cell: Any) -> str | None:
    """The ISO text of a cell that is a date by itself, else None."""
    text = plain_date(cell)
    return None if text is None else iso_date(text)


def month_number(text: str) -> int | None:
    """The number of a month by its name in English or a few other languages.

    >>> month_number("March"), month_number("déc."), month_number("noon")
    (3, 12, None)
    """
    return MONTH_NAMES.get(text.strip().rstrip(".").casefold())


def is_day_of_year(text: str) -> bool:
    """Whether a text is a day and a month by its name, with or without a year.

    >>> is_day_of_year("15-May"), is_day_of_year("May 15"), is_day_of_year("15 men")
    (True, True, False)
    """
    found = re.fullmatch(r"(?:\d{1,2}[\s\-/.]+)?([^\W\d]+)\.?(?:[\s\-/.]+\d{1,4})?", text.strip())
    return found is not None and text.strip() != found[1] and found[1].casefold() in MONTH_NAMES


def plain_date(cell: Any) -> str | None:
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


def iso_date(text: str) -> str | None:
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
        number = None if found is None else MONTH_NAMES.get(found["month"].casefold())
        if found is None or number is None:
            continue
        parts = found.groupdict()
        weekday = WEEKDAYS.get((parts.get("weekday") or "").casefold())
        year = int(parts["year"]) + (2000 if len(parts["year"]) == 2 else 0)
        if "day" not in parts:
            return f"{year:04d}-{number:02d}"
        made = _day(year, number, int(parts["day"]))
        fits = made is not None and weekday in (None, made.weekday())
        return made.isoformat() if made is not None and fits else None
    return None


def compact_date(text: str) -> str | None:
    """20240517 as 2024-05-17."""
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
    return None if found is None else iso_date(f"{found[2]}-{found[1]}")


def _quarter(text: str) -> str | None:
    """2024-Q1, Q1 2024: the months of a quarter."""
    found = _QUARTER.match(text)
    if found is None:
        return None
    year, number = found[1] or found[4], int(found[2] or found[3])
    return iso_date(f"{year}-{3 * number - 2}/{year}-{3 * number:02d}")


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


FORMATS: dict[str, tuple[Callable[[str], str | None], str]] = {
    "DMY": (_ordered("DMY"), "day/month/year (DMY)"),
    "MDY": (_ordered("MDY"), "month/day/year (MDY)"),
    "YMD": (_ordered("YMD"), "year/month/day (YMD)"),
    "words": (_worded, "days with the month in words"),
    "compact": (compact_date, "year, month and day in eight digits"),
    "week": (_week, "ISO weeks, Monday to Sunday"),
    "month": (_month_year, "month/year"),
    "quarter": (_quarter, "quarters of a year"),
    "excel": (_excel, "Excel's day numbers (excel)"),
    "unix": (_unix, "seconds since 1970 in UTC (unix)"),
}
CALENDAR = ("DMY", "MDY", "YMD", "words", "compact", "week", "month", "quarter")


@cache
def fits_format(name: str, text: str) -> str | None:
    """What a text reads as in one of `FORMATS`, in ISO; None if it does not fit it."""
    return FORMATS[name][0](text)
