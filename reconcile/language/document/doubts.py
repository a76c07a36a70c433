"""What makes a number no plain statement: what is denied, possible, planned, conditional."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from typing import NamedTuple

from reconcile.language.phrase.number_words import bag
from reconcile.language.phrase.readings import Reading
from reconcile.language.phrase.tokens import BREAK, NUMBER, Tokens

_MODALS = {
    "could": "possible", "may": "possible", "might": "possible", "would": "conditional",
    "will": "future", "shall": "future", "'ll": "future", "if": "conditional",
    "unless": "conditional", "should": "conditional", "feared": "feared", "fear": "feared",
    "fears": "feared", "fearing": "feared", "rumoured": "unverified",
    "rumored": "unverified", "rumours": "unverified", "rumors": "unverified",
    "rumour": "unverified", "rumor": "unverified", "possibly": "possible", "perhaps": "possible",
    "presumed": "presumed", "alleged": "unverified",
    "alleges": "unverified", "allege": "unverified", "speculation": "unverified",
    "unproven": "unverified", "unsubstantiated": "unverified", "uncorroborated": "unverified",
    "retracted": "disputed", "retracts": "disputed",
}  # fmt: skip
# These are intentions only before "to": "plans to send", not "the planned raid".
_INTENDING = bag("""
    plan plans planned planning intend intends intended intending aim aims aimed hope hopes hoped
    hoping expect expects expected expecting threaten threatens threatened threatening vow vows
    vowed promise promises promised pledge pledges pledged set due scheduled going want wants
    wanted seek seeks sought prepare prepares preparing prepared ready ordered offer offers offered
    likely projected forecast supposed meant
""")
_EXPECTING = bag("expect expects expecting anticipate anticipates anticipating awaits")
_FALSE = bag("""
    untrue false falsely lie lies hoax fabricated fabrication fake myth baseless unfounded
    disinformation misinformation debunked propaganda exaggerated overstated inflated
""")
FUTURE = bag(
    "will shall 'll tomorrow next plan plans planning intends expected expects expect "
    "scheduled due going"
)
"""Words behind which a month or a day without a year lies ahead."""

# Behind a comma these go on with what is said: "will cut 1 in 8 jobs, or about 4,500".
_SAME_CLAIM = bag("or including among")
_STOPS_BEFORE = frozenset({";", ":", "\n", ".", "!", "?"})
_STOPS_BEHIND = frozenset({";", ":", "\n", ".", "!", "?", "but", "while", "whereas"})
_BEFORE, _BEHIND, _CLAUSE = 12, 9, 40


def doubts_around(t: Tokens, r: Reading, begin: int, end: int, words: frozenset[str]) -> set[str]:
    """The flags that the words of its clause give a number; `words` are those of its sentence.

    "possible" (could, may), "conditional" (if, would), "future" (will, plans to), "feared",
    "unverified" (rumours) and "disputed" (a lie, not true).
    """
    flags: set[str] = set()
    if not _CLAUSE_WORDS.isdisjoint(words) or ("to" in words and not _TO_BE.isdisjoint(words)):
        flags |= _before(t, r, begin) | _behind(t, r, end)
    before = t.low[max(begin, r.first - _BEFORE) : r.first]
    if not _UNSURE.isdisjoint(before) or (not _SAYING.isdisjoint(words) and _is_unsaid(before)):
        flags.add("unverified")
    around = max(begin, r.first - _CLAUSE), min(end, r.last + _CLAUSE)
    if not _DENYING.isdisjoint(words) and _is_denied(t, *around, r.first):
        flags |= {"disputed", "denied"}
    return flags


def _before(t: Tokens, r: Reading, begin: int) -> set[str]:
    """The flags that words before a number give it."""
    flags: set[str] = set()
    low = t.low
    comma = False
    for k in range(r.first - 1, max(begin, r.first - _BEFORE) - 1, -1):
        word = low[k]
        if word in _STOPS_BEFORE:
            break
        comma = comma or (word == "," and low[k + 1] not in _SAME_CLAIM)
        if word in _MODALS and not (comma and word != "if") and not _is_month(t, k):
            flags.add(_MODALS[word])
        elif word in _AHEAD and not comma and _is_ahead(word, low[k + 1], r.first - k):
            flags.add("future")
        elif word in _TO_BE and low[k + 1] == "to" and not comma:
            flags.add("future")  # "they were to deploy another 300"
    return flags


def _behind(t: Tokens, r: Reading, end: int) -> set[str]:
    """The flags that words behind a number give it."""
    flags: set[str] = set()
    low = t.low
    for k in range(r.last, min(end, r.last + _BEHIND)):
        word = low[k]
        if word in _STOPS_BEHIND or (word == "," and low[k + 1] not in ("if", "unless")):
            break
        if word == "and" and low[k + 1] in _MODALS:
            break
        if word == "(" and NUMBER in t.kind[k : k + 5]:
            break  # "1 (possibly 2)"
        if word in _NEGATIVE and _is_negated(low, k):
            flags |= {"disputed", "denied"}
        if word in _MODALS and not _is_month(t, k) and not _is_other_subject(t, k, r.last):
            flags.add(_MODALS[word])
        elif word in _TO_BE and low[k + 1] == "to" and word in ("is", "are"):
            flags.add("future")  # "2,500 soldiers are to patrol the province"
        elif word in _INTENDING and low[k + 1] == "to" and low[k - 1] in _BEING:
            flags.add("future")
    return flags


def _is_negated(low: list[str], k: int) -> bool:
    """ "30 were not killed", "12 weren't hurt"."""
    if low[k] == "not":
        return low[k - 1] in _HELPING and low[k + 1] not in ("only", "just", "yet", "so")
    return low[k].endswith(("n't", "n’t")) and low[k][:-3] in _HELPING


_HELPING = bag("is are was were have has had did do")
_NEGATIVE = {"not", *(f"{word}n{mark}t" for word in _HELPING for mark in ("'", "’"))}
_AHEAD = _INTENDING | _EXPECTING
_CLAUSE_WORDS = _MODALS.keys() | _AHEAD | _NEGATIVE


def _is_ahead(word: str, after: str, distance: int) -> bool:
    """ "plans to send 600", "expects 4,000 arrivals"; `distance` is that to the number."""
    return (word in _INTENDING and after == "to") or (word in _EXPECTING and distance <= 4)


def _is_unsaid(before: list[str]) -> bool:
    """ "she did not say that 70 were missing", "nobody believes the figure of 3,000"."""
    for n, word in enumerate(before):
        if word in _STATING and not _NOT.isdisjoint(before[max(0, n - 2) : n]):
            return True
        if word in _BELIEVING and (not _NO_ONE.isdisjoint(before[max(0, n - 3) : n])):
            return True
    return False


_STATING = bag("say claim state report mention confirm")
_BELIEVING = bag("believe believes believed")
_SAYING = _STATING | _BELIEVING
_NO_ONE = bag("nobody no few not never hardly don't doesn't didn't")
_UNSURE = bag("unclear uncertain whether doubt doubts doubted doubtful unknown unconfirmed")
_TO_BE = bag("is are was were")
_BEING = bag("is are was were be being been people men troops soldiers")


def _is_month(t: Tokens, k: int) -> bool:
    return t.low[k] == "may" and t.capital(k) and k != 0


def _is_other_subject(t: Tokens, k: int, last: int) -> bool:
    """ "30 died and he will resign", "50 men who said they will go": another clause's modal."""
    between = t.low[last:k]
    return not _OTHERS.isdisjoint(between)


_OTHERS = bag("and he she they we i it which when after before because killed wounded died")


def _is_denied(t: Tokens, begin: int, end: int, at: int) -> bool:
    """ "it is not true that", "the claim was a lie", "there is no truth" around token `at`."""
    words = t.low[begin:end]
    if ";" in words:
        cuts = [-1, *(n for n, word in enumerate(words) if word == ";"), len(words)]
        place = next(n for n, cut in enumerate(cuts) if cut >= at - begin)
        words = words[cuts[place - 1] + 1 : cuts[place]]
    for n, word in enumerate(words):
        if word in _FALSE:
            if word in ("lies", "lie") and words[n - 1] not in ("a", "of", "are", "were", "its"):
                continue
            if word == "false" and words[n + 1 : n + 2] in (["alarm"], ["start"], ["flag"]):
                continue
            return True
        if word == "contrary" and words[n + 1 : n + 2] == ["to"]:
            return True
        if word in _WRONG and words[n - 1] in _PROVED:
            return True
        if word in _HAPPENING and not _NOT.isdisjoint(words[max(0, n - 3) : n]):
            return True
        if word in _TRUTH and not _NOT.isdisjoint(words[max(0, n - 4) : n]):
            return True
    return False


_HAPPENING = bag("happened happen occurred occur existed exist")
_WRONG = bag("wrong incorrect mistaken erroneous inaccurate")
_PROVED = bag("proved proven was were be is are been")
_TRUTH = bag("true truth correct case")
_DENYING = _FALSE | _WRONG | _HAPPENING | _TRUTH | {"contrary"}
TELLING = _CLAUSE_WORDS | _TO_BE | _UNSURE | _SAYING | _DENYING
"""A sentence with none of these words says nothing of doubt."""
_NOT = bag("not n't no isn't wasn't isn’t wasn’t never aren't weren't")


# ---------------------------------------------------------------- doubts told of other clauses

_DENIALS = bag("deny denying denied denies disputed disputes rejected refuted dismissed")
_TURNING_DOWN = bag("rejected dismissed")
_CLAIMS = bag("""
    claim claims figure figures number numbers toll tally report reports allegation allegations
    count estimate estimates accusation accusations assertion account that it this these
""")
_OBJECT = 6  # tokens behind a verb
_DOUBT_WORDS = _DENIALS | bag("""
    verify verified verifying confirm confirmed corroborate corroborated authenticate authenticated
    unverified unconfirmed evidence proof
""")
_CONTRACTED = ("n't", "n’t")
_NEGATING = bag("refused refuses declined declines not cannot unable yet no nobody none never")
_CLAUSES = bag("; but while whereas")
_ONE_CLAIM = bag("it this that")
_RECORDING = re.compile(r"recording|\bcall\b|audio|video|footage|intercept", re.IGNORECASE)
_SENTENCES_BACK = 2


class DoubtSpan(NamedTuple):
    """A doubt and the tokens it covers, from `first` up to and without `last`.

    `own` says that it denies what its own clause says ("he denied that 12 had died"),
    `of_recording` that it is about a recording, and so about all that is quoted from it.
    """

    flag: str
    first: int
    last: int
    own: bool
    of_recording: bool


def doubts_told(t: Tokens, numbers: list[int]) -> list[DoubtSpan]:
    """The doubts that a text tells, each with the words it is about.

    A doubt is about the numbers of its own clause. Where that has none, "it" and "this" are about
    the clause of the number before, and other words ("these figures could not be verified") about
    the sentences before, in the same paragraph.
    """
    if _DOUBT_WORDS.isdisjoint(t.low):
        return []
    cuts = sorted({*t.sentences, *(k for k, word in enumerate(t.low) if word in _CLAUSES)})
    found: list[DoubtSpan] = []
    for k, word in enumerate(t.low):
        flag = _doubt_at(t, k, max(t.sentence(k)[0], k - 60)) if word in _DOUBT_WORDS else ""
        if flag:
            first, last = _covered(t, k, numbers, cuts, own=flag == _OWN_DENIAL)
            words = t.text[t.start[max(t.sentence(k)[0], k - 60)] : t.end[min(k + 30, t.count - 1)]]
            of_recording = _RECORDING.search(words) is not None
            found.append(DoubtSpan(flag, first, last, flag == _OWN_DENIAL, of_recording))
    return found


_OWN_DENIAL = "denied here"


def _covered(
    t: Tokens, k: int, numbers: list[int], cuts: list[int], *, own: bool
) -> tuple[int, int]:
    """The words that the doubt at token `k` is about."""
    begin, end = _between(cuts, k, t.count)
    opened, closed = _bracket_around(t, k)
    if bisect_left(numbers, closed) > bisect_left(numbers, opened):
        return opened, closed  # "3 (+1 unconfirmed)"
    known = bisect_left(numbers, begin)
    if own or bisect_left(numbers, end) > known:
        return begin, end
    index = bisect_right(t.sentences, k) - 1
    back = index
    while back > max(0, index - _SENTENCES_BACK) and t.kind[t.sentences[back] - 1] != BREAK:
        back -= 1
    floor = t.sentences[back]
    if known and numbers[known - 1] >= floor and _is_of_one(t, k, end):
        return _between(cuts, numbers[known - 1], t.count)[0], end
    return floor, end


def _bracket_around(t: Tokens, k: int) -> tuple[int, int]:
    """The bracket that holds token `k`; an empty span if it is in none."""
    before, behind = t.low[max(0, k - _BRACKET) : k][::-1], t.low[k : k + _BRACKET]
    if "(" not in before or ")" not in behind or ")" in before[: before.index("(")]:
        return k, k
    return k - 1 - before.index("("), k + behind.index(")")


_BRACKET = 12  # tokens


def _is_of_one(t: Tokens, k: int, end: int) -> bool:
    """ "nobody has confirmed it", "that could not be verified"."""
    behind = t.low[k + 1] in _ONE_CLAIM and (k + 2 >= end or t.low[k + 2] in (".", ",", ";"))
    before = [word for word in t.low[max(0, k - 6) : k] if word in _ONE_CLAIM]
    subject = bool(before) and t.low[max(0, k - 6) : k].index(before[0]) <= 2
    return behind or (subject and t.low[k + 1] != "that")


def _between(cuts: list[int], k: int, count: int) -> tuple[int, int]:
    place = bisect_right(cuts, k)
    return cuts[place - 1], cuts[place] if place < len(cuts) else count


def doubts_by_sentence(t: Tokens, doubts: list[DoubtSpan]) -> dict[int, list[DoubtSpan]]:
    """The doubts that cover some of each sentence."""
    found: dict[int, list[DoubtSpan]] = {}
    for doubt in doubts:
        for k in range(bisect_right(t.sentences, doubt.first) - 1, len(t.sentences)):
            if t.sentences[k] >= doubt.last:
                break
            found.setdefault(k, []).append(doubt)
    return found


def _doubt_at(t: Tokens, k: int, begin: int) -> str:
    """The flag that a word of doubt raises: "could not confirm", "without evidence", "denied"."""
    word = t.low[k]
    if word in _DENIALS:
        if t.low[k - 1] in ("not", "n't"):
            return ""
        if word in _TURNING_DOWN and _CLAIMS.isdisjoint(t.low[begin : k + _OBJECT]):
            return ""  # "131 ballot papers were rejected"
        return _OWN_DENIAL if t.low[k + 1] == "that" else "disputed"
    if word in ("unverified", "unconfirmed"):
        return "unverified"
    before = t.low[max(begin, k - 5) : k]
    negated = any(w in _NEGATING or w.endswith(_CONTRACTED) for w in before)
    if word in ("evidence", "proof") and "without" in before[-3:]:
        return "unverified"
    if word == "evidence":
        giving = any(w.startswith(("provid", "offer", "giv", "show")) for w in before)
        none = t.low[k - 1] in ("no", "little", "any") and (negated or t.low[k - 1] != "any")
        return "unverified" if none or (giving and (negated or "without" in before)) else ""
    if not negated:
        return ""
    return "disputed" if word.startswith("confirm") else "unverified"
