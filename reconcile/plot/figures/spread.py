"""The spread: what is known at one date, over the claims it rests on, on one axis."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Unpack

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from numpy.typing import NDArray

from reconcile.errors import one_of
from reconcile.intervals import Interval
from reconcile.numerics.arrays import Array
from reconcile.plot.parts.claim_rows import (
    ClaimRows,
    arrange_claims,
    claims_axis,
    draw_claim_rows,
    lighter_words,
)
from reconcile.plot.parts.colouring import (
    INK,
    MEDIAN,
    QUIET,
    SourceLook,
    known_sources,
    palette,
)
from reconcile.plot.parts.description import Description
from reconcile.plot.parts.fan import band_shades
from reconcile.plot.parts.marks import Mark, mark_record, texts_of, witnesses
from reconcile.plot.parts.messages import Messages
from reconcile.plot.parts.request import FigureOptions, Request, read_request
from reconcile.plot.parts.rows import (
    RowWords,
    apply_values,
    draw_bars,
    form_y,
    lay_rows,
    row_height,
)
from reconcile.plot.parts.sheet import Options, Sheet
from reconcile.plot.parts.values_axis import ValueAxis
from reconcile.plot.parts.words import (
    about_words,
    band_words,
    capitalised,
    claim_words,
    dated_title,
    number_label,
    range_label,
    sentences,
    source_line,
)
from reconcile.values.distribution import Distribution
from reconcile.values.estimate import Estimate
from reconcile.values.registry import Quantity

Form = Literal["density", "dots"]
DOTS = 50
DOT_COLOURS = ("#3E658F", "#7F9FC0", "#A3BBD2", "#C3D2E1", "#D6E0EA")  # from the middle outward
MOST = 26  # named rows on a sheet that may grow: no taller than a page
HEIGHT = {"column": 84.0, "page": 104.0, "slide": 80.0}  # of the density, in points


def spread(estimate: Estimate, *, form: Form = "density", **options: Unpack[FigureOptions]) -> Axes:
    """Draw the probability of each value at the estimate's date, and the claims below it.

    `form` is "density" (shaded at 50%, 80% and the level of the estimate) or "dots" (50 dots, each
    a chance of 1 in 50: a quantile dotplot, Kay et al. 2016, doi 10.1145/2858036.2858558). Below
    stand where most origins agree, the bounds that consistent claims allow, and one row for each
    claim: first those of the quantity itself, then, lighter, those of a part of it or of a window,
    which are no totals.

    The other options are `FigureOptions`. Raises `OptionError` for anything else.
    """
    one_of("form", form, ("density", "dots"))
    request = read_request("spread", options).on(estimate.about)
    marks = request.marks(estimate)
    shown = request.shown(marks)
    looks = palette(known_sources(estimate.claims), request.colours)
    words = describe_spread(estimate, marks, request)
    with request.open(words, texts_of(shown)) as sheet:
        axis = _axis(sheet, estimate, marks, request)
        apply_values(sheet, axis)
        sheet.dress("bottom")
        request.frame(sheet, words, _subtitle(estimate, form, request))
        plan = _plan(sheet, estimate, request, witnesses(shown), looks)
        lay_rows(sheet, [*plan.summary, *plan.rows.words], plan.bottom)
        levels = request.levels(estimate.level)
        _draw_ground(sheet, estimate, plan, levels)
        _draw_form(sheet, estimate, axis, plan.ground, form, levels)
        _draw_summary(sheet, estimate, axis, plan, levels)
        draw_claim_rows(sheet, axis, plan.rows, looks, estimate.about, estimate.date)
    return sheet.ax


@dataclass(frozen=True, slots=True)
class _Plan:
    """Where things stand, in points from the top: `ground` is the foot of the density."""

    ground: float
    summary: Sequence[RowWords]
    spans: Sequence[Interval | None]
    rows: ClaimRows
    bottom: float


def _plan(
    sheet: Sheet,
    estimate: Estimate,
    request: Request,
    marks: Sequence[Mark],
    looks: Mapping[str, SourceLook],
) -> _Plan:
    inner = sheet.pt(sheet.inner.height)
    ground = HEIGHT[sheet.size.name]
    if sheet.fixed:
        ground = min(ground, 0.42 * inner)
    font, y = sheet.font, ground
    summary: list[RowWords] = []
    told = _summary_words(estimate, request)
    for first, second, _ in told:
        high = row_height(sheet, two_lines=bool(second))
        summary.append(RowWords(y + high / 2 + 0.2 * font, first, second))
        y += high
    y += 0.4 * font
    room = inner - y if sheet.fixed else MOST * row_height(sheet) + 4.2 * font
    rows = arrange_claims(
        sheet, marks, estimate.about, looks, y, room, request.words_of, estimate.date
    )
    spans = [span for _, _, span in told]
    return _Plan(ground, summary, spans, rows, max(rows.bottom, inner if sheet.fixed else 0.0))


def _summary_words(estimate: Estimate, request: Request) -> list[tuple[str, str, Interval | None]]:
    """The rows under the density: their words, and the bounds they show but for the estimate's."""
    say = request.say
    bands = band_words(request.levels(estimate.level), say)
    found: list[tuple[str, str, Interval | None]] = [(say("spread.estimate"), bands, None)]
    agreed, free = estimate.consensus, estimate.envelope
    # a single origin agrees with itself alone
    if agreed and agreed.origins > 1 and _bounded(agreed.interval.lower, agreed.interval.upper):
        told = say("spread.agree", n=agreed.agreeing, all=agreed.origins)
        found.append((told, _shown_range(estimate, agreed.interval, say), agreed.interval))
    if _bounded(free.lower, free.upper):
        found.append((say("spread.bounds"), _shown_range(estimate, free, say), free))
    return found


def _shown_range(estimate: Estimate, interval: Interval, say: Messages) -> str:
    """A range in words; the floor of a count says nothing."""
    lower, upper = interval.lower, interval.upper
    if estimate.about.scale == "log" and lower <= 0 and np.isfinite(upper):
        most = range_label(upper, upper, say)
        return say("spread.at_most", n=most) if upper > 0 else most
    if not np.isfinite(upper):
        return say("spread.at_least", n=range_label(lower, lower, say))
    return range_label(lower, upper, say)


def _bounded(lower: float, upper: float) -> bool:
    """Whether an interval says anything at all, and is not empty."""
    return lower <= upper and (np.isfinite(upper) or (np.isfinite(lower) and lower > 0))


def _axis(sheet: Sheet, estimate: Estimate, marks: Sequence[Mark], request: Request) -> ValueAxis:
    spread, about = estimate.distribution, estimate.about
    values = _stretch(spread, about)
    for found in (estimate.envelope, estimate.consensus and estimate.consensus.interval):
        if found is not None and _bounded(found.lower, found.upper):
            values += [end for end in (found.lower, found.upper) if end > 0 or about.scale != "log"]
    if about.scale == "log":
        values = [max(value, 0.0) for value in values]
        floor = max(0.3 * float(spread.quantile(0.025)), 0.0)
        values = [v for v in values if v >= min(floor, 1.0)] or values
    widest = estimate.interval(request.levels(estimate.level)[0])
    values += [widest.lower, widest.upper]
    return claims_axis(sheet, values, marks, about, request.scale, MOST, estimate.date)


def _stretch(spread: Distribution, about: Quantity) -> list[float]:
    """Where the density is: the 95 % in the middle, and tails no longer than that to each side."""
    low, lower, middle, upper, high = (
        float(v) for v in spread.quantile([0.002, 0.025, 0.5, 0.975, 0.998])
    )
    if about.scale == "log" and lower > 0:
        low, high = max(low, lower**2 / upper), min(high, upper**2 / lower)
    else:
        low, high = max(low, 2 * lower - upper), min(high, 2 * upper - lower)
    return [low, lower, middle, upper, high]


def _draw_ground(sheet: Sheet, estimate: Estimate, plan: _Plan, levels: Sequence[float]) -> None:
    """Carry the widest interval and the median down through the rows of the claims."""
    ax, wide = sheet.ax, estimate.interval(levels[0])
    ax.fill_betweenx(
        [plan.ground, plan.bottom], wide.lower, wide.upper, color="#F0F4F8", linewidth=0, zorder=0.5
    )
    ax.plot(
        [estimate.median] * 2,
        [plan.ground, plan.bottom],
        color=MEDIAN,
        linewidth=0.8,
        linestyle=(0, (3, 2)),
        zorder=1.5,
    )
    ax.plot([0, 1], [plan.ground] * 2, transform=sheet.beside(), color=QUIET, linewidth=0.6)


def _draw_form(
    sheet: Sheet,
    estimate: Estimate,
    axis: ValueAxis,
    ground: float,
    form: Form,
    levels: Sequence[float],
) -> None:
    """The density or the dots over the ground, with the median's number at the top."""
    spread = estimate.distribution
    top = 1.9 * sheet.font
    if spread.interval(0.95).lower == spread.interval(0.95).upper:
        sheet.ax.plot([spread.median] * 2, [ground, top], color=MEDIAN, linewidth=2.5)
    elif form == "density":
        _draw_density(sheet, estimate, axis, ground, top, levels)
    else:
        _draw_dots(sheet, spread, ground, top, levels)
    low, high = spread.interval(0.9).lower, spread.interval(0.9).upper
    sheet.ax.text(
        spread.median,
        top - 0.9 * sheet.font,
        number_label(spread.median, high - low if high > low else np.inf, sheet.say),
        fontsize=1.1 * sheet.font,
        fontweight="bold",
        ha="center",
        va="center_baseline",
        color=INK,
    )


def density(spread: Distribution, axis: ValueAxis, n: int = 400) -> tuple[Array, Array]:
    """Values (n,) and the density there per unit of the axis, the largest being 1.

    A Gaussian kernel over 2,000 quantiles, reflected at the axis's zero, as wide as Silverman's
    rule (1986, eq. 3.31) has it for 400: wide enough to hide steps of a sample, no wider.
    """
    z = axis.to_scale(np.asarray(spread.quantile((np.arange(2000) + 0.5) / 2000)))
    quartiles = np.quantile(z, [0.25, 0.75])
    width = 0.9 * min(float(np.std(z)), float(np.diff(quartiles)[0]) / 1.34 or np.inf)
    width = max(width * 400**-0.2, 1e-9)
    ends = axis.to_scale([axis.lower, axis.upper])
    grid = np.linspace(max(z[0] - 3 * width, ends[0]), min(z[-1] + 3 * width, ends[1]), n)
    if z[0] >= 0:  # a count has no density below zero: what the kernel puts there is reflected
        grid = grid[grid >= 0]
    sources = np.concatenate([z, -z]) if axis.log or z[0] >= 0 else z
    height = np.exp(-0.5 * ((grid[:, None] - sources) / width) ** 2).sum(axis=1)
    return axis.from_scale(grid), height / height.max()


def _draw_density(
    sheet: Sheet,
    estimate: Estimate,
    axis: ValueAxis,
    ground: float,
    top: float,
    levels: Sequence[float],
) -> None:
    spread = estimate.distribution
    x, height = density(spread, axis)
    y = ground - height * (ground - top)
    for each, colour in zip(levels, band_shades(len(levels)), strict=True):
        span = spread.interval(each)
        inside = np.r_[span.lower, x[(x > span.lower) & (x < span.upper)], span.upper]
        curve = np.interp(inside, x, y)
        sheet.ax.fill_between(inside, ground, curve, color=colour, linewidth=0, zorder=1)
    sheet.ax.plot(x, y, color=MEDIAN, linewidth=1.2, zorder=2)
    peak = float(np.interp(spread.median, x, y))
    sheet.ax.plot([spread.median] * 2, [ground, peak], color=MEDIAN, linewidth=1.6, zorder=2)


def stacks(positions: Array, diameter: float) -> tuple[Array, NDArray[np.int_]]:
    """Wilkinson's dots: centres (n,) and level of each dot, for ascending `positions` (n,).

    A stack takes all dots within a diameter of its first and stands at the middle of them
    (Wilkinson 1999, doi 10.1080/00031305.1999.10474474).

    >>> centres, levels = stacks(np.array([0.0, 0.5, 2.0]), 1.0)
    >>> centres.tolist(), levels.tolist()
    ([0.25, 0.25, 2.0], [0, 1, 0])
    """
    centres, levels = np.empty(len(positions)), np.empty(len(positions), dtype=int)
    start = 0
    while start < len(positions):
        stop = int(np.searchsorted(positions, positions[start] + diameter, side="left"))
        stop = max(stop, start + 1)
        centres[start:stop] = (positions[start] + positions[stop - 1]) / 2
        levels[start:stop] = np.arange(stop - start)
        start = stop
    return centres, levels


def _largest_dots(positions: Array, height: float) -> tuple[float, Array, NDArray[np.int_]]:
    """The largest diameter, in points, whose highest stack is within `height`; and the stacks."""
    for diameter in np.arange(0.16 * height, 1.0, -0.25):
        centres, levels = stacks(positions, float(diameter))
        if (levels.max() + 1) * diameter <= height:
            return float(diameter), centres, levels
    return 1.0, *stacks(positions, 1.0)


def _draw_dots(
    sheet: Sheet, spread: Distribution, ground: float, top: float, levels: Sequence[float]
) -> None:
    """Dots, the darker the nearer to the middle: a shade a band, and one for what is outside."""
    values = np.asarray(spread.quantile((np.arange(DOTS) + 0.5) / DOTS))
    ax = sheet.ax
    px = ax.transData.transform(np.c_[values, np.full(DOTS, ground)])[:, 0] * 72 / sheet.figure.dpi
    diameter, centres, heights = _largest_dots(px, ground - top)
    x = ax.transData.inverted().transform(np.c_[centres * sheet.figure.dpi / 72, np.zeros(DOTS)])[
        :, 0
    ]
    points = sheet.pt(ax.bbox.height) / abs(np.diff(ax.get_ylim())[0])
    y = ground - (heights + 0.5) * diameter / points
    spans = [spread.interval(each) for each in levels]
    shade = sum(((values < span.lower) | (values > span.upper)).astype(int) for span in spans)
    for number, colour in enumerate(DOT_COLOURS[: len(levels) + 1]):
        inside = shade == number
        ax.plot(
            x[inside],
            y[inside],
            linestyle="none",
            marker="o",
            markersize=0.93 * diameter,
            markeredgewidth=0,
            color=colour,
            zorder=2,
        )


def _draw_summary(
    sheet: Sheet, estimate: Estimate, axis: ValueAxis, plan: _Plan, levels: Sequence[float]
) -> None:
    """Bars of the estimate, the consensus and the envelope, in the rows under the density."""
    first, *others = plan.summary
    y = form_y(sheet, first)
    draw_bars(sheet, estimate, levels, y, (0.45, 1.0))
    tick: Options = {"marker": "|", "markersize": 1.26 * sheet.font, "markeredgewidth": 1.8}
    sheet.ax.plot([estimate.median], [y], zorder=3, color=MEDIAN, **tick)
    for row, span in zip(others, plan.spans[1:], strict=True):
        if span is not None:
            _bracket(sheet, axis, span, form_y(sheet, row))


def _bracket(sheet: Sheet, axis: ValueAxis, span: Interval, y: float) -> None:
    """A line with an end cap at each bound, and none where there is no bound."""
    lower, upper = axis.clip(span.lower), axis.clip(span.upper)
    style: Options = {"color": INK, "linewidth": 1.1, "solid_capstyle": "butt", "zorder": 3}
    sheet.ax.plot([lower, upper], [y, y], **style)
    caps = [end for end in (span.lower, span.upper) if axis.lower < end < axis.upper]
    mark: Options = {"marker": "|", "markersize": 0.9 * sheet.font, "markeredgewidth": 1.1}
    sheet.ax.plot(caps, [y] * len(caps), linestyle="none", color=INK, zorder=3, **mark)


def _subtitle(estimate: Estimate, form: Form, request: Request) -> str:
    levels = request.levels(estimate.level)
    return request.say(
        f"spread.subtitle_{form}",
        answer=capitalised(about_words(estimate.distribution, levels[0], request.say)),
        bands=band_words(levels, request.say),
        n=DOTS,
    )


def describe_spread(estimate: Estimate, marks: Sequence[Mark], request: Request) -> Description:
    """Title, caption, alt text and data of the spread."""
    say = request.say
    name = dated_title(estimate.about, estimate.date, say)
    level = request.levels(estimate.level)[0]
    answer = about_words(estimate.distribution, level, say)
    shown = request.shown(marks)
    rows = sentences(say("spread.rows"), lighter_words(shown, say)) if shown else ""
    alt = say("spread.alt", title=name, answer=answer)
    return Description(
        request.titled(name),
        sentences(say("spread.caption", title=name, answer=answer), rows),
        sentences(alt, _against(estimate, marks, level, say)),
        source_line(marks, estimate.as_of, say),
        _data(estimate, marks),
    )


def _against(estimate: Estimate, marks: Sequence[Mark], level: float, say: Messages) -> str:
    """How many claims of that day lie wholly outside the interval, and which.

    A claim of another day is compared with nothing here: the truth was another then.
    """
    wide, about = estimate.interval(level), estimate.about
    levels = [mark for mark in marks if mark.role == "level" and _of_the_day(mark, estimate)]
    half = 0.5 if about.unit == "count" and about.scale == "log" else 0.0  # 0 is "less than one"
    outside = [m for m in levels if m.upper + half < wide.lower or m.lower - half > wide.upper]
    if not levels:
        return "" if estimate.date is None else say("spread.no_claim_that_day")
    key = "spread.outside" if estimate.date is None else "spread.outside_day"
    claims = say.count(len(levels), "claim")
    told = say(key, level=say.percent(level), n=len(outside), claims=claims)
    if not outside:
        return f"{told}."
    named = "; ".join(f"{claim_words(m, about, say)} ({m.source_label})" for m in outside[:4])
    return say("spread.named", sentence=told, claims=named)


def _of_the_day(mark: Mark, estimate: Estimate) -> bool:
    """Whether a claim speaks of the day of the estimate (always, of what has no days)."""
    if estimate.date is None or estimate.about.kind == "constant":
        return True
    return mark.start.date() <= estimate.date <= mark.end.date()


def _data(estimate: Estimate, marks: Sequence[Mark]) -> pd.DataFrame:
    """The quantiles drawn, then one row for each claim, told apart by the column `drawn`."""
    levels = [0.025, 0.1, 0.25, 0.5, 0.75, 0.9, 0.975]
    rows: list[dict[str, object]] = [
        {"drawn": "estimate", "probability": p, "value": estimate.quantile(p)} for p in levels
    ]
    for name, span in (
        ("consensus", estimate.consensus.interval if estimate.consensus else None),
        ("envelope", estimate.envelope),
    ):
        if span is not None:
            rows.append({"drawn": name, "lower": span.lower, "upper": span.upper})
    return pd.DataFrame([*rows, *(mark_record(mark) for mark in marks)])
