"""Rows of a table that hold one text and nothing else: notes, set aside, and headings, asked."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from reconcile.errors import DataProblem
from reconcile.ledger.tables.date_columns import looks_like_dates
from reconcile.ledger.tables.number_columns import looks_like_numbers
from reconcile.ledger.tables.raw_table import RawTable, blank, first_lines, never_blank

_NOTE = re.compile(
    r"(?:sources?|notes?|footnotes?|data|legend|key|last updated?|updated|as of|compiled by|"
    r"quellen?|anmerkung(?:en)?|stand|hinweis|fuentes?|notas?|fontes?|remarques?|n\.?\s?b\.?|"
    r"p\.?\s?s\.?)\s*[:\-–—=]|[*†‡§¹²³]|[(\[]?\d{1,2}[)\]]\s|https?://|©|\(c\)",
    re.IGNORECASE,
)
_SENTENCE = 3  # words from which the last lines of a table are a note and no name


def begins_as_note(text: str) -> bool:
    """Whether a text begins as the lines below a table do ("Source: OCHA", "* provisional")."""
    return _NOTE.match(text.strip()) is not None


def without_notes(table: RawTable) -> RawTable:
    """The table without its notes, which are said, and with a problem for each lone heading."""
    lone = dict(_lone(table))
    if not lone:
        return table
    last = max((i for i in range(len(table)) if i not in lone), default=-1)
    notes = {
        i: text
        for i, text in lone.items()
        if begins_as_note(text) or (i > last and len(text.split()) >= _SENTENCE)
    }
    problems = [
        DataProblem(
            table.file,
            table.lines[i],
            "row",
            f"{text!r:.60} and no other cell",
            "a claim; what a heading says of the rows below it goes into a column",
        )
        for i, text in lone.items()
        if i not in notes and len(table.names) > 2
    ]
    gone = {*notes, *(i for i in lone if len(table.names) > 2)}
    made = table.taken([i for i in range(len(table)) if i not in gone])
    if notes:
        lines = first_lines([table.lines[i] for i in notes])
        rows = "1 row is a note" if len(notes) == 1 else f"{len(notes)} rows are notes"
        made = made.remarked(f"{rows}, set aside: line {lines}: {'; '.join(notes.values()):.120}")
    around = (*made.around, *notes.values())
    return replace(made, problems=(*made.problems, *problems), around=around)


def _lone(table: RawTable) -> Iterable[tuple[int, str]]:
    """The rows with one cell only, which is a text, by position."""
    full = sum(never_blank(cells) for cells in table.columns)
    if len(table.names) < 2 or full > 1:
        return
    for i, row in enumerate(zip(*table.columns, strict=True)):
        cell = _only(row)
        if (
            isinstance(cell, str)
            and any(c.isalpha() for c in cell)
            and not cell.startswith("#")
            and not looks_like_dates([cell])
            and not looks_like_numbers([cell])
        ):
            yield i, cell.strip()


def _only(row: Iterable[Any]) -> Any:
    """The one cell of a row that is filled; None where there are more, or none."""
    found: Any = None
    for cell in row:
        if not blank(cell):
            if found is not None:
                return None
            found = cell
    return found
