"""Numbers of another event: "in 2009, 156 died there", "a similar crash", "the worst since"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from reconcile.language.phrase.number_words import bag
from reconcile.values import Days, Mention

_EVENTS = r"""(?:accident|crash|disaster|outbreak|epidemic|pandemic|flood|floods|flooding|landslide
|avalanche|earthquake|quake|fire|blaze|explosion|blast|collapse|stampede|crush|sinking|capsizing
|shipwreck|derailment|cyclone|hurricane|typhoon|storm|tornado|tsunami|eruption|drought|famine
|heatwave|massacre|shooting|attack|bombing|riot|war|strike|protest|demonstration|rally|march
|incident|tragedy|spill|wave|ferry|mutiny|breakout|raid|election)s?"""
_OTHER = re.compile(
    rf"\b(?:(?:similar|previous|comparable)\s+(?:[a-z-]+\s+)?{_EVENTS}\b"
    rf"|(?:an|the|in|that)\s+earlier\s+(?:[a-z-]+\s+)?{_EVENTS}\b"
    rf"|(?:last|previous|earlier)\s+such\b)",
    re.IGNORECASE | re.VERBOSE,
)
_ANOTHER = re.compile(
    rf"\banother\s+{_EVENTS}\b|\bsame\s+(?:venue|place|site|spot|club|mine|bridge|road|ground|hall"
    r"|building|slope|village|town|city|district|street|stadium|factory|plant|school|port|line)\b",
    re.IGNORECASE | re.VERBOSE,
)
_WORST = re.compile(
    r"\b(?:worst|deadliest|biggest|largest|heaviest|most\s+\w+|bloodiest|strongest)\b[^.;\n]*?"
    r"\bsince\b[^.;\n]*?,?\s+(?:when|which|that|in\s+which|where)\b",
    re.IGNORECASE,
)
_OPENS = re.compile(
    r"\s*(?:(?:but|and|back|early|late)\s+)*(?:in|during|on)\s+(?:the\s+)?(?:[a-z]+\s+)?"
    r"(?:\d{1,2}\s+)?(?:[A-Z][a-z]+\s+)?((?:18|19|20)\d\d)\b",
    re.IGNORECASE,
)
_BEHIND = re.compile(r"[^.,;\n\d]{0,60}?\b(?:in|back in)\s+(?:[A-Z][a-z]+\s+)?((?:18|19|20)\d\d)\b")
_AGO = re.compile(r"\b(?:years|decades)\s+(?:ago|earlier|before)\b", re.IGNORECASE)
_NAMED = re.compile(
    rf"\b(?:the|a|an|of|during)\s+((?:18|19|20)\d\d)\s+(?:[a-z-]+\s+)?{_EVENTS}\b",
    re.IGNORECASE | re.VERBOSE,
)
_YEAR_NAMED = re.compile(r"\b((?:18|19|20)\d\d)\b")
_NEW_CLAUSE = re.compile(r"[;\n]|\.\s|,?\s+(?:while|whereas|but)\s")
_LONG_AGO = 3  # years
_RECENT = 400  # days
_YEAR = 300  # days: a number of a whole year stands in a series of years
_PAST_ALREADY = bag("earlier superseded")
_TELLING = bag("""
    similar previous comparable earlier last such another same worst deadliest biggest largest
    heaviest most bloodiest strongest
""") | frozenset(map(str, range(1800, 2100)))
"""A sentence with none of these words tells of no other event."""


def mark_other_events(
    text: str, mentions: list[Mention], words: Sequence[frozenset[str]], published: Days | None
) -> list[Mention]:
    """The mentions, those of an event before the one that the text tells of flagged.

    `words` are those of the sentence of each. A year long ago says so only beside a number of the
    event that the text is about.
    """
    if all(map(_TELLING.isdisjoint, words)):
        return mentions
    current = published is not None and any(_is_current(m, published) for m in mentions)
    return [
        replace(m, flags=m.flags | {"other event"})
        if m.phrase.unit == "count"
        and not _TELLING.isdisjoint(near)
        and _is_other(text, m, published, current=current)
        else m
        for m, near in zip(mentions, words, strict=True)
    ]


def _is_current(m: Mention, published: Days) -> bool:
    if not m.event or not m.flags.isdisjoint(_PAST_ALREADY):
        return False
    if m.period is None:
        return True
    short = (m.period.last - m.period.first).days < _YEAR
    return short and (published.first - m.period.last).days <= _RECENT


def _is_other(text: str, m: Mention, published: Days | None, *, current: bool) -> bool:
    first, last = m.span
    start = _sentence_start(text, first)
    before = _NEW_CLAUSE.split(text[start:first])[-1]
    behind = _NEW_CLAUSE.split(text[last : last + 90])[0]
    if _OTHER.search(before) or _OTHER.search(behind.partition(",")[0]):
        return True
    if _WORST.search(before):
        return True
    if published is None:
        return False
    clause = f"{before} # {behind}"
    if _ANOTHER.search(clause):
        told = _YEAR_NAMED.search(clause)
        return _AGO.search(before) is not None or _is_long_ago(told, published)
    named = _OPENS.match(before) or _BEHIND.match(behind) or _NAMED.search(before)
    return current and _is_long_ago(named, published)


def _is_long_ago(year: re.Match[str] | None, published: Days) -> bool:
    return year is not None and int(year[1]) <= published.first.year - _LONG_AGO


def _sentence_start(text: str, at: int) -> int:
    ends = [found.end() for found in re.finditer(r"[.!?]\s+|\n", text[max(0, at - 300) : at])]
    return max(0, at - 300) + ends[-1] if ends else max(0, at - 300)
