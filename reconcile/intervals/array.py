"""`IntervalArray`: closed intervals of the reals, many at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from math import inf
from typing import Any, NoReturn

import numpy as np
from numpy.typing import ArrayLike

from reconcile.errors import IntervalError, IntervalOrderError
from reconcile.intervals import bounds, reductions
from reconcile.intervals.bounds import Bounds
from reconcile.intervals.convert import bounds_from, texts
from reconcile.intervals.protocols import NumpyFunctions, operand, refuse_order, store
from reconcile.intervals.reductions import Axis
from reconcile.intervals.rounding.twofold import Array
from reconcile.intervals.scalar import Interval
from reconcile.numerics.arrays import Flags


class IntervalArray(NumpyFunctions):
    """An array of closed intervals [lower, upper], in the sense of IEEE Std 1788.1.

    It broadcasts, indexes and assigns like a NumPy array, and NumPy's functions take it:
    ``np.exp(x)``, ``np.add.reduce(x, axis=0)``, ``np.concatenate([x, y])``. Arithmetic and roots
    are the tightest intervals of floats around the exact range, exp and the logarithms enclose
    it within two floats (`reconcile.intervals.tightest`: exactly). ``==`` compares element by
    element; there is no ``<``, the relations have names.

    `lower`, `upper`: the bounds, of any shapes that broadcast; they are copied. Numbers that are
    no floats are rounded outward. Without `upper` the numbers of `lower` themselves, or
    intervals. (inf, -inf) is the empty set.

    Raises `IntervalError` for NaN, for lower > upper, and for [inf, inf].

    >>> x = IntervalArray([1.0, 0.0, -1.0], [2.0, 0.5, 1.0])
    >>> x / 4 + 1
    IntervalArray([[1.25, 1.5], [1, 1.125], [0.75, 1.25]])
    >>> np.sqrt(x)[2], x.hull(), x.sum()
    (Interval(0.0, 1.0), Interval(-1.0, 2.0), Interval(0.0, 3.5))
    """

    __slots__ = ("__weakref__",)
    __array_priority__ = 1000

    def __init__(self, lower: object, upper: object = None) -> None:
        self._lower, self._upper = bounds_from(lower, upper)

    @classmethod
    def empty(cls, shape: int | tuple[int, ...]) -> IntervalArray:
        """Empty sets."""
        return cls._of((np.full(shape, inf), np.full(shape, -inf)))

    @classmethod
    def entire(cls, shape: int | tuple[int, ...]) -> IntervalArray:
        """Whole lines."""
        return cls._of((np.full(shape, -inf), np.full(shape, inf)))

    @classmethod
    def from_text(cls, texts: Iterable[str]) -> IntervalArray:
        """Read literals of closed intervals; see `Interval.from_text`."""
        return cls([Interval.from_text(text) for text in texts])

    @classmethod
    def from_midpoint(cls, midpoint: ArrayLike, radius: ArrayLike) -> IntervalArray:
        """The smallest intervals around midpoint ± radius; a negative radius is an error.

        >>> IntervalArray.from_midpoint([1.0, 2.0], 0.5)
        IntervalArray([[0.5, 1.5], [1.5, 2.5]])
        """
        reach = cls(radius)
        if np.any(reach._lower < 0.0):
            raise IntervalError(f"expected radii >= 0, got {reach._lower.min()}")
        middle = cls(midpoint)
        low, high = bounds.sub(middle._pair, reach._pair), bounds.add(middle._pair, reach._pair)
        return cls._of((low[0], high[1]))

    # What it is made of

    @property
    def lower(self) -> Array:
        """The lower bounds, read-only; of the empty set inf."""
        return _read_only(self._lower)

    @property
    def upper(self) -> Array:
        """The upper bounds, read-only; of the empty set -inf."""
        return _read_only(self._upper)

    @property
    def shape(self) -> tuple[int, ...]:
        """The lengths of its axes."""
        return self._lower.shape

    @property
    def ndim(self) -> int:
        """The number of its axes."""
        return self._lower.ndim

    @property
    def size(self) -> int:
        """The number of its intervals."""
        return self._lower.size

    @property
    def nbytes(self) -> int:
        """The bytes of its bounds."""
        return self._lower.nbytes + self._upper.nbytes

    @property
    def T(self) -> IntervalArray:  # noqa: N802 - NumPy's name
        """The axes in reverse order, a view."""
        return self.transpose()

    @property
    def midpoint(self) -> Array:
        """The middles, rounded to nearest; NaN where empty."""
        return bounds.mid(self._pair)

    @property
    def width(self) -> Array:
        """upper - lower, rounded up; NaN where empty."""
        return bounds.wid(self._pair)

    @property
    def radius(self) -> Array:
        """The smallest r with [midpoint - r, midpoint + r] around it; NaN where empty."""
        return bounds.rad(self._pair)

    @property
    def magnitude(self) -> Array:
        """The largest absolute values; NaN where empty."""
        return bounds.mag(self._pair)

    @property
    def mignitude(self) -> Array:
        """The smallest absolute values; NaN where empty."""
        return bounds.mig(self._pair)

    @property
    def is_empty(self) -> Flags:
        """Where there is no number."""
        return bounds.is_empty(self._pair)

    @property
    def is_bounded(self) -> Flags:
        """Where there is no infinite end."""
        return np.isfinite(self._lower) & np.isfinite(self._upper) | self.is_empty

    # As an array

    def __len__(self) -> int:
        return len(self._lower)

    def __iter__(self) -> Iterator[Any]:
        return (self[i] for i in range(len(self)))

    def __getitem__(self, key: Any) -> Any:
        """One `Interval`, or an `IntervalArray`: a view where NumPy gives one."""
        return self._wrap((self._lower[key], self._upper[key]))

    def __setitem__(self, key: Any, value: object) -> None:
        lower, upper = bounds_from(value, None)
        self._lower[key], self._upper[key] = lower, upper

    def __contains__(self, number: object) -> bool:
        raise IntervalError(
            "`in` has no single answer for many intervals: ask is_member(number, x) for each of "
            "them, or x == y for intervals"
        )

    def copy(self) -> IntervalArray:
        """An array of its own."""
        return IntervalArray._of((self._lower.copy(), self._upper.copy()))

    def reshape(self, *shape: Any) -> IntervalArray:
        """The same in another shape; a view where NumPy gives one."""
        return self._moved("reshape", *shape)

    def ravel(self) -> IntervalArray:
        """In one dimension; a view where NumPy gives one."""
        return self._moved("ravel")

    def flatten(self) -> IntervalArray:
        """In one dimension, a copy."""
        return self._moved("flatten")

    def squeeze(self, axis: Axis = None) -> IntervalArray:
        """Without axes of length one."""
        return self._moved("squeeze", axis)

    def transpose(self, *axes: Any) -> IntervalArray:
        """With the axes in another order."""
        return self._moved("transpose", *axes)

    def swapaxes(self, first: int, second: int) -> IntervalArray:
        """With two axes exchanged."""
        return self._moved("swapaxes", first, second)

    def repeat(self, repeats: Any, axis: int | None = None) -> IntervalArray:
        """Each element several times."""
        return self._moved("repeat", repeats, axis)

    def take(self, indices: Any, axis: int | None = None) -> IntervalArray:
        """The elements at some places."""
        return self._moved("take", indices, axis)

    def _moved(self, method: str, *args: Any) -> IntervalArray:
        lower, upper = (getattr(bound, method)(*args) for bound in self._pair)
        return IntervalArray._of((lower, upper))

    def tolist(self) -> list[Any]:
        """Nested lists of `Interval`."""
        return [item if isinstance(item, Interval) else item.tolist() for item in self]

    def item(self) -> Interval:
        """The only interval of an array of size one."""
        return Interval(self._lower.item(), self._upper.item())

    # Reductions

    def sum(self, axis: Axis = None, *, keepdims: bool = False) -> Any:
        """The tightest sums over an axis, several, or all; of nothing [0, 0].

        >>> IntervalArray([0.1, 0.2, 0.3]).sum()
        Interval(0.6, 0.6000000000000001)
        """
        return self._wrap(reductions.total(self._pair, axis, keepdims=keepdims))

    def mean(self, axis: Axis = None, *, keepdims: bool = False) -> Any:
        """The sums by the number of summands."""
        return self._wrap(reductions.mean(self._pair, axis, keepdims=keepdims))

    def prod(self, axis: Axis = None, *, keepdims: bool = False) -> Any:
        """The products; every multiplication rounds outward."""
        return self._wrap(reductions.prod(self._pair, axis, keepdims=keepdims))

    def min(self, axis: Axis = None, *, keepdims: bool = False) -> Any:
        """The range of the least of one number from each."""
        return self._wrap(reductions.minimum(self._pair, axis, keepdims=keepdims))

    def max(self, axis: Axis = None, *, keepdims: bool = False) -> Any:
        """The range of the greatest of one number from each."""
        return self._wrap(reductions.maximum(self._pair, axis, keepdims=keepdims))

    def hull(self, axis: Axis = None, *, keepdims: bool = False) -> Any:
        """The smallest intervals around all; of none the empty set. For two: ``x | y``."""
        return self._wrap(reductions.hull(self._pair, axis, keepdims=keepdims))

    def intersection(self, axis: Axis = None, *, keepdims: bool = False) -> Any:
        """The numbers in all; of none the whole line. For two: ``x & y``."""
        return self._wrap(reductions.intersection(self._pair, axis, keepdims=keepdims))

    def cumsum(self, axis: int = 0) -> IntervalArray:
        """The running sums; every addition rounds outward."""
        return IntervalArray._of(reductions.accumulate(bounds.add, self._pair, axis))

    # Comparison

    def __eq__(self, other: object) -> Flags:  # type: ignore[override]
        pair = operand(other)
        return NotImplemented if pair is None else bounds.equal(self._pair, pair)

    def __ne__(self, other: object) -> Flags:  # type: ignore[override]
        pair = operand(other)
        return NotImplemented if pair is None else ~bounds.equal(self._pair, pair)

    __hash__ = None  # type: ignore[assignment]

    def __lt__(self, other: object) -> NoReturn:
        refuse_order()

    __le__ = __gt__ = __ge__ = __lt__

    def __bool__(self) -> NoReturn:
        raise IntervalOrderError(
            "an array of intervals has no truth value: ask x.is_empty.any(), (x == y).all(), len(x)"
        )

    # Arithmetic

    def __pos__(self) -> IntervalArray:
        return self.copy()

    def __neg__(self) -> IntervalArray:
        return IntervalArray._of(bounds.neg(self._pair))

    def __abs__(self) -> IntervalArray:
        return IntervalArray._of(bounds.absolute(self._pair))

    def __add__(self, other: object) -> IntervalArray:
        return _binary(bounds.add, self, other)

    def __radd__(self, other: object) -> IntervalArray:
        return _binary(bounds.add, other, self)

    def __sub__(self, other: object) -> IntervalArray:
        return _binary(bounds.sub, self, other)

    def __rsub__(self, other: object) -> IntervalArray:
        return _binary(bounds.sub, other, self)

    def __mul__(self, other: object) -> IntervalArray:
        return _binary(bounds.mul, self, other)

    def __rmul__(self, other: object) -> IntervalArray:
        return _binary(bounds.mul, other, self)

    def __truediv__(self, other: object) -> IntervalArray:
        return _binary(bounds.div, self, other)

    def __rtruediv__(self, other: object) -> IntervalArray:
        return _binary(bounds.div, other, self)

    def __and__(self, other: object) -> IntervalArray:
        return _binary(bounds.intersection, self, other)

    def __or__(self, other: object) -> IntervalArray:
        return _binary(bounds.convex_hull, self, other)

    __rand__, __ror__ = __and__, __or__

    def __pow__(self, exponent: object) -> IntervalArray:
        """The powers for an integer exponent."""
        if not isinstance(exponent, (int, np.integer)):
            return NotImplemented
        return IntervalArray._of(bounds.pown(self._pair, int(exponent)))

    def __iadd__(self, other: object) -> IntervalArray:
        return store(self + other, self)

    def __isub__(self, other: object) -> IntervalArray:
        return store(self - other, self)

    def __imul__(self, other: object) -> IntervalArray:
        return store(self * other, self)

    def __itruediv__(self, other: object) -> IntervalArray:
        return store(self / other, self)

    # Text and copies

    def __repr__(self) -> str:
        return f"IntervalArray({texts(self._pair, 'IntervalArray(')})"

    def __str__(self) -> str:
        return texts(self._pair, "")

    def __reduce__(self) -> tuple[Any, ...]:
        return IntervalArray, (self._lower, self._upper)

    def __copy__(self) -> IntervalArray:
        return self.copy()


def _read_only(bound: Array) -> Array:
    view = bound.view()
    view.flags.writeable = False
    return view


def _binary(function: Callable[[Bounds, Bounds], Bounds], x: object, y: object) -> IntervalArray:
    first, second = operand(x), operand(y)
    if first is None or second is None:
        return NotImplemented
    return IntervalArray._of(function(first, second))  # pyright: ignore[reportPrivateUsage]
