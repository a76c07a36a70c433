"""Who repeats whom without saying so: origins proposed from the claims, never applied unasked."""

from __future__ import annotations

import datetime as dt
import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from reconcile.errors import OptionError
from reconcile.ledger import origins as lineage
from reconcile.ledger.audit.citing import Citations
from reconcile.ledger.audit.coincidence import Chances, Said, day_said, number_said
from reconcile.ledger.audit.repeating import Repeating, Trial, learn
from reconcile.ledger.io.read import read_ledger
from reconcile.ledger.ledger import Ledger
from reconcile.values import Claim
from reconcile.values.wording import counted

if TYPE_CHECKING:
    import pandas as pd

_WINDOW = 14  # days within which a number is news that gets repeated
_MOST = 150  # claims on a quantity that are looked back at; in a dense ledger all of yesterday
_FRESH = 7.0  # days; what is older is repeated the less
_RETOLD = 3  # days within which one statement is told twice
_CITED_WINDOW = 60  # a named source is looked for further back
# Shares of repeats before the numbers are compared: of agencies under one parent, of reports that
# name one news agency, of claims that cite a source, and of two statements by one source about
# the same day.
_PARENT, _WIRE, _CITED, _STATEMENT = 0.25, 0.6, 0.9, 0.9
_LEAST_CHANCE = 1e-9  # shown: below, the law of the numbers is no longer known
_RESTATED = 0.5  # a cited claim whose words allow the same number


@dataclass(frozen=True, slots=True)
class ProposedOrigin:
    """`claim` seems to repeat `origin`, an earlier claim; `evidence` says why.

    `strength` is the probability of a repeat, and `chance` that of the same number from a speaker
    who does not know of the other. `source` and `origin_source` are who says the two.
    """

    claim: str
    origin: str
    quantity: str
    number: float
    source: str
    origin_source: str
    days: int
    strength: float
    chance: float
    evidence: tuple[str, ...]

    def __str__(self) -> str:
        why = "; ".join(self.evidence)
        return f"{self.claim} seems to repeat {self.origin} ({self.strength:.2f}): {why}"


class ProposedOrigins(tuple[ProposedOrigin, ...]):
    """The proposals in the order of the claims.

    `coincidences` counts the claims whose number another source had given within two weeks,
    proposed or not; `by_chance` is how many of them independent speakers would give.
    """

    coincidences: int
    by_chance: float

    def __new__(
        cls,
        found: Iterable[ProposedOrigin] = (),
        coincidences: int = 0,
        by_chance: float = 0.0,
    ) -> ProposedOrigins:
        """These proposals, beside what chance would give."""
        made = super().__new__(cls, found)
        made.coincidences, made.by_chance = coincidences, by_chance
        return made

    def to_frame(self) -> pd.DataFrame:
        """One row for each proposal, one column for each field."""
        from reconcile.ledger.audit.record_frames import frame_of  # pandas comes in only here

        return frame_of(ProposedOrigin, self)


def propose_origins(
    ledger: Ledger | None = None,
    *,
    as_of: str | dt.date | None = None,
    least: float = 0.5,
) -> ProposedOrigins:
    """The claims of a ledger that seem to repeat an earlier one.

    Active claims that declare no origin are compared. Each of these makes a repeat more likely:

    - another source gave the same number for the same quantity within the last 14 days and the
      last 150 claims on it; the rarer the number is by chance, the more likely;
    - the two sources are agencies of one parent;
    - both name one news agency (Reuters, AP, Interfax ...), or one source;
    - one source gave the same number about the same days twice.

    A source that had given the number before the other did has not copied it.

    The strength is a probability: the share of claims that repeat against the chance of a
    coincidence, after "copy detection" (Dong, Berti-Equille and Srivastava 2009, VLDB 2,
    550-561). Both are learnt from the ledger, shrunk to one claim in twenty and to what the
    roundness of its numbers says (`Chances`).
    Proposed is what reaches `least`. Nothing changes in the ledger: see `apply_origins`.

    Parameters
    ----------
    ledger : Ledger, optional
        The claims; by default the bundled ledger.
    as_of : date-like, optional
        Use only what was public by the end of that day.
    least : float
        The probability of a repeat, from 0 to 1, from which on it is proposed.

    Raises
    ------
    DateError
        If a date is malformed, or missing where the quantity changes with time.
    OptionError
        If `least` lies outside of 0 to 1.

    Examples
    --------
    >>> ledger = read_ledger()
    >>> bare = ledger.select(ids=["abc-us-official-hundreds", "ki-us-official-hundreds"])
    >>> len(propose_origins(bare))  # declared already
    0
    """
    if not 0 <= least <= 1:
        raise OptionError(f"expected least from 0 to 1, got {least!r}")
    known = read_ledger() if ledger is None else ledger
    known = known if as_of is None else known.as_of(as_of)
    search = _Search(known)
    best: dict[str, ProposedOrigin] = {}
    for found in search.proposals():
        if found.claim not in best or found.strength > best[found.claim].strength:
            best[found.claim] = found
    listed = [best[c.id] for c in known if c.id in best and best[c.id].strength >= least]
    return ProposedOrigins(listed, search.learnt.matched, search.learnt.by_chance)


def apply_origins(
    ledger: Ledger, proposals: Iterable[ProposedOrigin] | None = None, *, least: float = 0.9
) -> Ledger:
    """A new ledger in which proposed origins are declared.

    A claim that declares an origin keeps it, and what would close a circle is left out.

    Parameters
    ----------
    ledger : Ledger
        The claims; it stays as it is.
    proposals : iterable of ProposedOrigin, optional
        By default those of `propose_origins`.
    least : float
        The probability of a repeat, from 0 to 1, from which on it is declared.

    Raises
    ------
    LedgerError
        If a proposal names a claim that the ledger does not have.

    Examples
    --------
    >>> ledger = read_ledger()
    >>> apply_origins(ledger, []) == ledger
    True
    """
    chosen = propose_origins(ledger, least=least) if proposals is None else proposals
    wanted = {p.claim: p.origin for p in chosen if p.strength >= least}
    origins = {claim.id: claim.origin for claim in ledger}
    for name, origin in wanted.items():
        if origins.get(name) is None and not _reaches(origins, origin, name):
            origins[name] = origin
    claims = [replace(claim, origin=origins[claim.id]) for claim in ledger]
    return Ledger.of(
        claims, ledger.quantities, ledger.sources, ledger.reports, ledger.resolutions,
        ledger.warnings,
    )  # fmt: skip


def _reaches(origins: dict[str, str | None], start: str, end: str) -> bool:
    """Whether the chain of origins from `start` comes to `end`."""
    at: str | None = start
    while at is not None and at != end:
        at = origins.get(at)
    return at == end


# ---------------------------------------------------------------- the search

_Key = tuple[str, str, bool]


@dataclass(frozen=True, slots=True)
class _Heard:
    """A claim, and what other sources had said lately.

    `weights` are, by number, how likely it is that one who repeats repeats that; `match` is the
    last claim of another source that gave the claim's own number, `first` whether its source gives
    the number for the first time.
    """

    claim: Claim
    weights: dict[Said, float]
    match: Claim | None
    first: bool

    @property
    def share(self) -> float:
        """The share of repeats that would be of the claim's own number."""
        return self.weights[number_said(self.claim)] / sum(self.weights.values())


class _Search:
    """All that is compared, by quantity and kind of period, in the order of time."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.roots = lineage.roots(ledger.claims)
        active = [claim for claim in ledger if claim.status == "active"]
        self.chances = Chances(active)
        self.citations = Citations(ledger)
        self.order = _in_time(active)
        self.groups = _grouped(self.order)
        self.matches: list[_Heard] = []
        self.learnt = self._learn()

    def proposals(self) -> Iterator[ProposedOrigin]:
        """Every pair that something speaks for, in no order."""
        for found in self.matches:
            if found.match is not None:
                yield self._same_number(found.claim, found.match, found.share)
        yield from self._statements()
        yield from self._named()

    # ------------------------------------------------------------ the same number

    def _learn(self) -> Repeating:
        """Find the matches, and how often sources repeat and how often they agree by chance."""
        trials: list[Trial] = []
        for claims in self.groups.values():
            for found in _with_others(claims):
                claim, match = found.claim, found.match
                if claim.origin is not None:
                    if self._repeats_another(claim):
                        trials.append(Trial(claim.source, True, 0.0, declared=True))
                    continue
                if found.first:
                    hazard = self.chances.hazard(claim, found.weights)
                    trials.append(Trial(claim.source, match is not None, hazard))
                if match is not None and self.roots[match.id] != self.roots[claim.id]:
                    self.matches.append(found)
        return learn(trials)

    def _repeats_another(self, claim: Claim) -> bool:
        root = self.roots[claim.id]
        return root in self.ledger and self.ledger[root].source != claim.source

    def _same_number(self, claim: Claim, earlier: Claim, share: float) -> ProposedOrigin:
        if self._one_parent(claim.source, earlier.source):
            return self._proposed(claim, earlier, _PARENT, ["agencies of one parent"])
        return self._proposed(claim, earlier, self.learnt.rate(claim.source), [], share)

    def _one_parent(self, one: str, other: str) -> bool:
        up = [self.ledger.sources[name].parent or name for name in (one, other)]
        return up[0] == up[1]

    def _proposed(
        self,
        claim: Claim,
        earlier: Claim,
        rate: float,
        evidence: Sequence[str],
        share: float = 1.0,
    ) -> ProposedOrigin:
        """The pair as a proposal; `share` is how likely a repeat is one of this very number."""
        said = number_said(claim)
        chance = -math.expm1(-self.learnt.factor * self.chances.hazard(claim, (said,)))
        same = said == number_said(earlier)
        copied = rate * share
        strength = copied / (copied + (1 - rate) * chance) if same else _RESTATED
        days = day_said(claim) - day_said(earlier)
        first = _same_words(claim, days, chance) if same else f"{_when(days)}, in other words"
        return ProposedOrigin(
            claim.id,
            earlier.id,
            claim.quantity,
            said[0],
            claim.source,
            earlier.source,
            days,
            strength,
            chance,
            (first, *evidence),
        )

    # ------------------------------------------------------------ one statement told twice

    def _statements(self) -> Iterator[ProposedOrigin]:
        """One source giving one number about one day in two places, also for a related quantity."""
        told: dict[tuple[str, Said], list[Claim]] = defaultdict(list)
        for claim in self.order:
            key, day = (claim.source, number_said(claim)), day_said(claim)
            past = [c for c in told[key] if day - day_said(c) <= _RETOLD]
            told[key] = [*past, claim]
            if claim.origin is not None:
                continue
            first = next((c for c in past if self._one_statement(c, claim)), None)
            if first is not None:
                why = f"{claim.source} itself, about the same days"
                yield self._proposed(claim, first, _STATEMENT, [why])

    def _one_statement(self, earlier: Claim, later: Claim) -> bool:
        """Whether the two may be one statement, told twice."""
        one, other = earlier.period, later.period
        return (
            one.end.first <= other.end.last
            and other.end.first <= one.end.last
            and self.roots[earlier.id] != self.roots[later.id]
            and self._related(earlier.quantity, later.quantity)
        )

    def _related(self, one: str, other: str) -> bool:
        return one == other or other in self._near(one) or one in self._near(other)

    def _near(self, name: str) -> tuple[str | None, ...]:
        quantity = self.ledger.quantities[name]
        return (*quantity.within, quantity.arrivals)

    # ------------------------------------------------------------ names in the texts

    def _named(self) -> Iterator[ProposedOrigin]:
        """Claims that cite a source which the ledger has, or name one news agency."""
        for claims in self.groups.values():
            wires: dict[str, list[Claim]] = defaultdict(list)
            for i, claim in enumerate(claims):
                cited = self.citations.sources(claim)
                agencies = self.citations.agencies(claim)
                if claim.origin is None and cited:
                    past = [c for c in claims[:i] if c.source in cited]
                    yield from self._best(claim, past, _CITED_WINDOW, _CITED, "cites {}")
                for wire in sorted(agencies):
                    if claim.origin is None:
                        why = f"both name {wire}"
                        yield from self._best(claim, wires[wire], _WINDOW, _WIRE, why)
                    wires[wire].append(claim)

    def _best(
        self, claim: Claim, past: Sequence[Claim], window: int, rate: float, why: str
    ) -> Iterator[ProposedOrigin]:
        """The latest of `past` with the same number, else the latest that allows it."""
        day = day_said(claim)
        near = [
            c
            for c in reversed(past)
            if day - day_said(c) <= window and self.roots[c.id] != self.roots[claim.id]
        ]
        same = [c for c in near if number_said(c) == number_said(claim)]
        alike = [c for c in near if c.lower < claim.upper and claim.lower < c.upper]
        for earlier in (same or alike)[:1]:
            label = self.ledger.sources[earlier.source].label or earlier.source
            yield self._proposed(claim, earlier, rate, [why.format(label)])


def _in_time(claims: Sequence[Claim]) -> list[Claim]:
    """In the order of publication; within a day who speaks of the quantity more often goes first.

    A daily tally is repeated by those who speak now and then, rather than the reverse.
    """
    talk: dict[tuple[str, str], int] = defaultdict(int)
    for claim in claims:
        talk[claim.quantity, claim.source] += 1
    return sorted(claims, key=lambda c: (day_said(c), -talk[c.quantity, c.source], c.id))


def _grouped(claims: Iterable[Claim]) -> dict[_Key, list[Claim]]:
    groups: dict[_Key, list[Claim]] = defaultdict(list)
    for claim in claims:
        groups[claim.quantity, claim.period.kind, claim.additional].append(claim)
    return groups


def _with_others(claims: Sequence[Claim]) -> Iterator[_Heard]:
    """For each claim what other sources had said lately, and the last that gave its number.

    Left out are claims that nobody else spoke before, and those whose source gave the number
    before, unless it took it from the other then.
    """
    first: dict[tuple[str, Said], int] = {}
    days = [day_said(claim) for claim in claims]
    told = [number_said(claim) for claim in claims]
    fading = [math.exp(-age / _FRESH) for age in range(_WINDOW + 1)]
    start = 0
    for i, claim in enumerate(claims):
        day, said, source = days[i], told[i], claim.source
        while days[start] < day - _WINDOW:
            start += 1
        mine = first.setdefault((source, said), i)
        weights: dict[Said, float] = {}
        match = None
        for position in range(max(start, i - _MOST), i):
            if claims[position].source == source:
                continue
            weights[told[position]] = fading[day - days[position]]
            if told[position] == said and position < mine:
                match = claims[position]
        if weights and (mine == i or match is not None):
            yield _Heard(claim, weights, match, mine == i)


def _same_words(claim: Claim, days: int, chance: float) -> str:
    number = claim.phrase.nominal
    what = f'the same words "{claim.phrase.text}"' if number is None else f"the same {number:,.15g}"
    odds = 1 / max(chance, _LEAST_CHANCE)
    return f"{what} {_when(days)} (by chance 1 in {max(2, round(odds)):,})"


def _when(days: int) -> str:
    return "the same day" if days == 0 else f"{counted(days, 'day')} later"
