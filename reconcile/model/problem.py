"""`Problem`: the claims of one component as arrays. The one bridge from claims to numbers.

Each admissible placement of a claim's period is a row; a claim averages over its rows. `Claim.id`
is the only thread back.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np

from reconcile.errors import FitError
from reconcile.model.centre import centre_of
from reconcile.model.component import Component, unbounded
from reconcile.model.corrections import Regimes, regimes_of
from reconcile.model.functionals import Asked, Functionals, functionals
from reconcile.model.houses import Effects, effects_of
from reconcile.model.lineage import Lineage, lineage
from reconcile.model.observations import TRUE_KIND, Observation, observed
from reconcile.model.placements import claim_days, placements
from reconcile.model.priors import USUAL_ERROR
from reconcile.model.repeated_numbers import RepeatedNumbers, repeated_numbers
from reconcile.model.states import States, states_of
from reconcile.model.timegrid import MOST_CELLS, TimeGrid, beyond, claim_edges
from reconcile.model.truth import TrackRecord
from reconcile.model.walks import Terms, mean_columns, stacked_terms, walk_terms
from reconcile.numerics.arrays import Array, Flags, Index
from reconcile.numerics.outer_sums import OuterSums
from reconcile.values import Claim, Quantity, Source


@dataclass(frozen=True, eq=False)
class Rows:
    """R placements of N claims.

    claim, place, load, stream (R,): the claim of each row, its functional, its pattern of effects,
    and its series (a source's totals or flows of a quantity). log_share (R,): log of its share
    among the claim's placements. said (R,): the middle of its narrowest cell. extra, gross, wide
    (R,): as in `Observation`. thinned, true (R,): a part; the truth itself. pace (R,): whether a
    lag of the count tells (totals). odd, air (R,): as in `RepeatedNumbers`. of, lower, upper,
    weight (M,): the cells, and the row of each.
    """

    claim: Index
    place: Index
    load: Index
    stream: Index
    log_share: Array
    said: Array
    extra: Array
    gross: Array
    wide: Array
    thinned: Flags
    true: Flags
    pace: Flags
    odd: Array
    air: Array
    of: Index
    lower: Array
    upper: Array
    weight: Array


@dataclass(frozen=True, eq=False)
class LoadSquares:
    """Sums over the patterns of effects, by the part of an arrowhead matrix: of the core, of the
    core with the tip, and of the tip the diagonal and the links."""

    core: OuterSums
    cross: OuterSums
    diagonal: OuterSums
    link: OuterSums


@dataclass(frozen=True, eq=False)
class Problem:
    """What is to be inferred: F functionals of n states, Q effects, N claims in S streams.

    Unknowns x: states, means of the walks, effects. `below` and `above` (I,): functionals of which
    the first can't exceed the second. `log_scale`: whether errors are ratios (counts).
    """

    states: States
    asked: tuple[Asked, ...]
    functionals: Functionals
    claims: tuple[Claim, ...]
    lineage: Lineage
    rows: Rows
    effects: Effects
    streams: tuple[tuple[str, str, str], ...]
    terms: Terms
    below: Index
    above: Index
    regimes: Regimes
    log_scale: bool
    error: float

    @property
    def component(self) -> Component:
        """The joint system of quantities."""
        return self.states.component

    @property
    def grid(self) -> TimeGrid:
        """Its cells of time."""
        return self.states.grid

    @cached_property
    def last(self) -> float:
        """The latest time that a claim speaks of, in days since the grid's origin."""
        ends = [asked.end for asked in (self.asked[i] for i in np.unique(self.rows.place))]
        return max(ends, default=float(self.grid.edges[-1]))

    @cached_property
    def size(self) -> int:
        """The number of unknowns."""
        return self.border + len(self.effects.effects)

    @cached_property
    def border(self) -> int:
        """The column of the first effect."""
        return self.states.size + sum(len(c) for c in mean_columns(self.states))

    @cached_property
    def tip(self) -> int:
        """How many of the unknowns, the last ones, a solver eliminates before the others: all
        houses and corrections where they are many, else none."""
        many = self.effects.houses + self.effects.corrections
        return many if many >= MANY_EFFECTS else 0

    @cached_property
    def core(self) -> int:
        """The number of the other unknowns."""
        return self.size - self.tip

    @cached_property
    def owner(self) -> Index:
        """The house that each correction of the tip is heard with."""
        found = np.zeros(self.effects.corrections if self.tip else 0, dtype=np.intp)
        if self.tip:
            for (house, _), (last, _) in zip(*self._tip_rows, strict=True):
                found[last] = house
        return found

    @cached_property
    def _tip_rows(self) -> tuple[list[tuple[Index, Array]], list[tuple[Index, Array]]]:
        """Of each pattern the house, and the correction."""
        first = len(self.effects.effects) - self.effects.corrections
        houses = slice(first - self.effects.houses, first)
        return self.effects.rows(houses), self.effects.rows(slice(first, None))

    @cached_property
    def term_squares(self) -> OuterSums:
        """Sums of squares of the prior's terms but those of the tip, which have one each: rows of
        coefficients over the other unknowns."""
        some = slice(len(self.terms.at) - self.tip)
        return OuterSums.of(zip(self.terms.at[some], self.terms.coef[some], strict=True), self.core)

    @cached_property
    def load_squares(self) -> LoadSquares:
        """Sums of squares over the patterns of effects."""
        others = self.core - self.border
        inner = [(self.border + at, w) for at, w in self.effects.rows(slice(others))]
        outer = self.effects.rows(slice(others, None))
        one = [(np.zeros(1, dtype=np.intp), np.ones(1))] * len(outer)
        links: list[tuple[Index, Array]] = []
        if self.tip:
            links = [
                (last, w * house) for (_, house), (last, w) in zip(*self._tip_rows, strict=True)
            ]
        return LoadSquares(
            OuterSums.of(inner, self.core),
            OuterSums.between(inner, outer, self.tip),
            OuterSums.between(one, [(at, w**2) for at, w in outer], self.tip),
            OuterSums.between(one[: len(links)], links, len(self.owner)),
        )

    @cached_property
    def row_loads(self) -> tuple[Index, Index, Array]:
        """Of each effect that a row loads on: the row, the effect, and its weight (P,)."""
        every = self.effects.rows(slice(None))
        loads = [every[load] for load in self.rows.load]
        row = np.repeat(np.arange(len(loads)), [len(at) for at, _ in loads])
        columns = [np.zeros(0, dtype=np.intp), *(at for at, _ in loads)]
        return row, np.concatenate(columns), np.concatenate([np.zeros(0), *(w for _, w in loads)])

    @cached_property
    def term_roots(self) -> tuple[tuple[str, ...], Index]:
        """The root quantities that sources speak of, and of each prior term the number of its own
        (-1: none), for those whose scale follows the spread of the sources."""
        first = len(self.terms.centre) - len(self.effects.effects)
        roots = dict.fromkeys(e.root for e in self.effects.effects if e.learnt and e.root)
        number = {root: i for i, root in enumerate(roots)}
        found = np.full(len(self.terms.centre), -1, dtype=np.intp)
        for i, effect in enumerate(self.effects.effects):
            if effect.learnt and effect.root:
                found[first + i] = number[effect.root]
        return tuple(number), found

    @cached_property
    def placed_once(self) -> Flags:
        """Which claims (N,) have one placement only."""
        return np.bincount(self.rows.claim, minlength=len(self.claims)) == 1


def pose(
    component: Component,
    claims: Sequence[Claim],
    sources: Mapping[str, Source],
    *,
    horizon: date | None = None,
    record: TrackRecord | None = None,
    prior_scale: float = 1.0,
) -> Problem:
    """Lay out `claims` (of this component; those not to be used left out).

    `horizon`: a day to reach beyond the last claim. `record`: what sources earned by truths that
    became known. `prior_scale` multiplies the sd of every prior that is no increment.
    """
    line = lineage(claims)
    used = sorted((claim for claim in line.entering if _speaks(claim, component)), key=_place)
    grid = _grid(component, used, horizon)
    states = states_of(component, grid)
    quantities = [_counted(claim, component) for claim in used]
    placed = [placements(c, q, grid.origin) for c, q in zip(used, quantities, strict=True)]
    last = _last_day(used, grid)
    bounds = _bounds(component, grid, last)
    order = {place: i for i, place in enumerate(dict.fromkeys([*_flat(placed), *_flat(bounds)]))}
    readings = [
        observed(claim, component.quantities[claim.quantity], sources[line.witness(claim).source])
        for claim in used
    ]
    regimes = _regimes(used, line, component)
    effects, load = effects_of(
        component, used, line, readings, sources, regimes.number, record or TrackRecord({})
    )
    streams = [_stream(claim, line) for claim in used]
    names = {name: i for i, name in enumerate(dict.fromkeys(streams))}
    centres = {
        walk.root.id: centre_of(
            walk.root, [c for c in used if component.root_walk(c.quantity) == walk.root.id]
        )
        for walk in component.walks
    }
    walks = walk_terms(states, centres, prior_scale, last)
    first = states.size + sum(len(c) for c in mean_columns(states))
    scales = {component.quantities[name].scale for name in component.quantities}
    error = min(USUAL_ERROR[scale] for scale in scales)
    repeats = repeated_numbers(used, streams, readings, error)
    return Problem(
        states=states,
        asked=tuple(order),
        functionals=functionals(list(order), states),
        claims=tuple(used),
        lineage=line,
        rows=_rows(used, placed, order, readings, load, [names[s] for s in streams], repeats,
                   sources, line, component),
        effects=effects,
        streams=tuple(names),
        terms=stacked_terms([walks, effects.terms(first, prior_scale)]),
        below=np.array([order[small] for small, _ in bounds], dtype=np.intp),
        above=np.array([order[large] for _, large in bounds], dtype=np.intp),
        regimes=regimes,
        log_scale=scales == {"log"},
        error=error,
    )  # fmt: skip


# So many houses and corrections are eliminated one by one: below, one dense factor costs less than
# the steps around it (measured: equal at about 100 of them beside 60 to 250 other unknowns).
MANY_EFFECTS = 100
# A system of many quantities has cells enough for its claims all the same.
_LEAST_CELLS = 75
# A constant that nobody speaks of needs no day; its grid has one all the same.
_ANY_DAY = date(2000, 1, 1)


def _rows(
    claims: Sequence[Claim], placed: Sequence[Sequence[Asked]], order: Mapping[Asked, int],
    readings: Sequence[Observation], load: Index, stream: Sequence[int], repeats: RepeatedNumbers,
    sources: Mapping[str, Source], line: Lineage, component: Component,
) -> Rows:  # fmt: skip
    counts = np.array([len(found) for found in placed], dtype=int)
    of = np.repeat(np.arange(len(claims)), counts)

    def trait(name: str) -> Array:
        return np.array([getattr(reading, name) for reading in readings], dtype=float)[of]

    cells = [readings[int(i)].cells for i in of]
    flat = np.array([cell for each in cells for cell in each], dtype=float).reshape(-1, 3)
    true = [sources[line.witness(claim).source].kind == TRUE_KIND for claim in claims]
    pace = [
        component.quantities[c.quantity].kind == "cumulative" and c.period.kind == "on"
        for c in claims
    ]
    return Rows(
        claim=of,
        place=np.array([order[place] for place in _flat(placed)], dtype=np.intp),
        load=load[of],
        stream=np.array(stream, dtype=np.intp)[of],
        log_share=-np.log(np.repeat(counts, counts).astype(float)),
        said=np.array([_middle(each) for each in cells]),
        extra=trait("extra"),
        gross=trait("gross"),
        wide=trait("wide"),
        thinned=trait("thinned").astype(bool),
        true=np.array(true, dtype=bool)[of],
        pace=np.array(pace, dtype=bool)[of],
        odd=repeats.odd[of],
        air=repeats.air[of],
        of=np.repeat(np.arange(len(cells)), [len(each) for each in cells]),
        lower=flat[:, 0],
        upper=flat[:, 1],
        weight=flat[:, 2],
    )


def _middle(cells: Sequence[tuple[float, float, float]]) -> float:
    """A number that was said, for starts: the middle of the claim's cells."""
    lower, upper = min(c[0] for c in cells), max(c[1] for c in cells)
    if len(cells) > 1 and all(c[0] == lower or c[1] == upper for c in cells):
        lower, upper = cells[0][0], cells[0][1]
    if not math.isfinite(lower):
        return upper - math.log(2.0)
    return 0.5 * (lower + upper) if math.isfinite(upper) else lower


def _counted(claim: Claim, component: Component) -> Quantity:
    """What a claim counts: an addition to a level is a flow of its arrivals, where they are
    known."""
    quantity = component.quantities[claim.quantity]
    if claim.additional and quantity.kind == "stock" and quantity.arrivals:
        return component.quantities[quantity.arrivals]
    return quantity


def _stream(claim: Claim, line: Lineage) -> tuple[str, str, str]:
    kind = "flows" if claim.period.kind == "during" or claim.additional else "totals"
    return line.witness(claim).source, claim.quantity, kind


def _regimes(claims: Sequence[Claim], line: Lineage, component: Component) -> Regimes:
    """The corrections of every series of exact totals."""
    series: dict[tuple[str, str, str], list[Claim]] = {}
    for claim in claims:
        total = component.quantities[claim.quantity].kind == "cumulative"
        if total and claim.period.kind == "on" and claim.phrase.kind == "exact":
            plain = claim.scope == "whole" and not claim.additional
            if plain and line.witness(claim).id == claim.id:
                series.setdefault(_stream(claim, line), []).append(claim)
    found = [regimes_of(each) for each in series.values()]
    return Regimes(
        {name: number for each in found for name, number in each.number.items()},
        tuple(pair for each in found for pair in each.taken_back),
        tuple(pair for each in found for pair in each.restarted),
    )


def _place(claim: Claim) -> tuple[date, date, str, str, float, float, str]:
    """Where a claim stands among the others, whatever the order of the ledger."""
    when, said = claim.period, claim.phrase
    return (
        *(when.first, when.last, claim.quantity, claim.source),
        *(said.lower, said.upper, claim.id),
    )


def _speaks(claim: Claim, component: Component) -> bool:
    quantity = component.quantities[claim.quantity]
    late = quantity.epoch is None or claim.period.last >= quantity.epoch
    return quantity.kind == "constant" or late


def _grid(component: Component, claims: Sequence[Claim], horizon: date | None) -> TimeGrid:
    """From the earliest epoch or claim to the last claim, and on to the `horizon`."""
    days = [leaf.epoch for leaf in component.leaves if leaf.epoch is not None]
    open_ended = any(unbounded(walk) or _level(walk.root) for walk in component.walks)
    if open_ended or not days:
        days += [claim.period.first for claim in claims]
    ends = [claim.period.last for claim in claims]
    constant = all(leaf.kind == "constant" for leaf in component.leaves)
    fallback = horizon or (_ANY_DAY if constant else None)
    if not days and fallback is None:
        raise FitError(
            f"expected claims about {', '.join(component.quantities)}, or an epoch; got none"
        )
    begin = min(days, default=fallback or _ANY_DAY)
    last = max([*ends, begin])
    marks = claim_days(claims, begin)
    most = max(MOST_CELLS // len(component.leaves), _LEAST_CELLS)
    edges = claim_edges(marks, float((last - begin).days + 1), most)
    if horizon is not None:
        edges = beyond(edges, float((horizon - begin).days + 1))
    return TimeGrid(begin, edges)


def _level(root: Quantity) -> bool:
    return root.kind == "stock" and root.epoch is None


def _flat(nested: Iterable[Iterable[Asked]]) -> list[Asked]:
    return [item for group in nested for item in group]


def _last_day(claims: Sequence[Claim], grid: TimeGrid) -> float:
    """The end of the last day that `claims` speak of; of the grid, where there are none."""
    ends = [grid.day(claim.period.last) + 1 for claim in claims]
    return min(max(ends, default=np.inf), float(grid.edges[-1]))


def _bounds(component: Component, grid: TimeGrid, last: float) -> list[tuple[Asked, Asked]]:
    """Pairs (small, large) that must be in order: about weekly up to the `last` claim, and at the
    end of every cell after it."""
    ends = grid.edges[1:]
    step = max(7.0, last / 30)
    marks = [*np.arange(step, last, step), *ends[ends >= last - 1e-9]]
    chosen = np.unique(np.searchsorted(ends, marks))
    pairs: list[tuple[Asked, Asked]] = []
    for quantity in component.quantities.values():
        for name in quantity.within:
            if any(name in component.quantities[w].within for w in _wholes(component, quantity.id)):
                continue  # the whole's bound says more
            since = max(_start(quantity, grid), _start(component.quantities[name], grid))
            pairs.extend(
                (Asked(quantity.id, None, float(end)), Asked(name, None, float(end)))
                for end in ends[chosen]
                if end > since
            )
    return pairs


def _start(quantity: Quantity, grid: TimeGrid) -> float:
    return -math.inf if quantity.epoch is None else grid.day(quantity.epoch)


def _wholes(component: Component, part: str) -> list[str]:
    return [quantity.id for quantity in component.quantities.values() if part in quantity.parts]
