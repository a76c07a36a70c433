"""`read_ledger`: one door for every kind of ledger."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from os import PathLike, fspath
from pathlib import Path
from typing import Any

from reconcile.errors import DataProblem, LedgerError, OptionError
from reconcile.ledger.io.storing import standing
from reconcile.ledger.io.toml import read_bundled, read_registries, read_toml
from reconcile.ledger.ledger import Ledger
from reconcile.values import Quantity, Report, Resolution, Source

_Entries = str | PathLike[str] | Iterable[Any] | Mapping[str, Any] | None


def read_ledger(
    path_or_frame: Any = None,
    *,
    quantities: _Entries = None,
    sources: _Entries = None,
    columns: Mapping[str, str | Sequence[str]] | None = None,
    dates: str | None = None,
    decimal: str | None = None,
    by: str | None = None,
    convention: str = "default",
) -> Ledger:
    """The ledger at a path or in a table; without one, the bundled ledger of the seed documents.

    No row is dropped silently: what is set aside is counted in `Ledger.warnings`, with its reason.

    Parameters
    ----------
    path_or_frame : path-like, dataframe, list of dicts or dict of columns, optional
        A folder of TOML files, one TOML file, or a table: CSV and the like, Excel, JSON, Parquet,
        Arrow, SQLite, also packed with gzip; ``-`` for the standard input, ``book.xlsx#Sheet`` for
        a part. In memory a dataframe (pandas, polars, Arrow), a list of dicts or a dict of columns.
    quantities, sources : path-like or iterable of Quantity or Source, optional
        Registries for a table; by default ``quantities.toml`` and ``sources.toml`` beside it. What
        they do not name is created, and `Ledger.warnings` lists what that assumes.
    columns : mapping, optional
        What the table's columns mean, ``{"event_date": "on", "deaths": "value"}`` (either way
        round); "ignore" leaves one out, ``{"source": "=ministry"}`` gives all rows one value.
    dates : str, optional
        "ISO", "DMY", "MDY", "YMD", "excel" or "unix" where a column can be read in two ways; a
        year (``"2024"``, ``"DMY,2024"``) for dates that have none; with "far" (``"DMY,far"``)
        dates far from all others are taken.
    decimal : "." or ",", optional
        The decimal mark, where a mark can be two.
    by : str, optional
        Of a table of events (UCDP, ACLED) the column that makes the quantities: "country", "dyad",
        "conflict" or any other.
    convention : str
        How vague words are read: default, acled, crowd, survey, experiment, or a TOML file.

    Raises
    ------
    LedgerError
        For every bad row, with file, line, field, what came and what was expected.
    OptionError
        If an argument does not fit.

    References
    ----------
    docs/tables.md: which column names are understood, and what is assumed.

    Examples
    --------
    >>> ledger = read_ledger()
    >>> ledger["abc-us-official-hundreds"].phrase.text
    'a couple hundred'
    >>> rows = [{"quantity": "dead", "source": "mayor", "phrase": "at least 30", "on": "2024-10"}]
    >>> read_ledger(rows)[0].phrase.kind
    'at_least'
    """
    given = (quantities, sources, columns, dates, decimal, by)
    if path_or_frame is None or isinstance(path_or_frame, Ledger):
        if any(option is not None for option in given):
            raise OptionError("expected a table with columns, dates, decimal, by or registries")
        return read_bundled(convention) if path_or_frame is None else path_or_frame
    if isinstance(path_or_frame, str | PathLike):
        path = fspath(path_or_frame)
        if not isinstance(path, str):
            raise OptionError(f"expected a path as text, got {path!r}")
        if _is_toml(path):
            if any(option is not None for option in given):
                raise OptionError(f"expected columns, dates and so on with a table, got {path}")
            return read_toml(Path(path), convention)
        raw, beside = _opened(path)
    else:
        from reconcile.ledger.tables.dataframes import raw_of  # only with a table in memory

        raw, beside = raw_of(path_or_frame), None
    from reconcile.ledger.io.table_ledger import read_raw  # tables come in only here
    from reconcile.ledger.tables.understanding import TableOptions

    options = TableOptions.of(columns, dates, decimal, by, convention)
    return read_raw(raw, options, _registries(beside, quantities, sources))


def read_registered(
    path: str | PathLike[str] | None, convention: str = "default", **registries: Any
) -> Ledger:
    """What texts are read with: a ledger as `read_ledger` gives it, or registries without a claim.

    `registries` are the files of `quantities` and `sources`, where there is no ledger beside them.
    """
    if path is None and registries:
        files = [_existing(Path(file), name) for name, file in registries.items()]
        return read_registries(files, convention).ledger(read_registries())
    if path is not None and not registries and _is_toml(fspath(path)):
        return read_toml(Path(path), convention, claimless=True)
    return read_ledger(path, convention=convention, **registries)


def _is_toml(path: str) -> bool:
    if not path.strip():
        raise OptionError("expected a path, got an empty one")
    where = Path(path)
    try:
        return where.is_dir() or (where.suffix.lower() == ".toml" and where.exists())
    except (OSError, ValueError) as error:
        raise OptionError(f"expected a path, got {path!r:.80} ({error})") from error


def _opened(path: str) -> tuple[Any, Path | None]:
    """The table in a file, and the file beside which registries may stand."""
    from reconcile.ledger.tables.file_kinds import SUFFIXES, read_file, refuse_unknown, split_part

    stem, part = split_part(path)
    where = Path(stem)
    if stem == "-":
        return read_file(stem), None
    if not where.exists():
        came, expected = "nothing there", "a folder, a TOML file or a table"
        raise LedgerError([DataProblem(stem, None, "path", came, expected)])
    if where.suffix.lower() not in SUFFIXES and where.suffix:
        refuse_unknown(stem)
    return read_file(str(standing(where)), part), where


# ---------------------------------------------------------------- registries of a table


def _registries(beside: Path | None, quantities: _Entries, sources: _Entries) -> Any:
    """The registries that are given, else those beside the table; None where there are none."""
    from reconcile.ledger.io.files import registry_path
    from reconcile.ledger.io.table_registries import Registries

    own = None if beside is None else registry_path(beside)
    if own is not None and own.exists() and quantities is None and sources is None:
        draft = read_registries([own])
        return Registries(draft.quantities, draft.sources, draft.reports, tuple(draft.resolutions))
    files = (
        [] if beside is None else [beside.parent / f"{n}.toml" for n in ("quantities", "sources")]
    )
    there: list[Any] = [file for file in files if file.exists()]
    made: dict[str, dict[str, Any]] = {"quantities": {}, "sources": {}}
    for name, entries, kind in (("quantities", quantities, Quantity), ("sources", sources, Source)):
        if isinstance(entries, str | PathLike):
            there = [file for file in there if file.name != f"{name}.toml"]
            there.append(_existing(Path(entries), name))
        elif entries is not None:
            there = [file for file in there if file.name != f"{name}.toml"]
            made[name] = _values(entries, kind, name)
    draft = read_registries(there)
    reports: Mapping[str, Report] = draft.reports
    resolutions: Sequence[Resolution] = draft.resolutions
    return Registries(
        {**draft.quantities, **made["quantities"]},
        {**draft.sources, **made["sources"]},
        reports,
        tuple(resolutions),
        complete=False,
    )


def _existing(path: Path, name: str) -> Path:
    if not path.is_file():
        raise LedgerError([DataProblem(str(path), None, name, "nothing there", "a TOML file")])
    return path


def _values(entries: Any, kind: type[Any], name: str) -> dict[str, Any]:
    """`Quantity` or `Source` values by id; dicts of their fields are taken too."""
    listed = entries.values() if isinstance(entries, Mapping) else entries
    found: dict[str, Any] = {}
    for entry in listed:
        value = _value(entry, kind, name)
        if value.id in found:
            raise OptionError(f"expected ids that differ in {name}, got {value.id!r} twice")
        found[value.id] = value
    return found


def _value(entry: Any, kind: type[Any], name: str) -> Any:
    if isinstance(entry, kind):
        return entry
    try:
        return kind(**entry)
    except TypeError as error:
        raise OptionError(
            f"expected {kind.__name__} values in {name}, got {entry!r:.60}"
        ) from error
