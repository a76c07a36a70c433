"""Dates as callers give them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import numpy as np
import pandas as pd

from reconcile.errors import DateError
from reconcile.questions.fit_store import FitStore
from reconcile.values import Days, Quantity

_EXPECTED = "expected a date (2024-12-18, 2024-12, or a date, datetime, Timestamp, datetime64)"


def days_of(value: Any) -> Days:
    """The day, or the days of a month or year, that `value` names. Raises `DateError`.

    >>> days_of("2024-12")
    Days('2024-12-01/2024-12-31')
    """
    if isinstance(value, (str, Days)):
        return Days.of(value)
    if isinstance(value, (datetime, date, pd.Timestamp, np.datetime64)):
        stamp = pd.Timestamp(value)
        if not pd.isna(stamp):
            known = stamp if stamp.tzinfo is None else stamp.tz_convert("UTC")
            return Days.of(known.date())
    raise DateError(f"{_EXPECTED}; got {value!r}")


def day_of(value: Any) -> date | None:
    """The last day that `value` names; None stays None."""
    return None if value is None else days_of(value).last


def span(start: date, end: date, freq: str) -> tuple[date, ...]:
    """The dates from `start` to `end` at a pandas frequency; both are always among them.

    >>> [day.day for day in span(date(2024, 12, 3), date(2024, 12, 10), "W")]
    [3, 8, 10]
    """
    if start > end:
        raise DateError(f"expected a start on or before the end, got {start} and {end}")
    try:
        stamps = pd.date_range(start, end, freq=freq)
    except ValueError as error:
        raise DateError(f"expected a frequency as D, W or MS, got {freq!r}: {error}") from None
    return tuple(sorted({start, *(stamp.date() for stamp in stamps), end}))


def span_of(fit: FitStore, about: Quantity, start: Any, end: Any, freq: str) -> tuple[date, ...]:
    """The dates of a timeline; without ends, from the epoch to the last day that is spoken of."""
    component = fit.component(about.id)
    last = day_of(end) or fit.horizon(component)
    if start is not None:
        return span(days_of(start).first, last, freq)
    spoken = (claim.period.first for claim in fit.claims_of(component))
    return span(about.epoch or min(spoken, default=last), last, freq)
