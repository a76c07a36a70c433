"""The named relations between two intervals with open or closed ends, as sets of reals.

Where the ends are closed these are the relations of IEEE Std 1788.1-2017, table 4.5. Each is
stated for sets, so that open ends need no rule of their own; an infinite end counts as open.
"""

from __future__ import annotations

from typing import Protocol

from reconcile.intervals.overlap_states import Overlap, classify

Cut = tuple[float, int]


class Ends(Protocol):
    """What a relation looks at; the empty set has lower > upper."""

    @property
    def lower(self) -> float:
        """The lower end."""
        ...

    @property
    def upper(self) -> float:
        """The upper end."""
        ...

    @property
    def lower_closed(self) -> bool:
        """Whether `lower` belongs to the set."""
        ...

    @property
    def upper_closed(self) -> bool:
        """Whether `upper` belongs to the set."""
        ...


def start(x: Ends) -> Cut:
    """The lower end as a cut of the line: an open one comes after a closed one."""
    return x.lower, 0 if x.lower_closed else 1


def stop(x: Ends) -> Cut:
    """The upper end as a cut of the line: an open one comes before a closed one."""
    return x.upper, 0 if x.upper_closed else -1


def _is_empty(x: Ends) -> bool:
    return x.lower > x.upper


def equal(a: Ends, b: Ends) -> bool:
    """Whether both are the same set."""
    return start(a) == start(b) and stop(a) == stop(b)


def subset(a: Ends, b: Ends) -> bool:
    """Whether every number of a is in b."""
    return _is_empty(a) or (start(b) <= start(a) and stop(a) <= stop(b))


def interior(a: Ends, b: Ends) -> bool:
    """Whether a lies in the interior of b: inside, and off its ends."""
    left = b.lower < a.lower or (b.lower == a.lower and not a.lower_closed)
    right = a.upper < b.upper or (a.upper == b.upper and not a.upper_closed)
    return _is_empty(a) or (left and right)


def disjoint(a: Ends, b: Ends) -> bool:
    """Whether no number is in both."""
    return strict_precedes(a, b) or strict_precedes(b, a)


def less(a: Ends, b: Ends) -> bool:
    """Weakly less: every x in a has a y >= x in b, every y in b an x <= y in a."""
    if _is_empty(a) or _is_empty(b):
        return _is_empty(a) and _is_empty(b)
    return start(a) <= start(b) and stop(a) <= stop(b)


def strict_less(a: Ends, b: Ends) -> bool:
    """Strictly less: every x in a has a y > x in b, every y in b an x < y in a."""
    if _is_empty(a) or _is_empty(b):
        return _is_empty(a) and _is_empty(b)
    left = a.lower < b.lower or (a.lower == b.lower and not b.lower_closed)
    right = a.upper < b.upper or (a.upper == b.upper and not a.upper_closed)
    return left and right


def precedes(a: Ends, b: Ends) -> bool:
    """Whether x <= y for all x in a and all y in b: they touch at most."""
    return _is_empty(a) or _is_empty(b) or a.upper <= b.lower


def strict_precedes(a: Ends, b: Ends) -> bool:
    """Whether x < y for all x in a and all y in b."""
    return _is_empty(a) or _is_empty(b) or stop(a) < start(b)


def overlap(a: Ends, b: Ends) -> Overlap:
    """How the closures lie to each other: one of the sixteen states of `Overlap`."""
    return classify(a.lower, a.upper, b.lower, b.upper)


def is_member(number: float, x: Ends) -> bool:
    """Whether a number belongs to x; no NaN and no infinity does."""
    above = x.lower <= number if x.lower_closed else x.lower < number
    below = number <= x.upper if x.upper_closed else number < x.upper
    return bool(above and below)
