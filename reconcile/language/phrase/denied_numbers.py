"""Numbers that are none: years, ages, bases of rates, and the X of "not X but Y"."""

from __future__ import annotations

from reconcile.language.phrase.hedges import bounded_behind, hedged_before
from reconcile.language.phrase.number_words import bag
from reconcile.language.phrase.readings import Reading
from reconcile.language.phrase.tokens import NUMBER, WORD, Tokens
from reconcile.language.phrase.traps import is_year


def with_years(t: Tokens, readings: list[Reading]) -> list[Reading]:
    """Bare four-digit numbers that are years, ages of people and bases of rates are traps."""
    found = readings
    for k, r in enumerate(readings):
        first = r.first
        trap = ""
        if r.unit == "age" or (t.end[first] - t.start[first] == 4 and r.last == first + 1):
            trap = _age_or_year(t, readings, k)
        if t.low[first - 1] in _PER or (k and t.low[first] == "a"):
            trap = trap or _base_of_rate(t, readings, k)
        if trap:
            found = readings.copy() if found is readings else found
            found[k] = r._replace(trap=trap)
    return found


_PER = frozenset({"per", "/"})


def _base_of_rate(t: Tokens, readings: list[Reading], k: int) -> str:
    """ "12 per 100,000", "$3 a dozen", "€2.40/dozen": of how many the number before is told."""
    r = readings[k]
    if r.trap or r.unit != "count" or not r.first:
        return ""
    before = readings[k - 1] if k else None
    each = before is not None and before.last == r.first and before.unit not in ("count", "")
    glued = t.low[r.first - 1] == "/" and t.kind[r.first] == WORD and t.glued(r.first)
    return "base of a rate" if t.low[r.first - 1] == "per" or glued or each else ""


def _has_four_digits(t: Tokens, r: Reading) -> bool:
    return r.last == r.first + 1 and t.end[r.first] - t.start[r.first] == 4


def _age_or_year(t: Tokens, readings: list[Reading], k: int) -> str:
    """What the number is instead of a count; the end of a range decides for its start."""
    r = readings[k]
    if r.unit == "age" and t.low[r.last - 2] == "-":  # "a 45-year-old man"
        return "age"
    if r.trap or not _has_four_digits(t, r):
        return ""
    if r.unit != "count" or t.kind[r.first] != NUMBER:
        return ""
    following = readings[k + 1] if k + 1 < len(readings) else None
    hedged = bounded_behind(t, r) or _links_count(t, r, following) or hedged_before(t, r)
    if hedged and t.low[r.first - 1] == "over" and _is_other_year(t, r.last):
        hedged = False  # "over 2022 and 2023"
    return "year" if is_year(t, r.first, hedged=hedged) else ""


def _is_other_year(t: Tokens, k: int) -> bool:
    return t.low[k] in ("and", "to") and is_year(t, k + 1, hedged=False) and t.kind[k + 2] != WORD


def _links_count(t: Tokens, r: Reading, following: Reading | None) -> bool:
    """Whether `r` is the start of a range whose end is surely no year."""
    if following is None or following.trap or following.first != r.last + 1:
        return False
    if t.low[r.last] == "over" and t.kind[following.last] != WORD:
        return True
    if t.low[r.last] not in ("to", "and", "-", "–", "or"):
        return False
    return not is_year(t, following.first, hedged=False)


def with_denied(t: Tokens, readings: list[Reading]) -> list[Reading]:
    """The X of "not X but Y" and "Y, not X" is denied, a trap and no claim."""
    if _DENYING.isdisjoint(t.low):
        return readings
    found: list[Reading] = []
    for k, r in enumerate(readings):
        following = readings[k + 1] if k + 1 < len(readings) else None
        before = found[-1] if found else None
        if not r.trap and _is_denied(t, r, before, following):
            r = r._replace(trap="denied number")
        found.append(r)
    return found


def _is_denied(t: Tokens, r: Reading, before: Reading | None, following: Reading | None) -> bool:
    if not _is_denying(t, r.first):
        return _is_denied_as_told(t, r.first, before)
    opening = r.first - 2 - (t.low[r.first - 1] == "the")
    gap = t.low[r.last : following.first] if following is not None else []
    corrected = "but" in gap and len(gap) <= 5 and "." not in gap
    near = before is not None and not before.trap and r.first - before.last <= 8
    ended = t.kind[r.last] != WORD or t.low[r.last] in _ENDING
    opened = t.low[opening] in (",", "and", "—", "–") or t.low[opening + 1] != "not"
    told = t.low[r.first - 1] == "the" and _is_told_before(t, r.last)
    return (corrected and t.low[opening + 1] == "not") or (opened and near and ended) or told


def _is_told_before(t: Tokens, k: int) -> bool:
    """ "(not the 12) that were first reported": what others have said."""
    while t.low[k] in _RELATIVE and k < t.count:
        k += 1
    return t.low[k] in _TOLD


def _is_denied_as_told(t: Tokens, i: int, before: Reading | None) -> bool:
    """ "4,000 and not, as the club said, 9,000"."""
    if before is None or before.trap or t.low[i - 1] != ",":
        return False
    clause = t.low[max(before.last, i - 1 - _LONGEST_CLAUSE) : i - 1]
    return any(clause[k : k + 3] == ["not", ",", "as"] for k in range(len(clause)))


_LONGEST_CLAUSE = 10  # tokens
_RELATIVE = bag("that which were was had have been first initially originally earlier previously")
_TOLD = bag("promised expected planned claimed reported predicted hoped forecast announced feared")
_ENDING = _RELATIVE | _TOLD | bag("people as")
_DENYING = frozenset({"not", "rather", "instead"})


def _is_denying(t: Tokens, i: int) -> bool:
    if i and t.low[i - 1] == "the" and t.low[i - 2] == "not":
        i -= 1  # "a few hundred, not the thousands promised"
    if i and t.low[i - 1] == "not":
        return True
    return i > 1 and tuple(t.low[i - 2 : i]) in (("rather", "than"), ("instead", "of"))
