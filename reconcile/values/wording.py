"""Numbers and dates as people read them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date


def rounded(value: float, width: float) -> float:
    """`value` rounded to what is known, given the `width` of its interval.

    Two significant digits of the uncertainty are kept, and of a small bound at least two of its
    own, so that a wide interval does not turn its lower end into zero.

    >>> rounded(243.2, 390), rounded(12.4, 8400), rounded(10873, 2100)
    (240.0, 12.0, 10900.0)
    """
    if not math.isfinite(value) or value == 0:
        return value
    units = [10.0 ** (math.floor(math.log10(abs(value))) - 1)]
    if math.isfinite(width) and width > 0:
        units.append(10.0 ** (math.floor(math.log10(width)) - 1))
    unit = min(units)
    return round(value / unit) * unit if unit >= 1 else round(value, round(-math.log10(unit)))


def number_words(value: float, width: float = math.inf) -> str:
    """`value` rounded to what is known, with thousands separators.

    >>> number_words(10873.4, 2100), number_words(0.42), number_words(float("inf"))
    ('10,900', '0.42', 'any number')
    >>> number_words(21.371, 0.31), number_words(21.371, 3.1)
    ('21.37', '21')
    >>> number_words(0.000052), number_words(3e-12)
    ('0.000052', '3e-12')
    """
    if math.isinf(value):
        return "any number"
    shown = rounded(value, width)
    if abs(shown) >= 10 and 0 < width < 1:  # a level that is known to less than one
        return f"{shown:,.{1 - math.floor(math.log10(width))}f}"
    if abs(shown) >= 10 or shown == round(shown):
        return f"{shown:,.0f}"
    if 1e-6 <= abs(shown) < 1e-4:  # no power of ten where zeros can be read
        return f"{shown:.7f}".rstrip("0")
    return f"{shown:,.4g}"


def spread_words(median: float, lower: float, upper: float) -> str:
    """A median with its interval, rounded to what is known.

    >>> spread_words(243.2, 131, 521), spread_words(math.nan, math.nan, math.nan)
    ('240 (130 to 520)', 'unknown')
    """
    if math.isnan(median):
        return "unknown"
    middle, low, high = (number_words(value, upper - lower) for value in (median, lower, upper))
    return f"{middle} ({low} to {high})"


def percent(share: float) -> str:
    """A share in percent; what is there but rounds to nothing, or to all, is told as a bound.

    >>> percent(0), percent(0.003), percent(0.25), percent(0.998), percent(-0.001)
    ('0%', '<1%', '25%', '>99%', '0%')
    """
    near = "<1%" if 0 < share < 0.005 else ">99%" if 0.995 <= share < 1 else ""
    return near or f"{round(share, 2) + 0.0:.0%}"  # never -0%


def fine_percent(share: float) -> str:
    """A small share in percent, as a column of weights has it: to a tenth below ten percent.

    >>> fine_percent(0.0772), fine_percent(0.143), fine_percent(0.00004), fine_percent(0.0)
    ('7.7%', '14%', '<0.1%', '0%')
    """
    if 0 < share < 0.00095:
        return "<0.1%"
    return f"{100 * round(share, 2 if share >= 0.0995 else 3) + 0.0:.3g}%"  # never -0%


def share_words(shares: Mapping[str, float]) -> str:
    """Shares in running text.

    >>> share_words({"words": 0.05, "time": 0.95})
    'words 5%, time 95%'
    """
    return ", ".join(f"{name} {percent(share)}" for name, share in shares.items())


def day_words(day: date) -> str:
    """A day as in running text.

    >>> day_words(date(2024, 12, 8))
    '8 Dec 2024'
    """
    return f"{day.day} {day:%b %Y}"


def counted(number: int, one: str, many: str = "") -> str:
    """A number with its noun, whose plural adds an s unless `many` is given.

    >>> counted(1, "claim"), counted(1200, "claim"), counted(2, "quantity", "quantities")
    ('1 claim', '1,200 claims', '2 quantities')
    """
    return f"{number:,} {one if number == 1 else many or one + 's'}"
