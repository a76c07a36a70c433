"""Stage 2: the parts of numerals: digits with their separators, words below 100, scales."""

from __future__ import annotations

from math import isfinite
from typing import NamedTuple
from unicodedata import numeric as unicode_value

from reconcile.language.phrase.number_words import (
    DOZENS,
    SCALES,
    SMALL,
    SUFFIXES,
    TENS,
    UNIT_ORDINALS,
    bag,
)
from reconcile.language.phrase.pairs import is_sexed
from reconcile.language.phrase.tokens import FRACTION, NUMBER, WORD, Tokens

ARTICLES = frozenset({"a", "an"})
DASHES = frozenset({"-", "‐", "‑"})
_SPACES = frozenset(" \u00a0\u2009\u202f")
_LONGEST = 400  # digits: doubles end at 1e308


class Numeral(NamedTuple):
    """A number as written, from token `first` up to and without `last`.

    `shares` are its (mantissa, scale) splittings, largest scale first: in "two to three million"
    the scale covers both numbers. `form` is digits, words or fraction.
    """

    first: int
    last: int
    value: float
    digits: int
    form: str
    shares: tuple[tuple[float, float], ...] = ()


class Part(NamedTuple):
    """A number below a scale word: its value, its end, the digits said, and how it is written.

    `mantissa` is what stands before a "hundred" in it.
    """

    value: float
    last: int
    digits: int
    form: str
    mantissa: float


def scale_at(t: Tokens, j: int, form: str) -> tuple[float, int]:
    """The factor of a scale word at `j` and the place behind it; 1 if there is none."""
    if t.low[j] in DASHES and t.glued(j) and _is_hyphened(t, j + 1):
        j += 1
    word = t.low[j]
    if word in SCALES:
        return SCALES[word], j + 1
    if word == "score" and form == "words" and t.low[j - 1] in SMALL:
        return 20.0, j + 1
    if word in DOZENS:
        return 12.0, j + 1
    if form == "digits" and word in SUFFIXES and _is_suffix(t, j):
        return SUFFIXES[word], j + 1 + (t.low[j + 1] == "." and t.glued(j + 1) and word != "m")
    return 1.0, j


def _is_hyphened(t: Tokens, j: int) -> bool:
    """ "3-million", and in the Philippines "P3.4-B": a scale behind a hyphen."""
    if t.low[j] in SCALES or t.low[j] in DOZENS:
        return True
    capital = t.low[j] in ("m", "b") and t.word(j).isupper() and t.glued(j)
    return capital and (t.low[j - 3] in _MONEY or t.low[j - 3] in _PESOS)


# Words that show that the "m" behind digits is metres.
_METRES = bag("""
    tall high deep long wide thick away from race sprint freestyle butterfly backstroke hurdles
    above below of underwater apart east west north south dash run relay yacht boat wave waves
    surge surges swell wall crater tsunami drop fall gap radius trench fence tower into inland
    offshore underground beneath deeper higher closer final finals heat heats medley relay sprinter
    runner champion championship medal semi-final semifinal hurdler steeplechase swim
""")
_WATERS = bag("""
    wave waves surge surges swell swells crest crested tsunami seas flood floods floodwater
    water waters river lake sea tide level levels snow height heights depth depths crater
    gorge cliff ravine altitude
""")


def _is_suffix(t: Tokens, j: int) -> bool:
    """Whether the letters at `j` scale the digits before them and are not a unit."""
    word, written = t.low[j], t.word(j)
    glued = t.glued(j)
    money = t.low[j - 2] in _MONEY or t.low[j - 3] in _MONEY
    if word in ("b", "k"):
        return glued or (written.isupper() and not t.capital(j + 1)) or word == "k"
    if word != "m":
        return True
    if is_sexed(t, j):
        return False
    if written == "M" or money:
        return True
    return glued and not _is_metres(t, j)


def _is_metres(t: Tokens, j: int) -> bool:
    """Whether an "m" glued to digits is metres: "the 100m in 9.8 s", "5m deep"; "2m men" is not."""
    after, before = t.low[j + 1], t.low[j - 2]
    if after in ("-", "–") and t.kind[j + 2] == NUMBER and t.low[j + 3] == "m":
        return _is_metres(t, j + 3) if t.low[j + 4] not in ("-", "–") else False
    if after in ("-", "/", "x", "²"):
        return True
    if not _WATERS.isdisjoint(t.low[max(0, j - 7) : j]):
        return True
    if before in ("the", "a") and "." not in t.low[j - 1]:
        if t.low[j - 3] in _RACING and t.low[j - 1] in _RACES and t.kind[j + 1] != WORD:
            return True
        return after in ("in", "at", "and", "or", "", ".", ",") or after in _METRES
    return after in _METRES and before not in ("down", "up", "to", "by", "from", "of")


_RACING = bag("in at over win wins won ran run lost")
_RACES = bag("50 60 100 110 200 400 800 1500 1,500 3000 3,000 5000 5,000 10000 10,000")
_MONEY = frozenset("$€£¥₽₩₴₹₱")
_PESOS = bag("p php")


def small_at(t: Tokens, i: int) -> Part | None:
    """A number below 100 in words, or so many dozen."""
    word = t.low[i]
    if word in SMALL:
        value, j = SMALL[word], i + 1
    elif word in TENS:
        value, j = TENS[word], i + 1
        k = j + 1 if t.low[j] in DASHES else j
        unit = SMALL.get(t.low[k], 0.0)
        if t.low[k] in UNIT_ORDINALS or t.low[k].removesuffix("s") in UNIT_ORDINALS:
            return None
        if 1 <= unit <= 9:
            value, j = value + unit, k + 1
    else:
        return None
    return Part(value, j, significant_digits(value), "words", value)


def digits_at(t: Tokens, i: int) -> Part | None:
    """A number in digits, with its thousands grouped by commas, points or single spaces."""
    if t.kind[i] != NUMBER or t.end[i] - t.start[i] > _LONGEST:
        return None
    written = _plain(t.low[i])
    if written is None:
        return None
    j = i + 1
    if len(written) <= 3 and written[0] != "0" and written.isdecimal():
        while _is_spaced_group(t, j):
            written += t.low[j]
            j += 1
    value, digits = float(written), _digits_said(written)
    if t.kind[j] == FRACTION and t.start[j] - t.end[j - 1] <= 1 and written.isdecimal():
        value, digits, j = value + unicode_value(t.word(j)), digits + 1, j + 1
    return Part(value, j, digits, "digits", value) if isfinite(value) else None


def _is_spaced_group(t: Tokens, j: int) -> bool:
    """Whether token `j` is one more group of thousands behind a single space: "12 000"."""
    if t.kind[j] != NUMBER or t.start[j] - t.end[j - 1] != 1:
        return False
    whole, _, decimals = t.low[j].partition(".")
    return (
        len(whole) == 3
        and whole.isdecimal()
        and (not decimals or decimals.isdecimal())
        and t.text[t.end[j - 1]] in _SPACES
        and "." not in t.low[j - 1]
        and t.start[j] < len(t.text)
    )


def _plain(word: str) -> str | None:
    """The digits of a token without its separators; None if they are not one number."""
    if word.isdecimal():
        return word
    if "'" in word or "’" in word:
        head, *groups = word.replace("’", "'").split("'")
        return _joined(head, groups) if all(map(str.isdecimal, (head, *groups))) else None
    mantissa, e, exponent = word.partition("e")
    if mantissa.count(".") > 1:
        if "," in mantissa or e:
            return None
        head, *groups = mantissa.split(".")
        return _joined(head, groups)
    whole, point, decimals = mantissa.partition(".")
    if "," in decimals:
        return None
    if "," in whole:
        head, *groups = whole.split(",")
        grouped = _joined(head, groups)
        if grouped is None and len(groups) == 1 and not point and len(groups[0]) <= 2:
            grouped, point, decimals = head, ".", groups[0]
        if grouped is None:
            return None
        whole = grouped
    return f"{whole}{point}{decimals}{e}{exponent}"


def _joined(head: str, groups: list[str]) -> str | None:
    """Groups of three (1,234,567) or Indian groups (12,34,567) as one string of digits."""
    if not 1 <= len(head) <= 3 or len(groups[-1]) != 3:
        return None
    widths = {len(group) for group in groups[:-1]}
    if widths <= {3} or (widths == {2} and len(head) <= 2):
        return head + "".join(groups)
    return None


def _digits_said(written: str) -> int:
    mantissa = written.partition("e")[0]
    kept = mantissa.lstrip("0.") if "." in mantissa else mantissa.strip("0")
    return max(1, len(kept.replace(".", "")))


def significant_digits(value: float) -> int:
    """How many significant digits a number in words has.

    >>> significant_digits(12000.0), significant_digits(312.0)
    (2, 3)
    """
    return max(1, len(f"{value:.15g}".replace(".", "").strip("0"))) if value < 1e15 else 1
