"""`Claim`: one number that one source said about one quantity and one time."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date
from typing import Literal

from reconcile.errors import OptionError, one_of
from reconcile.values.period import Days, Period
from reconcile.values.phrase import Phrase


@dataclass(frozen=True, slots=True)
class Claim:
    """What `source` said about `quantity` in `period`, in the words of `phrase`.

    `said` is when it became public (None: unknown). `scope` "part" bounds the whole from below.
    `additional` marks an increment; on a stock: arrivals within the window. `origin` is the id of
    the claim that this one repeats: five outlets carrying one wire story are one observation.
    `credibility` is an Admiralty digit, 6 = cannot be judged; it enters the model only where
    `unsupported` says that its reason lies outside the ledger (no evidence shown, forged).
    """

    id: str
    quantity: str
    source: str
    phrase: Phrase
    period: Period
    report: str | None = None
    said: Days | None = None
    credibility: int = 6
    credibility_reason: str = ""
    unsupported: bool = False
    scope: Literal["whole", "part"] = "whole"
    additional: bool = False
    origin: str | None = None
    status: Literal["active", "retracted", "superseded"] = "active"
    retracted_on: date | None = None
    superseded_by: str | None = None
    note: str = ""

    def __post_init__(self) -> None:
        if self.credibility not in (1, 2, 3, 4, 5, 6):
            raise OptionError(f"expected a credibility from 1 to 6, got {self.credibility!r}")
        one_of("scope", self.scope, ("whole", "part"))
        one_of("status", self.status, ("active", "retracted", "superseded"))

    @property
    def lower(self) -> float:
        """The lower bound of what was said."""
        return self.phrase.interval.lower

    @property
    def upper(self) -> float:
        """The upper bound of what was said."""
        return self.phrase.interval.upper

    @property
    def number(self) -> float:
        """The one number it says: the nominal one, else the middle of the range, else its bound.

        The middle is the geometric mean, as is right for numbers that are off by factors; of a
        range that reaches 0 or below it is the arithmetic one.
        """
        return number_of(self.phrase.nominal, self.lower, self.upper)

    @property
    def public_on(self) -> date:
        """The day from which it was surely public: the last of `said`, else of its period."""
        return self.period.last if self.said is None else self.said.last


def number_of(nominal: float | None, lower: float, upper: float) -> float:
    """The number that words of these bounds say; see `Claim.number`."""
    if nominal is not None and nominal == nominal:
        return nominal
    if math.isfinite(lower) and math.isfinite(upper):
        return math.sqrt(lower * upper) if lower > 0 else 0.5 * (lower + upper)
    return lower if math.isfinite(lower) else upper
