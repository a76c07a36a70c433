"""Whether a set of claims can all be true, and how far they leave a number free."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np

from reconcile.constraints.linear_system import BoundSum, System
from reconcile.constraints.simplex import Simplex
from reconcile.numerics.arrays import Array

Bound = tuple[int, float, float]
_TOLERANCE = 0.01  # epsilons: bounds are whole ones, so this is rounding alone
_BUDGET = 2000  # linear programs for one question; then it gives up, and says so
_STEPS = 400  # placements tried for one bound; then it is a bound on it, and said


class Oracle:
    """Answers about sets of nodes, given as bit masks.

    Imprecise periods are a choice between placements: the relaxed bounds are asked first, and
    only where the point found fits no placement of a node, each of them is tried in turn. Where
    that takes too long, `gave_up` says that a conflict may have been missed, `loose` that a least
    value may be too small.
    """

    def __init__(self, system: System) -> None:
        self.system = system
        ceiling = np.full(len(system.floor), np.inf)
        self._simplex = Simplex(system.matrix, system.floor, ceiling, _TOLERANCE)
        self._asked = 0
        self._extra: tuple[Bound, ...] = ()
        self._enough = -np.inf
        self.gave_up = False
        self.loose = False
        self.point = np.zeros(len(system.floor))
        """Where the last question of `least` that was answered exactly ended."""

    def core(self, active: int) -> int | None:
        """None if the nodes can all be true; else some of them that can't (not always fewest)."""
        self._asked = 0
        return self._core(bits(active), {})

    def _core(self, nodes: list[int], chosen: Mapping[int, int]) -> int | None:
        clash = self._clash(nodes, chosen)
        if clash is not None:
            return clash
        open_node = self._undecided(nodes, chosen)
        if open_node is None:
            return None
        joint = 1 << open_node
        for row in self._nearest(open_node):
            self._asked += 1
            if self._asked > _BUDGET:
                self.gave_up = True
                return None
            core = self._core(nodes, {**chosen, open_node: row})
            if core is None or not core >> open_node & 1:
                return core
            joint |= core
        return joint

    def least(
        self,
        active: int,
        cost: Array,
        bound: float = np.inf,
        *,
        enough: float = -np.inf,
        extra: tuple[Bound, ...] = (),
    ) -> float:
        """The least of cost @ increments while all `active` nodes are true; inf if they can't be.

        What is not below `bound` need not be exact, and below `enough` it is known not to be.
        `extra` are bounds on rows beside the nodes.
        """
        self._asked = 0
        self._enough = enough + _TOLERANCE
        self._extra = extra
        found = self._least(bits(active), cost, bound, {})
        self._extra = ()
        return found

    def _least(
        self, nodes: list[int], cost: Array, bound: float, chosen: Mapping[int, int]
    ) -> float:
        if self._clash(nodes, chosen) is not None:
            return np.inf
        value = self._simplex.minimum(cost)
        # where nothing bounds the value, the point tells nothing about the placements
        open_node = self._undecided(nodes, chosen, unsure=value == -np.inf)
        self._asked += 1
        if open_node is None:
            self.point = self._simplex.point()
        if value >= bound or open_node is None:
            return value
        if self._asked > _STEPS:
            # a bound that the placements not tried could only tighten
            self.loose = True
            return value
        best = bound
        for row in self._nearest(open_node):
            found = self._least(nodes, cost, best, {**chosen, open_node: row})
            best = min(best, found)
            if best <= self._enough:
                break
        return best

    def _nearest(self, index: int) -> list[int]:
        """The placements of a node, those first that the present point fits best."""
        node = self.system.nodes[index]
        at = self.system.matrix[list(node.rows)] @ self._simplex.point()
        miss = np.maximum(node.lower - at, at - node.upper)
        return [node.rows[i] for i in np.argsort(miss, kind="stable").tolist()]

    def _clash(self, nodes: Iterable[int], chosen: Mapping[int, int]) -> int | None:
        """Ask the simplex; a clash as the mask of the nodes that set the bounds in it."""
        system = self.system
        lower, upper = system.row_lower.copy(), system.row_upper.copy()
        below: dict[int, int] = {}
        above: dict[int, int] = {}
        for node in nodes:
            for row, low, high in _bounds(system.nodes[node], chosen.get(node)):
                if low > lower[row]:
                    lower[row], below[row] = low, node
                if high < upper[row]:
                    upper[row], above[row] = high, node
        for row, low, high in self._extra:
            lower[row], upper[row] = max(low, lower[row]), min(high, upper[row])
        crossed = np.flatnonzero(lower > upper)
        if len(crossed):
            row = int(crossed[0])
            return sum({1 << side[row] for side in (below, above) if row in side})
        self._simplex.set_rows(lower, upper)
        clash = self._simplex.clash()
        if clash is None:
            return None
        core = 0
        for number, is_upper in zip(clash[0] - len(system.floor), clash[1], strict=True):
            owner = (above if is_upper else below).get(int(number))
            core |= 0 if owner is None else 1 << owner
        return core

    def _undecided(
        self, nodes: Iterable[int], chosen: Mapping[int, int], unsure: bool = False
    ) -> int | None:
        """A node that no placement fits at the point where the simplex stands.

        Where that is `unsure` to be the point asked for, any node without a chosen placement.
        """
        point: Array | None = None
        for index in nodes:
            node = self.system.nodes[index]
            if len(node.rows) < 2 or index in chosen:
                continue
            point = self._simplex.point() if point is None else point
            at = self.system.matrix[list(node.rows)] @ point
            fits = (at >= node.lower - _TOLERANCE) & (at <= node.upper + _TOLERANCE)
            if unsure or not fits.any():
                return index
        return None


def _bounds(node: BoundSum, row: int | None) -> tuple[Bound, ...]:
    if row is not None:
        return ((row, node.lower, node.upper),)
    if len(node.rows) == 1:
        return ((node.rows[0], node.lower, node.upper),)
    return node.relaxed


def bits(mask: int) -> list[int]:
    """The places of the set bits of `mask`, in order."""
    return [i for i in range(mask.bit_length()) if mask >> i & 1]
