"""Interval literals of IEEE 1788.1, read exactly and printed so that they enclose.

Bounds are read as exact rationals and rounded outward once. Nothing here knows `Interval`: a
literal is a pair of floats and two flags.

Reference: IEEE Std 1788.1-2017, 6.7 (literals) and 6.8 (text input and output).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import ROUND_CEILING, ROUND_FLOOR, Context, Decimal
from fractions import Fraction
from math import inf, isinf
from typing import NamedTuple, NoReturn

from reconcile.errors import IntervalError
from reconcile.intervals.rounding.float_rounding import ratio_down, ratio_up

_DECIMAL = re.compile(r"([+-]?)(?=\.?[0-9])([0-9]*)(?:\.([0-9]*))?(?:e([+-]?[0-9]+))?")
_HEX = re.compile(r"([+-]?)0x(?=\.?[0-9a-f])([0-9a-f]*)(?:\.([0-9a-f]*))?p([+-]?[0-9]+)")
_RATIONAL = re.compile(r"([+-]?[0-9]+)/(0*[1-9][0-9]*)")
_UNCERTAIN = re.compile(
    r"([+-]?)(?=\.?[0-9])([0-9]*)(?:\.([0-9]*))?\?(\?|[0-9]*)([ud]?)(?:e([+-]?[0-9]+))?"
)
_INFINITY = re.compile(r"([+-]?)inf(?:inity)?")
_SPEC = re.compile(r"(?P<head>[^.%a-zA-Z]*)(?:\.(?P<precision>[0-9]+))?(?P<kind>[eEfFgG%]?)")
_SPACE = " \t\n\r\f\v"
# Beyond this decimal exponent a number with fewer digits over- or underflows all the same.
_FAR = 2_000
_ROUNDING = {False: ROUND_FLOOR, True: ROUND_CEILING}

_Number = Fraction | float  # a float only where it is infinite


class Literal(NamedTuple):
    """The set that a text stands for; the empty set has lower = inf, upper = -inf."""

    lower: float
    upper: float
    lower_closed: bool = True
    upper_closed: bool = True


_EMPTY = Literal(inf, -inf)


def read_literal(text: str, *, strict: bool = True) -> Literal:
    """Read ``[l, u]``, ``[x]``, ``[l,]``, ``[ ]``, ``[empty]``, ``[entire]`` or ``m?ruE``.

    Bounds are decimals, hexadecimal floats (``0x1.8p-1``), rationals (``1/3``) or infinities.
    With `strict` a round bracket opens an end, and bounds in the wrong order are an error;
    without it, as in the standard, they are one only where they stay so when rounded outward.

    Raises `IntervalError` for anything else, with the place.

    >>> read_literal("[1/4, 0x1p3]")
    Literal(lower=0.25, upper=8.0, lower_closed=True, upper_closed=True)
    >>> read_literal("10?3u")[:2]
    (10.0, 13.0)
    """
    bare = text.strip(_SPACE)
    opening, closing = bare[:1], bare[-1:]
    if len(bare) < 2 or opening not in "[(" or closing not in "])":
        return _uncertain(bare, text)
    if not strict and opening + closing != "[]":
        _refuse(text, "square brackets")
    return _bracketed(bare[1:-1], opening == "[", closing == "]", strict, text)


def _bracketed(
    inside: str, closed_left: bool, closed_right: bool, strict: bool, text: str
) -> Literal:
    """The set between two brackets."""
    word = inside.strip(_SPACE).lower()
    if word in ("", "empty"):
        return _EMPTY
    if word == "entire":
        return Literal(-inf, inf, closed_left, closed_right)
    left, comma, right = word.partition(",")
    low = _bound(left, -inf, text) if comma else _number(left, text)
    high = _bound(right, inf, text) if comma else low
    if low == inf or high == -inf or (low == high and not closed_left & closed_right):
        _refuse(text, "bounds with a number between them")
    lower, upper = _rounded(low, up=False), _rounded(high, up=True)
    if lower > upper or (strict and low > high):
        _refuse(text, "bounds in ascending order")
    return Literal(lower, upper, closed_left, closed_right)


def _bound(text: str, absent: float, whole: str) -> _Number:
    return _number(text, whole) if text.strip(_SPACE) else absent


def _number(text: str, whole: str) -> _Number:
    word = text.strip(_SPACE)
    for pattern, value in _READERS:
        if match := pattern.fullmatch(word):
            return value(match)
    return _refuse(whole, f"a number where {word!r} stands")


def _decimal(match: re.Match[str]) -> Fraction:
    sign, whole, part, exponent = match.groups("")
    return _signed(sign, _scaled(_integer(whole + part), 10, _integer(exponent), len(part)))


def _hexadecimal(match: re.Match[str]) -> Fraction:
    sign, whole, part, exponent = match.groups("")
    return _signed(sign, _scaled(int(whole + part, 16), 2, _integer(exponent), 4 * len(part)))


def _rational(match: re.Match[str]) -> Fraction:
    numerator, denominator = (_integer(digits) for digits in match.groups())
    return Fraction(numerator, denominator)


def _infinite(match: re.Match[str]) -> float:
    return -inf if match.group(1) == "-" else inf


_READERS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], _Number]], ...] = (
    (_DECIMAL, _decimal),
    (_HEX, _hexadecimal),
    (_RATIONAL, _rational),
    (_INFINITY, _infinite),
)


def _integer(digits: str) -> int:
    """An integer of any length (int() stops at 4,300 digits)."""
    return int(Decimal(digits)) if digits else 0


def _scaled(digits: int, base: int, exponent: int, places: int) -> Fraction:
    """digits * base**(exponent - places), cut off far outside the range of floats."""
    reach = (digits.bit_length() + places) * 4 + _FAR
    power = max(-reach, min(reach, exponent - places))
    return Fraction(digits * base**power) if power >= 0 else Fraction(digits, base**-power)


def _signed(sign: str, value: Fraction) -> Fraction:
    return -value if sign == "-" else value


def _uncertain(word: str, text: str) -> Literal:
    """``m?``, ``m?r``, ``m??`` with ``u`` or ``d`` for one side only, and an exponent."""
    match = _UNCERTAIN.fullmatch(word.lower())
    if match is None:
        _refuse(text, "an interval such as [1, 2], [1/3,], [empty] or 3.56?1")
    sign, whole, part, radius, side, tens = match.groups("")
    middle = _signed(sign, _scaled(_integer(whole + part), 10, _integer(tens), len(part)))
    reach = _radius(radius, _integer(tens), len(part))
    low = middle if side == "u" else middle - reach if reach is not None else -inf
    high = middle if side == "d" else middle + reach if reach is not None else inf
    return Literal(_rounded(low, up=False), _rounded(high, up=True))


def _radius(radius: str, exponent: int, places: int) -> Fraction | None:
    """How far to each side: that many units of the last place, half a unit, or without end."""
    if radius == "?":
        return None
    unit = _scaled(1, 10, exponent, places)
    return _integer(radius) * unit if radius else unit / 2


def _rounded(value: _Number, *, up: bool) -> float:
    if isinstance(value, float):
        return value
    rounding = ratio_up if up else ratio_down
    return rounding(value.numerator, value.denominator)


def _refuse(text: str, expected: str) -> NoReturn:
    shown = text if len(text) <= 60 else f"{text[:57]}..."
    raise IntervalError(f"expected {expected}, got {shown!r}")


def bound_text(value: float, spec: str = "", *, up: bool) -> str:
    """`value` in decimals, rounded up or down only, so that an interval printed so encloses.

    Without a `spec` the shortest text that `float` reads back as `value` and that lies on the
    right side; with one (a width, signs and grouping as for floats; ``.3f``, ``.4g``, ``.2e``,
    ``.0%``) that many digits.

    >>> bound_text(0.2, up=False), bound_text(0.2, up=True), bound_text(1000.0, up=True)
    ('0.2', '0.20000000000000002', '1000')
    >>> bound_text(1234.5, ",.0f", up=True)
    '1,235'
    """
    if spec:
        return _specified(value, spec, up)
    if isinf(value):
        return "inf" if value > 0 else "-inf"
    if value == int(value) and abs(value) < 1e16:
        return str(int(value))
    exact = Decimal(value)
    shortest = repr(value)
    if (Decimal(shortest) >= exact) if up else (Decimal(shortest) <= exact):
        return shortest
    texts = (str(Context(n, _ROUNDING[up]).plus(exact)).lower() for n in (16, 17, 18))
    return next(text for text in texts if float(text) == value)


def _specified(value: float, spec: str, up: bool) -> str:
    match = _SPEC.fullmatch(spec)
    if match is None:
        raise IntervalError(f"expected a format such as '.3f', '.4g' or ',.0f', got {spec!r}")
    if isinf(value):
        return format(value, spec)
    kind = match["kind"].lower() or "g"
    digits = int(match["precision"]) if match["precision"] else 6
    if kind in "f%":
        unit = Decimal(1).scaleb(-digits - 2 * (kind == "%"))
        rounded = Decimal(value).quantize(unit, _ROUNDING[up], Context(2_000))
    else:
        rounded = Context(max(1, digits + (kind == "e")), _ROUNDING[up]).plus(Decimal(value))
    return format(rounded, f"{match['head']}.{digits}{match['kind'] or 'g'}")
