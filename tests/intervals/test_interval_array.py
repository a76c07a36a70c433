"""IntervalArray: like single intervals element by element, like NumPy as an array."""

from __future__ import annotations

import copy
import pickle
import threading
import warnings
from fractions import Fraction
from math import inf, nan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from interval_oracles import awkward_bounds

from reconcile import intervals as iv
from reconcile import strategies
from reconcile.errors import IntervalError, IntervalOrderError
from reconcile.intervals import Interval, IntervalArray, Overlap
from reconcile.intervals.rounding import directed as rounding

_UNARY = ["pos", "neg", "recip", "sqr", "sqrt", "absolute", "exp", "exp2", "log", "log2", "log10"]
_BINARY = [
    *("add", "sub", "mul", "div", "minimum", "maximum", "intersection", "convex_hull"),
    *("cancel_minus", "cancel_plus"),
]
_MEASURES = [
    *("inf", "sup", "mid", "rad", "wid", "mag", "mig"),
    *("is_empty", "is_entire", "is_singleton", "is_common_interval"),
]
_RELATIONS = [
    *("equal", "subset", "interior", "less", "strict_less", "precedes", "strict_precedes"),
    *("disjoint", "overlap"),
]


def _pair(size: int, seed: int = 21) -> tuple[IntervalArray, IntervalArray]:
    rng = np.random.default_rng(seed)
    return IntervalArray(*awkward_bounds(rng, size)), IntervalArray(*awkward_bounds(rng, size))


@pytest.mark.parametrize("way", ["switched", "emulated"])
@pytest.mark.parametrize("name", [*_UNARY, *_BINARY])
def test_arrays_agree_with_single_intervals(name, way):
    if way == "switched" and not rounding.switching_works():
        pytest.skip("the rounding mode can't be set here")
    x, y = _pair(1500)
    function = getattr(iv, name)
    arguments = (x,) if name in _UNARY else (x, y)
    with rounding.using(way), iv.tightest():
        result = function(*arguments)
    singles = [function(*row) for row in zip(*(a.tolist() for a in arguments), strict=True)]
    wrong = [row for row in zip(result.tolist(), singles, strict=True) if row[0] != row[1]]
    assert wrong == []
    assert not np.signbit(result.lower[result.lower == 0]).any()
    assert not np.signbit(result.upper[result.upper == 0]).any()


@pytest.mark.parametrize("n", [-7, -4, -2, -1, 0, 1, 2, 3, 4, 8, 13, 2**21 + 1])
def test_powers_agree_with_single_intervals(n):
    x, _ = _pair(600)
    assert iv.pown(x, n).tolist() == [iv.pown(item, n) for item in x.tolist()]
    assert (x**n).tolist() == iv.pown(x, n).tolist()


@pytest.mark.parametrize("name", [*_MEASURES, *_RELATIONS])
def test_measures_and_relations_agree_with_single_intervals(name):
    x, y = _pair(2500, seed=22)
    y[::7] = x[::7]
    function = getattr(iv, name)
    arguments = (x,) if name in _MEASURES else (x, y)
    singles = [function(*row) for row in zip(*(a.tolist() for a in arguments), strict=True)]
    np.testing.assert_array_equal(function(*arguments), np.array(singles))


@given(strategies.interval_arrays((6,)), strategies.interval_arrays((6,)))
def test_every_state_of_overlap_has_its_converse(x, y):
    converse = {
        "before": "after", "meets": "metBy", "overlaps": "overlappedBy", "starts": "startedBy",
        "containedBy": "contains", "finishes": "finishedBy", "equals": "equals",
        "bothEmpty": "bothEmpty", "firstEmpty": "secondEmpty",
    }  # fmt: skip
    converse |= {b: a for a, b in converse.items()}
    assert [converse[state] for state in iv.overlap(x, y)] == iv.overlap(y, x).tolist()
    assert set(iv.overlap(x, y)) <= set(Overlap)


def test_membership_of_numbers():
    x = IntervalArray([0, 1, -inf, inf], [1, 2, 3, -inf])
    assert iv.is_member(1, x).tolist() == [True, True, True, False]
    assert iv.is_member([[-5.0], [inf], [nan]], x).sum(axis=1).tolist() == [1, 0, 0]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (([1, 3], [2, 2]), "3.0 and 2.0 at index 1"),
        (([[0, nan]], [[1, nan]]), r"at index \(0, 1\)"),
        (([1.0], [nan]), "index 0"),
        (([inf], [inf]), "empty set"),
        ((["a", "b"],), "from_text"),
        (([1j],), "complex"),
        (([None],), "expected numbers"),
        ((np.array(["2024-12-18"], "datetime64[D]"),), "datetime64"),
    ],
)
def test_bounds_that_make_no_interval_are_refused(arguments, message):
    with pytest.raises(IntervalError, match=message):
        IntervalArray(*arguments)


def test_numbers_that_are_no_floats_are_rounded_outward():
    for numbers in (
        np.array([2**53 + 1, -(2**62) - 1, 5]),
        np.array([2**64 - 1, 7], np.uint64),
        [Fraction(1, 3), 10**400, Fraction(-1, 7)],
        np.array([1, 3], np.longdouble) / 3,
        np.array([0.1, 3e38], np.float32),
        [True, False],
    ):
        x = IntervalArray(numbers)
        for item, number in zip(x.tolist(), np.asarray(numbers).tolist(), strict=True):
            assert item == Interval.of(number)


def test_made_from_intervals_numbers_and_text():
    items = [Interval(1, 2, "left"), 3, Interval.empty()]
    x = IntervalArray(items)
    assert x.tolist() == [Interval(1, 2), Interval(3, 3), Interval.empty()]
    assert IntervalArray.from_text(["[1/3]", "[empty]"])[0] == Interval.from_text("[1/3]")
    assert IntervalArray.entire((2, 3)).shape == (2, 3)
    assert IntervalArray.empty(2).is_empty.all()
    middle = IntervalArray.from_midpoint([0.1, 0.0], [0.2, 0.0])
    assert Fraction(0.1) - Fraction(0.2) in middle[0]
    assert middle[1] == Interval(0, 0)
    with pytest.raises(IntervalError, match="radii"):
        IntervalArray.from_midpoint(1, -1)


def test_the_bounds_are_copied_in_and_read_only_out():
    lower = np.array([1.0, 2.0])
    x = IntervalArray(lower, [3.0, 4.0])
    lower[0] = 99.0
    assert x[0] == Interval(1, 3)
    with pytest.raises(ValueError, match="read-only"):
        x.lower[0] = 99.0


def test_indexing_and_assignment():
    x = IntervalArray(np.arange(12.0).reshape(3, 4), np.arange(12.0).reshape(3, 4) + 1)
    assert x[1, 2] == Interval(6, 7)
    assert x[1].shape == (4,)
    assert x[x.lower > 9].tolist() == [Interval(10, 11), Interval(11, 12)]
    assert x[..., None].shape == (3, 4, 1)
    assert x[[0, 2], -1].tolist() == [Interval(3, 4), Interval(11, 12)]
    view = x[:, 0]
    view[:] = Interval(-1, 1)
    assert x[2, 0] == Interval(-1, 1)
    x[0] = IntervalArray([5, 6, 7, 8], [9, 9, 9, 9])
    x[2, 3] = 0.5
    assert (x[0, 3], x[2, 3]) == (Interval(8, 9), Interval(0.5, 0.5))
    with pytest.raises(IntervalError):
        x[0, 0] = nan
    with pytest.raises(IndexError):
        x[7]
    assert [item.shape for item in x] == [(4,)] * 3
    assert len(x) == 3


def test_broadcasting():
    x = IntervalArray([[1.0], [2.0]], [[1.5], [2.5]])
    y = IntervalArray([10.0, 20.0, 30.0])
    assert (x + y).shape == (2, 3)
    assert (x + y)[1, 2] == Interval(32, 32.5)
    assert (x * Interval(0, 1)).shape == (2, 1)
    assert (np.array([1.0, 2.0, 3.0]) - x).shape == (2, 3)
    assert (np.array([1.0, 2.0, 3.0]) - x)[0, 1] == Interval(0.5, 1)
    assert (Fraction(1, 3) * y)[0] == Interval.of(Fraction(1, 3)) * 10
    with pytest.raises(ValueError, match="broadcast"):
        x + IntervalArray([1.0, 2.0, 3.0])[:, None][:, [0, 0]]


@pytest.mark.parametrize(
    ("ufunc", "name"),
    [(np.negative, "neg"), (np.sqrt, "sqrt"), (np.square, "sqr"), (np.exp, "exp"), (np.log, "log"),
     (np.exp2, "exp2"), (np.log2, "log2"), (np.log10, "log10"), (np.absolute, "absolute"),
     (np.reciprocal, "recip"), (np.positive, "pos")],
)  # fmt: skip
def test_ufuncs_of_one_argument(ufunc, name):
    x, _ = _pair(40)
    expected = getattr(iv, name)(x)
    assert (ufunc(x) == expected).all()
    out = IntervalArray.empty(40)
    assert ufunc(x, out=out) is out
    assert (out == expected).all()
    assert getattr(iv, name)(x, out=x) is x
    assert (x == expected).all()


@pytest.mark.parametrize(
    ("ufunc", "name"),
    [(np.add, "add"), (np.subtract, "sub"), (np.multiply, "mul"), (np.divide, "div"),
     (np.minimum, "minimum"), (np.maximum, "maximum")],
)  # fmt: skip
def test_ufuncs_of_two_arguments(ufunc, name):
    x, y = _pair(40)
    expected = getattr(iv, name)(x, y)
    assert (ufunc(x, y) == expected).all()
    assert ufunc.outer(x, y)[3, 5] == getattr(iv, name)(x[3], y[5])
    where = np.arange(40) % 2 == 0
    out = x.copy()
    ufunc(x, y, out=out, where=where)
    assert (
        out == IntervalArray([e if w else a for a, e, w in zip(x, expected, where, strict=True)])
    ).all()
    assert getattr(iv, name)(x, y, out=y) is y
    assert (y == expected).all()


def test_steps_and_signs():
    x = IntervalArray([-1.5, 0.2, inf, -inf], [2.5, 0.7, -inf, 3.5])
    assert np.floor(x).tolist() == [
        Interval(-2, 2),
        Interval(0, 0),
        Interval.empty(),
        Interval(-inf, 3),
    ]
    assert np.ceil(x)[0] == Interval(-1, 3)
    assert np.trunc(x)[0] == Interval(-1, 2)
    assert np.rint(x)[0] == Interval(-2, 2)
    assert np.sign(x).tolist() == [
        Interval(-1, 1),
        Interval(1, 1),
        Interval.empty(),
        Interval(-1, 1),
    ]


def test_questions_about_numbers_have_answers():
    x = IntervalArray([1, 0, -inf, inf], [2, inf, inf, -inf])
    assert np.isnan(x).tolist() == [False] * 4
    assert np.isinf(x).tolist() == [False, True, True, False]
    assert np.isfinite(x).tolist() == [True, False, False, False]
    grid = x[[0, 0, 1]].reshape(3, 1)
    assert np.diff(grid, axis=0).ravel().tolist() == [Interval(-1, 1), Interval(-2, inf)]
    assert np.diff(x[:2])[0] == x[1] - x[0]


def test_what_has_no_meaning_is_refused():
    x, y = _pair(5)
    for order in (lambda: x < y, lambda: np.less(x, y), lambda: np.sort(x), lambda: x >= 1):
        with pytest.raises(IntervalOrderError, match="precedes"):
            order()
    with pytest.raises(IntervalOrderError, match="truth"):
        bool(x)
    for meaningless in (
        lambda: np.sin(x), lambda: np.linalg.norm(x), lambda: np.add.reduceat(x, [0, 2]),
        lambda: np.power(x, 0.5), lambda: x + "a", lambda: np.add(x, y, dtype=np.float32),
        lambda: np.add.reduce(x, initial=3.0), lambda: np.exp(x, where=[True] * 5),
        lambda: hash(x), lambda: np.exp(x, out=np.empty(5)), lambda: x**1.5,
    ):  # fmt: skip
        with pytest.raises((TypeError, IntervalError)):
            meaningless()
    with pytest.raises(IntervalError, match="integer"):
        iv.pown(x, 1.5)


def test_functions_that_move_elements():
    x = IntervalArray(np.arange(6.0), np.arange(6.0) + 0.5)
    grid = x.reshape(2, 3)
    lower = np.arange(6.0).reshape(2, 3)
    for function in (
        lambda a: np.concatenate([a, a], axis=1), lambda a: np.stack([a, a]), np.vstack,
        lambda a: np.transpose(a), lambda a: np.moveaxis(a, 0, 1), lambda a: np.tile(a, 2),
        lambda a: np.broadcast_to(a, (4, 2, 3)), lambda a: np.repeat(a, 2, axis=0), np.ravel,
        lambda a: np.take(a, [2, 0], axis=1), lambda a: np.expand_dims(a, 1), np.flip,
        lambda a: np.roll(a, 1), lambda a: np.delete(a, 0, axis=1), lambda a: np.split(a, 2)[1],
        lambda a: np.append(a, a), lambda a: np.where(lower > 2, a, a[::-1]), np.copy,
        lambda a: np.swapaxes(a, 0, 1), np.atleast_3d, lambda a: np.hstack([a, a]),
        lambda a: np.squeeze(a[None]), lambda a: np.select([lower > 3], [a], a), np.rot90,
    ):  # fmt: skip
        moved = function(grid)
        np.testing.assert_array_equal(moved.lower, function(lower))
        np.testing.assert_array_equal(moved.upper, function(lower + 0.5))
    mixed = np.concatenate([x, np.array([7.0]), IntervalArray([Interval(8, 9)])])
    assert mixed[-2:].tolist() == [Interval(7, 7), Interval(8, 9)]
    assert np.where([True, False], x[:2], Interval(8, 9)).tolist() == [x[0], Interval(8, 9)]
    assert (np.shape(grid), np.ndim(grid), np.size(grid)) == ((2, 3), 2, 6)
    assert np.array_equal(grid, grid.copy())
    assert not np.array_equal(grid, x)
    assert np.zeros_like(grid)[1, 1] == Interval(0, 0)
    assert np.full_like(grid, Interval(1, 2))[1, 1] == Interval(1, 2)
    target = grid.copy()
    np.copyto(target, Interval(0, 1), where=lower > 3)
    assert target[1, 2] == Interval(0, 1)
    assert target[0, 0] == grid[0, 0]
    assert np.clip(x, 1, 2).tolist()[0] == Interval(1, 1)


def test_in_place_operators_write_into_the_array():
    x, y = _pair(30)
    expected = x + y
    before = x
    x += y
    assert x is before
    assert (x == expected).all()
    x -= y
    x *= 2
    x /= y
    assert (x == ((expected - y) * 2) / y).all()


def test_copies_and_pickles():
    x, _ = _pair(30)
    for other in (x.copy(), copy.copy(x), copy.deepcopy(x), pickle.loads(pickle.dumps(x))):
        assert (other == x).all()
        other[0] = Interval(123, 124)
        assert x[0] != Interval(123, 124)
    assert x.reshape(5, 6).T.shape == (6, 5)
    assert IntervalArray([1], [2]).item() == Interval(1, 2)


def test_printed_arrays_enclose():
    x = IntervalArray([0.1, 1, inf], [0.2, 2, -inf])
    assert repr(x) == "IntervalArray([[0.1, 0.20000000000000002], [1, 2], [empty]])"
    assert str(x[:2].reshape(2, 1)) == "[[[0.1, 0.20000000000000002]],\n [[1, 2]]]"
    assert "..." in repr(IntervalArray(np.zeros(5000)))


@given(strategies.interval_arrays(), st.data())
def test_properties_are_those_of_the_elements(x, data):
    flat = x.ravel().tolist()
    for name in ("midpoint", "width", "radius", "magnitude", "mignitude", "is_empty"):
        np.testing.assert_array_equal(
            getattr(x, name).ravel(), [getattr(item, name) for item in flat]
        )


def test_no_warning_and_no_nan_whatever_comes():
    x, y = _pair(4000, seed=23)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for name in _UNARY:
            _no_nan(getattr(iv, name)(x))
        for name in _BINARY:
            _no_nan(getattr(iv, name)(x, y))
        for name in _MEASURES:
            getattr(iv, name)(x)
        for n in (-3, -2, 3, 4):
            _no_nan(iv.pown(x, n))
        for reduction in (x.sum, x.prod, x.mean, x.min, x.max, x.hull, x.intersection):
            reduction()


def _no_nan(x: IntervalArray) -> None:
    assert not np.isnan(x.lower).any()
    assert not np.isnan(x.upper).any()
    assert np.all((x.lower <= x.upper) | ((x.lower == inf) & (x.upper == -inf)))
    assert not np.any((x.lower == inf) & (x.upper == inf))


def test_threads_agree():
    x, y = _pair(20000, seed=24)
    expected = ((x * y) + x / y, iv.exp(x))
    answers: list[bool] = []

    def work() -> None:
        for _ in range(3):
            answers.append(bool(((x * y + x / y) == expected[0]).all()))
            answers.append(bool((iv.exp(x) == expected[1]).all()))

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [True] * 18
