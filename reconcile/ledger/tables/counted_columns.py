"""Columns named for what they count: totals, flows of a day, bounds of one number."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from reconcile.errors import DataProblem, LedgerError
from reconcile.ledger.tables.column_names import NEW_WORDS, TOTAL_WORDS, counted_name, folded
from reconcile.ledger.tables.columns_asked import quoted
from reconcile.ledger.tables.public_tables import slug
from reconcile.ledger.tables.raw_table import RawTable, blank, first_lines
from reconcile.ledger.tables.wide_tables import melted
from reconcile.values import Claim, Quantity

_FLOW = re.compile(
    rf"^({NEW_WORDS})_(?=.)|_(per_day|pro_tag|par_jour|por_día|por_dia|al_giorno|{NEW_WORDS})$"
)
_TOTAL = re.compile(rf"^({TOTAL_WORDS})_(?=.)|_({TOTAL_WORDS}|to_date|so_far|overall)$")
_LEAST = "min|minimum|low|lower|at_least|lower_bound|low_estimate|lower_estimate"
_MOST = "max|maximum|high|upper|at_most|up_to|upper_bound|high_estimate|upper_estimate"
_ROLES = (
    ("lower", re.compile(rf"_({_LEAST})$|^({_LEAST})_(?=.)")),
    ("upper", re.compile(rf"_({_MOST})$|^({_MOST})_(?=.)")),
    ("value", re.compile(r"_(best|point|central)$|^(best)_(?=.)")),
)


def counted_rows(table: RawTable, names: Sequence[str]) -> RawTable:
    """One row for each number of the columns `names`, each of which counts a quantity.

    ``new_deaths`` and ``deaths_per_day`` are flows of a day of the quantity whose totals
    ``total_deaths`` are; ``killed_min``, ``killed_best`` and ``killed_max`` are one number.
    """
    bounds = {name: _role(name) for name in names}
    stems = {stem for role, stem in bounds.values() if role in ("lower", "upper")}
    grouped = {n: (role, stem) for n, (role, stem) in bounds.items() if stem in stems}
    plain = [name for name in names if name not in grouped]
    meant = {name: _quantity(name) for name in plain}
    _two_columns(table, meant)
    single = table.without([*grouped, "level"] if stems else grouped)
    parts = [melted(single, meant, "quantity")] if plain else []
    parts += [_bounded(table, grouped, stem, set(names)) for stem in sorted(stems)]
    flows = [name for name in plain if counts_a_day(name)]
    made = _joined(parts)
    return _with_flows(made, flows) if flows and "on" in made else made


def of_one_number(names: Sequence[str]) -> list[str]:
    """The columns that are a number and its bounds by their names ("elk", "elk lower")."""
    roles = {name: _role(name) for name in names}
    stems = {stem for role, stem in roles.values() if role in ("lower", "upper")}
    stems &= {stem for role, stem in roles.values() if role == "value"}
    return [name for name, (_, stem) in roles.items() if stem in stems]


def flows_far_apart(
    table: RawTable, claims: Sequence[Claim], lines: Sequence[int]
) -> list[DataProblem]:
    """Problems for columns such as ``new_cases`` whose days lie a week or more apart throughout,
    and for any numbers of single days that are spaced like weeks.

    What was added "on the day" is then what was added since the last one.
    """
    columns = table["_column"] if "_column" in table.names else ()
    named = {_quantity(name) for name in columns if counts_a_day(name)}
    called = dict(zip(map(str, table.get("quantity")), map(str, table.get("_named")), strict=True))
    days: dict[tuple[str, str], dict[date, int]] = {}
    for claim, line in zip(claims, lines, strict=True):
        if claim.period.kind == "during" and claim.period.first == claim.period.last:
            days.setdefault((claim.quantity, claim.source), {}).setdefault(claim.period.last, line)
    return [
        DataProblem(
            table.file,
            min(found.values()),
            "during",
            f"numbers of {quantity!r} added on days that lie {_gap(found)} days or more apart",
            "the days that each number is of: columns during_start and during_end; or, where the "
            f"date ends a week: --columns week={quoted(called.get(quantity, quantity))}",
        )
        for (quantity, _), found in days.items()
        if len(found) > 2 and (_weekly(found) or (_gap(found) >= _WEEK and quantity in named))
    ]


def fractions_told(
    claims: Sequence[Claim], lines: Sequence[int], quantities: Mapping[str, Quantity]
) -> list[str]:
    """What to say of numbers with a fraction under names of what is counted one by one."""
    found = [
        (claim.phrase.nominal, line)
        for claim, line in zip(claims, lines, strict=True)
        if is_fraction(claim)
        and quantities[claim.quantity].scale == "log"
        and counted_name(claim.quantity)
    ]
    if not found:
        return []
    told = first_lines([line for _, line in found])
    return [
        f"fractions of what is counted one by one ({found[0][0]:.15g}), line {told}: of rates and "
        "means say scale = linear"
    ]


def is_fraction(claim: Claim) -> bool:
    """Whether a claim gives a count that is not whole."""
    return claim.phrase.unit == "count" and bool((claim.phrase.nominal or 0.0) % 1)


_WEEK = 6  # days: what was added each day stands in a row of its own


def _weekly(days: Iterable[date]) -> bool:
    """Whether any two neighbours lie as many whole weeks apart."""
    gaps = set(_gaps(days))
    return len(gaps) == 1 and not min(gaps) % 7


def _gap(days: Iterable[date]) -> int:
    """The least number of days between two."""
    return min(_gaps(days))


def _gaps(days: Iterable[date]) -> list[int]:
    return [(b - a).days for a, b in itertools.pairwise(sorted(days))]


def _two_columns(table: RawTable, meant: Mapping[str, str]) -> None:
    """Raise `LedgerError` where two columns would be one quantity, both totals or both flows."""
    found: dict[tuple[str, bool], list[str]] = {}
    for name, quantity in meant.items():
        found.setdefault((quantity, counts_a_day(name)), []).append(name)
    problems = [
        DataProblem(
            table.file,
            None,
            names[1],
            f"the columns {', '.join(map(repr, names))}, by their names all of {quantity!r}",
            f"a name of its own for each, or one left out: --columns ignore={quoted(names[1])}",
        )
        for (quantity, _), names in found.items()
        if len(names) > 1
    ]
    if problems:
        raise LedgerError(problems)


def counts_a_day(name: str) -> bool:
    """Whether a name says that its numbers are what was added on a day ("new_deaths")."""
    return _FLOW.search(folded(name)) is not None


def says_total(name: str) -> bool:
    """Whether a name says that its numbers are running totals ("total deaths")."""
    return _TOTAL.search(folded(name)) is not None


_SIGNS = (("≥", " at least "), (">=", " at least "), ("≤", " at most "), ("<=", " at most "))


def _role(name: str) -> tuple[str, str]:
    for sign, words in _SIGNS:
        name = name.replace(sign, words)
    plain = folded(name)
    for role, pattern in _ROLES:
        stem = pattern.sub("", plain)
        if stem != plain:
            return role, stem
    return "value", plain


def _quantity(name: str) -> str:
    return slug(_TOTAL.sub("", _FLOW.sub("", folded(name))))


def _bounded(
    table: RawTable, grouped: dict[str, tuple[str, str]], stem: str, names: set[str]
) -> RawTable:
    """The rows of one quantity whose least, best and most have columns of their own."""
    own = {role: name for name, (role, found) in grouped.items() if found == stem}
    rest = table.without(names).to_dict()
    rows = [i for i in range(len(table)) if any(not blank(table[n][i]) for n in own.values())]
    columns: dict[str, Sequence[Any]] = {
        key: [cells[i] for i in rows] for key, cells in rest.items()
    }
    given = table.get("id")
    columns["id"] = [
        f"row-{i + 1}-{stem}" if blank(given[i]) else f"{given[i]}-{stem}" for i in rows
    ]
    columns["quantity"] = [_quantity(stem)] * len(rows)
    columns |= {role: [table[name][i] for i in rows] for role, name in own.items()}
    columns["_column"] = columns["_named"] = [next(iter(own.values()))] * len(rows)
    told = ", ".join(f"{name!r} as {role}" for role, name in own.items())
    return RawTable(
        table.file,
        tuple(columns),
        tuple(columns.values()),
        [table.lines[i] for i in rows],
        (*table.remarks, f"of the quantity {_quantity(stem)!r} {told}"),
        table.problems,
    )


def _joined(parts: Sequence[RawTable]) -> RawTable:
    """The rows of all parts under the columns of any."""
    if len(parts) == 1:
        return parts[0]
    names = tuple(dict.fromkeys(name for part in parts for name in part.names))
    columns = tuple([cell for part in parts for cell in part.get(name)] for name in names)
    lines = [line for part in parts for line in part.lines]
    remarks = tuple(dict.fromkeys(text for part in parts for text in part.remarks))
    return RawTable(parts[0].file, names, columns, lines, remarks, parts[0].problems)


def _with_flows(table: RawTable, flows: Sequence[str]) -> RawTable:
    """The day of a flow under `during` and no longer under `on`."""
    is_flow = [name in flows for name in table["_column"]]
    days, own = table["on"], table.get("during")
    columns = table.to_dict()
    columns["during"] = [d if f else o for d, f, o in zip(days, is_flow, own, strict=True)]
    columns["on"] = [None if f else d for d, f in zip(days, is_flow, strict=True)]
    told = ", ".join(map(repr, flows))
    return table.of(columns).remarked(f"{told}: what was added on the day (a flow)")
