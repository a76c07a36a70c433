"""What a claim or a question speaks of, as functions of the states.

A functional is ``log(sum of w a) + sum of A x``, a the amounts of leaves and cells; of an event
that is over, what is known of it at an age adds the log of its completeness (`model/growth.py`). A
total counts every cell up to its own, so sums of squares over many totals are cumulative sums:
their cost follows the cells squared, not the claims times that.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from reconcile.model.growth import completeness
from reconcile.model.states import States
from reconcile.numerics.arrays import Array, Flags, Index
from reconcile.numerics.sums import sum_by
from reconcile.values import Quantity

__all__ = ["Asked", "Functionals", "Sums", "functionals"]

# No log amount lies below.
_FARTHEST = 250.0


@dataclass(frozen=True, slots=True)
class Asked:
    """What is spoken of: the flow of `quantity` from `start` to `end`, or its total or level at
    `end` (no start). Times are days since the grid's origin; the end of day d is d + 1. `age`: of
    an event that is over, how old what is known of it is, in days; None: what is true."""

    quantity: str
    start: float | None
    end: float
    age: float | None = None


@dataclass(frozen=True, eq=False)
class Sums:
    """Amounts (..., n) and the sums (..., F) of them inside the logs, all divided by one number."""

    amounts: Array
    totals: Array

    def lanes(self, index: Index | int) -> Sums:
        """Some of the lanes, or one of them."""
        return Sums(self.amounts[index], self.totals[index])


@dataclass(frozen=True, eq=False)
class Functionals:
    """F functionals over n states: `weights` (F, n) of the amounts inside the log (`inside` (F,)
    says where there is one), and `linear` (F, n) of the states beside it; `log_age` (F,) of what is
    known of an event that is over, infinite else. All may have a leading axis of lanes."""

    states: States
    weights: Array
    linear: Array
    inside: Flags
    log_age: Array

    def values(self, x: Array) -> tuple[Array, Sums]:
        """Values (..., F) at the states `x` (..., n), and the sums that derivatives need."""
        log_a = self.states.log_amounts(x)
        top = np.max(log_a, axis=-1, keepdims=True, initial=-_FARTHEST)
        amounts = np.exp(log_a - top)
        totals = np.where(self.inside, (self.weights @ amounts[..., None])[..., 0], 1.0)
        totals = np.maximum(totals, 1e-290)
        value = np.where(self.inside, np.log(totals) + top, 0.0)
        value = value + (self.linear @ x[..., None])[..., 0]
        if self.states.grows:
            value = value + completeness(self.log_age, x[..., -2:-1], x[..., -1:]).value
        return value, Sums(amounts, totals)

    def gradients(self, x: Array, sums: Sums) -> Array:
        """Gradients (..., F, n) in the states at `x`."""
        bent = self.weights * (sums.amounts[..., None, :] / sums.totals[..., :, None])
        found = self.states.pulled_back(x, bent) + self.linear
        if self.states.grows:
            found[..., -2:] = completeness(self.log_age, x[..., -2:-1], x[..., -1:]).slopes
        return found

    def taken(self, index: Index) -> Functionals:
        """Those at the places `index`, or of several lanes those lanes."""
        tables = self.weights[index], self.linear[index], self.inside[index], self.log_age[index]
        return Functionals(self.states, *tables)

    @staticmethod
    def stacked(several: Sequence[Functionals]) -> Functionals:
        """As many functionals each, in lanes."""
        tables = [
            np.stack([getattr(one, name) for one in several])
            for name in ("weights", "linear", "inside", "log_age")
        ]
        return Functionals(several[0].states, *tables)

    def pulled(self, x: Array, sums: Sums, push: Array) -> Array:
        """``sum_f push_f grad f`` (..., n, K) for `push` (..., F, K)."""
        inner = self.weights.T @ (push / sums.totals[..., None])
        rows = np.swapaxes(inner * sums.amounts[..., None], -1, -2)
        found = self.states.pulled_back(x, rows)
        if self.linear.any():
            found = found + np.swapaxes(push, -1, -2) @ self.linear
        if self.states.grows:
            slopes = completeness(self.log_age, x[..., -2:-1], x[..., -1:]).slopes
            found[..., -2:] = np.swapaxes(push, -1, -2) @ slopes
        return np.swapaxes(found, -1, -2)

    def curvature(self, x: Array, sums: Sums, squares: Array, pulls: Array) -> Array:
        """``sum_f squares_f grad f grad f' - pulls_f Hess f`` (..., n, n), both (..., F)."""
        pulls_in = np.where(self.inside, pulls, 0.0)
        weight = np.where(self.inside, squares + pulls_in, 0.0) / sums.totals**2
        found = self._squares(weight)
        found *= sums.amounts[..., None, :]
        found *= sums.amounts[..., :, None]
        total = sums.amounts * ((pulls_in / sums.totals)[..., None, :] @ self.weights)[..., 0, :]
        n = self.states.size
        if self.states.plain:
            found[..., np.arange(n), np.arange(n)] -= total
        else:
            half = self.states.pulled_back(x, found)
            found = self.states.pulled_back(x, np.swapaxes(half, -1, -2))
            found = found - self.states.bend(x, total)
        self._add_linear(found, x, sums, squares)
        if self.states.grows:
            self._add_growth(found, x, sums, squares, pulls)
        return found

    def _add_linear(self, found: Array, x: Array, sums: Sums, squares: Array) -> None:
        """What the linear parts add, where there are any."""
        if not self.linear.any() or not squares.any():
            return
        found += self._linear_pairs.squares(squares)
        both = self._both
        if len(both):
            part = self.taken(both)
            inner = part.weights * (sums.amounts[..., None, :] / sums.totals[..., both][..., None])
            bent = self.states.pulled_back(x, inner) * squares[..., both][..., None]
            cross = np.swapaxes(bent, -1, -2) @ part.linear
            found += cross + np.swapaxes(cross, -1, -2)

    def _add_growth(self, found: Array, x: Array, sums: Sums, squares: Array, pulls: Array) -> None:
        """What the completeness of an event that is over adds."""
        grown = completeness(self.log_age, x[..., -2:-1], x[..., -1:])
        slopes, push = grown.slopes, squares[..., None] * grown.slopes
        columns = np.swapaxes(self.weights, -1, -2)
        inner = (columns @ (push / sums.totals[..., None])) * sums.amounts[..., None]
        rows = self.states.pulled_back(x, np.swapaxes(inner, -1, -2))
        rows = rows + np.swapaxes(push, -1, -2) @ self.linear
        found[..., -2:, :] += rows
        found[..., :, -2:] += np.swapaxes(rows, -1, -2)
        half, both, slope = np.moveaxis((pulls[..., None] * grown.bends).sum(axis=-2), -1, 0)
        block = np.stack([np.stack([half, both], -1), np.stack([both, slope], -1)], -1)
        found[..., -2:, -2:] += np.swapaxes(push, -1, -2) @ slopes - block

    def _squares(self, weight: Array) -> Array:
        """``sum_f weight_f w_f w_f'`` (..., n, n) of the weights w."""
        if self.weights.ndim > 2:
            columns = np.swapaxes(self.weights, -1, -2)
            return (columns * weight[..., None, :]) @ self.weights
        rising, narrow, wide = self._kinds
        turned = rising.squares(weight)
        for block in self.states.blocks:
            back = slice(self.states.size - block.stop, self.states.size - block.start)
            for axis, part in ((-1, turned[..., back]), (-2, turned[..., back, :])):
                np.cumsum(part, axis=axis, out=part)
        found = turned[..., ::-1, ::-1]
        found += narrow.squares(weight)
        if len(wide):
            rows = self.weights[wide]
            found += (rows.T * weight[..., None, wide]) @ rows
        return found

    @cached_property
    def _kinds(self) -> tuple[_Pairs, _Pairs, Index]:
        """Rows that fall along every leaf (totals), by their falls, last state first; rows of few
        cells; the others.

        The falls of a total are where it ends: sums that run back from there add nothing of
        different sign, so nothing is lost by rounding.
        """
        falls = self.weights.copy()
        for block in self.states.blocks:
            own = self.weights[:, block]
            falls[:, block] = own - np.c_[own[:, 1:], np.zeros(len(own))]
        some = np.asarray(self.weights.any(axis=1))
        rising = some & (falls >= -1e-12).all(axis=1)
        count = np.count_nonzero(self.weights, axis=1)
        narrow = some & ~rising & (8 * count**2 < self.states.size**2)
        wide = np.flatnonzero(some & ~rising & ~narrow)
        return (
            _Pairs.of(np.where(rising[:, None], falls, 0.0)[:, ::-1]),
            _Pairs.of(np.where(narrow[:, None], self.weights, 0.0)),
            wide,
        )

    @cached_property
    def _linear_pairs(self) -> _Pairs:
        return _Pairs.of(self.linear)

    @cached_property
    def _both(self) -> Index:
        """Those with a log and a linear part."""
        return np.flatnonzero(self.inside & self.linear.any(axis=1))


@dataclass(frozen=True, eq=False)
class _Pairs:
    """The products of all pairs of entries within each row of a table (F, n) of few entries:
    `row`, `place` in (n, n) and `product` (P,)."""

    row: Index
    place: Index
    product: Array
    size: int

    @classmethod
    def of(cls, table: Array) -> _Pairs:
        n = table.shape[1]
        found: list[tuple[Array, Array, Array]] = []
        for f in range(len(table)):
            at = np.flatnonzero(table[f])
            own = table[f, at]
            where = (at[:, None] * n + at).ravel()
            found.append((np.full(len(where), f), where, np.outer(own, own).ravel()))
        row, place, product = (
            (np.concatenate(columns) for columns in zip(*found, strict=True))
            if found
            else (np.zeros(0), np.zeros(0), np.zeros(0))
        )
        return cls(row.astype(np.intp), place.astype(np.intp), product.astype(float), n)

    def squares(self, weight: Array) -> Array:
        """``sum_f weight_f t_f t_f'`` (..., n, n) for `weight` (..., F)."""
        total = sum_by(self.place, weight[..., self.row] * self.product, self.size**2)
        return total.reshape(*weight.shape[:-1], self.size, self.size)


def functionals(asked: Sequence[Asked], states: States) -> Functionals:
    """Lay what is `asked` (F of them) over the states."""
    weights = np.zeros((len(asked), states.size))
    linear = np.zeros_like(weights)
    for row, place in enumerate(asked):
        quantity = states.component.quantities[place.quantity]
        if quantity.kind == "cumulative":
            _lay_flow(weights[row], states, quantity, place.start, place.end)
            continue
        _lay_level(weights[row], linear[row], states, quantity, place.end)
        if quantity.arrivals is not None:
            arrived = states.component.quantities[quantity.arrivals]
            _lay_flow(weights[row], states, arrived, None, place.end)
    log_age = np.array([np.inf if p.age is None else math.log(p.age) for p in asked])
    inside = np.array(weights.any(axis=1), dtype=bool)
    return Functionals(states, weights, linear, inside, log_age)


def _lay_flow(
    row: Array, states: States, quantity: Quantity, start: float | None, end: float
) -> None:
    """Weights of the amounts of every leaf of `quantity` from `start` (None: ever) to `end`."""
    track = states.track(quantity.id)
    wanted = states.component.leaf_ids(quantity.id)
    lower = -math.inf if start is None else start
    cells = states.grid.overlap(lower, end)[track.start : track.stop]
    if track.past:
        cells = np.r_[1.0 if start is None else 0.0, cells]
    for number, leaf in enumerate(track.walk.leaves):
        if leaf.id in wanted:
            row[track.at(number)] = cells


def _lay_level(
    inside: Array, beside: Array, states: States, quantity: Quantity, end: float
) -> None:
    """A level between the ends of cells is interpolated; a sum of parts stands inside the log."""
    track = states.track(quantity.id)
    wanted = states.component.leaf_ids(quantity.id)
    constant = quantity.kind == "constant"
    cells = np.ones(1) if constant else states.grid.between(end)[track.start :]
    if not cells.any():
        cells[0] = 1.0
    parts = [n for n, leaf in enumerate(track.walk.leaves) if leaf.id in wanted]
    if len(parts) == track.size:
        beside[track.at(0)] = cells
        return
    for number in parts:
        inside[track.at(number)] = cells
