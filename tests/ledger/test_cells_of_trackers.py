"""Cells of trackers in a phrase column: who says it, what else it is of, what it replaced."""

from __future__ import annotations

import pytest

from reconcile import Quantity, read_ledger

_DEAD = Quantity("dead", "dead", kind="cumulative")

# A cell, and of each claim that it gives its quantity, source, words and status.
_CELLS: dict[str, list[tuple[str, str, str, str]]] = {
    "1,204 (govt) / 3,000+ (NGOs)": [
        ("dead", "govt", "1,204", "active"),
        ("dead", "ngos", "3,000+", "active"),
    ],
    "22 killed, 61 injured": [
        ("dead", "tracker", "22", "active"),
        ("dead-wounded", "tracker", "61", "active"),
    ],
    "33 dead / 4 missing": [
        ("dead", "tracker", "33", "active"),
        ("dead-missing", "tracker", "4", "active"),
    ],
    "19 → 23": [("dead", "tracker", "19", "superseded"), ("dead", "tracker", "23", "active")],
    "12 (prev. 9)": [("dead", "tracker", "12", "active"), ("dead", "tracker", "9", "superseded")],
    "14 (was 11)": [("dead", "tracker", "14", "active"), ("dead", "tracker", "11", "superseded")],
    "12 (revised from 14)": [
        ("dead", "tracker", "12", "active"),
        ("dead", "tracker", "14", "superseded"),
    ],
    "12 dead (revised from 14), 30 injured": [
        ("dead", "tracker", "12", "active"),
        ("dead", "tracker", "14", "superseded"),
        ("dead-wounded", "tracker", "30", "active"),
    ],
    "7 of 12": [("dead", "tracker", "7", "active")],
    "dozens (witnesses)": [("dead", "witnesses", "dozens", "active")],
    "100–200 per UN": [("dead", "un", "100–200", "active")],
    "up to 40 (disputed)": [("dead", "tracker", "up to 40", "active")],
}


@pytest.mark.parametrize("cell", _CELLS)
def test_a_cell_gives_its_claims(cell: str) -> None:
    row = {"quantity": "dead", "source": "tracker", "phrase": cell, "on": "2024-05-01"}
    ledger = read_ledger([row], quantities=[_DEAD])
    told = [(c.quantity, c.source, c.phrase.text, c.status) for c in ledger]
    assert told == _CELLS[cell]


def test_a_doubt_beside_the_number_stands_in_the_note() -> None:
    row = {"quantity": "dead", "source": "t", "phrase": "up to 40 (disputed)", "on": "2024-05-01"}
    (claim,) = read_ledger([row], quantities=[_DEAD])
    assert "disputed" in claim.note


@pytest.mark.parametrize("cell", ["See note 4", "Not released", "Awaited", "under investigation"])
def test_words_for_no_number_set_a_row_aside(cell: str) -> None:
    rows = [
        {"quantity": "dead", "source": "t", "phrase": said, "on": "2024-05-01"}
        for said in ("12", cell)
    ]
    ledger = read_ledger(rows, quantities=[_DEAD])
    assert len(ledger) == 1
    assert any("set aside" in warning for warning in ledger.warnings)


# Under one quantity for both, what befell some alone is a quantity of its own.
_BOTH: dict[str, list[str]] = {
    "8,000 killed, 25,000 wounded": ["casualties-killed 8,000", "casualties-wounded 25,000"],
    "10,000 killed and 30,000 injured": ["casualties-killed 10,000", "casualties-wounded 30,000"],
    "12 dead / 40 hurt": ["casualties-killed 12", "casualties-wounded 40"],
    "killed: 12, wounded: 30": ["casualties-killed 12", "casualties-wounded 30"],
    "10,000 killed": ["casualties-killed 10,000"],
    "40 wounded": ["casualties-wounded 40"],
    "33,000 (8,000 killed)": ["casualties 33,000", "casualties-killed 8,000"],
    "9,000 (2,000 killed, 7,000 injured)": [
        "casualties 9,000",
        "casualties-killed 2,000",
        "casualties-wounded 7,000",
    ],
    "33,000 killed and wounded": ["casualties 33,000"],
    "300 killed or wounded": ["casualties 300"],
    "about 35,000": ["casualties about 35,000"],
    "35,000 casualties": ["casualties 35,000 casualties"],
}


@pytest.mark.parametrize("cell", _BOTH)
def test_the_killed_alone_are_no_casualties(cell: str) -> None:
    row = {"quantity": "casualties", "source": "t", "phrase": cell, "on": "2024-05-01"}
    ledger = read_ledger([row])
    numbers = [f"{c.quantity} {c.phrase.text.split(' killed')[0]}" for c in ledger]
    assert numbers == _BOTH[cell]
    apart = ledger[0].quantity != "casualties"
    assert any("something else than 'casualties'" in w for w in ledger.warnings) == apart
