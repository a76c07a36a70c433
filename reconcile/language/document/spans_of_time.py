"""Stage 6: weeks, months and counted spans: "last month", "in two days", "three weeks ago"."""

from __future__ import annotations

from datetime import date, timedelta

from reconcile.language.document.named_dates import ONE_DAY, is_ahead, month_days
from reconcile.language.document.time_ranges import Time
from reconcile.language.phrase.number_words import bag
from reconcile.language.phrase.numerals import numeral
from reconcile.language.phrase.tokens import WORD, Tokens
from reconcile.language.phrase.units import TIME_UNITS
from reconcile.values import Days

DAYS_IN = {
    "hour": 1 / 24, "minute": 1 / 1440, "day": 1, "night": 1, "week": 7, "fortnight": 14,
    "month": 30, "year": 365, "decade": 3652,
}  # fmt: skip

_WITHIN = bag("in within over during for across inside")

_BEGUN = (["start", "of"], ["beginning", "of"])
"""Before "the month", which is that of the report."""

_LAST = frozenset({"last", "past", "previous", "preceding"})
_BACK = bag("ago earlier before previously prior")


def is_counted_back(t: Tokens, i: int) -> bool:
    """ "a day earlier", "the week before", "the previous day": from the day told before."""
    named = t.low[i - 1] in ("previous", "preceding")
    if (named and t.low[i - 2] != "the") or not (named or t.low[i + 1] in _BACK):
        return False
    the = i - 2 if named else i - 1
    if t.low[the] == "the" and t.low[the - 1] in _LEADING:
        return False  # "up on the week before", "in the previous month"
    return named or t.low[i + 1] != "before" or t.kind[i + 2] != WORD or t.low[i + 2] in _ENDS


_LEADING = _WITHIN | bag("on than from of with to since by for as against at")
_ENDS = bag("and but while were was are is when as")


def shifted(days: Days, by: int) -> Days:
    """Days moved by so many days."""
    return Days(days.first + by * ONE_DAY, days.last + by * ONE_DAY)


def span_time(t: Tokens, i: int, begin: int, published: Days | None, word: str) -> Time | None:
    """ "this week", "last month", "in two days", "over the past week", "in just one week".

    `word` is that at token `i` without a possessive. What is counted back is so from `published`.
    """
    unit = "weekend" if word == "weekend" else TIME_UNITS[word]
    before = t.low[i - 1] if i > begin else ""
    if is_counted_back(t, i):
        return _ago(t, i, begin, unit, published)
    if before == "next" and published is not None:
        return _next_span(i, unit, published)
    if (
        before == "this"
        or (before == "the" and (unit == "weekend" or t.low[i - 3 : i - 1] in _BEGUN))
        or (before in _LAST and t.low[i - 2] != "the")
    ):
        return _calendar_span(t, i, begin, unit, before, published)
    if unit not in DAYS_IN:
        return None
    if before == "so" or t.low[i + 1] == "-":
        return None
    if before in _LAST:
        return Time(i - 2, i + 1, "recent", None, max(1, round(DAYS_IN[unit])))
    return _counted_span(t, i, begin, unit)


def _ago(t: Tokens, i: int, begin: int, unit: str, published: Days | None) -> Time | None:
    """ "three days ago" is a day, "two months ago" some day of a month."""
    count, first, last = *_count_before(t, i, begin), i + 2
    if t.low[i - 1] in ("previous", "preceding"):
        count, first, last = 1.0, i - 2, i + 1
    elif t.low[i - 1] == "the":
        count, first = 1.0, i - 1
    if count is None or published is None or unit not in DAYS_IN or t.low[first - 1] == "than":
        return None
    by = round(count * DAYS_IN[unit])
    if by > 36600:
        return None
    days = shifted(published, -by)
    if unit in ("hour", "minute"):
        days = Days(shifted(published, -by - 1).first, days.last)
    elif unit == "month":
        months = published.first.year * 12 + published.first.month - 1 - round(count)
        days = month_days(months // 12, months % 12 + 1)
    elif unit in ("year", "decade"):
        year = published.first.year - round(count * (10 if unit == "decade" else 1))
        days = Days(date(year, 1, 1), date(year, 12, 31))
    wide = t.low[last - 1] != "ago" and unit in ("month", "year", "decade")
    return Time(first, last, "window" if wide else "day", days)


def _next_span(i: int, unit: str, published: Days) -> Time | None:
    """ "next month", "next week", "next year"."""
    step = {"week": 7, "weekend": 7, "month": 0, "year": 0}.get(unit)
    if step is None:
        return None
    now = _calendar(unit, published.last, back=False)
    if now is None:
        return None
    following = _calendar(
        unit, now.last + ONE_DAY if not step else now.last + step * ONE_DAY, back=False
    )
    return Time(i - 1, i + 1, "ahead", following) if following else None


def _calendar_span(
    t: Tokens, i: int, begin: int, unit: str, before: str, published: Days | None
) -> Time | None:
    if published is None:
        return None
    if before in ("past", "previous", "preceding"):
        length = DAYS_IN.get(unit)
        return Time(i - 1, i + 1, "recent", None, max(1, round(length))) if length else None
    span = _calendar(unit, published.last, back=before not in ("this", "the"))
    if span is None:
        return None
    first = i - 1
    if before == "this" and span.last < published.first:  # a weekend, told of in the week
        ahead = is_ahead(t, i, begin)
        return _next_span(i, unit, published) if ahead else Time(i - 1, i + 1, "window", span)
    if before == "this":
        span = Days(span.first, min(span.last, published.last))
        if t.low[first - 1] == "earlier" and first - 1 >= begin:
            before_today = max(span.first, published.last - ONE_DAY)
            return Time(first - 1, i + 1, "day", Days(span.first, before_today))
        return Time(first, i + 1, "to_date", span)
    if before == "the":
        return Time(first, i + 1, "window", span)
    return Time(first, i + 1, "window", span)


def _calendar(unit: str, day: date, *, back: bool) -> Days | None:
    """The week, month or year that holds `day`, or the one before it."""
    if unit in ("week", "weekend"):
        monday = day - day.weekday() * ONE_DAY - (7 * ONE_DAY if back else timedelta(0))
        first = monday + 5 * ONE_DAY if unit == "weekend" else monday
        if unit == "weekend" and not back and first > day:
            first -= 7 * ONE_DAY
        return Days(first, first + (1 if unit == "weekend" else 6) * ONE_DAY)
    if unit == "month":
        inside = day.replace(day=1) - ONE_DAY if back else day
        return month_days(inside.year, inside.month)
    if unit == "year":
        year = day.year - back
        return Days(date(year, 1, 1), date(year, 12, 31))
    if unit == "night":
        return Days(day - ONE_DAY, day)
    return Days(day, day) if unit == "day" and not back else None


def _counted_span(t: Tokens, i: int, begin: int, unit: str) -> Time | None:
    """ "in two days", "within 24 hours", "in just one week", "over the past three weeks"."""
    count, first = _count_before(t, i, begin)
    if count is None:
        return None
    length = max(1, round(count * DAYS_IN[unit]))
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
