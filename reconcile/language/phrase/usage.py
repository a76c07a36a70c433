"""Stage 3: whether a numeral counts or measures something where it stands."""

from __future__ import annotations

from reconcile.language.phrase.fractions import denominator
from reconcile.language.phrase.number_words import DOZENS, HUNDREDS, SCALES, SMALL, TENS, bag
from reconcile.language.phrase.numerals import Numeral
from reconcile.language.phrase.tokens import FRACTION, NUMBER, WORD, Tokens
from reconcile.language.phrase.units import UNITS

_PRONOUN_BEFORE = bag("""
    the this that which every each any no another same first last only right wrong other loved
    such one's next big little good bad new old
""")
_PRONOUN_AFTER = bag("""
    of another day who that which can could should must may might will would is was has had by
    or's 's and but in on at to with from for as so if when where while because than does did do
    knows else i we you they he she it not also just , . ; : ? !
""")
_ONE_COMPOUNDS = bag(
    "sided off way time on liner man woman upmanship stop size track party child click up"
)
_COMPOUNDS = bag(
    "way sided faced dimensional fold piece star pointer time ply state stroke stage step "
    "wheel wheeled pronged horse course tier tiered door lane legged cylinder speed bedroom "
    "party layered part hander wheeler seater"
)
_ZERO_BEFORE = bag("ground net patient absolute sub near below above year hour from")
_ZERO_AFTER = bag("tolerance sum hour gravity emission emissions day covid chance")
_QUARTER_BEFORE = bag("""
    first second third fourth last this next each that previous current final same opening
    closing fiscal latin jewish french christian every per in for
""")
_HALF_BEFORE = bag("""
    first second other better latter former top bottom lower upper northern southern eastern
    western in opening closing each either third fourth left right
""")
_HALF_AFTER = bag("""
    of the a an its their his her our my your these those all this as dozen million were are is
    was have had been percent and
""")
_HYPHENS = frozenset({"-", "‐", "‑"})


def is_quantity(t: Tokens, found: Numeral, i: int) -> bool:
    """Whether a numeral counts or measures something here."""
    word = t.low[i]
    if found.form == "fraction" or word in ("half", "quarter", "quarters", "halves"):
        return _is_fraction_used(t, found, i)
    if t.low[i - 1] in _HYPHENS and t.low[i - 2] == "of" and t.glued(i) and t.glued(i - 2):
        return False  # "a father-of-three"
    compound = t.low[found.last] in _HYPHENS and t.glued(found.last)
    if compound and t.low[found.last + 1] in (_ONE_COMPOUNDS if word == "one" else _COMPOUNDS):
        return False
    if found.last == i + 1 and word == "one":
        return _is_one_counted(t, i)
    if word == "zero" or word == "0":
        after = t.low[found.last]
        aimed = after == "in" and t.low[found.last + 1] == "on"
        return t.low[i - 1] not in _ZERO_BEFORE and after not in _ZERO_AFTER and not aimed
    if word in HUNDREDS or word in DOZENS or word in SCALES:
        return _is_scale_used(t, found, i)
    return not _is_ordinal_next(t, found.last)


def _is_ordinal_next(t: Tokens, k: int) -> bool:
    """ "one hundred thirty-fifth": the number belongs to an ordinal."""
    if t.low[k] in _HYPHENS and t.glued(k):
        k += 1
    found = denominator(t, k)
    return found is not None and t.low[k] not in ("half", "quarter", "halves", "quarters")


def _is_scale_used(t: Tokens, found: Numeral, i: int) -> bool:
    """ "a hundred" and "hundred and five" are numbers; "hundreds" alone is vague."""
    if found.first < i or found.last > i + 1:
        return True
    if t.low[i - 1] == "the" and t.low[i - 2] == "of":
        return True  # "ten of the dozen hostages"
    singular = not t.low[i].endswith("s")
    return singular and (t.count <= 2 or t.low[i - 1] not in ("the", "per", "last", "one", "-"))


def _is_one_counted(t: Tokens, i: int) -> bool:
    """ "one soldier" counts; "the one", "one of them", "no one", "one can" do not."""
    before, after = t.low[i - 1], t.low[i + 1]
    if t.count == 1:
        return True
    if before in ("minus", "negative"):
        return True
    if before in _PRONOUN_BEFORE or t.low[i - 1].endswith(("'s", "’s")):
        return after in _ENUMERATED and before not in _PRONOUN_BEFORE
    if before in ("but", "except") and t.low[i - 2] == "all":
        return True
    if after in ("of", "in", "out"):
        return _is_ratio_next(t, i + 1) or (after == "of" and _is_bounded(t, i))
    if after in ("over", "or", "to", ",", "and", "through", "-", "–"):
        return _number_follows(t, i + 2) or (after == "," and i == 0)
    if (
        after in ("was", "is")
        and t.low[i + 2] in _ENUMERATED
        and before in ("and", ",", ";", "but")
    ):
        return True
    if after in _PRONOUN_AFTER or t.kind[i + 1] != WORD:
        ends = t.kind[i + 1] != WORD and before in (
            "is",
            "was",
            "to",
            "than",
            "just",
            "only",
            "least",
        )
        return ends or after in ("percent", "%") or t.kind[i + 1] == NUMBER
    return True


_ENUMERATED = frozenset({"killed", "dead", "wounded", "injured"})


def _is_bounded(t: Tokens, i: int) -> bool:
    return t.low[i - 1] in ("least", "than") or t.low[i - 2] in ("least", "than")


def _is_ratio_next(t: Tokens, k: int) -> bool:
    """ "one in ten", "one out of every three"."""
    words = ("every", "of", "each")
    while t.low[k] in ("in", "out", "of") or t.low[k] in words:
        k += 1
        if t.low[k - 1] not in ("in", "out", "of", *words):
            break
    return _number_follows(t, k)


def _number_follows(t: Tokens, k: int) -> bool:
    return (
        t.kind[k] == NUMBER or t.low[k] in SMALL or t.low[k] in TENS or t.low[k] in ("a", "dozen")
    )


def _is_fraction_used(t: Tokens, found: Numeral, i: int) -> bool:
    """ "a third of", "half the 400", "two-thirds"; not "a third person", "the first half"."""
    before, after = t.low[found.first - 1], t.low[found.last]
    word = t.low[i]
    clock = after == "past" or (after == "to" and word == "quarter" and before in ("a", "at"))
    if clock and word in ("half", "quarter") and t.kind[found.last + 1] == NUMBER:
        return False
    if _is_joined_to_fraction(t, found.last, before):
        return True
    if found.value > 1 or found.last - found.first > 2 or t.kind[i] in (NUMBER, FRACTION):
        return True
    if t.low[found.last - 1] in ("hour", "-"):
        return True
    if word in ("quarter", "quarters"):
        used = after in ("of", "the", "more", "less") or t.kind[found.last] != WORD
        named = before in _QUARTER_BEFORE and after != "of"
        return used and not named and found.first < i
    if word in ("half", "halves"):
        return _is_half_used(t, found, before, after)
    if (before == "by" and t.kind[found.last] != WORD) or (before == "by" and after in _NO_NOUN):
        return True
    if found.first < i and t.low[found.first] in ("a", "an"):
        return after in ("of", "the", "more", "less", "as") or t.kind[found.last] != WORD
    return True


def _is_joined_to_fraction(t: Tokens, k: int, before: str) -> bool:
    """ "a third to a half", "between a quarter and two thirds"; not "a third and a fourth man"."""
    if t.low[k] not in ("to", "or") and not (t.low[k] == "and" and before == "between"):
        return False
    other = denominator(t, k + 1 + (t.low[k + 1] in ("a", "two", "three")))
    return other is not None and (t.kind[other[2]] != WORD or t.low[other[2]] in ("of", "the"))


_NO_NOUN = bag("to in from on at since over compared year after as and or by during this last")


def _is_half_used(t: Tokens, found: Numeral, before: str, after: str) -> bool:
    if before in _HALF_BEFORE or after in _HYPHENS:
        return after in _HYPHENS and t.low[found.last + 1] in UNITS
    used = after in _HALF_AFTER or after in UNITS or found.first < found.last - 1
    return used or t.count <= 3 or (t.kind[found.last] != WORD and before not in ("the", "a"))
