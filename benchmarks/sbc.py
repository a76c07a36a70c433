"""Simulation-based calibration of the one model: are the ranks of the truth uniform?

    python benchmarks/sbc.py run 0 100     ranks of ledgers 0 to 99
    python benchmarks/sbc.py tell          p values, and a figure, of all that has been run
    python benchmarks/sbc.py              all of it: 600 ledgers of 3 to 300 claims in pieces of 50

Whole truths and ledgers of one total are drawn from the model's prior (tests/calibration/
one_total_world.py, on the slow writing of the model), fitted through `reconcile.fit`, and ranked
among 99 joint draws of `Fit.draws`: three totals, two rates, three house effects. Sizes are
log-uniform. Ranks are kept in `out/sbc/`, a file a piece, so that a run can be taken up again. The
figure pools all questions; those of one ledger are not independent, so its band is a little too
narrow.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
sys.path.insert(0, str(Path(__file__).parent.parent / "tests" / "calibration"))

import numpy as np
import one_total_world as world
import pandas as pd

import reconcile
from reconcile.check import Ranks, simulation_based_calibration

FOLDER = Path("out") / "sbc"
DRAWS = 99
LEDGERS, PIECE = 600, 50
SMALLEST, LARGEST = 3, 300


def simulate(rng):
    """A truth and its ledger."""
    n = round(float(np.exp(rng.uniform(np.log(SMALLEST), np.log(LARGEST)))))
    truth, days, ledger = world.drawn_world(rng, n)
    return truth, (days, ledger)


def drawn(data, rng):
    """99 joint draws (99, 8) of what the truth is asked."""
    days, ledger = data
    return world.asked(reconcile.fit(ledger).draws(DRAWS, int(rng.integers(2**31))), days)


def run(first, last):
    """Ranks of the ledgers `first` to `last`, each from a seed of its own."""
    begin, rows, seeds = time.process_time(), [], []
    for seed in range(first, last):
        ranks = simulation_based_calibration(simulate, drawn, n=1, names=world.NAMES, seed=seed)
        rows.append(ranks.ranks[0])
        seeds.append(seed)
    FOLDER.mkdir(parents=True, exist_ok=True)
    frame = pd.DataFrame(rows, columns=list(world.NAMES), index=pd.Index(seeds, name="ledger"))
    frame.to_csv(FOLDER / f"one-{first}-{last}.csv")
    spent = (time.process_time() - begin) / (last - first)
    print(f"{first}-{last}: {spent:.2f} s a ledger", flush=True)


def kept():
    """All ranks that were kept (N, 8)."""
    pieces = [pd.read_csv(path, index_col=0) for path in sorted(FOLDER.glob("one-*.csv"))]
    if not pieces:
        return np.zeros((0, len(world.NAMES)), dtype=np.int64)
    frame = pd.concat(pieces)
    return frame[~frame.index.duplicated()].sort_index().to_numpy(dtype=np.int64)


def tell():
    """Counts and p values; the figure."""
    from reconcile import plot

    ranks = kept()
    told = Ranks(ranks, DRAWS, world.NAMES)
    print(f"{len(ranks)} ledgers")
    for k, p in enumerate(told.p_values()):
        counts = " ".join(f"{c:3d}" for c in told.counts()[:, k])
        u = (ranks[:, k] + 0.5) / (DRAWS + 1)
        inside = [np.mean(np.abs(u - 0.5) < level / 2) for level in (0.5, 0.9)]
        print(
            f"  {world.NAMES[k]:14s} p {p:6.4f}  {counts}   50 % holds {inside[0]:.2f}, "
            f"90 % {inside[1]:.2f}, mean rank {u.mean():.3f}"
        )
    axes = plot.calibration({"pit": told.pit}, title=f"Ranks of {len(ranks)} simulated truths")
    axes.figure.savefig(FOLDER / "one.png", dpi=150)


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["run", first, last]:
            run(int(first), int(last))
        case ["tell"]:
            tell()
        case _:
            for at in range(0, LEDGERS, PIECE):
                if not (FOLDER / f"one-{at}-{at + PIECE}.csv").exists():
                    run(at, at + PIECE)
            tell()
