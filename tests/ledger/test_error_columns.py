"""Columns of errors beside a number: bounds by the names of the trades, else asked about."""

from __future__ import annotations

import pytest
from table_cases import fails

from reconcile.ledger import read_ledger


def _row(**cells: object) -> dict[str, object]:
    return {"source": "A", "date": "2024-03-01", "quantity": "elk", "value": 1200, **cells}


def _bounds(row: dict[str, object], **options: object) -> tuple[float, float, float | None]:
    (claim,) = read_ledger([row], **options)  # type: ignore[arg-type]
    assert claim.phrase.nominal == row.get("value", row.get("estimate"))
    return round(claim.phrase.lower, 1), round(claim.phrase.upper, 1), claim.phrase.level


@pytest.mark.parametrize(
    ("name", "cell", "bounds"),
    [
        ("se", 100, (1004.0, 1396.0, 0.95)),
        ("SE", "100", (1004.0, 1396.0, 0.95)),
        ("stderr", 100, (1004.0, 1396.0, 0.95)),
        ("Std. error", 100, (1004.0, 1396.0, 0.95)),
        ("standard error", 100, (1004.0, 1396.0, 0.95)),
        ("margin of error", 100, (1100.0, 1300.0, 0.95)),
        ("MoE", "±100", (1100.0, 1300.0, 0.95)),
        ("MOE (90%)", 100, (1100.0, 1300.0, 0.9)),
        ("95% CI width", 200, (1100.0, 1300.0, 0.95)),
        ("CI width", "200", (1100.0, 1300.0, 0.95)),
    ],
)
def test_errors_by_the_names_of_their_trades_are_bounds(
    name: str, cell: object, bounds: tuple[float, float, float]
) -> None:
    row = _row(**{name: cell})
    assert _bounds(row) == bounds
    assert "bounds" in "\n".join(read_ledger([row]).warnings)


def test_a_column_of_levels_tells_theirs() -> None:
    assert _bounds(_row(se=100, level=0.9)) == (1035.5, 1364.5, 0.9)


def test_bounds_of_counts_end_at_zero_and_those_of_measures_do_not() -> None:
    row = _row(value=12, sd=10)
    assert _bounds(row, columns={"sd": "se", "log": "elk"})[0] == 0.0
    assert _bounds(row | {"scale": "linear"}, columns={"sd": "se"})[0] == -7.6


def test_one_margin_of_error_is_that_of_all_shares_of_a_poll() -> None:
    rows = [
        {"source": "ICM", "date": f"2016-06-1{k}", "Leave": 46 + k, "Remain": 44 + k, "MoE": 3}
        for k in (0, 1)
    ]
    both = {"quantity": ["Leave", "Remain"]}
    fails("percent or shares: --columns logit=Leave,logit=Remain", rows, columns=both)
    shares = read_ledger(rows, columns=both | {"logit": ["Leave", "Remain"]})
    bounds = [(c.phrase.lower, c.phrase.upper) for c in shares]
    assert bounds[:2] == [pytest.approx((0.43, 0.49)), pytest.approx((0.41, 0.47))]


def test_numbers_with_errors_that_fall_are_no_running_total() -> None:
    rows = [_row(se=50), _row(se=50, value=1100, date="2024-03-02")]
    fails("--columns stock=elk", rows)


@pytest.mark.parametrize("name", ["sd", "stdev", "±", "+/-", "uncertainty", "error", "margin"])
def test_what_may_be_an_error_or_a_spread_is_asked_about(name: str) -> None:
    own = "plus_minus" if name in ("±", "+/-") else name
    row = _row(**{name: 100})
    fails(f"--columns se={own}", row and [row])
    assert _bounds(row, columns={own: "moe"}) == (1100.0, 1300.0, 0.95)
    assert len(read_ledger([row], columns={own: "ignore"})) == 1


def test_a_region_called_se_is_no_error() -> None:
    rows = [
        {"date": f"2024-03-0{k}", "quantity": "deaths", "ne": 10 + k, "se": 12 + k} for k in (1, 2)
    ]
    assert [c.source for c in read_ledger(rows)] == ["ne", "SE", "ne", "SE"]


def test_a_cell_without_an_error_is_said() -> None:
    rows = [_row(se=100), _row(source="B", se=None)]
    ledger = read_ledger(rows)
    assert ledger[1].phrase.lower == ledger[1].phrase.upper == 1200
    assert "none in line" in "\n".join(ledger.warnings)


def test_one_column_of_errors_is_not_that_of_several_numbers() -> None:
    row = {"source": "A", "date": "2024-03-01", "deaths": 12, "injured": 30, "se": 2}
    fails("columns of numbers, SE, beside deaths, injured", [row])
