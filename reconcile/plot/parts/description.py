"""What a figure says in words: caption, alt text, source line, and the data that were drawn."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property

import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backend_bases import RendererBase
from matplotlib.figure import Figure, SubFigure


@dataclass(frozen=True, eq=False)
class Description:
    """The words and numbers of one figure.

    `title` heads it; `caption` stands below it in print; `alt` says what is seen to who can't see
    it; `source_line` says what it rests on; `table` gives `data`.
    """

    title: str
    caption: str
    alt: str
    source_line: str
    table: pd.DataFrame | Callable[[], pd.DataFrame] = field(repr=False)

    @cached_property
    def data(self) -> pd.DataFrame:
        """The numbers as drawn, unrounded; put together when they are asked for."""
        return self.table() if callable(self.table) else self.table

    def to_frame(self) -> pd.DataFrame:
        """The numbers that were drawn, one row for each mark or date: a copy."""
        return self.data.copy()

    def __str__(self) -> str:
        return f"{self.caption} {self.source_line}".strip()


class _Carrier(Artist):
    """An invisible artist that keeps the description with the Axes it belongs to."""

    def __init__(self, words: Description) -> None:
        super().__init__()
        self.words = words
        self.set_in_layout(False)

    def draw(self, renderer: RendererBase) -> None:
        """Nothing: it only carries words."""


def attach(ax: Axes, words: Description) -> None:
    """Keep `words` on `ax`, where `described` finds them."""
    ax.add_artist(_Carrier(words))


def attach_to_figure(figure: Figure | SubFigure, words: Description) -> None:
    """Keep the `words` of several Axes together on their figure."""
    figure.add_artist(_Carrier(words))


def described(drawn: Axes | Figure) -> Description | None:
    """The description last attached to the Axes, or to the first described Axes of the figure."""
    if isinstance(drawn, Figure):
        own = [each.words for each in drawn.get_children() if isinstance(each, _Carrier)]
        if own:
            return own[-1]
        found = [words for ax in drawn.axes if (words := described(ax)) is not None]
        return found[0] if found else None
    carried = [artist.words for artist in drawn.get_children() if isinstance(artist, _Carrier)]
    return carried[-1] if carried else None
