"""Intervals as a pandas column: the extension type ``reconcile.interval``.

pandas' own interval type closes all rows on the same side; here each row has its own ends, may be
unbounded, empty, or missing. Importing this module (or using `reconcile.intervals.IntervalDtype`)
makes the name known to pandas:

    import reconcile.intervals.extension
    frame["count"] = pandas.array(["[1000, inf)", None], dtype="reconcile.interval")

In CSV a cell is the text of the interval and reads back exactly; in Parquet a column is a struct of
`lower`, `upper` (float64) and `closed` (string), which any other program can read.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Literal, Self

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from pandas.api.extensions import ExtensionArray, ExtensionDtype, register_extension_dtype, take
from pandas.api.indexers import check_array_indexer

from reconcile.errors import IntervalError
from reconcile.intervals import protocols
from reconcile.intervals.array import IntervalArray
from reconcile.intervals.convert import bounds_from
from reconcile.intervals.rounding.twofold import Array
from reconcile.intervals.scalar import Closed, Interval, is_number

_CLOSED: tuple[Closed, ...] = ("neither", "left", "right", "both")  # bit 0: left, bit 1: right
_CODE = {name: code for code, name in enumerate(_CLOSED)}
_NAME = "reconcile.interval"


@register_extension_dtype
class IntervalDtype(ExtensionDtype):
    """The type of a pandas column of intervals with open or closed ends.

    >>> pd.Series([Interval(1, 2), None], dtype="reconcile.interval")
    0    [1, 2]
    1      <NA>
    dtype: reconcile.interval
    """

    name = _NAME
    type = Interval

    @property
    def na_value(self) -> Any:
        """What stands for a missing row."""
        return pd.NA

    @classmethod
    def construct_array_type(cls) -> type[IntervalColumn]:  # pyright: ignore[reportIncompatibleMethodOverride]
        """The array that holds a column of this type."""
        return IntervalColumn

    def __from_arrow__(self, array: Any) -> IntervalColumn:
        """A struct of lower, upper and closed as a column."""
        from reconcile.intervals import extension_arrow

        return IntervalColumn(*extension_arrow.to_columns(array))


class IntervalColumn(ExtensionArray):
    """What a pandas column of intervals is made of.

    `lower`, `upper`: bounds, NaN in both where missing; `closed`: "both", "left", "right" or
    "neither", one for all or one each. Arithmetic is that of `IntervalArray`: it takes the closure;
    missing stays missing. Rows are sorted by lower end, then by upper end: an order of rows for
    tables, not a relation between intervals.

    Raises `IntervalError` for bounds that leave no number between them.

    >>> column = IntervalColumn([1000, 0], [float("inf"), 5], closed=["neither", "left"])
    >>> pd.Series(column) * 2
    0    [2000, inf]
    1        [0, 10]
    dtype: reconcile.interval
    """

    def __init__(
        self,
        lower: ArrayLike,
        upper: ArrayLike,
        closed: Closed | Sequence[Closed] | NDArray[Any] = "both",
    ) -> None:
        low, high = (
            np.atleast_1d(np.array(lower, np.float64)),
            np.atleast_1d(np.array(upper, np.float64)),
        )
        missing = np.isnan(low) & np.isnan(high)
        code = np.broadcast_to(_codes(closed, missing), low.shape).copy()
        _check(low, high, code, missing)
        self._lower, self._upper, self._code = low + 0.0, high + 0.0, code

    @classmethod
    def _of(cls, lower: Array, upper: Array, code: NDArray[np.uint8]) -> Self:
        column = object.__new__(cls)
        column._lower, column._upper, column._code = lower, upper, code
        return column

    @classmethod
    def from_array(cls, x: IntervalArray) -> Self:
        """A column of closed intervals."""
        lower, upper = bounds_from(x)
        return cls._of(lower, upper, np.full(lower.shape, 3, np.uint8))

    @classmethod
    def _from_sequence(cls, scalars: Any, *, dtype: Any = None, copy: bool = False) -> Self:
        if isinstance(scalars, cls):
            return scalars.copy() if copy else scalars
        if isinstance(scalars, IntervalArray):
            return cls.from_array(scalars)
        rows = [_row(value) for value in scalars]
        lower = np.array([row[0] for row in rows], np.float64)
        upper = np.array([row[1] for row in rows], np.float64)
        return cls._of(lower, upper, np.array([row[2] for row in rows], np.uint8))

    @classmethod
    def _from_sequence_of_strings(
        cls, strings: Any, *, dtype: Any = None, copy: bool = False
    ) -> Self:
        return cls._from_sequence([_read(text) for text in strings])

    @classmethod
    def _from_factorized(cls, values: Any, original: Any) -> Self:
        return cls._from_sequence(values)

    # What it is made of

    @property
    def dtype(self) -> IntervalDtype:
        """The extension type."""
        return IntervalDtype()

    @property
    def lower(self) -> Array:
        """The lower ends, NaN where missing."""
        return self._lower.copy()

    @property
    def upper(self) -> Array:
        """The upper ends, NaN where missing."""
        return self._upper.copy()

    @property
    def closed(self) -> NDArray[np.object_]:
        """Which ends belong to each row, None where missing."""
        names = np.array(_CLOSED, object)[self._code]
        names[self.isna()] = None
        return names

    @property
    def nbytes(self) -> int:
        """The bytes of its ends."""
        return self._lower.nbytes + self._upper.nbytes + self._code.nbytes

    def __len__(self) -> int:
        return len(self._lower)

    def isna(self) -> NDArray[np.bool_]:
        """Where a row is missing."""
        return np.isnan(self._lower)

    def closure(self) -> IntervalArray:
        """The rows as an `IntervalArray`; raises `IntervalError` where one is missing."""
        if self.isna().any():
            row = int(np.flatnonzero(self.isna())[0])
            raise IntervalError(f"expected no missing rows, got one at {row}; dropna() first")
        return IntervalArray(self._lower, self._upper)

    def to_frame(self) -> pd.DataFrame:
        """A table with the columns lower, upper and closed."""
        return pd.DataFrame({"lower": self.lower, "upper": self.upper, "closed": self.closed})

    # Elements

    def __getitem__(self, item: Any) -> Any:
        item = check_array_indexer(self, item)
        if isinstance(item, tuple):
            item = _without_ellipsis(item)
        lower, upper, code = self._lower[item], self._upper[item], self._code[item]
        if np.ndim(lower):
            view = self._of(lower, upper, code)
            if isinstance(item, slice):
                _copy_flag(self, view)
            return view
        if np.isnan(lower):
            return pd.NA
        return Interval(float(lower), float(upper), _CLOSED[int(code)])

    def __setitem__(self, key: Any, value: Any) -> None:
        if getattr(self, "_readonly", False):
            raise ValueError("Cannot modify read-only array")
        key = check_array_indexer(self, key)
        if isinstance(value, str) or not pd.api.types.is_list_like(value):
            lower, upper, code = _row(value)
        else:
            rows = self._from_sequence(value)
            lower, upper, code = rows._lower, rows._upper, rows._code
        self._lower[key], self._upper[key], self._code[key] = lower, upper, code

    def take(  # pyright: ignore[reportIncompatibleMethodOverride]
        self, indices: Any, *, allow_fill: bool = False, fill_value: Any = None
    ) -> Self:
        """The rows at these places; with `allow_fill`, -1 stands for `fill_value`."""
        parts: list[Any] = [
            take(part, indices, allow_fill=allow_fill, fill_value=value)
            for part, value in zip(self._parts, _row(fill_value), strict=True)
        ]
        return self._of(*parts)

    def copy(self) -> Self:
        """A column of its own."""
        return self._of(*(part.copy() for part in self._parts))

    @property
    def _parts(self) -> tuple[Any, ...]:
        return self._lower, self._upper, self._code

    @classmethod
    def _concat_same_type(cls, to_concat: Sequence[Self]) -> Self:
        parts = zip(*(column._parts for column in to_concat), strict=True)
        return cls._of(*(np.concatenate(part) for part in parts))

    # Order of rows, equality, hashing

    def _keys(self) -> tuple[Array, ...]:
        """The ends as cuts of the line, last key first; NaN as -1 of nothing."""
        left = self._code & 1 == 0
        right = self._code & 2 == 0
        left, right = left | np.isinf(self._lower), right | np.isinf(self._upper)
        missing = self.isna()
        return (
            np.where(missing, 0.0, -right.astype(float)),
            np.where(missing, 0.0, self._upper),
            np.where(missing, 0.0, left.astype(float)),
            np.where(missing, 0.0, self._lower),
        )

    def _values_for_argsort(self) -> NDArray[np.intp]:
        keys = self._keys()
        order = np.lexsort(keys)
        steps = np.zeros(len(self), np.intp)
        if len(self) > 1:
            moved = [key[order][1:] != key[order][:-1] for key in keys]
            steps[1:] = np.cumsum(np.logical_or.reduce(moved))
        ranks = np.empty(len(self), np.intp)
        ranks[order] = steps
        return ranks

    def searchsorted(
        self, value: Any, side: Literal["left", "right"] = "left", sorter: Any = None
    ) -> Any:
        """Where rows go to keep the column sorted as `sort_values` does."""
        rows = self._from_sequence([value] if isinstance(value, Interval) else value)
        ranks = self._concat_same_type([self, rows])._values_for_argsort()
        places = np.searchsorted(ranks[: len(self)], ranks[len(self) :], side, sorter)
        return places[0] if isinstance(value, Interval) else places

    def to_numpy(self, dtype: Any = None, copy: bool = False, na_value: Any = pd.NA) -> Any:
        """The rows as objects, missing ones as `na_value`."""
        values = self._values_for_factorize()[0]
        values[self.isna()] = na_value
        return values if dtype is None else values.astype(dtype)

    def value_counts(self, dropna: bool = True) -> pd.Series:
        """How often each interval occurs."""
        plain: Any = super()
        return plain.value_counts(dropna).astype("Int64")

    def _values_for_json(self) -> NDArray[np.object_]:
        return np.array([None if value is pd.NA else str(value) for value in self], np.object_)

    def _values_for_factorize(self) -> tuple[NDArray[np.object_], Any]:
        values = np.empty(len(self), object)
        for place, value in enumerate(self):
            values[place] = None if value is pd.NA else value
        return values, None

    def _hash_pandas_object(
        self, *, encoding: str, hash_key: str, categorize: bool
    ) -> NDArray[np.uint64]:
        total = np.where(self.isna(), np.uint64(1), np.uint64(2))
        for key in self._keys():
            total = total * np.uint64(0x9E3779B97F4A7C15) + pd.util.hash_array(key + 0.0)
        return total

    def _compared(self, other: Any, equal: bool) -> Any:
        if isinstance(other, (pd.Series, pd.Index, pd.DataFrame)):
            return NotImplemented
        rows = self._aligned(other)
        if rows is None:
            return NotImplemented
        same = np.logical_and.reduce(
            [a == b for a, b in zip(self._keys(), rows._keys(), strict=True)]
        )
        missing = self.isna() | rows.isna()
        return pd.arrays.BooleanArray(same == equal, np.broadcast_to(missing, same.shape).copy())

    def __eq__(self, other: object) -> Any:  # type: ignore[override]
        return self._compared(other, True)

    def __ne__(self, other: object) -> Any:  # type: ignore[override]
        return self._compared(other, False)

    def __lt__(self, other: object) -> Any:
        protocols.refuse_order()

    __le__ = __gt__ = __ge__ = __lt__

    def _aligned(self, other: Any) -> Self | None:
        """The other operand as a column of as many rows, or of one."""
        if isinstance(other, (Interval, pd.Interval)) or _is_missing(other) or is_number(other):
            return self._from_sequence([other])
        if isinstance(other, (str, bytes)) or not pd.api.types.is_list_like(other):
            return None
        if len(other) != len(self):
            raise ValueError(f"Lengths must match: {len(self)} and {len(other)}")
        return self._from_sequence(other)

    # Arithmetic

    def _computed(self, function: Callable[..., Any], *others: Any, first: int = 0) -> Any:
        """A function of closures; `first` is the place of this column among its arguments."""
        if any(isinstance(other, (pd.Series, pd.Index, pd.DataFrame)) for other in others):
            return NotImplemented
        columns = [self._aligned(other) for other in others]
        if any(column is None for column in columns):
            return NotImplemented
        columns.insert(first, self)
        missing = np.zeros(len(self), np.bool_)
        operands: list[IntervalArray] = []
        for column in columns:
            assert column is not None
            gap = column.isna()
            missing |= gap
            operands.append(
                IntervalArray(np.where(gap, 0.0, column._lower), np.where(gap, 0.0, column._upper))
            )
        result = self.from_array(function(*operands))
        result._lower[missing] = result._upper[missing] = np.nan
        return result

    def __neg__(self) -> Any:
        return self._computed(lambda x: -x)

    def __pos__(self) -> Any:
        return self._computed(lambda x: +x)

    def __abs__(self) -> Any:
        return self._computed(abs)

    def __add__(self, other: object) -> Any:
        return self._computed(lambda x, y: x + y, other)

    def __radd__(self, other: object) -> Any:
        return self._computed(lambda x, y: x + y, other, first=1)

    def __sub__(self, other: object) -> Any:
        return self._computed(lambda x, y: x - y, other)

    def __rsub__(self, other: object) -> Any:
        return self._computed(lambda x, y: x - y, other, first=1)

    def __mul__(self, other: object) -> Any:
        return self._computed(lambda x, y: x * y, other)

    def __rmul__(self, other: object) -> Any:
        return self._computed(lambda x, y: x * y, other, first=1)

    def __truediv__(self, other: object) -> Any:
        return self._computed(lambda x, y: x / y, other)

    def __rtruediv__(self, other: object) -> Any:
        return self._computed(lambda x, y: x / y, other, first=1)

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **options: Any) -> Any:
        """Ufuncs element by element, as for `IntervalArray`."""
        if method != "__call__" or options:
            return NotImplemented
        place = next(i for i, value in enumerate(inputs) if value is self)
        others = [value for i, value in enumerate(inputs) if i != place]
        if ufunc in (np.equal, np.not_equal):
            return self._compared(others[0], ufunc is np.equal)
        return self._computed(ufunc, *others, first=place)

    def _reduce(
        self, name: str, *, skipna: bool = True, keepdims: bool = False, **options: Any
    ) -> Any:
        if name not in ("sum", "prod", "mean", "min", "max"):
            raise TypeError(f"'{_NAME}' has no reduction {name!r}: sum, prod, mean, min, max")
        missing = self.isna()
        known = self[~missing]
        if (missing.any() and not skipna) or (not len(known) and name not in ("sum", "prod")):
            result: Any = pd.NA
        else:
            result = getattr(known.closure(), name)()
        return self._from_sequence([result]) if keepdims else result

    # Text and other programs

    def _formatter(self, boxed: bool = False) -> Callable[[Any], str]:
        return str if boxed else repr

    def __arrow_array__(self, type: Any = None) -> Any:
        """A pyarrow struct of lower, upper and closed."""
        from reconcile.intervals import extension_arrow

        return extension_arrow.from_columns(self._lower, self._upper, self.closed, type)


def _codes(closed: Any, missing: NDArray[np.bool_]) -> NDArray[np.uint8]:
    names = np.atleast_1d(np.asarray(closed, object))
    if len(names) not in (1, len(missing)):
        raise IntervalError(f"expected 1 or {len(missing)} values of closed, got {len(names)}")
    gaps = missing if len(names) == len(missing) else np.zeros(len(names), np.bool_)
    codes = [3 if gap else _CODE.get(name) for name, gap in zip(names, gaps, strict=True)]
    if None in codes:
        known = ", ".join(map(repr, _CLOSED))
        raise IntervalError(f"expected closed from {known}, got {names[codes.index(None)]!r}")
    return np.array(codes, np.uint8)


def _check(lower: Array, upper: Array, code: NDArray[np.uint8], missing: NDArray[np.bool_]) -> None:
    """Each row must make an `Interval`; the first that does not says why."""
    thin = (lower == upper) & (code == 3) & np.isfinite(lower)
    good = missing | thin | (lower < upper) | ((lower == np.inf) & (upper == -np.inf))
    if not good.all():
        row = int(np.flatnonzero(~good)[0])
        try:
            Interval(float(lower[row]), float(upper[row]), _CLOSED[int(code[row])])
        except IntervalError as error:
            raise IntervalError(f"row {row}: {error}") from None


def _is_missing(value: Any) -> bool:
    return (
        value is None or value is pd.NA or value is pd.NaT or (is_number(value) and value != value)
    )


def _row(value: Any) -> tuple[float, float, int]:
    """One value as lower end, upper end and code."""
    if isinstance(value, Interval):
        return value.lower, value.upper, _CODE[value.closed]
    if isinstance(value, pd.Interval):
        return float(value.left), float(value.right), _CODE[value.closed]
    if _is_missing(value):
        return np.nan, np.nan, 3
    if isinstance(value, str):
        return _row(_read(value))
    if is_number(value):
        return _row(Interval.of(value))
    raise TypeError(f"expected intervals, got {value!r}")


def _read(text: Any) -> Interval | None:
    """A cell of text; its decimals name the nearest floats, as in a column of numbers."""
    if not isinstance(text, str) or not text.strip():
        return None
    inner = text.strip()[1:-1].split(",")
    whole = Interval.from_text(text)
    if whole.is_empty or len(inner) != 2:
        return whole
    try:
        lower, upper = (float(part) for part in inner)
    except ValueError:
        return whole
    return Interval(lower, upper, whole.closed)


def _without_ellipsis(item: tuple[Any, ...]) -> Any:
    rest = tuple(part for part in item if part is not Ellipsis)
    if len(rest) > 1:
        raise IndexError(f"too many indices for a column: {len(rest)}")
    return rest[0] if rest else slice(None)


def _copy_flag(column: Any, view: Any) -> None:
    """A view of what pandas marked as read-only is read-only (pandas 3)."""
    if getattr(column, "_readonly", False):
        view._readonly = True
