"""`Fit.update`: a fit of a changed ledger, which takes along what the change does not touch."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any, TypeVar

from reconcile.errors import DataProblem, LedgerError, OptionError, UnknownNameError
from reconcile.ledger import Ledger
from reconcile.model import Component
from reconcile.model.truth import resolved
from reconcile.questions.fit_store import FitStore
from reconcile.values import Claim, Source

AnyFit = TypeVar("AnyFit", bound=FitStore)


def updated(
    fit: AnyFit,
    claims: Iterable[Claim],
    corrected: Iterable[Claim] = (),
    retracted: str | Iterable[str] = (),
) -> AnyFit:
    """`fit` with `claims` beside its own, and those of its own changed that the others name."""
    ledger = _changed(fit.ledger, corrected, retracted)
    left_out = set(fit.exclude)
    if isinstance(claims, Ledger):
        more = [c for c in claims if c.id not in left_out and c.source not in left_out]
        ledger = ledger + (claims if len(more) == len(claims) else replace(claims, claims=more))
    else:
        heard = [c for c in _claims(claims) if c.id not in left_out and c.source not in left_out]
        ledger = ledger.extended(heard)
    ledger = ledger.reread(fit.convention)
    public = ledger if fit.as_of is None else ledger.as_of(fit.as_of)
    new = replace(fit, ledger=resolved(public), kept={})
    new.kept.update(_untouched(fit, new))
    return new


def _claims(given: Iterable[Claim]) -> list[Claim]:
    """`given` as a list; raises `OptionError` where something else than claims is in it."""
    found = list(given)
    for one in found:
        if not isinstance(one, Claim):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise OptionError(
                f"expected claims, got {one!r:.80}; rows, a table or a file are read first: "
                "update(reconcile.read_ledger(...))"
            )
    return found


def _changed(ledger: Ledger, corrected: Iterable[Claim], retracted: str | Iterable[str]) -> Ledger:
    """The ledger with the claims of `corrected` in the place of those of their ids, and those named
    in `retracted` as taken back."""
    instead = {claim.id: claim for claim in _claims(corrected)}
    gone = {retracted} if isinstance(retracted, str) else set(retracted)
    for name in sorted({*instead, *gone}):
        if name not in ledger:
            raise UnknownNameError("claim", name, [claim.id for claim in ledger])
    both = sorted(gone & instead.keys())
    if both:
        expected = "each claim either corrected or retracted"
        raise LedgerError([DataProblem("update", None, "id", name, expected) for name in both])
    if not instead and not gone:
        return ledger
    claims = [
        replace(claim, status="retracted") if claim.id in gone else instead.get(claim.id, claim)
        for claim in ledger
    ]
    return Ledger.of(
        claims, ledger.quantities, ledger.sources, ledger.reports, ledger.resolutions,
        ledger.warnings,
    )  # fmt: skip


def _untouched(fit: FitStore, new: FitStore) -> dict[tuple[str, ...], Any]:
    """What of `fit` still holds: posteriors of components that the same claims make as before
    (their key tells up to which day they reach)."""
    if fit.record() != new.record():
        return {}
    before = {_name(component): component for component in fit.components()}
    old, now = _by_component(fit), _by_component(new)
    same = {
        _name(component)
        for component in new.components()
        if before.get(_name(component)) == component
        and old.get(_name(component)) == now.get(_name(component))
    }
    return {
        key: value
        for key, value in fit.kept.items()
        if key[0] in ("posterior", "reach", "stored") and key[1] in same
    }


def _name(component: Component) -> str:
    return next(iter(component.quantities))


def _by_component(fit: FitStore) -> dict[str, tuple[list[Claim], list[Source]]]:
    """By the name of each component its active claims, and what is known of who made them."""
    of = {quantity: _name(each) for each in fit.components() for quantity in each.quantities}
    found: dict[str, tuple[list[Claim], list[Source]]] = {}
    for claim in fit.ledger:
        if claim.status == "active":
            claims, sources = found.setdefault(of[claim.quantity], ([], []))
            claims.append(claim)
            name: str | None = claim.source
            while name is not None and name in fit.ledger.sources:
                sources.append(fit.ledger.sources[name])
                name = fit.ledger.sources[name].parent
    return found
