"""Stage 5, before hedges: two plain numbers that are one: ranges, tolerances, ratios."""

from __future__ import annotations

from reconcile.language.phrase.merging import as_range, gaps, merged, shared_unit
from reconcile.language.phrase.number_words import bag
from reconcile.language.phrase.readings import Reading
from reconcile.language.phrase.tokens import NUMBER, WORD, Tokens
from reconcile.language.phrase.units import unit_after

_DASHES = frozenset({"-", "–", "—", "‑", "‐", "−", "~", "--"})

FROM = frozenset({"between", "from"})

_FREE = frozenset({"anywhere", "somewhere", "anything", "something"})

_CHANGES = bag("""
    rose rise rises risen rising fell fall falls fallen falling increase increased increases
    increasing decrease decreased decreases decreasing grew grow grows grown growing dropped
    drop drops dropping climbed climb climbs climbing jumped jump jumps jumping surged surge
    surges surging cut cuts cutting raised raise raises raising lowered lower lowers lowering
    reduced reduce reduces reducing declined decline declines declining up down slipped slip
    slipping plunged plunge plunging went gone going expanded expand expanding shrank shrink
    shrinking doubled tripled trebled quadrupled halved widened narrowed rebounded soared soaring
    slid revised upgraded
    downgraded changed moved swelled dwindled ballooned accelerated slowed improved extended
    weakened weakens strengthened strengthens firmed eased eases dipped sank rallied tumbled
    plummeted
    inched edged ticked crept trimmed pared gained gains shed sheds jumps
    hike hiked boost boosted swung swing corrected amended adjusted updated restated
""")

_RATIO_BASES = frozenset({3.0, 4.0, 5.0, 10.0, 100.0, 1000.0})

_MOST_EQUAL_PARTS = 12  # nobody says a share as so many out of 44


def join_ranges(t: Tokens, readings: list[Reading]) -> list[Reading]:
    """Merge numbers that stand side by side as one: "six to eight thousand", "1,200 ± 10%"."""
    return merged(t, readings, (_tolerance, _ratio, _over, _or_two, _said_twice, _range))


def _range(t: Tokens, a: Reading, b: Reading, gap: tuple[str, ...]) -> Reading | None:
    """ "10 to 12", "10-12,000", "between a dozen and two dozen", "two or three"."""
    if not gap or a.kind != "exact" or b.kind != "exact" or a.form == "range" or "\n" in gap:
        return None
    opened = t.low[a.first - 1] if a.first else ""
    if not _is_range_link(t, a, b, gap, opened):
        return None
    unit = shared_unit(a, b)
    if a.unit == b.unit == "fraction" and b.upper < a.lower and gap == ("to",) and opened != "from":
        a, b = a._replace(lower=b.lower), b._replace(upper=a.upper)  # "a third to a fourth"
    lower = _with_shared_scale(t, a, b)
    if unit is None or lower >= b.upper:
        return None
    if gap == ("or",) and (lower <= 0 or b.upper > 2.5 * lower or _is_either(t, a)):
        return None
    first, words = a.first, " ".join(gap)
    if opened in FROM:
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
        **as_range(f"range: {words}"),
    )


def _or_two(t: Tokens, a: Reading, b: Reading, gap: tuple[str, ...]) -> Reading | None:
    """ "a dozen or two", "a hundred or two": once or twice the scale."""
    once = bool(a.shares) and a.shares[0][0] == 1 and t.low[a.first] in ("a", "an")
    if gap != ("or",) or b.lower not in (2, 3) or b.last != b.first + 1 or b.unit != "count":
        return None
    if not once or a.kind != "exact":
        return None
    most = b.lower * a.lower
    return a._replace(upper=most, nominal=None, last=b.last, **as_range("range: or so many"))


def _said_twice(t: Tokens, a: Reading, b: Reading, gap: tuple[str, ...]) -> Reading | None:
    """ "19 (nineteen)", "fifteen (15)": one number in digits and in words."""
    same = a.kind == b.kind == "exact" and a.lower == b.lower
    if gap != ("(",) or t.low[b.last] != ")" or not same or a.form == b.form:
        return None
    unit, last = shared_unit(a, b), b.last + 1
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
            return not is_change(t, a.first - 1)
        if heads_change(t, a.first):
            return False
        leap = opened == "by" and b.upper > _LEAP * a.lower
        return not (leap or (_is_step(a, b) and is_change(t, a.first)))
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


def is_change(t: Tokens, i: int) -> bool:
    """ "rose from 30 to 35": a before and an after, not a range."""
    return any(word in _CHANGES for word in t.low[max(0, i - 5) : i])


REVISING = bag("""
    revised revising revises revision corrected corrects correcting correction lowered lowers
    lowering raised raises updated updates amended amends upgraded downgraded cut changed adjusted
    restated restates
""")
UP_OR_DOWN = bag("up down upward upwards downward downwards")
_FORECASTS = bag("""
    forecast forecasts estimate estimates estimated expected outlook projection projected range
    prediction predicted between
""")


def heads_change(t: Tokens, first: int) -> bool:
    """Whether a heading before token `first` tells of a before and an after: "Toll revised: "."""
    sign = t.low[first - 1] if first else ""
    begin = t.sentence(first)[0] if first else 0
    if t.low[begin] in _CORRECTIONS and t.low[begin + 1] == ":" and first - begin <= _HEADING:
        return True  # "Correction: deaths 31 to 38"
    if sign not in _HEADING_SIGNS:
        return sign in _RESTATED
    before = t.low[max(0, first - 1 - _HEADING) : first - 1]
    said = [word for word in before if word not in UP_OR_DOWN]
    said = said[-1:] if sign != ":" else before
    changed = any(word in REVISING or (sign == ":" and word in _CHANGES) for word in said)
    return changed and _FORECASTS.isdisjoint(before)


_RESTATED = bag("revised corrected amended adjusted restated")
_CORRECTIONS = _RESTATED | {"correction", "revision"}
_HEADING_SIGNS = frozenset({":", ",", "-", "–", "—", ")"})
_HEADING = 5  # tokens


def _is_step(a: Reading, b: Reading) -> bool:
    """Two numbers that can be a change and the level it led to: "up 3 points to 40 points"."""
    return a.unit != "count" or bool(a.shares) or (b.unit == "count" and b.upper > 2 * a.lower)


def _is_either(t: Tokens, a: Reading) -> bool:
    return "either" in t.low[max(0, a.first - 2) : a.first]


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


_TOLERANCES = gaps("±; +/-; + / -; plus or minus; give or take")


def _tolerance(t: Tokens, a: Reading, b: Reading, gap: tuple[str, ...]) -> Reading | None:
    """ "300 ± 20", "300 (± 20)", "1,200 ± 10%", "300 give or take 20"."""
    bracket = gap[:1] == ("(",) and t.low[b.last] == ")"
    if (gap[1:] if bracket else gap) not in _TOLERANCES:
        return None
    if a.kind != "exact" or b.kind != "exact" or b.lower < 0:
        return None
    relative = b.unit == "percent" and a.unit != "percent"
    half = abs(a.lower) * b.upper / 100 if relative else b.upper
    return a._replace(
        last=b.last + bracket,
        lower=a.lower - half,
        upper=a.upper + half,
        nominal=a.lower,
        unit=a.unit if relative else (shared_unit(a, b) or a.unit),
        **as_range("range: tolerance"),
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
