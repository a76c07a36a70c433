"""Simulation-based calibration of the reconciliation model: are the ranks of the truth uniform?

    python benchmarks/sbc.py run few 0 100      ranks of ledgers 0 to 99 of the engine of few claims
    python benchmarks/sbc.py run many 0 100     the same for the engine of many claims
    python benchmarks/sbc.py tell               p values, and a figure, of all that has been run
    python benchmarks/sbc.py                    all of it: 300 ledgers of each, in pieces of 75

Whole truths and ledgers are drawn from the prior (tests/calibration/prior_world.py), fitted through
`reconcile.fit`, and ranked among 99 joint draws of `Fit.draws`. Ranks are kept in `out/sbc/`, a
file a piece, so that a run can be taken up again. The whole run takes seeds from 1000 on: those
below were used while the engines were mended. The figure pools all questions; those of one ledger
are not independent, so its band is a little too narrow.
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
import pandas as pd
import prior_world as world

import reconcile
from reconcile.check import Ranks, simulation_based_calibration

FOLDER = Path("out") / "sbc"
DRAWS = 99
SIZES = {"few": (30, 60, 40, 140), "many": (61, 300, 60, 200)}


def simulate(engine):
    """A plan, a truth and its ledger from the prior of `engine`."""
    least, most, short, long = SIZES[engine]

    def drawn(rng):
        n, days = int(rng.integers(least, most + 1)), int(rng.integers(short, long + 1))
        plans = world.plan(rng, n, days, origins=engine == "few")
        truth, ledger = getattr(world, engine)(rng, plans)
        return truth.asked(plans), (plans, ledger)

    return drawn


def drawn(data, rng):
    """99 joint draws (99, 9) of what the truth is asked."""
    plans, ledger = data
    found = reconcile.fit(ledger).draws(DRAWS, int(rng.integers(2**31)))
    return world.of_draws(found, plans)


def run(engine, first, last):
    """Ranks of the ledgers `first` to `last`, each from a seed of its own."""
    begin, rows, seeds = time.process_time(), [], []
    for seed in range(first, last):
        ranks = simulation_based_calibration(
            simulate(engine), drawn, n=1, names=world.NAMES, seed=seed + 1_000_000 * len(engine)
        )
        rows.append(ranks.ranks[0])
        seeds.append(seed)
    FOLDER.mkdir(parents=True, exist_ok=True)
    frame = pd.DataFrame(rows, columns=list(world.NAMES), index=pd.Index(seeds, name="ledger"))
    frame.to_csv(FOLDER / f"{engine}-{first}-{last}.csv")
    spent = (time.process_time() - begin) / (last - first)
    print(f"{engine} {first}-{last}: {spent:.2f} s a ledger", flush=True)


def kept(engine):
    """All ranks of an engine that were kept (N, 9)."""
    pieces = [pd.read_csv(path, index_col=0) for path in sorted(FOLDER.glob(f"{engine}-*.csv"))]
    if not pieces:
        return np.zeros((0, len(world.NAMES)), dtype=np.int64)
    frame = pd.concat(pieces)
    return frame[~frame.index.duplicated()].sort_index().to_numpy(dtype=np.int64)


def tell():
    """Counts and p values of each engine and of both together; the figure."""
    from reconcile import plot

    found = {engine: kept(engine) for engine in SIZES}
    found["both"] = np.vstack(list(found.values()))
    for name, ranks in found.items():
        if not len(ranks):
            continue
        told = Ranks(ranks, DRAWS, world.NAMES)
        print(f"\n{name}: {len(ranks)} ledgers")
        for k, p in enumerate(told.p_values()):
            counts = " ".join(f"{c:3d}" for c in told.counts()[:, k])
            u = (ranks[:, k] + 0.5) / (DRAWS + 1)
            inside = [np.mean(np.abs(u - 0.5) < level / 2) for level in (0.5, 0.9)]
            print(
                f"  {world.NAMES[k]:14s} p {p:6.4f}  {counts}   50 % holds {inside[0]:.2f}, "
                f"90 % {inside[1]:.2f}, mean rank {u.mean():.3f}"
            )
        axes = plot.calibration({"pit": told.pit}, title=f"Ranks of {len(ranks)} simulated truths")
        axes.figure.savefig(FOLDER / f"{name}.png", dpi=150)


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["run", engine, first, last]:
            run(engine, int(first), int(last))
        case ["tell"]:
            tell()
        case _:
            for at in range(1000, 1300, 75):
                for engine in SIZES:
                    if not (FOLDER / f"{engine}-{at}-{at + 75}.csv").exists():
                        run(engine, at, at + 75)
            tell()
