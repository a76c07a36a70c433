"""The forms of a claim: what kind of number was said is seen before it is read.

exact: the marker alone. range: bar with end caps. approximate: bar that fades at both ends. At
least, more than: cap at the bound, bar that fades upwards into an arrow. At most, less than: the
same downwards. vague ("dozens"): hatched bar. Retracted or superseded: hollow. The marker's shape
and colour are the source's (`palette`), the bar's form is the kind's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.colors import to_rgb
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle
from matplotlib.transforms import Bbox
from numpy.typing import NDArray

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
    bars = {
        "exact": _no_bar,
        "range": _range,
        "approx": _approx,
        "at_least": _upward,
        "more_than": _upward,
        "at_most": _downward,
        "less_than": _downward,
        "vague": _vague,
    }
    drawn = bars[mark.kind](brush, mark, look, across)
    if mark.role == "floor" and np.isfinite(mark.upper):
        drawn += _bound_arrow(brush, mark, look, across, mark.upper, +1)
    if mark.role == "ceiling" and np.isfinite(mark.lower):
        drawn += _bound_arrow(brush, mark, look, across, mark.lower, -1)
    if mark.kind in ("exact", "approx") or brush.tell:
        drawn.append(_marker(brush, mark, look, across))
    for artist in drawn:
        artist.set_label(f"_claim:{mark.claim}")
    return drawn


def arrow_bounds(marks: Sequence[Mark]) -> tuple[list[float], list[float]]:
    """The bounds from which arrows go up, and those from which they go down."""
    up = [mark.lower for mark in marks if not np.isfinite(mark.upper)]
    up += [mark.upper for mark in marks if mark.role == "floor"]
    down = [mark.upper for mark in marks if not np.isfinite(mark.lower)]
    down += [mark.lower for mark in marks if mark.role == "ceiling"]
    return [v for v in up if np.isfinite(v)], [v for v in down if np.isfinite(v)]


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


def _no_bar(brush: Brush, mark: Mark, look: SourceLook, across: float) -> list[Artist]:
    return []


def _range(brush: Brush, mark: Mark, look: SourceLook, across: float) -> list[Artist]:
    low, high = brush.axis.clip(mark.lower), brush.axis.clip(mark.upper)
    caps = [_cap(brush, look, mark, end, across) for end in (low, high)]
    return [*_bar(brush, mark, look, across, low, high, (1.0, 1.0)), *caps]


def _approx(brush: Brush, mark: Mark, look: SourceLook, across: float) -> list[Artist]:
    low, high = brush.axis.clip(mark.lower), brush.axis.clip(mark.upper)
    middle = brush.axis.clip(mark.point)
    return [
        *_bar(brush, mark, look, across, middle, low, (1.0, 0.12)),
        *_bar(brush, mark, look, across, middle, high, (1.0, 0.12)),
    ]


def _upward(brush: Brush, mark: Mark, look: SourceLook, across: float) -> list[Artist]:
    return _one_sided(brush, mark, look, across, brush.axis.clip(mark.lower), +1)


def _downward(brush: Brush, mark: Mark, look: SourceLook, across: float) -> list[Artist]:
    return _one_sided(brush, mark, look, across, brush.axis.clip(mark.upper), -1)


def _one_sided(
    brush: Brush, mark: Mark, look: SourceLook, across: float, bound: float, way: int
) -> list[Artist]:
    far = brush.axis.clip(brush.moved(bound, across, way * brush.arrow))
    return [
        *_bar(brush, mark, look, across, bound, far, (1.0, 0.25)),
        _cap(brush, look, mark, bound, across),
        _arrow(brush, mark, look, far, across, way),
    ]


def _bound_arrow(
    brush: Brush, mark: Mark, look: SourceLook, across: float, bound: float, way: int
) -> list[Artist]:
    """A thin arrow up from a part, down from what the quantity lies within: it is a bound."""
    start = brush.axis.clip(bound)
    far = brush.axis.clip(brush.moved(start, across, way * brush.arrow))
    return [
        _line(brush, look, across, start, far, width=0.35 * brush.thick),
        _arrow(brush, mark, look, far, across, way),
    ]


def _vague(brush: Brush, mark: Mark, look: SourceLook, across: float) -> list[Artist]:
    low, high = brush.axis.clip(mark.lower), brush.axis.clip(mark.upper)
    half = brush.half(low, across, 1.5 * brush.thick)
    corner = brush.place(low, across - half)
    sides = (high - low, 2 * half)
    box = Rectangle(
        corner,
        *(sides if brush.along == "x" else sides[::-1]),
        facecolor="white",
        edgecolor=look.colour,
        hatch="/////" if mark.active else None,
        linewidth=0.9,
        linestyle="-" if mark.active else (0, (2, 1.5)),
        alpha=brush.alpha,
        zorder=4,
    )
    brush.ax.add_patch(box)
    return [box]


def _bar(
    brush: Brush,
    mark: Mark,
    look: SourceLook,
    across: float,
    start: float,
    end: float,
    alphas: tuple[float, float],
) -> list[Artist]:
    """A bar from `start` to `end` whose colour runs from the first to the second opacity."""
    if not mark.active:
        return [_line(brush, look, across, start, end, width=0.9, dashed=True)]
    ends = brush.axis.from_scale(np.linspace(*_ends(brush.axis.to_scale([start, end])), STEPS + 1))
    shades = [_tint(look.colour, alpha * brush.alpha) for alpha in np.linspace(*alphas, STEPS)]
    points = np.array([brush.place(value, across) for value in ends])
    # the strongest last, each reaching back under it, so that no seam shows
    starts = points[np.maximum(np.arange(STEPS) - 1, 0)]
    pieces = np.stack([starts, points[1:]], axis=1)[::-1]
    bar = LineCollection(
        [*pieces], colors=shades[::-1], linewidths=brush.thick, capstyle="butt", zorder=4
    )
    brush.ax.add_collection(bar, autolim=False)
    return [bar]


def _ends(pair: NDArray[np.float64]) -> tuple[float, float]:
    return float(pair[0]), float(pair[1])


def _tint(colour: str, strength: float) -> tuple[float, float, float]:
    """`colour` thinned with white: opaque, so that it prints the same everywhere."""
    red, green, blue = (1 - strength * (1 - part) for part in to_rgb(colour))
    return red, green, blue


def _line(
    brush: Brush,
    look: SourceLook,
    across: float,
    start: float,
    end: float,
    width: float,
    dashed: bool = False,
) -> Artist:
    xs, ys = zip(brush.place(start, across), brush.place(end, across), strict=True)
    line = Line2D(
        xs,
        ys,
        color=look.colour,
        linewidth=width,
        linestyle=(0, (2, 1.5)) if dashed else "-",
        alpha=brush.alpha,
        solid_capstyle="butt",
        zorder=4,
    )
    brush.ax.add_artist(line)
    return line


def _cap(brush: Brush, look: SourceLook, mark: Mark, value: float, across: float) -> Artist:
    return _symbol(
        brush,
        "|" if brush.along == "x" else "_",
        look,
        value,
        across,
        size=1.9 * brush.thick,
        edge=1.3 if mark.active else 0.9,
    )


def _arrow(
    brush: Brush, mark: Mark, look: SourceLook, value: float, across: float, way: int
) -> Artist:
    shape = {("x", 1): ">", ("x", -1): "<", ("y", 1): "^", ("y", -1): "v"}[brush.along, way]
    return _symbol(brush, shape, look, value, across, 1.25 * brush.thick, 0.9, filled=mark.active)


def _marker(brush: Brush, mark: Mark, look: SourceLook, across: float) -> Artist:
    value = brush.axis.clip(mark.point)
    size = look.size(brush.marker)
    return _symbol(
        brush, look.marker, look, value, across, size, 0.9, filled=mark.active, rim=brush.rim
    )


def _symbol(
    brush: Brush,
    shape: str,
    look: SourceLook,
    value: float,
    across: float,
    size: float,
    edge: float,
    filled: bool = True,
    rim: bool = False,
) -> Artist:
    """One marker; `rim` sets it off from the bands with a thin white edge."""
    symbol = Line2D(
        *([part] for part in brush.place(value, across)),
        marker=shape,
        markersize=size,
        markerfacecolor=look.colour if filled else "white",
        markeredgecolor="white" if rim and filled else look.colour,
        markeredgewidth=0.6 if rim and filled else edge,
        linestyle="none",
        alpha=brush.alpha if filled else None,
        zorder=5,
    )
    brush.ax.add_artist(symbol)
    return symbol
