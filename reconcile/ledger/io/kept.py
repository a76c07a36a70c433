"""Values as plain JSON data and back, exactly: what a kept file holds instead of a pickle.

A value of this package becomes an object that names its class and its fields; only the classes
listed here are ever made again, so that no file can call for anything else.
"""

from __future__ import annotations

import math
from dataclasses import fields, is_dataclass
from datetime import date
from typing import Any, cast

from reconcile.errors import OptionError
from reconcile.intervals import Interval
from reconcile.ledger.ledger import Ledger
from reconcile.values import Claim, Days, Period, Phrase, Quantity, Report, Resolution, Source
from reconcile.values.registry import Prior

_CLASSES: dict[str, type[Any]] = {
    kind.__name__: kind
    for kind in (
        *(Claim, Days, Ledger, Period, Phrase, Prior, Quantity, Report, Resolution, Source),
    )
}
_KIND = "is"


def to_plain(value: Any) -> Any:
    """`value` as data that JSON holds without loss; raises `OptionError` for another type.

    >>> to_plain(Days.of("2024-12-17"))["first"]
    {'is': 'date', 'of': '2024-12-17'}
    >>> from_plain(to_plain(Days.of("2024-12"))) == Days.of("2024-12")
    True
    """
    if value is None or isinstance(value, bool | str | int):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else {_KIND: "float", "of": repr(value)}
    if isinstance(value, date):
        return {_KIND: "date", "of": value.isoformat()}
    if isinstance(value, Interval):
        ends = [to_plain(value.lower), to_plain(value.upper)]
        return {_KIND: "Interval", "of": [*ends, value.closed]}
    if isinstance(value, tuple | list):
        return [to_plain(item) for item in cast("tuple[Any, ...]", value)]
    if is_dataclass(value) and type(value).__name__ in _CLASSES:
        held = {spec.name: getattr(value, spec.name) for spec in fields(value)}
        return {_KIND: type(value).__name__} | {k: _field(v) for k, v in held.items()}
    raise OptionError(f"expected a value that can be kept, got {type(value).__name__}")


def from_plain(data: Any) -> Any:
    """The value that `to_plain` gave `data` for; raises `OptionError` where it is none."""
    if isinstance(data, list):
        return tuple(from_plain(item) for item in cast("list[Any]", data))
    if not isinstance(data, dict):
        return data
    record = dict(cast("dict[str, Any]", data))
    kind = record.pop(_KIND, None)
    try:
        if kind == "float":
            return float(record["of"])
        if kind == "date":
            return date.fromisoformat(record["of"])
        if kind == "Interval":
            lower, upper, closed = record["of"]
            return _interval(from_plain(lower), from_plain(upper), closed)
        if kind == "registry":
            return {str(key): from_plain(item) for key, item in record["of"]}
        return _CLASSES[str(kind)](**{key: from_plain(item) for key, item in record.items()})
    except (KeyError, TypeError, ValueError) as error:
        raise OptionError(f"expected a value of reconcile, got {kind!r} ({error})") from error


def _field(value: Any) -> Any:
    """A registry is a list of pairs: JSON readers may change the order of keys."""
    if hasattr(value, "items"):
        return {_KIND: "registry", "of": [[key, to_plain(item)] for key, item in value.items()]}
    return to_plain(value)


def _interval(lower: float, upper: float, closed: Any) -> Interval:
    return Interval.empty() if lower > upper else Interval(lower, upper, closed)
