"""Tables of many fields (hydrology, polls, prices, refugees, strikes), as `fields.toml` lists."""

from __future__ import annotations

import tomllib
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from table_cases import dates_are, told
from table_cases import fails as fails_with

from reconcile.errors import LedgerError, OptionError
from reconcile.ledger import read_ledger

CASES: dict[str, Any] = tomllib.loads(Path(__file__).with_name("fields.toml").read_text("utf-8"))


fails = partial(fails_with, error=(LedgerError, OptionError))


@pytest.mark.parametrize("name", CASES["table"])
def test_a_table_of_a_field_is_read_or_told_what_to_do(name: str, tmp_path: Path) -> None:
    case = CASES["table"][name]
    path = tmp_path / case.get("file", "t.csv")
    path.write_bytes(case["content"].encode())
    options = {key: case[key] for key in ("columns", "dates", "by") if key in case}
    if "says" in case:
        fails(case["says"], path, **options)
    else:
        assert told(read_ledger(path, **options)) == case["reads"]


@pytest.mark.parametrize("text", CASES["cells"])
def test_a_cell_of_counts_gives_its_claims_or_a_problem(text: str) -> None:
    row = {"quantity": "dead", "source": "town", "value": text, "on": "2024-03-01"}
    expected = CASES["cells"][text]
    if expected.startswith("! "):
        fails(expected[2:], [row])
        return
    found = [line.split(" | ") for line in told(read_ledger([row]))]
    shown = [f"{q.removeprefix('dead')}{'=' * (q != 'dead')}{bounds}" for q, _, bounds, _ in found]
    assert "; ".join(shown) == expected


@pytest.mark.parametrize("text", CASES["told"])
def test_the_notice_says_what_was_read_from_words(text: str) -> None:
    row = {"quantity": "killed", "source": "town", "value": text, "on": "2024-03-01"}
    told = " ".join(read_ledger([row]).warnings)
    assert f"1 cell of 'value' read as words: {text!r} as {CASES['told'][text]}" in told


def test_every_form_of_words_is_told() -> None:
    texts = ["12 dead", "13 dead", ">10", "<50", "~30", "30+", "10-15", "two dozen", "3k", "max 60"]
    rows = [
        {"quantity": "killed", "source": "town", "value": text, "on": f"2024-03-{day:02}"}
        for day, text in enumerate(texts, start=1)
    ]
    (told,) = [w for w in read_ledger(rows).warnings if "read as words" in w]
    assert told.startswith("10 cells")
    assert all(repr(text) in told for text in texts if text != "13 dead")
    assert "13 dead" not in told  # written as 12 dead is


def test_forms_too_many_to_tell_are_told_by_their_lines() -> None:
    nouns = ["dead", "killed", "deaths", "people", "persons", "men", "women", "children"]
    nouns += ["civilians", "soldiers", "troops"]
    texts = [f"{bound}12 {noun}" for noun in nouns for bound in ("", ">")]
    rows = [
        {"quantity": "killed", "source": f"s{k}", "value": text, "on": "2024-03-01"}
        for k, text in enumerate(texts)
    ]
    (told,) = [w for w in read_ledger(rows).warnings if "read as words" in w]
    assert told.endswith("and in other words in lines 20, 21")


def test_a_number_of_families_is_no_number_of_persons_unsaid() -> None:
    row = {"quantity": "killed", "source": "town", "value": "2 families", "on": "2024-03-01"}
    assert any("if persons are meant" in w for w in read_ledger([row]).warnings)
    for other in ({"quantity": "families"}, {"value": "2 families (9 people)"}, {"value": "2 men"}):
        found = read_ledger([row | other]).warnings
        assert not any("if persons are meant" in w for w in found)


@pytest.mark.parametrize("text", ["12 wounded", "12 dead or missing", "12 injured, 3 dead"])
def test_words_of_something_else_are_told(text: str) -> None:
    row = {"quantity": "killed", "source": "town", "value": text, "on": "2024-03-01"}
    assert any("something else" in w for w in read_ledger([row]).warnings)
    for plain in ("12 dead (3 injured)", "12 civilians", "12 deaths"):
        found = read_ledger([row | {"value": plain}]).warnings
        assert not any("something else" in w for w in found)


def test_a_unit_that_the_row_states_is_known() -> None:
    row = {"quantity": "oil", "source": "firm", "on": "2024-03-01", "scale": "linear"}
    for text, unit in (("12 bbl/d", "bbl/d"), ("312 m³/s", "m³/s"), ("12 µg/m3", "µg/m3")):
        assert read_ledger([row | {"value": text, "unit": unit}])[0].lower == float(text.split()[0])
    fails("'GWh' may", [row | {"value": "5 GWh"}])


def test_words_of_the_row_are_its_own() -> None:
    row = {"quantity": "pangolins", "source": "Park", "value": "12 pangolins", "on": "2024-03-01"}
    assert read_ledger([row])[0].lower == 12
    fails("'pangolins' may", [row | {"quantity": "animals"}])


@pytest.mark.parametrize("texts", CASES["dates"])
def test_a_column_of_dates_is_read_in_one_format_or_refused(texts: str) -> None:
    dates_are(texts, CASES["dates"][texts])


def test_an_increment_is_no_total() -> None:
    row = {"quantity": "dead", "source": "town", "on": "2024-03-01"}
    for text in ("+5", "5 more", "120 (+5)"):
        claims = list(read_ledger([row | {"value": text}]))
        assert [claim.additional for claim in claims] == [False, True][-len(claims) :]
    bounded = read_ledger([row | {"value": "30 (95% CI 25-35)"}])[0].phrase
    assert (bounded.nominal, bounded.level) == (30, 0.95)


@pytest.mark.parametrize("cell", [3 + 4j, __import__("datetime").timedelta(3)])
def test_what_is_no_number_does_not_pass_for_one(cell: object) -> None:
    row = {"quantity": "dead", "source": "town", "value": cell, "on": "2024-03-01"}
    fails("a number", [row])
