"""Many claims as columns: what each says, of when, and by whom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reconcile.model.component import Component
from reconcile.model.functional import places_of
from reconcile.model.lineage import lineage
from reconcile.model.reading import Reading, read
from reconcile.values import Claim, Quantity, Source

__all__ = ["Said", "said"]

Array = NDArray[np.float64]
Index = NDArray[np.intp]

_SHIFTS = {"": 0, "low": 1, "high": 2}


@dataclass(frozen=True, eq=False)
class Said:
    """N claims as columns, and their R placements in time.

    at (N,): the claim's place in the sequence it came from; quantity and source (N,): indices;
    lower, upper, extra, gross, wide, thinned (N,): as in `Reading`; shift (N,): 0, or 1 for at
    least, 2 for at most; weight (N,): 1, less for a member of an origin of several claims; value
    (N,): the number said, on the model's scale. Rows: claim_of (R,), start (R,) (nan for a total or
    a level) and end (R,) in days since `origin`.
    """

    at: Index
    quantity: Index
    source: Index
    lower: Array
    upper: Array
    extra: Array
    gross: Array
    wide: Array
    thinned: NDArray[np.bool_]
    shift: Index
    weight: Array
    claim_of: Index
    start: Array
    end: Array
    origin: date

    @property
    def last(self) -> Array:
        """The latest end (N,) of each claim's placements."""
        found = np.full(len(self.at), -np.inf)
        np.maximum.at(found, self.claim_of, self.end)
        return found

    @property
    def flow(self) -> NDArray[np.bool_]:
        """Which claims (N,) speak of what was added within a window."""
        found = np.zeros(len(self.at), dtype=bool)
        found[self.claim_of] = np.isfinite(self.start)
        return found

    @property
    def total(self) -> NDArray[np.bool_]:
        """Which claims (N,) speak of a total or a level on one known day."""
        once = np.bincount(self.claim_of, minlength=len(self.at)) == 1
        return once & ~self.flow

    def taken(self, keep: NDArray[np.bool_]) -> Said:
        """The claims to `keep` (N,)."""
        rows = keep[self.claim_of]
        changed: dict[str, Any] = {"origin": self.origin}
        for name in (field.name for field in fields(self) if field.name != "origin"):
            column = getattr(self, name)
            changed[name] = column[rows] if name in ("claim_of", "start", "end") else column[keep]
        changed["claim_of"] = (np.cumsum(keep) - 1)[changed["claim_of"]]
        return Said(**changed)


def said(
    claims: Sequence[Claim],
    component_of: Mapping[str, Component],
    quantities: Sequence[Quantity],
    sources: Sequence[Source],
    origin: date,
    every: bool = False,
) -> Said:
    """The columns of `claims`; exact copies inside an origin, and what speaks of a time before
    the epoch, are left out. `every`: nothing is, and every claim stands alone.
    """
    quantity_at = {quantity.id: i for i, quantity in enumerate(quantities)}
    source_at = {source.id: i for i, source in enumerate(sources)}
    used, heads, weights = _witnesses(claims, every)
    readings = _readings(used, heads, quantities, quantity_at, sources, source_at)
    table = np.array(
        [
            (r.lower, r.upper, r.extra, r.gross, r.wide, r.thinned, _SHIFTS[r.shift])
            for r in readings
        ],
        dtype=float,
    ).reshape(-1, 7)
    claim_of, start, end = _placements(used, component_of, quantities, quantity_at, origin)
    position = {id(claim): i for i, claim in enumerate(claims)}
    found = Said(
        at=np.array([position[id(claim)] for claim in used], dtype=np.intp),
        quantity=np.array([quantity_at[claim.quantity] for claim in used], dtype=np.intp),
        source=np.array([source_at[head.source] for head in heads], dtype=np.intp),
        lower=table[:, 0],
        upper=table[:, 1],
        extra=table[:, 2],
        gross=table[:, 3],
        wide=table[:, 4],
        thinned=table[:, 5] > 0,
        shift=table[:, 6].astype(np.intp),
        weight=weights,
        claim_of=claim_of,
        start=start,
        end=end,
        origin=origin,
    )
    return found if every else found.taken(np.bincount(claim_of, minlength=len(used)) > 0)


def _witnesses(
    claims: Sequence[Claim], every: bool
) -> tuple[Sequence[Claim], Sequence[Claim], Array]:
    """The claims that enter, their heads, and their weights.

    Members of one origin are one witness with one error: each has a share of its say.
    """
    if every or all(claim.origin is None for claim in claims):
        return claims, claims, np.ones(len(claims))
    line = lineage(claims)
    heads = [line.witness(claim) for claim in line.entering]
    names = [head.id for head in heads]
    _, which, counts = np.unique(names, return_inverse=True, return_counts=True)
    return line.entering, heads, 1.0 / counts[which]


def _readings(
    used: Sequence[Claim],
    heads: Sequence[Claim],
    quantities: Sequence[Quantity],
    quantity_at: Mapping[str, int],
    sources: Sequence[Source],
    source_at: Mapping[str, int],
) -> list[Reading]:
    """The readings; a number said before in the same way is read once."""
    known: dict[tuple[object, ...], Reading] = {}
    found: list[Reading] = []
    for claim, head in zip(used, heads, strict=True):
        quantity, source = quantities[quantity_at[claim.quantity]], sources[source_at[head.source]]
        phrase = claim.phrase
        said_as = (phrase.kind, phrase.nominal, phrase.interval.lower, phrase.interval.upper)
        key = (*said_as, quantity.scale, source.reliability, claim.unsupported, claim.scope)
        reading = known.get(key)
        if reading is None:
            reading = known[key] = read(claim, quantity, source)
        found.append(reading)
    return found


def _placements(
    used: Sequence[Claim],
    component_of: Mapping[str, Component],
    quantities: Sequence[Quantity],
    quantity_at: Mapping[str, int],
    origin: date,
) -> tuple[Index, Array, Array]:
    """Rows (claim, start, end): one for a claim of known days, several for an imprecise one."""
    zero = origin.toordinal()
    rows: list[tuple[int, float, float]] = []
    nan = float("nan")
    for i, claim in enumerate(used):
        quantity = quantities[quantity_at[claim.quantity]]
        period = claim.period
        if not (period.start.first == period.start.last and period.end.first == period.end.last):
            rows.extend(_spread_rows(i, claim, component_of[quantity.id], origin))
            continue
        end = period.end.last.toordinal() + 1.0 - zero
        opened = quantity.epoch.toordinal() - zero if quantity.epoch else -np.inf
        if quantity.kind == "constant":
            rows.append((i, nan, end))
        elif end <= opened:
            continue
        elif quantity.kind == "cumulative" and period.kind == "during":
            rows.append((i, max(float(period.start.first.toordinal() - zero), opened), end))
        elif quantity.kind == "cumulative" and claim.additional:
            rows.extend(_spread_rows(i, claim, component_of[quantity.id], origin))
        else:
            rows.append((i, nan, end))
    table = np.array(rows, dtype=float).reshape(-1, 3)
    return table[:, 0].astype(np.intp), table[:, 1], table[:, 2]


def _spread_rows(
    i: int, claim: Claim, component: Component, origin: date
) -> list[tuple[int, float, float]]:
    places = places_of(claim, component, origin)
    quantity = component.quantities[claim.quantity]
    flow = quantity.kind == "cumulative" and (claim.period.kind == "during" or claim.additional)
    return [
        (i, float("nan") if place.start is None or not flow else place.start, place.end)
        for place in places
    ]
