"""How often sources repeat each other, learnt from how often their numbers agree."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

_COPIES = 0.05  # the share of claims that repeat another source, before any is seen ...
_WORTH = 20.0  # ... which counts as so many claims
_OWN_WORTH = 10.0  # and what is learnt of all, as so many of each source
_FACTORS = tuple(2.0 ** (k / 2) for k in range(-6, 3))
_LOG_SD = math.log(2)  # of the factor on the chances


@dataclass(frozen=True, slots=True)
class Trial:
    """A claim by `source`: whether it gives a number that others had just given.

    `hazard` is the sum of -log(1 - p) over those numbers, p being the chance of giving one by
    itself; a factor on the chances multiplies it. `declared`: the ledger says that it repeats.
    """

    source: str
    matched: bool
    hazard: float
    declared: bool = False

    def chance(self, factor: float) -> float:
        """The chance of any of the numbers."""
        return 0.0 if self.declared else -math.expm1(-factor * self.hazard)


@dataclass(frozen=True, slots=True)
class Repeating:
    """What was learnt: `rates` of repeats by source and `overall`; `factor` on the chances.

    `matched` claims gave a number just given by another, `by_chance` would do so by themselves.
    """

    rates: Mapping[str, float]
    overall: float
    factor: float
    matched: int
    by_chance: float

    def rate(self, source: str) -> float:
        """The share of the claims of `source` that repeat another's."""
        return self.rates.get(source, self.overall)


def learn(trials: Sequence[Trial]) -> Repeating:
    """The likeliest mixture of claims that repeat and claims that agree by chance.

    By expectation and maximisation, for each of a few factors on the chances; the factor has a
    log-normal prior around 1. Numbers that many would say and few do say tell the factor, odd
    numbers said twice tell the rates.

    >>> honest = [Trial("a", False, 0.1)] * 90 + [Trial("a", True, 0.1)] * 10
    >>> copying = [*honest, *[Trial("b", True, 0.001)] * 20]
    >>> learnt = learn(copying)
    >>> learnt.rate("a") < 0.1 < 0.6 < learnt.rate("b")
    True
    """
    alike = Counter(replace(trial, hazard=float(f"{trial.hazard:.3g}")) for trial in trials)
    best = max((_fitted(alike, factor) for factor in _FACTORS), key=lambda found: found[0])
    _, factor, overall, rates = best
    by_chance = sum(trial.chance(factor) for trial in trials)
    matched = sum(trial.matched and not trial.declared for trial in trials)
    return Repeating(rates, overall, factor, matched, by_chance)


def _fitted(
    trials: Mapping[Trial, int], factor: float
) -> tuple[float, float, float, dict[str, float]]:
    """Log posterior, factor, overall rate and rates by source, given the factor.

    `trials` says how often each occurs.
    """
    count: dict[str, int] = defaultdict(int)
    for trial, times in trials.items():
        count[trial.source] += times
    every = sum(count.values())
    hits = [(t.source, t.chance(factor), times) for t, times in trials.items() if t.matched]
    overall, rates = _COPIES, dict.fromkeys(count, _COPIES)
    for _ in range(30):
        copied: dict[str, float] = defaultdict(float)
        for source, chance, times in hits:
            rate = rates[source]
            copied[source] += times * rate / (rate + (1 - rate) * chance)
        overall = (sum(copied.values()) + _WORTH * _COPIES) / (every + _WORTH)
        rates = {
            name: (copied[name] + _OWN_WORTH * overall) / (number + _OWN_WORTH)
            for name, number in count.items()
        }
    score = -0.5 * (math.log(factor) / _LOG_SD) ** 2 + _WORTH * _away(_COPIES, overall)
    score += sum(_OWN_WORTH * _away(overall, rate) for rate in rates.values())
    for trial, times in trials.items():
        rate = rates[trial.source]
        said = rate + (1 - rate) * trial.chance(factor)
        score += times * math.log(said if trial.matched else max(1 - said, 1e-12))
    return score, factor, overall, rates


def _away(usual: float, rate: float) -> float:
    """What a claim of the usual share says against another rate: less their divergence."""
    apart = usual * math.log(rate / usual)
    return apart + (1 - usual) * math.log((1 - rate) / (1 - usual))
