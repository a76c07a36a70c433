"""Stage 3: words that are a number: "no casualties", "nobody", "neither", "both", "a pair"."""

from __future__ import annotations

from reconcile.language.phrase.number_words import SMALL, bag
from reconcile.language.phrase.readings import Reading, exact
from reconcile.language.phrase.tokens import NUMBER, WORD, Tokens

SPECIAL_WORDS = frozenset(
    {"no", "none", "nobody", "neither", "nil", "without", "both", "pair", "score", "threescore"}
    | {"fourscore", "baker's", "baker’s", "twice", "double", "triple", "treble", "quadruple"}
)
MULTIPLES = {"twice": 2.0, "double": 2.0, "triple": 3.0, "treble": 3.0, "quadruple": 4.0}
_WITHOUT = bag("casualties losses injuries deaths fatalities victims loss injury")
_ZERO_NOUNS = bag("""
    casualties casualty deaths death injuries injury fatalities fatality losses victims
    survivors dead wounded injured killed troops soldiers servicemen civilians people fighters
    personnel prisoners hostages missiles drones tanks aircraft vehicles children patients cases
    arrests detainees passengers houses buildings loss
""")
_ZERO_ADJECTIVES = bag("""
    immediate reported civilian new known confirmed further more additional military serious
    human american russian ukrainian korean north south israeli such other single
""")
_LIFE_EVENTS = bag("""
    killed hurt injured wounded died dead survived harmed captured missing detained arrested
    hospitalised hospitalized escaped
""")


_NIL_OF = _ZERO_NOUNS | _LIFE_EVENTS | {":", "=", "is", "was", "are", "were"}


def special_at(t: Tokens, i: int) -> Reading | None:
    """ "no casualties", "none of the 14", "nobody was hurt" (0), "both pilots", "a pair of" (2)."""
    word = t.low[i]
    if word in ("baker's", "baker’s"):
        first = i - 1 if t.low[i - 1] == "a" else i
        return exact(first, i + 2, 13, "baker's dozen") if t.low[i + 1] == "dozen" else None
    if word in ("threescore", "fourscore"):
        return exact(i, i + 1, 60 if word == "threescore" else 80, word)
    if word in MULTIPLES:
        return _multiple(t, i)
    if word == "score":
        return _score(t, i)
    if word == "both":
        return exact(i, i + 1, 2, "both") if _is_both_counted(t, i) else None
    if word == "pair":
        counted = t.low[i - 1] == "a" and t.low[i + 1] == "of"
        return exact(i - 1, i + 1, 2, "a pair") if counted else None
    if word == "nil" and (t.count == 1 or t.low[i - 1] in _NIL_OF):
        return exact(i, i + 1, 0, "nil")
    if word == "neither":
        return _neither(t, i)
    if word == "without" and t.low[i + 1] not in _WITHOUT:
        return None
    if word in ("none", "nobody"):
        return exact(i, i + 1, 0, word) if _is_none_counted(t, i) else None
    return _no(t, i)


def _multiple(t: Tokens, i: int) -> Reading | None:
    """ "double the 150", "twice the 40": so many times the number behind it."""
    said = t.low[i + 1] == "the" and (t.kind[i + 2] == NUMBER or t.low[i + 2] in SMALL)
    return exact(i, i + 1, MULTIPLES[t.low[i]], t.low[i])._replace(unit="time") if said else None


def _score(t: Tokens, i: int) -> Reading | None:
    """ "a score of men", "a score or more": twenty; not "a score of 3" or "the final score"."""
    if t.low[i - 1] != "a":
        return None
    after, noun = t.low[i + 1], t.low[i + 2]
    people = after == "of" and t.kind[i + 2] == WORD and (noun.endswith("s") or noun in _PEOPLE)
    more = after == "or" and noun in ("more", "so")
    return exact(i - 1, i + 1, 20, "a score") if people or more else None


_PEOPLE = bag("men women people children troops police others dead wounded civilian armed young")
_NOT_COUNTED = bag("""
    sides side parties party countries country governments government nations states camps chambers
    houses ends halves ways regions fronts cities continents directions cases occasions capitals
    hemispheres accounts versions teams armies belligerents leaders presidents terms
""")


def _is_both_counted(t: Tokens, i: int) -> bool:
    """ "both pilots", "both of them", "both were"; not "both killed and wounded"."""
    after = t.low[i + 1]
    if (
        t.low[i - 1] == "("
        or after in _NOT_COUNTED
        or (t.low[i + 2] in _NOT_COUNTED and after != "of")
    ):
        return False
    if t.count == 1 or after == "of" or after in ("were", "are", "have"):
        return True
    if t.kind[i + 1] != WORD or t.capital(i + 1) or after in ("the", "in", "on", "by", "a", "for"):
        return False
    k = i + 1
    while t.kind[k] == WORD and k <= i + 4 and not t.low[k].endswith("s"):
        if t.low[k] in ("men", "women", "people", "children"):
            break
        k += 1
    return t.kind[k] == WORD and k <= i + 3 and "and" not in t.low[i + 1 : k + 2]


def _is_none_counted(t: Tokens, i: int) -> bool:
    after = t.low[i + 1]
    if t.count == 1:
        return True
    if after == "of" and t.low[i + 3].endswith("ly"):
        return False  # "none of them badly"
    if after == "of":
        return t.low[i + 2] in ("the", "them", "those", "these", "its", "their", "whom", "our")
    return t.low[i - 1] in _LIFE_EVENTS or bool(_LIFE_EVENTS & set(t.low[i + 1 : i + 4]))


def _neither(t: Tokens, i: int) -> Reading | None:
    """ "neither pilot survived" is none of two; "neither ... nor" says no number."""
    begin, end = t.sentence(i)
    counted = t.kind[i + 1] == WORD and (t.low[i + 1] == "of" or t.low[i + 2] in _NEITHER_VERBS)
    if not counted or "nor" in t.low[max(begin, i) : min(end, i + 40)]:
        return None
    return exact(i, i + 1, 0, "neither")


_NEITHER_VERBS = bag("was were has had survived died is are did") | _LIFE_EVENTS


def _no(t: Tokens, i: int) -> Reading | None:
    """ "no casualties", "no one was killed", "not a single soldier" is read elsewhere."""
    if t.low[i + 1] == "one":
        events = [k for k in range(i + 2, i + 5) if t.low[k] in _LIFE_EVENTS]
        return exact(i, events[0] + 1, 0, "no one") if events else None
    k = i + 1
    while (t.low[k] in _ZERO_ADJECTIVES or t.capital(k)) and k < i + 4:
        k += 1
    if t.low[k] not in _ZERO_NOUNS:
        return None
    if t.low[k] in ("loss", "people") and t.low[k + 1] not in ("of", *_LIFE_EVENTS, "were", "was"):
        return None
    return exact(i, k + 1, 0, "no")
