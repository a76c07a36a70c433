"""`write_ledger`: a ledger as a folder of TOML files, one TOML file, or a table."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Generator
from contextlib import contextmanager, suppress
from os import PathLike
from pathlib import Path

from reconcile.errors import OptionError
from reconcile.ledger.io import records
from reconcile.ledger.io.emit import table
from reconcile.ledger.io.reading import is_plain
from reconcile.ledger.ledger import Ledger
from reconcile.values import Claim

__all__ = ["claim_text", "replacing", "write_ledger"]

_TABLES = (".csv", ".tsv", ".parquet", ".jsonl", ".ndjson")
_COMPLETE = """\
# This ledger names everything it needs: nothing of the bundled registries is added.
bundled = false
"""


def write_ledger(ledger: Ledger, path: str | PathLike[str]) -> None:
    """Write the ledger; ``read_ledger(path) == ledger`` holds afterwards.

    A path ending in ``.toml`` is one TOML file; in ``.csv``, ``.tsv``, ``.parquet``, ``.jsonl``
    or ``.ndjson`` a tidy table, with its registries beside it (``claims.registry.toml``); any
    other path is a folder of TOML files, one a report. Every file is written beside its place and
    moved into it when it is complete, so that nothing is ever half-written.

    Raises `OptionError` where the folder already holds other ledger files than those of this
    ledger, which would be read with them.

    >>> import tempfile
    >>> from reconcile.ledger import read_ledger
    >>> ledger = read_ledger().select(source="gur")
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_ledger(ledger, f"{folder}/gur.toml")
    ...     read_ledger(f"{folder}/gur.toml") == ledger
    True
    """
    target = Path(path)
    suffix = target.suffix.lower()
    if suffix == ".toml":
        _write_text(target, _single(ledger))
    elif suffix in _TABLES:
        _write_table(ledger, target)
    elif target.is_file():
        raise OptionError(
            f"expected a folder, a .toml file or a table ({', '.join(_TABLES)}), got {target}"
        )
    else:
        _write_folder(ledger, target)


def claim_text(claim: Claim) -> str:
    """The claim as a ``[[claim]]`` table: its words where they give its numbers, else both."""
    return table("[[claim]]", _short(claim))


@contextmanager
def replacing(target: Path) -> Generator[Path]:
    """A path beside `target` to write to, which takes the place of `target` at the end.

    Where the block raises, `target` stays as it was and nothing is left beside it.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    os.close(handle)
    beside = Path(name)
    try:
        yield beside
        beside.chmod(target.stat().st_mode & 0o777 if target.exists() else 0o644)
        os.replace(beside, target)
    finally:
        with suppress(FileNotFoundError):
            beside.unlink()


# ---------------------------------------------------------------- TOML


def _short(claim: Claim) -> records.Record:
    record = records.claim_record(claim)
    if not is_plain(claim.phrase):
        return record
    reading = set(records.phrase_record(claim.phrase)) - {"phrase", "convention"}
    return {key: value for key, value in record.items() if key not in reading}


def _single(ledger: Ledger) -> str:
    parts = [_COMPLETE, *_registries(ledger)]
    parts += [table("[[report]]", records.report_record(r)) for r in ledger.reports.values()]
    return "\n".join([*parts, *map(claim_text, ledger.claims)])


def _registries(ledger: Ledger) -> list[str]:
    return [
        *(table("[[quantity]]", records.quantity_record(q)) for q in ledger.quantities.values()),
        *(table("[[source]]", records.source_record(s)) for s in ledger.sources.values()),
        *(table("[[resolution]]", records.resolution_record(r)) for r in ledger.resolutions),
    ]


def _folder_files(ledger: Ledger) -> dict[str, str]:
    """The texts of a folder by file name: the registries, then a file for each report."""
    files = {"registry.toml": "\n".join([_COMPLETE, *_registries(ledger)])}
    for key, report in ledger.reports.items():
        parts = [table("[report]", records.report_record(report))]
        parts += [claim_text(claim) for claim in ledger.claims if claim.report == key]
        files[_unused(_file_name(key), files)] = "\n".join(parts)
    loose = [claim_text(claim) for claim in ledger.claims if claim.report is None]
    if loose:
        files[_unused("claims", files)] = "\n".join(loose)
    return files


def _file_name(report: str) -> str:
    return re.sub(r"[^\w.-]+", "-", report).strip("-.") or "report"


def _unused(stem: str, files: dict[str, str]) -> str:
    name, number = f"{stem}.toml", 1
    while name.casefold() in {used.casefold() for used in files}:
        number += 1
        name = f"{stem}-{number}.toml"
    return name


def _write_folder(ledger: Ledger, folder: Path) -> None:
    files = _folder_files(ledger)
    others = sorted(file.name for file in folder.glob("*.toml") if file.name not in files)
    if others:
        raise OptionError(
            f"{folder} holds other ledger files ({', '.join(others[:5])}), which would be read "
            "with these; give a new folder, or take them away first"
        )
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        _write_text(folder / name, text)


def _write_text(target: Path, text: str) -> None:
    with replacing(target) as beside:
        beside.write_text(text, encoding="utf-8", newline="\n")


# ---------------------------------------------------------------- tables


def _write_table(ledger: Ledger, target: Path) -> None:
    from reconcile.ledger.io.files import registry_path, save_table  # pandas only for a table

    parts = [_COMPLETE, *_registries(ledger)]
    parts += [table("[[report]]", records.report_record(r)) for r in ledger.reports.values()]
    with replacing(target) as beside:
        save_table(ledger.to_frame(), beside, target.suffix.lower())
        _write_text(registry_path(target), "\n".join(parts))
