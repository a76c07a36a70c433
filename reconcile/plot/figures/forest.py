"""The forest plot: each claim with its weight and influence, the pooled answers below."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Unpack

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Polygon

from reconcile.plot.parts.claim_rows import (
    ClaimRows,
    arrange_claims,
    claims_axis,
    draw_claim_rows,
    lighter_words,
)
from reconcile.plot.parts.colouring import MEDIAN, SourceLook, known_sources, palette
from reconcile.plot.parts.description import Description
from reconcile.plot.parts.marks import Mark, mark_record, texts_of, witnesses
from reconcile.plot.parts.messages import ENGLISH, Messages
from reconcile.plot.parts.request import FigureOptions, Request, read_request
from reconcile.plot.parts.rows import (
    RowWords,
    apply_values,
    form_y,
    lay_rows,
    layout_of,
    row_height,
    write_right,
)
from reconcile.plot.parts.sheet import Sheet
from reconcile.plot.parts.values_axis import AxisScale, ValueAxis
from reconcile.plot.parts.words import (
    about_words,
    answer_label,
    capitalised,
    dated_title,
    factor_words,
    method_words,
    sentences,
    signed_words,
    source_line,
)
from reconcile.values.estimate import Estimate
from reconcile.values.registry import Quantity
from reconcile.values.wording import fine_percent

MOST = 32  # claims on a sheet that may grow: no taller than a page


def forest(
    estimate: Estimate, *, others: Sequence[Estimate] = (), **options: Unpack[FigureOptions]
) -> Axes:
    """Draw the classical forest plot of an estimate and the claims it rests on.

    Each claim has one row: phrase, source, date, its interval with a box whose area is the claim's
    weight, and at the right the weight in figures and the influence (how much the claim moves the
    median). The diamonds below are the pooled answers: of the estimate, and of `others`, estimates
    of the same quantity and date by other methods. The other options are `FigureOptions`, without
    `bands` and `ylabel`.
    """
    request = read_request("forest", options).on(estimate.about)
    marks = request.marks(estimate)
    shown = request.shown(marks)
    looks = palette(known_sources(estimate.claims), request.colours)
    words = describe_forest(estimate, marks, request, others)
    with request.open(words, texts_of(shown)) as sheet:
        axis = _axis(sheet, [estimate, *others], marks, request.scale)
        apply_values(sheet, axis)
        request.frame(sheet, words, _subtitle(estimate, shown, request))
        rows, pooled, bottom = _plan(sheet, estimate, others, witnesses(shown), looks, request)
        lines = [*rows.words, *(line for line, _ in pooled)]
        lay_rows(sheet, lines, bottom, lambda: _write_columns(sheet, rows, estimate))
        sheet.ax.plot([estimate.median] * 2, [0, bottom], color=MEDIAN, linewidth=0.8, zorder=1.5)
        draw_claim_rows(sheet, axis, rows, looks, estimate.about, estimate.date, weigh=True)
        for line, answer in pooled:
            _draw_diamond(sheet, answer, form_y(sheet, line))
    return sheet.ax


def _axis(
    sheet: Sheet, answers: Sequence[Estimate], marks: Sequence[Mark], scale: AxisScale
) -> ValueAxis:
    about, day = answers[0].about, answers[0].date
    values: list[float] = []
    for answer in answers:
        span = answer.interval()
        values += [answer.median, span.lower, span.upper]
    if about.scale == "log":
        values = [value for value in values if value > 0] or [0.0, 1.0]
    return claims_axis(sheet, values, marks, about, scale, MOST, day)


def _plan(
    sheet: Sheet,
    estimate: Estimate,
    others: Sequence[Estimate],
    marks: Sequence[Mark],
    looks: Mapping[str, SourceLook],
    request: Request,
) -> tuple[ClaimRows, list[tuple[RowWords, Estimate]], float]:
    """Rows of the claims, then of the pooled answers, and where it all ends."""
    inner, high = sheet.pt(sheet.inner.height), row_height(sheet)
    tail = high * (1 + len(others)) + 1.2 * sheet.font
    top = 1.6 * sheet.font
    room = inner - tail - top if sheet.fixed else MOST * high + 4.2 * sheet.font
    rows = arrange_claims(
        sheet, marks, estimate.about, looks, top, room, request.words_of, estimate.date
    )
    if layout_of(sheet) == "above":
        rows = _with_weights(sheet, rows)
    y = rows.bottom + 0.8 * sheet.font
    pooled: list[tuple[RowWords, Estimate]] = []
    for answer in (estimate, *others):
        name = method_words(answer.method, sheet.say)
        pooled.append((RowWords(y + high / 2, name, _answer(answer, sheet.say)), answer))
        y += high
    return rows, pooled, max(y + 0.4 * sheet.font, inner if sheet.fixed else 0.0)


def _answer(answer: Estimate, say: Messages) -> str:
    told = answer_label(answer, answer.level, say).removesuffix(")")
    return f"{told}, {say.percent(answer.level)})"


def _with_weights(sheet: Sheet, rows: ClaimRows) -> ClaimRows:
    """In a column there is no room at the right: the weight goes into the words."""
    say, told = sheet.say, list[tuple[RowWords, Mark]]()
    for words, mark in rows.claims:
        share = say("forest.weight_is", n=_weight(mark, say) or say("forest.unknown"))
        told.append((replace(words, after=f"{words.after}, {share}"), mark))
    return ClaimRows(told, rows.headings, rows.rest, rows.rest_top, rows.bottom)


def _weight(mark: Mark, say: Messages) -> str:
    if not np.isfinite(mark.weight):
        return ""
    return say("numbers.percent", n=say.digits(fine_percent(mark.weight).removesuffix("%")))


def influence_label(
    influence: float, about: Quantity, say: Messages = ENGLISH, width: float = math.inf
) -> str:
    """How much a claim moves the median: in percent for counts (more than tenfold as a factor),
    else in units (of a share, percentage points), as far as an interval of that `width` is known.

    >>> influence_label(-0.105, Quantity("killed")), influence_label(0.0, Quantity("killed"))
    ('−10%', '0%')
    >>> influence_label(-5.6, Quantity("killed")), influence_label(3.2, Quantity("killed"))
    ('×0.0037', '×25')
    >>> influence_label(0.4, Quantity("margin", scale="linear"))
    '+0.40'
    >>> influence_label(-0.0042, Quantity("yes", scale="logit"), width=0.044)
    '−0.4'
    """
    if not math.isfinite(influence):
        return ""
    if about.scale == "logit":  # in points of a hundred
        influence, width = 100 * influence, 100 * width
    if about.scale != "log":
        return signed_words(influence, width, say)
    if abs(influence) > math.log(10):
        return factor_words(math.exp(influence), say)
    percent = round(100 * math.expm1(influence))
    percent = round(percent, -1) if abs(percent) >= 100 else percent
    sign = "+" if percent > 0 else "−" if percent < 0 else ""
    return sign + say("numbers.percent", n=say.digits(f"{abs(percent):,}"))


def _write_columns(sheet: Sheet, rows: ClaimRows, estimate: Estimate) -> None:
    top, say, span = 0.7 * sheet.font, sheet.say, estimate.interval()
    weights = [(words.y, _weight(mark, say)) for words, mark in rows.claims]
    moves = [
        (words.y, influence_label(mark.influence, estimate.about, say, span.upper - span.lower))
        for words, mark in rows.claims
    ]
    end = write_right(sheet, weights, say("forest.weight"), 6.0, top)
    write_right(sheet, moves, say("forest.moves"), end + 8.0, top)


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


def _subtitle(estimate: Estimate, marks: Sequence[Mark], request: Request) -> str:
    answer = about_words(estimate.distribution, estimate.level, request.say)
    told = request.say("forest.subtitle", answer=capitalised(answer))
    return sentences(told, lighter_words(marks, request.say))


def describe_forest(
    estimate: Estimate, marks: Sequence[Mark], request: Request, others: Sequence[Estimate] = ()
) -> Description:
    """Title, caption, alt text and data of the forest plot."""
    say = request.say
    name = say("forest.title", title=dated_title(estimate.about, estimate.date, say))
    answers = "; ".join(
        say(
            "compare.item",
            name=method_words(answer.method, say),
            answer=about_words(answer.distribution, answer.level, say),
        )
        for answer in (estimate, *others)
    )
    claims, heaviest = say.count(len(marks), "claim"), _heaviest(marks, say)
    pooled = [
        {"drawn": answer.method, "lower": span.lower, "upper": span.upper, "nominal": answer.median}
        for answer in (estimate, *others)
        for span in [answer.interval()]
    ]
    return Description(
        request.titled(name),
        say("forest.caption", title=name, answers=answers),
        say("forest.alt", claims=claims, heaviest=heaviest, answers=answers),
        source_line(marks, estimate.as_of, say),
        pd.DataFrame([*(mark_record(mark) for mark in marks), *pooled]),
    )


def _heaviest(marks: Sequence[Mark], say: Messages) -> str:
    weighed = [mark for mark in marks if np.isfinite(mark.weight) and mark.weight > 0]
    if not weighed:
        return ""
    top = max(weighed, key=lambda mark: mark.weight)
    told = {"claim": repr(top.phrase), "source": top.source_label, "weight": _weight(top, say)}
    return f"{say('forest.heaviest', **told)} "
