"""The names of a source as keys: what else one body may be called."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Literal

from reconcile.language.phrase.number_words import bag
from reconcile.values import Source

Key = tuple[str, ...]
How = Literal["name", "initials", "office", "title", "known"]

_ARTICLES = bag("the a an le la les el los las der die das")
_JOINING = bag("of for the and on in to at de du des la le les und et der del da di y")
_SPELT = {
    "min": "ministry",
    "dept": "department",
    "govt": "government",
    "gov": "government",
    "org": "organization",
    "organisation": "organization",
    "intl": "international",
    "natl": "national",
    "assoc": "association",
    "centre": "center",
    "defense": "defence",
    "labor": "labour",
    "univ": "university",
}
_STATES = {
    ("united", "nation"): "un",
    ("united", "state"): "us",
    ("united", "kingdom"): "uk",
    ("european", "union"): "eu",
}
"""Two words that mostly stand as two letters; the first key is without the s of the plural."""
_TWO_LETTERS = frozenset(_STATES.values())
# The voice or the papers of a body, behind its name: they are no other body.
_VOICE = bag("""
    spokesman spokeswoman spokesperson spokespeople statement statements website dashboard bulletin
    sitrep report reports update updates newsletter twitter telegram facebook hq headquarters press
""")
_OF_VOICE = bag("no nr situation flash daily weekly official media office service release of")
_BEHIND = _VOICE | _OF_VOICE
_TITLES = bag("president prime minister mayor governor general gen col dr mr mrs ms prof sir")
HEADS = bag("""
    ministry department directorate committee commission organization institute bureau authority
    office council
""")
"""What a body is, which names none by itself: "the ministry"."""
BEGUN = {"mo": "ministry", "do": "department"}
"""How the initials of an office begin: MoH, DoJ."""
OTHERS = bag("""
    regional local federal state provincial district municipal city county north south east west
    northern southern eastern western central former deputy joint sub interim parliament
    intelligence hospital police army staff force unit agency school university court committee
    minister official
""") | (HEADS - bag("ministry department"))
"""Words beside the name of a body that make it another one."""
WIRES: Mapping[str, tuple[str, ...]] = {
    "Reuters": ("Reuters",),
    "Associated Press": ("Associated Press", "AP"),
    "Agence France-Presse": ("Agence France-Presse", "Agence France Presse", "AFP"),
    "Interfax": ("Interfax",),
    "TASS": ("TASS",),
    "RIA Novosti": ("RIA Novosti", "RIA"),
    "Xinhua": ("Xinhua",),
    "Kyodo": ("Kyodo",),
    "Yonhap": ("Yonhap",),
    "dpa": ("Deutsche Presse-Agentur", "dpa"),
    "EFE": ("EFE",),
    "ANSA": ("ANSA",),
    "UPI": ("United Press International", "UPI"),
    "Bloomberg": ("Bloomberg",),
    "PA Media": ("PA Media", "Press Association"),
    "Anadolu": ("Anadolu",),
    "Ukrinform": ("Ukrinform",),
    "Press Trust of India": ("Press Trust of India", "PTI"),
}
"""News agencies whose reports many outlets carry, with the names they go by."""

_KNOWN: Mapping[str, tuple[str, ...]] = WIRES | {
    "UNICEF": ("UNICEF", "United Nations Children's Fund"),
    "UNHCR": ("UNHCR", "UN Refugee Agency"),
    "Médecins Sans Frontières": ("MSF", "Médecins Sans Frontières", "Doctors Without Borders"),
}
"""Bodies whose short name is not the initials of their long one."""


@dataclass(frozen=True, slots=True)
class SourceName:
    """One name of a source: its words without case, signs, articles and plurals.

    `short` are those that may be initials: all capitals, two capitals as in MoH, or an id in small
    letters.
    """

    words: Key
    short: frozenset[str]

    @property
    def content(self) -> Key:
        """The words without those that only join others."""
        return tuple(word for word in self.words if word not in _JOINING) or self.words

    @property
    def key(self) -> Key:
        """What two spellings of one name share."""
        return key_of(self.words)

    def keys(self, initials: Set[str]) -> Iterator[tuple[Key, How]]:
        """The keys under which another name of the same body may stand; `initials` are those that
        any source goes by."""
        yield self.key, "name"
        if _free_of_order(self.content):
            yield ("=", "".join(self.content)), "name"
        for key in _known_keys().get(self.key, ()):
            yield key, "known"
        if len(self.words) == 2 and self.words[0] == "un" and self.words[1] in self.short:
            yield (self.words[1],), "name"
        for key in self._shortened(initials):
            yield key, "initials"
        for key in self._body():
            yield key, "office"
        last = next((k for k, word in enumerate(self.words) if word not in _TITLES), 0)
        rest = self.words[last:]
        if last and not set(rest) & (_JOINING | HEADS | OTHERS):
            yield key_of(rest), "title"

    def _shortened(self, initials: Set[str]) -> Iterator[Key]:
        """The name with a run of its words as initials."""
        words = self.words
        if len(words) == 1 and words[0].startswith("un") and words[0][2:] in initials:
            yield (words[0][2:],)
        for last in range(1, len(words)):  # "the health ministry" is MoH too
            if words[last] not in BEGUN.values():
                continue
            for first in range(last):
                what = "".join(word[:1] for word in words[first:last] if word not in _JOINING)
                for short in {f"{words[last][0]}{joined}{what}" for joined in ("o", "")} & initials:
                    yield key_of((*words[:first], short, *words[last + 1 :]))
        for first in range(len(words)):
            if words[first] in _JOINING:
                continue
            letters = every = ""
            for last in range(first, min(first + 12, len(words))):
                word = words[last]
                start = word if word in _TWO_LETTERS else word[:1]
                letters += "" if word in _JOINING else start
                every += start
                if last > first and word not in _JOINING:
                    for short in {_singular(letters), _singular(every)} & initials:
                        yield key_of((*words[:first], short, *_without_and(words[last + 1 :])))

    def _body(self) -> Iterator[Key]:
        """The name without the voice or the paper of its body: "sitrep 12", "spokesman"."""
        words, end = self.words, len(self.words)
        while end and (words[end - 1] in _BEHIND or words[end - 1].isdigit()):
            end -= 1
        base = words[:end]
        if base and set(words[end:]) & _VOICE:
            yield key_of(base)
            if len(base) > 1 or {*base} & self.short:
                yield ("of", *key_of(base))
        if len(words) == 2 and words[1] in ("news", "agency"):
            first = words[0]
            if first in self.short or (first,) in _known_keys():
                yield (first,)
        if len(words) > 2 and words[-2:] == ("news", "agency"):
            yield key_of(words[:-2])


def names_of(source: Source) -> Iterator[SourceName]:
    """The names of a source: its id, its label with what stands in its brackets, its synonyms."""
    for text in dict.fromkeys((source.label or source.id, source.id, *source.synonyms)):
        within = re.search(r"\(([^\W\d_.]{3,})\)", text)
        inside = None if within is None else _named(within[1])
        if within is not None and inside is not None and inside.short and not within[1].islower():
            yield inside
            text = text.replace(within[0], " ")
        name = _named(re.split(r", (?=an? |the )", text)[0])
        if name is not None:
            yield name


def key_of(words: Key) -> Key:
    """The words that tell, in an order of their own; numbers and letters keep theirs."""
    content = tuple(word for word in words if word not in _JOINING) or words
    return tuple(sorted(content)) if _free_of_order(content) else content


def _free_of_order(words: Key) -> bool:
    return "".join(words).isalpha() and min(map(len, words), default=0) > 1


@lru_cache(maxsize=16384)
def _named(text: str) -> SourceName | None:
    bare = unicodedata.normalize("NFKD", text.replace("_", " ").replace("&", " and "))
    bare = "".join(c for c in bare if not unicodedata.combining(c)).replace("’", "'")
    bare = re.sub(r"\b(?:[^\W\d_]\.){2,}", lambda dots: dots[0].replace(".", ""), bare)
    found = re.findall(r"\w+", re.sub(r"'(?:s\b)?", "", bare))
    if len(found) > 1 and found[0].casefold() in _ARTICLES and len(found[1]) > 1:
        found = found[1:]
    words = [_spelt(word) for word in found]
    for k in range(len(words) - 1, 0, -1):
        if (both := (words[k - 1], words[k])) in _STATES:
            words[k - 1 : k + 1] = [_STATES[both]]
    short = {_singular(word.casefold()) for word in found if _may_be_initials(word)}
    return SourceName(tuple(words), frozenset(short)) if words else None


@lru_cache(maxsize=4096)
def _spelt(word: str) -> str:
    plain = _singular(word.casefold())
    return _SPELT.get(plain, plain)


def _singular(word: str) -> str:
    plural = len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is", "ws"))
    return word[:-1] if plural else word


@lru_cache(maxsize=4096)
def _may_be_initials(word: str) -> bool:
    capitals = sum(letter.isupper() for letter in word)
    return word.isalpha() and 3 <= len(word) <= 8 and (capitals > 1 or word.islower())


def _without_and(words: Key) -> Key:
    """The rest behind initials; "... and Prevention" is left out of many."""
    return () if words and words[0] == "and" else words


@cache
def _known_keys() -> Mapping[Key, Set[Key]]:
    """For the key of each name of a known body a key of that body."""
    found: dict[Key, set[Key]] = {}
    for body, names in _KNOWN.items():
        for name in filter(None, map(_named, names)):
            found.setdefault(name.key, set()).add(("known", body))
    return found
