"""The timeline: what was known of each day, and the claims it rests on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.dates import date2num
from matplotlib.transforms import Bbox
from numpy.typing import NDArray

from reconcile.plot.parts.colouring import GRID, SourceLook, known_sources, palette
from reconcile.plot.parts.dates_axis import apply_dates
from reconcile.plot.parts.description import Description, attach
from reconcile.plot.parts.fan import band_words, draw_fan, fan_slabs, label_fan, settle_labels
from reconcile.plot.parts.glyphs import arrow_bounds
from reconcile.plot.parts.marks import Mark, mark_record, marks_of, witnesses
from reconcile.plot.parts.on_fan import DODGE, draw_as_of, draw_bounds, draw_last_claim, draw_levels
from reconcile.plot.parts.placing import boxes_along
from reconcile.plot.parts.sheet import Sheet, Style, open_sheet
from reconcile.plot.parts.source_key import draw_source_key
from reconcile.plot.parts.strip import draw_strip
from reconcile.plot.parts.tags import Tag, tag_shapes, write_tags
from reconcile.plot.parts.values_axis import AxisScale, ValueAxis, thin_ticks, value_axis
from reconcile.plot.parts.words import (
    about_words,
    by_day,
    claim_words,
    number_text,
    said_by,
    shorter_names,
    since_words,
    source_line,
    title_of,
)
from reconcile.values.registry import Quantity
from reconcile.values.timeline import Timeline
from reconcile.values.wording import day_words

__all__ = ["describe_timeline", "timeline"]

Array = NDArray[np.float64]
MOST_LABELS = {"column": 7, "page": 16, "slide": 14}
EDGE = {"column": 0.02, "page": 0.012, "slide": 0.012}
DATES = {"column": 5, "page": 8, "slide": 8}


def timeline(
    timeline: Timeline,
    *,
    ax: Axes | None = None,
    style: Style = "reconcile",
    size: str = "page",
    scale: AxisScale = "auto",
    title: str | None = None,
    labels: bool = True,
    colours: Mapping[str, str] | None = None,
) -> Axes:
    """Draw the fan of the estimate over time with the claims on it.

    Claims of the quantity itself, and of a part of it by some day (which bounds it from below:
    lighter, with an arrow up), stand on the fan. Claims of what was added within a window are no
    levels, so they stand below it, each as long as its window, out of reach of the value axis.

    `size` is "column" (85 mm), "page" (170 mm) or "slide" (16:9); `scale` "auto", "log" or
    "linear"; `style` "reconcile", None for the caller's settings, or a Matplotlib style. `title`
    replaces the quantity's label ("" for none); `labels` off leaves the claims unnamed; `colours`
    fixes colours of source ids. Raises `OptionError` for anything else.
    """
    scene = _scene(timeline, colours)
    words = describe_timeline(timeline, title)
    with open_sheet(ax, style, size) as sheet:
        with sheet.trial() as undo:
            key = scene.sources if len(scene.levels) > DODGE or not labels else []
            while missing := _draw(sheet, scene, words, scale, labels, key):
                undo()
                key = scene.sources if key else missing
        attach(sheet.ax, words)
    return sheet.ax


@dataclass(frozen=True, eq=False)
class _Scene:
    """What a timeline draws: the fan's table, the claims in sight, and the sources' looks."""

    value: Timeline
    frame: pd.DataFrame
    levels: Sequence[Mark]
    flows: Sequence[Mark]
    looks: Mapping[str, SourceLook]

    @property
    def ending(self) -> pd.Timestamp | None:
        """The last day that a claim speaks of, where days after it are drawn."""
        return last_claim(self.value)

    @property
    def sure(self) -> int | None:
        """How many days there are up to the last that a claim speaks of; None for all."""
        if self.ending is None:
            return None
        return int((self.frame["date"] <= self.ending).sum())

    @property
    def names(self) -> dict[str, str]:
        """The label of each source in sight."""
        return {mark.source: mark.source_label for mark in (*self.levels, *self.flows)}

    @property
    def sources(self) -> list[str]:
        """The ids of the sources in sight."""
        return list(self.names)


def last_claim(value: Timeline) -> pd.Timestamp | None:
    """The last day that a claim in force speaks of, or None if the timeline ends by then.

    Also None where it begins after that day's eve: then nothing of it rests on claims, and the
    whole is drawn alike.
    """
    marks = [mark for mark in marks_of(value.claims, value.about) if mark.active]
    last = max((mark.end.normalize() for mark in marks), default=None)
    if last is None or not pd.Timestamp(value.dates[0]) <= last < pd.Timestamp(value.dates[-1]):
        return None
    return last


def _scene(value: Timeline, colours: Mapping[str, str] | None) -> _Scene:
    frame = value.to_frame()
    marks = _in_sight(witnesses(marks_of(value.claims, value.about)), frame)
    return _Scene(
        value,
        frame,
        [mark for mark in marks if mark.role != "flow"],
        [mark for mark in marks if mark.role == "flow"],
        palette(known_sources(value.claims), colours),
    )


def _in_sight(marks: Sequence[Mark], frame: pd.DataFrame) -> list[Mark]:
    first, last = frame["date"].iloc[0], frame["date"].iloc[-1]
    return [mark for mark in marks if mark.end >= first and mark.start <= last]


def _draw(
    sheet: Sheet,
    scene: _Scene,
    words: Description,
    scale: AxisScale,
    labels: bool,
    key: Sequence[str],
) -> list[str]:
    """Draw it all; returns the sources that neither a label nor the `key` above it names."""
    ax, frame = sheet.ax, scene.frame
    axis = _lay_out(sheet, scene, scale)
    draw_fan(ax, _spanned(frame), sure=scene.sure)
    beside = label_fan(sheet, frame)
    sheet.fit()
    if key:
        draw_source_key(sheet, [(scene.names[source], scene.looks[source]) for source in key])
    flows = scene.flows
    told = draw_strip(sheet, flows, scene.looks, scene.value.about) if flows else []
    sheet.head(words.title, _subtitle(scene))
    sheet.foot(words.source)
    sheet.fit()
    settle_labels(sheet, beside)
    thin_ticks(ax, "y", sheet.px(1.4 * sheet.font))
    lines = draw_bounds(sheet, frame, axis)
    drawn = draw_levels(sheet, axis, scene.levels, scene.looks, tell=bool(key))
    marker = draw_as_of(sheet, scene.value)
    marker += draw_last_claim(sheet, scene.ending, avoid=marker)
    if labels:
        solid = [*(box.extents for _, box in drawn), *marker]
        obstacles = np.concatenate([np.reshape(solid, (-1, 4)), *lines, _median(ax, frame)])
        told += _name(sheet, drawn, scene, obstacles, reach=0.28 if key else 0.42)
    return [source for source in scene.sources if source not in {*key, *(m.source for m in told)}]


def _spanned(frame: pd.DataFrame) -> pd.DataFrame:
    """A single day, drawn as wide as half of it; more days as they are."""
    if len(frame) > 1:
        return frame
    half = pd.Timedelta(hours=12)
    return pd.concat(
        [frame.assign(date=frame["date"] - half), frame.assign(date=frame["date"] + half)]
    )


def _lay_out(sheet: Sheet, scene: _Scene, scale: AxisScale) -> ValueAxis:
    """Scales, limits, ticks and grid of the fan's Axes."""
    frame, about = scene.frame, scene.value.about
    values = [frame["lower"].to_numpy(float), frame["upper"].to_numpy(float)]
    claimed = [bound for mark in scene.levels for bound in mark.finite_bounds]
    shown = np.concatenate([*values, claimed])
    deciding = shown
    if about.kind != "cumulative":  # a level jumps up from nothing: its first days decide nothing
        usual = np.quantile(frame["median"].to_numpy(float), 0.1)
        deciding = np.array([usual, frame["upper"].max(), *claimed])
    axis = value_axis(shown, about, scale, zero=about.scale == "log", deciding=deciding)
    axis = axis.with_room(*arrow_bounds(scene.levels), share=0.09)
    axis.apply(sheet.ax, "y", ticks=6)
    first, last = frame["date"].iloc[0], frame["date"].iloc[-1]
    if first == last:
        first, last = first - pd.Timedelta(days=1), last + pd.Timedelta(days=1)
    apply_dates(sheet.ax, first, last, DATES[sheet.size.name])
    low, high = sheet.ax.get_xlim()
    edge = EDGE[sheet.size.name] * (high - low)  # marks on the first and last day are whole
    sheet.ax.set_xlim(low - edge, high + edge)
    sheet.ax.grid(axis="y", color=GRID, linewidth=0.6)
    sheet.ax.grid(axis="x", color=GRID, linewidth=0.6)
    sheet.dress("bottom")
    sheet.ax.tick_params(axis="y", length=0)
    return axis


def _median(ax: Axes, frame: pd.DataFrame) -> Array:
    x = np.asarray(date2num(frame["date"].to_numpy()), dtype=float)
    line = ax.transData.transform(np.c_[x, frame["median"].to_numpy(float)])
    return boxes_along(line, 4.0)


def _name(
    sheet: Sheet,
    drawn: Sequence[tuple[Mark, Bbox]],
    scene: _Scene,
    obstacles: Array,
    reach: float,
) -> list[Mark]:
    """Label the heaviest claims on the fan; returns those that were labelled."""
    most = MOST_LABELS[sheet.size.name]
    heaviest = sorted(drawn, key=lambda pair: (-np.nan_to_num(pair[0].weight), pair[0].claim))
    tags = [
        Tag(
            box,
            tag_shapes(
                sheet,
                claim_words(mark, scene.value.about),
                shorter_names(mark.source_label),
                19 * sheet.font,
                said_by(mark),
            ),
            scene.looks[mark.source].colour,
            mark.weight,
        )
        for mark, box in heaviest[:most]
    ]
    written = write_tags(sheet, tags, obstacles, fan_slabs(sheet.ax, scene.frame), reach)
    return [mark for (mark, _), done in zip(heaviest, written, strict=False) if done]


def _subtitle(scene: _Scene) -> str:
    about, last = scene.value.about, scene.value.distributions[-1]
    what = {"cumulative": ", by the end of each day", "stock": " on each day"}.get(about.kind, "")
    when = by_day(about, scene.value.dates[-1])
    return (
        f"{since_words(about)}{what}; {when} {about_words(last, scene.value.level)}. "
        f"Line: median; shades: {band_words(scene.value.level)}."
        f"{_beyond(scene.value)}"
    )


def _beyond(value: Timeline) -> str:
    """What is said of the days after the last claim, if any are drawn."""
    last = last_claim(value)
    if last is None:
        return ""
    return f" Paler and dashed: after the last claim ({day_words(last.date())})."


def describe_timeline(value: Timeline, title: str | None = None) -> Description:
    """Title, caption, alt text and data of the timeline, without drawing it."""
    about, dates = value.about, value.dates
    marks = marks_of(value.claims, value.about)
    first, last = value.distributions[0], value.distributions[-1]
    name = title_of(about)
    span = f"{day_words(dates[0])} to {day_words(dates[-1])}"
    ends = f"{by_day(about, dates[-1])} {about_words(last, value.level)}"
    caption = (
        f"{name}, {span}: {ends}. The line is the median of each day, the shades are "
        f"{band_words(value.level)}.{_beyond(value)} Thin dashed lines, if any, are the bounds "
        f"that some consistent set of claims allows. {_marks_sentence(marks)}"
    )
    alt = (
        f"Line chart with a band of uncertainty. {name}: {number_text(first.median)} "
        f"{by_day(about, dates[0])}; {ends}.{_beyond(value)} {_highest(marks, about)}"
    )
    return Description(
        name if title is None else title,
        caption.strip(),
        alt.strip(),
        source_line(marks, value.as_of),
        _data(value, marks),
    )


def _marks_sentence(marks: Sequence[Mark]) -> str:
    flows = [mark for mark in marks if mark.role == "flow"]
    roles = {mark.role for mark in marks}
    said = ""
    if "floor" in roles:
        said += "Lighter marks with an arrow up count a part, so the whole is at least as much. "
    if "ceiling" in roles:
        said += (
            "Lighter marks with an arrow down count what it lies within, so it is at most that. "
        )
    if flows:
        said += "Claims about a window stand below the fan, as long as their window. "
    return said


def _highest(marks: Sequence[Mark], about: Quantity) -> str:
    levels = [mark for mark in marks if mark.role == "level"]
    if not levels:
        return ""
    low = min(levels, key=lambda mark: mark.point)
    high = max(levels, key=lambda mark: mark.point)
    if low is high:
        return f"One claim of it: {claim_words(low, about)} ({low.source_label})."
    return (
        f"Claims of it range from {claim_words(low, about)} ({low.source_label}) "
        f"to {claim_words(high, about)} ({high.source_label})."
    )


def _data(value: Timeline, marks: Sequence[Mark]) -> pd.DataFrame:
    """One row a day of the fan, then one a claim, told apart by the column `drawn`."""
    fan = value.to_frame().assign(drawn="estimate")
    claims = pd.DataFrame([mark_record(mark) for mark in marks])
    return pd.concat([fan, claims], ignore_index=True) if len(claims) else fan
