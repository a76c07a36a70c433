"""The questions a user asks: estimate, timeline, fit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconcile._lazy import lazy

if TYPE_CHECKING:
    from reconcile.api.ask import estimate as estimate
    from reconcile.api.ask import timeline as timeline
    from reconcile.api.extracting import extract as extract
    from reconcile.api.joint import Fit as Fit
    from reconcile.api.joint import fit as fit
    from reconcile.api.pooling import Pooled as Pooled
    from reconcile.api.pooling import pool as pool
    from reconcile.api.predictive import Predictive as Predictive

__getattr__, __dir__ = lazy(
    __name__,
    {
        "Fit": "joint",
        "Pooled": "pooling",
        "Predictive": "predictive",
        "estimate": "ask",
        "extract": "extracting",
        "fit": "joint",
        "pool": "pooling",
        "timeline": "ask",
    },
)
