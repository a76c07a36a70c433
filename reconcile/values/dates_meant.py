"""What a text that is no ISO 8601 date may mean as one: said in an error, never taken."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import date, datetime, timedelta
from functools import lru_cache

_RELATIVE = {"today": 0, "now": 0, "yesterday": -1, "tomorrow": 1}
_FORMATS = (
    *("%d/%m/%Y", "%m/%d/%Y", "%d/%m/%y", "%m/%d/%y", "%Y/%m/%d", "%Y%m%d"),
    *("%d %B %Y", "%d %b %Y", "%B %d %Y", "%b %d %Y", "%Y %B %d", "%Y %b %d"),
)

# Only these are tried: a table may have a million cells that are no dates.
_LIKE_A_DAY = re.compile(
    r"\d{1,4}([./\- ])\d{1,2}\1\d{1,4}|\d{8}|(?=.{6,24}$)(?=.*\d{4})(?=.*[a-z]{3})[\da-z ,.\-]+"
)


@lru_cache(maxsize=4096)
def dates_meant(text: str, today: date | None = None) -> tuple[str, ...]:
    """The ISO dates that `text` may mean, the likelier first; none where it tells no day.

    >>> dates_meant("20/08/2024"), dates_meant("8.9.2024"), dates_meant("May 5th, 2024")
    (('2024-08-20',), ('2024-09-08', '2024-08-09'), ('2024-05-05',))
    >>> dates_meant("yesterday", date(2024, 3, 1)), dates_meant("last week")
    (('2024-02-29',), ())
    """
    bare = re.sub(r"(?<=\d)(?:st|nd|rd|th)\b", "", text.strip().casefold())
    if bare in _RELATIVE:
        return (str((today or date.today()) + timedelta(_RELATIVE[bare])),)
    if not _LIKE_A_DAY.fullmatch(bare):
        return ()
    worded = any(letter.isalpha() for letter in bare)
    plain = re.sub(r"[\s./,\-]+", " " if worded else "/", bare)
    found: dict[str, None] = {}
    for form in _FORMATS:
        with suppress(ValueError):
            found[str(datetime.strptime(plain, form).date())] = None
    return tuple(found)


def meant_words(text: str) -> str:
    """`` (20/08/2024 is 2024-08-20)``, or nothing: for the end of what an error expects."""
    found = dates_meant(text)
    return f" ({text.strip()} is {' or '.join(found)})" if found else ""
