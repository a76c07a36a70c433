"""Truths and ledgers of one total drawn from the model's own prior, for calibration by simulation.

The law is that of tests/reference_model.py: unknowns z standard normal, claims from their law. The
centre m is held by a prior of the rate on the quantity, since otherwise it moves with the claims.
Ledgers with a number above `LARGEST` are drawn again: ranks stay uniform given any event of the
data. The plan (who speaks when) never looks at the truth.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).parent.parent))

from reference_model import AS_BUILT, Reference, Said, tukey

from reconcile import Ledger, Source, read_ledger
from reconcile.values import Prior

__all__ = ["NAMES", "asked", "drawn_world"]

FIRST = date(2023, 1, 1)
M = float(np.log(30.0))  # a day
LARGEST = 1e12
NAMES = ("total early", "total middle", "total late", "rate early", "rate late",
         "house 0", "house 1", "house 2")  # fmt: skip


def _plan(rng, n):
    """`n` claims (source, day, days of a flow or 0, word) and the sources' grades."""
    days = int(rng.integers(10, 121))
    sources = int(rng.integers(3, 4 + min(n // 6, 9)))
    grades = rng.choice(list("ABCDEF"), sources, p=[0.15, 0.2, 0.2, 0.1, 0.05, 0.3]).tolist()
    taken, plan = set(), []
    for i in range(4 * n):
        if len(plan) == n:
            break
        source, day = (i, i) if i < 3 else (int(rng.integers(sources)), int(rng.integers(days)))
        if (source, day) in taken:
            continue
        taken.add((source, day))
        flow = int(rng.integers(1, 8)) if day > 8 and rng.random() < 0.15 else 0
        word = "at least" if not flow and rng.random() < 0.15 else ""
        plan.append((source, day, flow, word))
    return sorted(plan, key=lambda p: p[1]), grades


def _laid_out(plan, grades, c):
    base, said = FIRST.toordinal(), []
    for source, day, flow, word in plan:
        grade = grades[source]
        said.append(Said(
            source=f"s{source}", end=float(base + day),
            start=float(base + day - flow) if flow else None, number=1.0, cells=((0.0, 1.0, 1.0),),
            shift="low" if word else "", gross=c.gross[grade],
            wide=c.wide_unreliable if grade in "DE" else c.wide, grade=grade,
        ))  # fmt: skip
    return said


def _spoken(rng, eta, sd, s, c):
    """A number from the law of a claim that expects eta."""
    at, scale = eta, sd
    if rng.random() < s.gross:
        kind = rng.choice(4, p=np.array([c.far, c.ten, c.ten, c.zero]) / (1 + c.zero))
        if kind == 3:
            return 0
        at = eta + (0.0, np.log(10), -np.log(10))[kind]
        scale = np.hypot(s.wide, c.one_sided_sd if s.shift else 0.0) if kind == 0 else sd
    elif rng.random() < c.loose:
        scale = c.loose_scale * sd
    value = float(np.exp(min(at + scale * rng.standard_t(4), 700.0)))
    digits = (0, *(k + 1 for k in range(3)))[
        rng.choice(4, p=[1 - sum(c.rounded), *c.rounded])
    ]  # all digits, or one, two, three
    unit = 10.0 ** max(np.floor(np.log10(max(value, 1))) - digits + 1, 0) if digits else 1.0
    return round(value / unit) * unit


def drawn_world(rng, n, c=AS_BUILT):
    """(truth (8,), days asked, ledger)."""
    while True:
        plan, grades = _plan(rng, n)
        said = _laid_out(plan, grades, c)
        laid = Reference.of_said(said, c, held=M)
        z = rng.standard_normal((1, laid.size))
        eta, sd = laid.expected(z)
        numbers = [_spoken(rng, e, d, s, c) for e, d, s in zip(eta[0], sd[0], said, strict=True)]
        if max(numbers) < LARGEST:
            break
    last = max(day for _, day, _, _ in plan)
    days = [FIRST + timedelta(days=int(d)) for d in (last // 4, (3 * last) // 5, last)]
    before = [day - timedelta(days=1) for day in days[1:]]
    totals = [float(laid.log_total_at(z, day)[0]) for day in days]
    earlier = [float(laid.log_total_at(z, day)[0]) for day in before]
    rates = [t + np.log(-np.expm1(e - t)) for t, e in zip(totals[1:], earlier, strict=True)]
    kappa = c.kappa * abs(tukey(z[0, laid.groups["kappa"]], c.kappa_tail))[0]
    house = tukey(z[0, laid.groups["house"]], c.house_tail)
    houses = [
        np.sqrt(1 - c.rho) * kappa * c.spread[grades[k]] * house[laid.sources.index(f"s{k}")]
        for k in range(3)
    ]
    return np.array([*totals, *rates, *houses]), days, _ledger(plan, grades, numbers)


def _ledger(plan, grades, numbers):
    rows = []
    for (source, day, flow, word), number in zip(plan, numbers, strict=True):
        on = (FIRST + timedelta(days=day)).isoformat()
        start = (FIRST + timedelta(days=day - flow + 1)).isoformat()
        time = {"during_start": start, "during_end": on} if flow else {"on": on}
        text = f"{word} {number:.0f}".strip()
        rows.append({"quantity": "n", "source": f"s{source}", "phrase": text, **time})
    read = read_ledger(pd.DataFrame(rows))
    held = Prior("rate", float(np.exp(M)), AS_BUILT.mean_sd, "held for calibration")
    about = [replace(q, priors=(held,)) for q in read.quantities.values()]
    known = [Source(f"s{k}", reliability=grade) for k, grade in enumerate(grades)]
    return Ledger.of(read.claims, about, known)


def asked(draws, days):
    """The same of joint draws (n, 8)."""
    dates = {day: i for i, day in enumerate(draws.dates)}
    totals = draws["n"]
    at = [dates[day] for day in days]
    found = [np.log(totals[:, i]) for i in at]
    steps = [totals[:, i] - totals[:, i - 1] for i in at[1:]]
    found += [np.log(np.maximum(step, 1e-300)) for step in steps]
    found += [draws.houses[f"s{k}", "n"] for k in range(3)]
    return np.column_stack(found)
