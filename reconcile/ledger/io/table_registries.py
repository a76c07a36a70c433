"""Registries made from a table's rows: ids by name, slips, new quantities, what was assumed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from typing import Any

from reconcile.errors import DataProblem
from reconcile.language import counted_by_name
from reconcile.ledger.audit.restarts import restarts
from reconcile.ledger.io.known_by_name import ids_by_name
from reconcile.ledger.io.ledger_checks import Broken
from reconcile.ledger.tables.assumed_totals import against_totals, spans_days
from reconcile.ledger.tables.cell_units import in_their_units
from reconcile.ledger.tables.column_names import counted_noun
from reconcile.ledger.tables.counted_columns import counts_a_day
from reconcile.ledger.tables.public_tables import Imported, slug
from reconcile.ledger.tables.raw_table import RawTable
from reconcile.ledger.tables.registry_columns import ABOUT, described, quantities_of, source_of
from reconcile.ledger.tables.total_names import is_total
from reconcile.ledger.tables.understanding import OWN_FORM
from reconcile.values import Claim, Quantity, Report, Resolution, Source

_LIKE = 0.85  # two ids as alike as "casulties" and "casualties"; "north" and "north_army" are not


@dataclass(frozen=True, slots=True)
class Registries:
    """Quantities, sources and reports that a table's ids refer to, and known truths.

    `complete`: they name everything, so that an unknown id is a problem; else it is created.
    """

    quantities: Mapping[str, Quantity]
    sources: Mapping[str, Source]
    reports: Mapping[str, Report]
    resolutions: tuple[Resolution, ...] = ()
    complete: bool = True


@dataclass(slots=True)
class ReadRows:
    """The good rows with their lines, those that can't be read, and what to say of others."""

    claims: list[Claim]
    lines: list[int]
    broken: list[Broken]
    remarks: list[str]


def with_known_ids(rows: ReadRows, known: Registries) -> ReadRows:
    """Rows whose quantity or source is written as a registry calls it, with its id."""
    claims, remarks = rows.claims, list(rows.remarks)
    for field, those in (("quantity", known.quantities), ("source", known.sources)):
        ids = ids_by_name(dict.fromkeys(getattr(claim, field) for claim in claims), those)
        claims = [
            replace(claim, **{field: ids[name]})
            if (name := getattr(claim, field)) in ids
            else claim
            for claim in claims
        ]
        remarks += [
            f"the {field} {name!r} is read as {ids[name]!r} of the registry" for name in ids
        ]
    return ReadRows(claims, rows.lines, rows.broken, remarks)


def registry_names(quantities: Mapping[str, Quantity]) -> list[str]:
    """What quantities are called: ids, labels, synonyms."""
    return [n for q in quantities.values() for n in (q.id, q.label, *q.synonyms) if n]


def registered(
    rows: ReadRows,
    table: RawTable,
    imported: Imported,
    known: Registries,
    problems: list[DataProblem],
) -> tuple[Registries, list[str]]:
    """The registries with what the rows name beside them, and what that assumes, in words."""
    if known.complete:
        about = [name for name in ABOUT if name in table]
        told = (
            [f"columns {', '.join(map(repr, about))} ignored: the registry says"] if about else []
        )
        return known, told
    of_quantities, of_sources = described(table, problems)
    named = (*rows.claims, *rows.broken)
    quantities = {row.quantity: None for row in named if row.quantity}
    sources = {row.source: None for row in named if row.source}
    for what, names, there, column in (
        ("quantity", quantities, known.quantities, "quantity"),
        ("source", sources, known.sources, "source"),
    ):
        problems += _near_ids(what, names, there, column, rows, table.file)
    new = [name for name in quantities if name not in known.quantities]
    made = quantities_of(new, of_quantities, imported.quantities, problems, table.file)
    nouns = _nouns(made, imported.table)
    made = _kinds_by_numbers(made, rows.claims, imported, of_quantities, nouns)
    if not set(table.names) >= OWN_FORM:  # what we wrote stays as it was
        made = _as_texts_say(made, registry_names(known.quantities), nouns)
        stated = "unit" in table
        made = in_their_units(made, rows.claims, rows.lines, table.file, problems, stated=stated)
    people = {
        name: imported.sources.get(name) or source_of(name, of_sources.get(name, {}))
        for name in sources
        if name not in known.sources
    }
    parents = {source.parent for source in people.values() if source.parent} - {
        *people,
        *known.sources,
    }
    people |= {name: source_of(name, of_sources.get(name, {})) for name in sorted(parents)}
    reports = {
        claim.report: Report(claim.report, publisher=claim.report)
        for claim in rows.claims
        if claim.report is not None and claim.report not in known.reports
    }
    both = Registries(
        {**known.quantities, **made},
        {**known.sources, **people},
        {**known.reports, **reports},
        known.resolutions,
        complete=False,
    )
    alike = [*_alike(made)]
    if not any("by its name a sum" in text for text in table.remarks):
        alike += _sums(made)
    if not imported.name and not set(table.names) >= OWN_FORM:
        against, told = against_totals(rows.claims, rows.lines, made, of_quantities, imported)
        problems += against
        alike += told
    return both, [*alike, *_assumed(made, people, of_quantities, imported)]


def _alike(names: Mapping[str, object]) -> Iterator[str]:
    """New quantities that differ in case, blanks or signs alone."""
    groups: dict[str, list[str]] = {}
    for name in names:
        groups.setdefault(slug(name).removesuffix("s"), []).append(name)
    for group in groups.values():
        if len(group) > 1:
            told = ", ".join(map(repr, group))
            differ = "in case, signs or the s of a plural alone"
            yield f"quantities that differ {differ} are kept apart: {told}; are they one?"


def _sums(names: Mapping[str, object]) -> Iterator[str]:
    """New quantities that by their name are the sum of others."""
    told = ", ".join(repr(name) for name in names if is_total(name))
    if told:
        yield (
            f"{told}, by its name a sum, is read as a quantity of its own, which nothing ties to "
            "the others: name what it counts, and its parts (quantities.toml, parts)"
        )


def _nouns(made: Mapping[str, Quantity], table: RawTable) -> dict[str, str]:
    """What each quantity counts by its name, or that which the table calls it, in any language."""
    called = dict(zip(map(str, table.get("quantity")), table.get("_named"), strict=True))
    names = {name: str(called.get(name) or name) for name in made}
    return {
        name: own if counted_by_name(own) else counted_noun(own) or own
        for name, own in names.items()
    }


def _as_texts_say(
    made: dict[str, Quantity], known: Sequence[str], nouns: Mapping[str, str]
) -> dict[str, Quantity]:
    """The quantities with the words by which texts speak of them ("killed" of "dead"), where one
    quantity alone has a name of its kind."""
    kinds = {name: counted_by_name(nouns[name]) for name in made}
    alone = {
        name: kind
        for name, kind in kinds.items()
        if kind is not None and list(kinds.values()).count(kind) == 1
    }
    taken = {word.casefold() for word in (*known, *made)}
    return made | {
        name: replace(
            made[name],
            synonyms=tuple(word for word in kind.synonyms if word.casefold() not in taken),
        )
        for name, kind in alone.items()
    }


# Names of what is so many at a time, in any trade.
_LEVEL_NAME = re.compile(
    r"(?:^|-)(?:now|currently|current|present|occupied|capacity|population|inpatients|in-hospital|in-camps?"
    r"|in-icu|on-ventilators?|in-custody|on-board|remaining|outstanding|derzeit|aktuell|belegte?"
    r"|actuellement|en-cours|actualmente|atualmente|attualmente)(?:-|$)"
    r"|(?:^|-)(?:levels?|inventory|inventories|stocks?|stockpiles?|balance|backlog|headcount"
    r"|reserves|holdings|waiting-list|on-hand|on-strike|in-shelters?|in-prison|in-detention"
    r"|enrolled|strikers|inmates|subscribers|inhabitants|speakers|unemployed|bestand|lagerbestand|existencias)$"
)


def _kinds_by_numbers(
    made: dict[str, Quantity],
    claims: Sequence[Claim],
    imported: Imported,
    said: Mapping[str, Mapping[str, Any]],
    nouns: Mapping[str, str],
) -> dict[str, Quantity]:
    """A total never falls: levels where numbers fall, in Our World in Data, which has both, and of
    what may be a level by its name ("missing"); and what is one in any case ("in hospital now"). A
    count that begins again falls once and is a total."""
    if imported.name and imported.name != "Our World in Data":
        return made
    by_name = {name: counted_by_name(nouns[name]) for name in made}
    levels = {name for name, kind in by_name.items() if kind is not None and kind.kind == "stock"}
    may_be = set(made) if imported.name else levels
    again = {begun.claim for begun in restarts(claims)}
    named = {name for name in made if _LEVEL_NAME.search(slug(name)) and not counts_a_day(name)}
    falls = set() if imported.name else named
    last: dict[tuple[str, str], float] = {}
    flows = {
        claim.quantity for claim in claims if claim.period.kind == "during" or claim.additional
    }
    windows = {claim.quantity for claim in claims if spans_days(claim)}
    windows -= {c.quantity for c in claims if c.period.kind == "during" and not spans_days(c)}
    flows -= falls & windows  # a level by its name, told for a week
    for claim in sorted(claims, key=lambda c: c.period.last):
        if claim.quantity in flows or claim.quantity not in may_be:
            continue
        number = claim.phrase.nominal or 0.0
        key = (claim.quantity, claim.source)
        if number < last.get(key, number) and claim.id not in again:
            falls.add(claim.quantity)
        last[key] = number
    return {
        name: replace(quantity, kind="stock")
        if name in falls - flows and "kind" not in said.get(name, {})
        else quantity
        for name, quantity in made.items()
    }


def _near_ids(
    what: str,
    names: Mapping[str, None],
    known: Mapping[str, object],
    column: str,
    rows: ReadRows,
    file: str,
) -> Iterator[DataProblem]:
    """Ids that are not in the registry and look like a slip of one that is."""
    for name in names:
        near = None if name in known else _slip_of(name, known)
        if near is not None:
            line = next(
                (
                    n
                    for c, n in zip(rows.claims, rows.lines, strict=True)
                    if getattr(c, column) == name
                ),
                None,
            )
            expected = f"a {what} of the registry (did you mean {near!r}?)"
            yield DataProblem(file, line, column, repr(name), expected)


def _slip_of(name: str, known: Mapping[str, object]) -> str | None:
    bare = "".join(c for c in name.casefold() if not c.isdigit())
    for other in known:
        same = "".join(c for c in other.casefold() if not c.isdigit()) == bare
        if not same and SequenceMatcher(None, name.casefold(), other.casefold()).ratio() >= _LIKE:
            return other
    return None


# ---------------------------------------------------------------- what was assumed


def _assumed(
    quantities: Mapping[str, Quantity],
    sources: Mapping[str, Source],
    said: Mapping[str, Mapping[str, Any]],
    imported: Imported,
) -> list[str]:
    """One block: what no registry and no column says, and how to say it."""
    parts: list[str] = []
    if imported.name:
        parts.append(f"read as {imported.name}: {imported.assumes}")
    if quantities:
        kinds = sorted({quantity.kind for quantity in quantities.values()})
        parts.append(f"no registry; new quantities ({' or '.join(kinds)}): {_listed(quantities)}")
    levels = sorted(
        name for name, q in quantities.items() if q.kind == "stock" and not said.get(name)
    )
    if levels and not imported.name:
        parts.append(
            f"taken for levels, by their names: "
            f"{_listed(dict.fromkeys(levels))} (else quantity_kind: cumulative)"
        )
    totals = {
        name: q
        for name, q in quantities.items()
        if q.kind == "cumulative" and "kind" not in said.get(name, {}) and not imported.quantities
    }
    if totals:
        parts.append(
            f"taken for running totals that never fall: {_listed(totals)} (else quantity_kind: "
            "stock or constant)"
        )
    units = sorted({q.unit for q in quantities.values()} - {"count"})
    if units:
        parts.append(f"counted in {', '.join(units)}, the unit of their numbers")
    undated = {n: q for n, q in quantities.items() if q.kind == "cumulative" and q.epoch is None}
    if undated:
        parts.append(f"the day on which counting begins is not known (epoch): {_listed(undated)}")
    unknown = {name: s for name, s in sources.items() if s.reliability == "F"}
    if unknown:
        parts.append(f"no registry; {_OF_GRADE_F}: {_listed(unknown)}")
    if not parts:
        return []
    parts.append("no prior but the scale of the data")
    how = (
        "to change any of it, give columns of these names, or quantities.toml and sources.toml "
        "beside the table (`reconcile columns`)"
    )
    return [f"assumed: {'; '.join(parts)}; {how}"]


_OF_GRADE_F = "new sources of grade F (reliability not known)"


def _listed(names: Mapping[str, object]) -> str:
    shown = ", ".join(sorted(names)[:8])
    return shown if len(names) <= 8 else f"{shown} and {len(names) - 8} more"
