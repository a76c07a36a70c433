"""Ledgers that are valid and yet hard: what broke programs of this kind before.

Counts from nothing to far beyond the living, one source that says everything, claims that
contradict each other by ten orders of magnitude, a century between two claims, windows of decades,
chains of repeats, wholes that are smaller than their parts, totals of no known beginning or that
are over, everything retracted, truths that became known and fit nothing.
"""

from __future__ import annotations

import math
from datetime import date, timedelta

from hypothesis import strategies as st

from reconcile.errors import DateError, LedgerError
from reconcile.intervals import Interval
from reconcile.ledger import Ledger
from reconcile.strategies.ledger_strategies import QUANTITIES, SOURCES
from reconcile.values import Claim, Days, Period, Phrase, Quantity, Resolution

_FIRST = date(2024, 10, 1)
_GAPS = (0, 0, 0, 1, 1, 7, 7, 60, 60, 365, 3_650, 36_500)
"""Days between the epoch and a claim: mostly close, now and then years."""
_NUMBERS = (0.0, 0.0, 1.0, 2.0, 30.0, 30.0, 999.0, 1e6, 8e9, 1e15, 5e-324, 0.4)
_LAST = date(2140, 1, 1)
_OLD = Quantity("old", "of no known beginning", side="north")
_OVER = Quantity("over", "of what is over", epoch=_FIRST, closed=_FIRST + timedelta(days=2))
_FEW = Quantity("few", "at most those killed", epoch=_FIRST, delay=30.0, within=("killed",))
_SHARE = Quantity("share", "share of houses", unit="share", kind="stock", scale="logit")
_MARGIN = Quantity("margin", "margin of a poll", unit="points", kind="stock", scale="linear")


@st.composite
def nasty_ledgers(draw: st.DrawFn, *, max_claims: int = 8) -> Ledger:
    """A ledger that `Ledger.of` takes, with as much as possible that could break a fit.

    For tests that a function answers every valid ledger: no NaN, no negative count, no crossed
    quantiles, no error that is not one of `reconcile.errors`.

    >>> from hypothesis import given, settings
    >>> @settings(max_examples=5, deadline=None)
    ... @given(nasty_ledgers(max_claims=3))
    ... def test_a_ledger_is_itself_in_any_order(ledger):
    ...     claims = list(reversed(ledger.claims))
    ...     again = Ledger.of(claims, ledger.quantities, ledger.sources)
    ...     assert set(again) == set(ledger)
    >>> test_a_ledger_is_itself_in_any_order()
    """
    quantities = (*QUANTITIES, _SHARE, _MARGIN, _OLD, _OVER, _FEW)
    few = draw(st.lists(st.sampled_from(quantities), min_size=1, max_size=3, unique=True))
    speakers = draw(st.lists(st.sampled_from(SOURCES), min_size=1, max_size=4, unique=True))
    found: list[Claim] = []
    for number in range(draw(st.integers(1, max_claims))):
        about = draw(st.sampled_from(few))
        claim = draw(_claims(f"claim-{number}", about, [s.id for s in speakers], found))
        longer = [*found, claim]
        try:
            Ledger.of(longer, quantities, SOURCES)
        except LedgerError:  # what a ledger refuses is for the tests of its checks
            continue
        found = longer
    about = draw(st.sampled_from(few))
    known = draw(st.lists(_resolutions(about), max_size=1)) if found else []
    try:
        return Ledger.of(found, quantities, SOURCES, resolutions=known)
    except LedgerError:
        return Ledger.of(found, quantities, SOURCES)


@st.composite
def _resolutions(draw: st.DrawFn, about: Quantity) -> Resolution:
    """A truth about `about`, which may lie anywhere beside the claims."""
    value = draw(st.sampled_from([0.25, 0.75] if about.scale == "logit" else [0.0, 40.0, 1e9]))
    on = None if about.kind == "constant" else _day(_FIRST, draw(st.sampled_from(_GAPS[:-2])))
    return Resolution(about.id, value, on, _day(on or _FIRST, 30))


@st.composite
def _claims(
    draw: st.DrawFn, name: str, about: Quantity, sources: list[str], before: list[Claim]
) -> Claim:
    period = draw(_periods(about))
    said = draw(st.sampled_from(_GAPS))
    gone = draw(st.sampled_from([False, False, False, True]))
    public = _day(period.last, said)
    origins = [claim.id for claim in before if claim.quantity == about.id]
    return Claim(
        name,
        about.id,
        draw(st.sampled_from(sources)),
        draw(_phrases(about)),
        period,
        said=Days(public, public),
        credibility=draw(st.integers(1, 6)),
        unsupported=draw(st.booleans()),
        scope=draw(st.sampled_from(["whole", "whole", "part"])),
        origin=draw(st.sampled_from([None, None, *origins])),
        status="retracted" if gone else "active",
        retracted_on=_day(public, 3) if gone else None,
    )


@st.composite
def _periods(draw: st.DrawFn, about: Quantity) -> Period:
    start = _day(_FIRST, draw(st.sampled_from(_GAPS)))
    length = draw(st.sampled_from(_GAPS))
    end = _day(start, length)
    if about.kind == "cumulative" and draw(st.booleans()):
        return Period.during(start, end)
    if draw(st.booleans()):
        return Period.on(start)
    try:
        return Period.on(Days(start, end))
    except DateError:
        return Period.on(start)


@st.composite
def _phrases(draw: st.DrawFn, about: Quantity) -> Phrase:
    if about.scale == "logit":
        number = draw(st.sampled_from([0.001, 0.25, 0.5, 0.999]))
        return Phrase(f"{number:g}", "exact", Interval(number, number), number)
    number = draw(st.sampled_from(_NUMBERS)) * (
        draw(st.sampled_from([1, -1])) if about.scale == "linear" else 1
    )
    way = draw(st.sampled_from(["exact", "range", "at_least", "at_most", "more_than"]))
    text = f"{way.replace('_', ' ')} {number:g}"
    if way == "range":
        wide = number + draw(st.sampled_from([0.0, 1.0, 1e3, 1e12]))
        return Phrase(text, "range", Interval(number, wide))
    if way == "at_least":
        return Phrase(text, "at_least", Interval(number, math.inf), number)
    if way == "more_than":
        return Phrase(text, "more_than", Interval(number, math.inf, closed="neither"), number)
    if way == "at_most":
        least = -math.inf if about.scale == "linear" else min(0.0, number)
        return Phrase(text, "at_most", Interval(least, number), number)
    return Phrase(text, "exact", Interval(number, number), number)


def _day(start: date, later: int) -> date:
    return min(start + timedelta(days=later), _LAST)
