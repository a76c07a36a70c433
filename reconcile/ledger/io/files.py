"""Ledger tables in files: where their registries stand, and how they are written."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd


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
