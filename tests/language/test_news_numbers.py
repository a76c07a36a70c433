"""Sentences of business and general news: movements, money, shares, names and models."""

from __future__ import annotations

from math import inf
from pathlib import Path

import pytest

from reconcile.language import extract_mentions

# Each sentence, and of every number its lower and upper bound and its unit.
_FILE = Path(__file__).parent / "news_sentences.txt"
_SENTENCES = _FILE.read_text(encoding="utf-8").splitlines()


def _wanted(cell: str) -> tuple[float, float, str]:
    number, _, unit = cell.strip().partition(" ")
    lower, dots, upper = number.partition("..")
    if not dots:
        return float(number), float(number), unit
    return float(lower) if lower else -inf, float(upper) if upper else inf, unit


@pytest.mark.parametrize("row", _SENTENCES)
def test_sentence(row: str) -> None:
    text, _, cells = row.partition(" |")
    found = [(m.phrase.lower, m.phrase.upper, m.phrase.unit) for m in extract_mentions(text)]
    wanted = [_wanted(cell) for cell in cells.split(";") if cell.strip()]
    assert [unit for *_, unit in found] == [unit for *_, unit in wanted]
    for said, told in zip(found, wanted, strict=True):
        assert said[:2] == pytest.approx(told[:2], rel=1e-9)
