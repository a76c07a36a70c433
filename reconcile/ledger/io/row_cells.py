"""The cells of a row: each read as what it should be, every mistake noted with its place."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from typing import Any, TypeVar

from reconcile.errors import DataProblem, DateError, OptionError, near_misses
from reconcile.ledger.io.toml_lines import LineIndex
from reconcile.values import Days
from reconcile.values.dates_meant import meant_words

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class FilePlace:
    """Where a row stands: its file, its line, and the lines of its keys if the file tells them."""

    file: str
    row: int | None = None
    path: tuple[str | int, ...] = ()
    lines: LineIndex = field(default_factory=LineIndex)

    def line(self, key: str = "") -> int | None:
        """The line of `key`, or of the row where the key has no line of its own."""
        if not self.lines:
            return self.row
        return self.lines.get((*self.path, key), self.lines.get(self.path, self.row))


@dataclass(slots=True)
class Cells:
    """The cells of one row, at `place`. What can't be read goes to `problems` and reads as None.

    None and the empty text are absent cells.
    """

    row: Mapping[str, Any]
    place: FilePlace
    problems: list[DataProblem]

    def has(self, *keys: str) -> bool:
        """Whether any of `keys` has a cell."""
        row = self.row
        if row.keys().isdisjoint(keys):
            return False
        for key in keys:  # a plain loop: this is asked a million times
            value = row.get(key)
            if value is not None and not _blank(value):
                return True
        return False

    def wrong(self, key: str, came: object, expected: str) -> None:
        """Note that the cell of `key` is not what was expected."""
        line = self.place.line(key)
        self.problems.append(DataProblem(self.place.file, line, key, shown(came), expected))

    def text(self, key: str, default: str = "") -> str:
        """A text as it stands; numbers are taken as their digits."""
        value = self.row.get(key)
        if value is None or value == "":
            return default
        if isinstance(value, str):
            return value
        if isinstance(value, int) and not isinstance(value, bool):
            return str(value)  # every digit of an id counts
        if isinstance(value, float):
            return str(int(value)) if _is_whole(value) else f"{value:.15g}"
        self.wrong(key, value, "a text")
        return default

    def name(self, key: str) -> str:
        """An id, without the blanks around it; empty where there is none."""
        value = self.row.get(key)
        if type(value) is str:
            return value.strip()
        return "" if value is None else self.text(key).strip()

    def needed(self, key: str, what: str) -> str:
        """An id that must be there."""
        name = self.name(key)
        if not name and isinstance(self.row.get(key), str | None):
            self.wrong(key, self.row.get(key), what)
        return name

    def choice(self, key: str, options: Collection[str], default: str) -> str:
        """One of `options`."""
        value = self.text(key, default)
        if value not in options:
            self.wrong(key, value, f"one of {', '.join(options)}{hint(value, options)}")
            return default
        return value

    def graded(self, key: str, read: Callable[[str], _T], default: _T) -> _T:
        """What `read` makes of the text; its `OptionError` says what was expected."""
        value = self.text(key)
        if not value.strip():
            return default
        try:
            return read(value)
        except OptionError as error:
            expected = str(error).removeprefix("expected ").rpartition(", got ")[0]
            self.wrong(key, value, expected)
            return default

    def flag(self, key: str) -> bool:
        """A truth value; absent is false."""
        value = self.row.get(key)
        if value is None or isinstance(value, bool):
            return bool(value)
        read = _FLAGS.get(str(value).strip().casefold())
        if read is None:
            self.wrong(key, value, "true or false")
        return bool(read)

    def number(self, key: str) -> float | None:
        """A number; a text may group its digits (12,000 or 12 000)."""
        value = self.row.get(key)
        if _blank(value):
            return None
        try:
            number = _number(value)
        except (TypeError, ValueError, OverflowError):
            number = math.nan
        if math.isnan(number) or (math.isinf(number) and key in _FINITE):
            words = key in ("lower", "upper") and isinstance(value, str)
            more = " (words, such as 'at least 30', go into a column phrase)" if words else ""
            self.wrong(key, value, f"a number{more}")
            return None
        return number

    def whole(self, key: str, lowest: int, highest: int | None = None) -> int | None:
        """A whole number of at least `lowest`, at most `highest`."""
        if not self.has(key):
            return None
        number = self.number(key)
        span = f"from {lowest} to {highest}" if highest is not None else f"of {lowest} or more"
        if number is None:
            return None
        if not _is_whole(number) or number < lowest or (highest is not None and number > highest):
            self.wrong(key, self.row[key], f"a whole number {span}")
            return None
        return int(number)

    def days(self, key: str) -> Days | None:
        """A day, a month, a year, or a range first/last."""
        value = self.row.get(key)
        if _blank(value):
            return None
        try:
            return _days(day_text(value))
        except (DateError, ValueError, TypeError):
            # rows of a table with one fault are told together: their words must be alike
            meant = meant_words(value) if self.place.lines and isinstance(value, str) else ""
            self.wrong(key, value, f"a date (2024-12-17, 2024-12 or a range first/last){meant}")
            return None

    def day(self, key: str) -> date | None:
        """A single day."""
        days = self.days(key)
        if days is not None and not days.exact:
            self.wrong(key, self.row[key], "one day (2024-12-17)")
            return None
        return None if days is None else days.first

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts."""
        value: Any = self.row.get(key)
        if value is None:
            return ()
        if isinstance(value, str) or not isinstance(value, Sequence):
            self.wrong(key, value, "a list of texts")
            return ()
        items: list[Any] = list(value)  # pyright: ignore[reportUnknownVariableType]
        if not all(isinstance(item, str) for item in items):
            self.wrong(key, items, "a list of texts")
            return ()
        return tuple(items)

    def only(self, keys: Collection[str]) -> None:
        """Note every key that is not one of `keys`."""
        for key in self.row:
            if key not in keys:
                self.wrong(key, f"the key {key!r}", f"a known key{hint(key, keys)}")


def hint(name: str, known: Collection[str], alike: float = 0.6) -> str:
    """`` (did you mean 'x'?)``, or nothing where no known name is near.

    >>> hint("sorce", ["source", "scope"])
    " (did you mean 'source' or 'scope'?)"
    """
    if len(known) > _MOST_COMPARED:
        return ""
    return _hint(name, tuple(known), alike)


_MOST_COMPARED = (
    2000  # comparing with every claim of a long table would take longer than reading it
)


@lru_cache(maxsize=4096)
def _hint(name: str, known: tuple[str, ...], alike: float) -> str:
    near = near_misses(name, known, cutoff=alike)
    return f" (did you mean {' or '.join(map(repr, near))}?)" if near else ""


def shown(value: object) -> str:
    """A value as an error shows it, cut to what fits a line."""
    if value is None or value == "":
        return "nothing"
    text = value if isinstance(value, str) and value.startswith("the key") else f"{value!r}"
    if isinstance(value, date):
        text = str(value)
    return text if len(text) <= 80 else f"{text[:77]}..."


_FINITE = ("value", "nominal", "level", "delay", "digits", "days", "credibility", "known")
"""Numbers that can't be infinite; bounds can."""


def _is_whole(value: float) -> bool:
    return math.isfinite(value) and value == int(value)


def _blank(value: object) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())


def day_text(value: Any) -> str:
    """A date cell as ISO text; a time of day counts on its own day, whatever its time zone."""
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if not isinstance(value, str):
        raise TypeError(f"expected a date, got {value!r}")
    text = value.strip()
    if len(text) > 10 and text[10] in "T ":
        return day_text(datetime.fromisoformat(text))
    return text


@lru_cache(maxsize=65536)
def _days(text: str) -> Days:
    return Days.of(text)


def _number(value: Any) -> float:
    if isinstance(value, bool):
        raise TypeError("a truth value is no number")
    if isinstance(value, str):
        text = value.strip().replace("\u00a0", " ").replace("\u202f", " ")
        head = text.partition(".")[0].lstrip("+-")
        for mark in (",", " ", "_"):
            groups = head.split(mark)
            if len(groups) > 1 and all(g.isdigit() and len(g) == 3 for g in groups[1:]):
                text = text.replace(mark, "")
        return float(text) if "_" not in text else math.nan
    return float(value)


_FLAGS = {
    **dict.fromkeys(("true", "yes", "1", "1.0", "t", "y"), True),
    **dict.fromkeys(("false", "no", "0", "0.0", "f", "n", ""), False),
}
