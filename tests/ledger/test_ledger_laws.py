"""What holds for every ledger: equality, selection, origins, the knowledge clock."""

from __future__ import annotations

import pickle
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ledger_cases import EPOCH, QUANTITIES, SOURCES, ledgers

from reconcile.errors import LedgerError, UnknownNameError, UnknownSourceError
from reconcile.intervals import Interval
from reconcile.ledger import Ledger
from reconcile.ledger.origins import cycles, roots
from reconcile.values import Claim, Days, Period, Phrase, Report

DAYS = st.integers(0, 420).map(lambda n: EPOCH + timedelta(n))


def claim(name: str, value: float = 30.0, **fields: object) -> Claim:
    phrase = Phrase(f"{value:g}", "exact", Interval(value, value), value)
    base = Claim(name, "dead", "observer", phrase, Period.on("2024-12-17"))
    return replace(base, **fields)


def ledger_of(*claims: Claim) -> Ledger:
    return Ledger.of(claims, QUANTITIES, SOURCES, [Report("daily", date=Days.of("2024-12-20"))])


_FEWER = settings(max_examples=25, deadline=None)  # to draw a ledger takes 30 ms


@_FEWER
@given(ledgers(), st.randoms())
def test_the_order_of_the_claims_is_no_matter(ledger: Ledger, random: object) -> None:
    shuffled = list(ledger)
    random.shuffle(shuffled)
    assert replace(ledger, claims=tuple(shuffled)) == ledger
    assert ledger.hash == replace(ledger, claims=tuple(shuffled)).hash


@_FEWER
@given(ledgers(), st.data())
def test_any_change_of_a_claim_changes_the_hash(ledger: Ledger, data: st.DataObject) -> None:
    victim = data.draw(st.sampled_from(ledger.claims))
    change = data.draw(
        st.sampled_from(
            [
                {"note": victim.note + "!"},
                {"credibility": victim.credibility % 6 + 1},
                {"scope": "part" if victim.scope == "whole" else "whole"},
                {"unsupported": not victim.unsupported},
                {"phrase": replace(victim.phrase, nominal=123.5)},
            ]
        )
    )
    changed = tuple(replace(c, **change) if c.id == victim.id else c for c in ledger)
    assert replace(ledger, claims=changed) != ledger


@_FEWER
@given(ledgers())
def test_a_ledger_survives_pickling(ledger: Ledger) -> None:
    again = pickle.loads(pickle.dumps(ledger))
    assert again == ledger
    assert again.claims == ledger.claims


@_FEWER
@given(ledgers(), DAYS)
def test_as_of_knows_nothing_of_what_came_later(ledger: Ledger, day: date) -> None:
    """Removing what was not yet public changes nothing, retractions and truths included."""
    public = [c for c in ledger if c.said is not None and c.said.last <= day]
    then = ledger.as_of(day)
    assert {c.id for c in then} == {c.id for c in public}
    assert all(c.retracted_on is None or c.retracted_on <= day for c in then)
    assert all(c.superseded_by is None or c.superseded_by in then for c in then)
    assert all(c.origin is None or c.origin in then for c in then)
    assert all(truth.known_on <= day for truth in then.resolutions)
    assert then.as_of(day) == then
    assert ledger.as_of(day + timedelta(30)).as_of(day) == then


@_FEWER
@given(ledgers())
def test_as_of_the_end_is_the_ledger_itself(ledger: Ledger) -> None:
    assert ledger.as_of("2030-01-01") == ledger


@_FEWER
@given(ledgers(), st.data())
def test_what_is_left_of_an_origin_stays_one_witness(ledger: Ledger, data: st.DataObject) -> None:
    kept = data.draw(st.sets(st.sampled_from([c.id for c in ledger]), min_size=1))
    part = ledger.select(ids=kept)
    together = {frozenset(kept & set(group)) for group in ledger.origins.values()} - {frozenset()}
    assert {frozenset(group) for group in part.origins.values()} == together


@_FEWER
@given(ledgers())
def test_copies_are_the_same_assertion_and_nothing_else_goes(ledger: Ledger) -> None:
    for copy, kept in ledger.duplicates.items():
        assert kept not in ledger.duplicates
        assert ledger.roots[copy] == ledger.roots[kept]
        one, other = ledger[copy], ledger[kept]
        assert (one.quantity, one.period, one.phrase.interval, one.scope, one.status) == (
            *(other.quantity, other.period, other.phrase.interval, other.scope, other.status),
        )
    assert len(ledger.distinct()) == len(ledger) - len(ledger.duplicates)
    assert not ledger.distinct().duplicates


@_FEWER
@given(ledgers(most=4), st.integers(1, 5), st.data())
def test_copying_a_claim_under_its_origin_leaves_the_distinct_ledger(
    ledger: Ledger, times: int, data: st.DataObject
) -> None:
    victim = data.draw(st.sampled_from(ledger.claims))
    later = Days.of("2026-01-01")
    more = [
        replace(victim, id=f"copy{n}", origin=victim.id, source="north", said=later)
        for n in range(times)
    ]
    longer = ledger.extended(more)
    assert longer.distinct() == ledger.distinct()
    assert len(longer.origins) == len(ledger.origins)


@_FEWER
@given(st.dictionaries(st.sampled_from("abcdefgh"), st.sampled_from("abcdefghxyz"), max_size=8))
def test_circles_are_found_as_by_walking_from_every_start(links: dict[str, str]) -> None:
    """Oracle: an id is on a circle exactly when following it long enough comes back to it."""
    on_circle: set[str] = set()
    for start in links:
        at: str | None = start
        for _ in range(len(links)):
            at = links.get(at) if at is not None else None
            if at == start:
                on_circle.add(start)
    found = cycles(links)
    assert {name for circle in found for name in circle} == on_circle
    assert sum(map(len, found)) == len(on_circle)


def test_roots_follow_a_chain_to_its_end() -> None:
    chain = ledger_of(claim("a"), claim("b", origin="a"), claim("c", origin="b"), claim("d"))
    assert roots(chain.claims) == {"a": "a", "b": "a", "c": "a", "d": "d"}
    assert chain.origins == {"a": ("a", "b", "c"), "d": ("d",)}


def test_the_earliest_repeat_takes_the_place_of_a_lost_root() -> None:
    said = {name: Days.of(f"2024-12-{day}") for name, day in (("a", 18), ("b", 21), ("c", 19))}
    chain = ledger_of(
        claim("a", said=said["a"]),
        claim("b", said=said["b"], origin="a"),
        claim("c", said=said["c"], origin="b"),
    )
    part = chain.select(exclude="a")
    assert {c.id: c.origin for c in part} == {"b": "c", "c": None}


def test_said_falls_back_to_the_report_and_then_to_the_period() -> None:
    ledger = ledger_of(
        claim("a", report="daily"), claim("b"), claim("c", said=Days.of("2024-12-31"))
    )
    assert [str(c.said) for c in ledger] == ["2024-12-20", "2024-12-17", "2024-12-31"]


def test_a_claim_said_within_a_range_counts_from_its_last_day() -> None:
    ledger = ledger_of(claim("a", said=Days.of("2024-12-21/2024-12-31")))
    assert len(ledger.as_of("2024-12-30")) == 0
    assert len(ledger.as_of("2024-12-31")) == 1


def test_a_retraction_and_a_correction_are_undone_before_their_day() -> None:
    gone = claim("a", status="retracted", retracted_on=date(2024, 12, 24))
    old = claim("b", status="superseded", superseded_by="c", said=Days.of("2024-12-18"))
    new = claim("c", 31.0, said=Days.of("2024-12-26"))
    ledger = ledger_of(gone, old, new)
    before, after = ledger.as_of("2024-12-23"), ledger.as_of("2024-12-26")
    assert [(c.id, c.status, c.retracted_on, c.superseded_by) for c in before] == [
        ("a", "active", None, None),
        ("b", "active", None, None),
    ]
    assert [c.status for c in after] == ["retracted", "superseded", "active"]


def test_reports_of_later_days_are_not_known_unless_a_claim_stands_in_them() -> None:
    ledger = ledger_of(claim("a", report="daily", said=Days.of("2024-12-18")), claim("b"))
    assert set(ledger.as_of("2024-12-19").reports) == {"daily"}
    assert set(ledger.select(ids="b").as_of("2024-12-19").reports) == set()


def test_select_by_quantity_source_id_and_exclusion() -> None:
    ledger = ledger_of(claim("a"), claim("b", source="north"), claim("c", quantity="squad"))
    assert [c.id for c in ledger.select(quantity="dead")] == ["a", "b"]
    assert [c.id for c in ledger.select(source=["north", "observer"], exclude="c")] == ["a", "b"]
    assert [c.id for c in ledger.select(exclude=["north", "a"])] == ["c"]
    assert [c.id for c in ledger[1:]] == ["b", "c"]
    assert ledger["b"] is ledger[1]
    assert "b" in ledger
    assert ledger[1] in ledger


@pytest.mark.parametrize(
    ("ask", "near"),
    [
        (lambda ledger: ledger["aa"], "'a'"),
        (lambda ledger: ledger.select(source="observr"), "'observer'"),
        (lambda ledger: ledger.select(quantity="ded"), "'dead'"),
        (lambda ledger: ledger.select(exclude=["noth"]), "'north'"),
    ],
)
def test_an_unknown_name_is_told_with_its_near_misses(ask: object, near: str) -> None:
    with pytest.raises(UnknownNameError, match=near):
        ask(ledger_of(claim("a"), claim("ab")))


def test_source_and_quantity_by_name() -> None:
    ledger = ledger_of(claim("a"))
    assert ledger.source("north_army").parent == "north"
    assert ledger.quantity("hurt").prior("ratio").median == 3.0
    with pytest.raises(UnknownSourceError, match="north_army"):
        ledger.source("north_amy")


def test_ledger_of_names_every_problem_by_claim() -> None:
    bad = [
        claim("a", source="nobody"),
        claim("a"),
        claim("b", origin="c"),
        claim("c", origin="b"),
        claim("d", -4.0),
    ]
    with pytest.raises(LedgerError) as caught:
        ledger_of(*bad)
    told = {(p.file, p.field) for p in caught.value.problems}
    assert told == {
        ("claim 'a'", "source"),
        ("claim 'a'", "id"),
        ("claim 'b'", "origin"),
        ("claim 'd'", "phrase"),
    }


def test_words_are_read_again_under_another_convention_and_given_bounds_stay() -> None:
    given_bounds = claim("a")
    assert ledger_of(given_bounds).reread("acled")["a"].phrase == given_bounds.phrase
