"""What made one total follow on a higher one: the evidence of the sources' own streams."""

from __future__ import annotations

import datetime as dt
import math
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from reconcile.ledger.audit.digits import pasted_twice, round_unit, slip
from reconcile.values import Claim
from reconcile.values.wording import day_words

_LARGE = 0.2  # a step down by more than this share of the total is no correction of a count
_SOME = 0.3  # a coincidence that is less rare than this proves nothing
_HALF = 0.5  # numbers of which the stream has said every second one repeat by themselves
_FAR = 2.0  # another row's number must be so many times out of line to be taken for a slip

_Kind = Literal["correction", "redefinition", "another source", "duplicate", "typo", "restart"]
_Said = Mapping[tuple[str, dt.date], Mapping[float, tuple[str, ...]]]


@dataclass(frozen=True, slots=True)
class Cause:
    """The class of a fall, why, and what it rests on."""

    kind: _Kind
    reason: str
    confidence: float
    chance: float = math.nan


class Own:
    """The running total of one source on one quantity: its days, and its highest number of each."""

    def __init__(self, by_day: Mapping[dt.date, Sequence[Claim]]) -> None:
        self.days = sorted(by_day)
        self.claims = [by_day[day] for day in self.days]
        self.highest = [max(c.phrase.nominal or 0.0 for c in claims) for claims in self.claims]

    def at(self, day: dt.date) -> int:
        """The position of the first day not before `day`."""
        return bisect_left(self.days, day)

    def saying(self, position: int) -> Claim:
        """The claim with the highest number at a position, the first by id where several are."""
        return min(self.claims[position], key=lambda c: (-(c.phrase.nominal or 0.0), c.id))

    def value(self, position: int) -> float | None:
        """The highest number at a position, None beyond the ends."""
        return self.highest[position] if 0 <= position < len(self.highest) else None


@dataclass(frozen=True, slots=True)
class _Step:
    """A step down in one source's own stream, from position `i` to `i + 1`."""

    own: Own
    i: int

    @property
    def high(self) -> float:
        return self.own.highest[self.i]

    @property
    def low(self) -> float:
        return self.own.highest[self.i + 1]

    @property
    def high_claim(self) -> Claim:
        """The claim that says the high."""
        return self.own.saying(self.i)

    @property
    def low_claim(self) -> Claim:
        """The claim that says the low."""
        return self.own.saying(self.i + 1)

    @property
    def share(self) -> float:
        return (self.high - self.low) / self.high

    @property
    def before(self) -> float | None:
        """What the source said last before the high."""
        return self.own.value(self.i - 1)

    @property
    def following(self) -> float | None:
        """What it said next after the low."""
        return self.own.value(self.i + 2)

    @property
    def spike(self) -> bool:
        """The high alone is out of line: without it the stream rises."""
        return self.before is not None and self.before <= self.low

    @property
    def dip(self) -> bool:
        """The low alone is out of line: without it the stream rises."""
        return self.following is not None and self.following >= self.high

    @property
    def day(self) -> dt.date:
        return self.own.days[self.i]

    @property
    def low_day(self) -> dt.date:
        return self.own.days[self.i + 1]


def cause_of(high: Claim, low: Claim, owns: Mapping[tuple[str, str], Own], said: _Said) -> Cause:
    """Why `low` follows on `high`; `owns` are the sources' streams, `said` all their numbers."""
    declared = _declared(high, low)
    if declared is not None:
        return declared
    own = owns[high.quantity, high.source]
    i = own.at(high.period.last)
    following = own.value(i + 1)
    if high.source == low.source:
        return _own_cause(_Step(own, i), said)
    other = owns[low.quantity, low.source]
    j = other.at(low.period.last) - 1
    before = other.value(j)
    if before is not None and before >= own.highest[i]:
        cause = _own_cause(_Step(other, j), said)
        had = f"{low.source} had said {before:,.15g} itself: "
        return replace(cause, reason=had + cause.reason)
    if following is None or following > (low.phrase.nominal or 0.0):
        return _another_source(high, low, own.highest[i + 1 :], before)
    cause = _own_cause(_Step(own, i), said)
    then = f"{high.source} itself then says {following:,.15g}: "
    return replace(cause, reason=then + cause.reason)


def _declared(high: Claim, low: Claim) -> Cause | None:
    """What the ledger itself says of the two claims."""
    if high.status == "superseded" and high.superseded_by == low.id:
        return Cause("correction", "the ledger says that the later claim replaces the earlier", 1.0)
    if high.status == "retracted":
        when = "" if high.retracted_on is None else f" on {day_words(high.retracted_on)}"
        return Cause("correction", f"the higher number was retracted{when}", 1.0)
    return None


def _another_source(high: Claim, low: Claim, later: Sequence[float], before: float | None) -> Cause:
    number = high.phrase.nominal or 0.0
    level = low.phrase.nominal or 0.0
    if not later:
        held = f"{high.source} did not change"
    elif later[0] >= number:
        held = f"{high.source}'s own total did not fall"
    else:
        held = f"{high.source} itself then says {later[0]:,.15g}"
    also = ""
    if before is not None and before > level:
        also = f"; {low.source} had said {before:,.15g} itself"
    reason = f"{low.source} counts less than {high.source}; {held}{also}"
    return Cause("another source", reason, _succession(_run(later, level)))


def _own_cause(step: _Step, said: _Said) -> Cause:
    """The first class that the evidence allows, the most telling evidence first."""
    return (
        _no_report(step)
        or _stale(step)
        or _row_slip(step, said)
        or _digit_slip(step)
        or _reworded(step)
        or _two_voices(step)
        or _stepped(step)
    )


def _no_report(step: _Step) -> Cause | None:
    """A 0 among counts that then go on from where they were stands for "no report"."""
    if step.low or not step.dip or not step.high:
        return None
    return Cause("typo", 'a 0 that stands for "no report"', _succession(1), 0.0)


def _stale(step: _Step) -> Cause | None:
    """The low repeats an older number of its source, which then goes on where it was."""
    older = sorted({value for value in step.own.highest[: step.i] if value < step.high})
    if step.low not in older or not step.dip:
        return None
    chance = _said_already(older, step.low, step.high)
    if chance > _HALF:
        return None
    last = max(k for k in range(step.i) if step.own.highest[k] == step.low)
    reason = f"repeats its number of {day_words(step.own.days[last])}, then goes on from the higher"
    return Cause("duplicate", reason, 1 - chance / 2, chance)


def _said_already(older: Sequence[float], low: float, high: float) -> float:
    """Of the numbers as round as `low`, down to twice as far from `high`: the share said before."""
    unit = round_unit(low)
    least = max(0.0, high - 2 * (high - low))
    count = math.ceil(high / unit) - math.ceil(least / unit)
    said = sum(value >= least and value % unit == 0 for value in older)
    return min(1.0, said / max(count, 1))


def _odd_one(step: _Step) -> tuple[float, float, float, dt.date] | None:
    """The number that alone is out of line, the range it should lie in, and its day."""
    if step.dip and not step.spike:
        return step.low, step.high, step.following or step.high, step.low_day
    if step.spike and not step.dip:
        return step.high, step.before or 0.0, step.low, step.day
    return None


def _row_slip(step: _Step, said: _Said) -> Cause | None:
    """The number out of line is what the source gave for another quantity that day."""
    odd = _odd_one(step)
    if odd is None:
        return None
    number, low, most, day = odd
    claim = step.high_claim
    near = [said.get((claim.source, day + dt.timedelta(k)), {}) for k in (0, -1, 1)]
    rows = [q for numbers in near for q in numbers.get(number, ()) if q != claim.quantity]
    far = number > _FAR * most or _FAR * number < low
    chance = min(1.0, sum(map(len, near)) / max(abs(number - low), 1.0))
    if not rows or not far or chance > _SOME:
        return None
    when = "that day" if rows[0] in near[0].get(number, ()) else "of a day beside"
    reason = f"{number:,.15g} is its number for {rows[0]} {when}"
    return Cause("typo", reason, 1 - chance, chance)


def _digit_slip(step: _Step) -> Cause | None:
    odd = _odd_one(step)
    if odd is None:
        return None
    number, low, most, _ = odd
    once = pasted_twice(number, low, most)
    if once is not None:
        return Cause("typo", f"pasted twice: {number:,.15g} where {once:,} was meant", 0.9, 0.0)
    found = slip(number, low, most)
    if found is None or not found.telling:
        return None
    reason = f"{found.name}: {number:,.15g} where its total would have {found.meant:,.15g}"
    return Cause("typo", reason, 1 - found.chance, found.chance)


def _reworded(step: _Step) -> Cause | None:
    """The words changed with the number: a floor became a count, a part the whole."""
    high, low = step.high_claim, step.low_claim
    changes = [
        f"{name} {was} became {now}"
        for name, was, now in (
            ("the wording", _words(high), _words(low)),
            ("the scope", high.scope, low.scope),
        )
        if was != now
    ]
    if not changes:
        return None
    stays = _stays(step)
    return Cause("redefinition", "; ".join(changes), _succession(stays))


def _words(claim: Claim) -> str:
    """Whether a floor, a ceiling, or a number is said."""
    kind = claim.phrase.kind
    sides = {"at_least": "at least", "more_than": "at least", "at_most": "at most"}
    return sides.get(kind, "at most" if kind == "less_than" else "a number")


def _two_voices(step: _Step) -> Cause | None:
    """On the day of the high the same name also gave a number in line with its stream."""
    if not step.spike:
        return None
    numbers = {c.phrase.nominal or 0.0 for c in step.own.claims[step.i]}
    in_line = [n for n in numbers if (step.before or 0.0) <= n <= step.low]
    if not in_line:
        return None
    source = step.high_claim.source
    reason = f"two counts under the name {source} that day: {max(in_line):,.15g} is in line"
    return Cause("another source", reason, _succession(len(in_line)))


def _stepped(step: _Step) -> Cause:
    """A step down that nothing finer explains: by its size."""
    kind: _Kind = "redefinition" if step.share > _LARGE else "correction"
    down = f"{step.share:.1%}" if step.share < 0.1 else f"{step.share:.0%}"
    if step.spike and step.dip:
        reason = f"down by {down} and up again: two counts in turn"
    elif step.spike:
        reason = f"one number stands {down} above its stream, which goes on without it"
    elif step.dip:
        reason = f"one number stands {down} below its stream, which goes on without it"
    else:
        reason = f"its total steps down by {down} and goes on from there"
    if kind == "redefinition" and step.share > _LARGE:
        reason += ": something else is counted"
    return Cause(kind, reason, _succession(_stays(step)))


def _stays(step: _Step) -> int:
    """How many claim days from the next on stay below the high."""
    later = step.own.highest[step.i + 2 :]
    return next((k for k, value in enumerate(later) if value >= step.high), len(later))


def _run(values: Sequence[float], least: float) -> int:
    """How many of `values` from the first on are at least `least`."""
    return next((k for k, value in enumerate(values) if value < least), len(values))


def _succession(borne_out: int) -> float:
    return (borne_out + 1) / (borne_out + 2)
