"""The commands parse and extract."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from reconcile.cli import main
from reconcile.ledger import read_ledger

_TEXT = """Ukraine's military intelligence said on Monday that at least 50 North Korean soldiers \
were killed and 47 more injured in two days.

Mayor Rudolf Elphberg said some 300 North Korean soldiers were wounded on Sunday. He expects a \
few thousand visitors in 2025.
"""


def _run(*args: str, text: str | None = None) -> Result:
    return CliRunner().invoke(main, list(args), input=text)


@pytest.fixture
def article(tmp_path: Path) -> Path:
    path = tmp_path / "article one.txt"
    path.write_text(_TEXT, encoding="utf-8")
    return path


def test_parse_shows_what_decided() -> None:
    result = _run("parse", "no", "fewer", "than", "two", "dozen")
    assert result.exit_code == 0
    rows = dict(line.split(None, 1) for line in result.stdout.splitlines())
    assert (rows["kind"], rows["lower"], rows["rule"]) == (
        "at_least", "24", "at_least: no fewer than",
    )  # fmt: skip


def test_parse_names_the_source_of_a_vague_word() -> None:
    result = _run("parse", "dozens", "--convention", "acled", "--json")
    record = json.loads(result.stdout)
    assert (record["lower"], record["upper"], record["convention"]) == (12.0, None, "acled")
    assert "ACLED" in record["provenance"]


@pytest.mark.parametrize(
    ("args", "code", "said"),
    [
        (("parse", "hello"), 1, "found none"),
        (("parse", "50 dead and 40 hurt"), 1, "got 2"),
        (("parse", "5", "--convention", "defualt"), 2, "default"),
        (("parse",), 2, "TEXT"),
        (("extract", "nowhere.txt"), 2, "nowhere.txt"),
    ],
)
def test_exit_codes(args: tuple[str, ...], code: int, said: str) -> None:
    result = _run(*args)
    assert result.exit_code == code
    assert said in result.stderr


def test_the_table_fits_and_marks_phrase_and_guesses(article: Path) -> None:
    result = _run("extract", str(article), "--published", "2024-12-18")
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert max(map(len, lines)) <= 80
    assert "\x1b" not in result.stdout
    assert any("[at least 50] North Korean soldiers" in line for line in lines)
    assert any("killed" in line and "gur" in line and ">= 50" in line for line in lines)
    assert any("new: mayor_rudolf_elphberg"[:17] in line for line in lines)
    assert "5 numeric claims, 3 about a quantity" in " ".join(result.stderr.split())


def test_json_has_every_field(article: Path) -> None:
    records = json.loads(
        _run("extract", str(article), "--published", "2024-12-18", "--json").stdout
    )
    killed = records[0]
    assert _TEXT[slice(*killed["span"])] == killed["phrase"] == "at least 50"
    assert (killed["quantity"], killed["source"], killed["said"]) == ("killed", "gur", "2024-12-16")
    assert killed["period"] == {
        "kind": "during",
        "start": "2024-12-14/2024-12-15",
        "end": "2024-12-15/2024-12-16",
        "days": 2,
    }
    assert (records[1]["additional"], records[1]["source"]) == (True, "gur")
    assert (records[2]["unit"], records[2]["quantity"]) == ("day", None)
    assert (records[3]["source"], records[3]["proposed_source"]) == (None, "mayor_rudolf_elphberg")


def test_the_draft_is_a_ledger_as_it_is(article: Path, tmp_path: Path) -> None:
    target = tmp_path / "claims.toml"
    result = _run("extract", str(article), "--published", "2024-12-18", "-o", str(target))
    assert result.exit_code == 0
    ledger = read_ledger(target)
    assert [(c.quantity, c.source, c.phrase.text) for c in ledger] == [
        ("killed", "gur", "at least 50"),
        ("wounded", "gur", "47"),
        ("wounded", "mayor_rudolf_elphberg", "some 300"),
    ]
    assert str(ledger[0].period).endswith("2 days")
    assert "# Left out: about no quantity of the ledger." in target.read_text(encoding="utf-8")
    assert "3 claims to check, 2 left out" in result.stderr


def test_several_files_and_a_page_make_one_ledger(article: Path, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text(
        '<html><head><title>T</title><meta name="date" content="2024-12-17"></head><body>'
        "<p>Seoul said 30 North Korean soldiers were killed on Monday.</p></body></html>",
        encoding="utf-8",
    )
    target = tmp_path / "claims.toml"
    result = _run("extract", str(page), "-o", str(target), "--publisher", "The Paper")
    assert "published 2024-12-17, as the page says" in result.stderr
    (report,) = [r for r in read_ledger(target).reports.values() if r.publisher == "The Paper"]
    assert (report.title, str(report.date)) == ("T", "2024-12-17")
    result = _run(
        "extract", str(article), str(page), "--published", "2024-12-18", "-o", str(target),
        "--overwrite",
    )  # fmt: skip
    assert len(read_ledger(target)) == 4


def test_a_draft_without_dates_leaves_out_what_has_no_time(article: Path, tmp_path: Path) -> None:
    target = tmp_path / "claims.toml"
    result = _run("extract", str(article), "-o", str(target))
    assert result.exit_code == 0
    assert "no day of publication is known" in result.stderr
    assert "Left out: the text does not say when" in target.read_text(encoding="utf-8")


def test_standard_input(article: Path) -> None:
    result = _run("extract", "-", "--published", "2024-12-18", "--json", text=_TEXT)
    assert len(json.loads(result.stdout)) == 5


def test_what_nobody_is_named_for_the_outlet_says(tmp_path: Path) -> None:
    path, target = tmp_path / "a.txt", tmp_path / "claims.toml"
    path.write_text("Over 10,000 North Korean troops are deployed in Russia.", encoding="utf-8")
    _run("extract", str(path), "--published", "2024-12-18", "-o", str(target),
         "--publisher", "Kyiv Independent")  # fmt: skip
    (claim,) = read_ledger(target)
    assert claim.source == "kyiv_independent"
    assert "Inferred: period, source" in claim.note
    _run("extract", str(path), "--published", "2024-12-18", "-o", str(target), "--overwrite")
    (claim,) = read_ledger(target)
    assert claim.source == "unnamed"


_QUANTITIES = """[[quantity]]
id = "herd"
label = "Reindeer in the valley"
kind = "stock"
synonyms = ["reindeer", "herd"]
"""
_SOURCES = """[[source]]
id = "warden"
label = "The warden"
synonyms = ["the warden"]
"""
_HERD = "Last week 300 reindeer left the valley, the warden said. About 2,100 reindeer remain."


@pytest.fixture
def registries(tmp_path: Path) -> Path:
    """The natural order of work: what is counted and who speaks, before the first claim."""
    folder = tmp_path / "herd"
    folder.mkdir()
    (folder / "quantities.toml").write_text(_QUANTITIES, encoding="utf-8")
    (folder / "sources.toml").write_text(_SOURCES, encoding="utf-8")
    return folder


def test_registries_alone_are_a_ledger_to_extract_into(registries: Path) -> None:
    target = registries / "claims.toml"
    result = _run(
        *("extract", "-", "--published", "2024-05-16", "--ledger", str(registries)),
        *("-o", str(target)),
        text=_HERD,
    )
    assert result.exit_code == 0, result.output
    (claim,) = read_ledger(registries)
    assert (claim.quantity, claim.source, claim.phrase.text) == ("herd", "warden", "About 2,100")
    assert "a change, not a level" in target.read_text(encoding="utf-8")


@pytest.mark.parametrize("names", [("quantities",), ("quantities", "sources")])
def test_registries_are_taken_as_files(registries: Path, names: tuple[str, ...]) -> None:
    files = [part for name in names for part in (f"--{name}", str(registries / f"{name}.toml"))]
    result = _run("extract", "-", "--published", "2024-05-16", "--json", *files, text=_HERD)
    assert result.exit_code == 0, result.output
    assert [record["quantity"] for record in json.loads(result.stdout)] == ["herd", "herd"]


def test_a_new_ledger_brings_the_registries_along(registries: Path, tmp_path: Path) -> None:
    new = tmp_path / "new"
    result = _run(
        *("extract", "-", "--published", "2024-05-16", "--ledger", str(registries)),
        *("--new", str(new)),
        text=_HERD,
    )
    assert result.exit_code == 0, result.output
    assert [(c.quantity, c.source) for c in read_ledger(new)] == [("herd", "warden")]


def test_an_empty_folder_is_still_no_ledger(tmp_path: Path) -> None:
    result = _run("extract", "-", "--ledger", str(tmp_path), text=_HERD)
    assert result.exit_code == 1
    assert "no TOML file" in result.stderr


def test_without_a_claim_nothing_is_written(tmp_path: Path) -> None:
    new = tmp_path / "new"
    text = "He bought 7 apples."
    result = _run("extract", "-", "--published", "2024-05-16", "--new", str(new), text=text)
    assert result.exit_code == 1
    assert "found no claim, so nothing is written" in " ".join(result.stderr.split())
    assert not new.exists()


def test_a_draft_tells_a_measure_in_the_unit_of_its_quantity(tmp_path: Path) -> None:
    (tmp_path / "quantities.toml").write_text(
        '[[quantity]]\nid = "level"\nlabel = "River level"\nunit = "metre"\nkind = "stock"\n'
        'scale = "linear"\nsynonyms = ["river"]\n',
        encoding="utf-8",
    )
    (tmp_path / "sources.toml").write_text(
        '[[source]]\nid = "agency"\nlabel = "Water agency"\nreliability = "B"\n', encoding="utf-8"
    )
    (tmp_path / "first.toml").write_text(
        '[[claim]]\nid = "x"\nquantity = "level"\nsource = "agency"\non = 2024-05-13\n'
        'phrase = "7.1 metres"\n',
        encoding="utf-8",
    )
    own = tmp_path / "words" / "own.toml"
    own.parent.mkdir()
    own.write_text('extends = "default"\n', encoding="utf-8")
    text = tmp_path / "a.txt"
    text.write_text("The water agency said the river stood at 720 cm on Monday.", encoding="utf-8")
    draft = tmp_path / "draft.toml"
    asked = ("--published", "2024-05-16", "--ledger", str(tmp_path), "--convention", str(own))
    result = _run("extract", str(text), *asked, "-o", str(draft))
    assert result.exit_code == 0, result.stderr
    claims = read_ledger(tmp_path).claims
    assert {(c.lower, c.upper, c.phrase.unit) for c in claims} == {
        (7.1, 7.1, "metre"), (7.2, 7.2, "metre"),
    }  # fmt: skip
