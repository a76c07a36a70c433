"""A claim added to a TOML ledger: checked first, then written, or not at all."""

from __future__ import annotations

import codecs
import os
import re
from collections.abc import Callable
from pathlib import Path

from reconcile.errors import DataProblem, LedgerError, OptionError
from reconcile.ledger.io.emit import table
from reconcile.ledger.io.records import CLAIM_KEYS, Record
from reconcile.ledger.io.storing import locked, replace_files
from reconcile.ledger.io.toml import read_texts
from reconcile.ledger.ledger import Ledger


def append_claim(
    path: Path,
    record: Record | Callable[[], Record],
    file: str = "claims.toml",
    *,
    source: Record | None = None,
) -> Ledger:
    """Add a claim, given under the keys of a ledger file, to the ledger at `path`.

    `path` is a folder, where the claim goes to the end of `file` (made if it is not there), or a
    TOML file. What is there stays as it is: comments, line ends, a byte order mark. One writer
    works at a time and reads the ledger as the one before left it; `record` may be a function,
    called then (for an id that is still free). Returns the ledger with the claim.

    Raises `LedgerError`, and changes nothing, where the ledger would not be valid; `OptionError`
    for a place where the ledger would not be read; `StorageError` where it can't be written.

    >>> import tempfile
    >>> from reconcile.ledger.io.starter import write_starter
    >>> with tempfile.TemporaryDirectory() as parent:
    ...     folder = Path(parent) / "flood"
    ...     _ = write_starter(folder)
    ...     said = {"id": "later", "quantity": "flood_dead", "source": "mayor", "phrase": "96"}
    ...     append_claim(folder, said | {"on": "2024-10-31"})["later"].lower
    96.0
    """
    target = _target(path, file)
    with locked(target.parent):
        content = target.read_bytes() if target.exists() else b""
        claim = record() if callable(record) else record
        ordered = {key: claim[key] for key in CLAIM_KEYS if claim.get(key) is not None}
        ordered |= {key: value for key, value in claim.items() if key not in ordered}
        added = "" if source is None else table("[[source]]", source) + "\n"
        longer = _longer(content, added + table("[[claim]]", ordered), target)
        ledger = read_texts({target: longer}, path)
        replace_files({target: longer})
    return ledger


def _target(path: Path, file: str) -> Path:
    """The file that the claim goes to: one that the ledger at `path` is read from."""
    if not path.is_dir():
        if path.suffix.lower() != ".toml":
            raise OptionError(f"expected a folder or a .toml file, got {path}")
        return path
    name = Path(file)
    plain = name.name == file and name.suffix == ".toml" and not file.startswith(".")
    if not plain or os.sep in file or "\\" in file:
        raise OptionError(
            f"expected the name of a .toml file in {path} (claims.toml), got {file!r}, where the "
            "ledger would not be read"
        )
    if (path / file).is_dir():
        raise OptionError(f"expected a file, got the folder {path / file}")
    return path / file


def _longer(content: bytes, added: str, target: Path) -> bytes:
    """The content with a table after it, its lines ending as those of the content do."""
    try:
        text = content.removeprefix(codecs.BOM_UTF8).decode("utf-8")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        came = f"the byte {content[error.start]:#04x}"
        raise LedgerError([DataProblem(str(target), line, "file", came, "UTF-8 text")]) from error
    if not text:
        return content + added.encode()
    gap = "\n" if text.endswith("\n") else "\n\n"
    end = "\r\n" if len(re.findall(r"\r\n", text)) * 2 > text.count("\n") else "\n"
    return content + (gap + added).replace("\n", end).encode()
