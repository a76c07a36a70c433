"""Numbers that another source gave before: copied, known to both, or equal by chance.

Whoever says a number that stands in the air, one of the last of another source, may have copied it:
then the claim tells nothing new. Or both know the number: then what is said lies within the usual
error of what the source counts, however odd the number is. With q the chance of a number said
independently, at best, and shares c of copies and k of known numbers, the three are
``(1 - c - k) p + k p / q + c / n`` for one of n numbers in the air: a round number (q near 1) may
well be equal by chance, an odd one is known or copied.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from reconcile.model.observations import Observation
from reconcile.numerics.arrays import Array
from reconcile.numerics.cells import student_cell
from reconcile.numerics.sums import sum_by
from reconcile.values import Claim

# Numbers of each source that stand in the air: the last one, and the one before, which is still
# found where others look it up.
_KEPT = 2

_Number = tuple[str, float | None, float, float]


@dataclass(frozen=True, eq=False)
class RepeatedNumbers:
    """Of each claim (N,) that repeats a number of another source: `odd`, 1 / q, and `air`, 1 / n; 0
    where none said it before."""

    odd: Array
    air: Array


def repeated_numbers(
    claims: Sequence[Claim],
    streams: Sequence[tuple[str, str, str]],
    readings: Sequence[Observation],
    error: float,
) -> RepeatedNumbers:
    """Of N `claims` in order of time, the stream (source, quantity, kind) and the reading of each,
    where the usual error of a source about its own count is `error`."""
    air = np.array([*_shares_of_the_air(claims, streams)], dtype=float)
    odd, repeated = np.zeros(len(claims)), np.flatnonzero(air)
    chance = _chances_at_best([readings[int(i)] for i in repeated], error)
    odd[repeated] = 1 / np.maximum(chance, 1e-12)
    return RepeatedNumbers(odd, air)


def _chances_at_best(readings: Sequence[Observation], error: float) -> Array:
    """The largest chance (N,) that an independent claim says its number: the mass of its cells
    under the usual error around their middles."""
    cells = [(i, *cell, r.extra) for i, r in enumerate(readings) for cell in r.cells]
    of, lower, upper, weight, extra = np.array(cells, dtype=float).reshape(-1, 5).T
    finite = np.isfinite(lower) & np.isfinite(upper)
    half = np.where(finite, 0.5 * (upper - lower), 1.0)
    mass = student_cell(-half, half, np.zeros(len(half)), np.hypot(error, extra))[0]
    mass = weight * np.where(finite, mass, 1.0)
    return np.minimum(sum_by(of.astype(np.intp), mass, len(readings)), 1.0)


def _shares_of_the_air(
    claims: Iterable[Claim], streams: Iterable[tuple[str, str, str]]
) -> Iterable[float]:
    """For each claim 1 / n, where its number is one of the n that others left in the air; else 0.

    A source's last two numbers are; the older one until the day is over on which it says a third.
    """
    said: dict[tuple[str, str, str], deque[_Number]] = {}
    air: dict[tuple[str, str], Counter[_Number]] = {}
    leaving: deque[tuple[date, tuple[str, str, str]]] = deque()
    for claim, stream in zip(claims, streams, strict=True):
        today, number = claim.period.last, _number(claim)
        while leaving and leaving[0][0] < today:
            _, gone = leaving.popleft()
            _take(air[gone[1:]], said[gone].popleft())
        numbers = air.setdefault(stream[1:], Counter())
        own = said.setdefault(stream, deque())
        others = len(numbers) - sum(numbers[old] == 1 for old in own)
        by_others = numbers[number] - (number in own)
        plain = claim.scope == "whole" and claim.phrase.kind != "range"
        yield 1 / others if plain and by_others > 0 else 0.0
        if number in own:
            continue
        own.append(number)
        numbers[number] += 1
        if len(own) > _KEPT:
            leaving.append((today, stream))


def _take(numbers: Counter[_Number], gone: _Number) -> None:
    numbers[gone] -= 1
    if not numbers[gone]:
        del numbers[gone]


def _number(claim: Claim) -> _Number:
    return claim.phrase.kind, claim.phrase.nominal, claim.phrase.lower, claim.phrase.upper
