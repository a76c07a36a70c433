"""What is written reads back the same, in every form, or nothing is written."""

from __future__ import annotations

import errno
import os
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ledger_cases import ledgers

from reconcile.errors import LedgerError, OptionError, StorageError
from reconcile.ledger import Ledger, read_ledger, write_ledger
from reconcile.ledger.io.emit import quoted, table
from reconcile.ledger.io.storing import new_file
from reconcile.ledger.io.toml_lines import line_index

FORMS = ["folder", "one.toml", "t.csv", "t.tsv", "t.parquet", "t.jsonl"]


@pytest.mark.parametrize("form", FORMS)
@settings(max_examples=15, deadline=None)
@given(ledger=ledgers())
def test_read_after_write_is_the_same_ledger(form: str, ledger: Ledger) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / form
        write_ledger(ledger, path)
        again = read_ledger(path)
        assert again == ledger
        assert {c.id: c for c in again} == {c.id: c for c in ledger}
        assert again.warnings == ledger.warnings


@pytest.mark.parametrize("form", FORMS)
def test_the_bundled_ledger_and_its_vintages_round_trip(form: str, tmp_path: Path) -> None:
    whole = read_ledger()
    for name, ledger in (("all", whole), ("then", whole.as_of("2024-12-17"))):
        path = tmp_path / name / form
        write_ledger(ledger, path)
        assert read_ledger(path) == ledger
        write_ledger(ledger, path)
        assert read_ledger(path) == ledger
        assert not [file for file in path.parent.rglob("*") if file.name.startswith(".")]


def test_words_stay_words_where_they_give_the_numbers(tmp_path: Path) -> None:
    write_ledger(read_ledger().select(ids="abc-us-official-hundreds"), tmp_path / "one.toml")
    claim = (tmp_path / "one.toml").read_text().partition("[[claim]]")[2]
    assert 'phrase = "a couple hundred"' in claim
    assert "lower" not in claim


def test_a_folder_with_other_ledger_files_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text("# mine\n")
    with pytest.raises(OptionError, match=r"mine\.toml"):
        write_ledger(read_ledger(), tmp_path)
    assert [file.name for file in tmp_path.iterdir()] == ["mine.toml"]


def test_a_path_of_no_known_form_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_text("x")
    with pytest.raises(OptionError, match="folder"):
        write_ledger(read_ledger(), tmp_path / "a.xlsx")
    with pytest.raises(LedgerError, match="what its name says"):
        read_ledger(tmp_path / "a.xlsx")
    (tmp_path / "a.docx").write_text("x")
    with pytest.raises(OptionError, match="folder"):
        read_ledger(tmp_path / "a.docx")
    assert (tmp_path / "a.xlsx").read_text() == "x"


def test_a_write_that_fails_leaves_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "a.toml"
    target.write_text("old")

    def full(handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StorageError, match="No space left on device; what was there is as it was"):
        new_file(target, b"half", replace=True)
    assert [(file.name, file.read_text()) for file in tmp_path.iterdir()] == [("a.toml", "old")]


VALUES = st.one_of(
    st.text(st.characters(codec="utf-8", exclude_categories=("Cs",))),
    st.booleans(),
    st.integers(-(2**60), 2**60),
    st.floats(allow_nan=False),
    st.dates(),
    st.lists(st.text(st.characters(codec="utf-8", exclude_categories=("Cs",)), max_size=30)),
)


@given(st.dictionaries(st.text(max_size=8), VALUES, max_size=5))
def test_emitted_toml_is_read_back_by_the_standard_parser(record: dict[str, object]) -> None:
    import tomllib

    found = tomllib.loads(table("[[row]]", record))["row"][0]
    assert found == record
    assert {k: repr(v) for k, v in found.items() if isinstance(v, float)} == {
        k: repr(v) for k, v in record.items() if isinstance(v, float) and not _whole(v)
    }


def _whole(value: float) -> bool:
    """Whole floats are written as integers, which compare equal."""
    return abs(value) < 1e15 and value == int(value) and repr(value) != "-0.0"


@given(st.lists(st.dictionaries(st.sampled_from("abcde"), VALUES, min_size=1), min_size=1))
def test_the_line_index_finds_every_key_on_its_line(rows: list[dict[str, object]]) -> None:
    """Oracle: the text is built line by line, so each key's line is known."""
    text = "# a comment with [[row]] in it\n" + "\n".join(table("[[row]]", row) for row in rows)
    lines = text.split("\n")
    index = line_index(text)
    for i, row in enumerate(rows):
        assert lines[index["row", i] - 1] == "[[row]]"
        for key in row:
            assert lines[index["row", i, key] - 1].startswith(f"{key} = ")
    assert len(index) == len(rows) + sum(map(len, rows))


def test_the_line_index_is_not_fooled_by_texts_and_lists() -> None:
    text = '''\
[[claim]]
note = """
id = "not a key"
[[claim]]
a quote \\""" within"""
list = [
  "[[claim]]", # id = 3
  'x = 1',
]
id = "a" # [x]
[claim.inner."odd name"]
b = {c = 1}

[[claim]]
id = 'b'
'''
    assert line_index(text) == {
        ("claim", 0): 1,
        ("claim", 0, "note"): 2,
        ("claim", 0, "list"): 6,
        ("claim", 0, "id"): 10,
        ("claim", 0, "inner", "odd name"): 11,
        ("claim", 0, "inner", "odd name", "b"): 12,
        ("claim", 1): 14,
        ("claim", 1, "id"): 15,
    }


def test_quoting() -> None:
    assert quoted('a "b"\\\n\x01') == '"a \\"b\\"\\\\\\n\\u0001"'
