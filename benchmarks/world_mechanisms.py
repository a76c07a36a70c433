"""Truths and what sources say of them by mechanisms that are not the model's own.

A world is a path of totals (or of a level) by day, and a table of claims made from it. Each
mechanism changes one thing: how the path runs, or how sources speak. Spreads of the sources'
constant errors run from .05 to .7 (sd of logs, log-uniform over worlds); a source's grade says how
its own spread stands to that of the others and is withheld in every second world.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

EPOCH = date(2023, 3, 1)
AFTER = 14  # days after the last claim that are asked too
DAYS = {3: 21, 8: 42, 20: 70, 60: 120, 300: 200}
SOURCES = {3: (2, 3), 8: (2, 5), 20: (3, 7), 60: (4, 9), 300: (5, 14)}
# Spread of a source of each grade beside the world's spread.
GRADES = {"A": 0.4, "B": 0.7, "C": 1.0, "D": 1.5, "E": 2.0}


@dataclass(frozen=True)
class World:
    """A table, the days asked with their truths, the kind of the quantity, the sources' spread."""

    rows: list
    truths: dict  # question -> (day, truth)
    kind: str
    spread: float


@dataclass
class Making:
    """What every mechanism starts from: the truth by day, who speaks when, each one's error."""

    rng: np.random.Generator
    truth: np.ndarray  # (days + AFTER,)
    plan: list  # (day, source), by day
    bias: np.ndarray  # (sources,)
    grades: list | None

    def heard(self, day, source, noise=0.015):
        """What a source makes of the truth of a day, before it rounds."""
        error = self.bias[source] + noise * self.rng.standard_t(5)
        return self.truth[max(day, 0)] * np.exp(error)

    def row(self, day, source, value, **more):
        row = {"quantity": "n", "source": f"s{source}", "on": on(day)}
        if self.grades:
            row["reliability"] = self.grades[source]
        if isinstance(value, str):
            return {**row, "phrase": value, **more}
        return {**row, "value": round(value), **more}


def on(day):
    return (EPOCH + timedelta(days=int(day))).isoformat()


def rounded(value, digits):
    if value < 1:
        return round(value)
    unit = 10.0 ** (np.floor(np.log10(value)) - digits + 1)
    return round(value / unit) * unit if unit > 1 else round(value)


def usual(rng, value):
    """As people round: all digits in half of the cases, else two or three of them."""
    return rounded(value, (9, 9, 3, 2)[rng.integers(4)])


# ------------------------------------------------------------------ how the truth runs


def walking(rng, days, factor):
    """A daily pace that wanders; in half of the worlds something was there before."""
    steps = rng.uniform(0.03, 0.25) * rng.standard_normal(days)
    walk = np.zeros(days)
    for i in range(1, days):
        walk[i] = 0.97 * walk[i - 1] + steps[i]
    pace = factor * np.exp(rng.uniform(np.log(1), np.log(300)) + walk)
    daily = rng.poisson(pace * rng.gamma(3, 1 / 3, days))
    past = pace[0] * rng.uniform(5, 90) * (rng.random() < 0.5)
    return np.round(past + np.cumsum(daily) + 1)


def bursting(rng, days, factor):
    """Little on most days, most of the total on two to five of them."""
    total = factor * np.exp(rng.uniform(np.log(60), np.log(20_000)))
    daily = total / days * 0.25 * rng.gamma(1, 1, days)
    hits = rng.choice(days, size=rng.integers(2, 6), replace=False)
    daily[hits] += total * rng.dirichlet(np.ones(len(hits)))
    return np.round(np.cumsum(daily) + 1 + total * 0.05 * rng.random())


def outbreak(rng, days, factor):
    """Nothing for a third to two thirds of the days, then a wave."""
    start = rng.uniform(0.3, 0.6) * (days - AFTER)
    size = factor * np.exp(rng.uniform(np.log(50), np.log(20_000)))
    t = (np.arange(days) - start) / rng.uniform(4, 12)
    share = 1 / (1 + np.exp(-(t - 4))) - 1 / (1 + np.exp(4.0))
    return np.where(t <= 0, 0, np.round(size * np.maximum(share, 0)))


def saturating(rng, days, factor):
    """A single event: fast at first, slower and slower."""
    size = factor * np.exp(rng.uniform(np.log(40), np.log(30_000)))
    age = np.arange(1, days + 1) / np.exp(rng.uniform(np.log(1.5), np.log(20)))
    return np.round(size * age**1.3 / (1 + age**1.3))


def level(rng, days, factor):
    """A level that stands, and leaps now and then."""
    leaps = (rng.random(days) < 2.5 / days) * rng.standard_normal(days)
    drift = 0.01 * rng.standard_normal(days)
    return np.round(
        factor * np.exp(rng.uniform(np.log(30), np.log(9000)) + np.cumsum(leaps + drift))
    )


# ------------------------------------------------------------------ how sources speak


def plainly(m):
    return [m.row(d, s, usual(m.rng, m.heard(d, s))) for d, s in m.plan]


def late(m):
    """Each source knows what was true two to ten days before."""
    lag = m.rng.integers(2, 11, len(m.bias))
    return [m.row(d, s, usual(m.rng, m.heard(d - lag[s], s))) for d, s in m.plan]


def coarsely(m):
    digits = m.rng.integers(1, 3, len(m.bias))
    return [m.row(d, s, rounded(m.heard(d, s), digits[s])) for d, s in m.plan]


def copying(m):
    """All but two sources mostly give the last number that somebody else gave."""
    rows, last = [], None
    own = set(m.rng.permutation(len(m.bias))[:2].tolist())
    for d, s in m.plan:
        if last is not None and s not in own and m.rng.random() < 0.8:
            value = last
        else:
            value = usual(m.rng, m.heard(d, s))
        last = value
        rows.append(m.row(d, s, value))
    return rows


def correcting(m):
    """Half of the sources count 1.2 to 2 times too much for a while and then take it back."""
    last = max(d for d, _ in m.plan)
    over = np.where(m.rng.random(len(m.bias)) < 0.5, m.rng.uniform(0.2, 0.7, len(m.bias)), 0)
    begin = m.rng.uniform(0.1, 0.5, len(m.bias)) * last
    end = begin + m.rng.uniform(0.1, 0.4, len(m.bias)) * last
    return [
        m.row(d, s, usual(m.rng, m.heard(d, s) * np.exp(over[s] * (begin[s] < d < end[s]))))
        for d, s in m.plan
    ]


def stale(m):
    """Numbers are repeated for up to six weeks before they are looked up again."""
    rows, kept = [], {}
    for d, s in m.plan:
        if s not in kept or d - kept[s][0] > m.rng.exponential(14):
            kept[s] = (d, usual(m.rng, m.heard(d, s)))
        rows.append(m.row(d, s, kept[s][1]))
    return rows


def exaggerating(m):
    """A third of the sources, at least one, ends two to five times too high."""
    last = max(d for d, _ in m.plan) + 1
    to = np.zeros(len(m.bias))
    some = m.rng.permutation(len(m.bias))[: max(1, len(m.bias) // 3)]
    to[some] = m.rng.uniform(np.log(2), np.log(5), len(some))
    return [m.row(d, s, usual(m.rng, m.heard(d, s) * np.exp(to[s] * d / last))) for d, s in m.plan]


def five_times(m):
    liar = m.rng.integers(len(m.bias))
    return [m.row(d, s, usual(m.rng, m.heard(d, s) * (5 if s == liar else 1))) for d, s in m.plan]


def all_low(m):
    return [m.row(d, s, usual(m.rng, m.heard(d, s) / 1.5)) for d, s in m.plan]


def skewed(m):
    """Most count a little too little, a few far too little: errors of one sign, a long tail."""
    spread = max(float(np.std(m.bias)), 0.05)
    m.bias = -spread * m.rng.exponential(1, len(m.bias)) + 0.5 * spread
    return plainly(m)


def mistyped(m):
    """One claim in fourteen has a digit too many or too few, or two that changed places."""
    rows = []
    for d, s in m.plan:
        value = usual(m.rng, m.heard(d, s))
        if m.rng.random() < 0.07:
            swapped = list(str(int(value)))
            swapped[:2] = swapped[1::-1]
            value = (value * 10, value / 10, int("".join(swapped)))[m.rng.integers(3)]
        rows.append(m.row(d, s, value))
    return rows


def in_words(m):
    """About, at least, more than, a range, up to."""
    rows = []
    for d, s in m.plan:
        value = m.heard(d, s)
        if value < 4:
            rows.append(m.row(d, s, value))
            continue
        two = int(rounded(value, 2))
        floor = int(rounded(value * m.rng.uniform(0.75, 0.98), 2))
        top = int(rounded(value * m.rng.uniform(1.03, 1.3), 2))
        low, high = int(rounded(0.8 * value, 1)), int(rounded(1.25 * value, 1))
        wide = f"{low} to {high}" if low < high else f"about {two}"
        words = (
            f"about {two}",
            f"at least {floor}",
            f"more than {floor}",
            wide,
            f"up to {top}",
            str(two),
        )
        rows.append(m.row(d, s, words[m.rng.integers(len(words))]))
    return rows


def flows_too(m):
    """Every second source tells what was added since it last spoke."""
    rows, last = [], {}
    for d, s in m.plan:
        if s % 2 and s in last and d > last[s]:
            part = m.heard(d, s) - m.truth[last[s]] * np.exp(m.bias[s])
            row = m.row(d, s, usual(m.rng, max(part, 0)))
            row.update(during_start=on(last[s] + 1), during_end=row.pop("on"))
        else:
            row = m.row(d, s, usual(m.rng, m.heard(d, s)))
        last[s] = d
        rows.append(row)
    return rows


MECHANISMS = {
    "plain": (walking, plainly),
    "bursts": (bursting, plainly),
    "lags": (walking, late),
    "rounding": (walking, coarsely),
    "copying": (walking, copying),
    "corrections": (walking, correcting),
    "stale repeats": (walking, stale),
    "exaggeration": (walking, exaggerating),
    "one five times": (walking, five_times),
    "all low": (walking, all_low),
    "outbreak": (outbreak, plainly),
    "one event": (saturating, plainly),
    "skewed biases": (walking, skewed),
    "typos": (walking, mistyped),
    "words": (walking, in_words),
    "flows too": (walking, flows_too),
    "levels": (level, plainly),
}


# ------------------------------------------------------------------ worlds


def _plan(rng, n, days, sources):
    """`n` claims on the first `days` days: every source at least once, some far more often."""
    share = rng.dirichlet(np.full(sources, 1.5))
    who = np.r_[np.arange(min(sources, n)), rng.choice(sources, max(n - sources, 0), p=share)]
    plan = set()
    for s in range(sources):
        k = int(np.sum(who == s))
        at = rng.choice(days, size=min(k, days), replace=False)
        plan |= {(int(d), s) for d in at}
    return sorted(plan)


def make(mechanism, n, *, graded, factor, seed):
    """The world of that mechanism, number of claims and seed."""
    rng = np.random.default_rng(seed)
    days = DAYS[n]
    path, speak = MECHANISMS[mechanism]
    truth = path(rng, days + AFTER, factor)
    least, most = SOURCES[n]
    sources = int(rng.integers(least, most + 1))
    spread = float(np.exp(rng.uniform(np.log(0.05), np.log(0.7))))
    letters = [str(g) for g in rng.choice(list(GRADES), sources, p=[0.2, 0.25, 0.25, 0.2, 0.1])]
    bias = spread * np.array([GRADES[g] for g in letters]) * rng.standard_normal(sources)
    making = Making(rng, truth, _plan(rng, n, days, sources), bias, letters if graded else None)
    rows = speak(making)
    first, last = making.plan[0][0], making.plan[-1][0]
    asked = {"middle": (first + last) // 2, "end": last, "later": last + AFTER}
    truths = {name: (on(day), float(truth[day])) for name, day in asked.items()}
    return World(rows, truths, "stock" if mechanism == "levels" else "cumulative", spread)
