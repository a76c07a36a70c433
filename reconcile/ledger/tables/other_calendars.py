"""Whole columns of dates that another calendar, or a program's day zero, has made."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from reconcile.ledger.tables.raw_table import blank

_CALENDARS = (
    (2443, 2643, "the Buddhist calendar (2567 is 2024): take 543 from each year"),
    (1300, 1420, "the Solar Hijri calendar of Iran (1402 is 2023/24): convert them to Gregorian"),
    (1421, 1479, "the Islamic calendar (1445 is 2023/24): convert them to Gregorian"),
)
"""Years that are of 1900 to 2100 in the calendar named (the Hijri ones overlap by 1420)."""
_ZEROS = ((date(1970, 1, 1), date(1970, 1, 31)), (date(1899, 12, 30), date(1900, 1, 31)))
"""What small numbers become where they are taken for counts since a program's day zero."""
_ZERO_TEXT = re.compile(r"\d\d:\d\d:\d\d\.\d{3,}|1970-01-01[ T]\d\d:")


def looks_like(cells: Sequence[Any], came: Sequence[Any]) -> str:
    """What a column's dates (ISO text `cells`, read from `came`) must be, if not what they say.

    >>> looks_like(["2567-03-05", "2567-03-26"], ["5/3/2567", "26/3/2567"])[:21]
    'the Buddhist calendar'
    >>> looks_like(["2024-03-05"], ["2024-03-05"])
    ''
    """
    days = list(dict.fromkeys(str(cell) for cell in cells if not blank(cell)))
    years = [int(day[:4]) for day in days if re.match(r"\d{4}(?!\d)", day)]
    if not years or len(years) < len(days):
        return ""
    for first, last, words in _CALENDARS:
        if first <= min(years) and max(years) <= last:
            return words
    for first, last in _ZEROS:
        near = all(first.isoformat() <= day[:10] <= last.isoformat() for day in days)
        if near and all(
            isinstance(cell, datetime) or _ZERO_TEXT.search(str(cell))
            for cell in came
            if not blank(cell)
        ):
            zero = f"{first.day} {first:%B %Y}"
            return f"numbers that a program took for a time since {zero}: read them anew"
    return ""
