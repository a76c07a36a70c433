"""Truths that became known: claims by the truth itself, and the record that sources earn by them.

A resolution enters a fit as a claim of a source of kind "truth": it has no house effect, no gross
errors and an error of 2 % (what "killed by 1 May" means is never quite the same to all). What it
teaches about sources on the same quantity follows by itself. For their other quantities, half of
the variance of a house effect is taken to be common to all that a source says, so that a source
that was found to be twice too high is corrected elsewhere as well.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from reconcile.intervals import Interval
from reconcile.ledger import Ledger
from reconcile.model.observations import TRUE_KIND
from reconcile.model.priors import GRADE_SPREAD, TRACK_CLAIM_SD, TRACK_COMMON, TRACK_FAR
from reconcile.values import Claim, Days, Period, Phrase, Quantity, Resolution, Source

TRUTH_SOURCE = Source(TRUE_KIND, "what became known", kind=TRUE_KIND, reliability="A")


def truths(
    resolutions: Iterable[Resolution], quantities: Mapping[str, Quantity]
) -> tuple[Claim, ...]:
    """One claim by the truth for each of `resolutions` about a known quantity.

    A resolution without a day of its own speaks of the day on which it became known.
    """
    found: dict[str, Claim] = {}
    for item in resolutions:
        if item.quantity in quantities:
            day = item.on or item.known_on
            name = f"{TRUE_KIND}:{item.quantity}:{day.isoformat()}"
            value = float(item.value)
            phrase = Phrase(f"{value:,g}", "exact", Interval(value, value), nominal=value)
            found[name] = Claim(
                name, item.quantity, TRUE_KIND, phrase, Period.on(day), said=Days.of(item.known_on)
            )
    return tuple(found.values())


def resolved(ledger: Ledger) -> Ledger:
    """`ledger` with a claim by the truth for each of its resolutions; itself where it has none."""
    new = [c for c in truths(ledger.resolutions, ledger.quantities) if c.id not in ledger]
    if not new:
        return ledger
    sources = {**ledger.sources, TRUE_KIND: TRUTH_SOURCE}
    return replace(ledger, claims=(*ledger.claims, *new), sources=sources)


@dataclass(frozen=True)
class TrackRecord:
    """What sources were found to do: (source, root quantity) -> (sum of log errors, number)."""

    errors: Mapping[tuple[str, str], tuple[float, int]]

    def house(self, source: Source, root: str) -> tuple[float, float]:
        """Mean of the prior of a house effect on `root`, and the factor of its sd.

        From the errors on other roots: each is N(g + N(0, sd^2 / 2), 0.25^2 / n), and the common
        part g ~ N(0, sd^2 / 2) a priori. (0, 1) where nothing is known.
        """
        variance = GRADE_SPREAD[source.reliability] ** 2
        common, own = TRACK_COMMON * variance, (1 - TRACK_COMMON) * variance
        precision, pull = 1 / common, 0.0
        for (name, where), (total, n) in self.errors.items():
            if name == source.id and where != root:
                weight = 1 / (own + TRACK_CLAIM_SD**2 / n)
                precision += weight
                pull += weight * total / n
        if precision == 1 / common:
            return 0.0, 1.0
        return pull / precision, math.sqrt((1 / precision + own) / variance)


def earned(
    claims: Iterable[Claim], quantities: Mapping[str, Quantity], root_of: Callable[[str], str]
) -> TrackRecord:
    """The record of all sources, from the claims of the truth among `claims` and what others said
    of the same quantity and time; `root_of` names the whole that a quantity is part of."""
    every = [claim for claim in claims if claim.status == "active"]
    true = [claim for claim in every if claim.source == TRUE_KIND]
    errors: dict[tuple[str, str], tuple[float, int]] = {}
    for claim in every if true else []:
        error = _error(claim, true, quantities)
        if error is not None:
            key = (claim.source, root_of(claim.quantity))
            total, n = errors.get(key, (0.0, 0))
            errors[key] = (total + error, n + 1)
    return TrackRecord(errors)


def _error(claim: Claim, true: Iterable[Claim], quantities: Mapping[str, Quantity]) -> float | None:
    """The log of what `claim` says over the truth of that time, None where none is known."""
    about, said = quantities[claim.quantity], claim.phrase.nominal
    plain = claim.scope == "whole" and not claim.additional and about.scale == "log"
    if claim.source == TRUE_KIND or said is None or said <= 0 or not plain:
        return None
    for truth in true:
        value = truth.phrase.nominal or 0.0
        if truth.quantity == claim.quantity and value > 0 and _same_time(claim, truth, about):
            return min(max(math.log(said) - math.log(value), -TRACK_FAR), TRACK_FAR)
    return None


def _same_time(claim: Claim, truth: Claim, about: Quantity) -> bool:
    if about.kind == "constant":
        return True
    on = truth.period.last
    return claim.period.kind == "on" and claim.period.first <= on <= claim.period.last
