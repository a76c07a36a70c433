"""Timelines: the marginals along a path of dates as one value."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from reconcile.errors import DateError
from reconcile.inference.path import carried, laplace_moments
from reconcile.inference.streams.posterior import StreamPosterior
from reconcile.model import place_on
from reconcile.questions.answer import claims_about, distribution, estimate_at
from reconcile.questions.dates import span_of
from reconcile.questions.tables import claims_table
from reconcile.values import Claim, Distribution, Quantity, Timeline

if TYPE_CHECKING:
    from reconcile.questions.fit import Fit

__all__ = ["timeline_of"]

# Corrected marginals at no more than this many dates; between them their shape is carried on.
_MOST_KNOTS = 10


def timeline_of(fit: Fit, quantity: str, start: Any, end: Any, freq: str, level: float) -> Timeline:
    """The timeline from `start` to `end`; without them, from the epoch to the last claim."""
    about = fit.ledger.quantity(quantity)
    if about.kind == "constant":
        raise DateError(f"expected a quantity that changes with time; {quantity} is a constant")
    claims = claims_about(fit, quantity)
    dates = span_of(fit, about, start, end, freq)
    spreads = _spreads(fit, about, dates, claims)
    bounds = fit.constraints()
    posterior = fit.posterior(quantity, dates[-1])
    return Timeline(
        about=about,
        dates=dates,
        level=level,
        as_of=fit.as_of,
        method="state-space",
        distributions=tuple(spreads),
        envelopes=tuple(bounds.envelope(quantity, day) for day in dates),
        counts=tuple(sum(claim.period.first <= day for claim in claims) for day in dates),
        claims=claims_table(claims, fit.ledger, [], posterior.design.lineage.repeats),
        warnings=_warnings(about, dates, claims),
        answer=partial(estimate_at, fit, quantity, level=level),
    )


def _spreads(
    fit: Fit, about: Quantity, dates: Sequence[date], claims: Sequence[Claim]
) -> list[Distribution]:
    zero = [day for day in dates if about.epoch is not None and day < about.epoch]
    later = dates[len(zero) :]
    spreads = [Distribution.point(0.0) for _ in zero]
    if not later:
        return spreads
    posterior = fit.posterior(about.id, later[-1], later[0])
    places = [place_on(about, day, posterior.design.grid.origin) for day in later]
    if isinstance(posterior, StreamPosterior):
        return spreads + [distribution(marginal, about) for marginal in posterior.path(places)]
    chosen = _knots(later, claims)
    mean, sd = laplace_moments(posterior.design, posterior.nodes, places)
    known = [posterior.marginal(places[i]) for i in chosen]
    found = carried(mean, sd, chosen, known, rising=about.kind == "cumulative")
    return spreads + [distribution(marginal, about) for marginal in found]


def _knots(dates: Sequence[date], claims: Sequence[Claim]) -> list[int]:
    """Indices of dates: both ends, and the rest where claims end, spread over time."""
    days = np.array([(day - dates[0]).days for day in dates], dtype=float)
    ends = [(claim.period.last - dates[0]).days for claim in claims]
    inside = [end for end in ends if days[0] < end < days[-1]]
    evenly = np.linspace(days[0], days[-1], _MOST_KNOTS // 2)
    spaced = np.quantile(inside, np.linspace(0, 1, _MOST_KNOTS // 2)) if inside else []
    wanted = np.unique(np.r_[evenly, spaced])
    return sorted({int(np.argmin(np.abs(days - day))) for day in wanted})


def _warnings(about: Quantity, dates: Sequence[date], claims: Sequence[Claim]) -> tuple[str, ...]:
    used = [claim for claim in claims if claim.status == "active"]
    if not used:
        return (f"no claim bears on {about.id}: this is the prior of the registry",)
    first, last = min(c.period.first for c in used), max(c.period.last for c in used)
    found: list[str] = []
    if dates[0] < first - timedelta(days=1):
        found.append(f"before {first} no claim speaks: there the prior decides")
    if dates[-1] > last + timedelta(days=1):
        found.append(f"after {last} no claim speaks: from there on it is an extrapolation")
    return tuple(found)
