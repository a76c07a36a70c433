"""How wide a text is, from the advances of its letters: a figure asks this hundreds of times."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

import matplotlib as mpl
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.font_manager import FontProperties, findfont, get_font
from matplotlib.ft2font import LoadFlags

_EM = 1000.0  # the type size at which letters are measured, in points


_SEEN: tuple[Any, ...] = (
    *("text.hinting", "text.hinting_factor", "text.antialiased", "font.family"),
    *("font.sans-serif", "font.serif", "font.monospace"),
)


def measuring_renderer(dpi: float) -> RendererAgg:
    """A renderer to measure with. Matplotlib keeps the sizes of texts by renderer, so it is one
    for all figures as long as the settings that change how text looks stay the same."""
    return _renderer(dpi, repr([mpl.rcParams[name] for name in _SEEN]))


@cache
def _renderer(dpi: float, settings: str) -> RendererAgg:
    return RendererAgg(8, 8, dpi)


def text_width(text: str, size: float, weight: str, families: Sequence[str]) -> float | None:
    """Points that one line takes, without kerning, which mostly makes it narrower.

    None where the first family lacks a letter: then another one steps in.
    """
    advances = _advances(weight, tuple(families))
    try:
        return size * sum(advances[letter] for letter in text)
    except KeyError:
        return None


class _Advances(dict[str, float]):
    """The advance of each letter of a font file as a share of the type size, found when asked."""

    def __init__(self, path: str) -> None:
        super().__init__()
        self._path = path

    def __missing__(self, letter: str) -> float:
        font = get_font(self._path)
        if not font.get_char_index(ord(letter)):
            raise KeyError(letter)
        font.set_size(_EM, 72)
        glyph = font.load_char(ord(letter), flags=LoadFlags.NO_HINTING)
        self[letter] = glyph.linearHoriAdvance / 65536 / _EM
        return self[letter]


@cache
def _advances(weight: str, families: tuple[str, ...]) -> _Advances:
    return _Advances(findfont(FontProperties(family=[*families], weight=weight)))
