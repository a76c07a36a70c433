"""The time a claim speaks of: days, imprecise days, and windows of days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from reconcile.errors import DateError
from reconcile.values.dates_meant import meant_words


@dataclass(frozen=True, slots=True, order=True)
class Days:
    """A day that may be known only to lie between `first` and `last`, both included.

    >>> Days.of("2024-12-17")
    Days('2024-12-17')
    >>> Days.of("2024-12-21/2024-12-31").exact
    False
    """

    first: date
    last: date

    def __post_init__(self) -> None:
        if self.first > self.last:
            raise DateError(f"expected first <= last, got {self.first} after {self.last}")

    @classmethod
    def of(cls, value: str | date | Days) -> Days:
        """Read ``2024-12-17``, ``2024-12`` (the whole month), ``2024`` or ``first/last``.

        Raises `DateError` for anything else.
        """
        if isinstance(value, Days):
            return value
        if isinstance(value, date):
            day = date(value.year, value.month, value.day)
            return cls(day, day)
        first, slash, last = value.partition("/")
        start = _span(first, value)
        return cls(start[0], _span(last, value)[1]) if slash else cls(*start)

    @property
    def exact(self) -> bool:
        """Whether only one day is possible."""
        return self.first == self.last

    @property
    def count(self) -> int:
        """How many days are possible."""
        return (self.last - self.first).days + 1

    def __str__(self) -> str:
        return str(self.first) if self.exact else f"{self.first}/{self.last}"

    def __repr__(self) -> str:
        return f"Days({str(self)!r})"


def _span(text: str, whole: str) -> tuple[date, date]:
    """First and last day of an ISO 8601 day, month or year."""
    expected = "expected an ISO 8601 date (2024-12-17, 2024-12 or 2024, or a range first/last)"
    parts = text.strip().split("-")
    widths = [len(part) for part in parts]
    if widths not in ([4], [4, 2], [4, 2, 2]) or not all(
        p.isascii() and p.isdigit() for p in parts
    ):
        raise DateError(f"{expected}, got {whole!r}{meant_words(whole)}")
    year, month, day = (*map(int, parts), *(0, 0))[:3]
    try:
        if day:
            return date(year, month, day), date(year, month, day)
        start = date(year, month or 1, 1)
        following = date(year + (month or 12) // 12, (month or 12) % 12 + 1, 1)
    except ValueError as error:
        raise DateError(f"{expected}, got {whole!r}: {error}") from None
    if len(parts) == 3:
        raise DateError(f"{expected}, got {whole!r}: there is no day 0")
    if len(parts) == 2 and month == 0:
        raise DateError(f"{expected}, got {whole!r}: there is no month 0")
    return start, following - timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Period:
    """What time a claim speaks of.

    ``kind="on"``: a level, or a total by the end of that day; ``start`` and ``end`` are the same
    (possibly imprecise) day. ``kind="during"``: a flow over the days from ``start`` to ``end``,
    both included. Where the ends are ranges, every placement within them that has the given
    length (``days``, if known) is admissible.

    >>> Period.on("2024-12-17")
    Period.on('2024-12-17')
    >>> Period.during("2024-12-15/2024-12-25", "2024-12-21/2024-12-31", days=7).placements()[0]
    (datetime.date(2024, 12, 15), datetime.date(2024, 12, 21))
    """

    kind: Literal["on", "during"]
    start: Days
    end: Days
    days: int | None = None

    def __post_init__(self) -> None:
        if self.kind == "on" and (self.start != self.end or self.days is not None):
            raise DateError("a period 'on' a day has one day and no length; use Period.during")
        if self.days is not None and self.days < 1:
            raise DateError(f"expected days >= 1, got {self.days}")
        if self.start.first > self.end.last:
            raise DateError(f"the period ends ({self.end}) before it starts ({self.start})")
        if self.kind == "during" and not self._possible():
            raise DateError(
                f"no window of {self.days} days starts in {self.start} and ends in {self.end}"
            )

    def _possible(self) -> bool:
        """Whether any placement is admissible, told without listing them."""
        if self.days is None:
            return self.start.first <= self.end.last
        spare = self.days - 1
        earliest = max(self.start.first.toordinal() + spare, self.end.first.toordinal())
        return earliest <= min(self.start.last.toordinal() + spare, self.end.last.toordinal())

    @classmethod
    def on(cls, day: str | date | Days) -> Period:
        """A level on `day`, or a total by the end of it."""
        days = Days.of(day)
        return cls("on", days, days)

    @classmethod
    def during(
        cls, start: str | date | Days, end: str | date | Days, days: int | None = None
    ) -> Period:
        """A flow over a window; both ends belong to it."""
        return cls("during", Days.of(start), Days.of(end), days)

    @property
    def exact(self) -> bool:
        """Whether only one placement is admissible."""
        return self.start.exact and self.end.exact

    @property
    def first(self) -> date:
        """The earliest day the claim can speak of."""
        return self.start.first

    @property
    def last(self) -> date:
        """The latest day the claim can speak of."""
        return self.end.last

    def placements(self) -> tuple[tuple[date, date], ...]:
        """Every admissible (first day, last day), in order of time.

        For a period ``on`` a day both are that day.
        """
        one = timedelta(days=1)
        if self.kind == "on":
            days = (self.start.first + i * one for i in range(self.start.count))
            return tuple((day, day) for day in days)
        pairs: list[tuple[date, date]] = []
        for i in range(self.start.count):
            begin = self.start.first + i * one
            if self.days is not None:
                last = begin + (self.days - 1) * one
                if self.end.first <= last <= self.end.last:
                    pairs.append((begin, last))
                continue
            ends = (self.end.first + j * one for j in range(self.end.count))
            pairs.extend((begin, last) for last in ends if last >= begin)
        return tuple(pairs)

    def __str__(self) -> str:
        if self.kind == "on":
            return str(self.start)
        length = "" if self.days is None else f", {self.days} days"
        return f"{self.start} to {self.end}{length}"

    def __repr__(self) -> str:
        if self.kind == "on":
            return f"Period.on({str(self.start)!r})"
        length = "" if self.days is None else f", days={self.days}"
        return f"Period.during({str(self.start)!r}, {str(self.end)!r}{length})"
