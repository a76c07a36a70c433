"""Who acts: "three inmates killed a guard" tells of no three who were killed."""

from __future__ import annotations

from reconcile.language.document.event_words import STOPS
from reconcile.language.document.events import Counted
from reconcile.language.document.times import TIME_WORDS
from reconcile.language.phrase.number_words import bag
from reconcile.language.phrase.readings import Reading
from reconcile.language.phrase.tokens import NUMBER, WORD, Tokens

_DONE_TO_OTHERS = bag("""
    killed murdered executed massacred wounded injured hurt maimed stabbed gored shot beheaded
    hanged lynched kidnapped abducted captured seized arrested detained jailed imprisoned rescued
    freed saved attacked infected vaccinated beat mauled robbed mugged strangled stoned clubbed
    tortured raped assaulted ambushed trampled bit hit struck rammed evicted released bombed
""")
_DOING = bag("""
    kill murder wound injure stab shoot beat rob mug attack kidnap abduct arrest detain rescue free
    save bomb ambush maul trample
""")
_ACCUSED = bag("of with for after by before over")
_HELPING = bag("who that which have has had then later also reportedly both all")
OBJECTS = bag("a an the his her their its some another him them it us himself themselves")
# Behind a participle: when, where or how, or who says so ("injured a day earlier").
_ASIDE = TIME_WORDS - {"second"} | bag("way distance moment instant said say says told")
_LONGEST_OBJECT, _LONGEST_ASIDE = 6, 8  # tokens


def verb_done(t: Tokens, r: Reading, noun: Counted) -> int:
    """The verb by which those who are counted do something to others; 0 if there is none.

    "Three inmates killed a guard", and no "three inmates killed a day earlier".
    """
    k = max(noun.last, r.last)
    led = t.low[r.first - 1] == "the" or (
        t.low[r.first - 1] == "of" and t.low[r.first - 2] in _BANDS
    )
    if not (noun.text or led):
        return 0
    k = _behind_aside(t, k)
    while t.low[k] in _HELPING or t.low[k].endswith("ly"):
        k += 1
    verb = k
    if t.capital(verb) or t.low[verb] not in _DONE_TO_OTHERS:
        bare = t.low[verb] in _DOING and verb == noun.last and t.kind[verb + 1] == WORD
        return verb if bare and t.low[verb + 1] not in STOPS - OBJECTS else 0
    if t.low[k + 1] == "and" and t.low[k + 2] in _DONE_TO_OTHERS:
        k += 2  # "shot and killed"
    return verb if _is_object(t, k + (2 if t.low[k + 1] == "dead" else 1)) else 0


_BANDS = bag("gang group band mob team pack trio crew squad")  # "a gang of six"


def _behind_aside(t: Tokens, k: int) -> int:
    """Behind what commas set off: "Two gunmen, both in black, killed"."""
    if t.low[k] != ",":
        return k
    if t.low[k + 1] in ("who", "which"):
        return k + 1
    for last in range(k + 2, k + _LONGEST_ASIDE):
        if t.low[last] == ",":
            return last + 1
        if t.kind[last] not in (WORD, NUMBER) or t.low[last] in ("and", "were", "was"):
            break
    return k


def _is_object(t: Tokens, k: int) -> bool:
    """Whether token `k` begins those to whom something is done."""
    last = k + 1
    while last < k + _LONGEST_OBJECT and t.kind[last] == WORD and t.low[last] not in STOPS:
        last += 1
    name = t.kind[k] == WORD and t.capital(k) and t.low[k] not in STOPS
    return (name or t.low[k] in OBJECTS) and _ASIDE.isdisjoint(t.low[k : last + 1])


def is_others(t: Tokens, k: int) -> bool:
    """Whether the "-ing" at token `k` is done to others: "charged with killing a woman"."""
    if not t.low[k].endswith("ing") or t.low[k - 1] not in _ACCUSED:
        return False
    return t.kind[k + 1] == NUMBER or _is_object(t, k + 1)
