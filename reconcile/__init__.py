"""reconcile: conflicting numeric claims, turned into time-indexed, calibrated estimates.

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
    from reconcile.constraints import Conflicts as Conflicts
    from reconcile.constraints import Constraints as Constraints
    from reconcile.constraints import agreement as agreement
    from reconcile.constraints import conflicts as conflicts
    from reconcile.constraints import hull as hull
    from reconcile.constraints import intersection as intersection
    from reconcile.intervals import Interval as Interval
    from reconcile.intervals import IntervalArray as IntervalArray
    from reconcile.language import parse as parse
    from reconcile.language import parse_cell as parse_cell
    from reconcile.ledger import Audit as Audit
    from reconcile.ledger import AuditFinding as AuditFinding
    from reconcile.ledger import Edit as Edit
    from reconcile.ledger import Fall as Fall
    from reconcile.ledger import Falls as Falls
    from reconcile.ledger import Ledger as Ledger
    from reconcile.ledger import ProposedOrigin as ProposedOrigin
    from reconcile.ledger import ProposedOrigins as ProposedOrigins
    from reconcile.ledger import apply_origins as apply_origins
    from reconcile.ledger import falls as falls
    from reconcile.ledger import propose_origins as propose_origins
    from reconcile.ledger import read_ledger as read_ledger
    from reconcile.ledger import write_ledger as write_ledger
    from reconcile.ledger.audit.auditing import audit as audit
    from reconcile.pooling.pool import Pooled as Pooled
    from reconcile.pooling.pool import pool as pool
    from reconcile.questions.diff import Difference as Difference
    from reconcile.questions.diff import diff as diff
    from reconcile.questions.draws import Draws as Draws
    from reconcile.questions.estimate import combine as combine
    from reconcile.questions.estimate import estimate as estimate
    from reconcile.questions.estimate import timeline as timeline
    from reconcile.questions.expected_narrowing import expected_narrowing as expected_narrowing
    from reconcile.questions.extract import extract as extract
    from reconcile.questions.fit import Fit as Fit
    from reconcile.questions.fit import fit as fit
    from reconcile.questions.fit_many import Batch as Batch
    from reconcile.questions.fit_many import fit_many as fit_many
    from reconcile.questions.predictive import Predictive as Predictive
    from reconcile.questions.repeat import repeat as repeat
    from reconcile.questions.revisions import Revisions as Revisions
    from reconcile.questions.revisions import revisions as revisions
    from reconcile.questions.save import load as load
    from reconcile.questions.save import save as save
    from reconcile.questions.sensitivity import Sensitivity as Sensitivity
    from reconcile.questions.sensitivity import sensitivity as sensitivity
    from reconcile.report import write_report as write_report
    from reconcile.values import Cell as Cell
    from reconcile.values import Claim as Claim
    from reconcile.values import Conflict as Conflict
    from reconcile.values import Consensus as Consensus
    from reconcile.values import Contribution as Contribution
    from reconcile.values import Days as Days
    from reconcile.values import Distribution as Distribution
    from reconcile.values import Estimate as Estimate
    from reconcile.values import Mention as Mention
    from reconcile.values import Mentions as Mentions
    from reconcile.values import Period as Period
    from reconcile.values import Phrase as Phrase
    from reconcile.values import Prior as Prior
    from reconcile.values import Quantity as Quantity
    from reconcile.values import Report as Report
    from reconcile.values import Resolution as Resolution
    from reconcile.values import Source as Source
    from reconcile.values import Timeline as Timeline
    from reconcile.values import Unread as Unread
    from reconcile.values.annex import Annex as Annex
    from reconcile.values.annex_frame import AnnexFrame as AnnexFrame

__version__ = "0.1.0"

lazy(__name__)
