"""Finished disasters: does the answer for the final toll hold, from what was said in two months?

    python benchmarks/disasters.py                  all events, prior of growth without the event
    python benchmarks/disasters.py --prior default  with the engine's own prior of growth
    python benchmarks/disasters.py haiti kobe       some events, each answer

The ledgers are those of benchmarks/data/disasters.toml: one quantity, `closed` on its day where the
version knows the field. Asked on days 1, 3, 7, 14, 30 and 60 as of that day, where something new
was said since the day asked before. Scored by 90 % coverage and the interval score of logs, beside

latest   the latest number, log-normal, sd .5
by age   the latest number times the growth from that age on in the other events (mean, sd, t)
curve    the log-logistic curves of benchmarks/completeness.py, learnt without the event

Standard errors are over events.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
import warnings
from dataclasses import fields, replace
from datetime import timedelta
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
sys.path.insert(0, str(Path(__file__).parent))

import numpy as np
import pandas as pd
from completeness import events, foretold, without
from scipy import stats

import reconcile
from reconcile import Ledger, Quantity
from reconcile.values import Prior

DAYS = (1, 3, 7, 14, 30, 60)
KNOWS_CLOSED = "closed" in {field.name for field in fields(Quantity)}
METHODS = ("model", "latest", "by age", "curve")


def ledger_of(event, prior="learnt"):
    """The claims of an event as a ledger, its quantity closed where the version knows that."""
    rows = [
        {"quantity": "dead", "source": who, "value": number,
         "on": (event.closed + timedelta(days=day)).isoformat(),
         "said": (event.closed + timedelta(days=day)).isoformat()}
        for day, number, who in event.claims
    ]  # fmt: skip
    read = reconcile.read_ledger(pd.DataFrame(rows))
    about = read.quantities["dead"]
    if KNOWS_CLOSED:
        about = replace(about, closed=event.closed)
        if prior == "learnt":
            about = replace(about, priors=priors(event))
    return Ledger.of(read.claims, [about], read.sources, warnings=read.warnings)


def priors(event):
    """What the other events teach about how counts grow."""
    growth, reason = without(event.id), "learnt from the other finished disasters"
    return (
        Prior("half_time", growth.half_time, growth.half_time_log_sd, reason),
        Prior("slope", growth.slope, growth.slope_log_sd, reason),
    )


def latest(event, day):
    said = np.log(event.known(day)[-1][1])
    return said - 0.5 * 1.645, said, said + 0.5 * 1.645


def by_age(event, day):
    """Growth of the other events from their latest number of that day on."""
    others = [e for e in events() if e.id != event.id and e.known(day)]
    growth = np.array([np.log(e.accepted / e.known(day)[-1][1]) for e in others])
    wide = stats.t.ppf(0.95, len(growth) - 1) * growth.std(ddof=1) * np.sqrt(1 + 1 / len(growth))
    middle = np.log(event.known(day)[-1][1]) + growth.mean()
    return middle - wide, middle, middle + wide


def curve(event, day):
    return tuple(foretold(event.known(day), without(event.id)))


def model(event, day, ledger):
    at = event.closed + timedelta(days=day)
    answer = reconcile.estimate("dead", at, ledger=ledger, as_of=at)
    inside = answer.interval(0.9)
    return tuple(np.log(np.maximum([inside.lower, answer.median, inside.upper], 0.5)))


def asked(event):
    """The days on which something new was known."""
    counts = [len(event.known(day)) for day in DAYS]
    before = [0, *counts[:-1]]
    return [day for day, now, then in zip(DAYS, counts, before, strict=True) if now > then]


def row(event, day, method, ends, seconds):
    low, middle, high = ends
    truth = np.log(event.accepted)
    return {
        "event": event.id, "kind": event.kind, "day": day, "method": method,
        "said": event.known(day)[-1][1], "accepted": event.accepted,
        "lower": np.exp(low), "median": np.exp(middle), "upper": np.exp(high),
        "holds": float(low <= truth <= high), "error": abs(middle - truth),
        "score": high - low + 20 * (max(low - truth, 0) + max(truth - high, 0)),
        "seconds": seconds,
    }  # fmt: skip


def scored(event, prior):
    ledger, rows = ledger_of(event, prior), []
    for day in asked(event):
        begin = time.process_time()
        rows.append(row(event, day, "model", model(event, day, ledger), 0))
        rows[-1]["seconds"] = time.process_time() - begin
        for method in (latest, by_age, curve):
            name = method.__name__.replace("_", " ")
            rows.append(row(event, day, name, method(event, day), 0))
    return rows


def mean_se(frame, column):
    each = frame.groupby("event")[column].mean()
    return frame[column].mean(), each.std(ddof=1) / np.sqrt(len(each)) if len(each) > 1 else np.nan


def tell(frame):
    wide = frame.pivot(index=["event", "day"], columns="method", values="score").reset_index()
    groups = [("all", frame)] + [(f"day {day}", part) for day, part in frame.groupby("day")]
    groups += list(frame.groupby("kind"))
    print(f"{'':12s} n    " + "".join(f"{m}: holds (se), score, error   " for m in METHODS))
    for name, part in groups:
        text = f"{name:12s} {len(part) // len(METHODS):3d}  "
        for method in METHODS:
            one = part[part["method"] == method]
            covered, se = mean_se(one, "holds")
            text += (
                f"{covered:.2f} ({se:.2f}) {one['score'].mean():5.2f} {one['error'].mean():.2f}   "
            )
        print(text)
    for rival in METHODS[1:]:
        gain, se = mean_se(wide.assign(gain=wide["model"] - wide[rival]), "gain")
        print(f"score less that of {rival}: {gain:+.2f} ({se:.2f})")
    print(f"seconds an answer: {frame.loc[frame['method'] == 'model', 'seconds'].median():.2f}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("events", nargs="*", help="text in the id of an event")
    parser.add_argument("--prior", choices=("learnt", "default"), default="learnt")
    chosen = parser.parse_args()
    warnings.simplefilter("ignore")
    if not KNOWS_CLOSED:
        print("quantities have no field `closed` yet: answered as totals that go on")
    some = [e for e in events() if not chosen.events or any(t in e.id for t in chosen.events)]
    rows = []
    for event in some:
        rows += scored(event, chosen.prior)
        print(f"\r{event.id:30s}", end="", file=sys.stderr)
    frame = pd.DataFrame(rows)
    if chosen.events:
        print(frame.round(2).to_string(index=False))
    tell(frame)
    Path("out").mkdir(exist_ok=True)
    frame.to_csv(Path("out") / "disasters.csv", index=False)


if __name__ == "__main__":
    main()
