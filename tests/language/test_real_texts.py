"""Short texts of the kinds that people keep in trackers and report to tools, told by hand.

A row of real_texts.jsonl is read right where each expected number is found with its bounds and
what else the row names, and no other count is found but those it allows.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date
from math import inf, isclose
from pathlib import Path
from random import Random
from typing import Any

import pytest

from reconcile import extract
from reconcile.values import Mention, Mentions

_FILE = Path(__file__).parent / "real_texts.jsonl"
_ROWS = [json.loads(line) for line in _FILE.read_text(encoding="utf-8").splitlines()]


def _near(said: float, wanted: float | None, tolerance: float) -> bool:
    if wanted is None:
        return said in (inf, -inf) or said == 0
    return isclose(said, wanted, rel_tol=tolerance)


def _says(m: Mention, wanted: dict[str, Any]) -> bool:
    tolerance = wanted.get("near", 0.01)
    period = m.period
    days = None if period is None else (period.first, period.last)
    speaker = f"{m.source_text} {m.proposed_source} {m.source}".lower().replace("_", " ")
    return (
        _near(m.phrase.lower, wanted["low"], tolerance)
        and _near(m.phrase.upper, wanted["high"], tolerance)
        and wanted.get("event", m.event) == m.event
        and wanted.get("scope", m.scope) == m.scope
        and wanted.get("additional", m.additional) == m.additional
        and wanted.get("unit", m.phrase.unit.upper()) == m.phrase.unit.upper()
        and ("on" not in wanted or days == _days(wanted["on"]))
        and wanted.get("noun", m.noun) == m.noun
        and wanted.get("speaker", m.source_text) == m.source_text
        and ("total" not in wanted or _is_total(m, wanted["total"]))
        and (not wanted.get("flag") or bool(m.flags))
        and wanted.get("source", "").lower() in speaker
    )


def _days(written: list[str] | None) -> tuple[date, ...] | None:
    return tuple(map(date.fromisoformat, written)) if written else None


def _is_total(m: Mention, day: str) -> bool:
    return m.period is not None and m.period.kind == "on" and str(m.period.last) == day


def _wrong(row: dict[str, Any], found: Mentions) -> str:
    """What is wrong about the reading of a row; empty if nothing is."""
    left = list(found)
    for wanted in row["expect"]:
        found = next((m for m in left if _says(m, wanted)), None)
        if found is None:
            return f"not found: {wanted} in {_shown(left)}"
        left.remove(found)
    more = [m for m in left if m.phrase.unit in ("count", "fraction")]
    more = [m for m in more if m.phrase.nominal not in row["allow"] or m.phrase.kind != "exact"]
    return f"not expected: {_shown(more)}" if more else ""


def _shown(mentions: Iterable[Mention]) -> list[str]:
    return [f"{m.phrase.text} {m.phrase.interval} {m.event} {m.period}" for m in mentions]


@pytest.mark.parametrize("row", _ROWS, ids=lambda row: f"{row['topic']}-{row['id']}")
def test_row(row: dict[str, Any]) -> None:
    found = extract(row["text"], published=row["published"])
    assert _wrong(row, found) == "", row["text"]
    assert _unaccounted(row["text"], found) == ""


def _unaccounted(text: str, found: Mentions) -> str:
    """The digits that are in no mention and not told to be unread."""
    assert all(text[slice(*u.span)] == u.text and u.taken_for for u in found.unread)
    spans = [*(m.span for m in found), *(u.span for u in found.unread)]
    return "".join(
        letter
        for place, letter in enumerate(text)
        if letter.isdigit() and not any(first <= place < last for first, last in spans)
    )


def test_the_set_is_large_and_of_every_kind() -> None:
    topics = {row["topic"] for row in _ROWS}
    assert len(_ROWS) >= 150
    assert topics >= {"forms", "digits", "words", "traps", "footnotes", "lists", "cells", "times"}
    assert len({row["text"] for row in _ROWS}) == len(_ROWS)


@pytest.mark.parametrize("published", ["0001-01-02", "2024-02-29", "9999-12-30", None])
def test_no_mixture_of_the_texts_raises(published: str | None) -> None:
    random = Random(13)
    words = [word for row in _ROWS for word in row["text"].split()]
    for _ in range(150):
        text = " ".join(random.choices(words, k=random.randint(1, 30)))
        found = extract(text, published=published)
        for m in found:  # a footnote mark inside a phrase is read as spaces
            said = zip(text[slice(*m.span)], m.phrase.text, strict=True)
            assert all(read in (letter, " ") for letter, read in said)
