"""The program's streams, whatever the shell gave it: closed, full, in another encoding."""

from __future__ import annotations

import codecs
import os
import sys
from contextlib import suppress
from typing import Any

_PLAIN = str.maketrans({"–": "-", "—": "-", "−": "-", "“": '"', "”": '"', "‘": "'", "’": "'"})
_PLAIN |= str.maketrans({"…": "...", "×": "x", "≥": ">=", "≤": "<=", "\u00a0": " ", "\u202f": " "})
# What moves the cursor, colours, or turns the direction of writing; tabs and line ends stay.
_CONTROLS = {
    code: f"\\x{code:02x}" for code in (*range(0x20), *range(0x7F, 0xA0)) if chr(code) not in "\t\n"
} | {code: f"\\u{code:04x}" for code in (*range(0x202A, 0x202F), *range(0x2066, 0x206A))}


def visible(text: str) -> str:
    """The text with the control characters of others written out, so that no terminal obeys them.

    >>> print(visible("killed \\x1b[2J30"))
    killed \\x1b[2J30
    """
    return text.translate(_CONTROLS)


def prepare() -> None:
    """Make the streams usable: closed ones empty, signs that an encoding lacks in plain letters."""
    codecs.register_error("reconcile-plain", _plainly)
    if sys.stdin is None:  # pyright: ignore[reportUnnecessaryComparison]
        sys.stdin = open(os.devnull, encoding="utf-8")  # noqa: SIM115
    if sys.stderr is None:  # pyright: ignore[reportUnnecessaryComparison]
        sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115
    for stream, errors in (
        *((sys.stdin, "replace"), (sys.stdout, "reconcile-plain")),
        (sys.stderr, "reconcile-plain"),
    ):
        with suppress(AttributeError, ValueError):  # a stream of a test, or one that is closed
            stream.reconfigure(errors=errors)  # pyright: ignore[reportAttributeAccessIssue]


def silence() -> None:
    """Send what is still to be printed nowhere: where it should go takes no more."""
    with suppress(OSError, AttributeError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _plainly(error: UnicodeError) -> tuple[str, int]:
    """A codec error handler: the nearest plain sign, else the character's number."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    wrong: str = error.object[error.start : error.end]
    plain: Any = wrong.translate(_PLAIN)
    return plain.encode("ascii", "backslashreplace").decode("ascii"), error.end
