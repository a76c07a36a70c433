"""Estimates and timelines by the textbook methods, beside the model's own."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import Any

import reconcile.textbook as textbook  # its methods bring in scipy.stats when they are first used
from reconcile.errors import DateError, FitError
from reconcile.inference import Pull
from reconcile.model.scale import to_scale
from reconcile.questions.answer_tables import (
    claims_table,
    effective_origins,
    origin_sources,
    sources_table,
)
from reconcile.questions.dates import span_of
from reconcile.questions.fit_store import FitStore
from reconcile.questions.posterior_estimate import Asking, asked_days, claims_about, settings
from reconcile.questions.timeline import envelopes_of
from reconcile.values import Contribution, Estimate, Quantity, Timeline
from reconcile.values.deferred import Later


def textbook_estimate(
    fit: FitStore, quantity: str, when: Any, level: float, method: str
) -> Estimate:
    """The estimate of `quantity` at `when` by a textbook `method`; equal weights for its claims."""
    about = fit.about(quantity)
    days = asked_days(about, when)
    day = None if days is None else days.last
    ledger = fit.ledger
    found = textbook.textbook(
        method, ledger.claims, about, day, level=level, quantities=ledger.quantities
    )
    pulls = [Pull(claim, 0.0, 1 / len(found.used), 0.0) for claim in found.used]
    table = claims_table(claims_about(fit, quantity), fit.ledger, pulls, fit.ledger.duplicates)
    return Estimate(
        about=about,
        date=day,
        level=level,
        as_of=fit.as_of,
        method=method,
        distribution=found.distribution,
        envelope=Later(lambda: fit.constraints().envelope(quantity, day)),
        consensus=Later(lambda: fit.constraints().consensus(quantity, day)),
        claims=table[table["claim"].isin(found.used)].reset_index(drop=True),
        sources=sources_table([], fit.ledger, {}, level, 0.0, about),
        n_claims=len(found.used),
        n_origins=len({*origin_sources(found.used, fit.ledger)}),
        n_effective=effective_origins(table, fit.ledger),
        conflicts=Later(lambda: tuple(fit.constraints().conflicts(quantity, day))),
        warnings=found.warnings,
        terms=(Contribution(f"{method}, as a whole", _scaled(found.distribution.median, about)),),
        settings=Later(partial(settings, fit, level, Asking(days, day), method)),
    )


def _scaled(median: float, about: Quantity) -> float:
    """The median on the scale that `explain` speaks of: plain numbers stay plain."""
    return median if about.scale == "linear" else to_scale(median, about)


def textbook_timeline(
    fit: FitStore, quantity: str, start: Any, end: Any, freq: str, level: float, method: str
) -> Timeline:
    """The timeline by a textbook `method`, on the dates on which it has claims to use."""
    about = fit.about(quantity)
    if about.kind == "constant":
        raise DateError(f"expected a quantity that changes with time; {quantity} is a constant")
    asked = span_of(fit, about, start, end, freq)
    ledger, answered = fit.ledger, dict[date, textbook.Snapshot]()
    reason = ""
    for day in asked:
        try:
            answered[day] = textbook.textbook(
                method, ledger.claims, about, day, level=level, quantities=ledger.quantities
            )
        except FitError as error:
            reason = str(error)
    if not answered:
        raise FitError(f"{method} has an answer on none of {len(asked)} dates: {reason}")
    claims = claims_about(fit, quantity)
    missing = len(asked) - len(answered)
    return Timeline(
        about=about,
        dates=tuple(answered),
        level=level,
        as_of=fit.as_of,
        method=method,
        distributions=tuple(found.distribution for found in answered.values()),
        envelopes=Later(partial(envelopes_of, fit, quantity, tuple(answered))),
        counts=tuple(len(found.used) for found in answered.values()),
        claims=claims_table(claims, fit.ledger, [], fit.ledger.duplicates),
        warnings=(f"{method} has no answer on {missing} of {len(asked)} dates",) if missing else (),
        answer=partial(textbook_estimate, fit, quantity, level=level, method=method),
    )
