"""Type for scripts that the package's own lacks: an installed family that has the letters."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from matplotlib.font_manager import FontProperties, findfont, fontManager, get_font


def families_for(texts: Iterable[str], families: str | list[str]) -> list[str]:
    """`families`, followed by what it takes to write `texts`.

    Letters that no installed family has stay with Matplotlib, which draws a box and warns.
    """
    named = [families] if isinstance(families, str) else [*families]
    needed = {letter for text in texts for letter in text if ord(letter) > 0x2FF}
    missing = needed - _letters(findfont(FontProperties(family=named)))
    if not missing:
        return named
    for family, path in _installed():
        found = missing & _letters(path)
        if found:
            named.append(family)
            missing -= found
        if not missing:
            break
    return named


@cache
def _letters(path: str) -> frozenset[str]:
    """The letters of a font file."""
    return frozenset(map(chr, get_font(path).get_charmap()))


@cache
def _installed() -> tuple[tuple[str, str], ...]:
    """One upright file a family, in order of name, so that the choice is the same every time."""
    plain = [entry for entry in fontManager.ttflist if entry.style == "normal"]
    ranked = sorted(plain, key=lambda entry: (entry.name, str(entry.weight) != "400", entry.fname))
    found: dict[str, str] = {}
    for entry in ranked:
        found.setdefault(entry.name, entry.fname)
    return tuple(found.items())
