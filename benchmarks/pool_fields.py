"""Simulated tables of repeated questions whose mechanisms are not those of the model.

Each field is what some trade would bring: counts that fill up, forecasters who all err on one day,
edits that repeat each other to the digit. The truths are known, so that `benchmarks/truth.py` and
the tests can tell how answers do.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

__all__ = ["FIELDS", "Field"]

STEPS = np.array([-1.6448536, -0.6744898, 0.0, 0.6744898, 1.6448536])
Q = ["q05", "q25", "q50", "q75", "q95"]
DATED = ["time", "truth", "resolved"]


@dataclass(frozen=True)
class Field:
    """A field by name: `make(seed)`, how it is learnt, the scale of scores (linear or log) and
    whether there are so many items and dates that coverage must hold over the last half."""

    name: str
    make: Callable[[int], pd.DataFrame]
    learn: str | None = "past"
    scores: str = "linear"
    many: bool = True


def nowcasts(seed: int, *, weeks: int = 110, level: float = 300.0) -> pd.DataFrame:
    """Counts that fill up, reported after 0 to 4 weeks; one claim an item, group = delay."""
    rng = np.random.default_rng(seed)
    complete = np.array([0.35, 0.6, 0.78, 0.9, 0.96])
    wave = 0.9 * np.sin(np.arange(weeks) / 8) + np.cumsum(rng.normal(0, 0.1, weeks))
    rows: list[tuple[object, ...]] = []
    for week in range(weeks):
        truth = rng.poisson(level * np.exp(wave[week])) + 1
        for delay, share in enumerate(complete):
            said = rng.binomial(truth, np.clip(share + rng.normal(0, 0.03), 0.01, 1))
            rows.append((f"{week}|{delay}", "registry", said, week + delay, truth, week + 8, delay))
    return pd.DataFrame(rows, columns=["item", "source", "value", *DATED, "group"])


def triangles(seed: int, *, weeks: int = 90, regions: int = 3) -> pd.DataFrame:
    """Few cases a week and slow reports whose completeness drifts over the years; several
    regions, an item's claims are all reports so far."""
    rng = np.random.default_rng(seed)
    rows: list[tuple[object, ...]] = []
    for region in range(regions):
        wave = np.cumsum(rng.normal(0, 0.2, weeks)) - 0.02 * np.arange(weeks)
        wave = 3.2 + 1.2 * np.sin(np.arange(weeks) / 7 + region) + wave - wave.mean()
        speed = 0.35 + 0.2 * np.sin(np.arange(weeks) / 40)
        for week in range(weeks):
            truth = rng.poisson(np.exp(wave[week]))
            when = rng.geometric(np.clip(speed[week] + rng.normal(0, 0.05), 0.08, 0.9), truth) - 1
            for delay in range(4):
                for upto in range(delay + 1):
                    said = int((when <= upto).sum())
                    rows.append(
                        (
                            f"r{region}|{week}|{delay}", f"after {upto}", said, week + upto, truth,
                            week + 12, f"d{delay}",
                        )
                    )  # fmt: skip
    return pd.DataFrame(rows, columns=["item", "source", "value", *DATED, "group"])


def few_dates(seed: int, *, dates: int = 60, places: int = 10, models: int = 6) -> pd.DataFrame:
    """Forecasts in quantiles of many places on few dates: the errors of a date are one error."""
    rng = np.random.default_rng(seed)
    rows: list[tuple[object, ...]] = []
    level = rng.normal(5, 1.5, places)
    skill, over = rng.uniform(0.05, 0.4, models), rng.uniform(0.4, 1.3, models)
    for day in range(dates):
        shock = rng.normal(0, 0.35)
        for place in range(places):
            level[place] += rng.normal(0, 0.2)
            truth = int(rng.poisson(np.exp(level[place])))
            for model in range(models):
                middle = level[place] + shock + rng.normal(0, skill[model])
                said = np.round(np.exp(middle + 0.4 * over[model] * STEPS), 1)
                rows.append((f"{place}|{day}", f"m{model}", *said, day, truth, day + 2))
    return pd.DataFrame(rows, columns=["item", "source", *Q, *DATED])


def countries(seed: int, *, weeks: int = 45, places: int = 8, models: int = 9) -> pd.DataFrame:
    """Hub forecasts of counts from tens to ten thousands, two horizons; two of the models now
    and then go astray by a factor of five, some copy last week's count."""
    rng = np.random.default_rng(seed)
    size = rng.uniform(2, 9, places)
    log = size[:, None] + np.cumsum(rng.normal(0, 0.22, (places, weeks + 4)), axis=1)
    count = rng.poisson(np.exp(log))
    over = rng.uniform(0.35, 1.1, models)
    rows: list[tuple[object, ...]] = []
    for week in range(1, weeks):
        for place in range(places):
            for ahead in (1, 2):
                truth = count[place, week + ahead]
                for model in np.flatnonzero(rng.random(models) < 0.8):
                    middle = np.log(count[place, week] + 0.5)
                    if model > 2:
                        middle = 0.5 * middle + 0.5 * log[place, week + ahead - 1]
                        middle += rng.normal(0, 0.1)
                    if model > 6 and rng.random() < 0.1:
                        middle += rng.choice([-1.6, 1.6])
                    sd = over[model] * np.hypot(0.28 * np.sqrt(ahead), np.exp(-middle / 2))
                    said = np.maximum(np.round(np.exp(middle + sd * STEPS)), 0)
                    when = (week, truth, week + ahead + 1)
                    rows.append((f"{place}|{week}|{ahead}", f"m{model}", *said, *when, ahead))
    return pd.DataFrame(rows, columns=["item", "source", *Q, *DATED, "group"])


def weather(seed: int, *, days: int = 150, stations: int = 5, models: int = 7) -> pd.DataFrame:
    """Points of an ensemble that regress too little: errors share a day, a season and a slope."""
    rng = np.random.default_rng(seed)
    bias = rng.normal(0, 0.8, models)
    rows: list[tuple[object, ...]] = []
    for day in range(days):
        season = 9 - 9 * np.cos(2 * np.pi * day / 180)
        lean = 1.5 * np.sin(2 * np.pi * day / 90)
        common = rng.normal(0, 0.8)
        for station in range(stations):
            signal = rng.normal(0, 4)
            truth = season + 0.75 * signal + rng.normal(0, 1.5)
            said = season + signal + lean + common + bias + rng.normal(0, 0.9, models)
            rows += [
                (f"{station}|{day}", f"m{m}", round(v, 1), day, round(truth, 1), day + 1)
                for m, v in enumerate(said)
            ]
    return pd.DataFrame(rows, columns=["item", "source", "value", *DATED])


def lone_expert(seed: int, *, days: int = 120, items: int = 3, crowd: int = 9) -> pd.DataFrame:
    """One expert who is nearly right among many who repeat a common error."""
    rng = np.random.default_rng(seed)
    rows: list[tuple[object, ...]] = []
    for day in range(days):
        for one in range(items):
            truth, lean = rng.normal(50, 20), rng.normal(0, 8)
            said = truth + lean + rng.normal(0, 2, crowd)
            said = np.r_[truth + rng.normal(0, 1.5), said]
            rows += [
                (f"{day}|{one}", f"s{s}", round(v, 2), day, round(truth, 2), day + 1)
                for s, v in enumerate(said)
            ]
    return pd.DataFrame(rows, columns=["item", "source", "value", *DATED])


def wanderers(seed: int, *, days: int = 220, models: int = 6) -> pd.DataFrame:
    """Sources whose bias wanders and whose skill swaps half-way."""
    rng = np.random.default_rng(seed)
    bias = rng.normal(0, 1.5, models)
    rows: list[tuple[object, ...]] = []
    for day in range(days):
        bias = bias + rng.normal(0, 0.25, models)
        skill = np.where((np.arange(models) < 3) == (day < days / 2), 0.6, 2.5)
        truth = 20 + 5 * np.sin(day / 20) + rng.normal(0, 3)
        for model in range(models):
            value = truth + bias[model] + skill[model] * rng.standard_t(4)
            rows.append((f"{day}", f"m{model}", round(value, 2), day, round(truth, 2), day + 1))
    return pd.DataFrame(rows, columns=["item", "source", "value", *DATED])


def compressed(seed: int, *, days: int = 80, each: int = 3) -> pd.DataFrame:
    """Guesses drawn to the middle: what is large is underrated, what is small overrated."""
    rng = np.random.default_rng(seed)
    rows: list[tuple[object, ...]] = []
    people = rng.normal(0, 0.25, 60)
    for day in range(days):
        for one in range(each):
            log = rng.normal(4, 1)
            middle = 4 + 0.5 * (log - 4) + 0.2 + rng.normal(0, 0.15)
            for person in rng.choice(60, 12, replace=False):
                value = np.exp(middle + people[person] + rng.normal(0, 0.5))
                name = f"{day}|{one}"
                rows.append((name, f"p{person}", round(value), day, round(np.exp(log), 1), day + 1))
    return pd.DataFrame(rows, columns=["item", "source", "value", *DATED])


def sparse_polls(seed: int, *, cycles: int = 9, races: int = 40) -> pd.DataFrame:
    """Races with one or two polls each, an error of the cycle and of the race."""
    rng = np.random.default_rng(seed)
    house = rng.normal(0, 2, 25)
    rows: list[tuple[object, ...]] = []
    for cycle in range(cycles):
        swing, day = rng.normal(0, 2), 700 * cycle + 90
        for race in range(races):
            truth, error = rng.normal(0, 15), rng.normal(0, 4)
            for h in rng.choice(25, 1 + rng.integers(2), replace=False):
                sd = 100 / np.sqrt(rng.integers(250, 1500))
                said = round(truth + swing + error + house[h] + rng.normal(0, np.hypot(sd, 2)))
                ends = (said - 1.645 * sd, said + 1.645 * sd, 0.9)
                asked = day - rng.integers(1, 22)
                name = f"{cycle}_{race}"
                rows.append((name, f"p{h}", said, *ends, asked, round(truth, 2), day, cycle))
    columns = ["item", "source", "value", "lower", "upper", "level", *DATED, "group"]
    return pd.DataFrame(rows, columns=columns)


def vandals(seed: int, *, items: int = 300, users: int = 150, dated: bool = False) -> pd.DataFrame:
    """Edits of a number: the true one to the digit, old or rounded ones, and nonsense; whoever
    reverts a vandal repeats an earlier number to the digit."""
    rng = np.random.default_rng(seed)
    good = rng.beta(5, 1.2, users)
    rows: list[tuple[object, ...]] = []
    for item in range(items):
        truth = int(np.exp(rng.normal(9, 1.8))) + 30
        old = int(truth * np.exp(rng.normal(-0.05, 0.06)))
        count = 2 + min(int(rng.geometric(0.35)), 8)
        for edit, user in enumerate(rng.choice(users, count, replace=False)):
            if rng.random() < good[user]:
                said = int(rng.choice([truth, old, round(truth, -3) or truth], p=[0.7, 0.2, 0.1]))
            else:
                wild = [truth * 10, truth // 10, 0, 1, int(rng.integers(1, 10**7)), truth + 1000]
                said = int(rng.choice(wild))
            when = (item + 0.1 * edit, truth, item + 20) if dated else (truth,)
            rows.append((f"town{item}", f"u{user}", said, *when))
    columns = ["item", "source", "value", *(DATED if dated else ["truth"])]
    return pd.DataFrame(rows, columns=columns)


def measured(seed: int, *, items: int = 50, labs: int = 20) -> pd.DataFrame:
    """Constants of any size with understated errors, some labs far off by a systematic error."""
    rng = np.random.default_rng(seed)
    care = np.exp(rng.normal(0.3, 0.4, labs))
    rows: list[tuple[object, ...]] = []
    for item in range(items):
        truth = rng.choice([-1, 1]) * 10.0 ** rng.integers(-20, 20) * rng.uniform(1, 10)
        relative = 10 ** rng.uniform(-6, -2)
        for lab in rng.choice(labs, rng.integers(3, 11), replace=False):
            sd = abs(truth) * relative * np.exp(rng.normal(0, 0.8))
            value = truth + sd * care[lab] * rng.standard_t(3)
            rows.append((f"c{item}", f"lab{lab}", value, value - sd, value + sd, 0.68, truth))
    columns = ["item", "source", "value", "lower", "upper", "level", "truth"]
    return pd.DataFrame(rows, columns=columns)


def seasons(seed: int, *, days: int = 240, models: int = 8) -> pd.DataFrame:
    """Experts of whom half are good in one season and half in the other, four years of 60 days;
    the season itself is nowhere said."""
    rng = np.random.default_rng(seed)
    phase = np.where(np.arange(models) < models // 2, 0.0, np.pi)
    bias = rng.normal(0, 0.5, models)
    rows: list[tuple[object, ...]] = []
    for day in range(days):
        truth = 40 + 6 * np.sin(day / 17) + rng.normal(0, 4)
        spread = np.exp(0.9 * np.sin(2 * np.pi * day / 60 + phase))
        said = truth + bias + spread * rng.normal(0, 1.2, models)
        rows += [
            (f"{day}", f"m{m}", round(v, 2), day, round(truth, 2), day + 1)
            for m, v in enumerate(said)
        ]
    return pd.DataFrame(rows, columns=["item", "source", "value", *DATED])


def losses_of_disasters(seed: int, *, events: int = 260, insurers: int = 12) -> pd.DataFrame:
    """Heavy-tailed truths over many powers of ten, whose estimates err by factors with heavy tails;
    intervals are stated, too narrow by a factor of the house."""
    rng = np.random.default_rng(seed)
    lean, care = rng.normal(-0.1, 0.2, insurers), np.exp(rng.normal(-0.5, 0.5, insurers))
    rows: list[tuple[object, ...]] = []
    for event in range(events):
        truth = float(np.exp(3 + 1.2 * rng.standard_t(2.5)))
        shared = 0.25 * rng.standard_t(3)
        for house in rng.choice(insurers, rng.integers(2, 7), replace=False):
            spread = 0.35 * np.exp(rng.normal(0, 0.4))
            middle = np.log(truth) + shared + lean[house] + spread * rng.standard_t(3)
            low, said, high = np.exp(middle + care[house] * spread * 1.645 * np.array([-1, 0, 1]))
            ends = (float(f"{v:.3g}") for v in (said, low, high))
            when = (event, float(f"{truth:.4g}"), event + 15)
            rows.append((f"e{event}", f"h{house}", *ends, 0.9, *when))
    columns = ["item", "source", "value", "lower", "upper", "level", *DATED]
    return pd.DataFrame(rows, columns=columns)


def few_items(seed: int, *, items: int = 15, people: int = 80) -> pd.DataFrame:
    """A questionnaire: few questions, many people who each answer most of them; a question fools
    all alike, and some people always say too much."""
    rng = np.random.default_rng(seed)
    lean, care = rng.normal(0, 0.35, people), np.exp(rng.normal(-0.6, 0.5, people))
    rows: list[tuple[object, ...]] = []
    for item in range(items):
        truth = float(np.exp(rng.normal(6, 1.5)))
        fooled = rng.normal(-0.2, 0.35)
        for person in np.flatnonzero(rng.random(people) < 0.8):
            said = np.exp(np.log(truth) + fooled + lean[person] + rng.normal(0, care[person]))
            rows.append((f"i{item}", f"p{person}", float(f"{said:.2g}"), round(truth, 1)))
    return pd.DataFrame(rows, columns=["item", "source", "value", "truth"])


def two_camps(seed: int, *, days: int = 150, sources: int = 7) -> pd.DataFrame:
    """Two kinds of items that all overrate and underrate, and errors that grow with the number of
    days since; the kind is told as a group."""
    rng = np.random.default_rng(seed)
    house = rng.normal(0, 0.6, sources)
    rows: list[tuple[object, ...]] = []
    for day in range(days):
        for kind, lean, noise in (("own", -3.0, 1.0), ("enemy", 4.0, 2.5)):
            truth, common = rng.gamma(4, 6), rng.normal(0, noise)
            for s in np.flatnonzero(rng.random(sources) < 0.7):
                said = truth + lean + common + house[s] + rng.normal(0, noise)
                row = (f"{kind}|{day}", f"s{s}", round(said, 1), day, round(truth, 1), day + 3)
                rows.append((*row, kind))
    return pd.DataFrame(rows, columns=["item", "source", "value", *DATED, "group"])


def near_zero(seed: int, *, weeks: int = 130, places: int = 4) -> pd.DataFrame:
    """Counts of none, one or a few, each source missing some of them, some counting twice."""
    rng = np.random.default_rng(seed)
    seen = np.array([0.9, 0.75, 0.6, 0.5, 0.95])
    twice = np.array([0.0, 0.0, 0.1, 0.3, 0.25])
    rows: list[tuple[object, ...]] = []
    for week in range(weeks):
        for place, rate in enumerate(np.array([0.3, 1.0, 2.5, 5.0])[:places]):
            truth = int(rng.poisson(rate * np.exp(0.4 * np.sin(week / 9))))
            for s in range(len(seen)):
                found = int(rng.binomial(truth, seen[s]))
                said = found + int(rng.binomial(found, twice[s])) + int(rng.random() < 0.05)
                rows.append((f"{place}|{week}", f"s{s}", said, week, truth, week + 4))
    return pd.DataFrame(rows, columns=["item", "source", "value", *DATED])


def horizons(seed: int, *, days: int = 160, models: int = 6) -> pd.DataFrame:
    """Forecasts one to eight days ahead of a level that returns to its mean: some models state the
    same width at every horizon, some hold on to today's level."""
    rng = np.random.default_rng(seed)
    level = np.zeros(days + 9)
    for day in range(1, len(level)):
        level[day] = 0.93 * level[day - 1] + rng.normal(0, 1)
    held, skill = rng.uniform(0.9, 1.0, models), rng.uniform(0.1, 0.6, models)
    grows = rng.random(models) < 0.6
    rows: list[tuple[object, ...]] = []
    for day in range(days):
        for ahead in (1, 2, 4, 8):
            spread = np.sqrt((1 - 0.93 ** (2 * ahead)) / (1 - 0.93**2))
            for m in range(models):
                middle = held[m] ** ahead * level[day] + rng.normal(0, skill[m])
                width = 0.9 * spread if grows[m] else 1.2
                said = np.round(20 + middle + width * STEPS, 2)
                when = (day, round(20 + level[day + ahead], 2), day + ahead)
                rows.append((f"{day}|{ahead}", f"m{m}", *said, *when, f"h{ahead}"))
    return pd.DataFrame(rows, columns=["item", "source", *Q, *DATED, "group"])


FIELDS: tuple[Field, ...] = (
    Field("nowcasts, one claim an item", nowcasts, scores="log"),
    Field("reporting triangles, few cases", triangles, scores="log"),
    Field("many places, few dates", few_dates, scores="log"),
    Field("counts of countries", countries, scores="log"),
    Field("regression to a bias", weather),
    Field("a lone good expert", lone_expert),
    Field("sources that drift and swap", wanderers),
    Field("compressed guesses", compressed, scores="log"),
    Field("polls, one or two a race", sparse_polls, many=False),
    Field("vandals, dated", lambda s: vandals(s, dated=True), scores="log"),
    Field("vandals, others known", vandals, learn="others", scores="log", many=False),
    Field("constants, others known", measured, learn="others", scores="item", many=False),
    Field("skill by season", seasons),
    Field("losses of disasters", losses_of_disasters, scores="log"),
    Field("few items, others known", few_items, learn="others", scores="log", many=False),
    Field("two camps", two_camps),
    Field("counts near zero", near_zero),
    Field("eight days ahead", horizons),
)
