"""Four more fields, simulated after the pool had been built on `pool_fields`: registers that
copy one another, reports held up over weekends, a panel that herds, forecasts that split in two.
What was scored at first sight stands in docs/pool.md.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from pool_fields import DATED, Field

__all__ = ["FIELDS"]


def registers(seed: int, *, towns: int = 140) -> pd.DataFrame:
    """Populations: an agency that has the truth, an old census, whoever counts the suburbs too, and
    sites that copy one of them to the digit, round it or drop a digit."""
    rng = np.random.default_rng(seed)
    rows: list[tuple[object, ...]] = []
    for town in range(towns):
        truth = int(np.exp(rng.normal(10.5, 1.6)))
        old = int(truth * np.exp(-rng.gamma(2, 0.04) * rng.choice([1, 1, 1, -1])))
        suburbs = int(truth * rng.uniform(1.2, 2.5))
        primary = {"agency": truth, "census": old, "metro": suburbs}
        spoken = {
            name: said
            for (name, said), share in zip(primary.items(), (0.4, 0.7, 0.5), strict=True)
            if rng.random() < share
        } or {"census": old}
        pool_ = list(primary.values())
        for site in np.flatnonzero(rng.random(10) < 0.35):
            copied = pool_[rng.choice(3, p=[0.55, 0.3, 0.15])]
            kind = rng.random()
            if kind < 0.15:
                copied = int(round(copied, -3)) or copied
            elif kind < 0.22:
                copied = copied // 10
            spoken[f"site{site}"] = copied
        rows += [(f"t{town}", name, said, truth) for name, said in spoken.items()]
    return pd.DataFrame(rows, columns=["item", "source", "value", "truth"])


def admissions(seed: int, *, days: int = 150, wards: int = 2) -> pd.DataFrame:
    """Admissions nowcast after 0 to 3 days by a desk that counts what has come in (little at
    weekends, all of it on Tuesdays) and one that scales it up by a rule of its own."""
    rng = np.random.default_rng(seed)
    rows: list[tuple[object, ...]] = []
    for ward in range(wards):
        wave = 3.6 + 0.8 * np.sin(np.arange(days) / 15 + 2 * ward)
        wave = wave + np.cumsum(rng.normal(0, 0.06, days))
        for day in range(days):
            truth = int(rng.negative_binomial(20, 20 / (20 + np.exp(wave[day]))))
            for delay in range(4):
                closed = (day + delay) % 7 >= 5
                share = np.clip([0.3, 0.6, 0.8, 0.9][delay] * (0.4 if closed else 1.0), 0, 1)
                share = 0.97 if (day + delay) % 7 == 1 and delay else share
                seen = int(rng.binomial(truth, share))
                scaled = round(seen / [0.35, 0.55, 0.8, 0.9][delay] * np.exp(rng.normal(0, 0.1)))
                when = (day + delay, truth, day + 9, f"after {delay}")
                rows.append((f"{ward}|{day}|{delay}", "desk", seen, *when))
                rows.append((f"{ward}|{day}|{delay}", "scaled", scaled, *when))
    return pd.DataFrame(rows, columns=["item", "source", "value", *DATED, "group"])


def herd(seed: int, *, quarters: int = 56, lands: int = 9, panel: int = 14) -> pd.DataFrame:
    """Forecasts of inflation by a panel that comes and goes: all hold on to last quarter's
    consensus, and now and then the level jumps for all countries at once."""
    rng = np.random.default_rng(seed)
    level, consensus = rng.normal(2, 1, lands), rng.normal(2, 1, lands)
    lean, hold = rng.normal(0, 0.3, panel), rng.uniform(0.4, 0.95, panel)
    rows: list[tuple[object, ...]] = []
    for quarter in range(quarters):
        jump = rng.normal(0, 2.5) if rng.random() < 0.08 else 0.0
        level = 2 + 0.92 * (level - 2) + jump + rng.normal(0, 0.35, lands)
        here = (np.arange(panel) + quarter // 6) % 3 > 0
        for land in range(lands):
            signal = level[land] - jump + rng.normal(0, 0.25, panel)
            said = hold * consensus[land] + (1 - hold) * signal + lean + rng.normal(0, 0.1, panel)
            consensus[land] = 0.5 * said.mean() + 0.5 * level[land]
            when = (quarter, round(level[land] + rng.normal(0, 0.15), 1), quarter + 1)
            for one in np.flatnonzero(here & (rng.random(panel) < 0.7)):
                rows.append((f"{land}|{quarter}", f"f{one}", round(said[one], 1), *when))
    return pd.DataFrame(rows, columns=["item", "source", "value", *DATED])


def fronts(seed: int, *, days: int = 260, models: int = 9) -> pd.DataFrame:
    """Temperatures on days on which a front may come or not: forecasts lie in two heaps, and the
    share of them in a heap is about how likely it is."""
    rng = np.random.default_rng(seed)
    bias = rng.normal(0, 0.5, models)
    rows: list[tuple[object, ...]] = []
    for day in range(days):
        base = 12 + 8 * np.sin(day / 58) + rng.normal(0, 3)
        drop = rng.gamma(4, 2.0) if rng.random() < 0.4 else 0.0
        likely = rng.beta(0.8, 0.8)
        truth = base - drop * (rng.random() < likely) + rng.normal(0, 1.0)
        comes = rng.random(models) < np.clip(likely + rng.normal(0, 0.1), 0, 1)
        said = base - drop * comes + bias + rng.normal(0, 0.8, models)
        rows += [
            (f"d{day}", f"m{m}", round(v, 1), day, round(truth, 1), day + 1)
            for m, v in enumerate(said)
        ]
    return pd.DataFrame(rows, columns=["item", "source", "value", *DATED])


FIELDS: tuple[Field, ...] = (
    Field("registers that copy", registers, learn="others", scores="log", many=False),
    Field("admissions and weekends", admissions, scores="log"),
    Field("a panel that herds", herd),
    Field("fronts that come or not", fronts),
)
