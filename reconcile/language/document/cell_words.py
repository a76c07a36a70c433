"""The words of a cell that its reading leaves out: known ones that say what is counted, or not."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from functools import cache

from reconcile.language.document.brackets import SPEAKING
from reconcile.language.document.event_words import (
    EVENT_WORDS,
    OF_PERSONS,
    PERSONS,
    PLACE_NOUNS,
    THINGS,
)
from reconcile.language.document.matching import NATIONS
from reconcile.language.phrase.ages import PERSON
from reconcile.language.phrase.names import COUNT_NOUNS
from reconcile.language.phrase.number_words import bag
from reconcile.language.phrase.other_languages import WORDS_ELSEWHERE
from reconcile.values import Cell, Mention

_PERIODS = bag("""
    last past next since until till during ago
    today yesterday tonight overnight morning afternoon evening night
    second minute minutes hour hours day days week weeks weekend fortnight month months quarter year
    years decade century monday tuesday wednesday thursday friday saturday sunday
    january february march april june july august september october november december
    jan feb mar apr jun jul aug sep sept oct nov dec q1 q2 q3 q4
    ytd mtd wtd am pm noon midnight
""")
_CONNECTORS = bag("of in at on from by to with for and or among inside near and/or")
_BESIDE = bag("""
    a an the these those all their its were was are is have has had been being total totals
    totalling overall altogether sum combined number numbers count counts counted known
    confirmed unconfirmed verified unverified reported reportedly recorded registered documented
    official officially unofficial unofficially preliminary provisional provisionally revised
    updated final suspected probable possible possibly presumed presumably alleged allegedly
    feared believed likely disputed estimated est claimed so far date only just exactly precisely
    see note etc incl including inclusive both cumulative suppressed rounded
    north south east west northern southern eastern western central
    human humans individual ppl pers indiv hh hhs civilian civilians
    child children baby babies infant infants adult
    adults minor minors elderly male males female females boy boys girl girls m f youth youths
    teenager teenagers student students pupil pupils teacher teachers
    family families household households couple couples relatives villagers locals
    people's population inhabitants citizens nationals foreigners foreign local
    police policemen policeman security armed military paramilitary army navy soldiers troops
    combatant combatants noncombatant noncombatants non-combatants insurgent insurgents terrorist
    terrorists gunmen gunman militia militiamen rebel rebels peacekeeper peacekeepers
    aid worker workers humanitarian medical medic medics doctor doctors nurse nurses health
    staff crew crewmen passenger passengers pilot pilots driver drivers sailor sailors
    firefighter firefighters rescuers rescuer journalist journalists reporter reporters
    fisherman fishermen farmer farmers miner miners
    person persons person's men man women woman dead victims victim casualties casualty
    serious seriously severe severely critical critically slight slightly light lightly badly
    mortally condition stable found identified unidentified buried
    rubble debris sea water scene hospital hospitals custody prison jail
    house houses home homes building buildings dwellings structures shelters school schools
    site sites event events incident incidents attack attacks strike strikes report reports case
    cases test tests positive positives patient patients admission admissions bed beds
    vote votes voter voters seat seats ballot ballots respondents candidates delegates members
    animal animals cattle cows sheep goats pigs horses dogs birds livestock poultry
    job jobs strikers participants attendees demonstrators protesters protestors marchers
    spectators visitors tourists pilgrims migrants refugees asylum seekers returnees idps idp
    evacuees detainees prisoners inmates hostages captives
    vehicle vehicles car cars bus buses truck trucks ship ships boat boats plane planes aircraft
    drone drones missile missiles rocket rockets bomb bombs shell shells tank tanks
    item items unit units piece pieces copy copies record records entry entries file files
    order orders subscriber subscribers user users customer customers employee employees
    kia wia mia pow e p r c
""")
_WORD = re.compile(r"[^\W\d_]+(?:['’.\-/][^\W\d_]+)*|\d+|[^\w\s]")
_PLURAL = re.compile(r"(?<=[^\W\d_])\(e?s\)")  # person(s)
_TAG = re.compile(r"</?\w[^<>]{0,200}>")
_ARROW = re.compile(r"-+>")
_MARKS = frozenset(".,;:()[]?!\"'’‘“”*†‡§-‐‑–—−/&|•+→⇒➔¹²³⁰⁴⁵⁶⁷⁸⁹")
_BRACKETS = re.compile(r"[(\[][^()\[\]]*[)\]]")


@cache
def _known() -> frozenset[str]:
    nouns = PERSONS | COUNT_NOUNS | THINGS | PLACE_NOUNS | PERSON
    events = EVENT_WORDS.keys() - {"alive"}  # which denies what a column of deaths counts
    return frozenset(
        nouns | {f"{noun}s" for noun in PERSON} | NATIONS | SPEAKING | _BESIDE | events
    )


def words_beside(cell: Cell) -> list[tuple[str, int]]:
    """The words, digits and signs of a cell outside its numbers, each with its place."""
    text = _ARROW.sub(lambda m: "→" + " " * (len(m[0]) - 1), cell.text)
    text = _TAG.sub(lambda m: " " * len(m[0]), text)
    text = _PLURAL.sub(lambda m: " " * len(m[0]), text)
    for mention in cell.mentions:
        first, last = mention.span
        text = text[:first] + " " * (last - first) + text[last:]
    return [(m[0], m.start()) for m in _WORD.finditer(text)]


def unread_in_cell(cell: Cell, own: Collection[str] = ()) -> tuple[str, ...]:
    """Words and signs of a cell that stand outside its numbers and are not known to leave them be.

    Known are nouns and verbs of what is counted, words of doubt, the speaker and the labels that
    the reading gives, names in a bracket, and `own`, the words of the row it stands in. A word
    that joins ("of") must have a known word behind it. What is left may multiply, bound or deny the
    number.

    >>> from reconcile.language.document.table_cell import parse_cell
    >>> unread_in_cell(parse_cell("12 Tsd. Tote")), unread_in_cell(parse_cell("12 people killed"))
    (('Tsd', 'Tote'), ())
    """
    beside = words_beside(cell)
    told = _told(cell) | {word.casefold() for word in own}
    brackets = [found.span() for found in _BRACKETS.finditer(cell.text)]
    empty = [word for m in cell.mentions if _says_nothing(m) for word in _words(m.label)]
    return tuple(empty) or tuple(
        word
        for k, (word, place) in enumerate(beside)
        if not _is_known(word, place, told, brackets) or _joins_nothing(cell, beside, k)
    )


def _told(cell: Cell) -> set[str]:
    """The words of the speakers, and of the labels where these make claims of their own."""
    texts = [m.source_text for m in cell.mentions if not is_period_word(m.source_text)]
    if len(cell.mentions) > 1:
        texts += [m.label for m in cell.mentions]
    if any(mention.additional for mention in cell.mentions):
        texts.append("more additional further another extra new newly fresh")
    if any(not mention.flags.isdisjoint(("earlier", "superseded")) for mention in cell.mentions):
        texts.append("prev previous previously was were earlier before up from to now later")
    if any("base" in mention.flags for mention in cell.mentions):
        texts.append("of out")
    return {word.casefold() for text in texts for word in _words(text)}


_NO_LABEL = bag("""
    up down rise fall revised out from of in at to by was were or maybe perhaps than over under
    excluding excl except without not possibly possible could be may might likely probably
""")


def _says_nothing(mention: Mention) -> bool:
    """Whether a label names nothing of which a number could be: "(up 3)", "(revised from 14)"."""
    words = {word.casefold() for word in _words(mention.label)}
    read = not mention.flags.isdisjoint(("earlier", "superseded", "base"))
    bare = words - {"unverified", "unconfirmed", "est", ","}
    return bool(bare) and bare <= _NO_LABEL and not read


def events_in(text: str) -> frozenset[str]:
    """What the words of a text say to have happened to persons: killed, wounded, missing.

    >>> sorted(events_in("12 dead or missing"))
    ['killed', 'missing']
    """
    named = {EVENT_WORDS.get(word.casefold(), "") for word in re.findall(r"[^\W\d_]+", text)}
    return frozenset(named & OF_PERSONS)


def tells_other(words: str, name: str) -> bool:
    """Whether words say that something else happened than the name of a quantity does.

    Killed and wounded together are casualties, either alone is not.

    >>> tells_other("12 killed", "casualties"), tells_other("killed and wounded", "casualties")
    (True, False)
    """
    named, told = events_in(name), events_in(words)
    told = (told - _BOTH) | {"casualties"} if told >= _BOTH else told
    named = named | {"casualties"} if named >= _BOTH else named
    return bool(named) and not told <= named


_BOTH = frozenset({"killed", "wounded"})


def _words(text: str) -> Iterator[str]:
    return (found[0] for found in _WORD.finditer(text))


def is_period_word(word: str) -> bool:
    """Whether a word tells a time: "week", "March"; "may" only as the month.

    >>> is_period_word("YTD"), is_period_word("May"), is_period_word("may")
    (True, True, False)
    """
    return word.casefold() in _PERIODS or word == "May"


def _is_known(word: str, place: int, told: set[str], brackets: list[tuple[int, int]]) -> bool:
    low = word.casefold()
    if low in WORDS_ELSEWHERE:
        return False
    if word in _MARKS or low in _known() or low in _CONNECTORS or low in told:
        return True
    parts = re.split(r"['’.\-/]", low)
    if len(parts) > 1 and all(part in _known() or part in ("s", "") for part in parts):
        return True
    return (
        word[:1].isupper()
        and not is_period_word(word)
        and any(first < place < last for first, last in brackets)
    )


def _joins_nothing(cell: Cell, beside: list[tuple[str, int]], k: int) -> bool:
    """Whether a word that joins stands before a number or at the end: "between 10 and"."""
    word, place = beside[k]
    if word.casefold() not in _CONNECTORS:
        return False
    end = beside[k + 1][1] if k + 1 < len(beside) else len(cell.text)
    number_next = any(place < mention.span[0] <= end for mention in cell.mentions)
    if len(cell.mentions) > 1:  # "5 and 7", "12 (with 3 children)"; but "12 (in thousands)"
        opened = k > 0 and beside[k - 1][0] in "(["
        return opened and number_next and word.casefold() in ("in", "by", "to", "at")
    return number_next or k + 1 == len(beside) or beside[k + 1][0] in _MARKS
