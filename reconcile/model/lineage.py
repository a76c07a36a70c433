"""Which claims are one witness: heads, members that share the head's error, and mere repeats."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from reconcile.ledger.origins import copies, roots
from reconcile.values import Claim


@dataclass(frozen=True)
class Lineage:
    """`entering` claims are evidence, in order of their ids; `repeats` (id -> id) are not.

    A repeat says again what the claim it maps to said: an exact copy, or a part of the same
    witness's words turned into another quantity. `heads` maps each id to the head of its origin.
    """

    entering: tuple[Claim, ...]
    repeats: Mapping[str, str]
    heads: Mapping[str, Claim]

    def witness(self, claim: Claim) -> Claim:
        """The head of the claim's origin: whose house effect it carries."""
        return self.heads[claim.id]

    @property
    def shared(self) -> frozenset[str]:
        """The heads of origins of which several claims enter: their error is one."""
        count = Counter(self.heads[claim.id].id for claim in self.entering)
        return frozenset(head for head, members in count.items() if members > 1)


def lineage(claims: Sequence[Claim]) -> Lineage:
    """Group `claims` into origins; the order of the claims is no matter."""
    ordered = sorted(claims, key=lambda claim: claim.id)
    known = {claim.id: claim for claim in ordered}
    root = roots(ordered)
    heads = {claim.id: _head(root[claim.id], claim, known) for claim in ordered}
    repeats = copies(ordered)
    for claim in ordered:
        head = heads[claim.id]
        if claim.scope == "part" and claim.quantity != head.quantity:
            repeats.setdefault(claim.id, head.id)
    entering = tuple(claim for claim in ordered if claim.id not in repeats)
    return Lineage(entering, repeats, heads)


def _head(root: str, claim: Claim, known: Mapping[str, Claim]) -> Claim:
    return known.get(root, claim)
