"""What is found about a ledger as frames."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields
from typing import Any

import pandas as pd

from reconcile.ledger.audit.falls import Fall

__all__ = ["falls_frame", "frame_of"]


def falls_frame(found: Iterable[Fall]) -> pd.DataFrame:
    """One row a fall."""
    listed = list(found)
    frame = frame_of(Fall, listed)
    frame.insert(9, "drop", [fall.drop for fall in listed])
    return frame.assign(
        date=pd.to_datetime(frame["date"]), previous_date=pd.to_datetime(frame["previous_date"])
    )


def frame_of(kind: type[Any], values: Iterable[Any]) -> pd.DataFrame:
    """One row a value of the dataclass `kind`, one column a field, in their order."""
    names = [spec.name for spec in fields(kind)]
    listed = list(values)
    return pd.DataFrame(
        {name: [getattr(value, name) for value in listed] for name in names},
        columns=pd.Index(names),
    )
