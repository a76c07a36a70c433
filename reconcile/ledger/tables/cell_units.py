"""Units of the numbers in cells: one for each quantity, never mixed unsaid."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from reconcile.errors import DataProblem
from reconcile.ledger.tables.column_names import counted_name
from reconcile.ledger.tables.columns_asked import quoted
from reconcile.values import Claim, Quantity

_SHARES = ("percent", "fraction")


def in_their_units(
    made: Mapping[str, Quantity],
    claims: Sequence[Claim],
    lines: Sequence[int],
    file: str,
    problems: list[DataProblem],
    *,
    stated: bool = False,
) -> dict[str, Quantity]:
    """The new quantities in the unit of their claims, where all have one.

    A claim in another unit is a problem with its line, and so is a share of what is counted, unless
    the table has a column of units (`stated`).
    """
    units: dict[str, dict[str, None]] = {}
    for claim in claims:
        if claim.quantity in made:
            units.setdefault(claim.quantity, {})[claim.phrase.unit] = None
    mixed = {name: said for name, said in units.items() if _odd(made[name], said, stated)}
    for claim, line in zip(claims, lines, strict=True):
        said = mixed.get(claim.quantity)
        if said is not None and claim.phrase.unit not in ("count", made[claim.quantity].unit):
            problems.append(_problem(claim, line, said, file))
    alone = {name: next(iter(said)) for name, said in units.items() if len(said) == 1}
    return {
        name: replace(quantity, unit=alone[name])
        if name in alone and name not in mixed and quantity.unit == "count"
        else quantity
        for name, quantity in made.items()
    }


def _odd(quantity: Quantity, units: Collection[str], stated: bool) -> bool:
    if quantity.scale == "logit":
        return False
    shares = quantity.scale == "log" and any(unit in _SHARES for unit in units)
    measured = quantity.scale == "log" and counted_name(quantity.id) and {*units} != {"count"}
    return ((shares or measured) and not stated) or len(units) > 1


def _problem(claim: Claim, line: int, units: Collection[str], file: str) -> DataProblem:
    unit, words = claim.phrase.unit, claim.phrase.text
    if len(units) == 1 and unit not in _SHARES:
        expected = f"a count of {claim.quantity!r}"
    elif unit in _SHARES:
        expected = f"a count; of shares: --columns logit={quoted(claim.quantity)}"
    else:
        expected = f"one unit for {claim.quantity!r}, and its numbers are in {', '.join(units)}"
    return DataProblem(file, line, "value", f"{words!r:.60} ({unit})", expected)
