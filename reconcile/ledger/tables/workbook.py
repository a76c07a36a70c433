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
from reconcile.ledger.tables.raw_table import RawTable, blank


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
    table = _typed(sheets[chosen], file)
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
    """The rows that hold a cell, with their numbers."""
    rows = [(i, list(row)) for i, row in enumerate(page.iter_rows(values_only=True), start=1)]
    return [(i, row) for i, row in rows if not all(map(blank, row))]


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
