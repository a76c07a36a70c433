"""What is assumed of a quantity that only a table names: its words, its kind, its scale."""

from __future__ import annotations

import pytest

from reconcile.errors import LedgerError
from reconcile.ledger import Ledger, read_ledger


def _read(name: str, numbers: list[object], **more: object) -> Ledger:
    return read_ledger(
        [
            {"date": f"2024-03-{day:02}", "source": "AP", name: number, **more}
            for day, number in enumerate(numbers, start=1)
        ]
    )


@pytest.mark.parametrize(
    ("name", "numbers", "kind"),
    [
        ("missing", [60, 41, 22], "stock"),
        ("missing", [22, 41, 60], "cumulative"),
        ("displaced", [900, 700], "stock"),
        ("dead", [60, 41, 62], "cumulative"),
    ],
)
def test_a_level_by_name_whose_numbers_fall_is_one(
    name: str, numbers: list[object], kind: str
) -> None:
    ledger = _read(name, numbers)
    assert ledger.quantities[name].kind == kind
    told = "\n".join(ledger.warnings)
    assert ("taken for levels, by their names" in told) == (kind == "stock")
    assert ("numbers that fall, which running totals never do" in told) == (
        kind == "cumulative" and numbers != sorted(map(int, map(str, numbers)))
    )


def test_days_that_fall_under_no_name_of_a_count_are_asked_about() -> None:
    with pytest.raises(LedgerError, match="flow=colours; levels: --columns stock=colours"):
        _read("colours", [60, 41, 22])
    with pytest.raises(LedgerError, match="flow=dead"):
        _read("dead", [60, 41, 22])
    assert _read("colours", [22, 41, 60]).quantities["colours"].kind == "cumulative"


def test_a_kind_that_is_said_is_believed() -> None:
    ledger = _read("missing", [60, 41], quantity_kind="cumulative")
    assert ledger.quantities["missing"].kind == "cumulative"
    assert "numbers that fall" not in "\n".join(ledger.warnings)


def test_a_quantity_knows_the_words_by_which_texts_speak_of_it() -> None:
    assert "killed" in _read("dead", [1, 2]).quantities["dead"].synonyms
    assert _read("colour", [1, 2]).quantities["colour"].synonyms == ()
    both = read_ledger([{"date": "2024-03-01", "source": "AP", "dead": 1, "killed": 2}])
    assert [q.synonyms for q in both.quantities.values()] == [(), ()]


def test_tables_that_were_read_apart_join() -> None:
    falls, rises = _read("missing", [60, 41]), _read("missing", [10, 12], place="x")
    for whole in (falls + rises, rises + falls):
        assert {q.kind for q in whole.quantities.values()} <= {"stock", "cumulative"}
    one, two = (
        _read("dead", [1, 2]),
        read_ledger([{"date": "2024-04-01", "source": "UN", "dead": 3, "killed": 3}]),
    )
    assert len(one + two) == len(two + one) == 4


def _by_source(name: str, *numbers: float) -> list[dict[str, object]]:
    """Each number by a source of its own, a day after the one before."""
    return [
        {"source": f"s{k}", "date": f"2024-03-{k:02d}", "quantity": name, "value": number}
        for k, number in enumerate(numbers, start=1)
    ]


@pytest.mark.parametrize(
    ("name", "numbers"),
    [
        ("geese", (42, 39, 45, 38, 44, 40)),
        ("visitors", (1200, 900, 1500, 1100)),
        ("bathers", (9400, 12000, 7000)),
        ("ships in port", (14, 11, 17, 12, 15)),
        ("support", (4200, 3900, 4300, 4100)),
        ("seals", (320, 300, 280)),
        ("cars parked", (55, 80, 52, 79)),
        ("attendance", (31_000, 28_500, 33_000)),
        ("open tickets", (7, 5, 9, 6)),
        ("cranes", (110, 90, 105, 95)),
    ],
)
def test_numbers_of_sources_that_go_up_and_down_are_asked_about(
    name: str, numbers: tuple[float, ...]
) -> None:
    with pytest.raises(LedgerError, match="levels: --columns stock="):
        read_ledger(_by_source(name, *numbers))
    levels = read_ledger(_by_source(name, *numbers), columns={"stock": name})
    assert {q.kind for q in levels.quantities.values()} == {"stock"}


@pytest.mark.parametrize(
    ("name", "numbers"),
    [
        ("geese", (42, 44, 51, 48, 63)),  # sources differ while it grows
        ("geese", (42, 39)),
        ("deaths", (42, 39, 45, 38, 44)),  # a dispute about a count
        ("parcels", (10, 20, 30)),
    ],
)
def test_numbers_that_a_running_total_can_have_are_read_as_one(
    name: str, numbers: tuple[float, ...]
) -> None:
    ledger = read_ledger(_by_source(name, *numbers))
    assert {q.kind for q in ledger.quantities.values()} == {"cumulative"}


def test_sources_that_each_grow_do_not_go_up_and_down() -> None:
    rows = [
        {"source": s, "date": f"2024-03-{day:02d}", "quantity": "parcels", "value": value}
        for day, (s, value) in enumerate(
            [("low", 42), ("high", 90), ("low", 45), ("high", 95), ("low", 50)], start=1
        )
    ]
    assert {q.kind for q in read_ledger(rows).quantities.values()} == {"cumulative"}
