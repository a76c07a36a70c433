"""Labels of claims beside their marks: two lines, the words and who said them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.lines import Line2D
from matplotlib.transforms import Bbox
from numpy.typing import NDArray

from reconcile.plot.parts.colouring import INK, QUIET
from reconcile.plot.parts.placing import Label, Place, place_labels
from reconcile.plot.parts.sheet import Sheet

__all__ = ["Tag", "tag_shapes", "write_tags"]

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Tag:
    """Words to set near the `anchor` (pixels), in the source's colour; the heaviest come first.

    `shapes` are ways to set them, the one that reads best first: bold and quiet words, each of
    them on as many lines as it has.
    """

    anchor: Bbox
    shapes: Sequence[tuple[str, str]]
    colour: str
    weight: float


def write_tags(
    sheet: Sheet, tags: Sequence[Tag], obstacles: Array, soft: Array, reach: float = 0.28
) -> list[bool]:
    """Write as many of `tags` as find a place; returns which did, in the order given.

    `reach` is how far from its mark a label may stand, as a share of the diagonal.
    """
    order = sorted(range(len(tags)), key=lambda k: -np.nan_to_num(tags[k].weight))
    boxes = [_label(sheet, tags[k]) for k in order]
    room = sheet.ax.bbox.padded(-sheet.px(2))
    places = place_labels(
        boxes,
        (room.x0, room.y0, room.x1, room.y1),
        obstacles,
        soft,
        reach=reach * float(np.hypot(room.width, room.height)),
        pad=sheet.px(1.6),
    )
    written = [False] * len(tags)
    for k, place in zip(order, places, strict=True):
        if place is not None:
            _write(sheet, tags[k], place)
            written[k] = True
    return written


def tag_shapes(
    sheet: Sheet, words: str, names: Sequence[str], width: float, after: str = ""
) -> list[tuple[str, str]]:
    """A wide way and a narrow way to set the words of a claim and the name of its source."""
    big = _sizes(sheet)[0]
    short = sheet.shorten(words, width, big, "bold")
    wide = (short, _name_lines(sheet, names, 0.75 * width, 2, after))
    lines = sheet.wrap(words, 0.6 * width, big, "bold")
    narrow = (lines, _name_lines(sheet, names, 0.55 * width, 3, after))
    fits = lines.count("\n") < 2 and sheet.measure(lines, big, "bold")[0] <= 0.65 * width
    return [wide, narrow] if fits and narrow != wide else [wide]


def _name_lines(sheet: Sheet, names: Sequence[str], width: float, most: int, after: str) -> str:
    """The longest name that takes at most so many lines of `width` points, else cut short."""
    small = _sizes(sheet)[1]
    for name in names:
        told = sheet.wrap(f"{name}{after}", width, small)
        lines = told.splitlines()
        if len(lines) <= most and all(sheet.measure(line, small)[0] <= width for line in lines):
            return told
    return sheet.name(names, width, small, after=after)


RULE = 4.0  # points between the coloured rule and the words


def _sizes(sheet: Sheet) -> tuple[float, float]:
    return 0.95 * sheet.font, 0.85 * sheet.font


def _label(sheet: Sheet, tag: Tag) -> Label:
    box = tag.anchor
    return Label(
        (box.x0, box.y0, box.x1, box.y1), tuple(_shape(sheet, *words) for words in tag.shapes)
    )


def _shape(sheet: Sheet, first: str, second: str) -> tuple[float, float]:
    """Width and height in pixels."""
    big, small = _sizes(sheet)
    wide = sheet.measure(first, big, "bold")[0]
    if second:
        wide = max(wide, sheet.measure(second, small)[0])
    high = _line(big) * len(first.splitlines()) + _line(small) * len(second.splitlines())
    return sheet.px(wide + RULE + 1), sheet.px(high)


def _line(size: float) -> float:
    return 1.22 * size


def _write(sheet: Sheet, tag: Tag, place: Place) -> None:
    """Words, a rule in the source's colour left of them, and a leader where they are apart."""
    ax, (x0, y0, _, y1) = sheet.ax, place.box
    back = ax.transData.inverted()
    big, small = _sizes(sheet)
    left = x0 + sheet.px(RULE)
    first, second = tag.shapes[place.shape]
    lines: list[tuple[str, float, str, str, float]] = []
    for k, text in enumerate(first.splitlines()):
        baseline = y1 - sheet.px(0.98 * big + k * _line(big))
        lines.append((text, big, "bold", INK, baseline))
    for k, text in enumerate(reversed(second.splitlines())):
        baseline = y0 + sheet.px(0.28 * small + k * _line(small))
        lines.append((text, small, "normal", QUIET, baseline))
    for text, size, weight, colour, baseline in lines:
        x, y = back.transform((left, baseline))
        ax.text(
            x,
            y,
            text,
            fontsize=size,
            fontweight=weight,
            color=colour,
            va="baseline",
            zorder=7,
            label="_tag",
        )
    rule = [(x0 + sheet.px(1), y0 + sheet.px(1)), (x0 + sheet.px(1), y1 - sheet.px(1))]
    segments = [(rule, 1.6)]
    if place.gap > sheet.px(5):
        segments.append(([place.leader[:2], place.leader[2:]], 0.6))
    for ends, width in segments:
        xs, ys = back.transform(ends).T
        line = Line2D(xs, ys, color=tag.colour, linewidth=width, zorder=3, solid_capstyle="butt")
        line.set_label("_rule" if width > 1 else "_leader")
        ax.add_artist(line)
