"""Records of one kind as a frame."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields
from typing import Any

import pandas as pd


def frame_of(kind: type[Any], values: Iterable[Any]) -> pd.DataFrame:
    """One row for each value of the dataclass `kind`, one column for each field, in their order."""
    names = [spec.name for spec in fields(kind)]
    listed = list(values)
    return pd.DataFrame(
        {name: [getattr(value, name) for value in listed] for name in names},
        columns=pd.Index(names),
    )
