"""Rules that need certain words first look whether a sentence holds one of them.

That look must let through every word which its rule knows: a word that is added to a rule and not
to the set that is looked into would silently not be read. So each word of the document package
stands here in a few sentences, read with the looks and with all of them left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

import pytest

from reconcile import extract
from reconcile.language import document

_LOOKS = (
    ("document.extraction", "TELLING"),
    ("document.extraction", "_HEARD"),
    ("document.doubts", "_CLAUSE_WORDS"),
    ("document.doubts", "_SAYING"),
    ("document.doubts", "_DENYING"),
    ("document.doubts", "_DOUBT_WORDS"),
    ("document.headline_speakers", "_TELLING"),
    ("document.movements", "_TELLING"),
    ("document.other_events", "_TELLING"),
    ("document.lists", "LABELLING"),
    ("document.mention_scope", "_ADDING"),
    ("document.mention_scope", "_PARTIAL"),
    ("document.attribution", "_OPENING"),
    ("document.stock_changes", "_MOVING"),
    ("document.stock_changes", "_PRESENT"),
    ("document.sentences", "SPEECH_WORDS"),
    ("phrase.denied_numbers", "_DENYING"),
)
_SENTENCES = (
    "The army {} 40 men in May, the mayor 12",
    "Officials {} to bring 300 people",
    "Some 90 were {} in the south",
    "It was {} that 25 had died",
    "The {} toll: 60 ({} 4)",
    "In a {} crash 31 were hurt, {} by the police",
    "A count {} 14, not {} 20, {} 5",
    "The town's {} is 18 {}",
    "{}: 31 dead",
    "Marchers: {} 45k, police 120k",
)
_AT_ONCE = 40  # sentences of one text


class _Any(frozenset[str]):
    """The same words, but no set is found to have none of them."""

    def isdisjoint(self, other: Iterable[object], /) -> bool:
        return False


def _words() -> list[str]:
    """The single words of all sets and tables of words in the package of documents."""
    found: set[str] = set()
    for module in iter_modules(document.__path__, "reconcile.language.document."):
        for value in vars(import_module(module.name)).values():
            if isinstance(value, (frozenset, dict)):
                found.update(word for word in value if isinstance(word, str) and word.isalpha())
    return sorted(found)


def _texts() -> Iterator[str]:
    lines = [sentence.replace("{}", word) for sentence in _SENTENCES for word in _words()]
    for first in range(0, len(lines), _AT_ONCE):
        yield "\n\n".join(lines[first : first + _AT_ONCE])


def _read() -> list[Any]:
    return [extract(text, published="2024-09-18") for text in _texts()]


def test_the_words_are_found() -> None:
    assert {"reportedly", "untrue", "evacuated", "similar"} <= set(_words())


def test_no_look_hides_a_word_of_its_rule(monkeypatch: pytest.MonkeyPatch) -> None:
    looked = _read()
    for module, name in _LOOKS:
        place = import_module(f"reconcile.language.{module}")
        monkeypatch.setattr(place, name, _Any(getattr(place, name)))
    for plain, full in zip(looked, _read(), strict=True):
        assert list(plain) == list(full)
        assert plain.unread == full.unread
