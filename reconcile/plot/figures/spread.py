"""The spread: what is known at one date, over the claims it rests on, on one axis."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from numpy.typing import NDArray

from reconcile.errors import OptionError
from reconcile.intervals import Interval
from reconcile.plot.parts.claim_rows import (
    ARROW,
    ClaimRows,
    arrange_claims,
    draw_claim_rows,
    off_axis,
)
from reconcile.plot.parts.colouring import (
    BAND_COLOURS,
    INK,
    MEDIAN,
    QUIET,
    SourceLook,
    known_sources,
    palette,
)
from reconcile.plot.parts.description import Description, attach
from reconcile.plot.parts.fan import band_colour, band_levels, band_words
from reconcile.plot.parts.glyphs import arrow_bounds
from reconcile.plot.parts.marks import Mark, mark_record, marks_of, witnesses
from reconcile.plot.parts.rows import (
    RowWords,
    dress_rows,
    form_y,
    layout_of,
    row_height,
    write_rows,
)
from reconcile.plot.parts.sheet import Options, Sheet, Style, open_sheet
from reconcile.plot.parts.values_axis import AxisScale, ValueAxis, thin_ticks, value_axis
from reconcile.plot.parts.words import (
    about_words,
    by_day,
    capitalised,
    claim_words,
    count_words,
    number_label,
    range_label,
    source_line,
    title_of,
)
from reconcile.values.distribution import Distribution
from reconcile.values.estimate import Estimate

__all__ = ["describe_spread", "spread"]

Array = NDArray[np.float64]
Form = Literal["density", "dots"]
DOTS = 50
MOST = 26  # named rows on a sheet that may grow: no taller than a page
HEIGHT = {"column": 84.0, "page": 104.0, "slide": 80.0}  # of the density, in points


def spread(
    estimate: Estimate,
    *,
    ax: Axes | None = None,
    style: Style = "reconcile",
    size: str = "page",
    scale: AxisScale = "auto",
    form: Form = "density",
    title: str | None = None,
    labels: bool = True,
    colours: Mapping[str, str] | None = None,
) -> Axes:
    """Draw the probability of each value at the estimate's date, and the claims below it.

    `form` is "density" (shaded at 50%, 80% and the level of the estimate) or "dots" (50 dots, each
    a chance of 1 in 50: a quantile dotplot, Kay et al. 2016, doi 10.1145/2858036.2858558). Below
    stand where most origins agree, the bounds that consistent claims allow, and a row a claim:
    first those of the quantity itself, then, lighter, those of a part of it or of a window, which
    are no totals.

    The other options are those of `timeline`. Raises `OptionError` for anything else.
    """
    if form not in ("density", "dots"):
        raise OptionError(f"expected form 'density' or 'dots', got {form!r}")
    marks = marks_of(estimate.claims, estimate.about)
    looks = palette(known_sources(estimate.claims), colours)
    words = describe_spread(estimate, title)
    with open_sheet(ax, style, size) as sheet:
        axis = _axis(sheet, estimate, marks, scale)
        axis.apply(sheet.ax, "x", ticks=7 if size != "column" else 5)
        sheet.dress("bottom")
        sheet.head(words.title, _subtitle(estimate, form))
        sheet.foot(words.source)
        sheet.fit()
        plan = _plan(sheet, estimate, witnesses(marks) if labels else [], looks)
        dress_rows(sheet, plan.bottom)
        write_rows(sheet, [*plan.summary, *plan.rows.words])
        sheet.set_inner_height(plan.bottom)
        thin_ticks(sheet.ax, "x", sheet.px(3.2 * sheet.font))
        _draw_ground(sheet, estimate, plan)
        _draw_form(sheet, estimate, axis, plan.ground, form)
        _draw_summary(sheet, estimate, axis, plan)
        draw_claim_rows(sheet, axis, plan.rows, looks, estimate.about, estimate.date)
        attach(sheet.ax, words)
    return sheet.ax


@dataclass(frozen=True, slots=True)
class _Plan:
    """Where things stand, in points from the top: `ground` is the foot of the density."""

    ground: float
    summary: Sequence[RowWords]
    rows: ClaimRows
    bottom: float


def _plan(
    sheet: Sheet, estimate: Estimate, marks: Sequence[Mark], looks: Mapping[str, SourceLook]
) -> _Plan:
    inner = sheet.pt(sheet.inner.height)
    ground = HEIGHT[sheet.size.name]
    if sheet.fixed:
        ground = min(ground, 0.42 * inner)
    font, y = sheet.font, ground
    summary: list[RowWords] = []
    for first, second in _summary_words(estimate):
        high = row_height(sheet, two_lines=bool(second))
        summary.append(RowWords(y + high / 2 + 0.2 * font, first, second))
        y += high
    y += 0.4 * font
    room = inner - y if sheet.fixed else MOST * row_height(sheet) + 4.2 * font
    rows = arrange_claims(sheet, marks, estimate.about, looks, y, room)
    return _Plan(ground, summary, rows, max(rows.bottom, inner if sheet.fixed else 0.0))


def _summary_words(estimate: Estimate) -> list[tuple[str, str]]:
    found = [("Estimate", band_words(estimate.level))]
    agreed = estimate.consensus
    if agreed is not None and _bounded(agreed.interval.lower, agreed.interval.upper):
        count = f"{agreed.agreeing} of {agreed.origins}"
        found.append((f"{count} origins agree", _shown_range(estimate, agreed.interval)))
    if _bounded(estimate.envelope.lower, estimate.envelope.upper):
        found.append(("Bounds the claims allow", _shown_range(estimate, estimate.envelope)))
    return found


def _shown_range(estimate: Estimate, interval: Interval) -> str:
    """A range in words; the floor of a count says nothing."""
    lower, upper = interval.lower, interval.upper
    if estimate.about.scale == "log" and lower <= 0 and np.isfinite(upper):
        return f"at most {range_label(upper, upper)}"
    if not np.isfinite(upper):
        return f"at least {range_label(lower, lower)}"
    return range_label(lower, upper)


def _bounded(lower: float, upper: float) -> bool:
    """Whether an interval says anything at all, and is not empty."""
    return lower <= upper and (np.isfinite(upper) or (np.isfinite(lower) and lower > 0))


def _axis(sheet: Sheet, estimate: Estimate, marks: Sequence[Mark], scale: AxisScale) -> ValueAxis:
    spread, about = estimate.distribution, estimate.about
    marks = [mark for mark in marks if not off_axis(mark, about)]
    values = [float(v) for v in spread.quantile([0.002, 0.025, 0.5, 0.975, 0.998])]
    values += [bound for mark in marks for bound in mark.finite_bounds]
    for found in (estimate.envelope, estimate.consensus and estimate.consensus.interval):
        if found is not None and _bounded(found.lower, found.upper):
            values += [end for end in (found.lower, found.upper) if end > 0 or about.scale != "log"]
    if about.scale == "log":
        values = [max(value, 0.0) for value in values]
        floor = max(0.3 * float(spread.quantile(0.025)), 0.0)
        values = [v for v in values if v >= min(floor, 1.0)] or values
    axis = value_axis(values, about, scale, zero=False)
    wide = sheet.room * (0.92 if layout_of(sheet) == "above" else 0.45)
    return axis.with_room(*arrow_bounds(marks), share=min((ARROW + 6) / wide, 0.4))


def _draw_ground(sheet: Sheet, estimate: Estimate, plan: _Plan) -> None:
    """Carry the widest interval and the median down through the rows of the claims."""
    ax, wide = sheet.ax, estimate.interval(band_levels(estimate.level)[0])
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
    sheet: Sheet, estimate: Estimate, axis: ValueAxis, ground: float, form: Form
) -> None:
    """The density or the dots over the ground, with the median's number at the top."""
    spread = estimate.distribution
    top = 1.9 * sheet.font
    if spread.interval(0.95).lower == spread.interval(0.95).upper:
        sheet.ax.plot([spread.median] * 2, [ground, top], color=MEDIAN, linewidth=2.5)
    elif form == "density":
        _draw_density(sheet, estimate, axis, ground, top)
    else:
        _draw_dots(sheet, spread, axis, ground, top)
    low, high = spread.interval(0.9).lower, spread.interval(0.9).upper
    sheet.ax.text(
        spread.median,
        top - 0.9 * sheet.font,
        number_label(spread.median, high - low if high > low else np.inf),
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
    sources = np.concatenate([z, -z]) if axis.log else z
    height = np.exp(-0.5 * ((grid[:, None] - sources) / width) ** 2).sum(axis=1)
    return axis.from_scale(grid), height / height.max()


def _draw_density(
    sheet: Sheet, estimate: Estimate, axis: ValueAxis, ground: float, top: float
) -> None:
    spread = estimate.distribution
    x, height = density(spread, axis)
    y = ground - height * (ground - top)
    levels = band_levels(estimate.level)
    for rank, each in enumerate(levels, start=len(BAND_COLOURS) - len(levels)):
        span, colour = spread.interval(each), band_colour(rank)
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
    sheet: Sheet, spread: Distribution, axis: ValueAxis, ground: float, top: float
) -> None:
    values = np.asarray(spread.quantile((np.arange(DOTS) + 0.5) / DOTS))
    ax = sheet.ax
    px = ax.transData.transform(np.c_[values, np.full(DOTS, ground)])[:, 0] * 72 / sheet.figure.dpi
    diameter, centres, levels = _largest_dots(px, ground - top)
    x = ax.transData.inverted().transform(np.c_[centres * sheet.figure.dpi / 72, np.zeros(DOTS)])[
        :, 0
    ]
    points = sheet.pt(ax.bbox.height) / abs(np.diff(ax.get_ylim())[0])
    y = ground - (levels + 0.5) * diameter / points
    shade = sum(
        ((values < span.lower) | (values > span.upper)).astype(int)
        for span in (spread.interval(0.5), spread.interval(0.8))
    )
    for number, colour in enumerate(("#3E658F", "#7F9FC0", "#B4C7DA")):
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


def _draw_summary(sheet: Sheet, estimate: Estimate, axis: ValueAxis, plan: _Plan) -> None:
    """Bars of the estimate, the consensus and the envelope, in the rows under the density."""
    ax, thick = sheet.ax, 0.9 * sheet.font
    first, *others = plan.summary
    y = form_y(sheet, first)
    levels = band_levels(estimate.level)
    for rank, each in enumerate(levels, start=len(BAND_COLOURS) - len(levels)):
        span = estimate.interval(each)
        width = thick * (0.45, 0.75, 1.0)[rank]
        edge: Options = {"color": band_colour(rank), "linewidth": width, "solid_capstyle": "butt"}
        ax.plot([span.lower, span.upper], [y, y], zorder=2, **edge)
    tick: Options = {
        "marker": "|",
        "markersize": 1.4 * thick,
        "markeredgewidth": 1.8,
        "color": MEDIAN,
    }
    ax.plot([estimate.median], [y], zorder=3, **tick)
    for row in others:
        agreed = estimate.consensus if "agree" in row.first else None
        span = agreed.interval if agreed is not None else estimate.envelope
        _bracket(sheet, axis, span, form_y(sheet, row))


def _bracket(sheet: Sheet, axis: ValueAxis, span: Interval, y: float) -> None:
    """A line with an end cap at each bound, and none where there is no bound."""
    lower, upper = axis.clip(span.lower), axis.clip(span.upper)
    style: Options = {"color": INK, "linewidth": 1.1, "solid_capstyle": "butt", "zorder": 3}
    sheet.ax.plot([lower, upper], [y, y], **style)
    caps = [end for end in (span.lower, span.upper) if axis.lower < end < axis.upper]
    mark: Options = {"marker": "|", "markersize": 0.9 * sheet.font, "markeredgewidth": 1.1}
    sheet.ax.plot(caps, [y] * len(caps), linestyle="none", color=INK, zorder=3, **mark)


def _subtitle(estimate: Estimate, form: Form) -> str:
    drawn = (
        f"The higher, the likelier; shades: {band_words(estimate.level)}."
        if form == "density"
        else f"Each of the {DOTS} dots is a chance of 1 in {DOTS}; darker: 50% and 80% credible."
    )
    return f"{capitalised(about_words(estimate.distribution, estimate.level))}. {drawn}"


def describe_spread(estimate: Estimate, title: str | None = None) -> Description:
    """Title, caption, alt text and data of the spread, without drawing it."""
    about, marks = estimate.about, marks_of(estimate.claims, estimate.about)
    when = by_day(about, estimate.date)
    name = f"{title_of(about)}{', ' if when else ''}{when}"
    answer = about_words(estimate.distribution, estimate.level)
    rows = "Below it the claims: what is lighter counts a part or a window, not the whole. "
    caption = f"{name}: {answer}. {rows if marks else ''}"
    alt = f"A hill of probability over the claims. {name}: {answer}. {_against(estimate, marks)}"
    source = source_line(marks, estimate.as_of)
    shown = name if title is None else title
    return Description(shown, caption.strip(), alt.strip(), source, _data(estimate, marks))


def _against(estimate: Estimate, marks: Sequence[Mark]) -> str:
    """How many claims of that day lie wholly outside the interval, and which.

    A claim of another day is compared with nothing here: the truth was another then.
    """
    wide = estimate.interval()
    levels = [mark for mark in marks if mark.role == "level" and _of_the_day(mark, estimate)]
    outside = [m for m in levels if m.upper < wide.lower or m.lower > wide.upper]
    if not levels:
        return "" if estimate.date is None else "No claim of it speaks of that very day."
    named = "; ".join(f"{claim_words(m, estimate.about)} ({m.source_label})" for m in outside[:4])
    of = "of it" if estimate.date is None else "of that day"
    count = (
        f"Outside the {100 * estimate.level:.3g}% interval: {len(outside)} of "
        f"{count_words(len(levels), 'claim')} {of}"
    )
    return f"{count}: {named}." if outside else f"{count}."


def _of_the_day(mark: Mark, estimate: Estimate) -> bool:
    """Whether a claim speaks of the day of the estimate (always, of what has no days)."""
    if estimate.date is None or estimate.about.kind == "constant":
        return True
    return mark.start.date() <= estimate.date <= mark.end.date()


def _data(estimate: Estimate, marks: Sequence[Mark]) -> pd.DataFrame:
    """The quantiles drawn, then a row a claim, told apart by the column `drawn`."""
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
