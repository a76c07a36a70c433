"""Colours: one for each source, the same in every figure, readable in grey and without red-green.

The ten colours keep an OKLab distance of at least 0.10 from each other as seen with normal,
protan, deutan and tritan vision (simulated after Machado et al. 2009, doi
10.1109/TVCG.2009.113) and a contrast of at least 3:1 on white. Ten colours can't all be told apart
in grey: there a source is known by colour and marker together, and the two that share a marker
differ in lightness. Text is never coloured by source.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import blake2b

import pandas as pd

from reconcile.errors import OptionError, near_hint

COLOURS = (
    *("#292FC8", "#CE832C", "#1FA591", "#6B3088", "#823000"),
    *("#1571BE", "#A5436E", "#7D6D04", "#AF74FF", "#2B2B2B"),
)
MARKERS = ("o", "s", "D", "P", "X", "p", "*", "h")

INK = "#1A1A1A"
QUIET = "#555555"  # secondary text: 7.5:1 on white
GRID = "#E3E3E3"
BAND_COLOURS = {95: "#E4EBF2", 80: "#C9D7E5", 50: "#A6BDD4"}
MEDIAN = "#1F3F63"
ALARM = "#A3261B"


@dataclass(frozen=True, slots=True)
class SourceLook:
    """The colour and the marker by which a source is known."""

    colour: str
    marker: str

    def size(self, points: float) -> float:
        """The marker size that looks as large as a dot of that many points."""
        return points * {"*": 1.45, "P": 1.1, "X": 1.1, "D": 0.9}.get(self.marker, 1.0)


def palette(
    sources: Iterable[str], fixed: Mapping[str, str] | None = None
) -> dict[str, SourceLook]:
    """A colour and a marker for each source id, which don't depend on the order of `sources`.

    Each id has its own order of preference over the colours, and takes the first that is still
    free; so an id keeps its colour when others come and go, except where two want the same one.
    To be sure of it across the figures of a ledger pass all ids of the ledger. Past ten sources
    colours repeat with another marker. `fixed` gives colours to some ids by hand; raises
    `OptionError` for an id that is none of `sources`.

    >>> palette(["pentagon", "gur"]) == palette(["gur", "pentagon"])
    True
    >>> palette(["gur"], {"gur": "#000000"})["gur"].colour
    '#000000'
    """
    looks: dict[str, SourceLook] = {}
    taken: dict[int, int] = dict.fromkeys(range(len(COLOURS)), 0)
    for source in sorted(set(sources), key=lambda name: (_key(name, 0), name)):
        fewest = min(taken.values())
        free = [slot for slot, times in taken.items() if times == fewest]
        slot = min(free, key=lambda number: _key(source, number + 1))
        # stepping by 3 past the end gives each repeat of a colour another marker
        looks[source] = SourceLook(COLOURS[slot], MARKERS[(slot + 3 * fewest) % len(MARKERS)])
        taken[slot] += 1
    check_names(fixed or {}, looks)
    for source, colour in (fixed or {}).items():
        looks[source] = SourceLook(colour, looks[source].marker)
    return looks


def check_names(colours: Iterable[str], known: Iterable[str]) -> None:
    """Raises `OptionError` if a name that `colours` go to is not `known` to the figure."""
    names = list(known)
    for name in colours:
        if name not in names:
            raise OptionError(
                f"expected colours for names that the figure knows, got {name!r}"
                f"{near_hint(name, names)}"
            )


def _key(name: str, salt: int) -> int:
    """A hash that is the same in every process, unlike `hash`."""
    return int.from_bytes(blake2b(f"{salt}:{name}".encode(), digest_size=8).digest(), "big")


def known_sources(claims: pd.DataFrame) -> list[str]:
    """All source ids that colours are shared out to: the ledger's if the table carries them.

    A table carries them in ``claims.attrs["sources"]``; its own sources count in any case.
    """
    listed = claims.attrs.get("sources", ())
    own = claims["source"].astype(str) if "source" in claims.columns else ()
    return sorted({*map(str, listed), *own})
