"""Arrays rounded down and up: two ways, the same bits, and no trace left behind."""

from __future__ import annotations

import threading

import numpy as np
import pytest
from interval_oracles import awkward_floats

from reconcile.errors import OptionError
from reconcile.intervals.rounding import directed as rounding
from reconcile.intervals.rounding import float_rounding as fr
from reconcile.intervals.rounding import twofold

_SINGLE = {
    np.add: (fr.add_down, fr.add_up),
    np.multiply: (fr.mul_down, fr.mul_up),
    np.divide: (fr.div_down, fr.div_up),
}
needs_switching = pytest.mark.skipif(
    not rounding.switching_works(), reason="the rounding mode can't be set here"
)


def _apply(way, ufunc, operands, *, up):
    out = np.empty(operands[0].shape)
    with rounding.using(way), rounding.rounding() as directed:
        (directed.up if up else directed.down)(ufunc, *operands, out)
    return out


@pytest.mark.parametrize("up", [False, True])
@pytest.mark.parametrize("ufunc", _SINGLE)
def test_emulated_rounding_is_that_of_single_floats(ufunc, up):
    a, b = awkward_floats(np.random.default_rng(5), 12000).reshape(2, -1)
    b = np.where(b == 0.0, 1.0, b) if ufunc is np.divide else b
    expected = [_SINGLE[ufunc][up](x, y) for x, y in zip(a.tolist(), b.tolist(), strict=True)]
    np.testing.assert_array_equal(_apply("emulated", ufunc, (a, b), up=up), expected)


@needs_switching
@pytest.mark.parametrize("up", [False, True])
@pytest.mark.parametrize("ufunc", [np.add, np.subtract, np.multiply, np.divide, np.sqrt])
def test_both_ways_give_the_same_bits(ufunc, up):
    a, b = awkward_floats(np.random.default_rng(6), 60000).reshape(2, -1)
    a[:9], b[:9] = np.inf, -np.inf
    operands = (np.abs(a),) if ufunc is np.sqrt else (a, b)
    switched, emulated = (_apply(way, ufunc, operands, up=up) for way in ("switched", "emulated"))
    np.testing.assert_array_equal(switched, emulated)


def _fail_while_rounding_up() -> None:
    with rounding.rounding() as directed:
        directed.up(np.add, np.ones(3), np.ones(4), np.empty(3))


@pytest.mark.parametrize("way", ["switched", "emulated"])
def test_rounding_to_nearest_is_back_afterwards_even_after_an_error(way):
    if way == "switched" and not rounding.switching_works():
        pytest.skip("the rounding mode can't be set here")
    with pytest.raises(ValueError, match="shape"), rounding.using(way):
        _fail_while_rounding_up()
    assert 1.0 + 2.0**-60 == 1.0
    assert np.all(np.ones(9) + 2.0**-60 == 1.0)


@needs_switching
def test_other_threads_keep_rounding_to_nearest():
    inside, checked = threading.Event(), threading.Event()
    seen: list[bool] = []

    def look() -> None:
        inside.wait(10)
        seen.append(bool(np.all(np.ones(1000) + 2.0**-60 == 1.0)))
        checked.set()

    thread = threading.Thread(target=look)
    thread.start()
    with rounding.using("switched"), rounding.rounding() as directed:
        out = np.empty(1000)
        directed.up(np.add, np.ones(1000), 2.0**-60, out)
        inside.set()
        checked.wait(10)
    thread.join()
    assert seen == [True]
    assert np.all(out == 1.0 + 2.0**-52)


def test_threads_get_the_same_answers_as_one():
    a, b = awkward_floats(np.random.default_rng(8), 40000).reshape(2, -1)
    expected = _apply("emulated", np.multiply, (a, b), up=True)
    answers: list[bool] = []

    def work() -> None:
        for _ in range(20):
            out = np.empty(a.shape)
            with rounding.rounding() as directed:
                directed.up(np.multiply, a, b, out)
            answers.append(np.array_equal(out, expected))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [True] * 80


def test_error_free_transformations_against_exact_rationals():
    from fractions import Fraction

    a, b = np.random.default_rng(9).normal(size=(2, 500)) * 10.0 ** np.arange(-25, 25).repeat(10)
    for function, exact in (
        (twofold.two_sum, Fraction.__add__),
        (twofold.two_product, Fraction.__mul__),
    ):
        value, error = function(a, b)
        for x, y, v, e in zip(*(q.tolist() for q in (a, b, value, error)), strict=True):
            assert Fraction(v) + Fraction(e) == exact(Fraction(x), Fraction(y))


def test_an_unknown_way_is_refused():
    with pytest.raises(OptionError, match="emulated"), rounding.using("fast"):
        pass
