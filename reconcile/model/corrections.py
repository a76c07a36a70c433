"""Totals that a source takes back: which of its claims belong to a number it no longer stands by.

In a series of exact totals of one source a claim begins a new regime if it lies below the one
before by more than half a percent, the one before was no outlier itself, and the next claim lies
below the number that was taken back too. A misprint is no regime: the next claim is back above it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from reconcile.values import Claim

# A fall by less is rounding or a recount within a day's noise.
_LEAST_FALL = 0.005
# The number taken back must not be a misprint: at most so many times the median of three before.
_OUTLIER = 1.5
# A count that falls to less than this share, and near to where it began, has begun again.
_RESTART = 0.2


@dataclass(frozen=True, slots=True)
class Regimes:
    """`number`: by claim id, how many corrections of its source came after it (0: it stands).

    `taken_back`: the claims that opened a new regime, after which; `restarted`: those of them that
    look like a count that begins again.
    """

    number: dict[str, int]
    taken_back: tuple[tuple[Claim, Claim], ...]
    restarted: tuple[tuple[Claim, Claim], ...]


def regimes_of(series: Sequence[Claim]) -> Regimes:
    """The regimes of one source's exact totals of one quantity, in any order."""
    ordered = sorted(series, key=lambda c: (c.period.last, c.public_on, c.id))
    said = np.array([claim.number for claim in ordered])
    opened = [i for i in range(1, len(said)) if _opens(said, i)]
    pairs = [(ordered[i - 1], ordered[i]) for i in opened]
    again = [
        pair
        for pair, i in zip(pairs, opened, strict=True)
        if said[i] < _RESTART * said[i - 1] and said[i] <= 2 * said[0] + 1
    ]
    number = {claim.id: sum(i > at for i in opened) for at, claim in enumerate(ordered)}
    return Regimes(number, tuple(pairs), tuple(again))


def _opens(said: np.ndarray[tuple[int], np.dtype[np.float64]], i: int) -> bool:
    before, now = said[i - 1], said[i]
    if not now < (1 - _LEAST_FALL) * before:
        return False
    if i >= 2 and before > _OUTLIER * float(np.median(said[max(i - 4, 0) : i - 1])):
        grown = i >= 3 and said[i - 2] > _OUTLIER * said[i - 3]  # it had been growing that fast
        if not grown:
            return False
    return i + 1 == len(said) or said[i + 1] < before
