"""Parts of a whole, one upon the other: killed and wounded as shares of the casualties."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Unpack

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.dates import date2num
from matplotlib.text import Text
from numpy.typing import NDArray

from reconcile.errors import OptionError
from reconcile.plot.parts.colouring import INK, MEDIAN, QUIET, palette
from reconcile.plot.parts.dates_axis import lay_out_days
from reconcile.plot.parts.description import Description
from reconcile.plot.parts.fan import PALE, Fan, band_shades, fan_of, settle_labels
from reconcile.plot.parts.marks import marks_of
from reconcile.plot.parts.on_fan import draw_last_claim, last_claim
from reconcile.plot.parts.request import FigureOptions, Request, read_request
from reconcile.plot.parts.sheet import Options, Sheet
from reconcile.plot.parts.values_axis import thin_ticks, value_axis
from reconcile.plot.parts.words import (
    about_words,
    band_words,
    by_day,
    day_text,
    number_label,
    sentences,
    source_line,
    title_of,
)
from reconcile.values.timeline import Timeline

HATCHES = ("", "////", "....", "xxxx", "\\\\\\\\")


def stacked(
    parts: Sequence[Timeline], whole: Timeline | None = None, **options: Unpack[FigureOptions]
) -> Axes:
    """Draw the medians of parts one upon the other, and over them the whole with its widest band.

    `parts` and `whole` are timelines of the same days: killed and wounded, and casualties. The
    median of a whole is not the sum of the medians of its parts, so the line may lie a little off
    the top of the stack. The value axis starts at zero and is linear, since on a log axis heights
    do not add up. Options: `FigureOptions`, without `claims`, `labels` and `scale`; `colours` go
    by quantity. Raises `OptionError` for timelines of different days or units, or without parts.
    """
    request = read_request("stacked", options)
    _check(parts, whole)
    request = request.on(parts[0].about)
    words = _describe(parts, whole, request)
    with request.open(words) as sheet:
        heights = np.cumsum([_medians(part) for part in parts], axis=0)
        fan = None if whole is None else _fan(whole, request)
        top = max(float(heights.max()), 0.0 if fan is None else float(fan.upper.max()))
        axis = value_axis([0.0, top], parts[0].about, "linear", zero=True)
        axis.apply(sheet.ax, "y", say=sheet.say)
        first, last = (pd.Timestamp(parts[0].dates[k]) for k in (0, -1))
        lay_out_days(sheet, first, last)
        beside = _draw(sheet, parts, whole, heights, fan, request)
        request.frame(sheet, words, _subtitle(parts, whole, request))
        settle_labels(sheet, beside)
        if (ending := _ending(whole or parts[0])) is not None:  # the rest is paler
            low, high = float(date2num(ending)), float(date2num(last))
            sheet.ax.axvspan(low, high, color="white", alpha=PALE, linewidth=0, zorder=3)
            draw_last_claim(sheet, ending, np.zeros((0, 4)))
        thin_ticks(sheet.ax, "y", sheet.px(1.4 * sheet.font))
    return sheet.ax


def _check(parts: Sequence[Timeline], whole: Timeline | None) -> None:
    every: list[Any] = [*parts, *([whole] if whole is not None else [])]
    if not parts or not all(isinstance(each, Timeline) for each in every):
        came = ", ".join(type(each).__name__ for each in every) or "none"
        raise OptionError(
            f"expected timelines of the parts, and one of the whole or None; got {came}"
        )
    if len({each.dates for each in every}) > 1:
        spans = ", ".join(f"{each.dates[0]} to {each.dates[-1]}" for each in every)
        raise OptionError(
            f"expected timelines of the same days, got {spans}; give each the same start, end and "
            "freq"
        )
    units = sorted({each.about.unit for each in every})
    if len(units) > 1:
        raise OptionError(f"expected timelines in the same unit, got {', '.join(units)}")
    if len(parts) > len(HATCHES):
        raise OptionError(f"expected at most {len(HATCHES)} parts, got {len(parts)}")


def _medians(value: Timeline) -> NDArray[np.float64]:
    return np.array([spread.median for spread in value.distributions])


def _fan(value: Timeline, request: Request) -> Fan:
    widest = request.levels(value.level)[:1]
    return fan_of(value.to_frame(), widest, value.distributions)


def _draw(
    sheet: Sheet,
    parts: Sequence[Timeline],
    whole: Timeline | None,
    heights: NDArray[np.float64],
    fan: Fan | None,
    request: Request,
) -> list[Text]:
    ax, days = sheet.ax, np.asarray(date2num(parts[0].dates), dtype=float)
    steps = 1
    if len(days) == 1:  # a bar as wide as most of the day
        steps, days, heights = 2, days + np.array([-0.4, 0.4]), np.repeat(heights, 2, axis=1)
    looks = palette([part.quantity for part in parts], request.colours)
    below = np.zeros(len(days))
    told: list[tuple[str, float, str]] = []
    for part, above, hatch in zip(parts, heights, HATCHES, strict=False):
        style: Options = {"facecolor": "white", "edgecolor": looks[part.quantity].colour}
        if not hatch:
            style = {"facecolor": looks[part.quantity].colour, "edgecolor": "white", "alpha": 0.55}
        ax.fill_between(days, below, above, hatch=hatch or None, linewidth=0.6, zorder=2, **style)
        size = number_label(float(above[-1] - below[-1]), _width(part), sheet.say)
        told.append((f"{size} {title_of(part.about)}", float(above[-1] + below[-1]) / 2, "normal"))
        below = above
    if whole is not None and fan is not None:
        shade: Options = {"color": band_shades(3)[0], "linewidth": 0, "zorder": 1}
        lower, upper, median = (np.repeat(v, steps) for v in (fan.lower, fan.upper, fan.median))
        ax.fill_between(days, lower, upper, **shade)
        sure = steps * _sure(whole)
        ax.plot(days[:sure], median[:sure], color=MEDIAN, linewidth=1.6, zorder=3.2)
        dashed: Options = {"linewidth": 1.2, "linestyle": (0, (4, 2)), "zorder": 3.2}
        ax.plot(days[sure - 1 :], median[sure - 1 :], color=MEDIAN, **dashed)
        size = number_label(float(median[-1]), _width(whole), sheet.say)
        told.append((f"{size} {title_of(whole.about)}", float(median[-1]), "bold"))
    return [_beside(sheet, *words) for words in told]


def _ending(value: Timeline) -> pd.Timestamp | None:
    """The last day that a claim speaks of, where days after it are drawn."""
    first, last = (pd.Timestamp(value.dates[k]) for k in (0, -1))
    return last_claim(marks_of(value.claims, value.about), first, last)


def _sure(value: Timeline) -> int:
    """How many days claims speak of."""
    ending = _ending(value)
    return len(value.dates) if ending is None else sum(d <= ending.date() for d in value.dates)


def _width(value: Timeline) -> float:
    span = value.distributions[-1].interval(value.level)
    return span.upper - span.lower or np.inf


def _beside(sheet: Sheet, text: str, y: float, weight: str) -> Text:
    ink = INK if weight == "bold" else QUIET
    # what the whole consists of is on the figure: its name may do without what is in brackets
    names = list(dict.fromkeys([text, text.partition(" (")[0]]))
    wide = 0.3 * sheet.room / (1.1 if weight == "bold" else 1.0)
    short = sheet.name(names, wide, 0.92 * sheet.font)
    style: Options = {"fontsize": 0.92 * sheet.font, "fontweight": weight, "color": ink}
    where = sheet.beside(right=3.5)
    return sheet.ax.text(1, y, short, transform=where, va="center_baseline", clip_on=False, **style)


def _subtitle(parts: Sequence[Timeline], whole: Timeline | None, request: Request) -> str:
    say = request.say
    names = [title_of(part.about) for part in parts]
    joined = names[0]
    if len(names) > 1:
        joined = say("numbers.and", first=", ".join(names[:-1]), last=names[-1])
    if whole is None:
        return ""
    bands = band_words(request.levels(whole.level)[:1], say)
    return say("compare.stacked_subtitle", parts=joined, whole=title_of(whole.about), bands=bands)


def _describe(parts: Sequence[Timeline], whole: Timeline | None, request: Request) -> Description:
    say = request.say
    every = [*parts, *([whole] if whole is not None else [])]
    name = say("compare.stacked_title", whole=title_of((whole or parts[0]).about))
    told = "; ".join(
        say(
            "compare.item",
            name=f"{title_of(each.about)} {by_day(each.about, each.dates[-1], say)}",
            answer=about_words(each.distributions[-1], request.levels(each.level)[0], say),
        )
        for each in every
    )
    first, last = (day_text(parts[0].dates[k], say) for k in (0, -1))
    frames: Mapping[str, pd.DataFrame] = {each.quantity: each.to_frame() for each in every}
    data = pd.concat([frame.assign(quantity=key) for key, frame in frames.items()])
    claims = {mark.claim: mark for each in every for mark in marks_of(each.claims, each.about)}
    ending = _ending(whole or parts[0])
    beyond = "" if ending is None else say("timeline.beyond", date=day_text(ending.date(), say))
    return Description(
        request.titled(name),
        sentences(
            say("compare.stacked_caption", title=name, first=first, last=last, told=told), beyond
        ),
        sentences(say("compare.stacked_alt", told=told), beyond),
        source_line([*claims.values()], every[-1].as_of, say),
        data.reset_index(drop=True),
    )
