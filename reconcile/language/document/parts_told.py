"""Stage 9: a number of one place, unit or group beside the number of the whole."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Literal, NamedTuple

from reconcile.language.document.events import is_person
from reconcile.language.document.whereabouts import place_of
from reconcile.language.phrase.number_words import bag
from reconcile.values import Mention

Mark = Literal["", "told", "site", "unit", "group", "place"]
_Key = tuple[str, str, str | None, Mark]

_SITES = bag("""
    centre center camp ward district hospital clinic school prison jail port village town suburb
    quarter neighbourhood neighborhood unit wing sector zone province county municipality parish
    facility shelter settlement barracks precinct constituency borough township farm capital island
    city
""")
_SITE = rf"(?:{'|'.join(sorted(_SITES))})\b"
_IN = rf"(?:in|at|inside|within)\s+(?:[\w'’-]+\s+){{1,4}}?{_SITE}"
_SITE_BEHIND = re.compile(rf"[^.;:,\n\d]{{0,50}}?\b{_IN}", re.IGNORECASE)
_SITE_BEFORE = re.compile(rf"(?:^|,)\s*{_IN}[^.;\n\d]{{0,30}}\Z", re.IGNORECASE)
_UNIT = re.compile(
    r"\b(?:Battalion|Brigade|Regiment|Division|Company|Squadron|Platoon|Crew)\b[^.;,\n\d]{0,30}\Z"
)
_OF_THEM = re.compile(r"\s+of\s+(?:them|whom|those|these|the\s+(?:dead|victims|injured|wounded))\b")
_AMONG = re.compile(
    r"(?:\b(?:among|of)\s+(?:them|those|these|the\s+\w+)\s+(?:\w+\s+){0,2}|\bincluded?\s+)\Z",
    re.IGNORECASE,
)
_OF_WHOLE = bag("of among include included")
_SITE_WORDS = frozenset(f"{site}{ending}" for site in _SITES for ending in ("", "'s", "’s"))
_TELLING = _OF_WHOLE | _SITE_WORDS
"""Without these words a number alone in its text is no part."""
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_ENDS, _DIGIT = re.compile(r"[.;!?\n]"), re.compile(r"\d")
_REACH = 90  # characters on either side of a number
_NO_WHOLE = frozenset({"earlier", "superseded", "decrease", "base", "possible", "conditional"})
_GENERIC = bag("people persons individuals dead killed wounded injured victims casualties others")
_HALF = 2.0  # who disputes a number rarely says twice as much; a part is often less than half


_OF_A_WHOLE: tuple[Mark, ...] = ("site", "group", "place")


class _Whole(NamedTuple):
    """The greatest number that is told of an event, by speaker; "" is a speaker not named."""

    by_speaker: Mapping[str, float]
    greatest: float


def mark_parts(
    text: str, mentions: Sequence[Mention], words: Sequence[frozenset[str]]
) -> list[Mention]:
    """The mentions, with "part" for those of a place, unit or group of what another one gives.

    `words` are those of the sentence of each. What the words around a number tell ("10 of those
    hurt", "among them were 14 nurses") is read; what follows from another number of the text is a
    guess. So is the whole of a number in "the treatment centre" beside which there is no other:
    nothing tells of what happened elsewhere.
    """
    if len(mentions) == 1 and _TELLING.isdisjoint(words[0]):
        return list(mentions)
    told = Counter(m.event for m in mentions)
    marks: list[Mark] = [
        _mark(text, m, near, alone=told[m.event] == 1)
        for m, near in zip(mentions, words, strict=True)
    ]
    if not any(marks):
        return list(mentions)
    wholes = _wholes(zip(mentions, marks, strict=True))
    done: list[Mention] = []
    for m, mark in zip(mentions, marks, strict=True):
        event = m.event or next((d.event for d in reversed(done[-2:]) if d.event), "")
        if mark == "told":
            guesses = m.guesses if m.event else (*m.guesses, "event")
            m = replace(m, scope="part", event=event, guesses=guesses) if event else m
        elif mark and _is_part(m, mark, wholes):
            m = replace(m, scope="part", guesses=(*m.guesses, "scope"))
        elif mark == "site" or (mark and _is_beside(m, mark, wholes)):
            m = replace(m, guesses=(*m.guesses, "scope"))
        done.append(m)
    return done


def with_persons(mentions: Sequence[Mention], persons: Sequence[Mention]) -> list[Mention]:
    """Mentions in the order of the text, with single persons described in it.

    Who is described is one of those to whom the same happened, if the text tells of others; that
    there was nobody else is a guess.
    """
    together = sorted((*mentions, *persons), key=lambda m: m.span)
    described = {m.span for m in persons}
    events = Counter(m.event for m in together)
    return [_one_person(m, events[m.event]) if m.span in described else m for m in together]


def _one_person(m: Mention, told: int) -> Mention:
    if told > 1:
        return replace(m, scope="part")
    return replace(m, guesses=(*m.guesses, "scope"))


def parts_across(items: Sequence[tuple[str, Mention, str]]) -> list[Mention]:
    """Mentions of several texts, each with its text and what it counts, as parts of one another.

    Only what was guessed within one text is asked again: the dead of a place that is counted by
    itself are the whole of it, those of a camp may be part of what another text tells.
    """
    marked: list[tuple[Mention, Mark]] = []
    for text, m, name in items:
        if "scope" in m.guesses:
            m = replace(m, scope="whole")
        marked.append((replace(m, quantity=name), _mark(text, m, _words(m), alone=False)))
    wholes = _wholes(marked)
    done: list[Mention] = []
    for (_, m, _), (named, mark) in zip(items, marked, strict=True):
        if "scope" in m.guesses:
            part = _is_part(named, mark, wholes)
            told = part or mark == "site" or _is_beside(named, mark, wholes)
            guesses = tuple(g for g in m.guesses if told or g != "scope")
            m = replace(m, scope="part" if part else "whole", guesses=guesses)
        done.append(m)
    return done


def _words(m: Mention) -> frozenset[str]:
    return frozenset(_WORD.findall(m.context.lower()))


def _mark(text: str, m: Mention, words: frozenset[str], *, alone: bool) -> Mark:
    """What beside a number may tell that it is a part: empty if nothing does.

    `words` are those of the sentence. A number `alone` tells of its event: nothing else can be its
    whole.
    """
    if m.phrase.unit != "count" or m.scope == "part" or m.additional or m.flags & _NO_WHOLE:
        return ""
    told, sited = not _OF_WHOLE.isdisjoint(words), not _SITE_WORDS.isdisjoint(words)
    if alone and not (told or sited):
        return ""
    first, last = m.span
    before, behind = text[max(0, first - _REACH) : first], text[last : last + _REACH]
    sentence = _ENDS.split(before)[-1]
    if told and (
        _OF_THEM.match(behind) or (_AMONG.search(sentence) and not _DIGIT.search(sentence))
    ):
        return "told"
    if not m.event:
        return ""
    if sited and (_SITE_BEHIND.match(behind) or _SITE_BEFORE.search(sentence)):
        return "site"
    if alone:
        return ""
    if _UNIT.search(before):
        return "unit"
    if place_of(text, m):
        return "place"
    return "group" if m.quantity is None and _is_of_persons(m) and not _is_generic(m) else ""


def _wholes(marked: Iterable[tuple[Mention, Mark]]) -> dict[_Key, _Whole]:
    """For each event, of persons or of one kind of things, the numbers that may be the whole."""
    found: dict[_Key, dict[str, float]] = {}
    for m, mark in marked:
        if mark in ("told", "site", "unit") or not m.event or m.scope == "part" or m.additional:
            continue
        if m.phrase.unit != "count" or m.flags & _NO_WHOLE:
            continue
        for other in _OF_A_WHOLE:
            if (other == "group" and not _is_generic(m)) or mark == other == "place":
                continue
            speakers = found.setdefault(_key(m, other), {})
            speakers[_speaker(m)] = max(speakers.get(_speaker(m), 0.0), _number(m))
    return {key: _Whole(said, max(said.values())) for key, said in found.items()}


def _is_part(m: Mention, mark: Mark, wholes: Mapping[_Key, _Whole]) -> bool:
    """Whether a marked number is a part of a whole: a greater number by the same speaker.

    Of two named speakers one may dispute what the other says; only within a site, a unit or a
    group a number below half of the other is taken for a part.
    """
    whole = wholes.get(_key(m, mark))
    if whole is None:
        return False
    number, said = _number(m), whole.by_speaker
    if max(said.get(_speaker(m), 0.0), said.get("", 0.0)) > number or (
        not _speaker(m) and whole.greatest > number
    ):
        return True
    return mark != "place" and whole.greatest >= _HALF * number


def _is_beside(m: Mention, mark: Mark, wholes: Mapping[_Key, _Whole]) -> bool:
    whole = wholes.get(_key(m, mark))
    return whole is not None and whole.greatest > _number(m)


def _key(m: Mention, mark: Mark) -> _Key:
    """What a part shares with its whole: a group is one of persons, a place one of no place."""
    words = m.noun.lower().split()
    head = "persons" if not words or _is_of_persons(m) else words[-1]
    kind: Mark = "site" if mark == "unit" else mark
    return (m.event, head, m.quantity, kind)


def _is_of_persons(m: Mention) -> bool:
    words = m.noun.split()
    named = bool(words) and words[-1][:1].isupper()  # "Italians"
    return named or _is_generic(m) or is_person(words[-1].lower())


def _is_generic(m: Mention) -> bool:
    words = m.noun.lower().split()
    return not words or words[-1] in _GENERIC


def _speaker(m: Mention) -> str:
    return m.source or m.proposed_source or ""


def _number(m: Mention) -> float:
    return m.phrase.lower if m.phrase.nominal is None else m.phrase.nominal
