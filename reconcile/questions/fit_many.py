"""`fit_many`: many independent series or ledgers of one table, each fitted by itself."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from importlib.metadata import version
from os import PathLike
from pathlib import Path
from typing import Any

import pandas as pd

from reconcile.batch.pieces import NO_UNIT, Unit, fingerprint, tasks
from reconcile.batch.progress_line import progress_line
from reconcile.batch.results import TEXTS, Form, Results
from reconcile.batch.running import in_order
from reconcile.errors import OptionError, ReconcileError
from reconcile.ledger import read_ledger
from reconcile.ledger.io.records import CLAIM_KEYS
from reconcile.ledger.io.storing import locked
from reconcile.questions.dates import day_of
from reconcile.questions.fit import Fit, fit
from reconcile.values.annex import one_line
from reconcile.values.distribution import checked_level
from reconcile.values.wording import counted

Progress = Callable[[int, int], object]
_COLUMNS = (
    *("unit", "quantity", "date", "median", "lower50", "upper50", "lower80", "upper80"),
    *("lower95", "upper95", "lower", "upper", "level", "envelope_lower", "envelope_upper"),
    *("n_claims", "n_origins", "n_conflicts", "warnings", "error"),
)
_ANSWER = ("median", *(n for n in _COLUMNS if n[:5] in ("lower", "upper", "envel")), "level")


@dataclass(frozen=True, eq=False)
class Batch:
    """The answers of a run of `fit_many`: a row for each unit and quantity.

    Columns as in `Timeline.to_frame`, with `unit` (as the table says it), `n_origins`,
    `n_conflicts`, `warnings` (one text) and `error`: why a unit has no answer, else empty.
    `path` is the table that was written, None without a sink.
    """

    frame: pd.DataFrame
    path: Path | None = None

    def to_frame(self) -> pd.DataFrame:
        """The rows, those of failed units too."""
        return self.frame

    @property
    def failed(self) -> pd.DataFrame:
        """The units without an answer, and why."""
        return self.frame.loc[self.frame["error"] != "", ["unit", "error"]].reset_index(drop=True)

    def __repr__(self) -> str:
        return (
            f"<Batch: {self.frame['unit'].nunique():,} units, {len(self.failed):,} without an "
            "answer>"
        )


def fit_many(
    source: str | PathLike[str] | pd.DataFrame,
    *,
    by: str | Sequence[str],
    executor: Executor | None = None,
    sink: str | PathLike[str] | None = None,
    resume: bool = True,
    progress: Progress | bool | None = None,
    workers: int | None = None,
    form: Form = "csv",
    date: Any = None,
    as_of: Any = None,
    level: float = 0.9,
    convention: str = "default",
    seed: int = 0,
    reading: Mapping[str, Any] | None = None,
) -> Batch:
    """Answer every quantity of every unit of a table, each unit by a fit of its own.

    A unit learns the spreads of its sources from its own claims, so its answer differs from that of
    one joint fit of all units. Answers do not depend on the executor or the number of workers. A
    unit that can't be answered has a row with its `error`, and stops nothing.

    Parameters
    ----------
    source : path-like or DataFrame
        A tidy ledger table: a CSV, TSV or Parquet file, read in pieces, or a dataframe.
    by : str or sequence of str
        The columns that tell the units apart: a series, a place, a ledger.
    executor : concurrent.futures.Executor, optional
        Of a Dask cluster, `client.get_executor()`. By default processes of this machine.
    sink : path-like, optional
        A folder where each answer is kept as it comes. By default only in memory.
    resume : bool
        Go on where a run into the same `sink` stopped.
    progress : callable or bool, optional
        Called as ``progress(units done, units that failed)`` after each few units. True: a line on
        the stderr of a terminal, or below a notebook's cell.
    workers : int, optional
        Processes of this machine; by default one for each core.
    form : "csv" or "parquet"
        The form of the one table that is written into `sink` at the end.
    date : date-like, optional
        The day of the answers; by default the last day that a claim of the unit speaks of.
    as_of, level, convention, seed : as in `reconcile.estimate`
    reading : mapping, optional
        Further arguments of `read_ledger` (`columns`, `quantities`, `dates`, ...).

    Raises
    ------
    LedgerError
        If the source can't be read.
    OptionError
        If an argument does not fit.

    Examples
    --------
    >>> from concurrent.futures import ThreadPoolExecutor
    >>> rows = [
    ...     {"town": town, "quantity": "dead", "source": "mayor", "value": n, "on": "2024-10-30"}
    ...     for town, n in [("Aldaia", 40), ("Picanya", -7)]
    ... ]
    >>> with ThreadPoolExecutor(1) as executor:
    ...     answers = fit_many(pd.DataFrame(rows), by="town", executor=executor)
    >>> answers
    <Batch: 2 units, 1 without an answer>
    """
    columns = (by,) if isinstance(by, str) else tuple(by)
    if not columns:
        raise OptionError("expected a column in by, got none")
    if form not in ("csv", "parquet"):
        raise OptionError(f"expected form 'csv' or 'parquet', got {form!r}")
    day, known = day_of(date), day_of(as_of)
    settings: dict[str, Any] = {
        "by": list(columns),
        "date": None if day is None else day.isoformat(),
        "as_of": None if known is None else known.isoformat(),
        "level": checked_level(level),
        "convention": convention,
        "seed": seed,
    }
    work = partial(_answers, settings=settings, reading=dict(reading or {}))
    with _told(progress) as tell:
        run = partial(_run, work, source, columns, executor, workers, tell)
        return _gathered(run, source, settings, sink, resume, form, reading)


def _gathered(
    run: Callable[[Results | None], Iterator[tuple[int, pd.DataFrame]]],
    source: Any,
    settings: dict[str, Any],
    sink: str | PathLike[str] | None,
    resume: bool,
    form: Form,
    reading: Mapping[str, Any] | None,
) -> Batch:
    """The answers of all units, by way of the folder `sink` if there is one."""
    if sink is None:
        return Batch(_joined([frame for _, frame in run(None)]))
    folder = Path(sink)
    with locked(folder):
        told = settings | {
            "source": fingerprint(source),
            "reading": repr(sorted((reading or {}).items())),
        }
        results = Results(
            folder, told | {"package": version("reconcile-claims")}, form, resume=resume
        )
        if not results.complete:
            results.finish(sum(1 for _ in run(results)))
        return Batch(results.read(), results.table)


@contextmanager
def _told(progress: Progress | bool | None) -> Generator[Progress | None]:
    """Where to tell how far the run is; a line ends with it."""
    if not isinstance(progress, bool):
        yield progress
        return
    line = progress_line() if progress else None
    if line is None:
        yield None
        return
    begun = time.monotonic()

    def tell(done: int, failed: int) -> None:
        pace = done / max(time.monotonic() - begun, 1e-9)
        told = f"{counted(done, 'unit')} done, {failed:,} without an answer, {pace:.2g} a second"
        line(0.0, told)

    tell(0, 0)
    try:
        yield tell
    finally:
        line(1.0, "")


def _run(
    work: Callable[[list[Unit]], list[pd.DataFrame]],
    source: Any,
    by: Sequence[str],
    executor: Executor | None,
    workers: int | None,
    progress: Progress | None,
    results: Results | None,
) -> Iterator[tuple[int, pd.DataFrame]]:
    """The part of each task, those of an earlier run first as they stand."""
    done = failures = 0

    def tell(frame: pd.DataFrame) -> None:
        nonlocal done, failures
        done += frame["unit"].nunique()
        failures += int((frame["error"] != "").sum())
        if progress is not None:
            progress(done, failures)

    def todo() -> Iterator[tuple[int, list[Unit]]]:
        for number, task in enumerate(tasks(source, by)):
            kept = None if results is None else results.part(number)
            if kept is None:
                yield number, task
            else:
                before.append((number, kept))
                tell(kept)

    before: list[tuple[int, pd.DataFrame]] = []
    for number, frames in in_order(
        work, todo(), executor=executor, workers=workers, failed=_failed
    ):
        frame = _joined(frames)
        if results is not None:
            results.put(number, frame)
        tell(frame)
        yield number, frame
    yield from before


def _answers(
    units: list[Unit], *, settings: Mapping[str, Any], reading: Mapping[str, Any]
) -> list[pd.DataFrame]:
    """The rows of each unit: a worker's task."""
    return [_unit_answers(unit, settings, reading) for unit in units]


def _unit_answers(
    unit: Unit, settings: Mapping[str, Any], reading: Mapping[str, Any]
) -> pd.DataFrame:
    name, rows = unit
    if name == NO_UNIT:
        where = ", ".join(settings["by"])
        return _failed(unit, f"{len(rows)} rows without a value in the column {where}")
    try:
        extra = [column for column in settings["by"] if column not in CLAIM_KEYS]
        options = {"convention": settings["convention"]} | dict(reading)
        ledger = read_ledger(rows.drop(columns=extra), **options)
        known = fit(
            ledger,
            as_of=settings["as_of"],
            level=settings["level"],
            convention=settings["convention"],
            seed=settings["seed"],
        )
        asked = list(dict.fromkeys(claim.quantity for claim in known.ledger))
        return _table([_row(name, known, quantity, settings["date"]) for quantity in asked])
    except ReconcileError as error:
        return _failed(unit, f"{type(error).__name__}: {error}")
    except Exception as error:  # one unit's failure, of whatever kind, must not stop the others
        return _failed(unit, f"unexpected {type(error).__name__}: {error}")


def _row(name: str, known: Fit, quantity: str, day: str | None) -> dict[str, Any]:
    about = known.ledger.quantity(quantity)
    when: Any = day
    if when is None and about.kind != "constant":
        when = max(c.period.last for c in known.ledger if c.quantity == quantity)
    answer = known.estimate(quantity, when)
    shown = answer.to_frame().iloc[0]
    return {
        "unit": name,
        "quantity": quantity,
        "date": "" if answer.date is None else answer.date.isoformat(),
        **{key: float(shown[key]) for key in _ANSWER},
        "n_claims": answer.n_claims,
        "n_origins": answer.n_origins,
        "n_conflicts": len(answer.conflicts),
        "warnings": one_line("; ".join((*known.ledger.warnings, *answer.warnings))),
        "error": "",
    }


def _failed(unit: Unit, why: str) -> pd.DataFrame:
    return _table(
        [{"unit": unit[0], "quantity": "", "date": "", "warnings": "", "error": one_line(why)}]
    )


def _table(rows: list[dict[str, Any]]) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=list(_COLUMNS))
    numbers = [name for name in _COLUMNS if name not in TEXTS]
    return frame.astype({**dict.fromkeys(numbers, "float64"), **dict.fromkeys(TEXTS, "str")})


def _joined(frames: list[pd.DataFrame]) -> pd.DataFrame:
    return pd.concat(frames, ignore_index=True) if frames else _table([])
