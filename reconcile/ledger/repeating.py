"""How often sources repeat each other, learnt from how often their numbers agree."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

__all__ = ["Repeating", "Trial", "learn"]

_COPIES = 0.05  # the share of claims that repeat another source, before any is seen ...
_WORTH = 20.0  # ... which counts as so many claims
_OWN_WORTH = 10.0  # and what is learnt of all, as so many of each source
_FACTORS = tuple(2.0 ** (k / 2) for k in range(-6, 5))
_LOG_SD = math.log(2)  # of the factor on the chances


@dataclass(frozen=True, slots=True)
class Trial:
    """A claim by `source`: whether it gives a number that others had just given.

    `chances` are, for each such number, that of giving it by itself.
    """

    source: str
    matched: bool
    chances: tuple[float, ...]

    def chance(self, factor: float) -> float:
        """The chance of any of the numbers."""
        miss = 1.0
        for chance in self.chances:
            miss *= 1 - min(1.0, factor * chance)
        return 1 - miss


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

    >>> honest = [Trial("a", False, (0.1,))] * 90 + [Trial("a", True, (0.1,))] * 10
    >>> copying = [*honest, *[Trial("b", True, (0.001,))] * 20]
    >>> learnt = learn(copying)
    >>> learnt.rate("a") < 0.1 < 0.6 < learnt.rate("b")
    True
    """
    best = max((_fitted(trials, factor) for factor in _FACTORS), key=lambda found: found[0])
    _, factor, overall, rates = best
    by_chance = sum(trial.chance(factor) for trial in trials)
    return Repeating(rates, overall, factor, sum(t.matched for t in trials), by_chance)


def _fitted(trials: Sequence[Trial], factor: float) -> tuple[float, float, float, dict[str, float]]:
    """Log posterior, factor, overall rate and rates by source, given the factor."""
    chances = [trial.chance(factor) for trial in trials]
    count: dict[str, int] = defaultdict(int)
    for trial in trials:
        count[trial.source] += 1
    hits = [(t.source, chance) for t, chance in zip(trials, chances, strict=True) if t.matched]
    overall, rates = _COPIES, dict.fromkeys(count, _COPIES)
    for _ in range(30):
        copied: dict[str, float] = defaultdict(float)
        for source, chance in hits:
            rate = rates[source]
            copied[source] += rate / (rate + (1 - rate) * chance)
        overall = (sum(copied.values()) + _WORTH * _COPIES) / (len(trials) + _WORTH)
        rates = {
            name: (copied[name] + _OWN_WORTH * overall) / (number + _OWN_WORTH)
            for name, number in count.items()
        }
    score = -0.5 * (math.log(factor) / _LOG_SD) ** 2 + _WORTH * _cross(_COPIES, overall)
    score += sum(_OWN_WORTH * _cross(overall, rate) for rate in rates.values())
    for trial, chance in zip(trials, chances, strict=True):
        rate = rates[trial.source]
        said = rate + (1 - rate) * chance
        score += math.log(said if trial.matched else max(1 - said, 1e-12))
    return score, factor, overall, rates


def _cross(usual: float, rate: float) -> float:
    """What claims of the usual share say for a rate, a claim."""
    return usual * math.log(rate) + (1 - usual) * math.log(1 - rate)
