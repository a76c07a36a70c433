"""Values as plain records, with the keys of a ledger file: what is hashed, written and tabled.

A record holds only str, bool, int, float, date and lists of them; what has its default is left
out, so that equal values have equal records and files stay short.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, fields
from datetime import date
from typing import Any

from reconcile.values import Claim, Days, Period, Phrase, Quantity, Report, Resolution, Source

Record = dict[str, Any]

PHRASE_KEYS = (
    *("phrase", "value", "lower", "upper", "closed", "kind", "nominal", "unit", "digits"),
    *("rule", "convention", "span", "level"),
)
PERIOD_KEYS = ("on", "during_start", "during_end", "days")
CLAIM_KEYS = (
    *("id", "quantity", "source", *PHRASE_KEYS, *PERIOD_KEYS, "report", "said", "credibility"),
    *("credibility_reason", "unsupported", "scope", "additional", "origin", "status"),
    *("retracted_on", "superseded_by", "note"),
)


def claim_record(claim: Claim, *, complete: bool = False) -> Record:
    """The claim under the keys of a ledger file, its phrase in full.

    `complete` keeps what has its default, too.

    >>> from reconcile.intervals import Interval
    >>> said = Phrase("about 200", "approx", Interval(180, 220), nominal=200.0)
    >>> record = claim_record(Claim("a", "killed", "b", said, Period.on("2024-12-17")))
    >>> record["phrase"], record["lower"], str(record["on"])
    ('about 200', 180.0, '2024-12-17')
    """
    rest = _fields(claim, complete, skip=("phrase", "period"))
    record = {key: rest.pop(key) for key in ("id", "quantity", "source")}
    return record | phrase_record(claim.phrase, complete) | period_record(claim.period) | rest


def phrase_record(phrase: Phrase, complete: bool = False) -> Record:
    """The fields of a phrase: the words and their reading."""
    rest = _fields(phrase, complete, skip=("text", "interval"))
    interval = phrase.interval
    return {
        "phrase": phrase.text,
        "lower": interval.lower,
        "upper": interval.upper,
        "closed": interval.closed,
    } | rest


def period_record(period: Period) -> Record:
    """``on``, or ``during_start``, ``during_end`` and ``days``."""
    if period.kind == "on":
        return {"on": _plain(period.start)}
    record: Record = {
        "during_start": _plain(period.start),
        "during_end": _plain(period.end),
    }
    return record if period.days is None else record | {"days": period.days}


def quantity_record(quantity: Quantity) -> Record:
    """A quantity, its priors as a table by name."""
    record = _fields(quantity, skip=("priors",))
    if quantity.priors:
        record["priors"] = {
            prior.name: {"median": prior.median, "log_sd": prior.log_sd, "reason": prior.reason}
            for prior in quantity.priors
        }
    return record


def source_record(source: Source, *, complete: bool = False) -> Record:
    """A source; `complete` keeps what has its default, too."""
    return _fields(source, complete)


def report_record(report: Report) -> Record:
    """A report."""
    return _fields(report)


def resolution_record(resolution: Resolution) -> Record:
    """A truth that became known."""
    return _fields(resolution)


def _fields(value: Any, complete: bool = False, skip: tuple[str, ...] = ()) -> Record:
    """The fields of a dataclass: those that differ from their default, or all."""
    record: Record = {}
    for spec in fields(value):
        if spec.name in skip:
            continue
        item = getattr(value, spec.name)
        differs = item is not None and (spec.default is MISSING or item != spec.default)
        if complete or differs:
            record[spec.name] = _plain(item)
    return record


def _plain(value: Any) -> Any:
    if isinstance(value, Days):
        return value.first if value.exact else str(value)
    if isinstance(value, tuple):
        return [_plain(item) for item in value]  # pyright: ignore[reportUnknownVariableType]
    return value


def canonical(value: Any) -> Any:
    """A record made ready for JSON that is the same on every machine."""
    if isinstance(value, Mapping):
        return {str(key): canonical(item) for key, item in value.items()}  # pyright: ignore[reportUnknownVariableType]
    if isinstance(value, list):
        return [canonical(item) for item in value]  # pyright: ignore[reportUnknownVariableType]
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return repr(float(value))
    return value.isoformat() if isinstance(value, date) else value
