"""The sixteen ways in which two closed intervals can lie to each other."""

from __future__ import annotations

from enum import StrEnum


class Overlap(StrEnum):
    """A state of IEEE Std 1788-2015, 10.6.4 (after Allen 1983, doi:10.1145/182.358434).

    Members are strings, equal to their names in the standard.

    >>> Overlap.MET_BY == "metBy"
    True
    """

    BOTH_EMPTY = "bothEmpty"
    FIRST_EMPTY = "firstEmpty"
    SECOND_EMPTY = "secondEmpty"
    BEFORE = "before"
    MEETS = "meets"
    OVERLAPS = "overlaps"
    STARTS = "starts"
    CONTAINED_BY = "containedBy"
    FINISHES = "finishes"
    EQUALS = "equals"
    FINISHED_BY = "finishedBy"
    CONTAINS = "contains"
    STARTED_BY = "startedBy"
    OVERLAPPED_BY = "overlappedBy"
    MET_BY = "metBy"
    AFTER = "after"


OVERLAPS = tuple(Overlap)

_WITHIN = {
    (0, 0): Overlap.EQUALS,
    (0, -1): Overlap.STARTS,
    (0, 1): Overlap.STARTED_BY,
    (1, 0): Overlap.FINISHES,
    (-1, 0): Overlap.FINISHED_BY,
    (1, -1): Overlap.CONTAINED_BY,
    (-1, 1): Overlap.CONTAINS,
    (-1, -1): Overlap.OVERLAPS,
    (1, 1): Overlap.OVERLAPPED_BY,
}


def classify(a: float, b: float, c: float, d: float) -> Overlap:
    """How [a, b] lies to [c, d]; lower > upper is the empty set.

    >>> classify(1, 2, 2, 3), classify(0, 9, 2, 3)
    (<Overlap.MEETS: 'meets'>, <Overlap.CONTAINS: 'contains'>)
    """
    if a > b or c > d:
        if c <= d:
            return Overlap.FIRST_EMPTY
        return Overlap.SECOND_EMPTY if a <= b else Overlap.BOTH_EMPTY
    if b < c or d < a:
        return Overlap.BEFORE if b < c else Overlap.AFTER
    # A thin interval at the end of another starts or finishes it: it does not only meet it.
    if b == c and a < b and c < d:
        return Overlap.MEETS
    if d == a and c < d and a < b:
        return Overlap.MET_BY
    return _WITHIN[(a > c) - (a < c), (b > d) - (b < d)]
