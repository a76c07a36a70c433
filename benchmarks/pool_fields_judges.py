"""Four fields by which changes of the pool are judged: written before these were thought of, and
scored once they were done. What was scored then stands in docs/pool.md.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from pool_fields import DATED, STEPS, Field, Q

__all__ = ["FIELDS"]


def gauges(seed: int, *, hours: int = 260, sensors: int = 8) -> pd.DataFrame:
    """River levels that gauges tell every hour: they stick at their last reading for a while, lose
    their zero slowly until somebody resets them, and drop out; floods are steep and rare."""
    rng = np.random.default_rng(seed)
    level, zero, stuck = 2.0, rng.normal(0, 0.05, sensors), np.zeros(sensors, dtype=int)
    creep, noise = rng.normal(0, 0.004, sensors), rng.uniform(0.02, 0.08, sensors)
    last = np.full(sensors, level)
    flood = 0.0
    rows: list[tuple[object, ...]] = []
    for hour in range(hours):
        flood = 0.9 * flood + (rng.gamma(2, 0.4) if rng.random() < 0.03 else 0.0)
        level = 2.0 + flood + 0.3 * np.sin(hour / 24 * np.pi) + rng.normal(0, 0.03)
        moved = zero + creep + rng.normal(0, 0.005, sensors)
        zero = np.where(rng.random(sensors) < 0.01, 0.0, moved)
        stuck = np.where(stuck > 0, stuck - 1, np.where(rng.random(sensors) < 0.02, 15, 0))
        said = np.where(stuck > 0, last, level + zero + noise * rng.normal(0, 1, sensors))
        last = said
        for one in np.flatnonzero(rng.random(sensors) < 0.85):
            when = (hour, round(level, 2), hour + 6)
            rows.append((f"h{hour}", f"g{one}", round(float(said[one]), 2), *when))
    return pd.DataFrame(rows, columns=["item", "source", "value", *DATED])


def anchored(seed: int, *, constants: int = 60, labs: int = 25) -> pd.DataFrame:
    """Constants of nature measured again and again: a new value is drawn to the accepted one, its
    stated error leaves out an error of the method that labs share, and few labs are careful."""
    rng = np.random.default_rng(seed)
    care, technique = np.exp(rng.normal(0.2, 0.5, labs)), rng.integers(0, 3, labs)
    rows: list[tuple[object, ...]] = []
    for constant in range(constants):
        truth = float(rng.choice([-1, 1]) * 10 ** rng.uniform(-12, 9))
        unit = abs(truth) * 10 ** rng.uniform(-5, -1.5)
        method = unit * rng.normal(0, 0.8, 3) * (rng.random(3) < 0.5)
        accepted = truth + unit * rng.standard_t(3)
        for number, lab in enumerate(rng.choice(labs, 2 + rng.integers(8), replace=False)):
            sd = unit * 0.7**number * np.exp(rng.normal(0, 0.5))
            found = truth + method[technique[lab]] + sd * care[lab] * rng.normal()
            value = found + rng.beta(1, 3) * (accepted - found)
            accepted = 0.5 * accepted + 0.5 * value
            ends = (value - sd, value + sd, 0.683)
            rows.append((f"k{constant}", f"lab{lab}", value, *ends, truth))
    columns = ["item", "source", "value", "lower", "upper", "level", "truth"]
    return pd.DataFrame(rows, columns=columns)


def holidays(seed: int, *, weeks: int = 60, lands: int = 5, teams: int = 8) -> pd.DataFrame:
    """Forecasts of a week's deaths one to four weeks ahead, as quantiles: offices close in some
    weeks and count what was left in the next; few teams know of it, one copies the median of the
    others, and all get better after a year."""
    rng = np.random.default_rng(seed)
    knows, width = rng.random(teams) < 0.4, np.exp(rng.normal(-0.2, 0.4, teams))
    closed = set(rng.choice(np.arange(4, weeks + 4), 7, replace=False).tolist())
    rows: list[tuple[object, ...]] = []
    for land in range(lands):
        log = rng.uniform(2.5, 6.5) + 1.2 * np.sin(np.arange(weeks + 5) / 9 + land)
        log = log + np.cumsum(rng.normal(0, 0.08, weeks + 5))
        share = np.array([0.6 if w in closed else 1.3 if w - 1 in closed else 1.0
                          for w in range(weeks + 5)])  # fmt: skip
        deaths = rng.poisson(np.exp(log) * share)
        for week in range(2, weeks):
            better = 0.6 if week > 40 else 1.0
            for ahead in (1, 2, 3, 4):
                told = log[week] + 0.5 * ahead * (log[week] - log[week - 1])
                sd = 0.12 * np.sqrt(ahead) * better
                each = told + sd * 1.2 * rng.normal(0, 1, teams)
                each = each + np.where(knows, np.log(share[week + ahead]), 0.0)
                each[-1] = np.median(each[:-1])
                for t in np.flatnonzero(rng.random(teams) < 0.8):
                    spread = np.hypot(sd * width[t] * 1.3, np.exp(-each[t] / 2))
                    said = np.maximum(np.round(np.exp(each[t] + spread * STEPS), 0), 0)
                    when = (week, int(deaths[week + ahead]), week + ahead + 1, f"{ahead}w")
                    rows.append((f"{land}|{week}|{ahead}", f"t{t}", *said, *when))
    return pd.DataFrame(rows, columns=["item", "source", *Q, *DATED, "group"])


def vintages(seed: int, *, quarters: int = 72, lands: int = 4) -> pd.DataFrame:
    """Growth as an office has it after one, two and three months, and as two institutes foresee it:
    the office is too careful by an amount that goes with growth, the institutes follow the office,
    and after a crisis all of them err more."""
    rng = np.random.default_rng(seed)
    crisis = int(rng.integers(38, 55))
    growth, lean = rng.normal(0.5, 0.3, lands), rng.normal(0, 0.15, lands)
    rows: list[tuple[object, ...]] = []
    for quarter in range(quarters):
        rough = 2.5 if crisis <= quarter < crisis + 6 else 1.0
        shock = rng.normal(0, 0.35 * rough) - (2.0 if quarter == crisis else 0.0)
        growth = 0.5 + 0.6 * (growth - 0.5) + shock + rng.normal(0, 0.25 * rough, lands)
        for land in range(lands):
            first = 0.5 + 0.8 * (growth[land] - 0.5) + lean[land] + rng.normal(0, 0.25 * rough)
            for month, share in enumerate((0.0, 0.4, 0.7)):
                office = first + share * (growth[land] - first) + rng.normal(0, 0.05)
                follow = 0.7 * office + 0.3 * growth[land] + rng.normal(0, 0.2, 2)
                when = (quarter + (month + 1) / 3, round(growth[land], 1), quarter + 3.0, month)
                for name, value in zip(("office", "alpha", "beta"), (office, *follow), strict=True):
                    if name == "office" or rng.random() < 0.8:
                        key = f"{land}|{quarter}|{month}"
                        rows.append((key, name, round(float(value), 1), *when))
    return pd.DataFrame(rows, columns=["item", "source", "value", *DATED, "group"])


FIELDS: tuple[Field, ...] = (
    Field("gauges that stick", gauges, many=False),
    Field("constants that anchor", anchored, learn="others", scores="item", many=False),
    Field("deaths and holidays", holidays, scores="log"),
    Field("growth by vintage", vintages),
)
