"""What stands on the fan of a timeline: claims, hard bounds, the day of knowledge."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.dates import date2num
from matplotlib.transforms import Bbox
from numpy.typing import NDArray

from reconcile.plot.parts.colouring import INK, QUIET, SourceLook
from reconcile.plot.parts.glyphs import Brush, draw_glyph, extent
from reconcile.plot.parts.marks import Mark
from reconcile.plot.parts.placing import boxes_along
from reconcile.plot.parts.sheet import Options, Sheet
from reconcile.plot.parts.values_axis import ValueAxis
from reconcile.plot.parts.words import days_label
from reconcile.values.timeline import Timeline
from reconcile.values.wording import day_words

__all__ = ["DODGE", "draw_as_of", "draw_bounds", "draw_last_claim", "draw_levels"]

Array = NDArray[np.float64]
DODGE = 40  # above so many marks they lie where they lie


def draw_bounds(sheet: Sheet, frame: pd.DataFrame, axis: ValueAxis) -> list[Array]:
    """The hard bounds as thin dashed lines with their name; returns the pixels they cover."""
    ax = sheet.ax
    x = np.asarray(date2num(frame["date"].to_numpy()), dtype=float)
    covered: list[Array] = []
    for name, va, up in (("lower", "top", -1.5), ("upper", "bottom", 1.5)):
        y = frame[f"envelope_{name}"].to_numpy(float)
        y = np.where(np.isfinite(y) & (y > axis.lower) & (y < axis.upper), y, np.nan)
        if not np.isfinite(y).any():
            continue
        ax.plot(x, y, color=QUIET, linewidth=0.8, linestyle=(0, (4, 2)), zorder=2)
        last = int(np.flatnonzero(np.isfinite(y))[-1])
        words = ax.text(
            x[last],
            y[last],
            {"lower": "at least this much ", "upper": "at most this much "}[name],
            transform=sheet.shifted(ax.transData, 0, up),
            fontsize=0.85 * sheet.font,
            color=QUIET,
            ha="right",
            va=va,
            zorder=6,
        )
        box = words.get_window_extent(sheet.renderer)
        covered.append(boxes_along(ax.transData.transform(np.c_[x, y]), 2.0))
        covered.append(np.reshape(box.padded(1.0).extents, (1, 4)))
    return covered


def draw_levels(
    sheet: Sheet,
    axis: ValueAxis,
    marks: Sequence[Mark],
    looks: Mapping[str, SourceLook],
    tell: bool,
) -> list[tuple[Mark, Bbox]]:
    """The claims on the fan, those of one day side by side; returns the pixels each covers."""
    many = len(marks) > DODGE
    drawn: list[tuple[Mark, Bbox]] = []
    for mark in marks:
        brush = Brush(
            sheet.ax,
            axis,
            "y",
            thick=(1.6 if many else 3.0) * sheet.font / 7.5,
            marker=(3.2 if many else 5.5) * sheet.font / 7.5,
            arrow=(9 if many else 16) * sheet.font / 7.5,
            faint=mark.role != "level",
            tell=tell,
            rim=not many,
        )
        look = looks[mark.source]
        centre = float(np.mean(date2num([mark.start, mark.end])))
        _draw_days(sheet, mark, look, axis)
        across = centre if many else _free_place(sheet, brush, mark, centre, drawn)
        artists = draw_glyph(brush, mark, look, across)
        drawn.append((mark, extent(artists, brush, pad=0.8)))
    return drawn


def _draw_days(sheet: Sheet, mark: Mark, look: SourceLook, axis: ValueAxis) -> None:
    """The days that the claim may speak of, where it is more than one."""
    if mark.start == mark.end:
        return
    y = axis.clip(mark.point)
    span = np.asarray(date2num([mark.start, mark.end]), dtype=float)
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


def draw_as_of(sheet: Sheet, value: Timeline) -> list[tuple[float, ...]]:
    """A line at the day of knowledge where days after it are shown; returns the pixels covered."""
    as_of, dates = value.as_of, value.dates
    if as_of is None or not dates[0] < as_of < dates[-1]:
        return []
    ax, x = sheet.ax, float(date2num(as_of))
    ax.axvline(x, color=INK, linewidth=0.8, linestyle=(0, (1, 1.5)), zorder=2.8)
    words = ax.text(
        x,
        1,
        f" as known on {day_words(as_of)}",
        transform=sheet.shifted(ax.get_xaxis_transform(), 1.5, -1),
        fontsize=0.9 * sheet.font,
        color=INK,
        va="top",
        zorder=7,
    )
    box = words.get_window_extent(sheet.renderer)
    if box.x1 > ax.bbox.x1:
        words.set_horizontalalignment("right")
        words.set_transform(sheet.shifted(ax.get_xaxis_transform(), -1.5, -1))
        words.set_text(words.get_text().strip() + " ")
        box = words.get_window_extent(sheet.renderer)
    at = ax.transData.transform((x, ax.get_ylim()[0]))[0]
    return [(at - 2, ax.bbox.y0, at + 2, ax.bbox.y1), tuple(box.padded(2).extents)]


def draw_last_claim(
    sheet: Sheet, last: pd.Timestamp | None, avoid: Sequence[tuple[float, ...]]
) -> list[tuple[float, ...]]:
    """A line at the last day that a claim speaks of, with its date; the pixels covered.

    Its words stand at the top, or one line lower where what is to `avoid` stands there.
    """
    if last is None:
        return []
    ax, x = sheet.ax, float(date2num(last))
    line = ax.axvline(x, color=QUIET, linewidth=0.8, linestyle=(0, (4, 2)), zorder=2.7)
    line.set_label("_last")
    at = ax.transData.transform((x, ax.get_ylim()[0]))[0]
    told = f"last claim {days_label(last, last)}"
    fits = at + sheet.px(sheet.measure(told, 0.9 * sheet.font)[0] + 3) < ax.bbox.x1
    side, right = ("left", 3.0) if fits else ("right", -3.0)
    words = ax.text(
        x,
        1,
        told,
        transform=sheet.shifted(ax.get_xaxis_transform(), right, -1),
        fontsize=0.9 * sheet.font,
        color=QUIET,
        ha=side,
        va="top",
        zorder=7,
    )
    box = words.get_window_extent(sheet.renderer)
    if any(box.padded(1).overlaps(Bbox.from_extents(*other)) for other in avoid):
        down = -2.4 - 1.15 * 0.9 * sheet.font
        words.set_transform(sheet.shifted(ax.get_xaxis_transform(), right, down))
        box = words.get_window_extent(sheet.renderer)
    return [(at - 2, ax.bbox.y0, at + 2, ax.bbox.y1), tuple(box.padded(2).extents)]
