"""What claims of any time share: house effects of sources, and the habits of words.

``b_s = sqrt(1 - rho) kappa g_s H(z, .2)``: how far a source lies off as a whole on a root quantity,
g its grade's spread, kappa the spread of this quantity's sources, learnt. Agencies of one parent
share half of the variance. ``a = sqrt(rho) kappa g z`` is what all of them get wrong together: no
claim tells it. Each is one unknown beside the paths, with one prior term.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from reconcile.model.component import Component
from reconcile.model.lineage import Lineage
from reconcile.model.observations import TRUE_KIND, Observation
from reconcile.model.priors import (
    COMMON,
    CORRECTION_SD,
    CORRECTION_TAIL,
    GRADE_SPREAD,
    HOUSE_TAIL,
    LEAN_SD,
    MEANING_SD,
    PARENT_SHARE,
    SHIFTS,
)
from reconcile.model.truth import TrackRecord
from reconcile.model.walks import PRIORS, SOURCES, WORDS, Terms
from reconcile.numerics.arrays import Array, Index
from reconcile.numerics.sums import sum_by
from reconcile.values import Claim, Source


@dataclass(frozen=True, slots=True)
class Effect:
    """One unknown beside the paths: ``mean + sd H(z, tail)``, times kappa where `learnt`.

    kind "house" and "parent" have a `source` and the `root` quantity; "common" and "meaning" a
    root; "lean" a part; "shift" a habit; "correction" a number that was taken back.
    """

    kind: str
    name: str
    mean: float
    sd: float
    tail: float = 0.0
    learnt: bool = False
    source: str | None = None
    root: str | None = None


@dataclass(frozen=True, eq=False)
class Effects:
    """Q effects, the houses and then the corrections last, and the patterns of them that claims
    load on, of which there are `patterns` many (U): `weight` (E,) of the effect `column` in
    `pattern`, in the order of these. A pattern has one house, and one correction at most.
    """

    effects: tuple[Effect, ...]
    patterns: int
    pattern: Index
    column: Index
    weight: Array

    @cached_property
    def corrections(self) -> int:
        """How many are corrections."""
        return sum(effect.kind == "correction" for effect in self.effects)

    @cached_property
    def houses(self) -> int:
        """How many are houses."""
        return sum(effect.kind == "house" for effect in self.effects)

    def values(self, effects: Array) -> Array:
        """What each pattern (..., U) adds to a claim, for `effects` (..., Q)."""
        return sum_by(self.pattern, self.weight * effects[..., self.column], self.patterns)

    def pulled(self, push: Array) -> Array:
        """``sum_u push_u grad`` (..., Q) for `push` (..., U)."""
        return sum_by(self.column, self.weight * push[..., self.pattern], len(self.effects))

    @cached_property
    def loads(self) -> Array:
        """The weights (U, Q) of all effects in all patterns."""
        found = np.zeros((self.patterns, len(self.effects)))
        found[self.pattern, self.column] = self.weight
        return found

    def rows(self, columns: slice) -> list[tuple[Index, Array]]:
        """Of each pattern the effects among `columns`, counted from the first of these, and their
        weights."""
        begin, end, _ = columns.indices(len(self.effects))
        some = (self.column >= begin) & (self.column < end)
        last = np.cumsum(np.bincount(self.pattern[some], minlength=self.patterns))[:-1]
        at, weight = np.split(self.column[some] - begin, last), np.split(self.weight[some], last)
        return list(zip(at, weight, strict=True))

    def terms(self, first: int, scale: float = 1.0) -> Terms:
        """Their prior terms; the unknowns lie in the columns from `first` on."""
        Q = len(self.effects)
        at = np.repeat(np.arange(first, first + Q)[:, None], 4, axis=1)
        coef = np.zeros((Q, 4))
        coef[:, 0] = 1.0
        table = np.array([(e.mean, e.sd * scale, e.tail, e.learnt) for e in self.effects])
        mean, sd, tail, learnt = table.reshape(-1, 4).T.astype(float)
        causes = {"shift": WORDS, "common": PRIORS, "meaning": PRIORS}
        cause = np.array([causes.get(e.kind, SOURCES) for e in self.effects], dtype=np.intp)
        return Terms(at.astype(np.intp), coef, mean, sd, tail, cause, np.zeros(Q), learnt)


def effects_of(
    component: Component,
    claims: Sequence[Claim],
    line: Lineage,
    readings: Sequence[Observation],
    sources: Mapping[str, Source],
    regimes: Mapping[str, int],
    record: TrackRecord,
) -> tuple[Effects, Index]:
    """The effects that `claims` (N of them) load on, and the pattern (N,) of each claim.

    `regimes`: by claim id, how many corrections of its source came after it. `record`: what truths
    that became known say of sources elsewhere.
    """
    context = _Context(component, line, sources, _parts_named(component, claims, line), record)
    usual = _usual_spread(context, claims)
    loads = [
        _loads(claim, context, reading, regimes.get(claim.id, 0), usual)
        for claim, reading in zip(claims, readings, strict=True)
    ]
    named = {effect.name: effect for load in loads for effect, _ in load}
    order = {"house": 1, "correction": 2}
    last = sorted(named.values(), key=lambda effect: order.get(effect.kind, 0))
    effects = {effect.name: effect for effect in last}
    column = {name: i for i, name in enumerate(effects)}
    patterns: dict[tuple[tuple[int, float], ...], int] = {}
    of = np.zeros(len(claims), dtype=np.intp)
    for row, load in enumerate(loads):
        key = tuple(sorted((column[effect.name], weight) for effect, weight in load))
        of[row] = patterns.setdefault(key, len(patterns))
    entries = [(row, at, weight) for key, row in patterns.items() for at, weight in key]
    pattern, at, weight = np.array(entries, dtype=float).reshape(-1, 3).T
    return Effects(
        tuple(effects.values()), len(patterns), pattern.astype(np.intp), at.astype(np.intp), weight
    ), of


@dataclass(frozen=True)
class _Context:
    component: Component
    line: Lineage
    sources: Mapping[str, Source]
    parts_of: Mapping[tuple[str, str], set[str]]
    record: TrackRecord


def _parts_named(
    component: Component, claims: Sequence[Claim], line: Lineage
) -> dict[tuple[str, str], set[str]]:
    """For each (source, root) the quantities that it speaks of: a lone one needs no lean."""
    found: dict[tuple[str, str], set[str]] = {}
    for claim in claims:
        key = (line.witness(claim).source, component.root(claim.quantity))
        found.setdefault(key, set()).add(claim.quantity)
    return found


def _usual_spread(context: _Context, claims: Sequence[Claim]) -> dict[str, float]:
    """The mean spread of the grades of the sources heard, by root quantity; summed in the order of
    their names, so that no answer hangs on the order of a set."""
    heard: dict[str, set[str]] = {}
    for claim in claims:
        root = context.component.root(claim.quantity)
        heard.setdefault(root, set()).add(context.line.witness(claim).source)
    return {
        root: float(np.mean([GRADE_SPREAD[context.sources[s].reliability] for s in sorted(names)]))
        for root, names in heard.items()
    }


def _loads(
    claim: Claim, context: _Context, reading: Observation, regime: int, usual: Mapping[str, float]
) -> list[tuple[Effect, float]]:
    head = context.line.witness(claim)
    source = context.sources[head.source]
    if source.kind == TRUE_KIND:
        return []
    root = context.component.root(claim.quantity)
    loads = _house(source, root, context)
    common = Effect("common", f"common:{root}", 0.0, math.sqrt(COMMON) * usual[root], learnt=True,
                    root=root)  # fmt: skip
    meaning = Effect("meaning", f"meaning:{root}", 0.0, MEANING_SD, root=root)
    loads += [(common, 1.0), (meaning, 1.0)]
    if len(context.parts_of[source.id, root]) > 1:
        loads.append((Effect("lean", f"lean:{source.id}:{claim.quantity}", 0.0, LEAN_SD), 1.0))
    if reading.shift:
        mean, sd = SHIFTS[reading.shift]
        loads.append((Effect("shift", f"shift:{reading.shift}", mean, sd), 1.0))
    if regime:
        name = f"correction:{source.id}:{claim.quantity}:{regime}"
        loads.append((Effect("correction", name, 0.0, CORRECTION_SD, CORRECTION_TAIL), 1.0))
    return loads


def _house(source: Source, root: str, context: _Context) -> list[tuple[Effect, float]]:
    mean, factor = context.record.house(source, root)
    sd = math.sqrt(1 - COMMON) * GRADE_SPREAD[source.reliability] * factor
    name = f"{source.id}:{root}"
    if source.parent is None:
        return [
            (Effect("house", f"house:{name}", mean, sd, HOUSE_TAIL, True, source.id, root), 1.0)
        ]
    shared, own = math.sqrt(PARENT_SHARE), math.sqrt(1 - PARENT_SHARE)
    parent = Effect(
        "parent", f"parent:{source.parent}:{root}", 0.0, sd * shared, HOUSE_TAIL, True,
        source.parent, root,
    )  # fmt: skip
    house = Effect("house", f"house:{name}", mean, sd * own, HOUSE_TAIL, True, source.id, root)
    return [(parent, 1.0), (house, 1.0)]
