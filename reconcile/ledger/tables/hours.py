"""Several numbers of one day, told by the hour: the last of them is that of the day."""

from __future__ import annotations

import re
from datetime import datetime, time
from typing import Any

from reconcile.ledger.tables.raw_table import RawTable, blank, first_lines

_HOUR = re.compile(
    r"(?P<day>.*\d)(?:T|,?\s+)(?P<hour>\d{1,2}:\d\d(?::\d\d)?)(?P<half>\s*[ap]\.?m)?", re.I
)


def last_of_each_day(table: RawTable) -> RawTable:
    """The table with the last number of each day where a quantity has several by one source, told
    by the hour in `on`. The earlier ones are set aside, with their lines."""
    if not {"on", "quantity", "source"} <= set(table.names):
        return table
    last: dict[tuple[str, ...], tuple[tuple[int, ...], int]] = {}
    gone: list[int] = []
    keys = [n for n in table.names if n in ("quantity", "source", "_column") or n[:6] == "place "]
    for i, cell in enumerate(table["on"]):
        told = _hour(cell)
        if told is None:
            continue
        key = (told[0], *(str(table[name][i]) for name in keys))
        before = last.get(key)
        if before is not None and before[0] != told[1]:
            gone.append(min(before, (told[1], i))[1])
        if before is None or told[1] >= before[0]:
            last[key] = (told[1], i)
    if not gone:
        return table
    lines = first_lines(sorted(table.lines[i] for i in gone))
    rows = "1 row is" if len(gone) == 1 else f"{len(gone):,} rows are"
    away = set(gone)
    kept = table.taken([i for i in range(len(table)) if i not in away])
    return kept.remarked(f"{rows} set aside, of an earlier hour of the same day: line {lines}")


def _hour(cell: Any) -> tuple[str, tuple[int, ...]] | None:
    """The day of a cell as it stands, and its hour; None where it tells none."""
    if blank(cell):
        return None
    if isinstance(cell, datetime):
        hour = cell.time()
        parts = (hour.hour, hour.minute, hour.second)
        return None if hour == time(0) else (cell.date().isoformat(), parts)
    found = _HOUR.match(cell.strip()) if isinstance(cell, str) and ":" in cell else None
    if found is None:
        return None
    hour, *rest = map(int, found["hour"].split(":"))
    half = (found["half"] or "").strip().casefold()
    hour = hour % 12 + 12 * (half[:1] == "p") if half else hour
    return found["day"], (hour, *rest)
