"""A ledger's claims as a frame of any backend."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from reconcile.errors import OptionError
from reconcile.ledger.io.records import CLAIM_KEYS, claim_record
from reconcile.values import Claim


def to_frame(claims: Sequence[Claim], backend: str | None = None) -> Any:
    """One row for each claim; the columns are those that some claim fills, dates as ISO text.

    `backend` is "pandas" (the default), "polars" or "pyarrow".
    """
    rows = [claim_record(claim) for claim in claims]
    filled = {key for row in rows for key in row}
    needed = ("id", "quantity", "source", "phrase", "lower", "upper", "on", "said")
    columns = [key for key in CLAIM_KEYS if key in filled or key in needed]
    table = {key: [_cell(row.get(key)) for row in rows] for key in columns}
    if backend in (None, "pandas"):
        import pandas as pd  # only where a frame is asked for

        return pd.DataFrame(table, columns=pd.Index(columns))
    return _other_frame(table, backend)


def _other_frame(table: Mapping[str, list[Any]], backend: str | None) -> Any:
    import narwhals.stable.v2 as nw  # only where another frame is asked for

    if backend not in ("polars", "pyarrow"):
        raise OptionError(f"expected backend to be pandas, polars or pyarrow, got {backend!r}")
    try:
        return nw.from_dict(dict(table), backend=backend).to_native()
    except ImportError as error:
        raise OptionError(f"expected {backend} to be installed, which it is not") from error


def _cell(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return ":".join(map(str, value)) if isinstance(value, list) else value  # pyright: ignore[reportUnknownArgumentType]
