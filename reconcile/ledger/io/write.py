"""`write_ledger`: a ledger as a folder of TOML files, one TOML file, or a table."""

from __future__ import annotations

import re
import tempfile
from os import PathLike
from pathlib import Path

from reconcile.errors import OptionError
from reconcile.ledger.io import records
from reconcile.ledger.io.emit import table
from reconcile.ledger.io.files import registry_path
from reconcile.ledger.io.reading import is_plain
from reconcile.ledger.io.storing import locked, new_folder, replace_files
from reconcile.ledger.ledger import Ledger
from reconcile.values import Claim

_TABLES = (".csv", ".tsv", ".parquet", ".jsonl", ".ndjson")
_COMPLETE = """\
# This ledger names everything it needs: nothing of the bundled registries is added.
bundled = false
"""


def write_ledger(ledger: Ledger, path: str | PathLike[str]) -> None:
    """Write a ledger; ``read_ledger(path) == ledger`` holds afterwards.

    Everything is written beside its place and moved into it when it is complete. A reader sees the
    old ledger or the new one, never a mixture, whenever the writer is killed. Two writers wait for
    each other.

    Parameters
    ----------
    ledger : Ledger
        The claims with their registries.
    path : path-like
        ``.toml``: one TOML file. ``.csv``, ``.tsv``, ``.parquet``, ``.jsonl``, ``.ndjson``: a
        table, with its registries beside it (``claims.registry.toml``). Any other: a folder of
        TOML files, one for each report.

    Raises
    ------
    OptionError
        If the folder holds other ledger files, which would be read with these.
    StorageError
        If it can't be written (a full disk, a folder without rights); everything stays as it was.

    References
    ----------
    docs/tables.md

    Examples
    --------
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
        with locked(target.parent):
            replace_files({target: _single(ledger).encode()})
    elif suffix in _TABLES:
        _write_table(ledger, target)
    elif target.exists() and not target.is_dir():
        raise OptionError(
            f"expected a folder, a .toml file or a table ({', '.join(_TABLES)}), got {target}"
        )
    else:
        _write_folder(ledger, target)


def written_files(target: Path) -> tuple[Path, ...]:
    """What `write_ledger` would put at `target` and beside it."""
    is_table = target.suffix.lower() in _TABLES
    return (target, registry_path(target)) if is_table else (target,)


def claim_text(claim: Claim) -> str:
    """The claim as a ``[[claim]]`` table: its words where they give its numbers, else both."""
    return table("[[claim]]", _short(claim))


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
    contents = {name: text.encode() for name, text in files.items()}
    if not folder.exists() or (not folder.is_symlink() and not any(folder.iterdir())):
        new_folder(folder, contents)
        return
    with locked(folder):
        replace_files({folder / name: content for name, content in contents.items()})


# ---------------------------------------------------------------- tables


def _write_table(ledger: Ledger, target: Path) -> None:
    from reconcile.ledger.io.files import save_table  # pandas only for a table

    parts = [_COMPLETE, *_registries(ledger)]
    parts += [table("[[report]]", records.report_record(r)) for r in ledger.reports.values()]
    registry = "\n".join(parts).encode()
    with tempfile.TemporaryDirectory() as elsewhere:
        made = Path(elsewhere) / target.name
        save_table(ledger.to_frame(), made, target.suffix.lower())
        table_bytes = made.read_bytes()
    with locked(target.parent):
        replace_files({registry_path(target): registry, target: table_bytes})
