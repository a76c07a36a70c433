"""`ToldNumber`: a number with what the words around it say was counted and what happened."""

from __future__ import annotations

from typing import NamedTuple

from reconcile.language.document.agents import is_others, verb_done
from reconcile.language.document.event_words import EVENT_WORDS, OF_BODIES, PLACE_NOUNS, THINGS
from reconcile.language.document.events import Counted, Place, counted_noun, event_at, places_around
from reconcile.language.phrase.number_words import bag
from reconcile.language.phrase.readings import Reading, is_time
from reconcile.language.phrase.tokens import WORD, Tokens


class ToldNumber(NamedTuple):
    """A number with what the words around it, and those around its neighbours, tell of it.

    `at` is the token that tells the event, `places` the telling words near the number with their
    distances. `part` says that it is part of the number before it; `additional` that it is an
    increment; `role` is "base" for the 40 of "12 of the 40", "earlier" for the start of a movement,
    "superseded" for what a revision replaces, "decrease" for a decrement and "limit" for how many
    there can be; `total` that it is a level reached; `labelled` that a heading tells the event;
    `besides` that the number before it is of another event, so that "another 600 damaged" is no
    increment. `of_places` and `of_things` say that places or things are counted, to which nothing
    that befalls persons happens.
    """

    reading: Reading
    noun: Counted
    places: tuple[Place, ...]
    event: str = ""
    at: int = -1
    part: bool = False
    additional: bool = False
    role: str = ""
    total: bool = False
    labelled: bool = False
    besides: bool = False
    of_places: bool = False
    of_things: bool = False


def told_alone(t: Tokens, r: Reading, edge: tuple[int, int], telling: frozenset[str]) -> ToldNumber:
    """What the words between the two tokens of `edge` tell of a number."""
    noun = counted_noun(t, r, edge[1])
    before = t.low[r.first - 1]
    if is_most(t, r) or _is_limit(t, r, telling):
        return ToldNumber(r, noun, (), role="limit")
    places = tuple(places_around(t, noun, r, edge, telling))
    if not noun.text and does_otherwise(t, r):
        places = tuple(p for p in places if p[0] >= r.last)
    if is_time(r.unit):
        return ToldNumber(r, noun, places)
    measured = r.unit not in _COUNTED
    event, at = event_at(t, noun, places, measured=measured)
    if at >= r.last and is_others(t, at):  # "charged with killing a woman"
        places = tuple(p for p in places if p[0] < r.last or not is_others(t, p[0]))
        event, at = event_at(t, noun, places)
    if not event and t.low[noun.last] == "(":
        event, at = _behind_bracket(t, noun.last)
    if not event and noun.last == noun.first and r.upper:
        return ToldNumber(r, noun, places, of_things=measured)
    head = t.low[noun.last - 1] if noun.last > noun.first else ""
    of_places = head in PLACE_NOUNS
    if r.last - r.first > 1 and r.upper == 0:  # "no deaths": the word is inside the number
        inner = next((k for k in range(r.first, r.last) if t.low[k] in EVENT_WORDS), None)
        if inner is not None:
            return ToldNumber(r, noun, ((inner, 0), *places), EVENT_WORDS[t.low[inner]], inner)
    of_things = of_places or head in THINGS
    sited = of_things and before in _AT  # "guards at five prisons went on strike"
    of_things = of_things or measured
    of_places = of_places or sited
    told = ToldNumber(r, noun, places, event, at, of_places=of_places, of_things=of_things)
    caused = before == "by" and noun.text and is_participle(t.low[r.first - 2])
    if sited or caused:  # "killed by three gunmen"
        return acting(told)
    verb = verb_done(t, r, noun) if event else 0
    return _befallen(t, acting(told), places, verb) if verb else told


_COUNTED = frozenset({"count", "fraction", "percent", "percentage point", "time"})
LIMITS = bag("""
    capacity limit quota target licensed licenced certified designed built meant rated permitted
    authorised authorized
""")
"""Words before a number that make it one that there can or should be."""
MOST = bag("max maximum")
"""The same, right before the number."""


def is_most(t: Tokens, r: Reading) -> bool:
    """ "640 inside (max 800)": how many there can be."""
    return t.low[r.first] in MOST and t.low[r.first - 1] in ("(", ",")


def _is_limit(t: Tokens, r: Reading, telling: frozenset[str]) -> bool:
    """Whether it is told how many there can or should be: "capacity 41,000", "built for 9,000",
    "licensed to carry 180", "can hold 52,000", "room for 40", "a 1,500-bed prison"."""
    last, before, verb = r.first - 1, t.low[r.first - 1], t.low[r.first - 2]
    word = verb if before in ("of", "for") else before
    if word in LIMITS:
        return word not in telling
    if before in _HOLDING:
        return verb in ("can", "could") or (verb == "to" and t.low[last - 2] in LIMITS)
    if before == "for":
        return verb in _ROOM
    hyphen = t.low[r.last] == "-" and t.glued(r.last)
    return hyphen and t.low[r.last + 1] in _ROOMS and t.kind[r.last + 2] == WORD


_HOLDING = bag("hold house seat carry accommodate sleep take fit shelter handle treat detain store")
_ROOM = bag("room space spaces places beds berths seats")
_ROOMS = bag("bed seat berth place cell capacity")


def does_otherwise(t: Tokens, r: Reading) -> bool:
    """Whether a verb behind a bare number tells what no event is named for: "4 released"."""
    word = t.low[r.last]
    verb = word.endswith("ed") and t.kind[r.last] == WORD and len(word) > 4
    return verb and word not in EVENT_WORDS and word not in _REPORTED


# These only say how the number is known, or how those who are counted are described.
_REPORTED = bag("""
    reported confirmed recorded registered believed presumed feared suspected said estimated
    expected counted alleged verified documented announced logged listed named aged combined united
    identified unidentified related needed
""")


def _behind_bracket(t: Tokens, opening: int) -> tuple[str, int]:
    """ "8 (incl. 3 children) killed"."""
    for k in range(opening + 1, min(t.count, opening + _LONGEST_BRACKET)):
        if t.low[k] == ")":
            return (event, k + 1) if (event := EVENT_WORDS.get(t.low[k + 1], "")) else ("", -1)
    return "", -1


_LONGEST_BRACKET = 12  # tokens
_AT = bag("at in from across inside outside")


def is_participle(word: str) -> bool:
    """Whether a word tells what somebody did to others: "killed", "shot"."""
    return word in EVENT_WORDS and word.endswith(("ed", "en", "shot", "slain"))


def acting(item: ToldNumber) -> ToldNumber:
    """The number counts who did it: what happened, happened to others."""
    places = tuple(p for p in item.places if item.noun.first <= p[0] < item.noun.last)
    return item._replace(event="", at=-1, places=places)


def _befallen(t: Tokens, told: ToldNumber, places: tuple[Place, ...], verb: int) -> ToldNumber:
    """Who acted, with what befell them in turn: "killed a guard and were recaptured"."""
    for be in range(verb + 1, min(verb + _FAR, t.sentence(verb)[1])):
        if t.low[be] in ("who", "which", "that"):
            return told
        if t.low[be] in ("were", "was", "are"):
            behind = tuple(p for p in places if be < p[0] <= be + 3)
            event, at = event_at(t, told.noun, behind)
            return told._replace(event=event, at=at, places=(*told.places, *behind))
    return told


_FAR = 12  # tokens


def shared(giver: ToldNumber, taker: ToldNumber) -> ToldNumber:
    """`taker`, about what its neighbour is about."""
    if not giver.event or is_time(taker.reading.unit) or taker.of_places or taker.role == "limit":
        return taker
    if taker.of_things and giver.event in OF_BODIES:
        return taker
    return beside(giver, taker)._replace(event=giver.event, at=giver.at)


def beside(giver: ToldNumber, taker: ToldNumber) -> ToldNumber:
    """`taker` with the telling words of its neighbour, farther away than its own."""
    places = (*taker.places, *((k, d + _FARTHER) for k, d in giver.places))
    return taker._replace(places=places)


_FARTHER = 10  # tokens: what a neighbour tells counts less than any word of the number's own
