"""Timelines: the marginals along a path of dates as one value."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from functools import partial
from typing import Any

import pandas as pd

from reconcile.errors import DateError
from reconcile.intervals import Interval
from reconcile.questions.answer_tables import claims_table
from reconcile.questions.dates import span_of
from reconcile.questions.fit_store import FitStore
from reconcile.questions.posterior_estimate import claims_about, estimate_at
from reconcile.questions.warnings import beyond_claims, if_over, unknown_past
from reconcile.values import Claim, Distribution, Quantity, Timeline
from reconcile.values.deferred import Later


def timeline_of(
    fit: FitStore, quantity: str, start: Any, end: Any, freq: str, level: float
) -> Timeline:
    """The timeline from `start` to `end`; without them, from the epoch to the last claim."""
    about = fit.about(quantity)
    if about.kind == "constant":
        raise DateError(f"expected a quantity that changes with time; {quantity} is a constant")
    claims = claims_about(fit, quantity)
    dates = span_of(fit, about, start, end, freq)
    spreads = _spreads(fit, about, dates, claims)
    return Timeline(
        about=about,
        dates=dates,
        level=level,
        as_of=fit.as_of,
        method="state-space",
        distributions=tuple(spreads),
        envelopes=Later(partial(envelopes_of, fit, quantity, dates)),
        counts=tuple(sum(claim.period.first <= day for claim in claims) for day in dates),
        claims=Later(partial(_table, fit, quantity, dates[-1], claims)),
        warnings=_warnings(about, dates, claims),
        answer=partial(estimate_at, fit, quantity, level=level),
    )


def envelopes_of(fit: FitStore, quantity: str, dates: Sequence[date]) -> tuple[Interval, ...]:
    """What the claims allow on each of `dates`."""
    bounds = fit.constraints()
    return tuple(bounds.envelope(quantity, day) for day in dates)


def _table(fit: FitStore, quantity: str, last: date, claims: Sequence[Claim]) -> pd.DataFrame:
    repeats = fit.posterior(quantity, last).repeats
    return claims_table(claims, fit.ledger, [], repeats)


def _spreads(
    fit: FitStore, about: Quantity, dates: Sequence[date], claims: Sequence[Claim]
) -> list[Distribution]:
    zero = [day for day in dates if about.epoch is not None and day < about.epoch]
    later = dates[len(zero) :]
    spreads = [Distribution.point(0.0) for _ in zero]
    if not later:
        return spreads
    ends = [claim.period.last for claim in claims]
    return spreads + fit.posterior(about.id, later[-1]).path(about, later, ends)


def _warnings(about: Quantity, dates: Sequence[date], claims: Sequence[Claim]) -> tuple[str, ...]:
    used = [claim for claim in claims if claim.status == "active"]
    if not used:
        return (f"no claim is about {about.id}: the answers are the prior of the registry",)
    first, last = min(c.period.first for c in used), max(c.period.last for c in used)
    found = unknown_past(about, used)
    if dates[0] < first - timedelta(days=1):
        found.append(
            f"no claim is about a day before {first}: the answers for those days follow from the "
            "prior alone"
        )
    if beyond_claims(about, last, dates[-1]) is not None:
        found.append(
            f"no claim is about a day after {last}: the answers for those days are extrapolations"
            f"{if_over(about)}"
        )
    return tuple(found)
