"""What consistent sets of claims leave open: the envelope of a quantity, and single readings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from reconcile.constraints.claim_bounds import SINCE, ClaimBound
from reconcile.constraints.hull_intersection import interval_of
from reconcile.constraints.linear_system import System
from reconcile.constraints.oracle import Oracle
from reconcile.constraints.sum_relations import Relations
from reconcile.intervals import Interval
from reconcile.numerics.arrays import Array, Flags, Ints

Windows = tuple[tuple[int, int], tuple[int, int]]
End = tuple[float, int]

_MOST_ORACLES = 64  # kept at a time: a bound on memory only


@dataclass(frozen=True, slots=True)
class Parcel:
    """Nodes and columns (n,) that no row ties to the others, with their maximal consistent sets."""

    nodes: int
    columns: Flags
    consistent: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Sets:
    """Maximal consistent sets: by `parcels`, or of a large group some `masks` (N,) of the whole."""

    parcels: tuple[Parcel, ...]
    masks: tuple[Flags, ...] = ()


def components(system: System, binding_only: bool) -> tuple[Ints, Ints]:
    """A label for each row (m,) and column (n,) of the matrix: equal where rows tie them.

    With `binding_only`, ties that can't make a conflict are passed over.
    """
    m, n = system.matrix.shape
    joins = system.matrix != 0
    if binding_only:
        loose = [not tie.binding for tie in system.ties]
        joins[m - len(loose) :][loose] = False
    rows, columns = np.nonzero(joins)
    others = [row for node in system.nodes for row in node.rows[1:]]
    firsts = [node.rows[0] for node in system.nodes for _ in node.rows[1:]]
    ends = np.r_[rows, np.array(others, int)], np.r_[m + columns, np.array(firsts, int)]
    graph = coo_array((np.ones(len(ends[0])), ends), shape=(m + n, m + n))
    labels = connected_components(graph, directed=False)[1].astype(np.int64)
    return labels[:m], labels[m:]


class Allowed:
    """Envelopes and readings of one group, from its maximal consistent `sets`."""

    def __init__(self, system: System, oracle: Oracle, relations: Relations, sets: Sets) -> None:
        self._system = system
        self._oracle = oracle
        self._relations = relations
        self._sets = sets
        self._lower = np.array([node.lower for node in system.nodes])
        self._upper = np.array([node.upper for node in system.nodes])
        self._known: dict[tuple[str, int, int], tuple[End, End]] = {}
        self._points: dict[int, list[Array]] = {}
        self._oracles: dict[int, Oracle] = {}

    @property
    def loose(self) -> bool:
        """Whether a bound given so far may be wider than the claims allow."""
        return self._oracle.loose or any(oracle.loose for oracle in self._oracles.values())

    def has_day(self, day: int) -> bool:
        """Whether a level is claimed for that day."""
        return bool(np.isin(day, self._system.cells.days))

    def envelope(self, name: str, day: int) -> tuple[End, End]:
        """Ends of the hull for the leaves of `name` in this group, and on which side they open."""
        windows = self._windows(name, day)
        key = (name, windows[0][1], windows[1][1])
        if key not in self._known:
            cells, number = self._system.cells, self._system.grid.number
            low = self._least(cells.row(name, windows[0]))
            high = self._most(cells.row(name, windows[1]))
            self._known[key] = number(low), number(high)
        return self._known[key]

    def readings(self, name: str, day: int) -> Iterator[tuple[tuple[ClaimBound, ...], Interval]]:
        """What each node by itself says about `name` at `day`, where it says anything."""
        windows = self._windows(name, day)
        lower = self._floors(self._system.cells.row(name, windows[0]))
        upper = self._caps(self._system.cells.row(name, windows[1]))
        family, grid = self._system.family, self._system.grid
        elsewhere = set(family.leaves(name)) - set(self._system.cells.slices)
        if elsewhere:
            # of a sum, a part held down here may be made up for by one that nobody claims
            upper = np.full_like(upper, np.inf)
        if any(family.quantities[leaf].scale == "linear" for leaf in elsewhere):
            lower = np.full_like(lower, -np.inf)
        about = family.quantities[name]
        floor = -np.inf if about.scale == "linear" and about.kind != "cumulative" else 0.0
        for node, low, high in zip(self._system.nodes, lower, upper, strict=True):
            if np.isinf(low) and np.isinf(high):
                continue
            below, above = grid.number(low), grid.number(high)
            bottom = floor if np.isinf(low) else below[0]
            yield node.members, interval_of(bottom, above[0], below[1] != 0, above[1] != 0)

    def _windows(self, name: str, day: int) -> Windows:
        """The last window that is surely over by `day`, and the first that surely holds it."""
        edges = self._system.cells.edges
        if self._system.family.quantities[name].kind != "cumulative":
            return (SINCE, day), (SINCE, day)
        at = int(np.searchsorted(edges, day))
        before = int(edges[at]) if edges[at] == day else (int(edges[at - 1]) if at else SINCE)
        return (SINCE, before), (SINCE, int(edges[at]))

    def _floors(self, row: Flags) -> Array:
        """The lower bound (N,) of the sum over `row` (V,) that each node sets, -inf where none."""
        return np.where(self._relations.never_above(row), self._lower, -np.inf)

    def _caps(self, row: Flags) -> Array:
        """The upper bound (N,) of the sum over `row` (V,) that each node sets, inf where none."""
        return np.where(self._relations.never_below(row), self._upper, np.inf)

    # ------------------------------------------------------------ over all sets

    def _least(self, row: Flags) -> float:
        """The least sum over `row` (V,) that any of the sets allows."""
        if self._sets.masks:
            floors = self._floors(row)
            return min(max(floors[mask].max(initial=0.0), 0.0) for mask in self._sets.masks)
        return sum(self._least_of(cost, part, 1) for cost, part in self._apart(row, greatest=False))

    def _most(self, row: Flags) -> float:
        """The greatest sum over `row` (V,) that any of the sets allows."""
        if self._sets.masks:
            caps = self._caps(row)
            return max(caps[mask].min(initial=np.inf) for mask in self._sets.masks)
        return sum(
            -self._least_of(-cost, part, -1) for cost, part in self._apart(row, greatest=True)
        )

    @cached_property
    def _labels(self) -> Ints:
        return components(self._system, binding_only=False)[1]

    def _apart(self, row: Flags, greatest: bool) -> Iterator[tuple[Array, Flags]]:
        """The sum over `row` (V,) in pieces that nothing ties: coefficients (n,), cells (V,)."""
        cost = self._system.coefficients(row, greatest)
        for label in dict.fromkeys(self._labels[cost != 0].tolist()):
            own = self._labels == label
            yield np.where(own, cost, 0.0), row & own[self._system.variable]

    def _least_of(self, cost: Array, row: Flags, sign: int) -> float:
        """The least of cost @ increments over the sets, which are those of its parcels combined.

        `sign` 1: the sum over `row` itself, -1: less the sum. No set allows less than its nodes
        say one by one, so those come first that say least, and the rest need not be asked.
        """
        own = self._labels == self._labels[np.flatnonzero(cost)[0]]
        parcels = [parcel for parcel in self._sets.parcels if (parcel.columns & own).any()]
        each = self._floors(row) if sign > 0 else -self._caps(row)
        nothing = 0.0 if sign > 0 and (self._system.floor >= 0).all() else -np.inf
        best = np.inf
        stack = [(nothing, 0, 0)]
        while stack:
            least, nodes, depth = stack.pop()
            if least >= best:
                continue
            # where parcels are still to come, their bounds alone are asked for
            value = self._asked(nodes, cost, best, least) if nodes or not parcels else least
            if value >= best:
                continue
            if depth == len(parcels):
                best = value
                continue
            sets = parcels[depth].consistent
            bounds = np.maximum(self._said(depth, parcels, each), value)
            order = np.argsort(-bounds, kind="stable").tolist()
            stack += [(float(bounds[i]), nodes | sets[i], depth + 1) for i in order]
        return best

    def _asked(self, nodes: int, cost: Array, best: float, least: float) -> float:
        """The oracle's answer, or that of a point it gave before where none can be better."""
        points = self._points.setdefault(nodes, [])
        start = float((np.array(points) @ cost).min()) if points else np.inf
        if start <= least + 0.01:
            return start
        oracle = self._oracle_of(nodes)
        value = oracle.least(nodes, cost, min(best, start), enough=least)
        if np.isfinite(value) and value < min(best, start):
            points.append(oracle.point)
        return min(value, start)

    def _oracle_of(self, nodes: int) -> Oracle:
        """An oracle for each set, which stands where the set's last question ended."""
        if len(self._oracles) >= _MOST_ORACLES:
            return self._oracles.get(nodes, self._oracle)
        return self._oracles.setdefault(nodes, Oracle(self._system))

    def _said(self, depth: int, parcels: Sequence[Parcel], each: Array) -> Array:
        """The greatest of `each` (N,) node's bounds within each set of a parcel (M,)."""
        members = self._members(parcels[depth])
        return np.where(members, each, -np.inf).max(axis=1, initial=-np.inf)

    def _members(self, parcel: Parcel) -> Flags:
        """Which nodes are in which of a parcel's sets (M, N)."""
        found = self._tables.get(parcel.nodes)
        if found is None:
            count = len(self._system.nodes)
            found = np.array([[mask >> i & 1 for i in range(count)] for mask in parcel.consistent])
            self._tables[parcel.nodes] = found = found.astype(bool).reshape(-1, count)
        return found

    @cached_property
    def _tables(self) -> dict[int, Flags]:
        return {}
