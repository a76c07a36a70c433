"""Dates and clock times as they are written."""

from __future__ import annotations

from typing import NamedTuple

from reconcile.language.phrase.tokens import NUMBER, Tokens


def _names(text: str) -> dict[str, int]:
    rows = (row.split() for row in text.strip().splitlines())
    return {name: number for number, names in enumerate(rows, 1) for name in names}


MONTHS = _names("""
    january jan
    february feb
    march mar
    april apr
    may
    june jun
    july jul
    august aug
    september sept sep
    october oct
    november nov
    december dec
""")
WEEKDAYS = {
    name: number - 1
    for name, number in _names("""
    monday mon
    tuesday tues tue
    wednesday wed
    thursday thurs thur thu
    friday fri
    saturday sat
    sunday sun
""").items()
}
_SUFFIXES = frozenset({"st", "nd", "rd", "th"})
_LINKS = frozenset({"-", "–", "—", "to", "and", "or", "through", "until", "till", "&"})
_MERIDIEM = frozenset({"am", "pm", "a.m.", "p.m.", "a.m", "p.m", "o'clock", "o’clock"})
_ZONES = frozenset({"gmt", "utc", "est", "edt", "cet", "eet", "hrs", "hours", "local", "et", "bst"})

CLOCK_WORDS = _MERIDIEM | _ZONES | {"-", "–", "to", "and"}
"""The words that can follow the first number of a clock time."""


class Dated(NamedTuple):
    """A date from token `first` up to and without `last`; None where it does not say.

    `to_day` is the second day of "Nov. 3-5".
    """

    first: int
    last: int
    year: int | None
    month: int | None
    day: int | None
    to_day: int | None = None


def month_at(t: Tokens, i: int) -> int:
    """The month named at token `i`, 0 if none is; "may" and "march" only as names."""
    month = MONTHS.get(t.low[i], 0)
    if not month or (t.low[i] in ("may", "march", "mar", "dec", "sep", "sun") and not t.capital(i)):
        return 0
    return month


def date_at(t: Tokens, i: int) -> Dated | None:
    """The date whose first *number* is token `i`; None if there is none."""
    word = t.low[i]
    if not word.isdecimal():
        return _dotted(t, i)
    if t.glued(i + 1) and t.low[i + 1] in ("-", "/"):
        found = _numeric(t, i)
        if found is not None:
            return found
    return _after_month(t, i) or _before_month(t, i)


def _number(t: Tokens, i: int, least: int, most: int) -> int:
    """The whole number at `i` if it lies within bounds, else 0."""
    word = t.low[i]
    if t.kind[i] != NUMBER or not word.isdecimal() or len(word) > 4:
        return 0
    value = int(word)
    return value if least <= value <= most else 0


def _day(t: Tokens, i: int) -> tuple[int, int]:
    """A day of the month at `i` and the token behind it and its "st" or "th"."""
    day = _number(t, i, 1, 31) if len(t.low[i]) <= 2 else 0
    if t.low[i + 1] in _SUFFIXES and t.glued(i + 1):
        return day, i + 2
    return day, i + 1


def _year(t: Tokens, i: int) -> int:
    return _number(t, i, 1000, 2199) if len(t.low[i]) == 4 else 0


def _after_month(t: Tokens, i: int) -> Dated | None:
    """ "Nov. 26", "November 26th, 2024", "Nov. 3-5", "November 2024" with the number at `i`."""
    back = i - 1
    if t.low[back] == "." and t.glued(back):
        back -= 1
    if t.low[back] == "the":
        back -= 1
    if t.low[back] == ",":
        back -= 1
    month = month_at(t, back) if back >= 0 else 0
    if not month:
        return None
    year = _year(t, i)
    if year:
        return Dated(back, i + 1, year, month, None)
    day, last = _day(t, i)
    if not day or t.low[i - 1] == "," or _counts_after_month(t, back, last):
        return None
    two = t.low[back - 2] == "and" and not month_at(t, back - 3)  # not "30 March and 1 April 12"
    if _is_by_month(t, back) or (_number(t, back - 1, 1, 31) and not two):
        return None
    to_day = 0
    if t.low[last] in _LINKS:
        to_day, after = _day(t, last + 1)
        if to_day > day and not _counts(t, after) and t.low[after] not in ("%", "percent"):
            last = after
        else:
            to_day = 0
    year, last = _year_behind(t, last)
    return Dated(back, last, year or None, month, day, to_day or None)


def _year_behind(t: Tokens, last: int) -> tuple[int, int]:
    """A year after an optional comma; also one cut short by dots ("May 23, 202...")."""
    k = last + 1 if t.low[last] == "," else last
    year = _year(t, k)
    if year and not (k == last and _counts(t, k + 1)):
        return year, k + 1
    if k > last and t.kind[k] == NUMBER and t.low[k + 1] in ("...", "…") and t.glued(k + 1):
        return 0, k + 2
    return 0, last


def _is_by_month(t: Tokens, month: int) -> bool:
    """ "Monthly deaths: Apr 12, May 9": a list by month, whose numbers are no days."""
    before = t.low[max(0, month - 40) : month]
    if "monthly" in before or _in_row(t, month) > 2:
        return True
    return any(
        word == "month" and before[k - 1] in ("by", "per", "each", "every", "a")
        for k, word in enumerate(before)
    )


def _in_row(t: Tokens, month: int) -> int:
    """How many months follow each other around one, a number behind each: "Jan 12, Feb 19, ..."."""
    length = 1
    for step in (-3, 3):
        k, before = month, MONTHS[t.low[month]]
        while length < 12 and k + step >= 0 and k + step < t.count:
            k += step
            number = MONTHS.get(t.low[k], 0)
            follows = number and (number - before) % 12 == (1 if step > 0 else 11)
            if not follows or t.kind[k + 1] != NUMBER or t.low[min(k, k - step) + 2] not in _ROW:
                break
            length, before = length + 1, number
    return length


_ROW = frozenset({",", ";", "|", "/", "\n"})


def _counts_after_month(t: Tokens, month: int, last: int) -> bool:
    """ "In November 26 soldiers ...": "in" takes a month, "on" takes a day."""
    before = t.low[month - 1]
    inside = before in ("in", "since", "during") or (before == "of" and t.low[month - 2] in _PARTS)
    return inside and (_counts(t, last) or t.low[last] in _VERBS)


_PARTS = frozenset({"week", "end", "start", "beginning", "middle", "half", "days", "month"})
_VERBS = frozenset({"were", "died", "drowned", "perished", "had", "have", "more", "dead", "fell"})


def _counts(t: Tokens, k: int) -> bool:
    """Whether the word at `k` is a plural that the number before it counts."""
    word = t.low[k]
    return len(word) > 3 and word[0].isalpha() and (word in _PEOPLE or _is_plural(t, k))


_PEOPLE = frozenset({"people", "men", "women", "children", "troops", "police", "others", "percent"})


def _is_plural(t: Tokens, k: int) -> bool:
    word = t.low[k]
    return word.endswith("s") and not word.endswith("ss") and not t.capital(k)


def _before_month(t: Tokens, i: int) -> Dated | None:
    """ "26 November 2024", "the 26th of November", "3-5 November", "3 and 5 Nov."."""
    day, last = _day(t, i)
    if not day:
        return None
    to_day = 0
    k = last
    while t.low[k] == "," and _number(t, k + 1, 1, 31) and t.low[k + 2] in (",", "and"):
        k += 2  # "on 12, 13 and 14 September"
    if t.low[k] in _LINKS:
        to_day, k = _day(t, k + 1)
        if to_day <= day:
            return None
    if t.low[k] == "of" or (t.low[k] == "-" and to_day == 0):
        k += 1
    month = month_at(t, k)
    if not month:
        return None
    k += 1
    if t.low[k] == "." and t.glued(k):
        k += 1
    year, last = _year_behind(t, k)
    return Dated(i, last, year or None, month, day, to_day or None)


def _numeric(t: Tokens, i: int) -> Dated | None:
    """ "2024-12-18", "2024-12", "18/12/2024", "12/18/24"."""
    mark = t.low[i + 1]
    parts = [i, i + 2]
    if not t.glued(i + 2):
        return None
    if t.low[i + 3] == mark and t.glued(i + 3) and t.glued(i + 4):
        parts.append(i + 4)
    if not all(t.kind[k] == NUMBER and t.low[k].isdecimal() for k in parts):
        return None
    widths = [len(t.low[k]) for k in parts]
    numbers = [int(t.low[k]) if len(t.low[k]) <= 4 else 0 for k in parts]
    year_first = widths[0] == 4 and 1000 <= numbers[0] < 2200
    if mark == "-" and year_first and widths[1:] in ([2], [2, 2]):
        return _iso(i, parts[-1] + 1, numbers)
    if len(parts) == 3 and max(widths[:2]) <= 2 and widths[2] in (2, 4):
        return _slashed(i, parts[-1] + 1, numbers)
    return None


def _iso(first: int, last: int, numbers: list[int]) -> Dated | None:
    year, month, day = (*numbers, 0)[:3]
    if 1 <= month <= 12 and 0 <= day <= 31:
        return Dated(first, last, year, month, day or None)
    return Dated(first, last, year, None, None) if not day else None


def _slashed(first: int, last: int, numbers: list[int]) -> Dated | None:
    """Day and month in either order: where both are possible, neither is taken."""
    a, b, year = numbers
    year += 2000 if year < 100 else 0
    if not (1 <= a <= 31 and 1 <= b <= 31):
        return None
    if a > 12 >= b:
        return Dated(first, last, year, b, a)
    if b > 12 >= a:
        return Dated(first, last, year, a, b)
    return Dated(first, last, year, a if a == b else None, b if a == b else None)


def _dotted(t: Tokens, i: int) -> Dated | None:
    """ "18.12.2024"."""
    parts = t.low[i].split(".")
    if len(parts) != 3 or not all(part.isdecimal() for part in parts):
        return None
    if [len(part) for part in parts[2:]] != [4] or len(parts[0]) > 2 or len(parts[1]) > 2:
        return None
    day, month, year = map(int, parts)
    if 1 <= day <= 31 and 1 <= month <= 12:
        return Dated(i, i + 1, year, month, day)
    return None


def clock_at(t: Tokens, i: int) -> int:
    """The token behind the clock time that starts at token `i`; 0 if there is none."""
    low = t.low
    if low[i + 1] == ":" and t.glued(i + 1) and t.glued(i + 2) and len(low[i + 2]) == 2:
        return _clock_end(t, i + 3) if low[i + 2].isdecimal() and len(low[i]) <= 2 else 0
    if low[i + 1] in _MERIDIEM and len(low[i]) <= 6 and not _is_verb_am(t, i):
        return i + 2
    if low[i + 1] in ("-", "–", "to", "and") and low[i + 3] in _MERIDIEM:
        return i + 4 if t.kind[i + 2] == NUMBER else 0
    if len(low[i]) == 4 and low[i].isdecimal() and low[i] < "2400" and low[i + 1] in _ZONES:
        quantity = low[i + 1] in ("hours", "hrs") and low[i][0] != "0"
        return 0 if quantity or (low[i + 1] == "local" and low[i + 2] != "time") else i + 2
    return 0


def _is_verb_am(t: Tokens, i: int) -> bool:
    return t.low[i + 1] == "am" and t.low[i - 1] == "i"


def _clock_end(t: Tokens, k: int) -> int:
    """Behind the seconds, "p.m." and the time zone."""
    low = t.low
    while low[k] == ":" and t.glued(k) and t.kind[k + 1] == NUMBER:
        k += 2
    if low[k] in _MERIDIEM:
        k += 1
    return k + 1 if low[k] in _ZONES and low[k] not in ("hours", "local") else k
