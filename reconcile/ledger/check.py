"""What a ledger must satisfy as a whole: every id is known, and no claim contradicts itself."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import date

from reconcile.errors import LedgerError, Problem
from reconcile.ledger.cells import Place, hint, shown
from reconcile.ledger.ledger import Ledger
from reconcile.ledger.lineage import cycles
from reconcile.ledger.reading import TIMELESS
from reconcile.values import Claim, Quantity, Report, Resolution, Source

__all__ = ["Where", "checked", "claim_problems", "oddities", "registry_problems"]

Where = Callable[[str, str], Place]
"""Where a thing stands, by what it is ("claim", "quantity", ...) and its id."""


def checked(ledger: Ledger) -> Ledger:
    """The ledger itself. Raises `LedgerError` with every problem in it."""
    problems = [
        *registry_problems(ledger.quantities, ledger.sources, ledger.resolutions, _nowhere),
        *claim_problems(ledger, lambda i: _nowhere("claim", ledger.claims[i].id)),
    ]
    if problems:
        raise LedgerError(problems)
    return ledger


def _nowhere(what: str, name: str) -> Place:
    return Place(f"{what} {name!r}")


# ---------------------------------------------------------------- registries


def registry_problems(
    quantities: Mapping[str, Quantity],
    sources: Mapping[str, Source],
    resolutions: Sequence[Resolution],
    where: Where,
) -> Iterator[Problem]:
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
        yield from _unknown(place, "parent", "source", source.parent, sources)
    for circle in cycles({key: source.parent for key, source in sources.items()}):
        yield _circle(where("source", circle[0]), "parent", circle)
    for circle in _part_circles(quantities):
        yield _circle(where("quantity", circle[0]), "parts", circle)
    for resolution in resolutions:
        place = where("resolution", resolution.quantity)
        yield from _unknown(place, "quantity", "quantity", resolution.quantity, quantities)


def _kind_problems(
    quantity: Quantity, quantities: Mapping[str, Quantity], place: Place
) -> Iterator[Problem]:
    """A whole and its parts, and a stock and its arrivals, must be of kinds that fit."""
    for name in quantity.parts:
        part = quantities.get(name)
        if part is not None and (part.kind, part.epoch) != (quantity.kind, quantity.epoch):
            came = f"{name!r}, {part.kind} since {part.epoch}"
            expected = f"parts of the same kind and epoch, {quantity.kind} since {quantity.epoch}"
            yield _problem(place, "parts", came, expected)
    arrivals = quantities.get(quantity.arrivals or "")
    if arrivals is not None and (quantity.kind, arrivals.kind) != ("stock", "cumulative"):
        came = f"{quantity.kind} with {arrivals.kind} arrivals"
        yield _problem(place, "arrivals", came, "a stock with cumulative arrivals")


def _part_circles(quantities: Mapping[str, Quantity]) -> list[tuple[str, ...]]:
    """Quantities that are a part of themselves, over any number of steps."""
    found: list[tuple[str, ...]] = []
    for start in quantities:
        seen: set[str] = set()
        todo = list(quantities[start].parts)
        while todo:
            name = todo.pop()
            if name not in seen and name in quantities:
                seen.add(name)
                todo.extend(quantities[name].parts)
        if start in seen:
            found.append((start,))
    return found


# ---------------------------------------------------------------- claims


def claim_problems(ledger: Ledger, place: Callable[[int], Place]) -> Iterator[Problem]:
    """Every problem of the claims that one row alone can't show; `place` is by position."""
    first: dict[str, int] = {}
    for i, claim in enumerate(ledger.claims):
        if first.setdefault(claim.id, i) != i:
            other = place(first[claim.id])
            at = f"{other.file}:{other.line('id')}" if other.line("id") else other.file
            yield _problem(place(i), "id", claim.id, f"an id of its own ({at} has it too)")
        yield from _reference_problems(claim, ledger, first, place, i)
        quantity = ledger.quantities.get(claim.quantity)
        if quantity is not None:
            yield from _sense_problems(claim, quantity, lambda i=i: place(i))
    known = {claim.id: claim for claim in ledger.claims}
    yield from _lineage_problems(known, first, place)


def _reference_problems(
    claim: Claim, ledger: Ledger, first: Mapping[str, int], place: Callable[[int], Place], i: int
) -> Iterator[Problem]:
    if claim.quantity not in ledger.quantities:
        yield from _unknown(place(i), "quantity", "quantity", claim.quantity, ledger.quantities)
    if claim.source not in ledger.sources:
        yield from _unknown(place(i), "source", "source", claim.source, ledger.sources)
    if claim.report is not None and claim.report not in ledger.reports:
        yield from _unknown(place(i), "report", "report", claim.report, ledger.reports)


def _lineage_problems(
    known: Mapping[str, Claim], first: Mapping[str, int], place: Callable[[int], Place]
) -> Iterator[Problem]:
    for claim in known.values():
        if claim.origin is not None:
            yield from _unknown(place(first[claim.id]), "origin", "claim", claim.origin, known)
        if claim.superseded_by is not None:
            at = place(first[claim.id])
            yield from _unknown(at, "superseded_by", "claim", claim.superseded_by, known)
    for key in ("origin", "superseded_by"):
        links = {name: getattr(claim, key) for name, claim in known.items()}
        if any(links.values()):
            for circle in cycles(links):
                yield _circle(place(first[circle[0]]), key, circle)


def _sense_problems(
    claim: Claim, quantity: Quantity, place: Callable[[], Place]
) -> Iterator[Problem]:
    """What can't be said of a quantity of this kind."""
    lower, upper = claim.lower, claim.upper
    if quantity.scale == "log" and (upper < 0 or -math.inf < lower < 0):
        said = claim.phrase.text or f"{lower:g} to {upper:g}"
        yield _problem(
            place(), "phrase", said, "a count of 0 or more (a margin needs scale = 'linear')"
        )
    if quantity.kind == "constant":
        return
    if claim.period is TIMELESS or claim.period == TIMELESS:
        yield _problem(place(), "on", "nothing", "a day (on) or a window (during_start, ...)")
    elif quantity.epoch is not None and claim.period.last < quantity.epoch:
        expected = f"a time not before {quantity.epoch}, the epoch of {quantity.id!r}"
        yield _problem(place(), _last_key(claim), str(claim.period), expected)
    window = claim.period.kind == "during"
    if claim.additional and not window:
        expected = "the window (during_start, during_end) in which an additional number came"
        yield _problem(place(), "on", str(claim.period), expected)
    if quantity.kind == "stock" and window and not claim.additional:
        expected = "a day (on), for a level; a window only with additional = true"
        yield _problem(place(), "during_start", str(claim.period), expected)


def _last_key(claim: Claim) -> str:
    return "on" if claim.period.kind == "on" else "during_end"


def oddities(claims: Sequence[Claim]) -> list[str]:
    """Warnings about claims that can stand but may be slips."""
    found: list[str] = []
    for claim in claims:
        said: date | None = None if claim.said is None else claim.said.last
        if said is not None and claim.period != TIMELESS and said < claim.period.first:
            found.append(
                f"claim {claim.id!r} was said ({claim.said}) before the time it speaks of "
                f"({claim.period})"
            )
    return found


# ---------------------------------------------------------------- in words


def _unknown(
    place: Place, key: str, what: str, name: str | None, known: Collection[str]
) -> Iterator[Problem]:
    if name is not None and name not in known:
        yield _problem(place, key, name, f"a known {what}{hint(name, known)}")


def _circle(place: Place, key: str, circle: tuple[str, ...]) -> Problem:
    came = " -> ".join([*circle, circle[0]])
    return Problem(place.file, place.line(key), key, came, "no circle")


def _problem(place: Place, key: str, came: object, expected: str) -> Problem:
    return Problem(place.file, place.line(key), key, shown(came), expected)


def report_problems(claims: Sequence[Claim], reports: Mapping[str, Report]) -> list[str]:
    """Reports that no claim cites."""
    cited = {claim.report for claim in claims}
    return [key for key in reports if key not in cited]


def sources_used(claims: Sequence[Claim], sources: Mapping[str, Source]) -> list[Source]:
    """The sources that say something, in the order of the registry."""
    said = {claim.source for claim in claims}
    return [source for key, source in sources.items() if key in said]
