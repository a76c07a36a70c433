"""Vintages: how the estimate for one date moved as claims came in; what we knew when."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.dates import date2num
from matplotlib.transforms import Bbox
from numpy.typing import NDArray

from reconcile.errors import OptionError
from reconcile.plot.parts.colouring import GRID, MEDIAN
from reconcile.plot.parts.dates_axis import apply_dates
from reconcile.plot.parts.description import Description, attach
from reconcile.plot.parts.fan import (
    band_words,
    draw_fan,
    fan_slabs,
    frame_level,
    label_fan,
    settle_labels,
)
from reconcile.plot.parts.marks import one_line
from reconcile.plot.parts.placing import boxes_along
from reconcile.plot.parts.sheet import Options, Sheet, Style, open_sheet
from reconcile.plot.parts.tags import Tag, tag_shapes, write_tags
from reconcile.plot.parts.values_axis import AxisScale, thin_ticks, value_axis
from reconcile.plot.parts.words import count_words, number_text, title_of
from reconcile.values.registry import Quantity
from reconcile.values.wording import day_words

__all__ = ["revisions"]

Array = NDArray[np.float64]
_BANDS = ("lower50", "upper50", "lower80", "upper80", "lower", "upper")
_COLUMNS = ("as_of", "median", *_BANDS, "lower", "upper")
DATES = {"column": 5, "page": 8, "slide": 8}
MOST_LABELS = {"column": 5, "page": 9, "slide": 8}


def revisions(
    frame: pd.DataFrame,
    *,
    about: Quantity | None = None,
    ax: Axes | None = None,
    style: Style = "reconcile",
    size: str = "page",
    scale: AxisScale = "auto",
    title: str | None = None,
) -> Axes:
    """Draw how the estimate for one date moved with what was known.

    `frame` has a row a day of knowledge: `as_of` and the columns of `Timeline.to_frame` (`date`
    is the day that is asked about), and where known `news`, words for what came in that day.
    Between two rows nothing was learnt, so the fan moves in steps; a dot marks each step. `about`
    says which quantity it is. The other options are those of `timeline`. Raises `OptionError`
    for a table without these columns or without rows.
    """
    table = _checked(frame)
    quantity = about or Quantity(
        "estimate", scale="log" if float(table["lower"].min()) >= 0 else "linear"
    )
    words = _describe(table, quantity, title)
    with open_sheet(ax, style, size) as sheet:
        fan = _extended(table)
        values = fan[["lower", "upper"]].to_numpy(float).ravel()
        value_axis(values, quantity, scale).apply(sheet.ax, "y")
        first, last = fan["date"].iloc[0], fan["date"].iloc[-1]
        apply_dates(sheet.ax, first, last, DATES[sheet.size.name])
        sheet.ax.grid(color=GRID, linewidth=0.6)
        sheet.dress("bottom")
        sheet.ax.tick_params(axis="y", length=0)
        draw_fan(sheet.ax, fan, step=True)
        beside = label_fan(sheet, fan)
        sheet.head(words.title, _subtitle(table))
        sheet.foot(words.source)
        sheet.fit()
        settle_labels(sheet, beside)
        thin_ticks(sheet.ax, "y", sheet.px(1.4 * sheet.font))
        _draw_news(sheet, table, fan)
        attach(sheet.ax, words)
    return sheet.ax


def _checked(frame: pd.DataFrame) -> pd.DataFrame:
    missing = [name for name in _COLUMNS if name not in frame.columns]
    if missing:
        raise OptionError(
            f"expected a table of revisions with the columns {', '.join(_COLUMNS)}; "
            f"{', '.join(missing)} missing, got {', '.join(map(str, frame.columns))}"
        )
    if not len(frame):
        raise OptionError("expected at least one revision, got a table without rows")
    table = frame.assign(as_of=pd.to_datetime(frame["as_of"]))
    return table.sort_values("as_of", kind="stable").reset_index(drop=True)


def _extended(table: pd.DataFrame) -> pd.DataFrame:
    """The rows on the axis of knowledge, the last one held for a while to be seen."""
    days = table["as_of"]
    span = max((days.iloc[-1] - days.iloc[0]) * 0.06, pd.Timedelta(days=1))
    held = table.iloc[[-1]].assign(as_of=days.iloc[-1] + span)
    drawn = pd.concat([table, held], ignore_index=True)
    return drawn.assign(date=drawn["as_of"])


def _draw_news(sheet: Sheet, table: pd.DataFrame, fan: pd.DataFrame) -> None:
    """A dot at each step, and words for the largest ones."""
    ax = sheet.ax
    x = np.asarray(date2num(table["as_of"].to_numpy()), dtype=float)
    y = table["median"].to_numpy(float)
    dot = 3.6 * sheet.font / 7.5
    style: Options = {"markeredgecolor": "white", "markeredgewidth": 0.6, "linestyle": "none"}
    ax.plot(x, y, marker="o", markersize=dot, color=MEDIAN, zorder=5, **style)
    if "news" not in table.columns:
        return
    stairs = _stairs(np.r_[x, date2num(fan["date"].iloc[-1])], y)
    path = boxes_along(ax.transData.transform(stairs), 4.0)
    half = sheet.px(dot / 2)
    at = ax.transData.transform(np.c_[x, y])
    dots = np.concatenate([at - half, at + half], axis=1)
    tags = [
        Tag(
            Bbox.from_extents(*dots[k]),
            tag_shapes(
                sheet,
                one_line(str(table["news"].iloc[k])),
                [day_words(table["as_of"].iloc[k].date())],
                19 * sheet.font,
            ),
            MEDIAN,
            move,
        )
        for k, move in _largest_moves(table, MOST_LABELS[sheet.size.name])
    ]
    soft = fan_slabs(ax, fan)
    write_tags(sheet, tags, np.concatenate([dots, path]), soft)


def _stairs(x: Array, y: Array) -> Array:
    """The corners of a step line: (2T, 2) for edges `x` (T + 1,) and heights `y` (T,)."""
    return np.c_[np.repeat(x, 2)[1:-1], np.repeat(y, 2)]


def _largest_moves(table: pd.DataFrame, most: int) -> list[tuple[int, float]]:
    """Rows with news, those first that moved the median most (as a share of its interval)."""
    middle = table["median"].to_numpy(float)
    width = np.maximum((table["upper"] - table["lower"]).to_numpy(float), 1e-12)
    moves = np.abs(np.diff(middle, prepend=middle[0])) / width
    news = [k for k, told in enumerate(table["news"]) if isinstance(told, str) and told]
    return [(k, float(moves[k])) for k in sorted(news, key=lambda k: (-moves[k], k))[:most]]


def _asked(table: pd.DataFrame) -> str:
    """The day that is asked about, if the table tells it."""
    if "date" not in table.columns or pd.isna(table["date"].iloc[0]):
        return ""
    return f" for {day_words(pd.Timestamp(table['date'].iloc[0]).date())}"


def _subtitle(table: pd.DataFrame) -> str:
    return (
        f"The estimate{_asked(table)} by what was known on each day. "
        f"Line: median; shades: {band_words(frame_level(table))}; "
        "a dot where something new came in."
    )


def _describe(table: pd.DataFrame, about: Quantity, title: str | None) -> Description:
    name = f"{title_of(about)}: what we knew when"
    first, last = table.iloc[0], table.iloc[-1]
    told = " to ".join(
        f"{number_text(float(row['median']), float(row['upper'] - row['lower']))} "
        f"(known on {day_words(row['as_of'].date())})"
        for row in (first, last)
    )
    caption = f"{name}. The median of the estimate{_asked(table)} went from {told}."
    alt = f"Step chart with a band of uncertainty, {count_words(len(table), 'step')}. {caption}"
    count = f"Claims: {int(last['n_claims']):,}" if "n_claims" in table.columns else "Vintages"
    foot = f"{count}, as known on {last['as_of'].date().isoformat()}"
    return Description(name if title is None else title, caption, alt, foot, table)
