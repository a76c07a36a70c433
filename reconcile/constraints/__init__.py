"""What claims allow: hulls, envelopes, conflicts and consensus, without any model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconcile._lazy import lazy

if TYPE_CHECKING:
    from reconcile.constraints.conflict import conflicts as conflicts
    from reconcile.constraints.conflict import consensus as consensus
    from reconcile.constraints.conflict import constraints_of as constraints_of
    from reconcile.constraints.conflict import envelope as envelope
    from reconcile.constraints.hull_intersection import hull as hull
    from reconcile.constraints.hull_intersection import intersection as intersection
    from reconcile.constraints.marzullo import agreement as agreement
    from reconcile.constraints.store import Conflicts as Conflicts
    from reconcile.constraints.store import Constraints as Constraints

lazy(__name__)
