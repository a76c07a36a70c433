"""What is counted, of whom and where: quantities proposed for the numbers of any text."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from reconcile._bundle import bundled
from reconcile.errors import OptionError
from reconcile.language.document.aliases import slug
from reconcile.language.document.event_words import EVENT_WORDS
from reconcile.language.phrase.readings import is_time
from reconcile.values import Mention, Quantity

_KEYS = {
    "id", "event", "label", "kind", "of", "synonyms", "nouns", "measure", "unit", "scale",
    "parts", "holder", "reason",
}  # fmt: skip
_MONEY = frozenset({"shilling", "krone", "dinar", "cent", "penny"})
_CURRENCY = re.compile(r"[A-Z]{3}\Z")


@dataclass(frozen=True, slots=True)
class CountedKind:
    """One entry of the inventory: what happened, or what is counted, and how it behaves in time."""

    label: str
    kind: str
    reason: str
    id: str = ""
    event: str = ""
    of: str = "things"
    synonyms: tuple[str, ...] = ()
    nouns: frozenset[str] = frozenset()
    measure: frozenset[str] = frozenset()
    scale: str = "log"
    parts: tuple[str, ...] = ()
    holder: bool = False


@dataclass(frozen=True, slots=True)
class Inventory:
    """The entries of the inventory's files, ready to propose quantities."""

    kinds: tuple[CountedKind, ...]
    subjects: Mapping[str, str]
    wholes: Mapping[str, str]
    by_event: Mapping[str, CountedKind] = field(default_factory=dict[str, CountedKind])

    def propose(
        self, m: Mention, *, holder: str = "", place: str = ""
    ) -> tuple[Quantity, ...] | str:
        """The quantity that a number is about and those it lies within, or why there is none.

        `holder` is who holds what is counted (the party of seats), `place` where it happened, if
        the text names several places.
        """
        kind = self._kind(m)
        if isinstance(kind, str):
            return kind
        if kind.holder and kind.measure and not holder:
            return "a share of the vote of nobody that is named"
        unit = m.phrase.unit
        who = self._who(kind, m)
        name = kind.id or (f"{who}_{kind.event}" if kind.event else who)
        label = kind.label if kind.id else f"{who.replace('_', ' ')} {kind.label}".strip()
        base = _quantity(kind, name, label, unit, _synonyms(kind, who, self.wholes))
        chain = [base]
        whole = self.wholes.get(who)
        if kind.event and not kind.id and whole:
            wider = f"{whole.replace('_', ' ')} {kind.label}"
            names = _synonyms(kind, whole, self.wholes)
            chain.append(_quantity(kind, f"{whole}_{kind.event}", wider, unit, names))
        if kind.holder and holder:
            chain = [_held(kind, base, holder)]
        elif place:
            chain.insert(0, _placed(base, place, kind))
        return tuple(
            _within(quantity, chain[k + 1].id if k + 1 < len(chain) else None)
            for k, quantity in enumerate(chain)
        )

    def _kind(self, m: Mention) -> CountedKind | str:
        unit = m.phrase.unit
        if is_time(unit) or unit == "age":
            return "a span of time" if unit != "age" else "an age"
        words = set(re.findall(r"[^\W\d_]+", m.noun.lower()))
        if unit != "count":
            return self._measured(m, unit)
        words |= self._said_beside(m)
        named = next((kind for kind in self.kinds if kind.nouns & words), None)
        event = self.by_event.get(m.event)
        if event is not None and any(
            word in event.synonyms for word in re.findall(r"active \w+", m.context.lower())
        ):
            return event
        if named is not None and not named.measure and _names(named, words, m.event, event):
            return named
        if event is not None:
            return event
        if not m.noun and not m.event:
            return "the text does not say what is counted"
        if m.event:
            return f"no kind of quantity is known for what happened: {m.event}"
        return f"the text does not say what happened to {m.noun!r}"

    def _said_beside(self, m: Mention) -> set[str]:
        """The counted nouns that told what happened: "cases" of "63 measles cases"."""
        told = {n for kind in self.kinds for n in kind.nouns if EVENT_WORDS.get(n) == m.event}
        return told & set(re.findall(r"[^\W\d_]+", m.context.lower())) if m.event else set()

    def _measured(self, m: Mention, unit: str) -> CountedKind | str:
        measure = "money" if _CURRENCY.match(unit) or unit in _MONEY else unit
        context = set(re.findall(r"[^\W\d_]+", m.context.lower()))
        fitting = [kind for kind in self.kinds if measure in kind.measure]
        for kind in fitting:
            if not kind.nouns or kind.nouns & context:
                return kind
        shown = "a share (percent)" if unit == "percent" else f"a measure ({unit})"
        return f"{shown} of nothing that the inventory knows"

    def _who(self, kind: CountedKind, m: Mention) -> str:
        if kind.id:
            return kind.id
        words = re.findall(r"[^\W\d_]+", m.noun.lower())
        for word in reversed(words):
            subject = self.subjects.get(word) or self.subjects.get(f"{word}s")
            if subject:
                return subject
            if word in kind.nouns:
                return word
        if not words or EVENT_WORDS.get(words[-1]) is not None:
            return kind.of
        return slug(words[-1]) or kind.of if kind.of != "people" else "people"


def _names(kind: CountedKind, words: set[str], event: str, known: CountedKind | None) -> bool:
    """Whether a noun says more than what happened: "4,500 cases", not "30 patients died"."""
    own = {EVENT_WORDS.get(word) for word in words & kind.nouns}
    return known is None or kind.holder or event in own


def _quantity(
    kind: CountedKind, name: str, label: str, unit: str, synonyms: Sequence[str]
) -> Quantity:
    return Quantity(
        id=name,
        label=label,
        unit=unit,
        kind=kind.kind,  # type: ignore[arg-type]
        scale=kind.scale,  # type: ignore[arg-type]
        synonyms=tuple(synonyms),
        note=kind.reason,
    )


def _synonyms(kind: CountedKind, who: str, wholes: Mapping[str, str]) -> tuple[str, ...]:
    if kind.event and who in wholes:
        return tuple(f"{who.replace('_', ' ')} {word}" for word in kind.synonyms)
    return kind.synonyms or (who.replace("_", " "),)


def _within(quantity: Quantity, whole: str | None) -> Quantity:
    if whole is None:
        return quantity
    return Quantity(
        **{name: getattr(quantity, name) for name in Quantity.__slots__ if name != "within"},
        within=(whole,),
    )


def _placed(base: Quantity, place: str, kind: CountedKind) -> Quantity:
    synonyms = tuple(f"{word} in {place}" for word in base.synonyms)
    name, label = f"{base.id}_{slug(place)}", f"{base.label} in {place}"
    return _quantity(kind, name, label, base.unit, synonyms)


def _held(kind: CountedKind, base: Quantity, holder: str) -> Quantity:
    synonyms = tuple(f"{holder} {word}" for word in kind.synonyms)
    name, label = f"{base.id}_{slug(holder)}", f"{base.label}, {holder}"
    return _quantity(kind, name, label, base.unit, synonyms)


# ---------------------------------------------------------------- reading


@cache
def read_inventory() -> Inventory:
    """The inventory that comes with the package, from every file of data/inventory.

    Raises `OptionError` for an entry that can't be read.

    >>> sorted(read_inventory().by_event)[:3]
    ['affected', 'arrested', 'arrived']
    """
    kinds: list[CountedKind] = []
    subjects: dict[str, str] = {}
    wholes: dict[str, str] = {}
    for path in sorted((bundled("data") / "inventory").glob("*.toml")):
        table = _table(path)
        kinds += [_entry(path, row) for row in table.get("counted", [])]
        for row in table.get("subject", []):
            subjects |= dict.fromkeys(row["words"], row["id"])
            if "within" in row:
                wholes[row["id"]] = row["within"]
    by_event = {kind.event: kind for kind in kinds if kind.event}
    return Inventory(tuple(kinds), subjects, wholes, by_event)


@cache
def counted_by_name(name: str) -> CountedKind | None:
    """The entry of the inventory that is called so, or None: what a column "dead" counts.

    >>> counted_by_name("Dead").event, counted_by_name("colour")
    ('killed', None)
    """
    plain = re.sub(r"[\W_]+", " ", name.casefold()).strip()
    named = (kind for kind in read_inventory().kinds if not kind.measure)
    return next((k for k in named if plain in {*k.synonyms, *k.nouns, k.id, k.event} - {""}), None)


def _table(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise OptionError(f"{path}: expected a TOML file, got {error}") from None


def _entry(path: Path, row: Mapping[str, Any]) -> CountedKind:
    unknown = set(row) - _KEYS
    if unknown or row.get("kind") not in ("cumulative", "stock", "constant"):
        raise OptionError(
            f"{path}: {row.get('event') or row.get('id') or row.get('nouns')}: expected the keys "
            f"{', '.join(sorted(_KEYS))} and a kind, got {sorted(unknown) or row.get('kind')}"
        )
    return CountedKind(
        label=str(row.get("label", "")),
        kind=str(row["kind"]),
        reason=str(row.get("reason", "")),
        id=str(row.get("id", "")),
        event=str(row.get("event", "")),
        of=str(row.get("of", "things")),
        synonyms=tuple(row.get("synonyms", ())),
        nouns=frozenset(row.get("nouns", ())),
        measure=frozenset(row.get("measure", ())),
        scale=str(row.get("scale", "log")),
        parts=tuple(row.get("parts", ())),
        holder=bool(row.get("holder", False)),
    )
