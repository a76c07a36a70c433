"""A group of claims that bear on each other: its conflicts, maximal sets and what they allow."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from reconcile.combine.bounds import interval_of
from reconcile.combine.minimal import Search, search
from reconcile.combine.oracle import Oracle
from reconcile.combine.readings import SINCE, Family, Reading
from reconcile.combine.relations import Relations
from reconcile.combine.system import EPSILONS, Node, System, build
from reconcile.intervals import Interval

__all__ = ["Found", "Group"]

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]
Windows = tuple[tuple[int, int], tuple[int, int]]
End = tuple[float, int]

_MOST_NODES = 150
_MOST_SETS = 400
_MOST_CHECKS = 4000


@dataclass(frozen=True, slots=True)
class Found:
    """A minimal conflict: for each of its nodes the readings that say it, and the gap."""

    nodes: tuple[tuple[Reading, ...], ...]
    gap: float


@dataclass(frozen=True, slots=True)
class _Parcel:
    """Nodes and columns (n,) that no row ties to the others, with what was found among them."""

    nodes: int
    columns: Bools
    conflicts: tuple[int, ...]
    consistent: tuple[int, ...]
    complete: bool


class Group:
    """All readings of the leaves `names`; small groups are searched exactly, large ones by pairs.

    Up to `_MOST_NODES` different statements, conflicts and maximal consistent sets are enumerated
    (`complete` unless there are more than `_MOST_SETS` of them). Beyond, conflicts are pairs, and
    the maximal sets are the greedy ones: highest first, lowest first, and each source first.
    """

    def __init__(self, family: Family, names: Sequence[str], readings: Sequence[Reading]) -> None:
        self.system: System = build(family, names, readings)
        self.nodes: tuple[Node, ...] = self.system.nodes
        self.small = len(self.nodes) <= _MOST_NODES
        self._envelopes: dict[tuple[str, int, int], tuple[End, End]] = {}

    @cached_property
    def _oracle(self) -> Oracle:
        return Oracle(self.system)

    @cached_property
    def _relations(self) -> Relations:
        return Relations(self.system)

    @cached_property
    def _clashing(self) -> tuple[Bools, Bools]:
        return self._relations.clashing()

    # ------------------------------------------------------------ the search

    @cached_property
    def _parcels(self) -> tuple[_Parcel, ...]:
        return tuple(self._searched(nodes, columns) for nodes, columns in self._split())

    def _split(self) -> Iterator[tuple[int, Bools]]:
        """Nodes and columns by connected component, as far as conflicts are concerned."""
        rows, columns = self._components(binding_only=True)
        firsts = [(node.rows or tuple(r for r, _, _ in node.relaxed)) for node in self.nodes]
        labels = np.array([rows[own[0]] if own else -1 for own in firsts])
        for label in dict.fromkeys(labels.tolist()):
            yield sum(1 << int(i) for i in np.flatnonzero(labels == label)), columns == label

    def _components(self, binding_only: bool) -> tuple[Ints, Ints]:
        """A label for each row (m,) and column (n,) of the matrix: equal where rows tie them."""
        matrix = self.system.matrix
        m, n = matrix.shape
        joins = matrix != 0
        if binding_only:
            loose = [not tie.binding for tie in self.system.ties]
            joins[m - len(loose) :][loose] = False
        rows, columns = np.nonzero(joins)
        pairs = [row for node in self.nodes for row in node.rows[1:]]
        firsts = [node.rows[0] for node in self.nodes for _ in node.rows[1:]]
        ends = np.r_[rows, np.array(pairs, int)], np.r_[m + columns, np.array(firsts, int)]
        graph = coo_array((np.ones(len(ends[0])), ends), shape=(m + n, m + n))
        labels = connected_components(graph, directed=False)[1]
        return labels[:m].astype(np.int64), labels[m:].astype(np.int64)

    def _searched(self, nodes: int, columns: Bools) -> _Parcel:
        alone, pairs = self._clashing
        known = [1 << int(i) for i in np.flatnonzero(alone) if nodes >> int(i) & 1]
        both = np.argwhere(np.triu(pairs | pairs.T, 1))
        known += [1 << int(i) | 1 << int(j) for i, j in both if nodes >> int(i) & 1]
        found = search(nodes, self._oracle.core, known, _MOST_SETS, _MOST_CHECKS)
        consistent = tuple(nodes & ~left for left in found.left_out)
        if not found.complete:
            consistent = (*consistent, *self._greedy(nodes))
        complete = found.complete and not self._oracle.gave_up
        return _Parcel(nodes, columns, _sorted(found), consistent, complete)

    def _greedy(self, nodes: int) -> Iterator[int]:
        """Maximal consistent sets of `nodes`, each begun from another end."""
        for order in self._orders():
            held = 0
            for i in order:
                bit = 1 << int(i)
                if nodes & bit and self._oracle.core(held | bit) is None:
                    held |= bit
            yield held

    def _orders(self) -> list[Ints]:
        """Highest lower bound first, lowest upper bound first, and each source's own first."""
        lower = np.array([node.lower for node in self.nodes])
        upper = np.array([node.upper for node in self.nodes])
        sources = [{r.claim.source for r in node.members} for node in self.nodes]
        orders = [np.argsort(-lower, kind="stable"), np.argsort(upper, kind="stable")]
        for source in sorted(set().union(*sources)):
            own = np.array([source not in names for names in sources])
            orders.append(np.argsort(own, kind="stable"))
        return orders

    @cached_property
    def _greedy_by_pairs(self) -> tuple[Bools, ...]:
        """The same for large groups: sets (N,) in which no two clash."""
        alone, pairs = self._clashing
        clash = pairs | pairs.T
        found: list[Bools] = []
        for order in self._orders():
            held = np.zeros(len(order), dtype=bool)
            barred = alone.copy()
            for i in order:
                if not barred[i]:
                    held[i] = True
                    barred |= clash[i]
            found.append(held)
        return tuple(found)

    @property
    def complete(self) -> bool:
        """Whether all conflicts and all maximal consistent sets are known."""
        return self.small and all(parcel.complete for parcel in self._parcels)

    @property
    def note(self) -> str:
        """What the envelope leaves out; empty where it is exact."""
        if not self.small:
            return (
                f"{len(self.nodes):,} statements bear on each other: the envelope takes some of "
                "their maximal consistent sets, and compares claims two by two"
            )
        if self.complete:
            return ""
        return "too many maximal consistent sets to enumerate: the envelope takes some of them"

    # ------------------------------------------------------------ conflicts

    def conflicts(self, wanted: Bools, timely: Bools, limit: int) -> list[Found]:
        """Minimal conflicts of `timely` nodes (N,) with a `wanted` one among them."""
        if not self.small:
            return self._worst_pairs(wanted, timely, limit)
        found = [
            members
            for parcel in self._parcels
            for members in map(_bits, parcel.conflicts)
            if timely[members].all() and wanted[members].any()
        ]
        return [self._found(tuple(members)) for members in found]

    def _worst_pairs(self, wanted: Bools, timely: Bools, limit: int) -> list[Found]:
        alone, pairs = self._clashing
        found = [
            Found((self.nodes[i].members,), self._lone_gap(i))
            for i in np.flatnonzero(alone & wanted & timely).tolist()
        ]
        keep = pairs & timely[:, None] & timely[None, :] & (wanted[:, None] | wanted[None, :])
        first, second = np.nonzero(keep)
        gaps = self._pair_gaps(first, second)
        worst = np.argsort(-gaps, kind="stable")[: limit + 1]
        for at in worst:
            i, j = int(first[at]), int(second[at])
            found.append(Found((self.nodes[i].members, self.nodes[j].members), float(gaps[at])))
        return found

    def _pair_gaps(self, first: Ints, second: Ints) -> Floats:
        lower = np.array([node.lower for node in self.nodes])[first]
        upper = np.array([node.upper for node in self.nodes])[second]
        return np.round((lower - upper) / EPSILONS) / 10.0**self.system.grid.decimals

    def _lone_gap(self, node: int) -> float:
        lower = max(self.nodes[node].lower, -self.nodes[node].upper)
        return float(np.round(lower / EPSILONS) / 10.0**self.system.grid.decimals)

    def _found(self, members: tuple[int, ...]) -> Found:
        pairs = self._clashing[1]
        if len(members) == 2:
            for i, j in (members, members[::-1]):
                if pairs[i, j]:
                    gap = float(self._pair_gaps(np.array([i]), np.array([j]))[0])
                    return Found((self.nodes[i].members, self.nodes[j].members), gap)
        steps = min(self._shift(members, node) for node in members)
        gap = abs(self.system.grid.number(steps)[0])
        return Found(tuple(self.nodes[i].members for i in members), gap)

    def _shift(self, members: tuple[int, ...], node: int) -> float:
        """The least by which a bound of `node` must move for `members` to be consistent."""
        others = sum(1 << i for i in members if i != node)
        about = self.nodes[node]
        best = np.inf
        for row in about.rows:
            cost = self.system.matrix[row]
            if about.lower > -np.inf:
                below = ((row, -np.inf, about.lower),)
                best = min(best, about.lower + self._oracle.least(others, -cost, extra=below))
            if about.upper < np.inf:
                above = ((row, about.upper, np.inf),)
                best = min(best, self._oracle.least(others, cost, extra=above) - about.upper)
        return best

    # ------------------------------------------------------------ what is allowed

    def has_day(self, day: int) -> bool:
        """Whether a level is claimed for that day."""
        return bool(np.isin(day, self.system.cells.days))

    def _windows(self, name: str, day: int) -> Windows:
        """The last window that is surely over by `day`, and the first that surely holds it."""
        edges = self.system.cells.edges
        if self.system.family.quantities[name].kind != "cumulative":
            return (SINCE, day), (SINCE, day)
        at = int(np.searchsorted(edges, day))
        before = int(edges[at]) if edges[at] == day else (int(edges[at - 1]) if at else SINCE)
        return (SINCE, before), (SINCE, int(edges[at]))

    def envelope(self, name: str, day: int) -> tuple[End, End]:
        """Ends of the hull for the leaves of `name` in this group, and on which side they open."""
        windows = self._windows(name, day)
        key = (name, windows[0][1], windows[1][1])
        if key not in self._envelopes:
            exact = self._exact if self.small else self._by_pairs
            self._envelopes[key] = exact(name, windows)
        return self._envelopes[key]

    def _exact(self, name: str, windows: Windows) -> tuple[End, End]:
        least = self._least(self.system.expression(name, windows[0], greatest=False))
        most = -self._least(-self.system.expression(name, windows[1], greatest=True))
        return self.system.grid.number(least), self.system.grid.number(most)

    def _least(self, cost: Floats) -> float:
        """The least of cost @ increments over all maximal consistent sets.

        What no row ties together is asked for apart; what is tied only by a `within` that makes
        no conflict, over all combinations of the parcels' sets.
        """
        labels = self._components(binding_only=False)[1]
        total = 0.0
        for label in dict.fromkeys(labels[cost != 0].tolist()):
            own = labels == label
            parcels = [parcel for parcel in self._parcels if (parcel.columns & own).any()]
            total += self._least_of(np.where(own, cost, 0.0), parcels)
        return total

    def _least_of(self, cost: Floats, parcels: Sequence[_Parcel]) -> float:
        floor = self._oracle.least(0, cost)
        best = np.inf
        stack = [(0, 0)]
        while stack and best > floor:
            nodes, depth = stack.pop()
            value = self._oracle.least(nodes, cost, best)
            if value >= best:
                continue
            if depth == len(parcels):
                best = value
                continue
            stack += [(nodes | more, depth + 1) for more in reversed(parcels[depth].consistent)]
        return best

    def _by_pairs(self, name: str, windows: Windows) -> tuple[End, End]:
        lower, upper = self._implied(name, windows)
        lows = [max(lower[held].max(initial=0.0), 0.0) for held in self._greedy_by_pairs]
        highs = [upper[held].min(initial=np.inf) for held in self._greedy_by_pairs]
        return self.system.grid.number(float(min(lows))), self.system.grid.number(float(max(highs)))

    def _implied(self, name: str, windows: Windows) -> tuple[Floats, Floats]:
        """The bounds (N,) in epsilons that each node by itself sets, infinite where none."""
        cells = self.system.cells
        floors = self._relations.never_above(cells.row(name, windows[0]))
        caps = self._relations.never_below(cells.row(name, windows[1]))
        lower = np.where(floors, [node.lower for node in self.nodes], -np.inf)
        upper = np.where(caps, [node.upper for node in self.nodes], np.inf)
        return lower, upper

    def readings(self, name: str, day: int) -> Iterator[tuple[tuple[Reading, ...], Interval]]:
        """What each node by itself says about `name` at `day`, where it says anything."""
        lower, upper = self._implied(name, self._windows(name, day))
        family = self.system.family
        elsewhere = set(family.leaves(name)) - set(self.system.cells.slices)
        if elsewhere:
            # of a sum, a part held down here may be made up for by one that nobody claims
            upper = np.full_like(upper, np.inf)
        if any(family.quantities[leaf].scale == "linear" for leaf in elsewhere):
            lower = np.full_like(lower, -np.inf)
        about = family.quantities[name]
        floor = -np.inf if about.scale == "linear" and about.kind != "cumulative" else 0.0
        for node, low, high in zip(self.nodes, lower, upper, strict=True):
            if np.isinf(low) and np.isinf(high):
                continue
            below, above = self.system.grid.number(low), self.system.grid.number(high)
            bottom = floor if np.isinf(low) else below[0]
            yield node.members, interval_of(bottom, above[0], below[1] != 0, above[1] != 0)


def _sorted(found: Search) -> tuple[int, ...]:
    return tuple(sorted(found.conflicts, key=lambda mask: (mask.bit_count(), mask)))


def _bits(mask: int) -> list[int]:
    return [i for i in range(mask.bit_length()) if mask >> i & 1]
