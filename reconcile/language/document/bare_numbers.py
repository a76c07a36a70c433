"""Bare numbers: "police spoke of 70,000", "8,000 remain" count what was counted before."""

from __future__ import annotations

import re
from dataclasses import replace

from reconcile.language.document.event_words import PLACE_NOUNS
from reconcile.values import Mention, Mentions

_END = re.compile(r"\s*(?:[.;,]|$)")
_COUNTED = re.compile(
    r"\b(?:counted|counts|estimated|spoke of|speaks of|(?:puts?|figure|it|number|total)\s+at)\s+\Z"
)
_MONEY = re.compile(r"[A-Z]{3}\Z")
_OWNED = re.compile(r";[^;]*\b(?:majority|lead|margin)\b")


def completed(text: str, mentions: Mentions) -> list[Mention]:
    """The mentions; a bare number takes over what the one before it counts."""
    done: list[Mention] = []
    for m in mentions:
        before = done[-1] if done else None
        if before is not None and "base" in m.flags and not before.noun:
            before = done[-1] = replace(before, noun=m.noun, event=before.event or m.event)
        if before is not None and len(done) > 1 and _is_of_places(before):
            before = done[-2]  # "8,300 were evacuated from 12 villages, up from 5,100"
        if before is not None and (_continues(text, before, m) or _recounts(text, before, m)):
            guesses, stays = (*m.guesses, "noun"), "remaining" in m.flags
            event = m.event if stays else before.event
            m = replace(m, noun=before.noun, event=event, guesses=guesses)
        if before is not None and _is_sum_again(text, before, m):
            phrase = replace(m.phrase, unit=before.phrase.unit)
            m = replace(m, phrase=phrase, guesses=(*m.guesses, "phrase"))
        done.append(m)
    return done


def _is_sum_again(text: str, before: Mention, m: Mention) -> bool:
    """ "24 billion euros have been frozen; a group puts the figure at 18 billion"."""
    money = _MONEY.match(before.phrase.unit) is not None and m.phrase.unit == "count"
    bare = not (m.noun or m.event) and before.context == m.context
    return money and bare and _COUNTED.search(text[before.span[1] : m.span[0]]) is not None


def _is_of_places(m: Mention) -> bool:
    return not m.event and m.noun.lower().split(" ")[-1] in PLACE_NOUNS


def _continues(text: str, before: Mention, m: Mention) -> bool:
    counts = before.phrase.unit == m.phrase.unit == "count"
    bare = not m.noun and m.event in ("", before.event)
    owned = _OWNED.search(text[before.span[1] : m.span[0]]) is not None
    return counts and bare and not owned and bool(before.noun) and before.context == m.context


def _recounts(text: str, before: Mention, m: Mention) -> bool:
    """ "The ministry counted 45,500.", "8,000 remain.": of what the sentence before told."""
    bare = m.phrase.unit == before.phrase.unit == "count" and not (m.noun or m.event)
    between = text[before.span[1] : m.span[0]]
    ends = _END.match(text, m.span[1]) is not None
    near = len(re.findall(r"[.;](?=\s)", between)) <= 1 and "\n\n" not in between
    again = "remaining" in m.flags or (ends and _COUNTED.search(between) is not None)
    return bare and near and bool(before.noun) and again
