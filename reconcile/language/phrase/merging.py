"""What every way to make one expression of two numbers needs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from reconcile.language.phrase.readings import Reading
from reconcile.language.phrase.tokens import Tokens

_GAP = 6  # words between two numbers that can be one expression


def gaps(text: str) -> frozenset[tuple[str, ...]]:
    """Rows of words that may stand between two numbers, separated by semicolons or lines."""
    return frozenset(
        tuple(row.split()) for row in text.replace("\n", ";").split(";") if row.strip()
    )


Join = Callable[[Tokens, Reading, Reading, tuple[str, ...]], Reading | None]


def merged(t: Tokens, readings: list[Reading], joins: tuple[Join, ...]) -> list[Reading]:
    """One pass from left to right; each join sees the result of those before it."""
    done: list[Reading] = []
    for r in readings:
        while done and (joined := _joined(t, done[-1], r, joins)) is not None:
            done.pop()
            r = joined
        done.append(r)
    return done


def _joined(t: Tokens, left: Reading, right: Reading, joins: tuple[Join, ...]) -> Reading | None:
    """Both as one, if one of the joins holds."""
    if left.trap or right.trap or not 0 <= right.first - left.last <= _GAP:
        return None
    gap = tuple(t.low[left.last : right.first])
    for join in joins:
        found = join(t, left, right, gap)
        if found is not None:
            return found
    return None


def as_range(rule: str) -> dict[str, Any]:
    """What makes a reading a range by the rule of that name."""
    return {"kind": "range", "form": "range", "shares": (), "rule": rule}


def shared_unit(a: Reading, b: Reading) -> str | None:
    """The unit of a range: what either end says; None if they differ."""
    if a.unit == b.unit:
        return a.unit
    if a.unit == "count":
        return b.unit if b.unit != "fraction" else None
    return a.unit if b.unit == "count" else None
