"""Minimal conflicts and envelopes against brute force over all subsets, by linear programs."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from oracle_lp import (
    DAYS,
    START,
    DailyPrograms,
    day_of,
    least_shift,
    maximal_consistent,
    minimal_conflicts,
)

from reconcile.constraints import Constraints
from reconcile.constraints.conflict_words import _period_words
from reconcile.errors import DateError, OptionError, UnknownQuantityError
from reconcile.intervals import Interval
from reconcile.values import Claim, Days, Period, Phrase, Quantity, Source

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


few = settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
more = settings(few, max_examples=30)


@more
@given(ledgers())
def test_all_minimal_conflicts_are_found(claims: list[Claim]) -> None:
    slow = minimal_conflicts(DailyPrograms(claims, REGISTRY).consistent())
    fast = Constraints(claims, REGISTRY).conflicts()
    assert {frozenset(int(name[1:]) for name in c.claims) for c in fast} == slow
    assert fast.complete
    assert len({c.claims for c in fast}) == len(fast)


@few
@given(ledgers())
def test_the_gap_is_the_least_that_one_bound_must_move(claims: list[Claim]) -> None:
    programs = DailyPrograms(claims, REGISTRY)
    for conflict in Constraints(claims, REGISTRY).conflicts():
        members = [int(name[1:]) for name in conflict.claims]
        assert conflict.gap == pytest.approx(least_shift(programs, members), abs=1e-6)


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


@more
@given(ledgers(), st.permutations(range(DAYS + 2)))
def test_a_prepared_object_answers_as_a_fresh_one(claims: list[Claim], order: list[int]) -> None:
    prepared = Constraints(claims, REGISTRY)
    for quantity in ("sent", "casualties", "killed"):
        for day in order:
            fresh = Constraints(claims, REGISTRY).envelope(quantity, day_of(day))
            assert prepared.envelope(quantity, day_of(day)) == fresh


@more
@given(ledgers(), days, st.sampled_from(["casualties", "killed", "wounded", "sent", "deployed"]))
def test_readings_are_what_each_claim_allows_by_itself(
    claims: list[Claim], day: int, quantity: str
) -> None:
    read = {c.id: span for c, span in Constraints(claims, REGISTRY).readings(quantity, day_of(day))}
    for claim in claims:
        alone = Constraints([claim], REGISTRY)
        if alone.conflicts():
            continue
        span = read.get(claim.id, Interval(0, math.inf))
        if quantity == "deployed" and claim.quantity != "deployed" and claim.id not in read:
            # on a day without a claimed level, floors of what is deployed say nothing
            continue
        assert span == alone.envelope(quantity, day_of(day))


# ---------------------------------------------------------------- chosen cases


def said(
    name: str, quantity: str, lower: float, upper: float, period: Period, **more: object
) -> Claim:
    phrase = Phrase("", "range", Interval(lower, upper))
    source = str(more.pop("source", name))
    return Claim(name, quantity, source, phrase, period, **more)


THREE_DAYS = Period.during("2024-12-10", "2024-12-12")
DEC_17, NOV_20 = Period.on("2024-12-17"), Period.on("2024-11-20")


def found(claims: list[Claim], **asked: object) -> set[tuple[str, ...]]:
    return {c.claims for c in Constraints(claims, REGISTRY).conflicts(**asked)}


def test_words_name_who_says_what_and_why_it_cannot_be() -> None:
    sources = {"gdc": Source("gdc", "Global Defense"), "us": Source("us", "a U.S. official")}
    claims = [
        said("a", "casualties", -math.inf, 300, DEC_17, source="us"),
        said("b", "killed", 500, math.inf, NOV_20, source="gdc"),
    ]
    conflict = Constraints(claims, REGISTRY, sources).conflicts()[0]
    assert conflict.claims == ("a", "b")
    assert conflict.gap == 200
    assert conflict.text == (
        "Global Defense says at least 500 killed by 20 Nov 2024; a U.S. official says at most 300 "
        "casualties by 17 Dec 2024: both cannot be true, since casualties = killed + wounded and "
        "a total never falls (they miss each other by 200)"
    )


def test_three_claims_conflict_only_together() -> None:
    claims = [
        said("k", "killed", 100, 200, Period.on("2024-12-16")),
        said("w", "wounded", 100, math.inf, DEC_17),
        said("c", "casualties", 0, 150, Period.on("2024-12-18")),
    ]
    conflicts = Constraints(claims, REGISTRY).conflicts()
    assert [c.claims for c in conflicts] == [("c", "k", "w")]
    assert "all 3 cannot be true" in conflicts[0].text
    assert conflicts[0].gap == 50


@pytest.mark.parametrize(
    ("one", "other", "clash"),
    [
        # what fell in a window can't exceed the total at its end
        (("killed", 30, 40, THREE_DAYS), ("killed", 0, 20, "12-12"), True),
        (("killed", 30, 40, THREE_DAYS), ("killed", 0, 20, "12-11"), False),
        # a level is of its day alone
        (("deployed", 900, 900, Period.on("2024-12-01")), ("deployed", 800, 800, "12-01"), True),
        (("deployed", 900, 900, Period.on("2024-12-01")), ("deployed", 800, 800, "12-02"), False),
        # nobody is deployed who was not sent
        (("deployed", 900, 900, Period.on("2024-12-01")), ("sent", 0, 800, "12-02"), True),
        (("deployed", 900, 900, Period.on("2024-12-03")), ("sent", 0, 800, "12-02"), False),
        # a constant is of no day
        (("group", 20, 30, Period.on("2024-12-01")), ("group", 6, 6, "01-02"), True),
        # some day of an imprecise one may fit
        (("killed", 5, 5, Period.on("2024-12-01/2024-12-09")), ("killed", 9, 9, "12-05"), False),
        (("killed", 5, 5, Period.on("2024-12-06/2024-12-09")), ("killed", 9, 9, "12-05"), True),
    ],
)  # fmt: skip
def test_what_sets_two_claims_against_each_other(
    one: tuple[str, float, float, Period], other: tuple[str, float, float, str], clash: bool
) -> None:
    day = Period.on(f"2024-{other[3]}" if other[3] > "02" else f"2025-{other[3]}")
    claims = [said("a", *one), said("b", other[0], other[1], other[2], day)]
    assert (found(claims) == {("a", "b")}) is clash
    assert Constraints(claims, REGISTRY).conflicts().complete


def test_the_gap_of_a_window_that_may_lie_anywhere() -> None:
    """Three quiet days must hold the 1 of the first day or the 2 of the fourth: the 1 is least."""
    anywhere = Days(day_of(1), day_of(6))
    claims = [
        said("first", "killed", 1, 1, Period.on(day_of(1))),
        said("fourth", "killed", 2, 2, Period.during(day_of(4), day_of(4))),
        said("quiet", "killed", 0, 0, Period.during(anywhere, anywhere, days=3)),
    ]
    (conflict,) = Constraints(claims, REGISTRY).conflicts()
    assert conflict.gap == 1
    assert Constraints(claims[1:], REGISTRY).envelope("killed", day_of(3)) == Interval(0, 0)
    assert Constraints(claims[::2], REGISTRY).envelope("killed", day_of(2)).upper == math.inf


def test_additional_troops_are_arrivals_and_a_part_has_no_upper_end() -> None:
    window = Period.during("2025-01-01", "2025-02-01")
    claims = [
        said("more", "deployed", 3000, 3000, window, additional=True),
        said("sent", "sent", 0, 2500, Period.on("2025-03-01")),
        said("ward", "wounded", 200, 220, DEC_17, scope="part"),
        said("all", "wounded", 900, 900, DEC_17),
    ]
    assert found(claims) == {("more", "sent")}


def test_before_the_epoch_there_is_nothing() -> None:
    claims = [said("early", "killed", 3, 9, Period.on("2024-09-12"))]
    conflict = Constraints(claims, REGISTRY).conflicts()[0]
    assert conflict.claims == ("early",)
    assert conflict.text.endswith("it cannot be true, since nothing is counted before 1 Oct 2024")
    assert Constraints(claims, REGISTRY).envelope("killed", "2024-09-12") == Interval(0, 0)


def test_decimals_add_up_as_written() -> None:
    """In doubles 0.1 + 0.2 > 0.3: read as decimals the three claims agree."""
    day, next_day = Period.during("2024-12-01", "2024-12-01"), "2024-12-02"
    registry = {"km": Quantity("km", epoch=date(2024, 12, 1))}
    claims = [
        said("a", "km", 0.1, 0.1, day),
        said("b", "km", 0.2, 0.2, Period.during(next_day, next_day)),
        said("c", "km", 0.3, 0.3, Period.on(next_day)),
    ]
    assert not Constraints(claims, registry).conflicts()
    less = said("d", "km", 0.29, 0.299, Period.on(next_day))
    conflicts = Constraints([*claims[:2], less], registry).conflicts()
    assert [c.claims for c in conflicts] == [("a", "b", "d")]
    assert conflicts[0].gap == pytest.approx(0.001)


def test_numbers_too_large_for_exact_sums_are_rounded_outward() -> None:
    registry = {"x": Quantity("x", epoch=date(2024, 12, 1))}
    near = [said("a", "x", 1e17 + 16, 2e17, DEC_17), said("b", "x", 0, 1e17, DEC_17)]
    assert not Constraints(near, registry).conflicts()
    far = [said("a", "x", 1.1e17, 2e17, DEC_17), said("b", "x", 0, 1e17, DEC_17)]
    assert Constraints(far, registry).conflicts()[0].gap == pytest.approx(1e16)


def test_levels_on_a_linear_scale_may_be_negative() -> None:
    registry = {
        "net": Quantity("net", kind="stock", scale="linear", parts=("gain", "loss")),
        "gain": Quantity("gain", kind="stock", scale="linear"),
        "loss": Quantity("loss", kind="stock", scale="linear"),
    }
    claims = [
        said("n", "net", 1, 2, DEC_17),
        said("g", "gain", 5, 6, DEC_17),
        said("l", "loss", -4, 9, DEC_17),
        said("m", "loss", -1, 9, DEC_17),
    ]
    conflicts = Constraints(claims, registry).conflicts()
    assert [c.claims for c in conflicts] == [("g", "m", "n")]
    assert Constraints(claims[:2], registry).envelope("loss", "2024-12-17") == Interval(-5, -3)
    assert Constraints(claims[:1], registry).envelope("loss", "2024-12-17").lower == -math.inf


def test_asking_for_a_quantity_or_a_date_only_leaves_out() -> None:
    claims = [
        said("k1", "killed", 500, 500, NOV_20),
        said("k2", "killed", 100, 200, DEC_17),
        said("s1", "sent", 900, 900, NOV_20),
        said("s2", "sent", 800, 800, DEC_17),
        said("d1", "deployed", 10, 20, DEC_17),
        said("d2", "deployed", 30, 40, DEC_17),
    ]
    kills, sent, level = ("k1", "k2"), ("s1", "s2"), ("d1", "d2")
    assert found(claims) == {kills, sent, level}
    assert found(claims, quantity="casualties") == {kills}
    assert found(claims, quantity="sent") == {sent}
    assert found(claims, date="2024-12-01") == set()
    assert found(claims, date="2024-12-17") == {kills, sent, level}
    assert found(claims, date="2024-12-18") == {kills, sent}


def test_the_limit_is_kept_and_said() -> None:
    claims = [said(f"c{i:02}", "killed", i, i, DEC_17) for i in range(12)]
    everything = Constraints(claims, REGISTRY).conflicts()
    assert (len(everything), everything.note) == (66, "")
    some = Constraints(claims, REGISTRY).conflicts(limit=10)
    assert some == everything[:10]
    assert some.note == "only the first 10 conflicts are listed: there are more"
    assert some[0].claims == ("c00", "c11")
    with pytest.raises(OptionError, match="at least 1"):
        Constraints(claims, REGISTRY).conflicts(limit=0)


def test_repeats_of_one_origin_are_one_claim_and_other_voices_are_not() -> None:
    high, low = said("high", "killed", 500, 500, NOV_20), said("low", "killed", 9, 9, DEC_17)
    wire = said("wire", "killed", 500, 500, NOV_20, origin="high")
    voice = said("voice", "killed", 500, 500, NOV_20)
    assert found([high, low, wire]) == {("high", "low")}
    assert found([high, low, voice]) == {("high", "low"), ("low", "voice")}


def test_withdrawn_claims_count_for_nothing() -> None:
    high, low = said("high", "killed", 500, 500, NOV_20), said("low", "killed", 9, 9, DEC_17)
    withdrawn = replace(high, status="retracted")
    constraints = Constraints([withdrawn, low], REGISTRY)
    assert constraints.conflicts() == ()
    assert constraints.envelope("killed", "2024-11-20") == Interval(0, 9)


def test_large_ledgers_are_answered_by_pairs_and_say_so() -> None:
    rng = np.random.default_rng(5)
    walk = np.cumsum(rng.integers(0, 9, 400))
    claims = [
        said(f"c{i:03}", "killed", float(v), float(v + 2), Period.on(day_of(i + 1)), source="gs")
        for i, v in enumerate(walk)
    ]
    claims.append(said("odd", "killed", 9, 9, Period.on(day_of(350)), source="x"))
    constraints = Constraints(claims, REGISTRY)
    conflicts = constraints.conflicts()
    brute = {
        tuple(sorted((a.id, b.id)))
        for a in claims
        for b in claims
        if a.period.last <= b.period.last and a.lower > b.upper
    }
    assert {c.claims for c in conflicts} == brute
    assert "only conflicts of two" in conflicts.note
    assert "some of" in constraints.note("killed")
    envelope = constraints.envelope("killed", day_of(300))
    assert envelope == Interval(9 if walk[3] > 9 else 0, walk[299] + 2) or envelope.lower <= 9
    assert constraints.envelope("killed", day_of(380)).lower == walk[379]


def test_consensus_reads_every_claim_for_the_asked_day() -> None:
    claims = [
        said("floor", "killed", 50, math.inf, NOV_20),
        said("cap", "casualties", 0, 300, Period.on("2024-12-20")),
        said("level", "casualties", 250, 400, DEC_17),
        said("other", "casualties", 30, 40, DEC_17),
    ]
    constraints = Constraints(claims, REGISTRY)
    on_day = constraints.consensus("casualties", "2024-12-17")
    assert (on_day.interval, on_day.agreeing, on_day.origins) == (Interval(250, 300), 3, 4)
    assert on_day.outside == ("other",)
    before = constraints.consensus("casualties", "2024-12-01")
    # two stretches with three votes each: the narrower one
    assert (before.interval, before.outside) == (Interval(0, 40), ("floor",))
    read = {c.id: span for c, span in constraints.readings("killed", "2024-12-01")}
    assert read["cap"] == Interval(0, 300)
    assert read["floor"] == Interval(50, math.inf)
    assert constraints.consensus("group").origins == 0


def test_a_series_of_one_source_votes_once_for_the_consensus() -> None:
    daily = [
        said(f"daily-{day}", "killed", 10 * day, 10 * day, Period.on(f"2024-12-{day:02d}"),
             source="ministry")
        for day in range(1, 18)
    ]  # fmt: skip
    others = [said("a", "killed", 300, 320, DEC_17), said("b", "killed", 290, 310, DEC_17)]
    found = Constraints([*daily, *others], REGISTRY).consensus("killed", "2024-12-17")
    assert (found.interval, found.agreeing, found.origins) == (Interval(300, 310), 2, 3)


def test_counts_of_what_is_over_bound_it_from_below_alone() -> None:
    about = Quantity("dead", kind="cumulative", closed=date(2024, 12, 1))
    claims = [
        said("day-1", "dead", 12, 12, Period.on("2024-12-02")),
        said("day-9", "dead", 73, 73, Period.on("2024-12-10")),
    ]
    constraints = Constraints(claims, {"dead": about})
    for day in ("2024-12-01", "2024-12-02", "2024-12-10", "2025-02-01"):
        assert constraints.envelope("dead", day) == Interval(73, math.inf)
        assert constraints.consensus("dead", day).interval == Interval(73, math.inf)
    assert constraints.envelope("dead", "2024-11-30") == Interval(0, math.inf)


def test_what_is_asked_wrongly_is_named() -> None:
    constraints = Constraints([said("a", "killed", 1, 2, DEC_17)], REGISTRY)
    with pytest.raises(UnknownQuantityError, match="killed"):
        constraints.envelope("kiled", "2024-12-17")
    with pytest.raises(DateError, match="not a constant"):
        constraints.envelope("killed")
    with pytest.raises(DateError):
        constraints.conflicts("killed", "yesterday")
    with pytest.raises(UnknownQuantityError):
        Constraints([said("a", "tanks", 1, 2, DEC_17)], REGISTRY)


@pytest.mark.parametrize(
    ("period", "words"),
    [
        (Period.during("2024-03-05", "2024-03-05"), " on 5 Mar 2024"),
        (Period.during("2024-03-05", "2024-03-05", days=1), " on 5 Mar 2024"),
        (Period.during("2024-03-05", "2024-03-11", days=7), " from 5 Mar 2024 to 11 Mar 2024"),
        (
            Period.during("2024-03-05/2024-03-08", "2024-03-05/2024-03-08", days=1),
            " within 1 day between 5 Mar and 8 Mar 2024",
        ),
        (
            Period.during("2023-12-28/2023-12-30", "2024-01-03/2024-01-05", days=7),
            " within 7 days between 28 Dec 2023 and 5 Jan 2024",
        ),
        (
            Period.during("2024-03-01/2024-03-03", "2024-03-09/2024-03-10"),
            " from some day (1 Mar to 3 Mar 2024) to some day (9 Mar to 10 Mar 2024)",
        ),
    ],
)
def test_a_window_names_its_days(period: Period, words: str) -> None:
    said = Phrase("5", "exact", Interval(5, 5), nominal=5.0)
    claim = Claim("a", "killed", "b", said, period)
    assert _period_words(claim, Quantity("killed")) == words
