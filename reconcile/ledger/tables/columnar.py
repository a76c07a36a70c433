"""Parquet and Arrow files."""

from __future__ import annotations

import io
from typing import Any

from reconcile.errors import DataProblem, LedgerError, MissingExtraError
from reconcile.ledger.tables.raw_table import RawTable, repeated_names


def read_columnar(data: bytes, file: str) -> RawTable:
    """The table in a Parquet, Arrow or Feather file. Raises `MissingExtraError` without pyarrow."""
    try:
        import pyarrow as pa  # an extra
        import pyarrow.ipc
        import pyarrow.parquet
    except ImportError as error:
        raise MissingExtraError("reading Parquet and Arrow files", "parquet") from error
    buffer = io.BytesIO(data)
    try:
        if data.startswith(b"PAR1"):
            table = pyarrow.parquet.read_table(buffer)
        elif data.startswith(b"ARROW1"):
            table = pyarrow.ipc.open_file(buffer).read_all()
        else:
            table = pyarrow.ipc.open_stream(buffer).read_all()
    except (pa.ArrowException, OSError, ValueError) as error:
        problem = DataProblem(
            file, None, "file", f"{error!s:.100}", "Parquet or Arrow that can be read"
        )
        raise LedgerError([problem]) from error
    return arrow_to_raw(table, file, 1)


def arrow_to_raw(table: Any, file: str, first: int) -> RawTable:
    """The columns of an Arrow table as lists; rows are numbered from `first`."""
    names = [str(name) for name in table.column_names]
    kept = [k for k, name in enumerate(names) if not name.startswith("__index_level_")]
    repeated_names(file, [names[k] for k in kept])
    columns = tuple(_list(table.column(k)) for k in kept)
    lines = range(first, first + table.num_rows)
    return RawTable(file, tuple(names[k] for k in kept), columns, lines)


def _list(column: Any) -> list[Any]:
    """The cells; times of more than microseconds are cut to what Python's can hold."""
    import pyarrow as pa  # here only with a table of its own

    if pa.types.is_timestamp(column.type):
        column = column.cast(pa.timestamp("us", tz=column.type.tz), safe=False)
    return column.to_pylist()
