"""What was public by a day: the knowledge clock."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from reconcile.values import Claim


def public_by(claims: Sequence[Claim], day: date) -> tuple[Claim, ...]:
    """The claims said by the end of `day`, as they stood then.

    A claim said within a range of days counts from the last of them. A retraction after `day` is
    undone, and so is a correction whose claim was not yet public.
    """
    public = {claim.id for claim in claims if claim.public_on <= day}
    return tuple(_as_it_stood(claim, public, day) for claim in claims if claim.id in public)


def _as_it_stood(claim: Claim, public: set[str], day: date) -> Claim:
    if claim.status == "retracted" and claim.retracted_on is not None:
        undone = claim.retracted_on > day
        return replace(claim, status="active", retracted_on=None) if undone else claim
    if claim.status == "superseded" and claim.superseded_by is not None:
        undone = claim.superseded_by not in public
        return replace(claim, status="active", superseded_by=None) if undone else claim
    return claim
