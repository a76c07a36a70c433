"""The border: unknowns beside the walks, which claims of any time share.

House effects by source and root quantity (with a parent's part), a small lean by part, the habit
of one-sided words, and the error that the claims of one origin have in common.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reconcile.model.component import Component
from reconcile.model.lineage import Lineage
from reconcile.model.reading import GRADE_SD, TRUTH, Reading, house_df
from reconcile.model.truth import Record
from reconcile.values import Claim, Source

__all__ = ["Border", "Term", "build_border"]

Array = NDArray[np.float64]

# Agencies of one government share half of the variance of their house effects.
PARENT_SHARE = 0.5
# A source leans a little differently on killed, wounded and the whole.
PART_SD = 0.2
# The habit of one-sided words: "at least 30" is said of about 34; its mean is uncertain.
SHIFTS = {"low": (-0.13, 0.2), "high": (0.04, 0.2)}
# Members of one origin share its error; what is left to each is the wording.
WORDING_SD = 0.1


@dataclass(frozen=True, slots=True)
class Term:
    """One border unknown: its prior N(mean, sd^2) or Student t; `kind` says of what.

    kind "house" and "parent" carry a `source` and the `root` quantity; "lean" a part; "shift" a
    habit; "error" the shared error of an origin, whose prior is that of a claim's own error
    (sd is then nan: it follows the hyperparameter).
    """

    kind: str
    name: str
    mean: float
    sd: float
    df: float = math.inf
    source: str | None = None
    root: str | None = None
    gross: float = 0.0
    wide: float = 1.0
    thinned: bool = False


@dataclass(frozen=True)
class Border:
    """The border's terms, in order of their columns."""

    terms: tuple[Term, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """A readable name of each term (Q,)."""
        return tuple(term.name for term in self.terms)

    def prior(self) -> tuple[Array, Array, Array, NDArray[np.bool_]]:
        """(mean, sd, df) (Q,) and which of them (Q,) are errors, with a density of their own."""
        table = np.array([(t.mean, t.sd, t.df) for t in self.terms], dtype=float).reshape(-1, 3)
        errors = np.array([term.kind == "error" for term in self.terms], dtype=bool)
        return table[:, 0], table[:, 1], table[:, 2], errors


def build_border(
    component: Component,
    claims: Sequence[Claim],
    line: Lineage,
    readings: Sequence[Reading],
    sources: Mapping[str, Source],
    record: Record | None = None,
) -> tuple[Border, Array]:
    """The terms that `claims` (N of them) load on, and their loadings Z (N, Q).

    `record`: what truths that became known say of sources' house effects elsewhere.
    """
    record = record or Record({})
    parts_of = _parts_named(component, claims, line)
    loads = [
        _loads(claim, component, line, reading, sources, parts_of, record)
        for claim, reading in zip(claims, readings, strict=True)
    ]
    terms = _terms(claims, line, loads)
    column = {term.name: i for i, term in enumerate(terms)}
    Z = np.zeros((len(claims), len(terms)))
    for row, load in enumerate(loads):
        for term, weight in load:
            Z[row, column[term.name]] = weight
    return Border(tuple(terms)), Z


def _terms(
    claims: Sequence[Claim], line: Lineage, loads: Sequence[Sequence[tuple[Term, float]]]
) -> list[Term]:
    """The terms, each once; the error of an origin has the traits of its head, not of a member."""
    found: dict[str, Term] = {}
    for claim, load in zip(claims, loads, strict=True):
        is_head = line.witness(claim).id == claim.id
        for term, _ in load:
            if is_head or term.name not in found:
                found[term.name] = term
    return list(found.values())


def _parts_named(
    component: Component, claims: Sequence[Claim], line: Lineage
) -> dict[tuple[str, str], set[str]]:
    """For each (source, root) the quantities that it speaks of: a lone one needs no lean."""
    found: dict[tuple[str, str], set[str]] = {}
    for claim in claims:
        key = (line.witness(claim).source, component.root(claim.quantity))
        found.setdefault(key, set()).add(claim.quantity)
    return found


def _loads(
    claim: Claim,
    component: Component,
    line: Lineage,
    reading: Reading,
    sources: Mapping[str, Source],
    parts_of: Mapping[tuple[str, str], set[str]],
    record: Record,
) -> list[tuple[Term, float]]:
    head = line.witness(claim)
    source = sources[head.source]
    if source.kind == TRUTH:
        return []
    root = component.root(claim.quantity)
    loads = _house(source, root, sources, record)
    if len(parts_of[source.id, root]) > 1:
        loads.append((Term("lean", f"lean:{source.id}:{claim.quantity}", 0.0, PART_SD), 1.0))
    if reading.shift:
        mean, sd = SHIFTS[reading.shift]
        loads.append((Term("shift", f"shift:{reading.shift}", mean, sd), 1.0))
    if head.id in line.shared:
        loads.append((_error(head, source, reading), 1.0))
    return loads


def _house(
    source: Source, root: str, sources: Mapping[str, Source], record: Record
) -> list[tuple[Term, float]]:
    mean, factor = record.house(source, root)
    sd, df = GRADE_SD[source.reliability] * factor, house_df(source.reliability)
    name = f"{source.id}:{root}"
    if source.parent is None or source.parent not in sources:
        return [(Term("house", f"house:{name}", mean, sd, df, source.id, root), 1.0)]
    shared, own = math.sqrt(PARENT_SHARE), math.sqrt(1 - PARENT_SHARE)
    parent = Term(
        "parent", f"parent:{source.parent}:{root}", 0.0, 1.0, math.inf, source.parent, root
    )
    return [
        (parent, sd * shared),
        (Term("house", f"house:{name}", mean, sd * own, df, source.id, root), 1.0),
    ]


def _error(head: Claim, source: Source, reading: Reading) -> Term:
    return Term(
        "error",
        f"error:{head.id}",
        0.0,
        math.nan,
        source=source.id,
        gross=reading.gross,
        wide=reading.wide,
        thinned=reading.thinned,
    )
