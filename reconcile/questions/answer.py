"""From a posterior to an `Estimate`: joins the marginal, the bounds and the conflicts."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from reconcile.errors import DateError
from reconcile.inference import Account, Marginal, Posterior
from reconcile.inference.streams.posterior import StreamPosterior
from reconcile.ledger import Ledger
from reconcile.model import Component, Place, place_on
from reconcile.model.scale import from_scale, to_scale
from reconcile.questions.dates import days_of
from reconcile.questions.tables import claims_table, effective_origins, sources_table
from reconcile.questions.warnings import cautions
from reconcile.values import (
    Claim,
    Contribution,
    Days,
    Distribution,
    Estimate,
    Quantity,
)

if TYPE_CHECKING:
    from reconcile.questions.fit import Fit

__all__ = [
    "asked_days",
    "claims_about",
    "distribution",
    "estimate_at",
    "settings",
    "sources_of",
    "spread_at",
]

Array = NDArray[np.float64]
_TRIMMED = 1e-7


def estimate_at(fit: Fit, quantity: str, when: Any, level: float) -> Estimate:
    """The estimate of `quantity` at `when` from the fit's posterior."""
    about = fit.ledger.quantity(quantity)
    days = asked_days(about, when)
    day = None if days is None else days.last
    if day is not None and _too_early(about, day):
        return _before_epoch(fit, about, day, level)
    posterior = fit.posterior(quantity, day, day)
    origin = posterior.design.grid.origin
    place = place_on(about, day or origin, origin)
    spread = _spread(posterior, about, days, place)
    account = posterior.account(place)
    mean = days if about.kind == "stock" and days is not None and not days.exact else None
    if mean is not None:
        account = _of_mean(account, distribution(posterior.marginal(place), about), spread, about)
    table = claims_table(
        claims_about(fit, quantity), fit.ledger, account.pulls, posterior.design.lineage.repeats
    )
    found = _joined(fit, about, day, level, spread, table, posterior, account)
    if mean is None:
        return found
    note = f"the mean of the level over the days from {mean.first} to {mean.last}"
    return replace(found, warnings=(note, *found.warnings))


def asked_days(about: Quantity, when: Any) -> Days | None:
    """The days that a question is about; None for a constant, which ignores them."""
    if about.kind == "constant":
        return None
    if when is None:
        raise DateError(
            f"expected a date: {about.id} is a {about.kind} quantity, and changes with time"
        )
    return days_of(when)


def spread_at(fit: Fit, quantity: str, when: Any) -> Distribution:
    """The posterior of `quantity` at `when` alone: no tables, no bounds, no conflicts."""
    about = fit.ledger.quantity(quantity)
    days = asked_days(about, when)
    day = None if days is None else days.last
    if _too_early(about, day):
        return Distribution.point(0.0)
    posterior = fit.posterior(quantity, day, day)
    origin = posterior.design.grid.origin
    return _spread(posterior, about, days, place_on(about, day or origin, origin))


def _too_early(about: Quantity, day: date | None) -> bool:
    """Before its epoch a total or a stock is 0 by definition."""
    early = day is not None and about.epoch is not None and day < about.epoch
    return early and about.kind != "constant"


def _spread(
    posterior: Posterior | StreamPosterior, about: Quantity, days: Days | None, place: Place
) -> Distribution:
    """The marginal on the scale of counts; for a stock over a month, of its mean level."""
    if about.kind != "stock" or days is None or days.exact:
        return distribution(posterior.marginal(place), about)
    origin = posterior.design.grid.origin
    first = days.first if about.epoch is None else max(days.first, about.epoch)
    middle = first + (days.last - first) / 2
    found = [
        distribution(posterior.marginal(place_on(about, day, origin)), about)
        for day in (first, middle, days.last)
    ]
    # Levels within a month move together: the mean of the quantiles is the quantile of the mean.
    cdf = found[1].cdf
    return Distribution(np.mean([each.quantile(cdf) for each in found], axis=0), cdf)


def _of_mean(account: Account, last: Distribution, mean: Distribution, about: Quantity) -> Account:
    """The account of the last day as one of the mean of the days."""
    step = to_scale(mean.median, about) - to_scale(last.median, about)
    return replace(account, rest={**account.rest, "mean of the days beside the last one": step})


def distribution(marginal: Marginal, about: Quantity) -> Distribution:
    """A marginal on the model's scale as a distribution of counts."""
    keep = (marginal.cdf > _TRIMMED) & (marginal.cdf < 1 - _TRIMMED)
    points, cdf = from_scale(marginal.points[keep], about), marginal.cdf[keep]
    return Distribution(
        np.maximum.accumulate(np.r_[points[0], points, points[-1]]), np.r_[0.0, cdf, 1.0]
    )


def claims_about(fit: Fit, quantity: str) -> list[Claim]:
    """The claims on `quantity`, its parts, the whole it is part of, and what flows into it."""
    kin = fit.component(quantity).kin(quantity)
    ordered = sorted(fit.ledger, key=lambda claim: claim.id)
    return [claim for claim in ordered if claim.quantity in kin]


def _joined(
    fit: Fit,
    about: Quantity,
    day: date | None,
    level: float,
    spread: Distribution,
    table: pd.DataFrame,
    posterior: Posterior | StreamPosterior,
    account: Account,
) -> Estimate:
    bounds = fit.constraints()
    found = bounds.conflicts(about.id, day)
    diagnostics = _diagnostics(posterior, account, table)
    used = table[table["status"] == "active"]
    diagnostics["conflicts_complete"] = float(found.complete)
    diagnostics["proposed_repeats"] = float(len(fit.proposed(about.id)))
    return Estimate(
        about=about,
        date=day,
        level=level,
        as_of=fit.as_of,
        method="state-space",
        distribution=spread,
        envelope=bounds.envelope(about.id, day),
        consensus=bounds.consensus(about.id, day),
        claims=table,
        sources=sources_of(fit, fit.component(about.id), level, about.id),
        n_claims=len(used),
        n_origins=int(used["origin"].nunique()),
        n_effective=effective_origins(table),
        conflicts=tuple(found),
        warnings=cautions(fit, about, day, table, diagnostics, found.note, posterior.doubted),
        diagnostics=diagnostics,
        terms=_terms(spread, about, account, fit.ledger),
        variance_shares=_shares(account),
        settings=settings(fit),
    )


def _terms(
    spread: Distribution, about: Quantity, account: Account, ledger: Ledger
) -> tuple[Contribution, ...]:
    """Prior median + contributions = median, on the model's scale."""
    parts = [
        Contribution(
            pull.claim, pull.contribution, ledger[pull.claim].source, ledger.roots[pull.claim]
        )
        for pull in account.pulls
    ]
    parts += [Contribution(name, value) for name, value in account.rest.items()]
    rest = to_scale(spread.median, about) - account.start - sum(part.value for part in parts)
    return (
        Contribution("prior median", account.start),
        *parts,
        Contribution("skewness: the median lies beside the mode", rest),
    )


def _shares(account: Account) -> dict[str, float]:
    """The variance by cause, as shares that sum to 1."""
    total = sum(account.variance.values())
    return {cause: part / total for cause, part in account.variance.items()}


def _diagnostics(
    posterior: Posterior | StreamPosterior, account: Account, table: pd.DataFrame
) -> dict[str, float]:
    """Numbers that tell when not to believe; `cautions` puts them into words."""
    mine, pulls = set(table["claim"]), account.pulls
    return {
        "prior_share": float(np.clip(1 - sum(pull.weight for pull in pulls), 0, 1)),
        "weight_elsewhere": float(sum(pull.weight for pull in pulls if pull.claim not in mine)),
        "restart_gain": posterior.nodes.restart_gain,
        "effective_nodes": posterior.nodes.effective,
        "error_sd": posterior.error_sd(),
        "cells": float(len(posterior.design.grid.widths)),
    }


def sources_of(
    fit: Fit, component: Component, level: float, quantity: str | None = None
) -> pd.DataFrame:
    """The sources table of a component, or of those that speak about `quantity`."""
    first = next(iter(component.quantities)) if quantity is None else quantity
    posterior = fit.posterior(first)
    wanted = None if quantity is None else component.root(quantity)
    effects = [e for e in posterior.house_effects if wanted in (None, e.root)]
    claims = pd.DataFrame(
        [(claim.source, component.root(claim.quantity)) for claim in fit.claims_of(component)],
        columns=["source", "quantity"],
    )
    about = component.quantities[first]
    return sources_table(effects, fit.ledger, claims, level, posterior.error_sd(), about)


def _before_epoch(fit: Fit, about: Quantity, day: date, level: float) -> Estimate:
    """Before its epoch a total or a stock is 0 by definition."""
    table = claims_table([], fit.ledger, [], {})
    bounds = fit.constraints()
    return Estimate(
        about=about,
        date=day,
        level=level,
        as_of=fit.as_of,
        method="state-space",
        distribution=Distribution.point(0.0),
        envelope=bounds.envelope(about.id, day),
        consensus=None,
        claims=table,
        sources=sources_table([], fit.ledger, table, level, 0.0, about),
        n_claims=0,
        n_origins=0,
        n_effective=0.0,
        warnings=(
            f"{day} lies before {about.epoch}, the epoch from which {about.id} is counted: "
            "it is 0 by definition",
        ),
        terms=(Contribution("0 before the epoch, by definition", -np.inf),),
        settings=settings(fit),
    )


def settings(fit: Fit) -> dict[str, Any]:
    """What is needed to make the same answer again."""
    return {
        "ledger": fit.ledger.hash,
        "as_of": None if fit.as_of is None else fit.as_of.isoformat(),
        "convention": fit.convention,
        "cells": fit.cells,
        "prior_scale": fit.prior_scale,
        "seed": fit.seed,
        "version": version("reconcile-claims"),
    }
