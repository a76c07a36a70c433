"""The forest plot: a row a claim with its weight and influence, the pooled answers below."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Polygon

from reconcile.plot.parts.claim_rows import (
    ARROW,
    ClaimRows,
    arrange_claims,
    draw_claim_rows,
    off_axis,
)
from reconcile.plot.parts.colouring import MEDIAN, SourceLook, known_sources, palette
from reconcile.plot.parts.description import Description, attach
from reconcile.plot.parts.glyphs import arrow_bounds
from reconcile.plot.parts.marks import Mark, mark_record, marks_of, witnesses
from reconcile.plot.parts.rows import (
    RowWords,
    dress_rows,
    form_y,
    layout_of,
    row_height,
    write_right,
    write_rows,
)
from reconcile.plot.parts.sheet import Sheet, Style, open_sheet
from reconcile.plot.parts.values_axis import AxisScale, ValueAxis, thin_ticks, value_axis
from reconcile.plot.parts.words import (
    about_words,
    by_day,
    capitalised,
    count_words,
    number_label,
    source_line,
    title_of,
)
from reconcile.values.estimate import Estimate
from reconcile.values.registry import Quantity

__all__ = ["describe_forest", "forest", "influence_label"]

MOST = 32  # claims on a sheet that may grow: no taller than a page


def forest(
    estimate: Estimate,
    *,
    others: Sequence[Estimate] = (),
    ax: Axes | None = None,
    style: Style = "reconcile",
    size: str = "page",
    scale: AxisScale = "auto",
    title: str | None = None,
    colours: Mapping[str, str] | None = None,
) -> Axes:
    """Draw the classical forest plot of an estimate and the claims it rests on.

    A row a claim: phrase, source, date, its interval with a box whose area is the claim's weight,
    and at the right the weight in figures and the influence (how much the claim moves the
    median). The diamonds below are the pooled answers: of the estimate, and of `others`, estimates
    of the same quantity and date by other methods. The other options are those of `timeline`.
    """
    marks = marks_of(estimate.claims, estimate.about)
    looks = palette(known_sources(estimate.claims), colours)
    words = describe_forest(estimate, others, title)
    with open_sheet(ax, style, size) as sheet:
        axis = _axis(sheet, [estimate, *others], marks, scale)
        axis.apply(sheet.ax, "x", ticks=7 if size != "column" else 5)
        sheet.head(words.title, _subtitle(estimate))
        sheet.foot(words.source)
        sheet.fit()
        rows, pooled, bottom = _plan(sheet, estimate, others, witnesses(marks), looks)
        dress_rows(sheet, bottom)
        write_rows(sheet, [*rows.words, *(line for line, _ in pooled)])
        if layout_of(sheet) != "above":
            _write_columns(sheet, rows, estimate.about)
        sheet.set_inner_height(bottom)
        thin_ticks(sheet.ax, "x", sheet.px(3.2 * sheet.font))
        sheet.ax.plot([estimate.median] * 2, [0, bottom], color=MEDIAN, linewidth=0.8, zorder=1.5)
        draw_claim_rows(sheet, axis, rows, looks, estimate.about, estimate.date, weigh=True)
        for line, answer in pooled:
            _draw_diamond(sheet, answer, form_y(sheet, line))
        attach(sheet.ax, words)
    return sheet.ax


def _axis(
    sheet: Sheet, answers: Sequence[Estimate], marks: Sequence[Mark], scale: AxisScale
) -> ValueAxis:
    about = answers[0].about
    shown = [mark for mark in marks if not off_axis(mark, about)]
    values = [bound for mark in shown for bound in mark.finite_bounds]
    for answer in answers:
        span = answer.interval()
        values += [answer.median, span.lower, span.upper]
    if about.scale == "log":
        values = [value for value in values if value > 0] or [0.0, 1.0]
    wide = sheet.room * (0.92 if layout_of(sheet) == "above" else 0.45)
    share = min((ARROW + 6) / wide, 0.4)
    return value_axis(values, about, scale).with_room(*arrow_bounds(shown), share=share)


def _plan(
    sheet: Sheet,
    estimate: Estimate,
    others: Sequence[Estimate],
    marks: Sequence[Mark],
    looks: Mapping[str, SourceLook],
) -> tuple[ClaimRows, list[tuple[RowWords, Estimate]], float]:
    """Rows of the claims, then of the pooled answers, and where it all ends."""
    inner, high = sheet.pt(sheet.inner.height), row_height(sheet)
    tail = high * (1 + len(others)) + 1.2 * sheet.font
    top = 1.6 * sheet.font
    room = inner - tail - top if sheet.fixed else MOST * high + 4.2 * sheet.font
    rows = arrange_claims(sheet, marks, estimate.about, looks, top, room)
    if layout_of(sheet) == "above":
        rows = _with_weights(rows, estimate.about)
    y = rows.bottom + 0.8 * sheet.font
    pooled: list[tuple[RowWords, Estimate]] = []
    for answer in (estimate, *others):
        name = capitalised(answer.method.replace("-", " "))
        pooled.append((RowWords(y + high / 2, name, _answer(answer)), answer))
        y += high
    return rows, pooled, max(y + 0.4 * sheet.font, inner if sheet.fixed else 0.0)


def _answer(answer: Estimate) -> str:
    span = answer.interval()
    low, high = (number_label(end, span.upper - span.lower) for end in (span.lower, span.upper))
    joint = "–" if span.lower >= 0 else " to "
    middle = number_label(answer.median, span.upper - span.lower)
    return f"{middle} ({low}{joint}{high}, {100 * answer.level:.3g}%)"


def _with_weights(rows: ClaimRows, about: Quantity) -> ClaimRows:
    """In a column there is no room at the right: the weight goes into the words."""
    told = [
        (replace(w, after=f"{w.after}, weight {_weight(mark) or 'unknown'}"), mark)
        for w, mark in rows.claims
    ]
    return ClaimRows(told, rows.headings, rows.rest, rows.rest_top, rows.bottom)


def _weight(mark: Mark) -> str:
    if not np.isfinite(mark.weight):
        return ""
    share = 100 * mark.weight
    return f"{share:.0f}%" if share >= 0.95 or share == 0 else "<1%"


def influence_label(influence: float, about: Quantity) -> str:
    """How much a claim moves the median: in percent for counts, else in units.

    >>> influence_label(-0.105, Quantity("killed")), influence_label(0.0, Quantity("killed"))
    ('−10%', '0%')
    >>> influence_label(0.4, Quantity("margin", scale="linear"))
    '+0.4'
    """
    if not math.isfinite(influence):
        return ""
    if about.scale != "log":
        return f"{influence:+.2g}".replace("-", "−")
    percent = 100 * math.expm1(influence)
    shown = f"{percent:+.0f}%".replace("-", "−")
    return "0%" if shown in ("+0%", "−0%") else shown


def _write_columns(sheet: Sheet, rows: ClaimRows, about: Quantity) -> None:
    top = 0.7 * sheet.font
    weights = [(words.y, _weight(mark)) for words, mark in rows.claims]
    moves = [(words.y, influence_label(mark.influence, about)) for words, mark in rows.claims]
    end = write_right(sheet, weights, "weight", 6.0, top)
    write_right(sheet, moves, "moves it", end + 8.0, top)


def _draw_diamond(sheet: Sheet, answer: Estimate, y: float) -> None:
    span, half = answer.interval(), 0.55 * sheet.font
    corners = [
        (span.lower, y),
        (answer.median, y - half),
        (span.upper, y),
        (answer.median, y + half),
    ]
    own = {"facecolor": MEDIAN, "edgecolor": MEDIAN}
    sheet.ax.add_patch(Polygon(corners, closed=True, linewidth=0.8, zorder=4, **own))


def _subtitle(estimate: Estimate) -> str:
    return (
        f"{capitalised(about_words(estimate.distribution, estimate.level))}. "
        "Box: the claim's weight; diamond: pooled answer; "
        "what is lighter counts a part or a window."
    )


def describe_forest(
    estimate: Estimate, others: Sequence[Estimate] = (), title: str | None = None
) -> Description:
    """Title, caption, alt text and data of the forest plot, without drawing it."""
    about, marks = estimate.about, marks_of(estimate.claims, estimate.about)
    when = by_day(about, estimate.date)
    name = f"{title_of(about)}{', ' if when else ''}{when}: claims and their weight"
    answers = "; ".join(
        f"{answer.method}: {about_words(answer.distribution, answer.level)}"
        for answer in (estimate, *others)
    )
    caption = (
        f"{name}. Each row is a claim, the area of its box its weight, the last column how much it "
        f"moves the median. Diamonds are pooled answers: {answers}."
    )
    alt = f"Forest plot of {count_words(len(marks), 'claim')}. {_heaviest(marks)}{answers}."
    data = pd.DataFrame(
        [
            *(mark_record(mark) for mark in marks),
            *(
                {"drawn": answer.method, "lower": span.lower, "upper": span.upper, "nominal": m}
                for answer in (estimate, *others)
                for span, m in [(answer.interval(), answer.median)]
            ),
        ]
    )
    shown = name if title is None else title
    return Description(shown, caption, alt, source_line(marks, estimate.as_of), data)


def _heaviest(marks: Sequence[Mark]) -> str:
    weighed = [mark for mark in marks if np.isfinite(mark.weight) and mark.weight > 0]
    if not weighed:
        return ""
    top = max(weighed, key=lambda mark: mark.weight)
    return f"The heaviest is {top.phrase!r} by {top.source_label} ({_weight(top)}). "
