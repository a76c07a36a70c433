"""The model written down once more, slowly: the log density of one total and few claims.

Nothing is shared with the package but the values it reads (claims, sources). Every unknown is a
standard normal z; `Reference.log_likelihood` maps (N, D) of them to (N,). `reference_smc` samples
it; `reference_quadrature` integrates claims of one day. All constants stand in `Constants`: the
defaults are those of the formulation, `AS_BUILT` says where the engine departs from them.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from reconcile import Claim, Ledger

__all__ = ["AS_BUILT", "Constants", "Reference", "Said", "student_mass", "tukey"]

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Constants:
    """Every number of the model; names as in the formulation where it has one."""

    mean_sd: float = 4.0  # mu = m + 4 z
    age: float = 60.0  # the past: a cell of unknown length at the usual pace
    past_sd: float = 1.5
    past_tail: float = 0.25
    pace: float = 1.2  # S
    pace_log_sd: float = 0.6
    reversion: float = 21.0  # tau
    reversion_log_sd: float = 0.6
    leap_tail: float = 0.45
    ahead_tail: float = 0.45  # of the steps after the last claim
    kappa: float = 0.8
    kappa_tail: float = 0.25
    rho: float = 0.15
    house_tail: float = 0.2
    meaning: float = 0.0  # an error of all sources that no agreement removes
    omega: float = 0.04  # slow error of a stream's totals
    omega_log_sd: float = 0.7
    omega_days: float = 60.0
    sigma: float = 0.02
    sigma_log_sd: float = 1.0
    stream_log_sd: float = 0.5
    stream_tail: float = 0.0
    lag: float = 0.1
    lag_log_sd: float = 0.8
    correction: float = 0.1
    correction_tail: float = 0.5
    one_sided_sd: float = 0.15
    low_shift: tuple[float, float] = (-0.13, 0.2)
    high_shift: tuple[float, float] = (0.04, 0.2)
    loose: float = 0.08
    loose_scale: float = 5.0
    far: float = 0.7
    ten: float = 0.15
    zero: float = 0.1
    wide: float = 1.5
    wide_unreliable: float = 2.5
    unsupported: float = 0.5
    soft: float = 0.0  # blur of the ends of a cell, as a share of its width
    # Weight of rounding to one, two, three digits; the rest: all digits are said.
    rounded: tuple[float, float, float] = (0.25, 0.25, 0.25)
    known: float = 0.2  # a number that another source gave is known to both
    copied: float = 0.02  # or one copied it from the other
    spread: dict[str, float] = field(
        default_factory=lambda: {"A": 0.1, "B": 0.2, "C": 0.35, "D": 0.5, "E": 0.8, "F": 0.5}
    )
    gross: dict[str, float] = field(
        default_factory=lambda: {"A": 0.02, "B": 0.03, "C": 0.05, "D": 0.15, "E": 0.3, "F": 0.06}
    )


AS_BUILT = replace(
    Constants(),
    pace_log_sd=0.5,
    reversion_log_sd=0.0,
    meaning=0.01,
    omega=0.0,
    ahead_tail=0.0,
    stream_tail=0.25,
    soft=0.25,
    rounded=(0.0, 0.1, 0.1),
)


def tukey(z: Array, h: Array | float) -> Array:
    """H(z, h) = z exp(h z^2 / 2)."""
    return z * np.exp(0.5 * h * z * z)


def _t4_cdf(x: Array) -> Array:
    """Of Student's t with four degrees of freedom, exact; small at -inf without cancellation."""
    x = np.clip(x, -1e100, 1e100)
    w = np.sqrt(4.0 + x * x)
    below = 1.0 / (w * w) * (2.0 / (1.0 + np.abs(x) / w))  # = (1 - |x| / w) / 2
    tail = below * below * (3.0 - 2.0 * below)
    return np.where(x < 0, tail, 1 - tail)


def student_mass(lower: Array, upper: Array, at: Array, scale: Array) -> Array:
    """The mass that t_4 around `at` gives [lower, upper]; density times width where narrow."""
    a, b = (lower - at) / scale, (upper - at) / scale
    mirrored = a > 0  # differences of upper tails lose their digits
    a, b = np.where(mirrored, -b, a), np.where(mirrored, -a, b)
    narrow = (b - a) < 0.02
    with np.errstate(invalid="ignore", over="ignore"):
        middle = 0.5 * (a + b)
        density = 0.375 * (1 + 0.25 * middle * middle) ** -2.5 * (b - a)
        return np.where(narrow, density, _t4_cdf(b) - _t4_cdf(a))


# ------------------------------------------------------------------ what a claim says


@dataclass(frozen=True)
class Said:
    """One claim: cells (lower, upper, weight) in logs, its days, its source and habits."""

    source: str
    end: float  # the day it speaks of, as an ordinal
    start: float | None  # of a flow: the day before its first
    number: float
    cells: tuple[tuple[float, float, float], ...]
    shift: str
    gross: float
    wide: float
    grade: str
    regime: int = 0
    fair: float = 1.0  # how much likelier its own law is, as both know the number
    copied: float = 0.0  # the chance that its number is said whatever the truth

    @property
    def is_zero(self) -> bool:
        return self.cells[0][0] == -math.inf


def _log(x: float) -> float:
    return math.log(x) if x >= 0.5 else -math.inf


def _exact_cells(value: float, c: Constants) -> tuple[tuple[float, float, float], ...]:
    """A number as said by somebody who gives all digits, or rounds to one, two or three."""
    if value < 0.5:
        return ((-math.inf, math.log(0.5), 1.0),)
    digits = str(round(value))
    given = len(digits.rstrip("0"))
    cells = [(_log(value - 0.5), _log(value + 0.5), 1.0 - sum(c.rounded))]
    for count, weight in enumerate(c.rounded, start=1):
        half = 0.5 * 10.0 ** max(len(digits) - count, 0)
        if weight and count >= len(digits):
            cells[0] = (cells[0][0], cells[0][1], cells[0][2] + weight)
        elif weight and given <= count:
            cells.append((_log(value - half), _log(value + half), weight))
    return tuple(cells)


def _said(claim: Claim, ledger: Ledger, regime: int, c: Constants) -> Said:
    phrase, source = claim.phrase, ledger.sources[claim.source]
    if claim.scope != "whole" or claim.origin or claim.additional:
        raise NotImplementedError(f"{claim.id}: parts, repeats and arrivals are not written down")
    shift = {"at_least": "low", "more_than": "low", "at_most": "high", "less_than": "high"}.get(
        phrase.kind, ""
    )
    inside = math.isfinite(phrase.lower) and math.isfinite(phrase.upper)
    if phrase.kind in ("range", "approx", "vague") and inside and phrase.upper > phrase.lower:
        cells: tuple[tuple[float, float, float], ...] = (
            (_log(phrase.lower), _log(phrase.upper), 1.0),
        )
        number = 0.5 * (phrase.lower + phrase.upper)
    else:
        number = phrase.nominal
        if number is None:
            number = phrase.lower if math.isfinite(phrase.lower) else phrase.upper
        cells = _exact_cells(number, c)
    period, grade = claim.period, source.reliability
    flow = period.kind == "during"
    bad = claim.unsupported or grade in ("D", "E")
    return Said(
        source=claim.source,
        end=float(period.last.toordinal()),
        start=float(period.first.toordinal() - 1) if flow else None,
        number=max(number, 0.5),
        cells=cells,
        shift=shift,
        gross=c.unsupported if claim.unsupported else c.gross[grade],
        wide=c.wide_unreliable if bad else c.wide,
        grade=grade,
        regime=regime,
    )


def _agreeing(claims: Sequence[Claim], said: Sequence[Said], c: Constants) -> tuple[Said, ...]:
    """With what it means that a claim's number is the last one of another source."""
    when = [(k.period.first, k.period.last, k.source, k.phrase.lower, k.id) for k in claims]
    order = sorted(range(len(said)), key=lambda j: when[j])
    found = list(said)
    for i, own in enumerate(said):
        left: dict[str, list[object]] = {}  # by source: the last two numbers, and those of the day
        for j in order[: order.index(i)]:
            if (said[j].start is None) == (own.start is None) and said[j].source != own.source:
                kept = left.setdefault(said[j].source, [])
                today = claims[j].period.last == claims[i].period.last
                if _number(claims[j]) not in kept:
                    kept.append(_number(claims[j]))
                    del kept[: 0 if today else -2]
        air = {number for kept in left.values() for number in kept}
        if _number(claims[i]) in air and claims[i].phrase.kind != "range":
            at_best = min(_at_best(own, c), 1.0)
            fair = 1 - c.known - c.copied + c.known / at_best
            found[i] = replace(own, fair=fair, copied=c.copied / len(air))
    return tuple(found)


def _number(claim: Claim) -> tuple[str, float | None, float, float]:
    return claim.phrase.kind, claim.phrase.nominal, claim.phrase.lower, claim.phrase.upper


def _at_best(s: Said, c: Constants) -> float:
    """The largest chance of its number under the usual error."""
    sd, chance = math.hypot(c.sigma, c.one_sided_sd if s.shift else 0.0), 0.0
    for lower, upper, weight in s.cells:
        half = np.array([0.5 * (upper - lower)])
        inside = float(student_mass(-half, half, np.zeros(1), np.array([sd]))[0])
        chance += weight * (inside if math.isfinite(lower) and math.isfinite(upper) else 1.0)
    return chance


def _regimes(claims: Sequence[Claim]) -> dict[str, int]:
    """By claim id: how many corrections of its source's totals came after it."""
    found: dict[str, int] = {}
    for source in {claim.source for claim in claims}:
        mine = sorted((k for k in claims if k.source == source), key=lambda k: k.period.last)
        x = [k.phrase.nominal if k.phrase.kind == "exact" else None for k in mine]
        opened = [0] * len(mine)
        for i in range(1, len(mine)):
            now, before = x[i], x[i - 1]
            if now is None or before is None or not 0 < now < 0.995 * before:
                continue
            earlier = [v for v in x[max(0, i - 4) : i - 1] if v is not None]
            typo = bool(earlier) and before >= 1.5 * float(np.median(earlier))
            after = x[i + 1] if i + 1 < len(mine) else None
            opened[i] = int(not typo and (after is None or after < before))
        for i, claim in enumerate(mine):
            found[claim.id] = sum(opened[i + 1 :])
    return found


# ------------------------------------------------------------------ the density


@dataclass(frozen=True)
class Reference:
    """The claims of one cumulative quantity, laid out on cells of time."""

    said: tuple[Said, ...]
    epoch: float | None
    edges: Array  # ordinals of the ends of days, ascending; what came before the first is P
    c: Constants
    held: float | None = None  # m, where a prior of the rate holds it

    @classmethod
    def of(
        cls, ledger: Ledger, c: Constants = AS_BUILT, *, horizon: float = 0.0, split: int = 1
    ) -> Reference:
        """`horizon` days after the last claim are laid out too; `split` cuts the filler finer."""
        (quantity,) = {claim.quantity for claim in ledger}
        about = ledger.quantities[quantity]
        if about.kind != "cumulative" or about.scale != "log" or about.parts:
            raise NotImplementedError("only totals of counts without parts are written down")
        claims = [claim for claim in ledger if claim.status == "active"]
        regimes = _regimes([k for k in claims if k.period.kind != "during"])
        said = _agreeing(claims, [_said(k, ledger, regimes.get(k.id, 0), c) for k in claims], c)
        epoch = about.epoch.toordinal() - 1.0 if about.epoch else None
        return cls(said, epoch, _edges(said, epoch, horizon, split), c)

    @classmethod
    def of_said(cls, said: Sequence[Said], c: Constants, *, held: float | None = None) -> Reference:
        """Of claims that are already read, without an epoch."""
        return cls(tuple(said), None, _edges(tuple(said), None, 0.0, 1), c, held)

    @cached_property
    def sources(self) -> list[str]:
        return sorted({s.source for s in self.said})

    @cached_property
    def streams(self) -> list[tuple[str, bool]]:
        return sorted({(s.source, s.start is None) for s in self.said})

    @cached_property
    def groups(self) -> dict[str, slice]:
        """Where each unknown lies among the columns of z."""
        slow = sum(s.start is None for s in self.said) if self.c.omega else 0
        taken_back = {(s.source, s.regime) for s in self.said if s.regime}
        sizes = {
            "mu": 1, "pace": 1, "reversion": 1, "past": 1, "steps": len(self.edges) - 1, "kappa": 1,
            "common": 1, "meaning": 1, "house": len(self.sources), "sigma": 1,
            "stream": len(self.streams), "lag": 1, "omega": 1, "slow": slow, "low": 1, "high": 1,
            "regime": len(taken_back),
        }  # fmt: skip
        ends = np.cumsum(list(sizes.values()))
        return {k: slice(int(e) - n, int(e)) for (k, n), e in zip(sizes.items(), ends, strict=True)}

    @property
    def size(self) -> int:
        return max(s.stop for s in self.groups.values())

    @cached_property
    def centre(self) -> float:
        """m: log of the pace that the claims suggest, per day."""
        if self.held is not None:
            return self.held
        totals = sorted((s.end, s.number) for s in self.said if s.start is None)
        flows = [s.number / (s.end - s.start) for s in self.said if s.start is not None]
        found = [float(np.log(np.median(flows)))] if flows else []
        if totals:
            found.append(_pace(totals, self.epoch, self.c.age))
        return float(np.mean(found))

    def log_totals(self, z: Array) -> tuple[Array, Array]:
        """log C at every edge (N, J + 1), and log of what happened in every cell (N, J)."""
        c, get = self.c, self._getter(z)
        mu = self.centre + c.mean_sd * get("mu")[:, 0]
        pace = c.pace * np.exp(c.pace_log_sd * get("pace")[:, 0])
        tau = c.reversion * np.exp(c.reversion_log_sd * get("reversion")[:, 0])
        past = mu + np.log(c.age) + c.past_sd * tukey(get("past")[:, 0], c.past_tail)
        last = max(s.end for s in self.said)
        tails = np.where(self.edges[:-1] >= last, c.ahead_tail, c.leap_tail)
        steps = tukey(get("steps"), tails)
        widths = np.diff(self.edges)
        middles = 0.5 * (self.edges[1:] + self.edges[:-1])
        lam = np.empty_like(steps)
        for j in range(steps.shape[1]):
            if j == 0:
                lam[:, 0] = mu + pace * steps[:, 0]
                continue
            phi = np.exp(-(middles[j] - middles[j - 1]) / tau)
            kept = phi * (lam[:, j - 1] - mu)
            lam[:, j] = mu + kept + pace * np.sqrt(1 - phi * phi) * steps[:, j]
        amounts = lam + np.log(widths)
        first = past if self.epoch is None else np.full_like(past, -np.inf)
        return np.logaddexp.accumulate(np.column_stack([first, amounts]), axis=1), amounts

    def log_total_at(self, z: Array, day: date) -> Array:
        """log C (N,) at the end of `day`, even inside a cell."""
        totals, amounts = self.log_totals(z)
        at = float(day.toordinal())
        k = int(np.searchsorted(self.edges, at))
        if k >= len(self.edges) or at < self.edges[0]:
            raise NotImplementedError(f"{day} is not laid out")
        if self.edges[k] == at:
            return totals[:, k]
        share = (at - self.edges[k - 1]) / (self.edges[k] - self.edges[k - 1])
        return np.logaddexp(totals[:, k - 1], amounts[:, k - 1] + np.log(share))

    def log_likelihood(self, z: Array) -> Array:
        """log p of all claims (N,) at the unknowns z (N, D)."""
        with np.errstate(all="ignore"):
            eta, sd = self.expected(z)
            found = sum(
                np.log(np.maximum(claim_mass(s, eta[:, i], sd[:, i], self.c), 1e-300))
                for i, s in enumerate(self.said)
            )
        return np.where(np.isfinite(found), found, -1e6)

    def expected(self, z: Array) -> tuple[Array, Array]:
        """eta and the scale of its error (N, claims)."""
        c, get = self.c, self._getter(z)
        totals, amounts = self.log_totals(z)
        kappa = c.kappa * np.abs(tukey(get("kappa")[:, 0], c.kappa_tail))
        g = {s.source: c.spread[s.grade] for s in self.said}
        mean = float(np.mean([g[name] for name in self.sources]))
        shared = math.sqrt(c.rho) * mean * kappa * get("common")[:, 0]
        shared = shared + c.meaning * get("meaning")[:, 0]
        sigma = c.sigma * np.exp(c.sigma_log_sd * get("sigma")[:, 0])
        lag = c.lag * np.exp(c.lag_log_sd * get("lag")[:, 0])
        slow, taken = self._slow(get), sorted({(s.source, s.regime) for s in self.said if s.regime})
        eta, sd = np.empty((len(z), len(self.said))), np.empty((len(z), len(self.said)))
        for i, s in enumerate(self.said):
            house = tukey(get("house")[:, self.sources.index(s.source)], c.house_tail)
            f, speed = self._spoken_of(s, totals, amounts)
            eta[:, i] = f + shared + math.sqrt(1 - c.rho) * kappa * g[s.source] * house
            if s.shift:
                middle, wide = c.low_shift if s.shift == "low" else c.high_shift
                eta[:, i] += middle + wide * get(s.shift)[:, 0]
            if s.regime:
                back = get("regime")[:, taken.index((s.source, s.regime))]
                eta[:, i] += c.correction * tukey(back, c.correction_tail)
            if i in slow:
                eta[:, i] += slow[i]
            stream = get("stream")[:, self.streams.index((s.source, s.start is None))]
            own = sigma * np.exp(c.stream_log_sd * tukey(stream, c.stream_tail))
            late = np.minimum(lag * speed, 1.0)
            extra = c.one_sided_sd if s.shift else 0.0
            sd[:, i] = np.sqrt(own**2 + late**2 + extra**2)
        return eta, sd

    def _spoken_of(self, s: Said, totals: Array, amounts: Array) -> tuple[Array, Array | float]:
        """f of a claim, and how fast its total grows (1 / day)."""
        k = int(np.searchsorted(self.edges, s.end))
        if s.start is not None:
            j = int(np.searchsorted(self.edges, s.start))
            return np.logaddexp.reduce(amounts[:, j:k], axis=1), 0.0
        f = totals[:, k]
        if k == 0:
            return f, 0.0
        return f, np.exp(np.minimum(amounts[:, k - 1] - f, 50)) / (
            self.edges[k] - self.edges[k - 1]
        )

    def _slow(self, get: Callable[[str], Array]) -> dict[int, Array]:
        """e_s(t): an Ornstein-Uhlenbeck error of each stream of totals, by claim."""
        if not self.c.omega:
            return {}
        omega = self.c.omega * np.exp(self.c.omega_log_sd * get("omega")[:, 0])
        found: dict[int, Array] = {}
        last: dict[str, tuple[float, Array]] = {}
        order = sorted(
            (i for i, s in enumerate(self.said) if s.start is None), key=lambda i: self.said[i].end
        )
        for column, i in enumerate(order):
            z, s = get("slow")[:, column], self.said[i]
            if s.source in last:
                day, before = last[s.source]
                phi = math.exp(-(s.end - day) / self.c.omega_days)
                z = phi * before + math.sqrt(1 - phi * phi) * z
            last[s.source] = (s.end, z)
            found[i] = omega * z
        return found

    def _getter(self, z: Array) -> Callable[[str], Array]:
        return lambda name: z[:, self.groups[name]]


def claim_mass(s: Said, eta: Array, sd: Array, c: Constants) -> Array:
    """p_i: the mass that a claim's law gives to what was said.

    The gross law is centred at eta; what all sources err together hardly matters beside its width.
    """
    fair, wrong = (1 - s.gross) * s.fair, s.gross
    parts = [
        (0.0, sd, fair * (1 - c.loose)),
        (0.0, c.loose_scale * sd, fair * c.loose),
        (0.0, np.hypot(s.wide, c.one_sided_sd if s.shift else 0.0), wrong * c.far),
        (math.log(10), sd, wrong * c.ten),
        (-math.log(10), sd, wrong * c.ten),
    ]
    mass = np.full(len(eta), (wrong * c.zero if s.is_zero else 0.0) + (1 - wrong) * s.copied)
    for lower, upper, weight in s.cells:
        blur = c.soft * (upper - lower) if math.isfinite(upper - lower) else 0.0
        for shift, scale, share in parts:
            found = student_mass(lower, upper, eta + shift, np.hypot(scale, blur))
            mass = mass + share * weight * found
    return mass


def _pace(totals: Sequence[tuple[float, float]], epoch: float | None, age: float) -> float:
    """log of the daily pace of totals: the growth to their last third, else since the beginning."""
    days, x = np.array([d for d, _ in totals]), np.array([v for _, v in totals])
    third = max(len(x) // 3, 1)
    early, late = float(np.median(x[:third])), float(np.median(x[-third:]))
    apart = float(np.median(days[-third:]) - np.median(days[:third]))
    if len(set(days)) >= 3 and late > early and apart > 0:
        return math.log((late - early) / apart)
    since = days[-1] - epoch if epoch is not None else age + days[-1] - days[0]
    return math.log(late / max(since, 1.0))


def _edges(said: Sequence[Said], epoch: float | None, horizon: float, split: int) -> Array:
    """Cells at the claims, filled with cells of at most a week or a thirtieth of the span."""
    marks = {s.end for s in said} | {s.start for s in said if s.start is not None}
    first = min(marks) if epoch is None else epoch
    stops = sorted({first, *(m for m in marks if m > first)})
    widest = max(7.0, (stops[-1] - first) / 30) / split
    edges = [first]
    for a, b in pairwise(stops):
        pieces = max(math.ceil((b - a) / widest), 1)
        edges += [float(round(a + (b - a) * k / pieces)) for k in range(1, pieces + 1)]
    steps = [h for h in (1, 3, 7, 14, 28, 56) if h < horizon]
    edges += [edges[-1] + h for h in [*steps, horizon]] if horizon else []
    return np.unique(np.array(edges))
