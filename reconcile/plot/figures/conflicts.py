"""Conflicts: the smallest sets of claims that can't all be true, and the gap between them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from reconcile.plot.parts.claim_rows import ARROW, off_axis
from reconcile.plot.parts.colouring import ALARM, INK, SourceLook, known_sources, palette
from reconcile.plot.parts.description import Description, attach
from reconcile.plot.parts.glyphs import Brush, arrow_bounds, draw_glyph
from reconcile.plot.parts.marks import Mark, mark_record, marks_of
from reconcile.plot.parts.rows import (
    RowWords,
    dress_rows,
    form_y,
    layout_of,
    row_height,
    write_heading,
    write_rows,
)
from reconcile.plot.parts.sheet import LINE, Options, Sheet, Style, open_sheet
from reconcile.plot.parts.values_axis import AxisScale, ValueAxis, thin_ticks, value_axis
from reconcile.plot.parts.words import (
    by_day,
    claim_words,
    count_words,
    days_label,
    range_label,
    shorter_names,
    source_line,
    title_of,
)
from reconcile.values.estimate import Estimate
from reconcile.values.finding import Conflict
from reconcile.values.registry import Quantity

__all__ = ["conflicts", "describe_conflicts"]

MOST = {"column": 5, "page": 7, "slide": 3}


@dataclass(frozen=True, slots=True)
class _Block:
    """A conflict with the marks of its claims, lowest first, and what is said of it.

    `on_axis` says that all of them are values of the axis, so that the gap can be drawn.
    """

    found: Conflict
    marks: Sequence[Mark]
    text: str
    on_axis: bool


def conflicts(
    estimate: Estimate,
    *,
    ax: Axes | None = None,
    style: Style = "reconcile",
    size: str = "page",
    scale: AxisScale = "auto",
    title: str | None = None,
    colours: Mapping[str, str] | None = None,
) -> Axes:
    """Draw the smallest sets of claims that can't all be true, the widest gap first.

    Each set is a block: what the contradiction is in words, the claims of the set as rows, and
    between the two that are furthest apart the gap, hatched. Without any one of a set the rest of
    it can be true. The other options are those of `timeline`.
    """
    marks = marks_of(estimate.claims, estimate.about)
    looks = palette(known_sources(estimate.claims), colours)
    words = describe_conflicts(estimate, title)
    with open_sheet(ax, style, size) as sheet:
        blocks = _blocks(estimate, marks)[: MOST[sheet.size.name]]
        shown = [m for block in blocks for m in block.marks if not off_axis(m, estimate.about)]
        axis = _axis(sheet, estimate, shown, scale)
        axis.apply(sheet.ax, "x", ticks=7 if size != "column" else 5)
        sheet.head(words.title, _subtitle(estimate, len(blocks)))
        sheet.foot(words.source)
        sheet.fit()
        _draw_blocks(sheet, axis, estimate, blocks, looks)
        attach(sheet.ax, words)
    return sheet.ax


def _blocks(estimate: Estimate, marks: Sequence[Mark]) -> list[_Block]:
    by_id = {mark.claim: mark for mark in marks}
    blocks: list[_Block] = []
    for found in sorted(estimate.conflicts, key=lambda c: (-c.gap, c.claims)):
        known = [by_id[name] for name in found.claims if name in by_id]
        known.sort(key=lambda mark: (mark.upper, mark.lower, mark.claim))
        on_axis = not any(off_axis(mark, estimate.about) for mark in known)
        blocks.append(_Block(found, known, _text(found, known), on_axis))
    return blocks


def _text(found: Conflict, marks: Sequence[Mark]) -> str:
    if found.text:
        return found.text
    said = "; ".join(f"{m.source_label}: {m.phrase} ({days_label(m.start, m.end)})" for m in marks)
    return f"{said or ', '.join(found.claims)}: they can't all be true."


def _axis(sheet: Sheet, estimate: Estimate, marks: Sequence[Mark], scale: AxisScale) -> ValueAxis:
    values = [bound for mark in marks for bound in mark.finite_bounds]
    if not values:
        values = [estimate.interval().lower, estimate.interval().upper]
    wide = sheet.room * (0.92 if layout_of(sheet) == "above" else 0.45)
    share = min((ARROW + 6) / wide, 0.4)
    return value_axis(values, estimate.about, scale).with_room(*arrow_bounds(marks), share=share)


def _draw_blocks(
    sheet: Sheet,
    axis: ValueAxis,
    estimate: Estimate,
    blocks: Sequence[_Block],
    looks: Mapping[str, SourceLook],
) -> None:
    """Two passes: where rows stand, then, with the height fixed, what stands in them."""
    font, high = sheet.font, row_height(sheet)
    above = layout_of(sheet) == "above"
    rows: list[list[RowWords]] = []
    heads: list[tuple[float, str]] = []
    y = 0.4 * font
    for block in blocks:
        bare = above and _gap(block) and not block.found.text
        told = f"{block.text} {_apart(block)}." if bare else block.text
        text = sheet.wrap(told, 0.98 * sheet.room, font)
        heads.append((y, text))
        y += sheet.measure(text, font)[1] + 0.5 * font
        rows.append(
            [
                _words(y + high * (k + 0.5), m, estimate.about, looks)
                for k, m in enumerate(block.marks)
            ]
        )
        y += high * len(block.marks) + 1.0 * font
    if not blocks:
        y += 3 * font
    bottom = max(y, sheet.pt(sheet.inner.height)) if sheet.fixed else y
    dress_rows(sheet, bottom)
    wide = write_rows(sheet, [line for lines in rows for line in lines])
    sheet.set_inner_height(bottom)
    thin_ticks(sheet.ax, "x", sheet.px(3.2 * font))
    for top, text in heads:
        _write_head(sheet, top, text, wide + 6.0 if wide else 0.0)
    for block, lines in zip(blocks, rows, strict=True):
        _draw_block(sheet, axis, estimate, block, lines, looks)
    if not blocks:
        write_heading(sheet, 1.6 * font, "No claims contradict each other.")


def _words(y: float, mark: Mark, about: Quantity, looks: Mapping[str, SourceLook]) -> RowWords:
    when = f"{days_label(mark.start, mark.end)}, "
    names = shorter_names(mark.source_label)
    return RowWords(y, claim_words(mark, about), when, looks[mark.source].colour, names)


def _write_head(sheet: Sheet, top: float, text: str, left: float) -> None:
    style: Options = {"fontsize": sheet.font, "color": INK, "va": "top", "linespacing": LINE}
    box = {"facecolor": "white", "edgecolor": "none", "pad": 0.8}
    where = sheet.beside(right=-left)
    sheet.ax.text(0, top, text, transform=where, zorder=6, bbox=box, clip_on=False, **style)


def _draw_block(
    sheet: Sheet,
    axis: ValueAxis,
    estimate: Estimate,
    block: _Block,
    lines: Sequence[RowWords],
    looks: Mapping[str, SourceLook],
) -> None:
    scale = sheet.font / 7.5
    for mark, line in zip(block.marks, lines, strict=True):
        y = form_y(sheet, line)
        if off_axis(mark, estimate.about):
            write_heading(sheet, y, f"{range_label(mark.lower, mark.upper)}, not on this axis")
            continue
        brush = Brush(sheet.ax, axis, "x", 4.2 * scale, 5.5 * scale, ARROW * scale)
        draw_glyph(brush, mark, looks[mark.source], y)
    if block.marks:
        _draw_gap(sheet, block, [form_y(sheet, line) for line in lines])


def _gap(block: _Block) -> tuple[float, float] | None:
    """The empty stretch between the lowest upper bound and the highest lower one, if any."""
    if len(block.marks) < 2 or not block.on_axis:
        return None
    low = min(mark.upper for mark in block.marks)
    high = max(mark.lower for mark in block.marks)
    return (low, high) if np.isfinite(low) and np.isfinite(high) and low < high else None


def _draw_gap(sheet: Sheet, block: _Block, ys: Sequence[float]) -> None:
    """The gap, dotted, with its size; in a column the words over the block say the size."""
    gap = _gap(block)
    if gap is None:
        return
    low, high = gap
    box = Rectangle((low, min(ys)), high - low, max(ys) - min(ys))
    box.set(facecolor="none", edgecolor=ALARM, hatch="....", linewidth=0, alpha=0.8, zorder=2)
    sheet.ax.add_patch(box)
    if layout_of(sheet) == "above":
        return
    size, text = 0.9 * sheet.font, _apart(block)
    ends = sheet.ax.transData.transform([(low, 0), (high, 0)])[:, 0]
    inside = sheet.px(sheet.measure(text, size, "bold")[0] + 6) <= ends[1] - ends[0]
    at = (float(ends.mean()) if inside else float(ends[1]) + sheet.px(4), 0.0)
    style: Options = {"fontsize": size, "fontweight": "bold", "color": ALARM, "va": "center"}
    ground = {"facecolor": "white", "edgecolor": "none", "pad": 1.0}
    x = float(sheet.ax.transData.inverted().transform(at)[0])
    y = (min(ys) + max(ys)) / 2
    way = "center" if inside else "left"
    sheet.ax.text(x, y, text, ha=way, zorder=6, bbox=ground, clip_on=False, **style)


def _apart(block: _Block) -> str:
    gap = _gap(block)
    size = block.found.gap or (gap[1] - gap[0] if gap else 0.0)
    return f"{range_label(size, size)} apart"


def _subtitle(estimate: Estimate, drawn: int) -> str:
    total = len(estimate.conflicts)
    if not total:
        return f"None found in {count_words(estimate.n_claims, 'claim')}."
    more = "" if drawn == total else f" The {drawn} with the widest gap are drawn."
    sets = f"{count_words(total, 'smallest set')} of claims that can't all be true."
    return f"{sets}{more} Dotted: the gap that no value bridges."


def describe_conflicts(estimate: Estimate, title: str | None = None) -> Description:
    """Title, caption, alt text and data of the conflicts, without drawing them."""
    about, marks = estimate.about, marks_of(estimate.claims, estimate.about)
    when = by_day(about, estimate.date)
    name = f"{title_of(about)}{', ' if when else ''}{when}: what contradicts what"
    blocks = _blocks(estimate, marks)
    told = " ".join(block.text for block in blocks[:3])
    count = count_words(len(blocks), "contradiction") if blocks else "no contradictions"
    caption = f"{name}: {count} among {count_words(estimate.n_claims, 'claim')}. {told}".strip()
    alt = f"Rows of claims in blocks that can't all be true: {count}. {told}".strip()
    rows = [
        {"conflict": number, "gap": block.found.gap, "text": block.text} | mark_record(mark)
        for number, block in enumerate(blocks, start=1)
        for mark in block.marks
    ]
    shown = name if title is None else title
    data = pd.DataFrame(rows)
    return Description(shown, caption, alt, source_line(marks, estimate.as_of), data)
