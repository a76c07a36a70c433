"""Numbers that count nothing: dates, clock times, ordinals, names, calibres, scores, phones."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

from reconcile.language.phrase.ages import AGE_BEFORE, age_at
from reconcile.language.phrase.calendar import CLOCK_WORDS, MONTHS, clock_at, date_at
from reconcile.language.phrase.magnitudes import MAGNITUDE_CUES, RANKED, ranked_at, written_hour
from reconcile.language.phrase.names import (
    COUNT_NOUNS,
    DASHES,
    NAMING,
    NUMBERED,
    STREETS,
    after_letters,
    is_capital_name,
    named,
)
from reconcile.language.phrase.number_words import SMALL, SUFFIXES, bag
from reconcile.language.phrase.pairs import heading_slash, is_sexed
from reconcile.language.phrase.phone_numbers import PHONE_CUES, phone_at
from reconcile.language.phrase.tokens import NUMBER, WORD, Tokens
from reconcile.language.phrase.units import UNITS


class Trap(NamedTuple):
    """What a number is instead of a quantity, from token `first` up to and without `last`."""

    name: str
    first: int
    last: int


_JOINTS = bag("- ‐ ‑ – . : / ·")

_SCORE_CUES = bag("vote votes voted voting ruled ruling decision majority margin score scoreline")

_WEAPONS = bag("""
    shell shells gun guns howitzer howitzers round rounds artillery caliber calibre calibers
    mortar mortars cannon cannons ammunition projectile projectiles rocket rockets pistol
    pistols rifle rifles bullet bullets cartridge cartridges machine self-propelled grenade
    grenades munition munitions ammo handgun handguns autocannon anti-aircraft anti-tank nato
    ordnance
""")

_CALIBRES = bag("mm millimeter millimetre millimeters inch cm caliber calibre cal gauge")

_COMPANY_ORDINALS = bag("st nd rd th")

_YEAR_CUES = bag("""
    in since of by until till before after from during early late mid circa year years fiscal season
    spring summer autumn fall winter january february march april may june july august september
    october november december jan feb mar apr jun jul aug sep sept oct nov dec end © c through to
    and between for back beyond around throughout into
""")

_AGE_CUES = bag("aged ages age")

_CUES_BEFORE = NAMING | MONTHS.keys() | PHONE_CUES | _AGE_CUES | bag(". + ( # @ / _ \" “ '")

_CUES_BEHIND = (
    CLOCK_WORDS
    | MONTHS.keys()
    | DASHES
    | _CALIBRES
    | STREETS
    | bag("/ : magnitude on max dreamliner")
)

_CUES_ADJACENT = AGE_BEFORE | MAGNITUDE_CUES | {"category", "cat"}

_CUES_RANKED = MAGNITUDE_CUES | {"-", "magnitude", "richter"}


def trap_at(t: Tokens, i: int, *, plain: bool) -> Trap | None:
    """What the digits at token `i` are instead of a quantity; None if they may be one.

    `plain` says that they are plain digits with spaces around them, of which most tests can't make
    anything.
    """
    if plain:
        near = t.low[max(0, i - 3) : i]
        behind = t.low[i + 1 : i + 6]
        dated = None if _MONTHS.isdisjoint(near) and _MONTHS.isdisjoint(behind) else date_at(t, i)
    else:
        near = behind = []
        dated = date_at(t, i)
    if dated is not None:
        return Trap("date", dated.first, dated.last)
    for name, test in _plain_tests(t, i, near, behind) if plain else _tests(t, i):
        last = test(t, i)
        if last:
            return Trap(name, i, last)
    return None


_MONTHS = frozenset(MONTHS)

_PLAIN = re.compile(r"\d{1,6}|[1-9]\d{0,2}(?:,\d{3}){1,3}")


def is_plain(t: Tokens, i: int) -> bool:
    """Whether the number at token `i` is plain digits with spaces around them."""
    return (
        (t.start[i] > t.end[i - 1] or i == 0)
        and t.start[i + 1] > t.end[i]
        and _PLAIN.fullmatch(t.low[i]) is not None
    )


def word_trap_at(t: Tokens, i: int) -> Trap | None:
    """What the number word at token `i` is instead of a quantity."""
    if t.low[i - 1] in _WORD_CUES:
        last = age_at(t, i)
        if last:
            return Trap("age", i, last)
    if t.low[i] in SMALL:
        if t.low[i + 1] in ("o'clock", "o’clock", "a.m.", "p.m.", "pm"):
            return Trap("clock time", i, i + 2)
        if t.capital(i) and is_capital_name(t, i):
            return Trap("name", i, i + 1)
        if t.low[i - 1] in NUMBERED:
            return Trap("name", i, i + 1)
    return None


_WORD_CUES = AGE_BEFORE | RANKED


# ---------------------------------------------------------------- digits


def _ordinal(t: Tokens, i: int) -> int:
    """ "61st", "2nd"; "the 10 th" is not read."""
    return i + 2 if t.low[i + 1] in _COMPANY_ORDINALS and t.glued(i + 1) else 0


def _decade(t: Tokens, i: int) -> int:
    """ "the 1990s", "the '90s"; "mid-40s" is a vague number and read elsewhere."""
    j = i + 1
    if t.low[j] in ("'", "’") and t.glued(j):
        j += 1
    return j + 1 if t.low[j] == "s" and t.glued(j) else 0


def _chain(t: Tokens, i: int) -> int:
    """Numbers joined without spaces: phone numbers, versions, addresses, dates, scores."""
    j, joints = i + 1, 0
    while t.low[j] in _JOINTS and t.glued(j) and t.glued(j + 1) and t.kind[j + 1] == NUMBER:
        j, joints = j + 2, joints + 1
    if joints >= 2:
        return j
    dots = t.low[i].count(".")
    if dots > 1 and not _is_thousands(t.low[i]):
        return i + 1
    if t.low[i].count(",") and not _commas_fit(t.low[i]) and t.low[i].count(",") > 1:
        return i + 1
    return 0


def _is_thousands(word: str) -> bool:
    head, *groups = word.split(".")
    return 1 <= len(head) <= 3 and all(len(group) == 3 for group in groups) and head != "0"


def _commas_fit(word: str) -> bool:
    groups = word.partition(".")[0].split(",")
    return all(2 <= len(group) <= 3 for group in groups[1:])


def _score(t: Tokens, i: int) -> int:
    """ "3-2", "won 2-0", "a 5-4 decision"; "10-12" is a range."""
    j = i + 1
    if t.low[j] not in DASHES or not (t.glued(j) and t.glued(j + 1)):
        return 0
    first, second = t.low[i], t.low[j + 1]
    if not (first.isdecimal() and second.isdecimal()) or len(first) > 3 or len(second) > 3:
        return _season(first, second, j) if first.isdecimal() and second.isdecimal() else 0
    if t.low[j + 2] in SUFFIXES or t.low[i - 1] == "$":
        return 0
    if int(first) >= int(second):
        return j + 2
    near = (*t.low[max(0, i - 3) : i], *t.low[j + 2 : j + 4])
    return j + 2 if not _SCORE_CUES.isdisjoint(near) else 0


_WON = _SCORE_CUES | bag("""
    passed approved rejected adopted carried won lost beat beats defeated defeat defeats victory win
    acquit convict backed
""")


def _score_in_words(t: Tokens, i: int) -> int:
    """ "passed 218 to 206": the greater number first, behind a word of voting or playing."""
    first, second = t.low[i], t.low[i + 2]
    digits = first.isdecimal() and second.isdecimal() and len(first) < 6 and len(second) < 6
    if not digits or int(first) <= int(second) or t.kind[i + 3] == WORD:
        return 0
    return i + 3 if not _WON.isdisjoint(t.low[max(0, i - 4) : i]) else 0


def _season(first: str, second: str, j: int) -> int:
    """ "2018-19", "2022-2023"."""
    if len(first) != 4 or not 1000 <= int(first) < 2200:
        return 0
    if len(second) == 2:
        return j + 2
    years = len(second) == 4 and 1900 <= int(first) < int(second) < 2100
    return j + 2 if years and int(second) - int(first) < 100 else 0


def _glued_letters(t: Tokens, i: int) -> int:
    """ "5G", "1080p", "7th" apart: letters behind digits that are neither a scale nor a unit."""
    j = i + 1
    if t.kind[j] != WORD or not t.glued(j):
        return 0
    word = t.low[j]
    if word in ("c", "f") and _is_temperature(t, i):
        return 0
    if is_sexed(t, j):
        return 0
    if word == "x" and t.kind[j + 1] == NUMBER and t.glued(j + 1):
        scientific = t.low[j + 1] == "10" and t.low[j + 2] == "^"
        return 0 if scientific else j + 2
    if word == "x" and t.word(j) == "X" and len(t.low[i]) > 2:
        return j + 1  # "the Ryzen 9 7950X"; "3x" is three times
    if word == "k" and t.low[j + 1] in _SCREENS:
        return j + 1
    if word in SUFFIXES or word in UNITS or word in _GLUED_WORDS:
        bare_name = word in ("g", "t", "l") and t.word(j).isupper()
        bare_name = bare_name or (word == "p" and t.low[i] in _LINES_OF_VIDEO)
        return j + 1 if bare_name else 0
    return 0 if len(word) > 4 else j + 1


def _is_temperature(t: Tokens, i: int) -> bool:
    """ "45.2C", "reached 45C": a capital behind digits that no name goes before."""
    if not t.word(i + 1).isupper() or t.capital(i - 1):
        return False
    return "." in t.low[i] or t.low[i - 1] in _HEATED


_HEATED = bag("""
    to of at reached hit hits above below over under around about near exceeded exceeding topped
    than and was between from by
""")

_GLUED_WORDS = bag("am pm odd ish plus pc pct percent x")

_LINES_OF_VIDEO = bag("240 360 480 720 1080 1440 2160 4320")

_SCREENS = bag(
    "resolution video videos tv tvs display displays ultra hd screen screens content camera"
)


def _calibre(t: Tokens, i: int) -> int:
    """ "155mm shells", "a .50-caliber gun", "122-mm rockets"."""
    j = i + 1
    if t.low[i - 1] == "." and t.glued(i) and t.low[j] in _WEAPONS:
        return j  # "a .45 pistol"
    hyphen = t.low[j] in DASHES
    if hyphen:
        j += 1
    if t.low[j] not in _CALIBRES:
        return 0
    if t.low[j] in ("caliber", "calibre", "gauge"):
        return j + 1
    return j + 1 if {t.low[j + 1], t.low[j + 2]} & _WEAPONS else 0


def _idiom(t: Tokens, i: int) -> int:
    """ "9/11", "24/7", "50/50", "3:1": two numbers that are no fraction."""
    if t.low[i + 1] == ":" and t.glued(i + 1) and t.glued(i + 2) and t.kind[i + 2] == NUMBER:
        return i + 3
    if t.low[i + 1] != "/" or not t.glued(i + 1) or not t.glued(i + 2):
        return 0
    first, second = t.low[i], t.low[i + 2]
    if not (first.isdecimal() and second.isdecimal()) or heading_slash(t, i):
        return 0
    fraction = len(first) < 4 and int(first) < int(second[:9])
    return i + 3 if not fraction or (first, second) in (("9", "11"), ("7", "7")) else 0


def _bracket(t: Tokens, i: int) -> int:
    """ "aged 20 to 30", "ages 5-12", "between the ages of 18 and 25", "18- to 25-year-olds"."""
    low = t.low
    start = _is_age_cue(t, i - 1) or (low[i - 1] in ("between", "from") and _is_age_cue(t, i - 2))
    j = i + 1
    if low[j] == "-" and low[j + 1] in ("to", "and"):
        j += 1
        hyphened = True
    else:
        hyphened = False
    if low[j] not in ("to", "-", "–", "and", "through") or t.kind[j + 1] != NUMBER:
        return 0
    olds = low[j + 2] == "-" and low[j + 3] in ("year", "years", "month")
    if (start and low[j] != "and") or (start and low[i - 1] in ("between", "of")):
        return j + 5 if olds else j + 2
    return j + 5 if olds and hyphened else 0


def _is_age_cue(t: Tokens, k: int) -> bool:
    return t.low[k] in _AGE_CUES or (t.low[k] == "of" and t.low[k - 1] in ("ages", "age"))


def is_year(t: Tokens, i: int, *, hedged: bool) -> bool:
    """Whether the four bare digits at token `i` are a year, where no date says so.

    A hedge or a counted noun makes a count of them; else 1900 to 2099 is a year, and other
    numbers from 1000 to 2199 are years behind words like "in" and "since".
    """
    word = t.low[i]
    if len(word) != 4 or not word.isdecimal() or not 1000 <= int(word) < 2200 or hedged:
        return False
    cued = t.low[i - 1] in _YEAR_CUES
    if t.low[i + 1] in COUNT_NOUNS:
        return cued and t.low[i - 1] in ("in", "since", "during") and 1900 <= int(word) < 2100
    if not 1900 <= int(word) < 2100:
        return cued and not _noun_next(t, i) and t.low[i - 1] not in ("to", "and", "for", "of")
    return i > 0 or t.count > 1


def _noun_next(t: Tokens, i: int) -> bool:
    return t.kind[i + 1] == WORD and t.low[i + 1] not in ("and", "in", "on", "at", "to", "when")


_Test = tuple[str, Callable[[Tokens, int], int]]

# What only letters or signs glued to the digits can make of them, and what words around them can.
_GLUED_BEHIND: tuple[_Test, ...] = (
    ("clock time", clock_at),
    ("idiom", _idiom),
    ("ordinal", _ordinal),
    ("decade", _decade),
)

_ALWAYS: tuple[_Test, ...] = (
    ("chain of numbers", _chain),
    ("phone number", phone_at),
    ("age bracket", _bracket),
    ("calibre", _calibre),
)

_BEFORE: tuple[_Test, ...] = (
    ("clock time", written_hour),
    ("age", age_at),
    ("magnitude or numbered day", ranked_at),
)

_BEHIND_LAST: tuple[_Test, ...] = (("name", _glued_letters), ("score", _score))


def _plain_tests(t: Tokens, i: int, near: list[str], behind: list[str]) -> Iterator[_Test]:
    """The tests that can hold for plain digits: the words around them decide which."""
    before, after = t.low[i - 1], t.low[i + 1]
    if before in _CUES_ADJACENT or t.low[i][0] == "0":
        if t.kind[i + 1] == NUMBER:
            yield _ALWAYS[1]
        yield _BEFORE[0]
        ranked = True
    else:
        ranked = after in _CUES_RANKED
    if after in CLOCK_WORDS:
        yield "clock time", clock_at
    if not PHONE_CUES.isdisjoint(near) or len(t.low[i]) == 6 or before == "(":
        yield _ALWAYS[1]
    if after in CLOCK_WORDS or after == "through":
        yield _ALWAYS[2]
    if after == "to":
        yield "score", _score_in_words
    if after in _CALIBRES or after in DASHES:
        yield _ALWAYS[3]
    if ranked:
        yield from _BEFORE[1:]
    if t.capital(i - 1) or not (_CUES_BEFORE.isdisjoint(near) and _CUES_BEHIND.isdisjoint(behind)):
        yield "name", named


def _tests(t: Tokens, i: int) -> Iterator[_Test]:
    """The tests that can hold for the digits at token `i`, in the order in which they decide."""
    behind = t.start[i + 1] == t.end[i]
    if behind:
        yield from _GLUED_BEHIND
    elif t.low[i + 1] in CLOCK_WORDS:
        yield "clock time", clock_at
    if t.start[i] == t.end[i - 1]:
        yield "name", after_letters
    yield _BEFORE[0]
    yield from _ALWAYS
    yield from _BEFORE[1:]
    if behind:
        yield from _BEHIND_LAST
    yield "name", named
