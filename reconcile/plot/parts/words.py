"""Numbers, dates and claims as a figure says them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date

import pandas as pd

from reconcile.plot.parts.marks import Mark
from reconcile.plot.parts.values_axis import tick_words
from reconcile.values.distribution import Distribution
from reconcile.values.registry import Quantity
from reconcile.values.wording import day_words, number_words, rounded

__all__ = [
    "about_words",
    "capitalised",
    "claim_words",
    "count_words",
    "days_label",
    "number_label",
    "number_text",
    "range_label",
    "since_words",
    "source_line",
    "span_words",
]

_LARGE = ((1e12, "trillion"), (1e9, "billion"), (1e6, "million"))
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def capitalised(text: str) -> str:
    """The first letter large, the rest as it is."""
    return text[:1].upper() + text[1:]


def title_of(about: Quantity) -> str:
    """The quantity's label as a heading."""
    return capitalised(about.label or about.id.replace("_", " "))


def count_words(number: int, noun: str) -> str:
    """A number and its noun.

    >>> count_words(1, "claim"), count_words(1200, "claim")
    ('1 claim', '1,200 claims')
    """
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def number_text(value: float, width: float = math.inf) -> str:
    """A number in a sentence, rounded to what is known; large ones in millions and billions.

    >>> number_text(962_345_678_900, 4e12), number_text(-1.13, 4.4), number_text(243.2, 390)
    ('960 billion', '−1.1', '240')
    """
    if abs(value) < 1e6 or not math.isfinite(value):
        return number_words(value, width).replace("-", "−")
    shown = rounded(value, width)
    unit, word = next(pair for pair in _LARGE if abs(shown) >= pair[0])
    return f"{shown / unit:,.4g} {word}".replace("-", "−")


def number_label(value: float, width: float = math.inf) -> str:
    """A number in a label, rounded to what is known: as short as on an axis.

    >>> number_label(962_345_678_900, 4e12), number_label(243.2, 390)
    ('960bn', '240')
    """
    if abs(value) < 1e6 or not math.isfinite(value):
        return number_text(value, width)
    return tick_words(rounded(value, width))


def about_words(spread: Distribution, level: float) -> str:
    """A distribution in a sentence: "about 240 (90% credible 130 to 520)"."""
    low, high = spread.interval(level).lower, spread.interval(level).upper
    width = high - low
    if width == 0:
        return number_text(spread.median)
    return f"about {number_text(spread.median, width)} ({span_words(low, high, level)})"


def span_words(lower: float, upper: float, level: float) -> str:
    """An interval in a sentence.

    >>> span_words(128.2, 523.4, 0.9)
    '90% credible 130 to 520'
    """
    width = upper - lower
    words = f"{number_text(lower, width)} to {number_text(upper, width)}"
    return f"{100 * level:.3g}% credible {words}"


def range_label(lower: float, upper: float) -> str:
    """An interval in a label, with an en dash; one-sided ones in words.

    >>> range_label(10_000, 12_000), range_label(30, math.inf), range_label(200, 200)
    ('10,000–12,000', '≥ 30', '200')
    """
    if math.isinf(upper) and math.isinf(lower):
        return "any number"
    if math.isinf(upper):
        return f"≥ {_plain(lower)}"
    if math.isinf(lower):
        return f"≤ {_plain(upper)}"
    joint = "–" if lower >= 0 else " to "  # a dash after a minus sign would be misread
    return _plain(lower) if lower == upper else f"{_plain(lower)}{joint}{_plain(upper)}"


def _plain(value: float) -> str:
    if abs(value) >= 1e6:
        return tick_words(value)
    sign, size = ("−" if value < 0 else ""), abs(value)
    return sign + (f"{size:,.0f}" if size == round(size) else f"{size:,.4g}")


def claim_words(mark: Mark, about: Quantity) -> str:
    """The phrase, and what it counts where that is not the quantity of the figure."""
    extra: list[str] = []
    if mark.quantity != about.id:
        extra.append(mark.quantity.replace("_", " "))
    elif mark.part:
        extra.append("(partial count)")
    if mark.additional and "additional" not in mark.phrase and "more" not in mark.phrase.split():
        extra.append("additional")
    if mark.days is not None:
        extra.append(f"in {count_words(mark.days, 'day')}")
    quoted = " ".join([mark.phrase or range_label(mark.lower, mark.upper), *extra])
    return quoted if mark.active else f"{quoted} (withdrawn)"


def shorter_names(label: str) -> list[str]:
    """Ever shorter names of a source: in full, without what follows a comma, its abbreviation.

    >>> shorter_names("Main Directorate of Intelligence (GUR)")
    ['Main Directorate of Intelligence (GUR)', 'GUR']
    >>> shorter_names("Jane Roe, spokeswoman")
    ['Jane Roe, spokeswoman', 'Jane Roe']
    """
    names = [label, label.partition(",")[0].strip()]
    opened, abbreviation = label.rpartition("(")[0], label.rpartition("(")[2].rstrip(")")
    if opened and label.endswith(")") and abbreviation.isupper():
        names.append(abbreviation)
    return list(dict.fromkeys(name for name in names if name))


def said_by(mark: Mark) -> str:
    """The tail of a name that says how many reports carry the same words."""
    return "" if mark.reports == 1 else f" ({mark.reports} reports)"


def days_label(start: pd.Timestamp, end: pd.Timestamp, year: bool = False) -> str:
    """A day or a window, short.

    >>> days_label(pd.Timestamp("2024-12-15"), pd.Timestamp("2024-12-17"))
    '15–17 Dec'
    >>> days_label(pd.Timestamp("2024-12-28"), pd.Timestamp("2025-01-03"), year=True)
    '28 Dec 2024 – 3 Jan 2025'
    """
    if start.date() == end.date():
        return _day(start, year)
    if (start.year, start.month) == (end.year, end.month):
        return f"{start.day}–{_day(end, year)}"
    return f"{_day(start, year and start.year != end.year)} – {_day(end, year)}"


def _day(day: pd.Timestamp, year: bool) -> str:
    return f"{day.day} {month(day)}" + (f" {day.year}" if year else "")


def month(day: pd.Timestamp | date) -> str:
    """The month's short name, in English whatever the locale."""
    return _MONTHS[day.month - 1]


def source_line(marks: Sequence[Mark], as_of: date | None) -> str:
    """What the figure rests on: "Claims: 23 from 9 sources, as known on 2025-02-27"."""
    known = "" if as_of is None else f", as known on {as_of.isoformat()}"
    if not marks:
        return f"Claims: none; the figure shows the prior alone{known}"
    sources = count_words(len({mark.source for mark in marks}), "source")
    return f"Claims: {len(marks):,} from {sources}{known}"


def since_words(about: Quantity) -> str:
    """What the numbers of a quantity are: a total since its epoch, a level, or one number."""
    if about.kind == "cumulative":
        return "Total" if about.epoch is None else f"Total since {day_words(about.epoch)}"
    return "Level" if about.kind == "stock" else "Number"


def by_day(about: Quantity, day: date | None) -> str:
    """The date of an answer in a sentence: a total is "by" a day, a level is "on" it."""
    if day is None:
        return ""
    return f"{'by' if about.kind == 'cumulative' else 'on'} {day_words(day)}"
