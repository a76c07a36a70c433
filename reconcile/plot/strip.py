"""The strip below a timeline: what was counted within a window, which is no level of the total."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.dates import date2num
from matplotlib.patches import Rectangle

from reconcile.plot.colouring import GRID, INK, QUIET, SourceLook
from reconcile.plot.marks import Mark
from reconcile.plot.rows import pack_lanes
from reconcile.plot.sheet import Options, Sheet
from reconcile.plot.words import claim_words, count_words
from reconcile.values.registry import Quantity

__all__ = ["draw_strip"]

MOST_ROWS = 12
SHARE = 0.36  # of the height that a slide, or the caller's Axes, give to the strip
LANES = 8  # of bars without words, for those that get no row
LANE = 2.6  # points
GAP = 4.0  # points between bar and words


@dataclass(frozen=True, slots=True)
class _Row:
    """A flow with its words in one or two lines, beside its bar on the `side` with more room."""

    mark: Mark
    first: str
    second: str
    side: str
    lines: int


def draw_strip(
    sheet: Sheet, flows: Sequence[Mark], looks: Mapping[str, SourceLook], about: Quantity
) -> list[Mark]:
    """Hang the strip under the fan; returns the flows that are named in it."""
    size = 0.9 * sheet.font
    head = 1.9 * sheet.font
    named, rest = _chosen(flows, _rows_that_fit(sheet, size, head, len(flows)))
    rows = [_row(sheet, mark, about) for mark in named]
    lanes = pack_lanes([_span(mark, sheet.ax) for mark in rest], LANES)
    heights = [1.3 * size * row.lines + 0.35 * size for row in rows]
    tail = (LANE * (max(lanes, default=0) + 1) + 1.6 * size) if rest else 0.0
    total = head + sum(heights) + tail + 2.0
    sheet.grow(total + 4.0)
    part = sheet.below(total)
    _dress(sheet, part, total)
    sheet.fit()
    part.text(
        *(0, 1 - 0.62 * head / total),
        _heading(about),
        transform=part.transAxes,
        fontsize=size,
        color=QUIET,
        fontstyle="italic",
        va="center",
    )
    top = head
    for row, height in zip(rows, heights, strict=True):
        _draw_row(sheet, part, row, looks[row.mark.source], top + height / 2, size)
        top += height
    _draw_lanes(sheet, part, rest, lanes, looks, top, size)
    return [row.mark for row in rows]


def _heading(about: Quantity) -> str:
    if about.kind == "stock":
        return "Added within a window (length of the bar), not levels"
    return "Counted within a window (length of the bar), not totals"


def _rows_that_fit(sheet: Sheet, size: float, head: float, wanted: int) -> int:
    """How many named rows there is room for: on a fixed sheet the fan keeps most of the height."""
    if not sheet.fixed:
        return MOST_ROWS
    height = SHARE * sheet.pt(sheet.inner.height) - head
    if wanted <= height / (1.65 * size):
        return wanted
    return max(1, int((height - 3 * size) / (1.65 * size)))


def _chosen(flows: Sequence[Mark], most: int) -> tuple[list[Mark], list[Mark]]:
    """The heaviest `most` flows and the rest, each in order of time."""
    heaviest = sorted(flows, key=lambda mark: (-np.nan_to_num(mark.weight), mark.claim))[:most]
    kept = {mark.claim for mark in heaviest}
    named = [mark for mark in flows if mark.claim in kept]
    return named, [mark for mark in flows if mark.claim not in kept]


def _span(mark: Mark, ax: Axes) -> tuple[float, float]:
    """First and last moment of the window (to the end of its last day), inside the limits."""
    low, high = ax.get_xlim()
    start, end = date2num([mark.start, mark.end + pd.Timedelta(days=1)])
    return max(float(start), low), min(max(float(end), low), high)


def _row(sheet: Sheet, mark: Mark, about: Quantity) -> _Row:
    """Words on one line where they fit beside the bar, else on two, else cut short."""
    ax, size = sheet.ax, 0.9 * sheet.font
    start, end = _span(mark, ax)
    left = sheet.pt(ax.transData.transform((start, 1))[0] - ax.bbox.x0) - GAP
    right = sheet.pt(ax.bbox.x1 - ax.transData.transform((end, 1))[0]) - GAP
    first, second = claim_words(mark, about), mark.source_label
    wide = sheet.measure(first, size, "bold")[0] + sheet.measure(f"  {second}", size)[0] + 2
    if wide <= right:
        return _Row(mark, first, second, "right", 1)
    if wide <= left:
        return _Row(mark, first, second, "left", 1)
    side, room = ("right", right) if right >= left else ("left", left)
    return _Row(
        mark,
        sheet.shorten(first, room, size, "bold"),
        sheet.shorten(second, room, size),
        side,
        2,
    )


def _dress(sheet: Sheet, part: Axes, total: float) -> None:
    """A panel in points from the top, sharing dates with the fan, which gives up its labels."""
    part.set_ylim(total, 0)
    part.yaxis.set_visible(False)
    part.spines["left"].set_visible(False)
    part.spines[["top", "right"]].set_visible(False)
    sheet.dress("bottom")
    sheet.ax.tick_params(axis="x", labelbottom=False)
    part.grid(axis="x", color=GRID, linewidth=0.6)
    part.set_axisbelow(True)


def _draw_row(sheet: Sheet, part: Axes, row: _Row, look: SourceLook, y: float, size: float) -> None:
    start, end = _span(row.mark, part)
    _draw_window(part, row.mark, look, start, end, y, 2.2)
    _draw_bound(part, row.mark, (start + end) / 2, y, 0.6 * size)
    x, way = (end, 1) if row.side == "right" else (start, -1)
    texts = [(row.first, "bold", INK), (row.second, "normal", QUIET)]
    if row.lines == 2:
        for (text, weight, colour), up in zip(texts, (0.65 * size, -0.65 * size), strict=True):
            _write(sheet, part, text, weight, colour, x, y, way, GAP, up, size)
        return
    order = texts if way > 0 else texts[::-1]
    away = GAP
    for text, weight, colour in order:
        _write(sheet, part, text, weight, colour, x, y, way, away, 0.0, size)
        away += sheet.measure(f"{text}", size, weight)[0] + 0.6 * size


def _write(
    sheet: Sheet,
    part: Axes,
    text: str,
    weight: str,
    colour: str,
    x: float,
    y: float,
    way: int,
    away: float,
    up: float,
    size: float,
) -> None:
    part.text(
        x,
        y,
        text,
        transform=sheet.shifted(part.transData, way * away, up),
        fontsize=size,
        fontweight=weight,
        color=colour,
        ha="left" if way > 0 else "right",
        va="center",
    )


def _draw_window(
    part: Axes, mark: Mark, look: SourceLook, start: float, end: float, y: float, half: float
) -> None:
    """The window as a bar: hatched for vague words, hollow for what was withdrawn."""
    part.add_patch(
        Rectangle(
            (start, y - half),
            end - start,
            2 * half,
            facecolor=look.colour if mark.active and mark.kind != "vague" else "white",
            edgecolor=look.colour,
            hatch="/////" if mark.active and mark.kind == "vague" else None,
            linestyle="-" if mark.active else (0, (2, 1.5)),
            linewidth=0.7,
            alpha=0.45 if mark.days is not None else None,  # somewhere in here, not all of it
            zorder=3,
        )
    )


def _draw_bound(part: Axes, mark: Mark, x: float, y: float, size: float) -> None:
    """What the number bounds, as on the fan: an arrow up for at least, down for at most."""
    ways = {"at_least": "^", "more_than": "^", "at_most": "v", "less_than": "v"}
    if mark.kind not in ways:
        return
    style: Options = {
        "markerfacecolor": "white",
        "markeredgecolor": INK,
        "markeredgewidth": 0.5,
    }
    part.plot([x], [y], marker=ways[mark.kind], markersize=size, zorder=4, **style)


def _draw_lanes(
    sheet: Sheet,
    part: Axes,
    rest: Sequence[Mark],
    lanes: Sequence[int],
    looks: Mapping[str, SourceLook],
    top: float,
    size: float,
) -> None:
    if not rest:
        return
    part.text(
        0,
        top + 0.8 * size,
        f"and {count_words(len(rest), 'lighter claim')}",
        transform=sheet.beside(part=part),
        fontsize=size,
        color=QUIET,
        va="center",
    )
    for mark, lane in zip(rest, lanes, strict=True):
        start, end = _span(mark, part)
        y = top + 1.6 * size + LANE * (lane + 0.5)
        _draw_window(part, mark, looks[mark.source], start, end, y, 0.3 * LANE)
