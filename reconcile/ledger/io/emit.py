"""TOML text of records: the standard library reads TOML and does not write it.

Not tomli-w: it breaks each list over lines, however short, and writes 30.0 where a person has 30.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from reconcile.errors import OptionError
from reconcile.ledger.io.records import Record

_BARE = re.compile(r"[A-Za-z0-9_-]+\Z")
_ESCAPES = {
    "\\": "\\\\",
    '"': '\\"',
    "\n": "\\n",
    "\t": "\\t",
    "\r": "\\r",
    "\b": "\\b",
    "\f": "\\f",
}


def table(header: str, record: Record) -> str:
    """A table under ``[header]`` or ``[[header]]``, its inner tables after its own keys.

    >>> print(table("[[claim]]", {"id": "a", "on": date(2024, 12, 17), "lower": 30.0}), end="")
    [[claim]]
    id = "a"
    on = 2024-12-17
    lower = 30
    """
    lines = [header]
    inner: list[str] = []
    name = header.strip("[]")
    for key, value in record.items():
        if isinstance(value, Mapping):
            inner.extend(_inner(f"{name}.{_key(key)}", value))
        else:
            lines.append(f"{_key(key)} = {_value(value)}")
    return "\n".join([*lines, *inner]) + "\n"


def quoted(text: str) -> str:
    """A TOML basic string. Raises `OptionError` for a stray byte, which no text file can hold.

    >>> quoted('say "more"')
    '"say \\\\"more\\\\""'
    """
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise OptionError(
            f"expected text that UTF-8 can hold, got {text!r:.80} (a stray byte at {error.start})"
        ) from error
    return '"' + "".join(_ESCAPES.get(char) or _char(char) for char in text) + '"'


def _inner(name: str, tables: Mapping[str, Any]) -> list[str]:
    return [
        line
        for key, record in tables.items()
        for line in ("", table(f"[{name}.{_key(key)}]", record).rstrip("\n"))
    ]


def _key(key: str) -> str:
    return key if _BARE.match(key) else quoted(key)


def _char(char: str) -> str:
    """Control characters must be escaped; everything else may stand."""
    return f"\\u{ord(char):04x}" if ord(char) < 32 or ord(char) == 127 else char


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return _float(value)
    if isinstance(value, int):
        return str(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list):
        return _list([_value(item) for item in value])  # pyright: ignore[reportUnknownVariableType]
    return quoted(value)


def _list(items: list[str]) -> str:
    line = f"[{', '.join(items)}]"
    return line if len(line) <= 90 else "[\n" + "".join(f"  {item},\n" for item in items) + "]"


def _float(value: float) -> str:
    """The shortest text that reads back as the same number."""
    if math.isinf(value):
        return "inf" if value > 0 else "-inf"
    if value == int(value) and abs(value) < 1e15 and math.copysign(1, value) * value >= 0:
        return str(int(value)) if value or math.copysign(1, value) > 0 else "-0.0"
    return repr(value)
