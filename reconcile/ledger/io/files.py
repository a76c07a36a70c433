"""Ledger tables in files: CSV, TSV, Parquet, JSON lines and SQLite."""

from __future__ import annotations

import csv
import json
import math
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pandas as pd

from reconcile.errors import LedgerError, Problem
from reconcile.ledger.io.frame import Registries, read_frame
from reconcile.ledger.io.toml import read_registries
from reconcile.ledger.ledger import Ledger

__all__ = ["read_table", "registry_path", "save_table"]


def read_table(path: Path, convention: str = "default") -> Ledger:
    """The ledger in a table file, with the registries beside it if there are any.

    The line of a problem is the line of the file for CSV, TSV and JSON lines, else the number of
    the row, from 1.
    """
    suffix = path.suffix.lower()
    frame = _READERS[suffix](path)
    return read_frame(
        frame,
        file=str(path),
        first_line=2 if suffix in (".csv", ".tsv") else 1,
        registries=_registries(path),
        convention=convention,
    )


def registry_path(path: Path) -> Path:
    """Where the registries of a table stand: ``claims.csv`` has ``claims.registry.toml``."""
    return path.with_suffix(".registry.toml")


def save_table(frame: pd.DataFrame, path: Path, suffix: str) -> None:
    """Write a frame in the format of `suffix`; numbers keep every digit."""
    if suffix in (".csv", ".tsv"):
        frame.to_csv(path, index=False, sep="\t" if suffix == ".tsv" else ",", lineterminator="\n")
    elif suffix == ".parquet":
        frame.to_parquet(path, index=False)
    else:
        _save_lines(frame, path)


def _save_lines(frame: pd.DataFrame, path: Path) -> None:
    """JSON lines (RFC 8259 has no infinity: an unbounded end is the text "inf")."""
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for row in frame.to_dict("records"):
            cells = {str(key): _json_cell(cell) for key, cell in row.items() if not _gap(cell)}
            file.write(json.dumps(cells, ensure_ascii=False) + "\n")


def _gap(cell: object) -> bool:
    return cell is None or cell != cell


def _json_cell(cell: Any) -> Any:
    return repr(cell) if isinstance(cell, float) and math.isinf(cell) else cell


def _registries(path: Path) -> Registries | None:
    beside = registry_path(path)
    if not beside.exists():
        return None
    draft = read_registries([beside])
    return Registries(draft.quantities, draft.sources, draft.reports, tuple(draft.resolutions))


def _csv(path: Path, separator: str = ",") -> pd.DataFrame:
    """Every cell as the text that stands there: what it means is for the row's reader to say."""
    try:
        return pd.read_csv(
            path,
            sep=separator,
            dtype=str,
            keep_default_na=False,
            na_values=[""],
            encoding="utf-8-sig",
        )
    except (
        pd.errors.ParserError,
        pd.errors.EmptyDataError,
        UnicodeDecodeError,
        csv.Error,
    ) as error:
        raise LedgerError([Problem(str(path), None, "file", str(error), "a CSV table")]) from error


def _jsonl(path: Path) -> pd.DataFrame:
    """One object a line; what is no object is a problem of its line."""
    rows: list[Any] = []
    problems: list[Problem] = []
    with path.open(encoding="utf-8-sig") as file:
        for number, line in enumerate(file, start=1):
            try:
                row: Any = json.loads(line or "{}")
            except ValueError as error:
                row = str(error)
            if not isinstance(row, dict):
                problems.append(Problem(str(path), number, "line", f"{row!r:.60}", "a JSON object"))
            rows.append(row)
    if problems:
        raise LedgerError(problems)
    return pd.DataFrame(rows, dtype=object)


def _parquet(path: Path) -> pd.DataFrame:
    try:
        return pd.read_parquet(path)
    except (OSError, ValueError) as error:
        raise LedgerError([Problem(str(path), None, "file", str(error), "Parquet")]) from error


def _sqlite(path: Path) -> pd.DataFrame:
    """The table ``claims``, or the only table there is."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        try:
            found = connection.execute(
                "select name from sqlite_master where type in ('table', 'view')"
            )
            names = [str(row[0]) for row in found]
        except sqlite3.DatabaseError as error:
            problem = Problem(str(path), None, "file", str(error), "an SQLite database")
            raise LedgerError([problem]) from error
        name = names[0] if len(names) == 1 else "claims"
        if name not in names:
            came = f"the tables {', '.join(names) or '(none)'}"
            raise LedgerError([Problem(str(path), None, "claims", came, "a table 'claims'")])
        quoted = name.replace('"', '""')
        return pd.read_sql_query(f'select * from "{quoted}"', connection)


_READERS: dict[str, Callable[[Path], pd.DataFrame]] = {
    ".csv": _csv,
    ".tsv": lambda path: _csv(path, "\t"),
    ".parquet": _parquet,
    ".jsonl": _jsonl,
    ".ndjson": _jsonl,
    ".sqlite": _sqlite,
    ".sqlite3": _sqlite,
    ".db": _sqlite,
}
