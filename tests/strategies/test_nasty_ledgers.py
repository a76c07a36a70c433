"""The hard ledgers are valid, and hard in the ways that they promise."""

from __future__ import annotations

import math
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, Phase, find, given, settings

from reconcile import strategies
from reconcile.ledger import Ledger

LOOK = settings(
    max_examples=3000,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@settings(max_examples=25, deadline=None)
@given(strategies.nasty_ledgers())
def test_every_one_is_a_ledger_that_the_checks_take(ledger: Ledger) -> None:
    parts = (ledger.claims, ledger.quantities, ledger.sources)
    assert Ledger.of(*parts, resolutions=ledger.resolutions) == ledger


@pytest.mark.parametrize(
    "hard",
    [
        lambda x: any(c.lower == 0 == c.upper for c in x),
        lambda x: any(c.lower >= 8e9 for c in x),
        lambda x: any(c.period.last - c.period.first > timedelta(days=3000) for c in x),
        lambda x: len(x) > 1 and all(c.status == "retracted" for c in x),
        lambda x: len(x) > 2 and len({c.source for c in x}) == 1,
        lambda x: any(c.origin is not None for c in x),
        lambda x: any(math.isinf(c.upper) for c in x),
        lambda x: any(c.upper < 0 for c in x),
        lambda x: any(c.lower == 5e-324 for c in x),
        lambda x: any(c.period.last.year > 2100 for c in x),
        lambda x: bool(x.resolutions),
        lambda x: {"casualties", "killed"} <= {c.quantity for c in x},
    ],
)
def test_each_hardness_occurs(hard: object) -> None:
    find(strategies.nasty_ledgers(), hard, settings=LOOK)  # pyright: ignore[reportArgumentType]
