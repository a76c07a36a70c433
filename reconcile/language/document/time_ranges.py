"""Stage 6: times that open or close: from A to B, by the end of May, as of Monday, since March."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta
from typing import Literal, NamedTuple

from reconcile.language.phrase.number_words import SMALL, bag
from reconcile.language.phrase.tokens import NUMBER, Tokens
from reconcile.values import Days

TimeKind = Literal["day", "window", "to_date", "since", "length", "recent", "by", "as_of", "ahead"]


class Time(NamedTuple):
    """A time expression from token `first` up to and without `last`.

    `kind`: "day" (one day out of `days`), "window" (all of `days`), "to_date" (the same, as far
    as it had passed), "since" (from one of `days` on), "length" (`length` days, placed by what is
    around it), "recent" (`length` days up to the report), "by" (a total by the end of `days`),
    "as_of" (a total by the end of one of `days`) or "ahead" (`days` that lie in the future).
    """

    first: int
    last: int
    kind: TimeKind
    days: Days | None
    length: int | None = None


_CLOSING = bag("by until till through before")
_BESIDE = ("early", "late", "mid", "the", "-", "on")


def opened(t: Tokens, time: Time | None, begin: int) -> Time | None:
    """Take in "since", "by the end of", "as of" and "so far in" around a time."""
    if time is None or time.days is None or time.kind == "ahead":
        return time
    back = time.first - 1
    if t.low[back] in _BESIDE:
        back -= 1
    if t.low[back] in _HOURS:
        back -= 1
    while back >= begin and (t.low[back] in _CLOCKS or _is_hour(t, back)):
        back -= 1
    if back < begin:
        return time
    if t.low[back] == "since":
        return time._replace(first=back, kind="since")
    if time.kind in ("day", "window") and _is_since_clause(t, back, begin):
        return time._replace(kind="since")
    if t.low[back] == "at" and t.low[back - 1] == "as" and back - 1 >= begin:
        return time._replace(first=back - 1, kind="as_of")
    if t.low[back] == "of" and back - 1 >= begin:
        return _of(t, time, back, begin)
    if t.low[back] == "to" and t.low[back - 1] in _SPANS and back - 2 >= begin:
        return _closed_span(t, time, back)
    if t.low[back] == "upto" or (t.low[back] == "to" and t.low[back - 1] == "up"):
        return time._replace(first=back - (t.low[back] == "to"), kind="by")
    if t.low[back] in _CLOSING and t.low[back] != "before":
        return time._replace(first=back, kind="by")
    return _so_far(t, time)


_SPANS = {
    "hours": 1 / 24, "day": 1, "days": 1, "week": 7, "weeks": 7, "month": 30, "months": 30,
    "year": 365, "years": 365, "quarter": 92,
}  # fmt: skip


def _closed_span(t: Tokens, time: Time, back: int) -> Time:
    """ "in the week to 15 September", "in the 72 hours to Sunday": a window that ends there."""
    days = time.days
    counted = t.low[back - 2]
    count = float(counted) if counted.isdecimal() and len(counted) < 5 else SMALL.get(counted, 1)
    if days is None:
        return time
    unit = t.low[back - 1]
    months = round(count * {"y": 12, "m": 1, "q": 3}.get(unit[0], 0))
    if months:  # "in the year to June", "in the three months to 15 May"
        first = _months_before(days.last + timedelta(days=1), months)
    else:
        first = days.last - timedelta(days=max(1, round(count * _SPANS[unit])) - 1)
    return time._replace(first=back - 2, kind="window", days=Days(first, days.last))


def _months_before(day: date, months: int) -> date:
    month = day.year * 12 + day.month - 1 - months
    year, month = month // 12, month % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


_HOURS = bag("noon midday midnight dawn dusk nightfall morning afternoon evening night")
_CLOCKS = bag("p.m. a.m. pm am : hours gmt local")


def _is_hour(t: Tokens, k: int) -> bool:
    """The digits of "as of 6 p.m. on 11 June"."""
    return t.kind[k] == NUMBER and (t.low[k + 1] in _CLOCKS or t.low[k - 1] == ":")


def _is_since_clause(t: Tokens, last: int, begin: int) -> bool:
    """ "since the river burst its banks on Tuesday"."""
    for k in range(last, max(begin, last - 9) - 1, -1):
        if t.low[k] == "since":
            return True
        if t.kind[k] == NUMBER or t.low[k] in (",", ";", ":", ".", "that", "and", "said"):
            return False
    return False


def _of(t: Tokens, time: Time, back: int, begin: int) -> Time:
    """ "as of February", "by the end of January", "at the end of May"."""
    days = time.days
    word = t.low[back - 1]
    if word == "as":
        return time._replace(first=back - 1, kind="as_of")
    k = back - 2
    if word in ("start", "beginning") and days is not None:
        k -= t.low[k] == "the"
        since = k >= begin and t.low[k] == "since"
        kind = "since" if since else "day"
        return time._replace(
            first=k if since else back - 1, kind=kind, days=Days(days.first, days.first)
        )
    if word not in ("end", "close") or days is None:
        return _so_far(t, time)
    if t.low[k] == "the":
        k -= 1
    if k >= begin and t.low[k] in (*_CLOSING, "at", "of"):
        return time._replace(first=k, kind="by", days=Days(days.last, days.last))
    return time


def _so_far(t: Tokens, time: Time) -> Time:
    far_before = t.low[time.first - 3 : time.first] == ["so", "far", "in"]
    far_behind = t.low[time.last : time.last + 2] == ["so", "far"]
    if (far_before or far_behind) and time.kind == "window" and time.days is not None:
        first = time.first - 3 if far_before else time.first
        opening = Days(time.days.first, time.days.first)
        return Time(first, time.last + 2 * far_behind, "since", opening)
    return time


# ---------------------------------------------------------------- from A to B

_TO = bag("to until till through – - and")
_STEPS = {"day": 7, "window": 0}


def joined_times(t: Tokens, begin: int, times: list[Time]) -> list[Time]:
    """Two times that are the ends of one: "from 22 January to 3 February"."""
    if len(times) < 2:
        return times
    joined: list[Time] = []
    for time in times:
        whole = _joined(t, begin, joined[-1], time) if joined else None
        if whole is None:
            joined.append(time)
        else:
            joined[-1] = whole
    return joined


_PARTS_OF_DAY = bag("the morning noon afternoon evening night midnight dawn dusk")


def _joined(t: Tokens, begin: int, a: Time, b: Time) -> Time | None:
    gap = [word for word in t.low[a.last : b.first] if word not in _PARTS_OF_DAY]
    closed = gap == [] and t.low[b.first] in ("until", "till", "through") and b.kind == "by"
    linked = len(gap) == 1 and gap[0] in _TO
    ends = a.kind in ("day", "window", "ahead", "since") and b.kind in (
        "day", "window", "ahead", "by",
    )  # fmt: skip
    if not (linked or closed) or not ends or a.days is None or b.days is None:
        return None
    k = a.first - 1
    while k > begin and t.low[k] in ("the", "early", "late", "mid", "on"):
        k -= 1
    opening = t.low[k] if k >= begin else ""
    link = gap[0] if linked else "until"
    first = _not_after(a, b)
    if first is None or first > b.days.last:
        return None
    if link == "and" and opening != "between":
        years = a.days.first.year - first.year  # "in May and June 2023"
        ended = a.days.last.replace(day=1, year=a.days.last.year - years)
        month = (b.days.first.year - ended.year) * 12 + b.days.first.month - ended.month
        if not (_are_adjacent(a.days, b.days) or (years and a.kind == "window" and month == 1)):
            return None
    start = k if opening in ("from", "between") else a.first
    ahead = "ahead" in (a.kind, b.kind)
    return Time(start, b.last, "ahead" if ahead else "window", Days(first, b.days.last))


def _are_adjacent(a: Days, b: Days) -> bool:
    """ "in March and April", "on Monday and Tuesday"."""
    return b.first - a.last == timedelta(days=1)


def _not_after(a: Time, b: Time) -> date | None:
    """The first day of `a`, moved back by years (or a week) until it is not after `b`."""
    if a.days is None or b.days is None:
        return None
    first = a.days.first
    week = timedelta(days=7)
    if a.kind == b.kind == "day" and timedelta(0) < first - b.days.last < week:
        return first - week
    for _ in range(200):
        if first <= b.days.first:
            return first
        try:
            first = first.replace(year=first.year - 1)
        except ValueError:  # 29 February, or the first year there is
            return None
    return None
