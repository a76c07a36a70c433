"""Minimal conflicts and envelopes against brute force over all subsets, by linear programs."""

from __future__ import annotations

import math

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from oracle_lp import DAYS, START, DailyPrograms, day_of, maximal_consistent, minimal_conflicts

from reconcile.combine import Constraints
from reconcile.intervals import Interval
from reconcile.values import Claim, Days, Period, Phrase, Quantity

REGISTRY = {
    q.id: q
    for q in (
        Quantity("casualties", parts=("killed", "wounded"), within=("sent",), epoch=START),
        Quantity("killed", within=("sent",), epoch=START),
        Quantity("wounded", epoch=START),
        Quantity("sent", epoch=START),
        Quantity("deployed", kind="stock", within=("sent",), arrivals="sent", epoch=START),
        Quantity("group", kind="constant"),
    )
}

values = st.integers(0, 12)
days = st.integers(1, DAYS)


@st.composite
def bounds(draw: st.DrawFn) -> Interval:
    kind = draw(st.sampled_from(["exact", "range", "range", "floor", "cap", "over", "under"]))
    lower, upper = sorted((float(draw(values)), float(draw(values))))
    match kind:
        case "exact":
            return Interval(lower, lower)
        case "floor":
            return Interval(lower, math.inf)
        case "cap":
            return Interval(-math.inf, upper)
        case "over":
            return Interval(lower, math.inf, closed="right")
        case "under":
            return Interval(-math.inf, upper + 1, closed="left")
        case _:
            return Interval(lower, upper)


@st.composite
def periods(draw: st.DrawFn) -> Period:
    kind = draw(st.sampled_from(["on", "on", "late", "during", "loose", "length"]))
    first, last = sorted((draw(days), draw(days)))
    match kind:
        case "on":
            return Period.on(day_of(first))
        case "late":
            return Period.on(Days(day_of(first), day_of(last)))
        case "during":
            return Period.during(day_of(first), day_of(last))
        case "loose":
            later = draw(st.integers(last, DAYS))
            return Period.during(
                Days(day_of(first), day_of(last)), Days(day_of(last), day_of(later))
            )
        case _:
            span = Days(day_of(1), day_of(DAYS))
            return Period.during(span, span, days=draw(st.integers(1, 3)))


@st.composite
def ledgers(draw: st.DrawFn) -> list[Claim]:
    names = ["casualties", "killed", "wounded", "sent", "deployed", "group"]
    focus = draw(st.sampled_from([names[:3], ["killed"], names[:4], names[3:5], names]))
    claims: list[Claim] = []
    for i in range(draw(st.integers(2, 5))):
        quantity, period = draw(st.sampled_from(focus)), draw(periods())
        additional = quantity == "deployed" and period.kind == "during"
        scope = draw(st.sampled_from(["whole", "whole", "whole", "part"]))
        if quantity == "deployed" and not additional:
            period = Period.on(period.end)
        claims.append(
            Claim(
                f"c{i}", quantity, f"s{i}", Phrase("", "range", draw(bounds())), period,
                scope=scope, additional=additional,
            )
        )  # fmt: skip
    return claims


few = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


@few
@given(ledgers())
def test_all_minimal_conflicts_are_found(claims: list[Claim]) -> None:
    slow = minimal_conflicts(DailyPrograms(claims, REGISTRY).consistent())
    fast = Constraints(claims, REGISTRY).conflicts()
    assert {frozenset(int(name[1:]) for name in c.claims) for c in fast} == slow
    assert fast.complete
    assert len({c.claims for c in fast}) == len(fast)


@few
@given(ledgers(), days, st.sampled_from(["casualties", "killed", "sent", "deployed", "group"]))
def test_the_envelope_is_the_hull_over_maximal_sets(
    claims: list[Claim], day: int, quantity: str
) -> None:
    programs = DailyPrograms(claims, REGISTRY)
    sets = maximal_consistent(programs.consistent())
    spans = [programs.range(sorted(s), quantity, day) for s in sets]
    expected = spans[0]
    for span in spans[1:]:
        expected = expected.hull(span)
    found = Constraints(claims, REGISTRY).envelope(quantity, day_of(day))
    assert found == expected
