"""Hull, intersection and agreement against counting at every point that can matter."""

from __future__ import annotations

import math
from fractions import Fraction
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconcile.constraints import agreement, hull, intersection
from reconcile.errors import IntervalError, OptionError
from reconcile.intervals import Interval
from reconcile.values import Claim, Period, Phrase

bound = st.integers(0, 8).map(float)


@st.composite
def spans(draw: st.DrawFn) -> Interval:
    lower, upper = sorted((draw(bound), draw(bound)))
    if draw(st.integers(0, 5)) == 0:
        upper = math.inf
    if draw(st.integers(0, 5)) == 0:
        lower = -math.inf
    closed = (
        "both" if lower == upper else draw(st.sampled_from(["both", "left", "right", "neither"]))
    )
    return Interval(lower, upper, closed=closed)


def claim(name: str, span: Interval, origin: str | None = None, scope: str = "whole") -> Claim:
    phrase = Phrase("", "range", span)
    period = Period.on("2024-12-17")
    return Claim(name, "killed", name, phrase, period, origin=origin, scope=scope)


def holds(span: Interval, x: Fraction) -> bool:
    above = x > span.lower or (x == span.lower and span.lower_closed)
    return above and (x < span.upper or (x == span.upper and span.upper_closed))


# every end, and a point between any two neighbouring ends
POINTS = [Fraction(i, 2) for i in range(-3, 20)]


@given(st.lists(spans(), min_size=1, max_size=7))
def test_agreement_is_where_the_count_is_highest(items: list[Interval]) -> None:
    found = agreement(items)
    counts = {x: sum(holds(span, x) for span in items) for x in POINTS}
    assert found.agreeing == max(counts.values())
    inside = [x for x in POINTS if holds(found.interval, x)]
    assert inside
    assert all(counts[x] == found.agreeing for x in inside)
    just_off = [min(inside) - Fraction(1, 2), max(inside) + Fraction(1, 2)]
    assert all(counts.get(x, -1) < found.agreeing for x in just_off if abs(x) < 9)
    assert found.outside == tuple(
        i for i, span in enumerate(items) if not any(holds(span, x) for x in inside)
    )


@given(st.lists(spans(), min_size=1, max_size=7), st.data())
def test_with_k_it_is_the_smallest_interval_around_all_with_k_votes(
    items: list[Interval], data: st.DataObject
) -> None:
    k = data.draw(st.integers(1, len(items)))
    enough = [x for x in POINTS if sum(holds(span, x) for span in items) >= k]
    found = agreement(items, k=k).interval
    inside = [x for x in POINTS if holds(found, x)]
    assert found.is_empty == (not enough)
    if enough:
        assert inside == [x for x in POINTS if min(enough) <= x <= max(enough)]


@given(st.lists(st.tuples(spans(), st.sampled_from("pqr")), min_size=1, max_size=6))
def test_an_origin_votes_once(items: list[tuple[Interval, str]]) -> None:
    heads = {origin: f"{origin}0" for _, origin in items}
    claims = [claim(head, Interval(-math.inf, math.inf)) for head in heads.values()]
    claims += [claim(f"c{i}", span, heads[origin]) for i, (span, origin) in enumerate(items)]
    members = {o: [span for span, own in items if own == o] for o in heads}

    def votes(x: Fraction) -> int:
        total = 0
        for own in members.values():
            common = any(all(holds(s, y) for s in own) for y in POINTS)
            # the head allows everything, so a quarrelling origin allows everything
            total += all(holds(s, x) for s in own) if common else 1
        return total

    assert agreement(claims).agreeing == max(votes(x) for x in POINTS)
    assert agreement(claims).origins == len(heads)


def test_a_quarrelling_origin_allows_what_any_of_it_says() -> None:
    said = [
        claim("a", Interval(1, 2)),
        claim("b", Interval(2, 3, closed="right"), "a"),
        claim("c", Interval(8, 9), "a"),
        claim("d", Interval(2.5, 8.5)),
        claim("e", Interval(2.6, 4)),
    ]
    found = agreement(said)
    assert found.interval == Interval(2.6, 3)
    assert (found.agreeing, found.origins, found.outside) == (3, 3, ("a", "c"))


def test_copies_inside_an_origin_change_nothing() -> None:
    said = [claim("a", Interval(1, 3)), claim("b", Interval(2, 6)), claim("c", Interval(5, 9))]
    wire = [*said, claim("c2", Interval(5, 9), "c"), claim("c3", Interval(5, 9), "c")]
    assert agreement(wire).interval == agreement(said).interval == Interval(2, 3)
    assert agreement(wire).origins == 3
    chain = [*said, claim("c2", Interval(5, 9), "c"), claim("c3", Interval(5, 9), "c2")]
    assert agreement(chain) == agreement(wire)


def test_the_published_example() -> None:
    """Marzullo's algorithm as in the NTP literature: 8 to 12, 11 to 13, 10 to 12 give 11 to 12."""
    found = agreement([(8, 12), (11, 13), (10, 12)])
    assert (found.interval, found.agreeing) == (Interval(11, 12), 3)
    found = agreement([(8, 12), (11, 13), (14, 15)])
    assert (found.interval, found.agreeing, found.outside) == (Interval(11, 12), 2, (2,))


@given(st.lists(spans(), min_size=1, max_size=6))
def test_hull_and_intersection_by_membership(items: list[Interval]) -> None:
    around, common = hull(items), intersection(items)
    union = [x for x in POINTS if any(holds(span, x) for span in items)]
    both = [x for x in POINTS if all(holds(span, x) for span in items)]
    assert [x for x in POINTS if holds(around, x)] == [
        x for x in POINTS if min(union) <= x <= max(union)
    ]
    assert [x for x in POINTS if holds(common, x)] == both
    assert common.is_empty == (not both)


def test_all_kinds_of_input_are_read_alike() -> None:
    pairs = [(1.0, 5.0), (3.0, 12.0), (4.0, 4.5)]
    array = SimpleNamespace(lower=np.array([1.0, 3, 4]), upper=np.array([5.0, 12, 4.5]))
    intervals = [Interval(*pair) for pair in pairs]
    claims = [claim(str(i), span) for i, span in enumerate(intervals)]
    for items in (pairs, array, intervals, claims):
        assert hull(items) == Interval(1, 12)
        assert intersection(items) == Interval(4, 4.5)
        assert agreement(items).interval == Interval(4, 4.5)


def test_a_part_bounds_from_below() -> None:
    some = [claim("a", Interval(200, 220), scope="part"), claim("b", Interval(500, 600))]
    assert intersection(some) == Interval(500, 600)
    assert agreement(some).agreeing == 2


def test_bad_input_is_named() -> None:
    with pytest.raises(OptionError, match="at least one"):
        agreement([])
    with pytest.raises(OptionError, match="position 1"):
        hull([(1, 2), "x"])
    with pytest.raises(OptionError, match="k from 1 to 2"):
        agreement([(1, 2), (3, 4)], k=3)
    with pytest.raises(IntervalError):
        intersection([(3, 1)])
    with pytest.raises(IntervalError):
        hull(SimpleNamespace(lower=[1.0], upper=[math.nan]))
