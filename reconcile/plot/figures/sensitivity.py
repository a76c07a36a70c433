"""Leave one source out: what the estimate would be without each."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

import pandas as pd
from matplotlib.axes import Axes

from reconcile.errors import OptionError
from reconcile.plot.figures.forest import influence_label
from reconcile.plot.parts.colouring import MEDIAN, SourceLook, palette
from reconcile.plot.parts.description import Description, attach
from reconcile.plot.parts.rows import (
    RowWords,
    dress_rows,
    form_y,
    layout_of,
    row_height,
    write_right,
    write_rows,
)
from reconcile.plot.parts.sheet import Options, Sheet, Style, open_sheet
from reconcile.plot.parts.values_axis import AxisScale, ValueAxis, thin_ticks, value_axis
from reconcile.plot.parts.words import count_words, number_label, number_text, shorter_names
from reconcile.values.registry import Quantity

__all__ = ["sensitivity"]

_COLUMNS = ("source", "median", "lower", "upper")


@dataclass(frozen=True, slots=True)
class _Row:
    source: str
    label: str
    median: float
    lower: float
    upper: float


def sensitivity(
    frame: pd.DataFrame,
    *,
    about: Quantity | None = None,
    ax: Axes | None = None,
    style: Style = "reconcile",
    size: str = "page",
    scale: AxisScale = "auto",
    title: str | None = None,
    colours: Mapping[str, str] | None = None,
) -> Axes:
    """Draw what the estimate would be without each source, the furthest move first.

    `frame` has a row a source left out: `source`, `median`, `lower`, `upper`, and where known
    `label` and `level`. The row whose `source` is missing or empty is the estimate from all of
    them. `about` says which quantity it is, for the axis. The other options are those of
    `timeline`. Raises `OptionError` for a table without these columns or that row.
    """
    base, rows = _rows(frame)
    quantity = about or Quantity("value", scale="log" if base.lower >= 0 else "linear")
    moves = {row.source: _move(row, base, quantity) for row in rows}
    rows = sorted(rows, key=lambda row: (-abs(moves[row.source]), row.source))
    looks = palette([*frame.attrs.get("sources", ()), *(row.source for row in rows)], colours)
    words = _describe(frame, base, rows, moves, quantity, title)
    with open_sheet(ax, style, size) as sheet:
        axis = _axis([base, *rows], quantity, scale)
        axis.apply(sheet.ax, "x", ticks=7 if size != "column" else 5)
        sheet.head(words.title, _subtitle(frame))
        sheet.foot(words.source)
        sheet.fit()
        lines, bottom = _plan(sheet, [base, *rows], looks)
        dress_rows(sheet, bottom)
        write_rows(sheet, [line for line, _ in lines])
        _write_moves(sheet, lines, moves, quantity)
        sheet.set_inner_height(bottom)
        thin_ticks(sheet.ax, "x", sheet.px(3.2 * sheet.font))
        _draw_base(sheet, base, bottom)
        for line, row in lines:
            _draw_row(sheet, row, axis, looks.get(row.source), form_y(sheet, line))
        attach(sheet.ax, words)
    return sheet.ax


def _rows(frame: pd.DataFrame) -> tuple[_Row, list[_Row]]:
    missing = [name for name in _COLUMNS if name not in frame.columns]
    if missing:
        raise OptionError(
            f"expected a table with the columns {', '.join(_COLUMNS)}; "
            f"{', '.join(missing)} missing, got {', '.join(map(str, frame.columns))}"
        )
    found = [_row(cast("dict[str, Any]", record)) for record in frame.to_dict("records")]
    bases = [row for row in found if not row.source]
    if len(bases) != 1:
        raise OptionError(
            "expected one row without a source (the estimate from all of them), "
            f"got {len(bases)} of {len(found)} rows"
        )
    return bases[0], [row for row in found if row.source]


def _row(record: dict[str, Any]) -> _Row:
    def text(name: str) -> str:
        value = record.get(name)
        return "" if value is None or value != value else str(value)

    numbers = (float(record[name]) for name in ("median", "lower", "upper"))
    return _Row(text("source"), text("label") or text("source"), *numbers)


def _move(row: _Row, base: _Row, about: Quantity) -> float:
    """How far the median moves without the source, on the quantity's scale."""
    if about.scale == "log" and row.median > 0 and base.median > 0:
        return math.log(row.median / base.median)
    return row.median - base.median


def _axis(rows: Sequence[_Row], about: Quantity, scale: AxisScale) -> ValueAxis:
    values = [value for row in rows for value in (row.lower, row.median, row.upper)]
    return value_axis(values, about, scale)


def _plan(
    sheet: Sheet, rows: Sequence[_Row], looks: Mapping[str, SourceLook]
) -> tuple[list[tuple[RowWords, _Row]], float]:
    font = sheet.font
    y, high = 1.8 * font, 1.15 * row_height(sheet, two_lines=False)
    if sheet.fixed:
        high = min(high, max((sheet.pt(sheet.inner.height) - y) / len(rows), 0.8 * font))
    lines: list[tuple[RowWords, _Row]] = []
    for row in rows:
        share = 0.75 if layout_of(sheet) == "above" else 0.36
        name = "All sources"
        if row.source:
            names, size = shorter_names(row.label), 1.05 * sheet.font
            name = sheet.name(names, share * sheet.room, size, before="without ")
        colour = looks[row.source].colour if row.source else None
        lines.append((RowWords(y + high / 2, name, "", colour), row))
        y += high
    return lines, y + 0.4 * font


def _write_moves(
    sheet: Sheet,
    lines: Sequence[tuple[RowWords, _Row]],
    moves: Mapping[str, float],
    about: Quantity,
) -> None:
    medians = [
        (form_y(sheet, line), number_label(row.median, row.upper - row.lower))
        for line, row in lines
    ]
    changes = [
        (form_y(sheet, line), influence_label(moves[row.source], about))
        for line, row in lines
        if row.source
    ]
    top = 0.7 * sheet.font
    end = write_right(sheet, medians, "median", 6.0, top)
    if layout_of(sheet) != "above":
        end += 3.0
    write_right(sheet, changes, "change", end + 4.0, top)


def _draw_base(sheet: Sheet, base: _Row, bottom: float) -> None:
    sheet.ax.fill_betweenx(
        [0, bottom], base.lower, base.upper, color="#F0F4F8", linewidth=0, zorder=0.5
    )
    sheet.ax.plot([base.median] * 2, [0, bottom], color=MEDIAN, linewidth=0.9, zorder=1)


def _draw_row(sheet: Sheet, row: _Row, axis: ValueAxis, look: SourceLook | None, y: float) -> None:
    colour = look.colour if look else MEDIAN
    ends = [axis.clip(row.lower), axis.clip(row.upper)]
    style: Options = {"color": colour, "solid_capstyle": "butt", "zorder": 3}
    sheet.ax.plot(ends, [y, y], linewidth=(1.4 if look else 2.2) * sheet.font / 7.5, **style)
    sheet.ax.plot(
        [axis.clip(row.median)],
        [y],
        marker=look.marker if look else "D",
        markersize=(look.size(1.0) if look else 1.0) * 0.85 * sheet.font,
        markerfacecolor=colour,
        markeredgecolor="white",
        markeredgewidth=0.7,
        linestyle="none",
        zorder=4,
    )


def _level(frame: pd.DataFrame) -> str:
    if "level" not in frame.columns or not len(frame):
        return ""
    return f"{100 * float(frame['level'].iloc[0]):.3g}% credible "


def _subtitle(frame: pd.DataFrame) -> str:
    return (
        f"The estimate without each source, furthest move first; lines: {_level(frame)}intervals; "
        "shaded: the estimate from all sources."
    )


def _describe(
    frame: pd.DataFrame,
    base: _Row,
    rows: Sequence[_Row],
    moves: Mapping[str, float],
    about: Quantity,
    title: str | None,
) -> Description:
    name = "What each source does to the estimate"
    if about.label:
        name = f"{name}: {about.label}"
    middle = number_text(base.median, base.upper - base.lower)
    told = "; ".join(
        f"without {row.label} {number_text(row.median, row.upper - row.lower)} "
        f"({influence_label(moves[row.source], about)})"
        for row in rows[:4]
    )
    caption = (
        f"{name}. From all sources the median is {middle}; {told or 'no source was left out'}."
    )
    alt = f"Dot plot, a row for each of {count_words(len(rows), 'source')} left out. {caption}"
    foot = f"Sources left out one at a time: {len(rows):,}"
    return Description(name if title is None else title, caption, alt, foot, frame.copy())
