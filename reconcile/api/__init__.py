"""The questions a user asks: estimate, timeline, fit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconcile._lazy import lazy

if TYPE_CHECKING:
    from reconcile.api.ask import estimate as estimate
    from reconcile.api.ask import timeline as timeline
    from reconcile.api.differing import Difference as Difference
    from reconcile.api.differing import diff as diff
    from reconcile.api.extracting import extract as extract
    from reconcile.api.joint import Fit as Fit
    from reconcile.api.joint import fit as fit
    from reconcile.api.pooling import Pooled as Pooled
    from reconcile.api.pooling import pool as pool
    from reconcile.api.predictive import Predictive as Predictive
    from reconcile.api.revising import Revisions as Revisions
    from reconcile.api.revising import revisions as revisions
    from reconcile.api.varying import Sensitivity as Sensitivity
    from reconcile.api.varying import sensitivity as sensitivity

__getattr__, __dir__ = lazy(
    __name__,
    {
        "Difference": "differing",
        "Fit": "joint",
        "Pooled": "pooling",
        "Predictive": "predictive",
        "Revisions": "revising",
        "Sensitivity": "varying",
        "diff": "differing",
        "estimate": "ask",
        "extract": "extracting",
        "fit": "joint",
        "pool": "pooling",
        "revisions": "revising",
        "sensitivity": "varying",
        "timeline": "ask",
    },
)
