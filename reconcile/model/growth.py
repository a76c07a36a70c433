"""How what is known of an event that is over grows with its age.

Of what happened the share ``F(a) = 1 / (1 + (half / a)^slope)`` is known at the age a (log-
logistic), the same for all sources. So the number found three days after an earthquake is a floor
with a long upper tail, not the toll (Hoehle and an der Heiden 2014, doi 10.1111/biom.12194).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import expit

from reconcile.numerics.arrays import Array


@dataclass(frozen=True, eq=False)
class Completeness:
    """log F (..., F), its gradient in log half-time and log slope (..., F, 2), and the second
    derivatives (..., F, 3): half-time twice, both, slope twice."""

    value: Array
    slopes: Array
    bends: Array


def completeness(log_age: Array, log_half: Array | float, log_slope: Array | float) -> Completeness:
    """log F at the ages of log `log_age` (F,); nothing is missing at an infinite one.

    `log_half` and `log_slope` are numbers, or arrays (..., 1).

    >>> found = completeness(np.log([2.0, 1e9]), np.log(2.0), 0.0)
    >>> np.exp(found.value).round(6).tolist()
    [0.5, 1.0]
    """
    k = np.exp(np.clip(log_slope, -5.0, 5.0))
    off = np.where(np.isfinite(log_age), k * (log_half - log_age), -np.inf)
    missing = expit(off)
    w = np.where(np.isfinite(off), off, 0.0)
    steep = missing * (1 - missing)
    value = -np.logaddexp(0.0, off)
    slopes = np.stack([-k * missing, -w * missing], axis=-1)
    bends = np.stack(
        [-k * k * steep, -k * missing - k * w * steep, -w * missing - w * w * steep], axis=-1
    )
    return Completeness(value, slopes, bends)
