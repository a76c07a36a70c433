"""Labels of claims beside their marks: two lines, the words and who said them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.lines import Line2D
from matplotlib.transforms import Bbox
from numpy.typing import NDArray

from reconcile.plot.colouring import INK, QUIET
from reconcile.plot.placing import Label, Place, place_labels
from reconcile.plot.sheet import Sheet

__all__ = ["Tag", "write_tags"]

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Tag:
    """Words to set near the `anchor` (pixels), in the source's colour; the heaviest come first."""

    anchor: Bbox
    first: str
    second: str
    colour: str
    weight: float
    hollow: bool = False


def write_tags(sheet: Sheet, tags: Sequence[Tag], obstacles: Array, soft: Array) -> list[bool]:
    """Write as many of `tags` as find a place; returns which did, in the order given."""
    order = sorted(range(len(tags)), key=lambda k: -np.nan_to_num(tags[k].weight))
    boxes = [_label(sheet, tags[k]) for k in order]
    room = sheet.ax.bbox.padded(-sheet.px(2))
    places = place_labels(
        boxes,
        (room.x0, room.y0, room.x1, room.y1),
        obstacles,
        soft,
        reach=0.33 * float(np.hypot(room.width, room.height)),
        pad=sheet.px(1.6),
    )
    written = [False] * len(tags)
    for k, place in zip(order, places, strict=True):
        if place is not None:
            _write(sheet, tags[k], place)
            written[k] = True
    return written


RULE = 4.0  # points between the coloured rule and the words


def _sizes(sheet: Sheet) -> tuple[float, float]:
    return 0.95 * sheet.font, 0.85 * sheet.font


def _label(sheet: Sheet, tag: Tag) -> Label:
    big, small = _sizes(sheet)
    first = sheet.measure(tag.first, big, "bold")
    second = sheet.measure(tag.second, small) if tag.second else (0.0, 0.0)
    box = tag.anchor
    return Label(
        (box.x0, box.y0, box.x1, box.y1),
        sheet.px(max(first[0], second[0]) + RULE + 1),
        sheet.px(_line(big) + (_line(small) if tag.second else 0.0)),
    )


def _line(size: float) -> float:
    return 1.22 * size


def _write(sheet: Sheet, tag: Tag, place: Place) -> None:
    """Words, a rule in the source's colour left of them, and a leader where they are apart."""
    ax, (x0, y0, _, y1) = sheet.ax, place.box
    back = ax.transData.inverted()
    big, small = _sizes(sheet)
    left = x0 + sheet.px(RULE)
    lines = [(tag.first, big, "bold", INK, y1 - sheet.px(0.98 * big))]
    if tag.second:
        lines.append((tag.second, small, "normal", QUIET, y0 + sheet.px(0.28 * small)))
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
