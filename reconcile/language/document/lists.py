"""Numbers that stand together: what one is told to be about, its neighbours may share.

Lists ("12 civilians and 8 soldiers were killed"), headings ("Dead: 12, wounded: 30"), movements
("rose by 30 to 400"), parts ("3 of them children") and shares ("12 of the 40").
"""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass
from itertools import pairwise

from reconcile.language.document.events import (
    EVENT_WORDS,
    OF_BODIES,
    PLACE_NOUNS,
    Counted,
    Place,
    counted_noun,
    event_at,
    event_named,
    is_site,
    places_around,
)
from reconcile.language.document.times import TIME_WORDS
from reconcile.language.phrase.number_words import bag
from reconcile.language.phrase.pairs import heading_slash
from reconcile.language.phrase.readings import Reading, is_time
from reconcile.language.phrase.tokens import WORD, Tokens

__all__ = ["ToldNumber", "told_of"]

_JOINING = bag("and , or & plus as well / + along with")
_MOVING_TO = frozenset(
    {("to",), (",", "to"), ("to", "reach"), ("up", "to"), ("down", "to"), (",", "reaching"),
     ("and", "reached"), (",", "bringing", "the", "total", "to"), (",", "taking", "it", "to"),
     (",", "bringing", "it", "to"), (",", "bringing", "the", "toll", "to")}
)  # fmt: skip
RISING = bag("""
    rose rise rises risen rising increased increase increases increasing grew grow grows grown
    climbed climb climbs climbing jumped jump jumps jumping surged surge surges up soared added
""")
_FALLING = bag("""
    fell fall falls fallen falling decreased decrease decreases dropped drop drops declined decline
    declines shrank down
""")
_REVISING = bag("""
    revised revising revises corrected corrects correcting lowered lowers lowering raised raises
    updated updates amended upgraded downgraded cut changed
""")
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
_INCLUDED = bag("including among included especially mostly")
_LABEL_MARKS = frozenset({":", "–", "—", "-", "=", "("})
_LABEL_ENDS = frozenset({",", ";", "|", ".", "\n", "•", "/"})


@dataclass(slots=True)
class ToldNumber:
    """A number with what the words around it, and those around its neighbours, tell of it.

    `part` says that it is part of the number before it; `additional` that it is an increment;
    `role` is "base" for the 40 of "12 of the 40", "earlier" for the start of a movement,
    "superseded" for what a revision replaces and "decrease" for a decrement.
    """

    reading: Reading
    noun: Counted
    places: list[Place]
    event: str = ""
    at: int = -1
    part: bool = False
    additional: bool = False
    role: str = ""
    total: bool = False
    labelled: bool = False
    of_places: bool = False
    of_things: bool = False


def told_of(
    t: Tokens,
    readings: Sequence[Reading],
    edges: Sequence[tuple[int, int]],
    telling: Container[str] = EVENT_WORDS,
) -> list[ToldNumber]:
    """What is told of each number; the events that neighbours share are filled in.

    `telling` are the words that say what happened or what is counted.
    """
    told = [_alone(t, r, edge, telling) for r, edge in zip(readings, edges, strict=True)]
    if len(told) == 1:
        _label(t, told[0], None)
        _increment(t, told[0])
        return told
    sentences = [t.sentence(r.first)[0] for r in readings]
    for k, item in enumerate(told):
        before = told[k - 1] if k and sentences[k - 1] == sentences[k] else None
        _label(t, item, before)
        _increment(t, item)
    pairs = [(a, b) for (a, x), (b, y) in pairwise(zip(told, sentences, strict=True)) if x == y]
    for a, b in reversed(pairs):
        _look_ahead(t, a, b)
    for a, b in pairs:
        _look_back(t, a, b)
    return told


def _alone(t: Tokens, r: Reading, edge: tuple[int, int], telling: Container[str]) -> ToldNumber:
    noun = counted_noun(t, r, edge[1])
    places = places_around(t, noun, r, edge, telling)
    if is_time(r.unit):
        return ToldNumber(r, noun, places)
    event, at = event_at(t, noun, places)
    of_places = noun.last > noun.first and t.low[noun.last - 1] in PLACE_NOUNS
    if r.last - r.first > 1 and r.upper == 0:  # "no deaths": the word is inside the number
        inner = next((k for k in range(r.first, r.last) if t.low[k] in EVENT_WORDS), None)
        if inner is not None:
            return ToldNumber(r, noun, [(inner, 0), *places], EVENT_WORDS[t.low[inner]], inner)
    told = ToldNumber(r, noun, places, event, at, of_places=of_places)
    told.of_things = is_site(t, noun)
    if told.of_things and t.low[r.first - 1] in _AT:
        told.of_places = True
        _acts(told)  # "guards at five prisons went on strike"
    if t.low[r.first - 1] == "by" and noun.text and _is_participle(t.low[r.first - 2]):
        _acts(told)  # "killed by three gunmen"
    return told


_AT = bag("at in from across inside outside")


def _is_participle(word: str) -> bool:
    return word in EVENT_WORDS and word.endswith(("ed", "en", "shot", "slain"))


def _acts(item: ToldNumber) -> None:
    """The number counts who did it: what happened, happened to others."""
    item.event, item.at = "", -1
    item.places = [p for p in item.places if item.noun.first <= p[0] < item.noun.last]


def _is_agent(t: Tokens, a: ToldNumber, b: ToldNumber) -> bool:
    """The three of "Three gunmen killed 12 people"; in "12 people killed 3 injured" nobody acts."""
    verb = b.reading.first - 1
    while verb > a.noun.last and t.low[verb] in _HEDGING:
        verb -= 1
    named = a.noun.text or t.low[a.reading.first - 1] == "the"  # "the three shot 5 people"
    if not named or t.low[verb] not in EVENT_WORDS or not b.noun.text or is_time(b.reading.unit):
        return False
    between = t.low[a.noun.last : verb]
    plain = len(between) <= 5 and _PASSIVE.isdisjoint(between) and _LABEL_ENDS.isdisjoint(between)
    told_behind = b.noun.last <= b.at or t.low[b.noun.last] in EVENT_WORDS
    return plain and not told_behind and _is_participle(t.low[verb])


_HEDGING = bag("at least about some more than over nearly almost around")
_PASSIVE = bag("was were been be being are is got and or but who which that , : ( dead")


def _label(t: Tokens, item: ToldNumber, before: ToldNumber | None) -> None:
    """ "Dead: 12", "Injured (12)", and the heading of a whole line: "Monthly deaths: Jan 159"."""
    r = item.reading
    if is_time(r.unit):
        return
    begin = t.sentence(r.first)[0]
    mark = r.first - 1
    if mark < begin:
        return
    floor = before.reading.last if before else begin
    if _in_pair(t, item, before):
        return
    if t.low[mark] in _LABEL_MARKS or (t.low[mark] == "+" and t.glued(r.first)):
        found = _event_before(t, mark - 1, max(floor, mark - 5))
        told = bool(item.event) and t.low[r.last] in EVENT_WORDS and t.low[r.last + 1] != ":"
        if found is not None and not told:
            item.event, item.at = event_named(t, found), found
            item.places, item.labelled = [(found, 1), *item.places], True
            return
    if item.event and item.at > r.first:
        return
    if before is not None and before.labelled and not item.event:
        _share(before, item)
        item.labelled = True
    elif before is None or not item.event:
        heading = _heading(t, begin, r.first)
        if heading is not None and not item.event:
            item.event, item.at = EVENT_WORDS[t.low[heading]], heading
            item.places, item.labelled = [(heading, 5), *item.places], True


def _in_pair(t: Tokens, item: ToldNumber, before: ToldNumber | None) -> bool:
    """ "Killed/injured: 12/30": each number is of the word at its side of the slash."""
    first = item.reading.first
    second = before is not None and t.low[first - 1] == "/" and before.reading.last == first - 1
    slash = heading_slash(t, before.reading.first if before and second else first)
    if not slash:
        return False
    at = slash + 1 if second else slash - 1
    item.event, item.at = EVENT_WORDS.get(t.low[at], ""), at
    item.places, item.labelled = [(at, 1)], True
    return True


def _event_before(t: Tokens, last: int, floor: int) -> int | None:
    for k in range(last, floor - 1, -1):
        if t.low[k] in _LABEL_ENDS:
            return None
        if t.low[k] in EVENT_WORDS:
            return k
    return None


def _heading(t: Tokens, begin: int, end: int) -> int | None:
    """The first event of the words before the colon that opens a list."""
    stop = min(end, begin + 24)
    if ":" not in t.low[begin:stop]:
        return None
    for k in range(begin, stop):
        if t.low[k] == ":":
            return None
        if t.low[k] in EVENT_WORDS:
            return k
    return None


# ---------------------------------------------------------------- movements


def _increment(t: Tokens, item: ToldNumber) -> None:
    """ "rose by 30", "up 30": an increment; "fell by 30": a decrement."""
    first = item.reading.first
    near = t.low[max(0, first - 5) : first]
    changed = near[-1:] == ["by"] or (
        near[-1:] in (["up"], ["down"]) and (len(near) == 1 or near[-2] in _BEFORE_CHANGE)
    )
    if not changed:
        toll = _toll_reached(t, first)
        item.total = toll is not None
        if toll is not None and not item.event and t.low[toll] in EVENT_WORDS:
            item.event, item.at = EVENT_WORDS[t.low[toll]], toll
            item.places = [*item.places, (toll, 12)]
        if not _EARLIER.isdisjoint(near) or near[-2:] == ["(", "was"]:
            item.role = "earlier"
        return
    if near[-1] == "up" and t.low[first] == "to":
        return
    if not RISING.isdisjoint(near):
        item.additional = True
    elif not _FALLING.isdisjoint(near):
        item.role = "decrease"


_BEFORE_CHANGE = bag("""
    , ( – — is are was were been gone going went moved revised edged ticked toll deaths cases number
""")  # "up 30", not "shot down 45" or "rounded up 12"
_TOLLS = bag("toll tolls total tally count number figure deaths cases losses injuries casualties")
_REACHING = bag("""
    to at reached reaches reaching passed passes passing hit hits is was now stands exceeded
    exceeds topped surpassed past
""")


_COUNTED = bag(
    "killed wounded casualties missing displaced infected hospitalised detained evacuated"
)
_PASSING = bag("passed passes passing exceeded exceeds topped surpassed")
_EARLIER = bag("earlier previously initially originally formerly prev previous")
_ARROWS = frozenset({("→",), ("->",), ("-->",), ("⇒",), ("➔",)})


def _toll_reached(t: Tokens, first: int) -> int | None:
    """The word for the total in "the toll rose to 231", "the number of dead stood at 88"."""
    if not first or (t.low[first - 1] not in _REACHING and t.low[first] not in _PASSING):
        return None
    begin = max(t.sentence(first)[0], first - 12)
    before = t.low[begin:first]
    if not before or "from" in before[-4:]:
        return None
    tolls = [k for k, word in enumerate(before[:-1]) if word in _TOLLS]
    if not tolls:
        return None
    told = [k for k in range(tolls[0], len(before)) if EVENT_WORDS.get(before[k]) in _COUNTED]
    return begin + (told[0] if told else tolls[0])


def plain_arrow(t: Tokens, a: ToldNumber, b: ToldNumber) -> bool:
    """Whether an arrow stands between two numbers."""
    return tuple(t.low[a.reading.last : b.reading.first]) in _ARROWS


def _movement(t: Tokens, a: ToldNumber, b: ToldNumber, gap: tuple[str, ...]) -> bool:
    """ "rose by 30 to 400", "revised down from 241 to 219", "rose from 30 to 35"."""
    if plain_arrow(t, a, b):
        a.role = "superseded"  # "19 → 23"
        _share(a, b) if not b.event else None
        return True
    if gap not in _MOVING_TO:
        return False
    first = a.reading.first
    opened = t.low[first - 1] if first else ""
    near = t.low[max(0, first - 9) : first]
    if opened == "from":
        a.total = True
        a.role = "superseded" if not _REVISING.isdisjoint(near) else "earlier"
    elif not (a.additional or a.role == "decrease"):
        return False
    b.total = True
    _share(a, b) if not b.event else None
    _share(b, a) if not a.event else None
    return True


# ---------------------------------------------------------------- neighbours


def _share(giver: ToldNumber, taker: ToldNumber) -> None:
    """Let a number be about what its neighbour is about."""
    if not giver.event or is_time(taker.reading.unit) or taker.of_places:
        return
    if taker.of_things and giver.event in OF_BODIES:
        return
    taker.event, taker.at = giver.event, giver.at
    taker.places = [*taker.places, *((k, d + 10) for k, d in giver.places)]


def _gap(t: Tokens, a: ToldNumber, b: ToldNumber) -> tuple[str, ...]:
    """The words between a number with its noun and the next number."""
    begin = max(a.noun.last, a.reading.last)
    return tuple(t.low[begin : b.reading.first]) if b.reading.first - begin <= 8 else ("...",) * 9


def _is_joined(gap: tuple[str, ...]) -> bool:
    return 0 < len(gap) <= 4 and _JOINING.issuperset(gap)


def _is_joined_by_dates(gap: tuple[str, ...]) -> bool:
    dated = [word for word in gap if word not in _DATING and not word.isdecimal()]
    return len(dated) < len(gap) and dated in (["and"], [","], [",", "and"], [";"])


# "The toll was 40 by the end of August and 51 by mid-September."
_DATING = TIME_WORDS | bag("by on in at the end of early late mid - last")


def _look_ahead(t: Tokens, a: ToldNumber, b: ToldNumber) -> None:
    """What stands behind the second number may be told of the first one too."""
    gap = _gap(t, a, b)
    plain = tuple(t.low[a.reading.last : b.reading.first])
    if plain in _OF_WHOLE and not is_time(b.reading.unit):
        counts = a.reading.unit == b.reading.unit == "count"
        if counts and a.reading.upper <= b.reading.upper:
            if len(plain) > 1 and t.low[b.reading.last] in _STATES:
                a.part = True  # "12 of the 40 dead were children"
            else:
                b.role = "base"  # "412 of 500 polling stations": the whole that it is out of
        if not a.event:
            _share(b, a)
            if b.at > b.reading.first and not b.noun.first <= b.at < b.noun.last:
                b.event, b.at = "", -1
        return
    if _movement(t, a, b, gap if gap in _MOVING_TO else plain):
        return
    if _is_agent(t, a, b):
        _acts(a)
        return
    if _is_part(t, b, a.reading.last):
        b.part = True
        if not a.event and b.at > b.reading.first:
            _share(b, a)
        return
    if _opens_share(t, a):
        return
    if not a.event and b.at > b.reading.first and _is_joined(gap) and not b.labelled:
        _share(b, a)


def _look_back(t: Tokens, a: ToldNumber, b: ToldNumber) -> None:
    """What stands before the first number may be told of the second one too."""
    if b.part:
        if not b.event or b.at > b.reading.last + 1:
            _share(a, b)
        return
    if _opens_share(t, a):
        b.part = True
        _share(a, b)
        return
    first = b.reading.first
    back = t.low[first - 1] == "from" and first - 1 == a.reading.last and a.total
    if back or (t.low[first - 1] in ("from", "with") and t.low[first - 2] in _COMPARED):
        b.role, b.total = "earlier", True  # "45 on Monday, up from 40 on Sunday"
        if not b.event:
            _share(a, b)
        return
    if b.event or not a.event:
        return
    gap = _gap(t, a, b)
    if (a.at < a.reading.first or a.labelled) and (_is_joined(gap) or _is_joined_by_dates(gap)):
        _share(a, b)


_STATES = bag("dead killed wounded injured missing victims deaths fatalities casualties detained")
_COMPARED = bag("up down compared")


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
