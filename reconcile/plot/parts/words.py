"""Numbers, dates and claims as a figure says them, in the words of its messages."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date

import pandas as pd

from reconcile.plot.parts.marks import Mark
from reconcile.plot.parts.messages import ENGLISH, Messages
from reconcile.plot.parts.values_axis import tick_words
from reconcile.values.distribution import Distribution
from reconcile.values.estimate import Estimate
from reconcile.values.registry import Quantity
from reconcile.values.wording import number_words, rounded

_LARGE = ((1e12, "trillion"), (1e9, "billion"), (1e6, "million"))


def capitalised(text: str) -> str:
    """The first letter large, the rest as it is."""
    return text[:1].upper() + text[1:]


def sentences(*texts: str) -> str:
    """Sentences that have something to say, with a space between them."""
    return " ".join(text for text in texts if text)


def title_of(about: Quantity) -> str:
    """The quantity's label as a heading."""
    return capitalised(about.label or about.id.replace("_", " "))


def dated_title(about: Quantity, day: date | None, say: Messages = ENGLISH) -> str:
    """The label with the date of the answer, if it has one."""
    when = by_day(about, day, say)
    return say("quantity.titled", title=title_of(about), when=when) if when else title_of(about)


def number_text(value: float, width: float = math.inf, say: Messages = ENGLISH) -> str:
    """A number in a sentence, rounded to what is known; large ones in millions and billions.

    >>> number_text(962_345_678_900, 4e12), number_text(-1.13, 4.4), number_text(243.2, 390)
    ('960 billion', '−1.1', '240')
    """
    if say.shares and math.isfinite(value):
        told = f"{100 * rounded(value, width):.4g}".replace("-", "−")
        return say("numbers.percent", n=say.digits(told))
    if abs(value) < 1e6 or not math.isfinite(value):
        words = say("numbers.any") if math.isinf(value) else number_words(value, width)
        return say.digits(words).replace("-", "−")
    shown = rounded(value, width)
    if abs(shown) < 1e6:
        return say.digits(f"{shown:,.0f}").replace("-", "−")
    unit, word = next(pair for pair in _LARGE if abs(shown) >= pair[0])
    told = say.digits(f"{shown / unit:,.4g}")
    return say(f"numbers.{word}", n=told).replace("-", "−")


def number_label(value: float, width: float = math.inf, say: Messages = ENGLISH) -> str:
    """A number in a label, rounded to what is known: as short as on an axis.

    >>> number_label(962_345_678_900, 4e12), number_label(243.2, 390)
    ('960bn', '240')
    """
    if abs(value) < 1e6 or not math.isfinite(value):
        return number_text(value, width, say)
    return tick_words(rounded(value, width), say)


def signed_words(value: float, width: float = math.inf, say: Messages = ENGLISH) -> str:
    """A difference with its sign, as far as an interval of that `width` is known.

    >>> signed_words(0.254), signed_words(-0.0213, 0.14), signed_words(0.004, 0.14)
    ('+0.25', '−0.02', '0')
    """
    decimals = 1 - math.floor(math.log10(width if 0 < width < math.inf else abs(value) or 1.0))
    move = round(value, max(decimals, 0))
    sign = "+" if move > 0 else "−"
    return sign + say.digits(f"{abs(move):,.{max(decimals, 0)}f}") if move else "0"


def factor_words(factor: float, say: Messages = ENGLISH) -> str:
    """A factor on an axis.

    >>> factor_words(0.5), factor_words(1), factor_words(1 / 32), factor_words(1.27)
    ('×½', '×1', '×1/32', '×1.3')
    """
    simple = {0.5: "½", 0.25: "¼", 0.125: "⅛"}
    if factor in simple:
        return f"×{simple[factor]}"
    if factor < 0.1 and 1 / factor == round(1 / factor):
        return f"×1/{1 / factor:.0f}"
    return f"×{say.digits(f'{factor:.2g}' if factor < 100 else f'{factor:,.0f}')}"


def about_words(spread: Distribution, level: float, say: Messages = ENGLISH) -> str:
    """A distribution in a sentence: "about 240 (90% credible 130 to 520)"."""
    low, high = spread.interval(level).lower, spread.interval(level).upper
    width = high - low
    if width == 0:
        return number_text(spread.median, say=say)
    middle = number_text(spread.median, width, say)
    return say("numbers.about", middle=middle, span=span_words(low, high, level, say))


def span_words(lower: float, upper: float, level: float, say: Messages = ENGLISH) -> str:
    """An interval in a sentence.

    >>> span_words(128.2, 523.4, 0.9)
    '90% credible 130 to 520'
    """
    low, high = (number_text(end, upper - lower, say) for end in (lower, upper))
    return say("numbers.span", level=say.percent(level), lower=low, upper=high)


def answer_label(estimate: Estimate, level: float, say: Messages = ENGLISH) -> str:
    """A median with its interval in a label: "470 (180–1,200)"."""
    span = estimate.interval(level)
    width = span.upper - span.lower or math.inf
    middle, low, high = (
        number_label(x, width, say) for x in (estimate.median, span.lower, span.upper)
    )
    joint = f"{low}–{high}" if span.lower >= 0 else say("numbers.range_to", lower=low, upper=high)
    return f"{middle} ({joint})"


def band_words(levels: Sequence[float], say: Messages = ENGLISH) -> str:
    """The levels drawn in words.

    >>> band_words([0.9, 0.5, 0.8])
    '50%, 80% and 90% credible'
    """
    *first, last = [say.percent(each) for each in sorted(levels)]
    told = say("numbers.and", first=", ".join(first), last=last) if first else last
    return say("numbers.credible", levels=told)


def range_label(lower: float, upper: float, say: Messages = ENGLISH) -> str:
    """An interval in a label, with an en dash; one-sided ones in words.

    >>> range_label(10_000, 12_000), range_label(30, math.inf), range_label(200, 200)
    ('10,000–12,000', '≥ 30', '200')
    """
    if math.isinf(upper) and math.isinf(lower):
        return say("numbers.any")
    if math.isinf(upper):
        return say("numbers.at_least", n=_plain(lower, say))
    if math.isinf(lower):
        return say("numbers.at_most", n=_plain(upper, say))
    low, high = _plain(lower, say), _plain(upper, say)
    if lower == upper:
        return low
    # a dash after a minus sign would be misread
    return f"{low}–{high}" if lower >= 0 else say("numbers.range_to", lower=low, upper=high)


def _plain(value: float, say: Messages) -> str:
    if say.shares:
        return say("numbers.percent", n=_plain(100 * value, say.plain))
    if abs(value) >= 1e6:
        return tick_words(value, say)
    sign, size = ("−" if value < 0 else ""), abs(value)
    digits = 3 - math.floor(math.log10(1 - size)) if 0.9 < size < 1 else 4  # what is left to 1
    return sign + say.digits(f"{size:,.0f}" if size == round(size) else f"{size:,.{digits}g}")


def claim_words(mark: Mark, about: Quantity, say: Messages = ENGLISH) -> str:
    """The phrase, and what it counts where that is not the quantity of the figure."""
    extra: list[str] = []
    if mark.quantity != about.id:
        extra.append(mark.quantity.replace("_", " "))
    elif mark.part:
        extra.append(say("claims.partial"))
    if mark.additional and "additional" not in mark.phrase and "more" not in mark.phrase.split():
        extra.append(say("claims.additional"))
    if mark.days is not None:
        extra.append(say("claims.in_days", days=say.count(mark.days, "day")))
    quoted = " ".join([mark.phrase or range_label(mark.lower, mark.upper, say), *extra])
    return quoted if mark.active else say("claims.withdrawn", claim=quoted)


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


def said_by(mark: Mark, say: Messages = ENGLISH) -> str:
    """The tail of a name that says how many reports carry the same words."""
    return "" if mark.reports == 1 else f" {say('claims.reports', n=mark.reports)}"


def day_text(day: date, say: Messages = ENGLISH) -> str:
    """A day as in running text.

    >>> day_text(date(2024, 12, 8))
    '8 Dec 2024'
    """
    return say("dates.day_year", day=day.day, month=month(day, say), year=day.year)


def days_label(
    start: pd.Timestamp, end: pd.Timestamp, year: bool = False, say: Messages = ENGLISH
) -> str:
    """A day or a window, short.

    >>> days_label(pd.Timestamp("2024-12-15"), pd.Timestamp("2024-12-17"))
    '15–17 Dec'
    >>> days_label(pd.Timestamp("2024-12-28"), pd.Timestamp("2025-01-03"), year=True)
    '28 Dec 2024 – 3 Jan 2025'
    """
    last = _day(end, year, say)
    if start.date() == end.date():
        return last
    if (start.year, start.month) == (end.year, end.month):
        return say("dates.within_month", first=start.day, end=last)
    first = _day(start, year and start.year != end.year, say)
    return say("dates.span", start=first, end=last)


def _day(day: pd.Timestamp, year: bool, say: Messages) -> str:
    if year:
        return day_text(day, say)
    return say("dates.day", day=day.day, month=month(day, say))


def month(day: pd.Timestamp | date, say: Messages = ENGLISH) -> str:
    """The month's short name."""
    return say.months[day.month - 1]


def source_line(marks: Sequence[Mark], as_of: date | None, say: Messages = ENGLISH) -> str:
    """What the figure rests on: "Claims: 23 from 9 sources, as known on 2025-02-27".

    Counted are the claims in force, as in the answer; withdrawn ones are told apart.
    """
    active = [mark for mark in marks if mark.active]
    line, withdrawn = say("claims.line_none"), len(marks) - len(active)
    if active:
        sources = say.count(len({mark.source for mark in active}), "source")
        line = say("claims.line", n=say.digits(f"{len(active):,}"), sources=sources)
    if withdrawn:
        line = say("claims.and_withdrawn", line=line, withdrawn=say.count(withdrawn, "withdrawn"))
    return line if as_of is None else say("claims.known", line=line, date=as_of.isoformat())


def since_words(about: Quantity, say: Messages = ENGLISH) -> str:
    """What the numbers of a quantity are: a total since its epoch, a level, or one number."""
    if about.kind != "cumulative":
        return say("quantity.level" if about.kind == "stock" else "quantity.number")
    if about.epoch is None:
        return say("quantity.total")
    return say("quantity.total_since", date=day_text(about.epoch, say))


def by_day(about: Quantity, day: date | None, say: Messages = ENGLISH) -> str:
    """The date of an answer in a sentence: a total is "by" a day, a level is "on" it."""
    if day is None:
        return ""
    key = "quantity.by_day" if about.kind == "cumulative" else "quantity.on_day"
    return say(key, date=day_text(day, say))


def method_words(method: str, say: Messages = ENGLISH) -> str:
    """The name of a method; one that is not in the table of messages as it is called."""
    known = say.table.get(f"methods.{method}")
    return known or capitalised(method.replace("-", " "))
