"""Ten fields of other sizes: eight to two thousand items, two to forty sources, truths of all or of
half of the items. They were written before the changes that are judged by them.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from pool_fields import DATED, STEPS, Field, Q

__all__ = ["FIELDS"]


def registry(seed: int, *, weeks: int = 130) -> pd.DataFrame:
    """Weekly cases with zeros, told by an office after 0 to 5 weeks; a new computer doubles the
    speed of reports half-way, and a laboratory's own estimate stands beside for the last year."""
    rng = np.random.default_rng(seed)
    log = 1.2 + 1.6 * np.sin(np.arange(weeks) / 8.3) + np.cumsum(rng.normal(0, 0.15, weeks))
    change = int(rng.integers(55, 85))
    rows: list[tuple[object, ...]] = []
    for week in range(weeks):
        truth = int(rng.negative_binomial(8, 8 / (8 + np.exp(log[week]))))
        wait = rng.geometric(0.55 if week > change else 0.28, truth) - 1
        wait = np.where(rng.random(truth) < 0.05, 3 + wait, wait)
        for delay in range(6):
            when = (week + delay, truth, week + 26, f"w{delay}")
            key = f"{week}|{delay}"
            rows.append((key, "office", int((wait <= delay).sum()), *when))
            if week > 70:
                guess = rng.poisson(0.8 * truth + 0.5) if truth else int(rng.random() < 0.2)
                rows.append((key, "laboratory", int(guess), *when))
    return pd.DataFrame(rows, columns=["item", "source", "value", *DATED, "group"])


def committee(seed: int, *, items: int = 8, people: int = 6) -> pd.DataFrame:
    """Eight questions in units of their own, some of negative numbers, six experts with 90 %
    intervals of which half are too narrow by a factor of three; half of the truths are known."""
    rng = np.random.default_rng(seed)
    narrow = np.where(rng.random(people) < 0.5, 0.33, 0.9)
    rows: list[tuple[object, ...]] = []
    for item in range(items):
        unit = 10.0 ** rng.integers(-2, 4)
        truth, shared = unit * rng.normal(0, 3), rng.normal(0, 0.5)
        for one in range(people):
            middle = truth + unit * (shared + rng.normal(0, 0.8))
            half = unit * 1.645 * narrow[one] * np.exp(rng.normal(0, 0.3))
            ends = (float(f"{v:.3g}") for v in (middle, middle - half, middle + half))
            rows.append((f"q{item}", f"e{one}", *ends, 0.9, truth if item % 2 else np.nan))
    columns = ["item", "source", "value", "lower", "upper", "level", "truth"]
    return pd.DataFrame(rows, columns=columns)


def round_robin(seed: int, *, items: int = 30, labs: int = 40) -> pd.DataFrame:
    """Samples sent to forty laboratories: each has a factor of its own, a tenth of the results are
    of the wrong unit (a thousand times), and what is too weak to measure is told as 0."""
    rng = np.random.default_rng(seed)
    factor, noise = np.exp(rng.normal(0.08, 0.12, labs)), np.exp(rng.normal(-2.2, 0.5, labs))
    rows: list[tuple[object, ...]] = []
    for item in range(items):
        truth = float(np.exp(rng.normal(1.5, 2.0)))
        matrix = np.exp(rng.normal(0, 0.1))
        for lab in np.flatnonzero(rng.random(labs) < 0.75):
            said = truth * matrix * factor[lab] * np.exp(noise[lab] * rng.standard_t(4))
            said = said * (1000.0 if rng.random() < 0.03 else 1.0)
            said = 0.0 if said < 0.3 else said
            rows.append((f"s{item}", f"l{lab}", float(f"{said:.3g}"), float(f"{truth:.4g}")))
    return pd.DataFrame(rows, columns=["item", "source", "value", "truth"])


def two_meters(seed: int, *, days: int = 400) -> pd.DataFrame:
    """Two sources alone: one precise that drifts and is set right twice a year, one rough; a truth
    is measured on every second day only."""
    rng = np.random.default_rng(seed)
    level, drift = 0.0, 0.0
    rows: list[tuple[object, ...]] = []
    for day in range(days):
        level = 0.95 * level + rng.normal(0, 3)
        drift = 0.0 if day % 180 == 90 else drift + 0.05 + rng.normal(0, 0.08)
        truth = round(level, 2) if day % 2 == 0 else np.nan
        when = (day, truth, day + 4)
        rows.append((f"d{day}", "probe", round(level + drift + rng.normal(0, 0.4), 2), *when))
        rows.append((f"d{day}", "float", round(level + rng.normal(0, 2.0), 1), *when))
    return pd.DataFrame(rows, columns=["item", "source", "value", *DATED])


def coverages(seed: int, *, years: int = 16, lands: int = 14) -> pd.DataFrame:
    """Shares of the vaccinated near 1: an office that tells too much the lower the share is,
    surveys with 95 % intervals in some years, an institute whose estimate follows both."""
    rng = np.random.default_rng(seed)
    level = rng.normal(2.8, 0.9, lands)
    rows: list[tuple[object, ...]] = []
    for year in range(years):
        shock = -0.8 if year in (9, 10) else 0.0
        level = level + rng.normal(0.03, 0.15, lands)
        for land in range(lands):
            truth = 1 / (1 + np.exp(-level[land] - shock))
            office = min(truth + 0.4 * rng.beta(2, 3) * (1 - truth) ** 0.8, 0.999)
            n = int(rng.integers(150, 900))
            survey = rng.binomial(n, truth) / n
            half = 1.96 * np.sqrt(survey * (1 - survey) / n) + 0.004
            when = (year, round(truth, 4), year + 2)
            key = f"{land}|{year}"
            bounds = (max(survey - half, 0.0), min(survey + half, 1.0), 0.95)
            rows.append((key, "office", round(office, 3), np.nan, np.nan, np.nan, *when))
            if rng.random() < 0.5:
                rows.append((key, "survey", round(survey, 4), *np.round(bounds, 4), *when))
            both = 0.6 * office + 0.4 * survey + rng.normal(0, 0.005)
            rows.append((key, "institute", round(min(both, 0.995), 2), *(3 * [np.nan]), *when))
    columns = ["item", "source", "value", "lower", "upper", "level", *DATED]
    return pd.DataFrame(rows, columns=columns)


def large_hub(seed: int, *, weeks: int = 50, places: int = 20, teams: int = 12) -> pd.DataFrame:
    """Two thousand items: deaths of twenty places, one and two weeks ahead, twelve teams that come
    and go; two of them learn their widths anew on the way, and some lean to one side."""
    rng = np.random.default_rng(seed)
    size = rng.uniform(0.5, 6.0, places)
    pace = np.cumsum(rng.normal(0, 0.06, weeks + 3)) * 0.6 + 0.5 * np.sin(np.arange(weeks + 3) / 6)
    log = size[:, None] + pace + np.cumsum(rng.normal(0, 0.07, (places, weeks + 3)), axis=1)
    deaths = rng.negative_binomial(15, 15 / (15 + np.exp(log)))
    skill, width = rng.uniform(0.02, 0.25, teams), np.exp(rng.normal(-0.3, 0.4, teams))
    first, last = rng.integers(0, 15, teams), rng.integers(30, 70, teams)
    lean = np.where(rng.random(teams) < 0.3, 0.12, 0.0)
    rows: list[tuple[object, ...]] = []
    for week in range(1, weeks):
        here = np.flatnonzero((first <= week) & (week < last))
        for place in range(places):
            for ahead in (1, 2):
                held = log[place, week - 1] + 0.5 * (ahead + 1) * (pace[week] - pace[week - 1])
                shared = rng.normal(0, 0.05 * ahead)
                when = (week, int(deaths[place, week + ahead]), week + ahead + 1, ahead)
                for team in here[rng.random(len(here)) < 0.9]:
                    middle = held + shared + lean[team] + rng.normal(0, skill[team])
                    wide = 1.0 if week > 36 and team < 2 else width[team]
                    sd = wide * np.hypot(0.16 * np.sqrt(ahead + 1), np.exp(-middle / 2))
                    said = np.maximum(np.round(np.exp(middle + sd * STEPS), 1), 0)
                    rows.append((f"{place}|{week}|{ahead}", f"t{team}", *said, *when))
    return pd.DataFrame(rows, columns=["item", "source", *Q, *DATED, "group"])


def balances(seed: int, *, months: int = 210, desks: int = 9) -> pd.DataFrame:
    """A trade balance, negative as often as not, with shocks of heavy tails; desks enter and leave,
    each new one learns over two years, and the best of them moves to another desk."""
    rng = np.random.default_rng(seed)
    start, stay = rng.integers(-40, 150, desks), rng.integers(50, 160, desks)
    lean = rng.normal(0, 0.8, desks)
    star = rng.choice(desks, 2, replace=False)
    level = 0.0
    rows: list[tuple[object, ...]] = []
    for month in range(months):
        level = 0.8 * level + rng.standard_t(3)
        common = 0.7 * rng.standard_t(4)
        for desk in range(desks):
            age = month - start[desk]
            always = desk in star or desk == 0
            if not always and not 0 <= age < stay[desk]:
                continue
            noise = 0.5 + 1.5 * np.exp(-max(age, 0) / 12)
            noise = 0.3 if desk == star[int(month > 140)] else noise
            own = 0.2 if desk == star[int(month > 140)] else 1.0
            said = level + own * common + lean[desk] + noise * rng.normal()
            when = (month, round(level, 1), month + 2)
            rows.append((f"m{month}", f"d{desk}", round(said, 1), *when))
    return pd.DataFrame(rows, columns=["item", "source", "value", *DATED])


def incidents(seed: int, *, days: int = 250) -> pd.DataFrame:
    """Incidents of a day, mostly none or one, sometimes thirty: a newspaper that tells of the large
    ones, a hotline that counts some twice, a bulletin that is right but for the last day's rest."""
    rng = np.random.default_rng(seed)
    heat, rest = 0.0, 0
    rows: list[tuple[object, ...]] = []
    for day in range(days):
        heat = 0.9 * heat + (rng.gamma(1, 1.2) if rng.random() < 0.06 else 0.0)
        truth = int(rng.poisson(0.7 * np.exp(heat)))
        paper = int(rng.binomial(truth, 0.5)) if truth > 2 else 0
        hotline = truth + int(rng.binomial(truth, 0.3)) - int(rng.binomial(truth, 0.2))
        late = int(rng.binomial(truth, 0.15))
        bulletin, rest = truth - late + rest, late
        for name, value, share in (("paper", paper, 1.0), ("hotline", hotline, 0.8),
                                   ("bulletin", bulletin, 0.9)):  # fmt: skip
            if rng.random() < share:
                rows.append((f"d{day}", name, value, day, truth, day + 10))
    return pd.DataFrame(rows, columns=["item", "source", "value", *DATED])


def thirty(seed: int, *, items: int = 30, houses: int = 5) -> pd.DataFrame:
    """Thirty yearly harvests foreseen in quantiles by five houses that all follow the trend; a
    drought every eighth year or so, and widths that are right for one house alone."""
    rng = np.random.default_rng(seed)
    width = np.r_[1.0, rng.uniform(0.3, 0.7, houses - 1)]
    rows: list[tuple[object, ...]] = []
    for year in range(items):
        drought = -18 * rng.random() if rng.random() < 0.13 else 0.0
        truth = 60 + 0.8 * year + drought + rng.normal(0, 4)
        trend = 60 + 0.8 * year + 0.5 * drought + rng.normal(0, 2)
        for house in range(houses):
            said = np.round(trend + rng.normal(0, 1.5) + 6 * width[house] * STEPS, 1)
            rows.append((f"y{year}", f"h{house}", *said, year, round(truth, 1), year + 1))
    return pd.DataFrame(rows, columns=["item", "source", *Q, *DATED])


def edits(seed: int, *, items: int = 200, users: int = 120) -> pd.DataFrame:
    """Edits of lengths and years without a date: most repeat the last number to the digit, some
    round it, some tell it in miles or feet, and vandals write what they like; half are known."""
    rng = np.random.default_rng(seed)
    vandal = rng.random(users) < 0.12
    rows: list[tuple[object, ...]] = []
    for item in range(items):
        length = item % 2 == 0
        truth = (
            float(f"{np.exp(rng.normal(5, 1.5)):.4g}") if length else int(rng.integers(1700, 2020))
        )
        now = truth if rng.random() < 0.7 else truth * (1.05 if length else 1.0) + (not length)
        for user in rng.choice(users, 1 + min(int(rng.geometric(0.3)), 9), replace=False):
            kind = rng.random()
            if vandal[user] and kind < 0.7:
                said = float(
                    rng.choice([0, 1, 69, 9999, truth * 10, float(rng.integers(1, 10**6))])
                )
            elif kind < 0.12:
                said = float(f"{truth * (0.6214 if length else 1.0):.4g}")
            elif kind < 0.25:
                said = float(f"{truth:.2g}") if length else truth // 10 * 10
            elif kind < 0.45:
                said = truth
            else:
                said = now
            now = now if vandal[user] else said
            rows.append((f"a{item}", f"u{user}", said, truth if item % 4 < 2 else np.nan))
    return pd.DataFrame(rows, columns=["item", "source", "value", "truth"])


FIELDS: tuple[Field, ...] = (
    Field("a register that speeds up", registry, scores="log"),
    Field("eight questions, half known", committee, learn="others", scores="item", many=False),
    Field("samples in forty laboratories", round_robin, learn="others", scores="log", many=False),
    Field("two meters, one drifts", two_meters),
    Field("shares near one", coverages),
    Field("a hub of two thousand items", large_hub, scores="log"),
    Field("balances, desks come and go", balances),
    Field("incidents, mostly none", incidents, scores="log"),
    Field("thirty harvests", thirty, many=False),
    Field("edits in other units", edits, learn="others", scores="log", many=False),
)
