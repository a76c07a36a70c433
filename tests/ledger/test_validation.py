"""Broken ledgers: every problem at once, with file, line, field, what came, what was expected."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from reconcile.errors import DataProblem, LedgerError
from reconcile.ledger import read_ledger
from reconcile.ledger.io.append import append_claim

GOOD = """\
[[claim]]
id = "good"
quantity = "casualties"
source = "kirby"
phrase = "about 200"
on = 2024-12-17
"""


def problems(path: Path) -> list[DataProblem]:
    with pytest.raises(LedgerError) as caught:
        read_ledger(path)
    return list(caught.value.problems)


def told(folder: Path, text: str) -> list[tuple[int | None, str, str, str]]:
    """Line, field, what came and what was expected, of one broken claim after a good one."""
    file = folder / "claims.toml"
    file.write_text(f"{GOOD}\n{text}")
    found = problems(folder)
    assert {p.file for p in found} == {str(file)}
    return [(p.line, p.field, p.came, p.expected) for p in found]


def claim(**changes: str) -> str:
    """A second claim, from line 8 on; a value of "-" takes its line out."""
    lines = {
        "id": '"bad"',
        "quantity": '"killed"',
        "source": '"sso"',
        "phrase": '"50"',
        "on": "2024-12-17",
    } | changes
    rows = [f"{key} = {value}" for key, value in lines.items() if value != "-"]
    return "\n".join(["[[claim]]", *rows]) + "\n"


@pytest.mark.parametrize(
    ("changes", "line", "field", "came", "expected"),
    [
        ({"quantity": '"kiled"'}, 10, "quantity", "'kiled'", "did you mean 'killed'"),
        ({"source": '"ssoo"'}, 11, "source", "'ssoo'", "did you mean 'sso'"),
        ({"source": "-"}, 8, "source", "nothing", "id of a source"),
        ({"id": "-"}, 8, "id", "nothing", "an id"),
        ({"id": '"good"'}, 9, "id", "'good'", "claims.toml:2 has it too"),
        ({"phrase": '"many troops"'}, 12, "phrase", "'many troops'", "a phrase with a number"),
        ({"phrase": "-"}, 8, "phrase", "nothing", "a phrase with a number, or value"),
        ({"on": '"2024-13-01"'}, 13, "on", "'2024-13-01'", "a date"),
        ({"on": '"2024-02-30"'}, 13, "on", "'2024-02-30'", "a date"),
        ({"on": '"2024-12-18/2024-12-17"'}, 13, "on", "2024-12-18/2024-12-17", "a date"),
        ({"on": "12"}, 13, "on", "12", "a date"),
        ({"on": "-"}, 8, "on", "nothing", "a day (on) or a window"),
        ({"on": "2024-09-30"}, 13, "on", "2024-09-30", "not before 2024-10-01"),
        ({"days": "2"}, 13, "on", "2024-12-17", "not both"),
        ({"on": "-", "during_start": "2024-12-17"}, 8, "during_end", "nothing", "both ends"),
        (
            {"on": "-", "during_start": "2024-12-17", "during_end": "2024-12-11"},
            *(14, "during_end", "2024-12-17 to 2024-12-11", "before it starts"),
        ),
        (
            {"on": "-", "during_start": "2024-12-11", "during_end": "2024-12-17", "days": "3"},
            *(14, "during_end", "with days = 3", "no window of 3 days"),
        ),
        ({"phrase": "-", "value": "-5"}, 8, "phrase", "'-5'", "0 or more"),
        ({"phrase": "-", "lower": "-3", "upper": "4"}, 8, "phrase", "'-3 to 4'", "0 or more"),
        ({"phrase": "-", "lower": "30", "upper": "20"}, 13, "lower", "lower 30", "at most upper"),
        ({"value": '"fifty"'}, 14, "value", "'fifty'", "a number"),
        ({"said": '"Tuesday"'}, 14, "said", "'Tuesday'", "a date"),
        ({"credibility": "7"}, 14, "credibility", "7", "from 1 to 6"),
        ({"credibility": "2.5"}, 14, "credibility", "2.5", "a whole number"),
        ({"scope": '"hole"'}, 14, "scope", "'hole'", "did you mean 'whole'"),
        ({"additional": '"perhaps"'}, 14, "additional", "'perhaps'", "true or false"),
        ({"quantity": '"troops_deployed"', "on": "-", "during_start": "2024-12-01",
          "during_end": "2024-12-17"}, 13, "during_start", "2024-12-01 to", "a day (on)"),
        ({"origin": '"goood"'}, 14, "origin", "'goood'", "did you mean 'good'"),
        ({"origin": '"bad"'}, 14, "origin", "bad -> bad", "no circle"),
        ({"superseded_by": '"x"'}, 14, "superseded_by", "'x'", "a known claim"),
        ({"status": '"gone"'}, 14, "status", "'gone'", "one of active"),
        ({"retracted_on": '"2024-12"'}, 14, "retracted_on", "'2024-12'", "one day"),
        ({"report": '"daily"'}, 14, "report", "'daily'", "a known report"),
        ({"sorce": '"sso"'}, 14, "sorce", "the key 'sorce'", "did you mean 'source'"),
        ({"kind": '"range"'}, 14, "kind", "'range'", "'exact', as the words say"),
        ({"note": "3.5", "span": "[1]"}, 8, "", "", ""),
    ],
)  # fmt: skip
def test_each_mistake_is_told_with_its_line(
    tmp_path: Path, changes: dict[str, str], line: int, field: str, came: str, expected: str
) -> None:
    if not field:  # numbers in a text field are taken as they are; the span of words is unused
        (tmp_path / "claims.toml").write_text(f"{GOOD}\n{claim(**changes)}")
        assert read_ledger(tmp_path)["bad"].note == "3.5"
        return
    [(at, key, got, wanted)] = told(tmp_path, claim(**changes))
    assert (at, key) == (line, field)
    assert came in got
    assert expected in wanted


def test_all_problems_of_all_files_come_at_once(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text('[report]\nid = "r"\ndate = 2024-12-40\n')
    (tmp_path / "b.toml").write_text(claim(quantity='"kiled"', phrase='"none of it"', on='"x"'))
    (tmp_path / "c.toml").write_text(claim(id='"c"', origin='"d"') + claim(id='"d"', origin='"c"'))
    (tmp_path / "d.toml").write_text(GOOD + '[[sourcs]]\nid = "x"\n')
    (tmp_path / "e.toml").write_bytes(b'id = "\xff"')
    found = [(Path(p.file).name, p.line, p.field) for p in problems(tmp_path)]
    assert found == [
        ("a.toml", 3, "file"),
        ("b.toml", 3, "quantity"),
        ("b.toml", 5, "phrase"),
        ("b.toml", 6, "on"),
        ("c.toml", 7, "origin"),
        ("d.toml", 7, "sourcs"),
        ("e.toml", 1, "file"),
    ]


def test_a_broken_claim_is_not_reported_again_by_those_that_repeat_it(tmp_path: Path) -> None:
    text = claim(credibility="9") + claim(id='"second"', origin='"bad"')
    assert [(line, field) for line, field, _, _ in told(tmp_path, text)] == [(14, "credibility")]


@pytest.mark.parametrize(
    ("text", "line", "field", "expected"),
    [
        ('[[quantity]]\nid = "x"\nkind = "flow"\n', 3, "kind", "cumulative, stock, constant"),
        ('[[quantity]]\nid = "x"\nparts = ["killd"]\n', 3, "parts", "did you mean 'killed'"),
        ('[[quantity]]\nid = "x"\nparts = ["x"]\n', 3, "parts", "other quantities"),
        ('[[quantity]]\nid = "x"\nparts = "killed"\n', 3, "parts", "a list of texts"),
        ('[[quantity]]\nid = "x"\nparts = ["brigades"]\n', 3, "parts", "the same kind and epoch"),
        ('[[quantity]]\nid = "x"\narrivals = "killed"\n', 3, "arrivals", "a stock with"),
        ('[[quantity]]\nid = "x"\n[[quantity]]\nid = "x"\n', 4, "id", "x.toml:2 has it too"),
        (
            '[[quantity]]\nid = "x"\n[quantity.priors.rate]\nmedian = 0\nlog_sd = 1\n',
            *(4, "median", "above 0"),
        ),
        (
            '[[quantity]]\nid = "x"\n[quantity.priors.rate]\nmedain = 1\nlog_sd = 1\n',
            *(4, "medain", "did you mean 'median'"),
        ),
        (
            '[[quantity]]\nid = "x"\n[quantity.priors.rat]\nmedian = 1\nlog_sd = 1\n',
            *(3, "priors", "did you mean 'rate'"),
        ),
        ('[[source]]\nid = "x"\nreliability = "G"\n', 3, "reliability", "one of A, B, C"),
        ('[[source]]\nid = "x"\nparent = "y"\n', 3, "parent", "a known source"),
        ('[[source]]\nid = "x"\nparent = "x"\n', 3, "parent", "no circle"),
        ('[[resolution]]\nquantity = "killed"\nvalue = 3\n', 1, "known_on", "the day it became"),
    ],
)
def test_registries_are_checked(
    tmp_path: Path, text: str, line: int, field: str, expected: str
) -> None:
    (tmp_path / "claims.toml").write_text(GOOD)
    (tmp_path / "x.toml").write_text(text)
    found = [p for p in problems(tmp_path) if p.line == line]
    assert [(Path(p.file).name, p.field) for p in found] == [("x.toml", field)]
    assert expected in found[0].expected


def test_an_empty_ledger_says_what_was_looked_for(tmp_path: Path) -> None:
    [problem] = problems(tmp_path)
    assert "*.toml" in problem.file
    assert problem.came == "no TOML file"
    (tmp_path / "a.toml").write_text("# nothing\n")
    [problem] = problems(tmp_path)
    assert "1 TOML files" in problem.came
    [problem] = problems(tmp_path / "nowhere")
    assert problem.came == "nothing there"


def test_own_registries_lie_over_the_bundled_ones(tmp_path: Path) -> None:
    (tmp_path / "sources.toml").write_text('[[source]]\nid = "kirby"\nreliability = "A"\n')
    (tmp_path / "claims.toml").write_text(GOOD)
    ledger = read_ledger(tmp_path)
    assert ledger.source("kirby").reliability == "A"
    assert ledger.source("sso").reliability == read_ledger().source("sso").reliability
    (tmp_path / "sources.toml").write_text('bundled = false\n[[source]]\nid = "kirby"\n')
    assert "killed" not in str([p.expected for p in problems(tmp_path) if p.field == "source"])


def test_bad_rows_of_a_table_are_told_by_line(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text(
        "id,quantity,source,phrase,value,on,credibility\n"
        "a,dead,town,30,,2024-12-01,2\n"
        "b,dead,,many,,2024-12-99,\n"
        "b,dead,town,,twelve,2024-12-01,9\n"
        "c,dead,town,,1e+05,2024-12-01,\n"
        'd,dead,town,,"12,000",,\n'
    )
    found = [(p.line, p.field, p.came) for p in problems(tmp_path / "x.csv")]
    assert found == [
        (3, "source", "nothing"),
        (3, "phrase", "'many'"),
        (3, "on", "'2024-12-99'"),
        (4, "value", "'twelve'"),
        (4, "credibility", "'9'"),
        (4, "id", "'b'"),
        (6, "on", "nothing"),
    ]


@pytest.mark.parametrize(
    ("columns", "field", "expected"),
    [
        ({"quantity": ["a"], "sorce": ["b"], "value": [3]}, "source", "did you mean 'sorce'"),
        ({"quantity": ["a"], "source": ["b"], "vlue": [3]}, "phrase", "phrase, value"),
        ({"quantity": [], "source": [], "value": []}, "claim", "at least one claim"),
    ],
)
def test_a_frame_without_what_it_needs_is_refused(
    columns: dict[str, list[object]], field: str, expected: str
) -> None:
    with pytest.raises(LedgerError) as caught:
        read_ledger(pd.DataFrame(columns))
    [problem] = caught.value.problems
    assert problem.field == field
    assert expected in problem.expected


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.jsonl", b'{"quantity": "a"\n'),
        ("a.jsonl", b"[1]\n"),
        ("a.parquet", b"not parquet"),
        ("a.sqlite", b"not a database, but long enough to be read as one" * 20),
        ("a.csv", b'a,b\n"x'),
        ("a.csv", b"\xff\xfe\xfa,b\n1,2\n"),
        ("a.csv", b""),
    ],
)
def test_a_file_that_is_not_what_its_name_says(name: str, content: bytes, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(content)
    [problem] = problems(tmp_path / name)
    assert problem.file == str(tmp_path / name)


def test_a_claim_is_added_at_the_end_or_nothing_changes(tmp_path: Path) -> None:
    file = tmp_path / "claims.toml"
    file.write_text(f"# mine\n{GOOD}")
    record = {
        "id": "new",
        "quantity": "killed",
        "source": "sso",
        "phrase": "50",
        "on": "2024-12-18",
    }
    assert len(append_claim(tmp_path, record)) == 2
    assert file.read_text().startswith(f"# mine\n{GOOD}\n[[claim]]\n")
    before = file.read_text()
    for wrong in ({"source": "nobody"}, {"id": "new"}, {"id": "b", "phrase": "no number"}):
        with pytest.raises(LedgerError):
            append_claim(tmp_path, record | wrong)
    assert file.read_text() == before
    append_claim(tmp_path, record | {"id": "other"}, "other.toml")
    assert [f.name for f in sorted(tmp_path.iterdir())] == ["claims.toml", "other.toml"]
