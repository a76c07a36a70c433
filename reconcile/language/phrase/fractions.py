"""Stage 2: fractions in words and symbols, on their own and behind whole numbers."""

from __future__ import annotations

from unicodedata import numeric as unicode_value

from reconcile.language.phrase.number_words import (
    FRACTION_WORDS,
    HUNDREDS,
    ORDINALS,
    TENS,
    UNIT_ORDINALS,
    bag,
)
from reconcile.language.phrase.numeral_parts import ARTICLES, DASHES, Numeral, scale_at, small_at
from reconcile.language.phrase.pairs import heading_slash
from reconcile.language.phrase.tokens import FRACTION, NUMBER, WORD, Tokens


def denominator(t: Tokens, i: int) -> tuple[float, bool, int] | None:
    """A word like "fifth", "twenty-firsts", "quarter": its denominator, whether plural, the end."""
    word = t.low[i]
    if word in FRACTION_WORDS:
        return FRACTION_WORDS[word], word in ("halves", "quarters"), i + 1
    if word in TENS:
        k = i + 2 if t.low[i + 1] in DASHES else i + 1
        unit = UNIT_ORDINALS.get(t.low[k].removesuffix("s"))
        if unit is None:
            return None
        return TENS[word] + unit, t.low[k].endswith("s"), k + 1
    value = ORDINALS.get(word.removesuffix("s"))
    if value is None or value < 3:
        return None
    return value, word.endswith("s"), i + 1


def with_fraction(t: Tokens, i: int, found: Numeral | None, *, article: bool) -> Numeral | None:
    """`found` as the numerator of a fraction, or with a fraction behind it, or as it is."""
    if found is None:
        return _bare_fraction(t, i, article=article)
    j = found.last
    word = t.low[j]
    if word not in _FOLLOWING and t.kind[j] != NUMBER and word.removesuffix("s") not in ORDINALS:
        return found
    over = _slash(t, found)
    if over is not None:
        return _rescaled(t, over)
    proper = _proper(t, found)
    if proper is not None:
        return proper
    extra = mixed_at(t, j)
    if extra is None:
        return found
    return _add_fraction(t, found, *extra)


# What a fraction behind a whole number can start with, ordinals and digits apart.
_FOLLOWING = frozenset({"/", "and", *DASHES, *FRACTION_WORDS, *TENS})


def _add_fraction(t: Tokens, found: Numeral, part: float, last: int) -> Numeral:
    """ "a million and a half" is 1.5 million; "two hundred and thirty and two fifths" is 230.4."""
    factor, after = scale_at(t, last, "words")
    whole_scale = found.shares[-1][1] if found.shares and found.shares[-1][1] >= 1e3 else 1.0
    if factor > 1.0:
        value, last = found.value + part * factor, after
        if found.value < factor:
            value = (found.value + part) * factor
    else:
        value = found.value + part * (whole_scale if len(found.shares) > 0 else 1.0)
    return found._replace(
        last=last, value=value, digits=found.digits + 1, form="fraction", shares=()
    )


def _bare_fraction(t: Tokens, i: int, *, article: bool) -> Numeral | None:
    """ "half", "a third", "¾", "half a million", "quarter million"."""
    if t.kind[i] == FRACTION:
        return _rescaled(t, Numeral(i, i + 1, unicode_value(t.word(i)), 1, "fraction"))
    found = denominator(t, i)
    if found is None or found[1]:
        return None
    bottom, _, last = found
    if t.low[i] not in FRACTION_WORDS and not article:
        return None
    return _scaled_fraction(t, i, 1.0 / bottom, last)


def _scaled_fraction(t: Tokens, i: int, value: float, last: int) -> Numeral:
    """A fraction and the scale it is of: "half a dozen", "three quarters of a million"."""
    j = last
    if t.low[j] in DASHES and t.glued(j):
        j += 3 if t.low[j + 1] in ARTICLES and t.low[j + 2] in DASHES else 1
    elif t.low[j] == "of" and t.low[j + 1] in ARTICLES:
        j += 2
    elif t.low[j] in ARTICLES:
        j += 1
    factor, after = scale_at(t, j, "words")
    if factor == 1.0 and t.low[j] in HUNDREDS:
        factor, after = 100.0, j + 1
    if factor == 1.0:
        return Numeral(i, last, value, 1, "fraction")
    return Numeral(i, after, value * factor, 1, "words", ((value, factor),))


def _proper(t: Tokens, found: Numeral) -> Numeral | None:
    """ "two thirds", "one-eighth", "two hundred and fifty-four hundredths"."""
    j = found.last
    if t.low[j] in DASHES:
        j += 1
    bottom = denominator(t, j)
    if bottom is None or not (bottom[1] or found.value == 1):
        return None
    tail = _and_tail(t, found)
    value = found.value - tail + tail / bottom[0] if tail else found.value / bottom[0]
    fraction = found._replace(last=bottom[2], value=value, form="fraction", shares=())
    if found.value >= bottom[0] or tail:
        return fraction
    scaled = _scaled_fraction(t, found.first, value, bottom[2])
    return fraction if scaled.last == bottom[2] else scaled


def _and_tail(t: Tokens, found: Numeral) -> float:
    """The number behind the last "and" of `found`, 0 if there is none."""
    for k in range(found.last - 1, found.first, -1):
        if t.low[k] == "and":
            tail = small_at(t, k + 1)
            return tail.value if tail is not None and tail.last == found.last else 0.0
    return 0.0


def mixed_at(t: Tokens, j: int) -> tuple[float, int] | None:
    """ "and a half", "-and-a-half", "and three fifths" at token `j`: its value and end."""
    low = t.low
    if low[j] in DASHES:
        j += 1
    if low[j] != "and":
        return None
    j += 1
    if low[j] in DASHES:
        j += 1
    if low[j] in ARTICLES:
        j += 1
        if low[j] in DASHES:
            j += 1
        bottom = denominator(t, j)
        return (1.0 / bottom[0], bottom[2]) if bottom is not None and not bottom[1] else None
    if low[j] == "half":
        return 0.5, j + 1
    top = small_at(t, j)
    if top is None:
        return None
    k = top.last + 1 if low[top.last] in DASHES else top.last
    bottom = denominator(t, k)
    if bottom is None or top.value >= bottom[0] or not (bottom[1] or top.value == 1):
        return None
    return top.value / bottom[0], bottom[2]


def _slash(t: Tokens, found: Numeral) -> Numeral | None:
    """ "3/4", and "2 1/4" behind a whole number."""
    j = found.last
    if found.form != "digits":
        return None
    if t.low[j] == "/" and t.glued(j) and t.glued(j + 1) and j == found.first + 1:
        if heading_slash(t, found.first) or is_so_many_of(t, j):
            return None
        value = _ratio(t, j)
        return None if value is None else Numeral(found.first, j + 2, value, 1, "fraction")
    if t.kind[j] == NUMBER and t.low[j + 1] == "/" and t.glued(j + 1) and t.glued(j + 2):
        value = _ratio(t, j + 1)
        if value is not None and value < 1:
            digits = found.digits + 1
            return Numeral(found.first, j + 3, found.value + value, digits, "fraction")
    return None


_MEASURED = bag("inch inches feet yards miles pounds ounces pints cups tons tonnes hours")
_LEAST_COUNTED = 10  # fewer out of some are often said as a share of one thing: "3/4 cups"


def is_so_many_of(t: Tokens, slash: int) -> bool:
    """ "412/450 beds": so many of so many, where what is counted is named behind both."""
    top, bottom = t.low[slash - 1], t.low[slash + 1]
    if not (top.isdecimal() and bottom.isdecimal() and len(bottom) <= 9):
        return False
    noun = t.low[slash + 2]
    named = t.kind[slash + 2] == WORD and len(noun) > 3 and noun.endswith("s")
    return _LEAST_COUNTED <= int(top) <= int(bottom) and named and noun not in _MEASURED


def _rescaled(t: Tokens, found: Numeral) -> Numeral:
    """A fraction in symbols times the scale word behind it: "2 1/2 million"."""
    factor, last = scale_at(t, found.last, "words")
    if factor == 1.0:
        return found
    shares = ((found.value, factor),)
    return found._replace(last=last, value=found.value * factor, form="words", shares=shares)


def _ratio(t: Tokens, slash: int) -> float | None:
    top, bottom = t.low[slash - 1], t.low[slash + 1]
    if not (top.isdecimal() and bottom.isdecimal() and len(top) <= 3 and len(bottom) <= 3):
        return None
    if t.low[slash + 2] == "/" or int(bottom) < 2 or int(top) >= int(bottom):
        return None
    return int(top) / int(bottom)
