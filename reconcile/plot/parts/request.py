"""What an author may ask of a figure: one list of options for all of them, read in one place."""

from __future__ import annotations

from collections.abc import Collection, Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from numbers import Real
from pathlib import Path
from typing import TypedDict, cast

from matplotlib.axes import Axes
from matplotlib.colors import is_color_like

from reconcile.errors import OptionError, near_hint
from reconcile.plot.parts.description import Description, attach
from reconcile.plot.parts.marks import Mark, marks_of
from reconcile.plot.parts.messages import ENGLISH, Messages, messages_of, of_shares
from reconcile.plot.parts.sheet import SIZES, Sheet, Size, exact_size, open_sheet, size_named
from reconcile.plot.parts.style import Style
from reconcile.plot.parts.values_axis import AxisScale
from reconcile.values import Estimate, Quantity, Timeline


class FigureOptions(TypedDict, total=False):
    """The options of every figure.

    `ax`: Axes of your own, in any layout, subplots and subfigures included; without it a figure
    is made. `size`: "column" (85 mm), "page" (170 mm), "slide" (16:9), or (width, height) in mm;
    `figsize`: the same in inches. `style`: "reconcile", None for your own settings, a dict, or a
    Matplotlib style. `title`, `subtitle`: yours, or "" for none. `xlabel`, `ylabel`: words along
    the axes, none by default. `colours`: a colour by source id. `labels`: False for none, ids of
    the claims to name, or words by id. `claims`: the ids of the claims, or of the sources whose
    claims, are drawn; False for none. `bands`: the levels drawn (default 0.5, 0.8 and that of the
    answer); the widest is the interval in the words. `scale`: "auto", "log" or "linear".
    `locale`: "en", "de", "fr", "es", or the path of a file of messages.
    """

    ax: Axes | None
    size: str | tuple[float, float]
    figsize: tuple[float, float]
    style: Style
    title: str | None
    subtitle: str | None
    xlabel: str | None
    ylabel: str | None
    colours: Mapping[str, str] | None
    labels: bool | Collection[str] | Mapping[str, str]
    claims: bool | Collection[str] | None
    bands: Sequence[float] | None
    scale: AxisScale
    locale: str | Path


_WITHOUT: Mapping[str, Collection[str]] = {
    "calibration": ("bands", "scale", "claims", "labels", "colours", "xlabel", "ylabel"),
    "compare": ("claims", "labels", "ylabel"),
    "conflicts": ("bands", "ylabel"),
    "facets": ("ax",),
    "forest": ("bands", "ylabel"),
    "revisions": ("colours", "claims"),
    "sensitivity": ("bands", "claims", "ylabel"),
    "sources": ("bands", "scale", "claims", "ylabel"),
    "spread": ("ylabel",),
    "stacked": ("claims", "labels", "scale"),
}
"""The options that mean nothing for a figure."""


@dataclass(frozen=True, eq=False)
class Request:
    """The options of one figure, checked."""

    figure: str = ""
    ax: Axes | None = None
    size: Size = field(default_factory=lambda: SIZES["page"])
    style: Style = "reconcile"
    title: str | None = None
    subtitle: str | None = None
    xlabel: str | None = None
    ylabel: str | None = None
    colours: Mapping[str, str] | None = None
    labels: bool | Collection[str] | Mapping[str, str] = True
    claims: bool | Collection[str] | None = None
    bands: Sequence[float] | None = None
    scale: AxisScale = "auto"
    say: Messages = ENGLISH

    def on(self, about: Quantity) -> Request:
        """The same for a figure of this quantity: shares are told in percent."""
        return replace(self, say=of_shares(self.say)) if about.scale == "logit" else self

    def titled(self, ours: str) -> str:
        """The author's title, or ours."""
        return ours if self.title is None else self.title

    def subtitled(self, ours: str) -> str:
        """The author's subtitle, or ours."""
        return ours if self.subtitle is None else self.subtitle

    @contextmanager
    def open(
        self, words: Description, names: Iterable[str] = (), height: float | None = None
    ) -> Generator[Sheet]:
        """The sheet to draw on, with `words` attached to its Axes; `names` are to be written."""
        texts = [words.title, *names]
        with open_sheet(self.ax, self.style, self.size, height, self.say, texts) as sheet:
            attach(sheet.ax, words)
            yield sheet

    def frame(self, sheet: Sheet, words: Description, subtitle: str) -> None:
        """Write what stands around a figure, and give its Axes the room that is left."""
        sheet.label_axes(self.xlabel, self.ylabel)
        sheet.head(words.title, self.subtitled(subtitle))
        sheet.foot(words.source_line)
        sheet.fit()

    def levels(self, level: float) -> list[float]:
        """The levels of the bands, widest first.

        >>> Request().levels(0.9), Request().levels(0.8), Request(bands=[0.5, 0.95]).levels(0.9)
        ([0.9, 0.8, 0.5], [0.8, 0.5], [0.95, 0.5])
        """
        asked = (0.5, 0.8, level) if self.bands is None else self.bands
        return sorted({round(float(each), 6) for each in asked}, reverse=True)

    def marks(self, value: Estimate | Timeline) -> list[Mark]:
        """The marks of the claims, or of the sources, that the author wants drawn."""
        marks = marks_of(value.claims, value.about)
        if self.claims is None or isinstance(self.claims, bool):
            return [] if self.claims is False else [*marks]
        wanted = _known(self.claims, marks, f"{self.figure}(claims=)")
        return [mark for mark in marks if mark.claim in wanted or mark.source in wanted]

    def shown(self, marks: Sequence[Mark]) -> list[Mark]:
        """The marks that stand in rows: all, or those whose labels the author wants."""
        asked = self.named(marks)
        if asked is None or isinstance(self.labels, Mapping):
            return [*marks]
        return [mark for mark in marks if mark.claim in asked or mark.source in asked]

    def named(self, marks: Sequence[Mark]) -> Collection[str] | None:
        """The claims that the author wants named; None leaves the choice to the figure."""
        if isinstance(self.labels, bool):
            return None if self.labels else ()
        return _known(self.labels, marks, f"{self.figure}(labels=)")

    def words_of(self, mark: Mark, ours: str) -> str:
        """The author's words for a claim, or ours."""
        return self.labels.get(mark.claim, ours) if isinstance(self.labels, Mapping) else ours


def _known(asked: Iterable[str], marks: Sequence[Mark], what: str) -> set[str]:
    if isinstance(asked, str):
        raise OptionError(f"expected a list of ids for {what}, got the text {asked!r}")
    wanted = set(asked)
    known = {mark.claim for mark in marks} | {mark.source for mark in marks}
    strange = sorted(wanted - known)
    if strange:
        hint = near_hint(strange[0], known)
        raise OptionError(
            f"expected ids of claims or sources of this figure for {what}, "
            f"got {', '.join(map(repr, strange[:5]))}{hint}"
        )
    return wanted


def read_request(figure: str, options: Mapping[str, object]) -> Request:
    """The options of `figure`, checked.

    Raises `OptionError` for an option that figures do not have, or this one has no use for, with
    the nearest one named; for a size, level or label of the wrong kind; and for both `size` and
    `figsize`.
    """
    without = _WITHOUT.get(figure, ())
    known = [name for name in FigureOptions.__annotations__ if name not in without]
    for name in options:
        if name not in known:
            hint = near_hint(name, known)
            raise OptionError(
                f"expected options of {figure} ({', '.join(known)}), got {name!r}{hint}"
            )
    given = dict(options)
    size = _size(given.pop("size", None), given.pop("figsize", None))
    say = messages_of(cast("str", given.pop("locale", "en")))
    made = Request(figure=figure, size=size, say=say, **given)  # pyright: ignore[reportArgumentType]
    _check_bands(made.bands)
    _check_colours(made.colours)
    if isinstance(made.labels, str):
        raise OptionError(f"expected labels as True, False or ids of claims, got {made.labels!r}")
    return made


def _check_bands(bands: Sequence[float] | None) -> None:
    if bands is None:
        return
    fine = not isinstance(bands, (str, Real)) and 1 <= len(bands) <= 4
    if not fine or not all(isinstance(level, Real) and 0 < level < 1 for level in bands):
        raise OptionError(f"expected 1 to 4 levels between 0 and 1 for bands, got {bands!r}")


def _check_colours(colours: object) -> None:
    if colours is None:
        return
    if not isinstance(colours, Mapping):
        raise OptionError(f"expected colours by source id, got {colours!r}")
    for source, colour in cast("Mapping[str, object]", colours).items():
        if not is_color_like(colour):
            raise OptionError(
                f"expected a colour for {source!r} as Matplotlib reads it ('#0072B2', 'navy'), "
                f"got {colour!r}"
            )


def _size(size: object, figsize: object) -> Size:
    if size is not None and figsize is not None:
        raise OptionError("expected size (mm) or figsize (inches), got both")
    if figsize is not None:
        width, height = _pair("figsize", figsize, "inches")
        return exact_size(25.4 * width, 25.4 * height)
    if size is None or isinstance(size, str):
        return size_named("page" if size is None else size)
    return exact_size(*_pair("size", size, "mm"))


def _pair(name: str, value: object, unit: str) -> tuple[float, float]:
    numbers = [*value] if isinstance(value, Iterable) else []
    if len(numbers) != 2 or not all(isinstance(each, Real) for each in numbers):
        raise OptionError(f"expected {name}=(width, height) in {unit}, got {value!r}")
    width, height = (float(cast("float", each)) for each in numbers)
    return width, height
