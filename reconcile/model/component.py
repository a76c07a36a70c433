"""Which quantities are one joint system, on which time grid.

Quantities that share an identity (`parts`), an inequality (`within`) or a flow (`arrivals`) are
one `Component`. Its *leaves* are the quantities with a path of their own: a whole is the sum of
its parts and has none. Leaves that are parts of one whole share a *walk*.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from reconcile.values import Quantity


@dataclass(frozen=True)
class Walk:
    """The leaves that move together: all parts of `root`, or `root` itself."""

    root: Quantity
    leaves: tuple[Quantity, ...]


@dataclass(frozen=True)
class Component:
    """A joint system: its walks, and all of its quantities (leaves and wholes) by id."""

    walks: tuple[Walk, ...]
    quantities: Mapping[str, Quantity]

    @property
    def leaves(self) -> tuple[Quantity, ...]:
        """The quantities with a path of their own, walk by walk."""
        return tuple(leaf for walk in self.walks for leaf in walk.leaves)

    def leaf_ids(self, quantity: str) -> tuple[str, ...]:
        """The leaves that `quantity` is, or is the sum of, however deep."""
        return _leaf_ids(self.quantities[quantity], self.quantities)

    def root(self, quantity: str) -> str:
        """The whole that `quantity` is a part of, or the stock that it flows into, or itself."""
        leaf = _leaf_ids(self.quantities[quantity], self.quantities)[0]
        walk = next(walk for walk in self.walks if leaf in {part.id for part in walk.leaves})
        stocks = (q.id for q in self.quantities.values() if q.arrivals == walk.root.id)
        return next(stocks, walk.root.id)

    def root_walk(self, quantity: str) -> str:
        """The root of the walk that holds the leaves of `quantity`."""
        leaf = self.leaf_ids(quantity)[0]
        return next(w.root.id for w in self.walks if leaf in {part.id for part in w.leaves})

    def kin(self, quantity: str) -> frozenset[str]:
        """`quantity`, its parts, the whole it is part of, and what flows into it."""
        root = self.root(quantity)
        return frozenset(name for name in self.quantities if self.root(name) == root)


def _leaf_ids(quantity: Quantity, known: Mapping[str, Quantity]) -> tuple[str, ...]:
    if not quantity.parts:
        return (quantity.id,)
    return tuple(leaf for part in quantity.parts for leaf in _leaf_ids(known[part], known))


def components(quantities: Mapping[str, Quantity], named: Iterable[str]) -> list[Component]:
    """The joint systems that hold the quantities `named`, in order of their first name."""
    links = _links(quantities)
    seen: set[str] = set()
    found: list[Component] = []
    for name in named:
        if name not in seen:
            joint = _reach(name, links)
            found.append(_component(joint, quantities))
            seen |= joint
    return found


def _links(quantities: Mapping[str, Quantity]) -> dict[str, set[str]]:
    links: dict[str, set[str]] = {name: set() for name in quantities}
    for quantity in quantities.values():
        others = (
            *quantity.parts,
            *quantity.within,
            *((quantity.arrivals,) if quantity.arrivals else ()),
        )
        for other in others:
            links[quantity.id].add(other)
            links[other].add(quantity.id)
    return links


def _reach(start: str, links: Mapping[str, set[str]]) -> set[str]:
    seen: set[str] = set()
    queue = [start]
    while queue:
        name = queue.pop()
        if name not in seen:
            seen.add(name)
            queue.extend(links[name])
    return seen


def _component(names: set[str], quantities: Mapping[str, Quantity]) -> Component:
    members = {name: quantities[name] for name in sorted(names)}
    is_part = {part for quantity in members.values() for part in quantity.parts}
    roots = [quantity for quantity in members.values() if quantity.id not in is_part]
    walks = tuple(
        Walk(root, tuple(members[leaf] for leaf in _leaf_ids(root, members))) for root in roots
    )
    return Component(walks, members)


def unbounded(walk: Walk) -> bool:
    """Whether nobody knows from when the walk's total is counted."""
    return walk.root.kind == "cumulative" and all(leaf.epoch is None for leaf in walk.leaves)
