"""The distribution of the number that each claim says: atoms at its neighbours, tilted zones."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.special import expit, logit

from reconcile.inference.forecast.expected import Expected
from reconcile.inference.forecast.neighbours import zone_ends
from reconcile.inference.forecast.rounding_habits import DIGITS, rounded
from reconcile.numerics.arrays import Array


@dataclass(frozen=True, eq=False)
class SaidNumber:
    """N distributions of whole numbers: `again` (N, 2) probabilities of `low` and `high` (N,),
    else one of five zones: `ends` (N, 10) from and to, `zones` (N, 5) probabilities. `habits`
    (N, digits + 1): how the number is rounded; none: it is said whole.
    """

    expected: Expected
    low: Array
    high: Array
    again: Array
    zones: Array
    ends: Array
    scale: str = "log"
    habits: Array | None = None

    @property
    def linear(self) -> bool:
        """Whether the numbers are no counts: shares, or plain numbers that may be negative."""
        return self.scale != "log"

    def below(self, x: Array) -> Array:
        """P(number <= x) for x (N,) or (N, T) in counts, numbers spread evenly over their cells."""
        if self.linear:
            return self.expected.below(logit(np.clip(x, 0, 1)) if self.scale == "logit" else x)
        wide = x.reshape(len(self.low), -1)
        rest = 1 - self.again.sum(axis=1)
        total = rest[:, None] * self._rounded(wide, self._in_zones)
        return np.clip(total + self._said_again(wide), 0.0, 1.0).reshape(x.shape)

    def _said_again(self, x: Array) -> Array:
        """P(a neighbour's number is said again and <= x) for x (N, T)."""
        total = np.zeros(x.shape)
        for place, value in enumerate((self.low, self.high)):
            inside = np.clip(x - np.where(np.isnan(value), 0.0, value)[:, None] + 0.5, 0, 1)
            total += self.again[:, place, None] * inside
        return total

    def _rounded(self, x: Array, in_mind: Callable[[Array], Array]) -> Array:
        """P(number <= x) of what is no neighbour's number said again, rounded as is usual, from
        the same of the number in mind."""
        whole = in_mind(x)
        if self.habits is None:
            return whole
        total = self.habits[:, -1:] * whole
        for digits, habit in zip(DIGITS, self.habits.T, strict=False):
            number, low, high = rounded(np.maximum(x, 0.0), digits)
            cell = high - low > 1
            under, over = (in_mind(np.where(cell, end, x)) for end in (low, high))
            inside = under + (over - under) * np.clip(x - number + 0.5, 0, 1)
            total += habit[:, None] * np.where(cell, inside, whole)
        return total

    def _in_zones(self, x: Array) -> Array:
        """P(number in mind <= x) of what is no neighbour's number said again, for x (N, T)."""
        ends, under = self.ends, self._under(x)
        at_ends = self._at_ends
        total = np.zeros(x.shape)
        for zone in range(5):
            a, b = ends[:, 2 * zone, None], ends[:, 2 * zone + 1, None]
            b = np.maximum(a, b)
            low, high = at_ends[:, 2 * zone, None], at_ends[:, 2 * zone + 1, None]
            seen = np.clip(under, low, np.maximum(low, high)) - low
            share = seen / np.maximum(high - low, 1e-300)
            even = np.clip(x - a, 0, None) / np.maximum(
                np.where(np.isfinite(b), b, x + 1) - a, 1e-9
            )
            share = np.where(high - low > 1e-7, share, np.clip(even, 0, 1))
            total += self.zones[:, zone, None] * np.clip(share, 0, 1)
        return total

    @cached_property
    def _at_ends(self) -> Array:
        return self._under(self.ends)

    def _under(self, x: Array) -> Array:
        """P(expected count <= x) for x (N, T)."""
        log = np.log(np.maximum(x, 1e-300))
        return np.where(x > 0, self.expected.below(log), 0.0)

    def mass_of(self, lower: Array, upper: Array) -> Array:
        """P(lower < number <= upper) (N,), in counts."""
        both = self.below(np.column_stack([lower, upper]))
        return np.maximum(both[:, 1] - both[:, 0], 0.0)

    @cached_property
    def _table(self) -> tuple[Array, Array]:
        """Counts (N, T), ascending, and the distribution function there."""
        e = self.expected
        narrow, broad = e.sd[:, [e.sd.shape[1] // 3]], e.sd[:, [-1]]
        narrow = np.minimum(narrow, np.min(e.sd, axis=1, keepdims=True) * 4)
        near = e.mean[:, None] + narrow * np.linspace(-6, 6, 61)
        far = e.mean[:, None] + broad * np.sinh(np.linspace(-2.2, 2.2, 41)) * 1.2
        if self.linear:
            grid = np.sort(np.concatenate([near, far], axis=1), axis=1)
            return grid, np.maximum.accumulate(e.below(grid), axis=1)
        counts = np.exp(np.clip(np.concatenate([near, far], axis=1), -20.0, 60.0))
        low = np.where(np.isnan(self.low), 0.0, self.low)[:, None]
        high = np.where(np.isnan(self.high), 0.0, self.high)[:, None]
        steps = np.array([-0.5, -0.49, 0.49, 0.5])
        between = low + 0.5 + (np.maximum(high - low - 1, 0)) * np.linspace(0, 1, 25)
        zero = np.zeros_like(low)
        grid = np.concatenate([zero, counts, low + steps, high + steps, between], axis=1)
        grid = np.sort(np.maximum(grid, 0.0), axis=1)
        if self.habits is None:
            return grid, np.maximum.accumulate(self.below(grid), axis=1)
        in_mind = np.maximum.accumulate(self._in_zones(grid), axis=1)
        near = [_around(np.exp(np.clip(e.mean, -20.0, 60.0)), digits) for digits in DIGITS]
        full = np.sort(np.concatenate([grid, *near], axis=1), axis=1)
        rest = 1 - self.again.sum(axis=1, keepdims=True)
        found = rest * self._rounded(full, lambda x: _along(grid, in_mind, x))
        return full, np.maximum.accumulate(found + self._said_again(full), axis=1)

    def quantile(self, p: Array) -> Array:
        """The numbers (N, k), not rounded, below which shares `p` (N, k) lie."""
        grid, cdf = self._table
        row = np.arange(len(grid))[:, None]
        flat = (cdf * (1 - 1e-12) + 2 * row).ravel()
        at = np.searchsorted(flat, (np.clip(p, 0, 1) + 2 * row).ravel(), side="left").reshape(
            p.shape
        )
        first = row * grid.shape[1]
        upper = np.clip(at, first + 1, first + grid.shape[1] - 1)
        x, F = (grid if self.linear else np.log1p(grid)).ravel(), cdf.ravel()
        rise = F[upper] - F[upper - 1]
        share = np.clip((p - F[upper - 1]) / np.maximum(rise, 1e-300), 0, 1)
        found = x[upper - 1] + share * (x[upper] - x[upper - 1])
        if self.linear:
            return expit(found) if self.scale == "logit" else found
        return np.expm1(found)


def _around(x: Array, digits: int) -> Array:
    """The ends of the unit cells (N, 2 k) of the nearest round numbers about x (N,)."""
    number, low, high = rounded(x, digits)
    near = number[:, None] + (high - low)[:, None] * np.arange(-6, 7)
    near = rounded(np.maximum(near, 0.0), digits)[0]
    return np.concatenate([near - 0.5, near + 0.5], axis=1)


def _along(grid: Array, cdf: Array, x: Array) -> Array:
    """The distribution function `cdf` at `grid` (N, T), row by row at x (N, M), in between."""
    scale, at = np.log1p(grid), np.log1p(np.maximum(x, 0.0))
    row = 100.0 * np.arange(len(grid))[:, None]
    first = np.arange(len(grid))[:, None] * grid.shape[1]
    right = np.searchsorted((scale + row).ravel(), (at + row).ravel()).reshape(x.shape)
    right = np.clip(right, first + 1, first + grid.shape[1] - 1)
    a, b, F = scale.ravel()[right - 1], scale.ravel()[right], cdf.ravel()
    share = np.clip((at - a) / np.maximum(b - a, 1e-12), 0.0, 1.0)
    return F[right - 1] + share * (F[right] - F[right - 1])


def plainly(expected: Expected, scale: str) -> SaidNumber:
    """What is expected, without neighbours, on the scale "log", "logit" or "linear"."""
    n = len(expected.mean)
    nothing = np.full(n, np.nan)
    zones = np.tile([0.0, 0.0, 1.0, 0.0, 0.0], (n, 1))
    ends = zone_ends(expected, nothing, nothing)
    return SaidNumber(expected, nothing, nothing, np.zeros((n, 2)), zones, ends, scale)
