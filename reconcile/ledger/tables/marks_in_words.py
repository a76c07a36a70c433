"""Numbers within words ("at least 1.038"): their marks, which the words alone do not tell."""

from __future__ import annotations

import re
from collections.abc import Iterable

from reconcile.errors import PhraseError
from reconcile.ledger.phrase_memory import phrase_of

_MARKED = re.compile(r"(?<![\w.,])\d+(?:[.,]\d+)+(?![\w.,]*\d)")
_THREE_DIGITS = re.compile(r"(?<![\w.,])[1-9]\d{0,2}[.,]\d{3}(?![\w.,]*\d)")
_SCALE = re.compile(
    r"\s?(?:[kmb]|ml?n|mio|bn|tn|mrd|percent|per\s?cent|lakh|crore|\w+llions?|thousands?)\b|\s?%",
    re.IGNORECASE,
)


def counted_numbers(texts: Iterable[str]) -> list[str]:
    """The numbers with marks that count things: neither a scale nor a unit stands behind them.

    >>> counted_numbers(["at least 1.038", "1.5 million", "2.5 km", "3,5 killed", "12"])
    ['1.038', '3,5']
    """
    found: dict[str, None] = {}
    for text in dict.fromkeys(texts):
        numbers = [m[0] for m in _MARKED.finditer(text) if not _SCALE.match(text, m.end())]
        if numbers and _counts(text):
            found |= dict.fromkeys(numbers)
    return list(found)


def in_english_marks(text: str, decimal: str) -> str:
    """The words with the marks of their numbers as English has them, where `decimal` is a comma.

    >>> in_english_marks("between 1.200 and 1.400,5", ",")
    'between 1,200 and 1,400.5'
    """
    if decimal == ".":
        return text
    return _MARKED.sub(lambda found: found[0].translate(_SWAPPED), text)


_SWAPPED = str.maketrans(",.", ".,")


def one_number_two_readings(text: str) -> str | None:
    """The number of a text that is a fraction by its point, and a whole number if it parts
    thousands; None where there is none.

    >>> one_number_two_readings("some 1.038 dead"), one_number_two_readings("1,038 dead")
    ('1.038', None)
    """
    found = _THREE_DIGITS.search(text)
    if found is None or "." not in found[0] or _SCALE.match(text, found.end()):
        return None
    return found[0]


def _counts(text: str) -> bool:
    try:
        return phrase_of(text).unit == "count"
    except PhraseError:
        return True
