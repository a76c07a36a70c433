"""`Design`: the claims of one component as arrays. The one bridge from claims to numbers.

Each admissible placement of a claim's period is a row; a claim averages over its rows. `Claim.id`
is the only thread back.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from reconcile.errors import FitError
from reconcile.model.border import WORDING_SD, Border, build_border
from reconcile.model.component import Component, Grid, claim_marks, day_edges, unbounded
from reconcile.model.functional import Functionals, Place, functionals, places_of
from reconcile.model.lineage import Lineage, lineage
from reconcile.model.prior import Hyper, hypers
from reconcile.model.reading import TRUTH, TRUTH_SD, Reading, read
from reconcile.model.truth import Record
from reconcile.values import Claim, Source

__all__ = ["Design", "build_design", "first_day"]

Array = NDArray[np.float64]
Index = NDArray[np.intp]
_T = TypeVar("_T")

# Exposure of a leaf before its epoch, in days: nothing happens there, and log 0 never shows.
_NO_EXPOSURE = 1e-9


@dataclass(frozen=True, eq=False)
class Design:
    """The arrays of one component; N claims used, R rows, Q border terms, m leaves, J cells.

    claim_of (R,): the claim of each row; place (R,): its functional; log_share (R,): log of its
    share among the claim's placements. Z (N, Q): border terms of each claim. lower, upper, extra,
    gross, wide, thinned (N,): as in `Reading`; own (N,): whether the claim carries an error of its
    own (else its origin's border term does, or it is the truth); wording (N,): the sd of what is
    left to those that do not. below, above (I,): functionals of inequalities.
    exposure (m J,): days of each cell since the leaf's epoch.
    """

    component: Component
    grid: Grid
    claims: tuple[Claim, ...]
    lineage: Lineage
    functionals: Functionals
    claim_of: Index
    place: Index
    log_share: Array
    Z: Array
    lower: Array
    upper: Array
    extra: Array
    gross: Array
    wide: Array
    thinned: NDArray[np.bool_]
    own: NDArray[np.bool_]
    wording: Array
    border: Border
    below: Index
    above: Index
    exposure: Array
    hypers: tuple[Hyper, ...]
    prior_scale: float

    @cached_property
    def membership(self) -> Array:
        """1 where a row (R) is a placement of a claim (N): shape (N, R)."""
        return (np.arange(len(self.claims))[:, None] == self.claim_of).astype(float)

    @cached_property
    def placed_once(self) -> NDArray[np.bool_]:
        """Which claims (N,) have one placement only."""
        return np.bincount(self.claim_of, minlength=len(self.claims)) == 1

    @property
    def n_path(self) -> int:
        """m J, the number of unknowns of the paths."""
        return len(self.exposure)


def build_design(
    component: Component,
    claims: Sequence[Claim],
    sources: Mapping[str, Source],
    last: date,
    widest: float = 3.0,
    prior_scale: float = 1.0,
    record: Record | None = None,
    begins: date | None = None,
) -> Design:
    """Lay out `claims` (of this component, those not to be used left out) up to the day `last`.

    `widest` is the widest cell in days, where no claim asks for narrower ones; `prior_scale`
    multiplies the sd of every prior; `record` is what sources earned by truths that became known;
    `begins` the first day of the grid (default: `first_day`). Where a total has no epoch a cell
    stands before that day for all that had happened until then.
    """
    line = lineage(claims)
    used = [claim for claim in line.entering if _speaks(claim, component)]
    shared = line.shared
    begins = first_day(component, used, last) if begins is None else begins
    grid = _grid(component, used, begins, last, widest)
    places = [places_of(claim, component, grid.origin) for claim in used]
    bounds = _bounds(component, grid)
    order = {place: i for i, place in enumerate(dict.fromkeys([*_flat(places), *_flat(bounds)]))}
    counts = np.array([len(found) for found in places], dtype=int)
    readings = [
        read(claim, component.quantities[claim.quantity], sources[line.witness(claim).source])
        for claim in used
    ]
    border, Z = build_border(component, used, line, readings, sources, record)
    true = np.array([sources[claim.source].kind == TRUTH for claim in used], dtype=bool)
    return Design(
        component=component,
        grid=grid,
        claims=tuple(used),
        lineage=line,
        functionals=functionals(list(order), component, grid),
        claim_of=np.repeat(np.arange(len(used)), counts),
        place=np.array([order[place] for place in _flat(places)], dtype=np.intp),
        log_share=-np.log(np.repeat(counts, counts).astype(float)),
        Z=Z,
        lower=_trait(readings, "lower"),
        upper=_trait(readings, "upper"),
        extra=_trait(readings, "extra"),
        gross=_trait(readings, "gross"),
        wide=_trait(readings, "wide"),
        thinned=np.array([reading.thinned for reading in readings], dtype=bool),
        own=np.array(
            [line.witness(claim).id not in shared and not true[i] for i, claim in enumerate(used)],
            dtype=bool,
        ),
        wording=np.where(true, TRUTH_SD, WORDING_SD),
        border=border,
        below=np.array([order[small] for small, _ in bounds], dtype=np.intp),
        above=np.array([order[large] for _, large in bounds], dtype=np.intp),
        exposure=_exposure(component, grid),
        hypers=hypers(component, prior_scale),
        prior_scale=prior_scale,
    )


def first_day(component: Component, claims: Sequence[Claim], last: date) -> date:
    """The earliest epoch; where a quantity has none, no later than what the claims speak of."""
    days = [leaf.epoch for leaf in component.leaves if leaf.epoch is not None]
    if len(days) < len(component.leaves):
        days += [claim.period.first for claim in claims]
    return min(days, default=last)


def _speaks(claim: Claim, component: Component) -> bool:
    quantity = component.quantities[claim.quantity]
    return (
        quantity.kind == "constant" or quantity.epoch is None or claim.period.last >= quantity.epoch
    )


def _grid(
    component: Component, claims: Sequence[Claim], begins: date, last: date, widest: float
) -> Grid:
    if all(leaf.kind == "constant" for leaf in component.leaves):
        return Grid(begins, np.array([0.0, 1.0]))
    end = max([last, *(claim.period.last for claim in claims)])
    if end < begins:
        raise FitError(f"expected days on or after the epoch {begins}, got {end} as the last day")
    before = any(unbounded(walk) for walk in component.walks)
    origin = begins - timedelta(days=1) if before else begins
    marks = claim_marks(claims, origin) | ({1.0} if before else set())
    return Grid(origin, day_edges(marks, (end - origin).days + 1.0, widest))


def _flat(nested: Iterable[Iterable[_T]]) -> list[_T]:
    return [item for group in nested for item in group]


def _bounds(component: Component, grid: Grid) -> list[tuple[Place, Place]]:
    """Pairs (small, large) that must be in order: about weekly, and at the end."""
    ends = grid.edges[1:]
    chosen = np.unique(np.searchsorted(ends, [*np.arange(7.0, ends[-1], 7.0), ends[-1]]))
    pairs: list[tuple[Place, Place]] = []
    for quantity in component.quantities.values():
        for name in quantity.within:
            if any(name in component.quantities[w].within for w in _wholes(component, quantity.id)):
                continue  # the whole's bound says more
            for end in ends[chosen]:
                pairs.append((_at(component, quantity.id, end), _at(component, name, end)))
    return pairs


def _wholes(component: Component, part: str) -> list[str]:
    return [quantity.id for quantity in component.quantities.values() if part in quantity.parts]


def _at(component: Component, name: str, end: float) -> Place:
    return Place(name, 0.0 if component.quantities[name].kind == "cumulative" else None, float(end))


def _trait(readings: Sequence[Reading], name: str) -> Array:
    return np.array([getattr(reading, name) for reading in readings], dtype=float)


def _exposure(component: Component, grid: Grid) -> Array:
    rows = [
        grid.overlap(float((leaf.epoch - grid.origin).days) if leaf.epoch else 0.0, math.inf)
        * grid.widths
        for leaf in component.leaves
    ]
    return np.maximum(np.concatenate(rows), _NO_EXPOSURE)
