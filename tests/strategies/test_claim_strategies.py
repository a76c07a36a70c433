"""Phrases read as the kind they were drawn for; claims and ledgers are valid and varied."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, Phase, find, given, settings
from hypothesis import strategies as st

from reconcile import strategies
from reconcile.language import parse
from reconcile.ledger import Ledger
from reconcile.values import Quantity, Source

_FIND = settings(
    max_examples=500,
    derandomize=True,
    database=None,
    phases=[Phase.generate],  # whether it is drawn at all; shrinking takes minutes
    suppress_health_check=list(HealthCheck),
)
_KINDS = [
    *("exact", "approx", "at_least", "more_than", "at_most", "less_than", "range", "vague"),
]


@pytest.mark.parametrize("kind", _KINDS)
@given(st.data())
def test_a_phrase_is_of_the_kind_asked_for(kind, data):
    phrase = data.draw(strategies.phrases([kind]))
    assert phrase.kind == kind
    assert parse(phrase.text) == phrase


@given(st.data())
def test_numbers_stay_below_the_limit(data):
    phrase = data.draw(strategies.phrases(["exact"], max_value=50))
    assert 1 <= phrase.interval.lower <= 50


@given(strategies.ledgers())
def test_ledgers_are_checked_and_refer_to_what_is_there(ledger):
    assert isinstance(ledger, Ledger)
    assert 1 <= len(ledger) <= 6
    for claim in ledger:
        assert claim.quantity in ledger.quantities
        assert claim.source in ledger.sources
        assert claim.origin is None or claim.origin in ledger
        assert claim.said is not None
        assert claim.period.last <= claim.said.first


@pytest.mark.parametrize(
    "what",
    [
        lambda ledger: any(claim.origin for claim in ledger),
        lambda ledger: any(claim.additional for claim in ledger),
        lambda ledger: any(claim.period.kind == "during" for claim in ledger),
        lambda ledger: any(claim.scope == "part" for claim in ledger),
        lambda ledger: any(not claim.period.exact for claim in ledger),
        lambda ledger: len({claim.quantity for claim in ledger}) > 2,
    ],
)
def test_all_of_a_ledgers_variety_is_drawn(what):
    assert what(find(strategies.ledgers(), what, settings=_FIND))


@given(st.data())
def test_ones_own_quantities_sources_and_phrases(data):
    ledger = data.draw(
        strategies.ledgers(
            [Quantity("turnout", kind="stock", scale="linear")],
            [Source("poll", reliability="B")],
            min_claims=3,
            max_claims=3,
            said=strategies.phrases(["range"], max_value=90),
        )
    )
    assert len(ledger) == 3
    assert {claim.source for claim in ledger} == {"poll"}
    assert {claim.phrase.kind for claim in ledger} == {"range"}
    assert not any(claim.additional for claim in ledger)
