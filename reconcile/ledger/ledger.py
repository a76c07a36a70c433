"""`Ledger`: claims with the quantities, sources and reports they refer to."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from types import MappingProxyType
from typing import Any, overload

from reconcile.errors import (
    LedgerError,
    OptionError,
    UnknownNameError,
    UnknownQuantityError,
    UnknownSourceError,
)
from reconcile.ledger import origins as lineage
from reconcile.ledger.io import records
from reconcile.ledger.vintage import public_by
from reconcile.values import Claim, Days, Quantity, Report, Resolution, Source


@dataclass(frozen=True, eq=False, repr=False)
class Ledger:
    """Claims in their order, with the registries that their ids refer to; it never changes.

    ``len``, iteration, ``ledger["id"]`` and ``ledger[3]`` go over the claims. Two ledgers are
    equal when they hold the same claims and registries, in whatever order. A claim without
    `said` is given its report's date, without that the end of its period.

    The constructor takes what it gets; `Ledger.of` checks it (and readers always do).

    >>> from reconcile.ledger import read_ledger
    >>> ledger = read_ledger()
    >>> ledger.select(source="zelensky", quantity="brigades")[0].phrase.text
    'two brigades'
    """

    claims: tuple[Claim, ...]
    quantities: Mapping[str, Quantity]
    sources: Mapping[str, Source]
    reports: Mapping[str, Report] = field(default_factory=dict[str, Report])
    resolutions: tuple[Resolution, ...] = ()
    warnings: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        put = object.__setattr__
        for name in ("quantities", "sources", "reports"):
            put(self, name, MappingProxyType(dict(getattr(self, name))))
        put(self, "claims", tuple(_with_said(claim, self.reports) for claim in self.claims))
        put(self, "resolutions", tuple(self.resolutions))
        put(self, "warnings", tuple(self.warnings))

    @classmethod
    def of(
        cls,
        claims: Iterable[Claim],
        quantities: Iterable[Quantity] | Mapping[str, Quantity],
        sources: Iterable[Source] | Mapping[str, Source],
        reports: Iterable[Report] | Mapping[str, Report] = (),
        resolutions: Iterable[Resolution] = (),
        warnings: Iterable[str] = (),
    ) -> Ledger:
        """A checked ledger. Raises `LedgerError` with every problem found."""
        from reconcile.ledger.io.ledger_checks import ledger_problems, ledger_warnings

        made = cls(
            tuple(claims),
            _by_id(quantities),
            _by_id(sources),
            _by_id(reports),
            tuple(resolutions),
            tuple(warnings),
        )
        if problems := ledger_problems(made):
            raise LedgerError(problems)
        return replace(made, warnings=ledger_warnings(made))

    # ------------------------------------------------------------ as a collection

    def __len__(self) -> int:
        return len(self.claims)

    def __iter__(self) -> Iterator[Claim]:
        return iter(self.claims)

    def __contains__(self, item: object) -> bool:
        if isinstance(item, str):
            return item in self._positions
        return isinstance(item, Claim) and self._positions.get(item.id) is not None

    @overload
    def __getitem__(self, key: str | int) -> Claim: ...
    @overload
    def __getitem__(self, key: slice) -> Ledger: ...
    def __getitem__(self, key: str | int | slice) -> Claim | Ledger:
        """The claim of that id or position; a slice is a ledger."""
        if isinstance(key, slice):
            return self._holding(self.claims[key])
        if isinstance(key, int):
            return self.claims[key]
        if key not in self._positions:
            raise UnknownNameError("claim", key, self._positions)
        return self.claims[self._positions[key]]

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, Ledger)
            and self.hash == other.hash
            and self.sources == other.sources
            and self.reports == other.reports
        )

    def __hash__(self) -> int:
        return int(self.hash[:15], 16)

    def __reduce__(self) -> tuple[Any, ...]:
        """Mapping proxies can't be pickled; what they hold can."""
        maps = (dict(self.quantities), dict(self.sources), dict(self.reports))
        return Ledger, (self.claims, *maps, self.resolutions, self.warnings)

    @cached_property
    def _positions(self) -> dict[str, int]:
        return {claim.id: position for position, claim in enumerate(self.claims)}

    @cached_property
    def hash(self) -> str:
        """The content as a SHA-256 in hex; the order of the claims does not matter.

        Sources and reports that no claim cites are left out: they bear on no answer, and one that
        only a later claim will cite must not show in an answer as of today.
        """
        cited = {claim.report for claim in self.claims}
        content = {
            "claims": [records.claim_record(c) for c in sorted(self.claims, key=lambda c: c.id)],
            "quantities": {k: records.quantity_record(q) for k, q in self.quantities.items()},
            "sources": {k: records.source_record(self.sources[k]) for k in self.cited_sources},
            "reports": {k: records.report_record(r) for k, r in self.reports.items() if k in cited},
            "resolutions": sorted(
                (records.resolution_record(r) for r in self.resolutions), key=repr
            ),
        }
        text = json.dumps(records.canonical(content), sort_keys=True, ensure_ascii=True)
        return hashlib.sha256(text.encode()).hexdigest()

    @cached_property
    def cited_sources(self) -> frozenset[str]:
        """The sources of the claims, with their parents."""
        found: set[str] = set()
        for claim in self.claims:
            name: str | None = claim.source
            while name is not None and name in self.sources and name not in found:
                found.add(name)
                name = self.sources[name].parent
        return frozenset(found)

    # ------------------------------------------------------------ lineage

    @cached_property
    def origins(self) -> Mapping[str, tuple[str, ...]]:
        """The claim ids of each independent origin, by the id of its first claim."""
        return MappingProxyType(lineage.group_by_origin(self.claims))

    @cached_property
    def roots(self) -> Mapping[str, str]:
        """For each claim id the id of the claim that its origin begins with."""
        return MappingProxyType(lineage.roots(self.claims))

    @cached_property
    def duplicates(self) -> Mapping[str, str]:
        """For each exact copy inside an origin the id of the claim that it copies."""
        return MappingProxyType(lineage.copies(self.claims))

    def distinct(self) -> Ledger:
        """The ledger without the exact copies inside an origin."""
        return self._holding(claim for claim in self.claims if claim.id not in self.duplicates)

    # ------------------------------------------------------------ parts of it

    def quantity(self, name: str) -> Quantity:
        """The quantity of that id. Raises `UnknownQuantityError` naming the near misses."""
        if name not in self.quantities:
            claimed = dict.fromkeys(claim.quantity for claim in self.claims)
            raise UnknownQuantityError(name, self.quantities, _called(claimed, self.quantities))
        return self.quantities[name]

    def source(self, name: str) -> Source:
        """The source of that id. Raises `UnknownSourceError` naming the near misses."""
        if name not in self.sources:
            claiming = dict.fromkeys(claim.source for claim in self.claims)
            raise UnknownSourceError(name, self.sources, _called(claiming, self.sources))
        return self.sources[name]

    def select(
        self,
        *,
        quantity: str | Iterable[str] | None = None,
        source: str | Iterable[str] | None = None,
        ids: str | Iterable[str] | None = None,
        exclude: str | Iterable[str] = (),
    ) -> Ledger:
        """The claims on these quantities, by these sources and with these ids.

        `exclude` takes claim ids and source ids. The registries stay whole. Where the first claim
        of an origin is left out, the earliest of those that repeat it takes its place. Raises
        `UnknownNameError` for a name that the ledger does not know.
        """
        quantities = self._known(quantity, self.quantity)
        sources = self._known(source, self.source)
        wanted = self._known(ids, self.__getitem__)
        out = self._known(exclude, self._claim_or_source) or frozenset()
        return self._holding(
            claim
            for claim in self.claims
            if (quantities is None or claim.quantity in quantities)
            and (sources is None or claim.source in sources)
            and (wanted is None or claim.id in wanted)
            and claim.id not in out
            and claim.source not in out
        )

    def as_of(self, day: str | date) -> Ledger:
        """What was public by the end of `day`.

        A claim counts from the last day on which it can have been said. What happened to it later
        (a retraction, a correction) is undone, truths that became known later are left out, and
        so are the reports of later days.
        """
        known = Days.of(day).last
        claims = lineage.reroot(public_by(self.claims, known), self.roots)
        cited = {claim.report for claim in claims}
        return replace(
            self,
            claims=claims,
            reports={
                key: report
                for key, report in self.reports.items()
                if key in cited or report.date is None or report.date.last <= known
            },
            resolutions=tuple(item for item in self.resolutions if item.known_on <= known),
        )

    def extended(self, claims: Iterable[Claim], reports: Iterable[Report] = ()) -> Ledger:
        """A checked ledger with these claims (and reports) after its own."""
        return Ledger.of(
            (*self.claims, *claims),
            self.quantities,
            self.sources,
            dict(self.reports) | _by_id(reports),
            self.resolutions,
            self.warnings,
        )

    def __add__(self, other: object) -> Ledger:
        """Both ledgers' claims; `other` may also be new rows: a frame, a list of dicts, one dict.

        The registries are joined. A claim that both hold alike is kept once; ids that were made
        from row numbers are given anew where they meet. Raises `LedgerError` for one id with two
        meanings, and for bad rows as `read_ledger` does.
        """
        from reconcile.ledger.io.read import read_ledger  # only new rows are read
        from reconcile.ledger.joining import joined, rows_of

        if not isinstance(other, Ledger):
            other = read_ledger(
                rows_of(other), quantities=self.quantities.values(), sources=self.sources.values()
            )
        return Ledger.of(*joined(self, other))

    def __radd__(self, other: object) -> Ledger:
        """So that ``sum(ledgers)`` works."""
        return self if other == 0 else NotImplemented

    def reread(self, convention: str) -> Ledger:
        """The same words, read under another convention; bounds that were given stay."""
        from reconcile.ledger.io.reading import reread  # only here the words are read again

        return replace(self, claims=tuple(reread(claim, convention) for claim in self.claims))

    # ------------------------------------------------------------ to look at

    def to_frame(self, backend: str | None = None) -> Any:
        """One row for each claim, in the columns of a tidy table; `read_ledger` takes it back.

        `backend` is "pandas" (the default), "polars" or "pyarrow"; ids are a column. The registries
        are not in it: they are `quantities`, `sources` and `reports`.
        """
        from reconcile.ledger.io.claims_frame import to_frame  # tables come in only here

        return to_frame(self.claims, backend)

    def _repr_html_(self) -> str:
        return f"<p>{self!r}</p>{self.to_frame().to_html(index=False, border=0, max_rows=60)}"

    def __repr__(self) -> str:
        quantities = len({claim.quantity for claim in self.claims})
        sources = len({claim.source for claim in self.claims})
        return (
            f"<Ledger: {len(self):,} claims on {quantities:,} quantities by {sources:,} sources, "
            f"{len(self.origins):,} origins>"
        )

    def _holding(self, claims: Iterable[Claim]) -> Ledger:
        return replace(self, claims=lineage.reroot(tuple(claims), self.roots))

    def _claim_or_source(self, name: str) -> object:
        if name in self._positions or name in self.sources:
            return name
        raise UnknownNameError("claim or source", name, [*self._positions, *self.sources])

    @staticmethod
    def _known(names: str | Iterable[str] | None, look_up: Any) -> frozenset[str] | None:
        if names is None:
            return None
        found = frozenset([names] if isinstance(names, str) else names)
        for name in sorted(found):
            look_up(name)
        return found


def _by_id(values: Any) -> dict[str, Any]:
    """A registry as a mapping; two entries of one id are an error."""
    if isinstance(values, Mapping):
        return dict(values)  # pyright: ignore[reportUnknownVariableType]
    found: dict[str, Any] = {}
    for value in values:
        if value.id in found:
            raise OptionError(f"expected ids that differ, got {value.id!r} twice")
        found[value.id] = value
    return found


def _called(ids: Iterable[str], entries: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """What the entries of these ids are called."""
    return {each: (entries[each].label, *entries[each].synonyms) for each in ids}


def _with_said(claim: Claim, reports: Mapping[str, Report]) -> Claim:
    if claim.said is not None:
        return claim
    report = reports.get(claim.report or "")
    said = report.date if report is not None and report.date is not None else claim.period.end
    return replace(claim, said=said)
