"""A conflict in words."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from reconcile.constraints.claim_bounds import ClaimBound, Family
from reconcile.values import Claim, Days, Quantity, Source
from reconcile.values.wording import counted, day_words, number_words


def none_words(claims: Iterable[Claim], quantities: Mapping[str, Quantity]) -> str:
    """That no claims contradict each other, and that levels of different days never can."""
    told: dict[str, set[tuple[date, date]]] = defaultdict(set)
    for claim in claims:
        if claim.status == "active" and quantities[claim.quantity].kind == "stock":
            told[claim.quantity].add((claim.period.first, claim.period.last))
    if all(len(days) < 2 for days in told.values()):
        return "all claims can be true"
    return "no two claims of one day contradict; levels of different days may differ"


def conflict_words(
    readings: Sequence[ClaimBound], gap: float, family: Family, sources: Mapping[str, Source]
) -> str:
    """What each claim says, that they can't all be true, why, and by how much they miss.

    The claims stand in order of time.
    """
    ordered = sorted(readings, key=lambda r: (r.claim.period.last, r.claim.id))
    said = "; ".join(_claim_words(r, family.quantities, sources) for r in ordered)
    verdict = {1: "it cannot be true", 2: "both cannot be true"}.get(
        len(ordered), f"all {len(ordered)} cannot be true"
    )
    reasons = _reasons(ordered, family)
    why = f", since {' and '.join(reasons)}" if reasons else ""
    miss = f" (they miss each other by {_number(gap, gap)})" if gap > 0 and len(ordered) > 1 else ""
    return f"{said}: {verdict}{why}{miss}"


def _claim_words(
    reading: ClaimBound, quantities: Mapping[str, Quantity], sources: Mapping[str, Source]
) -> str:
    claim = reading.claim
    source = sources.get(claim.source)
    who = (source.label if source is not None else "") or claim.source
    about = quantities[claim.quantity]
    part = " (a part)" if claim.scope == "part" else ""
    more = " additional" if claim.additional else ""
    when = _period_words(claim, about)
    return f"{who} says {_bound_words(reading)}{more} {about.label or about.id}{part}{when}"


def _bound_words(reading: ClaimBound) -> str:
    """The interval in words, with the speaker's own where it is not plain from it."""
    said = reading.claim.phrase.interval
    lower, upper = said.lower, said.upper
    if reading.claim.scope == "part":
        upper = math.inf
    if lower == upper:
        return _number(lower)
    if math.isinf(upper):
        return f"{'at least' if said.lower_closed else 'more than'} {_number(lower)}"
    if math.isinf(lower) or lower < 0:
        return f"{'at most' if said.upper_closed else 'less than'} {_number(upper)}"
    if reading.claim.phrase.kind not in ("approx", "vague"):
        return f"{_number(lower)} to {_number(upper)}"
    ends = (_number(end, upper - lower) for end in (lower, upper))
    return f'"{reading.claim.phrase.text.strip()}" ({" to ".join(ends)})'


def _number(x: float, width: float | None = None) -> str:
    """A number as it was said; where it was reckoned (`width`), no more digits than are known."""
    if float(x).is_integer():
        return f"{x:,.0f}"
    return f"{x:,.10g}" if width is None else number_words(x, width)


def _period_words(claim: Claim, about: Quantity) -> str:
    period = claim.period
    if about.kind == "constant":
        return ""
    if period.kind == "on":
        return f" {'on' if about.kind == 'stock' else 'by'} {_days_words(period.start)}"
    if period.first == period.last:
        return f" on {day_words(period.first)}"
    if period.days is None or period.exact:
        return f" from {_end_words(period.start)} to {_end_words(period.end)}"
    span = f"{_short(period.first, period.last)} and {day_words(period.last)}"
    return f" within {counted(period.days, 'day')} between {span}"


def _days_words(days: Days) -> str:
    if days.exact:
        return day_words(days.first)
    return f"some day from {_short(days.first, days.last)} to {day_words(days.last)}"


def _end_words(days: Days) -> str:
    """The end of a window."""
    if days.exact:
        return day_words(days.first)
    return f"some day ({_short(days.first, days.last)} to {day_words(days.last)})"


def _short(first: date, last: date) -> str:
    return day_words(first) if first.year != last.year else f"{first.day} {first:%b}"


def _reasons(readings: Sequence[ClaimBound], family: Family) -> list[str]:
    """The rules that set them against each other."""
    names = list(dict.fromkeys(r.quantity for r in readings))
    found: list[str] = []
    if len(readings) == 1:
        return _lone_reason(readings[0], family)
    for name in names:
        parts = family.quantities[name].parts
        if parts and any(set(family.leaves(other)) < set(family.leaves(name)) for other in names):
            labels = " + ".join(_name(family, part) for part in parts)
            found.append(f"{_name(family, name)} = {labels}")
        present = {leaf for other in names for leaf in family.leaves(other)}
        others = [q for q in family.within(name) if present & set(family.leaves(q))]
        found += [f"{_name(family, name)} can't exceed {_name(family, other)}" for other in others]
    cumulative = any(family.quantities[name].kind == "cumulative" for name in names)
    if cumulative and len({r.claim.period for r in readings}) > 1:
        found.append("a total never falls")
    return found


def _lone_reason(reading: ClaimBound, family: Family) -> list[str]:
    epoch = family.quantities[reading.quantity].epoch
    if epoch is None or reading.claim.period.last >= epoch:
        return []
    return [f"nothing is counted before {day_words(epoch)}"]


def _name(family: Family, name: str) -> str:
    label = family.quantities[name].label
    return (label or name).split(" (")[0]
