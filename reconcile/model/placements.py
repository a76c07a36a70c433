"""The times that a claim may speak of: one, or every admissible placement of an imprecise one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import TypeVar

import numpy as np

from reconcile.model.functionals import Asked
from reconcile.values import Claim, Quantity

# What is known on the very day is some hours old.
_YOUNGEST = 0.5
# A claim of "some day in January" is averaged over at most this many placements, evenly spaced.
_MOST = 7


def asked_on(quantity: Quantity, day: date, origin: date) -> Asked:
    """The total by the end of `day`, or the level on it."""
    return Asked(quantity.id, None, float((day - origin).days + 1))


def adds_to_level(claim: Claim, quantity: Quantity) -> bool:
    """Whether `claim` says what came on top of a level, and its quantity names no total of it."""
    return claim.additional and quantity.kind == "stock" and not quantity.arrivals


def placements(claim: Claim, quantity: Quantity, origin: date) -> tuple[Asked, ...]:
    """The admissible placements of what `claim` says of `quantity`; none before its epoch, and none
    of an addition to a level: what came tells nothing of how many are there."""
    if adds_to_level(claim, quantity):
        return ()
    flow = quantity.kind == "cumulative" and (claim.period.kind == "during" or claim.additional)
    found = _windows(claim, quantity, origin) if flow else _days(claim, quantity, origin)
    if quantity.kind == "cumulative":
        found = [_as_known(place, claim, quantity, origin) for place in found]
    return tuple(dict.fromkeys(_some(found)))


def _as_known(asked: Asked, claim: Claim, quantity: Quantity, origin: date) -> Asked:
    """What was known of `asked`: a count with a stated delay speaks of an earlier time; of an event
    that is over, it grows with the age of what was known."""
    if quantity.delay:
        start = None if asked.start is None else asked.start - quantity.delay
        asked = replace(asked, start=start, end=asked.end - quantity.delay)
    if quantity.closed is None or claim.period.kind == "during":
        return asked
    over = float((quantity.closed - origin).days + 1)
    begin = min(_epoch(quantity, origin) if quantity.epoch else over - 1, over - 1)
    known = max(asked.end, float((claim.public_on - origin).days + 1))
    inside = max(min(known, over) - begin, 1.0)
    age = 0.5 * (inside - 1.0) + max(known - over, 0.0)
    return replace(asked, age=max(age, _YOUNGEST))


def claim_days(claims: Sequence[Claim], origin: date) -> set[float]:
    """The ends of what the claims speak of, in days since the start of `origin`."""
    marks: set[float] = set()
    for claim in claims:
        period = claim.period
        for day in (period.end.first, period.end.last):
            marks.add(float((day - origin).days + 1))
        if period.kind == "during":
            for day in (period.start.first, period.start.last):
                marks.add(float((day - origin).days))
    return marks


def _epoch(quantity: Quantity, origin: date) -> float:
    return float((quantity.epoch - origin).days) if quantity.epoch else -np.inf


def _windows(claim: Claim, quantity: Quantity, origin: date) -> list[Asked]:
    """Flows; an increment up to a day, of unknown beginning, may have begun at any time before."""
    start = _epoch(quantity, origin)
    found: list[Asked] = []
    if claim.period.kind == "on":
        end = float((claim.period.last - origin).days + 1)
        since = max(start, 0.0) if end > 1 else end - 1
        return [Asked(quantity.id, at, end) for at in np.linspace(min(since, end - 1), end - 1, 5)]
    for first, last in _some(claim.period.placements()):
        begin, end = float((first - origin).days), float((last - origin).days + 1)
        if end > start:
            found.append(Asked(quantity.id, max(begin, start), end))
    return found


def _days(claim: Claim, quantity: Quantity, origin: date) -> list[Asked]:
    """Totals or levels on each day that the claim may speak of."""
    span = claim.period
    if quantity.kind == "constant":
        return [asked_on(quantity, span.last, origin)]
    count = (span.last - span.first).days + 1
    days = _some(range(count))
    asked = [asked_on(quantity, span.first + timedelta(days=int(i)), origin) for i in days]
    start = _epoch(quantity, origin)
    return [place for place in asked if place.end > start]


_T = TypeVar("_T")


def _some(items: Sequence[_T]) -> list[_T]:
    """At most `_MOST` of `items`, evenly spread, both ends among them."""
    if len(items) <= _MOST:
        return list(items)
    chosen = np.unique(np.round(np.linspace(0, len(items) - 1, _MOST)).astype(int))
    return [items[i] for i in chosen]
