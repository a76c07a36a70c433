"""The figures of a report: drawn once, as SVG, PNG and PDF, with caption and alt text."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from reconcile.plot import describe, forest, save, save_pages, sensitivity, sources
from reconcile.questions.leave_out import bounds_of
from reconcile.questions.revisions import Revisions
from reconcile.report.contents import Contents, Section
from reconcile.report.naming import slug

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

FORMATS = ("svg", "png")
"""The files of each figure; a PDF has them all as its pages."""

_PDF = "figures.pdf"
_DPI = 150  # of the PNG: sharp on a screen; who prints takes the PDF
# A forest plot has a row for each claim, and is one page; with more claims the table tells.
_LEAST_ROWS, _MOST_ROWS = 3, 45  # of fewer claims the spread shows as much
# A report of more quantities than this is read by its timelines; the rest is in tables.
_FULL = 16


@dataclass(frozen=True, slots=True)
class Drawing:
    """A figure in the folder of a report: `stem` is its file name without ending.

    `section` is the id of its quantity, "" for a figure of them all; `svg` its text; `page` its
    page in `figures.pdf`.
    """

    stem: str
    section: str
    kind: str
    title: str
    caption: str
    alt: str
    svg: str
    page: int


Draw = Callable[[], "Axes"]


def drawings(
    contents: Contents, folder: Path, progress: Callable[[float, str], None]
) -> list[Drawing]:
    """Draw every figure into `folder` and return them in the order in which they are told.

    Each is an SVG and a PNG; `figures.pdf` has them all, a page each.
    """
    asked = list(_asked(contents))
    found: list[Drawing] = []
    pages: list[Axes] = []
    for number, (section, kind, draw) in enumerate(asked):
        progress(number / len(asked), f"figure: {kind} {section}".strip())
        axes = draw()
        pages.append(axes)
        found.append(_drawn(section, kind, axes, folder, number + 1))
    if pages:
        save_pages(pages, folder / _PDF, title=contents.title)
    return found


def _drawn(section: str, kind: str, axes: Axes, folder: Path, page: int) -> Drawing:
    words = describe(axes)
    stem = slug(section, kind)
    for ending in FORMATS:
        save(axes, folder / f"{stem}.{ending}", dpi=_DPI)
    svg = (folder / f"{stem}.svg").read_text(encoding="utf-8")
    return Drawing(stem, section, kind, words.title, str(words), words.alt, svg, page)


def _asked(contents: Contents) -> Iterator[tuple[str, str, Draw]]:
    """Every figure that tells something: its section, its kind, and how to draw it."""
    full = len(contents.sections) <= _FULL
    for section in contents.sections:
        yield from ((section.id, kind, draw) for kind, draw in _of(section, full))
    table = _factors(contents)
    if len(table) > 1:
        yield "", "sources", lambda: sources(table)


def _of(section: Section, full: bool) -> Iterator[tuple[str, Draw]]:
    answer, line = section.answer, section.timeline
    if line is not None and len(line) > 1:
        yield "timeline", line.plot
    if (line is None or full) and len(answer.claims) > 1:
        yield "spread", answer.plot
    if full and _LEAST_ROWS <= len(answer.claims) <= _MOST_ROWS:
        yield "forest", lambda: forest(answer)
    if full and len(section.without) > 2:
        yield "sensitivity", lambda: sensitivity(_left_out(section), about=answer.about)
    if full and section.revisions is not None:
        moved = Revisions(answer.about, answer.date, answer.level, section.revisions)
        yield "revisions", moved.plot


def _factors(contents: Contents) -> pd.DataFrame:
    """The sources of counts: what they err by is a factor, which the figure shows."""
    table, known = contents.sources, contents.ledger.quantities
    return table[[known[name].scale == "log" for name in table["quantity"]]]


def _left_out(section: Section) -> pd.DataFrame:
    """The answers without each source, in the columns that `plot.sensitivity` reads."""
    import pandas as pd  # comes in with the first figure

    answer = section.answer
    rows = [
        {
            "source": each.source,
            "label": each.label,
            "date": answer.date,
            **bounds_of(each.spread, answer.level),
            "change": each.change,
        }
        for each in section.without
        if each.spread is not None
    ]
    frame = pd.DataFrame(rows)
    frame.attrs = dict(answer.claims.attrs)
    return frame
