"""`save` and `load`: a ledger or a fit in one file, without a pickle in it.

The file is a zip archive of JSON texts: ``reconcile.json`` says the format, its version, what is
kept and by which version of the package; ``ledger.json`` holds the ledger; ``fit.json`` the
settings of a fit. Opening one runs no code, and the same value gives the same bytes.
"""

from __future__ import annotations

import io
import json
import zipfile
from datetime import date
from importlib.metadata import PackageNotFoundError, version
from os import PathLike
from pathlib import Path
from typing import Any

from reconcile.errors import DataProblem, LedgerError, OptionError, StorageError
from reconcile.ledger import Ledger
from reconcile.ledger.io.kept import from_plain, to_plain
from reconcile.ledger.io.storing import locked, replace_files
from reconcile.questions.fit import Fit

__all__ = ["FILE_VERSION", "load", "save"]

FILE_VERSION = 1
"""The version of the layout; a file of another one is refused."""

_FORMAT = "reconcile"
_HEAD, _LEDGER, _FIT = "reconcile.json", "ledger.json", "fit.json"
_SETTINGS = ("as_of", "level", "convention", "seed", "prior_scale")
_EPOCH = (1980, 1, 1, 0, 0, 0)  # a fixed time of the parts: the same value, the same bytes


def save(value: Ledger | Fit, path: str | PathLike[str]) -> None:
    """Keep a ledger or a fit in one file; `load` gives it back.

    What is there is replaced in one step, or stays. A fit is kept as its claims and settings and
    is computed again on its first question, with the same answers.

    Parameters
    ----------
    value : Ledger or Fit
        What to keep.
    path : path-like
        The file.

    Raises
    ------
    OptionError
        If it is of another type.
    StorageError
        If the file can't be written.

    Examples
    --------
    >>> import reconcile, tempfile
    >>> ledger = reconcile.read_ledger()
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     reconcile.save(ledger, f"{folder}/then.reconcile")
    ...     reconcile.load(f"{folder}/then.reconcile") == ledger
    True
    """
    if isinstance(value, Ledger):
        parts = {_LEDGER: to_plain(value)}
    elif isinstance(value, Fit):  # pyright: ignore[reportUnnecessaryIsInstance]
        settings = {name: to_plain(getattr(value, name)) for name in _SETTINGS}
        parts = {_LEDGER: to_plain(value.ledger), _FIT: settings}
    else:
        raise OptionError(f"expected a Ledger or a Fit to keep, got {type(value).__name__}")
    head = {"format": _FORMAT, "version": FILE_VERSION, "kind": type(value).__name__}
    content = _packed({_HEAD: head | {"package": _package_version()}} | parts)
    target = Path(path)
    with locked(target.parent):
        replace_files({target: content})


def load(path: str | PathLike[str]) -> Ledger | Fit:
    """The ledger or fit that `save` kept.

    Parameters
    ----------
    path : path-like
        The file.

    Raises
    ------
    LedgerError
        If the file is none of these, or is damaged.
    StorageError
        If its layout has another version than `FILE_VERSION`.

    Examples
    --------
    >>> import reconcile, tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     reconcile.save(reconcile.fit(), f"{folder}/fit.reconcile")
    ...     reconcile.load(f"{folder}/fit.reconcile").level
    0.9
    """
    source = Path(path)
    try:
        with zipfile.ZipFile(source) as archive:
            head = json.loads(archive.read(_HEAD))
            _check_version(head, source)
            ledger = from_plain(json.loads(archive.read(_LEDGER)))
            if head["kind"] == "Ledger":
                return _checked(ledger, source)
            settings = {k: from_plain(v) for k, v in json.loads(archive.read(_FIT)).items()}
            return _fit(_checked(ledger, source), settings)
    except (OSError, zipfile.BadZipFile, KeyError, TypeError, ValueError, EOFError) as error:
        if isinstance(error, LedgerError | StorageError):
            raise
        raise _unreadable(source, str(error)) from error


def _fit(ledger: Ledger, settings: dict[str, Any]) -> Fit:
    as_of = settings["as_of"]
    if not (as_of is None or isinstance(as_of, date)):
        raise OptionError(f"expected a date in as_of, got {as_of!r}")
    return Fit(ledger, **settings)


def _checked(ledger: Any, source: Path) -> Ledger:
    if not isinstance(ledger, Ledger):
        raise _unreadable(source, f"{type(ledger).__name__} in place of a ledger")
    return ledger


def _check_version(head: Any, source: Path) -> None:
    if not isinstance(head, dict) or head.get("format") != _FORMAT:
        raise _unreadable(source, "a zip archive of something else")
    found = head.get("version")
    if found != FILE_VERSION:
        raise StorageError(
            f"{source} was kept in layout {found!r} by reconcile {head.get('package', '?')}, and "
            f"this is reconcile {_package_version()}, which reads layout {FILE_VERSION}; load it "
            "there and write it as a ledger (write_ledger), which every version reads"
        )


def _unreadable(source: Path, came: str) -> LedgerError:
    return LedgerError(
        [DataProblem(str(source), None, "file", came, "a file made by reconcile.save")]
    )


def _packed(parts: dict[str, Any]) -> bytes:
    """The archive as bytes, every part with a checksum that the reader verifies."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            text = json.dumps(data, ensure_ascii=True, allow_nan=False, separators=(",", ":"))
            archive.writestr(zipfile.ZipInfo(name, _EPOCH), text, zipfile.ZIP_DEFLATED)
    return target.getvalue()


def _package_version() -> str:
    try:
        return version("reconcile-claims")
    except PackageNotFoundError:  # run from its folder, without being installed
        return "unknown"
