"""Numbers of a whole column: which marks stand between thousands and before decimals."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from numbers import Real
from typing import Any

from reconcile.errors import OptionError
from reconcile.language import why_no_number
from reconcile.ledger.tables.date_formats import is_day_of_year
from reconcile.ledger.tables.marks_in_words import counted_numbers, in_english_marks
from reconcile.ledger.tables.raw_table import blank

_FOOTNOTE = re.compile(r"\s*(?:\[(?:[^\[\]\d]{1,20}|[^\[\]\d]{0,6}\d{1,3})\]|[*†‡§]+)\s*$")
_NUMERIC = re.compile(r"[+\-−]?[\d.,'’\s_]*\d[\d.,'’\s_]*(?:[eE][+-]?\d+)?\s*%?$")
_FEW = re.compile(r"[<>≥≤~≈]?=?\s*[\d.,]+\s*(\+|[-–]\s*[\d.,]+)?(\s*[(\[][^()\[\]]*[)\]])?")
_LESS = re.compile(r"(?:[–—]\s*(\d[\d.,'’\s]*)|\(\s*(\d[\d.,'’\s]*)\)|(\d[\d.,'’\s]*)[-–])$")
_MORE = re.compile(r"\+\s*\d[\d.,'’\s]*$")
_FAR_BELOW = 0.1  # times the least of the others: a fraction of a count that fits none of them
_FORMULA = re.compile(r"=.*[A-Za-z(]")
_MISSING = {
    **dict.fromkeys(("nan", "<na>", "nat"), "an empty cell"),  # as computations leave them
    **dict.fromkeys(("n/a", "na", "n.a.", "#n/a", "not available", "not applicable"), "n/a"),
    **dict.fromkeys(("unknown", "unk", "unclear", "?", "??", "unspecified"), "unknown"),
    **dict.fromkeys(("-", "–", "—", "--", "---", ".", "..", "...", "…", ":"), "a dash or dots"),
    **dict.fromkeys(
        ("*", "**", "suppressed", "redacted", "withheld", "confidential"), "suppressed"
    ),
    **dict.fromkeys(
        ("none", "null", "nil return", "no data", "no report", "no reports"), "no data"
    ),
    **dict.fromkeys(
        ("missing", "undisclosed", "not reported", "not disclosed", "tbd", "tbc"), "no data"
    ),
    **dict.fromkeys(
        ("#ref!", "#value!", "#div/0!", "#name?", "#num!", "#null!"), "a formula's error"
    ),
}


@dataclass(frozen=True, slots=True)
class NumberReading:
    """The cells of a column as numbers; by position `words` to be read as a phrase, and `aside`.

    `aside` are cells that say that there is no number, with what they say. `remark` tells the
    marks where they matter, `question` what must be asked where they can be read in two ways.
    `contrary` are cells that speak against the marks of the others, with what is expected of them;
    `written` has the cells among `words` as they came. What is neither stays as it came.
    """

    cells: list[Any]
    words: dict[int, str] = field(default_factory=dict[int, str])
    aside: dict[int, str] = field(default_factory=dict[int, str])
    percent: frozenset[int] = frozenset()
    remark: str = ""
    question: str = ""
    decimal: str = "."
    contrary: dict[int, str] = field(default_factory=dict[int, str])
    written: dict[int, str] = field(default_factory=dict[int, str])

    @property
    def asked(self) -> str:
        """What is expected of a column whose marks can be two."""
        return f"a number that reads one way: {self.question}; pass --decimal . or --decimal ,"


def read_numbers(
    cells: Sequence[Any], decimal: str | None = None, *, counts: bool = True
) -> NumberReading:
    """The numbers of a column.

    Marks are decided for the whole column: "1,038.5" or "1.038,5" tell them, a mark that stands
    twice stands between thousands. Where only one reading gives whole numbers and the marks are
    those of English ("12,000") it is taken; "1.038" or "3,5" in a column of `counts` is asked
    about. `decimal` ("." or ",") answers. Numbers within words count among them, and the words are
    given back with the marks of English. "+5" among counts is an increment and so words.

    >>> read_numbers(["1.234,5", "950"]).cells, read_numbers(["12,000", "7"]).cells
    ([1234.5, 950.0], [12000.0, 7.0])
    >>> read_numbers(["1.038", "950"]).question
    "1.038 or 1,038 for '1.038'"
    """
    if decimal not in (None, ".", ","):
        raise OptionError(f'expected decimal to be "." or ",", got {decimal!r}')
    texts = {i: _clean(cell) for i, cell in enumerate(cells) if isinstance(cell, str)}
    texts = {i: text for i, text in texts.items() if text}
    numeric = {
        i: text
        for i, text in texts.items()
        if text.isdecimal() or (_NUMERIC.match(text) and not (counts and _MORE.match(text)))
    }
    typed = _typed_fractions(cells) if counts else {}
    bare = {**{i: text.rstrip("% ") for i, text in numeric.items()}, **typed}
    rest = {i: text for i, text in texts.items() if i not in numeric}
    aside = {i: why for i, text in rest.items() if (why := missing_reason(text)) is not None}
    words = {i: text for i, text in rest.items() if i not in aside and not _no_words(text)}
    within = counted_numbers(words.values()) if counts else []
    mark, remark, question = _mark(list(dict.fromkeys([*bare.values(), *within])), decimal, counts)
    out: list[Any] = [None if blank(cell) else cell for cell in cells]
    for i, text in bare.items():
        value = number_of(text, mark)
        out[i] = out[i] if value is None else value
    for i in aside:
        out[i] = None
    percent = frozenset(i for i, text in numeric.items() if text.endswith("%"))
    contrary: dict[int, str] = {}
    if counts and not question:
        told = {i: [text] for i, text in numeric.items() if i not in percent}
        told |= {i: counted_numbers([text]) for i, text in words.items()}
        contrary = _contrary(told, mark, [cell for cell in out if _is_number(cell)])
    english = {i: in_english_marks(text, mark) for i, text in words.items()}
    return NumberReading(out, english, aside, percent, remark, question, mark, contrary, words)


def missing_reason(text: str) -> str | None:
    """Why a cell holds no number, if it says so: "n/a", "unknown", a dash."""
    plain = _clean(text).casefold()
    if not plain:
        return None
    return _MISSING.get(plain) or why_no_number(text) or None


def looks_like_numbers(cells: Sequence[Any]) -> bool:
    """Whether most of the cells are numbers, or words around one ("12+", "<5", "10–15")."""
    told = [cell for cell in cells if not blank(cell)][:200]
    fits = 0
    for cell in told:
        if isinstance(cell, str):
            text = _clean(cell)
            fits += bool(_NUMERIC.match(text) or _FEW.fullmatch(text) or missing_reason(text))
        else:
            fits += _is_number(cell)
    return bool(told) and fits > 0.7 * len(told)


def number_of(text: str, decimal: str = ".") -> float | None:
    """The number in `text` where `decimal` stands before its fraction; None where it is none.

    Thousands may be parted by the other mark, a blank, an apostrophe or a low line, in groups of
    three, or two as in India (12,34,567).

    >>> number_of("12 345.5"), number_of("1.234,5", ","), number_of("1,2"), number_of("1,00,000")
    (12345.5, 1234.5, None, 100000.0)
    """
    if text.isdecimal() and len(text) < 300:
        return float(text)
    thousand = "," if decimal == "." else "."
    text = text.strip().replace("−", "-").replace("\u00a0", " ").replace("\u202f", " ")
    text = text.replace("’", "'").replace("\u2009", " ")
    found = re.fullmatch(rf"([+-]?)([\d{thousand} '_]*)(?:\{decimal}(\d*))?([eE][+-]?\d+)?", text)
    if found is None or not (found[2] or found[3]):
        return None
    whole = _ungrouped(found[2])
    if whole is None:
        return None
    try:
        number = float(f"{found[1]}{whole or 0}.{found[3] or 0}{found[4] or ''}")
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None


def _ungrouped(text: str) -> str | None:
    """Digits without the marks between their groups; None where these are no groups."""
    if not text or text.isdigit():
        return text
    for mark in ",. '_":
        groups = text.split(mark)
        if len(groups) < 2 or not all(g.isdigit() for g in groups):
            continue
        head, *inner, last = groups
        if len(last) != 3 or head.startswith("0"):
            return None
        threes = 1 <= len(head) <= 3 and all(len(g) == 3 for g in inner)
        twos = mark == "," and bool(inner) and len(head) <= 2 and all(len(g) == 2 for g in inner)
        return "".join(groups) if threes or twos else None
    return None


def _clean(cell: str) -> str:
    """A cell without footnotes and Excel's mark of text; "(5)", "5-" and "–5" as -5."""
    if cell.isdecimal():
        return cell
    text = " ".join(cell.replace("\u00a0", " ").replace("\u202f", " ").split())
    while (cut := _FOOTNOTE.sub("", text)) != text and cut:
        text = cut
    if text[:1] == "'" and text[1:2].isdigit():
        text = text[1:]
    less = _LESS.match(text)
    return text if less is None else f"-{less[1] or less[2] or less[3]}"


def _no_words(text: str) -> bool:
    """A formula, or a day of a year (15-May: what Excel makes of 5-15), which hold no number."""
    return bool(_FORMULA.match(text)) or is_day_of_year(text)


def _typed_fractions(cells: Sequence[Any]) -> dict[int, str]:
    """Numbers such as 1.038 in a column of numbers, whose point may have stood for thousands.

    Only where all fractions have at most three decimals, some have three, and none is below 1 or
    above 1,000: other columns hold real fractions.
    """
    found = {
        i: repr(float(cell))
        for i, cell in enumerate(cells)
        if isinstance(cell, float) and _fraction(cell)
    }
    ends = [len(text.partition(".")[2]) for text in found.values()]
    values = [abs(float(text)) for text in found.values()]
    if not ends or max(ends) != 3 or not all(1 <= value < 1000 for value in values):
        return {}
    return found


def _is_number(cell: Any) -> bool:
    return isinstance(cell, int | float | Real) and not isinstance(cell, bool)


def _fraction(value: float) -> bool:
    return math.isfinite(value) and value != int(value)


def _mark(texts: Sequence[str], decimal: str | None, counts: bool) -> tuple[str, str, str]:
    """The decimal mark of a column, what to say of it, and what to ask."""
    if decimal is not None:
        return decimal, "", ""
    marked = [text for text in texts if "," in text or ("." in text)]
    if not marked:
        return ".", "", ""
    point = {text: number_of(text, ".") for text in marked}
    comma = {text: number_of(text, ",") for text in marked}
    points = all(value is not None for value in point.values())
    commas = all(value is not None for value in comma.values())
    if points and not commas:
        return ".", _said(marked, ","), ""
    if commas and not points:
        if counts and not any("." in text for text in marked):
            return ",", "", _asked(marked[0], point, comma)
        return ",", "a comma is read as the decimal mark, a point as the one between thousands", ""
    if points and commas:
        return _either(marked, point, comma, counts)
    fits = [sum(value is not None for value in reads.values()) for reads in (point, comma)]
    odd = [text for text in marked if comma[text] is not None and point[text] is None]
    if counts and odd and fits[1] >= fits[0] and not any("." in text for text in marked):
        return ",", "", _asked(odd[0], point, comma)
    return (".", "", "") if fits[0] >= fits[1] else (",", "a comma is read as the decimal mark", "")


def _either(
    marked: Sequence[str],
    point: dict[str, float | None],
    comma: dict[str, float | None],
    counts: bool,
) -> tuple[str, str, str]:
    """The mark where both readings are possible."""
    differing = [text for text in marked if point[text] != comma[text]]
    with_point = [text for text in differing if "." in text]
    if not differing or not with_point:
        return ".", _said(marked, ","), ""
    if counts:
        return ".", "", _asked(with_point[0], point, comma)
    if len(with_point) < len(differing):
        return ".", "", _asked(with_point[0], point, comma)
    return ".", "a point is read as the decimal mark", ""


def _contrary(told: dict[int, list[str]], mark: str, numbers: Sequence[float]) -> dict[int, str]:
    """The cells of counts that are fractions by the `mark` of their column, which has no others.

    Either three digits stand behind the mark, as between thousands, where other cells part these by
    the other mark ("100,000" beside "120.000"); or two, and all others are whole and far higher.
    """
    other = "," if mark == "." else "."
    marked = {text for texts in told.values() for text in texts if mark in text or other in text}
    odd = {text for text in marked if re.fullmatch(rf"[1-9]\d{{0,2}}\{mark}\d{{3}}", text)}
    short = {text for text in marked if re.fullmatch(rf"\d+\{mark}\d\d", text)}
    if any(mark in text for text in marked - odd - short):
        return {}
    parted = any(re.fullmatch(rf"\d{{1,3}}(\{other}\d{{3}})+", text) for text in marked)
    whole = [number for number in numbers if number and number == int(number)]
    fractions = odd if parted else set[str]()
    if len(whole) > max(1, len(short)):
        fractions |= {t for t in short if (number_of(t, mark) or 0) < _FAR_BELOW * min(whole)}
    found: dict[int, str] = {}
    for i, texts in told.items():
        for text in (text for text in texts if text in fractions):
            plain, value = float(text.replace(mark, "")), number_of(text, mark)
            found[i] = (
                f"a whole number, as the others: {text!r} is {value:,.15g} by their marks; write "
                f"{plain:.15g} if that is meant (of rates say scale = linear)"
            )
    return found


def _said(marked: Sequence[str], thousands: str) -> str:
    if any(thousands in text for text in marked):
        return "a comma is read as the mark between thousands"
    return ""


def _asked(text: str, point: dict[str, float | None], comma: dict[str, float | None]) -> str:
    reads = [f"{v:,.15g}" for v in (point[text], comma[text]) if v is not None]
    if len(reads) == 1:
        return f"{reads[0]} for {text!r}, a fraction in a column of counts"
    return f"{' or '.join(reads)} for {text!r}"
