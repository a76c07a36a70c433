"""A row of a ledger, read as a claim: its phrase, its period, its lineage."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection
from dataclasses import replace
from functools import lru_cache
from typing import Any, TypeVar, cast, get_args

from reconcile.errors import DateError, OptionError, PhraseError, UnknownNameError
from reconcile.intervals import Interval
from reconcile.ledger.io.records import CLAIM_KEYS, PERIOD_KEYS, PHRASE_KEYS
from reconcile.ledger.io.row_cells import Cells
from reconcile.ledger.phrase_memory import phrase_of
from reconcile.values import Claim, Days, Period, Phrase, PhraseKind
from reconcile.values.grades import read_credibility

_T = TypeVar("_T")

GIVEN = ""
"""The rule of a phrase whose bounds the ledger gives: no reading of words decided them."""

_KINDS: tuple[str, ...] = get_args(PhraseKind)
_CLOSED = ("both", "left", "right", "neither")


class CellMemory:
    """What groups of cells were read as before: in a long table most rows say little new.

    `columns` are those of the table; groups that have none are read once. `undated`: no report has
    a date, so that what leaves `said` open was said by the end of its period.
    """

    def __init__(self, columns: Collection[str], undated: bool = False) -> None:
        self.undated = undated
        self._present = {
            name: tuple(key for key in keys if key in columns) for name, keys in _GROUPS.items()
        }
        self._kept: dict[object, Any] = {}

    def recall(self, group: str, cells: Cells, read: Callable[[Cells], _T]) -> _T:
        """What `read` makes of the cells of `group`, from memory where they came before."""
        keys = self._present[group]
        key: object = group
        if len(keys) == 1:
            value = cells.row.get(keys[0])
            key = (group, value, type(value))
        elif keys:
            values = [cells.row.get(key) for key in keys]
            key = (group, *values, *map(type, values))
        try:
            found = self._kept.get(key, _NEVER)
        except TypeError:  # a list in a cell
            return read(cells)
        if found is _NEVER:
            before = len(cells.problems)
            found = read(cells)
            if len(self._kept) < _MOST_KEPT and len(cells.problems) == before:
                self._kept[key] = found
        return found


_MOST_KEPT = 200_000  # different rows: a bound on memory only
_NEVER: Any = object()
_GROUPS = {
    "phrase": PHRASE_KEYS,
    "period": PERIOD_KEYS,
    "said": ("said",),
    "judgement": ("credibility", "credibility_reason", "unsupported", "scope", "additional"),
    "lineage": ("origin", "status", "retracted_on", "superseded_by"),
}


def read_claim(
    cells: Cells, convention: str = "default", number: int = 0, memory: CellMemory | None = None
) -> Claim | None:
    """The claim in a row; None where `cells` noted a problem.

    A row without `id` is called ``row-<number>``. Where the row leaves `said` or `report` open so
    does the claim: a `Ledger` fills `said` in.
    """
    before = len(cells.problems)
    memory = memory or CellMemory(CLAIM_KEYS)
    recall = memory.recall
    claim_id = cells.name("id") or f"row-{number}"
    quantity = cells.needed("quantity", "the id of a quantity")
    source = cells.needed("source", "the id of a source")
    phrase = recall("phrase", cells, lambda told: read_phrase(told, convention))
    period = recall("period", cells, read_period)
    said = recall("said", cells, _said)
    claim = Claim(
        claim_id,
        quantity,
        source,
        phrase,
        period,
        cells.name("report") or None,
        period.end if said is None and memory.undated else said,
        **recall("judgement", cells, _judgement),
        **recall("lineage", cells, _lineage),
        note=cells.text("note"),
    )
    return claim if len(cells.problems) == before else None


def _said(cells: Cells) -> Days | None:
    return cells.days("said")


def _judgement(cells: Cells) -> dict[str, Any]:
    return {
        "credibility": _credibility(cells),
        "credibility_reason": cells.text("credibility_reason"),
        "unsupported": cells.flag("unsupported"),
        "scope": cells.choice("scope", ("whole", "part"), "whole"),
        "additional": cells.flag("additional"),
    }


def _credibility(cells: Cells) -> int:
    """An Admiralty digit, plain or as a MISP tag; 6, cannot be judged, where there is none."""
    value = cells.row.get("credibility")
    if isinstance(value, str) and ":" in value:
        return cells.graded("credibility", read_credibility, 6)
    return cells.whole("credibility", 1, 6) or 6


def _lineage(cells: Cells) -> dict[str, Any]:
    retracted, superseded = cells.day("retracted_on"), cells.name("superseded_by") or None
    implied = "retracted" if retracted else "superseded" if superseded else "active"
    status = cells.choice("status", ("active", "retracted", "superseded"), implied)
    if status != implied and implied != "active":
        key = "retracted_on" if retracted else "superseded_by"
        cells.wrong("status", status, f"{implied!r}, since {key} is given")
    return {
        "origin": cells.name("origin") or None,
        "status": status,
        "retracted_on": retracted,
        "superseded_by": superseded,
    }


# ---------------------------------------------------------------- the period


def read_period(cells: Cells) -> Period:
    """``on``, or ``during_start`` and ``during_end``, one of which `days` may stand for.

    A row that names no time reads as `TIMELESS`.
    """
    window = cells.has("during_start", "during_end", "days")
    if cells.has("on") and window:
        cells.wrong("on", cells.row["on"], "either a day (on) or a window (during_...), not both")
        return TIMELESS
    start, end, length = cells.days("during_start"), cells.days("during_end"), None
    if cells.has("days"):
        length = cells.whole("days", 1, _LONGEST)
    if not window:
        day = cells.days("on")
        return TIMELESS if day is None else _on(day)
    return _window(cells, start, end, length)


_LONGEST = 36_525  # days, a hundred years
TIMELESS = Period.on("1970-01-01")
"""Stands where a row names no time; only a constant may (`reconcile.ledger.io.ledger_checks`)."""


def _window(cells: Cells, start: Days | None, end: Days | None, length: int | None) -> Period:
    if length is not None and start is None and not cells.has("during_start"):
        start = None if end is None else _shifted(end, 1 - length)
    if length is not None and end is None and not cells.has("during_end"):
        end = None if start is None else _shifted(start, length - 1)
    if start is None or end is None:
        for key, day in (("during_start", start), ("during_end", end)):
            if day is None and not cells.has(key):
                cells.wrong(key, None, "both ends of the window, or one end and days")
        return TIMELESS
    try:
        return _during(start, end, length)
    except DateError as error:
        came = f"{start} to {end}" + ("" if length is None else f" with days = {length}")
        cells.wrong("during_end", came, f"a window that can be ({error})")
        return TIMELESS


def _shifted(days: Days, by: int) -> Days:
    return Days(
        type(days.first).fromordinal(days.first.toordinal() + by),
        type(days.last).fromordinal(days.last.toordinal() + by),
    )


@lru_cache(maxsize=65536)
def _on(day: Days) -> Period:
    return Period.on(day)


@lru_cache(maxsize=65536)
def _during(start: Days, end: Days, days: int | None) -> Period:
    return Period("during", start, end, days)


# ---------------------------------------------------------------- the phrase


def read_phrase(cells: Cells, convention: str) -> Phrase:
    """The reading of a row's words, unless the row gives the numbers itself."""
    if cells.has("value", "lower", "upper"):
        return _worded(cells, convention) or _given(cells, convention)
    text = cells.text("phrase")
    if not text:
        cells.wrong("phrase", None, "a phrase with a number, or value, or lower and upper")
        return NOTHING_SAID
    try:
        phrase = _parsed(text, cells.text("convention", convention))
    except PhraseError as error:
        cells.wrong("phrase", text, f"a phrase with a number ({error})")
        return NOTHING_SAID
    except (UnknownNameError, OptionError) as error:
        if not cells.has("convention"):
            raise
        cells.wrong("convention", cells.row["convention"], f"a known convention ({error})")
        return NOTHING_SAID
    kind = cells.choice("kind", _KINDS, phrase.kind)
    if kind != phrase.kind:
        cells.wrong("kind", kind, f"{phrase.kind!r}, as the words say, or lower and upper too")
    return phrase


_ALSO_GIVEN = ("lower", "upper", "kind", "closed", "nominal", "rule", "digits", "span")


def _worded(cells: Cells, convention: str) -> Phrase | None:
    """The reading of words beside a `value`, which must say the same: the words tell the kind.

    None where there are none, where they hold no number or several, or where more is given.
    """
    if not (cells.has("phrase") and cells.has("value")) or cells.has(*_ALSO_GIVEN):
        return None
    try:
        phrase = _parsed(cells.text("phrase"), cells.text("convention", convention))
    except (PhraseError, UnknownNameError, OptionError):
        return None
    before = len(cells.problems)
    value = cells.number("value")
    if value is None:
        return NOTHING_SAID if len(cells.problems) > before else None
    if phrase.nominal is not None and math.isclose(phrase.nominal, value, rel_tol=1e-9):
        return phrase
    if phrase.nominal is None and phrase.lower <= value <= phrase.upper:
        return replace(phrase, nominal=value)
    said = bounds_text(phrase)
    cells.wrong("value", value, f"the number of the words {phrase.text!r}, {said}")
    return NOTHING_SAID


def bounds_text(phrase: Phrase) -> str:
    """The number of a phrase, or its bounds."""
    if phrase.nominal is not None:
        return f"{phrase.nominal:,.15g}"
    return f"{phrase.lower:,.15g} to {phrase.upper:,.15g}"


NOTHING_SAID = Phrase("", "exact", Interval(0, 0))


@lru_cache(maxsize=65536)
def _parsed(text: str, convention: str) -> Phrase:
    """The reading of `text`; all its words are kept ("47 more"), not only those of the number."""
    return replace(phrase_of(text, convention), text=text, span=(0, len(text)))


def _given(cells: Cells, convention: str) -> Phrase:
    """A phrase whose numbers the row gives; its words, if any, stay beside them."""
    if not cells.has(*_BESIDE_VALUE):
        return _exactly(cells.number("value"), convention)
    value, lower, upper = (cells.number(key) for key in ("value", "lower", "upper"))
    stated = cells.choice("kind", _KINDS, "exact") if cells.has("kind") else None
    kind = stated or _kind(value, lower, upper)
    lower, upper = _bounds(kind, value, lower, upper)
    if lower > upper:
        came = f"lower {lower:,g} and upper {upper:,g}"
        cells.wrong("lower", came, "lower of at most upper")
        return NOTHING_SAID
    if cells.has("value") and value is not None and not lower <= value <= upper:
        cells.wrong("value", value, f"a value within its bounds, {lower:,g} to {upper:,g}")
    nominal = cells.number("nominal")
    if nominal is None and not cells.has("closed"):
        nominal = _nominal(kind, value, lower, upper)
    words = cells.row.get("phrase")
    return _phrase(
        _words(kind, lower, upper, nominal) if words is None else cells.text("phrase"),
        cast("PhraseKind", kind),
        lower,
        upper,
        cells.choice("closed", _CLOSED, _closed(kind, lower, upper)),
        nominal,
        cells.text("unit", "count"),
        cells.whole("digits", 0),
        cells.text("rule", GIVEN),
        cells.text("convention", convention),
        _span(cells),
        _level(cells),
    )


_BESIDE_VALUE = tuple(key for key in PHRASE_KEYS if key != "value")


def _exactly(value: float | None, convention: str) -> Phrase:
    """One number and nothing else, as most rows of long tables give it."""
    if value is None:
        return NOTHING_SAID
    words = _words("exact", value, value, value)
    interval = Interval(value, value)
    return Phrase(words, "exact", interval, value, rule=GIVEN, convention=convention)


@lru_cache(maxsize=65536)
def _phrase(
    text: str,
    kind: PhraseKind,
    lower: float,
    upper: float,
    closed: Any,
    nominal: float | None,
    unit: str,
    digits: int | None,
    rule: str,
    convention: str,
    span: tuple[int, int],
    level: float | None,
) -> Phrase:
    interval = Interval(lower, upper, closed)
    return Phrase(text, kind, interval, nominal, unit, digits, rule, convention, span, level)


def _level(cells: Cells) -> float | None:
    """The probability that the bounds hold, as the speaker states it (0.95, or 95 for percent)."""
    said = cells.row.get("level")
    percent = isinstance(said, str) and said.rstrip().endswith("%")
    row = {"level": said.rstrip(" %")} if isinstance(said, str) else cells.row
    level = Cells(row, cells.place, cells.problems).number("level")
    if level is None:
        return None
    level = level / 100 if percent or 1 < level < 100 else level
    if not 0 < level < 1:
        cells.wrong("level", cells.row["level"], "a probability between 0 and 1 (0.95)")
        return None
    return level


def _kind(value: float | None, lower: float | None, upper: float | None) -> str:
    """What the numbers alone say: both bounds a range, one bound an inequality, none a point."""
    low, high = _finite(lower), _finite(upper)
    if low and high:
        return "exact" if lower == upper else "range"
    if low or high:
        return "at_least" if low else "at_most"
    return "exact" if value is not None else "range"


def _bounds(
    kind: str, value: float | None, lower: float | None, upper: float | None
) -> tuple[float, float]:
    """The bounds; what is not given is the value, or unbounded where the kind is."""
    low, high = lower, upper
    if low is None:
        low = -math.inf if kind in ("at_most", "less_than") or value is None else value
    if high is None:
        high = math.inf if kind in ("at_least", "more_than") or value is None else value
    return low, high


def _closed(kind: str, lower: float, upper: float) -> str:
    below = math.isfinite(lower) and kind != "more_than"
    above = math.isfinite(upper) and kind != "less_than"
    return {(True, True): "both", (True, False): "left", (False, True): "right"}.get(
        (below, above), "neither"
    )


def _nominal(kind: str, value: float | None, lower: float, upper: float) -> float | None:
    if value is not None:
        return value
    if kind in ("at_least", "more_than"):
        return lower
    if kind in ("at_most", "less_than"):
        return upper
    return lower if lower == upper else None


def _words(kind: str, lower: float, upper: float, nominal: float | None) -> str:
    """Words for numbers that came without."""
    said = f"{lower if nominal is None else nominal:,.15g}"
    if kind in ("range", "vague"):
        return f"{lower:,.15g} to {upper:,.15g}"
    if kind == "approx":
        return f"about {said}"
    return said if kind == "exact" else f"{kind.replace('_', ' ')} {said}"


def _finite(number: float | None) -> bool:
    return number is not None and math.isfinite(number)


def _span(cells: Cells) -> tuple[int, int]:
    """Character offsets: a list of two in TOML, ``start:end`` in a table."""
    value = cells.row.get("span")
    if value is None or value == "":
        return (0, 0)
    parts = value.split(":") if isinstance(value, str) else value
    try:
        start, end = (int(part) for part in parts)
    except (TypeError, ValueError):
        cells.wrong("span", value, "two character offsets")
        return (0, 0)
    return start, end


def reread(claim: Claim, convention: str) -> Claim:
    """The claim with its words read under `convention`; bounds that were given stay."""
    phrase = claim.phrase
    if phrase.rule == GIVEN or phrase.convention == convention:
        return claim
    span = phrase.span
    return replace(claim, phrase=replace(_parsed(phrase.text, convention), span=span))


def is_plain(phrase: Phrase) -> bool:
    """Whether the words alone, read under the phrase's convention, give the phrase again."""
    try:
        return _parsed(phrase.text, phrase.convention) == phrase
    except PhraseError:
        return False
