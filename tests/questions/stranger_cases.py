"""Small tables as strangers bring them, the right answer told by hand, and what checks it.

A table is a list of rows as `reconcile.read_ledger` takes them. An `Ask` says what anybody would
expect of the answer for one quantity and day; a `Case` is a table with its asks. The tables are in
the `stranger_*` modules beside this one; `benchmarks/strangers.py` prints one line for each case.
"""

from __future__ import annotations

import io
import math
import re
import time
import warnings
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, timedelta
from typing import Any

import pandas as pd

import reconcile
from reconcile import Claim, Interval, Ledger, Period, Phrase, Quantity, Source
from reconcile.errors import LedgerError

__all__ = ["Ask", "Case", "Verdict", "answers", "at_once", "by_grade", "judge", "ledger_of", "said"]

Row = dict[str, object]
Bounds = tuple[float, float]

# What one source alone may leave open: log of upper / lower of the 90 % interval. A government
# statistic is off by some tens of percent, a source that nobody graded by a factor of 1.4 to 6.
WIDTH_OF_ONE = {"A": (0.05, 1.2), "B": (0.1, 2.0), "C": (0.3, 2.6), None: (0.6, 3.8)}


@dataclass(frozen=True)
class Ask:
    """What the answer for `quantity` at `date` must be.

    `median`: bounds of the median. `covers`: numbers that the 90 % interval holds (0: its lower end
    is below half a unit). `width`: bounds of log(upper / lower), on a linear or logit scale of
    upper - lower. `rises`: bounds of the median less that of the day before. `above`: P(more than
    the first) lies within the other two. `since`: of what was added after that day.
    """

    date: str
    median: Bounds | None = None
    covers: tuple[float, ...] = ()
    width: Bounds | None = None
    rises: Bounds | None = None
    above: tuple[float, float, float] | None = None
    quantity: str | None = None
    since: str | None = None


@dataclass(frozen=True)
class Case:
    """A table, what is known of its quantities beside it, and its asks.

    `about` changes fields of every quantity (kind, scale, epoch ...), `wholes` adds quantities with
    parts. `warns` is a pattern that a warning of an answer or of the ledger must have; `quiet` one
    that none may have. `seconds` is what reading and all asks may take of a process, which only the
    benchmark holds against it. `slow`: only in the benchmark. `text`: the table as text, in place
    of `rows`, read with `options`; `refuses`: what reading it without them must be refused with.
    """

    name: str
    rows: Sequence[Row]
    asks: tuple[Ask, ...]
    about: tuple[tuple[str, Any], ...] = ()
    wholes: tuple[Quantity, ...] = ()
    warns: str | None = None
    quiet: str | None = None
    seconds: float | None = None
    slow: bool = False
    text: str = ""
    options: tuple[tuple[str, Any], ...] = ()
    refuses: str = ""

    @property
    def lacks(self) -> str:
        """The field of a quantity that this version does not know, or nothing."""
        known = {f.name for f in fields(Quantity)}
        return next((name for name, _ in self.about if name not in known), "")


@dataclass(frozen=True)
class Verdict:
    """What was wrong (nothing: the case is right), what was answered, process seconds."""

    wrong: tuple[str, ...]
    told: tuple[str, ...]
    seconds: float


# What a fit costs, whatever machine it runs on: cells of time (so many, and so many more a claim)
# times nodes of the posterior. A table of five claims over a hundred years takes 31 and 806.
MOST_CELLS, MOST_NODES = (40, 4), 3000

# ------------------------------------------------------------------ tables


def said(
    quantity: str,
    source: str,
    values: Iterable[float | str],
    start: str,
    step: int = 1,
    grade: str | None = None,
    flow: bool = False,
) -> list[Row]:
    """Rows of one source, one every `step` days from `start`; words go in as phrases.

    As flows each row speaks of the `step` days that end on its day.
    """
    rows: list[Row] = []
    for i, value in enumerate(values):
        day = date.fromisoformat(start) + timedelta(days=i * step)
        row: Row = {"quantity": quantity, "source": source}
        row["phrase" if isinstance(value, str) else "value"] = value
        if flow:
            row["during_start"] = (day - timedelta(days=step - 1)).isoformat()
            row["during_end"] = day.isoformat()
        else:
            row["on"] = day.isoformat()
        if grade:
            row["reliability"] = grade
        rows.append(row)
    return rows


def at_once(
    quantity: str, day: str, values: Iterable[float | str], grade: str | None = None
) -> list[Row]:
    """One row a source (s0, s1 ...), all of one day."""
    return [
        row for i, v in enumerate(values) for row in said(quantity, f"s{i}", [v], day, grade=grade)
    ]


def by_grade(value: float, day: str, grade: str | None, near: float = 0.05) -> Ask:
    """What a lone source of this grade, whose number for `day` is `value`, must lead to."""
    return Ask(day, (value * (1 - near), value * (1 + near)), (value,), WIDTH_OF_ONE[grade])


# ------------------------------------------------------------------ answers


def ledger_of(case: Case) -> Ledger:
    """The table read, its quantities changed as the case says."""
    about, wholes = dict(case.about), {q.id for q in case.wholes}
    if "scale" in about:
        return _plain(case)
    ledger = reconcile.read_ledger(
        io.StringIO(case.text) if case.text else pd.DataFrame(list(case.rows)), **dict(case.options)
    )
    if not about and not wholes:
        return ledger
    known = [replace(q, **about) for q in ledger.quantities.values() if q.id not in wholes]
    return Ledger.of(
        ledger.claims, [*known, *case.wholes], ledger.sources, warnings=ledger.warnings
    )


def _plain(case: Case) -> Ledger:
    """The ledger of a table of plain numbers or shares, which may be negative."""
    claims, sources = [], {}
    for i, row in enumerate(case.rows):
        source, value = str(row["source"]), float(str(row["value"]))
        phrase = Phrase(str(value), "exact", Interval(value, value), nominal=value)
        period = Period.on(str(row["on"]))
        claims.append(Claim(f"c{i}", str(row["quantity"]), source, phrase, period))
        sources[source] = Source(source, reliability=row.get("reliability", "F"))  # type: ignore[arg-type]
    names = {claim.quantity for claim in claims}
    return Ledger.of(claims, [Quantity(n, n, **dict(case.about)) for n in sorted(names)], sources)


def answers(case: Case, fit: reconcile.Fit | None = None) -> list[reconcile.Estimate]:
    """The answers to the asks of a case, in their order."""
    fit = reconcile.fit(ledger_of(case)) if fit is None else fit
    asked = [(_asked(ask, fit.ledger), ask) for ask in case.asks]
    return [
        fit.estimate(name, ask.date, since=ask.since)
        if ask.since is not None
        else fit.estimate(name, ask.date)
        for name, ask in asked
    ]


def judge(case: Case) -> Verdict:
    """Ask everything and tell what is wrong."""
    begin = time.process_time()
    refused = _refused(case)
    if refused is not None and (refused or not case.asks):
        return Verdict(refused, (), time.process_time() - begin)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        ledger = ledger_of(case)
        fit = reconcile.fit(ledger)
        found = answers(case, fit)
    wrong, told = [], []
    for ask, answer in zip(case.asks, found, strict=True):
        wrong += [f"{ask.date}: {text}" for text in _wrong(ask, answer, fit)]
        told.append(f"{ask.date[2:]}: {_shown(answer)}")
    spent = time.process_time() - begin
    text = " ".join([str(w.message) for w in caught])
    told_of = [text for a in found for text in (*a.warnings, *(c.text for c in a.conflicts))]
    text += " ".join([*ledger.warnings, *told_of])
    if case.warns and not re.search(case.warns, text, re.IGNORECASE):
        wrong.append(f"no warning of {case.warns!r}")
    if case.quiet and re.search(case.quiet, text, re.IGNORECASE):
        wrong.append(f"warns of {case.quiet!r}")
    wrong += _crowded(fit)
    return Verdict(tuple(wrong), tuple(told), spent)


def _refused(case: Case) -> tuple[str, ...] | None:
    """What is wrong with the refusal of a table that must be asked about; None for others."""
    if not case.refuses:
        return None
    try:
        reconcile.read_ledger(io.StringIO(case.text))
    except LedgerError as error:
        fair = re.search(case.refuses, str(error))
        return () if fair else (f"refused without {case.refuses!r}: {error}",)
    return (f"read without a question about {case.refuses!r}",)


def _crowded(fit: reconcile.Fit) -> list[str]:
    """Grids that are too fine for their claims, by `MOST_CELLS` and `MOST_NODES`."""
    found = [value for key, value in fit.kept.items() if key[0] == "posterior"]
    problems = []
    for posterior in found:
        claims = len(posterior.problem.claims)
        cells, nodes = len(posterior.problem.grid.edges) - 1, len(posterior.cloud.nodes)
        if cells > MOST_CELLS[0] + MOST_CELLS[1] * claims:
            problems.append(f"{cells} cells of time for {claims} claims")
        if nodes > MOST_NODES:
            problems.append(f"{nodes} nodes for {claims} claims")
    return problems


def _asked(ask: Ask, ledger: Ledger) -> str:
    return ask.quantity or ledger.claims[0].quantity


def _shown(answer: reconcile.Estimate) -> str:
    inside = answer.interval(0.9)
    return f"{answer.median:.4g} [{inside.lower:.4g}, {inside.upper:.4g}]"


def _wrong(ask: Ask, answer: reconcile.Estimate, fit: reconcile.Fit) -> list[str]:
    inside, median = answer.interval(0.9), answer.median
    scale = fit.ledger.quantities[answer.quantity].scale
    problems = []
    if not inside.lower <= median <= inside.upper < math.inf:
        problems.append(f"no interval around the median: {_shown(answer)}")
    if ask.median and not ask.median[0] <= median <= ask.median[1]:
        problems.append(f"median {median:.4g} not in {_bounds(ask.median)}")
    for x in ask.covers:
        if not (inside.lower <= x <= inside.upper or (x == 0 and inside.lower < 0.5)):
            problems.append(f"{x:g} not in {_bounds((inside.lower, inside.upper))}")
    if ask.width:
        width = inside.upper - inside.lower
        if scale == "log":
            width = math.log(max(inside.upper, 1e-9) / max(inside.lower, 1e-9))
        if not ask.width[0] <= width <= ask.width[1]:
            problems.append(f"width {width:.2f} not in {_bounds(ask.width)}")
    if ask.rises:
        before = date.fromisoformat(ask.date) - timedelta(days=1)
        step = median - fit.estimate(answer.quantity, before).median
        if not ask.rises[0] <= step <= ask.rises[1]:
            problems.append(f"rises by {step:.4g}, not {_bounds(ask.rises)}")
    if ask.above:
        at, low, high = ask.above
        share = answer.probability(at)
        if not low <= share <= high:
            problems.append(f"P(> {at:g}) is {share:.2f}, not in {_bounds((low, high))}")
    return problems


def _bounds(pair: Bounds) -> str:
    return f"[{pair[0]:.4g}, {pair[1]:.4g}]"
