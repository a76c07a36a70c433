"""Column names that say which end of an interval they hold, and how likely it is to hold."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from reconcile.ledger.tables.column_looks import counts_something
from reconcile.ledger.tables.column_names import meaning_of
from reconcile.ledger.tables.raw_table import RawTable, blank

_PART = re.compile(r"\d+(?:[.,]\d+)?|[^\W\d_]+")
_LOWER = frozenset(
    """
lower low lwr lo l ll lcl lb min untere unterer inf inférieure inferior
""".split()  # noqa: SIM905
)
_UPPER = frozenset(
    """
upper high upr hi u ul ucl ub max obere oberer sup supérieure superior
""".split()  # noqa: SIM905
)
_INTERVAL = frozenset(
    """
ci cri ic ki cl pi hdi conf confidence credible interval intervall intervalle intervalo limit bound
prediction konfidenzintervall range percent
""".split()  # noqa: SIM905
)
_QUANTILE = re.compile(
    r"(?:(?P<stem>.+?)[\s_.-]+)?"
    r"(?:(?:[pq]|pct|perc|percentile|quantile)[\s_]?(?P<a>0?[.,]?\d+(?:[.,]\d+)?)"
    r"|(?P<b>\d+(?:[.,]\d+)?)(?:st|nd|rd|th)?[\s_]?(?:%|percentile|quantile))",
    re.IGNORECASE,
)
_NUMBER = r"\d[\d.,'’ ]*?"
_ENDS = re.compile(
    rf"[(\[]?\s*(?P<lower>{_NUMBER})\s*(?:-|–|—|to|;|,\s|bis|à)\s*(?P<upper>{_NUMBER})\s*[)\]]?"
)


@dataclass(frozen=True, slots=True)
class _End:
    """What a name says: which `side`, of what (`stem`), with which probability in between."""

    name: str
    stem: str
    side: Literal["lower", "upper", "value", "range"]
    level: float | None


def with_bound_names(table: RawTable, told: Collection[str]) -> RawTable:
    """The table whose columns "Lower 95%", "q05", "95% CI" are named as bounds, with their `level`.

    Where one column of numbers alone has no such name and no column is called a value, the bounds
    are its own. `told` are names of columns that the caller speaks of, which stay as they are.
    """
    names = [name for name in table.names if name not in told]
    ends = [end for name in names if (end := _sided(name)) is not None] + _quantiles(names)
    if not ends:
        return table
    table, ends = _ranges_parted(table, ends)
    taken = {meaning_of(name) for name in table.names} | {*told}
    if {"value", "quantity", "phrase"} & taken == set() and {end.stem for end in ends} == {""}:
        ends = _of_the_one(table, ends)
    levels = {end.level for end in ends if end.level is not None}
    ends = [end for end in ends if end.stem or meaning_of(end.name) != end.side]
    names_made = {end.name: f"{end.stem} {end.side}".strip() for end in ends}
    if len(set(names_made.values()) | ({*table.names} - {*names_made})) < len(table.names):
        return table  # two columns of one meaning: asked about under their own names
    made = table.renamed(names_made)
    if len(levels) == 1 and "level" not in {meaning_of(name) for name in table.names}:
        made = made.of(made.to_dict() | {"level": [levels.pop()] * len(made)})
    told_names = ", ".join(f"{a!r} as {b!r}" for a, b in names_made.items())
    return made.remarked(f"bounds by their names: {told_names}") if names_made else made


def _sided(name: str) -> _End | None:
    parts = _PART.findall(name.casefold())
    level = next((x for x in map(_level, parts) if x is not None), None)
    sides = [s for s, words in (("lower", _LOWER), ("upper", _UPPER)) if words & {*parts}]
    about = _INTERVAL & {*parts}
    stated = level is not None and ("%" in name or len(parts) == 2)
    if not (about or stated) or len(sides) > 1:
        plain = meaning_of(name)
        return _End(name, "", plain, None) if plain in ("lower", "upper") else None
    rest = [p for p in parts if p not in _LOWER | _UPPER | _INTERVAL and _level(p) is None]
    if sides:
        return _End(name, " ".join(rest), "lower" if sides == ["lower"] else "upper", level)
    return _End(name, "", "range", level) if about and level and not rest else None


def _level(part: str) -> float | None:
    """50 to 99.9 as a probability."""
    if not part[0].isdigit():
        return None
    number = float(part.replace(",", "."))
    return number / 100 if 50 <= number < 100 else None


def _quantiles(names: Sequence[str]) -> list[_End]:
    """The widest two quantiles as far from the ends as each other, and the median."""
    found: dict[tuple[str, float], str] = {}
    for name in names:
        match = _QUANTILE.fullmatch(name.strip())
        if match is not None:
            at = _probability(match["a"] or match["b"])
            found[match["stem"] or "", at] = name
        elif name.strip().casefold() == "median":
            found["", 0.5] = name
    ends: list[_End] = []
    for stem in dict.fromkeys(stem for stem, _ in found):
        own = {at: name for (of, at), name in found.items() if of == stem}
        low = min((at for at in own if at < 0.5 and round(1 - at, 6) in own), default=None)
        if low is not None:
            level = round(1 - 2 * low, 6)
            ends.append(_End(own[low], stem, "lower", level))
            ends.append(_End(own[round(1 - low, 6)], stem, "upper", level))
            ends += [_End(own[0.5], stem, "value", level)] if 0.5 in own else []
    return ends


def _probability(text: str) -> float:
    """5, 05, 2.5, 0.05 and 975 as the probability below."""
    text = text.replace(",", ".")
    if "." in text:
        number = float(text)
        return round(number if number < 1 else number / 100, 6)
    if text.startswith("0") or len(text) > 2:
        return float(f"0.{text}")
    return int(text) / 100


def _ranges_parted(table: RawTable, ends: list[_End]) -> tuple[RawTable, list[_End]]:
    """Columns of ranges ("1,000-1,450") as one of each end; one that holds others stays."""
    out: list[_End] = []
    for end in ends:
        if end.side != "range":
            out.append(end)
            continue
        cells = table[end.name]
        found = [None if blank(c) else _ENDS.fullmatch(str(c).strip()) for c in cells]
        if any(match is None and not blank(c) for c, match in zip(cells, found, strict=True)):
            continue
        columns: dict[str, Sequence[Any]] = dict(table.without([end.name]).to_dict())
        for side in ("lower", "upper"):
            columns[f"{end.name} {side}"] = [None if m is None else m[side] for m in found]
            out.append(_End(f"{end.name} {side}", "", side, end.level))
        table = table.of(columns)
    return table, out


def _of_the_one(table: RawTable, ends: list[_End]) -> list[_End]:
    """The bounds as those of the only column of numbers that is none of them."""
    own = {end.name for end in ends}
    rest = [name for name in table.names if name not in own and counts_something(table, name)]
    if len(rest) != 1 or any(end.side == "value" for end in ends):
        return ends
    return [_End(end.name, rest[0], end.side, end.level) for end in ends]
