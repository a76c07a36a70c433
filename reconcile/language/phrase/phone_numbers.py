"""Phone numbers as they are written."""

from __future__ import annotations

from reconcile.language.phrase.names import COUNT_NOUNS, DASHES
from reconcile.language.phrase.number_words import bag
from reconcile.language.phrase.tokens import NUMBER, Tokens

PHONE_CUES = bag("""
    call calls called phone tel telephone dial hotline fax whatsapp text helpline mobile sms
""")

_DIALLING = bag("call dial phone ring text")


def phone_at(t: Tokens, i: int) -> int:
    """The token behind the phone number that starts at token `i`; 0 if there is none."""
    word = t.low[i]
    if not word.isdecimal():
        return 0
    if word[0] == "0" and len(word) > 2 and t.kind[i + 1] == NUMBER:
        end = _phone_end(t, i)  # "0800 555 111"; "at 0930 12 men" has too few digits
        return end if sum(map(len, t.low[i:end])) >= _DIALLED else 0
    long_code = len(word) >= 7 and word[0] == "0"
    international = t.low[i - 1] == "+" and t.glued(i) and len(word) >= 8
    if long_code or international:
        return i + 1
    alone = t.kind[i + 1] != NUMBER and t.low[i + 1] not in DASHES
    if len(word) == 3 and t.low[i - 1] in _DIALLING and alone:
        numbers = t.low[i + 1] in COUNT_NOUNS or t.low[i + 1].endswith("s")
        return 0 if numbers else i + 1
    if len(word) == 3 and t.low[i - 1] == "or" and t.low[i - 3] in _DIALLING:
        return i + 1  # "dial 112 or 999"
    dialled = {t.low[i - 1], t.low[i - 2], t.low[i - 3]} & PHONE_CUES
    spaced = t.low[i + 1] in DASHES or t.kind[i + 1] == NUMBER or len(word) >= 6 or word == "911"
    if dialled and spaced and len(word) >= 3:
        return _phone_end(t, i)
    area = t.low[i - 1] == "(" and t.low[i + 1] == ")" and t.kind[i + 2] == NUMBER
    if area and t.low[i + 3] in DASHES:
        return i + 5
    local = len(word) == 3 and t.low[i + 1] == "-" and t.glued(i + 1) and t.glued(i + 2)
    return i + 3 if local and len(t.low[i + 2]) == 4 and t.low[i + 2].isdecimal() else 0


_DIALLED = 8  # digits: a number with its area code has more, an hour and a count have fewer


def _phone_end(t: Tokens, i: int) -> int:
    j = i + 1
    while t.kind[j] == NUMBER or (t.low[j] in DASHES and t.kind[j + 1] == NUMBER):
        j += 1
    return j
