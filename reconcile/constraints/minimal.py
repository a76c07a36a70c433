"""All minimal conflicting sets and all maximal consistent sets of claims.

They determine each other: the sets left out by the maximal consistent ones are the minimal sets
that hit every conflict (Reiter 1987, Artificial Intelligence 32, 57-95). Both are found together
by asking, for each minimal hitting set of the conflicts known so far, whether the rest can be
true: a rest that can't yields a new conflict, and when all can, both lists are complete (Bailey
and Stuckey 2005, PADL, LNCS 3350, 174-186). Sets are bit masks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

Core = Callable[[int], int | None]


@dataclass(frozen=True, slots=True)
class Search:
    """`conflicts` are minimal conflicting sets, `left_out` the complements of maximal sets.

    Both are all there are where `complete`; else every one of them is right, but some are missing.
    """

    conflicts: tuple[int, ...]
    left_out: tuple[int, ...]
    complete: bool


def search(everything: int, core: Core, known: Iterable[int], most: int, checks: int) -> Search:
    """Find both lists for the set `everything`.

    `core` gives None for a set that can be true, else a conflicting subset; `known` are minimal
    conflicts found already. It stops when more than `most` hitting sets are on the table or after
    `checks` questions.
    """
    conflicts: list[int] = []
    hitting = [0]
    for conflict in known:
        conflicts.append(conflict)
        if len(hitting) <= most:
            hitting = _hit(hitting, conflict)
    consistent: set[int] = set()
    while len(hitting) <= most:
        waiting = [left for left in hitting if left not in consistent]
        if not waiting:
            return Search(tuple(conflicts), tuple(hitting), True)
        for left in waiting:
            checks -= 1
            found = core(everything & ~left)
            if found is not None:
                conflict = shrunk(found, core)
                conflicts.append(conflict)
                hitting = _hit(hitting, conflict)
                break
            consistent.add(left)
        if checks <= 0:
            break
    return Search(tuple(conflicts), tuple(sorted(consistent)), False)


def shrunk(conflict: int, core: Core) -> int:
    """A minimal conflicting subset of `conflict`: each member in turn is left out if it can be."""
    needed = conflict
    for bit in _singles(conflict):
        if not needed & bit:
            continue
        found = core(needed & ~bit)
        if found is not None:
            needed = found
    return needed


def _hit(hitting: list[int], conflict: int) -> list[int]:
    """The minimal sets that hit all that `hitting` hit, and `conflict` too (Berge)."""
    kept = [left for left in hitting if left & conflict]
    missed = [left for left in hitting if not left & conflict]
    grown = list(kept)
    for bit in _singles(conflict):
        # Only one that hits the conflict here, and nowhere else, may be a part of a wider one.
        here = [other for other in kept if other & conflict == bit]
        for left in missed:
            beyond = ~(left | bit)
            if all(other & beyond for other in here):
                grown.append(left | bit)
    return grown


def _singles(mask: int) -> list[int]:
    return [1 << i for i in range(mask.bit_length()) if mask >> i & 1]
