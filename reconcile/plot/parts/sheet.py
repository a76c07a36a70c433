"""The sheet a figure is drawn on: size, style, title and source line, and the room between them."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import Any, Literal

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.backend_bases import RendererBase
from matplotlib.backends.backend_agg import FigureCanvasAgg, RendererAgg
from matplotlib.figure import Figure, SubFigure
from matplotlib.text import Text
from matplotlib.transforms import Bbox, ScaledTranslation, Transform, blended_transform_factory

from reconcile.errors import OptionError, near_hint
from reconcile.plot.parts.axes_cell import cell_of
from reconcile.plot.parts.colouring import INK, QUIET
from reconcile.plot.parts.hanging import LINE, HangingWords, WordLine, root_figure
from reconcile.plot.parts.messages import ENGLISH, Messages
from reconcile.plot.parts.notebook import NotebookAxes
from reconcile.plot.parts.style import Style, style_settings
from reconcile.plot.parts.typefaces import families_for, measuring_renderer, quiet_boxes, text_width

SizeName = Literal["column", "page", "slide"]
Options = dict[str, Any]  # keyword arguments for an artist

MM = 1 / 25.4
DPI = 150


@dataclass(frozen=True, slots=True)
class Size:
    """Width and height in mm, and the type size in points.

    `name` is the preset it is laid out like; an `exact` one keeps its height, as a slide does.
    """

    name: SizeName
    width: float
    height: float
    font: float
    exact: bool = False

    @property
    def margin(self) -> float:
        """The empty edge, in mm."""
        return 2.0 if self.name == "column" else 3.5 if self.name == "page" else 7.0


SIZES: Mapping[str, Size] = {
    "column": Size("column", 85.0, 85.0, 6.5),
    "page": Size("page", 170.0, 118.0, 7.5),
    "slide": Size("slide", 254.0, 142.875, 11.0, exact=True),
}
LEAST = (45.0, 40.0)  # mm: below it no words fit


def exact_size(width: float, height: float) -> Size:
    """A size of one's own, in mm: type and layout are those of the preset it is nearest to.

    Raises `OptionError` for what is too small to hold a figure, or no size.
    """
    if not (LEAST[0] <= width <= 2000 and LEAST[1] <= height <= 2000):
        raise OptionError(
            f"expected a size of at least {LEAST[0]:g} x {LEAST[1]:g} mm and at most 2 m, "
            f"got {width:g} x {height:g} mm"
        )
    font = float(np.clip(6.5 + (width - 85.0) / 85.0, 6.0, 11.0))
    return Size("column" if width < 125 else "page", width, height, font, exact=True)


def size_named(name: str) -> Size:
    """The preset of that name; raises `OptionError` naming the presets."""
    if name not in SIZES:
        hint = near_hint(name, SIZES)
        raise OptionError(f"expected a size of {', '.join(map(repr, SIZES))}, got {name!r}{hint}")
    return SIZES[name]


@dataclass(frozen=True, eq=False)
class Sheet:
    """The Axes to draw on with its size; `owned` says that the figure was made for it.

    `parts` are companion Axes hung on it; `used` the points that head and foot take of a figure.
    """

    ax: Axes
    size: Size
    owned: bool
    say: Messages = ENGLISH
    parts: list[Axes] = field(default_factory=list[Axes])
    used: dict[str, float] = field(default_factory=dict[str, float])

    @property
    def figure(self) -> Figure:
        """The figure that holds the Axes (the outermost one)."""
        figure = self.ax.get_figure(root=True)
        if figure is None:
            raise OptionError("expected Axes that are part of a figure, got removed Axes")
        return figure

    @property
    def font(self) -> float:
        """The base type size in points: the preset's, or the caller's under style=None."""
        return float(mpl.rcParams["font.size"])

    def px(self, points: float) -> float:
        """Points as pixels of the figure."""
        return points * self.figure.dpi / 72

    def pt(self, pixels: float) -> float:
        """Pixels of the figure as points."""
        return pixels * 72 / self.figure.dpi

    @cached_property
    def renderer(self) -> RendererAgg:
        """A renderer to measure with, which leaves the figure's own canvas alone."""
        return measuring_renderer(self.figure.dpi)

    def measure(self, text: str, size: float, weight: str = "normal") -> tuple[float, float]:
        """Width and height of a text in points."""
        families, lines = mpl.rcParams["font.family"], text.split("\n")
        widths = [text_width(line, size, weight, families) for line in lines]
        high = _line_heights(len(lines), size, weight, tuple(families))
        known = [width for width in widths if width is not None]
        if len(known) == len(widths):
            return self.slack * max(known), high
        probe = Text(0, 0, text, fontsize=size, fontweight=weight, linespacing=LINE)
        probe.set_figure(self.figure)
        box = probe.get_window_extent(self.renderer)
        return self.slack * self.pt(box.width), max(high, self.pt(box.height))

    @property
    def slack(self) -> float:
        """How much wider a text may turn out: the caller's figure may be drawn hinted."""
        return 1.03 if self.owned else 1.09

    def dress(self, *sides: str) -> None:
        """Spines on these sides only, and ticks in the type of the sheet's style."""
        for name, spine in self.ax.spines.items():
            spine.set_visible(name in sides)
        for part in (self.ax, *self.parts):
            part.tick_params(
                labelsize=self.font,
                labelcolor=mpl.rcParams["text.color"],
                labelfontfamily=mpl.rcParams["font.family"],
                color=mpl.rcParams["xtick.color"],
            )
            part.tick_params(axis="x", pad=0.8 * self.font)  # clear of the lowest label of y

    def wrap(self, text: str, width: float, size: float, weight: str = "normal") -> str:
        """`text` broken at spaces into lines of at most `width` points, where words allow."""
        lines: list[str] = []
        for word in self.say.unbroken(text).split(" "):
            longer = f"{lines[-1]} {word}" if lines else word
            if lines and self.measure(longer, size, weight)[0] <= width:
                lines[-1] = longer
            else:
                lines.append(word)
        return "\n".join(map(self.say.in_order, lines))

    def shorten(self, text: str, width: float, size: float, weight: str = "normal") -> str:
        """`text`, cut with an ellipsis where it is wider than `width` points."""
        if self.measure(text, size, weight)[0] <= width:
            return text
        for length in range(len(text) - 1, 0, -1):
            short = text[:length].rstrip(" ,;:-–") + "…"
            if self.measure(short, size, weight)[0] <= width:
                return short
        return "…"

    def name(
        self,
        names: Sequence[str],
        width: float,
        size: float,
        before: str = "",
        after: str = "",
        weight: str = "normal",
    ) -> str:
        """The longest of `names` that fits between `before` and `after`, else one cut short.

        An abbreviation in brackets outlives the words before it, of which some are kept; of other
        names the end is kept too, which may be all that tells two of them apart.
        """
        plain = [name for name in names if f"({name})" not in names[0]]
        short = names[-1] if len(plain) < len(names) else ""
        for name in plain:
            if self.measure(f"{before}{name}{after}", size, weight)[0] <= width:
                return f"{before}{name}{after}"
        tail = f" ({short}){after}" if short else after
        words = plain[-1].removesuffix(f"({short})").strip() if short else plain[-1]
        left = width - self.measure(f"{before}{tail}", size, weight)[0]
        if short:
            cut = self.shorten(words, max(left, 1.0), size, weight)
            # mere beginnings of words say less than the abbreviation alone
            kept = len(cut) >= max(9, 0.5 * len(words))
            return f"{before}{cut}{tail}" if kept else f"{before}{short}{after}"
        cut = self._shorten_inside(words, max(left, 1.0), size, weight)
        if len(cut) < 7 and before.endswith(", "):  # of no name is left what could be known
            return f"{before[:-2]}{tail}"
        return f"{before}{cut}{tail}"

    def _shorten_inside(self, text: str, width: float, size: float, weight: str) -> str:
        """`text`, cut before its last word where that is short and not alone."""
        *_, last = text.rsplit(" ", 1)
        room = width - self.measure(f" {last}", size, weight)[0]
        if last == text or self.measure(last, size, weight)[0] > 0.35 * width:
            return self.shorten(text, width, size, weight)
        head = self.shorten(text[: -len(last) - 1], room, size, weight)
        return f"{head} {last}" if len(head) > 6 else self.shorten(text, width, size, weight)

    @property
    def room(self) -> float:
        """The width for the title and the source line, in points."""
        if self.owned:
            return (self.size.width - 2 * self.size.margin) * MM * 72
        return self.pt(self.ax.bbox.width)

    def axes_box(self) -> Bbox:
        """The Axes and its companions with all that hangs on them (ticks, labels), in pixels."""
        renderer = self.renderer
        boxes = [part.get_tightbbox(renderer) for part in (self.ax, *self.parts)]
        return Bbox.union([box for box in boxes if box is not None])

    @property
    def inner(self) -> Bbox:
        """What the Axes and its companions share out between them, in pixels."""
        return Bbox.union([part.bbox for part in (self.ax, *self.parts)])

    def head(self, title: str, subtitle: str) -> None:
        """Write title and subtitle above what is drawn so far."""
        big, plain = 1.35 * self.font, 1.0 * self.font
        lines = [WordLine(title, big, "bold", INK), WordLine(subtitle, plain, "normal", QUIET)]
        shown = [line for line in lines if line.text]
        if self.owned:
            self._head_on_figure(shown)
        elif shown:
            off = self.pt(self.axes_box().y1 - self.ax.bbox.y1) + 0.5 * self.font
            self._hang(shown, "top", off)

    def foot(self, text: str) -> None:
        """Write the source line below all else."""
        small = 0.86 * self.font
        if not text:
            return
        if not self.owned:
            below = self.pt(self.ax.bbox.y0 - self.axes_box().y0) + 0.5 * self.font
            self._hang([WordLine(text, small, "normal", QUIET)], "bottom", below)
            return
        tail = self.wrap(text, self.room, small)
        style: Options = {"fontsize": small, "color": QUIET, "linespacing": LINE}
        corner = self.shifted(self.figure.transFigure, self.edge, self.edge)
        self.figure.text(0, 0, tail, transform=corner, va="bottom", **style)
        self.used["bottom"] = self.edge + self.measure(tail, small)[1] + 0.7 * self.font

    def _hang(self, lines: list[WordLine], side: Literal["top", "bottom"], off: float) -> None:
        """Hung on the caller's Axes, where their layout sees it."""
        self.ax.add_artist(
            HangingWords(
                lines,
                side,
                off=off,
                left=max(self.pt(self.ax.bbox.x0 - self.axes_box().x0), 0.0),
                gap=0.45 * self.font,
                wrap=self.wrap,
                measure=self.measure,
            )
        )

    @property
    def edge(self) -> float:
        """The empty edge of the figure, in points."""
        return self.size.margin * MM * 72

    def _head_on_figure(self, lines: list[WordLine]) -> None:
        used = self.edge
        for line in lines:
            text = self.wrap(line.text, self.room, line.size, line.weight)
            corner = self.shifted(self.figure.transFigure, self.edge, -used)
            style: Options = {
                "fontsize": line.size,
                "fontweight": line.weight,
                "color": line.colour,
                "va": "top",
            }
            self.figure.text(0, 1, text, transform=corner, linespacing=LINE, **style)
            used += self.measure(text, line.size, line.weight)[1] + 0.45 * self.font
        self.used["top"] = used + 0.3 * self.font

    def label_axes(self, xlabel: str | None, ylabel: str | None) -> None:
        """Words along the axes, if any; those of x go below all companions."""
        style: Options = {"fontsize": self.font, "color": mpl.rcParams["axes.labelcolor"]}
        if xlabel:
            (self.parts[-1] if self.parts else self.ax).set_xlabel(xlabel, **style)
        if ylabel:
            self.ax.set_ylabel(ylabel, **style)

    def fit(self) -> None:
        """Give the Axes the room that its words leave: of the sheet, or of its place in a grid.

        The caller's layout engine, where there is one, does that itself.
        """
        if not self.owned and self.figure.get_layout_engine() is not None:
            self.figure.draw_without_rendering()
            return
        goal = self._goal()
        # what hangs on the Axes of a figure of ours is as large wherever it lies: once is enough
        for _ in range(1 if self.owned else 3):
            box, inner = self.axes_box(), Bbox(self.ax.bbox.get_points())
            fitted = Bbox.from_extents(
                goal.x0 + inner.x0 - box.x0,
                goal.y0 + inner.y0 - box.y0,
                goal.x1 + inner.x1 - box.x1,
                goal.y1 + inner.y1 - box.y1,
            )
            if np.allclose(fitted.extents, inner.extents, atol=0.25):
                break
            fitted = _at_least(fitted, self.px(30.0))
            self.ax.set_position(fitted.transformed(self.host.transSubfigure.inverted()))
            self.ax.set_in_layout(True)

    @property
    def host(self) -> Figure | SubFigure:
        """The figure or subfigure in which the Axes lies."""
        host = self.ax.get_figure(root=False)
        if host is None:
            raise OptionError("expected Axes that are part of a figure, got removed Axes")
        return host

    def _goal(self) -> Bbox:
        """What the Axes may fill with all that hangs on it, in pixels."""
        if not self.owned:
            return Bbox(cell_of(self.ax).padded(-self.px(0.7 * self.font)).get_points())
        side, page = self.px(self.edge), self.figure.bbox
        top, bottom = self.used.get("top", self.edge), self.used.get("bottom", self.edge)
        return Bbox.from_extents(
            side, self.px(bottom), page.width - side, page.height - self.px(top)
        )

    def grow(self, points: float) -> None:
        """Make an owned figure taller, for what is hung below; a slide keeps its shape."""
        if not self.fixed:
            self.figure.set_figheight(self.figure.get_figheight() + points / 72)

    def set_inner_height(self, points: float) -> None:
        """Make an owned figure as tall as gives the Axes this height; a slide keeps its shape."""
        self.fit()
        self.grow(points - self.pt(self.inner.height))
        self.fit()

    @property
    def fixed(self) -> bool:
        """Whether the height is given: a slide's, or that of the caller's Axes."""
        return not self.owned or self.size.exact

    def below(self, points: float, gap: float = 4.0) -> Axes:
        """A companion Axes of that height hung under the Axes, on the same x axis."""
        part = self.ax.inset_axes((0, -0.5, 1, 0.4), sharex=self.ax)
        part.set_axes_locator(_Under(self.ax, points, gap))
        self.parts.append(part)
        return part

    def within(self, text: Text) -> Text:
        """`text` stands inside the Axes. On the caller's Axes it takes no part in the layout: where
        that makes the Axes narrower, words a fixed way from its edge would ask for ever more room.
        """
        if not self.owned:
            text.set_in_layout(False)
        return text

    def note(
        self, text: str, at: tuple[float, float], shift: tuple[float, float] = (0, 0), **style: Any
    ) -> Text:
        """A text at Axes fractions `at`, moved by `shift` points, not clipped."""
        return self.ax.text(
            *at,
            text,
            transform=self.shifted(self.ax.transAxes, *shift),
            clip_on=False,
            **style,
        )

    def shifted(self, transform: Transform, right: float, up: float) -> Transform:
        """`transform`, then moved by points."""
        figure = self.figure
        return transform + ScaledTranslation(right / 72, up / 72, figure.dpi_scale_trans)

    def beside(self, right: float = 0, up: float = 0, part: Axes | None = None) -> Transform:
        """Axes fraction in x, data in y, moved by points: for what stands beside rows."""
        ax = part or self.ax
        return self.shifted(blended_transform_factory(ax.transAxes, ax.transData), right, up)

    @contextmanager
    def trial(self) -> Generator[Callable[[], None]]:
        """Gives a function that takes away all that was drawn since, to draw it again."""
        kept, texts = set(self.ax.get_children()), set(self.figure.texts)
        height = self.figure.get_figheight()

        def undo() -> None:
            for part in self.parts:
                part.remove()
            self.parts.clear()
            for artist in [*self.ax.get_children(), *self.figure.texts]:
                if artist not in kept and artist not in texts:
                    artist.remove()
            self.figure.set_figheight(height)

        yield undo


@cache
def _line_heights(lines: int, size: float, weight: str, families: tuple[str, ...]) -> float:
    """The height of so many lines in points."""
    probe = Text(0, 0, "\n".join(["Apgjy"] * lines), fontsize=size, fontweight=weight)
    probe.set(linespacing=LINE, fontfamily=[*families])
    probe.set_figure(Figure(dpi=DPI))
    return float(probe.get_window_extent(measuring_renderer(DPI)).height) * 72 / DPI


class _Under:
    """Where a companion lies: so many points high, so many points below its Axes."""

    def __init__(self, ax: Axes, points: float, gap: float) -> None:
        self.ax, self.points, self.gap = ax, points, gap

    def __call__(self, _: object, renderer: RendererBase | None) -> Bbox:
        figure = root_figure(self.ax)
        per, box = figure.dpi / 72, self.ax.bbox
        top = box.y0 - self.gap * per
        place = Bbox.from_extents(box.x0, top - self.points * per, box.x1, top)
        host = self.ax.get_figure(root=False)
        return place.transformed((host or figure).transSubfigure.inverted())


def _at_least(box: Bbox, pixels: float) -> Bbox:
    """A box that has some width and height, however little room was left."""
    return Bbox.from_bounds(box.x0, box.y0, max(box.width, pixels), max(box.height, pixels))


@contextmanager
def open_sheet(
    ax: Axes | None,
    style: Style,
    size: str | Size,
    height: float | None = None,
    say: Messages = ENGLISH,
    texts: Iterable[str] = (),
) -> Generator[Sheet]:
    """The Axes to draw on, inside the settings of `style`; outside of it nothing has changed.

    Without `ax` a figure of that `size` (of a preset, with the `height` in mm, if given) is made,
    apart from pyplot and its state. Dollars in what people said are no mathematics in any style.
    `texts` are names and phrases to be written: where the type of the package lacks their script,
    an installed one that has it steps in. Raises `OptionError` for an unknown size or style.
    """
    preset = size_named(size) if isinstance(size, str) else size
    settings: dict[Any, Any] = {**style_settings(style, preset.font), "text.parse_math": False}
    with mpl.rc_context(settings), quiet_boxes():
        mpl.rcParams["font.family"] = families_for(texts, mpl.rcParams["font.family"])
        if ax is not None:
            yield Sheet(ax, preset, owned=False, say=say)
            return
        tall = preset.height if preset.exact or height is None else height
        figure = Figure((preset.width * MM, tall * MM), dpi=DPI)
        FigureCanvasAgg(figure)
        made = figure.add_axes((0.15, 0.15, 0.7, 0.65), axes_class=NotebookAxes)
        yield Sheet(made, preset, owned=True, say=say)
