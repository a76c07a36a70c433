"""JSON: lines of objects, an array of objects or of rows, or an object that holds one."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, cast

from reconcile.errors import DataProblem, LedgerError
from reconcile.ledger.tables.encodings import decoded
from reconcile.ledger.tables.raw_table import RawTable, repeated_names

_HOLDERS = ("data", "results", "records", "rows", "items", "value", "claims", "result")
_EXPECTED = "a list of objects, [{...}, {...}], or one object a line"


def read_json(data: bytes, file: str, suffix: str = "") -> RawTable:
    """The table in JSON. Raises `LedgerError` with every line that is no object."""
    try:
        text, said = decoded(data)
    except ValueError as error:
        raise LedgerError([DataProblem(file, None, "file", str(error), "JSON")]) from error
    if suffix not in (".jsonl", ".ndjson"):
        whole = _loaded(text)
        if not isinstance(whole, str):
            table = _table_of(whole, file)
            return table.remarked(said) if said else table
        if suffix == ".json" and "\n{" not in text.strip():
            raise LedgerError([DataProblem(file, None, "file", whole, f"JSON: {_EXPECTED}")])
    table = _lines(text, file)
    return table.remarked(said) if said else table


def table_of_rows(rows: Sequence[Mapping[str, Any]], file: str, lines: Sequence[int]) -> RawTable:
    """A column for each key of any row, in the order in which they come."""
    names = tuple(dict.fromkeys(str(key) for row in rows for key in row))
    rows = [{str(key): cell for key, cell in row.items()} for row in rows]
    columns = tuple([row.get(name) for row in rows] for name in names)
    return RawTable(file, names, columns, list(lines))


class _TwiceError(ValueError):
    """A key that stands twice in one object: one of its values would be lost."""


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise _TwiceError(f"the key {key!r} twice")
        found[key] = value
    return found


def _loaded(text: str) -> Any:
    """The value, or the text of what is wrong with it."""
    try:
        value: Any = json.loads(text, object_pairs_hook=_once)
    except RecursionError:
        return "lists nested too deep"
    except ValueError as error:
        return str(error)
    return json.dumps(value) if isinstance(value, str) else value


def _table_of(value: Any, file: str) -> RawTable:
    if isinstance(value, dict):
        value = _held(cast("dict[str, Any]", value))
    if isinstance(value, list):
        items = cast("list[Any]", value)
        if items and all(isinstance(item, list) for item in items):
            return _table_of_lists(cast("list[list[Any]]", items), file)
        odd = [
            DataProblem(file, i, "row", f"{item!r:.60}", "an object, {...}")
            for i, item in enumerate(items, start=1)
            if not isinstance(item, dict)
        ]
        if odd:
            raise LedgerError(odd)
        rows = [_properties(item) for item in items]
        return table_of_rows(rows, file, range(1, len(rows) + 1))
    if isinstance(value, Mapping):
        return _table_of_columns(cast("Mapping[str, Any]", value), file)
    raise LedgerError([DataProblem(file, None, "file", f"{value!r:.60}", f"JSON: {_EXPECTED}")])


def _properties(item: dict[str, Any]) -> dict[str, Any]:
    """What GeoJSON says of a feature; any other object as it is."""
    held = item.get("properties")
    return held if item.get("type") == "Feature" and isinstance(held, dict) else item


def _held(value: dict[str, Any]) -> Any:
    """The list that an object holds under a usual name, or as its only list of objects."""
    names, rows = value.get("columns"), value.get("data")
    if isinstance(names, list) and isinstance(rows, list):  # as pandas splits a frame
        return [names, *cast("list[Any]", rows)]
    lists = {
        k: v
        for k, v in value.items()
        if isinstance(v, list) and v and isinstance(v[0], dict | list)
    }
    for key in _HOLDERS:
        if key in lists:
            return lists[key]
    if len(lists) == 1:
        return next(iter(lists.values()))
    if all(isinstance(cell, list | dict) for cell in value.values()) and value:
        return value
    return [value]


def _table_of_columns(value: Mapping[str, Any], file: str) -> RawTable:
    """An object of columns, each a list or (as pandas writes it) an object by row."""
    columns = {k: list(v.values()) if isinstance(v, dict) else v for k, v in value.items()}
    sizes = {len(cells) for cells in columns.values() if isinstance(cells, list)}
    if len(sizes) != 1 or not all(isinstance(cells, list) for cells in columns.values()):
        came = f"columns of {', '.join(map(str, sorted(sizes)))} cells"
        raise LedgerError([DataProblem(file, None, "file", came, "columns of one length")])
    lines = list(range(1, sizes.pop() + 1))
    return RawTable(file, tuple(map(str, columns)), tuple(columns.values()), lines)


def _table_of_lists(rows: list[list[Any]], file: str) -> RawTable:
    header = [str(cell) for cell in rows[0]]
    repeated_names(file, header)
    bad = [
        DataProblem(
            file, i, "row", f"{len(row)} cells", f"{len(header)} cells, as in the first row"
        )
        for i, row in enumerate(rows[1:], start=2)
        if len(row) != len(header)
    ]
    good = [(i, row) for i, row in enumerate(rows[1:], start=2) if len(row) == len(header)]
    columns = tuple([row[k] for _, row in good] for k in range(len(header)))
    return RawTable(file, tuple(header), columns, [i for i, _ in good], (), tuple(bad))


def _lines(text: str, file: str) -> RawTable:
    """One object a line; what is none is a problem of its line."""
    rows: list[dict[str, Any]] = []
    lines: list[int] = []
    problems: list[DataProblem] = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        row = _loaded(line)
        if isinstance(row, dict):
            rows.append(cast("dict[str, Any]", row))
            lines.append(number)
        else:
            problems.append(DataProblem(file, number, "line", f"{row!r:.60}", "a JSON object"))
    if problems:
        raise LedgerError(problems)
    return table_of_rows(rows, file, lines)
