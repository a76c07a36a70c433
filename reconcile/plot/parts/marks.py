"""The claims of a table as marks to draw: cleaned, typed, and told apart by what they measure."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, cast

import numpy as np
import pandas as pd

from reconcile.plot.parts.given import need_columns
from reconcile.values.claim import number_of
from reconcile.values.phrase import PhraseKind
from reconcile.values.registry import Quantity

Role = Literal["level", "floor", "ceiling", "related", "flow"]

_REQUIRED = (
    *("claim", "source", "phrase", "kind", "lower", "upper"),
    *("start", "end", "during", "scope", "status"),
)


@dataclass(frozen=True, slots=True)
class Mark:
    """One claim to draw. `nominal` is NaN where no number was said, `said` NaT where unknown.

    `role` says how it bears on the quantity of the figure. "level": it measures it. "floor": it
    measures a part of it (only the killed, one hospital), so the whole is at least as much.
    "ceiling": it measures what the quantity lies within. "related": another quantity, which is no
    bound. "flow": it counts what was added in a window, which is no level at all. `point` is where
    a marker stands: the number said, as `Claim.number` has it. `finite_bounds` are the finite
    numbers that an axis has to show. `reports` is how often the same was said of one origin: one
    witness is drawn once.
    """

    claim: str
    source: str
    source_label: str
    phrase: str
    kind: PhraseKind
    lower: float
    upper: float
    nominal: float
    quantity: str
    period: str
    start: pd.Timestamp
    end: pd.Timestamp
    said: pd.Timestamp
    role: Role
    part: bool
    additional: bool
    active: bool
    weight: float
    influence: float
    origin: str
    point: float
    finite_bounds: tuple[float, ...]
    reports: int = 1

    @property
    def known_weight(self) -> float:
        """The weight, 0 where it is not known: to put claims in order."""
        return 0.0 if math.isnan(self.weight) else self.weight

    @property
    def days(self) -> int | None:
        """The length of the window where it is shorter than the days it may lie in."""
        told = re.search(r", (\d+) days?$", self.period)
        length = int(told.group(1)) if told else None
        return length if length and length < (self.end - self.start).days + 1 else None


def marks_of(claims: pd.DataFrame, about: Quantity) -> tuple[Mark, ...]:
    """The rows of a claims table as marks, by time, source and id.

    Raises `OptionError` naming the columns that a table with rows lacks.
    """
    if not len(claims):
        return ()
    need_columns(claims, _REQUIRED, "a claims table")
    columns = {name: _column(claims, name) for name in _READ}
    found = [_mark(row, about) for row in zip(*columns.values(), strict=True)]
    return tuple(sorted(found, key=_when_and_whose))


def texts_of(marks: Iterable[Mark]) -> list[str]:
    """The names and phrases that are written where marks are named."""
    return [text for mark in marks for text in (mark.source_label, mark.phrase)]


def _when_and_whose(mark: Mark) -> tuple[int, int, str, str]:
    return mark.start.value, mark.end.value, mark.source, mark.claim


_TEXTS = ("claim", "source", "source_label", "phrase", "kind", "quantity", "period")
_MORE_TEXTS = ("scope", "status", "origin")
_NUMBERS = ("lower", "upper", "nominal", "weight", "influence")
_DAYS = ("start", "end", "said")
_FLAGS = ("during", "additional")
_READ = (*_TEXTS, *_MORE_TEXTS, *_NUMBERS, *_DAYS, *_FLAGS)
_EMPTY = {"kind": "exact", "status": "active"}


def _column(claims: pd.DataFrame, name: str) -> Sequence[Any]:
    """A column, cleaned: texts in one line and never missing, numbers, days, flags."""
    if name not in claims.columns:
        missing = {**dict.fromkeys(_NUMBERS, np.nan), **dict.fromkeys(_FLAGS, False)}
        absent = missing.get(name, pd.NaT if name in _DAYS else _EMPTY.get(name, ""))
        return [absent] * len(claims)
    column = claims[name]
    if name in _NUMBERS:
        return pd.to_numeric(column).astype(float).tolist()
    if name in _DAYS:
        place, stamps = pd.factorize(pd.to_datetime(column))  # a stamp is dear: one for each day
        kept = [*stamps, pd.NaT]
        return [kept[k] for k in place.tolist()]
    if name in _FLAGS:
        return [bool(value) for value in column]
    values = column.astype(object).tolist()
    kept = {value: _text(value, _EMPTY.get(name, "")) for value in set(values)}
    return [kept[value] for value in values]


def _text(value: Any, default: str) -> str:
    absent = value is None or value is pd.NaT or value != value
    return default if absent else one_line(str(value))


def witnesses(marks: Sequence[Mark]) -> list[Mark]:
    """The marks to draw: what is repeated word for word of one origin stands once.

    It stands as the heaviest of its repeats, which carries how many there are.
    """
    groups: dict[tuple[object, ...], list[Mark]] = {}
    repeated = Counter(mark.origin for mark in marks)
    for mark in marks:
        if repeated[mark.origin] == 1:
            groups[(mark.claim, mark.origin)] = [mark]
            continue
        words = (mark.origin, mark.source, mark.quantity, mark.kind, mark.active, mark.role)
        days = (mark.start.value, mark.end.value)
        # no number said is equal to no number said, which NaN is not
        nominal = mark.nominal if mark.nominal == mark.nominal else None
        groups.setdefault((*words, *days, mark.lower, mark.upper, nominal), []).append(mark)
    heaviest = [
        (same[0] if len(same) == 1 else max(same, key=_weight_and_name), len(same))
        for same in groups.values()
    ]
    return [mark if count == 1 else replace(mark, reports=count) for mark, count in heaviest]


def _weight_and_name(mark: Mark) -> tuple[float, str]:
    return mark.known_weight, mark.claim


def _role(quantity: str, flow: bool, part: bool, about: Quantity) -> Role:
    if flow:
        return "flow"
    if quantity == about.id or quantity in about.parts:
        return "floor" if part or quantity != about.id else "level"
    return "ceiling" if quantity in about.within and not part else "related"


def _mark(row: tuple[Any, ...], about: Quantity) -> Mark:
    """A mark from the values of `_READ`, in that order."""
    claim, source, label, phrase, kind, quantity, period, scope, status, origin, *rest = row
    lower, upper, nominal, weight, influence, start, end, said, during, additional = rest
    part, said_number = scope == "part", number_of(nominal, lower, upper)
    return Mark(
        claim=claim,
        source=source,
        source_label=label or source,
        phrase=phrase,
        kind=cast("PhraseKind", kind),
        lower=lower,
        upper=upper,
        nominal=nominal,
        quantity=quantity or about.id,
        period=period,
        start=start,
        end=end,
        said=said,
        role=_role(quantity or about.id, during or additional, part, about),
        part=part,
        additional=additional,
        active=status == "active",
        weight=weight,
        influence=influence,
        origin=origin or claim,
        point=said_number if math.isfinite(said_number) else 0.0,
        finite_bounds=tuple(v for v in (lower, upper, nominal) if math.isfinite(v)),
    )


def day_number(day: pd.Timestamp) -> float:
    """A day as Matplotlib counts it, since 1970, without the cost of asking it.

    >>> day_number(pd.Timestamp("1970-01-03T12:00"))
    2.5
    """
    return day.value / 86_400e9


def one_line(text: str) -> str:
    """Printable characters only, and single spaces: what came from data has one line of room.

    >>> one_line("a couple\\n hundred\\x07")
    'a couple hundred'
    """
    if text.isprintable() and "  " not in text and text == text.strip():
        return text
    return "".join(c for c in " ".join(text.split()) if c.isprintable())


_FIELDS = ("claim", "source", "phrase", "kind", "date", "end", "lower", "upper", "nominal")
_SHOWN = {
    "drawn": "role",
    **{name: {"date": "start"}.get(name, name) for name in _FIELDS},
    **{name: name for name in ("quantity", "active", "weight", "influence")},
}


def mark_table(marks: Sequence[Mark]) -> pd.DataFrame:
    """What of each claim is drawn, as rows of a figure's data; `drawn` is its role."""
    return pd.DataFrame(
        {name: [getattr(mark, of) for mark in marks] for name, of in _SHOWN.items()}
    )


def mark_record(mark: Mark) -> dict[str, object]:
    """The row of one claim."""
    return {name: getattr(mark, of) for name, of in _SHOWN.items()}
