"""The advice that a refusal prints, as a reader would follow it to the letter."""

from __future__ import annotations

import re
import shlex
from typing import Any

from reconcile.errors import LedgerError

_ADVICE = re.compile(r"--(columns|dates|decimal|quantity-by) ((?:\"[^\"]*\"|[^\s;\"()])+)")


def printed(error: LedgerError) -> list[tuple[str, str]]:
    """The options that the problems of an error tell, each with its value as it is printed."""
    found = [
        (match[1], match[2][:1] if match[1] == "decimal" else match[2].rstrip("?:"))
        for problem in error.problems
        for match in _ADVICE.finditer(problem.expected)
    ]
    return list(dict.fromkeys(found))


def columns_of(text: str, given: Any = None) -> dict[str, list[str]]:
    """``on=day,source==x`` as the shell passes it on, put to the columns that were given."""
    found: dict[str, list[str]] = {k: list(v) for k, v in (given or {}).items()}
    for piece in shlex.split(text)[0].split(","):
        ours, _, theirs = piece.partition("=")
        if theirs not in found.setdefault(ours, []):
            found[ours].append(theirs)
    return found


def followed(options: dict[str, Any], name: str, value: str) -> dict[str, Any]:
    """The options of `read_ledger` with one more, as it was advised."""
    if name == "columns":
        return options | {"columns": columns_of(value, options.get("columns"))}
    if name == "dates" and "dates" in options:
        value = f"{options['dates']},{value}"
    return options | {{"quantity-by": "by"}.get(name, name): value}
