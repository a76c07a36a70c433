"""`Interval`: one interval of the reals, each end open or closed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import FrozenInstanceError
from decimal import Decimal
from math import inf, nextafter
from numbers import Real
from typing import Any, NoReturn, Self, TypeGuard

from reconcile.errors import IntervalError, IntervalOrderError
from reconcile.intervals import scalar_arithmetic as arithmetic
from reconcile.intervals.interval_text import bound_text, read_literal
from reconcile.intervals.relations import Closed, Cut, Number, Related
from reconcile.intervals.rounding.float_rounding import MAX, add_down, add_up

_CLOSED: dict[tuple[bool, bool], Closed] = {
    (True, True): "both",
    (True, False): "left",
    (False, True): "right",
    (False, False): "neither",
}


class Interval(Related):
    """The reals from `lower` to `upper`; `closed` says which ends belong to it.

    Immutable and hashable. ``==`` asks whether two intervals are the same set; there is no
    ``<`` (the named relations `less`, `precedes`, ... say which order is meant) and no truth
    value. Set operations (``&``, ``|``, `in`, `issubset`) keep open ends; arithmetic takes the
    closure and gives the tightest closed interval of floats around the exact result. An
    infinite end never belongs to the set, whatever `closed` says. The empty set is
    `Interval.empty()`, with lower = inf and upper = -inf.

    Bounds that are no floats (large integers, fractions, decimals) are rounded outward.

    Raises `IntervalError` for bounds that are no numbers or leave no number between them.

    Reference: IEEE Std 1788.1-2017, section 4 (closed intervals).

    >>> Interval(1000, float("inf"), closed="neither")
    Interval(1000.0, inf, closed='neither')
    >>> Interval(1, 2) + Interval(3, 4), Interval(1, 2) / 10
    (Interval(4.0, 6.0), Interval(0.09999999999999999, 0.2))
    >>> Interval(1, 5, closed="left") & Interval(3, 9)
    Interval(3.0, 5.0, closed='left')
    """

    # No dataclass: pandas would spread a list of those over columns.
    __slots__ = ("closed", "lower", "upper")
    __match_args__ = ("lower", "upper", "closed")
    lower: float
    upper: float
    closed: Closed

    def __init__(self, lower: Number, upper: Number, closed: Closed = "both") -> None:
        if type(lower) is not float or type(upper) is not float:
            lower, upper = outer_float(lower, up=False), outer_float(upper, up=True)
        if not (lower < upper and (closed == "both" or closed in _CLOSED.values())):
            _check(lower, upper, closed)
        _set_lower(self, lower + 0.0)
        _set_upper(self, upper + 0.0)
        _set_closed(self, closed)

    @classmethod
    def empty(cls) -> Interval:
        """The set without a number."""
        return _make(inf, -inf)

    @classmethod
    def entire(cls) -> Interval:
        """All real numbers."""
        return _make(-inf, inf)

    @classmethod
    def of(cls, value: Self | Number) -> Self:
        """A number as the tightest interval around it; an interval as it is.

        >>> Interval.of(2**53 + 1)
        Interval(9007199254740992.0, 9007199254740994.0)
        """
        return value if isinstance(value, cls) else cls(value, value)  # pyright: ignore[reportArgumentType]

    @classmethod
    def from_text(cls, text: str) -> Interval:
        """Read a literal such as ``[1, 2]``, ``(1/3, inf]``, ``[0x1p-3]``, ``[empty]``, ``3.56?1``.

        Raises `IntervalError` for anything else (`text_to_interval` gives the empty set then).

        >>> Interval.from_text("[0.1]")
        Interval(0.09999999999999999, 0.1)
        """
        lower, upper, left, right = read_literal(text)
        return _make(lower, upper, _CLOSED[left, right])

    @property
    def is_bounded(self) -> bool:
        """Whether there is no number beyond all floats in it."""
        return self.lower > -inf and self.upper < inf

    @property
    def midpoint(self) -> float:
        """The middle, rounded to nearest; NaN for the empty set.

        >>> Interval(1, 4).midpoint, Interval.entire().midpoint
        (2.5, 0.0)
        """
        return arithmetic.mid(self.lower, self.upper)

    @property
    def width(self) -> float:
        """upper - lower, rounded up; NaN for the empty set."""
        return arithmetic.wid(self.lower, self.upper)

    @property
    def radius(self) -> float:
        """The smallest r with [midpoint - r, midpoint + r] around it; NaN for the empty set."""
        return arithmetic.rad(self.lower, self.upper)

    @property
    def magnitude(self) -> float:
        """The largest absolute value; NaN for the empty set."""
        return arithmetic.mag(self.lower, self.upper)

    @property
    def mignitude(self) -> float:
        """The smallest absolute value; NaN for the empty set."""
        return arithmetic.mig(self.lower, self.upper)

    def closure(self) -> Interval:
        """The same with both ends closed."""
        return self if self.closed == "both" else _make(self.lower, self.upper)

    def intersection(self, other: Interval | Number) -> Interval:
        """The numbers in both; also ``a & b``."""
        b = Interval.of(other)
        return _between(max(self._start, b._start), min(self._stop, b._stop))

    def hull(self, other: Interval | Number) -> Interval:
        """The smallest interval around both; also ``a | b``.

        >>> Interval(1, 2, closed="left") | Interval(4, 6)
        Interval(1.0, 6.0)
        """
        b = Interval.of(other)
        if self.is_empty or b.is_empty:
            return self if b.is_empty else b
        return _between(min(self._start, b._start), max(self._stop, b._stop))

    def __and__(self, other: object) -> Interval:
        return self.intersection(other) if _is_operand(other) else NotImplemented

    def __or__(self, other: object) -> Interval:
        return self.hull(other) if _is_operand(other) else NotImplemented

    def __contains__(self, number: object) -> bool:
        """Whether a number of any exact or floating type belongs to it.

        >>> 3 in Interval(1, 3, closed="left"), 2 in Interval(1, 3)
        (False, True)
        """
        if not is_number(number):
            raise IntervalError(f"expected a number, got {number!r}; for sets: a.issubset(b)")
        above = self.lower <= number if self.lower_closed else self.lower < number
        below = number <= self.upper if self.upper_closed else number < self.upper
        return bool(above and below)

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise FrozenInstanceError(f"an Interval can't be changed: cannot assign to {name!r}")

    def __delattr__(self, name: str) -> NoReturn:
        raise FrozenInstanceError(f"an Interval can't be changed: cannot delete {name!r}")

    def __reduce__(self) -> tuple[object, ...]:
        return _make, (self.lower, self.upper, self.closed)

    def __copy__(self) -> Interval:
        return self

    def __deepcopy__(self, memo: object) -> Interval:
        return self

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Interval):
            return NotImplemented
        return self._start == other._start and self._stop == other._stop

    def __hash__(self) -> int:
        return hash((self._start, self._stop))

    def __lt__(self, other: object) -> NoReturn:
        raise IntervalOrderError(
            "intervals have no single order: use less, strict_less, precedes, strict_precedes, "
            "issubset or interior, or compare their lower, upper or midpoint"
        )

    __le__ = __gt__ = __ge__ = __lt__

    def __bool__(self) -> NoReturn:
        raise IntervalOrderError(
            "an interval has no truth value: ask .is_empty, `number in x`, or x == y"
        )

    def __repr__(self) -> str:
        if self.is_empty:
            return "Interval.empty()"
        closed = "" if self.closed == "both" else f", closed={self.closed!r}"
        return f"Interval({self.lower!r}, {self.upper!r}{closed})"

    def __str__(self) -> str:
        return format(self, "")

    def __format__(self, spec: str) -> str:
        """The interval in decimals that enclose it; `spec` formats each bound like a float.

        >>> f"{Interval(1.25, 2.75, closed='left'):.1f}", str(Interval(0, 0.2))
        ('[1.2, 2.8)', '[0, 0.20000000000000002]')
        """
        if self.is_empty:
            return "[empty]"
        left = "[" if self.closed in ("both", "left") else "("
        right = "]" if self.closed in ("both", "right") else ")"
        lower = bound_text(self.lower, spec, up=False)
        upper = bound_text(self.upper, spec, up=True)
        return f"{left}{lower}, {upper}{right}"

    def __pos__(self) -> Interval:
        return self.closure()

    def __neg__(self) -> Interval:
        return _make(-self.upper, -self.lower)

    def __abs__(self) -> Interval:
        return _unary(arithmetic.absolute, self)

    def __add__(self, other: object) -> Interval:
        if type(other) is not Interval:
            if not _is_operand(other):
                return NotImplemented
            other = Interval.of(other)
        if self.lower > self.upper or other.lower > other.upper:
            return _make(inf, -inf)
        return _make(add_down(self.lower, other.lower), add_up(self.upper, other.upper))

    def __sub__(self, other: object) -> Interval:
        if type(other) is not Interval:
            if not _is_operand(other):
                return NotImplemented
            other = Interval.of(other)
        if self.lower > self.upper or other.lower > other.upper:
            return _make(inf, -inf)
        return _make(add_down(self.lower, -other.upper), add_up(self.upper, -other.lower))

    def __mul__(self, other: object) -> Interval:
        return _binary(arithmetic.mul, self, other)

    def __truediv__(self, other: object) -> Interval:
        return _binary(arithmetic.div, self, other)

    def __radd__(self, other: object) -> Interval:
        return self + other

    def __rsub__(self, other: object) -> Interval:
        return Interval.of(other) - self if _is_operand(other) else NotImplemented

    def __rmul__(self, other: object) -> Interval:
        return self * other

    def __rtruediv__(self, other: object) -> Interval:
        return Interval.of(other) / self if _is_operand(other) else NotImplemented

    def __pow__(self, exponent: object) -> Interval:
        """The powers of its numbers for an integer exponent; `sqrt` and `exp` for others."""
        if not isinstance(exponent, int):
            return NotImplemented
        lower, upper = self.lower, self.upper
        return (
            _make(inf, -inf) if lower > upper else _make(*arithmetic.pown(lower, upper, exponent))
        )

    def sqr(self) -> Interval:
        """The squares; the range of x*x, tighter than ``x * x``."""
        return _unary(arithmetic.sqr, self)

    def sqrt(self) -> Interval:
        """The square roots of its numbers >= 0.

        >>> Interval(-1, 4).sqrt()
        Interval(0.0, 2.0)
        """
        return _unary(arithmetic.sqrt, self)

    def exp(self) -> Interval:
        """e to the power of its numbers."""
        return _unary(arithmetic.exp, self)

    def exp2(self) -> Interval:
        """2 to the power of its numbers."""
        return _unary(arithmetic.exp2, self)

    def log(self) -> Interval:
        """The natural logarithms of its numbers > 0.

        >>> Interval(-3, 1).log()
        Interval(-inf, 0.0)
        """
        return _unary(arithmetic.log, self)

    def log2(self) -> Interval:
        """The logarithms to base 2 of its numbers > 0."""
        return _unary(arithmetic.log2, self)

    def log10(self) -> Interval:
        """The logarithms to base 10 of its numbers > 0."""
        return _unary(arithmetic.log10, self)


_new = object.__new__
# Past __setattr__, which refuses: these are half the cost of object.__setattr__.
_set_lower = Interval.__dict__["lower"].__set__
_set_upper = Interval.__dict__["upper"].__set__
_set_closed = Interval.__dict__["closed"].__set__


def _make(lower: float, upper: float, closed: Closed = "both") -> Interval:
    """An interval from bounds that are known to be right; a zero loses its sign."""
    x = _new(Interval)
    _set_lower(x, lower + 0.0)
    _set_upper(x, upper + 0.0)
    _set_closed(x, closed)
    return x


def _between(first: Cut, last: Cut) -> Interval:
    """The interval between two cuts of the line; an infinite end is written like the other one."""
    if first > last:
        return _make(inf, -inf)
    left, right = first[1] == 0, last[1] == 0
    if first[0] == -inf or last[0] == inf:
        both = left or right or (first[0] == -inf and last[0] == inf)
        left = right = both
    return _make(first[0], last[0], _CLOSED[left, right])


def _binary(
    function: Callable[[float, float, float, float], arithmetic.Pair], a: Interval, b: object
) -> Interval:
    if type(b) is not Interval:
        if not _is_operand(b):
            return NotImplemented
        b = Interval.of(b)
    if a.lower > a.upper or b.lower > b.upper:
        return _make(inf, -inf)
    return _make(*function(a.lower, a.upper, b.lower, b.upper))


def _unary(function: Callable[[float, float], arithmetic.Pair], x: Interval) -> Interval:
    return _make(*(function(x.lower, x.upper) if x.lower <= x.upper else arithmetic.EMPTY))


def is_number(value: object) -> TypeGuard[float]:
    """Whether a value is a real number: int, float, NumPy scalar, Fraction, Decimal."""
    return isinstance(value, (int, float, Real, Decimal))


def _is_operand(value: object) -> TypeGuard[Interval | float]:
    return isinstance(value, (Interval, int, float, Real, Decimal))


def outer_float(value: Any, *, up: bool) -> float:
    """The float on the outer side of a number."""
    if not is_number(value):
        raise IntervalError(f"expected numbers as bounds, got {value!r}; texts: Interval.from_text")
    try:
        nearest = float(value)
    except OverflowError:
        return (inf if up else MAX) if value > 0 else (-MAX if up else -inf)
    if nearest == value or nearest != nearest or (nearest > value) == up:
        return nearest
    return nextafter(nearest, inf if up else -inf)


def _check(lower: float, upper: float, closed: str) -> None:
    """Refuse what is no interval: not in order, no number in it, or an unknown `closed`."""
    if closed not in _CLOSED.values():
        known = ", ".join(map(repr, _CLOSED.values()))
        raise IntervalError(f"expected closed to be one of {known}, got {closed!r}")
    if lower != lower or upper != upper:
        raise IntervalError(f"expected numbers as bounds, got {lower} and {upper}")
    thin = lower == upper and closed == "both" and lower - lower == 0.0
    if not (thin or lower < upper or (lower == inf and upper == -inf)):
        raise IntervalError(
            f"expected a number between the bounds, got {lower} and {upper}, closed={closed!r}; "
            "swap them, or write Interval.empty() for the set without one"
        )
