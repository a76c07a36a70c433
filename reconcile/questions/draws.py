"""`Draws`: joint paths of every quantity of a fit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

import numpy as np
import pandas as pd

from reconcile.errors import UnknownQuantityError
from reconcile.inference import PathDraws, Posterior
from reconcile.model import Component
from reconcile.numerics.arrays import Array
from reconcile.questions.fit_store import FitStore
from reconcile.values import Claim, Quantity


@dataclass(frozen=True, eq=False, repr=False)
class Draws(Mapping[str, Array]):
    """`draws[quantity]` is an array (n, T): n joint paths over the days of `dates` (T,).

    In every draw a whole is the sum of its parts and a total never falls. A constant is the same on
    every day. `houses` holds, by source and root quantity, n draws of the source's house effect on
    the model's scale (0.1: its numbers lie about 10 % above the truth), joint with the paths.
    `made`: the same draws as the model has them, component by component.
    """

    dates: tuple[date, ...]
    paths: Mapping[str, Array]
    houses: Mapping[tuple[str, str], Array] = field(default_factory=dict[tuple[str, str], Array])
    made: tuple[tuple[Posterior, PathDraws], ...] = ()

    def __getitem__(self, quantity: str) -> Array:
        if quantity not in self.paths:
            raise UnknownQuantityError(quantity, self.paths)
        return self.paths[quantity]

    def __iter__(self) -> Iterator[str]:
        return iter(self.paths)

    def __len__(self) -> int:
        return len(self.paths)

    def __repr__(self) -> str:
        n = len(next(iter(self.paths.values()), ()))
        days = f"{self.dates[0]} to {self.dates[-1]}"
        return f"<Draws: {n:,} of {len(self.paths):,} quantities, {days}>"

    def to_frame(self) -> pd.DataFrame:
        """One row for each draw and date (index), one column for each quantity."""
        n = len(next(iter(self.paths.values())))
        index = pd.MultiIndex.from_product(
            [range(n), pd.DatetimeIndex(self.dates)], names=["draw", "date"]
        )
        return pd.DataFrame(
            {name: paths.ravel() for name, paths in self.paths.items()}, index=index
        )


def draws_of(fit: FitStore, n: int, seed: int) -> Draws:
    """`n` joint paths of every quantity with claims, day by day up to the fit's last day."""
    spoken = [component for component in fit.components() if fit.claims_of(component)]
    last = max(fit.horizon(component) for component in spoken)
    first = min(_first_day(each, fit.claims_of(each), last) for each in spoken)
    dates = tuple(first + timedelta(days=i) for i in range((last - first).days + 1))
    values: dict[str, Array] = {}
    houses: dict[tuple[str, str], Array] = {}
    made: list[tuple[Posterior, PathDraws]] = []
    for number, component in enumerate(spoken):
        rng = np.random.default_rng([seed, number])
        posterior = fit.posterior(next(iter(component.quantities)), dates[-1])
        drawn = posterior.draws(n, rng)
        values |= _paths_of(component, posterior, drawn, dates)
        houses |= posterior.houses_of(drawn)
        made.append((posterior, drawn))
    return Draws(dates, values, houses, tuple(made))


def _first_day(component: Component, claims: Sequence[Claim], last: date) -> date:
    """The earliest epoch; where a quantity has none, no later than what the claims speak of."""
    days = [leaf.epoch for leaf in component.leaves if leaf.epoch is not None]
    if len(days) < len(component.leaves):
        days += [claim.period.first for claim in claims]
    return min(days, default=last)


def _paths_of(
    component: Component, posterior: Posterior, drawn: PathDraws, dates: tuple[date, ...]
) -> dict[str, Array]:
    """The paths (n, T) of all quantities of one component."""
    return {
        name: _zero_before(about, posterior.values_of(drawn, about, dates), dates)
        for name, about in component.quantities.items()
    }


def _zero_before(about: Quantity, values: Array, dates: tuple[date, ...]) -> Array:
    """Before its epoch a total or a level is 0."""
    before = np.array([about.epoch is not None and day < about.epoch for day in dates])
    return np.where(before & (about.kind != "constant"), 0.0, values)
