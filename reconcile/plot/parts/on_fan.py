"""What stands on the fan of a timeline beside the claims: bounds, knowledge, the last claim."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.dates import date2num

from reconcile.numerics.arrays import Array
from reconcile.plot.parts.colouring import INK, QUIET
from reconcile.plot.parts.marks import Mark
from reconcile.plot.parts.placing import boxes_along
from reconcile.plot.parts.sheet import Options, Sheet
from reconcile.plot.parts.words import day_text, days_label
from reconcile.values.registry import Quantity
from reconcile.values.timeline import Timeline

# Of the days, so many must have a bound for it to be a line: of a total it holds from its day on,
# of a level on the days of claims alone, between which a line would invent bounds.
SOME = {"cumulative": 0.04, "stock": 0.9, "constant": 0.9}
SAME = 0.5  # the share of days whose two bounds are one, above which lines would retrace claims


def bound_lines(
    frame: pd.DataFrame, about: Quantity, lower: float, upper: float
) -> list[BoundLine]:
    """The hard bounds between two values, where enough days have them to make a line.

    Where on most days both are one number they only say again what the claims there say. Of what
    was over before the claims came in (`closed`) each day's bounds are those of the count, which is
    not what the fan shows.
    """
    found: list[BoundLine] = []
    x = np.asarray(date2num(frame["date"].to_numpy()), dtype=float)
    least, most = (frame[f"envelope_{name}"].to_numpy(float) for name in ("lower", "upper"))
    both = np.isfinite(least) & np.isfinite(most)
    if both.any() and np.mean(least[both] == most[both]) > SAME:
        return []
    told = np.ones(len(x), dtype=bool)
    if about.closed is not None:
        told = (frame["date"] < pd.Timestamp(about.closed)).to_numpy()
    for name, y in (("lower", least), ("upper", most)):
        inside = np.isfinite(y) & (y >= lower) & (y <= upper) & (y != 0)
        y = np.where(inside & told, y, np.nan)
        if np.isfinite(y).sum() >= max(2, SOME[about.kind] * len(y)) and _steady(y):
            found.append(BoundLine(name, *_stairs(x, y)))
    return found


def _stairs(x: Array, y: Array) -> tuple[Array, Array]:
    """Each day's bound over its day: between two days a slope would claim what nobody allows."""
    middles = (x[1:] + x[:-1]) / 2
    edges = np.concatenate([[x[0]], np.repeat(middles, 2), [x[-1]]])
    return edges, np.repeat(y, 2)


def _steady(y: Array) -> bool:
    """Whether a bound goes up and down little enough to be seen as one: a total's always does."""
    known = y[np.isfinite(y)]
    return bool(np.abs(np.diff(known)).sum() <= 3 * np.ptp(known) + 1e-12)


def draw_bounds(sheet: Sheet, lines: Sequence[BoundLine]) -> None:
    """The hard bounds as thin dashed lines; their names come later, where there is room."""
    style: Options = {"color": QUIET, "linewidth": 0.8, "linestyle": (0, (4, 2)), "zorder": 2}
    for line in lines:
        sheet.ax.plot(line.x, line.y, label=f"_{line.name}", **style)


@dataclass(frozen=True, eq=False)
class BoundLine:
    """A hard bound as drawn: the corners of its steps, dates (2T,) and values (2T,), NaN where
    there is none."""

    name: str
    x: Array
    y: Array

    def pixels(self, ax: Axes) -> Array:
        """The boxes (N, 4) along it."""
        return boxes_along(ax.transData.transform(np.c_[self.x, self.y]), 2.0)


def name_bounds(sheet: Sheet, lines: Sequence[BoundLine], obstacles: Array) -> list[Array]:
    """Write what each bound is, above or below its line where nothing stands; the boxes covered.

    Where there is no such place nothing is written: the caption tells of the lines.
    """
    covered: list[Array] = []
    for line in lines:
        taken = np.concatenate([obstacles, *covered, *(o.pixels(sheet.ax) for o in lines)])
        box = _name_bound(sheet, line, taken)
        if box is not None:
            covered.append(box)
    return covered


# Pixels between a line and its name: more than the boxes along the line reach to either side.
_OFF = 4


def _name_bound(sheet: Sheet, line: BoundLine, taken: Array) -> Array | None:
    ax, size = sheet.ax, 0.85 * sheet.font
    told = sheet.say(f"timeline.at_{'least' if line.name == 'lower' else 'most'}")
    wide, high = (sheet.px(points) for points in sheet.measure(told, size))
    at = ax.transData.transform(np.c_[line.x, line.y])
    at = at[np.isfinite(at).all(axis=1)]
    side = -1 if line.name == "lower" else 1
    for right, y in at[:: -max(1, len(at) // 60)]:
        box = (
            np.array([right - wide, y + _OFF, right, y + _OFF + high])
            if side > 0
            else np.array([right - wide, y - _OFF - high, right, y - _OFF])
        )
        inside = box[0] >= ax.bbox.x0 + 2 and ax.bbox.y0 + 2 < box[1] and box[3] < ax.bbox.y1 - 2
        over = (box[0] < taken[:, 2]) & (taken[:, 0] < box[2])
        if inside and not (over & (box[1] < taken[:, 3]) & (taken[:, 1] < box[3])).any():
            x, base = ax.transData.inverted().transform((box[0], (box[1] + box[3]) / 2))
            style: Options = {"fontsize": size, "color": QUIET, "va": "center", "zorder": 6}
            ax.text(x, base, told, **style)
            return np.reshape(box, (1, 4))
    return None


def draw_as_of(sheet: Sheet, value: Timeline, avoid: Array) -> list[Array]:
    """A line at the day of knowledge where days after it are shown; returns the pixels covered.

    `avoid` (N, 4) are the pixels of what its words must not cover.
    """
    as_of, dates = value.as_of, value.dates
    if as_of is None or not dates[0] < as_of < dates[-1]:
        return []
    told = sheet.say("timeline.as_known", date=day_text(as_of, sheet.say))
    line = {"color": INK, "linewidth": 0.8, "linestyle": (0, (1, 1.5)), "zorder": 2.8}
    return _upright(sheet, float(date2num(as_of)), told, line | {"label": "_as_of"}, INK, avoid)


def last_claim(
    marks: Sequence[Mark], first: pd.Timestamp, last: pd.Timestamp
) -> pd.Timestamp | None:
    """The last day that a claim in force speaks of, or None if the days drawn end by then.

    Also None where they begin after it: then nothing of them rests on claims, and the whole is
    drawn alike.
    """
    active = [mark for mark in marks if mark.active]
    if not active:
        return None
    ending = max(active, key=lambda mark: mark.end.value).end.normalize()
    return ending if first <= ending < last else None


def draw_last_claim(sheet: Sheet, last: pd.Timestamp | None, avoid: Array) -> list[Array]:
    """A line at the last day that a claim speaks of, with its date; the pixels covered."""
    if last is None:
        return []
    told = sheet.say("timeline.last_claim", date=days_label(last, last, say=sheet.say))
    line = {"color": QUIET, "linewidth": 0.8, "zorder": 2.7}  # whole: dashes are bounds
    return _upright(sheet, float(date2num(last)), told, line | {"label": "_last"}, QUIET, avoid)


def _upright(
    sheet: Sheet, x: float, told: str, line: Options, ink: str, avoid: Array
) -> list[Array]:
    """A line at a day and words beside it, at the top or as far down as it takes to be free."""
    ax, size = sheet.ax, 0.9 * sheet.font
    ax.axvline(x, **line)
    at = float(ax.transData.transform((x, ax.get_ylim()[0]))[0])
    wide, high = (sheet.px(points) for points in sheet.measure(told, size))
    stem = np.array([[at - 2, ax.bbox.y0, at + 2, ax.bbox.y1]])
    for down in range(max(1, int(ax.bbox.height / (1.1 * high)))):
        top = ax.bbox.y1 - sheet.px(1.0) - 1.1 * high * down
        for left in (at + sheet.px(3.0), at - sheet.px(3.0) - wide):
            box = np.array([[left, top - high, left + wide, top]])
            inside = ax.bbox.x0 <= left and left + wide <= ax.bbox.x1
            over = (box[0, :2] < avoid[:, 2:]) & (avoid[:, :2] < box[0, 2:])
            if inside and not over.all(axis=1).any():
                right, up = sheet.pt(left - at), sheet.pt(top - ax.bbox.y1)
                where = sheet.shifted(ax.get_xaxis_transform(), right, up)
                style: Options = {"fontsize": size, "color": ink, "va": "top", "zorder": 7}
                ax.text(x, 1, told, transform=where, **style)
                return [stem, box + np.array([-2, -2, 2, 2])]
    return [stem]
