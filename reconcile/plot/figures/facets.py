"""Small multiples: several timelines in one figure, on the same axes."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, Unpack

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure, SubFigure

from reconcile.plot.figures.timeline import Shared, draw_timeline, shared_axes
from reconcile.plot.parts.colouring import INK, QUIET
from reconcile.plot.parts.description import Description, attach_to_figure, described
from reconcile.plot.parts.given import named_values
from reconcile.plot.parts.notebook import NotebookAxes
from reconcile.plot.parts.request import FigureOptions, Request, read_request
from reconcile.plot.parts.sheet import DPI, LINE, MM, Options, exact_size
from reconcile.plot.parts.style import style_settings
from reconcile.plot.parts.words import sentences, title_of
from reconcile.values.timeline import Timeline

FILLED = 0.6  # of the decades of a shared axis that a panel must have, or values stand apart
PANEL = {"column": 62.0, "page": 66.0, "slide": 60.0}  # mm: the height of a row of panels


def facets(
    timelines: Mapping[str, Timeline] | Sequence[Timeline],
    *,
    columns: int | None = None,
    shared: bool | None = None,
    figure: Figure | SubFigure | None = None,
    **options: Unpack[FigureOptions],
) -> tuple[Axes, ...]:
    """Draw timelines as small multiples; returns the Axes of the panels, in the order given.

    With a mapping the keys name the panels, else the labels of the quantities do. `columns` is
    how many stand side by side (default: one in a column, two on a page, three on a slide).
    `shared` gives all the same days and values, so that heights can be compared (timelines in
    different units share the days alone); by default where they speak of much the same days, and
    the values too where none would be squeezed.
    `figure` is a Figure or SubFigure of your own. The other
    options are `FigureOptions`, without `ax`. Raises `OptionError` for what is no timeline.
    """
    request = read_request("facets", options)
    panels = named_values(
        timelines,
        Timeline,
        "timelines to draw as facets",
        lambda given: [title_of(each.about) for each in given],
    )
    count = columns or {"column": 1, "page": 2, "slide": 3}[request.size.name]
    count = max(1, min(count, len(panels)))
    rows = math.ceil(len(panels) / count)
    common = _common([*panels.values()], shared, request)
    passed: dict[str, Any] = {
        name: value
        for name, value in options.items()
        if name not in ("size", "figsize", "title", "subtitle")
    }
    with mpl.rc_context({**style_settings(request.style, request.size.font)}):
        host = _host(figure, request, rows)
        grid = _grid(host, request, rows, count, len(panels))
    _fill(grid, panels, passed, common)
    words = _describe(panels, request, grid)
    attach_to_figure(host, words)
    return grid


def _common(values: Sequence[Timeline], shared: bool | None, request: Request) -> Shared | None:
    """What the panels have in common, if anything."""
    if shared is False:
        return None
    found = shared_axes(values, request)
    shortest = min((value.dates[-1] - value.dates[0]).days for value in values)
    alike = (found.last - found.first).days <= 2 * max(shortest, 1)
    if shared or not alike:
        return found if shared else None
    own = [shared_axes([value], request) for value in values]
    return found if all(_fills(each, found) for each in own) else found.days_alone()


def _fills(own: Shared, common: Shared) -> bool:
    """Whether the values of a panel take a good part of the axis that all of them have."""
    ranges = [np.log10(np.maximum(s.shown[s.shown > 0], 1e-9)) for s in (own, common)]
    spans = [float(np.ptp(r)) if len(r) > 1 else 0.0 for r in ranges]
    return spans[0] >= FILLED * spans[1]


def _host(figure: Figure | SubFigure | None, request: Request, rows: int) -> Figure | SubFigure:
    if figure is not None:
        return figure
    size = request.size
    tall = size.height if size.exact else rows * PANEL[size.name] + 2 * size.margin
    made = Figure((size.width * MM, tall * MM), dpi=DPI)
    FigureCanvasAgg(made)
    return made


def _grid(
    host: Figure | SubFigure, request: Request, rows: int, columns: int, count: int
) -> tuple[Axes, ...]:
    """Panels in equal cells, under the author's title and subtitle if there are any."""
    font, per = request.size.font, 72 / host.figure.dpi
    wide, tall = host.bbox.width * per, host.bbox.height * per
    lines = [(request.title, 1.35 * font, "bold", INK), (request.subtitle, font, "normal", QUIET)]
    edge = request.size.margin * MM * 72
    used = edge / 2
    for text, size, weight, colour in lines:
        if text:
            style: Options = {"fontsize": size, "fontweight": weight, "color": colour, "va": "top"}
            host.text(edge / wide, 1 - (used + edge / 2) / tall, text, linespacing=LINE, **style)
            used += LINE * size * (1 + text.count("\n")) + 0.4 * font
    outer = host.add_gridspec(2, 1, height_ratios=[max(used, 0.01), tall - used])
    below = host.add_subfigure(outer[1])
    spec = below.add_gridspec(rows, columns, left=0, right=1, bottom=0, top=1, wspace=0, hspace=0)
    cells = [spec[k // columns, k % columns] for k in range(count)]
    return tuple(below.add_subplot(cell, axes_class=NotebookAxes) for cell in cells)


def _fill(
    grid: Sequence[Axes],
    panels: Mapping[str, Timeline],
    options: Mapping[str, Any],
    common: Shared | None,
) -> None:
    for ax, (name, value) in zip(grid, panels.items(), strict=True):
        box = ax.get_position().transformed(ax.figure.transSubfigure)
        per = 25.4 / ax.figure.dpi
        size = exact_size(max(box.width * per, 45.0), max(box.height * per, 40.0))
        one = {**options, "size": (size.width, size.height), "title": name, "subtitle": ""}
        # a single unit and scale has one axis; others share their days alone
        span = common if common is None or common.fits(value) else common.days_alone()
        draw_timeline(value, read_request("timeline", one | {"ax": ax}), span, key=False)


def _describe(
    panels: Mapping[str, Timeline], request: Request, grid: Sequence[Axes]
) -> Description:
    say = request.say
    name = say("compare.facets_title", n=len(panels))
    found = [words for ax in grid if (words := described(ax)) is not None]
    frames = [words.to_frame().assign(panel=key) for key, words in zip(panels, found, strict=True)]
    told = " ".join(words.alt for words in found)
    return Description(
        request.titled(name),
        sentences(*(words.caption for words in found)),
        say("compare.facets_alt", n=len(panels), told=told),
        "; ".join(f"{key}: {words.source_line}" for key, words in zip(panels, found, strict=True)),
        pd.concat(frames, ignore_index=True),
    )
