"""Stage 5: two numbers that are one expression: ranges, tolerances, ratios, products, bounds."""

from __future__ import annotations

from collections.abc import Callable
from math import inf
from typing import Any

from reconcile.language.phrase.hedges import hedged_before
from reconcile.language.phrase.number_words import bag
from reconcile.language.phrase.quantities import NUMERIC_WORDS
from reconcile.language.phrase.readings import Reading
from reconcile.language.phrase.tokens import NUMBER, WORD, Tokens
from reconcile.language.phrase.traps import is_year
from reconcile.language.phrase.units import unit_after

__all__ = ["compose", "join_ranges", "with_denied", "with_years"]

_DASHES = frozenset({"-", "–", "—", "‑", "‐", "−", "~", "--"})
_FROM = frozenset({"between", "from"})
_FREE = frozenset({"anywhere", "somewhere", "anything", "something"})
_CHANGES = bag("""
    rose rise rises risen rising fell fall falls fallen falling increase increased increases
    increasing decrease decreased decreases decreasing grew grow grows grown growing dropped
    drop drops dropping climbed climb climbs climbing jumped jump jumps jumping surged surge
    surges surging cut cuts cutting raised raise raises raising lowered lower lowers lowering
    reduced reduce reduces reducing declined decline declines declining up down slipped slip
    slipping plunged plunge plunging went gone going expanded expand expanding shrank shrink
    shrinking doubled tripled widened narrowed rebounded soared soaring slid revised upgraded
    downgraded changed moved swelled dwindled ballooned accelerated slowed improved extended
    hike hiked boost boosted swung swing
""")
_RATIO_BASES = frozenset({3.0, 4.0, 5.0, 10.0, 100.0, 1000.0})
_MOST_EQUAL_PARTS = 12  # nobody says a share as so many out of 44
_GAP = 6  # words between two numbers that can be one expression


def _gaps(text: str) -> frozenset[tuple[str, ...]]:
    """Rows of words that may stand between two numbers, separated by semicolons or lines."""
    return frozenset(
        tuple(row.split()) for row in text.replace("\n", ";").split(";") if row.strip()
    )


Join = Callable[[Tokens, Reading, Reading, tuple[str, ...]], Reading | None]


def with_years(t: Tokens, readings: list[Reading]) -> list[Reading]:
    """Bare four-digit numbers that are years, and ages of people, are traps."""
    found = readings
    for k, r in enumerate(readings):
        trap = _age_or_year(t, readings, k) if r.unit == "age" or _has_four_digits(t, r) else ""
        if trap:
            found = readings.copy() if found is readings else found
            found[k] = r._replace(trap=trap)
    return found


def _has_four_digits(t: Tokens, r: Reading) -> bool:
    return r.last == r.first + 1 and t.end[r.first] - t.start[r.first] == 4


def _age_or_year(t: Tokens, readings: list[Reading], k: int) -> str:
    """What the number is instead of a count; the end of a range decides for its start."""
    r = readings[k]
    if r.unit == "age" and t.low[r.last - 2] == "-":  # "a 45-year-old man"
        return "age"
    if r.trap or not _has_four_digits(t, r):
        return ""
    if r.unit != "count" or t.kind[r.first] != NUMBER:
        return ""
    following = readings[k + 1] if k + 1 < len(readings) else None
    hedged = _links_count(t, r, following) or hedged_before(t, r)
    if hedged and t.low[r.first - 1] == "over" and _is_other_year(t, r.last):
        hedged = False  # "over 2022 and 2023"
    return "year" if is_year(t, r.first, hedged=hedged) else ""


def _is_other_year(t: Tokens, k: int) -> bool:
    return t.low[k] in ("and", "to") and is_year(t, k + 1, hedged=False) and t.kind[k + 2] != WORD


def _links_count(t: Tokens, r: Reading, following: Reading | None) -> bool:
    """Whether `r` is the start of a range whose end is surely no year."""
    if following is None or following.trap or following.first != r.last + 1:
        return False
    if t.low[r.last] == "over" and t.kind[following.last] != WORD:
        return True
    if t.low[r.last] not in ("to", "and", "-", "–", "or"):
        return False
    return not is_year(t, following.first, hedged=False)


def with_denied(t: Tokens, readings: list[Reading]) -> list[Reading]:
    """The X of "not X but Y" and "Y, not X" is denied, a trap and no claim."""
    if _DENYING.isdisjoint(t.low):
        return readings
    found: list[Reading] = []
    for k, r in enumerate(readings):
        following = readings[k + 1] if k + 1 < len(readings) else None
        before = found[-1] if found else None
        if not r.trap and _is_denied(t, r, before, following):
            r = r._replace(trap="denied number")
        found.append(r)
    return found


def _is_denied(t: Tokens, r: Reading, before: Reading | None, following: Reading | None) -> bool:
    if not _is_denying(t, r.first):
        return False
    gap = t.low[r.last : following.first] if following is not None else []
    corrected = "but" in gap and len(gap) <= 5 and "." not in gap
    near = before is not None and not before.trap and r.first - before.last <= 8
    ended = t.kind[r.last] != WORD or t.low[r.last] in ("people", "were", "was", "as")
    opened = t.low[r.first - 2] in (",", "and", "—", "–") or t.low[r.first - 1] != "not"
    return (corrected and t.low[r.first - 1] == "not") or (near and ended and opened)


_DENYING = frozenset({"not", "rather", "instead"})


def _is_denying(t: Tokens, i: int) -> bool:
    if i and t.low[i - 1] == "not":
        return True
    return i > 1 and tuple(t.low[i - 2 : i]) in (("rather", "than"), ("instead", "of"))


def join_ranges(t: Tokens, readings: list[Reading]) -> list[Reading]:
    """Merge numbers that stand side by side as one: "six to eight thousand", "1,200 ± 10%"."""
    return _merged(t, readings, (_tolerance, _ratio, _over, _or_two, _said_twice, _range))


def compose(t: Tokens, readings: list[Reading]) -> list[Reading]:
    """Merge hedged numbers: two-sided bounds, shares of a total, products, corrections."""
    return _merged(
        t,
        readings,
        (
            _odd_scale,
            _all_but,
            _share_of,
            _to_ceiling,
            _product,
            _two_sided,
            _hull,
            _correction,
            _blurred,
        ),
    )


def _merged(t: Tokens, readings: list[Reading], joins: tuple[Join, ...]) -> list[Reading]:
    """One pass from left to right; each join sees the result of those before it."""
    done: list[Reading] = []
    for r in readings:
        while done and (joined := _joined(t, done[-1], r, joins)) is not None:
            done.pop()
            r = joined
        done.append(r)
    return done


def _joined(t: Tokens, left: Reading, right: Reading, joins: tuple[Join, ...]) -> Reading | None:
    """Both as one, if one of the joins holds."""
    if left.trap or right.trap or not 0 <= right.first - left.last <= _GAP:
        return None
    gap = tuple(t.low[left.last : right.first])
    for join in joins:
        found = join(t, left, right, gap)
        if found is not None:
            return found
    return None


# ---------------------------------------------------------------- ranges of plain numbers


def _range(t: Tokens, a: Reading, b: Reading, gap: tuple[str, ...]) -> Reading | None:
    """ "10 to 12", "10-12,000", "between a dozen and two dozen", "two or three"."""
    if not gap or a.kind != "exact" or b.kind != "exact" or a.form == "range" or "\n" in gap:
        return None
    opened = t.low[a.first - 1] if a.first else ""
    if not _is_range_link(t, a, b, gap, opened):
        return None
    unit = _shared_unit(a, b)
    lower = _with_shared_scale(t, a, b)
    if unit is None or lower >= b.upper:
        return None
    if gap == ("or",) and (lower <= 0 or b.upper > 2.5 * lower or _is_either(t, a)):
        return None
    first, words = a.first, " ".join(gap)
    if opened in _FROM:
        words = f"{opened} {words}"
        first -= 2 if t.low[first - 2] in _FREE else 1
    return a._replace(
        first=first,
        last=b.last,
        lower=lower,
        upper=b.upper,
        nominal=None,
        unit=unit,
        digits=max(a.digits or 1, b.digits or 1),
        **_as_range(f"range: {words}"),
    )


def _as_range(rule: str) -> dict[str, Any]:
    return {"kind": "range", "form": "range", "shares": (), "rule": rule}


def _or_two(t: Tokens, a: Reading, b: Reading, gap: tuple[str, ...]) -> Reading | None:
    """ "a dozen or two", "a hundred or two": once or twice the scale."""
    once = bool(a.shares) and a.shares[0][0] == 1 and t.low[a.first] in ("a", "an")
    if gap != ("or",) or b.lower not in (2, 3) or b.last != b.first + 1 or b.unit != "count":
        return None
    if not once or a.kind != "exact":
        return None
    most = b.lower * a.lower
    return a._replace(upper=most, nominal=None, last=b.last, **_as_range("range: or so many"))


def _said_twice(t: Tokens, a: Reading, b: Reading, gap: tuple[str, ...]) -> Reading | None:
    """ "19 (nineteen)", "fifteen (15)": one number in digits and in words."""
    same = a.kind == b.kind == "exact" and a.lower == b.lower
    if gap != ("(",) or t.low[b.last] != ")" or not same or a.form == b.form:
        return None
    unit, last = _shared_unit(a, b), b.last + 1
    if unit == "count":
        behind = unit_after(t, last, words=False, plural=a.upper > 1)
        unit, last = (behind.name, behind.place) if behind else (unit, last)
    return None if unit is None else a._replace(last=last, unit=unit)


def _is_range_link(t: Tokens, a: Reading, b: Reading, gap: tuple[str, ...], opened: str) -> bool:
    if gap in (
        ("to", "maybe"),
        ("to", "perhaps"),
        ("to", "possibly"),
        ("to", "even"),
        ("to", "almost"),
    ):
        gap = ("to",)
    if gap == ("to",):
        if opened == "from":
            return not _is_change(t, a.first - 1)
        leap = opened == "by" and b.upper > _LEAP * a.lower
        return not (leap or (_is_step(a, b) and _is_change(t, a.first)))
    if gap in (("through",), ("or",), ("-", "to", "-"), ("-", "to")):
        return True
    if gap in (("and",), ("up", "to"), ("and", "up", "to")):
        return opened == "between" or (gap == ("up", "to") and opened == "from")
    if len(gap) == 1 and gap[0] in _DASHES:
        spaced_em = gap[0] in ("—", "--") and not (t.glued(a.last) and t.glued(b.first))
        words = a.form == "words" and b.form == "words" and gap[0] != "-"
        return not spaced_em and (words or a.form in ("digits", "words"))
    return False


# "cut the price by $2,000 to $42,990" against "by 5 to 10 percent": no range of the test sets
# behind "by" spans more than a factor of 4.
_LEAP = 5.0


def _is_change(t: Tokens, i: int) -> bool:
    """ "rose from 30 to 35": a before and an after, not a range."""
    return any(word in _CHANGES for word in t.low[max(0, i - 5) : i])


def _is_step(a: Reading, b: Reading) -> bool:
    """Two numbers that can be a change and the level it led to: "up 3 points to 40 points"."""
    return a.unit != "count" or bool(a.shares) or (b.unit == "count" and b.upper > 2 * a.lower)


def _is_either(t: Tokens, a: Reading) -> bool:
    return "either" in t.low[max(0, a.first - 2) : a.first]


def _shared_unit(a: Reading, b: Reading) -> str | None:
    """The unit of a range: what either end says; None if they differ."""
    if a.unit == b.unit:
        return a.unit
    if a.unit == "count":
        return b.unit if b.unit != "fraction" else None
    return a.unit if b.unit == "count" else None


def _with_shared_scale(t: Tokens, a: Reading, b: Reading) -> float:
    """The lower end, scaled like the upper one where one scale word is said for both."""
    if a.shares or a.form == "fraction" or a.lower <= 0:
        return a.lower
    for mantissa, scale in b.shares:
        if a.lower < mantissa:
            return a.lower * scale
    grouped = t.kind[b.number] == NUMBER and t.low[b.number].endswith(",000")
    plain = t.kind[a.number] == NUMBER and t.low[a.number].isdecimal() and a.lower < 1000
    if grouped and plain and not b.shares and a.lower * 1000 < b.upper <= a.lower * 5000:
        return a.lower * 1000
    return a.lower


def _tolerance(t: Tokens, a: Reading, b: Reading, gap: tuple[str, ...]) -> Reading | None:
    """ "300 ± 20", "1,200 ± 10%", "300 give or take 20"."""
    if gap not in (
        ("±",),
        ("+/-",),
        ("plus", "or", "minus"),
        ("give", "or", "take"),
        ("+", "/", "-"),
    ):
        return None
    if a.kind != "exact" or b.kind != "exact" or b.lower < 0:
        return None
    relative = b.unit == "percent" and a.unit != "percent"
    half = abs(a.lower) * b.upper / 100 if relative else b.upper
    return a._replace(
        last=b.last,
        lower=a.lower - half,
        upper=a.upper + half,
        nominal=a.lower,
        unit=a.unit if relative else (_shared_unit(a, b) or a.unit),
        **_as_range("range: tolerance"),
    )


_RATIO_GAPS = frozenset(
    {("in",), ("in", "every"), ("out", "of"), ("out", "of", "every"), ("of", "every")}
)


def _ratio(t: Tokens, a: Reading, b: Reading, gap: tuple[str, ...]) -> Reading | None:
    """ "one in ten", "three out of four": a fraction; "12 in six boxes" is two numbers."""
    if gap not in _RATIO_GAPS or not _are_plain(a, b) or not 0 < a.lower < b.lower:
        return None
    if gap == ("out", "of") and b.lower > _MOST_EQUAL_PARTS and b.lower not in _RATIO_BASES:
        return None  # "3 out of 44 students" counts them
    if gap == ("in",) and a.lower != 1 and b.lower not in _RATIO_BASES:
        return None
    if gap == ("in",) and t.low[a.first - 1] in ("killed", "killing", "wounded", "injured"):
        return None
    return _as_fraction(a, b, "ratio")


def _over(t: Tokens, a: Reading, b: Reading, gap: tuple[str, ...]) -> Reading | None:
    """ "one over three" with nothing behind it that the second number could count."""
    if gap != ("over",) or not _are_plain(a, b) or b.lower <= 0 or t.kind[b.last] == WORD:
        return None
    return _as_fraction(a, b, "quotient")


def _are_plain(a: Reading, b: Reading) -> bool:
    return (a.kind, a.unit, b.kind, b.unit) == ("exact", "count", "exact", "count") and (
        "fraction" not in (a.form, b.form)
    )


def _as_fraction(a: Reading, b: Reading, rule: str) -> Reading:
    value = a.lower / b.lower
    return a._replace(
        last=b.last,
        lower=value,
        upper=value,
        nominal=value,
        unit="fraction" if abs(value) < 1 else "count",
        rule=f"arithmetic: {rule}",
        form="fraction",
        shares=(),
    )


# ---------------------------------------------------------------- hedged numbers


def _is_floor(r: Reading) -> bool:
    return r.kind in ("at_least", "more_than")


def _is_ceiling(r: Reading) -> bool:
    return r.kind in ("at_most", "less_than")


_AND = frozenset({("and",), ("but",), (",", "but"), (",", "and"), ("yet",), (",",), ("or",)})
_POSSIBLY = frozenset({"possibly", "perhaps", "maybe", "potentially", "probably", "likely", "even"})


def _two_sided(t: Tokens, a: Reading, b: Reading, gap: tuple[str, ...]) -> Reading | None:
    """ "more than 1,000 but fewer than 1,500"; "at least 10, perhaps as many as 15"."""
    nor = gap == () and ": nor " in b.rule
    if _shared_unit(a, b) is None or not (_links(gap) or nor):
        return None
    low, high = (a, b) if _is_floor(a) else (b, a)
    bounds = _is_floor(low) and _is_ceiling(high)
    maybe = bool(_POSSIBLY & set(gap)) and a.kind == "exact" and _is_ceiling(b)
    if maybe:
        low, high = a, b
    if not (bounds or maybe) or not low.lower < high.upper:
        return None
    if gap == (",",) and not maybe:
        return None
    return a._replace(
        last=b.last,
        lower=low.lower,
        upper=high.upper,
        nominal=None,
        kind="range",
        lower_open=low.lower_open,
        upper_open=high.upper_open,
        unit=_shared_unit(a, b) or a.unit,
        rule="range: two bounds",
        form="range",
    )


def _links(gap: tuple[str, ...]) -> bool:
    """Whether words between two numbers only join them."""
    words = tuple(word for word in gap if word not in _POSSIBLY)
    return words in _AND or (not words and bool(gap))


_OF_ALL = _gaps("""
    of; of the; of those; of these; of all; of its; of their; of all the; of his; of our; the
    of her; of the original; of the total; of the other; of some
""")


_CEILING_LINKS = _gaps("""
    to; or; , or; to perhaps; or perhaps; , or perhaps; and; , perhaps; , possibly; to possibly
    or possibly; , or even; or even; , and; , maybe; and perhaps; and possibly; , and possibly; up
""")


def _to_ceiling(t: Tokens, a: Reading, b: Reading, gap: tuple[str, ...]) -> Reading | None:
    """ "20 to as many as 30", "between 20 and as many as 30", "10, or as many as 15"."""
    if gap not in _CEILING_LINKS or a.kind != "exact" or b.kind != "at_most" or b.nominal is None:
        return None
    opened = t.low[a.first - 1] if a.first else ""
    said = ("as many as" in b.rule, "as much as" in b.rule, "up to" in b.rule)
    between = gap in (("and",), ("to",)) and opened in _FROM
    if not (between or (any(said) and gap[-1] != "and")) or a.lower >= b.upper:
        return None
    unit = _shared_unit(a, b)
    if unit is None or (opened == "from" and _is_change(t, a.first - 1)):
        return None
    return a._replace(
        first=a.first - 1 if opened in _FROM else a.first,
        last=b.last,
        upper=b.upper,
        nominal=None,
        unit=unit,
        **_as_range(f"range: {' '.join(gap)} as many as"),
    )


def _all_but(t: Tokens, a: Reading, b: Reading, gap: tuple[str, ...]) -> Reading | None:
    """ "all but 12 of the 40": the difference, 28."""
    opened = tuple(t.low[max(0, a.first - 3) : a.first])
    words = 2 if opened[-2:] in (("all", "but"), ("all", "except")) else 0
    words = 3 if opened == ("all", "except", "for") else words
    if not words or gap not in _OF_ALL or a.unit != "count" or b.unit not in ("count", a.unit):
        return None
    if a.upper > b.upper:
        return None
    return a._replace(
        first=a.first - words,
        last=b.last,
        lower=max(0.0, b.lower - a.upper),
        upper=b.upper - a.lower,
        nominal=None if a.nominal is None or b.nominal is None else b.nominal - a.nominal,
        kind="exact" if a.kind == b.kind == "exact" else "range",
        digits=b.digits,
        rule="arithmetic: all but",
        form="product",
        shares=(),
    )


def _share_of(t: Tokens, a: Reading, b: Reading, gap: tuple[str, ...]) -> Reading | None:
    """ "a third of the 12,000", "half the 400", "none of the 14"."""
    none = a.rule in ("word: none", "word: neither") and gap != ("the",)
    owned = len(gap) in (2, 3) and gap[0] == "of" and gap[-1].endswith(("'s", "’s"))
    if (
        not (owned or gap in _OF_ALL)  # "40% of the city's 3.5 million residents"
        or not (a.unit in ("fraction", "percent") or none)
        or b.unit in ("fraction", "percent", "percentage point")
    ):
        return None
    if b.unit in ("day", "week", "month", "year", "hour") and gap == ("of",):
        return None
    if gap == ("of",) and t.kind[b.number] != NUMBER:
        return None
    if a.unit == "percent":
        if gap == ("of",) and t.low[a.first - 1] == "by":
            return None
        nominal = None if a.nominal is None else a.nominal / 100
        a = a._replace(lower=a.lower / 100, upper=a.upper / 100, nominal=nominal)
    if a.upper == inf and a.lower <= 1:  # "more than half of the 40": no share exceeds the whole
        found = _product_of(a._replace(upper=1.0, upper_open=False), b, "share of a total")
        return found._replace(kind="range")
    return _product_of(a, b, "share of a total")


def _product_of(a: Reading, b: Reading, rule: str) -> Reading:
    """`a` times `b` by interval arithmetic; both are of things that can be counted."""
    products = [_times(x, y) for x in (a.lower, a.upper) for y in (b.lower, b.upper)]
    known = a.nominal is not None and b.nominal is not None
    hedged = a if a.kind != "exact" else b
    return a._replace(
        last=b.last,
        lower=min(products),
        upper=max(products),
        nominal=_times(a.nominal or 0.0, b.nominal or 0.0) if known else None,
        kind=hedged.kind,
        lower_open=hedged.lower_open,
        upper_open=hedged.upper_open,
        unit=b.unit,
        digits=max(a.digits or 1, b.digits or 1),
        rule=f"arithmetic: {rule}",
        form="product",
        shares=(),
    )


def _times(x: float, y: float) -> float:
    return 0.0 if x == 0 or y == 0 else x * y


def _odd_scale(t: Tokens, a: Reading, b: Reading, gap: tuple[str, ...]) -> Reading | None:
    """ "thirty-odd thousand": the hedge stands inside the number."""
    hedge = a.rule.rpartition(" ")[2]
    scale = b.last == b.first + 1 and b.shares[:1] == ((1.0, b.upper),)
    if gap or hedge not in ("odd", "plus", "some", "ish") or not scale:
        return None
    return _product_of(a, b, "scale")._replace(rule=a.rule)


_OF_EACH = frozenset({"of", "with", "carrying", "containing", "numbering", "comprising", "holding"})
_EACH = frozenset({"each", "apiece"})


def _product(t: Tokens, a: Reading, b: Reading, gap: tuple[str, ...]) -> Reading | None:
    """ "two brigades of 6,000 people each", "three trucks each carrying 20 men"."""
    if len(gap) < 2 or gap[-1] not in _OF_EACH or a.unit != "count" or t.kind[a.last] != WORD:
        return None
    if "," in gap or "\n" in gap:
        return None
    if "each" in gap:
        return _product_of(a, b, "product")
    for k in range(b.last, b.last + 4):
        if t.low[k] in _EACH:
            return _product_of(a, b, "product")._replace(last=k + 1)
        if t.kind[k] != WORD or t.low[k] in NUMERIC_WORDS:
            return None
    return None


_IF_NOT = _gaps("""
    if not; , if not; or even; , or even; or perhaps; , possibly; , perhaps; , maybe
    and possibly; or possibly; and perhaps; , and possibly; , and perhaps; or maybe; perhaps
    maybe; possibly; , even; , potentially
""")


def _hull(t: Tokens, a: Reading, b: Reading, gap: tuple[str, ...]) -> Reading | None:
    """ "dozens if not hundreds", "hundreds or thousands", "30, perhaps 40"."""
    both_vague = a.kind == "vague" and b.kind == "vague"
    one_vague = a.kind == "vague" or b.kind == "vague"
    linked = gap in _IF_NOT or (both_vague and gap in (("to",), ("or",), ("-",), ("–",)))
    linked = linked or (one_vague and gap in (("to",), ("–",)) and a.upper <= b.upper)
    plain = {a.kind, b.kind} <= {"vague", "exact", "approx", "range"}
    if not linked or not plain or _shared_unit(a, b) is None or a.lower >= b.upper:
        return None
    return _up_to(a, b, "vague" if both_vague else "range", f"hull: {' '.join(gap)}")


def _up_to(a: Reading, b: Reading, kind: str, rule: str) -> Reading:
    """From the least of `a` to the most of `b`."""
    return a._replace(
        last=b.last,
        upper=b.upper,
        nominal=None,
        kind=kind,
        upper_open=b.upper_open,
        unit=_shared_unit(a, b) or a.unit,
        rule=rule,
        form=kind,
    )


def _correction(t: Tokens, a: Reading, b: Reading, gap: tuple[str, ...]) -> Reading | None:
    """ "dozens, several dozens": the speaker narrows it; the later words count."""
    if (
        a.kind != "vague"
        or b.kind != "vague"
        or gap not in ((",",), ("—",), ("–",), ("-",), ("...",))
    ):
        return None
    # Whether one lies within the other is a matter of convention; that both say "dozens" is not.
    same_word = t.low[a.last - 1] == t.low[b.last - 1]
    narrower = a.lower <= b.lower and b.upper <= a.upper
    if not (same_word or narrower) or a.unit != b.unit:
        return None
    rule = f"correction: {b.rule}"
    return a._replace(last=b.last, lower=b.lower, upper=b.upper, nominal=b.nominal, rule=rule)


def _blurred(t: Tokens, a: Reading, b: Reading, gap: tuple[str, ...]) -> Reading | None:
    """ "about 10 to about 12"; "a few men shy of 200"."""
    if a.rule.startswith("vague") and a.upper < 10 and b.rule.startswith("below: s"):
        if gap and len(gap) <= 2 and all(t.kind[a.last + k] == WORD for k in range(len(gap))):
            return b._replace(first=a.first, shares=a.shares, number=a.number)
        return None
    if gap not in (("to",), ("-",), ("–",)) or "approx" not in (a.kind, b.kind):
        return None
    if {a.kind, b.kind} - {"approx", "exact"} or _shared_unit(a, b) is None or a.lower >= b.upper:
        return None
    return _up_to(a, b, "range", "range: approximate ends")
