"""Ledgers add, concatenate and take new rows without a file."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from ledger_cases import ledgers

from reconcile.errors import LedgerError
from reconcile.ledger import Ledger, read_ledger


def row(value: int, day: int, **more: object) -> dict[str, object]:
    return {"quantity": "dead", "source": "town", "value": value, "on": f"2024-03-0{day}"} | more


def test_two_ledgers_are_one_and_made_ids_do_not_meet() -> None:
    one, other = read_ledger([row(30, 1)]), read_ledger([row(41, 2), row(30, 1, source="press")])
    both = one + other
    assert [(c.phrase.nominal, c.source) for c in both] == [
        (30, "town"),
        (41, "town"),
        (30, "press"),
    ]
    assert len({c.id for c in both}) == 3
    assert sum([one, other, read_ledger([row(50, 3)])], start=one)[-1:][0].phrase.nominal == 50
    assert len(sum([one, other])) == 3


def test_the_same_claim_is_kept_once() -> None:
    one = read_ledger([row(30, 1, id="a")])
    assert (one + one).claims == one.claims


def test_rows_are_put_to_a_ledger_and_follow_its_registry() -> None:
    one = read_ledger([row(300, 1, quantity_kind="stock", reliability="B")])
    more = one + [row(100, 2)] + row(90, 3)  # noqa: RUF005
    assert [c.phrase.nominal for c in more] == [300, 100, 90]
    assert more.quantity("dead").kind == "stock"
    assert more.source("town").reliability == "B"
    with pytest.raises(LedgerError, match="a number"):
        _ = one + [row(1, 2) | {"value": "many"}]  # noqa: RUF005


def test_two_meanings_of_one_id_are_told() -> None:
    one = read_ledger([row(30, 1, id="a")])
    with pytest.raises(LedgerError, match="one claim of this id"):
        _ = one + read_ledger([row(31, 1, id="a")])
    stock = read_ledger([row(30, 1, id="b", quantity_kind="stock", epoch="2024-01-01")])
    since = read_ledger([row(30, 1, id="c", epoch="2024-02-01")])
    with pytest.raises(LedgerError, match="one meaning of the quantity 'dead'"):
        _ = stock + since
    assert (one + since).quantity("dead") == since.quantity("dead")


@settings(max_examples=20, deadline=None)
@given(ledgers(), ledgers())
def test_adding_keeps_every_claim(one: Ledger, other: Ledger) -> None:
    renamed = replace(
        other,
        claims=tuple(
            replace(
                claim,
                id=f"x{claim.id}",
                origin=claim.origin and f"x{claim.origin}",
                superseded_by=claim.superseded_by and f"x{claim.superseded_by}",
            )
            for claim in other
        ),
    )
    both = one + renamed
    assert both.claims == (*one.claims, *renamed.claims)
    assert one + one == one
