"""Where in a TOML file a key stands: the standard parser keeps no positions."""

from __future__ import annotations

import re

LineIndex = dict[tuple[str | int, ...], int]
"""Line numbers by path: ``("claim", 2, "source")``, ``("claim", 2)``, ``("report", "date")``."""

_HEADER = re.compile(r"\s*(\[\[?)\s*([^\[\]#]+?)\s*\]\]?\s*(?:#.*)?$")
_KEY = re.compile(r"""\s*("[^"]*"|'[^']*'|[A-Za-z0-9_-]+)(?:\s*\.\s*[^=]*)?\s*=""")
_PIECE = re.compile(r'"""|\'\'\'|"(?:[^"\\]|\\.)*"|\'[^\']*\'|[\[\]{}]|#.*')
_CLOSE = {
    '"""': re.compile(r'(?:[^"\\]|\\.|"(?!""))*"""'),
    "'''": re.compile(r"(?:[^']|'(?!''))*'''"),
}


def line_index(text: str) -> LineIndex:
    '''The line (from 1) of every table and key of a valid TOML text.

    >>> index = line_index("""[[claim]]
    ... id = "a"
    ... [[claim]]
    ... note = \'\'\'
    ... id = 3\'\'\'
    ... id = "b" """)
    >>> index[("claim", 0, "id")], index[("claim", 1)], index[("claim", 1, "id")]
    (2, 3, 6)
    '''
    index: LineIndex = {}
    counts: dict[str, int] = {}
    path: tuple[str | int, ...] = ()
    quote, depth = "", 0
    for number, line in enumerate(text.split("\n"), start=1):
        if not quote and depth == 0:
            header, key = _HEADER.match(line), _KEY.match(line)
            if header:
                path = _table_path(header, counts)
                index.setdefault(path, number)
                continue
            if key:
                index.setdefault((*path, key[1].strip("\"'")), number)
        quote, depth = _after(line, quote, depth)
    return index


def _table_path(header: re.Match[str], counts: dict[str, int]) -> tuple[str | int, ...]:
    """The path of a table header, numbering the tables of an array as they come."""
    names = [name.strip().strip("\"'") for name in header[2].split(".")]
    head = names[0]
    if header[1] == "[[" and len(names) == 1:
        counts[head] = counts.get(head, -1) + 1
    numbered = (head, counts[head]) if head in counts else (head,)
    return (*numbered, *names[1:])


def _after(line: str, quote: str, depth: int) -> tuple[str, int]:
    """Whether a text of several lines is open after `line`, and how many brackets are."""
    at = 0
    while True:
        if quote:
            closed = _CLOSE[quote].match(line, at)
            if closed is None:
                return quote, depth
            at, quote = closed.end(), ""
        piece = _PIECE.search(line, at)
        if piece is None:
            return "", depth
        at = piece.end()
        if piece[0] in _CLOSE:
            quote = piece[0]
        depth += (piece[0] in "[{") - (piece[0] in "]}") if len(piece[0]) == 1 else 0
