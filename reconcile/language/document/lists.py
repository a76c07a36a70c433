"""Numbers that stand together: what one is told to be about, its neighbours may share.

Lists ("12 civilians and 8 soldiers were killed"), parts ("3 of them children") and shares
("12 of the 40").
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from reconcile.language.document.event_words import EVENT_WORDS
from reconcile.language.document.headings import LABEL_ENDS, LABELLING, labelled
from reconcile.language.document.movements import is_revised, moved, with_movement
from reconcile.language.document.sentences import Scene
from reconcile.language.document.times import TIME_WORDS
from reconcile.language.document.told_number import (
    ToldNumber,
    acting,
    beside,
    does_otherwise,
    is_participle,
    shared,
    told_alone,
)
from reconcile.language.phrase.calendar import MONTHS, WEEKDAYS
from reconcile.language.phrase.fractions import is_so_many_of
from reconcile.language.phrase.number_words import bag
from reconcile.language.phrase.readings import Reading, is_time
from reconcile.language.phrase.tokens import WORD, Tokens

_REACH = 30  # tokens on either side of a number
_JOINING = bag("and , or & plus as well / + along with")
_OF_WHOLE = frozenset(
    {
        ("of", "the"),
        ("of", "those"),
        ("of", "its"),
        ("of", "their"),
        ("of",),
        ("out", "of", "the"),
        ("out", "of"),
        ("out", "of", "a"),
    }
)
_PRONOUNS = bag("them whom which these those")
_INCLUDED = bag("include includes including among included especially mostly")


def told_of(
    t: Tokens,
    readings: Sequence[Reading],
    scenes: Sequence[Scene],
    telling: frozenset[str],
) -> list[ToldNumber]:
    """What is told of each number; the events that neighbours share are filled in.

    `scenes` are their sentences, `telling` the words that say what happened or what is counted.
    """
    told: list[ToldNumber] = []
    for k, (r, scene) in enumerate(zip(readings, scenes, strict=True)):
        alone = told_alone(t, r, _edge(t, readings, k, scene), telling)
        if not LABELLING.isdisjoint(scene.words):
            alone = labelled(t, alone, told[-1] if k and scenes[k - 1] is scene else None)
        told.append(with_movement(t, alone))
    if len(told) == 1:
        return told
    pairs = [k for k, (x, y) in enumerate(pairwise(scenes)) if x is y]
    for k in reversed(pairs):
        told[k], told[k + 1] = _ahead(t, told[k], told[k + 1])
    for k in pairs:
        beyond = k and told[k].of_places and scenes[k - 1] is scenes[k]
        told[k + 1] = _behind(t, told[k - 1 if beyond else k], told[k + 1])
        if told[k].event not in ("", told[k + 1].event):
            told[k + 1] = told[k + 1]._replace(besides=bool(told[k + 1].event))
    return told


def _edge(t: Tokens, readings: Sequence[Reading], k: int, scene: Scene) -> tuple[int, int]:
    """The token behind the number before one and the first of the number after it, if near."""
    r = readings[k]
    left = readings[k - 1].last if k else 0
    right = readings[k + 1].first if k + 1 < len(readings) else t.count
    right = min(scene.end, right, r.last + _REACH)
    if "(" in scene.words:
        right = _bracket_end(t, r.last, right)
    return max(scene.begin, left, r.first - _REACH), right


def _bracket_end(t: Tokens, first: int, last: int) -> int:
    """Where the bracket closes that holds what stands before token `first`; else `last`."""
    for k in range(first, last):
        if t.low[k] == ")":
            return k
        if t.low[k] == "(":
            return last
    return last


def _gap(t: Tokens, a: ToldNumber, b: ToldNumber) -> tuple[str, ...]:
    """The words between a number with its noun and the next number."""
    begin = max(a.noun.last, a.reading.last)
    return tuple(t.low[begin : b.reading.first]) if b.reading.first - begin <= 8 else ("...",) * 9


def _is_joined(gap: tuple[str, ...]) -> bool:
    return 0 < len(gap) <= 4 and _JOINING.issuperset(gap)


def _is_joined_by_dates(gap: tuple[str, ...]) -> bool:
    dated = [word for word in gap if word not in _DATING and not word.isdecimal()]
    return len(dated) < len(gap) and dated in (["and"], [","], [",", "and"], [";"])


def _is_named_next(t: Tokens, b: ToldNumber, gap: tuple[str, ...]) -> bool:
    """ "Al Haouz has 1,604 of the dead, Taroudant 976.": the name of the next place or party."""
    link = 2 if gap[:2] == (",", "and") else 1
    names = range(b.reading.first - len(gap) + link, b.reading.first)
    if gap[:1] not in ((",",), ("and",)) or not 0 < len(names) <= _LONGEST_NAME:
        return False
    return not b.noun.text and all(t.capital(k) or t.low[k] in ("the", "of") for k in names)


_LONGEST_NAME = 4
# "The toll was 40 by the end of August and 51 by mid-September."
_DATING = TIME_WORDS | bag("by on in at the end of early late mid - last")


def _ahead(t: Tokens, a: ToldNumber, b: ToldNumber) -> tuple[ToldNumber, ToldNumber]:
    """Two neighbours, where what stands behind the second may be told of the first one too."""
    gap = _gap(t, a, b)
    plain = tuple(t.low[a.reading.last : b.reading.first])
    listed = plain == ("/",) and is_so_many_of(t, a.reading.last) and not a.labelled
    if (plain in _OF_WHOLE or listed) and not is_time(b.reading.unit):
        return _of_whole(t, a, b, plain)
    movement = moved(t, a, b, gap)
    if movement is not None:
        return movement
    if _is_agent(t, a, b):
        return acting(a), b
    told_behind = not a.event and b.at > b.reading.first
    if _is_part(t, b, a.reading.last):
        told_behind = told_behind and not _is_own_predicate(t, b)
        return shared(b, a) if told_behind else a, b._replace(part=True)
    if told_behind and not _opens_share(t, a) and _is_joined(gap) and not b.labelled:
        return shared(b, a), b
    return a, b


def _is_own_predicate(t: Tokens, part: ToldNumber) -> bool:
    """ "19, eight of whom were hospitalised": a comma behind them would give it to both."""
    last = part.reading.last
    return t.low[last] == "of" and _CLOSERS.isdisjoint(t.low[last : part.at])


_CLOSERS = frozenset({",", "–", "—", "-", ")"})


def _of_whole(
    t: Tokens, a: ToldNumber, b: ToldNumber, link: tuple[str, ...]
) -> tuple[ToldNumber, ToldNumber]:
    """ "12 of the 40 dead were children", "412 of 500 polling stations"."""
    whole = b
    if a.reading.unit == b.reading.unit == "count" and a.reading.upper <= b.reading.upper:
        if len(link) > 1 and t.low[b.reading.last] in _STATES:
            a = a._replace(part=True)
        else:
            whole = b._replace(role="base")  # the whole that it is out of
    predicate = b.at >= max(b.noun.last, b.reading.last) and a.at < a.reading.first
    if a.event and not predicate:  # "houses collapsed and 59 of 200 schools are unusable"
        return a, whole
    if b.noun.first <= b.at < b.noun.last:
        said = [k for k in range(b.noun.last, b.noun.last + 3) if t.low[k] in EVENT_WORDS]
        if said:  # "2 of 3 missing hikers found dead"
            event = EVENT_WORDS[t.low[said[0]]]
            return a._replace(event=event, at=said[0], places=((said[0], 1), *a.places)), whole
    state = b.at == b.reading.last and t.low[b.at] in _STATES  # "2 of the 24 dead were French"
    if b.at > b.reading.first and not b.noun.first <= b.at < b.noun.last and not state:
        whole = whole._replace(event="", at=-1)
    return shared(b, a), whole


def _behind(t: Tokens, a: ToldNumber, b: ToldNumber) -> ToldNumber:
    """The second of two neighbours, of which what stands before the first may be told too."""
    if b.part:
        own = b.at <= b.reading.last + 1 or _is_own_predicate(t, b)  # "three of whom died"
        return b if b.event and own else shared(a, b)
    if _opens_share(t, a):
        return shared(a, b._replace(part=True))
    first = b.reading.first
    if _went_before(t, a, b):
        before = t.low[max(0, a.reading.first - 2) : a.reading.first]
        revised = before[-1:] == ["to"] and is_revised(
            t.low[max(0, first - 9) : a.reading.first - 1]
        )
        role = "superseded" if revised else "earlier"
        total = _NEW.isdisjoint(t.low[a.reading.last : a.noun.last])
        earlier = b._replace(role=role, total=total)  # "45 on Monday, up from 40 on Sunday"
        return earlier if b.event else (shared if a.event else beside)(a, earlier)
    if b.event or not a.event or (not b.noun.text and does_otherwise(t, b.reading)):
        return b
    gap = _gap(t, a, b)
    told_before = a.at < a.reading.first or a.labelled
    joined = told_before and (_is_joined(gap) or _is_joined_by_dates(gap))
    return shared(a, b) if joined or _is_named_next(t, b, gap) else b


_STATES = bag(
    "dead killed wounded injured missing victims deaths fatalities casualties detained arrested"
)


def _went_before(t: Tokens, a: ToldNumber, b: ToldNumber) -> bool:
    """ "45, up from 40", "88, from 75 a week earlier", "23, against 40 on Monday"."""
    link = b.reading.first - 1
    if t.low[link] == "of" and t.low[link - 1] in _EXTREMES and t.low[link - 2] in _ARTICLES:
        link -= 3  # "from a peak of 191"
    elif t.low[link] in _USUAL:  # "compared with the usual 40"
        link -= 1 + (t.low[link - 1] in _ARTICLES)
    if t.low[link - 1 : link + 1] in _FAR_FROM and link > a.reading.last:
        return True
    if t.low[link] not in _COMPARING or link < a.reading.last:
        return False
    end = max(b.noun.last, b.reading.last)
    behind = t.low[end : min(t.sentence(link)[1], end + _NEAR_TIME)]
    dated = not _BACK.isdisjoint(behind) or any(word.isdecimal() for word in behind)
    if t.low[link - 1] in ("up", "down"):
        return t.low[link] == "from"
    if t.low[link - 1] == "compared":
        return dated or not _ELSEWHERE.intersection(behind[:1])
    if t.low[link] == "from" and link == a.reading.last:
        return a.total or t.low[a.reading.first - 1] == "to"
    return dated and (t.low[link] in _AGAINST or t.low[link - 1] == ",")


_FAR_FROM = (["cry", "from"], ["short", "of"], ["instead", "of"])
_NEW = bag("new fresh daily more additional")
_EXTREMES = bag("peak high low record maximum minimum total level average figure toll")
_ARTICLES = bag("a an the its their")
_USUAL = _ARTICLES | bag("usual normal typical average daily")
_AGAINST = bag("against versus vs")
_COMPARING = _AGAINST | {"from", "with", "to"}
_BACK = (
    MONTHS.keys()
    | WEEKDAYS.keys()
    | bag("earlier before ago previous last prior yesterday same usual usually normal normally")
)
_ELSEWHERE = bag("at in for among by nationwide elsewhere")
_NEAR_TIME = 4  # tokens


def _opens_share(t: Tokens, a: ToldNumber) -> bool:
    """ "Of the 30 dead, 12 were children"."""
    first = a.reading.first
    while first and t.low[first - 1] in ("the", "those", "these", "all"):
        first -= 1
    return first > 0 and t.low[first - 1] in ("of", "among") and t.sentence(first)[0] == first - 1


def _is_part(t: Tokens, item: ToldNumber, floor: int) -> bool:
    """ "3 of them children", "including two children", "among them three nurses"."""
    r = item.reading
    if t.low[r.last] == "of" and t.low[r.last + 1] in _PRONOUNS and t.kind[r.last + 1] == WORD:
        return t.low[r.last + 1] not in ("these", "those") or t.low[r.last + 2] in (",", ".")
    if t.low[r.last : r.last + 2] == ["of", "it"] and r.unit != "count":
        return True  # "a quarter of it has been paid"
    before = t.low[max(floor, r.first - 7) : r.first]
    if "including" in before and "." not in before:
        return True
    before = before[-3:]
    if before[-1:] and before[-1] in _INCLUDED:
        return True
    return (
        before[-1:] != []
        and before[-1] in _PRONOUNS
        and not ({"among", "of", "including"}.isdisjoint(before))
    )


def _is_agent(t: Tokens, a: ToldNumber, b: ToldNumber) -> bool:
    """The three of "Three gunmen killed 12 people"; in "12 people killed 3 injured" nobody acts."""
    verb = b.reading.first - 1
    while verb > a.noun.last and t.low[verb] in _HEDGING:
        verb -= 1
    named = a.noun.text or t.low[a.reading.first - 1] == "the"  # "the three shot 5 people"
    if not named or t.low[verb] not in EVENT_WORDS or not b.noun.text or is_time(b.reading.unit):
        return False
    between = t.low[a.noun.last : verb]
    plain = len(between) <= 5 and _PASSIVE.isdisjoint(between) and LABEL_ENDS.isdisjoint(between)
    told_behind = b.noun.last <= b.at or t.low[b.noun.last] in EVENT_WORDS
    return plain and not told_behind and is_participle(t.low[verb])


_HEDGING = bag("at least about some more than over nearly almost around")
_PASSIVE = bag("was were been be being are is got and or but who which that , : ( dead")
