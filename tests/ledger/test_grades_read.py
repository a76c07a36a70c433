"""Admiralty grades where ledgers are read: letters, digits, MISP tags; in TOML and in tables."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner

from reconcile.cli import main
from reconcile.errors import LedgerError
from reconcile.ledger import read_ledger

SOURCES = """\
bundled = false
[[quantity]]
id = "lost"
[[source]]
id = "navy"
reliability = '{reliability}'
"""
CLAIM = """\
[[claim]]
id = "one"
quantity = "lost"
source = "navy"
phrase = "40"
on = 2030-01-02
credibility = {credibility}
"""


def folder(tmp_path: Path, reliability: str, credibility: str) -> Path:
    (tmp_path / "sources.toml").write_text(SOURCES.format(reliability=reliability))
    (tmp_path / "claims.toml").write_text(CLAIM.format(credibility=credibility))
    return tmp_path


@pytest.mark.parametrize("credibility", ["2", """'admiralty-scale:information-credibility="2"'"""])
@pytest.mark.parametrize("reliability", ["B", 'admiralty-scale:source-reliability="b"'])
def test_toml_takes_letters_digits_and_tags(
    tmp_path: Path, reliability: str, credibility: str
) -> None:
    ledger = read_ledger(folder(tmp_path, reliability, credibility))
    assert (ledger.source("navy").reliability, ledger["one"].credibility) == ("B", 2)


def test_bad_tags_in_toml_are_told_with_their_line(tmp_path: Path) -> None:
    where = folder(
        tmp_path,
        'admiralty-scale:source-reliability="g"',
        """'admiralty-scale:information-credibility="9"'""",
    )
    with pytest.raises(LedgerError) as caught:
        read_ledger(where)
    found = {p.field: p for p in caught.value.problems}
    assert found["reliability"].line == 6
    assert "deliberately deceptive" in found["reliability"].expected
    assert found["credibility"].line == 7
    assert "a digit from 1 to 6 or a tag" in found["credibility"].expected


def frame(**more: list[object]) -> pd.DataFrame:
    rows = {"quantity": "lost", "source": ["a", "a", "b"], "value": [3, 4, 5], "on": "2030-01-02"}
    return pd.DataFrame(rows | more)


def test_a_table_takes_them_too() -> None:
    tag = 'admiralty-scale:information-credibility="4"'
    ledger = read_ledger(
        frame(
            reliability=['admiralty-scale:source-reliability="a"', "A", None],
            credibility=[tag, "3", 2.0],
        )
    )
    assert {s.id: s.reliability for s in ledger.sources.values()} == {"a": "A", "b": "F"}
    assert [claim.credibility for claim in ledger] == [4, 3, 2]
    assert any("grade F (reliability not known): b" in text for text in ledger.warnings)
    assert not any("reliability" in text and "ignored" in text for text in ledger.warnings)


def test_a_table_that_grades_a_source_twice_or_badly_is_told_by_row() -> None:
    with pytest.raises(LedgerError) as caught:
        read_ledger(frame(reliability=["A", "C", "G"]))
    found = {(p.line, p.came): p.expected for p in caught.value.problems}
    assert found[1, "'C'"] == "A as before for 'a'"
    assert "one of A, B, C" in found[2, "'G'"]


def test_add_takes_a_tag_and_refuses_another(tmp_path: Path) -> None:
    where = folder(tmp_path, "F", "6")
    words = ["add", str(where), "--quantity", "lost", "--source", "navy", "--phrase", "about 50"]
    words += ["--on", "2030-01-03", "--id", "two", "--credibility"]
    bad = CliRunner().invoke(main, [*words, "8"])
    assert bad.exit_code == 2
    assert "a digit from 1 to 6" in bad.stderr
    good = CliRunner().invoke(main, [*words, 'admiralty-scale:information-credibility="3"'])
    assert good.exit_code == 0, good.stderr
    assert read_ledger(where)["two"].credibility == 3
