"""A tidy table read as a ledger."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from difflib import SequenceMatcher
from typing import Any

from reconcile.errors import DataProblem, LedgerError
from reconcile.ledger.audit.far_dates import IMPOSSIBLE, far_dates
from reconcile.ledger.io.known_by_name import ids_by_name
from reconcile.ledger.io.ledger_checks import (
    Broken,
    claim_problems,
    ledger_warnings,
    registry_problems,
)
from reconcile.ledger.io.reading import TIMELESS, Memory, read_claim
from reconcile.ledger.io.records import CLAIM_KEYS, PHRASE_KEYS
from reconcile.ledger.io.row_cells import Cells, FilePlace, hint
from reconcile.ledger.ledger import Ledger
from reconcile.ledger.tables.cell_claims import claims_of_cell
from reconcile.ledger.tables.cell_units import in_their_units
from reconcile.ledger.tables.normal_cells import NormalCells, normalised
from reconcile.ledger.tables.number_columns import missing_reason
from reconcile.ledger.tables.plain_cells import plain
from reconcile.ledger.tables.public_tables import Imported
from reconcile.ledger.tables.raw_table import RawTable
from reconcile.ledger.tables.registry_columns import ABOUT, described, quantities_of, source_of
from reconcile.ledger.tables.shares import as_shares
from reconcile.ledger.tables.understanding import TableOptions, understood
from reconcile.values import Claim, Quantity, Report, Resolution, Source

__all__ = ["Registries", "read_raw"]

_FLAGS = ("minimum", "maximum")
_MADE = frozenset(
    (*PHRASE_KEYS, "scope", "additional", "status", "superseded_by", "note", "source", "quantity")
)
"""Cells that a row may get though the table has no such column: by flags, by words."""
_GIVEN = ("value", "lower", "upper")
_ALL = (*CLAIM_KEYS, *_FLAGS, *ABOUT)
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


_NONE = Registries({}, {}, {}, complete=False)


def read_raw(
    raw: RawTable, options: TableOptions | None = None, registries: Registries | None = None
) -> Ledger:
    """The ledger in a table as it came.

    Its columns are understood first, then its dates and numbers, column by column, then its rows.
    Quantities and sources that no registry knows are created, with a warning that lists what was
    assumed. Raises `LedgerError` with every problem.
    """
    asked = options or TableOptions()
    known = registries or _NONE
    try:
        imported = understood(plain(raw), asked, _known_names(known.quantities))
    except LedgerError as error:
        raise LedgerError([*raw.problems, *error.problems]) from None
    normal = normalised(imported.table, asked, {**known.quantities, **imported.quantities})
    problems = [*imported.table.problems, *normal.problems]
    rows = _by_name(_rows_read(normal, asked, known, problems), known)
    if not rows.claims and not problems:
        came = "no row" if not len(raw) else "; ".join(rows.remarks) or "no cell that holds one"
        problems.append(DataProblem(raw.file, None, "claim", came, "at least one claim"))
    made, assumed = _registered(rows, normal.table, imported, known, problems)
    claims, shares = as_shares(rows.claims, rows.lines, made.quantities, raw.file, problems)
    warnings = [
        *normal.table.remarks,
        *normal.remarks,
        *rows.remarks,
        *shares,
        *_ignored(normal.table),
        *assumed,
    ]
    ledger = Ledger(
        tuple(claims),
        made.quantities,
        made.sources,
        made.reports,
        made.resolutions,
        tuple(warnings),
    )
    problems += claim_problems(ledger, lambda i: FilePlace(raw.file, rows.lines[i]), rows.broken)
    problems += registry_problems(
        made.quantities, made.sources, made.resolutions, lambda what, name: FilePlace(raw.file)
    )
    if not asked.far:
        problems += _far(claims, rows.lines, raw.file)
    if problems:
        raise LedgerError(sorted(problems, key=lambda problem: problem.line or 0))
    return replace(ledger, warnings=ledger_warnings(ledger))


# ---------------------------------------------------------------- rows


@dataclass(slots=True)
class _Rows:
    """The good rows with their lines, those that can't be read, and what to say of others."""

    claims: list[Claim]
    lines: list[int]
    broken: list[Broken]
    remarks: list[str]


def _rows_read(
    normal: NormalCells, asked: TableOptions, known: Registries, problems: list[DataProblem]
) -> _Rows:
    table = normal.table
    memory = Memory(frozenset(table.names) | _MADE, undated=not known.complete)
    found = _Rows([], [], [], [])
    aside: dict[str, list[int]] = {}
    split: list[int] = []
    spoken: list[int] = []
    before = len(problems)
    for i, row in enumerate(_rows(table)):
        line = table.lines[i]
        why = _set_aside(normal, i, row)
        if why is not None:
            aside.setdefault(why, []).append(line)
            continue
        if i in normal.words and not row.get("phrase"):
            row |= {"phrase": normal.words[i], "value": None}
        if i in normal.percent and not row.get("unit"):
            row["unit"] = "percent"
        several = claims_of_cell(row, i + 1, asked.convention)
        if several:
            (split if len(several) > 1 else spoken).append(line)
        for one in several or (row,):
            place = FilePlace(table.file, line)
            at = len(problems)
            claim = read_claim(Cells(one, place, problems), asked.convention, i + 1, memory)
            if i in normal.words:
                problems[at:] = [_of_value(p, normal.words[i]) for p in problems[at:]]
            if claim is None:
                found.broken.append(Broken.of(Cells(one, place, [])))
            else:
                found.claims.append(claim)
                found.lines.append(line)
    problems[before:] = [_hinted(p, normal.hints) for p in problems[before:]]
    found.remarks += [_aside_words(why, lines) for why, lines in aside.items()]
    for told, lines in (
        ("cells with several claims are read as claims of their own", split),
        ("a speaker, a doubt or a plus (an increment) is taken from the cell", spoken),
    ):
        if lines:
            shown = ", ".join(map(str, lines[:10])) + (" ..." if len(lines) > 10 else "")
            found.remarks.append(f"{told}: {shown}")
    if normal.words:
        told = ", ".join(repr(text) for text in list(dict.fromkeys(normal.words.values()))[:6])
        cells = "1 cell" if len(normal.words) == 1 else f"{len(normal.words):,} cells"
        found.remarks.append(f"{cells} of 'value' read as words: {told}")
    return found


def _by_name(rows: _Rows, known: Registries) -> _Rows:
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
    return _Rows(claims, rows.lines, rows.broken, remarks)


def _rows(table: RawTable) -> Iterator[dict[str, Any]]:
    """The rows as plain dicts of the columns that mean something."""
    names = [name for name in table.names if name in _ALL]
    flags = [name for name in _FLAGS if name in table]
    columns = [table[name] for name in names]
    for cells in zip(*columns, strict=True) if columns else ():
        row = dict(zip(names, cells, strict=True))
        if flags:
            _flagged(row)
        yield row


def _flagged(row: dict[str, Any]) -> None:
    """`minimum` and `maximum` as the kind of the claim; a contradiction is kept for the reader."""
    least, most = (_is_true(row.pop(name, None)) for name in _FLAGS)
    if not row.get("kind") and (least or most):
        both = "both minimum and maximum"
        row["kind"] = both if least and most else "at_least" if least else "at_most"


def _is_true(cell: Any) -> bool:
    return str(cell).strip().casefold() in ("1", "1.0", "true", "yes", "t", "y")


def _set_aside(normal: NormalCells, i: int, row: dict[str, Any]) -> str | None:
    """Why a row has no number, where one of its cells says so and no other gives one."""
    words = row.get("phrase")
    if isinstance(words, str) and not any(row.get(k) not in (None, "") for k in _GIVEN):
        return missing_reason(words) if words.strip() else None
    if not normal.aside:
        return None
    said = [
        normal.aside[i, name] for name in ("value", "lower", "upper") if (i, name) in normal.aside
    ]
    given = any(row.get(name) not in (None, "") for name in ("phrase", "value", "lower", "upper"))
    return said[0] if said and not given else None


def _aside_words(why: str, lines: Sequence[int]) -> str:
    shown = ", ".join(map(str, lines[:10]))
    more = f" and {len(lines) - 10} more" if len(lines) > 10 else ""
    rows = "1 row is" if len(lines) == 1 else f"{len(lines):,} rows are"
    return f"{rows} set aside, their number is given as {why}: line {shown}{more}"


def _of_value(problem: DataProblem, text: str) -> DataProblem:
    """A problem with words that came from `value` is one of that column."""
    if problem.field != "phrase":
        return problem
    return replace(
        problem, field="value", came=f"{text!r:.80}", expected="a number, or words with one in them"
    )


def _hinted(problem: DataProblem, hints: Mapping[str, str]) -> DataProblem:
    more = hints.get(problem.field, "")
    if more and problem.expected.startswith("a date"):
        return replace(problem, expected=problem.expected + more)
    return problem


def _ignored(table: RawTable) -> list[str]:
    unknown = [name for name in table.names if name not in _ALL]
    if not unknown:
        return []
    return [f"columns ignored: {', '.join(f'{n!r}{hint(n, _ALL)}' for n in unknown)}"]


def _far(claims: Sequence[Claim], lines: Sequence[int], file: str) -> Iterator[DataProblem]:
    """Claims whose day lies so far from all others that it must be a slip."""
    timed = [i for i, claim in enumerate(claims) if claim.period is not TIMELESS]
    for key in ("on", "said"):
        days = [_day_of(claims[i], key) for i in timed]
        for k in far_dates(days, IMPOSSIBLE):
            claim = claims[timed[k]]
            if key == "said" and (claim.said is None or claim.said == claim.period.end):
                continue
            field = key if key == "said" or claim.period.kind == "on" else "during_end"
            expected = "a date not far from all others (if it is meant: --dates far)"
            yield DataProblem(file, lines[timed[k]], field, str(days[k]), expected)


def _day_of(claim: Claim, key: str) -> date:
    return claim.period.last if key == "on" or claim.said is None else claim.said.last


# ---------------------------------------------------------------- registries made from the rows


def _known_names(quantities: Mapping[str, Quantity]) -> list[str]:
    return [n for q in quantities.values() for n in (q.id, q.label, *q.synonyms) if n]


def _registered(
    rows: _Rows, table: RawTable, imported: Imported, known: Registries, problems: list[DataProblem]
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
    made = _kinds_by_numbers(made, rows.claims, imported, of_quantities)
    made = in_their_units(
        made, rows.claims, rows.lines, table.file, problems, stated="unit" in table
    )
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
    return both, _assumed(made, people, of_quantities, imported, rows.claims)


def _kinds_by_numbers(
    made: dict[str, Quantity],
    claims: Sequence[Claim],
    imported: Imported,
    said: Mapping[str, Mapping[str, Any]],
) -> dict[str, Quantity]:
    """For a table of levels and totals alike (Our World in Data): a total never falls."""
    if imported.name != "Our World in Data":
        return made
    falls: set[str] = set()
    last: dict[tuple[str, str], float] = {}
    flows = {claim.quantity for claim in claims if claim.period.kind == "during"}
    for claim in sorted(claims, key=lambda c: c.period.last):
        if claim.quantity in flows:
            continue
        number = claim.phrase.nominal or 0.0
        key = (claim.quantity, claim.source)
        if number < last.get(key, number):
            falls.add(claim.quantity)
        last[key] = number
    return {
        name: replace(quantity, kind="stock")
        if name in falls and "kind" not in said.get(name, {})
        else quantity
        for name, quantity in made.items()
    }


def _near_ids(
    what: str,
    names: Mapping[str, None],
    known: Mapping[str, object],
    column: str,
    rows: _Rows,
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
    claims: Sequence[Claim],
) -> list[str]:
    """One block: what no registry and no column says, and how to say it."""
    parts: list[str] = []
    if imported.name:
        parts.append(f"read as {imported.name}: {imported.assumes}")
    if quantities:
        kinds = sorted({quantity.kind for quantity in quantities.values()})
        parts.append(f"no registry; new quantities ({' or '.join(kinds)}): {_listed(quantities)}")
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
