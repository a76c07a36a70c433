"""Numbers that move: "rose by 30 to 400", "revised down from 241 to 219", "the toll hit 231"."""

from __future__ import annotations

from collections.abc import Sequence

from reconcile.language.document.event_words import EVENT_WORDS
from reconcile.language.document.told_number import ToldNumber, beside, shared
from reconcile.language.phrase.calendar import MONTHS, WEEKDAYS
from reconcile.language.phrase.number_words import bag
from reconcile.language.phrase.ranges import REVISING, UP_OR_DOWN, heads_change
from reconcile.language.phrase.tokens import Tokens

_MOVING_TO = frozenset(
    {("to",), (",", "to"), ("to", "reach"), ("up", "to"), ("down", "to"), (",", "reaching"),
     ("and", "reached"), (",", "bringing", "the", "total", "to"), (",", "taking", "it", "to"),
     (",", "bringing", "it", "to"), (",", "bringing", "the", "toll", "to")}
)  # fmt: skip
_RISING = bag("""
    rose rise rises risen rising increased increase increases increasing grew grow grows grown
    climbed climb climbs climbing jumped jump jumps jumping surged surge surges up soared added
    gained gains firmed rallied
""")
_FALLING = bag("""
    fell fall falls fallen falling decreased decrease decreases dropped drop drops declined decline
    declines shrank down slid slips slipped sank sinks plunged plunges tumbled dipped dips eased
    retreated shed sheds
""")


def with_movement(t: Tokens, item: ToldNumber) -> ToldNumber:
    """ "rose by 30", "up 30": an increment; "fell by 30": a decrement; "the toll hit 231"."""
    first = item.reading.first
    compared = _LESS_OR_MORE.get(t.low[item.reading.last]) if item.reading.unit in _SHARES else None
    if compared == "decrease":
        return item._replace(role=compared)
    if compared:  # "12 % more than in 2016"
        return item._replace(additional=True)
    if item.reading.upper < 0 and t.low[first - 1] == "(":
        return item._replace(role="decrease")  # "34 (-6)"
    near = t.low[max(0, first - 5) : first]
    if _TELLING.isdisjoint(near) and t.low[first] not in _PASSING:
        return item
    changed = near[-1:] == ["by"] or (
        near[-1:] in (["up"], ["down"])
        and (len(near) == 1 or near[-2] in _BEFORE_CHANGE or _is_measured(item, near[-2]))
    )
    moving = near[-1:] and item.reading.unit in _SHARES
    if moving and near[-1] in _RISING - {"up"}:
        return item._replace(additional=True)
    if moving and near[-1] in _FALLING - {"down"}:
        return item._replace(role="decrease")
    if not changed:
        return _reached(t, item, near)
    if near[-1] == "up" and t.low[first] == "to":
        return item
    if not _RISING.isdisjoint(near):
        return item._replace(additional=True)
    return item if _FALLING.isdisjoint(near) else item._replace(role="decrease")


def _is_measured(item: ToldNumber, verb: str) -> bool:
    """ "Wages down 3.5%", and no "makes up 62%"."""
    return item.reading.unit != "count" and verb not in _PHRASAL


_PHRASAL = bag("""
    made make makes making took take takes taken taking gave give gives given used set shut bought
    tore torn burned burnt picked turned
""")


def _reached(t: Tokens, item: ToldNumber, near: list[str]) -> ToldNumber:
    """A number that may be a total, or an earlier one."""
    toll = _toll_reached(t, item.reading.first)
    if toll is not None:
        item = item._replace(total=True)
        if not item.event and t.low[toll] in EVENT_WORDS:
            places = (*item.places, (toll, _NEAR_TOLL))
            item = item._replace(event=EVENT_WORDS[t.low[toll]], at=toll, places=places)
    if near[-1:] == ["from"] and is_revised(near[:-1]):
        return item._replace(role="superseded", total=True)
    earlier = not _EARLIER.isdisjoint(near) or near[-2:] == ["(", "was"]
    return item._replace(role="earlier") if earlier else item


def is_revised(before: Sequence[str]) -> bool:
    """Whether words end in a revision: "revised", "corrected upward"."""
    words = before[:-1] if before and before[-1] in UP_OR_DOWN else before
    return bool(words) and words[-1] in REVISING


_NEAR_TOLL = 12
_FARTHEST = 20  # tokens from a toll to where it stands
_BEFORE_CHANGE = bag("""
    , ( – — is are was were been gone going went moved revised edged ticked toll deaths cases number
""")  # "up 30", not "shot down 45" or "rounded up 12"
_TOLLS = bag("toll tolls total tally count number figure deaths cases losses injuries casualties")
_REACHING = bag("""
    to at reached reaches reaching passed passes passing hit hits is was now stands exceeded
    exceeds topped surpassed past
""")


_COUNTED = bag(
    "killed wounded casualties missing displaced infected hospitalised detained arrested evacuated"
)
_DAYS = MONTHS.keys() | WEEKDAYS.keys() | bag("yesterday week month year weekend")
_PASSING = bag("passed passes passing exceeded exceeds topped surpassed")
_EARLIER = bag("earlier previously initially originally formerly prev previous")
_SHARES = frozenset({"percent", "percentage point", "basis point"})
_LESS_OR_MORE = {
    **dict.fromkeys(("fewer", "less", "lower", "smaller", "down"), "decrease"),
    **dict.fromkeys(("more", "higher", "larger", "up"), "increase"),
}
_TELLING = _REACHING | _EARLIER | _RISING | _FALLING | bag("by from")
_ARROWS = frozenset({("→",), ("->",), ("-->",), ("⇒",), ("➔",)})


def _toll_reached(t: Tokens, first: int) -> int | None:
    """The word for the total in "the toll rose to 231", "the number of dead stood at 88"."""
    if not first or (t.low[first - 1] not in _REACHING and t.low[first] not in _PASSING):
        return None
    begin = max(t.sentence(first)[0], first - _FARTHEST)
    before = t.low[begin:first]
    if not before or "from" in before[-4:]:
        return None
    tolls = [k for k, word in enumerate(before[:-1]) if word in _TOLLS]
    if not tolls:
        return None
    told = [k for k in range(tolls[0], len(before)) if EVENT_WORDS.get(before[k]) in _COUNTED]
    return begin + (told[0] if told else tolls[0])


def _is_time_then_to(words: Sequence[str]) -> bool:
    """ "on Tuesday to", "in the 1990s to just", between the ends of a movement."""
    last = len(words)
    while last and words[last - 1] in _HARDLY:
        last -= 1
    if not 2 <= last <= _LONGEST_TIME or words[last - 1] != "to" or words[0] not in _SETTING:
        return False
    return not _DAYS.isdisjoint(words[:last]) or any(word.isdecimal() for word in words[:last])


_SETTING = _DAYS | bag("on in at last late early")
_HARDLY = bag("just only now")
_LONGEST_TIME = 6


def _as_before(t: Tokens, a: ToldNumber, reach: int) -> ToldNumber:
    """The start of a movement: a total before, or one that was revised in words near it."""
    first = a.reading.first
    revised = not REVISING.isdisjoint(t.low[max(0, first - reach) : first])
    return a._replace(role="superseded" if revised else "earlier", total=True)


def moved(
    t: Tokens, a: ToldNumber, b: ToldNumber, gap: tuple[str, ...]
) -> tuple[ToldNumber, ToldNumber] | None:
    """Two numbers as the start (or the step) and the end of a movement; None if they are none."""
    first, plain = a.reading.first, tuple(t.low[a.reading.last : b.reading.first])
    if plain in _ARROWS:
        a = a._replace(role="superseded")  # "19 → 23"
        return a, b if b.event else shared(a, b)
    opened = t.low[first - 1] if first else ""
    if plain == ("to",) and heads_change(t, first):
        a, b = _as_before(t, a, 6), b._replace(total=True)
        return (a if a.event else shared(b, a)), (b if b.event else shared(a, b))
    if plain == (",", "now") and opened in ("was", "were"):  # "was 31, now 38"
        return _as_before(t, a, 6), (b if b.event else shared(a, b))._replace(total=True)
    dated = opened == "from" and (_is_time_then_to(plain) or _is_time_then_to(gap))
    if not dated and gap not in _MOVING_TO and plain not in _MOVING_TO:
        return None
    if opened == "from":
        a = _as_before(t, a, 9)
    elif not (a.additional or a.role == "decrease"):
        if opened in _RISING:  # "rose 85 cm to 3.2 metres"
            a = a._replace(additional=True)
        elif opened in _FALLING:
            a = a._replace(role="decrease")
        else:
            return None
    b = (b if b.event else shared(a, b))._replace(total=True)
    if not (a.event or b.event):  # "the lake rose by 0.4 metres to 6.2 metres"
        b = beside(a, b)
    return a if a.event else shared(b, a), b
