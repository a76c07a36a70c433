"""pandas' own tests for extension arrays, run on the interval column."""

from __future__ import annotations

import operator

import numpy as np
import pandas as pd
import pytest
from pandas.tests.extension import base

from reconcile.errors import IntervalOrderError
from reconcile.intervals import Interval
from reconcile.intervals.extension import IntervalColumn, IntervalDtype


def _many() -> IntervalColumn:
    rng = np.random.default_rng(7)
    lower = rng.integers(-40, 40, 10) / 4
    upper = lower + 1 + rng.integers(0, 40, 10) / 4
    upper[5], lower[7] = np.inf, -np.inf
    closed = np.array(["both", "left", "right", "neither"], object)[rng.integers(0, 4, 10)]
    return IntervalColumn(lower, upper, closed)


@pytest.fixture
def dtype():
    return IntervalDtype()


@pytest.fixture
def data():
    return _many()


@pytest.fixture
def data_missing():
    return IntervalColumn([np.nan, 1.0], [np.nan, 2.0], "left")


@pytest.fixture(params=["data", "data_missing"])
def all_data(request, data, data_missing):
    return data if request.param == "data" else data_missing


@pytest.fixture
def data_for_sorting():
    return IntervalColumn([1, 1, -2], [4, 7, 9], ["left", "both", "right"])


@pytest.fixture
def data_missing_for_sorting():
    return IntervalColumn([1, np.nan, -2], [4, np.nan, 9], ["left", "both", "right"])


@pytest.fixture
def data_for_grouping():
    a, b, c = (0.0, 1.0), (0.0, 2.0), (3.0, np.inf)
    rows = [b, b, None, None, a, a, b, c]
    return IntervalColumn._from_sequence([row if row is None else Interval(*row) for row in rows])


@pytest.fixture
def data_repeated(data):
    return lambda count: (data for _ in range(count))


@pytest.fixture
def na_cmp():
    return operator.is_


@pytest.fixture
def na_value():
    return pd.NA


@pytest.fixture(params=[True, False])
def box_in_series(request):
    return request.param


@pytest.fixture(params=[True, False])
def as_series(request):
    return request.param


@pytest.fixture(params=[True, False])
def as_frame(request):
    return request.param


@pytest.fixture(params=[True, False])
def use_numpy(request):
    return request.param


@pytest.fixture(
    params=[
        lambda x: 1,
        lambda x: [1] * len(x),
        lambda x: pd.Series([1] * len(x)),
        lambda x: x,
    ],
    ids=["scalar", "list", "series", "object"],
)
def groupby_apply_op(request):
    return request.param


@pytest.fixture(params=[True, False])
def as_array(request):
    return request.param


@pytest.fixture(params=["ffill", "bfill"])
def fillna_method(request):
    return request.param


@pytest.fixture(params=[None, lambda x: x])
def sort_by_key(request):
    return request.param


@pytest.fixture
def invalid_scalar(data):
    return object()


@pytest.fixture
def using_nan_is_na():
    return True


class TestConstructors(base.BaseConstructorsTests):
    pass


class TestDtype(base.BaseDtypeTests):
    pass


class TestCasting(base.BaseCastingTests):
    pass


class TestGetitem(base.BaseGetitemTests):
    pass


class TestSetitem(base.BaseSetitemTests):
    pass


class TestGroupby(base.BaseGroupbyTests):
    def test_in_numeric_groupby(self, data_for_grouping):
        # pandas expects a sum of its own interval type to fail; ours has one.
        frame = pd.DataFrame({"A": [1, 1, 2, 2, 3, 3, 1, 4], "B": data_for_grouping})
        sums = frame.groupby("A")["B"].sum()
        assert sums.dtype == data_for_grouping.dtype
        assert list(sums[[1, 3, 4]]) == [Interval(0, 6), Interval(0, 2), Interval(3, np.inf)]


class TestIndex(base.BaseIndexTests):
    pass


class TestInterface(base.BaseInterfaceTests):
    pass


class TestParsing(base.BaseParsingTests):
    pass


class TestMethods(base.BaseMethodsTests):
    def test_combine_le(self, data_repeated):
        # There is no <= between intervals, for lack of one meaning.
        first, second = (pd.Series(column) for column in data_repeated(2))
        with pytest.raises(IntervalOrderError, match="precedes"):
            first.combine(second, lambda x, y: x <= y)


class TestMissing(base.BaseMissingTests):
    pass


class TestPrinting(base.BasePrintingTests):
    pass


class TestReshaping(base.BaseReshapingTests):
    pass
