"""Where something happened, and who holds what is counted: names near a number."""

from __future__ import annotations

import re

from reconcile.language.phrase.calendar import MONTHS, WEEKDAYS
from reconcile.language.phrase.number_words import bag
from reconcile.values import Mention

_NAME = r"(?:St\. )?(?:[A-Z][\w'’-]*)(?:[ -](?:of |and |the |de |la )?[A-Z][\w'’-]*){0,3}"
_BEHIND = re.compile(rf"[^.;\n]{{0,70}}?\b(?:in|at|near|around|outside)\s+(?:the\s+)?({_NAME})")
_BEFORE = re.compile(
    r"(?:^|[.;\n,]\s*)(?:In|At|Near|Around|in|at|near)\s+(?:the\s+)?"
    rf"(?:[a-z]+\s+(?:at|in|of|near)\s+)?({_NAME}),?\s"
)
_PARTY = _NAME.replace("|the ", "")
_HOLDER = re.compile(rf"(?:[Tt]he\s+)?({_PARTY})")
_CUT, _DIGIT = re.compile(r"[.;\n]|,?\s+and\s+\d|\d"), re.compile(r"\d")
_CLAUSES = re.compile(r"[.;\n]|,\s+(?=in |at |near )")
_NO_HOLDER = bag("with in at on as of and but an about some by from for while after before our")
_NO_PLACE = MONTHS.keys() | WEEKDAYS.keys() | bag("the a he she it they we friday total all")
_REACH = 90


def place_of(text: str, m: Mention) -> str:
    """The place named behind a number in its clause, or at the opening of it; empty if none is.

    >>> from reconcile.language import extract_mentions
    >>> text = "In Arden 12 people died, and 8 were killed in Bell Town."
    >>> [place_of(text, m) for m in extract_mentions(text)]
    ['Arden', 'Bell Town']
    """
    first, last = m.span
    behind = text[last : last + _REACH]
    cut = _CUT.search(behind)
    found = _BEHIND.match(behind[: cut.start()] if cut else behind)
    if found is None:
        before = text[max(0, first - _REACH) : first]
        clause = _CLAUSES.split(before)[-1].lstrip()
        found = None if _DIGIT.search(clause) else _BEFORE.search(clause)
    name = found[1].strip(" .") if found else ""
    return "" if name.lower().split(" ")[0] in _NO_PLACE or not name else name


_GIVEN = re.compile(rf"\s+(?:\w+\s+)?(?:for|to)\s+(?:the\s+)?({_NAME})")
_OBJECT = re.compile(r"\b(?:won|wins|took|takes|held|holds|kept|lost|gained)\s+(?:the\s+)?\Z")
_VERBS = bag("""
    won win wins has have had took takes take got gets gained gain leads lead led holds hold held
    secured received polled on with at lost kept claimed ahead projected fell rose slipped
""")


def holder_of(text: str, m: Mention) -> str:
    """Who has what is counted: the name before the verb before a number; empty if none is.

    >>> from reconcile.language import extract_mentions
    >>> text = "The Greens won 45 seats, the Liberals 38."
    >>> [holder_of(text, m) for m in extract_mentions(text)]
    ['Greens', 'Liberals']
    """
    first, last = m.span
    given = _GIVEN.match(text[last : last + _REACH])
    if given is not None:
        return given[1].strip(" .")
    before = text[max(0, first - _REACH) : first]
    opening = max(before.rfind(mark) for mark in (".", ";", "\n", ","))
    clause = before[opening + 1 :]
    names = [found for found in _HOLDER.finditer(clause) if _is_holder(found[1])]
    for found in reversed(names):
        if _OBJECT.search(clause[: found.start()]):
            continue  # "The Liberals won Marsh Vale with 12,804 votes"
        between = clause[found.end() :].lower().split()
        if not between or between in (["in"], ["at"]) or not _VERBS.isdisjoint(between):
            return found[1].strip(" .")
    return ""


def _is_holder(name: str) -> bool:
    """A name, and not the first word of a sentence."""
    word = name.lower()
    return word not in _NO_PLACE and word.split()[0] not in _NO_HOLDER
