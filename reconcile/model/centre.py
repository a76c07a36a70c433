"""Where the prior of a pace or a level is centred: the one place where it looks at the claims.

The centre m moves with the claims, so that no count is usual or unusual in itself; around it the
prior is as wide as a factor of 700 either way, so that it hardly decides anything.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from reconcile.model.priors import PAST_DAYS
from reconcile.model.scale import unit_of
from reconcile.numerics.arrays import Array
from reconcile.values import Claim, Quantity

# A count of 0, or a bound at 0, stands for half of the smallest count.
_LEAST = 0.5


@dataclass(frozen=True, eq=False)
class _Said:
    """Numbers (N,) with the ordinal of the last day they speak of."""

    x: Array
    day: Array

    @classmethod
    def of(cls, claims: Sequence[Claim]) -> _Said:
        pairs = sorted((c.period.last.toordinal(), max(c.number, _LEAST)) for c in claims)
        return cls(
            np.array([x for _, x in pairs], dtype=float), np.array([d for d, _ in pairs], float)
        )


def centre_of(root: Quantity, claims: Sequence[Claim]) -> float:
    """m on the model's scale, from the claims on `root` or its parts; 0 where there are none.

    For totals the log of a daily rate, for levels and constants the log of a level.
    """
    useful = [claim for claim in claims if math.isfinite(claim.number)]
    if not useful:
        return 0.0
    if root.scale == "linear":
        return float(np.median([claim.number for claim in useful])) / unit_of(root)
    if root.scale == "logit":
        shares = np.clip([claim.number for claim in useful], 1e-3, 1 - 1e-3)
        return float(np.median(np.log(shares / (1 - shares))))
    if root.kind != "cumulative":
        return math.log(float(np.median([max(c.number, _LEAST) for c in useful])))
    flows = [c for c in useful if c.period.kind == "during" or c.additional]
    totals = [c for c in useful if not (c.period.kind == "during" or c.additional)]
    found = [_pace_of_totals(root, totals)] if totals else []
    if flows:
        found.append(float(np.median([_log_rate(claim) for claim in flows])))
    return float(np.mean(found))


def linear_unit(claims: Sequence[Claim]) -> float:
    """What a difference of 1 is worth on a linear scale: the larger of the claims' robust spread
    and a tenth of their median's size; 1 where both are 0."""
    numbers = np.array([c.number for c in claims if math.isfinite(c.number)])
    if not len(numbers):
        return 1.0
    middle = float(np.median(numbers))
    spread = 1.4826 * float(np.median(np.abs(numbers - middle)))
    return max(spread, 0.1 * abs(middle)) or 1.0


def _log_rate(claim: Claim) -> float:
    days = claim.period.days or (claim.period.end.last - claim.period.start.first).days + 1
    return math.log(max(claim.number, _LEAST) / max(days, 1))


def _pace_of_totals(root: Quantity, claims: Sequence[Claim]) -> float:
    """The log of the daily rise between the first and the last third; of the total over its age
    where it does not rise."""
    said = _Said.of(claims)
    third = max(len(said.x) // 3, 1)
    early, late = slice(0, third), slice(len(said.x) - third, None)
    level = float(np.median(said.x[late]))
    if len(np.unique(said.day)) >= 3:
        rise = level - float(np.median(said.x[early]))
        days = float(np.median(said.day[late]) - np.median(said.day[early]))
        if rise > 0 and days > 0:
            return math.log(rise / days)
    if root.epoch is None:
        return math.log(level / (PAST_DAYS + float(said.day[-1] - said.day[0])))
    return math.log(level / max(float(said.day[-1]) - root.epoch.toordinal() + 1, 1.0))
