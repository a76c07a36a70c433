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
    row = _row(value=12) | {"margin of error": 10.5}
    assert _bounds(row) == (1.5, 22.5, 0.95)
    counted = _row(value=12, sd=10)
    assert _bounds(counted, columns={"sd": "se"})[0] == 0.0
    assert _bounds(counted | {"scale": "linear"}, columns={"sd": "se"})[0] == -7.6


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
