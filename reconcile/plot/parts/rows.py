"""Rows: words beside or above, a form on the axis of values, figures on the right.

Shared by every figure that lists things. The y axis counts points from the top of the Axes, so
that a row is as high as its words.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Generic, Literal, TypeVar

import numpy as np
from matplotlib.lines import Line2D
from matplotlib.text import Text

from reconcile.plot.parts.colouring import GRID, INK, QUIET
from reconcile.plot.parts.description import Description, attach
from reconcile.plot.parts.fan import band_shades
from reconcile.plot.parts.sheet import Options, Sheet
from reconcile.plot.parts.values_axis import ValueAxis, thin_ticks
from reconcile.values.estimate import Estimate

Layout = Literal["above", "beside", "line"]
T = TypeVar("T")

SHARE = 0.4  # of the width, at most, that words on the left take
TALLEST = 640.0  # points: rows of a figure that may grow, so that with its words it is on one A4
GAP = 7.0  # points between words and Axes


@dataclass(frozen=True, slots=True)
class RowWords:
    """The words of a row centred at `y` points: bold ones, then quiet ones.

    The quiet ones are `second`; or, where a source is named, the longest of `names` that fits
    between `second` and `after`. With `figures` the bold words give way to the quiet ones.
    """

    y: float
    first: str
    second: str = ""
    colour: str | None = None
    names: Sequence[str] = ()
    after: str = ""
    figures: bool = False

    def quiet(self, sheet: Sheet, width: float, size: float) -> str:
        """The quiet words, no wider than `width` points."""
        if self.names:
            return sheet.name(self.names, width, size, self.second, self.after)
        return sheet.shorten(self.second, width, size) if self.second else ""


def lay_rows(
    sheet: Sheet,
    rows: Sequence[RowWords],
    height: float,
    columns: Callable[[], object] = lambda: None,
) -> float:
    """The frame of rows: points from the top on the y axis, a grid on the x axis, the words of the
    rows, and where there is room beside them the `columns` on the right; then the sheet is as high
    as it takes. Returns the points that the words take left of the Axes."""
    ax = sheet.ax
    ax.set_ylim(height, 0)
    ax.yaxis.set_visible(False)
    sheet.dress("bottom")
    ax.grid(axis="x", color=GRID, linewidth=0.6)
    wide = write_rows(sheet, rows)
    if layout_of(sheet) != "above":
        columns()
    sheet.set_inner_height(height)
    thin_ticks(ax, "x", sheet.px(3.2 * sheet.font))  # once its width is known
    return wide


def apply_values(sheet: Sheet, axis: ValueAxis) -> None:
    """The axis of values under the rows."""
    axis.apply(sheet.ax, "x", ticks=5 if sheet.size.name == "column" else 7, say=sheet.say)


def layout_of(sheet: Sheet) -> Layout:
    """How words stand to their row: above it in a column, beside it in two lines or in one."""
    layouts: dict[str, Layout] = {"column": "above", "page": "beside", "slide": "line"}
    return layouts[sheet.size.name]


def row_height(sheet: Sheet, two_lines: bool = True) -> float:
    """Points that a row takes."""
    tall = {"above": 2.9, "beside": 2.5 if two_lines else 1.7, "line": 1.65}
    return tall[layout_of(sheet)] * sheet.font


def rows_that_fit(sheet: Sheet, count: int, left: float) -> int:
    """How many of `count` rows can be read in `left` points, where the height is given, else on a
    printed page; where not all of them can, a row remains for how many more there are."""
    most = int(TALLEST / (1.15 * row_height(sheet, two_lines=False)))
    if sheet.fixed:
        most = int(left / ((2.2 if layout_of(sheet) == "above" else 1.3) * sheet.font))
    return count if count <= most else max(most - 1, 1)


@dataclass(frozen=True, slots=True)
class Stack(Generic[T]):
    """Rows one below the other: their words with what each is about, headings of groups, a line
    for those that there is no room for, and where it all ends, in points from the top."""

    lines: Sequence[tuple[RowWords, T]]
    headings: Sequence[tuple[float, str]]
    rest: Sequence[RowWords]
    bottom: float

    @property
    def words(self) -> list[RowWords]:
        """All words to write beside the rows."""
        return [*(line for line, _ in self.lines), *self.rest]

    def told(self, sheet: Sheet, words: Description) -> None:
        """Say in the alt text how many are not drawn."""
        if self.rest:
            attach(sheet.ax, replace(words, alt=f"{words.alt} {self.rest[0].first}."))


def stack_rows(
    sheet: Sheet,
    groups: Sequence[tuple[str, Sequence[T]]],
    words: Callable[[T], RowWords],
    top: float,
    rank: Callable[[T], Any],
) -> Stack[T]:
    """A row of one line for each, under the heading of its group, if that has one; on a sheet of
    given height rows close up, and where not all can be read those of lowest `rank` remain."""
    font, high = sheet.font, 1.15 * row_height(sheet, two_lines=False)
    every = [row for _, rows in groups for row in rows]
    left = sheet.pt(sheet.inner.height) - top - 1.9 * font * sum(bool(head) for head, _ in groups)
    kept = sorted(every, key=rank)[: rows_that_fit(sheet, len(every), left)]
    hidden = len(every) - len(kept)
    if sheet.fixed:
        high = min(high, max(left / max(len(kept) + bool(hidden), 1), 0.8 * font))
    y, lines, headings = top, list[tuple[RowWords, T]](), list[tuple[float, str]]()
    for heading, rows in groups:
        shown = [row for row in rows if row in kept]
        if heading and shown:
            headings.append((y + 0.9 * font, heading))
            y += 1.9 * font
        for row in shown:
            lines.append((replace(words(row), y=y + high / 2), row))
            y += high
    if not hidden:
        return Stack(lines, headings, [], y + 0.4 * font)
    more = sheet.say("claims.more_sources", n=sheet.say.digits(f"{hidden:,}"))
    return Stack(lines, headings, [RowWords(y + high / 2, more)], y + high + 0.4 * font)


def form_y(sheet: Sheet, row: RowWords) -> float:
    """Where the form of a row stands: at its middle, or below its words."""
    return row.y + (0.62 * sheet.font if layout_of(sheet) == "above" else 0.0)


def write_rows(sheet: Sheet, rows: Sequence[RowWords]) -> float:
    """Write the words of each row; returns the points that they take left of the Axes."""
    layout = layout_of(sheet)
    if layout == "above":
        for row in rows:
            _above(sheet, row)
        return 0.0
    return _beside(sheet, rows, single=layout == "line") if rows else 0.0


def _above(sheet: Sheet, row: RowWords) -> None:
    """Words in one line over the form, on white, since grid lines run there."""
    big, small = _sizes(sheet)
    width = sheet.pt(sheet.ax.bbox.width)
    y = row.y - 0.68 * sheet.font
    indent = 5.0 if row.colour else 0.0
    room = width - indent
    if row.figures:
        room -= sheet.measure(row.second, small)[0] + 0.7 * small
    first = sheet.shorten(row.first, room, big, "bold")
    start = indent + sheet.measure(first, big, "bold")[0] + 0.7 * small
    second = row.quiet(sheet, width - start, small)
    _word(sheet, y, first, indent, big, "bold", INK, ground=True)
    if second and second != "…":
        _word(sheet, y, second, start, small, "normal", QUIET, ground=True)
    if row.colour:
        _rule(sheet, y, 1.0, 0.55 * big, row.colour)


def _beside(sheet: Sheet, rows: Sequence[RowWords], single: bool) -> float:
    """Words left of the Axes in a column as wide as they need, up to `SHARE` of the room."""
    big, small = _sizes(sheet)
    most = SHARE * sheet.room - 6
    lines = [_cut(sheet, row, most, single) for row in rows]
    wide = GAP + max(start + end for _, _, start, end in lines)
    for row, (first, second, start, _) in zip(rows, lines, strict=True):
        up, down = (0.0, 0.0) if single or not second else (0.62 * big, -0.68 * small)
        _word(sheet, row.y, first, -wide, big, "bold", INK, up=up)
        if second:
            _word(sheet, row.y, second, start - wide, small, "normal", QUIET, up=down)
        if row.colour:
            half = 0.55 if single else 0.95
            _rule(sheet, row.y, -wide - 4.0, half * big, row.colour)
    return wide


def _cut(sheet: Sheet, row: RowWords, most: float, single: bool) -> tuple[str, str, float, float]:
    """First and second words no wider than there is room, where the second start, their width.

    In one line the first words go before the second; in two each has the whole width.
    """
    big, small = _sizes(sheet)
    first = sheet.shorten(row.first, most, big, "bold")
    wide = sheet.measure(first, big, "bold")[0]
    start = wide + 0.7 * small if single else 0.0
    second = row.quiet(sheet, max(most - start, 1.0), small)
    if not second or (single and second == "…"):
        return first, "", 0.0, wide
    tail = sheet.measure(second, small)[0]
    return first, second, start, tail if single else max(wide, tail)


def _sizes(sheet: Sheet) -> tuple[float, float]:
    return 0.95 * sheet.font, 0.87 * sheet.font


def _word(
    sheet: Sheet,
    y: float,
    text: str,
    right: float,
    size: float,
    weight: str,
    ink: str,
    up: float = 0.0,
    ground: bool = False,
) -> Text:
    box = {"facecolor": "white", "edgecolor": "none", "pad": 0.6} if ground else None
    return sheet.ax.text(
        0,
        y,
        text,
        transform=sheet.beside(right=right, up=up),
        fontsize=size,
        fontweight=weight,
        color=ink,
        va="center_baseline",
        clip_on=False,
        zorder=6,
        bbox=box,
    )


def _rule(sheet: Sheet, y: float, right: float, half: float, colour: str) -> None:
    """A short upright line in the source's colour left of the words."""
    line = Line2D(
        [0],
        [y],
        transform=sheet.beside(right=right),
        marker="|",
        markersize=2 * half,
        markeredgewidth=1.6,
        color=colour,
        linestyle="none",
        clip_on=False,
        zorder=6,
    )
    sheet.ax.add_artist(line)


def write_right(
    sheet: Sheet, cells: Sequence[tuple[float, str]], heading: str, at: float, top: float
) -> float:
    """A right-aligned column of figures right of the Axes, from `at` points; returns its end.

    `heading` stands over it, at `top` points.
    """
    size = 0.9 * sheet.font
    wide = max(sheet.measure(text, size)[0] for text in (heading, *(text for _, text in cells)))
    style: Options = {"fontsize": size, "ha": "right", "va": "center_baseline", "clip_on": False}
    where = sheet.beside(right=at + wide)
    sheet.ax.text(1, top, heading, transform=where, color=QUIET, fontstyle="italic", **style)
    for y, text in cells:
        sheet.ax.text(1, y, text, transform=where, color=INK, **style)
    return at + wide


def write_heading(sheet: Sheet, y: float, text: str) -> None:
    """A quiet line over a group of rows, from the left edge of the Axes."""
    size = 0.9 * sheet.font
    heading = sheet.ax.text(
        0,
        y,
        sheet.shorten(text, sheet.pt(sheet.ax.bbox.width), size),
        transform=sheet.beside(right=2),
        fontsize=size,
        fontstyle="italic",
        color=QUIET,
        va="center_baseline",
        clip_on=False,
        zorder=6,
        bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.6},
    )
    sheet.within(heading)


def draw_dot(sheet: Sheet, x: float, y: float, colour: str, size: float, marker: str = "o") -> None:
    """A marker with a white edge, `size` points large."""
    style: Options = {"markerfacecolor": colour, "markeredgecolor": "white", "zorder": 4}
    edge: Options = {"markeredgewidth": 0.7, "linestyle": "none"}
    sheet.ax.plot([x], [y], marker=marker, markersize=size, **style, **edge)


def draw_bars(
    sheet: Sheet, answer: Estimate, levels: Sequence[float], y: float, thick: tuple[float, float]
) -> None:
    """The intervals of an answer as bars, the widest first; `thick` in parts of a line of type."""
    widths = np.linspace(*thick, max(len(levels), 2))[-len(levels) :] * (0.9 * sheet.font)
    for level, shade, width in zip(levels, band_shades(len(levels)), widths, strict=True):
        span = answer.interval(level)
        style: Options = {"color": shade, "linewidth": width, "solid_capstyle": "butt"}
        sheet.ax.plot([span.lower, span.upper], [y, y], zorder=2, **style)


def pack_lanes(spans: Sequence[tuple[float, float]], most: int) -> list[int]:
    """A lane for each span, so that spans of a lane don't overlap; past `most` lanes they may.

    >>> pack_lanes([(0, 5), (1, 2), (6, 7), (3, 4)], 8)
    [0, 1, 0, 1]
    """
    ends: list[float] = []
    lanes: list[int] = []
    for start, end in spans:
        lane = next((k for k, last in enumerate(ends) if last < start), len(ends))
        if lane == len(ends) and len(ends) >= most:
            lane = ends.index(min(ends))
        if lane == len(ends):
            ends.append(end)
        ends[lane] = max(ends[lane], end)
        lanes.append(lane)
    return lanes
