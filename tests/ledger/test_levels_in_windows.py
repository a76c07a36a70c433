"""Levels beside windows: the names of stocks decide, what may be either is asked about."""

from __future__ import annotations

import pytest
from table_cases import fails

from reconcile.ledger import Ledger, read_ledger

_WINDOWS = (("2024-01-01", "2024-01-07"), ("2024-01-08", "2024-01-14"))


def _rows(name: str, *numbers: float) -> list[dict[str, object]]:
    return [
        {"source": source, "start": first, "end": last, name: number}
        for source, (first, last), number in zip("AB", _WINDOWS, numbers, strict=True)
    ]


def _kinds(ledger: Ledger) -> list[str]:
    (kind,) = {quantity.kind for quantity in ledger.quantities.values()}
    return [kind, *(claim.period.kind for claim in ledger)]


@pytest.mark.parametrize(
    "name",
    [
        "hospital beds occupied",
        "reservoir level",
        "inventory",
        "grain stocks",
        "prison population",
        "patients in hospital",
        "waiting list",
        "account balance",
        "vaccine stockpile",
        "pupils enrolled",
    ],
)
def test_names_of_stocks_are_levels_on_one_of_the_days(name: str) -> None:
    ledger = read_ledger(_rows(name, 410, 395))
    assert _kinds(ledger) == ["stock", "on", "on"]
    assert str(ledger[0].period) == "2024-01-01/2024-01-07"
    assert "read as levels on one of the days" in "\n".join(ledger.warnings)
    flows = read_ledger(_rows(name, 410, 395), columns={"flow": name})
    assert _kinds(flows) == ["cumulative", "during", "during"]


@pytest.mark.parametrize("name", ["reservoir level", "beds occupied", "Stadium capacity"])
def test_names_of_levels_are_levels_in_a_column_of_quantities_too(name: str) -> None:
    rows = [row | {"quantity": name} for row in _rows("value", 4, 5)]
    assert _kinds(read_ledger(rows)) == ["stock", "on", "on"]


@pytest.mark.parametrize("name", ["missing", "displaced", "hospitalised"])
def test_what_may_be_either_is_asked_about(name: str) -> None:
    rows = _rows(name, 4, 5)
    fails(f"--columns flow={name}; levels: --columns stock={name}", rows)
    assert _kinds(read_ledger(rows, columns={"stock": name})) == ["stock", "on", "on"]
    assert _kinds(read_ledger(rows, columns={"flow": name}))[0] == "cumulative"


@pytest.mark.parametrize("name", ["deaths", "arrivals", "new patients in hospital"])
def test_other_counts_of_windows_stay_flows(name: str) -> None:
    ledger = read_ledger([row | {"quantity": name} for row in _rows("value", 4, 5)])
    assert _kinds(ledger) == ["cumulative", "during", "during"]
