"""SQLite databases: the table of claims in them, opened for reading alone."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

from reconcile.errors import DataProblem, LedgerError
from reconcile.ledger.tables.raw_table import RawTable, repeated_names


def read_database(data: bytes, file: str, path: str, table: str = "") -> RawTable:
    """The table ``claims``, the only table there is, or the one that `table` names."""
    try:
        with closing(_opened(data, path)) as connection:
            connection.text_factory = _text
            found = connection.execute(
                "select name from sqlite_master where type in ('table', 'view') "
                "and name not like 'sqlite\\_%' escape '\\'"
            )
            return _read(connection, [str(row[0]) for row in found], file, table)
    except (sqlite3.Error, OverflowError) as error:
        problem = DataProblem(file, None, "file", str(error), "an SQLite database that can be read")
        raise LedgerError([problem]) from error


def _opened(data: bytes, path: str) -> sqlite3.Connection:
    """The file itself, read-only; what came packed or through a pipe is opened in memory."""
    if path != "-" and not path.lower().endswith(".gz"):
        return sqlite3.connect(f"file:{quote(str(Path(path)))}?mode=ro", uri=True)
    connection = sqlite3.connect(":memory:")
    connection.deserialize(data)
    return connection


def _read(connection: sqlite3.Connection, names: list[str], file: str, table: str) -> RawTable:
    name = table or (names[0] if len(names) == 1 else "claims")
    if name not in names:
        came = f"the tables {', '.join(names) or '(none)'}"
        expected = f"a table {name!r}" + ("" if table else f"; or name one: {file}#table")
        raise LedgerError([DataProblem(file, None, name, came, expected)])
    quoted = name.replace('"', '""')
    cursor = connection.execute(f'select * from "{quoted}"')
    header = [str(column[0]) for column in cursor.description]
    repeated_names(file, header)
    rows = cursor.fetchall()
    columns = tuple([row[k] for row in rows] for k in range(len(header)))
    return RawTable(file, tuple(header), columns, range(1, len(rows) + 1))


def _text(data: bytes) -> str:
    """Text as UTF-8; what is none as Windows-1252, the usual mistake of old programs."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")
