"""When, by whom and under what title a text was published, as its first lines or its name say."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import NamedTuple

from reconcile.language.phrase.calendar import date_at
from reconcile.language.phrase.phrases import read_tokens
from reconcile.language.phrase.tokens import NUMBER
from reconcile.values import Days

_LINES, _LONGEST_DATELINE, _LONGEST_TITLE = 6, 70, 140
_NAME = re.compile(r"(\d{4}-\d{2}-\d{2})[-_ ]?(.*)")
_SHORT = frozenset({"ap", "afp", "bbc", "cnn", "abc", "nbc", "cbs", "npr", "dpa", "who", "un"})

_MONTH = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|"
    r"Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)\.?"
)
# "TAMBA, July 16, 2024 (Reuters) - At least": a place, the day of the report, an agency, a dash.
_OPENING = re.compile(
    r"^[ \t]*(?!(?:On|In|By|At|As|Since|From|Until|After|Before)\b)"
    r"[A-Z][\w .'/-]{1,40}(?:, [A-Z][\w .'-]{1,30})?,[ ]"
    rf"(?P<day>{_MONTH}[ ]\d{{1,2}}(?:,[ ]\d{{4}})?|\d{{1,2}}[ ]{_MONTH}(?:[ ]\d{{4}})?)[ ]*"
    r"(?:\([A-Z][\w ./&-]{1,30}\)[ ]*(?:-{1,2}|[–—])|(?:-{1,2}|[–—])(?=[ ]*[A-Z\"“]))",
    re.MULTILINE,
)


def blank_opening_days(text: str) -> str:
    """The text with blanks for the day in the opening of a report, which is not that of its claims.

    >>> blank_opening_days("LENN, May 5 (AP) - Two died.")
    'LENN,       (AP) - Two died.'
    """
    if " -" not in text and "–" not in text and "—" not in text:
        return text
    return _OPENING.sub(lambda m: m[0].replace(m["day"], " " * len(m["day"]), 1), text)


class Dateline(NamedTuple):
    """The day of publication, the publisher and the title; None and empty where nothing is said.

    `told` says where the day stands: "first lines" or "file name".
    """

    published: Days | None
    publisher: str = ""
    title: str = ""
    told: str = ""


def dateline_of(text: str, name: str = "") -> Dateline:
    """Read the first lines of a text, and its file name ``2024-12-18-outlet.txt``.

    >>> dateline_of("Flood\\n\\nPublished: 3 May 2024\\n\\nTwelve died.", "a.txt")[:3]
    (Days('2024-05-03'), '', 'Flood')
    >>> dateline_of("Twelve died.", "2024-12-18-river-post.txt")[:2]
    (Days('2024-12-18'), 'River Post')
    """
    lines = [line.strip() for line in text[:2000].splitlines() if line.strip()][:_LINES]
    told = next((day for line in lines if (day := _dated_line(line)) is not None), None)
    title = lines[0] if lines and _is_title(lines) else ""
    named = _NAME.match(Path(name).stem)
    day = _day(named[1]) if named else None
    publisher = _publisher(named[2]) if named and day is not None else ""
    if told is not None:
        return Dateline(told, publisher, title, "first lines")
    return Dateline(day, publisher, title, "file name" if day is not None else "")


def _dated_line(line: str) -> Days | None:
    """The whole date of a short line that says little else, or of the opening of a report."""
    opening = _OPENING.match(line)
    line = line if opening is None else opening["day"]
    if len(line) > _LONGEST_DATELINE:
        return None
    t = read_tokens(line)
    for i in t.numeric:
        found = date_at(t, i) if t.kind[i] == NUMBER else None
        if found is None or not (found.year and found.month and found.day) or found.to_day:
            continue
        rest = t.count - (found.last - found.first)
        if rest <= 12 and not line.endswith((".", "!", "?")):
            return _day(f"{found.year:04}-{found.month:02}-{found.day:02}")
    return None


def _day(written: str) -> Days | None:
    try:
        return Days.of(date.fromisoformat(written))
    except ValueError:
        return None


def _is_title(lines: list[str]) -> bool:
    first = lines[0]
    ended = first.endswith((".", "!", ":", ","))
    return len(lines) > 1 and len(first) <= _LONGEST_TITLE and not ended and not _dated_line(first)


def _publisher(slugged: str) -> str:
    words = [word for word in re.split(r"[-_ ]+", slugged) if word]
    return " ".join(word.upper() if word in _SHORT else word.capitalize() for word in words)
