"""Hostile tables are read, or refused in words; what broke once is kept by hand."""

from __future__ import annotations

import warnings
from typing import Any

import pytest
from hypothesis import given, settings

import reconcile
from reconcile import strategies
from reconcile.constraints.linear_system import DecimalGrid
from reconcile.errors import ReconcileError
from reconcile.ledger import Ledger


def read(rows: list[dict[str, Any]]) -> Ledger | None:
    try:
        return reconcile.read_ledger(rows)
    except ReconcileError as error:
        told = str(error).strip()
    assert told
    return None


@settings(max_examples=30, deadline=None)
@given(strategies.nasty_rows())
def test_a_hostile_table_is_read_or_refused_in_words(rows: list[dict[str, Any]]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        ledger = read(rows)
        if ledger is not None:
            reconcile.audit(ledger)


@pytest.mark.parametrize(
    ("text", "number"),
    [("5e65×10^6", 5e71), ("5e65×10⁶", 5e71), ("2.5e-3 × 10^2", 0.25), ("1.2×10^-2", 0.012)],
)
def test_a_power_of_a_number_that_has_an_exponent_itself(text: str, number: float) -> None:
    assert reconcile.parse(text).nominal == number


def test_the_same_number_that_no_chance_explains_is_a_repeat_like_others() -> None:
    day = {"quantity": "dead", "value": "5e-324", "on": "2024-10-01"}
    ledger = read([{"source": name, **day} for name in ("agency", "mayor")])
    assert ledger is not None
    proposed = reconcile.propose_origins(ledger)
    assert all("1 in 1,000,000,000" in each.evidence[0] for each in proposed)
    reconcile.audit(ledger)


def test_the_least_number_beside_the_largest_fits_a_grid() -> None:
    grid = DecimalGrid.of([5e-324, 1e15])
    assert grid.lower(5e-324, False) <= grid.lower(1.0, False) < grid.upper(1e15, False)
    assert grid.upper(5e-324, False) > 0 == grid.lower(5e-324, False)


def test_numbers_beyond_any_ratio_are_compared() -> None:
    day = {"quantity": "dead", "on": "2024-10-01"}
    rows = [{"source": f"s{n}", "value": n, **day} for n in ("1e15", "40", "5e-324")]
    ledger = read(rows)
    assert ledger is not None
    assert len(reconcile.propose_origins(ledger)) == 0
    reconcile.audit(ledger)
