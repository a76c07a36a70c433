"""Why a running total falls: every fall of a cumulative quantity's claims, classed by evidence."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

from reconcile.errors import OptionError
from reconcile.ledger.audit.causes import Cause, Own, cause_of
from reconcile.ledger.audit.restarts import Restart, is_point, restarts
from reconcile.ledger.io.read import read_ledger
from reconcile.ledger.ledger import Ledger
from reconcile.values import Claim
from reconcile.values.wording import day_words

if TYPE_CHECKING:
    import pandas as pd

FallKind = Literal["correction", "redefinition", "another source", "duplicate", "typo", "restart"]
FALL_KINDS: tuple[FallKind, ...] = (
    *("correction", "redefinition", "another source", "duplicate", "typo", "restart"),
)


@dataclass(frozen=True, slots=True)
class Fall:
    """A running total that fell: the highest number for a day is below that for an earlier day.

    `claim` is the lower one, for `date` by `source`; `after` is the higher one, for `previous_date`
    by `previous_source`. `value` and `previous` are their numbers, `drop` is the difference.
    `reason` gives the evidence for `kind` in words. `confidence` is (k + 1) / (k + 2) for k later
    claims that agree with the class (Laplace's rule of succession). Where a coincidence of digits
    decides, it is 1 - `chance`: how often unrelated numbers show that coincidence (else nan).
    """

    quantity: str
    date: dt.date
    previous_date: dt.date
    claim: str
    after: str
    source: str
    previous_source: str
    value: float
    previous: float
    kind: FallKind
    reason: str
    confidence: float
    chance: float

    @property
    def drop(self) -> float:
        """By how much the total fell, in units of the quantity."""
        return self.previous - self.value

    def __str__(self) -> str:
        return (
            f"{self.quantity} {self.previous:,.15g} on {day_words(self.previous_date)} -> "
            f"{self.value:,.15g} on {day_words(self.date)}: {self.kind} ({self.reason})"
        )


class Falls(tuple[Fall, ...]):
    """The falls, by quantity and day; a tuple that also counts its classes."""

    __slots__ = ()

    @property
    def counts(self) -> dict[FallKind, int]:
        """How many falls there are of each class."""
        found = Counter(fall.kind for fall in self)
        return {kind: found[kind] for kind in FALL_KINDS}

    def to_frame(self) -> pd.DataFrame:
        """One row for each fall, one column for each field and `drop`."""
        import pandas as pd  # only where a frame is asked for

        from reconcile.ledger.audit.record_frames import frame_of

        frame = frame_of(Fall, self)
        frame.insert(9, "drop", [fall.drop for fall in self])
        return frame.assign(
            date=pd.to_datetime(frame["date"]), previous_date=pd.to_datetime(frame["previous_date"])
        )


def falls(
    ledger: Ledger | None = None,
    quantity: str | Iterable[str] | None = None,
    *,
    as_of: str | dt.date | None = None,
    by: Literal["quantity", "source"] = "quantity",
) -> Falls:
    """Every fall in the running totals of a ledger, each with its class.

    A fall: the highest number claimed for a day is below the highest for the day before it that
    has claims (``by="source"``: among the claims of one source). Only exact numbers for the whole
    count: bounds ("at least 30"), words alone ("dozens"), increments, parts and flows are left
    out. A claim of an imprecise day counts on its last day.

    - "another source": the two numbers come from different sources, and the series of the source
      with the higher one did not fall; or one source gave two numbers that day, one of them as
      expected.
    - "typo": one number differs from the series, which continues without it; one error in the
      digits (or a number from the row of another quantity) explains it, and would explain few
      other numbers.
    - "duplicate": the lower number repeats an older one of its source; the series then continues.
    - "redefinition": the words, the scope or the flag change, or the series falls by more than a
      fifth: from then on, or on that day, something else is counted.
    - "restart": the count of one source begins again near 0 (`restarts`).
    - "correction": the later claim replaces the earlier, or the series falls by up to a fifth.

    A class is the likeliest explanation from the numbers alone; only the source knows.

    Parameters
    ----------
    ledger : Ledger, optional
        The claims; by default the bundled ledger.
    quantity : str or iterable of str, optional
        The ids of the quantities; by default all.
    as_of : date-like, optional
        Use only what was public by the end of that day.
    by : "quantity" or "source"
        Whose total: the highest of all sources, or each source's own.

    Raises
    ------
    UnknownQuantityError
        If the ledger does not know the quantity; the near misses are named.
    DateError
        If a date is malformed, or missing where the quantity changes with time.
    OptionError
        If `by` is another word.

    Examples
    --------
    >>> rows = [
    ...     {"quantity": "dead", "source": "town", "value": value, "on": f"2024-03-0{day}"}
    ...     for day, value in enumerate((15020, 15080, 1515, 15200), start=1)
    ... ]
    >>> for fall in falls(read_ledger(rows)):
    ...     print(fall)
    dead 15,080 on 2 Mar 2024 -> 1,515 on 3 Mar 2024: typo (a power of ten: 1,515 where its total
    would have 15,150)
    """
    if by not in ("quantity", "source"):
        raise OptionError(f'expected by "quantity" or "source", got {by!r}')
    known = read_ledger() if ledger is None else ledger
    known = known if as_of is None else known.as_of(as_of)
    chosen = known if quantity is None else known.select(quantity=quantity)
    totals = [claim for claim in chosen if _is_total(claim, known)]
    owns = _own_streams(totals)
    said = _said_that_day(known)
    again = {(r.quantity, r.source, r.date): r for r in restarts(totals)}
    found: list[Fall] = []
    for key, stream in sorted(_streams(totals, by).items()):
        days = sorted(stream)
        for before, day in pairwise(days):
            found.extend(_fall(key[0], stream[before], stream[day], owns, said, again))
    return Falls(found)


def _is_total(claim: Claim, ledger: Ledger) -> bool:
    return ledger.quantities[claim.quantity].kind == "cumulative" and is_point(claim)


_Stream = dict[dt.date, list[Claim]]


def _streams(claims: Iterable[Claim], by: str) -> dict[tuple[str, str], _Stream]:
    """The claims of each stream by the day they speak of."""
    found: dict[tuple[str, str], _Stream] = {}
    for claim in claims:
        key = (claim.quantity, claim.source if by == "source" else "")
        found.setdefault(key, {}).setdefault(claim.period.last, []).append(claim)
    return found


def _own_streams(claims: Iterable[Claim]) -> dict[tuple[str, str], Own]:
    return {key: Own(stream) for key, stream in _streams(claims, "source").items()}


def _said_that_day(ledger: Ledger) -> Mapping[tuple[str, dt.date], Mapping[float, tuple[str, ...]]]:
    """By source and day, each number it gave with the quantities it gave it for."""
    found: dict[tuple[str, dt.date], dict[float, tuple[str, ...]]] = {}
    for claim in ledger:
        number = claim.phrase.nominal
        if number is not None:
            row = found.setdefault((claim.source, claim.period.last), {})
            row[number] = tuple(dict.fromkeys((*row.get(number, ()), claim.quantity)))
    return found


def _number(claim: Claim) -> float:
    return claim.phrase.nominal or 0.0


def _highest(claims: Iterable[Claim]) -> list[Claim]:
    """Those that say the highest number, in the order of their ids."""
    listed = sorted(claims, key=lambda claim: claim.id)
    most = max(map(_number, listed))
    return [claim for claim in listed if _number(claim) == most]


def _fall(
    quantity: str,
    earlier: list[Claim],
    later: list[Claim],
    owns: Mapping[tuple[str, str], Own],
    said: Mapping[tuple[str, dt.date], Mapping[float, tuple[str, ...]]],
    again: Mapping[tuple[str, str, dt.date], Restart],
) -> list[Fall]:
    highs, lows = _highest(earlier), _highest(later)
    if _number(lows[0]) >= _number(highs[0]):
        return []
    high, low = _pair(highs, lows)
    restart = again.get((quantity, low.source, low.period.last))
    cause: Cause = cause_of(high, low, owns, said) if restart is None else _begun(restart)
    return [
        Fall(
            quantity,
            low.period.last,
            high.period.last,
            low.id,
            high.id,
            low.source,
            high.source,
            _number(low),
            _number(high),
            cause.kind,
            cause.reason,
            cause.confidence,
            cause.chance,
        )
    ]


def _begun(restart: Restart) -> Cause:
    reason = (
        f"its count begins again: {restart.previous:,.15g}, then {restart.value:,.15g}, and grows "
        "from there"
    )
    return Cause("restart", reason, 0.8)  # three claims bear it out, of rule (k + 1) / (k + 2)


def _pair(highs: list[Claim], lows: list[Claim]) -> tuple[Claim, Claim]:
    """One claim of each day, of one source where that can be."""
    for high in highs:
        for low in lows:
            if high.source == low.source:
                return high, low
    return highs[0], lows[0]
