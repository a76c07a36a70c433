"""Stage 2: numerals, in digits, in words, mixed, with fractions and scales."""

from __future__ import annotations

from math import isfinite
from typing import NamedTuple
from unicodedata import numeric as unicode_value

from reconcile.language.tokens import FRACTION, NUMBER, Tokens
from reconcile.language.words import (
    DOZENS,
    FRACTION_WORDS,
    HUNDREDS,
    ORDINALS,
    SCALES,
    SMALL,
    SUFFIXES,
    TENS,
    UNIT_ORDINALS,
    bag,
)

__all__ = ["NUMERAL_WORDS", "Numeral", "denominator", "numeral", "significant_digits"]

NUMERAL_WORDS = frozenset(
    {*SMALL, *TENS, *HUNDREDS, *DOZENS, *SCALES, *FRACTION_WORDS, *ORDINALS}
    | {f"{word}s" for word in ORDINALS}
) - {"first", "firsts", "second", "seconds"}
_ARTICLES = frozenset({"a", "an"})
_DASHES = frozenset({"-", "‐", "‑"})
_SPACES = frozenset(" \u00a0\u2009\u202f")
_LONGEST = 400


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


class _Part(NamedTuple):
    value: float
    last: int
    digits: int
    form: str
    mantissa: float


def numeral(t: Tokens, i: int) -> Numeral | None:
    """The longest numeral that starts at token `i`, or None."""
    first = i
    if t.low[i] in _ARTICLES:
        i += 1
        if t.low[i] in _DASHES:
            return None
        found = _after_article(t, i)
    else:
        found = _cardinal(t, i)
    found = _with_fraction(t, i, found, article=i > first)
    if found is None or not isfinite(found.value):
        return None
    return found if found.first == first else found._replace(first=first)


def _after_article(t: Tokens, i: int) -> Numeral | None:
    """ "a" counts as one before hundred, dozen, thousand and the like, and before fractions."""
    word = t.low[i]
    if word in HUNDREDS or word in DOZENS or word in SCALES:
        return _cardinal(t, i)
    return None


def _cardinal(t: Tokens, i: int) -> Numeral | None:
    """Terms of falling scale: "twenty-six million and seventy-two hundred"."""
    part = _term(t, i)
    if part is None:
        return None
    total, terms, joint = part[0].value, 1, part[0].last
    head, scale = part
    digits, form = head.digits, head.form
    shares = _shares(head, scale)
    while scale > 1.0:
        following, has_and = _joint(t, joint)
        part = None if has_and and _mixed(t, joint) is not None else _term(t, following)
        if part is None or not _continues(part, scale, form, has_and):
            break
        head, below = part
        total += head.value
        terms, joint, scale = terms + 1, head.last, below
    if terms > 1:
        digits, shares = significant_digits(total), ()
    return Numeral(i, joint, total, digits, form, shares)


def _joint(t: Tokens, i: int) -> tuple[int, bool]:
    """Where the next term starts, behind an "and" or the comma of "one million, two hundred"."""
    if t.low[i] == "and":
        return i + 1, True
    if t.low[i] == "," and t.low[i + 1] in SMALL and t.low[i + 2] in HUNDREDS | SCALES.keys():
        return i + 1, False
    return i, False


def _continues(part: tuple[_Part, float], scale: float, form: str, has_and: bool) -> bool:
    head, below = part
    if not 0 < head.value < scale:
        return False
    if head.form == "digits":
        return form == "digits" and not has_and and (below > 1 or head.mantissa != head.value)
    return True


def _shares(head: _Part, scale: float) -> tuple[tuple[float, float], ...]:
    inner = head.value / scale / head.mantissa if head.mantissa else 1.0
    pairs = [(head.mantissa, inner * scale)] if inner > 1 else []
    if scale > 1:
        pairs.append((head.value / scale, scale))
    return tuple(pairs)


def _term(t: Tokens, i: int) -> tuple[_Part, float] | None:
    """A group and the scale words behind it: "three hundred thousand", "1.2 million"."""
    group = _group(t, i)
    if group is None:
        if t.low[i] not in SCALES:
            return None
        group = _Part(1.0, i, 1, "words", 1.0)
    j = group.last
    value, scale, digits, mantissa = group.value, 1.0, group.digits, group.mantissa
    mixed = _mixed(t, j) if group.form != "digits" or t.kind[j] != NUMBER else None
    if mixed is not None and _scale(t, mixed[1], group.form)[0] > 1:
        value, j, digits = value + mixed[0], mixed[1], digits + 1
        mantissa = value
    while True:
        factor, after = _scale(t, j, group.form if scale == 1.0 else "words")
        if factor == 1.0 or value * factor > 1e300:
            break
        value, scale, j = value * factor, scale * factor, after
    return _Part(value, j, digits, group.form, mantissa), scale


def _scale(t: Tokens, j: int, form: str) -> tuple[float, int]:
    """The factor of a scale word at `j` and the place behind it; 1 if there is none."""
    if t.low[j] in _DASHES and t.glued(j) and (t.low[j + 1] in SCALES or t.low[j + 1] in DOZENS):
        j += 1
    word = t.low[j]
    if word in SCALES:
        return SCALES[word], j + 1
    if word in DOZENS:
        return 12.0, j + 1
    if form == "digits" and word in SUFFIXES and _is_suffix(t, j):
        return SUFFIXES[word], j + 1 + (t.low[j + 1] == "." and t.glued(j + 1) and word != "m")
    return 1.0, j


# Words that show that the "m" behind digits is metres.
_METRES = bag("""
    tall high deep long wide thick away from race sprint freestyle butterfly backstroke hurdles
    above below of underwater apart east west north south dash run relay yacht boat wave waves
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
    if written == "M" or money:
        return True
    return glued and not _is_metres(t, j)


def _is_metres(t: Tokens, j: int) -> bool:
    """Whether an "m" glued to digits is metres: "the 100m in 9.8 s", "5m deep"; "2m men" is not."""
    after, before = t.low[j + 1], t.low[j - 2]
    if after in ("-", "/", "x", "²"):
        return True
    if before in ("the", "a") and "." not in t.low[j - 1]:
        return after in ("in", "at", "and", "or", "", ".", ",") or after in _METRES
    return after in _METRES and before not in ("down", "up", "to", "by", "from", "of")


_MONEY = frozenset("$€£¥₽₩₴₹")


def _group(t: Tokens, i: int) -> _Part | None:
    """A number below a scale word: "three hundred and two dozen", "1,200", "fifteen hundred"."""
    head = _digits(t, i) or _small(t, i)
    if head is None:
        if t.low[i] in DOZENS:
            return _Part(12.0, i + 1, 1, "words", 1.0)
        if t.low[i] not in HUNDREDS:
            return None
        head = _Part(1.0, i, 1, "words", 1.0)
    j = head.last
    if t.low[j] in _DASHES and t.glued(j) and t.low[j + 1] in HUNDREDS:
        j += 1
    if t.low[j] in HUNDREDS and head.value < (1000 if head.form == "digits" else 100):
        head = _hundreds(t, j, head)
    return _decimal_words(t, head)


def _hundreds(t: Tokens, j: int, head: _Part) -> _Part:
    value, after = head.value * 100, j + 1
    has_and = t.low[after] == "and"
    k = after + 1 if has_and else after
    tail = _digits(t, k) if head.form == "digits" and has_and else _small(t, k)
    if tail is None or not 0 < tail.value < 100 or t.low[tail.last] in HUNDREDS:
        return head._replace(value=value, last=after)
    total, last = value + tail.value, tail.last
    if has_and and t.low[last] in DOZENS:
        total, last = value + 12 * tail.value, last + 1
    return _Part(total, last, significant_digits(total), head.form, total)


def _decimal_words(t: Tokens, head: _Part) -> _Part:
    """ "point zero three" behind a number in words."""
    j = head.last
    if t.low[j] != "point" or head.form != "words" or _small(t, j + 1) is None:
        return head
    written = ""
    j += 1
    while len(written) < _LONGEST and (part := _small(t, j)) is not None:
        written += str(int(part.value))
        j = part.last
    value = head.value + float(f"0.{written}")
    return _Part(value, j, head.digits + len(written), "words", value)


def _small(t: Tokens, i: int) -> _Part | None:
    """A number below 100 in words, or so many dozen."""
    word = t.low[i]
    if word in SMALL:
        value, j = SMALL[word], i + 1
    elif word in TENS:
        value, j = TENS[word], i + 1
        k = j + 1 if t.low[j] in _DASHES else j
        unit = SMALL.get(t.low[k], 0.0)
        if t.low[k] in UNIT_ORDINALS or t.low[k].removesuffix("s") in UNIT_ORDINALS:
            return None
        if 1 <= unit <= 9:
            value, j = value + unit, k + 1
    else:
        return None
    return _Part(value, j, significant_digits(value), "words", value)


def _digits(t: Tokens, i: int) -> _Part | None:
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
    return _Part(value, j, digits, "digits", value) if isfinite(value) else None


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


# ---------------------------------------------------------------- fractions


def denominator(t: Tokens, i: int) -> tuple[float, bool, int] | None:
    """A word like "fifth", "twenty-firsts", "quarter": its denominator, whether plural, the end."""
    word = t.low[i]
    if word in FRACTION_WORDS:
        return FRACTION_WORDS[word], word in ("halves", "quarters"), i + 1
    if word in TENS:
        k = i + 2 if t.low[i + 1] in _DASHES else i + 1
        unit = UNIT_ORDINALS.get(t.low[k].removesuffix("s"))
        if unit is None:
            return None
        return TENS[word] + unit, t.low[k].endswith("s"), k + 1
    single = word.removesuffix("s")
    value = ORDINALS.get(single)
    if value is None or value < 3:
        return None
    return value, word.endswith("s"), i + 1


def _with_fraction(t: Tokens, i: int, found: Numeral | None, *, article: bool) -> Numeral | None:
    """`found` as the numerator of a fraction, or with a fraction behind it, or as it is."""
    if found is None:
        return _bare_fraction(t, i, article=article)
    j = found.last
    over = _slash(t, found)
    if over is not None:
        return _rescaled(t, over)
    proper = _proper(t, found)
    if proper is not None:
        return proper
    extra = _mixed(t, j)
    if extra is None:
        return found
    return _add_fraction(t, found, *extra)


def _add_fraction(t: Tokens, found: Numeral, part: float, last: int) -> Numeral:
    """ "a million and a half" is 1.5 million; "two hundred and thirty and two fifths" is 230.4."""
    factor, after = _scale(t, last, "words")
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
    if t.low[j] in _DASHES and t.glued(j):
        j += 1
    elif t.low[j] == "of" and t.low[j + 1] in _ARTICLES:
        j += 2
    elif t.low[j] in _ARTICLES:
        j += 1
    factor, after = _scale(t, j, "words")
    if factor == 1.0 and t.low[j] in HUNDREDS:
        factor, after = 100.0, j + 1
    if factor == 1.0:
        return Numeral(i, last, value, 1, "fraction")
    return Numeral(i, after, value * factor, 1, "words", ((value, factor),))


def _proper(t: Tokens, found: Numeral) -> Numeral | None:
    """ "two thirds", "one-eighth", "two hundred and fifty-four hundredths"."""
    j = found.last
    if t.low[j] in _DASHES:
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
            tail = _small(t, k + 1)
            return tail.value if tail is not None and tail.last == found.last else 0.0
    return 0.0


def _mixed(t: Tokens, j: int) -> tuple[float, int] | None:
    """ "and a half", "-and-a-half", "and three fifths" at token `j`: its value and end."""
    low = t.low
    if low[j] in _DASHES:
        j += 1
    if low[j] != "and":
        return None
    j += 1
    if low[j] in _DASHES:
        j += 1
    if low[j] in _ARTICLES:
        j += 1
        if low[j] in _DASHES:
            j += 1
        bottom = denominator(t, j)
        return (1.0 / bottom[0], bottom[2]) if bottom is not None and not bottom[1] else None
    top = _small(t, j)
    if top is None:
        return None
    k = top.last + 1 if low[top.last] in _DASHES else top.last
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
        value = _ratio(t, j)
        return None if value is None else Numeral(found.first, j + 2, value, 1, "fraction")
    if t.kind[j] == NUMBER and t.low[j + 1] == "/" and t.glued(j + 1) and t.glued(j + 2):
        value = _ratio(t, j + 1)
        if value is not None and value < 1:
            digits = found.digits + 1
            return Numeral(found.first, j + 3, found.value + value, digits, "fraction")
    return None


def _rescaled(t: Tokens, found: Numeral) -> Numeral:
    """A fraction in symbols times the scale word behind it: "2 1/2 million"."""
    factor, last = _scale(t, found.last, "words")
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
