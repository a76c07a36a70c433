"""Words hung on an Axes: laid out when they are drawn, so that any layout engine may move it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backend_bases import RendererBase
from matplotlib.text import Text
from matplotlib.transforms import Affine2D, Bbox, Transform

LINE = 1.25  # line spacing


@dataclass(frozen=True, slots=True)
class WordLine:
    """A paragraph to hang: its text, type size in points, weight and colour."""

    text: str
    size: float
    weight: str
    colour: str


class HangingWords(Artist):
    """Paragraphs above or below an Axes, wrapped to its width at the time of drawing.

    `off` is how far from the edge of the Axes they begin, `left` how far left of it, in points.
    For a layout engine they have their height, and no more width than the Axes.
    """

    def __init__(
        self,
        lines: Sequence[WordLine],
        side: Literal["top", "bottom"],
        *,
        off: float,
        left: float,
        gap: float,
        wrap: Callable[[str, float, float, str], str],
        measure: Callable[[str, float, str], tuple[float, float]],
    ) -> None:
        super().__init__()
        self.lines, self.side = lines, side
        self.off, self.left, self.gap = off, left, gap
        self._wrap, self._measure = wrap, measure
        self._texts: list[Text] = []
        self._known: object = None
        self.set_clip_on(False)
        self.set_zorder(6)

    def get_children(self) -> list[Artist]:
        """The texts, as they were last laid out."""
        return [*self._laid_out()]

    def get_window_extent(self, renderer: RendererBase | None = None) -> Bbox:
        """The height that the words take, within the width of the Axes."""
        texts, box = self._laid_out(), _axes(self).bbox
        if not texts:
            return Bbox.null()
        boxes = [text.get_window_extent(renderer) for text in texts]
        middle = (box.x0 + box.x1) / 2
        low, high = min(each.y0 for each in boxes), max(each.y1 for each in boxes)
        return Bbox.from_extents(middle - 0.5, low, middle + 0.5, high)

    def get_tightbbox(self, renderer: RendererBase | None = None) -> Bbox:
        """The same: words are never clipped."""
        return self.get_window_extent(renderer)

    def draw(self, renderer: RendererBase) -> None:
        """Draw the words where the Axes now is."""
        for text in self._laid_out():
            text.draw(renderer)
        self.stale = False

    def _laid_out(self) -> list[Text]:
        geometry = axes_geometry(_axes(self))
        if geometry != self._known:
            self._known, self._texts = geometry, self._lay_out(*geometry)
        return self._texts

    def _lay_out(self, x0: float, y0: float, x1: float, y1: float) -> list[Text]:
        figure = root_figure(self)
        texts: list[Text] = []
        at = y1 + self.off if self.side == "top" else y0 - self.off
        width = max(x1 - x0 + self.left, 40.0)
        lines = reversed(self.lines) if self.side == "top" else self.lines
        for line in lines:
            told = self._wrap(line.text, width, line.size, line.weight)
            text = Text(
                x0 - self.left,
                at,
                told,
                fontsize=line.size,
                fontweight=line.weight,
                color=line.colour,
                va="bottom" if self.side == "top" else "top",
                linespacing=LINE,
                transform=in_points(self),
            )
            text.set_figure(figure)
            texts.append(text)
            step = self._measure(told, line.size, line.weight)[1] + self.gap
            at += step if self.side == "top" else -step
        return texts


def _axes(artist: Artist) -> Axes:
    axes = artist.axes
    if not isinstance(axes, Axes):
        raise TypeError("expected an artist on Axes")
    return axes


def root_figure(artist: Artist):
    """The outermost figure of an artist."""
    figure = artist.get_figure(root=True)
    if figure is None:
        raise TypeError("expected an artist that is part of a figure")
    return figure


def axes_geometry(ax: Axes) -> tuple[float, float, float, float]:
    """The box of an Axes in points from the lower left of its figure, whatever the resolution."""
    per = 72 / root_figure(ax).dpi
    x0, y0, x1, y1 = (round(float(edge) * per, 2) for edge in ax.bbox.extents)
    return x0, y0, x1, y1


def in_points(artist: Artist) -> Transform:
    """From points, counted from the lower left of the figure, to its pixels."""
    return Affine2D().scale(1 / 72) + root_figure(artist).dpi_scale_trans
