"""Tidy tables: a frame read as a ledger, and a ledger's claims as a frame."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import pandas as pd

from reconcile.errors import LedgerError, Problem
from reconcile.ledger.io.cells import Cells, Place, hint
from reconcile.ledger.io.check import Broken, claim_problems, noticed
from reconcile.ledger.io.importers import Imported, bounds_to_tidy, flags_to_kind, recognise
from reconcile.ledger.io.reading import TIMELESS, Memory, read_claim
from reconcile.ledger.io.records import CLAIM_KEYS, claim_record
from reconcile.ledger.ledger import Ledger
from reconcile.values import Claim, Grade, Quantity, Report, Resolution, Source
from reconcile.values.grades import read_reliability

__all__ = ["Registries", "read_frame", "to_frame"]

_NUMBERS = ("phrase", "value", "lower", "upper")
_ABOUT_QUANTITY = ("quantity_kind", "scale")
_ABOUT_SOURCE = ("reliability",)
_UNKNOWN: Grade = "F"
_ALL = (*CLAIM_KEYS, *_ABOUT_QUANTITY, *_ABOUT_SOURCE)


@dataclass(frozen=True, slots=True)
class Registries:
    """Quantities, sources and reports that a table's ids refer to, and known truths."""

    quantities: Mapping[str, Quantity]
    sources: Mapping[str, Source]
    reports: Mapping[str, Report]
    resolutions: tuple[Resolution, ...] = ()


def read_frame(
    frame: pd.DataFrame,
    *,
    file: str = "frame",
    first_line: int = 0,
    registries: Registries | None = None,
    convention: str = "default",
) -> Ledger:
    """The ledger in a tidy table, or in a table that a named importer recognises.

    Problems give the line `first_line` plus the row's position in the frame. Without `registries`
    the table's quantities and sources are created, sources with the grade of the column
    `reliability` or F; with them an unknown id is a problem. Raises `LedgerError` with every bad
    row.
    """
    imported = recognise(frame) or Imported("", bounds_to_tidy(flags_to_kind(frame)))
    tidy = imported.frame
    warnings = _columns_checked(tidy, file)
    lines = range(first_line, first_line + len(tidy))
    memory = Memory(frozenset(map(str, tidy.columns)), undated=registries is None)
    claims, problems, broken = _claims(tidy, file, lines, convention, memory)
    if not len(tidy):
        problems.append(Problem(file, None, "claim", "no row", "at least one claim"))
    if registries is None:
        grades = _grades(tidy, file, lines, problems)
        made = _created([claim for _, claim in claims], broken, tidy, imported, grades)
        warnings += _created_words(made, imported)
    else:
        made = registries
        if set(_ABOUT_SOURCE) & set(tidy.columns):
            warnings.append("column 'reliability' ignored: the registry grades the sources")
    ledger = Ledger(
        tuple(claim for _, claim in claims),
        made.quantities,
        made.sources,
        made.reports,
        made.resolutions,
        tuple(warnings),
    )
    problems += claim_problems(ledger, lambda i: Place(file, claims[i][0]), broken)
    if problems:
        raise LedgerError(sorted(problems, key=lambda problem: problem.line or 0))
    return noticed(ledger)


def to_frame(claims: Sequence[Claim]) -> pd.DataFrame:
    """One row a claim; the columns are those that some claim fills, dates as ISO text."""
    rows = [claim_record(claim) for claim in claims]
    filled = {key for row in rows for key in row}
    needed = ("id", "quantity", "source", "phrase", "lower", "upper", "on", "said")
    columns = [key for key in CLAIM_KEYS if key in filled or key in needed]
    table = {key: [_cell(row.get(key)) for row in rows] for key in columns}
    return pd.DataFrame(table, columns=pd.Index(columns))


def _cell(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return ":".join(map(str, value)) if isinstance(value, list) else value  # pyright: ignore[reportUnknownArgumentType]


# ---------------------------------------------------------------- columns


def _columns_checked(tidy: pd.DataFrame, file: str) -> list[str]:
    """Warnings about ignored columns. Raises `LedgerError` where a needed one is absent."""
    names = [str(name) for name in tidy.columns]
    unknown = [name for name in names if name not in _ALL]
    problems = [
        Problem(file, None, key, f"the columns {', '.join(names)}", f"a column {key!r}{near}")
        for key in ("quantity", "source")
        if key not in names
        for near in [hint(key, unknown)]
    ]
    if not set(_NUMBERS) & set(names):
        came = f"the columns {', '.join(names)}"
        problems.append(Problem(file, None, "phrase", came, "phrase, value, or lower and upper"))
    if problems:
        raise LedgerError(problems)
    if not unknown:
        return []
    spelt = [f"{name!r}{hint(name, _ALL)}" for name in unknown]
    return [f"columns ignored: {', '.join(spelt)}"]


def _claims(
    tidy: pd.DataFrame, file: str, lines: range, convention: str, memory: Memory
) -> tuple[list[tuple[int, Claim]], list[Problem], list[Broken]]:
    """The good rows with their lines, the problems of the others, and those."""
    claims: list[tuple[int, Claim]] = []
    problems: list[Problem] = []
    broken: list[Broken] = []
    for number, row in enumerate(_rows(tidy), start=1):
        line = lines[number - 1]
        cells = Cells(row, Place(file, line), problems)
        claim = read_claim(cells, convention, number, memory)
        if claim is not None:
            claims.append((line, claim))
        else:
            broken.append(Broken.of(cells))
    return claims, problems, broken


def _rows(tidy: pd.DataFrame) -> Iterator[dict[str, Any]]:
    """The rows as plain dicts; a gap of any kind is None."""
    names = [str(name) for name in tidy.columns if str(name) in _ALL]
    columns = [_column(tidy[name]) for name in names]
    for row in zip(*columns, strict=True):
        yield dict(zip(names, row, strict=True))


def _column(column: pd.Series) -> list[Any]:
    return column.astype(object).where(column.notna(), None).tolist()


# ---------------------------------------------------------------- registries made from the rows


def _created(
    claims: Sequence[Claim],
    broken: Sequence[Broken],
    tidy: pd.DataFrame,
    imported: Imported,
    grades: Mapping[str, Grade],
) -> Registries:
    """Quantities and sources as the columns tell, sources else of grade F; reports by their id."""
    timed = {claim.quantity for claim in claims if claim.period != TIMELESS}
    kinds = {} if imported.name else _by_quantity(tidy, "quantity_kind", ("stock", "constant"))
    scales = {} if imported.name else _by_quantity(tidy, "scale", ("linear", "logit"))
    quantities: dict[str, Quantity] = dict(imported.quantities)
    sources: dict[str, Source] = dict(imported.sources)
    reports: dict[str, Report] = {}
    for row in (*claims, *broken):
        name = row.quantity
        if name not in quantities:
            made = Quantity(name, label=name, kind="cumulative" if name in timed else "constant")
            made = replace(made, kind=kinds.get(name, made.kind), scale=scales.get(name, "log"))
            quantities[name] = made
        if row.source not in sources:
            grade = grades.get(row.source, _UNKNOWN)
            sources[row.source] = Source(row.source, label=row.source, reliability=grade)
    for claim in claims:
        if claim.report is not None and claim.report not in reports:
            reports[claim.report] = Report(claim.report, publisher=claim.report)
    return Registries(quantities, sources, reports)


def _grades(
    tidy: pd.DataFrame, file: str, lines: range, problems: list[Problem]
) -> dict[str, Grade]:
    """The grade that the column `reliability` gives each source, where it gives one."""
    found: dict[str, Grade] = {}
    if "reliability" not in tidy.columns:
        return found
    pairs = zip(tidy["source"], _column(tidy["reliability"]), lines, strict=True)
    for source, value, line in pairs:
        cells = Cells({"reliability": value}, Place(file, line), problems)
        name = str(source).strip()
        if cells.has("reliability"):
            grade: Grade = cells.graded("reliability", read_reliability, found.get(name, _UNKNOWN))
            if found.setdefault(name, grade) != grade:
                cells.wrong("reliability", value, f"{found[name]} as before for {name!r}")
    return found


def _by_quantity(tidy: pd.DataFrame, key: str, options: tuple[str, ...]) -> dict[str, Any]:
    """What the column `key` says of each quantity, where it says one of `options`."""
    if key not in tidy.columns:
        return {}
    pairs = tidy[["quantity", key]].dropna().astype(str).drop_duplicates()
    found = zip(pairs["quantity"].str.strip(), pairs[key].str.strip(), strict=True)
    return {name: value for name, value in found if value in options}


def _created_words(made: Registries, imported: Imported) -> list[str]:
    if imported.name:
        return [f"read as {imported.name}; every source has grade F (its reliability is not known)"]
    kinds = sorted({quantity.kind for quantity in made.quantities.values()})
    unknown = {name: source for name, source in made.sources.items() if source.reliability == "F"}
    return [
        f"no registry; new quantities ({' or '.join(kinds)}): {_listed(made.quantities)}",
        *([f"no registry; {_OF_GRADE_F}: {_listed(unknown)}"] if unknown else []),
    ]


_OF_GRADE_F = "new sources of grade F (reliability not known)"


def _listed(names: Mapping[str, object]) -> str:
    shown = ", ".join(sorted(names)[:8])
    return shown if len(names) <= 8 else f"{shown} and {len(names) - 8} more"
