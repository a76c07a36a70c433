"""Contradictions by culprit: the claims without which the fewest others would be in conflict."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from reconcile.ledger.ledger import Ledger
from reconcile.numerics.arrays import Array, Flags, Index
from reconcile.values import Claim

_SLACK = 1.25  # sources of a routine kind differ by this much (a spread of a tenth, twice over)
_ROWS = 256  # claims compared with all others at once: a block of that many rows fits the cache


@dataclass(frozen=True, slots=True)
class Culprit:
    """`claim` can't be true together with the claims `against`, by more than a quarter."""

    claim: str
    quantity: str
    source: str
    against: tuple[str, ...]


def culprits(ledger: Ledger) -> tuple[Culprit, ...]:
    """The claims that contradict others, worst first, until what remains agrees.

    Two totals contradict each other where the earlier one's least lies above the later one's most,
    two levels where they speak of one day and their bounds do not meet; by more than a quarter, as
    counts of the same thing differ by less. In each quantity the claim with the most
    contradictions is named, set aside, and so on (a greedy vertex cover). Claims that contradict
    none are told apart by sorting; only the others are compared pair by pair.
    """
    found: list[Culprit] = []
    groups: dict[str, list[Claim]] = {}
    for claim in ledger:
        if claim.period.kind == "on" and not claim.additional and claim.status == "active":
            groups.setdefault(claim.quantity, []).append(claim)
    for name, claims in sorted(groups.items()):
        quantity = ledger.quantities[name]
        if quantity.scale == "log":
            found += _of_quantity(claims, quantity.kind)
    return tuple(found)


def _of_quantity(claims: Sequence[Claim], kind: str) -> Iterable[Culprit]:
    whole = _Bounds.of(claims, kind)
    rows = whole.involved()
    bounds, named = whole.at(rows), [claims[i] for i in rows]
    count = bounds.clash_counts()
    rank = np.argsort(np.argsort([claim.id for claim in named]))
    left = np.ones(len(named), dtype=bool)
    while len(named) and count.max() > 0:
        worst = int(np.lexsort((rank, count))[-1])
        against = np.flatnonzero(bounds.clashes(slice(worst, worst + 1))[0] & left)
        claim, others = named[worst], tuple(named[j].id for j in against)
        yield Culprit(claim.id, claim.quantity, claim.source, others)
        left[worst] = False
        count[against] -= 1
        count[worst] = 0


@dataclass(frozen=True, slots=True)
class _Bounds:
    """What N claims say at least (`least`, -inf: nothing) and at most (`most`, inf: nothing), and
    from which day (`begin`) to which (`end`) another claim may be later or earlier."""

    least: Array
    most: Array
    begin: Array
    end: Array
    same_day: bool

    @classmethod
    def of(cls, claims: Sequence[Claim], kind: str) -> _Bounds:
        """The bounds of claims on one quantity; a part bounds the whole only from below."""
        least = np.array([claim.lower for claim in claims], dtype=float)
        most = np.array([_SLACK * claim.upper + 0.5 for claim in claims], dtype=float)
        most[[claim.scope == "part" for claim in claims]] = np.inf
        least[~np.isfinite(least)] = -np.inf
        most[~np.isfinite(most)] = np.inf
        if kind == "cumulative":
            begin = [claim.period.first.toordinal() for claim in claims]
            end = [claim.period.last.toordinal() for claim in claims]
        else:  # a constant has one time, a stock one for each period
            periods = {claim.period: i for i, claim in enumerate(claims)}
            begin = end = [periods[c.period] if kind == "stock" else 0 for c in claims]
        days = np.asarray(begin, dtype=float), np.asarray(end, dtype=float)
        return cls(least, most, *days, kind == "stock")

    def at(self, rows: Index) -> _Bounds:
        """The bounds of some of the claims."""
        parts = (self.least[rows], self.most[rows], self.begin[rows], self.end[rows])
        return _Bounds(*parts, self.same_day)

    def involved(self) -> Index:
        """The claims that contradict some other: the highest least before each, the lowest most
        after it."""
        by_end, by_begin = np.argsort(self.end), np.argsort(self.begin)
        ends, begins = self.end[by_end], self.begin[by_begin]
        highest = np.maximum.accumulate(np.append(-np.inf, self.least[by_end]))
        lowest = np.minimum.accumulate(np.append(np.inf, self.most[by_begin][::-1]))[::-1]
        before = highest[np.searchsorted(ends, self.begin, side="right")]
        after = lowest[np.searchsorted(begins, self.end, side="left")]
        return np.flatnonzero((before > self.most) | (self.least > after))

    def clashes(self, rows: slice) -> Flags:
        """Whether each claim of `rows` contradicts each claim: (rows, N)."""
        earlier = self.least[rows, None] > self.most
        later = self.least > self.most[rows, None]
        if self.same_day:
            return (earlier | later) & (self.begin[rows, None] == self.begin)
        earlier &= self.end[rows, None] <= self.begin
        later &= self.end <= self.begin[rows, None]
        return earlier | later

    def clash_counts(self) -> Index:
        """How many others each claim contradicts (N,)."""
        size = len(self.least)
        blocks = [
            self.clashes(slice(i, i + _ROWS)).sum(axis=1).astype(np.intp)
            for i in range(0, size, _ROWS)
        ]
        return np.concatenate(blocks) if blocks else np.zeros(0, dtype=np.intp)
