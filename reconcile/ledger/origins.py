"""Who repeats whom: origins, exact copies, and what is left of them in a part of a ledger."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from reconcile.values import Claim


def roots(claims: Iterable[Claim]) -> dict[str, str]:
    """For each claim id the id of the claim that it goes back to, itself where it repeats none.

    A chain of repeats is followed to its end; an origin outside of `claims` is an end too. Claims
    must not repeat each other in a circle (see `cycles`).
    """
    parent = {claim.id: claim.origin for claim in claims}
    found: dict[str, str] = {}
    for start in parent:
        trail: list[str] = []
        at = start
        while at not in found and parent.get(at) is not None and len(trail) <= len(parent):
            trail.append(at)
            at = parent[at] or at
        root = found.get(at, at)
        found |= dict.fromkeys([*trail, start], root)
    return found


def first_sources(claims: Iterable[Claim], root_of: Mapping[str, str]) -> dict[str, str]:
    """For each claim id the source that said it first, by its root in `root_of` (from `roots`); its
    own where the root is none of `claims`."""
    source = {claim.id: claim.source for claim in claims}
    return {name: source.get(root_of[name], own) for name, own in source.items()}


def cycles(links: Mapping[str, str | None]) -> list[tuple[str, ...]]:
    """The circles in a mapping from each id to the one it refers to, each from its first id."""
    state: dict[str, int] = {}
    found: list[tuple[str, ...]] = []
    for number, start in enumerate(links):
        trail: list[str] = []
        at: str | None = start
        while at is not None and at in links and at not in state:
            state[at] = number
            trail.append(at)
            at = links[at]
        if at is not None and state.get(at) == number and at in trail:
            found.append(tuple(trail[trail.index(at) :]))
    return found


def group_by_origin(claims: Sequence[Claim]) -> dict[str, tuple[str, ...]]:
    """The ids of the claims of each origin, in the order of `claims`, by the root's id."""
    groups: dict[str, list[str]] = {}
    for claim_id, root in roots(claims).items():
        groups.setdefault(root, []).append(claim_id)
    return {root: tuple(members) for root, members in groups.items()}


def copies(claims: Sequence[Claim]) -> dict[str, str]:
    """For each exact copy inside an origin the id of the claim that it copies.

    A copy says the same interval of the same quantity about the same period; who carries it, when,
    and in which words is no matter: it is the same observation. The root is kept, else the first by
    (said, id), so that the order of the claims is no matter either.
    """
    if all(claim.origin is None for claim in claims):
        return {}
    root = roots(claims)
    kept: dict[object, str] = {}
    found: dict[str, str] = {}
    for claim in sorted(claims, key=lambda claim: (root[claim.id] != claim.id, *_first(claim))):
        key = (root[claim.id], *_assertion(claim))
        if kept.setdefault(key, claim.id) != claim.id:
            found[claim.id] = kept[key]
    return found


def reroot(claims: Sequence[Claim], root: Mapping[str, str]) -> tuple[Claim, ...]:
    """The claims with every origin among themselves; `root` are those of the whole ledger.

    Where the root of an origin is not among `claims`, the earliest of the claims that repeat it
    takes its place: of what is left, it is the first that was public.
    """
    present = {claim.id for claim in claims}
    if all(claim.origin is None or claim.origin in present for claim in claims):
        return tuple(claims)
    heads: dict[str, str] = {}
    for claim in sorted(claims, key=_first):
        lost = root[claim.id] not in present
        heads.setdefault(root[claim.id], claim.id if lost else root[claim.id])
    return tuple(_under(claim, heads[root[claim.id]], present) for claim in claims)


def _under(claim: Claim, head: str, present: set[str]) -> Claim:
    if claim.id == head:
        return replace(claim, origin=None) if claim.origin is not None else claim
    return claim if claim.origin in present else replace(claim, origin=head)


def _first(claim: Claim) -> tuple[str, str]:
    said = "" if claim.said is None else f"{claim.said.last} {claim.said.first}"
    return said, claim.id


def _assertion(claim: Claim) -> tuple[object, ...]:
    """What the claim asserts, apart from who says it, when, and in which words."""
    phrase = claim.phrase
    return (
        claim.quantity,
        claim.period,
        phrase.interval,
        phrase.kind,
        phrase.nominal,
        claim.scope,
        claim.additional,
        claim.status,
    )
