"""Which quantity is a part of which, in words."""

from __future__ import annotations

from collections.abc import Iterable

from reconcile.ledger import Ledger


def parts_told(names: Iterable[str], ledger: Ledger) -> list[str]:
    """A sentence for each quantity with claims that one of `names` is a part of, or a whole of."""
    wanted = set(names)
    claimed = {claim.quantity for claim in ledger}
    pairs = {
        (part, whole)
        for name, about in ledger.quantities.items()
        for part, whole in (
            *((name, whole) for whole in about.within),
            *((part, name) for part in about.parts),
        )
    }
    return [
        f"{part} is a part of {whole}: what is claimed of the one bounds the other"
        for part, whole in sorted(pairs)
        if wanted & {part, whole} and {part, whole} <= claimed | wanted
    ]
