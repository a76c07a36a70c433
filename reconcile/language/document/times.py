"""Stage 6: words for time, resolved against the day of publication, as ranges where imprecise."""

from __future__ import annotations

from bisect import bisect_left
from datetime import date, timedelta

from reconcile.errors import DateError
from reconcile.language.document.named_dates import (
    ONE_DAY,
    dated_time,
    is_ahead,
    is_quarter,
    month_time,
    quarter_alone,
    quarter_named,
    year_time,
)
from reconcile.language.document.spans_of_time import DAYS_IN, is_counted_back, shifted, span_time
from reconcile.language.document.time_ranges import Time, joined_times, opened
from reconcile.language.phrase.calendar import MONTHS, WEEKDAYS, date_at, month_at
from reconcile.language.phrase.number_words import bag
from reconcile.language.phrase.tokens import NUMBER, Tokens
from reconcile.language.phrase.units import TIME_UNITS
from reconcile.values import Days, Period

_POSSESSIVES = {
    f"{word}{mark}s": word
    for word in (*WEEKDAYS, "yesterday", "today", "weekend", "week", "month", "year")
    for mark in ("'", "’")
    if len(word) > 3
}
TIME_WORDS = frozenset(
    {*MONTHS, *WEEKDAYS, *TIME_UNITS}
    | bag("today yesterday tonight overnight tomorrow weekend long morning afternoon evening")
    | {"quarter", *_POSSESSIVES}
)


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
    named = not TIME_WORDS.isdisjoint(words)
    for i in range(begin, end) if named else _numbers(t, begin, end):
        if i < last:
            continue
        if low[i] not in TIME_WORDS and not (kind[i] == NUMBER and _is_date(t, i, in_months)):
            continue
        told = found[-1].days if found and found[-1].kind == "day" else None
        since = told if told and is_counted_back(t, i) and t.low[i + 1] != "ago" else published
        time = _within_calendar(t, i, begin, since)
        if time is None:
            continue
        inside = bool(found) and time.first < last and found[-1].kind in ("length", "recent")
        if inside and time.kind == "window":
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
        return in_months or t.start[i + 1] == t.end[i] or is_quarter(t, i)
    return width in (4, 10)


_MONTHS = frozenset(MONTHS)


def _time_at(t: Tokens, i: int, begin: int, published: Days | None) -> Time | None:
    word = _POSSESSIVES.get(t.low[i], t.low[i])
    if t.kind[i] == NUMBER:
        if is_quarter(t, i):
            return quarter_named(t, i, published)
        dated = date_at(t, i)
        if dated is None:
            return year_time(t, i, begin)
        return opened(t, dated_time(t, dated, begin, published), begin)
    if word in MONTHS and month_at(t, i):
        return opened(t, month_time(t, i, begin, published), begin)
    if word in WEEKDAYS:
        return opened(t, _weekday(t, i, word, begin, published), begin)
    if word == "quarter":
        return quarter_alone(t, i, begin, published)
    if word in TIME_UNITS or word == "weekend":
        if word != t.low[i] and (t.kind[i + 1] == NUMBER or t.low[i - 2] in _COMPARING):
            return None  # "15 fewer than last year's 60"
        span = span_time(t, i, begin, published, word)
        named = span is not None and span.kind in ("day", "window")
        return opened(t, span, begin) if named else span
    return opened(t, _near_day(t, i, word, published), begin)


_COMPARING = bag("than from with to on against versus vs times twice of double half as like")


# ---------------------------------------------------------------- days seen from the report


def _weekday(t: Tokens, i: int, word: str, begin: int, published: Days | None) -> Time | None:
    """ "Tuesday", "on Tuesday", "last Tuesday": the latest such day up to the publication."""
    if published is None or not t.capital(i) or (len(word) == 3 and t.low[i + 1] != "."):
        return None
    before = t.low[i - 1] if i > begin else ""
    wanted = WEEKDAYS[word]
    numbered = _day_of_month(t, i, published)
    if numbered is not None:
        return numbered
    if before in ("next", "coming") or is_ahead(t, i, begin):
        following = published.last + ONE_DAY
        ahead = following + ((wanted - following.weekday()) % 7) * ONE_DAY
        return Time(i, i + 1, "ahead", Days(ahead, ahead))
    last = _latest_weekday(published.last, wanted)
    first = _latest_weekday(published.first, wanted)
    if before == "last" and last == published.last:
        last -= 7 * ONE_DAY
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
        day -= 7 * ONE_DAY
    return None


def _latest_weekday(day: date, wanted: int) -> date:
    return day - ((day.weekday() - wanted) % 7) * ONE_DAY


def _near_day(t: Tokens, i: int, word: str, published: Days | None) -> Time | None:
    if published is None or word == "long":
        return _lengthy(t, i)
    if word == "tomorrow":
        later = 1 + (t.low[i - 2 : i] == ["day", "after"])
        return Time(i, i + 1, "ahead", shifted(published, later))
    if word == "yesterday":
        if t.low[i - 2 : i] == ["day", "before"]:
            first = i - 3 if t.low[i - 3] == "the" else i - 2
            return Time(first, i + 1, "day", shifted(published, -2))
        return Time(i, i + 1, "day", shifted(published, -1))
    if word in ("today", "tonight"):
        return Time(i, i + 1, "day", published)
    if word in _PARTS_OF_DAY:
        back = {"this": 0, "last": 1}.get(t.low[i - 1])
        return None if back is None else Time(i - 1, i + 1, "day", shifted(published, -back))
    if word == "overnight":
        return Time(i, i + 1, "window", Days(published.first - ONE_DAY, published.last))
    return None


def _lengthy(t: Tokens, i: int) -> Time | None:
    """ "month-long", "three-day": a length."""
    unit = TIME_UNITS.get(t.low[i - 2])
    if t.low[i] != "long" or t.low[i - 1] != "-" or unit not in DAYS_IN:
        return None
    return Time(i - 2, i + 1, "length", None, max(1, round(DAYS_IN[unit])))


# ---------------------------------------------------------------- weeks, months, spans

_PARTS_OF_DAY = bag("morning afternoon evening")


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
    slack = ONE_DAY if kind == "length" and reference.exact else timedelta(0)
    end = Days(reference.first - slack, reference.last)
    return Period.during(shifted(end, 1 - length), end, days=length)
