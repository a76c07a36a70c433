"""`Reading`: a number in the making; each stage gives a new one."""

from __future__ import annotations

from typing import NamedTuple

from reconcile.language.phrase.units import TIME_UNITS

_TIMES = frozenset(TIME_UNITS.values())


class Reading(NamedTuple):
    """A number in the making: tokens from `first` up to and without `last`, and what it says.

    `trap` names what it is instead of a quantity. `shares` as in `Numeral`. `plain` says that
    neither a unit nor a scale nor a hedge is attached yet.
    """

    first: int
    last: int
    lower: float
    upper: float
    nominal: float | None = None
    kind: str = "exact"
    lower_open: bool = False
    upper_open: bool = False
    unit: str = "count"
    digits: int | None = None
    rule: str = ""
    form: str = "digits"
    shares: tuple[tuple[float, float], ...] = ()
    trap: str = ""
    number: int = 0  # the token of the number itself, behind currency signs and hedges


def exact(first: int, last: int, value: float, rule: str) -> Reading:
    """A word that is one number, like "nobody" or "both"."""
    return Reading(
        first, last, value, value, value, digits=1, rule=f"word: {rule}", form="words", number=first
    )


def is_time(unit: str) -> bool:
    """Whether a unit is one of time.

    >>> is_time("week"), is_time("percent")
    (True, False)
    """
    return unit in _TIMES
