"""The sources of a ledger, found in text by their labels and synonyms."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from reconcile.language.phrase.number_words import bag
from reconcile.language.phrase.tokens import Tokens, tokenise
from reconcile.values import Source

ARTICLES = bag("the a an")

_PREPOSITIONS = bag("of at in on near from for with by to inside during , ( - ) and")


@dataclass(frozen=True, slots=True)
class _Alias:
    words: tuple[str, ...]
    upper: tuple[bool, ...]
    source: str


class Aliases:
    """The sources of a ledger, ready to be found in text by their labels and synonyms."""

    def __init__(self, sources: Sequence[Source]) -> None:
        self.sources = {source.id: source for source in sources}
        self._by_first: dict[str, list[_Alias]] = {}
        for source in sources:
            for name in dict.fromkeys((*source.synonyms, source.label)):
                self._add(name, source.id)

    def _add(self, name: str, source: str) -> None:
        tokens = tokenise(name, frozenset())
        first = 1 if tokens.count > 1 and tokens.low[0] in ARTICLES - {"a", "an"} else 0
        if first and tokens.low[1].islower() and tokens.word(1).islower():
            first = 0  # "the directorate" is a name only with its article
        elif tokens.low[0] in ("a", "an"):
            first = 1
        words = tuple(_plain(tokens.low[k]) for k in range(first, tokens.count))
        if not words:
            return
        upper = tuple(_is_acronym(tokens.word(k)) for k in range(first, tokens.count))
        self._by_first.setdefault(words[0], []).append(_Alias(words, upper, source))

    def find(self, t: Tokens, first: int, last: int) -> tuple[str, int, int] | None:
        """The source that the words from `first` to `last` name, with the place of the name.

        The longest name wins; one word, like the name of a country, counts only where it is the
        head of the phrase: "a U.S. analyst" is not the U.S. government.
        """
        best: tuple[int, str, int, int] | None = None
        for k in range(first, last):
            for alias in self._by_first.get(_plain(t.low[k]), ()):
                end = k + len(alias.words)
                if end > last or not _alias_at(t, k, alias):
                    continue
                if len(alias.words) < 2 and not _is_head(t, k, end, first, last):
                    continue
                if best is None or len(alias.words) > best[0]:
                    best = (len(alias.words), alias.source, k, end)
        return None if best is None else best[1:]

    def kind(self, source: str | None) -> str:
        """The kind of a source, empty if it is not known."""
        found = self.sources.get(source or "")
        return found.kind if found else ""


def _plain(word: str) -> str:
    return word.replace("’", "'")


def _is_acronym(word: str) -> bool:
    return len(word) > 1 and word.isupper() and "." not in word


def _alias_at(t: Tokens, k: int, alias: _Alias) -> bool:
    for n, word in enumerate(alias.words):
        if _plain(t.low[k + n]) != word:
            return False
        if alias.upper[n] and not t.word(k + n).isupper():
            return False
    return True


def _is_head(t: Tokens, k: int, end: int, first: int, last: int) -> bool:
    """Whether a one-word name heads its phrase: last in it, or before "of" and the like."""
    return (end >= last or t.low[end] in _PREPOSITIONS) and not (
        end < last and t.low[end] == "-" and t.glued(end)
    )


def slug(text: str) -> str:
    """An id for a source that the ledger does not know yet.

    >>> slug("a Pentagon spokesman")
    'pentagon_spokesman'
    """
    words = [word for word in re.findall(r"[^\W_]+", text.lower()) if word not in ARTICLES]
    return "_".join(words[:6])
