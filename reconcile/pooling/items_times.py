"""The columns `time` and `resolved` of a table of claims: numbers, or dates in one form."""

from __future__ import annotations

import numpy as np
import pandas as pd

from reconcile.errors import OptionError
from reconcile.ledger.tables.date_formats import fits_format, iso_date, plain_date
from reconcile.numerics.arrays import Array

ORDERS = ("DMY", "MDY")
"""The orders of day and month of which each holds for a whole column or not at all."""


def both_times(frame: pd.DataFrame) -> tuple[Array, Array]:
    """`time` and `resolved` of each row as floats (N,), NaN where there is none: numbers, or
    seconds since 1970 of dates. Raises `OptionError` where one has numbers and the other dates."""
    told = [_cells(frame, column) for column in ("time", "resolved")]
    numbers = [pd.api.types.is_numeric_dtype(cells) for cells in told if cells.notna().any()]
    if len(set(numbers)) > 1:
        raise OptionError("expected numbers in both of 'time' and 'resolved', or dates in both")
    first = _day_first(pd.concat(told)) if numbers == [False] * len(numbers) else False
    time, resolved = (_seconds(cells, str(cells.name), first) for cells in told)
    return time, resolved


def _cells(frame: pd.DataFrame, column: str) -> pd.Series:
    """A column, its texts as numbers where all of them are numbers and not all years."""
    if column not in frame or frame[column].isna().all():
        return pd.Series(np.nan, index=frame.index, name=column)
    cells = frame[column]
    if isinstance(cells.dtype, pd.PeriodDtype):
        return cells.dt.start_time
    if cells.dtype.kind not in "OUT":
        return cells
    texts = cells.dropna().astype(str)
    numbers = pd.to_numeric(texts, errors="coerce")
    years = texts.str.fullmatch(r"(?:1[5-9]|20)\d\d|\d{8}")
    return cells if numbers.isna().any() or years.all() else pd.to_numeric(cells)


def _seconds(cells: pd.Series, column: str, day_first: bool) -> Array:
    if pd.api.types.is_numeric_dtype(cells):
        return cells.to_numpy(dtype=float, na_value=np.nan)
    try:
        read = _read(cells, day_first)
    except (ValueError, TypeError) as failed:
        raise OptionError(f"column {column!r}: expected dates or numbers; {failed}") from failed
    return np.asarray((read - pd.Timestamp(0, tz="UTC")) / pd.Timedelta(seconds=1), dtype=float)


def _read(cells: pd.Series, day_first: bool) -> pd.Series:
    try:
        return pd.to_datetime(cells, utc=True, format="ISO8601")  # fast
    except (ValueError, TypeError):
        year_first = cells.astype(str).str.match(r"\d{4}")
        ours = pd.to_datetime(cells.where(year_first), utc=True, format="mixed")
        rest = cells.where(~year_first)
        return ours.fillna(pd.to_datetime(rest, utc=True, format="mixed", dayfirst=day_first))


def _day_first(cells: pd.Series) -> bool:
    """Whether days come before months in dates that are not ISO: the order that all admit."""
    texts = [text for text in map(plain_date, pd.unique(cells)) if text and not iso_date(text)]
    read = [[fits_format(order, text) for text in texts] for order in ORDERS]
    day, month = (None not in one for one in read)
    if day and month and read[0] != read[1]:
        raise OptionError(
            f"expected dates that read one way, got {texts[0]!r}, which may be {read[0][0]} or "
            f"{read[1][0]}; write them as year-month-day"
        )
    return day and not month
