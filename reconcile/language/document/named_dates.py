"""Stage 6: dates, months and years, resolved against the day of publication."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta

from reconcile.language.document.doubts import FUTURE
from reconcile.language.document.time_ranges import Time, TimeKind, opened
from reconcile.language.phrase.calendar import MONTHS, Dated, date_at
from reconcile.language.phrase.number_words import bag
from reconcile.language.phrase.numerals import numeral
from reconcile.language.phrase.tokens import NUMBER, WORD, Tokens
from reconcile.values import Days

ONE_DAY = timedelta(days=1)

_PARTS = {"early": (1, 10), "mid": (11, 20), "late": (21, 31)}


def is_ahead(t: Tokens, i: int, begin: int) -> bool:
    """Whether words like "will" and "plans" say that a time near them lies in the future."""
    near = t.low[max(begin, i - 14) : min(t.count, i + 8)]
    if not FUTURE.isdisjoint(near):
        return True
    for k in range(i - 1, max(begin, i - _LONGEST_CLAUSE) - 1, -1):
        if t.low[k] in _CLAUSE_ENDS:
            return False
        may = t.low[k] in _MODALS and not t.capital(k) and t.low[k + 1] not in _NOT_AHEAD
        if may or (t.low[k] in ("is", "are") and t.low[k + 1] == "to"):
            return True  # "could reach 10,000 by September", "is to be adopted in February"
    return False


_LONGEST_CLAUSE = 14  # tokens
_CLAUSE_ENDS = bag(", ; : . but which who that and")
_MODALS = bag("could may might")
_NOT_AHEAD = bag("have not never n't only be")


def dated_time(t: Tokens, dated: Dated, begin: int, published: Days | None) -> Time | None:
    """The time of a date; one without a year is the latest such day up to the publication."""
    year = dated.year
    kind: TimeKind | None = None
    if dated.month is None:
        return _whole_year(dated.first, dated.last, year) if year else None
    if year is None:
        if published is None:
            return None
        year = _latest_year(dated.month, dated.day or 1, published)
        if is_ahead(t, dated.first, begin):
            year, kind = _next_year(year, dated.month, dated.day or 1, published), "ahead"
    if dated.day is None:
        return Time(dated.first, dated.last, kind or "window", month_days(year, dated.month))
    start = _day(year, dated.month, dated.day)
    if start is None:
        return None
    end = _day(year, dated.month, dated.to_day) if dated.to_day else None
    if end is not None and end > start:
        return Time(dated.first, dated.last, kind or "window", Days(start, end))
    return Time(dated.first, dated.last, kind or "day", Days(start, start))


def _day(year: int, month: int, day: int | None) -> date | None:
    try:
        return date(year, month, day or 1)
    except ValueError:
        return None


def _latest_year(month: int, day: int, published: Days) -> int:
    """The year in which that day was last, seen from the publication."""
    last = published.last
    return last.year if (month, day) <= (last.month, last.day) else last.year - 1


def _next_year(year: int, month: int, day: int, published: Days) -> int:
    """The year in which that day comes next; the day of publication is not ahead."""
    first = published.first
    return year if (year, month, day) > (first.year, first.month, first.day) else year + 1


def month_days(year: int, month: int) -> Days:
    """All days of a month."""
    return Days(date(year, month, 1), date(year, month, monthrange(year, month)[1]))


def _whole_year(first: int, last: int, year: int) -> Time | None:
    if not 1 <= year <= 9998:
        return None
    return Time(first, last, "window", Days(date(year, 1, 1), date(year, 12, 31)))


def year_time(t: Tokens, i: int, begin: int) -> Time | None:
    """A bare year behind "in", "since", "during" or "of"."""
    word = t.low[i]
    if len(word) != 4 or not word.isdecimal() or not 1900 <= int(word) < 2100:
        return None
    before = t.low[i - 1] if i > begin else ""
    labels = t.low[i + 1] == ":" and t.kind[i + 2] == NUMBER
    labels = labels or (before == "(" and t.low[i + 1] == ")")
    if before in _YEAR_LINKS and t.kind[i + 1] == WORD and t.low[i + 1] not in _YEAR_ENDS:
        return None
    of_event = before == "the" and t.kind[i + 1] == WORD and not t.low[i + 1].endswith("s")
    if of_event and not t.capital(i + 1):  # "the 2011 tsunami"
        return _whole_year(i, i + 1, int(word))
    numbered = before.isdecimal() and t.low[i - 2] in _NUMBERED_PARTS and t.glued(i - 1)
    if before not in _YEAR_BEFORE and before not in _YEAR_LINKS and not labels and not numbered:
        return None
    whole = _whole_year(i, i + 1, int(word))
    return opened(t, _part_of_year(t, whole, begin) if whole else None, begin)


_NUMBERED_PARTS = {"q": 3, "h": 6}

_YEAR_BEFORE = bag("in since during of late early mid")

_YEAR_LINKS = bag("between from to until till through by and over")

_YEAR_ENDS = bag("and to some about at more over until through the there they an a in on he nearly")

_HALVES = {"first": 0, "second": 1, "third": 2, "fourth": 3, "last": -1, "final": -1}


def _part_of_year(t: Tokens, time: Time, begin: int) -> Time:
    """ "the first half of 2023", "the third quarter of 2022"."""
    k = time.first - 1
    if k - 2 < begin or time.days is None:
        return time
    if t.low[k - 1 : k + 1] == ["months", "of"]:
        return _months_of_year(t, time, k - 2)
    if t.low[k].isdecimal():  # "Q2 2024", "H1 2023"
        k, months, place = k + 1, _NUMBERED_PARTS.get(t.low[k - 1]), int(t.low[k]) - 1
    else:
        months = {"half": 6, "quarter": 3}.get(t.low[k - 1]) if t.low[k] == "of" else None
        place = _HALVES.get(t.low[k - 2])
    if months is None or place is None:
        return time
    place = place if place >= 0 else 12 // months - 1
    if (place + 1) * months > 12:
        return time
    year = time.days.first.year
    end = month_days(year, (place + 1) * months).last
    return Time(k - 2, time.last, "window", Days(date(year, place * months + 1, 1), end))


def quarter_alone(t: Tokens, i: int, begin: int, published: Days | None) -> Time | None:
    """ "in the first quarter": the latest such one, as far as it has passed."""
    place = _HALVES.get(t.low[i - 1])
    told = t.low[i - 2] == "the" and t.low[i - 3] in ("in", "during", "for") and i - 3 >= begin
    if published is None or place is None or place < 0 or not told or t.low[i + 1] == "of":
        return None
    year = published.last.year
    first = date(year, 3 * place + 1, 1)
    if first > published.last:
        first = first.replace(year=year - 1)
    end = month_days(first.year, 3 * place + 3).last
    return Time(i - 2, i + 1, "window", Days(first, end))


def is_quarter(t: Tokens, i: int) -> bool:
    """Whether the digits at token `i` are those of "Q3"."""
    return t.low[i - 1] == "q" and t.glued(i) and t.low[i] in ("1", "2", "3", "4")


def quarter_named(t: Tokens, i: int, published: Days | None) -> Time | None:
    """ "Q3", "Q3 2024": without a year the latest one that has begun."""
    k = i + 1 + (t.low[i + 1] == ",")
    told = t.kind[k] == NUMBER and len(t.low[k]) == 4 and t.low[k].isdecimal()
    if not told and published is None:
        return None
    month = 3 * int(t.low[i]) - 2
    year = int(t.low[k]) if told or published is None else published.last.year
    if published is not None and not told and date(year, month, 1) > published.last:
        year -= 1
    days = Days(date(year, month, 1), month_days(year, month + 2).last)
    return Time(i - 1, k + 1 if told else i + 1, "window", days)


def _months_of_year(t: Tokens, time: Time, k: int) -> Time:
    """ "the first eight months of 2024"; token `k` tells how many."""
    found = numeral(t, k)
    count = round(found.value) if found is not None and found.last == k + 1 else 0
    place = t.low[k - 1]
    if time.days is None or not 0 < count < 12 or place not in ("first", "last", "final"):
        return time
    year = time.days.first.year
    if place == "first":
        days = Days(time.days.first, month_days(year, count).last)
    else:
        days = Days(date(year, 13 - count, 1), time.days.last)
    return Time(k - 1, time.last, "window", days)


def month_time(t: Tokens, i: int, begin: int, published: Days | None) -> Time | None:
    """A month on its own: "in October", "late December", "the first week of February"."""
    if t.kind[i + 1] == WORD and t.capital(i + 1) and t.low[i - 1] not in _MONTH_BEFORE:
        return None  # Jan Rahl, April Jones
    k = i + 2 if t.low[i + 1] == "." and t.glued(i + 1) else i + 1
    following = k + 1 if t.low[k] in (",", "of") else k
    year: int | None = None
    if t.kind[following] == NUMBER and len(t.low[following]) == 4 and t.low[following].isdecimal():
        year, last = int(t.low[following]), following + 1
        if not 1000 <= year < 2200:
            return None
    else:
        last = k
        if t.kind[k] == NUMBER and len(t.low[k]) <= 2 and date_at(t, k) is not None:
            return None  # a day follows: read at the number
    if year is None:
        if published is None:
            return None
        year = _latest_year(MONTHS[t.low[i]], 1, published)
        if is_ahead(t, i, begin):
            month = MONTHS[t.low[i]]
            year = _next_year(year, month, month_days(year, month).last.day, published)
            return Time(i, last, "ahead", month_days(year, month))
    return _part_of_month(t, i, last, month_days(year, MONTHS[t.low[i]]))


_MONTH_BEFORE = bag("""
    in of since by until till from to during late early mid last next this for between and through
    - on the : , ( ;
""")


def _part_of_month(t: Tokens, i: int, last: int, days: Days) -> Time:
    back = i - 1
    if t.low[back] == "-":
        back -= 1
    part = _PARTS.get(t.low[back])
    if part is not None:
        end = days.first.replace(day=min(part[1], days.last.day))
        return Time(back, last, "day", Days(days.first.replace(day=part[0]), end))
    if t.low[back] == "of" and t.low[back - 1] == "week":
        week = {"first": 0, "second": 1, "third": 2, "fourth": 3}.get(t.low[back - 2])
        if week is not None:
            start = days.first + 7 * week * ONE_DAY
            return Time(back - 2, last, "window", Days(start, start + 6 * ONE_DAY))
    if t.low[back] == "of" and t.low[back - 1] == "half" and t.low[back - 2] in ("first", "second"):
        middle = days.first + 14 * ONE_DAY
        first = t.low[back - 2] == "first"
        half = Days(days.first, middle) if first else Days(middle + ONE_DAY, days.last)
        return Time(back - 2, last, "window", half)
    return Time(i, last, "window", days)
