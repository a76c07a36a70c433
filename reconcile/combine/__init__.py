"""Combining claims: model-free bounds and conflicts, and the textbook methods."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconcile._lazy import lazy

if TYPE_CHECKING:
    from reconcile.combine.bounds import hull as hull
    from reconcile.combine.bounds import intersection as intersection
    from reconcile.combine.conflict import conflicts as conflicts
    from reconcile.combine.conflict import consensus as consensus
    from reconcile.combine.conflict import envelope as envelope
    from reconcile.combine.constraints import Conflicts as Conflicts
    from reconcile.combine.constraints import Constraints as Constraints
    from reconcile.combine.marzullo import agreement as agreement

__getattr__, __dir__ = lazy(
    __name__,
    {
        "Conflicts": "constraints",
        "Constraints": "constraints",
        "agreement": "marzullo",
        "conflicts": "conflict",
        "consensus": "conflict",
        "envelope": "conflict",
        "hull": "bounds",
        "intersection": "bounds",
    },
)
