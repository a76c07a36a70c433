"""How long reading a ledger takes: process seconds, a thousand to a million rows, and real data.

    python benchmarks/read_tables.py            # up to 100,000 rows
    python benchmarks/read_tables.py 1000000    # up to a million (about 0.7 GB)

With $RECONCILE_BENCH set, also the PNAS replication data (4,609 rows).
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from reconcile.ledger import read_ledger


def seconds(work: Callable[[], object]) -> float:
    """Process seconds of the second of two runs."""
    work()
    start = time.process_time()
    work()
    return time.process_time() - start


def tidy(rows: int) -> pd.DataFrame:
    """Counts of two quantities by three sources over 300 days."""
    rng = np.random.default_rng(0)
    day = pd.Timestamp("2024-01-01") + pd.to_timedelta(rng.integers(0, 300, rows), "D")
    return pd.DataFrame(
        {
            "quantity": rng.choice(["dead", "hurt"], rows),
            "source": rng.choice(["north", "south", "observer"], rows),
            "value": rng.integers(0, 10_000, rows),
            "on": day,
        }
    )


def main(most: int) -> None:
    """Print a line for each size."""
    print(f"{'bundled, 37 claims':28}{seconds(read_ledger):8.3f} s")
    bench = os.environ.get("RECONCILE_BENCH")
    if bench:
        path = Path(bench) / "pnas2023" / "replication-data-pnas.csv"
        print(f"{'PNAS data, 4,609 rows':28}{seconds(lambda: read_ledger(path)):8.3f} s")
    rows = 1000
    while rows <= most:
        frame = tidy(rows)
        took = seconds(lambda frame=frame: read_ledger(frame))
        print(f"{f'tidy frame, {rows:,} rows':28}{took:8.3f} s {1e6 * took / rows:8.1f} us a row")
        rows *= 10


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
