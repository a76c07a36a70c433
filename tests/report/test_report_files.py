"""The files of a report: whole, escaped, reproducible, and readable again."""

from __future__ import annotations

import csv
import io
import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from click.testing import CliRunner
from report_cases import BOATS, nasty_ledger

import reconcile
from reconcile.cli import main
from reconcile.errors import OptionError
from reconcile.ledger import write_ledger
from reconcile.report import write_report
from reconcile.report.chromium import find_browser
from reconcile.report.data_files import DATA_FILES
from reconcile.report.naming import slug


class Outline(HTMLParser):
    """Tags, ids and addresses of a page, as a browser finds them."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.labels: list[str] = []
        self.handlers: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        for name, value in attrs:
            self.handlers += [name] if name.startswith("on") else []
            self.ids += [value or ""] if name == "id" else []
            self.links += [value or ""] if name in ("href", "src") else []
            self.labels += (value or "").split() if name == "aria-labelledby" else []


@pytest.fixture(scope="module")
def outline(folder: Path) -> Outline:
    found = Outline()
    found.feed((folder / "report.html").read_text(encoding="utf-8"))
    return found


def test_of_one_quantity_nothing_says_which(tmp_path: Path) -> None:
    """No column and no heading repeats the title, nothing tells of what was not asked."""
    write_report(nasty_ledger(), [BOATS.id], out=tmp_path, formats=("html", "md"), quick=True)
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert ">The answer</h2>" in page
    assert 'data-label="Quantity"' not in page
    assert "Bears on" not in page
    for text in (page, (tmp_path / "report.md").read_text(encoding="utf-8")):
        assert "since: None" not in text
        assert "exclude: []" not in text
        assert "method: state-space" in text.replace("\\", "")


def test_ids_of_claims_lead_to_their_rows(folder: Path) -> None:
    page = (folder / "report.html").read_text(encoding="utf-8")
    linked = re.findall(r'<a class="claim" href="#(claim-\d+)" title="([^"]*)">([^<]*)</a>', page)
    assert linked
    for anchor, told, name in linked:
        row = page[page.index(f'id="{anchor}"') :].partition("</tr>")[0]
        assert f'<span class="id">{name}</span>' in row
        assert "Jun 2023" in told


def test_the_page_loads_nothing_and_holds_only_its_own_marks(outline: Outline) -> None:
    assert outline.tags.count("script") == 1
    assert outline.handlers == []
    assert not {"iframe", "object", "link", "base", "form"} & set(outline.tags)
    outside = [a for a in outline.links if not a.startswith(("#", "data:", "figures/", "data/"))]
    assert all(a.startswith("https://example.org/") for a in outside)


def test_ids_are_unique_and_every_address_leads_somewhere(outline: Outline, folder: Path) -> None:
    assert len(outline.ids) == len(set(outline.ids))
    assert set(outline.labels) <= set(outline.ids)
    for link in outline.links:
        if link.startswith("#"):
            assert link[1:] in outline.ids
        elif link.startswith(("figures/", "data/")):
            assert (folder / link.partition("#")[0]).stat().st_size > 20


def test_figures_are_svg_and_png_and_pages_of_one_pdf(folder: Path) -> None:
    figures = folder / "figures"
    svg = sorted(path.stem for path in figures.glob("*.svg"))
    assert len(svg) > 8
    assert svg == sorted(path.stem for path in figures.glob("*.png"))
    pdf = (figures / "figures.pdf").read_bytes()
    assert len(re.findall(rb"/Type /Page\b", pdf)) == len(svg)
    assert b"/FontFile2" in pdf


def test_the_data_are_safe_and_whole(folder: Path) -> None:
    assert {path.name for path in (folder / "data").iterdir()} == {name for name, _ in DATA_FILES}
    for path in (folder / "data").glob("*.csv"):
        rows = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8"))))
        assert all(len(row) == len(rows[0]) for row in rows)
        for cell in (cell for row in rows for cell in row):
            number = re.fullmatch(r"-?[\d.]+(e-?\d+)?|-?inf", cell)
            assert number or not cell.startswith(("=", "+", "-", "@", "\t"))
    claims = list(csv.DictReader(io.StringIO((folder / "data/claims.csv").read_text("utf-8"))))
    assert {row["claim"].removeprefix("'") for row in claims} == {
        claim.id.replace("\u202e", "\N{REPLACEMENT CHARACTER}") for claim in nasty_ledger()
    }
    answers = json.loads((folder / "data/answers.json").read_text("utf-8"))
    assert [answer["n_claims"] for answer in answers] == [5, 2, 2]


def test_the_markdown_shows_marks_as_text(folder: Path) -> None:
    text = (folder / "report.md").read_text(encoding="utf-8")
    assert text.startswith('---\ntitle: "Flood <b>report</b>"\n')
    body = text.split("---\n", 2)[2]
    bare = re.sub(r"\\.", "", body)
    assert not re.search(r"<\w|\]\(javascript|\*bold\*", bare)
    for target in re.findall(r"\]\(((?:figures|data)/[^)]+)\)", bare):
        assert (folder / target).exists()
    assert bare.count("fig-alt=") == len(list((folder / "figures").glob("*.svg")))
    tables = [line for line in bare.split("\n") if line.startswith("|")]
    assert len(tables) > 20


def test_progress_goes_from_nothing_to_done(folder: Path, told: list[tuple[float, str]]) -> None:
    shares = [done for done, _ in told]
    assert shares == sorted(shares)
    assert shares[0] < 0.1
    assert told[-1] == (1.0, "done")
    assert len(told) > 15


def test_the_same_ledger_gives_the_same_bytes(tmp_path: Path) -> None:
    ledger = nasty_ledger().select(quantity=BOATS.id)
    for name in ("a", "b"):
        write_report(ledger, out=tmp_path / name, formats=("html", "md"), leave_out=1)
    first = {p.relative_to(tmp_path / "a"): p for p in (tmp_path / "a").rglob("*.*")}
    assert len(first) > 12
    for name, path in first.items():
        assert path.read_bytes() == (tmp_path / "b" / name).read_bytes(), name


def test_wrong_formats_places_and_browsers_are_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(OptionError, match="expected a format of html, md, pdf; got 'docx'"):
        write_report(out=tmp_path, formats=("docx",))
    (tmp_path / "file").write_text("x")
    with pytest.raises(OptionError, match="expected a folder"):
        write_report(out=tmp_path / "file")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("RECONCILE_BROWSER", raising=False)
    with pytest.raises(OptionError, match="apt-get install chromium"):
        write_report(out=tmp_path / "new", formats=("pdf",))
    assert not (tmp_path / "new").exists()
    monkeypatch.setenv("RECONCILE_BROWSER", "no-such-browser")
    with pytest.raises(OptionError, match="no-such-browser"):
        find_browser()


def test_the_command_prints_pages_on_stdout_and_progress_on_stderr(tmp_path: Path) -> None:
    ledger = nasty_ledger().select(quantity=BOATS.id)
    source, out = tmp_path / "ledger", tmp_path / "out"
    source.mkdir()
    write_ledger(reconcile.read_ledger().select(quantity="brigades"), source)
    found = CliRunner().invoke(
        main, ["report", "brigades", "--ledger", str(source), "--out", str(out), "--leave-out", "0"]
    )
    assert found.exit_code == 0, found.output
    assert found.stdout == f"{out / 'report.html'}\n"
    assert "100% done" in found.stderr
    assert "\r" not in found.stderr
    assert len(ledger) == 2
    wrong = CliRunner().invoke(main, ["report", "brigade", "--out", str(out)])
    assert wrong.exit_code == 2
    assert "brigades" in wrong.stderr


def test_names_of_files_are_safe_and_differ() -> None:
    ids = [
        "a/b",
        "a-b",
        "A-b",
        "../x",
        "x",
        "=cmd()",
        "boats|$x$",
        "قوارب",
        "CON",
        "a" * 300,
        "a_b",
        "a b",
    ]
    names = [slug(name) for name in ids]
    assert len({name.lower() for name in names}) == len(ids)
    assert all(re.fullmatch(r"[0-9a-z._-]{1,80}", name) for name in names)
    assert not any(name.startswith(".") for name in names)
