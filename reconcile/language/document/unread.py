"""The numbers of a text that are no claims, each with what it was taken for."""

from __future__ import annotations

from collections.abc import Sequence

from reconcile.language.phrase.number_words import (
    DOZENS,
    HUNDREDS,
    ORDINALS,
    SCALES,
    SMALL,
    TENS,
    bag,
)
from reconcile.language.phrase.readings import Reading
from reconcile.language.phrase.tokens import FRACTION, NUMBER, WORD, Tokens
from reconcile.values import Unread

_NUMBER_WORDS = (
    SMALL.keys() | TENS.keys() | SCALES.keys() | ORDINALS.keys() | HUNDREDS | DOZENS
    | bag("tens scores several few couple handful half quarter")
)  # fmt: skip
_OTHER = "a number that counts nothing here"
_WORD = "a word that is no number here"


def unread_numbers(
    t: Tokens, readings: Sequence[Reading], marks: Sequence[Unread]
) -> tuple[Unread, ...]:
    """Every place where a number may start and that is part of no claim, in order."""
    found: list[Unread] = list(marks)
    k, last = 0, 0
    for i in t.numeric:
        if i < last:
            continue
        while k < len(readings) and readings[k].last <= i:
            k += 1
        inside = k < len(readings) and readings[k].first <= i
        if inside:
            r = readings[k]
            last = r.last
            if r.trap:
                found.append(_unread(t, r.first, r.last, r.trap))
        elif t.kind[i] in (NUMBER, FRACTION):
            found.append(_unread(t, i, i + 1, _OTHER))
        elif t.kind[i] == WORD and t.low[i] in _NUMBER_WORDS:
            found.append(_unread(t, i, i + 1, _WORD))
    return tuple(sorted(found, key=lambda u: u.span)) if marks else tuple(found)


def _unread(t: Tokens, first: int, last: int, taken_for: str) -> Unread:
    span = (t.start[first], t.end[last - 1])
    return Unread(t.text[span[0] : span[1]], span, taken_for)
