"""Doubtful numbers: one of a source's stream that alone is out of line, and what was meant."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from reconcile.ledger.audit.digits import pasted_twice, slip
from reconcile.ledger.audit.restarts import is_point
from reconcile.values import Claim, Quantity

_LEVEL = 5.0  # a level so many times above or below both its neighbours is out of line


@dataclass(frozen=True, slots=True)
class Doubt:
    """`claim` says `value`, which its stream makes doubtful; `meant` is what it should be.

    `meant` None: nothing was said (a 0 for "no report", a stale number given again).
    """

    claim: str
    quantity: str
    value: float
    meant: float | None
    why: str


def doubtful(claims: Iterable[Claim], quantities: dict[str, Quantity]) -> tuple[Doubt, ...]:
    """Numbers out of line with what their own source said before and after.

    Digits lost, added, swapped or pasted twice, powers of ten, 0 for "no report", a stale number
    given again; and fractions of what is counted.
    """
    streams: dict[tuple[str, str], list[Claim]] = {}
    found: list[Doubt] = []
    for claim in claims:
        quantity = quantities[claim.quantity]
        if quantity.scale == "log" and is_point(claim) and quantity.kind != "constant":
            streams.setdefault((claim.quantity, claim.source), []).append(claim)
        if _is_fraction(claim, quantity):
            number = claim.phrase.nominal or 0.0
            why = "a fraction of what is counted one by one"
            found.append(Doubt(claim.id, claim.quantity, number, None, why))
    for key, stream in sorted(streams.items()):
        ordered = sorted(stream, key=lambda c: (c.period.last, c.public_on, c.id))
        days = {c.period.last for c in ordered}
        if len(days) == len(ordered):
            total = quantities[key[0]].kind == "cumulative"
            found += _in_stream(ordered, total)
    return tuple(found)


def _is_fraction(claim: Claim, quantity: Quantity) -> bool:
    number = claim.phrase.nominal
    counted = quantity.scale == "log" and quantity.unit == "count" and claim.phrase.unit == "count"
    return counted and number is not None and math.isfinite(number) and number != int(number)


def _in_stream(stream: Sequence[Claim], total: bool) -> list[Doubt]:
    x = [claim.phrase.nominal or 0.0 for claim in stream]
    found: list[Doubt] = []
    for i in range(1, len(x)):
        last = i == len(x) - 1
        before, after = x[i - 1], _beyond(x, i) if last else x[i + 1]
        low, high = sorted((before, after))
        if not _out_of_line(x[i], low, high, total) or (total and after < before):
            continue
        told = _meant(x, i, low, high, last)
        if told is not None:
            meant, why = told
            found.append(Doubt(stream[i].id, stream[i].quantity, x[i], meant, why))
    return found


def _beyond(x: Sequence[float], i: int) -> float:
    """Where the next number of a total would lie at most: three of the largest steps on."""
    steps = [b - a for a, b in pairwise(x[:i]) if b > a]
    return x[i - 1] + 3 * max(steps, default=x[i - 1] * 0.1)


def _out_of_line(number: float, low: float, high: float, total: bool) -> bool:
    if total:
        return not low <= number <= high
    return number > _LEVEL * high or number * _LEVEL < low


def _meant(
    x: Sequence[float], i: int, low: float, high: float, last: bool
) -> tuple[float | None, str] | None:
    """What was meant instead of ``x[i]`` and why, the most telling reason first."""
    between = (
        f"between {x[i - 1]:,.15g} and {x[i + 1]:,.15g}" if not last else f"after {x[i - 1]:,.15g}"
    )
    if x[i] == 0 and low > 0:
        return None, f"0 {between}: no report?"
    twice = pasted_twice(x[i], low, high)
    if twice is not None:
        return float(twice), f"{x[i]:,.15g} {between}: pasted twice"
    found = slip(x[i], low, high)
    if found is not None and found.telling:
        return float(found.meant), f"{x[i]:,.15g} {between}: {found.name}"
    if x[i] in x[: i - 1] and x[i] < low and not last:
        return None, f"{x[i]:,.15g} {between}: a stale number given again"
    return None
