"""How the cases of tables are told and tried, whatever file they stand in."""

from __future__ import annotations

from typing import Any

import pytest

from reconcile.errors import LedgerError
from reconcile.ledger import Ledger, read_ledger


def told(ledger: Ledger) -> list[str]:
    """Each claim as the cases tell it."""
    ends = [[_end(c.lower), _end(c.upper)] for c in ledger]
    return [
        f"{c.quantity} | {c.source} | {'..'.join(bounds)} | {c.period}"
        for c, bounds in zip(ledger, ends, strict=True)
    ]


def _end(number: float) -> str:
    return "" if abs(number) == float("inf") else f"{number:.12g}"


def fails(
    words: str,
    *arguments: Any,
    error: type[Exception] | tuple[type[Exception], ...] = LedgerError,
    **options: Any,
) -> None:
    """Reading ends with an `error` of at most twenty lines that says `words`."""
    with pytest.raises(error) as caught:
        read_ledger(*arguments, **options)
    assert words in str(caught.value)
    assert len(str(caught.value).splitlines()) <= 20


def dated(texts: list[Any]) -> list[dict[str, Any]]:
    """A row for each date, with the numbers 1, 2, 3 ..."""
    row = {"quantity": "dead", "source": "town"}
    return [{**row, "value": n, "on": text} for n, text in enumerate(texts, start=1)]


def dates_are(texts: str, expected: str) -> None:
    """The dates ("a | b") are read as the periods `expected`, or refused with the words after
    "! "."""
    rows = dated(texts.split(" | "))
    if expected.startswith("! "):
        fails(expected[2:], rows)
    else:
        assert " | ".join(str(claim.period) for claim in read_ledger(rows)) == expected
