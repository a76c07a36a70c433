"""One person described by age: "A woman, 62, was injured" tells of one who was injured."""

from __future__ import annotations

from collections.abc import Sequence

from reconcile.language.document.event_words import EVENT_WORDS
from reconcile.language.document.events import Counted, event_named, is_person
from reconcile.language.document.told_number import ToldNumber, is_participle
from reconcile.language.phrase.number_words import bag
from reconcile.language.phrase.readings import Reading, exact
from reconcile.language.phrase.tokens import NUMBER, WORD, Tokens

_ARTICLES = bag("a an his her their")
_AUXILIARIES = bag("""
    was were is are has have had been being who also reportedly later seriously slightly badly
    critically fatally shot found
""")
_OBJECTS = bag("a an the his her their its him them himself herself at some more several two three")
_DIED = bag("died drowned perished dead missing")
_DONE = bag("killed wounded detained arrested")
_LONGEST, _CHAIN = 3, 3  # words of a description, persons that share what happened
_FAR = 4  # words of those who share it


def persons_told(t: Tokens, readings: Sequence[Reading]) -> list[ToldNumber]:
    """The persons of whom an age is told and what happened to them, each as the number one.

    The event stands right behind ("was injured", "drowned") or right before ("arrested a
    34-year-old man"); who acts is nobody to whom it happened.
    """
    ages = [r for r in readings if r.trap == "age"]
    if not ages:
        return []
    people = [person for r in ages if (person := _person_at(t, r)) is not None]
    ends = {first: last for first, _, last in people}
    told = [_told(t, *person, ends) for person in people]
    return [item for item in told if item is not None]


def _person_at(t: Tokens, r: Reading) -> tuple[int, Counted, int] | None:
    """The first token of a person with an age, the noun, and the token behind both."""
    if r.unit == "age":  # "a 34-year-old man"
        noun = r.last + (t.kind[r.last] == WORD and is_person(t.low[r.last]))
        first = r.first - 1
        known = first >= 0 and t.low[first] in _ARTICLES
        return (first, Counted(t.slice(r.last, noun), r.last, noun), noun) if known else None
    head = r.first - 2
    if head < 0 or t.low[r.first - 1] not in (",", "aged", "of", "(") or not is_person(t.low[head]):
        return None
    last = r.last + (t.low[r.last] in (",", ")"))
    opening = t.sentence(head)[0]
    for first in range(head - 1, max(opening, head - _LONGEST - 2) - 1, -1):
        if t.low[first] in _ARTICLES:
            return first, Counted(t.slice(first + 1, head + 1), first + 1, head + 1), last
        if t.kind[first] != WORD and t.low[first] != "-":
            return None
    if head == opening:  # "Woman, 62, injured in blast"
        return head, Counted(t.word(head), head, head + 1), last
    return None


def _told(
    t: Tokens, first: int, noun: Counted, last: int, ends: dict[int, int]
) -> ToldNumber | None:
    at = _event_behind(t, last, ends)
    if at < 0 and first and _tells_of_object(t.low[first - 1]):
        at = first - 1
    if at < 0:
        return None
    reading = exact(first, max(noun.last, last if not noun.text else 0), 1.0, "a person")
    return ToldNumber(reading, noun, ((at, 1),), event_named(t, at), at)


def _tells_of_object(word: str) -> bool:
    """ "killed a woman, 62", "injuring a 9-year-old boy"."""
    return EVENT_WORDS.get(word) in _DONE and (is_participle(word) or word.endswith("ing"))


def _event_behind(t: Tokens, k: int, ends: dict[int, int]) -> int:
    """The token that tells what happened to who is described up to token `k`; -1 if none does."""
    for _ in range(_CHAIN):  # "A man, 45, and a boy, 9, were killed"
        if t.low[k] not in ("and", ",") or (following := ends.get(k + 1)) is None:
            break
        k = following
    if t.low[k] == "and" and t.kind[k + 1] == NUMBER:  # "A teacher, 44, and 11 pupils were hurt"
        k = next((j for j in range(k + 2, k + 2 + _FAR) if t.low[j] in ("were", "are")), k)
    passive = False
    while t.low[k] in _AUXILIARIES:
        passive = passive or t.low[k] in ("was", "were", "been", "being", "is", "are")
        k += 1
    if t.low[k] in _DIED:
        return k
    if t.low[k - 1] == "shot" and not is_participle(t.low[k]):
        k -= 1
    acts = not passive and (t.kind[k + 1] == NUMBER or t.low[k + 1] in _OBJECTS)
    done = is_participle(t.low[k]) or (passive and t.low[k] == "hurt")
    return k if done and not acts else -1
