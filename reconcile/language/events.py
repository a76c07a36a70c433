"""Stage 7: what is counted, what happened to it, and which quantity of the ledger that is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from reconcile.language.readings import Reading
from reconcile.language.tokens import WORD, Tokens
from reconcile.language.words import bag
from reconcile.values import Quantity

__all__ = [
    "EVENT_WORDS",
    "PERSONS",
    "Counted",
    "Match",
    "Matcher",
    "counted_noun",
    "event_near",
    "match_earlier",
    "match_quantity",
    "places_around",
]


def _inflections(text: str) -> dict[str, str]:
    rows = (row.partition(":") for row in text.strip().splitlines())
    return {word: name.strip() for name, _, words in rows for word in words.split()}


# What happened, and the words that say so.
EVENT_WORDS = _inflections("""
    killed: killed kill kills killing killings slain slaying dead died die dies dying death deaths
    killed: fatalities fatality perished perish fatal fatally murdered executed massacred
    wounded: wounded wound wounds wounding injured injure injures injuring injuries injury hurt
    wounded: maimed hospitalised hospitalized
    casualties: casualties casualty losses
    deployed: deployed deploy deploys deploying deployment stationed positioned present inside
    sent: sent send sends sending dispatched dispatch dispatching transferred shipped
    arrived: arrived arrive arrives arriving arrivals arrival came reached
    captured: captured capture captures capturing seized seize seizing occupied occupy occupying
    captured: taken
    missing: missing disappeared
    detained: detained arrested jailed imprisoned detain arrest arrests
    displaced: displaced fled evacuated
    withdrawn: withdrawn withdrew withdraw redeployed pulled
    trained: training trained
    destroyed: destroyed destroy destroying damaged shot downed
    lost: lost losing lose
    advanced: advance advanced advancing advances
""")
_LOSSES = bag("killed wounded casualties")
PERSONS = bag("""
    people person persons men man women woman troops soldiers soldier servicemen serviceman
    servicewomen fighters fighter personnel combatants recruits forces others dead wounded killed
    injured casualties bodies individuals members force army army's contingent
    guards guard conscripts marines paratroopers mercenaries militants pilots infantrymen commandos
    rebels captives infantry reservists volunteers
""")
_GENERIC = bag("""
    north south korean koreans foreign elite enemy russian ukrainian
    people person persons men man women woman troops soldiers soldier servicemen serviceman
    fighters fighter personnel combatants recruits forces others members force army contingent
""")
_SKIPPED = bag(
    "of the more additional other others extra further such these those their its his new"
)
_STOPS = bag("""
    and or but nor of in on at to by from with for as than that which who whom whose when while
    where if so because since until before after during over under about into onto near through
    across against between among amid within without is was are were be been being has have had
    do does did will would can could may might must shall should not also then now still already
    yet it he she they we i you him her them us this there here how what why said says say told
    reported according who's it's have've per a an each apiece alone currently far just only ago
    including left went fought took made gave got won held met saw ran fell rose became began
    led hit stood inside outside along alongside together every off up down out back away via
""")
_ING_NOUNS = bag("building buildings meeting meetings training wedding bombing shooting warning")
_PARTICIPLE_ENDS = ("ed", "ing")


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
    if k < end and t.low[k] in ("-", "“", '"', "‘"):
        k += 1
    first = k
    while k < end and k < first + 7 and _in_noun(t, k, first):
        k += 1
    while k > first and t.low[k - 1] in ("more", "additional", "'s", "’s"):
        k -= 1
    if k == first and r.last < end and t.low[r.last] in ("others",):
        return Counted(t.low[r.last], r.last, r.last + 1)
    return Counted(t.slice(first, k) if k > first else "", first, k)


def _in_noun(t: Tokens, k: int, first: int) -> bool:
    word = t.low[k]
    if t.kind[k] != WORD:
        return word == "-" and t.glued(k) and t.glued(k + 1) and k > first
    if word in _STOPS and not (word == "us" and t.capital(k)):
        return False
    if k > first and _is_head(t, k - 1):
        return False
    if word in EVENT_WORDS and word not in _LOSS_NOUNS:
        return (k == first or word in _ING_NOUNS) and _adjective_use(t, k)
    if word.endswith(_PARTICIPLE_ENDS) and len(word) > 4 and not t.capital(k):
        return word in _ING_NOUNS or (k == first and _adjective_use(t, k))
    return True


_LOSS_NOUNS = bag("casualties casualty losses deaths fatalities injuries")


def _is_head(t: Tokens, k: int) -> bool:
    """A plural in lower case ends the noun phrase: "migrants" in "2,000 migrants left"."""
    word = t.low[k]
    plural = word.endswith("s") and len(word) > 3 and not word.endswith(("ss", "us", "'s", "’s"))
    return not t.capital(k) and (plural or (word in PERSONS and word not in _LOSS_WORDS))


def _adjective_use(t: Tokens, k: int) -> bool:
    """ "wounded servicemen", "armed men": a participle before what it describes."""
    after = t.low[k + 1]
    return t.kind[k + 1] == WORD and after not in _STOPS and after not in EVENT_WORDS


def _inner_noun(t: Tokens, r: Reading) -> Counted:
    """ "two brigades of 6,000 people each" counts people."""
    last = r.last - 1
    first = last
    while first - 1 > r.first and t.kind[first - 1] == WORD and t.low[first - 1] not in _STOPS:
        first -= 1
    return Counted(t.slice(first, last) if last > first else "", first, last)


# ---------------------------------------------------------------- events

_BARRIERS = frozenset({";", ":", "\n", "while", "whereas", "but"})
_RIGHT, _LEFT = 14, 12


def event_near(t: Tokens, noun: Counted, places: Sequence[tuple[int, int]]) -> str:
    """What is said to have happened to what is counted, in the words of `places_around`.

    Nearer words win, and those behind the number over those before it at the same distance.
    """
    best, best_distance = "", 99
    for k, distance in places:
        name = EVENT_WORDS.get(t.low[k])
        if name is None or not _is_event(t, k, noun):
            continue
        if distance < best_distance:
            best, best_distance = _with_partner(t, k, name), distance
    return best


def places_around(
    t: Tokens, noun: Counted, r: Reading, left: int, right: int
) -> list[tuple[int, int]]:
    """Places around a number with their distances, up to the next barrier on either side.

    Looks from token `left` up to `right`, the neighbouring numbers.
    """
    first = min(noun.first, r.last) if noun.last > r.last else noun.first
    places: list[tuple[int, int]] = [(k, 0) for k in range(first, noun.last)]
    begin = max(noun.last, r.last)
    for k in range(begin, min(right, begin + _RIGHT)):
        if t.low[k] in _BARRIERS:
            break
        places.append((k, 2 * (k - begin) + 1))
    for k in range(r.first - 1, max(left, r.first - _LEFT) - 1, -1):
        if t.low[k] in _BARRIERS:
            break
        places.append((k, 2 * (r.first - 1 - k) + 2 - (t.low[k + 1] in ("of", "at"))))
    return places


def _is_event(t: Tokens, k: int, noun: Counted) -> bool:
    word = t.low[k]
    if word == "present":
        return t.low[k - 1] in ("are", "is", "were", "was", "currently")
    if word in ("lost", "came", "reached", "shot", "train", "pulled", "taken"):
        return t.low[k + 1] not in ("to", "after") or word == "lost"
    return True


def _with_partner(t: Tokens, k: int, name: str) -> str:
    """ "killed and wounded": two losses joined are one event."""
    for step in (1, -1):
        link, other = t.low[k + step], t.low[k + 2 * step]
        partner = EVENT_WORDS.get(other)
        losses = partner in _LOSSES and name in _LOSSES and partner != name
        if losses and link in ("and", "or", ",", "/") and t.kind[k + 2 * step] == WORD:
            pair = (name, partner) if step > 0 else (partner, name)
            return f"{pair[0]} {'or' if link == 'or' else 'and'} {pair[1]}"
    return name


# ---------------------------------------------------------------- quantities

# Words for what happens to people or where they are: a quantity with such a synonym counts people.
_OF_PEOPLE = bag(
    "killed wounded casualties deployed sent arrived missing detained displaced withdrawn"
)
_NATIONS = bag("""
    american americans u.s. us british french german israeli israelis palestinian palestinians
    iranian iranians russian russians ukrainian ukrainians chinese japanese turkish syrian syrians
    lebanese iraqi iraqis indian indians pakistani polish georgian belarusian korean koreans
    mexican canadian australian italian spanish egyptian saudi yemeni houthi hamas hezbollah isis
    taliban kurdish sudanese ethiopian afghan nato european chechen
    russia ukraine israel iran iraq syria lebanon gaza china japan turkey america mexico yemen
    sudan ethiopia afghanistan pakistan india georgia belarus korea poland
""")


_NATION_FORMS = frozenset(f"{name}{ending}" for name in _NATIONS for ending in ("", "'s", "’s"))


@dataclass(frozen=True, slots=True)
class _Synonym:
    quantity: int
    words: tuple[str, ...]
    generic: bool
    weight: int


class Matcher:
    """The quantities of a ledger, ready to be found in text by their synonyms and subjects."""

    def __init__(self, quantities: Sequence[Quantity]) -> None:
        self.quantities = tuple(quantities)
        self.kinds = {q.id: q.kind for q in self.quantities}
        self.stock_of = {
            q.arrivals: q.id for q in self.quantities if q.kind == "stock" and q.arrivals
        }
        synonyms: dict[str, list[_Synonym]] = {}
        subjects: dict[str, list[_Synonym]] = {}
        for index, quantity in enumerate(self.quantities):
            for table, texts in ((synonyms, quantity.synonyms), (subjects, quantity.subjects)):
                for words in dict.fromkeys(map(_normal, texts)):
                    if words:
                        generic = all(word in _GENERIC for word in words)
                        entry = _Synonym(index, words, generic, len(words))
                        table.setdefault(words[0], []).append(entry)
        self._synonyms = _by_surface(synonyms)
        self._subjects = _by_surface(subjects)
        self.of_people = frozenset(
            s.quantity
            for found in synonyms.values()
            for s in found
            if all(word in _OF_PEOPLE or word in _GENERIC for word in s.words)
        )

    def subjects_in(self, t: Tokens, first: int, last: int) -> frozenset[int]:
        """The quantities whose subjects are named between two tokens."""
        starts = self._subjects
        return frozenset(
            entry.quantity
            for k in range(first, last)
            if t.low[k] in starts
            for entry in starts[t.low[k]]
            if entry.weight == 1 or _matches(t, k, entry.words)
        )

    def synonyms_at(self, t: Tokens, k: int) -> Sequence[_Synonym]:
        """The synonyms that start at token `k`."""
        candidates = self._synonyms.get(t.low[k])
        if candidates is None:
            return ()
        return [s for s in candidates if s.weight == 1 or _matches(t, k, s.words)]


def _by_surface(table: Mapping[str, list[_Synonym]]) -> dict[str, list[_Synonym]]:
    """The same entries under every written form of their first word."""
    surfaces: dict[str, list[_Synonym]] = {}
    for word, entries in table.items():
        forms = {word, *(form for form, name in EVENT_WORDS.items() if name == word)}
        for form in forms:
            for ending in ("", "'s", "’s"):
                surfaces.setdefault(f"{form}{ending}", []).extend(entries)
    return surfaces


def _normal(text: str) -> tuple[str, ...]:
    words = text.lower().replace(",", " , ").split()
    return tuple(_lemma(word) for word in words)


def _lemma(word: str) -> str:
    """Words for one loss or movement are one word: "deaths", "dying" and "dead" are "killed"."""
    return EVENT_WORDS.get(word) or word.removesuffix("'s").removesuffix("’s")


def _matches(t: Tokens, k: int, words: tuple[str, ...]) -> bool:
    for word in words:
        if _lemma(t.low[k]) != word:
            return False
        k += 1
    return True


class Match(NamedTuple):
    """A quantity found for a number, and whether something about it was inferred."""

    quantity: str | None
    guessed: bool


def match_quantity(
    t: Tokens,
    matcher: Matcher,
    r: Reading,
    noun: Counted,
    places: Sequence[tuple[int, int]],
    context: tuple[int, int, int],
) -> Match:
    """The quantity that a number is about.

    `places` as from `places_around`; `context` is the first token and the end of the words that
    say who is meant, and the token from which earlier sentences may be asked.
    """
    people = _counts_people(t, noun)
    best: tuple[tuple[int, int, int], int] | None = None
    for k, distance in places:
        for synonym in matcher.synonyms_at(t, k):
            if not _fits(matcher, r, people, noun, k, synonym):
                continue
            rank = _rank(synonym, distance, k, r, noun, people)
            if best is None or rank < best[0]:
                best = (rank, synonym.quantity)
    if best is None:
        return Match(None, False)
    return _checked(t, matcher, best[1], r, noun, context)


def _rank(
    s: _Synonym, distance: int, k: int, r: Reading, noun: Counted, people: bool
) -> tuple[int, int, int]:
    """What happened says more than who it happened to; near words more than far ones."""
    if s.generic:
        return (3, 0, -s.weight)
    if not people and noun.first <= k < noun.last:
        return (0, 0, -s.weight)
    extent = 2 * (s.weight - 1) if k < r.first else 0
    return (1, distance - extent - 2 * (s.weight - 1), -s.weight)


def _counts_people(t: Tokens, noun: Counted) -> bool:
    if not noun.text:
        return True
    head = noun.last - 1
    demonym = t.capital(head) and t.low[head].endswith("s") and not t.word(head).isupper()
    return demonym or t.low[head] in PERSONS


def _fits(matcher: Matcher, r: Reading, people: bool, noun: Counted, k: int, s: _Synonym) -> bool:
    """Whether a number in this unit, of this noun, can be about the quantity of a synonym."""
    inside = noun.first <= k < noun.last
    if r.form == "product" and inside and k + s.weight > noun.last:
        return False
    if r.unit != "count" or matcher.quantities[s.quantity].unit != "count":
        return matcher.quantities[s.quantity].unit == r.unit
    if s.quantity in matcher.of_people:
        return people or (inside and k + s.weight >= noun.last)
    return (inside and k + s.weight >= noun.last) or k + s.weight == r.first


def _checked(
    t: Tokens,
    matcher: Matcher,
    index: int,
    r: Reading,
    noun: Counted,
    context: tuple[int, int, int],
) -> Match:
    """A number of somebody else is not about the quantity; one of nobody named may be."""
    quantity = matcher.quantities[index]
    begin, end, earlier = context
    if not quantity.subjects or index in matcher.subjects_in(t, noun.first, noun.last):
        return Match(quantity.id, False)
    if r.unit == "count" and _names_nation(t, noun.first, noun.last):
        return Match(None, False)
    if index in matcher.subjects_in(t, begin, end):
        return Match(quantity.id, False)
    if not _names_nation(t, begin, end) and index in matcher.subjects_in(t, earlier, begin):
        return Match(quantity.id, True)
    return Match(None, False)


def _names_nation(t: Tokens, first: int, last: int) -> bool:
    return not _NATION_FORMS.isdisjoint(t.low[first:last])


def match_earlier(
    t: Tokens, matcher: Matcher, r: Reading, noun: Counted, context: tuple[int, int, int]
) -> Match:
    """What the sentences before are about, for a number that names nothing itself."""
    begin, _, earlier = context
    if earlier >= begin:
        return Match(None, False)
    if r.unit != "count" or not _counts_people(t, noun) or _names_nation(t, noun.first, noun.last):
        return Match(None, False)
    best: tuple[int, int] | None = None
    for k in range(begin - 1, earlier - 1, -1):
        for s in matcher.synonyms_at(t, k):
            if s.generic or s.quantity not in matcher.of_people or t.low[k] not in _LOSS_WORDS:
                continue
            if best is None or s.weight > best[0]:
                best = (s.weight, s.quantity)
        if best is not None and (best[0] > 1 or t.low[k] in (".", "\n")):
            break
    if best is None or best[1] not in matcher.subjects_in(t, earlier, begin):
        return Match(None, False)
    return Match(matcher.quantities[best[1]].id, True)


_LOSS_WORDS = frozenset(word for word, name in EVENT_WORDS.items() if name in _LOSSES)
