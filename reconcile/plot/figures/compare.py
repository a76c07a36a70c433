"""Estimates of quantities, ledgers, methods or dates side by side: a row for each, on one axis."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Unpack

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from reconcile.errors import OptionError
from reconcile.plot.parts.colouring import MEDIAN, check_names
from reconcile.plot.parts.description import Description
from reconcile.plot.parts.given import named_values
from reconcile.plot.parts.messages import Messages
from reconcile.plot.parts.request import FigureOptions, Request, read_request
from reconcile.plot.parts.rows import (
    SHARE,
    RowWords,
    apply_values,
    draw_bars,
    draw_dot,
    form_y,
    lay_rows,
    layout_of,
    row_height,
    write_right,
)
from reconcile.plot.parts.sheet import Sheet
from reconcile.plot.parts.values_axis import ValueAxis, value_axis
from reconcile.plot.parts.words import (
    about_words,
    answer_label,
    band_words,
    capitalised,
    dated_title,
    day_text,
    method_words,
    number_label,
    title_of,
)
from reconcile.values.estimate import Estimate


def compare(
    estimates: Mapping[str, Estimate] | Sequence[Estimate], **options: Unpack[FigureOptions]
) -> Axes:
    """Draw estimates side by side: of several quantities, ledgers, methods or dates.

    A row each, in the order given: its name, a bar for each band, the median as a point and its
    number at the right. With a mapping the keys are the names; else the names say in what the
    estimates differ: quantity, date, method, day of knowledge. All are on one axis, so they
    should be counts of the same unit. The other options are `FigureOptions`, without `claims`,
    `labels` and `ylabel`; `colours` go by name. Raises `OptionError` for none, for what is no
    estimate, and for estimates in different units.
    """
    request = read_request("compare", options)
    rows = _named(estimates, request.say)
    request = request.on(next(iter(rows.values())).about)
    words = _describe(rows, request)
    check_names(request.colours or {}, rows)
    with request.open(words, rows) as sheet:
        axis = _axis(rows, request)
        apply_values(sheet, axis)
        subtitle = request.say("compare.subtitle", bands=_bands(rows, request))
        request.frame(sheet, words, subtitle)
        lines, bottom = _plan(sheet, rows)
        told = zip(lines, rows.values(), strict=True)
        cells = [
            (form_y(sheet, line), answer_label(each, request.levels(each.level)[0], request.say))
            for line, each in told
        ]
        lay_rows(sheet, lines, bottom, lambda: write_right(sheet, cells, "", 6.0, 0.5 * sheet.font))
        for (name, estimate), line in zip(rows.items(), lines, strict=True):
            colour = (request.colours or {}).get(name, MEDIAN)
            _draw_row(sheet, estimate, request, axis, form_y(sheet, line), colour)
    return sheet.ax


def _named(
    estimates: Mapping[str, Estimate] | Sequence[Estimate], say: Messages
) -> dict[str, Estimate]:
    found = named_values(
        estimates, Estimate, "estimates to compare", lambda given: _differences(given, say)
    )
    units = sorted({each.about.unit for each in found.values()})
    if len(units) > 1:
        raise OptionError(
            f"expected estimates in one unit on one axis, got {', '.join(units)}; "
            "draw them apart, or as facets"
        )
    return found


def _differences(estimates: Sequence[Estimate], say: Messages) -> list[str]:
    """A name for each estimate: in what it differs from the others."""
    aspects = {
        "quantity": [title_of(each.about) for each in estimates],
        "date": [day_text(each.date, say) if each.date else "" for each in estimates],
        "method": [method_words(each.method, say) for each in estimates],
        "known": [
            say("timeline.as_known", date=day_text(each.as_of, say)) if each.as_of else ""
            for each in estimates
        ],
    }
    told = [column for column in aspects.values() if len(set(column)) > 1] or [aspects["quantity"]]
    return [capitalised(", ".join(part for part in row if part)) for row in zip(*told, strict=True)]


def _axis(rows: Mapping[str, Estimate], request: Request) -> ValueAxis:
    values: list[float] = []
    for estimate in rows.values():
        span = estimate.interval(request.levels(estimate.level)[0])
        values += [span.lower, estimate.median, span.upper]
    return value_axis(values, next(iter(rows.values())).about, request.scale)


def _plan(sheet: Sheet, rows: Mapping[str, Estimate]) -> tuple[list[RowWords], float]:
    long = layout_of(sheet) == "beside" and any(_long(sheet, name) for name in rows)
    y, high = 0.6 * sheet.font, (1.0 if long else 1.25) * row_height(sheet, two_lines=long)
    if sheet.fixed:
        high = max((sheet.pt(sheet.inner.height) - y) / len(rows), 0.8 * sheet.font)
        high = min(high, 4.0 * sheet.font)
    lines: list[RowWords] = []
    for name, estimate in rows.items():
        first, second = name, ""
        if layout_of(sheet) == "above":
            second = _short(estimate, sheet.say)
        elif long or _long(sheet, name):  # the second half is what tells it from others
            first, _, second = name.rpartition(", ")
        lines.append(RowWords(y + high / 2, first or name, second, figures=True))
        y += high
    bottom = y + 0.4 * sheet.font
    return lines, max(bottom, sheet.pt(sheet.inner.height)) if sheet.fixed else bottom


def _long(sheet: Sheet, name: str) -> bool:
    """Whether a name takes more of the width than the words of a row may."""
    return sheet.measure(name, sheet.font, "bold")[0] > SHARE * sheet.room - 6


def _short(estimate: Estimate, say: Messages) -> str:
    span = estimate.interval()
    return number_label(estimate.median, span.upper - span.lower or np.inf, say)


def _draw_row(
    sheet: Sheet, estimate: Estimate, request: Request, axis: ValueAxis, y: float, colour: str
) -> None:
    levels = request.levels(estimate.level)
    draw_bars(sheet, estimate, levels, y, (0.5, 1.1))
    draw_dot(sheet, axis.clip(estimate.median), y, colour, 0.75 * sheet.font)


def _bands(rows: Mapping[str, Estimate], request: Request) -> str:
    levels = {level for each in rows.values() for level in request.levels(each.level)}
    return band_words(sorted(levels), request.say)


def _describe(rows: Mapping[str, Estimate], request: Request) -> Description:
    say, name = request.say, request.say("compare.title")
    told = "; ".join(
        say("compare.item", name=name_, answer=_told(each, request)) for name_, each in rows.items()
    )
    asked = {(title_of(each.about), each.date): each for each in rows.values()}
    if len({title for title, _ in asked}) == 1:
        title, each = next(iter(asked.items()))
        name = dated_title(each.about, each.date, say) if len(asked) == 1 else title[0]
    data: list[dict[str, object]] = []
    for row, each in rows.items():
        made: dict[str, object] = {"name": row, "quantity": each.quantity, "median": each.median}
        for level in request.levels(each.level):
            span = each.interval(level)
            made |= {f"lower{100 * level:g}": span.lower, f"upper{100 * level:g}": span.upper}
        data.append(made)
    return Description(
        request.titled(name),
        say("compare.caption", title=name, told=told, bands=_bands(rows, request)),
        say("compare.alt", n=len(rows), told=told),
        say("compare.line", n=len(rows)),
        pd.DataFrame(data),
    )


def _told(estimate: Estimate, request: Request) -> str:
    return about_words(estimate.distribution, request.levels(estimate.level)[0], request.say)
