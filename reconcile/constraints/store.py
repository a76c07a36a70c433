"""`Constraints`: a prepared set of claims, asked for conflicts, envelopes and consensus."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import cached_property
from itertools import product
from operator import attrgetter

import numpy as np

from reconcile.constraints.claim_bounds import ClaimBound, Family, reading_of
from reconcile.constraints.conflict_group import Found, Group
from reconcile.constraints.conflict_words import conflict_words
from reconcile.constraints.hull_intersection import bounds_together, interval_of
from reconcile.constraints.linear_system import linked
from reconcile.constraints.marzullo import agreement_of
from reconcile.errors import DateError, OptionError, UnknownQuantityError
from reconcile.intervals import Interval
from reconcile.ledger.origins import first_sources, roots
from reconcile.values import Claim, Conflict, Consensus, Days, Quantity, Source


class Conflicts(tuple[Conflict, ...]):
    """The conflicts found, smallest sets first, then the widest gaps.

    `note` says what is missing where the search was bounded, and is empty where these are all.
    """

    note: str

    def __new__(cls, found: Iterable[Conflict] = (), note: str = "") -> Conflicts:
        """These conflicts, and what is missing from them."""
        made = super().__new__(cls, found)
        made.note = note
        return made

    @property
    def complete(self) -> bool:
        """Whether these are all the minimal conflicting sets there are."""
        return not self.note


class Constraints:
    """What a set of claims allows and where it contradicts itself, prepared to be asked often.

    `claims` are read by their intervals under the identities (parts), monotone totals since the
    epoch, windows, parts of a whole, `within` and levels that `quantities` states; retracted and
    superseded claims are left out. Numbers are taken as reals, not as integers. Where a period is
    imprecise, any admissible placement could be true. `sources` only give names in words.

    Raises `UnknownQuantityError` for a claim about a quantity that is not in `quantities`.

    >>> from reconcile.values import Claim, Period, Phrase, Quantity
    >>> def claim(id, lower, upper, day):
    ...     phrase = Phrase("", "range", Interval(lower, upper))
    ...     return Claim(id, "killed", id, phrase, Period.on(day))
    >>> claims = [claim("a", 0, 300, "2024-12-17"), claim("b", 500, np.inf, "2024-11-20")]
    >>> known = Constraints(claims, {"killed": Quantity("killed")})
    >>> print(known.conflicts("killed")[0].text)
    b says at least 500 killed by 20 Nov 2024; a says 0 to 300 killed by 17 Dec 2024: both cannot be
    true, since a total never falls (they miss each other by 200)
    >>> known.envelope("killed", "2024-12-01").upper
    inf
    """

    def __init__(
        self,
        claims: Iterable[Claim],
        quantities: Mapping[str, Quantity],
        sources: Mapping[str, Source] | None = None,
    ) -> None:
        self.claims = tuple(claim for claim in claims if claim.status == "active")
        self.family = Family(dict(quantities))
        self._sources = dict(sources or {})
        self._roots = roots(self.claims)
        ordered = sorted(self.claims, key=attrgetter("id"))
        found = (reading_of(claim, quantities) for claim in ordered)
        self._readings = [reading for reading in found if reading is not None]
        self._groups: dict[int, Group] = {}
        self._told: dict[tuple[str, ...], Conflict] = {}

    @cached_property
    def _parcels(self) -> list[set[str]]:
        """The leaves whose claims bear on each other."""
        tied = {frozenset(self.family.leaves(r.quantity)) for r in self._readings}
        for name, outer in linked(self.family, self._readings):
            tied.add(frozenset({*self.family.leaves(name), *self.family.leaves(outer)}))
        parcels: dict[int, set[str]] = {}
        holder: dict[str, int] = {}
        for number, leaves in enumerate(sorted(tied, key=sorted)):
            touching = {holder[leaf] for leaf in leaves if leaf in holder}
            parcels[number] = set(leaves).union(*(parcels.pop(other) for other in touching))
            holder |= dict.fromkeys(parcels[number], number)
        return list(parcels.values())

    @cached_property
    def _parcel_of(self) -> dict[str, int]:
        """The number of the parcel of each leaf that is claimed about."""
        return {leaf: i for i, parcel in enumerate(self._parcels) for leaf in parcel}

    @cached_property
    def _shared(self) -> list[list[ClaimBound]]:
        """The readings of each parcel."""
        found: list[list[ClaimBound]] = [[] for _ in self._parcels]
        for reading in self._readings:
            found[self._parcel_of[self.family.leaves(reading.quantity)[0]]].append(reading)
        return found

    def _group(self, number: int) -> Group:
        """The claims of a parcel, prepared when they are first asked for."""
        if number not in self._groups:
            leaves = sorted(self._parcels[number])
            self._groups[number] = Group(self.family, leaves, self._shared[number])
        return self._groups[number]

    def _holding(self, leaves: Iterable[str]) -> list[Group]:
        """The groups that hold any of `leaves`."""
        numbers = {self._parcel_of[leaf]: None for leaf in leaves if leaf in self._parcel_of}
        return [self._group(number) for number in numbers]

    def _bearing(self, quantity: str) -> list[Group]:
        """The groups that hold a leaf of `quantity`."""
        return self._holding(self.family.leaves(quantity))

    def _known(self, quantity: str) -> str:
        if quantity not in self.family.quantities:
            raise UnknownQuantityError(quantity, self.family.quantities)
        return quantity

    # ------------------------------------------------------------ conflicts

    def conflicts(
        self,
        quantity: str | None = None,
        date: str | date | None = None,
        *,
        limit: int = 1000,
    ) -> Conflicts:
        """All minimal sets of claims that can't all be true, at most `limit` of them.

        With `quantity`, the sets with a claim about it, its parts, or a whole that it is part of;
        with `date`, those of claims that speak of the time up to it (of a stock: of that day). A
        claim that repeats another of its origin in every respect is not listed beside it. The gap
        is the least by which one bound of one claim has to move for the set to be consistent.
        """
        if limit < 1:
            raise OptionError(f"expected a limit of at least 1, got {limit}")
        day = _day(date)
        kin = None if quantity is None else self.family.kin(self._known(quantity))
        found: list[Found] = []
        cut: list[Group] = []
        leaves = (
            self._parcel_of
            if kin is None
            else [leaf for name in sorted(kin) for leaf in self.family.leaves(name)]
        )
        for group in self._holding(leaves):
            members = [node.members for node in group.nodes]
            wanted = np.array([kin is None or own[0].quantity in kin for own in members])
            if not wanted.any():
                continue
            timely = np.array([_speaks_of(own, day, self.family) for own in members])
            found += group.conflicts(wanted, timely, limit)
            cut += [] if group.complete else [group]
        notes = _shortfall(cut)
        found.sort(key=lambda item: (len(item.nodes), -item.gap))
        spelled = [c for item in found[: limit + 1] for c in self._spelled(item, day, limit + 1)]
        if len(spelled) > limit:
            notes.insert(0, f"only the first {limit:,} conflicts are listed: there are more")
        spelled.sort(key=lambda c: (len(c.claims), -c.gap, c.claims))
        return Conflicts(spelled[:limit], "; ".join(notes))

    def _spelled(self, found: Found, day: int | None, most: int) -> Iterator[Conflict]:
        """The conflict for every choice of claims that say the same."""
        choices = [
            [r for r in self._distinct(members) if _speaks_of([r], day, self.family)]
            for members in found.nodes
        ]
        for count, members in enumerate(product(*choices)):
            if count >= most:
                return
            ids = tuple(sorted(r.claim.id for r in members))
            if ids not in self._told:
                text = conflict_words(members, found.gap, self.family, self._sources)
                self._told[ids] = Conflict(ids, found.gap, text)
            yield self._told[ids]

    def _distinct(self, members: Sequence[ClaimBound]) -> list[ClaimBound]:
        first: dict[str, ClaimBound] = {}
        for reading in members:
            first.setdefault(self._roots[reading.claim.id], reading)
        return list(first.values())

    # ------------------------------------------------------------ what is allowed

    def envelope(self, quantity: str, date: str | date | None = None) -> Interval:
        """The hull of what all maximal consistent sets of claims allow for `quantity` at `date`.

        Sharp for the reals. Where a ledger is too large to enumerate the sets, it is the hull
        over some of them, and `note` says so. Constants need no date. Of an event that is over
        (`closed`), claims bound what was known of it: the truth is no less, from that day on no
        less than what was known last, and has no upper bound.
        """
        name, day = self._known(quantity), self._asked(quantity, date)
        over, day = self._known_from(name, day)
        known = self._allowed(name, day)
        return self._at_least(known) if over else known

    def _known_from(self, name: str, day: int) -> tuple[bool, int]:
        """Whether what `name` counts, or its whole, is an event that ends; and the day whose claims
        tell of `day`: after the event the last that any speaks of."""
        kin = (self.family.quantities[other] for other in self.family.kin(name))
        wholes = (about for about in kin if about.id == name or name in about.parts)
        ends = [about.closed.toordinal() for about in wholes if about.closed is not None]
        if not ends or day < min(ends):
            return bool(ends), day
        return True, max(day, self._last_said)

    @cached_property
    def _first_sources(self) -> dict[str, str]:
        return first_sources(self.claims, self._roots)

    @cached_property
    def _last_said(self) -> int:
        """The last day that a claim speaks of."""
        return max((claim.period.last.toordinal() for claim in self.claims), default=0)

    @staticmethod
    def _at_least(known: Interval) -> Interval:
        """What the truth of an event can be of which so much is known; 0 before it."""
        if known.upper <= 0:
            return known
        return interval_of(known.lower, np.inf, not known.lower_closed, True)

    def _allowed(self, name: str, day: int) -> Interval:
        """The envelope of what claims bound on `day`."""
        about = self.family.quantities[name]
        if about.kind == "stock" and not self._claimed(name, day):
            return self._ceiling(name, day)
        groups = self._bearing(name)
        ends = [group.allowed.envelope(name, day) for group in groups]
        for leaf in self.family.leaves(name):
            if leaf not in self._parcel_of:
                ends.append(((self._floor(leaf), 0), (self._unclaimed_top(leaf, day), 0)))
        lower, upper = (_summed(side) for side in zip(*ends, strict=True))
        return interval_of(lower[0], upper[0], lower[1] != 0, upper[1] != 0)

    def _floor(self, name: str) -> float:
        about = self.family.quantities[name]
        return -np.inf if about.scale == "linear" and about.kind != "cumulative" else 0.0

    def _unclaimed_top(self, leaf: str, day: int) -> float:
        constant = self.family.quantities[leaf].kind == "constant"
        return np.inf if constant or day >= self.family.epoch(leaf) else 0.0

    def readings(
        self, quantity: str, date: str | date | None = None
    ) -> tuple[tuple[Claim, Interval], ...]:
        """What each claim by itself allows for `quantity` at `date`, where it says anything."""
        name, day = self._known(quantity), self._asked(quantity, date)
        if self.family.quantities[name].kind == "stock" and not self._claimed(name, day):
            return self._ceiling_readings(name, day)
        over, day = self._known_from(name, day)
        found = [
            (reading.claim, self._at_least(span) if over else span)
            for group in self._bearing(name)
            for members, span in group.allowed.readings(name, day)
            for reading in members
        ]
        return tuple(sorted(found, key=lambda pair: pair[0].id))

    def consensus(
        self, quantity: str, date: str | date | None = None, *, k: int | None = None
    ) -> Consensus:
        """The interval for `quantity` at `date` that most independent origins allow.

        Every claim is read for what it says by itself about that date: an earlier floor of a
        total still holds, a later ceiling already does. A source's claims are one origin, as are
        those that repeat them: they vote once, however many they are. See `agreement` for `k` and
        for how an origin votes.
        """
        read = self.readings(quantity, date)
        if not read:
            return Consensus(interval_of(self._floor(quantity), np.inf, False, True), 0, 0)
        names = tuple(claim.id for claim, _ in read)
        origins = tuple(self._first_sources[name] for name in names)
        return agreement_of(bounds_together([span for _, span in read], names, origins), k)

    def note(self, quantity: str) -> str:
        """What the envelope of `quantity` leaves out; empty where it leaves out nothing."""
        notes = {group.note: None for group in self._bearing(self._known(quantity)) if group.note}
        return "; ".join(notes)

    # ------------------------------------------------------------ stocks on unclaimed days

    def _asked(self, quantity: str, when: str | date | None) -> int:
        if self.family.quantities[quantity].kind == "constant":
            return 0
        day = _day(when)
        if day is None:
            raise DateError(f"expected a date, got none: {quantity} is not a constant")
        return day

    def _claimed(self, name: str, day: int) -> bool:
        return any(group.allowed.has_day(day) for group in self._bearing(name))

    def _above(self, name: str) -> list[str]:
        """What a level can't exceed on a day on which nobody claims it."""
        wholes = [q for q in self.family.kin(name) if name in self.family.quantities[q].parts]
        return [*self.family.within(name), *wholes]

    def _ceiling(self, name: str, day: int) -> Interval:
        when = date.fromordinal(day)
        uppers = [self.envelope(other, when) for other in self._above(name)]
        if day < self.family.epoch(name):
            return interval_of(0.0, 0.0, False, False)
        tops = [(span.upper, span.upper_closed) for span in uppers]
        top, closed = min(tops, default=(np.inf, False))
        return interval_of(self._floor(name), top, False, not closed)

    def _ceiling_readings(self, name: str, day: int) -> tuple[tuple[Claim, Interval], ...]:
        when = date.fromordinal(day)
        return tuple(
            (claim, interval_of(self._floor(name), span.upper, False, not span.upper_closed))
            for other in self._above(name)
            for claim, span in self.readings(other, when)
            if span.upper < np.inf
        )


def _shortfall(cut: Sequence[Group]) -> list[str]:
    """In words, what the search did not look at in these groups."""
    large = [len(group.nodes) for group in cut if not group.small]
    notes: list[str] = []
    if large:
        notes.append(
            f"among {max(large):,} statements that bear on each other only conflicts of two claims "
            "were searched"
            + (f", and likewise in {len(large) - 1:,} other groups" if len(large) > 1 else "")
        )
    if len(large) < len(cut):
        notes.append("the search for sets of three and more claims was cut short")
    return notes


def _day(when: str | date | None) -> int | None:
    """A date as an ordinal; of a month or a year the last day."""
    return None if when is None else Days.of(when).last.toordinal()


def _speaks_of(members: Sequence[ClaimBound], day: int | None, family: Family) -> bool:
    """Whether any of `members` speaks of the time up to `day`."""
    if day is None:
        return True
    kind = family.quantities[members[0].quantity].kind
    for reading in members:
        first, last = reading.claim.period.first.toordinal(), reading.claim.period.last.toordinal()
        if kind == "constant" or (first <= day and (kind != "stock" or day <= last)):
            return True
    return False


def _summed(ends: Sequence[tuple[float, int]]) -> tuple[float, int]:
    """A sum of bounds, open where any of them is; infinite where any of them is."""
    return float(sum(end for end, _ in ends)), int(any(side != 0 for _, side in ends))
