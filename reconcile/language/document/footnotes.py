"""Footnote marks and tags, taken out of a text without moving anything in it."""

from __future__ import annotations

import re

from reconcile.values import Unread

# Bounded repetition only: each pattern looks at most some hundred characters ahead.
_MARKS = re.compile(
    r"""<(?:sup|ref)\b[^<>]{0,80}>[^<>]{0,80}</(?:sup|ref)>   # <sup>3</sup>, <sup>[3]</sup>
      | <ref\b[^<>]{0,200}/>
      | </?(?:br|b|i|p|em|strong|span|small|sub|sup|a|td|th|tr|li|ul|div|u)\b[^<>]{0,200}>
      | (?<=[\w.,;:!?%)\]"”’+])\[(?:\d{1,3}|[a-z]|nb\ ?\d{1,2}|note\ ?\d{1,3}
          |\d{1,3}(?:[,–-]\ ?\d{1,3}){1,5}|citation\ needed|clarification\ needed)\]
      | (?<=[\w)]\ )\[\d{1,3}\](?=[\s.,;:]|$)
      | (?<=\d)(?<![x×]10)(?<![x×]\ 10)[¹²³⁰⁴-⁹]{1,3}(?![\w])
      | (?<=[\w)]{3}[.,;])[¹²³⁰⁴-⁹]{1,3}
      | (?<=\d)[*†‡§]{1,3}(?=[\s.,;:)]|$)
      | (?<=[(\n])[*†‡§]{1,3}(?=\w)
    """,
    re.VERBOSE | re.IGNORECASE,
)
_POSSIBLE = ("<", "[", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹", "*", "†", "‡", "§")


def blank_marks(text: str) -> tuple[str, tuple[Unread, ...]]:
    """`text` with its footnote marks and tags as spaces, and the marks that hold digits.

    >>> blank_marks("1,200[3] people")[0]
    '1,200    people'
    """
    if text.isascii() and "[" not in text and "<" not in text and "*" not in text:
        return text, ()
    if not any(sign in text for sign in _POSSIBLE):
        return text, ()
    marks: list[Unread] = []

    def blank(match: re.Match[str]) -> str:
        found = match[0]
        if any(letter.isdigit() for letter in found):
            marks.append(Unread(found, match.span(), "footnote mark"))
        return " " * len(found)

    return _MARKS.sub(blank, text), tuple(marks)
