"""House effects: by what factor each source's numbers differ from the truth."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Protocol, Unpack, cast

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import (
    FixedFormatter,
    FixedLocator,
    FuncFormatter,
    MaxNLocator,
    NullLocator,
)

from reconcile.errors import OptionError
from reconcile.plot.parts.colouring import INK, QUIET, SourceLook, palette
from reconcile.plot.parts.description import Description
from reconcile.plot.parts.fan import frame_level
from reconcile.plot.parts.given import Record, need_columns, text_in
from reconcile.plot.parts.messages import Messages
from reconcile.plot.parts.request import FigureOptions, Request, read_request
from reconcile.plot.parts.rows import (
    RowWords,
    draw_dot,
    form_y,
    lay_rows,
    layout_of,
    stack_rows,
    write_heading,
    write_right,
)
from reconcile.plot.parts.sheet import Options, Sheet
from reconcile.plot.parts.values_axis import tick_words
from reconcile.plot.parts.words import capitalised, factor_words, shorter_names, signed_words

REACH = 32.0  # factors further from 1 are drawn to the edge, with an arrow
_COLUMNS = ("source", "factor", "factor_lower", "factor_upper")


class HasSources(Protocol):
    """Anything with a table of its sources: a fit."""

    def sources(self) -> pd.DataFrame:
        """The table."""
        ...


@dataclass(frozen=True, slots=True)
class _SourceRow:
    source: str
    label: str
    quantity: str
    side: str
    factor: float
    lower: float
    upper: float
    spread: float
    grades: str
    claims: int | None
    ratio: bool = True
    tail: str = ""

    def words(self, value: float, say: Messages) -> str:
        """A factor, or on other scales a difference, as far as it is known."""
        if self.ratio:
            return factor_words(value, say)
        return signed_words(value, self.upper - self.lower, say)

    @property
    def far(self) -> float:
        """How far from the truth, whichever way."""
        return abs(math.log(max(self.factor, 1e-9))) if self.ratio else abs(self.factor)

    @property
    def clear(self) -> bool:
        """Whether the truth lies outside the interval."""
        truth = 1.0 if self.ratio else 0.0
        return self.lower > truth or self.upper < truth


def sources(fitted: HasSources | pd.DataFrame, **options: Unpack[FigureOptions]) -> Axes:
    """Draw the house effect of each source, grouped by the side it speaks for.

    `fitted` is a fit or its table of sources: `source`, `factor` (what the source says over what
    is true), `factor_lower`, `factor_upper`, and where known `scale` ("log" for factors; on other
    scales they are differences, drawn on an axis of their own), `label`, `quantity` (a source of
    several quantities has a row for each), `side`, `spread` (sd of its single claims on the
    natural log scale), `grade`, `posterior_grade`, `n_claims`, `level`. The options are
    `FigureOptions`, without `bands`, `scale`, `claims` and `ylabel`; `labels` are names by source
    id. Raises `OptionError` for a table without the needed columns.
    """
    request = read_request("sources", options)
    table = fitted if isinstance(fitted, pd.DataFrame) else fitted.sources()
    table, ratio = _one_scale(table)
    rows = [replace(row, ratio=ratio) for row in _rows(table, request)]
    looks = palette(known_ids(table), request.colours)
    words = _describe(rows, table, ratio, request)
    with request.open(words, [row.label for row in rows]) as sheet:
        low, high = _limits(rows) if ratio else _limits_of_differences(rows)
        (_dress_factors if ratio else _dress_differences)(sheet, low, high)
        request.frame(sheet, words, _told("subtitle", table, ratio, sheet.say))
        plan = stack_rows(
            sheet,
            _by_side(rows, sheet.say),
            lambda row: _words(sheet, row, looks),
            2.6 * sheet.font,
            rank=lambda row: (not row.clear, -row.far),
        )
        lay_rows(sheet, plan.words, plan.bottom, lambda: _write_columns(sheet, plan.lines))
        _draw_directions(sheet, plan.bottom, 1.0 if ratio else 0.0)
        plan.told(sheet, words)
        for y, text in plan.headings:
            write_heading(sheet, y, text)
        for line, row in plan.lines:
            look, y = looks[row.source], form_y(sheet, line)
            _draw_row(sheet, row, look, y, (low, high))
    return sheet.ax


def known_ids(table: pd.DataFrame) -> list[str]:
    """The ids that share out the colours: the ledger's where the table carries them."""
    return sorted({*map(str, table.attrs.get("sources", ())), *table["source"].astype(str)})


def _rows(table: pd.DataFrame, request: Request) -> list[_SourceRow]:
    need_columns(table, _COLUMNS, "a table of sources")
    found = [_row(cast("Record", record)) for record in table.to_dict("records")]
    if isinstance(request.labels, Mapping):
        told = request.labels
        found = [replace(row, label=told.get(row.source, row.label)) for row in found]
    names = [row.source for row in found]
    # a source that speaks of several quantities has a row for each, which says of which
    found = [
        replace(row, tail=f": {row.quantity.replace('_', ' ')}")
        if names.count(row.source) > 1 and row.quantity
        else row
        for row in found
    ]
    return sorted(found, key=lambda row: (row.side == "", row.side, row.factor, row.source))


def _row(record: Record) -> _SourceRow:
    text = partial(text_in, record)
    given, learnt, count = text("grade"), text("posterior_grade"), record.get("n_claims")
    spread = record.get("spread")
    return _SourceRow(
        source=text("source"),
        label=text("label") or text("source"),
        quantity=text("quantity"),
        side=text("side"),
        factor=float(record["factor"]),
        lower=float(record["factor_lower"]),
        upper=float(record["factor_upper"]),
        spread=math.nan if spread is None else float(spread),
        grades=given if not learnt or learnt == given else f"{given} → {learnt}",
        claims=None if count is None or count != count else int(count),
    )


def _one_scale(table: pd.DataFrame) -> tuple[pd.DataFrame, bool]:
    """The rows that can stand on one axis, and whether they are factors or differences.

    Raises `OptionError` where the table has both, and where factors are not positive.
    """
    if "scale" in table.columns and len(table):
        ratios = table["scale"].astype(str) == "log"
        if ratios.any() and not ratios.all():
            names = sorted(set(table.loc[~ratios, "quantity"].astype(str)))
            raise OptionError(
                "expected sources of counts (factors) or of one other quantity (differences), got "
                f"both; draw those of {', '.join(names)} apart: table[table['quantity'] == ...]"
            )
        names = sorted(set(table["quantity"].astype(str))) if "quantity" in table.columns else []
        if not ratios.all() and len(names) > 1:
            raise OptionError(
                f"expected differences of one quantity on one axis, got {', '.join(names)}; "
                "draw them apart"
            )
        return table, bool(ratios.all())
    if "factor" in table.columns and (pd.to_numeric(table["factor"]) <= 0).any():
        raise OptionError(
            "expected factors above 0, got differences; add a column 'scale' that says 'linear' or "
            "'logit'"
        )
    return table, True


def _limits_of_differences(rows: Sequence[_SourceRow]) -> tuple[float, float]:
    """A range symmetric about 0, wide enough for the intervals."""
    ends = [end for row in rows for end in (row.lower, row.upper, *_scatter(row))]
    half = 1.06 * max([abs(end) for end in ends if math.isfinite(end)], default=1.0) or 1.0
    return -half, half


def _dress_differences(sheet: Sheet, low: float, high: float) -> None:
    ax = sheet.ax
    ax.set_xlim(low, high)
    ax.xaxis.set_major_locator(MaxNLocator(6, steps=[1, 2, 5, 10]))
    ax.xaxis.set_major_formatter(
        FuncFormatter(lambda x, _: ("+" if x > 0 else "") + tick_words(x, sheet.say))
    )
    sheet.dress("bottom")


def _limits(rows: Sequence[_SourceRow]) -> tuple[float, float]:
    """A range about 1, wide enough for the intervals but no wider than `REACH`; the side on which
    little happens has at least half the width of the other."""
    ends = [end for row in rows for end in (row.lower, row.upper, *_scatter(row))]
    far = [math.log2(end) for end in ends if 0 < end < math.inf]
    less, more = (
        min(max(1.05 * side, 1.1), math.log2(REACH))
        for side in (-min(far, default=0), max(far, default=0))
    )
    return 2.0 ** -max(less, more / 2), 2.0 ** max(more, less / 2)


def _scatter(row: _SourceRow) -> tuple[float, ...]:
    """Where single claims of the source lie, two times in three."""
    if not math.isfinite(row.spread):
        return ()
    if not row.ratio:
        return row.factor - row.spread, row.factor + row.spread
    return row.factor * math.exp(-row.spread), row.factor * math.exp(row.spread)


def _dress_factors(sheet: Sheet, low: float, high: float) -> None:
    ax = sheet.ax
    ax.set_xscale("log", base=2)
    ax.set_xlim(low, high)
    powers = range(math.ceil(math.log2(low)), math.floor(math.log2(high)) + 1)
    ticks = [2.0**power for power in powers]
    ax.xaxis.set_major_locator(FixedLocator(ticks))
    ax.xaxis.set_major_formatter(FixedFormatter([factor_words(tick, sheet.say) for tick in ticks]))
    ax.xaxis.set_minor_locator(NullLocator())
    sheet.dress("bottom")


def _words(sheet: Sheet, row: _SourceRow, looks: Mapping[str, SourceLook]) -> RowWords:
    second = _figures(row, sheet.say) if layout_of(sheet) == "above" else ""
    return RowWords(0.0, _name(sheet, row), second, looks[row.source].colour, figures=True)


def _by_side(rows: Sequence[_SourceRow], say: Messages) -> list[tuple[str, list[_SourceRow]]]:
    """The rows of each side under its name; no names where no side is known."""
    sides = list(dict.fromkeys(row.side for row in rows))
    return [
        (
            "" if sides == [""] else capitalised(side) or say("sources.no_side"),
            [row for row in rows if row.side == side],
        )
        for side in sides
    ]


def _name(sheet: Sheet, row: _SourceRow) -> str:
    """The source's name, shortened where it would take too much of the width."""
    wide = 0.36 * sheet.room
    if layout_of(sheet) == "above":  # in one line with the figures, which stay whole
        wide = 0.96 * sheet.room - sheet.measure(_figures(row, sheet.say), sheet.font)[0]
    return sheet.name(
        shorter_names(row.label), wide, 0.95 * sheet.font, after=row.tail, weight="bold"
    )


def _figures(row: _SourceRow, say: Messages) -> str:
    parts = [row.words(row.factor, say)]
    if row.grades:
        parts.append(say("sources.grade", grade=row.grades))
    if row.claims is not None:
        parts.append(say.count(row.claims, "claim"))
    return ", ".join(parts)


def _write_columns(sheet: Sheet, lines: Sequence[tuple[RowWords, _SourceRow]]) -> None:
    top, end, say = 1.0 * sheet.font, 0.0, sheet.say
    counts = ["" if row.claims is None else say.digits(f"{row.claims:,}") for _, row in lines]
    head = "factor_head" if all(row.ratio for _, row in lines) else "difference_head"
    cells = {
        head: [row.words(row.factor, say) for _, row in lines],
        "grade_head": [row.grades for _, row in lines],
        "claims_head": counts,
    }
    for heading, column in cells.items():
        if any(column):
            told = [(line.y, text) for (line, _), text in zip(lines, column, strict=True)]
            end = write_right(sheet, told, say(f"sources.{heading}"), end + 7.0, top)


def _draw_directions(sheet: Sheet, bottom: float, truth: float) -> None:
    """The line of the truth, and what lies to its sides."""
    ax, size = sheet.ax, 0.9 * sheet.font
    ax.plot([truth, truth], [0, bottom], color=INK, linewidth=0.9, zorder=1.5)
    style: Options = {"fontsize": size, "color": QUIET, "va": "center_baseline"}
    y = 1.0 * sheet.font
    for text, way in ((sheet.say("sources.less"), "right"), (sheet.say("sources.more"), "left")):
        shift = -5 if way == "right" else 5
        where = sheet.shifted(ax.transData, shift, 0)
        sheet.within(ax.text(truth, y, text, ha=way, transform=where, **style))


def _draw_row(
    sheet: Sheet, row: _SourceRow, look: SourceLook, y: float, limits: tuple[float, float]
) -> None:
    """Scatter as a pale box, the interval of the factor as a bar, the factor as the marker."""
    ax, (low, high) = sheet.ax, limits

    def inside(*values: float) -> list[float]:
        return [float(np.clip(value, low, high)) for value in values]

    style: Options = {"color": look.colour, "solid_capstyle": "butt"}
    if scatter := _scatter(row):
        ax.plot(inside(*scatter), [y, y], linewidth=1.1 * sheet.font, alpha=0.16, zorder=2, **style)
    bar = 0.42 * sheet.font
    ax.plot(inside(row.lower, row.upper), [y, y], linewidth=bar, alpha=0.6, zorder=3, **style)
    for end, shape in ((row.lower, "<"), (row.upper, ">")):
        if not low <= end <= high:
            ax.plot(inside(end), [y], marker=shape, markersize=bar * 1.6, clip_on=False, **style)
    size = look.size(0.85 * sheet.font)
    draw_dot(sheet, inside(row.factor)[0], y, look.colour, size, look.marker)


def _told(key: str, table: pd.DataFrame, ratio: bool, say: Messages, **words: str) -> str:
    """A message on factors or on differences, of shares in log odds."""
    words["sides"] = say("sources.sides") if "side" in table and table["side"].any() else ""
    logit = "scale" in table.columns and bool((table["scale"] == "logit").any())
    unit, level = say("sources.log_odds") if logit else "", say.percent(frame_level(table))
    return say(f"sources.{key}{'' if ratio else '_difference'}", unit=unit, level=level, **words)


def _describe(
    rows: Sequence[_SourceRow], table: pd.DataFrame, ratio: bool, request: Request
) -> Description:
    say = request.say
    name = say("sources.title")
    told = "; ".join(
        say(
            "sources.factor_span",
            source=f"{row.label}{row.tail}",
            factor=row.words(row.factor, say),
            lower=row.words(row.lower, say),
            upper=row.words(row.upper, say),
        )
        for row in sorted(rows, key=lambda row: -row.far)[:4]
    )
    count = say.count(len({row.source for row in rows}), "source")
    clear = len({row.source for row in rows if row.clear})
    alt = say(
        "sources.alt" if ratio else "sources.alt_difference",
        sources=count,
        clear=say("sources.clear", n=clear) if clear else say("sources.clear_none"),
        told=told,
    )
    claims = [row.claims for row in rows if row.claims is not None]
    foot = say("sources.line_bare", sources=count)
    if claims:
        foot = say("claims.line", n=say.digits(f"{sum(claims):,}"), sources=count)
    caption = _told("caption", table, ratio, say, title=name)
    return Description(
        request.titled(name), caption, alt if rows else say("sources.alt_none"), foot, table.copy()
    )
