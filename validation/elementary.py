"""Elementary functions of floats: `reconcile.intervals` encloses mpmath's values.

A bound is at most 2 floats from the tightest one, so it is less than 3 ulp from the value.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import mpmath
import numpy as np

from reconcile import intervals

TEST = "tests/intervals/test_array_explog.py"


def values() -> Iterator[tuple[str, str, str, float, float, float]]:
    """Each value: where it stands, what it is, the call, as computed, as it stands, tolerance.

    Computed is the worst distance of a bound from mpmath's value, in ulp of the value.
    """
    rng = np.random.default_rng(7)
    with mpmath.workprec(1300):
        for name, x in (
            ("exp", rng.uniform(-700, 700, 300)),
            ("exp2", rng.uniform(-1000, 1000, 300)),
            ("log", np.exp(rng.uniform(-600, 600, 300))),
            ("log2", np.exp(rng.uniform(-600, 600, 300))),
            ("log10", np.exp(rng.uniform(-600, 600, 300))),
        ):
            found = getattr(intervals, name)(intervals.IntervalArray(x))
            worst = 0.0
            for value, lower, upper in zip(x, found.lower, found.upper, strict=True):
                true = _exact(name, mpmath.mpf(float(value)))
                if not lower <= true <= upper:
                    worst = math.inf
                unit = math.ulp(float(true))
                worst = max(worst, float(true - lower) / unit, float(upper - true) / unit)
            yield TEST, f"{name}, worst bound in ulp", f"mpmath.{name}, 1,300 bits", worst, 0, 3.0


def _exact(name: str, x: mpmath.mpf) -> mpmath.mpf:
    if name == "exp2":
        return mpmath.mpf(2) ** x
    if name == "log2":
        return mpmath.log(x, 2)
    return {"exp": mpmath.exp, "log": mpmath.log, "log10": mpmath.log10}[name](x)
