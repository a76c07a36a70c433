"""Files: the same bytes for the same figure, words inside, fonts embedded."""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.figure import Figure
from PIL import Image
from plot_cases import crowd, figure_of, make_estimate, make_timeline

from reconcile import plot
from reconcile.errors import OptionError

FORMATS = ("svg", "png", "pdf")
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def drawn():
    return plot.timeline(make_timeline())


@pytest.fixture(scope="module")
def drawn_again():
    return plot.timeline(make_timeline())


@pytest.mark.parametrize("kind", FORMATS)
def test_the_same_value_gives_the_same_bytes(kind: str, drawn, drawn_again, tmp_path: Path) -> None:
    """Drawn anew, named by its figure or its Axes, and under other settings of the caller."""
    first = plot.save(drawn, tmp_path / f"a.{kind}").read_bytes()
    again = plot.save(figure_of(drawn_again), tmp_path / f"b.{kind}").read_bytes()
    assert first == again
    with mpl.rc_context({"font.size": 30, "svg.fonttype": "path", "lines.linewidth": 9}):
        assert plot.save(drawn, tmp_path / f"c.{kind}").read_bytes() == first


def test_other_processes_give_the_same_bytes(tmp_path: Path) -> None:
    """Hashes of strings differ between processes unless one takes care."""
    program = (
        "import hashlib, sys, pathlib\n"
        f"sys.path.insert(0, {str(Path(__file__).parent)!r})\n"
        "from plot_cases import make_estimate\n"
        "from reconcile import plot\n"
        "ax = plot.spread(make_estimate(), size='column')\n"
        "for kind in ('svg', 'png', 'pdf'):\n"
        "    path = plot.save(ax, pathlib.Path(sys.argv[1]) / f'x.{kind}')\n"
        "    print(hashlib.sha256(path.read_bytes()).hexdigest())\n"
    )
    other = "1" if sys.flags.hash_randomization else "2"  # never the seed of this process
    printed = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path)],
        env={**os.environ, "PYTHONHASHSEED": other, "SOURCE_DATE_EPOCH": "1700000000"},
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    ax = plot.spread(make_estimate(), size="column")
    here = [
        hashlib.sha256(plot.save(ax, tmp_path / f"here.{kind}").read_bytes()).hexdigest()
        for kind in FORMATS
    ]
    assert printed.split() == here


def test_text_of_an_svg_stays_text(drawn, tmp_path: Path) -> None:
    page = plot.save(drawn, tmp_path / "a.svg")
    root, texts = ET.parse(page).getroot(), texts_of(page)
    assert "a couple hundred" in texts
    assert "Claims: 11 from 7 sources, as known on 2025-02-27" in texts
    style = next(node.get("style", "") for node in root.iter(f"{SVG}text"))
    assert re.search(r"DejaVu Sans.*Arial.*sans-serif", style)


def test_an_svg_speaks_to_those_who_do_not_see_it(drawn, tmp_path: Path) -> None:
    root = ET.parse(plot.save(drawn, tmp_path / "a.svg")).getroot()
    words = plot.describe(drawn)
    assert root.get("role") == "img"
    assert root.find(f"{SVG}title").text == words.title
    assert root.find(f"{SVG}desc").text == words.alt
    ids = [node.get("id") for node in root.iter() if node.get("id")]
    assert len(ids) == len(set(ids))
    assert not re.search(r"\d{4}-\d{2}-\d{2}T", ET.tostring(root, encoding="unicode"))


def test_markup_in_words_is_escaped(tmp_path: Path) -> None:
    claims = make_estimate().claims.assign(source_label="<b>&\"'", phrase="]]><script>")
    ax = plot.spread(make_estimate(claims=claims), title="<title>&")
    root = ET.parse(plot.save(ax, tmp_path / "a.svg")).getroot()
    assert root.find(f"{SVG}title").text == "<title>&"
    assert not list(root.iter(f"{SVG}script"))
    plot.save(ax, tmp_path / "a.pdf")
    plot.save(ax, tmp_path / "a.png")


def texts_of(page: Path) -> set[str]:
    return {"".join(node.itertext()) for node in ET.parse(page).getroot().iter(f"{SVG}text")}


def test_dollars_are_no_mathematics(tmp_path: Path) -> None:
    claims = make_estimate().claims.assign(source_label="A $ B $ C_1^2", phrase="$3 to $4_a")
    told = texts_of(plot.save(plot.timeline(make_timeline(claims=claims)), tmp_path / "a.svg"))
    assert {"A $ B $ C_1^2", "$3 to $4_a"} <= told
    with mpl.rc_context({"text.parse_math": True}):
        ax = plot.spread(make_estimate(claims=claims), style=None)
    assert any("$3 to $4_a" in text for text in texts_of(plot.save(ax, tmp_path / "b.svg")))


def test_controls_and_line_breaks_in_words_do_no_harm(tmp_path: Path) -> None:
    claims = make_estimate().claims.assign(source_label="two\nlines\x07", phrase="a\tcouple\x00")
    told = texts_of(plot.save(plot.timeline(make_timeline(claims=claims)), tmp_path / "a.svg"))
    assert {"two lines", "a couple"} <= told


def test_a_pdf_embeds_truetype_fonts_and_its_words(drawn, tmp_path: Path) -> None:
    content = plot.save(drawn, tmp_path / "a.pdf").read_bytes()
    assert b"/FontFile2" in content
    assert b"/Type3" not in content
    assert b"/CreationDate" not in content
    assert "Casualties".encode("ascii") in content


def test_a_png_carries_its_words(drawn, tmp_path: Path) -> None:
    with Image.open(plot.save(drawn, tmp_path / "a.png", dpi=100)) as image:
        assert image.info["Title"] == "Casualties (killed and wounded)"
        assert image.info["Description"] == plot.describe(drawn).alt
        assert image.width == pytest.approx(170 / 25.4 * 100, abs=1)


def test_it_still_reads_in_grey(drawn, tmp_path: Path) -> None:
    """Bands and marks differ in lightness, not in hue alone."""
    with Image.open(plot.save(drawn, tmp_path / "a.png", dpi=100)) as image:
        grey = np.asarray(image.convert("L")).astype(int)
    shades, counts = np.unique(grey, return_counts=True)
    common = shades[counts > 0.004 * grey.size]
    assert len([shade for shade in common if 160 < shade < 250]) >= 3  # three bands
    assert (grey < 60).sum() > 500  # words and lines


def test_figures_not_ours_can_be_saved_too(tmp_path: Path) -> None:
    figure = Figure()
    figure.add_subplot().plot([1, 2])
    assert plot.save(figure, tmp_path / "a.svg").read_text().count("<svg") == 1


@pytest.mark.parametrize("name", ["a.jpg", "a", "a.svgz"])
def test_other_endings_are_refused(name: str, drawn, tmp_path: Path) -> None:
    with pytest.raises(OptionError, match=r"ends in one of \.svg, \.png, \.pdf"):
        plot.save(drawn, tmp_path / name)
    assert list(tmp_path.iterdir()) == []


def test_a_file_appears_whole_or_not_at_all(tmp_path: Path, monkeypatch) -> None:
    ax = plot.spread(make_estimate(), size="column")
    target = plot.save(ax, tmp_path / "a.png", dpi=50)
    before = target.read_bytes()

    def fail(*_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(os, "replace", fail)
    with pytest.raises(OSError, match="disk full"):
        plot.save(plot.spread(make_estimate(claims=crowd(9))), target)
    assert target.read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["a.png"]
