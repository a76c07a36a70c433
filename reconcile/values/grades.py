"""Admiralty grades as people and machines write them."""

from __future__ import annotations

import re
from typing import Final, get_args

from reconcile.errors import OptionError
from reconcile.values.registry import Grade

GRADES: Final[tuple[Grade, ...]] = get_args(Grade)
"""A completely reliable, B usually, C fairly, D not usually, E unreliable, F cannot be judged."""

_TAG = re.compile(r"""\s*admiralty-scale:([a-z-]+)\s*=\s*["']?([^"'\s]*)["']?\s*""", re.IGNORECASE)
_RELIABILITY, _CREDIBILITY = "source-reliability", "information-credibility"


def read_reliability(text: str) -> Grade:
    """The grade of a source: a letter, or a tag of MISP's taxonomy "admiralty-scale".

    F says that reliability cannot be judged, which is unknown and not worst. Raises `OptionError`
    for anything else, also for the taxonomy's "g" (deliberately deceptive), which grades a purpose
    and not how far numbers are off.

    >>> read_reliability('admiralty-scale:source-reliability="b"'), read_reliability("F")
    ('B', 'F')
    """
    value = _tagged(text, _RELIABILITY)
    letter = value.upper() if value != text else text.strip()
    for grade in GRADES:
        if letter == grade:
            return grade
    expected = f'one of {", ".join(GRADES)} or a tag admiralty-scale:{_RELIABILITY}="a" to "f"'
    if letter == "G" and value != text:
        expected += " (g, deliberately deceptive, grades a purpose: give E, and why in the note)"
    raise OptionError(f"expected {expected}, got {text!r}")


def read_credibility(text: str) -> int:
    """The credibility of a claim: a digit 1 to 6, or a tag of MISP's "admiralty-scale".

    6 says that it cannot be judged, which is unknown and not worst. Raises `OptionError`.

    >>> read_credibility('admiralty-scale:information-credibility="2"'), read_credibility("6")
    (2, 6)
    """
    digit = _tagged(text, _CREDIBILITY).strip()
    if digit in ("1", "2", "3", "4", "5", "6"):
        return int(digit)
    raise OptionError(
        f"expected a digit from 1 to 6 or a tag admiralty-scale:{_CREDIBILITY}"
        f'="1" to "6", got {text!r}'
    )


def _tagged(text: str, predicate: str) -> str:
    """The value of a tag of that predicate; what is no tag, as it came."""
    found = _TAG.fullmatch(text)
    if found is None:
        return text
    if found[1].lower() != predicate:
        raise OptionError(f"expected a tag admiralty-scale:{predicate}, got {text!r}")
    return found[2]
