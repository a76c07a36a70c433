"""Whether a number covers the whole of what happened or a part, or comes on top of it."""

from __future__ import annotations

from typing import Literal

from reconcile.language.document.event_words import EVENT_WORDS
from reconcile.language.document.sentences import Scene
from reconcile.language.document.told_number import ToldNumber
from reconcile.language.phrase.calendar import MONTHS, WEEKDAYS
from reconcile.language.phrase.number_words import bag
from reconcile.language.phrase.readings import Reading, is_time
from reconcile.language.phrase.tokens import NUMBER, Tokens
from reconcile.language.phrase.units import TIME_UNITS

_SPAN_BEFORE = bag("in within over during for after last past next every about just than only some")


def is_span_of_time(t: Tokens, r: Reading) -> bool:
    """ "in one week", "for two years": how long something else took."""
    return is_time(r.unit) and t.low[r.first - 1] in _SPAN_BEFORE


def is_additional(t: Tokens, told: ToldNumber, words: frozenset[str]) -> bool:
    """ "47 more", "3,000 additional troops", "another 2,000", "+14"; not "more than".

    `words` are those of the sentence.
    """
    if _ADDING.isdisjoint(words):
        return False
    r, noun = told.reading, told.noun
    if t.low[r.first - 1] == "+" and r.first and t.glued(r.first):
        return t.kind[r.first - 2] != NUMBER and t.low[r.first - 2] not in (")", "(")
    behind = t.low[r.last : max(r.last + 1, noun.last + 1)]
    if "more" in behind:
        k = r.last + behind.index("more")
        return t.low[k + 1] != "than" or k == r.last  # "60 more than last year"
    if "new" in behind:
        return not _OUTCOMES.isdisjoint(behind)  # "214 new suspected cases"
    further = not _FURTHER.isdisjoint(t.low[max(0, r.first - 2) : r.first])
    return (further and not told.besides) or not _ADDED.isdisjoint(behind)


_ADDED, _FURTHER = bag("additional extra"), bag("another additional further extra")

_OUTCOMES = bag("""
    cases infections deaths fatalities casualties injuries admissions hospitalisations
    hospitalizations arrests victims infected dead wounded
""")
_ADDING = _ADDED | _FURTHER | {"more", "+", "new"}

_SINGLE = bag("strike attack raid ambush explosion blast shelling battle clash bombing assault")

_MANY = bag("strikes attacks")
_LABOUR = bag("union unions workers walkout flights trains pickets wages pay employers staff")

_OWN = bag("they we our")

_PARTIAL = _SINGLE | _OWN | bag("including among one by alone")


def scope_told(t: Tokens, told: ToldNumber, scene: Scene) -> Literal["whole", "part"]:
    """Whether the number covers only some of what happened: one hospital, one strike, one unit."""
    r, noun = told.reading, told.noun
    if _PARTIAL.isdisjoint(scene.words):
        return "whole"
    begin = scene.begin
    before = t.low[max(begin, r.first - 12) : r.first]
    behind = t.low[r.last : min(t.count, noun.last + 14)]
    single = not _SINGLE.isdisjoint(before) and _MANY.isdisjoint(before) and bool(noun.text)
    part = (
        (single and told.event != "striking" and _LABOUR.isdisjoint(scene.words))
        or before[-1:] in (["including"], ["among"])
        or ("one" in behind and _is_one_of(behind))
        or _is_among(behind)
        or ("alone" in scene.words and _is_of_place(t, max(begin, r.first - 12), r))
        or ("by" in behind and _is_by_own(behind))
        or _is_own_kill(t.low[max(begin, r.first - 20) : r.first])
    )
    return "part" if part else "whole"


def _is_one_of(behind: list[str]) -> bool:
    """ "to one of the hospitals"."""
    k = behind.index("one")
    return behind[k + 1 : k + 2] == ["of"] and behind[k - 1] in ("to", "at", "in", "from", "by")


def _is_among(behind: list[str]) -> bool:
    """ "nine schoolchildren were among the dead"."""
    for be in ("were", "are", "was"):
        if be in behind[:6]:
            k = behind.index(be)
            return behind[k + 1 : k + 3] == ["among", "the"]
    return False


def _is_of_place(t: Tokens, begin: int, r: Reading) -> bool:
    """ "her town alone had lost 140": a place, and no "on Monday alone"."""
    near = t.low[begin : r.first]
    return "alone" in near[1:] and near[near.index("alone") - 1] not in _TIMES


_TIMES = MONTHS.keys() | WEEKDAYS.keys() | TIME_UNITS.keys() | bag("today yesterday")


def _is_by_own(behind: list[str]) -> bool:
    """ "killed by our unit"."""
    k = behind.index("by")
    return behind[k + 1 : k + 2] in (["our"], ["my"], ["their"])


def _is_own_kill(before: list[str]) -> bool:
    """ "they had killed 50 and injured 47": a unit counts its own."""
    killed = [
        k
        for k in range(max(0, len(before) - 3), len(before))
        if EVENT_WORDS.get(before[k]) in ("killed", "wounded")
    ]
    if not killed:
        return False
    k = killed[-1]
    reach = 16 if before[k - 1] == "and" else 3
    return not _OWN.isdisjoint(before[max(0, k - reach) : k])
