"""Claims and their lineage: read, write, check, select, vintages, duplicates, origins."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconcile._lazy import lazy

if TYPE_CHECKING:
    from reconcile.ledger.comparison import Change as Change
    from reconcile.ledger.comparison import Changes as Changes
    from reconcile.ledger.comparison import changes as changes
    from reconcile.ledger.copying.proposals import ProposedOrigin as ProposedOrigin
    from reconcile.ledger.copying.proposals import ProposedOrigins as ProposedOrigins
    from reconcile.ledger.copying.proposals import apply_origins as apply_origins
    from reconcile.ledger.copying.proposals import propose_origins as propose_origins
    from reconcile.ledger.ledger import Ledger as Ledger
    from reconcile.ledger.read import read_ledger as read_ledger
    from reconcile.ledger.totals.falling import Fall as Fall
    from reconcile.ledger.totals.falling import Falls as Falls
    from reconcile.ledger.totals.falling import falls as falls
    from reconcile.ledger.write import write_ledger as write_ledger

__getattr__, __dir__ = lazy(
    __name__,
    {
        "Change": "comparison",
        "Changes": "comparison",
        "Fall": "totals.falling",
        "Falls": "totals.falling",
        "Ledger": "ledger",
        "ProposedOrigin": "copying.proposals",
        "ProposedOrigins": "copying.proposals",
        "apply_origins": "copying.proposals",
        "changes": "comparison",
        "falls": "totals.falling",
        "propose_origins": "copying.proposals",
        "read_ledger": "read",
        "write_ledger": "write",
    },
)
