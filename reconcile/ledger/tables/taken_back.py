"""Counts of a day below 0, by which an office takes back what it counted on days before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from reconcile.ledger.tables.normal_cells import NormalCells
from reconcile.ledger.tables.raw_table import blank, first_lines
from reconcile.values import Quantity

_Row = tuple[date, date, int]


def corrected(normal: NormalCells, quantities: Mapping[str, Quantity]) -> NormalCells:
    """The cells with each negative count put together with those of the days just before it (where
    there are none, after it): what was added on all these days is the sum, as published.

    A level or a margin below 0 stays, and so does a count with a gap of days beside it, which is
    then a problem.
    """
    table = normal.table
    if not {"value", "during_start", "during_end", "quantity", "source"} <= set(table.names):
        return normal
    if not any(isinstance(cell, float | int) and cell < 0 for cell in table["value"]):
        return normal
    columns: dict[str, list[Any]] = {name: list(cells) for name, cells in table.to_dict().items()}
    aside = dict(normal.aside)
    told: list[int] = []
    for rows in _series(columns, quantities):
        for run in _runs(rows, columns["value"]):
            keep, gone = run[-1][2], [i for *_, i in run[:-1]]
            columns["value"][keep] = sum(columns["value"][i] for *_, i in run)
            columns["during_start"][keep] = run[0][0].isoformat()
            for i in gone:
                columns["value"][i] = None
                aside[i, "value"] = "a part of a correction below 0"
            told.append(table.lines[keep])
    if not told:
        return normal
    remark = (
        "counts of a day below 0 take back what was counted before: read as one number of all the "
        f"days together: line {first_lines(sorted(told))}"
    )
    return replace(normal, table=table.of(columns), aside=aside, remarks=(*normal.remarks, remark))


def _series(
    columns: Mapping[str, list[Any]], quantities: Mapping[str, Quantity]
) -> Iterator[list[_Row]]:
    """The rows of each quantity and source with a number and a time, in order."""
    found: dict[tuple[str, str], list[_Row]] = {}
    scales = columns.get("scale")
    for i, value in enumerate(columns["value"]):
        start, end = _day(columns["during_start"][i]), _day(columns["during_end"][i])
        name = str(columns["quantity"][i])
        scale = quantities[name].scale if name in quantities else "log"
        scale = scale if scales is None or blank(scales[i]) else str(scales[i])
        if isinstance(value, float | int) and start and end and scale == "log":
            found.setdefault((name, str(columns["source"][i])), []).append((start, end, i))
    for rows in found.values():
        yield sorted(rows)


def _day(cell: Any) -> date | None:
    try:
        return date.fromisoformat(str(cell)[:10])
    except ValueError:
        return None


def _runs(rows: list[_Row], values: list[Any]) -> list[list[_Row]]:
    """The rows that are put together: each ends, or begins, with a negative number."""
    made: list[list[_Row]] = []
    for row in rows:
        run = [row]
        while made and (_sum(run, values) < 0 or _sum(made[-1], values) < 0):
            if made[-1][-1][1] + timedelta(1) != run[0][0]:
                break
            run = [*made.pop(), *run]
        made.append(run)
    return [run for run in made if len(run) > 1 and _sum(run, values) >= 0]


def _sum(run: list[_Row], values: list[Any]) -> float:
    return sum(values[i] for *_, i in run)
