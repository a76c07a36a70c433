"""`read_ledger`: one door for every kind of ledger."""

from __future__ import annotations

from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING

from reconcile.errors import LedgerError, OptionError, Problem
from reconcile.ledger.io.toml import read_bundled, read_toml
from reconcile.ledger.ledger import Ledger

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["read_ledger"]

_TABLES = (".csv", ".tsv", ".parquet", ".jsonl", ".ndjson", ".sqlite", ".sqlite3", ".db")


def read_ledger(
    path_or_frame: str | PathLike[str] | pd.DataFrame | Ledger | None = None,
    *,
    convention: str = "default",
) -> Ledger:
    """The ledger at a path or in a frame; without one, the bundled ledger of the seed documents.

    A path is a folder of TOML files, one TOML file, or a tidy table (CSV, TSV, Parquet, JSON
    lines, SQLite). A folder or TOML file may carry quantities and sources of its own, laid over
    the bundled ones; an unknown source or quantity there is a problem. In a table they are
    created, with a warning in `Ledger.warnings`. Words are read under `convention`.

    Raises `LedgerError` naming every bad row with file, line, field, what came and what was
    expected; no row is dropped silently.

    >>> ledger = read_ledger()
    >>> ledger["abc-us-official-hundreds"].phrase.text
    'a couple hundred'
    """
    if path_or_frame is None:
        return read_bundled(convention)
    if isinstance(path_or_frame, Ledger):
        return path_or_frame
    if isinstance(path_or_frame, str | PathLike):
        return _read_path(Path(path_or_frame), convention)
    from reconcile.ledger.io.frame import read_frame  # pandas comes in only with a table

    return read_frame(path_or_frame, convention=convention)


def _read_path(path: Path, convention: str) -> Ledger:
    if not path.exists():
        came, expected = "nothing there", "a folder, a TOML file or a table"
        raise LedgerError([Problem(str(path), None, "path", came, expected)])
    if path.is_dir() or path.suffix.lower() == ".toml":
        return read_toml(path, convention)
    if path.suffix.lower() not in _TABLES:
        raise OptionError(
            f"expected a folder, a .toml file or a table ({', '.join(_TABLES)}), got {path}"
        )
    from reconcile.ledger.io.files import read_table  # pandas comes in only with a table

    return read_table(path, convention)
