"""The nouns: frozen values that every room shares."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconcile._lazy import lazy

if TYPE_CHECKING:
    from reconcile.values.claim import Claim as Claim
    from reconcile.values.distribution import Distribution as Distribution
    from reconcile.values.estimate import Estimate as Estimate
    from reconcile.values.finding import Conflict as Conflict
    from reconcile.values.finding import Consensus as Consensus
    from reconcile.values.finding import Contribution as Contribution
    from reconcile.values.mention import Cell as Cell
    from reconcile.values.mention import Mention as Mention
    from reconcile.values.mention import Mentions as Mentions
    from reconcile.values.mention import Unread as Unread
    from reconcile.values.period import Days as Days
    from reconcile.values.period import Period as Period
    from reconcile.values.phrase import Phrase as Phrase
    from reconcile.values.phrase import PhraseKind as PhraseKind
    from reconcile.values.registry import Grade as Grade
    from reconcile.values.registry import Prior as Prior
    from reconcile.values.registry import Quantity as Quantity
    from reconcile.values.registry import Report as Report
    from reconcile.values.registry import Resolution as Resolution
    from reconcile.values.registry import Source as Source
    from reconcile.values.timeline import Timeline as Timeline

lazy(__name__)
