"""What came to a stock or left it: "4,000 refugees left", "admitted 12 patients"; no levels."""

from __future__ import annotations

from collections.abc import Container
from typing import Literal

from reconcile.language.document.agents import OBJECTS
from reconcile.language.document.event_words import EVENT_WORDS
from reconcile.language.document.told_number import ToldNumber
from reconcile.language.phrase.number_words import bag
from reconcile.language.phrase.readings import Reading, is_time
from reconcile.language.phrase.tokens import NUMBER, Tokens

Change = Literal["", "arrival", "departure"]

_GONE = bag("""
    departed departing depart quit discharged released freed escaped deported repatriated expelled
    evicted resettled vacated fled returned returning withdrawn withdrew emigrated paroled
    bailed dismissed vanished died dead killed perished
""")
_CAME = bag("""
    arrived arrive arrives arriving came joined joining reached entered admitted enrolled
    crossed flocked poured streamed recruited hired
""")
_WITH = {
    "gone": bag("home back away out free"),
    "went": bag("home back away free"),
    "walked": bag("free home away"),
    "brought": bag("to into in"),
    **dict.fromkeys(
        bag("moved taken transferred sent flown bused driven ferried airlifted shifted relocated"),
        bag("out away on from to elsewhere home back"),
    ),
}
_ALSO_IN = bag("moved taken transferred shifted")
_GIVING = bag("released discharged freed deported repatriated expelled evicted resettled dismissed")
_TAKING = bag("admitted received welcomed recruited hired enrolled")
_ROSE = bag("rose risen gained climbed swelled swollen surged jumped crept inched edged grew")
_FELL = bag("""
    fell fallen dropped lost sank receded shrank shrunk declined slipped plunged subsided ebbed
""")
_STAYING = bag("remain remains remained staying stay still housed living sleeping sheltering")
_ARE = bag("are is were was be been")
_NEVER = bag("never not n't didn't didn’t haven't haven’t")
_HAVE = bag("have has had")
_ENDS = bag("; : . ! ? but while whereas , \n")
_PLACED = bag("in at behind inside there here over")
_REACH = 9  # tokens from what is counted to what is said to have happened to it
_MOVING = frozenset().union(
    _GONE, _CAME, _WITH, _GIVING, _TAKING, _ROSE, _FELL, bag("left took taken checked")
)


def change_told(
    t: Tokens, told: ToldNumber, own: Container[str], words: frozenset[str], *, known: bool = False
) -> Change:
    """Whether a number is told of what came or left; `own` are events that make the stock.

    `words` are those of the sentence.

    Unless a stock is `known` to be counted, an event that is told is what is counted.

    >>> from reconcile.language.document.extraction import extract_mentions
    >>> [sorted(m.flags) for m in extract_mentions("Some 300 refugees left; 900 remain.")]
    [['departure'], ['remaining']]
    """
    r = told.reading
    if _MOVING.isdisjoint(words) or is_time(r.unit):
        return ""
    if not known and (told.event or r.unit != "count"):
        return ""
    before = _before(t, r.first, own, known=known)
    if before or r.unit != "count":
        return before
    if told.at >= 0 and EVENT_WORDS.get(t.low[told.at], "") in own:
        return ""
    begin = max(told.noun.last, r.last)
    end = min(t.sentence(r.first)[1], begin + _REACH)
    relative = False
    for k in range(begin, end):
        word = t.low[k]
        if word in _ENDS or t.kind[k] == NUMBER or word in _STAYING:
            return ""
        relative = relative or word in ("who", "that", "which")
        change = "" if EVENT_WORDS.get(word, word) in own else _verb(t, k, r.first)
        if change:
            return "" if relative and _is_there(t, k + 1) else change
    return ""


def _before(t: Tokens, first: int, own: Container[str], *, known: bool) -> Change:
    """ "released 212 inmates", "took in about 85 people", "dropped 3 metres"."""
    k = first - 1
    if t.low[k] in ("another", "further", "by", "some"):
        k -= 1 + (t.low[k - 1] == "a")
    word = t.low[k] if k >= 0 else ""
    if EVENT_WORDS.get(word, word) in own or t.low[k - 1] in _ARE:
        return ""
    sent = word in ("home", "away", "out", "back") and t.low[k - 1] in _WITH
    if word in _GIVING or sent or (known and word in _FELL):
        return "departure"
    if (
        word in _TAKING
        or (known and word in _ROSE)
        or (word == "in" and t.low[k - 1] in ("took", "taken"))
    ):
        return "arrival"
    return ""


def _verb(t: Tokens, k: int, first: int) -> Change:
    """The change that the verb at token `k`, with the words behind it, tells of."""
    word, behind = t.low[k], t.low[k + 1 : k + 3]
    acted = word in ("killed", "shot") or (word in _GIVING and t.low[k + 1] in OBJECTS)
    if acted and _ARE.isdisjoint(t.low[k - 3 : k]):
        return ""  # "three gunmen killed 12 people", "40 officers evicted the squatters"
    if not _NEVER.isdisjoint(t.low[max(0, k - 2) : k]):
        return ""
    if word == "left":
        before = t.low[k - 1]
        over = before not in _HAVE and (t.low[k + 1] in _PLACED or t.low[first - 1] in _ONLY)
        return "" if before in _ARE or over else "departure"
    if word in _GONE:
        return "departure"
    if word in _CAME or (word in ("took", "checked") and behind[:1] == ["in"]):
        return "arrival"
    if word in _WITH and not _WITH[word].isdisjoint(behind):
        return "arrival" if word == "brought" else "departure"
    return "arrival" if word in _ALSO_IN and behind[:1] == ["into"] else ""


_ONLY = bag("with only just")


def _is_there(t: Tokens, k: int) -> bool:
    """ "who fled the valley are sleeping in a school": where they are now follows."""
    behind = t.low[k : t.sentence(k)[1]]
    return not _ARE.isdisjoint(behind) or not _STAYING.isdisjoint(behind)


def without_move(told: ToldNumber) -> ToldNumber:
    """ "1,200 arrived and 8,000 remain": the 8,000 that are there did not arrive."""
    other = told.event in _MOVES and told.at < told.reading.first
    return told._replace(event="", at=-1) if other else told


_MOVES = bag("arrived sent escaped returned withdrawn recovered")


def is_still_there(t: Tokens, told: ToldNumber, words: frozenset[str]) -> bool:
    """Whether a number is of who is there: "8,000 remain", "ten thousand people there now"."""
    if _PRESENT.isdisjoint(words):
        return False
    begin = max(told.noun.last, told.reading.last)
    for k in range(begin, min(t.sentence(told.reading.first)[1], begin + 4)):
        if t.low[k] in _ENDS:
            return False
        if t.low[k] in _STAYING or t.low[k : k + 2] in _NOW:
            return True
    return False


_NOW = (["there", "now"], ["here", "now"], ["there", "today"], ["are", "there"])
_PRESENT = _STAYING | {"here", "there"}
_LEADING = bag("to at is was reached reaches exceeded exceeds passed stands numbered numbers")


def leads_to(t: Tokens, first: int) -> bool:
    """Whether the words before token `first` set what they name at a number: "has risen to"."""
    return first > 0 and (t.low[first - 1] in _LEADING or t.low[first] == "at")


def is_distance(t: Tokens, r: Reading) -> bool:
    """Whether a measure is no level: "2 metres above normal", "3 kilometres wide"."""
    away = t.low[r.last] == "from" and t.low[r.first - 1] not in _ROSE | _FELL | {"by"}
    return away or t.low[r.last] in _OFFSETS


_OFFSETS = bag("""
    above below over under beyond short higher lower wide long broad across away apart off thick
    north south east west upstream downstream inland offshore
""")


def noun_before(t: Tokens, first: int) -> str:
    """The "refugees" of "the number of refugees in the camp at about 11,000"; empty if none."""
    if not leads_to(t, first):
        return ""
    begin = max(t.sentence(first)[0], first - 12)
    for k in range(first - 2, begin - 1, -1):
        if t.low[k] == "population":
            return "population"
        if t.low[k] == "of" and t.low[k - 1] in ("number", "numbers"):
            plain = (n for n in range(k + 1, first - 1) if t.low[n].endswith("s") or n == k + 1)
            return t.low[next((n for n in plain if t.low[n] not in ("the", "its")), k + 1)]
        if t.low[k] in _ENDS or t.kind[k] == NUMBER:
            return ""
    return ""
