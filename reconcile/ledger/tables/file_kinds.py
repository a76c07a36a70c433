"""A table in a file, of whatever kind its first bytes tell: text, Excel, JSON, Parquet, SQLite."""

from __future__ import annotations

import gzip
import sys
import zlib
from pathlib import Path
from typing import NoReturn

from reconcile.errors import DataProblem, LedgerError, OptionError
from reconcile.ledger.tables.raw_table import RawTable

SUFFIXES = (
    *(".csv", ".tsv", ".txt", ".tab", ".xlsx", ".xlsm", ".json", ".jsonl", ".ndjson", ".parquet"),
    *(".arrow", ".feather", ".ipc", ".sqlite", ".sqlite3", ".db", ".gz"),
)
"""Ends of file names that are tables; what is in them is told by their first bytes."""

_STDIN = "-"
_OTHERS = (
    (b"%PDF", "a PDF", "save its table as CSV, or give its text to `reconcile extract`"),
    (b"\xd0\xcf\x11\xe0", "an old Excel or Word file (.xls, .doc)", "save it as .xlsx or CSV"),
    (b"<!doctype html", "an HTML page", "save its table as CSV, or use `reconcile extract`"),
    (b"<html", "an HTML page", "save its table as CSV, or use `reconcile extract`"),
    (b"<?xml", "an XML file", "save its table as CSV"),
    (b"<table", "an HTML table", "save it as CSV"),
    (b"\x80\x04", "a Python pickle", "it can run any program, so it is not opened: save it as CSV"),
    (b"\x80\x05", "a Python pickle", "it can run any program, so it is not opened: save it as CSV"),
    (b"\x89PNG", "a picture", "give the table itself"),
    (b"\x89HDF", "an HDF5 file", "save its table as CSV or Parquet"),
    (b"BZh", "a bzip2 file", "unpack it first, or use .gz"),
    (b"\xfd7zXZ", "an xz file", "unpack it first, or use .gz"),
    (b"Rar!", "an archive", "unpack it first"),
    (b"7z\xbc\xaf", "an archive", "unpack it first"),
    (b"[[claim]]", "a TOML ledger", "give its file, ending in .toml, by its path"),
    (b"[report]", "a TOML ledger", "give its file, ending in .toml, by its path"),
)


def split_part(path: str) -> tuple[str, str]:
    """The path, and the part of the file that is asked for: ``book.xlsx#Sheet2``.

    >>> split_part("book.xlsx#Deaths"), split_part("a.csv")
    (('book.xlsx', 'Deaths'), ('a.csv', ''))
    """
    stem, mark, part = path.rpartition("#")
    suffix = Path(stem).suffix.lower()
    if (
        mark
        and suffix in (".xlsx", ".xlsm", ".sqlite", ".sqlite3", ".db")
        and not Path(path).exists()
    ):
        return stem, part
    return path, ""


def read_file(path: str, part: str = "") -> RawTable:
    """The table in a file, or on the standard input where `path` is ``-``; .gz is unpacked.

    `part` names the sheet of a workbook or the table of a database. Raises `LedgerError` where
    there is no table, with what there is and what to do.
    """
    data = sys.stdin.buffer.read() if path == _STDIN else _bytes(Path(path))
    name = "standard input" if path == _STDIN else path
    suffixes = [suffix.lower() for suffix in Path(path).suffixes]
    suffix = next((s for s in reversed(suffixes) if s != ".gz"), "")
    return _read(_unpacked(data, name), name, suffix, path, part)


def read_bytes(data: bytes, name: str) -> RawTable:
    """The table in bytes that are `name` in what is said of them; as `read_file`."""
    return _read(_unpacked(data, name), name, "", "", "")


def _unpacked(data: bytes, name: str) -> bytes:
    if not data.startswith(b"\x1f\x8b"):
        return data
    try:
        return gzip.decompress(data)
    except (OSError, EOFError, zlib.error) as error:
        _refuse(name, f"a broken gzip file ({error})", "a table, also packed with gzip")


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        _refuse(str(path), error.strerror or str(error), "a file that can be read")


def _read(data: bytes, name: str, suffix: str, path: str, part: str) -> RawTable:
    head = data[:64].lstrip(b"\xef\xbb\xbf \t\r\n")
    if data.startswith(b"SQLite format 3\0"):
        from reconcile.ledger.tables.database import read_database

        return read_database(data, name, path, part)
    if data.startswith(b"PK\x03\x04"):
        from reconcile.ledger.tables.workbook import read_workbook

        if b"[Content_Types].xml" not in data:
            _refuse(name, "a zip archive (or .ods)", "a table; unpack it first, or save it as CSV")
        return read_workbook(data, name, part)
    if data.startswith((b"PAR1", b"ARROW1", b"\xff\xff\xff\xff")):
        from reconcile.ledger.tables.columnar import read_columnar

        return read_columnar(data, name)
    _refuse_others(head, name)
    if suffix in (".parquet", ".xlsx", ".xlsm", ".sqlite", ".sqlite3", ".db", ".arrow", ".feather"):
        _refuse(
            name, "something else" if data else "an empty file", f"what its name says, {suffix}"
        )
    if head.startswith((b"{", b"[")) or suffix in (".json", ".jsonl", ".ndjson"):
        from reconcile.ledger.tables.json_rows import read_json

        return read_json(data, name, suffix)
    if suffix not in (*SUFFIXES, "") and b"\0" in data[:4096]:
        raise OptionError(_unknown(name))
    from reconcile.ledger.tables.delimited import read_delimited

    return read_delimited(data, name, suffix)


def refuse_unknown(path: str) -> None:
    """Raise for a file whose name ends as no table does, with what to do where its bytes tell it.

    A text under the name .xls, which many programs write, may be read.
    """
    _refuse_others(_bytes(Path(path))[:64].lstrip(b"\xef\xbb\xbf \t\r\n"), path)
    if Path(path).suffix.lower() != ".xls":
        raise OptionError(_unknown(path))


def _refuse_others(head: bytes, name: str) -> None:
    for mark, what, advice in _OTHERS:
        if head.lower().startswith(mark.lower()):
            _refuse(name, what, f"a table; {advice}")


def _unknown(name: str) -> str:
    return f"expected a folder, a .toml file or a table ({', '.join(SUFFIXES)}), got {name}"


def _refuse(file: str, came: str, expected: str) -> NoReturn:
    raise LedgerError([DataProblem(file, None, "file", came, expected)])
