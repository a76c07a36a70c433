"""What is printed: tables that fit the terminal, warnings on stderr, plain JSON."""

from __future__ import annotations

import json
import math
import os
import re
import shutil
import sys
import warnings as python_warnings
from collections.abc import Generator, Iterable, Sequence
from contextlib import contextmanager
from textwrap import wrap
from typing import TYPE_CHECKING, Any, TextIO

import click

from reconcile.cli.streams import visible
from reconcile.values.plain import finite

if TYPE_CHECKING:
    from reconcile.values import Period

_LEAST = 6  # letters that are left of a text
_TOLD = "reconcile.told"


def table(
    headers: Sequence[str], rows: Iterable[Sequence[object]], width: int | None = None
) -> str:
    """A table of at most `width` characters a line (default: the terminal's, else 80).

    Where it is too wide, the widest columns of names and words are cut, the first one last;
    numbers and dates never are.

    >>> print(table(["id", "count"], [["a", 12], ["b", 1200]], width=80))
    id  count
    --  -----
    a      12
    b   1,200
    """
    body = [[_cell(value) for value in row] for row in rows]
    numeric = [bool(column) and all(map(_is_number, column)) for column in _columns(body, headers)]
    whole = [not any(map(_is_worded, column)) for column in _columns(body, headers)]
    widths = _fitted(headers, body, whole, width or line_width())
    lines = [list(headers), ["-" * size for size in widths], *body]
    return "\n".join(_line(line, widths, numeric) for line in lines)


def line_width() -> int:
    """The width of the terminal; off a terminal 80."""
    return shutil.get_terminal_size((80, 24)).columns if sys.stdout.isatty() else 80


def heading(text: str) -> str:
    """A line of its own, cut to the width of the terminal, in bold."""
    return bold(_cut(visible(text), line_width()))


def paragraph(text: str) -> str:
    """The text in lines no longer than the terminal is wide."""
    return "\n".join(
        wrap(visible(text), line_width(), break_long_words=False, break_on_hyphens=False)
    )


def interactive(*streams: TextIO) -> bool:
    """Whether a person is at all of these streams: nothing is asked or suggested elsewhere."""
    return all(stream is not None and stream.isatty() for stream in streams)  # pyright: ignore[reportUnnecessaryComparison]


def bold(text: str) -> str:
    """The text in bold on a terminal, unless NO_COLOR is set (https://no-color.org)."""
    plain = os.environ.get("NO_COLOR") or not sys.stdout.isatty()
    return text if plain else click.style(text, bold=True)


def warn(warnings: Iterable[str]) -> None:
    """Messages go to stderr, so that stdout holds data alone; each is said once by a command."""
    context = click.get_current_context(silent=True)
    told: dict[str, None] = {} if context is None else context.meta.setdefault(_TOLD, {})
    new = [text for text in dict.fromkeys(warnings) if text not in told]
    told.update(dict.fromkeys(new))
    for text in new:
        click.echo(paragraph(f"warning: {text}"), err=True)


@contextmanager
def told_warnings() -> Generator[None]:
    """What Python warns of, such as letters that no font has, in the form of our own warnings."""
    with python_warnings.catch_warnings():
        python_warnings.showwarning = lambda message, *_, **__: warn([str(message)])
        yield


def print_json(value: Any) -> None:
    """Plain data as JSON (RFC 8259: an unbounded end is null)."""
    click.echo(json.dumps(finite(value), indent=2, ensure_ascii=False))


def bounds(lower: float, upper: float) -> str:
    """Two bounds as a table shows them, with an en dash; unbounded ends as signs.

    >>> bounds(150, 300), bounds(1000, math.inf), bounds(-math.inf, 6), bounds(500, 500)
    ('150–300', '>= 1,000', '<= 6', '500')
    """
    if math.isinf(upper):
        return "any" if math.isinf(lower) else f">= {_in_full(lower)}"
    if math.isinf(lower):
        return f"<= {_in_full(upper)}"
    return _in_full(lower) if lower == upper else f"{_in_full(lower)}–{_in_full(upper)}"


def _in_full(number: float) -> str:
    """Whole numbers and millions with all their digits, others with six."""
    whole = number == int(number) or abs(number) >= 1e6
    return f"{number:,.0f}" if whole else f"{number:,.6g}"


def days(period: Period) -> str:
    """The days of a period, as short as they can be said.

    >>> from reconcile.values import Period
    >>> days(Period.on("2024-12-16/2024-12-18"))
    '2024-12-16/18'
    >>> days(Period.during("2024-12-15/2024-12-25", "2024-12-21/2024-12-31", days=7))
    '2024-12-15/31, 7 days'
    """
    first, last = period.first.isoformat(), period.last.isoformat()
    if first == last:
        return first
    shared = 8 if first[:8] == last[:8] else 5 if first[:5] == last[:5] else 0
    length = f", {period.days} days" if period.days is not None and not period.exact else ""
    return f"{first}/{last[shared:]}{length}"


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else ""
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, float):
        return "" if math.isnan(value) else f"{value:,.4g}" if abs(value) < 1e4 else f"{value:,.0f}"
    return visible(" ".join(str(value).split()))


def _is_number(cell: str) -> bool:
    return cell.replace(",", "").replace(".", "", 1).lstrip("-").isdigit() or not cell


def _is_worded(cell: str) -> bool:
    """Whether a cell has words beside numbers and dates ("any" and "7 days" are of these)."""
    return any(map(str.isalpha, _OF_NUMBERS.sub("", cell)))


_OF_NUMBERS = re.compile(r"\b(?:any|days?)\b|(?<=\d)[eE](?=[-+]?\d)")


def _columns(body: list[list[str]], headers: Sequence[str]) -> list[list[str]]:
    return [[row[i] for row in body] for i in range(len(headers))]


def _fitted(
    headers: Sequence[str], body: list[list[str]], whole: Sequence[bool], width: int
) -> list[int]:
    """The width of each column, the widest text cut until a line fits; `whole` ones never are."""
    columns = _columns(body, headers)
    widths = [max(map(len, [head, *column])) for head, column in zip(headers, columns, strict=True)]
    spare = sum(widths) + 2 * (len(widths) - 1) - width
    while spare > 0:
        texts = [i for i, uncut in enumerate(whole) if not uncut and widths[i] > _LEAST]
        texts = [i for i in texts if i] or texts
        if not texts:
            break
        widest = max(texts, key=lambda i: widths[i])
        widths[widest] -= 1
        spare -= 1
    return widths


def _cut(text: str, size: int) -> str:
    """The text in `size` letters, never with a part of a number at its end."""
    if len(text) <= size:
        return text
    start = text[: size - 1]
    within = start[-1:].isdigit() and (text[size - 1].isdigit() or text[size - 1] in ",.")
    return f"{(start.rstrip('0123456789,.') if within else start) or start}…"


def _line(cells: Sequence[str], widths: Sequence[int], numeric: Sequence[bool]) -> str:
    parts: list[str] = []
    for cell, size, right in zip(cells, widths, numeric, strict=True):
        cut = _cut(cell, size)
        parts.append(cut.rjust(size) if right else cut.ljust(size))
    return "  ".join(parts).rstrip()
