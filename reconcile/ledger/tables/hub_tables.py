"""Forecast hubs (hubverse model output): quantiles of one model, target and place as one claim."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from reconcile.errors import DataProblem
from reconcile.ledger.tables.number_columns import read_numbers
from reconcile.ledger.tables.raw_table import RawTable, blank
from reconcile.values.registry import QuantityKind

_TASK = ("target", "location", "target_end_date", "target_date", "horizon", "age_group")
_TYPES = ("quantile", "median", "mean")
_Group = tuple[Any, ...]


def hub_claims(table: RawTable) -> tuple[RawTable, dict[str, QuantityKind]]:
    """The tidy table with one row for each forecast, and the kind of each quantity.

    The median (or mean, or the middle quantile) is the number; the outer quantiles nearest to 5
    and 95 % are its bounds, with their level.
    """
    values = read_numbers(table["value"]).cells
    probabilities = read_numbers(table["output_type_id"]).cells
    groups: dict[_Group, dict[Any, float]] = {}
    first: dict[_Group, int] = {}
    problems: list[DataProblem] = []
    for i in range(len(table)):
        key = tuple(_cell(table, name, i) for name in ("model_id", "reference_date", *_TASK))
        kind = str(table["output_type"][i]).casefold()
        if kind in _TYPES and not isinstance(values[i], float | int):
            came = f"{table['value'][i]!r:.60}"
            problems.append(DataProblem(table.file, table.lines[i], "value", came, "a number"))
        elif kind in _TYPES:
            at = probabilities[i] if kind == "quantile" else kind
            first.setdefault(key, i)
            before = groups.setdefault(key, {}).setdefault(at, float(values[i]))
            if before != values[i]:
                came = f"{values[i]:,.15g} where an earlier row of this forecast has {before:,.15g}"
                expected = "one value for a model, task and output_type_id"
                problems.append(DataProblem(table.file, table.lines[i], "value", came, expected))
    rows = [_row(key, said) for key, said in groups.items()]
    kinds: dict[str, QuantityKind] = {
        row["quantity"]: "stock" if row["on"] and "cum" not in row["quantity"] else "cumulative"
        for row in rows
    }
    names = ("quantity", "source", "lower", "value", "upper", "level", "on", "during_start")
    names = (*names, "during_end", "said")
    columns = tuple([row[name] for row in rows] for name in names)
    lines = [table.lines[first[key]] for key in groups]
    used = sum(str(cell).casefold() in _TYPES for cell in table["output_type"])
    remark = f"{len(table) - used} rows of other output types than quantile, median, mean set aside"
    remarks = (*table.remarks, *([remark] if used < len(table) else []))
    told = (*table.problems, *problems)
    return RawTable(table.file, names, columns, lines, remarks, told), kinds


def _cell(table: RawTable, name: str, i: int) -> Any:
    cell = table.get(name)[i]
    return None if blank(cell) else cell


def _row(key: _Group, said: dict[Any, float]) -> dict[str, Any]:
    model, reference, target, place, end, other, horizon, age = key
    day = end or other or _ahead(reference, horizon)
    what = [str(part) for part in (target or "target", place, age) if part is not None]
    flow = " inc " in f" {str(target).replace('_', ' ')} "
    quantiles = {p: v for p, v in said.items() if isinstance(p, float)}
    tails = [p for p in quantiles if p < 0.5 and any(abs(1 - p - q) < 1e-9 for q in quantiles)]
    tail = min(tails, key=lambda p: abs(p - 0.05)) if tails else None
    top = None if tail is None else next(q for q in quantiles if abs(1 - tail - q) < 1e-9)
    middle = said.get("median", quantiles.get(0.5, said.get("mean")))
    row: dict[str, Any] = {
        "quantity": "-".join("-".join(part.split()) for part in what),
        "source": "hub" if model is None else str(model),
        "lower": None if tail is None else quantiles[tail],
        "value": middle,
        "upper": None if top is None else quantiles[top],
        "level": None if tail is None else round(1 - 2 * tail, 6),
        "said": reference,
    }
    week = flow and "wk" in str(target)
    start = _ahead(day, 0, back=6) if week else day
    return row | {
        "on": None if flow else day,
        "during_start": start if flow else None,
        "during_end": day if flow else None,
    }


def _ahead(reference: Any, horizon: Any, back: int = 0) -> Any:
    """The day `horizon` weeks after the reference date, less `back` days, as ISO text."""
    try:
        weeks = 0 if horizon is None else int(float(horizon))
        day = (
            date.fromisoformat(str(reference)[:10]) + timedelta(weeks=weeks) - timedelta(days=back)
        )
    except (ValueError, OverflowError):
        return reference
    return day.isoformat()
