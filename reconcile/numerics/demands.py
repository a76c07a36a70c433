"""What arrays must hold: the first number that does not is told with its position."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from reconcile.errors import OptionError


def demand(good: ArrayLike, expected: str, *given: ArrayLike) -> None:
    """Raise `OptionError` where `good` is somewhere False; `given` are the arrays it is about.

    >>> demand([True, False], "probabilities from 0 to 1", [0.5, 1.5])
    Traceback (most recent call last):
    reconcile.errors.OptionError: expected probabilities from 0 to 1, got 1.5 at position 1
    """
    held = np.asarray(good)
    if held.all():
        return
    place = tuple(int(i) for i in np.argwhere(~held)[0])
    came = " and ".join(f"{np.broadcast_to(np.asarray(x), held.shape)[place]:g}" for x in given)
    where = f" at position {', '.join(map(str, place))}" if place else ""
    raise OptionError(f"expected {expected}, got {came}{where}")
