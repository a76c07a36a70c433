"""`StreamFit`: all series of a ledger of many claims, fitted at once; what may be asked of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from reconcile.inference.streams.account import Accounts
from reconcile.inference.streams.building import build_system
from reconcile.inference.streams.expected import Expected, expected, left_out
from reconcile.inference.streams.hyper import Learnt, learn, refine, relearn, resume
from reconcile.inference.streams.mode import Curved
from reconcile.inference.streams.neighbours import (
    Habits,
    Near,
    learn_habits,
    near_itself,
    near_of,
    zone_ends,
    zone_masses,
)
from reconcile.inference.streams.nodes import spread_out
from reconcile.inference.streams.predictive import Foretold
from reconcile.inference.streams.rounding import learn_rounding
from reconcile.inference.streams.system import System
from reconcile.inference.streams.warm import warmed
from reconcile.model.blocks import build_blocks
from reconcile.model.component import Component
from reconcile.model.said import Said, said
from reconcile.values import Claim, Quantity, Source

__all__ = ["StreamFit", "fit_streams", "supports"]

Array = NDArray[np.float64]

# Cells narrower than this (days) start from a fit on weekly ones.
_FINE = 4.0
# Of more claims than this a sample finds the hyperparameters, and all of them the last rounds.
_MOST = 200_000


def supports(component: Component) -> bool:
    """Whether this engine knows all that the component holds: counts, totals, levels, constants.

    Inequalities between quantities, stocks fed by arrivals, and linear or logit scales need the
    engine for few claims.
    """
    return all(
        quantity.scale == "log" and not quantity.within and quantity.arrivals is None
        for quantity in component.quantities.values()
    )


@dataclass(frozen=True, eq=False)
class StreamFit:
    """The mode, its curvature and the hyperparameters; `claims` are those that were given.

    values (N,): the number that each claim in `curved.system` says, in counts. `spread`: whether
    answers carry the uncertainty of the hyperparameters.
    """

    claims: tuple[Claim, ...]
    components: tuple[Component, ...]
    curved: Curved
    learnt: Learnt
    origin: date
    last: float
    widest: float | None
    prior_scale: float = 1.0
    spread: bool = True

    @property
    def system(self) -> System:
        """The rows and places of everything."""
        return self.curved.system

    @cached_property
    def nodes(self) -> tuple[Curved, ...]:
        """Modes at hyperparameters as uncertain as the claims leave them; of many claims one."""
        return spread_out(self.curved, self.learnt) if self.spread else (self.curved,)

    @cached_property
    def accounts(self) -> Accounts:
        """What moved answers off their priors."""
        return Accounts(self.curved, self.learnt)

    @cached_property
    def values(self) -> Array:
        """What each claim used says (N,), in counts."""
        return numbers([self.claims[i] for i in self.system.claims.at])

    @cached_property
    def habits(self) -> Habits:
        """How streams keep to their own numbers."""
        return learn_habits(self.system, self._without, self.values)

    @cached_property
    def rounding(self) -> Array:
        """How sources round (sources + 1, habits): see `learn_rounding`."""
        return learn_rounding(self.system, self._without, self.values)

    @cached_property
    def _without(self) -> Expected:
        return left_out(self.curved, self.learnt)

    def reaching(self, last: float) -> StreamFit:
        """The same claims and hyperparameters, with paths up to `last` days after the origin."""
        if last <= self.last:
            return self
        system = _system(
            self.components, self.system.blocks.quantities, self.system.blocks.sources,
            self.system.claims, last, self.widest, self.prior_scale,
        )  # fmt: skip
        curved = resume(system, self.learnt.hyper)
        return replace(self, curved=curved, last=last)

    def foretold(self, claims: Sequence[Claim], sources: Mapping[str, Source]) -> Foretold:
        """What each of `claims` is expected to say, in counts; `sources` may hold new ones."""
        blocks = self.system.blocks
        names = {source.id for source in blocks.sources}
        everyone = [*blocks.sources, *(s for s in sources.values() if s.id not in names)]
        component_of = {name: c for c in self.components for name in c.quantities}
        asked = said(claims, component_of, blocks.quantities, everyone, self.origin, every=True)
        reaching = self.reaching(float(np.max(asked.end, initial=0.0)))
        found = expected(reaching.curved, self.learnt, asked, everyone)
        return self._near(found, asked, numbers(claims))

    def _near(self, found: Expected, asked: Said, value: Array) -> Foretold:
        system = self.system
        near = near_of(
            asked, system.blocks.streams_of(asked), value, system.claims, system.stream,
            self.values,
        )  # fmt: skip
        return self._told(found, near)

    def without(self) -> Foretold:
        """What each claim used (N,) would have been expected to say without itself."""
        return self._told(self._without, near_itself(self.system, self.values))

    def _told(self, found: Expected, near: Near) -> Foretold:
        ends = zone_ends(found, near.low, near.high)
        again, zones = self.habits.of(near, zone_masses(found, ends), found.vague)
        habits = self.rounding[np.minimum(near.source, len(self.system.blocks.sources))]
        return Foretold(found, near.low, near.high, again, zones, ends, habits=habits)


def numbers(claims: Sequence[Claim]) -> Array:
    """The number each claim says (N,): the middle of what it allows where it says none."""
    return np.array([_number(claim) for claim in claims], dtype=float)


def _number(claim: Claim) -> float:
    phrase = claim.phrase
    if phrase.nominal is not None:
        return phrase.nominal
    ends = [end for end in (phrase.lower, phrase.upper) if np.isfinite(end)]
    return float(np.mean(ends)) if ends else float("nan")


def fit_streams(
    components: Sequence[Component],
    claims: Sequence[Claim],
    quantities: Mapping[str, Quantity],
    sources: Mapping[str, Source],
    last: date,
    widest: float | None = None,
    prior_scale: float = 1.0,
    near: StreamFit | None = None,
) -> StreamFit:
    """Fit all `claims` (about `components`) jointly, with paths up to the day `last`.

    `widest` is the widest cell in days; None: about a week. `prior_scale` multiplies the sds of the
    priors of levels, paces and house effects. `near`: a fit of nearly the same claims to start at.
    """
    component_of = {name: c for c in components for name in c.quantities}
    known = [quantities[name] for name in component_of]
    origin = _origin(claims, known, last)
    columns = said(claims, component_of, known, list(sources.values()), origin)
    end = float((last - origin).days + 1)
    system = _system(components, known, list(sources.values()), columns, end, widest, prior_scale)
    if near is None:
        learnt, curved = _learnt(system, components, end, widest, prior_scale)
    else:
        state, hyper = warmed(system, near.system, near.curved.point.state, near.learnt.hyper)
        new = len(system.blocks.streams) > len(near.system.blocks.streams)
        learnt, curved = relearn(system, state, hyper, 12 if new else 3)
    return StreamFit(tuple(claims), tuple(components), curved, learnt, origin, end, widest,
                     prior_scale)  # fmt: skip


def _learnt(
    system: System, components: Sequence[Component], last: float, widest: float | None,
    prior_scale: float,
) -> tuple[Learnt, Curved]:  # fmt: skip
    """Hyperparameters and mode; of fine cells by way of weekly ones, which cost a seventh, of
    very many claims by way of a sample."""
    if len(system.claims.at) > _MOST:
        some = _sample(system)
        learnt, curved = learn(some)
        return refine(system, some, curved.point.state, learnt.hyper, 3)
    if widest is None or widest > _FINE:
        return learn(system)
    blocks = system.blocks
    coarse = _system(components, blocks.quantities, blocks.sources, system.claims, last, None,
                     prior_scale)  # fmt: skip
    learnt, curved = learn(coarse)
    return refine(system, coarse, curved.point.state, learnt.hyper)


def _sample(system: System) -> System:
    """The same blocks with every k-th claim of each stream, some `_MOST` / 2 in all."""
    claims, stream = system.claims, system.stream
    order = np.lexsort((claims.last, stream))
    keep = np.zeros(len(order), dtype=bool)
    keep[order[:: -(-2 * len(order) // _MOST)]] = True
    return replace(build_system(system.blocks, claims.taken(keep)), prior=system.prior)


def _origin(claims: Sequence[Claim], quantities: Sequence[Quantity], last: date) -> date:
    """Day 0: the first day that anything speaks of."""
    days = [quantity.epoch for quantity in quantities if quantity.epoch is not None]
    first = min((claim.period.start.first for claim in claims), default=last)
    return min([first, *days])


def _system(
    components: Sequence[Component], quantities: Sequence[Quantity], sources: Sequence[Source],
    columns: Said, last: float, widest: float | None, prior_scale: float,
) -> System:  # fmt: skip
    blocks = build_blocks(components, quantities, sources, columns, last, widest)
    return build_system(blocks, columns, prior_scale)
