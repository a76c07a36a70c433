"""Doubtful numbers: one of a source's stream that alone is out of line, and what was meant."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from reconcile.ledger.audit.digits import pasted_twice, slip
from reconcile.ledger.audit.restarts import is_point
from reconcile.values import Claim, Quantity

_LEVEL = 5.0  # a level so many times above or below both its neighbours is out of line
# Units that numbers are given in, and how near a number in another unit comes to the one before it:
# a factor of 1.5, as no count that begins again and no outbreak does by chance. So near are also
# sources that agree, while one further off has stayed behind.
_UNITS, _NEAR = {1e3: "thousands", 1e6: "millions"}, 1.5


@dataclass(frozen=True, slots=True)
class Doubt:
    """`claim` says `value`, which its stream makes doubtful; `meant` is what it should be.

    `meant` None: nothing was said (a 0 for "no report", a stale number given again).
    """

    claim: str
    quantity: str
    value: float
    meant: float | None
    why: str


def doubtful(claims: Iterable[Claim], quantities: Mapping[str, Quantity]) -> tuple[Doubt, ...]:
    """Numbers out of line with what their own source said before and after.

    Digits lost, added, swapped or pasted twice, powers of ten, 0 for "no report", a stale number
    given again, also where two others have counted on; runs of numbers in thousands or millions;
    and fractions of what is counted.
    """
    claims = tuple(claims)
    found: list[Doubt] = []
    for claim in claims:
        if _is_fraction(claim, quantities[claim.quantity]):
            number = claim.phrase.nominal or 0.0
            why = "a fraction of what is counted one by one"
            found.append(Doubt(claim.id, claim.quantity, number, None, why))
    streams = _streams(claims, quantities)
    for stream in streams:
        total = quantities[stream[0].quantity].kind == "cumulative"
        found += _in_stream(stream, total) + _in_larger_unit(stream)
    told = {doubt.claim for doubt in found}
    return tuple(found + [d for d in _left_behind(streams) if d.claim not in told])


def _streams(claims: Iterable[Claim], quantities: Mapping[str, Quantity]) -> list[list[Claim]]:
    """The counts of each quantity by each source in the order of time, where none of its days has
    two numbers."""
    streams: dict[tuple[str, str], list[Claim]] = {}
    for claim in claims:
        quantity = quantities[claim.quantity]
        if quantity.scale == "log" and is_point(claim) and quantity.kind != "constant":
            streams.setdefault((claim.quantity, claim.source), []).append(claim)
    ordered = [
        sorted(stream, key=lambda c: (c.period.last, c.public_on, c.id))
        for _, stream in sorted(streams.items())
    ]
    return [s for s in ordered if len({c.period.last for c in s}) == len(s)]


def _left_behind(streams: Sequence[Sequence[Claim]]) -> Iterator[Doubt]:
    """Numbers that a source gives again though two and more others, who agree, have since counted
    on."""
    days = [[claim.period.last for claim in stream] for stream in streams]
    by_quantity: dict[str, list[int]] = {}
    for k, stream in enumerate(streams):
        by_quantity.setdefault(stream[0].quantity, []).append(k)
    for k, stream in enumerate(streams):
        others = [j for j in by_quantity[stream[0].quantity] if j != k]
        first = 0
        for i in range(1, len(stream)):
            number = stream[i].phrase.nominal or 0.0
            if number != stream[i - 1].phrase.nominal:
                first = i
                continue
            ends = {j: bisect_right(days[j], days[k][i]) - 1 for j in others}
            since = [
                streams[j][n] for j, n in ends.items() if n > 0 and days[j][n] > days[k][first]
            ]
            said = sorted(claim.phrase.nominal or 0.0 for claim in since)
            if len(said) > 1 and said[0] > _NEAR * number and said[-1] <= _NEAR * said[0]:
                who = ", ".join(f"{c.source} {c.phrase.nominal or 0.0:,.15g}" for c in since[:3])
                why = f"{number:,.15g} since {days[k][first]}, where others went on ({who})"
                yield Doubt(
                    stream[i].id, stream[i].quantity, number, None,
                    f"{why}: a stale number given again",
                )  # fmt: skip


def units_told(claims: Iterable[Claim], quantities: Mapping[str, Quantity]) -> list[str]:
    """The claims of each source that seem to be in a larger unit than its others, in words."""
    found = [_in_larger_unit(stream) for stream in _streams(claims, quantities)]
    return [
        f"claim {doubts[0].claim!r} ({doubts[0].quantity}) and those after it: {doubts[0].why} "
        "(`reconcile audit` proposes the edits)"
        for doubts in found
        if doubts
    ]


def _in_larger_unit(stream: Sequence[Claim]) -> list[Doubt]:
    """The numbers of one source, in the order of time, that seem to be thousands or millions: two
    and more in a row beside others that they continue in that unit."""
    x = [claim.phrase.nominal or 0.0 for claim in stream]
    units = [_unit_between(before, now) for before, now in pairwise(x)]
    cuts = [0, *(i for i, unit in enumerate(units, start=1) if unit != 1), len(x)]
    found: list[Doubt] = []
    for k, (begin, end) in enumerate(pairwise(cuts)):
        unit = units[begin - 1] if begin else 1 / units[end - 1] if end < len(x) else 1.0
        steady = end - begin > 1 and x[begin] <= _NEAR * x[begin + 1] <= _NEAR**2 * x[begin]
        if unit > 1 and steady and not _alone(cuts, k - 1 if begin else k + 1):
            at = begin or end
            named = min(_UNITS, key=lambda size: abs(size - unit))
            why = f"{x[at]:,.15g} after {x[at - 1]:,.15g}: numbers in {_UNITS[named]}?"
            found += [
                Doubt(c.id, c.quantity, said, said * unit, why)
                for c, said in zip(stream[begin:end], x[begin:end], strict=True)
            ]
    return found


def _alone(cuts: Sequence[int], k: int) -> bool:
    """Whether the run `k` is one number between others: then that number is the doubtful one."""
    return cuts[k + 1] - cuts[k] == 1 and 0 < k < len(cuts) - 2


def _unit_between(before: float, now: float) -> float:
    """The unit in which `now` continues `before`: 1000 for 14 after 13,000, a thousandth for the
    other way round, 1 where no unit changed."""
    for unit in (*_UNITS, *(1 / size for size in _UNITS)):
        if before > 0 and 1 / _NEAR <= now * unit / before <= _NEAR:
            return unit
    return 1.0


def _is_fraction(claim: Claim, quantity: Quantity) -> bool:
    number = claim.phrase.nominal
    counted = quantity.scale == "log" and quantity.unit == "count" and claim.phrase.unit == "count"
    return counted and number is not None and math.isfinite(number) and number != int(number)


def _in_stream(stream: Sequence[Claim], total: bool) -> list[Doubt]:
    x = [claim.phrase.nominal or 0.0 for claim in stream]
    found: list[Doubt] = []
    for i in range(1, len(x)):
        last = i == len(x) - 1
        before, after = x[i - 1], _beyond(x, i) if last else x[i + 1]
        low, high = sorted((before, after))
        if not _out_of_line(x[i], low, high, total) or (total and after < before):
            continue
        told = _meant(x, i, low, high, last)
        if told is not None:
            meant, why = told
            found.append(Doubt(stream[i].id, stream[i].quantity, x[i], meant, why))
    return found


def _beyond(x: Sequence[float], i: int) -> float:
    """Where the next number of a total would lie at most: three of the largest steps on."""
    steps = [b - a for a, b in pairwise(x[:i]) if b > a]
    return x[i - 1] + 3 * max(steps, default=x[i - 1] * 0.1)


def _out_of_line(number: float, low: float, high: float, total: bool) -> bool:
    if total:
        return not low <= number <= high
    return number > _LEVEL * high or number * _LEVEL < low


def _meant(
    x: Sequence[float], i: int, low: float, high: float, last: bool
) -> tuple[float | None, str] | None:
    """What was meant instead of ``x[i]`` and why, the most telling reason first."""
    between = (
        f"between {x[i - 1]:,.15g} and {x[i + 1]:,.15g}" if not last else f"after {x[i - 1]:,.15g}"
    )
    if x[i] == 0 and low > 0:
        return None, f"0 {between}: no report?"
    twice = pasted_twice(x[i], low, high)
    if twice is not None:
        return float(twice), f"{x[i]:,.15g} {between}: pasted twice"
    found = slip(x[i], low, high)
    if found is not None and found.telling:
        return float(found.meant), f"{x[i]:,.15g} {between}: {found.name}"
    if x[i] in x[: i - 1] and x[i] < low and not last:
        return None, f"{x[i]:,.15g} {between}: a stale number given again"
    return None
