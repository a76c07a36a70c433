"""Registries of a table: beside it, given, or in its columns; and what is assumed without."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from reconcile.errors import LedgerError, OptionError
from reconcile.ledger import read_ledger
from reconcile.values import Quantity, Source

ROWS = [
    {"quantity": "missing", "source": "town", "value": 300, "on": "2024-03-04"},
    {"quantity": "missing", "source": "town", "value": 100, "on": "2024-03-08"},
]
CSV = "quantity,source,value,on\nmissing,town,300,2024-03-04\nmissing,town,100,2024-03-08\n"
QUANTITIES = """\
[[quantity]]
id = "missing"
kind = "stock"
epoch = 2024-03-01
closed = 2024-03-09
delay = 2
"""
SOURCES = '[[source]]\nid = "town"\nreliability = "B"\n'


def test_registries_beside_a_table_are_read(tmp_path: Path) -> None:
    (tmp_path / "claims.csv").write_text(CSV)
    (tmp_path / "quantities.toml").write_text(QUANTITIES)
    (tmp_path / "sources.toml").write_text(SOURCES)
    ledger = read_ledger(tmp_path / "claims.csv")
    missing = ledger.quantity("missing")
    assert (missing.kind, missing.closed, missing.delay) == ("stock", date(2024, 3, 9), 2.0)
    assert ledger.source("town").reliability == "B"
    assert not any("assumed" in text for text in ledger.warnings)


def test_registries_may_be_given_as_values_or_files(tmp_path: Path) -> None:
    (tmp_path / "q.toml").write_text(QUANTITIES)
    given = [Quantity("missing", kind="stock")], [Source("town", reliability="A")]
    ledger = read_ledger(ROWS, quantities=given[0], sources=given[1])
    assert (ledger.quantity("missing").kind, ledger.source("town").reliability) == ("stock", "A")
    assert read_ledger(ROWS, quantities=tmp_path / "q.toml").quantity("missing").delay == 2
    named = read_ledger(ROWS, quantities=[{"id": "missing", "kind": "stock"}])
    assert named.quantity("missing").kind == "stock"
    with pytest.raises(OptionError, match="Quantity values"):
        read_ledger(ROWS, quantities=[{"name": "missing"}])
    with pytest.raises(LedgerError, match="nothing there"):
        read_ledger(ROWS, sources=tmp_path / "nowhere.toml")


def test_a_slip_of_a_known_id_is_told_and_a_new_one_is_created() -> None:
    known = [Quantity("missing", kind="stock")]
    with pytest.raises(LedgerError, match="did you mean 'missing'"):
        read_ledger([ROWS[0] | {"quantity": "mising"}], quantities=known)
    ledger = read_ledger([ROWS[0] | {"quantity": "found"}, ROWS[0]], quantities=known)
    assert ledger.quantity("found").kind == "cumulative"
    assert any("found" in text for text in ledger.warnings)


def test_columns_describe_quantities_and_sources() -> None:
    rows = [
        row
        | {
            "quantity_kind": "Level",
            "epoch": "2024-03-01",
            "closed": "2024-03-20",
            "delay": 3,
            "within": "affected; people",
            "reliability": "B",
            "side": "north",
            "parent": "state",
        }
        for row in ROWS
    ]
    rows += [{**ROWS[0], "quantity": name} for name in ("affected", "people")]
    ledger = read_ledger(rows)
    missing, town = ledger.quantity("missing"), ledger.source("town")
    assert (missing.kind, missing.epoch, missing.closed) == (
        "stock",
        date(2024, 3, 1),
        date(2024, 3, 20),
    )
    assert (missing.delay, missing.within) == (3.0, ("affected", "people"))
    assert (town.reliability, town.side, town.parent) == ("B", "north", "state")
    assert "state" in ledger.sources


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"delay": -1}, "0 or more"),
        ({"epoch": "soon"}, "a date"),
        ({"parts": "killed"}, "a known quantity"),
        ({"within": "missing"}, "other quantities"),
        ({"reliability": "G"}, "one of A, B, C"),
        ({"epoch": "2024-03-01", "closed": "2024-02-01"}, "expected closed on or after"),
    ],
)
def test_what_columns_say_wrongly_is_told(more: dict[str, object], words: str) -> None:
    with pytest.raises(LedgerError, match=words):
        read_ledger([row | more for row in ROWS])


def test_what_is_assumed_is_one_block_with_how_to_change_it() -> None:
    ledger = read_ledger([row | {"quantity": "dead"} for row in ROWS])
    (block,) = (text for text in ledger.warnings if text.startswith("assumed"))
    for word in ("cumulative", "epoch", "grade F", "prior", "quantities.toml", "quantity_kind"):
        assert word in block


def test_low_best_high_keep_the_best_and_the_level() -> None:
    rows = [
        {"quantity": "dead", "source": "a", "low": 100, "best": 300, "high": 1000, "level": 0.95}
    ]
    (claim,) = read_ledger([row | {"on": "2024-03-01"} for row in rows])
    assert (claim.phrase.kind, claim.lower, claim.phrase.nominal, claim.upper) == (
        *("range", 100, 300),
        1000,
    )
    assert claim.phrase.level == 0.95
    again = read_ledger(read_ledger([row | {"on": "2024-03-01"} for row in rows]).to_frame())
    assert again[0].phrase == claim.phrase


def test_options_that_are_none_are_refused() -> None:
    for options in ({"dates": "DYM"}, {"decimal": ";"}, {"columns": {"x": "y"}}, {"by": "x"}):
        with pytest.raises(OptionError, match="expected"):
            read_ledger(ROWS, **options)
    with pytest.raises(OptionError, match="expected a table"):
        read_ledger(None, dates="DMY")


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("River Aid", "river_aid"),  # its label
        ("the River Aid", "river_aid"),
        ("RIVER-AID", "river_aid"),  # its id, spelt otherwise
        ("Government of Esterland", "esterland"),
        ("Ministère", "ministere"),
        ("River Aid Two", "River Aid Two"),  # another
        ("The Mirror", "The Mirror"),  # two have that name
        ("mirror_a", "mirror_a"),
    ],
)
def test_a_source_is_known_by_the_name_that_its_registry_gives(said: str, meant: str) -> None:
    known = [
        Source("river_aid", label="River Aid"),
        Source("esterland", label="The Government of Esterland"),
        Source("ministere", label="Ministère"),
        Source("mirror_a", label="The Mirror"),
        Source("mirror_b", label="Mirror"),
    ]
    ledger = read_ledger([ROWS[0] | {"source": said}], sources=known)
    assert [claim.source for claim in ledger] == [meant]
    told = [text for text in ledger.warnings if "of the registry" in text]
    assert bool(told) is (said != meant)
