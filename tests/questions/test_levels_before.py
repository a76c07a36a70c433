"""A level before its first claim is as unknown as it is after its last."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest

import reconcile
from reconcile import Fit, Quantity
from reconcile.errors import ReconcileError

ROWS = [("a", "2024-03-01", 100), ("b", "2024-03-05", 115), ("a", "2024-03-11", 130)]


def fitted(scale: str = "log", by: float = 1.0, **more: object) -> Fit:
    rows = [{"quantity": "beds", "source": s, "on": d, "value": v * by} for s, d, v in ROWS]
    beds = Quantity("beds", kind="stock", scale=scale, **more)  # type: ignore[arg-type]
    return reconcile.fit(reconcile.read_ledger(pd.DataFrame(rows), quantities=[beds]))


def ends(fit: Fit, day: str) -> tuple[float, float, float]:
    answer = fit.estimate("beds", day)
    inside = answer.interval(0.9)
    return inside.lower, answer.median, inside.upper


@pytest.mark.parametrize(("scale", "by"), [("log", 1.0), ("linear", 1.0), ("logit", 0.004)])
def test_the_interval_widens_backwards(scale: str, by: float) -> None:
    fit = fitted(scale, by)
    first = ends(fit, "2024-03-01")
    wider = [ends(fit, day) for day in ("2024-02-20", "2024-01-01", "2023-03-01")]
    for near, far in zip([first, *wider], wider, strict=False):
        assert far[0] < near[0]
        assert far[2] > near[2]
        assert far[1] == pytest.approx(first[1], rel=0.05)


def test_before_and_after_are_about_as_wide() -> None:
    fit = fitted()
    before, after = ends(fit, "2023-12-12"), ends(fit, "2024-05-30")  # 80 days
    widths = [np.log(upper / lower) for lower, _, upper in (before, after)]
    assert widths[0] == pytest.approx(widths[1], rel=0.25)


def test_the_timeline_agrees_with_its_estimates() -> None:
    fit = fitted()
    table = fit.timeline("beds", "2023-11-01", "2024-03-11", freq="10D").to_frame()
    for _, row in table.iterrows():
        low, middle, high = ends(fit, str(row["date"])[:10])
        assert row["median"] == pytest.approx(middle, rel=0.03)
        assert row["lower"] == pytest.approx(low, rel=0.06)
        assert row["upper"] == pytest.approx(high, rel=0.06)


def test_sums_and_comparisons_are_as_wide() -> None:
    fit = fitted()
    low, _, high = ends(fit, "2023-09-01")
    found = fit.combine("beds * 2", "2023-09-01").interval(0.9)
    assert found.lower / 2 == pytest.approx(low, rel=0.1)
    assert found.upper / 2 == pytest.approx(high, rel=0.1)


def test_a_level_with_an_epoch_is_zero_before_it() -> None:
    fit = fitted(epoch=date(2024, 2, 1))
    assert fit.estimate("beds", "2024-01-15").median == 0


def test_nothing_moves_a_constant() -> None:
    rows = [{"quantity": "seats", "source": "a", "on": "2024-03-01", "value": 100}]
    seats = Quantity("seats", kind="constant")
    fit = reconcile.fit(reconcile.read_ledger(pd.DataFrame(rows), quantities=[seats]))
    inside = fit.estimate("seats").interval(0.9)
    assert fit.estimate("seats", "2020-01-01").interval(0.9) == inside


def test_an_epoch_is_a_date() -> None:
    with pytest.raises(ReconcileError, match=r"expected a datetime\.date as epoch"):
        fitted(epoch="2024-02-01")
