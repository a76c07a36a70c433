"""Conventions: what vague words and hedges mean, read from data/lexicon or a user's own file."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from math import inf, log
from pathlib import Path
from typing import Any, cast

from reconcile._bundle import bundled
from reconcile.errors import OptionError, UnknownNameError

Points = tuple[tuple[float, float], ...]
_SECTIONS = ("words", "scaled", "bands", "decades")
_WIDTHS = ("approx", "below", "above")


@dataclass(frozen=True, slots=True)
class Meaning:
    """What one word means; `upper` None is "just under the next word of scale"."""

    lower: float
    upper: float | None
    nominal: float | None = None
    source: str = ""


@dataclass(frozen=True, slots=True)
class Precise:
    """From how many significant digits on a hedged number is near a count, and how near."""

    digits: int
    width: float
    source: str = ""


@dataclass(frozen=True, slots=True)
class Convention:
    """The meanings of vague words and the widths of hedges, with where each comes from."""

    name: str
    about: str
    words: Mapping[str, Meaning] = field(default_factory=dict[str, Meaning])
    plural: Meaning = Meaning(2, None)
    scaled: Mapping[str, Meaning] = field(default_factory=dict[str, Meaning])
    bands: Mapping[str, Meaning] = field(default_factory=dict[str, Meaning])
    decades: Mapping[str, Meaning] = field(default_factory=dict[str, Meaning])
    widths: Mapping[str, Mapping[str, Points]] = field(
        default_factory=dict[str, Mapping[str, Points]]
    )
    width_sources: Mapping[str, str] = field(default_factory=dict[str, str])
    precise: Precise | None = None

    def width(self, side: str, word: str, value: float, digits: int = 1) -> float:
        """The relative width that hedge `word` gives to the number `value`, said to `digits`.

        `side` is "approx" (both ways), "below" or "above"; `digits` are significant ones.
        """
        if self.precise is not None and digits >= self.precise.digits:
            return self.precise.width
        widths = self.widths[side]
        return _interpolated(widths.get(word) or widths["any"], abs(value))

    def provenance(self, rule: str, digits: int = 1) -> str:
        """Where the numbers that `Phrase.rule` used come from; empty where it used none.

        `digits` are the significant digits that were said.

        >>> read_convention("acled").provenance("vague: dozens")
        "ACLED codes 12 for 'dozens' (Fatalities in ACLED data, FAQ of 27 February 2023)"
        """
        kind, _, words = rule.removeprefix("correction: ").partition(": ")
        side = kind.partition("_")[0]
        if side in self.width_sources:
            near = self.precise is not None and digits >= self.precise.digits
            return self.precise.source if near and self.precise else self.width_sources[side]
        if kind != "vague":
            return ""
        return self._meaning_of(words.split()).source

    def _meaning_of(self, words: list[str]) -> Meaning:
        head = words[1] if words[0] in ("a", "an", "the") and len(words) > 1 else words[0]
        band = head.partition("-")[0]
        if len(words) > 1 and head in self.scaled:
            return self.scaled[head]
        if band in self.bands:
            return self.bands[band]
        if head == "decade":
            return self.decades["mid"]
        if head == "number":
            return Meaning(0, 0, source="The number of digits, literally")
        return self.words.get(head, self.plural)


def _interpolated(points: Points, value: float) -> float:
    """Linear in the logarithm of the number, constant beyond the ends."""
    if value <= points[0][0] or len(points) == 1:
        return points[0][1]
    for (low, at_low), (high, at_high) in pairwise(points):
        if value <= high:
            return at_low + (at_high - at_low) * log(value / low) / log(high / low)
    return points[-1][1]


def convention_names() -> tuple[str, ...]:
    """The conventions that come with the package.

    >>> convention_names()
    ('acled', 'crowd', 'default', 'experiment', 'survey')
    """
    return tuple(_bundled_files())


def read_convention(name: str) -> Convention:
    """The convention of that name, or of the TOML file at that path.

    Raises `UnknownNameError` for a name that is not there and `OptionError` for a file that can't
    be read as a convention.

    >>> read_convention("default").words["dozens"].upper
    99
    """
    if name.endswith(".toml"):
        path = Path(name)
        if not path.is_file():
            raise OptionError(f"there is no convention file {name!r}")
        return _read(path, path.stat().st_mtime_ns)
    return _bundled_convention(name)


@lru_cache(maxsize=16)
def _bundled_convention(name: str) -> Convention:
    known = _bundled_files()
    if name not in known:
        raise UnknownNameError("convention", name, known)
    return _read(known[name], 0)


@lru_cache(maxsize=1)
def _bundled_files() -> Mapping[str, Path]:
    return {path.stem: path for path in sorted((bundled("data") / "lexicon").glob("*.toml"))}


@lru_cache(maxsize=32)
def _read(path: Path, _changed: int) -> Convention:
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise OptionError(f"{path}: expected a TOML file, got {error}") from None
    parent = table.get("extends")
    if parent is not None and (parent not in _bundled_files() or path.stem == parent):
        known = ", ".join(_bundled_files())
        raise OptionError(f"{path}: extends: expected one of {known}, got {parent!r}")
    return _built(path, table, read_convention(str(parent)) if parent else None)


def _built(path: Path, table: Mapping[str, Any], base: Convention | None) -> Convention:
    unknown = set(table) - {*_SECTIONS, *_WIDTHS, "plural", "precise", "name", "about", "extends"}
    if unknown:
        expected = ", ".join([*_SECTIONS, "plural", *_WIDTHS, "precise"])
        raise OptionError(f"{path}: expected the sections {expected}, got {sorted(unknown)}")
    if base is None and not {"words", "plural", "scaled", *_WIDTHS} <= set(table):
        raise OptionError(f'{path}: expected every section, or `extends = "default"`')
    sections = {
        section: {
            **(getattr(base, section) if base else {}),
            **{word: _meaning(path, f"{section}.{word}", entry) for word, entry in rows.items()},
        }
        for section in _SECTIONS
        for rows in [cast("dict[str, Any]", table.get(section, {}))]
    }
    plural = table.get("plural")
    widths = {side: _widths(path, side, table.get(side), base) for side in _WIDTHS}
    sources = dict(base.width_sources) if base else {}
    sources |= {side: str(table[side].get("source", "")) for side in _WIDTHS if side in table}
    return Convention(
        name=str(table.get("name", path.stem)),
        about=str(table.get("about", "")),
        plural=_meaning(path, "plural", plural)
        if plural
        else base.plural
        if base
        else Meaning(2, None),
        widths=widths,
        width_sources=sources,
        precise=_precise(path, table["precise"])
        if "precise" in table
        else base.precise
        if base
        else None,
        **sections,
    )


def _meaning(path: Path, place: str, entry: object) -> Meaning:
    """One entry of a file; says which one is wrong and what was expected."""
    if not isinstance(entry, dict):
        raise OptionError(f"{path}: {place}: expected a table with lower and upper, got {entry!r}")
    row = cast("dict[str, Any]", entry)
    lower, upper, nominal = row.get("lower"), row.get("upper"), row.get("nominal")
    if upper == "none":
        upper = inf
    if not _is_number(lower) or not (upper == "next" or _is_number(upper)):
        came = f"lower = {lower!r}, upper = {row.get('upper')!r}"
        raise OptionError(
            f'{path}: {place}: expected numbers (upper also "next" or "none"), got {came}'
        )
    if nominal is not None and not _is_number(nominal):
        raise OptionError(f"{path}: {place}: expected a number as nominal, got {nominal!r}")
    if upper != "next" and cast("float", upper) < cast("float", lower):
        raise OptionError(f"{path}: {place}: expected lower <= upper, got {lower} > {upper}")
    most = None if upper == "next" else cast("float", upper)
    return Meaning(cast("float", lower), most, nominal, str(row.get("source", "")))


def _precise(path: Path, entry: object) -> Precise:
    row = cast("dict[str, Any]", entry) if isinstance(entry, dict) else {}
    digits, width = row.get("digits"), row.get("width")
    if not isinstance(digits, int) or digits < 1 or not _is_number(width):
        raise OptionError(
            f"{path}: precise: expected digits >= 1 and a relative width, got {entry!r}"
        )
    return Precise(digits, float(cast("float", width)), str(row.get("source", "")))


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value == value


def _widths(path: Path, side: str, entry: object, base: Convention | None) -> Mapping[str, Points]:
    rows = cast("dict[str, Any]", entry) if isinstance(entry, dict) else {}
    given = {word: _points(path, side, w) for word, w in rows.items() if word != "source"}
    inherited = base.widths[side] if base and "any" not in given else {}
    return {**inherited, **given}


def _points(path: Path, side: str, width: object) -> Points:
    expected = "a width like 0.1, or rising points [[number, width], ...]"
    if _is_number(width):
        return ((1.0, float(cast("float", width))),)
    try:
        points = tuple((float(at), float(value)) for at, value in cast("list[list[float]]", width))
    except (TypeError, ValueError):
        raise OptionError(f"{path}: {side}: expected {expected}, got {width!r}") from None
    rising = all(low[0] < high[0] for low, high in pairwise(points))
    if not points or not rising or points[0][0] <= 0:
        raise OptionError(f"{path}: {side}: expected {expected}, got {width!r}")
    return points
