"""Conflicts: the smallest sets of claims that can't all be true, and the gap between them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Unpack

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from reconcile.plot.parts.claim_rows import (
    ARROW,
    claims_axis,
    off_axis,
    off_axis_words,
    several_years,
)
from reconcile.plot.parts.colouring import ALARM, INK, SourceLook, known_sources, palette
from reconcile.plot.parts.description import Description
from reconcile.plot.parts.glyphs import Brush, draw_glyph
from reconcile.plot.parts.marks import Mark, mark_record, texts_of
from reconcile.plot.parts.messages import Messages
from reconcile.plot.parts.request import FigureOptions, Request, read_request
from reconcile.plot.parts.rows import (
    RowWords,
    apply_values,
    form_y,
    lay_rows,
    layout_of,
    row_height,
    write_heading,
)
from reconcile.plot.parts.sheet import LINE, Options, Sheet
from reconcile.plot.parts.values_axis import ValueAxis
from reconcile.plot.parts.words import (
    claim_words,
    dated_title,
    days_label,
    number_text,
    range_label,
    shorter_names,
    source_line,
)
from reconcile.values.estimate import Estimate
from reconcile.values.finding import Conflict
from reconcile.values.registry import Quantity

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


def conflicts(estimate: Estimate, **options: Unpack[FigureOptions]) -> Axes:
    """Draw the smallest sets of claims that can't all be true, the widest gap first.

    Each set is a block: what the contradiction is in words, the claims of the set as rows, and
    between the two that are furthest apart the gap, hatched. Without any one of a set the rest of
    it can be true. The options are `FigureOptions`, without `bands` and `ylabel`; with `claims`
    only sets of those are drawn.
    """
    request = read_request("conflicts", options).on(estimate.about)
    marks = request.marks(estimate)
    request.named(marks)  # ids that are not there are refused here too
    looks = palette(known_sources(estimate.claims), request.colours)
    found = _blocks(estimate, marks, request)
    words = describe_conflicts(estimate, marks, request)
    with request.open(words, texts_of(marks)) as sheet, sheet.trial() as undo:
        blocks = found[: MOST[sheet.size.name]]
        while True:
            shown = [m for block in blocks for m in block.marks if not off_axis(m, estimate.about)]
            span = estimate.interval()
            ends = [] if shown else [span.lower, span.upper]
            axis = claims_axis(sheet, ends, shown, estimate.about, request.scale)
            apply_values(sheet, axis)
            request.frame(sheet, words, _subtitle(estimate, len(found), len(blocks), request))
            fit = _draw_blocks(sheet, axis, estimate, blocks, looks, request)
            if fit == len(blocks):
                break
            blocks = blocks[:fit]  # fewer, on a sheet whose height is given
            undo()
    return sheet.ax


def _blocks(estimate: Estimate, marks: Sequence[Mark], request: Request) -> list[_Block]:
    by_id = {mark.claim: mark for mark in marks}
    blocks: list[_Block] = []
    for found in sorted(estimate.conflicts, key=lambda c: (-c.gap, c.claims)):
        known = [by_id[name] for name in found.claims if name in by_id]
        if request.claims is not None and len(known) < len(found.claims):
            continue
        known.sort(key=lambda mark: (mark.upper, mark.lower, mark.claim))
        on_axis = not any(off_axis(mark, estimate.about) for mark in known)
        blocks.append(_Block(found, known, _text(found, known, request.say), on_axis))
    return blocks


def _text(found: Conflict, marks: Sequence[Mark], say: Messages) -> str:
    """The finding's own words where they are in the figure's language, else put together."""
    if found.text and say.name == "en":
        return found.text
    said = "; ".join(
        say(
            "conflicts.said",
            source=m.source_label,
            claim=m.phrase,
            when=days_label(m.start, m.end, say=say),
        )
        for m in marks
    )
    return say("conflicts.cannot", said=said or ", ".join(found.claims))


def _draw_blocks(
    sheet: Sheet,
    axis: ValueAxis,
    estimate: Estimate,
    blocks: Sequence[_Block],
    looks: Mapping[str, SourceLook],
    request: Request,
) -> int:
    """Two passes: where rows stand, then, with the height fixed, what stands in them.

    Where a given height has no room for all of them nothing is drawn. Returns how many fit: of one
    alone the words are cut until it does.
    """
    font, high = sheet.font, row_height(sheet)
    above = layout_of(sheet) == "above"
    years = several_years([mark for block in blocks for mark in block.marks])
    rows: list[list[RowWords]] = []
    heads: list[tuple[float, str]] = []
    y, room = 0.4 * font, sheet.pt(sheet.inner.height)
    for block in blocks:
        bare = above and _gap(block) and not block.found.text
        told = f"{block.text} {_apart(sheet, block)}." if bare else block.text
        text = sheet.wrap(told, 0.98 * sheet.room, font)
        below = high * len(block.marks) + 1.5 * font
        if sheet.fixed and y + sheet.measure(text, font)[1] + below > room:
            if len(blocks) > 1:
                return max(len(rows), 1)
            text = _cut(sheet, text, room - y - below)
        heads.append((y, text))
        y += sheet.measure(text, font)[1] + 0.5 * font
        rows.append(
            [
                _words(sheet, y + high * (k + 0.5), m, estimate.about, looks, request, years)
                for k, m in enumerate(block.marks)
            ]
        )
        y += high * len(block.marks) + 1.0 * font
    if not blocks:
        y += 3 * font
    bottom = max(y, room) if sheet.fixed else y
    wide = lay_rows(sheet, [line for lines in rows for line in lines], bottom)
    for top, text in heads:
        _write_head(sheet, top, text, wide + 6.0 if wide else 0.0)
    for block, lines in zip(blocks, rows, strict=True):
        _draw_block(sheet, axis, estimate, block, lines, looks)
    if not blocks:
        sheet.ax.set_axis_off()  # no claim is drawn: an axis would measure nothing
        write_heading(sheet, 1.6 * font, sheet.say(_none_key(estimate, request)))
    return len(blocks)


def _none_key(estimate: Estimate, request: Request) -> str:
    """Levels of different days never contradict each other, which is no praise of them."""
    days = {(mark.start, mark.end) for mark in request.marks(estimate) if mark.active}
    apart = estimate.about.kind == "stock" and len(days) > 1
    return "conflicts.none_levels" if apart else "conflicts.none"


def _cut(sheet: Sheet, text: str, height: float) -> str:
    """The first lines of `text` that are no higher than `height` points, one at least."""
    lines = text.split("\n")
    while len(lines) > 1 and sheet.measure("\n".join(lines), sheet.font)[1] > height:
        lines = [*lines[:-2], lines[-2].rstrip(" ,;:…") + "…"]
    return "\n".join(lines)


def _words(
    sheet: Sheet,
    y: float,
    mark: Mark,
    about: Quantity,
    looks: Mapping[str, SourceLook],
    request: Request,
    years: bool,
) -> RowWords:
    when = f"{days_label(mark.start, mark.end, years, sheet.say)}, "
    told = request.words_of(mark, claim_words(mark, about, sheet.say))
    return RowWords(y, told, when, looks[mark.source].colour, shorter_names(mark.source_label))


def _write_head(sheet: Sheet, top: float, text: str, left: float) -> None:
    style: Options = {"fontsize": sheet.font, "color": INK, "va": "top", "linespacing": LINE}
    box = {"facecolor": "white", "edgecolor": "none", "pad": 0.8}
    where = sheet.beside(right=-left)
    style |= {"transform": where, "zorder": 6, "bbox": box, "clip_on": False}
    sheet.within(sheet.ax.text(0, top, text, **style))


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
            write_heading(sheet, y, off_axis_words(sheet, mark))
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
    above, half = layout_of(sheet) == "above", 0.5 * sheet.font
    # in a column words stand between the rows: there the dots go beside the forms alone
    stretches = [(y - half, y + half) for y in ys] if above else [(min(ys), max(ys))]
    for top, bottom in stretches:
        box = Rectangle((low, top), high - low, bottom - top)
        box.set(facecolor="none", edgecolor=ALARM, hatch="....", linewidth=0, alpha=0.8, zorder=2)
        sheet.ax.add_patch(box)
    if not above:
        _write_gap(sheet, block, gap, (min(ys) + max(ys)) / 2)


def _write_gap(sheet: Sheet, block: _Block, gap: tuple[float, float], y: float) -> None:
    """The size of the gap: inside it, or where it is too narrow on the side that has room."""
    size, text = 0.9 * sheet.font, _apart(sheet, block)
    ends = sheet.ax.transData.transform([(end, 0) for end in gap])[:, 0]
    wide = sheet.px(sheet.measure(text, size, "bold")[0] + 6)
    way, at = "center", float(ends.mean())
    if wide > ends[1] - ends[0]:
        right = ends[1] + wide <= sheet.ax.bbox.x1
        way = "left" if right else "right"
        at = float(ends[1] + sheet.px(4) if right else ends[0] - sheet.px(4))
    style: Options = {"fontsize": size, "fontweight": "bold", "color": ALARM, "va": "center"}
    ground = {"facecolor": "white", "edgecolor": "none", "pad": 1.0}
    x = float(sheet.ax.transData.inverted().transform((at, 0.0))[0])
    style |= {"ha": way, "zorder": 6, "bbox": ground, "clip_on": False}
    sheet.within(sheet.ax.text(x, y, text, **style))


def _apart(sheet: Sheet, block: _Block) -> str:
    gap = _gap(block)
    size = block.found.gap or (gap[1] - gap[0] if gap else 0.0)
    # as in the finding's own words: a reckoned size has no more digits than are known
    whole = float(size).is_integer()
    told = range_label(size, size, sheet.say) if whole else number_text(size, size, sheet.say)
    return sheet.say("conflicts.apart", n=told)


def _subtitle(estimate: Estimate, total: int, drawn: int, request: Request) -> str:
    say = request.say
    if not total:
        return say("conflicts.none_found", claims=say.count(estimate.n_claims, "claim"))
    some = "conflicts.subtitle_one" if drawn == 1 else "conflicts.subtitle_some"
    key = "conflicts.subtitle" if drawn == total else some
    return say(key, sets=say.count(total, "contradiction"), n=drawn)


def describe_conflicts(estimate: Estimate, marks: Sequence[Mark], request: Request) -> Description:
    """Title, caption, alt text and data of the conflicts."""
    say, blocks = request.say, _blocks(estimate, marks, request)
    name = say("conflicts.title", title=dated_title(estimate.about, estimate.date, say))
    told = " ".join(f"{block.text.rstrip('.')}." for block in blocks[:3])
    count = say.count(len(blocks), "contradiction") if blocks else say("conflicts.count_none")
    claims = say.count(estimate.n_claims, "claim")
    alt = say("conflicts.alt_none", title=name, claims=claims)
    if blocks:
        alt = say("conflicts.alt", count=count, told=told).strip()
    rows = [
        {"conflict": number, "gap": block.found.gap, "text": block.text} | mark_record(mark)
        for number, block in enumerate(blocks, start=1)
        for mark in block.marks
    ]
    return Description(
        request.titled(name),
        say("conflicts.caption", title=name, count=count, claims=claims, told=told).strip(),
        alt,
        source_line(marks, estimate.as_of, say),
        pd.DataFrame(rows),
    )
