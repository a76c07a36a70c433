"""`Fit.update`: a fit with more claims that takes along what they do not touch."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any, TypeVar

from reconcile.ledger import Ledger
from reconcile.questions.fit_store import FitStore
from reconcile.values import Claim

__all__ = ["updated"]

AnyFit = TypeVar("AnyFit", bound=FitStore)


def updated(fit: AnyFit, claims: Iterable[Claim]) -> AnyFit:
    """`fit` with `claims` beside its own."""
    more = list(claims)
    ledger = _joined(fit.ledger, claims if isinstance(claims, Ledger) else None, more)
    ledger = ledger.reread(fit.convention)
    new = replace(fit, ledger=ledger if fit.as_of is None else ledger.as_of(fit.as_of), kept={})
    new.kept.update(_untouched(fit, new, {claim.quantity for claim in more}))
    return new


def _joined(ledger: Ledger, other: Ledger | None, claims: list[Claim]) -> Ledger:
    if other is None:
        return ledger.extended(claims)
    return Ledger.of(
        (*ledger.claims, *claims),
        dict(other.quantities) | dict(ledger.quantities),
        dict(other.sources) | dict(ledger.sources),
        dict(other.reports) | dict(ledger.reports),
        (*ledger.resolutions, *other.resolutions),
        ledger.warnings,
    )


def _untouched(fit: FitStore, new: FitStore, named: set[str]) -> dict[tuple[str, ...], Any]:
    """What of `fit` still holds: posteriors by themselves of components that no new claim names
    (their key tells up to which day they reach)."""
    found: dict[tuple[str, ...], Any] = {}
    same = {
        next(iter(component.quantities))
        for component in new.components()
        if component in fit.components() and not named & set(component.quantities)
    }
    for key, value in fit.kept.items():
        if key[0] == "posterior" and key[1] in same:
            found[key] = value
    return found
