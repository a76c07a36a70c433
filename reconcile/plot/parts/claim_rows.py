"""A row for each claim on the axis of values: first those that measure the quantity."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
import pandas as pd
from matplotlib.lines import Line2D

from reconcile.plot.parts.colouring import SourceLook
from reconcile.plot.parts.glyphs import Brush, arrow_bounds, draw_glyph
from reconcile.plot.parts.marks import Mark
from reconcile.plot.parts.messages import Messages
from reconcile.plot.parts.rows import (
    RowWords,
    form_y,
    layout_of,
    pack_lanes,
    row_height,
    write_heading,
)
from reconcile.plot.parts.sheet import Options, Sheet
from reconcile.plot.parts.values_axis import AxisScale, ValueAxis, value_axis
from reconcile.plot.parts.words import (
    claim_words,
    days_label,
    range_label,
    said_by,
    shorter_names,
)
from reconcile.values.registry import Quantity

ARROW = 20.0  # points that an unbounded side is drawn
LANE = 3.0
YEAR = 330  # days: of claims further apart the year is told
LEAST_WEIGHT = 0.001  # below what is printed, differences are none to draw
MANY = 10_000  # claims: more than there are rows for
TELLING = 8  # rows of claims that weigh less than is printed, where not all have one
LEAST_BOX = 2.2  # points: the box of an exact claim is all there is of it


@dataclass(frozen=True, slots=True)
class ClaimRows:
    """Where rows stand, in points from the top: claims, group headings, and the unnamed rest."""

    claims: Sequence[tuple[RowWords, Mark]]
    headings: Sequence[tuple[float, str]]
    rest: Sequence[Mark]
    rest_top: float
    bottom: float

    @property
    def words(self) -> list[RowWords]:
        """The words of the rows, to write."""
        return [words for words, _ in self.claims]


def arrange_claims(
    sheet: Sheet,
    marks: Sequence[Mark],
    about: Quantity,
    looks: Mapping[str, SourceLook],
    top: float,
    room: float,
    told: Callable[[Mark, str], str] = lambda mark, ours: ours,
    day: date | None = None,
) -> ClaimRows:
    """Give the heaviest claims that fit into `room` points below `top` a row each; of equal ones
    those nearest to the `day` of the answer.

    `told` may put the author's words for a claim in place of ours.
    """
    font, high = sheet.font, row_height(sheet)
    named, rest = _chosen(marks, _capacity(sheet, marks, room), day)
    claims: list[tuple[RowWords, Mark]] = []
    headings: list[tuple[float, str]] = []
    y = top
    groups, years = _groups(sheet, named, about), several_years(marks)
    if sheet.fixed:  # little height: what is not lighter needs no heading
        groups = [("" if members[0].role == "level" else name, members) for name, members in groups]
    for heading, members in groups:
        if heading:
            headings.append((y + 1.1 * font, heading))
            y += 1.9 * font
        for mark in members:
            words = _words(sheet, y + high / 2, mark, about, looks[mark.source], years)
            claims.append((replace(words, first=told(mark, words.first)), mark))
            y += high
    rest_top = y
    if rest:
        taken = pack_lanes(sorted(_between(mark) for mark in rest), _lanes(sheet))
        y += 2.2 * font + LANE * (max(taken) + 1)
    return ClaimRows(claims, headings, rest, rest_top, y + 0.4 * font)


def _between(mark: Mark) -> tuple[float, float]:
    """The bounds of a claim; an open side is as good as closed, for it is a short arrow."""
    ends = mark.finite_bounds or (0.0,)
    return min(ends), max(ends)


def _lanes(sheet: Sheet) -> int:
    """How many lanes the unnamed rest may have."""
    return 5 if sheet.fixed else 12


def _capacity(sheet: Sheet, marks: Sequence[Mark], room: float) -> int:
    """How many named rows fit, leaving room for headings and for the rest."""
    wanted, lighter = len(marks), any(mark.role != "level" for mark in marks)
    headings = ((2.3 if sheet.fixed else 4.2) if lighter else 0.4) * sheet.font
    fits = int((room - headings) / row_height(sheet))
    if wanted <= fits:
        return wanted
    reserve = 2.2 * sheet.font + LANE * min(_lanes(sheet), wanted)
    return max(0, int((room - headings - reserve) / row_height(sheet)))


def _chosen(marks: Sequence[Mark], most: int, day: date | None) -> tuple[list[Mark], list[Mark]]:
    """The heaviest `most` claims and the rest, each in the order given; of equals those nearest to
    `day`, or the latest.

    Weights are equal that are so in what is printed: to a thousandth. Where not all have a row, few
    of those have one that weigh less than that.
    """
    asked = None if day is None else pd.Timestamp(day).value

    def order(mark: Mark) -> tuple[float, int, int, str]:
        off = 0 if asked is None else max(mark.start.value - asked, asked - mark.end.value, 0)
        return -round(mark.known_weight, 3), off, -mark.end.value, mark.claim

    ranked = sorted(marks, key=order)
    if len(marks) > most and np.isfinite([mark.weight for mark in marks]).any():
        weighty = sum(mark.known_weight >= LEAST_WEIGHT for mark in marks)
        most = min(most, max(weighty, TELLING))
    kept = {mark.claim for mark in ranked[:most]}
    named = [mark for mark in marks if mark.claim in kept]
    return named, [mark for mark in marks if mark.claim not in kept]


def _groups(sheet: Sheet, marks: Sequence[Mark], about: Quantity) -> list[tuple[str, list[Mark]]]:
    levels = [mark for mark in marks if mark.role == "level"]
    others = [mark for mark in marks if mark.role != "level"]
    whole = {"cumulative": "total", "stock": "level"}.get(about.kind, "whole")
    groups = [
        ("" if not others else sheet.say(f"rows.claims_{whole}"), levels),
        (sheet.say(f"rows.others_{whole}"), others),
    ]
    return [(heading, members) for heading, members in groups if members]


def lighter_words(marks: Sequence[Mark], say: Messages) -> str:
    """What the lighter rows are, if there are any."""
    return "" if all(mark.role == "level" for mark in marks) else say("rows.lighter")


def claims_axis(
    sheet: Sheet,
    values: Sequence[float],
    marks: Sequence[Mark],
    about: Quantity,
    scale: AxisScale,
    most: int = MANY,
    day: date | None = None,
) -> ValueAxis:
    """The axis of `values` and of the claims that may have a row (`most` of them, by `day`), with
    room for their arrows and whole markers.

    The zero under a count takes no room, unless a claim says it.
    """
    rows = [mark for mark in _chosen(marks, most, day)[0] if not off_axis(mark, about)]
    none = about.scale != "log" or any(mark.point == 0 for mark in rows)
    bounds = [end for mark in rows for end in mark.finite_bounds if none or end > 0]
    axis = value_axis([*values, *bounds], about, scale)
    wide = sheet.room * (0.92 if layout_of(sheet) == "above" else 0.45)
    drawn = [_as_drawn(mark, about, day) for mark in rows]
    axis = axis.with_room(*arrow_bounds(drawn), share=min((ARROW + 6) / wide, 0.4))
    points = [axis.clip(mark.point) for mark in rows]
    return axis.with_edge(points, 6.0 * sheet.font / 7.5 / wide)


def several_years(marks: Sequence[Mark]) -> bool:
    """Whether a day and a month leave open which year is meant."""
    days = [day for mark in marks for day in (mark.start, mark.end)]
    return bool(days) and (max(days) - min(days)).days > YEAR


def _words(
    sheet: Sheet, y: float, mark: Mark, about: Quantity, look: SourceLook, years: bool
) -> RowWords:
    when = f"{days_label(mark.start, mark.end, years, sheet.say)}, "
    names, told = shorter_names(mark.source_label), claim_words(mark, about, sheet.say)
    return RowWords(y, told, when, look.colour, names, said_by(mark, sheet.say))


def off_axis_words(sheet: Sheet, mark: Mark) -> str:
    """What stands in the row of a claim that is no value of the axis."""
    return sheet.say("rows.off_axis", range=range_label(mark.lower, mark.upper, sheet.say))


def draw_claim_rows(
    sheet: Sheet,
    axis: ValueAxis,
    rows: ClaimRows,
    looks: Mapping[str, SourceLook],
    about: Quantity,
    day: date | None,
    weigh: bool = False,
) -> None:
    """Draw headings, forms and the rest; the words are written by `write_rows`.

    With `weigh` a box stands on each form, its area in proportion to the claim's weight.
    """
    for y, heading in rows.headings:
        write_heading(sheet, y, heading)
    scale = sheet.font / 7.5
    weights = [mark.known_weight for _, mark in rows.claims]
    heaviest = max([LEAST_WEIGHT, *weights])
    for words, mark in rows.claims:
        y = form_y(sheet, words)
        if off_axis(mark, about):
            write_heading(sheet, y, off_axis_words(sheet, mark))
            continue
        faint = mark.role != "level"
        dot = 2.5 if weigh else 5.5  # a weight's box stands where the marker would
        brush = Brush(sheet.ax, axis, "x", 4.2 * scale, dot * scale, ARROW * scale, faint)
        draw_glyph(brush, _as_drawn(mark, about, day), looks[mark.source], y)
        if weigh:
            _draw_weight(sheet, axis, mark, looks[mark.source], y, heaviest)
    if rows.rest:
        _draw_rest(sheet, axis, rows, looks)


def _draw_weight(
    sheet: Sheet, axis: ValueAxis, mark: Mark, look: SourceLook, y: float, heaviest: float
) -> None:
    """The box of a forest plot: its area is the weight, the heaviest as high as the type."""
    share = mark.known_weight / heaviest
    box = Line2D(
        [axis.clip(mark.point)],
        [y],
        marker="s",
        markersize=max(1.5 * sheet.font * share**0.5, LEAST_BOX),
        markerfacecolor=look.colour if mark.active else "white",
        markeredgecolor=look.colour,
        markeredgewidth=0.3,
        linestyle="none",
        zorder=5.5,
    )
    sheet.ax.add_artist(box)


def off_axis(mark: Mark, about: Quantity) -> bool:
    """Whether a claim is no value of the axis: what came in a window is no part of a level."""
    return mark.role == "flow" and about.kind != "cumulative"


def _as_drawn(mark: Mark, about: Quantity, day: date | None) -> Mark:
    """The claim; as a floor, where the total at `day` is at least what came in its window."""
    past = day is None or mark.end.date() <= day
    floor = mark.role == "flow" and about.kind == "cumulative" and past
    return replace(mark, role="floor") if floor else mark


def _draw_rest(
    sheet: Sheet, axis: ValueAxis, rows: ClaimRows, looks: Mapping[str, SourceLook]
) -> None:
    """The unnamed rest as thin lines from bound to bound, packed; an open side is an arrow."""
    seen = [mark for mark in rows.rest if _in_sight(axis, mark)]
    spans = [_stretch(sheet, axis, mark) for mark in seen]
    order = sorted(range(len(spans)), key=lambda k: spans[k])
    told = sheet.say("claims.and_more", claims=sheet.say.count(len(rows.rest), "lighter"))
    if hidden := len(rows.rest) - len(seen):
        told = sheet.say("rows.some_off_axis", told=told, n=sheet.say.digits(f"{hidden:,}"))
    write_heading(sheet, rows.rest_top + 1.1 * sheet.font, told)
    top = rows.rest_top + 2.2 * sheet.font
    lanes = max(round((rows.bottom - 0.4 * sheet.font - top) / LANE), 1)
    for k, lane in zip(order, pack_lanes([spans[k] for k in order], lanes), strict=True):
        y, mark, (low, high) = top + LANE * (lane + 0.5), seen[k], spans[k]
        style: Options = {"color": looks[mark.source].colour, "alpha": 0.75}
        line = Line2D([low, high], [y, y], linewidth=0.45 * LANE, **style)
        sheet.ax.add_artist(line)
        shapes = [(low, "<", np.isinf(mark.lower)), (high, ">", np.isinf(mark.upper))]
        for end, shape in (
            [(low, "o")] if low == high else [(e, s) for e, s, open in shapes if open]
        ):
            dot: Options = {"marker": shape, "markersize": 0.8 * LANE, "markeredgewidth": 0}
            sheet.ax.add_artist(Line2D([end], [y], linestyle="none", **dot, **style))


def _in_sight(axis: ValueAxis, mark: Mark) -> bool:
    """Whether a claim has any of its numbers within the limits of the axis."""
    low, high = _between(mark)
    return axis.lower <= high and low <= axis.upper


def _stretch(sheet: Sheet, axis: ValueAxis, mark: Mark) -> tuple[float, float]:
    """From bound to bound; an open side reaches as far as an arrow."""
    low, high = axis.clip(mark.lower), axis.clip(mark.upper)
    reach = Brush(sheet.ax, axis, "x")
    if np.isfinite(mark.lower) and not np.isfinite(mark.upper):
        high = axis.clip(reach.moved(low, 0.0, ARROW / 2))
    elif np.isfinite(mark.upper) and not np.isfinite(mark.lower):
        low = axis.clip(reach.moved(high, 0.0, -ARROW / 2))
    return low, high
