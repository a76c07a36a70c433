"""How often two speakers who don't know of each other give the same number."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal

from reconcile.values import Claim

Said = tuple[float, float]
"""What is compared: the number twice, or the bounds of words that hold none."""

_NEAREST = 0.12  # log gap within which the nearest quarter of the other numbers lies, usually ...
_WORTH = 5  # ... which counts as so many pairs of claims
_LEAST = 0.005  # the least chance: no number is said by nobody
_NEAR = 14  # days
_SURE = 0.999  # the highest: no number is said by all
_VAGUE = 0.3  # "dozens" by one speaker and "dozens" by another: words are few


def number_said(claim: Claim) -> Said:
    """The number of a claim, or the bounds of its words."""
    nominal = claim.phrase.nominal
    return (claim.lower, claim.upper) if nominal is None else (nominal, nominal)


def day_said(claim: Claim) -> int:
    """The day by which a claim was public, as a day number."""
    return claim.public_on.toordinal()


def significance(number: float) -> tuple[int, int, float]:
    """Digits before the point, significant digits, and the unit that was counted in.

    >>> significance(12_000), significance(1437), significance(0.25)
    ((5, 2, 1000.0), (4, 4, 1.0), (0, 2, 0.01))
    """
    if number == 0 or not math.isfinite(number):
        return 1, 1, 1.0
    _, digits, exponent = Decimal(repr(abs(float(number)))).normalize().as_tuple()
    assert isinstance(exponent, int)
    return len(digits) + exponent, len(digits), 10.0**exponent


class Chances:
    """The chance of the same number by two independent speakers, learnt from `claims`.

    Copiers show by the rare values they share (Dong, Berti-Equille and Srivastava 2009, VLDB 2,
    550-561, "copy detection"): a round number is said by many, an odd one is not. The chance is
    that a speaker who rounds to so many digits lands on this number, as densely as sources lie
    about each other on that quantity (the nearest quarter of them); in the mean over the habits of
    rounding that give such a number, by how many digits the speaker's numbers of that size have
    (shrunk to those of all speakers).

    >>> chances = Chances([])
    >>> round_one, odd_one = (chances.same("killed", (n, n)) for n in (1000.0, 1437.0))
    >>> round_one > 100 * odd_one
    True
    """

    def __init__(self, claims: Iterable[Claim]) -> None:
        listed = list(claims)
        distinct = {(c.quantity, c.source, c.phrase.nominal) for c in listed}
        self._digits: Counter[tuple[str, int, int]] = Counter()
        self._sizes: Counter[tuple[str, int]] = Counter()
        for _, source, number in distinct:
            if number is not None:
                size, digits, _ = significance(number)
                self._digits[source, size, digits] += 1
                self._sizes[source, size] += 1
        self._sources = tuple(sorted({source for _, source, _ in distinct}))
        self._usual: dict[tuple[int, int], float] = {}
        self._quartiles = _quartiles(listed)
        self._known: dict[tuple[str, Said, str], float] = {}
        self._hazards: dict[tuple[str, str], dict[Said, float]] = defaultdict(dict)

    def same(self, quantity: str, said: Said, source: str = "") -> float:
        """The chance that `source` (one of which nothing is known) says the same by itself."""
        key = (quantity, said, source)
        if key not in self._known:
            self._known[key] = self._chance(quantity, said, source)
        return self._known[key]

    def hazard(self, claim: Claim, told: Iterable[Said]) -> float:
        """The sum of -log(1 - p) over the numbers `told`: 1 - exp(-it) is the chance of any."""
        known = self._hazards[claim.quantity, claim.source]
        total = 0.0
        for said in told:
            value = known.get(said)
            if value is None:
                chance = min(self.same(claim.quantity, said, claim.source), _SURE)
                value = known[said] = -math.log1p(-chance)
            total += value
        return total

    def _chance(self, quantity: str, said: Said, source: str) -> float:
        if said[0] != said[1]:
            return _VAGUE
        size, digits, unit = significance(said[0])
        # a quarter of the probability lies within the quartile on both sides: its density there
        width = max(abs(said[0]), 1.0) * 8 * self._quartiles.get(quantity, _NEAREST)
        finest = max(digits, size)  # to the whole count, or finer where the number is
        return sum(
            self._share(source, size, k) * min(1.0, unit * 10.0 ** (digits - k) / width)
            for k in range(digits, finest + 1)
        )

    def _share(self, source: str, size: int, digits: int) -> float:
        """Of the numbers of that size by `source`, the share with so many significant digits."""
        usual = self._usual_share(size, digits)
        own, all_own = self._digits[source, size, digits], self._sizes[source, size]
        return (own + _WORTH * usual) / (all_own + _WORTH)

    def _usual_share(self, size: int, digits: int) -> float:
        """The mean of the sources' shares; the more a source says, the more it counts, up to 1."""
        key = (size, digits)
        if key not in self._usual:
            counts = [self._sizes[source, size] for source in self._sources]
            weights = [count / (count + _WORTH) for count in counts]
            shares = [
                weight * self._digits[source, size, digits] / count
                for source, weight, count in zip(self._sources, weights, counts, strict=True)
                if count
            ]
            self._usual[key] = (sum(shares) + 1 / max(size, digits, 1)) / (sum(weights) + 1)
        return self._usual[key]


def _quartiles(claims: Sequence[Claim]) -> dict[str, float]:
    """By quantity the lower quartile of the log gaps between sources at near dates, shrunk."""
    gaps: dict[str, list[float]] = defaultdict(list)
    last: dict[tuple[str, str, bool], dict[str, tuple[int, float]]] = defaultdict(dict)
    for claim in sorted(claims, key=lambda c: (day_said(c), c.id)):
        number, day = claim.phrase.nominal, day_said(claim)
        if number is None or number <= 0:
            continue
        seen = last[claim.quantity, claim.period.kind, claim.additional]
        gaps[claim.quantity] += [
            abs(math.log(number) - math.log(value))
            for source, (when, value) in seen.items()
            if source != claim.source and value != number and day - when <= _NEAR
        ]
        seen[claim.source] = (day, number)
    return {name: _shrunk(sorted(found)) for name, found in gaps.items() if found}


def _shrunk(gaps: Sequence[float]) -> float:
    quartile = gaps[len(gaps) // 4]
    found = (len(gaps) * quartile + _WORTH * _NEAREST) / (len(gaps) + _WORTH)
    return max(_LEAST, found)
