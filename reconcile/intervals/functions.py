"""The functions of IEEE 1788.1 for `Interval`, `IntervalArray` and what turns into one.

An `Interval` (or a number) gives an `Interval`, anything with more elements an `IntervalArray`.
Binary functions broadcast; `out` takes the result of an array. Domains: a function is applied to
the part of its argument where it is defined, so that the square root of [-1, 4] is [0, 2] and
that of [-2, -1] is empty.

Reference: IEEE Std 1788.1-2017, tables 4.1 to 4.6.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

from reconcile.errors import IntervalError
from reconcile.intervals import bounds
from reconcile.intervals import scalar_arithmetic as arithmetic
from reconcile.intervals.array import IntervalArray
from reconcile.intervals.bounds import Bounds
from reconcile.intervals.interval_text import read_literal
from reconcile.intervals.protocols import operand, store
from reconcile.intervals.rounding import explog
from reconcile.intervals.scalar import Interval, is_number

Out = IntervalArray | None
_Array = Callable[..., Bounds]


def tightest() -> AbstractContextManager[None]:
    """Inside this context exp and the logarithms of arrays are the tightest, by proof.

    Outside it they may come from NumPy, moved outward by two floats, where that was found
    accurate on this machine: about three times as fast. Those of an `Interval` are always the
    tightest.

    >>> x = IntervalArray([1.0])
    >>> with tightest():
    ...     exp(x)[0] == exp(Interval(1, 1))
    True
    """
    return explog.using("proven")


def text_to_interval(text: str) -> Interval:
    """The interval that a literal of the standard stands for; the empty set for other text.

    `Interval.from_text` raises instead, and reads open ends.

    >>> text_to_interval("[1/3, 1e400]"), text_to_interval("about 3")
    (Interval(0.3333333333333333, inf), Interval.empty())
    """
    try:
        lower, upper, _, _ = read_literal(text, strict=False)
    except IntervalError:
        return Interval.empty()
    return Interval(lower, upper)


def _single(x: object) -> Interval | None:
    """An interval or a number as a closed interval, None for arrays and the like."""
    if isinstance(x, Interval):
        return x.closure()
    return Interval.of(x) if is_number(x) else None


def bounds_pair(x: object) -> Bounds:
    """The bounds of what turns into intervals; raises `IntervalError` for anything else."""
    pair = operand(x)
    if pair is None:
        raise IntervalError(f"expected intervals or numbers, got {type(x).__name__}")
    return pair


def _result(pair: Bounds, out: Out) -> Any:
    result = IntervalArray._of(pair)  # pyright: ignore[reportPrivateUsage]
    return result if out is None else store(result, out)


def _unary(
    one: Callable[[float, float], arithmetic.Pair], many: _Array, x: object, out: Out
) -> Any:
    single = _single(x) if out is None else None
    if single is None:
        return _result(many(bounds_pair(x)), out)
    return single if single.is_empty else Interval(*one(single.lower, single.upper))


def _binary(
    one: Callable[[Interval, Interval], Interval], many: _Array, x: object, y: object, out: Out
) -> Any:
    first, second = (_single(x), _single(y)) if out is None else (None, None)
    if first is None or second is None:
        return _result(many(bounds_pair(x), bounds_pair(y)), out)
    return one(first, second)


def pos(x: Any, out: Out = None) -> Any:
    """The same, closed.

    >>> pos(Interval(1, 2, closed="left"))
    Interval(1.0, 2.0)
    """
    return _unary(lambda a, b: (a, b), bounds.pos, x, out)


def neg(x: Any, out: Out = None) -> Any:
    """-x.

    >>> neg(Interval(1, 2))
    Interval(-2.0, -1.0)
    """
    return _unary(lambda a, b: (-b, -a), bounds.neg, x, out)


def add(x: Any, y: Any, out: Out = None) -> Any:
    """x + y, tightest; also the operator.

    >>> add(Interval(1, 2), 0.1)
    Interval(1.0999999999999999, 2.1)
    """
    return _binary(lambda a, b: a + b, bounds.add, x, y, out)


def sub(x: Any, y: Any, out: Out = None) -> Any:
    """x - y, tightest; also the operator.

    >>> sub(Interval(1, 2), Interval(1, 2))
    Interval(-1.0, 1.0)
    """
    return _binary(lambda a, b: a - b, bounds.sub, x, y, out)


def mul(x: Any, y: Any, out: Out = None) -> Any:
    """x * y, tightest, with 0 * inf = 0; also the operator.

    >>> mul(Interval(-1, 2), Interval(3, float("inf")))
    Interval(-inf, inf)
    """
    return _binary(lambda a, b: a * b, bounds.mul, x, y, out)


def div(x: Any, y: Any, out: Out = None) -> Any:
    """x / y, the hull of all quotients that exist; also the operator.

    >>> div(Interval(1, 2), Interval(0, 4)), div(1, Interval(0, 0))
    (Interval(0.25, inf), Interval.empty())
    """
    return _binary(lambda a, b: a / b, bounds.div, x, y, out)


def recip(x: Any, out: Out = None) -> Any:
    """1 / x.

    >>> recip(Interval(2, 4))
    Interval(0.25, 0.5)
    """
    return _unary(lambda a, b: arithmetic.div(1.0, 1.0, a, b), bounds.recip, x, out)


def sqr(x: Any, out: Out = None) -> Any:
    """The squares of the numbers in x, tightest.

    >>> sqr(Interval(-1, 3))
    Interval(0.0, 9.0)
    """
    return _unary(arithmetic.sqr, bounds.sqr, x, out)


def sqrt(x: Any, out: Out = None) -> Any:
    """The square roots of the numbers >= 0 in x, tightest.

    >>> sqrt(Interval(-1, 4))
    Interval(0.0, 2.0)
    """
    return _unary(arithmetic.sqrt, bounds.sqrt, x, out)


def pown(x: Any, n: int, out: Out = None) -> Any:
    """The n-th powers of the numbers in x for an integer n, tightest; x**0 = 1.

    Raises `IntervalError` if `n` is no integer.

    >>> pown(Interval(-2, 3), 3), pown(Interval(-2, 3), -2)
    (Interval(-8.0, 27.0), Interval(0.1111111111111111, inf))
    """
    exponent = int(n)
    if exponent != n:
        raise IntervalError(f"expected an integer exponent, got {n!r}")
    return _unary(
        lambda a, b: arithmetic.pown(a, b, exponent), lambda p: bounds.pown(p, exponent), x, out
    )


def exp(x: Any, out: Out = None) -> Any:
    """e to the power of the numbers in x; of arrays within two floats (see `tightest`).

    >>> exp(Interval(0, 1))
    Interval(1.0, 2.7182818284590455)
    """
    return _unary(arithmetic.exp, bounds.exp, x, out)


def exp2(x: Any, out: Out = None) -> Any:
    """2 to the power of the numbers in x; exact for integers.

    >>> exp2(Interval(-1, 3))
    Interval(0.5, 8.0)
    """
    return _unary(arithmetic.exp2, bounds.exp2, x, out)


def log(x: Any, out: Out = None) -> Any:
    """The natural logarithms of the numbers > 0 in x.

    >>> log(Interval(0, 1)), log(Interval(-1, 0))
    (Interval(-inf, 0.0), Interval.empty())
    """
    return _unary(arithmetic.log, bounds.log, x, out)


def log2(x: Any, out: Out = None) -> Any:
    """The logarithms to base 2 of the numbers > 0 in x; exact for powers of 2.

    >>> log2(Interval(0.5, 8))
    Interval(-1.0, 3.0)
    """
    return _unary(arithmetic.log2, bounds.log2, x, out)


def log10(x: Any, out: Out = None) -> Any:
    """The logarithms to base 10 of the numbers > 0 in x; exact for powers of 10.

    >>> log10(Interval(1, 1000))
    Interval(0.0, 3.0)
    """
    return _unary(arithmetic.log10, bounds.log10, x, out)


def absolute(x: Any, out: Out = None) -> Any:
    """The absolute values of the numbers in x.

    >>> absolute(Interval(-3, 2))
    Interval(0.0, 3.0)
    """
    return _unary(arithmetic.absolute, bounds.absolute, x, out)


def minimum(x: Any, y: Any, out: Out = None) -> Any:
    """The smaller of a number in x and one in y.

    >>> minimum(Interval(1, 5), Interval(2, 3))
    Interval(1.0, 3.0)
    """
    return _binary(_minimum, bounds.minimum, x, y, out)


def maximum(x: Any, y: Any, out: Out = None) -> Any:
    """The larger of a number in x and one in y.

    >>> maximum(Interval(1, 5), Interval(2, 3))
    Interval(2.0, 5.0)
    """
    return _binary(_maximum, bounds.maximum, x, y, out)


def _minimum(a: Interval, b: Interval) -> Interval:
    if a.is_empty or b.is_empty:
        return Interval.empty()
    return Interval(min(a.lower, b.lower), min(a.upper, b.upper))


def _maximum(a: Interval, b: Interval) -> Interval:
    if a.is_empty or b.is_empty:
        return Interval.empty()
    return Interval(max(a.lower, b.lower), max(a.upper, b.upper))


def intersection(x: Any, y: Any, out: Out = None) -> Any:
    """The numbers in both; also ``x & y``. Open ends of an `Interval` stay open.

    >>> intersection(Interval(1, 3), Interval(2, 4, closed="neither"))
    Interval(2.0, 3.0, closed='right')
    """
    if isinstance(x, Interval) and isinstance(y, Interval) and out is None:
        return x & y
    return _binary(lambda a, b: a & b, bounds.intersection, x, y, out)


def convex_hull(x: Any, y: Any, out: Out = None) -> Any:
    """The smallest interval around both; also ``x | y``. Open ends of an `Interval` stay open.

    >>> convex_hull(Interval(1, 2), 5)
    Interval(1.0, 5.0)
    """
    if isinstance(x, Interval) and isinstance(y, Interval) and out is None:
        return x | y
    return _binary(lambda a, b: a | b, bounds.convex_hull, x, y, out)


def cancel_minus(x: Any, y: Any, out: Out = None) -> Any:
    """The tightest z with y + z around x: undoes an addition; everything where there is none.

    >>> cancel_minus(Interval(4, 6), Interval(1, 2)), cancel_minus(Interval(4, 4), Interval(1, 2))
    (Interval(3.0, 4.0), Interval(-inf, inf))
    """
    return _binary(_cancel_minus, bounds.cancel_minus, x, y, out)


def cancel_plus(x: Any, y: Any, out: Out = None) -> Any:
    """`cancel_minus` of x and -y: undoes a subtraction.

    >>> cancel_plus(Interval(-1, 1), Interval(1, 2))
    Interval(1.0, 2.0)
    """
    return _binary(lambda a, b: _cancel_minus(a, -b), bounds.cancel_plus, x, y, out)


def _cancel_minus(a: Interval, b: Interval) -> Interval:
    return Interval(*arithmetic.cancel_minus(a.lower, a.upper, b.lower, b.upper))
