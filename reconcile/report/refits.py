"""The fits that a report asks beside its own: one after another, or in processes of their own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date
from typing import Any

from reconcile.errors import FitError
from reconcile.ledger import Ledger
from reconcile.questions.fit import Fit, fit
from reconcile.values import Distribution


@dataclass(frozen=True, eq=False)
class Refit:
    """A ledger to fit, what was known of it, and the (quantity, date) pairs to answer."""

    ledger: Ledger
    as_of: Any
    level: float
    method: str
    convention: str
    seed: int
    asked: tuple[tuple[str, date | None], ...] = ()

    def fitted(self) -> Fit:
        """The fit; what it takes is computed when it is asked."""
        return fit(
            self.ledger, as_of=self.as_of, level=self.level,
            convention=self.convention, seed=self.seed,
        )  # fmt: skip


def spread_of(known: Fit, quantity: str, day: date | None, method: str) -> Distribution:
    """The distribution alone of a question."""
    if day is None or method != "state-space":
        return known.estimate(quantity, day, method=method).distribution
    return known.timeline(quantity, day, day).distributions[0]


def spreads_of_each(
    refits: Sequence[Refit], workers: int
) -> Iterator[tuple[Distribution, ...] | None]:
    """The answers of each refit, in order; None where no claim is left to fit.

    Each is a fit by itself, so the answers do not depend on the number of `workers`.
    """
    if workers < 2 or len(refits) < 2:
        yield from map(_spreads, refits)
        return
    with ProcessPoolExecutor(min(workers, len(refits))) as pool:
        yield from pool.map(_spreads, refits)


def _spreads(refit: Refit) -> tuple[Distribution, ...] | None:
    try:
        known = refit.fitted()
    except FitError:  # no claim is left: there is no answer
        return None
    return tuple(spread_of(known, name, day, refit.method) for name, day in refit.asked)
