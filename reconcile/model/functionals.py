"""What a claim or a question speaks of, as functions of the states.

A functional is ``log(sum of w a) + sum of A x``, a the amounts of leaves and cells; of an event
that is over, what is known of it at an age adds the log of its completeness (`model/growth.py`). A
total counts every cell up to its own, so sums of squares over many totals need one sum a cell:
their cost follows the cells squared, not the claims times that.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from reconcile.model.growth import completeness
from reconcile.model.states import States, Track
from reconcile.numerics.arrays import Array, Flags, Index
from reconcile.numerics.outer_sums import OuterSums
from reconcile.values import Quantity

# So many functionals of amounts with parts are squared one by one; for more, all sums of squares
# are brought from amounts to states at once (measured: equal at about 300).
_FEW = 300
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
class _Walks:
    """The functionals `rows` that have amounts of the same walks: the `tracks` of these and their
    states `columns`; `both` of them have a linear part too, in the states `beside`."""

    tracks: tuple[Track, ...]
    columns: Index
    rows: Index
    both: Index
    beside: Index


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
        if self._beside:
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

    def taken(self, index: Index | slice | int) -> Functionals:
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
        if self._beside:
            found = found + np.swapaxes(push, -1, -2) @ self.linear
        if self.states.grows:
            slopes = completeness(self.log_age, x[..., -2:-1], x[..., -1:]).slopes
            found[..., -2:] = np.swapaxes(push, -1, -2) @ slopes
        return np.swapaxes(found, -1, -2)

    def curvature(self, x: Array, sums: Sums, squares: Array, pulls: Array) -> Array:
        """``sum_f squares_f grad f grad f' - pulls_f Hess f`` (..., n, n), both (..., F)."""
        pulls_in = np.where(self.inside, pulls, 0.0)
        total = sums.amounts * ((pulls_in / sums.totals)[..., None, :] @ self.weights)[..., 0, :]
        if self.states.plain:
            found = self._squares_in_amounts(sums, squares + pulls_in)
            each = np.arange(self.states.size)
            found[..., each, each] -= total
            self._add_linear(found, x, sums, squares)
        elif len(self.inside) <= _FEW:
            found = self._squares_of_gradients(x, sums, squares + pulls_in)
            found -= self.states.bend(x, total)
            self._add_linear(found, x, sums, squares)
        else:
            found = self._squares_in_amounts(sums, squares + pulls_in)
            half = self.states.pulled_back(x, found)
            found = self.states.pulled_back(x, np.swapaxes(half, -1, -2))
            found -= self.states.bend(x, total)
            self._add_linear(found, x, sums, squares)
        if self.states.grows:
            self._add_growth(found, x, sums, squares, pulls)
        return found

    def _squares_in_amounts(self, sums: Sums, squares: Array) -> Array:
        """``sum_f squares_f grad l grad l'`` (..., n, n) of the logs l, in those of the amounts."""
        found = self._squares(np.where(self.inside, squares, 0.0) / sums.totals**2)
        found *= sums.amounts[..., None, :]
        found *= sums.amounts[..., :, None]
        return found

    def _squares_of_gradients(self, x: Array, sums: Sums, squares: Array) -> Array:
        """``sum_f squares_f grad l grad l'`` (..., n, n) of the logs l, in the states: of those of
        the same walks at once, as each meets the states of its own walks only."""
        n = self.states.size
        found = np.zeros((*squares.shape[:-1], n, n))
        felt = (squares != 0).reshape(-1, squares.shape[-1]).any(axis=0)
        for walks in self._by_walks:
            mine, columns = walks.rows[felt[walks.rows]], walks.columns
            logs = self._slopes_of_logs(x, sums, walks, mine)
            found[..., columns[:, None], columns] += gram(logs, squares[..., mine])
        return found

    def _slopes_of_logs(self, x: Array, sums: Sums, walks: _Walks, rows: Index) -> Array:
        """The gradients of the logs of `rows`, which have amounts of these walks only, in their
        states."""
        shares = sums.amounts[..., None, walks.columns] / sums.totals[..., rows][..., None]
        weights = self.weights[..., rows[:, None], walks.columns]
        return self.states.pulled_back(x, weights * shares, walks.tracks)

    def _add_linear(self, found: Array, x: Array, sums: Sums, squares: Array) -> None:
        """What the linear parts add, where there are any."""
        if not self._beside or not squares.any():
            return
        self._linear_sums.add(found, squares)
        for walks in self._by_walks:
            both, columns, beside = walks.both, walks.columns, walks.beside
            if not len(both):
                continue
            bent = self._slopes_of_logs(x, sums, walks, both) * squares[..., both][..., None]
            cross = np.swapaxes(bent, -1, -2) @ self.linear[both[:, None], beside]
            found[..., columns[:, None], beside] += cross
            found[..., beside[:, None], columns] += np.swapaxes(cross, -1, -2)

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
        totals, narrow, wide = self._kinds
        found = self._totals_squared(totals, weight)
        narrow.add(found, weight)
        if len(wide):
            rows = self.weights[wide]
            found += (rows.T * weight[..., None, wide]) @ rows
        return found

    def _totals_squared(self, totals: Index, weight: Array) -> Array:
        """The squares of the rows `totals`: 1 up to the cell where a total ends, so the product of
        two cells is the weight of the later one."""
        n = self.states.size
        found, felt = np.zeros((*weight.shape[:-1], n, n)), weight[..., totals]
        for one, other, cells, squared in self._total_blocks:
            step = np.arange(cells.shape[1])
            square = (felt @ cells)[..., np.maximum.outer(step, step)]
            square[..., step, step] = felt @ squared
            found[..., one, other] = square
            if one != other:
                found[..., other, one] = square
        return found

    @cached_property
    def _total_blocks(self) -> list[tuple[slice, slice, Array, Array]]:
        """For each pair of leaves of one walk their states, and the cells of the totals that count
        both, with their squares."""
        table = self.weights[self._kinds[0]]
        found: list[tuple[slice, slice, Array, Array]] = []
        for track in self.states.tracks if len(table) else ():
            blocks = [track.at(leaf) for leaf in range(track.size)]
            speak = [np.asarray(table[:, block].any(axis=1)) for block in blocks]
            for a, one in enumerate(blocks):
                for b, other in enumerate(blocks[: a + 1]):
                    both = np.logical_and(speak[a], speak[b])
                    cells = np.where(both[:, None], table[:, one], 0.0)
                    found.append((one, other, cells, cells**2))
        return found

    @cached_property
    def _kinds(self) -> tuple[Index, OuterSums, Index]:
        """Rows that are 1 up to where they end, in every leaf alike (totals); those of few cells;
        the others."""
        some = np.asarray(self.weights.any(axis=1))
        total = some & np.array([self._is_total(row) for row in self.weights], dtype=bool)
        count = np.count_nonzero(self.weights, axis=1)
        narrow = some & ~total & (8 * count**2 < self.states.size**2)
        return (
            np.flatnonzero(total),
            OuterSums.of_table(np.where(narrow[:, None], self.weights, 0.0)),
            np.flatnonzero(some & ~total & ~narrow),
        )

    def _is_total(self, row: Array) -> bool:
        """Whether a row (n,) is 1 in the first cells of some leaves of one walk, and less in one
        more cell, the same in each."""
        told = [t for t in self.states.tracks if row[t.all].any()]
        if len(told) != 1:
            return False
        leaves = [row[told[0].at(leaf)] for leaf in range(told[0].size)]
        cells = [leaf for leaf in leaves if leaf.any()]
        last = int(np.flatnonzero(cells[0])[-1])
        alike = all(np.array_equal(leaf, cells[0]) for leaf in cells)
        return alike and bool(np.all(cells[0][:last] == 1.0))

    @cached_property
    def _by_walks(self) -> list[_Walks]:
        """The functionals that have amounts, by the walks of these."""
        F, n = self.weights.shape[-2:]
        if self.weights.ndim > 2:  # others in each lane
            none = np.zeros(0, dtype=np.intp)
            return [_Walks(self.states.tracks, np.arange(n), np.arange(F), none, none)]
        found: dict[tuple[int, ...], list[int]] = {}
        for row in np.flatnonzero(self.inside).tolist():
            told = (i for i, t in enumerate(self.states.tracks) if self.weights[row, t.all].any())
            found.setdefault(tuple(told), []).append(row)
        return [self._walks(numbers, rows) for numbers, rows in found.items()]

    def _walks(self, numbers: Sequence[int], found: Sequence[int]) -> _Walks:
        tracks = tuple(self.states.tracks[i] for i in numbers)
        states = [np.arange(track.all.start, track.all.stop) for track in tracks]
        rows = np.array(found, dtype=np.intp)
        both = rows[self.linear[rows].any(axis=1)]
        beside = np.flatnonzero(self.linear[both].any(axis=0))
        return _Walks(tracks, np.concatenate(states), rows, both, beside)

    @cached_property
    def _linear_sums(self) -> OuterSums:
        return OuterSums.of_table(self.linear)

    @cached_property
    def _beside(self) -> bool:
        """Whether any has a linear part."""
        return bool(self.linear.any())


def gram(rows: Array, weight: Array) -> Array:
    """``sum_f weight_f r_f r_f'`` (..., n, n) of the `rows` (..., F, n)."""
    return np.swapaxes(rows, -1, -2) @ (weight[..., None] * rows)


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
