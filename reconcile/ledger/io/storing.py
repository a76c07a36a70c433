"""Files written whole or not at all, one writer at a time, and read as they stood at one moment.

A file is written beside its place and moved into it. Several files are one step: all are written
beside their places, then a list of the moves is put down (from here on the new files are the
ledger), then they are moved. A reader who finds the list reads the new files where they stand; the
next writer finishes the moves of one that was killed, or takes away what it left.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TypeVar

from reconcile.errors import StorageError

_T = TypeVar("_T")
_BESIDE = ".reconcile-"  # hidden, and no ledger file: those end in .toml
_MOVES = f"{_BESIDE}moves"
_WAIT = 60.0  # seconds for another writer: far longer than the largest ledger takes to write
_TRIES = 50  # a reader's, with a wait between: a writer's moves take milliseconds


# ---------------------------------------------------------------- writing


@contextmanager
def locked(folder: Path) -> Generator[None]:
    """The folder for one writer; what a killed one left is finished or taken away first.

    Raises `StorageError` where the folder can't be locked, or another writer holds it for a minute.
    """
    with _explained(folder):
        folder.mkdir(parents=True, exist_ok=True)
    with _lock(folder):
        with _explained(folder):
            _settle(folder)
        yield


def replace_files(files: Mapping[Path, bytes]) -> None:
    """Write these files of one folder, all or none; call it inside `locked`.

    A symbolic link stays one: the file that it names is replaced. Raises `StorageError`, with
    everything as it was.
    """
    for folder in {target.parent for target in files}:
        with _explained(folder):
            folder.mkdir(parents=True, exist_ok=True)
    moves: dict[Path, Path] = {}
    target = Path()
    try:
        for target, content in files.items():
            moves[_beside(target, content)] = Path(os.path.realpath(target))
        if len(moves) > 1:
            _put_down(moves, next(iter(files)).parent)
        for beside, target in moves.items():
            os.replace(beside, target)
        (next(iter(files)).parent / _MOVES).unlink(missing_ok=True)
    except OSError as error:
        raise _storage_error(target, error) from error
    finally:
        if files and not (next(iter(files)).parent / _MOVES).exists():
            for beside in moves:
                beside.unlink(missing_ok=True)


def new_file(target: Path, content: bytes, *, replace: bool = False) -> None:
    """Write one file; unless `replace` is said it must be new.

    Raises `StorageError` where something stands there already, or it can't be written.
    """
    with locked(target.parent):
        if not replace and os.path.lexists(target):
            raise StorageError(f"expected a new file, got {target}, which is there already")
        replace_files({target: content})


def new_folder(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write a folder with these files (names may have folders: ``texts/a.txt``) in one step.

    It must be new, or empty.
    """
    with _explained(folder):
        folder.parent.mkdir(parents=True, exist_ok=True)
        stage = Path(tempfile.mkdtemp(prefix=f"{_BESIDE}new-", dir=folder.parent))
    try:
        with _explained(folder):
            for name, content in files.items():
                (stage / name).parent.mkdir(exist_ok=True)
                _write(stage / name, content)
            stage.chmod(0o777 & ~_umask())
            if folder.is_dir() and not any(folder.iterdir()):
                folder.rmdir()
            os.rename(stage, folder)
    finally:
        if stage.exists():
            shutil.rmtree(stage)


def _beside(target: Path, content: bytes) -> Path:
    """The content in a file beside the one that `target` names, with its rights."""
    real = Path(os.path.realpath(target))
    kind = "" if real.suffix == ".toml" else real.suffix  # a table is read by its suffix
    handle, name = tempfile.mkstemp(prefix=_BESIDE, suffix=f".tmp{kind}", dir=real.parent)
    os.close(handle)
    beside = Path(name)
    try:
        _write(beside, content)
        beside.chmod(real.stat().st_mode & 0o777 if real.exists() else 0o666 & ~_umask())
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
    return beside


def _write(path: Path, content: bytes) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _put_down(moves: Mapping[Path, Path], folder: Path) -> None:
    """The list of moves, itself moved into place: from here on the new files are the ledger."""
    listed = {str(beside): str(target) for beside, target in moves.items()}
    beside = _beside(folder / _MOVES, json.dumps(listed).encode())
    os.replace(beside, folder / _MOVES)


def _settle(folder: Path) -> None:
    """Finish the moves of a writer that was killed; take away what was never meant to be read."""
    for beside, target in _moves(folder).items():
        with suppress(FileNotFoundError):  # moved already
            os.replace(beside, target)
    (folder / _MOVES).unlink(missing_ok=True)
    for left in folder.glob(f"{_BESIDE}*.tmp*"):
        left.unlink(missing_ok=True)


def _umask() -> int:
    mask = os.umask(0o022)
    os.umask(mask)
    return mask


# ---------------------------------------------------------------- reading


def standing(path: Path) -> Path:
    """Where the content of `path` stands now: beside it while a writer's moves are under way."""
    real = Path(os.path.realpath(path))
    for beside, target in _moves(path.parent).items():
        if target == real and beside.exists():
            return beside
    return path


def steady(folder: Path, read: Callable[[], _T]) -> _T:
    """What `read` makes of the files of `folder`, none of which changed while it read."""
    for _ in range(_TRIES):
        before = _signature(folder)
        try:
            found = read()
        except Exception:
            if _signature(folder) == before:
                raise
        else:
            if _signature(folder) == before:
                return found
        time.sleep(0.02)
    raise StorageError(f"expected {folder} to hold still while it is read; it keeps changing")


def _signature(folder: Path) -> tuple[tuple[str, int, int, int], ...]:
    """The files by which a ledger can change, and the state of each."""
    found: list[tuple[str, int, int, int]] = []
    for file in (*folder.glob("*.toml"), folder / _MOVES):
        with suppress(OSError):
            state = file.stat()
            found.append((file.name, state.st_ino, state.st_mtime_ns, state.st_size))
    return tuple(sorted(found))


def _moves(folder: Path) -> dict[Path, Path]:
    try:
        listed = json.loads((folder / _MOVES).read_bytes())
    except (FileNotFoundError, NotADirectoryError):
        return {}
    return {Path(beside): Path(target) for beside, target in listed.items()}


# ---------------------------------------------------------------- locks and errors


@contextmanager
def _lock(folder: Path) -> Generator[None]:
    """The folder itself is locked, so that nothing is left in it; else a file in it."""
    handle = _flocked(folder)
    if handle is not None:
        try:
            yield
        finally:
            os.close(handle)  # which frees it, as the end of the process does
        return
    from filelock import FileLock, Timeout  # only where a folder can't be locked

    try:
        with FileLock(folder / f"{_BESIDE}lock", timeout=_WAIT):
            yield
    except Timeout as error:
        raise _busy(folder) from error


def _flocked(folder: Path) -> int | None:
    """The open, locked folder; None where the system locks no folders (Windows, some networks)."""
    if sys.platform == "win32":
        return None
    import fcntl

    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError as error:
        raise _storage_error(folder, error) from error
    until = time.monotonic() + _WAIT
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return handle
        except BlockingIOError:
            if time.monotonic() > until:
                os.close(handle)
                raise _busy(folder) from None
            time.sleep(0.005)
        except OSError:
            os.close(handle)
            return None
        except BaseException:
            os.close(handle)
            raise


def _busy(folder: Path) -> StorageError:
    return StorageError(
        f"expected {folder} to be free, but another program has been writing it for "
        f"{_WAIT:.0f} seconds; try again when it is done"
    )


@contextmanager
def _explained(path: Path) -> Generator[None]:
    try:
        yield
    except OSError as error:
        raise _storage_error(path, error) from error


def _storage_error(path: Path, error: OSError) -> StorageError:
    reason = error.strerror or str(error)
    return StorageError(f"could not write {path}: {reason}; what was there is as it was")
