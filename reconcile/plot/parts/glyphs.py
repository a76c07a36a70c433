"""The forms of a claim: what kind of number was said is seen before it is read.

exact: the marker alone. range: bar with end caps. approximate: bar that fades at both ends. At
least, more than: cap at the bound, bar that fades upwards into an arrow. At most, less than: the
same downwards. vague ("dozens"): hatched bar. Retracted or superseded: hollow. The marker's shape
and colour are the source's (`palette`), the bar's form is the kind's.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.colors import to_rgb
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle
from matplotlib.transforms import Bbox

from reconcile.plot.parts.colouring import SourceLook
from reconcile.plot.parts.marks import Mark
from reconcile.plot.parts.values_axis import ValueAxis

STEPS = 24  # pieces of a fading bar
Along = Literal["x", "y"]


@dataclass(frozen=True, eq=False)
class Brush:
    """How glyphs are drawn on `ax`: values `along` which axis, how thick and how long (points).

    `faint` is lighter, for what is no level of the quantity; `tell` sets the source's marker on
    every form, where no label names the source; `rim` sets markers off with a white edge, which
    would erase each other where they are many.
    """

    ax: Axes
    axis: ValueAxis
    along: Along
    thick: float = 4.0
    marker: float = 4.5
    arrow: float = 20.0
    faint: bool = False
    tell: bool = False
    rim: bool = True

    @property
    def alpha(self) -> float:
        """Lighter where the claim is no level of the quantity."""
        return 0.6 if self.faint else 1.0

    def place(self, value: float, across: float) -> tuple[float, float]:
        """Data coordinates of a value at a position across."""
        return (value, across) if self.along == "x" else (across, value)

    def px(self, points: float) -> float:
        """Points as pixels."""
        figure = self.ax.get_figure(root=True)
        return points * (figure.dpi if figure else 72.0) / 72

    def to_px(self, value: float, across: float) -> np.ndarray:
        """Pixel coordinates."""
        return self.ax.transData.transform(self.place(value, across))

    def moved(self, value: float, across: float, points: float) -> float:
        """The value that lies `points` further along the axis (down if negative)."""
        at = self.to_px(self.axis.clip(value), across)
        at[0 if self.along == "x" else 1] += self.px(points)
        return float(self.ax.transData.inverted().transform(at)[0 if self.along == "x" else 1])

    def half(self, value: float, across: float, points: float) -> float:
        """Half of a thickness in points, in data units across."""
        here = self.to_px(value, across)
        side = here.copy()
        side[1 if self.along == "x" else 0] += self.px(points) / 2
        back = self.ax.transData.inverted().transform([here, side])
        return float(abs(np.diff(back[:, 1 if self.along == "x" else 0])[0]))


def draw_glyph(brush: Brush, mark: Mark, look: SourceLook, across: float) -> list[Artist]:
    """Draw the claim at the position `across`; returns its artists."""
    return _Glyph(brush, mark, look, across).drawn()


def arrow_bounds(marks: Sequence[Mark]) -> tuple[list[float], list[float]]:
    """The bounds from which arrows go up, and those from which they go down."""
    up = [mark.lower for mark in marks if math.isinf(mark.upper)]
    up += [mark.upper for mark in marks if mark.role == "floor"]
    down = [mark.upper for mark in marks if math.isinf(mark.lower)]
    down += [mark.lower for mark in marks if mark.role == "ceiling"]
    return [v for v in up if math.isfinite(v)], [v for v in down if math.isfinite(v)]


def extent(artists: Sequence[Artist], brush: Brush, pad: float = 0.0) -> Bbox:
    """The pixels that a glyph covers, grown by `pad` points."""
    boxes = [_pixels(artist, brush) for artist in artists]
    return Bbox(Bbox.union(boxes).padded(brush.px(pad)).get_points())


def _pixels(artist: Artist, brush: Brush) -> Bbox:
    """A collection of lines does not know its own extent on the page."""
    if not isinstance(artist, LineCollection):
        return Bbox(artist.get_window_extent().get_points())
    ends = brush.ax.transData.transform(np.concatenate([*artist.get_segments()]))
    box = Bbox([ends.min(axis=0), ends.max(axis=0)])
    half = brush.px(brush.thick) / 2
    return box.padded(half, 0) if brush.along == "y" else box.padded(0, half)


@dataclass(frozen=True, eq=False, slots=True)
class _Glyph:
    """One claim on its Axes."""

    brush: Brush
    mark: Mark
    look: SourceLook
    across: float

    def drawn(self) -> list[Artist]:
        """Draw the form of its kind, an arrow where it is a bound, and the source's marker."""
        mark = self.mark
        artists = self._form()
        if mark.role == "floor" and np.isfinite(mark.upper):
            artists += self._bound_arrow(mark.upper, +1)
        if mark.role == "ceiling" and np.isfinite(mark.lower):
            artists += self._bound_arrow(mark.lower, -1)
        if mark.kind in ("exact", "approx") or self.brush.tell:
            artists.append(self._marker())
        for artist in artists:
            artist.set_label(f"_claim:{mark.claim}")
        return artists

    def _form(self) -> list[Artist]:
        low, high = self.brush.axis.clip(self.mark.lower), self.brush.axis.clip(self.mark.upper)
        match self.mark.kind:
            case "exact":
                return []
            case "range":
                caps = [self._cap(low), self._cap(high)]
                return [*self._bar(low, high, (1.0, 1.0)), *caps]
            case "approx":
                middle, fading = self.brush.axis.clip(self.mark.point), (1.0, 0.12)
                return [*self._bar(middle, low, fading), *self._bar(middle, high, fading)]
            case "at_least" | "more_than":
                return self._one_sided(low, +1)
            case "at_most" | "less_than":
                return self._one_sided(high, -1)
            case "vague":
                return self._hatched(low, high)

    def _one_sided(self, bound: float, way: int) -> list[Artist]:
        far = self._far(bound, way)
        return [*self._bar(bound, far, (1.0, 0.25)), self._cap(bound), self._arrow(far, way)]

    def _bound_arrow(self, bound: float, way: int) -> list[Artist]:
        """A thin arrow up from a part, down from what the quantity lies within: it is a bound."""
        start = self.brush.axis.clip(bound)
        far = self._far(start, way)
        return [self._line(start, far, 0.35 * self.brush.thick), self._arrow(far, way)]

    def _far(self, bound: float, way: int) -> float:
        """The tip of an arrow from `bound`."""
        return self.brush.axis.clip(self.brush.moved(bound, self.across, way * self.brush.arrow))

    def _hatched(self, low: float, high: float) -> list[Artist]:
        brush, active = self.brush, self.mark.active
        half = brush.half(low, self.across, 1.5 * brush.thick)
        sides = (high - low, 2 * half)
        box = Rectangle(
            brush.place(low, self.across - half),
            *(sides if brush.along == "x" else sides[::-1]),
            facecolor="white",
            edgecolor=self.look.colour,
            hatch="/////" if active else None,
            linewidth=0.9,
            linestyle="-" if active else (0, (2, 1.5)),
            alpha=brush.alpha,
            zorder=4,
        )
        brush.ax.add_patch(box)
        return [box]

    def _bar(self, start: float, end: float, alphas: tuple[float, float]) -> list[Artist]:
        """A bar from `start` to `end` whose colour runs from the first to the second opacity."""
        brush, axis = self.brush, self.brush.axis
        if not self.mark.active:
            return [self._line(start, end, 0.9, dashed=True)]
        low, high = axis.to_scale([start, end])
        ends = axis.from_scale(np.linspace(low, high, STEPS + 1))
        shades = [
            _tint(self.look.colour, alpha * brush.alpha) for alpha in np.linspace(*alphas, STEPS)
        ]
        points = np.array([brush.place(value, self.across) for value in ends])
        # the strongest last, each reaching back under it, so that no seam shows
        starts = points[np.maximum(np.arange(STEPS) - 1, 0)]
        pieces = np.stack([starts, points[1:]], axis=1)[::-1]
        bar = LineCollection(
            [*pieces], colors=shades[::-1], linewidths=brush.thick, capstyle="butt", zorder=4
        )
        brush.ax.add_collection(bar, autolim=False)
        return [bar]

    def _line(self, start: float, end: float, width: float, dashed: bool = False) -> Artist:
        brush = self.brush
        ends = (brush.place(start, self.across), brush.place(end, self.across))
        style: dict[str, Any] = {"linestyle": (0, (2, 1.5)) if dashed else "-"}
        style |= {"color": self.look.colour, "linewidth": width, "alpha": brush.alpha}
        line = Line2D(*zip(*ends, strict=True), solid_capstyle="butt", zorder=4, **style)
        brush.ax.add_artist(line)
        return line

    def _cap(self, value: float) -> Artist:
        shape = "|" if self.brush.along == "x" else "_"
        edge = 1.3 if self.mark.active else 0.9
        return self._symbol(shape, value, 1.9 * self.brush.thick, edge, filled=True)

    def _arrow(self, value: float, way: int) -> Artist:
        shapes = {("x", 1): ">", ("x", -1): "<", ("y", 1): "^", ("y", -1): "v"}
        shape = shapes[self.brush.along, way]
        return self._symbol(shape, value, 1.25 * self.brush.thick, 0.9, filled=self.mark.active)

    def _marker(self) -> Artist:
        value, size = self.brush.axis.clip(self.mark.point), self.look.size(self.brush.marker)
        rim, filled = self.brush.rim, self.mark.active
        return self._symbol(self.look.marker, value, size, 0.9, filled=filled, rim=rim)

    def _symbol(
        self, shape: str, value: float, size: float, edge: float, *, filled: bool, rim: bool = False
    ) -> Artist:
        """One marker; `rim` sets it off from the bands with a thin white edge."""
        colour = self.look.colour
        symbol = Line2D(
            *([part] for part in self.brush.place(value, self.across)),
            marker=shape,
            markersize=size,
            markerfacecolor=colour if filled else "white",
            markeredgecolor="white" if rim and filled else colour,
            markeredgewidth=0.6 if rim and filled else edge,
            linestyle="none",
            alpha=self.brush.alpha if filled else None,
            zorder=5,
        )
        self.brush.ax.add_artist(symbol)
        return symbol


def _tint(colour: str, strength: float) -> tuple[float, float, float]:
    """`colour` thinned with white: opaque, so that it prints the same everywhere."""
    red, green, blue = (1 - strength * (1 - part) for part in to_rgb(colour))
    return red, green, blue
