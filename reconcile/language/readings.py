"""Stage 3: what each number is: a quantity with its unit, or something that counts nothing."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, isfinite

from reconcile.language.convention import Convention
from reconcile.language.numerals import NUMERAL_WORDS, Numeral, denominator, numeral
from reconcile.language.tokens import FRACTION, NUMBER, WORD, Tokens
from reconcile.language.traps import trap_at, word_trap_at
from reconcile.language.units import TIME_UNITS, UNITS, currency_before, unit_after
from reconcile.language.vague import VAGUE_WORDS, Vague, vague_at
from reconcile.language.words import DOZENS, HUNDREDS, SCALES, SMALL, TENS, bag

__all__ = ["NUMERIC_WORDS", "Reading", "read_quantities"]

_NONE_WORDS = frozenset({"no", "none", "nobody", "neither", "nil", "without"})
NUMERIC_WORDS = NUMERAL_WORDS | VAGUE_WORDS | _NONE_WORDS | {"both", "pair", "some"}


@dataclass(slots=True)
class Reading:
    """A number in the making: tokens from `first` up to and without `last`, and what it says.

    `trap` names what it is instead of a quantity. `shares` as in `Numeral`. `plain` says that
    neither a unit nor a scale nor a hedge is attached yet.
    """

    first: int
    last: int
    lower: float
    upper: float
    nominal: float | None = None
    kind: str = "exact"
    lower_open: bool = False
    upper_open: bool = False
    unit: str = "count"
    digits: int | None = None
    rule: str = ""
    form: str = "digits"
    shares: tuple[tuple[float, float], ...] = ()
    trap: str = ""
    number: int = 0  # the token of the number itself, behind currency signs and hedges


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
        trap = trap_at(t, i)
        if trap is not None:
            return Reading(max(trap.first, last), trap.last, 0, 0, trap=trap.name, number=i)
        return _numeral_at(t, i, last)
    word = t.low[i]
    if word in _NONE_WORDS or word in ("both", "pair"):
        return _special(t, i)
    if word == "single" and t.low[i - 1] == "a" and t.low[i - 2] == "not":
        return _exact(i - 2, i + 1, 0, "not a single")
    if word == "one" and t.low[i - 1] == "not" and t.low[i + 1] == "of":
        return _exact(i - 1, i + 1, 0, "none")
    if word in VAGUE_WORDS or word in SMALL or word == "some":
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


def _numeral_at(t: Tokens, i: int, last: int) -> Reading | None:
    first = i
    word = t.low[i]
    if t.kind[i] == WORD and t.low[i - 1] in ("a", "an") and i - 1 >= last:
        if word not in SMALL:
            first = i - 1
    elif t.low[i - 1] == "." and t.kind[i] == NUMBER and _leads_decimal(t, i, last):
        return _leading_point(t, i)
    found = numeral(t, first) or (numeral(t, i) if first < i else None)
    if found is None or not _is_quantity(t, found, i):
        return _ordinal_trap(t, i, found)
    reading = _from_numeral(found, i)
    _scientific(t, reading)
    _signed(t, reading, last)
    _with_unit(t, reading, found, last)
    return reading


def _from_numeral(found: Numeral, i: int) -> Reading:
    value = found.value
    fraction = found.form == "fraction" and value < 1
    return Reading(
        first=found.first,
        last=found.last,
        lower=value,
        upper=value,
        nominal=value,
        unit="fraction" if fraction else "count",
        digits=found.digits,
        rule=f"numeral: {found.form}",
        form=found.form,
        shares=found.shares,
        number=i,
    )


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
    value = float(f"0.{t.low[i][:40]}")
    reading = _from_numeral(Numeral(i - 1, i + 1, value, len(t.low[i].strip("0")), "digits"), i)
    _with_unit(t, reading, Numeral(i - 1, i + 1, value, 1, "digits"), i - 1)
    return reading


def _scientific(t: Tokens, r: Reading) -> None:
    """ "1.3x10^6", "6.23 x 10^-4", "1.1^23"."""
    k = r.last
    times_ten = t.low[k] in ("x", "×") and t.low[k + 1] == "10" and t.low[k + 2] == "^"
    if not times_ten and t.low[k] != "^":
        return
    e = k + 3 if times_ten else k + 1
    sign = "-" if t.low[e] in ("-", "−") else ""
    if sign or t.low[e] == "+":
        e += 1
    if t.kind[e] != NUMBER or not t.low[e].isdecimal() or len(t.low[e]) > 3:
        return
    value = float(f"{r.lower!r}e{sign}{t.low[e]}") if times_ten else _power(r, sign, t.low[e])
    if isfinite(value):
        r.last, r.lower, r.upper, r.nominal, r.shares = e + 1, value, value, value, ()


def _power(r: Reading, sign: str, exponent: str) -> float:
    try:
        return r.lower ** int(f"{sign}{exponent}")
    except (OverflowError, ZeroDivisionError):
        return inf


def _signed(t: Tokens, r: Reading, last: int) -> None:
    """A minus sign or word before the number."""
    back = r.first - 1
    word = t.low[back]
    if back < last or back < 0:
        return
    if word in ("minus", "negative"):
        said = t.low[back - 1] not in ("plus", "or")
    elif word in ("-", "−"):
        before = t.text[max(0, t.start[back] - 1) : t.start[back]]
        glued = (
            t.glued(r.first) and not before.isalnum() and before not in (")", "]", "”", '"', "%")
        )
        said = glued or (back == 0 and r.last >= t.count)
    else:
        return
    if said:
        r.first, r.lower, r.upper, r.nominal = back, -r.lower, -r.upper, -r.lower
        r.shares = ()


def _with_unit(t: Tokens, r: Reading, found: Numeral, last: int) -> None:
    """Attach money, percent, a measure or an age, before or behind the number."""
    before = currency_before(t, r.first)
    if before is not None and before.place >= last:
        r.unit, r.first = before.name, before.place
    words = found.form == "words"
    after = unit_after(t, r.last, words=words, plural=r.upper > 1)
    if after is not None and not (before is not None and after.name != "cent"):
        r.unit, r.last = _pounds(t, after.name, after.place), after.place
    elif t.low[r.last] in ("of", "a", "an"):
        _unit_of_fraction(t, r)


def _pounds(t: Tokens, name: str, place: int) -> str:
    if not t.low[place - 1].startswith("pound"):
        return name
    weighed = t.low[place] == "of" or _WEIGHING & set(t.low[max(0, place - 7) : place])
    return "lb" if weighed or (t.low[place - 1] == "pound" and t.low[place - 2] == "-") else name


_WEIGHING = bag("weigh weighs weighed weighing lost heavier lighter gained")


def _unit_of_fraction(t: Tokens, r: Reading) -> None:
    """ "half an hour", "a quarter of a mile", "half a percent"."""
    k = r.last + 1 if t.low[r.last] == "of" else r.last
    if r.unit != "fraction" or t.low[k] not in ("a", "an"):
        return
    word = t.low[k + 1]
    if word in ("percent", "per"):
        r.unit, r.last = "percent", k + (2 if word == "percent" else 3)
    elif word in UNITS and len(word) > 2 and word != "second":
        r.unit, r.last = UNITS[word], k + 2


# ---------------------------------------------------------------- which numerals are quantities

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
    "way sided faced dimensional fold piece star pointer time ply state stroke stage step"
)
_ZERO_BEFORE = bag("ground net patient absolute sub near below above year hour from")
_ZERO_AFTER = bag("tolerance sum in hour gravity emission emissions day covid chance")
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


def _is_quantity(t: Tokens, found: Numeral, i: int) -> bool:
    """Whether a numeral counts or measures something here."""
    word = t.low[i]
    if found.form == "fraction" or word in ("half", "quarter", "quarters", "halves"):
        return _is_fraction_used(t, found, i)
    compound = t.low[found.last] in _HYPHENS and t.glued(found.last)
    if compound and t.low[found.last + 1] in (_ONE_COMPOUNDS if word == "one" else _COMPOUNDS):
        return False
    if found.last == i + 1 and word == "one":
        return _is_one_counted(t, i)
    if word == "zero" or word == "0":
        return t.low[i - 1] not in _ZERO_BEFORE and t.low[found.last] not in _ZERO_AFTER
    if word in HUNDREDS or word in DOZENS or word in SCALES:
        return _is_scale_used(t, found, i)
    if word in TENS and t.low[found.last] == "something":
        return False
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
    if after in ("of", "in", "out"):
        return _is_ratio_next(t, i + 1) or (after == "of" and _is_bounded(t, i))
    if after in ("over", "or", "to", ",", "and", "through", "-", "–"):
        return _number_follows(t, i + 2) or (after == "," and i == 0)
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


_WITHOUT = bag("casualties losses injuries deaths fatalities victims loss injury")
_NO_NOUN = bag("to in from on at since over compared year after as and or by during this last")


def _is_half_used(t: Tokens, found: Numeral, before: str, after: str) -> bool:
    if before in _HALF_BEFORE or after in _HYPHENS:
        return after in _HYPHENS and t.low[found.last + 1] in UNITS
    return after in _HALF_AFTER or after in UNITS or t.count <= 3 or found.first < found.last - 1


def _ordinal_trap(t: Tokens, i: int, found: Numeral | None) -> Reading | None:
    """What was read but counts nothing still stands between its neighbours."""
    last = i + 1 if found is None else found.last
    while t.low[last] in _HYPHENS and denominator(t, last + 1) is not None:
        last += 2
    if t.kind[i] == NUMBER:
        return Reading(i, last, 0, 0, trap="no single number", number=i)
    return None


# ---------------------------------------------------------------- zero, two, vague words

_ZERO_NOUNS = bag("""
    casualties casualty deaths death injuries injury fatalities fatality losses victims
    survivors dead wounded injured killed troops soldiers servicemen civilians people fighters
    personnel prisoners hostages missiles drones tanks aircraft vehicles children patients cases
    arrests detainees passengers houses buildings loss
""")
_ZERO_ADJECTIVES = bag("""
    immediate reported civilian new known confirmed further more additional military serious
    human american russian ukrainian korean north south israeli such other single
""")
_LIFE_EVENTS = bag("""
    killed hurt injured wounded died dead survived harmed captured missing detained arrested
    hospitalised hospitalized escaped
""")


def _special(t: Tokens, i: int) -> Reading | None:
    """ "no casualties", "none of the 14", "nobody was hurt" (0), "both pilots", "a pair of" (2)."""
    word = t.low[i]
    if word == "both":
        return _exact(i, i + 1, 2, "both") if _is_both_counted(t, i) else None
    if word == "pair":
        counted = t.low[i - 1] == "a" and t.low[i + 1] == "of"
        return _exact(i - 1, i + 1, 2, "a pair") if counted else None
    if word == "nil":
        return _exact(i, i + 1, 0, "nil") if t.count == 1 else None
    if word == "neither":
        return _neither(t, i)
    if word == "without" and t.low[i + 1] not in _WITHOUT:
        return None
    if word in ("none", "nobody"):
        return _exact(i, i + 1, 0, word) if _is_none_counted(t, i) else None
    return _no(t, i)


def _exact(first: int, last: int, value: float, rule: str) -> Reading:
    return Reading(
        first, last, value, value, value, digits=1, rule=f"word: {rule}", form="words", number=first
    )


def _is_both_counted(t: Tokens, i: int) -> bool:
    """ "both pilots", "both of them", "both were"; not "both killed and wounded"."""
    after = t.low[i + 1]
    if t.count == 1 or after == "of" or after in ("were", "are", "have"):
        return True
    if t.kind[i + 1] != WORD or t.capital(i + 1) or after in ("the", "in", "on", "by", "a", "for"):
        return False
    k = i + 1
    while t.kind[k] == WORD and k <= i + 4 and not t.low[k].endswith("s"):
        if t.low[k] in ("men", "women", "people", "children"):
            break
        k += 1
    return t.kind[k] == WORD and k <= i + 3 and "and" not in t.low[i + 1 : k + 2]


def _is_none_counted(t: Tokens, i: int) -> bool:
    after = t.low[i + 1]
    if t.count == 1:
        return True
    if after == "of":
        return t.low[i + 2] in ("the", "them", "those", "these", "its", "their", "whom", "our")
    return bool(_LIFE_EVENTS & set(t.low[i + 1 : i + 4]))


def _neither(t: Tokens, i: int) -> Reading | None:
    """ "neither pilot survived" is none of two; "neither ... nor" says no number."""
    begin, end = t.sentence(i)
    counted = t.kind[i + 1] == WORD and (t.low[i + 1] == "of" or t.low[i + 2] in _NEITHER_VERBS)
    if not counted or "nor" in t.low[max(begin, i) : min(end, i + 40)]:
        return None
    return _exact(i, i + 1, 0, "neither")


_NEITHER_VERBS = bag("was were has had survived died is are did") | _LIFE_EVENTS


def _no(t: Tokens, i: int) -> Reading | None:
    """ "no casualties", "no one was killed", "not a single soldier" is read elsewhere."""
    if t.low[i + 1] == "one":
        events = [k for k in range(i + 2, i + 5) if t.low[k] in _LIFE_EVENTS]
        return _exact(i, events[0] + 1, 0, "no one") if events else None
    k = i + 1
    while t.low[k] in _ZERO_ADJECTIVES and k < i + 4:
        k += 1
    if t.low[k] not in _ZERO_NOUNS:
        return None
    if t.low[k] in ("loss", "people") and t.low[k + 1] not in ("of", *_LIFE_EVENTS, "were", "was"):
        return None
    return _exact(i, k + 1, 0, "no")


def _from_vague(t: Tokens, v: Vague, last: int) -> Reading:
    reading = Reading(
        max(v.first, last), v.last, v.lower, v.upper, v.nominal, "vague", rule=v.rule, form="vague",
        number=v.first,
    )  # fmt: skip
    k = v.last
    before = currency_before(t, reading.first)
    if before is not None and before.place >= last:
        reading.unit, reading.first = before.name, before.place
    for start in (k, k + 1) if t.low[k] == "of" else (k,):
        after = unit_after(t, start, words=True, plural=True)
        if after is not None:
            reading.unit, reading.last = after.name, after.place
            break
    if v.rule == "vague: decade" and t.low[v.first - 1] in ("his", "her", "their", "my"):
        reading.unit = "age"
    return reading


def is_time(unit: str) -> bool:
    """Whether a unit is one of time.

    >>> is_time("week"), is_time("percent")
    (True, False)
    """
    return unit in _TIMES


_TIMES = frozenset(TIME_UNITS.values())
