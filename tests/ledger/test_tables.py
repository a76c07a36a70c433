"""Tables: tidy ones, those of known projects, and the real PNAS replication data."""

from __future__ import annotations

import csv
import math
import sqlite3
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from reconcile.errors import LedgerError
from reconcile.ledger import Ledger, read_ledger
from reconcile.ledger.tables.public_tables import slug

PNAS = (
    '"days","loss_count","loss_type","claim_source","time_frame","loss_country","minimum",'
    '"maximum","category"\n'
    '1,10,"Civilian Deaths-Ukraine","UA Source","Day","Ukraine",0,0,"Civilian Deaths"\n'
    '73,1e+05,"Military Casualties-Russia","OSI","Cumulative","Russia",1,0,"x"\n'
    '73,400,"Military Deaths-Russia","UA Source","Cumulative","Russia",0,1,"x"\n'
    '400,2.5e3,"Military Injuries-Russia","RU Source","Cumulative","Russia",0,0,"x"\n'
    '5,4,"Vehicles & Fuel Tanks-Russia","Other","Cumulative","Russia",0,0,"x"\n'
)


def one(frame: dict[str, list[object]]) -> Ledger:
    return read_ledger(pd.DataFrame(frame))


def test_pnas_columns_are_recognised(tmp_path: Path) -> None:
    (tmp_path / "pnas.csv").write_text(PNAS)
    ledger = read_ledger(tmp_path / "pnas.csv")
    assert [c.quantity for c in ledger] == [
        "civilian-deaths-ukraine",
        "military-casualties-russia",
        "military-deaths-russia",
        "military-injuries-russia",
        "vehicles-fuel-tanks-russia",
    ]
    assert [(c.lower, c.upper, c.phrase.kind) for c in ledger] == [
        (10, 10, "exact"),
        (100_000, math.inf, "at_least"),
        (-math.inf, 400, "at_most"),
        (2500, 2500, "exact"),
        (4, 4, "exact"),
    ]
    assert [str(c.period) for c in ledger] == [
        "2022-02-24 to 2022-02-24",
        *("2022-05-07", "2022-05-07", "2023-03-30", "2022-02-28"),
    ]
    assert [c.source for c in ledger] == ["ua-source", "osi", "ua-source", "ru-source", "other"]
    assert all(c.said == c.period.end for c in ledger)
    whole = ledger.quantity("military-casualties-russia")
    assert whole.parts == ("military-deaths-russia", "military-injuries-russia")
    assert whole.epoch == date(2022, 2, 24)
    assert (whole.side, ledger.source("ru-source").side) == ("russia", "russia")
    assert {source.reliability for source in ledger.sources.values()} == {"F"}
    assert ledger.warnings


def test_pnas_rows_that_contradict_themselves_are_problems(tmp_path: Path) -> None:
    bad = PNAS + '6,7,"Tanks-Russia","OSI","Cumulative","Russia",1,1,"x"\n'
    bad += 'x,,"Tanks-Russia","OSI","Cumulative","Russia",0,0,"x"\n'
    bad += '6,-7,"Tanks-Russia","OSI","Day","Russia",0,0,"x"\n'
    (tmp_path / "pnas.csv").write_text(bad)
    with pytest.raises(LedgerError) as caught:
        read_ledger(tmp_path / "pnas.csv")
    assert [(p.line, p.field) for p in caught.value.problems] == [
        *((7, "kind"), (8, "phrase"), (8, "on"), (9, "phrase")),
    ]


def test_every_row_of_the_pnas_data_is_read_as_the_paper_means_it(bench: Path) -> None:
    """Oracle: the CSV module and arithmetic of its own."""
    path = bench / "pnas2023" / "replication-data-pnas.csv"
    ledger = read_ledger(path)
    with path.open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(ledger) == len(rows) == 4609
    assert len(ledger.quantities) == 30
    assert len(ledger.sources) == 7
    for claim, row in zip(ledger, rows, strict=True):
        day = date(2022, 2, 23) + timedelta(int(row["days"]))
        count = float(row["loss_count"])
        assert claim.quantity == slug(row["loss_type"])
        assert claim.source == slug(row["claim_source"])
        assert claim.period.kind == {"Day": "during", "Cumulative": "on"}[row["time_frame"]]
        assert claim.period.placements() == ((day, day),)
        assert claim.lower == (-math.inf if row["maximum"] == "1" else count)
        assert claim.upper == (math.inf if row["minimum"] == "1" else count)
        assert claim.phrase.nominal == count


def test_ucdp_events_are_flows_of_a_day() -> None:
    ledger = one(
        {
            "id": [7, 8, 9, 10],
            "conflict_name": ["A: Government"] * 4,
            "date_start": ["2024-12-01 00:00:00.000", "2024-12-02", "2024-12-02", "2024-12-05"],
            "date_end": ["2024-12-01 00:00:00.000", "2024-12-02", "2024-12-02", "2024-12-06"],
            "low": [3, 10, 20, 2],
            "best": [5, 10, 24, 3],
            "high": [9, 13, 28, 4],
        }
    )
    first, both, gap, *spread = ledger
    assert first.id == "ucdp-7-2024-12-01"
    assert (first.quantity, first.source, first.scope) == ("deaths-a-government", "ucdp", "whole")
    assert (first.lower, first.phrase.nominal, first.upper) == (3, 5, 9)
    assert both.phrase.nominal == 34
    assert (both.lower, both.upper) == (30, 39)  # 34 - 4 and 34 + 5: roots of 0 + 16 and 9 + 16
    assert "8, 9" in both.note
    assert (gap.phrase.nominal, str(gap.period)) == (0, "2024-12-03 to 2024-12-04")
    assert [claim.phrase.nominal for claim in spread] == [2, 1]
    assert ledger.quantity("deaths-a-government").epoch == date(2024, 12, 1)
    assert any("independent" in text for text in ledger.warnings)


def test_ucdp_years_are_whole() -> None:
    columns = {"location_inc": ["B"], "year": [2021], "bd_best": [25], "bd_low": [25]}
    claim = one({**columns, "bd_high": [40]})[0]
    assert (claim.scope, str(claim.period)) == ("whole", "2021-01-01 to 2021-12-31")
    assert (claim.lower, claim.upper) == (25, 40)


def test_low_best_high_and_flags_in_a_tidy_table() -> None:
    ledger = one(
        {
            "quantity": ["dead", "dead", "dead"],
            "source": ["a", "b", "c"],
            "low": [10.0, None, None],
            "best": [12.0, 30.0, 40.0],
            "high": [15.0, None, None],
            "minimum": [0, 1, 0],
            "maximum": [0, 0, 1],
            "on": ["2024-12-01"] * 3,
        }
    )
    assert [(c.lower, c.upper, c.phrase.kind) for c in ledger] == [
        (10, 15, "range"),
        (30, math.inf, "at_least"),
        (-math.inf, 40, "at_most"),
    ]


def test_a_tidy_frame_creates_what_it_names_and_says_so() -> None:
    ledger = one(
        {
            "quantity": ["dead", "squad", "margin"],
            "source": ["town", "town", "poll"],
            "value": [30, 8, -2.5],
            "on": ["2024-12-01", None, "2024-12"],
            "scale": [None, None, "linear"],
            "quantity_kind": [None, "constant", "stock"],
            "colour": ["red", "red", "red"],
            "nots": ["x", "y", "z"],
        }
    )
    kinds = {key: (q.kind, q.scale) for key, q in ledger.quantities.items()}
    assert kinds == {
        "dead": ("cumulative", "log"),
        "squad": ("constant", "log"),
        "margin": ("stock", "linear"),
    }
    assert {source.reliability for source in ledger.sources.values()} == {"F"}
    words = "\n".join(ledger.warnings)
    assert "'colour'" in words
    assert "did you mean 'note'" in words
    assert "town" in words
    assert [c.id for c in ledger] == ["row-1", "row-2", "row-3"]
    assert str(ledger[2].period.start) == "2024-12-01/2024-12-31"
    assert str(ledger[0].said) == "2024-12-01"


@pytest.mark.parametrize(
    "day",
    [
        "2024-12-17",
        " 2024-12-17 ",
        date(2024, 12, 17),
        datetime(2024, 12, 17, 23, 59),
        pd.Timestamp("2024-12-17 09:06"),
        np.datetime64("2024-12-17"),
        "2024-12-17T10:00:00Z",
        "2024-12-17T01:00:00+02:00",
        datetime(2024, 12, 17, 1, tzinfo=timezone(timedelta(hours=2))),
        datetime(2024, 12, 17, 1, tzinfo=UTC),
    ],
)
def test_a_day_is_the_same_day_however_it_is_written(day: object) -> None:
    ledger = one({"quantity": ["q"], "source": ["s"], "value": [3], "on": [day]})
    assert str(ledger[0].period) == "2024-12-17"


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("12,000", 12_000),
        ("12 000", 12_000),
        ("12\u00a0000", 12_000),
        ("1,247.5", 1247.5),
        ("1e+05", 100_000),
        ("1_000", 1000),
        (" 7 ", 7),
    ],
)
def test_grouped_numbers(text: str, number: float) -> None:
    row = {"quantity": ["q"], "source": ["s"], "value": [text], "on": ["2024-12-17"]}
    ledger = one(row | {"quantity_kind": ["stock"]})
    assert ledger[0].lower == number


@pytest.mark.parametrize("text", ["1,2", "12,00", "1,0000", "many", "1 2", "0x10", "1__0"])
def test_what_is_not_one_number_is_a_problem(text: str) -> None:
    with pytest.raises(LedgerError, match="a number"):
        one({"quantity": ["q"], "source": ["s"], "value": [text], "on": ["2024-12-17"]})


def test_one_end_and_the_length_give_the_window() -> None:
    ledger = one(
        {
            "quantity": ["q", "q"],
            "source": ["s", "s"],
            "value": [3, 3],
            "during_start": [None, "2024-12-01"],
            "during_end": ["2024-12-21/2024-12-31", None],
            "days": [7, 3],
        }
    )
    assert str(ledger[0].period) == "2024-12-15/2024-12-25 to 2024-12-21/2024-12-31, 7 days"
    assert str(ledger[1].period) == "2024-12-01 to 2024-12-03, 3 days"


def test_sqlite(tmp_path: Path) -> None:
    path = tmp_path / "l.sqlite"
    with sqlite3.connect(path) as connection:
        connection.execute('create table claims (quantity, source, value, "on")')
        connection.execute("create table other (x)")
        connection.execute("insert into claims values ('dead', 'town', 30, '2024-12-01')")
    connection.close()
    ledger = read_ledger(path)
    assert (ledger[0].lower, str(ledger[0].period)) == (30, "2024-12-01")


def test_the_frame_of_a_ledger_reads_back_as_the_same_claims() -> None:
    ledger = read_ledger()
    assert read_ledger(ledger.to_frame()).claims == ledger.claims


def test_a_frame_is_not_changed_by_reading_it() -> None:
    frame = pd.DataFrame({"quantity": ["q"], "source": ["s"], "value": [3], "on": ["2024-12-17"]})
    before = frame.copy(deep=True)
    read_ledger(frame)
    pd.testing.assert_frame_equal(frame, before)
