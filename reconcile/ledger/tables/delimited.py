"""Delimited text (CSV, TSV and their kin): separator, header, rows with their true lines."""

from __future__ import annotations

import csv
import io
import itertools
import re
from collections import Counter
from collections.abc import Iterator, Sequence

from reconcile.errors import DataProblem, LedgerError
from reconcile.ledger.tables.column_names import folded, known_names
from reconcile.ledger.tables.date_columns import looks_like_dates
from reconcile.ledger.tables.encodings import decoded
from reconcile.ledger.tables.number_columns import looks_like_numbers
from reconcile.ledger.tables.raw_table import RawTable, repeated_names

_SEPARATORS = {",": "a comma", "\t": "a tab", ";": "a semicolon", "|": "a bar"}
_LOOKED_AT = 200  # rows from which separator and header are told
_Row = tuple[int, list[str]]


def read_delimited(data: bytes, file: str, suffix: str = "") -> RawTable:
    """The table in delimited text; every cell is the text that stands there.

    The separator (comma, tab, semicolon, bar) is the one that cuts the rows into the most equal
    pieces. Lines above the header and repeated headers are set aside and said; rows with too many
    or too few cells are problems with their line. Raises `LedgerError` where there is no table.
    """
    try:
        text, said = decoded(data)
    except ValueError as error:
        raise _refused(file, None, str(error), "a table in text (CSV, TSV)") from error
    separator = _separator(text, suffix)
    rows = [row for row in _rows(text, separator, file) if any(cell.strip() for cell in row[1])]
    if not rows:
        raise _refused(file, None, "no row", "a header line and at least one claim")
    names = rows[0][1][0].split() if len(rows[0][1]) == 1 else []
    if len(rows) > 1 and sum(folded(name) in known_names() for name in names) > 1:
        raise _refused(file, rows[0][0], "columns parted by blanks", "commas, tabs or semicolons")
    usual = "\t" if suffix == ".tsv" else ","
    remarks = [said] if said else []
    if separator != usual:
        remarks.append(f"the cells are separated by {_SEPARATORS[separator]}")
    return rows_below_header(rows, file, remarks)


def rows_below_header(rows: Sequence[_Row], file: str, remarks: Sequence[str] = ()) -> RawTable:
    """The table of numbered rows: the header found, what stands above it set aside."""
    told = list(remarks)
    at = _header(rows)
    above = tuple(", ".join(cell.strip() for cell in cells if cell) for _, cells in rows[:at])
    if at:
        told.append(f"{at} line{'s' * (at > 1)} above the header set aside: {'; '.join(above):.80}")
    line, header = rows[at][0], [cell.strip() for cell in rows[at][1]]
    while header and not header[-1]:
        header.pop()
    header = [name or f"column {i + 1}" for i, name in enumerate(header)]
    repeated_names(file, header, line)
    if _is_data(header, [row[1] for row in rows[at + 1 : at + 20]]):
        raise _refused(
            file, line, f"{', '.join(header):.80}", "a header line that names the columns"
        )
    _one_header(rows, at, file)
    body = [row for row in rows[at + 1 :] if [c.strip() for c in row[1][: len(header)]] != header]
    repeats = len(rows) - at - 1 - len(body)
    if repeats:
        told.append(f"{repeats} repeated header line{'s' * (repeats > 1)} set aside")
    good, problems = _shaped(body, len(header), file)
    columns = tuple(list(cells) for cells in zip(*(row[1] for row in good), strict=True))
    return RawTable(
        file,
        tuple(header),
        columns or tuple([] for _ in header),
        [line for line, _ in good],
        tuple(told),
        tuple(problems),
        above,
    )


def _one_header(rows: Sequence[_Row], at: int, file: str) -> None:
    """Raise `LedgerError` where the row below the header names columns too."""
    if at + 1 >= len(rows) or "" not in [cell.strip() for cell in rows[at][1]]:
        return
    line, below = rows[at + 1]
    named = [cell for cell in below if folded(cell) in known_names() and not cell.startswith("#")]
    if len(named) < 2 or any(looks_like_numbers([c]) or looks_like_dates([c]) for c in below if c):
        return
    pairs = [f"{a} {b}".strip() for a, b in itertools.zip_longest(rows[at][1], below, fillvalue="")]
    came = f"two rows of names, {', '.join(filter(None, rows[at][1]))!r:.40} above {named[0]!r}"
    raise _refused(file, line, came, f"one header line, such as {', '.join(pairs)!r:.80}")


def _is_data(header: Sequence[str], below: Sequence[Sequence[str]]) -> bool:
    """Whether the first line holds the same kinds of cells as those below it: no header stands."""
    if not below or any(folded(name) in known_names() for name in header):
        return False
    kinds = [_kind(cell) for cell in header]
    years = [cell.strip() for cell, kind in zip(header, kinds, strict=True) if kind == "number"]
    if len(years) > 1 and all(map(_YEAR.fullmatch, years)) and years == sorted(set(years)):
        return False  # each year a column
    alike = all(
        all(_kind(row[k]) in (kind, "") for row in below if k < len(row))
        for k, kind in enumerate(kinds)
    )
    return alike and any(kind != "text" for kind in kinds)


_YEAR = re.compile(r"(?:1[89]|20)\d\d")


def _kind(cell: str) -> str:
    if not cell.strip():
        return ""
    return (
        "date" if looks_like_dates([cell]) else "number" if looks_like_numbers([cell]) else "text"
    )


def _shaped(rows: Sequence[_Row], width: int, file: str) -> tuple[list[_Row], list[DataProblem]]:
    """Rows of the right number of cells (empty ones at the end may be too many), and the others."""
    good: list[_Row] = []
    problems: list[DataProblem] = []
    for line, cells in rows:
        while len(cells) > width and not cells[-1].strip():
            cells = cells[:-1]
        if len(cells) == width:
            good.append((line, cells))
            continue
        expected = f"{width} cells, as in the header{_unquoted(cells, width)}"
        problems.append(DataProblem(file, line, "row", f"{len(cells)} cells", expected))
    return good, problems


def _unquoted(cells: Sequence[str], width: int) -> str:
    """What to do where a thousands mark has cut a number in two."""
    cut = [
        f"{a.strip()},{b.strip()}"
        for a, b in itertools.pairwise(cells)
        if a.strip().isdigit() and len(a.strip()) <= 3 and b.strip().isdigit()
        if len(b.strip()) == 3
    ]
    if len(cells) > width and cut:
        number = cut[0].replace(",", "")
        return f' (is {cut[0]} one number? then write "{cut[0]}" in quotes, or {number})'
    return ""


def _rows(text: str, separator: str, file: str) -> Iterator[_Row]:
    """The rows with the line that each begins on, blank lines counted."""
    spaced = all(cell.startswith(" ") for cell in text.partition("\n")[0].split(separator)[1:])
    reader = csv.reader(
        io.StringIO(text, newline=""), delimiter=separator, strict=True, skipinitialspace=spaced
    )
    start = 1
    try:
        for cells in reader:
            yield start, cells
            start = reader.line_num + 1
    except csv.Error as error:
        came = "a quote that is opened and not closed as CSV asks" if start else ""
        raise _refused(
            file, start, f"{came} ({error})", "every quote closed, and doubled inside a cell"
        ) from error


def _separator(text: str, suffix: str) -> str:
    """The separator that gives the most columns in the most equal rows."""
    head = "\n".join(text.splitlines()[:_LOOKED_AT])
    best, score = "\t" if suffix == ".tsv" else ",", (0.0, 0)
    for mark in _SEPARATORS:
        try:
            reader = csv.reader(io.StringIO(head, newline=""), delimiter=mark)
            widths = [len(cells) for cells in reader if any(c.strip() for c in cells)]
        except csv.Error:
            continue
        counted = Counter(width for width in widths if width > 1)
        if not counted:
            continue
        width, times = max(counted.items(), key=lambda item: (item[1], item[0]))
        first = next(csv.reader(io.StringIO(head, newline=""), delimiter=mark), [])
        named = sum(name.strip() in known_names() for name in map(str.casefold, first))
        found = (times / len(widths) + 0.5 * min(named, 4), width)
        if found > score:
            best, score = mark, found
    return best


def _header(rows: Sequence[_Row]) -> int:
    """Where the header stands: the first row as wide as most, or one below it that names known
    columns where that one names none."""
    looked = rows[:_LOOKED_AT]
    widths = Counter(_width(cells) for _, cells in looked)
    usual = max(widths.items(), key=lambda item: (item[1], item[0]))[0]
    named = [sum(folded(cell) in known_names() for cell in cells) for _, cells in looked[:20]]
    wide = [_width(cells) >= max(2, usual) for _, cells in looked[:20]]
    first = next((i for i, fits in enumerate(wide) if fits), 0)
    for i, (_, cells) in enumerate(looked[: max(first, 1) if named[first] else 20]):
        if named[i] >= 2 and not any(looks_like_numbers([cell]) for cell in cells):
            return i
    return first


def _width(cells: Sequence[str]) -> int:
    return sum(bool(cell.strip()) for cell in cells)


def _refused(file: str, line: int | None, came: str, expected: str) -> LedgerError:
    return LedgerError([DataProblem(file, line, "file", came, expected)])
