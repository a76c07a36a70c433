"""Tables in memory: pandas, polars, Arrow, whatever narwhals knows, lists of dicts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, cast

from reconcile.errors import DataProblem, LedgerError, OptionError
from reconcile.ledger.tables.json_rows import table_of_rows
from reconcile.ledger.tables.raw_table import RawTable, repeated_names

_FILE = "frame"
_EXPECTED = "a path, a dataframe (pandas, polars, Arrow), a list of dicts or a dict of columns"


def raw_of(table: Any) -> RawTable:
    """The table in a dataframe of any kind, a list of dicts or a dict of columns.

    Rows are counted from 0. Raises `OptionError` for anything else.
    """
    if isinstance(table, Mapping):
        return _of_columns(cast("Mapping[Any, Any]", table))
    if type(table).__module__.partition(".")[0] == "pandas":
        if type(table).__name__ == "Series":
            raise OptionError(
                f"expected {_EXPECTED}, got one column (a Series): give its frame, such as "
                "series.rename('killed').reset_index()"
            )
        if hasattr(table, "iloc"):
            return _of_pandas(table)
    if hasattr(table, "read"):
        return _of_open_file(table)
    if _is_rows(table):
        return _of_rows(cast("Iterable[Any]", table))
    return _of_other(table)


def _of_open_file(table: Any) -> RawTable:
    """The table in an open file (a StringIO, BytesIO): what is left to read of it."""
    from reconcile.ledger.tables.file_kinds import read_bytes

    data = table.read()
    if not isinstance(data, str | bytes):
        raise OptionError(f"expected {_EXPECTED}, got {table!r:.60}")
    return read_bytes(data.encode() if isinstance(data, str) else data, "open file")


def _of_columns(table: Mapping[Any, Any]) -> RawTable:
    columns = {
        str(name): [cells] if isinstance(cells, str) or not isinstance(cells, Iterable) else cells
        for name, cells in table.items()
    }
    lists: dict[str, list[Any]] = {name: list(cells) for name, cells in columns.items()}
    sizes = {len(cells) for cells in lists.values()}
    if len(sizes) > 1:
        told = ", ".join(f"{name}: {len(cells)}" for name, cells in lists.items())
        raise LedgerError([DataProblem(_FILE, None, "columns", told, "columns of one length")])
    if not sizes:
        raise LedgerError([DataProblem(_FILE, None, "claim", "no row", "at least one claim")])
    return RawTable(_FILE, tuple(lists), tuple(lists.values()), range(sizes.pop()))


def _is_rows(table: Any) -> bool:
    listed = isinstance(table, Sequence) and not isinstance(table, str | bytes)
    return listed or (hasattr(table, "__next__") and not hasattr(table, "__arrow_c_stream__"))


def _of_rows(table: Iterable[Any]) -> RawTable:
    rows = list(table)
    odd = [
        DataProblem(_FILE, i, "row", f"{row!r:.60}", "a dict of cells")
        for i, row in enumerate(rows)
        if not isinstance(row, Mapping)
    ]
    if odd:
        raise LedgerError(odd)
    if not rows:
        raise LedgerError([DataProblem(_FILE, None, "claim", "no row", "at least one claim")])
    return table_of_rows(rows, _FILE, range(len(rows)))


def _of_pandas(table: Any) -> RawTable:
    """A pandas frame; an index that has a name, or is of dates, is a column too."""
    index = table.index
    frame = table
    dated = type(index).__name__ in ("DatetimeIndex", "PeriodIndex")
    if any(name is not None for name in index.names) or dated:
        named = [
            name if name is not None else "on" if dated else f"level_{k}"
            for k, name in enumerate(index.names)
        ]
        if not set(named) & set(map(str, frame.columns)):
            frame = frame.rename_axis(index=named).reset_index()
    names = [_flat(name) for name in frame.columns]
    repeated_names(_FILE, names)
    columns = tuple(_pandas_cells(frame.iloc[:, k]) for k in range(len(names)))
    return RawTable(_FILE, tuple(names), columns, range(len(frame)))


def _flat(name: Any) -> str:
    """The name of a column; of several levels, the filled ones."""
    if isinstance(name, tuple):
        parts = cast("tuple[Any, ...]", name)
        return " ".join(str(part) for part in parts if str(part))
    return str(name)


def _pandas_cells(column: Any) -> list[Any]:
    if type(column.dtype).__name__ == "PeriodDtype":
        column = column.astype(str)
    return column.astype(object).where(column.notna(), None).tolist()


def _of_other(table: Any) -> RawTable:
    """Polars, Arrow, DuckDB and whatever else gives its columns through a common protocol."""
    import narwhals.stable.v2 as nw  # only with a frame that is not pandas'

    try:
        frame: Any = nw.from_native(table, pass_through=False)
        frame = frame.collect() if isinstance(frame, nw.LazyFrame) else frame
        if not isinstance(frame, nw.DataFrame):
            raise TypeError("a single column")
    except TypeError:
        return _of_protocol(table)
    names = [str(name) for name in frame.columns]
    repeated_names(_FILE, names)
    columns = tuple(frame[name].to_list() for name in frame.columns)
    return RawTable(_FILE, tuple(names), columns, range(len(frame)))


def _of_protocol(table: Any) -> RawTable:
    """Through Arrow's C stream or the dataframe interchange protocol."""
    if not hasattr(table, "__arrow_c_stream__") and not hasattr(table, "__dataframe__"):
        raise OptionError(f"expected {_EXPECTED}, got {table!r:.60}")
    try:
        import pyarrow as pa  # an extra
        import pyarrow.interchange
    except ImportError as error:
        from reconcile.errors import MissingExtraError

        raise MissingExtraError(f"reading a {type(table).__name__}", "parquet") from error
    from reconcile.ledger.tables.columnar import arrow_to_raw

    try:
        found = (
            pa.table(table)
            if hasattr(table, "__arrow_c_stream__")
            else pyarrow.interchange.from_dataframe(table)
        )
    except (pa.ArrowException, TypeError, ValueError, RuntimeError) as error:
        raise OptionError(f"expected {_EXPECTED}, got {type(table).__name__}: {error}") from error
    return arrow_to_raw(found, _FILE, 0)
