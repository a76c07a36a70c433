"""Laws of interval arithmetic, on single intervals, against exact rationals and many digits."""

from __future__ import annotations

from fractions import Fraction
from math import inf

import mpmath
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from interval_oracles import PRECISE, ceiling, floor

from reconcile import intervals as iv
from reconcile import strategies
from reconcile.intervals import Interval

_UNARY = [
    iv.neg,
    iv.recip,
    iv.sqr,
    iv.sqrt,
    iv.absolute,
    iv.exp,
    iv.exp2,
    iv.log,
    iv.log2,
    iv.log10,
]
_BINARY = [iv.add, iv.sub, iv.mul, iv.div, iv.minimum, iv.maximum, iv.intersection, iv.convex_hull]
_EXACT = {
    "add": lambda a, b: a + b,
    "sub": lambda a, b: a - b,
    "mul": lambda a, b: a * b,
    "div": lambda a, b: a / b,
    "minimum": min,
    "maximum": max,
}


def _holds(x: Interval, value: Fraction) -> bool:
    return x.lower <= value <= x.upper


@pytest.mark.parametrize("name", _EXACT)
@given(data=st.data())
def test_results_hold_every_exact_value(name, data):
    kinds = strategies.intervals(allow_empty=False)
    x, y = data.draw(kinds), data.draw(kinds)
    a, b = (Fraction(data.draw(strategies.members(part))) for part in (x, y))
    assume(name != "div" or b != 0)
    assert _holds(getattr(iv, name)(x, y), _EXACT[name](a, b))


@given(strategies.intervals(allow_empty=False, allow_unbounded=False), st.data())
def test_squares_roots_and_powers_hold_every_exact_value(x, data):
    a = Fraction(data.draw(strategies.members(x)))
    n = data.draw(st.integers(-6, 9))
    assert _holds(iv.sqr(x), a * a)
    if a or n >= 0:
        assert _holds(iv.pown(x, n), a**n)
    if a >= 0:
        root = iv.sqrt(x)
        assert Fraction(root.lower) ** 2 <= a <= Fraction(root.upper) ** 2


@pytest.mark.parametrize("name", PRECISE)
@given(data=st.data())
@settings(deadline=None)
def test_elementary_functions_hold_many_digits(name, data):
    bound = 2000.0 if name.startswith("exp") else 1e308
    x = data.draw(strategies.intervals(-bound, bound, allow_empty=False))
    a = data.draw(strategies.members(x))
    assume(name.startswith("exp") or a > 0)
    result = getattr(iv, name)(x)
    with mpmath.workprec(200):
        value = PRECISE[name](mpmath.mpf(a))
        slack = abs(value) * mpmath.mpf(2) ** -190
        assert mpmath.mpf(result.lower) <= value + slack
        assert result.upper == inf or value - slack <= mpmath.mpf(result.upper)


@given(
    strategies.intervals(allow_empty=False, allow_unbounded=False),
    strategies.intervals(allow_empty=False, allow_unbounded=False),
)
def test_arithmetic_is_the_tightest(x, y):
    corners = [Fraction(a) * Fraction(b) for a in (x.lower, x.upper) for b in (y.lower, y.upper)]
    assert x + y == Interval(
        floor(Fraction(x.lower) + Fraction(y.lower)), ceiling(Fraction(x.upper) + Fraction(y.upper))
    )
    assert x - y == Interval(
        floor(Fraction(x.lower) - Fraction(y.upper)), ceiling(Fraction(x.upper) - Fraction(y.lower))
    )
    assert x * y == Interval(floor(min(corners)), ceiling(max(corners)))
    if 0 not in y:
        corners = [
            Fraction(a) / Fraction(b) for a in (x.lower, x.upper) for b in (y.lower, y.upper)
        ]
        assert x / y == Interval(floor(min(corners)), ceiling(max(corners)))


@pytest.mark.parametrize("function", _UNARY, ids=lambda f: f.__name__)
@given(pair=strategies.interval_pairs())
@settings(deadline=None)
def test_a_part_gives_a_part(function, pair):
    part, whole = pair
    assert function(part).issubset(function(whole))


@pytest.mark.parametrize("function", _BINARY, ids=lambda f: f.__name__)
@given(first=strategies.interval_pairs(), second=strategies.interval_pairs())
def test_parts_give_a_part(function, first, second):
    if function is iv.convex_hull:
        assume(not first[0].is_empty and not second[0].is_empty)
    assert function(first[0], second[0]).issubset(function(first[1], second[1]))


@given(pair=strategies.interval_pairs(), n=st.integers(-7, 9))
def test_a_part_has_a_part_of_the_powers(pair, n):
    assert iv.pown(pair[0], n).issubset(iv.pown(pair[1], n))


@given(strategies.intervals(), strategies.intervals())
def test_commutative_operations(x, y):
    for function in (iv.add, iv.mul, iv.minimum, iv.maximum):
        assert function(x, y) == function(y, x)


@given(
    *[
        strategies.intervals(-1e6, 1e6, allow_subnormal=False).map(
            lambda x: x if x.is_empty else Interval(round(x.lower), round(x.upper))
        )
        for _ in range(3)
    ]
)
def test_sub_distributivity_where_nothing_is_rounded(x, y, z):
    assert (x * (y + z)).issubset(x * y + x * z)
    assert (x + y) + z == x + (y + z)


@given(strategies.intervals(allow_unbounded=False), strategies.intervals(allow_unbounded=False))
def test_cancellation_undoes_an_addition(x, y):
    z = iv.cancel_minus(x + y, y)
    if x.is_empty or y.is_empty:
        assert z.is_empty
    else:
        assert x.issubset(z)
        assert iv.cancel_plus(x - y, y) == iv.cancel_minus(x - y, -y)


@given(strategies.intervals(), strategies.intervals())
def test_the_tightest_solution_of_an_addition(x, y):
    z = iv.cancel_minus(x, y)
    if not x.is_empty and not y.is_empty and z != Interval.entire():
        assert x.issubset(y + z)


@given(strategies.intervals(allow_empty=False), st.data())
def test_midpoint_and_radius_reach_around(x, data):
    a = data.draw(strategies.members(x))
    assert iv.mig(x) <= abs(a) <= iv.mag(x)
    if x.is_bounded:
        assert iv.is_member(iv.mid(x), x)
        assert Fraction(iv.mid(x)) - Fraction(iv.rad(x)) <= Fraction(a) if iv.rad(x) < inf else True
        assert iv.wid(x) == ceiling(Fraction(x.upper) - Fraction(x.lower))


@given(strategies.intervals())
def test_inverse_functions_come_back_around(x):
    assert x.issubset(iv.neg(iv.neg(x)))
    positive = iv.intersection(x, Interval(2.0**-1000, 2.0**1000))
    assert positive.issubset(iv.sqr(iv.sqrt(positive)))
    assert positive.issubset(iv.exp(iv.log(positive)))
    assert positive.issubset(iv.recip(iv.recip(positive)))
