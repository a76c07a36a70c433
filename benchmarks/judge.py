"""The engine against slow, exact ways to the posterior of the same model.

    python benchmarks/judge.py                  claims of one day (quadrature), then series (SMC)
    python benchmarks/judge.py typo --n 8000    those with this text in the name, more particles
    python benchmarks/judge.py --formulation    the constants of the formulation, not the engine's

For each question: the engine's 90 % interval and median beside the reference's, the reference's
mass inside the engine's interval (.87 to .93 wanted) and the log ratio of the medians (below .05).
The model is that of tests/reference_model.py, written down from its equations alone; its constants
stand in one dataclass. With 4,000 particles a mass is known to about .01.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
import warnings
from datetime import date
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
TESTS = Path(__file__).parent.parent / "tests"
sys.path[:0] = [str(TESTS), str(TESTS / "questions")]
warnings.simplefilter("ignore")

import numpy as np  # noqa: E402
import pandas as pd  # noqa: E402
from reference_model import AS_BUILT, Constants, Reference  # noqa: E402
from reference_sampler import quadrature, smc  # noqa: E402
from stranger_cases import at_once, said  # noqa: E402

import reconcile  # noqa: E402

DAY = "2022-02-09"
ONE_DAY = {
    "lone claim": [137_946],
    "lone round claim": [1000],
    "two agree": [73, 73],
    "two apart": [500, 4000],
    "three agree": [5240] * 3,
    "six within 4 %": [985, 992, 1000, 1008, 1015, 1020],
    "six over a factor of 4": [480, 700, 900, 1100, 1500, 2100],
    "eight spread by .6": [210, 330, 480, 640, 700, 980, 1500, 2300],
    "two camps": [61, 60, 64, 310, 300, 325],
    "a tenth beside three": [26_300, 26_450, 2640, 26_380],
    "zero beside two": [137_946, 0, 137_946],
    "three say none": [0, 0, 0],
    "ten rounded": [200, 250, 180, 300, 200, 220, 270, 200, 190, 240],
}
UNEVEN = [31, 84, 118, 123, 190, 266]
SERIES = {
    "lone A, three days": (said("n", "x", [100, 200, 300], "2022-05-02", 1, "A"), (0, 2, 9)),
    "lone F, uneven": (said("n", "x", UNEVEN, "2022-05-02", 3), (7, 15, 22)),
    "two sources": ([*said("n", "x", UNEVEN, "2022-05-02", 3, "B"),
                     *said("n", "y", [40, 109, 153, 160, 247], "2022-05-03", 3, "C")], (7, 15, 22)),
    "typo": (said("n", "x", [310, 325, 3400, 352, 366], "2022-05-02", 1, "A"), (2, 4)),
    "correction": (said("n", "x", [2300, 2450, 2900, 2510, 2560], "2022-05-02", 2, "B"), (4, 8)),
    "zeros, then a rise": (said("n", "x", [0, 0, 0, 12, 25, 40], "2022-05-02", 1, "A"), (2, 5)),
    "zeros, then once 640": (said("n", "x", [0, 0, 0, 0, 640], "2022-05-02", 1, "A"), (2, 4)),
    "leap confirmed": (said("n", "x", [100, 102, 103, 6000, 6010], "2022-05-02", 1), (2, 4)),
    "camps": ([*said("n", "x", [100, 150, 200], "2022-05-02", 3),
               *said("n", "y", [1000, 1500, 2000], "2022-05-02", 3)], (6, 13)),
    "flows": (said("n", "x", [31, 53, 34, 15], "2022-05-04", 3, "B", flow=True), (5, 11)),
    "long gap": ([r for v, d in ((80, "2022-03-01"), (300, "2022-04-10"), (610, "2022-06-09"))
                  for r in said("n", "club", [v], d, grade="B")], (20, 40, 70)),
    "words": (said("n", "x", ["at least 60", "about 85", "90", "80 to 120"], "2022-05-02", 2, "C"),
              (0, 6)),
    "three sources of one trend": (
        [r for s, f in (("x", 1.0), ("y", 1.3), ("z", 0.9))
         for r in said("n", s, [round(f * v) for v in (50, 110, 160, 230)], "2022-05-02", 4)],
        (6, 12)),
}  # fmt: skip


def engine(rows, day):
    ledger = reconcile.read_ledger(pd.DataFrame(rows))
    answer = reconcile.estimate("n", day, ledger=ledger)
    inside = answer.interval(0.9)
    return ledger, inside.lower, answer.median, inside.upper


def line(name, found, ends, mass, seconds):
    low, median, high = found
    apart = abs(np.log(max(median, 0.5) / max(ends[1], 0.5)))
    good = 0.87 <= mass <= 0.93 and apart <= 0.05
    print(
        f"{'ok  ' if good else 'FAIL'} {name:34s} engine {median:9.4g} [{low:.4g}, {high:.4g}]"
        f"  exact {ends[1]:9.4g} [{ends[0]:.4g}, {ends[2]:.4g}]  mass {mass:.3f}"
        f"  medians {apart:.3f}  ({seconds:.0f} s)",
        flush=True,
    )
    return good


def one_day(name, values, constants):
    rows, begin = at_once("n", DAY, values), time.process_time()
    ledger, low, median, high = engine(rows, DAY)
    exact = quadrature(Reference.of(ledger, constants))
    ends = [exact.quantile(p) for p in (0.05, 0.5, 0.95)]
    mass = exact.holds(low, high)
    yield line(name, (low, median, high), ends, mass, time.process_time() - begin)


def series(name, rows, days, constants, n, seed):
    begin = time.process_time()
    ledger = reconcile.read_ledger(pd.DataFrame(rows))
    last = max(claim.period.last for claim in ledger)
    first = min(claim.period.first for claim in ledger)
    asked = [date.fromordinal(first.toordinal() + day) for day in days]
    horizon = max(0, (max(asked) - last).days)
    sampled = smc(Reference.of(ledger, constants, horizon=horizon), n, seed=seed)
    for day in asked:
        _, low, median, high = engine(rows, day)
        ends = [sampled.quantile(day, p) for p in (0.05, 0.5, 0.95)]
        mass = sampled.holds(day, low, high)
        spent, begin = time.process_time() - begin, time.process_time()
        yield line(f"{name}, {day:%d %b}", (low, median, high), ends, mass, spent)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("word", nargs="?", default="")
    parser.add_argument("--n", type=int, default=4000, help="particles")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--formulation", action="store_true")
    chosen = parser.parse_args()
    constants = Constants() if chosen.formulation else AS_BUILT
    good = []
    for name, values in ONE_DAY.items():
        if chosen.word in name:
            good += list(one_day(name, values, constants))
    for name, (rows, days) in SERIES.items():
        if chosen.word in name:
            good += list(series(name, rows, days, constants, chosen.n, chosen.seed))
    print(f"judge: {sum(good)}/{len(good)} within .87 to .93 of the mass and 5 % of the median")


if __name__ == "__main__":
    main()
