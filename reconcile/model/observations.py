"""What a claim says, as numbers on the model's scale, and how it may err.

A claim reads as cells: an exact number as what rounds to it (in each habit of rounding), a range or
a vague word as its interval, "at least 30" as the number 30 with a habit, and low / best / high as
slices of the speaker's own distribution.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from reconcile.model.priors import (
    GROSS,
    GROSS_UNSUPPORTED,
    ONE_SIDED_SD,
    ROUNDED,
    WIDE,
    WIDE_UNRELIABLE,
)
from reconcile.model.scale import to_scale
from reconcile.values import Claim, Phrase, Quantity, Source

# low, best and high of a speaker who says nothing of their level are his 5, 50 and 95 %: the mass
# of half a normal on either side of the best number, between 0, 0.6 and 2.5 of its sds.
_SLICES = ((0.6, 2.5, 0.2743), (0.0, 0.6, 0.2257))
# Sds from the median to the 95 % quantile of a normal.
_NINETY = 1.6448536
TRUE_KIND = "truth"
"""A source of this kind is the truth that became known: no house effect, no gross errors."""


Cell = tuple[float, float, float]
"""Lower and upper end on the model's scale, and a weight."""


@dataclass(frozen=True, slots=True)
class Observation:
    """What was said lies in one of `cells`, and the traits of its error.

    `shift`: "low" for at least / more than, "high" for at most / less than, "" else; `extra`: the
    sd of that habit. `thinned`: a part, said = share x truth. `gross`: the chance of a gross error
    of scale `wide`.
    """

    cells: tuple[Cell, ...]
    shift: str
    extra: float
    thinned: bool
    gross: float
    wide: float


def observed(claim: Claim, quantity: Quantity, source: Source) -> Observation:
    """`claim` on the scale of `quantity`, with the traits of `source`'s grade."""
    shift = "" if claim.scope == "part" else _shift(claim.phrase)
    unsure, grade = claim.unsupported, source.reliability
    true = source.kind == TRUE_KIND
    return Observation(
        cells=_cells(claim.phrase, quantity),
        shift=shift,
        extra=ONE_SIDED_SD if shift else 0.0,
        thinned=claim.scope == "part",
        gross=0.0 if true else GROSS_UNSUPPORTED if unsure else GROSS[grade],
        wide=WIDE_UNRELIABLE if unsure or grade in ("D", "E") else WIDE,
    )


def _shift(phrase: Phrase) -> str:
    if phrase.kind in ("at_least", "more_than"):
        return "low"
    return "high" if phrase.kind in ("at_most", "less_than") else ""


def _cells(phrase: Phrase, quantity: Quantity) -> tuple[Cell, ...]:
    """The cells of what was said."""
    bounded = math.isfinite(phrase.lower) and math.isfinite(phrase.upper)
    if phrase.kind in ("range", "approx", "vague") and bounded and phrase.upper > phrase.lower:
        best = phrase.nominal
        if phrase.kind == "range" and best is not None and phrase.lower <= best <= phrase.upper:
            return _around(phrase.lower, best, phrase.upper, quantity)
        return ((to_scale(phrase.lower, quantity), to_scale(phrase.upper, quantity), 1.0),)
    value = phrase.nominal
    if value is None:
        value = phrase.lower if math.isfinite(phrase.lower) else phrase.upper
    halves = _half_units(value) if quantity.scale == "log" else [(_half_unit(value), 1.0)]
    return tuple(
        (to_scale(value - half, quantity), to_scale(value + half, quantity), weight)
        for half, weight in halves
    )


def _around(low: float, best: float, high: float, quantity: Quantity) -> tuple[Cell, ...]:
    """low / best / high as slices of a law with the median `best`."""
    least = 0.5 if quantity.scale == "log" else -math.inf
    at = [to_scale(max(value, least), quantity) for value in (low, best, high)]
    half = _half_unit(best)
    ends = to_scale(max(best - half, 0.5 * least), quantity), to_scale(best + half, quantity)
    cells: list[Cell] = []
    for side, end, sd in ((-1, ends[0], at[1] - at[0]), (1, ends[1], at[2] - at[1])):
        sd = max(sd / _NINETY, abs(end - at[1]))
        for near, far, mass in _SLICES:
            lower, upper = sorted((at[1] + side * near * sd, at[1] + side * far * sd))
            cells.append((lower, upper, mass / (upper - lower)))
    return tuple(cells)


def _half_units(value: float) -> list[tuple[float, float]]:
    """(half a unit, weight) of each habit of rounding under which `value` may be said."""
    half = _half_unit(value)
    if value != round(value) or value < 10:
        return [(half, 1.0)]
    digits = str(round(value))
    said = len(digits.rstrip("0"))
    found = [
        (0.5 * 10.0 ** (len(digits) - count), weight)
        for count, weight in ROUNDED.items()
        if said <= count < len(digits)
    ]
    return [(half, 1.0 - sum(ROUNDED.values())), *found]


def _half_unit(value: float) -> float:
    """Half of the last unit of `value`: 0.5 for whole numbers, 0.05 for 1.5."""
    if value == round(value):
        return 0.5
    decimals = len(f"{value:.10f}".rstrip("0").partition(".")[2])
    return 0.5 * 10.0**-decimals
