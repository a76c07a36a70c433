"""Claims about a family of quantities as rows over increments that are never negative.

A cumulative total is the sum of its increments since the epoch, a whole the sum of its parts, so
every claim bounds the sum of a set of increments: the cells (leaf, days between two edges) in its
window. A stock has a variable for every claimed day, a constant one. That a total never falls and
that parts make the whole is then true by construction; only `within` needs rows of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from reconcile.constraints.claim_bounds import SINCE, ClaimBound, Family, Window
from reconcile.numerics.arrays import Array, Flags

Key = tuple[str, Window]

EPSILONS = 2.0**16
"""An open end is this fraction of a grid step away from the closed one."""
_MOST_DECIMALS = 12  # more than a float has beside an epsilon: 10^12 * 2^16 > 2^53
_MOST_PLACEMENTS = 1500  # of one imprecise period; with more it is relaxed, and said
FOREVER = 10**9  # days: later than any date


@dataclass(frozen=True, slots=True)
class DecimalGrid:
    """Numbers as whole steps of 10^-`decimals`, so that sums are exact; rounded outward if not.

    An open end lies one epsilon (1 / `EPSILONS` of a step) inside: certificates add far fewer
    than `EPSILONS` of them, so "more than 5" and "at most 5" clash and 5.1 fits the first.
    """

    decimals: int

    @classmethod
    def of(cls, numbers: Iterable[float]) -> DecimalGrid:
        """The grid on which all of `numbers` lie, or the finest that adds them without error."""
        finite = [abs(x) for x in numbers if np.isfinite(x)]
        exponents = [Decimal(repr(x)).normalize().as_tuple().exponent for x in finite]
        decimals = max([0, *(-e for e in exponents if isinstance(e, int))])
        decimals = min(decimals, _MOST_DECIMALS)
        top = max([1.0, *finite]) * min(max(len(finite), 1), 64)
        while top * 10.0**decimals * EPSILONS > 2.0**53:
            decimals -= 1
        return cls(decimals)

    def lower(self, x: float, is_open: bool) -> float:
        """A lower bound in epsilons."""
        return x if np.isinf(x) else (self._whole(x, "ROUND_FLOOR") * EPSILONS + is_open)

    def upper(self, x: float, is_open: bool) -> float:
        """An upper bound in epsilons."""
        return x if np.isinf(x) else (self._whole(x, "ROUND_CEILING") * EPSILONS - is_open)

    def _whole(self, x: float, rounding: str) -> float:
        return float(Decimal(repr(x)).scaleb(self.decimals).to_integral_value(rounding))

    def number(self, steps: float) -> tuple[float, int]:
        """A value in epsilons as a number, and on which side of it (-1, 0, 1) an open end lies."""
        if np.isinf(steps):
            return steps, 0
        nearest = round(steps / EPSILONS * 12) / 12
        off = steps - nearest * EPSILONS
        if abs(off) > EPSILONS / 64:
            return float(steps / EPSILONS / 10.0**self.decimals), 0
        whole = Decimal(repr(nearest)).scaleb(-self.decimals)
        return float(whole), int(np.sign(off)) if abs(off) > 0.5 else 0


@dataclass(frozen=True, slots=True)
class BoundSum:
    """Claims that say the same: a sum between `lower` and `upper` (epsilons) over one of `rows`.

    `relaxed` are bounds (row, lower, upper) that hold whichever of the rows it is.
    """

    members: tuple[ClaimBound, ...]
    lower: float
    upper: float
    rows: tuple[int, ...]
    relaxed: tuple[tuple[int, float, float], ...]


@dataclass(frozen=True, slots=True)
class Tie:
    """The sum over the cells `inner` (V,) can't exceed that over `outer` (V,).

    Only where `binding` can it make a conflict.
    """

    inner: Flags
    outer: Flags
    binding: bool


@dataclass(frozen=True)
class System:
    """Rows `matrix` (m, n) over n increments; nodes bound rows, `ties` (within) the last of them.

    `member` (m0, V) are the rows of the nodes over all cells, before equal columns were joined
    (cell v belongs to variable `variable[v]`); `floor` (n,) is 0 or, on linear scales, -inf.
    """

    family: Family
    grid: DecimalGrid
    nodes: tuple[BoundSum, ...]
    matrix: Array
    member: Flags
    floor: Array
    row_upper: Array
    row_lower: Array
    variable: NDArray[np.int64]
    cells: Increments
    ties: tuple[Tie, ...]

    def coefficients(self, row: Flags, greatest: bool) -> Array:
        """The coefficients (n,) of the most (or least) that the cells `row` (V,) can sum to.

        Increments that were joined are alike to all claims: what they hold may lie in any of them.
        """
        found = np.full(len(self.floor), 0.0 if greatest else 1.0)
        merge = np.maximum if greatest else np.minimum
        merge.at(found, self.variable, row.astype(float))
        return found


class Increments:
    """The numbering of the increments: (leaf, edge), (stock leaf, day), (constant leaf)."""

    def __init__(self, family: Family, names: Sequence[str], edges: set[int], days: set[int]):
        self.family = family
        self.edges = np.array(sorted({*edges, FOREVER}))
        self.days = np.array(sorted(days), dtype=np.int64)
        kinds = {name: family.quantities[name].kind for name in names}
        counts = {"cumulative": len(self.edges), "stock": len(self.days), "constant": 1}
        self.slices: dict[str, slice] = {}
        start = 0
        for name in names:
            self.slices[name] = slice(start, start + counts[kinds[name]])
            start += counts[kinds[name]]
        self.count = start

    def row(self, quantity: str, window: Window) -> Flags:
        """Which cells (V,) `window` of `quantity` holds."""
        found = np.zeros(self.count, dtype=bool)
        for leaf in self.family.leaves(quantity):
            if leaf in self.slices:
                found[self.slices[leaf]] = self._inside(leaf, window)
        return found

    def _inside(self, leaf: str, window: Window) -> Flags:
        kind = self.family.quantities[leaf].kind
        if kind == "constant":
            return np.ones(1, dtype=bool)
        ends = self.edges if kind == "cumulative" else self.days
        begun = ends >= self.family.epoch(leaf)
        if kind == "stock":
            return begun & (ends == window[1])
        return begun & (ends > window[0]) & (ends <= window[1])


def build(family: Family, names: Sequence[str], readings: Sequence[ClaimBound]) -> System:
    """The system of all `readings`, whose quantities are sums of the leaves `names`."""
    grid = DecimalGrid.of(x for r in readings for x in (r.lower, r.upper))
    placed = _placements(readings, _firm_edges(family, names, readings))
    cells = _cells(family, names, readings, placed)
    keys: dict[Key, int] = {}
    nodes = _nodes(grid, readings, placed, family, keys)
    member = np.array([cells.row(*key) for key in keys], dtype=bool).reshape(-1, cells.count)
    ties = _ties(family, readings, cells)
    matrix, variable, floor = _joined(family, cells, member, ties)
    upper = np.r_[np.full(len(member), np.inf), np.zeros(len(ties))]
    lower = np.full(len(upper), -np.inf)
    return System(
        family, grid, nodes, matrix, member, floor, upper, lower, variable, cells, tuple(ties)
    )  # fmt: skip


def _firm_edges(family: Family, names: Sequence[str], readings: Sequence[ClaimBound]) -> set[int]:
    """The days that matter before any end is chosen."""
    found = {family.epoch(name) - 1 for name in names if family.epoch(name) > SINCE}
    for reading in readings:
        if not reading.free:
            found |= {day for window in reading.windows for day in window}
        else:
            found |= {*reading.starts, *reading.ends}
    return found - {SINCE}


def _placements(readings: Sequence[ClaimBound], firm: set[int]) -> list[tuple[Window, ...]]:
    """The windows of each reading, with the ends of free ones thinned.

    Between two neighbouring days that matter, only the order of the ends that fall there counts,
    so as many days as there are free ends stand for all of them.
    """
    free = [span for r in readings if r.free for span in (r.starts, r.ends) if span[0] > SINCE]
    if not free:
        return [reading.windows for reading in readings]
    points = sorted(firm)
    kept = set(points)
    for left, right in pairwise(points):
        ends = sum(first <= left and right <= last for first, last in free)
        kept |= set(range(left + 1, min(left + 1 + ends, right)))
    return [
        tuple(w for w in reading.windows if w[1] in kept and (w[0] in kept or w[0] == SINCE))
        if reading.free
        else reading.windows
        for reading in readings
    ]


def _cells(
    family: Family,
    names: Sequence[str],
    readings: Sequence[ClaimBound],
    placed: Sequence[tuple[Window, ...]],
) -> Increments:
    edges = {family.epoch(name) - 1 for name in names if family.epoch(name) > SINCE}
    days: set[int] = set()
    for reading, windows in zip(readings, placed, strict=True):
        kind = family.quantities[reading.quantity].kind
        if kind == "stock":
            days |= {day for _, day in windows}
        if kind != "constant":
            edges |= {day for window in windows for day in window if day > SINCE}
    return Increments(family, names, edges, days)


def _nodes(
    grid: DecimalGrid,
    readings: Sequence[ClaimBound],
    placed: Sequence[tuple[Window, ...]],
    family: Family,
    keys: dict[Key, int],
) -> tuple[BoundSum, ...]:
    """Readings that say the same joined; their rows are numbered in `keys`."""
    groups: dict[tuple[str, tuple[Window, ...], float, float], list[ClaimBound]] = {}
    for reading, windows in zip(readings, placed, strict=True):
        lower = grid.lower(reading.lower, reading.lower_open)
        upper = grid.upper(reading.upper, reading.upper_open)
        groups.setdefault((reading.quantity, windows, lower, upper), []).append(reading)
    nodes: list[BoundSum] = []
    for (quantity, windows, lower, upper), members in groups.items():
        relaxed = _relaxed(quantity, windows, lower, upper, family, keys)
        chosen = windows if len(windows) <= _MOST_PLACEMENTS else ()
        rows = tuple(keys.setdefault((quantity, window), len(keys)) for window in chosen)
        nodes.append(BoundSum(tuple(members), lower, upper, rows, relaxed))
    return tuple(nodes)


def _relaxed(
    quantity: str,
    windows: tuple[Window, ...],
    lower: float,
    upper: float,
    family: Family,
    keys: dict[Key, int],
) -> tuple[tuple[int, float, float], ...]:
    """What holds for any placement: the largest window has the lower, the smallest the upper."""
    if len(windows) < 2 or family.quantities[quantity].kind != "cumulative":
        return ()
    found: list[tuple[int, float, float]] = []
    largest = min(a for a, _ in windows), max(b for _, b in windows)
    smallest = max(a for a, _ in windows), min(b for _, b in windows)
    if lower > -np.inf:
        found.append((keys.setdefault((quantity, largest), len(keys)), lower, np.inf))
    if upper < np.inf and smallest[0] < smallest[1]:
        found.append((keys.setdefault((quantity, smallest), len(keys)), -np.inf, upper))
    return tuple(found)


def linked(family: Family, readings: Sequence[ClaimBound]) -> dict[tuple[str, str], bool]:
    """The pairs (inner, outer) of `within` that matter, and whether they can make a conflict.

    They can where the outer one is bounded from above, if only by being within another; else a
    floor of the inner one still lifts the outer one.
    """
    pairs = [(name, outer) for name in sorted(family.quantities) for outer in family.within(name)]
    capped = {leaf for r in readings if r.upper < np.inf for leaf in family.leaves(r.quantity)}
    lifted = {leaf for r in readings if r.lower > -np.inf for leaf in family.leaves(r.quantity)}
    binding: set[tuple[str, str]] = set()
    lifting: set[tuple[str, str]] = set()
    for _ in pairs:
        for inner, outer in pairs:
            if capped & set(family.leaves(outer)):
                binding.add((inner, outer))
                capped |= set(family.leaves(inner))
            if lifted & set(family.leaves(inner)):
                lifting.add((inner, outer))
                lifted |= set(family.leaves(outer))
    return {pair: pair in binding for pair in pairs if pair in binding or pair in lifting}


def _ties(family: Family, readings: Sequence[ClaimBound], cells: Increments) -> list[Tie]:
    """Pairs of rows of which the first can't exceed the second, where that can matter."""
    found: dict[tuple[bytes, bytes], Tie] = {}
    for (name, outer), binding in linked(family, readings).items():
        if {*family.leaves(name), *family.leaves(outer)} <= set(cells.slices):
            for window in _shared(family, name, outer, cells):
                inside, around = cells.row(name, window), cells.row(outer, window)
                key = inside.tobytes(), around.tobytes()
                binds = binding or (key in found and found[key].binding)
                found[key] = Tie(inside, around, binds)
    return [tie for tie in found.values() if tie.inner.any()]


def _shared(family: Family, name: str, outer: str, cells: Increments) -> list[Window]:
    """The days on which `name` within `outer` has to be asked."""
    kinds = family.quantities[name].kind, family.quantities[outer].kind
    if "stock" in kinds:
        return [(SINCE, int(day)) for day in cells.days] if kinds[0] != "constant" else []
    if kinds == ("cumulative", "cumulative"):
        return [(SINCE, int(day)) for day in cells.edges]
    return [(SINCE, FOREVER)] if kinds[1] == "constant" else []


def _joined(
    family: Family, cells: Increments, member: Flags, ties: Sequence[Tie]
) -> tuple[Array, NDArray[np.int64], Array]:
    """Rows over the distinct columns, which variable each cell belongs to, and their floors.

    What may be negative stays apart: one of two such could rise as far as the other falls.
    """
    free = np.zeros((1, cells.count))
    for leaf, where in cells.slices.items():
        about = family.quantities[leaf]
        if about.scale == "linear" and about.kind != "cumulative":
            free[0, where] = 1 + np.arange(where.start, where.stop)
    bounds = np.array([tie.inner.astype(float) - tie.outer for tie in ties]).reshape(
        -1, cells.count
    )
    stacked = np.vstack([member.astype(float), bounds, free])
    distinct, variable = np.unique(stacked, axis=1, return_inverse=True)
    floor = np.where(distinct[-1] > 0, -np.inf, 0.0)
    return distinct[:-1], variable.ravel(), floor
