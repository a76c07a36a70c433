"""A tidy table read as a ledger."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from reconcile.errors import DataProblem, LedgerError
from reconcile.language import tells_other
from reconcile.ledger.audit.far_dates import far_dates
from reconcile.ledger.io.cells_told import cells_told
from reconcile.ledger.io.known_by_name import ids_by_name
from reconcile.ledger.io.ledger_checks import (
    Broken,
    claim_problems,
    ledger_warnings,
    registry_problems,
)
from reconcile.ledger.io.reading import TIMELESS, CellMemory, read_claim
from reconcile.ledger.io.records import CLAIM_KEYS, PHRASE_KEYS
from reconcile.ledger.io.row_cells import Cells, FilePlace, hint
from reconcile.ledger.io.table_registries import (
    ReadRows,
    Registries,
    registered,
    registry_names,
    with_known_ids,
)
from reconcile.ledger.ledger import Ledger
from reconcile.ledger.tables.assumed_totals import levels_of_windows
from reconcile.ledger.tables.cell_claims import claims_of_cell
from reconcile.ledger.tables.counted_columns import flows_far_apart, fractions_told
from reconcile.ledger.tables.normal_cells import NormalCells, normalised
from reconcile.ledger.tables.note_rows import without_notes
from reconcile.ledger.tables.number_columns import missing_reason
from reconcile.ledger.tables.plain_cells import plain, without_unseen
from reconcile.ledger.tables.raw_table import RawTable, blank, first_lines
from reconcile.ledger.tables.refused_cells import why_phrase_refused, why_refused
from reconcile.ledger.tables.registry_columns import ABOUT
from reconcile.ledger.tables.shares import as_shares
from reconcile.ledger.tables.source_cells import no_sources, several_sources
from reconcile.ledger.tables.taken_back import corrected
from reconcile.ledger.tables.total_rows import without_totals
from reconcile.ledger.tables.understanding import OWN_FORM, TableOptions, understood
from reconcile.values import Claim
from reconcile.values.wording import counted

_FLAGS = ("minimum", "maximum")
_MADE = frozenset(
    (*PHRASE_KEYS, "scope", "additional", "status", "superseded_by", "note", "source", "quantity")
)
"""Cells that a row may get though the table has no such column: by flags, by words."""
_GIVEN = ("value", "lower", "upper")
_ALL = (*CLAIM_KEYS, *_FLAGS, *ABOUT)
_SLIP = 0.75  # of the letters are those of a name of ours, mistyped: "where" is not "lower"
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
    raw = plain(raw)
    if not set(raw.names) >= OWN_FORM:
        raw = without_totals(without_notes(without_unseen(raw)))
    try:
        imported = understood(raw, asked, registry_names(known.quantities))
    except LedgerError as error:
        raise LedgerError([*raw.problems, *error.problems]) from None
    quantities = {**known.quantities, **imported.quantities}
    normal = corrected(normalised(imported.table, asked, quantities), quantities)
    problems = [*imported.table.problems, *normal.problems]
    told = _sources_told(normal.table, known, problems)
    rows = with_known_ids(_rows_read(normal, asked, known, problems, bool(imported.name)), known)
    if not rows.claims and not problems:
        came = "no row" if not len(raw) else "; ".join(rows.remarks) or "no cell that holds one"
        problems.append(DataProblem(raw.file, None, "claim", came, "at least one claim"))
    problems += flows_far_apart(imported.table, rows.claims, rows.lines)
    made, assumed = registered(rows, normal.table, imported, known, problems)
    claims, levels = rows.claims, list[str]()
    if not set(raw.names) >= OWN_FORM:
        claims, levels = levels_of_windows(claims, made.quantities)
    claims, shares = as_shares(claims, rows.lines, made.quantities, raw.file, problems)
    warnings = [
        *normal.table.remarks,
        *normal.remarks,
        *rows.remarks,
        *shares,
        *levels,
        *(
            []
            if imported.name or set(raw.names) >= OWN_FORM
            else fractions_told(claims, rows.lines, made.quantities)
        ),
        *told,
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


def _sources_told(table: RawTable, known: Registries, problems: list[DataProblem]) -> list[str]:
    """What to say of cells that name several sources; those that name none are problems."""
    if set(table.names) >= OWN_FORM:
        return []
    names = {str(cell).strip() for cell in table.get("source")}
    listed = {*known.sources, *ids_by_name(dict.fromkeys(names), known.sources)}
    problems += no_sources(table, listed)
    return several_sources(table, listed)


# ---------------------------------------------------------------- rows


def _rows_read(
    normal: NormalCells,
    asked: TableOptions,
    known: Registries,
    problems: list[DataProblem],
    imported: bool,
) -> ReadRows:
    table = normal.table
    names = frozenset(table.names)
    as_it_is = CellMemory(names, undated=not known.complete)
    changed = CellMemory(names | _MADE, undated=not known.complete)
    flagged = bool(names & {*_FLAGS})
    found = ReadRows([], [], [], [])
    aside: dict[str, list[int]] = {}
    split: list[int] = []
    spoken: list[int] = []
    apart: dict[str, dict[str, int]] = {}
    read: dict[int, tuple[str, Sequence[Claim]]] = {}
    before = len(problems)
    told = {*normal.words, *normal.percent, *(i for i, _ in normal.aside)}
    numbers = "phrase" not in names and not flagged
    written = names >= OWN_FORM
    complete = written or imported  # where a row without a number is a fault
    for i, row in enumerate(_rows(table)):
        line = table.lines[i]
        if numbers and i not in told and (complete or not _is_empty(row)):  # most rows
            cells = Cells(row, FilePlace(table.file, line), problems)
            _take(found, cells, read_claim(cells, asked.convention, i + 1, as_it_is))
            continue
        why = None if written else _set_aside(normal, i, row, complete)
        if why is not None:
            aside.setdefault(why, []).append(line)
            continue
        own = _with_words(normal, i, row)
        refused = None if written else _refused(normal, i, row, asked.convention)
        if refused is not None:
            name, came = (
                ("value", normal.words[i]) if i in normal.words else ("phrase", str(row["phrase"]))
            )
            problems.append(DataProblem(table.file, line, name, f"{came!r:.80}", refused))
            found.broken.append(Broken.of(Cells(row, FilePlace(table.file, line), problems)))
            continue
        several = claims_of_cell(row, i + 1, asked.convention)
        if several:
            (split if len(several) > 1 else spoken).append(line)
        memory = changed if own or flagged or several else as_it_is
        at, before_claims = len(problems), len(found.claims)
        for one in several[:1]:
            if tells_other(str(one.get("quantity")), str(row.get("quantity") or "")):
                apart.setdefault(str(row["quantity"]), {}).setdefault(one["quantity"], line)
        for one in several or (row,):
            cells = Cells(one, FilePlace(table.file, line), problems)
            _take(found, cells, read_claim(cells, asked.convention, i + 1, memory))
        if i in normal.words:
            read[line] = (normal.written[i], found.claims[before_claims:])
            problems[at:] = [_of_value(p, normal.words[i]) for p in problems[at:]]
    problems[before:] = [_hinted(p, normal.hints) for p in problems[before:]]
    thing = "row" if len({*table.lines}) == len(table) else "cell"  # a wide table: several a row
    found.remarks += [_aside_words(thing, why, lines) for why, lines in aside.items()]
    found.remarks += cells_told(split, spoken, apart, read)
    return found


def _refused(normal: NormalCells, i: int, row: Mapping[str, Any], convention: str) -> str | None:
    """What is expected instead of a cell of numbers, or a phrase, whose words are not read."""
    meanings = str(row.get("convention") or convention)
    if i in normal.words:
        return why_refused(normal.words[i], row, meanings)
    words = row.get("phrase")
    return why_phrase_refused(words, row, meanings) if isinstance(words, str) else None


def _take(found: ReadRows, cells: Cells, claim: Claim | None) -> None:
    if claim is None:
        found.broken.append(Broken.of(cells))
    else:
        found.claims.append(claim)
        found.lines.append(cells.place.row or 0)


def _with_words(normal: NormalCells, i: int, row: dict[str, Any]) -> bool:
    """Puts what a cell of numbers says in words, or in percent, into its row; whether it does."""
    words = i in normal.words and not row.get("phrase")
    percent = i in normal.percent and not row.get("unit")
    if words:
        row |= {"phrase": normal.words[i], "value": None}
    if percent:
        row["unit"] = "percent"
    return words or percent


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


def _set_aside(normal: NormalCells, i: int, row: dict[str, Any], complete: bool) -> str | None:
    """Why a row has no number, where one of its cells says so and no other gives one."""
    words = row.get("phrase")
    if any(not blank(row.get(name)) for name in _GIVEN) or i in normal.words:
        return None
    if not blank(words):
        return missing_reason(words) if isinstance(words, str) else None
    said = [normal.aside[i, name] for name in _GIVEN if (i, name) in normal.aside]
    return said[0] if said else None if complete else "an empty cell"


def _is_empty(row: Mapping[str, Any]) -> bool:
    """Whether no cell of a row without words gives a number."""
    return row.get("value") is None and row.get("lower") is None and row.get("upper") is None


def _aside_words(thing: str, why: str, lines: Sequence[int]) -> str:
    be, whose = ("is", "its") if len(lines) == 1 else ("are", "their")
    told = f"{counted(len(lines), thing)} {be}"
    return f"{told} set aside, {whose} number is given as {why}: line {first_lines(lines)}"


_NUMBER = "a number, or words with one in them (where a cell holds several, a row for each)"


def _of_value(problem: DataProblem, text: str) -> DataProblem:
    """A problem with words that came from `value` is one of that column."""
    if problem.field != "phrase":
        return problem
    return replace(problem, field="value", came=f"{text!r:.80}", expected=_NUMBER)


def _hinted(problem: DataProblem, hints: Mapping[str, str]) -> DataProblem:
    more = hints.get(problem.field, "")
    if more and problem.expected.startswith("a date"):
        return replace(problem, expected=problem.expected + more)
    return problem


def _ignored(table: RawTable) -> list[str]:
    unknown = [name for name in table.names if name not in _ALL]
    if not unknown:
        return []
    return [f"columns ignored: {', '.join(f'{n!r}{hint(n, _ALL, _SLIP)}' for n in unknown)}"]


def _far(claims: Sequence[Claim], lines: Sequence[int], file: str) -> Iterator[DataProblem]:
    """Claims whose day lies so far from all others that it must be a slip."""
    timed = [i for i, claim in enumerate(claims) if claim.period is not TIMELESS]
    for key in ("on", "said"):
        days = [_day_of(claims[i], key) for i in timed]
        for k in far_dates(days):
            claim = claims[timed[k]]
            if key == "said" and (claim.said is None or claim.said == claim.period.end):
                continue
            field = key if key == "said" or claim.period.kind == "on" else "during_end"
            expected = "a date not far from all others (if it is meant: --dates far)"
            yield DataProblem(file, lines[timed[k]], field, str(days[k]), expected)


def _day_of(claim: Claim, key: str) -> date:
    return claim.period.last if key == "on" or claim.said is None else claim.said.last
