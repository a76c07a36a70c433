"""`save` and `load`: a ledger or a fit in one file, without a pickle in it.

The file is a zip archive of JSON texts and plain arrays: ``reconcile.json`` says the format, its
version, what is kept and by which version of the package; ``ledger.json`` holds the ledger;
``fit.json`` the settings of a fit and which posteriors were found, ``posterior-0/`` and so on
their arrays (the .npy format of NumPy, without objects). Opening one runs no code, and the same
value gives the same bytes.
"""

from __future__ import annotations

import hashlib
import io
import json
import warnings
import zipfile
import zlib
from datetime import date
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np
from numpy.lib.format import read_array, write_array

from reconcile.errors import DataProblem, LedgerError, OptionError, StorageError
from reconcile.ledger import Ledger
from reconcile.ledger.io.kept import from_plain, to_plain
from reconcile.ledger.io.storing import locked, replace_files
from reconcile.questions.fit import Fit
from reconcile.values.wording import counted

FILE_VERSION = 2
"""The version of the layout; a file of another one is refused."""

_FORMAT = "reconcile"
_HEAD, _LEDGER, _FIT = "reconcile.json", "ledger.json", "fit.json"
_SETTINGS = ("as_of", "level", "convention", "seed", "prior_scale", "exclude")
_EPOCH = (1980, 1, 1, 0, 0, 0)  # a fixed time of the parts: the same value, the same bytes


def save(value: Ledger | Fit, path: str | PathLike[str]) -> None:
    """Keep a ledger or a fit in one file; `load` gives it back.

    What is there is replaced in one step, or stays. A fit is kept with the posteriors found so
    far: what was asked of it is answered again in the same bytes, without a new fit. Another
    version of the model reads claims and settings alone, says so, and computes the fit again.

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
        parts, arrays = {_LEDGER: to_plain(value)}, {}
    elif isinstance(value, Fit):  # pyright: ignore[reportUnnecessaryIsInstance]
        settings = {name: to_plain(getattr(value, name)) for name in _SETTINGS}
        stored = dict(sorted(value.stored().items()))
        told = {"engine": engine_digest(), "posteriors": [list(key[1:]) for key in stored]}
        parts = {_LEDGER: to_plain(value.ledger), _FIT: {"settings": settings} | told}
        arrays = {
            f"posterior-{number}/{name}.npy": array
            for number, each in enumerate(stored.values())
            for name, array in each.items()
        }
    else:
        raise OptionError(f"expected a Ledger or a Fit to keep, got {type(value).__name__}")
    head = {"format": _FORMAT, "version": FILE_VERSION, "kind": type(value).__name__}
    content = _packed({_HEAD: head | {"package": _package_version()}} | parts, arrays)
    target = Path(path)
    with locked(target.parent):
        replace_files({target: content})


def load(path: str | PathLike[str]) -> Ledger | Fit:
    """The ledger or fit that `save` kept.

    Posteriors that other code found (another version of the model or of NumPy) are left out, with
    a `UserWarning` that says so: the fit is computed again when it is asked.

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
            told = json.loads(archive.read(_FIT))
            settings = {k: from_plain(v) for k, v in told["settings"].items()}
            return _fit(_checked(ledger, source), settings, _posteriors(archive, told))
    except (
        *(OSError, zipfile.BadZipFile, KeyError, TypeError, ValueError, EOFError),
        *(AttributeError, MemoryError, NotImplementedError, RecursionError, zlib.error),
    ) as error:
        if isinstance(error, LedgerError | StorageError):
            raise
        came = "nothing there" if isinstance(error, FileNotFoundError) else str(error)
        raise _unreadable(source, came) from error


def _posteriors(
    archive: zipfile.ZipFile, told: dict[str, Any]
) -> dict[tuple[str, ...], dict[str, Any]]:
    """The arrays of each kept posterior; none, with a warning, where another engine found them."""
    if told["engine"] != engine_digest():
        if told["posteriors"]:
            warnings.warn(_of_another_engine(archive, len(told["posteriors"])), stacklevel=4)
        return {}
    found: dict[tuple[str, ...], dict[str, Any]] = {}
    names = [name for name in archive.namelist() if name.endswith(".npy")]
    for number, key in enumerate(told["posteriors"]):
        folder = f"posterior-{number}/"
        found["stored", *map(str, key)] = {
            name.removeprefix(folder).removesuffix(".npy"): read_array(
                io.BytesIO(archive.read(name)), allow_pickle=False
            )
            for name in names
            if name.startswith(folder)
        }
    return found


def _of_another_engine(archive: zipfile.ZipFile, count: int) -> str:
    written = json.loads(archive.read(_HEAD)).get("package", "?")
    return (
        f"{archive.filename} holds {counted(count, 'posterior')} found by other code (reconcile "
        f"{written} or another NumPy; this is {_package_version()} with NumPy {np.__version__}). "
        "Claims and settings are read; the fit is computed again when it is asked, and answers may "
        "differ. To keep what is computed anew: ask the fit, then reconcile.save(fit, path)"
    )


def _fit(ledger: Ledger, settings: dict[str, Any], stored: dict[tuple[str, ...], Any]) -> Fit:
    as_of = settings["as_of"]
    if not (as_of is None or isinstance(as_of, date)):
        raise OptionError(f"expected a date in as_of, got {as_of!r}")
    return Fit(ledger, **settings, kept=stored)


def _checked(ledger: Any, source: Path) -> Ledger:
    if not isinstance(ledger, Ledger):
        raise _unreadable(source, f"{type(ledger).__name__} in place of a ledger")
    return ledger


def _check_version(head: Any, source: Path) -> None:
    if not isinstance(head, dict) or head.get("format") != _FORMAT:
        raise _unreadable(source, "a zip archive that reconcile did not write")
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


def _packed(parts: dict[str, Any], arrays: dict[str, Any]) -> bytes:
    """The archive as bytes, every part with a checksum that the reader verifies."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            text = json.dumps(data, ensure_ascii=True, allow_nan=False, separators=(",", ":"))
            archive.writestr(zipfile.ZipInfo(name, _EPOCH), text, zipfile.ZIP_DEFLATED)
        for name, array in arrays.items():
            content = io.BytesIO()
            write_array(content, array, allow_pickle=False)
            info = zipfile.ZipInfo(name, _EPOCH)
            archive.writestr(info, content.getvalue(), zipfile.ZIP_DEFLATED)
    return target.getvalue()


@cache
def engine_digest() -> str:
    """The code of the model and its inference as a SHA-256: another one finds other posteriors."""
    found = hashlib.sha256(f"{_package_version()} {np.__version__}".encode())
    package = Path(__file__).parent.parent
    for room in ("model", "inference", "numerics"):
        for path in sorted((package / room).rglob("*.py")):
            found.update(path.read_bytes())
    return found.hexdigest()


def _package_version() -> str:
    try:
        return version("reconcile-claims")
    except PackageNotFoundError:  # run from its folder, without being installed
        return "unknown"
