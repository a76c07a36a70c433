"""Cells of a number column whose words change the number in a way that is not read: refused."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from reconcile.language import is_period_word, unread_in_cell, words_beside, words_elsewhere
from reconcile.ledger.tables.cell_claims import cell_read
from reconcile.values import Cell


def _bag(text: str) -> frozenset[str]:
    return frozenset(text.split())


_TIMES = r"hours?|days?|nights?|weeks?|months?|quarters?|years?|hrs?|wks?|mths?|yrs?"
_RATE = re.compile(
    rf"(?:/|\b(?:per|a|an|each|every)\b)\s*(?:{_TIMES}|[dwmy])\b"
    r"|\b(?:hourly|daily|nightly|weekly|fortnightly|monthly|quarterly|yearly|annually|annual)\b"
    r"|\bp\.\s?a\.|\bon average\b",
    re.IGNORECASE,
)
_BOUND_AND_RANGE = re.compile(r"[<>≥≤]=?\s*\d[\d.,]*\s*[-–—]\s*\d")
_ONE_OR_MORE = re.compile(r"\b(?:dozen|score|hundred|thousand|million|billion)\s?\(s\)", re.I)
_BRACKETED = re.compile(r"[(\[]\s*[~≈]?\s*\d[\d.,\s]*(?:(?:-|–|—|to)\s*\d[\d.,\s]*)?%?\s*[)\]]")
_RAISED_TEN = re.compile(r"(?<!\d)10[⁰¹²³⁴⁵⁶⁷⁸⁹]")
_ARROW = re.compile(r"[↑↓▲▼]|(?<!\S)--\d|^\s*(?:-+>|→|⇒)")
_STATISTIC = re.compile(
    r"\b(?:IQR|SD|SEM?|CI|CrI)\b|\b(?:mean|average) of\b|"
    r"[(\[][^)\]]*\b(?:mean|median|range|quartiles?|average)\b"
)
_MIL = re.compile(r"\d\s*mil\b", re.IGNORECASE)
_GROUPS = _bag("""
    family families hh hhs household households couple couples group groups crew crews team teams
    house houses home homes building buildings dwellings vehicle vehicles car cars bus buses
    truck trucks tank tanks boat boats ship ships plane planes brigade brigades battalion battalions
    company companies village villages town towns city cities school schools
    incident incidents attack attacks event events
""")
_PERSONS = _bag("""
    killed dead deaths death fatalities deceased injured wounded casualties missing detained
    arrested displaced refugees people persons civilians children women men soldiers
""")
_PARTS = re.compile(r"[^\W\d_]+|\d+|[^\w\s]")
_LETTERS = re.compile(r"[^\W\d_]+")


def why_refused(text: str, row: Mapping[str, Any], convention: str) -> str | None:
    """What is expected instead of a cell whose words are not read; None where all are.

    A rate, a time of its own, a number in a bracket that can be several things, and words that may
    multiply, bound or deny the number. Words of the row (quantity, source, unit) are its own.
    """
    unit = str(row.get("unit") or "")
    said = _shape(text.replace(unit, "") if unit else text)
    if said is not None:
        return said
    cell = cell_read(text, convention)
    if not cell.mentions:
        return None
    bracket = _number_in_bracket(cell)
    if bracket is not None:
        return bracket
    labels = [m.label for m in cell.mentions] if len(cell.mentions) > 1 else []
    if any(is_period_word(word) for label in labels for word in _words(label)):
        return (
            "one number of the row's own date: a number of another time goes into a row of its own"
        )
    own = {word for key in ("quantity", "source", "label") for word in _words(row.get(key))}
    own |= {*_PARTS.findall(unit), *unit.split()}
    unread = unread_in_cell(cell, own)
    if not unread or _is_dated_as_row(cell, row):
        return None
    if _tells_time(cell, unread):
        words = " ".join(word for word, _ in words_beside(cell) if word not in "()[],;")
        return (
            f"a number of the row's own date, without a time of its own ({words!r:.50}): put the "
            "date into the column of dates, or a period into during_start and during_end"
        )
    return (
        f"a number whose words are known: {_listed(unread)} may multiply, bound or deny it; write "
        "the number in digits (12000, >10, 10-15), a unit into a column unit, other words into note"
    )


_DENIED = re.compile(
    r"^\W*not\s+\d(?!.*\bbut\b)|\d\s+(?:fewer|less)\b(?!\s+than\s+\d)", re.IGNORECASE
)
_OR_LESS = re.compile(r"\b(?:or|and)\s+(?:fewer|less)\b|\d\s+per", re.IGNORECASE)
_OPEN_END = re.compile(r"\b(?:and|to|or|-)\s*$", re.IGNORECASE)


def why_phrase_refused(text: str, row: Mapping[str, Any], convention: str) -> str | None:
    """What is expected instead of words of a `phrase` that say another number than they hold.

    Other words may stand there: only rates (but where the row has a period or a unit), arrows,
    statistics, numbers in brackets, what is denied or taken away, and words of other languages.
    """
    stated = ("during_start", "during_end", "days", "unit")
    return _phrase_refused(text, any(row.get(k) not in (None, "") for k in stated), convention)


@lru_cache(maxsize=65536)
def _phrase_refused(text: str, may_be_rate: bool, convention: str) -> str | None:
    said = None if may_be_rate and _RATE.search(text) else _shape(text)
    if said is not None:
        return said
    foreign = words_elsewhere(text)
    if foreign:
        return (
            f"words in English or a number in digits: {_listed(tuple(foreign))} may multiply or "
            "bound it"
        )
    if (_DENIED.search(text) and not _OR_LESS.search(text)) or _OPEN_END.search(text):
        return "the number that is claimed, without one that is denied, taken away or missing"
    bracketed = _BRACKETED.search(text) is not None
    return _number_in_bracket(cell_read(text, convention)) if bracketed else None


def _words(value: object) -> list[str]:
    return _LETTERS.findall(value) if isinstance(value, str) else []


def _listed(words: tuple[str, ...]) -> str:
    shown = ", ".join(map(repr, dict.fromkeys(words[:5])))
    return f"{shown} ..." if len(words) > 5 else shown


def _shape(text: str) -> str | None:
    """What is expected of a cell that shows by its form that it can be two things."""
    rate = _RATE.search(text)
    if rate is not None:
        return (
            f"a number, not a rate ({rate[0].strip()!r}): give the total of the row's date, or the "
            "number of one period with its days in during_start and during_end"
        )
    if _BOUND_AND_RANGE.search(text):
        return "a bound (>10) or a range (10-12), not a bound before a range"
    if _ONE_OR_MORE.search(text):
        return "a number: (s) leaves open whether it is one or several: write dozens, or 12"
    if _RAISED_TEN.search(text) and "×" not in text and "x" not in text.casefold():
        return "a number: a raised digit behind 10 can be a power or a footnote: write it in digits"
    if _ARROW.search(text):
        return "one number: what an arrow or two signs before it mean is not known"
    if _STATISTIC.search(text):
        return (
            "a count: for bounds write 30 ± 3, or the columns lower and upper with their level; "
            "what other statistics say goes into note"
        )
    if _MIL.search(text):
        return "a number in digits: 'mil' is a million in English and a thousand in Spanish"
    return None


def _number_in_bracket(cell: Cell) -> str | None:
    """What is expected where a bracket behind a number holds nothing but a number."""
    within = {place for m in cell.mentions for place in range(m.span[0] + 1, m.span[1])}
    for found in _BRACKETED.finditer(cell.text):
        if found.start() in within or not cell.text[: found.start()].strip():
            continue
        if re.fullmatch(r"[(\[]\s*(?:19|20)\d\d\s*[)\]]", found[0]):
            return (
                f"a number of the row's own date: {found[0]} can be a year or a part: put a year "
                "into the column of dates, and other numbers into rows of their own"
            )
        return (
            f"one number: {found[0]} can be a footnote, a part or a bound: take a footnote out, "
            "write 30 ± 3 or the columns lower and upper for bounds, and a part as a row of its own"
        )
    return None


def _tells_time(cell: Cell, unread: tuple[str, ...]) -> bool:
    times = any(is_period_word(word) for word in unread)
    return (
        times
        or any(mention.period is not None for mention in cell.mentions)
        or any(re.fullmatch(r"(?:19|20)\d\d", word) for word in unread)
    )


def _is_dated_as_row(cell: Cell, row: Mapping[str, Any]) -> bool:
    """Whether the only date of a cell is that of its row."""
    if len(cell.mentions) != 1 or cell.mentions[0].period is None:
        return False
    period = cell.mentions[0].period
    day = period.first.isoformat()
    left = [w for w, _ in words_beside(cell) if w[0].isalpha()]
    known = all(is_period_word(w) or w.casefold() in ("as", "of", "on", "at") for w in left)
    return known and period.first == period.last and str(row.get("on"))[:10] == day


def counts_groups(quantity: str, text: str) -> bool:
    """Whether a number of persons is read from a cell that counts families, houses or the like.

    >>> counts_groups("killed", "2 families"), counts_groups("families-displaced", "2 families")
    (True, False)
    """
    name = {word.casefold() for word in _words(quantity)}
    said = {word.casefold() for word in _words(text)}
    return bool(name & _PERSONS) and bool(said & _GROUPS - name) and not said & _PERSONS
