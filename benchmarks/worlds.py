"""Worlds that are not the model's own: do 90 % intervals hold 90 %, and how wide are they?

    python benchmarks/worlds.py --quick            some 200 worlds, 3 to 60 claims
    python benchmarks/worlds.py --jobs 2           all: 17 mechanisms, 3 to 300 claims, 12 of each
    python benchmarks/worlds.py --only copying typos --sizes 8 20 --each 20 --seed 5

Each world (benchmarks/world_mechanisms.py) is asked in the middle, at its last claim and two weeks
on, as the median total of the day. Scores are interval scores of 90 % intervals of logs (Gneiting
and Raftery 2007): width + 20 times what the truth lies outside; truths and ends below half a unit
count as half a unit, so that a zero is held by an interval that begins below .5. Beside the model:

latest   median of the latest claim of each source, log-normal, sd of the logs of those claims
         (at least .15; .5 where one source speaks)
trend    a line through the logs of the eight claims nearest in time, prediction interval (t)
effects  DerSimonian and Laird on the same eight claims, Hartung-Knapp interval of the mean

Standard errors are of the mean over worlds (the three questions of a world are not independent).
Every score is kept in out/worlds-<seed>.csv; `--against other.csv` (a run of another version with
the same seed) adds the paired differences of interval scores.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
import warnings
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from datetime import date
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
sys.path.insert(0, str(Path(__file__).parent))

import numpy as np
import pandas as pd
from scipy import stats
from world_mechanisms import DAYS, MECHANISMS, make

import reconcile
from reconcile import Ledger

OUT = Path("out")
LEVEL = 0.9
RIVALS = ("latest", "trend", "effects")


def log(x):
    return float(np.log(max(x, 0.5)))


def score(lower, upper, truth):
    """Interval score of logs."""
    low, high, y = log(lower), log(upper), log(truth)
    return high - low + 2 / (1 - LEVEL) * (max(low - y, 0) + max(y - high, 0))


def holds(lower, upper, truth):
    return lower <= truth <= upper or (truth < 0.5 and lower < 0.5)


# ------------------------------------------------------------------ rivals, in logs


def totals(ledger):
    """Day, source, log number of every claim about a total or level."""
    spoken = []
    for claim in ledger:
        if claim.additional or claim.period.first != claim.period.last:
            continue
        inside = claim.phrase.interval
        number = claim.phrase.nominal
        if number is None:
            number = inside.lower if np.isfinite(inside.lower) else inside.upper
        spoken.append((claim.period.last.toordinal(), claim.source, log(number)))
    return sorted(spoken)


def latest(spoken, day):
    last = {source: y for at, source, y in spoken if at <= day}
    if not last:
        last = {spoken[0][1]: spoken[0][2]}
    y = np.array(list(last.values()))
    sd = max(np.std(y, ddof=1), 0.15) if len(y) > 1 else 0.5
    return np.median(y) - 1.645 * sd, np.median(y) + 1.645 * sd


def nearest(spoken, day, k=8):
    return sorted(spoken, key=lambda c: abs(c[0] - day))[:k]


def trend(spoken, day):
    near = nearest(spoken, day)
    t, y = np.array([c[0] - day for c in near], float), np.array([c[2] for c in near])
    if len(near) < 4 or np.ptp(t) == 0:
        return latest(spoken, day)
    design = np.column_stack([np.ones_like(t), t])
    inverse = np.linalg.inv(design.T @ design)
    fitted = inverse @ design.T @ y
    left = y - design @ fitted
    variance = max(left @ left / (len(y) - 2), 1e-4)
    wide = stats.t.ppf(0.95, len(y) - 2) * np.sqrt(variance * (1 + inverse[0, 0]))
    return fitted[0] - wide, fitted[0] + wide


def effects(spoken, day, within=0.1):
    y = np.array([c[2] for c in nearest(spoken, day)])
    if len(y) < 2:
        return latest(spoken, day)
    w = np.full(len(y), within**-2)
    q = w @ (y - y.mean()) ** 2
    tau2 = max(0.0, (q - (len(y) - 1)) / (w.sum() - (w @ w) / w.sum()))
    star = 1 / (within**2 + tau2)
    hk = max(star * np.sum((y - y.mean()) ** 2) / (len(y) - 1), 1.0)
    wide = stats.t.ppf(0.95, len(y) - 1) * np.sqrt(hk / (star * len(y)))
    return y.mean() - wide, y.mean() + wide


# ------------------------------------------------------------------ one world


def ledger_of(world):
    ledger = reconcile.read_ledger(pd.DataFrame(world.rows))
    known = [replace(q, kind=world.kind) for q in ledger.quantities.values()]
    return Ledger.of(ledger.claims, known, ledger.sources, warnings=ledger.warnings)


def scored(plan):
    """Rows of scores of one world; an answer that fails is a row with its error."""
    mechanism, n, graded, factor, seed = plan
    warnings.simplefilter("ignore")
    world = make(mechanism, n, graded=graded, factor=factor, seed=seed)
    about = {"mechanism": mechanism, "n": n, "graded": graded, "factor": factor,
             "world": "-".join(map(str, (list(MECHANISMS).index(mechanism), n, seed[-1]))),
             "spread": world.spread}  # fmt: skip
    ledger = ledger_of(world)
    begin, rows, spoken = time.process_time(), [], totals(ledger)
    try:
        fit = reconcile.fit(ledger)
        found = {q: fit.estimate("n", day) for q, (day, _) in world.truths.items()}
        error = ""
    except Exception as problem:
        found, error = {}, f"{type(problem).__name__}: {str(problem)[:120]}"
    spent = time.process_time() - begin
    for question, (day, truth) in world.truths.items():
        row = {**about, "question": question, "day": day, "truth": truth, "error": error,
               "seconds": spent}  # fmt: skip
        if question in found:
            inside, half = found[question].interval(LEVEL), found[question].interval(0.5)
            row |= {"median": found[question].median, "lower": inside.lower, "upper": inside.upper,
                    "holds": holds(inside.lower, inside.upper, truth),
                    "holds50": holds(half.lower, half.upper, truth),
                    "score": score(inside.lower, inside.upper, truth)}  # fmt: skip
        at = date.fromisoformat(day).toordinal()
        for rival in RIVALS:
            low, high = np.exp(globals()[rival](spoken, at))
            row |= {
                f"{rival} holds": holds(low, high, truth),
                f"{rival} score": score(low, high, truth),
            }
        rows.append(row)
    return rows


# ------------------------------------------------------------------ what is printed


def mean_se(frame, column):
    """Mean, and its standard error over worlds."""
    each = frame.groupby("world")[column].mean()
    se = each.std(ddof=1) / np.sqrt(len(each)) if len(each) > 1 else np.nan
    return frame[column].mean(), se


def line(name, frame):
    covered, se = mean_se(frame, "holds")
    text = f"{name:18s} {frame['world'].nunique():5d}  {covered:.3f} ({se:.3f})  "
    text += f"{frame['holds50'].mean():.2f}  {frame['score'].mean():6.2f}  "
    for rival in RIVALS:
        frame = frame.assign(gain=frame["score"] - frame[f"{rival} score"])
        gain, gain_se = mean_se(frame, "gain")
        text += f"  {frame[f'{rival} holds'].mean():.2f} {frame[f'{rival} score'].mean():6.2f}"
        text += f" {gain:+6.2f} ({gain_se:.2f})"
    print(text)


def tell(frame):
    failed = frame[frame["error"] != ""]
    done = frame[frame["error"] == ""].astype({"holds": float, "holds50": float})
    if len(failed):
        print(f"FAILED: {failed['world'].nunique()} worlds, e.g. {failed.iloc[0].to_dict()}")
    if done.empty:
        return
    done["of spread"] = pd.cut(done["spread"], [0, 0.1, 0.2, 0.4, 1])
    print(
        f"{'':18s} worlds holds 90 (se)  50   score    latest: holds, score, difference (se);"
        " trend; effects"
    )
    line("all", done)
    for column in ("n", "question", "graded", "factor", "of spread", "mechanism"):
        print(column)
        for name, part in done.groupby(column, sort=column != "mechanism", observed=True):
            line(f"  {name}", part)
    sizes = done.groupby("n")["seconds"]
    print("seconds a world:", " ".join(f"{n}: {s:.2f}" for n, s in sizes.median().items()))
    below, above = (done["truth"] < done["lower"]).mean(), (done["truth"] > done["upper"]).mean()
    print(f"truth below the interval {below:.3f}, above it {above:.3f}")


def tell_against(frame, path):
    """Paired differences of scores with another version's run of the same worlds."""
    keys = ["world", "question"]
    other = pd.read_csv(path)[[*keys, "holds", "score"]]
    both = frame.merge(other, on=keys, suffixes=("", " then")).dropna(
        subset=["score", "score then"]
    )
    both["gain"] = both["score"] - both["score then"]
    print(f"against {path}: score now, then, difference (se); holds now, then")
    for column in ("n", "question", "graded", "factor", "mechanism", None):
        parts = both.groupby(column, sort=column != "mechanism") if column else [("all", both)]
        for name, part in parts:
            gain, se = mean_se(part, "gain")
            print(
                f"  {name!s:18s} {part['score'].mean():6.2f} {part['score then'].mean():6.2f}"
                f" {gain:+6.2f} ({se:.2f})   {part['holds'].mean():.3f}"
                f" {part['holds then'].mean():.3f}"
            )


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="3 to 60 claims, 4 worlds of each")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--each", type=int, help="worlds of each mechanism and size")
    parser.add_argument("--sizes", type=int, nargs="+", choices=list(DAYS))
    parser.add_argument("--against", help="scores kept by a run of another version")
    parser.add_argument("--only", nargs="+", choices=list(MECHANISMS), default=list(MECHANISMS))
    chosen = parser.parse_args()
    sizes = chosen.sizes or ([3, 8, 20, 60] if chosen.quick else list(DAYS))
    each = chosen.each or (4 if chosen.quick else 12)
    plans = [
        (mechanism, n, r % 2 == 0, (1, 1000)[r // 2 % 2],
         (chosen.seed, list(MECHANISMS).index(mechanism), n, r))
        for r in range(each) for n in sizes for mechanism in chosen.only
    ]  # fmt: skip
    begin = time.time()
    if chosen.jobs > 1:
        with ProcessPoolExecutor(chosen.jobs) as pool:
            rows = [row for part in pool.map(scored, plans, chunksize=4) for row in part]
    else:
        rows = []
        for i, plan in enumerate(plans):
            rows += scored(plan)
            print(f"\r{i + 1} of {len(plans)}", end="", file=sys.stderr)
    frame = pd.DataFrame(rows)
    OUT.mkdir(exist_ok=True)
    frame.to_csv(OUT / f"worlds-{chosen.seed}.csv", index=False)
    tell(frame)
    if chosen.against:
        tell_against(frame, chosen.against)
    print(f"{len(plans)} worlds in {time.time() - begin:.0f} s")


if __name__ == "__main__":
    main()
