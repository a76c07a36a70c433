"""Contradictions by culprit: the claims without which the fewest others would be in conflict."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from reconcile.ledger.ledger import Ledger
from reconcile.values import Claim

__all__ = ["Culprit", "culprits"]

_SLACK = 1.25  # sources of a routine kind differ by this much (a spread of a tenth, twice over)
_MOST = 1500  # claims of one quantity that are compared pair by pair


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
    contradictions is named, set aside, and so on (a greedy vertex cover).
    """
    found: list[Culprit] = []
    groups: dict[str, list[Claim]] = {}
    for claim in ledger:
        if claim.period.kind == "on" and not claim.additional and claim.status == "active":
            groups.setdefault(claim.quantity, []).append(claim)
    for name, claims in sorted(groups.items()):
        quantity = ledger.quantities[name]
        if quantity.scale == "log" and len(claims) <= _MOST:
            found += _of_quantity(claims, quantity.kind)
    return tuple(found)


def _of_quantity(claims: Sequence[Claim], kind: str) -> Iterable[Culprit]:
    clashes: dict[int, set[int]] = {}
    for i, one in enumerate(claims):
        for j in range(i):
            if _clash(claims[j], one, kind) or _clash(one, claims[j], kind):
                clashes.setdefault(i, set()).add(j)
                clashes.setdefault(j, set()).add(i)
    while clashes:
        worst = max(clashes, key=lambda i: (len(clashes[i]), claims[i].id))
        claim, against = claims[worst], sorted(clashes.pop(worst))
        yield Culprit(claim.id, claim.quantity, claim.source, tuple(claims[j].id for j in against))
        for j in against:
            clashes[j].discard(worst)
            if not clashes[j]:
                del clashes[j]


def _clash(earlier: Claim, later: Claim, kind: str) -> bool:
    """Whether what `earlier` says at least lies above what `later` says at most."""
    if later.scope == "part":
        return False
    if kind == "cumulative":
        if earlier.period.last > later.period.first:
            return False
    elif kind == "stock" and earlier.period != later.period:
        return False
    least, most = earlier.lower, later.upper
    return math.isfinite(least) and math.isfinite(most) and least > _SLACK * most + 0.5
