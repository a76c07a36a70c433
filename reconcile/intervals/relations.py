"""The named relations between two intervals with open or closed ends, as sets of reals.

Where the ends are closed these are the relations of IEEE Std 1788.1-2017, table 4.5. Each is
stated for sets, so that open ends need no rule of their own; an infinite end counts as open.
"""

from __future__ import annotations

from math import inf
from typing import Any, Literal, Self, SupportsFloat

from reconcile.intervals.overlap_states import Overlap, classify

Closed = Literal["both", "left", "right", "neither"]
Number = float | SupportsFloat
Cut = tuple[float, int]


class Related:
    """An interval from `lower` to `upper`, `closed` at some of its ends, and what it is to others.

    The empty set has lower > upper.
    """

    __slots__ = ()
    lower: float
    upper: float
    closed: Closed

    @classmethod
    def of(cls, value: Any) -> Self:
        """A number as an interval; an interval as it is."""
        raise NotImplementedError

    @property
    def lower_closed(self) -> bool:
        """Whether the lower end belongs to the interval (an infinite one never does)."""
        return -inf < self.lower < inf and self.closed in ("both", "left")

    @property
    def upper_closed(self) -> bool:
        """Whether the upper end belongs to the interval (an infinite one never does)."""
        return -inf < self.upper < inf and self.closed in ("both", "right")

    @property
    def is_empty(self) -> bool:
        """Whether no number belongs to it."""
        return self.lower > self.upper

    @property
    def _start(self) -> Cut:
        """The lower end as a cut of the line: an open one comes after a closed one."""
        return self.lower, 0 if self.lower_closed else 1

    @property
    def _stop(self) -> Cut:
        """The upper end as a cut of the line: an open one comes before a closed one."""
        return self.upper, 0 if self.upper_closed else -1

    def issubset(self, other: Self | Number) -> bool:
        """Whether every number in it is in `other`."""
        b = self.of(other)
        return self.is_empty or (b._start <= self._start and self._stop <= b._stop)

    def interior(self, other: Self | Number) -> bool:
        """Whether it lies in the interior of `other`: inside, and off its ends."""
        b = self.of(other)
        left = b.lower < self.lower or (b.lower == self.lower and not self.lower_closed)
        return self.is_empty or (left and self._ends_before(b))

    def isdisjoint(self, other: Self | Number) -> bool:
        """Whether no number is in both."""
        b = self.of(other)
        return self.strict_precedes(b) or b.strict_precedes(self)

    def less(self, other: Self | Number) -> bool:
        """Weakly less: every x here has a y >= x in `other`, every y there an x <= y here."""
        b = self.of(other)
        if self.is_empty or b.is_empty:
            return self.is_empty and b.is_empty
        return self._start <= b._start and self._stop <= b._stop

    def strict_less(self, other: Self | Number) -> bool:
        """Strictly less: every x here has a y > x in `other`, every y there an x < y here."""
        b = self.of(other)
        if self.is_empty or b.is_empty:
            return self.is_empty and b.is_empty
        left = self.lower < b.lower or (self.lower == b.lower and not b.lower_closed)
        return left and self._ends_before(b)

    def _ends_before(self, b: Self) -> bool:
        return self.upper < b.upper or (self.upper == b.upper and not self.upper_closed)

    def precedes(self, other: Self | Number) -> bool:
        """Whether x <= y for all x here and all y in `other`: they touch at most."""
        b = self.of(other)
        return self.is_empty or b.is_empty or self.upper <= b.lower

    def strict_precedes(self, other: Self | Number) -> bool:
        """Whether x < y for all x here and all y in `other`."""
        b = self.of(other)
        return self.is_empty or b.is_empty or self._stop < b._start

    def overlap(self, other: Self | Number) -> Overlap:
        """How the closures lie to each other: one of the sixteen states of `Overlap`."""
        b = self.of(other)
        return classify(self.lower, self.upper, b.lower, b.upper)
