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
