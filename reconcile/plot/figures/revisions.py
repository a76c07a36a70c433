"""Revisions: how the estimate for one date moved as claims came in; what we knew when."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Unpack

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.dates import date2num, num2date
from matplotlib.transforms import Bbox

from reconcile.errors import OptionError
from reconcile.numerics.arrays import Array
from reconcile.plot.parts.colouring import MEDIAN
from reconcile.plot.parts.dates_axis import lay_out_days
from reconcile.plot.parts.description import Description
from reconcile.plot.parts.fan import (
    Fan,
    draw_fan,
    fan_of,
    frame_level,
    label_fan,
    settle_labels,
)
from reconcile.plot.parts.given import asked_day, need_columns
from reconcile.plot.parts.marks import one_line
from reconcile.plot.parts.messages import Messages
from reconcile.plot.parts.placing import boxes_along
from reconcile.plot.parts.request import FigureOptions, Request, read_request
from reconcile.plot.parts.sheet import Options, Sheet
from reconcile.plot.parts.tags import Survey, Tag, tag_shapes, write_tags
from reconcile.plot.parts.values_axis import thin_ticks, value_axis
from reconcile.plot.parts.words import band_words, day_text, number_text, shorter_names, title_of
from reconcile.values.registry import Quantity

_COLUMNS = ("as_of", "median", "lower50", "upper50", "lower80", "upper80", "lower", "upper")
WIDE = 21.0  # lines of type: how wide a label may be
MOVED = 0.03  # of the interval's width: what moves the median less is not worth a label
MOST_LABELS = {"column": 5, "page": 9, "slide": 8}


def revisions(
    frame: pd.DataFrame, *, about: Quantity | None = None, **options: Unpack[FigureOptions]
) -> Axes:
    """Draw how the estimate for one date moved with what was known.

    `frame` has one row for each day of knowledge: `as_of` and the columns of `Timeline.to_frame`
    (`date` is the day that is asked about), and where known `news`, words for what came in that
    day. Between two rows nothing was learnt, so the fan moves in steps; a dot marks each step.
    `about` says which quantity it is. The other options are `FigureOptions`, without `colours` and
    `claims`; `bands` are those that the table has (50, 80, 95% and its own level). Raises
    `OptionError` for a table without these columns or without rows.
    """
    request = read_request("revisions", options)
    table = _checked(frame)
    quantity = about or Quantity(
        "estimate", scale="log" if float(table["lower"].min()) >= 0 else "linear"
    )
    request, levels = request.on(quantity), request.levels(frame_level(table))
    words = _describe(table, quantity, request)
    news = [str(told) for told in table["news"]] if "news" in table.columns else []
    with request.open(words, news) as sheet:
        fan = fan_of(_extended(table), levels)
        values = np.concatenate([fan.lower, fan.upper])
        value_axis(values, quantity, request.scale).apply(sheet.ax, "y", say=sheet.say)
        first, last = (pd.Timestamp(num2date(fan.days[k])).tz_localize(None) for k in (0, -1))
        lay_out_days(sheet, first, last, before=0.012)
        draw_fan(sheet.ax, fan, step=True)
        beside = label_fan(sheet, fan)
        request.frame(sheet, words, _subtitle(table, levels, sheet.say))
        settle_labels(sheet, beside)
        thin_ticks(sheet.ax, "y", sheet.px(1.4 * sheet.font))
        _draw_news(sheet, table, fan, labels=request.labels is not False)
    return sheet.ax


def _checked(frame: pd.DataFrame) -> pd.DataFrame:
    need_columns(frame, _COLUMNS, "a table of revisions")
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


def _draw_news(sheet: Sheet, table: pd.DataFrame, fan: Fan, labels: bool) -> None:
    """A dot at each step, and words for the largest ones."""
    ax = sheet.ax
    x = np.asarray(date2num(table["as_of"].to_numpy()), dtype=float)
    y = table["median"].to_numpy(float)
    dot = 3.6 * sheet.font / 7.5
    style: Options = {"markeredgecolor": "white", "markeredgewidth": 0.6, "linestyle": "none"}
    ax.plot(x, y, marker="o", markersize=dot, color=MEDIAN, zorder=5, **style)
    if "news" not in table.columns or not labels:
        return
    stairs = _stairs(np.r_[x, fan.days[-1]], y)
    rows = _largest_moves(table, MOST_LABELS[sheet.size.name])

    def survey() -> Survey:
        half, at = sheet.px(dot / 2), ax.transData.transform(np.c_[x, y])
        dots = np.concatenate([at - half, at + half], axis=1)
        path = boxes_along(ax.transData.transform(stairs), 4.0)
        anchors = [Bbox.from_extents(*dots[k]) for k, _ in rows]
        return Survey(anchors, np.concatenate([dots, path]), fan.slabs(ax), dots)

    tags: list[Tag] = []
    for k, move in rows:
        when = day_text(table["as_of"].iloc[k].date(), sheet.say)
        told = _shown_news(sheet, one_line(str(table["news"].iloc[k])))
        tags.append(Tag(tag_shapes(sheet, told, [when], WIDE * sheet.font), MEDIAN, move))
    write_tags(sheet, tags, survey)


def _shown_news(sheet: Sheet, told: str) -> str:
    """The news of a day, as many of them as fit in whole; the first in any case."""
    items, shown, size = told.split("; "), told, 0.95 * sheet.font
    named, _, said = items[0].rpartition(": ")
    if named:  # a shorter name rather than a number cut off
        names, room = shorter_names(named), WIDE * sheet.font
        items[0] = sheet.name(names, room, size, after=f": {said}", weight="bold")
    for count in range(len(items), 0, -1):
        shown = "; ".join(items[:count]) + (";\u00a0…" if count < len(items) else "")
        if sheet.measure(shown, size, "bold")[0] <= WIDE * sheet.font:
            break
    return shown


def _stairs(x: Array, y: Array) -> Array:
    """The corners of a step line: (2T, 2) for edges `x` (T + 1,) and heights `y` (T,)."""
    return np.c_[np.repeat(x, 2)[1:-1], np.repeat(y, 2)]


def _largest_moves(table: pd.DataFrame, most: int) -> list[tuple[int, float]]:
    """Rows with news, those first that moved the median most (as a share of its interval)."""
    middle = table["median"].to_numpy(float)
    width = np.maximum((table["upper"] - table["lower"]).to_numpy(float), 1e-12)
    moves = np.abs(np.diff(middle, prepend=middle[0])) / width
    news = [
        k
        for k, told in enumerate(table["news"])
        if isinstance(told, str) and told and (k == 0 or moves[k] >= MOVED or len(table) <= most)
    ]
    return [(k, float(moves[k])) for k in sorted(news, key=lambda k: (-moves[k], k))[:most]]


def _asked(table: pd.DataFrame, say: Messages) -> str:
    """The day that is asked about, if the table tells it."""
    day = asked_day(table)
    return "" if day is None else day_text(day, say)


def _subtitle(table: pd.DataFrame, levels: Sequence[float], say: Messages) -> str:
    day, bands = _asked(table, say), band_words(levels, say)
    key = "revisions.subtitle_for" if day else "revisions.subtitle"
    return say(key, date=day, bands=bands)


def _describe(table: pd.DataFrame, about: Quantity, request: Request) -> Description:
    say = request.say
    name = say("revisions.title", title=title_of(about))
    last = table.iloc[-1]
    ends = [
        say(
            "revisions.point",
            median=number_text(float(row["median"]), float(row["upper"] - row["lower"]), say),
            date=day_text(row["as_of"].date(), say),
        )
        for row in (table.iloc[0], last)
    ]
    day = _asked(table, say)
    key = "revisions.caption_for" if day else "revisions.caption"
    caption = say(key, title=name, date=day, first=ends[0], last=ends[1])
    alt = say("revisions.alt", steps=say.count(len(table), "step"), caption=caption)
    known = last["as_of"].date().isoformat()
    foot = say("revisions.line_bare", date=known)
    if "n_claims" in table.columns:
        foot = say("revisions.line", n=say.digits(f"{int(last['n_claims']):,}"), date=known)
    return Description(request.titled(name), caption, alt, foot, table)
