"""Brackets beside numbers: whose number it is, of what, and which number is part of which."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from reconcile.language.phrase.number_words import bag
from reconcile.language.phrase.readings import Reading
from reconcile.language.phrase.tokens import WORD, Tokens

_OPEN, _CLOSE = frozenset("(["), frozenset(")]")
_LONGEST, _REACH = 60, 8
_ENDS = frozenset({";", "/", "|", "\n", ",", "+", "–", "—", "•", "and", "&"})

SPEAKING = bag("""
    official officials officially government govt gov ministry minister authorities
    authority commission opposition alternative independent un army military police rebels
    rebel media press activists activist monitor monitors observatory hospital hospitals ngo
    ngos union unions organisers organizers agency office command president governor mayor
    witnesses witness separatists insurgents militants analysts analyst researchers
    survivors coroner court red cross crescent prosecutors intelligence spokesman
    spokesperson spokeswoman parliament senate unofficial unofficially reuters bloomberg
    jazeera arabiya guardian telegraph xinhua amnesty kremlin pentagon hamas hezbollah houthis
    taliban historians scholars chief commander commissioner sheriff warden inspector director
    coastguard secretary navy charity
    estimate estimates claim claims claimed source sources newspaper newspapers
""")
# The last word of the name of a body that speaks: "River Aid", "Rights Watch".
_ORGANISATIONS = bag("""
    aid watch relief council network committee federation association foundation society institute
    rights group forum centre center alliance league coalition charity mission bureau board service
    services university department tv radio news times post herald tribune gazette journal
""")
_BEFORE = bag("per by via source sources claimed according to as estimated said says")
_BEHIND = bag("""
    claim claims claimed estimate estimates est figure figures count counts data report reports
    sources source statement tally says said
""")
_NO_SPEAKERS = bag("us usa uk uae drc eu nz car ussr uss un-led ied ww1 ww2 kia wia mia pow est")


class Beside(NamedTuple):
    """What stands beside a number: the words of a bracket, the number it may be part of.

    `speaks` says that the words may name a speaker and are not what the number counts, `plus` that
    a plus sign adds the number to the one before, `included` that it is said to be part of it.
    """

    label: str = ""
    head: int | None = None
    plus: bool = False
    included: bool = False
    speaks: bool = False


NOTHING = Beside()
_INCLUDED = bag("including incl includes included whom which among inclusive")


def beside_numbers(t: Tokens, found: Sequence[Reading]) -> list[Beside]:
    """For each number what the brackets beside it say; empty if the text has no brackets."""
    if "(" not in t.text and "[" not in t.text:
        return []
    beside = [NOTHING] * len(found)
    k = 0
    for first, last in _pairs(t):
        while k < len(found) and found[k].last <= first:
            k += 1
        if k < len(found) and found[k].first < first:
            continue  # the bracket is part of a number: "twenty (20)"
        head = k - 1 if k and _follows(t, found[k - 1], first) else None
        inside = [n for n in range(k, min(len(found), k + 12)) if found[n].last <= last]
        inside = [n for n in inside if found[n].first > first]
        if inside:
            for n in inside:
                beside[n] = _inner(t, found, n, first, last, head)
        elif head is not None and not beside[head].label:
            label = t.slice(first + 1, last).strip()
            beside[head] = beside[head]._replace(label=label, speaks=True)
    return beside


def _pairs(t: Tokens) -> list[tuple[int, int]]:
    """The outermost brackets that close within some tokens, in order."""
    pairs: list[tuple[int, int]] = []
    opened: list[int] = []
    for i, word in enumerate(t.low[: t.count]):
        if word in _OPEN:
            opened.append(i)
        elif word in _CLOSE and opened:
            first = opened.pop()
            if not opened and 1 < i - first <= _LONGEST:
                pairs.append((first, i))
        elif word == "\n":
            opened.clear()
    return pairs


def _follows(t: Tokens, r: Reading, bracket: int) -> bool:
    """Whether a bracket stands right behind a number and the words for what it counts."""
    gap = range(r.last, bracket)
    return len(gap) <= _REACH and all(
        t.kind[n] == WORD or t.low[n] in ("-", "*", "†", "+", "'") for n in gap
    )


def _inner(
    t: Tokens, found: Sequence[Reading], n: int, first: int, last: int, head: int | None
) -> Beside:
    """A number inside a bracket: its own words there, and the number before the bracket."""
    r = found[n]
    begin = max(first + 1, found[n - 1].last if n else 0)
    end = r.last
    while end < last and t.low[end] not in _ENDS:
        end += 1
    if n + 1 < len(found):
        end = min(end, max(r.last, found[n + 1].first))
    opens = not n or found[n - 1].last <= first  # a plus between two parts makes no increment
    plus = t.low[r.first - 1] == "+" and r.first - 1 > first and opens
    included = not _INCLUDED.isdisjoint(t.low[first + 1 : r.first])
    words = t.slice(r.last, end).strip(" .:,-") if end > r.last else ""
    speaks = not words and t.low[r.first - 1] == ":"
    if not words and r.first > begin:
        words = t.slice(begin, r.first).strip(" .:,;+-")
    return Beside(words, head, plus, included, speaks)


def speaker_in(label: str) -> str:
    """The speaker that words beside a number name; empty if they name none.

    >>> speaker_in("official"), speaker_in("per WHO"), speaker_in("Syria")
    ('official', 'WHO', '')
    """
    words = label.replace(",", " ").split()
    plain = [word.strip(".:;'’\"").lower().removesuffix("'s").removesuffix("’s") for word in words]
    first, last = 0, len(words)
    while first < last and plain[first] in _BEFORE:
        first += 1
    while last > first and plain[last - 1] in _BEHIND:
        last -= 1
    if last and plain[last - 1] in ("the", "a", "an", "its", "their"):
        return ""  # "Recount changed the tally"
    kept = " ".join(words[first:last]).strip(" .:;")
    told = plain and (plain[0] in ("per", "according", "via", "source", "sources"))
    claimed = any(word in ("claim", "claims", "claimed") for word in plain[last:])
    if told or claimed or (last < len(words) and kept):
        return kept
    if not SPEAKING.isdisjoint(plain):
        return " ".join(words)
    if len(words) > 1 and words[0][:1].isupper() and plain[-1] in _ORGANISATIONS:
        return " ".join(words)
    acronym = len(words) == 1 and kept.isupper() and 2 <= len(kept) <= 6 and kept.isalpha()
    return kept if acronym and kept.lower() not in _NO_SPEAKERS else ""
