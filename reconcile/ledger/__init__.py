"""Claims and their lineage: read, write, check, select, vintages, duplicates, origins."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconcile._lazy import lazy

if TYPE_CHECKING:
    from reconcile.ledger.audit.auditing import Audit as Audit
    from reconcile.ledger.audit.auditing import AuditFinding as AuditFinding
    from reconcile.ledger.audit.auditing import Edit as Edit
    from reconcile.ledger.audit.falls import Fall as Fall
    from reconcile.ledger.audit.falls import Falls as Falls
    from reconcile.ledger.audit.falls import falls as falls
    from reconcile.ledger.audit.proposals import ProposedOrigin as ProposedOrigin
    from reconcile.ledger.audit.proposals import ProposedOrigins as ProposedOrigins
    from reconcile.ledger.audit.proposals import apply_origins as apply_origins
    from reconcile.ledger.audit.proposals import propose_origins as propose_origins
    from reconcile.ledger.audit.restarts import Restart as Restart
    from reconcile.ledger.audit.restarts import restarts as restarts
    from reconcile.ledger.comparison import Change as Change
    from reconcile.ledger.comparison import Changes as Changes
    from reconcile.ledger.comparison import changes as changes
    from reconcile.ledger.io.read import read_ledger as read_ledger
    from reconcile.ledger.io.write import write_ledger as write_ledger
    from reconcile.ledger.ledger import Ledger as Ledger

lazy(__name__)
