"""A long run of hard ledgers through the public functions: what must never happen, counted.

    python benchmarks/fuzz.py --minutes 10 --seed 1

Of every ledger each quantity with claims is asked, at three dates. Never: NaN, a negative count,
crossed quantiles, an error that is not one of `reconcile.errors`, more than `--seconds` of CPU for
one ledger. The first failures are printed with what makes them again, and the exit code is 1.
"""

from __future__ import annotations

import argparse
import time
import traceback
from collections import Counter
from contextlib import suppress
from datetime import timedelta

import numpy as np
from hypothesis import HealthCheck, Phase, given, seed, settings

import reconcile
from reconcile import strategies
from reconcile.errors import ReconcileError
from reconcile.ledger import Ledger

PROBABILITIES = (0.001, 0.05, 0.25, 0.5, 0.75, 0.95, 0.999)


class _TimeUp(BaseException):
    """Ends the run: no failure of a ledger, so that it is not taken for one and shrunk."""


def faults(ledger: Ledger) -> list[str]:
    """What went wrong with one ledger; empty where nothing did."""
    found: list[str] = []
    try:
        known = reconcile.fit(ledger)
    except ReconcileError:
        return found
    for name in dict.fromkeys(claim.quantity for claim in known.ledger):
        about = known.ledger.quantity(name)
        last = max(c.period.last for c in known.ledger if c.quantity == name)
        for day in (last, last + timedelta(days=30), last - timedelta(days=30)):
            try:
                answer = known.estimate(name, day)
            except ReconcileError:
                continue
            values = np.array(answer.quantile(PROBABILITIES))
            if not np.isfinite(values).all():
                found.append(f"{name} {day}: not finite: {values}")
            elif (np.diff(values) < 0).any():
                found.append(f"{name} {day}: crossed: {values}")
            elif about.scale != "linear" and values[0] < 0:
                found.append(f"{name} {day}: negative: {values}")
            answer.to_json()
    return found


def run(minutes: float, number: int, seconds: float, most: int) -> Counter[str]:
    """Ledgers for so long; counts of what happened, the first faults printed."""
    until = time.monotonic() + 60 * minutes
    counts: Counter[str] = Counter()
    slowest = 0.0

    @seed(number)
    @settings(
        max_examples=most,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(strategies.nasty_ledgers())
    def one(ledger: Ledger) -> None:
        nonlocal slowest
        if time.monotonic() > until:
            raise _TimeUp
        begun = time.process_time()
        try:
            wrong = faults(ledger)
        except Exception:
            wrong = [traceback.format_exc(limit=-3)]
        spent = time.process_time() - begun
        slowest = max(slowest, spent)
        if spent > seconds:
            wrong.append(f"{spent:.1f} s of CPU")
        counts["ledgers"] += 1
        counts["faulty"] += bool(wrong)
        if wrong and counts["faulty"] <= 10:
            print("\n".join([*wrong, *(f"    {claim!r}" for claim in ledger)]), flush=True)

    with suppress(_TimeUp):
        one()
    print(f"{dict(counts)}, slowest {slowest:.2f} s of CPU")
    return counts


def main() -> None:
    """Read the arguments and run."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--most", type=int, default=1_000_000)
    given_ = parser.parse_args()
    counts = run(given_.minutes, given_.seed, given_.seconds, given_.most)
    raise SystemExit(1 if counts["faulty"] or not counts["ledgers"] else 0)


if __name__ == "__main__":
    main()
