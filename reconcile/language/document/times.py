"""Stage 6: words for time, resolved against the day of publication, as ranges where imprecise."""

from __future__ import annotations

from bisect import bisect_left
from calendar import monthrange
from datetime import date, timedelta

from reconcile.errors import DateError
from reconcile.language.document.doubts import FUTURE
from reconcile.language.document.time_ranges import Time, TimeKind, joined_times, opened
from reconcile.language.phrase.calendar import MONTHS, WEEKDAYS, Dated, date_at, month_at
from reconcile.language.phrase.number_words import bag
from reconcile.language.phrase.numerals import numeral
from reconcile.language.phrase.tokens import NUMBER, WORD, Tokens
from reconcile.language.phrase.units import TIME_UNITS
from reconcile.values import Days, Period

__all__ = ["TIME_WORDS", "Time", "period_of", "times_in"]

_ONE = timedelta(days=1)
TIME_WORDS = frozenset(
    {*MONTHS, *WEEKDAYS, *TIME_UNITS}
    | bag("today yesterday tonight overnight tomorrow weekend long morning afternoon evening")
)
_DAYS_IN = {
    "hour": 1 / 24, "minute": 1 / 1440, "day": 1, "night": 1, "week": 7, "fortnight": 14,
    "month": 30, "year": 365, "decade": 3652,
}  # fmt: skip
_PARTS = {"early": (1, 10), "mid": (11, 20), "late": (21, 31)}
_WITHIN = bag("in within over during for across inside")
_LAST = frozenset({"last", "past", "previous", "preceding"})


def times_in(
    t: Tokens, begin: int, end: int, published: Days | None, words: frozenset[str]
) -> list[Time]:
    """The time expressions of the tokens from `begin` to `end`, whose words are `words`, in order.

    Without a day of publication only dates that name their year are resolved.
    """
    found: list[Time] = []
    low, kind = t.low, t.kind
    last = begin
    in_months = not _MONTHS.isdisjoint(words)
    told = not TIME_WORDS.isdisjoint(words)
    for i in range(begin, end) if told else _numbers(t, begin, end):
        if i < last:
            continue
        if low[i] not in TIME_WORDS and not (kind[i] == NUMBER and _is_date(t, i, in_months)):
            continue
        time = _within_calendar(t, i, begin, published)
        if time is None:
            continue
        if time.first < last and time.kind == "window" and found[-1].kind in ("length", "recent"):
            found.pop()  # "in the 48 hours to Wednesday": the length is that of the window
            last = time.first
        if time.first >= last:
            found.append(time)
            last = time.last
    return joined_times(t, begin, found)


def _within_calendar(t: Tokens, i: int, begin: int, published: Days | None) -> Time | None:
    """A time expression, unless it lies outside the years 1 to 9999."""
    try:
        return _time_at(t, i, begin, published)
    except (OverflowError, ValueError):  # what `datetime` raises there
        return None


def _numbers(t: Tokens, begin: int, end: int) -> list[int]:
    return t.numeric[bisect_left(t.numeric, begin) : bisect_left(t.numeric, end)]


def _is_date(t: Tokens, i: int, in_months: bool) -> bool:
    """Whether digits can be a date: days need a month in the sentence or a sign behind them."""
    width = len(t.low[i])
    if width < 3:
        return in_months or t.start[i + 1] == t.end[i]
    return width in (4, 10)


_MONTHS = frozenset(MONTHS)


def _time_at(t: Tokens, i: int, begin: int, published: Days | None) -> Time | None:
    word = t.low[i]
    if t.kind[i] == NUMBER:
        dated = date_at(t, i)
        if dated is None:
            return _year(t, i, begin)
        return opened(t, _dated(t, dated, begin, published), begin)
    if word in MONTHS and month_at(t, i):
        return opened(t, _month(t, i, begin, published), begin)
    if word in WEEKDAYS:
        return opened(t, _weekday(t, i, begin, published), begin)
    if word in TIME_UNITS or word == "weekend":
        span = _span(t, i, begin, published)
        named = span is not None and span.kind in ("day", "window")
        return opened(t, span, begin) if named else span
    return opened(t, _near_day(t, i, published), begin)


def _is_ahead(t: Tokens, i: int, begin: int) -> bool:
    """Whether words like "will" and "plans" say that a time near them lies in the future."""
    near = t.low[max(begin, i - 14) : min(t.count, i + 8)]
    return not FUTURE.isdisjoint(near)


# ---------------------------------------------------------------- dates, months, years


def _dated(t: Tokens, dated: Dated, begin: int, published: Days | None) -> Time | None:
    year = dated.year
    kind: TimeKind | None = None
    if dated.month is None:
        return _whole_year(dated.first, dated.last, year) if year else None
    if year is None:
        if published is None:
            return None
        year = _latest_year(dated.month, dated.day or 1, published)
        if _is_ahead(t, dated.first, begin):
            year, kind = _next_year(year, dated.month, dated.day or 1, published), "ahead"
    if dated.day is None:
        return Time(dated.first, dated.last, kind or "window", _month_days(year, dated.month))
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


def _month_days(year: int, month: int) -> Days:
    return Days(date(year, month, 1), date(year, month, monthrange(year, month)[1]))


def _whole_year(first: int, last: int, year: int) -> Time | None:
    if not 1 <= year <= 9998:
        return None
    return Time(first, last, "window", Days(date(year, 1, 1), date(year, 12, 31)))


def _year(t: Tokens, i: int, begin: int) -> Time | None:
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
    end = _month_days(year, (place + 1) * months).last
    return Time(k - 2, time.last, "window", Days(date(year, place * months + 1, 1), end))


def _month(t: Tokens, i: int, begin: int, published: Days | None) -> Time | None:
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
        if _is_ahead(t, i, begin):
            month = MONTHS[t.low[i]]
            year = _next_year(year, month, _month_days(year, month).last.day, published)
            return Time(i, last, "ahead", _month_days(year, month))
    return _part_of_month(t, i, last, _month_days(year, MONTHS[t.low[i]]))


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
            start = days.first + 7 * week * _ONE
            return Time(back - 2, last, "window", Days(start, start + 6 * _ONE))
    return Time(i, last, "window", days)


# ---------------------------------------------------------------- days seen from the report


def _weekday(t: Tokens, i: int, begin: int, published: Days | None) -> Time | None:
    """ "Tuesday", "on Tuesday", "last Tuesday": the latest such day up to the publication."""
    if published is None or not t.capital(i) or (len(t.low[i]) == 3 and t.low[i + 1] != "."):
        return None
    before = t.low[i - 1] if i > begin else ""
    wanted = WEEKDAYS[t.low[i]]
    numbered = _day_of_month(t, i, published)
    if numbered is not None:
        return numbered
    if before in ("next", "coming") or _is_ahead(t, i, begin):
        following = published.last + _ONE
        ahead = following + ((wanted - following.weekday()) % 7) * _ONE
        return Time(i, i + 1, "ahead", Days(ahead, ahead))
    last = _latest_weekday(published.last, wanted)
    first = _latest_weekday(published.first, wanted)
    if before == "last" and last == published.last:
        last -= 7 * _ONE
    return Time(i, i + 1, "day", Days(min(first, last), last))


def _day_of_month(t: Tokens, i: int, published: Days) -> Time | None:
    """ "Friday the 13th": the latest day of that number that fell on the weekday."""
    k = i + 2
    if t.low[i + 1] != "the" or t.kind[k] != NUMBER or t.low[k + 1] not in ("st", "nd", "rd", "th"):
        return None
    number = int(t.low[k]) if t.low[k].isdecimal() and len(t.low[k]) <= 2 else 0
    day = _latest_weekday(published.last, WEEKDAYS[t.low[i]])
    for _ in range(60):  # weeks: in every 14 months each number falls on each weekday
        if day.day == number:
            return Time(i, k + 2, "day", Days(day, day))
        day -= 7 * _ONE
    return None


def _latest_weekday(day: date, wanted: int) -> date:
    return day - ((day.weekday() - wanted) % 7) * _ONE


def _near_day(t: Tokens, i: int, published: Days | None) -> Time | None:
    word = t.low[i]
    if published is None or word == "long":
        return _lengthy(t, i)
    if word == "tomorrow":
        later = 1 + (t.low[i - 2 : i] == ["day", "after"])
        return Time(i, i + 1, "ahead", _shifted(published, later))
    if word == "yesterday":
        if t.low[i - 2 : i] == ["day", "before"]:
            first = i - 3 if t.low[i - 3] == "the" else i - 2
            return Time(first, i + 1, "day", _shifted(published, -2))
        return Time(i, i + 1, "day", _shifted(published, -1))
    if word in ("today", "tonight"):
        return Time(i, i + 1, "day", published)
    if word in _PARTS_OF_DAY:
        back = {"this": 0, "last": 1}.get(t.low[i - 1])
        return None if back is None else Time(i - 1, i + 1, "day", _shifted(published, -back))
    if word == "overnight":
        return Time(i, i + 1, "window", Days(published.first - _ONE, published.last))
    return None


def _lengthy(t: Tokens, i: int) -> Time | None:
    """ "month-long", "three-day": a length."""
    unit = TIME_UNITS.get(t.low[i - 2])
    if t.low[i] != "long" or t.low[i - 1] != "-" or unit not in _DAYS_IN:
        return None
    return Time(i - 2, i + 1, "length", None, max(1, round(_DAYS_IN[unit])))


def _shifted(days: Days, by: int) -> Days:
    return Days(days.first + by * _ONE, days.last + by * _ONE)


# ---------------------------------------------------------------- weeks, months, spans


_PARTS_OF_DAY = bag("morning afternoon evening")


def _span(t: Tokens, i: int, begin: int, published: Days | None) -> Time | None:
    """ "this week", "last month", "in two days", "over the past week", "in just one week"."""
    unit = "weekend" if t.low[i] == "weekend" else TIME_UNITS[t.low[i]]
    before = t.low[i - 1] if i > begin else ""
    if t.low[i + 1] == "ago":
        return _ago(t, i, begin, unit, published)
    if before == "next" and published is not None:
        return _next_span(i, unit, published)
    if (
        before == "this"
        or (before == "the" and unit == "weekend")
        or (before in _LAST and t.low[i - 2] != "the")
    ):
        return _calendar_span(t, i, begin, unit, before, published)
    if unit not in _DAYS_IN:
        return None
    if before == "so" or t.low[i + 1] == "-":
        return None
    if before in _LAST:
        return Time(i - 2, i + 1, "recent", None, max(1, round(_DAYS_IN[unit])))
    return _counted_span(t, i, begin, unit)


def _ago(t: Tokens, i: int, begin: int, unit: str, published: Days | None) -> Time | None:
    """ "three days ago" is a day, "two months ago" some day of a month."""
    count, first = _count_before(t, i, begin)
    if count is None or published is None or unit not in _DAYS_IN or t.low[first - 1] == "than":
        return None
    by = round(count * _DAYS_IN[unit])
    if by > 36600:
        return None
    days = _shifted(published, -by)
    if unit in ("hour", "minute"):
        days = Days(_shifted(published, -by - 1).first, days.last)
    elif unit == "month":
        months = published.first.year * 12 + published.first.month - 1 - round(count)
        days = _month_days(months // 12, months % 12 + 1)
    elif unit in ("year", "decade"):
        year = published.first.year - round(count * (10 if unit == "decade" else 1))
        days = Days(date(year, 1, 1), date(year, 12, 31))
    return Time(first, i + 2, "day", days)


def _next_span(i: int, unit: str, published: Days) -> Time | None:
    """ "next month", "next week", "next year"."""
    step = {"week": 7, "weekend": 7, "month": 0, "year": 0}.get(unit)
    if step is None:
        return None
    now = _calendar(unit, published.last, back=False)
    if now is None:
        return None
    following = _calendar(unit, now.last + _ONE if not step else now.last + step * _ONE, back=False)
    return Time(i - 1, i + 1, "ahead", following) if following else None


def _calendar_span(
    t: Tokens, i: int, begin: int, unit: str, before: str, published: Days | None
) -> Time | None:
    if published is None:
        return None
    if before in ("past", "previous", "preceding"):
        length = _DAYS_IN.get(unit)
        return Time(i - 1, i + 1, "recent", None, max(1, round(length))) if length else None
    span = _calendar(unit, published.last, back=before not in ("this", "the"))
    if span is None:
        return None
    first = i - 1
    if before == "this":
        span = Days(span.first, min(span.last, published.last))
        if t.low[first - 1] == "earlier" and first - 1 >= begin:
            before_today = max(span.first, published.last - _ONE)
            return Time(first - 1, i + 1, "day", Days(span.first, before_today))
        return Time(first, i + 1, "to_date", span)
    if before == "the":
        return Time(first, i + 1, "window", span)
    return Time(first, i + 1, "window", span)


def _calendar(unit: str, day: date, *, back: bool) -> Days | None:
    """The week, month or year that holds `day`, or the one before it."""
    if unit in ("week", "weekend"):
        monday = day - day.weekday() * _ONE - (7 * _ONE if back else timedelta(0))
        first = monday + 5 * _ONE if unit == "weekend" else monday
        if unit == "weekend" and not back and first > day:
            first -= 7 * _ONE
        return Days(first, first + (1 if unit == "weekend" else 6) * _ONE)
    if unit == "month":
        inside = day.replace(day=1) - _ONE if back else day
        return _month_days(inside.year, inside.month)
    if unit == "year":
        year = day.year - back
        return Days(date(year, 1, 1), date(year, 12, 31))
    if unit == "night":
        return Days(day - _ONE, day)
    return Days(day, day) if unit == "day" and not back else None


def _counted_span(t: Tokens, i: int, begin: int, unit: str) -> Time | None:
    """ "in two days", "within 24 hours", "in just one week", "over the past three weeks"."""
    count, first = _count_before(t, i, begin)
    if count is None:
        return None
    length = max(1, round(count * _DAYS_IN[unit]))
    if length > 36600:
        return None
    k = first - 1
    while k >= begin and t.low[k] in (
        "just",
        "only",
        "about",
        "roughly",
        "under",
        "a",
        "mere",
        "the",
    ):
        k -= 1
    if k >= begin and t.low[k] in _LAST:
        return Time(k, i + 1, "recent", None, length)
    if k >= begin and (t.low[k] in _WITHIN or t.low[k : k + 2] == ["less", "than"]):
        return Time(k, i + 1, "length", None, length)
    return None


def _count_before(t: Tokens, i: int, begin: int) -> tuple[float | None, int]:
    """The number of units before token `i` and its first token."""
    if i - 1 < begin:
        return None, i
    if t.low[i - 1] in ("a", "an", "single"):
        first = i - 2 if t.low[i - 1] == "single" else i - 1
        return 1.0, max(first, begin)
    for first in range(max(begin, i - 4), i):
        found = numeral(t, first)
        if found is not None and found.last == i:
            return found.value, first
    return None, i


# ---------------------------------------------------------------- periods


def period_of(time: Time, reference: Days | None, *, stock: bool) -> Period | None:
    """The period that a time expression gives a claim made on one of the days of `reference`.

    A stock is a level on a day; everything else happened during a window.
    """
    try:
        return _period(time, reference, stock=stock)
    except (DateError, OverflowError):  # no such window, or one beyond the calendar
        return None


def _period(time: Time, reference: Days | None, *, stock: bool) -> Period | None:
    if time.kind in ("length", "recent"):
        return _placed(time.length or 1, time.kind, reference)
    days = time.days
    if days is None:
        return None
    if time.kind in ("by", "as_of"):
        return Period.on(days)
    if time.kind == "since":
        if reference is None or reference.last < days.first:
            return None
        return Period.during(Days(days.first, min(days.last, reference.last)), reference)
    if time.kind == "to_date" and reference is not None and reference.first >= days.first:
        return Period.during(days.first, Days(reference.first, min(reference.last, days.last)))
    if stock:
        return Period.on(days)
    if time.kind == "day":
        return Period.during(days, days, days=1)
    if time.kind == "ahead" and days.exact:
        return Period.during(days, days, days=1)
    last = days.last
    if time.kind == "window" and reference is not None and days.first <= reference.last:
        last = min(last, reference.last)  # nothing is told of the days after the report
    return Period.during(days.first, last)


def _placed(length: int, kind: str, reference: Days | None) -> Period | None:
    """A window of that many days up to the report, or up to the day before it was said."""
    if reference is None:
        return None
    slack = _ONE if kind == "length" and reference.exact else timedelta(0)
    end = Days(reference.first - slack, reference.last)
    return Period.during(_shifted(end, 1 - length), end, days=length)
