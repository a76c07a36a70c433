"""The claims of a table as marks to draw: cleaned, typed, and told apart by what they measure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, cast

import numpy as np
import pandas as pd

from reconcile.errors import OptionError
from reconcile.values.phrase import PhraseKind
from reconcile.values.registry import Quantity

__all__ = ["Mark", "Role", "mark_record", "marks_of", "witnesses"]

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
    bound. "flow": it counts what was added in a window, which is no level at all. `reports` is how
    often the same was said of one origin: one witness is drawn once.
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
    reports: int = 1

    @property
    def days(self) -> int | None:
        """The length of the window where it is shorter than the days it may lie in."""
        told = re.search(r", (\d+) days?$", self.period)
        length = int(told.group(1)) if told else None
        return length if length and length < (self.end - self.start).days + 1 else None

    @property
    def point(self) -> float:
        """Where a marker stands: the number said, else the one finite bound, else the middle.

        The middle of two positive bounds is their geometric mean: these are counts.
        """
        if np.isfinite(self.nominal):
            return self.nominal
        finite = [bound for bound in (self.lower, self.upper) if np.isfinite(bound)]
        if len(finite) < 2:
            return finite[0] if finite else 0.0
        if min(finite) > 0:
            return float(np.sqrt(finite[0] * finite[1]))
        return (finite[0] + finite[1]) / 2

    @property
    def finite_bounds(self) -> tuple[float, ...]:
        """The finite numbers that an axis has to show."""
        return tuple(v for v in (self.lower, self.upper, self.nominal) if np.isfinite(v))


def marks_of(claims: pd.DataFrame, about: Quantity) -> tuple[Mark, ...]:
    """The rows of a claims table as marks, by time, source and id.

    Raises `OptionError` naming the columns that a table with rows lacks.
    """
    if not len(claims):
        return ()
    missing = [name for name in _REQUIRED if name not in claims.columns]
    if missing:
        raise OptionError(
            f"expected a claims table with the columns {', '.join(_REQUIRED)}; "
            f"{', '.join(missing)} missing, got {', '.join(map(str, claims.columns))}"
        )
    found = [_mark(row, about) for row in claims.to_dict("records")]
    return tuple(sorted(found, key=lambda mark: (mark.start, mark.end, mark.source, mark.claim)))


def witnesses(marks: Sequence[Mark]) -> list[Mark]:
    """The marks to draw: what is repeated word for word of one origin stands once.

    It stands as the heaviest of its repeats, which carries how many there are.
    """
    groups: dict[tuple[object, ...], list[Mark]] = {}
    for mark in marks:
        words = (mark.origin, mark.source, mark.quantity, mark.kind, mark.active, mark.role)
        numbers = (mark.lower, mark.upper, mark.start, mark.end, str(mark.nominal))
        groups.setdefault((*words, *numbers), []).append(mark)
    heaviest = [
        (max(same, key=lambda mark: (np.nan_to_num(mark.weight), mark.claim)), len(same))
        for same in groups.values()
    ]
    return [replace(mark, reports=count) for mark, count in heaviest]


def _role(quantity: str, flow: bool, part: bool, about: Quantity) -> Role:
    if flow:
        return "flow"
    if quantity == about.id or quantity in about.parts:
        return "floor" if part or quantity != about.id else "level"
    return "ceiling" if quantity in about.within and not part else "related"


def _mark(row: Mapping[Any, Any], about: Quantity) -> Mark:
    def text(name: str, default: str = "") -> str:
        value = row.get(name)
        absent = value is None or value is pd.NaT or value != value
        return default if absent else one_line(str(value))

    def number(name: str) -> float:
        value = row.get(name)
        return np.nan if value is None else float(value)

    quantity = text("quantity", about.id)
    part = text("scope") == "part"
    additional = bool(row.get("additional", False))
    return Mark(
        claim=text("claim"),
        source=text("source"),
        source_label=text("source_label") or text("source"),
        phrase=text("phrase"),
        kind=cast("PhraseKind", text("kind", "exact")),
        lower=number("lower"),
        upper=number("upper"),
        nominal=number("nominal"),
        quantity=quantity,
        period=text("period"),
        start=pd.Timestamp(row["start"]),
        end=pd.Timestamp(row["end"]),
        said=_stamp(row.get("said")),
        role=_role(quantity, bool(row["during"]) or additional, part, about),
        part=part,
        additional=additional,
        active=text("status", "active") == "active",
        weight=number("weight"),
        influence=number("influence"),
        origin=text("origin") or text("claim"),
    )


def _stamp(value: Any) -> pd.Timestamp:
    """A date, or NaT where there is none."""
    return cast("pd.Timestamp", pd.to_datetime(value) if value is not None else pd.NaT)


def one_line(text: str) -> str:
    """Printable characters only, and single spaces: what came from data has one line of room.

    >>> one_line("a couple\\n hundred\\x07")
    'a couple hundred'
    """
    return "".join(c for c in " ".join(text.split()) if c.isprintable())


def mark_record(mark: Mark) -> dict[str, object]:
    """What of a claim is drawn, as a row for the figure's data; `drawn` is its role."""
    return {
        "drawn": mark.role,
        "claim": mark.claim,
        "source": mark.source,
        "phrase": mark.phrase,
        "kind": mark.kind,
        "date": mark.start,
        "end": mark.end,
        "lower": mark.lower,
        "upper": mark.upper,
        "nominal": mark.nominal,
        "quantity": mark.quantity,
        "active": mark.active,
        "weight": mark.weight,
        "influence": mark.influence,
    }
