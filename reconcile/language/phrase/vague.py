"""Stage 2, the other half: words for numbers that nobody counted ("dozens", "a few thousand")."""

from __future__ import annotations

from math import inf
from typing import NamedTuple

from reconcile.language.phrase.convention import Convention, Meaning
from reconcile.language.phrase.number_words import SCALES, bag
from reconcile.language.phrase.tokens import NUMBER, WORD, Tokens

# Plural words of scale, the number that each is made of, and the next one's.
_BASES: dict[str, tuple[float, float]] = {
    "tens": (10, 100), "dozens": (12, 100), "scores": (20, 100), "hundreds": (100, 1000),
    "dozen": (12, 100), "hundred": (100, 1000), "score": (20, 100),
    **{word: (scale, scale * 10) for word, scale in SCALES.items()},
}  # fmt: skip
_PLURALS = frozenset(word for word in _BASES if word.endswith("s"))
_COUNTED = {"several": "several", "few": "few", "couple": "couple", "handful": "handful"}
_BANDS = frozenset({"low", "mid", "high", "middle", "upper", "lower"})
_BAND_NAMES = {"middle": "mid", "upper": "high", "lower": "low"}
_DIGIT_WORDS = {
    "single": 1, "double": 2, "triple": 3, "quadruple": 4, "one": 1, "two": 2, "three": 3,
    "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
}  # fmt: skip
VAGUE_WORDS = frozenset({*_PLURALS, *_COUNTED, *_BANDS, "many", "single", "double", "triple"})
_HYPHENS = frozenset({"-", "‐", "‑"})


class Vague(NamedTuple):
    """A vague expression from token `first` up to and without `last`."""

    first: int
    last: int
    lower: float
    upper: float
    nominal: float | None
    rule: str


def vague_at(t: Tokens, i: int, convention: Convention) -> Vague | None:
    """The vague expression whose first telling word is token `i`; None if there is none."""
    word = t.low[i]
    if word in _BANDS:
        return _band(t, i, convention)
    if word in _COUNTED or word == "many":
        return _counted(t, i, convention)
    if word in _DIGIT_WORDS and word not in _PLURALS:
        return _digit_count(t, i)
    if word in _PLURALS:
        return _plural(t, i, convention)
    if word == "some" and "some" in convention.words:
        return _some(t, i, convention.words["some"])
    if word in convention.words and word not in _BASES:  # a word that this convention adds
        return _counted(t, i, convention)
    return None


def _base(t: Tokens, i: int) -> tuple[float, float, float, int] | None:
    """ "hundreds", "tens of thousands": number of the word, the next one's, scale, end."""
    found = _BASES.get(t.low[i])
    if found is None:
        return None
    scale, j = 1.0, i + 1
    if t.low[i] == "hundred" and t.low[j] in SCALES:  # "several hundred thousand"
        scale, j = SCALES[t.low[j]], j + 1
    while t.low[j] == "of" and t.low[j + 1] in SCALES and scale < 1e18:
        scale, j = scale * SCALES[t.low[j + 1]], j + 2
    return (*found, scale, j)


def _spread(meaning: Meaning, base: float, following: float, scale: float) -> tuple[float, float]:
    """The bounds of so many times a word of scale."""
    upper = meaning.upper
    if upper is None:
        return meaning.lower * base * scale, following * scale - 1
    return meaning.lower * base * scale, inf if upper == inf else upper * base * scale


def _plural(t: Tokens, i: int, c: Convention) -> Vague | None:
    word = t.low[i]
    found = _base(t, i)
    if found is None or not _is_plural_number(t, i):
        return None
    base, following, scale, last = found
    own = c.words.get(word)
    first = i
    if own is None:
        lower, upper = _spread(c.plural, base, following, scale)
        nominal = None if c.plural.nominal is None else c.plural.nominal * base * scale
    else:
        lower, upper = _own(own, following, scale)
        nominal = None if own.nominal is None else own.nominal * scale
    last = _again(t, word, last)
    return Vague(first, last, lower, upper, nominal, f"vague: {t.slice(i, last).lower()}")


def _own(own: Meaning, following: float, scale: float) -> tuple[float, float]:
    """The bounds of a word that the convention lists, times the scale behind it."""
    if own.upper is None:
        return own.lower * scale, following * scale - 1
    if own.upper == following - 1:
        return own.lower * scale, following * scale - 1
    return own.lower * scale, own.upper * scale


def _again(t: Tokens, word: str, last: int) -> int:
    """ "hundreds and hundreds", "thousands upon thousands" say it once."""
    while t.low[last] in ("and", "upon", "on") and t.low[last + 1] == word:
        last += 2
    return last


_SCORES_AFTER = bag("""
    of were are have had was more dead killed wounded injured others remain feared hurt missing
    died fled also still
""")
_SCORES_BEFORE = bag("test exam credit sat his her their box final high low film top")


def _is_plural_number(t: Tokens, i: int) -> bool:
    """ "scores" and "tens" are numbers only where they are used as such."""
    word = t.low[i]
    if t.low[i - 1] in _HYPHENS and t.glued(i):
        return False
    alone = t.count == 1
    if word == "tens":
        return alone or t.low[i + 1] == "of" or t.low[i - 1] in ("the", "in")
    if word == "scores":
        used = t.low[i + 1] in _SCORES_AFTER or t.low[i - 1] in ("killing", "wounding", "injuring")
        return alone or (used and t.low[i - 1] not in _SCORES_BEFORE)
    return True


def _counted(t: Tokens, i: int, c: Convention) -> Vague | None:
    """ "several hundred", "a few thousand", "a couple of dozen", "many thousands", "a handful"."""
    word = t.low[i]
    article = t.low[i - 1] in ("a", "an", "the")
    first = i - 1 if article and t.low[i - 1] != "the" else i
    j = i + 1
    if t.low[j] == "of" and word != "many":
        j += 1
    found = _base(t, j)
    if found is not None and (j == i + 1 or word in ("couple", "handful")):
        base, following, scale, last = found
        own = None if word in _COUNTED else c.words.get(word)
        meaning = c.scaled.get(word, own)
        if meaning is None:
            return None
        lower, upper = _spread(meaning, base, following, scale)
        nominal = None if meaning.nominal is None else meaning.nominal * base * scale
        return Vague(
            first, last, lower, upper, nominal, f"vague: {word} {t.slice(j, last).lower()}"
        )
    if word == "many" or word not in c.words or not _is_small_number(t, i, first < i):
        return None
    own = c.words[word]
    upper = own.upper if own.upper is not None else inf
    return Vague(
        first, i + 1, own.lower, upper, own.nominal, f"vague: {t.slice(first, i + 1).lower()}"
    )


_COUPLE_AFTER = bag("of more less hundred thousand dozen million")


def _is_small_number(t: Tokens, i: int, article: bool) -> bool:
    """ "a few" is a number, "few" is none; "a couple were married" is none either."""
    word, after = t.low[i], t.low[i + 1]
    alone = t.count <= 2
    if word == "few":
        return article or alone
    if word == "couple":
        plural = len(after) > 3 and after.endswith("s") and not t.capital(i + 1)
        return alone or after in _COUPLE_AFTER or (article and plural)
    if word == "handful":
        return article
    return t.kind[i + 1] != NUMBER


def _some(t: Tokens, i: int, meaning: Meaning) -> Vague | None:
    """ "some soldiers" under a convention that gives it a number; never before a numeral."""
    after = t.low[i + 1]
    plural = t.kind[i + 1] == WORD and after.endswith("s") and after not in _BASES
    if not (plural or t.count == 1):
        return None
    upper = meaning.upper if meaning.upper is not None else inf
    return Vague(i, i + 1, meaning.lower, upper, meaning.nominal, "vague: some")


def _band(t: Tokens, i: int, c: Convention) -> Vague | None:
    """ "low hundreds", "the high tens of thousands", "mid-40s", "low double digits"."""
    word = _BAND_NAMES.get(t.low[i], t.low[i])
    j = i + 1
    if t.low[j] in _HYPHENS:
        j += 1
    if t.kind[j] == NUMBER:
        return _decade(t, i, j, c.decades.get(word))
    meaning = c.bands.get(word)
    if meaning is None or meaning.upper is None:
        return None
    if t.low[j] in _DIGIT_WORDS:
        found = _digit_count(t, j)
        base, last = (found.lower, found.last) if found else (0.0, j)
    else:
        plural = _base(t, j) if t.low[j] in _PLURALS else None
        base, last = (plural[0] * plural[2], plural[3]) if plural else (0.0, j)
    if not base:
        return None
    lower, upper = meaning.lower * base, meaning.upper * base - 1
    return Vague(i, last, lower, upper, None, f"vague: {t.slice(i, last).lower()}")


def _decade(t: Tokens, i: int, j: int, meaning: Meaning | None) -> Vague | None:
    """ "mid-40s", "low 300s": some of the ten (or hundred) numbers; "mid-1990s" is a time."""
    word = t.low[j]
    behind = j + 2 if t.low[j + 1] in ("'", "’") else j + 1
    if meaning is None or meaning.upper is None or t.low[behind] != "s" or not t.glued(behind):
        return None
    if not word.isdecimal() or not 2 <= len(word) <= 3 or not word.endswith("0"):
        return None
    unit = 10.0 if word.endswith("00") else 1.0
    base = float(word)
    lower, upper = base + meaning.lower * unit, base + (meaning.upper + 1) * unit - 1
    return Vague(i, behind + 1, lower, upper, None, "vague: decade")


def tally_at(t: Tokens, i: int, c: Convention) -> Vague | None:
    """ "100s wounded", "1,000's", "10s of thousands": a power of ten in digits, as its plural word.

    "the 1900s" and "in the early 1000s" are times.
    """
    if t.low[i + 1] in _HYPHENS and t.low[i + 2] in ("figure", "figures", "digit", "digits"):
        return _figures(t, i)
    last = i + 2 if t.low[i + 1] in ("'", "’") and t.glued(i + 1) else i + 1
    if t.low[last] != "s" or not t.glued(last):
        return None
    base = _TALLIES.get(t.low[i].replace(",", ""))
    if base is None or t.low[i - 1] in ("the", "early", "late", "mid", "-"):
        return None
    scale, last = 1.0, last + 1
    while t.low[last] == "of" and t.low[last + 1] in SCALES and scale < 1e18:
        scale, last = scale * SCALES[t.low[last + 1]], last + 2
    own = c.words.get("tens") if base == 10 else None
    if own is not None:
        lower, upper = _own(own, 100, scale)
    else:
        lower, upper = _spread(c.plural, base, 10 * base, scale)
    return Vague(i, last, lower, upper, None, f"vague: {t.slice(i, last).lower()}")


def _figures(t: Tokens, i: int) -> Vague | None:
    """ "6-figure", "3-digit"."""
    if len(t.low[i]) != 1 or t.low[i] == "0":
        return None
    count = int(t.low[i])
    return Vague(i, i + 3, 10.0 ** (count - 1), 10.0**count - 1, None, "vague: number of digits")


_TALLIES = {str(10**n): 10.0**n for n in range(1, 7)}


def something_at(t: Tokens, i: int, last: int, value: float) -> Vague | None:
    """ "20-something", "a hundred-something" behind the number that ends at `last`."""
    k = last + 1 if t.low[last] in _HYPHENS else last
    if t.low[k] != "something" or value < 20 or value % 10:
        return None
    step = 10.0
    while value % (10 * step) == 0:
        step *= 10
    return Vague(i, k + 1, value, value + step - 1, value, "vague: something")


def _digit_count(t: Tokens, i: int) -> Vague | None:
    """ "double digits", "five-figure", "six figures": powers of ten."""
    j = i + 1
    if t.low[j] in _HYPHENS:
        j += 1
    if t.low[j] not in ("digit", "digits", "figure", "figures"):
        return None
    count = _DIGIT_WORDS[t.low[i]]
    return Vague(i, j + 1, 10.0 ** (count - 1), 10.0**count - 1, None, "vague: number of digits")
