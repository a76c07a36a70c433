"""Leave one source out: what the estimate would be without each."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Unpack, cast

import pandas as pd
from matplotlib.axes import Axes

from reconcile.errors import OptionError
from reconcile.plot.figures.forest import influence_label
from reconcile.plot.parts.colouring import MEDIAN, SourceLook, palette
from reconcile.plot.parts.description import Description
from reconcile.plot.parts.given import Record, asked_day, need_columns, text_in
from reconcile.plot.parts.messages import Messages
from reconcile.plot.parts.request import FigureOptions, Request, read_request
from reconcile.plot.parts.rows import (
    RowWords,
    apply_values,
    draw_dot,
    form_y,
    lay_rows,
    layout_of,
    stack_rows,
    write_right,
)
from reconcile.plot.parts.sheet import Options, Sheet
from reconcile.plot.parts.values_axis import AxisScale, ValueAxis, value_axis
from reconcile.plot.parts.words import by_day, number_label, number_text, shorter_names
from reconcile.values.registry import Quantity

_COLUMNS = ("source", "median", "lower", "upper")


@dataclass(frozen=True, slots=True)
class _LeftOut:
    source: str
    label: str
    median: float
    lower: float
    upper: float


def sensitivity(
    frame: pd.DataFrame, *, about: Quantity | None = None, **options: Unpack[FigureOptions]
) -> Axes:
    """Draw what the estimate would be without each source, the furthest move first.

    `frame` has one row for each source left out: `source`, `median`, `lower`, `upper`, and where
    known `label`, `level` and `date` (of the estimate). The row whose `source` is missing or empty
    is the estimate from all of them. `about` says which quantity it is, for the axis. The other
    options are `FigureOptions`, without `bands`, `claims` and `ylabel`; `labels` are names by
    source id. Raises `OptionError` for a table without these columns or that row.
    """
    request = read_request("sensitivity", options)
    base, rows = _rows(frame, request)
    quantity = about or Quantity("value", scale="log" if base.lower >= 0 else "linear")
    request = request.on(quantity)
    moves = {row.source: _move(row, base, quantity) for row in rows}
    rows = sorted(rows, key=lambda row: (-abs(moves[row.source]), row.source))
    looks = palette(
        [*frame.attrs.get("sources", ()), *(row.source for row in rows)], request.colours
    )
    words = _describe(frame, base, rows, moves, quantity, request)
    with request.open(words, [row.label for row in rows]) as sheet:
        axis = _axis([base, *rows], quantity, request.scale)
        apply_values(sheet, axis)
        request.frame(sheet, words, _subtitle(frame, sheet.say))
        every = [base, *rows]
        plan = stack_rows(
            sheet,
            [("", every)],
            lambda row: _words(sheet, row, looks),
            1.8 * sheet.font,
            every.index,
        )
        _write_moves(sheet, plan.lines, base, moves, quantity)
        lay_rows(sheet, plan.words, plan.bottom)
        _draw_base(sheet, base, plan.bottom)
        plan.told(sheet, words)
        for line, row in plan.lines:
            _draw_row(sheet, row, axis, looks.get(row.source), form_y(sheet, line))
    return sheet.ax


def _rows(frame: pd.DataFrame, request: Request) -> tuple[_LeftOut, list[_LeftOut]]:
    need_columns(frame, _COLUMNS, "a table")
    found = [_row(cast("Record", record)) for record in frame.to_dict("records")]
    if isinstance(request.labels, Mapping):
        told = request.labels
        found = [replace(row, label=told.get(row.source, row.label)) for row in found]
    bases = [row for row in found if not row.source]
    if len(bases) != 1:
        raise OptionError(
            "expected one row without a source (the estimate from all of them), "
            f"got {len(bases)} of {len(found)} rows"
        )
    return bases[0], [row for row in found if row.source]


def _row(record: Record) -> _LeftOut:
    numbers = (float(record[name]) for name in ("median", "lower", "upper"))
    source = text_in(record, "source")
    return _LeftOut(source, text_in(record, "label") or source, *numbers)


def _move(row: _LeftOut, base: _LeftOut, about: Quantity) -> float:
    """How far the median moves without the source, on the quantity's scale."""
    if about.scale == "log" and row.median > 0 and base.median > 0:
        return math.log(row.median / base.median)
    return row.median - base.median


def _axis(rows: Sequence[_LeftOut], about: Quantity, scale: AxisScale) -> ValueAxis:
    values = [value for row in rows for value in (row.lower, row.median, row.upper)]
    return value_axis(values, about, scale)


def _words(sheet: Sheet, row: _LeftOut, looks: Mapping[str, SourceLook]) -> RowWords:
    if not row.source:
        return RowWords(0.0, sheet.say("sensitivity.all"))
    wide = (0.75 if layout_of(sheet) == "above" else 0.36) * sheet.room
    before, _, after = sheet.say("sensitivity.without", source="\0").partition("\0")
    names, size = shorter_names(row.label), 0.95 * sheet.font
    name = sheet.name(names, wide, size, before=before, after=after, weight="bold")
    return RowWords(0.0, name, "", looks[row.source].colour)


def _write_moves(
    sheet: Sheet,
    lines: Sequence[tuple[RowWords, _LeftOut]],
    base: _LeftOut,
    moves: Mapping[str, float],
    about: Quantity,
) -> None:
    width = base.upper - base.lower  # of all rows, so that medians and changes add up
    medians = [
        (form_y(sheet, line), number_label(row.median, width, sheet.say)) for line, row in lines
    ]
    changes = [
        (form_y(sheet, line), influence_label(moves[row.source], about, sheet.say, width))
        for line, row in lines
        if row.source
    ]
    top = 0.7 * sheet.font
    end = write_right(sheet, medians, sheet.say("sensitivity.median_head"), 6.0, top)
    if layout_of(sheet) != "above":
        end += 3.0
    write_right(sheet, changes, sheet.say("sensitivity.change_head"), end + 4.0, top)


def _draw_base(sheet: Sheet, base: _LeftOut, bottom: float) -> None:
    sheet.ax.fill_betweenx(
        [0, bottom], base.lower, base.upper, color="#F0F4F8", linewidth=0, zorder=0.5
    )
    sheet.ax.plot([base.median] * 2, [0, bottom], color=MEDIAN, linewidth=0.9, zorder=1)


def _draw_row(
    sheet: Sheet, row: _LeftOut, axis: ValueAxis, look: SourceLook | None, y: float
) -> None:
    colour = look.colour if look else MEDIAN
    ends = [axis.clip(row.lower), axis.clip(row.upper)]
    style: Options = {"color": colour, "solid_capstyle": "butt", "zorder": 3}
    sheet.ax.plot(ends, [y, y], linewidth=(1.4 if look else 2.2) * sheet.font / 7.5, **style)
    size, marker = (look.size(1.0) * 0.85, look.marker) if look else (0.85, "D")
    draw_dot(sheet, axis.clip(row.median), y, colour, size * sheet.font, marker)


def _subtitle(frame: pd.DataFrame, say: Messages) -> str:
    if "level" not in frame.columns or not len(frame):
        return say("sensitivity.subtitle_bare")
    return say("sensitivity.subtitle", level=say.percent(float(frame["level"].iloc[0])))


def _describe(
    frame: pd.DataFrame,
    base: _LeftOut,
    rows: Sequence[_LeftOut],
    moves: Mapping[str, float],
    about: Quantity,
    request: Request,
) -> Description:
    say = request.say
    name = say("sensitivity.title")
    if about.label:
        when = by_day(about, asked_day(frame), say)
        told = say("quantity.titled", title=about.label, when=when) if when else about.label
        name = say("sensitivity.titled", title=told)
    told = "; ".join(
        say(
            "sensitivity.told",
            source=row.label,
            median=number_text(row.median, base.upper - base.lower, say),
            change=influence_label(moves[row.source], about, say, base.upper - base.lower),
        )
        for row in rows[:4]
    )
    middle = number_text(base.median, base.upper - base.lower, say)
    told = told or say("sensitivity.none")
    caption = say("sensitivity.caption", title=name, median=middle, told=told)
    alt = say("sensitivity.alt", sources=say.count(len(rows), "source"), caption=caption)
    foot = say("sensitivity.line", n=say.digits(f"{len(rows):,}"))
    return Description(request.titled(name), caption, alt, foot, frame.copy())
