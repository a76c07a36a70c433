"""A group of claims that bear on each other: its conflicts, maximal sets and what they allow."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from reconcile.constraints.allowed import Allowed, Parcel, Sets, components
from reconcile.constraints.claim_bounds import ClaimBound, Family
from reconcile.constraints.linear_system import EPSILONS, BoundSum, System, build
from reconcile.constraints.minimal import Search, search
from reconcile.constraints.oracle import Oracle, bits
from reconcile.constraints.sum_relations import Relations
from reconcile.numerics.arrays import Array, Flags, Ints

_MOST_NODES = 150  # statements searched exactly; a second or two
_MOST_SETS = 400  # conflicts listed before the search is called incomplete
_MOST_CHECKS = 4000  # linear programs; a few seconds
_MOST_SOURCES = 10  # orders tried: those who speak most decide most


@dataclass(frozen=True, slots=True)
class Found:
    """A minimal conflict: for each of its nodes the readings that say it, and the gap."""

    nodes: tuple[tuple[ClaimBound, ...], ...]
    gap: float


class Group:
    """All readings of the leaves `names`; small groups are searched exactly, large ones by pairs.

    Up to `_MOST_NODES` different statements, conflicts and maximal consistent sets are enumerated
    (`complete` unless there are more than `_MOST_SETS` of them). Beyond, conflicts are pairs, and
    the maximal sets are the greedy ones: highest first, lowest first, and each of the ten most
    talkative sources first. So they are where there are more than `_MOST_SETS`.
    """

    def __init__(
        self, family: Family, names: Sequence[str], readings: Sequence[ClaimBound]
    ) -> None:
        self.system: System = build(family, names, readings)
        self.nodes: tuple[BoundSum, ...] = self.system.nodes
        self.small = len(self.nodes) <= _MOST_NODES
        self._gaps: dict[tuple[int, ...], Found] = {}

    @cached_property
    def _oracle(self) -> Oracle:
        return Oracle(self.system)

    @cached_property
    def _relations(self) -> Relations:
        return Relations(self.system)

    @cached_property
    def _clashing(self) -> tuple[Flags, Flags]:
        return self._relations.clashing()

    # ------------------------------------------------------------ the search

    @cached_property
    def _searches(self) -> tuple[tuple[int, Flags, Search], ...]:
        """Of each parcel its nodes, columns and conflicts."""
        return tuple((nodes, columns, self._searched(nodes)) for nodes, columns in self._split())

    @cached_property
    def _all_found(self) -> bool:
        """Whether no search was cut, and no question of theirs was given up."""
        return all(found.complete for _, _, found in self._searches) and not self._oracle.gave_up

    @cached_property
    def _parcels(self) -> tuple[Parcel, ...]:
        """The parcels with their maximal consistent sets, or some of them."""
        return tuple(
            Parcel(
                nodes,
                columns,
                tuple(nodes & ~left for left in found.left_out)
                if found.complete
                else tuple(dict.fromkeys(self._greedy(nodes))),
            )
            for nodes, columns, found in self._searches
        )

    def _split(self) -> Iterator[tuple[int, Flags]]:
        """Nodes and columns by connected component, as far as conflicts are concerned."""
        rows, columns = components(self.system, binding_only=True)
        firsts = [(node.rows or tuple(r for r, _, _ in node.relaxed)) for node in self.nodes]
        labels = np.array([rows[own[0]] if own else -1 for own in firsts])
        for label in dict.fromkeys(labels.tolist()):
            yield sum(1 << int(i) for i in np.flatnonzero(labels == label)), columns == label

    def _searched(self, nodes: int) -> Search:
        alone, pairs = self._clashing
        known = [1 << int(i) for i in np.flatnonzero(alone) if nodes >> int(i) & 1]
        both = np.argwhere(np.triu(pairs | pairs.T, 1))
        known += [1 << int(i) | 1 << int(j) for i, j in both if nodes >> int(i) & 1]
        return search(nodes, self._oracle.core, known, _MOST_SETS, _MOST_CHECKS)

    def _greedy(self, nodes: int) -> Iterator[int]:
        """Maximal consistent sets of `nodes`, each begun from another end."""
        alone, pairs = self._clashing
        against = [_mask(row) for row in pairs | pairs.T]
        for order in self._orders():
            held = 0
            for i in order:
                bit = 1 << int(i)
                if not nodes & bit or alone[i] or against[i] & held:
                    continue
                if self._oracle.core(held | bit) is None:
                    held |= bit
            yield held

    def _orders(self) -> list[Ints]:
        """Highest lower bound first, lowest upper bound first, and each source's own first."""
        lower = np.array([node.lower for node in self.nodes])
        upper = np.array([node.upper for node in self.nodes])
        sources = [{r.claim.source for r in node.members} for node in self.nodes]
        orders = [np.argsort(-lower, kind="stable"), np.argsort(upper, kind="stable")]
        counts = Counter(source for names in sources for source in names)
        for source, _ in sorted(counts.items(), key=lambda item: (-item[1], item[0]))[
            :_MOST_SOURCES
        ]:
            own = np.array([source not in names for names in sources])
            orders.append(np.argsort(own, kind="stable"))
        return orders

    @cached_property
    def _greedy_by_pairs(self) -> tuple[Flags, ...]:
        """The same for large groups: sets (N,) in which no two clash."""
        alone, pairs = self._clashing
        clash = pairs | pairs.T
        found: list[Flags] = []
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
        return self.small and self._all_found

    @property
    def note(self) -> str:
        """What the envelope leaves out; empty where it is exact."""
        if not self.small:
            return (
                f"{len(self.nodes):,} statements bear on each other: the envelope takes some of "
                "their maximal consistent sets, and compares claims two by two"
            )
        if self.complete:
            wider = "imprecise periods leave too many placements: the envelope may be too wide"
            return wider if self.allowed.loose else ""
        return "too many maximal consistent sets to enumerate: the envelope takes some of them"

    # ------------------------------------------------------------ conflicts

    @cached_property
    def _minimal(self) -> list[tuple[int, ...]]:
        """The nodes of each minimal conflict."""
        return [tuple(bits(mask)) for _, _, each in self._searches for mask in _sorted(each)]

    def conflicts(self, wanted: Flags, timely: Flags, limit: int) -> list[Found]:
        """Minimal conflicts of `timely` nodes (N,) with a `wanted` one among them."""
        if not self.small:
            return self._worst_pairs(wanted, timely, limit)
        return [
            self._found(members)
            for members in self._minimal
            if timely[list(members)].all() and wanted[list(members)].any()
        ]

    def _worst_pairs(self, wanted: Flags, timely: Flags, limit: int) -> list[Found]:
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

    def _pair_gaps(self, first: Ints, second: Ints) -> Array:
        lower = np.array([node.lower for node in self.nodes])[first]
        upper = np.array([node.upper for node in self.nodes])[second]
        return np.round((lower - upper) / EPSILONS) / 10.0**self.system.grid.decimals

    def _lone_gap(self, node: int) -> float:
        lower = max(self.nodes[node].lower, -self.nodes[node].upper)
        return float(np.round(lower / EPSILONS) / 10.0**self.system.grid.decimals)

    def _found(self, members: tuple[int, ...]) -> Found:
        if members not in self._gaps:
            self._gaps[members] = self._with_gap(members)
        return self._gaps[members]

    def _with_gap(self, members: tuple[int, ...]) -> Found:
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
        for row in about.rows or tuple(row for row, _, _ in about.relaxed):
            cost = self.system.matrix[row]
            if about.lower > -np.inf:
                below = ((row, -np.inf, about.lower),)
                best = min(best, about.lower + self._oracle.least(others, -cost, extra=below))
            if about.upper < np.inf:
                above = ((row, about.upper, np.inf),)
                best = min(best, self._oracle.least(others, cost, extra=above) - about.upper)
        return best

    @cached_property
    def allowed(self) -> Allowed:
        """What the claims leave open."""
        sets = Sets(self._parcels) if self.small else Sets((), self._greedy_by_pairs)
        return Allowed(self.system, self._oracle, self._relations, sets)


def _sorted(found: Search) -> tuple[int, ...]:
    return tuple(sorted(found.conflicts, key=lambda mask: (mask.bit_count(), mask)))


def _mask(flags: Flags) -> int:
    return sum(1 << int(i) for i in np.flatnonzero(flags))
