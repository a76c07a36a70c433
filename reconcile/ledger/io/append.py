"""A claim added to a TOML ledger: checked first, then written, or not at all."""

from __future__ import annotations

from pathlib import Path

from reconcile.errors import OptionError
from reconcile.ledger.io.emit import table
from reconcile.ledger.io.records import CLAIM_KEYS, Record
from reconcile.ledger.io.toml import read_texts
from reconcile.ledger.io.write import replacing
from reconcile.ledger.ledger import Ledger

__all__ = ["append_claim"]


def append_claim(path: Path, record: Record, file: str = "claims.toml") -> Ledger:
    """Add a claim, given under the keys of a ledger file, to the ledger at `path`.

    `path` is a folder, where the claim goes to the end of `file` (made if it is not there), or a
    TOML file. What is there stays as it is, comments too. Returns the ledger with the claim;
    raises `LedgerError`, and changes nothing, where it would not be valid.
    """
    if not path.is_dir() and path.suffix.lower() != ".toml":
        raise OptionError(f"expected a folder or a .toml file, got {path}")
    target = path / file if path.is_dir() else path
    text = target.read_text(encoding="utf-8") if target.exists() else ""
    ordered = {key: record[key] for key in CLAIM_KEYS if record.get(key) is not None}
    ordered |= {key: value for key, value in record.items() if key not in ordered}
    gap = "" if not text else "\n" if text.endswith("\n") else "\n\n"
    longer = text + gap + table("[[claim]]", ordered)
    ledger = read_texts({target: longer}, path)
    with replacing(target) as beside:
        beside.write_text(longer, encoding="utf-8", newline="\n")
    return ledger
