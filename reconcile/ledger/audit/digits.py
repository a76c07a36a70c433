"""Slips of the hand in a number: which one turns it into what was meant, and how rare that is."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

_SAME = 0.06  # a coincidence of digits that is less rare than this proves nothing ...
_ANY = 0.3  # ... nor does one of many kinds of which some would show as often as this
_ANY_OF_ITS_OWN = 0.6  # the same for kinds that are slips by themselves
_OWN_KINDS = ("a power of ten", "two digits swapped")
_TRIED = 100  # numbers that could have stood there instead, to see how many would look like slips


@dataclass(frozen=True, slots=True)
class Slip:
    """A slip of the hand: its `name`, the `place` in the number as written, and what was `meant`.

    `chance` is the share of the numbers about as far off that look like some slip, `same` like
    this very one at this place.
    """

    name: str
    place: int
    meant: int
    chance: float
    same: float

    @property
    def telling(self) -> bool:
        """Whether so few other numbers would look like this slip that it explains the number.

        A digit lost, added or wrong can make almost any number, so that few may look like any
        slip; two digits swapped and a power of ten are slips of their own, and only others like
        them count.
        """
        most = _ANY_OF_ITS_OWN if self.name in _OWN_KINDS else _ANY
        return self.same <= _SAME and self.chance <= most


def slip(written: float, low: float, high: float) -> Slip | None:
    """The slip that turns a number within ``[low, high]`` into `written`; None where there is none.

    Powers of ten, a digit too many or too few, two digits swapped, one digit wrong: the single
    errors of Damerau (1964, doi 10.1145/363958.363994). A wide range, or a number close by, is
    within one slip of almost anything: then a slip proves nothing, which `Slip.chance` tells. The
    numbers tried for it are as round as `written` and lie evenly from the near end of the range to
    twice as far off, at least at 0.

    >>> [slip(*numbers).name for numbers in ((36444, 3640, 3650), (314, 3155, 3170))]
    ['a digit too many', 'a digit dropped']
    >>> slip(1548, 1580, 1590).name, slip(5000, 499, 502).name, slip(777, 100, 120)
    ('two digits swapped', 'a power of ten', None)
    >>> slip(36444, 3640, 3650).chance < 0.05 < 0.9 < slip(352, 340, 350).chance
    True
    """
    found = _slip(written, low, high)
    if found is None:
        return None
    tried = [_slip(number, low, high) for number in _others(int(written), low, high)]
    size = max(len(tried), 1)
    same = sum(other is not None and other[:2] == found[:2] for other in tried) / size
    chance = sum(other is not None for other in tried) / size
    return Slip(*found, chance if tried else 1.0, same if tried else 1.0)


def _slip(written: float, low: float, high: float) -> tuple[str, int, int] | None:
    if written != int(written) or written < 0:
        return None
    return next((found for found in _undone(int(written)) if low <= found[2] <= high), None)


def _others(written: int, low: float, high: float) -> list[int]:
    """Numbers that could have stood there instead, as round as the one that does."""
    near = high if written > high else low
    far = max(0.0, near + 2 * (written - near))
    unit = round_unit(written)
    first, last = sorted((math.ceil(min(near, far) / unit), math.floor(max(near, far) / unit)))
    step = max(1, (last - first) // _TRIED)
    numbers = (unit * k for k in range(first, last + 1, step))
    return [number for number in numbers if not low <= number <= high]


def _undone(number: int) -> Iterator[tuple[str, int, int]]:
    """Every number that one slip away turns into `number`: name and place of the slip, number."""
    digits = str(number)
    size = len(digits)
    for power in (1, 2, 3):
        yield "a power of ten", -power, number * 10**power
        if number % 10**power == 0:
            yield "a power of ten", power, number // 10**power
    for k in range(size):
        yield "a digit too many", k, int((digits[:k] + digits[k + 1 :]) or "0")
    for k in range(size + 1):
        for digit in "0123456789":
            yield "a digit dropped", k, int(digits[:k] + digit + digits[k:])
    for k in range(size - 1):
        yield "two digits swapped", k, int(digits[:k] + digits[k + 1] + digits[k] + digits[k + 2 :])
    for k in range(size):
        for digit in "0123456789":
            yield "a digit wrong", k, int(digits[:k] + digit + digits[k + 1 :])


def pasted_twice(number: float, low: float, high: float) -> int | None:
    """The number that `number` repeats digit by digit, if it lies within the bounds.

    >>> pasted_twice(102102, 100, 110), pasted_twice(102103, 100, 110)
    (102, None)
    """
    digits = f"{number:.0f}"
    for size in (len(digits) // 2, len(digits) // 3):
        if size and len(digits) % size == 0 and digits == digits[:size] * (len(digits) // size):
            once = int(digits[:size])
            if len(digits) > size and low <= once <= high:
                return once
    return None


def round_unit(number: float) -> int:
    """The power of ten that the number was counted in, by its trailing zeros.

    >>> round_unit(12_000), round_unit(1437), round_unit(0)
    (1000, 1, 1)
    """
    digits = f"{abs(number):.0f}"
    return 10 ** (len(digits) - len(digits.rstrip("0"))) if number else 1
