"""Every measured row of the model on the PNAS replication claims (Radford et al. 2023).

    RECONCILE_BENCH=<folder> python benchmarks/pnas.py [fit cv streams splits growth cost memory]

One process, one core (OMP_NUM_THREADS=1); times are process seconds.
"""

from __future__ import annotations

import os
import sys
import time
import tracemalloc
from datetime import date, timedelta

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np
import pandas as pd

import reconcile
from reconcile.values import Claim, Period, Phrase, Quantity, Source

FOLDER = os.path.join(os.environ.get("RECONCILE_BENCH", ""), "pnas2023")
LEVELS = (0.5, 0.8, 0.9, 0.95)


def table():
    return pd.read_csv(os.path.join(FOLDER, "replication-data-pnas.csv"))


def timed(what):
    begin = time.process_time()
    found = what()
    return found, time.process_time() - begin


def scores(predictive, seed):
    """CRPS of log1p count, its median's error, log mass, randomised PIT: (N, 4)."""
    said = predictive.value
    p = (np.arange(200) + 0.5) / 200
    q, y = np.log1p(predictive.quantile(p)), np.log1p(said)[:, None]
    crps = np.mean(2 * np.where(y < q, (1 - p) * (q - y), p * (y - q)), axis=1)
    low, high = predictive.cdf(said - 0.5), predictive.cdf(said + 0.5)
    pit = low + np.random.default_rng(seed).random(len(said)) * (high - low)
    median = np.abs(np.log1p(predictive.quantile(0.5)) - y[:, 0])
    return np.column_stack([crps, median, predictive.log_mass, pit])


def told(name, rows):
    crps, median, mass, pit = rows.T
    covered = [np.mean(np.abs(pit - 0.5) < level / 2) for level in LEVELS]
    print(
        f"{name:16s} n {len(rows):5d}  CRPS {crps.mean():.4f}"
        f" (se {crps.std() / len(crps) ** 0.5:.4f})"
        f"  median error {np.median(median):.4f}  log mass {mass.mean():.3f}"
        f" (median {np.median(mass):.2f})  covers 50/80/90/95: "
        + " ".join(f"{share:.3f}" for share in covered),
        flush=True,
    )


def fitted(ledger):
    """A fit of `ledger` whose components all have their posterior."""
    fit = reconcile.fit(ledger)
    for component in fit.components():
        fit.posterior(next(iter(component.quantities)))
    return fit


def run_fit():
    fit, seconds = timed(lambda: fitted(reconcile.read_ledger(table())))
    print(f"fit of {len(fit.ledger):,} claims: {seconds:.2f} s", flush=True)
    answer, seconds = timed(lambda: fit.estimate("tanks-russia", "2022-12-18"))
    print(f"estimate: {seconds:.2f} s; explain: {timed(answer.explain)[1]:.2f} s")


def run_cv():
    data = table()
    fold = (
        pd.read_csv(os.path.join(FOLDER, "folds.csv")).sort_values("row_index")["fold"].to_numpy()
    )
    rows = np.zeros((len(data), 4))
    for f in range(5):
        fit = reconcile.fit(reconcile.read_ledger(data[fold != f]))
        rows[fold == f] = scores(fit.predictive(reconcile.read_ledger(data[fold == f])), f)
    ua = (data["claim_source"] == "UA Source").to_numpy()
    told("5-fold CV", rows)
    told("  UA", rows[ua])
    told("  non-UA", rows[~ua])


def run_streams(most=90):
    """Whole streams held out: a source's claims on one series."""
    data = table()
    keys = data.groupby(["loss_type", "claim_source"]).size().index.tolist()
    rows, covers, begin = [], [], time.process_time()
    for loss, source in keys[:most]:
        out = ((data["loss_type"] == loss) & (data["claim_source"] == source)).to_numpy()
        rest = data[~out]
        if loss not in set(rest["loss_type"]):
            continue
        fit = reconcile.fit(reconcile.read_ledger(rest))
        found = scores(fit.predictive(reconcile.read_ledger(data[out])), 0)
        rows.append(found)
        covers.append(np.mean(np.abs(found[:, 3] - 0.5) < 0.45))
    told("whole streams", np.vstack(rows))
    print(f"  {time.process_time() - begin:.0f} s")
    print(
        f"  mean over {len(covers)} streams of the 90 % coverage: {np.mean(covers):.3f}", flush=True
    )


def run_splits():
    """The last eight weeks, gaps of a month, two months ahead, each source but the largest."""
    data = table()
    day = data["days"].to_numpy()
    gaps = [(day > first) & (day <= first + 30) for first in range(30, 301, 45)]
    ahead = [((day > first), (day <= first + 60)) for first in (120, 180, 240, 300)]
    told("last 8 weeks", held_out(data, day > 309))
    told("gap of a month", held_out(data, (day > 150) & (day <= 180)))
    told("7 such gaps", np.vstack([held_out(data, out) for out in gaps]))
    told("4 x 2 months on", np.vstack([held_out(data, out, asked) for out, asked in ahead]))
    for name in sorted(set(data["claim_source"]) - {"UA Source"}):
        told(f"no {name}"[:16], held_out(data, (data["claim_source"] == name).to_numpy()))


def held_out(data, out, asked=True):
    """Scores of the claims `out` (of series that others speak of), or of those `asked` of them."""
    out = out & data["loss_type"].isin(set(data["loss_type"][~out])).to_numpy()
    fit = reconcile.fit(reconcile.read_ledger(data[~out]))
    return scores(fit.predictive(reconcile.read_ledger(data[out & asked])), 0)


ORIGIN = date(2022, 2, 24)


def simulated(seed, days=200, sources=3, drift=0.1, sigma=0.03, each=0.5):
    """A total with a walking rate, told by sources that drift and now and then repeat."""
    rng = np.random.default_rng(seed)
    lam = np.zeros(days)
    lam[0] = rng.normal(2.5, 0.7)
    for j in range(1, days):
        lam[j] = (
            2.5
            + np.exp(-1 / 21) * (lam[j - 1] - 2.5)
            + 0.25 * rng.normal() * np.sqrt(21 * (1 - np.exp(-2 / 21)) / 2)
        )
    total = np.cumsum(np.exp(lam))
    quantity = Quantity("loss", epoch=ORIGIN)
    claims = []
    for s in range(sources):
        house, e = rng.normal(0, 0.35), rng.normal(0, drift)
        phi = np.exp(-1 / 60)
        for j in range(days):
            e = phi * e + drift * np.sqrt(1 - phi**2) * rng.normal()
            if rng.random() < each:
                said = round(float(total[j] * np.exp(house + e + sigma * rng.standard_t(4))))
                phrase = Phrase(
                    str(said), "exact", reconcile.Interval(said, said), nominal=float(said)
                )
                on = Period.on(ORIGIN + timedelta(days=j))
                claims.append(Claim(f"{s}-{j}", "loss", f"s{s}", phrase, on))
    named = [Source(f"s{s}", reliability="C") for s in range(sources)]
    return reconcile.Ledger.of(claims, [quantity], named), total


def run_growth(replicates=150):
    """Growth over 98 days, at one repeating source: how often the 90 % interval holds it."""
    for first in (0, 1000):
        held = sum(growth_held(seed) for seed in range(first, first + replicates)) / replicates
        error = (held * (1 - held) / replicates) ** 0.5
        print(
            f"growth over 98 days, {replicates} replicates from seed {first}:"
            f" 90 % covers {held:.3f} (se {error:.3f})",
            flush=True,
        )


def growth_held(seed):
    """Whether the interval of one simulated ledger holds the growth."""
    ledger, total = simulated(seed, sources=1, each=0.9)
    paths = reconcile.fit(ledger).draws(400, seed)["loss"]
    growth = paths[:, 170] - paths[:, 72]
    low, high = np.quantile(growth, [0.05, 0.95])
    return low <= total[170] - total[72] <= high


def run_cost():
    """Claims of K simulated series by ten sources, series by series."""
    for n in (10_000, 100_000, 1_000_000):
        claims, quantities, sources = many(n)
        ledger = reconcile.Ledger.of(claims, list(quantities.values()), list(sources.values()))
        _, seconds = timed(lambda ledger=ledger: fitted(ledger))
        print(f"{n:,} claims: {seconds:.1f} s", flush=True)


def many(n, seed=0, days=365, streams=10):
    """n claims: series of up to 365 days, ten sources each, a day being told by all of them."""
    rng = np.random.default_rng(seed)
    series = max(n // (days * streams), 1)
    quantities = {f"q{k}": Quantity(f"q{k}", epoch=ORIGIN) for k in range(series)}
    sources = {f"s{s}": Source(f"s{s}", reliability="C") for s in range(streams)}
    on = [Period.on(ORIGIN + timedelta(days=j)) for j in range(days)]
    claims = []
    for k in range(series):
        total = np.cumsum(np.exp(rng.normal(2.5, 0.7) + 0.1 * np.cumsum(rng.normal(size=days))))
        for s in range(streams):
            factor = np.exp(rng.normal(0, 0.3) + 0.02 * rng.standard_t(4, days))
            said = np.round(total * factor)
            claims += [
                Claim(
                    f"{k}-{s}-{j}",
                    f"q{k}",
                    f"s{s}",
                    Phrase(str(x), "exact", reconcile.Interval(x, x), nominal=x),
                    on[j],
                )
                for j, x in enumerate(said.tolist())
            ]
    return claims[:n], quantities, sources


def run_memory():
    ledger = reconcile.read_ledger(table())
    tracemalloc.start()
    fitted(ledger)
    print(f"peak memory of the fit: {tracemalloc.get_traced_memory()[1] / 1e6:.0f} MB", flush=True)


RUNS = {
    "fit": run_fit,
    "cv": run_cv,
    "streams": run_streams,
    "splits": run_splits,
    "growth": run_growth,
    "memory": run_memory,
    "cost": run_cost,
}

if __name__ == "__main__":
    for name in sys.argv[1:] or RUNS:
        RUNS[name]()
