"""`Fit`: the joint posterior of a ledger, one component at a time, on first question."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pandas as pd

from reconcile.api import answer, series
from reconcile.api.dates import day_of
from reconcile.api.draws import Draws, draws_of
from reconcile.combine import Constraints
from reconcile.errors import FitError, OptionError
from reconcile.inference import Posterior, fit_posterior
from reconcile.ledger import Ledger, read_ledger
from reconcile.model import Component, build_design, components
from reconcile.values import Claim, Estimate, Timeline

__all__ = ["Fit", "fit"]

# Cells of at most five days where a ledger spans a season, wider where it spans years; finer ones
# hardly change the answers, as `cells="daily"` shows.
_CELLS = 40
_NARROWEST = 5.0


@dataclass(frozen=True, eq=False)
class Fit:
    """The claims of `ledger` (those public by `as_of`) and what they jointly say.

    Quantities that share an identity, an inequality or a flow are fitted together: a component.
    Each is fitted when it is first asked about, and kept. `cells` is the widest cell of time in
    days, "daily", or "auto"; `prior_scale` multiplies the sd of every prior: what rests on them?

    >>> import reconcile
    >>> known = reconcile.fit()
    >>> known.estimate("brigades").n_claims
    2
    """

    ledger: Ledger
    as_of: date | None = None
    cells: str | float = "auto"
    level: float = 0.9
    convention: str = "default"
    seed: int = 0
    prior_scale: float = 1.0
    kept: dict[tuple[str, ...], Any] = field(default_factory=dict[tuple[str, ...], Any], repr=False)

    # ------------------------------------------------------------ questions

    def estimate(self, quantity: str, date: Any = None, *, level: float | None = None) -> Estimate:
        """The estimate of `quantity` at `date`; see `reconcile.estimate`."""
        return answer.estimate_at(self, quantity, date, self.level if level is None else level)

    def timeline(
        self,
        quantity: str,
        start: Any = None,
        end: Any = None,
        *,
        freq: str = "D",
        level: float | None = None,
    ) -> Timeline:
        """Estimates from `start` to `end`; see `reconcile.timeline`."""
        wanted = self.level if level is None else level
        return series.timeline_of(self, quantity, start, end, freq, wanted)

    def sources(self) -> pd.DataFrame:
        """House effect and spread of every source, with the given and the posterior grade."""
        tables = [
            answer.sources_of(self, component, self.level)
            for component in self.components()
            if self.claims_of(component)
        ]
        return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame()

    def draws(self, n: int, seed: int = 0) -> Draws:
        """`n` joint paths of every quantity with claims, day by day: identities hold in each."""
        return draws_of(self, n, seed)

    # ------------------------------------------------------------ what the answers are made of

    def components(self) -> list[Component]:
        """The joint systems of the ledger's quantities."""
        return self._once(("components",), self._components)

    def _components(self) -> list[Component]:
        return components(self.ledger.quantities, self.ledger.quantities)

    def component(self, quantity: str) -> Component:
        """The joint system that holds `quantity`."""
        name = self.ledger.quantity(quantity).id
        return next(found for found in self.components() if name in found.quantities)

    def claims_of(self, component: Component) -> list[Claim]:
        """The active claims about a component."""
        return [
            claim
            for claim in self.ledger
            if claim.status == "active" and claim.quantity in component.quantities
        ]

    def horizon(self, component: Component) -> date:
        """The last day that a claim on `component` speaks of; with `as_of`, at least that day."""
        days = [claim.period.last for claim in self.claims_of(component)]
        days += [leaf.epoch for leaf in component.leaves if leaf.epoch is not None]
        if not days and self.as_of is None:
            raise FitError(
                f"expected claims about {', '.join(component.quantities)}, or an epoch; got none"
            )
        return max([*days, *([self.as_of] if self.as_of else [])])

    def posterior(self, quantity: str, day: date | None = None) -> Posterior:
        """The posterior of the component of `quantity`, on a grid that reaches `day`."""
        component = self.component(quantity)
        last = self.horizon(component)
        if day is not None and day > last:
            last = day
        key = ("posterior", next(iter(component.quantities)), last.isoformat())
        return self._once(key, lambda: self._fitted(component, last))

    def _fitted(self, component: Component, last: date) -> Posterior:
        claims = self.claims_of(component)
        widest = self.widest(component, last)
        design = build_design(
            component, claims, self.ledger.sources, last, widest, self.prior_scale
        )
        return fit_posterior(design, self.seed)

    def widest(self, component: Component, last: date) -> float:
        """The widest cell in days."""
        if self.cells == "daily":
            return 1.0
        if self.cells != "auto":
            return float(self.cells)
        epochs = [leaf.epoch for leaf in component.leaves if leaf.epoch is not None]
        days = (last - min(epochs)).days if epochs else 0
        return max(_NARROWEST, days / _CELLS)

    def constraints(self) -> Constraints:
        """The claims as hard constraints: conflicts, envelopes, consensus."""
        ledger = self.ledger
        return self._once(
            ("constraints",), lambda: Constraints(ledger.claims, ledger.quantities, ledger.sources)
        )

    def _once(self, key: tuple[str, ...], make: Any) -> Any:
        if key not in self.kept:
            self.kept[key] = make()
        return self.kept[key]


def fit(
    ledger: Ledger | None = None,
    *,
    as_of: Any = None,
    cells: str | float = "auto",
    level: float = 0.9,
    convention: str = "default",
    seed: int = 0,
    prior_scale: float = 1.0,
) -> Fit:
    """The joint posterior of all quantities of `ledger` (None: the bundled one).

    `as_of` keeps to what was public by the end of that day; `convention` says how vague words are
    read; `prior_scale` multiplies the sd of every prior.

    Raises `LedgerError`, `DateError` or `OptionError` for what can't be read.
    """
    checked_level(level)
    if not (_is_number(prior_scale) and prior_scale > 0):
        raise OptionError(f"expected a prior_scale above 0, got {prior_scale!r}")
    if cells not in ("auto", "daily") and not (_is_number(cells) and float(cells) >= 1):
        raise OptionError(f'expected cells "auto", "daily" or a number of days >= 1, got {cells!r}')
    known = day_of(as_of)
    whole = read_ledger(convention=convention) if ledger is None else ledger.reread(convention)
    if not len(whole):
        raise FitError("expected a ledger with claims, got an empty one; add a claim first")
    public = whole if known is None else whole.as_of(known)
    return Fit(public, known, cells, level, convention, seed, prior_scale)


def checked_level(level: float) -> float:
    """`level` itself if it is a probability; raises `OptionError` otherwise."""
    if not (_is_number(level) and 0 < level < 1):
        raise OptionError(f"expected a level between 0 and 1 (0.9 for 90%), got {level!r}")
    return level


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)
