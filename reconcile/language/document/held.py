"""Who is in a place of which only the number is told: "the jail holds 1,450"."""

from __future__ import annotations

from reconcile.language.document.told_number import ToldNumber
from reconcile.language.phrase.number_words import bag
from reconcile.language.phrase.readings import Reading
from reconcile.language.phrase.tokens import Tokens

# Places, and the words for who is kept, treated or sheltered there; the first is the usual one.
_KEPT = dict.fromkeys(
    bag("jail jails prison prisons gaol penitentiary detention lockup cells"),
    ("inmates", "prisoners", "detainees"),
)
_TREATED = dict.fromkeys(
    bag("hospital hospitals ward wards clinic clinics infirmary"), ("patients",)
)
_SHELTERED = dict.fromkeys(
    bag("shelter shelters camp camps"), ("evacuees", "refugees", "displaced", "families", "people")
)
# These hold so many when they are full; whom they shelter is there.
_HALLS = dict.fromkeys(
    bag("school schools hall halls gym church churches mosque mosques temple temples hotel hotels"),
    _SHELTERED["camp"],
)
_PLACES = _KEPT | _TREATED | _SHELTERED | _HALLS
_KEEPING = bag("held kept housed detained treated sheltered lodged locked")
_ARE = bag("are were is was")


def _kept_behind(t: Tokens, r: Reading) -> tuple[str, ...]:
    """ "1,450 are held in the jail", "there are 1,450 in the jail"."""
    k = r.last
    if t.low[k] in _ARE:
        k += 1 + (t.low[k + 1] == "being")
        if t.low[k] not in _KEEPING:
            return ()
        k += 1
    elif t.low[r.first - 1] not in _ARE or t.low[r.first - 2] != "there":
        return ()
    if t.low[k] not in ("in", "at", "inside"):
        return ()
    places = (t.low[j] for j in range(k + 1, k + 5) if t.low[j] in _PLACES)
    return _PLACES.get(next(places, ""), ())


_PLACE_WORDS = frozenset(_PLACES)  # its look is several times faster than that of the keys
_SHELTERING = bag("shelters sheltered sheltering houses housed housing hosts hosted hosting")
_HOLDING = _SHELTERING | bag("""
    holds held holding hold has had accommodates accommodated accommodating treating contains
    contained
""")
_ABLE = bag("can could to may might should would will must")
_ADVERBS = bag("now still currently already only about just for")
_REACH = 9  # tokens from a place to its verb


def held_there(t: Tokens, told: ToldNumber, words: frozenset[str]) -> tuple[str, ...]:
    """The words for who is held in the place before a bare number; empty if none is told.

    What a place can hold, or was built for, counts nobody who is there.
    """
    if _PLACE_WORDS.isdisjoint(words) or told.noun.text or told.reading.unit != "count":
        return ()
    there = _kept_behind(t, told.reading)
    if there:
        return there
    verb = told.reading.first - 1
    while t.low[verb] in _ADVERBS:
        verb -= 1
    caring = t.low[verb : verb + 2] == ["caring", "for"]
    if t.low[verb] not in _HOLDING and not caring:
        return ()
    begin = max(t.sentence(verb)[0], verb - _REACH)
    helping = verb - 1
    while helping > begin and t.low[helping] in _ADVERBS:
        helping -= 1
    if t.low[helping] in _ABLE:
        return ()
    for k in range(verb - 1, begin - 1, -1):
        if t.low[k] in (":", "\n") or (t.low[k] == ";" and t.low[verb - 1] != "it"):
            break
        place = t.low[k]
        if place in _PLACES and (place not in _HALLS or t.low[verb] in _SHELTERING):
            return _PLACES[place]
    return ()
