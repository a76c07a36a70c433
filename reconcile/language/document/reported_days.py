"""Stage 9: whose day it is: that of a report, or that of what happened."""

from __future__ import annotations

from typing import Literal

from reconcile.language.document.time_ranges import Time
from reconcile.language.document.told_number import ToldNumber, is_participle
from reconcile.language.phrase.number_words import bag
from reconcile.language.phrase.readings import Reading
from reconcile.language.phrase.tokens import NUMBER, Tokens

Dated = Literal["", "report", "event"]

_REPORTING = bag("""
    reported reports reporting recorded records confirmed confirms registered logged counted counts
    listed lists announced announces documented tallied notified
""")
_FLOW = bag("""
    new newly fresh more additional extra further another alone daily record single same
""")
_AFTER_VERB = bag("a an the total of some about that at least as many it its have has")
_DATED = bag("on the yesterday today overnight last")
_REACH = 3  # tokens between a verb of reporting and its number: "has recorded a total of 31"


def day_told(t: Tokens, told: ToldNumber, time: Time) -> Dated:
    """Whose day a number has beside a verb of reporting, empty where there is no such verb.

    "reported 31 deaths on Monday" and "31 deaths were reported on Monday" date the report: the
    number is what had come together by then. "reported 14 people killed on Monday" and "31 on
    Monday and 12 on Tuesday" date what happened. Either way it is a guess; "31 new deaths" and
    "on Monday alone" leave none.
    """
    r = told.reading
    behind = max(told.noun.last, r.last)
    between = t.low[behind : time.first] if time.first >= behind else t.low[behind : behind + 4]
    verb = next((k for k, word in enumerate(between) if word in _REPORTING), None)
    if verb is None and not _is_object(t, r.first):
        return _in_series(t, r)
    if _is_flow(t, told, time):
        return ""
    happened = any(is_participle(word) for word in between)
    return "event" if happened or _opens_series(t, time) else "report"


def _is_object(t: Tokens, first: int) -> bool:
    """Whether a verb of reporting stands right before the number that starts at `first`."""
    begin = max(t.sentence(first)[0], first - _REACH)
    for k in range(first - 1, begin - 1, -1):
        if t.low[k] in _REPORTING:
            return True
        if t.low[k] not in _AFTER_VERB or t.low[k] == "that":
            return False
    return False


def _is_flow(t: Tokens, told: ToldNumber, time: Time) -> bool:
    """Whether words say that the number is of that day: "31 new deaths", "on Monday alone"."""
    first, last = told.reading.first, max(told.noun.last, told.reading.last)
    near = (*t.low[max(0, first - 3) : last + 1], *t.low[time.last : time.last + 1])
    return told.additional or not _FLOW.isdisjoint(near)


def _opens_series(t: Tokens, time: Time) -> bool:
    """ "31 deaths on Monday and 12 on Tuesday": each day has a number of its own."""
    k = time.last + (t.low[time.last] in (",", "and"))
    k += t.low[k] == "and"
    return k > time.last and t.kind[k] == NUMBER and t.low[k + 1] in _DATED


def _in_series(t: Tokens, r: Reading) -> Dated:
    begin = t.sentence(r.first)[0]
    joined = t.low[r.first - 1] in ("and", ",") and t.low[r.last] in _DATED
    return "event" if joined and not _REPORTING.isdisjoint(t.low[begin : r.first]) else ""
