"""Numbers that rank or order: magnitudes, categories, the day of a war, the hour of a clock."""

from __future__ import annotations

from reconcile.language.phrase.number_words import bag
from reconcile.language.phrase.tokens import NUMBER, WORD, Tokens

_QUAKES = bag("quake earthquake tremor temblor aftershock shock foreshock quakes aftershocks")
_STORMS = bag("storm hurricane cyclone typhoon tornado emergency alert storms hurricanes")
_RANKS = bag("magnitude category intensity richter grade scale stage mach")
RANKED = bag("day week month year night round hour")
MAGNITUDE_CUES = (
    _QUAKES
    | _RANKS
    | RANKED
    | bag("""
    of and on at by until before around from to between measuring measured past
""")
)
_BEFORE_RANKED = bag("""
    on by in at of until since after from to is was as , ( : . ; – — enters entered entering
    reaches
""")
_COUNTED_BEHIND = bag("people men women children soldiers civilians were was dead others troops")


def ranked_at(t: Tokens, i: int) -> int:
    """The token behind a magnitude, a category or a numbered day that starts at `i`; 0 if none."""
    low = t.low
    before, after = low[i - 1], low[i + 1]
    if after == "-" and low[i + 2] in ("magnitude", "richter"):
        return i + 3
    if after == "magnitude" or (after in _QUAKES and "." in low[i]):
        return i + 2
    if low[i + 1 : i + 4] == ["on", "the", "richter"] or after == "richter":
        return i + 1
    if i and before in ("magnitude", "richter", "intensity", "mach"):
        return i + 1
    if before == "of" and (low[i - 2] in ("magnitude", "intensity") or _of_quake(t, i)):
        return i + 1
    if before == "and" and low[i - 3] == "of" and "." in low[i] and _of_quake(t, i - 2):
        return i + 1  # "aftershocks of 5.1 and 5.4"
    if before == "-" and low[i - 2] in _RANKS and t.glued(i) and t.glued(i - 1):
        return i + 1
    if before in ("measuring", "measured") and "." in low[i]:
        return 0 if _QUAKES.isdisjoint(low[max(0, i - 9) : i]) else i + 1
    if before in ("(", ":", ",") and low[i - 2] in _QUAKES and "." in low[i]:
        return i + 1
    if before in ("category", "cat") and after in _STORMS:
        return i + 1
    return i + 1 if i and before in RANKED and _is_ranked(t, i) else 0


def _of_quake(t: Tokens, i: int) -> bool:
    return t.low[i - 2] in _QUAKES and "." in t.low[i] and len(t.low[i]) == 3


def _is_ranked(t: Tokens, i: int) -> bool:
    """ "on day 300 of the war", "Day 1,000: 14 wounded"; not "that day 300 marched"."""
    opened = (
        i == 1
        or t.low[i + 1] in (":", "–", "—")
        or t.low[i - 2] in _BEFORE_RANKED
        or t.sentence(i)[0] == i - 1
    )
    return opened and t.low[i + 1] not in _COUNTED_BEHIND and not t.low[i + 1].endswith("s")


_STANDING = bag("""
    stood stands put puts estimated remains remained set standing stand toll count total number
    figure losses counted
""")
_PARTS_OF_HOUR = frozenset({("half", "past"), ("quarter", "past"), ("quarter", "to")})
_AT = bag("at by until before around from to since between about and")
_ZONED = bag("hours hrs hour local gmt utc h")


def written_hour(t: Tokens, i: int) -> int:
    """ "at 0930", "By 2200 hours", "at 1745 and": an hour written as four digits."""
    word = t.low[i]
    part = (t.low[i - 2], t.low[i - 1]) if i > 1 else ("", "")
    if part in _PARTS_OF_HOUR and len(word) < 3:
        return i + 1  # "half past 10"
    if len(word) != 4 or not word.isdecimal() or word >= "2400" or word[2] > "5":
        return 0
    before, after = t.low[i - 1], t.low[i + 1]
    if before not in _AT and not (word[0] == "0" and i):
        return i + 1 if word[0] == "0" and t.count > 1 and t.kind[i + 1] != NUMBER else 0
    if after in _ZONED:
        return i + 2
    if word[0] == "0":
        return i + 1
    ended = t.kind[i + 1] != WORD or after in ("and", "on", "in", "when", "the", "as", "local")
    return i + 1 if before == "at" and ended and t.low[i - 2] not in _STANDING else 0
