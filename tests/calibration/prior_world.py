"""Whole truths and ledgers drawn from the model's own prior, for simulation-based calibration.

Written from docs/model.md and the registry's numbers, not from the engines' code: walks are drawn
as a common path plus one for each part, errors as Student's t, rounding by rounding. What the two
engines assume differently (hyperparameters, drifts, repeats, origins, cells) is drawn by `few` and
`many`. A ledger's *plan* (who speaks when of what in which words) never looks at the truth.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from itertools import pairwise

import numpy as np

from reconcile.intervals import Interval
from reconcile.ledger import Ledger, read_ledger
from reconcile.values import Claim, Days, Period, Phrase, Source

KNOWN = read_ledger().quantities
EPOCH = date(2024, 10, 1)
GRADE_SD = {"A": 0.1, "B": 0.2, "C": 0.35, "D": 0.5, "E": 0.8, "F": 0.5}
GROSS = {"A": 0.02, "B": 0.03, "C": 0.06, "D": 0.15, "E": 0.3, "F": 0.1}
QUANTITIES = [replace(KNOWN[name], within=()) for name in ("casualties", "killed", "wounded")]
PARTS = ("killed", "wounded")
LEAVES = {"casualties": (0, 1), "killed": (0,), "wounded": (1,)}
HABITS = {"at_least": (-0.13, 0.2), "at_most": (0.04, 0.2)}
NAMES = (
    *("total early", "total middle", "total late", "killed middle"),
    *("rate early", "rate late", "house 1", "house 2", "house 3"),
)


@dataclass(frozen=True)
class Plan:
    """What one claim will be about; `head` is the claim whose origin it shares, or itself."""

    id: str
    source: Source
    quantity: str
    days: tuple[tuple[int, int], ...]  # admissible (first, last) days of a flow; (-1, day) on a day
    period: Period
    word: str
    part: bool
    unsupported: bool
    head: int

    @property
    def flow(self):
        return self.period.kind == "during"

    @property
    def last(self):
        return max(day for _, day in self.days)


@dataclass(frozen=True)
class Truth:
    """Cells of time and log rates (cells, 2) of killed and wounded; house effects by source; what
    else was drawn on the way."""

    edges: np.ndarray
    lam: np.ndarray
    house: dict[str, float]
    drawn: dict[str, object] = field(default_factory=dict)

    def total(self, day, parts=(0, 1), first=0):
        """The flow of `parts` from the start of the day `first` to the end of `day`."""
        h = np.diff(self.edges)
        passed = np.clip(day + 1 - self.edges[:-1], 0, h) - np.clip(first - self.edges[:-1], 0, h)
        return float(np.sum(passed[:, None] * np.exp(self.lam[:, list(parts)])))

    def haste(self, day, quantity):
        """d log C / dt at the end of `day`, at most 1."""
        parts = LEAVES[quantity]
        j = min(max(int(np.searchsorted(self.edges, day + 1)) - 1, 0), len(self.lam) - 1)
        return min(float(np.exp(self.lam[j, list(parts)]).sum() / self.total(day, parts)), 1.0)

    def asked(self, plans):
        """The values of NAMES."""
        early, middle, first, late, last = dates(plans)
        rates = [log_rate(self.total(d, first=d), self.total(d)) for d in (first, late)]
        totals = [self.total(early), self.total(middle), self.total(last), self.total(middle, [0])]
        return np.r_[np.log(totals), rates, [self.house[s] for s in ("s0", "s1", "s2")]]


def log_rate(day, total):
    """log of what a day adds; of less than a billionth of the total no digit is left in draws."""
    return np.log(np.maximum(day, 1e-9 * total))


def dates(plans):
    """Days that are asked about: two of totals, two of rates, and the last one."""
    last = max(plan.last for plan in plans)
    return last // 4, last * 3 // 5, last // 3, last * 5 // 6, last


def plan(rng, n, days, origins=True):
    """`n` claims by three to six sources over `days` days; the last one is of the last day."""
    people = sources(rng)
    share = rng.dirichlet(np.full(len(people), 2.0))
    who = np.r_[np.repeat(np.arange(len(people)), 2), rng.choice(len(people), n, p=share)][:n]
    ranges = rng.random((len(people), 3)) < 0.15
    found = []
    for i in range(n):
        q = int(rng.choice(3, p=[0.5, 0.3, 0.2]))
        period, window = _period(rng, days, i == n - 1)
        u = rng.random()
        word = "at_least" if u < 0.12 else "at_most" if u < 0.18 else "exact"
        word = "range" if ranges[who[i], q] else word
        head = i
        if origins and i > 8 and rng.random() < 0.08:
            head = found[int(rng.integers(i))].head
        found.append(
            Plan(
                f"c{i:03d}", people[who[i]], ("casualties", *PARTS)[q], window, period, word,
                rng.random() < 0.05, rng.random() < 0.04, head,
            )
        )  # fmt: skip
    return found


def sources(rng):
    count = int(rng.integers(3, 7))
    grades = rng.choice(list("ABCDEF"), count)
    parent = [None, None, None, "s0", "s0", "s1"]
    return [Source(f"s{i}", reliability=grades[i], parent=parent[i]) for i in range(count)]


def _period(rng, days, final):
    end = days - 1 if final else int(rng.integers(1, days))
    kind = 0 if final else rng.choice(3, p=[0.75, 0.15, 0.10])
    at = [EPOCH + timedelta(days=j) for j in range(days)]
    if kind == 0 or end < 8:
        return Period.on(at[end]), ((-1, end),)
    if kind == 1:
        begin = max(0, end - int(rng.integers(2, 30)))
        return Period.during(at[begin], at[end]), ((begin, end),)
    first = end - int(rng.integers(1, 8))
    return Period.on(Days(at[first], at[end])), tuple((-1, j) for j in range(first, end + 1))


# ---------------------------------------------------------------- the prior of few claims


def few(rng, plans):
    """A truth and a ledger under the engine of few claims."""
    s, tau, sigma = (_lognormal(rng, *prior) for prior in (_of("volatility"), _of("reversion"),
                                                          (0.2, 0.4)))  # fmt: skip
    edges = _day_cells(plans)
    mu = _means(rng)
    phi = np.exp(-np.diff(0.5 * (edges[1:] + edges[:-1])) / tau)
    lam = np.zeros((len(phi) + 1, 2))
    # the pace starts on its own; the ratio of the parts starts about its mean
    centre = np.log(_of("initial_rate")[0] * np.array([0.25, 0.75])).mean()
    centre += rng.normal(0, _of("initial_rate")[1])
    half = 0.5 * (mu[0] - mu[1]) + 0.1 * np.sqrt(tau / 4) * rng.normal()
    lam[0] = centre + half, centre - half
    _walk(rng, lam, mu, phi, s, tau)
    house, own = {}, {}
    for source in {plan.source.id: plan.source for plan in plans}.values():
        house[source.id] = _house_of_few(rng, source, own)
    truth = Truth(edges, lam, house)
    habit = {word: rng.normal(*law) for word, law in HABITS.items()}
    lean = _leans(rng, plans, 1.0)
    size = Counter(p.head for p in plans if _enters(p, plans))
    shared = {h: _error(rng, plans[h], sigma, 0.0) for h, count in size.items() if count > 1}
    claims = []
    for p in plans:
        head = plans[p.head]
        eta = _said_of(rng, truth, p) + house[head.source.id] + lean[head.source.id, p.quantity]
        extra = 0.15 if p.word in HABITS and not p.part else 0.0
        eta += 0.0 if p.part else habit.get(p.word, 0.0)
        if p.head in shared:
            eta += shared[p.head] + np.hypot(0.1, extra) * rng.standard_t(4)
        else:
            eta += _error(rng, p, sigma, extra)
        claims.append(_claim(p, phrase_of(p, eta), plans))
    return truth, _ledger(claims, plans)


def _house_of_few(rng, source, parents):
    sd = GRADE_SD[source.reliability]
    z = rng.standard_t(3) if source.reliability == "F" else rng.normal()
    if source.parent is None:
        return sd * z
    parent = parents.setdefault(source.parent, rng.normal())
    return sd * np.sqrt(0.5) * (parent + z)


def _enters(plan, plans):
    """A part of the witness's words, turned into another quantity, is no further evidence."""
    return not plan.part or plan.quantity == plans[plan.head].quantity


def _error(rng, plan, sigma, extra):
    """The error of a claim, or of its origin: its own, or a gross one."""
    grade = plan.source.reliability
    gross = 0.5 if plan.unsupported else GROSS[grade]
    wide = 2.5 if plan.unsupported or grade in "DE" else 1.0
    scale = wide if rng.random() < gross else sigma
    if plan.part:
        return np.log(rng.random()) + scale * rng.normal()
    return np.hypot(scale, extra) * rng.standard_t(4)


def _day_cells(plans):
    """Edges at the ends of what is spoken of, and gaps cut to five days or a fortieth."""
    last = max(plan.last for plan in plans) + 1
    widest = max(5.0, (last - 1) / 40)
    marks = {0, last}
    for p in plans:
        days = [day for _, day in p.days]
        marks |= {min(days) + 1, max(days) + 1} | ({p.days[0][0]} if p.flow else set())
    stops = sorted(mark for mark in marks if 0 <= mark <= last)
    edges = [0.0]
    for a, b in pairwise(stops):
        pieces = int(np.ceil((b - a) / widest))
        edges += [float(np.round(a + (b - a) * k / pieces)) for k in range(1, pieces + 1)]
    return np.array(edges)


# ---------------------------------------------------------------- the prior of many claims


def many(rng, plans):
    """A truth and a ledger under the engine of many claims (each claim its own origin)."""
    tau = _of("reversion")[0]
    edges = _week_cells(plans)
    middle = 0.5 * (edges[1:] + edges[:-1])
    mu = _means(rng)
    s = np.exp(np.log(0.3) + 0.7 * rng.normal() + 0.5 * rng.normal() + 0.5 * rng.normal())
    lam = np.zeros((len(middle), 2))
    lam[0] = mu + np.hypot(s * np.sqrt(tau / 2), 1.5) * rng.normal()
    lam[0] += 0.1 * np.sqrt(tau / 2) * rng.normal(size=2)
    _walk(rng, lam, mu, np.exp(-np.diff(middle) / tau), s, tau)
    factors = np.exp(0.4 * rng.normal(size=3))
    house = _houses_of_many(rng, {p.source.id: p.source for p in plans}, factors)
    truth = Truth(edges, lam, house)
    habit = {word: rng.normal(*law) for word, law in HABITS.items()}
    lean = _leans(rng, plans, factors[2])
    streams = _streams(rng, plans, middle)
    truth.drawn.update(pace=s, factors=factors, streams=streams)
    said: dict[int, Phrase] = {}
    before: dict[tuple[str, str], Phrase] = {}
    total = [len(p.days) == 1 and not p.flow for p in plans]
    for i in sorted(range(len(plans)), key=lambda i: (plans[i].last, i)):
        p = plans[i]
        stream = streams[p.source.id, p.quantity, p.flow]
        key = (p.source.id, p.quantity)
        if total[i] and key in before and rng.random() < stream["repeat"]:
            said[i] = _again(p, before[key])
        else:
            day = p.days[int(rng.integers(len(p.days)))]
            eta = _said_of(rng, truth, p, day) + house[p.source.id] + lean[p.source.id, p.quantity]
            cell = int(np.clip(np.searchsorted(edges, day[1] + 1) - 1, 0, len(middle) - 1))
            eta += stream["drift"][cell] + (0.0 if p.part else habit.get(p.word, 0.0))
            hours = stream["lag"] * truth.haste(day[1], p.quantity) if day[0] < 0 else 0.0
            said[i] = phrase_of(p, eta + _stream_error(rng, p, stream, hours))
        if total[i] and _lower(said[i]) > 0:
            before[key] = said[i]
    claims = [_claim(p, said[i], plans) for i, p in enumerate(plans)]
    return truth, _ledger(claims, plans)


def _streams(rng, plans, middle):
    """Sigma, drift and repeats of each stream, shrunk to those of its source; the laws of loose
    and gross errors of each source."""
    top, far = np.log(0.05) + 1.5 * rng.normal(), np.log(0.05) + rng.normal()
    lag = np.log(0.5) + 1.0 * rng.normal() + 0.5 * rng.normal()
    by_source, found = {}, {}
    days = {}
    for p in plans:
        days.setdefault((p.source.id, p.quantity, p.flow), set()).add(p.last)
    for key, seen in days.items():
        source, _, flow = key
        kind = by_source.setdefault((source, flow), top + 0.7 * rng.normal())
        if source not in by_source:
            grade = next(p.source.reliability for p in plans if p.source.id == source)
            by_source[source] = {
                "drift": far + 0.5 * rng.normal(),
                "repeat": rng.beta(1.0, 9.0),
                "gross": rng.beta(20 * GROSS[grade], 20 * (1 - GROSS[grade])),
                "loose": rng.beta(1.0, 9.0),
                "ratio": np.exp(np.log(6) + 0.4 * rng.normal()),
                "lag": np.exp(lag + 0.7 * rng.normal()),
            }
        own = by_source[source]
        sd = np.exp(own["drift"] + 0.5 * rng.normal())
        drifts = len(seen) >= 3 and not flow
        path = np.zeros(len(middle))
        if drifts:
            phi = np.r_[0.0, np.exp(-np.diff(middle) / 60)]
            for j in range(len(middle)):
                path[j] = phi[j] * path[j - 1] + sd * np.sqrt(1 - phi[j] ** 2) * rng.normal()
        found[key] = own | {
            "sigma": np.hypot(np.exp(kind + 0.7 * rng.normal()), 0.0 if drifts or flow else sd),
            "drift": path,
            "omega": sd,
            "repeat": rng.beta(*(10 * np.array([own["repeat"], 1 - own["repeat"]]))),
        }
    return found


def _stream_error(rng, plan, stream, hours):
    """The error of a claim; a count whose hour varies by `hours` x pace errs with the pace."""
    own = np.hypot(stream["sigma"], hours)
    grade = plan.source.reliability
    gross = 0.5 if plan.unsupported else stream["gross"]
    extra = 0.15 if plan.word in HABITS and not plan.part else 0.0
    wide = 2.5 if plan.unsupported or grade in "DE" else 1.0
    u = rng.random()
    if u < gross:
        scale = max(np.hypot(wide, extra), np.hypot(own, extra))
    elif u < gross + (1 - gross) * stream["loose"]:
        scale = np.hypot(own * stream["ratio"], extra)
    else:
        scale = np.hypot(own, extra)
    if plan.part:
        return np.log(rng.random()) + scale * rng.normal()
    return scale * rng.standard_t(4)


def _houses_of_many(rng, people, factors):
    """Half of the variance is what a source does on a side, half of that its parent's."""
    found, parents = {}, {}
    for source in people.values():
        sd = GRADE_SD[source.reliability]
        own = sd * np.sqrt(0.5) * factors[1] * rng.normal()
        if source.parent is None:
            side = sd * np.sqrt(0.5) * factors[0] * rng.normal()
        else:
            lead = GRADE_SD[people[source.parent].reliability]
            parent = parents.setdefault(source.parent, rng.normal())
            side = factors[0] * 0.5 * (sd * rng.normal() + lead * parent)
        found[source.id] = own + side
    return found


def _week_cells(plans):
    span = max(plan.last for plan in plans) + 1.0
    width = min(max(7.0, span / (2 * len({plan.last for plan in plans}) + 8)), 28.0)
    count = int(np.ceil(span / width - 1e-9))
    return np.arange(count + 1) * (span / count)


# ---------------------------------------------------------------- common to both


def _of(name):
    prior = QUANTITIES[0].prior(name)
    return prior.median, prior.log_sd


def _lognormal(rng, median, log_sd):
    return median * np.exp(log_sd * rng.normal())


def _means(rng):
    """Where the log rates of killed and wounded return to: 1 to 3 of the whole, log sd 0.5."""
    median, log_sd = _of("rate")
    ratio = QUANTITIES[2].prior("ratio")
    shares = np.array([1.0, ratio.median]) / (1 + ratio.median)
    common = log_sd * rng.normal()
    return np.log(median * shares) + common + ratio.log_sd / np.sqrt(2) * rng.normal(size=2)


def _walk(rng, lam, mu, phi, s, tau):
    for j, p in enumerate(phi):
        spread = np.sqrt(tau * (1 - p * p) / 2)
        step = s * rng.normal() + 0.1 * rng.normal(size=2)
        lam[j + 1] = mu + p * (lam[j] - mu) + spread * step


def _leans(rng, plans, factor):
    """0.2 for each quantity that a source speaks of, none where it speaks of one only."""
    spoken = {}
    for p in plans:
        spoken.setdefault(plans[p.head].source.id, set()).add(p.quantity)
    return {
        (source, name): 0.2 * factor * rng.normal() if len(names) > 1 else 0.0
        for source, names in spoken.items()
        for name in sorted(names)
    }


def _said_of(rng, truth, plan, day=None):
    """log of the total or flow at one of the claim's placements."""
    parts = LEAVES[plan.quantity]
    first, last = plan.days[int(rng.integers(len(plan.days)))] if day is None else day
    return np.log(truth.total(last, parts, max(first, 0)))


def phrase_of(plan, log_value):
    """What is said of exp(log_value): a whole number, or the rung of a ladder that it falls on."""
    if plan.word == "range":
        rung = np.floor(log_value / 0.4)
        low, high = np.exp(0.4 * rung), np.exp(0.4 * (rung + 1))
        return Phrase(f"{low:g} to {high:g}", "range", Interval(low, high))
    value = float(np.round(np.exp(min(log_value, 30.0))))
    return _worded(plan, value)


def _worded(plan, value):
    spans = {"at_least": (value, np.inf), "at_most": (0.0, value), "exact": (value, value)}
    return Phrase(f"{value:g}", plan.word, Interval(*spans[plan.word]), nominal=value)


def _again(plan, before):
    return before if plan.word == "range" else _worded(plan, before.nominal)


def _lower(phrase):
    return phrase.lower if phrase.nominal is None else phrase.nominal


def _claim(plan, phrase, plans):
    head = plans[plan.head].id
    return Claim(
        plan.id, plan.quantity, plan.source.id, phrase, plan.period,
        scope="part" if plan.part else "whole", unsupported=plan.unsupported,
        origin=None if head == plan.id else head,
    )  # fmt: skip


def _ledger(claims, plans):
    people = {plan.source.id: plan.source for plan in plans}
    return Ledger.of(claims, QUANTITIES, list(people.values()))


def of_draws(draws, plans):
    """The values of NAMES (n, 9) in joint draws."""
    early, middle, first, late, last = dates(plans)
    whole, killed = draws["casualties"], draws["killed"]
    totals = [np.log(x) for x in (whole[:, early], whole[:, middle], whole[:, last])]
    rates = [log_rate(whole[:, d] - whole[:, d - 1], whole[:, d]) for d in (first, late)]
    houses = [draws.houses[s, "casualties"] for s in ("s0", "s1", "s2")]
    return np.column_stack([*totals, np.log(killed[:, middle]), *rates, *houses])


def growth(truth, plans):
    """log of what is added from the middle to the end."""
    _, middle, _, _, last = dates(plans)
    return np.log(truth.total(last, first=middle + 1))


def growth_of_draws(draws, plans):
    """The same (n,) in joint draws."""
    _, middle, _, _, last = dates(plans)
    whole = draws["casualties"]
    return np.log(np.maximum(whole[:, last] - whole[:, middle], 1e-9 * whole[:, last]))
