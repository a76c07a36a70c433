"""Counts that begin again: one source's running total falls to almost nothing and grows anew."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise, takewhile
from statistics import median

from reconcile.values import Claim
from reconcile.values.wording import day_words

_FALL = 0.25  # a total that keeps more than this share was corrected or is counted otherwise
_NOTHING = 0.05  # of the old total: so little is a new beginning, however fast it grew ...
_STEPS = 3.0  # ... and so is what a few steps of the usual size would make
_BEFORE = 3  # numbers that must have been rising before ...
_AFTER = 3  # ... and claims that must lie on the new count before it is more than a slip
_POINTS = ("exact", "approx")


@dataclass(frozen=True, slots=True)
class Restart:
    """A count of `quantity` by `source` that begins again on `date`, at `value`.

    `claim` is the first of the new count, `after` the last of the old one, of `previous_date` with
    the number `previous`.
    """

    quantity: str
    source: str
    date: dt.date
    previous_date: dt.date
    claim: str
    after: str
    value: float
    previous: float

    def __str__(self) -> str:
        return (
            f"the count of {self.quantity!r} by {self.source} begins again on "
            f"{day_words(self.date)}: {self.previous:,.15g} on {day_words(self.previous_date)}, "
            f"then {self.value:,.15g}; make two quantities of it, or shift the later numbers"
        )


def is_point(claim: Claim) -> bool:
    """Whether the claim gives a total as one number; a bound ("at least 30") does not."""
    return (
        claim.period.kind == "on"
        and claim.phrase.nominal is not None
        and claim.phrase.kind in (*_POINTS, "range")
        and not claim.additional
        and claim.scope == "whole"
    )


def restarts(claims: Iterable[Claim]) -> tuple[Restart, ...]:
    """Where a source's running total begins again, by quantity, source and day.

    `claims` are those of cumulative quantities; what is no total in one number is left out. A
    restart: a number below a quarter of the one before, which is no more than 5 % of it or three
    usual steps, after three numbers that were rising, and followed by at least three on the new
    count that do not fall, rise twice, and stay below the old one. A lone slip (the next number
    goes on from the old count, or the high one stood alone) is none. Pure; the order of `claims`
    does not matter.
    """
    streams: dict[tuple[str, str], dict[dt.date, Claim]] = {}
    for claim in sorted(filter(is_point, claims), key=lambda c: (c.public_on, c.id)):
        streams.setdefault((claim.quantity, claim.source), {})[claim.period.last] = claim
    found: list[Restart] = []
    for key, stream in sorted(streams.items()):
        days = sorted(stream)
        said = [stream[day] for day in days]
        x = [claim.phrase.nominal or 0.0 for claim in said]
        for i in _beginnings(x):
            ids = said[i].id, said[i - 1].id
            found.append(Restart(*key, days[i], days[i - 1], *ids, x[i], x[i - 1]))
    return tuple(found)


def _beginnings(x: Sequence[float]) -> list[int]:
    """The positions in a stream of totals at which it begins again."""
    found: list[int] = []
    start = 0
    for i in range(_BEFORE, len(x) - _AFTER + 1):
        if i - start >= _BEFORE and _begins(x[start:i], x[i : i + 2 * _AFTER]):
            found.append(i)
            start = i
    return found


def _begins(before: Sequence[float], after: Sequence[float]) -> bool:
    old, new = before[-1], after[0]
    lately = before[-_BEFORE:]
    if new >= _FALL * old or before[-2] <= new or not _rises(lately):
        return False
    usual = median([b - a for a, b in pairwise(before) if b > a])
    near_nothing = new <= max(_NOTHING * old, _STEPS * usual)
    below = list(takewhile(lambda number: number < old, after))
    return near_nothing and len(below) >= _AFTER and _rises(below)


def _rises(numbers: Sequence[float]) -> bool:
    """Whether a count never falls, and rises at least twice."""
    steps = [b - a for a, b in pairwise(numbers)]
    return min(steps) >= 0 and sum(step > 0 for step in steps) >= 2
