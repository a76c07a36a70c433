"""A long run of hard inputs through the public functions: what must never happen, counted.

    python benchmarks/fuzz.py --minutes 10 --seed 1             # ledgers, tables and cells in turn
    python benchmarks/fuzz.py --kind ledgers --most 300

Ledgers: each quantity with claims is asked at its last day, a month before or after, and at the
ends of the calendar; with its tables, its JSON, a timeline, and a second time with the claims in
another order. Tables: what a reader gives is a ledger or a `LedgerError`; its ledger is asked once.
Cells and texts: `parse`, `parse_cell` and `extract`.

Never: NaN, a negative count, crossed quantiles, an answer that depends on the order of the claims,
an error that is not one of `reconcile.errors`, more than `--seconds` of CPU for one input. The
first faults are printed with what makes them again, and the exit code is 1.
"""

from __future__ import annotations

import argparse
import signal
import time
import traceback
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

import reconcile
from reconcile import strategies
from reconcile.errors import ReconcileError
from reconcile.ledger import Ledger

PROBABILITIES = (0.001, 0.05, 0.25, 0.5, 0.75, 0.95, 0.999)


class _TimeUp(BaseException):
    """Ends the run: no failure of a ledger, so that it is not taken for one and shrunk."""


class _HangError(Exception):
    """One input took too long."""


# ---------------------------------------------------------------- what is asked of each input


def ledger_faults(ledger: Ledger) -> Iterator[str]:
    """What goes wrong with one ledger: nothing, it is hoped."""
    try:
        known = reconcile.fit(ledger)
    except ReconcileError:
        return
    turned = reconcile.fit(Ledger.of(
        ledger.claims[::-1], ledger.quantities, ledger.sources, resolutions=ledger.resolutions
    ))  # fmt: skip
    for number, name in enumerate(dict.fromkeys(claim.quantity for claim in known.ledger)):
        last = max(c.period.last for c in known.ledger if c.quantity == name)
        other = (_month(last, 30), _month(last, -30), date.max, date.min)[number % 4]
        for day in (last, other):
            with suppress(ReconcileError):
                answer = known.estimate(name, day)
                yield from answer_faults(answer, known.about(name).scale)
                answer.explain()
                told = answer.to_json()
                if number == 0 and day == last and told != turned.estimate(name, day).to_json():
                    yield f"order of the claims: {name} {day}: another answer"
        first = min(c.period.first for c in known.ledger if c.quantity == name)
        with suppress(ReconcileError):
            days = known.timeline(name, max(first, last - timedelta(days=60)), last, freq="W")
            bounds = days.to_frame()[["lower95", "lower80", "lower50", "median"]].to_numpy()
            if not np.isfinite(bounds).all() or (np.diff(bounds) < 0).any():
                yield f"timeline: {name}: not finite or crossed"


def answer_faults(answer: reconcile.Estimate, scale: str) -> Iterator[str]:
    """What is wrong with the numbers of one answer."""
    values = np.array(answer.quantile(PROBABILITIES))
    told = f"{answer.quantity} {answer.date}: {values}"
    if not np.isfinite(values).all():
        yield f"not finite: {told}"
    elif (np.diff(values) < 0).any():
        yield f"crossed: {told}"
    elif scale != "linear" and values[0] < 0:
        yield f"negative: {told}"
    elif not (answer.lower <= answer.median <= answer.upper):
        yield f"median outside: {told}"


def table_faults(rows: list[dict[str, Any]]) -> Iterator[str]:
    """What goes wrong with one table; its ledger is asked about its first quantity."""
    try:
        ledger = reconcile.read_ledger(rows)
        known = reconcile.fit(ledger)
    except ReconcileError as error:
        if not str(error).strip():
            yield "an error without words"
        return
    reconcile.audit(ledger)
    name = known.ledger.claims[0].quantity
    with suppress(ReconcileError):
        last = max(c.period.last for c in known.ledger if c.quantity == name)
        answer = known.estimate(name, last)
        yield from answer_faults(answer, known.about(name).scale)
        answer.to_json()


def cell_faults(text: str) -> Iterator[str]:
    """What goes wrong with one cell or text."""
    for read in (reconcile.parse, reconcile.parse_cell, reconcile.extract):
        try:
            found = read(text)
        except ReconcileError:
            continue
        if isinstance(found, reconcile.Phrase) and np.isnan([found.lower, found.upper]).any():
            yield f"NaN: {read.__name__}"


def _month(day: date, days: int) -> date:
    with suppress(OverflowError):
        return day + timedelta(days=days)
    return day


_WORDS = ("10", "1e400", "about", "between", "and", "dozens", "a couple", "million", "٣", "killed")
_SIGNS = ("\u202e", "\ud800", "at least", "2024", "none", "inf", "\n", "\t", "\x00", "\x1b")
_PIECES = st.sampled_from([*"0123456789.,-+×^%½±~<>()/ ", *_WORDS, *_SIGNS])
KINDS: dict[str, tuple[st.SearchStrategy[Any], Callable[[Any], Iterator[str]]]] = {
    "ledgers": (strategies.nasty_ledgers(), ledger_faults),
    "tables": (strategies.nasty_rows(), table_faults),
    "cells": (st.lists(_PIECES, max_size=30).map(" ".join) | st.text(max_size=80), cell_faults),
}


# ---------------------------------------------------------------- the run


def run(kind: str, minutes: float, number: int, seconds: float, most: int) -> Counter[str]:
    """Inputs of one kind for so long; counts of what happened, the first faults printed."""
    until = time.monotonic() + 60 * minutes
    counts: Counter[str] = Counter()
    causes: Counter[str] = Counter()
    slowest = 0.0
    made, look = KINDS[kind]

    @seed(number)
    @settings(
        max_examples=most,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(made)
    def one(value: Any) -> None:
        nonlocal slowest
        if time.monotonic() > until:
            raise _TimeUp
        begun = time.process_time()
        try:
            with warnings.catch_warnings(), _alarm(3 * seconds):
                warnings.simplefilter("error")
                wrong = [(line.partition(":")[0], line) for line in look(value)]
        except Exception as error:
            place = traceback.extract_tb(error.__traceback__)[-1]
            cause = f"{type(error).__name__} at {Path(place.filename).name}:{place.lineno}"
            wrong = [(cause, traceback.format_exc(limit=-3))]
        spent = time.process_time() - begun
        slowest = max(slowest, spent)
        if spent > seconds:
            wrong.append(("slow", f"{spent:.1f} s of CPU"))
        counts[kind] += 1
        counts["faulty"] += bool(wrong)
        for cause, told in wrong:
            causes[cause] += 1
            if causes[cause] <= 2:
                shown = value if isinstance(value, Ledger | list) else [value]
                print("\n".join([f"{told!a}", *(f"    {part!a}" for part in shown)]), flush=True)

    with suppress(_TimeUp):
        one()
    print(f"{dict(counts)}, slowest {slowest:.2f} s of CPU", flush=True)
    for cause, count in causes.most_common():
        print(f"    {count:6} {cause}", flush=True)
    return counts


@contextmanager
def _alarm(seconds: float) -> Iterator[None]:
    """Raises within what takes more CPU than that, where it can be interrupted."""

    def ring(*_: object) -> None:
        raise _HangError(f"more than {seconds:g} s of CPU")

    signal.signal(signal.SIGPROF, ring)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


def main() -> None:
    """Read the arguments and run."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--kind", choices=[*KINDS, "all"], default="all")
    parser.add_argument("--minutes", type=float, default=10.0, help="for each kind")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--most", type=int, default=1_000_000)
    given_ = parser.parse_args()
    kinds = list(KINDS) if given_.kind == "all" else [given_.kind]
    found = [run(kind, given_.minutes, given_.seed, given_.seconds, given_.most) for kind in kinds]
    failed = any(counts["faulty"] or not counts.total() for counts in found)
    raise SystemExit(1 if failed else 0)


if __name__ == "__main__":
    main()
