"""What a claim or a question speaks of: functionals of the latent paths.

A cumulative total or a flow over a window is log(sum of c) over leaves and days, with
c = h exp(lambda). A stock or a constant is lambda itself; a stock that is fed by arrivals is what
has arrived times the share that stays, log(sum of c) + lambda, so that batches of arrivals are its
jumps and it can't exceed what was sent.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from reconcile.model.component import Component, Grid
from reconcile.values import Claim, Quantity

__all__ = ["Functionals", "Place", "functionals", "place_on", "places_of"]

Array = NDArray[np.float64]

# A claim of "some day in January" is averaged over at most this many placements, evenly spaced.
MOST_PLACEMENTS = 16
# Log rates beyond this are no number of anything: totals don't feel them.
_FARTHEST = 200.0


@dataclass(frozen=True, slots=True)
class Place:
    """A functional: the flow of `quantity` from `start` to `end`, or (no start) its level at `end`.

    Times are days since the start of the grid's origin; the end of day d is d + 1.
    """

    quantity: str
    start: float | None
    end: float


@dataclass(frozen=True, eq=False)
class Functionals:
    """`flows` and `levels` (F, m J): weights of c inside the log, and of lambda beside it."""

    flows: Array
    levels: Array
    flow: NDArray[np.bool_]

    def evaluate(self, lam: Array, exposure: Array) -> tuple[Array, Array]:
        """Values (F,) and the gradient in lambda of the flow part (F, m J).

        lam and the exposure h in c = h exp(lam) are (m J,). The whole gradient is that plus
        `levels`.
        """
        felt = np.clip(lam, -_FARTHEST, _FARTHEST)
        c = exposure * np.exp(felt)
        total = np.where(self.flow, self.flows @ c, 1.0)
        value = np.log(np.maximum(total, 1e-300)) + self.levels @ lam
        return value, self.flows * (np.where(felt == lam, c, 0.0) / total[:, None])

    def extended(self, more: Functionals) -> Functionals:
        """These, followed by `more`."""
        return Functionals(
            np.vstack([self.flows, more.flows]),
            np.vstack([self.levels, more.levels]),
            np.concatenate([self.flow, more.flow]),
        )


def functionals(places: Sequence[Place], component: Component, grid: Grid) -> Functionals:
    """Lay `places` (F of them) over the cells of `grid`."""
    shape = (len(places), len(component.leaves), len(grid.widths))
    flows, levels = np.zeros(shape), np.zeros(shape)
    for row, place in enumerate(places):
        mask = component.leaf_mask(place.quantity)
        if place.start is not None:
            flows[row] = np.outer(mask, grid.overlap(place.start, place.end))
            continue
        levels[row, :, grid.cell(place.end)] = mask
        arrivals = component.quantities[place.quantity].arrivals
        if arrivals is not None:
            flows[row] = np.outer(component.leaf_mask(arrivals), grid.overlap(0.0, place.end))
    wide = (len(places), shape[1] * shape[2])
    return Functionals(flows.reshape(wide), levels.reshape(wide), np.any(flows > 0, axis=(1, 2)))


def place_on(quantity: Quantity, day: date, origin: date) -> Place:
    """The total by the end of `day`, or the level on it."""
    end = float((day - origin).days + 1)
    if quantity.kind != "cumulative":
        return Place(quantity.id, None, end)
    return Place(quantity.id, _epoch(quantity, origin), max(end, 0.0))


def places_of(claim: Claim, component: Component, origin: date) -> tuple[Place, ...]:
    """The admissible placements of what `claim` speaks of; none if all lie before the epoch."""
    quantity = component.quantities[claim.quantity]
    if claim.additional and quantity.kind == "stock" and quantity.arrivals:
        quantity = component.quantities[quantity.arrivals]
    flow = quantity.kind == "cumulative" and (claim.period.kind == "during" or claim.additional)
    windows = _windows(claim, quantity, origin) if flow else _days(claim, quantity, origin)
    chosen = windows if len(windows) <= MOST_PLACEMENTS else _spread(windows, MOST_PLACEMENTS)
    return tuple(dict.fromkeys(chosen))


def _epoch(quantity: Quantity, origin: date) -> float:
    return float((quantity.epoch - origin).days) if quantity.epoch else 0.0


def _windows(claim: Claim, quantity: Quantity, origin: date) -> list[Place]:
    """Flows; an increment up to a day, of unknown beginning, may have begun at any time before."""
    start = _epoch(quantity, origin)
    found: list[Place] = []
    for first, last in claim.period.placements():
        begin, end = float((first - origin).days), float((last - origin).days + 1)
        if claim.period.kind == "on":
            found.extend(Place(quantity.id, at, end) for at in np.linspace(start, end - 1, 5))
        elif end > start:
            found.append(Place(quantity.id, max(begin, start), end))
    return found


def _days(claim: Claim, quantity: Quantity, origin: date) -> list[Place]:
    """Totals or levels on each day that the claim may speak of."""
    span = claim.period
    days = (span.last - span.first).days + 1
    places = [place_on(quantity, span.first + timedelta(days=i), origin) for i in range(days)]
    if quantity.kind == "constant":
        return places[:1]
    start = _epoch(quantity, origin)
    return [place for place in places if place.end > start]


def _spread(places: list[Place], most: int) -> list[Place]:
    chosen = np.unique(np.round(np.linspace(0, len(places) - 1, most)).astype(int))
    return [places[i] for i in chosen]
