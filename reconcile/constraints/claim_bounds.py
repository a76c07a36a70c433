"""What each claim bounds: the total of some days of some quantity, between two numbers."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from reconcile.errors import UnknownQuantityError
from reconcile.values import Claim, Quantity

SINCE = -(10**9)
"""The start of a window that reaches back to the beginning."""

Window = tuple[int, int]


@dataclass(frozen=True, slots=True)
class ClaimBound:
    """A claim as a bound on a functional of the truth.

    `windows` are its admissible placements (a, b]: for a cumulative quantity the total of the
    days after a up to b (ordinals), for a stock the level on day b, for a constant (0, 0). Those
    that can't matter are left out: of one-sided claims all but the weakest. Where `free`, the ends
    may lie anywhere in `starts` and `ends` and the windows are chosen later.
    """

    claim: Claim
    quantity: str
    lower: float
    upper: float
    lower_open: bool
    upper_open: bool
    windows: tuple[Window, ...]
    free: bool = False

    @property
    def starts(self) -> Window:
        """First and last admissible a."""
        return min(a for a, _ in self.windows), max(a for a, _ in self.windows)

    @property
    def ends(self) -> Window:
        """First and last admissible b."""
        return min(b for _, b in self.windows), max(b for _, b in self.windows)


def reading_of(claim: Claim, quantities: Mapping[str, Quantity]) -> ClaimBound | None:
    """What `claim` bounds; None if nothing (an increment of a stock whose arrivals are unnamed).

    Raises `UnknownQuantityError` for a claim about a quantity that is not in `quantities`.
    """
    about = quantities.get(claim.quantity)
    if about is None:
        raise UnknownQuantityError(claim.quantity, quantities)
    if claim.additional and about.kind == "stock":
        arrivals = quantities.get(about.arrivals or "")
        if arrivals is None:
            return None
        about = arrivals
    said = claim.phrase.interval
    lower, lower_open = said.lower, not said.lower_closed and said.lower > -math.inf
    upper, upper_open = said.upper, not said.upper_closed and said.upper < math.inf
    loose = claim.scope == "part" or (claim.additional and claim.period.kind == "on")
    if loose:
        upper, upper_open = math.inf, False
    if about.scale != "linear" and lower < 0:
        lower, lower_open = -math.inf, False
    if about.scale != "linear" and lower == 0 and not lower_open:
        lower = -math.inf
    windows, free = _windows(claim, about, lower > -math.inf, upper < math.inf)
    return ClaimBound(claim, about.id, lower, upper, lower_open, upper_open, windows, free)


def _windows(
    claim: Claim, about: Quantity, bounded_below: bool, bounded_above: bool
) -> tuple[tuple[Window, ...], bool]:
    """The placements that matter, and whether they are yet to be chosen within their ranges."""
    period = claim.period
    if about.kind == "constant":
        return ((0, 0),), False
    if about.kind == "stock":
        days = range(period.first.toordinal(), period.last.toordinal() + 1)
        return tuple((day, day) for day in days), False
    if period.kind == "on":
        first, last = period.first.toordinal(), period.last.toordinal()
        if bounded_below and bounded_above:
            return tuple((SINCE, day) for day in range(first, last + 1)), first < last
        return ((SINCE, last if bounded_below else first),), False
    if period.days is not None or period.exact:
        placed = period.placements()
        return tuple((a.toordinal() - 1, b.toordinal()) for a, b in placed), False
    if not bounded_above:
        return ((period.first.toordinal() - 1, period.last.toordinal()),), False
    starts = range(period.start.first.toordinal(), period.start.last.toordinal() + 1)
    least, most = period.end.first.toordinal(), period.end.last.toordinal()
    if bounded_below:
        pairs = ((a - 1, b) for a in starts for b in range(max(a, least), most + 1))
        return tuple(pairs), True
    smallest = {max(a, least): a - 1 for a in starts if a <= most}
    return tuple((a, b) for b, a in sorted(smallest.items())), False


class Family:
    """How quantities hang together: their leaves, what bounds them, when they begin."""

    def __init__(self, quantities: Mapping[str, Quantity]) -> None:
        self.quantities = quantities
        self._leaves = {name: self._expanded(name, ()) for name in quantities}

    def _expanded(self, name: str, above: tuple[str, ...]) -> tuple[str, ...]:
        parts = [part for part in self.quantities[name].parts if part in self.quantities]
        if not parts or name in above:
            return (name,)
        leaves = [leaf for part in parts for leaf in self._expanded(part, (*above, name))]
        return tuple(dict.fromkeys(leaves))

    def leaves(self, name: str) -> tuple[str, ...]:
        """The quantities of which `name` is the sum."""
        return self._leaves[name]

    def kin(self, name: str) -> frozenset[str]:
        """Quantities tied to `name` by an identity: its parts, and the wholes it is part of."""
        own = set(self.leaves(name))
        return frozenset(other for other in self.quantities if own & set(self.leaves(other)))

    def within(self, name: str) -> tuple[str, ...]:
        """What `name` can't exceed, where the registry knows it."""
        return tuple(q for q in self.quantities[name].within if q in self.quantities)

    def epoch(self, leaf: str) -> int:
        """The first day on which `leaf` can be more than 0 (`SINCE` if it has none)."""
        wholes = (q for q in self.quantities.values() if leaf in self._leaves[q.id])
        return max((_ordinal(q.epoch) for q in wholes), default=SINCE)


def _ordinal(day: date | None) -> int:
    return SINCE if day is None else day.toordinal()
