"""What came on top of a level is no level."""

from __future__ import annotations

import pandas as pd
import pytest

import reconcile
from reconcile import Estimate, Quantity

CAMP = [
    ("unhcr", "2022-08-15", 14_200),
    ("unhcr", "2022-09-03", 15_600),
    ("unhcr", "2022-09-05", 17_000),
]


def answer(came: float | None, arrivals: str | None = None) -> Estimate:
    rows: list[dict[str, object]] = [
        {"quantity": "camp", "source": source, "on": day, "value": value}
        for source, day, value in CAMP
    ]
    if came is not None:
        rows.append({"quantity": "camp", "source": "government", "during_start": "2022-08-16",
                     "during_end": "2022-09-05", "value": came, "additional": True})  # fmt: skip
    quantities = [Quantity("camp", kind="stock", arrivals=arrivals)]
    if arrivals:
        quantities.append(Quantity(arrivals))
    return reconcile.estimate(
        "camp", "2022-09-05",
        ledger=reconcile.read_ledger(pd.DataFrame(rows), quantities=quantities),
    )  # fmt: skip


@pytest.mark.parametrize("came", [3, 1200, 2800, 90_000])
def test_it_moves_no_level_and_is_no_error(came: float) -> None:
    alone, beside = answer(None), answer(came)
    assert beside.median == pytest.approx(alone.median, rel=0.01)
    assert beside.interval(0.9).lower == pytest.approx(alone.interval(0.9).lower, rel=0.02)
    assert beside.interval(0.9).upper == pytest.approx(alone.interval(0.9).upper, rel=0.02)
    assert any("on top of a level left out (row-4)" in text for text in beside.warnings)
    assert not any("error" in text and "row-4" in text for text in beside.warnings)


def test_it_is_used_where_the_total_of_all_who_came_has_a_name() -> None:
    assert not any("on top of a level" in text for text in answer(2800, "arrived").warnings)


def test_a_level_of_nothing_but_additions_is_unclaimed() -> None:
    rows = [{"quantity": "camp", "source": "a", "during_start": "2022-08-16",
             "during_end": "2022-09-05", "value": 40, "additional": True}]  # fmt: skip
    ledger = reconcile.read_ledger(pd.DataFrame(rows), quantities=[Quantity("camp", kind="stock")])
    found = reconcile.estimate("camp", "2022-09-05", ledger=ledger)
    assert any("on top of a level left out" in text for text in found.warnings)
    inside = found.interval(0.9)
    assert inside.upper > 1_000 * max(inside.lower, 1e-9)
