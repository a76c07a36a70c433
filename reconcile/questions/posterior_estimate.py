"""From a posterior to an `Estimate`: joins the marginal, the bounds and the conflicts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from functools import cache, partial
from importlib.metadata import version
from platform import python_version
from typing import Any

import numpy as np
import pandas as pd

from reconcile.errors import DateError
from reconcile.inference import Account, Posterior
from reconcile.intervals import Interval
from reconcile.ledger import Ledger
from reconcile.model import Component
from reconcile.model.scale import to_scale
from reconcile.questions.answer_tables import (
    claims_table,
    effective_origins,
    origin_sources,
    sources_table,
)
from reconcile.questions.dates import days_of
from reconcile.questions.fit_store import FitStore
from reconcile.questions.warnings import cautions, unclaimed, unknown_past
from reconcile.values import (
    Claim,
    Consensus,
    Contribution,
    Days,
    Distribution,
    Estimate,
    Quantity,
)
from reconcile.values.deferred import Later

_BESIDE = "skewness: the median lies beside the mode"


def estimate_at(fit: FitStore, quantity: str, when: Any, level: float) -> Estimate:
    """The estimate of `quantity` at `when` from the fit's posterior."""
    about = fit.about(quantity)
    days = asked_days(about, when)
    day = None if days is None else days.last
    if day is not None and too_early(about, day):
        why = f"{day} lies before {about.epoch}, the epoch from which {about.id} is counted"
        return _nothing(fit, about, Asking(days, day), level, why)
    posterior = fit.posterior(quantity, day)
    spread = _spread(posterior, about, days)
    mean = days if about.kind == "stock" and days is not None and not days.exact else None

    def account() -> Account:
        own = spread if mean is None else posterior.at(about, day)
        found = _to_median(posterior.account(about, day), own, about)
        return found if mean is None else _of_mean(found, own, spread, about)

    return _joined(fit, about, Asking(days, day), level, spread, posterior, account, mean)


def added_at(fit: FitStore, about: Quantity, day: date, since: date, level: float) -> Estimate:
    """What was added to the total `about` after `since` up to `day`."""
    asked = Asking(Days.of(day), day, since)
    over = about.closed
    if too_early(about, day):
        why = f"{day} lies before {about.epoch}, the epoch from which {about.id} is counted"
        return _nothing(fit, about, asked, level, why)
    if since == day or (over is not None and over <= since):
        why = "no time lies between the two days" if since == day else f"it was over on {over}"
        return _nothing(fit, about, asked, level, why)
    posterior = fit.posterior(about.id, day)
    # All of it was added after a day before the epoch.
    start = None if about.epoch is not None and since < about.epoch else since
    spread = posterior.at(about, day, start)

    def account() -> Account:
        return _to_median(posterior.account(about, day, start), spread, about)

    return _joined(fit, about, asked, level, spread, posterior, account)


@dataclass(frozen=True, slots=True)
class Asking:
    """What a question is about: the days as they were named, the last of them, and since when."""

    days: Days | None
    day: date | None
    since: date | None = None


def asked_days(about: Quantity, when: Any) -> Days | None:
    """The days that a question is about; None for a constant, which ignores them."""
    if about.kind == "constant":
        return None
    if when is None:
        raise DateError(
            f"expected a date: {about.id} is a {about.kind} quantity, and changes with time"
        )
    return days_of(when)


def spread_at(fit: FitStore, quantity: str, when: Any) -> Distribution:
    """The posterior of `quantity` at `when` alone: no tables, no bounds, no conflicts."""
    about = fit.about(quantity)
    days = asked_days(about, when)
    day = None if days is None else days.last
    if too_early(about, day):
        return Distribution.point(0.0)
    return _spread(fit.posterior(quantity, day), about, days)


def too_early(about: Quantity, day: date | None) -> bool:
    """Before its epoch a total or a stock is 0 by definition."""
    early = day is not None and about.epoch is not None and day < about.epoch
    return early and about.kind != "constant"


def _spread(posterior: Posterior, about: Quantity, days: Days | None) -> Distribution:
    """The marginal in the quantity's unit; for a stock over a month, of its mean level."""
    if about.kind != "stock" or days is None or days.exact:
        return posterior.at(about, None if days is None else days.last)
    first = days.first if about.epoch is None else max(days.first, about.epoch)
    middle = first + (days.last - first) / 2
    found = [posterior.at(about, day) for day in (first, middle, days.last)]
    # Levels within a month move together: the mean of the quantiles is the quantile of the mean.
    cdf = found[1].cdf
    return Distribution(np.mean([each.quantile(cdf) for each in found], axis=0), cdf)


def _to_median(account: Account, spread: Distribution, about: Quantity) -> Account:
    """The account with the way from the mode to the median, which several modes and skewness make,
    shared among the claims by the size of their parts."""
    end = to_scale(spread.median, about)
    size = np.array([abs(pull.contribution) for pull in account.pulls])
    if not np.isfinite(end) or not size.sum() > 0:
        return account
    more = (end - account.end) * size / size.sum()
    pulls = tuple(
        replace(pull, contribution=pull.contribution + float(extra))
        for pull, extra in zip(account.pulls, more, strict=True)
    )
    return replace(account, pulls=pulls, end=end)


def _of_mean(account: Account, last: Distribution, mean: Distribution, about: Quantity) -> Account:
    """The account of the last day as one of the mean of the days."""
    step = to_scale(mean.median, about) - to_scale(last.median, about)
    return replace(account, rest={**account.rest, "mean of the days beside the last one": step})


def claims_about(fit: FitStore, quantity: str) -> list[Claim]:
    """The claims on `quantity`, its parts, the whole it is part of, and what flows into it."""
    kin = fit.component(quantity).kin(quantity)
    return sorted(fit.said_of(kin), key=lambda claim: claim.id)


def _joined(
    fit: FitStore,
    about: Quantity,
    asked: Asking,
    level: float,
    spread: Distribution,
    posterior: Posterior,
    account: Callable[[], Account],
    mean: Days | None = None,
) -> Estimate:
    """The estimate; all but its distribution is found when it is read."""
    day, claims = asked.day, claims_about(fit, about.id)
    used = [claim for claim in claims if claim.status == "active"]
    why = cache(account)
    table = cache(lambda: claims_table(claims, fit.ledger, why().pulls, posterior.repeats))
    contradictions = cache(lambda: fit.constraints().conflicts(about.id, day))
    diagnostics = cache(
        lambda: {
            **_diagnostics(posterior, why(), table()),
            "conflicts_complete": float(contradictions().complete),
            "proposed_repeats": float(len(fit.proposed(about.id))),
        }
    )
    return Estimate(
        about=about,
        date=day,
        since=asked.since,
        mean_of=mean,
        level=level,
        as_of=fit.as_of,
        method="state-space",
        distribution=spread,
        envelope=Later(partial(_envelope, fit, about, asked)),
        consensus=Later(partial(_consensus, fit, about, asked)),
        claims=Later(table),
        sources=Later(lambda: sources_of(fit, fit.component(about.id), level, about.id)),
        n_claims=len(used),
        n_origins=len({*origin_sources((claim.id for claim in used), fit.ledger)}),
        n_effective=Later(lambda: effective_origins(table(), fit.ledger)),
        conflicts=Later(lambda: tuple(contradictions())),
        warnings=Later(
            lambda: (
                *(unknown_past(about, used) if asked.since is None else []),
                *(
                    []
                    if mean is None
                    else [f"the mean of the level over the days from {mean.first} to {mean.last}"]
                ),
                *cautions(
                    fit,
                    about,
                    day,
                    table(),
                    diagnostics(),
                    contradictions().note,
                    posterior,
                    _shares(why()),
                ),
            )
        ),
        diagnostics=Later(diagnostics),
        terms=Later(lambda: terms_of(why(), spread, about, fit.ledger, _BESIDE)),
        variance_shares=Later(lambda: _shares(why())),
        settings=Later(partial(settings, fit, level, asked)),
    )


def _envelope(fit: FitStore, about: Quantity, asked: Asking) -> Interval:
    """What the claims allow; of what was added all that lies between what they allow of both days,
    which is no narrower."""
    bounds = fit.constraints()
    now = bounds.envelope(about.id, asked.day)
    if asked.since is None:
        return now
    grown = now - bounds.envelope(about.id, asked.since)
    return grown.intersection(Interval(0.0, np.inf))


def _consensus(fit: FitStore, about: Quantity, asked: Asking) -> Consensus | None:
    """Where most origins agree; of what was added no claim by itself says anything."""
    if asked.since is not None:
        return None
    return fit.constraints().consensus(about.id, asked.day)


def terms_of(
    account: Account, spread: Distribution, about: Quantity, ledger: Ledger, beside: str
) -> tuple[Contribution, ...]:
    """Prior median + contributions = median, on the model's scale; the last one is `beside`."""
    parts = [
        Contribution(
            pull.claim, pull.contribution, ledger[pull.claim].source, ledger.roots[pull.claim]
        )
        for pull in account.pulls
    ]
    parts += [Contribution(name, value) for name, value in account.rest.items()]
    rest = to_scale(spread.median, about) - account.start - sum(part.value for part in parts)
    return Contribution("prior median", account.start), *parts, Contribution(beside, rest)


def _shares(account: Account) -> dict[str, float]:
    """The variance by cause, as shares that sum to 1."""
    total = sum(account.variance.values()) or 1.0
    return {cause: part / total for cause, part in account.variance.items()}


def _diagnostics(posterior: Posterior, account: Account, table: pd.DataFrame) -> dict[str, float]:
    """Numbers that tell when not to believe; `cautions` puts them into words."""
    mine, pulls = set(table["claim"]), account.pulls
    return {
        "beyond_claims": float(np.clip(1 - sum(pull.weight for pull in pulls), 0, 1)),
        "weight_elsewhere": float(sum(pull.weight for pull in pulls if pull.claim not in mine)),
        "other_modes": float(1 - posterior.cloud.mode_shares.max()),
        "settled": float(posterior.cloud.settled),
        "nodes": float(posterior.cloud.points),
        "error_sd": posterior.error_sd(),
        "source_spread": posterior.kappa,
        "cells": float(len(posterior.problem.grid.widths)),
    }


def sources_of(
    fit: FitStore, component: Component, level: float, quantity: str | None = None
) -> pd.DataFrame:
    """The sources table of a component, or of those that speak about `quantity`."""
    first = next(iter(component.quantities)) if quantity is None else quantity
    about = component.quantities[first]
    if not fit.claims_of(component):
        return sources_table([], fit.ledger, {}, level, 0.0, about)
    posterior = fit.posterior(first)
    wanted = None if quantity is None else component.root(quantity)
    effects = [e for e in posterior.house_effects if wanted in (None, e.root)]
    doubts: dict[tuple[str, str], list[float]] = {}
    for claim in fit.claims_of(component):
        heard = doubts.setdefault((claim.source, component.root(claim.quantity)), [])
        heard.append(posterior.doubted.get(claim.id, 0.0))
    return sources_table(effects, fit.ledger, doubts, level, posterior.error_sd(), about)


def _nothing(fit: FitStore, about: Quantity, asked: Asking, level: float, why: str) -> Estimate:
    """An answer that is 0 by definition."""
    table = claims_table([], fit.ledger, [], {})
    heard = fit.said_of([about.id])
    return Estimate(
        about=about,
        date=asked.day,
        since=asked.since,
        level=level,
        as_of=fit.as_of,
        method="state-space",
        distribution=Distribution.point(0.0),
        envelope=Later(partial(_envelope, fit, about, asked)),
        consensus=None,
        claims=table,
        sources=sources_table([], fit.ledger, {}, level, 0.0, about),
        n_claims=0,
        n_origins=0,
        n_effective=0.0,
        warnings=(f"{why}: it is 0 by definition", *([] if heard else [unclaimed(about, fit)])),
        terms=(Contribution("0 by definition", -np.inf),),
        settings=Later(partial(settings, fit, level, asked)),
    )


def settings(
    fit: FitStore, level: float, asked: Asking, method: str = "state-space", expression: str = ""
) -> dict[str, Any]:
    """What is needed to make the same answer again."""
    return {
        "ledger": fit.ledger.hash,
        "exclude": list(fit.exclude),
        "asked": None if asked.days is None else str(asked.days),
        "since": None if asked.since is None else asked.since.isoformat(),
        "expression": expression or None,
        "method": method,
        "level": level,
        "as_of": None if fit.as_of is None else fit.as_of.isoformat(),
        "convention": fit.convention,
        "prior_scale": fit.prior_scale,
        "seed": fit.seed,
        "version": version("reconcile-claims"),
        "python": python_version(),
        "numpy": np.__version__,
        "pandas": pd.__version__,
        "scipy": version("scipy"),
    }
