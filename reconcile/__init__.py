"""reconcile: conflicting numeric claims, turned into time-indexed estimates with honest intervals.

    import reconcile
    estimate = reconcile.estimate("casualties", "2024-12-18")

Importing this package loads nothing else: every name below comes in on first use.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconcile._lazy import lazy

if TYPE_CHECKING:
    from reconcile import check as check
    from reconcile import errors as errors
    from reconcile import intervals as intervals
    from reconcile import plot as plot
    from reconcile import strategies as strategies
    from reconcile.api import Difference as Difference
    from reconcile.api import Fit as Fit
    from reconcile.api import Pooled as Pooled
    from reconcile.api import Predictive as Predictive
    from reconcile.api import Revisions as Revisions
    from reconcile.api import Sensitivity as Sensitivity
    from reconcile.api import diff as diff
    from reconcile.api import estimate as estimate
    from reconcile.api import extract as extract
    from reconcile.api import fit as fit
    from reconcile.api import pool as pool
    from reconcile.api import revisions as revisions
    from reconcile.api import sensitivity as sensitivity
    from reconcile.api import timeline as timeline
    from reconcile.combine import agreement as agreement
    from reconcile.combine import conflicts as conflicts
    from reconcile.combine import hull as hull
    from reconcile.combine import intersection as intersection
    from reconcile.intervals import Interval as Interval
    from reconcile.intervals import IntervalArray as IntervalArray
    from reconcile.language import parse as parse
    from reconcile.ledger import Ledger as Ledger
    from reconcile.ledger import apply_origins as apply_origins
    from reconcile.ledger import falls as falls
    from reconcile.ledger import propose_origins as propose_origins
    from reconcile.ledger import read_ledger as read_ledger
    from reconcile.ledger import write_ledger as write_ledger
    from reconcile.values import Claim as Claim
    from reconcile.values import Estimate as Estimate
    from reconcile.values import Mention as Mention
    from reconcile.values import Period as Period
    from reconcile.values import Phrase as Phrase
    from reconcile.values import Quantity as Quantity
    from reconcile.values import Report as Report
    from reconcile.values import Source as Source
    from reconcile.values import Timeline as Timeline

__version__ = "0.1.0"

_NAMES = {
    "api": (
        "Difference",
        "Fit",
        "Pooled",
        "Predictive",
        "Revisions",
        "Sensitivity",
        "diff",
        "estimate",
        "extract",
        "fit",
        "pool",
        "revisions",
        "sensitivity",
        "timeline",
    ),
    "combine": ("agreement", "conflicts", "hull", "intersection"),
    "intervals": ("Interval", "IntervalArray"),
    "language": ("parse",),
    "ledger": (
        "Ledger",
        "apply_origins",
        "falls",
        "propose_origins",
        "read_ledger",
        "write_ledger",
    ),
    "values": (
        "Claim",
        "Estimate",
        "Mention",
        "Period",
        "Phrase",
        "Quantity",
        "Report",
        "Source",
        "Timeline",
    ),
}
_SUBMODULES = ("check", "errors", "intervals", "plot", "strategies")

__getattr__, __dir__ = lazy(
    __name__,
    {name: room for room, names in _NAMES.items() for name in names}
    | {name: f"{name}." for name in _SUBMODULES},
)
