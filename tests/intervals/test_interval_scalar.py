"""One interval: making it, sets with open ends, equality, misuse made loud, text, copies."""

from __future__ import annotations

import copy
import itertools
import pickle
import subprocess
import sys
from decimal import Decimal
from fractions import Fraction
from math import inf, nan

import numpy as np
import pytest
from hypothesis import given

from reconcile import strategies
from reconcile.errors import IntervalError, IntervalOrderError
from reconcile.intervals import Interval

_CLOSED = ("both", "left", "right", "neither")
_SMALL = [Interval.empty(), Interval.entire()] + [
    Interval(a, b, closed)
    for a, b in itertools.combinations((-inf, 0, 1, 2, inf), 2)
    for closed in _CLOSED
]
_SMALL += [Interval(a, a) for a in (0, 1, 2)]
# Ends are whole, so quarters tell all these sets apart, and eighths lie between quarters.
_QUARTERS = [i / 4 for i in range(-8, 17)]
_EIGHTHS = [i / 8 for i in range(-17, 34)]


def _members(x: Interval, grid: list[float]) -> set[float]:
    return {number for number in grid if number in x}


@pytest.mark.parametrize(
    ("bounds", "message"),
    [
        ((3, 1), "swap them"),
        ((nan, 1), "numbers as bounds"),
        ((1, nan), "numbers as bounds"),
        ((inf, inf), "number between"),
        ((-inf, -inf), "number between"),
        ((1, 1, "left"), "number between"),
        ((1, 2, "open"), "'both', 'left', 'right', 'neither'"),
        (("1", "2"), "from_text"),
        ((None, 2), "got None"),
        ((1 + 2j, 2), r"got \(1\+2j\)"),
    ],
)
def test_bounds_that_make_no_interval_are_refused(bounds, message):
    with pytest.raises(IntervalError, match=message):
        Interval(*bounds)


def test_the_empty_set_by_name_and_by_its_bounds():
    assert Interval(inf, -inf) == Interval.empty()
    assert Interval.empty().is_empty
    assert repr(Interval.empty()) == "Interval.empty()"


@pytest.mark.parametrize(
    ("number", "lower", "upper"),
    [
        (2**53 + 1, 2.0**53, 2.0**53 + 2),
        (Fraction(1, 3), 0.3333333333333333, 0.33333333333333337),
        (Decimal("0.1"), 0.09999999999999999, 0.1),
        (10**400, sys.float_info.max, inf),
        (-(10**400), -inf, -sys.float_info.max),
        (np.float32(0.1), float(np.float32(0.1)), float(np.float32(0.1))),
        (np.int64(7), 7.0, 7.0),
        (True, 1.0, 1.0),
    ],
)
def test_numbers_that_are_no_floats_are_rounded_outward(number, lower, upper):
    x = Interval.of(number)
    assert (x.lower, x.upper) == (lower, upper)
    assert number in x or upper == inf or lower == -inf


@pytest.mark.parametrize("a", _SMALL, ids=str)
def test_set_operations_and_relations_against_membership(a):
    for b in _SMALL:
        x, y = _members(a, _EIGHTHS), _members(b, _EIGHTHS)
        assert _members(a & b, _EIGHTHS) == x & y, b
        assert a.issubset(b) == (x <= y), b
        assert a.isdisjoint(b) == (not x & y), b
        assert (a == b) == (x == y), b
        assert a.precedes(b) == all(p <= q for p in x for q in y), b
        assert a.strict_precedes(b) == all(p < q for p in x for q in y), b
        union = x | y
        assert _members(a | b, _EIGHTHS) == {
            p for p in _EIGHTHS if union and min(union) <= p <= max(union)
        }, b


@pytest.mark.parametrize("a", [x for x in _SMALL if x.is_bounded and not x.is_empty], ids=str)
def test_orders_and_interior_against_their_definitions(a):
    for b in (x for x in _SMALL if x.is_bounded and not x.is_empty):
        coarse = _members(a, _QUARTERS), _members(b, _QUARTERS)
        fine = _members(a, _EIGHTHS), _members(b, _EIGHTHS)
        assert a.less(b) == (
            all(any(p <= q for q in fine[1]) for p in coarse[0])
            and all(any(p <= q for p in fine[0]) for q in coarse[1])
        ), b
        assert a.strict_less(b) == (
            all(any(p < q for q in fine[1]) for p in coarse[0])
            and all(any(p < q for p in fine[0]) for q in coarse[1])
        ), b
        inside = {p for p in _EIGHTHS if {p - 1 / 8, p + 1 / 8} <= fine[1]}
        assert a.interior(b) == (coarse[0] <= inside), b


@given(strategies.intervals(closed=None), strategies.intervals(closed=None))
def test_lattice_laws(a, b):
    assert a & b == b & a
    assert a | b == b | a
    assert a & (a | b) == a
    assert a | (a & b) == a
    assert (a & b).issubset(a)
    assert a.issubset(a | b)
    assert a.issubset(b) == (a & b == a) == (a | b == b)


@given(strategies.intervals(closed=None))
def test_equality_hash_and_copies_go_together(a):
    for other in (copy.copy(a), copy.deepcopy(a), pickle.loads(pickle.dumps(a))):
        assert other == a
        assert hash(other) == hash(a)
        assert (other.lower, other.upper, other.closed) == (a.lower, a.upper, a.closed)


def test_equality_is_of_sets():
    assert Interval(0, inf, "both") == Interval(0, inf, "left")
    assert hash(Interval(0, inf, "both")) == hash(Interval(0, inf, "left"))
    assert Interval(0, 1) != Interval(0, 1, "left")
    assert Interval(-0.0, 1) == Interval(0.0, 1)
    assert Interval(1, 1) != 1
    assert len({Interval(0, 1), Interval(0.0, 1.0), Interval(0, 2)}) == 2


@pytest.mark.parametrize(
    "compare", [lambda a, b: a < b, lambda a, b: a >= b, lambda a, b: sorted([a, b])]
)
def test_there_is_no_order_without_a_name(compare):
    with pytest.raises(TypeError, match="precedes") as caught:
        compare(Interval(1, 2), Interval(3, 4))
    assert isinstance(caught.value, IntervalOrderError)
    with pytest.raises(IntervalOrderError, match="truth"):
        bool(Interval(1, 2))


def test_an_interval_cannot_be_changed():
    x = Interval(1, 2)
    with pytest.raises(AttributeError, match="lower"):
        x.lower = 5.0
    with pytest.raises(AttributeError, match="upper"):
        del x.upper
    with pytest.raises(AttributeError):
        x.note = "new"
    assert x == Interval(1, 2)


@pytest.mark.parametrize(
    ("number", "inside"),
    [
        (1, True),
        (Fraction(3, 2), True),
        (2, False),
        (Decimal("1.999"), True),
        (nan, False),
        (inf, False),
    ],
)
def test_membership(number, inside):
    assert (number in Interval(1, 2, "left")) is inside


def test_membership_of_something_else_is_refused():
    with pytest.raises(IntervalError, match="issubset"):
        Interval(1, 2) in Interval(0, 3)  # noqa: B015


def test_numbers_of_an_interval():
    x = Interval(-2, 5)
    assert (x.midpoint, x.width, x.radius, x.magnitude, x.mignitude) == (1.5, 7.0, 3.5, 5.0, 0.0)
    empty = Interval.empty()
    assert all(np.isnan([empty.midpoint, empty.width, empty.radius, empty.magnitude]))
    assert Interval(1, inf).midpoint == sys.float_info.max
    assert not Interval(1, inf).is_bounded


def test_arithmetic_takes_the_closure_and_numbers():
    x = Interval(1, 2, "neither")
    assert x + 1 == 1 + x == Interval(2, 3)
    assert 3 - x == Interval(1, 2)
    assert x * -2 == -2 * x == Interval(-4, -2)
    assert 1 / x == Interval(0.5, 1)
    assert x**-2 == Interval(0.25, 1)
    assert abs(Interval(-3, 1)) == Interval(0, 3)
    assert +x == Interval(1, 2)
    assert np.exp(Interval(0, 0)) == Interval(1, 1)
    assert np.float64(2) * x == Interval(2, 4)


@pytest.mark.parametrize("other", ["1", None, [1], 1j])
def test_arithmetic_with_something_else_is_a_type_error(other):
    with pytest.raises(TypeError):
        Interval(1, 2) + other
    with pytest.raises(TypeError):
        other / Interval(1, 2)
    with pytest.raises(TypeError):
        Interval(1, 2) ** 0.5


def test_arithmetic_with_nan_is_refused():
    with pytest.raises(IntervalError, match="numbers"):
        Interval(1, 2) + nan


def test_making_one_loads_no_third_party_package():
    code = (
        "import sys; from reconcile.intervals import Interval; Interval(1, 2).exp(); "
        "print(sorted({'numpy', 'pandas', 'scipy'} & set(sys.modules)))"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "[]"
