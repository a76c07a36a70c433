"""What makes a number no plain statement: what is denied, possible, planned, conditional."""

from __future__ import annotations

from reconcile.language.phrase.number_words import bag
from reconcile.language.phrase.readings import Reading
from reconcile.language.phrase.tokens import Tokens

__all__ = ["FUTURE", "TELLING", "doubts_around"]

_MODALS = {
    "could": "possible", "may": "possible", "might": "possible", "would": "conditional",
    "will": "future", "shall": "future", "'ll": "future", "if": "conditional",
    "unless": "conditional", "should": "conditional", "feared": "feared", "rumoured": "unverified",
    "rumored": "unverified", "rumours": "unverified", "rumors": "unverified",
    "rumour": "unverified", "rumor": "unverified", "possibly": "possible", "perhaps": "possible",
    "presumed": "presumed", "alleged": "unverified", "speculation": "unverified",
    "unproven": "unverified", "unsubstantiated": "unverified", "uncorroborated": "unverified",
    "retracted": "disputed", "retracts": "disputed",
}  # fmt: skip
# These are intentions only before "to": "plans to send", not "the planned raid".
_INTENDING = bag("""
    plan plans planned planning intend intends intended intending aim aims aimed hope hopes hoped
    hoping expect expects expected expecting threaten threatens threatened threatening vow vows
    vowed promise promises promised pledge pledges pledged set due scheduled going want wants
    wanted seek seeks sought prepare prepares preparing prepared ready ordered offer offers offered
    likely projected forecast
""")
_FALSE = bag("""
    untrue false falsely lie lies hoax fabricated fabrication fake myth baseless unfounded
    disinformation misinformation debunked propaganda exaggerated overstated inflated
""")
FUTURE = bag(
    "will shall 'll tomorrow next plan plans planning intends expected scheduled due going"
)
"""Words behind which a month or a day without a year lies ahead."""

_STOPS_BEFORE = frozenset({";", ":", "\n", ".", "!", "?"})
_STOPS_BEHIND = frozenset({";", ":", "\n", ".", "!", "?", "but", "while", "whereas"})
_BEFORE, _BEHIND, _CLAUSE = 12, 9, 40


def doubts_around(t: Tokens, r: Reading, begin: int, end: int) -> set[str]:
    """The flags that the words of its clause give a number.

    "possible" (could, may), "conditional" (if, would), "future" (will, plans to), "feared",
    "unverified" (rumours) and "disputed" (a lie, not true).
    """
    flags: set[str] = set()
    low = t.low
    comma = False
    for k in range(r.first - 1, max(begin, r.first - _BEFORE) - 1, -1):
        word = low[k]
        if word in _STOPS_BEFORE:
            break
        comma = comma or word == ","
        if word in _MODALS and not (comma and word != "if") and not _is_month(t, k):
            flags.add(_MODALS[word])
        elif word in _INTENDING and low[k + 1] == "to" and not comma:
            flags.add("future")
        elif word in _TO_BE and low[k + 1] == "to" and not comma:
            flags.add("future")  # "they were to deploy another 300"
    for k in range(r.last, min(end, r.last + _BEHIND)):
        word = low[k]
        if word in _STOPS_BEHIND or (word == "," and low[k + 1] not in ("if", "unless")):
            break
        if word == "and" and low[k + 1] in _MODALS:
            break
        if word in _MODALS and not _is_month(t, k) and not _is_other_subject(t, k, r.last):
            flags.add(_MODALS[word])
        elif word in _INTENDING and low[k + 1] == "to" and low[k - 1] in _BEING:
            flags.add("future")
    if not _UNSURE.isdisjoint(low[max(begin, r.first - _BEFORE) : r.first]):
        flags.add("unverified")
    before = low[max(begin, r.first - _BEFORE) : r.first]
    if _is_unsaid(before):
        flags.add("unverified")
    if _is_denied(t, max(begin, r.first - _CLAUSE), min(end, r.last + _CLAUSE), r.first):
        flags.add("disputed")
    return flags


def _is_unsaid(before: list[str]) -> bool:
    """ "she did not say that 70 were missing", "nobody believes the figure of 3,000"."""
    for n, word in enumerate(before):
        if word in _SAYING and not _NOT.isdisjoint(before[max(0, n - 2) : n]):
            return True
        if word in ("believe", "believes", "believed") and (
            not _NO_ONE.isdisjoint(before[max(0, n - 3) : n])
        ):
            return True
    return False


_SAYING = bag("say claim state report mention confirm")
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
        if word in _WRONG and words[n - 1] in _PROVED:
            return True
        if word in _TRUTH and not _NOT.isdisjoint(words[max(0, n - 4) : n]):
            return True
    return False


_WRONG = bag("wrong incorrect mistaken erroneous inaccurate")
_PROVED = bag("proved proven was were be is are been")
_TRUTH = bag("true truth correct case")
TELLING = (
    frozenset(_MODALS)
    | _SAYING
    | _WRONG
    | bag("believe believes believed")
    | _INTENDING
    | _FALSE
    | _UNSURE
    | _TRUTH
    | _TO_BE
)
"""A sentence with none of these words says nothing of doubt."""
_NOT = bag("not n't no isn't wasn't isn’t wasn’t never aren't weren't")
