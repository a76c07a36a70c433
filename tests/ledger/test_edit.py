"""A claim changed where it stands: what changes, what stays, and what is refused."""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reconcile.errors import LedgerError, OptionError, UnknownNameError
from reconcile.ledger import read_ledger, write_ledger
from reconcile.ledger.io.edit import edit_claim
from reconcile.ledger.io.starter import example_names, write_example

HEAD = """\
# what is counted
[[quantity]]
id = "dead"
epoch = 2024-05-01

[[source]]
id = "mayor"

[[source]]
id = "agency"
"""

CLAIMS = """
# the first
[[claim]]
id = "a"          # its name
quantity = "dead"
source = "mayor"
phrase = "at least 30"   # as he said it # twice
on = 2024-05-02

# the second: a number in full
[[claim]]
id = "b"
quantity = "dead"
source = "agency"
phrase = "about 200"
lower = 150
upper = 250
kind = "approx"
during_start = 2024-05-02
during_end = 2024-05-04
note = \"\"\"
Two lines
[[claim]] is no header here\"\"\"

  [[ claim ]]
  id = 'c'
  "quantity" = "dead"
  source = "agency"
  value = 41
  on = "2024-05-03/2024-05-04"
  origin = "b"
# the end"""


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    path = tmp_path / "claims.toml"
    path.write_text(HEAD + CLAIMS, encoding="utf-8")
    return path


def claims(path: Path) -> dict[str, dict[str, Any]]:
    found = tomllib.loads(path.read_text(encoding="utf-8-sig"))["claim"]
    return {record["id"]: record for record in found}


# Who is changed, what is given, and what the record is then (None: gone).
CASES = [
    ("a", {"phrase": "at least 35"}, {"phrase": "at least 35"}),
    ("a", {"on": date(2024, 5, 3)}, {"on": date(2024, 5, 3)}),
    ("a", {"on": "2024-05-02/2024-05-03"}, {"on": "2024-05-02/2024-05-03"}),
    ("a", {"note": 'he said "so"'}, {"note": 'he said "so"'}),
    ("a", {"note": "two\nlines # no comment"}, {"note": "two\nlines # no comment"}),
    ("a", {"scope": "part", "credibility": 3}, {"scope": "part", "credibility": 3}),
    ("a", {"source": "agency", "said": date(2024, 5, 4)}, {"source": "agency"}),
    ("a", {"during_start": date(2024, 5, 2), "during_end": date(2024, 5, 3)}, {"on": None}),
    ("a", {"retracted_on": date(2024, 5, 9)}, {"retracted_on": date(2024, 5, 9)}),
    ("b", {"phrase": "95"}, {"phrase": "95", "lower": None, "upper": None, "kind": None}),
    ("b", {"note": None}, {"note": None}),
    ("b", {"note": "short"}, {"note": "short"}),
    ("b", {"on": date(2024, 5, 4)}, {"during_start": None, "during_end": None}),
    ("b", {"during_end": date(2024, 5, 3)}, {"during_start": date(2024, 5, 2)}),
    ("b", {"additional": True}, {"additional": True, "lower": 150}),
    ("b", {"unsupported": True, "source": "mayor"}, {"unsupported": True}),
    ("c", {"phrase": "forty"}, {"phrase": "forty", "value": None}),
    ("c", {"origin": None}, {"origin": None}),
    ("c", {"quantity": "dead", "origin": "a"}, {"origin": "a"}),
    ("c", {"on": date(2024, 5, 4), "note": "known"}, {"on": date(2024, 5, 4), "note": "known"}),
    ("c", {"value": 44}, {"value": 44}),
]


@pytest.mark.parametrize(("name", "changes", "then"), CASES)
def test_the_claim_changes_and_nothing_else(
    ledger: Path, name: str, changes: dict[str, Any], then: dict[str, Any]
) -> None:
    before, text = claims(ledger), ledger.read_text()
    edited = edit_claim(ledger, name, changes)
    after = claims(ledger)
    assert {key: after[name].get(key) for key in then} == then
    assert [key for key in before if key != name] == [key for key in after if key != name]
    assert all(before[key] == after[key] for key in before if key != name)
    assert edited == read_ledger(ledger)
    comments = [line.partition("#")[2] for line in text.splitlines() if "#" in line]
    assert all(comment in ledger.read_text() for comment in comments)


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("successor", [None, "a2"])
def test_line_ends_and_a_byte_order_mark_stay(
    tmp_path: Path, end: str, mark: str, successor: str | None
) -> None:
    path = tmp_path / "claims.toml"
    path.write_bytes((mark + (HEAD + CLAIMS).replace("\n", end)).encode())
    edit_claim(path, "a", {"phrase": "31", "note": "new"}, successor=successor)
    content = path.read_bytes()
    assert content.startswith("\ufeff".encode()) == bool(mark)
    assert content.count(b"\r\n") == (content.count(b"\n") if end == "\r\n" else 0)


def test_a_superseded_claim_answers_until_its_successor_is_public(ledger: Path) -> None:
    whole = edit_claim(
        ledger, "a", {"phrase": "at least 45", "said": date(2024, 5, 9)}, successor="a-2"
    )
    assert [claim.id for claim in whole] == ["a", "a-2", "b", "c"]
    assert (whole["a"].status, whole["a"].superseded_by) == ("superseded", "a-2")
    assert (whole["a-2"].lower, whole["a-2"].source) == (45.0, "mayor")
    early = whole.as_of("2024-05-08")
    assert [(c.id, c.status) for c in early if c.source == "mayor"] == [("a", "active")]


def test_the_last_claim_of_a_file_without_a_line_end_can_be_superseded(tmp_path: Path) -> None:
    path = tmp_path / "claims.toml"
    path.write_text((HEAD + CLAIMS).removesuffix("\n# the end"), encoding="utf-8")
    edit_claim(path, "c", {"value": 44, "said": date(2024, 6, 1)}, successor="d")
    assert list(claims(path)) == ["a", "b", "c", "d"]
    edit_claim(path, "d", {"value": 46})
    assert claims(path)["d"]["value"] == 46


@pytest.mark.parametrize(
    ("name", "changes", "successor", "error", "said"),
    [
        ("d", {"phrase": "3"}, None, UnknownNameError, "unknown claim 'd'"),
        ("a", {"phrase": "at least 30"}, None, OptionError, "says that already"),
        ("a", {"credibility": None}, None, OptionError, "says that already"),
        ("a", {"phrase": "nothing"}, None, LedgerError, "none in 'nothing'"),
        ("a", {"source": "mayer"}, None, LedgerError, "mayor"),
        ("a", {"on": date(2024, 4, 2)}, None, LedgerError, "epoch"),
        ("a", {"origin": "a"}, None, LedgerError, "circle"),
        ("a", {"phrase": "31"}, "b", LedgerError, "id"),
        ("a", {"phrase": "at least 30"}, "a-2", OptionError, "says that already"),
    ],
)
def test_what_is_wrong_is_refused_and_changes_nothing(
    ledger: Path,
    name: str,
    changes: dict[str, Any],
    successor: str | None,
    error: type[Exception],
    said: str,
) -> None:
    before = ledger.read_bytes()
    with pytest.raises(error, match=said):
        edit_claim(ledger, name, changes, successor=successor)
    assert ledger.read_bytes() == before
    assert [file.name for file in ledger.parent.iterdir()] == ["claims.toml"]


def test_a_withdrawn_claim_is_not_superseded_again(ledger: Path) -> None:
    edit_claim(ledger, "a", {"retracted_on": date(2024, 5, 9)})
    with pytest.raises(OptionError, match="withdrawn"):
        edit_claim(ledger, "a", {"phrase": "3", "said": date(2024, 6, 1)}, successor="a-2")


def test_claims_in_one_line_are_refused_with_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "claims.toml"
    inline = '{ id = "a", quantity = "dead", source = "mayor", phrase = "3", on = 2024-05-02 }'
    path.write_text(f"claim = [{inline}]\n" + HEAD, encoding="utf-8")
    with pytest.raises(OptionError, match="by hand"):
        edit_claim(path, "a", {"phrase": "4"})


def test_a_table_is_refused_with_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "claims.csv"
    path.write_text("quantity,source,value,on\ndead,mayor,3,2024-05-02\n", encoding="utf-8")
    with pytest.raises(OptionError, match="write_ledger"):
        edit_claim(path, "row-1", {"phrase": "4"})


@pytest.mark.parametrize("name", example_names())
def test_every_claim_of_every_example_can_be_edited(tmp_path: Path, name: str) -> None:
    folder = tmp_path / name
    write_example(folder, name)
    for claim in read_ledger(folder):
        edited = edit_claim(folder, claim.id, {"note": f"seen: {claim.id}"})
        assert edited[claim.id].note == f"seen: {claim.id}"


@settings(deadline=None, max_examples=25)
@given(note=st.text(st.characters(exclude_categories=("Cs",)), min_size=1).filter(str.strip))
def test_any_text_comes_back_as_it_was_given(
    tmp_path_factory: pytest.TempPathFactory, note: str
) -> None:
    path = tmp_path_factory.mktemp("edit") / "claims.toml"
    path.write_text(HEAD + CLAIMS, encoding="utf-8")
    edit_claim(path, "b", {"note": note})
    assert claims(path)["b"]["note"] == note
    write_ledger(read_ledger(path), path.with_name("again.toml"))
