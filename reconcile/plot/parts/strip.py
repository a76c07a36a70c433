"""The strip below a timeline: what was counted within a window, which is no level of the total."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection
from matplotlib.patches import Rectangle

from reconcile.plot.parts.colouring import GRID, INK, QUIET, SourceLook
from reconcile.plot.parts.marks import Mark, day_number
from reconcile.plot.parts.rows import pack_lanes
from reconcile.plot.parts.sheet import Options, Sheet
from reconcile.plot.parts.words import claim_words, said_by, shorter_names
from reconcile.values.registry import Quantity

MOST_ROWS = 12
SHARE = 0.36  # of the height that a slide, or the caller's Axes, give to the strip
LEAST = 22.0  # lines of type: a lower sheet has no room for the words of the strip
LANES = 8  # of bars without words, for those that get no row
LANE = 2.6  # points
GAP = 4.0  # points between bar and words


@dataclass(frozen=True, slots=True)
class _FlowRow:
    """A flow with its words: left or right of its bar, or in a line above it.

    `at` is where the words begin, in points from the left edge of the Axes; the quiet ones begin
    `step` points further on.
    """

    mark: Mark
    first: str
    second: str
    at: float
    step: float
    above: bool


def draw_strip(
    sheet: Sheet, flows: Sequence[Mark], looks: Mapping[str, SourceLook], about: Quantity
) -> list[Mark]:
    """Hang the strip under the fan; returns the flows that are named in it."""
    size, head = 0.9 * sheet.font, 1.9 * sheet.font
    rows, rest = _rows_that_fit(sheet, flows, about, head)
    lanes = pack_lanes(_spans(rest, sheet.ax), LANES)
    heights = [_height(row, size) for row in rows]
    total = head + sum(heights) + _tail(lanes, size) + 2.0
    sheet.grow(total + 4.0)
    part = sheet.below(total)
    _dress(sheet, part, total)
    style: Options = {"fontsize": size, "color": QUIET, "fontstyle": "italic", "va": "center"}
    where = sheet.beside(part=part)
    sheet.within(part.text(0, 0.62 * head, _heading(sheet, about), transform=where, **style))
    top = head
    for row, height in zip(rows, heights, strict=True):
        _draw_row(sheet, part, row, looks[row.mark.source], top, height, size)
        top += height
    _draw_lanes(sheet, part, rest, lanes, looks, top, size, alone=not rows)
    return [row.mark for row in rows]


def _rows_that_fit(
    sheet: Sheet, flows: Sequence[Mark], about: Quantity, head: float
) -> tuple[list[_FlowRow], list[Mark]]:
    """The heaviest flows as rows, and the rest; on a fixed sheet the fan keeps most height."""
    size, high = 0.9 * sheet.font, sheet.pt(sheet.inner.height)
    if sheet.fixed and high < LEAST * sheet.font:  # a panel among others: bars without words
        return [], [*flows]
    room = SHARE * high - head
    for most in range(min(MOST_ROWS, len(flows)), 0, -1):
        named, rest = _chosen(flows, most)
        rows = [_row(sheet, mark, about) for mark in named]
        lanes = pack_lanes(_spans(rest, sheet.ax), LANES)
        if not sheet.fixed or sum(_height(row, size) for row in rows) + _tail(lanes, size) <= room:
            return rows, rest
    return [], [*flows]


def _height(row: _FlowRow, size: float) -> float:
    return (2.75 if row.above else 1.65) * size


def _tail(lanes: Sequence[int], size: float) -> float:
    return LANE * (max(lanes) + 1) + 1.6 * size if lanes else 0.0


def _heading(sheet: Sheet, about: Quantity) -> str:
    return sheet.say(f"timeline.strip_{'levels' if about.kind == 'stock' else 'totals'}")


def _chosen(flows: Sequence[Mark], most: int) -> tuple[list[Mark], list[Mark]]:
    """The heaviest `most` flows and the rest, each in order of time."""
    heaviest = sorted(flows, key=lambda mark: (-mark.known_weight, mark.claim))[:most]
    kept = {mark.claim for mark in heaviest}
    named = [mark for mark in flows if mark.claim in kept]
    return named, [mark for mark in flows if mark.claim not in kept]


def _spans(marks: Sequence[Mark], ax: Axes) -> list[tuple[float, float]]:
    """The windows of several marks."""
    limits = ax.get_xlim()
    return [_inside(mark, *limits) for mark in marks]


def _span(mark: Mark, ax: Axes) -> tuple[float, float]:
    """First and last moment of the window (to the end of its last day), inside the limits."""
    return _inside(mark, *ax.get_xlim())


def _inside(mark: Mark, low: float, high: float) -> tuple[float, float]:
    start, end = day_number(mark.start), day_number(mark.end) + 1.0
    return max(start, low), min(max(end, low), high)


def _row(sheet: Sheet, mark: Mark, about: Quantity) -> _FlowRow:
    """Words in one line beside the bar where they fit, else in a line above it."""
    ax, size = sheet.ax, 0.9 * sheet.font
    start, end = _span(mark, ax)
    width = sheet.pt(ax.bbox.width)
    left, right = (sheet.pt(ax.transData.transform((x, 1))[0] - ax.bbox.x0) for x in (start, end))
    names, tail = shorter_names(mark.source_label), said_by(mark, sheet.say)
    first = claim_words(mark, about, sheet.say)
    step = sheet.measure(first, size, "bold")[0] + 0.6 * size
    for name in names:
        wide = step + sheet.measure(f"{name}{tail}", size)[0]
        if right + GAP + wide <= width:
            return _FlowRow(mark, first, f"{name}{tail}", right + GAP, step, False)
        if wide <= left - GAP:
            return _FlowRow(mark, first, f"{name}{tail}", left - GAP - wide, step, False)
    first = sheet.shorten(first, 0.7 * width, size, "bold")
    step = sheet.measure(first, size, "bold")[0] + 0.6 * size
    kept = [n for n in names if left + step + sheet.measure(f"{n}{tail}", size)[0] <= width]
    second = sheet.name(
        kept or names[-1:], width - step, size, after=tail
    )  # words begin at the bar
    wide = step + sheet.measure(second, size)[0]
    return _FlowRow(mark, first, second, min(left, max(width - wide, 0.0)), step, True)


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


def _draw_row(
    sheet: Sheet,
    part: Axes,
    row: _FlowRow,
    look: SourceLook,
    top: float,
    height: float,
    size: float,
) -> None:
    start, end = _span(row.mark, part)
    middle = top + height / 2
    bar = top + height - 4.2 if row.above else middle
    words = top + 0.75 * size if row.above else middle
    _draw_window(part, row.mark, look, start, end, bar, 2.2)
    _draw_bound(part, row.mark, (start + end) / 2, bar, 0.6 * size)
    style: Options = {"fontsize": size, "va": "center_baseline"}
    anchor = start if row.at < _points_of(sheet, part, start) else end
    for text, weight, ink, at in (
        (row.first, "bold", INK, row.at),
        (row.second, "normal", QUIET, row.at + row.step),
    ):
        edge = _points_of(sheet, part, anchor)
        looked: Options = {"fontweight": weight, "color": ink, **style}
        where = sheet.shifted(part.transData, at - edge, 0)  # it goes where its window goes
        sheet.within(part.text(anchor, words, text, transform=where, **looked))


def _points_of(sheet: Sheet, part: Axes, day: float) -> float:
    """How far a day lies from the left edge, in points."""
    return sheet.pt(float(part.transData.transform((day, 0.0))[0]) - part.bbox.x0)


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
    alone: bool,
) -> None:
    if not rest:
        return
    told = sheet.say("claims.and_more", claims=sheet.say.count(len(rest), "lighter"))
    if alone:
        told = sheet.say.count(len(rest), "claim")
    style: Options = {"fontsize": size, "color": QUIET, "va": "center"}
    where = sheet.beside(part=part)
    sheet.within(part.text(0, top + 0.8 * size, told, transform=where, **style))
    bars: list[list[tuple[float, float]]] = []
    for (start, end), lane in zip(_spans(rest, part), lanes, strict=True):
        y, half = top + 1.6 * size + LANE * (lane + 0.5), 0.3 * LANE
        bars.append([(start, y - half), (end, y - half), (end, y + half), (start, y + half)])
    edges = [looks[mark.source].colour for mark in rest]
    solid = [mark.active and mark.kind != "vague" for mark in rest]
    faces = [edge if full else "white" for edge, full in zip(edges, solid, strict=True)]
    part.add_collection(
        PolyCollection(bars, facecolors=faces, edgecolors=edges, linewidths=0.5, zorder=3),
        autolim=False,
    )
