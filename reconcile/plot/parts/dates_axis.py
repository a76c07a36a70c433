"""The axis of dates: few ticks, the year said once."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.dates import date2num
from matplotlib.ticker import FixedFormatter, FixedLocator, NullLocator

from reconcile.plot.parts.colouring import GRID
from reconcile.plot.parts.messages import ENGLISH, Messages
from reconcile.plot.parts.sheet import Sheet
from reconcile.plot.parts.words import month

_MOST = {"column": 5, "page": 8, "slide": 8}  # that an axis has room for

_STEPS = (
    "1D",
    "2D",
    "3D",
    "7D",
    "14D",
    "MS",
    "2MS",
    "3MS",
    "6MS",
    "YS",
    "2YS",
    "5YS",
    "10YS",
    "25YS",
)


def day_ticks(first: pd.Timestamp, last: pd.Timestamp, most: int) -> list[pd.Timestamp]:
    """Round dates from `first` to `last`: at most `most`, by the finest step that allows it.

    >>> ticks = day_ticks(pd.Timestamp("2024-10-01"), pd.Timestamp("2024-12-27"), 4)
    >>> [str(tick.date()) for tick in ticks]
    ['2024-10-01', '2024-11-01', '2024-12-01']
    """
    days = (last - first).days
    for step in _STEPS:
        if days / _length(step) > 2 * most:
            continue
        ticks = _every(step, first, last)
        if len(ticks) <= most:
            return ticks or [first]
    return [first, last]


def _length(step: str) -> float:
    number = int(step.rstrip("DMYS") or 1)
    return number * (366 if "Y" in step else 30 if "M" in step else 1)


def _every(step: str, first: pd.Timestamp, last: pd.Timestamp) -> list[pd.Timestamp]:
    """Multiples of a step: years divisible by it, months from January, half months, Mondays."""
    number = int(step.rstrip("DMYS") or 1)
    if "Y" in step:
        days = pd.date_range(first.normalize(), last, freq="YS")
        return [day for day in days if day.year % number == 0]
    if "M" in step:
        days = pd.date_range(first.normalize(), last, freq="MS")
        return [day for day in days if (day.month - 1) % number == 0]
    days = pd.date_range(first.normalize(), last, freq="D")
    if number < 7:
        return [day for day in days if (day - days[0]).days % number == 0]
    return [day for day in days if (day.weekday() == 0 if number == 7 else day.day in (1, 15))]


def tick_labels(ticks: Sequence[pd.Timestamp], say: Messages = ENGLISH) -> list[str]:
    """Labels for the ticks: the day if ticks are finer than months; a year where it changes."""
    finer = any(tick.day != 1 for tick in ticks) or (
        len(ticks) > 1 and min(b - a for a, b in pairwise(ticks)).days < 28
    )
    yearly = len(ticks) > 1 and all((tick.month, tick.day) == (1, 1) for tick in ticks)
    labels: list[str] = []
    for before, tick in zip((None, *ticks), ticks, strict=False):
        name = month(tick, say)
        if finer or len(ticks) == 1:
            name = say("dates.day", day=tick.day, month=name)
        if yearly:
            name = str(tick.year)
        elif before is None or before.year != tick.year:
            name = say("dates.tick_year", tick=name, year=tick.year)
        labels.append(name)
    return labels


def lay_out_days(
    sheet: Sheet, first: pd.Timestamp, last: pd.Timestamp, before: float = 0.0, after: float = 0.0
) -> None:
    """The frame of a figure over time: dates below, a grid, and `before` and `after` the days so
    much of their span more, where marks on them are to be whole."""
    ax = sheet.ax
    apply_dates(ax, first, last, _MOST[sheet.size.name], sheet.say)
    low, high = ax.get_xlim()
    ax.set_xlim(low - before * (high - low), high + after * (high - low))
    ax.grid(color=GRID, linewidth=0.6)
    sheet.dress("bottom")
    ax.tick_params(axis="y", length=0)


def apply_dates(
    ax: Axes, first: pd.Timestamp, last: pd.Timestamp, most: int, say: Messages = ENGLISH
) -> None:
    """Set the x axis of `ax` to the dates from `first` to `last`; of one day to three."""
    if first == last:
        first, last = first - pd.Timedelta(days=1), last + pd.Timedelta(days=1)
    ax.set_xlim(float(date2num(first)), float(date2num(last)))
    ticks = day_ticks(first, last, most)
    ax.xaxis.set_major_locator(FixedLocator([float(date2num(tick)) for tick in ticks]))
    ax.xaxis.set_major_formatter(FixedFormatter(tick_labels(ticks, say)))
    ax.xaxis.set_minor_locator(NullLocator())
