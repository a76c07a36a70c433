"""Made-up tables of claims with known truths, one kind of world a function."""

from __future__ import annotations

import numpy as np
import pandas as pd

STEPS = np.array([-1.6448536, -0.6744898, 0.0, 0.6744898, 1.6448536])


def forecasts(
    seed: int, *, places: int = 6, weeks: int = 40, horizons: int = 3, models: int = 8, base: float
) -> pd.DataFrame:
    """Epidemic counts forecast as quantiles, group = horizon; the models are overconfident and
    share an error that grows with the horizon."""
    rng = np.random.default_rng(seed)
    log = np.log(base) + np.cumsum(rng.normal(0, 0.12, (places, weeks + horizons)), axis=1)
    count = rng.poisson(np.exp(log))
    bias, over = rng.normal(0, 0.08, models), rng.uniform(0.45, 1.0, models)
    rows: list[tuple[object, ...]] = []
    for week in range(weeks):
        for place in range(places):
            for ahead in range(1, horizons + 1):
                shared = rng.normal(0, 0.06 * ahead)
                for model in np.flatnonzero(rng.random(models) < 0.85):
                    middle = np.log(count[place, week] + 0.5) + shared + bias[model] * ahead
                    middle += rng.normal(0, 0.06 * ahead)
                    sd = np.hypot(0.15 * np.sqrt(ahead), np.exp(-middle / 2)) * over[model]
                    quantiles = np.round(np.exp(middle + sd * STEPS), 1)
                    truth = count[place, week + ahead]
                    name = f"{place}|{week + ahead}|{ahead}"
                    rows.append(
                        (name, f"m{model}", *quantiles, week, truth, week + ahead + 1, f"h{ahead}")
                    )
    columns = ["item", "source", "q05", "q25", "q50", "q75", "q95", "time", "truth", "resolved"]
    return pd.DataFrame(rows, columns=[*columns, "group"])


def temperatures(seed: int, *, stations: int = 6, days: int = 120, models: int = 6) -> pd.DataFrame:
    """Forecasts of points whose errors are mostly common to all models and stations of a day."""
    rng = np.random.default_rng(seed)
    bias = rng.normal(0, 1, models)
    rows: list[tuple[object, ...]] = []
    for day in range(days):
        common = rng.normal(0, 1.0)
        for station in range(stations):
            truth = 8 + 10 * np.sin(2 * np.pi * day / 365) + rng.normal(0, 4)
            shared = common + rng.normal(0, 1.7)
            said = truth + shared + bias + rng.normal(0, 0.7, models)
            for model, value in enumerate(said):
                name = f"s{station}|{day}"
                rows.append((name, f"m{model}", round(value, 1), day, round(truth, 1), day + 2))
    return pd.DataFrame(rows, columns=["item", "source", "value", "time", "truth", "resolved"])


def edits(seed: int, *, items: int = 400, users: int = 120) -> pd.DataFrame:
    """Populations in a public table: most edits are exact, a tenth of the users are vandals."""
    rng = np.random.default_rng(seed)
    kind = rng.choice(3, users, p=[0.75, 0.15, 0.1])
    rows: list[tuple[object, ...]] = []
    for item in range(items):
        truth = int(np.exp(rng.normal(10, 1.8))) + 5
        for user in rng.choice(users, min(1 + rng.geometric(0.4), 8), replace=False):
            sloppy = round(truth * np.exp(rng.normal(0, 0.03)))
            rough = round(truth * np.exp(rng.normal(0, 0.25)))
            wild = int(rng.choice([truth * 10, truth * 1000, 0, 666]))
            said = [
                truth if rng.random() < 0.85 else sloppy,
                truth if rng.random() < 0.4 else rough,
                truth if rng.random() < 0.2 else wild,
            ][kind[user]]
            rows.append((f"town{item}", f"user{user}", said, truth))
    return pd.DataFrame(rows, columns=["item", "source", "value", "truth"])


def constants(seed: int, *, items: int = 40, labs: int = 25) -> pd.DataFrame:
    """Measurements that get finer by the year, each constant in a unit of its own; standard
    errors are understated by 1.6, with heavy tails and an error in common."""
    rng = np.random.default_rng(seed)
    rows: list[tuple[object, ...]] = []
    for item in range(items):
        truth = 10.0 ** rng.integers(-30, 12) * rng.uniform(1, 10)
        relative, common = 10 ** rng.uniform(-5, -2), 0.6 * rng.standard_t(3)
        for k in range(rng.integers(3, 13)):
            sd = relative * truth * 10 ** (-0.25 * k + rng.normal(0, 0.15))
            value = truth + sd * (1.6 * rng.standard_t(3) + common)
            name, lab = f"c{item}", f"lab{rng.integers(labs)}"
            rows.append((name, lab, value, value - sd, value + sd, 0.68, truth))
    columns = ["item", "source", "value", "lower", "upper", "level", "truth"]
    return pd.DataFrame(rows, columns=columns)


def experts(seed: int, *, questions: int = 12, panel: int = 8) -> pd.DataFrame:
    """One study: 90 % intervals of experts that are too narrow, with an error in common."""
    rng = np.random.default_rng(seed)
    skill = np.exp(rng.normal(0, 0.4, panel))
    over, bias = np.exp(rng.normal(-0.7, 0.4, panel)), rng.normal(0, 0.4, panel)
    rows: list[tuple[object, ...]] = []
    for question in range(questions):
        log, unit = rng.normal(3, 2), np.exp(rng.normal(-0.3, 0.5))
        shared = rng.normal(0, 0.6)
        for expert in range(panel):
            middle = log + unit * (shared + skill[expert] * rng.normal() + bias[expert])
            ends = (
                middle + unit * 1.2 * over[expert] * np.exp(rng.normal(0, 0.3, 2)) * STEPS[[0, 4]]
            )
            said = (np.exp(ends[0]), np.exp(middle), np.exp(ends[1]))
            rows.append((f"q{question}", f"e{expert}", *said, 0.9, np.exp(log)))
    columns = ["item", "source", "lower", "value", "upper", "level", "truth"]
    return pd.DataFrame(rows, columns=columns)


def races(
    seed: int, *, cycles: int = 8, per_cycle: int = 30, houses: int = 20, stances: bool = False
) -> pd.DataFrame:
    """Polls of races in election cycles: sampling error stated, house effects, an error of each
    race and of each cycle; with `stances` some are paid by a side and lean to it by 3 points."""
    rng = np.random.default_rng(seed)
    house = rng.normal(0, 1.5, houses)
    rows: list[tuple[object, ...]] = []
    for cycle in range(cycles):
        swing, day = rng.normal(0, 2), 728 * cycle + 100
        for race in range(per_cycle):
            truth, error = rng.normal(0, 12), rng.normal(0, 3.2)
            for _ in range(3 + rng.poisson(3)):
                h, sd = rng.integers(houses), 100 / np.sqrt(rng.integers(300, 1200))
                side = rng.choice(["", "", "", "D", "R"]) if stances else ""
                lean = {"": 0.0, "D": 3.0, "R": -3.0}[str(side)]
                value = truth + swing + error + house[h] + lean + rng.normal(0, np.hypot(sd, 1.5))
                said, asked = round(value), day - rng.integers(1, 22)
                rows.append(
                    (
                        f"{cycle}_{race}", f"p{h}", said, said - 1.645 * sd, said + 1.645 * sd,
                        0.9, asked, truth, day, cycle, side,
                    )
                )  # fmt: skip
    columns = ["item", "source", "value", "lower", "upper", "level", "time", "truth", "resolved"]
    return pd.DataFrame(rows, columns=[*columns, "group", "stance"])


def guesses(seed: int, *, items: int = 18, people: int = 150, each: int = 50) -> pd.DataFrame:
    """Guesses that compress: small things are overrated, large ones underrated."""
    rng = np.random.default_rng(seed)
    rows: list[tuple[object, ...]] = []
    for item in range(items):
        log = rng.normal(6, 0.6)
        shared = -0.3 + 0.25 * rng.normal() - 0.4 * (log - 6)
        for person in rng.choice(people, each, replace=False):
            said = int(np.exp(log + shared + 0.9 * rng.normal())) + 1
            rows.append((f"dish{item}", f"person{person}", said, np.exp(log)))
    return pd.DataFrame(rows, columns=["item", "source", "value", "truth"])


def drifting(
    seed: int, *, days: int = 200, stations: int = 4, models: int = 7, memory: float = 0.9
) -> pd.DataFrame:
    """Daily forecasts of points whose common error remembers the day before (AR(1)), and whose
    sources' own errors do so too: what was learnt is soon out of date."""
    rng = np.random.default_rng(seed)
    fresh = np.sqrt(1 - memory**2)
    common, own = rng.normal(0, 1.2), rng.normal(0, 0.6, models)
    bias = rng.normal(0, 0.5, models)
    rows: list[tuple[object, ...]] = []
    for day in range(days):
        common = memory * common + fresh * rng.normal(0, 1.2)
        own = memory * own + fresh * rng.normal(0, 0.6, models)
        for station in range(stations):
            truth = 10 + 8 * np.sin(2 * np.pi * day / 365) + rng.normal(0, 3)
            shared = common + rng.normal(0, 0.8)
            said = truth + shared + bias + own + rng.normal(0, 0.5, models)
            name = f"s{station}|{day}"
            rows += [
                (name, f"m{m}", round(v, 1), day, round(truth, 1), day + 1)
                for m, v in enumerate(said)
            ]
    return pd.DataFrame(rows, columns=["item", "source", "value", "time", "truth", "resolved"])


def vandalised(seed: int, *, share: float, items: int = 300, users: int = 90) -> pd.DataFrame:
    """Numbers in a public table; `share` of the edits are wild, by whoever makes them."""
    rng = np.random.default_rng(seed)
    reliable = rng.beta(8, 1, users)
    rows: list[tuple[object, ...]] = []
    for item in range(items):
        truth = int(np.exp(rng.normal(9, 1.5))) + 20
        for user in rng.choice(users, 3 + rng.poisson(3), replace=False):
            near = (
                truth if rng.random() < 0.6 * reliable[user] else truth * (1 + rng.normal(0, 0.04))
            )
            wild = [
                truth * 10,
                truth / 10,
                0,
                rng.integers(1, 10**6),
                truth * np.exp(rng.normal(0, 1)),
            ]
            said = rng.choice(wild) if rng.random() < share else near
            rows.append((f"town{item}", f"user{user}", round(said), truth))
    return pd.DataFrame(rows, columns=["item", "source", "value", "truth"])


def maturing(
    seed: int, *, weeks: int = 45, places: int = 5, models: int = 9, base: float = 200.0
) -> pd.DataFrame:
    """Waves of an epidemic; the models state half of their error at first and learn within half a
    year to state it; all lag behind the turns of a wave."""
    rng = np.random.default_rng(seed)
    phase = rng.uniform(0, 6.28, places)
    week = np.arange(weeks + 4)
    log = np.log(base) + 1.2 * np.sin(2 * np.pi * week / 26 + phase[:, None])
    log = log + 0.08 * np.cumsum(rng.normal(size=log.shape), axis=1)
    count = rng.poisson(np.exp(log))
    rows: list[tuple[object, ...]] = []
    for now in range(1, weeks):
        honest = 0.5 + 0.5 * min(now / 25, 1.0)
        for place in range(places):
            growth = np.log((count[place, now] + 9) / (count[place, now - 1] + 9))
            trend = np.clip(growth, -0.3, 0.3)
            for ahead in (1, 2, 4):
                follow = rng.uniform(0, 0.9, models)
                middle = np.log(count[place, now] + 1) + follow * trend * ahead
                middle = middle + rng.normal(0, 0.05 * ahead, models)
                sd = honest * (0.08 + 0.16 * ahead) * np.exp(rng.normal(0, 0.2, models))
                truth, name = count[place, now + ahead], f"{place}|{now}|{ahead}"
                for m in range(models):
                    said = np.round(np.exp(middle[m] + sd[m] * STEPS), 1)
                    rows.append((name, f"m{m}", *said, now, truth, now + ahead + 1, f"h{ahead}"))
    columns = ["item", "source", "q05", "q25", "q50", "q75", "q95", "time", "truth", "resolved"]
    return pd.DataFrame(rows, columns=[*columns, "group"])
