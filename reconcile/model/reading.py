"""What a claim says, as numbers: the cell of what was said, and the traits of its error."""

from __future__ import annotations

import math
from dataclasses import dataclass

from reconcile.model.scale import to_scale
from reconcile.values import Claim, Grade, Phrase, Quantity, Source

__all__ = ["GRADE_SD", "TRUTH", "TRUTH_SD", "Reading", "house_df", "house_sd", "read"]

# MODEL: prior sd of a house effect on the log scale, by Admiralty grade.
GRADE_SD: dict[Grade, float] = {"A": 0.1, "B": 0.2, "C": 0.35, "D": 0.5, "E": 0.8, "F": 0.5}
# F is the least known, not the worst: its prior has heavy tails (Student t) instead of a wide sd.
_HOUSE_DF: dict[Grade, float] = {"F": 3.0}
# A source of this kind is the truth: no house effect, no gross errors, this sd of an error.
TRUTH, TRUTH_SD = "truth", 0.02
# Share of claims that are grossly wrong, by the grade of their source.
_GROSS: dict[Grade, float] = {"A": 0.02, "B": 0.03, "C": 0.06, "D": 0.15, "E": 0.3, "F": 0.1}
_GROSS_UNSUPPORTED = 0.5
_WIDE, _WIDE_UNRELIABLE = 1.0, 2.5
# "at least 30" is said of about 34: the sd of that habit around its uncertain mean.
ONE_SIDED_SD = 0.15


@dataclass(frozen=True, slots=True)
class Reading:
    """The cell of a claim on the model's scale, and how it may err.

    The claim said a number between `lower` and `upper` (equal: a density). `shift` is "low" for at
    least / more than, "high" for at most / less than, "" else; `extra` is the sd of that habit.
    `thinned`: a part, said = share x truth. `gross` is the probability of a gross error with the
    scale `wide`.
    """

    lower: float
    upper: float
    shift: str
    extra: float
    thinned: bool
    gross: float
    wide: float


def house_df(grade: Grade) -> float:
    """Degrees of freedom of the house effect's prior; infinite where it is normal."""
    return _HOUSE_DF.get(grade, math.inf)


def house_sd(source: Source) -> float:
    """The prior sd of a source's house effect; next to nothing for the truth itself."""
    return 1e-3 if source.kind == TRUTH else GRADE_SD[source.reliability]


def read(claim: Claim, quantity: Quantity, source: Source) -> Reading:
    """The reading of `claim` on the scale of `quantity`, with the traits of `source`'s grade."""
    lower, upper = _said(claim.phrase, quantity)
    kind = claim.phrase.kind
    shift = (
        "low"
        if kind in ("at_least", "more_than")
        else "high"
        if kind in ("at_most", "less_than")
        else ""
    )
    unsure = claim.unsupported
    grade = source.reliability
    return Reading(
        lower=to_scale(lower, quantity),
        upper=to_scale(upper, quantity),
        shift="" if claim.scope == "part" else shift,
        extra=ONE_SIDED_SD if shift and claim.scope != "part" else 0.0,
        thinned=claim.scope == "part",
        gross=_GROSS_UNSUPPORTED if unsure else 0.0 if source.kind == TRUTH else _GROSS[grade],
        wide=_WIDE_UNRELIABLE if unsure or grade in ("D", "E") else _WIDE,
    )


def _said(phrase: Phrase, quantity: Quantity) -> tuple[float, float]:
    """The numbers that round to what was said; a one-sided phrase says its bound."""
    if phrase.kind in ("range", "approx", "vague"):
        lower, upper = phrase.lower, phrase.upper
        if math.isfinite(lower) and math.isfinite(upper) and upper > lower:
            return lower, upper
    value = phrase.nominal
    if value is None:
        value = phrase.lower if math.isfinite(phrase.lower) else phrase.upper
    half = _half_unit(value, quantity)
    return value - half, value + half


def _half_unit(value: float, quantity: Quantity) -> float:
    """Half of the last unit of `value`: 0.5 for whole numbers, 0.05 for 1.5."""
    if value == round(value):
        return 0.5
    decimals = len(f"{value:.10f}".rstrip("0").partition(".")[2])
    return 0.5 * 10.0**-decimals
