"""`FitStore`: what the answers of a fit are made of, each computed once."""

from __future__ import annotations

import hashlib
import pickle
from collections.abc import Callable, Generator, Iterable, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import Any

import reconcile.constraints as constraints
from reconcile.batch.progress_line import Progress
from reconcile.errors import FitError
from reconcile.inference import Posterior, fit_posterior
from reconcile.inference.forecast.expected import Expected
from reconcile.inference.forecast.forecaster import Forecaster, learn_forecaster
from reconcile.inference.posterior_arrays import Arrays, posterior_from, posterior_to_arrays
from reconcile.ledger import Ledger, ProposedOrigins, propose_origins
from reconcile.model import Component, components, pose
from reconcile.model.centre import linear_unit
from reconcile.model.problem import Problem
from reconcile.model.scale import with_unit
from reconcile.model.truth import TrackRecord, earned
from reconcile.values import Claim, Quantity


@dataclass(frozen=True, eq=False)
class FitStore:
    """The claims of `ledger`, with the components, posteriors and constraints that they make.

    Each is computed when it is first needed, and kept. `Fit` adds the questions; the functions
    that answer them take a store. `exclude` records what was left out of the ledger. Pickled and
    copied, it takes the posteriors along and finds the rest again; `progress` stays behind.
    """

    ledger: Ledger
    as_of: date | None = None
    level: float = 0.9
    convention: str = "default"
    seed: int = 0
    prior_scale: float = 1.0
    exclude: tuple[str, ...] = ()
    kept: dict[tuple[str, ...], Any] = field(default_factory=dict[tuple[str, ...], Any], repr=False)
    progress: Progress | None = field(default=None, repr=False)

    @contextmanager
    def under_way(self, what: str) -> Generator[None]:
        """Tells `progress` what is under way and how much of the fit is done, "" at the end."""
        if self.progress is None:
            yield
            return
        doing: list[str] = self._once(("doing",), list[str])
        doing.append(what)
        self.progress(self._share_fitted(), what)
        try:
            yield
        finally:
            doing.pop()
            self.progress(self._share_fitted(), doing[-1] if doing else "")

    def _share_fitted(self) -> float:
        """The share of the components with claims whose posterior is found."""
        spoken: set[str] = self._once(("spoken",), self._spoken)
        return len(self._fitted() & spoken) / max(len(spoken), 1)

    def _fitted(self) -> set[str]:
        """The names of the components whose posterior was found."""
        return self._once(("fitted",), set[str])

    def _spoken(self) -> set[str]:
        active = {claim.quantity for claim in self.ledger if claim.status == "active"}
        return {next(iter(self.component(name).quantities)) for name in active}

    def components(self) -> list[Component]:
        """The joint systems of the ledger's quantities."""
        return self._once(("components",), self._components)

    def _components(self) -> list[Component]:
        return components(self.quantities, self.quantities)

    @property
    def quantities(self) -> Mapping[str, Quantity]:
        """The ledger's quantities; of plain numbers without a prior with the unit of the claims."""
        return self._once(("quantities",), self._with_units)

    def _with_units(self) -> Mapping[str, Quantity]:
        return {
            name: with_unit(quantity, linear_unit(self.said_of([name])))
            for name, quantity in self.ledger.quantities.items()
        }

    def about(self, quantity: str) -> Quantity:
        """The quantity of that name, as the fit counts it. Raises `UnknownQuantityError`."""
        return self.quantities[self.ledger.quantity(quantity).id]

    def component(self, quantity: str) -> Component:
        """The joint system that holds `quantity`."""
        return self._once(("of quantity",), self._component_of)[self.ledger.quantity(quantity).id]

    def _component_of(self) -> dict[str, Component]:
        return {name: found for found in self.components() for name in found.quantities}

    def claims_of(self, component: Component) -> list[Claim]:
        """The active claims about a component."""
        return [c for c in self.said_of(component.quantities) if c.status == "active"]

    def said_of(self, quantities: Iterable[str]) -> list[Claim]:
        """The claims about any of `quantities`, as the ledger orders them."""
        by_quantity: dict[str, list[int]] = self._once(("claims",), self._claims_by_quantity)
        claims = self.ledger.claims
        return [claims[i] for i in sorted(i for n in quantities for i in by_quantity.get(n, ()))]

    def _claims_by_quantity(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = {}
        for place, claim in enumerate(self.ledger.claims):
            found.setdefault(claim.quantity, []).append(place)
        return found

    def horizon(self, component: Component) -> date:
        """The last day that a claim on `component` speaks of; without claims, that any claim does.

        That nothing came in until `as_of` moves no answer, so it is no matter here.
        """
        days = [claim.period.last for claim in self.claims_of(component)]
        days += [leaf.epoch for leaf in component.leaves if leaf.epoch is not None]
        days = days or [claim.period.last for claim in self.ledger]
        days = days or ([] if self.as_of is None else [self.as_of])
        if not days:
            raise FitError(
                f"expected claims about {', '.join(component.quantities)}, or an epoch; got none"
            )
        return max(days)

    def posterior(self, quantity: str, day: date | None = None) -> Posterior:
        """The posterior of the component of `quantity`, on a grid that reaches `day`."""
        component = self.component(quantity)
        name = next(iter(component.quantities))
        claims = self.claims_of(component)
        if day is None or (claims and day <= self.horizon(component)):
            return self._once(
                ("posterior", name), lambda: self._settled((name,), self._problem(component))
            )
        key = self._once(
            ("reach", name, day.isoformat()), lambda: self._reaching(component, name, day)
        )
        return self.kept[key]

    def _reaching(self, component: Component, name: str, day: date) -> tuple[str, ...]:
        """The key of the posterior that reaches `day`: days far ahead share one."""
        problem = self._problem(component, day)
        key = (name, str(float(problem.grid.edges[-1])))
        base = partial(self.posterior, name) if self.claims_of(component) else None
        self._once(("posterior", *key), lambda: self._settled(key, problem, base))
        return ("posterior", *key)

    def _settled(
        self, key: tuple[str, ...], problem: Problem, base: Callable[[], Posterior] | None = None
    ) -> Posterior:
        """The posterior of `problem`, from what was kept of it where there is something.

        One that was just found goes the way of a kept one: both then give the same bytes.
        """
        arrays = self.kept.get(("stored", *key))
        if arrays is None:
            start = None if base is None else base()
            with self.under_way(f"fit of {key[0]}"):
                found = fit_posterior(problem) if start is None else start.extended(problem)
                arrays = posterior_to_arrays(found)
                self._fitted().add(key[0])
        self._fitted().add(key[0])
        return posterior_from(problem, arrays)

    def stored(self) -> dict[tuple[str, ...], Arrays]:
        """The posteriors found so far as arrays, by their key in `kept`."""
        found = {key: value for key, value in self.kept.items() if key[0] == "stored"}
        for key, value in self.kept.items():
            if key[0] == "posterior":
                found["stored", *key[1:]] = posterior_to_arrays(value)
        return found

    def __getstate__(self) -> dict[str, Any]:
        """The settings, and of what was computed the posteriors, as arrays."""
        return self.__dict__ | {"kept": self.stored(), "progress": None}

    def problem_digest(self, component: Component, day: date | None) -> str:
        """Equal where posteriors of a component are equal; `day` matters where no claim is."""
        problem = self._problem(component, None if self.claims_of(component) else day)
        return hashlib.sha256(pickle.dumps(problem)).hexdigest()

    def _problem(self, component: Component, horizon: date | None = None) -> Problem:
        return pose(
            component, self.claims_of(component), self.ledger.sources, horizon=horizon,
            record=self.record(), prior_scale=self.prior_scale,
        )  # fmt: skip

    def _of_counts(self) -> list[Posterior]:
        """The posteriors of all components of counts with claims."""
        spoken = [component for component in self.components() if self.claims_of(component)]
        names = [next(iter(component.quantities)) for component in spoken]
        return [self.posterior(name) for name in names if self.about(name).scale == "log"]

    def counted(self) -> list[Claim]:
        """The claims about counts that the fit rests on, component by component."""
        return [claim for each in self._of_counts() for claim in each.problem.claims]

    def forecaster(self) -> Forecaster | None:
        """What the claims about counts teach about how numbers are said; None if there are none."""
        return self._once(("forecaster",), self._learn_forecaster)

    def _learn_forecaster(self) -> Forecaster | None:
        claims = self.counted()
        if not claims:
            return None
        found = [each.left_out() for each in self._of_counts() if each.problem.claims]
        return learn_forecaster(claims, Expected.joined(found))

    def record(self) -> TrackRecord:
        """What truths that became known say of the sources."""
        return self._once(("record",), self._earned)

    def _earned(self) -> TrackRecord:
        root = {name: found.root(name) for found in self.components() for name in found.quantities}
        return earned(self.ledger, self.ledger.quantities, root.__getitem__)

    def constraints(self) -> constraints.Constraints:
        """The claims as hard constraints: conflicts, envelopes, consensus."""
        return self._once(("constraints",), self._constrained)

    def _constrained(self) -> constraints.Constraints:
        ledger = self.ledger
        return constraints.Constraints(ledger.claims, ledger.quantities, ledger.sources)

    def proposed(self, quantity: str) -> ProposedOrigins:
        """The claims on `quantity`, its parts or its whole that seem to repeat one they don't name.

        None of it is applied.
        """
        component = self.component(quantity)
        kin = sorted(component.kin(quantity))
        return self._once(
            ("proposed", component.root(quantity)),
            lambda: propose_origins(self.ledger.select(quantity=kin)),
        )

    def _once(self, key: tuple[str, ...], make: Any) -> Any:
        if key not in self.kept:
            self.kept[key] = make()
        return self.kept[key]
