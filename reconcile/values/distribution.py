"""`Distribution`: a probability distribution of one number, held as its quantile function."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from numbers import Real
from typing import overload

import numpy as np

from reconcile.errors import OptionError
from reconcile.intervals import Interval
from reconcile.numerics.arrays import Array


@dataclass(frozen=True, eq=False)
class Distribution:
    """A distribution by the values `points` (T,) at the probabilities `cdf` (T,), both ascending.

    Between two points the distribution function is linear in the value (in its logarithm where
    both are above `LOG_FROM`, which is how counts spread); outside them there is no mass.
    """

    points: Array
    cdf: Array

    LOG_FROM = 1.0

    def __post_init__(self) -> None:
        if len(self.points) != len(self.cdf) or len(self.points) < 2:
            raise OptionError(
                f"expected as many points as probabilities, at least 2, got "
                f"{len(self.points)} and {len(self.cdf)}"
            )
        if np.any(np.diff(self.points) < 0) or np.any(np.diff(self.cdf) < 0):
            raise OptionError(
                "expected points and probabilities that never fall, got one lower than the one "
                "before it"
            )

    @classmethod
    def point(cls, value: float) -> Distribution:
        """All mass at `value`."""
        return cls(np.array([value, value], dtype=float), np.array([0.0, 1.0]))

    @classmethod
    def from_samples(cls, samples: Array) -> Distribution:
        """The empirical distribution of `samples` (N,)."""
        ordered = np.sort(np.asarray(samples, dtype=float))
        cdf = (np.arange(len(ordered)) + 0.5) / len(ordered)
        return cls(np.r_[ordered[0], ordered, ordered[-1]], np.r_[0.0, cdf, 1.0])

    def _to_scale(self, x: Array) -> Array:
        """Linear below `LOG_FROM`, logarithmic above, continuous with its slope."""
        return np.where(x > self.LOG_FROM, 1 + np.log(np.maximum(x, self.LOG_FROM)), x)

    def _from_scale(self, z: Array) -> Array:
        return np.where(z > 1, np.exp(np.maximum(z, 1) - 1), z)

    @overload
    def quantile(self, p: float) -> float: ...
    @overload
    def quantile(self, p: Sequence[float] | Array) -> Array: ...
    def quantile(self, p: float | Sequence[float] | Array) -> float | Array:
        """The value below which a share `p` of the probability lies; shape of `p`.

        >>> Distribution(np.array([0.0, 1.0]), np.array([0.0, 1.0])).quantile(0.25)
        0.25
        """
        asked = np.asarray(p, dtype=float)
        if np.any(~((asked >= 0) & (asked <= 1))):
            raise OptionError(f"expected probabilities from 0 to 1, got {p!r}")
        found = self._from_scale(np.interp(asked, self.cdf, self._to_scale(self.points)))
        found = np.clip(found, self.points[0], self.points[-1])
        return float(found) if asked.ndim == 0 else found

    @overload
    def at(self, x: float) -> float: ...
    @overload
    def at(self, x: Sequence[float] | Array) -> Array: ...
    def at(self, x: float | Sequence[float] | Array) -> float | Array:
        """The probability of a value of at most `x`; shape of `x`."""
        asked = np.asarray(x, dtype=float)
        inner = np.interp(self._to_scale(asked), self._to_scale(self.points), self.cdf)
        found = np.where(
            asked >= self.points[-1], 1.0, np.where(asked < self.points[0], 0.0, inner)
        )
        return float(found) if asked.ndim == 0 else found

    def interval(self, level: float) -> Interval:
        """The equal-tailed interval that holds the probability `level`."""
        tail = (1 - checked_level(level)) / 2
        lower, upper = self.quantile([tail, 1 - tail])
        return Interval(lower, upper)

    def bands(self) -> dict[str, float]:
        """The intervals at 50, 80 and 95%: lower50, upper50, lower80 ..."""
        spans = {percent: self.interval(percent / 100) for percent in (50, 80, 95)}
        return {
            f"{side}{percent}": getattr(span, side)
            for percent, span in spans.items()
            for side in ("lower", "upper")
        }

    @property
    def median(self) -> float:
        """The value with half of the probability below it."""
        return self.quantile(0.5)

    @property
    def mean(self) -> float:
        """The expectation."""
        return float(np.mean(self._strata()))

    @property
    def sd(self) -> float:
        """The standard deviation."""
        return float(np.std(self._strata()))

    def _strata(self, n: int = 20_000) -> Array:
        return self.quantile((np.arange(n) + 0.5) / n)

    def samples(self, n: int, seed: int | np.random.Generator = 0) -> Array:
        """`n` independent draws (n,)."""
        return self.quantile(np.random.default_rng(seed).random(n))


def checked_level(level: float) -> float:
    """`level` itself if it is a probability between 0 and 1; raises `OptionError` otherwise."""
    given: object = level
    if not (isinstance(given, Real) and 0 < level < 1):
        raise OptionError(f"expected a level between 0 and 1 (0.9 for 90%), got {level!r}")
    return level
