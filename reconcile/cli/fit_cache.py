"""`--cache`: what one command found of a ledger, the next one need not find again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from reconcile.cli.asking import arguments
from reconcile.cli.terminal import warn
from reconcile.errors import LedgerError, OptionError, StorageError
from reconcile.questions.fit import Fit, fit
from reconcile.questions.save import engine_digest, load, save


@contextmanager
def asked_of(settings: dict[str, Any]) -> Generator[Fit]:
    """The fit that the options of a command ask of; what is found in it is kept in `--cache`."""
    folder = settings.pop("cache")
    with kept_fit(fit(**arguments(settings), progress=True), folder) as known:
        yield known


@contextmanager
def kept_fit(known: Fit, folder: str | None) -> Generator[Fit]:
    """`known` with what was found before; what is found in it now is kept in `folder`, if any.

    A file that can't be read or written costs time and a warning, never the answer.
    """
    if folder is None:
        yield known
        return
    path = Path(folder) / f"{_key(known)}.reconcile"
    _recall(known, path)
    before = _found(known)
    yield known
    if _found(known) != before:
        try:
            save(known, path)
        except StorageError as error:
            warn([f"nothing is kept in the cache: {error}"])


def _key(known: Fit) -> str:
    """What a fit depends on: the claims in their order, the settings, and the engine."""
    content = [
        known.ledger.hash,
        [claim.id for claim in known.ledger],
        [str(known.as_of), known.convention, known.seed, known.prior_scale, list(known.exclude)],
        engine_digest(),
    ]
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()[:32]


def _recall(known: Fit, path: Path) -> None:
    """What was found before, where the file holds a fit of the same claims."""
    if not path.exists():
        return
    try:
        kept = load(path)
    except (LedgerError, OptionError, StorageError) as error:
        warn([f"the cache can't be read, so that all is computed again: {error}"])
        return
    if isinstance(kept, Fit) and kept.ledger.hash == known.ledger.hash:
        known.kept.update(kept.kept)


def _found(known: Fit) -> dict[tuple[str, ...], int]:
    """Of each posterior how many marginals were asked for."""
    return {
        key: len(value.remembered()[0]) if key[0] == "posterior" else len(value)
        for key, value in known.kept.items()
        if key[0] in ("posterior", "stored")
    }
