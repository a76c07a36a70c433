"""Ledgers put together, and new rows put to a ledger."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from reconcile.errors import DataProblem, LedgerError
from reconcile.language import counted_by_name
from reconcile.ledger.io.ledger_checks import ClaimsInRegistries
from reconcile.values import Claim, Quantity, Source

_MADE = re.compile(r"row-\d+(-.*)?")


def joined(one: ClaimsInRegistries, other: ClaimsInRegistries) -> tuple[Any, ...]:
    """The claims of both, in their order, and the registries of both: what `Ledger.of` takes."""
    problems: list[DataProblem] = []
    registries: list[dict[str, Any]] = [
        _merged(
            getattr(one, f"{what}s" if what != "quantity" else "quantities"), more, what, problems
        )
        for what, more in (
            ("quantity", other.quantities),
            ("source", other.sources),
            ("report", other.reports),
        )
    ]
    claims = [*one.claims, *_renamed(one, other, problems)]
    if problems:
        raise LedgerError(problems)
    resolutions = dict.fromkeys((*one.resolutions, *other.resolutions))
    warnings = dict.fromkeys((*one.warnings, *other.warnings))
    quantities, sources, reports = registries
    return claims, quantities, sources, reports, resolutions, warnings


def rows_of(rows: Any) -> Any:
    """Rows that `read_ledger` takes; one row by itself may be a mapping."""
    return [rows] if _is_row(rows) else rows


def _is_row(rows: Any) -> bool:
    """Whether this is one row, and not a mapping of columns."""
    return isinstance(rows, Mapping) and not any(
        isinstance(cell, list | tuple)
        for cell in rows.values()  # pyright: ignore[reportUnknownVariableType]
    )


def _merged(
    one: Mapping[str, Any], other: Mapping[str, Any], what: str, problems: list[DataProblem]
) -> dict[str, Any]:
    """Both registries; an entry that was only made from an id gives way to one that says more."""
    found = dict(one)
    for name, entry in other.items():
        known = found.setdefault(name, entry)
        if known == entry or _bare(entry):
            continue
        if _bare(known):
            found[name] = entry
            continue
        came = f"{entry!r:.70} beside {known!r:.70}"
        expected = f"one meaning of the {what} {name!r} in both ledgers"
        problems.append(DataProblem(f"{what} {name!r}", None, what, came, expected))
    return found


def _bare(entry: Any) -> bool:
    """Whether the entry says no more than a table's ids do."""
    if isinstance(entry, Quantity):
        kind = counted_by_name(entry.id)
        if set(entry.synonyms) <= set(() if kind is None else kind.synonyms):
            entry = replace(entry, synonyms=())
        return entry == Quantity(entry.id, label=entry.label, kind=entry.kind) and (
            entry.kind != "stock" and entry.label in ("", entry.id)
        )
    if isinstance(entry, Source):
        return entry == Source(entry.id, label=entry.label) and entry.label in ("", entry.id)
    return False


def _renamed(
    one: ClaimsInRegistries, other: ClaimsInRegistries, problems: list[DataProblem]
) -> list[Claim]:
    """The claims of `other` that `one` does not hold yet, no id of which is taken."""
    known = {claim.id: claim for claim in one.claims}
    taken = {*known, *(claim.id for claim in other.claims)}
    names: dict[str, str] = {}
    number = 0
    for claim in other.claims:
        if claim.id not in known or claim == known[claim.id]:
            continue
        made = _MADE.fullmatch(claim.id)
        if made is None:
            came = f"{claim.phrase.text!r:.40} beside {known[claim.id].phrase.text!r:.40}"
            problems.append(
                DataProblem(f"claim {claim.id!r}", None, "id", came, "one claim of this id in both")
            )
            continue
        rest = made[1] or ""
        while f"row-{number + 1}{rest}" in taken:
            number += 1
        names[claim.id] = f"row-{number + 1}{rest}"
        taken.add(names[claim.id])
    return [
        replace(
            claim,
            id=names.get(claim.id, claim.id),
            origin=names.get(claim.origin or "", claim.origin),
            superseded_by=names.get(claim.superseded_by or "", claim.superseded_by),
        )
        for claim in other.claims
        if claim != known.get(claim.id)
    ]
