"""A few figures held against pictures of them that a person has looked at.

To draw the pictures anew after a wanted change, and look at them again:

    python tests/plot/test_plot_pictures.py
"""

from __future__ import annotations

import sys
from pathlib import Path

import matplotlib as mpl
import pytest
from matplotlib.testing.compare import compare_images
from PIL import Image

sys.path.insert(0, str(Path(__file__).parent))
from plot_cases import CASUALTIES, log_normal, make_estimate, make_timeline, vintage_table

from reconcile import plot

PICTURES = Path(__file__).parent / "pictures"
DPI = 60
TOLERANCE = 4.0  # root mean square of 255; another version of FreeType moves it by about 2
DRAWN = {
    "timeline-page": lambda: plot.timeline(make_timeline()),
    "timeline-column": lambda: plot.timeline(make_timeline(), size="column"),
    "spread-page": lambda: plot.spread(make_estimate()),
    "spread-dots": lambda: plot.spread(make_estimate(), size="column", form="dots"),
    "forest-page": lambda: plot.forest(make_estimate()),
    "conflicts-page": lambda: plot.conflicts(make_estimate()),
    "revisions-column": lambda: plot.revisions(vintage_table(), about=CASUALTIES, size="column"),
}


@pytest.mark.parametrize("name", DRAWN)
def test_the_figure_looks_as_it_did(name: str, tmp_path: Path) -> None:
    drawn = plot.save(DRAWN[name](), tmp_path / f"{name}.png", dpi=DPI)
    difference = compare_images(str(PICTURES / f"{name}.png"), str(drawn), TOLERANCE)
    assert difference is None, difference


def test_a_picture_of_something_else_is_noticed(tmp_path: Path) -> None:
    shifted = plot.spread(make_estimate(spread=log_normal(210, 1.9)))
    drawn = plot.save(shifted, tmp_path / "spread-page.png", dpi=DPI)
    assert compare_images(str(PICTURES / "spread-page.png"), str(drawn), TOLERANCE) is not None


def test_the_fonts_are_those_that_come_with_matplotlib() -> None:
    found = Path(mpl.font_manager.findfont("DejaVu Sans")).resolve()
    assert found.is_relative_to(Path(mpl.get_data_path()).resolve())


if __name__ == "__main__":
    PICTURES.mkdir(exist_ok=True)
    for name, draw in DRAWN.items():
        path = plot.save(draw(), PICTURES / f"{name}.png", dpi=DPI)
        with Image.open(path) as image:
            small = image.convert("RGB").quantize(128)
        small.save(path, optimize=True)
