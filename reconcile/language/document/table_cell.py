"""`parse_cell`: a table cell with one number, several, or none and the reason why."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache

from reconcile.language.document.aliases import slug
from reconcile.language.document.brackets import speaker_in
from reconcile.language.document.extraction import Reader
from reconcile.values import Cell, Mention, Mentions

_EMPTY = {
    "": "the cell is empty", "unknown": "the cell says that the number is unknown",
    "n/a": "not available or not applicable", "na": "not available or not applicable",
    "nan": "not available or not applicable", "n.a": "not available or not applicable",
    "not available": "not available or not applicable", "none known": "none is known",
    "not applicable": "not available or not applicable", "tbd": "to be determined",
    "tba": "to be announced", "tbc": "to be confirmed", "null": "the cell is empty",
    "unclear": "the cell says that the number is unclear", "?": "the cell holds a question mark",
    "undisclosed": "the number is not disclosed", "not disclosed": "the number is not disclosed",
    "unspecified": "the number is not specified", "not specified": "the number is not specified",
    "no data": "there are no data", "not reported": "the number is not reported",
    "unreported": "the number is not reported", "pending": "the number is not known yet",
    "none reported": "none is reported", "not stated": "the number is not specified",
    "not known": "the cell says that the number is unknown",
    "disputed": "the cell says only that the number is disputed",
    "awaited": "the number is not known yet", "awaiting": "the number is not known yet",
    "to follow": "the number is not known yet", "not yet known": "the number is not known yet",
    "under investigation": "the number is not known yet", "ongoing": "the number is not known yet",
    "not released": "the number is not disclosed", "not published": "the number is not disclosed",
    "not announced": "the number is not disclosed", "withheld": "the number is not disclosed",
    "classified": "the number is not disclosed", "not counted": "nobody counted",
    "no figure": "there are no data", "no figures": "there are no data",
    "no information": "there are no data", "no count": "nobody counted",
}  # fmt: skip
_ELSEWHERE = re.compile(
    r"(?:see|cf\.?)\s+(?:the\s+)?(?:text|note|notes|below|above|footnote|talk)\b"
)
_DASHES = frozenset("-‐‑‒–—―−.…*_ ")
_SEPARATORS = ";/|\n,+"


def parse_cell(text: str, *, convention: str = "default") -> Cell:
    """Read a table cell as claims: one mention for each number, or the reason why there is none.

    A bracket behind a number names its speaker ("official" becomes `source_text`) or what it is of
    ("Turkey" becomes `label`). Numbers in a bracket behind a number are parts of it, unless they
    exceed it or tell of something else; numbers joined by a plus sign are parts of a sum.

    Parameters
    ----------
    text : str
        The cell; no text raises.
    convention : str
        How vague words are read: default, acled, crowd, survey, experiment, or a TOML file.

    Raises
    ------
    UnknownNameError, OptionError
        If there is no such convention, or it can't be read.

    References
    ----------
    docs/language.md

    Examples
    --------
    >>> cell = parse_cell("47 (official) – 1,000+ (alternative)")
    >>> [(m.phrase.text, m.source_text) for m in cell.mentions]
    [('47', 'official'), ('1,000+', 'alternative')]
    >>> [(m.phrase.text, m.label, m.scope) for m in parse_cell("8 (4 US, 4 Nigerien)").mentions]
    [('8', '', 'whole'), ('4', 'US', 'part'), ('4', 'Nigerien', 'part')]
    >>> parse_cell("N/A").reason
    'not available or not applicable'
    """
    found = _reader().extract(text, convention=convention)
    if not found:
        return Cell(text, reason=_reason(text, found))
    items = found.items
    return Cell(text, tuple(_in_cell(text, items, k) for k in range(len(items))))


@cache
def _reader() -> Reader:
    return Reader()


def why_no_number(text: str) -> str:
    """What a cell says instead of a number; empty if it says nothing of the kind.

    >>> why_no_number("See note 4"), why_no_number("47")
    ('the cell points elsewhere', '')
    """
    plain = text.strip().strip("()[]").strip().casefold()
    if plain.rstrip(".") in _EMPTY and (not plain or plain.rstrip(".")):
        return _EMPTY[plain.rstrip(".")]
    return "the cell points elsewhere" if _ELSEWHERE.match(plain) else ""


def _reason(text: str, found: Mentions) -> str:
    told = why_no_number(text)
    if told:
        return told
    plain = text.strip().strip("()[]").strip().casefold()
    if set(plain) <= _DASHES:
        return "the cell holds only a dash"
    unknown = {"unknown", "unclear", "undisclosed", "unspecified"} & set(plain.split())
    if unknown:
        return f"the cell says that the number is {min(unknown)}"
    shown = text.strip() if len(text) <= 60 else text.strip()[:57] + "..."
    if found.unread:
        told = ", ".join(f"{u.text!r} is read as: {u.taken_for}" for u in found.unread[:3])
        return f"no number that counts something in {shown!r}: {told}"
    return f"no number in {shown!r}"


def _in_cell(text: str, items: tuple[Mention, ...], k: int) -> Mention:
    """A mention with what the cell sets before its number: a heading, or the place in a sum."""
    m = items[k]
    begin = items[k - 1].span[1] if k else 0
    before = text[begin : m.span[0]]
    label = m.label or _heading(before)
    speaker = "" if m.source_text or m.label else speaker_in(label)
    if speaker:
        m = replace(m, source_text=speaker, proposed_source=slug(speaker) or None)
        label = "" if label == m.label or speaker == label else label
    scope = "part" if _in_sum(text, items, k) else m.scope
    asked = text[m.span[1] :].lstrip(" (").startswith("?")
    flags = m.flags | {"unverified"} if asked else m.flags
    return replace(m, label=label, scope=scope, flags=flags)


def _heading(before: str) -> str:
    """ "Turkey: 53,537; Syria: 8,476": the words before a colon."""
    head, colon, rest = before.rpartition(":")
    if not colon or rest.strip(" +~<>≥≤"):
        return ""
    for separator in _SEPARATORS:
        head = head.rpartition(separator)[2]
    return head.strip(" ()[]-–—•")


def _in_sum(text: str, items: tuple[Mention, ...], k: int) -> bool:
    """Whether a plus sign outside brackets joins a number with one of its neighbours."""

    def joined(a: int, b: int) -> bool:
        gap = text[items[a].span[1] : items[b].span[0]]
        if "(" in gap.rpartition(")")[2] or gap.count("(") != gap.count(")"):
            return False
        return gap.rpartition(")")[2].strip() == "+" or " + " in f" {gap} "

    return (k > 0 and joined(k - 1, k)) or (k + 1 < len(items) and joined(k, k + 1))
