"""Stage 5, behind hedges: bounds on both sides, shares of a total, products, corrections."""

from __future__ import annotations

from math import inf

from reconcile.language.phrase.merging import as_range, gaps, merged, shared_unit
from reconcile.language.phrase.quantities import NUMERIC_WORDS
from reconcile.language.phrase.ranges import FROM, is_change
from reconcile.language.phrase.readings import Reading
from reconcile.language.phrase.special import MULTIPLES
from reconcile.language.phrase.tokens import NUMBER, WORD, Tokens


def compose(t: Tokens, readings: list[Reading]) -> list[Reading]:
    """Merge hedged numbers: two-sided bounds, shares of a total, products, corrections."""
    return merged(
        t,
        readings,
        (
            _odd_scale,
            _all_but,
            _share_of,
            _multiple_of,
            _to_ceiling,
            _product,
            _plus_to,
            _two_sided,
            _hull,
            _correction,
            _blurred,
        ),
    )


# ---------------------------------------------------------------- hedged numbers


def _is_floor(r: Reading) -> bool:
    return r.kind in ("at_least", "more_than")


def _is_ceiling(r: Reading) -> bool:
    return r.kind in ("at_most", "less_than")


_AND = frozenset({("and",), ("but",), (",", "but"), (",", "and"), ("yet",), (",",), ("or",)})

_POSSIBLY = frozenset({"possibly", "perhaps", "maybe", "potentially", "probably", "likely", "even"})


def _plus_to(t: Tokens, a: Reading, b: Reading, gap: tuple[str, ...]) -> Reading | None:
    """ "100+ to 150": the plus is closed by the second number."""
    plus = a.kind == "at_least" and t.low[a.last - 1] in ("+", "plus") and b.kind == "exact"
    linked = gap in (("to",), ("-",), ("–",)) and shared_unit(a, b) is not None
    if not (plus and linked) or a.lower >= b.upper:
        return None
    unit = shared_unit(a, b) or a.unit
    rule = as_range("range: plus to")
    return a._replace(last=b.last, upper=b.upper, upper_open=False, nominal=None, unit=unit, **rule)


def _two_sided(t: Tokens, a: Reading, b: Reading, gap: tuple[str, ...]) -> Reading | None:
    """ "more than 1,000 but fewer than 1,500"; "at least 10, perhaps as many as 15"."""
    nor = gap == () and ": nor " in b.rule
    if shared_unit(a, b) is None or not (_links(gap) or nor):
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
        unit=shared_unit(a, b) or a.unit,
        rule="range: two bounds",
        form="range",
    )


def _links(gap: tuple[str, ...]) -> bool:
    """Whether words between two numbers only join them."""
    words = tuple(word for word in gap if word not in _POSSIBLY)
    return words in _AND or (not words and bool(gap))


_OF_ALL = gaps("""
    of; of the; of those; of these; of all; of its; of their; of all the; of his; of our; the
    of her; of the original; of the total; of the other; of some
""")

_CEILING_LINKS = gaps("""
    to; or; , or; to perhaps; or perhaps; , or perhaps; and; , perhaps; , possibly; to possibly
    or possibly; , or even; or even; , and; , maybe; and perhaps; and possibly; , and possibly; up
""")


def _to_ceiling(t: Tokens, a: Reading, b: Reading, gap: tuple[str, ...]) -> Reading | None:
    """ "20 to as many as 30", "between 20 and as many as 30", "10, or as many as 15"."""
    if gap not in _CEILING_LINKS or a.kind != "exact" or b.kind != "at_most" or b.nominal is None:
        return None
    opened = t.low[a.first - 1] if a.first else ""
    said = ("as many as" in b.rule, "as much as" in b.rule, "up to" in b.rule)
    between = gap in (("and",), ("to",)) and opened in FROM
    if not (between or (any(said) and gap[-1] != "and")) or a.lower >= b.upper:
        return None
    unit = shared_unit(a, b)
    if unit is None or (opened == "from" and is_change(t, a.first - 1)):
        return None
    return a._replace(
        first=a.first - 1 if opened in FROM else a.first,
        last=b.last,
        upper=b.upper,
        nominal=None,
        unit=unit,
        **as_range(f"range: {' '.join(gap)} as many as"),
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


def with_exceptions(t: Tokens, readings: list[Reading]) -> list[Reading]:
    """The two of "all but two were freed": the number that they are out of is not told here."""
    return [
        r._replace(trap="exception of a number that is not told")
        if r.unit == "count" and t.low[max(0, r.first - 2) : r.first] in _ALL_BUT
        else r
        for r in readings
    ]


EXCEPTING = frozenset({"but", "except", "bar"})
"""The words right before a number that `with_exceptions` looks at."""
_ALL_BUT = tuple([one, but] for one in ("all", "everyone", "everybody") for but in EXCEPTING)


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


def _multiple_of(t: Tokens, a: Reading, b: Reading, gap: tuple[str, ...]) -> Reading | None:
    """ "double the 150", "three times the 40 of last year"."""
    timed = a.unit == "time" and gap == ("the",) and t.low[a.last - 1] in _TIMES
    return _product_of(a, b, _MULTIPLE) if timed and b.unit != "fraction" else None


_TIMES = MULTIPLES.keys() | {"times"}
_MULTIPLE = "multiple"
MULTIPLE = f"arithmetic: {_MULTIPLE}"
"""The rule of so many times a number that belongs to another time."""


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


_IF_NOT = gaps("""
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
    if not linked or not plain or shared_unit(a, b) is None or a.lower >= b.upper:
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
        unit=shared_unit(a, b) or a.unit,
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
    if {a.kind, b.kind} - {"approx", "exact"} or shared_unit(a, b) is None or a.lower >= b.upper:
        return None
    return _up_to(a, b, "range", "range: approximate ends")
