"""exp and the logarithms of arrays: proven ones are the tightest, NumPy's enclose closely."""

from __future__ import annotations

from typing import get_args

import numpy as np
import pytest
from interval_oracles import MAX, TINY, awkward_bounds, steps_between

from reconcile.errors import OptionError
from reconcile.intervals import Interval, IntervalArray, exp, log, tightest
from reconcile.intervals.rounding import directed as rounding
from reconcile.intervals.rounding import explog, explog_library, ziv
from reconcile.intervals.rounding.explog_proven import Function


def _bounds(name: str, size: int = 3000) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(11)
    if name.startswith("exp"):
        parts = [
            rng.normal(size=size) * 30,
            rng.uniform(-760, -700, size) * (1.0 if name == "exp" else 1.45),
            rng.uniform(700, 712, size) * (1.0 if name == "exp" else 1.443),
            rng.choice([-1, 1], size) * 2.0 ** rng.uniform(-70, 3, size),
            rng.integers(-1100, 1100, size).astype(float),
        ]
    else:
        parts = [
            np.exp(rng.normal(size=size) * 3),
            1 + rng.choice([-1, 1], size) * 2.0 ** -rng.uniform(1, 52, size),
            np.ldexp(rng.random(size), rng.integers(-1073, 1024, size)),
            rng.integers(-5, 2000, size).astype(float),
            10.0 ** rng.integers(-5, 25, size),
        ]
    a = np.concatenate([*parts, np.array([0.0, 1.0, TINY, MAX, 2.0**-1022])])
    b = np.concatenate([parts[0][::-1], *parts[1:], np.array([1.0, 1.0, 1.0, MAX, 2.0])])
    lower, upper = np.minimum(a, b), np.maximum(a, b)
    lower[::41], upper[::43] = -np.inf, np.inf
    lower[::101], upper[::101] = np.inf, -np.inf
    return lower, upper


def _expected(name: str, lower: np.ndarray, upper: np.ndarray) -> np.ndarray:
    function = getattr(ziv, name)
    rows: list[tuple[float, float]] = []
    for a, b in zip(lower.tolist(), upper.tolist(), strict=True):
        if a > b or (name.startswith("log") and b <= 0):
            rows.append((np.inf, -np.inf))
        else:
            start = max(a, 0.0) if name.startswith("log") else a
            rows.append((function(start)[0], function(b)[1]))
    return np.array(rows).T


def _computed(name: str, lower: np.ndarray, upper: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    out = np.empty(lower.shape), np.empty(upper.shape)
    with rounding.rounding() as directed:
        explog.outward(name, directed, (lower, upper), out)
    return out


@pytest.mark.parametrize("way", ["switched", "emulated"])
@pytest.mark.parametrize("name", get_args(Function))
def test_the_proven_ones_are_those_of_single_numbers(name, way):
    if way == "switched" and not rounding.switching_works():
        pytest.skip("the rounding mode can't be set here")
    lower, upper = _bounds(name)
    with rounding.using(way), explog.using("proven"):
        result = _computed(name, lower, upper)
    np.testing.assert_array_equal(result, _expected(name, lower, upper))


@pytest.mark.parametrize("name", get_args(Function))
def test_the_library_encloses_the_tightest_within_two_floats(name):
    lower, upper = _bounds(name)
    low, high = _computed(name, lower, upper)
    tight_low, tight_high = _expected(name, lower, upper)
    assert np.all(low <= tight_low)
    assert np.all(high >= tight_high)
    finite = np.isfinite(tight_low) & np.isfinite(tight_high)
    for a, b in ((low, tight_low), (tight_high, high)):
        steps = [steps_between(x, y) for x, y in zip(a[finite], b[finite], strict=True)]
        assert max(steps) <= 2
    empty = tight_low > tight_high
    np.testing.assert_array_equal(low[empty], np.inf)
    np.testing.assert_array_equal(high[empty], -np.inf)


@pytest.mark.parametrize("name", get_args(Function))
def test_every_first_stage_keeps_exact_results_exact(name):
    argument = {
        "exp": [0.0],
        "exp2": [-1074.0, -3.0, 0.0, 10.0, 1023.0],
        "log": [1.0],
        "log2": [TINY, 0.25, 1.0, 8.0, 2.0**1023],
        "log10": [1.0, 10.0, 1000.0, 1e15, 1e22],
    }[name]
    x = np.repeat(np.array(argument), 40)
    for stage in ("library", "proven"):
        with explog.using(stage):
            low, high = _computed(name, x, x.copy())
        np.testing.assert_array_equal(low, high)
        np.testing.assert_array_equal(low, [getattr(ziv, name)(v)[0] for v in x.tolist()])


def test_a_library_that_is_off_by_two_is_not_used(monkeypatch):
    def rough(x, out=None):
        return np.nextafter(np.nextafter(np.exp(x, out), np.inf), np.inf)

    monkeypatch.setitem(explog_library._NUMPY, "exp", rough)
    explog_library.is_faithful.cache_clear()
    try:
        assert not explog_library.is_faithful("exp")
        lower, upper = _bounds("exp", 200)
        np.testing.assert_array_equal(
            _computed("exp", lower, upper), _expected("exp", lower, upper)
        )
    finally:
        explog_library.is_faithful.cache_clear()


def test_tightest_makes_arrays_agree_with_single_intervals():
    lower, upper = awkward_bounds(np.random.default_rng(12), 300)
    x = IntervalArray(lower, upper)
    with tightest():
        results = exp(x).tolist(), log(x).tolist()
    assert results[0] == [exp(item) for item in x.tolist()]
    assert results[1] == [log(item) for item in x.tolist()]


def test_nothing_and_one_and_blocks_with_a_remainder():
    assert exp(IntervalArray(np.empty(0))).shape == (0,)
    x = IntervalArray(np.linspace(-3, 3, 16384 + 77))
    with tightest():
        assert exp(x)[-1] == exp(Interval(3, 3))
        assert exp(x)[16384] == exp(x[16384])


def test_an_unknown_stage_is_refused():
    with pytest.raises(OptionError, match="proven"), explog.using("quick"):
        pass
