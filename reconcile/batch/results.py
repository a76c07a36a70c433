"""Results as they come: a part for each task, a manifest, and one table at the end."""

from __future__ import annotations

import io
import json
import math
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, cast

from reconcile.errors import MissingExtraError, OptionError, StorageError
from reconcile.ledger.io.storing import replace_files
from reconcile.values.annex import safe_csv

if TYPE_CHECKING:
    import pandas as pd

Form = Literal["csv", "parquet"]
_MANIFEST = "manifest.json"
_PARTS = "parts"
_LAYOUT = 1  # the version of the folder that is written
TEXTS = ("unit", "quantity", "date", "warnings", "error")
"""The columns of text; all others are numbers."""
_APOSTROPHE = r"^'(?=[=+\-@\t\r])"  # which `safe_csv` sets before what a spreadsheet would run


class Results:
    """The results of one run in `folder`: what a part file stands for is done, for good.

    The manifest names the run: source, settings, version. Raises `OptionError` where the folder
    holds another run and `resume` is asked, `StorageError` where it can't be read.
    """

    def __init__(self, folder: Path, run: Mapping[str, Any], form: Form, *, resume: bool) -> None:
        self.folder = folder
        self.form: Form = form
        self._run: dict[str, Any] = {"layout": _LAYOUT, "form": form} | dict(run)
        known = self._known()
        if known is not None and not resume:
            self._clear()
            known = None
        if known is not None and {k: known.get(k) for k in self._run} != self._run:
            differ = sorted(k for k in self._run if known.get(k) != self._run[k])
            raise OptionError(
                f"{folder} holds the results of another run (other {', '.join(differ)}); give a "
                "new folder, or begin anew with resume=False (--restart)"
            )
        self.complete = bool(known and known.get("complete"))
        if known is None:
            self._clear()
            replace_files({folder / _MANIFEST: self._text(complete=False)})

    @property
    def table(self) -> Path:
        """Where the finished table stands."""
        return self.folder / f"results.{self.form}"

    def part(self, number: int) -> pd.DataFrame | None:
        """The part of that task, None where it is not done."""
        path = self._part(number)
        return _read(path, self.form) if path.exists() else None

    def put(self, number: int, frame: pd.DataFrame) -> None:
        """Keep the part of a task."""
        replace_files({self._part(number): _bytes(frame, self.form)})

    def finish(self, count: int) -> None:
        """Make the table of all parts, say that it is complete, take the parts away."""
        import pandas as pd

        frames = [frame for frame in map(self.part, range(count)) if frame is not None]
        if len(frames) != count:
            raise StorageError(f"{count - len(frames)} parts went missing from {self.folder}")
        whole = pd.concat(frames, ignore_index=True) if frames else pd.DataFrame()
        replace_files({self.table: _bytes(whole, self.form)})
        replace_files({self.folder / _MANIFEST: self._text(complete=True)})
        self.complete = True
        shutil.rmtree(self.folder / _PARTS, ignore_errors=True)

    def read(self) -> pd.DataFrame:
        """The finished table."""
        return _read(self.table, self.form)

    def _part(self, number: int) -> Path:
        return self.folder / _PARTS / f"part-{number:06}.{self.form}"

    def _text(self, *, complete: bool) -> bytes:
        return (json.dumps(self._run | {"complete": complete}, indent=2) + "\n").encode()

    def _known(self) -> dict[str, Any] | None:
        try:
            found: Any = json.loads((self.folder / _MANIFEST).read_bytes())
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as error:
            raise StorageError(f"could not read {self.folder / _MANIFEST}: {error}") from error
        return cast("dict[str, Any]", found) if isinstance(found, dict) else {}

    def _clear(self) -> None:
        """Nothing but what a run itself wrote is taken away."""
        shutil.rmtree(self.folder / _PARTS, ignore_errors=True)
        for path in self._own():
            path.unlink(missing_ok=True)

    def _own(self) -> Iterator[Path]:
        if (self.folder / _MANIFEST).exists():
            yield from (self.folder / "results.csv", self.folder / "results.parquet")
            yield self.folder / _MANIFEST


def _bytes(frame: pd.DataFrame, form: Form) -> bytes:
    if form == "csv":
        return safe_csv(frame).encode()
    target = io.BytesIO()
    try:
        frame.to_parquet(target, index=False)
    except ImportError as error:
        raise MissingExtraError("writing Parquet", "parquet") from error
    return target.getvalue()


def _read(path: Path, form: Form) -> pd.DataFrame:
    import pandas as pd

    if form == "parquet":
        return pd.read_parquet(path)
    frame = pd.read_csv(path, dtype=str, keep_default_na=False)
    for name in frame.columns:
        if name in TEXTS:
            frame[name] = frame[name].str.replace(_APOSTROPHE, "", regex=True)
        else:  # float reads what repr wrote to the last digit; the readers of pandas need not
            frame[name] = [float(cell) if cell else math.nan for cell in frame[name]]
    return frame
