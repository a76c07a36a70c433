"""Contradictions by culprit: as found pair by pair, however many claims there are."""

from __future__ import annotations

import random
from datetime import date, timedelta

import pytest

import reconcile
from reconcile.ledger import Ledger
from reconcile.ledger.audit.contradictions import culprits
from reconcile.values import Claim

KINDS = ("cumulative", "stock", "constant")


def _ledger(seed: int, count: int) -> Ledger:
    draw = random.Random(seed)
    rows = [
        {
            "id": f"c{i}",
            "quantity": (kind := draw.choice(KINDS)),
            "quantity_kind": kind,
            "source": draw.choice("abc"),
            "on": f"2024-01-{draw.randint(1, 9):02d}",
            "scope": draw.choice(["whole", "whole", "part"]),
            "lower": low if (low := draw.choice([0, 10, 100, 105, 1000])) else None,
            "upper": max(low, draw.choice([10, 100, 130, 1000])),
        }
        for i in range(count)
    ]
    return reconcile.read_ledger(rows)


def _clash(earlier: Claim, later: Claim, kind: str) -> bool:
    if later.scope == "part" or (kind == "stock" and earlier.period != later.period):
        return False
    if kind == "cumulative" and earlier.period.last > later.period.first:
        return False
    return earlier.lower > 1.25 * later.upper + 0.5


def _pair_by_pair(ledger: Ledger) -> list[tuple[str, tuple[str, ...]]]:
    """The greedy cover in its plainest form."""
    found: list[tuple[str, tuple[str, ...]]] = []
    for kind in sorted(KINDS):
        left = [claim for claim in ledger if claim.quantity == kind]
        while True:
            against = {
                a.id: [b.id for b in left if _clash(a, b, kind) or _clash(b, a, kind)] for a in left
            }
            worst = max(against, key=lambda name: (len(against[name]), name), default="")
            if not against.get(worst):
                break
            found.append((worst, tuple(against[worst])))
            left = [claim for claim in left if claim.id != worst]
    return found


@pytest.mark.parametrize("seed", range(20))
def test_the_culprits_are_those_found_pair_by_pair(seed: int) -> None:
    ledger = _ledger(seed, 40)
    found = [(culprit.claim, culprit.against) for culprit in culprits(ledger)]
    assert found == _pair_by_pair(ledger)
    assert found


def test_none_is_skipped_in_a_long_series() -> None:
    rows = [
        {"quantity": "q", "source": f"s{i % 5}", "value": 1000 + i, "on": str(day)}
        for i, day in ((i, date(2010, 1, 1) + timedelta(i)) for i in range(4000))
    ]
    rows[3500]["value"] = 5
    (culprit,) = culprits(reconcile.read_ledger(rows))
    assert (culprit.claim, len(culprit.against)) == ("row-3501", 3500)
