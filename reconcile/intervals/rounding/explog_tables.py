"""Tables and constants of `explog`, computed exactly when first used.

Real numbers are split into a float (or a float with few bits) and floats that carry the rest, so
that sums and products with the first part are exact.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import numpy as np

from reconcile.intervals.rounding import ziv
from reconcile.intervals.rounding.twofold import Array

POWERS = 2048  # 2**(j / POWERS) is tabulated
_BITS = 192
# The mantissas between sqrt(1/2) and sqrt(2), as bit patterns of floats: cell j of 2,048 has its
# centre at FIRST + j * CELL; 1.0 is a centre.
FIRST = 0x3FE6A00000000000
CELL = 1 << 41
_CELLS = 2048


def split(value: int, *bits: int | None) -> tuple[float, ...]:
    """Fixed point (192 bits) as a sum of floats, each rounded to so many places (None: nearest)."""
    parts: list[float] = []
    for places in bits:
        if places is None:
            part = value / (1 << _BITS)
        else:
            part = round_half(value, _BITS - places) / (1 << places)
        parts.append(part)
        numerator, denominator = part.as_integer_ratio()
        value -= (numerator << _BITS) // denominator
    return tuple(parts)


def round_half(value: int, shift: int) -> int:
    """value / 2**shift to the nearest integer."""
    return (value + (1 << (shift - 1))) >> shift


@cache
def exp_step() -> tuple[float, float, float]:
    """log(2) / POWERS in three parts; the first two times n are exact for |n| < 2**21."""
    return split(ziv.ln2(_BITS) // POWERS, 43, 75, None)[:3]  # type: ignore[return-value]


@cache
def power_table() -> tuple[Array, Array]:
    """2**(j / POWERS) for each j, in two parts."""
    step = ziv.ln2(_BITS)
    rows = [
        split(mantissa << n if n >= 0 else mantissa >> -n, None, None)
        for mantissa, n in (ziv.exp_fixed(j * step // POWERS, _BITS) for j in range(POWERS))
    ]
    high, low = np.array(rows).T
    return np.ascontiguousarray(high), np.ascontiguousarray(low)


class LogBase(NamedTuple):
    """What the logarithm to one base needs.

    `high`, `low`: the logarithm of each cell's centre, the first part with 42 places; `two`: that
    of 2 in three parts, the first two times an exponent are exact; `scale`: 1 / log(base) in two
    parts.
    """

    high: Array
    low: Array
    two: tuple[float, float, float]
    scale: tuple[float, float]


@cache
def log_base(base: int | None) -> LogBase:
    """The tables for a base (None: e).

    >>> log_base(2).two
    (1.0, 0.0, 0.0)
    """
    centres = (FIRST + CELL * np.arange(_CELLS)).view(np.float64)
    fixed = [ziv.log_fixed(*_odd(float(c)), _BITS) for c in centres]
    unit = {None: 1 << _BITS, 2: ziv.ln2(_BITS), 10: ziv.ln10(_BITS)}[base]

    def divided(value: int) -> int:
        return (value << _BITS) // unit

    rows = np.array([split(divided(value), 42, None) for value in fixed])
    two = 1 << _BITS if base == 2 else divided(ziv.ln2(_BITS))
    return LogBase(
        np.ascontiguousarray(rows[:, 0]),
        np.ascontiguousarray(rows[:, 1]),
        split(two, 42, 84, None)[:3],  # type: ignore[arg-type]
        split(divided(1 << _BITS), None, None)[:2],  # type: ignore[arg-type]
    )


def _odd(x: float) -> tuple[int, int]:
    numerator, denominator = x.as_integer_ratio()
    return numerator, 1 - denominator.bit_length()
