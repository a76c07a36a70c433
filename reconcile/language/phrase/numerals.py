"""Stage 2: numerals, in digits, in words, mixed, with fractions and scales."""

from __future__ import annotations

from math import isfinite

from reconcile.language.phrase.fractions import mixed_at, with_fraction
from reconcile.language.phrase.number_words import (
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
from reconcile.language.phrase.numeral_parts import (
    ARTICLES,
    DASHES,
    Numeral,
    Part,
    digits_at,
    scale_at,
    significant_digits,
    small_at,
)
from reconcile.language.phrase.tokens import FRACTION, NUMBER, Tokens

NUMERAL_WORDS = frozenset(
    {*SMALL, *TENS, *HUNDREDS, *DOZENS, *SCALES, *FRACTION_WORDS, *ORDINALS}
    | {f"{word}s" for word in ORDINALS}
) - {"first", "firsts", "second", "seconds"}
# Behind a single word or digits no other goes on with the numeral.
_GOING_ON = (
    NUMERAL_WORDS | SUFFIXES.keys() | UNIT_ORDINALS.keys() | DASHES | bag("/ and point , score")
)
_DIGITS = (NUMBER, FRACTION)
_LONGEST = 400  # digits: doubles end at 1e308


def numeral(t: Tokens, i: int) -> Numeral | None:
    """The longest numeral that starts at token `i`, or None."""
    first = i
    if t.low[i + 1] not in _GOING_ON and t.kind[i + 1] not in _DIGITS:
        head = digits_at(t, i) or small_at(t, i)
        if head is not None:
            return Numeral(i, head.last, head.value, head.digits, head.form)
    if t.low[i] in ARTICLES:
        i += 1
        if t.low[i] in DASHES:
            return None
        found = _after_article(t, i)
    else:
        found = _cardinal(t, i)
    found = with_fraction(t, i, found, article=i > first)
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
        part = None if has_and and mixed_at(t, joint) is not None else _term(t, following)
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


def _continues(part: tuple[Part, float], scale: float, form: str, has_and: bool) -> bool:
    head, below = part
    if not 0 < head.value < scale:
        return False
    if head.form == "digits":
        return form == "digits" and not has_and and (below > 1 or head.mantissa != head.value)
    return True


def _shares(head: Part, scale: float) -> tuple[tuple[float, float], ...]:
    inner = head.value / scale / head.mantissa if head.mantissa else 1.0
    pairs = [(head.mantissa, inner * scale)] if inner > 1 else []
    if scale > 1:
        pairs.append((head.value / scale, scale))
    return tuple(pairs)


_MIXING = DASHES | {"and"}


def _term(t: Tokens, i: int) -> tuple[Part, float] | None:
    """A group and the scale words behind it: "three hundred thousand", "1.2 million"."""
    group = _group(t, i)
    if group is None:
        if t.low[i] not in SCALES:
            return None
        group = Part(1.0, i, 1, "words", 1.0)
    j = group.last
    value, scale, digits, mantissa = group.value, 1.0, group.digits, group.mantissa
    mixed = mixed_at(t, j) if t.low[j] in _MIXING else None
    if mixed is not None and scale_at(t, mixed[1], group.form)[0] > 1:
        value, j, digits = value + mixed[0], mixed[1], digits + 1
        mantissa = value
    while True:
        factor, after = scale_at(t, j, group.form if scale == 1.0 else "words")
        if factor == 1.0 or value * factor > 1e300:
            break
        value, scale, j = value * factor, scale * factor, after
    return Part(value, j, digits, group.form, mantissa), scale


def _group(t: Tokens, i: int) -> Part | None:
    """A number below a scale word: "three hundred and two dozen", "1,200", "fifteen hundred"."""
    head = digits_at(t, i) or small_at(t, i)
    if head is None:
        if t.low[i] in DOZENS:
            return Part(12.0, i + 1, 1, "words", 1.0)
        if t.low[i] not in HUNDREDS:
            return None
        head = Part(1.0, i, 1, "words", 1.0)
    j = head.last
    if t.low[j] in DASHES and t.glued(j) and t.low[j + 1] in HUNDREDS:
        j += 1
    if t.low[j] in HUNDREDS and head.value < (1000 if head.form == "digits" else 100):
        head = _hundreds(t, j, head)
    return _decimal_words(t, head)


def _hundreds(t: Tokens, j: int, head: Part) -> Part:
    value, after = head.value * 100, j + 1
    has_and = t.low[after] == "and"
    k = after + 1 if has_and else after
    tail = digits_at(t, k) if head.form == "digits" and has_and else small_at(t, k)
    if tail is None or not 0 < tail.value < 100 or t.low[tail.last] in HUNDREDS:
        return head._replace(value=value, last=after)
    total, last = value + tail.value, tail.last
    if has_and and t.low[last] in DOZENS:
        total, last = value + 12 * tail.value, last + 1
    return Part(total, last, significant_digits(total), head.form, total)


def _decimal_words(t: Tokens, head: Part) -> Part:
    """ "point zero three" behind a number in words."""
    j = head.last
    if t.low[j] != "point" or head.form != "words" or small_at(t, j + 1) is None:
        return head
    written = ""
    j += 1
    while len(written) < _LONGEST and (part := small_at(t, j)) is not None:
        written += str(int(part.value))
        j = part.last
    value = head.value + float(f"0.{written}")
    return Part(value, j, head.digits + len(written), "words", value)
