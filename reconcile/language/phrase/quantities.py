"""Stage 3: what each number is: a quantity with its unit, or something that counts nothing."""

from __future__ import annotations

from math import inf, isfinite

from reconcile.language.phrase.convention import Convention
from reconcile.language.phrase.fractions import denominator
from reconcile.language.phrase.number_words import SMALL, SUFFIXES, TENS, bag
from reconcile.language.phrase.numeral_parts import scale_at
from reconcile.language.phrase.numerals import NUMERAL_WORDS, Numeral, numeral
from reconcile.language.phrase.readings import Reading, exact
from reconcile.language.phrase.special import SPECIAL_WORDS, special_at
from reconcile.language.phrase.tokens import FRACTION, NUMBER, WORD, Tokens
from reconcile.language.phrase.traps import is_plain, trap_at, word_trap_at
from reconcile.language.phrase.units import (
    CURRENCY_WORDS_BEFORE,
    TIME_UNITS,
    UNIT_STARTS,
    UNITS,
    currency_before,
    unit_after,
)
from reconcile.language.phrase.usage import is_quantity
from reconcile.language.phrase.vague import VAGUE_WORDS, Vague, something_at, tally_at, vague_at

NUMERIC_WORDS = NUMERAL_WORDS | VAGUE_WORDS | SPECIAL_WORDS | {"some"}
_PLURAL_ENDS = ("s ", "s", "'s", "’s")
_HYPHENS = frozenset({"-", "‐", "‑"})
_NOT_ONE = bag("of soldier person man woman civilian hostage casualty life survivor shot child")


def read_quantities(t: Tokens, convention: Convention) -> list[Reading]:
    """Every number of the text in order, each read on its own, traps among them."""
    found: list[Reading] = []
    last = 0
    for i in t.numeric:
        if i < last:
            continue
        reading = _reading_at(t, i, last, convention)
        if reading is not None:
            found.append(reading)
            last = reading.last
    return found


def _reading_at(t: Tokens, i: int, last: int, convention: Convention) -> Reading | None:
    if t.kind[i] == NUMBER:
        if t.text[t.end[i] : t.end[i] + 2] in _PLURAL_ENDS or t.start[i + 1] == t.end[i]:
            tally = tally_at(t, i, convention)
            if tally is not None:
                return _from_vague(t, tally, last)
        plain = is_plain(t, i)
        trap = trap_at(t, i, plain=plain)
        if trap is not None:
            return Reading(max(trap.first, last), trap.last, 0, 0, trap=trap.name, number=i)
        return plain_digits(t, i) if plain and is_alone(t, i) else _numeral_at(t, i, last)
    word = t.low[i]
    if word in SPECIAL_WORDS:
        special = special_at(t, i)
        if special is not None or word not in VAGUE_WORDS:
            return special
    if word == "single" and t.low[i - 1] == "a" and t.low[i - 2] == "not":
        return exact(i - 2, i + 1, 0, "not a single")
    if word == "one" and t.low[i - 1] == "not" and t.low[i + 1] in _NOT_ONE:
        return exact(i - 1, i + 1, 0, "none")
    if word in VAGUE_WORDS or word in SMALL or word == "some" or word in convention.words:
        vague = vague_at(t, i, convention)
        if vague is not None:
            return _from_vague(t, vague, last)
    if word not in NUMERAL_WORDS and t.kind[i] != FRACTION:
        return None
    trap = word_trap_at(t, i)
    if trap is not None:
        return Reading(trap.first, trap.last, 0, 0, trap=trap.name, number=i)
    return _numeral_at(t, i, last)


# ---------------------------------------------------------------- numerals

# Words and signs behind digits that can go on with the number or give it a unit, and those before
# it that can: where none stands, digits are their own reading.
_EXTENDING = (
    UNIT_STARTS | NUMERAL_WORDS | SUFFIXES.keys() | TENS.keys()
    | bag("/ and - ‐ ‑ – — − ~ x × ^ % something point + sq square cubic per old olds")
    | bag("sides continents fronts hemispheres occasions worlds first second firsts seconds")
)  # fmt: skip
_NUMERIC = (NUMBER, FRACTION)
_LEADING = CURRENCY_WORDS_BEFORE | bag("a an - − minus negative or . '")


def is_alone(t: Tokens, i: int) -> bool:
    """Whether free digits have no sign, no scale and no unit beside them."""
    return (
        t.low[i - 1] not in _LEADING
        and t.low[i + 1] not in _EXTENDING
        and t.kind[i + 1] not in _NUMERIC
        and t.low[i][0] != "0"
    )


def plain_digits(t: Tokens, i: int) -> Reading:
    """The number of digits that stand alone: most numbers do. The longer way gives the same."""
    written = t.low[i].replace(",", "")
    value = float(written)
    return Reading(
        i, i + 1, value, value, value, "exact", False, False, "count",
        max(1, len(written.strip("0"))), "numeral: digits", "digits", (), "", i,
    )  # fmt: skip


def _numeral_at(t: Tokens, i: int, last: int) -> Reading | None:
    first = i
    word = t.low[i]
    if t.kind[i] == WORD and t.low[i - 1] in ("a", "an") and i - 1 >= last:
        if word not in SMALL:
            first = i - 1
    elif t.low[i - 1] == "." and t.kind[i] == NUMBER and _leads_decimal(t, i, last):
        return _leading_point(t, i)
    found = numeral(t, first) or (numeral(t, i) if first < i else None)
    if found is None or not is_quantity(t, found, i):
        return _ordinal_trap(t, i, found)
    something = something_at(t, found.first, found.last, found.value)
    if something is not None:
        return _from_vague(t, something, last)
    if _is_or_two(t, i, found):
        return Reading(
            i - 3, i + 1, 1, found.value, kind="range", unit=UNITS[t.low[i - 2]], digits=1,
            rule="range: a or so many", form="range", number=i,
        )  # fmt: skip
    if found.value >= 2 and t.low[found.last] in _ABSTRACT:
        return Reading(found.first, found.last, 0, 0, trap=_COUNTS_NO_THINGS, number=i)
    reading = _signed(t, _scientific(t, _from_numeral(found, i)), last)
    return _with_unit(t, reading, found, last)


def _is_or_two(t: Tokens, i: int, found: Numeral) -> bool:
    """ "a week or two", "an hour or three" with the number at `i`."""
    return (
        found.value in (2, 3)
        and t.low[i - 1] == "or"
        and t.low[i - 3] in ("a", "an")
        and UNITS.get(t.low[i - 2], "") in _TIMED
        and t.low[i + 1] not in UNITS
    )


# What is numbered there is neither people nor things: "on two fronts", "both sides".
_ABSTRACT = bag("sides continents fronts hemispheres occasions worlds")
_COUNTS_NO_THINGS = "number of sides, fronts or the like"
_TIMED = frozenset(TIME_UNITS.values())


def _from_numeral(found: Numeral, i: int) -> Reading:
    value = found.value
    fraction = found.form == "fraction" and value < 1
    return Reading(
        found.first, found.last, value, value, value, "exact", False, False,
        "fraction" if fraction else "count", found.digits, f"numeral: {found.form}", found.form,
        found.shares, "", i,
    )  # fmt: skip


def _leads_decimal(t: Tokens, i: int, last: int) -> bool:
    """ ".08": a point glued to the digits, and nothing glued before it."""
    before = t.start[i] - 2
    return (
        t.glued(i)
        and i - 1 >= last
        and t.low[i].isdecimal()
        and (before < 0 or not t.text[before].isalnum())
    )


def _leading_point(t: Tokens, i: int) -> Reading:
    """ ".08", ".5k", ".5 million"."""
    mantissa = float(f"0.{t.low[i][:40]}")
    scale, last = scale_at(t, i + 1, "digits")
    shares = ((mantissa, scale),) if scale > 1 else ()
    digits = len(t.low[i].strip("0"))
    found = Numeral(i - 1, last, mantissa * scale, digits, "digits", shares)
    return _with_unit(t, _from_numeral(found, i), found, i - 1)


def _scientific(t: Tokens, r: Reading) -> Reading:
    """ "1.3x10^6", "6.23 x 10^-4", "1.2×10³", "1.1^23"."""
    k = r.last
    if t.low[k] in ("x", "×") and t.low[k + 1] == "10" and t.glued(k + 2):
        raised = _raised(t, k + 2)
        if raised is not None:
            value = _times_ten(r.lower, raised[0])
            changed = {"last": raised[1], "lower": value, "upper": value, "nominal": value}
            return r._replace(**changed, shares=()) if isfinite(value) else r
    times_ten = t.low[k] in ("x", "×") and t.low[k + 1] == "10" and t.low[k + 2] == "^"
    if not times_ten and t.low[k] != "^":
        return r
    e = k + 3 if times_ten else k + 1
    sign = "-" if t.low[e] in ("-", "−") else ""
    if sign or t.low[e] == "+":
        e += 1
    if t.kind[e] != NUMBER or not t.low[e].isdecimal() or len(t.low[e]) > 3:
        return r
    exponent = f"{sign}{t.low[e]}"
    value = _times_ten(r.lower, exponent) if times_ten else _power(r, exponent)
    if not isfinite(value):
        return r
    return r._replace(last=e + 1, lower=value, upper=value, nominal=value, shares=())


_SUPERSCRIPTS = {
    ord(raised): plain for raised, plain in zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺", "0123456789-+", strict=True)
}
_RAISED = frozenset(map(chr, _SUPERSCRIPTS))


def _raised(t: Tokens, k: int) -> tuple[str, int] | None:
    """An exponent in raised digits at token `k`, and the place behind it."""
    last = k
    while t.low[last] and set(t.low[last]) <= _RAISED and (last == k or t.glued(last)):
        last += 1
    exponent = "".join(t.low[k:last]).translate(_SUPERSCRIPTS)
    return (exponent, last) if exponent.lstrip("+-").isdecimal() and len(exponent) < 5 else None


def _times_ten(number: float, exponent: str) -> float:
    """`number` times ten to `exponent`, rounded once: by its digits, 5e+65 by the exponent too."""
    digits, _, own = repr(number).partition("e")
    return float(f"{digits}e{int(own or 0) + int(exponent)}") if isfinite(number) else number


def _power(r: Reading, exponent: str) -> float:
    try:
        return r.lower ** int(exponent)
    except (OverflowError, ZeroDivisionError):
        return inf


def _signed(t: Tokens, r: Reading, last: int) -> Reading:
    """A minus sign or word before the number."""
    back = r.first - 1
    word = t.low[back]
    if back < last or back < 0:
        return r
    if word in ("minus", "negative"):
        said = t.low[back - 1] not in ("plus", "or")
    elif word in ("-", "−"):
        before = t.text[max(0, t.start[back] - 1) : t.start[back]]
        glued = (
            t.glued(r.first) and not before.isalnum() and before not in (")", "]", "”", '"', "%")
        )
        said = glued or (back == 0 and r.last >= t.count)
    else:
        return r
    if not said:
        return r
    return r._replace(first=back, lower=-r.lower, upper=-r.upper, nominal=-r.lower, shares=())


def _with_unit(t: Tokens, r: Reading, found: Numeral, last: int) -> Reading:
    """Attach money, percent, a measure or an age, before or behind the number."""
    before = currency_before(t, r.first)
    if before is not None and before.place >= last:
        r = r._replace(unit=before.name, first=before.place)
    words = found.form == "words"
    after = unit_after(t, r.last, words=words, plural=r.upper > 1)
    if after is not None and not (before is not None and after.name != "cent"):
        return r._replace(unit=_pounds(t, after.name, after.place), last=after.place)
    return _unit_of_fraction(t, r) if t.low[r.last] in ("of", "a", "an") else r


def _pounds(t: Tokens, name: str, place: int) -> str:
    if not t.low[place - 1].startswith("pound"):
        return name
    weighed = t.low[place] == "of" or _WEIGHING & set(t.low[max(0, place - 7) : place])
    return "lb" if weighed or (t.low[place - 1] == "pound" and t.low[place - 2] == "-") else name


_WEIGHING = bag("""
    weigh weighs weighed weighing lost heavier lighter gained tow tows towing lift lifts payload
    thrust
""")


def _unit_of_fraction(t: Tokens, r: Reading) -> Reading:
    """ "half an hour", "a quarter of a mile", "half a percent"."""
    k = r.last + 1 if t.low[r.last] == "of" else r.last
    if r.unit != "fraction" or t.low[k] not in ("a", "an"):
        return r
    word = t.low[k + 1]
    if word in ("percent", "per"):
        return r._replace(unit="percent", last=k + (2 if word == "percent" else 3))
    if word in UNITS and len(word) > 2 and word != "second":
        return r._replace(unit=UNITS[word], last=k + 2)
    return r


def _ordinal_trap(t: Tokens, i: int, found: Numeral | None) -> Reading | None:
    """What was read but counts nothing still stands between its neighbours."""
    last = i + 1 if found is None else found.last
    while t.low[last] in _HYPHENS and denominator(t, last + 1) is not None:
        last += 2
    if t.kind[i] == NUMBER:
        return Reading(i, last, 0, 0, trap="no single number", number=i)
    return None


def _from_vague(t: Tokens, v: Vague, last: int) -> Reading:
    reading = Reading(
        max(v.first, last), v.last, v.lower, v.upper, v.nominal, "vague", rule=v.rule, form="vague",
        number=v.first,
    )  # fmt: skip
    k = v.last
    before = currency_before(t, reading.first)
    if before is not None and before.place >= last:
        reading = reading._replace(unit=before.name, first=before.place)
    for start in (k, k + 1) if t.low[k] == "of" else (k,):
        after = unit_after(t, start, words=True, plural=True)
        if after is not None:
            reading = reading._replace(unit=after.name, last=after.place)
            break
    if v.rule == "vague: decade" and t.low[v.first - 1] in ("his", "her", "their", "my"):
        reading = reading._replace(unit="age")
    return reading
