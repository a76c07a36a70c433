"""A count that begins again is told from slips, corrections and other definitions."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconcile.intervals import Interval
from reconcile.ledger import restarts
from reconcile.values import Claim, Period, Phrase, PhraseKind

DAY = date(2030, 1, 1)


def stream(numbers: list[float], kind: PhraseKind = "exact", source: str = "tally") -> list[Claim]:
    return [
        Claim(
            f"{source}-{i}",
            "dead",
            source,
            Phrase(f"{n:g}", kind, Interval(n, n), nominal=float(n)),
            Period.on(DAY + timedelta(i)),
        )
        for i, n in enumerate(numbers)
    ]


def test_a_hundred_days_twice() -> None:
    count = [40.0 * (i + 1) for i in range(100)]
    (found,) = restarts(stream(count + count))
    assert (found.value, found.previous, found.claim) == (40, 4000, "tally-100")
    assert found.date == DAY + timedelta(100)
    assert "begins again" in str(found)
    assert "4,000" in str(found)


@pytest.mark.parametrize(
    "numbers",
    [
        [10, 20, 30, 40, 50],  # grows
        [100, 200, 300, 30, 400, 500],  # a digit dropped
        [100, 110, 1200, 130, 140, 150],  # a digit too many
        [1000, 1500, 1800, 1100, 1150, 1200],  # corrected
        [4000, 4100, 4200, 800, 810, 820],  # another definition: far from nothing
        [100, 200, 300, 0, 0, 0],  # "no report" three times: nothing grows
        [100, 200, 300, 0, 320, 340],  # "no report"
        [300, 0, 10, 20],  # too short a past
        [100, 200, 300, 2, 4],  # too short to tell
    ],
)
def test_what_is_no_restart(numbers: list[float]) -> None:
    assert restarts(stream(numbers)) == ()


def test_bounds_and_other_sources_are_no_restart() -> None:
    count = [100.0, 200, 300, 400]
    assert restarts(stream([*count, 1, 2, 3, 4], "at_least")) == ()
    low = [replace_day(c, 10) for c in stream([1.0, 2, 3, 4], source="rival")]
    assert restarts([*stream(count), *low]) == ()


def replace_day(claim: Claim, by: int) -> Claim:
    from dataclasses import replace

    return replace(claim, period=Period.on(claim.period.last + timedelta(by)))


@given(st.lists(st.integers(1, 50), min_size=4, max_size=30), st.integers(1, 1000), st.randoms())
def test_units_and_order_do_not_matter_and_a_rising_count_never_restarts(
    steps: list[int], factor: int, random: object
) -> None:
    count = [float(sum(steps[: i + 1])) for i in range(len(steps))]
    assert restarts(stream(count)) == ()
    claims = stream(count + [c / 100 for c in count])
    scaled = stream([factor * c for c in count] + [factor * c / 100 for c in count])
    expected = [found.claim for found in restarts(claims)]
    random.shuffle(scaled)  # pyright: ignore[reportAttributeAccessIssue]
    assert [found.claim for found in restarts(scaled)] == expected
    if count[-1] - count[0] < 20 * count[0]:
        assert len(expected) <= 1
