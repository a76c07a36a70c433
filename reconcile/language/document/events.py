"""Stage 7: what is counted, and what is said to have happened to it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import compress
from typing import NamedTuple

from reconcile.language.document.event_words import (
    EVENT_CUES,
    EVENT_WORDS,
    LOSS_WORDS,
    LOSSES,
    OF_BODIES,
    OF_PERSONS,
    PERSONS,
    PLACE_NOUNS,
    STOPS,
    THINGS,
)
from reconcile.language.phrase.ages import PERSON
from reconcile.language.phrase.calendar import WEEKDAYS
from reconcile.language.phrase.number_words import bag
from reconcile.language.phrase.readings import Reading
from reconcile.language.phrase.tokens import NUMBER, WORD, Tokens
from reconcile.language.phrase.units import TIME_UNITS

_SKIPPED = bag(
    "of the more additional other others extra further such these those their its his new"
)
_OTHER_TIMES = bag("previous preceding same next following last other")
_ING_NOUNS = bag("building buildings meeting meetings training wedding bombing shooting warning")
_PARTICIPLE_ENDS = ("ed", "ing")


Place = tuple[int, int]
"""A token near a number and how far away it is."""


class Counted(NamedTuple):
    """The words for what a number counts, from token `first` up to and without `last`."""

    text: str
    first: int
    last: int


def counted_noun(t: Tokens, r: Reading, end: int) -> Counted:
    """The noun phrase behind the number (or within a product), empty if there is none."""
    if r.form == "product" and t.low[r.last - 1] in ("each", "apiece"):
        return _inner_noun(t, r)
    k = r.last
    while k < end and t.low[k] in _SKIPPED and k < r.last + 4:
        k += 1
    if t.low[k].endswith("ly") and t.low[k + 1] in EVENT_WORDS and k < end:
        return Counted("", k, k)  # "11,306 partially damaged"
    if k < end and t.low[k] in ("-", "“", '"', "‘"):
        k += 1
    other = t.low[k] in _OTHER_TIMES
    if (other or t.low[r.last] == "the") and t.low[k + other] in TIME_UNITS:
        return Counted("", r.last, r.last)  # "31 the week before", "52 last year"
    first = k
    while k < end and k < first + 7 and _in_noun(t, k, first):
        k += 1
    if t.low[k - 1] == "head" and t.low[k] == "of" and t.kind[k + 1] == WORD and k < end:
        k += 2  # "700 head of cattle"
    while k > first and t.low[k - 1] in ("more", "additional", "'s", "’s"):
        k -= 1
    if k == first and r.last < end and t.low[r.last] in ("others",):
        return Counted(t.low[r.last], r.last, r.last + 1)
    return Counted(t.slice(first, k) if k > first else "", first, k)


def _in_noun(t: Tokens, k: int, first: int) -> bool:
    word = t.low[k]
    if t.kind[k] != WORD:
        return word == "-" and t.glued(k) and t.glued(k + 1) and k > first
    if t.low[k + 1] == "than":
        return False  # "12 % lower than"
    if word in WEEKDAYS and (t.kind[k + 1] != WORD or t.low[k + 1] in STOPS):
        return False  # "35% from 12% Sunday"
    if word in STOPS and not (word == "us" and t.capital(k)):
        return False
    if k > first and _is_head(t, k - 1):
        return False
    if word in EVENT_WORDS and word not in _LOSS_NOUNS:
        return (k == first or word in _ING_NOUNS) and _adjective_use(t, k)
    if word.endswith(_PARTICIPLE_ENDS) and len(word) > 4 and not t.capital(k):
        return word in _ING_NOUNS or (k == first and _adjective_use(t, k))
    return True


_LOSS_NOUNS = bag("""
    homicides murders drownings suicides casualties casualty losses deaths fatalities injuries
    bodies corpses cases infections survivors
    layoffs redundancies votes ballots vaccinations admissions recoveries evacuations
""")


def _is_head(t: Tokens, k: int) -> bool:
    """A plural in lower case ends the noun phrase: "migrants" in "2,000 migrants left"."""
    word = t.low[k]
    plural = word.endswith("s") and len(word) > 3 and not word.endswith(("ss", "us", "'s", "’s"))
    return not t.capital(k) and (plural or (word in PERSONS and word not in LOSS_WORDS))


def _adjective_use(t: Tokens, k: int) -> bool:
    """ "wounded servicemen", "armed men": a participle before what it describes."""
    after = t.low[k + 1]
    noun = after not in EVENT_WORDS or after in _LOSS_NOUNS
    timed = after in _OTHER_TIMES  # "Four died last Saturday"
    return t.kind[k + 1] == WORD and after not in STOPS and after != "the" and noun and not timed


def _inner_noun(t: Tokens, r: Reading) -> Counted:
    """ "two brigades of 6,000 people each" counts people."""
    last = r.last - 1
    first = last
    while first - 1 > r.first and t.kind[first - 1] == WORD and t.low[first - 1] not in STOPS:
        first -= 1
    return Counted(t.slice(first, last) if last > first else "", first, last)


# ---------------------------------------------------------------- events

_BARRIERS = frozenset({";", ":", "\n", "while", "whereas", "but"})
_PREDICATES = bag("are were is was have has had remain remains remained")
# A predicate says more: "26 survivors are in hospital", "2,140 ballots were rejected".
_WHAT_THEY_ARE = bag("survivors ballots votes")
_SAYS_LESS = 12  # tokens
_RIGHT, _LEFT = 14, 12


def event_at(
    t: Tokens, noun: Counted, places: Sequence[Place], *, measured: bool = False
) -> tuple[str, int]:
    """What is said to have happened to what is counted, and the token that says so.

    Looks in `places_around`. Nearer words win, and those behind the number over those before it at
    the same distance; ("", -1) if nothing is said. What is `measured` and not counted has no body.
    """
    best, best_distance, at = "", 99, -1
    head = t.low[noun.last - 1] if noun.last > noun.first else ""
    place, thing = head in PLACE_NOUNS, measured or head in THINGS
    for k, distance in places:
        name = event_named(t, k)
        if not name or not _is_event(t, k, noun) or (place and name in OF_PERSONS):
            continue
        if thing and (name in OF_BODIES or (name in _MOVED_TO and head in _SHELTERS)):
            continue
        hurting = t.low[k] in _HURTING and t.low[k + 1] != "down"
        if name == "lost" and head in _BUILT:
            name = "destroyed"  # "the town lost 140 houses"
        if name == "destroyed" and hurting:
            name = _hurt(t, k, noun, head) if not thing else name
        if t.low[k] in _WHAT_THEY_ARE and len(places) > 1 and noun.first <= k < noun.last:
            distance += _SAYS_LESS * any(p[0] >= noun.last for p in places)
        if distance < best_distance:
            best, best_distance, at = _with_partner(t, k, name), distance, k
    return best, at


def places_around(
    t: Tokens, noun: Counted, r: Reading, edge: tuple[int, int], telling: frozenset[str]
) -> list[Place]:
    """Places of `telling` words around a number with their distances, up to the next barrier.

    Looks between the tokens of `edge`, the neighbouring numbers. Nearer places come first in the
    noun, then behind the number, then before it.
    """
    low = t.low
    first = min(noun.first, r.last) if noun.last > r.last else noun.first
    places: list[Place] = [(k, 0) for k in range(first, noun.last) if low[k] in telling]
    begin = max(noun.last, r.last)
    relative = low[r.last] == "of" and low[r.last + 1] in _OF_THEM and begin <= r.last + 2
    if relative:
        begin = r.last + 2  # "three of whom died"
    right = range(begin, min(edge[1], begin + _RIGHT))
    is_notable = _notable(telling).__contains__
    for k in compress(right, map(is_notable, low[begin : right.stop])):
        if low[k] in telling:
            if low[k] not in _SHORT or t.kind[k + 2] != NUMBER:  # "87, d. 4": of the next
                places.append((k, 2 * (k - begin) + 1))
        elif low[k] != "which":
            break
    own = low[begin] in _PREDICATES and (low[r.first - 1] == "and" or relative)
    if own and places:
        return places  # "were rescued and 60 are still missing": a clause of its own
    left = range(max(edge[0], r.first - _LEFT), r.first)
    before = low[left.start : r.first]
    before.reverse()
    for k in compress(reversed(left), map(is_notable, before)):
        if low[k] in telling:
            near = 2 if low[k] in _SHORT else low[k + 1] in ("of", "at")
            places.append((k, 2 * (r.first - 1 - k) + 2 - near))
        elif low[k] == ":" and k == r.first - 1:
            continue  # a label
        elif low[k] == "but" and k == r.first - 1 and "not" in before and t.kind[r.last] != WORD:
            continue  # "it was not 400 birds that died but 40"
        elif low[k] != "which" or low[k - 1] == ",":
            break
    return places


_OF_THEM = bag("whom them these those")
_SHORT = bag("d inj wded hosp unacc")


@lru_cache(maxsize=8)
def _notable(telling: frozenset[str]) -> frozenset[str]:
    return telling | _BARRIERS | {"which", "where"}


def event_named(t: Tokens, k: int) -> str:
    """The event that the token `k` names, empty if none; "lost their lives" is "killed"."""
    word = t.low[k]
    if t.low[k + 1 : k + 3] == ["to", "death"]:  # burnt, stabbed, beaten
        return "killed"
    if word == "pulled" and "alive" in t.low[k + 1 : k + 8]:
        return "rescued"
    if word == "pulled" and "dead" in t.low[k + 2 : k + 4]:
        return "killed"  # "pulled out dead"
    if word == "alive" and not _PULLING.isdisjoint(t.low[max(0, k - 7) : k]):
        return "rescued"
    if word == "shot" and (t.low[k + 1] == "dead" or t.low[k + 1 : k + 3] == ["and", "killed"]):
        return "killed"
    if word in _TAKING:
        named = _taking(t, k)
        if named:
            return named
    if word == "lost" and _is_of_persons(t, k + 2) and not _CARE.isdisjoint(_said(t, k)):
        return "killed"  # "Ward 7 discharged 19 and lost 2"
    if word in ("lost", "lose", "losing", "claimed") and (
        t.low[k - 1] == "lives" or not _LIVES.isdisjoint(t.low[k + 1 : k + 3])
    ):
        return "killed"
    if word in _VOTED and t.low[k - 1] in _SPOILT:
        return "spoilt"
    if word == "rejected":  # "131 ballot papers were rejected"
        return "" if _VOTED.isdisjoint(t.low[max(0, k - 3) : k]) else "spoilt"
    if (word, t.low[k + 1]) in _STRIKING:
        return "striking"
    if word == "d":  # "d. 4, inj. 11"
        return "killed" if t.low[k + 1] == "." and t.kind[k + 2] == NUMBER else ""
    return EVENT_WORDS.get(word, "")


def _is_of_persons(t: Tokens, k: int) -> bool:
    return t.kind[k] != WORD or t.low[k] == "and" or is_person(t.low[k])


def _said(t: Tokens, k: int) -> list[str]:
    """The words of the sentence before token `k`."""
    return t.low[t.sentence(k)[0] : k]


_CARE = bag("patient patients ward wards icu clinic clinics")
_STRIKING = {("downed", "tools"), ("stopped", "work"), ("stopped", "working")}
_VOTED, _SPOILT = bag("votes ballots papers"), bag("spoilt spoiled invalid void rejected null")
_PULLING = bag("pull pulls pulled dig dug brought lifted plucked winched")
_TAKING = EVENT_CUES | {"taken", "sent"}
_MARCHES = bag("march marches rally rallies demonstration demonstrations protest protests vigil")
_SHOWS = bag("""
    festival fair match game concert gig show parade exhibition carnival tournament race museum
    ceremony conference opening
""")
_STRIKES = bag("strike strikes walkout walkouts stoppage stoppages")
_TAKERS = bag("gunmen bandits kidnappers militants insurgents pirates raiders attackers rebels")
_HOSTAGES = bag("hostage hostages captive captives prisoner prisoners")
_LEAVING = bag("leave evacuate flee")


def _taking(t: Tokens, k: int) -> str:
    """What a common verb says with the words around it: "taken to hospital", "told to leave"."""
    word, behind = t.low[k], t.low[k + 1 : k + 5]
    if word in ("drew", "attracted"):
        before = t.low[max(0, k - 8) : k]
        if _MARCHES.isdisjoint(before):
            return "" if _SHOWS.isdisjoint(before) else "attended"
        return "protested"
    if word in ("laid", "lay", "lays", "laying", "let", "lets"):
        return "dismissed" if behind[:1] == ["go" if word.startswith("let") else "off"] else ""
    if word in ("told", "ordered"):
        return "evacuated" if behind[:1] == ["to"] and behind[1] in _LEAVING else ""
    if word in ("took", "take", "taking") and not _HOSTAGES.isdisjoint(t.low[k + 1 : k + 6]):
        return "captured"
    if word in ("took", "take", "taking", "joined"):
        part = behind[:1] == ["part"] or word == "joined"
        near = t.low[max(0, k - 8) : k + 9] if part else []
        if not _STRIKES.isdisjoint(near):
            return "striking"
        if not _MARCHES.isdisjoint(near):
            return "protested"
        if word == "joined" or part:
            return "attended" if word != "joined" else ""
        return (
            "captured"
            if word == "took" and not _TAKERS.isdisjoint(t.low[max(0, k - 6) : k])
            else ""
        )
    return "hospitalised" if "to" in behind[:2] and "hospital" in behind else ""


def is_site(t: Tokens, noun: Counted) -> bool:
    """Whether what is counted can be where something happened: prisons, towns, boats."""
    head = t.low[noun.last - 1] if noun.last > noun.first else ""
    return head in PLACE_NOUNS or head in THINGS


def _hurt(t: Tokens, k: int, noun: Counted, head: str) -> str:
    """What is meant by "shot" or "burned": of animals, persons (as without a noun) or things."""
    begin = t.sentence(k)[0]
    heading = t.low[begin : begin + _LONGEST_LABEL] if not noun.text else [head]
    heading = heading[: heading.index(":")] if ":" in heading else [head]
    if not _ANIMALS.isdisjoint(heading):
        return "killed"  # "Lynx: 6 collared, 2 shot"
    return "wounded" if _is_person(t, noun, head) else "destroyed"


_LONGEST_LABEL = 6  # tokens


def _is_person(t: Tokens, noun: Counted, head: str) -> bool:
    return not noun.text or is_person(head)


def is_person(word: str) -> bool:
    """Whether a noun names persons: "passengers", "fishermen"."""
    return word in PERSONS or word.removesuffix("s") in PERSON or word.endswith("men")


_BUILT = bag("houses homes buildings schools bridges shops")
_HURTING = bag("shot burned burnt")  # persons are hurt, buildings destroyed
_ANIMALS = bag("""
    wolf wolves bear bears dog dogs cat cats cow cows bull bulls cattle sheep goats pig pigs horses
    horse camels deer boar boars fox foxes seal seals whale whales elephant elephants rhino rhinos
    lion lions tiger tigers leopard leopards bird birds hens chickens ducks geese swans badgers
    lynx lynxes otters beavers monkeys apes gorillas crocodiles sharks animals
""")
_LIVES = frozenset({"life", "lives"})
_CORPSES = bag("bodies corpses remains body")
_PULLED = bag("dead alive unconscious from to by down")
_LIVING = bag("he she who it family nobody everyone everybody man woman")
_AT_HOME = bag("in at near with here there nearby alone on next")
_SHELTERS = bag("camps centres centers shelters tents halls beds")
_MOVED_TO = bag("evacuated displaced rescued")


def _is_event(t: Tokens, k: int, noun: Counted) -> bool:
    word = t.low[k]
    if word in _PURPOSES and noun.first <= k < noun.last - 1:
        return False
    if word in _OCCUPYING:  # villages are captured, beds are filled
        told = k < noun.first or noun.last > noun.first
        return told and _FILLED.isdisjoint((t.low[noun.last - 1], t.low[k - 1]))
    if word == "present":
        return t.low[k - 1] in ("are", "is", "were", "was", "currently")
    if word in ("strike", "striking", "struck"):
        return t.low[k - 1] == "on" if word == "strike" else t.kind[k + 1] != WORD
    if word in ("walked", "walk", "walking"):
        return t.low[k + 1] == "out"
    if word == "damage" and t.low[k - 1] in ("the", "a", "of", "and") and noun.text:
        return False  # "1,300 fishermen are out of work, and the damage could reach"
    if word == "pulled" and t.low[k + 1] in _PULLED:
        return False  # "pulled dead from the rubble"
    if word == "returned":
        return t.low[k - 1] in ("have", "had", "has", "already") and t.low[k + 1] != "fire"
    if word == "taken" and _taking(t, k):
        return True
    if word == "lost" and t.low[k + 2] in ("-", "–") and t.glued(k + 2) and len(t.low[k + 1]) < 3:
        return False  # a game
    if word in ("arrest", "arrests"):
        return t.low[k - 1] not in ("cardiac", "house")
    if word == "missing":
        return t.low[k + 1] not in _MISSED
    if word == "came" and t.low[k + 1] in _NOT_ARRIVED:
        return False
    if word in ("lost", "came", "reached", "shot", "train", "pulled", "taken"):
        if word == "reached" and t.kind[k + 1] != WORD:
            return False
        return t.low[k + 1] not in _NOT_REACHED or word == "lost"
    if word == "sent" and t.low[k + 1] == "off":  # the pitch
        return t.low[k + 2] in ("to", "for")
    if word == "sick":
        return t.low[k + 1] not in _SICK_NOTES
    if word in ("hospital", "intensive"):
        return t.low[k - 1] == "in"
    if word == "survivors":
        return t.low[k + 1] not in ("told", "said", "say", "described")
    if word == "held":  # "4 held with heroin", not "3 talks held in Geneva"
        ended = t.kind[k + 1] != WORD or t.low[k + 1] in _HOLDING
        return ended and _is_person(t, noun, t.low[noun.last - 1])
    if word == "claiming":
        return "lives" in t.low[k : k + 6]
    if word == "lives":
        return t.low[k - 1] not in _LIVING and t.low[k + 1] not in _AT_HOME
    if word == "cases" and not _LEGAL.isdisjoint(t.low[max(0, k - 5) : k + 4]):
        return False
    if word in ("ill", "cases", "admitted", "inside", "recovered", "collapsed"):
        if word == "recovered" and not _CORPSES.isdisjoint(t.low[max(0, k - 5) : k]):
            return False
        return word not in ("ill", "admitted") or t.low[k + 1] != "that"
    return True


_LEGAL = bag("""
    court courts criminal corruption fraud abuse rape murder civil legal lawsuit lawsuits
    prosecutors prosecutor judge judges lawyers tried opened filed pending prosecuted brought
    dropped dismissed
    heard settled docket
""")
# Before a noun these say what it is for: "rescue boats", "arrest warrants", "death sentences".
_PURPOSES = bag("""
    rescue attack strike death injury arrest capture murder evacuation training toll arrival loss
    detention hospital
""")
_OCCUPYING = bag("occupied occupy occupying")
_FILLED = bag("beds rooms flats seats tents cells places berths houses homes units bays tables")
_NOT_REACHED = bag("to after first second third fourth fifth last top")
_NOT_ARRIVED = bag("back out up clean positive negative under")
_MISSED = bag("forecasts expectations estimates targets deadlines payments school meals work")
_SICK_NOTES = bag("leave pay day days note notes bay list")
_HOLDING = bag("with for over in by after at on without captive hostage prisoner")


def _with_partner(t: Tokens, k: int, name: str) -> str:
    """ "killed and wounded": two losses joined are one event."""
    for step in (1, -1):
        link, other = t.low[k + step], t.low[k + 2 * step]
        partner = EVENT_WORDS.get(other)
        losses = partner in LOSSES and name in LOSSES and partner != name
        if losses and link in ("and", "or", ",", "/") and t.kind[k + 2 * step] == WORD:
            pair = (name, partner) if step > 0 else (partner, name)
            return f"{pair[0]} {'or' if link == 'or' else 'and'} {pair[1]}"
    return name
