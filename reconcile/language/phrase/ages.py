"""Ages of persons named or described: numbers beside a person that count nothing."""

from __future__ import annotations

from reconcile.language.phrase.calendar import MONTHS, WEEKDAYS
from reconcile.language.phrase.number_words import SMALL, TENS, bag
from reconcile.language.phrase.tokens import NUMBER, WORD, Tokens

_CUES = bag("aged age ages")
AGE_BEFORE = _CUES | bag(
    "( , of was is turned turning turns over under above below youngest oldest eldest and"
)
"""The words before a number that can make an age of it."""

PERSON = bag("""
    man woman boy girl child baby infant toddler teenager teen youth driver gunman gunwoman suspect
    victim son daughter brother sister mother father wife husband widow widower grandmother
    grandfather grandson granddaughter uncle aunt nephew niece cousin twin pilot soldier officer
    policeman policewoman guard teacher student pupil nurse doctor worker farmer fisherman miner
    journalist reporter activist prisoner hostage passenger pedestrian cyclist motorcyclist
    attacker bomber assailant shooter killer lawyer singer actor actress player coach priest imam
    monk refugee migrant resident neighbour neighbor tourist hiker climber skier swimmer lifeguard
    firefighter paramedic sailor captain corporal sergeant lieutenant private major colonel general
    recruit conscript veteran pensioner retiree mayor minister senator president leader engineer
    patient survivor bystander witness shopkeeper cashier clerk waiter waitress cook chef artist
    robber bandit thief terrorist insurgent militant smuggler trafficker gangster looter intruder
    burglar poacher protester protestor demonstrator villager herder herdsman pilgrim labourer
    laborer trader motorist commuter settler inmate detainee convict rioter sniper
    voter citizen employee ranger rancher keeper warden docker baker butcher carpenter electrician
    plumber mechanic builder gardener fan supporter spectator referee steward footballer striker
    jockey rider deckhand crewman seaman docent lecturer professor chemist pharmacist midwife carer
    accountant architect scientist vet trainer shepherd woodcutter forester hunter diver surfer
    father-in-law boyfriend girlfriend fiance fiancee partner friend colleague pastor rabbi
""")
_PRONOUNS = bag("he she who i")
_PERSONS = bag("people men women children those anyone person persons adults males females whom")
_NO_NAME_BEFORE = bag("in at on near from to of around across over outside inside by for with via")
_NO_PERSONS = MONTHS.keys() | WEEKDAYS.keys()
_PLACE_WORDS = bag("""
    new north south east west northern southern eastern western san santa los las saint st el al
    upper lower central great greater port fort lake mount cape united republic kingdom city
    province district county region
""")
_OLDEST = bag("youngest oldest eldest")
_LIMITS = bag("over under above below")
_OLDEST_MAN = 115  # years; 116 is the oldest that is proven


def age_at(t: Tokens, i: int) -> int:
    """The token behind the age that starts at token `i`; 0 if it is none."""
    before = t.low[i - 1]
    if before == "-" and t.low[i - 2] in _LIMITS and t.glued(i) and t.glued(i - 1):
        return i + 1 if 0 < _years(t, i) <= _OLDEST_MAN else 0  # "under-5 mortality"
    if i == 0 or before not in AGE_BEFORE or not 0 < _years(t, i) <= _OLDEST_MAN:
        return 0
    return i + 1 if _is_age(t, i, before) else 0


def _years(t: Tokens, i: int) -> float:
    word = t.low[i]
    if t.kind[i] == NUMBER:
        return float(word) if word.isdecimal() and len(word) <= 3 and word[0] != "0" else 0.0
    return SMALL.get(word) or TENS.get(word, 0.0)


def _is_age(t: Tokens, i: int, before: str) -> bool:
    low = t.low
    if before in _CUES:
        return True
    if before == "of":
        return _is_of_age(t, i)
    if before == "(":
        hurt = low[i + 2] == "died" or (low[i + 2] == "was" and low[i + 3] in _HURT)
        return low[i + 1] == ")" and _is_person(t, i - 2, named=1 if hurt else 2)
    if before == ",":
        return _is_between_commas(t, i) or _is_second_age(t, i)
    if before == "and":
        return _is_second_age(t, i)
    if before in _OLDEST:
        return t.kind[i + 1] != WORD
    if before in _LIMITS:
        return _is_limit(t, i)
    return _is_said(t, i)


_HURT = bag("""
    killed injured wounded shot hurt arrested found rescued taken buried identified treated detained
    stabbed beaten hit struck
""")


def _is_of_age(t: Tokens, i: int) -> bool:
    """ "at the age of 81", "a boy of 12", not "a group of 12"."""
    if t.low[i - 2] in _CUES:
        return True
    return t.low[i - 2] in PERSON and not _counts(t, i + 1)


def _is_person(t: Tokens, k: int, *, named: int) -> bool:
    """Whether the words that end at token `k` are a person: a noun, or `named` capitals."""
    if k < 0 or t.kind[k] != WORD:
        return False
    if t.low[k] in PERSON:
        return True
    first = k
    while first >= 0 and t.kind[first] == WORD and t.capital(first) and k - first < 4:
        first -= 1
    length = k - first
    if length < named or t.low[k] in _NO_PERSONS or t.low[first + 1] in _PLACE_WORDS:
        return False
    if t.low[k] in _PLACE_WORDS or t.word(k).isupper():
        return False
    return first < 0 or t.low[first] not in _NO_NAME_BEFORE


def _is_between_commas(t: Tokens, i: int) -> bool:
    """ "A man, 45, was", "Anna Berg, 34.", not "Kabul 12, Herat, 9"."""
    k = i + 1
    if t.low[k] not in (",", ".", ";", ")", "and", "from", "of", "was", "who", "–", "—"):
        return False
    if t.low[k] == "of" and not t.capital(k + 1):
        return False
    if ":" in t.low[max(0, i - 12) : i] and t.low[i - 2] not in PERSON:
        return False
    if t.low[k] in ("and", ",") and _is_persons(t.low[i - 2]):
        owned = t.low[i - 3] in ("the", "his", "her", "their", "my", "our") and k > i
        return owned or (_years(t, k + 1) > 0 and not _counts(t, k + 2))
    if t.low[k] == "," and t.low[k + 1] in _SINGULAR and _is_described(t, i - 2):
        return True
    return _is_person(t, i - 2, named=1 if t.low[k] in (",", "and", ".") else 2)


def _is_described(t: Tokens, k: int) -> bool:
    """ "A lighthouse engineer" with its end at `k`, and no "a total"; "a father-of-three"."""
    if _years(t, k) and t.low[k - 1] == "-" and t.low[k - 2] == "of":
        return True
    if t.kind[k] != WORD or t.low[k] in _SUMS:
        return False
    for j in range(k - 1, max(-1, k - _LONGEST_DESCRIPTION), -1):
        if t.low[j] in ("a", "an"):
            return True
        if t.kind[j] != WORD and t.low[j] != "-":
            return False
    return False


_LONGEST_DESCRIPTION = 6  # tokens: "an off-duty prison cook"
_SINGULAR = bag("was is has had who died drowned said says told")
_SUMS = bag("total number figure share score record toll count sum majority minority")


def _is_second_age(t: Tokens, i: int) -> bool:
    """The 7 of "aged 4 and 7", "aged 3, 5 and 9"."""
    k = i - 1
    for _ in range(4):
        if t.low[k] not in ("and", ",", "or") or not (t.kind[k - 1] == NUMBER or _years(t, k - 1)):
            return False
        k -= 2
        aged = t.low[k] in _CUES or (t.low[k] == "," and _is_persons(t.low[k - 1]))
        if aged:
            return not _counts(t, i + 1)
    return False


def _is_persons(word: str) -> bool:
    return word in _GROUPS or (word.endswith("s") and word[:-1] in PERSON)


_GROUPS = bag("men women children boys girls policemen policewomen")


def _is_limit(t: Tokens, i: int) -> bool:
    """ "people over 60", "four of whom were under 20"."""
    after = t.low[i + 1]
    closed = t.kind[i + 1] != WORD or after in _CLOSING or after.endswith("ed")
    if _counts(t, i + 1) or not closed:
        return False
    k = i - 2
    if t.low[k] in ("were", "are", "is", "was", "aged"):
        return t.low[k - 1] in ("whom", "who", "them", "victims", "he", "she") or (
            t.low[k] == "aged"
        )
    return t.low[k] in _PERSONS or _is_persons(t.low[k])


_CLOSING = bag("were was are is have had died and or who in at to on from must may can will")


def _is_said(t: Tokens, i: int) -> bool:
    """ "he was 45", "the victim was 27", "she turned 40", "the oldest was 91"."""
    turned = t.low[i - 1] in ("turned", "turning", "turns")
    if t.kind[i + 1] == WORD and t.low[i + 1] not in (_SAID_NEXT | (_WHEN if turned else bag(""))):
        return False
    if t.low[i + 1] in ("%", "/", ":", "-", "–", "+") or t.low[i + 2] in ("%",):
        return False
    if t.low[i - 1] in ("was", "is") and _is_average(t, i - 1):
        return True
    subject = t.low[i - 2]
    if subject in _OLDEST or subject in _PRONOUNS:
        return True
    if turned:
        return t.capital(i - 2) or subject in PERSON
    return subject in PERSON


def _is_average(t: Tokens, k: int) -> bool:
    """ "the average age of the victims was": an age of many."""
    before = t.low[max(t.sentence(k)[0], k - _LONGEST_SUBJECT) : k]
    return "age" in before and not _AVERAGES.isdisjoint(before)


_LONGEST_SUBJECT = 8  # tokens
_AVERAGES = bag("average mean median typical")
_SAID_NEXT = bag("when and years at but")
_WHEN = bag("on in this last next today yesterday")


def _counts(t: Tokens, k: int) -> bool:
    """Whether the word at `k` is a plural that the number before it counts."""
    word = t.low[k]
    plural = word.endswith("s") and len(word) > 3 and not word.endswith("ss")
    return t.kind[k] == WORD and (plural or word in ("people", "men", "women", "children"))
