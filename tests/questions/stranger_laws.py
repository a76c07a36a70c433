"""What must hold of every table: other units, other days, other order, one claim more."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache, partial

import numpy as np
import pandas as pd
from stranger_cases import Row, at_once, said

import reconcile

__all__ = ["LAWS", "Law"]

Rows = Sequence[Row]


@dataclass(frozen=True)
class Law:
    """A named check that returns what is wrong; `slow`: only in the benchmark."""

    name: str
    check: Callable[[], list[str]]
    slow: bool = False


# ------------------------------------------------------------------ tables to check them on

UNEVEN = [31, 84, 118, 123, 190, 266]
TABLES: dict[str, Rows] = {
    "a series": said("n", "x", UNEVEN, "2022-05-02", 3),
    "two series": [
        *said("n", "x", UNEVEN, "2022-05-02", 3, "B"),
        *said("n", "y", [int(1.3 * v) for v in UNEVEN], "2022-05-03", 3, "C"),
    ],
    "six of one day": at_once("n", "2022-05-17", [47, 61, 52, 78, 55, 59]),
    "flows": said("n", "x", [31, 53, 34, 15, 67, 76], "2022-05-02", 3, "B", flow=True),
    "camps": at_once("n", "2022-05-17", [47, 49, 41, 611, 590], "C"),
}
LAST = "2022-05-19"
# The days of the timelines: one span, so that what is ahead of the claims is simulated once.
SPAN = "2022-04-25", "2022-06-05"


def _fit(rows: Rows) -> reconcile.Fit:
    return reconcile.fit(reconcile.read_ledger(pd.DataFrame(list(rows))))


@cache
def _base(name: str) -> reconcile.Fit:
    """The fit of a table as it is, which several laws ask."""
    return _fit(TABLES[name])


def _width(answer: reconcile.Estimate) -> float:
    inside = answer.interval(0.9)
    return math.log(max(inside.upper, 1e-9) / max(inside.lower, 1e-9))


def _ends(answer: reconcile.Estimate) -> np.ndarray:
    return np.asarray([float(answer.quantile(p)) for p in (0.05, 0.5, 0.95)])


def _far(found: np.ndarray, right: np.ndarray, bound: float, what: str) -> list[str]:
    off = float(np.max(np.abs(np.log(np.maximum(found, 0.1) / np.maximum(right, 0.1)))))
    return [f"{what}: {found.round(3)} beside {right.round(3)}"] if not off <= bound else []


# ------------------------------------------------------------------ the laws


def _times(factor: int, rows: Rows) -> Rows:
    return [{**row, "value": row["value"] * factor} for row in rows]  # type: ignore[operator]


def _other_units(name: str, factor: int) -> list[str]:
    """Median and width as they were, times the factor (5 %, 10 %: cells of half a unit)."""
    one = _base(name).estimate("n", LAST)
    more = _fit(_times(factor, TABLES[name])).estimate("n", LAST)
    wrong = _far(np.array([more.median / factor]), np.array([one.median]), 0.05, "median")
    if abs(_width(more) / _width(one) - 1) > 0.10:
        wrong.append(f"width {_width(more):.3f} beside {_width(one):.3f}")
    return wrong


def _moved(rows: Rows, days: int) -> Rows:
    def moved(key: str, value: object) -> object:
        if key not in ("on", "during_start", "during_end"):
            return value
        return (date.fromisoformat(str(value)) + timedelta(days=days)).isoformat()

    return [{key: moved(key, value) for key, value in row.items()} for row in rows]


def _other_years(name: str) -> list[str]:
    right = _ends(_base(name).estimate("n", LAST))
    later = date.fromisoformat(LAST) + timedelta(days=1234)
    found = _ends(_fit(_moved(TABLES[name], 1234)).estimate("n", later))
    return _far(found, right, 0.01, "1,234 days later")


def _other_order(name: str) -> list[str]:
    rows = list(TABLES[name])
    right = _ends(_base(name).estimate("n", LAST))
    wrong = _far(_ends(_fit(rows[::-1]).estimate("n", LAST)), right, 0.01, "backwards")
    mixed = [rows[i] for i in np.random.default_rng(4).permutation(len(rows))]
    return wrong + _far(_ends(_fit(mixed).estimate("n", LAST)), right, 0.01, "mixed")


def _other_days_first(name: str) -> list[str]:
    asked, fresh = _fit(TABLES[name]), _fit(TABLES[name])
    for day in ("2022-04-01", "2022-05-05", "2022-05-06", "2022-08-01"):
        asked.estimate("n", day)
    right = _ends(fresh.estimate("n", LAST))
    return _far(_ends(asked.estimate("n", LAST)), right, 1e-6, "other days first")


def _timeline_is_estimates(name: str) -> list[str]:
    fit, wrong = _base(name), list[str]()
    timeline = fit.timeline("n", *SPAN)
    for day in ("2022-04-25", "2022-05-08", "2022-05-17", "2022-05-25"):
        right = _ends(fit.estimate("n", day))
        wrong += _far(_ends(timeline[day]), right, 1e-6, day)
    return wrong


def _never_falls(name: str) -> list[str]:
    fit = _base(name)
    frame = fit.timeline("n", *SPAN).to_frame()
    wrong = [
        f"{column} falls"
        for column in ("median", "lower", "upper", "lower50", "upper50", "lower95", "upper95")
        if (np.diff(frame[column]) < -1e-6 * np.abs(frame[column].to_numpy()[:-1])).any()
    ]
    if (np.diff(fit.draws(50, seed=3)["n"], axis=1) < 0).any():
        wrong.append("a draw falls")
    return wrong


def _one_more(n: int, grade: str | None) -> list[str]:
    """A further claim on the source's own trend: median moves < 4 %, width < 10 %."""
    values = [round(43 * i * (1 + 0.01 * math.sin(2.3 * i))) for i in range(1, n + 2)]
    rows = said("n", "x", values, "2021-01-04", 1, grade)
    day = str(rows[n - 1]["on"])
    before, after = (_fit(rows[:k]).estimate("n", day) for k in (n, n + 1))
    wrong = _far(np.array([after.median]), np.array([before.median]), 0.04, "median")
    if abs(_width(after) / _width(before) - 1) > 0.10:
        wrong.append(f"width {_width(after):.3f} after {_width(before):.3f}")
    return wrong


def _agreement_narrows() -> list[str]:
    def width(k: int, value: int = 1037) -> float:
        return _width(_fit(at_once("n", "2022-05-17", [value] * k)).estimate("n", "2022-05-17"))

    widths = {k: width(k) for k in (1, 2, 3, 6, 10)}
    found = list(widths.values())
    told = " ".join(f"{k}: {w:.2f}" for k, w in widths.items())
    wrong = [] if (np.diff(found) < 0).all() else [f"does not narrow: {told}"]
    if widths[6] > 0.41 * widths[1]:  # narrower than one source over the root of six
        wrong.append(f"six teach no more than an average: {told}")
    if width(3, 1000) <= widths[3]:
        wrong.append("three round numbers say as much as three odd ones")
    return wrong


def _repeats_teach_nothing() -> list[str]:
    alone: Row = {"id": "w", "quantity": "n", "source": "wire", "value": 317, "on": "2022-05-17"}
    carried = [{**alone, "id": f"p{i}", "source": f"p{i}", "origin": "w"} for i in range(5)]
    one, five = (_fit(rows).estimate("n", LAST) for rows in ([alone], [alone, *carried]))
    wrong = _far(_ends(five)[1:2], _ends(one)[1:2], 0.05, "median")
    if _width(five) < 0.85 * _width(one):
        wrong.append(f"width {_width(one):.2f} becomes {_width(five):.2f}")
    return wrong


def _worse_grades_are_wider() -> list[str]:
    widths = [
        _width(_fit(said("n", "x", [640], "2022-05-17", grade=g)).estimate("n", "2022-05-17"))
        for g in "ABCDE"
    ]
    return [] if (np.diff(widths) > 0).all() else [f"A to E: {np.round(widths, 2)}"]


def _without_is_excluded(name: str) -> list[str]:
    rows = [{"id": f"c{i}", **row} for i, row in enumerate(TABLES[name])]
    left = _ends(_fit([row for row in rows if row["id"] != "c2"]).estimate("n", LAST))
    whole = reconcile.read_ledger(pd.DataFrame(rows))
    found = _ends(reconcile.estimate("n", LAST, ledger=whole, exclude=("c2",)))
    return _far(found, left, 1e-6, "excluded")


def _as_of_is_the_table_of_that_day(name: str) -> list[str]:
    rows = TABLES[name]
    day = "2022-05-10"
    known = [r for r in rows if str(r.get("on", r.get("during_end"))) <= day]
    whole = reconcile.read_ledger(pd.DataFrame(list(rows)))
    right = _ends(_fit(known).estimate("n", LAST))
    return _far(_ends(reconcile.estimate("n", LAST, ledger=whole, as_of=day)), right, 1e-6, day)


def _another_seed(name: str) -> list[str]:
    ledger = reconcile.read_ledger(pd.DataFrame(list(TABLES[name])))
    right, found = (_ends(reconcile.fit(ledger, seed=s).estimate("n", LAST)) for s in (0, 99))
    return _far(found, right, 0.03, "seed 99")


def _another_quantity(name: str) -> list[str]:
    """A series more of the same source, a thousand times larger, moves no end by 10 %."""
    more = said("other", "x", [9000, 30_000, 44_000], "2022-05-03", 5, None)
    right = _ends(_base(name).estimate("n", LAST))
    found = _ends(_fit([*TABLES[name], *more]).estimate("n", LAST))
    return _far(found, right, 0.10, "with another quantity")


def _not_narrower_ahead() -> list[str]:
    """What a level will be is not better known than what it was on the day of the last claim."""
    rows = [{**row, "quantity_kind": "stock"} for row in said("n", "x", [60, 58, 57], LAST, 7)]
    fit, last = _fit(rows), date.fromisoformat(LAST) + timedelta(days=14)
    widths = [_width(fit.estimate("n", last + timedelta(days=d))) for d in (0, 1, 7, 30)]
    told = " ".join(f"{width:.2f}" for width in widths)
    return [] if min(widths[1:]) > 0.97 * widths[0] else [f"0, 1, 7, 30 days ahead: {told}"]


def _laws() -> Iterator[Law]:
    for name in TABLES:
        for factor in (10, 1000, 1_000_000):
            fast = name in ("a series", "six of one day") and factor != 10
            yield Law(f"{name}: times {factor:,}", partial(_other_units, name, factor), not fast)
        fast = name in ("two series", "flows")
        for word, check in (
            ("in other years", _other_years),
            ("in another order", _other_order),
            ("other days asked first", _other_days_first),
            ("timeline = estimates", _timeline_is_estimates),
            ("totals never fall", _never_falls),
            ("excluded = left out", _without_is_excluded),
            ("another seed", _another_seed),
            ("another quantity beside it", _another_quantity),
        ):
            yield Law(f"{name}: {word}", partial(check, name), not fast)
    for name in ("a series", "two series", "flows"):
        check = partial(_as_of_is_the_table_of_that_day, name)
        yield Law(f"{name}: as_of = the table of that day", check, name != "a series")
    for n in (10, 30, 59, 60, 61, 100, 150):
        for grade in ("A", None):
            fast = n in (10, 60) and grade is None
            name = f"one claim more at {n}, grade {grade or 'F'}"
            yield Law(name, partial(_one_more, n, grade), not fast)
    yield Law("agreement narrows", _agreement_narrows)
    yield Law("repeats teach nothing", _repeats_teach_nothing)
    yield Law("worse grades are wider", _worse_grades_are_wider)
    yield Law("a level is not better known ahead", _not_narrower_ahead)


LAWS = tuple(_laws())
