"""What changed between two versions of a ledger: claims, lineage, grades, priors, truths."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Literal

from reconcile.ledger.io import records
from reconcile.ledger.ledger import Ledger
from reconcile.values import Resolution
from reconcile.values.wording import day_words

if TYPE_CHECKING:
    import pandas as pd

ChangeKind = Literal["added", "removed", "retracted", "superseded", "reinstated", "changed"]
ChangedThing = Literal["claim", "resolution", "source", "quantity", "report"]
_KINDS: tuple[ChangeKind, ...] = (
    *("added", "removed", "retracted", "superseded", "reinstated", "changed"),
)
_STATUS = ("status", "retracted_on", "superseded_by")


@dataclass(frozen=True, slots=True)
class Change:
    """One difference: of which `what`, the `id` in it, and for a change its `field`, `old`, `new`.

    The values are those of a ledger file (text, number, truth value, date, tuple of texts); None
    where the field was, or became, absent. A resolution's id is its quantity and the day it is of.
    `quantity` is the quantity that a claim or resolution is about ("" for the rest). `text` says
    it in words.
    """

    what: ChangedThing
    id: str
    kind: ChangeKind
    text: str
    quantity: str = ""
    field: str = ""
    old: Any = None
    new: Any = None

    def __str__(self) -> str:
        return self.text


class Changes(tuple[Change, ...]):
    """The changes, claims first, then by id and field; a tuple that also counts and tabulates."""

    __slots__ = ()

    @property
    def counts(self) -> dict[str, int]:
        """How many things (not fields) changed in which way, as "claim added": 3."""
        seen = {(change.what, change.kind, change.id) for change in self}
        found = Counter(f"{what} {kind}" for what, kind, _ in seen)
        order = [f"{what} {kind}" for what, _ in _THINGS for kind in _KINDS]
        return {name: found[name] for name in order if found[name]}

    @property
    def quantities(self) -> tuple[str, ...]:
        """The quantities whose claims, truths or own description changed, in order of their ids."""
        own = {change.id for change in self if change.what == "quantity"}
        return tuple(sorted(own | {change.quantity for change in self if change.quantity}))

    def to_frame(self) -> pd.DataFrame:
        """One row for each change, one column for each field of `Change`."""
        from reconcile.ledger.audit.record_frames import frame_of  # pandas comes in only here

        return frame_of(Change, self)


def changes(before: Ledger, after: Ledger) -> Changes:
    """What makes `after` another ledger than `before`; empty exactly where they are equal.

    Claims, sources, quantities and reports are matched by their ids, resolutions by quantity and
    day. A retraction, a correction (superseded) and their undoing are one change each; else every
    field that differs is one. The order of the claims is no matter, to the result neither.

    >>> from reconcile.ledger import read_ledger
    >>> ledger = read_ledger()
    >>> found = changes(ledger.select(exclude="kd-gdc-500"), ledger)
    >>> found.counts
    {'claim added': 1}
    >>> print(found[0])
    kd-gdc-500 added: global_defense_corporation says "500" of killed, 2024-11-20
    """
    found: list[Change] = []
    for what, read in _THINGS:
        old, new = read(before), read(after)
        for name in sorted({*old, *new}):
            found.extend(_changed(what, name, old.get(name), new.get(name)))
    return Changes(found)


# ---------------------------------------------------------------- what can change

_Rows = dict[str, records.Record]


def _claims(ledger: Ledger) -> _Rows:
    return {claim.id: records.claim_record(claim) for claim in ledger}


def _resolutions(ledger: Ledger) -> _Rows:
    """By quantity and day; a second truth of one day gets a number."""
    found: _Rows = {}
    for item in sorted(ledger.resolutions, key=lambda r: (str(r.known_on), r.value, r.note)):
        name, number = _resolution_id(item), 2
        while name in found:
            name, number = f"{_resolution_id(item)} #{number}", number + 1
        found[name] = records.resolution_record(item)
    return found


def _resolution_id(item: Resolution) -> str:
    return item.quantity if item.on is None else f"{item.quantity} {item.on}"


def _sources(ledger: Ledger) -> _Rows:
    return {name: records.source_record(source) for name, source in ledger.sources.items()}


def _quantities(ledger: Ledger) -> _Rows:
    rows = {name: records.quantity_record(item) for name, item in ledger.quantities.items()}
    return {name: dict(_flat(row)) for name, row in rows.items()}


def _reports(ledger: Ledger) -> _Rows:
    return {name: records.report_record(report) for name, report in ledger.reports.items()}


def _flat(row: Mapping[str, Any], under: str = "") -> Iterator[tuple[str, Any]]:
    """A record without tables in it: priors.ratio.median."""
    for key, value in row.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{under}{key}.")  # pyright: ignore[reportUnknownArgumentType]
        else:
            yield f"{under}{key}", value


_THINGS: tuple[tuple[ChangedThing, Any], ...] = (
    ("claim", _claims),
    ("resolution", _resolutions),
    ("source", _sources),
    ("quantity", _quantities),
    ("report", _reports),
)
_DEFAULTS: dict[str, records.Record] = {
    "source": {"reliability": "F"},
    "claim": {"credibility": 6, "scope": "whole", "status": "active"},
}


# ---------------------------------------------------------------- one thing


def _changed(
    what: ChangedThing, name: str, old: records.Record | None, new: records.Record | None
) -> Iterable[Change]:
    """The changes of one thing, None where it is not there."""
    there = new if old is None else old
    about = str((there or {}).get("quantity", ""))
    if old is None or new is None:
        kind: ChangeKind = "added" if old is None else "removed"
        text = f"{name} {kind}{_described(what, there or {})}"
        return [Change(what, name, kind, text, about)]
    fields = [key for key in dict.fromkeys((*old, *new)) if old.get(key) != new.get(key)]
    found: list[Change] = []
    if what == "claim" and set(fields) & set(_STATUS):
        fields = [key for key in fields if key not in _STATUS]
        found.append(_status_change(name, about, old, new))
    defaults = _DEFAULTS.get(what, {})
    for key in fields:
        was, now = (_value(row.get(key, defaults.get(key))) for row in (old, new))
        text = f"{name}: {key.replace('_', ' ')} {_shown(was)} -> {_shown(now)}"
        found.append(Change(what, name, "changed", text, about, key, was, now))
    return found


def _status_change(name: str, about: str, old: records.Record, new: records.Record) -> Change:
    was, now = (str(row.get("status", "active")) for row in (old, new))
    kinds: dict[str, ChangeKind] = {"retracted": "retracted", "superseded": "superseded"}
    kind = kinds.get(now, "reinstated")
    details = {"retracted": "retracted_on", "superseded": "superseded_by"}
    detail = new.get(details.get(now, ""))
    tail = "" if detail is None else f" {'on' if now == 'retracted' else 'by'} {_shown(detail)}"
    text = f"{name} {kind}{tail}"
    return Change("claim", name, kind, text, about, "status", was, now)


def _described(what: ChangedThing, row: Mapping[str, Any]) -> str:
    """What a thing is, after a colon."""
    if what == "claim":
        when = row.get("on", row.get("during_end"))
        return f': {row["source"]} says "{row["phrase"]}" of {row["quantity"]}, {when}'
    if what == "resolution":
        return f": {_shown(row['value'])}, known on {_shown(row['known_on'])}"
    words = row.get("label", row.get("publisher", ""))
    return f": {words}" if words else ""


def _value(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]


def _shown(value: Any) -> str:
    if value is None or value == "":
        return "nothing"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (int, float)):
        return f"{value:,.6g}"
    if isinstance(value, date):
        return day_words(value)
    if isinstance(value, tuple):
        return ", ".join(map(str, value)) or "nothing"  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]
    text = str(value)
    return f'"{text}"' if " " in text else text
