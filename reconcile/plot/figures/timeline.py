"""The timeline: what was known of each day, and the claims it rests on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Unpack

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.transforms import Bbox

from reconcile.numerics.arrays import Array
from reconcile.plot.parts.colouring import SourceLook, known_sources, palette
from reconcile.plot.parts.dates_axis import lay_out_days
from reconcile.plot.parts.description import Description
from reconcile.plot.parts.fan import Fan, draw_fan, fan_of, label_fan, settle_labels
from reconcile.plot.parts.glyphs import arrow_bounds
from reconcile.plot.parts.levels import DENSE, DODGE, draw_levels, telling
from reconcile.plot.parts.marks import Mark, day_number, mark_table, texts_of, witnesses
from reconcile.plot.parts.messages import Messages
from reconcile.plot.parts.on_fan import (
    BoundLine,
    bound_lines,
    draw_as_of,
    draw_bounds,
    draw_last_claim,
    last_claim,
    name_bounds,
)
from reconcile.plot.parts.request import FigureOptions, Request, read_request
from reconcile.plot.parts.sheet import Sheet
from reconcile.plot.parts.source_key import draw_source_key
from reconcile.plot.parts.strip import draw_strip
from reconcile.plot.parts.tags import Survey, Tag, tag_shapes, write_tags
from reconcile.plot.parts.values_axis import ValueAxis, thin_ticks, value_axis
from reconcile.plot.parts.words import (
    about_words,
    band_words,
    by_day,
    claim_words,
    day_text,
    number_text,
    said_by,
    sentences,
    shorter_names,
    since_words,
    source_line,
    title_of,
)
from reconcile.values.registry import Quantity
from reconcile.values.timeline import Timeline

FEW = {"column": 7, "page": 14, "slide": 12}  # claims that are all named
TOLD = {"column": 4, "page": 9, "slide": 8}  # of more, those that tell
LEAST = 10.0  # lines of type: the height below which the fan gets the room of the words over it
EDGE = {"column": 0.02, "page": 0.012, "slide": 0.012}


def timeline(timeline: Timeline, **options: Unpack[FigureOptions]) -> Axes:
    """Draw the fan of the estimate over time with the claims on it.

    Claims of the quantity itself, and of a part of it by some day (which bounds it from below:
    lighter, with an arrow up), stand on the fan. Claims of what was added within a window are no
    levels, so they stand below it, each as long as its window, out of reach of the value axis.

    Up to 40 claims stand side by side in the form of their kind; more are small, and more than
    300 become squares, darker where there are more. Few are all named, of many the first, the
    last, the extremes and those furthest off the fan.

    Options: `FigureOptions`. Raises `OptionError` for any other, and for values they don't take.
    """
    return draw_timeline(timeline, read_request("timeline", options))


@dataclass(frozen=True, eq=False)
class Shared:
    """What the axes of several timelines have in common: the values shown, those that decide
    between log and linear, the usual ones, and the first and the last day."""

    shown: Array
    deciding: Array
    common: Array
    first: pd.Timestamp
    last: pd.Timestamp
    kinds: frozenset[tuple[str, str]]

    def fits(self, value: Timeline) -> bool:
        """Whether all that share the axes are in one unit and on one scale."""
        return self.kinds == frozenset({(value.about.unit, value.about.scale)})

    def days_alone(self) -> Shared:
        """The same days, and values of one's own."""
        none = np.zeros(0)
        return Shared(none, none, none, self.first, self.last, self.kinds)


def shared_axes(values: Sequence[Timeline], request: Request) -> Shared:
    """The axes that several timelines have in common."""
    found = [_scene(value, request).own_axes for value in values]
    return Shared(
        np.concatenate([each.shown for each in found]),
        np.concatenate([each.deciding for each in found]),
        np.concatenate([each.common for each in found]),
        min(each.first for each in found),
        max(each.last for each in found),
        frozenset(kind for each in found for kind in each.kinds),
    )


def draw_timeline(
    timeline: Timeline, request: Request, shared: Shared | None = None, *, key: bool = True
) -> Axes:
    """Draw a timeline as requested, on axes that others share if there are such.

    Without `key` sources that no label names stay unnamed: there is no room in a small panel.
    """
    request = request.on(timeline.about)
    scene = _scene(timeline, request)
    words = _describe(scene, request)
    with request.open(words, texts_of(scene.marks)) as sheet, sheet.trial() as undo:
        named = _to_name(sheet, scene, request)
        lone = len(scene.sources) == 1 and bool(named)
        listed = [] if lone or (named and len(scene.levels) <= DODGE) else scene.sources
        # words to spare where the fan gets too low: first the key, then the subtitle
        spare = 0 if key else 1
        while True:
            told = () if spare else listed
            missing = _draw(sheet, scene, request, words, named, told, spare, shared)
            if spare < 2 and sheet.pt(sheet.ax.bbox.height) < LEAST * sheet.font:
                spare += 1 if listed and not spare else 2
            elif spare or not missing:
                break
            else:
                listed = scene.sources if listed else missing
            undo()
    return sheet.ax


@dataclass(frozen=True, eq=False)
class _Scene:
    """What a timeline draws: the fan, its table, the claims in sight, and the sources' looks.

    `ending` is the last day that a claim speaks of, where days after it are drawn.
    """

    value: Timeline
    frame: pd.DataFrame
    fan: Fan
    marks: Sequence[Mark]
    levels: Sequence[Mark]
    flows: Sequence[Mark]
    looks: Mapping[str, SourceLook]
    ending: pd.Timestamp | None

    @cached_property
    def names(self) -> dict[str, str]:
        """The label of each source in sight."""
        return {mark.source: mark.source_label for mark in (*self.levels, *self.flows)}

    @property
    def sources(self) -> list[str]:
        """The ids of the sources in sight."""
        return list(self.names)

    @cached_property
    def own_axes(self) -> Shared:
        """What the axes have to show of it."""
        return _own_axes(self)

    @cached_property
    def bounds(self) -> list[BoundLine]:
        """The hard bounds among the values shown, as far as they make a line."""
        shown = self.own_axes.shown
        return bound_lines(self.frame, self.value.about, shown.min(), shown.max())

    def gaps(self, marks: Sequence[Mark]) -> Array:
        """How far claims (N,) lie outside the widest band of their last day, in its widths."""
        days = np.array([day_number(mark.end) for mark in marks])
        low, high = (np.interp(days, self.fan.days, y) for y in (self.fan.lower, self.fan.upper))
        lower, upper = np.array([(mark.lower, mark.upper) for mark in marks]).reshape(-1, 2).T
        below = np.where(np.isfinite(upper), np.maximum(low - upper, 0.0), 0.0)
        above = np.where(np.isfinite(lower), np.maximum(lower - high, 0.0), 0.0)
        return (below + above) / np.maximum(high - low, 1e-12)


def _scene(value: Timeline, request: Request) -> _Scene:
    frame = value.to_frame()
    marks = request.marks(value)
    first, last = frame["date"].iloc[0], frame["date"].iloc[-1]
    ending = last_claim(marks, first, last)
    sure = None if ending is None else int((frame["date"] <= ending).sum())
    levels = request.levels(value.level)
    low, high = first.value, last.value  # whole numbers: thousands of stamps take their time
    seen = [m for m in witnesses(marks) if m.end.value >= low and m.start.value <= high]
    seen = [mark for mark in seen if mark.finite_bounds]
    return _Scene(
        value,
        frame,
        fan_of(frame, levels, value.distributions, sure),
        marks,
        [mark for mark in seen if mark.role not in ("flow", "related")],
        [mark for mark in seen if mark.role == "flow"],
        palette(known_sources(value.claims), request.colours),
        ending,
    )


def _to_name(sheet: Sheet, scene: _Scene, request: Request) -> list[Mark]:
    """The claims on the fan to name: the author's choice, or those that tell most."""
    asked = request.named(scene.marks)
    if asked is not None:
        return [mark for mark in scene.levels if mark.claim in asked or mark.source in asked]
    name, count = sheet.size.name, len(scene.levels)
    most = FEW[name] if count <= FEW[name] else TOLD[name]
    return telling(scene.levels, scene.gaps, most, heaviest=count <= DODGE)


def _draw(
    sheet: Sheet,
    scene: _Scene,
    request: Request,
    words: Description,
    named: Sequence[Mark],
    key: Sequence[str],
    spare: int,
    shared: Shared | None,
) -> list[str]:
    """Draw it all; returns the sources that neither a label nor the `key` above it names.

    With `spare` above 1 without the words under the title, which the caption has too.
    """
    ax = sheet.ax
    axis = _lay_out(sheet, scene, request, shared)
    fan = _spanned(scene.fan)
    draw_fan(ax, fan)
    beside = label_fan(sheet, scene.fan)
    sheet.label_axes("", request.ylabel)
    if key or scene.flows:  # what stands above and below needs to know how wide the Axes is
        sheet.fit()
    if key:
        draw_source_key(sheet, [(scene.names[source], scene.looks[source]) for source in key])
    flows = scene.flows
    told = draw_strip(sheet, flows, scene.looks, scene.value.about) if flows else []
    sheet.label_axes(request.xlabel, "")
    sheet.head(words.title, "" if spare > 1 else request.subtitled(_subtitle(scene, request)))
    sheet.foot(words.source_line)
    sheet.fit()
    settle_labels(sheet, beside)
    thin_ticks(ax, "y", sheet.px(1.4 * sheet.font))
    lines = scene.bounds
    draw_bounds(sheet, lines)
    drawn = draw_levels(sheet, axis, scene.levels, scene.looks, bool(key), named)
    marks = np.concatenate([drawn.boxes(), drawn.others()])
    solid = draw_as_of(sheet, scene.value, marks)
    solid += draw_last_claim(sheet, scene.ending, np.concatenate([marks, *solid]))
    solid += name_bounds(sheet, lines, np.concatenate([marks, *solid, fan.path(ax)]))

    def survey() -> Survey:
        boxes = drawn.boxes()
        anchors = dict(zip((mark.claim for mark in drawn.marks), boxes, strict=True))
        pixels = [line.pixels(ax) for line in lines]
        return Survey(
            [Bbox.from_extents(*anchors[mark.claim]) for mark in named],
            np.concatenate([boxes, drawn.others(), *solid, *pixels, fan.path(ax)]),
            fan.slabs(ax),
            boxes,
        )

    tags = [_tag(sheet, scene, request, mark) for mark in named]
    crowded = len(scene.levels) > FEW[sheet.size.name]
    wanted = not crowded or request.named(scene.marks) is not None
    reach = 0.2 if crowded else 0.42
    written = write_tags(sheet, tags, survey, reach, wanted)
    told += [mark for mark, done in zip(named, written, strict=True) if done]
    return [source for source in scene.sources if source not in {*key, *(m.source for m in told)}]


def _spanned(fan: Fan) -> Fan:
    """A single day, drawn as wide as half of it; more days as they are."""
    if len(fan.days) > 1:
        return fan
    twice = fan.part(slice(0, 1))
    bands = [(level, np.repeat(low, 2), np.repeat(high, 2)) for level, low, high in twice.bands]
    return Fan(fan.days[0] + np.array([-0.5, 0.5]), np.repeat(fan.median, 2), bands, 2)


def _own_axes(scene: _Scene) -> Shared:
    """What the axes of one timeline have to show."""
    fan, about = scene.fan, scene.value.about
    sure = slice(0, max(fan.sure, 1))
    claimed = [bound for mark in scene.levels for bound in mark.finite_bounds]
    # the first days of a total, or of a level that comes from nothing, decide nothing
    usual = float(np.quantile(fan.median, 0.05 if about.kind == "cumulative" else 0.1))
    return Shared(
        np.concatenate([fan.lower, fan.upper, claimed]),
        np.array([usual, fan.upper[sure].max(), *_core(claimed)]),
        np.array([usual, *_core([mark.point for mark in scene.levels])]),
        scene.frame["date"].iloc[0],
        scene.frame["date"].iloc[-1],
        frozenset({(about.unit, about.scale)}),
    )


def _lay_out(sheet: Sheet, scene: _Scene, request: Request, shared: Shared | None) -> ValueAxis:
    """Scales, limits, ticks and grid of the fan's Axes."""
    own, about = scene.own_axes, scene.value.about
    span = own if shared is None or not len(shared.shown) else shared
    axis = value_axis(
        span.shown,
        about,
        request.scale,
        zero=about.scale == "log",
        deciding=span.deciding,
        common=span.common,
    )
    high = sheet.pt(sheet.ax.bbox.height)
    axis = axis.with_room(*arrow_bounds(scene.levels), share=min(20 * sheet.font / 7.5 / high, 0.3))
    # marks at the ends are whole
    axis = axis.with_edge([mark.point for mark in scene.levels], 6.0 * sheet.font / 7.5 / high)
    axis.apply(sheet.ax, "y", ticks=6, say=sheet.say)
    first, last = (own.first, own.last) if shared is None else (shared.first, shared.last)
    edge = EDGE[sheet.size.name]
    lay_out_days(sheet, first, last, edge, edge)
    return axis


def _core(values: Sequence[float]) -> list[float]:
    """All values where they are few; of many the central nine tenths."""
    if len(values) < 40:
        return [*values]
    return [float(value) for value in np.quantile(values, [0.05, 0.95])]


def _tag(sheet: Sheet, scene: _Scene, request: Request, mark: Mark) -> Tag:
    words = request.words_of(mark, claim_words(mark, scene.value.about, sheet.say))
    names = shorter_names(mark.source_label)
    tail = said_by(mark, sheet.say)
    shapes = tag_shapes(sheet, words, names, 19 * sheet.font, tail)
    return Tag(shapes, scene.looks[mark.source].colour, mark.weight)


def _subtitle(scene: _Scene, request: Request) -> str:
    about, say = scene.value.about, request.say
    what = since_words(about, say)
    if about.kind == "cumulative":
        what = say("timeline.each_day_total", what=what)
    elif about.kind == "stock":
        what = say("timeline.each_day_level", what=what)
    told = say(
        "timeline.subtitle",
        what=what,
        when=by_day(about, scene.value.dates[-1], say),
        answer=_answer(scene, request),
        bands=band_words(request.levels(scene.value.level), say),
    )
    return sentences(told, _beyond(scene, request), _density(scene, request))


def _answer(scene: _Scene, request: Request) -> str:
    """The last day's median with the widest band drawn."""
    level = request.levels(scene.value.level)[0]
    return about_words(scene.value.distributions[-1], level, request.say)


def _beyond(scene: _Scene, request: Request) -> str:
    """What is said of the days after the last claim, if any are drawn."""
    if scene.ending is None:
        return ""
    return request.say("timeline.beyond", date=day_text(scene.ending.date(), request.say))


def _density(scene: _Scene, request: Request) -> str:
    if len(scene.levels) <= DENSE:
        return ""
    one = len({mark.source for mark in scene.levels}) == 1
    return request.say("timeline.dense_one" if one else "timeline.dense")


def describe_timeline(value: Timeline, request: Request) -> Description:
    """Title, caption, alt text and data of the timeline, without drawing it."""
    request = request.on(value.about)
    return _describe(_scene(value, request), request)


def _describe(scene: _Scene, request: Request) -> Description:
    value, say, marks = scene.value, request.say, scene.marks
    about, dates = value.about, value.dates
    name = title_of(about)
    ends = f"{by_day(about, dates[-1], say)} {_answer(scene, request)}"
    day = "_day" if len(dates) == 1 else ""
    caption = say(
        f"timeline.caption{day}",
        title=name,
        first=day_text(dates[0], say),
        last=day_text(dates[-1], say),
        answer=ends,
        bands=band_words(request.levels(value.level), say),
    )
    alt = say(
        f"timeline.alt{day}",
        title=name,
        start=_start(value, say),
        first=by_day(about, dates[0], say),
        answer=ends,
    )
    beyond = _beyond(scene, request)
    return Description(
        request.titled(name),
        sentences(caption, beyond, _density(scene, request), *_marks_sentences(scene, request)),
        sentences(alt, beyond, _range(scene.levels, about, request)),
        source_line(marks, value.as_of, say),
        lambda: _data(scene),
    )


def _start(value: Timeline, say: Messages) -> str:
    """The median of the first day, rounded to what is known of it."""
    spread = value.distributions[0]
    span = spread.interval(value.level)
    return number_text(spread.median, span.upper - span.lower or np.inf, say)


def _marks_sentences(scene: _Scene, request: Request) -> list[str]:
    say, roles = request.say, {mark.role for mark in scene.marks}
    others = sum(mark.role == "related" for mark in scene.marks)
    apart = say("timeline.others", claims=say.count(others, "claim")) if others else ""
    told = {
        "bounds": bool(scene.bounds),
        "floors": "floor" in roles,
        "ceilings": "ceiling" in roles,
        "windows": bool(scene.flows),
    }
    return [*(say(f"timeline.{name}") for name, seen in told.items() if seen), apart]


def _range(marks: Sequence[Mark], about: Quantity, request: Request) -> str:
    levels = [mark for mark in marks if mark.role == "level" and mark.active]
    if not levels:
        return ""
    say = request.say
    low = min(levels, key=lambda mark: mark.point)
    high = max(reversed(levels), key=lambda mark: mark.point)
    if low is high:
        told = claim_words(low, about, say)
        return say("timeline.one_claim", claim=told, source=low.source_label)
    if all(mark.finite_bounds == low.finite_bounds for mark in levels):
        count = say.count(len(levels), "claim")
        return say("timeline.claims_same", claims=count, claim=claim_words(low, about, say))
    return say(
        "timeline.claims_range",
        low=claim_words(low, about, say),
        low_source=low.source_label,
        high=claim_words(high, about, say),
        high_source=high.source_label,
    )


def _data(scene: _Scene) -> pd.DataFrame:
    """One row a day of the fan, then one a claim, told apart by the column `drawn`."""
    fan = scene.frame.assign(drawn="estimate")
    for level, lower, upper in scene.fan.bands:
        name = f"{100 * level:g}"
        if f"lower{name}" not in fan.columns and level != scene.value.level:
            fan = fan.assign(**{f"lower{name}": lower, f"upper{name}": upper})
    return pd.concat([fan, mark_table(scene.marks)], ignore_index=True) if scene.marks else fan
