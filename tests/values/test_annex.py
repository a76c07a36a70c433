"""Tables for an annex: whatever a text holds, each language shows it and runs none of it."""

from __future__ import annotations

import csv
import io
import math
import re
from html.parser import HTMLParser

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import reconcile
from reconcile.errors import OptionError
from reconcile.values.annex import Annex, Number, csv_cell, figure, one_line, safe_csv, share

NASTY = [
    "=cmd()", "=cmd|' /C calc'!A0", "+1+1", "-2+3+cmd()", "@SUM(A1)", "\t=1", "\r=1",
    "  =HYPERLINK(1)", "\N{FULLWIDTH EQUALS SIGN}1", "<script>alert(1)</script>",
    '" onmouseover="x', "a | b", "**bold** _it_ `code`", "[x](javascript:alert(1))", "$x^2$",
    r"\input{/etc/passwd}", "50% & more #1", "{{< include x >}}", "two\nlines", "a--b ''c''",
    "שלום ‮txt.exe", "سوريا", "北朝鮮軍", "@citation", "^note~", "!", "", "[optional]", "* star",
    "nul\x00bell\x07", "&amp; &lt;",
]  # fmt: skip


def table(*texts: str) -> Annex:
    return Annex("T <b>", ("id", "n"), tuple((text, figure(1200.0)) for text in texts), texts[:1])


class Reader(HTMLParser):
    """The cells of a table as a browser reads them."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.cells: list[str] = []
        self.inside = False

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.tags.append(tag)
        self.inside = tag == "td"
        if self.inside:
            self.cells.append("")

    def handle_endtag(self, tag: str) -> None:
        self.inside = self.inside and tag != "td"

    def handle_data(self, data: str) -> None:
        if self.inside:
            self.cells[-1] += data


@pytest.mark.parametrize("text", NASTY)
def test_html_shows_the_text_and_nothing_else(text: str) -> None:
    reader = Reader()
    reader.feed(table(text).to_html())
    assert reader.cells[0] == one_line(text)
    assert set(reader.tags) == {
        "table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td"
    }  # fmt: skip


@pytest.mark.parametrize("text", NASTY)
def test_csv_is_one_row_and_no_formula(text: str) -> None:
    rows = list(csv.reader(io.StringIO(table(text).to_csv())))
    assert len(rows) == 2
    assert rows[1][1] == "1200"
    assert rows[1][0].lstrip("'") == one_line(text).lstrip("'")
    assert not rows[1][0].startswith(("=", "+", "-", "@", "\t", "\r", "\N{FULLWIDTH EQUALS SIGN}"))


@pytest.mark.parametrize("text", NASTY)
def test_markdown_keeps_its_columns(text: str) -> None:
    lines = table(text).to_markdown().split("\n")
    bare = [re.sub(r"\\.", "", line) for line in lines]
    assert [line.count("|") for line in bare if line.startswith("|")] == [3, 3, 3]
    assert not any(re.search(r"[`*_<>$~^@\[{]", line) for line in bare[4:5])


@pytest.mark.parametrize("text", NASTY)
def test_latex_escapes_every_command(text: str) -> None:
    row = next(line for line in table(text).to_latex().split("\n") if "1,200" in line)
    cell = row.partition(" & ")[0]
    known = r"\\(textbackslash|textasciitilde|textasciicircum|textless|textgreater|textbar)\{\}"
    more = r"\\(textquotedbl|textasciigrave)\{\}|\\[&%$#_{}]|\$(-|\\times)\$|\{[\[\]*]\}|\{\}"
    assert not re.search(r"[\\&%$#_{}~^]", re.sub(f"{known}|{more}", "", cell)), cell
    assert not cell.startswith(("[", "*"))


@given(st.lists(st.text(), min_size=1, max_size=4))
def test_any_text_survives_csv(texts: list[str]) -> None:
    rows = list(csv.reader(io.StringIO(table(*texts).to_csv())))
    assert len(rows) == len(texts) + 1
    assert [row[0] for row in rows[1:]] == [csv_cell(text) for text in texts]
    assert [csv_cell(text).removeprefix("'") for text in texts] == [
        one_line(text).removeprefix("'") for text in texts
    ]


def test_numbers_are_rounded_for_people_and_plain_for_programs() -> None:
    assert figure(243.2, 390) == Number("240", "240")
    assert figure(-12345.0, 2000) == Number("−12,300", "-12300")
    assert figure(0.0712, 0.05) == Number("0.071", "0.071")
    assert figure(math.inf) == Number("∞", "inf")
    assert figure(math.nan) == Number("", "")
    assert share(0.001).shown == "0.1%"
    assert share(0.0001).shown == "<0.1%"
    assert share(0.0).shown == "0%"


def test_a_long_table_breaks_across_pages_in_latex() -> None:
    assert r"\begin{longtable}" in table(*map(str, range(41))).to_latex()
    assert r"\begin{tabular}" in table(*map(str, range(40))).to_latex()


def test_notes_of_a_csv_are_comments() -> None:
    told = table("a\nb").to_csv(notes=True)
    assert pd.read_csv(io.StringIO(told), comment="#")["n"].tolist() == [1200]
    assert "# a b\n" in told


def test_a_frame_in_csv_keeps_numbers_dates_and_bounds() -> None:
    frame = pd.DataFrame(
        {
            "id": ["=cmd()", "b"],
            "lower": [-1.5, math.inf],
            "on": pd.to_datetime(["2024-12-18", None]),
            "n": pd.array([3, None], dtype="Int64"),
            "at": [pd.Timestamp("2024-12-18 06:30"), pd.NaT],
        }
    )
    assert safe_csv(frame) == (
        "id,lower,on,n,at\n'=cmd(),-1.5,2024-12-18,3,2024-12-18T06:30:00\nb,inf,,,\n"
    )


def test_every_answer_prints_its_tables(bundled: reconcile.Fit) -> None:
    answer = bundled.estimate("brigades")
    line = bundled.timeline("territory_captured", "2024-11-20", "2024-11-24")
    for value, names in (
        (answer, ("estimate", "claims", "sources")),
        (line, ("timeline", "claims")),
    ):
        for name in names:
            rows = value.to_csv(name).count("\n") - 1
            assert value.to_html(name).count("<tr>") >= rows + 1 > 1
            assert value.to_latex(name).count(r" \\") >= rows + 1
            assert value.to_markdown(name).count("\n|") == rows + 2
        with pytest.raises(OptionError, match="expected a table of"):
            value.to_markdown("nothing")
    printed = list(csv.DictReader(io.StringIO(line.to_csv())))
    for row, exact in zip(printed, line.to_frame().to_dict("records"), strict=True):
        assert float(row["median"]) == pytest.approx(exact["median"], rel=0.05)
        assert float(row["lower 90%"]) < float(row["median"]) < float(row["upper 90%"])


def test_pooled_prints_items_and_sources() -> None:
    frame = pd.DataFrame(
        {
            "item": ["a", "a", "=b()", "=b()"],
            "source": ["x", "y", "x", "y"],
            "value": [10.0, 12, 3, 4],
        }
    )
    pooled = reconcile.pool(frame, method="random-effects", learn=None)
    rows = list(csv.DictReader(io.StringIO(pooled.to_csv())))
    assert [row["item"] for row in rows] == ["a", "'=b()"]
    assert 10 < float(rows[0]["median"]) < 12
    assert "Pooled answers" in pooled.to_markdown()
    assert pooled._repr_html_().startswith("<table")
    assert "source" in pooled.to_html("sources")


def test_fit_tables_print_and_stay_frames() -> None:
    fit = reconcile.fit(reconcile.read_ledger().select(quantity="brigades"))
    claims, sources = fit.claims_table(), fit.sources()
    assert "two brigades" in claims.to_markdown()
    assert len(claims) == 2
    assert "earned grade" in sources.to_latex()
    assert sources.to_csv().startswith("source,who,")
    assert sources[["source"]].to_csv(index=False).splitlines()[0] == "source"
    assert sources.to_csv(index=False).startswith("source,label,")
    assert "<table" in fit._repr_html_()
    assert list(fit.claims_table("brigades")["claim"]) == list(claims["claim"])
    with pytest.raises(reconcile.errors.UnknownQuantityError):
        fit.claims_table("brigade")
    assert not fit.kept.get(("posterior",))


def test_a_timeline_is_printed_with_its_numbers(bundled: reconcile.Fit) -> None:
    found = bundled.timeline("troops_deployed", "2024-12-01", "2024-12-21")
    first, *rows = str(found).splitlines()
    assert first.startswith("Timeline ")
    assert [row.split()[0] for row in rows] == ["2024-12-01", "2024-12-11", "2024-12-21"]
    assert all(" to " in row for row in rows)
    one = bundled.timeline("troops_deployed", "2024-12-01", "2024-12-01")
    assert len(str(one).splitlines()) == 2


def test_notebooks_get_figure_and_alt_text(bundled: reconcile.Fit) -> None:
    answer = bundled.estimate("brigades")
    forms, about = answer._repr_mimebundle_()
    assert set(forms) == {"text/plain", "text/html", "image/svg+xml"}
    assert forms["image/svg+xml"].lstrip().startswith("<?xml")
    assert "brigades" in about["image/svg+xml"]["alt"].casefold()
    assert 'alt="' in forms["text/html"]
    assert answer._repr_html_() == forms["text/html"]
    assert answer._repr_svg_() == forms["image/svg+xml"]
    only, _ = answer._repr_mimebundle_(include=["text/plain"])
    assert set(only) == {"text/plain"}
