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

from reconcile.plot.colouring import GRID, INK, QUIET, SourceLook, known_sources, palette
from reconcile.plot.dates_axis import apply_dates
from reconcile.plot.description import Description, attach
from reconcile.plot.fan import draw_fan, fan_slabs, label_fan, settle_labels
from reconcile.plot.glyphs import Brush, arrow_bounds, draw_glyph, extent
from reconcile.plot.marks import Mark, mark_record, marks_of
from reconcile.plot.placing import boxes_along
from reconcile.plot.sheet import Options, Sheet, Style, open_sheet
from reconcile.plot.source_key import draw_source_key
from reconcile.plot.strip import draw_strip
from reconcile.plot.tags import Tag, write_tags
from reconcile.plot.values_axis import AxisScale, ValueAxis, thin_ticks, value_axis
from reconcile.plot.words import (
    about_words,
    by_day,
    claim_words,
    number_text,
    since_words,
    source_line,
    title_of,
)
from reconcile.values.estimate import Timeline
from reconcile.values.registry import Quantity
from reconcile.values.wording import day_words

__all__ = ["describe_timeline", "timeline"]

Array = NDArray[np.float64]
MOST_LABELS = {"column": 7, "page": 16, "slide": 14}
DODGE = 40  # above so many marks they lie where they lie
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
            unnamed = _draw(sheet, scene, words, scale, labels, key=False)
            if unnamed:
                undo()
                _draw(sheet, scene, words, scale, labels, key=True)
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


def _scene(value: Timeline, colours: Mapping[str, str] | None) -> _Scene:
    frame = value.to_frame()
    marks = _in_sight(marks_of(value.claims, value.about), frame)
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
    key: bool,
) -> list[str]:
    """Draw it all, with a key of sources if asked; returns the sources that no label names."""
    ax, frame, about = sheet.ax, scene.frame, scene.value.about
    axis = _lay_out(sheet, scene, scale)
    draw_fan(ax, _spanned(frame))
    beside = label_fan(sheet, frame)
    sheet.fit()
    names = {mark.source: mark.source_label for mark in (*scene.levels, *scene.flows)}
    if key:
        draw_source_key(sheet, [(names[source], scene.looks[source]) for source in names])
    told = draw_strip(sheet, scene.flows, scene.looks, about) if scene.flows else []
    sheet.head(words.title, _subtitle(scene))
    sheet.foot(words.source)
    sheet.fit()
    settle_labels(sheet, beside)
    thin_ticks(ax, "y", sheet.px(1.4 * sheet.font))
    lines = _draw_bounds(sheet, frame, axis)
    drawn = _draw_levels(sheet, axis, scene, tell=bool(key))
    marker = _draw_as_of(sheet, scene)
    if labels:
        solid = [*(box.extents for _, box in drawn), *marker]
        obstacles = np.concatenate([np.reshape(solid, (-1, 4)), *lines, _median(ax, frame)])
        told += _name(sheet, drawn, scene, obstacles)
    return sorted(set(names) - {mark.source for mark in told})


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
    values = [frame["lower95"].to_numpy(float), frame["upper95"].to_numpy(float)]
    claimed = [bound for mark in scene.levels for bound in mark.finite_bounds]
    axis = value_axis(
        np.concatenate([*values, claimed]), about, scale, zero=about.scale == "log"
    ).with_room(*arrow_bounds(scene.levels), share=0.09)
    axis.apply(sheet.ax, "y", ticks=6)
    first, last = frame["date"].iloc[0], frame["date"].iloc[-1]
    if first == last:
        first, last = first - pd.Timedelta(days=1), last + pd.Timedelta(days=1)
    apply_dates(sheet.ax, first, last, DATES[sheet.size.name])
    sheet.ax.grid(axis="y", color=GRID, linewidth=0.6)
    sheet.ax.grid(axis="x", color=GRID, linewidth=0.6)
    sheet.dress("bottom")
    sheet.ax.tick_params(axis="y", length=0)
    return axis


def _draw_bounds(sheet: Sheet, frame: pd.DataFrame, axis: ValueAxis) -> list[Array]:
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
            f"{name} bound ",
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


def _median(ax: Axes, frame: pd.DataFrame) -> Array:
    x = np.asarray(date2num(frame["date"].to_numpy()), dtype=float)
    line = ax.transData.transform(np.c_[x, frame["median"].to_numpy(float)])
    return boxes_along(line, 4.0)


def _draw_levels(
    sheet: Sheet, axis: ValueAxis, scene: _Scene, tell: bool
) -> list[tuple[Mark, Bbox]]:
    """The claims on the fan, those of one day side by side; returns the pixels each covers."""
    many = len(scene.levels) > DODGE
    drawn: list[tuple[Mark, Bbox]] = []
    for mark in scene.levels:
        brush = Brush(
            sheet.ax,
            axis,
            "y",
            thick=(1.6 if many else 3.0) * sheet.font / 7.5,
            marker=(3.2 if many else 5.5) * sheet.font / 7.5,
            arrow=(9 if many else 16) * sheet.font / 7.5,
            faint=mark.role == "floor",
            tell=tell,
        )
        look = scene.looks[mark.source]
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
    return float(low[0]), float(low[1]) - air - down, float(high[1]) + air + up


def _draw_as_of(sheet: Sheet, scene: _Scene) -> list[tuple[float, ...]]:
    """A line at the day of knowledge where days after it are shown; returns the pixels covered."""
    as_of, dates = scene.value.as_of, scene.value.dates
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


def _name(
    sheet: Sheet, drawn: Sequence[tuple[Mark, Bbox]], scene: _Scene, obstacles: Array
) -> list[Mark]:
    """Label the heaviest claims on the fan; returns those that were labelled."""
    most = MOST_LABELS[sheet.size.name]
    heaviest = sorted(drawn, key=lambda pair: (-np.nan_to_num(pair[0].weight), pair[0].claim))
    tags = [
        Tag(
            box,
            sheet.shorten(claim_words(mark, scene.value.about), 150, sheet.font, "bold"),
            sheet.shorten(mark.source_label, 150, sheet.font),
            scene.looks[mark.source].colour,
            mark.weight,
        )
        for mark, box in heaviest[:most]
    ]
    written = write_tags(sheet, tags, obstacles, fan_slabs(sheet.ax, scene.frame))
    return [mark for (mark, _), done in zip(heaviest, written, strict=False) if done]


def _subtitle(scene: _Scene) -> str:
    about, last = scene.value.about, scene.value.distributions[-1]
    what = {"cumulative": ", by the end of each day", "stock": " on each day"}.get(about.kind, "")
    when = by_day(about, scene.value.dates[-1])
    return (
        f"{since_words(about)}{what}; {when} {about_words(last, scene.value.level)}. "
        "Line: median; shades: 50%, 80% and 95% credible."
    )


def describe_timeline(value: Timeline, title: str | None = None) -> Description:
    """Title, caption, alt text and data of the timeline, without drawing it."""
    about, dates = value.about, value.dates
    marks = marks_of(value.claims, value.about)
    first, last = value.distributions[0], value.distributions[-1]
    name = title_of(about)
    span = f"{day_words(dates[0])} to {day_words(dates[-1])}"
    ends = f"{by_day(about, dates[-1])} {about_words(last, value.level)}"
    caption = (
        f"{name}, {span}: {ends}. The line is the median of each day, the bands hold 50%, 80% "
        f"and 95% of the probability; thin dashed lines, if any, are the bounds that some "
        f"consistent set of claims allows. {_marks_sentence(marks)}"
    )
    alt = (
        f"Line chart with a band of uncertainty. {name}: {number_text(first.median)} "
        f"{by_day(about, dates[0])}; {ends}. {_highest(marks, about)}"
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
    floors = [mark for mark in marks if mark.role == "floor"]
    said = ""
    if floors:
        said += "Lighter marks with an arrow count a part, so the whole is at least as much. "
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
