"""Labels of claims beside their marks: two lines, the words and who said them.

They are placed when the figure is drawn, for the Axes as it is then, so a layout engine or a window
that is pulled larger moves them with their marks.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backend_bases import RendererBase
from matplotlib.lines import Line2D
from matplotlib.text import Text
from matplotlib.transforms import Bbox

from reconcile.numerics.arrays import Array
from reconcile.plot.parts.colouring import INK, QUIET
from reconcile.plot.parts.hanging import axes_geometry, in_points, root_figure
from reconcile.plot.parts.placing import ASTRAY, LEADER, Label, Place, place_labels
from reconcile.plot.parts.sheet import Options, Sheet


@dataclass(frozen=True, eq=False)
class Tag:
    """Words to set near a mark, in the source's colour; the heaviest come first.

    `shapes` are ways to set them, the one that reads best first: bold and quiet words, each of
    them on as many lines as it has.
    """

    shapes: Sequence[tuple[str, str]]
    colour: str
    weight: float


@dataclass(frozen=True, eq=False)
class Survey:
    """What lies where, in pixels: the mark of each tag, what labels must not touch (N, 4), what
    they would rather leave free (M, 4), and all marks that can be named (L, 4)."""

    anchors: Sequence[Bbox]
    obstacles: Array
    soft: Array
    marks: Array


def write_tags(
    sheet: Sheet,
    tags: Sequence[Tag],
    survey: Callable[[], Survey],
    reach: float = 0.28,
    wanted: bool = False,
) -> list[bool]:
    """Write as many of `tags` as find a place; returns which did, in the order given.

    `survey` is asked anew whenever the Axes has changed. `reach` is how far from its mark a label
    may stand, as a share of the diagonal. Where each of them is `wanted`, a leader may cross
    another mark; else rather nothing is written.
    """
    if not tags:
        return []
    labels = ClaimLabels(sheet, tags, survey, reach, wanted)
    sheet.ax.add_artist(labels)
    sheet.ax.add_artist(_Leaders(labels))
    return labels.written()


class ClaimLabels(Artist):
    """The labels of an Axes; children are the texts and rules as last placed."""

    def __init__(
        self,
        sheet: Sheet,
        tags: Sequence[Tag],
        survey: Callable[[], Survey],
        reach: float,
        wanted: bool,
    ) -> None:
        super().__init__()
        self._tags, self._survey, self._reach, self._all = tags, survey, reach, wanted
        self._sizes = _sizes(sheet)
        self._order = sorted(range(len(tags)), key=lambda k: -np.nan_to_num(tags[k].weight))
        # measured once, in points: the settings of the style hold only while the figure is made
        self._shapes = [
            tuple(_shape(sheet, *words) for words in tags[k].shapes) for k in self._order
        ]
        self._family = list(Text().get_fontfamily())
        self._known: object = None
        self._places: list[Place | None] = []
        self._artists: list[Text | Line2D] = []
        self.leaders: list[Line2D] = []
        self.set_zorder(7)
        self.set_clip_on(False)
        self.set_in_layout(False)

    def written(self) -> list[bool]:
        """Which tags found a place, in the order given."""
        self._laid_out()
        done = dict(zip(self._order, self._places, strict=True))
        return [done[k] is not None for k in range(len(self._tags))]

    def get_children(self) -> list[Artist]:
        """Texts and rules, as they were last placed."""
        return [*self._laid_out()]

    def get_window_extent(self, renderer: RendererBase | None = None) -> Bbox:
        """What the labels cover."""
        boxes = [artist.get_window_extent(renderer) for artist in self._laid_out()]
        return Bbox(Bbox.union(boxes).get_points()) if boxes else Bbox.null()

    def draw(self, renderer: RendererBase) -> None:
        """Draw the labels, placed anew if the Axes has changed."""
        for artist in self._laid_out():
            artist.draw(renderer)
        self.stale = False

    def _laid_out(self) -> list[Text | Line2D]:
        ax = self.axes
        if not isinstance(ax, Axes):
            raise TypeError("expected labels on Axes")
        geometry = (axes_geometry(ax), ax.get_xlim(), ax.get_ylim())
        if geometry != self._known:
            self._known = geometry
            self._place(ax)
        return self._artists

    def _place(self, ax: Axes) -> None:
        per = 72 / root_figure(self).dpi
        found = self._survey()
        room = [edge * per for edge in ax.bbox.padded(-2 / per).extents]
        boxes = [
            Label(_four(np.asarray(found.anchors[k].extents) * per), shapes)
            for k, shapes in zip(self._order, self._shapes, strict=True)
        ]
        self._places = place_labels(
            boxes,
            _four(room),
            found.obstacles * per,
            found.soft * per,
            reach=self._reach * float(np.hypot(room[2] - room[0], room[3] - room[1])),
            pad=1.6,
            marks=found.marks * per,
            astray=ASTRAY if self._all else np.inf,
        )
        self._artists, self.leaders = [], []
        for k, place in zip(self._order, self._places, strict=True):
            if place is not None:
                self._write(self._tags[k], place)

    def _write(self, tag: Tag, place: Place) -> None:
        """Words, a rule in the source's colour left of them, and a leader where they are apart."""
        (x0, y0, _, y1), (big, small) = place.box, self._sizes
        first, second = tag.shapes[place.shape]
        words: list[tuple[str, float, str, str, float]] = []
        for k, text in enumerate(first.splitlines()):
            words.append((text, big, "bold", INK, y1 - (0.98 * big + k * _line(big))))
        for k, text in enumerate(reversed(second.splitlines())):
            words.append((text, small, "normal", QUIET, y0 + 0.28 * small + k * _line(small)))
        for text, size, weight, colour, baseline in words:
            style: Options = {
                "fontsize": size,
                "fontweight": weight,
                "color": colour,
                "va": "baseline",
            }
            self._keep(Text(x0 + RULE, baseline, text, label="_tag", family=self._family, **style))
        rule = Line2D([x0 + 1] * 2, [y0 + 1, y1 - 1], color=tag.colour, linewidth=1.6)
        rule.set(label="_rule", solid_capstyle="butt")
        self._keep(rule)
        if place.gap > LEADER:
            x, y = (place.leader[0], place.leader[2]), (place.leader[1], place.leader[3])
            leader = Line2D(x, y, color=QUIET, linewidth=0.5, label="_leader", zorder=3)
            self._finish(leader)
            self.leaders.append(leader)

    def _keep(self, artist: Text | Line2D) -> None:
        self._finish(artist)
        self._artists.append(artist)

    def _finish(self, artist: Text | Line2D) -> None:
        artist.set_transform(in_points(self))
        artist.set_figure(root_figure(self))
        artist.set_clip_on(False)


class _Leaders(Artist):
    """The lines from labels to their marks, which lie under the marks."""

    def __init__(self, labels: ClaimLabels) -> None:
        super().__init__()
        self._labels = labels
        self.set_zorder(3)
        self.set_in_layout(False)

    def get_children(self) -> list[Artist]:
        """The lines, as they were last placed."""
        self._labels.get_children()
        return [*self._labels.leaders]

    def draw(self, renderer: RendererBase) -> None:
        """Draw the lines."""
        for line in self.get_children():
            line.draw(renderer)
        self.stale = False


def _four(values: Sequence[float] | Array) -> tuple[float, float, float, float]:
    x0, y0, x1, y1 = (float(value) for value in values)
    return x0, y0, x1, y1


def tag_shapes(
    sheet: Sheet, words: str, names: Sequence[str], width: float, after: str = ""
) -> list[tuple[str, str]]:
    """A wide way and a narrow way to set the words of a claim and the name of its source."""
    big = _sizes(sheet)[0]
    short = words
    if sheet.measure(words, big, "bold")[0] > width:  # two lines say more than one cut short
        short = sheet.wrap(words, 0.8 * width, big, "bold")
        lines = [sheet.measure(line, big, "bold")[0] for line in short.splitlines()]
        if len(lines) > 2 or max(lines) > width:
            short = sheet.shorten(words, width, big, "bold")
    wide = (short, _name_lines(sheet, names, 0.75 * width, 2, after))
    lines = sheet.wrap(words, 0.6 * width, big, "bold")
    narrow = (lines, _name_lines(sheet, names, 0.55 * width, 3, after))
    fits = lines.count("\n") < 2 and sheet.measure(lines, big, "bold")[0] <= 0.65 * width
    return [wide, narrow] if fits and narrow != wide else [wide]


def _name_lines(sheet: Sheet, names: Sequence[str], width: float, most: int, after: str) -> str:
    """The longest name that takes at most so many lines of `width` points, else cut short."""
    small = _sizes(sheet)[1]
    for name in names:
        told = sheet.wrap(f"{name}{after}", width, small)
        lines = told.splitlines()
        if len(lines) <= most and all(sheet.measure(line, small)[0] <= width for line in lines):
            return told
    return sheet.name(names, width, small, after=after)


RULE = 4.0  # points between the coloured rule and the words


def _sizes(sheet: Sheet) -> tuple[float, float]:
    return 0.95 * sheet.font, 0.85 * sheet.font


def _shape(sheet: Sheet, first: str, second: str) -> tuple[float, float]:
    """Width and height in points."""
    big, small = _sizes(sheet)
    wide = sheet.measure(first, big, "bold")[0]
    if second:
        wide = max(wide, sheet.measure(second, small)[0])
    high = _line(big) * len(first.splitlines()) + _line(small) * len(second.splitlines())
    return wide + RULE + 1, high


def _line(size: float) -> float:
    return 1.22 * size
