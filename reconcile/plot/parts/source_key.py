"""The key of sources, for those that no label names."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.lines import Line2D

from reconcile.plot.parts.colouring import INK, SourceLook
from reconcile.plot.parts.sheet import Options, Sheet

MOST = 24
LINES = 3  # more would take the height of the figure, and so many colours tell nothing


def draw_source_key(sheet: Sheet, entries: Sequence[tuple[str, SourceLook]]) -> None:
    """Marker and name of the first sources, at most `MOST` in `LINES` lines above the Axes."""
    size, shown = 0.9 * sheet.font, min(len(entries), MOST)
    lines = _lines(sheet, entries, shown, size)
    while len(lines) > LINES and shown > 1:
        shown -= 1
        lines = _lines(sheet, entries, shown, size)
    sheet.grow(1.45 * size * len(lines))
    for row, line in enumerate(reversed(lines)):
        for name, look, start in line:
            _entry(sheet, name, look, start, (0.9 + 1.45 * row) * size, size)


def _lines(
    sheet: Sheet, entries: Sequence[tuple[str, SourceLook]], shown: int, size: float
) -> list[list[tuple[str, SourceLook | None, float]]]:
    """The first `shown` entries and how many more there are, with where each begins in its line."""
    told: list[tuple[str, SourceLook | None]] = [*entries[:shown]]
    if shown < len(entries):
        told.append((sheet.say("claims.more_sources", n=len(entries) - shown), None))
    lines: list[list[tuple[str, SourceLook | None, float]]] = [[]]
    x, width = 0.0, sheet.pt(sheet.ax.bbox.width)
    for name, look in told:
        short = sheet.name([name.partition(",")[0]], width - 2.4 * size, size)
        step = sheet.measure(short, size)[0] + 2.4 * size
        if x + step > width and lines[-1]:
            lines.append([])
            x = 0.0
        lines[-1].append((short, look, x))
        x += step
    return lines


def _entry(
    sheet: Sheet, name: str, look: SourceLook | None, right: float, up: float, size: float
) -> None:
    ax = sheet.ax
    if look is not None:
        symbol = Line2D(
            [0],
            [1],
            transform=sheet.shifted(ax.transAxes, right + 0.45 * size, up),
            marker=look.marker,
            markersize=look.size(0.75 * size),
            markerfacecolor=look.colour,
            markeredgecolor="white",
            markeredgewidth=0.5,
            linestyle="none",
            clip_on=False,
        )
        ax.add_artist(symbol)
    style: Options = {"fontsize": size, "color": INK, "va": "center"}
    sheet.note(name, (0, 1), (right + 1.15 * size, up), **style)
