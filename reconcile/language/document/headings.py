"""What a label or heading says of a number: "Dead: 12", "Injured (12)", "Killed/injured: 12/30"."""

from __future__ import annotations

from reconcile.language.document.event_words import EVENT_WORDS
from reconcile.language.document.events import event_named
from reconcile.language.document.told_number import ToldNumber, is_most, shared
from reconcile.language.phrase.pairs import heading_slash
from reconcile.language.phrase.readings import is_time
from reconcile.language.phrase.tokens import Tokens

_LABEL_MARKS = frozenset({":", "–", "—", "-", "=", "("})
LABEL_ENDS = frozenset({",", ";", "|", ".", "\n", "•", "/"})
"""The signs behind which another label begins."""
LABELLING = _LABEL_MARKS | {")", "+"}
"""A sentence with none of these signs has no labels."""
_NEAR, _HEADING_AWAY, _LONGEST_HEADING = 1, 5, 24


def labelled(t: Tokens, item: ToldNumber, before: ToldNumber | None) -> ToldNumber:
    """A number with the event of its label, of the label of the number before, or of its heading.

    A heading is that of a whole line: "Monthly deaths: Jan 159, Feb 146".
    """
    r = item.reading
    begin = t.sentence(r.first)[0]
    mark = r.first - 1
    if is_time(r.unit) or mark < begin or is_most(t, r):
        return item
    paired = _in_pair(t, item, before)
    if paired is not None:
        return paired
    if t.low[mark] == ")" and t.low[mark - 2] == "(":  # "Dead (confirmed) 104"
        mark -= 2
    if t.low[mark] in _LABEL_MARKS or (t.low[mark] == "+" and t.glued(r.first)):
        found = _event_before(t, mark - 1, max(before.reading.last if before else begin, mark - 5))
        told = bool(item.event) and t.low[r.last] in EVENT_WORDS and t.low[r.last + 1] != ":"
        if found is not None and not told:
            return _under(item, event_named(t, found), found, _NEAR)
    if item.event:
        return item
    if before is not None and before.labelled:
        return shared(before, item)._replace(labelled=True)
    heading = _heading(t, begin, r.first)
    if heading is None:
        return item
    return _under(item, EVENT_WORDS[t.low[heading]], heading, _HEADING_AWAY)


def _under(item: ToldNumber, event: str, at: int, distance: int) -> ToldNumber:
    places = ((at, distance), *item.places)
    return item._replace(event=event, at=at, places=places, labelled=True)


def _in_pair(t: Tokens, item: ToldNumber, before: ToldNumber | None) -> ToldNumber | None:
    """ "Killed/injured: 12/30": each number is of the word at its side of the slash."""
    first = item.reading.first
    second = before is not None and t.low[first - 1] == "/" and before.reading.last == first - 1
    slash = heading_slash(t, before.reading.first if before and second else first)
    if not slash:
        return None
    at = slash + 1 if second else slash - 1
    return item._replace(
        event=EVENT_WORDS.get(t.low[at], ""), at=at, places=((at, _NEAR),), labelled=True
    )


def _event_before(t: Tokens, last: int, floor: int) -> int | None:
    for k in range(last, floor - 1, -1):
        if t.low[k] in LABEL_ENDS:
            return None
        if t.low[k] in EVENT_WORDS:
            return k
    return None


def _heading(t: Tokens, begin: int, end: int) -> int | None:
    """The first event of the words before the colon that opens a list."""
    stop = min(end, begin + _LONGEST_HEADING)
    if ":" not in t.low[begin:stop]:
        return None
    for k in range(begin, stop):
        if t.low[k] == ":":
            return None
        if t.low[k] in EVENT_WORDS:
            return k
    return None
