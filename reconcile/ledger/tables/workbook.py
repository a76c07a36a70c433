"""Excel workbooks (.xlsx): one sheet of them, its cells with the types that Excel gives them."""

from __future__ import annotations

import io
import re
import warnings
import zipfile
from dataclasses import replace
from typing import Any

from reconcile.errors import DataProblem, LedgerError, MissingExtraError
from reconcile.ledger.tables.delimited import rows_below_header
from reconcile.ledger.tables.raw_table import RawTable, blank, first_lines


def read_workbook(data: bytes, file: str, sheet: str = "") -> RawTable:
    """The table in a workbook; where several sheets hold cells, `sheet` names one.

    Formulas count with the value that was stored with them; one without is a problem. Raises
    `MissingExtraError` without openpyxl and `LedgerError` where there is no such sheet.
    """
    try:
        import openpyxl  # an extra: asked for only where a workbook comes
    except ImportError as error:
        raise MissingExtraError("reading Excel workbooks", "excel") from error
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of styles and checks that openpyxl drops
            book = openpyxl.load_workbook(io.BytesIO(data), data_only=True)
    except Exception as error:  # openpyxl lets zip, XML and key errors through
        came = f"no workbook that can be opened ({type(error).__name__}: {error})"
        problem = DataProblem(
            file, None, "file", f"{came:.120}", "an Excel workbook (.xlsx), or CSV"
        )
        raise LedgerError([problem]) from error
    sheets = {page.title: _cells(page) for page in book.worksheets}
    filled = {title: rows for title, rows in sheets.items() if rows}
    if sheet and sheet not in sheets:
        expected = f"one of the sheets {', '.join(sheets)}"
        raise LedgerError([DataProblem(file, None, "sheet", repr(sheet), expected)])
    if not sheet and len(filled) > 1 and "claims" not in filled:
        came = f"the sheets {', '.join(filled)}"
        expected = f"one sheet; name it: {file}#{next(iter(filled))}"
        raise LedgerError([DataProblem(file, None, "sheet", came, expected)])
    chosen = sheet or ("claims" if "claims" in filled else next(iter(filled), ""))
    if not sheets.get(chosen):
        raise LedgerError(
            [DataProblem(file, None, "file", "no row", "a header and at least one claim")]
        )
    table = _typed(sheets[chosen], file).remarked(*_shown(book[chosen]))
    empty = _never_calculated(data, book[chosen])
    if not empty:
        return table
    came = f"a formula without a stored value in {', '.join(name for name, _ in empty[:6])}"
    came += f" and {len(empty) - 6} more" if len(empty) > 6 else ""
    expected = "values (these were never calculated: open the file in Excel and save it)"
    problem = DataProblem(file, empty[0][1], "cell", came, expected)
    return replace(table, problems=(*table.problems, problem))


def _never_calculated(data: bytes, page: Any) -> list[tuple[str, int]]:
    """The cells, with their rows, that hold a formula and no result of it, not even an empty text.

    `page` holds the results: there a cell whose result is an empty text is of the kind "str".
    """
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        names = [name for name in parts.namelist() if name.startswith("xl/worksheets/")]
        if not any(re.search(rb"<(?:\w+:)?f[\s>/]", parts.read(name)) for name in names):
            return []
    import openpyxl

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        formulas: Any = openpyxl.load_workbook(io.BytesIO(data))[page.title]
    return [
        (cell.coordinate, cell.row)
        for row in formulas.iter_rows()
        for cell in row
        if cell.data_type == "f"
        and page[cell.coordinate].value is None
        and page[cell.coordinate].data_type != "str"
    ]


def _cells(page: Any) -> list[tuple[int, list[Any]]]:
    """The rows that hold a cell, with their numbers; a text or date of merged cells in each."""
    rows = [[_value(cell) for cell in row] for row in page.iter_rows()]
    for area in page.merged_cells.ranges:
        value = rows[area.min_row - 1][area.min_col - 1]
        if not isinstance(value, int | float) and area.min_col == area.max_col:
            for i in range(area.min_row, area.max_row):
                rows[i][area.min_col - 1] = value
    return [(i, row) for i, row in enumerate(rows, start=1) if not all(map(blank, row))]


def _value(cell: Any) -> Any:
    """The value of a cell, in percent where it is shown so: 0.674 below "0.0%" is "67.4%"."""
    value = cell.value
    if type(value) in (float, int) and "%" in cell.number_format:
        return f"{value * 100:.12g}%"
    return value


def _shown(page: Any) -> list[str]:
    """What a reader of the sheet sees otherwise than we read it: merged cells and hidden rows."""
    tall = [str(area) for area in page.merged_cells.ranges if area.min_col == area.max_col]
    hidden = [i for i, row in page.row_dimensions.items() if row.hidden]
    told: list[str] = []
    if tall:
        told.append(f"merged cells count in each of their rows: {', '.join(tall):.80}")
    if hidden:
        rows = "1 hidden row is" if len(hidden) == 1 else f"{len(hidden):,} hidden rows are"
        told.append(f"{rows} read as all others: line {first_lines(hidden)}")
    return told


def _typed(rows: list[tuple[int, list[Any]]], file: str) -> RawTable:
    """The table below the header; cells keep their types, which texts would lose."""
    width = max(
        max((k + 1 for k, c in enumerate(row) if not blank(c)), default=0) for _, row in rows
    )
    padded = {line: (row + [None] * width)[:width] for line, row in rows}
    texts = [(line, ["" if blank(c) else str(c) for c in row]) for line, row in padded.items()]
    table = rows_below_header(texts, file)
    typed = [padded[line] for line in table.lines]
    columns = tuple([row[k] for row in typed] for k in range(len(table.names)))
    return replace(table, columns=columns)
