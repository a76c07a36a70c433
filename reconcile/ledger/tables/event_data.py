"""Data sets of events (UCDP, ACLED): deaths of single events, added up to one flow a day."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from reconcile.errors import DataProblem, OptionError
from reconcile.ledger.tables.date_columns import read_together
from reconcile.ledger.tables.date_formats import iso_text
from reconcile.ledger.tables.number_columns import read_numbers
from reconcile.ledger.tables.raw_table import RawTable, blank, first_lines

RULE = (
    "events cannot overlap: those of one day and quantity add up to one flow (best is the sum of "
    "the bests; low and high lie from it by the root of the sum of squares of the single "
    "distances, as errors are independent); an event of several days is spread over them as evenly "
    "as whole numbers allow"
)
"""What the importers of events say that they do."""

_ONE = timedelta(days=1)
_LONGEST = 3660  # days an event may last; longer ones are slips of a date


@dataclass(frozen=True, slots=True)
class Event:
    """Deaths of one event, from `low` to `high`, between two days."""

    id: str
    quantity: str
    first: date
    last: date
    low: float
    best: float
    high: float
    line: int


@dataclass(frozen=True, slots=True)
class DayFlow:
    """What the events of a window add up to; `events` are their ids, `line` that of the first."""

    quantity: str
    first: date
    last: date
    low: float
    best: float
    high: float
    events: tuple[str, ...]
    line: int


def daily_flows(events: Iterable[Event]) -> list[DayFlow]:
    """One flow for each quantity and day with events, and a flow of 0 for the days between.

    A data set of events says of a day without one that nothing was recorded. Deaths of an event
    of several days go to them by whole numbers, low and high in proportion.

    >>> day = date(2024, 3, 1)
    >>> made = [Event(str(n), "dead", day, day, n - 3, n, n + 4, n) for n in (10, 20, 30)]
    >>> flow, = daily_flows(made)
    >>> flow.best, round(flow.low, 1), round(flow.high, 1)
    (60, 54.8, 66.9)
    """
    by_day: dict[tuple[str, date], list[Event]] = {}
    for event in events:
        for share in _spread(event):
            by_day.setdefault((share.quantity, share.first), []).append(share)
    flows = [_sum(key[0], key[1], key[1], parts) for key, parts in sorted(by_day.items())]
    return _with_gaps(flows)


def same_window_flows(events: Iterable[Event]) -> list[DayFlow]:
    """One flow for each quantity and window, of events that share their windows (years)."""
    groups: dict[tuple[str, date, date], list[Event]] = {}
    for event in events:
        groups.setdefault((event.quantity, event.first, event.last), []).append(event)
    return [_sum(*key, parts) for key, parts in sorted(groups.items())]


def _spread(event: Event) -> list[Event]:
    days = (event.last - event.first).days + 1
    if days == 1:
        return [event]
    whole = event.best == int(event.best)
    ends = [event.best * k / days for k in range(days + 1)]
    ends = [float(math.floor(end + 0.5)) for end in ends] if whole else ends
    shares = [b - a for a, b in itertools.pairwise(ends)]
    below, above = event.best - event.low, event.high - event.best
    found: list[Event] = []
    for k, best in enumerate(shares):
        part = best / event.best if event.best else 1 / days
        day = event.first + k * _ONE
        low, high = best - below * part, best + above * part
        if high > 0:
            found.append(
                Event(event.id, event.quantity, day, day, max(low, 0), best, high, event.line)
            )
    return found or [event]


def _sum(quantity: str, first: date, last: date, parts: Sequence[Event]) -> DayFlow:
    best = sum(part.best for part in parts)
    below = math.sqrt(sum((part.best - part.low) ** 2 for part in parts))
    above = math.sqrt(sum((part.high - part.best) ** 2 for part in parts))
    ids = tuple(dict.fromkeys(part.id for part in parts))
    line = min(part.line for part in parts)
    return DayFlow(quantity, first, last, max(0.0, best - below), best, best + above, ids, line)


def _with_gaps(flows: Sequence[DayFlow]) -> list[DayFlow]:
    """The flows with one of 0 for each run of days without an event between two of a quantity."""
    found: list[DayFlow] = []
    for flow in flows:
        before = found[-1] if found else None
        if before is not None and before.quantity == flow.quantity:
            first, last = before.last + _ONE, flow.first - _ONE
            if first <= last:
                found.append(DayFlow(flow.quantity, first, last, 0, 0, 0, (), flow.line))
        found.append(flow)
    return found


# ---------------------------------------------------------------- from a table


def read_events(
    table: RawTable,
    names: Mapping[str, str],
    quantities: Sequence[str],
    decimal: str | None = None,
    dates: str | None = None,
) -> tuple[list[Event], RawTable]:
    """The events in a table; `names` are the columns of first, last, low, best, high and id.

    `quantities` is what each row counts. The table comes back with a problem for each row that
    can't be read, and remarks on how dates and numbers are written.
    """
    problems: list[DataProblem] = []
    remarks: list[str] = []
    firsts, lasts = _days(table, (names["first"], names["last"]), dates, problems, remarks)
    numbers = _numbers(table, names, decimal, problems, remarks)
    ids = table.get(names["id"])
    seen: dict[str, int] = {}
    events: list[Event] = []
    for i, line in enumerate(table.lines):
        event = _event(table, names, numbers, i, (firsts[i], lasts[i]), problems)
        if event is None:
            continue
        name = _text(ids[i]) or f"line {line}"
        if seen.setdefault(name, line) != line:
            came = f"{name!r}, which line {seen[name]} has too"
            problems.append(DataProblem(table.file, line, names["id"], came, "an id of its own"))
            continue
        events.append(Event(name, quantities[i], *event, line))
    remarks += _coarse(table)
    told = replace(table, problems=(*table.problems, *problems))
    return events, told.remarked(*remarks)


def _numbers(
    table: RawTable,
    names: Mapping[str, str],
    decimal: str | None,
    problems: list[DataProblem],
    remarks: list[str],
) -> dict[str, list[Any] | None]:
    """The numbers of low, best and high, whose marks are decided together."""
    there = [key for key in ("low", "best", "high") if names[key] in table]
    size = len(table)
    reading = read_numbers([cell for key in there for cell in table[names[key]]], decimal)
    if reading.question:
        came = "a mark that can be two"
        problems.append(DataProblem(table.file, None, names["best"], came, reading.asked))
    if reading.remark:
        remarks.append(f"the numbers: {reading.remark}")
    found: dict[str, list[Any] | None] = dict.fromkeys(("low", "best", "high"))
    return found | {key: reading.cells[k * size : (k + 1) * size] for k, key in enumerate(there)}


def _days(
    table: RawTable,
    names: Sequence[str],
    order: str | None,
    problems: list[DataProblem],
    remarks: list[str],
) -> list[list[date | None]]:
    readings, told = read_together({name: table[name] for name in names}, order)
    remarks += told
    for name, reading in readings.items():
        if reading.question:
            came = "dates that read two ways"
            problems.append(DataProblem(table.file, None, name, came, reading.asked))
    return [[_day(cell) for cell in readings[name].cells] for name in names]


def _coarse(table: RawTable) -> list[str]:
    """What to say of events whose day the data set gives as not exactly known (code 2 or more)."""
    found: list[str] = []
    for name in ("time_precision", "date_prec"):
        codes = [_text(cell) for cell in table.get(name)]
        lines = [
            n
            for n, code in zip(table.lines, codes, strict=True)
            if code.isdigit() and int(code) > 1
        ]
        if lines:
            found.append(
                f"events whose day is not exactly known ({name} above 1) count on the days that "
                f"are given: line {first_lines(lines)}"
            )
    return found


def _day(cell: Any) -> date | None:
    text = None if blank(cell) else iso_text(cell)
    return date.fromisoformat(text) if text is not None and len(text) == 10 else None


def _event(
    table: RawTable,
    names: Mapping[str, str],
    numbers: Mapping[str, list[Any] | None],
    i: int,
    days: tuple[date | None, date | None],
    problems: list[DataProblem],
) -> tuple[date, date, float, float, float] | None:
    """First and last day, low, best, high of a row; None, and a problem, where it is no event."""

    def wrong(key: str, expected: str) -> None:
        came = table[names[key]][i] if names[key] in table else None
        shown = "nothing" if blank(came) else f"{came!r:.60}"
        problems.append(DataProblem(table.file, table.lines[i], names[key], shown, expected))

    first, last = days
    if first is None or last is None:
        wrong("first" if first is None else "last", "a day (2024-12-17)")
        return None
    if not 0 <= (last - first).days <= _LONGEST:
        wrong("last", f"a day from {first} on, at most ten years after it")
        return None
    cells = {key: None if column is None else column[i] for key, column in numbers.items()}
    best = cells["best"]
    found: dict[str, float] = {}
    for key, cell in cells.items():
        number = best if cell is None else cell
        if isinstance(number, bool) or not isinstance(number, int | float):
            wrong(key, "a number")
            return None
        if not 0 <= number < math.inf:
            wrong(key, "a count of 0 or more")
            return None
        found[key] = float(number)
    low, best, high = found["low"], found["best"], found["high"]
    if not low <= best <= high:
        wrong("best", f"a number from low to high, {low:,.15g} to {high:,.15g}")
        return None
    return first, last, low, best, high


def column_for(
    table: RawTable, by: str | None, usual: Sequence[str], also: Mapping[str, Sequence[str]]
) -> str | None:
    """The column that makes the quantities: the one that `by` names, else the first of `usual`."""
    if by is None:
        return next((name for name in usual if name in table), None)
    for name in (by, *also.get(by, ())):
        if name in table:
            return name
    known = sorted({*also, *table.names})
    raise OptionError(f"expected by to be a column ({', '.join(known[:20])}), got {by!r}")


def _text(cell: Any) -> str:
    if blank(cell):
        return ""
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell).strip()
