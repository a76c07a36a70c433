"""Numbers that trackers write in pairs: "Killed/injured: 12/30", "5 (3M, 2F)"."""

from __future__ import annotations

from reconcile.language.phrase.number_words import bag
from reconcile.language.phrase.tokens import NUMBER, WORD, Tokens

_BETWEEN = bag("/ , & + ; and")
_OTHER = {"m": "f", "f": "m"}
_HEADING = 6  # tokens of a heading


def heading_slash(t: Tokens, i: int) -> int:
    """The slash of the heading before the pair of numbers that token `i` begins; 0 if none."""
    k = i - 1
    if t.low[k] not in (":", "="):
        return 0
    k -= 2 if t.low[k - 1] == ")" else 1
    for back in range(k, max(0, k - _HEADING), -1):
        if t.low[back] == "/" and t.kind[back - 1] == WORD and t.kind[back + 1] == WORD:
            return back
        if t.kind[back] != WORD and t.low[back] != "/":
            return 0
    return 0


def is_sexed(t: Tokens, j: int) -> bool:
    """Whether the "m" or "f" behind a number at token `j` is a sex: the other one is told beside.

    So "18 M / 22 F" is 18 men and no 18 million.
    """
    other = _OTHER.get(t.low[j])
    if other is None or t.kind[j - 1] != NUMBER:
        return False
    k = j + 2 if t.low[j + 1] in _BETWEEN else j + 1
    if t.kind[k] == NUMBER and t.low[k + 1] == other:
        return True
    k = j - 3 if t.low[j - 2] in _BETWEEN else j - 2
    return k > 0 and t.low[k] == other and t.kind[k - 1] == NUMBER
