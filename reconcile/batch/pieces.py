"""A table of many units, cut into them without holding all of it in memory."""

from __future__ import annotations

import hashlib
import pickle
import tempfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reconcile.errors import DataProblem, LedgerError, MissingExtraError, OptionError, near_hint

if TYPE_CHECKING:
    import pandas as pd

Unit = tuple[str, Any]
"""The name of a unit, and its rows as a frame."""

NO_UNIT = ""
"""The name of the rows whose cell of the unit is empty."""

_PIECE = 100_000  # rows read at once: some 100 MB of text cells
_BUCKETS = 64  # files that the rows of a large table are sorted into: one is held at a time
_MOST_UNITS, _MOST_ROWS = 16, 1_000  # of a task: some 15 s of work, all that a kill can cost


def tasks(source: Any, by: Sequence[str]) -> Iterator[list[Unit]]:
    """Tasks of a few units each; the same source gives the same tasks in the same order."""
    found: list[Unit] = []
    rows = 0
    for unit in _units(source, by):
        found.append(unit)
        rows += len(unit[1])
        if len(found) >= _MOST_UNITS or rows >= _MOST_ROWS:
            yield found
            found, rows = [], 0
    if found:
        yield found


def fingerprint(source: Any) -> str:
    """The content of the source as a SHA-256 in hex."""
    digest = hashlib.sha256()
    if isinstance(source, str | PathLike):
        with _existing(source).open("rb") as file:
            while block := file.read(1 << 20):
                digest.update(block)
    else:
        import pandas as pd

        frame = _frame(source)
        digest.update(
            repr([(str(name), str(kind)) for name, kind in frame.dtypes.items()]).encode()
        )
        digest.update(
            pd.util.hash_pandas_object(frame.astype(str), index=False).to_numpy().tobytes()
        )
    return digest.hexdigest()


def _units(source: Any, by: Sequence[str]) -> Iterator[Unit]:
    """Every unit once, with all of its rows in their order."""
    pieces = _pieces(source)
    first = next(pieces, None)
    if first is None:
        return
    _check_columns(first, by, source)
    second = next(pieces, None)
    if second is None:  # all of it is in memory already
        yield from _grouped(first, by)
        return
    with tempfile.TemporaryDirectory(prefix="reconcile-") as folder:
        files = [Path(folder) / f"{number:02}" for number in range(_BUCKETS)]
        with ExitStack() as stack:
            targets = [stack.enter_context(file.open("wb")) for file in files]
            for piece in (first, second, *pieces):
                for name, rows in _grouped(piece, by):
                    pickle.dump((name, rows), targets[zlib.crc32(name.encode()) % _BUCKETS])
        for file in files:
            yield from _gathered(file)


def _gathered(file: Path) -> Iterator[Unit]:
    """The units of one bucket; the file is this process's own, in a folder of its own."""
    import pandas as pd

    parts: dict[str, list[pd.DataFrame]] = {}
    with file.open("rb") as source:
        while True:
            try:
                name, rows = pickle.load(source)
            except EOFError:
                break
            parts.setdefault(name, []).append(rows)
    for name, frames in parts.items():
        yield name, pd.concat(frames, ignore_index=True)


def _grouped(frame: pd.DataFrame, by: Sequence[str]) -> Iterator[Unit]:
    gaps = frame[list(by)].isna().any(axis=1)
    names = frame[by[0]].astype(str).str.strip()
    for column in by[1:]:
        names = names + " | " + frame[column].astype(str).str.strip()
    names = names.where(~gaps, NO_UNIT)
    for name, rows in frame.groupby(names, sort=False):
        yield " ".join(str(name).split()), rows.reset_index(drop=True)


def _pieces(source: Any) -> Iterator[pd.DataFrame]:
    if not isinstance(source, str | PathLike):
        yield _frame(source)
        return
    path = _existing(source)
    suffixes = [suffix.lower() for suffix in path.suffixes]
    if ".parquet" in suffixes:
        yield from _parquet_pieces(path)
    elif ".csv" in suffixes or ".tsv" in suffixes:
        yield from _text_pieces(path, "\t" if ".tsv" in suffixes else ",")
    else:
        raise OptionError(f"expected a table ending in .csv, .tsv or .parquet, got {path}")


def _text_pieces(path: Path, separator: str) -> Iterator[pd.DataFrame]:
    """Every cell as the text that stands there: what it means is for the row's reader to say."""
    import pandas as pd

    options: dict[str, Any] = {"dtype": str, "keep_default_na": False, "na_values": [""]}
    try:
        with pd.read_csv(
            path, sep=separator, chunksize=_PIECE, index_col=False, encoding="utf-8-sig", **options
        ) as reader:
            yield from reader
    except (pd.errors.ParserError, pd.errors.EmptyDataError, UnicodeDecodeError) as error:
        raise LedgerError(
            [DataProblem(str(path), None, "file", str(error), "a CSV table")]
        ) from error


def _parquet_pieces(path: Path) -> Iterator[pd.DataFrame]:
    try:
        import pyarrow as arrow
        from pyarrow import parquet
    except ImportError as error:
        raise MissingExtraError("reading Parquet", "parquet") from error
    try:
        with parquet.ParquetFile(path) as file:
            for batch in file.iter_batches(batch_size=_PIECE):
                yield batch.to_pandas()
    except (OSError, arrow.ArrowException) as error:
        raise LedgerError([DataProblem(str(path), None, "file", str(error), "Parquet")]) from error


def _existing(source: str | PathLike[str]) -> Path:
    path = Path(source)
    if not path.is_file():
        raise LedgerError([DataProblem(str(path), None, "path", "no file there", "a table")])
    return path


def _frame(source: Any) -> pd.DataFrame:
    import pandas as pd

    if isinstance(source, pd.DataFrame):
        return source
    if hasattr(source, "to_pandas"):
        return source.to_pandas()
    raise OptionError(f"expected a path or a dataframe, got {type(source).__name__}")


def _check_columns(frame: pd.DataFrame, by: Sequence[str], source: Any) -> None:
    columns = [str(name) for name in frame.columns]
    for name in by:
        if name not in columns:
            hint = near_hint(name, columns)
            shown = source if isinstance(source, str | PathLike) else "the frame"
            known = ", ".join(columns[:12])
            raise OptionError(f"expected a column of {shown} in by ({known}), got {name!r}{hint}")
