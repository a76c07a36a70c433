"""Dates far from all others: slips of a digit (0220, 2202), or a program's day zero (1900)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import pairwise

_YEAR = 365.25
_DOUBTFUL = 8.5 * _YEAR
"""Two digits of a year swapped make nine years at least (2032 for 2023), a wrong one mostly ten."""
_OF_TWO = 50 * _YEAR  # of two dates in all: few ledgers speak of two half-centuries
_SPANS = 5.0  # times the span of the others; a table of centuries has gaps of decades
_FEW = 0.1  # the share of the dates up to which they are "some", not a part of the table
_ALONE = 400 * _YEAR  # with nothing else to go by, only a gap like this tells


def far_dates(days: Sequence[date]) -> tuple[int, ...]:
    """The positions in `days` of those far from all others.

    Far: parted from the bulk by more than eight and a half years and by more than five times the
    span of the bulk, which holds most dates, and no more than a tenth of the dates (or a single one
    of three and more). Without such a bulk only 400 years tell (50 where there are two dates in
    all), and then the earlier of two days that are as often is named.

    >>> days = [date(2024, 3, d) for d in range(1, 9)]
    >>> far_dates([*days, date(220, 3, 9)]), far_dates([*days, date(2026, 1, 1)])
    ((8,), ())
    >>> far_dates([date(1905 + 25 * k, 5, 1) for k in range(5)])
    ()
    """
    order = sorted(set(days))
    if len(order) < 2:
        return ()
    groups: list[list[date]] = [[order[0]]]
    for before, day in pairwise(order):
        if (day - before).days > _DOUBTFUL:
            groups.append([])
        groups[-1].append(day)
    if len(groups) == 1:
        return ()
    counts = dict.fromkeys(order, 0)
    for day in days:
        counts[day] += 1
    sizes = [sum(counts[day] for day in group) for group in groups]
    bulk = max(range(len(groups)), key=lambda k: (sizes[k], groups[k][0]))
    span = (groups[bulk][-1] - groups[bulk][0]).days
    far: set[date] = set()
    for k, group in enumerate(groups):
        gap = max((groups[bulk][0] - group[-1]).days, (group[0] - groups[bulk][-1]).days)
        few = sizes[k] <= max(1.0, _FEW * len(days)) and 2 * sizes[bulk] > len(days) > 2
        alone = _OF_TWO if len(days) == 2 else _ALONE
        if k != bulk and gap > _SPANS * span and (few or gap > alone):
            far.update(group)
    return tuple(i for i, day in enumerate(days) if day in far)
