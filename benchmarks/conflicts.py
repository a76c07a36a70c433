"""Conflicts, envelope and consensus: what they cost on the bundled ledger and on large ones.

python benchmarks/conflicts.py [path/to/pnas2023/replication-data-pnas.csv]
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta

from reconcile.constraints import Constraints
from reconcile.ledger import Ledger, read_ledger


def timed(label: str, action: Callable[[], object], repeats: int = 3) -> object:
    best, answer = float("inf"), None
    for _ in range(repeats):
        start = time.process_time()
        answer = action()
        best = min(best, time.process_time() - start)
    print(f"  {label:58} {1000 * best:9.1f} ms")
    return answer


def prepared(ledger: Ledger) -> Constraints:
    return Constraints(ledger, ledger.quantities, ledger.sources)


def bundled() -> None:
    ledger = read_ledger()
    print(f"bundled ledger, {len(ledger)} claims")
    days = [date(2024, 10, 1) + timedelta(days=k) for k in range(150)]
    timed("prepare and find all conflicts", lambda: prepared(ledger).conflicts())

    def one_estimate() -> None:
        known = prepared(ledger)
        known.conflicts("casualties", "2024-12-18")
        known.envelope("casualties", "2024-12-18")
        known.consensus("casualties", "2024-12-18")

    timed("prepare, conflicts, envelope, consensus of one date", one_estimate)
    known = prepared(ledger)
    known.conflicts()
    timed(
        "envelope of 150 days, prepared", lambda: [known.envelope("casualties", d) for d in days], 1
    )
    timed(
        "consensus of 150 days, prepared",
        lambda: [known.consensus("casualties", d) for d in days],
        1,
    )


def large(path: str) -> None:
    ledger = read_ledger(path)
    print(f"{path}: {len(ledger):,} claims")
    found = timed(
        "prepare and find the first 1,000 conflicts", lambda: prepared(ledger).conflicts(), 1
    )
    print(f"    {found.note}")  # pyright: ignore[reportAttributeAccessIssue]
    busiest = Counter(claim.quantity for claim in ledger).most_common(1)[0][0]
    days = [date(2022, 3, 1) + timedelta(days=k) for k in range(150)]

    def one_estimate() -> None:
        known = prepared(ledger)
        known.conflicts(busiest, "2022-06-01")
        known.envelope(busiest, "2022-06-01")
        known.consensus(busiest, "2022-06-01")

    timed(f"one date of {busiest}, cold", one_estimate)
    known = prepared(ledger)
    known.envelope(busiest, days[0])
    timed(
        f"envelope of 150 days of {busiest}, prepared",
        lambda: [known.envelope(busiest, d) for d in days],
        1,
    )


if __name__ == "__main__":
    bundled()
    for argument in sys.argv[1:]:
        large(argument)
