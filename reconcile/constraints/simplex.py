"""Feasibility and bounds of linear rows under changing interval constraints.

The general simplex of Dutertre and de Moura (2006), A fast linear-arithmetic solver for DPLL(T),
CAV, LNCS 4144, 81-94: all rows s = A x are in the tableau from the start, and a question is a
choice of bounds on s and x. Asking about one more claim, or one less, costs a few pivots. Where
the bounds can't all be met, the row that proves it names the bounds that clash.

Not HiGHS through scipy: it finds the same conflicts (the tests are green with it), but scipy hands
out no proof of a clash, so that each is a second program, which starts anew: four times the time
on the bundled ledger, and an import of .7 s that no other answer in text needs.
"""

from __future__ import annotations

import numpy as np

from reconcile.numerics.arrays import Array, Flags, Ints

_TINY = 1e-9  # of entries that are 0 or 1: rounding
_BLAND_AFTER = 60  # steps; from there Bland's rule (1977), which can't cycle


class Simplex:
    """Rows `matrix` (m, n) over variables with the bounds `free_lower`, `free_upper` (n,).

    Variable j is number j, row i is number n + i. A row enters the tableau with its first bound.
    `tolerance` is the miss of a bound that counts as none (units of the bounds).
    """

    def __init__(
        self, matrix: Array, free_lower: Array, free_upper: Array, tolerance: float
    ) -> None:
        m, n = matrix.shape
        self._matrix = matrix.astype(float, copy=False)
        self._tableau = np.zeros((0, n))
        self._columns = np.arange(n)
        self._rows = np.zeros(0, dtype=np.int64)
        self._present = np.zeros(m, dtype=bool)
        self._lower = np.r_[free_lower, np.full(m, -np.inf)]
        self._upper = np.r_[free_upper, np.full(m, np.inf)]
        self._at = np.zeros(n)
        self._values = np.zeros(0)
        self._n = n
        self._tolerance = tolerance

    def set_rows(self, lower: Array, upper: Array) -> None:
        """Ask for `lower` <= A x <= `upper` (m,), in place of what was asked before."""
        self._lower[self._n :] = lower
        self._upper[self._n :] = upper
        bounded = (lower > -np.inf) | (upper < np.inf)
        new = np.flatnonzero(bounded & ~self._present)
        if len(new):
            self._enter(new)

    def _enter(self, new: Ints) -> None:
        """Write the rows `new` in terms of the columns, and let them be basic."""
        added = np.zeros((len(new), self._n))
        structural = self._columns < self._n
        added[:, structural] = self._matrix[np.ix_(new, self._columns[structural])]
        basic = np.flatnonzero(self._rows < self._n)
        added += self._matrix[np.ix_(new, self._rows[basic])] @ self._tableau[basic]
        self._tableau = np.vstack([self._tableau, added])
        self._rows = np.r_[self._rows, self._n + new]
        self._present[new] = True

    def clash(self) -> tuple[Ints, Flags] | None:
        """None if the bounds can be met; else which clash: numbers, and whether by the upper."""
        low, high = self._lower[self._columns], self._upper[self._columns]
        self._at = np.clip(self._at, low, high)
        self._values = self._tableau @ self._at
        for step in range(200 * (len(self._rows) + 10)):
            row, rise = self._worst(bland=step > _BLAND_AFTER)
            if row < 0:
                return None
            slope = self._tableau[row] if rise else -self._tableau[row]
            column = self._movable(slope, bland=step > _BLAND_AFTER)
            if column < 0:
                involved = np.abs(slope) > _TINY
                numbers = np.r_[self._rows[row], self._columns[involved]]
                return numbers, np.r_[not rise, slope[involved] > 0]
            bound = self._lower if rise else self._upper
            self._pivot(row, column, bound[self._rows[row]])
        raise ArithmeticError("the simplex method did not end; please report the ledger")

    def _worst(self, bland: bool) -> tuple[int, bool]:
        """The basic row that misses its bounds most (Bland: the first by number)."""
        below = self._lower[self._rows] - self._values
        above = self._values - self._upper[self._rows]
        miss = np.maximum(below, above)
        if not len(miss) or miss.max() <= self._tolerance:
            return -1, False
        if bland:
            missing = np.flatnonzero(miss > self._tolerance)
            row = int(missing[np.argmin(self._rows[missing])])
        else:
            row = int(np.argmax(miss))
        return row, bool(below[row] > above[row])

    def _movable(self, slope: Array, bland: bool) -> int:
        """A column that can still move the way it raises what has this slope; -1: there is none."""
        can = (slope > _TINY) & (self._at < self._upper[self._columns])
        can |= (slope < -_TINY) & (self._at > self._lower[self._columns])
        choices = np.flatnonzero(can)
        if not len(choices):
            return -1
        if bland:
            return int(choices[np.argmin(self._columns[choices])])
        return int(choices[np.argmax(np.abs(slope[choices]))])

    def _pivot(self, row: int, column: int, target: float) -> None:
        """Move `column` until `row` stands at `target`, and let the two change places."""
        step = (target - self._values[row]) / self._tableau[row, column]
        entering = self._at[column] + step
        self._values += self._tableau[:, column] * step
        self._values[row], self._at[column] = entering, target
        pivot_row = self._tableau[row] / -self._tableau[row, column]
        pivot_row[column] = 1 / self._tableau[row, column]
        pivot_column = self._tableau[:, column].copy()
        pivot_column[row] = 0.0
        self._tableau[:, column] = 0.0
        touched, across = np.flatnonzero(pivot_column), np.flatnonzero(pivot_row)
        update = pivot_column[touched, None] * pivot_row[across]
        self._tableau[np.ix_(touched, across)] += update
        self._tableau[row] = pivot_row
        self._rows[row], self._columns[column] = self._columns[column], self._rows[row]

    def minimum(self, cost: Array) -> float:
        """The least of cost @ x (n,) under the bounds, which can be met (after `clash`)."""
        number = np.zeros(len(self._lower))
        number[: self._n] = cost
        for step in range(200 * (len(self._rows) + 10)):
            slope = number[self._columns] + number[self._rows] @ self._tableau
            column = self._movable(-slope, bland=step > _BLAND_AFTER)
            if column < 0:
                return float(number[self._columns] @ self._at + number[self._rows] @ self._values)
            if not self._walk(column, down=slope[column] > 0):
                return -np.inf
        raise ArithmeticError("the simplex method did not end; please report the ledger")

    def _walk(self, column: int, down: bool) -> bool:
        """Move `column` as far as the bounds allow; False if nothing stops it."""
        gain = -self._tableau[:, column] if down else self._tableau[:, column]
        own = self._columns[column]
        room = self._at[column] - self._lower[own] if down else self._upper[own] - self._at[column]
        toward = np.where(gain > 0, self._upper[self._rows], self._lower[self._rows])
        limits = np.full(len(gain), np.inf)
        moving = np.abs(gain) > _TINY
        limits[moving] = (toward[moving] - self._values[moving]) / gain[moving]
        stop = max(limits.min(initial=np.inf), 0.0)
        if min(stop, room) == np.inf:
            return False
        if room <= stop:
            self._values += gain * room
            self._at[column] = self._lower[own] if down else self._upper[own]
        else:
            ties = np.flatnonzero(limits <= stop + _TINY)
            row = int(ties[np.argmin(self._rows[ties])])
            self._pivot(row, column, toward[row])
        return True

    def point(self) -> Array:
        """The variables x (n,) where the last question ended."""
        number = np.empty(len(self._lower))
        number[self._columns], number[self._rows] = self._at, self._values
        return number[: self._n]
