"""Round numbers: how often a source says one, two or three significant digits and then noughts.

A speaker has a number in mind, as the model expects it, and says it whole or rounded to so many
digits; the probability of a number is P(habit) x P(the cell that rounds to it). The habits are
learnt from the claims of the fit, each looked at without itself, and shrunk from a source to all.
"""

from __future__ import annotations

import numpy as np

from reconcile.inference.forecast.expected import Expected
from reconcile.inference.forecast.said_table import SaidTable
from reconcile.numerics.arrays import Array

# Digits to which numbers are rounded; with four a number no longer looks round.
DIGITS = (1, 2, 3)
# Prior claims behind the habits of a source.
_COUNT = 10.0
# The habits that stand behind those of all: one to three digits, and all of them.
_HABITS = np.array([0.05, 0.1, 0.05, 0.8])
# Rounds in which shares, and whose habit each number shows, are computed in turn (EM).
_ROUNDS = 15


def rounded(x: Array, digits: int) -> tuple[Array, Array, Array]:
    """The number of so many significant digits nearest to each x, and the ends of its cell.

    Whole numbers have no finer grid than one.

    >>> number, low, high = rounded(np.array([1234.0, 996.0, 7.0]), 2)
    >>> number.tolist(), low.tolist(), high.tolist()
    ([1200.0, 1000.0, 7.0], [1150.0, 995.0, 6.5], [1250.0, 1050.0, 7.5])
    """
    unit = _unit(x, digits)
    number = unit * np.floor(x / unit + 0.5)
    above = _unit(number, digits)
    power = 10.0 ** np.floor(np.log10(np.maximum(number, 1.0)) + 1e-12)
    below = np.where(number == power, np.maximum(above / 10, 1.0), above)
    return number, number - below / 2, number + above / 2


def _unit(x: Array, digits: int) -> Array:
    decade = np.floor(np.log10(np.maximum(x, 1.0)) + 1e-12)
    return np.maximum(10.0 ** (decade - digits + 1), 1.0)


def learn_rounding(known: SaidTable, without: Expected) -> Array:
    """The habits (S + 1, digits + 1) of each source, last of an unknown one; the last column is
    that of whole numbers. `without` is each claim as expected without itself; a stream's last
    number said again tells nothing."""
    S, value = known.sources, known.value
    use = np.isfinite(value) & (value >= 10) & (value == np.round(value)) & ~known.repeats
    use &= known.exact
    pick = np.flatnonzero(use)
    mass = _masses(without.taken(pick), value[pick])
    source = known.source[pick]
    count = np.bincount(source, minlength=S).astype(float)[:, None]
    all_of, habits = _HABITS, np.tile(_HABITS, (S, 1))
    for _ in range(_ROUNDS):
        held = habits[source] * mass
        held /= held.sum(axis=1, keepdims=True)
        hits = np.column_stack([np.bincount(source, h, S) for h in held.T])
        mean = (hits + all_of) / (count + 1)
        all_of = (mean.sum(axis=0) + 2 * _HABITS) / (S + 2)
        habits = (hits + _COUNT * all_of) / (count + _COUNT)
    return np.vstack([habits, all_of])


def _masses(expected: Expected, value: Array) -> Array:
    """The probability (N, digits + 1) of the cell that each habit rounds to `value`."""
    columns: list[Array] = []
    for digits in DIGITS:
        number, low, high = rounded(value, digits)
        inside = _between(expected, low, high)
        columns.append(np.where(number == value, inside, 0.0))
    return np.maximum(np.column_stack([*columns, _between(expected, value - 0.5, value + 0.5)]),
                      1e-300)  # fmt: skip


def _between(expected: Expected, low: Array, high: Array) -> Array:
    both = expected.below(np.log(np.maximum(np.column_stack([low, high]), 1e-300)))
    return np.maximum(both[:, 1] - both[:, 0], 1e-12 * (high - low))
