"""A slow second way: small ledgers as linear programs over daily totals, subset by subset."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import combinations, product

import numpy as np
from scipy.optimize import linprog

from reconcile.intervals import Interval
from reconcile.values import Claim, Quantity

START = date(2024, 10, 1)
DAYS = 6


class DailyPrograms:
    """Variables: the value of every leaf on days 0 to DAYS (the day before the epoch is 0)."""

    def __init__(self, claims: Sequence[Claim], quantities: Mapping[str, Quantity]) -> None:
        self.claims = claims
        self.quantities = quantities
        self.leaves = [q.id for q in quantities.values() if not q.parts]
        self.n = len(self.leaves) * (DAYS + 1)
        self.rows: list[np.ndarray] = []
        for leaf in self.leaves:
            if quantities[leaf].kind == "cumulative":
                for day in range(DAYS):
                    self.rows.append(self.at(leaf, day) - self.at(leaf, day + 1))
            if quantities[leaf].kind == "constant":
                for day in range(DAYS):
                    step = self.at(leaf, day) - self.at(leaf, day + 1)
                    self.rows += [step, -step]
        for q in quantities.values():
            for outer in q.within:
                for day in range(DAYS + 1):
                    self.rows.append(self.at(q.id, day) - self.at(outer, day))

    def at(self, name: str, day: int) -> np.ndarray:
        """The value of `name` at the end of day `day` (0 is the day before the epoch)."""
        row = np.zeros(self.n)
        for leaf in self.quantities[name].parts or (name,):
            row[self.leaves.index(leaf) * (DAYS + 1) + day] = 1.0
        return row

    def bounds(self) -> list[tuple[float, float | None]]:
        limits: list[tuple[float, float | None]] = []
        for leaf in self.leaves:
            constant = self.quantities[leaf].kind == "constant"
            limits += [(0, None) if day or constant else (0, 0) for day in range(DAYS + 1)]
        return limits

    def readings(self, claim: Claim) -> Iterator[np.ndarray]:
        """The functional of the claim for every admissible placement."""
        about = self.quantities[claim.quantity]
        name = claim.quantity
        if about.kind == "stock" and claim.additional:
            name, about = about.arrivals or "", self.quantities[about.arrivals or ""]
        for first, last in claim.period.placements():
            a, b = (first - START).days, (last - START).days + 1
            if about.kind == "constant":
                yield self.at(name, 0)
            elif about.kind == "stock" or claim.period.kind == "on":
                yield self.at(name, b)
            else:
                yield self.at(name, b) - self.at(name, a)

    def solve(self, rows: Sequence[tuple[np.ndarray, float, bool]], cost: np.ndarray | None = None):
        """Least of `cost` (or the widest margin of the strict rows) under rows @ x <= bound."""
        strict = cost is None
        table = [np.r_[row, 0.0] for row in self.rows]
        limits = [0.0] * len(self.rows)
        for row, bound, is_open in rows:
            table.append(np.r_[row, 1.0 if is_open and strict else 0.0])
            limits.append(bound)
        aim = np.r_[np.zeros(self.n), -1.0] if strict else np.r_[cost, 0.0]
        return linprog(aim, np.array(table), np.array(limits), bounds=[*self.bounds(), (0, 1)])

    def feasible(self, rows: Sequence[tuple[np.ndarray, float, bool]]) -> bool:
        found = self.solve(rows)
        return found.status == 0 and -found.fun > 1e-7

    def placements(self, members: Sequence[int]) -> Iterator[list[tuple[np.ndarray, float, bool]]]:
        for chosen in product(*[list(self.readings(self.claims[i])) for i in members]):
            rows = []
            for i, row in zip(members, chosen, strict=True):
                said = self.claims[i].phrase.interval
                if np.isfinite(said.lower):
                    rows.append((-row, -said.lower, not said.lower_closed))
                whole = self.claims[i].scope == "whole"
                if np.isfinite(said.upper) and whole:
                    rows.append((row, said.upper, not said.upper_closed))
            yield rows

    def consistent(self) -> dict[frozenset[int], bool]:
        """For every subset of the claims whether some placement can be true."""
        found: dict[frozenset[int], bool] = {}
        everything = range(len(self.claims))
        for size in range(len(self.claims) + 1):
            for members in combinations(everything, size):
                own = frozenset(members)
                below = all(found[own - {i}] for i in own)
                found[own] = below and any(self.feasible(r) for r in self.placements(members))
        return found

    def range(self, members: Sequence[int], name: str, day: int) -> Interval | None:
        """The hull of what the claims `members` allow for `name` at the end of `day`."""
        row = self.at(name, day)
        lows, highs = [], []
        for rows in self.placements(members):
            if not self.feasible(rows):
                continue
            low = self.solve(rows, row)
            high = self.solve(rows, -row)
            lows.append(round(low.fun, 6))
            highs.append(np.inf if high.status in (2, 3, 4) else round(-high.fun, 6))
        if not lows:
            return None
        low, high = min(lows), max(highs)
        at_low = (self.feasible([*rows, (row, low, False)]) for rows in self.placements(members))
        at_high = (
            self.feasible([*rows, (-row, -high, False)]) for rows in self.placements(members)
        )
        left, right = any(at_low), np.isfinite(high) and any(at_high)
        closed = {(True, True): "both", (True, False): "left", (False, True): "right"}
        return Interval(low, high, closed=closed.get((left, right), "neither"))


def day_of(number: int) -> date:
    """The date of day `number`: 1 is the epoch."""
    return START + timedelta(days=number - 1)


def minimal_conflicts(consistent: Mapping[frozenset[int], bool]) -> set[frozenset[int]]:
    return {s for s, ok in consistent.items() if not ok and all(consistent[s - {i}] for i in s)}


def maximal_consistent(consistent: Mapping[frozenset[int], bool]) -> set[frozenset[int]]:
    good = {s for s, ok in consistent.items() if ok}
    return {s for s in good if not any(s < other for other in good)}


def least_shift(programs: DailyPrograms, members: Sequence[int]) -> float:
    """The least by which a bound of one claim must move for the claims to be consistent."""
    best = np.inf
    for rows in programs.placements(members):
        for moved in range(len(rows)):
            others = rows[:moved] + rows[moved + 1 :]
            if not programs.feasible(others):
                continue
            row, bound, _ = rows[moved]
            best = min(best, max(0.0, programs.solve(others, row).fun - bound))
    return best
