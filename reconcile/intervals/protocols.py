"""What NumPy's own functions do with arrays of intervals (NEP 13 and NEP 18).

Ufuncs map to operations on bounds. Functions that only move elements about (concatenate, take,
where, ...) are applied to the lower and to the upper bounds. What is in no table is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NoReturn, Self, cast

import numpy as np

from reconcile.errors import IntervalError, IntervalOrderError
from reconcile.intervals import bounds, reductions
from reconcile.intervals.bounds import Bounds
from reconcile.intervals.convert import HasBounds, bounds_from
from reconcile.intervals.scalar import Interval


def _rounded(ufunc: np.ufunc) -> Callable[[Bounds], Bounds]:
    """Floor, ceiling and the like: monotone and exact, so bound by bound."""

    def apply(x: Bounds) -> Bounds:
        return ufunc(x[0]) + 0.0, ufunc(x[1]) + 0.0

    return apply


def _sign(x: Bounds) -> Bounds:
    empty = bounds.is_empty(x)
    return np.where(empty, np.inf, np.sign(x[0])), np.where(empty, -np.inf, np.sign(x[1]))


_ARITHMETIC: dict[np.ufunc, Callable[..., Bounds]] = {
    np.positive: bounds.pos,
    np.negative: bounds.neg,
    np.absolute: bounds.absolute,
    np.fabs: bounds.absolute,
    np.add: bounds.add,
    np.subtract: bounds.sub,
    np.multiply: bounds.mul,
    np.divide: bounds.div,
    np.reciprocal: bounds.recip,
    np.square: bounds.sqr,
    np.sqrt: bounds.sqrt,
    np.exp: bounds.exp,
    np.exp2: bounds.exp2,
    np.log: bounds.log,
    np.log2: bounds.log2,
    np.log10: bounds.log10,
    np.minimum: bounds.minimum,
    np.maximum: bounds.maximum,
    np.bitwise_and: bounds.intersection,
    np.bitwise_or: bounds.convex_hull,
    np.sign: _sign,
    **{ufunc: _rounded(ufunc) for ufunc in (np.floor, np.ceil, np.trunc, np.rint)},
}
_RELATIONS: dict[np.ufunc, Callable[..., Any]] = {
    np.isnan: lambda x: np.zeros(x[0].shape, np.bool_),
    np.isinf: lambda x: (np.isinf(x[0]) | np.isinf(x[1])) & ~bounds.is_empty(x),
    np.isfinite: lambda x: np.isfinite(x[0]) & np.isfinite(x[1]),
    np.equal: bounds.equal,
    np.not_equal: lambda x, y: ~bounds.equal(x, y),
}
_ORDERS = frozenset({np.less, np.less_equal, np.greater, np.greater_equal})
_SORTING = frozenset({np.sort, np.argsort, np.argmin, np.argmax, np.searchsorted, np.median})
_REDUCTIONS: dict[np.ufunc, Callable[..., Bounds]] = {
    np.add: reductions.total,
    np.multiply: reductions.prod,
    np.minimum: reductions.minimum,
    np.maximum: reductions.maximum,
    np.bitwise_and: reductions.intersection,
    np.bitwise_or: reductions.hull,
}
_MOVING: frozenset[Callable[..., Any]] = frozenset(
    {
        np.append, np.array_split, np.atleast_1d, np.atleast_2d, np.atleast_3d,
        np.broadcast_arrays, np.broadcast_to, np.choose, np.column_stack, np.compress,
        np.concatenate, np.copy, np.delete, np.diagonal, np.dsplit, np.dstack, np.expand_dims,
        np.extract, np.flip, np.fliplr, np.flipud, np.hsplit, np.hstack, np.insert, np.moveaxis,
        np.ravel, np.repeat, np.reshape, np.resize, np.roll, np.rollaxis, np.rot90, np.select,
        np.split, np.squeeze, np.stack, np.swapaxes, np.take, np.take_along_axis, np.tile,
        np.transpose, np.vsplit, np.vstack, np.where,
    }
)  # fmt: skip


class NumpyFunctions(HasBounds):
    """The side of `IntervalArray` that NumPy calls."""

    __slots__ = ()

    @classmethod
    def _of(cls, pair: Bounds) -> Self:
        """From bounds that are known to be right, without a copy."""
        x = object.__new__(cls)
        x._lower, x._upper = np.asarray(pair[0]), np.asarray(pair[1])
        return x

    @classmethod
    def _wrap(cls, pair: Bounds) -> Any:
        """An `Interval` for a single one, else an array."""
        if np.ndim(pair[0]) == 0:
            return Interval(float(pair[0]), float(pair[1]))
        return cls._of(pair)

    def __array_ufunc__(
        self, ufunc: np.ufunc, method: str, *inputs: Any, out: Any = None, **options: Any
    ) -> Any:
        """NEP 13: calls, `outer`, `accumulate`, and the reductions that have a meaning."""
        if ufunc in _ORDERS:
            refuse_order()
        where = options.pop("where", True)
        if where is not True and (out is None or method != "__call__"):
            raise TypeError("expected `where` only together with `out`, in a call")
        result = self._ufunc(ufunc, method, inputs, options)
        return result if result is NotImplemented or out is None else store(result, out[0], where)

    def _ufunc(
        self, ufunc: np.ufunc, method: str, inputs: Sequence[Any], options: dict[str, Any]
    ) -> Any:
        pairs = [operand(value) for value in inputs[: ufunc.nin]]
        if ufunc is np.power and method == "__call__" and not options:
            return _power(self, pairs[0], inputs[1])
        if any(pair is None for pair in pairs):
            return NotImplemented
        known = cast(list[Bounds], pairs)
        if method == "outer":
            known, method = _outer(*known), "__call__"
        if method == "__call__" and not options and ufunc in _RELATIONS:
            return _RELATIONS[ufunc](*known)
        if method == "__call__" and not options and ufunc in _ARITHMETIC:
            return self._wrap(_ARITHMETIC[ufunc](*known))
        if method == "reduce" and ufunc in _REDUCTIONS and not set(options) - {"axis", "keepdims"}:
            return self._wrap(_REDUCTIONS[ufunc](known[0], **{"axis": 0, **options}))
        if method == "accumulate" and ufunc in _REDUCTIONS and not set(options) - {"axis"}:
            return self._wrap(reductions.accumulate(_ARITHMETIC[ufunc], known[0], **options))
        return NotImplemented

    def __array_function__(
        self,
        function: Callable[..., Any],
        types: Iterable[type],
        args: Sequence[Any],
        options: Mapping[str, Any],
    ) -> Any:
        """NEP 18: functions that move elements about, and reductions."""
        if function in _SORTING:
            refuse_order()
        if function in _BY_METHOD:
            return _BY_METHOD[function](*args, **options)
        if function not in _MOVING:
            return NotImplemented
        rest = {key: value for key, value in options.items() if key != "out"}
        lower, upper = (
            function(*_side(args, upper), **_side(rest, upper)) for upper in (False, True)
        )
        result = self._rewrapped(lower, upper)
        return result if options.get("out") is None else store(result, options["out"])

    def _rewrapped(self, lower: Any, upper: Any) -> Any:
        if isinstance(lower, (list, tuple)):
            parts = [self._rewrapped(a, b) for a, b in zip(lower, upper, strict=True)]
            return parts if isinstance(lower, list) else tuple(parts)
        return self._wrap((lower, upper))


def refuse_order() -> NoReturn:
    """Raise `IntervalOrderError`, naming the relations there are."""
    raise IntervalOrderError(
        "intervals have no single order: use less, strict_less, precedes, strict_precedes, subset "
        "or interior of reconcile.intervals, or compare .lower, .upper or .midpoint"
    )


def operand(value: object) -> Bounds | None:
    """The bounds of what can stand beside an array of intervals; None for what can't."""
    if isinstance(value, HasBounds):
        return value._pair  # pyright: ignore[reportPrivateUsage]
    if value is None or isinstance(value, (str, bytes, Mapping)):
        return None
    return bounds_from(value)


def store(result: Any, out: Any, where: Any = True) -> Any:
    """Write a result into `out`, an array of intervals unless the result is a plain array."""
    if isinstance(out, HasBounds):
        for target, bound in zip(out._pair, bounds_from(result), strict=True):  # pyright: ignore[reportPrivateUsage]
            np.copyto(target, bound, where=where)
    elif isinstance(result, (HasBounds, Interval)):
        raise IntervalError(f"expected an IntervalArray as out, got {type(out).__name__}")
    else:
        np.copyto(out, result, where=where)
    return out


def _power(x: NumpyFunctions, base: Bounds | None, exponent: Any) -> Any:
    if base is None or not isinstance(exponent, (int, np.integer)):
        return NotImplemented
    return x._wrap(bounds.pown(base, int(exponent)))  # pyright: ignore[reportPrivateUsage]


def _outer(x: Bounds, y: Bounds) -> list[Bounds]:
    shape = (*x[0].shape, *(1,) * y[0].ndim)
    return [(x[0].reshape(shape), x[1].reshape(shape)), y]


def _side(value: Any, upper: bool) -> Any:
    """The arguments of a function with lower or upper bounds in the place of intervals."""
    if isinstance(value, HasBounds):
        return value._pair[upper]  # pyright: ignore[reportPrivateUsage]
    if isinstance(value, Interval):
        return value.upper if upper else value.lower
    if isinstance(value, dict):
        return {key: _side(item, upper) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_side(item, upper) for item in value]
    return value


def _reduction(name: str) -> Callable[..., Any]:
    def reduce(x: Any, axis: Any = None, out: Any = None, *, keepdims: Any = False) -> Any:
        result = getattr(x, name)(axis, keepdims=keepdims)
        return result if out is None else store(result, out)

    return reduce


def _copyto(dst: Any, src: Any, casting: str = "same_kind", where: Any = True) -> None:
    store(src, dst, where)


def _clip(x: Any, a_min: Any, a_max: Any, out: Any = None) -> Any:
    result = x if a_min is None else np.maximum(x, a_min)
    result = result if a_max is None else np.minimum(result, a_max)
    return result if out is None else store(result, out)


def _cumsum(x: Any, axis: int | None = None) -> Any:
    return x.ravel().cumsum() if axis is None else x.cumsum(axis)


def _diff(x: Any, n: int = 1, axis: int = -1) -> Any:
    rows = np.moveaxis(x, axis, 0)
    for _ in range(n):
        rows = rows[1:] - rows[:-1]
    return np.moveaxis(rows, 0, axis)


def _array_equal(x: Any, y: Any) -> bool:
    a, b = operand(x), operand(y)
    return (
        a is not None
        and b is not None
        and a[0].shape == b[0].shape
        and bool(np.all(bounds.equal(a, b)))
    )


def _filled(value: float) -> Callable[..., Any]:
    return lambda x: type(x)(np.full(x.shape, value))


_BY_METHOD: dict[Callable[..., Any], Callable[..., Any]] = {
    np.sum: _reduction("sum"),
    np.prod: _reduction("prod"),
    np.mean: _reduction("mean"),
    np.min: _reduction("min"),
    np.max: _reduction("max"),
    np.amin: _reduction("min"),
    np.amax: _reduction("max"),
    np.cumsum: _cumsum,
    np.diff: _diff,
    np.shape: lambda x: x.shape,
    np.ndim: lambda x: x.ndim,
    np.size: lambda x, axis=None: x.size if axis is None else x.shape[axis],
    np.copyto: _copyto,
    np.clip: _clip,
    np.array_equal: _array_equal,
    np.zeros_like: _filled(0.0),
    np.ones_like: _filled(1.0),
    np.empty_like: lambda x: type(x).empty(x.shape),
    np.full_like: lambda x, value: type(x)(np.broadcast_to(type(x)(value), x.shape)),
}
