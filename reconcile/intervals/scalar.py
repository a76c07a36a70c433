"""`Interval`: one interval of the reals, each end open or closed."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from reconcile.errors import IntervalError

__all__ = ["Closed", "Interval"]

Closed = Literal["both", "left", "right", "neither"]


@dataclass(frozen=True, slots=True)
class Interval:
    """The reals from `lower` to `upper`; `closed` says which ends belong to it.

    >>> Interval(1000, float("inf"), closed="neither")
    Interval(1000.0, inf, closed='neither')
    """

    lower: float
    upper: float
    closed: Closed = "both"

    def __post_init__(self) -> None:
        object.__setattr__(self, "lower", float(self.lower))
        object.__setattr__(self, "upper", float(self.upper))
        if math.isnan(self.lower) or math.isnan(self.upper):
            raise IntervalError(f"expected numbers as bounds, got {self.lower} and {self.upper}")

    @property
    def lower_closed(self) -> bool:
        """Whether the lower end belongs to the interval."""
        return self.closed in ("both", "left")

    @property
    def upper_closed(self) -> bool:
        """Whether the upper end belongs to the interval."""
        return self.closed in ("both", "right")
