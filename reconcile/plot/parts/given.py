"""What figures are given: values by their names, and tables with the columns they need."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, TypeVar

import pandas as pd

from reconcile.errors import OptionError

Record = Mapping[str, Any]
T = TypeVar("T")


def need_columns(table: pd.DataFrame, columns: Sequence[str], what: str) -> None:
    """Raise `OptionError` naming the `columns` that `table`, which is `what`, lacks."""
    missing = [name for name in columns if name not in table.columns]
    if missing:
        raise OptionError(
            f"expected {what} with the columns {', '.join(columns)}; "
            f"{', '.join(missing)} missing, got {', '.join(map(str, table.columns))}"
        )


def asked_day(table: pd.DataFrame) -> date | None:
    """The day that a table answers for, if its column `date` tells it."""
    if "date" not in table.columns or not len(table) or pd.isna(table["date"].iloc[0]):
        return None
    return pd.Timestamp(table["date"].iloc[0]).date()


def text_in(record: Record, name: str) -> str:
    """A text of a table's row, "" where it is missing."""
    value = record.get(name)
    return "" if value is None or value != value else str(value)


def named_values(
    values: Mapping[str, T] | Sequence[T],
    kind: type[T],
    expected: str,
    names: Callable[[Sequence[T]], Sequence[str]],
) -> dict[str, T]:
    """Values by name: a mapping's keys, else `names` of them, numbered where two are the same.

    Raises `OptionError` for none, and for what is not of `kind`; `expected` says what is.
    """
    given: list[Any] = [*(values.values() if isinstance(values, Mapping) else values)]
    strange = [each for each in given if not isinstance(each, kind)]
    if strange or not given:
        got = type(strange[0]).__name__ if strange else "none"
        raise OptionError(f"expected {expected}, got {got}")
    if isinstance(values, Mapping):
        return {str(name): each for name, each in values.items()}
    told = names(given)
    told = [f"{n} ({k + 1})" if told.count(n) > 1 else n for k, n in enumerate(told)]
    return dict(zip(told, given, strict=True))
