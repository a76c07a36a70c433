"""Type: how wide a text is, and which installed families have its letters."""

from __future__ import annotations

import warnings
from collections.abc import Generator, Iterable, Sequence
from contextlib import contextmanager
from functools import cache
from typing import Any

import matplotlib as mpl
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.font_manager import FontProperties, findfont, fontManager, get_font
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
    """Points that one line takes, from the advances of its letters: asked hundreds of times.

    Without kerning, which mostly makes it narrower. None where the first family lacks a letter:
    then another one steps in.
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


def families_for(texts: Iterable[str], families: str | list[str]) -> list[str]:
    """`families`, followed by what it takes to write `texts`.

    Letters that no installed family has are drawn as boxes, of which one warning tells.
    """
    named = [families] if isinstance(families, str) else [*families]
    needed = {letter for letter in set("".join(texts)) if ord(letter) > 0x2FF}
    missing = needed - _letters(findfont(FontProperties(family=named)))
    if not missing:
        return named
    for family, path in installed_families():
        found = missing & _letters(path)
        if found:
            named.append(family)
            missing -= found
        if not missing:
            break
    if missing:
        warnings.warn(
            f"no font on this machine has {len(missing)} of the letters "
            f"({' '.join(sorted(missing)[:8])}): "
            "they are drawn as boxes; install one that has them, such as Noto Sans",
            stacklevel=2,
        )
    return named


@contextmanager
def quiet_boxes() -> Generator[None]:
    """Without Matplotlib's own warning of each letter that no font has, each time it is drawn."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph .* missing from", UserWarning)
        yield


@cache
def _letters(path: str) -> frozenset[str]:
    """The letters of a font file."""
    return frozenset(map(chr, get_font(path).get_charmap()))


@cache
def installed_families() -> tuple[tuple[str, str], ...]:
    """One upright file a family, in order of name, so that the choice is the same every time."""
    plain = [entry for entry in fontManager.ttflist if entry.style == "normal"]
    # it has a box for every letter, and would keep the letters from a family that can write them
    plain = [entry for entry in plain if not entry.name.startswith("Last Resort")]
    ranked = sorted(plain, key=lambda entry: (entry.name, str(entry.weight) != "400", entry.fname))
    found: dict[str, str] = {}
    for entry in ranked:
        found.setdefault(entry.name, entry.fname)
    return tuple(found.items())
