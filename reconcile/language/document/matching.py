"""Stage 7: which quantity of the ledger a number is about, by its synonyms and its subject."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from reconcile.language.document.event_words import EVENT_CUES, EVENT_WORDS, LOSS_WORDS, OF_PERSONS
from reconcile.language.document.events import Counted, is_person, is_site
from reconcile.language.document.stock_changes import is_distance, leads_to
from reconcile.language.document.told_number import ToldNumber
from reconcile.language.phrase.number_words import bag
from reconcile.language.phrase.readings import Reading
from reconcile.language.phrase.tokens import Tokens
from reconcile.language.phrase.unit_factors import factor
from reconcile.values import Quantity

_GENERIC = bag("""
    north south korean koreans foreign elite enemy russian ukrainian
    people person persons men man women woman troops soldiers soldier servicemen serviceman
    fighters fighter personnel combatants recruits forces others members force army contingent
""")
# Words for what happens to people or where they are: a quantity with such a synonym counts people.
_OF_PEOPLE = OF_PERSONS | {"displaced", "evacuated"}
NATIONS = bag("""
    american americans u.s. us british french german israeli israelis palestinian palestinians
    iranian iranians russian russians ukrainian ukrainians chinese japanese turkish syrian syrians
    lebanese iraqi iraqis indian indians pakistani polish georgian belarusian korean koreans
    mexican canadian australian italian spanish egyptian saudi yemeni houthi hamas hezbollah isis
    taliban kurdish sudanese ethiopian afghan nato european chechen
    russia ukraine israel iran iraq syria lebanon gaza china japan turkey america mexico yemen
    sudan ethiopia afghanistan pakistan india georgia belarus korea poland
""")


_NATION_FORMS = frozenset(f"{name}{ending}" for name in NATIONS for ending in ("", "'s", "’s"))


@dataclass(frozen=True, slots=True)
class _Synonym:
    quantity: int
    words: tuple[str, ...]
    generic: bool
    weight: int


class Matcher:
    """The quantities of a ledger, ready to be found in text by their synonyms and subjects."""

    def __init__(self, quantities: Sequence[Quantity], own: frozenset[str] = frozenset()) -> None:
        self.quantities = tuple(quantities)
        self.own = frozenset(k for k, q in enumerate(self.quantities) if q.id in own)
        self.kinds = {q.id: q.kind for q in self.quantities}
        self.units = {q.id: q.unit for q in self.quantities}
        self.stock_of = {
            q.arrivals: q.id for q in self.quantities if q.kind == "stock" and q.arrivals
        }
        synonyms: dict[str, list[_Synonym]] = {}
        subjects: dict[str, list[_Synonym]] = {}
        for index, quantity in enumerate(self.quantities):
            named = quantity.synonyms or _names_of(quantity)
            for table, texts in ((synonyms, named), (subjects, quantity.subjects)):
                for words in dict.fromkeys(map(_normal, texts)):
                    if words:
                        generic = all(word in _GENERIC for word in words)
                        entry = _Synonym(index, words, generic, len(words))
                        table.setdefault(words[0], []).append(entry)
        self._own_words = {
            q.id: frozenset(_lemma(name.lower()) for name in q.synonyms or _names_of(q))
            for q in self.quantities
            if q.kind == "stock"
        }
        self._synonyms = _by_surface(synonyms)
        self._subjects = _by_surface(subjects)
        self._subject_words = frozenset(self._subjects)
        self.telling = EVENT_CUES.union(self._synonyms, EVENT_WORDS)
        self.of_people = frozenset(
            s.quantity
            for found in synonyms.values()
            for s in found
            if all(word in _OF_PEOPLE or word in _GENERIC for word in s.words)
        )

    def own_events(self, quantity: str | None) -> frozenset[str]:
        """The words of the synonyms of a quantity: what happens to be of it, not on top of it."""
        return self._own_words.get(quantity or "", frozenset())

    def subjects_in(self, t: Tokens, first: int, last: int) -> frozenset[int]:
        """The quantities whose subjects are named between two tokens."""
        starts = self._subjects
        if self._subject_words.isdisjoint(t.low[first:last]):
            return frozenset()
        return frozenset(
            entry.quantity
            for k in range(first, last)
            if t.low[k] in starts
            for entry in starts[t.low[k]]
            if entry.weight == 1 or _goes_on(t, k, entry.words)
        )

    def starting(self, word: str) -> Sequence[_Synonym]:
        """The synonyms whose first word is `word`, or a form of it."""
        return self._synonyms.get(word, ())

    def synonyms_at(self, t: Tokens, k: int) -> Sequence[_Synonym]:
        """The synonyms that start at token `k`."""
        candidates = self._synonyms.get(t.low[k])
        if candidates is None:
            return ()
        return [s for s in candidates if s.weight == 1 or _goes_on(t, k, s.words)]


def _by_surface(table: Mapping[str, list[_Synonym]]) -> dict[str, list[_Synonym]]:
    """The same entries under every written form of their first word."""
    surfaces: dict[str, list[_Synonym]] = {}
    for word, entries in table.items():
        forms = {word, *(form for form, name in EVENT_WORDS.items() if name == word)}
        for form in forms:
            for ending in ("", "'s", "’s"):
                surfaces.setdefault(f"{form}{ending}", []).extend(entries)
    return surfaces


def _names_of(quantity: Quantity) -> tuple[str, ...]:
    """What a quantity without synonyms is called: its id and its label without what explains it."""
    return quantity.id.replace("_", " ").replace("-", " "), quantity.label.partition("(")[0]


def _normal(text: str) -> tuple[str, ...]:
    words = text.lower().replace(",", " , ").split()
    return tuple(_lemma(word) for word in words)


def _lemma(word: str) -> str:
    """Words for one loss or movement are one word: "deaths", "dying" and "dead" are "killed"."""
    return EVENT_WORDS.get(word) or word.removesuffix("'s").removesuffix("’s")


def _goes_on(t: Tokens, k: int, words: tuple[str, ...]) -> bool:
    """Whether the words of a synonym whose first one stands at token `k` follow there."""
    return all(_lemma(t.low[k + n]) == words[n] for n in range(1, len(words)))


class Match(NamedTuple):
    """A quantity found for a number, and whether something about it was inferred."""

    quantity: str | None
    guessed: bool


NO_MATCH = Match(None, False)


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
    if matcher.own:
        found = _best(t, matcher, r, noun, places, context, own=True)
        if found.quantity is not None:
            return found
    return _best(t, matcher, r, noun, places, context, own=False)


def _best(
    t: Tokens,
    matcher: Matcher,
    r: Reading,
    noun: Counted,
    places: Sequence[tuple[int, int]],
    context: tuple[int, int, int],
    *,
    own: bool,
) -> Match:
    """The best match among the quantities of the user's own ledger, or among all of them."""
    people = _counts_people(t, noun)
    best: tuple[tuple[int, int, int], int] | None = None
    for k, distance in places:
        for synonym in matcher.starting(t.low[k]):
            if synonym.weight > 1 and not _goes_on(t, k, synonym.words):
                continue
            if own and synonym.quantity not in matcher.own:
                continue
            if not _fits(t, matcher, r, people, noun, k, synonym):
                continue
            rank = _rank(synonym, distance, k, r, noun, people)
            if best is None or rank < best[0]:
                best = (rank, synonym.quantity)
    if best is None:
        return NO_MATCH
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
    return demonym or is_person(t.low[head])


def _fits(
    t: Tokens,
    matcher: Matcher,
    r: Reading,
    people: bool,
    noun: Counted,
    k: int,
    s: _Synonym,
) -> bool:
    """Whether a number in this unit, of this noun, can be about the quantity of a synonym."""
    inside = noun.first <= k < noun.last
    if r.form == "product" and inside and k + s.weight > noun.last:
        return False
    if r.unit != "count" or matcher.quantities[s.quantity].unit != "count":
        same = factor(r.unit, matcher.quantities[s.quantity].unit) is not None
        return same and not is_distance(t, r)
    if "striking" in s.words and (len(s.words) > 1 or t.low[k - 1] == "on"):
        return not is_site(t, noun)
    if s.quantity in matcher.of_people:
        return people or (inside and k + s.weight >= noun.last)
    said = r.first - (t.low[r.first - 1] in (":", "="))  # "Inmates: 1,412"
    if matcher.quantities[s.quantity].kind == "stock" and not noun.text and k < r.first:
        return k + s.weight == said or leads_to(t, r.first)
    return (inside and k + s.weight >= noun.last) or k + s.weight == said


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
        return NO_MATCH
    if index in matcher.subjects_in(t, begin, end):
        return Match(quantity.id, False)
    if not _names_nation(t, begin, end) and index in matcher.subjects_in(t, earlier, begin):
        return Match(quantity.id, True)
    return NO_MATCH


def _names_nation(t: Tokens, first: int, last: int) -> bool:
    return not _NATION_FORMS.isdisjoint(t.low[first:last])


def match_still_there(
    t: Tokens, matcher: Matcher, told: ToldNumber, context: tuple[int, int, int]
) -> Match | None:
    """The level last named before "8,000 remain", "ten thousand people there now"; a guess."""
    r, noun = told.reading, told.noun
    if r.unit != "count" or not _counts_people(t, noun):
        return None
    for k in range(r.first - 1, context[2] - 1, -1):
        for s in matcher.synonyms_at(t, k):
            quantity = matcher.quantities[s.quantity]
            if quantity.kind == "stock" and quantity.unit == "count" and not s.generic:
                return Match(quantity.id, True)
    return None


def match_level(
    t: Tokens, matcher: Matcher, r: Reading, context: tuple[int, int, int]
) -> Match | None:
    """The measure last named before "the level has fallen 30 centimetres"; a guess."""
    begin, _, earlier = context
    if r.unit == "count" or _LEVELS.isdisjoint(t.low[begin : r.first]) or is_distance(t, r):
        return None
    for k in range(begin - 1, earlier - 1, -1):
        for s in matcher.synonyms_at(t, k):
            quantity = matcher.quantities[s.quantity]
            if factor(r.unit, quantity.unit) is not None:
                return Match(quantity.id, True)
    return None


def match_held(matcher: Matcher, names: Sequence[str]) -> Match:
    """The level of those whom a place holds, by the words for them; a guess."""
    found = (s for name in names for s in matcher.starting(name) if s.weight == 1)
    levels = (q for s in found if (q := matcher.quantities[s.quantity]).kind == "stock")
    quantity = next((q.id for q in levels if q.unit == "count"), None)
    return Match(quantity, quantity is not None)


_LEVELS = bag("level levels water waters it")


def match_earlier(
    t: Tokens, matcher: Matcher, r: Reading, noun: Counted, context: tuple[int, int, int]
) -> Match:
    """What the sentences before are about, for a number that names nothing itself."""
    begin, _, earlier = context
    if earlier >= begin:
        return NO_MATCH
    if r.unit != "count" or not _counts_people(t, noun) or _names_nation(t, noun.first, noun.last):
        return NO_MATCH
    best: tuple[int, int] | None = None
    for k in range(begin - 1, earlier - 1, -1):
        for s in matcher.synonyms_at(t, k):
            if s.generic or s.quantity not in matcher.of_people or t.low[k] not in LOSS_WORDS:
                continue
            if best is None or s.weight > best[0]:
                best = (s.weight, s.quantity)
        if best is not None and (best[0] > 1 or t.low[k] in (".", "\n")):
            break
    if best is None or best[1] not in matcher.subjects_in(t, earlier, begin):
        return NO_MATCH
    return Match(matcher.quantities[best[1]].id, True)
