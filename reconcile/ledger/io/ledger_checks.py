"""What a ledger must satisfy as a whole: every id is known, and no claim contradicts itself."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from reconcile.errors import DataProblem
from reconcile.ledger.audit.doubtful import units_told
from reconcile.ledger.audit.far_dates import far_dates
from reconcile.ledger.audit.one_body import asked_of
from reconcile.ledger.io.known_by_name import ids_by_name
from reconcile.ledger.io.reading import TIMELESS
from reconcile.ledger.io.row_cells import Cells, FilePlace, hint, shown
from reconcile.ledger.origins import cycles
from reconcile.ledger.tables.columns_asked import quoted
from reconcile.ledger.tables.marks_in_words import one_number_two_readings
from reconcile.values import Claim, Quantity, Report, Resolution, Source

Where = Callable[[str, str], FilePlace]
"""Where a thing stands, by what it is ("claim", "quantity", ...) and its id."""


@dataclass(frozen=True, slots=True)
class Broken:
    """What could still be told of a row that can't be read as a claim."""

    id: str
    quantity: str
    source: str
    place: FilePlace

    @classmethod
    def of(cls, cells: Cells) -> Broken:
        """The ids in the row's cells."""
        told = {key: cells.row.get(key) for key in ("id", "quantity", "source")}
        names = {key: name.strip() for key, name in told.items() if isinstance(name, str)}
        return cls(
            names.get("id", ""), names.get("quantity", ""), names.get("source", ""), cells.place
        )


class ClaimsInRegistries(Protocol):
    """What is checked: claims beside the registries that their ids refer to."""

    @property
    def claims(self) -> Sequence[Claim]:
        """The claims."""
        ...

    @property
    def quantities(self) -> Mapping[str, Quantity]:
        """The quantities."""
        ...

    @property
    def sources(self) -> Mapping[str, Source]:
        """The sources."""
        ...

    @property
    def reports(self) -> Mapping[str, Report]:
        """The reports."""
        ...

    @property
    def resolutions(self) -> Sequence[Resolution]:
        """The resolutions."""
        ...

    @property
    def warnings(self) -> Sequence[str]:
        """The warnings."""
        ...


def ledger_problems(ledger: ClaimsInRegistries) -> list[DataProblem]:
    """Every problem in a ledger that was put together in memory."""
    return [
        *registry_problems(ledger.quantities, ledger.sources, ledger.resolutions, _nowhere),
        *claim_problems(ledger, lambda i: _nowhere("claim", ledger.claims[i].id)),
    ]


def ledger_warnings(ledger: ClaimsInRegistries) -> tuple[str, ...]:
    """Its warnings, and those about claims that can stand but may be slips; each once."""
    return tuple(dict.fromkeys((*ledger.warnings, *oddities(ledger))))


def _nowhere(what: str, name: str) -> FilePlace:
    return FilePlace(f"{what} {name!r}")


# ---------------------------------------------------------------- registries


def registry_problems(
    quantities: Mapping[str, Quantity],
    sources: Mapping[str, Source],
    resolutions: Sequence[Resolution],
    where: Where,
) -> Iterator[DataProblem]:
    """Unknown ids and circles among quantities and sources."""
    for quantity in quantities.values():
        place = where("quantity", quantity.id)
        links = {"parts": quantity.parts, "within": quantity.within}
        links["arrivals"] = (quantity.arrivals,) if quantity.arrivals else ()
        for key, names in links.items():
            for name in names:
                yield from _unknown(place, key, "quantity", name, quantities)
        yield from _kind_problems(quantity, quantities, place)
    for source in sources.values():
        place = where("source", source.id)
        yield from _unknown_source(place, "parent", source.parent, sources)
    for circle in cycles({key: source.parent for key, source in sources.items()}):
        yield _circle(where("source", circle[0]), "parent", circle)
    for key in ("parts", "within"):
        for circle in _link_circles(quantities, key):
            yield _circle(where("quantity", circle[0]), key, circle)
    for resolution in resolutions:
        place = where("resolution", resolution.quantity)
        yield from _unknown(place, "quantity", "quantity", resolution.quantity, quantities)
        known = quantities.get(resolution.quantity)
        least = 0.0 if known is not None and known.scale != "linear" else -math.inf
        if not math.isfinite(resolution.value) or resolution.value < least:
            yield _problem(place, "value", resolution.value, "a number that can be true of it")


def _kind_problems(
    quantity: Quantity, quantities: Mapping[str, Quantity], place: FilePlace
) -> Iterator[DataProblem]:
    """A whole and its parts, and a stock and its arrivals, must be of kinds that fit."""
    for name in quantity.parts:
        part = quantities.get(name)
        if part is not None and (part.kind, part.epoch) != (quantity.kind, quantity.epoch):
            came = f"{name!r}, {part.kind} since {part.epoch}"
            expected = f"parts of the same kind and epoch, {quantity.kind} since {quantity.epoch}"
            yield _problem(place, "parts", came, expected)
        elif part is not None and part.scale != quantity.scale:
            expected = f"parts on the scale of their whole, {quantity.scale}"
            yield _problem(place, "parts", f"{name!r}, on the scale {part.scale}", expected)
    arrivals = quantities.get(quantity.arrivals or "")
    if arrivals is not None and (quantity.kind, arrivals.kind) != ("stock", "cumulative"):
        came = f"{quantity.kind} with {arrivals.kind} arrivals"
        yield _problem(place, "arrivals", came, "a stock with cumulative arrivals")


def _link_circles(quantities: Mapping[str, Quantity], key: str) -> list[tuple[str, ...]]:
    """Quantities that are a part of themselves, or within themselves, over any number of steps."""
    found: list[tuple[str, ...]] = []
    for start in quantities:
        seen: set[str] = set()
        todo = list(getattr(quantities[start], key))
        while todo:
            name = todo.pop()
            if name not in seen and name in quantities:
                seen.add(name)
                todo.extend(getattr(quantities[name], key))
        if start in seen:
            found.append((start,))
    return found


# ---------------------------------------------------------------- claims


def claim_problems(
    ledger: ClaimsInRegistries, place: Callable[[int], FilePlace], broken: Sequence[Broken] = ()
) -> Iterator[DataProblem]:
    """Every problem of the claims that one row alone can't show; `place` is by position.

    `broken` are the rows that could not be read: their ids exist, so that one mistake is not
    reported again by every claim that refers to it.
    """
    yield from _repeated_ids(ledger.claims, place, broken)
    for row in broken:
        yield from _registry_problems(row, ledger, lambda row=row: row.place)
    for i, claim in enumerate(ledger.claims):
        yield from _registry_problems(claim, ledger, lambda i=i: place(i))
        if claim.report is not None and claim.report not in ledger.reports:
            yield from _unknown(place(i), "report", "report", claim.report, ledger.reports)
        quantity = ledger.quantities.get(claim.quantity)
        if quantity is not None:
            yield from _sense_problems(claim, quantity, lambda i=i: place(i))
    yield from _lineage_problems(ledger.claims, place, {row.id for row in broken})


def _repeated_ids(
    claims: Sequence[Claim], place: Callable[[int], FilePlace], broken: Sequence[Broken]
) -> Iterator[DataProblem]:
    first: dict[str, int] = {}
    for i, claim in enumerate(claims):
        if first.setdefault(claim.id, i) != i:
            yield from _twice(claim.id, place(first[claim.id]), place(i))
    seen: dict[str, FilePlace] = {}
    for row in broken:
        name, at = row.id, row.place
        other = place(first[name]) if name in first else seen.setdefault(name, at)
        if name and other is not at:
            yield from _twice(name, *sorted((other, at), key=lambda p: (p.file, p.line("id") or 0)))


def _twice(name: str, first: FilePlace, second: FilePlace) -> Iterator[DataProblem]:
    line = first.line("id")
    at = first.file if line is None else f"{first.file}:{line}"
    yield _problem(second, "id", name, f"an id of its own ({at} has it too)")


def _registry_problems(
    row: Claim | Broken, ledger: ClaimsInRegistries, place: Callable[[], FilePlace]
) -> Iterator[DataProblem]:
    if row.quantity and row.quantity not in ledger.quantities:
        yield from _unknown(place(), "quantity", "quantity", row.quantity, ledger.quantities)
    if row.source and row.source not in ledger.sources:
        yield from _unknown_source(place(), "source", row.source, ledger.sources)


def _lineage_problems(
    claims: Sequence[Claim], place: Callable[[int], FilePlace], broken: Collection[str]
) -> Iterator[DataProblem]:
    at = {claim.id: i for i, claim in enumerate(claims)}
    known = at.keys() | set(broken)
    for key in ("origin", "superseded_by"):
        links: dict[str, str | None] = {
            claim.id: getattr(claim, key) for claim in claims if getattr(claim, key) is not None
        }
        for name, link in links.items():
            if link not in known:
                yield from _unknown(place(at[name]), key, "claim", link, known)
        for circle in cycles(links):
            yield _circle(place(at[circle[0]]), key, circle)


def _sense_problems(
    claim: Claim, quantity: Quantity, place: Callable[[], FilePlace]
) -> Iterator[DataProblem]:
    """What can't be said of a quantity of this kind."""
    lower, upper, nominal = claim.lower, claim.upper, claim.phrase.nominal
    if lower == -math.inf and upper == math.inf:
        yield _problem(place(), "phrase", claim.phrase.text, "a number, or a bound on one side")
    if nominal is not None and (
        not math.isfinite(nominal) or (nominal < 0 and quantity.scale == "log" and lower >= 0)
    ):
        yield _problem(place(), "nominal", nominal, "the number that was said, 0 or more")
    if quantity.scale == "log" and (upper < 0 or -math.inf < lower < 0):
        said = claim.phrase.text or f"{lower:g} to {upper:g}"
        expected = (
            "a count of 0 or more (a margin needs scale = 'linear'; of a table: --columns "
            f"linear={quoted(quantity.id)})"
        )
        yield _problem(place(), "phrase", said, expected)
    if quantity.scale == "logit" and (upper < 0 or -math.inf < lower < 0 or 1 < upper < math.inf):
        said = claim.phrase.text or f"{lower:g} to {upper:g}"
        yield _problem(place(), "phrase", said, "a share from 0 to 1")
    if quantity.kind == "constant":
        return
    if claim.period is TIMELESS:
        what = "a day (on) or a window (during_start, ...)"
        yield _problem(place(), "on", None, f"{what}; or quantity_kind = constant")
    elif quantity.epoch is not None and claim.period.last < quantity.epoch:
        expected = f"a time not before {quantity.epoch}, the epoch of {quantity.id!r}"
        yield _problem(place(), _last_key(claim), str(claim.period), expected)
    window = claim.period.kind == "during"
    if quantity.kind == "stock" and window and not claim.additional:
        expected = "a day (on), for a level; a window only with additional = true"
        yield _problem(place(), "during_start", str(claim.period), expected)


def _last_key(claim: Claim) -> str:
    return "on" if claim.period.kind == "on" else "during_end"


def oddities(ledger: ClaimsInRegistries) -> list[str]:
    """What can stand but may be a slip: of units, points, dates, and of a source's names."""
    found: list[str] = []
    for claim in ledger.claims:
        quantity = ledger.quantities[claim.quantity]
        unit = quantity.unit
        share = quantity.scale == "logit" and claim.phrase.unit in ("percent", "fraction")
        if claim.phrase.unit not in ("count", unit) and not share:
            found.append(
                f"claim {claim.id!r} is in {claim.phrase.unit} ({claim.phrase.text!r}), its "
                f"quantity {claim.quantity!r} in {unit}"
            )
        twice = _two_readings(claim, ledger.quantities[claim.quantity])
        if twice is not None:
            found.append(
                f"claim {claim.id!r} is read as the fraction {twice} of what is counted "
                f"({claim.phrase.text!r}); if its point stands between thousands, write "
                f"{twice.replace('.', ',')}"
            )
        said: date | None = None if claim.said is None else claim.said.last
        if said is not None and claim.period is not TIMELESS and said < claim.period.first:
            found.append(
                f"claim {claim.id!r} was said ({claim.said}) before the time it speaks of "
                f"({claim.period})"
            )
    found += units_told(ledger.claims, ledger.quantities)
    bodies = asked_of(ledger.claims, ledger.sources)
    return [*sorted(found), *far_words(ledger), *map(str, bodies)]


def _two_readings(claim: Claim, quantity: Quantity) -> str | None:
    """The number of a count whose point, read as the decimal one, may part thousands."""
    counted = quantity.scale == "log" and quantity.unit == "count" == claim.phrase.unit
    return one_number_two_readings(claim.phrase.text) if counted else None


def far_words(ledger: ClaimsInRegistries) -> list[str]:
    """The claims whose days are far from those of all others, in words."""
    return [
        f"claim {claim.id!r} speaks of {claim.period}, far from all others; a slip of a date?"
        for claim in _far_among(_timed(ledger))
    ]


def without_far(ledger: ClaimsInRegistries) -> list[str]:
    """The warnings of a ledger but for those of far dates, which `odd_dates` tells in full."""
    far = {*far_words(ledger)}
    return [text for text in ledger.warnings if text not in far]


def odd_dates(ledger: ClaimsInRegistries, today: date) -> dict[str, str]:
    """By claim, what is odd about its dates: far from all others, in the ledger or on its
    quantity, or after `today`."""
    timed = _timed(ledger)
    by_quantity: dict[str, list[Claim]] = defaultdict(list)
    for claim in timed:
        by_quantity[claim.quantity].append(claim)
    far: dict[str, str] = {}
    for name, claims in by_quantity.items():
        far |= {claim.id: f"far from all others of {name}" for claim in _far_among(claims)}
    far |= {claim.id: "far from all others" for claim in _far_among(timed)}
    found: dict[str, list[str]] = defaultdict(list)
    for claim in ledger.claims:
        spoken = claim.period is not TIMELESS
        if claim.id in far:
            found[claim.id].append(f"speaks of {claim.period}, {far[claim.id]}")
        told = {} if claim.said is None else {claim.said.last: "was said"}
        told |= {claim.period.last: "speaks of"} if spoken else {}
        late = {day: what for day, what in told.items() if day > today}
        found[claim.id] += [
            f"{what} {day}, which is after today ({today})" for day, what in late.items()
        ]
    return {name: "; ".join(words) for name, words in found.items() if words}


def _timed(ledger: ClaimsInRegistries) -> list[Claim]:
    timed = [claim for claim in ledger.claims if claim.period is not TIMELESS]
    return [claim for claim in timed if ledger.quantities[claim.quantity].kind != "constant"]


def _far_among(claims: list[Claim]) -> list[Claim]:
    return [claims[i] for i in far_dates([claim.period.last for claim in claims])]


# ---------------------------------------------------------------- in words


def _unknown(
    place: FilePlace, key: str, what: str, name: str | None, known: Collection[str]
) -> Iterator[DataProblem]:
    if name is not None and name not in known:
        yield _problem(place, key, name, f"a known {what}{hint(name, known)}")


def _unknown_source(
    place: FilePlace, key: str, name: str | None, known: Mapping[str, Source]
) -> Iterator[DataProblem]:
    """As `_unknown`; another name of a source is told as such."""
    meant = ids_by_name([name], known).get(name) if name and name not in known else None
    if name is None or meant is None:
        yield from _unknown(place, key, "source", name, known)
    else:
        yield _problem(place, key, name, f"a known source ({name!r} is a name of {meant!r})")


def _circle(place: FilePlace, key: str, circle: tuple[str, ...]) -> DataProblem:
    came = " -> ".join([*circle, circle[0]])
    return DataProblem(place.file, place.line(key), key, came, "no circle")


def _problem(place: FilePlace, key: str, came: object, expected: str) -> DataProblem:
    return DataProblem(place.file, place.line(key), key, shown(came), expected)
