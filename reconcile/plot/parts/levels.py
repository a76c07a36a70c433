"""The claims on the fan of a timeline: each with its form, or many small, or as a density."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.artist import Artist
from matplotlib.collections import LineCollection
from matplotlib.colors import to_rgb
from matplotlib.transforms import Bbox
from numpy.typing import NDArray

from reconcile.numerics.arrays import Array
from reconcile.plot.parts.colouring import INK, SourceLook
from reconcile.plot.parts.glyphs import Brush, draw_glyph, extent
from reconcile.plot.parts.marks import Mark, day_number
from reconcile.plot.parts.sheet import Options, Sheet
from reconcile.plot.parts.values_axis import ValueAxis

DODGE = 40  # above so many marks they lie where they lie
DENSE = 300  # above so many only their density can be seen
CELL = 2.2  # points: the side of a square of density
DAYS = 600  # spans of days drawn at most where marks are dense: more would be a carpet


@dataclass(frozen=True, eq=False)
class Drawn:
    """Claims as drawn: `boxes` gives the pixels (N, 4) each covers, as the Axes is when asked.

    `marks` are those that stand with their own form and can be named.
    """

    marks: Sequence[Mark]
    boxes: Callable[[], Array]
    others: Callable[[], Array]


def draw_levels(
    sheet: Sheet,
    axis: ValueAxis,
    marks: Sequence[Mark],
    looks: Mapping[str, SourceLook],
    tell: bool,
    named: Sequence[Mark],
) -> Drawn:
    """Draw the claims; few stand side by side, many lie where they lie, the densest as squares.

    Where not each has a form of its own, those to be `named` have one nevertheless.
    """
    if len(marks) <= DODGE:
        return _draw_forms(sheet, axis, marks, looks, tell, many=False)
    if len(marks) <= DENSE:
        _draw_swarm(sheet, axis, marks, looks)
    else:
        _draw_density(sheet, axis, marks, looks)
    chosen = {mark.claim for mark in named}
    rest = [mark for mark in marks if mark.claim not in chosen]
    drawn = _draw_forms(sheet, axis, named, looks, tell=True, many=True)
    return Drawn(drawn.marks, drawn.boxes, _squares(sheet, axis, rest))


def middle_days(sheet: Sheet, marks: Sequence[Mark]) -> Array:
    """The middles (N,) of the days that claims speak of, as far as they are in sight."""
    low, high = sheet.ax.get_xlim()
    starts = np.array([day_number(mark.start) for mark in marks])
    ends = np.array([day_number(mark.end) for mark in marks])
    seen = (ends >= low) & (starts <= high)
    inside = (np.maximum(starts, low) + np.minimum(ends, high)) / 2
    return np.where(seen, inside, (starts + ends) / 2)


def _points(axis: ValueAxis, marks: Sequence[Mark]) -> Array:
    """The numbers (N,) that claims say, inside the limits."""
    return np.clip(np.array([mark.point for mark in marks]), axis.lower, axis.upper)


def _squares(sheet: Sheet, axis: ValueAxis, marks: Sequence[Mark]) -> Callable[[], Array]:
    """The pixels of marks without a form of their own, a few points around each."""
    x, y = middle_days(sheet, marks), _points(axis, marks)

    def pixels() -> Array:
        if not len(x):
            return np.zeros((0, 4))
        at = sheet.ax.transData.transform(np.c_[x, y])
        step = sheet.px(6.0)  # marks so near to each other are one obstacle
        middles = np.unique(np.round(at / step), axis=0) * step
        return np.concatenate([middles - step / 2, middles + step / 2], axis=1)

    return pixels


def _draw_swarm(
    sheet: Sheet, axis: ValueAxis, marks: Sequence[Mark], looks: Mapping[str, SourceLook]
) -> None:
    """Small marks: a symbol a claim, thin bars from bound to bound, arrows for one-sided ones."""
    scale, ax = sheet.font / 7.5, sheet.ax
    groups: dict[tuple[str, str, bool], list[Mark]] = {}
    for mark in marks:
        shape = _one_sided(mark) or looks[mark.source].marker
        groups.setdefault((mark.source, shape, mark.active), []).append(mark)
    for (source, shape, active), members in groups.items():
        look = looks[source]
        style: Options = {
            "marker": shape,
            "markersize": look.size(3.0 * scale),
            "markerfacecolor": look.colour if active else "none",
            "markeredgecolor": look.colour,
            "markeredgewidth": 0.0 if active else 0.5,
            "linestyle": "none",
            "zorder": 4.5,
            "label": "_swarm",
        }
        ax.plot(middle_days(sheet, members), _points(axis, members), **style)
    bars = [(m, m.lower, m.upper) for m in marks if math.isfinite(m.lower + m.upper)]
    wide = [(m, low, high) for m, low, high in bars if high > low]
    middles = middle_days(sheet, [m for m, _, _ in wide]).tolist()
    pieces = [
        [(x, axis.clip(low)), (x, axis.clip(high))]
        for x, (_, low, high) in zip(middles, wide, strict=True)
    ]
    _add_lines(sheet, pieces, [looks[m.source].colour for m, _, _ in wide], 0.7 * scale, 0.6)
    _draw_spans(sheet, axis, marks, [looks[m.source].colour for m in marks], 0.6)


def _one_sided(mark: Mark) -> str:
    """An arrow's shape for a claim that bounds from one side only."""
    if math.isinf(mark.upper) or mark.role == "floor":
        return "^"
    return "v" if math.isinf(mark.lower) or mark.role == "ceiling" else ""


def _draw_spans(
    sheet: Sheet, axis: ValueAxis, marks: Sequence[Mark], colours: Sequence[str], alpha: float
) -> None:
    """The days that claims may speak of, where they are more than one."""
    low, high = sheet.ax.get_xlim()
    found = [(m, c) for m, c in zip(marks, colours, strict=True) if m.start != m.end]
    found = found[:: max(1, len(found) // DAYS)]
    pieces = []
    for mark, _ in found:
        start, end = max(day_number(mark.start), low), min(day_number(mark.end), high)
        y = axis.clip(mark.point)
        pieces.append([(start, y), (end, y)])
    _add_lines(sheet, pieces, [colour for _, colour in found], 0.6 * sheet.font / 7.5, alpha)


def _add_lines(
    sheet: Sheet,
    pieces: Sequence[Sequence[tuple[float, float]]],
    colours: Sequence[str],
    width: float,
    alpha: float,
) -> None:
    if pieces:
        pale = {c: tuple(1 - alpha * (1 - part) for part in to_rgb(c)) for c in set(colours)}
        tints = [pale[colour] for colour in colours]
        lines = LineCollection([*pieces], colors=tints, linewidths=width, zorder=3.5)
        sheet.ax.add_collection(lines, autolim=False)


def _draw_density(
    sheet: Sheet, axis: ValueAxis, marks: Sequence[Mark], looks: Mapping[str, SourceLook]
) -> None:
    """Squares where claims lie, darker where there are more; triangles for one-sided ones."""
    sources = {mark.source for mark in marks}
    colour = looks[next(iter(sources))].colour if len(sources) == 1 else INK
    _draw_spans(sheet, axis, marks, [colour] * len(marks), 0.18)
    shapes = [_one_sided(mark) or "s" for mark in marks]
    x, y = middle_days(sheet, marks), _points(axis, marks)
    at = sheet.ax.transData.transform(np.c_[x, y])
    step = sheet.px(CELL)
    cells, counts, kinds = _binned(at / step, shapes)
    back = sheet.ax.transData.inverted().transform((cells + 0.5) * step)
    shade = 0.4 + 0.6 * np.log1p(counts) / np.log1p(max(counts.max(), 6))
    tints = 1 - shade[:, None] * (1 - np.array(to_rgb(colour)))
    for shape in sorted(set(kinds)):
        inside = kinds == shape
        sheet.ax.scatter(
            back[inside, 0],
            back[inside, 1],
            s=CELL**2 * (1.0 if shape == "s" else 2.2),
            c=tints[inside],
            marker=shape,
            linewidths=0,
            zorder=3.8,
            label="_density",
        )


def _binned(at: Array, shapes: Sequence[str]) -> tuple[Array, Array, NDArray[np.str_]]:
    """Cells (K, 2) that hold marks, how many each (K,), and of which shape (K,)."""
    names = sorted(set(shapes))
    codes = np.array([names.index(shape) for shape in shapes], dtype=float)
    rows, counts = np.unique(np.c_[np.floor(at), codes], axis=0, return_counts=True)
    return rows[:, :2], counts.astype(float), np.array([names[int(k)] for k in rows[:, 2]])


def _draw_forms(
    sheet: Sheet,
    axis: ValueAxis,
    marks: Sequence[Mark],
    looks: Mapping[str, SourceLook],
    tell: bool,
    many: bool,
) -> Drawn:
    """The claims in the form of their kind; those of one day side by side unless `many`."""
    drawn: list[tuple[Mark, Bbox]] = []
    measured: list[tuple[list[Artist], Brush]] = []
    for mark in marks:
        brush = Brush(
            sheet.ax,
            axis,
            "y",
            thick=(1.6 if many else 3.0) * sheet.font / 7.5,
            marker=(3.6 if many else 5.5) * sheet.font / 7.5,
            arrow=(9 if many else 16) * sheet.font / 7.5,
            faint=mark.role != "level",
            tell=tell,
            rim=not many,
        )
        look, centre = looks[mark.source], float(middle_days(sheet, [mark])[0])
        _draw_days(sheet, mark, look, axis)
        across = centre if many else _free_place(sheet, brush, mark, centre, drawn)
        artists = draw_glyph(brush, mark, look, across)
        drawn.append((mark, extent(artists, brush, pad=0.8)))
        measured.append((artists, brush))

    def boxes() -> Array:
        found = [extent(artists, brush, pad=0.8).extents for artists, brush in measured]
        return np.reshape(found, (-1, 4)).astype(float)

    return Drawn([mark for mark, _ in drawn], boxes, lambda: np.zeros((0, 4)))


def _draw_days(sheet: Sheet, mark: Mark, look: SourceLook, axis: ValueAxis) -> None:
    """The days that the claim may speak of, where it is more than one."""
    if mark.start == mark.end:
        return
    y = axis.clip(mark.point)
    span = np.array([day_number(mark.start), day_number(mark.end)])
    low, high = sheet.ax.get_xlim()
    style: Options = {
        "color": look.colour,
        "linewidth": 1.0,
        "solid_capstyle": "butt",
        "zorder": 3.5,
    }
    sheet.ax.plot(np.clip(span, low, high), [y, y], **style)


def _free_place(
    sheet: Sheet, brush: Brush, mark: Mark, centre: float, drawn: Sequence[tuple[Mark, Bbox]]
) -> float:
    """The date to draw at: the claim's own, or just beside marks that stand there already."""
    ax = sheet.ax
    x, low, high = _reach(brush, mark, centre)
    half = brush.px(1.15 * brush.thick)
    rivals = [box for _, box in drawn if box.y0 < high and low < box.y1]
    places = [x, *(box.x1 + half for box in rivals), *(box.x0 - half for box in rivals)]
    for place in sorted(places, key=lambda at: abs(at - x)):
        inside = ax.bbox.x0 <= place - half and place + half <= ax.bbox.x1
        clear = all(place + half <= box.x0 or box.x1 <= place - half for box in rivals)
        if clear and (inside or place == x):
            return float(ax.transData.inverted().transform((place, low))[0])
    return centre


def _reach(brush: Brush, mark: Mark, centre: float) -> tuple[float, float, float]:
    """Where the glyph would stand and from where to where it would go, in pixels."""
    ends = [v if np.isfinite(v) else mark.point for v in (mark.lower, mark.upper)]
    low, high = (brush.to_px(brush.axis.clip(value), centre) for value in ends)
    air, arrow = brush.px(brush.marker / 2), brush.px(brush.arrow)
    down = arrow if not np.isfinite(mark.lower) else 0.0
    up = arrow if not np.isfinite(mark.upper) or mark.role == "floor" else 0.0
    down = arrow if mark.role == "ceiling" else down
    return float(low[0]), float(low[1]) - air - down, float(high[1]) + air + up


def telling(
    marks: Sequence[Mark], gap: Callable[[Sequence[Mark]], Array], most: int, heaviest: bool
) -> list[Mark]:
    """The claims worth naming: first and last, highest and lowest, then what lies off the fan.

    `gap` says how far claims lie outside of it (0: not at all). With `heaviest` the weightiest
    fill up the rest. At most two of what lies off the fan are named in one twelfth of the time.
    """
    if len(marks) <= most:
        return [*marks]
    levels = [mark for mark in marks if mark.role == "level"] or [*marks]
    first = min(levels, key=lambda mark: (mark.start.value, mark.claim))
    last = max(levels, key=lambda mark: (mark.end.value, mark.claim))
    highest = max(levels, key=lambda mark: (mark.point, mark.claim))
    lowest = min(levels, key=lambda mark: (mark.point, mark.claim))
    chosen = {mark.claim: mark for mark in (first, last, highest, lowest)}
    gaps = dict(zip((mark.claim for mark in levels), gap(levels), strict=True))
    off = sorted((m for m in levels if gaps[m.claim] > 0), key=lambda m: (-gaps[m.claim], m.claim))
    by_weight = []
    if heaviest:
        by_weight = sorted(marks, key=lambda m: (-m.known_weight, m.claim))
    begin, end = marks[0].start, max(mark.end for mark in marks)
    part = max((end - begin) / 12, (end - begin) / 1e9)
    seen: dict[int, int] = {}
    for mark in [*off, *by_weight]:
        if len(chosen) >= most:
            break
        slot = int((mark.start - begin) / part) if part else 0
        if mark.claim not in chosen and seen.get(slot, 0) < 2:
            seen[slot] = seen.get(slot, 0) + 1
            chosen[mark.claim] = mark
    return [*chosen.values()]
