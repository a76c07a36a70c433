"""Quantities and sources that a table's columns describe: kind, epoch, grade and the rest."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from reconcile.errors import DataProblem, OptionError
from reconcile.ledger.io.row_cells import Cells, FilePlace
from reconcile.ledger.tables.raw_table import RawTable, blank
from reconcile.values import Quantity, Source
from reconcile.values.grades import read_reliability
from reconcile.values.registry import QuantityKind

_KINDS = {
    "cumulative": "cumulative",
    "total": "cumulative",
    "running total": "cumulative",
    "stock": "stock",
    "level": "stock",
    "constant": "constant",
}
_SCALES = {"log": "log", "linear": "linear", "logit": "logit"}
_Read = Callable[[Cells, str], Any]


def _word(words: Mapping[str, str]) -> _Read:
    def read(cells: Cells, key: str) -> Any:
        text = cells.text(key).strip().casefold()
        if text not in words:
            cells.wrong(key, cells.row[key], f"one of {', '.join(words)}")
        return words.get(text)

    return read


def _delay(cells: Cells, key: str) -> float | None:
    number = cells.number(key)
    if number is not None and not 0 <= number < math.inf:
        cells.wrong(key, number, "a number of days, 0 or more")
        return None
    return number


def _names(cells: Cells, key: str) -> tuple[str, ...]:
    text = cells.text(key).replace("+", ";").replace("|", ";").replace(",", ";")
    return tuple(name.strip() for name in text.split(";") if name.strip())


def _day(cells: Cells, key: str) -> date | None:
    return cells.day(key)


def _name(cells: Cells, key: str) -> str | None:
    return cells.name(key) or None


def _grade(cells: Cells, key: str) -> Any:
    return cells.graded(key, _reliability, None)


def _reliability(text: str) -> Any:
    return read_reliability(text.upper() if len(text.strip()) == 1 else text)


_OF_QUANTITY: dict[str, tuple[str, _Read]] = {
    "quantity_kind": ("kind", _word(_KINDS)),
    "scale": ("scale", _word(_SCALES)),
    "epoch": ("epoch", _day),
    "quantity_closed": ("closed", _day),
    "delay": ("delay", _delay),
    "parts": ("parts", _names),
    "within": ("within", _names),
    "quantity_side": ("side", _name),
    "quantity_label": ("label", _name),
}
_OF_SOURCE: dict[str, tuple[str, _Read]] = {
    "reliability": ("reliability", _grade),
    "parent": ("parent", _name),
    "side": ("side", _name),
    "source_label": ("label", _name),
}
ABOUT = (*_OF_QUANTITY, *_OF_SOURCE)
"""Columns about the quantity or the source of a row, not about its claim."""


def described(
    table: RawTable, problems: list[DataProblem]
) -> tuple[dict[str, dict[str, Any]], dict[str, dict[str, Any]]]:
    """What the columns say of each quantity and of each source, under the names of their fields.

    A cell that can't be read, or that contradicts an earlier row, is a problem.
    """
    return (
        _said(table, "quantity", _OF_QUANTITY, problems),
        _said(table, "source", _OF_SOURCE, problems),
    )


def _said(
    table: RawTable, key: str, fields: Mapping[str, tuple[str, _Read]], problems: list[DataProblem]
) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    if key not in table or not any(name in table for name in fields):
        return found
    owners = ["" if blank(cell) else str(cell).strip() for cell in table[key]]
    for column in (name for name in fields if name in table):
        field, read = fields[column]
        told: dict[tuple[str, str], None] = {}
        for i, (owner, cell) in enumerate(zip(owners, table[column], strict=True)):
            if blank(cell) or not owner or (owner, str(cell)) in told:
                continue
            told[owner, str(cell)] = None
            cells = Cells({column: cell}, FilePlace(table.file, table.lines[i]), problems)
            value = read(cells, column)
            before = found.setdefault(owner, {}).setdefault(field, value)
            if value is not None and before != value:
                shown = before if field == "reliability" else f"{_shown(before)}"
                cells.wrong(column, cell, f"{shown} as before for {owner!r}")
    return found


def _shown(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)  # pyright: ignore[reportUnknownArgumentType]


def quantity_of(name: str, said: Mapping[str, Any], made: Quantity) -> Quantity:
    """`made` with what the columns say of it."""
    return replace(made, **{field: value for field, value in said.items() if value is not None})


def source_of(name: str, said: Mapping[str, Any]) -> Source:
    """The source with what the columns say of it."""
    fields: dict[str, Any] = {"label": name}
    fields |= {field: value for field, value in said.items() if value is not None}
    return Source(name, **fields)


def _usual(said: Mapping[str, Any]) -> QuantityKind:
    """A share or a margin is a level; what is counted is taken for a running total."""
    return "cumulative" if said.get("scale") in (None, "log") else "stock"


def quantities_of(
    names: Sequence[str],
    said: Mapping[str, Mapping[str, Any]],
    made: Mapping[str, Quantity],
    problems: list[DataProblem],
    file: str,
) -> dict[str, Quantity]:
    """The quantities of these ids, each as the columns or `made` tell, else a running total."""
    found: dict[str, Quantity] = {}
    for name in names:
        base = made.get(name) or Quantity(name, label=name, kind=_usual(said.get(name, {})))
        try:
            found[name] = quantity_of(name, said.get(name, {}), base)
        except OptionError as error:
            told = str(error).removeprefix("expected ")
            problems.append(DataProblem(file, None, "quantity", repr(name), told))
            found[name] = base
    return found
